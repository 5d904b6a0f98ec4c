package markup

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewXML returns XML (n8n-nodes-base.xml): it makes XML of items and items of XML, as the library xml2js lays them out. The
// parameters of the first item are for all; what is wrong with them is an error of the node as a whole.
func NewXML() node.Node { return xmlNode{} }

type xmlNode struct{}

// Definition implements node.Node.
func (xmlNode) Definition() node.Definition { return xmlDefinition() }

// Execute implements node.Node.
func (n xmlNode) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	mode, err := p.String("mode")
	if err != nil {
		return node.Output{}, err
	}
	name, err := p.Value("dataPropertyName")
	if err != nil {
		return node.Output{}, err
	}
	options, err := p.Object("options")
	if err != nil {
		return node.Output{}, err
	}
	x, err := newXMLOptions(options, mode == "xmlToJson")
	if err != nil {
		return node.Output{}, err
	}
	field := fields.Text(name)
	return node.ExecuteItems(ctx, c, node.PerItem(n.Definition(), func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		o, err := x.convert(it, mode, field)
		return []node.Item{{JSON: o}}, err
	}), node.Retry{})
}

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

func (x xmlOptions) convert(it node.ItemCall, mode, field string) (*node.Object, error) {
	switch mode {
	case "jsonToxml":
		text, err := x.build(it.Item().JSON)
		return node.NewObject(field, text), err
	case "xmlToJson":
		v, ok := it.Item().JSON.Get(field)
		if !ok {
			return nil, node.AtItem(node.NewOperationError(`Item has no JSON property called "`+field+`"`, ""), it.Index)
		}
		if v == nil {
			return nil, errors.New("Cannot read properties of null (reading 'toString')") //nolint:staticcheck // n8n's text
		}
		parsed, err := x.parse(fields.Text(v))
		if o, ok := parsed.(*node.Object); ok || err != nil {
			return o, err
		}
		return node.NewObject("result", parsed), nil
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

var twoSpaces = regexp.MustCompile(`[\s\v\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]{2,}`)

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
		text = strings.TrimSpace(twoSpaces.ReplaceAllString(text, " "))
	}
	if e.o.Len() == 0 {
		return text
	}
	o := node.NewObject(x.text, text)
	for key, v := range e.o.All() {
		if old, ok := o.Get(key); ok { // it is called as the text is
			v = append([]any{old}, v)
		}
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
	root, value := x.root, any(o)
	if o.Len() == 1 && x.root == defaultRoot {
		for key, v := range o.All() {
			if list, _ := v.([]any); allObjects(list) {
				root, value = key, v
			}
		}
	}
	b := xmlBuilder{xmlOptions: x}
	top, err := b.named(root)
	if err == nil {
		err = b.fill(top, value, 0)
	}
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if !x.headless {
		out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	}
	b.write(&out, top, 0)
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// xmlPart is an element that is being written, or text where it has no name.
type xmlPart struct {
	name, text string
	attributes strings.Builder
	children   []*xmlPart
}

type xmlBuilder struct{ xmlOptions }

// xmlName is what can name an element or an attribute.
var xmlName = regexp.MustCompile(`^[` + nameStart + `][` + nameStart + `.0-9\-\x{B7}\x{300}-\x{36F}\x{203F}\x{2040}]*$`)

const nameStart = `:A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}\x{200D}` +
	`\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}`

func checkName(name string) error {
	if err := checkText(name); err != nil {
		return err
	}
	if !xmlName.MatchString(name) {
		return errors.New("Invalid character in name") //nolint:staticcheck // n8n's text
	}
	return nil
}

// checkText says what XML can't hold.
func checkText(text string) error {
	bad := func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF }
	if i := strings.IndexFunc(text, bad); i >= 0 {
		return fmt.Errorf("Invalid character in string: %s at index %d", text, len(utf16.Encode([]rune(text[:i])))) //nolint:staticcheck // n8n's text
	}
	return nil
}

func (xmlBuilder) named(name string) (*xmlPart, error) { return &xmlPart{name: name}, checkName(name) }

// textNode is text as XML. Of values that are no texts only the escaped form is written.
func (b xmlBuilder) textNode(v any) (*xmlPart, error) {
	text, isText := v.(string)
	switch v.(type) {
	case []any, *node.Object:
		return nil, fmt.Errorf("the text of an element is %s", node.TypeName(v))
	case string:
	default:
		text = fields.Text(v)
	}
	if isText && b.useCDATA && strings.ContainsAny(text, "<>&") {
		return &xmlPart{text: cdataOpen + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>"}, nil
	}
	text = xmlText.Replace(text)
	return &xmlPart{text: text}, checkText(text)
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")

var xmlAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")

// fill puts a value into an element: the members of an object, the members of the objects of a list (allObjects), or a text.
func (b xmlBuilder) fill(e *xmlPart, v any, depth int) error {
	if depth > maxXMLDepth {
		return fmt.Errorf("the object is more than %d levels deep", maxXMLDepth)
	}
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		for _, entry := range v {
			for key, member := range entry.(*node.Object).All() {
				if err := b.child(e, key, member, depth); err != nil {
					return err
				}
			}
		}
		return nil
	case *node.Object:
		for key, member := range v.All() {
			if err := b.member(e, key, member, depth); err != nil {
				return err
			}
		}
		return nil
	}
	return b.addText(e, v)
}

// allObjects says that the values of a list can be told apart as members of one element.
func allObjects(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(*node.Object); return !ok })
}

