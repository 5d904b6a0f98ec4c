package runtime

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// Mode is how a run was started; it decides about pinned data and what expressions see as $execution.mode.
type Mode string

// ModeCLI ignores pinned data, as `n8n execute` does. ModeManual uses it, as n8n's editor does.
const (
	ModeCLI    Mode = "cli"
	ModeManual Mode = "manual"
)

// Status is how a run, or the run of one node, ended: n8n's execution status.
type Status string

// The statuses of runs.
const (
	StatusSuccess  Status = "success"
	StatusError    Status = "error"
	StatusCanceled Status = "canceled"
	// StatusWaiting is a run that a node put off: Plan.Resume goes on with it.
	StatusWaiting Status = "waiting"
)

// Result is what became of a run: n8n's IRun. It marshals to n8n's own JSON.
type Result struct {
	// ExecutionID is a UUID. It is not part of n8n's JSON.
	ExecutionID          string
	Mode                 Mode
	Status               Status
	StartedAt, StoppedAt time.Time
	// Nodes are the names of the nodes that ran, in the order of their first run. Runs are their runs by name.
	Nodes []string
	Runs  map[string][]*NodeRun
	// LastNode is the node that ran last, empty when none did.
	LastNode string
	// Error is what ended the run; nil when it succeeded.
	Error *node.ErrorInfo
	// ErrorNode is the node that Error belongs to; nil when it belongs to none.
	ErrorNode *Prepared
	// Partial is what nodes had put out before they failed as a whole: it appears nowhere else in the Result.
	Partial []Partial
	// Pinned are the nodes whose pinned items were used instead of running them.
	Pinned []string
	// ErrorRun is the run of the error workflow, nil when there was none, or when it did not start: ErrorRunFailure says why.
	ErrorRun        *Result
	ErrorRunFailure error
	// WaitTill is when a run that waits is to be resumed; the zero time for all others.
	WaitTill time.Time

	// StaticData is what the workflow remembers for later runs: n8n's static data, with a key "global", and "node:NAME" for nodes.
	// It is frozen. StaticDataChanged says that the run changed it.
	StaticData        *node.Object
	StaticDataChanged bool
	// CustomData is what was kept of the execution to find it by: by Execution Data nodes (node.Call.SetCustomData) and by code with
	// $execution.customData. All values are text. nil when nothing was kept.
	CustomData *node.Object

	state     *Scheduler
	binaries  *binaries
	temporary *temporaryFiles // nil where the embedder has a store
}

// Partial is the items that a node had put out on its first output before it failed as a whole.
type Partial struct {
	Node     string
	RunIndex int
	Items    []node.Item
}

// NodeRun is one run of one node: n8n's ITaskData.
type NodeRun struct {
	StartTime time.Time
	// ExecutionTime is how long it took, retries and waits included.
	ExecutionTime time.Duration
	// Index counts the node runs of the execution, from 0.
	Index int
	// Source says where each input came from; empty for the start node.
	Source []*node.Source
	Status Status
	// Error is set when the node failed as a whole, also where a continue mode let the run go on.
	Error *node.ErrorInfo
	// Main are the items on each main output; nil when the node failed and the run stopped. The items must not be changed.
	Main [][]node.Item
	// Hints are the node's notes on this run.
	Hints []node.Hint
	// Response is what the node answered to the request that began the run; nil when it answered nothing.
	Response *node.Response
	// FailedItems counts the items in Main that stand for an item that failed.
	FailedItems int
	// Partial is what had succeeded when the node failed as a whole.
	Partial []node.Item
	// NodeContext and FlowContext are what the node keeps over its runs as it left them; nil where it did not ask for them,
	// and once a Scheduler took them over.
	NodeContext, FlowContext *node.Object
	// WaitTill is when the node lets the run go on; the zero time when it does not wait, and once a Scheduler knows it.
	WaitTill time.Time

	node   *Prepared
	madeUp bool // nothing came of it, and Always Output Data made an item
}

