package core

import (
	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func renameKeysDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.renameKeys"},
		Versions:    []float64{1},
		Name:        "renameKeys",
		DisplayName: "Rename Keys",
		Description: "Gives fields of the items other names",
		Group:       []string{"transform"},
		DefaultName: "Rename Keys",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  renameKeysProperties(),
	}
}

func renameKeysProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Keys", Name: "keys", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions: map[string]any{"multipleValues": true, "sortable": true},
			Groups: []schemas.Group{
				{Name: "key", DisplayName: "Key", Values: []schemas.Property{
					{
						DisplayName: "Current Key Name", Name: "currentKey", Type: schemas.String, Default: "",
						Description: "The name that the field has; dots lead to fields inside",
						Placeholder: "currentKey",
						Extra:       forms.FieldName(),
					},
					{
						DisplayName: "New Key Name", Name: "newKey", Type: schemas.String, Default: "",
						Description: "The name that the field gets; dots lead to fields inside",
						Placeholder: "newKey",
					},
				}},
			},
			Description: "The fields to rename",
			Placeholder: "Add new key",
		},
		{
			DisplayName: "Additional Options", Name: "additionalOptions", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Regex", Name: "regexReplacement", Type: schemas.FixedCollection, Default: map[string]any{},
					TypeOptions: map[string]any{"multipleValues": true, "sortable": true},
					Groups: []schemas.Group{
						{Name: "replacements", DisplayName: "Replacement", Values: []schemas.Property{
							{
								DisplayName: "The expressions also see the names that fields were given above", Name: "regExNotice", Type: schemas.Notice, Default: "",
							},
							{
								DisplayName: "Regular Expression", Name: "searchRegex", Type: schemas.String, Default: "",
								Description: "The regular expression that a name has to match",
								Hint:        "Try it out with a tester of regular expressions",
								Placeholder: "e.g. [N-n]ame",
							},
							{
								DisplayName: "Replace With", Name: "replaceRegex", Type: schemas.String, Default: "",
								Description: "What the match is replaced by; $1, $2, ... stand for its groups",
								Placeholder: "replacedName",
							},
							{
								DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
								Fields: []schemas.Property{
									{
										DisplayName: "Case Insensitive", Name: "caseInsensitive", Type: schemas.Boolean, Default: false,
										Description: "Whether upper and lower case are the same",
									},
									{
										DisplayName: "Max Depth", Name: "depth", Type: schemas.Number, Default: -1,
										Description: "How deep fields are renamed",
										Hint:        "-1: at any depth, 0: only the item's own fields",
									},
								},
								Placeholder: "Add Regex Option",
							},
						}},
					},
					Description: "Rename all fields whose name matches a regular expression",
					Placeholder: "Add new regular expression",
				},
			},
			Placeholder: "Add option",
		},
	}
}
