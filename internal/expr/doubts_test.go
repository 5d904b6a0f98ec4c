package expr

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func TestDoubtsAboutNodes(t *testing.T) {
	t.Parallel()
	exists := func(name string) bool { return name == "In" || name == `It's "it"` }
	for _, code := range []string{
		`$('In').item.json.x`, `$("In").all()`, "$(`In`).first()", `$node["In"].json.x`, `$node.In.json.x`, `$items("In", 0)`,
		`$('It\'s "it"').item`, `$($json.name).item`, `$('In' + 1).item`, "$(`${$json.name}`).item", `$node[$json.name].json`,
		`$json.items("Ghost")`, `$node.toString()`,
	} {
		require.Empty(t, Doubts("={{ "+code+" }}", exists), code)
	}
	for _, code := range []string{
		`$('Ghost').item.json.x`, `$( "Ghost" ).all()`, "$(`Ghost`).first()", `$node["Ghost"].json.x`, `$node.Ghost.json`, `$node?.['Ghost'].json`,
		`$items('Ghost', 0)`, `$('Ghost').item.json.a + $('Ghost').item.json.b`, `$json.list.filter(x => /a"b/.test(x) && $('Ghost').isExecuted)`, `$('\x47host').item`,
	} {
		found := Doubts("={{ "+code+" }}", exists)
		require.Len(t, found, 1, code)
		require.Equal(t, Evaluation, found[0].Kind)
		require.Equal(t, "Referenced node doesn't exist", found[0].Error())
		name, _ := found[0].Context.Get("nodeCause")
		require.Equal(t, "Ghost", name)
	}
	found := Doubts(node.NewObject("a/b", []any{1.0, "=x {{ $json.a }} {{ $('Ghost').item.json.x }}"}), exists)
	require.Len(t, found, 1)
	require.Equal(t, "/a~1b/1", found[0].Pointer)
	require.Equal(t, "a/b[1]", found[0].Path)
	require.Equal(t, "    =x {{ $json.a }} {{ $('Ghost').item.json.x }}\n                          ^", found[0].Excerpt())
}

func TestDoubtsHaveAnEnd(t *testing.T) {
	t.Parallel()
	text := "="
	var list []any
	for i := range 300 {
		text += fmt.Sprintf("{{ $('N%d').item }}", i)
		list = append(list, "{{ $json.a }}")
	}
	require.Len(t, Doubts(text, func(string) bool { return false }), 100)
	require.Len(t, Doubts(list, nil), 100)
}

func TestDoubtsAboutText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "=", "plain", "=plain", "{{ name }}", "Hello {{ user.name }}", "=costs $5", "=$ 5", "={{ $json.a }}", "=a {{ $json.a", "$json.a", "={{ }}",
	} {
		require.Empty(t, Doubts(text, nil), text)
	}
	for text, want := range map[string]string{
		"{{ $json.a }}":              `this is text, not an expression: it has {{ }}, but does not begin with "="`,
		"Hello {{$('A').item.json}}": `this is text, not an expression: it has {{ }}, but does not begin with "="`,
		"=$json.a":                   "this is text, not an expression: it has no {{ }}",
		"={ $json.a }":               "this is text, not an expression: it has no {{ }}",
		"=$('A').item.json.a":        "this is text, not an expression: it has no {{ }}",
	} {
		found := Doubts(text, nil)
		require.Len(t, found, 1, text)
		require.Equal(t, Text, found[0].Kind)
		require.Equal(t, want, found[0].Error(), text)
	}
}
