// Package markup holds n8n's nodes that read and write HTML and XML.
package markup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewHTML returns HTML (n8n-nodes-base.html): it reads values out of HTML by CSS selectors, puts out HTML with expressions
// in it, and makes a table of all items. An empty template is put out as it is: n8n's own example is not the default.
func NewHTML() node.Node { return htmlNode{} }

type htmlNode struct{}

// Definition implements node.Node.
func (htmlNode) Definition() node.Definition { return htmlDefinition() }

// Execute implements node.Node.
func (n htmlNode) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	operation, err := c.Params(ctx, 0).String("operation")
	if err != nil {
		return node.Output{}, err
	}
	switch operation {
	case "convertToHtmlTable":
		return htmlTable(ctx, c)
	case "generateHtmlTemplate":
		return node.ExecuteItems(ctx, c, node.PerItem(n.Definition(), template), node.Retry{})
	case "extractHtmlContent":
		return node.ExecuteItems(ctx, c, node.PerItem(n.Definition(), extract), node.Retry{})
	}
	return node.Output{}, node.NewOperationError(fmt.Sprintf("The operation %q is not known", operation), "")
}

// NewHTMLExtract returns HTML Extract (n8n-nodes-base.htmlExtract), the older form of HTML's extraction.
func NewHTMLExtract() node.Node { return node.PerItem(htmlExtractDefinition(), extract) }

var expressions = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// template puts out the HTML with its expressions replaced by their values.
func template(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	v, err := it.Params.Value("html")
	if err != nil {
		return nil, err
	}
	text := expressions.ReplaceAllStringFunc(fields.Text(v), func(expression string) string {
		v, failed := it.Evaluate(ctx, expression, it.Index)
		if failed != nil && err == nil {
			err = failed
		}
		return fields.Text(v)
	})
	return []node.Item{{JSON: node.NewObject("html", text)}}, err
}

