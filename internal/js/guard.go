package js

import (
	lib "modernc.org/libquickjs"
)

// The engine looks at the clock at every call and loop of a script, and inside regular expressions, but not inside the loops
// of its own built-in functions. Those that loop as often as a number says, with no memory to bound it, go through a guard.

const (
	// maxElements is how many elements a built-in may visit in one go that are not all in memory.
	maxElements = 1 << 20
	// maxSearch bounds length of text times length of what is looked for in it.
	maxSearch = 1 << 28
	// maxPattern bounds the source of a regular expression: between two looks at the clock it is tried ten thousand times.
	maxPattern = 1 << 14
	// maxSort is up to how many elements are sorted without a function that compares, whose calls would be counted.
	maxSort = 1 << 12
)

// nativeGuard(original, sort, name, length, compare) returns a function that checks its arguments and calls the original.
func nativeGuard(v *vm, _ value, args []value) value {
	original, compare := v.dup(args[0]), v.dup(args[4])
	sort, _ := v.text(args[1])
	name, _ := v.text(args[2])
	length := int(intOf(args[3]))
	check := guards[sort]
	return v.newFunction(name, length, func(v *vm, this value, args []value) value {
		if !check(v, this, args) {
			return v.stop(LimitSize)
		}
		if sort == "callback" && (len(args) == 0 || lib.XJS_IsFunction(v.tls, v.ctx, args[0]) == 0) {
			return v.throwError("TypeError", v.kindAndValue(args)+" is not a function")
		}
		if sort == "order" || sort == "typedOrder" {
			return v.guardedSort(original, compare, this, args, sort == "typedOrder", name == "toSorted")
		}
		return v.call(original, this, args...)
	})
}

// guardedSort is sort, or toSorted where copied is set. byDefault is for the order of many elements where no function is given.
func (v *vm) guardedSort(original, byDefault, this value, args []value, typed, copied bool) value {
	switch {
	case len(args) == 0 || isUndefined(args[0]):
		if n, _ := v.length(this); n > maxSort {
			return v.call(original, this, byDefault)
		}
		return v.call(original, this)
	case lib.XJS_IsFunction(v.tls, v.ctx, args[0]) == 0:
		shown, _ := v.text(args[0])
		return v.throwError("TypeError", "The comparison function must be either a function or undefined: "+shown)
	case !isObject(this):
		return v.call(original, this, args[0]) // the engine says what is wrong
	case !typed:
		return v.sortBy(this, args[0], copied)
	}
	to := v.dup(this)
	if copied || !v.isTyped(this) {
		v.free(to)
		if to = v.call(original, this); isException(to) {
			return to
		}
	}
	if !v.sortTypedBy(this, to, args[0]) {
		v.free(to)
		return exception
	}
	return to
}

// kindAndValue shows the first of some arguments as V8 does when it is no function.
func (v *vm) kindAndValue(args []value) string {
	if len(args) == 0 || isUndefined(args[0]) {
		return "undefined"
	}
	kind := "object"
	switch t := v.typeOf(args[0]); t {
	case Null:
		return "object null"
	case Number, Boolean, BigInt:
		kind = string(t)
	case String:
		s, _ := v.text(args[0])
		return "string \"" + s + "\""
	default:
		return kind
	}
	s, _ := v.text(args[0])
	return kind + " " + s
}

var guards = map[string]func(v *vm, this value, args []value) bool{
	"elements": func(v *vm, this value, args []value) bool {
		if !v.bounded(this) {
			return false
		}
		for _, a := range args { // of concat
			if isObject(a) && !v.bounded(a) {
				return false
			}
		}
		return true
	},
	"callback":   func(v *vm, this value, _ []value) bool { return v.bounded(this) },
	"order":      func(v *vm, this value, _ []value) bool { return v.bounded(this) },
	"typedOrder": func(v *vm, this value, _ []value) bool { return v.bounded(this) },
	"nested":     func(v *vm, this value, _ []value) bool { return v.boundedDeep(this, 0) },
	"search": func(v *vm, this value, args []value) bool {
		n, ok := v.length(this)
		if !ok || len(args) == 0 {
			return true
		}
		m, ok := v.length(args[0])
		return !ok || n*m <= maxSearch
	},
	"pattern": func(v *vm, _ value, args []value) bool {
		if len(args) == 0 || !isString(args[0]) {
			return true
		}
		n, _ := v.length(args[0])
		return n <= maxPattern
	},
	"raw": func(v *vm, _ value, args []value) bool {
		if len(args) == 0 || !isObject(args[0]) {
			return true
		}
		raw := v.get(args[0], "raw")
		if isException(raw) {
			v.drop()
			return true // the original meets it again
		}
		defer v.free(raw)
		return !isObject(raw) || v.bounded(raw)
	},
	"list": func(v *vm, _ value, args []value) bool {
		if len(args) > 1 && lib.XJS_IsFunction(v.tls, v.ctx, args[1]) != 0 {
			return true // each call of it is counted
		}
		return len(args) == 0 || !isObject(args[0]) || v.bounded(args[0])
	},
	"count": func(v *vm, _ value, args []value) bool {
		if len(args) == 0 {
			return true
		}
		n, ok := number(args[0])
		return !ok || n <= maxElements
	},
}

// nativeList(list) stops the evaluation when a constructor would go through too long a list.
func nativeList(v *vm, this value, args []value) value {
	if !guards["list"](v, this, args[:1]) {
		return v.stop(LimitSize)
	}
	return undefined
}

// bounded reports whether a built-in may loop over x: it has few elements, or as many as could be in memory.
func (v *vm) bounded(x value) bool {
	n, _ := v.length(x)
	return n <= maxElements || n*float64(valueSize) <= float64(v.inUse())
}

// length is the length of an array, of something like one, or of a string. An error reading it is left to the original.
func (v *vm) length(x value) (n float64, ok bool) {
	if !isObject(x) && !isString(x) {
		return 0, false
	}
	l := v.get(x, "length")
	if isException(l) {
		v.drop()
		return 0, false
	}
	defer v.free(l)
	return number(l)
}

func (v *vm) boundedDeep(x value, depth int) bool {
	if !v.bounded(x) {
		return false
	}
	if lib.XJS_IsArray(v.tls, v.ctx, x) <= 0 || depth > 100 {
		return depth <= 100
	}
	n, _ := v.length(x)
	for i := range uint32(n) {
		e := lib.XJS_GetPropertyUint32(v.tls, v.ctx, x, i)
		if isException(e) {
			v.drop()
			continue
		}
		ok := !isObject(e) || lib.XJS_IsArray(v.tls, v.ctx, e) <= 0 || v.boundedDeep(e, depth+1)
		v.free(e)
		if !ok {
			return false
		}
	}
	return true
}
