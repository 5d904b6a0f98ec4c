package fields

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// ParseLenient reads a JSON value, and makes sense of text that is nearly JSON: quotes that are missing, single,
// typographic or not escaped; line breaks inside texts; commas too many or too few; missing colons, values and closing
// brackets; comments; Python's True, False and None; undefined (null); numbers cut short or with leading zeros; values
// joined by +; "..." for what was left out; calls around a value; several values one after the other, which become a
// list; JSON inside of a Markdown code fence or with its quotes escaped. What n8n repairs (it uses the jsonrepair
// library) comes out as it does there. The error says only that even so there is no value.
func ParseLenient(text string) (any, error) {
	if v, err := node.ParseJSON([]byte(text)); err == nil {
		return v, nil
	}
	r := repairer{text: strings.ToValidUTF8(text, "\uFFFD")}
	return r.root()
}

var errRepair = errors.New("this is not JSON, nor near enough to it")

// repairer reads one text. Its methods return ok false where there is nothing of their kind.
type repairer struct {
	text  string
	pos   int
	depth int
	// newline says that a line break stands between the last thing read and pos.
	newline bool
	// blockEnd is where the block comment ends that was met last. Quotes may meet the same one over and over.
	blockEnd int
}

func (r *repairer) root() (any, error) {
	r.fence("```", "[```", "{```")
	v, ok, err := r.value()
	if err != nil || !ok {
		return nil, errRepair
	}
	r.fence("```", "```]", "```}")
	comma := r.accept(',')
	if comma {
		r.skip()
	}
	if r.startsValue() && (comma || r.newline) {
		if v, err = r.lines(v); err != nil {
			return nil, err
		}
	}
	for r.at('}') || r.at(']') {
		r.pos++
		r.skip()
	}
	if r.pos < len(r.text) {
		return nil, errRepair
	}
	return v, nil
}

// lines reads the values that follow a first one: newline delimited JSON.
func (r *repairer) lines(first any) (any, error) {
	list := []any{first}
	for {
		v, ok, err := r.value()
		if err != nil {
			return nil, err
		}
		if !ok {
			return list, nil
		}
		list = append(list, v)
		r.accept(',')
	}
}

func (r *repairer) value() (v any, ok bool, err error) {
	if r.depth++; r.depth > json.MaxDepth {
		return nil, false, errRepair
	}
	defer func() { r.depth-- }()
	r.skip()
	if v, ok, err = r.bare(); ok && err == nil {
		r.skip()
	}
	return v, ok, err
}

func (r *repairer) bare() (v any, ok bool, err error) {
	switch {
	case r.at('{'):
		v, err = r.object()
		return v, true, err
	case r.at('['):
		v, err = r.array()
		return v, true, err
	}
	if v, ok, err = r.quoted(); ok || err != nil {
		return v, ok, err
	}
	if v, ok, err = r.number(); ok || err != nil {
		return v, ok, err
	}
	for _, k := range keywords {
		if strings.HasPrefix(r.text[r.pos:], k.word) {
			r.take(len(k.word))
			return k.value, true, nil
		}
	}
	if v, ok, err = r.word(false); ok || err != nil {
		return v, ok, err
	}
	return r.regex()
}

var keywords = []struct {
	word  string
	value any
}{{"true", true}, {"false", false}, {"null", nil}, {"True", true}, {"False", false}, {"None", nil}}

func (r *repairer) object() (any, error) {
	o := &node.Object{}
	r.take(1)
	r.skip()
	if r.accept(',') {
		r.skip()
	}
	for first := true; r.pos < len(r.text) && !r.at('}'); first = false {
		if !first {
			r.accept(',')
			r.skip()
		}
		r.ellipsis()
		key, ok, err := r.key()
		if err != nil {
			return nil, err
		}
		if !ok {
			if r.pos < len(r.text) && !strings.ContainsRune("{}[]", rune(r.text[r.pos])) {
				return nil, errRepair
			}
			break
		}
		r.skip()
		colon := r.accept(':')
		end := r.pos >= len(r.text)
		if !colon && !end && !r.startsValue() {
			return nil, errRepair
		}
		v, ok, err := r.value()
		if err != nil || !ok && !colon && !end {
			return nil, errRepair
		}
		o.Set(key, v)
	}
	if r.at('}') {
		r.take(1)
	}
	return o, nil
}

