package expr

import (
	"math"

	"github.com/nate-go/nate/node"
)

// binaryOperators are the operators that need both values. The operands may be hosts.
var binaryOperators = map[string]func(s *Scope, a, b any) (any, error){
	"+":   add,
	"-":   arithmetic(func(a, b float64) float64 { return a - b }),
	"*":   arithmetic(func(a, b float64) float64 { return a * b }),
	"/":   arithmetic(func(a, b float64) float64 { return a / b }),
	"%":   arithmetic(math.Mod),
	"**":  power,
	"===": equality(strictEqual, true),
	"!==": equality(strictEqual, false),
	"==":  equality(looseEqual, true),
	"!=":  equality(looseEqual, false),
	"<":   relation(func(order int) bool { return order < 0 }),
	">":   relation(func(order int) bool { return order > 0 }),
	"<=":  relation(func(order int) bool { return order <= 0 }),
	">=":  relation(func(order int) bool { return order >= 0 }),
	"&":   bitwise(func(a, b int32) float64 { return float64(a & b) }),
	"|":   bitwise(func(a, b int32) float64 { return float64(a | b) }),
	"^":   bitwise(func(a, b int32) float64 { return float64(a ^ b) }),
	"<<":  bitwise(func(a, b int32) float64 { return float64(a << (uint32(b) & 31)) }),
	">>":  bitwise(func(a, b int32) float64 { return float64(a >> (uint32(b) & 31)) }),
	">>>": bitwise(func(a, b int32) float64 { return float64(uint32(a) >> (uint32(b) & 31)) }),
}

var unaryOperators = map[string]func(s *Scope, v any) (any, error){
	"!": func(_ *Scope, v any) (any, error) { return !truthy(v), nil },
	"+": func(s *Scope, v any) (any, error) { return boxed(number(s, v)) },
	"-": func(s *Scope, v any) (any, error) {
		f, err := number(s, v)
		return -f, err
	},
	"~": func(s *Scope, v any) (any, error) {
		f, err := number(s, v)
		return float64(^int32Of(f)), err
	},
	"typeof": func(_ *Scope, v any) (any, error) { return typeOf(v), nil },
}

// boxed returns a number, text or boolean and its error as a value and an error.
func boxed[T float64 | string | bool](v T, err error) (any, error) { return v, err }

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any, *node.Object, host, nil:
		return "object"
	}
	return "undefined"
}

func add(s *Scope, a, b any) (any, error) {
	if x, ok := a.(float64); ok {
		if y, ok := b.(float64); ok {
			return x + y, nil
		}
	}
	a, err := primitive(s, a)
	if err != nil {
		return nil, err
	}
	if b, err = primitive(s, b); err != nil {
		return nil, err
	}
	_, aText := a.(string)
	_, bText := b.(string)
	if !aText && !bText {
		x, err := number(s, a)
		if err != nil {
			return nil, err
		}
		y, err := number(s, b)
		return x + y, err
	}
	x, err := text(s, a)
	if err != nil {
		return nil, err
	}
	y, err := text(s, b)
	if err != nil {
		return nil, err
	}
	if err := s.grow(len(x) + len(y)); err != nil {
		return nil, err
	}
	return concat(x, y), nil
}

func arithmetic(op func(a, b float64) float64) func(*Scope, any, any) (any, error) {
	return func(s *Scope, a, b any) (any, error) {
		x, err := number(s, a)
		if err != nil {
			return nil, err
		}
		y, err := number(s, b)
		return op(x, y), err
	}
}

func bitwise(op func(a, b int32) float64) func(*Scope, any, any) (any, error) {
	return arithmetic(func(a, b float64) float64 { return op(int32Of(a), int32Of(b)) })
}

// power is **. How other than whole results are rounded is the engine's own affair.
func power(s *Scope, a, b any) (any, error) {
	x, err := number(s, a)
	if err != nil {
		return nil, err
	}
	y, err := number(s, b)
	if err != nil {
		return nil, err
	}
	if x != math.Trunc(x) || y != math.Trunc(y) || y < 0 || y > 53 || math.IsInf(x, 0) {
		return nil, unsupported("** with fractions, infinities or negative or large exponents is")
	}
	result := 1.0
	for range int(y) {
		if result *= x; math.Abs(result) > 1<<53 {
			return nil, unsupported("** with a result above 2^53 is")
		}
	}
	return result, nil
}

func equality(equal func(*Scope, any, any) (bool, error), want bool) func(*Scope, any, any) (any, error) {
	return func(s *Scope, a, b any) (any, error) {
		same, err := equal(s, a, b)
		return same == want, err
	}
}

func relation(holds func(order int) bool) func(*Scope, any, any) (any, error) {
	return func(s *Scope, a, b any) (any, error) {
		a, err := primitive(s, a)
		if err != nil {
			return nil, err
		}
		if b, err = primitive(s, b); err != nil {
			return nil, err
		}
		if x, ok := a.(string); ok {
			if y, ok := b.(string); ok {
				return holds(compare(x, y)), nil
			}
		}
		x, err := number(s, a)
		if err != nil {
			return nil, err
		}
		y, err := number(s, b)
		switch {
		case err != nil || x != x || y != y:
			return false, err
		case x < y:
			return holds(-1), nil
		case x > y:
			return holds(1), nil
		}
		return holds(0), nil
	}
}
