package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewCompareDatasets returns the Compare Datasets node (n8n-nodes-base.compareDatasets): of two inputs it puts out what is only in the
// first, what is the same in both, what is different, and what is only in the second.
func NewCompareDatasets() node.Node { return compareDatasets{} }

type compareDatasets struct{}

// Definition implements node.Node.
func (compareDatasets) Definition() node.Definition { return compareDatasetsDefinition() }

// comparison is one run of the node.
type comparison struct {
	version         float64
	read            reader
	equal           same
	resolve, prefer string
	except, skip    []string
	pairs           []fieldPair
}

// Execute implements node.Node.
func (compareDatasets) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	params := c.Params(ctx, 0)
	version := c.Instance().TypeVersion
	r := &merger{ctx: ctx, params: params}
	pairs, err := r.pairs(2) // which lists the fields as Merge 2 does
	if err != nil {
		return node.Output{}, err
	}
	cmp := &comparison{version: version, pairs: pairs}
	onlyFirst, err := cmp.options(params)
	if err != nil {
		return node.Output{}, err
	}
	for i := range 2 {
		items, _ := c.Input(i)
		r.inputs = append(r.inputs, slices.DeleteFunc(slices.Clone(items), func(it node.Item) bool { return it.JSON.Len() == 0 }))
	}
	if version < 2.2 {
		if err := cmp.present(r.inputs); err != nil {
			return node.Output{}, err
		}
	}
	m := match(r.inputs[0], r.inputs[1], pairs, cmp.read.get, cmp.equal, onlyFirst)
	alike, different, err := cmp.compare(m.pairs)
	if err != nil {
		return node.Output{}, err
	}
	out := [][]node.Item{m.rest1, alike, different, m.rest2}
	for i := range out {
		if out[i] == nil {
			out[i] = []node.Item{}
		}
	}
	return node.Output{Main: out}, nil
}

// options reads the node's options; onlyFirst says that an item has one match at most.
func (c *comparison) options(params *node.Params) (onlyFirst bool, err error) {
	if c.read, err = newReader(params); err != nil {
		return false, err
	}
	fuzzy := "fuzzyCompare"
	if c.version < 2 {
		fuzzy = "options.fuzzyCompare"
	}
	if c.equal.fuzzy, err = isOn(params, fuzzy); err != nil {
		return false, err
	}
	c.equal.zero = c.version >= 2
	text := map[string]string{}
	for _, path := range []string{"resolve", "preferWhenMix", "exceptWhenMix", "options.skipFields", "options.multipleMatches"} {
		v, err := params.Optional(path)
		if err != nil {
			return false, err
		}
		if v != nil && v != node.Undefined {
			text[path] = fields.Text(v)
		}
	}
	c.resolve, c.prefer = text["resolve"], text["preferWhenMix"]
	c.except = splitNames(text["exceptWhenMix"])
	c.skip = splitNames(text["options.skipFields"])
	for _, name := range c.skip {
		if strings.Contains(name, ".") && c.read.flat {
			return false, fmt.Errorf("Dot notation is disabled, but field to skip comparing '%s' contains dot", name) //nolint:staticcheck // n8n's text
		}
	}
	return text["options.multipleMatches"] != "all", nil
}

