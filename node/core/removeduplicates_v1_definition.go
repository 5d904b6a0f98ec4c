package core

import "github.com/nate-go/nate/node"

func removeDuplicatesV1Definition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.removeDuplicates"},
		Versions:       []float64{1, 1.1},
		DefaultVersion: 2,
		Name:           "removeDuplicates",
		DisplayName:    "Remove Duplicates",
		Description:    "Removes items whose fields have the values of another item",
		Group:          []string{"transform"},
		DefaultName:    "Remove Duplicates",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		Properties:     append(duplicateForm(false), duplicateOptions()),
	}
}
