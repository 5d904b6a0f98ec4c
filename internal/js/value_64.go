//go:build !386 && !arm

package js

import (
	"math"

	lib "modernc.org/libquickjs"
)

// On 64-bit machines the engine keeps a value as payload and tag.

var (
	undefined = value{Ftag: lib.EJS_TAG_UNDEFINED}
	null      = value{Ftag: lib.EJS_TAG_NULL}
	exception = value{Ftag: lib.EJS_TAG_EXCEPTION}
)

func tagOf(v value) int32 { return int32(v.Ftag) }

func intOf(v value) int32 { return int32(v.Fu.Fuint641) }

func floatOf(v value) float64 { return math.Float64frombits(v.Fu.Fuint641) }

func pointerOf(v value) uintptr { return uintptr(v.Fu.Fuint641) }

func newInt(i int32) value {
	v := value{Ftag: lib.EJS_TAG_INT}
	v.Fu.Fuint641 = uint64(uint32(i))
	return v
}

func newFloat(f float64) value {
	v := value{Ftag: lib.EJS_TAG_FLOAT64}
	v.Fu.Fuint641 = math.Float64bits(f)
	return v
}

func newBool(b bool) value {
	v := value{Ftag: lib.EJS_TAG_BOOL}
	if b {
		v.Fu.Fuint641 = 1
	}
	return v
}
