package markup

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// lineWidth is where lines are broken.
const lineWidth = 80

// layout is the text inside of the first element as a page shows it: paragraphs apart, headings in capitals, lists with
// bullets, addresses behind links, lines of at most 80 characters. It mirrors html-to-text's defaults.
func layout(s *goquery.Selection, skip []cascadia.Selector) string {
	w := &writer{skip: skip, width: lineWidth}
	if len(s.Nodes) > 0 {
		w.children(s.Nodes[0])
	}
	w.flush()
	return strings.Trim(strings.Join(w.lines, "\n"), "\n")
}

// writer gathers lines of text.
type writer struct {
	skip  []cascadia.Selector
	width int
	lines []string
	// words are those of the line that is being written, breaks how many line ends stand before it at least.
	line   strings.Builder
	length int
	space  bool
	breaks int
	upper  bool
	depth  int
}

// blocks are how many line ends stand before and after an element.
var blocks = map[string][2]int{
	"p": {2, 2}, "pre": {2, 2}, "blockquote": {2, 2}, "ul": {2, 2}, "ol": {2, 2}, "h1": {3, 2}, "h2": {3, 2}, "h3": {3, 2}, "h4": {2, 2},
	"h5": {2, 2}, "h6": {2, 2}, "table": {1, 1}, "div": {1, 1}, "section": {1, 1}, "article": {1, 1}, "aside": {1, 1}, "footer": {1, 1},
	"form": {1, 1}, "header": {1, 1}, "main": {1, 1}, "nav": {1, 1},
}

func (w *writer) children(n *html.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.node(child)
	}
}

func (w *writer) skipped(n *html.Node) bool {
	for _, s := range w.skip {
		if s.Match(n) {
			return true
		}
	}
	return false
}

// maxDepth is how deep elements may be inside of each other.
const maxDepth = 500

func (w *writer) node(n *html.Node) {
	if n.Type == html.TextNode {
		w.text(n.Data)
		return
	}
	if n.Type != html.ElementNode || w.skipped(n) || w.depth > maxDepth {
		return
	}
	w.depth++
	defer func() { w.depth-- }()
	around := blocks[n.Data]
	w.end(around[0])
	switch n.Data {
	case "script", "style", "head", "title", "template":
		return
	case "br":
		w.flush()
	case "hr":
		w.end(2)
		w.word(strings.Repeat("-", 40))
		w.end(2)
	case "img":
		w.image(n)
	case "a":
		w.link(n)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		was := w.upper
		w.upper = true
		w.children(n)
		w.upper = was
	case "ul":
		w.list(n, func(int) string { return " * " })
	case "ol":
		w.numbered(n)
	case "blockquote":
		w.nested(n, "> ", "> ")
	case "pre":
		w.preformatted(n)
	case "wbr":
	default:
		w.children(n)
	}
	w.end(around[1])
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
	alt, src := attribute(n, "alt"), attribute(n, "src")
	if alt != "" {
		w.text(alt)
	}
	if src != "" {
		if alt != "" {
			w.space = true
		}
		w.word("[" + src + "]")
	}
}

func (w *writer) link(n *html.Node) {
	before := len(w.lines)*lineWidth + w.line.Len()
	w.children(n)
	href := strings.TrimPrefix(attribute(n, "href"), "mailto:")
	if href == "" {
		return
	}
	if len(w.lines)*lineWidth+w.line.Len() > before {
		w.space = true
		w.word("[" + href + "]")
		return
	}
	w.word(href)
}

func (w *writer) list(n *html.Node, prefix func(i int) string) {
	i := 0
	for item := n.FirstChild; item != nil; item = item.NextSibling {
		if item.Type != html.ElementNode || item.Data != "li" || w.skipped(item) {
			continue
		}
		w.end(1)
		first := prefix(i)
		w.nested(item, first, strings.Repeat(" ", utf8.RuneCountInString(first)))
		w.end(1)
		i++
	}
}

func (w *writer) numbered(n *html.Node) {
	start, err := strconv.Atoi(attribute(n, "start"))
	if err != nil {
		start = 1
	}
	count := 0
	for item := n.FirstChild; item != nil; item = item.NextSibling {
		if item.Type == html.ElementNode && item.Data == "li" {
			count++
		}
	}
	wide := len(strconv.Itoa(start + count - 1))
	w.list(n, func(i int) string {
		number := strconv.Itoa(start + i)
		return " " + number + ". " + strings.Repeat(" ", max(0, wide-len(number)))
	})
}

// nested writes what is inside of an element with something before each line.
func (w *writer) nested(n *html.Node, first, rest string) {
	inner := &writer{skip: w.skip, width: max(20, w.width-utf8.RuneCountInString(first)), upper: w.upper, depth: w.depth}
	inner.children(n)
	inner.flush()
	text := strings.Trim(strings.Join(inner.lines, "\n"), "\n")
	w.flush()
	w.apply()
	for i, line := range strings.Split(text, "\n") {
		prefix := rest
		if i == 0 {
			prefix = first
		}
		w.lines = append(w.lines, strings.TrimRight(prefix+line, " "))
	}
}

func (w *writer) preformatted(n *html.Node) {
	text := strings.Trim(goquery.NewDocumentFromNode(n).Text(), "\n")
	w.flush()
	w.apply()
	w.lines = append(w.lines, strings.Split(text, "\n")...)
}

// text writes words, with white space between them as one space.
func (w *writer) text(s string) {
	for s != "" {
		i := strings.IndexAny(s, " \t\r\n\f")
		switch {
		case i == 0:
			w.space = true
			s = s[1:]
			continue
		case i < 0:
			i = len(s)
		}
		w.word(s[:i])
		s = s[i:]
	}
}

func (w *writer) word(s string) {
	if s == "" {
		return
	}
	if w.upper {
		s = strings.ToUpper(s)
	}
	size := utf8.RuneCountInString(s)
	if w.line.Len() > 0 && w.space {
		if w.length+1+size > w.width {
			w.flush()
		} else {
			w.line.WriteByte(' ')
			w.length++
		}
	}
	if w.line.Len() == 0 {
		w.apply()
	}
	w.space = false
	w.line.WriteString(s)
	w.length += size
}

// apply puts the line ends that are due before what comes now.
func (w *writer) apply() {
	if len(w.lines) > 0 {
		for range w.breaks - 1 {
			w.lines = append(w.lines, "")
		}
	}
	w.breaks = 0
}

// flush ends the line.
func (w *writer) flush() {
	if w.line.Len() > 0 {
		w.lines = append(w.lines, w.line.String())
		w.line.Reset()
		w.length = 0
	}
	w.space = false
}

// end ends the line and sees to it that there are at least so many line ends before the next one; 0 does nothing.
func (w *writer) end(breaks int) {
	if breaks > 0 {
		w.flush()
		w.breaks = max(w.breaks, breaks)
	}
}
