package files_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/files"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// BenchmarkTables makes a file of items and items of the file again. Its time for an item does not grow with their number.
func BenchmarkTables(b *testing.B) {
	for _, format := range []string{"csv", "html", "xlsx"} {
		w, err := workflows.ParseOne(fmt.Appendf(nil, `{"name":"Tables","nodes":[
			{"name":"To","type":"n8n-nodes-base.convertToFile","typeVersion":1.1,"position":[0,0],"parameters":{"operation":%[1]q}},
			{"name":"From","type":"n8n-nodes-base.extractFromFile","typeVersion":1,"position":[0,0],"parameters":{"operation":%[1]q}}
		],"connections":{"To":{"main":[[{"node":"From","type":"main","index":0}]]}}}`, format))
		require.NoError(b, err)
		plan, err := runtime.Compile(w, runtime.NewRegistry(files.NewConvertToFile(), files.NewExtractFromFile()))
		require.NoError(b, err)
		for _, n := range []int{1000, 10_000} {
			items := make([]node.Item, n)
			for i := range items {
				items[i] = node.ItemOf("id", i, "name", fmt.Sprint("name ", i), "done", i%2 == 0)
			}
			b.Run(fmt.Sprint(format, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r, err := plan.Run(b.Context(), runtime.Request{Start: "To", Items: items})
					require.NoError(b, err)
					require.Nil(b, r.Error)
					require.NotEmpty(b, r.LastItems())
				}
			})
		}
	}
}
