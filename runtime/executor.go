package runtime

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// Executor runs single nodes over batches of items: it resolves parameters and credentials, retries, applies the node's
// error mode, and links items to those that they come from. It knows nothing of the graph. It is safe for concurrent use.
type Executor struct {
	registry *Registry
	cfg      *config
}

// NewExecutor returns an Executor for the nodes of a Registry.
func NewExecutor(r *Registry, opts ...Option) *Executor { return &Executor{r, newConfig(opts)} }

// Prepare makes a node of a workflow ready to execute. When something is wrong with it the error is an *IssuesError.
func (e *Executor) Prepare(n *workflows.Node) (*Prepared, error) {
	if n == nil || e.registry == nil {
		return nil, errors.New("runtime.Executor.Prepare needs a node of a workflow, and the Executor a registry")
	}
	p := prepare(n, e.registry)
	if faults := p.faults(); len(faults) > 0 {
		return nil, &IssuesError{Issues: faults}
	}
	return p, nil
}

// LoadOptions returns the choices of a form that only the service knows, for a node that has got as far as n has: its parameters need not
// be whole, and expressions in them see no items. method is what the node knows the choices by: the loadOptionsMethod of the property, or
// the path of the property ("list") of a declarative node. An error says that the node has no such choices, that its credential can't be
// used, or what became of the request.
func (e *Executor) LoadOptions(ctx context.Context, n *workflows.Node, method string) ([]schemas.Option, error) {
	if n == nil || e.registry == nil {
		return nil, errors.New("runtime.Executor.LoadOptions needs a node of a workflow, and the Executor a registry")
	}
	p := prepare(n, e.registry)
	if p.entry == nil {
		return nil, &IssuesError{Issues: p.faults()}
	}
	loader, ok := p.entry.node.(node.OptionsLoader)
	if !ok {
		return nil, fmt.Errorf("node %q (%s) has no choices that are loaded", n.Name, n.Type)
	}
	inputs := [][]node.Item{{{JSON: (&node.Object{}).Freeze()}}}
	var options []schemas.Option
	_, err := e.guarded(ctx, p, nil, func() (_ node.Output, err error) {
		options, err = loader.LoadOptions(ctx, e.call(&Task{Node: p, Inputs: inputs}, inputs, &contexts{}), method)
		return node.Output{}, err
	})
	if err != nil {
		return nil, err // the node may still be at work on them
	}
	return options, nil
}

// Task is one run of one node.
type Task struct {
	Node *Prepared
	// Inputs are the items on each main input; nil where nothing arrived.
	Inputs [][]node.Item
	// Source says where each input comes from; empty for the first node of a run.
	Source []*node.Source
	// Pinned are items that stand for the node's output; it does not run then. nil: it does.
	Pinned []node.Item
	// Resumed says that the node let the run wait and is passed over now: what came in goes on.
	Resumed bool
	// RunIndex counts the runs of the node, Index those of all nodes of the execution.
	RunIndex, Index int
	// NodeContext is what the node kept in earlier runs, FlowContext what all nodes keep together; nil: nothing yet. They are
	// not changed: see NodeRun.
	NodeContext, FlowContext *node.Object
	// Run is what the task is part of; nil for a node by itself.
	Run *RunContext
}

// RunContext is what the nodes of one execution have in common. One that Plan.NewRunContext returned also holds the execution's static
// data and files, and runs workflows for nodes; without it, static data last as long as a Task, a file that does not fit in memory needs
// WithBinaryStore, and a node that runs a workflow fails.
type RunContext struct {
	ExecutionID string
	Mode        Mode
	// Workflow names the workflow in expressions; it may be nil.
	Workflow *workflows.Workflow
	// Earlier reads what ran before; nil: nothing did.
	Earlier Runs
	// Location is the workflow's time zone; nil: UTC.
	Location *time.Location

	running  *running // nil: made by hand
	once     func(key any, fn func() (any, error)) (any, error)
	binaries *binaries
	static   *staticData
	custom   *customData
}

