package expr

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind byte

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenString
	tokenPunct
)

// token is one token of JavaScript. text is the name or the punctuator, value the number or string.
type token struct {
	kind    tokenKind
	text    string
	value   any
	pos     int
	newline bool // a line break stands before it
}

// is reports whether the token is a punctuator.
func (t *token) is(punct string) bool { return t.kind == tokenPunct && t.text == punct }

// fault is the error of the lexer, the parser and the compiler: something wrong at a place in a part.
type fault struct {
	kind    Kind
	pos     int
	message string
}

func (f *fault) Error() string { return f.message }

// puncts are JavaScript's punctuators, the longer ones first.
var puncts = []string{
	">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=",
	"=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**", "<<", ">>",
	"{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=", ".", "`",
}

// lexer reads tokens. The first fault is kept; from then on the text counts as read to its end.
type lexer struct {
	src   string
	pos   int // behind the last token
	fault *fault
}

func (l *lexer) fail(kind Kind, pos int, message string) {
	if l.fault == nil {
		l.fault = &fault{kind, pos, message}
	}
	l.pos = len(l.src)
}

func (l *lexer) syntax(pos int, message string) { l.fail(Syntax, pos, message) }

func (l *lexer) unsupported(pos int, what string) { l.fail(Unsupported, pos, what) }

func (l *lexer) next() token {
	t := token{newline: l.space(), pos: l.pos}
	if l.pos >= len(l.src) {
		return t
	}
	c := l.src[l.pos]
	switch {
	case c == '"' || c == '\'':
		t.kind, t.value = tokenString, l.stringLiteral(c)
		return t
	case c >= '0' && c <= '9', c == '.' && l.pos+1 < len(l.src) && l.src[l.pos+1] >= '0' && l.src[l.pos+1] <= '9':
		t.kind, t.value = tokenNumber, l.number()
		return t
	}
	if name := l.name(); name != "" {
		t.kind, t.text = tokenName, name
		return t
	}
	for _, p := range puncts {
		if !strings.HasPrefix(l.src[l.pos:], p) {
			continue
		}
		if p == "?." && l.pos+2 < len(l.src) && l.src[l.pos+2] >= '0' && l.src[l.pos+2] <= '9' {
			continue // a ? .5 : b
		}
		l.pos += len(p)
		t.kind, t.text = tokenPunct, p
		return t
	}
	r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
	if r == '\\' {
		l.unsupported(l.pos, "an escape in a name is")
	}
	l.syntax(l.pos, "the character "+strconv.QuoteRune(r)+" can't stand here")
	return token{pos: l.pos}
}

// space skips white space and comments and reports whether there was a line break.
func (l *lexer) space() (newline bool) {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case isLineBreak(r):
			newline = true
		case isSpace(r):
		case strings.HasPrefix(rest, "//"):
			size = strings.IndexFunc(rest, isLineBreak)
			if size < 0 {
				size = len(rest)
			}
		case strings.HasPrefix(rest, "/*"):
			size = strings.Index(rest[2:], "*/") + 4
			if size < 4 {
				l.syntax(l.pos, "a comment that begins here has no end")
				return newline
			}
			newline = newline || strings.ContainsFunc(rest[:size], isLineBreak)
		default:
			return newline
		}
		l.pos += size
	}
	return newline
}

func isLineBreak(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }

// isSpace reports what JavaScript's trim takes away.
func isSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', '\u00A0', '\uFEFF', '\u2028', '\u2029':
		return true
	}
	return r > utf8.RuneSelf && unicode.Is(unicode.Zs, r)
}

func isNameStart(r rune) bool {
	return r == '$' || r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' ||
		r > utf8.RuneSelf && r != utf8.RuneError && unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
}

func isNamePart(r rune) bool {
	return isNameStart(r) || r >= '0' && r <= '9' || r == '\u200C' || r == '\u200D' ||
		r > utf8.RuneSelf && r != utf8.RuneError && unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

func (l *lexer) name() string {
	end := l.pos
	for end < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[end:])
		if end == l.pos && !isNameStart(r) || !isNamePart(r) {
			break
		}
		end += size
	}
	name := l.src[l.pos:end]
	l.pos = end
	if name != "" && l.peekByte() == '\\' {
		l.unsupported(end, "an escape in a name is")
	}
	return name
}

