package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func readPDFDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.readPDF"},
		Versions:    []float64{1},
		Name:        "readPDF",
		DisplayName: "Read PDF",
		Description: "Reads the text of PDF files",
		Group:       []string{"input"},
		DefaultName: "Read PDF",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties: []schemas.Property{
			{
				DisplayName: "Input Binary Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
				Description: "The name of the file in the item",
			},
			{DisplayName: "Encrypted", Name: "encrypted", Type: schemas.Boolean, Default: false, Required: true},
			{
				DisplayName: "Password", Name: "password", Type: schemas.String, Default: "",
				TypeOptions:    map[string]any{"password": true},
				DisplayOptions: schemas.Show("encrypted", true),
				Description:    "What the file is locked with",
			},
		},
	}
}
