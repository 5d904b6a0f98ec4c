package expr

import (
	"bytes"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// function is a function of JavaScript that is no method of a value.
type function func(s *Scope, args arguments) (any, error)

// functions are the functions that can be called, by the name that they have in an expression.
var functions = map[string]function{
	"Array.isArray": func(_ *Scope, args arguments) (any, error) {
		_, ok := args.at(0).([]any)
		return ok, nil
	},
	"Boolean":      func(_ *Scope, args arguments) (any, error) { return truthy(args.at(0)), nil },
	"Date.now":     func(s *Scope, _ arguments) (any, error) { return float64(s.now().UnixMilli()), nil },
	"DateTime.now": func(s *Scope, _ arguments) (any, error) { return now(s) },
	"JSON.parse": func(s *Scope, args arguments) (any, error) {
		if args.at(1) != node.Undefined {
			return nil, unsupported("JSON.parse with a second argument is")
		}
		str, err := text(s, args.at(0))
		if err != nil {
			return nil, err
		}
		return parseJSON(s, str)
	},
	"JSON.stringify": stringify,
	"Math.abs":       rounding(math.Abs),
	"Math.ceil":      rounding(math.Ceil),
	"Math.floor":     rounding(math.Floor),
	"Math.max":       extreme(math.Inf(-1), math.Max),
	"Math.min":       extreme(math.Inf(1), math.Min),
	"Math.round":     rounding(round),
	"Math.sign":      rounding(sign),
	"Math.sqrt":      rounding(math.Sqrt),
	"Math.trunc":     rounding(math.Trunc),
	"Number": func(s *Scope, args arguments) (any, error) {
		if len(args) == 0 {
			return 0.0, nil
		}
		return boxed(number(s, args[0]))
	},
	"Number.parseFloat": parseFloat,
	"Number.parseInt":   parseInt,
	"Object.entries": members(func(key string, value any) any {
		return []any{key, value}
	}),
	"Object.keys":   members(func(key string, _ any) any { return key }),
	"Object.values": members(func(_ string, value any) any { return value }),
	"String": func(s *Scope, args arguments) (any, error) {
		if len(args) == 0 {
			return "", nil
		}
		return boxed(text(s, args[0]))
	},
	"encodeURIComponent": func(s *Scope, args arguments) (any, error) {
		str, err := text(s, args.at(0))
		if err != nil {
			return nil, err
		}
		if hasLone(str) {
			return nil, errThrown
		}
		if err := s.grow(3 * len(str)); err != nil {
			return nil, err
		}
		return encodeURI.Replace(url.QueryEscape(str)), nil
	},
	"isNaN": func(s *Scope, args arguments) (any, error) {
		f, err := number(s, args.at(0))
		return f != f, err
	},
	"parseFloat": parseFloat,
	"parseInt":   parseInt,
}

// encodeURI undoes what url.QueryEscape escapes beyond encodeURIComponent.
var encodeURI = strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")

func rounding(f func(float64) float64) function {
	return func(s *Scope, args arguments) (any, error) {
		n, err := number(s, args.at(0))
		return f(n), err
	}
}

// round is Math.round: halves go up.
func round(f float64) float64 {
	r := math.Floor(f)
	if f-r >= 0.5 {
		r++
	}
	return math.Copysign(r, f)
}

func sign(f float64) float64 {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return f
}

func extreme(start float64, better func(a, b float64) float64) function {
	return func(s *Scope, args arguments) (any, error) {
		result := start
		for _, a := range args {
			f, err := number(s, a)
			if err != nil {
				return nil, err
			}
			if f != f || result != result {
				result = math.NaN()
				continue
			}
			result = better(result, f)
		}
		return result, nil
	}
}

// members is Object.keys and its like.
func members(of func(key string, value any) any) function {
	return func(s *Scope, args arguments) (any, error) {
		out := []any{}
		var count int
		switch v := args.at(0).(type) {
		case *node.Object:
			count = v.Len()
			for k, e := range v.All() {
				out = append(out, of(k, e))
			}
		case []any:
			count = len(v)
			for i, e := range v {
				out = append(out, of(strconv.Itoa(i), e))
			}
		case string:
			units, err := split(s, v, arguments{""})
			if err != nil {
				return nil, err
			}
			return members(of)(s, arguments{units})
		case float64, bool:
		default:
			return nil, errThrown
		}
		return out, s.grow(count * valueSize)
	}
}

func stringify(s *Scope, args arguments) (any, error) {
	if isObject(args.at(1)) {
		return nil, unsupported("JSON.stringify with a list or function as second argument is")
	}
	v := args.at(0)
	if v == node.Undefined {
		return v, nil
	}
	indent, lines := "", false
	switch a := args.at(2).(type) {
	case float64:
		if lines = a > 0; lines {
			indent = strings.Repeat(" ", int(min(a, 10))) // V8 breaks lines for 0.5 too
		}
	case string:
		indent = cut(a, 0, min(length(a), 10))
		lines = indent != ""
	case []any, *node.Object:
		return nil, unsupported("JSON.stringify with an object as third argument is")
	}
	if !lines {
		buf := node.AppendJSON(make([]byte, 0, 2*scratchSize), v)
		return string(buf), s.grow(len(buf))
	}
	if err := s.grow(indentation(v, len(indent), 1)); err != nil {
		return nil, err
	}
	return string(node.AppendJSONIndent(nil, v, "", indent)), nil
}

// indentation is about how many bytes the line breaks in an indented text of v are.
func indentation(v any, indent, depth int) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n += depth*indent + 1 + indentation(e, indent, depth+1)
		}
	case *node.Object:
		for _, e := range v.All() {
			n += depth*indent + 1 + indentation(e, indent, depth+1)
		}
	}
	return n
}

