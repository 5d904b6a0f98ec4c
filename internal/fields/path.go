// Package fields reads and changes the fields of items as n8n's nodes do: by path ("a.b[0]['c d']"), and with values
// converted to the type that a field is said to have. Objects that are frozen stay as they are: what changes is copied.
package fields

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nate-go/nate/node"
)

const (
	// maxKeys is how deep a path may go, maxGap how far beyond its end an array may be written to: the elements between
	// come into being too.
	maxKeys = 10_000
	maxGap  = 100_000
)

// Get returns what is at a path of an object, or node.Undefined. A path that is itself a key of the object names that
// key. Arrays and strings have indexes and a length. Mirrors lodash's get, less what JavaScript objects inherit.
func Get(o *node.Object, path string) any {
	var buf [8]string
	keys := split(o, path, buf[:0])
	if len(keys) == 0 {
		return node.Undefined
	}
	var v any = o
	for _, key := range keys {
		if v = member(v, key); v == node.Undefined {
			return v
		}
	}
	return v
}

func member(v any, key string) any {
	switch v := v.(type) {
	case *node.Object:
		if e, ok := v.Get(key); ok {
			return e
		}
	case []any:
		if key == "length" {
			return float64(len(v))
		}
		if i, ok := index(key); ok && i < int64(len(v)) {
			return v[i]
		}
	case string:
		if key == "length" {
			return float64(units(v))
		}
		if i, ok := index(key); ok {
			return unit(v, i)
		}
	}
	return node.Undefined
}

// Set puts value at a path of an object, which must not be frozen. A path that is itself a key of the object names that
// key. Objects and arrays on the way are copied before they are changed; what is no object or array gives way to a new
// one: an array where the next part of the path is an index, else an object. What an array lacks before the index is
// undefined. Writing to another property of an array than an index or its length has no effect that JSON could show.
// The error says that the path is too deep, an index too far beyond the array, or a length none. Mirrors lodash's set,
// but __proto__, constructor and prototype are keys like any other.
func Set(o *node.Object, path string, value any) error {
	var buf [8]string
	keys := split(o, path, buf[:0])
	switch {
	case len(keys) == 0:
		return nil
	case len(keys) > maxKeys:
		return fmt.Errorf("a path of %d keys is too deep (%d are the most)", len(keys), maxKeys)
	}
	return setIn(o, keys, value)
}

func setIn(o *node.Object, keys []string, value any) error {
	if len(keys) > 1 {
		child, _ := o.Get(keys[0])
		var err error
		if value, err = with(child, keys[1:], value); err != nil {
			return err
		}
	}
	o.Set(keys[0], value)
	return nil
}

// with returns a copy of v that has value at keys.
func with(v any, keys []string, value any) (any, error) {
	switch v := v.(type) {
	case *node.Object:
		o := Copy(v)
		return o, setIn(o, keys, value)
	case []any:
		return withElement(slices.Clone(v), keys, value)
	}
	if _, ok := index(keys[0]); ok {
		return withElement([]any{}, keys, value)
	}
	o := &node.Object{}
	return o, setIn(o, keys, value)
}

func withElement(list []any, keys []string, value any) (any, error) {
	if keys[0] == "length" {
		if len(keys) > 1 {
			value = math.NaN()
		}
		return resized(list, Number(value))
	}
	i, ok := index(keys[0])
	if !ok {
		return list, nil
	}
	if i >= int64(len(list)) {
		var err error
		if list, err = resized(list, float64(i)+1); err != nil {
			return nil, err
		}
	}
	if len(keys) > 1 {
		var err error
		if value, err = with(list[i], keys[1:], value); err != nil {
			return nil, err
		}
	}
	list[i] = value
	return list, nil
}