// Runs reads the nodes of a workflow and what they put out so far, for expressions that name other nodes.
// Implementations must be safe for concurrent use.
type Runs interface {
	// HasNode reports whether the workflow has a node of that name.
	HasNode(name string) bool
	// NodeType returns the type of a node; empty when there is no such node.
	NodeType(name string) string
	// Count returns how many runs of the node there are.
	Count(name string) int
	// Outputs returns the items of one run by main output; ok is false when there is no such run.
	Outputs(name string, run int) (outputs [][]node.Item, ok bool)
	// Sources returns where the inputs of one run came from.
	Sources(name string, run int) []*node.Source
	// OutputTo returns the output of node from that leads to node to; ok is false when they are not connected.
	OutputTo(from, to string) (output int, ok bool)
	// Parameters returns the unresolved parameters of a node with defaults; nil when there is no such node.
	Parameters(name string) *node.Object
	// Context returns what a node keeps over its runs; nil when it keeps nothing.
	Context(name string) *node.Object
	// Pinned returns the items that are pinned to a node in a run with ModeManual, in every call the same slice; nil: there are none.
	Pinned(name string) []node.Item
}

// Execute runs the node of a task. A node that fails is not an error: see NodeRun.Status and Error. The error is
// ctx's cause when the run was cancelled, or an *IssuesError when the node can't run at all; after a cancellation the
// NodeRun is there too and may hold Partial items.
func (e *Executor) Execute(ctx context.Context, t Task) (*NodeRun, error) {
	if t.Node == nil || t.Node.node == nil {
		return nil, errors.New("runtime.Executor.Execute needs a Task with a Node that Prepare returned")
	}
	if faults := t.Node.faults(); len(faults) > 0 {
		return nil, &IssuesError{Issues: faults}
	}
	return e.execute(ctx, &t)
}

func (e *Executor) execute(ctx context.Context, t *Task) (*NodeRun, error) {
	p := t.Node
	run := &NodeRun{StartTime: e.cfg.now(), Index: t.Index, Source: t.Source, Status: StatusSuccess, node: p}
	began := time.Now()
	defer func() { run.ExecutionTime = time.Since(began) }()
	inputs := linkedToSelf(t.Inputs)
	var first []node.Item
	if len(inputs) > 0 {
		first = inputs[0]
	}

	var err error
	switch {
	case t.Pinned != nil:
		run.Main = [][]node.Item{t.Pinned}
	case p.node.Disabled || t.Resumed:
		if first != nil {
			run.Main = [][]node.Item{first}
		}
	case p.currentInput(inputs, t.Source) < 0: // n8n does not run a node without items
	default:
		var out node.Output
		contexts := &contexts{node: t.NodeContext, flow: t.FlowContext}
		out, err = e.withRetry(ctx, t, inputs, contexts)
		if ctx.Err() == nil { // otherwise the node may still be at work on them
			run.NodeContext, run.FlowContext = contexts.changed()
		}
		run.Main, run.Hints, run.Response = out.Main, out.Hints, out.Response
		if err == nil && out.Suspend != nil {
			err = e.suspend(ctx, run, *out.Suspend)
		}
		if err != nil {
			run.Main, run.Partial = nil, out.Partial
			e.fail(ctx, run, err, first)
		}
	}
	if run.Main == nil && (run.Error != nil || !p.node.AlwaysOutputData) {
		e.settle(run)
		return run, canceled(ctx, err)
	}
	if p.node.OnError == workflows.ContinueErrorOutput && t.Pinned == nil && run.Error == nil && run.Main != nil {
		run.Main = splitErrors(run.Main, p.outputs(), inputs, t.Source)
	}
	pairUnambiguous(inputs, run.Main) // as n8n, after the split: an error item without a link does not get its input's fields
	if p.node.AlwaysOutputData && run.Error == nil && (len(run.Main) == 0 || len(run.Main[0]) == 0) {
		run.madeUp = run.Main == nil
		run.Main = alwaysOutput(run.Main, inputs)
	}
	e.settle(run)
	return run, canceled(ctx, err)
}