func (b xmlBuilder) addText(e *xmlPart, v any) error {
	text, err := b.textNode(v)
	e.children = append(e.children, text)
	return err
}

// child adds an element with a value.
func (b xmlBuilder) child(e *xmlPart, name string, v any, depth int) error {
	child, err := b.named(name)
	if err != nil {
		return err
	}
	e.children = append(e.children, child)
	return b.fill(child, v, depth+1)
}

// member adds a member of an object to its element: attributes, text, or one element for each value.
func (b xmlBuilder) member(e *xmlPart, key string, v any, depth int) error {
	list, isList := v.([]any)
	switch {
	case key == b.attributes && isList:
		return errors.New("Invalid character in name") //nolint:staticcheck // n8n's text
	case key == b.attributes:
		o, _ := v.(*node.Object)
		for name, value := range o.All() {
			if err := e.attribute(name, value); err != nil {
				return err
			}
		}
		return nil
	case key == b.text && v == nil:
		return fmt.Errorf("Missing element text. node: <%s>", e.name) //nolint:staticcheck // n8n's text
	case key == b.text:
		return b.addText(e, v)
	case isList:
		for _, entry := range list {
			add := b.child
			if inner, ok := entry.([]any); ok && !allObjects(inner) {
				add = b.member
			}
			if err := add(e, key, entry, depth); err != nil {
				return err
			}
		}
		return nil
	}
	return b.child(e, key, v, depth)
}

func (e *xmlPart) attribute(name string, v any) error {
	if v == nil || v == node.Undefined {
		return nil
	}
	text := xmlAttribute.Replace(fields.Text(v))
	if err := errors.Join(checkName(name), checkText(text)); err != nil {
		return err
	}
	e.attributes.WriteString(" " + name + `="` + text + `"`)
	return nil
}

// write writes an element, each on lines of its own unless all is to be compact.
func (b xmlBuilder) write(out *strings.Builder, e *xmlPart, depth int) {
	indent, end := strings.Repeat("  ", depth), "\n"
	if b.compact {
		indent, end = "", ""
	}
	if e.name == "" {
		out.WriteString(indent + e.text + end)
		return
	}
	out.WriteString(indent + "<" + e.name + e.attributes.String())
	switch {
	case !slices.ContainsFunc(e.children, func(c *xmlPart) bool { return c.name != "" || c.text != "" }):
		out.WriteString("/>" + end)
		return
	case len(e.children) == 1 && e.children[0].name == "":
		out.WriteString(">" + e.children[0].text + "</" + e.name + ">" + end)
		return
	}
	out.WriteString(">" + end)
	for _, child := range e.children {
		b.write(out, child, depth+1)
	}
	out.WriteString(indent + "</" + e.name + ">" + end)
}
