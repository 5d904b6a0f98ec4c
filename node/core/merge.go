package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewMerge returns the Merge node (n8n-nodes-base.merge from version 3 on), which makes one list of the items of several inputs:
// one input after the other, items joined by position, by the values of fields or each with each, or the items of one input. Joining
// by SQL is not supported.
func NewMerge() node.Node { return mergeNode{mergeDefinition()} }

// NewMergeV2 returns versions 2 and 2.1 of the Merge node, which has two inputs.
func NewMergeV2() node.Node { return mergeNode{mergeV2Definition()} }

type mergeNode struct{ def node.Definition }

// Definition implements node.Node.
func (m mergeNode) Definition() node.Definition { return m.def }

// maxInputs is how many inputs a node may have.
const maxInputs = 1000

// Ports implements node.Porter.
func (m mergeNode) Ports(parameters *node.Object, version float64) (inputs, outputs []string) {
	if version < 3 {
		return nil, nil
	}
	count := 2
	if n := fields.Number(member(parameters, "numberInputs")); n >= 1 {
		count = int(min(n, maxInputs))
	}
	return slices.Repeat([]string{"main"}, count), nil
}

// Check implements node.Checker.
func (m mergeNode) Check(parameters *node.Object) []node.Fault {
	mode, by := member(parameters, "mode"), member(parameters, "combineBy")
	path := "mode"
	switch {
	case mode == "combineBySql":
	case mode == "combine" && by == "combineBySql":
		path = "combineBy"
	default:
		return nil
	}
	return []node.Fault{{Path: path, Message: `Joining by an SQL query is not supported: join by "Matching Fields" or "Position", or in a Code node`}}
}

// merger is one run of a Merge node.
type merger struct {
	ctx    context.Context
	params *node.Params
	inputs [][]node.Item
	// none says that not even the output is put out.
	none  bool
	hints []node.Hint
}

// Execute implements node.Node.
func (m mergeNode) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	r := &merger{ctx: ctx, params: c.Params(ctx, 0)}
	version := c.Instance().TypeVersion
	count := 2
	if version >= 3 {
		count = max(c.Inputs(), 2)
	}
	for i := range count {
		items, _ := c.Input(i)
		r.inputs = append(r.inputs, items)
	}
	mode, err := r.params.String("mode")
	if err == nil && mode == "combine" {
		by := "combineBy"
		if version < 3 {
			by = "combinationMode"
		}
		mode, err = r.params.String(by)
	}
	if err != nil {
		return node.Output{}, err
	}
	run := mergeModes[mode]
	if run == nil {
		return node.Output{}, node.NewOperationError(fmt.Sprintf("The mode %q is not known", mode), "")
	}
	items, err := run(r, version)
	if err != nil {
		return node.Output{}, err
	}
	switch {
	case r.none:
		return node.Output{Main: [][]node.Item{}}, nil
	case items == nil:
		items = []node.Item{}
	}
	return node.Output{Main: [][]node.Item{items}, Hints: r.hints}, nil
}

var mergeModes = map[string]func(r *merger, version float64) ([]node.Item, error){
	"append":            func(r *merger, _ float64) ([]node.Item, error) { return slices.Concat(r.inputs...), nil },
	"combineAll":        (*merger).all,
	"multiplex":         (*merger).all,
	"combineByPosition": (*merger).byPosition,
	"mergeByPosition":   (*merger).byPositionOfTwo,
	"combineByFields":   (*merger).byFields,
	"mergeByFields":     (*merger).byFields,
	"chooseBranch":      (*merger).branch,
	"combineBySql": func(*merger, float64) ([]node.Item, error) {
		return nil, node.NewOperationError("Joining by an SQL query is not supported", `Join by "Matching Fields" or "Position", or in a Code node`)
	},
}

// clash says what becomes of fields that both items have.
type clash struct {
	resolve    string
	shallow    bool
	skipsEmpty bool
}

func (r *merger) clash() (clash, error) {
	v, err := r.params.Value("options.clashHandling.values")
	if err != nil {
		return clash{}, err
	}
	o, _ := v.(*node.Object)
	resolve, _ := member(o, "resolveClash").(string)
	mode := member(o, "mergeMode")
	known := mode == "deepMerge" || mode == "shallowMerge"
	return clash{resolve, mode == "shallowMerge", known && fields.Truthy(member(o, "overrideEmpty"))}, nil
}

// join makes one item of several. Of fields that several have, those of the last one count.
func (c clash) join(items ...node.Item) node.Item {
	out := node.Item{JSON: &node.Object{}}
	for i, it := range items {
		if i == 0 {
			out.JSON = fields.Copy(orNone(it.JSON))
		} else {
			joinObject(out.JSON, it.JSON, !c.shallow, c.skipsEmpty, 0)
		}
		for name, file := range it.Binary.All() {
			out.Binary = out.Binary.With(name, file)
		}
		out.Paired = append(out.Paired, it.Paired...)
	}
	return out
}

func orNone(o *node.Object) *node.Object {
	if o == nil {
		return &node.Object{}
	}
	return o
}

// maxJoinDepth is how deep objects are joined; deeper ones replace each other.
const maxJoinDepth = 1000

// joinObject sets the fields of from in dst, as lodash's merge or assign does. dst is open, what is inside of it may be shared.
func joinObject(dst, from *node.Object, deep, skipsEmpty bool, depth int) {
	for key, v := range from.All() {
		old, has := dst.Get(key)
		switch {
		case skipsEmpty && has && old != node.Undefined && (v == nil || v == node.Undefined || v == ""):
		case v == node.Undefined && has:
		case deep && depth < maxJoinDepth:
			dst.Set(key, joinedValue(old, v, skipsEmpty, depth+1))
		default:
			dst.Set(key, v)
		}
	}
}

