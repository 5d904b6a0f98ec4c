package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
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
	resume      bool // the file is a run that waits
	to          string
	from        string
	runData     string
	workflows   string
	state       string
	seen        string
	maxRuns     int
	maxItems    int
	nodes       nodeFolders
	sandbox     bool
	credentials []string
	input       string
	start       string
	mode        string
	output      string
	timeout     time.Duration
	timezone    string
	envAllow    []string
	modules     []string
	files       []string // folders
	commands    bool
	pins        []string
	show        string
	dryRun      bool
	failOnItem  bool
	redact      bool
	quiet       bool
}

// The choices of --output.
const (
	outputItems = "items"
	outputFull  = "full"
	outputRun   = "run"
)

// newResume makes the command that goes on with a run that waits.
func newResume() *cobra.Command {
	f := runFlags{resume: true, mode: string(runtime.ModeCLI)}
	cmd := &cobra.Command{
		Use:   "resume FILE",
		Short: "Go on with a run that waits",
		Long: `resume goes on with a run that ended as waiting: FILE is what run wrote down of it, the workflow included. Whether the
time has come is not looked at. What it prints is what run prints. FILE stays: to resume it twice is to do twice what comes after
the wait.`,
		Example: `  nate run --state order.waiting.json order.json
  nate resume order.waiting.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.commonFlags(cmd)
	return cmd
}

func newRun() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run a workflow file",
		Long: `run runs a workflow from its file and prints the items of the last node as a JSON array on stdout: those of all its
outputs, but for what a Filter or Remove Duplicates discards. Everything else, a line for each node among it, goes to stderr.

Credentials come from --credentials files (in the shape of n8n export:credentials --decrypted) and from the environment:
NATE_CREDENTIAL_DIRECTUSAPI='{"url": "...", "accessToken": "..."}'.`,
		Example: `  nate run --sandbox workflows/directus-refresh-token.json
  echo '[{"refresh_token": "..."}]' | nate run --credentials creds.json --input - workflow.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.sandbox, "sandbox", false,
		"start a Directus of our own on loopback and use it: it supplies the directusApi credential, a start item with a fresh refresh token, "+
			"and a collection articles")
	flags.StringVar(&f.input, "input", "", "`FILE` with a JSON array of items for the start node; - is stdin")
	flags.StringVar(&f.start, "start", "", "`NODE` to start at (default: the only trigger)")
	flags.StringVar(&f.mode, "mode", "cli", "cli ignores pinned data, as n8n execute does; manual uses it, as n8n's editor does")
	flags.StringVar(&f.to, "to", "", "`NODE` to end at: only it and the nodes that lead to it run")
	flags.StringVar(&f.from, "from", "", "`NODE` to run again, and all behind it, on the data of --run-data")
	flags.StringVar(&f.runData, "run-data", "", "`FILE` with an earlier run, as --output run prints it, as --state has it, or as n8n stores it; for --from")
	flags.StringArrayVar(&f.pins, "pin", nil,
		"`NODE=FILE`: the items in FILE stand for what the node puts out; it does not run and need not be supported; repeatable")
	flags.BoolVar(&f.dryRun, "dry-run", false, "run nothing: check everything and print the order of the nodes")
	f.commonFlags(cmd)
	return cmd
}

