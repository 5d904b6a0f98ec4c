package node

import (
	"encoding"
	stdjson "encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/json"
)

// Undefined is JavaScript's undefined: what an expression gives for a path that does not exist. As a member of an
// Object or an item it is left out of the JSON; in an array it becomes null.
var Undefined any = undefined{} //nolint:gochecknoglobals // a constant, if Go had constants of struct type

type undefined struct{}

func (undefined) String() string { return "undefined" }

// Date is JavaScript's Date, in milliseconds since 1970 (NaN: Invalid Date): what an expression gives for new Date(). As JSON
// it is ISO 8601 text in UTC. A Luxon DateTime is that text already.
type Date float64

// maxDate is the last millisecond, either way, that JavaScript's Date knows.
const maxDate = 8.64e15

// String returns the date as ISO 8601, as toISOString does; "" for an Invalid Date.
func (d Date) String() string {
	if f := float64(d); math.IsNaN(f) || math.Abs(f) > maxDate {
		return ""
	}
	t := time.UnixMilli(int64(d)).UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		sign := '+'
		if y < 0 {
			sign, y = '-', -y
		}
		return fmt.Sprintf("%c%06d%s", sign, y, t.Format("-01-02T15:04:05.000Z"))
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

// MarshalJSON writes the ISO text, null for an Invalid Date.
func (d Date) MarshalJSON() ([]byte, error) { return d.appendJSON(nil), nil }

func (d Date) appendJSON(dst []byte) []byte {
	text := d.String()
	if text == "" {
		return append(dst, "null"...)
	}
	return json.AppendString(dst, text)
}

// ValueOf turns a Go value into the values that Objects hold. It takes the JSON types and Date as they are, every number type,
// slices, arrays, maps with string keys (their keys sorted, since Go keeps no order), *Object, Undefined, and whatever
// encoding/json can marshal. It returns an error for anything else, and for a value that holds itself.
func ValueOf(v any) (any, error) { return valueOf(v, 0) }

func valueOf(v any, depth int) (any, error) {
	if depth > json.MaxDepth {
		return nil, fmt.Errorf("more than %d arrays and objects inside each other, or one inside itself", json.MaxDepth)
	}
	switch v := v.(type) {
	case nil, bool, float64, string, undefined, Date:
		return v, nil
	case *Object:
		if v == nil {
			return nil, nil
		}
		return v, nil
	case stdjson.Marshaler, encoding.TextMarshaler, []byte:
		return marshalled(v)
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int()), nil
	case r.CanUint():
		return float64(r.Uint()), nil
	case r.CanFloat():
		return r.Float(), nil
	case r.Kind() == reflect.Slice || r.Kind() == reflect.Array:
		list := make([]any, r.Len())
		for i := range list {
			e, err := valueOf(r.Index(i).Interface(), depth+1)
			if err != nil {
				return nil, err
			}
			list[i] = e
		}
		return list, nil
	case r.Kind() == reflect.Map && r.Type().Key().Kind() == reflect.String:
		keys := r.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		o := &Object{}
		for _, k := range keys {
			e, err := valueOf(r.MapIndex(k).Interface(), depth+1)
			if err != nil {
				return nil, err
			}
			o.set(k.String(), e)
		}
		return o, nil
	}
	return marshalled(v)
}

func marshalled(v any) (any, error) {
	text, err := stdjson.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("a Go value of type %T can't be JSON: %w", v, err)
	}
	return ParseJSON(text)
}

