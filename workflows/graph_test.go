package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/workflows"
)

// agent is a graph with branches, a loop, a node apart, and an AI agent with sub-nodes of sub-nodes.
const agent = `{"nodes": [
	{"name": "Apart", "type": "x"}, {"name": "Memory", "type": "x"}, {"name": "Model", "type": "x"}, {"name": "Tool", "type": "x"},
	{"name": "Start", "type": "x"}, {"name": "If", "type": "x"}, {"name": "No", "type": "x"}, {"name": "Yes", "type": "x"}, {"name": "End", "type": "x"}
], "connections": {
	"Start": {"main": [[{"node": "If", "type": "main", "index": 0}]]},
	"If": {"main": [
		[{"node": "Yes", "type": "main", "index": 0}, {"node": "No", "type": "main", "index": 0}, {"node": "Yes", "type": "main", "index": 1}],
		null,
		[{"node": "No", "type": "main", "index": 0}, {"node": "End", "type": "main", "index": 0}]]},
	"Yes": {"main": [[{"node": "If", "type": "main", "index": 0}, {"node": "End", "type": "main", "index": 1}]]},
	"Tool": {"ai_tool": [[{"node": "Yes", "type": "ai_tool", "index": 0}]]},
	"Model": {"ai_languageModel": [[{"node": "Tool", "type": "ai_languageModel", "index": 0}, {"node": "Yes", "type": "ai_languageModel", "index": 0}]]},
	"Memory": {"ai_memory": [[{"node": "Apart", "type": "ai_memory", "index": 0}]]}
}}`

func TestGraph(t *testing.T) {
	t.Parallel()
	parsed := parseOne(t, agent)
	for kind, w := range map[string]*workflows.Workflow{
		"parsed":  parsed,
		"by hand": {Nodes: parsed.Nodes, Connections: parsed.Connections},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, n := range w.Nodes {
				require.Same(t, n, w.Node(n.Name))
			}
			require.Nil(t, w.Node("Ghost"))

			require.Equal(t, []string{"If"}, w.Children("Start"))
			require.Equal(t, []string{"Yes", "No", "End"}, w.Children("If"))
			require.Empty(t, w.Children("End"))
			require.Empty(t, w.Children("Tool"), "a sub-node has no children over main")
			require.Empty(t, w.Children("Ghost"))
			require.Equal(t, []string{"Start", "Yes"}, w.Parents("If"))
			require.Equal(t, []string{"If", "Yes"}, w.Parents("End"))
			require.Empty(t, w.Parents("Start"))

			require.Equal(t, []string{"Model", "Tool", "Start", "If", "No", "Yes", "End"}, w.Reachable("Start"))
			require.Equal(t, []string{"Apart", "Memory", "End"}, w.Reachable("End", "Apart", "End", "Ghost"))
			require.Equal(t, []string{"Model", "Tool"}, w.Reachable("Tool"))
			require.Empty(t, w.Reachable())
			require.Empty(t, w.Reachable("Ghost"))
		})
	}
}

// What is returned is the caller's.
func TestGraphIsNotShared(t *testing.T) {
	t.Parallel()
	w := parseOne(t, agent)
	w.Children("If")[0] = "changed"
	w.Parents("If")[0] = "changed"
	require.Equal(t, "Yes", w.Children("If")[0])
	require.Equal(t, "Start", w.Parents("If")[0])
}

// chain is a workflow of n nodes in a row, as a person's file has them: about 300 bytes a node.
func chain(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"name":"Chain","nodes":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"parameters":{"assignments":{"assignments":[{"id":"a-%d","name":"total","value":"={{ $json.price * %d }}","type":"number"}]},`+
			`"options":{}},"id":"00000000-0000-0000-0000-%012d","name":"Edit Fields %d","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[%d,%d],`+
			`"credentials":{"directusApi":{"id":"1","name":"Directus"}}}`, i, i, i, i, i*220, i%7*100)
	}
	b.WriteString(`],"connections":{`)
	for i := range n - 1 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"Edit Fields %d":{"main":[[{"node":"Edit Fields %d","type":"main","index":0}]]}`, i, i+1)
	}
	b.WriteString(`},"settings":{"executionOrder":"v1"},"pinData":{}}`)
	return []byte(b.String())
}

// A long chain takes no deep stack, and nothing is made to find a node (AllocsPerRun forbids t.Parallel).
func TestGraphOfALongChain(t *testing.T) {
	w := parseOne(t, string(chain(2_000)))
	require.Len(t, w.Reachable("Edit Fields 0"), 2_000)
	require.Len(t, w.Reachable("Edit Fields 1990"), 10)
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = w.Node("Edit Fields 1999") }))
}
