package nate_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/n8ntest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/workflows"
)

// TestNodesPage keeps docs/nodes.md a list of all nodes that nate has, with how many recorded runs of n8n each is held
// against. -update rewrites it.
func TestNodesPage(t *testing.T) {
	t.Parallel()
	const page = "docs/nodes.md"
	text := nodesPage(t)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(text), 0o644))
	}
	want, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "run the test with -update")
}

func nodesPage(t *testing.T) string {
	t.Helper()
	recorded := recordingsByType(t)
	type row struct {
		name, text string
		runs       int
	}
	rows := map[string]*row{} // by type
	versions := map[string][]float64{}
	for _, n := range all.All() {
		def := n.Definition()
		typ := def.Types[0]
		versions[typ] = append(versions[typ], def.Versions...)
		if rows[typ] == nil {
			rows[typ] = &row{name: def.DisplayName}
			for _, alias := range def.Types {
				rows[typ].runs += recorded[alias]
			}
		}
	}
	var list []*row
	for typ, r := range rows {
		slices.Sort(versions[typ])
		var numbers []string
		for _, v := range slices.Compact(versions[typ]) {
			numbers = append(numbers, node.FormatNumber(v))
		}
		r.text = fmt.Sprintf("| %s | `%s` | %s | %d |\n", r.name, typ, strings.Join(numbers, ", "), r.runs)
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *row) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), strings.Compare(a.text, b.text))
	})
	var b strings.Builder
	b.WriteString("# Nodes\n\nEvery node that nate runs, the versions of it (`typeVersion`), and how many of the recorded runs of n8n 2.41.1 use it:\n" +
		"`go test . -run TestRecordedRuns` repeats them. What of a node is not supported is refused before a run, by name; where a node does\n" +
		"otherwise than in n8n on purpose is in [divergences.md](divergences.md). `nate nodes TYPE` shows a node's parameters.\n\n" +
		"| node | type | versions | recorded runs |\n|---|---|---|---:|\n")
	for _, r := range list {
		b.WriteString(r.text)
	}
	return b.String()
}

// recordingsByType counts the recorded runs that use a type of node.
func recordingsByType(t *testing.T) map[string]int {
	t.Helper()
	cases, err := n8ntest.LoadCases("testdata/n8n/cases")
	require.NoError(t, err)
	examples, err := n8ntest.LoadWorkflows("workflows")
	require.NoError(t, err)
	counts := map[string]int{}
	for _, c := range append(cases, examples...) {
		w, err := workflows.ParseOne(c.Workflow)
		if err != nil {
			continue // a recording of a file that n8n refuses too
		}
		used := map[string]bool{}
		for _, n := range w.Nodes {
			used[n.Type] = true
		}
		for typ := range used {
			counts[typ]++
		}
	}
	return counts
}
