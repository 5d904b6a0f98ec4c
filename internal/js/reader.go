package js

import (
	"cmp"
	"slices"
	"strconv"
	"unsafe"

	lib "modernc.org/libquickjs"

	"github.com/nate-go/nate/internal/json"
)

// Type is what sort of value a script gave.
type Type string

// The types. Of objects, those are told apart that someone treats in a way of their own; any other is Object.
const (
	Undefined Type = "undefined"
	Null      Type = "null"
	Boolean   Type = "boolean"
	Number    Type = "number"
	BigInt    Type = "bigint"
	String    Type = "string"
	Symbol    Type = "symbol"
	Function  Type = "function"
	Array     Type = "array"
	Object    Type = "object"
	Date      Type = "Date"
	RegExp    Type = "RegExp"
	Map       Type = "Map"
	Set       Type = "Set"
	ErrorType Type = "Error"
	Promise   Type = "Promise"
	Bytes     Type = "Uint8Array"
	DateTime  Type = "DateTime"
	Duration  Type = "Duration"
	Interval  Type = "Interval"
)

var classTypes = map[lib.TJSClassID]Type{
	lib.EJS_CLASS_ARRAY:       Array,
	lib.EJS_CLASS_DATE:        Date,
	lib.EJS_CLASS_REGEXP:      RegExp,
	lib.EJS_CLASS_MAP:         Map,
	lib.EJS_CLASS_SET:         Set,
	lib.EJS_CLASS_ERROR:       ErrorType,
	lib.EJS_CLASS_PROMISE:     Promise,
	lib.EJS_CLASS_UINT8_ARRAY: Bytes,
	lib.EJS_CLASS_NUMBER:      Number,
	lib.EJS_CLASS_STRING:      String,
	lib.EJS_CLASS_BOOLEAN:     Boolean,
	lib.EJS_CLASS_BIG_INT:     BigInt,
}

func (v *vm) typeOf(x value) Type {
	switch tagOf(x) {
	case lib.EJS_TAG_UNDEFINED:
		return Undefined
	case lib.EJS_TAG_NULL:
		return Null
	case lib.EJS_TAG_BOOL:
		return Boolean
	case lib.EJS_TAG_INT, lib.EJS_TAG_FLOAT64:
		return Number
	case lib.EJS_TAG_BIG_INT, lib.EJS_TAG_SHORT_BIG_INT:
		return BigInt
	case lib.EJS_TAG_STRING, lib.EJS_TAG_STRING_ROPE:
		return String
	case lib.EJS_TAG_SYMBOL:
		return Symbol
	}
	if lib.XJS_IsFunction(v.tls, v.ctx, x) != 0 {
		return Function
	}
	if t, ok := classTypes[lib.XJS_GetClassID(v.tls, x)]; ok {
		return t
	}
	if t, ok := v.realm.luxonType(v, x); ok {
		return t
	}
	if lib.XJS_IsArray(v.tls, v.ctx, x) > 0 { // a proxy of one
		return Array
	}
	return Object
}

// reader walks a value as JSON.stringify does, with n8n's ways for what JSON has not: a bigint becomes a string.
type reader struct {
	v     *vm
	sink  Sink
	limit int // of the result, in bytes, about
	size  int
	count int
	path  []uintptr // the objects around
	// strict is JSON.stringify's own way: a bigint is an error, and a circle is described by its path.
	strict       bool
	over         LimitKind // what too large a result exceeds; LimitOutput if 0
	keys         []string  // how each object of the path is called in the one around it
	constructors []string
	// uncloneable is the first function, symbol or iterator met: what can't leave n8n's engine; empty if none.
	uncloneable string
}

