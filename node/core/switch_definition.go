package core

import (
	"encoding/json"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func baseSwitch(versions ...float64) node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.switch"},
		Versions:       versions,
		DefaultVersion: 3.4,
		Name:           "switch",
		DisplayName:    "Switch",
		Description:    "Sends each item to one of several outputs, by rules or by an expression",
		Group:          []string{"transform"},
		DefaultName:    "Switch",
		Inputs:         []string{"main"},
	}
}

func switchDefinition() node.Definition {
	def := baseSwitch(3, 3.1, 3.2, 3.3, 3.4)
	def.Subtitle = `=mode: {{ $parameter["mode"] }}`
	def.OutputsExpression = `={{ $parameter.mode === "expression" ? Array($parameter.numberOutputs).fill("main") : ` +
		`Array(($parameter.rules?.values ?? []).length + ($parameter.options?.fallbackOutput === "extra" ? 1 : 0)).fill("main") }}`
	outputs := schemas.Property{
		DisplayName: "Number of Outputs", Name: "numberOutputs", Type: schemas.Number, Default: 4, NoDataExpression: true,
		DisplayOptions: schemas.Show("mode", "expression").And("@version", schemas.Cnd("gte", 3.3)),
		Description:    "How many outputs the node has",
	}
	outputsBefore := outputs
	outputsBefore.NoDataExpression = false
	outputsBefore.DisplayOptions = schemas.Show("mode", "expression").And("@version", schemas.Cnd("lt", 3.3))
	def.Properties = []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "rules", NoDataExpression: true,
			Description: "What says where an item goes",
			Options: []schemas.Option{
				{Name: "Rules", Value: "rules", Description: "A rule for each output says which items go there"},
				{Name: "Expression", Value: "expression", Description: "An expression gives the index of the output"},
			},
		},
		outputs,
		outputsBefore,
		{
			DisplayName: "Output Index", Name: "output", Type: schemas.Number, Default: "={{}}", ValidateType: "number",
			DisplayOptions: schemas.Show("mode", "expression"), Hint: "Outputs count from 0",
			Description: "The index of the output that the item goes to: an expression that gives a number",
		},
		switchRules(),
		looseTypes(false, schemas.Cnd("gte", 3.1)),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
			DisplayOptions: schemas.Show("mode", "rules"),
			Fields: []schemas.Property{
				{
					DisplayName: "Fallback Output", Name: "fallbackOutput", Type: schemas.Options, Default: "none",
					TypeOptions: map[string]any{
						"loadOptionsDependsOn": []any{"rules.values", "/rules", "/rules.values"}, "loadOptionsMethod": "getFallbackOutputOptions",
					},
					Description: "Where items go that no rule matches; unset: nowhere",
				},
				ignoreCase(),
				looseTypes(true, schemas.Cnd("lt", 3.1)),
				{
					DisplayName: "Rename Fallback Output", Name: "renameFallbackOutput", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("fallbackOutput", "extra"), Placeholder: "e.g. Fallback",
				},
				{
					DisplayName: "Send data to all matching outputs", Name: "allMatchingOutputs", Type: schemas.Boolean, Default: false,
					Description: "Whether an item goes to every output whose rule it matches, not to the first one only",
				},
			},
		},
	}
	return def
}

func switchRules() schemas.Property {
	conditions := filterParameter(3.1, "={{ $nodeVersion >=3.4 ? 3 : $nodeVersion >= 3.2 ? 2 : 1 }}")
	conditions.TypeOptions["multipleValues"] = false
	return schemas.Property{
		DisplayName: "Routing Rules", Name: "rules", Type: schemas.FixedCollection, Placeholder: "Add Routing Rule",
		Default: json.RawMessage(`{"values":[{"conditions":{"options":{"caseSensitive":true,"leftValue":"","typeValidation":"strict"},` +
			`"conditions":[{"leftValue":"","rightValue":"","operator":{"type":"string","operation":"equals"}}],"combinator":"and"}}]}`),
		TypeOptions:    map[string]any{"multipleValues": true, "sortable": true},
		DisplayOptions: schemas.Show("mode", "rules"),
		Groups: []schemas.Group{{Name: "values", DisplayName: "Routing Rule", Values: []schemas.Property{
			conditions,
			{DisplayName: "Rename Output", Name: "renameOutput", Type: schemas.Boolean, Default: false},
			{
				DisplayName: "Output Name", Name: "outputKey", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("renameOutput", true), Description: "What the output for items that match is called",
			},
		}}},
	}
}

