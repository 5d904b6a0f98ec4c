package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// MarshalJSON is AppendJSON for encoding/json.
func (s *Scheduler) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil), nil }

// AppendJSON appends the state of the run as n8n stores it (IRunExecutionData): what ran, what is next, what waits, what
// nodes keep. Plan.RestoreScheduler reads it. A task that Next has handed out is not in it until Done: it marshals by itself.
func (s *Scheduler) AppendJSON(dst []byte) []byte {
	dst = s.appendStart(append(dst, `{"version":1,"startData":`...))
	dst = append(dst, `,"resultData":{`...)
	if s.failure != nil {
		dst = append(appendError(append(dst, `"error":`...), s.failure, s.failed), ',')
	}
	dst = append(dst, `"runData":{`...)
	for i, name := range orderedLikeKeys(s.data.order) {
		dst = appendKey(dst, i, name)
		dst = appendAll(dst, s.data.runs[name], (*NodeRun).AppendJSON)
	}
	dst = append(dst, '}')
	if custom := s.run.custom.all(); custom.Len() > 0 {
		dst = node.AppendJSON(append(dst, `,"metadata":`...), custom)
	}
	if len(s.pins) > 0 {
		dst = append(appendPins(append(dst, `,"pinData":{`...), s.pins), '}')
	}
	if s.lastNode != "" {
		dst = json.AppendString(append(dst, `,"lastNodeExecuted":`...), s.lastNode)
	}
	dst = s.appendContexts(append(dst, `},"executionData":{"contextData":`...))
	dst = appendAll(append(dst, `,"nodeExecutionStack":`...), s.stack.all(), (*Task).appendStackEntry)
	dst = append(dst, `,"metadata":{},"waitingExecution":`...)
	dst = s.appendWaiting(dst, func(dst []byte, r *waitingRun) []byte { return appendItems(dst, r.inputs) })
	dst = append(dst, `,"waitingExecutionSource":`...)
	dst = s.appendWaiting(dst, func(dst []byte, r *waitingRun) []byte { return appendSources(dst, r.sources) })
	if s.startNode != nil {
		dst = append(dst, `,"runtimeData":{"version":1`...)
		if !s.startedAt.IsZero() {
			dst = json.AppendNumber(append(dst, `,"establishedAt":`...), float64(s.startedAt.UnixMilli()))
		}
		dst = json.AppendString(append(dst, `,"source":`...), string(s.run.Mode))
		dst = json.AppendString(append(dst, `,"triggerNode":{"name":`...), s.startNode.node.Name)
		dst = json.AppendString(append(dst, `,"type":`...), s.startNode.node.Type)
		dst = append(dst, `}}`...)
	}
	if s.index != s.data.nextIndex() { // tasks that left no trace were counted too
		dst = json.AppendNumber(append(dst, `,"nextExecutionIndex":`...), float64(s.index))
	}
	if s.pushedBack.name != "" {
		dst = json.AppendString(append(dst, `,"pushedBack":{"node":`...), s.pushedBack.name)
		dst = append(json.AppendNumber(append(dst, `,"run":`...), float64(s.pushedBack.run)), '}')
	}
	dst = append(dst, '}')
	if !s.waitTill.IsZero() {
		dst = json.AppendString(append(dst, `,"waitTill":`...), isoTime(s.waitTill))
	}
	return append(dst, '}')
}

func (s *Scheduler) appendStart(dst []byte) []byte {
	o := &node.Object{}
	if s.to != "" {
		o.Set("destinationNode", node.NewObject("nodeName", s.to, "mode", "inclusive"))
	}
	if s.filter != nil {
		var names []any
		for _, n := range s.plan.workflow.Nodes {
			if s.filter[n.Name] {
				names = append(names, n.Name)
			}
		}
		o.Set("runNodeFilter", names)
	}
	return node.AppendJSON(dst, o)
}

func (s *Scheduler) appendContexts(dst []byte) []byte {
	o := &node.Object{}
	for _, n := range s.plan.workflow.Nodes {
		if c := s.data.contexts[n.Name]; c != nil {
			o.Set("node:"+n.Name, c)
		}
	}
	if s.data.flow != nil {
		o.Set("flow", s.data.flow)
	}
	return node.AppendJSON(dst, o)
}

