package core

import (
	"strings"

	"github.com/nate-go/nate/internal/forms"
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
		Properties:  append(sortForm("\t", "\t"), sortOptions()),
	}
}

// compareCode is the code that n8n shows at first; a > begins the lines inside of a block.
const compareCode = `// The two items to compare are in the variables a and b
// Access the fields in a.json and b.json
// Return -1 if a should go before b
// Return 1 if b should go before a
// Return 0 if there's no difference

fieldName = 'myField';

if (a.json[fieldName] < b.json[fieldName]) {
>return -1;
}
if (a.json[fieldName] > b.json[fieldName]) {
>return 1;
}
return 0;`

// sortForm are the parameters of sorting. line is what the lines of the code begin with, inner those inside of a block:
// Sort and the versions of Item Lists differ in their white space.
func sortForm(line, inner string) []schemas.Property {
	code := strings.NewReplacer("\n\n", "\n\n"+line, "\n>", "\n"+inner, "\n", "\n"+line).Replace(compareCode)
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
						Extra:       forms.FieldName(),
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
			DisplayName: "Code", Name: "code", Type: schemas.String, Default: code,
			TypeOptions:    map[string]any{"alwaysOpenEditWindow": true, "editor": "jsEditor", "rows": 10},
			DisplayOptions: schemas.Show("type", "code"),
			Description:    "JavaScript that compares the items a and b and returns a number",
		},
	}
}

func sortOptions() schemas.Property {
	return listOptions(schemas.Show("type", "simple"), disableDotNotation(nil))
}
