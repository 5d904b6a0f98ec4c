package core

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/node"
)

// NewItemListsV1 returns Item Lists in its version 1, the older form of Split Out, Aggregate, Sort, Limit, Remove
// Duplicates and Summarize (n8n-nodes-base.itemLists).
func NewItemListsV1() node.Node { return itemLists{itemListsV1Definition()} }

// NewItemListsV2 returns Item Lists in its versions 2 to 2.2.
func NewItemListsV2() node.Node { return itemLists{itemListsV2Definition()} }

// NewItemLists returns Item Lists from version 3 on.
func NewItemLists() node.Node { return itemLists{itemListsDefinition()} }

type itemLists struct{ def node.Definition }

// Definition implements node.Node.
func (n itemLists) Definition() node.Definition { return n.def }

// Execute implements node.Node.
func (n itemLists) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	operation, err := c.Params(ctx, 0).String("operation")
	if err != nil {
		return node.Output{}, err
	}
	version := c.Instance().TypeVersion
	rows := version < 3
	switch operation {
	case "splitOutItems":
		rules := splitRules{rows: rows, single: version < 2, missing: version < 2.1, arraysOnly: version < 2}
		switch {
		case version < 2:
			rules.notList = "an array"
		case version < 2.2:
			rules.notList = "an array or object"
		}
		return splitItems(ctx, c, rules)
	case "aggregateItems", "concatenateItems":
		return aggregateItems(ctx, c, aggregateRules{rows: rows, mustExist: version < 2.1, unlinked: version < 2})
	case "sort":
		return sortItems(ctx, c)
	case "limit":
		return limitItems(ctx, c)
	case "removeDuplicates":
		return removeDuplicateItems(ctx, c, duplicateRules{rows: rows, anyType: version >= 3.1})
	case "summarize":
		return summarizeItems(ctx, c, summarizeRules{
			groupsFirst: true, mustExist: version < 2.1, numbersOnly: version < 3, plainNames: version < 2,
		})
	}
	return node.Output{}, node.NewOperationError(fmt.Sprintf("The operation %q is not supported!", operation), "")
}
