package markup

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

const selectorPage = `<ul><li id=1><li id=2 class=c><li id=3><b id=b>x</b></ul><p id=p1><p id=p2>
<select id=s><option id=o1><option id=o2 selected></select><select id=t><option id=o3><option id=o4></select>
<input id=i1><input id=i2 type=checkbox checked><div id=d title="a, b > c:first">`

func TestSelector(t *testing.T) {
	t.Parallel()
	page, err := html.Parse(strings.NewReader(selectorPage))
	require.NoError(t, err)
	for text, want := range map[string]string{
		"li:first": "1", "li:last": "3", "li:eq(1)": "2", "li:eq(-1)": "3", "li:eq(7)": "", "li:eq(x)": "", "li:nth(0)": "1", "li:gt(0)": "2 3",
		"li:lt(2)": "1 2", "li:even": "1 3", "li:odd": "2", "li:last b": "b", "li:first, li:last": "1 3", "ul > li": "1 2 3", "li + li": "2 3",
		".c ~ li": "3", "li:not(.c)": "1 3", "li:is(.c, #3)": "2 3", `li:is(.c, [id="3"])`: "2 3", "li:parent": "3", "option:selected": "o2 o3",
		":checked": "o2 o3 i2", "input:text": "i1", ":checkbox": "i2", `[title="a, b > c:first"]`: "d", "": "", "p,li.c": "2 p1 p2", "li:FIRST": "1",
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