func (r *repairer) key() (string, bool, error) {
	key, ok, err := r.quoted()
	if !ok && err == nil {
		var v any
		if v, ok, err = r.word(true); ok {
			text, isText := v.(string)
			if !isText {
				return "", false, errRepair
			}
			key = text
		}
	}
	return key, ok, err
}

func (r *repairer) array() (any, error) {
	list := []any{}
	r.take(1)
	r.skip()
	if r.accept(',') {
		r.skip()
	}
	for first := true; r.pos < len(r.text) && !r.at(']'); first = false {
		if !first {
			r.accept(',')
		}
		r.ellipsis()
		v, ok, err := r.value()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		list = append(list, v)
	}
	if r.at(']') {
		r.take(1)
	}
	return list, nil
}

// ellipsis steps over "...", which stands for elements that were left out.
func (r *repairer) ellipsis() {
	r.skip()
	if strings.HasPrefix(r.text[r.pos:], "...") {
		r.pos += 3
		r.skip()
		r.accept(',')
	}
}

// fence steps over a Markdown code fence and the name of the language after it.
func (r *repairer) fence(marks ...string) {
	r.spaces(true)
	for _, m := range marks {
		if !strings.HasPrefix(r.text[r.pos:], m) {
			continue
		}
		r.pos += len(m)
		if r.pos < len(r.text) && startsName(r.text[r.pos]) {
			for r.pos < len(r.text) && isName(r.text[r.pos]) {
				r.pos++
			}
		}
		r.skip()
		return
	}
}

// number reads a number. One with leading zeros is text; one cut short after its sign, point or exponent gets a zero.
func (r *repairer) number() (any, bool, error) {
	start, i := r.pos, r.pos
	is := func(chars string) bool { return i < len(r.text) && strings.IndexByte(chars, r.text[i]) >= 0 }
	ended := func() bool { return i >= len(r.text) || isDelimiter(r.text[i]) || isWhite(r.text[i]) }
	digits := func() bool {
		from := i
		for is("0123456789") {
			i++
		}
		return i > from
	}
	cut := ""
	for _, part := range []struct {
		mark, sign string
		optional   bool
	}{{"-", "", true}, {".", "", false}, {"eE", "+-", false}} {
		marked := is(part.mark)
		if marked {
			i++
			if is(part.sign) && part.sign != "" {
				i++
			}
			if ended() {
				cut = "0"
				break
			}
		}
		if !marked && !part.optional {
			continue
		}
		if !digits() && marked {
			return nil, false, nil
		}
	}
	if i == start || !ended() {
		return nil, false, nil
	}
	digitsOnly := r.text[start:i]
	r.take(i - start)
	if len(digitsOnly) > 1 && digitsOnly[0] == '0' && digitsOnly[1] >= '0' && digitsOnly[1] <= '9' && cut == "" {
		return digitsOnly, true, nil
	}
	v, err := node.ParseJSON([]byte(digitsOnly + cut))
	if err != nil {
		return nil, false, errRepair
	}
	return v, true, nil
}

// word reads text without quotes, up to a delimiter; for a key up to a colon too. Of a call it reads what is called with.
func (r *repairer) word(isKey bool) (any, bool, error) {
	start, i := r.pos, r.pos
	if i < len(r.text) && startsName(r.text[i]) {
		for i < len(r.text) && isName(r.text[i]) {
			i++
		}
		open := i
		for open < len(r.text) && isWhite(r.text[open]) {
			open++
		}
		if open < len(r.text) && r.text[open] == '(' {
			return r.call(open)
		}
	}
	for i < len(r.text) && !endsWord(r.text[i]) && (!isKey || r.text[i] != ':') {
		c, size := utf8.DecodeRuneInString(r.text[i:])
		if quoteOf(c) != 0 {
			break
		}
		i += size
	}
	if i > start && r.text[i-1] == ':' && startsURL(r.text, start, i) {
		i = endOfURL(r.text, i)
	}
	if i == start {
		return nil, false, nil
	}
	for i > 0 && isWhite(r.text[i-1]) {
		i--
	}
	word := r.text[start:max(start, i)]
	r.take(i - start)
	if r.at('"') { // its opening quote is missing
		r.take(1)
	}
	if word == "undefined" {
		return nil, true, nil
	}
	return word, true, nil
}

// call reads what stands in the brackets of a call: NumberLong("2"), callback({...});
func (r *repairer) call(open int) (any, bool, error) {
	r.take(open + 1 - r.pos)
	v, ok, err := r.value()
	if err != nil || !ok {
		return nil, false, errRepair
	}
	if r.accept(')') {
		r.accept(';')
	}
	return v, true, nil
}