// canceled returns the cause of the context's end when that is why a node failed.
func canceled(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// fail notes that the node failed as a whole, and hands its input on where a continue mode says so.
func (e *Executor) fail(ctx context.Context, run *NodeRun, err error, first []node.Item) {
	run.Error = node.InfoOf(err)
	run.Status = StatusError
	if ctx.Err() != nil {
		run.Status = StatusCanceled
		return
	}
	if run.node.engineContinues() {
		if first == nil {
			first = []node.Item{}
		}
		run.Main = [][]node.Item{first}
	}
}

// ShortWait is how long a wait may be that is spent in the process: n8n's 65 s. A longer one ends the run, to be resumed.
const ShortWait = 65 * time.Second

// indefinitely is n8n's time for a wait without an end.
func indefinitely() time.Time { return time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC) }

// suspend waits, or notes that the run is to be resumed. The error is the context's.
func (e *Executor) suspend(ctx context.Context, run *NodeRun, s node.Suspend) error {
	if s.Until.IsZero() {
		run.Status, run.WaitTill = StatusWaiting, indefinitely()
		return nil
	}
	wait := s.Until.Sub(e.cfg.now())
	if wait >= ShortWait {
		run.Status, run.WaitTill = StatusWaiting, s.Until
		return nil
	}
	return sleepFor(ctx, max(wait, 0))
}

// settle freezes what was put out, counts the items that stand for failures, and dates the errors.
func (e *Executor) settle(run *NodeRun) {
	for _, items := range run.Main {
		for i := range items {
			items[i].JSON.Freeze()
			if info := items[i].Error; info != nil && info.Time.IsZero() {
				run.FailedItems++
				dated := *info
				dated.Time = e.cfg.now()
				items[i].Error = &dated
				if e := run.node.entry; e == nil || !e.def.ErrorsBeside {
					items[i].Error = nil
				}
			}
		}
	}
	for i := range run.Partial {
		run.Partial[i].JSON.Freeze()
	}
	if run.Error != nil && run.Error.Time.IsZero() {
		run.Error.Time = e.cfg.now()
	}
}

// outputs is how many main outputs the node has of its own.
func (p *Prepared) outputs() int {
	if p.entry == nil {
		return 1 // a pinned or disabled node that is not known
	}
	return len(p.outputTypes)
}

// withRetry runs the node as often as its settings allow. A node that works item by item repeats only the items that
// failed; any other is repeated as a whole when it returned an error.
func (e *Executor) withRetry(ctx context.Context, t *Task, inputs [][]node.Item, contexts *contexts) (node.Output, error) {
	p := t.Node
	call := e.call(t, inputs, contexts)
	retry := e.retry(p)
	if n, ok := p.entry.node.(node.ItemNode); ok {
		retry.Progress = &node.Progress{}
		return e.guarded(ctx, p, retry.Progress, func() (node.Output, error) { return node.ExecuteItems(ctx, call, n, retry) })
	}
	var partial []node.Item // of the tries before
	for try := 1; ; try++ {
		out, err := e.guarded(ctx, p, nil, func() (node.Output, error) { return p.entry.node.Execute(ctx, call) })
		if err != nil {
			partial = append(partial, out.Partial...)
			out.Partial = partial
		}
		failed := err != nil || firstItemFailed(out)
		if !failed || try >= retry.Tries || node.IsPermanent(err) || ctx.Err() != nil {
			return out, err
		}
		if retry.Pause(ctx, try+1) != nil {
			return out, err
		}
	}
}

// firstItemFailed is how n8n finds out that a node that did not throw failed: its first item has a field "error". An item of
// the input that has one and is handed on counts too.
func firstItemFailed(out node.Output) bool {
	if len(out.Main) == 0 || len(out.Main[0]) == 0 {
		return false
	}
	v, ok := out.Main[0][0].JSON.Get("error")
	return ok && v != nil && v != false && v != node.Undefined
}

// currentInput is the input whose items expressions see as $input and $json: the first that has any, in the older order
// input 0. It is negative where there are none, and then the node does not run.
func (p *Prepared) currentInput(inputs [][]node.Item, sources []*node.Source) int {
	if p.isTrigger() {
		return 0
	}
	if p.legacy == nil {
		return slices.IndexFunc(inputs, func(items []node.Item) bool { return len(items) > 0 })
	}
	if len(inputs) > 0 && len(inputs[0]) > 0 {
		return 0
	}
	if len(inputs) == 0 || len(sources) == 0 || sources[0] != nil {
		return -1
	}
	// A node in a loop that nothing has come into from before it takes what comes back to it.
	for i, items := range inputs {
		if len(items) > 0 && i < len(sources) && sources[i] != nil && p.legacy.leadsTo(sources[i].Node) {
			return i
		}
	}
	return -1
}

