package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func readBinaryFileDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.readBinaryFile"},
		Versions:    []float64{1},
		Name:        "readBinaryFile",
		DisplayName: "Read Binary File",
		Description: "Reads a file of this machine into each item",
		Group:       []string{"input"},
		DefaultName: "Read Binary File",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties:  readBinaryFileProperties(),
	}
}

func readBinaryFileProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "File Path", Name: "filePath", Type: schemas.String, Default: "", Required: true,
			Description: "Where the file is",
			Placeholder: "/data/example.jpg",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			Description: "The name that the file gets in the item",
		},
	}
}
