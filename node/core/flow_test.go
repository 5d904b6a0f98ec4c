package core_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// flowNodes are the nodes that decide where items go, but for Wait.
func flowNodes() []node.Node {
	return []node.Node{
		core.NewIfV1(), core.NewIf(), core.NewFilterV1(), core.NewFilter(), core.NewSwitchV1(), core.NewSwitchV2(), core.NewSwitch(),
		core.NewLimit(), core.NewMergeV1(), core.NewMergeV2(), core.NewMerge(), core.NewStopAndError(), core.NewExecuteWorkflowTrigger(),
		core.NewErrorTrigger(), core.NewScheduleTrigger(), core.NewSplitInBatchesV1(), core.NewSplitInBatchesV2(), core.NewSplitInBatches(),
		core.NewCompareDatasets(), core.NewExecuteWorkflow(),
	}
}

// FuzzFlowNodes gives a node any parameters and items: it may fail, but not panic nor hang.
func FuzzFlowNodes(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"conditions":{"combinator":"and","conditions":[{"leftValue":"a","rightValue":"/[/","operator":{"type":"string","operation":"regex"}}]}}`, `[{"a":1}]`},
		{`{"mode":"expression","numberOutputs":1e9,"output":"={{ $json.a }}"}`, `[{"a":-1}]`},
		{`{"rules":{"values":[{"conditions":null},5]},"options":{"fallbackOutput":"extra"}}`, `[{}]`},
		{`{"conditions":{"string":[null,{"operation":5}],"dateTime":[{}]}}`, `[{"a":[]}]`},
		{`{"mode":"combine","combineBy":"combineByPosition","options":{"clashHandling":{"values":{"resolveClash":"preferInput99"}}}}`, `[{"a":{"b":[1]}}]`},
		{`{"mode":"combine","fieldsToMatchString":"a,,b","options":{"fuzzyCompare":true}}`, `[{"a":"[[[["}]`},
		{`{"batchSize":-1,"options":{"reset":"x"}}`, `[{"a":1},{"a":2}]`},
		{`{"maxItems":-1e308,"keep":5}`, `[{}]`},
		{`{"inputSource":"jsonExample","jsonExample":"[["}`, `[{}]`},
		{`{"mergeByFields":{"values":[{"field1":"a.b","field2":"a"}]},"options":{"skipFields":"a.b[1].c,,x"},"resolve":"includeBoth"}`, `[{"a":{"b":[1]}},{"a":null}]`},
		{`{"source":"parameter","workflowJson":"[","mode":"each","workflowInputs":{"schema":[5,{"id":"a","removed":1}],"value":{"a":[]}}}`, `[{"a":1}]`},
	} {
		for i := range flowNodes() {
			f.Add(uint8(i), seed[0], seed[1], i%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, parameters, items string, continues bool) {
		p, err := node.ParseObject([]byte(parameters))
		if err != nil {
			return
		}
		v, err := node.ParseJSON([]byte(items))
		if err != nil {
			return
		}
		list, err := node.ItemsOf(v)
		if err != nil {
			return
		}
		all := flowNodes()
		s := nodetest.Setup{Parameters: members(p), Inputs: [][]node.Item{list, list}, Settings: map[string]any{}}
		if continues {
			s.Settings["onError"] = "continueErrorOutput"
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		got, err := nodetest.Run(ctx, all[int(which)%len(all)], s)
		require.NoError(t, ctx.Err())
		if err == nil && got.Error != nil {
			require.NotContains(t, got.Error.Message, "panicked")
		}
	})
}

func numbered(count int) []node.Item {
	items := make([]node.Item, count)
	for i := range items {
		items[i] = node.ItemOf("id", i, "name", fmt.Sprint("item ", i))
		items[i].JSON.Freeze()
	}
	return items
}

func BenchmarkIf(b *testing.B) {
	for _, count := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			items := numbered(count)
			s := nodetest.Setup{Items: items, Version: 2.2, Parameters: map[string]any{"conditions": map[string]any{
				"combinator": "and", "options": map[string]any{"typeValidation": "strict", "version": 2, "caseSensitive": true, "leftValue": ""},
				"conditions": []any{map[string]any{
					"leftValue": "={{ $json.id }}", "rightValue": count / 2, "operator": map[string]any{"type": "number", "operation": "lt"},
				}},
			}}}
			b.ReportAllocs()
			for b.Loop() {
				got, err := nodetest.Run(context.Background(), core.NewIf(), s)
				require.NoError(b, err)
				require.Len(b, got.Outputs[0], count/2)
			}
		})
	}
}

func BenchmarkMergeByFields(b *testing.B) {
	for _, count := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			items := numbered(count)
			s := nodetest.Setup{Inputs: [][]node.Item{items, items}, Parameters: map[string]any{
				"mode": "combine", "fieldsToMatchString": "id", "options": map[string]any{"fuzzyCompare": true},
			}}
			b.ReportAllocs()
			for b.Loop() {
				got, err := nodetest.Run(context.Background(), core.NewMerge(), s)
				require.NoError(b, err)
				require.Len(b, got.Outputs[0], count)
			}
		})
	}
}

// BenchmarkLoopOverItems runs a loop with one item at a time.
func BenchmarkLoopOverItems(b *testing.B) {
	w, err := workflows.ParseOne([]byte(`{"name":"loop","settings":{"executionOrder":"v1"},"nodes":[
		{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
		{"name":"Loop","type":"n8n-nodes-base.splitInBatches","typeVersion":3,"position":[200,0],"parameters":{"options":{}}},
		{"name":"Body","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[400,100],"parameters":{}}],
		"connections":{"Start":{"main":[[{"node":"Loop","type":"main","index":0}]]},"Body":{"main":[[{"node":"Loop","type":"main","index":0}]]},
			"Loop":{"main":[[],[{"node":"Body","type":"main","index":0}]]}}}`))
	require.NoError(b, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(core.NewManualTrigger(), core.NewSplitInBatches(), core.NewNoOp()))
	require.NoError(b, err)
	for _, count := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			items := numbered(count)
			b.ReportAllocs()
			for b.Loop() {
				result, err := plan.Run(context.Background(), runtime.Request{Items: items})
				require.NoError(b, err)
				require.Nil(b, result.Error)
				require.Len(b, result.Runs["Body"], count)
			}
		})
	}
}
