package core

import (
	"context"
	"math/rand/v2"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewSort returns Sort (n8n-nodes-base.sort): it puts the items in the order of their fields, or in a random one.
func NewSort() node.Node { return sorter{} }

type sorter struct{}

// Definition implements node.Node.
func (sorter) Definition() node.Definition { return sortDefinition() }

// Execute implements node.Node.
func (sorter) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return sortItems(ctx, c)
}

func sortItems(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	how, err := p.String("type")
	if err != nil {
		return node.Output{}, err
	}
	var out []node.Item
	switch how {
	case "random":
		out = append(out, c.Items()...)
		rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	case "simple":
		out, err = sortByFields(p, c.Items())
	default:
		err = node.NewOperationError("Sorting by code is not supported yet", "Sort in a Code node, or by fields")
	}
	if err != nil {
		return node.Output{}, err
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// sortKey is an item with what it is sorted by.
type sortKey struct {
	item   node.Item
	values []any
}

func sortByFields(p *node.Params, items []node.Item) ([]node.Item, error) {
	rows, err := rowsOf(p, "sortFieldsUi.sortField")
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, node.NewOperationError("No sorting specified. Please add a field to sort by", "")
	}
	r, err := newReader(p)
	if err != nil {
		return nil, err
	}
	directions := make([]int, len(rows))
	keys := make([]sortKey, len(items))
	values := make([]any, len(items)*len(rows))
	for i, it := range items {
		keys[i] = sortKey{it, values[i*len(rows) : (i+1)*len(rows)]}
	}
	for k, row := range rows {
		field := textOf(row, "fieldName")
		if !r.exists(items, field) {
			return nil, r.notFound(field)
		}
		directions[k] = -1
		if textOf(row, "order") == "ascending" {
			directions[k] = 1
		}
		for i, it := range items {
			v := r.get(it.JSON, field)
			if text, ok := v.(string); ok {
				v = fields.Lower(text)
			}
			keys[i].values[k] = v
		}
	}
	fields.Sort(keys, func(a, b sortKey) int {
		for k, direction := range directions {
			switch {
			case fields.Equal(a.values[k], b.values[k]):
			case fields.LessAsNumber(a.values[k], b.values[k]):
				return -direction
			default:
				return direction
			}
		}
		return 0
	})
	out := make([]node.Item, len(keys))
	for i := range keys {
		out[i] = keys[i].item
	}
	return out, nil
}
