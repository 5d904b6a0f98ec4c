package json

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may nest in a text that is read.
const MaxDepth = 10_000

const byteOrderMark = "\uFEFF"

// SyntaxError says where a text stops being JSON. Line and Column count from 1, Column in bytes.
type SyntaxError struct {
	Offset, Line, Column int
	Message              string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at line %d, column %d", e.Message, e.Line, e.Column)
}

// Scanner reads the tokens of one JSON text. It is not safe for concurrent use.
type Scanner struct {
	data  []byte
	pos   int
	depth int
	keys  map[string]string // keys seen, so that a key repeated in every item is allocated once
}

// NewScanner returns a Scanner over data, which must not change while it is read. A byte order mark at its beginning is
// skipped.
func NewScanner(data []byte) *Scanner {
	s := &Scanner{data: data}
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		s.pos = len(byteOrderMark) // files saved on Windows begin with it
	}
	return s
}

// Errorf returns a SyntaxError at the scanner's place.
func (s *Scanner) Errorf(format string, args ...any) error {
	return s.errorAt(s.pos, format, args...)
}

func (s *Scanner) errorAt(pos int, format string, args ...any) error {
	before := strings.TrimPrefix(string(s.data[:min(pos, len(s.data))]), byteOrderMark) // no editor counts it as a column
	return &SyntaxError{
		Offset:  pos,
		Line:    strings.Count(before, "\n") + 1,
		Column:  len(before) - (strings.LastIndexByte(before, '\n') + 1) + 1,
		Message: fmt.Sprintf(format, args...),
	}
}

// Peek skips white space and returns the next byte, or 0 at the end of the text.
func (s *Scanner) Peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// Skip steps over the byte that Peek returned.
func (s *Scanner) Skip() { s.pos++ }

// Enter notes that an array or object begins; it fails when they nest deeper than MaxDepth.
func (s *Scanner) Enter() error {
	if s.depth++; s.depth > MaxDepth {
		return s.Errorf("more than %d arrays and objects inside each other", MaxDepth)
	}
	return nil
}

// Leave notes that an array or object ended.
func (s *Scanner) Leave() { s.depth-- }

// End fails when anything but white space is left.
func (s *Scanner) End() error {
	if s.Peek() != 0 || s.pos < len(s.data) {
		return s.Errorf("unexpected text after the JSON value")
	}
	return nil
}

// Unexpected is the error for a byte that no value, key or separator begins with.
func (s *Scanner) Unexpected(wanted string) error {
	if s.pos >= len(s.data) {
		return s.Errorf("the text ends where %s is expected", wanted)
	}
	r, _ := utf8.DecodeRune(s.data[s.pos:])
	return s.Errorf("%q where %s is expected", r, wanted)
}

// Literal reads the word true, false or null.
func (s *Scanner) Literal(word string) error {
	if !strings.HasPrefix(string(s.data[s.pos:min(s.pos+len(word), len(s.data))]), word) {
		return s.Unexpected("a value")
	}
	s.pos += len(word)
	return nil
}

// Number reads a number; one too large for a double becomes an infinity, as in JavaScript.
func (s *Scanner) Number() (float64, error) {
	start := s.pos
	digits := func() int {
		n := 0
		for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
			s.pos, n = s.pos+1, n+1
		}
		return n
	}
	at := func(c byte) bool { return s.pos < len(s.data) && s.data[s.pos] == c }
	if at('-') {
		s.pos++
	}
	first := s.pos
	n := digits()
	if n == 0 || (n > 1 && s.data[first] == '0') {
		return 0, s.errorAt(start, "this is not a number")
	}
	integer := true
	if at('.') {
		integer = false
		s.pos++
		if digits() == 0 {
			return 0, s.errorAt(start, "a number ends with its point")
		}
	}
	if at('e') || at('E') {
		integer = false
		s.pos++
		if at('+') || at('-') {
			s.pos++
		}
		if digits() == 0 {
			return 0, s.errorAt(start, "a number has an empty exponent")
		}
	}
	if integer && n <= 15 {
		v := 0.0
		for _, c := range s.data[first:s.pos] {
			v = v*10 + float64(c-'0')
		}
		if first != start {
			v = math.Copysign(v, -1)
		}
		return v, nil
	}
	f, err := strconv.ParseFloat(string(s.data[start:s.pos]), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, s.errorAt(start, "this is not a number")
	}
	return f, nil
}

