package core_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
)

func BenchmarkLists(b *testing.B) {
	for _, bench := range []struct {
		name       string
		node       node.Node
		parameters string
	}{
		{"Sort", core.NewSort(), `{"sortFieldsUi":{"sortField":[{"fieldName":"key","order":"ascending"},{"fieldName":"name"}]}}`},
		{"Aggregate", core.NewAggregate(), `{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"o.v"}]}}`},
		{"SplitOut", core.NewSplitOut(), `{"fieldToSplitOut":"list","include":"allOtherFields"}`},
		{"Summarize", core.NewSummarize(), `{"fieldsToSummarize":{"values":[{"aggregation":"sum","field":"o.v"},{"aggregation":"countUnique","field":"name"}]},"fieldsToSplitBy":"key"}`},
		{"RemoveDuplicates", core.NewRemoveDuplicates(), `{"compare":"allFields"}`},
		{"RemoveDuplicatesByField", core.NewRemoveDuplicates(), `{"compare":"selectedFields","fieldsToCompare":"key"}`},
	} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			items := make([]node.Item, n)
			for i := range items {
				items[i] = node.ItemOf("key", i*7919%1009, "name", fmt.Sprint("name ", i), "o", node.NewObject("v", i), "list", []any{1.0, 2.0})
				items[i].JSON.Freeze()
			}
			b.Run(fmt.Sprintf("%s/%d", bench.name, n), func(b *testing.B) {
				b.ReportAllocs()
				c := setup{version: 1, parameters: object(b, bench.parameters)}.call(bench.node, items)
				for b.Loop() {
					_, err := bench.node.Execute(context.Background(), c)
					require.NoError(b, err)
				}
			})
		}
	}
}

func TestSortRandom(t *testing.T) {
	t.Parallel()
	items := frozen(t, `[{"a":1},{"a":2},{"a":3},{"a":4}]`)
	out, err := core.NewSort().Execute(context.Background(), setup{version: 1, parameters: object(t, `{"type":"random"}`)}.call(core.NewSort(), items))
	require.NoError(t, err)
	require.ElementsMatch(t, texts(items), texts(out.Main[0]))
	require.Equal(t, `{"a":1}`, texts(items)[0], "the input stays as it is")
}

// Paths to the items that stay are those of the input, whatever was removed before them.
func TestRemoveDuplicatesLinks(t *testing.T) {
	t.Parallel()
	n := core.NewRemoveDuplicates()
	items := frozen(t, `[{"a":1,"b":1},{"a":1,"b":2},{"a":2,"b":3}]`)
	parameters := object(t, `{"compare":"selectedFields","fieldsToCompare":"a","options":{"removeOtherFields":true}}`)
	out, err := n.Execute(context.Background(), setup{version: 2, parameters: parameters}.call(n, items))
	require.NoError(t, err)
	require.Equal(t, []string{`{"a":1}`, `{"a":2}`}, texts(out.Main[0]))
	require.Equal(t, []node.Paired{{Item: 2}}, out.Main[0][1].Paired)
}

func TestRemoveSeenNeedsAStore(t *testing.T) {
	t.Parallel()
	n := core.NewRemoveDuplicates()
	parameters := object(t, `{"operation":"removeItemsSeenInPreviousExecutions","dedupeValue":"x"}`)
	_, err := n.Execute(context.Background(), setup{version: 2, parameters: parameters}.call(n, frozen(t, `[{}]`)))
	require.EqualError(t, err, "There is no place to remember items between runs")
}
