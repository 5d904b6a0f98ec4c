package markup_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/markup"
	"github.com/nate-go/nate/node/nodetest"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	items := []node.Item{
		{JSON: node.NewObject("md", "# Hello *you*", "html", "<h1>A <b>b</b></h1>")},
		{JSON: node.NewObject("md", 5.0, "html", nil)},
		{JSON: node.NewObject("md", "- a\n- b", "html", "<ul><li>a</li></ul>")},
	}
	for _, tt := range []struct {
		name       string
		parameters map[string]any
		want       []string
	}{
		{"to HTML", map[string]any{"mode": "markdownToHtml", "markdown": "={{ $json.md }}", "destinationKey": "out"}, []string{
			`{"md":"# Hello *you*","html":"<h1>A <b>b</b></h1>","out":"<h1 id=\"helloyou\">Hello <em>you</em></h1>"}`,
			`{"error":"text.replace is not a function"}`,
			`{"md":"- a\n- b","html":"<ul><li>a</li></ul>","out":"<ul>\n<li>a</li>\n<li>b</li>\n</ul>"}`,
		}},
		{"to Markdown", map[string]any{"html": "={{ $json.html }}", "options": map[string]any{"bulletMarker": "-"}}, []string{
			`{"md":"# Hello *you*","html":"<h1>A <b>b</b></h1>","data":"# A **b**"}`,
			`{"error":"Cannot convert undefined or null to object"}`,
			`{"md":"- a\n- b","html":"<ul><li>a</li></ul>","data":"- a"}`,
		}},
		{"a parameter that fails", map[string]any{"html": `={{ $json.md === 5 ? $("Nope").item : "<i>x</i>" }}`, "destinationKey": "d"}, []string{
			`{"md":"# Hello *you*","html":"<h1>A <b>b</b></h1>","d":"_x_"}`,
			`{"error":"Referenced node doesn't exist"}`,
			`{"md":"- a\n- b","html":"<ul><li>a</li></ul>","d":"_x_"}`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := nodetest.Run(t.Context(), markup.NewMarkdown(), nodetest.Setup{
				Parameters: tt.parameters, Items: items, Settings: map[string]any{"onError": "continueRegularOutput"},
			})
			require.NoError(t, err)
			require.Len(t, r.Items(), len(tt.want))
			for i, it := range r.Items() {
				got, err := it.JSON.MarshalJSON()
				require.NoError(t, err)
				require.JSONEq(t, tt.want[i], string(got))
			}
		})
	}
}

func BenchmarkMarkdown(b *testing.B) {
	items := make([]node.Item, 100)
	for i := range items {
		items[i].JSON = node.NewObject("md", "# Title\n\nSome **bold** text with a [link](https://example.com).\n\n- one\n- two\n")
	}
	b.ReportAllocs()
	for b.Loop() {
		r, err := nodetest.Run(b.Context(), markup.NewMarkdown(), nodetest.Setup{
			Parameters: map[string]any{"mode": "markdownToHtml", "markdown": "={{ $json.md }}"}, Items: items,
		})
		require.NoError(b, err)
		require.Len(b, r.Items(), len(items))
	}
}
