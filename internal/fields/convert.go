package fields

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// TypeError says that a value can't become what its field is said to be. The text is n8n's.
type TypeError struct {
	Field, Type string
	Value       any
}

// Error names the field, the type, and the value or, of an object or array, what it is.
func (e *TypeError) Error() string {
	got := "'" + Text(e.Value) + "'"
	switch e.Value.(type) {
	case *node.Object, node.Date:
		got = "object"
	case []any:
		got = "array"
	}
	return fmt.Sprintf("'%s' expects a %s but we got %s", e.Field, e.Type, got)
}

// converters turn a value into one of n8n's field types; ok is false when that can't be done.
var converters = map[string]func(v any) (converted any, ok bool){
	"string":  func(v any) (any, bool) { return v, true },
	"number":  toNumber,
	"boolean": toBoolean,
	"array":   toArray,
	"object":  toObject,
}

// unsupported are n8n's field types that have no converter yet.
var unsupported = map[string]bool{
	"datetime": true, "time": true, "url": true, "jwt": true, "options": true, "form-fields": true,
	"string-alphanumeric": true, "binary": true,
}

// Convert returns v as the type that a field has: "string" (which leaves v as it is), "number", "boolean", "array" or
// "object", in upper or lower case. null and undefined are left as they are, and so is every value of a field whose type
// n8n does not know. The error is a *TypeError when v does not fit; another one names a type that is not supported yet.
func Convert(field, typ string, v any) (any, error) {
	if v == nil || v == node.Undefined {
		return v, nil
	}
	name := strings.ToLower(typ)
	if unsupported[name] {
		return nil, fmt.Errorf("'%s' has the type %s, which is not supported yet", field, typ)
	}
	convert := converters[name]
	if convert == nil {
		return v, nil
	}
	converted, ok := convert(v)
	if !ok {
		return nil, &TypeError{Field: field, Type: name, Value: v}
	}
	return converted, nil
}

func toNumber(v any) (any, bool) {
	n := Number(v)
	return n, !math.IsNaN(n)
}

func toBoolean(v any) (any, bool) {
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

func toArray(v any) (any, bool) {
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

func toObject(v any) (any, bool) {
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
