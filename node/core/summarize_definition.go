package core

import (
	"encoding/json"
	"slices"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func summarizeDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.summarize"},
		Versions:    []float64{1, 1.1},
		Name:        "summarize",
		DisplayName: "Summarize",
		Description: "Sums, counts, joins and compares the values of fields over all items",
		Group:       []string{"transform"},
		DefaultName: "Summarize",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  summarizeProperties(),
	}
}

func summarizeProperties() []schemas.Property {
	options := summarizeOptions()
	options.Fields = append([]schemas.Property{{
		DisplayName: "Continue if Field Not Found", Name: "continueIfFieldNotFound", Type: schemas.Boolean, Default: false,
		DisplayOptions: (&schemas.DisplayOptions{}).AndNot("@version", schemas.Cnd("gte", 1.1)),
		Description:    "Whether a field that no item has gives an empty result instead of an error",
	}}, options.Fields...)
	return append(summarizeForm(aggregationKinds{
		numbers: []any{"average", "sum"}, all: []any{"countUnique", "count", "max", "min"},
		emptyToo: []any{"append", "concatenate", "count", "countUnique"},
	}), options)
}

// aggregationKinds are the aggregations that only numbers have, those that all values have, and those that can take in empty values.
type aggregationKinds struct{ numbers, all, emptyToo []any }

// summarizeForm are the parameters of summarizing.
func summarizeForm(kinds aggregationKinds) []schemas.Property {
	field := func(shown *schemas.DisplayOptions) schemas.Property {
		return schemas.Property{
			DisplayName: "Field", Name: "field", Type: schemas.String, Default: "", DisplayOptions: shown,
			Description: "The field whose values are summarized; missing, null and empty ones do not count",
			Hint:        "The name, as text",
			Placeholder: "e.g. cost",
			Extra:       forms.FieldName(),
		}
	}
	groups := func(displayName string, shown *schemas.DisplayOptions) schemas.Property {
		return schemas.Property{
			DisplayName: displayName, Name: "fieldsToSplitBy", Type: schemas.String, Default: "", DisplayOptions: shown,
			Description: "The fields whose values make groups, each summarized by itself",
			Hint:        "The names, with commas between",
			Placeholder: "e.g. country, city",
			Extra:       forms.FieldNames(),
		}
	}
	return []schemas.Property{
		{
			DisplayName: "Fields to Summarize", Name: "fieldsToSummarize", Type: schemas.FixedCollection,
			Default:     json.RawMessage(`{"values":[{"aggregation":"count","field":""}]}`),
			TypeOptions: map[string]any{"multipleValues": true},
			Groups: []schemas.Group{
				{Name: "values", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Aggregation", Name: "aggregation", Type: schemas.Options, Default: "count",
						Options: []schemas.Option{
							{Name: "Append", Value: "append"},
							{Name: "Average", Value: "average"},
							{Name: "Concatenate", Value: "concatenate"},
							{Name: "Count", Value: "count"},
							{Name: "Count Unique", Value: "countUnique"},
							{Name: "Max", Value: "max"},
							{Name: "Min", Value: "min"},
							{Name: "Sum", Value: "sum"},
						},
						Description: "What is made of the values",
					},
					field((&schemas.DisplayOptions{}).AndNot("aggregation", slices.Concat(kinds.numbers, kinds.all)...)),
					field(schemas.Show("aggregation", kinds.numbers...)),
					field(schemas.Show("aggregation", kinds.all...)),
					{
						DisplayName: "Include Empty Values", Name: "includeEmpty", Type: schemas.Boolean, Default: false,
						DisplayOptions: schemas.Show("aggregation", kinds.emptyToo...),
					},
					{
						DisplayName: "Separator", Name: "separateBy", Type: schemas.Options, Default: ",",
						DisplayOptions: schemas.Show("aggregation", "concatenate"),
						Options: []schemas.Option{
							{Name: "Comma", Value: ","},
							{Name: "Comma and Space", Value: ", "},
							{Name: "New Line", Value: "\n"},
							{Name: "None", Value: ""},
							{Name: "Space", Value: " "},
							{Name: "Other", Value: "other"},
						},
						Hint: "What stands between the values",
					},
					{
						DisplayName: "Custom Separator", Name: "customSeparator", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("aggregation", "concatenate").And("separateBy", "other"),
					},
				}},
			},
			Placeholder: "Add Field",
		},
		groups("Fields to Split By", (&schemas.DisplayOptions{}).AndNot("/options.outputFormat", "singleItem")),
		groups("Fields to Group By", schemas.Show("/options.outputFormat", "singleItem")),
	}
}

func summarizeOptions() schemas.Property {
	return forms.Options(nil,
		disableDotNotation(nil),
		schemas.Property{
			DisplayName: "Output Format", Name: "outputFormat", Type: schemas.Options, Default: "separateItems",
			Options: []schemas.Option{
				{Name: "Each Split in a Separate Item", Value: "separateItems"},
				{Name: "All Splits in a Single Item", Value: "singleItem"},
			},
		},
		schemas.Property{
			DisplayName: "Ignore items without valid fields to group by", Name: "skipEmptySplitFields", Type: schemas.Boolean, Default: false,
		},
	)
}
