package runtime

import (
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// linkedToSelf copies the items of the inputs with links to their own places, as n8n does before a node runs: a node that
// hands an item through then keeps a right link. The items' JSON is shared.
func linkedToSelf(inputs [][]node.Item) [][]node.Item {
	out := make([][]node.Item, len(inputs))
	for input, items := range inputs {
		if items == nil {
			continue
		}
		linked := make([]node.Item, len(items))
		links := make([]node.Paired, len(items))
		for i := range items {
			links[i] = node.Paired{Item: i, Input: input}
			linked[i] = items[i]
			linked[i].Paired = links[i : i+1 : i+1]
		}
		out[input] = linked
	}
	return out
}

// pairUnambiguous links items that have no link where there is only one way: a single input item is where everything
// comes from; as many items out as in belong together in order; a single item out of many comes from the first.
func pairUnambiguous(inputs, outputs [][]node.Item) {
	if len(inputs) != 1 {
		return
	}
	in := len(inputs[0])
	for _, items := range outputs {
		for i := range items {
			switch {
			case items[i].Paired != nil:
			case in == 1:
				items[i].Paired = []node.Paired{{}}
			case len(outputs) == 1 && len(items) == in:
				items[i].Paired = []node.Paired{{Item: i}}
			case len(outputs) == 1 && len(items) == 1:
				items[i].Paired = []node.Paired{{}}
			}
		}
	}
}

// splitErrors moves items that stand for an error to one more output after the node's own. They go on with the fields of
// the input item that they come from under their own; those of the first node of a run, which have no source, as they are.
func splitErrors(outputs [][]node.Item, own int, inputs [][]node.Item, sources []*node.Source) [][]node.Item {
	split := make([][]node.Item, max(own+1, len(outputs)))
	copy(split, outputs)
	failed := []node.Item{}
	for o := range own {
		split[o] = []node.Item{}
		if o >= len(outputs) {
			continue
		}
		for _, it := range outputs[o] {
			switch {
			case !isErrorItem(it):
				split[o] = append(split[o], it)
			case len(sources) == 0:
				failed = append(failed, it)
			default:
				failed = append(failed, withInputFields(it, inputs))
			}
		}
	}
	split[own] = failed
	return split
}

// errorKeys are the keys that an item may have beside its error to count as one.
var errorKeys = map[string]bool{"error": true, "message": true, "details": true}

func isErrorItem(it node.Item) bool {
	if it.Error != nil {
		return true
	}
	v, ok := it.JSON.Get("error")
	if !ok || !fields.Truthy(v) {
		return false
	}
	for key := range it.JSON.All() {
		if !errorKeys[key] {
			return false
		}
	}
	return true
}

// withInputFields puts the fields of the item's input item before its own. An item whose input item is not known keeps
// what it has.
func withInputFields(it node.Item, inputs [][]node.Item) node.Item {
	if len(it.Paired) == 0 {
		return it
	}
	link := it.Paired[0] // of several, n8n takes the first
	if link.Input >= len(inputs) || link.Item >= len(inputs[link.Input]) {
		return it
	}
	merged := &node.Object{}
	for k, v := range inputs[link.Input][link.Item].JSON.All() {
		merged.Set(k, v)
	}
	for k, v := range it.JSON.All() {
		merged.Set(k, v)
	}
	it.JSON = merged
	return it
}

// alwaysOutput puts one empty item, linked to every input item, on an output 0 that has none.
func alwaysOutput(outputs, inputs [][]node.Item) [][]node.Item {
	links := []node.Paired{}
	for input, items := range inputs {
		for i := range items {
			links = append(links, node.Paired{Item: i, Input: input, Listed: true})
		}
	}
	empty := []node.Item{{JSON: &node.Object{}, Paired: links}}
	if len(outputs) == 0 {
		return [][]node.Item{empty}
	}
	outputs[0] = empty
	return outputs
}
