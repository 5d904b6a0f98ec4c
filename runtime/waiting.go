package runtime

import (
	"slices"
	"strconv"

	"github.com/nate-go/nate/node"
)

// waiting are the nodes to which data came on some inputs and not yet on others: n8n's waitingExecution and
// waitingExecutionSource.
type waiting struct {
	order []string // the nodes, in the order in which they began to wait
	nodes map[string]*waitingNode
	// overwrite does as n8n does, for comparisons with it: see waitingNode.place.
	overwrite bool
}

// waitingNode holds what came for the runs of one node that are still to be, by ascending index.
type waitingNode struct {
	runs []*waitingRun
	// filled counts, for each input, the leading runs that have it: data for an input goes to the first run that lacks it.
	filled []int
}

// waitingRun is what has come for one run. An input without data is nil; an empty list counts as arrived.
type waitingRun struct {
	index   int
	inputs  [][]node.Item
	sources []*node.Source
}

func (r *waitingRun) complete() bool {
	return !slices.ContainsFunc(r.inputs, func(items []node.Item) bool { return items == nil })
}

// arrive notes items on an input of a node that has a number of inputs. When that completes a run, the run is taken out and
// returned. began says that the node did not wait before.
func (w *waiting) arrive(name string, inputs, input int, items []node.Item, source *node.Source) (run *waitingRun, began bool) {
	n := w.nodes[name]
	if n == nil {
		n, began = &waitingNode{filled: make([]int, inputs)}, true
		w.add(name, n)
	}
	at := n.place(inputs, input, w.overwrite)
	if items == nil {
		items = []node.Item{}
	}
	run = n.runs[at]
	run.inputs[input], run.sources[input] = items, source
	n.filled[input] = at + 1
	if !run.complete() {
		return nil, began
	}
	w.remove(name, at)
	return run, began
}

// place returns the place of the first run that lacks an input, a new one if need be.
func (n *waitingNode) place(inputs, input int, overwrite bool) int {
	at := n.filled[input]
	if overwrite {
		at = 0
	}
	for at < len(n.runs) && n.runs[at].inputs[input] != nil {
		at++
	}
	if at < len(n.runs) {
		return at
	}
	fresh := &waitingRun{0, make([][]node.Item, inputs), make([]*node.Source, inputs)}
	if !overwrite {
		if at > 0 {
			fresh.index = n.runs[at-1].index + 1
		}
		n.runs = append(n.runs, fresh)
		return at
	}
	// n8n takes the number of runs that wait for the index, and so writes over one that waits under it, or puts this one
	// before older ones.
	fresh.index = len(n.runs)
	at = slices.IndexFunc(n.runs, func(r *waitingRun) bool { return r.index >= fresh.index })
	switch {
	case at < 0:
		at = len(n.runs)
		n.runs = append(n.runs, fresh)
	case n.runs[at].index == fresh.index:
		n.runs[at] = fresh
	default:
		n.runs = slices.Insert(n.runs, at, fresh)
	}
	return at
}

func (w *waiting) add(name string, n *waitingNode) {
	if w.nodes == nil {
		w.nodes = map[string]*waitingNode{}
	}
	w.nodes[name] = n
	w.order = append(w.order, name)
}

// remove takes out a run.
func (w *waiting) remove(name string, at int) {
	n := w.nodes[name]
	if at == 0 {
		n.runs[0] = nil
		n.runs = n.runs[1:]
	} else {
		n.runs = slices.Delete(n.runs, at, at+1)
	}
	for i := range n.filled {
		if n.filled[i] > at {
			n.filled[i]--
		}
	}
	if len(n.runs) == 0 {
		delete(w.nodes, name)
		w.order = slices.DeleteFunc(w.order, func(other string) bool { return other == name })
	}
}

// names returns the nodes that wait, in the order that they have as keys of a JavaScript object.
func (w *waiting) names() []string {
	if len(w.order) == 0 {
		return nil
	}
	return orderedLikeKeys(w.order)
}

// first is the place of the run that is forced first: n8n sorts their indexes as texts.
func (n *waitingNode) first() int {
	least := 0
	if len(n.runs) == 1 || n.runs[len(n.runs)-1].index < 10 {
		return least
	}
	for i, r := range n.runs {
		if strconv.Itoa(r.index) < strconv.Itoa(n.runs[least].index) {
			least = i
		}
	}
	return least
}
