package runtime

import (
	"fmt"

	"github.com/nate-go/nate/node"
)

// Limits bound what one run may use. What is 0 has the default; what is negative is not bounded.
type Limits struct {
	// NodeRuns is how often any one node may run: it ends a loop without an exit. The default is DefaultNodeRuns.
	NodeRuns int
	// Items is how many items all nodes together may put out. The default has no bound.
	Items int
	// Bytes is how large the JSON of the items that all nodes put out may be, in bytes, about. Counting takes time. The default
	// has no bound.
	Bytes int
	// SubWorkflowDepth is how many workflows may run inside each other. The default is DefaultSubWorkflowDepth.
	SubWorkflowDepth int
}

// The limits of a run that sets none.
const (
	DefaultNodeRuns         = 1_000_000
	DefaultSubWorkflowDepth = 100
)

// WithLimits bounds what a run may use. A run that goes beyond fails with an error of the name LimitError; what ran before
// stands in its Result.
func WithLimits(l Limits) Option {
	return func(c *config) {
		c.runLimits = l
		if l.NodeRuns == 0 {
			c.runLimits.NodeRuns = DefaultNodeRuns
		}
		if l.SubWorkflowDepth == 0 {
			c.runLimits.SubWorkflowDepth = DefaultSubWorkflowDepth
		}
	}
}

// used is what a run has used of its limits.
type used struct{ items, bytes int }

func limitError(t *Task, format string, args ...any) *node.ErrorInfo {
	return &node.ErrorInfo{
		Name: "LimitError", Message: fmt.Sprintf("Node %q: ", t.Node.node.Name) + fmt.Sprintf(format, args...),
		Description: "The limit was set for this run. Raise it, or look for a loop that does not end.",
	}
}

// begin checks a task before it runs.
func (*used) begin(l Limits, t *Task) *node.ErrorInfo {
	if l.NodeRuns > 0 && t.RunIndex >= l.NodeRuns {
		return limitError(t, "it would run more than %d times", l.NodeRuns)
	}
	return nil
}

// end counts what a task put out.
func (u *used) end(l Limits, t *Task, run *NodeRun) *node.ErrorInfo {
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
	switch {
	case l.Items > 0 && u.items > l.Items:
		return limitError(t, "with what it put out the run has more than %d items", l.Items)
	case l.Bytes > 0 && u.bytes > l.Bytes:
		return limitError(t, "with what it put out the run has more than %d bytes of items", l.Bytes)
	}
	return nil
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
