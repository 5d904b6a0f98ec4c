package core

import (
	"encoding/json"
	"strconv"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func baseMerge(versions ...float64) node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.merge"},
		Versions:       versions,
		DefaultVersion: 3.2,
		Name:           "merge",
		DisplayName:    "Merge",
		Description:    "Makes one list of the items of several inputs",
		Group:          []string{"transform"},
		Subtitle:       `={{$parameter["mode"]}}`,
		DefaultName:    "Merge",
		Inputs:         []string{"main", "main"},
		InputNames:     []string{"Input 1", "Input 2"},
		Outputs:        []string{"main"},
	}
}

// bothInputs makes a branch be chosen only once there are data on the first two inputs.
func bothInputs() node.RequiredInputs {
	return node.RequiredInputs{Expression: `={{ $parameter["mode"] === "chooseBranch" ? [0, 1] : 1 }}`}
}

func mergeDefinition() node.Definition {
	def := baseMerge(3, 3.1, 3.2)
	def.Inputs, def.InputNames = nil, nil
	def.InputsExpression = `={{ Array($parameter.numberInputs || 2).fill("main") }}`
	def.RequiredInputs, def.Properties = bothInputs(), mergeProperties()
	return def
}

func mergeV2Definition() node.Definition {
	def := baseMerge(2, 2.1)
	def.RequiredInputs, def.Properties = bothInputs(), mergeV2Properties()
	return def
}

func mergeV1Definition() node.Definition {
	def := baseMerge(1)
	def.Properties = mergeV1Properties()
	return def
}

// clashHandling says what becomes of fields that both items have. otherwise is the choice in its default; preferInput2 in
// version 2, which knows two inputs.
func clashHandling(otherwise string, shown *schemas.DisplayOptions) schemas.Property {
	resolve := schemas.Property{
		DisplayName: "When Field Values Clash", Name: "resolveClash", Type: schemas.Options, Default: "",
		TypeOptions: map[string]any{"loadOptionsMethod": "getResolveClashOptions", "loadOptionsDependsOn": []any{"numberInputs"}},
	}
	noSuffix := schemas.Show("resolveClash", schemas.Cnd("not", "addSuffix"))
	if otherwise == "preferInput2" {
		resolve.TypeOptions, noSuffix = nil, schemas.Show("resolveClash", "preferInput1", "preferInput2")
		resolve.Options = []schemas.Option{
			{Name: "Always Add Input Number to Field Names", Value: "addSuffix"},
			{Name: "Prefer Input 1 Version", Value: "preferInput1"},
			{Name: "Prefer Input 2 Version", Value: "preferInput2"},
		}
	}
	values := `{"values":{"resolveClash":"` + otherwise + `","mergeMode":"deepMerge","overrideEmpty":false}}`
	if otherwise == "addSuffix" {
		values = `{"values":{"resolveClash":"addSuffix"}}`
	}
	return schemas.Property{
		DisplayName: "Clash Handling", Name: "clashHandling", Type: schemas.FixedCollection, Default: json.RawMessage(values), DisplayOptions: shown,
		Groups: []schemas.Group{{Name: "values", DisplayName: "Values", Values: []schemas.Property{
			resolve,
			{
				DisplayName: "Merging Nested Fields", Name: "mergeMode", Type: schemas.Options, Default: "deepMerge", DisplayOptions: noSuffix,
				Hint: "Whether fields inside of fields are joined too",
				Options: []schemas.Option{
					{Name: "Deep Merge", Value: "deepMerge", Description: "Join fields at every depth"},
					{Name: "Shallow Merge", Value: "shallowMerge", Description: "Join the outermost fields only"},
				},
			},
			{
				DisplayName: "Minimize Empty Fields", Name: "overrideEmpty", Type: schemas.Boolean, Default: false, DisplayOptions: noSuffix,
				Description: "Whether a value counts before an empty one (undefined, null, an empty text), whichever input it is of",
			},
		}}},
	}
}

func fuzzyCompare() schemas.Property {
	return schemas.Property{
		DisplayName: "Fuzzy Compare", Name: "fuzzyCompare", Type: schemas.Boolean, Default: false,
		Description: "Whether values of other types can be the same: the number 3 and the text 3, for example",
	}
}

