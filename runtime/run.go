package runtime

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// Request says how to run a Plan. The zero Request runs it from its only trigger as `n8n execute` would.
type Request struct {
	// Start names the node to begin with; empty: the only trigger.
	Start string
	// Items are the input of the start node; nil: one empty item, as n8n gives it. The run freezes their JSON: change a
	// copy of it (Object.Edit) afterwards.
	Items []node.Item
	// Mode is ModeCLI when empty.
	Mode Mode
	// Pins are items that stand for what a node would put out, by node name: such a node does not run, and need not be
	// supported. They count in every mode, and before what the workflow file pins. The run freezes their JSON.
	Pins map[string][]node.Item
}

// maxTimeout is as many seconds as a time.Duration holds, nearly.
const maxTimeout = 9e9

// Errors that end a run from outside.
var (
	errTimeout  = &node.ErrorInfo{Name: "TimeoutExecutionCancelledError", Message: "The execution was cancelled because it timed out"}
	errCanceled = &node.ErrorInfo{Name: "ManualExecutionCancelledError", Message: "The execution was cancelled manually"}
)

// Run runs the workflow once. An error without a Result means that the run did not start: a *StartError, an *IssuesError or a
// *CredentialError. One beside a Result is that of a StaticStore. A run that failed or was cancelled is no error: see Result.Status and Result.Error. When ctx ends,
// Run returns as soon as the node at work has given up, which one that must finish a request may put off for a few
// seconds.
func (p *Plan) Run(ctx context.Context, req Request) (*Result, error) {
	if req.Mode == "" {
		req.Mode = ModeCLI
	}
	start, err := p.startNode(req)
	if err != nil {
		return nil, err
	}
	r := p.newRunning(req)
	if err := r.check(ctx, start); err != nil {
		return nil, err
	}
	static, err := p.loadStatic(ctx)
	if err != nil {
		return nil, err
	}
	for name, items := range r.pins {
		if err := freeze(items); err != nil {
			return nil, fmt.Errorf("workflow %q: the items pinned to %q: %w", p.workflow.Name, name, err)
		}
	}
	if start.isTrigger() {
		r.result.trigger = start
	}
	items := req.Items
	if items == nil {
		items = []node.Item{{JSON: &node.Object{}}}
	}
	if err := freeze(items); err != nil {
		return nil, fmt.Errorf("workflow %q: the items for the start node: %w", p.workflow.Name, err)
	}
	ctx, span := p.cfg.tracer.Start(ctx, "nate.run", trace.WithAttributes(
		attribute.String("nate.workflow.name", p.workflow.Name),
		attribute.String("nate.execution.id", r.result.ExecutionID),
	))
	defer func() { endSpan(span, r.result.Status, r.result.Error) }()
	if seconds := p.workflow.Settings.ExecutionTimeout; seconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, time.Duration(min(seconds, maxTimeout)*float64(time.Second)), errTimeout)
		defer cancel()
	}
	custom := &customData{}
	r.loop(ctx, p.newScheduler(start, items, &RunContext{
		ExecutionID: r.result.ExecutionID, Mode: req.Mode, Workflow: p.workflow,
		Earlier: r.data, Location: p.location, once: r.once, binaries: r.result.binaries,
		static: static, custom: custom,
	}))
	r.result.keep(static, custom)
	if err := p.saveStatic(ctx, r.result); err != nil {
		return r.result, err
	}
	return r.result, nil
}

// Check does all that Run does before the first node runs, and nothing more: it returns the errors that Run would.
func (p *Plan) Check(ctx context.Context, req Request) error {
	start, err := p.startNode(req)
	if err != nil {
		return err
	}
	return p.newRunning(req).check(ctx, start)
}

func (p *Plan) newRunning(req Request) *running {
	pins := p.pins(req)
	r := &running{
		plan: p,
		exec: &Executor{registry: p.registry, cfg: p.cfg},
		pins: pins,
		data: &runData{plan: p, runs: map[string][]*NodeRun{}, contexts: map[string]*node.Object{}},
		once: node.NewOnce(),
		result: &Result{
			ExecutionID: p.cfg.executionID(),
			Mode:        req.Mode,
			StartedAt:   p.cfg.now(),
			pins:        pins,
		},
	}
	r.result.keepBinaries(p.cfg)
	return r
}

