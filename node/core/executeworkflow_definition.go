package core

import (
	"encoding/json"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func executeWorkflowDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.executeWorkflow"},
		Versions:    []float64{1, 1.1, 1.2, 1.3, 1.4},
		Name:        "executeWorkflow",
		DisplayName: "Execute Sub-workflow",
		Description: "Runs another workflow",
		Group:       []string{"transform"},
		Subtitle:    `={{"Workflow: " + $parameter["workflowId"]}}`,
		DefaultName: "Execute Workflow",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  executeWorkflowProperties(),
		Hints: []node.Hint{{
			Type: "info", WhenToDisplay: "always", Location: "outputPane",
			Message:          "All items go to the same workflow: which one is found out for the first item",
			DisplayCondition: `={{ $rawParameter.workflowId.startsWith("=") && $parameter.mode === "once" && $nodeVersion >= 1.2 }}`,
		}},
	}
}

func executeWorkflowProperties() []schemas.Property {
	database := schemas.Option{Name: "Database", Value: "database", Description: "A workflow by its id"}
	old := schemas.Show("@version", schemas.Cnd("lte", 1.1))
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Hidden, Default: "call_workflow", NoDataExpression: true,
			Options: []schemas.Option{{Name: "Execute a Sub-Workflow", Value: "call_workflow"}},
		},
		{
			DisplayName: "There is a newer version of this node", Name: "outdatedVersionWarning", Type: schemas.Notice, Default: "",
			DisplayOptions: old,
		},
		{
			DisplayName: "Source", Name: "source", Type: schemas.Options, Default: "database", DisplayOptions: old,
			Description: "Where the workflow is",
			Options: []schemas.Option{
				database,
				{Name: "Local File", Value: "localFile", Description: "A file on this machine"},
				{Name: "Parameter", Value: "parameter", Description: "The JSON of a workflow"},
				{Name: "URL", Value: "url", Description: "An address that a workflow is fetched from"},
			},
		},
		{
			DisplayName: `"Local File" and "URL" will go away: use "Database" or "Parameter"`, Name: "sourceDeprecationNotice", Type: schemas.Notice,
			Default: "", DisplayOptions: schemas.Show("source", "localFile", "url").And("@version", schemas.Cnd("lte", 1.1)),
		},
		{
			DisplayName: "Source", Name: "source", Type: schemas.Options, Default: "database",
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.2)), Description: "Where the workflow is",
			Options: []schemas.Option{database, {Name: "Define Below", Value: "parameter", Description: "The JSON of a workflow"}},
		},
		{
			DisplayName: "Workflow ID", Name: "workflowId", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("source", "database").And("@version", 1),
			Description:    "The id of the workflow; in the mode Run once with all items that of the first item", Hint: "It stands in the workflow's address",
		},
		{
			DisplayName: "Workflow", Name: "workflowId", Type: schemas.WorkflowSelector, Default: "", Required: true,
			DisplayOptions: schemas.Show("source", "database").And("@version", schemas.Cnd("gte", 1.1)),
		},
		{
			DisplayName: "Workflow Path", Name: "workflowPath", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("source", "localFile"), Description: "The path of the workflow's file", Placeholder: "/data/workflow.json",
		},
		{
			DisplayName: "Workflow JSON", Name: "workflowJson", Type: schemas.JSON, Default: "\n\n\n", Required: true,
			TypeOptions: map[string]any{"rows": 10}, DisplayOptions: schemas.Show("source", "parameter"), Description: "The workflow as JSON",
		},
		{
			DisplayName: "Workflow URL", Name: "workflowUrl", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("source", "url"), Description: "The address of the workflow's file", Placeholder: "https://example.com/workflow.json",
		},
		{
			DisplayName: "The items that come in here are what the other workflow's trigger puts out", Name: "executeWorkflowNotice",
			Type: schemas.Notice, Default: "", DisplayOptions: old,
		},
		workflowInputs(schemas.Between(1.2, 1.3), false),
		workflowInputs(schemas.Cnd("gte", 1.4), true),
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "once", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Run once with all items", Value: "once", Description: "One run with all items"},
				{Name: "Run once for each item", Value: "each", Description: "A run for each item"},
			},
		},
		{
			DisplayName: `"Run once for each item" will go away: put a Loop Over Items before this node`, Name: "eachModeDeprecationNotice",
			Type: schemas.Notice, Default: "", DisplayOptions: schemas.Show("mode", "each"),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
			Fields: []schemas.Property{{
				DisplayName: "Wait For Sub-Workflow Completion", Name: "waitForSubWorkflow", Type: schemas.Boolean, Default: true,
				Description: "Whether this node waits for the other workflow's end, and puts out what that one did",
			}},
		},
	}
}

// workflowInputs are the values of the fields that the other workflow takes.
func workflowInputs(version any, toText bool) schemas.Property {
	return schemas.Property{
		DisplayName: "Workflow Inputs", Name: "workflowInputs", Type: schemas.ResourceMapper, Required: true, NoDataExpression: true,
		Default: json.RawMessage(`{"mappingMode":"defineBelow","value":null}`),
		TypeOptions: map[string]any{
			"loadOptionsDependsOn": []any{"workflowId.value"},
			"resourceMapper": map[string]any{
				"localResourceMapperMethod": "loadSubWorkflowInputs", "valuesLabel": "Workflow Inputs", "mode": "map",
				"fieldWords":   map[string]any{"singular": "input", "plural": "inputs"},
				"addAllFields": true, "multiKeyMatch": false, "supportAutoMap": false, "showTypeConversionOptions": true,
				"alwaysConvertFieldsToString": toText, "refreshStaleSchemaOnOpen": true,
			},
		},
		DisplayOptions: schemas.Show("source", "database").And("@version", version).AndNot("workflowId", ""),
	}
}
