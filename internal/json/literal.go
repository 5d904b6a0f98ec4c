package json

import (
	"errors"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FromLiteral turns an object written as in JavaScript, {name: 'Ada', tags: [1, 2,], /* ... */}, into JSON. Keys may be
// names, texts or numbers; a name in place of a value is its text (undefined, NaN and True too), as n8n reads it. What would
// have to be evaluated (calls, operators, templates, spread, methods) is an error, where n8n silently leaves it out.
func FromLiteral(text string) ([]byte, error) {
	l := literal{text: text, out: make([]byte, 0, len(text)+16)}
	if err := l.value(); err != nil {
		return nil, err
	}
	if l.space(); l.pos < len(text) || l.out[0] != '{' {
		return nil, errLiteral
	}
	return l.out, nil
}

var errLiteral = errors.New("this is not an object as JavaScript writes it")

// reserved are the words that can't stand for a value.
var reserved = map[string]bool{
	"break": true, "case": true, "catch": true, "class": true, "const": true, "continue": true, "debugger": true, "default": true,
	"delete": true, "do": true, "else": true, "enum": true, "export": true, "extends": true, "finally": true, "for": true,
	"function": true, "if": true, "import": true, "in": true, "instanceof": true, "new": true, "return": true, "super": true,
	"switch": true, "this": true, "throw": true, "try": true, "typeof": true, "var": true, "void": true, "while": true, "with": true,
}

// literal reads one text and writes out as JSON what it reads.
type literal struct {
	text  string
	pos   int
	depth int
	out   []byte
}

// accept steps over c if it is next, after white space and comments.
func (l *literal) accept(c byte) bool {
	if l.peek() != c || l.pos >= len(l.text) {
		return false
	}
	l.pos++
	return true
}

func (l *literal) peek() byte {
	l.space()
	if l.pos < len(l.text) {
		return l.text[l.pos]
	}
	return 0
}

func (l *literal) space() {
	for l.pos < len(l.text) {
		rest := l.text[l.pos:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case strings.ContainsRune(space, r):
			l.pos += size
		case strings.HasPrefix(rest, "//"):
			end := strings.IndexAny(rest, lineEnds)
			if end < 0 {
				end = len(rest)
			}
			l.pos += end
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return
			}
			l.pos += end + 4
		default:
			return
		}
	}
}

const lineEnds = "\n\r\u2028\u2029"

func (l *literal) value() error {
	if l.depth++; l.depth > MaxDepth {
		return errLiteral
	}
	defer func() { l.depth-- }()
	switch c := l.peek(); {
	case c == '{':
		return l.object()
	case c == '[':
		return l.array()
	case c == '"' || c == '\'':
		return l.quoted()
	case c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+':
		n, err := l.signed()
		l.number(n)
		return err
	case c == '(':
		l.pos++
		if err := l.value(); err != nil {
			return err
		}
		if !l.accept(')') {
			return errLiteral
		}
		return nil
	}
	switch name := l.name(); {
	case name == "" || reserved[name]:
		return errLiteral
	case isConstant(name):
		l.out = append(l.out, name...)
	default:
		l.out = AppendString(l.out, name)
	}
	return nil
}

func isConstant(name string) bool { return name == "null" || name == "true" || name == "false" }

func (l *literal) object() error {
	l.pos++
	l.out = append(l.out, '{')
	for first := true; !l.accept('}'); first = false {
		if !first {
			l.out = append(l.out, ',')
		}
		start := len(l.out)
		shorthand, err := l.key()
		if err != nil {
			return err
		}
		key := string(l.out[start:])
		l.out = append(l.out, ':')
		switch {
		case l.accept(':'):
			if err := l.value(); err != nil {
				return err
			}
		case shorthand:
			l.out = append(l.out, key...)
		default:
			return errLiteral
		}
		if !l.accept(',') && l.peek() != '}' {
			return errLiteral
		}
	}
	l.out = append(l.out, '}')
	return nil
}

// key reads a key; shorthand says that it may stand for its value too.
func (l *literal) key() (shorthand bool, err error) {
	switch c := l.peek(); {
	case c == '"' || c == '\'':
		return false, l.quoted()
	case c >= '0' && c <= '9' || c == '.':
		n, err := l.digits()
		l.out = AppendString(l.out, string(AppendNumberText(nil, n)))
		return false, err
	}
	name := l.name()
	if name == "" {
		return false, errLiteral
	}
	l.out = AppendString(l.out, name)
	return !isConstant(name) && !reserved[name], nil
}

func (l *literal) array() error {
	l.pos++
	l.out = append(l.out, '[')
	for first := true; !l.accept(']'); first = false {
		if !first {
			l.out = append(l.out, ',')
		}
		if l.accept(',') { // nothing between two commas
			l.out = append(l.out, "null"...)
			continue
		}
		if err := l.value(); err != nil {
			return err
		}
		if !l.accept(',') && l.peek() != ']' {
			return errLiteral
		}
	}
	l.out = append(l.out, ']')
	return nil
}

