package js

import (
	"unsafe"

	lib "modernc.org/libquickjs"
)

// nativeHarden(object) freezes the object and everything that can be reached from it, but the global object.
func nativeHarden(v *vm, _ value, args []value) value {
	h := hardener{v: v, global: pointerOf(lib.XJS_GetGlobalObject(v.tls, v.ctx))}
	if v.realm.hardened == nil {
		v.realm.hardened = map[uintptr]struct{}{}
	}
	h.open(args[0])
	for len(h.todo) > 0 {
		x := h.todo[len(h.todo)-1]
		h.todo = h.todo[:len(h.todo)-1]
		ok := h.freeze(x)
		if !ok {
			return exception
		}
	}
	return undefined
}

// hardener goes through objects. They live as long as the vm, so that none need be counted.
type hardener struct {
	v      *vm
	global uintptr
	todo   []value
}

func (h *hardener) open(x value) {
	if !isObject(x) || pointerOf(x) == h.global {
		return
	}
	if _, ok := h.v.realm.hardened[pointerOf(x)]; !ok {
		h.v.realm.hardened[pointerOf(x)] = struct{}{}
		h.todo = append(h.todo, h.v.dup(x))
	}
}

func (h *hardener) freeze(x value) bool {
	v := h.v
	if lib.XJS_PreventExtensions(v.tls, v.ctx, x) < 0 {
		return false
	}
	proto := lib.XJS_GetPrototype(v.tls, v.ctx, x)
	h.open(proto)
	v.free(proto)
	table, n, ok := v.ownNames(x, lib.MJS_GPN_STRING_MASK|lib.MJS_GPN_SYMBOL_MASK)
	if !ok {
		return false
	}
	defer lib.XJS_FreePropertyEnum(v.tls, v.ctx, table, lib.Tuint32_t(n))
	size := int(unsafe.Sizeof(lib.TJSPropertyDescriptor{}))
	p := v.tls.Alloc(size)
	defer v.tls.Free(size)
	for _, property := range slice[lib.TJSPropertyEnum](table, n) {
		if !h.property(x, property.Fatom, p) {
			return false
		}
	}
	return true
}

func (h *hardener) property(x value, name lib.TJSAtom, p uintptr) bool {
	v := h.v
	if lib.XJS_GetOwnProperty(v.tls, v.ctx, p, x, name) < 0 {
		return false
	}
	d := *at[lib.TJSPropertyDescriptor](p)
	flags := int32(lib.MJS_PROP_HAS_CONFIGURABLE)
	if d.Fflags&lib.MJS_PROP_GETSET == 0 {
		flags |= lib.MJS_PROP_HAS_WRITABLE
	}
	for _, y := range []value{d.Fvalue, d.Fgetter, d.Fsetter} {
		h.open(y)
		v.free(y)
	}
	if d.Fflags&(lib.MJS_PROP_CONFIGURABLE|lib.MJS_PROP_WRITABLE) == 0 {
		return true
	}
	return lib.XJS_DefineProperty(v.tls, v.ctx, x, name, undefined, undefined, undefined, flags) >= 0
}
