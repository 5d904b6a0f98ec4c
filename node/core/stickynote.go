package core

import (
	"context"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewStickyNote returns the note on the canvas (n8n-nodes-base.stickyNote). It is there for its Definition. The editor
// connects no notes; one that a file connects hands its input on, as in n8n.
func NewStickyNote() node.Node { return stickyNote{} }

type stickyNote struct{}

// Definition implements node.Node.
func (stickyNote) Definition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.stickyNote"},
		Versions:    []float64{1},
		Name:        "stickyNote",
		DisplayName: "Sticky Note",
		Description: "A note beside the nodes; a run takes no account of it",
		Group:       []string{"input"},
		DefaultName: "Sticky Note",
		Properties: []schemas.Property{
			{DisplayName: "Content", Name: "content", Type: schemas.String, Default: "", Description: "The text of the note, in Markdown"},
			{DisplayName: "Height", Name: "height", Type: schemas.Number, Default: 160, Required: true, Description: "In pixels"},
			{DisplayName: "Width", Name: "width", Type: schemas.Number, Default: 240, Required: true, Description: "In pixels"},
			{DisplayName: "Color", Name: "color", Type: schemas.Number, Default: 1, Required: true, Description: "One of the seven colors, from 1, or a CSS color"},
		},
	}
}

// Execute implements node.Node.
func (stickyNote) Execute(_ context.Context, c *node.Call) (node.Output, error) {
	return node.Output{Main: [][]node.Item{c.Items()}}, nil
}