// uncloneable are the objects that can't leave n8n's engine, as V8 calls them.
var uncloneable = map[lib.TJSClassID]string{
	lib.EJS_CLASS_ARRAY_ITERATOR:         "[object Array Iterator]",
	lib.EJS_CLASS_MAP_ITERATOR:           "[object Map Iterator]",
	lib.EJS_CLASS_SET_ITERATOR:           "[object Set Iterator]",
	lib.EJS_CLASS_STRING_ITERATOR:        "[object String Iterator]",
	lib.EJS_CLASS_REGEXP_STRING_ITERATOR: "[object RegExp String Iterator]",
	lib.EJS_CLASS_ITERATOR_HELPER:        "[object Iterator Helper]",
	lib.EJS_CLASS_GENERATOR:              "[object Generator]",
	lib.EJS_CLASS_ASYNC_GENERATOR:        "[object AsyncGenerator]",
	lib.EJS_CLASS_WEAKMAP:                "#<WeakMap>",
	lib.EJS_CLASS_WEAKSET:                "#<WeakSet>",
}

// maxReadDepth bounds how deep a result may nest.
const maxReadDepth = 3000

// value writes x, which it borrows, to the sink; a value that JSON leaves out becomes null. False means thrown.
func (r *reader) value(x value) bool {
	ok, written := r.member(x, "", false)
	if ok && !written {
		r.sink.Null()
	}
	if ok && r.size > r.limit {
		r.v.stop(cmp.Or(r.over, LimitOutput))
		return false
	}
	return ok
}

// member writes x, and before it its key if it is keyed, unless JSON leaves x out. ok is false when thrown.
func (r *reader) member(x value, key string, keyed bool) (ok, written bool) {
	if r.count++; r.count%checkEvery == 0 && r.v.expired() {
		r.v.stop(r.v.exhausted)
		return false, false
	}
	if r.size > r.limit {
		r.v.stop(cmp.Or(r.over, LimitOutput))
		return false, false
	}
	if tagOf(x) == lib.EJS_TAG_OBJECT {
		return r.object(x, key, keyed)
	}
	return r.scalar(x, key, keyed)
}

func (r *reader) scalar(x value, key string, keyed bool) (ok, written bool) {
	var s string
	switch tag := tagOf(x); tag {
	case lib.EJS_TAG_UNDEFINED:
		return true, false
	case lib.EJS_TAG_SYMBOL:
		r.refuse(x)
		return true, false
	case lib.EJS_TAG_STRING, lib.EJS_TAG_STRING_ROPE, lib.EJS_TAG_BIG_INT, lib.EJS_TAG_SHORT_BIG_INT:
		if r.strict && !isString(x) {
			r.v.throwError("TypeError", "Do not know how to serialize a BigInt")
			return false, false
		}
		if s, ok = r.v.text(x); !ok {
			return false, false
		}
	}
	if keyed {
		r.sink.Key(key)
	}
	r.size += 8 + len(s)
	switch tagOf(x) {
	case lib.EJS_TAG_NULL:
		r.sink.Null()
	case lib.EJS_TAG_BOOL:
		r.sink.Bool(intOf(x) != 0)
	case lib.EJS_TAG_INT:
		r.sink.Number(float64(intOf(x)))
	case lib.EJS_TAG_FLOAT64:
		r.sink.Number(floatOf(x))
	default:
		r.sink.String(s)
	}
	return true, true
}

// refuse notes a function or symbol.
func (r *reader) refuse(x value) {
	if r.uncloneable != "" {
		return
	}
	r.uncloneable, _ = r.v.describe(x)
}

// describe is the text of a function or symbol.
func (v *vm) describe(x value) (string, bool) {
	if tagOf(x) == lib.EJS_TAG_SYMBOL {
		description := v.get(x, "description")
		defer v.free(description)
		if isUndefined(description) {
			return "Symbol()", true
		}
		s, ok := v.text(description)
		return "Symbol(" + s + ")", ok
	}
	s := v.call(v.realm.functionToString, x)
	if isException(s) {
		v.drop()
		return "function", false
	}
	defer v.free(s)
	return v.text(s)
}

