package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func splitOutDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.splitOut"},
		Versions:    []float64{1},
		Name:        "splitOut",
		DisplayName: "Split Out",
		Description: "Makes an item of each element of a list",
		Group:       []string{"transform"},
		DefaultName: "Split Out",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  splitOutProperties(),
	}
}

func splitOutProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Fields To Split Out", Name: "fieldToSplitOut", Type: schemas.String, Default: "", Required: true,
			Description: "The fields whose elements become items, with commas between; $binary stands for the item's files",
			Hint:        "$binary takes the item apart by its files",
			Placeholder: "Drag fields from the left or type their names",
			Extra:       extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Include", Name: "include", Type: schemas.Options, Default: "noOtherFields",
			Options: []schemas.Option{
				{Name: "No Other Fields", Value: "noOtherFields"},
				{Name: "All Other Fields", Value: "allOtherFields"},
				{Name: "Selected Other Fields", Value: "selectedOtherFields"},
			},
			Description: "Which other fields of the input item each new item gets",
		},
		{
			DisplayName: "Fields To Include", Name: "fieldsToInclude", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("include", "selectedOtherFields"),
			Description:    "The names of the other fields that each new item gets, with commas between",
			Placeholder:    "e.g. email, name",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					Description: "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
				{
					DisplayName: "Destination Field Name", Name: "destinationFieldName", Type: schemas.String, Default: "",
					Description: "The field that each element is put into; with commas between where several fields are split out",
					Extra:       extra("requiresDataPath", `"multiple"`),
				},
				{
					DisplayName: "Include Binary", Name: "includeBinary", Type: schemas.Boolean, Default: false,
					Description: "Whether each new item gets the files of its input item",
				},
			},
			Placeholder: "Add Field",
		},
	}
}
