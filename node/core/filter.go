package core

import "github.com/nate-go/nate/node"

// NewFilter returns the Filter node (n8n-nodes-base.filter from version 2 on): it keeps the items that meet its conditions. As in
// n8n the other items stand on a second output, which the editor does not show. In the continue modes an item that can't be
// tested is discarded, as in n8n.
func NewFilter() node.Node {
	def := filterDefinition(2, 2.1, 2.2, 2.3)
	def.Properties = filterProperties()
	return branch{def: def, test: filterTest(2.1), discards: true}
}

// NewFilterV1 returns version 1 of the Filter node, whose conditions are grouped by type.
func NewFilterV1() node.Node {
	def := filterDefinition(1)
	def.Properties = append(comparisonProperties(), filterCombine())
	return branch{def: def, test: comparisonTest("combineConditions", "OR")}
}

func filterDefinition(versions ...float64) node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.filter"},
		Versions:       versions,
		DefaultVersion: 2.3,
		Name:           "filter",
		DisplayName:    "Filter",
		Description:    "Keeps the items that meet conditions",
		Group:          []string{"transform"},
		DefaultName:    "Filter",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		OutputNames:    []string{"Kept", "Discarded"},
	}
}
