package runtime

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/nate-go/nate/node"
)

// NewScheduler returns a Scheduler at the beginning of a run, or of the part of one that the Request asks for. What its
// tasks have in common is run's, whose Earlier is set; its Mode is the Request's. It does not look for issues of nodes: Plan.Check does. The
// error is a *StartError, or says what is wrong with the items, the pins or the earlier run.
func (p *Plan) NewScheduler(req Request, run *RunContext) (*Scheduler, error) {
	start, err := p.startNode(req)
	if err != nil {
		return nil, err
	}
	s := p.emptyScheduler(run)
	s.run.Mode = cmp.Or(req.Mode, ModeCLI)
	if s.pins, err = p.pins(req); err != nil {
		return nil, err
	}
	s.showPins()
	if start.isTrigger() {
		s.startNode = start
	}
	if req.To != "" {
		s.to, s.filter = req.To, p.leadingTo(req.To)
	}
	if req.From != "" {
		return s, s.begin(start, req)
	}
	items := req.Items
	if items == nil {
		items = []node.Item{{JSON: &node.Object{}}}
	}
	if err := freeze(items); err != nil {
		return nil, fmt.Errorf("workflow %q: the items for the start node: %w", p.workflow.Name, err)
	}
	s.push(&Task{Node: start, Inputs: [][]node.Item{items}}, true)
	return s, nil
}

func (p *Plan) emptyScheduler(run *RunContext) *Scheduler {
	shared := RunContext{}
	if run != nil {
		shared = *run
	}
	s := &Scheduler{
		plan: p, run: &shared, stacked: map[string]int{}, pins: map[string][]node.Item{},
		data:    &runData{plan: p, runs: map[string][]*NodeRun{}, contexts: map[string]*node.Object{}},
		waiting: waiting{overwrite: p.cfg.overwrite},
	}
	shared.Earlier, shared.Workflow = s.data, p.workflow
	if shared.Location == nil {
		shared.Location = p.location
	}
	if shared.custom == nil {
		shared.custom = &customData{}
	}
	if shared.once == nil {
		shared.once = node.NewOnce()
	}
	return s
}

// showPins lets expressions see what is pinned to nodes, which is so in runs of the editor.
func (s *Scheduler) showPins() {
	if s.run.Mode == ModeManual {
		s.data.pins = s.pins
	}
}

// leadingTo are the nodes that a run to a node may have to run.
func (p *Plan) leadingTo(name string) map[string]bool {
	filter := map[string]bool{name: true}
	for ancestor := range p.graph.ancestors(name) {
		filter[ancestor] = true
	}
	return filter
}

// begin takes over an earlier run but for the node to run again and what is behind it, and readies the nodes that are to
// run first: those without data, behind nodes that have some.
func (s *Scheduler) begin(start *Prepared, req Request) error {
	if err := s.takeOver(req.RunData); err != nil {
		return fmt.Errorf("workflow %q: the data of the earlier run: %w", s.plan.workflow.Name, err)
	}
	again := s.plan.graph.descendants(req.From)
	s.data.drop(func(name string) bool { return name == req.From || again[name] || s.filter != nil && !s.filter[name] })
	s.index = s.data.nextIndex()
	seen := map[string]bool{}
	var first []*vertex
	var visit func(name string)
	visit = func(name string) {
		v := s.plan.graph.vertices[name]
		if seen[name] || v.node == nil || s.filter != nil && !s.filter[name] {
			return
		}
		seen[name] = true
		if !s.hasData(name) || name == s.to {
			first = append(first, v)
			return
		}
		for output, edges := range v.outputs {
			if _, _, ok := s.anyRun(name, output); ok {
				for _, e := range edges {
					visit(e.name)
				}
			}
		}
	}
	visit(start.node.Name)
	if !slices.ContainsFunc(first, func(v *vertex) bool { return v.name == req.From }) {
		return &StartError{Workflow: s.plan.workflow.Name, Start: req.From, Reason: "the earlier run has no items that came to it"}
	}
	for _, v := range first {
		s.ready(v)
	}
	if s.stack.len() == 0 {
		s.force()
	}
	return nil
}

// hasData reports whether what a node put out is known and good.
func (s *Scheduler) hasData(name string) bool {
	runs := s.data.runs[name]
	if slices.ContainsFunc(runs, func(r *NodeRun) bool { return r.Error != nil }) {
		return false
	}
	return len(runs) > 0 || s.pins[name] != nil
}

// anyRun returns the items of the first run of a node that put out any on an output.
func (s *Scheduler) anyRun(name string, output int) (items []node.Item, run int, ok bool) {
	if pinned := s.pins[name]; len(pinned) > 0 && output == 0 {
		return pinned, 0, true
	}
	for i, r := range s.data.runs[name] {
		if output < len(r.Main) && len(r.Main[output]) > 0 {
			return r.Main[output], i, true
		}
	}
	return nil, 0, false
}

// ready puts a node on the stack with what the earlier run has for it, once for each connection to its input. A node of
// several inputs waits when some have none.
func (s *Scheduler) ready(v *vertex) {
	if len(v.inputs) == 0 {
		s.push(&Task{Node: v.node, Inputs: [][]node.Item{{{JSON: &node.Object{}}}}}, true)
		return
	}
	for input, edges := range v.inputs {
		for _, e := range edges {
			items, run, ok := s.anyRun(e.name, e.output)
			if !ok {
				continue
			}
			source := &node.Source{Node: e.name, Output: e.output, Run: run}
			if len(v.inputs) == 1 {
				s.push(&Task{Node: v.node, Inputs: [][]node.Item{items}, Source: []*node.Source{source}}, true)
				continue
			}
			if whole, _ := s.waiting.arrive(v.name, len(v.inputs), input, items, source); whole != nil {
				s.push(&Task{Node: v.node, Inputs: whole.inputs, Source: whole.sources}, true)
			}
		}
	}
}

// takeOver reads the runs of nodes out of a run document: n8n's run, its data, or its runData.
func (s *Scheduler) takeOver(document []byte) error {
	v, err := node.ParseJSON(document)
	if err != nil {
		return err
	}
	o, ok := v.(*node.Object)
	if !ok {
		return fmt.Errorf("it is %s, not an object", node.TypeName(v))
	}
	for _, key := range []string{"data", "resultData", "runData"} {
		if inner := at(o, key); inner != nil {
			o = inner
		}
	}
	r := reader{plan: s.plan}
	for name, runs := range o.All() {
		if s.plan.nodes[name] == nil {
			continue // it was there when the earlier run was, and is gone
		}
		for _, v := range r.list(runs, "runData of "+name) {
			if run := r.run(name, v); run != nil {
				s.data.add(name, run)
			}
		}
	}
	s.data.sort()
	return r.err
}