// pins are the pinned items that a run uses.
func (p *Plan) pins(req Request) map[string][]node.Item {
	pins := map[string][]node.Item{}
	if req.Mode == ModeManual {
		maps.Copy(pins, p.workflow.PinData)
	}
	maps.Copy(pins, req.Pins)
	return pins
}

// freeze freezes the JSON of items. The error says that an item holds itself.
func freeze(items []node.Item) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	for i := range items {
		items[i].JSON.Freeze()
	}
	return nil
}

// running is one run of a Plan.
type running struct {
	plan   *Plan
	exec   *Executor
	pins   map[string][]node.Item
	data   *runData
	once   func(any, func() (any, error)) (any, error)
	result *Result
}

// check looks, before anything runs, at the nodes that the run would reach: they must have no issues, and the credentials
// that they name must be there. Disabled and pinned nodes do not run and are not looked at.
func (r *running) check(ctx context.Context, start *Prepared) error {
	var issues schemas.Diagnostics
	var willRun []*Prepared
	for _, n := range r.plan.reached(start.node.Name) {
		_, pinned := r.pins[n.node.Name]
		if err := r.plan.workflow.PinErrors[n.node.Name]; err != nil && !pinned && r.result.Mode == ModeManual && !n.node.Disabled {
			issues = append(issues, schemas.Diagnostic{
				Severity: schemas.SeverityError, Pointer: r.plan.workflow.Pointer() + schemas.Pointer("pinData", n.node.Name), Node: n.node.Name,
				Message: "its pinned data can't be used: " + err.Error(),
			})
			continue
		}
		if pinned || n.node.Disabled {
			continue
		}
		issues = append(issues, n.faults()...)
		willRun = append(willRun, n)
	}
	if len(issues) > 0 {
		return &IssuesError{Workflow: r.plan.workflow.Name, Issues: issues}
	}
	var faults []error
	for _, n := range willRun {
		for _, t := range n.usedCredentials() {
			if _, err := r.exec.credential(ctx, n, t, r.once); err != nil {
				ref := n.node.Credentials[t]
				faults = append(faults, &CredentialError{
					Workflow: r.plan.workflow.Name, Node: n.node.Name, Type: t, ID: ref.ID, Name: ref.Name, Err: err,
				})
			}
		}
	}
	return errors.Join(faults...)
}

// loop executes tasks until there are none, one failed, or the context ended.
func (r *running) loop(ctx context.Context, s *Scheduler) {
	res := r.result
	for {
		t, ok := s.Next()
		if !ok {
			break // at its end, even if the context ended meanwhile: nothing is left to cancel
		}
		if ctx.Err() != nil {
			r.cancel(ctx, nil)
			res.stack = s.unfinished(t)
			break
		}
		name := t.Node.node.Name
		res.LastNode = name
		// A node that failed as a whole fails the run unless another node runs after it.
		res.Error, res.ErrorNode = nil, nil
		t.NodeContext, t.FlowContext = r.data.contexts[name], r.data.flow
		run, err := r.execute(ctx, t)
		r.data.keep(name, run)
		if run.Partial != nil {
			res.Partial = append(res.Partial, Partial{Node: name, RunIndex: t.RunIndex, Items: run.Partial})
		}
		if err == nil && run.Error == nil && run.Main == nil {
			continue // a node that put out nothing at all ends its branch; n8n records no run of it
		}
		r.data.add(name, run)
		if err != nil {
			r.cancel(ctx, run)
			res.stack = s.unfinished(t)
			break
		}
		if run.Error != nil {
			res.Error, res.ErrorNode = run.Error, t.Node
		}
		if run.Main == nil {
			res.stack = s.unfinished(t)
			break
		}
		s.Done(t, run)
	}
	res.Nodes, res.Runs = r.data.order, r.data.runs
	if res.Status == "" {
		res.Status = StatusSuccess
		if res.Error != nil {
			res.Status = StatusError
		}
	}
	res.StoppedAt = r.plan.cfg.now()
}

