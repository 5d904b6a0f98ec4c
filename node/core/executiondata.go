package core

import (
	"context"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewExecutionData returns Execution Data (n8n-nodes-base.executionData): it keeps values of each item with the execution, by which
// to find it later (node.Call.SetCustomData), and hands the items on.
func NewExecutionData() node.Node { return node.PerItem(executionDataDefinition(), executionDataItem) }

func executionDataItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Call.Params(ctx, 0).Value("operation")
	if err != nil {
		return nil, err
	}
	if operation != "save" {
		return []node.Item{it.Item()}, nil
	}
	rows, err := rowsOf(it.Params, "dataToSave.values")
	if err != nil {
		return nil, err
	}
	values := &node.Object{} // of several rows with one key, the last counts
	for _, row := range rows {
		v := member(row, "value")
		if !fields.Truthy(v) && it.Instance().TypeVersion >= 1.1 {
			v = ""
		}
		values.Set(fields.Text(member(row, "key")), v)
	}
	var first error
	for key, v := range values.All() {
		if err := it.SetCustomData(key, v); err != nil && first == nil {
			first = err
		}
	}
	return []node.Item{it.Item()}, node.AsOperationError(first)
}