func (r *reader) object(x value, key string, keyed bool) (ok, written bool) {
	v := r.v
	x, ok = r.toJSON(v.dup(x), key)
	if !ok {
		return false, false
	}
	defer v.free(x)
	if tagOf(x) != lib.EJS_TAG_OBJECT {
		return r.scalar(x, key, keyed)
	}
	if lib.XJS_IsFunction(v.tls, v.ctx, x) != 0 {
		r.refuse(x)
		return true, false
	}
	if name, ok := uncloneable[lib.XJS_GetClassID(v.tls, x)]; ok && !r.strict && r.uncloneable == "" {
		r.uncloneable = name
	}
	switch lib.XJS_GetClassID(v.tls, x) {
	case lib.EJS_CLASS_NUMBER, lib.EJS_CLASS_STRING, lib.EJS_CLASS_BOOLEAN, lib.EJS_CLASS_BIG_INT:
		return r.boxed(x, key, keyed)
	}
	array := lib.XJS_IsArray(v.tls, v.ctx, x)
	if array < 0 {
		return false, false
	}
	if !r.enter(x, key, keyed) {
		return false, false
	}
	if keyed {
		r.sink.Key(key)
	}
	if array > 0 {
		ok = r.elements(x)
	} else {
		ok = r.members(x)
	}
	r.path = r.path[:len(r.path)-1]
	if r.strict {
		r.keys, r.constructors = r.keys[:len(r.path)], r.constructors[:len(r.path)]
	}
	return ok, true
}

func (r *reader) enter(x value, key string, keyed bool) bool {
	object := pointerOf(x)
	step := ""
	if r.strict {
		if step = "index " + key; keyed {
			step = "property '" + key + "'"
		}
	}
	if slices.Contains(r.path, object) {
		message := "Converting circular structure to JSON"
		if r.strict {
			message = r.circular(object, step)
		}
		r.v.throwError("TypeError", message)
		return false
	}
	if len(r.path) >= maxReadDepth {
		r.v.stop(LimitStack)
		return false
	}
	r.path = append(r.path, object)
	if r.strict {
		r.keys, r.constructors = append(r.keys, step), append(r.constructors, r.constructor(x))
	}
	return true
}

// constructor names the class of an object for the description of a circle.
func (r *reader) constructor(x value) string {
	c := r.v.get(x, "constructor")
	if isException(c) {
		r.v.drop()
		return "'Object'"
	}
	defer r.v.free(c)
	if isObject(c) {
		if name := r.v.property(c, "name"); name != "" {
			return "'" + name + "'"
		}
	}
	return "'Object'"
}

// toJSON replaces an object, which it takes over, by what its toJSON method gives.
func (r *reader) toJSON(x value, key string) (value, bool) {
	v := r.v
	method := lib.XGetProperty(v.tls, v.ctx, x, v.toJSON)
	switch {
	case isException(method):
		v.free(x)
		return undefined, false
	case lib.XJS_IsFunction(v.tls, v.ctx, method) == 0:
		v.free(method)
		return x, true
	}
	name := v.newString(key)
	y := v.call(method, x, name)
	v.free(method, name, x)
	return y, !isException(y)
}

func (r *reader) boxed(x value, key string, keyed bool) (ok, written bool) {
	inner := r.v.call(r.v.realm.unbox, undefined, x)
	if isException(inner) {
		return false, false
	}
	defer r.v.free(inner)
	return r.scalar(inner, key, keyed)
}

func (r *reader) elements(x value) bool {
	v := r.v
	length := v.get(x, "length")
	n, ok := number(length)
	if !ok {
		v.free(length) // a proxy that lies; an exception stays pending
		return !isException(length)
	}
	r.sink.BeginArray()
	r.size += 2
	for i := range uint32(n) {
		e := lib.XJS_GetPropertyUint32(v.tls, v.ctx, x, i)
		if isException(e) {
			return false
		}
		key := ""
		if isObject(e) {
			key = strconv.FormatUint(uint64(i), 10)
		}
		ok, written := r.member(e, key, false)
		v.free(e)
		if !ok {
			return false
		}
		if !written {
			r.sink.Null()
			r.size += 4
		}
	}
	r.sink.EndArray()
	return true
}

