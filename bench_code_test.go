package nate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// BenchmarkCode runs Code as a workflow does: once over 100,000 items, and for each of 10,000. Each row is checked.
func BenchmarkCode(b *testing.B) {
	for _, c := range []struct {
		name, parameters string
		items            int
	}{
		{"map", `{"jsCode": "return items.map((item) => ({json: {...item.json, doubled: item.json.n * 2}}));"}`, 100_000},
		{"map_input", `{"jsCode": "return $input.all().map((item) => ({json: {...item.json, doubled: item.json.n * 2}}));"}`, 100_000},
		{"loop", `{"jsCode": "for (const item of $input.all()) {\n  item.json.doubled = item.json.n * 2;\n}\nreturn $input.all();"}`, 100_000},
		{"each", `{"mode": "runOnceForEachItem", "jsCode": "return {...$json, doubled: $json.n * 2};"}`, 10_000},
		{"each_item", `{"mode": "runOnceForEachItem", "jsCode": "$input.item.json.doubled = $json.n * 2;\nreturn $input.item;"}`, 10_000},
	} {
		b.Run(fmt.Sprintf("%s/%d", c.name, c.items), func(b *testing.B) {
			w, err := workflows.ParseOne([]byte(`{"name": "w", "nodes": [
				{"name": "T", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
				{"name": "C", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [0, 0], "parameters": ` + c.parameters + `}
			], "connections": {"T": {"main": [[{"node": "C", "type": "main", "index": 0}]]}}}`))
			require.NoError(b, err)
			plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
			require.NoError(b, err)
			items := make([]node.Item, c.items)
			for i := range items {
				items[i] = node.ItemOf("n", i, "name", fmt.Sprintf("item %d", i), "tags", []any{"a", "b"}, "nested", node.NewObject("deep", i))
			}
			b.ReportAllocs()
			for b.Loop() {
				result, err := plan.Run(context.Background(), runtime.Request{Items: items})
				require.NoError(b, err)
				require.Nil(b, result.Error)
				out := result.Runs["C"][0].Main[0]
				require.Len(b, out, c.items)
				for i := range out {
					if doubled, _ := out[i].JSON.Get("doubled"); doubled != float64(2*i) {
						b.Fatalf("item %d: %v", i, doubled)
					}
				}
			}
		})
	}
}
