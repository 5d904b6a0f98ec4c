package markup

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func htmlExtractDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.htmlExtract"},
		Versions:    []float64{1},
		Name:        "htmlExtract",
		DisplayName: "HTML Extract",
		Description: "Reads values out of HTML",
		Group:       []string{"transform"},
		Subtitle:    `={{$parameter["sourceData"] + ": " + $parameter["dataPropertyName"]}}`,
		DefaultName: "HTML Extract",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties:  htmlExtractProperties(),
	}
}

func htmlExtractProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Source Data", Name: "sourceData", Type: schemas.Options, Default: "json",
			Options: []schemas.Option{
				{Name: "Binary", Value: "binary"},
				{Name: "JSON", Value: "json"},
			},
			Description: "Whether the HTML is in a field or in a file",
		},
		{
			DisplayName: "Input Binary Field", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("sourceData", "binary"),
			Hint:           "The name of the file",
		},
		{
			DisplayName: "JSON Property", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("sourceData", "json"),
			Description:    "The field that holds the HTML, or a list of HTML texts",
		},
		extractionValues(map[string]any{}, nil),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Trim Values", Name: "trimValues", Type: schemas.Boolean, Default: true,
					Description: "Whether white space at both ends is left out",
				},
			},
			Placeholder: "Add option",
		},
	}
}
