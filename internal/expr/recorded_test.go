package expr

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// TestRecorded evaluates every expression of a recording of n8n 2.41. What is supported must be equal to n8n; what is not
// may only get less.
func TestRecorded(t *testing.T) {
	t.Parallel()
	const mostUnsupported = 285

	text, err := os.ReadFile("testdata/expressions.json")
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	scope := recordedScope(t, doc)
	records, _ := doc.Get("records")
	supported, left := 0, 0
	for _, r := range records.([]any) {
		record := r.(*node.Object)
		text := field(record, "expr").(string)
		scope.Item = int(field(record, "itemIndex").(float64))
		v, _ := Compile(text)
		got, err := v.Eval(scope)
		if isUnsupported(err) {
			left++
			continue
		}
		supported++
		name := fmt.Sprintf("item %d of %s", scope.Item, text)
		if want, ok := record.Get("error"); ok {
			want := want.(*node.Object)
			require.Error(t, err, name)
			info := node.InfoOf(err)
			require.Equal(t, field(want, "name"), info.Name, name)
			require.Equal(t, field(want, "message"), info.Message, name)
			description, _ := want.Get("description")
			if description == nil {
				description = ""
			}
			require.Equal(t, description, info.Description, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, field(record, "type"), recordedType(got), name)
		want := field(record, "result")
		switch f, _ := got.(float64); {
		case got == node.Undefined:
			got = nil
		case f != f || f-f != 0:
			got = node.FormatNumber(f)
		}
		require.Equal(t, string(node.AppendJSON(nil, want)), string(node.AppendJSON(nil, got)), name)
	}
	t.Logf("supported: %d, not supported yet: %d", supported, left)
	require.LessOrEqual(t, left, mostUnsupported)
}

func isUnsupported(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == Unsupported
}

func field(o *node.Object, key string) any {
	v, _ := o.Get(key)
	return v
}

func recordedType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any:
		return "array"
	case *node.Object:
		return "Object"
	}
	return typeOf(v)
}

// recordedScope is the workflow of the recording: Start, In (Code), Mid (Edit Fields), Probe, and Later, which has not run.
func recordedScope(t *testing.T, doc *node.Object) *Scope {
	t.Helper()
	items := field(field(doc, "meta").(*node.Object), "items").([]any)
	in, mid, probe := make([]node.Item, len(items)), make([]node.Item, len(items)), make([]node.Item, len(items))
	for i, e := range items {
		o := e.(*node.Object).Freeze()
		more := o.Edit()
		more.Set("n10", field(o, "n").(float64)*10)
		in[i] = node.Item{JSON: o, Paired: []node.Paired{{Item: 0}}}
		mid[i] = node.Item{JSON: more.Freeze(), Paired: []node.Paired{{Item: i}}}
		probe[i] = mid[i]
	}
	code := string(node.AppendJSON([]byte("return "), wrapped(items))) + ";"
	runs := &testRuns{
		nodes: map[string]*testNode{
			"Start": {runs: []testRun{{outputs: [][]node.Item{{{JSON: &node.Object{}, Paired: []node.Paired{{}}}}}}}},
			"In": {
				kind:       "n8n-nodes-base.code",
				parameters: node.NewObject("mode", "runOnceForAllItems", "language", "javaScript", "jsCode", code, "notice", ""),
				runs:       []testRun{{[][]node.Item{in}, []*Source{{Node: "Start"}}}},
			},
			"Mid": {
				parameters: node.NewObject("mode", "manual", "duplicateItem", false,
					"assignments", node.NewObject("assignments", []any{
						node.NewObject("id", "a0", "name", "n10", "value", "={{ $json.n * 10 }}", "type", "number"),
					}), "includeOtherFields", true, "include", "all", "options", &node.Object{}),
				runs: []testRun{{[][]node.Item{mid}, []*Source{{Node: "In"}}}},
			},
			"Probe": {},
			"Later": {},
		},
		edges: []testEdge{{"Start", 0, "In", 0}, {"In", 0, "Mid", 0}, {"Mid", 0, "Probe", 0}, {"Probe", 0, "Later", 0}},
	}
	return &Scope{
		Instance:   node.Instance{ID: "probe-id", Name: "Probe", Type: "CUSTOM.exprProbe", TypeVersion: 1},
		Items:      probe,
		Source:     []*Source{{Node: "Mid"}},
		Parameters: node.NewObject("p0", "plain", "p3", "={{ }}", "p11", "={{$json.n}}{{$json.s}}"),
		Workflow:   Workflow{ID: "exprs0", Name: "Expr WF"},
		Execution:  Execution{ID: "385", Mode: "production", RunMode: "cli"},
		Runs:       runs,
	}
}

func wrapped(items []any) []any {
	out := make([]any, len(items))
	for i, e := range items {
		out[i] = node.NewObject("json", e)
	}
	return out
}
