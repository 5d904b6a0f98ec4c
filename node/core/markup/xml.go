package markup

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

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
}

func newXMLOptions(o *node.Object, reading bool) (xmlOptions, error) {
	x := xmlOptions{attributes: "$", text: "_", root: "root", explicitRoot: true, merge: reading}
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
	name string
	o    *node.Object
	text strings.Builder
}

// maxXMLDepth is how deep elements may be inside of each other.
const maxXMLDepth = 1000

// parse reads XML. The result is the root element, or an object that holds it.
func (x xmlOptions) parse(text string) (any, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the XML is empty")
	}
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(strings.TrimSpace(text), "\uFEFF")))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // the text is decoded already
	var stack []*element
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("Unclosed root tag") //nolint:staticcheck // n8n's text
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
					return nil, errors.New("Non-whitespace before first tag.") //nolint:staticcheck // n8n's text
				}
				continue
			}
			top := stack[len(stack)-1]
			top.text.Write(token)
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
	for _, a := range token.Attr {
		name := plain.name(a.Name)
		if x.merge {
			x.add(e.o, name, a.Value)
		} else {
			attributes.Set(name, a.Value)
		}
	}
	if attributes.Len() > 0 {
		e.o.Set(x.attributes, attributes)
	}
	return e
}

// close is what an element becomes: its text where it has nothing else.
func (x xmlOptions) close(e *element) any {
	text := e.text.String()
	if strings.TrimSpace(text) == "" {
		if e.o.Len() == 0 {
			return ""
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
	if o.Len() == 1 {
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
	indent := strings.Repeat("  ", depth)
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
			b.out.WriteString("/>\n")
		} else {
			b.out.WriteString(">" + text + "</" + name + ">\n")
		}
		return nil
	}
	return b.object(name, o, indent, depth)
}

func (b *xmlBuilder) object(name string, o *node.Object, indent string, depth int) error {
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
		b.out.WriteString("/>\n")
		return nil
	case children == 0:
		b.out.WriteString(">" + text + "</" + name + ">\n")
		return nil
	}
	b.out.WriteString(">\n")
	for key, v := range o.All() {
		if _, isObject := v.(*node.Object); key == b.attributes && isObject {
			continue
		}
		if key == b.text {
			b.out.WriteString(indent + "  " + text + "\n")
			continue
		}
		if err := b.element(key, v, depth+1); err != nil {
			return err
		}
	}
	b.out.WriteString(indent + "</" + name + ">\n")
	return nil
}
