package pdf

import (
	"bytes"
	"math"
	"strconv"
)

// maxNesting is how deep lists and dictionaries may be inside of each other.
const maxNesting = 100

// parser reads values from bytes.
type parser struct {
	data []byte
	pos  int
	// references says that "1 0 R" is a reference: so it is in files, but not in the contents of pages.
	references bool
	// operators are those of the contents of pages: there "ETBT" is two of them. nil in files.
	operators map[keyword]int
	// unlock decodes strings of locked files; nil where they are not.
	unlock func([]byte) []byte
}

// eof is what stands behind the last value.
const eof = keyword("")

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0
}

func (p *parser) skip() {
	for p.pos < len(p.data) {
		switch c := p.data[p.pos]; {
		case isSpace(c):
			p.pos++
		case c == '%':
			for p.pos < len(p.data) && p.data[p.pos] != '\n' && p.data[p.pos] != '\r' {
				p.pos++
			}
		default:
			return
		}
	}
}

// value reads the next value: keyword for what is none, eof at the end.
func (p *parser) value() any { return p.nested(0) }

func (p *parser) nested(depth int) any {
	v := p.token()
	word, ok := v.(keyword)
	if !ok {
		if p.references {
			return p.reference(v)
		}
		return v
	}
	switch word {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	case "[":
		return p.list(depth)
	case "<<":
		return p.dict(depth)
	}
	return word
}

// reference is a reference that begins with a number, or the number.
func (p *parser) reference(first any) any {
	number, ok := integer(first)
	if !ok || number < 0 {
		return first
	}
	at := p.pos
	generation, ok := integer(p.token())
	if ok && generation >= 0 && p.token() == keyword("R") {
		return Ref{number, generation}
	}
	p.pos = at
	return first
}

func (p *parser) list(depth int) any {
	out := []any{}
	if depth > maxNesting {
		p.pos = len(p.data)
		return out
	}
	for {
		v := p.nested(depth + 1)
		switch v {
		case keyword("]"), eof:
			return out
		case keyword(">>"), keyword("endobj"), keyword("obj"):
			p.pos -= len(v.(keyword))
			return out
		}
		if _, ok := v.(keyword); !ok {
			out = append(out, v)
		}
	}
}

func (p *parser) dict(depth int) any {
	d := &Dict{}
	if depth > maxNesting {
		p.pos = len(p.data)
		return d
	}
	for {
		key := p.token()
		switch key := key.(type) {
		case Name:
			at := p.pos
			v := p.nested(depth + 1)
			if word, ok := v.(keyword); ok {
				if word == ">>" || word == "endobj" || word == "obj" || word == eof {
					p.pos = at
				}
				v = nil
			}
			d.set(key, v)
		case keyword:
			if key == ">>" || key == eof {
				return d
			}
			if key == "endobj" || key == "obj" || key == "stream" {
				p.pos -= len(key)
				return d
			}
		}
	}
}

func (p *parser) token() any {
	p.skip()
	if p.pos >= len(p.data) {
		return eof
	}
	c := p.data[p.pos]
	switch {
	case c >= '0' && c <= '9', c == '+', c == '-', c == '.':
		return p.number()
	case c == '(':
		return p.text()
	case c == '/':
		p.pos++
		return p.name()
	case c == '<' && p.at(1) == '<', c == '>' && p.at(1) == '>':
		p.pos += 2
		return keyword(p.data[p.pos-2 : p.pos])
	case c == '<':
		return p.hex()
	case isDelimiter(c):
		p.pos++
		return keyword(p.data[p.pos-1 : p.pos])
	}
	from := p.pos
	known := false
	for p.pos < len(p.data) && !isSpace(p.data[p.pos]) && !isDelimiter(p.data[p.pos]) && p.pos-from < 128 {
		_, longer := p.operators[keyword(p.data[from:p.pos+1])]
		if known && !longer {
			break
		}
		known = longer
		p.pos++
	}
	return keyword(p.data[from:p.pos])
}

