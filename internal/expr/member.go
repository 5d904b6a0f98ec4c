package expr

import (
	"github.com/nate-go/nate/node"
)

// host is a thing of n8n's that expressions read: $input, $('Node'), an item. It is not data, though it may stand for some.
type host interface {
	// get returns a member that is not called.
	get(s *Scope, name string) (any, error)
	// call calls a member.
	call(s *Scope, name string, args arguments) (any, error)
	// data returns the data that the host stands for, or an error.
	data(s *Scope) (any, error)
}

// member returns v[name] as JavaScript does. Members that every value inherits are unsupported.
func member(s *Scope, v any, name string) (any, error) {
	inherited := false
	switch v := v.(type) {
	case *node.Object:
		if e, ok := v.Get(name); ok {
			return e, nil
		}
	case []any:
		if name == "length" {
			return float64(len(v)), nil
		}
		if i, ok := arrayIndex(name); ok {
			if i < len(v) {
				return v[i], nil
			}
			return node.Undefined, nil
		}
		inherited = arrayMember(name)
	case string:
		if name == "length" {
			return float64(length(v)), nil
		}
		if i, ok := arrayIndex(name); ok {
			if i < length(v) {
				return cut(v, i, i+1), nil
			}
			return node.Undefined, nil
		}
		inherited = stringMember(name)
	case float64:
		inherited = numberMember(name)
	case bool:
	case skipped:
		return v, nil
	case host:
		return v.get(s, name)
	default:
		return nil, errThrown // null and undefined have no members
	}
	if inherited || inheritedMember(name) {
		return nil, unsupported("the built-in member %s as a value is", name)
	}
	return node.Undefined, nil
}

// callMethod calls a method of a value that is no host. optional is for a call with ?. before its arguments.
func callMethod(s *Scope, this any, name string, m method, args []evaluator, optional bool) (any, error) {
	var bound func(arguments) (any, error)
	switch this := this.(type) {
	case *node.Object:
		field, own := this.Get(name)
		switch {
		case own:
			optional = optional && nullish(field) // data is no function
		case name == "toString":
			bound = func(arguments) (any, error) { return boxed(text(s, this)) }
		case inheritedMember(name):
			return nil, unsupported("the method %s() of an object is", name)
		}
	case []any:
		if m.list != nil {
			bound = func(a arguments) (any, error) { return m.list(s, this, a) }
		} else if arrayMember(name) {
			return nil, unsupported("the method %s() of an array is", name)
		}
	case string:
		if m.text != nil {
			bound = func(a arguments) (any, error) { return m.text(s, this, a) }
		} else if stringMember(name) {
			return nil, unsupported("the method %s() of a string is", name)
		}
	case float64:
		if m.number != nil {
			bound = func(a arguments) (any, error) { return m.number(s, this, a) }
		} else if numberMember(name) {
			return nil, unsupported("the method %s() of a number is", name)
		}
	case bool:
		if name == "toString" {
			bound = func(arguments) (any, error) { return boxed(text(s, this)) }
		}
	}
	switch {
	case bound == nil && name == "reverse":
		return nil, unsupported("reverse() of anything but an array is") // n8n has an error of its own here
	case bound == nil && optional:
		return skipped{}, nil
	}
	a, err := evalAll(s, args)
	switch {
	case err != nil:
		return nil, err
	case bound == nil:
		return nil, errThrown // it is not a function
	}
	if err := s.workOn(this); err != nil {
		return nil, err
	}
	if err := s.workOn(a...); err != nil {
		return nil, err
	}
	return bound(a)
}

// What follows names the members that values inherit in JavaScript, and those that n8n keeps expressions from (prototype and
// the like). A field of that name in the data comes before them.

// inheritedMember reports whether everything has the member.
func inheritedMember(name string) bool {
	switch name {
	case "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__", "constructor", "hasOwnProperty",
		"isPrototypeOf", "propertyIsEnumerable", "prototype", "toLocaleString", "toString", "valueOf":
		return true
	}
	return false
}

// arrayMember reports whether arrays have the member.
func arrayMember(name string) bool {
	switch name {
	case "at", "concat", "copyWithin", "entries", "every", "fill", "filter", "find", "findIndex", "findLast", "findLastIndex", "flat",
		"flatMap", "forEach", "includes", "indexOf", "join", "keys", "lastIndexOf", "map", "pop", "push", "reduce", "reduceRight",
		"reverse", "shift", "slice", "some", "sort", "splice", "toReversed", "toSorted", "toSpliced", "unshift", "values", "with":
		return true
	}
	return false
}

// stringMember reports whether strings have the member.
func stringMember(name string) bool {
	switch name {
	case "anchor", "at", "big", "blink", "bold", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "fixed", "fontcolor",
		"fontsize", "includes", "indexOf", "isWellFormed", "italics", "lastIndexOf", "link", "localeCompare", "match", "matchAll",
		"normalize", "padEnd", "padStart", "repeat", "replace", "replaceAll", "search", "slice", "small", "split", "startsWith",
		"strike", "sub", "substr", "substring", "sup", "toLocaleLowerCase", "toLocaleUpperCase", "toLowerCase", "toUpperCase",
		"toWellFormed", "trim", "trimEnd", "trimLeft", "trimRight", "trimStart":
		return true
	}
	return false
}

// numberMember reports whether numbers have the member.
func numberMember(name string) bool {
	switch name {
	case "toExponential", "toFixed", "toPrecision":
		return true
	}
	return false
}
