package core

import (
	"encoding/json"

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
	return []schemas.Property{
		{
			DisplayName: "Fields to Summarize", Name: "fieldsToSummarize", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"aggregation":"count","field":""}]}`),
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
					{
						DisplayName: "Field", Name: "field", Type: schemas.String, Default: "",
						DisplayOptions: (&schemas.DisplayOptions{}).AndNot("aggregation", "average", "sum", "countUnique", "count", "max", "min"),
						Description:    "The field whose values are summarized; missing, null and empty ones do not count",
						Hint:           "The name, as text",
						Placeholder:    "e.g. cost",
						Extra:          extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Field", Name: "field", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("aggregation", "average", "sum"),
						Description:    "The field whose values are summarized; missing, null and empty ones do not count",
						Hint:           "The name, as text",
						Placeholder:    "e.g. cost",
						Extra:          extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Field", Name: "field", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("aggregation", "countUnique", "count", "max", "min"),
						Description:    "The field whose values are summarized; missing, null and empty ones do not count",
						Hint:           "The name, as text",
						Placeholder:    "e.g. cost",
						Extra:          extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Include Empty Values", Name: "includeEmpty", Type: schemas.Boolean, Default: false,
						DisplayOptions: schemas.Show("aggregation", "append", "concatenate", "count", "countUnique"),
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
		{
			DisplayName: "Fields to Split By", Name: "fieldsToSplitBy", Type: schemas.String, Default: "",
			DisplayOptions: (&schemas.DisplayOptions{}).AndNot("/options.outputFormat", "singleItem"),
			Description:    "The fields whose values make groups, each summarized by itself",
			Hint:           "The names, with commas between",
			Placeholder:    "e.g. country, city",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Fields to Group By", Name: "fieldsToSplitBy", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("/options.outputFormat", "singleItem"),
			Description:    "The fields whose values make groups, each summarized by itself",
			Hint:           "The names, with commas between",
			Placeholder:    "e.g. country, city",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Continue if Field Not Found", Name: "continueIfFieldNotFound", Type: schemas.Boolean, Default: false,
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("@version", schemas.Cnd("gte", 1.1)),
					Description:    "Whether a field that no item has gives an empty result instead of an error",
				},
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					Description: "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
				{
					DisplayName: "Output Format", Name: "outputFormat", Type: schemas.Options, Default: "separateItems",
					Options: []schemas.Option{
						{Name: "Each Split in a Separate Item", Value: "separateItems"},
						{Name: "All Splits in a Single Item", Value: "singleItem"},
					},
				},
				{
					DisplayName: "Ignore items without valid fields to group by", Name: "skipEmptySplitFields", Type: schemas.Boolean, Default: false,
				},
			},
			Placeholder: "Add option",
		},
	}
}
