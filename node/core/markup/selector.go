package markup

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/nate-go/nate/node"
)

// selector finds elements by CSS with jQuery's additions, as cheerio does: those that take elements by their place among all that
// were found (:first, :last, :eq(1), :gt(1), :lt(1), :even, :odd), those for forms (:selected, :checkbox), and :is().
type selector []complexSelector

// complexSelector is one of a group: steps from the document to the elements that it finds.
type complexSelector []selectorStep

// selectorStep goes from elements to others.
type selectorStep struct {
	combinator byte // ' ', '>', '+' or '~'
	plain      cascadia.Sel
	among      []selector // what elements must be among, too
	tests      []func(*html.Node) bool
	places     []place
}

// place takes some of the elements that were found.
type place struct {
	name string
	n    int
	ok   bool // n was a number
}

// places are the pseudo-classes that are places.
var places = map[string]bool{"first": true, "last": true, "eq": true, "nth": true, "gt": true, "lt": true, "even": true, "odd": true}

const selectedOptions = `option[selected], select:not([multiple]):not(:haschild(option[selected])) > option:first-of-type`

// pseudoClasses are short forms of selectors.
var pseudoClasses = map[string]string{
	"any-link": "a[href], area[href], link[href]", "link": "a[href], area[href], link[href]",
	"checked":  "input[type=radio][checked], input[type=checkbox][checked], " + selectedOptions,
	"selected": selectedOptions, "checkbox": "[type=checkbox]", "file": "[type=file]", "password": "[type=password]",
	"radio": "[type=radio]", "reset": "[type=reset]", "image": "[type=image]", "submit": "[type=submit]",
	"header": "h1, h2, h3, h4, h5, h6", "button": "button, input[type=button]", "text": "input:not([type]), input[type=text]",
	"required": "input[required], select[required], textarea[required]",
	"optional": "input:not([required]), select:not([required]), textarea:not([required])",
}

// tests are pseudo-classes that look at the element alone.
var tests = map[string]func(*html.Node) bool{
	"root": isRoot, "empty": isEmpty, "parent": func(n *html.Node) bool { return !isEmpty(n) },
}

// isTemplate says that what is inside of an element is a document of its own.
func isTemplate(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == "template" }

func isRoot(n *html.Node) bool {
	return n.Parent == nil || n.Parent.Type != html.ElementNode || isTemplate(n.Parent)
}

// isEmpty says that an element has neither elements nor text, be it white space; what is in a template is a document of its own.
func isEmpty(n *html.Node) bool {
	for child := n.FirstChild; child != nil && !isTemplate(n); child = child.NextSibling {
		if child.Type == html.ElementNode || child.Type == html.TextNode {
			return false
		}
	}
	return true
}

// newSelector reads a selector; an empty one finds nothing.
func newSelector(text string) (selector, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	s, err := parseSelector(text, 0)
	if errors.Is(err, errPseudoElement) {
		return nil, err
	}
	if err != nil {
		return nil, node.NewOperationError(fmt.Sprintf("The CSS selector %q can't be used: %v", text, err), "").Wrap(err)
	}
	return s, nil
}

var errPseudoElement = errors.New("Pseudo-elements are not supported by css-select") //nolint:staticcheck // n8n's text

// maxSelectorDepth is how deep :is() may be inside of each other.
const maxSelectorDepth = 20

func parseSelector(text string, depth int) (selector, error) {
	if depth > maxSelectorDepth {
		return nil, fmt.Errorf("more than %d selectors inside each other", maxSelectorDepth)
	}
	var s selector
	for _, part := range splitTop(text, ",") {
		var c complexSelector
		combinator := byte(' ')
		for _, token := range splitTop(strings.TrimSpace(part), " >+~\t\n\r\f") {
			if token == ">" || token == "+" || token == "~" {
				combinator = token[0]
				continue
			}
			step, err := parseStep(token, depth)
			if err != nil {
				return nil, err
			}
			step.combinator, combinator = combinator, ' '
			c = append(c, step)
		}
		if len(c) == 0 || combinator != ' ' {
			return nil, errors.New("a part of it is empty")
		}
		s = append(s, c)
	}
	return s, nil
}

// splitTop splits a text at separators that are not within quotes or brackets. Combinators are parts of their own.
func splitTop(text, separators string) []string {
	var parts []string
	depth, quote, start := 0, byte(0), 0
	add := func(end int) {
		if part := text[start:end]; len(separators) == 1 || part != "" {
			parts = append(parts, part)
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth == 0 && strings.IndexByte(separators, c) >= 0:
			add(i)
			if strings.IndexByte(">+~", c) >= 0 {
				parts = append(parts, string(c))
			}
			start = i + 1
		}
	}
	add(len(text))
	return parts
}