func (l *lexer) number() float64 {
	start := l.pos
	digits := func(set string) string {
		from := l.pos
		for l.pos < len(l.src) && (strings.IndexByte(set, l.src[l.pos]) >= 0 || l.src[l.pos] == '_') {
			l.pos++
		}
		text := l.src[from:l.pos]
		if strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") || strings.Contains(text, "__") {
			l.syntax(from, "an underscore in a number has to stand between digits")
		}
		return strings.ReplaceAll(text, "_", "")
	}
	finish := func() {
		r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
		if r == 'n' {
			l.unsupported(start, "a BigInt is")
		}
		if isNamePart(r) {
			l.syntax(l.pos, "a number ends and a name begins without a space")
		}
	}
	if l.src[l.pos] == '0' && l.pos+1 < len(l.src) {
		if set := map[byte]string{'x': "0123456789abcdefABCDEF", 'o': "01234567", 'b': "01"}[l.src[l.pos+1]|0x20]; set != "" {
			l.pos += 2
			text := digits(set)
			if text == "" {
				l.syntax(start, "a number has no digits")
			}
			finish()
			return integer(text, map[int]int{22: 16, 8: 8, 2: 2}[len(set)])
		}
		if c := l.src[l.pos+1]; c >= '0' && c <= '9' || c == '_' {
			l.unsupported(start, "a number that begins with 0 is")
			return 0
		}
	}
	text := digits("0123456789")
	if l.pos < len(l.src) && l.src[l.pos] == '.' {
		l.pos++
		text += "." + digits("0123456789")
	}
	if l.pos < len(l.src) && l.src[l.pos]|0x20 == 'e' {
		l.pos++
		text += "e"
		if l.pos < len(l.src) && (l.src[l.pos] == '+' || l.src[l.pos] == '-') {
			text += l.src[l.pos : l.pos+1]
			l.pos++
		}
		exponent := digits("0123456789")
		if exponent == "" {
			l.syntax(start, "a number has an empty exponent")
		}
		text += exponent
	}
	finish()
	f, _ := strconv.ParseFloat(text, 64) // the only error left is a range error, and then f is what JavaScript has
	return f
}

// integer is the number that digits of a base are, rounded to a double.
func integer(digits string, base int) float64 {
	if digits = strings.TrimLeft(digits, "0"); len(digits) > 1024 { // more bits than a double can have, in any base
		return math.Inf(1)
	}
	if digits == "" {
		return 0
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return 0
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}

func (l *lexer) stringLiteral(quote byte) string {
	start := l.pos
	l.pos++
	var buf []byte
	from := l.pos
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; c {
		case quote:
			text := l.src[from:l.pos]
			l.pos++
			if buf == nil {
				return text
			}
			return string(appendString(buf, text))
		case '\\':
			buf = l.escape(appendString(buf, l.src[from:l.pos]))
			from = l.pos
		case '\n', '\r':
			l.syntax(l.pos, "a line ends inside a string")
		default:
			l.pos++
		}
	}
	l.syntax(start, "a string that begins here has no end")
	return ""
}

// escape reads an escape at a backslash and appends what it stands for; dst is not nil afterwards.
func (l *lexer) escape(dst []byte) []byte {
	start := l.pos
	if dst == nil {
		dst = []byte{}
	}
	l.pos++
	if l.pos >= len(l.src) {
		return dst // the caller reports that the literal has no end
	}
	c, size := utf8.DecodeRuneInString(l.src[l.pos:])
	l.pos += size
	switch c {
	case 'b':
		return append(dst, '\b')
	case 'f':
		return append(dst, '\f')
	case 'n':
		return append(dst, '\n')
	case 'r':
		return append(dst, '\r')
	case 't':
		return append(dst, '\t')
	case 'v':
		return append(dst, '\v')
	case '\r':
		if l.pos < len(l.src) && l.src[l.pos] == '\n' {
			l.pos++
		}
		return dst
	case '\n', '\u2028', '\u2029':
		return dst
	case 'x':
		return utf8.AppendRune(dst, l.hex(start, 2))
	case 'u':
		if l.pos < len(l.src) && l.src[l.pos] == '{' {
			end := strings.IndexByte(l.src[l.pos:], '}')
			if end < 2 || end > 20 {
				l.syntax(start, "an escape \\u{...} has no character number")
				return dst
			}
			l.pos++
			r := l.hex(start, end-1)
			if l.fault == nil {
				l.pos++
			}
			return appendUnits(dst, r)
		}
		return appendUnits(dst, l.hex(start, 4))
	}
	if c >= '0' && c <= '9' {
		if next := l.peekByte(); c == '0' && (next < '0' || next > '9') {
			return append(dst, 0)
		}
		l.unsupported(start, "an octal escape is")
		return dst
	}
	return appendString(dst, l.src[l.pos-size:l.pos])
}

func (l *lexer) peekByte() byte {
	if l.pos < len(l.src) {
		return l.src[l.pos]
	}
	return 0
}

func (l *lexer) hex(start, digits int) rune {
	if l.pos+digits > len(l.src) {
		l.syntax(start, "an escape without its hexadecimal digits")
		return 0
	}
	n, err := strconv.ParseUint(l.src[l.pos:l.pos+digits], 16, 64)
	if err != nil || n > unicode.MaxRune {
		l.syntax(start, "an escape without its hexadecimal digits")
		return 0
	}
	l.pos += digits
	return rune(n)
}

// templateText reads the text of a template literal from l.pos up to its end or to "${", which it steps over.
func (l *lexer) templateText(start int) (text string, end bool) {
	buf := []byte{}
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '`':
			l.pos++
			return string(buf), true
		case c == '$' && strings.HasPrefix(l.src[l.pos:], "${"):
			l.pos += 2
			return string(buf), false
		case c == '\\':
			buf = l.escape(buf)
		case c == '\r':
			buf = append(buf, '\n')
			l.pos++
			if l.peekByte() == '\n' {
				l.pos++
			}
		default:
			from := l.pos
			for l.pos < len(l.src) && strings.IndexByte("`$\\\r", l.src[l.pos]) < 0 || l.pos == from {
				l.pos++
			}
			buf = appendString(buf, l.src[from:l.pos])
		}
	}
	l.syntax(start, "a template literal that begins here has no end")
	return "", true
}