// commonFlags are the flags of run and resume.
func (f *runFlags) commonFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.credentials, "credentials", nil, "`FILE` with credentials; may be given several times, the first that has one counts")
	flags.StringVar(&f.workflows, "workflows", "", "`DIR` with the workflow files that nodes run and that run after a failure (default: the folder of FILE)")
	flags.StringVar(&f.state, "state", "",
		"`FILE` to write a run down that waits, for resume (default: waiting-ID.json in the current folder)")
	flags.StringVar(&f.seen, "seen", "",
		"`FILE` that keeps the items that Remove Duplicates has seen, for later runs; it is made where there is none (default: nothing is kept)")
	flags.StringVar(&f.output, "output", outputItems,
		"items: the JSON of those of the last node; full: these items whole, {\"json\", \"binary\"}, with their files as base64; "+
			"run: n8n's whole run data, also of a run that failed")
	flags.IntVar(&f.maxRuns, "max-runs", runtime.DefaultRuns, "fail when all nodes together would run more than `N` times")
	flags.IntVar(&f.maxItems, "max-items", runtime.DefaultItems, "fail when all nodes together put out more than `N` items")
	flags.StringVar(&f.show, "show", "", "print the items of this `NODE` instead of the last one's, also when the run failed")
	flags.DurationVar(&f.timeout, "timeout", 0, "cancel the run after this `TIME` (30s, 5m; default: none)")
	flags.StringVar(&f.timezone, "timezone", "",
		"time zone of workflows that set none (an IANA `NAME`; default: GENERIC_TIMEZONE, else "+runtime.DefaultTimezone+")")
	addEnvAllow(cmd, &f.envAllow)
	f.nodes.add(cmd)
	flags.StringSliceVar(&f.modules, "allow-module", nil,
		"`NAME,...` of modules that code may require: buffer, crypto, jmespath, luxon, timers, url, util (default: none, as n8n)")
	flags.BoolVar(&f.commands, "allow-commands", false, "let Execute Command run commands of this machine (default: it fails)")
	flags.StringArrayVar(&f.files, "allow-files", nil,
		"`DIR`: nodes may read and write files in this folder and below it (default: none); repeatable")
	flags.BoolVar(&f.failOnItem, "fail-on-item-error", false, "exit with 1 when an item failed, also where Continue On Fail let the run go on")
	flags.BoolVar(&f.redact, "redact", false, "mask tokens, passwords and the like in everything that is printed")
	flags.BoolVar(&f.quiet, "quiet", false, "print nothing on stderr but errors")
}

// logTo writes what nodes log, the console of code among it, without the time.
func logTo(w io.Writer) slog.Handler {
	return slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}

// unwritten are credentials of files and of the environment: what changes in them stays in memory, and whoever must act on it is told.
type unwritten struct {
	credentials.Resolver
	log *slog.Logger
}

// Update implements credentials.Store.
func (u unwritten) Update(ctx context.Context, d credentials.Data) error {
	before, err := u.Resolve(ctx, d.Ref())
	if err != nil {
		return err
	}
	if old := refreshToken(before); old != "" && refreshToken(d) != old {
		u.log.Warn(fmt.Sprintf("%s: the server has exchanged its refresh token; the new one is not written to where the credential came from, "+
			"and the old one may work no more: connect it in n8n and export it again, or keep it with a credentials.Store", d))
	}
	return nil
}

func refreshToken(d credentials.Data) string {
	tokens, _ := d.Value("oauthTokenData")
	values, _ := tokens.(map[string]any)
	text, _ := values["refresh_token"].(string)
	return text
}

