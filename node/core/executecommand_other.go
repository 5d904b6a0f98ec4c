//go:build !unix

package core

import (
	"context"
	"io"
	"runtime"

	"github.com/nate-go/nate/node"
)

// runShell fails: there are no process groups to end a command by.
func runShell(context.Context, string, []string, io.Writer, io.Writer) error {
	return node.NewOperationError("Commands are not supported on "+runtime.GOOS, "")
}
