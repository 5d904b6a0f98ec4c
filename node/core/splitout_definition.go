package core

import (
	"github.com/nate-go/nate/internal/forms"
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
	properties := append(splitOutForm(false), splitOutOptions())
	properties[0].Hint = "$binary takes the item apart by its files"
	return properties
}

// splitOutForm are the parameters of taking lists apart; in rows, Item Lists before version 3 lists fields.
func splitOutForm(rows bool) []schemas.Property {
	split := schemas.Property{
		DisplayName: "Fields To Split Out", Name: "fieldToSplitOut", Type: schemas.String, Default: "", Required: true,
		Description: "The fields whose elements become items, with commas between; $binary stands for the item's files",
		Extra:       forms.FieldNames(),
	}
	if !rows {
		split.Placeholder = "Drag fields from the left or type their names"
	}
	return []schemas.Property{
		split,
		{
			DisplayName: "Include", Name: "include", Type: schemas.Options, Default: "noOtherFields",
			Options: []schemas.Option{
				{Name: "No Other Fields", Value: "noOtherFields"},
				{Name: "All Other Fields", Value: "allOtherFields"},
				{Name: "Selected Other Fields", Value: "selectedOtherFields"},
			},
			Description: "Which other fields of the input item each new item gets",
		},
		fieldList(rows, "Fields To Include", "fieldsToInclude", "to take", schemas.Show("include", "selectedOtherFields")),
	}
}

func splitOutOptions() schemas.Property {
	return listOptions(nil,
		disableDotNotation(nil),
		splitDestination(nil),
		schemas.Property{
			DisplayName: "Include Binary", Name: "includeBinary", Type: schemas.Boolean, Default: false,
			Description: "Whether each new item gets the files of its input item",
		},
	)
}

func splitDestination(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Destination Field Name", Name: "destinationFieldName", Type: schemas.String, Default: "", DisplayOptions: shown,
		Description: "The field that each element is put into; with commas between where several fields are split out",
		Extra:       forms.FieldNames(),
	}
}
