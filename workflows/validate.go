package workflows

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/nearest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// Validate is Parse that also tells, as warnings, what n8n takes without a word and people hardly mean: settings with
// values that have no effect, pinned items of no node, connections that carry nothing, keys that stand twice. All have
// their place, and stand in the file's order. When there is an error among the Diagnostics there are no workflows.
//
// What takes knowledge of the types of nodes (parameters, say) is told by the Issues of a compiled workflow.
func Validate(data []byte) ([]*Workflow, schemas.Diagnostics) {
	r := &reader{}
	ws := r.read(data)
	if len(ws) > 0 {
		r.repeatedKeys(data, ws)
	}
	if len(r.wrong) > 0 {
		ws = nil
	}
	for _, w := range ws {
		r.at = w.at
		r.oddSettings(w)
		for i, n := range w.Nodes {
			r.oddNode(schemas.Pointer("nodes", i), n)
		}
		r.oddConnections(w)
		r.oddPins(w)
	}
	found := slices.Concat(r.wrong, r.odd)
	found.Locate(data)
	return ws, r.complete(found)
}

func (r *reader) warn(pointer, name, message, hint string) {
	r.add(schemas.Diagnostic{Severity: schemas.SeverityWarning, Pointer: pointer, Node: name, Message: message, Hint: hint})
}

func (r *reader) oddSettings(w *Workflow) {
	switch order := w.Settings.ExecutionOrder; order {
	case "", "v0", "v1":
	default:
		r.warn("/settings/executionOrder", "", fmt.Sprintf("executionOrder %q is not known: it counts as the legacy order, \"v0\"", order),
			nearest.HintOr(order, []string{"v1", "v0"}, `it is "v1" or "v0"`))
	}
}

// errorModes are the values of onError.
var errorModes = []string{string(StopWorkflow), string(ContinueRegularOutput), string(ContinueErrorOutput)}

// Retry On Fail as n8n reads it, see n8n's limits of maxTries and waitBetweenTries.
const (
	minTries, maxTries = 2, 5
	maxWait            = 5000 // milliseconds
)

func (r *reader) oddNode(pointer string, n *Node) {
	if mode := string(n.OnError); mode != "" && !slices.Contains(errorModes, mode) {
		r.warn(pointer+"/onError", n.Name, fmt.Sprintf("onError %q is not known: it counts as \"stopWorkflow\"", mode),
			nearest.HintOr(mode, errorModes, "it is one of "+strings.Join(errorModes, ", ")))
	}
	if !n.RetryOnFail {
		return
	}
	if n.MaxTries != 0 && (n.MaxTries < minTries || n.MaxTries > maxTries) {
		r.warn(pointer+"/maxTries", n.Name, fmt.Sprintf("maxTries is %s: a node is tried %d to %d times", node.FormatNumber(n.MaxTries), minTries, maxTries),
			fmt.Sprintf("it counts as %d", int(min(max(n.MaxTries, minTries), maxTries))))
	}
	if n.WaitBetweenTries < 0 || n.WaitBetweenTries > maxWait {
		r.warn(pointer+"/waitBetweenTries", n.Name,
			fmt.Sprintf("waitBetweenTries is %s: the wait is at most %d ms", node.FormatNumber(n.WaitBetweenTries), maxWait),
			fmt.Sprintf("it counts as %d", int(min(max(n.WaitBetweenTries, 0), maxWait))))
	}
}

// connectionTypes are those of n8n.
var connectionTypes = []string{
	mainType, "ai_agent", "ai_chain", "ai_document", "ai_embedding", "ai_languageModel", "ai_memory", "ai_outputParser", "ai_reranker",
	"ai_retriever", "ai_textSplitter", "ai_tool", "ai_vectorStore", "ai_vectorRetriever",
}

func (r *reader) oddConnections(w *Workflow) {
	for _, n := range w.Nodes {
		for connectionType, outputs := range w.Connections[n.Name] {
			pointer := schemas.Pointer("connections", n.Name, connectionType)
			switch {
			case !slices.Contains(connectionTypes, connectionType):
				r.warn(pointer, n.Name, fmt.Sprintf("connection type %q is not known: it carries nothing", connectionType),
					nearest.HintOr(connectionType, connectionTypes, `it is mostly "main"`))
				continue
			case n.IsStickyNote() && len(w.Parents(n.Name)) == 0:
				r.warn(pointer, n.Name, "connections begin at a sticky note: nothing comes from there", "connect a node, or remove them")
			}
			for i, output := range outputs {
				seen := map[Connection]bool{}
				for j, c := range output {
					if seen[c] {
						r.warn(pointer+schemas.Pointer(i, j), n.Name, fmt.Sprintf("the connection to %q stands twice: the node runs twice", c.Node), "remove one")
					}
					seen[c] = true
					if w.Node(c.Node).IsStickyNote() {
						r.warn(pointer+schemas.Pointer(i, j, "node"), n.Name,
							fmt.Sprintf("the connection leads to %q, a sticky note: it hands on the items as they are", c.Node),
							"connect it to a node, or remove it")
					}
				}
			}
		}
	}
}

func (r *reader) oddPins(w *Workflow) {
	exists := namesOf(w.Nodes)
	for name := range object(w.raw, "pinData").All() {
		pointer := schemas.Pointer("pinData", name)
		if err := w.PinErrors[name]; err != nil {
			r.warn(pointer, name, err.Error(), "a run in manual mode that would use them does not start")
		}
		if !exists.exact[name] {
			r.warn(pointer, "", fmt.Sprintf("items are pinned to %q, which is no node of the workflow: they are not used", name),
				nearest.HintOr(name, exists.list, "name a node of the workflow, or remove them"))
		}
	}
}
