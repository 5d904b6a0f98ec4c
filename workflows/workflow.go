// Package workflows is the workflow document: it reads what n8n exports, keeps every key of it, and knows the graph of
// nodes and connections. It knows nothing of running.
//
//	ws, err := workflows.Load("export.json")
//	var wrong schemas.Diagnostics
//	if errors.As(err, &wrong) {
//		// all that is wrong with the file, each with its place
//	}
package workflows

import (
	"errors"

	"github.com/nate-go/nate/node"
)

// Workflow is one n8n workflow, made by Parse or Load. It is read-only, and safe for concurrent use.
type Workflow struct {
	// ID and Name are empty where the file has none, as in the clipboard's form.
	ID, Name string
	Active   bool
	// Nodes are in the file's order, sticky notes included. Names are unique.
	Nodes []*Node
	// Connections are by source node, connection type ("main") and output index. An output without connections is nil.
	Connections map[string]map[string][][]Connection
	Settings    Settings
	// PinData are the items that stand in for a node's output in manual runs, by node name.
	PinData map[string][]node.Item
	// PinErrors say, by node name, why a node's pinned items can't be used.
	// Such a node is not in PinData. nil when there are none.
	PinErrors map[string]error

	raw   *node.Object // the document as it was read: what MarshalJSON writes
	at    string       // where it stands in its file
	graph *graph       // nil when the Workflow was put together by hand
}

// Settings are the settings that change how a workflow runs.
type Settings struct {
	// ExecutionOrder is "v1" (depth first, by position) or anything else for the legacy order.
	ExecutionOrder string
	// Timezone is an IANA name, or empty for the host's default (n8n's "DEFAULT").
	Timezone string
	// ExecutionTimeout is in seconds; 0 and less: none.
	ExecutionTimeout float64
	// ErrorWorkflow is the id of the workflow to run after a failure; empty (n8n's "DEFAULT" too): none.
	ErrorWorkflow string
}

// Node is one node of a workflow. It is read-only.
type Node struct {
	// ID is empty where the file has none.
	ID, Name, Type string
	// TypeVersion is 1 when the file does not say.
	TypeVersion float64
	// Position is [x, y] on the canvas, 0, 0 when the file does not say. The order of execution depends on it.
	Position [2]float64
	// Parameters as they stand in the file, frozen; never nil.
	Parameters *node.Object
	// Credentials are the credentials that the node names, by type; nil when it names none.
	Credentials map[string]CredentialRef
	Disabled    bool
	// OnError is empty when the file does not say.
	OnError OnError
	// ContinueOnFail is the older setting, which OnError replaces.
	ContinueOnFail   bool
	RetryOnFail      bool
	MaxTries         float64 // as in the file, 0 when absent
	WaitBetweenTries float64 // milliseconds, as in the file, 0 when absent
	AlwaysOutputData bool
	ExecuteOnce      bool
	// WebhookID is $webhookId of expressions, and part of a webhook's address; empty where the file has none.
	WebhookID string

	raw *node.Object
}

// OnError says what happens when a node fails.
type OnError string

// The values of a node's onError. A file may hold any other text: it counts as StopWorkflow.
const (
	StopWorkflow          OnError = "stopWorkflow"
	ContinueRegularOutput OnError = "continueRegularOutput"
	ContinueErrorOutput   OnError = "continueErrorOutput"
)

// CredentialRef names a credential as n8n does. ID is empty where the file has null or none; a credential of a very old
// file has a Name only.
type CredentialRef struct{ ID, Name string }

// Connection is the target end of a connection.
type Connection struct {
	Node string
	// Type is the type of the input, "main" for data.
	Type string
	// Index is the number of the input, from 0, at most 999.
	Index int
}

// StickyNote is the type of the notes on the canvas, which stand among the nodes and never run.
const StickyNote = "n8n-nodes-base.stickyNote"

// IsStickyNote reports whether the node is a note on the canvas.
func (n *Node) IsStickyNote() bool { return n.Type == StickyNote }

// Raw returns the node as it stands in the file, frozen, unknown keys included; nil for a Node put together by hand.
func (n *Node) Raw() *node.Object { return n.raw }

// Raw returns the workflow as it stands in the file, frozen, unknown keys included; nil for a Workflow put together by
// hand.
func (w *Workflow) Raw() *node.Object { return w.raw }

// Pointer is the JSON pointer to the workflow in the file that it was read from: empty, or "/0", "/1" and so on where the
// file holds a list.
func (w *Workflow) Pointer() string { return w.at }

// AppendJSON appends the workflow as it was read: every key, in the file's order, as JSON.stringify writes it (no white
// space). It appends null for a Workflow put together by hand.
func (w *Workflow) AppendJSON(dst []byte) []byte { return node.AppendJSON(dst, w.raw) }

// MarshalJSON is AppendJSON for encoding/json, which escapes <, > and & in what it is given. It returns an error for a
// Workflow put together by hand.
func (w *Workflow) MarshalJSON() ([]byte, error) {
	if w.raw == nil {
		return nil, errors.New("workflows.Workflow: it was not made by Parse, so there is no document to write")
	}
	return w.AppendJSON(nil), nil
}

// UnmarshalJSON is ParseOne for encoding/json. The workflow is unchanged when there is an error.
func (w *Workflow) UnmarshalJSON(data []byte) error {
	parsed, err := ParseOne(data)
	if err != nil {
		return err
	}
	*w = *parsed
	return nil
}
