package runtime

import (
	"cmp"
	"context"
	"errors"
	"io"

	"github.com/nate-go/nate/node"
)

// NewRunContext begins an execution for an engine that drives a Scheduler, or Executors in several processes, by itself: with an
// execution id of its own (which may be replaced), the static data that the StaticStore has, files and sub-workflows as the options of
// the Plan say. Hand it to NewScheduler or RestoreScheduler, or make it the Run of a Task. End ends it. The error is one of the
// StaticStore. It is safe for concurrent use once its fields are set.
func (p *Plan) NewRunContext(ctx context.Context, mode Mode) (*RunContext, error) {
	static, err := p.loadStatic(ctx)
	if err != nil {
		return nil, err
	}
	run := p.newRunning(cmp.Or(mode, ModeCLI), nil).context
	run.Workflow, run.Location, run.static = p.workflow, p.location, static
	return run, nil
}

// End waits for the workflows that nodes began and did not wait for, saves static data that the execution changed, and removes its
// temporary files. Call it once, after the last Task. The error is one of the StaticStore, or of the files' removal.
func (r *RunContext) End(ctx context.Context) error {
	if r.running == nil {
		return nil
	}
	r.running.beside.Wait()
	return errors.Join(r.running.plan.saveStatic(ctx, r), r.running.result.Close())
}

// StaticData is what the workflow remembers for later runs, as in Result, and whether the execution changed it. It is frozen, and nil
// where the RunContext is not of NewRunContext.
func (r *RunContext) StaticData() (data *node.Object, changed bool) {
	if r.static == nil {
		return nil, false
	}
	return r.static.all()
}

// CustomData is what nodes and code have kept of the execution to find it by, as in Result; empty when they kept nothing.
func (r *RunContext) CustomData() *node.Object {
	if r.custom == nil {
		return &node.Object{}
	}
	return r.custom.all()
}

// OpenBinary reads the content of a file of an item of this execution, before End. The caller closes it. It fails for a file without
// content, and as the store fails. It is safe for concurrent use.
func (r *RunContext) OpenBinary(ctx context.Context, b node.Binary) (io.ReadCloser, error) {
	return openBinary(ctx, r.binaries, b)
}

// workflowRunner runs workflows for nodes; nil: nothing does.
func (r *RunContext) workflowRunner() func(context.Context, node.SubWorkflow) (node.SubRun, error) {
	if r.running == nil {
		return nil
	}
	return r.running.runWorkflow
}
