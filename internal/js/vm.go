package js

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/libquickjs"
	"modernc.org/memory"
)

// vm is one instance of the engine: a heap, one set of globals and the functions loaded into it. One goroutine uses it at a
// time. All its memory comes from an allocator of its own, so that dropping a vm in any state gives everything back.
type vm struct {
	tls     *libc.TLS
	rt, ctx uintptr
	alloc   memory.Allocator
	pinner  runtime.Pinner

	scratch     uintptr // where a Go string is put for the engine to read
	scratchSize int
	atoms       map[string]lib.TJSAtom // property names, counted
	atomNames   map[lib.TJSAtom]string
	natives     []native
	objectProto value // Object.prototype, borrowed
	toJSON      lib.TJSAtom

	guard     limiter
	broken    bool // Go code or the engine panicked inside: no more engine code may run
	exhausted LimitKind
	used      bool // no other evaluation may have it
	blocks    uint // asked for

	realm realm
	run   *run // the evaluation going on
}

// native is a Go function that scripts call. It borrows this and args and returns a value that it owns, or throws.
type native func(v *vm, this value, args []value) value

// limiter is what the engine asks now and then whether to go on.
type limiter struct {
	deadline time.Time
	done     <-chan struct{}
}

// stackSlots limits how deep functions call each other, counted in frames of the engine. It leaves Go's own stack limit far
// away on every platform.
const stackSlots = 4000

// collectAt is how much an evaluation allocates before the engine looks for the first time for objects that hold each other.
const collectAt = 2 << 20

// newVM returns an engine with the plain built-ins of ECMAScript and nothing else. A compiler can also read source text.
func newVM(memoryLimit int, compiler bool) (*vm, error) {
	v := &vm{tls: libc.NewTLS(), atoms: map[string]lib.TJSAtom{}, atomNames: map[lib.TJSAtom]string{}}
	v.pinner.Pin(v)
	err := v.protect(func() error {
		functions := v.tls.Alloc(int(unsafe.Sizeof(lib.TJSMallocFunctions{})))
		defer v.tls.Free(int(unsafe.Sizeof(lib.TJSMallocFunctions{})))
		*at[lib.TJSMallocFunctions](functions) = lib.TJSMallocFunctions{
			Fjs_malloc: entry(vmMalloc), Fjs_free: entry(vmFree), Fjs_realloc: entry(vmRealloc),
			Fjs_malloc_usable_size: entry(vmUsableSize),
		}
		v.rt = lib.XJS_NewRuntime2(v.tls, functions, uintptr(unsafe.Pointer(v)))
		if v.rt == 0 {
			return fmt.Errorf("js: no memory for an engine")
		}
		lib.XJS_SetMaxStackSize(v.tls, v.rt, stackSlots)
		lib.XJS_SetGCThreshold(v.tls, v.rt, collectAt)
		lib.XJS_SetInterruptHandler(v.tls, v.rt, entry(vmInterrupt), uintptr(unsafe.Pointer(v)))
		v.ctx = lib.XJS_NewContextRaw(v.tls, v.rt)
		if v.ctx == 0 {
			return fmt.Errorf("js: no memory for an engine")
		}
		lib.XJS_SetContextOpaque(v.tls, v.ctx, uintptr(unsafe.Pointer(v)))
		intrinsics := []func(*libc.TLS, uintptr) int32{
			lib.XJS_AddIntrinsicBaseObjects, lib.XJS_AddIntrinsicDate, lib.XJS_AddIntrinsicStringNormalize, lib.XJS_AddIntrinsicRegExp,
			lib.XJS_AddIntrinsicJSON, lib.XJS_AddIntrinsicProxy, lib.XJS_AddIntrinsicMapSet, lib.XJS_AddIntrinsicTypedArrays,
			lib.XJS_AddIntrinsicPromise, lib.XJS_AddIntrinsicWeakRef,
		}
		if compiler {
			intrinsics = append(intrinsics, lib.XJS_AddIntrinsicEval)
		}
		for _, add := range intrinsics {
			if add(v.tls, v.ctx) != 0 {
				return fmt.Errorf("js: no memory for an engine's built-ins")
			}
		}
		v.objectProto = lib.XJS_GetClassProto(v.tls, v.ctx, lib.EJS_CLASS_OBJECT)
		v.free(v.objectProto)
		v.toJSON = v.atom("toJSON")
		return nil
	})
	if err != nil {
		v.close()
		return nil, err
	}
	v.setMemoryLimit(memoryLimit)
	return v, nil
}

// close gives the memory back. It works on a broken vm too.
func (v *vm) close() {
	v.broken = true
	if v.tls != nil {
		v.tls.Close()
		_ = v.alloc.Close() // it only fails to unmap what it mapped itself
		v.pinner.Unpin()
	}
	v.tls = nil
}

// protect runs fn, which uses the engine, and turns a panic into an error. The vm is broken then.
func (v *vm) protect(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			v.broken = true
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return fn()
}

// vmOf finds the vm that the engine's context belongs to; newVM pinned it.
func vmOf(ctx uintptr) *vm { return at[vm](at[lib.TJSContext](ctx).Fuser_opaque) }

