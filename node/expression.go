package node

import (
	"strings"
	"sync"
)

// Expression is a value of a node's own that holds expressions, as a parameter does: text that begins with "=", or an object or array
// with such texts in it. It is compiled once, when it is first resolved (see Call.Resolve), however many runs and workflows use it.
// It is safe for concurrent use.
type Expression struct {
	value    any
	constant bool

	once     sync.Once
	compiled any
	err      error
}

// NewExpression returns an Expression of a value that an Object can hold. Objects in it are frozen.
func NewExpression(value any) *Expression {
	freeze(value)
	return &Expression{value: value, constant: isConstant(value)}
}

func freeze(v any) {
	switch v := v.(type) {
	case *Object:
		v.Freeze()
	case []any:
		for _, e := range v {
			freeze(e)
		}
	}
}

func isConstant(v any) bool {
	switch v := v.(type) {
	case string:
		return !strings.HasPrefix(v, "=")
	case *Object:
		for _, e := range v.All() {
			if !isConstant(e) {
				return false
			}
		}
	case []any:
		for _, e := range v {
			if !isConstant(e) {
				return false
			}
		}
	}
	return true
}

// Constant returns the value when there is no expression in it.
func (e *Expression) Constant() (v any, ok bool) {
	if e == nil {
		return Undefined, true
	}
	return e.value, e.constant
}

// Value returns what the Expression was made of.
func (e *Expression) Value() any { return e.value }

// Compiled returns what compile made of the value the first time, be it an error: it is for runtimes. It is safe for concurrent
// use.
func (e *Expression) Compiled(compile func(value any) (any, error)) (any, error) {
	e.once.Do(func() { e.compiled, e.err = compile(e.value) })
	return e.compiled, e.err
}
