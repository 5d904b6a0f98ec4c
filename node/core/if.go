package core

import "github.com/nate-go/nate/node"

// NewIf returns the If node (n8n-nodes-base.if from version 2 on): items that meet its conditions go to the output "true", the
// others to "false". In the continue modes an item that can't be tested goes to "false", as in n8n.
func NewIf() node.Node {
	def := ifDefinition(2, 2.1, 2.2, 2.3)
	def.Properties = filterProperties()
	return branch{def: def, test: filterTest(2.1), discards: true}
}

// NewIfV1 returns version 1 of the If node, whose conditions are grouped by type.
func NewIfV1() node.Node {
	def := ifDefinition(1)
	def.Properties = append(comparisonProperties(), ifCombine())
	return branch{def: def, test: comparisonTest("combineOperation", "any")}
}

func ifDefinition(versions ...float64) node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.if"},
		Versions:       versions,
		DefaultVersion: 2.3,
		Name:           "if",
		DisplayName:    "If",
		Description:    "Sends items to one of two outputs, by conditions",
		Group:          []string{"transform"},
		DefaultName:    "If",
		Inputs:         []string{"main"},
		Outputs:        []string{"main", "main"},
		OutputNames:    []string{"true", "false"},
	}
}
