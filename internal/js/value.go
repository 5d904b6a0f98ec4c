package js

import (
	"math"
	"unsafe"

	lib "modernc.org/libquickjs"
)

// value is a value of the engine. One that refers to memory (tag < 0) is counted: whoever gets it from the engine frees it
// with vm.free, unless the engine takes it back.
type value = lib.TJSValue

const valueSize = unsafe.Sizeof(value(undefined))

func isException(v value) bool { return tagOf(v) == lib.EJS_TAG_EXCEPTION }
func isUndefined(v value) bool { return tagOf(v) == lib.EJS_TAG_UNDEFINED }
func isObject(v value) bool    { return tagOf(v) == lib.EJS_TAG_OBJECT }

func isString(v value) bool {
	tag := tagOf(v)
	return tag == lib.EJS_TAG_STRING || tag == lib.EJS_TAG_STRING_ROPE
}

// newNumber keeps a whole number as an integer, as the engine does.
func newNumber(f float64) value {
	if i := int32(f); float64(i) == f && (i != 0 || !math.Signbit(f)) {
		return newInt(i)
	}
	return newFloat(f)
}

// number reads a value that is a number.
func number(v value) (float64, bool) {
	switch tagOf(v) {
	case lib.EJS_TAG_INT:
		return float64(intOf(v)), true
	case lib.EJS_TAG_FLOAT64:
		return floatOf(v), true
	}
	return 0, false
}

// at views memory of the engine, which Go's collector does not know, as a T.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// slice views n values of T in the engine's memory.
func slice[T any](p uintptr, n int) []T { return unsafe.Slice(at[T](p), n) }

// entry is the address of a function as the engine calls it.
func entry(f any) uintptr { return (*[2]uintptr)(unsafe.Pointer(&f))[1] }

// bytesAsString views b as a string, which must not outlive it.
func bytesAsString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
