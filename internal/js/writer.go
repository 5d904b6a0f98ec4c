package js

import (
	"fmt"

	lib "modernc.org/libquickjs"

	"github.com/nate-go/nate/internal/json"
)

// Sink takes one value piece by piece, in the order of a JSON text: a scalar, or Begin, members, End. In an object a Key
// stands before each value. Strings may hold lone surrogates in their three-byte form.
type Sink interface {
	Null()
	Bool(b bool)
	Number(f float64)
	String(s string)
	BeginArray()
	EndArray()
	BeginObject()
	Key(name string)
	EndObject()
}

// Writer is the Sink that makes a value inside the engine. It also takes values that JSON does not have. It is only valid
// during the call that it was handed to, and for one value. Zero values written means undefined.
type Writer struct {
	v      *vm
	open   []container
	result value
	count  int
	failed bool // an exception is pending
}

type container struct {
	object value
	key    lib.TJSAtom
	length uint32
	array  bool
}

var _ Sink = (*Writer)(nil)

// checkEvery is after how many values a Writer or reader looks at the clock.
const checkEvery = 4096

// add puts x, which it takes over, where the next value belongs.
func (w *Writer) add(x value) {
	if w.count++; w.count%checkEvery == 0 && w.v.expired() {
		w.v.free(x)
		x = w.v.stop(w.v.exhausted)
	}
	if w.failed || isException(x) {
		if w.failed {
			w.v.free(x)
		}
		w.failed = true
		return
	}
	if len(w.open) == 0 {
		w.v.free(w.result)
		w.result = x
		return
	}
	c := &w.open[len(w.open)-1]
	var r int32
	if c.array {
		r = lib.XJS_DefinePropertyValueUint32(w.v.tls, w.v.ctx, c.object, c.length, x, lib.MJS_PROP_C_W_E)
		c.length++
	} else {
		r = lib.XJS_DefinePropertyValue(w.v.tls, w.v.ctx, c.object, c.key, x, lib.MJS_PROP_C_W_E)
	}
	w.failed = r < 0
}

// Undefined writes undefined.
func (w *Writer) Undefined() { w.add(undefined) }

// Null writes null.
func (w *Writer) Null() { w.add(null) }

// Bool writes true or false.
func (w *Writer) Bool(b bool) { w.add(newBool(b)) }

// Number writes a number; NaN, the infinities and -0 arrive as they are.
func (w *Writer) Number(f float64) { w.add(newNumber(f)) }

// String writes a string.
func (w *Writer) String(s string) { w.add(w.v.newString(s)) }

// Date writes a Date; ms are milliseconds since 1970.
func (w *Writer) Date(ms float64) { w.add(lib.XJS_NewDate(w.v.tls, w.v.ctx, ms)) }

// DateTime writes a Luxon DateTime; ms are milliseconds since 1970, zone is an IANA name.
func (w *Writer) DateTime(ms float64, zone string) {
	name := w.v.newString(zone)
	w.add(w.v.call(w.v.realm.makeDateTime, undefined, newNumber(ms), name))
	w.v.free(name)
}

// BeginArray starts an array.
func (w *Writer) BeginArray() { w.begin(lib.XJS_NewArray(w.v.tls, w.v.ctx), true) }

// BeginObject starts a plain object.
func (w *Writer) BeginObject() { w.begin(lib.XJS_NewObject(w.v.tls, w.v.ctx), false) }

func (w *Writer) begin(object value, array bool) {
	if isException(object) {
		w.failed = true
	}
	w.open = append(w.open, container{object: object, array: array})
}

// Key names the next member of the object. Any name is plain data, __proto__ too; a repeated one replaces the value.
func (w *Writer) Key(name string) {
	w.open[len(w.open)-1].key = w.v.atom(name)
}

// EndArray ends the array that was begun last.
func (w *Writer) EndArray() { w.end() }

// EndObject ends the object that was begun last.
func (w *Writer) EndObject() { w.end() }

func (w *Writer) end() {
	c := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	if !w.failed || !isException(c.object) {
		w.add(c.object)
	}
}

// JSON writes the value of a JSON text. The error says where the text is not JSON.
func (w *Writer) JSON(text []byte) error {
	s := json.NewScanner(text)
	if err := scanInto(w, s); err != nil {
		return err
	}
	return s.End()
}

// scanInto reads one value of a JSON text into sink.
func scanInto(sink Sink, s *json.Scanner) error {
	switch c := s.Peek(); c {
	case '{':
		return scanObject(sink, s)
	case '[':
		return scanArray(sink, s)
	case '"':
		text, err := s.String()
		if err != nil {
			return err
		}
		sink.String(text)
	case 't':
		sink.Bool(true)
		return s.Literal("true")
	case 'f':
		sink.Bool(false)
		return s.Literal("false")
	case 'n':
		sink.Null()
		return s.Literal("null")
	default:
		if c != '-' && (c < '0' || c > '9') {
			return s.Unexpected("a value")
		}
		f, err := s.Number()
		if err != nil {
			return err
		}
		sink.Number(f)
	}
	return nil
}

func scanObject(sink Sink, s *json.Scanner) error {
	sink.BeginObject()
	err := scanMembers(s, '}', func() error {
		if s.Peek() != '"' {
			return s.Unexpected("a key in quotes")
		}
		key, err := s.Key()
		if err != nil {
			return err
		}
		if s.Peek() != ':' {
			return s.Unexpected("a colon")
		}
		s.Skip()
		sink.Key(key)
		return scanInto(sink, s)
	})
	sink.EndObject()
	return err
}

func scanArray(sink Sink, s *json.Scanner) error {
	sink.BeginArray()
	err := scanMembers(s, ']', func() error { return scanInto(sink, s) })
	sink.EndArray()
	return err
}

// scanMembers reads what stands between an opening bracket and end.
func scanMembers(s *json.Scanner, end byte, member func() error) error {
	if err := s.Enter(); err != nil {
		return err
	}
	defer s.Leave()
	s.Skip()
	if s.Peek() == end {
		s.Skip()
		return nil
	}
	for {
		if err := member(); err != nil {
			return err
		}
		switch s.Peek() {
		case ',':
			s.Skip()
		case end:
			s.Skip()
			return nil
		default:
			return s.Unexpected(fmt.Sprintf("a comma or %q", end))
		}
	}
}

// finish ends the value and returns it; it may be an exception. err is why the one who wrote stopped.
func (w *Writer) finish(err error) value {
	for len(w.open) > 0 { // left open by an error
		w.v.free(w.open[len(w.open)-1].object)
		w.open = w.open[:len(w.open)-1]
	}
	result := w.result
	w.result = undefined
	switch {
	case w.failed:
		w.v.free(result)
		w.failed = false
		return exception
	case err != nil:
		w.v.free(result)
		return w.v.throw(err)
	}
	return result
}
