package expr

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// TestPublic evaluates expressions of public workflows as n8n did. The recordings are not part of the project: the test
// reads them from the folder that NATE_FIXTURES names.
func TestPublic(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NATE_FIXTURES")
	if dir == "" {
		t.Skip("SKIPPED 8784 evaluations: NATE_FIXTURES is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, "n8n-recordings", "public-expressions.json"))
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	cases := field(doc, "cases").([]any)
	supported, divergent, weight, all := 0, 0, 0.0, 0.0
	for _, e := range cases {
		c := e.(*node.Object)
		n := field(c, "n").(float64)
		all += n
		scope := &Scope{
			Items:     []node.Item{{JSON: field(c, "input").(*node.Object).Freeze()}},
			Workflow:  Workflow{ID: "1", Name: "My workflow"},
			Instance:  node.Instance{Name: "node"},
			Execution: Execution{ID: "1"},
		}
		expression := field(c, "expression").(string)
		v, _ := Compile(expression)
		got, err := v.Eval(scope)
		if isUnsupported(err) {
			continue
		}
		supported++
		weight += n
		if err != nil {
			got = node.NewObject("error", err.Error())
		}
		want, _ := c.Get("expected")
		if failed, ok := c.Get("error"); ok {
			want = node.NewObject("error", field(failed.(*node.Object), "message"))
		}
		wanted, gotten := string(node.AppendJSON(nil, want)), string(node.AppendJSON(nil, encoded(got)))
		if diverges(wanted, gotten) {
			divergent++
			continue
		}
		require.Equal(t, wanted, gotten, "%s over %s", expression, node.AppendJSON(nil, scope.Items[0].JSON))
	}
	t.Logf("supported: %d of %d evaluations, %.1f %% of the occurrences; different on purpose: %d", supported, len(cases),
		100*weight/all, divergent)
	require.LessOrEqual(t, divergent, 11)
}

// diverges reports whether a result differs from n8n's in a way that is meant: n8n puts a space between a line break and the
// ${} that follows it in a template literal, and refuses fields with names such as "arguments".
func diverges(want, got string) bool {
	return strings.Contains(want, "due to security concerns") || want != got && strings.ReplaceAll(want, `\n `, `\n`) == got
}

// encoded writes what JSON has no form for as the recordings do.
func encoded(v any) any {
	switch v := v.(type) {
	case float64:
		if v != v || v-v != 0 {
			return node.NewObject("$number", node.FormatNumber(v))
		}
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = encoded(v[i])
		}
		return list
	case *node.Object:
		o := &node.Object{}
		for k, e := range v.All() {
			o.Set(k, encoded(e))
		}
		return o
	}
	if v == node.Undefined {
		return node.NewObject("$undefined", true)
	}
	return v
}
