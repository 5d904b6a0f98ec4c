package runtime

import "github.com/nate-go/nate/node"

// Order returns the names of the nodes in the order in which a run would reach them if every node put out an item on each
// of its outputs, each node once. Nothing is run. An error says what NewScheduler would.
func (p *Plan) Order(req Request) ([]string, error) {
	some := []node.Item{{JSON: &node.Object{}}}
	req.Items = some
	s, err := p.NewScheduler(req, nil)
	if err != nil {
		return nil, err
	}
	var order []string
	seen := map[string]bool{}
	for {
		t, ok := s.Next()
		if !ok {
			return order, nil
		}
		name := t.Node.node.Name
		run := &NodeRun{Index: t.Index, Source: t.Source, Main: make([][]node.Item, len(p.graph.vertices[name].outputs))}
		if !seen[name] { // what comes back to a node in a loop ends there
			seen[name] = true
			order = append(order, name)
			for i := range run.Main {
				run.Main[i] = some
			}
		}
		s.Done(t, run)
	}
}
