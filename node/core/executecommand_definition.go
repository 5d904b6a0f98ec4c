package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func executeCommandDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.executeCommand"},
		Versions:     []float64{1},
		Name:         "executeCommand",
		DisplayName:  "Execute Command",
		Description:  "Runs a command of this machine",
		Group:        []string{"transform"},
		DefaultName:  "Execute Command",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Properties:   executeCommandProperties(),
	}
}

func executeCommandProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Execute Once", Name: "executeOnce", Type: schemas.Boolean, Default: true,
			Description: "Whether the command runs once, and not for each item",
		},
		{
			DisplayName: "Command", Name: "command", Type: schemas.String, Default: "", Required: true,
			TypeOptions: map[string]any{"rows": 5},
			Description: "What the shell runs",
			Placeholder: `echo "test"`,
		},
	}
}
