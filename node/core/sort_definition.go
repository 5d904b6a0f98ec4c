package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func sortDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.sort"},
		Versions:    []float64{1},
		Name:        "sort",
		DisplayName: "Sort",
		Description: "Changes the order of the items",
		Group:       []string{"transform"},
		DefaultName: "Sort",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  sortProperties(),
	}
}

func sortProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Type", Name: "type", Type: schemas.Options, Default: "simple",
			Options: []schemas.Option{
				{Name: "Simple", Value: "simple"},
				{Name: "Random", Value: "random"},
				{Name: "Code", Value: "code"},
			},
			Description: "What the order is made of",
		},
		{
			DisplayName: "Fields To Sort By", Name: "sortFieldsUi", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("type", "simple"),
			Groups: []schemas.Group{
				{Name: "sortField", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "", Required: true,
						Description: "The field to sort by",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Order", Name: "order", Type: schemas.Options, Default: "ascending",
						Options: []schemas.Option{
							{Name: "Ascending", Value: "ascending"},
							{Name: "Descending", Value: "descending"},
						},
						Description: "Which values come first",
					},
				}},
			},
			Description: "The fields to sort by, the most important one first",
			Placeholder: "Add Field To Sort By",
		},
		{
			DisplayName: "Code", Name: "code", Type: schemas.String, Default: "// The two items to compare are in the variables a and b\n\t// Access the fields in a.json and b.json\n\t// Return -1 if a should go before b\n\t// Return 1 if b should go before a\n\t// Return 0 if there's no difference\n\n\tfieldName = 'myField';\n\n\tif (a.json[fieldName] < b.json[fieldName]) {\n\treturn -1;\n\t}\n\tif (a.json[fieldName] > b.json[fieldName]) {\n\treturn 1;\n\t}\n\treturn 0;",
			TypeOptions:    map[string]any{"alwaysOpenEditWindow": true, "editor": "jsEditor", "rows": 10},
			DisplayOptions: schemas.Show("type", "code"),
			Description:    "JavaScript that compares the items a and b and returns a number",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("type", "simple"),
			Fields: []schemas.Property{
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					Description: "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
			},
			Placeholder: "Add Field",
		},
	}
}
