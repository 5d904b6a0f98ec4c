package workflows

import "slices"

// main is the connection type that carries items; the others link sub-nodes (ai_tool, ...) into their root node.
const mainType = "main"

// graph is what can be asked of a workflow's nodes and connections, looked up once.
type graph struct {
	nodes map[string]*Node
	// children and parents are over main connections, each name once.
	children, parents map[string][]string
	// subNodes are the nodes that are linked into a node by connections of other types.
	subNodes map[string][]string
}

func newGraph(w *Workflow) *graph {
	g := &graph{
		nodes:    make(map[string]*Node, len(w.Nodes)),
		children: make(map[string][]string, len(w.Nodes)),
		parents:  make(map[string][]string, len(w.Nodes)),
	}
	for _, n := range w.Nodes {
		g.nodes[n.Name] = n
	}
	type edge struct {
		from, to string
		main     bool
	}
	seen := map[edge]bool{}
	for _, n := range w.Nodes {
		for connectionType, outputs := range w.Connections[n.Name] {
			for _, output := range outputs {
				for _, c := range output {
					e := edge{n.Name, c.Node, connectionType == mainType}
					switch {
					case seen[e]:
					case e.main:
						g.children[e.from] = append(g.children[e.from], e.to)
						g.parents[e.to] = append(g.parents[e.to], e.from)
					default:
						if g.subNodes == nil {
							g.subNodes = map[string][]string{}
						}
						g.subNodes[e.to] = append(g.subNodes[e.to], e.from)
					}
					seen[e] = true
				}
			}
		}
	}
	return g
}

// lookup returns the graph. That of a Workflow put together by hand is made each time.
func (w *Workflow) lookup() *graph {
	if w.graph != nil {
		return w.graph
	}
	return newGraph(w)
}

// Node returns the node of that name, or nil.
func (w *Workflow) Node(name string) *Node { return w.lookup().nodes[name] }

// Children returns the names of the nodes that the node's main outputs lead to, each once, in the order of outputs and
// connections.
func (w *Workflow) Children(name string) []string { return slices.Clone(w.lookup().children[name]) }

// Parents returns the names of the nodes whose main outputs lead to the node, each once, in the file's order of nodes.
func (w *Workflow) Parents(name string) []string { return slices.Clone(w.lookup().parents[name]) }

// Reachable returns the names of the nodes that a run from the named ones may reach, themselves included, in the file's
// order: along main connections, and with the sub-nodes that are linked into a node on the way (an agent's model and
// tools). Names that are none of the workflow's nodes are left out.
func (w *Workflow) Reachable(from ...string) []string {
	g := w.lookup()
	reached := make(map[string]bool, len(w.Nodes))
	next := slices.Clone(from)
	for len(next) > 0 {
		name := next[len(next)-1]
		next = next[:len(next)-1]
		if reached[name] {
			continue
		}
		reached[name] = true
		next = append(append(next, g.children[name]...), g.subNodes[name]...)
	}
	var names []string
	for _, n := range w.Nodes {
		if reached[n.Name] {
			names = append(names, n.Name)
		}
	}
	return names
}
