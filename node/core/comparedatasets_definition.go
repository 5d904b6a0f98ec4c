package core

import (
	"encoding/json"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func compareDatasetsDefinition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.compareDatasets"},
		Versions:       []float64{1, 2, 2.1, 2.2, 2.3},
		Name:           "compareDatasets",
		DisplayName:    "Compare Datasets",
		Description:    "Finds out what is the same in two inputs, and what is not",
		Group:          []string{"transform"},
		DefaultName:    "Compare Datasets",
		Inputs:         []string{"main", "main"},
		InputNames:     []string{"Input A", "Input B"},
		RequiredInputs: node.RequiredInputs{Count: 1},
		Outputs:        []string{"main", "main", "main", "main"},
		OutputNames:    []string{"In A only", "Same", "Different", "In B only"},
		Properties:     compareDatasetsProperties(),
	}
}

func compareDatasetsProperties() []schemas.Property {
	resolve := func(otherwise string, shown *schemas.DisplayOptions) schemas.Property {
		return schemas.Property{
			DisplayName: "When There Are Differences", Name: "resolve", Type: schemas.Options, Default: otherwise, DisplayOptions: shown,
			Options: []schemas.Option{
				{Name: "Use Input A Version", Value: "preferInput1"},
				{Name: "Use Input B Version", Value: "preferInput2"},
				{Name: "Use a Mix of Versions", Value: "mix", Description: "Take some fields from one input, the others from the other"},
				{Name: "Include Both Versions", Value: "includeBoth", Description: "Put out all data, side by side"},
			},
		}
	}
	fuzzy, fuzzyV1 := fuzzyCompare(), fuzzyCompare()
	fuzzy.DisplayOptions = (&schemas.DisplayOptions{}).AndNot("@version", 1)
	fuzzyV1.DisplayOptions = schemas.Show("@version", 1)
	matches := multipleMatches(nil)
	matches.Default, matches.Options = "first", []schemas.Option{matches.Options[1], matches.Options[0]}
	const names = "The fields' names, with commas between"
	return []schemas.Property{
		{
			DisplayName: "Items with the same values in these fields belong together; their other fields are then compared", Name: "infoBox",
			Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Fields to Match", Name: "mergeByFields", Type: schemas.FixedCollection,
			Default:     json.RawMessage(`{"values":[{"field1":"","field2":""}]}`),
			TypeOptions: map[string]any{"multipleValues": true}, Placeholder: "Add Fields to Match",
			Groups: matchColumns("Input A Field", "Input B Field"),
		},
		resolve("preferInput2", schemas.Show("@version", 1, 2)),
		resolve("includeBoth", (&schemas.DisplayOptions{}).AndNot("@version", 1, 2)),
		fuzzy,
		{
			DisplayName: "Prefer", Name: "preferWhenMix", Type: schemas.Options, Default: "input1", DisplayOptions: schemas.Show("resolve", "mix"),
			Options: []schemas.Option{{Name: "Input A Version", Value: "input1"}, {Name: "Input B Version", Value: "input2"}},
		},
		{
			DisplayName: "For Everything Except", Name: "exceptWhenMix", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("resolve", "mix"), Hint: names, Placeholder: "e.g. id, country",
			Extra: forms.FieldNames(),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
			Fields: []schemas.Property{
				{
					DisplayName: "Fields to Skip Comparing", Name: "skipFields", Type: schemas.String, Default: "",
					Description: "Fields that don't count in the comparison", Hint: names, Placeholder: "e.g. updated_at, updated_by",
					Extra: forms.FieldNames(),
				},
				fuzzyV1, disableDotNotation(nil), matches,
			},
		},
	}
}
