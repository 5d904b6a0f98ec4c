package markup

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewXML returns XML (n8n-nodes-base.xml): it makes XML of items and items of XML, as the library xml2js lays them out.
func NewXML() node.Node { return node.PerItem(xmlDefinition(), convertXML) }

// xmlOptions are the node's options.
type xmlOptions struct {
	attributes, text, root                         string
	list, explicitRoot, ignore, merge              bool
	normalize, lowerCase, trim, headless, useCDATA bool
	compact                                        bool // no line breaks between elements
}

// defaultRoot is the root element of what is written, where the data have no single one.
const defaultRoot = "root"

func newXMLOptions(o *node.Object, reading bool) (xmlOptions, error) {
	x := xmlOptions{attributes: "$", text: "_", root: defaultRoot, explicitRoot: true, merge: reading}
	for name, target := range map[string]*bool{
		"explicitArray": &x.list, "explicitRoot": &x.explicitRoot, "ignoreAttrs": &x.ignore, "mergeAttrs": &x.merge,
		"normalize": &x.normalize, "normalizeTags": &x.lowerCase, "trim": &x.trim, "headless": &x.headless, "cdata": &x.useCDATA,
	} {
		if v, ok := o.Get(name); ok {
			*target = fields.Truthy(v)
		}
	}
	for name, target := range map[string]*string{"attrkey": &x.attributes, "charkey": &x.text, "rootName": &x.root} {
		if v, ok := o.Get(name); ok && v != node.Undefined {
			*target = fields.Text(v)
		}
	}
	for _, key := range []struct{ label, value string }{{"Attribute", x.attributes}, {"Character", x.text}} {
		switch key.value {
		case "__proto__", "constructor", "prototype":
			return x, node.NewOperationError(fmt.Sprintf("The %q option value %q is not allowed", key.label+" Key", key.value), "")
		}
	}
	return x, nil
}

func convertXML(_ context.Context, it node.ItemCall) ([]node.Item, error) {
	mode, err := it.Params.String("mode")
	if err != nil {
		return nil, err
	}
	field, err := it.Params.String("dataPropertyName")
	if err != nil {
		return nil, err
	}
	options, err := it.Params.Object("options")
	if err != nil {
		return nil, err
	}
	x, err := newXMLOptions(options, mode == "xmlToJson")
	if err != nil {
		return nil, err
	}
	switch mode {
	case "jsonToxml":
		text, err := x.build(it.Item().JSON)
		return []node.Item{{JSON: node.NewObject(field, text)}}, err
	case "xmlToJson":
		v, ok := it.Item().JSON.Get(field)
		if !ok {
			return nil, node.AtItem(node.NewOperationError(fmt.Sprintf("Item has no JSON property called %q", field), ""), it.Index)
		}
		parsed, err := x.parse(fields.Text(v))
		if err != nil {
			return nil, err
		}
		o, ok := parsed.(*node.Object)
		if !ok {
			return nil, fmt.Errorf("the XML holds no elements, only %s", node.TypeName(parsed))
		}
		return []node.Item{{JSON: o}}, nil
	}
	return nil, node.NewOperationError(fmt.Sprintf("The operation %q is not known!", mode), "")
}

// element is one that is being read.
type element struct {
	name  string
	o     *node.Object
	text  strings.Builder
	cdata bool // some of the text stands in CDATA sections
}

// maxXMLDepth is how deep elements may be inside of each other.
const maxXMLDepth = 1000

// parse reads XML. The result is the root element, or an object that holds it.
func (x xmlOptions) parse(text string) (any, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the XML is empty")
	}
	source := text
	text = maskControls(strings.TrimPrefix(strings.TrimSpace(text), "\uFEFF"))
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // the text is decoded already
	var stack []*element
	for {
		start := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, errorAt("Unclosed root tag", source, "")
		}
		if err != nil {
			return nil, fmt.Errorf("the XML can't be read: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(stack) == maxXMLDepth {
				return nil, fmt.Errorf("the XML has more than %d elements inside each other", maxXMLDepth)
			}
			stack = append(stack, x.open(token))
		case xml.CharData:
			if len(stack) == 0 {
				if strings.TrimSpace(string(token)) != "" {
					before, _, _ := strings.Cut(source, strings.TrimSpace(unmaskControls(text[start:])))
					char, _ := utf8.DecodeRuneInString(source[len(before):])
					return nil, errorAt("Non-whitespace before first tag.", before+string(char), string(char))
				}
				continue
			}
			top := stack[len(stack)-1]
			top.text.WriteString(unmaskControls(string(token)))
			top.cdata = top.cdata || len(token) > 0 && strings.HasPrefix(text[start:], cdataOpen)
		case xml.EndElement:
			if len(stack) == 0 || stack[len(stack)-1].name != x.name(token.Name) {
				return nil, fmt.Errorf("Unexpected close tag %q", token.Name.Local) //nolint:staticcheck // n8n's word
			}
			done := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			v := x.close(done)
			if len(stack) == 0 {
				if x.explicitRoot {
					return node.NewObject(done.name, v), nil
				}
				return v, nil
			}
			x.add(stack[len(stack)-1].o, done.name, v)
		}
	}
}

