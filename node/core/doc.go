// Package core holds n8n's own nodes, one file each. Names, defaults and behaviour are n8n's, so that its workflow files
// run as they do there; where something differs, the node's file says so. Package node/all lists the nodes.
package core
