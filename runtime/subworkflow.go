package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// FindWorkflow finds a workflow by what others call it: its id or its name. It must be safe for concurrent use. The error
// says where it looked; a nil Workflow without an error counts as none.
type FindWorkflow func(ctx context.Context, id string) (*workflows.Workflow, error)

// WithWorkflows says where the workflows are that nodes run (Execute Workflow) and that run after a failure
// (settings.errorWorkflow). The default finds none. workflows.Folder returns a FindWorkflow. They run with the options of
// the Plan that they are found for. One that is returned again (the same pointer) is not compiled again.
func WithWorkflows(find FindWorkflow) Option { return func(c *config) { c.find = find } }

// WithWorkflowFiles says which files of workflows nodes may run (Execute Workflow with a local file): find gets the path that the node
// names. The default finds none. workflows.Files returns a FindWorkflow for it.
func WithWorkflowFiles(find FindWorkflow) Option { return func(c *config) { c.findFile = find } }

// The modes of runs that other runs start.
const (
	// ModeIntegrated is a workflow that another one runs.
	ModeIntegrated Mode = "integrated"
	// ModeError is the workflow that runs after a failure.
	ModeError Mode = "error"
)

// The triggers that begin such runs.
const (
	workflowTrigger = "n8n-nodes-base.executeWorkflowTrigger"
	manualTrigger   = "n8n-nodes-base.manualTrigger"
	errorTrigger    = "n8n-nodes-base.errorTrigger"
)

// other returns the Plan of another workflow.
func (r *running) other(ctx context.Context, w node.SubWorkflow) (*Plan, error) {
	p := r.plan
	var find FindWorkflow
	name := w.ID
	switch {
	case w.Document != nil:
		return p.planOf(&r.documents, w.Document.Freeze(), func() (*workflows.Workflow, error) { return p.inside(w.Document) })
	case w.File != "":
		if find, name = p.cfg.findFile, w.File; find == nil {
			return nil, fmt.Errorf("workflow file %q is to be run, but the run has no folder that such files may be in", name)
		}
	default:
		if find = p.cfg.find; find == nil {
			return nil, fmt.Errorf("workflow %q is to be run, but there is no place to look for it: give the run a folder of workflows", name)
		}
	}
	found, err := p.found(ctx, find, name)
	if err != nil {
		return nil, err
	}
	return p.planOf(p.cfg.plans, found, func() (*workflows.Workflow, error) { return found, nil })
}

// found calls a func of the embedder's. One that panics does not take the process with it, after a run that failed either.
func (p *Plan) found(ctx context.Context, find FindWorkflow, name string) (w *workflows.Workflow, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the search for workflow %q panicked: %v", name, r)
		}
	}()
	w, err = find(ctx, name)
	if err == nil && w == nil {
		return nil, fmt.Errorf("there is no workflow %q", name)
	}
	return w, err
}

// planOf returns the Plan that is kept under key, or compiles one.
func (p *Plan) planOf(kept *sync.Map, key any, read func() (*workflows.Workflow, error)) (*Plan, error) {
	if plan, ok := kept.Load(key); ok {
		return plan.(*Plan), nil //nolint:forcetypeassert // nothing else is stored
	}
	w, err := read()
	if err != nil {
		return nil, err
	}
	plan, err := compile(w, p.registry, p.cfg)
	if err == nil {
		kept.Store(key, plan)
	}
	return plan, err
}

// inside reads a workflow that stands in a parameter. As in n8n it has the id and the settings of the one that runs it unless it has
// its own.
func (p *Plan) inside(document *node.Object) (*workflows.Workflow, error) {
	w, err := workflows.ParseOne(node.AppendJSON(nil, document))
	if err != nil {
		return nil, err
	}
	if w.ID == "" {
		w.ID = p.workflow.ID
	}
	if at(document, "settings") == nil {
		w.Settings = p.workflow.Settings
	}
	return w, nil
}

// starter returns the node that a run by another workflow begins with, as n8n picks it: the trigger for it, else a manual one.
func (p *Plan) starter() (string, error) {
	for _, nodeType := range []string{workflowTrigger, manualTrigger} {
		if name := p.triggerOf(nodeType); name != "" {
			return name, nil
		}
	}
	return "", &node.ErrorInfo{
		Name: "SubworkflowOperationError", Message: "Missing node to start execution",
		Description: "Please make sure the workflow you're calling contains an Execute Workflow Trigger node",
	}
}

// triggerOf returns the first enabled trigger of a type; empty when there is none.
func (p *Plan) triggerOf(nodeType string) string {
	for _, name := range p.triggers() {
		if p.nodes[name].node.Type == nodeType {
			return name
		}
	}
	return ""
}

func (r *running) depth() int {
	depth := 0
	for ; r != nil; r = r.parent {
		depth++
	}
	return depth
}

// subError is what a workflow that a node ran failed with, as data: what its nodes marked their errors with (Permanent, Salvage, Whole)
// is said of those nodes, not of the one that ran the workflow.
type subError struct{ *node.ErrorInfo }

func (subError) Unwrap() error { return nil }

