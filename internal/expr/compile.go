package expr

import (
	"slices"

	"github.com/nate-go/nate/node"
)

// evaluator computes the value of an expression. It may give a host or skipped{}. The error is errThrown or an *Error.
type evaluator func(s *Scope) (any, error)

func constant(v any) evaluator { return func(*Scope) (any, error) { return v, nil } }

// compile turns an expression into closures. The error is a *fault.
func compile(x ast) (evaluator, error) {
	eval, err := compileLink(x)
	if err != nil || !optional(x) {
		return eval, err
	}
	return func(s *Scope) (any, error) {
		v, err := eval(s)
		if v == (skipped{}) {
			return node.Undefined, err
		}
		return v, err
	}, nil
}

// optional reports whether x is a chain with ?. in it.
func optional(x ast) bool {
	switch x := x.(type) {
	case *memberExpr:
		return x.optional || optional(x.object)
	case *callExpr:
		return x.optional || optional(x.callee)
	}
	return false
}

// compileLink is compile for what may be inside an optional chain.
func compileLink(x ast) (evaluator, error) {
	switch x := x.(type) {
	case *literalExpr:
		return constant(x.value), nil
	case *groupExpr:
		return compile(x.inner)
	case *nameExpr:
		return compileName(x)
	case *memberExpr:
		return compileMember(x)
	case *callExpr:
		return compileCall(x)
	case *templateExpr:
		return compileTemplate(x)
	case *arrayExpr:
		return compileArray(x)
	case *objectExpr:
		return compileObject(x)
	case *unaryExpr:
		operand, err := compile(x.operand)
		if err != nil {
			return nil, err
		}
		op, where := unaryOperators[x.op], x.offset()
		return func(s *Scope) (any, error) {
			v, err := operand(s)
			if err != nil {
				return nil, err
			}
			v, err = op(s, v)
			return v, at(err, where)
		}, nil
	case *binaryExpr:
		return compileBinary(x)
	case *conditionalExpr:
		parts, err := compileAll(x.test, x.then, x.otherwise)
		if err != nil {
			return nil, err
		}
		test, then, otherwise := parts[0], parts[1], parts[2]
		return func(s *Scope) (any, error) {
			v, err := test(s)
			if err != nil {
				return nil, err
			}
			if truthy(v) {
				return then(s)
			}
			return otherwise(s)
		}, nil
	case *unsupportedExpr:
		return nil, &fault{Unsupported, x.offset(), x.what}
	}
	return nil, &fault{Unsupported, x.offset(), "this is"}
}

