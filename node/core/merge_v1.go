package core

import (
	"context"
	"fmt"
	"slices"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewMergeV1 returns version 1 of the Merge node, which has two inputs.
func NewMergeV1() node.Node { return mergeV1{} }

type mergeV1 struct{}

// Definition implements node.Node.
func (mergeV1) Definition() node.Definition { return mergeV1Definition() }

// Execute implements node.Node.
func (mergeV1) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	params := c.Params(ctx, 0)
	mode, err := params.String("mode")
	if err != nil {
		return node.Output{}, err
	}
	first, _ := c.Input(0)
	second, _ := c.Input(1)
	items := []node.Item{}
	switch mode {
	case "append":
		items = slices.Concat(first, second)
	case "mergeByIndex":
		items, err = byIndex(params, first, second)
	case "multiplex":
		for _, a := range first {
			if ctx.Err() != nil {
				return node.Output{}, ctx.Err()
			}
			for _, b := range second {
				it := clash{shallow: true}.join(a, b)
				it.Binary = nil
				items = append(items, it)
			}
		}
	case "keepKeyMatches", "mergeByKey", "removeKeyMatches":
		items, err = byKey(params, mode, first, second)
	case "passThrough":
		var output string
		if output, err = params.String("output"); output == "input1" {
			items = first
		} else {
			items = second
		}
	case "wait":
		waited := node.Item{JSON: &node.Object{}, Paired: []node.Paired{}}
		for i := range first {
			waited.Paired = append(waited.Paired, node.Paired{Item: i})
		}
		items = []node.Item{waited}
	default:
		err = node.NewOperationError(fmt.Sprintf("The mode %q is not known", mode), "")
	}
	if err != nil {
		return node.Output{}, err
	}
	if items == nil {
		items = []node.Item{}
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}

// byIndex adds to each item of the first input the fields of the item at the same place in the second.
func byIndex(params *node.Params, first, second []node.Item) ([]node.Item, error) {
	join, err := params.String("join")
	if err != nil {
		return nil, err
	}
	var items []node.Item
	for i := range min(len(first), len(second)) {
		items = append(items, clash{shallow: true}.join(first[i], second[i]))
	}
	if join != "inner" {
		items = append(items, first[len(items):]...)
	}
	if join == "outer" && len(second) > len(first) {
		items = append(items, second[len(first):]...)
	}
	return items, nil
}

// byKey compares a field of the items, and joins or chooses those of the first input that have a partner.
func byKey(params *node.Params, mode string, first, second []node.Item) ([]node.Item, error) {
	name1, err := params.String("propertyName1")
	if err != nil {
		return nil, err
	}
	name2, err := params.String("propertyName2")
	if err != nil {
		return nil, err
	}
	overwrite := "always"
	if mode == "mergeByKey" {
		if overwrite, err = params.String("overwrite"); err != nil {
			return nil, err
		}
	}
	if name1 == "" || name2 == "" {
		if mode == "keepKeyMatches" {
			return nil, nil
		}
		return first, nil
	}
	partners := map[string]node.Item{}
	for _, it := range second {
		if key := fields.Get(it.JSON, name2); fields.Truthy(key) {
			partners[fields.Text(key)] = it
		}
	}
	var items []node.Item
	for _, it := range first {
		key := fields.Get(it.JSON, name1)
		comparable := false
		switch key.(type) {
		case string, float64, nil:
			comparable = true
		}
		partner, found := partners[fields.Text(key)]
		found = found && comparable
		switch {
		case mode == "removeKeyMatches":
			if !found {
				items = append(items, it)
			}
		case !comparable:
		case mode == "mergeByKey":
			if found {
				it.JSON = withFields(it.JSON, partner.JSON, name2, overwrite)
			}
			items = append(items, it)
		case found:
			items = append(items, it)
		}
	}
	return items, nil
}

// withFields adds the fields of an object but one to another.
func withFields(o, more *node.Object, except, overwrite string) *node.Object {
	out := fields.Copy(orNone(o))
	for key, v := range more.All() {
		old, has := out.Get(key)
		switch {
		case key == except:
		case overwrite == "always", overwrite == "undefined" && !has, overwrite == "blank" && (old == nil || old == node.Undefined || old == ""):
			out.Set(key, v)
		}
	}
	return out
}