// Response is what the first node that answered (Respond to Webhook) answered to the request that began the run; nil when
// none did.
func (r *Result) Response() *node.Response {
	var first *NodeRun
	for _, runs := range r.Runs {
		for _, run := range runs {
			if run.Response != nil && (first == nil || run.Index < first.Index) {
				first = run
			}
		}
	}
	if first == nil {
		return nil
	}
	return first.Response
}

// MarshalJSON writes n8n's run JSON: what `n8n execute --rawOutput` prints, and what Plan.Resume reads. The error of a run that waits says
// that its temporary files can't be read: they were removed by Close.
func (r *Result) MarshalJSON() ([]byte, error) { return r.appendJSON(nil) }

// AppendJSON appends what MarshalJSON writes. Temporary files that can't be read any more are left out.
func (r *Result) AppendJSON(dst []byte) []byte {
	dst, _ = r.appendJSON(dst)
	return dst
}

func (r *Result) appendJSON(dst []byte) (_ []byte, err error) {
	if r.state == nil { // put together by hand
		return append(dst, "null"...), nil
	}
	dst = r.state.AppendJSON(append(dst, `{"data":`...))
	dst = json.AppendString(append(dst, `,"mode":`...), string(r.Mode))
	dst = json.AppendString(append(dst, `,"startedAt":`...), isoTime(r.StartedAt))
	dst = json.AppendString(append(dst, `,"stoppedAt":`...), isoTime(r.StoppedAt))
	dst = json.AppendString(append(dst, `,"status":`...), string(r.Status))
	switch {
	case r.Status == StatusSuccess:
		dst = append(dst, `,"finished":true`...)
	case !r.WaitTill.IsZero():
		dst = json.AppendString(append(dst, `,"waitTill":`...), isoTime(r.WaitTill))
		dst = json.AppendString(append(dst, `,"executionId":`...), r.ExecutionID)
		before := len(dst)
		if dst, err = r.temporary.appendJSON(dst); err != nil {
			dst = dst[:before]
		}
	}
	return append(dst, '}'), err
}

func appendHints(dst []byte, hints []node.Hint) []byte {
	dst = append(dst, '[')
	for i, h := range hints {
		text, err := h.MarshalJSON()
		if err != nil {
			continue // an Extra that is no JSON
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, text...)
	}
	return append(dst, ']')
}

// AppendJSON appends the run as n8n writes it in run data. A run that no Scheduler has seen yet has more keys than n8n's:
// those that Plan.ParseNodeRun needs.
func (r *NodeRun) AppendJSON(dst []byte) []byte {
	dst = json.AppendNumber(append(dst, `{"startTime":`...), float64(r.StartTime.UnixMilli()))
	dst = json.AppendNumber(append(dst, `,"executionIndex":`...), float64(r.Index))
	dst = appendSources(append(dst, `,"source":`...), r.Source)
	dst = appendHints(append(dst, `,"hints":`...), r.Hints)
	dst = json.AppendNumber(append(dst, `,"executionTime":`...), float64(r.ExecutionTime.Milliseconds()))
	dst = json.AppendString(append(dst, `,"executionStatus":`...), string(r.Status))
	if r.Error != nil {
		dst = appendError(append(dst, `,"error":`...), r.Error, r.node)
	}
	if r.Main != nil {
		dst = appendItems(append(dst, `,"data":{"main":`...), r.Main)
		dst = append(dst, '}')
	}
	return append(r.appendState(dst), '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (r *NodeRun) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

func appendItems(dst []byte, outputs [][]node.Item) []byte {
	dst = append(dst, '[')
	for i, items := range outputs {
		if i > 0 {
			dst = append(dst, ',')
		}
		if items == nil {
			dst = append(dst, "null"...)
			continue
		}
		dst = appendList(dst, items)
	}
	return append(dst, ']')
}

func appendList(dst []byte, items []node.Item) []byte {
	dst = append(dst, '[')
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = items[i].AppendJSON(dst)
	}
	return append(dst, ']')
}

func appendPins(dst []byte, pins map[string][]node.Item) []byte {
	for i, name := range orderedLikeKeys(slices.Sorted(maps.Keys(pins))) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(json.AppendString(dst, name), ':')
		dst = appendList(dst, pins[name])
	}
	return dst
}

