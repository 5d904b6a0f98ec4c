package core

import (
	"encoding/json"

	"github.com/nate-go/nate/internal/forms"
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
		Properties:  append(aggregateForm(false), aggregateOptions()),
	}
}

// aggregateForm are the parameters of gathering values; in rows, Item Lists before version 3 lists fields.
func aggregateForm(rows bool) []schemas.Property {
	whole := func() *schemas.DisplayOptions { return schemas.Show("aggregate", "aggregateAllItemData") }
	return []schemas.Property{
		{
			DisplayName: "Aggregate", Name: "aggregate", Type: schemas.Options, Default: "aggregateIndividualFields",
			Options: []schemas.Option{
				{Name: "Individual Fields", Value: "aggregateIndividualFields"},
				{Name: "All Item Data (Into a Single List)", Value: "aggregateAllItemData"},
			},
		},
		{
			DisplayName: "Fields To Aggregate", Name: "fieldsToAggregate", Type: schemas.FixedCollection,
			Default:        json.RawMessage(`{"fieldToAggregate":[{"fieldToAggregate":"","renameField":false}]}`),
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("aggregate", "aggregateIndividualFields"),
			Groups: []schemas.Group{
				{Name: "fieldToAggregate", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Input Field Name", Name: "fieldToAggregate", Type: schemas.String, Default: "",
						Description: "The field whose values are gathered",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       forms.FieldName(),
					},
					{
						DisplayName: "Rename Field", Name: "renameField", Type: schemas.Boolean, Default: false,
						Description: "Whether the list gets another name than the field",
					},
					{
						DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("renameField", true),
						Description:    "The name of the list; empty: that of the field",
						Extra:          forms.FieldName(),
					},
				}},
			},
			Placeholder: "Add Field To Aggregate",
		},
		{
			DisplayName: "Put Output in Field", Name: "destinationFieldName", Type: schemas.String, Default: "data", DisplayOptions: whole(),
			Description: "The field that the list is put into",
		},
		{
			DisplayName: "Include", Name: "include", Type: schemas.Options, Default: "allFields", DisplayOptions: whole(),
			Options: []schemas.Option{
				{Name: "All Fields", Value: "allFields"},
				{Name: "Specified Fields", Value: "specifiedFields"},
				{Name: "All Fields Except", Value: "allFieldsExcept"},
			},
		},
		fieldList(rows, "Fields To Exclude", "fieldsToExclude", "to leave out", whole().And("include", "allFieldsExcept")),
		fieldList(rows, "Fields To Include", "fieldsToInclude", "to take", whole().And("include", "specifiedFields")),
	}
}

func aggregateOptions() schemas.Property {
	single := func() *schemas.DisplayOptions {
		return (&schemas.DisplayOptions{}).AndNot("/aggregate", "aggregateAllItemData")
	}
	return listOptions(nil,
		disableDotNotation(single()),
		mergeLists(single()),
		schemas.Property{
			DisplayName: "Include Binaries", Name: "includeBinaries", Type: schemas.Boolean, Default: false,
			Description: "Whether the new item gets the files of all input items",
		},
		schemas.Property{
			DisplayName: "Keep Only Unique Binaries", Name: "keepOnlyUnique", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("includeBinaries", true),
			Description:    "Whether of files of the same type, size and extension only the first is kept",
		},
		keepMissing(single()),
	)
}

func mergeLists(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Merge Lists", Name: "mergeLists", Type: schemas.Boolean, Default: false, DisplayOptions: shown,
		Description: "Whether values that are lists are joined to one list instead of becoming a list of lists",
	}
}

func keepMissing(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Keep Missing And Null Values", Name: "keepMissing", Type: schemas.Boolean, Default: false, DisplayOptions: shown,
		Description: "Whether a missing or null value gives a null in the list",
	}
}
