package core

import (
	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func executionDataDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.executionData"},
		Versions:    []float64{1, 1.1},
		Name:        "executionData",
		DisplayName: "Execution Data",
		Description: "Notes data about the execution, to find it by",
		Group:       []string{"input"},
		DefaultName: "Execution Data",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  executionDataProperties(),
		Hints: []node.Hint{
			{
				Type: "warning", WhenToDisplay: "beforeExecution", Location: "outputPane",
				Message:          "A key is longer than 50 characters: the rest of it is cut off",
				DisplayCondition: "={{ $parameter.dataToSave.values.some((x) => x.key.length > 50) }}",
			},
			{
				Type: "warning", WhenToDisplay: "beforeExecution", Location: "outputPane",
				Message:          "A value is longer than 512 characters: the rest of it is cut off",
				DisplayCondition: "={{ $parameter.dataToSave.values.some((x) => x.value.length > 512) }}",
			},
		},
	}
}

func executionDataProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "What is saved here describes the execution: n8n shows it with the execution, and its paid plans search by it", Name: "notice", Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "save", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Save Highlight Data (for Search/review)", Value: "save", Action: "Save Highlight Data (for search/review)"},
			},
		},
		{
			DisplayName: "Data to Save", Name: "dataToSave", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValueButtonText": "Add Saved Field", "multipleValues": true},
			DisplayOptions: schemas.Show("operation", "save"),
			Groups: []schemas.Group{
				{Name: "values", DisplayName: "Values", Values: []schemas.Property{
					{
						DisplayName: "Key", Name: "key", Type: schemas.String, Default: "",
						Placeholder: "e.g. myKey",
						Extra:       forms.FieldName(),
					},
					{
						DisplayName: "Value", Name: "value", Type: schemas.String, Default: "",
						Placeholder: "e.g. myValue",
					},
				}},
			},
			Placeholder: "Add Saved Field",
		},
	}
}
