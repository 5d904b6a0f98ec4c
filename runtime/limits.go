package runtime

import (
	"cmp"
	"fmt"

	"github.com/nate-go/nate/node"
)

// Limits bound what one run may use. What is 0 has the default; what is negative is not bounded.
type Limits struct {
	// Runs is how often all nodes together may run: it ends a loop without an exit. The default is DefaultRuns.
	Runs int
	// NodeRuns is how often any one node may run. The default has no bound.
	NodeRuns int
	// Items is how many items all nodes together may put out. The default is DefaultItems.
	Items int
	// Bytes is how large the JSON of the items that all nodes put out may be, in bytes, about. Counting takes time. The default
	// has no bound.
	Bytes int
	// SubWorkflowDepth is how many workflows may run inside each other. The default is DefaultSubWorkflowDepth.
	SubWorkflowDepth int
}

// The limits of a run that sets none. A loop without an exit comes to them before it takes the memory of a machine: a run of a
// node takes about 1 KB, an item about 100 bytes and what is in it.
const (
	DefaultRuns             = 1_000_000
	DefaultItems            = 20_000_000
	DefaultSubWorkflowDepth = 100
)

// WithLimits bounds what a run may use, one that is resumed as a whole. A run that goes beyond fails with an error of the name LimitError;
// what ran before stands in its Result.
func WithLimits(l Limits) Option {
	return func(c *config) {
		l.Runs, l.Items = cmp.Or(l.Runs, DefaultRuns), cmp.Or(l.Items, DefaultItems)
		l.SubWorkflowDepth = cmp.Or(l.SubWorkflowDepth, DefaultSubWorkflowDepth)
		c.runLimits = l
	}
}

// used is what a run has used of its limits.
type used struct{ items, bytes int }

func limitError(t *Task, format string, args ...any) *node.ErrorInfo {
	return &node.ErrorInfo{
		Name: "LimitError", Message: fmt.Sprintf("Node %q: ", t.Node.node.Name) + fmt.Sprintf(format, args...),
		Description: "Look for a loop that does not end, or raise the limit.",
	}
}

// begin checks a task before it runs.
func (l Limits) begin(t *Task) *node.ErrorInfo {
	switch {
	case l.NodeRuns > 0 && t.RunIndex >= l.NodeRuns:
		return limitError(t, "it would run more than %d times", l.NodeRuns)
	case l.Runs > 0 && t.Index >= l.Runs:
		return limitError(t, "with it the nodes of the workflow would run more than %d times", l.Runs)
	}
	return nil
}

// end counts what a task put out.
func (u *used) end(l Limits, t *Task, run *NodeRun) *node.ErrorInfo {
	u.add(l, run)
	switch {
	case l.Items > 0 && u.items > l.Items:
		return limitError(t, "with what it put out the run has more than %d items", l.Items)
	case l.Bytes > 0 && u.bytes > l.Bytes:
		return limitError(t, "with what it put out the run has more than %d bytes of items", l.Bytes)
	}
	return nil
}

func (u *used) add(l Limits, run *NodeRun) {
	var buf []byte
	for _, items := range run.Main {
		u.items += len(items)
		for i := range items {
			if l.Bytes <= 0 || u.bytes > l.Bytes {
				break
			}
			buf = items[i].AppendJSON(buf[:0])
			u.bytes += len(buf)
		}
	}
}

// refuse ends the run at a limit; t is the task that does not run any more, nil when it did.
func (s *Scheduler) refuse(t *Task, info *node.ErrorInfo) {
	var of *Prepared
	if t != nil {
		of = t.Node
		s.lastNode = of.node.Name
		s.putBack(t)
	} else {
		of = s.plan.nodes[s.lastNode]
	}
	s.fail(info, of)
}
