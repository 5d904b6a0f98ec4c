package files

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
)

// rtf writes a table as Rich Text Format.
func (t sheet) rtf() []byte {
	var b bytes.Buffer
	b.WriteString(`{\rtf1\ansi`)
	width := t.width()
	for _, row := range t {
		b.WriteString(`\trowd\trautofit1`)
		for k := range width {
			b.WriteString(`\cellx` + strconv.Itoa(k+1))
		}
		b.WriteString(`\pard\intbl`)
		for k := range width {
			b.WriteByte(' ')
			if k < len(row) {
				rtfText(&b, shown(row[k]))
			}
			b.WriteString(`\cell`)
		}
		b.WriteString(`\pard\intbl\row`)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// rtfText writes text: what has a meaning in RTF is escaped, what is not ASCII is written as numbers of UTF-16.
func rtfText(b *bytes.Buffer, text string) {
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch {
		case r == '\\' || r == '{' || r == '}':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r':
			b.WriteString(`\par `)
		case r == '\t':
			b.WriteString(`\tab `)
		case r < 0x80:
			b.WriteRune(r)
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				b.WriteString(`\u` + strconv.Itoa(int(int16(unit))) + `?`) //nolint:gosec // RTF has signed numbers
			}
		}
	}
}

// rtfReader reads the tables of a text in Rich Text Format.
type rtfReader struct {
	text string
	at   int
	// groups are the states of the groups that are open, the innermost last.
	groups []rtfGroup
	table  sheet
	row    []any
	inRow  bool
	// cell is what of a cell has been read: units of UTF-16, for a character may come in halves.
	cell []uint16
	// skip is how many characters that stand for one in readers without Unicode are still to be passed over.
	skip int
	// bytes are characters of the code page.
	bytes []byte
	page  string
}

type rtfGroup struct {
	// hidden says that the text of the group is not part of the document.
	hidden bool
	// fallback is how many characters follow each one in Unicode for readers without.
	fallback int
}

// rtfHidden are the groups that hold something else than text.
var rtfHidden = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "header": true, "footer": true,
	"headerl": true, "headerr": true, "headerf": true, "footerl": true, "footerr": true, "footerf": true, "footnote": true, "fldinst": true,
	"listtable": true, "listoverridetable": true, "revtbl": true, "filetbl": true, "nonesttables": true,
}

// rtfCharacters are the words that stand for a character.
var rtfCharacters = map[string]rune{
	"par": '\n', "line": '\n', "tab": '\t', "emdash": '\u2014', "endash": '\u2013', "emspace": '\u2003', "enspace": '\u2002', "bullet": '\u2022',
	"lquote": '\u2018', "rquote": '\u2019', "ldblquote": '\u201C', "rdblquote": '\u201D',
}

// readRTF reads the rows of all tables of a file: a value is a number or a boolean where it looks like one.
func readRTF(content []byte) (sheet, error) {
	r := rtfReader{text: string(content), groups: []rtfGroup{{fallback: 1}}, page: "windows1252"}
	for r.at < len(r.text) {
		if err := r.token(); err != nil {
			return nil, err
		}
	}
	if r.table == nil {
		return nil, errors.New("RTF missing table")
	}
	return r.table, nil
}

// maxGroups is how deep groups may be inside of each other.
const maxGroups = 1000

func (r *rtfReader) token() error {
	c := r.text[r.at]
	r.at++
	switch c {
	case '{':
		r.flush()
		if len(r.groups) > maxGroups {
			return errors.New("the groups of the RTF file are nested too deeply")
		}
		r.groups = append(r.groups, *r.group())
	case '}':
		r.flush()
		if len(r.groups) > 1 {
			r.groups = r.groups[:len(r.groups)-1]
		}
	case '\r', '\n':
	case '\\':
		r.control()
	default:
		r.byte(c)
	}
	return nil
}

func (r *rtfReader) group() *rtfGroup { return &r.groups[len(r.groups)-1] }

// byte adds a character of the code page.
func (r *rtfReader) byte(c byte) {
	switch {
	case r.skip > 0:
		r.skip--
	case !r.group().hidden && r.inRow:
		r.bytes = append(r.bytes, c)
	}
}

// flush turns the bytes that were read into characters.
func (r *rtfReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	text, err := decode(r.bytes, r.page, false)
	if err != nil {
		text = string(r.bytes)
	}
	r.cell = append(r.cell, utf16.Encode([]rune(text))...)
	r.bytes = r.bytes[:0]
}

// character adds one of Unicode.
func (r *rtfReader) character(units ...uint16) {
	r.flush()
	if !r.group().hidden && r.inRow {
		r.cell = append(r.cell, units...)
	}
}

// control reads what follows a backslash.
func (r *rtfReader) control() {
	if r.at >= len(r.text) {
		return
	}
	c := r.text[r.at]
	if c < 'A' || c > 'z' || c > 'Z' && c < 'a' {
		r.at++
		r.symbol(c)
		return
	}
	begin := r.at
	for r.at < len(r.text) && (r.text[r.at] >= 'a' && r.text[r.at] <= 'z' || r.text[r.at] >= 'A' && r.text[r.at] <= 'Z') {
		r.at++
	}
	word := r.text[begin:r.at]
	begin = r.at
	if r.at < len(r.text) && r.text[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	number, err := strconv.Atoi(r.text[begin:r.at])
	if err != nil {
		number = 1
	}
	if r.at < len(r.text) && r.text[r.at] == ' ' {
		r.at++
	}
	r.word(word, number)
}

// symbol is a control of one character.
func (r *rtfReader) symbol(c byte) {
	switch c {
	case '\\', '{', '}':
		r.byte(c)
	case '\'':
		if n, err := strconv.ParseUint(r.text[r.at:min(r.at+2, len(r.text))], 16, 8); err == nil {
			r.at += 2
			r.byte(byte(n))
		}
	case '~':
		r.character(0xA0)
	case '_':
		r.character(0x2011)
	case '*':
		r.group().hidden = true // of a kind that readers need not know
	case '\r', '\n':
		r.character('\n')
	}
}

func (r *rtfReader) word(word string, number int) {
	switch word {
	case "trowd":
		r.flush()
		r.inRow = true
	case "cell":
		r.flush()
		text := string(utf16.Decode(r.cell))
		r.row = append(r.row, inWords(typedText(text, false), text))
		r.cell = r.cell[:0]
	case "row":
		r.flush()
		if r.inRow {
			r.table = append(r.table, r.row)
		}
		r.row, r.cell, r.inRow = nil, r.cell[:0], false
	case "u":
		r.character(uint16(int16(number))) //nolint:gosec // RTF has signed numbers
		r.skip = r.group().fallback
	case "uc":
		r.group().fallback = min(max(number, 0), 16)
	case "ansicpg":
		r.page = codePageName(number)
	case "mac":
		r.page = codePageName(10000)
	case "pc":
		r.page = codePageName(437)
	case "bin": // that many bytes are data
		r.at = min(r.at+max(number, 0), len(r.text))
	default:
		if rtfHidden[word] {
			r.group().hidden = true
		}
		if c, ok := rtfCharacters[word]; ok {
			r.character(uint16(c)) //nolint:gosec // all are below 0x10000
		}
	}
}