// Key reads a string and returns the same Go string for the same key.
func (s *Scanner) Key() (string, error) {
	start := s.pos
	i := start + 1
	for i < len(s.data) && s.data[i] >= 0x20 && s.data[i] < utf8.RuneSelf && s.data[i] != '"' && s.data[i] != '\\' {
		i++
	}
	if i >= len(s.data) || s.data[i] != '"' {
		return s.String() // escapes and the like: rare in keys
	}
	raw := s.data[start+1 : i]
	s.pos = i + 1
	if k, ok := s.keys[string(raw)]; ok {
		return k, nil
	}
	k := string(raw)
	if s.keys == nil {
		s.keys = make(map[string]string)
	}
	if len(s.keys) < 4096 {
		s.keys[k] = k
	}
	return k, nil
}

// String reads a string at its opening quote. A surrogate that an escape names and that stands alone is kept in the three
// bytes that UTF-8 would give it if it could; bytes that are not UTF-8 become U+FFFD.
func (s *Scanner) String() (string, error) {
	start := s.pos
	i := start + 1
	for i < len(s.data) && s.data[i] >= 0x20 && s.data[i] < utf8.RuneSelf && s.data[i] != '"' && s.data[i] != '\\' {
		i++
	}
	if i < len(s.data) && s.data[i] == '"' {
		s.pos = i + 1
		return string(s.data[start+1 : i]), nil
	}
	buf := make([]byte, 0, 2*(i-start)+16)
	from := start + 1 // what stands before i and is not in buf yet
	for i < len(s.data) {
		switch c := s.data[i]; {
		case c == '"':
			s.pos = i + 1
			return string(append(buf, s.data[from:i]...)), nil
		case c == '\\':
			var err error
			if buf, i, err = s.escape(append(buf, s.data[from:i]...), i); err != nil {
				return "", err
			}
			from = i
		case c < 0x20:
			return "", s.errorAt(i, "a control character inside a string (write it as an escape)")
		case c < utf8.RuneSelf:
			i++
		default:
			if r, size := utf8.DecodeRune(s.data[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
			buf = append(append(buf, s.data[from:i]...), "\uFFFD"...)
			i += invalidLen(s.data[i:])
			from = i
		}
	}
	return "", s.errorAt(start, "a string that begins here has no end")
}

func (s *Scanner) escape(buf []byte, i int) ([]byte, int, error) {
	if i+1 >= len(s.data) {
		return buf, i, s.errorAt(i, "the text ends inside a string")
	}
	switch c := s.data[i+1]; c {
	case '"', '\\', '/':
		return append(buf, c), i + 2, nil
	case 'b':
		return append(buf, '\b'), i + 2, nil
	case 'f':
		return append(buf, '\f'), i + 2, nil
	case 'n':
		return append(buf, '\n'), i + 2, nil
	case 'r':
		return append(buf, '\r'), i + 2, nil
	case 't':
		return append(buf, '\t'), i + 2, nil
	case 'u':
		r, ok := s.hex4(i + 2)
		if !ok {
			return buf, i, s.errorAt(i, "an escape \\u without four hexadecimal digits")
		}
		i += 6
		if !utf16.IsSurrogate(r) {
			return utf8.AppendRune(buf, r), i, nil
		}
		if i+1 < len(s.data) && s.data[i] == '\\' && s.data[i+1] == 'u' {
			if low, ok := s.hex4(i + 2); ok {
				if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
					return utf8.AppendRune(buf, full), i + 6, nil
				}
			}
		}
		return appendSurrogate(buf, r), i, nil
	}
	return buf, i, s.errorAt(i, "an escape that JSON does not have")
}

func (s *Scanner) hex4(i int) (rune, bool) {
	if i+4 > len(s.data) {
		return 0, false
	}
	var r rune
	for _, c := range s.data[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
