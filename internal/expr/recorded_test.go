package expr

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// otherwise are the recorded expressions that give something else here, by reason.
var otherwise = map[string]string{
	`={{ await 1 }}`: "n8n's error names its engine, here it is the syntax error that it is",
}

// engineText finds the texts of n8n's own functions.
var engineText = regexp.MustCompile(`^Expression evaluation failed: .*=>.* could not be cloned\.$`)

// TestRecorded evaluates every expression of a recording of n8n 2.41 at the time of the recording.
func TestRecorded(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/expressions.json")
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	scope := recordedScope(t, doc)
	records, _ := doc.Get("records")
	for _, r := range records.([]any) {
		record := r.(*node.Object)
		text := field(record, "expr").(string)
		scope.Item = int(field(record, "itemIndex").(float64))
		name := fmt.Sprintf("item %d of %s", scope.Item, text)
		v, _ := Compile(text)
		got, typ, err := v.EvalType(scope)
		if otherwise[text] != "" {
			continue
		}
		if want, ok := record.Get("error"); ok {
			want := want.(*node.Object)
			require.Error(t, err, name)
			info := node.InfoOf(err)
			assert.Equal(t, field(want, "name"), info.Name, name)
			if message := field(want, "message").(string); !engineText.MatchString(message) || message == info.Message {
				assert.Equal(t, message, info.Message, name)
			}
			description, _ := want.Get("description")
			if description == nil {
				description = ""
			}
			assert.Equal(t, description, info.Description, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, strings.ToLower(field(record, "type").(string)), strings.ToLower(typ), name)
		want := field(record, "result")
		switch f, _ := got.(float64); {
		case got == node.Undefined:
			got = nil
		case f != f || f-f != 0:
			got = node.FormatNumber(f)
		}
		if volatile, _ := record.Get("volatile"); volatile == true && node.TypeName(want) == "a string" && typ != "boolean" {
			continue // of the clock, or of the server that n8n was
		}
		assert.Equal(t, string(node.AppendJSON(nil, want)), string(node.AppendJSON(nil, got)), name)
	}
}

func field(o *node.Object, key string) any {
	v, _ := o.Get(key)
	return v
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
	location, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	now, err := time.Parse(time.RFC3339, field(field(doc, "meta").(*node.Object), "now").(string))
	require.NoError(t, err)
	return &Scope{
		Location: location, Now: func() time.Time { return now },
		Instance:   node.Instance{ID: "probe-id", Name: "Probe", Type: "CUSTOM.exprProbe", TypeVersion: 1},
		Items:      probe,
		Source:     []*Source{{Node: "Mid"}},
		Parameters: node.NewObject("p0", "plain", "p3", "={{ }}", "p11", "={{$json.n}}{{$json.s}}"),
		Workflow:   Workflow{ID: "exprs0", Name: "Expr WF"},
		Execution: Execution{
			ID: "385", Mode: "production", RunMode: "cli",
			ResumeURL:     "http://localhost:5678/webhook-waiting/385?signature=f776334a789986861a0a0c86902f870dc89b852cc6753a1a66c44f595e342730",
			ResumeFormURL: "http://localhost:5678/form-waiting/385?signature=f776334a789986861a0a0c86902f870dc89b852cc6753a1a66c44f595e342730",
		},
		Runs: runs,
	}
}

func wrapped(items []any) []any {
	out := make([]any, len(items))
	for i, e := range items {
		out[i] = node.NewObject("json", e)
	}
	return out
}
