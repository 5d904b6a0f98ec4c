package runtime_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// TestTables runs the tables of n8n's own tests of both orders of execution, from the folder that NATE_FIXTURES names. What
// needs nodes that are not there is listed.
func TestTables(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NATE_FIXTURES")
	for _, file := range []string{"v1WorkflowExecuteTests.json", "legacyWorkflowExecuteTests.json"} {
		if dir == "" {
			t.Logf("SKIPPED %s: NATE_FIXTURES is not set", file)
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "n8n-fixtures", "engine", file))
		require.NoError(t, err)
		var table struct {
			ExecutionOrder string `json:"executionOrder"`
			Tests          []struct {
				Description string `json:"description"`
				Input       struct {
					WorkflowData map[string]any `json:"workflowData"`
				} `json:"input"`
				Output struct {
					TestAllOutputs     bool                         `json:"testAllOutputs"`
					NodeExecutionOrder []string                     `json:"nodeExecutionOrder"`
					NodeData           map[string][]json.RawMessage `json:"nodeData"`
				} `json:"output"`
			} `json:"tests"`
		}
		require.NoError(t, json.Unmarshal(text, &table))
		ran := 0
		for _, c := range table.Tests {
			c.Input.WorkflowData["settings"] = map[string]any{"executionOrder": table.ExecutionOrder}
			document, err := json.Marshal(c.Input.WorkflowData)
			require.NoError(t, err)
			w, err := workflows.ParseOne(document)
			if err != nil { // one names a node twice
				t.Logf("SKIPPED %s: %s: %s", file, c.Description, err)
				continue
			}
			plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
			require.NoError(t, err)
			r, err := plan.Run(t.Context(), runtime.Request{Mode: runtime.ModeManual})
			if err != nil {
				t.Logf("SKIPPED %s: %s: %s", file, c.Description, strings.ReplaceAll(err.Error(), "\n", " "))
				continue
			}
			ran++
			require.Equal(t, c.Output.NodeExecutionOrder, executed(r), "%s: %s", file, c.Description)
			for name, runs := range c.Output.NodeData {
				for i, want := range runs {
					require.Greater(t, len(r.Runs[name]), i, "%s: %s", c.Description, name)
					var compact bytes.Buffer
					require.NoError(t, json.Compact(&compact, want))
					want = compact.Bytes()
					switch {
					case string(want) == "[null]": // no data
						want = json.RawMessage("[]")
					case !strings.HasPrefix(string(want), "[["): // some rows leave the list of outputs out
						want = json.RawMessage("[" + string(want) + "]")
					}
					require.JSONEq(t, string(want), jsonLists(r.Runs[name][i].Main, c.Output.TestAllOutputs), "%s: %s, run %d", c.Description, name, i)
				}
			}
		}
		t.Logf("%s: %d of %d ran, equal", file, ran, len(table.Tests))
	}
}

// executed are the names of the nodes in the order in which they ran.
func executed(r *runtime.Result) []string {
	type one struct {
		name  string
		index int
	}
	var all []one
	for name, runs := range r.Runs {
		for _, run := range runs {
			all = append(all, one{name, run.Index})
		}
	}
	slices.SortFunc(all, func(a, b one) int { return a.index - b.index })
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.name
	}
	return names
}

// jsonLists are the items' JSON by output: of output 0 alone, or of all.
func jsonLists(outputs [][]node.Item, allOutputs bool) string {
	lists := []any{}
	for i, items := range outputs {
		if i > 0 && !allOutputs {
			break
		}
		list := []any{}
		for _, it := range items {
			list = append(list, it.JSON)
		}
		lists = append(lists, list)
	}
	return string(node.AppendJSON(nil, lists))
}