// splitNames are the names in a text with commas between.
func splitNames(text string) []string {
	if text == "" {
		return nil
	}
	names := strings.Split(text, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// present says whether each field is in some item of its input. An input without items has all.
func (c *comparison) present(inputs [][]node.Item) error {
	for input, label := range []string{"Input A", "Input B"} {
		for _, p := range c.pairs {
			name := p.first
			if input == 1 {
				name = p.second
			}
			if len(inputs[input]) > 0 && !c.read.exists(inputs[input], name) {
				return fmt.Errorf("Field '%s' is not present in any of items in '%s'", name, label) //nolint:staticcheck // n8n's text
			}
		}
	}
	return nil
}

// compare tells pairs that are the same from those that are not. Of an item that is the same as several others there is one.
func (c *comparison) compare(pairs []matched) (alike, different []node.Item, err error) {
	last := -1 // the pair whose first item is in alike
	for i, p := range pairs {
		if i > 0 && !sameItem(pairs[i-1].first, p.first) {
			last = -1
		}
		if c.same(c.less(p.first.JSON), c.less(p.second.JSON)) {
			if last < 0 {
				last = i
				if c.equal.fuzzy && c.resolve == "preferInput2" {
					alike = append(alike, p.second)
				} else {
					alike = append(alike, p.first)
				}
			}
			continue
		}
		it, err := c.resolved(p)
		if err != nil {
			return nil, nil, err
		}
		different = append(different, it)
	}
	return alike, different, nil
}

// sameItem reports whether two items are the very same one of an input: each has a link of its own.
func sameItem(a, b node.Item) bool {
	return len(a.Paired) > 0 && len(b.Paired) > 0 && &a.Paired[0] == &b.Paired[0]
}

// less returns an object without the fields that do not count.
func (c *comparison) less(o *node.Object) *node.Object {
	if len(c.skip) == 0 {
		return o
	}
	out := fields.Copy(orNone(o))
	for _, name := range c.skip {
		fields.Unset(out, name)
	}
	return out
}

func (c *comparison) same(a, b *node.Object) bool {
	if !c.equal.fuzzy {
		return fields.Equal(orNone(a), orNone(b))
	}
	for key, v := range a.All() { // as in n8n, what only the second has does not count
		if !c.equal.values(v, member(b, key)) {
			return false
		}
	}
	return true
}

// resolved is what is put out for items that are different.
func (c *comparison) resolved(p matched) (node.Item, error) {
	switch c.resolve {
	case "preferInput1":
		return p.first, nil
	case "preferInput2":
		return p.second, nil
	case "mix":
		return c.mixed(p), nil
	}
	return c.both(p)
}

// mixed is the item of one input with some fields of the other's.
func (c *comparison) mixed(p matched) node.Item {
	it, other := p.second, p.first
	if c.prefer == "input1" {
		it, other = p.first, p.second
	}
	if len(c.except) == 0 {
		return it
	}
	it.JSON = fields.Copy(orNone(it.JSON))
	for _, name := range c.except {
		v := c.read.get(other.JSON, name)
		if v == node.Undefined && !c.read.flat {
			v = nil
		}
		it.JSON.Set(name, v) // as in n8n, under the whole name, be it a path or not
	}
	return it
}

// both lists, field by field, what is the same and what both have.
func (c *comparison) both(p matched) (node.Item, error) {
	a, b := orNone(p.first.JSON), orNone(p.second.JSON)
	keys, alike, different, skipped := &node.Object{}, &node.Object{}, &node.Object{}, &node.Object{}
	for _, pair := range c.pairs {
		keys.Set(pair.first, member(a, pair.first))
	}
	all := a.Keys()
	for _, key := range b.Keys() {
		if !a.Has(key) {
			all = append(all, key)
		}
	}
	var differing []string
	for _, key := range all {
		compared := c.equal.fuzzy && c.version >= 2.1 || a.Has(key) && b.Has(key)
		if compared && c.equal.values(member(a, key), member(b, key)) {
			alike.Set(key, member(a, key))
		} else {
			differing = append(differing, key)
		}
	}
	for i, key := range differing {
		first, second := c.shown(member(a, key)), c.shown(member(b, key))
		isSkipped := slices.Contains(c.skip, key)
		switch {
		case c.version < 2.1 || c.read.flat || isSkipped:
			to := different
			if isSkipped {
				to = skipped
			}
			to.Set(key, c.sides(first, second))
		default:
			if err := c.inside(key, i, &first, &second, skipped); err != nil {
				return node.Item{}, err
			}
			different.Set(key, c.sides(first, second))
		}
	}
	json := node.NewObject("keys", keys, "same", alike, "different", different)
	if skipped.Len() > 0 {
		json.Set("skipped", skipped)
	}
	return node.Item{JSON: json, Paired: slices.Concat(p.first.Paired, p.second.Paired)}, nil
}

// inside moves the fields inside of two values that do not count to skipped.
func (c *comparison) inside(key string, at int, first, second *any, skipped *node.Object) error {
	var names []string
	for _, name := range c.skip {
		if strings.HasPrefix(name, key) && strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	if fields.TypeOf(*first) != "object" || fields.TypeOf(*second) != "object" {
		return fmt.Errorf("The field '%s' in item %d is not an object. It is not possible to use dot notation.", key, at) //nolint:staticcheck // n8n's text
	}
	sides := []*node.Object{{}, {}}
	for side, v := range []*any{first, second} {
		o, isObject := (*v).(*node.Object)
		if isObject {
			o = fields.Copy(o)
			*v = o
		}
		for _, name := range names {
			name = strings.Replace(name, key+".", "", 1)
			value := fields.Get(o, name)
			if value != node.Undefined {
				if err := fields.Set(sides[side], name, value); err != nil {
					return err
				}
			}
			if isObject {
				fields.Unset(o, name)
			}
		}
	}
	skipped.Set(key, c.sides(sides[0], sides[1]))
	return nil
}

// sides is what both inputs have of a field.
func (c *comparison) sides(first, second any) *node.Object {
	if c.version < 2 {
		return node.NewObject("input1", first, "input2", second)
	}
	return node.NewObject("inputA", first, "inputB", second)
}

// shown is null in place of what is not there; in version 1 in place of everything that JavaScript takes for false.
func (c *comparison) shown(v any) any {
	if v == node.Undefined || c.version < 2 && !fields.Truthy(v) {
		return nil
	}
	return v
}
