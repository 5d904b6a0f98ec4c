package core

import (
	"slices"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// itemListsV2Definition lists fields in rows, and has the options behind the other parameters of all operations.
func itemListsV2Definition() node.Definition {
	duplicate := duplicateOptions()
	slices.Reverse(duplicate.Fields)
	split := func() *schemas.DisplayOptions { return schemas.Show("/operation", "splitOutItems") }
	gather := func() *schemas.DisplayOptions { return schemas.Show("/operation", "aggregateItems") }
	return baseItemLists([]float64{2, 2.1, 2.2}, slices.Concat(
		itemListsOperations("aggregateItems", nil),
		ofOperationV2("splitOutItems", splitOutForm(true)...),
		ofOperationV2("aggregateItems", aggregateForm(true)...),
		ofOperationV2("removeDuplicates", duplicateForm(true)...),
		ofOperationV2("sort", sortForm("", "\t\t")...),
		ofOperationV2("limit", limitForm()...),
		ofOperationV2("removeDuplicates", duplicate),
		ofOperationV2("sort", sortOptions()),
		[]schemas.Property{listOptions(
			schemas.Show("resource", "itemList").And("operation", "splitOutItems", "aggregateItems").AndNot("aggregate", "aggregateAllItemData"),
			disableDotNotation(schemas.Show("/operation", "splitOutItems", "aggregateItems")),
			splitDestination(split()),
			mergeLists(gather()),
			keepMissing(gather()),
		)},
		ofOperationV2("summarize", append(summarizeForm(aggregationKinds{
			numbers: []any{"average", "max", "min", "sum"}, all: []any{"countUnique", "count"}, emptyToo: []any{"append", "concatenate"},
		}), summarizeOptions())...),
	))
}

func ofOperationV2(operation string, form ...schemas.Property) []schemas.Property {
	return forms.Within(schemas.Show("resource", "itemList").And("operation", operation), form...)
}
