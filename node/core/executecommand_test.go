//go:build unix

package core_test

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
)

// command runs a command by the node.
func command(ctx context.Context, t *testing.T, text string) (*nodetest.Result, error) {
	t.Helper()
	return nodetest.Run(ctx, core.NewExecuteCommand(), nodetest.Setup{
		Parameters: map[string]any{"command": text}, Options: []runtime.Option{runtime.WithCommands()},
	})
}

func TestExecuteCommand(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ command, stdout, failure string }{
		"what runs on in the background is waited for": {"(sleep 0.2; echo late) & echo early", "early\nlate", ""},
		"there is no input":                            {"cat; echo end", "end", ""},
		"ended by a signal":                            {"kill -9 $$", "", "Command failed: signal: killed"},
		"ended by a signal, with a word":               {"echo why >&2; kill -9 $$", "", "why"},
		"NUL":                                          {"echo \x00", "", "The command has a NUL character in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := command(t.Context(), t, test.command)
			require.NoError(t, err)
			if test.failure != "" {
				require.NotNil(t, result.Error)
				require.Equal(t, test.failure, result.Error.Message)
				return
			}
			require.Nil(t, result.Error)
			out, _ := result.Outputs[0][0].JSON.Get("stdout")
			require.Equal(t, test.stdout, out)
		})
	}
}

// Of a long output the end is kept, as in n8n.
func TestExecuteCommandKeepsTheEnd(t *testing.T) {
	t.Parallel()
	result, err := command(t.Context(), t, `head -c 25000000 /dev/zero | tr '\0' x; echo end`)
	require.NoError(t, err)
	require.Nil(t, result.Error)
	out, _ := result.Outputs[0][0].JSON.Get("stdout")
	require.Len(t, out, 10<<20-1, "10 MiB, less the line's end")
	require.True(t, strings.HasSuffix(out.(string), "xend"))
}

// Without runtime.WithCommands nothing runs.
func TestExecuteCommandIsOff(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "made")
	result, err := nodetest.Run(t.Context(), core.NewExecuteCommand(), nodetest.Setup{Parameters: map[string]any{"command": "touch " + file}})
	require.NoError(t, err)
	require.NotNil(t, result.Error)
	require.Equal(t, "Commands are not allowed", result.Error.Message)
	require.Contains(t, result.Error.Description, "--allow-commands")
	require.NoFileExists(t, file)
}

// What is nate's own in the environment, credentials among it, is not for commands.
func TestExecuteCommandEnvironment(t *testing.T) {
	t.Setenv("NATE_CREDENTIALS", "secret")
	t.Setenv("OTHER", "open")
	result, err := command(t.Context(), t, "env")
	require.NoError(t, err)
	require.Nil(t, result.Error)
	out, _ := result.Outputs[0][0].JSON.Get("stdout")
	require.Contains(t, out, "OTHER=open")
	require.NotContains(t, out, "NATE_")
	require.NotContains(t, out, "secret")
}

// A cancelled run leaves nothing behind that its commands have started: neither what holds the output nor what does not, and not what
// closes its ears.
func TestExecuteCommandIsCancelled(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"the shell":             `exec 9>%; echo ready >&9; sleep 1000`,
		"a child":               `exec 9>%; sh -c 'echo ready >&9; sleep 1000' & wait`,
		"a deaf child":          `exec 9>%; sh -c 'trap "" TERM; echo ready >&9; sleep 1000' & wait`,
		"a deaf and mute child": `exec 9>%; sh -c 'trap "" TERM; echo ready >&9; sleep 1000' > /dev/null 2>&1 & wait`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// All that the command starts has this pipe open: when it ends, all have ended.
			pipe := filepath.Join(t.TempDir(), "pipe")
			require.NoError(t, syscall.Mkfifo(pipe, 0o600))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			failed := make(chan error, 1)
			go func() {
				_, err := command(ctx, t, strings.Replace(text, "%", pipe, 1))
				failed <- err
			}()
			end, err := os.Open(pipe)
			require.NoError(t, err)
			defer end.Close()
			lines := bufio.NewScanner(end)
			require.True(t, lines.Scan())
			require.Equal(t, "ready", lines.Text())
			cancel()
			require.False(t, lines.Scan())
			require.NoError(t, lines.Err())
			require.ErrorIs(t, <-failed, context.Canceled)
		})
	}
}
