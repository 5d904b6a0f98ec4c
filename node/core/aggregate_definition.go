package core

import (
	"encoding/json"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func aggregateDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.aggregate"},
		Versions:    []float64{1},
		Name:        "aggregate",
		DisplayName: "Aggregate",
		Description: "Gathers the values of a field, or whole items, in one item",
		Group:       []string{"transform"},
		DefaultName: "Aggregate",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  aggregateProperties(),
	}
}

func aggregateProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Aggregate", Name: "aggregate", Type: schemas.Options, Default: "aggregateIndividualFields",
			Options: []schemas.Option{
				{Name: "Individual Fields", Value: "aggregateIndividualFields"},
				{Name: "All Item Data (Into a Single List)", Value: "aggregateAllItemData"},
			},
		},
		{
			DisplayName: "Fields To Aggregate", Name: "fieldsToAggregate", Type: schemas.FixedCollection, Default: json.RawMessage(`{"fieldToAggregate":[{"fieldToAggregate":"","renameField":false}]}`),
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("aggregate", "aggregateIndividualFields"),
			Groups: []schemas.Group{
				{Name: "fieldToAggregate", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Input Field Name", Name: "fieldToAggregate", Type: schemas.String, Default: "",
						Description: "The field whose values are gathered",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Rename Field", Name: "renameField", Type: schemas.Boolean, Default: false,
						Description: "Whether the list gets another name than the field",
					},
					{
						DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("renameField", true),
						Description:    "The name of the list; empty: that of the field",
						Extra:          extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Aggregate",
		},
		{
			DisplayName: "Put Output in Field", Name: "destinationFieldName", Type: schemas.String, Default: "data",
			DisplayOptions: schemas.Show("aggregate", "aggregateAllItemData"),
			Description:    "The field that the list is put into",
		},
		{
			DisplayName: "Include", Name: "include", Type: schemas.Options, Default: "allFields",
			DisplayOptions: schemas.Show("aggregate", "aggregateAllItemData"),
			Options: []schemas.Option{
				{Name: "All Fields", Value: "allFields"},
				{Name: "Specified Fields", Value: "specifiedFields"},
				{Name: "All Fields Except", Value: "allFieldsExcept"},
			},
		},
		{
			DisplayName: "Fields To Exclude", Name: "fieldsToExclude", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("aggregate", "aggregateAllItemData").And("include", "allFieldsExcept"),
			Placeholder:    "e.g. email, name",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Fields To Include", Name: "fieldsToInclude", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("aggregate", "aggregateAllItemData").And("include", "specifiedFields"),
			Placeholder:    "e.g. email, name",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("/aggregate", "aggregateAllItemData"),
					Description:    "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
				{
					DisplayName: "Merge Lists", Name: "mergeLists", Type: schemas.Boolean, Default: false,
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("/aggregate", "aggregateAllItemData"),
					Description:    "Whether values that are lists are joined to one list instead of becoming a list of lists",
				},
				{
					DisplayName: "Include Binaries", Name: "includeBinaries", Type: schemas.Boolean, Default: false,
					Description: "Whether the new item gets the files of all input items",
				},
				{
					DisplayName: "Keep Only Unique Binaries", Name: "keepOnlyUnique", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("includeBinaries", true),
					Description:    "Whether of files of the same type, size and extension only the first is kept",
				},
				{
					DisplayName: "Keep Missing And Null Values", Name: "keepMissing", Type: schemas.Boolean, Default: false,
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("/aggregate", "aggregateAllItemData"),
					Description:    "Whether a missing or null value gives a null in the list",
				},
			},
			Placeholder: "Add Field",
		},
	}
}