func htmlTable(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	option := func(p *node.Params, name string) (string, error) {
		v, err := p.Optional("options." + name)
		if err != nil || !fields.Truthy(v) {
			return "", err
		}
		return fields.Text(v), nil
	}
	texts := map[string]string{}
	for _, name := range []string{"customStyling", "tableAttributes", "headerAttributes", "caption", "capitalize"} {
		var err error
		if texts[name], err = option(p, name); err != nil {
			return node.Output{}, err
		}
	}
	tableStyle := "style='border-spacing:0; font-family:helvetica,arial,sans-serif'"
	cellStyle := "style='margin:0; padding:7px 20px 7px 0px; border-bottom:1px solid #eee'"
	headerStyle := strings.TrimSuffix(cellStyle, "'") + "; text-align:left; color:#888; font-weight:normal'"
	if texts["customStyling"] != "" {
		tableStyle, headerStyle, cellStyle = "", "", ""
	}
	columns := &node.Object{}
	var names []string
	for _, it := range c.Items() {
		for name := range it.JSON.All() {
			if !columns.Has(name) {
				columns.Set(name, true)
				names = append(names, name)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<table %s %s>", tableStyle, texts["tableAttributes"])
	if texts["caption"] != "" {
		b.WriteString("<caption>" + texts["caption"] + "</caption>")
	}
	fmt.Fprintf(&b, "<thead %s %s><tr>", headerStyle, texts["headerAttributes"])
	for _, name := range names {
		if texts["capitalize"] != "" {
			name = capitalized(name)
		}
		b.WriteString("<th>" + name + "</th>")
	}
	b.WriteString("</tr></thead><tbody>")
	given, _ := c.Parameters().Get("options")
	attributes := func(i int, name string) (string, error) {
		if options, _ := given.(*node.Object); !options.Has(name) {
			return "", nil
		}
		v, err := c.Params(ctx, i).Optional("options." + name)
		return fields.Text(v), err
	}
	links := make([]node.Paired, len(c.Items()))
	for i, it := range c.Items() {
		links[i].Item = i
		row, err := attributes(i, "rowAttributes")
		if err != nil {
			return node.Output{}, err
		}
		cell, err := attributes(i, "cellAttributes")
		if err != nil {
			return node.Output{}, err
		}
		fmt.Fprintf(&b, "<tr  %s>", row)
		for _, name := range names {
			v, ok := it.JSON.Get(name)
			if !ok {
				v = node.Undefined
			}
			text := fields.Text(v)
			switch v {
			case true:
				text = `<input type="checkbox" checked="checked"/>`
			case false:
				text = `<input type="checkbox" />`
			}
			fmt.Fprintf(&b, "<td %s %s>%s</td>", cellStyle, cell, text)
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	return node.Output{Main: [][]node.Item{{{JSON: node.NewObject("table", b.String()), Paired: links}}}}, nil
}

func capitalized(name string) string {
	var words []string
	for word := range strings.SplitSeq(name, "_") {
		if word != "" {
			first := []rune(word)[:1]
			words = append(words, strings.ToUpper(string(first))+word[len(string(first)):])
		}
	}
	return strings.Join(words, " ")
}

// maxHTML is how large a file with HTML may be.
const maxHTML = 64 << 20

// source is the HTML to read: one text or several.
func source(ctx context.Context, it node.ItemCall) ([]any, error) {
	from, err := it.Params.String("sourceData")
	if err != nil {
		return nil, err
	}
	name, err := it.Params.Value("dataPropertyName")
	if err != nil {
		return nil, err
	}
	if from != "json" {
		file, err := it.Binary(it.Index, name)
		if err != nil {
			return nil, err
		}
		r, err := it.OpenBinary(ctx, file)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		content, err := io.ReadAll(io.LimitReader(r, maxHTML))
		return []any{string(content)}, err
	}
	path := fields.Text(name)
	v := fields.Get(it.Item().JSON, path)
	if instance := it.Instance(); instance.TypeVersion == 1 && strings.HasSuffix(instance.Type, ".html") {
		if v, err = member(it.Item().JSON, name); err != nil {
			return nil, err
		}
	}
	if v == node.Undefined {
		return nil, node.AtItem(node.NewOperationError(`No property named "`+path+`" exists!`, ""), it.Index)
	}
	if list, ok := v.([]any); ok {
		return list, nil
	}
	return []any{v}, nil
}

// member is the field that HTML 1 means: of that name, or of the name within ['...']. A name that is no text is an error of JavaScript.
func member(o *node.Object, name any) (any, error) {
	text := fields.Text(name)
	if v, ok := o.Get(text); ok {
		return v, nil
	}
	if name == nil || name == node.Undefined {
		return nil, fmt.Errorf("Cannot read properties of %s (reading 'startsWith')", text) //nolint:staticcheck // JavaScript's text
	}
	if _, isText := name.(string); !isText {
		return nil, errors.New("key.startsWith is not a function")
	}
	for _, quote := range []string{`'`, `"`} {
		if inner, ok := strings.CutPrefix(text, "["+quote); ok && strings.HasSuffix(inner, quote+"]") {
			if v, ok := o.Get(strings.TrimSuffix(inner, quote+"]")); ok {
				return v, nil
			}
		}
	}
	return node.Undefined, nil
}

// htmlText is a value that has to be HTML; the texts of errors are those of cheerio.
func htmlText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64:
		return "", fmt.Errorf("Cannot create property 'prev' on number '%s'", fields.Text(v)) //nolint:staticcheck // n8n's text
	case bool:
		return "", fmt.Errorf("Cannot create property 'prev' on boolean '%v'", v) //nolint:staticcheck // n8n's text
	case nil:
		return "", errors.New("cheerio.load() expects a string")
	}
	return "", fmt.Errorf("%s is no HTML", node.TypeName(v))
}

func extract(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	texts, err := source(ctx, it)
	if err != nil {
		return nil, err
	}
	v, err := it.Params.Value("extractionValues.values")
	if err != nil {
		return nil, err
	}
	rows, hasRows := v.([]any)
	options, err := it.Params.Object("options")
	if err != nil {
		return nil, err
	}
	out := make([]node.Item, 0, len(texts))
	for _, v := range texts {
		text, err := htmlText(v)
		if err != nil {
			return nil, err
		}
		if !hasRows {
			return nil, errors.New("extractionValues.values is not iterable")
		}
		root, err := parseHTML(text)
		if err != nil {
			return nil, err
		}
		page := goquery.NewDocumentFromNode(root)
		o := &node.Object{}
		for _, row := range rows {
			r, _ := row.(*node.Object)
			x, err := newExtraction(it, r, options)
			if err != nil {
				return nil, err
			}
			v, err := x.from(page)
			if err != nil {
				return nil, err
			}
			o.Set(x.key, v)
		}
		out = append(out, node.Item{JSON: o})
	}
	return out, nil
}

// extraction is one value to read.
type extraction struct {
	key, kind, attribute string
	selector             selector
	all                  bool
	trim, clean          bool
	// old says that text which is not there is empty, as HTML Extract has it.
	old bool
	// layout says that text is laid out as a page shows it; skip are elements that are left out of it.
	layout bool
	skip   []skipSelector
	// skipErr says which of skip there is not; it counts when text is laid out.
	skipErr error
}

func newExtraction(it node.ItemCall, row, options *node.Object) (extraction, error) {
	text := func(o *node.Object, key string) string {
		v, ok := o.Get(key)
		if !ok || v == nil || v == node.Undefined {
			return ""
		}
		return fields.Text(v)
	}
	on := func(o *node.Object, key string) bool {
		v, _ := o.Get(key)
		return fields.Truthy(v)
	}
	instance := it.Instance()
	key, _ := row.Get("key")
	x := extraction{
		key: fields.Text(key), kind: text(row, "returnValue"), attribute: text(row, "attribute"), all: on(row, "returnArray"),
		trim: on(options, "trimValues"), clean: on(options, "cleanUpText"),
		layout: strings.HasSuffix(instance.Type, ".html") && instance.TypeVersion > 1.1,
	}
	if strings.HasSuffix(instance.Type, ".htmlExtract") {
		x.old, x.clean = true, false
		trim, set := options.Get("trimValues")
		x.trim = !set || trim != false
	}
	var err error
	if x.selector, err = newSelector(text(row, "cssSelector")); err != nil {
		return x, err
	}
	x.skip, x.skipErr = newSkipSelectors(text(row, "skipSelectors"))
	return x, nil
}

// from returns the value, or the list of values; Undefined where nothing matches.
func (x extraction) from(page *goquery.Document) (any, error) {
	found := page.FindNodes(x.selector.find(page.Nodes[0])...)
	if !x.all {
		return x.value(found)
	}
	list := make([]any, 0, found.Length())
	for _, s := range found.EachIter() {
		v, err := x.value(s)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (x extraction) value(s *goquery.Selection) (any, error) {
	text, ok := "", true
	switch x.kind {
	case "attribute":
		if x.attribute == "" && s.Length() > 0 {
			return x.attributes(s.Nodes[0])
		}
		text, ok = attr(s, x.attribute)
	case "html":
		text = innerHTML(s)
		ok = text != ""
	case "value":
		text, ok = formValue(s)
	default:
		if x.layout {
			if x.skipErr != nil {
				return nil, x.skipErr
			}
			text = layout(s, x.skip)
			break
		}
		text = s.Text()
		ok = text != "" || x.old
	}
	if !ok {
		return node.Undefined, nil
	}
	if x.trim {
		text = strings.TrimSpace(text)
	}
	if x.clean {
		text = strings.TrimSpace(text)
		text = lineEnds.Replace(text)
		text = spaces(text)
	}
	return text, nil
}

var lineEnds = strings.NewReplacer("\r\n", "", "\n", "", "\r", "")

// attributes are all attributes of an element, which no text can be cleaned up of.
func (x extraction) attributes(n *html.Node) (any, error) {
	switch {
	case x.trim:
		return nil, errors.New("value.trim is not a function")
	case x.clean:
		return nil, errors.New("value.replace is not a function")
	}
	all := &node.Object{}
	for _, a := range n.Attr {
		all.Set(a.Key, a.Val)
	}
	return all, nil
}

// spaces makes one space of each run of white space.
func spaces(text string) string {
	var b strings.Builder
	space := false
	for _, r := range text {
		if strings.ContainsRune(" \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff", r) || r >= 0x2000 && r <= 0x200A {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}

// chosenOptions finds the options that are chosen.
var chosenOptions, _ = newSelector("option:selected") //nolint:gochecknoglobals // a constant

// formValue is the value of the first element, if it is one of a form: of areas all texts, of lists with several choices their texts.
func formValue(s *goquery.Selection) (string, bool) {
	if s.Length() == 0 {
		return "", false
	}
	first := s.First()
	switch goquery.NodeName(first) {
	case "textarea":
		return s.Text(), true
	case "select":
		root := s.Nodes[0]
		for root.Parent != nil {
			root = root.Parent
		}
		chosen := s.FindNodes(chosenOptions.find(root)...)
		if _, multiple := first.Attr("multiple"); multiple {
			return strings.Join(chosen.Map(func(_ int, o *goquery.Selection) string { return o.Text() }), ","), true
		}
		return attr(chosen, "value")
	case "input", "option":
		return attr(first, "value")
	}
	return "", false
}

// flags are the attributes that are on or off: their value is their name.
var flags = map[string]bool{
	"autofocus": true, "autoplay": true, "async": true, "checked": true, "controls": true, "defer": true, "disabled": true, "hidden": true,
	"loop": true, "multiple": true, "open": true, "readonly": true, "required": true, "scoped": true, "selected": true,
}

// attr is an attribute of the first element; the value of what is chosen in a form is there even if it is not written.
func attr(s *goquery.Selection, name string) (string, bool) {
	switch v, ok := s.Attr(name); {
	case ok && flags[strings.ToLower(name)]:
		return name, true
	case ok || name != "value" || s.Length() == 0:
		return v, ok
	}
	switch first := s.Nodes[0]; {
	case first.Data == "option":
		return s.First().Text(), true
	case first.Data == "input" && (attribute(first, "type") == "radio" || attribute(first, "type") == "checkbox"):
		return "on", true
	}
	return "", false
}

// formatting are the elements whose attributes the parser sorts.
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true, "small": true,
	"strike": true, "strong": true, "tt": true, "u": true,
}

// parseHTML parses a page. The attributes of elements are in the order in which they are written.
func parseHTML(text string) (*html.Node, error) {
	page, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var written map[string][]html.Attribute // by the tag with its attributes sorted
	key := func(tag string, attributes []html.Attribute) string {
		parts := make([]string, 0, len(attributes)+1)
		for _, a := range attributes {
			parts = append(parts, fmt.Sprintf("%q=%q", a.Key, a.Val))
		}
		slices.Sort(parts)
		return strings.Join(append(parts, tag), " ")
	}
	for n := range page.Descendants() {
		if n.Type != html.ElementNode || !formatting[n.Data] || len(n.Attr) < 2 {
			continue
		}
		if written == nil {
			written = map[string][]html.Attribute{}
			tokens := html.NewTokenizer(strings.NewReader(text))
			for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
				if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
					continue
				}
				if token := tokens.Token(); formatting[token.Data] && len(token.Attr) > 1 {
					written[key(token.Data, token.Attr)] = token.Attr
				}
			}
		}
		if as := written[key(n.Data, n.Attr)]; as != nil {
			n.Attr = slices.Clone(as)
		}
	}
	return page, nil
}

func innerHTML(s *goquery.Selection) string {
	var b strings.Builder
	if len(s.Nodes) > 0 {
		for child := s.Nodes[0].FirstChild; child != nil; child = child.NextSibling {
			render(&b, child)
		}
	}
	return b.String()
}

// voids are the elements that have no end.
var voids = map[string]bool{
	"area": true, "base": true, "basefont": true, "bgsound": true, "br": true, "col": true, "embed": true, "frame": true, "hr": true,
	"img": true, "input": true, "keygen": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// raws are the elements whose text is no markup.
var raws = map[string]bool{
	"style": true, "script": true, "xmp": true, "iframe": true, "noembed": true, "noframes": true, "plaintext": true, "noscript": true,
}

// What a text and an attribute hold, as HTML.
var (
	escapedText      = strings.NewReplacer("&", "&amp;", "\u00a0", "&nbsp;", "<", "&lt;", ">", "&gt;")
	escapedAttribute = strings.NewReplacer("&", "&amp;", "\u00a0", "&nbsp;", `"`, "&quot;")
)

// render writes a node as the HTML standard says.
func render(b *strings.Builder, n *html.Node) {
	switch n.Type {
	case html.TextNode:
		if n.Parent != nil && raws[n.Parent.Data] {
			b.WriteString(n.Data)
			return
		}
		b.WriteString(escapedText.Replace(n.Data))
	case html.CommentNode:
		b.WriteString("<!--" + n.Data + "-->")
	case html.ElementNode:
		b.WriteString("<" + n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key + `="` + escapedAttribute.Replace(a.Val) + `"`)
		}
		b.WriteByte('>')
		if voids[n.Data] {
			return
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			render(b, child)
		}
		b.WriteString("</" + n.Data + ">")
	}
}
