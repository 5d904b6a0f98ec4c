package fields

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// TypeError says that a value can't become what its field is said to be. The text is n8n's.
type TypeError struct {
	Field, Type string
	Value       any
	text        string // where it is not the usual one
}

// Error names the field, the type, and the value or, of an object or array, what it is.
func (e *TypeError) Error() string {
	text := e.text
	if text == "" {
		text = expects
	}
	got := "'" + Text(e.Value) + "'"
	switch e.Value.(type) {
	case *node.Object, node.Date:
		got = "object"
	case []any:
		got = "array"
	}
	return strings.NewReplacer("{field}", e.Field, "{type}", e.Type, "{value}", got).Replace(text)
}

// expects is what n8n mostly says.
const expects = "'{field}' expects a {type} but we got {value}"

// Rules are how Validate reads values; the zero Rules are those of Edit Fields.
type Rules struct {
	// Strict takes no value of another type than number, boolean, object, array (and with ParseStrings string).
	Strict bool
	// ParseStrings makes a text of what is to be a string, which else is left as it is.
	ParseStrings bool
	// Options are the values that the type "options" allows.
	Options []any
	// Now completes times without a date, and its zone is that of dates without one; nil: time.Now in UTC.
	Now func() time.Time
}

// converter turns a value into one of n8n's field types.
type converter struct {
	// convert's ok is false when that can't be done.
	convert func(v any, r Rules) (converted any, ok bool)
	// strict reports whether a value is of the type already; nil: strictness makes no difference.
	strict func(v any) bool
	// text is what n8n says of a value that does not fit; empty: the usual.
	text string
}

var converters = map[string]converter{
	"string":  {convert: toString, strict: isString},
	"number":  {convert: toNumber, strict: isNumber},
	"boolean": {convert: toBoolean, strict: isBoolean},
	"array":   {convert: toArray, strict: isArray},
	"object":  {convert: toObject, strict: isObject},
	"datetime": {
		convert: toDateTime,
		text: expects + ` <br/><br/> Consider using <a href="https://moment.github.io/luxon/api-docs/` +
			`index.html#datetimefromformat" target="_blank"><code>DateTime.fromFormat</code></a> to work with custom date formats.`,
	},
	"time": {
		convert: matching(`^\d{2}:\d{2}(:\d{2})?([-+]\d{4})?([-+]\d{1,2}(:\d{2})?)?$`),
		text:    "'{field}' expects time (hh:mm:(:ss)) but we got {value}.",
	},
	"string-alphanumeric": {
		convert: matching(`^[a-zA-Z_][a-zA-Z0-9_]*$`),
		text:    "Value is not a valid alphanumeric string, only letters, numbers and underscore allowed",
	},
	"jwt":     {convert: matching(`^[A-Za-z0-9-_]+\.[A-Za-z0-9-_]+\.[A-Za-z0-9-_.+/=]*$`), text: "Value is not a valid JWT token"},
	"url":     {convert: toURL},
	"options": {convert: toOption, text: "'{field}' expects one of the following values: [{options}] but we got {value}"},
	"binary": {
		convert: toBinary,
		text:    expects + ". Make sure the value is a valid binary data object with 'mimeType' and 'data' or 'id' property.",
	},
}

// unsupported is the one of n8n's field types that has no converter.
const unsupported = "form-fields"

// Convert is Validate with n8n's usual rules.
func Convert(field, typ string, v any) (any, error) { return Validate(field, typ, v, Rules{}) }

// Validate returns v as the type that a field has, in upper or lower case: "string", "number", "boolean", "array", "object",
// "dateTime" (which becomes ISO 8601 text in its zone), "time", "url", "jwt", "options", "string-alphanumeric" or "binary" (an
// object that describes a file). null and undefined are left as they are, and so is every value of a field whose type n8n does
// not know. The error is a *TypeError when v does not fit; another one names a type that is not supported yet. Mirrors
// n8n-workflow's validateFieldType.
func Validate(field, typ string, v any, r Rules) (any, error) {
	if v == nil || v == node.Undefined {
		return v, nil
	}
	name := strings.ToLower(typ)
	if name == unsupported {
		return nil, fmt.Errorf("'%s' has the type %s, which is not supported yet", field, typ)
	}
	c, known := converters[name]
	if !known {
		return v, nil
	}
	misfit := &TypeError{Field: field, Type: typ, Value: v, text: c.text}
	if name == "options" {
		allowed := make([]string, len(r.Options))
		for i, o := range r.Options {
			allowed[i] = Text(o)
		}
		misfit.text = strings.Replace(c.text, "{options}", strings.Join(allowed, ", "), 1)
	}
	if r.Strict && c.strict != nil && (name != "string" || r.ParseStrings) && !c.strict(v) {
		return nil, misfit
	}
	converted, ok := c.convert(v, r)
	if !ok {
		return nil, misfit
	}
	return converted, nil
}

func isString(v any) bool  { _, ok := v.(string); return ok }
func isNumber(v any) bool  { _, ok := v.(float64); return ok }
func isBoolean(v any) bool { _, ok := v.(bool); return ok }
func isArray(v any) bool   { _, ok := v.([]any); return ok }