func switchV1Definition() node.Definition {
	def := baseSwitch(1)
	def.Outputs = []string{"main", "main", "main", "main"}
	def.OutputNames = []string{"0", "1", "2", "3"}
	bounds := map[string]any{"minValue": 0, "maxValue": 3}
	def.Properties = append([]schemas.Property{
		switchMode(),
		{
			DisplayName: "Output", Name: "output", Type: schemas.Number, Default: 0, TypeOptions: bounds,
			DisplayOptions: schemas.Show("mode", "expression"), Description: "The index of the output that the item goes to",
		},
	}, switchComparisons(map[string]any{"multipleValues": true}, schemas.Property{
		DisplayName: "Output", Name: "output", Type: schemas.Number, Default: 0, TypeOptions: bounds,
		Description: "The index of the output for items that match",
	})...)
	def.Properties = append(def.Properties, schemas.Property{
		DisplayName: "Fallback Output", Name: "fallbackOutput", Type: schemas.Options, Default: -1,
		DisplayOptions: schemas.Show("mode", "rules"), Description: "Where items go that no rule matches",
		Options: []schemas.Option{
			{Name: "None", Value: -1}, {Name: "0", Value: 0}, {Name: "1", Value: 1}, {Name: "2", Value: 2}, {Name: "3", Value: 3},
		},
	})
	return def
}

func switchV2Definition() node.Definition {
	def := baseSwitch(2)
	def.OutputsExpression = `={{ Array($parameter.mode === "expression" ? $parameter.outputsAmount : ($parameter.rules?.rules ?? []).length).fill("main") }}`
	def.Properties = append([]schemas.Property{
		switchMode(),
		{
			DisplayName: "Output", Name: "output", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("mode", "expression"), Description: "The index of the output that the item goes to",
		},
		{
			DisplayName: "Outputs Amount", Name: "outputsAmount", Type: schemas.Number, Default: 4,
			DisplayOptions: schemas.Show("mode", "expression"), Description: "How many outputs the node has",
		},
	}, switchComparisons(map[string]any{"multipleValues": true, "sortable": true}, schemas.Property{
		DisplayName: "Output Key", Name: "outputKey", Type: schemas.String, Default: "",
		Description: "What the output for items that match is called",
	})...)
	def.Properties = append(def.Properties, schemas.Property{
		DisplayName: "Fallback Output Name or ID", Name: "fallbackOutput", Type: schemas.Options, Default: -1,
		TypeOptions:    map[string]any{"loadOptionsDependsOn": []any{"rules.rules"}, "loadOptionsMethod": "getFallbackOutputOptions"},
		DisplayOptions: schemas.Show("mode", "rules"), Description: "Where items go that no rule matches; an expression may say so too",
	})
	return def
}

func switchMode() schemas.Property {
	return schemas.Property{
		DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "rules", Description: "What says where an item goes",
		Options: []schemas.Option{
			{Name: "Expression", Value: "expression", Description: "An expression says where an item goes"},
			{Name: "Rules", Value: "rules", Description: "Rules say where an item goes"},
		},
	}
}

// switchComparisons are the parameters dataType, value1 and rules of versions 1 and 2. target is the field of a rule that stands
// for its output.
func switchComparisons(typeOptions map[string]any, target schemas.Property) []schemas.Property {
	props := []schemas.Property{{
		DisplayName: "Data Type", Name: "dataType", Type: schemas.Options, Default: "number",
		DisplayOptions: schemas.Show("mode", "rules"), Description: "What type the compared values have",
		Options: []schemas.Option{
			{Name: "Boolean", Value: "boolean"},
			{Name: "Date & Time", Value: "dateTime"},
			{Name: "Number", Value: "number"},
			{Name: "String", Value: "string"},
		},
	}}
	for _, t := range []struct {
		name, displayName string
		typ               schemas.PropertyType
		otherwise         any
		operation         string
		operations        []schemas.Option
	}{
		{"boolean", "Boolean", schemas.Boolean, false, "equal", booleanOperations()},
		{"dateTime", "Dates", schemas.DateTime, "", "after", dateOperations()},
		{"number", "Numbers", schemas.Number, 0, "smaller", numberOperations("Smaller Equal", "Larger Equal")},
		{"string", "Strings", schemas.String, "", "equal", textOperations()},
	} {
		second := t.otherwise
		if t.name == "dateTime" {
			second = 0
		}
		shown := schemas.Show("dataType", t.name).And("mode", "rules")
		value := value1(t.typ, t.otherwise)
		value.DisplayOptions = shown
		values := []schemas.Property{operationProperty(t.operation, t.operations)}
		if t.name == "string" {
			values = append(values, value2(t.typ, "", (&schemas.DisplayOptions{}).AndNot("operation", "regex", "notRegex")), regexValue())
		} else {
			values = append(values, value2(t.typ, second, nil))
		}
		props = append(props, value, schemas.Property{
			DisplayName: "Routing Rules", Name: "rules", Type: schemas.FixedCollection, Default: map[string]any{}, Placeholder: "Add Routing Rule",
			TypeOptions: typeOptions, DisplayOptions: shown,
			Groups: []schemas.Group{{Name: "rules", DisplayName: t.displayName, Values: append(values, target)}},
		})
	}
	return props
}