// parseStep reads a compound selector: what cascadia does not know is taken out of it.
func parseStep(text string, depth int) (step selectorStep, err error) {
	pieces := splitPseudos(text)
	plain := pieces[0]
	for _, pseudo := range pieces[1:] {
		if pseudo == ":" {
			return step, errPseudoElement
		}
		name, argument, _ := strings.Cut(strings.TrimSuffix(pseudo[1:], ")"), "(")
		name = strings.ToLower(name)
		inner := pseudoClasses[name]
		if name == "is" || name == "where" || name == "matches" {
			inner = argument
		}
		switch {
		case places[name]:
			n, err := strconv.Atoi(strings.TrimSpace(argument))
			step.places = append(step.places, place{name, n, err == nil})
		case inner != "":
			among, err := parseSelector(inner, depth+1)
			if err != nil {
				return step, err
			}
			step.among = append(step.among, among)
		case tests[name] != nil:
			step.tests = append(step.tests, tests[name])
		default:
			plain += pseudo
		}
	}
	if plain == "" {
		plain = "*"
	}
	step.plain, err = cascadia.Parse(plain)
	return step, err
}

// splitPseudos splits a compound selector before each pseudo-class.
func splitPseudos(text string) []string {
	var parts []string
	for i, part := range splitTop(text, ":") {
		if i > 0 {
			part = ":" + part
		}
		parts = append(parts, part)
	}
	return parts
}

// find returns the elements below a document that the selector finds, in the order of the document.
func (s selector) find(document *html.Node) []*html.Node {
	if len(s) == 1 {
		return s[0].find(document)
	}
	found := map[*html.Node]bool{}
	for _, c := range s {
		for _, n := range c.find(document) {
			found[n] = true
		}
	}
	return inOrder(document, found)
}

func (c complexSelector) find(document *html.Node) []*html.Node {
	set := []*html.Node{document}
	for _, step := range c {
		among := make([]map[*html.Node]bool, len(step.among))
		for i, s := range step.among {
			among[i] = map[*html.Node]bool{}
			for _, n := range s.find(document) {
				among[i][n] = true
			}
		}
		found := map[*html.Node]bool{}
		add := func(n *html.Node) {
			if n.Type == html.ElementNode && step.plain.Match(n) &&
				!slices.ContainsFunc(among, func(m map[*html.Node]bool) bool { return !m[n] }) &&
				!slices.ContainsFunc(step.tests, func(test func(*html.Node) bool) bool { return !test(n) }) {
				found[n] = true
			}
		}
		step.reach(document, set, add)
		set = inOrder(document, found)
		for _, p := range step.places {
			set = p.take(set)
		}
	}
	return set
}

// reach visits the nodes that the combinator leads to, in no certain order.
func (s selectorStep) reach(document *html.Node, set []*html.Node, visit func(*html.Node)) {
	if s.combinator == ' ' {
		from := make(map[*html.Node]bool, len(set))
		for _, n := range set {
			from[n] = true
		}
		visitInside(document, from, from[document], visit)
		return
	}
	for _, from := range set {
		first := from.NextSibling
		if s.combinator == '>' {
			if first = from.FirstChild; isTemplate(from) {
				continue
			}
		}
		for n := first; n != nil; n = n.NextSibling {
			visit(n)
			if s.combinator == '+' && n.Type == html.ElementNode {
				break
			}
		}
	}
}

// visitInside visits what is inside of some nodes, once; all is that they are the whole document.
func visitInside(n *html.Node, from map[*html.Node]bool, all bool, visit func(*html.Node)) {
	var inner func(n *html.Node, inside bool)
	inner = func(n *html.Node, inside bool) {
		inside = all || (inside || from[n]) && !isTemplate(n)
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			if inside {
				visit(child)
			}
			inner(child, inside)
		}
	}
	inner(n, false)
}

func inOrder(document *html.Node, found map[*html.Node]bool) []*html.Node {
	list := make([]*html.Node, 0, len(found))
	for n := range document.Descendants() {
		if found[n] {
			list = append(list, n)
		}
	}
	return list
}

func (p place) take(set []*html.Node) []*html.Node {
	n, size := p.n, len(set)
	if n < 0 {
		n += size
	}
	switch {
	case p.name == "first":
		return set[:min(1, size)]
	case p.name == "last":
		return set[max(0, size-1):]
	case p.name == "even" || p.name == "odd":
		var some []*html.Node
		for i, e := range set {
			if i%2 == 0 == (p.name == "even") {
				some = append(some, e)
			}
		}
		return some
	case !p.ok:
		return nil
	case p.name == "lt":
		if p.n < 0 {
			return set
		}
		return set[:min(n, size)]
	case p.name == "gt":
		return set[min(max(0, n+1), size):]
	case n < 0 || n >= size:
		return nil
	}
	return set[n : n+1]
}
