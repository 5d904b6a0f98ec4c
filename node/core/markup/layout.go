package markup

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// lineWidth is where lines are broken, leastWidth where those of nested lists are at least.
const lineWidth, leastWidth = 80, 20

// maxDepth is how deep elements may be inside of each other.
const maxDepth = 500

// layout is the text inside of the first element as a page shows it: paragraphs apart, headings in capitals, lists with
// bullets, addresses behind links, lines of at most 80 characters. It mirrors html-to-text's defaults.
func layout(s *goquery.Selection, skip []skipSelector) string {
	w := &writer{skip: skip, block: &textBlock{width: lineWidth, leading: 1}}
	if len(s.Nodes) == 0 {
		return ""
	}
	element := s.Nodes[0]
	if raws[element.Data] {
		w.raw(element)
		return w.block.text()
	}
	inside := &html.Node{Type: html.DocumentNode} // what is around it does not count
	move(element, inside)
	defer move(inside, element)
	if body := child(inside, "body"); element.Data == "html" && body != nil {
		w.node(body)
	} else {
		w.children(inside)
	}
	return w.block.text()
}

// move puts what is inside of an element into another.
func move(from, to *html.Node) {
	for n := from.FirstChild; n != nil; n = from.FirstChild {
		from.RemoveChild(n)
		to.AppendChild(n)
	}
}

// child is the first element of a name.
func child(n *html.Node, name string) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == name {
			return c
		}
	}
	return nil
}

// skipSelector is an element that is left out; any is the selector of all, which elements with a format of their own are stronger than.
type skipSelector struct {
	cascadia.Selector
	any bool
}

// newSkipSelectors reads selectors with commas between them. The texts of errors are those of html-to-text.
func newSkipSelectors(text string) ([]skipSelector, error) {
	var skip []skipSelector
	if text == "" {
		return nil, nil
	}
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			return nil, errors.New(`No match for "" input!`) //nolint:staticcheck // html-to-text's text
		}
		pieces := splitPseudos(one)
		if len(pieces) > 1 {
			at := len(pieces[0])
			//nolint:staticcheck // html-to-text's text
			return nil, fmt.Errorf("The input \"%s\" was only partially tokenized, stopped at offset %d!\n%s\n%s^", one, at, one, strings.Repeat(" ", at))
		}
		s, err := cascadia.Compile(one)
		if err != nil {
			return nil, node.NewOperationError(fmt.Sprintf("The CSS selector %q can't be used: %v", one, err), "").Wrap(err)
		}
		steps := splitTop(one, " >+~\t\n\r\f")
		for i := 1; i < len(steps); i++ {
			switch steps[i] {
			case ">", "+":
				i++
				continue
			case "~":
				return nil, errors.New("Unsupported selector kind: combinator ~") //nolint:staticcheck // html-to-text's text
			}
			return nil, errors.New("Unsupported selector kind: combinator  ") //nolint:staticcheck // html-to-text's text
		}
		skip = append(skip, skipSelector{s, one == "*"})
	}
	return skip, nil
}

// writer lays out elements in the block that is open.
type writer struct {
	skip  []skipSelector
	block *textBlock
	depth int
	upper int // how many headings are open
	// said are for each link that is open whether it holds a word.
	said []*bool
}

// textBlock is the text of an element, in lines.
type textBlock struct {
	outer             *textBlock
	width             int
	leading, trailing int // line ends before it, and those that are due before what comes next
	raw               string
	pre               bool
	lines             [][]string
	words             []string // of the line that is being written
	room              int      // what is free in it
	begun             bool     // the room was set
	space             bool     // white space is due before the next word
	mayBreak          bool     // a word may be broken off here
}

// size is a text's length in JavaScript.
func size(text string) int {
	n := 0
	for _, r := range text {
		if n++; r > math.MaxUint16 {
			n++
		}
	}
	return n
}

func (b *textBlock) free() *int {
	if !b.begun {
		b.begun, b.room = true, b.width
	}
	return &b.room
}

func (b *textBlock) newLine(n int) {
	b.lines = append(b.lines, b.words)
	for range n - 1 {
		b.lines = append(b.lines, nil)
	}
	b.words, b.begun = nil, false
}

func (b *textBlock) push(word string) {
	if *b.free() <= 0 {
		b.newLine(1)
	}
	cost := size(word)
	if len(b.words) > 0 {
		cost++
	}
	if cost > *b.free() && len(b.words) > 0 {
		b.newLine(1)
		cost--
	}
	b.words = append(b.words, word)
	*b.free() -= cost
}

