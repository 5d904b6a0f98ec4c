package js

import (
	"math"

	lib "modernc.org/libquickjs"

	"github.com/nate-go/nate/internal/v8sort"
)

// The engine's own sort asks a comparing function other questions than V8's does, and has another result where the answers contradict
// each other: (a, b) => a > b. So with such a function, sort and toSorted are done here.

// sortBy is sort, or toSorted where copied is set, of an array or of something like one.
func (v *vm) sortBy(this, compare value, copied bool) value {
	length, _ := v.length(this)
	n := uint32(length)
	list := make([]value, 0, n)
	defer func() { v.free(list...) }()
	var undefineds, holes uint32
	for i := range n {
		x := lib.XJS_GetPropertyUint32(v.tls, v.ctx, this, i)
		switch {
		case isException(x):
			return exception
		case !isUndefined(x):
			list = append(list, x)
		case copied || lib.XJS_HasProperty(v.tls, v.ctx, this, lib.XJS_NewAtomUInt32(v.tls, v.ctx, i)) > 0:
			undefineds++
		default:
			holes++
		}
	}
	if !v.order(list, compare, v8sort.Array[value]) {
		return exception
	}
	to := v.dup(this)
	if copied {
		v.free(to)
		to = lib.XJS_NewArray(v.tls, v.ctx)
	}
	for i := range uint32(len(list)) + undefineds {
		x := undefined
		if i < uint32(len(list)) {
			x = v.dup(list[i])
		}
		if lib.XJS_SetPropertyUint32(v.tls, v.ctx, to, i, x) < 0 {
			v.free(to)
			return exception
		}
	}
	for i := n - holes; i < n; i++ {
		if lib.XJS_DeletePropertyInt64(v.tls, v.ctx, to, int64(i), lib.MJS_PROP_THROW) < 0 {
			v.free(to)
			return exception
		}
	}
	return to
}

// sortTypedBy puts the elements of a typed array into to, which is as long: itself, or a copy.
func (v *vm) sortTypedBy(this, to, compare value) bool {
	length, _ := v.length(this)
	list := make([]value, uint32(length))
	defer func() { v.free(list...) }()
	for i := range list {
		list[i] = lib.XJS_GetPropertyUint32(v.tls, v.ctx, this, uint32(i))
	}
	if !v.order(list, compare, v8sort.TypedArray[value]) {
		return false
	}
	for i, x := range list {
		if lib.XJS_SetPropertyUint32(v.tls, v.ctx, to, uint32(i), v.dup(x)) < 0 {
			return false
		}
	}
	return true
}

// order sorts values by a function of a script. False means thrown.
func (v *vm) order(list []value, compare value, sort func([]value, func(a, b value) float64)) bool {
	size := 2 * int(valueSize)
	argv := v.tls.Alloc(size)
	defer v.tls.Free(size)
	args := slice[value](argv, 2)
	thrown := false
	sort(list, func(a, b value) float64 {
		if thrown {
			return 0 // the sort comes to its end
		}
		args[0], args[1] = a, b
		x := lib.XJS_Call(v.tls, v.ctx, compare, undefined, 2, argv)
		n, ok := number(x)
		if !ok {
			n, ok = v.toNumber(x)
			v.free(x)
			thrown = !ok
		}
		if math.IsNaN(n) {
			return 0
		}
		return n
	})
	return !thrown
}

// toNumber converts a value as JavaScript does; false means thrown.
func (v *vm) toNumber(x value) (n float64, ok bool) {
	if isException(x) {
		return 0, false
	}
	p := v.tls.Alloc(8)
	defer v.tls.Free(8)
	if lib.XJS_ToFloat64(v.tls, v.ctx, p, x) < 0 {
		return 0, false
	}
	return *at[float64](p), true
}

// isTyped reports whether an object is a typed array.
func (v *vm) isTyped(x value) bool {
	class := lib.XJS_GetClassID(v.tls, x)
	return class >= lib.EJS_CLASS_UINT8C_ARRAY && class <= lib.EJS_CLASS_FLOAT64_ARRAY
}