// errorAt is an error as n8n's parser tells it, at the last character of what it has read.
func errorAt(message, read, char string) error {
	line := read[strings.LastIndexByte(read, '\n')+1:]
	return fmt.Errorf("%s\nLine: %d\nColumn: %d\nChar: %s", message, strings.Count(read, "\n"), len(utf16.Encode([]rune(line))), char)
}

const cdataOpen = "<![CDATA["

// firstMask stands for the character 0, and those after it for the next ones: they are no characters (U+FDD0 to U+FDEF), and XML may hold
// them all the same. encoding/xml refuses most control characters, and makes a line feed of every end of a line; n8n's parser keeps both.
const firstMask = '\uFDD0'

func isControl(r rune) bool { return r < ' ' && r != '\t' && r != '\n' }

// maskControls puts masks in the place of control characters in texts and in the values of attributes.
func maskControls(text string) string {
	if strings.IndexFunc(text, isControl) < 0 {
		return text
	}
	var b strings.Builder
	mask := func(part string) {
		for _, r := range part {
			if isControl(r) {
				r += firstMask
			}
			b.WriteRune(r)
		}
	}
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			open = len(text)
		}
		mask(text[:open])
		text = text[open:]
		end := 0
		switch {
		case strings.HasPrefix(text, cdataOpen):
			end = closing(text, "]]>")
			mask(text[:end])
		case strings.HasPrefix(text, "<!--"):
			end = closing(text, "-->")
			b.WriteString(text[:end])
		default:
			for quote := byte(0); end < len(text) && (quote != 0 || text[end] != '>'); end++ {
				switch c := text[end]; {
				case quote == 0 && (c == '"' || c == '\''):
					quote = c
				case c == quote:
					quote = 0
				case quote != 0 && isControl(rune(c)):
					b.WriteRune(firstMask + rune(c))
					continue
				}
				b.WriteByte(text[end])
			}
		}
		text = text[end:]
	}
	return b.String()
}

// closing is the place behind what closes a part of a text, or its end.
func closing(text, by string) int {
	if i := strings.Index(text, by); i >= 0 {
		return i + len(by)
	}
	return len(text)
}

func unmaskControls(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= firstMask && r < firstMask+' ' {
			return r - firstMask
		}
		return r
	}, text)
}

// name is an element's name with its prefix.
func (x xmlOptions) name(n xml.Name) string {
	name := n.Local
	if n.Space != "" {
		name = n.Space + ":" + name
	}
	if x.lowerCase {
		name = strings.ToLower(name)
	}
	switch name {
	case "__proto__", "constructor", "prototype":
		name = "sanitized_" + name
	}
	return name
}

func (x xmlOptions) open(token xml.StartElement) *element {
	e := &element{name: x.name(token.Name), o: &node.Object{}}
	if x.ignore {
		return e
	}
	attributes := &node.Object{}
	plain := x
	plain.lowerCase = false
	seen := map[xml.Name]bool{}
	for _, a := range token.Attr {
		name, v := plain.name(a.Name), unmaskControls(a.Value)
		switch {
		case seen[a.Name]: // the first counts
		case x.merge:
			x.add(e.o, name, v)
		default:
			attributes.Set(name, v)
		}
		seen[a.Name] = true
	}
	if attributes.Len() > 0 {
		e.o.Set(x.attributes, attributes)
	}
	return e
}

// close is what an element becomes: its text where it has nothing else.
func (x xmlOptions) close(e *element) any {
	text := e.text.String()
	if strings.TrimSpace(text) == "" && !e.cdata {
		if e.o.Len() == 0 {
			return text
		}
		return e.o
	}
	if x.trim {
		text = strings.TrimSpace(text)
	}
	if x.normalize {
		text = strings.TrimSpace(spaces(text))
	}
	if e.o.Len() == 0 {
		return text
	}
	o := node.NewObject(x.text, text)
	for key, v := range e.o.All() {
		o.Set(key, v)
	}
	return o
}

