// Package expr evaluates n8n's expressions: parameter texts that begin with "=" and hold {{ JavaScript }}. A template is
// compiled once and evaluated for each item.
package expr

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/nate-go/nate/node"
)

// Scope is what an expression sees: one item of one run of one node. The runtime makes one for a run of a node and
// changes only Item between items. A Scope serves one evaluation at a time; goroutines have one each (a copy will do).
type Scope struct {
	Instance node.Instance
	// Items are the node's input items ($input.all()), each with a link to its own place in the input (Paired{Item: i,
	// Input: k}), as n8n rewrites them before a node runs; without one it counts as item i of input 0. Item is the index
	// of the current one.
	Items []node.Item
	Item  int
	// RunIndex counts the runs of the node, from 0.
	RunIndex int
	// Source says where each input of this run comes from; nil entries and an empty list mean nowhere (the start node).
	Source []*Source
	// Parameters are the node's parameters with defaults, unresolved ($parameter).
	Parameters *node.Object
	// WebhookID is $webhookId; empty: the node has none.
	WebhookID string
	Workflow  Workflow
	Execution Execution
	// Variables are further ones by name: those that pagination and declarative nodes have. nil: none.
	Variables *node.Object
	// Runs reads what other nodes put out so far; nil: there are no other nodes.
	Runs Runs
	// Location is the workflow's time zone; Now the clock.
	Location *time.Location
	Now      func() time.Time

	// Env are the variables of the environment that may be read, by name; node.Undefined for one that is not set.
	Env map[string]any

	// Context ends evaluations in the JavaScript engine; nil: nothing does. Limits bound them.
	Context context.Context
	Limits  Limits

	depth     int         // how many evaluations in the engine are going on, inside each other
	budget    int         // how many bytes this evaluation may still allocate
	unchecked int         // how many bytes it has worked on since the time was looked at
	deadline  time.Time   // zero until it was looked at first
	resolving []parameter // whose values are being found, to stop at a circle
}

// Workflow is $workflow.
type Workflow struct {
	ID, Name string
	Active   bool
}

// Execution is $execution; Mode is "production" or "test". RunMode is $mode: "cli", "manual". ResumeURL and ResumeFormURL are
// where a waiting execution is resumed; empty: nowhere.
type Execution struct{ ID, Mode, RunMode, ResumeURL, ResumeFormURL string }

// Source is where an input comes from.
type Source = node.Source

// Runs reads the workflow and the run data of the execution. Implementations must be safe for concurrent use.
type Runs interface {
	// HasNode reports whether the workflow has a node of that name.
	HasNode(name string) bool
	// NodeType returns the type of a node ("n8n-nodes-base.set"); empty when there is no such node.
	NodeType(name string) string
	// Count returns how many runs of the node there are; 0: it has not run.
	Count(name string) int
	// Outputs returns the items of one run, by main output; ok is false when there is no such run. Every call returns the
	// same slices.
	Outputs(name string, run int) (outputs [][]node.Item, ok bool)
	// Sources returns where the inputs of one run came from.
	Sources(name string, run int) []*Source
	// OutputTo returns the output of node from that leads (directly or through other nodes) to node to; ok is false when
	// they are not connected. Of several, n8n takes the one on the shortest way back from to; where ways are equally long,
	// lower inputs come first, then the file's order of connections (source node, output). It is asked for every item:
	// implementations keep their answers.
	OutputTo(from, to string) (output int, ok bool)
	// Parameters returns the unresolved parameters of a node, with defaults; nil when there is no such node.
	Parameters(name string) *node.Object
	// Context returns what a node keeps over its runs; nil or empty when it keeps nothing.
	Context(name string) *node.Object
	// Pinned returns the items that are pinned to a node in a run of the editor (mode "manual"), in every call the same slice; nil: there
	// are none.
	Pinned(name string) []node.Item
}

// noRuns are the Runs of a Scope that has none.
type noRuns struct{}

func (noRuns) HasNode(string) bool                       { return false }
func (noRuns) NodeType(string) string                    { return "" }
func (noRuns) Count(string) int                          { return 0 }
func (noRuns) Outputs(string, int) ([][]node.Item, bool) { return nil, false }
func (noRuns) Sources(string, int) []*Source             { return nil }
func (noRuns) OutputTo(string, string) (int, bool)       { return 0, false }
func (noRuns) Parameters(string) *node.Object            { return nil }
func (noRuns) Context(string) *node.Object               { return nil }
func (noRuns) Pinned(string) []node.Item                 { return nil }

// maxGrowth is how many bytes one evaluation may allocate for texts and lists.
const maxGrowth = 256 << 20

// begin readies the Scope for an evaluation.
func (s *Scope) begin() {
	s.budget = maxGrowth
	s.unchecked, s.deadline = 0, time.Time{}
	if s.Runs == nil {
		s.Runs = noRuns{}
	}
}

// grow takes bytes from what the evaluation may allocate.
func (s *Scope) grow(bytes int) error {
	if s.budget -= bytes; s.budget < 0 {
		return failure(s, "The expression makes too much data (more than 256 MB)")
	}
	return s.work(bytes)
}

// checkEvery is how many bytes may be worked on without a look at the time: a few milliseconds.
const checkEvery = 8 << 20

// work counts bytes that are worked on, and fails when the evaluation has taken too long. What is done in Go ends by itself; but
// there may be much of it.
func (s *Scope) work(bytes int) error {
	if s.unchecked += bytes; s.unchecked < checkEvery {
		return nil
	}
	s.unchecked = 0
	now := time.Now()
	limit := cmp.Or(s.Limits.Time, defaultLimits.Time)
	switch {
	case s.deadline.IsZero():
		s.deadline = now.Add(limit)
	case now.After(s.deadline):
		return failure(s, fmt.Sprintf("The expression was stopped: it ran longer than %s", limit))
	case s.Context != nil && s.Context.Err() != nil:
		return context.Cause(s.Context)
	}
	return nil
}

// workOn is work on values: texts and arrays cost their length.
func (s *Scope) workOn(values ...any) error {
	n := len(values)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []any:
			n += valueSize * len(v)
		}
	}
	return s.work(n)
}
