package workflows_test

import (
	"errors"
	"fmt"

	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

func ExampleLoadOne() {
	w, err := workflows.LoadOne("directus-refresh-token.json")
	if err != nil {
		panic(err)
	}
	for _, n := range w.Nodes {
		fmt.Println(n.Type, n.TypeVersion)
	}
	fmt.Println(w.Children(w.Nodes[0].Name))
	// Output:
	// n8n-nodes-base.manualTrigger 1
	// @flagbit/n8n-nodes-directus.directus 1
	// [Refresh Token]
}

// Everything that is wrong with a file is told at once, with its place.
func ExampleParse() {
	_, err := workflows.Parse([]byte(`{
  "nodes": [
    {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": "1"},
    {"name": "Start", "type": "n8n-nodes-base.noOp", "typeVersion": 1}
  ],
  "connections": {"Start": {"main": [[{"node": "start", "type": "main", "index": 0}]]}}
}`))
	var wrong schemas.Diagnostics
	if errors.As(err, &wrong) {
		for _, d := range wrong {
			fmt.Printf("line %d: %s\n      %s\n", d.Line, d.Message, d.Hint)
		}
	}
	// Output:
	// line 3: typeVersion is a string, not a number
	//       the version of the node's type as a number without quotes, such as 3.4
	// line 4: Duplicate node name "Start"
	//       rename one of them: connections and expressions find a node by its name
	// line 6: Connection target "start" does not reference an existing node
	//       did you mean "Start"?
}

// An export of all workflows is a list.
func ExampleParse_several() {
	ws, err := workflows.Parse([]byte(`[
		{"id": "1", "name": "Refresh", "nodes": [], "connections": {}},
		{"id": "2", "name": "Report", "nodes": [], "connections": {}}
	]`))
	if err != nil {
		panic(err)
	}
	for _, w := range ws {
		fmt.Println(w.ID, w.Name)
	}
	// Output:
	// 1 Refresh
	// 2 Report
}

// A workflow keeps every key of its file, known or not, in order.
func ExampleWorkflow_AppendJSON() {
	w, err := workflows.ParseOne([]byte(`{"zebra": 1, "nodes": [], "connections": {}, "meta": {"b": 1, "a": 2}}`))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", w.AppendJSON(nil))
	// Output:
	// {"zebra":1,"nodes":[],"connections":{},"meta":{"b":1,"a":2}}
}

func ExampleWorkflow_Reachable() {
	w, err := workflows.ParseOne([]byte(agent))
	if err != nil {
		panic(err)
	}
	fmt.Println(w.Children("If"))
	fmt.Println(w.Parents("End"))
	fmt.Println(w.Reachable("Yes"))
	// Output:
	// [Yes No End]
	// [If Yes]
	// [Model Tool If No Yes End]
}

func ExampleValidate() {
	// A workflow as someone edited it by hand: n8n runs it, but not as it was meant.
	text := []byte(`{
  "nodes": [
    {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "position": [0, 0]},
    {"name": "Refresh", "type": "n8n-nodes-base.set", "position": [200, 0], "onError": "continueRegularOuput"}
  ],
  "connections": {"Start": {"main": [[{"node": "Refresh", "type": "main", "index": 0}]]}}
}`)
	_, found := workflows.Validate(text)
	for _, d := range found {
		fmt.Printf("line %d, %s: %s\n      %s\n", d.Line, d.Severity, d.Message, d.Hint)
	}
	// Output:
	// line 4, warning: onError "continueRegularOuput" is not known: it counts as "stopWorkflow"
	//       did you mean "continueRegularOutput"?
}
