package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func readBinaryFilesDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.readBinaryFiles"},
		Versions:    []float64{1},
		Name:        "readBinaryFiles",
		DisplayName: "Read Binary Files",
		Description: "Reads files of this machine",
		Group:       []string{"input"},
		DefaultName: "Read Binary Files",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties:  readBinaryFilesProperties(),
	}
}

func readBinaryFilesProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "File Selector", Name: "fileSelector", Type: schemas.String, Default: "", Required: true,
			Description: "A pattern that the paths match",
			Placeholder: "*.jpg",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			Description: "The name that the file gets in its item",
		},
	}
}
