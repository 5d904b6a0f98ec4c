package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func removeDuplicatesV1Definition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.removeDuplicates"},
		Versions:       []float64{1, 1.1},
		DefaultVersion: 2,
		Name:           "removeDuplicates",
		DisplayName:    "Remove Duplicates",
		Description:    "Removes items whose fields have the values of another item",
		Group:          []string{"transform"},
		DefaultName:    "Remove Duplicates",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		Properties:     removeDuplicatesV1Properties(),
	}
}

func removeDuplicatesV1Properties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Compare", Name: "compare", Type: schemas.Options, Default: "allFields",
			Options: []schemas.Option{
				{Name: "All Fields", Value: "allFields"},
				{Name: "All Fields Except", Value: "allFieldsExcept"},
				{Name: "Selected Fields", Value: "selectedFields"},
			},
			Description: "Which fields have to be equal",
		},
		{
			DisplayName: "Fields To Exclude", Name: "fieldsToExclude", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("compare", "allFieldsExcept"),
			Description:    "The names of the fields that need not be equal, with commas between",
			Placeholder:    "e.g. email, name",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Fields To Compare", Name: "fieldsToCompare", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("compare", "selectedFields"),
			Description:    "The names of the fields that have to be equal, with commas between",
			Placeholder:    "e.g. email, name",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("compare", "allFieldsExcept", "selectedFields"),
			Fields: []schemas.Property{
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					Description: "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
				{
					DisplayName: "Remove Other Fields", Name: "removeOtherFields", Type: schemas.Boolean, Default: false,
					Description: "Whether fields that are not compared are dropped; else they are those of the first of the equal items",
				},
			},
			Placeholder: "Add Field",
		},
	}
}
