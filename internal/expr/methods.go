package expr

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
)

// arguments are what a function is called with.
type arguments []any

// at returns an argument, undefined for one that was not given.
func (a arguments) at(i int) any {
	if i < len(a) {
		return a[i]
	}
	return node.Undefined
}

// method is a method of JavaScript by the type of its receiver; a func is nil where the type has no such method.
type method struct {
	text   func(s *Scope, this string, args arguments) (any, error)
	list   func(s *Scope, this []any, args arguments) (any, error)
	number func(s *Scope, this float64, args arguments) (any, error)
	// fresh says that the array which comes out is nobody else's, so that changing it in place does no harm.
	fresh bool
}

// methods are the methods that can be called. Each has all the types that have it in JavaScript.
var methods = map[string]method{
	"at": {
		text: func(s *Scope, this string, args arguments) (any, error) {
			i, err := relative(s, args.at(0), length(this), -1)
			if err != nil || i < 0 || i >= length(this) {
				return node.Undefined, err
			}
			return cut(this, i, i+1), nil
		},
		list: func(s *Scope, this []any, args arguments) (any, error) {
			i, err := relative(s, args.at(0), len(this), -1)
			if err != nil || i < 0 || i >= len(this) {
				return node.Undefined, err
			}
			return this[i], nil
		},
	},
	"charAt": {text: func(s *Scope, this string, args arguments) (any, error) {
		i, err := integral(s, args.at(0))
		if err != nil || i < 0 || i >= float64(length(this)) {
			return "", err
		}
		return cut(this, int(i), int(i)+1), nil
	}},
	"charCodeAt": {text: func(s *Scope, this string, args arguments) (any, error) {
		i, err := integral(s, args.at(0))
		if err != nil || i < 0 || i >= float64(length(this)) {
			return math.NaN(), err
		}
		r, _, _ := decode(cut(this, int(i), int(i)+1))
		return float64(r), nil
	}},
	"concat": {
		text: func(s *Scope, this string, args arguments) (any, error) {
			buf := []byte(this)
			for _, a := range args {
				var err error
				if buf, err = appendText(s, buf, a); err != nil {
					return nil, err
				}
			}
			return string(buf), s.grow(len(buf))
		},
		list: func(s *Scope, this []any, args arguments) (any, error) {
			out := append([]any{}, this...)
			for _, a := range args {
				if list, ok := a.([]any); ok {
					out = append(out, list...)
				} else {
					out = append(out, a)
				}
			}
			return out, s.grow(len(out) * valueSize)
		},
		fresh: true,
	},
	"endsWith": {text: func(s *Scope, this string, args arguments) (any, error) {
		end, err := clamped(s, args.at(1), length(this), length(this))
		if err != nil {
			return nil, err
		}
		wanted, err := needle(s, args.at(0))
		return strings.HasSuffix(cut(this, 0, end), wanted), err
	}},
	"includes": {
		text: func(s *Scope, this string, args arguments) (any, error) {
			i, err := search(s, this, args)
			return i >= 0, err
		},
		list: func(s *Scope, this []any, args arguments) (any, error) {
			i, err := find(s, this, args, sameValue)
			return i >= 0, err
		},
	},
	"indexOf": {
		text: func(s *Scope, this string, args arguments) (any, error) {
			i, err := search(s, this, args)
			return float64(i), err
		},
		list: func(s *Scope, this []any, args arguments) (any, error) {
			i, err := find(s, this, args, strictEqual)
			return float64(i), err
		},
	},
	"join": {list: func(s *Scope, this []any, args arguments) (any, error) {
		separator := ","
		if a := args.at(0); a != node.Undefined {
			var err error
			if separator, err = text(s, a); err != nil {
				return nil, err
			}
		}
		return boxed(joined(s, this, separator))
	}},
	"padEnd":   {text: pad(concat)},
	"padStart": {text: pad(func(this, filler string) string { return concat(filler, this) })},
	"repeat": {text: func(s *Scope, this string, args arguments) (any, error) {
		n, err := integral(s, args.at(0))
		switch {
		case err != nil:
			return nil, err
		case n < 0 || math.IsInf(n, 1):
			return nil, errThrown
		case this == "" || n == 0:
			return "", nil
		}
		if err := s.grow(size(n * float64(len(this)))); err != nil {
			return nil, err
		}
		return joinable(strings.Repeat(this, int(n))), nil
	}},
	"replace":    {text: replace(1)},
	"replaceAll": {text: replace(-1)},
	"reverse": {list: func(s *Scope, this []any, _ arguments) (any, error) {
		out := make([]any, len(this))
		for i := range this {
			out[len(this)-1-i] = this[i]
		}
		return out, s.grow(len(out) * valueSize)
	}, fresh: true},
	"slice": {
		text: func(s *Scope, this string, args arguments) (any, error) {
			from, to, err := span(s, args, length(this))
			return cut(this, from, to), err
		},
		list: func(s *Scope, this []any, args arguments) (any, error) {
			from, to, err := span(s, args, len(this))
			if err != nil {
				return nil, err
			}
			return append([]any{}, this[from:max(from, to)]...), s.grow(max(0, to-from) * valueSize)
		},
		fresh: true,
	},
	"split": {text: split, fresh: true},
	"startsWith": {text: func(s *Scope, this string, args arguments) (any, error) {
		from, err := clamped(s, args.at(1), length(this), 0)
		if err != nil {
			return nil, err
		}
		wanted, err := needle(s, args.at(0))
		return strings.HasPrefix(cut(this, from, length(this)), wanted), err
	}},
	"substring": {text: func(s *Scope, this string, args arguments) (any, error) {
		from, err := clamped(s, args.at(0), length(this), 0)
		if err != nil {
			return nil, err
		}
		to, err := clamped(s, args.at(1), length(this), length(this))
		return cut(this, min(from, to), max(from, to)), err
	}},
	"toFixed": {number: toFixed},
	"toLowerCase": {text: func(_ *Scope, this string, _ arguments) (any, error) {
		return boxed(lower(this))
	}},
	"toString": {
		text: func(_ *Scope, this string, _ arguments) (any, error) { return this, nil },
		list: func(s *Scope, this []any, _ arguments) (any, error) { return boxed(text(s, this)) },
		number: func(s *Scope, this float64, args arguments) (any, error) {
			radix := 10.0
			if a := args.at(0); a != node.Undefined {
				var err error
				if radix, err = integral(s, a); err != nil {
					return nil, err
				}
			}
			switch {
			case radix < 2 || radix > 36:
				return nil, errThrown
			case radix == 10:
				return node.FormatNumber(this), nil
			case this != math.Trunc(this) || math.Abs(this) > 1<<53:
				return nil, unsupported("a fraction or a large number in another base than 10 is")
			}
			return strconv.FormatInt(int64(this), int(radix)), nil
		},
	},
	"toUpperCase": {text: func(_ *Scope, this string, _ arguments) (any, error) {
		return boxed(upper(this))
	}},
	"trim": {text: func(_ *Scope, this string, _ arguments) (any, error) { return trimLeft(trimRight(this)), nil }},
	"trimEnd": {text: func(_ *Scope, this string, _ arguments) (any, error) {
		return trimRight(this), nil
	}},
	"trimStart": {text: func(_ *Scope, this string, _ arguments) (any, error) {
		return trimLeft(this), nil
	}},
}

