package core

import (
	"context"
	"math/rand/v2"
	"regexp"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/v8sort"
	"github.com/nate-go/nate/node"
)

// NewSort returns Sort (n8n-nodes-base.sort): it puts the items in the order of their fields,
// in that of a comparison in JavaScript, or in a random one.
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
		out, err = sortByCode(ctx, c, p)
	}
	if err != nil {
		return node.Output{}, err
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

var returnWord = regexp.MustCompile(`\breturn\b`)

// sortByCode sorts with the body of a JavaScript function of two items a and b.
func sortByCode(ctx context.Context, c *node.Call, p *node.Params) ([]node.Item, error) {
	code, err := p.String("code")
	if err != nil {
		return nil, err
	}
	if !returnWord.MatchString(code) {
		return nil, node.NewOperationError("Sort code doesn't return. Please add a 'return' statement to your code", "")
	}
	v, err := c.Script().Run(ctx, node.ScriptRun{Kind: node.ScriptAllItems, Source: "const compare = (a, b) => { " + code + "\n};\n" +
		"return items.map((item, i) => i).sort((x, y) => compare(items[x], items[y]));"})
	if err != nil {
		return nil, codeError(err)
	}
	order, _ := v.([]any)
	items := c.Items()
	out := make([]node.Item, 0, len(items))
	for _, e := range order {
		i, ok := e.(float64)
		if !ok || i < 0 || i >= float64(len(items)) {
			return nil, node.NewOperationError("The sort code did not sort the items", "Return a number that says which of a and b comes first")
		}
		out = append(out, items[int(i)])
	}
	if len(out) != len(items) {
		return nil, node.NewOperationError("The sort code did not sort the items", "Return a number that says which of a and b comes first")
	}
	return out, nil
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
	v8sort.Array(keys, func(a, b sortKey) float64 {
		for k, direction := range directions {
			switch {
			case fields.Equal(a.values[k], b.values[k]):
			case fields.LessAsNumber(a.values[k], b.values[k]):
				return float64(-direction)
			default:
				return float64(direction)
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
