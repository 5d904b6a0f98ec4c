package directustest

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// jsonSyntaxError returns V8's text for what is wrong with a JSON body, "" for nothing. Directus passes it on to the client.
// The body must be an object or an array; an empty one was dealt with before.
func jsonSyntaxError(body string) string {
	s := &scanner{src: utf16.Encode([]rune(body))} // V8 counts in UTF-16
	s.space()
	if c := s.peek(); c != '{' && c != '[' {
		return s.unexpected()
	}
	s.value()
	if s.space(); s.err == "" && s.pos < len(s.src) {
		s.fail("Unexpected non-whitespace character after JSON")
	}
	return s.err
}

const endOfInput = 0xffff // not a character

// scanner checks JSON and keeps the first error. It doesn't recurse: open holds the brackets.
type scanner struct {
	src  []uint16
	pos  int
	open []uint16
	err  string
}

func (s *scanner) peek() uint16 {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return endOfInput
}

// next takes a character if it is the expected one.
func (s *scanner) next(c uint16) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) space() {
	for c := s.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = s.peek() {
		s.pos++
	}
}

// value scans a value with all that is nested in it.
func (s *scanner) value() {
	for s.err == "" {
		s.space()
		switch c := s.peek(); {
		case c == '{':
			s.pos++
			if s.space(); !s.next('}') {
				s.open = append(s.open, '}')
				s.name("Expected property name or '}'")
				continue
			}
		case c == '[':
			s.pos++
			if s.space(); !s.next(']') {
				s.open = append(s.open, ']')
				continue
			}
		case c == '"':
			s.text()
		case c == '-' || isDigit(c):
			s.number()
		default:
			s.literal()
		}
		if s.after() {
			return
		}
	}
}

// after goes on behind a value, up to where the next one is due. It says whether the outermost value is complete.
func (s *scanner) after() bool {
	for s.err == "" {
		if len(s.open) == 0 {
			return true
		}
		s.space()
		closing := s.open[len(s.open)-1]
		switch {
		case s.next(closing):
			s.open = s.open[:len(s.open)-1]
		case !s.next(','):
			s.fail(map[uint16]string{'}': "Expected ',' or '}' after property value", ']': "Expected ',' or ']' after array element"}[closing])
		case closing == '}':
			s.name("Expected double-quoted property name")
			return false
		default:
			return false
		}
	}
	return false
}

// name scans the name of a property and the colon; missing says what is wrong when there is none.
func (s *scanner) name(missing string) {
	if s.space(); s.peek() != '"' {
		s.fail(missing)
		return
	}
	s.text()
	if s.space(); s.err == "" && !s.next(':') {
		s.fail("Expected ':' after property name")
	}
}

func (s *scanner) text() {
	for s.pos++; s.err == "" && !s.next('"'); s.pos++ {
		switch c := s.peek(); {
		case c == endOfInput && s.pos == len(s.src):
			s.fail("Unterminated string")
		case c < ' ':
			s.fail("Bad control character in string literal")
		case c == '\\':
			s.escape()
		}
	}
}

// escape scans behind a backslash and stops on the last character of the sequence.
func (s *scanner) escape() {
	s.pos++
	c := s.peek()
	switch {
	case s.pos == len(s.src):
		s.fail("Unterminated string")
	case c == 'u':
		for range 4 {
			if s.pos++; !isHex(s.peek()) {
				s.fail("Bad Unicode escape")
				return
			}
		}
	case c > 0x7f || !strings.ContainsRune(`"\/bfnrt`, rune(c)):
		s.fail("Bad escaped character")
	}
}

func (s *scanner) number() {
	s.next('-')
	switch {
	case !isDigit(s.peek()):
		s.fail("No number after minus sign")
		return
	case s.next('0'):
		if isDigit(s.peek()) {
			s.fail("Unexpected number")
			return
		}
	default:
		s.digits("")
	}
	if s.next('.') {
		s.digits("Unterminated fractional number")
	}
	if s.err == "" && (s.next('e') || s.next('E')) {
		if !s.next('+') {
			s.next('-')
		}
		s.digits("Exponent part is missing a number")
	}
}

// digits scans digits; missing says what is wrong when there are none.
func (s *scanner) digits(missing string) {
	if !isDigit(s.peek()) {
		s.fail(missing)
	}
	for isDigit(s.peek()) {
		s.pos++
	}
}

func (s *scanner) literal() {
	for _, word := range []string{"true", "false", "null"} {
		if s.peek() != uint16(word[0]) {
			continue
		}
		for i := range len(word) {
			if !s.next(uint16(word[i])) {
				s.err = s.unexpected()
				return
			}
		}
		return
	}
	s.err = s.unexpected()
}

// fail notes an error at this place.
func (s *scanner) fail(what string) {
	if s.err != "" {
		return
	}
	line, column := 1, 1
	for _, c := range s.src[:s.pos] {
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
	s.err = fmt.Sprintf("%s in JSON at position %d (line %d column %d)", what, s.pos, line, column)
	if strings.HasSuffix(what, "after JSON") {
		s.err = strings.Replace(s.err, " in JSON", "", 1)
	}
}

// unexpected is V8's text for a character that can't begin a value: the character, and ten more on either side of it.
func (s *scanner) unexpected() string {
	const around, shortSource = 10, 20
	if s.pos >= len(s.src) {
		return "Unexpected end of JSON input"
	}
	from, to, before, behind := 0, len(s.src), "", ""
	if len(s.src) > shortSource {
		if from = s.pos - around; from > 0 {
			before = "..."
		}
		if to = s.pos + around; to < len(s.src) {
			behind = "..."
		}
		from, to = max(from, 0), min(to, len(s.src))
	}
	text := func(from, to int) string { return string(utf16.Decode(s.src[from:to])) }
	return fmt.Sprintf(`Unexpected token '%s', %s"%s"%s is not valid JSON`, text(s.pos, s.pos+1), before, text(from, to), behind)
}

func isDigit(c uint16) bool { return c >= '0' && c <= '9' }

func isHex(c uint16) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