func (p *parser) at(offset int) byte {
	if p.pos+offset < len(p.data) {
		return p.data[p.pos+offset]
	}
	return 0
}

// number reads a number as lenient readers do: "--5" is -5, "5-3" is 5, "." is 0.
func (p *parser) number() any {
	negative := false
	for p.at(0) == '-' || p.at(0) == '+' {
		negative = negative || p.data[p.pos] == '-'
		p.pos++
	}
	from, dots := p.pos, 0
	for p.pos < len(p.data) {
		c := p.data[p.pos]
		if c == '.' {
			dots++
		}
		if (c < '0' || c > '9') && c != '.' && c != '-' || dots > 1 {
			break
		}
		p.pos++
	}
	digits, _, _ := bytes.Cut(p.data[from:p.pos], []byte("-"))
	n, err := strconv.ParseFloat(string(digits), 64)
	if c := p.at(0); (c == 'e' || c == 'E') && p.pos > from {
		n *= p.exponent()
	}
	if err != nil || math.IsInf(n, 0) {
		n = 0
	}
	if p.pos == from && p.pos < len(p.data) && !isSpace(p.data[p.pos]) && !isDelimiter(p.data[p.pos]) {
		p.pos++
	}
	if negative {
		n = -n
	}
	return n
}

// exponent is the power of ten behind a number; 1 where the letter begins something else.
func (p *parser) exponent() float64 {
	at := p.pos + 1
	if at < len(p.data) && (p.data[at] == '-' || p.data[at] == '+') {
		at++
	}
	from := at
	for at < len(p.data) && p.data[at] >= '0' && p.data[at] <= '9' {
		at++
	}
	if at == from {
		return 1
	}
	n, err := strconv.Atoi(string(p.data[p.pos+1 : at]))
	p.pos = at
	if err != nil || n > 308 || n < -308 {
		return 0
	}
	return math.Pow10(n)
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (p *parser) text() any {
	p.pos++
	var out []byte
	depth := 1
	for ; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.pos++
				return p.string(out)
			}
		case '\\':
			p.pos++
			out = p.escape(out)
			continue
		case '\r':
			if p.at(1) == '\n' {
				p.pos++
			}
			c = '\n'
		}
		out = append(out, c)
	}
	return p.string(out)
}

// escape appends what a backslash begins; the last byte read is the one at pos.
func (p *parser) escape(out []byte) []byte {
	c := p.at(0)
	switch {
	case c >= '0' && c <= '7':
		n := int(c - '0')
		for i := 0; i < 2 && p.at(1) >= '0' && p.at(1) <= '7'; i++ {
			p.pos++
			n = n*8 + int(p.data[p.pos]-'0')
		}
		return append(out, byte(n))
	case c == '\r':
		if p.at(1) == '\n' {
			p.pos++
		}
		return out
	case c == '\n' || p.pos >= len(p.data):
		return out
	case escapes[c] != 0:
		return append(out, escapes[c])
	}
	return append(out, c)
}

func digit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func (p *parser) hex() any {
	p.pos++
	var out []byte
	half := false
	for p.pos < len(p.data) {
		c := p.data[p.pos]
		p.pos++
		if c == '>' {
			break
		}
		d, ok := digit(c)
		if !ok {
			continue
		}
		if half {
			out[len(out)-1] |= d
		} else {
			out = append(out, d<<4)
		}
		half = !half
	}
	return p.string(out)
}

func (p *parser) string(b []byte) Bytes {
	if p.unlock != nil {
		b = p.unlock(b)
	}
	return Bytes(b)
}

func (p *parser) name() Name {
	var out []byte
	for p.pos < len(p.data) && !isSpace(p.data[p.pos]) && !isDelimiter(p.data[p.pos]) {
		c := p.data[p.pos]
		p.pos++
		if c == '#' {
			high, ok1 := digit(p.at(0))
			low, ok2 := digit(p.at(1))
			if ok1 && ok2 {
				c = high<<4 | low
				p.pos += 2
			}
		}
		out = append(out, c)
	}
	return Name(out)
}