func multipleMatches(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Multiple Matches", Name: "multipleMatches", Type: schemas.Options, Default: "all", DisplayOptions: shown,
		Options: []schemas.Option{
			{Name: "Include All Matches", Value: "all", Description: "Each match gives an item"},
			{Name: "Include First Match Only", Value: "first", Description: "Only the first match counts"},
		},
	}
}

func numberInputs(shown *schemas.DisplayOptions) schemas.Property {
	p := schemas.Property{
		DisplayName: "Number of Inputs", Name: "numberInputs", Type: schemas.Options, Default: 2, NoDataExpression: true, DisplayOptions: shown,
		ValidateType: "number", Description: "How many inputs the node has; it waits for all that are connected",
	}
	for n := 2; n <= 10; n++ {
		p.Options = append(p.Options, schemas.Option{Name: strconv.Itoa(n), Value: n})
	}
	return p
}

// matchColumns are the fields that are compared, one of each input.
func matchColumns(first, second string) []schemas.Group {
	column := func(displayName, name string) schemas.Property {
		return schemas.Property{
			DisplayName: displayName, Name: name, Type: schemas.String, Default: "", Hint: "The field's name", Placeholder: "e.g. id",
			Extra: forms.FieldName(),
		}
	}
	return []schemas.Group{{Name: "values", DisplayName: "Values", Values: []schemas.Property{
		column(first, "field1"), column(second, "field2"),
	}}}
}

func joinModes() []schemas.Option {
	return []schemas.Option{
		{Name: "Keep Matches", Value: "keepMatches", Description: "The items that match, joined (inner join)"},
		{Name: "Keep Non-Matches", Value: "keepNonMatches", Description: "The items without a match"},
		{Name: "Keep Everything", Value: "keepEverything", Description: "The items that match, joined, and those without a match (outer join)"},
		{Name: "Enrich Input 1", Value: "enrichInput1", Description: "All items of input 1, with the data of what they match in input 2 (left join)"},
		{Name: "Enrich Input 2", Value: "enrichInput2", Description: "All items of input 2, with the data of what they match in input 1 (right join)"},
	}
}

func inputChoices(both string) []schemas.Option {
	return []schemas.Option{{Name: both, Value: "both"}, {Name: "Input 1", Value: "input1"}, {Name: "Input 2", Value: "input2"}}
}

func mergeProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "append", NoDataExpression: true,
			Description: "What becomes of the inputs",
			Options: []schemas.Option{
				{Name: "Append", Value: "append", Description: "Put out the items of all inputs, one input after the other"},
				{Name: "Combine", Value: "combine", Description: "Join items that belong together"},
				{Name: "SQL Query", Value: "combineBySql", Description: "Join by a query in SQL"},
				{Name: "Choose Branch", Value: "chooseBranch", Description: "Put out the items of one input as they are"},
			},
		},
		{
			DisplayName: "Combine By", Name: "combineBy", Type: schemas.Options, Default: "combineByFields", NoDataExpression: true,
			DisplayOptions: schemas.Show("mode", "combine"),
			Description:    "What becomes of the inputs",
			Options: []schemas.Option{
				{Name: "Matching Fields", Value: "combineByFields", Description: "Join items whose fields have the same values"},
				{Name: "Position", Value: "combineByPosition", Description: "Join the first items, the second ones, and so on"},
				{Name: "All Possible Combinations", Value: "combineAll", Description: "Each item of one input with each of the other (cross join)"},
			},
		},
		numberInputs(schemas.Show("mode", "append")),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "combine").And("combineBy", "combineAll"),
			Placeholder:    "Add option",
			Fields: []schemas.Property{
				clashHandling("preferLast", nil),
				fuzzyCompare(),
			},
		},
		{
			DisplayName: "Fields To Match Have Different Names", Name: "advanced", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("mode", "combine").And("combineBy", "combineByFields"),
			Description:    "Whether the fields are named otherwise in the two inputs",
		},
		{
			DisplayName: "Fields to Match", Name: "fieldsToMatchString", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("advanced", false).And("mode", "combine").And("combineBy", "combineByFields"),
			Description:    "The fields in which items have to be the same", Hint: "The field's name", Placeholder: "e.g. id, name",
			Extra: forms.FieldNames(),
		},
		{
			DisplayName: "Fields to Match", Name: "mergeByFields", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"field1":"","field2":""}]}`),
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("advanced", true).And("mode", "combine").And("combineBy", "combineByFields"),
			Description:    "The fields in which items have to be the same", Placeholder: "Add Fields to Match",
			Groups: matchColumns("Input 1 Field", "Input 2 Field"),
		},
		{
			DisplayName: "Output Type", Name: "joinMode", Type: schemas.Options, Default: "keepMatches",
			DisplayOptions: schemas.Show("mode", "combine").And("combineBy", "combineByFields"),
			Description:    "Which items are put out",
			Options:        joinModes(),
		},
		{
			DisplayName: "Output Data From", Name: "outputDataFrom", Type: schemas.Options, Default: "both",
			DisplayOptions: schemas.Show("joinMode", "keepMatches").And("mode", "combine").And("combineBy", "combineByFields"),
			Options:        inputChoices("Both Inputs Merged Together"),
		},
		{
			DisplayName: "Output Data From", Name: "outputDataFrom", Type: schemas.Options, Default: "both",
			DisplayOptions: schemas.Show("joinMode", "keepNonMatches").And("mode", "combine").And("combineBy", "combineByFields"),
			Options:        inputChoices("Both Inputs Appended Together"),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "combine").And("combineBy", "combineByFields"),
			Placeholder:    "Add option",
			Fields: []schemas.Property{
				clashHandling("preferLast", (&schemas.DisplayOptions{}).AndNot("/joinMode", "keepMatches", "keepNonMatches")),
				clashHandling("preferLast", schemas.Show("/joinMode", "keepMatches").And("/outputDataFrom", "both")),
				disableDotNotation(nil),
				fuzzyCompare(),
				multipleMatches(schemas.Show("/joinMode", "keepMatches").And("/outputDataFrom", "both")),
				multipleMatches(schemas.Show("/joinMode", "enrichInput1", "enrichInput2", "keepEverything")),
			},
		},
		numberInputs(schemas.Show("mode", "combineBySql")),
		{
			DisplayName: "Query", Name: "query", Type: schemas.String, Default: "SELECT * FROM input1 LEFT JOIN input2 ON input1.name = input2.id", Required: true, NoDataExpression: true,
			TypeOptions:    map[string]any{"rows": 5, "editor": "sqlEditor"},
			DisplayOptions: schemas.Show("mode", "combineBySql"),
			Description:    "The inputs are tables named input1, input2, ...", Hint: "A query in SQL",
		},
		{
			DisplayName: "Values belong into the query parameters, with a ? in the query, and not into its text", Name: "queryParametersNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("mode", "combineBySql"),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "combineBySql"),
			Placeholder:    "Add option",
			Fields: []schemas.Property{
				{
					DisplayName: "Empty Query Result", Name: "emptyQueryResult", Type: schemas.Options, Default: "empty",
					DisplayOptions: schemas.Show("@version", 3.2),
					Description:    "What is put out when the query finds nothing",
					Options: []schemas.Option{
						{Name: "Success", Value: "success"},
						{Name: "Empty Result", Value: "empty"},
					},
				},
				{
					DisplayName: "Query Parameters", Name: "queryParameters", Type: schemas.String, Default: "",
					Description: "The values for the ? in the query, with commas between", Hint: "The values for the ? in the query", Placeholder: "value1,value2,value3",
				},
			},
		},
		numberInputs(schemas.Show("mode", "combine").And("combineBy", "combineByPosition")),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "combine").And("combineBy", "combineByPosition"),
			Placeholder:    "Add option",
			Fields: []schemas.Property{
				clashHandling("addSuffix", nil),
				{
					DisplayName: "Include Any Unpaired Items", Name: "includeUnpaired", Type: schemas.Boolean, Default: false,
					Description: "Whether items are put out too that have no partner because one input has more",
				},
			},
		},
		numberInputs(schemas.Show("mode", "chooseBranch")),
		{
			DisplayName: "Output Type", Name: "chooseBranchMode", Type: schemas.Options, Default: "waitForAll",
			DisplayOptions: schemas.Show("mode", "chooseBranch"),
			Options: []schemas.Option{
				{Name: "Wait for All Inputs to Arrive", Value: "waitForAll"},
			},
		},
		{
			DisplayName: "Output", Name: "output", Type: schemas.Options, Default: "specifiedInput",
			DisplayOptions: schemas.Show("chooseBranchMode", "waitForAll").And("mode", "chooseBranch"),
			Options: []schemas.Option{
				{Name: "Data of Specified Input", Value: "specifiedInput"},
				{Name: "A Single, Empty Item", Value: "empty"},
			},
		},
		{
			DisplayName: "Use Data of Input", Name: "useDataOfInput", Type: schemas.Options, Default: 1,
			TypeOptions:    map[string]any{"minValue": 1, "loadOptionsMethod": "getInputs", "loadOptionsDependsOn": []any{"numberInputs"}},
			DisplayOptions: schemas.Show("output", "specifiedInput").And("mode", "chooseBranch"),
			ValidateType:   "number", Description: "The number of the input, from 1",
		},
	}
}

func mergeV2Properties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "append",
			Description: "What becomes of the inputs",
			Options: []schemas.Option{
				{Name: "Append", Value: "append", Description: "The items of input 1, and after them those of input 2"},
				{Name: "Combine", Value: "combine", Description: "Join items that belong together"},
				{Name: "Choose Branch", Value: "chooseBranch", Description: "Put out the items of one input as they are"},
			},
		},
		{
			DisplayName: "Combination Mode", Name: "combinationMode", Type: schemas.Options, Default: "mergeByFields",
			DisplayOptions: schemas.Show("mode", "combine"),
			Options: []schemas.Option{
				{Name: "Merge By Fields", Value: "mergeByFields", Description: "Join items whose fields have the same values"},
				{Name: "Merge By Position", Value: "mergeByPosition", Description: "Join the first items, the second ones, and so on"},
				{Name: "Multiplex", Value: "multiplex", Description: "Each item of one input with each of the other (cross join)"},
			},
		},
		{
			DisplayName: "Fields to Match", Name: "mergeByFields", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"field1":"","field2":""}]}`),
			TypeOptions:    map[string]any{"multipleValues": true},
			DisplayOptions: schemas.Show("mode", "combine").And("combinationMode", "mergeByFields"),
			Placeholder:    "Add Fields to Match",
			Groups:         matchColumns("Input 1 Field", "Input 2 Field"),
		},
		{
			DisplayName: "Output Type", Name: "joinMode", Type: schemas.Options, Default: "keepMatches",
			DisplayOptions: schemas.Show("mode", "combine").And("combinationMode", "mergeByFields"),
			Options:        joinModes(),
		},
		{
			DisplayName: "Output Data From", Name: "outputDataFrom", Type: schemas.Options, Default: "both",
			DisplayOptions: schemas.Show("mode", "combine").And("combinationMode", "mergeByFields").And("joinMode", "keepMatches"),
			Options:        inputChoices("Both Inputs Merged Together"),
		},
		{
			DisplayName: "Output Data From", Name: "outputDataFrom", Type: schemas.Options, Default: "both",
			DisplayOptions: schemas.Show("mode", "combine").And("combinationMode", "mergeByFields").And("joinMode", "keepNonMatches"),
			Options:        inputChoices("Both Inputs Appended Together"),
		},
		{
			DisplayName: "Output Type", Name: "chooseBranchMode", Type: schemas.Options, Default: "waitForBoth",
			DisplayOptions: schemas.Show("mode", "chooseBranch"),
			Options: []schemas.Option{
				{Name: "Wait for Both Inputs to Arrive", Value: "waitForBoth"},
			},
		},
		{
			DisplayName: "Output", Name: "output", Type: schemas.Options, Default: "input1",
			DisplayOptions: schemas.Show("mode", "chooseBranch").And("chooseBranchMode", "waitForBoth"),
			Options: []schemas.Option{
				{Name: "Input 1 Data", Value: "input1"},
				{Name: "Input 2 Data", Value: "input2"},
				{Name: "A Single, Empty Item", Value: "empty"},
			},
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: (&schemas.DisplayOptions{}).AndNot("mode", "chooseBranch", "append"),
			Placeholder:    "Add option",
			Fields: []schemas.Property{
				clashHandling("preferInput2", schemas.Show("/mode", "combine").And("/combinationMode", "mergeByFields").AndNot("/joinMode", "keepMatches", "keepNonMatches")),
				clashHandling("preferInput2", schemas.Show("/mode", "combine").And("/combinationMode", "mergeByFields").And("/joinMode", "keepMatches").And("/outputDataFrom", "both")),
				clashHandling("preferInput2", schemas.Show("/mode", "combine").And("/combinationMode", "multiplex", "mergeByPosition")),
				disableDotNotation(schemas.Show("/mode", "combine").And("/combinationMode", "mergeByFields")),
				fuzzyCompare(),
				{
					DisplayName: "Include Any Unpaired Items", Name: "includeUnpaired", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "combine").And("/combinationMode", "mergeByPosition"),
					Description:    "Whether items are put out too that have no partner because one input has more",
				},
				multipleMatches(schemas.Show("/mode", "combine").And("/combinationMode", "mergeByFields").And("/joinMode", "keepMatches").And("/outputDataFrom", "both")),
				multipleMatches(schemas.Show("/mode", "combine").And("/combinationMode", "mergeByFields").And("/joinMode", "enrichInput1", "enrichInput2", "keepEverything")),
			},
		},
	}
}