func (r *reader) members(x value) bool {
	v := r.v
	table, n, ok := v.ownNames(x, lib.MJS_GPN_STRING_MASK|lib.MJS_GPN_ENUM_ONLY)
	if !ok {
		return false
	}
	defer lib.XJS_FreePropertyEnum(v.tls, v.ctx, table, lib.Tuint32_t(n))
	r.sink.BeginObject()
	r.size += 2
	for _, p := range slice[lib.TJSPropertyEnum](table, n) {
		m := lib.XGetProperty(v.tls, v.ctx, x, p.Fatom)
		if isException(m) {
			return false
		}
		name, ok := v.atomText(p.Fatom)
		if ok {
			r.size += len(name)
			ok, _ = r.member(m, name, true)
		}
		v.free(m)
		if !ok {
			return false
		}
	}
	r.sink.EndObject()
	return true
}

// ownNames lists the own properties of x, for XJS_FreePropertyEnum; flags say which.
func (v *vm) ownNames(x value, flags int32) (table uintptr, n int, ok bool) {
	const size = 16
	p := v.tls.Alloc(size)
	defer v.tls.Free(size)
	*at[uintptr](p) = 0
	if lib.XJS_GetOwnPropertyNames(v.tls, v.ctx, p, p+8, x, flags) < 0 {
		return 0, 0, false
	}
	return *at[uintptr](p), int(*at[lib.Tuint32_t](p + 8)), true
}

// atomText is the text of a property name.
func (v *vm) atomText(a lib.TJSAtom) (string, bool) {
	if s, ok := v.atomNames[a]; ok {
		return s, true
	}
	size := int(unsafe.Sizeof(lib.Tsize_t(0)))
	length := v.tls.Alloc(size)
	defer v.tls.Free(size)
	p := lib.XJS_AtomToCStringLen(v.tls, v.ctx, length, a)
	if p == 0 {
		return "", false
	}
	s := string(slice[byte](p, int(*at[lib.Tsize_t](length))))
	lib.XJS_FreeCString(v.tls, v.ctx, p)
	return v.remember(a, s), true
}

// remember keeps a property name, so that it is read once.
func (v *vm) remember(a lib.TJSAtom, s string) string {
	if len(v.atoms) < maxAtoms {
		if _, ok := v.atoms[s]; !ok {
			v.atoms[s], v.atomNames[lib.XJS_DupAtom(v.tls, v.ctx, a)] = a, s
		}
	}
	return s
}

// jsonSink writes JSON text as JSON.stringify does.
type jsonSink struct {
	text  []byte
	gap   string // what a level is indented by; nothing puts all on one line
	depth int
	comma bool // something stands before on this level
	keyed bool // a key stands before
}

// next makes room for a value or key.
func (s *jsonSink) next() {
	if s.keyed {
		s.keyed = false
		return
	}
	if s.comma {
		s.text = append(s.text, ',')
	}
	s.comma = true
	if s.depth > 0 {
		s.line()
	}
}

func (s *jsonSink) line() {
	if s.gap == "" {
		return
	}
	s.text = append(s.text, '\n')
	for range s.depth {
		s.text = append(s.text, s.gap...)
	}
}

func (s *jsonSink) Null() { s.next(); s.text = append(s.text, "null"...) }

func (s *jsonSink) Bool(b bool) { s.next(); s.text = strconv.AppendBool(s.text, b) }

func (s *jsonSink) Number(f float64)  { s.next(); s.text = json.AppendNumber(s.text, f) }
func (s *jsonSink) String(str string) { s.next(); s.text = json.AppendString(s.text, str) }
func (s *jsonSink) BeginArray()       { s.begin('[') }
func (s *jsonSink) EndArray()         { s.end(']') }
func (s *jsonSink) BeginObject()      { s.begin('{') }
func (s *jsonSink) EndObject()        { s.end('}') }

func (s *jsonSink) Key(name string) {
	s.String(name)
	s.text = append(s.text, ':')
	if s.gap != "" {
		s.text = append(s.text, ' ')
	}
	s.keyed = true
}

func (s *jsonSink) begin(c byte) {
	s.next()
	s.text = append(s.text, c)
	s.comma = false
	s.depth++
}

func (s *jsonSink) end(c byte) {
	s.depth--
	if s.comma {
		s.line()
	}
	s.text = append(s.text, c)
	s.comma = true
}