func (r *running) execute(ctx context.Context, t *Task) (*NodeRun, error) {
	n := t.Node.node
	var pinned []node.Item
	if items, ok := r.pins[n.Name]; ok && !n.Disabled {
		pinned = append(make([]node.Item, 0, len(items)), items...)
		r.result.Pinned = append(r.result.Pinned, n.Name)
	}
	event := NodeEvent{
		Workflow: r.plan.workflow.Name, Node: n.Name, Type: n.Type, RunIndex: t.RunIndex,
		Disabled: n.Disabled, Pinned: pinned != nil,
	}
	for _, o := range r.plan.cfg.observers {
		r.tell(o.NodeStarted, event)
	}
	ctx, span := r.plan.cfg.tracer.Start(ctx, "nate.node", trace.WithAttributes(
		attribute.String("nate.node.name", n.Name),
		attribute.String("nate.node.type", n.Type),
		attribute.Int("nate.node.run", t.RunIndex),
	))
	run, err := r.exec.execute(ctx, t, pinned)
	span.SetAttributes(attribute.Int("nate.items.failed", run.FailedItems))
	endSpan(span, run.Status, run.Error)
	event.Run = run
	for _, o := range r.plan.cfg.observers {
		r.tell(o.NodeFinished, event)
	}
	return run, err
}

// tell calls an observer. One that panics does not take the run with it.
func (r *running) tell(observer func(NodeEvent), event NodeEvent) {
	if observer == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			r.plan.cfg.logger.Error("an observer panicked", "node", event.Node, "panic", fmt.Sprint(p))
		}
	}()
	observer(event)
}

// endSpan ends a span with what became of a run.
func endSpan(span trace.Span, status Status, failure *node.ErrorInfo) {
	span.SetAttributes(attribute.String("nate.status", string(status)))
	if failure != nil {
		span.SetStatus(codes.Error, failure.Message)
	}
	span.End()
}

// executionID draws a UUID.
func (c *config) executionID() string {
	if c.random == nil {
		return uuid.NewString()
	}
	id, err := uuid.NewRandomFromReader(c.random)
	if err != nil {
		c.logger.Warn("the random source failed; an execution id was drawn from crypto/rand", "error", err)
		return uuid.NewString()
	}
	return id.String()
}

// cancel notes that the context ended the run. What the node at work said of it stands in its run and becomes the
// description.
func (r *running) cancel(ctx context.Context, run *NodeRun) {
	info := *errCanceled
	var cause *node.ErrorInfo
	switch {
	case errors.As(context.Cause(ctx), &cause):
		info = *cause
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		info = *errTimeout
	}
	info.Time = r.plan.cfg.now()
	if run != nil && run.Error != nil && run.Error.Message != context.Canceled.Error() && run.Error.Message != context.DeadlineExceeded.Error() {
		info.Description = fmt.Sprintf("Node %q: %s", r.result.LastNode, run.Error.Message)
	}
	r.result.Status = StatusCanceled
	r.result.Error = &info
}

// runData is what the nodes of a run put out so far. It implements Runs.
type runData struct {
	plan  *Plan
	mu    sync.RWMutex
	order []string
	runs  map[string][]*NodeRun
	// contexts are what nodes keep over their runs, flow what they keep together.
	contexts map[string]*node.Object
	flow     *node.Object
}

func (d *runData) add(name string, run *NodeRun) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.runs[name]) == 0 {
		d.order = append(d.order, name)
	}
	d.runs[name] = append(d.runs[name], run)
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
}

func (d *runData) Context(name string) *node.Object {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.contexts[name]
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

func (d *runData) Parameters(name string) *node.Object {
	if p := d.plan.nodes[name]; p != nil {
		return p.parameters
	}
	return nil
}
