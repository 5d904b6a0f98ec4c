package runtime

import "github.com/nate-go/nate/node"

// Order returns the names of the nodes in the order in which a run would reach them if every node put out an item on each
// of its outputs, each node once. Nothing is run. start is as in Request; an error says that there is no node to begin
// with.
func (p *Plan) Order(start string) ([]string, error) {
	first, err := p.startNode(Request{Start: start})
	if err != nil {
		return nil, err
	}
	some := []node.Item{{JSON: &node.Object{}}}
	s := p.newScheduler(first, some, nil)
	var order []string
	seen := map[string]bool{}
	for {
		t, ok := s.Next()
		if !ok {
			return order, nil
		}
		name := t.Node.node.Name
		if seen[name] {
			continue
		}
		seen[name] = true
		order = append(order, name)
		run := &NodeRun{Main: make([][]node.Item, len(p.workflow.Connections[name][mainConnection]))}
		for i := range run.Main {
			run.Main[i] = some
		}
		s.Done(t, run)
	}
}
