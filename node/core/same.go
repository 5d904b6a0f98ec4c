package core

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// same compares values as n8n's Merge and Compare Datasets do.
type same struct {
	// fuzzy lets values of other types be the same: 3 and "3", true and 1, null and "".
	fuzzy bool
	// zero lets null be the same as 0 and "0", beside fuzzy.
	zero bool
}

// all reports whether values are the same one by one.
func (s same) all(a, b []any) bool {
	for i := range a {
		if !s.values(a[i], b[i]) {
			return false
		}
	}
	return true
}

func (s same) values(a, b any) bool {
	if !s.fuzzy || a != nil && b != nil && fields.TypeOf(a) == fields.TypeOf(b) {
		return fields.Equal(a, b)
	}
	if s.zero && (a == nil && isZero(b) || b == nil && isZero(a)) {
		return true
	}
	if isNothing(a) && (isNothing(b) || b == node.Undefined) || a == node.Undefined && isNothing(b) {
		return true
	}
	return s.across(a, b) || s.across(b, a) || fields.Equal(a, b)
}

// across compares values of different types, in one direction.
func (s same) across(a, b any) bool {
	text, isText := b.(string)
	switch a := a.(type) {
	case float64:
		return isText && node.FormatNumber(a) == text
	case *node.Object, []any:
		if !isText {
			return false
		}
		parsed, err := node.ParseJSON([]byte(text))
		return err == nil && fields.Equal(a, parsed)
	case bool:
		digit := "0"
		if a {
			digit = "1"
		}
		if n, isNumber := b.(float64); isNumber {
			return node.FormatNumber(n) == digit
		}
		return isText && (strings.EqualFold(text, strconv.FormatBool(a)) || text == digit)
	}
	return false
}

// isNothing reports whether a value is null, an empty text or an empty array.
func isNothing(v any) bool {
	list, isList := v.([]any)
	return v == nil || isList && len(list) == 0 || !isList && v == any("")
}

func isZero(v any) bool { return v == nil || !isComposite(v) && (v == any(0.0) || v == any("0")) }

func isComposite(v any) bool { return fields.TypeOf(v) == "object" && v != nil }

// keyOf returns a text that is the same for values that are the same. Others may have the same text too.
func (s same) keyOf(values []any) string {
	var key []byte
	for _, v := range values {
		at := len(key)
		key = s.appendKey(key, v)
		key = strconv.AppendInt(append(key, 0), int64(len(key)-at), 10)
		key = append(key, 0)
	}
	return string(key)
}

func (s same) appendKey(dst []byte, v any) []byte {
	if !s.fuzzy {
		return append(append(dst, fields.TypeOf(v)...), canonical(v)...)
	}
	switch t := v.(type) {
	case string:
		if parsed, err := node.ParseJSON([]byte(t)); err == nil && isComposite(parsed) {
			v = parsed
		}
		switch {
		case strings.EqualFold(t, "true"):
			return append(dst, '1')
		case strings.EqualFold(t, "false"):
			return append(dst, '0')
		}
	case bool:
		if t {
			return append(dst, '1')
		}
		return append(dst, '0')
	}
	if s.zero && isZero(v) {
		v = 0.0
	}
	switch {
	case isNothing(v) && s.zero, v == node.Undefined && s.zero, v == any(0.0) && s.zero:
		return append(dst, '0')
	case isNothing(v), v == node.Undefined:
		return dst
	}
	return append(dst, canonical(v)...)
}

// canonical is a value as text, objects with their keys in order.
func canonical(v any) []byte {
	switch v := v.(type) {
	case string:
		return []byte(v)
	case *node.Object:
		out := []byte{'{'}
		keys := v.Keys()
		slices.Sort(keys)
		for _, key := range keys {
			e, _ := v.Get(key)
			out = append(append(strconv.AppendQuote(out, key), ':'), canonicalMember(e)...)
		}
		return append(out, '}')
	case []any:
		out := []byte{'['}
		for _, e := range v {
			out = append(append(out, ','), canonicalMember(e)...)
		}
		return append(out, ']')
	case float64:
		return []byte(node.FormatNumber(v + 0))
	}
	return []byte(fields.Text(v))
}

func canonicalMember(v any) []byte {
	if text, ok := v.(string); ok {
		return strconv.AppendQuote(nil, text)
	}
	return canonical(v)
}
