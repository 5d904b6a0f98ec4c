package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A string of JavaScript is a sequence of 16-bit units; here it is UTF-8 in which a surrogate that stands alone has the
// three bytes that UTF-8 would give it if it could (as in package json). All positions that expressions see are in units.

const (
	surrogateMin = 0xD800
	lowMin       = 0xDC00
	surrogateMax = 0xDFFF
	astralMin    = 0x10000
)

// decode reads the character at the start of s: its number (that of the surrogate if one stands alone), its size in bytes
// and in units. s must not be empty.
func decode(s string) (r rune, size, units int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1, 1
	}
	r, size = utf8.DecodeRuneInString(s)
	switch {
	case r >= astralMin:
		return r, size, 2
	case r == utf8.RuneError && size == 1 && len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2]&0xC0 == 0x80:
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3, 1
	}
	return r, size, 1
}

// appendUnits appends a character, or a surrogate that stands alone: then it joins one that it makes a pair with.
func appendUnits(dst []byte, r rune) []byte {
	if r < surrogateMin || r > surrogateMax {
		return utf8.AppendRune(dst, r)
	}
	if r >= lowMin && len(dst) >= 3 {
		if high, size, _ := decode(string(dst[len(dst)-3:])); size == 3 && high >= surrogateMin && high < lowMin {
			return utf8.AppendRune(dst[:len(dst)-3], (high-surrogateMin)<<10+(r-lowMin)+astralMin)
		}
	}
	return append(dst, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
}

// appendString appends s; a surrogate at its start joins one at the end of dst.
func appendString(dst []byte, s string) []byte {
	if len(s) >= 3 && s[0] == 0xED && len(dst) >= 3 {
		if r, size, _ := decode(s); r >= lowMin && r <= surrogateMax {
			return append(appendUnits(dst, r), s[size:]...)
		}
	}
	return append(dst, s...)
}

func concat(a, b string) string {
	if len(b) > 0 && b[0] == 0xED {
		return string(appendString([]byte(a), b))
	}
	return a + b
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// length is JavaScript's s.length.
func length(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			n++
			continue
		}
		_, size, units := decode(s[i:])
		i += size
		n += units
	}
	return n
}

// cut returns the units from position from up to position to; both are within the string.
func cut(s string, from, to int) string {
	if from >= to {
		return ""
	}
	if isASCII(s) {
		return s[from:to]
	}
	var dst []byte
	start, pos := -1, 0 // start: where a run of whole characters that are wanted begins, in bytes
	i := 0
	for i < len(s) && pos < to {
		r, size, units := decode(s[i:])
		whole := pos >= from && pos+units <= to
		switch {
		case whole && start < 0:
			start = i
		case !whole && pos+units > from: // one half of a pair
			if start >= 0 {
				dst = append(dst, s[start:i]...)
				start = -1
			}
			half := surrogateMin + (r-astralMin)>>10
			if pos < from {
				half = lowMin + (r-astralMin)&0x3FF
			}
			dst = appendUnits(dst, half)
		}
		i += size
		pos += units
	}
	if start >= 0 {
		if dst == nil {
			return s[start:i]
		}
		dst = append(dst, s[start:i]...)
	}
	return string(dst)
}

// bytesBefore is the place in bytes of a position in units; a position inside a pair counts as the one behind it.
func bytesBefore(s string, pos int) int {
	i, n := 0, 0
	for i < len(s) && n < pos {
		_, size, units := decode(s[i:])
		i += size
		n += units
	}
	return i
}

// hasLone reports whether a surrogate stands alone in s. Searching for such a string byte by byte would miss halves of
// pairs.
func hasLone(s string) bool {
	for {
		i := strings.IndexByte(s, 0xED)
		if i < 0 {
			return false
		}
		if r, _, _ := decode(s[i:]); r >= surrogateMin && r <= surrogateMax {
			return true
		}
		s = s[i+1:]
	}
}

// compare orders strings as JavaScript's < does, by units.
func compare(a, b string) int {
	for len(a) > 0 && len(b) > 0 {
		r, size, _ := decode(a)
		q, other, _ := decode(b)
		if r != q {
			// A pair begins with a surrogate, which comes before U+E000 and what follows it.
			first, second := r, q
			if r >= astralMin {
				first = surrogateMin + (r-astralMin)>>10
			}
			if q >= astralMin {
				second = surrogateMin + (q-astralMin)>>10
			}
			if first == second {
				first, second = r, q
			}
			return int(first) - int(second)
		}
		a, b = a[size:], b[other:]
	}
	return len(a) - len(b)
}

func trimLeft(s string) string { return strings.TrimLeftFunc(s, isSpace) }

func trimRight(s string) string { return strings.TrimRightFunc(s, isSpace) }

// irregular reports whether a character's upper or lower case is several characters (less ß), depends on its neighbours, or
// is not the same in all versions of Unicode from 15 on.
func irregular(r rune) bool {
	switch r {
	case 0x0130, 0x0149, 0x019B, 0x01F0, 0x0264, 0x0390, 0x03A3, 0x03B0, 0x0587, 0x1C89, 0x1C8A:
		return true
	}
	return r >= 0x1E96 && r <= 0x1E9A || r >= 0x1F50 && r <= 0x1FFC || r >= 0xA7CB && r <= 0xA7DC || r >= 0xFB00 && r <= 0xFB17 ||
		r >= 0x10D50 && r <= 0x10D8F || r >= 0x16EA0 && r <= 0x16EDF
}

// changeCase is toUpperCase or toLowerCase; change maps one character.
func changeCase(s string, change func(rune) rune) (string, error) {
	if i := strings.IndexFunc(s, irregular); i >= 0 {
		r, _, _ := decode(s[i:])
		return "", unsupported("upper and lower case of the character %q are", r)
	}
	if hasLone(s) {
		return "", unsupported("upper and lower case of half a character are")
	}
	return strings.Map(change, s), nil
}

func upper(s string) (string, error) {
	return changeCase(strings.ReplaceAll(s, "ß", "SS"), unicode.ToUpper)
}

func lower(s string) (string, error) { return changeCase(s, unicode.ToLower) }
