package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

type runFlags struct {
	sandbox     bool
	credentials []string
	input       string
	start       string
	mode        string
	output      string
	timeout     time.Duration
	quiet       bool
}

func newRun() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a workflow file",
		Long: `run runs a workflow from its file and prints the items of the last node as a JSON array on stdout. Everything else,
a line for each node among it, goes to stderr.

Credentials come from --credentials files (in the shape of n8n export:credentials --decrypted) and from the environment:
NATE_CREDENTIAL_DIRECTUSAPI='{"url": "...", "accessToken": "..."}'.`,
		Example: `  nate run --sandbox workflows/directus-refresh-token.json
  echo '[{"refresh_token": "..."}]' | nate run --credentials creds.json --input - workflow.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.sandbox, "sandbox", false,
		"start a Directus of our own on loopback and use it: it supplies the directusApi credential and a start item with a fresh refresh token")
	flags.StringArrayVar(&f.credentials, "credentials", nil, "`FILE` with credentials; may be given several times, the first that has one counts")
	flags.StringVar(&f.input, "input", "", "`FILE` with a JSON array of items for the start node; - is stdin")
	flags.StringVar(&f.start, "start", "", "`NODE` to start at (default: the only trigger)")
	flags.StringVar(&f.mode, "mode", "cli", "cli ignores pinned data, as n8n execute does; manual uses it, as n8n's editor does")
	flags.StringVar(&f.output, "output", "items", "items: those of the last node; run: n8n's whole run data, also of a run that failed")
	flags.DurationVar(&f.timeout, "timeout", 0, "cancel the run after this time (30s, 5m; default: none)")
	flags.BoolVar(&f.quiet, "quiet", false, "print nothing on stderr but errors")
	return cmd
}

func (f *runFlags) run(cmd *cobra.Command, file string) (err error) {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	if f.mode != string(runtime.ModeCLI) && f.mode != string(runtime.ModeManual) {
		return fmt.Errorf("--mode is cli or manual, not %q", f.mode)
	}
	if f.output != "items" && f.output != "run" {
		return fmt.Errorf("--output is items or run, not %q", f.output)
	}
	if f.timeout < 0 {
		return fmt.Errorf("--timeout is a time above 0, not %s", f.timeout)
	}
	w, err := workflows.LoadOne(file)
	if err != nil {
		return err
	}
	items, err := f.items(cmd.InOrStdin())
	if err != nil {
		return err
	}
	resolvers := make([]credentials.Resolver, 0, len(f.credentials)+2)
	if f.sandbox {
		server, err := directustest.New()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		resolvers = append(resolvers, sandboxCredential(server))
		if items == nil {
			tokens, err := server.Login(directustest.AdminEmail)
			if err != nil {
				return err
			}
			items = []node.Item{node.ItemOf("refresh_token", tokens.RefreshToken)}
		}
	}
	for _, path := range f.credentials {
		file, err := credentials.File(path)
		if err != nil {
			return fmt.Errorf("--credentials: %w", err)
		}
		resolvers = append(resolvers, file)
	}
	resolvers = append(resolvers, credentials.Env())

	options := []runtime.Option{runtime.WithCredentials(credentials.Chain(resolvers...))}
	if !f.quiet {
		options = append(options, runtime.WithObserver(progress(stderr)))
	}
	location, err := defaultLocation()
	if err != nil {
		return err
	}
	plan, err := runtime.Compile(w, registry(), append(options, runtime.WithLocation(location))...)
	if err != nil {
		return err
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	result, err := plan.Run(ctx, runtime.Request{Start: f.start, Items: items, Mode: runtime.Mode(f.mode)})
	if err != nil {
		return explainStart(err)
	}
	if len(result.Pinned) > 0 && !f.quiet {
		fmt.Fprintf(stderr, "pinned data was used for %s\n", quotedList(result.Pinned))
	}
	return f.report(result, w, cmd.OutOrStdout(), stderr)
}

// sandboxCredential serves every node that asks for directusApi, whatever it calls its credential, so that a sandbox run
// never reaches a real server.
func sandboxCredential(server *directustest.Server) credentials.Resolver {
	return credentials.Values(credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{
		"url": server.URL(), "accessToken": directustest.AdminToken,
	}))
}

// items reads the items for the start node; nil when no input is given.
func (f *runFlags) items(stdin io.Reader) ([]node.Item, error) {
	if f.input == "" {
		return nil, nil
	}
	var text []byte
	var err error
	if f.input == "-" {
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(f.input)
	}
	if err != nil {
		return nil, fmt.Errorf("--input: %w", err)
	}
	v, err := node.ParseJSON(text)
	if err != nil {
		return nil, fmt.Errorf("--input %s is not JSON: %w", f.input, err)
	}
	items, err := node.ItemsOf(v)
	if err != nil {
		return nil, fmt.Errorf("--input %s: %w; it takes an array: [{\"refresh_token\": \"...\"}]", f.input, err)
	}
	return items, nil
}

// defaultLocation is the time zone of workflows that set none: GENERIC_TIMEZONE as in n8n, else n8n's default.
func defaultLocation() (*time.Location, error) {
	name := os.Getenv("GENERIC_TIMEZONE")
	if name == "" {
		name = runtime.DefaultTimezone
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("GENERIC_TIMEZONE: %w", err)
	}
	return location, nil
}

// explainStart adds what the command line can do about an error that kept a run from starting.
func explainStart(err error) error {
	var start *runtime.StartError
	var missing *credentials.NotFoundError
	switch {
	case errors.As(err, &start):
		return fmt.Errorf("%w (use --start NODE)", err)
	case errors.As(err, &missing):
		return fmt.Errorf("%w (use --credentials FILE or NATE_CREDENTIAL_%s)", err, strings.ToUpper(missing.Ref.Type))
	}
	return err
}

// progress prints a line for each node that ran.
func progress(w io.Writer) runtime.Observer {
	return runtime.Observer{NodeFinished: func(e runtime.NodeEvent) {
		name := e.Node
		if e.RunIndex > 0 {
			name = fmt.Sprintf("%s #%d", e.Node, e.RunIndex)
		}
		fmt.Fprintf(w, "%-8s %s: %s\n", outcome(e), name, describe(e.Run))
	}}
}

func outcome(e runtime.NodeEvent) string {
	switch {
	case e.Pinned:
		return "pinned"
	case e.Disabled:
		return "disabled"
	}
	return string(e.Run.Status)
}

// describe says how many items came out, how many of them stand for failures, and how long it took.
func describe(run *runtime.NodeRun) string {
	var outputs []string
	for _, items := range run.Main {
		outputs = append(outputs, count(len(items), "item"))
	}
	var parts []string
	if run.Error != nil {
		parts = append(parts, run.Error.Message)
	}
	if len(outputs) > 0 {
		parts = append(parts, strings.Join(outputs, " | "))
	}
	if run.FailedItems > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", run.FailedItems))
	}
	parts = append(parts, fmt.Sprintf("%d ms", run.ExecutionTime.Milliseconds()))
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}

// report prints what the run gave and turns its status into an exit code.
func (f *runFlags) report(result *runtime.Result, w *workflows.Workflow, stdout, stderr io.Writer) error {
	out := bufio.NewWriter(stdout)
	switch {
	case f.output == "run":
		_, _ = out.Write(append(result.AppendJSON(nil), '\n'))
	case result.Status == runtime.StatusSuccess:
		_, _ = out.Write(append(itemsJSON(result.LastItems()), '\n'))
	}
	if err := out.Flush(); err != nil {
		return &exitError{exitFailed, fmt.Errorf("writing the output: %w", err)}
	}
	for _, p := range result.Partial {
		fmt.Fprintf(stderr, "node %q had put out %s before it failed:\n%s\n", p.Node, count(len(p.Items), "item"), itemsJSON(p.Items))
	}
	switch result.Status {
	case runtime.StatusSuccess:
		return nil
	case runtime.StatusCanceled:
		return &exitError{exitCanceled, errors.New(result.ErrorText(w))}
	}
	return &exitError{exitFailed, errors.New(result.ErrorText(w))}
}

// itemsJSON is an array of the items' JSON, each value on a line of its own.
func itemsJSON(items []node.Item) []byte {
	list := make([]any, len(items))
	for i, it := range items {
		list[i] = it.JSON
		if it.JSON == nil {
			list[i] = &node.Object{}
		}
	}
	return node.AppendJSONIndent(nil, list, "", "  ")
}