func appendSources(dst []byte, sources []*node.Source) []byte {
	dst = append(dst, '[')
	for i, s := range sources {
		if i > 0 {
			dst = append(dst, ',')
		}
		if s == nil {
			dst = append(dst, "null"...)
			continue
		}
		dst = s.AppendJSON(dst)
	}
	return append(dst, ']')
}

func appendError(dst []byte, info *node.ErrorInfo, of *Prepared) []byte {
	var raw *node.Object
	if of != nil {
		raw = of.copyForErrors()
	}
	return node.AppendJSON(dst, info.RunObject(raw))
}

func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// orderedLikeKeys puts names into the order that they have as keys of a JavaScript object.
func orderedLikeKeys(names []string) []string {
	keys := &node.Object{}
	for _, n := range names {
		keys.Set(n, nil)
	}
	return keys.Keys()
}

// LastItems returns the items of the last run of the last node, all outputs in order but one of discarded items (that of Filter and
// Remove Duplicates); empty when there are none.
func (r *Result) LastItems() []node.Item {
	runs := r.Runs[r.LastNode]
	if len(runs) == 0 {
		return nil
	}
	return slices.Concat(r.kept(r.LastNode, runs[len(runs)-1].Main)...)
}

// ItemsOf returns the items that a node put out in its last run, all outputs in order but one of discarded items, or what it had put out
// before that run failed; empty when it did not run. Runs has every output apart.
func (r *Result) ItemsOf(name string) []node.Item {
	runs := r.Runs[name]
	if len(runs) == 0 {
		return nil
	}
	last := runs[len(runs)-1]
	all := slices.Clone(last.Partial)
	for _, items := range r.kept(name, last.Main) {
		all = append(all, items...)
	}
	return all
}

// discardedOutput is n8n's name of an output for items that a node has sorted out.
const discardedOutput = "Discarded"

// kept are the outputs of a node but the one of discarded items. An error output stands in the place of one that the editor does not show.
func (r *Result) kept(name string, main [][]node.Item) [][]node.Item {
	if r.state == nil {
		return main
	}
	p := r.state.plan.nodes[name]
	if p == nil || p.entry == nil {
		return main
	}
	i := slices.Index(p.entry.def.OutputNames, discardedOutput)
	if i < 0 || i >= len(main) || i == p.outputs() && p.node.OnError == workflows.ContinueErrorOutput {
		return main
	}
	return slices.Concat(main[:i], main[i+1:])
}

// Err returns what ended the run as an error; nil when it succeeded, or waits. errors.As finds the error that the node returned, errors.Is
// the context's in that of a run that was cancelled, as long as the Result is the one that Run returned.
func (r *Result) Err() error {
	if r.Error == nil {
		return nil
	}
	return r.Error
}

// ErrorText is a report of what ended the run, over several lines: workflow, node, item, message, description. It is
// empty for a run that succeeded.
func (r *Result) ErrorText(w *workflows.Workflow) string {
	if r.Error == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("workflow \"" + w.Name + "\"")
	if r.ErrorNode != nil {
		b.WriteString(", node \"" + r.ErrorNode.node.Name + "\"")
	}
	if index, ok := r.Error.Context.Get("itemIndex"); ok {
		if f, ok := index.(float64); ok {
			b.WriteString(", item " + node.FormatNumber(f))
		}
	}
	b.WriteString(": " + r.Error.Message)
	if r.Error.HTTPCode != "" && !strings.Contains(r.Error.Message, r.Error.HTTPCode) {
		b.WriteString(" (" + r.Error.HTTPCode + ")")
	}
	if r.Error.Description != "" {
		b.WriteString("\n  " + strings.ReplaceAll(r.Error.Description, "\n", "\n  "))
	}
	return b.String()
}