// regex reads a regular expression as text.
func (r *repairer) regex() (any, bool, error) {
	if !r.at('/') {
		return nil, false, nil
	}
	i := r.pos + 1
	for i < len(r.text) && (r.text[i] != '/' || r.text[i-1] == '\\') {
		i++
	}
	i = min(i+1, len(r.text))
	text := r.text[r.pos:i]
	r.take(i - r.pos)
	return text, true, nil
}

// quoted reads text in quotes, and what is joined to it by +.
func (r *repairer) quoted() (string, bool, error) {
	first, ok, err := r.string(false, -1)
	if !ok || err != nil {
		return "", false, err
	}
	parts := []string{first}
	for r.skip(); r.accept('+'); {
		r.skip()
		more, _, err := r.string(false, -1)
		if err != nil {
			return "", false, err
		}
		parts = append(parts, more)
		r.skip()
	}
	return strings.Join(parts, ""), true, nil
}

// string reads text in quotes. A quote ends it only if what follows can follow a text. Where that shows that the closing
// quote is missing, the text is read again: up to the first delimiter, or up to the index stopAt.
func (r *repairer) string(toDelimiter bool, stopAt int) (string, bool, error) {
	escaped := r.at('\\')
	if escaped {
		r.pos++
	}
	c, size := utf8.DecodeRuneInString(r.text[r.pos:])
	opening := quoteOf(c)
	if opening == 0 {
		return "", false, nil
	}
	before, begin := r.pos, r.pos+size
	s := jsonString{'"'}
	finish := func() (string, bool, error) {
		r.newline = false
		text, err := json.NewScanner(append(s, '"')).String()
		return text, err == nil, err
	}
	cut := false // the text ends within an escape
	for r.pos = begin; ; {
		if r.pos >= len(r.text) {
			if !toDelimiter && (cut || isDelimiter(r.text[r.lastBefore(r.pos-1)])) {
				r.pos = before
				return r.string(true, -1)
			}
			s.trimSpaces()
			return finish()
		}
		if r.pos == stopAt {
			s.trimSpaces()
			return finish()
		}
		c, size := utf8.DecodeRuneInString(r.text[r.pos:])
		switch {
		case closes(opening, c):
			end := r.pos
			r.pos += size
			r.skipInLine()
			next, _ := utf8.DecodeRuneInString(r.text[r.pos:])
			if toDelimiter || r.pos >= len(r.text) || next < utf8.RuneSelf && isDelimiter(byte(next)) || quoteOf(next) != 0 ||
				next >= '0' && next <= '9' {
				return finish()
			}
			last := r.lastBefore(end - 1)
			if r.text[last] == ',' {
				if stopAt >= 0 {
					return "", false, errRepair // an escape went past it
				}
				r.pos = before
				return r.string(false, last)
			}
			if isDelimiter(r.text[last]) {
				r.pos = before
				return r.string(true, -1)
			}
			r.pos = end + size
			s.write(`"`) // whichever quote it was
		case toDelimiter && c < utf8.RuneSelf && endsWord(byte(c)):
			if r.text[r.pos-1] == ':' && startsURL(r.text, begin, r.pos) {
				end := endOfURL(r.text, r.pos)
				s.write(r.text[r.pos:end])
				r.pos = end
			}
			s.trimSpaces()
			return finish()
		case c == '\\':
			cut = r.pos+1 == len(r.text)
			if !r.escape(&s) {
				return "", false, errRepair
			}
		case c < 0x20 && !strings.ContainsRune("\b\f\n\r\t", c):
			return "", false, errRepair
		default:
			s.write(r.text[r.pos : r.pos+size])
			r.pos += size
		}
		if escaped && r.at('\\') {
			r.pos++
		}
	}
}

// escape reads one escape sequence at its backslash.
func (r *repairer) escape(s *jsonString) bool {
	rest := r.text[r.pos+1:]
	c, size := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "":
		r.pos++
	case c == 'u':
		n := 1
		for n < 5 && n < len(rest) && isHex(rest[n]) {
			n++
		}
		switch {
		case n == 5:
			*s = append(*s, r.text[r.pos:r.pos+6]...)
			r.pos += 6
		case n == len(rest): // cut short
			r.pos = len(r.text)
		default:
			return false
		}
	case strings.ContainsRune(`"\/bfnrt`, c):
		*s = append(*s, '\\', byte(c))
		r.pos += 2
	default: // an escape that JSON does not have
		s.write(rest[:size])
		r.pos += 1 + size
	}
	return true
}

