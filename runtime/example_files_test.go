package runtime_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Let a workflow read the files of one folder.
func ExampleWithFileRoots() {
	dir, err := os.MkdirTemp("", "orders")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "monday.csv"), []byte("order\n7\n"), 0o600); err != nil {
		log.Fatal(err)
	}
	w, err := workflows.ParseOne([]byte(`{"name": "Orders", "nodes": [{
		"id": "1", "name": "Read", "type": "n8n-nodes-base.readWriteFile", "typeVersion": 1.1, "position": [0, 0],
		"parameters": {"fileSelector": "={{ $json.pattern }}"}
	}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithFileRoots(dir))
	if err != nil {
		log.Fatal(err)
	}
	for _, pattern := range []string{dir + "/*.csv", "/etc/*"} {
		result, err := plan.Run(context.Background(), runtime.Request{Start: "Read", Items: []node.Item{node.ItemOf("pattern", pattern)}})
		if err != nil {
			log.Fatal(err)
		}
		for _, it := range result.LastItems() {
			fmt.Printf("%s\n", node.AppendJSON(nil, it.JSON))
		}
		if result.Error != nil {
			fmt.Println(result.Error.Message)
		}
	}
	// Output:
	// {"mimeType":"text/csv","fileType":"text","fileName":"monday.csv","fileExtension":"csv","fileSize":"8 B"}
	// Access to the file is not allowed.
}
