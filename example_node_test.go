package nate_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// shout is a node of one's own: it says what it does for one item, and nothing of loops, pairing or Continue On Fail.
func shout() node.Node {
	return node.PerItem(node.Definition{
		Types:       []string{"example.shout"},
		Versions:    []float64{1},
		Name:        "shout",
		DisplayName: "Shout",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties: []schemas.Property{
			{Name: "text", DisplayName: "Text", Type: schemas.String, Default: "", Required: true},
		},
	}, func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		text, err := it.Params.String("text")
		if err != nil {
			return nil, err
		}
		if text == "" {
			return nil, node.NewOperationError("There is nothing to shout", "Give the parameter Text a value.")
		}
		return []node.Item{node.ItemOf("shouted", strings.ToUpper(text))}, nil
	})
}

const shouting = `{
  "name": "Shouting",
  "nodes": [
    {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
    {"name": "Shout", "type": "example.shout", "typeVersion": 1, "position": [200, 0],
     "parameters": {"text": "={{ $json.word }}"}, "onError": "continueRegularOutput"}
  ],
  "connections": {"Start": {"main": [[{"node": "Shout", "type": "main", "index": 0}]]}}
}`

// Write a node, put it into a registry beside nate's own, and run a workflow that uses it. The second item fails; with
// onError continueRegularOutput it becomes an item that holds the error, and the third goes on.
func Example_node() {
	w, err := workflows.ParseOne([]byte(shouting))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...).With(shout()))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{
		node.ItemOf("word", "hello"), node.ItemOf("word", ""), node.ItemOf("word", "bye"),
	}})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range result.LastItems() {
		fmt.Printf("%s\n", node.AppendJSON(nil, item.JSON))
	}
	// Output:
	// {"shouted":"HELLO"}
	// {"error":"There is nothing to shout"}
	// {"shouted":"BYE"}
}
