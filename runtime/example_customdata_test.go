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

// Read what an Execution Data node kept of a run, to find it by later. $execution.customData in code adds to the same.
func ExampleResult_customData() {
	w, err := workflows.ParseOne([]byte(`{"name": "Orders", "nodes": [{
		"id": "1", "name": "Keep", "type": "n8n-nodes-base.executionData", "typeVersion": 1.1, "position": [0, 0],
		"parameters": {"dataToSave": {"values": [{"key": "order", "value": "={{ $json.order }}"}, {"key": "shop", "value": "Berlin"}]}}
	}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Keep", Items: []node.Item{node.ItemOf("order", 17)}})
	if err != nil {
		log.Fatal(err)
	}
	for key, value := range result.CustomData.All() {
		fmt.Println(key, value)
	}
	// Output:
	// order 17
	// shop Berlin
}
