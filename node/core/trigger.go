package core

import (
	"context"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// trigger is a node that begins a run. It puts out the items that the run is started with, one empty item if there are none.
type trigger struct {
	def node.Definition
	// emit returns what stands for an empty item that the run was started with; nil: itself.
	emit func(ctx context.Context, c *node.Call) (*node.Object, error)
}

// Definition implements node.Node.
func (t trigger) Definition() node.Definition { return t.def }

// Execute implements node.Node.
func (t trigger) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	items, ok := c.Input(0)
	if !ok {
		items = []node.Item{{JSON: &node.Object{}}}
	}
	if t.emit != nil && len(items) == 1 && items[0].JSON.Len() == 0 && items[0].Binary.Len() == 0 {
		o, err := t.emit(ctx, c)
		if err != nil {
			return node.Output{}, err
		}
		items = []node.Item{{JSON: o}}
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}

func triggerDefinition(name, displayName, description, defaultName string, versions ...float64) node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base." + name},
		Versions:    versions,
		Name:        name,
		DisplayName: displayName,
		Description: description,
		Group:       []string{"trigger"},
		DefaultName: defaultName,
		Outputs:     []string{"main"},
	}
}

func notice(text string) schemas.Property {
	return schemas.Property{DisplayName: text, Name: "notice", Type: schemas.Notice, Default: ""}
}

// NewStart returns the node that began every workflow in early versions of n8n (n8n-nodes-base.start), which has it no more.
func NewStart() node.Node {
	def := triggerDefinition("start", "Start", "Begins a run, in workflows from early versions of n8n", "Start", 1)
	def.Group, def.MaxNodes, def.Hidden = []string{"input", "trigger"}, 1, true
	return trigger{def: def}
}

// NewErrorTrigger returns the node that begins a run when another workflow failed (n8n-nodes-base.errorTrigger). The run is
// started with an item that holds execution (id, url, error, lastNodeExecuted, mode) and workflow (id, name). In a run by hand
// without items it puts out an example of that.
func NewErrorTrigger() node.Node {
	def := triggerDefinition("errorTrigger", "Error Trigger", "Begins a run when another workflow has failed", "Error Trigger", 1)
	def.MaxNodes = 1
	def.Properties = []schemas.Property{notice("A run begins here when another workflow fails that names this one in its settings")}
	return trigger{def: def, emit: exampleFailure}
}

func exampleFailure(_ context.Context, c *node.Call) (*node.Object, error) {
	if c.Mode() != "manual" {
		return &node.Object{}, nil
	}
	return node.NewObject(
		"execution", node.NewObject(
			"id", 231,
			"url", "http://localhost:5678/execution/workflow/1/231",
			"retryOf", "34",
			"error", node.NewObject("message", "Example Error Message", "stack", "Stacktrace"),
			"lastNodeExecuted", "Node With Error",
			"mode", "manual",
		),
		"workflow", node.NewObject("id", "1", "name", "Example Workflow"),
	), nil
}
