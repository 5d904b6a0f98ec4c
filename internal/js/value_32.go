//go:build 386 || arm

package js

import (
	"math"

	lib "modernc.org/libquickjs"
)

// On 32-bit machines the engine keeps a value in 64 bits: tag and payload, or a double shifted out of the tags' range.

const floatOffset = uint64(0x7ff80000-lib.EJS_TAG_FIRST+1) << 32

var (
	undefined = value(lib.EJS_TAG_UNDEFINED << 32)
	null      = value(lib.EJS_TAG_NULL << 32)
	exception = value(lib.EJS_TAG_EXCEPTION << 32)
)

func tagOf(v value) int32 {
	tag := int32(v >> 32)
	if first := int32(lib.EJS_TAG_FIRST); uint32(tag-first) >= uint32(lib.EJS_TAG_FLOAT64-first) {
		return lib.EJS_TAG_FLOAT64
	}
	return tag
}

func intOf(v value) int32 { return int32(v) }

func floatOf(v value) float64 { return math.Float64frombits(v + floatOffset) }

func pointerOf(v value) uintptr { return uintptr(v) }

func newInt(i int32) value { return value(lib.EJS_TAG_INT<<32) | value(uint32(i)) }

func newFloat(f float64) value {
	if math.IsNaN(f) {
		return lib.MJS_NAN // the one that is no tag
	}
	return math.Float64bits(f) - floatOffset
}

func newBool(b bool) value {
	v := value(lib.EJS_TAG_BOOL << 32)
	if b {
		v |= 1
	}
	return v
}
