// Package json holds the parts of JSON that have to be JavaScript's to the letter: how a number and a string are
// written, and a scanner that reads what JSON.parse reads. The ordered values built from them are in package node.
package json

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const hex = "0123456789abcdef"

// AppendNumber appends f as JSON.stringify writes a number: shortest digits, no exponent from 1e-6 up to 1e21,
// "0" for -0 and "null" for NaN and the infinities.
func AppendNumber(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	return appendFinite(dst, f)
}

// AppendNumberText appends f as JavaScript's String(f) does: like AppendNumber, but NaN and the infinities by name.
func AppendNumberText(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	return appendFinite(dst, f)
}

func appendFinite(dst []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && i > -1<<53 && i < 1<<53 {
		return strconv.AppendInt(dst, i, 10)
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	// Go writes e-07 where JavaScript writes e-7; exponents of two digits and more agree.
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	n := len(dst)
	if n-start >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// AppendString appends s as JSON.stringify quotes a string: only the quote, the backslash, control characters and lone
// surrogates are escaped. Lone surrogates stand in s as their three-byte form (see Scanner.String), and two that make a
// pair, as after joining strings, are written as their character. Any other invalid UTF-8 is written as U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\b':
				dst = append(dst, '\\', 'b')
			case '\f':
				dst = append(dst, '\\', 'f')
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		dst, size = appendInvalid(dst, s[i:])
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// appendInvalid appends what stands for the bytes that are not UTF-8 at the beginning of s, and returns how many they are.
func appendInvalid(dst []byte, s string) ([]byte, int) {
	u, ok := surrogate(s)
	if !ok {
		return append(dst, "\uFFFD"...), invalidLen(s)
	}
	if low, ok := surrogate(s[3:]); ok {
		if r := utf16.DecodeRune(u, low); r != utf8.RuneError {
			return utf8.AppendRune(dst, r), 6
		}
	}
	return append(dst, '\\', 'u', hex[u>>12], hex[u>>8&0xf], hex[u>>4&0xf], hex[u&0xf]), 3
}

// surrogate reads the three-byte form of a surrogate, which UTF-8 proper does not have.
func surrogate(s string) (rune, bool) {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), true
}

func appendSurrogate(dst []byte, r rune) []byte {
	return append(dst, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
}

// invalidLen is how many of the bytes at the beginning of s, which are not UTF-8, become one U+FFFD. JavaScript's decoders
// replace a character that is cut short as a whole (the Unicode Standard's "maximal subpart"), Go each of its bytes.
func invalidLen[T string | []byte](s T) int {
	lo, hi, more := byte(0x80), byte(0xBF), 0 // the range of the second byte, how many bytes follow the first
	switch c := s[0]; {
	case c == 0xE0:
		lo, more = 0xA0, 2
	case c == 0xED:
		hi, more = 0x9F, 2
	case c >= 0xE1 && c <= 0xEF:
		more = 2
	case c == 0xF0:
		lo, more = 0x90, 3
	case c == 0xF4:
		hi, more = 0x8F, 3
	case c >= 0xF1 && c <= 0xF3:
		more = 3
	}
	n := 1
	for n < more && n < len(s) && s[n] >= lo && s[n] <= hi {
		lo, hi = 0x80, 0xBF
		n++
	}
	return n
}
