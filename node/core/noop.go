package core

import (
	"context"

	"github.com/nate-go/nate/node"
)

// NewNoOp returns the node that hands its input on (n8n-nodes-base.noOp): the very items, uncopied.
func NewNoOp() node.Node { return noOp{} }

type noOp struct{}

// Definition implements node.Node.
func (noOp) Definition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.noOp"},
		Versions:    []float64{1},
		Name:        "noOp",
		DisplayName: "No Operation, do nothing",
		Description: "Hands its input on as it is",
		Group:       []string{"organization"},
		DefaultName: "No Operation, do nothing",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
	}
}

// Execute implements node.Node.
func (noOp) Execute(_ context.Context, c *node.Call) (node.Output, error) {
	return node.Output{Main: [][]node.Item{c.Items()}}, nil
}
