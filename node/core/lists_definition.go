package core

import (
	"strings"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/schemas"
)

// What the forms of the nodes that work on lists of items have in common. Item Lists has each of their forms once more, under
// its operations.

// fieldList is a parameter that lists names of fields: as text with commas between, or in rows, as in Item Lists before version
// 3. about says what the fields are for.
func fieldList(rows bool, displayName, name, about string, shown *schemas.DisplayOptions) schemas.Property {
	list := schemas.Property{DisplayName: displayName, Name: name, DisplayOptions: shown}
	if !rows {
		list.Type, list.Default, list.Extra = schemas.String, "", forms.FieldNames()
		list.Description, list.Placeholder = "The names of the fields "+about+", with commas between", "e.g. email, name"
		return list
	}
	list.Type, list.Default = schemas.FixedCollection, map[string]any{}
	list.TypeOptions = map[string]any{"multipleValues": true}
	list.Placeholder = "Add " + strings.Replace(displayName, "Fields", "Field", 1)
	list.Groups = []schemas.Group{{Name: "fields", Values: []schemas.Property{{
		DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
		Description: "The name of a field " + about,
		Hint:        "The name, as text",
		Placeholder: "e.g. id",
		Extra:       forms.FieldName(),
	}}}}
	return list
}

func listOptions(shown *schemas.DisplayOptions, fields ...schemas.Property) schemas.Property {
	options := forms.Options(shown, fields...)
	options.Placeholder = "Add Field"
	return options
}

func disableDotNotation(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false, DisplayOptions: shown,
		Description: "Whether a name like a.b means a field named so, and not the field b inside of a",
	}
}