func (s *Scheduler) appendWaiting(dst []byte, one func([]byte, *waitingRun) []byte) []byte {
	dst = append(dst, '{')
	for i, name := range s.waiting.names() {
		dst = append(appendKey(dst, i, name), '{')
		for k, r := range s.waiting.nodes[name].runs {
			dst = append(appendKey(dst, k, strconv.Itoa(r.index)), `{"main":`...)
			dst = append(one(dst, r), '}')
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func appendKey(dst []byte, i int, key string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(json.AppendString(dst, key), ':')
}

func appendAll[T any](dst []byte, list []T, one func(T, []byte) []byte) []byte {
	dst = append(dst, '[')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(e, dst)
	}
	return append(dst, ']')
}

// AppendJSON appends the task: an entry of n8n's nodeExecutionStack and, beside it, what Plan.ParseTask needs more. Run is not
// part of it.
func (t *Task) AppendJSON(dst []byte) []byte {
	dst = t.appendStackEntry(dst)
	dst = json.AppendNumber(append(dst[:len(dst)-1], `,"runIndex":`...), float64(t.RunIndex))
	dst = json.AppendNumber(append(dst, `,"executionIndex":`...), float64(t.Index))
	dst = appendContext(dst, "nodeContext", t.NodeContext)
	dst = appendContext(dst, "flowContext", t.FlowContext)
	if t.Pinned != nil {
		dst = appendList(append(dst, `,"pinned":`...), t.Pinned)
	}
	return append(dst, '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (t *Task) MarshalJSON() ([]byte, error) { return t.AppendJSON(nil), nil }

func (t *Task) appendStackEntry(dst []byte) []byte {
	shown := t.Node.copyForErrors()
	if t.Resumed {
		shown.Set("disabled", true)
	}
	dst = node.AppendJSON(append(dst, `{"node":`...), shown)
	dst = appendItems(append(dst, `,"data":{"main":`...), t.Inputs)
	if len(t.Source) == 0 {
		return append(dst, `},"source":null}`...)
	}
	dst = appendSources(append(dst, `},"source":{"main":`...), t.Source)
	return append(dst, `}}`...)
}

// appendState appends what a Scheduler takes out of a run, as keys of the run.
func (r *NodeRun) appendState(dst []byte) []byte {
	dst = appendContext(dst, "nodeContext", r.NodeContext)
	dst = appendContext(dst, "flowContext", r.FlowContext)
	if !r.WaitTill.IsZero() {
		dst = json.AppendString(append(dst, `,"waitTill":`...), isoTime(r.WaitTill))
	}
	if r.madeUp {
		dst = append(dst, `,"madeUp":true`...)
	}
	return dst
}

func appendContext(dst []byte, key string, o *node.Object) []byte {
	if o == nil {
		return dst
	}
	return node.AppendJSON(append(json.AppendString(append(dst, ','), key), ':'), o)
}

// RestoreScheduler returns a Scheduler that goes on where one that wrote state (AppendJSON, or the "data" of a run that n8n
// stored) stood. The workflow must be the same; a state with a node that the Plan does not have is an error, and so is one
// that is broken. What the tasks that it hands out have in common is run's; its Earlier is set.
func (p *Plan) RestoreScheduler(state []byte, run *RunContext) (*Scheduler, error) {
	s, err := p.restore(state, run)
	if err != nil {
		return nil, fmt.Errorf("workflow %q: the stored run can't be used: %w", p.workflow.Name, err)
	}
	return s, nil
}

func (p *Plan) restore(state []byte, run *RunContext) (*Scheduler, error) {
	v, err := node.ParseJSON(state)
	if err != nil {
		return nil, err
	}
	document, ok := v.(*node.Object)
	if !ok {
		return nil, fmt.Errorf("it is %s, not an object", node.TypeName(v))
	}
	result, execution := at(document, "resultData"), at(document, "executionData")
	if result == nil || execution == nil {
		return nil, errors.New("it has no resultData or no executionData")
	}
	s := p.emptyScheduler(run)
	r := reader{plan: p}
	for name, runs := range at(result, "runData").All() {
		for _, v := range r.list(runs, "runData of "+name) {
			if r.node(name) != nil {
				s.data.add(name, r.run(name, v))
			}
		}
	}
	s.data.sort()
	for _, runs := range s.data.runs {
		for _, run := range runs {
			s.used.add(p.cfg.runLimits, run)
		}
	}
	for name, items := range at(result, "pinData").All() {
		s.pins[name] = r.items(items, "pinData of "+name)
	}
	s.lastNode = textAt(result, "lastNodeExecuted")
	if custom := at(result, "metadata"); custom != nil {
		s.run.custom.values = custom
	}
	if failure, ok := result.Get("error"); ok {
		if s.failure, err = node.ErrorInfoOf(failure); err != nil {
			return nil, err
		}
		last := s.data.run(s.lastNode, s.data.Count(s.lastNode)-1)
		s.ended = true
		if last != nil && last.Error != nil {
			s.failed = p.nodes[s.lastNode]
			s.ended = last.Main == nil // otherwise its input was handed on, and what runs next makes the run a success
		}
	}
	for key, c := range at(execution, "contextData").All() {
		kept, _ := c.(*node.Object)
		if name, ok := strings.CutPrefix(key, "node:"); ok {
			s.data.contexts[name] = kept
		} else if key == "flow" {
			s.data.flow = kept
		}
	}
	stack, _ := execution.Get("nodeExecutionStack")
	for _, entry := range r.list(stack, "nodeExecutionStack") {
		if t := r.task(entry); t != nil {
			s.push(t, true)
		}
	}
	r.waiting(s, execution)
	s.index = s.data.nextIndex()
	if n, ok := execution.Get("nextExecutionIndex"); ok {
		s.index = r.index(n, "nextExecutionIndex")
	}
	if back := at(execution, "pushedBack"); back != nil {
		n, _ := back.Get("run")
		s.pushedBack = spin{textAt(back, "node"), r.index(n, "pushedBack")}
	}
	r.start(s, document, execution)
	s.showPins()
	return s, r.err
}

// start reads where the run began, where it is to end, and until when it waits.
func (r *reader) start(s *Scheduler, document, execution *node.Object) {
	start := at(document, "startData")
	s.to = textAt(at(start, "destinationNode"), "nodeName")
	if names, ok := start.Get("runNodeFilter"); ok {
		s.filter = map[string]bool{}
		for _, n := range r.list(names, "runNodeFilter") {
			name, _ := n.(string)
			s.filter[name] = true
		}
	}
	runtimeData := at(execution, "runtimeData")
	if name := textAt(at(runtimeData, "triggerNode"), "name"); name != "" {
		s.startNode = r.node(name)
	}
	if s.run.Mode == "" {
		s.run.Mode = Mode(textAt(runtimeData, "source"))
	}
	if ms, _ := runtimeData.Get("establishedAt"); ms != nil {
		f, _ := ms.(float64)
		s.startedAt = time.UnixMilli(int64(f))
	}
	if text := textAt(document, "waitTill"); text != "" {
		till, err := time.Parse(time.RFC3339, text)
		r.fail(err)
		s.waitTill, s.ended = till, true
	}
}

func (r *reader) waiting(s *Scheduler, execution *node.Object) {
	sources := at(execution, "waitingExecutionSource")
	for name, runs := range at(execution, "waitingExecution").All() {
		if r.node(name) == nil {
			return
		}
		inputs := len(s.plan.graph.vertices[name].inputs)
		n := &waitingNode{}
		all, _ := runs.(*node.Object)
		for key, data := range all.All() {
			index, err := strconv.Atoi(key)
			r.fail(err)
			w := &waitingRun{index: index, inputs: r.inputs(data, "waitingExecution of "+name)}
			from, _ := at(sources, name).Get(key)
			w.sources = r.sources(from)
			for len(w.inputs) < inputs {
				w.inputs = append(w.inputs, nil)
			}
			for len(w.sources) < len(w.inputs) {
				w.sources = append(w.sources, nil)
			}
			inputs = max(inputs, len(w.inputs))
			n.runs = append(n.runs, w)
		}
		if len(n.runs) == 0 {
			continue
		}
		slices.SortFunc(n.runs, func(a, b *waitingRun) int { return a.index - b.index })
		n.filled = make([]int, inputs)
		s.waiting.add(name, n)
	}
}

// ParseTask reads a Task that was marshalled: what Task.MarshalJSON wrote. Its Run is nil. The error names the workflow, and what is
// wrong: a node that the Plan does not have, or data of another shape.
func (p *Plan) ParseTask(data []byte) (*Task, error) {
	v, err := node.ParseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("workflow %q: a task: %w", p.workflow.Name, err)
	}
	r := reader{plan: p}
	t := r.task(v)
	if r.err != nil {
		return nil, fmt.Errorf("workflow %q: a task: %w", p.workflow.Name, r.err)
	}
	o, _ := v.(*node.Object)
	for key, to := range map[string]*int{"runIndex": &t.RunIndex, "executionIndex": &t.Index} {
		n, _ := o.Get(key)
		*to = r.index(n, key)
	}
	t.NodeContext, t.FlowContext = at(o, "nodeContext"), at(o, "flowContext")
	if pinned, ok := o.Get("pinned"); ok {
		t.Pinned = r.items(pinned, "pinned")
	}
	if r.err != nil {
		return nil, fmt.Errorf("workflow %q: a task: %w", p.workflow.Name, r.err)
	}
	return t, nil
}

// ParseNodeRun reads a NodeRun of the node called name that was marshalled: what NodeRun.MarshalJSON wrote. The error names the
// workflow and what is wrong.
func (p *Plan) ParseNodeRun(name string, data []byte) (*NodeRun, error) {
	v, err := node.ParseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("workflow %q: a run of %q: %w", p.workflow.Name, name, err)
	}
	r := reader{plan: p}
	run := r.run(name, v)
	if r.err != nil {
		return nil, fmt.Errorf("workflow %q: %w", p.workflow.Name, r.err)
	}
	return run, nil
}

// reader reads n8n's run data; err is the first thing that is wrong.
type reader struct {
	plan *Plan
	err  error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// at is an object in an object; nil where there is none.
func at(o *node.Object, key string) *node.Object {
	v, _ := o.Get(key)
	inner, _ := v.(*node.Object)
	return inner
}

func textAt(o *node.Object, key string) string {
	v, _ := o.Get(key)
	text, _ := v.(string)
	return text
}

func (r *reader) node(name string) *Prepared {
	n := r.plan.nodes[name]
	if n == nil {
		r.fail(fmt.Errorf("the workflow has no node %q", name))
	}
	return n
}

func (r *reader) list(v any, what string) []any {
	list, ok := v.([]any)
	if !ok && v != nil {
		r.fail(fmt.Errorf("its %s is %s, not an array", what, node.TypeName(v)))
	}
	return list
}

func (r *reader) index(v any, what string) int {
	f, ok := v.(float64)
	if !ok || f < 0 || f > 1<<31 {
		r.fail(fmt.Errorf("its %s is no index", what))
		return 0
	}
	return int(f)
}

func (r *reader) items(v any, what string) []node.Item {
	items, err := node.ItemsOf(v)
	if err != nil {
		r.fail(fmt.Errorf("%s: %w", what, err))
	}
	r.fail(freeze(items))
	return items
}

// inputs reads {"main": [[items], null]}.
func (r *reader) inputs(v any, what string) [][]node.Item {
	o, _ := v.(*node.Object)
	main, ok := o.Get(mainConnection)
	if !ok {
		r.fail(fmt.Errorf("%s has no data of type main", what))
	}
	list := r.list(main, what)
	out := make([][]node.Item, len(list))
	for i, items := range list {
		if items != nil {
			out[i] = r.items(items, what)
		}
	}
	return out
}

// sources reads {"main": [source, null]}.
func (r *reader) sources(v any) []*node.Source {
	o, _ := v.(*node.Object)
	list, _ := o.Get(mainConnection)
	return r.sourceList(list)
}

func (r *reader) sourceList(v any) []*node.Source {
	list := r.list(v, "source")
	if len(list) == 0 {
		return nil
	}
	out := make([]*node.Source, len(list))
	for i, e := range list {
		if e != nil {
			var err error
			out[i], err = node.SourceOf(e)
			r.fail(err)
		}
	}
	return out
}

func (r *reader) task(v any) *Task {
	o, _ := v.(*node.Object)
	shown := at(o, "node")
	n := r.node(textAt(shown, "name"))
	if n == nil {
		return nil
	}
	data, _ := o.Get("data")
	source, _ := o.Get("source")
	disabled, _ := shown.Get("disabled")
	return &Task{
		Node: n, Inputs: r.inputs(data, "what came into "+n.node.Name), Source: r.sources(source),
		Resumed: disabled == true && !n.node.Disabled,
	}
}

func (r *reader) run(name string, v any) *NodeRun {
	o, ok := v.(*node.Object)
	if !ok {
		r.fail(fmt.Errorf("a run of %q is %s", name, node.TypeName(v)))
		return nil
	}
	run := &NodeRun{Status: Status(textAt(o, "executionStatus")), node: r.plan.nodes[name]}
	number := func(key string) float64 {
		v, _ := o.Get(key)
		f, _ := v.(float64)
		return f
	}
	run.StartTime = time.UnixMilli(int64(number("startTime")))
	run.ExecutionTime = time.Duration(number("executionTime") * float64(time.Millisecond))
	run.Index = int(number("executionIndex"))
	sources, _ := o.Get("source")
	run.Source = r.sourceList(sources)
	failure, _ := o.Get("error")
	var err error
	run.Error, err = node.ErrorInfoOf(failure)
	r.fail(err)
	if data, ok := o.Get("data"); ok {
		run.Main = r.inputs(data, "a run of "+name)
	}
	for _, items := range run.Main {
		for i := range items {
			if items[i].Error != nil {
				run.FailedItems++
			}
		}
	}
	hints, _ := o.Get("hints")
	for _, h := range r.list(hints, "hints") {
		var hint node.Hint
		r.fail(hint.UnmarshalJSON(node.AppendJSON(nil, h)))
		run.Hints = append(run.Hints, hint)
	}
	run.NodeContext, run.FlowContext = at(o, "nodeContext"), at(o, "flowContext")
	if text := textAt(o, "waitTill"); text != "" {
		run.WaitTill, err = time.Parse(time.RFC3339, text)
		r.fail(err)
	}
	madeUp, _ := o.Get("madeUp")
	run.madeUp = madeUp == true
	return run
}