func vmInterrupt(_ *libc.TLS, _, opaque uintptr) int32 {
	if at[vm](opaque).expired() {
		return 1
	}
	return 0
}

// expired reports whether the evaluation must end, and notes why.
func (v *vm) expired() bool {
	if v.exhausted != 0 {
		return true
	}
	select {
	case <-v.guard.done: // a nil channel never is ready
		v.exhausted = limitCanceled
		return true
	default:
	}
	if !v.guard.deadline.IsZero() && time.Now().After(v.guard.deadline) {
		v.exhausted = LimitTime
		return true
	}
	return false
}

// pollSoon makes the engine ask expired at the next call or loop of the script.
func (v *vm) pollSoon() { at[lib.TJSContext](v.ctx).Finterrupt_counter = 1 }

// The engine asks for memory in blocks of some kilobytes, and for each large string, array or buffer. That is work which it
// does not count itself: a large block, and every few small ones, are reasons to look at the clock.
const (
	largeBlock  = 16 << 10
	smallBlocks = 64
)

func (v *vm) allow(s uintptr, size int) bool {
	state := at[lib.TJSMallocState](s)
	if uint64(state.Fmalloc_size)+uint64(size) > uint64(state.Fmalloc_limit) {
		if v.exhausted == 0 {
			v.exhausted = LimitMemory
		}
		return false
	}
	if v.blocks++; v.ctx != 0 && (size >= largeBlock || v.blocks%smallBlocks == 0) {
		v.pollSoon()
		return !v.expired()
	}
	return true
}

func vmMalloc(_ *libc.TLS, s uintptr, size lib.Tsize_t) uintptr {
	state := at[lib.TJSMallocState](s)
	v := at[vm](state.Fopaque)
	if !v.allow(s, int(size)) {
		return 0
	}
	p, err := v.alloc.UintptrMalloc(int(size))
	if err != nil || p == 0 {
		v.exhausted = LimitMemory
		return 0
	}
	state.Fmalloc_count++
	state.Fmalloc_size += lib.Tsize_t(memory.UintptrUsableSize(p))
	return p
}

func vmFree(_ *libc.TLS, s, p uintptr) {
	if p == 0 {
		return
	}
	state := at[lib.TJSMallocState](s)
	state.Fmalloc_count--
	state.Fmalloc_size -= lib.Tsize_t(memory.UintptrUsableSize(p))
	_ = at[vm](state.Fopaque).alloc.UintptrFree(p) // it only fails to unmap what it mapped itself
}

func vmRealloc(tls *libc.TLS, s, p uintptr, size lib.Tsize_t) uintptr {
	switch {
	case p == 0 && size == 0:
		return 0
	case p == 0:
		return vmMalloc(tls, s, size)
	case size == 0:
		vmFree(tls, s, p)
		return 0
	}
	state := at[lib.TJSMallocState](s)
	v := at[vm](state.Fopaque)
	old := memory.UintptrUsableSize(p)
	if int(size) > old && !v.allow(s, int(size)-old) {
		return 0
	}
	q, err := v.alloc.UintptrRealloc(p, int(size))
	if err != nil || q == 0 {
		v.exhausted = LimitMemory
		return 0
	}
	state.Fmalloc_size += lib.Tsize_t(memory.UintptrUsableSize(q)) - lib.Tsize_t(old)
	return q
}

func vmUsableSize(_ *libc.TLS, p uintptr) lib.Tsize_t {
	return lib.Tsize_t(memory.UintptrUsableSize(p))
}

// inUse is how much memory the engine holds, in bytes.
func (v *vm) inUse() int {
	return int(at[lib.TJSRuntime](v.rt).Fmalloc_ctx.Fmalloc_state.Fmalloc_size)
}

func (v *vm) setMemoryLimit(bytes int) {
	at[lib.TJSRuntime](v.rt).Fmalloc_ctx.Fmalloc_state.Fmalloc_limit = lib.Tsize_t(bytes)
}

func (v *vm) free(values ...value) {
	for _, x := range values {
		if tagOf(x) < 0 {
			lib.XFreeValue(v.tls, v.ctx, x)
		}
	}
}

func (v *vm) dup(x value) value {
	if tagOf(x) < 0 {
		return lib.XDupValue(v.tls, v.ctx, x)
	}
	return x
}

// put copies s to where the engine can read it, until the next put.
func (v *vm) put(s string) uintptr {
	if len(s) >= v.scratchSize {
		if v.scratch != 0 {
			_ = v.alloc.UintptrFree(v.scratch)
		}
		size := max(2*len(s), 4096)
		p, err := v.alloc.UintptrMalloc(size)
		if err != nil {
			panic(err) //nolint:forbidigo // the process itself has no memory
		}
		v.scratch, v.scratchSize = p, size
	}
	copy(slice[byte](v.scratch, len(s)), s)
	slice[byte](v.scratch, len(s)+1)[len(s)] = 0
	return v.scratch
}

