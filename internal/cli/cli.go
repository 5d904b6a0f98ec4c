// Package cli is the nate command: its flags, what it prints, and its exit codes.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	goruntime "runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/runtime"
)

// The exit codes of every command.
const (
	exitSuccess  = 0
	exitFailed   = 1 // the run failed; validate: something is wrong with a file
	exitNotRun   = 2 // the run could not start: usage, file, unsupported node, credential
	exitCanceled = 3 // cancelled, or out of time
	exitWaiting  = 4 // the run waits, to be resumed
)

// n8nVersion is the version of n8n whose behaviour nate mirrors.
const n8nVersion = "2.41.1"

// exitError ends the command with a code. Its message has been printed when it is empty.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// Main runs the command with the given arguments and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process, whatever it waits for
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitSuccess
	}
	code := exitNotRun
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, "nate: "+escaped(text))
	}
	return code
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "nate",
		Short: "Run n8n workflow files",
		Long: `nate runs workflow files as n8n exports them, with n8n's own results, without n8n.

Exit codes: 0 success; 1 the run failed (validate: a file has faults); 2 the run could not start (usage, file,
unsupported node, credential); 3 cancelled or timed out; 4 the run waits, to be
resumed.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newRun(), newResume(), newEval(), newValidate(), newNodes(), newSchema(), newCoverage(), newVersion())
	return root
}

// registry holds every node that the command has.
func registry() *runtime.Registry { return runtime.NewRegistry(all.All()...) }

// nodeFolders are the folders with definitions of further nodes.
type nodeFolders []string

func (dirs *nodeFolders) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar((*[]string)(dirs), "nodes", nil,
		"`DIR` with definitions of further nodes and credential types as n8n's JSON (see docs/declarative-nodes.md); repeatable")
}

// registry holds every node that the command has, and those that the folders define.
func (dirs nodeFolders) registry() (*runtime.Registry, error) {
	r := registry()
	for _, dir := range dirs {
		nodes, types, err := declarative.Load(os.DirFS(dir))
		if err != nil {
			return nil, fmt.Errorf("--nodes %s: %w", dir, err)
		}
		r = r.With(nodes...).WithCredentialTypes(types...)
	}
	return r, nil
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			version := "(devel)"
			if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
				version = info.Main.Version
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "nate %s, mirrors n8n %s, %s %s/%s\n",
				version, n8nVersion, goruntime.Version(), goruntime.GOOS, goruntime.GOARCH)
			return err
		},
	}
}