func (f *runFlags) run(cmd *cobra.Command, file string) (err error) {
	ctx, stderr := cmd.Context(), clean{cmd.ErrOrStderr(), f.redact}
	if err := f.check(); err != nil {
		return err
	}
	w, stored, err := f.load(file)
	if err != nil {
		return err
	}
	earlier, err := f.earlierRun()
	if err != nil {
		return err
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	items, err := f.items(ctx, cmd.InOrStdin())
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
	files, err := openCredentials(f.credentials)
	if err != nil {
		return err
	}
	resolvers = append(append(resolvers, files...), credentials.Env())

	pins, err := f.pinned()
	if err != nil {
		return err
	}
	show := newProgress(cmd.ErrOrStderr(), f.redact)
	log := slog.New(slog.DiscardHandler)
	if !f.quiet {
		log = slog.New(logTo(stderr))
	}
	options, err := f.options(file)
	if err != nil {
		return err
	}
	options = append(options, runtime.WithCredentials(unwritten{credentials.Chain(resolvers...), log}))
	failedItems := 0
	options = append(options, runtime.WithObserver(runtime.Observer{NodeFinished: func(e runtime.NodeEvent) { failedItems += e.Run.FailedItems }}))
	if !f.quiet {
		options = append(options, runtime.WithObserver(show.observer()), runtime.WithLogger(log))
	}
	nodes, err := f.nodes.registry()
	if err != nil {
		return err
	}
	plan, err := runtime.Compile(w, nodes, options...)
	if err != nil {
		return err
	}
	if f.show != "" && w.Node(f.show) == nil {
		return fmt.Errorf("--show: workflow %q has no node %q", w.Name, f.show)
	}
	req := runtime.Request{Start: f.start, Items: items, Mode: runtime.Mode(f.mode), Pins: pins, To: f.to, From: f.from, RunData: earlier}
	if f.dryRun {
		return f.dry(ctx, plan, req, cmd.OutOrStdout())
	}
	var result *runtime.Result
	if f.resume {
		result, err = plan.Resume(ctx, stored)
	} else {
		result, err = plan.Run(ctx, req)
	}
	show.end()
	if err != nil {
		return f.explainStart(err)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	if len(result.Pinned) > 0 && !f.quiet {
		fmt.Fprintf(stderr, "pinned data was used for %s\n", quotedList(result.Pinned))
	}
	if err := f.report(ctx, result, w, items, cmd.OutOrStdout(), stderr); err != nil {
		return err
	}
	if f.failOnItem && failedItems > 0 {
		return &exitError{exitFailed, fmt.Errorf("workflow %q: %s failed under Continue On Fail", w.Name, count(failedItems, "item"))}
	}
	return nil
}

// check refuses flags that make no sense, before anything has run that would be lost.
func (f *runFlags) check() error {
	if f.mode != string(runtime.ModeCLI) && f.mode != string(runtime.ModeManual) {
		return fmt.Errorf("--mode is cli or manual, not %q", f.mode)
	}
	if f.output != outputItems && f.output != outputFull && f.output != outputRun {
		return fmt.Errorf("--output is items, full or run, not %q", f.output)
	}
	if f.timeout < 0 {
		return fmt.Errorf("--timeout is a time above 0, not %s", f.timeout)
	}
	if f.maxRuns < 1 || f.maxItems < 1 {
		return errors.New("--max-runs and --max-items are numbers above 0")
	}
	if (f.from == "") != (f.runData == "") {
		return errors.New("--from and --run-data belong together: the node to run again, and the run that it stands in")
	}
	if f.from != "" && (f.start != "" || f.input != "") {
		return errors.New("--from goes with neither --start nor --input: the node gets what the run of --run-data has for it")
	}
	if f.state != "" {
		if info, err := os.Stat(filepath.Dir(f.state)); err != nil || !info.IsDir() {
			return fmt.Errorf("--state: there is no folder %s", filepath.Dir(f.state))
		}
	}
	for _, dir := range f.files {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("--allow-files: there is no folder %s", dir)
		}
	}
	return nil
}

// options are those of a run of a file, without its credentials.
func (f *runFlags) options(file string) ([]runtime.Option, error) {
	location, err := f.location()
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(file)
	options := []runtime.Option{
		runtime.WithLocation(location),
		runtime.WithEnv(os.LookupEnv, f.envAllow...), runtime.WithModules(f.modules...),
		runtime.WithFileRoots(f.files...),
		runtime.WithWorkflows(workflows.Folder(cmp.Or(f.workflows, folder))),
		runtime.WithWorkflowFiles(workflows.Files(cmp.Or(f.workflows, folder), folder)),
		runtime.WithLimits(runtime.Limits{Runs: f.maxRuns, Items: f.maxItems}),
	}
	if f.seen != "" {
		store, err := openSeen(f.seen)
		if err != nil {
			return nil, err
		}
		options = append(options, runtime.WithSeenStore(store))
	}
	if f.commands {
		options = append(options, runtime.WithCommands())
	}
	return options, nil
}

// waitingRun is a run that waits, as it is written down: what resume needs.
type waitingRun struct {
	ExecutionID string          `json:"executionId"`
	WaitTill    time.Time       `json:"waitTill"`
	Workflow    json.RawMessage `json:"workflow"`
	Run         json.RawMessage `json:"run"`
}

// load reads the workflow of a file, and the run that waits where the file is one.
func (f *runFlags) load(file string) (w *workflows.Workflow, stored []byte, err error) {
	if !f.resume {
		w, err = workflows.LoadOne(file)
		return w, nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	var waiting waitingRun
	if err := json.Unmarshal(text, &waiting); err != nil || waiting.Workflow == nil || waiting.Run == nil {
		return nil, nil, fmt.Errorf("%s is not a run that waits, as nate run writes it down", file)
	}
	w, err = workflows.ParseOne(waiting.Workflow)
	return w, waiting.Run, err
}

// earlierRun reads the file of --run-data; nil where there is none.
func (f *runFlags) earlierRun() ([]byte, error) {
	if f.runData == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.runData)
	if err != nil {
		return nil, fmt.Errorf("--run-data: %w", err)
	}
	var waiting waitingRun
	if !json.Valid(text) {
		return nil, fmt.Errorf("--run-data: %s is not JSON", f.runData)
	}
	if json.Unmarshal(text, &waiting) == nil && waiting.Run != nil {
		return waiting.Run, nil
	}
	return text, nil
}

// keep writes down a run that waits, and returns where.
func (f *runFlags) keep(result *runtime.Result, w *workflows.Workflow) (file string, err error) {
	file = cmp.Or(f.state, "waiting-"+result.ExecutionID+".json")
	run, err := result.MarshalJSON()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(waitingRun{result.ExecutionID, result.WaitTill, w.AppendJSON(nil), run})
	if err != nil {
		return "", err
	}
	return file, os.WriteFile(file, append(text, '\n'), 0o600)
}

// dry checks what a run would check before its start and prints the order of the nodes.
func (f *runFlags) dry(ctx context.Context, plan *runtime.Plan, req runtime.Request, stdout io.Writer) error {
	if err := plan.Check(ctx, req); err != nil {
		return f.explainStart(err)
	}
	order, err := plan.Order(req)
	if err != nil {
		return f.explainStart(err)
	}
	for i, name := range order {
		n := plan.Workflow().Node(name)
		note := ""
		if _, pinned := req.Pins[name]; pinned {
			note = ", pinned"
		} else if n.Disabled {
			note = ", disabled"
		}
		fmt.Fprintf(stdout, "%d. %s (%s %s%s)\n", i+1, name, n.Type, node.FormatNumber(n.TypeVersion), note)
	}
	return nil
}

// pinned reads the files of --pin.
func (f *runFlags) pinned() (map[string][]node.Item, error) {
	pins := map[string][]node.Item{}
	for _, pin := range f.pins {
		name, file, ok := strings.Cut(pin, "=")
		if !ok || name == "" || file == "" {
			return nil, fmt.Errorf("--pin takes NODE=FILE, not %q", pin)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--pin %s: %w", name, err)
		}
		if pins[name], err = parseItems(text, file); err != nil {
			return nil, fmt.Errorf("--pin %s: %w", name, err)
		}
	}
	return pins, nil
}

// sandboxCredential serves every node that asks for directusApi, whatever it calls its credential, so that a sandbox run
// never reaches a real server.
func sandboxCredential(server *directustest.Server) credentials.Resolver {
	return credentials.Values(credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{
		"url": server.URL(), "accessToken": directustest.AdminToken,
	}))
}

