package core

import (
	"context"

	"github.com/nate-go/nate/node"
)

// NewFormTriggerV1 returns the versions below 2 of what NewFormTrigger returns.
func NewFormTriggerV1() node.Node { return formTrigger{formTriggerV1Definition()} }

// NewFormTrigger returns On Form Submission (n8n-nodes-base.formTrigger) as the start of a run: it puts out the items that
// the run is given, which are what n8n makes of a form: its fields by their names, "submittedAt" and "formMode". It shows
// no form; whoever does starts the runs.
func NewFormTrigger() node.Node { return formTrigger{formTriggerDefinition()} }

type formTrigger struct{ def node.Definition }

// Definition implements node.Node.
func (n formTrigger) Definition() node.Definition { return n.def }

// Execute implements node.Node.
func (formTrigger) Execute(_ context.Context, c *node.Call) (node.Output, error) {
	return node.Output{Main: [][]node.Item{givenItems(c)}}, nil
}
