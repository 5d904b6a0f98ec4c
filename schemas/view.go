package schemas

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
)

// The keywords of JSON Schema by what they look at.
var (
	// freeKeywords describe any number of values.
	freeKeywords = []string{"items", "additionalProperties"}
	// frameKeywords put a schema together from others.
	frameKeywords = []string{"if", "then", "else", "not", "allOf", "anyOf", "oneOf"}
	// wholeKeywords look at more of a value than its type, length and single members.
	wholeKeywords = []string{
		"const", "enum", "contains", "uniqueItems", "additionalItems", "minProperties", "maxProperties", "propertyNames",
		"patternProperties", "dependencies",
	}
)

// beyondPlain reports whether a schema uses any keyword of the last two lists, or a list of items, in any place.
func beyondPlain(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, beyondPlain)
	case map[string]any:
		for key, inner := range v {
			_, isList := inner.([]any)
			if slices.Contains(frameKeywords, key) || slices.Contains(wholeKeywords, key) || key == "items" && isList || beyondPlain(inner) {
				return true
			}
		}
	}
	return false
}

// shape is as much of a value as a schema speaks of.
type shape struct {
	// ref is the definition that elements of this shape are checked by, one by one; empty: they are part of the whole.
	ref string
	// whole takes everything in, all that is inside too; else properties are what is known of an object, rest is that of its other keys, items is
	// that of the elements of an array. A nil rest or items leaves them out.
	whole       bool
	properties  map[string]*shape
	rest, items *shape
}

// shapes makes shapes; those of definitions are made once, since definitions may refer to themselves.
type shapes struct {
	schema *schema
	byRef  map[string]*shape
}

func (m shapes) of(rule map[string]any) *shape {
	if ref, ok := rule["$ref"].(string); ok {
		sh, ok := m.byRef[ref]
		if !ok {
			sh = &shape{}
			m.byRef[ref] = sh
			*sh = *m.of(m.schema.definition(ref))
		}
		return sh
	}
	sh := &shape{}
	properties, _ := rule["properties"].(map[string]any)
	sh.properties = make(map[string]*shape, len(properties))
	if required, ok := rule["required"].([]any); ok {
		for _, name := range required {
			sh.properties[fmt.Sprint(name)] = &shape{}
		}
	}
	for name, inner := range properties {
		sh.properties[name] = m.ofAny(inner)
	}
	sh.rest, sh.items = m.free(rule["additionalProperties"]), m.free(rule["items"])
	_, hasMin := rule["minItems"]
	_, hasMax := rule["maxItems"]
	if sh.items == nil && (hasMin || hasMax) {
		sh.items = &shape{}
	}
	return sh
}

// ofAny takes true and false for schemas too.
func (m shapes) ofAny(rule any) *shape {
	if rule, ok := rule.(map[string]any); ok {
		return m.of(rule)
	}
	return &shape{}
}

// free returns the shape of elements, nil when nothing is said of them.
func (m shapes) free(rule any) *shape {
	object, isObject := rule.(map[string]any)
	switch {
	case !isObject && rule != false:
		return nil
	case isObject:
		if ref, ok := object["$ref"].(string); ok {
			return &shape{ref: ref}
		}
	}
	return m.ofAny(rule)
}

// path leads from the root of a document to a value.
type path []step

type step struct {
	key   string
	index int
	isKey bool
}

func (p path) pointer() string {
	parts := make([]any, len(p))
	for i, st := range p {
		if parts[i] = st.index; st.isKey {
			parts[i] = st.key
		}
	}
	return Pointer(parts...)
}

// element is a part of a document that is checked by itself.
type element struct {
	value any
	path  path
	ref   string
}

// view makes of an element what gojsonschema takes (maps, json.Number), as far as the schema speaks of it.
type view struct {
	path    path
	apart   []element // what is to be checked by itself
	foreign string    // the Go type of a value that is none of JSON's
}

func (v *view) of(value any, sh *shape) any {
	switch x := value.(type) {
	case nil, bool, string:
		return x
	case float64:
		return numberOf(x)
	case int:
		return json.Number(strconv.Itoa(x))
	case json.Number:
		// Taken through a double: an exponent of a billion would cost as much memory.
		f, err := strconv.ParseFloat(string(x), 64)
		if err != nil && f == 0 {
			v.foreign = "json.Number without a number"
		}
		return numberOf(f)
	case []any:
		return v.ofList(x, sh)
	case map[string]any:
		return v.ofObject(sorted(x), sh)
	case Ordered:
		return v.ofObject(x.All(), sh)
	}
	v.foreign = fmt.Sprintf("%T", value)
	return nil
}

// numberOf writes a double. An infinity, which a file can hold as 1e400, becomes a number above every limit.
func numberOf(f float64) json.Number {
	switch text := strconv.FormatFloat(f, 'g', -1, 64); text {
	case "+Inf":
		return "1e400"
	case "-Inf":
		return "-1e400"
	default:
		return json.Number(text)
	}
}

func (v *view) ofList(list []any, sh *shape) any {
	items := sh.items
	if sh.whole {
		items = sh
	}
	if items == nil {
		return []any{}
	}
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = v.inner(step{index: i}, e, items)
	}
	return out
}

func (v *view) ofObject(object iter.Seq2[string, any], sh *shape) any {
	out := make(map[string]any, len(sh.properties))
	if !sh.whole && len(sh.properties) == 0 && sh.rest == nil {
		return out
	}
	for key, e := range object {
		inner, known := sh.properties[key]
		switch {
		case sh.whole:
			inner = sh
		case !known:
			inner = sh.rest
		}
		if inner != nil {
			out[key] = v.inner(step{key: key, isKey: true}, e, inner)
		}
	}
	return out
}

// inner is of for what is inside.
func (v *view) inner(st step, value any, sh *shape) any {
	v.path = append(v.path, st)
	defer func() { v.path = v.path[:len(v.path)-1] }()
	if sh.ref != "" {
		v.apart = append(v.apart, element{value: value, path: slices.Clone(v.path), ref: sh.ref})
		return nil
	}
	return v.of(value, sh)
}

// sorted iterates over a map by its keys in order.
func sorted(m map[string]any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