// joinedValue is what a deep join makes of the value that was there and the one that comes.
func joinedValue(old, v any, skipsEmpty bool, depth int) any {
	switch v := v.(type) {
	case *node.Object:
		switch o := old.(type) {
		case *node.Object:
			out := fields.Copy(o)
			joinObject(out, v, true, skipsEmpty, depth)
			return out
		case []any:
			return o // it gets the fields as properties beside its elements, which no JSON shows
		}
	case []any:
		list, ok := old.([]any)
		if !ok {
			return v
		}
		out := slices.Clone(list)
		for i, e := range v {
			switch {
			case i >= len(out):
				out = append(out, e)
			case skipsEmpty && (e == nil || e == ""), e == node.Undefined:
			default:
				out[i] = joinedValue(out[i], e, skipsEmpty, depth+1)
			}
		}
		return out
	}
	return v
}

// suffixed returns items with a suffix to the names of their fields.
func suffixed(items []node.Item, suffix string) []node.Item {
	out := slices.Clone(items)
	for i := range out {
		o := &node.Object{}
		for key, v := range out[i].JSON.All() {
			o.Set(key+"_"+suffix, v)
		}
		out[i].JSON = o
	}
	return out
}

// two returns the first two inputs, in the order in which they are joined.
func (r *merger) two(c clash) (first, second []node.Item) {
	first, second = r.inputs[0], r.inputs[1]
	switch c.resolve {
	case "preferInput1":
		first, second = second, first
	case "addSuffix":
		first, second = suffixed(first, "1"), suffixed(second, "2")
	}
	return first, second
}

// all joins each item with each.
func (r *merger) all(float64) ([]node.Item, error) {
	c, err := r.clash()
	if err != nil {
		return nil, err
	}
	first, second := r.two(c)
	var out []node.Item
	for _, a := range first {
		if r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		for _, b := range second {
			out = append(out, c.join(a, b))
		}
	}
	return out, nil
}

// byPosition joins the first items, the second ones, and so on, of all inputs.
func (r *merger) byPosition(float64) ([]node.Item, error) {
	c, err := r.clash()
	if err != nil {
		return nil, err
	}
	unpaired, err := r.params.Value("options.includeUnpaired")
	if err != nil {
		return nil, err
	}
	preferred := r.inputs[len(r.inputs)-1]
	if number, ok := strings.CutPrefix(c.resolve, "preferInput"); ok {
		n := fields.Number(number)
		if !(n >= 1 && n <= float64(len(r.inputs)) && n == float64(int(n))) {
			return nil, node.NewOperationError(fmt.Sprintf("Input %s doesn't exist", number), fmt.Sprintf("The node has %d inputs", len(r.inputs)))
		}
		preferred = r.inputs[int(n)-1]
	}
	inputs := slices.Clone(r.inputs)
	if c.resolve == "addSuffix" {
		for i := range inputs {
			inputs[i] = suffixed(inputs[i], fmt.Sprint(i+1))
		}
	}
	count := len(preferred)
	for _, items := range inputs {
		if fields.Truthy(unpaired) {
			count = max(count, len(items))
		} else {
			count = min(count, len(items))
		}
	}
	if count == 0 && !fields.Truthy(unpaired) {
		r.hints = []node.Hint{{Message: `Consider enabling "Include Any Unpaired Items" in options or check your inputs`}}
	}
	out := make([]node.Item, 0, count)
	for i := range count {
		parts := []node.Item{{JSON: &node.Object{}}}
		for _, items := range append(slices.Clone(inputs), preferred) {
			if i < len(items) {
				parts = append(parts, items[i])
			}
		}
		out = append(out, c.join(parts...))
	}
	return out, nil
}

// byPositionOfTwo is byPosition as version 2 does it.
func (r *merger) byPositionOfTwo(float64) ([]node.Item, error) {
	c, err := r.clash()
	if err != nil {
		return nil, err
	}
	if len(r.inputs[0]) == 0 || len(r.inputs[1]) == 0 {
		return slices.Concat(r.inputs...), nil
	}
	unpaired, err := r.params.Value("options.includeUnpaired")
	if err != nil {
		return nil, err
	}
	first, second := r.two(c)
	both := min(len(first), len(second))
	out := make([]node.Item, 0, both)
	for i := range both {
		out = append(out, c.join(first[i], second[i]))
	}
	if fields.Truthy(unpaired) {
		out = append(append(out, first[both:]...), second[both:]...)
	}
	return out, nil
}

// branch hands on the items of one input, or one empty item.
func (r *merger) branch(version float64) ([]node.Item, error) {
	output, err := r.params.String("output")
	if err != nil {
		return nil, err
	}
	switch output {
	case "input1":
		return r.inputs[0], nil
	case "input2":
		return r.inputs[1], nil
	case "empty":
		empty := node.Item{JSON: &node.Object{}, Paired: []node.Paired{}}
		for _, it := range slices.Concat(r.inputs[:2]...) {
			empty.Paired = append(empty.Paired, it.Paired...)
		}
		return []node.Item{empty}, nil
	}
	if version < 3 || output != "specifiedInput" {
		return nil, nil
	}
	v, err := r.params.Value("useDataOfInput")
	if err != nil {
		return nil, err
	}
	n := fields.Number(v)
	if n > float64(len(r.inputs)) {
		return nil, node.NewOperationError(fmt.Sprintf("Input %s doesn't exist", fields.Text(v)), fmt.Sprintf(
			"The node has only %d inputs, so selecting input %s is not possible.", len(r.inputs), fields.Text(v)))
	}
	if !(n >= 1) || n != float64(int(n)) {
		return nil, nil
	}
	return r.inputs[int(n)-1], nil
}
