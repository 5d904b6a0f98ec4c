// Package core holds n8n's own nodes, one file each. Names, defaults and behaviour are n8n's, so that its workflow files
// run as they do there; where something differs, the node's file says so. Package node/all lists the nodes.
//
// NAME.go is what a node does, NAME_definition.go its parameters, NAME_v1.go what an older version does that is a node of
// its own. What several have in common: branch.go (If, Filter, Switch), lists.go (the nodes over lists of items, which Item
// Lists has once more), same.go (when Merge and Compare Datasets take values for the same), keys.go (keys of Crypto and JWT).
// Parts of parameters stand in internal/forms, field paths and JavaScript's conversions in internal/fields, conditions in
// internal/conditions.
package core
