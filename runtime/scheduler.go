package runtime

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// Scheduler says which node of a Plan runs next, in n8n's order, and keeps what the nodes put out: it is n8n's
// IRunExecutionData with the rules of how it goes on. It is a state machine: it does no I/O, starts nothing and asks no
// clock; whoever drives it executes the Tasks and tells it what came of them:
//
//	for {
//		task, ok := s.Next()
//		if !ok {
//			break
//		}
//		run, err := executor.Execute(ctx, *task)
//		if err != nil {
//			return err
//		}
//		s.Done(task, run)
//	}
//
// It marshals to n8n's JSON after any step, and Plan.RestoreScheduler goes on from there. It is not safe for concurrent
// use, but for the Runs that its tasks hold.
//
// With the setting executionOrder "v1" a branch is run to its end before the next one begins, the topmost (then leftmost)
// on the canvas first. Without it the order is n8n's older one: all successors in the order of the connections, level by
// level. A node with several inputs waits until there are data on each of them; when nothing else is left to do, the nodes
// that still wait run with what they have.
type Scheduler struct {
	plan    *Plan
	run     *RunContext
	data    *runData
	stack   deque
	stacked map[string]int // how often each node is on the stack
	waiting waiting
	index   int
	used    used
	// pins are items that stand for the output of a node.
	pins map[string][]node.Item
	// to is the node to end at, filter the nodes that may run; empty and nil: all.
	to     string
	filter map[string]bool
	// pushedBack is the node and run that was put back last, to find out that nothing moves on.
	pushedBack spin

	lastNode  string
	failure   *node.ErrorInfo
	failed    *Prepared
	ended     bool // a failure or a wait ended it
	waitTill  time.Time
	startNode *Prepared // the trigger that it began with
	startedAt time.Time
}

type spin struct {
	name string
	run  int
}

// errEndless is n8n's error for a run that does not get on.
var errEndless = &node.ErrorInfo{Name: "UserError", Message: "Stopped execution because it seems to be in an endless loop"}

// Runs reads what the nodes of the run put out so far. It is safe for concurrent use.
func (s *Scheduler) Runs() Runs { return s.data }

// Next takes the next task off the stack; ok is false when the run is at its end, or waits, or failed, as it does where the task would go
// beyond its Limits.
func (s *Scheduler) Next() (t *Task, ok bool) {
	for !s.ended && s.stack.len() > 0 {
		t = s.stack.popFront()
		name := t.Node.node.Name
		s.stacked[name]--
		// A node that failed as a whole fails the run unless something comes after it.
		s.failure, s.failed = nil, nil
		t.RunIndex, t.Index = s.data.Count(name), s.index
		s.index++
		if s.pushedBack == (spin{name, t.RunIndex}) {
			s.fail(errEndless, nil)
			return nil, false
		}
		if s.filter != nil && !s.filter[name] {
			continue
		}
		if !s.hasInputs(t) {
			s.pushedBack = spin{name, t.RunIndex}
			s.push(t, true)
			continue
		}
		t.Run = s.run
		t.NodeContext, t.FlowContext = s.data.context(name)
		if items, pinned := s.pins[name]; pinned && !t.Node.node.Disabled && !t.Resumed {
			t.Pinned = append(make([]node.Item, 0, len(items)), items...)
		}
		if info := s.plan.cfg.runLimits.begin(t); info != nil {
			s.refuse(t, info)
			return nil, false
		}
		return t, true
	}
	return nil, false
}

// hasInputs reports whether a task has all that the older order wants of it.
func (s *Scheduler) hasInputs(t *Task) bool {
	if s.plan.v1() {
		return true
	}
	name := t.Node.node.Name
	for input := range s.plan.graph.vertices[name].inputs {
		if !s.plan.graph.hasSource(name, input) {
			return true
		}
		if len(t.Inputs) < input || input < len(t.Inputs) && t.Inputs[input] == nil {
			return false
		}
	}
	return true
}

func (s *Scheduler) push(t *Task, back bool) {
	s.stacked[t.Node.node.Name]++
	if back {
		s.stack.pushBack(t)
	} else {
		s.stack.pushFront(t)
	}
}

// putBack puts a task that did not come to its end on the stack again, its items linked as the node saw them.
func (s *Scheduler) putBack(t *Task) {
	again := *t
	again.Inputs, again.Pinned = linkedToSelf(t.Inputs), nil
	s.push(&again, false)
}

// fail ends the run.
func (s *Scheduler) fail(info *node.ErrorInfo, of *Prepared) {
	s.failure, s.failed, s.ended = info, of, true
}

