package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func removeDuplicatesDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.removeDuplicates"},
		Versions:    []float64{2},
		Name:        "removeDuplicates",
		DisplayName: "Remove Duplicates",
		Description: "Removes items whose fields have the values of another item",
		Group:       []string{"transform"},
		DefaultName: "Remove Duplicates",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		OutputNames: []string{"Kept", "Discarded"},
		Properties:  removeDuplicatesProperties(),
	}
}

func removeDuplicatesProperties() []schemas.Property {
	compared := func() *schemas.DisplayOptions {
		return schemas.Show("/operation", "removeDuplicateInputItems").AndNot("/compare", "allFields")
	}
	compare := duplicateForm(false)
	compare[0].DisplayOptions = schemas.Show("operation", "removeDuplicateInputItems")
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "removeDuplicateInputItems", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Remove Items Repeated Within Current Input", Value: "removeDuplicateInputItems", Action: "Remove items repeated within current input", Description: "Compare the items of this input with each other"},
				{Name: "Remove Items Processed in Previous Executions", Value: "removeItemsSeenInPreviousExecutions", Action: "Remove items processed in previous executions", Description: "Compare with what earlier runs have seen"},
				{Name: "Clear Deduplication History", Value: "clearDeduplicationHistory", Action: "Clear deduplication history", Description: "Forget what earlier runs have seen"},
			},
		},
		compare[0], compare[1], compare[2],
		{
			DisplayName: "Keep Items Where", Name: "logic", Type: schemas.Options, Default: "removeItemsWithAlreadySeenKeyValues", NoDataExpression: true,
			DisplayOptions: schemas.Show("operation", "removeItemsSeenInPreviousExecutions"),
			Options: []schemas.Option{
				{Name: "Value Is New", Value: "removeItemsWithAlreadySeenKeyValues", Description: "Remove the items whose value was seen before"},
				{Name: "Value Is Higher than Any Previous Value", Value: "removeItemsUpToStoredIncrementalKey", Description: "Of values that grow, remove those up to the largest that was seen"},
				{Name: "Value Is a Date Later than Any Previous Date", Value: "removeItemsUpToStoredDate", Description: "Of dates, remove those up to the latest that was seen"},
			},
			Description: "How an item is compared with what earlier runs have seen",
		},
		{
			DisplayName: "Value to Dedupe On", Name: "dedupeValue", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("logic", "removeItemsWithAlreadySeenKeyValues").And("/operation", "removeItemsSeenInPreviousExecutions"),
			Description:    "What tells one item from another: a field with an id, or several fields together",
			Hint:           "The value that is compared",
			Placeholder:    "e.g. ID",
		},
		{
			DisplayName: "Value to Dedupe On", Name: "incrementalDedupeValue", Type: schemas.Number, Default: "",
			DisplayOptions: schemas.Show("logic", "removeItemsUpToStoredIncrementalKey").And("/operation", "removeItemsSeenInPreviousExecutions"),
			Description:    "A number that grows from item to item",
			Hint:           "The number that is compared",
			Placeholder:    "e.g. ID",
		},
		{
			DisplayName: "Value to Dedupe On", Name: "dateDedupeValue", Type: schemas.DateTime, Default: "",
			DisplayOptions: schemas.Show("logic", "removeItemsUpToStoredDate").And("/operation", "removeItemsSeenInPreviousExecutions"),
			Description:    "A date of each item, in ISO format",
			Hint:           "The date that is compared",
			Placeholder:    " e.g. 2024-08-09T13:44:16Z",
		},
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "cleanDatabase",
			DisplayOptions: schemas.Show("operation", "clearDeduplicationHistory"),
			Options: []schemas.Option{
				{Name: "Clean Database", Value: "cleanDatabase", Description: "Forget all remembered values"},
			},
			Description: "What becomes of the remembered values; no item is removed",
		},
		listOptions(
			schemas.Show("operation", "removeDuplicateInputItems", "removeItemsSeenInPreviousExecutions", "clearDeduplicationHistory"),
			disableDotNotation(compared()),
			removeOtherFields(compared()),
			schemas.Property{
				DisplayName: "Scope", Name: "scope", Type: schemas.Options, Default: "node",
				DisplayOptions: schemas.Show("/operation", "clearDeduplicationHistory", "removeItemsSeenInPreviousExecutions"),
				Options: []schemas.Option{
					{Name: "Workflow", Value: "workflow", Description: "All nodes of the workflow share what they remember"},
					{Name: "Node", Value: "node", Description: "This node remembers for itself"},
				},
				Description: "Whether the nodes of a workflow share what they remember",
			},
			schemas.Property{
				DisplayName: "History Size", Name: "historySize", Type: schemas.Number, Default: 10000,
				DisplayOptions: schemas.Show("/logic", "removeItemsWithAlreadySeenKeyValues").And("/operation", "removeItemsSeenInPreviousExecutions"),
				Hint:           "How many values are remembered at most",
			},
		),
	}
}

// duplicateForm are the parameters of comparing items with each other; in rows, Item Lists before version 3 lists fields.
func duplicateForm(rows bool) []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Compare", Name: "compare", Type: schemas.Options, Default: "allFields",
			Options: []schemas.Option{
				{Name: "All Fields", Value: "allFields"},
				{Name: "All Fields Except", Value: "allFieldsExcept"},
				{Name: "Selected Fields", Value: "selectedFields"},
			},
			Description: "Which fields have to be equal",
		},
		fieldList(rows, "Fields To Exclude", "fieldsToExclude", "to leave out", schemas.Show("compare", "allFieldsExcept")),
		fieldList(rows, "Fields To Compare", "fieldsToCompare", "to compare", schemas.Show("compare", "selectedFields")),
	}
}

func duplicateOptions() schemas.Property {
	return listOptions(schemas.Show("compare", "allFieldsExcept", "selectedFields"), disableDotNotation(nil), removeOtherFields(nil))
}

func removeOtherFields(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Remove Other Fields", Name: "removeOtherFields", Type: schemas.Boolean, Default: false, DisplayOptions: shown,
		Description: "Whether fields that are not compared are dropped; else they are those of the first of the equal items",
	}
}
