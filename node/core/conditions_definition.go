package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// filterProperties are the parameters that If and Filter have from version 2 on.
func filterProperties() []schemas.Property {
	return []schemas.Property{
		filterParameter(2.1, "={{ $nodeVersion >= 2.3 ? 3 : $nodeVersion >= 2.2 ? 2 : 1 }}"),
		looseTypes(false, schemas.Cnd("gte", 2.1)),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
			Fields: []schemas.Property{ignoreCase(), looseTypes(true, schemas.Cnd("lt", 2.1))},
		},
	}
}

// filterParameter is the parameter conditions. looseSince is the type version from which the switch for loose types stands beside
// the options, version the expression for the version of the filter.
func filterParameter(looseSince float64, version string) schemas.Property {
	return schemas.Property{
		DisplayName: "Conditions", Name: "conditions", Type: schemas.Filter, Default: map[string]any{}, Placeholder: "Add Condition",
		TypeOptions: map[string]any{"filter": map[string]any{
			"caseSensitive": "={{!$parameter.options.ignoreCase}}",
			"typeValidation": "={{ ($nodeVersion < " + node.FormatNumber(looseSince) + " ? $parameter.options.looseTypeValidation :  " +
				`$parameter.looseTypeValidation) ? "loose" : "strict" }}`,
			"version": version,
		}},
	}
}

func ignoreCase() schemas.Property {
	return schemas.Property{
		DisplayName: "Ignore Case", Name: "ignoreCase", Type: schemas.Boolean, Default: true,
		Description: "Whether upper and lower case are the same",
	}
}

func looseTypes(otherwise bool, versions schemas.Condition) schemas.Property {
	return schemas.Property{
		DisplayName: "Convert types where required", Name: "looseTypeValidation", Type: schemas.Boolean, Default: otherwise,
		DisplayOptions: schemas.Show("@version", versions),
		Description: "Whether values of another type are turned into the type of the comparison: " +
			`the text "false" and 0 into the boolean false, for example`,
	}
}

// comparisonProperties is the parameter conditions of If 1 and Filter 1.
func comparisonProperties() []schemas.Property {
	empty := []schemas.Option{{Name: "Is Empty", Value: "isEmpty"}, {Name: "Is Not Empty", Value: "isNotEmpty"}}
	unary := (&schemas.DisplayOptions{}).AndNot("operation", "isEmpty", "isNotEmpty")
	binary := (&schemas.DisplayOptions{}).AndNot("operation", "isEmpty", "isNotEmpty", "regex", "notRegex")
	numbers, texts := operationProperty("smaller", append(numberOperations("Smaller or Equal", "Larger or Equal"), empty...)), operationProperty("equal", append(textOperations(), empty...))
	numbers.NoDataExpression, texts.NoDataExpression = true, true
	return []schemas.Property{{
		DisplayName: "Conditions", Name: "conditions", Type: schemas.FixedCollection, Default: map[string]any{}, Placeholder: "Add Condition",
		TypeOptions: map[string]any{"multipleValues": true, "sortable": true}, Description: "What type the compared values have",
		Groups: []schemas.Group{
			{Name: "boolean", DisplayName: "Boolean", Values: []schemas.Property{
				value1(schemas.Boolean, false), operationProperty("equal", booleanOperations()), value2(schemas.Boolean, false, nil),
			}},
			{Name: "dateTime", DisplayName: "Date & Time", Values: []schemas.Property{
				value1(schemas.DateTime, ""), operationProperty("after", dateOperations()), value2(schemas.DateTime, "", nil),
			}},
			{Name: "number", DisplayName: "Number", Values: []schemas.Property{
				value1(schemas.Number, 0), numbers, value2(schemas.Number, 0, unary),
			}},
			{Name: "string", DisplayName: "String", Values: []schemas.Property{
				value1(schemas.String, ""), texts, value2(schemas.String, "", binary), regexValue(),
			}},
		},
	}}
}

func value1(t schemas.PropertyType, otherwise any) schemas.Property {
	return schemas.Property{
		DisplayName: "Value 1", Name: "value1", Type: t, Default: otherwise, Description: "The first value of the comparison",
	}
}

func value2(t schemas.PropertyType, otherwise any, shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Value 2", Name: "value2", Type: t, Default: otherwise, DisplayOptions: shown,
		Description: "The second value of the comparison",
	}
}

// regexValue is value2 where it is a regular expression.
func regexValue() schemas.Property {
	return schemas.Property{
		DisplayName: "Regex", Name: "value2", Type: schemas.String, Default: "", Placeholder: "/text/i",
		DisplayOptions: schemas.Show("operation", "regex", "notRegex"), Description: "The regular expression",
	}
}

func operationProperty(otherwise string, options []schemas.Option) schemas.Property {
	return schemas.Property{
		DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: otherwise,
		Description: "How the two values are compared", Options: options,
	}
}

func booleanOperations() []schemas.Option {
	return []schemas.Option{{Name: "Equal", Value: "equal"}, {Name: "Not Equal", Value: "notEqual"}}
}

func dateOperations() []schemas.Option {
	return []schemas.Option{{Name: "Occurred After", Value: "after"}, {Name: "Occurred Before", Value: "before"}}
}

func numberOperations(atMost, atLeast string) []schemas.Option {
	return []schemas.Option{
		{Name: "Smaller", Value: "smaller"},
		{Name: atMost, Value: "smallerEqual"},
		{Name: "Equal", Value: "equal"},
		{Name: "Not Equal", Value: "notEqual"},
		{Name: "Larger", Value: "larger"},
		{Name: atLeast, Value: "largerEqual"},
	}
}

func textOperations() []schemas.Option {
	return []schemas.Option{
		{Name: "Contains", Value: "contains"},
		{Name: "Not Contains", Value: "notContains"},
		{Name: "Ends With", Value: "endsWith"},
		{Name: "Not Ends With", Value: "notEndsWith"},
		{Name: "Equal", Value: "equal"},
		{Name: "Not Equal", Value: "notEqual"},
		{Name: "Regex Match", Value: "regex"},
		{Name: "Regex Not Match", Value: "notRegex"},
		{Name: "Starts With", Value: "startsWith"},
		{Name: "Not Starts With", Value: "notStartsWith"},
	}
}

func ifCombine() schemas.Property {
	return schemas.Property{
		DisplayName: "Combine", Name: "combineOperation", Type: schemas.Options, Default: "all",
		Description: "Whether one of several conditions is enough, or all have to be met",
		Options: []schemas.Option{
			{Name: "ALL", Value: "all", Description: `An item has to meet all conditions to go to "true"`},
			{Name: "ANY", Value: "any", Description: `An item that meets one condition goes to "true"`},
		},
	}
}

func filterCombine() schemas.Property {
	return schemas.Property{
		DisplayName: "Combine Conditions", Name: "combineConditions", Type: schemas.Options, Default: "AND",
		Description: "Whether all conditions have to hold (AND) or one is enough (OR)",
		Options: []schemas.Option{
			{Name: "AND", Value: "AND", Description: "All conditions have to hold"},
			{Name: "OR", Value: "OR", Description: "One condition that holds is enough"},
		},
	}
}