func parseJSON(s *Scope, str string) (any, error) {
	if strings.HasPrefix(str, "\uFEFF") {
		return nil, errThrown // to JSON.parse a byte order mark is bad JSON
	}
	if err := s.grow(2 * len(str)); err != nil {
		return nil, err
	}
	v, err := node.ParseJSON([]byte(str))
	if err == nil {
		return v, nil
	}
	if brackets := bytes.Count([]byte(str), []byte{'['}) + bytes.Count([]byte(str), []byte{'{'}); brackets > json.MaxDepth {
		return nil, unsupported("JSON nested as deep as this is")
	}
	return nil, errThrown
}

func parseFloat(s *Scope, args arguments) (any, error) {
	str, err := text(s, args.at(0))
	if err != nil {
		return nil, err
	}
	str = trimLeft(str)
	n := decimalPrefix(str)
	if n == 0 {
		return math.NaN(), nil
	}
	return parseDecimal(str[:n]), nil
}

func parseInt(s *Scope, args arguments) (any, error) {
	str, err := text(s, args.at(0))
	if err != nil {
		return nil, err
	}
	r, err := number(s, args.at(1))
	if err != nil {
		return nil, err
	}
	base := int(int32Of(r))
	str = trimLeft(str)
	negative := strings.HasPrefix(str, "-")
	if negative || strings.HasPrefix(str, "+") {
		str = str[1:]
	}
	if (base == 0 || base == 16) && len(str) >= 2 && str[0] == '0' && str[1]|0x20 == 'x' {
		str, base = str[2:], 16
	}
	if base == 0 {
		base = 10
	}
	if base < 2 || base > 36 {
		return math.NaN(), nil
	}
	n := 0
	for n < len(str) && digit(str[n]) < base {
		n++
	}
	if n == 0 {
		return math.NaN(), nil
	}
	f := integer(str[:n], base)
	if f > 1<<53 && base != 10 {
		return nil, unsupported("parseInt of a number this large in another base than 10 is")
	}
	if negative {
		f = -f
	}
	return f, nil
}