// add sets a member, or makes a list of several of one name.
func (x xmlOptions) add(o *node.Object, name string, v any) {
	old, ok := o.Get(name)
	list, isList := old.([]any)
	switch {
	case !ok && x.list:
		o.Set(name, []any{v})
	case !ok:
		o.Set(name, v)
	case isList:
		o.Set(name, append(list[:len(list):len(list)], v))
	default:
		o.Set(name, []any{old, v})
	}
}

// build writes an object as XML.
func (x xmlOptions) build(o *node.Object) (string, error) {
	b := &xmlBuilder{xmlOptions: x}
	if !x.headless {
		b.out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	}
	root, value := x.root, any(o)
	if o.Len() == 1 && x.root == defaultRoot {
		for key, v := range o.All() {
			root, value = key, v
		}
		if list, ok := value.([]any); ok && len(list) != 1 {
			root, value = x.root, any(o)
		}
	}
	if err := b.element(root, value, 0); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.out.String(), "\n"), nil
}

type xmlBuilder struct {
	xmlOptions
	out strings.Builder
}

// isName reports whether a text can name an element.
func isName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == ':' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r != 0xD7 && r != 0xF7
		if !letter && (i == 0 || r != '-' && r != '.' && r != 0xB7 && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != ""
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")

var xmlAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")

// escaped is text as XML; what XML can't hold is an error.
func (b *xmlBuilder) escaped(v any) (string, error) {
	text := fields.Text(v)
	for _, r := range text {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return "", fmt.Errorf("Invalid character in string: %s", text) //nolint:staticcheck // n8n's text
		}
	}
	if b.useCDATA && strings.ContainsAny(text, "<>&") {
		return "<![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>", nil
	}
	return xmlText.Replace(text), nil
}

func (b *xmlBuilder) element(name string, v any, depth int) error {
	if depth > maxXMLDepth {
		return fmt.Errorf("the object is more than %d levels deep", maxXMLDepth)
	}
	if list, ok := v.([]any); ok {
		for _, e := range list {
			if err := b.element(name, e, depth); err != nil {
				return err
			}
		}
		return nil
	}
	if !isName(name) {
		return errors.New("Invalid character in name") //nolint:staticcheck // n8n's text
	}
	indent, end := strings.Repeat("  ", depth), "\n"
	if b.compact {
		indent, end = "", ""
	}
	b.out.WriteString(indent + "<" + name)
	o, isObject := v.(*node.Object)
	if !isObject {
		text := ""
		if v != nil && v != node.Undefined {
			var err error
			if text, err = b.escaped(v); err != nil {
				return err
			}
		}
		if text == "" {
			b.out.WriteString("/>" + end)
		} else {
			b.out.WriteString(">" + text + "</" + name + ">" + end)
		}
		return nil
	}
	return b.object(name, o, indent, end, depth)
}

func (b *xmlBuilder) object(name string, o *node.Object, indent, end string, depth int) error {
	attributes, _ := o.Get(b.attributes)
	if set, ok := attributes.(*node.Object); ok {
		for key, v := range set.All() {
			b.out.WriteString(" " + key + `="` + xmlAttribute.Replace(fields.Text(v)) + `"`)
		}
	}
	text, children := "", 0
	for key, v := range o.All() {
		_, isObject := v.(*node.Object)
		switch list, isList := v.([]any); {
		case key == b.attributes && isObject:
		case key == b.text:
			var err error
			if text, err = b.escaped(v); err != nil {
				return err
			}
		case isList && len(list) == 0:
		default:
			children++
		}
	}
	switch {
	case children == 0 && text == "":
		b.out.WriteString("/>" + end)
		return nil
	case children == 0:
		b.out.WriteString(">" + text + "</" + name + ">" + end)
		return nil
	}
	b.out.WriteString(">" + end)
	for key, v := range o.All() {
		if _, isObject := v.(*node.Object); key == b.attributes && isObject {
			continue
		}
		if key == b.text {
			if end != "" {
				text = indent + "  " + text + end
			}
			b.out.WriteString(text)
			continue
		}
		if err := b.element(key, v, depth+1); err != nil {
			return err
		}
	}
	b.out.WriteString(indent + "</" + name + ">" + end)
	return nil
}
