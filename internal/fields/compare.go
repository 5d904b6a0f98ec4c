package fields

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/nate-go/nate/node"
)

// Equal reports whether a and b are alike all the way down, as lodash's isEqual has it: NaN is like NaN, the order of an
// object's keys does not count, and nothing is converted.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || math.IsNaN(a) && math.IsNaN(b))
	case node.Date:
		b, ok := b.(node.Date)
		return ok && (a == b || math.IsNaN(float64(a)) && math.IsNaN(float64(b)))
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Equal)
	case *node.Object:
		b, ok := b.(*node.Object)
		if !ok || a.Len() != b.Len() {
			return false
		}
		if a == b {
			return true
		}
		for k, v := range a.All() {
			if other, ok := b.Get(k); !ok || !Equal(v, other) {
				return false
			}
		}
		return true
	}
	switch b.(type) {
	case []any, *node.Object:
		return false
	}
	return a == b
}

// Less is JavaScript's a < b: texts by their UTF-16 units, everything else as numbers, of which NaN is less than none.
// Objects, arrays and dates become text first, dates numbers.
func Less(a, b any) bool { return less(primitive(a), primitive(b)) }

// LessAsNumber is lodash's lt: as Less, but only two texts are compared as texts.
func LessAsNumber(a, b any) bool { return less(a, b) }

func less(a, b any) bool {
	x, isText := a.(string)
	y, isText2 := b.(string)
	if isText && isText2 {
		return CompareText(x, y) < 0
	}
	return Number(a) < Number(b)
}

func primitive(v any) any {
	switch v.(type) {
	case []any, *node.Object:
		return Text(v)
	}
	return v
}

// CompareText orders texts as JavaScript does, by UTF-16 units: negative when a comes first, 0 when they are the same.
func CompareText(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		return len(a) - len(b)
	}
	for n > 0 && !utf8.RuneStart(a[n]) {
		n--
	}
	x, y := firstUnit(a[n:]), firstUnit(b[n:])
	if x != y {
		return x - y
	}
	return strings.Compare(a[n:], b[n:])
}

// firstUnit returns the first UTF-16 unit of s.
func firstUnit(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r > 0xFFFF:
		return 0xD800 + int(r-0x10000)>>10
	case r == utf8.RuneError && size == 1 && len(s) >= 3: // a lone surrogate
		return int(s[0]&0x0F)<<12 | int(s[1]&0x3F)<<6 | int(s[2]&0x3F)
	}
	return int(r)
}

// Lower is JavaScript's toLowerCase. Only two letters are not as in Go, which also replaces lone surrogates.
func Lower(s string) string {
	if strings.ContainsAny(s, "\u0130\u03a3") || !utf8.ValidString(s) {
		return cases.Lower(language.Und).String(s)
	}
	return strings.ToLower(s)
}

// TypeOf is JavaScript's typeof v.
func TypeOf(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	}
	if v == node.Undefined {
		return "undefined"
	}
	return "object"
}