// items reads the items for the start node; nil when no input is given.
func (f *runFlags) items(ctx context.Context, stdin io.Reader) ([]node.Item, error) {
	if f.input == "" {
		return nil, nil
	}
	var text []byte
	var err error
	if f.input == "-" {
		text, err = readAll(ctx, stdin)
	} else {
		text, err = os.ReadFile(f.input)
	}
	if err != nil {
		return nil, fmt.Errorf("--input: %w", err)
	}
	items, err := parseItems(text, f.input)
	if err != nil {
		return nil, fmt.Errorf("--input %w", err)
	}
	return items, nil
}

// readAll reads to the end, or until the context ends: a reader that blocks is then left behind.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	type answer struct {
		text []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := io.ReadAll(r)
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		return a.text, a.err
	case <-ctx.Done():
		return nil, &exitError{exitCanceled, context.Cause(ctx)}
	}
}

func parseItems(text []byte, file string) ([]node.Item, error) {
	v, err := node.ParseJSON(text)
	if err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", file, err)
	}
	items, err := node.ItemsOf(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; it takes an array: [{\"refresh_token\": \"...\"}]", file, err)
	}
	return items, nil
}

// location is the time zone of workflows that set none: --timezone, else GENERIC_TIMEZONE as in n8n, else n8n's default.
func (f *runFlags) location() (*time.Location, error) {
	from, name := "--timezone", f.timezone
	if name == "" {
		from, name = "GENERIC_TIMEZONE", os.Getenv("GENERIC_TIMEZONE")
	}
	if name == "" {
		name = runtime.DefaultTimezone
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return location, nil
}

// explainStart adds what the command line can do about an error that kept a run from starting.
func (f *runFlags) explainStart(err error) error {
	var start *runtime.StartError
	var issues *runtime.IssuesError
	switch {
	case errors.As(err, &start) && start.Start == f.start && len(start.Unsupported) > 0:
		return fmt.Errorf("%w (use --start NODE; with --pin NODE=FILE too it may be one that is not supported)", err)
	case errors.As(err, &start) && start.Start == f.start:
		return fmt.Errorf("%w (use --start NODE)", err)
	case errors.As(err, &issues):
		return fmt.Errorf("workflow %q: %w\n(nate validate says where, and what to do; with --pin NODE=FILE a node does not run)", issues.Workflow, err)
	}
	explainCredentials(err)
	return err
}

// explainCredentials does so for each credential that was not found.
func explainCredentials(err error) {
	var missing *credentials.NotFoundError
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			explainCredentials(e)
		}
	} else if errors.As(err, &missing) {
		missing.Hint = "use --credentials FILE or set NATE_CREDENTIAL_" + strings.ToUpper(missing.Ref.Type)
	}
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}

