package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// FindWorkflow finds a workflow by what others call it: its id or its name. It must be safe for concurrent use. The error
// says where it looked.
type FindWorkflow func(ctx context.Context, id string) (*workflows.Workflow, error)

// WithWorkflows says where the workflows are that nodes run (Execute Workflow) and that run after a failure
// (settings.errorWorkflow). The default finds none. workflows.Folder returns a FindWorkflow. They run with the options of
// the Plan that they are found for. One that is returned again (the same pointer) is not compiled again.
func WithWorkflows(find FindWorkflow) Option { return func(c *config) { c.find = find } }

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
	errorTrigger    = "n8n-nodes-base.errorTrigger"
)

// other returns the Plan of another workflow.
func (p *Plan) other(ctx context.Context, w node.SubWorkflow) (*Plan, error) {
	var found *workflows.Workflow
	var err error
	switch {
	case w.Document != nil:
		found, err = workflows.ParseOne(node.AppendJSON(nil, w.Document))
	case p.cfg.find == nil:
		err = fmt.Errorf("workflow %q is to be run, but there is no place to look for it: give the run a folder of workflows", w.ID)
	default:
		found, err = p.cfg.find(ctx, w.ID)
	}
	if err != nil {
		return nil, err
	}
	if plan, ok := p.cfg.plans.Load(found); ok {
		return plan.(*Plan), nil //nolint:forcetypeassert // nothing else is stored
	}
	plan, err := compile(found, p.registry, p.cfg)
	if err == nil && w.Document == nil {
		p.cfg.plans.Store(found, plan)
	}
	return plan, err
}

// triggerOf returns the node that a run by another one begins with: the enabled trigger of a type, else the only trigger,
// which the empty name stands for.
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

// runWorkflow runs a workflow for a node.
func (r *running) runWorkflow(ctx context.Context, w node.SubWorkflow) (node.SubRun, error) {
	if most := r.plan.cfg.runLimits.SubWorkflowDepth; most > 0 && r.depth() > most {
		return node.SubRun{}, node.Permanent(&node.ErrorInfo{
			Name: "LimitError", Message: fmt.Sprintf("More than %d workflows run inside each other", most),
			Description: "A workflow may run itself without an end, directly or through another one. Raise the limit if it does not.",
		})
	}
	plan, err := r.plan.other(ctx, w)
	if err != nil {
		return node.SubRun{}, node.Permanent(err)
	}
	req := Request{Start: plan.triggerOf(workflowTrigger), Items: w.Items, Mode: ModeIntegrated}
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
		return run, result.Error
	case result.Status == StatusWaiting:
		return run, node.Permanent(fmt.Errorf("workflow %q waits, which one that another workflow runs can't do yet", plan.workflow.Name))
	}
	if runs := result.Runs[result.LastNode]; len(runs) > 0 {
		run.Outputs = slices.Clone(runs[len(runs)-1].Main)
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
		if plan, err = r.plan.other(ctx, node.SubWorkflow{ID: id}); err != nil {
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
