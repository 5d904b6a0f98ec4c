package runtime

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/node"
)

func (r *running) runWorkflow(context.Context, node.SubWorkflow) (node.SubRun, error) {
	return node.SubRun{}, fmt.Errorf("not yet")
}