// report prints what the run gave and turns its status into an exit code.
func (f *runFlags) report(ctx context.Context, result *runtime.Result, w *workflows.Workflow, given []node.Item, stdout io.Writer,
	stderr clean,
) error {
	err := f.print(ctx, result, stdout, stderr)
	if err != nil || result.Status != runtime.StatusSuccess && result.Status != runtime.StatusWaiting && f.output != outputRun {
		f.salvage(result, given, stderr)
	}
	if err != nil {
		return &exitError{exitFailed, fmt.Errorf("writing the output: %w", err)}
	}
	switch {
	case result.ErrorRunFailure != nil:
		fmt.Fprintf(stderr, "nate: %s\n", result.ErrorRunFailure)
	case result.ErrorRun != nil && result.ErrorRun.Status != runtime.StatusSuccess:
		fmt.Fprintf(stderr, "nate: the error workflow failed: %s\n", result.ErrorRun.Err())
	}
	code := exitFailed
	switch result.Status {
	case runtime.StatusSuccess:
		return nil
	case runtime.StatusWaiting:
		file, err := f.keep(result, w)
		if err != nil {
			f.salvage(result, given, stderr)
			return &exitError{exitFailed, fmt.Errorf("the run waits, and can't be written down: %w", err)}
		}
		return &exitError{exitWaiting, fmt.Errorf("workflow %q waits until %s: go on with nate resume %s",
			w.Name, result.WaitTill.UTC().Format(time.RFC3339), file)}
	case runtime.StatusCanceled:
		code = exitCanceled
	}
	return &exitError{code, errors.New(stderr.text(result.ErrorText(w)))}
}

// print prints what was asked for on stdout.
func (f *runFlags) print(ctx context.Context, result *runtime.Result, stdout io.Writer, stderr clean) error {
	out := bufio.NewWriter(stdout)
	var items []node.Item
	switch {
	case f.output == outputRun:
		_, _ = out.Write(append(f.mask(result.AppendJSON(nil)), '\n'))
		return out.Flush()
	case f.show != "":
		items = result.ItemsOf(f.show)
	case result.Status == runtime.StatusSuccess:
		items = result.LastItems()
	default:
		return nil
	}
	if f.output == outputFull {
		if err := f.writeFull(context.WithoutCancel(ctx), out, result, items); err != nil {
			return err
		}
		return out.Flush()
	}
	_, _ = out.Write(append(f.itemsJSON(items), '\n'))
	if err := out.Flush(); err != nil {
		return err
	}
	if !f.quiet {
		tellFiles(stderr, items)
	}
	return nil
}

// salvage prints what the nodes put out in a run that failed: a token that was rotated must not be lost. Nodes that only hand
// on what came to them have nothing to add.
func (f *runFlags) salvage(result *runtime.Result, given []node.Item, stderr clean) {
	shown := map[*node.Object]bool{}
	for _, it := range given {
		shown[it.JSON] = true
	}
	for _, name := range result.Nodes {
		items := slices.DeleteFunc(result.ItemsOf(name), func(it node.Item) bool { return shown[it.JSON] || it.JSON.Len() == 0 })
		for _, it := range items {
			shown[it.JSON] = true
		}
		if len(items) > 0 {
			fmt.Fprintf(stderr, "node %q had put out %s:\n%s\n", name, count(len(items), "item"), f.itemsJSON(items))
		}
	}
}

// itemsJSON is an array of the items' JSON, each value on a line of its own.
func (f *runFlags) itemsJSON(items []node.Item) []byte {
	list := make([]any, len(items))
	for i, it := range items {
		list[i] = it.JSON
		if it.JSON == nil {
			list[i] = &node.Object{}
		}
	}
	if f.redact {
		return node.AppendJSONIndent(nil, redacted(list), "", "  ")
	}
	return node.AppendJSONIndent(nil, list, "", "  ")
}

// mask masks secrets in a JSON text when that was asked for.
func (f *runFlags) mask(text []byte) []byte {
	if !f.redact {
		return text
	}
	v, err := node.ParseJSON(text)
	if err != nil {
		return []byte("null") // never: the text was just written
	}
	return node.AppendJSON(nil, redacted(v))
}
