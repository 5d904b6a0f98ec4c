package core

import (
	"slices"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// Item Lists has the forms of the nodes that took over its operations, each shown under its operation.

func itemListsDefinition() node.Definition {
	return baseItemLists([]float64{3, 3.1}, slices.Concat(
		itemListsOperations("concatenateItems", schemas.Show("resource", "itemList")),
		ofOperation("concatenateItems", append(aggregateForm(false), aggregateOptions())),
		ofOperation("limit", limitForm()),
		ofOperation("removeDuplicates", append(duplicateForm(false), duplicateOptions())),
		ofOperation("sort", append(sortForm("", ""), sortOptions())),
		ofOperation("splitOutItems", append(splitOutForm(false), splitOutOptions())),
		ofOperation("summarize", append(summarizeForm(aggregationKinds{
			numbers: []any{"average", "sum"}, all: []any{"countUnique", "count", "max", "min"}, emptyToo: []any{"append", "concatenate"},
		}), summarizeOptions())),
	))
}

func ofOperation(operation string, form []schemas.Property) []schemas.Property {
	return forms.If(schemas.Show("resource", "itemList").And("operation", operation), form...)
}

func baseItemLists(versions []float64, properties []schemas.Property) node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.itemLists"},
		Versions:       versions,
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
		Properties:     properties,
	}
}

// itemListsOperations are the resource and the operations; gather is the value of the one that gathers values.
func itemListsOperations(gather string, shown *schemas.DisplayOptions) []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Resource", Name: "resource", Type: schemas.Hidden, Default: "itemList",
			Options: []schemas.Option{
				{Name: "Item List", Value: "itemList"},
			},
		},
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "splitOutItems", NoDataExpression: true,
			DisplayOptions: shown,
			Options: []schemas.Option{
				{Name: "Concatenate Items", Value: gather, Action: "Concatenate Items", Description: "Gather the values of fields in one item"},
				{Name: "Limit", Value: "limit", Action: "Limit", Description: "Keep no more than a number of items"},
				{Name: "Remove Duplicates", Value: "removeDuplicates", Action: "Remove Duplicates", Description: "Remove items that are like another"},
				{Name: "Sort", Value: "sort", Action: "Sort", Description: "Change the order of the items"},
				{Name: "Split Out Items", Value: "splitOutItems", Action: "Split Out Items", Description: "Make an item of each element of a list"},
				{Name: "Summarize", Value: "summarize", Action: "Summarize", Description: "Sum, count and join values over the items"},
			},
		},
	}
}
