package json

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Field ties a key of a JSON object to a Go value, so that one table serves reading and writing.
type Field struct {
	Key string
	// Value is a pointer to what the key is read into and written from.
	Value any
	// Partial says that Value reads only some keys of the object that stands there. The others are kept.
	Partial bool
	// Always writes the field even when it is empty: a nil list as [].
	Always bool
}

// DecodeFields reads a JSON object into the values of fields and returns what they can't hold, so that EncodeFields
// writes the same object again: keys without a field, keys whose value is empty in Go (null, false, 0, "") although they
// are there, keys that should hold text, a number or a boolean and hold something else, and of a Partial field the keys
// that it does not read. An error names the key.
func DecodeFields(text []byte, fields []Field) (map[string]stdjson.RawMessage, error) {
	rest, err := members(text)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		raw, ok := rest[f.Key]
		if !ok || string(raw) == "null" {
			continue
		}
		target := reflect.ValueOf(f.Value).Elem()
		if err := decode(raw, target); err != nil {
			target.SetZero()
			if isComposite(target.Kind()) {
				return nil, fmt.Errorf("%s: %w", f.Key, err)
			}
			continue
		}
		if f.Partial {
			left, err := without(raw, f.Value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Key, err)
			}
			if left != nil {
				rest[f.Key] = left
				continue
			}
		}
		if !target.IsZero() || f.Always {
			delete(rest, f.Key)
		}
	}
	if len(rest) == 0 {
		return nil, nil
	}
	return rest, nil
}

func isComposite(k reflect.Kind) bool {
	return k == reflect.Struct || k == reflect.Pointer || k == reflect.Slice || k == reflect.Map
}

// without returns the object raw less the keys that value writes; nil when nothing is left.
func without(raw stdjson.RawMessage, value any) (stdjson.RawMessage, error) {
	left, err := members(raw)
	if err != nil {
		return nil, err
	}
	own, err := membersOf(value)
	if err != nil {
		return nil, err
	}
	for key := range own {
		if _, ok := left[key]; !ok {
			return nil, fmt.Errorf("it has no key %q, but one that is nearly the same", key) // encoding/json ignores case
		}
		delete(left, key)
	}
	if len(left) == 0 {
		return nil, nil
	}
	return Marshal(left)
}

// membersOf returns the values by key of the JSON object that value writes.
func membersOf(value any) (map[string]stdjson.RawMessage, error) {
	written, err := Marshal(value)
	if err != nil {
		return nil, err
	}
	return members(written)
}

// members returns the values of a JSON object by key, as encoding/json does, but without reading what is in them: those who
// call it were handed text by encoding/json, which has looked at all of it. What is not plain is left to encoding/json.
func members(raw stdjson.RawMessage) (map[string]stdjson.RawMessage, error) {
	m := map[string]stdjson.RawMessage{}
	rest, ok := inside(raw, '{', '}')
	for ok && len(rest) > 0 {
		var key, value stdjson.RawMessage
		key, rest, ok = cutValue(rest, ':')
		if ok = ok && len(key) >= 2 && key[0] == '"' && bytes.IndexByte(key, '\\') < 0; !ok {
			break
		}
		value, rest, ok = cutValue(rest, ',')
		m[string(key[1:len(key)-1])] = value
	}
	if ok {
		return m, nil
	}
	m = nil
	err := stdjson.Unmarshal(raw, &m)
	return m, err
}

// elements returns the elements of a JSON array.
func elements(raw stdjson.RawMessage) (list []stdjson.RawMessage, ok bool) {
	rest, ok := inside(raw, '[', ']')
	for ok && len(rest) > 0 {
		var value stdjson.RawMessage
		value, rest, ok = cutValue(rest, ',')
		list = append(list, value)
	}
	return list, ok
}

const whitespace = " \t\r\n"