// Done notes what became of a task and schedules the nodes behind it. A node that put out nothing at all leaves no trace,
// as in n8n. One that failed ends the run, unless run.Main says what goes on; run.WaitTill lets the run wait. With what run.Main holds the
// run may come to one of its Limits, which ends it. A nil t changes nothing; a nil run counts as one that failed.
func (s *Scheduler) Done(t *Task, run *NodeRun) {
	if t == nil {
		return
	}
	if run == nil {
		run = &NodeRun{Index: t.Index, Source: t.Source, Status: StatusError, Error: &node.ErrorInfo{Message: "nothing is known of what became of the node"}}
	}
	s.note(t, run)
	if info := s.used.end(s.plan.cfg.runLimits, t, run); info != nil {
		s.refuse(nil, info)
	}
}

func (s *Scheduler) note(t *Task, run *NodeRun) {
	name := t.Node.node.Name
	s.data.keep(name, run)
	till := run.WaitTill
	waits := !till.IsZero()
	if run.Main == nil && run.Error == nil && !waits {
		return
	}
	if run.Error != nil || !run.madeUp {
		s.lastNode = name
	}
	s.data.add(name, run)
	if run.Error != nil {
		s.failure, s.failed = run.Error, t.Node
	}
	switch {
	case run.Main == nil && run.Error != nil:
		s.ended = true
		s.putBack(t)
		return
	case waits:
		s.ended, s.waitTill = true, till
		s.putBack(t)
		return
	case name == s.to:
		return
	}
	s.schedule(t, run)
	if s.stack.len() == 0 {
		s.force()
	}
}

// Cancel ends the run from outside, before or while a task is at work: t stands for what was not done, nil where nothing
// was. run is what there is of it; it may be nil.
func (s *Scheduler) Cancel(t *Task, run *NodeRun, info *node.ErrorInfo) {
	if t != nil {
		if run != nil {
			s.lastNode = t.Node.node.Name
			s.data.add(s.lastNode, run)
		}
		s.putBack(t)
	}
	s.fail(info, nil)
}

// schedule puts the nodes behind a task on the stack, or notes that they wait for more.
func (s *Scheduler) schedule(t *Task, run *NodeRun) {
	source := s.plan.graph.vertices[t.Node.node.Name]
	var next []edge
	for output, items := range run.Main {
		if items == nil || output >= len(source.outputs) {
			continue
		}
		for _, e := range source.outputs[output] {
			// The older order takes an empty output for an arrival on any input but the first.
			if len(items) > 0 || e.input > 0 && !s.plan.v1() {
				next = append(next, e)
			}
		}
	}
	if s.plan.v1() {
		// The one put to the front last runs first: the topmost. Of nodes at one position that is the last one connected.
		slices.SortStableFunc(next, func(a, b edge) int { return -byPosition(s.vertex(a).node, s.vertex(b).node) })
	}
	for _, e := range next {
		target := s.vertex(e)
		if target.node == nil {
			continue // a sticky note
		}
		s.enqueue(t, target, e, run.Main[e.output])
	}
}

func (s *Scheduler) vertex(e edge) *vertex { return s.plan.graph.vertices[e.name] }

func byPosition(a, b *Prepared) int {
	if a == nil || b == nil {
		return 0
	}
	x, y := a.node.Position, b.node.Position
	return cmp.Or(cmp.Compare(x[1], y[1]), cmp.Compare(x[0], y[0]))
}

// enqueue hands items to an input of a node.
func (s *Scheduler) enqueue(t *Task, target *vertex, e edge, items []node.Item) {
	source := &node.Source{Node: t.Node.node.Name, Output: e.output, Run: t.RunIndex}
	if len(target.inputs) < 2 {
		s.push(&Task{Node: target.node, Inputs: [][]node.Item{items}, Source: []*node.Source{source}}, !s.plan.v1())
		return
	}
	run, began := s.waiting.arrive(target.name, len(target.inputs), e.input, items, source)
	switch {
	case run != nil:
		s.push(&Task{Node: target.node, Inputs: run.inputs, Source: run.sources}, !s.plan.v1())
	case began && !s.plan.v1():
		s.pullParents(t, target, source, len(items))
	}
}

