package runtime

import (
	"slices"
	"sync"
	"time"

	"github.com/nate-go/nate/node"
)

// runData is what the nodes of a run put out so far. It implements Runs.
type runData struct {
	plan  *Plan
	mu    sync.RWMutex
	order []string
	runs  map[string][]*NodeRun
	// contexts are what nodes keep over their runs, flow what they keep together.
	contexts map[string]*node.Object
	flow     *node.Object
	// pins are the items pinned to nodes in a run of the editor, else nil.
	pins map[string][]node.Item
}

func (d *runData) add(name string, run *NodeRun) {
	d.mu.Lock()
	defer d.mu.Unlock()
	run.WaitTill, run.madeUp = time.Time{}, false
	if len(d.runs[name]) == 0 {
		d.order = append(d.order, name)
	}
	d.runs[name] = append(d.runs[name], run)
}

// dropLast takes away the last run of a node.
func (d *runData) dropLast(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if runs := d.runs[name]; len(runs) > 1 {
		d.runs[name] = runs[:len(runs)-1]
		return
	}
	d.remove(name)
}

// drop takes away the runs of nodes.
func (d *runData) drop(which func(name string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range slices.Clone(d.order) {
		if which(name) {
			d.remove(name)
		}
	}
}

func (d *runData) remove(name string) {
	delete(d.runs, name)
	d.order = slices.DeleteFunc(d.order, func(other string) bool { return other == name })
}

// sort puts the nodes into the order of their first runs.
func (d *runData) sort() {
	slices.SortStableFunc(d.order, func(a, b string) int { return d.runs[a][0].Index - d.runs[b][0].Index })
}

// nextIndex is one more than the highest index of a run.
func (d *runData) nextIndex() int {
	next := 0
	for _, runs := range d.runs {
		next = max(next, runs[len(runs)-1].Index+1)
	}
	return next
}

// keep takes over what a run of a node changed in its contexts.
func (d *runData) keep(name string, run *NodeRun) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if run.NodeContext != nil {
		d.contexts[name] = run.NodeContext
	}
	if run.FlowContext != nil {
		d.flow = run.FlowContext
	}
	run.NodeContext, run.FlowContext = nil, nil
}

func (d *runData) context(name string) (ofNode, ofFlow *node.Object) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.contexts[name], d.flow
}

func (d *runData) Context(name string) *node.Object {
	ofNode, _ := d.context(name)
	return ofNode
}

func (d *runData) run(name string, index int) *NodeRun {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if runs := d.runs[name]; index >= 0 && index < len(runs) {
		return runs[index]
	}
	return nil
}

func (d *runData) HasNode(name string) bool { return d.plan.nodes[name] != nil }

func (d *runData) NodeType(name string) string {
	if p := d.plan.nodes[name]; p != nil {
		return p.node.Type
	}
	return ""
}

func (d *runData) Count(name string) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.runs[name])
}

func (d *runData) Outputs(name string, index int) ([][]node.Item, bool) {
	run := d.run(name, index)
	if run == nil {
		return nil, false
	}
	return run.Main, true
}

func (d *runData) Sources(name string, index int) []*node.Source {
	run := d.run(name, index)
	if run == nil {
		return nil
	}
	return run.Source
}

func (d *runData) OutputTo(from, to string) (int, bool) { return d.plan.outputLeading(from, to) }

func (d *runData) Pinned(name string) []node.Item { return d.pins[name] }

func (d *runData) Parameters(name string) *node.Object {
	if p := d.plan.nodes[name]; p != nil {
		return p.parameters
	}
	return nil
}
