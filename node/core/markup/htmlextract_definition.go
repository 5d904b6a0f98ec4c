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
		{
			DisplayName: "Extraction Values", Name: "extractionValues", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions: map[string]any{"multipleValues": true},
			Groups: []schemas.Group{
				{Name: "values", DisplayName: "Values", Values: []schemas.Property{
					{
						DisplayName: "Key", Name: "key", Type: schemas.String, Default: "",
						Description: "The field that the value is put into",
					},
					{
						DisplayName: "CSS Selector", Name: "cssSelector", Type: schemas.String, Default: "",
						Description: "Which elements the value is read from",
						Placeholder: ".price",
					},
					{
						DisplayName: "Return Value", Name: "returnValue", Type: schemas.Options, Default: "text",
						Options: []schemas.Option{
							{Name: "Attribute", Value: "attribute", Description: "An attribute of the element"},
							{Name: "HTML", Value: "html", Description: "The HTML inside of the element"},
							{Name: "Text", Value: "text", Description: "The text inside of the element"},
							{Name: "Value", Value: "value", Description: "What an input, a select or a textarea holds"},
						},
						Description: "What is read",
					},
					{
						DisplayName: "Attribute", Name: "attribute", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("returnValue", "attribute"),
						Description:    "The name of the attribute",
						Placeholder:    "class",
					},
					{
						DisplayName: "Return Array", Name: "returnArray", Type: schemas.Boolean, Default: false,
						Description: "Whether all elements are read, into a list",
					},
				}},
			},
			Placeholder: "Add Value",
		},
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