// isObject is for lodash's isObject, which counts arrays in; those can't be converted.
func isObject(v any) bool {
	switch v.(type) {
	case *node.Object, []any, node.Date:
		return true
	}
	return false
}

func toString(v any, r Rules) (any, bool) {
	if !r.ParseStrings {
		return v, true
	}
	return TextOrJSON(v), true
}

// TextOrJSON is a value as n8n makes a text of it: of objects, arrays and dates the JSON, else JavaScript's String(v).
func TextOrJSON(v any) string {
	if isObject(v) {
		return string(node.AppendJSON(nil, v))
	}
	return Text(v)
}

// matching converts to text that matches a pattern.
func matching(pattern string) func(any, Rules) (any, bool) {
	re := regexp.MustCompile(pattern)
	return func(v any, _ Rules) (any, bool) {
		text := Text(v)
		return text, re.MatchString(text)
	}
}

// toDateTime makes ISO 8601 text, which is what a Luxon DateTime is here.
func toDateTime(v any, r Rules) (any, bool) {
	now := time.Now().UTC()
	if r.Now != nil {
		now = r.Now()
	}
	if d, ok := v.(node.Date); ok {
		return dates.ISO(time.UnixMilli(int64(d)).In(now.Location())), d.String() != ""
	}
	t, ok := dates.ParseLuxon(Text(v), now)
	if !ok {
		return nil, false
	}
	return dates.ISO(t), true
}

// toURL takes what the URL class of JavaScript takes for an address by HTTP(S), FTP or of a file. A text without "://" gets
// https:// before it.
func toURL(v any, _ Rules) (any, bool) {
	text := Text(v)
	if _, isText := v.(string); isText && !strings.Contains(text, "://") {
		text = "https://" + text
	}
	scheme, rest, ok := strings.Cut(strings.Trim(text, " \t\r\n"), ":")
	if !ok {
		return nil, false
	}
	scheme = strings.ToLower(scheme)
	if scheme == "file" {
		return text, true
	}
	if scheme != "http" && scheme != "https" && scheme != "ftp" {
		return nil, false
	}
	authority := strings.TrimLeft(rest, `/\`)
	if i := strings.IndexAny(authority, `/\?#`); i >= 0 {
		authority = authority[:i]
	}
	u, err := url.Parse(scheme + "://" + authority)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Hostname(), " <>^|%") {
		return nil, false
	}
	port := u.Port()
	if port == "" {
		return text, true
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return text, err == nil
}

func toOption(v any, r Rules) (any, bool) { return v, slices.Contains(scalars(r.Options), v) }

// scalars are the values that can be compared with ===.
func scalars(list []any) []any {
	return slices.DeleteFunc(slices.Clone(list), isObject)
}

func toBinary(v any, _ Rules) (any, bool) {
	o, ok := v.(*node.Object)
	return v, ok && o.Has("mimeType") && (o.Has("data") || o.Has("id"))
}

func toNumber(v any, _ Rules) (any, bool) {
	n := Number(v)
	return n, !math.IsNaN(n)
}

func toBoolean(v any, _ Rules) (any, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		switch lower := strings.ToLower(v); {
		case lower == "true" || lower == "false":
			return lower == "true", true
		case json.Trim(v) == "":
			return nil, false
		}
	}
	n := Number(v)
	return n == 1, n == 0 || n == 1
}

func toArray(v any, _ Rules) (any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case string:
		parsed, err := node.ParseJSON([]byte(v))
		if err != nil {
			// n8n also takes a list whose texts are in single quotes.
			parsed, err = node.ParseJSON([]byte(strings.ReplaceAll(v, "'", `"`)))
		}
		list, ok := parsed.([]any)
		return list, ok && err == nil
	}
	return nil, false
}

func toObject(v any, _ Rules) (any, bool) {
	switch v := v.(type) {
	case *node.Object, node.Date:
		return v, true
	case string:
		parsed, err := node.ParseJSON([]byte(v))
		if err != nil {
			var text []byte
			if text, err = json.FromLiteral(v); err == nil {
				parsed, err = node.ParseJSON(text)
			}
		}
		_, isObject := parsed.(*node.Object)
		return parsed, err == nil && (isObject || parsed == nil)
	}
	return nil, false
}

// Truthy reports whether JavaScript takes v for true.
func Truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	}
	return v != node.Undefined
}

// Text is JavaScript's String(v).
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return node.FormatNumber(v)
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			if e != nil && e != node.Undefined {
				parts[i] = Text(e)
			}
		}
		return strings.Join(parts, ",")
	case *node.Object:
		return "[object Object]"
	case node.Date:
		return dateText(v)
	}
	return "undefined"
}

// dateText is JavaScript's String of a Date on a host whose time zone is UTC.
func dateText(d node.Date) string {
	if d.String() == "" {
		return "Invalid Date"
	}
	return time.UnixMilli(int64(d)).UTC().Format("Mon Jan 02 2006 15:04:05") + " GMT+0000 (Coordinated Universal Time)"
}

// Number is JavaScript's Number(v); NaN for what is none.
func Number(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		return json.ToNumber(v)
	case []any:
		return json.ToNumber(Text(v))
	case node.Date:
		return float64(v)
	}
	return math.NaN()
}
