package pdf

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Kinds of characters, as far as their direction goes.
type direction byte

const (
	left         direction = iota // L
	right                         // R
	arabic                        // AL
	european                      // EN: digits
	arabicNumber                  // AN
	mark                          // NSM
	separator                     // ES
	common                        // CS
	terminator                    // ET
	neutral                       // ON
	space                         // WS
	other                         // BN, B, S
)

var directions = map[bidi.Class]direction{
	bidi.EN: european, bidi.ES: separator, bidi.ET: terminator, bidi.CS: common, bidi.WS: space, bidi.ON: neutral, bidi.L: left,
	bidi.AN: arabicNumber, bidi.AL: arabic, bidi.NSM: mark, bidi.R: right, bidi.BN: other, bidi.B: other, bidi.S: other,
}

// directionOf is the direction of a character: beyond Latin, Hebrew and Arabic all are from left to right.
func directionOf(r rune) direction {
	switch {
	case r <= 0xFF, r >= 0x600 && r <= 0x6FF:
		p, _ := bidi.LookupRune(r)
		return directions[p.Class()]
	case r >= 0x590 && r <= 0x5F4:
		return right
	case r >= 0x700 && r <= 0x8AC, r >= 0xFB50 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFF:
		return arabic
	}
	return left
}

// visualToLogical turns text from right to left around: in the file it stands as it is seen.
func visualToLogical(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r >= 0x590 }) < 0 {
		return text
	}
	runes := []rune(text)
	kinds := make([]direction, len(runes))
	turned := 0
	for i, r := range runes {
		kinds[i] = directionOf(r)
		if k := kinds[i]; k == right || k == arabic || k == arabicNumber {
			turned++
		}
	}
	if turned == 0 {
		return text
	}
	base, level := right, byte(1)
	if float64(turned)/float64(len(runes)) < 0.3 && len(runes) > 4 {
		base, level = left, 0
	}
	weak(kinds, base)
	neutrals(kinds, base)
	levels := make([]byte, len(runes))
	highest, lowestOdd := byte(0), byte(99)
	for i, k := range kinds {
		levels[i] = level
		switch {
		case level == 0 && k == right, level == 1 && (k == left || k == arabicNumber || k == european):
			levels[i]++
		case level == 0 && (k == arabicNumber || k == european):
			levels[i] += 2
		}
		highest = max(highest, levels[i])
		if levels[i]%2 == 1 {
			lowestOdd = min(lowestOdd, levels[i])
		}
	}
	for l := highest; l >= lowestOdd; l-- {
		reverse(runes, levels, l)
	}
	return strings.NewReplacer("<", "", ">", "").Replace(string(runes))
}

// reverse turns around what stands at a level or above.
func reverse(runes []rune, levels []byte, level byte) {
	start := -1
	for i := 0; i <= len(levels); i++ {
		if i < len(levels) && levels[i] >= level {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			for a, b := start, i-1; a < b; a, b = a+1, b-1 {
				runes[a], runes[b] = runes[b], runes[a]
			}
		}
		start = -1
	}
}

// weak decides about marks, digits and what stands around digits.
func weak(kinds []direction, base direction) {
	last := base
	for i, k := range kinds {
		if k == mark {
			kinds[i] = last
		} else {
			last = k
		}
	}
	last = base
	for i, k := range kinds {
		switch k {
		case european:
			if last == arabic {
				kinds[i] = arabicNumber
			}
		case right, left, arabic:
			last = k
		}
	}
	for i, k := range kinds {
		if k == arabic {
			kinds[i] = right
		}
	}
	for i := 1; i < len(kinds)-1; i++ {
		before, after := kinds[i-1], kinds[i+1]
		if before != after {
			continue
		}
		if kinds[i] == separator && before == european || kinds[i] == common && (before == european || before == arabicNumber) {
			kinds[i] = before
		}
	}
	for i, k := range kinds {
		if k != european {
			continue
		}
		for j := i - 1; j >= 0 && kinds[j] == terminator; j-- {
			kinds[j] = european
		}
		for j := i + 1; j < len(kinds) && kinds[j] == terminator; j++ {
			kinds[j] = european
		}
	}
	last = base
	for i, k := range kinds {
		switch k {
		case space, separator, terminator, common:
			kinds[i] = neutral
		case european:
			if last == left {
				kinds[i] = left
			}
		case right, left:
			last = k
		}
	}
}

// neutrals gives what has no direction that of its neighbours.
func neutrals(kinds []direction, base direction) {
	side := func(k direction) direction {
		if k == left {
			return left
		}
		return right
	}
	for i := 0; i < len(kinds); i++ {
		if kinds[i] != neutral {
			continue
		}
		end := i + 1
		for end < len(kinds) && kinds[end] == neutral {
			end++
		}
		before, after := base, base
		if i > 0 {
			before = kinds[i-1]
		}
		if end+1 < len(kinds) {
			after = kinds[end+1]
		}
		fill := base
		if side(before) == side(after) {
			fill = side(before)
		}
		for ; i < end; i++ {
			kinds[i] = fill
		}
		i--
	}
}
