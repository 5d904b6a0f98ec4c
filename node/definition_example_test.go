package node_test

import (
	"encoding/json"
	"fmt"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func ExampleDefinition_CheckParameters() {
	def := node.Definition{Name: "mail", Properties: []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "send",
			Options: []schemas.Option{{Name: "Send", Value: "send"}, {Name: "Draft", Value: "draft"}},
		},
		{DisplayName: "To", Name: "to", Type: schemas.String, Default: "", Required: true, DisplayOptions: schemas.Show("operation", "send")},
	}}
	for _, parameters := range []string{`{"too": "ada@example.com"}`, `{"operation": "sent"}`, `{"operation": "={{ $json.op }}", "to": "={{ $json.to }}"}`} {
		raw, err := node.ParseObject([]byte(parameters))
		if err != nil {
			panic(err)
		}
		for _, d := range def.CheckParameters(raw, 1) {
			fmt.Println(d.Severity, d)
		}
	}
	// Output:
	// error /to: Parameter "To" is required. (give "to" a value or an expression)
	// warning /too: Parameter "too" is not known. (did you mean "to"?)
	// error /operation: Parameter "Operation" has no choice "sent". (did you mean "send"? valid values: "send", "draft")
}

// A Definition reads and writes n8n's own description of a node; what has no field is kept.
func ExampleDefinition_UnmarshalJSON() {
	var def node.Definition
	err := json.Unmarshal([]byte(`{
  "displayName": "Zip", "name": "zip", "group": ["transform"], "version": [1, 2], "description": "Pairs items",
  "defaults": {"name": "Zip", "color": "#aabbcc"},
  "inputs": ["main", {"type": "main", "displayName": "Second"}], "outputs": ["main"],
  "properties": [{"displayName": "Mode", "name": "mode", "type": "options", "default": "all",
    "options": [{"name": "All", "value": "all"}], "builderHint": {"message": "..."}}]
}`), &def)
	if err != nil {
		panic(err)
	}
	fmt.Println(def.Versions, def.Inputs, def.InputPorts[1].DisplayName, def.Properties[0].Options[0].Value)
	text, err := json.Marshal(def)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
	// Output:
	// [1 2] [main main] Second all
	// {"displayName":"Zip","name":"zip","group":["transform"],"version":[1,2],"description":"Pairs items","defaults":{"name":"Zip","color":"#aabbcc"},"inputs":["main",{"type":"main","displayName":"Second"}],"outputs":["main"],"properties":[{"displayName":"Mode","name":"mode","type":"options","default":"all","options":[{"name":"All","value":"all"}],"builderHint":{"message":"..."}}]}
}
