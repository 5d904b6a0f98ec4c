package cli

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"

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

// clean writes text for a person: control characters, which names in a workflow file may hold, are shown and not sent to
// the terminal, and with redact JSON Web Tokens are masked.
type clean struct {
	w      io.Writer
	redact bool
}

func (c clean) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.w, c.text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (c clean) text(s string) string {
	if c.redact {
		s = jwt.ReplaceAllString(s, mask)
	}
	return escaped(s)
}

// escaped shows control characters but line breaks and tabs as escapes.
func escaped(s string) string {
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) {
			fmt.Fprintf(&b, "\\x%02x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