// pullParents is what the older order does when data reach a node for the first time and others are missing: it looks, for
// each connection, how far back nothing has run yet, and starts there with one empty item.
func (s *Scheduler) pullParents(t *Task, target *vertex, source *node.Source, items int) {
	parent := t.Node.node.Name
	siblings := map[string]bool{}
	for _, edges := range s.plan.graph.vertices[parent].outputs {
		for _, e := range edges {
			siblings[e.name] = true
		}
	}
	for _, edges := range target.inputs {
		for _, e := range edges {
			switch {
			case e.name == parent,
				siblings[e.name] && !s.nothingArrives(e.name, t.RunIndex),
				s.stacked[e.name] > 0,
				s.data.Count(e.name) > 0:
				continue
			}
			first := s.firstUnrun(e.name, siblings)
			if first == "" || items == 0 && s.plan.graph.isAncestor(first, parent) || !s.nothingArrives(first, t.RunIndex) {
				continue
			}
			if n := s.plan.graph.vertices[first].node; n != nil {
				s.push(&Task{Node: n, Inputs: [][]node.Item{{{JSON: &node.Object{}}}}, Source: []*node.Source{source}}, true)
			}
		}
	}
}

// firstUnrun goes back from a node to the farthest one that has not run. It is empty where the way back leads to one that
// will run anyway.
func (s *Scheduler) firstUnrun(name string, siblings map[string]bool) string {
	found := name
	for _, parent := range slices.Backward(append(s.plan.graph.parentsInOrder(name), name)) {
		switch {
		case parent != name && siblings[parent], s.stacked[parent] > 0:
			return ""
		case s.data.Count(parent) > 0:
			return found
		}
		found = parent
	}
	return found
}

// nothingArrives reports whether none of the nodes connected to the first input of a node put out items in a run.
func (s *Scheduler) nothingArrives(name string, run int) bool {
	inputs := s.plan.graph.vertices[name].inputs
	if len(inputs) == 0 {
		return true
	}
	for _, e := range inputs[0] {
		if r := s.data.run(e.name, run); r != nil && e.output < len(r.Main) && len(r.Main[e.output]) > 0 {
			return false
		}
	}
	return true
}

// force starts the first waiting node that may run with what it has. One to which nothing came but empty outputs is
// dropped.
func (s *Scheduler) force() {
	names := s.waiting.names()
	for i := 0; i < len(names); i++ {
		name := names[i]
		v, w := s.plan.graph.vertices[name], s.waiting.nodes[name]
		if slices.ContainsFunc(names, func(other string) bool { return s.plan.graph.isAncestor(name, other) }) {
			continue
		}
		at := w.first()
		run := w.runs[at]
		if s.plan.v1() && !v.node.mayRunWith(run.inputs) {
			continue
		}
		inputs := make([][]node.Item, max(len(run.inputs), len(v.node.inputTypes)))
		empty := true
		for i := range inputs {
			inputs[i] = []node.Item{}
			if i < len(run.inputs) && run.inputs[i] != nil {
				inputs[i] = run.inputs[i]
				empty = empty && len(run.inputs[i]) == 0
			}
		}
		s.waiting.remove(name, at)
		if !empty {
			s.push(&Task{Node: v.node, Inputs: inputs, Source: run.sources}, true)
			return
		}
		names, i = s.waiting.names(), -1
	}
}

// mayRunWith reports whether the inputs that the node requires are there; an empty one counts.
func (p *Prepared) mayRunWith(inputs [][]node.Item) bool {
	has := func(i int) bool { return i >= 0 && i < len(inputs) && inputs[i] != nil }
	required := p.requiredInputs
	if p.fixedInputs > 0 && (len(required.Indexes) == p.fixedInputs || required.Count == p.fixedInputs) {
		return false // n8n never forces a node that requires all of its inputs
	}
	if required.Indexes != nil {
		return !slices.ContainsFunc(required.Indexes, func(i int) bool { return !has(i) })
	}
	count := 0
	for i := range inputs {
		if has(i) {
			count++
		}
	}
	return count >= required.Count
}

// v1 reports whether the workflow has n8n's newer order of execution.
func (p *Plan) v1() bool { return isV1(p.workflow) }

func isV1(w *workflows.Workflow) bool { return w.Settings.ExecutionOrder == "v1" }

// Failure is what ended the run, or would if it ended now, and the node that it belongs to; nil when there is none.
func (s *Scheduler) Failure() (*node.ErrorInfo, *Prepared) { return s.failure, s.failed }

// WaitTill is when a run that waits is to go on, after which Next goes on once Resume was called; the zero time when it does
// not wait.
func (s *Scheduler) WaitTill() time.Time { return s.waitTill }

// Resume lets a run that waits go on: what came into the node that waits is handed on. The error says that it does not
// wait.
func (s *Scheduler) Resume() error {
	if s.waitTill.IsZero() || s.stack.len() == 0 {
		return fmt.Errorf("workflow %q: the run does not wait", s.plan.workflow.Name)
	}
	s.waitTill, s.ended = time.Time{}, false
	t := s.stack.all()[0]
	t.Resumed = true
	s.data.dropLast(s.lastNode)
	return nil
}
