package runtime

import (
	"cmp"
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
	// To names the node to end at: only it and the nodes that lead to it run. Empty: all run.
	To string
	// From names the node to run again, and everything behind it, on what RunData holds of the nodes before it: an earlier
	// run as JSON (n8n's run document or its runData, or what Result marshals to). Items is not looked at then.
	From    string
	RunData []byte
}

// maxTimeout is as many seconds as a time.Duration holds, nearly.
const maxTimeout = 9e9

// Errors that end a run from outside.
var (
	errTimeout  = &node.ErrorInfo{Name: "TimeoutExecutionCancelledError", Message: "The execution was cancelled because it timed out"}
	errCanceled = &node.ErrorInfo{Name: "ManualExecutionCancelledError", Message: "The execution was cancelled manually"}
)

// Run runs the workflow once. An error without a Result means that the run did not start: a *StartError, an *IssuesError or a
// *CredentialError. One beside a Result is that of a StaticStore. A run that failed or was cancelled is no error: see Result.Status
// and Result.Error. When ctx ends, Run returns as soon as the node at work has given up, which one that must finish a request may put
// off for a few seconds.
func (p *Plan) Run(ctx context.Context, req Request) (*Result, error) {
	return p.start(ctx, req, nil)
}

// start runs the workflow below another run; parent is nil where there is none.
func (p *Plan) start(ctx context.Context, req Request, parent *running) (*Result, error) {
	r, s, err := p.ready(ctx, req, parent)
	if err != nil {
		return nil, err
	}
	return r.drive(ctx, s)
}

// ready does all that comes before the first node.
func (p *Plan) ready(ctx context.Context, req Request, parent *running) (*running, *Scheduler, error) {
	r := p.newRunning(cmp.Or(req.Mode, ModeCLI), parent)
	s, err := p.NewScheduler(req, r.context)
	if err != nil {
		return nil, nil, err
	}
	return r, s, r.check(ctx, s)
}

// Resume goes on with a run that waits: stored is what its Result marshalled to. It does not look at the time: whoever calls
// it decides. An error means that it did not go on.
func (p *Plan) Resume(ctx context.Context, stored []byte) (*Result, error) {
	v, err := node.ParseJSON(stored)
	if err != nil {
		return nil, fmt.Errorf("workflow %q: the stored run is no JSON: %w", p.workflow.Name, err)
	}
	document, _ := v.(*node.Object)
	data := at(document, "data")
	if data == nil {
		return nil, fmt.Errorf("workflow %q: the stored run is not a run: it has no data", p.workflow.Name)
	}
	r := p.newRunning(Mode(textAt(document, "mode")), nil)
	if id := textAt(document, "executionId"); id != "" {
		r.result.ExecutionID, r.context.ExecutionID = id, id
	}
	if err := r.result.temporary.restore(ctx, at(document, "files")); err != nil {
		return nil, fmt.Errorf("workflow %q: the stored run can't be used: %w", p.workflow.Name, err)
	}
	s, err := p.RestoreScheduler(node.AppendJSON(nil, data), r.context)
	if err != nil {
		return nil, err
	}
	if err := s.Resume(); err != nil {
		return nil, err
	}
	if err := r.check(ctx, s); err != nil {
		return nil, err
	}
	return r.drive(ctx, s)
}

// drive runs to the end, or until the run waits. The error is one of the store of static data.
func (r *running) drive(ctx context.Context, s *Scheduler) (*Result, error) {
	p := r.plan
	var err error
	if s.run.static, err = p.loadStatic(ctx); err != nil {
		return nil, err
	}
	if s.startedAt.IsZero() {
		s.startedAt = r.result.StartedAt
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
	for r.step(ctx, s) {
		continue
	}
	if !s.waitTill.IsZero() {
		if info := r.result.temporary.keepable(p.cfg.storedFiles); info != nil {
			s.waitTill = time.Time{}
			s.fail(info, p.nodes[s.lastNode])
		}
	}
	r.finish(s)
	r.beside.Wait()
	r.afterFailure(ctx)
	r.result.keep(s.run)
	return r.result, p.saveStatic(ctx, s.run)
}

// Check does all that Run does before the first node runs, and nothing more: it returns the errors that Run would.
func (p *Plan) Check(ctx context.Context, req Request) error {
	r := p.newRunning(cmp.Or(req.Mode, ModeCLI), nil)
	s, err := p.NewScheduler(req, r.context)
	if err != nil {
		return err
	}
	return r.check(ctx, s)
}

func (p *Plan) newRunning(mode Mode, parent *running) *running {
	r := &running{
		plan: p, parent: parent,
		exec:   &Executor{registry: p.registry, cfg: p.cfg},
		result: &Result{ExecutionID: p.cfg.executionID(), Mode: mode, StartedAt: p.cfg.now()},
	}
	r.context = &RunContext{ExecutionID: r.result.ExecutionID, Mode: mode, running: r, once: node.NewOnce(), custom: &customData{}}
	if parent != nil { // files that it makes are the other's too
		r.result.binaries = parent.result.binaries
	} else {
		r.result.keepBinaries(p.cfg)
	}
	r.context.binaries = r.result.binaries
	return r
}

// pins are the pinned items that a run uses.
func (p *Plan) pins(req Request) (map[string][]node.Item, error) {
	pins := map[string][]node.Item{}
	if req.Mode == ModeManual {
		maps.Copy(pins, p.workflow.PinData)
	}
	maps.Copy(pins, req.Pins)
	for name, items := range pins {
		if err := freeze(items); err != nil {
			return nil, fmt.Errorf("workflow %q: the items pinned to %q: %w", p.workflow.Name, name, err)
		}
	}
	return pins, nil
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
	plan    *Plan
	parent  *running // the run that this one is part of
	exec    *Executor
	context *RunContext
	result  *Result
	beside  sync.WaitGroup // runs of other workflows that are not waited for
	// documents are the Plans of workflows that stood in parameters, by these.
	documents sync.Map
}

// check looks, before anything runs, at the nodes that the run would reach: they must have no issues, and the credentials
// that they name must be there. Disabled and pinned nodes do not run and are not looked at.
func (r *running) check(ctx context.Context, s *Scheduler) error {
	var issues schemas.Diagnostics
	var willRun []*Prepared
	for _, n := range s.reached() {
		_, pinned := s.pins[n.node.Name]
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
			if _, err := r.exec.credential(ctx, n, t, s.run.once); err != nil {
				ref := n.node.Credentials[t]
				faults = append(faults, &CredentialError{
					Workflow: r.plan.workflow.Name, Node: n.node.Name, Type: t, ID: ref.ID, Name: ref.Name, Err: err,
				})
			}
		}
	}
	return errors.Join(faults...)
}

