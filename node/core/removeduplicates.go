package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/v8sort"
	"github.com/nate-go/nate/node"
)

// NewRemoveDuplicatesV1 returns Remove Duplicates in its versions 1 and 1.1: it compares the items of the input.
func NewRemoveDuplicatesV1() node.Node { return removeDuplicatesV1{} }

type removeDuplicatesV1 struct{}

// Definition implements node.Node.
func (removeDuplicatesV1) Definition() node.Definition { return removeDuplicatesV1Definition() }

// Execute implements node.Node.
func (removeDuplicatesV1) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return removeDuplicateItems(ctx, c, duplicateRules{skipNull: c.Instance().TypeVersion > 1, places: c.Instance().TypeVersion > 1})
}

// NewRemoveDuplicates returns Remove Duplicates from version 2 on (n8n-nodes-base.removeDuplicates): it compares the items
// of the input with each other, or with what earlier runs have seen, as the run's node.SeenStore remembers it.
func NewRemoveDuplicates() node.Node { return removeDuplicates{} }

type removeDuplicates struct{}

// Definition implements node.Node.
func (removeDuplicates) Definition() node.Definition {
	def := removeDuplicatesDefinition()
	def.ErrorsBeside = true
	return def
}

// Execute implements node.Node. In the continue modes a failure becomes the one item that is put out.
func (n removeDuplicates) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	out, err := n.execute(ctx, c)
	if err != nil && c.ContinueOnFail() && ctx.Err() == nil {
		return node.Output{Main: [][]node.Item{{node.FailedItem(err)}}}, nil
	}
	return out, err
}

func (removeDuplicates) execute(ctx context.Context, c *node.Call) (node.Output, error) {
	operation, err := c.Params(ctx, 0).String("operation")
	if err != nil {
		return node.Output{}, err
	}
	switch operation {
	case "removeDuplicateInputItems":
		return removeDuplicateItems(ctx, c, duplicateRules{skipNull: true, places: true})
	case "removeItemsSeenInPreviousExecutions":
		return removeSeen(ctx, c)
	case "clearDeduplicationHistory":
		return clearSeen(ctx, c)
	}
	return node.Output{}, node.NewOperationError(fmt.Sprintf("The operation %q is not known", operation), "")
}

// duplicateRules are what the versions of the operation do otherwise.
type duplicateRules struct {
	// rows says that the fields are listed in rows.
	rows bool
	// skipNull lets null stand beside values of any type.
	skipNull bool
	// places says in the error which items have different types.
	places bool
	// anyType lets the type of a field vary: types are compared first.
	anyType bool
}

