package runtime_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Let a workflow run commands of this machine: no other would.
func ExampleWithCommands() {
	w, err := workflows.ParseOne([]byte(`{"name": "Backup", "nodes": [{
		"id": "1", "name": "List", "type": "n8n-nodes-base.executeCommand", "typeVersion": 1, "position": [0, 0],
		"parameters": {"command": "echo monday.tar; echo tuesday.tar"}
	}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, options := range [][]runtime.Option{nil, {runtime.WithCommands()}} {
		plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), options...)
		if err != nil {
			log.Fatal(err)
		}
		result, err := plan.Run(context.Background(), runtime.Request{Start: "List"})
		if err != nil {
			log.Fatal(err)
		}
		if result.Error != nil {
			fmt.Println(result.Error.Message)
			continue
		}
		stdout, _ := result.LastItems()[0].JSON.Get("stdout")
		fmt.Println(stdout)
	}
	// Output:
	// Commands are not allowed
	// monday.tar
	// tuesday.tar
}
