package pdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Field is a value with its name: nil, bool, float64, string, []string, or []Field where several belong together.
type Field struct {
	Name  string
	Value any
}

var versionForm = regexp.MustCompile(`^[1-9]\.[0-9]$`)

// Info returns what the document says about itself, as pdf.js has it: the version of the format, its language, its lock, what kinds of
// content it has, and then the entries of the information dictionary, those that are not of the standard under "Custom".
func (d *Document) Info() []Field {
	var version, language, lockName any
	for _, v := range []any{Name(d.header), d.get(d.root, "Version")} {
		if name, ok := v.(Name); ok && versionForm.MatchString(string(name)) {
			version = string(name)
		}
	}
	if lang, ok := d.get(d.root, "Lang").(Bytes); ok {
		language = text(lang)
	}
	if d.lock != nil {
		lockName = "Standard"
	}
	form, _ := d.get(d.root, "AcroForm").(*Dict)
	fields := list(d.get(form, "Fields"))
	flags, _ := integer(d.get(form, "SigFlags"))
	signed := flags&1 != 0
	collection, _ := d.get(d.root, "Collection").(*Dict)
	out := []Field{
		{"PDFFormatVersion", version},
		{"Language", language},
		{"EncryptFilterName", lockName},
		{"IsLinearized", d.linearized()},
		{"IsAcroFormPresent", len(fields) > 0 && !(signed && d.onlySignatures(fields, 0))},
		{"IsXFAPresent", d.hasXFA(form)},
		{"IsCollectionPresent", collection != nil && len(collection.keys) > 0},
		{"IsSignaturesPresent", signed},
	}
	info, _ := d.get(d.trailer, "Info").(*Dict)
	if info == nil {
		return out
	}
	custom := -1
	for _, key := range info.keys {
		v := plain(d.resolve(info.raw(key)))
		_, isText := v.(string)
		switch key {
		case "Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate":
			if isText {
				out = append(out, Field{string(key), v})
			}
		case "Trapped":
			if _, isName := v.([]Field); isName {
				out = append(out, Field{string(key), v})
			}
		default:
			if v == nil {
				continue
			}
			if custom < 0 {
				custom = len(out)
				out = append(out, Field{"Custom", []Field(nil)})
			}
			out[custom].Value = append(out[custom].Value.([]Field), Field{key.String(), v})
		}
	}
	return out
}

// plain is a value of the information dictionary; nil for lists and the like.
func plain(v any) any {
	switch v := v.(type) {
	case Bytes:
		return text(v)
	case Name:
		return []Field{{"name", v.String()}}
	case float64, bool:
		return v
	}
	return nil
}

func (d *Document) hasXFA(form *Dict) bool {
	switch v := d.get(form, "XFA").(type) {
	case []any:
		return len(v) > 0
	case *Stream:
		return len(v.data) > 0
	}
	return false
}

// onlySignatures says whether a form has nothing but signatures that show nowhere.
func (d *Document) onlySignatures(fields []any, depth int) bool {
	for _, v := range fields {
		field, ok := d.resolve(v).(*Dict)
		if !ok || depth > 10 {
			return false
		}
		if kids := list(d.get(field, "Kids")); len(kids) > 0 {
			if !d.onlySignatures(kids, depth+1) {
				return false
			}
			continue
		}
		rect := d.numbers(field.raw("Rect"), 4)
		if d.get(field, "FT") != Name("Sig") || rect == nil || rect[0] != 0 || rect[1] != 0 || rect[2] != 0 || rect[3] != 0 {
			return false
		}
	}
	return true
}

// linearized says whether the file is laid out to be shown while it loads.
func (d *Document) linearized() bool {
	p := parser{data: d.data[:min(len(d.data), headOfDict)], references: true}
	for range 4 {
		if _, ok := p.token().(float64); ok {
			break
		}
	}
	p.pos = max(0, bytes.Index(p.data, []byte("obj"))) + len("obj")
	if p.pos > len(p.data) {
		return false
	}
	dict, _ := p.value().(*Dict)
	n, _ := d.get(dict, "Linearized").(float64)
	length, _ := integer(dict.raw("L"))
	return n > 0 && length == len(d.data)
}

// special are the characters of the codes 24 to 31 and 128 to 160 in strings.
var special = map[byte]rune{
	0x18: 'ˋ', 0x19: 'ˇ', 0x1A: 'ˆ', 0x1B: '˙', 0x1C: '˝', 0x1D: '˛', 0x1E: '˚', 0x1F: '˜', 0x80: '•', 0x81: '†', 0x82: '‡', 0x83: '…', 0x84: '—',
	0x85: '–', 0x86: 'ƒ', 0x87: '⁄', 0x88: '‹', 0x89: '›', 0x8A: '−', 0x8B: '‰', 0x8C: '„', 0x8D: '“', 0x8E: '”', 0x8F: '‘', 0x90: '’', 0x91: '‚',
	0x92: '™', 0x93: 'ﬁ', 0x94: 'ﬂ', 0x95: 'Ł', 0x96: 'Œ', 0x97: 'Š', 0x98: 'Ÿ', 0x99: 'Ž', 0x9A: 'ı', 0x9B: 'ł', 0x9C: 'œ', 0x9D: 'š', 0x9E: 'ž',
	0xA0: '€',
}