// join puts a text to the last word.
func (b *textBlock) join(text string) {
	if b.mayBreak && size(text) > *b.free() {
		b.push(text)
		b.mayBreak = false
		return
	}
	if last := len(b.words) - 1; last >= 0 {
		word := b.words[last]
		b.words = b.words[:last]
		*b.free() += size(word)
		if last > 0 {
			*b.free()++
		}
		text = word + text
	}
	b.push(text)
}

func (b *textBlock) text() string {
	if len(b.lines) == 0 && len(b.words) == 0 {
		return b.raw
	}
	var out strings.Builder
	out.WriteString(b.raw)
	for _, line := range b.lines {
		out.WriteString(strings.Join(line, " "))
		out.WriteByte('\n')
	}
	out.WriteString(strings.Join(b.words, " "))
	return out.String()
}

// add puts the text of an inner block to what there is.
func (b *textBlock) add(text string, leading, trailing int) {
	before := b.text()
	breaks := max(b.trailing, leading)
	b.lines, b.words, b.begun = nil, nil, false
	if before != "" {
		b.raw = before + strings.Repeat("\n", breaks) + text
	} else {
		b.raw, b.leading = text, breaks
	}
	b.trailing = trailing
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\r\n\f\u200b", r) }

// inline writes words, with white space between them as one space. change changes them; nil: not.
func (w *writer) inline(text string, change func(string) string) {
	b := w.block
	if b.pre {
		b.raw += text
		return
	}
	words := strings.FieldsFunc(text, isBlank)
	if text == "" || b.trailing > 0 && len(words) == 0 {
		return
	}
	if b.trailing > 0 {
		b.newLine(b.trailing)
	}
	b.trailing = 0
	apart := b.space || isBlank([]rune(text)[0])
	for i, word := range words {
		if change != nil {
			word = change(word)
		}
		if i == 0 && !apart {
			b.join(word)
		} else {
			b.push(word)
		}
	}
	b.space = b.space && len(words) == 0 || strings.TrimRightFunc(text, isBlank) != text
}

// words writes what is text of the page.
func (w *writer) words(text string) {
	w.inline(text, func(word string) string {
		for _, said := range w.said {
			*said = *said || word != ""
		}
		if w.upper > 0 {
			return cases.Upper(language.Und).String(word)
		}
		return word
	})
}

// open begins a block, with so many line ends before it; narrower is by how much.
func (w *writer) open(leading, narrower int) {
	w.block = &textBlock{outer: w.block, width: max(leastWidth, w.block.width-narrower), leading: leading, pre: w.block.pre}
}

// end ends the block; change changes its text.
func (w *writer) end(trailing int, change func(string) string) {
	b := w.block
	w.block = b.outer
	text := b.text()
	if change != nil {
		text = change(text)
	}
	w.block.add(text, b.leading, max(b.trailing, trailing))
}

// blocks are how many line ends stand before and after an element.
var blocks = map[string][2]int{
	"p": {2, 2}, "pre": {2, 2}, "blockquote": {2, 2}, "ul": {2, 2}, "ol": {2, 2}, "h1": {3, 2}, "h2": {3, 2}, "h3": {3, 2}, "h4": {2, 2},
	"h5": {2, 2}, "h6": {2, 2}, "table": {2, 2}, "hr": {2, 2}, "div": {1, 1}, "section": {1, 1}, "article": {1, 1}, "aside": {1, 1},
	"footer": {1, 1}, "form": {1, 1}, "header": {1, 1}, "main": {1, 1}, "nav": {1, 1},
}

func (w *writer) children(n *html.Node) {
	if raws[n.Data] {
		w.raw(n)
		return
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.node(child)
	}
}

// raw reads the text of an element, which was no markup, as some.
func (w *writer) raw(n *html.Node) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(goquery.NewDocumentFromNode(n).Text()), body)
	if err != nil || w.depth > maxDepth {
		return
	}
	w.depth++
	for _, child := range nodes {
		w.node(child)
	}
	w.depth--
}

func (w *writer) skipped(n *html.Node) bool {
	_, isBlock := blocks[n.Data]
	own := isBlock || n.Data == "a" || n.Data == "br" || n.Data == "img" || n.Data == "wbr"
	for _, s := range w.skip {
		if (!s.any || !own) && s.Match(n) {
			return true
		}
	}
	return false
}