// step executes the next task. It reports false when there is none, or when it was the last one: the node failed, the run waits,
// a limit was reached, the context ended.
func (r *running) step(ctx context.Context, s *Scheduler) bool {
	res := r.result
	t, ok := s.Next()
	if !ok {
		return false // at its end, even if the context ended meanwhile: nothing is left to cancel
	}
	if ctx.Err() != nil {
		res.Status = StatusCanceled
		s.Cancel(t, nil, r.canceled(ctx, "", nil))
		return false
	}
	name := t.Node.node.Name
	run, err := r.execute(ctx, t)
	if run.Partial != nil {
		res.Partial = append(res.Partial, Partial{Node: name, RunIndex: t.RunIndex, Items: run.Partial})
	}
	if err != nil {
		res.Status = StatusCanceled
		s.Cancel(t, run, r.canceled(ctx, name, run))
		return false
	}
	s.Done(t, run)
	return !s.ended
}

// finish makes the Result of what the Scheduler knows.
func (r *running) finish(s *Scheduler) {
	res := r.result
	res.state = s
	res.Nodes, res.Runs, res.LastNode = s.data.order, s.data.runs, s.lastNode
	res.Error, res.ErrorNode = s.Failure()
	switch {
	case res.Status != "": // canceled
	case res.Error != nil:
		res.Status = StatusError
	case !s.waitTill.IsZero():
		res.Status, res.WaitTill = StatusWaiting, s.waitTill
	default:
		res.Status = StatusSuccess
	}
	res.StoppedAt = r.plan.cfg.now()
}

func (r *running) execute(ctx context.Context, t *Task) (*NodeRun, error) {
	n := t.Node.node
	if t.Pinned != nil {
		r.result.Pinned = append(r.result.Pinned, n.Name)
	}
	event := NodeEvent{
		Workflow: r.plan.workflow.Name, Node: n.Name, Type: n.Type, RunIndex: t.RunIndex,
		Disabled: n.Disabled, Pinned: t.Pinned != nil,
	}
	for _, o := range r.plan.cfg.observers {
		r.tell(o.NodeStarted, event)
	}
	ctx, span := r.plan.cfg.tracer.Start(ctx, "nate.node", trace.WithAttributes(
		attribute.String("nate.node.name", n.Name),
		attribute.String("nate.node.type", n.Type),
		attribute.Int("nate.node.run", t.RunIndex),
	))
	run, err := r.exec.execute(ctx, t)
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
	id, err := uuid.NewRandomFromReader(c.randomSource())
	if err != nil {
		c.logger.Warn("the random source failed; an execution id was drawn from crypto/rand", "error", err)
		return uuid.NewString()
	}
	return id.String()
}

// canceled is the error of a run that the context ended. What the node at work said of it becomes the description.
func (r *running) canceled(ctx context.Context, name string, run *NodeRun) *node.ErrorInfo {
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
		info.Description = fmt.Sprintf("Node %q: %s", name, run.Error.Message)
	}
	return node.InfoOf(&canceledError{info: &info, causes: []error{ctx.Err(), context.Cause(ctx)}})
}

// canceledError is the error of a run that the context ended, with the context's error and cause below it.
type canceledError struct {
	info   *node.ErrorInfo
	causes []error
}

func (e *canceledError) Error() string         { return e.info.Message }
func (e *canceledError) Info() *node.ErrorInfo { return e.info }
func (e *canceledError) Unwrap() []error       { return e.causes }