// text reads a string for people: UTF-16 and UTF-8 with their marks, or PDF's own encoding.
func text(b Bytes) string {
	s := string(b)
	if rest, ok := strings.CutPrefix(s, "\xEF\xBB\xBF"); ok && utf8.ValidString(rest) {
		return unescaped(rest)
	}
	for mark, high := range map[string]int{"\xFE\xFF": 0, "\xFF\xFE": 1} {
		rest, ok := strings.CutPrefix(s, mark)
		if !ok {
			continue
		}
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = uint16(rest[2*i+high])<<8 | uint16(rest[2*i+1-high])
		}
		return unescaped(string(utf16.Decode(units)))
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == 0x1B {
			for i++; i < len(s) && s[i] != 0x1B; i++ {
			}
			continue
		}
		r := rune(c)
		if other, ok := special[c]; ok {
			r = other
		}
		out.WriteRune(r)
	}
	return out.String()
}

// unescaped leaves the marks of languages out.
func unescaped(s string) string {
	for {
		before, rest, found := strings.Cut(s, "\x1B")
		if !found {
			return s
		}
		_, after, _ := strings.Cut(rest, "\x1B")
		s = before + after
	}
}

// Metadata returns the document's XMP metadata, the names in lower case as "dc:title"; nil without any.
func (d *Document) Metadata() []Field {
	if _, ok := d.root.raw("Metadata").(Ref); !ok {
		return nil
	}
	s, _ := d.get(d.root, "Metadata").(*Stream)
	if s == nil || d.get(s.dict, "Type") != Name("Metadata") || d.get(s.dict, "Subtype") != Name("XML") {
		return nil
	}
	data, err := d.decoded(s)
	if err != nil || !utf8.Valid(data) {
		return nil
	}
	top, err := parseXML(data)
	if err != nil {
		return nil
	}
	return top.properties()
}

// element is an element of XML, or text.
type element struct {
	name     string
	text     string
	children []*element
}

var errDeepXML = errors.New("the metadata are nested too deep")

// parseXML reads an XML document leniently, and returns what holds its elements.
func parseXML(data []byte) (*element, error) {
	if at := bytes.IndexByte(data, '<'); at > 0 {
		data = data[at:]
	}
	r := xml.NewDecoder(bytes.NewReader(data))
	r.Strict = false
	r.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	stack := []*element{{}}
	for {
		token, err := r.RawToken()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return stack[0], nil
			}
			return stack[0], nil
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if token.Name.Space != "" {
				name = token.Name.Space + ":" + name
			}
			e := &element{name: strings.ToLower(name)}
			top.children = append(top.children, e)
			if stack = append(stack, e); len(stack) > maxNesting {
				return nil, errDeepXML
			}
		case xml.EndElement:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				top.children = append(top.children, &element{name: "#text", text: string(token)})
			}
		}
	}
}

func (e *element) content() string {
	if e.name == "#text" {
		return e.text
	}
	var out strings.Builder
	for _, c := range e.children {
		out.WriteString(c.content())
	}
	return out.String()
}

func (e *element) find(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// properties are the values in the descriptions.
func (e *element) properties() []Field {
	out := []Field{}
	at := map[string]int{}
	rdf := e.find("rdf:rdf")
	for _, c := range e.children {
		if rdf == nil {
			rdf = c.find("rdf:rdf")
		}
	}
	if rdf == nil {
		return out
	}
	for _, description := range rdf.children {
		if description.name != "rdf:description" {
			continue
		}
		for _, c := range description.children {
			var v any
			switch c.name {
			case "#text":
				continue
			case "dc:creator", "dc:subject":
				if len(c.children) == 0 {
					continue
				}
				v = c.children[0].items()
			default:
				v = strings.TrimSpace(c.content())
			}
			if i, known := at[c.name]; known {
				out[i].Value = v
				continue
			}
			at[c.name] = len(out)
			out = append(out, Field{c.name, v})
		}
	}
	return out
}

// items are the texts of a bag, a sequence or alternatives.
func (e *element) items() []string {
	out := []string{}
	if e.name != "rdf:bag" && e.name != "rdf:seq" && e.name != "rdf:alt" {
		return out
	}
	for _, c := range e.children {
		if c.name == "rdf:li" {
			out = append(out, strings.TrimSpace(c.content()))
		}
	}
	return out
}
