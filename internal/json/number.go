package json

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// space are the characters that JavaScript trims: white space and line ends.
const space = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// Trim is JavaScript's text.trim().
func Trim(text string) string { return strings.Trim(text, space) }

// ToNumber is JavaScript's Number(text): NaN where the text is no number, 0 where it is blank.
func ToNumber(text string) float64 {
	text = Trim(text)
	if text == "" {
		return 0
	}
	if len(text) > 2 && text[0] == '0' {
		if base := bases[text[1]]; base != 0 {
			return wholeNumber(text[2:], base)
		}
	}
	switch text {
	case "Infinity", "+Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	for i := range len(text) { // what Go reads and JavaScript does not: inf, nan, 0x1p0, 1_000
		if c := text[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return math.NaN()
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) { // out of range: an infinity, as in JavaScript
		return math.NaN()
	}
	return f
}

// bases are the prefixes of numbers that are not decimal.
var bases = map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}

func wholeNumber(digits string, base int) float64 {
	if digits[0] == '+' || digits[0] == '-' {
		return math.NaN()
	}
	if n, err := strconv.ParseUint(digits, base, 64); err == nil {
		return float64(n)
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return math.NaN()
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}