// guarded calls into a node: a panic becomes an error, and a node that does not come back after its context ended is
// left behind; what progress then holds is not lost. What comes out is frozen.
func (e *Executor) guarded(ctx context.Context, p *Prepared, progress *node.Progress, fn func() (node.Output, error)) (node.Output, error) {
	type answer struct {
		out node.Output
		err error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if r := recover(); r != nil {
				e.cfg.logger.Error("a node panicked", "node", p.node.Name, "type", p.node.Type, "stack", string(goruntime.Stack()))
				a = answer{err: node.Permanent(fmt.Errorf("node %q (%s) panicked: %v", p.node.Name, p.node.Type, r))}
			}
			done <- a
		}()
		a.out, a.err = fn()
		for _, items := range append(a.out.Main, a.out.Partial) {
			for i := range items {
				items[i].JSON.Freeze()
			}
		}
	}()
	select {
	case a := <-done:
		return a.out, a.err
	case <-ctx.Done():
	}
	select {
	case a := <-done:
		return a.out, a.err
	case <-time.After(e.cfg.grace):
		var out node.Output
		if progress != nil {
			out.Partial = progress.Succeeded()
		}
		return out, fmt.Errorf("node %q (%s) did not stop within %s after the run was cancelled; it may still be at work",
			p.node.Name, p.node.Type, e.cfg.grace)
	}
}

// call makes what the node is handed.
func (e *Executor) call(t *Task, inputs [][]node.Item, contexts *contexts) *node.Call {
	p, n := t.Node, t.Node.node
	run := t.Run
	if run == nil {
		run = &RunContext{Mode: ModeCLI}
	}
	given := p.given(inputs)
	read := &reading{node: p, scope: e.scope(t, run, inputs)}
	once := run.once
	if once == nil {
		once = node.NewOnce()
	}
	files := run.binaries
	if files == nil {
		files = e.cfg.newBinaries(e.cfg.binaryStore)
	}
	static, custom := run.static, run.custom
	if static == nil {
		static = &staticData{}
	}
	if custom == nil {
		custom = &customData{}
	}
	logger := e.cfg.logger.With("node", n.Name)
	code := &script{
		cfg: e.cfg, scope: e.scope(t, run, given), param: read.value, static: static, custom: custom, node: n.Name, logger: logger, files: files,
	}
	code.call = node.NewCall(node.CallConfig{
		Instance:       read.scope.Instance,
		Script:         code,
		StaticData:     func(kind node.StaticKind) *node.Object { return static.get(kind, n.Name) },
		SetStaticData:  func(kind node.StaticKind, data *node.Object) { static.set(kind, n.Name, data) },
		CustomData:     custom.all,
		SetCustomData:  func(key string, value any) error { return custom.set(key, value, run.Mode, logger) },
		Inputs:         given,
		Sources:        t.Source,
		Outputs:        p.outputs(),
		NodeContext:    contexts.ofNode,
		FlowContext:    contexts.ofFlow,
		RunWorkflow:    run.workflowRunner(),
		RunIndex:       t.RunIndex,
		ContinueOnFail: p.nodeContinues(),
		Mode:           string(run.Mode),
		Param:          read.value,
		ParamAt:        read.value,
		JSONText:       read.jsonText,
		Typed:          read.typed,
		With:           read.with,
		Resolve:        read.resolve,
		Evaluate:       read.evaluate,
		Parameters:     p.parameters,
		CredentialType: func(name string) (credentials.Type, bool) { return e.credentialType(p, name) },
		Credential: func(ctx context.Context, credentialType string) (credentials.Data, error) {
			return e.credential(ctx, p, credentialType, once)
		},
		StoreBinary:   files.create,
		OpenBinary:    files.open,
		Now:           func() time.Time { return e.cfg.now().In(read.scope.Location) },
		Transport:     e.cfg.transport,
		TransportWith: e.cfg.transportWith,
		WorkflowID:    workflowID(run.Workflow),
		Ancestors:     func() []string { return ancestors(run.Workflow, n.Name) },
		SeenStore:     e.cfg.seen,
		FileRoots:     e.cfg.fileRoots,
		Commands:      e.cfg.commands,
		Logger:        logger,
		Once:          once,
	})
	return code.call
}

