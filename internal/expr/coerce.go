package expr

import (
	"math"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
)

// Values are those of package node: nil (null), node.Undefined, bool, float64, string, []any, *node.Object; beside them,
// while an expression is evaluated, hosts ($input, an item) and skipped. The conversions below are JavaScript's.

// skipped is what an optional chain gives once it met null or undefined; it becomes undefined where the chain ends.
type skipped struct{}

func nullish(v any) bool { return v == nil || v == node.Undefined }

func truthy(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case string:
		return v != ""
	case []any:
		return true
	}
	return !nullish(v)
}

// data turns a host into the data that it stands for; other values it returns as they are.
func data(s *Scope, v any) (any, error) {
	if h, ok := v.(host); ok {
		return h.data(s)
	}
	return v, nil
}

// primitive turns objects and arrays into text, as every operator does that wants no object.
func primitive(s *Scope, v any) (any, error) {
	if d, ok := v.(dateTime); ok {
		return float64(d.UnixMilli()), nil
	}
	v, err := data(s, v)
	if err != nil {
		return nil, err
	}
	switch v.(type) {
	case *node.Object, []any:
		return text(s, v)
	}
	return v, nil
}

// text is String(v).
func text(s *Scope, v any) (string, error) {
	if str, ok := v.(string); ok {
		return str, nil
	}
	buf, err := appendText(s, nil, v)
	return string(buf), err
}

// appendText appends String(v).
func appendText(s *Scope, dst []byte, v any) ([]byte, error) {
	if d, ok := v.(dateTime); ok {
		return append(dst, d.String()...), nil
	}
	v, err := data(s, v)
	if err != nil {
		return dst, err
	}
	switch v := v.(type) {
	case string:
		if err := s.grow(len(v)); err != nil {
			return dst, err
		}
		return appendString(dst, v), nil
	case float64:
		return append(dst, node.FormatNumber(v)...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case nil:
		return append(dst, "null"...), nil
	case []any:
		list, err := joined(s, v, ",")
		return appendString(dst, list), err
	case *node.Object:
		if _, own := v.Get("toString"); own {
			// JavaScript would call the field, and fail with an error that n8n treats now this way, now that.
			return dst, unsupported("an object with a field toString as text is")
		}
		return append(dst, "[object Object]"...), nil
	}
	return append(dst, "undefined"...), nil
}

// joined is list.join(separator).
func joined(s *Scope, list []any, separator string) (string, error) {
	if err := s.grow(len(list) * len(separator)); err != nil {
		return "", err
	}
	var buf []byte
	for i, e := range list {
		if i > 0 {
			buf = appendString(buf, separator)
		}
		if nullish(e) {
			continue
		}
		var err error
		if buf, err = appendText(s, buf, e); err != nil {
			return "", err
		}
	}
	return string(buf), nil
}

// number is Number(v).
func number(s *Scope, v any) (float64, error) {
	v, err := primitive(s, v)
	if err != nil {
		return 0, err
	}
	switch v := v.(type) {
	case float64:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case string:
		return parseNumber(v), nil
	case nil:
		return 0, nil
	}
	return math.NaN(), nil
}

// parseNumber is Number(s) for a string.
func parseNumber(s string) float64 {
	s = trimRight(trimLeft(s))
	if s == "" {
		return 0
	}
	if len(s) > 2 && s[0] == '0' {
		if base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]; base != 0 {
			for i := 2; i < len(s); i++ {
				if digit(s[i]) >= base {
					return math.NaN()
				}
			}
			return integer(s[2:], base)
		}
	}
	if n := decimalPrefix(s); n == len(s) {
		return parseDecimal(s)
	}
	return math.NaN()
}

// digit is the value of a digit or letter, 36 or more for anything else.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// decimalPrefix is how many bytes at the start of s are a decimal number, with its sign, or Infinity.
func decimalPrefix(s string) int {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	if strings.HasPrefix(s[i:], "Infinity") {
		return i + len("Infinity")
	}
	digits := func() int {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i - start
	}
	n := digits()
	if i < len(s) && s[i] == '.' {
		i++
		n += digits()
	}
	if n == 0 {
		return 0
	}
	end := i
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if digits() > 0 {
			end = i
		}
	}
	return end
}

// parseDecimal reads what decimalPrefix found.
func parseDecimal(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64) // a number out of range gives the infinity or the zero that JavaScript gives
	return f
}

// integral is JavaScript's ToIntegerOrInfinity of Number(v).
func integral(s *Scope, v any) (float64, error) {
	f, err := number(s, v)
	if f != f {
		f = 0
	}
	return math.Trunc(f), err
}

// int32Of is JavaScript's ToInt32.
func int32Of(f float64) int32 {
	if f != f || math.IsInf(f, 0) {
		return 0
	}
	m := math.Mod(math.Trunc(f), 1<<32)
	return int32(uint32(int64(m)))
}

// arrayIndex reports whether a member's name is an index.
func arrayIndex(name string) (int, bool) {
	if name == "" || len(name) > 10 || name[0] == '0' && len(name) > 1 {
		return 0, false
	}
	n := 0
	for i := range len(name) {
		if name[i] < '0' || name[i] > '9' {
			return 0, false
		}
		n = n*10 + int(name[i]-'0')
	}
	return n, true
}

func isObject(v any) bool {
	switch v.(type) {
	case *node.Object, []any, host:
		return true
	}
	return false
}

// strictEqual is ===.
func strictEqual(s *Scope, a, b any) (bool, error) {
	if isObject(a) && isObject(b) {
		return false, unsupported("comparing two objects is")
	}
	if isObject(a) || isObject(b) {
		return false, nil
	}
	return a == b, nil // NaN is not equal to itself, null and undefined differ, 0 equals -0
}

// looseEqual is ==.
func looseEqual(s *Scope, a, b any) (bool, error) {
	switch {
	case nullish(a) || nullish(b):
		return nullish(a) && nullish(b), nil
	case isObject(a) && isObject(b):
		return strictEqual(s, a, b)
	}
	var err error
	if a, err = primitive(s, a); err != nil {
		return false, err
	}
	if b, err = primitive(s, b); err != nil {
		return false, err
	}
	x, aText := a.(string)
	y, bText := b.(string)
	if aText && bText {
		return x == y, nil
	}
	p, err := number(s, a)
	if err != nil {
		return false, err
	}
	q, err := number(s, b)
	return p == q, err
}

// sameValue is how includes compares: as ===, but NaN equals itself.
func sameValue(s *Scope, a, b any) (bool, error) {
	x, ok := a.(float64)
	y, ok2 := b.(float64)
	if ok && ok2 && x != x && y != y {
		return true, nil
	}
	return strictEqual(s, a, b)
}
