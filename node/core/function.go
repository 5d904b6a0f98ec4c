package core

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewFunction returns the old Function (n8n-nodes-base.function): JavaScript that gets all items at once.
//
// Where n8n loses the message of what the code threw ("Cannot read properties of undefined (reading 'split')"), it is kept here, with
// the line. The items that it puts out have no index of their own beside their data.
func NewFunction() node.Node { return function{} }

type function struct{}

// Definition implements node.Node.
func (function) Definition() node.Definition { return functionDefinition() }

// Execute implements node.Node.
func (function) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	source, err := c.Params(ctx, 0).String("functionCode")
	if err != nil {
		return node.Output{}, err
	}
	items, err := runFunction(ctx, c, source)
	if err != nil && (!c.ContinueOnFail() || ctx.Err() != nil) {
		return node.Output{}, functionError(err, "[Line %d]")
	}
	if err != nil {
		items = []node.Item{node.FailedItem(functionError(err, ""))}
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}

func runFunction(ctx context.Context, c *node.Call, source string) ([]node.Item, error) {
	v, err := c.Script().Run(ctx, node.ScriptRun{Source: source, Kind: node.ScriptFunction})
	if err != nil {
		return nil, err
	}
	list, isList := v.([]any)
	if o, ok := v.(*node.Object); ok {
		list, isList = []any{o}, true
		if json, _ := o.Get("json"); !fields.Truthy(json) {
			list = []any{node.NewObject("json", o)}
		}
	}
	switch {
	case v == node.Undefined:
		return nil, node.NewOperationError("No data got returned. Always return an Array of items!", "")
	case !isList:
		return nil, node.NewOperationError("Always an Array of items has to be returned!", "")
	}
	for _, e := range list {
		if _, ok := e.(*node.Object); !ok {
			return nil, node.NewOperationError("The json-property has to be an object!", "")
		}
	}
	if list, err = normalItems(list); err != nil {
		return nil, err
	}
	for i, e := range list {
		o := e.(*node.Object)
		if json, _ := o.Get("json"); !isObject(json) {
			return nil, node.NewOperationError("The json-property has to be an object!", "")
		}
		if files, ok := o.Get("binary"); ok && !isObject(files) {
			return nil, node.NewOperationError("The binary-property has to be an object!", "")
		}
		list[i] = itemKeysOnly(o)
	}
	return itemsOf(list)
}

func isObject(v any) bool {
	_, ok := v.(*node.Object)
	return ok
}

// itemKeysOnly leaves out what no item has: n8n keeps it and nothing reads it.
func itemKeysOnly(o *node.Object) *node.Object {
	item := &node.Object{}
	for key, v := range o.All() {
		if reserved[key] && key != "index" {
			item.Set(key, v)
		}
	}
	return item
}

// functionError words what the code of the old nodes threw. line is the format of the place; empty: without.
func functionError(err error, line string) error {
	var thrown *node.ScriptError
	if !errors.As(err, &thrown) {
		return err
	}
	e := &node.ErrorInfo{Message: thrown.Message}
	switch {
	case thrown.Info != nil:
		e = thrown.Info
	case thrown.Name == "":
		e.Message = thrownText(thrown.Thrown)
	case line != "" && strings.Contains(line, "%d") && thrown.Line > 0:
		e.Message += " " + fmt.Sprintf(line, thrown.Line)
	}
	return e
}

// NewFunctionItem returns the old Function Item (n8n-nodes-base.functionItem): JavaScript that gets the data of each item by itself.
// Like NewFunction's it keeps messages that n8n loses; and it refuses what is no object, which n8n puts out as an item's data.
func NewFunctionItem() node.Node { return node.PerItem(functionItemDefinition(), functionItem) }

func functionItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	source, err := it.Params.String("functionCode")
	if err != nil {
		return nil, err
	}
	files := it.Item().Binary
	v, err := it.Script().Run(ctx, node.ScriptRun{
		Source: source, Kind: node.ScriptFunctionItem, Item: it.Index,
		SetFiles: func(v any) (err error) {
			files, err = node.BinariesOf(v)
			return err
		},
	})
	if err != nil {
		line := fmt.Sprintf("[Line %%d | Item Index: %d]", it.Index)
		if it.ContinueOnFail() {
			line = ""
		}
		return nil, functionError(err, line)
	}
	data, ok := v.(*node.Object)
	switch {
	case v == node.Undefined:
		return nil, node.NewOperationError("No data got returned. Always an object has to be returned!", "")
	case !ok:
		return nil, node.NewOperationError(fmt.Sprintf("The code returned %s, not an object with the item's data", node.TypeName(v)),
			"Return an object, as `return item;` does.")
	}
	return []node.Item{{JSON: data, Binary: files}}, nil
}
