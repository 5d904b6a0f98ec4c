package markup

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

const selectorPage = `<ul><li id=1><li id=2 class=c><li id=3><b id=b>x</b></ul><p id=p1><p id=p2>
<select id=s><option id=o1><option id=o2 selected></select><select id=t><option id=o3><option id=o4></select>
<input id=i1><input id=i2 type=checkbox checked><div id=d title="a, b > c:first"><template><p id=p3>x</p></template>`

func TestSelector(t *testing.T) {
	t.Parallel()
	page, err := html.Parse(strings.NewReader(selectorPage))
	require.NoError(t, err)
	for text, want := range map[string]string{
		"li:first": "1", "li:last": "3", "li:eq(1)": "2", "li:eq(-1)": "3", "li:eq(7)": "", "li:eq(x)": "", "li:nth(0)": "1", "li:gt(0)": "2 3",
		"li:lt(2)": "1 2", "li:even": "1 3", "li:odd": "2", "li:last b": "b", "li:first, li:last": "1 3", "ul > li": "1 2 3", "li + li": "2 3",
		".c ~ li": "3", "li:not(.c)": "1 3", "li:is(.c, #3)": "2 3", `li:is(.c, [id="3"])`: "2 3", "li:parent": "3", "option:selected": "o2 o3",
		":checked": "o2 o3 i2", "input:text": "i1", ":checkbox": "i2", "template p": "", "template > p": "", "p#p3": "p3", ":root p": "p1 p2", "p:empty": "p1", "p:root": "p3", `[title="a, b > c:first"]`: "d", "": "", "p,li.c": "2 p1 p2 p3", "li:FIRST": "1",
	} {
		s, err := newSelector(text)
		require.NoError(t, err, text)
		var ids []string
		for _, n := range s.find(page) {
			for _, a := range n.Attr {
				if a.Key == "id" {
					ids = append(ids, a.Val)
				}
			}
		}
		require.Equal(t, want, strings.Join(ids, " "), text)
	}
}

func TestSelectorErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"p::text": "Pseudo-elements are not supported by css-select",
		"[":       `The CSS selector "[" can't be used: `,
		"p,,a":    `The CSS selector "p,,a" can't be used: a part of it is empty`,
		"p >":     `The CSS selector "p >" can't be used: a part of it is empty`,
		"p:nope":  `The CSS selector "p:nope" can't be used: `,
		strings.Repeat(":is(", 30) + "a" + strings.Repeat(")", 30): "more than 20 selectors inside each other",
	} {
		_, err := newSelector(text)
		require.ErrorContains(t, err, want, text)
	}
}

func FuzzSelector(f *testing.F) {
	for _, text := range []string{"li:first > a, b:not(.c):eq(1)", `[a="b,c"] ~ d`, "a::b", ":is(a:selected)", "\\"} {
		f.Add(text)
	}
	page, err := html.Parse(strings.NewReader(selectorPage))
	require.NoError(f, err)
	f.Fuzz(func(_ *testing.T, text string) {
		if s, err := newSelector(text); err == nil {
			s.find(page)
		}
	})
}

func TestLayout(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		"<h2>straße</h2><p>a <b>b</b>c</p>": "STRASSE\n\na bc", "<hr>": strings.Repeat("-", 80), "x<hr>": "x\n\n" + strings.Repeat("-", 80),
		"<ul><li>a<ul><li>b</ul><li>c</ul>": " * a\n   * b\n * c", "<ol start=9 type=I><li>a<li>b</ol>": " IX. a\n X.  b",
		`<a href="/x">t</a> <a href=/y><img src=i></a><a href="#z">z</a>`: "t [/x] [i]/yz", "<pre> a\n  b</pre>c": " a\n  b\n\nc",
		"<blockquote>a<p>b</p></blockquote>": "> a\n> \n> b", "<br>a<br><br>b": "\na\n\nb", "<iframe><p>a</p>b</iframe>": "a\n\nb",
		"<script>x</script><template><p>a</p></template>": "a", strings.Repeat("word ", 20): strings.Repeat("word ", 15) + "word\nword word word word",
		"a\u200bb \u00a0c": "a b \u00a0c", "<ul>text<li>a</ul>": "   text\n * a",
	} {
		root, err := parseHTML("<body>" + page)
		require.NoError(t, err)
		body := goquery.NewDocumentFromNode(root).Find("body")
		require.Equal(t, want, layout(body, nil), page)
		require.Equal(t, want, layout(body, nil), "the page is as it was")
	}
	skip, err := newSkipSelectors("p, div > b,*")
	require.NoError(t, err)
	root, err := parseHTML("<div><p>a</p><b>b</b><p><b>c</b></p><h1>d</h1><i>e</i></div>")
	require.NoError(t, err)
	require.Equal(t, "D", layout(goquery.NewDocumentFromNode(root).Find("div"), skip))
	for text, want := range map[string]string{
		"a,": `No match for "" input!`, "a b": "Unsupported selector kind: combinator  ", "a ~ b": "Unsupported selector kind: combinator ~",
		"p:first": "The input \"p:first\" was only partially tokenized, stopped at offset 1!\np:first\n ^",
	} {
		_, err := newSkipSelectors(text)
		require.EqualError(t, err, want)
	}
}

// The parser sorts the attributes of some elements.
func TestParseHTML(t *testing.T) {
	t.Parallel()
	root, err := parseHTML(`<p><a id=1 href=x class="c">t<p>u</a><b title="<a z=1 a=2>" id=2>`)
	require.NoError(t, err)
	require.Equal(t, `<p><a id="1" href="x" class="c">t</a></p><p><a id="1" href="x" class="c">u</a><b title="<a z=1 a=2>" id="2"></b></p>`,
		innerHTML(goquery.NewDocumentFromNode(root).Find("body")))
}
