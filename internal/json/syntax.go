package json

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// SyntaxMessage words what is wrong with a text that is no JSON, as JSON.parse of V8 does (Node.js, Chrome). Places are counted in UTF-16
// units, lines and columns from 1. Of a text that is JSON, nested too deep to be read, it says that it ends too soon.
func SyntaxMessage(source string) string {
	p := syntax{text: source}
	p.white()
	if !p.value(0) {
		return p.message
	}
	p.white()
	if p.at < len(source) {
		return strings.Replace(p.place("Unexpected non-whitespace character"), " in JSON", " after JSON", 1)
	}
	return "Unexpected end of JSON input" // it is JSON; nested too deep to be read
}

// syntax goes through a text as V8 does, up to what is wrong with it.
type syntax struct {
	text    string
	at      int
	message string
}

func (p *syntax) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *syntax) white() {
	for p.at < len(p.text) && strings.IndexByte(" \t\n\r", p.text[p.at]) >= 0 {
		p.at++
	}
}

// place words an error with where it is, counted in UTF-16 units.
func (p *syntax) place(text string) string {
	before := p.text[:p.at]
	line := strings.Count(before, "\n") + 1
	column := units(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("%s in JSON at position %d (line %d column %d)", text, units(before), line, column)
}

func (p *syntax) fail(text string) bool {
	if p.message == "" {
		p.message = p.place(text)
	}
	return false
}

// unexpected is the error for the token that begins here.
func (p *syntax) unexpected() bool {
	c := p.peek()
	switch {
	case p.at >= len(p.text):
		p.message = "Unexpected end of JSON input"
	case c == '"':
		return p.fail("Unexpected string")
	case c >= '0' && c <= '9' || c == '-':
		return p.fail("Unexpected number")
	case slices.Contains([]string{"NaN", "Infinity", "undefined", "[object Object]"}, p.text):
		p.message = fmt.Sprintf("%q is not valid JSON", p.text)
	default:
		p.message = p.token()
	}
	return false
}

// token quotes the character here and what stands around it.
func (p *syntax) token() string {
	const around = 10
	all := utf16.Encode([]rune(p.text))
	at := units(p.text[:p.at])
	from, to, before, after := 0, len(all), "", ""
	if len(all) > 2*around {
		if at >= around {
			from, before = at-around, "..."
		}
		if at < len(all)-around {
			to, after = at+around, "..."
		}
	}
	return fmt.Sprintf("Unexpected token '%s', %s\"%s\"%s is not valid JSON", textOf(all[at:at+1]), before, textOf(all[from:to]), after)
}

func (p *syntax) value(depth int) bool {
	if depth > MaxDepth {
		return false
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return p.string()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case c == 't':
		return p.literal("true")
	case c == 'f':
		return p.literal("false")
	case c == 'n':
		return p.literal("null")
	}
	return p.unexpected()
}

func (p *syntax) literal(word string) bool {
	for i := range word {
		if p.peek() != word[i] || p.at >= len(p.text) {
			return p.unexpected()
		}
		p.at++
	}
	return true
}

func (p *syntax) digits() bool {
	from := p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at > from
}

func (p *syntax) number() bool {
	if p.peek() == '-' {
		p.at++
		if c := p.peek(); c < '0' || c > '9' {
			return p.fail("No number after minus sign")
		}
	}
	if p.peek() == '0' {
		p.at++
		if c := p.peek(); c >= '0' && c <= '9' {
			return p.fail("Unexpected number")
		}
	}
	p.digits()
	if p.peek() == '.' {
		p.at++
		if !p.digits() {
			return p.fail("Unterminated fractional number")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if !p.digits() {
			return p.fail("Exponent part is missing a number")
		}
	}
	return true
}

func (p *syntax) string() bool {
	p.at++
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return true
		case c < 0x20:
			return p.fail("Bad control character in string literal")
		case c == '\\':
			p.at++
			if !p.escape() {
				return false
			}
		default:
			p.at++
		}
	}
	return p.fail("Unterminated string")
}

func (p *syntax) escape() bool {
	switch c := p.peek(); {
	case p.at >= len(p.text):
		return p.fail("Unterminated string")
	case c == 'u':
		p.at++
		for range 4 {
			c := p.peek()
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return p.fail("Bad Unicode escape")
			}
			p.at++
		}
	case strings.IndexByte(`"\/bfnrt`, c) < 0:
		return p.fail("Bad escaped character")
	default:
		p.at++
	}
	return true
}

func (p *syntax) object(depth int) bool {
	p.at++
	p.white()
	if p.peek() == '}' {
		p.at++
		return true
	}
	expected := "Expected property name or '}'"
	for {
		if p.peek() != '"' {
			return p.fail(expected)
		}
		if !p.string() {
			return false
		}
		p.white()
		if p.peek() != ':' {
			return p.fail("Expected ':' after property name")
		}
		p.at++
		p.white()
		if !p.value(depth + 1) {
			return false
		}
		p.white()
		switch p.peek() {
		case ',':
			p.at++
			p.white()
		case '}':
			p.at++
			return true
		default:
			return p.fail("Expected ',' or '}' after property value")
		}
		expected = "Expected double-quoted property name"
	}
}

func (p *syntax) array(depth int) bool {
	p.at++
	p.white()
	if p.peek() == ']' {
		p.at++
		return true
	}
	for {
		if !p.value(depth + 1) {
			return false
		}
		p.white()
		switch p.peek() {
		case ',':
			p.at++
			p.white()
		case ']':
			p.at++
			return true
		default:
			return p.fail("Expected ',' or ']' after array element")
		}
	}
}

// units is how many UTF-16 units a text has.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// textOf is the text of UTF-16 units; half of a pair gets its three-byte form.
func textOf(units []uint16) string {
	var text []byte
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if i+1 < len(units) && utf16.IsSurrogate(r) && utf16.DecodeRune(r, rune(units[i+1])) != utf8.RuneError {
			r = utf16.DecodeRune(r, rune(units[i+1]))
			i++
		}
		if utf16.IsSurrogate(r) {
			text = appendSurrogate(text, r)
		} else {
			text = utf8.AppendRune(text, r)
		}
	}
	return string(text)
}
