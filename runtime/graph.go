package runtime

import (
	"slices"
	"sync"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// graph is a workflow's main connections as the Scheduler asks for them. It is read-only and safe for concurrent use.
type graph struct {
	vertices map[string]*vertex
	before   sync.Map // what ancestors found, by node
	after    sync.Map // what descendants found, by node
}

// vertex is a node with what leads from it and to it.
type vertex struct {
	name string
	node *Prepared // nil for a sticky note
	// outputs are where each output leads, inputs where each input comes from, in the file's order of connections. Their
	// lengths are one more than the highest connected index.
	outputs, inputs [][]edge
}

// edge is one end of a connection: the node there, the output that it leaves and the input that it reaches.
type edge struct {
	name          string
	output, input int
}

func newGraph(w *workflows.Workflow, nodes map[string]*Prepared) *graph {
	g := &graph{vertices: make(map[string]*vertex, len(w.Nodes))}
	for _, n := range w.Nodes {
		g.vertices[n.Name] = &vertex{name: n.Name, node: nodes[n.Name]}
	}
	for _, source := range connectionOrder(w) {
		from := g.vertices[source]
		if from == nil {
			continue
		}
		outputs := w.Connections[source][mainConnection]
		from.outputs = make([][]edge, len(outputs))
		for output, connections := range outputs {
			for _, c := range connections {
				to := g.vertices[c.Node]
				if to == nil || c.Type != mainConnection {
					continue
				}
				from.outputs[output] = append(from.outputs[output], edge{c.Node, output, c.Index})
				for len(to.inputs) <= c.Index {
					to.inputs = append(to.inputs, nil)
				}
				to.inputs[c.Index] = append(to.inputs[c.Index], edge{source, output, c.Index})
			}
		}
	}
	return g
}

// connectionOrder returns the names of the nodes in the order in which the file's connections name them: n8n goes by it.
func connectionOrder(w *workflows.Workflow) []string {
	var names []string
	raw, _ := w.Raw().Get("connections")
	if o, ok := raw.(*node.Object); ok {
		names = o.Keys()
	}
	listed := make(map[string]bool, len(names))
	for _, name := range names {
		listed[name] = true
	}
	for _, n := range w.Nodes {
		if !listed[n.Name] {
			names = append(names, n.Name)
		}
	}
	return names
}

// isAncestor reports whether a path leads from a node to another one. A node is not its own ancestor.
func (g *graph) isAncestor(of, name string) bool {
	return g.reach(&g.before, of, func(v *vertex) [][]edge { return v.inputs })[name]
}

// isDescendant reports whether a path leads to a node from another one. A node is not its own descendant.
func (g *graph) isDescendant(of, name string) bool { return g.descendants(of)[name] }

func (g *graph) descendants(of string) map[string]bool {
	return g.reach(&g.after, of, func(v *vertex) [][]edge { return v.outputs })
}

func (g *graph) ancestors(of string) map[string]bool {
	return g.reach(&g.before, of, func(v *vertex) [][]edge { return v.inputs })
}

func (g *graph) reach(kept *sync.Map, from string, edges func(*vertex) [][]edge) map[string]bool {
	if found, ok := kept.Load(from); ok {
		return found.(map[string]bool) //nolint:forcetypeassert // nothing else is stored
	}
	found := map[string]bool{}
	next := []string{from}
	for len(next) > 0 {
		v := g.vertices[next[len(next)-1]]
		next = next[:len(next)-1]
		if v == nil {
			continue
		}
		for _, list := range edges(v) {
			for _, e := range list {
				if e.name != from && !found[e.name] {
					found[e.name] = true
					next = append(next, e.name)
				}
			}
		}
	}
	kept.Store(from, found)
	return found
}

// parentsInOrder returns the ancestors of a node as n8n lists them: the farthest first.
func (g *graph) parentsInOrder(of string) []string {
	known := map[string][]string{}
	onPath := map[string]bool{}
	var visit func(name string) []string
	visit = func(name string) []string {
		if list, ok := known[name]; ok {
			return list
		}
		var list []string
		toFront := func(name string) {
			if i := slices.Index(list, name); i >= 0 {
				list = slices.Delete(list, i, i+1)
			}
			list = slices.Insert(list, 0, name)
		}
		onPath[name] = true
		for _, edges := range g.vertices[name].inputs {
			for _, e := range edges {
				if onPath[e.name] {
					continue
				}
				toFront(e.name)
				for _, more := range slices.Backward(visit(e.name)) {
					toFront(more)
				}
			}
		}
		delete(onPath, name)
		known[name] = list
		return list
	}
	return slices.Clone(visit(of))
}

// hasSource reports whether something enabled leads to an input of a node, directly or through disabled nodes.
func (g *graph) hasSource(name string, input int) bool {
	checked := map[string]bool{name: true}
	var any func(edges []edge) bool
	any = func(edges []edge) bool {
		for _, e := range edges {
			if checked[e.name] {
				continue
			}
			checked[e.name] = true
			v := g.vertices[e.name]
			if v.node == nil || !v.node.node.Disabled {
				return true
			}
			for _, list := range v.inputs {
				if any(list) {
					return true
				}
			}
		}
		return false
	}
	inputs := g.vertices[name].inputs
	return input < len(inputs) && any(inputs[input])
}