func resized(list []any, length float64) ([]any, error) {
	switch {
	case length < 0 || length != math.Trunc(length) || length >= 1<<32:
		return nil, errors.New("Invalid array length") //nolint:staticcheck // JavaScript's text
	case length > float64(len(list)+maxGap):
		return nil, fmt.Errorf("an array of %d elements can't be extended to %.0f (by at most %d at a time)", len(list), length, maxGap)
	case int(length) <= len(list):
		return list[:int(length)], nil
	}
	for len(list) < int(length) {
		list = append(list, node.Undefined)
	}
	return list, nil
}

// Unset removes what is at a path of an object, which must not be frozen. A path that is itself a key of the object
// names that key. An array keeps its length: the element becomes undefined. Mirrors lodash's unset.
func Unset(o *node.Object, path string) {
	var buf [8]string
	keys := split(o, path, buf[:0])
	if len(keys) == 0 || len(keys) > maxKeys {
		return
	}
	unsetIn(o, keys)
}

func unsetIn(o *node.Object, keys []string) {
	if len(keys) == 1 {
		o.Delete(keys[0])
		return
	}
	child, _ := o.Get(keys[0])
	if v, ok := without(child, keys[1:]); ok {
		o.Set(keys[0], v)
	}
}

// without returns a copy of v that lacks what is at keys; ok is false when there is nothing to remove.
func without(v any, keys []string) (changed any, ok bool) {
	switch v := v.(type) {
	case *node.Object:
		child, ok := v.Get(keys[0])
		if !ok {
			return nil, false
		}
		if len(keys) > 1 {
			if child, ok = without(child, keys[1:]); !ok {
				return nil, false
			}
		}
		o := Copy(v)
		if len(keys) > 1 {
			o.Set(keys[0], child)
		} else {
			o.Delete(keys[0])
		}
		return o, true
	case []any:
		i, ok := index(keys[0])
		if !ok || i >= int64(len(v)) {
			return nil, false
		}
		element := node.Undefined
		if len(keys) > 1 {
			if element, ok = without(v[i], keys[1:]); !ok {
				return nil, false
			}
		}
		list := slices.Clone(v)
		list[i] = element
		return list, true
	}
	return nil, false
}

// Copy returns a copy of one level that may be changed, whether o is frozen or not. o is frozen afterwards.
func Copy(o *node.Object) *node.Object { return o.Freeze().Edit() }

// split appends the keys that a path names to keys.
func split(o *node.Object, path string, keys []string) []string {
	if isKey(path) || o.Has(path) {
		return append(keys, path)
	}
	if path[0] == '.' {
		keys = append(keys, "")
	}
	for i := 0; i < len(path); {
		rest := path[i:]
		if n := strings.IndexAny(rest, ".[]"); n != 0 {
			if n < 0 {
				n = len(rest)
			}
			keys = append(keys, rest[:n])
			i += n
			continue
		}
		if key, n := bracket(rest); n > 0 {
			keys = append(keys, key)
			i += n
			continue
		}
		if after, ok := cutEmpty(rest); ok {
			if _, again := cutEmpty(after); again || after == "" {
				keys = append(keys, "")
			}
		}
		i++
	}
	return keys
}

// cutEmpty cuts off what separates keys but names none: a dot, or a pair of brackets.
func cutEmpty(path string) (string, bool) {
	if rest, ok := strings.CutPrefix(path, "."); ok {
		return rest, true
	}
	return strings.CutPrefix(path, "[]")
}

// isKey reports whether a path has no part that would need splitting: no dot, and no brackets that belong together.
func isKey(path string) bool {
	for i := range len(path) {
		switch path[i] {
		case '.':
			return false
		case '[':
			rest := path[i+1:]
			if n := strings.IndexAny(rest, "[]"); n >= 0 && rest[n] == ']' {
				return false
			}
			if _, n := quoted(rest); n > 0 {
				return false
			}
		}
	}
	return true
}