func (w *writer) node(n *html.Node) {
	if n.Type == html.TextNode {
		w.words(n.Data)
		return
	}
	if n.Type != html.ElementNode || n.Data == "script" || n.Data == "style" || w.skipped(n) || w.depth > maxDepth {
		return
	}
	w.depth++
	defer func() { w.depth-- }()
	around := blocks[n.Data]
	switch n.Data {
	case "br":
		if w.block.pre {
			w.block.raw += "\n"
		} else {
			w.block.newLine(1)
		}
	case "wbr":
		w.block.mayBreak = true
	case "img":
		w.image(n)
	case "a":
		w.link(n)
	case "ul":
		w.list(n, func() string { return " * " })
	case "ol":
		w.list(n, numbers(n))
	case "hr":
		w.open(around[0], 0)
		w.words(strings.Repeat("-", lineWidth))
		w.end(around[1], nil)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		w.open(around[0], 0)
		w.upper++
		w.children(n)
		w.upper--
		w.end(around[1], nil)
	case "blockquote":
		w.open(around[0], len("> "))
		w.children(n)
		w.end(around[1], func(text string) string { return "> " + strings.ReplaceAll(strings.Trim(text, "\n"), "\n", "\n> ") })
	default:
		if around[0] == 0 {
			w.children(n)
			return
		}
		w.open(around[0], 0)
		w.block.pre = w.block.pre || n.Data == "pre"
		w.children(n)
		w.end(around[1], nil)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (w *writer) image(n *html.Node) {
	text, src := attribute(n, "alt"), attribute(n, "src")
	if src != "" && text != "" {
		text += " "
	}
	if src != "" {
		text += "[" + src + "]"
	}
	w.inline(text, nil)
}

func (w *writer) link(n *html.Node) {
	href := strings.TrimPrefix(attribute(n, "href"), "mailto:")
	if href == "" || href[0] == '#' {
		w.children(n)
		return
	}
	said := false
	w.said = append(w.said, &said)
	w.children(n)
	w.said = w.said[:len(w.said)-1]
	if said {
		href = " [" + href + "]"
	}
	w.inline(href, nil)
}

// list writes what is in a list; prefix is what stands before the next of its items.
func (w *writer) list(n *html.Node, prefix func() string) {
	nested := n.Parent != nil && n.Parent.Data == "li"
	type entry struct {
		node   *html.Node
		prefix string
	}
	var entries []entry
	width := 0
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.TextNode && strings.TrimFunc(child.Data, unicode.IsSpace) == "" {
			continue
		}
		e := entry{node: child}
		if child.Type == html.ElementNode && child.Data == "li" {
			if e.prefix = prefix(); nested {
				e.prefix = strings.TrimLeft(e.prefix, " ")
			}
		}
		width = max(width, size(e.prefix))
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return
	}
	around := blocks[n.Data]
	if nested {
		around = [2]int{1, 1}
	}
	w.open(around[0], 0)
	list := w.block
	for _, e := range entries {
		w.open(1, width)
		w.node(e.node)
		w.end(1, func(text string) string {
			return e.prefix + strings.Repeat(" ", width-size(e.prefix)) + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", width))
		})
	}
	w.block = list.outer
	if text := list.text(); text != "" {
		w.block.add(text, list.leading, around[1])
	}
}

// numbers are what stands before the items of a numbered list.
func numbers(n *html.Node) func() string {
	next := 1.0
	if start := attribute(n, "start"); start != "" {
		next = fields.Number(start)
	}
	kind := attribute(n, "type")
	return func() string {
		i := next
		next++
		text := fields.Text(i)
		switch kind {
		case "a", "A":
			text = letters(i, kind[0])
		case "i", "I":
			if text = roman(text); kind == "i" {
				text = strings.ToLower(text)
			}
		}
		return " " + text + ". "
	}
}

// letters counts a, b, ..., z, aa.
func letters(n float64, first byte) string {
	if math.IsNaN(n) {
		return "\x00"
	}
	var text string
	for i := int(max(-1e9, min(1e9, n))); ; {
		i--
		text = string(rune(int(first)+i%26)) + text
		if i /= 26; i <= 0 {
			return text
		}
	}
}

// roman writes a number with Roman digits; what is no digit of it counts as 9.
func roman(number string) string {
	const ones, fives = "IXCM?", "VLD?"
	var text string
	for i := range min(len(number), len(fives)) {
		digit := int(number[len(number)-1-i] - '0')
		one := ones[i : i+1]
		switch {
		case digit > 8:
			text = one + ones[i+1:i+2] + text
		case digit == 4:
			text = one + fives[i:i+1] + text
		case digit > 4:
			text = fives[i:i+1] + strings.Repeat(one, digit-5) + text
		default:
			text = strings.Repeat(one, digit) + text
		}
	}
	return text
}
