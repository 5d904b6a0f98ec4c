package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// fake is a node made of a func, with the parameters that its name lists.
type fake struct {
	def     node.Definition
	execute func(ctx context.Context, c *node.Call) (node.Output, error)
}

func (f fake) Definition() node.Definition { return f.def }

func (f fake) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return f.execute(ctx, c)
}

func definition(name string, parameters ...string) node.Definition {
	def := node.Definition{
		Types: []string{"test." + name}, Versions: []float64{1}, Name: name, DisplayName: name,
		Inputs: []string{"main"}, Outputs: []string{"main"},
	}
	for _, p := range parameters {
		def.Properties = append(def.Properties, schemas.Property{Name: p, DisplayName: p, Type: schemas.String, Default: ""})
	}
	return def
}

// trigger hands on what a run is given.
func trigger() node.Node {
	def := definition("trigger")
	def.Types = append(def.Types, "n8n-nodes-base.manualTrigger")
	def.Inputs, def.Group = nil, []string{"trigger"}
	return fake{def, func(_ context.Context, c *node.Call) (node.Output, error) {
		return node.Output{Main: [][]node.Item{c.Items()}}, nil
	}}
}

// pass hands its input on.
func pass() node.Node {
	return fake{definition("pass"), func(_ context.Context, c *node.Call) (node.Output, error) {
		return node.Output{Main: [][]node.Item{c.Items()}}, nil
	}}
}

// perItem makes a node "item" of what it does for one item.
func perItem(fn node.ItemFunc, parameters ...string) node.Node {
	return node.PerItem(definition("item", parameters...), fn)
}

// chain is a workflow file: a trigger and then the given nodes (JSON objects without name, type and position beyond
// what they need) one after the other.
func chain(t *testing.T, nodes ...string) *workflows.Workflow {
	t.Helper()
	all := []string{`{"name":"Start","type":"test.trigger","typeVersion":1,"position":[0,0],"parameters":{}}`}
	var connections []string
	previous := "Start"
	for i, n := range nodes {
		name := fmt.Sprintf("N%d", i+1)
		all = append(all, strings.Replace(n, "{", fmt.Sprintf(`{"name":%q,"position":[%d,0],`, name, 200*(i+1)), 1))
		connections = append(connections, fmt.Sprintf(`%q:{"main":[[{"node":%q,"type":"main","index":0}]]}`, previous, name))
		previous = name
	}
	return parse(t, fmt.Sprintf(`{"name":"W","nodes":[%s],"connections":{%s},"settings":{"executionOrder":"v1"}}`,
		strings.Join(all, ","), strings.Join(connections, ",")))
}

// callable is a chain that other workflows can run.
func callable(t *testing.T, nodes ...string) *workflows.Workflow {
	t.Helper()
	w := chain(t, nodes...)
	w.Nodes[0].Type = "n8n-nodes-base.manualTrigger"
	return w
}

func parse(t *testing.T, text string) *workflows.Workflow {
	t.Helper()
	w, err := workflows.ParseOne([]byte(text))
	require.NoError(t, err)
	return w
}

func compile(t *testing.T, w *workflows.Workflow, nodes []node.Node, opts ...runtime.Option) *runtime.Plan {
	t.Helper()
	plan, err := runtime.Compile(w, runtime.NewRegistry(append(nodes, trigger(), pass())...), opts...)
	require.NoError(t, err)
	return plan
}

func runPlan(t *testing.T, plan *runtime.Plan, items ...node.Item) *runtime.Result {
	t.Helper()
	result, err := plan.Run(context.Background(), runtime.Request{Items: items})
	require.NoError(t, err)
	return result
}

// numbers are items {"n": 1}, {"n": 2}, ...
func numbers(n int) []node.Item {
	items := make([]node.Item, n)
	for i := range items {
		items[i] = node.ItemOf("n", i+1)
	}
	return items
}

// text is the items of an output as JSON, links included.
func text(items []node.Item) string {
	var parts []string
	for _, it := range items {
		parts = append(parts, string(it.AppendJSON(nil)))
	}
	return strings.Join(parts, " ")
}

func number(it node.Item) int {
	v, _ := it.JSON.Get("n")
	f, _ := v.(float64)
	return int(f)
}
