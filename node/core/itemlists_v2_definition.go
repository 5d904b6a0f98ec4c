package core

import (
	"encoding/json"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func itemListsV2Definition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.itemLists"},
		Versions:       []float64{2, 2.1, 2.2},
		DefaultVersion: 3.1,
		Name:           "itemLists",
		DisplayName:    "Item Lists",
		Description:    "Works on lists of items: splits, gathers, sorts, limits, summarizes, removes duplicates",
		Group:          []string{"input"},
		Subtitle:       `={{$parameter["operation"] + ": " + $parameter["resource"]}}`,
		DefaultName:    "Item Lists",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		Hidden:         true,
		Credentials:    []node.CredentialUse{},
		Properties:     itemListsV2Properties(),
	}
}

func itemListsV2Properties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Resource", Name: "resource", Type: schemas.Hidden, Default: "itemList",
			Options: []schemas.Option{
				{Name: "Item List", Value: "itemList"},
			},
		},
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "splitOutItems", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Concatenate Items", Value: "aggregateItems", Action: "Concatenate Items", Description: "Gather the values of fields in one item"},
				{Name: "Limit", Value: "limit", Action: "Limit", Description: "Keep no more than a number of items"},
				{Name: "Remove Duplicates", Value: "removeDuplicates", Action: "Remove Duplicates", Description: "Remove items that are like another"},
				{Name: "Sort", Value: "sort", Action: "Sort", Description: "Change the order of the items"},
				{Name: "Split Out Items", Value: "splitOutItems", Action: "Split Out Items", Description: "Make an item of each element of a list"},
				{Name: "Summarize", Value: "summarize", Action: "Summarize", Description: "Sum, count and join values over the items"},
			},
		},
		{
			DisplayName: "Fields To Split Out", Name: "fieldToSplitOut", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "splitOutItems"),
			Description:    "The fields whose elements become items, with commas between; $binary stands for the item's files",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Include", Name: "include", Type: schemas.Options, Default: "noOtherFields",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "splitOutItems"),
			Options: []schemas.Option{
				{Name: "No Other Fields", Value: "noOtherFields"},
				{Name: "All Other Fields", Value: "allOtherFields"},
				{Name: "Selected Other Fields", Value: "selectedOtherFields"},
			},
			Description: "Which other fields of the input item each new item gets",
		},
		{
			DisplayName: "Fields To Include", Name: "fieldsToInclude", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "splitOutItems").And("include", "selectedOtherFields"),
			Groups: []schemas.Group{
				{Name: "fields", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
						Description: "The name of a field to take",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Include",
		},
		{
			DisplayName: "Aggregate", Name: "aggregate", Type: schemas.Options, Default: "aggregateIndividualFields",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "aggregateItems"),
			Options: []schemas.Option{
				{Name: "Individual Fields", Value: "aggregateIndividualFields"},
				{Name: "All Item Data (Into a Single List)", Value: "aggregateAllItemData"},
			},
		},
		{
			DisplayName: "Fields To Aggregate", Name: "fieldsToAggregate", Type: schemas.FixedCollection, Default: json.RawMessage(`{"fieldToAggregate":[{"fieldToAggregate":"","renameField":false}]}`),
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "aggregateItems").And("aggregate", "aggregateIndividualFields"),
			Groups: []schemas.Group{
				{Name: "fieldToAggregate", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Input Field Name", Name: "fieldToAggregate", Type: schemas.String, Default: "",
						Description: "The field whose values are gathered",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Rename Field", Name: "renameField", Type: schemas.Boolean, Default: false,
						Description: "Whether the list gets another name than the field",
					},
					{
						DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("renameField", true),
						Description:    "The name of the list; empty: that of the field",
						Extra:          extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Aggregate",
		},
		{
			DisplayName: "Put Output in Field", Name: "destinationFieldName", Type: schemas.String, Default: "data",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "aggregateItems").And("aggregate", "aggregateAllItemData"),
			Description:    "The field that each element is put into; with commas between where several fields are split out",
		},
		{
			DisplayName: "Include", Name: "include", Type: schemas.Options, Default: "allFields",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "aggregateItems").And("aggregate", "aggregateAllItemData"),
			Options: []schemas.Option{
				{Name: "All Fields", Value: "allFields"},
				{Name: "Specified Fields", Value: "specifiedFields"},
				{Name: "All Fields Except", Value: "allFieldsExcept"},
			},
		},
		{
			DisplayName: "Fields To Exclude", Name: "fieldsToExclude", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "aggregateItems").And("aggregate", "aggregateAllItemData").And("include", "allFieldsExcept"),
			Groups: []schemas.Group{
				{Name: "fields", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
						Description: "The name of a field to leave out",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Exclude",
		},
		{
			DisplayName: "Fields To Include", Name: "fieldsToInclude", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "aggregateItems").And("aggregate", "aggregateAllItemData").And("include", "specifiedFields"),
			Groups: []schemas.Group{
				{Name: "fields", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
						Description: "The name of a field to take",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Include",
		},
		{
			DisplayName: "Compare", Name: "compare", Type: schemas.Options, Default: "allFields",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "removeDuplicates"),
			Options: []schemas.Option{
				{Name: "All Fields", Value: "allFields"},
				{Name: "All Fields Except", Value: "allFieldsExcept"},
				{Name: "Selected Fields", Value: "selectedFields"},
			},
			Description: "Which fields have to be equal",
		},
		{
			DisplayName: "Fields To Exclude", Name: "fieldsToExclude", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "removeDuplicates").And("compare", "allFieldsExcept"),
			Groups: []schemas.Group{
				{Name: "fields", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
						Description: "The name of a field to leave out",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Exclude",
		},
		{
			DisplayName: "Fields To Compare", Name: "fieldsToCompare", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "removeDuplicates").And("compare", "selectedFields"),
			Groups: []schemas.Group{
				{Name: "fields", DisplayName: "", Values: []schemas.Property{
					{
						DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
						Description: "The name of a field to compare",
						Hint:        "The name, as text",
						Placeholder: "e.g. id",
						Extra:       extra("requiresDataPath", `"single"`),
					},
				}},
			},
			Placeholder: "Add Field To Compare",
		},
		{
			DisplayName: "Type", Name: "type", Type: schemas.Options, Default: "simple",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "sort"),
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
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "sort").And("type", "simple"),
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
			DisplayName: "Code", Name: "code", Type: schemas.String, Default: "// The two items to compare are in the variables a and b\n// Access the fields in a.json and b.json\n// Return -1 if a should go before b\n// Return 1 if b should go before a\n// Return 0 if there's no difference\n\nfieldName = 'myField';\n\nif (a.json[fieldName] < b.json[fieldName]) {\n\t\treturn -1;\n}\nif (a.json[fieldName] > b.json[fieldName]) {\n\t\treturn 1;\n}\nreturn 0;",
			TypeOptions:    map[string]any{"alwaysOpenEditWindow": true, "editor": "jsEditor", "rows": 10},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "sort").And("type", "code"),
			Description:    "JavaScript that compares the items a and b and returns a number",
		},
		{
			DisplayName: "Max Items", Name: "maxItems", Type: schemas.Number, Default: 1,
			TypeOptions:    map[string]any{"minValue": 1},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "limit"),
			Description:    "How many items are kept at most",
		},
		{
			DisplayName: "Keep", Name: "keep", Type: schemas.Options, Default: "firstItems",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "limit"),
			Options: []schemas.Option{
				{Name: "First Items", Value: "firstItems"},
				{Name: "Last Items", Value: "lastItems"},
			},
			Description: "Which items are kept where there are more",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "removeDuplicates").And("compare", "allFieldsExcept", "selectedFields"),
			Fields: []schemas.Property{
				{
					DisplayName: "Remove Other Fields", Name: "removeOtherFields", Type: schemas.Boolean, Default: false,
					Description: "Whether fields that are not compared are dropped; else they are those of the first of the equal items",
				},
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					Description: "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
			},
			Placeholder: "Add Field",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "sort").And("type", "simple"),
			Fields: []schemas.Property{
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					Description: "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
			},
			Placeholder: "Add Field",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "splitOutItems", "aggregateItems").AndNot("aggregate", "aggregateAllItemData"),
			Fields: []schemas.Property{
				{
					DisplayName: "Disable Dot Notation", Name: "disableDotNotation", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/operation", "splitOutItems", "aggregateItems"),
					Description:    "Whether a dot in a field name is part of the name instead of leading to a field inside",
				},
				{
					DisplayName: "Destination Field Name", Name: "destinationFieldName", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("/operation", "splitOutItems"),
					Description:    "The field that each element is put into; with commas between where several fields are split out",
					Extra:          extra("requiresDataPath", `"multiple"`),
				},
				{
					DisplayName: "Merge Lists", Name: "mergeLists", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/operation", "aggregateItems"),
					Description:    "Whether values that are lists are joined to one list instead of becoming a list of lists",
				},
				{
					DisplayName: "Keep Missing And Null Values", Name: "keepMissing", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/operation", "aggregateItems"),
					Description:    "Whether a missing or null value gives a null in the list",
				},
			},
			Placeholder: "Add Field",
		},
		{
			DisplayName: "Fields to Summarize", Name: "fieldsToSummarize", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"aggregation":"count","field":""}]}`),
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "summarize"),
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
						DisplayOptions: (&schemas.DisplayOptions{}).AndNot("aggregation", "average", "max", "min", "sum", "countUnique", "count"),
						Description:    "The field whose values are summarized; missing, null and empty ones do not count",
						Hint:           "The name, as text",
						Placeholder:    "e.g. cost",
						Extra:          extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Field", Name: "field", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("aggregation", "average", "max", "min", "sum"),
						Description:    "The field whose values are summarized; missing, null and empty ones do not count",
						Hint:           "The name, as text",
						Placeholder:    "e.g. cost",
						Extra:          extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Field", Name: "field", Type: schemas.String, Default: "",
						DisplayOptions: schemas.Show("aggregation", "countUnique", "count"),
						Description:    "The field whose values are summarized; missing, null and empty ones do not count",
						Hint:           "The name, as text",
						Placeholder:    "e.g. cost",
						Extra:          extra("requiresDataPath", `"single"`),
					},
					{
						DisplayName: "Include Empty Values", Name: "includeEmpty", Type: schemas.Boolean, Default: false,
						DisplayOptions: schemas.Show("aggregation", "append", "concatenate"),
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
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "summarize").AndNot("/options.outputFormat", "singleItem"),
			Description:    "The fields whose values make groups, each summarized by itself",
			Hint:           "The names, with commas between",
			Placeholder:    "e.g. country, city",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Fields to Group By", Name: "fieldsToSplitBy", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "summarize").And("/options.outputFormat", "singleItem"),
			Description:    "The fields whose values make groups, each summarized by itself",
			Hint:           "The names, with commas between",
			Placeholder:    "e.g. country, city",
			Extra:          extra("requiresDataPath", `"multiple"`),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("resource", "itemList").And("operation", "summarize"),
			Fields: []schemas.Property{
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
