// Package all lists the nodes that nate brings along.
package all

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/directus"
)

// All returns every node of nate, for runtime.NewRegistry. The slice is the caller's own.
func All() []node.Node {
	return []node.Node{
		core.NewManualTrigger(),
		core.NewNoOp(),
		core.NewStickyNote(),
		core.NewSet(),
		directus.New(),
	}
}
