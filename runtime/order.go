package runtime

import "github.com/nate-go/nate/node"

// Order returns the names of the nodes in the order in which a run would reach them if every node put out an item on each
// of its outputs, each node once. Nothing is run. start is as in Request; an error says that there is no node to begin
// with.
func (p *Plan) Order(start string) ([]string, error) {
	some := []node.Item{{JSON: &node.Object{}}}
	s, err := p.NewScheduler(Request{Start: start, Items: some}, nil)
	if err != nil {
		return nil, err
	}
	var order []string
	for {
		t, ok := s.Next()
		if !ok {
			return order, nil
		}
		name := t.Node.node.Name
		run := &NodeRun{Index: t.Index, Source: t.Source, Main: make([][]node.Item, len(p.graph.vertices[name].outputs))}
		if t.RunIndex == 0 { // what comes back to a node in a loop ends there
			order = append(order, name)
			for i := range run.Main {
				run.Main[i] = some
			}
		}
		s.Done(t, run)
	}
}
