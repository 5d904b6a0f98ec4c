package expr

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	location, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	cases := field(doc, "cases").([]any)
	var tally struct{ equal, inGo, divergent, different, weight, goWeight, all float64 }
	for _, e := range cases {
		c := e.(*node.Object)
		n := field(c, "n").(float64)
		tally.all += n
		scope := &Scope{
			Items:     []node.Item{{JSON: field(c, "input").(*node.Object).Freeze()}},
			Workflow:  Workflow{ID: "1", Name: "My workflow"},
			Instance:  node.Instance{Name: "node"},
			Execution: Execution{ID: "1"},
			Location:  location,
			Now:       func() time.Time { return time.Date(2025, 3, 15, 10, 20, 30, 456e6, time.UTC) },
		}
		expression := field(c, "expression").(string)
		v, _ := Compile(expression)
		got, typ, err := v.EvalType(scope)
		if runsInGo(v) {
			tally.inGo++
			tally.goWeight += n
		}
		got = recordedForm(got, typ)
		if err != nil {
			got = node.NewObject("error", err.Error())
		}
		want, _ := c.Get("expected")
		if failed, ok := c.Get("error"); ok {
			want = node.NewObject("error", field(failed.(*node.Object), "message"))
		}
		want = asData(want)
		wanted, gotten := string(node.AppendJSON(nil, want)), string(node.AppendJSON(nil, got))
		switch {
		case wanted == gotten:
			tally.equal++
			tally.weight += n
		case diverges(wanted, gotten):
			tally.divergent++
		default:
			tally.different++
			t.Logf("%s\nover %s\nwant %s\n got %s", expression, node.AppendJSON(nil, scope.Items[0].JSON), wanted, gotten)
		}
	}
	total := float64(len(cases))
	t.Logf("equal: %.0f of %.0f (%.2f %%); different on purpose: %.0f; else: %.0f; in Go: %.1f %% of the evaluations, %.1f %% of the occurrences",
		tally.equal, total, 100*tally.equal/total, tally.divergent, tally.different, 100*tally.inGo/total, 100*tally.goWeight/tally.all)
	require.Less(t, tally.different/total, 0.005)
}

// runsInGo reports whether a template was evaluated without the engine.
func runsInGo(v *Value) bool {
	if v.template == nil {
		return true
	}
	for i := range v.template.pieces {
		if s := v.template.pieces[i].script; s != nil && (s.program != nil || s.err != nil) {
			return false
		}
	}
	return true
}

// diverges reports whether a result differs from n8n's in a way that is meant: n8n puts a space between a line break, or a "$",
// and the ${} that follows it in a template literal, and fails on some of those; it refuses fields with names such as "arguments";
// and it knows all locales.
func diverges(want, got string) bool {
	squeezed := strings.NewReplacer(`\n `, `\n`, `$ `, `$`).Replace
	return strings.Contains(want, "due to security concerns") || want != got && squeezed(want) == squeezed(got) ||
		strings.Contains(want, "invalid syntax") || strings.Contains(got, "the locale ")
}

// recordedForm writes a value that JSON has no form for as the recordings do.
func recordedForm(v any, typ string) any {
	f, isNumber := v.(float64)
	switch {
	case v == node.Undefined:
		return node.NewObject("$undefined", true)
	case typ == "DateTime" || typ == "Date":
		return node.NewObject("$"+typ, asJSON(v))
	case isNumber && f-f != 0:
		return node.NewObject("$number", node.FormatNumber(f))
	}
	return v
}

// asData is a recorded value as JSON has it: what an array or object holds that is no data, is as JSON.stringify writes it.
func asData(v any) any {
	switch v := v.(type) {
	case *node.Object:
		for _, class := range []string{"$DateTime", "$Date"} {
			if text, ok := v.Get(class); ok {
				return node.NewObject(class, text)
			}
		}
		if v.Len() == 1 && (v.Has("$undefined") || v.Has("$number")) {
			return v
		}
		return asJSON(v)
	case []any:
		return asJSON(v)
	}
	return v
}

func asJSON(v any) any {
	switch v := v.(type) {
	case node.Date:
		if v.String() == "" {
			return nil
		}
		return v.String()
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i] = asJSON(v[i]); list[i] == node.Undefined {
				list[i] = nil
			}
		}
		return list
	case *node.Object:
		for _, class := range []string{"$DateTime", "$Date"} {
			if text, ok := v.Get(class); ok {
				return text
			}
		}
		if v.Has("$undefined") {
			return node.Undefined
		}
		if v.Has("$number") {
			return nil
		}
		o := &node.Object{}
		for k, e := range v.All() {
			o.Set(k, asJSON(e))
		}
		return o
	}
	return v
}

// TestPublicShare compiles the expressions of public workflows. It counts which of them have an evaluator in Go; TestPublic counts those
// that it was enough for.
func TestPublicShare(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NATE_FIXTURES")
	if dir == "" {
		t.Skip("SKIPPED 25405 expressions: NATE_FIXTURES is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, "public-expressions.jsonl"))
	require.NoError(t, err)
	var all, inGo float64
	for line := range strings.Lines(string(text)) {
		o, err := node.ParseObject([]byte(line))
		require.NoError(t, err)
		n := field(o, "n").(float64)
		all += n
		if _, err := compileCode(field(o, "e").(string)); err == nil {
			inGo += n
		}
	}
	t.Logf("in Go: %.1f %% of %.0f occurrences", 100*inGo/all, all)
	require.Greater(t, inGo/all, 0.95)
}