// jsonString gathers a string as JSON text, which can hold halves of surrogate pairs until they meet.
type jsonString []byte

func (s *jsonString) write(text string) {
	for i := range len(text) {
		*s = json.AppendStringByte(*s, text[i])
	}
}

// trimSpaces removes the blanks at the end: they stand outside of the quote that was missing.
func (s *jsonString) trimSpaces() { *s = bytes.TrimRight(*s, " ") }

func (r *repairer) at(c byte) bool { return r.pos < len(r.text) && r.text[r.pos] == c }

func (r *repairer) accept(c byte) bool {
	if r.at(c) {
		r.take(1)
		return true
	}
	return false
}

// take steps over something that is not white space.
func (r *repairer) take(n int) {
	r.pos += n
	r.newline = false
}

// skip steps over white space and comments, skipInLine stops at a line break.
func (r *repairer) skip()       { r.skipTo(true) }
func (r *repairer) skipInLine() { r.skipTo(false) }

func (r *repairer) skipTo(pastLines bool) {
	r.spaces(pastLines)
	for {
		rest := r.text[r.pos:]
		switch {
		case strings.HasPrefix(rest, "/*"):
			if r.blockEnd < r.pos+3 {
				r.blockEnd = len(r.text)
				if n := strings.Index(rest[1:], "*/"); n >= 0 { // n8n too takes /*/ for a whole comment
					r.blockEnd = r.pos + n + 3
				}
			}
			r.pos = r.blockEnd
		case strings.HasPrefix(rest, "//"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			r.pos += end
		default:
			return
		}
		r.spaces(pastLines)
	}
}

func (r *repairer) spaces(pastLines bool) {
	for r.pos < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.text[r.pos:])
		switch {
		case c == '\n' && !pastLines:
			return
		case c == '\n':
			r.newline = true
		case c != ' ' && c != '\t' && c != '\r' && !slices.Contains(specialSpaces, c) && (c < '\u2000' || c > '\u200a'):
			return
		}
		r.pos += size
	}
}

var specialSpaces = []rune{'\u00a0', '\u202f', '\u205f', '\u3000'}

// lastBefore returns the index of the last byte up to i that is not white space; 0 at the least.
func (r *repairer) lastBefore(i int) int {
	for i > 0 && isWhite(r.text[i]) {
		i--
	}
	return i
}

func (r *repairer) startsValue() bool {
	c, _ := utf8.DecodeRuneInString(r.text[r.pos:])
	return r.pos < len(r.text) && (quoteOf(c) != 0 || c == '[' || c == '{' || c == '-' || c < utf8.RuneSelf && c != '$' && isName(byte(c)))
}

func isWhite(c byte) bool     { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
func isDelimiter(c byte) bool { return strings.IndexByte(",:[]/{}()\n+", c) >= 0 }
func endsWord(c byte) bool    { return strings.IndexByte(",[]/{}\n+", c) >= 0 }
func isHex(c byte) bool       { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
func startsName(c byte) bool  { return isName(c) && (c < '0' || c > '9') }

func isName(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$'
}

// quoteOf returns the kind of a quote: a double or single quote itself, or one for those like it; 0 for no quote.
func quoteOf(c rune) rune {
	switch c {
	case '"', '\'':
		return c
	case '\u201c', '\u201d':
		return '\u201c'
	case '\u2018', '\u2019', '`', '\u00b4':
		return '\u2018'
	}
	return 0
}

// closes reports whether c ends a text that was opened by a quote of a kind.
func closes(opening, c rune) bool {
	kind := quoteOf(c)
	switch opening {
	case '\u201c':
		return kind == opening || c == '"'
	case '\u2018':
		return kind == opening || c == '\''
	}
	return c == opening
}

var schemes = []string{"http://", "https://", "ftp://", "mailto://", "file://", "data://", "irc://"}

// startsURL reports whether the text from start has at end, right after its colon, the slashes of a URL.
func startsURL(text string, start, end int) bool {
	return slices.Contains(schemes, text[min(start, end):min(end+2, len(text))])
}

// endOfURL returns where the characters that a URL may have end.
func endOfURL(text string, i int) int {
	for i < len(text) && (isName(text[i]) || strings.IndexByte("-.~:/?#@!&'()*+;=", text[i]) >= 0) {
		i++
	}
	return i
}