// valueSize is what an element of an array costs of what an evaluation may allocate.
const valueSize = 16

// size is a number of bytes or elements as an int; one that is too large becomes one that is surely too large.
func size(f float64) int { return int(min(f, math.MaxInt32)) }

// joinable returns s with surrogates that met joined.
func joinable(s string) string {
	if !hasLone(s) {
		return s
	}
	var dst []byte
	for i := 0; i < len(s); {
		r, size, _ := decode(s[i:])
		dst = appendUnits(dst, r)
		i += size
	}
	return string(dst)
}

// relative is an index that counts from the end when it is negative, not below low and not above length.
func relative(s *Scope, v any, length int, low float64) (int, error) {
	f, err := integral(s, v)
	if f < 0 {
		f += float64(length)
	}
	return int(min(max(f, low), float64(length))), err
}

// clamped is an index kept within the string or list; absent is what undefined stands for.
func clamped(s *Scope, v any, length, absent int) (int, error) {
	if v == node.Undefined {
		return absent, nil
	}
	f, err := integral(s, v)
	return int(min(max(f, 0), float64(length))), err
}

// span is what slice's two arguments stand for.
func span(s *Scope, args arguments, length int) (from, to int, err error) {
	if from, err = relative(s, args.at(0), length, 0); err != nil {
		return 0, 0, err
	}
	to = length
	if a := args.at(1); a != node.Undefined {
		to, err = relative(s, a, length, 0)
	}
	return from, to, err
}

// needle is a text to be looked for.
func needle(s *Scope, v any) (string, error) {
	wanted, err := text(s, v)
	if err == nil && hasLone(wanted) {
		err = unsupported("looking for half a character is")
	}
	return wanted, err
}

// search is where a string holds another one, in units, or -1.
func search(s *Scope, this string, args arguments) (int, error) {
	wanted, err := needle(s, args.at(0))
	if err != nil {
		return -1, err
	}
	from, err := clamped(s, args.at(1), length(this), 0)
	if err != nil {
		return -1, err
	}
	skip := bytesBefore(this, from)
	i := strings.Index(this[skip:], wanted)
	if i < 0 {
		return -1, nil
	}
	if wanted == "" {
		return from, nil
	}
	return length(this[:skip+i]), nil
}