// runWorkflow runs a workflow for a node.
func (r *running) runWorkflow(ctx context.Context, w node.SubWorkflow) (node.SubRun, error) {
	if most := r.plan.cfg.runLimits.SubWorkflowDepth; most > 0 && r.depth() > most {
		return node.SubRun{}, node.Permanent(&node.ErrorInfo{
			Name: "LimitError", Message: fmt.Sprintf("More than %d workflows run inside each other", most),
			Description: "A workflow may run itself without an end, directly or through another one. Raise the limit if it does not.",
		})
	}
	plan, err := r.other(ctx, w)
	if err != nil {
		return node.SubRun{}, node.Permanent(err)
	}
	start, err := plan.starter()
	if err != nil {
		return node.SubRun{}, node.Permanent(err)
	}
	req := Request{Start: start, Items: w.Items, Mode: ModeIntegrated}
	if req.Items == nil {
		req.Items = []node.Item{}
	}
	sub, s, err := plan.ready(ctx, req, r)
	if err != nil {
		return node.SubRun{}, err
	}
	run := node.SubRun{ExecutionID: sub.result.ExecutionID, WorkflowID: plan.workflow.ID}
	if w.NoWait {
		r.beside.Go(func() {
			if result, err := sub.drive(ctx, s); err != nil || result.Error != nil {
				r.plan.cfg.logger.Error("a workflow that was not waited for failed", "workflow", plan.workflow.Name, "error", errors.Join(err, result.Err()))
			}
		})
		return run, nil
	}
	result, err := sub.drive(ctx, s)
	switch {
	case err != nil:
		return run, err
	case result.Error != nil:
		return run, subError{result.Error}
	case result.Status == StatusWaiting:
		return run, node.Permanent(fmt.Errorf("workflow %q waits, which one that another workflow runs can't do yet", plan.workflow.Name))
	}
	if runs := result.Runs[result.LastNode]; len(runs) > 0 {
		run.Outputs = result.fromStart(runs[len(runs)-1])
	}
	return run, nil
}

// afterFailure runs the error workflow of a run that failed: the one that its settings name, else the workflow itself when
// it has an Error Trigger, as in n8n. Runs from an editor have none.
func (r *running) afterFailure(ctx context.Context) {
	res, w := r.result, r.plan.workflow
	if res.Status != StatusError || r.parent != nil || res.Mode == ModeManual || res.Mode == ModeError {
		return
	}
	plan := r.plan
	if id := w.Settings.ErrorWorkflow; id != "" && r.plan.cfg.find != nil {
		var err error
		if plan, err = r.other(ctx, node.SubWorkflow{ID: id}); err != nil {
			res.ErrorRunFailure = fmt.Errorf("the error workflow %q of workflow %q: %w", id, w.Name, err)
			return
		}
	}
	start := plan.triggerOf(errorTrigger)
	if start == "" {
		if plan != r.plan {
			res.ErrorRunFailure = fmt.Errorf("the error workflow %q of workflow %q has no Error Trigger that is enabled", plan.workflow.Name, w.Name)
		}
		return
	}
	var failed *node.Object
	if res.ErrorNode != nil {
		failed = res.ErrorNode.copyForErrors()
	}
	execution := node.NewObject("id", res.ExecutionID, "error", res.Error.RunObject(failed), "lastNodeExecuted", res.LastNode, "mode", string(res.Mode))
	item := node.ItemOf("execution", execution, "workflow", node.NewObject("id", w.ID, "name", w.Name))
	res.ErrorRun, res.ErrorRunFailure = plan.start(ctx, Request{Start: start, Items: []node.Item{item}, Mode: ModeError}, r)
}

// fromStart returns what the last node put out, with links that lead to what the run began with. They are followed as in n8n: over the
// first input of each node, and an item with several links, or with none on the way, counts by its place. A link that ends on the way
// stays what it was.
func (res *Result) fromStart(last *NodeRun) [][]node.Item {
	out := make([][]node.Item, len(last.Main))
	for o, items := range last.Main {
		if items == nil {
			continue
		}
		out[o] = slices.Clone(items)
		for i := range out[o] {
			if links := out[o][i].Paired; links != nil {
				if links = res.follow(last, links, i); links != nil {
					out[o][i].Paired = links
				}
			}
		}
	}
	return out
}

// follow returns the links of the item of the first run that an item with these links comes from; nil: they can't be followed.
func (res *Result) follow(run *NodeRun, links []node.Paired, at int) []node.Paired {
	for run = res.before(run); run != nil; run = res.before(run) {
		output, item := 0, at
		if len(links) == 1 && !links[0].Listed {
			output, item = links[0].Input, links[0].Item
		}
		links = nil
		if output < len(run.Main) && item >= 0 && item < len(run.Main[output]) {
			links = run.Main[output][item].Paired
		}
	}
	return links
}

// before returns the run that a run's first input comes from.
func (res *Result) before(run *NodeRun) *NodeRun {
	if len(run.Source) == 0 || run.Source[0] == nil {
		return nil
	}
	from := run.Source[0]
	if runs := res.Runs[from.Node]; from.Run >= 0 && from.Run < len(runs) {
		return runs[from.Run]
	}
	return nil
}
