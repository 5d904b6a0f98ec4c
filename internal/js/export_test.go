package js

import lib "modernc.org/libquickjs"

// The engine's own way in and out, to compare ours with.

func (v *vm) parseJSON(text string) value {
	return lib.XJS_ParseJSON(v.tls, v.ctx, v.put(text), lib.Tsize_t(len(text)), v.put2())
}

func (v *vm) put2() uintptr {
	p, _ := v.alloc.UintptrCalloc(8)
	return p
}

func (v *vm) stringify(x value) value {
	return lib.XJS_JSONStringify(v.tls, v.ctx, x, undefined, undefined)
}