// bracket reads a number or a quoted key in brackets, and returns its length with them; 0 when there is none.
func bracket(path string) (key string, length int) {
	if path[0] != '[' {
		return "", 0
	}
	if key, n := quoted(path[1:]); n > 0 {
		return key, n + 1
	}
	digits := func(i int) int {
		for i < len(path) && path[i] >= '0' && path[i] <= '9' {
			i++
		}
		return i
	}
	start := 1
	if start < len(path) && path[start] == '-' {
		start++
	}
	end := digits(start)
	if end == start {
		return "", 0
	}
	if end+1 < len(path) && path[end] == '.' {
		if fraction := digits(end + 1); fraction > end+1 {
			end = fraction
		}
	}
	if end >= len(path) || path[end] != ']' {
		return "", 0
	}
	return path[1:end], end + 1
}

// quoted reads a key in quotes and the bracket after it, and returns the length of both; 0 when there is none. A
// backslash takes the next character as it stands and is itself left out, unless that is a backslash too.
func quoted(path string) (key string, length int) {
	if path == "" || path[0] != '"' && path[0] != '\'' {
		return "", 0
	}
	var b strings.Builder
	for i := 1; i < len(path); i++ {
		switch c := path[i]; {
		case c == path[0]:
			if i+1 < len(path) && path[i+1] == ']' {
				return b.String(), i + 2
			}
			return "", 0
		case c != '\\':
			b.WriteByte(c)
		case i+1 == len(path) || startsWithLineEnd(path[i+1:]):
			return "", 0
		default:
			i++
			b.WriteByte(path[i])
		}
	}
	return "", 0
}

func startsWithLineEnd(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029'
}

// index reads a key that is an index of an array.
func index(key string) (int64, bool) {
	if key == "" || len(key) > 10 || key[0] == '0' && key != "0" {
		return 0, false
	}
	var n int64
	for i := range len(key) {
		if key[i] < '0' || key[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(key[i]-'0')
	}
	return n, n < math.MaxUint32
}

// units counts the UTF-16 units of s, which JavaScript calls its length.
func units(s string) int {
	n := 0
	for i := 0; i < len(s); {
		size, two := character(s[i:])
		i += size
		n++
		if two {
			n++
		}
	}
	return n
}

// unit returns the UTF-16 unit at an index of s as a string; half of a pair becomes the three-byte form that
// internal/json gives to a lone surrogate.
func unit(s string, at int64) any {
	for i, n := 0, int64(0); i < len(s); n++ {
		size, two := character(s[i:])
		if n == at && !two {
			return s[i : i+size]
		}
		if two {
			r, _ := utf8.DecodeRuneInString(s[i:])
			r -= 0x10000
			switch at {
			case n:
				return surrogate(0xD800 + r>>10)
			case n + 1:
				return surrogate(0xDC00 + r&0x3FF)
			}
			n++
		}
		i += size
	}
	return node.Undefined
}

func surrogate(u rune) string {
	return string([]byte{0xED, 0x80 | byte(u>>6&0x3F), 0x80 | byte(u&0x3F)})
}

// character returns the size of the first character of s in bytes, and whether it takes two UTF-16 units.
func character(s string) (size int, two bool) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF {
		return 3, false // a lone surrogate
	}
	return size, r > 0xFFFF
}

// Leaves are the values in an object that are no objects or arrays themselves, by their paths: keys and indexes with dots between.
func Leaves(of *node.Object) *node.Object {
	o := &node.Object{}
	addLeaves(o, "", of)
	return o
}

func addLeaves(o *node.Object, path string, v any) {
	inside := func(key string) string {
		if path == "" {
			return key
		}
		return path + "." + key
	}
	switch v := v.(type) {
	case *node.Object:
		for k, e := range v.All() {
			addLeaves(o, inside(k), e)
		}
	case []any:
		for i, e := range v {
			addLeaves(o, inside(strconv.Itoa(i)), e)
		}
	default:
		o.Set(path, v)
	}
}