func (l *literal) number(n float64) {
	if math.IsInf(n, 0) { // JSON has no word for it
		l.out = append(l.out, "1e999"...)
		if n < 0 {
			l.out = append(l.out[:len(l.out)-5], "-1e999"...)
		}
		return
	}
	if n == 0 && math.Signbit(n) {
		l.out = append(l.out, '-')
	}
	l.out = AppendNumber(l.out, n)
}

// signed reads a number with any signs and brackets before it.
func (l *literal) signed() (float64, error) {
	if l.depth++; l.depth > MaxDepth {
		return 0, errLiteral
	}
	defer func() { l.depth-- }()
	c := l.peek()
	switch c {
	case '(':
		l.pos++
		n, err := l.signed()
		if err == nil && !l.accept(')') {
			err = errLiteral
		}
		return n, err
	case '-', '+':
		l.pos++
		if l.pos < len(l.text) && l.text[l.pos] == c {
			return 0, errLiteral // --x is an operator
		}
		n, err := l.signed()
		if c == '-' {
			n = -n
		}
		return n, err
	}
	return l.digits()
}

func (l *literal) digits() (float64, error) {
	start := l.pos
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		exponent := l.pos > start && l.text[l.pos-1]|0x20 == 'e' && !strings.HasPrefix(l.text[start:], "0x")
		if !isWord(c) && c != '.' && (!exponent || c != '+' && c != '-') {
			break
		}
		l.pos++
	}
	digits := l.text[start:l.pos]
	if strings.Contains(digits, "_") {
		if strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
			return 0, errLiteral
		}
		digits = strings.ReplaceAll(digits, "_", "")
	}
	if len(digits) > 1 && digits[0] == '0' && strings.Trim(digits, "01234567") == "" {
		digits = "0o" + digits // the old way to write an octal number
	}
	if digits == "" || digits[0] > '9' {
		return 0, errLiteral
	}
	n := ToNumber(digits)
	if math.IsNaN(n) {
		return 0, errLiteral
	}
	return n, nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$'
}

func (l *literal) name() string {
	start := l.pos
	for i, r := range l.text[start:] {
		letter := r == '$' || r == '_' || unicode.IsLetter(r)
		if !letter && (i == 0 || !unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc)) {
			break
		}
		l.pos = start + i + utf8.RuneLen(r)
	}
	return l.text[start:l.pos]
}

// quoted reads a text in quotes.
func (l *literal) quoted() error {
	quote := l.text[l.pos]
	l.out = append(l.out, '"')
	for l.pos++; l.pos < len(l.text); {
		switch c := l.text[l.pos]; c {
		case quote:
			l.pos++
			l.out = append(l.out, '"')
			return nil
		case '\n', '\r':
			return errLiteral
		case '\\':
			if !l.escape() {
				return errLiteral
			}
		default:
			l.out = AppendStringByte(l.out, c)
			l.pos++
		}
	}
	return errLiteral
}

var simpleEscapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v'}

// escape reads one escape sequence at its backslash.
func (l *literal) escape() bool {
	rest := l.text[l.pos+1:]
	if rest == "" {
		return false
	}
	size, ok := 1, true
	first, width := utf8.DecodeRuneInString(rest)
	switch c := rest[0]; {
	case simpleEscapes[c] != 0:
		l.out = AppendStringByte(l.out, simpleEscapes[c])
	case strings.HasPrefix(rest, "u{"):
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return false
		}
		var r rune
		if r, ok = hexRune(rest[2:end]); r >= 0x10000 {
			l.out = utf8.AppendRune(l.out, r)
		} else {
			l.out = appendUnit(l.out, r)
		}
		size = end + 1
	case c == 'x' || c == 'u':
		if size = 3; c == 'u' {
			size = 5
		}
		if len(rest) < size {
			return false
		}
		var unit rune
		unit, ok = hexRune(rest[1:size])
		l.out = appendUnit(l.out, unit)
	case c >= '0' && c <= '7':
		unit, most := rune(0), 3
		if c > '3' {
			most = 2
		}
		for size = 0; size < most && size < len(rest) && rest[size] >= '0' && rest[size] <= '7'; size++ {
			unit = unit<<3 | rune(rest[size]-'0')
		}
		l.out = appendUnit(l.out, unit)
	case c == '8' || c == '9':
		return false
	case strings.HasPrefix(rest, "\r\n"):
		size = 2
	case strings.ContainsRune(lineEnds, first): // the text goes on in the next line
		size = width
	default:
		l.out = AppendStringByte(l.out, c) // stands for itself; what else the character has follows
	}
	l.pos += 1 + size
	return ok
}

func hexRune(digits string) (rune, bool) {
	var r rune
	for _, c := range []byte(digits) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		if r = r<<4 | rune(c); r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, digits != ""
}

// AppendStringByte appends one byte of a string as it stands inside of JSON's quotes. Bytes of a longer character are
// appended as they are.
func AppendStringByte(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c < 0x20:
		return appendUnit(dst, rune(c))
	}
	return append(dst, c)
}

func appendUnit(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', hex[u>>12&0xf], hex[u>>8&0xf], hex[u>>4&0xf], hex[u&0xf])
}