func removeDuplicateItems(ctx context.Context, c *node.Call, rules duplicateRules) (node.Output, error) {
	items := c.Items()
	if len(items) == 0 {
		return node.Output{Main: [][]node.Item{items}}, nil
	}
	p := c.Params(ctx, 0)
	r, err := newReader(p)
	if err != nil {
		return node.Output{}, err
	}
	keys, err := comparedKeys(p, r, items, rules)
	if err != nil {
		return node.Output{}, err
	}
	sorted := make([]sortKey, len(items))
	values := make([]any, len(items)*len(keys))
	for i, it := range items {
		it.Paired = []node.Paired{{Item: i}}
		sorted[i] = sortKey{it, values[i*len(keys) : (i+1)*len(keys)]}
		for k, key := range keys {
			sorted[i].values[k] = r.get(it.JSON, key)
		}
	}
	v8sort.Array(sorted, func(a, b sortKey) float64 { return float64(compareKeys(a, b, rules)) })
	for k, key := range keys {
		if err := checkTypes(sorted, k, key, r, rules); err != nil {
			return node.Output{}, err
		}
	}
	removed := make([]bool, len(items))
	kept := sorted[0]
	for _, next := range sorted[1:] {
		if slices.EqualFunc(next.values, kept.values, fields.Equal) {
			removed[next.item.Paired[0].Item] = true
		} else {
			kept = next
		}
	}
	only, err := isOn(p, "options.removeOtherFields")
	if err != nil {
		return node.Output{}, err
	}
	out := make([]node.Item, 0, len(items))
	for i, it := range items {
		if removed[i] {
			continue
		}
		if only {
			picked, err := pick(it.JSON, keys)
			if err != nil {
				return node.Output{}, err
			}
			it = node.Item{JSON: picked, Paired: []node.Paired{{Item: i}}}
		}
		out = append(out, it)
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// comparedKeys are the fields, or the paths to them, that are compared.
func comparedKeys(p *node.Params, r reader, items []node.Item, rules duplicateRules) ([]string, error) {
	compare, err := p.String("compare")
	if err != nil {
		return nil, err
	}
	names := func(parameter, label, purpose string) ([]string, error) {
		var list []string
		var err error
		if rules.rows {
			list, err = namedRows(p, parameter+".fields")
		} else {
			list, err = listedFields(p, parameter, label)
		}
		if err == nil && len(list) == 0 {
			err = node.NewOperationError("No fields specified. Please add a field to "+purpose, "")
		}
		return list, err
	}
	switch compare {
	case "selectedFields":
		list, err := names("fieldsToCompare", "Fields To Compare", "compare on")
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
		return list, err
	case "allFieldsExcept":
		excluded, err := names("fieldsToExclude", "Fields To Exclude", "exclude from comparison")
		if err != nil {
			return nil, err
		}
		considered := items
		if !r.flat {
			considered = items[:1] // n8n looks at the first item alone
		}
		return slices.DeleteFunc(keysOf(considered, r), func(key string) bool { return slices.Contains(excluded, key) }), nil
	}
	return keysOf(items, r), nil
}

// keysOf are the names of the items' fields or, where dots lead inside, the paths to all their values.
func keysOf(items []node.Item, r reader) []string {
	var keys []string
	seen := map[string]bool{}
	for _, it := range items {
		own := it.JSON
		if !r.flat {
			own = fields.Leaves(it.JSON)
		}
		for key := range own.All() {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func compareKeys(a, b sortKey, rules duplicateRules) int {
	for k := range a.values {
		x, y := a.values[k], b.values[k]
		if rules.anyType {
			if d := typeRank(x) - typeRank(y); d != 0 {
				return d
			}
		}
		switch {
		case fields.Equal(x, y):
		case fields.LessAsNumber(x, y):
			return -1
		default:
			return 1
		}
	}
	return 0
}

// typeRank orders values by their type.
func typeRank(v any) int {
	switch v.(type) {
	case string:
		return 1
	case float64:
		return 2
	case bool:
		return 4
	case *node.Object:
		return 7
	case []any:
		return 9
	case nil:
		return 10
	case node.Date:
		return 11
	}
	return 6 // undefined
}

// checkTypes makes sure that all items have a field, and that its type is the same.
func checkTypes(sorted []sortKey, k int, key string, r reader, rules duplicateRules) error {
	if key == "" {
		return node.NewOperationError("Name of field to compare is blank", "")
	}
	last := ""
	for i, s := range sorted {
		v := s.values[k]
		if v == nil && rules.skipNull {
			continue
		}
		if v == node.Undefined {
			description := ""
			if r.flat && strings.Contains(key, ".") {
				description = turnDotsOn
			}
			return node.NewOperationError("'"+key+"' field is missing from some input items", description)
		}
		kind := fields.TypeOf(v)
		if last != "" && kind != last && !rules.anyType {
			description := "The type of this field varies between items"
			if rules.places {
				description += fmt.Sprintf(", in item [%d] it's a %s and in item [%d] it's a %s ", i-1, last, i, kind)
			}
			return node.NewOperationError("'"+key+"' isn't always the same type", description)
		}
		last = kind
	}
	return nil
}

// pick copies what is at some paths.
func pick(o *node.Object, paths []string) (*node.Object, error) {
	out := &node.Object{}
	for _, path := range paths {
		if v, ok := o.Get(path); ok {
			out.Set(path, v)
		} else if v := fields.Get(o, path); v != node.Undefined {
			if err := fields.Set(out, path, v); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
