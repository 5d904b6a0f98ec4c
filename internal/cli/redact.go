package cli

import (
	"regexp"

	"github.com/nate-go/nate/node"
)

// secretKey matches the keys whose values --redact masks, whatever their case and the signs between their words.
var secretKey = regexp.MustCompile(`(?i)(token|passw(or)?d|secret|authorization|api[-_]?key|credential|private[-_]?key|cookie|otp)s?$`)

// jwt matches JSON Web Tokens wherever they stand in a text.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)

const mask = "********"

// redacted returns a copy of a JSON value in which texts and numbers under keys that name secrets, and JSON Web Tokens
// anywhere, are masked.
func redacted(v any) any {
	switch v := v.(type) {
	case string:
		return jwt.ReplaceAllString(v, mask)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = redacted(e)
		}
		return out
	case *node.Object:
		out := &node.Object{}
		for key, value := range v.All() {
			switch value.(type) {
			case string, float64:
				if secretKey.MatchString(key) {
					out.Set(key, mask)
					continue
				}
			}
			out.Set(key, redacted(value))
		}
		return out
	}
	return v
}
