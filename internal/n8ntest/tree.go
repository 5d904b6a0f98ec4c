package n8ntest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// object is a JSON object that remembers the order of its keys. A nil *object is not a valid value.
type object struct {
	keys   []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

// get returns the value of key, or nil if o has none; it is safe on a nil object.
func (o *object) get(key string) any {
	if o == nil {
		return nil
	}
	return o.values[key]
}

// object returns the object at key, or nil if there is none.
func (o *object) object(key string) *object {
	v, _ := o.get(key).(*object)
	return v
}

func (o *object) set(key string, v any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// MarshalJSON writes the object with its keys in order.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(text(k))
		b.WriteByte(':')
		b.WriteString(text(o.values[k]))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// decode parses one JSON document into nil, bool, string, json.Number, []any and *object. Numbers keep their text, objects
// their order. A duplicate key is an error: n8n never writes one.
func decode(data []byte) (any, error) {
	var whole json.RawMessage // checks syntax, nesting depth and trailing text before the walk below
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, fmt.Errorf("decode JSON: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return decodeValue(d)
}

func decodeValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("decode JSON: %w", err)
	}
	switch t {
	case json.Delim('{'):
		o := newObject()
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, fmt.Errorf("decode JSON: %w", err)
			}
			key := k.(string) // the syntax is checked: a key is a string
			if _, ok := o.values[key]; ok {
				return nil, fmt.Errorf("decode JSON: duplicate key %q before byte %d", key, d.InputOffset())
			}
			v, err := decodeValue(d)
			if err != nil {
				return nil, err
			}
			o.set(key, v)
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	return t, nil
}

// text returns v as compact JSON.
func text(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprintf("%v (%v)", v, err) // not reached with values of decode
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// sorted returns v with the keys of every object in it in alphabetical order.
func sorted(v any) any {
	switch v := v.(type) {
	case *object:
		o := newObject()
		for _, k := range slices.Sorted(slices.Values(v.keys)) {
			o.set(k, sorted(v.values[k]))
		}
		return o
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = sorted(e)
		}
		return list
	}
	return v
}