func mergeV1Properties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "There is a newer version of this node, which can do more", Name: "oldVersionNotice", Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "append",
			Description: "What becomes of the inputs",
			Options: []schemas.Option{
				{Name: "Append", Value: "append", Description: "Put out the items of input 1, and after them those of input 2"},
				{Name: "Keep Key Matches", Value: "keepKeyMatches", Description: "Put out the items of input 1 that match one of input 2"},
				{Name: "Merge By Index", Value: "mergeByIndex", Description: "Add to each item of input 1 the data of the item at the same place in input 2"},
				{Name: "Merge By Key", Value: "mergeByKey", Description: "Add to each item of input 1 the data of the item of input 2 with the same key"},
				{Name: "Multiplex", Value: "multiplex", Description: "Join each item of input 1 with each of input 2"},
				{Name: "Pass-Through", Value: "passThrough", Description: "Put out the items of one input"},
				{Name: "Remove Key Matches", Value: "removeKeyMatches", Description: "Put out the items of input 1 that match none of input 2"},
				{Name: "Wait", Value: "wait", Description: "Wait for both inputs, then put out one empty item"},
			},
		},
		{
			DisplayName: "Join", Name: "join", Type: schemas.Options, Default: "left",
			DisplayOptions: schemas.Show("mode", "mergeByIndex"),
			Description:    "Which items are put out when one input has more than the other",
			Options: []schemas.Option{
				{Name: "Inner Join", Value: "inner", Description: "As many as the shorter input has"},
				{Name: "Left Join", Value: "left", Description: "As many as input 1 has"},
				{Name: "Outer Join", Value: "outer", Description: "As many as the longer input has"},
			},
		},
		{
			DisplayName: "Property Input 1", Name: "propertyName1", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("mode", "keepKeyMatches", "mergeByKey", "removeKeyMatches"),
			Description:    "The field of input 1 that holds the key", Hint: "The field's name, such as id",
		},
		{
			DisplayName: "Property Input 2", Name: "propertyName2", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("mode", "keepKeyMatches", "mergeByKey", "removeKeyMatches"),
			Description:    "The field of input 2 that holds the key", Hint: "The field's name, such as id",
		},
		{
			DisplayName: "Output Data", Name: "output", Type: schemas.Options, Default: "input1",
			DisplayOptions: schemas.Show("mode", "passThrough"),
			Description:    "Whose items are put out",
			Options: []schemas.Option{
				{Name: "Input 1", Value: "input1"},
				{Name: "Input 2", Value: "input2"},
			},
		},
		{
			DisplayName: "Overwrite", Name: "overwrite", Type: schemas.Options, Default: "always",
			DisplayOptions: schemas.Show("mode", "mergeByKey"),
			Description:    "When values of input 2 count instead of those of input 1",
			Options: []schemas.Option{
				{Name: "Always", Value: "always", Description: "Values of input 2 always count"},
				{Name: "If Blank", Value: "blank", Description: "Only values that are null, undefined or an empty text are replaced"},
				{Name: "If Missing", Value: "undefined", Description: "Only fields that are missing are added"},
			},
		},
	}
}