// find is where a list holds a value, or -1.
func find(s *Scope, this []any, args arguments, equal func(*Scope, any, any) (bool, error)) (int, error) {
	from, err := relative(s, args.at(1), len(this), 0)
	if err != nil {
		return -1, err
	}
	for i := from; i < len(this); i++ {
		if same, err := equal(s, this[i], args.at(0)); same || err != nil {
			return i, err
		}
	}
	return -1, nil
}

// pad is padStart or padEnd.
func pad(join func(this, filler string) string) func(*Scope, string, arguments) (any, error) {
	return func(s *Scope, this string, args arguments) (any, error) {
		width, err := integral(s, args.at(0))
		if err != nil {
			return nil, err
		}
		filler := " "
		if a := args.at(1); a != node.Undefined {
			if filler, err = text(s, a); err != nil {
				return nil, err
			}
		}
		missing := width - float64(length(this))
		if missing <= 0 || filler == "" {
			return this, nil
		}
		if err := s.grow(size(missing * 4)); err != nil {
			return nil, err
		}
		times := int(missing)/length(filler) + 1
		return join(this, cut(joinable(strings.Repeat(filler, times)), 0, int(missing))), nil
	}
}

// replace is replace or replaceAll of a text by a text; times is how often at most, -1 for always.
func replace(times int) func(*Scope, string, arguments) (any, error) {
	return func(s *Scope, this string, args arguments) (any, error) {
		wanted, err := needle(s, args.at(0))
		if err != nil {
			return nil, err
		}
		with, err := text(s, args.at(1))
		if err != nil {
			return nil, err
		}
		if wanted == "" && times < 0 && !isASCII(this) {
			return nil, unsupported("replaceAll of the empty text is")
		}
		var dst []byte
		from := 0
		for n := 0; n != times; n++ {
			skip := 0
			if wanted == "" && n > 0 {
				skip = 1 // the next empty text is behind the next character
			}
			if from+skip > len(this) {
				break
			}
			i := strings.Index(this[from+skip:], wanted)
			if i < 0 {
				break
			}
			i += from + skip
			before := len(dst)
			dst = appendString(dst, this[from:i])
			dst = appendReplacement(dst, with, this, i, i+len(wanted))
			if err := s.grow(len(dst) - before); err != nil {
				return nil, err
			}
			from = i + len(wanted)
		}
		return string(appendString(dst, this[from:])), nil
	}
}

// appendReplacement appends what replaces this[from:to]: with, in which $$, $&, $` and $' stand for something else.
func appendReplacement(dst []byte, with, this string, from, to int) []byte {
	for {
		i := strings.IndexByte(with, '$')
		if i < 0 || i+1 >= len(with) {
			return appendString(dst, with)
		}
		dst = appendString(dst, with[:i])
		switch with[i+1] {
		case '$':
			dst = append(dst, '$')
		case '&':
			dst = appendString(dst, this[from:to])
		case '`':
			dst = appendString(dst, this[:from])
		case '\'':
			dst = appendString(dst, this[to:])
		default:
			dst = append(dst, '$')
			with = with[i+1:]
			continue
		}
		with = with[i+2:]
	}
}

func split(s *Scope, this string, args arguments) (any, error) {
	limit := math.MaxInt
	if a := args.at(1); a != node.Undefined {
		f, err := number(s, a)
		if err != nil {
			return nil, err
		}
		limit = int(uint32(int32Of(f)))
	}
	if limit == 0 {
		return []any{}, nil
	}
	if args.at(0) == node.Undefined {
		return []any{this}, nil
	}
	separator, err := needle(s, args.at(0))
	if err != nil {
		return nil, err
	}
	pieces := []any{}
	if separator == "" {
		n := length(this)
		if err := s.grow(n * valueSize); err != nil {
			return nil, err
		}
		for i := 0; i < len(this) && len(pieces) < limit; {
			_, size, units := decode(this[i:])
			character := this[i : i+size]
			for u := range units {
				pieces = append(pieces, cut(character, u, u+1))
			}
			i += size
		}
		return pieces[:min(limit, len(pieces))], nil
	}
	if err := s.grow((strings.Count(this, separator) + 1) * valueSize); err != nil {
		return nil, err
	}
	for len(pieces) < limit {
		i := strings.Index(this, separator)
		if i < 0 {
			return append(pieces, this), nil
		}
		pieces = append(pieces, this[:i])
		this = this[i+len(separator):]
	}
	return pieces, nil
}

// toFixed rounds the exact value of the number, halves away from zero.
func toFixed(s *Scope, this float64, args arguments) (any, error) {
	digits, err := integral(s, args.at(0))
	switch {
	case err != nil:
		return nil, err
	case digits < 0 || digits > 100:
		return nil, errThrown
	case math.IsNaN(this) || math.Abs(this) >= 1e21:
		return node.FormatNumber(this), nil
	}
	exact := new(big.Rat).SetFloat64(math.Abs(this))
	fixed := exact.FloatString(int(digits)) // big.Rat rounds halves away from zero
	if this < 0 {
		fixed = "-" + fixed
	}
	return fixed, nil
}