// isValue reports whether v is what an Object holds, the elements of arrays included.
func isValue(v any, depth int) bool {
	switch v := v.(type) {
	case nil, bool, float64, string, undefined, Date:
		return true
	case *Object:
		return v != nil
	case []any:
		if depth > json.MaxDepth {
			return false
		}
		for _, e := range v {
			if !isValue(e, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// GoValue is the way back: Objects become map[string]any (losing their order), arrays fresh []any, Undefined nil, a Date its
// text, or nil if it is invalid.
func GoValue(v any) any {
	switch v := v.(type) {
	case undefined:
		return nil
	case Date:
		if v.String() == "" {
			return nil
		}
		return v.String()
	case *Object:
		if v == nil {
			return nil
		}
		m := make(map[string]any, v.Len())
		for k, e := range v.All() {
			m[k] = GoValue(e)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = GoValue(v[i])
		}
		return list
	}
	return v
}

// ParseJSON reads one JSON value as JSON.parse does: of a repeated key the last value counts, at the first place; a
// number too large is Infinity; text after the value is an error. The error names line and column. Bad bytes inside a
// string become U+FFFD.
func ParseJSON(text []byte) (any, error) {
	s := json.NewScanner(text)
	v, err := parseValue(s)
	if err != nil {
		return nil, err
	}
	if err := s.End(); err != nil {
		return nil, err
	}
	return v, nil
}

// ParseObject is ParseJSON for a text that has to be an object: any other value is an error.
func ParseObject(text []byte) (*Object, error) {
	v, err := ParseJSON(text)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, fmt.Errorf("the JSON is %s, not an object", TypeName(v))
	}
	return o, nil
}

func parseValue(s *json.Scanner) (any, error) {
	switch c := s.Peek(); {
	case c == '"':
		return s.String()
	case c == '{':
		return parseObject(s)
	case c == '[':
		return parseArray(s)
	case c == 't':
		return true, s.Literal("true")
	case c == 'f':
		return false, s.Literal("false")
	case c == 'n':
		return nil, s.Literal("null")
	case c == '-' || (c >= '0' && c <= '9'):
		return s.Number()
	}
	return nil, s.Unexpected("a value")
}

func parseObject(s *json.Scanner) (any, error) {
	if err := s.Enter(); err != nil {
		return nil, err
	}
	s.Skip()
	o := &Object{}
	for first := true; ; first = false {
		switch c := s.Peek(); {
		case c == '}' && first:
			s.Skip()
			s.Leave()
			return o, nil
		case c != '"':
			return nil, s.Unexpected("a key in quotes")
		}
		key, err := s.Key()
		if err != nil {
			return nil, err
		}
		if s.Peek() != ':' {
			return nil, s.Unexpected("a colon")
		}
		s.Skip()
		v, err := parseValue(s)
		if err != nil {
			return nil, err
		}
		if o.members == nil {
			o.members = make([]member, 0, 4)
		}
		if i := o.find(key); i >= 0 {
			o.members[i].value = v
		} else {
			o.append(key, v)
		}
		switch s.Peek() {
		case ',':
			s.Skip()
		case '}':
			s.Skip()
			s.Leave()
			o.settle()
			return o, nil
		default:
			return nil, s.Unexpected("a comma or }")
		}
	}
}

func parseArray(s *json.Scanner) (any, error) {
	if err := s.Enter(); err != nil {
		return nil, err
	}
	s.Skip()
	list := []any{}
	for first := true; ; first = false {
		if first && s.Peek() == ']' {
			s.Skip()
			s.Leave()
			return list, nil
		}
		v, err := parseValue(s)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch s.Peek() {
		case ',':
			s.Skip()
		case ']':
			s.Skip()
			s.Leave()
			return list, nil
		default:
			return nil, s.Unexpected("a comma or ]")
		}
	}
}

// AppendJSON appends v as JSON.stringify writes it. v holds the values that Objects hold; Undefined members are left out,
// NaN and the infinities are null. Any other Go value is taken through ValueOf, and written as null if it can't be JSON.
func AppendJSON(dst []byte, v any) []byte { return appendValue(dst, v, "", "") }

// AppendJSONIndent is AppendJSON over several lines, each level indented by indent; prefix stands before every line but
// the first.
func AppendJSONIndent(dst []byte, v any, prefix, indent string) []byte {
	return appendValue(dst, v, "\n"+prefix, indent)
}

// appendValue writes over several lines when newline is not empty.
func appendValue(dst []byte, v any, newline, indent string) []byte {
	switch v := v.(type) {
	case nil, undefined:
		return append(dst, "null"...)
	case bool:
		if v {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case float64:
		return json.AppendNumber(dst, v)
	case string:
		return json.AppendString(dst, v)
	case Date:
		return v.appendJSON(dst)
	case *Object:
		if v == nil {
			return append(dst, "null"...)
		}
		return v.appendJSON(dst, newline, indent)
	case []any:
		if len(v) == 0 {
			return append(dst, "[]"...)
		}
		inner := deeper(newline, indent)
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(append(dst, inner...), e, inner, indent)
		}
		return append(append(dst, newline...), ']')
	}
	converted, err := ValueOf(v)
	if err != nil {
		converted = nil
	}
	return appendValue(dst, converted, newline, indent)
}

func (o *Object) appendJSON(dst []byte, newline, indent string) []byte {
	inner := deeper(newline, indent)
	dst = append(dst, '{')
	empty := true
	for i := range o.members {
		if _, skip := o.members[i].value.(undefined); skip {
			continue
		}
		if !empty {
			dst = append(dst, ',')
		}
		empty = false
		dst = json.AppendString(append(dst, inner...), o.members[i].key)
		dst = append(dst, ':')
		if newline != "" {
			dst = append(dst, ' ')
		}
		dst = appendValue(dst, o.members[i].value, inner, indent)
	}
	if !empty {
		dst = append(dst, newline...)
	}
	return append(dst, '}')
}

func deeper(newline, indent string) string {
	if newline == "" {
		return ""
	}
	return newline + indent
}

// MarshalJSON writes the keys in the Object's order. json.Marshal escapes <, > and & in what it is given; AppendJSON
// keeps JavaScript's text.
func (o *Object) MarshalJSON() ([]byte, error) { return AppendJSON(nil, o), nil }

// UnmarshalJSON replaces what the Object holds. It returns an error on a frozen Object and on anything but an object.
func (o *Object) UnmarshalJSON(text []byte) error {
	if o.Frozen() {
		return fmt.Errorf("node.Object: a frozen Object can't be unmarshalled into")
	}
	parsed, err := ParseObject(text)
	if err != nil {
		return err
	}
	*o = *parsed
	return nil
}

// FormatNumber is JavaScript's String(f): 1e21, 0.1, NaN, Infinity.
func FormatNumber(f float64) string { return string(json.AppendNumberText(nil, f)) }

// TypeName names the JSON type of v for a message: "an object", "an array", "a string", "a number", "a boolean",
// "null" or "undefined".
func TypeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case undefined:
		return "undefined"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	case *Object:
		return "an object"
	case Date:
		return "a date"
	}
	return fmt.Sprintf("a Go %T", v)
}
