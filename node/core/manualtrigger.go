package core

import (
	"context"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewManualTrigger returns the node that begins a run by hand (n8n-nodes-base.manualTrigger). It puts out the items that
// the run is started with, or one empty item.
func NewManualTrigger() node.Node { return manualTrigger{} }

type manualTrigger struct{}

// Definition implements node.Node.
func (manualTrigger) Definition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.manualTrigger"},
		Versions:    []float64{1},
		Name:        "manualTrigger",
		DisplayName: "Manual Trigger",
		Description: "Begins a run that a person or a program starts",
		Group:       []string{"trigger"},
		MaxNodes:    1,
		DefaultName: "When clicking ‘Execute workflow’",
		Outputs:     []string{"main"},
		Properties: []schemas.Property{
			{DisplayName: "A run that is started by hand begins at this node", Name: "notice", Type: schemas.Notice, Default: ""},
		},
	}
}

// Execute implements node.Node.
func (manualTrigger) Execute(_ context.Context, c *node.Call) (node.Output, error) {
	items, ok := c.Input(0)
	if !ok {
		items = []node.Item{{JSON: &node.Object{}}}
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}