func compileAll(list ...ast) ([]evaluator, error) {
	out := make([]evaluator, len(list))
	for i, x := range list {
		var err error
		if out[i], err = compile(x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func compileName(x *nameExpr) (evaluator, error) {
	if eval, ok := roots[x.name]; ok {
		return eval, nil
	}
	switch {
	case x.name == "$":
		return nil, &fault{Unsupported, x.offset(), "$ without the name of a node is"}
	case n8nName(x.name), globalName(x.name), inheritedMember(x.name):
		return nil, &fault{Unsupported, x.offset(), x.name + " is"}
	}
	return constant(node.Undefined), nil // n8n has no ReferenceError
}

// step is a member whose name is known when the expression is compiled.
type step struct {
	name  string
	where int
}

func compileMember(x *memberExpr) (evaluator, error) {
	if x.index != nil {
		return compileIndex(x)
	}
	// Names in a row are one closure: most expressions are nothing else.
	steps := []step{{x.name, x.offset()}}
	object := x.object
	for !x.optional {
		inner, ok := object.(*memberExpr)
		if !ok || inner.index != nil {
			break
		}
		steps = append(steps, step{inner.name, inner.offset()})
		x, object = inner, inner.object
	}
	slices.Reverse(steps)
	if name, ok := object.(*nameExpr); ok && slices.Contains(namespaces, name.name) {
		return nil, &fault{Unsupported, name.offset(), name.name + "." + steps[0].name + " is"}
	}
	root, err := compileLink(object)
	if err != nil {
		return nil, err
	}
	stop := x.optional
	return func(s *Scope) (any, error) {
		v, err := root(s)
		if err != nil {
			return nil, err
		}
		if stop && nullish(v) {
			return skipped{}, nil
		}
		for i := range steps {
			if o, ok := v.(*node.Object); ok {
				if inner, ok := o.Get(steps[i].name); ok {
					v = inner
					continue
				}
			}
			if v, err = member(s, v, steps[i].name); err != nil {
				return nil, at(err, steps[i].where)
			}
		}
		return v, nil
	}, nil
}

func compileIndex(x *memberExpr) (evaluator, error) {
	object, err := compileLink(x.object)
	if err != nil {
		return nil, err
	}
	index, err := compile(x.index)
	if err != nil {
		return nil, err
	}
	where := x.offset()
	return func(s *Scope) (any, error) {
		v, err := object(s)
		if err != nil || v == any(skipped{}) {
			return v, err
		}
		if x.optional && nullish(v) {
			return skipped{}, nil
		}
		i, err := index(s)
		if err != nil {
			return nil, err
		}
		if f, ok := i.(float64); ok {
			if list, ok := v.([]any); ok && f >= 0 && f < float64(len(list)) && f == float64(int(f)) {
				return list[int(f)], nil
			}
		}
		if nullish(v) {
			return nil, errThrown
		}
		name, err := text(s, i)
		if err != nil {
			return nil, at(err, where)
		}
		v, err = member(s, v, name)
		return v, at(err, where)
	}, nil
}

func compileTemplate(x *templateExpr) (evaluator, error) {
	values, err := compileAll(x.values...)
	if err != nil {
		return nil, err
	}
	return func(s *Scope) (any, error) {
		var scratch [scratchSize]byte
		buf := appendString(scratch[:0], x.texts[0])
		for i, eval := range values {
			v, err := eval(s)
			if err != nil {
				return nil, err
			}
			if buf, err = appendText(s, buf, v); err != nil {
				return nil, at(err, x.values[i].offset())
			}
			buf = appendString(buf, x.texts[i+1])
		}
		return string(buf), nil
	}, nil
}

// scratchSize is how long a text may get before its making needs memory of its own.
const scratchSize = 128

func compileArray(x *arrayExpr) (evaluator, error) {
	items, err := compileAll(x.items...)
	if err != nil {
		return nil, err
	}
	return func(s *Scope) (any, error) {
		list, err := evalAll(s, items)
		return []any(list), err
	}, nil
}

// evalAll evaluates expressions to data.
func evalAll(s *Scope, list []evaluator) (arguments, error) {
	out := make(arguments, len(list))
	for i, eval := range list {
		v, err := eval(s)
		if err != nil {
			return nil, err
		}
		if out[i], err = data(s, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func compileObject(x *objectExpr) (evaluator, error) {
	keys := make([]evaluator, len(x.members))
	values := make([]evaluator, len(x.members))
	for i, m := range x.members {
		var err error
		if keys[i], err = compile(m.key); err != nil {
			return nil, err
		}
		if values[i], err = compile(m.value); err != nil {
			return nil, err
		}
	}
	return func(s *Scope) (any, error) {
		o := &node.Object{}
		for i := range keys {
			k, err := keys[i](s)
			if err != nil {
				return nil, err
			}
			name, err := text(s, k)
			if err != nil {
				return nil, at(err, x.offset())
			}
			v, err := values[i](s)
			if err != nil {
				return nil, err
			}
			if v, err = data(s, v); err != nil {
				return nil, at(err, x.offset())
			}
			o.Set(name, v)
		}
		return o, nil
	}, nil
}

func compileBinary(x *binaryExpr) (evaluator, error) {
	parts, err := compileAll(x.left, x.right)
	if err != nil {
		return nil, err
	}
	left, right := parts[0], parts[1]
	var decided func(v any) bool // the left side alone is the result
	switch x.op {
	case "&&":
		decided = func(v any) bool { return !truthy(v) }
	case "||":
		decided = truthy
	case "??":
		decided = func(v any) bool { return !nullish(v) }
	default:
		op, where := binaryOperators[x.op], x.offset()
		return func(s *Scope) (any, error) {
			a, err := left(s)
			if err != nil {
				return nil, err
			}
			b, err := right(s)
			if err != nil {
				return nil, err
			}
			if err := s.workOn(a, b); err != nil {
				return nil, at(err, where)
			}
			v, err := op(s, a, b)
			return v, at(err, where)
		}, nil
	}
	return func(s *Scope) (any, error) {
		v, err := left(s)
		if err != nil || decided(v) {
			return v, err
		}
		return right(s)
	}, nil
}

func compileCall(x *callExpr) (evaluator, error) {
	switch callee := x.callee.(type) {
	case *nameExpr:
		return compileFunction(x, callee.name)
	case *memberExpr:
		if name, ok := callee.object.(*nameExpr); ok && slices.Contains(namespaces, name.name) {
			return compileFunction(x, name.name+"."+callee.name)
		}
		return compileMethod(x, callee)
	}
	return nil, &fault{Unsupported, x.offset(), "a call of something that has no name is"}
}

// compileFunction compiles a call of a function by its name, Math.max for one of Math.
func compileFunction(x *callExpr, name string) (evaluator, error) {
	args, err := compileAll(x.args...)
	if err != nil {
		return nil, err
	}
	fn, ok := functions[name]
	if !ok {
		fn, ok = rootFunctions[name]
	}
	if !ok {
		// Only a name that n8n does not know is surely undefined.
		global, isName := x.callee.(*nameExpr)
		if !isName || roots[name] != nil {
			return nil, &fault{Unsupported, x.callee.offset(), name + "() is"}
		}
		if _, err := compileName(global); err != nil {
			return nil, err
		}
		if x.optional {
			return constant(skipped{}), nil
		}
		fn = func(*Scope, arguments) (any, error) { return nil, errThrown }
	}
	where := x.callee.offset()
	if name == "$" && len(x.args) == 1 {
		if literal, ok := x.args[0].(*literalExpr); ok {
			if v, err := referenced(literal.value); err == nil {
				return constant(v), nil
			}
		}
	}
	return func(s *Scope) (any, error) {
		a, err := evalAll(s, args)
		if err != nil {
			return nil, at(err, where)
		}
		if err := s.workOn(a...); err != nil {
			return nil, at(err, where)
		}
		v, err := fn(s, a)
		return v, at(err, where)
	}, nil
}

// compileMethod compiles a call of a member of a value.
func compileMethod(x *callExpr, m *memberExpr) (evaluator, error) {
	object, err := compileLink(m.object)
	if err != nil {
		return nil, err
	}
	name, where := m.name, m.offset()
	known, isMethod := methods[name]
	onDate := dateMethods[name] != nil
	extension := extensions[name]
	switch {
	case m.index != nil:
		return nil, &fault{Unsupported, where, "a call of a computed member is"}
	case extension != nil && x.optional:
		return nil, &fault{Unsupported, where, "the optional method " + name + "() is"}
	case !isMethod && !onDate && extension == nil && !slices.Contains(hostMethods, name):
		return nil, &fault{Unsupported, where, "the method " + name + "() is"}
	case name == "reverse" && !fresh(m.object):
		return nil, &fault{Unsupported, where, "reverse() of an array that others may hold is"}
	}
	args, err := compileAll(x.args...)
	if err != nil {
		return nil, err
	}
	return func(s *Scope) (any, error) {
		this, err := object(s)
		if err != nil || this == any(skipped{}) {
			return this, err
		}
		if m.optional && nullish(this) {
			return skipped{}, nil
		}
		h, isHost := this.(host)
		_, isDate := this.(dateTime)
		if _, ok := h.(itemsHost); ok || isHost && extension != nil {
			if this, err = h.data(s); err != nil {
				return nil, at(err, where)
			}
			isHost = false
		}
		switch {
		case isHost && !isDate && onDate && !isMethod:
			return nil, at(unsupported("the method %s() is", name), where) // one of n8n's extensions
		case isHost:
			a, err := evalAll(s, args)
			if err != nil {
				return nil, at(err, where)
			}
			v, err := h.call(s, name, a)
			return v, at(err, where)
		case extension != nil:
			a, err := evalAll(s, args)
			if err != nil {
				return nil, at(err, where)
			}
			v, err := extension(s, this, a)
			return v, at(err, where)
		case !isMethod:
			return nil, at(unsupported("the method %s() is", name), where) // one of n8n's extensions
		case nullish(this):
			return nil, errThrown
		}
		v, err := callMethod(s, this, name, known, args, x.optional)
		return v, at(err, where)
	}, nil
}

// fresh reports whether an array that x gives is nobody else's.
func fresh(x ast) bool {
	switch x := x.(type) {
	case *arrayExpr:
		return true
	case *groupExpr:
		return fresh(x.inner)
	case *callExpr:
		m, ok := x.callee.(*memberExpr)
		if !ok {
			return false
		}
		name, ok := m.object.(*nameExpr)
		return methods[m.name].fresh || ok && name.name == "Object"
	}
	return false
}
