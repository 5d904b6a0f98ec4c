package core

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"github.com/nate-go/nate/node"
)

// maxCommandOutput is how much is kept of what a command writes to stdout and to stderr each: the end of it, as n8n.
const maxCommandOutput = 10 << 20

// NewExecuteCommand returns Execute Command (n8n-nodes-base.executeCommand): it runs a command of the machine in the shell, once or for each
// item, where runtime.WithCommands allows it. The command has no input, and the environment of the process but for NATE_*. A cancelled
// run ends the command and all that it has started.
func NewExecuteCommand() node.Node {
	return node.PerItem(executeCommandDefinition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		if !it.Call.Commands() {
			return nil, node.NewOperationError("Commands are not allowed",
				"Workflows run no commands here: allow it with runtime.WithCommands, or with --allow-commands of the command")
		}
		once, err := it.Call.Params(ctx, 0).Bool("executeOnce")
		if err != nil {
			return nil, err
		}
		if once && it.Index > 0 {
			return nil, nil
		}
		command, err := it.Params.String("command")
		if err != nil {
			return nil, err
		}
		stdout, stderr, err := runCommand(ctx, command)
		if err != nil {
			return nil, err
		}
		return []node.Item{node.ItemOf("exitCode", 0, "stderr", stderr, "stdout", stdout)}, nil
	})
}

// runCommand runs a command in the shell. It knows the environment of the process, less what is nate's own.
func runCommand(ctx context.Context, command string) (stdout, stderr string, err error) {
	if strings.ContainsRune(command, 0) {
		return "", "", node.NewOperationError("The command has a NUL character in it", "")
	}
	var environment []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "NATE_") { // credentials among them
			environment = append(environment, variable)
		}
	}
	var out, problems tail
	err = runShell(ctx, command, environment, &out, &problems)
	if ctx.Err() != nil {
		return "", "", ctx.Err()
	}
	var exit *exec.ExitError
	switch stderr = problems.text(); {
	case errors.As(err, &exit) && stderr != "":
		return "", "", node.NewOperationError(stderr, "")
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return "", "", node.NewOperationError(fmt.Sprintf("Command failed with exit code %d", exit.ExitCode()), "")
	case err != nil:
		return "", "", node.NewOperationError("Command failed: "+err.Error(), "").Wrap(err)
	}
	return out.text(), stderr, nil
}

// tail keeps the end of what is written.
type tail struct{ buf bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	t.buf.Write(p)
	if over := t.buf.Len() - maxCommandOutput; over > maxCommandOutput {
		t.buf.Next(over)
	}
	return len(p), nil
}

// text is what was kept, less the spaces around it.
func (t *tail) text() string {
	b := t.buf.Bytes()
	b = b[max(0, len(b)-maxCommandOutput):]
	if text, err := unicode.UTF8.NewDecoder().Bytes(b); err == nil { // it never fails
		b = text
	}
	return strings.TrimSpace(string(b))
}
