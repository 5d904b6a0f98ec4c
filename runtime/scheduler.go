package runtime

import (
	"cmp"
	"slices"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// Scheduler says which node of a Plan runs next, in n8n's order. It is a state machine: it does no I/O, starts nothing
// and asks no clock; whoever drives it executes the Tasks and tells it what came of them. It is not safe for concurrent
// use.
//
// With the setting executionOrder "v1" a branch is run to its end before the next one begins, the topmost (then leftmost)
// on the canvas first. Without it the order is n8n's older one: all successors in the order of the connections, level by
// level.
type Scheduler struct {
	plan  *Plan
	stack []*Task
	runs  map[string]int
	index int
}

// newScheduler returns a Scheduler that begins with the start node and its input.
func (p *Plan) newScheduler(start *Prepared, items []node.Item, run *RunContext) *Scheduler {
	s := &Scheduler{plan: p, runs: map[string]int{}}
	s.stack = []*Task{{Node: start, Inputs: [][]node.Item{items}, Run: run}}
	return s
}

// Next takes the next task off the stack; ok is false when the run is at its end.
func (s *Scheduler) Next() (t *Task, ok bool) {
	if len(s.stack) == 0 {
		return nil, false
	}
	t = s.stack[0]
	s.stack = s.stack[1:]
	name := t.Node.node.Name
	t.RunIndex, t.Index = s.runs[name], s.index
	s.runs[name]++
	s.index++
	return t, true
}

// unfinished returns what is left to do when a task did not come to its end: that task, its items linked as the node saw
// them, and what stands behind it.
func (s *Scheduler) unfinished(t *Task) []*Task {
	again := *t
	again.Inputs = linkedToSelf(t.Inputs)
	return append([]*Task{&again}, s.stack...)
}

// Done notes what a task put out and schedules the nodes behind it. An output without items leads nowhere.
func (s *Scheduler) Done(t *Task, run *NodeRun) {
	source := t.Node.node
	var next []*Task
	for output, items := range run.Main {
		connections := s.plan.workflow.Connections[source.Name][mainConnection]
		if len(items) == 0 || output >= len(connections) {
			continue
		}
		for _, c := range connections[output] {
			target := s.plan.nodes[c.Node]
			if target == nil || target.isTrigger() {
				continue // a sticky note, or a node that takes no input
			}
			next = append(next, &Task{
				Node:   target,
				Inputs: [][]node.Item{items},
				Source: []*node.Source{{Node: source.Name, Output: output, Run: t.RunIndex}},
				Run:    t.Run,
			})
		}
	}
	if s.plan.workflow.Settings.ExecutionOrder != "v1" {
		s.stack = append(s.stack, next...)
		return
	}
	// n8n sorts bottom-most first and then puts each at the front, so nodes at one position run in reverse.
	slices.Reverse(next)
	slices.SortStableFunc(next, func(a, b *Task) int { return byPosition(a.Node.node, b.Node.node) })
	s.stack = append(next, s.stack...)
}

func byPosition(a, b *workflows.Node) int {
	return cmp.Or(cmp.Compare(a.Position[1], b.Position[1]), cmp.Compare(a.Position[0], b.Position[0]))
}
