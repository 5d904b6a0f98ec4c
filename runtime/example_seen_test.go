package runtime_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Remove items that an earlier run has seen.
func ExampleWithSeenStore() {
	w, err := workflows.ParseOne([]byte(`{"name": "New orders", "nodes": [{
		"id": "1", "name": "New", "type": "n8n-nodes-base.removeDuplicates", "typeVersion": 2, "position": [0, 0],
		"parameters": {"operation": "removeItemsSeenInPreviousExecutions", "dedupeValue": "={{ $json.order }}", "options": {}}
	}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	store := node.NewSeenStore()
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithSeenStore(store))
	if err != nil {
		log.Fatal(err)
	}
	for _, orders := range [][]node.Item{
		{node.ItemOf("order", 1), node.ItemOf("order", 2)},
		{node.ItemOf("order", 2), node.ItemOf("order", 3)},
	} {
		result, err := plan.Run(context.Background(), runtime.Request{Start: "New", Items: orders})
		if err != nil {
			log.Fatal(err)
		}
		for _, it := range result.Runs["New"][0].Main[0] {
			fmt.Printf("%s\n", node.AppendJSON(nil, it.JSON))
		}
	}
	// Output:
	// {"order":1}
	// {"order":2}
	// {"order":3}
}