// newString makes a string of s; three-byte forms of lone surrogates stand for these. It may throw.
func (v *vm) newString(s string) value {
	return lib.XJS_NewStringLen(v.tls, v.ctx, v.put(s), lib.Tsize_t(len(s)))
}

// maxAtoms bounds the cache of property names; data that uses names as keys of a map would fill it.
const maxAtoms = 8192

// atom returns the engine's name for a property. The cache owns it.
func (v *vm) atom(name string) lib.TJSAtom {
	if a, ok := v.atoms[name]; ok {
		return a
	}
	if len(v.atoms) >= maxAtoms {
		for _, a := range v.atoms {
			if a != v.toJSON {
				lib.XJS_FreeAtom(v.tls, v.ctx, a)
			}
		}
		clear(v.atoms)
		clear(v.atomNames)
	}
	a := lib.XJS_NewAtomLen(v.tls, v.ctx, v.put(name), lib.Tsize_t(len(name)))
	if a != 0 {
		name = string([]byte(name)) // not a part of a large text
		v.atoms[name], v.atomNames[a] = a, name
	}
	return a
}

// get reads a property; it may run a getter and throw.
func (v *vm) get(object value, name string) value {
	return lib.XGetProperty(v.tls, v.ctx, object, v.atom(name))
}

// define makes a property as an object literal does. It takes x over; false means thrown.
func (v *vm) define(object value, name string, x value) bool {
	return lib.XJS_DefinePropertyValue(v.tls, v.ctx, object, v.atom(name), x, lib.MJS_PROP_C_W_E) >= 0
}

// text converts x to a string as JavaScript does; false means thrown.
func (v *vm) text(x value) (string, bool) {
	p, n := v.cString(x)
	if p == 0 {
		return "", false
	}
	defer lib.XJS_FreeCString(v.tls, v.ctx, p)
	return string(slice[byte](p, n)), true
}

// cString converts x to bytes in the engine's memory, for XJS_FreeCString; 0 means thrown.
func (v *vm) cString(x value) (p uintptr, n int) {
	size := int(unsafe.Sizeof(lib.Tsize_t(0)))
	length := v.tls.Alloc(size)
	p = lib.XJS_ToCStringLen2(v.tls, v.ctx, length, x, 0)
	if p != 0 {
		n = int(*at[lib.Tsize_t](length))
	}
	v.tls.Free(size)
	return p, n
}

// call calls a function. It borrows everything; the result may be an exception.
func (v *vm) call(fn, this value, args ...value) value {
	if len(args) == 0 {
		return lib.XJS_Call(v.tls, v.ctx, fn, this, 0, 0)
	}
	size := len(args) * int(valueSize)
	argv := v.tls.Alloc(size)
	copy(slice[value](argv, len(args)), args)
	r := lib.XJS_Call(v.tls, v.ctx, fn, this, int32(len(args)), argv)
	v.tls.Free(size)
	return r
}

// newFunction makes fn callable from scripts.
func (v *vm) newFunction(name string, length int, fn native) value {
	v.natives = append(v.natives, fn)
	return lib.XJS_NewCFunction2(v.tls, v.ctx, entry(callNative), v.put(name), int32(length),
		lib.EJS_CFUNC_generic_magic, int32(len(v.natives)-1))
}

func callNative(_ *libc.TLS, ctx uintptr, this value, argc int32, argv uintptr, magic int32) value {
	v := vmOf(ctx)
	var args []value
	if argc > 0 {
		args = slice[value](argv, int(argc))
	}
	return v.natives[magic](v, this, args)
}

// compile makes bytecode of a script. name stands in stack traces.
func (v *vm) compile(source, name string) ([]byte, error) {
	text, err := libc.CString(source)
	if err != nil {
		return nil, fmt.Errorf("js: no memory for a source text")
	}
	defer libc.Xfree(v.tls, text)
	file := v.put(name)
	fn := lib.XJS_Eval(v.tls, v.ctx, text, lib.Tsize_t(len(source)), file, lib.MJS_EVAL_TYPE_GLOBAL|lib.MJS_EVAL_FLAG_COMPILE_ONLY)
	if isException(fn) {
		return nil, v.caught()
	}
	defer v.free(fn)
	size := int(unsafe.Sizeof(lib.Tsize_t(0)))
	length := v.tls.Alloc(size)
	defer v.tls.Free(size)
	p := lib.XJS_WriteObject(v.tls, v.ctx, length, fn, lib.MJS_WRITE_OBJ_BYTECODE)
	if p == 0 {
		return nil, v.caught()
	}
	defer lib.Xjs_free(v.tls, v.ctx, p)
	return append([]byte(nil), slice[byte](p, int(*at[lib.Tsize_t](length)))...), nil
}

// load runs a compiled script and returns its completion value. It may throw.
func (v *vm) load(bytecode []byte) value {
	p := v.put(bytesAsString(bytecode))
	fn := lib.XJS_ReadObject(v.tls, v.ctx, p, lib.Tsize_t(len(bytecode)), lib.MJS_READ_OBJ_BYTECODE)
	if isException(fn) {
		return fn
	}
	return lib.XJS_EvalFunction(v.tls, v.ctx, fn)
}
