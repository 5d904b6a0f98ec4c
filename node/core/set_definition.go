package core

import (
	"encoding/json"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// The type versions of Edit Fields at which its parameters or its behaviour changed.
const (
	setText        = 3.1 // an absent value is no text any more
	setAbsent      = 3.2 // an absent value becomes null, whatever the type
	setAssignments = 3.3 // assignments instead of fields, includeOtherFields beside include
	setStripBinary = 3.4 // files go with the other fields unless stripBinary; before only with includeBinary
	setPlain       = 3.5 // values are put out as JSON has them
)

// fieldVersions are those with the parameter fields.
var fieldVersions = []any{3, 3.1, 3.2}

func setDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.set"},
		Versions:    []float64{3, 3.1, 3.2, 3.3, 3.4, 3.5},
		Name:        "set",
		DisplayName: "Edit Fields (Set)",
		Description: "Sets fields of the items, and chooses which of their other fields to keep",
		Group:       []string{"input"},
		Subtitle:    `={{$parameter["mode"]}}`,
		DefaultName: "Edit Fields",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  setProperties(),
	}
}

func setProperties() []schemas.Property {
	selected, except := "The names of the fields to keep, with commas between", "The names of the fields to leave out, with commas between"
	since := schemas.Cnd("gte", setStripBinary)
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "manual", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Manual Mapping", Value: "manual", Action: "Set fields one by one", Description: "Set each field by itself"},
				{Name: "JSON", Value: "raw", Action: "Set fields from a JSON object", Description: "Set the fields of a JSON object"},
			},
		},
		{
			DisplayName: "Duplicate Item", Name: "duplicateItem", Type: schemas.Boolean, Default: false,
			Description: "Whether each item is put out several times", Extra: forms.Extra("isNodeSetting", "true"),
		},
		{
			DisplayName: "Duplicate Item Count", Name: "duplicateCount", Type: schemas.Number, Default: 0,
			TypeOptions: map[string]any{"minValue": 0}, DisplayOptions: schemas.Show("duplicateItem", true),
			Description: "How many copies of an item are put out beside it: for tests", Extra: forms.Extra("isNodeSetting", "true"),
		},
		{
			DisplayName: "Items are duplicated only in runs that are started from an editor", Name: "duplicateWarning",
			Type: schemas.Notice, Default: "", DisplayOptions: schemas.Show("duplicateItem", true),
		},
		{
			DisplayName: "JSON", Name: "jsonOutput", Type: schemas.JSON, Default: "{\n  \"my_field_1\": \"value\",\n  \"my_field_2\": 1\n}\n",
			TypeOptions: map[string]any{"rows": 5}, DisplayOptions: schemas.Show("mode", "raw"), ValidateType: "object", Extra: unvalidatedInRun(),
		},
		{
			DisplayName: "Fields to Set", Name: "fields", Type: schemas.FixedCollection, Default: map[string]any{}, Placeholder: "Add Field",
			TypeOptions:    map[string]any{"multipleValues": true, "sortable": true},
			DisplayOptions: schemas.Show("@version", fieldVersions...).And("mode", "manual"),
			Description:    "The fields to set, and their values",
			Groups:         []schemas.Group{{Name: "values", DisplayName: "Values", Values: setFieldProperties()}},
		},
		{
			DisplayName: "Fields to Set", Name: "assignments", Type: schemas.AssignmentCollection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "manual").AndNot("@version", fieldVersions...),
		},
		{
			DisplayName: "Include in Output", Name: "include", Type: schemas.Options, Default: "all",
			DisplayOptions: schemas.Show("@version", fieldVersions...),
			Description:    "Which fields of the input the output has beside those that are set",
			Options: []schemas.Option{
				{Name: "All Input Fields", Value: "all", Description: "Keep all fields of the input"},
				{Name: "No Input Fields", Value: "none", Description: "Keep none but those that are set"},
				{Name: "Selected Input Fields", Value: "selected", Description: "Keep those that Fields to Include names"},
				{Name: "All Input Fields Except", Value: "except", Description: "Keep all but those that Fields to Exclude names"},
			},
		},
		{
			DisplayName: "Include Other Input Fields", Name: "includeOtherFields", Type: schemas.Boolean, Default: false,
			DisplayOptions: (&schemas.DisplayOptions{}).AndNot("@version", fieldVersions...),
			Description:    "Whether the output also has fields of the input that are not set here",
		},
		{
			DisplayName: "Input Fields to Include", Name: "include", Type: schemas.Options, Default: "all",
			DisplayOptions: (&schemas.DisplayOptions{}).AndNot("@version", fieldVersions...).AndNot("/includeOtherFields", false),
			Description:    "Which fields of the input the output has beside those that are set",
			Options: []schemas.Option{
				{Name: "All", Value: "all", Description: "Keep all fields of the input"},
				{Name: "Selected", Value: "selected", Description: "Keep those that Fields to Include names"},
				{Name: "All Except", Value: "except", Description: "Keep all but those that Fields to Exclude names"},
			},
		},
		nameList("Fields to Include", "includeFields", selected, "Include", schemas.Show("include", "selected").And("@version", fieldVersions...)),
		nameList("Fields to Exclude", "excludeFields", except, "Exclude", schemas.Show("include", "except").And("@version", fieldVersions...)),
		nameList("Fields to Include", "includeFields", selected, "Include",
			schemas.Show("include", "selected").And("/includeOtherFields", true).AndNot("@version", fieldVersions...)),
		nameList("Fields to Exclude", "excludeFields", except, "Exclude",
			schemas.Show("include", "except").And("/includeOtherFields", true).AndNot("@version", fieldVersions...)),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
			Fields: []schemas.Property{
				{
					DisplayName: "Include Binary File", Name: "includeBinary", Type: schemas.Boolean, Default: true,
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("@version", since),
					Description:    "Whether the output has the binary data of the input",
				},
				{
					DisplayName: "Strip Binary Data", Name: "stripBinary", Type: schemas.Boolean, Default: true,
					DisplayOptions: schemas.Show("@version", since).And("/includeOtherFields", true),
					Description:    "Whether the output is without the binary data of the input",
				},
				{
					DisplayName: "Ignore Type Conversion Errors", Name: "ignoreConversionErrors", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "manual"),
					Description:    "Whether a value that can't become the type of its field is set as it is",
				},
				{
					DisplayName: "Support Dot Notation", Name: "dotNotation", Type: schemas.Boolean, Default: true,
					Description: `Whether a name like "a.b" means the field b inside of a, and not a field named "a.b"`,
				},
			},
		},
	}
}

func setFieldProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Name", Name: "name", Type: schemas.String, Default: "", Placeholder: "e.g. fieldName",
			Description: "The field to set; with dots and brackets one further inside, like data.person[0].name",
			Extra:       forms.FieldName(),
		},
		{
			DisplayName: "Type", Name: "type", Type: schemas.Options, Default: "stringValue", Description: "What the value becomes",
			Options: []schemas.Option{
				{Name: "String", Value: "stringValue"},
				{Name: "Number", Value: "numberValue"},
				{Name: "Boolean", Value: "booleanValue"},
				{Name: "Array", Value: "arrayValue"},
				{Name: "Object", Value: "objectValue"},
			},
		},
		{
			DisplayName: "Value", Name: "stringValue", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("type", "stringValue"), ValidateType: "string", Extra: unvalidatedInRun(),
		},
		{
			DisplayName: "Value", Name: "numberValue", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("type", "numberValue"), ValidateType: "number", Extra: unvalidatedInRun(),
		},
		{
			DisplayName: "Value", Name: "booleanValue", Type: schemas.Options, Default: "true",
			DisplayOptions: schemas.Show("type", "booleanValue"), ValidateType: "boolean", Extra: unvalidatedInRun(),
			Options: []schemas.Option{{Name: "True", Value: "true"}, {Name: "False", Value: "false"}},
		},
		{
			DisplayName: "Value", Name: "arrayValue", Type: schemas.String, Default: "", Placeholder: "e.g. [ arrayItem1, arrayItem2, arrayItem3 ]",
			DisplayOptions: schemas.Show("type", "arrayValue"), ValidateType: "array", Extra: unvalidatedInRun(),
		},
		{
			DisplayName: "Value", Name: "objectValue", Type: schemas.JSON, Default: "={}", TypeOptions: map[string]any{"rows": 2},
			DisplayOptions: schemas.Show("type", "objectValue"), ValidateType: "object", Extra: unvalidatedInRun(),
		},
	}
}

// nameList is a parameter that lists names of fields.
func nameList(displayName, name, description, verb string, shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: displayName, Name: name, Type: schemas.String, Default: "", Description: description,
		Placeholder:    "e.g. fieldTo" + verb + "1,fieldTo" + verb + "2",
		DisplayOptions: shown, Extra: forms.FieldNames(),
	}
}

// unvalidatedInRun says that ValidateType is for literal values before the run.
func unvalidatedInRun() map[string]json.RawMessage {
	return forms.Extra("ignoreValidationDuringExecution", "true")
}