// inside returns what stands between two brackets.
func inside(raw []byte, opening, closing byte) ([]byte, bool) {
	raw = bytes.Trim(raw, whitespace)
	if len(raw) < 2 || raw[0] != opening || raw[len(raw)-1] != closing {
		return nil, false
	}
	return bytes.Trim(raw[1:len(raw)-1], whitespace), true
}

// cutValue cuts text after its first JSON value, and what separates it from the next one.
func cutValue(text []byte, separator byte) (value stdjson.RawMessage, rest []byte, ok bool) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case depth == 0 && c == separator:
			value, rest = bytes.TrimRight(text[:i], whitespace), bytes.TrimLeft(text[i+1:], whitespace)
			return value, rest, len(value) > 0 && len(rest) > 0
		}
	}
	return text, nil, depth == 0 && separator != ':' && len(text) > 0
}

// decode reads JSON into a value. Types that read themselves are handed their text at once: encoding/json would look through it
// again at each depth.
func decode(raw stdjson.RawMessage, target reflect.Value) error {
	if u, ok := target.Addr().Interface().(stdjson.Unmarshaler); ok {
		return u.UnmarshalJSON(raw)
	}
	if target.Kind() == reflect.Slice && reflect.PointerTo(target.Type().Elem()).Implements(reflect.TypeFor[stdjson.Unmarshaler]()) {
		if list, ok := elements(raw); ok {
			target.Set(reflect.MakeSlice(target.Type(), len(list), len(list)))
			for i, e := range list {
				if err := decode(e, target.Index(i)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return stdjson.Unmarshal(raw, target.Addr().Interface())
}

// EncodeFields writes an object: the fields in their order, each from its value, or from extra where the value is empty,
// and left out where neither has one; then the other keys of extra, sorted. It escapes no HTML.
func EncodeFields(fields []Field, extra map[string]stdjson.RawMessage) ([]byte, error) {
	var o Members
	known := make(map[string]bool, len(fields))
	for _, f := range fields {
		known[f.Key] = true
		raw, kept := extra[f.Key]
		value := reflect.ValueOf(f.Value).Elem()
		switch {
		case !value.IsZero() && kept && f.Partial:
			joined, err := join(f.Value, raw)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Key, err)
			}
			o = append(o, Member{f.Key, joined})
		case !value.IsZero():
			o = append(o, Member{f.Key, f.Value})
		case kept:
			o = append(o, Member{f.Key, raw})
		case f.Always && value.Kind() == reflect.Slice:
			o = append(o, Member{f.Key, []any{}})
		case f.Always:
			o = append(o, Member{f.Key, f.Value})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		if !known[key] {
			o = append(o, Member{key, extra[key]})
		}
	}
	return o.MarshalJSON()
}

// join adds to what value writes the keys of more that it does not write.
func join(value any, more stdjson.RawMessage) (Members, error) {
	own, err := membersOf(value)
	if err != nil {
		return nil, err
	}
	others, err := members(more)
	if err != nil {
		return nil, err
	}
	var o Members
	for _, from := range []map[string]stdjson.RawMessage{own, others} {
		for _, key := range slices.Sorted(maps.Keys(from)) {
			if !o.has(key) {
				o = append(o, Member{key, from[key]})
			}
		}
	}
	return o, nil
}

// Members is a JSON object to be written, its keys in order.
type Members []Member

// Member is one key of an object and its value, which encoding/json can marshal.
type Member struct {
	Key   string
	Value any
}

func (o Members) has(key string) bool {
	return slices.ContainsFunc(o, func(m Member) bool { return m.Key == key })
}

// MarshalJSON writes the keys in order. It escapes no HTML.
func (o Members) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ',')
		}
		value, err := Marshal(m.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Key, err)
		}
		out = append(append(AppendString(out, m.Key), ':'), value...)
	}
	return append(out, '}'), nil
}

// Marshal is encoding/json's without the escapes for HTML.
func Marshal(v any) (stdjson.RawMessage, error) {
	var b bytes.Buffer
	enc := stdjson.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}