// given are the inputs that the node sees: the first item alone where it is executed once, and those too that nothing is
// connected to.
func (p *Prepared) given(inputs [][]node.Item) [][]node.Item {
	given := inputs
	if p.node.ExecuteOnce {
		given = make([][]node.Item, len(inputs))
		for i, items := range inputs {
			given[i] = items[:min(len(items), 1)]
		}
	}
	if missing := len(p.inputTypes) - len(given); missing > 0 && len(given) > 0 {
		given = append(slices.Clip(given), make([][]node.Item, missing)...)
	}
	return given
}

// contexts are the copies of a node's contexts that one run of it may change.
type contexts struct {
	mu                   sync.Mutex
	node, flow           *node.Object
	nodeAsked, flowAsked bool
}

func (c *contexts) ofNode() *node.Object { return c.copied(&c.node, &c.nodeAsked) }

func (c *contexts) ofFlow() *node.Object { return c.copied(&c.flow, &c.flowAsked) }

func (c *contexts) copied(o **node.Object, asked *bool) *node.Object {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !*asked {
		*o, *asked = (*o).Clone(), true
	}
	return *o
}

// changed returns the contexts that the node asked for; nil for the others.
func (c *contexts) changed() (ofNode, ofFlow *node.Object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nodeAsked {
		ofNode = c.node
	}
	if c.flowAsked {
		ofFlow = c.flow
	}
	return ofNode, ofFlow
}

// ancestors are the types of the enabled nodes that lead to a node.
func ancestors(w *workflows.Workflow, name string) []string {
	if w == nil {
		return nil
	}
	var types []string
	seen := map[string]bool{}
	for queue := w.Parents(name); len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		if n := w.Node(queue[0]); n != nil && !n.Disabled {
			types = append(types, n.Type)
		}
		queue = append(queue, w.Parents(queue[0])...)
	}
	return types
}

// workflowID is what tells a workflow from others: its id, else its name.
func workflowID(w *workflows.Workflow) string {
	switch {
	case w == nil:
		return ""
	case w.ID != "":
		return w.ID
	}
	return w.Name
}

func (e *Executor) scope(t *Task, run *RunContext, inputs [][]node.Item) expr.Scope {
	n := t.Node.node
	scope := expr.Scope{
		Instance:   node.Instance{ID: n.ID, Name: n.Name, Type: n.Type, TypeVersion: n.TypeVersion},
		RunIndex:   t.RunIndex,
		Source:     t.Source,
		Parameters: t.Node.parameters,
		WebhookID:  n.WebhookID,
		Execution:  expr.Execution{ID: run.ExecutionID, Mode: "production", RunMode: string(run.Mode)},
		Location:   run.Location,
		Now:        e.cfg.now,
		Limits:     expr.Limits(e.cfg.limits),
		Env:        e.cfg.env,
	}
	if e.cfg.resume != nil {
		urls := e.cfg.resume(run.ExecutionID)
		scope.Execution.ResumeURL, scope.Execution.ResumeFormURL = urls.Webhook, urls.Form
	}
	if run.Mode == ModeManual {
		scope.Execution.Mode = "test"
	}
	if run.Earlier != nil {
		scope.Runs = run.Earlier
	}
	if scope.Location == nil {
		scope.Location = time.UTC
	}
	if w := run.Workflow; w != nil {
		scope.Workflow = expr.Workflow{ID: w.ID, Name: w.Name, Active: w.Active}
	}
	if i := t.Node.currentInput(inputs, t.Source); i >= 0 && i < len(inputs) {
		scope.Items = inputs[i]
	}
	return scope
}

// Name returns the name of the node; empty where the Task has none.
func (t *Task) Name() string {
	if t.Node == nil || t.Node.node == nil {
		return ""
	}
	return t.Node.node.Name
}
