package nate_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// setWorkflow sets three fields by an expression each: a method call, arithmetic, and text around paths.
const setWorkflow = `{"name":"Set","settings":{"executionOrder":"v1"},"nodes":[
	{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
	{"name":"N","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[200,0],"parameters":{"assignments":{"assignments":[
		{"id":"a0","name":"upper","value":"={{ $json.name.toUpperCase() }}","type":"string"},
		{"id":"a1","name":"total","value":"={{ $json.amount * 2 + 1 }}","type":"number"},
		{"id":"a2","name":"label","value":"=User {{ $json.id }} <{{ $json.email }}>","type":"string"}]},"options":{}}}],
	"connections":{"Start":{"main":[[{"node":"N","type":"main","index":0}]]}}}`

func setPlan(tb testing.TB, items int) (*runtime.Plan, []node.Item) {
	tb.Helper()
	w, err := workflows.ParseOne([]byte(setWorkflow))
	require.NoError(tb, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
	require.NoError(tb, err)
	input := make([]node.Item, items)
	for i := range input {
		input[i] = node.ItemOf("id", i, "name", fmt.Sprintf("user %d", i), "email", fmt.Sprintf("user%d@example.com", i),
			"amount", float64(i)*1.5, "active", i%2 == 0)
	}
	return plan, input
}

// Every row of 100,000 is what its expressions give when they are computed in Go.
func TestSetOverManyItems(t *testing.T) {
	t.Parallel()
	const items = 100_000
	plan, input := setPlan(t, items)
	result, err := plan.Run(context.Background(), runtime.Request{Items: input})
	require.NoError(t, err)
	require.Nil(t, result.Error)
	out := result.LastItems()
	require.Len(t, out, items)
	var buf []byte
	for i, it := range out {
		want := fmt.Sprintf(`{"upper":"USER %d","total":%s,"label":"User %d <user%d@example.com>"}`, i, node.FormatNumber(float64(i)*1.5*2+1), i, i)
		if buf = node.AppendJSON(buf[:0], it.JSON); string(buf) != want || len(it.Paired) != 1 || it.Paired[0].Item != i {
			require.Equal(t, want, string(buf))
			require.Equal(t, []node.Paired{{Item: i}}, it.Paired)
		}
	}
}

// BenchmarkSet runs Edit Fields with three expressions over 100,000 items. live-MB is what the run's result holds beside its
// input.
func BenchmarkSet(b *testing.B) {
	const items = 100_000
	plan, input := setPlan(b, items)
	goruntime.GC()
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	b.ReportAllocs()
	var result *runtime.Result
	for b.Loop() {
		var err error
		result, err = plan.Run(context.Background(), runtime.Request{Items: input})
		if err != nil || len(result.LastItems()) != items {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	goruntime.GC()
	goruntime.ReadMemStats(&after)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/items, "ns/item")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "live-MB")
	if !strings.HasPrefix(string(node.AppendJSON(nil, result.LastItems()[0].JSON)), `{"upper":"USER 0"`) {
		b.Fatal("another result")
	}
}

// docs/edit-fields.md shows a node, an item and what becomes of it.
func TestEditFieldsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/edit-fields.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(page), 2)
	given := regexp.MustCompile("makes of `(.*)`").FindStringSubmatch(string(page))
	w, err := workflows.ParseOne([]byte(`{"name":"Page","nodes":[{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],
		"parameters":{}},` + blocks[0][1] + `],"connections":{"Start":{"main":[[{"node":"Edit Fields","type":"main","index":0}]]}}}`))
	require.NoError(t, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
	require.NoError(t, err)
	in, err := node.ParseObject([]byte(given[1]))
	require.NoError(t, err)
	result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{{JSON: in}}})
	require.NoError(t, err)
	require.JSONEq(t, blocks[1][1], string(node.AppendJSON(nil, result.LastItems()[0].JSON)))
}
