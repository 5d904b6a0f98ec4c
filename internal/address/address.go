// Package address writes queries and reads URLs as n8n's HTTP client does.
package address

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// ErrInvalid says that a text is no URL of http or https.
var ErrInvalid = errors.New("Invalid URL") //nolint:staticcheck // n8n's text

// Query writes an object as a query or a form, as the npm package qs does: lists as a[0]= (indices, the default), a[]= (brackets) or
// a= (repeat), or in one as a=1,2 (comma), what is nested as a[b]=. As "form" it is written as axios does: lists of the object itself,
// without objects or lists in them, as a[]=, others as a[0]=, and nothing of null.
func Query(o *node.Object, arrays string) string {
	var b strings.Builder
	var write func(key string, v any, nested bool)
	write = func(key string, v any, nested bool) {
		switch v := v.(type) {
		case *node.Object:
			for k, e := range v.All() {
				write(key+"["+k+"]", e, true)
			}
			return
		case []any:
			if arrays == "comma" {
				if len(v) > 0 {
					write(key, fields.Text(v), true) // with commas between the elements
				}
				return
			}
			for i, e := range v {
				switch {
				case arrays == "repeat":
					write(key, e, true)
				case arrays == "brackets", arrays == "form" && !nested && !slices.ContainsFunc(v, isNested):
					write(key+"[]", e, true)
				default:
					write(key+"["+strconv.Itoa(i)+"]", e, true)
				}
			}
			return
		}
		if v == node.Undefined || v == nil && arrays == "form" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(Escape(key))
		b.WriteByte('=')
		if v != nil {
			b.WriteString(Escape(text(v)))
		}
	}
	for k, v := range o.All() {
		write(k, v, false)
	}
	return b.String()
}

func isNested(v any) bool {
	switch v.(type) {
	case *node.Object, []any:
		return true
	}
	return false
}

// Escape encodes all but letters, digits and "-._~".
func Escape(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

var noBreaks = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// Parse reads a URL as browsers do: what may not stand in one is encoded.
func Parse(text string) (*url.URL, error) {
	text = noBreaks.Replace(strings.TrimSpace(text))
	before, query, _ := strings.Cut(text, "?")
	u, err := url.Parse(Encode(strings.ReplaceAll(before, `\`, "/"), "%\"<>`{}^"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, ErrInvalid
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && err != nil { // out of range
		return nil, ErrInvalid
	}
	u.RawQuery = Encode(query, `"<>'`)
	u.Fragment = ""
	if strings.Contains(u.Path, "/.") {
		user := u.User
		u = u.ResolveReference(u)
		u.User = user
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// Encode percent-encodes spaces, controls, what is not ASCII, and the given characters; of "%" those that begin no escape.
func Encode(text, more string) string {
	clean := func(c byte) bool { return c > ' ' && c < 0x7f && strings.IndexByte(more, c) < 0 }
	dirty := 0
	for dirty < len(text) && clean(text[dirty]) {
		dirty++
	}
	if dirty == len(text) {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:dirty])
	for i := dirty; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			b.WriteByte(c)
		case c <= ' ' || c == 0x7f || c >= 0x80 && !inHost(text, i) || strings.IndexByte(more, c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// inHost reports whether a place of a URL is before its path: host names may have letters that are not ASCII.
func inHost(text string, at int) bool {
	_, rest, ok := strings.Cut(text, "://")
	if !ok {
		return false
	}
	start := len(text) - len(rest)
	end := strings.IndexAny(rest, "/?")
	return at >= start && (end < 0 || at < start+end)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func text(v any) string {
	if d, ok := v.(node.Date); ok {
		return d.String()
	}
	return fields.Text(v)
}
