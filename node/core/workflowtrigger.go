package core

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewExecuteWorkflowTrigger returns the node that begins a run which another workflow starts
// (n8n-nodes-base.executeWorkflowTrigger). From version 1.1 on it can say which fields the workflow takes: the items then have
// these, null where they were not given, and no others.
func NewExecuteWorkflowTrigger() node.Node {
	def := triggerDefinition("executeWorkflowTrigger", "Execute Workflow Trigger", "Begins a run that another workflow starts",
		"When Executed by Another Workflow", 1, 1.1, 1.2)
	def.MaxNodes = 1
	def.Hints = []node.Hint{{
		Message:       "The workflow takes no fields: list them, or let it take all data",
		WhenToDisplay: "always", Location: "ndv",
		DisplayCondition: `={{ $parameter.inputSource === "workflowInputs" && Object.keys($parameter.workflowInputs).length === 0 || ` +
			`$parameter.inputSource === "jsonExample" && /^\s*\{\s*\}\s*$/.test($parameter.jsonExample) }}`,
	}}
	def.Properties = executeWorkflowTriggerProperties()
	return workflowTrigger{trigger{def: def}}
}

type workflowTrigger struct{ trigger }

// Execute implements node.Node.
func (t workflowTrigger) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	out, err := t.trigger.Execute(ctx, c)
	if err != nil || c.Instance().TypeVersion < 1.1 {
		return out, err
	}
	names, all, err := inputFields(c.Params(ctx, 0))
	if err != nil || all {
		return out, err
	}
	items := make([]node.Item, len(out.Main[0]))
	for i, it := range out.Main[0] {
		items[i] = it
		items[i].JSON = onlyFields(it.JSON, names)
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}

// inputFields returns the names of the fields that the workflow takes; all says that it takes any.
func inputFields(params *node.Params) (names []string, all bool, err error) {
	source, err := params.Value("inputSource")
	if err != nil {
		return nil, false, err
	}
	switch source {
	case "passthrough":
		return nil, true, nil
	case "workflowInputs":
		inputs, err := params.Object("workflowInputs")
		if err != nil {
			return nil, false, err
		}
		rows, _ := member(inputs, "values").([]any)
		for _, row := range rows {
			o, _ := row.(*node.Object)
			names = append(names, fields.Text(member(o, "name")))
		}
		return names, false, nil
	case "jsonExample":
		text, err := params.String("jsonExample")
		if err != nil {
			return nil, false, err
		}
		v, err := node.ParseJSON([]byte(text))
		if err != nil {
			return nil, false, node.NewOperationError("The JSON example is not valid JSON", err.Error()).Wrap(err)
		}
		o, isObject := v.(*node.Object)
		if !isObject {
			return nil, false, node.NewOperationError(
				fmt.Sprintf("Invalid JSON schema type. Only object type is supported, but got %s", typeName(v)), "")
		}
		return o.Keys(), false, nil
	}
	return nil, false, node.NewOperationError("Internal Error: Invalid input source", "")
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	}
	return "number"
}

// onlyFields returns an object with the fields of these names, null where in has none.
func onlyFields(in *node.Object, names []string) *node.Object {
	out := &node.Object{}
	for _, name := range names {
		v, _ := in.Get(name)
		out.Set(name, v)
	}
	return out
}

func executeWorkflowTriggerProperties() []schemas.Property {
	called := "Begin when another workflow calls this one"
	return []schemas.Property{
		{
			DisplayName: "Events", Name: "events", Type: schemas.Hidden, Default: "worklfow_call", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Workflow Call", Value: "worklfow_call", Action: called, Description: called},
			},
		},
		{
			DisplayName: "A run that another workflow starts begins here, with the items that it was given", Name: "notice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("@version", schemas.Cnd("eq", 1)),
		},
		{
			DisplayName: "A newer version of this node passes data on in another way", Name: "outdatedVersionWarning", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("@version", schemas.Cnd("eq", 1)),
		},
		{
			DisplayName: "Input data mode", Name: "inputSource", Type: schemas.Options, Default: "workflowInputs", NoDataExpression: true,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.1)),
			Options: []schemas.Option{
				{Name: "Define using fields below", Value: "workflowInputs", Description: "List the fields one by one"},
				{Name: "Define using JSON example", Value: "jsonExample", Description: "Read the fields off an example in JSON"},
				{Name: "Accept all data", Value: "passthrough", Description: "Take all data of the workflow that calls this one"},
			},
		},
		{
			DisplayName: "The fields and their types are read off an example; null stands for any type", Name: "jsonExample_notice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.1)).And("inputSource", "jsonExample"),
		},
		{
			DisplayName: "JSON Example", Name: "jsonExample", Type: schemas.JSON, Default: "{\n  \"aField\": \"a string\",\n  \"aNumber\": 123,\n  \"thisFieldAcceptsAnyType\": null,\n  \"anArray\": []\n}", NoDataExpression: true,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.1)).And("inputSource", "jsonExample"),
		},
		{
			DisplayName: "Workflow Input Schema", Name: "workflowInputs", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true, "sortable": true, "minRequiredFields": 1},
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.1)).And("inputSource", "workflowInputs"),
			Description:    "The fields that the workflow takes; without any, it gets all data of the workflow that calls it", Placeholder: "Add field",
			Groups: []schemas.Group{
				{
					Name: "values", DisplayName: "Values",
					Values: []schemas.Property{
						{
							DisplayName: "Name", Name: "name", Type: schemas.String, Default: "", Required: true, NoDataExpression: true,
							Description: "The field's name, by which other workflows give it a value", Placeholder: "e.g. fieldName",
						},
						{
							DisplayName: "Type", Name: "type", Type: schemas.Options, Default: "string", Required: true, NoDataExpression: true,
							Description: "What type the field's values have",
							Options: []schemas.Option{
								{Name: "Allow Any Type", Value: "any"},
								{Name: "String", Value: "string"},
								{Name: "Number", Value: "number"},
								{Name: "Boolean", Value: "boolean"},
								{Name: "Array", Value: "array"},
								{Name: "Object", Value: "object"},
							},
						},
					},
				},
			},
		},
		{
			DisplayName: "Items to Return", Name: "returnOutput", Type: schemas.Options, Default: "lastRunOnly", NoDataExpression: true,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("lt", 1.2)),
			Description:    "What goes back when the last node ran several times, after a loop for example",
			Options: []schemas.Option{
				{Name: "All Items From Every Run", Value: "allRuns", Description: "All items of all runs of the last node"},
				{Name: "Items From the Last Run Only", Value: "lastRunOnly", Description: "The items of the last node's last run"},
			},
		},
	}
}
