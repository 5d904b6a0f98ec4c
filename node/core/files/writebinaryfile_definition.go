package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func writeBinaryFileDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.writeBinaryFile"},
		Versions:    []float64{1},
		Name:        "writeBinaryFile",
		DisplayName: "Write Binary File",
		Description: "Writes a file of each item on the disk of this machine",
		Group:       []string{"output"},
		DefaultName: "Write Binary File",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties:  writeBinaryFileProperties(),
	}
}

func writeBinaryFileProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "", Required: true,
			Description: "Where the file is written",
			Placeholder: "/data/example.jpg",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			Description: "The name of the file in the item",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Append", Name: "append", Type: schemas.Boolean, Default: false,
					Description: "Whether the content is added at the end of a file that is there",
				},
			},
			Placeholder: "Add option",
		},
	}
}
