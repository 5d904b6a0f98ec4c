// Package nodetest runs single nodes for the tests of their authors: over items, with parameters and credentials as a
// workflow file has them, and with a fake for the service that the node talks to. What a node gets to see is what it gets
// in a workflow: defaults are filled in, expressions resolved, failed items retried and turned into error items as the
// node's settings say. Nothing but the fake is reached over HTTP.
package nodetest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Setup is what a node is run with. The zero Setup runs its newest version with all defaults over one empty item.
type Setup struct {
	// Version is the type version; 0: the newest of the node's Definition.
	Version float64
	// Parameters are those of the workflow file, by name: text that begins with "=" is an expression. A value is anything
	// that node.ValueOf takes.
	Parameters map[string]any
	// Items are those of the first input; nil: one empty item, unless Inputs says otherwise.
	Items []node.Item
	// Inputs are the items of each main input, for nodes that have several; nil where nothing arrived.
	Inputs [][]node.Item
	// Credentials are the values of the node's credentials, by credential type.
	Credentials map[string]map[string]any
	// Settings are further keys of the node as a workflow file has them: "onError": "continueRegularOutput",
	// "retryOnFail": true, "waitBetweenTries": 0, "executeOnce": true, ...
	Settings map[string]any
	// HTTP carries the node's requests; nil: none is expected.
	HTTP http.RoundTripper
	// Options are further options of the runtime. They come last, so that they may replace those made of this Setup. The
	// clock stands still at Now unless they have another one.
	Options []runtime.Option
}

// Now is the time that a node sees.
func Now() time.Time { return time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC) }

// Result is what came of a run.
type Result struct {
	// Outputs are the items on each main output; nil when the node failed and the run stopped.
	Outputs [][]node.Item
	// Error says why the node failed as a whole, also where a continue mode let the run go on; nil when it did not.
	Error *node.ErrorInfo
	// FailedItems counts the items in Outputs that stand for one that failed.
	FailedItems int
	// Partial are the items that had succeeded before the node failed as a whole.
	Partial []node.Item
}

// Run executes the node once. A node that fails is no error: see Result.Error. The error is a *runtime.IssuesError when
// the node would not start in a workflow (a required parameter is missing, the version is unknown), ctx's cause when it
// was cancelled, or says what in the Setup is wrong, or which request was sent that it has no answer for.
func Run(ctx context.Context, n node.Node, s Setup) (*Result, error) {
	def := n.Definition()
	instance, err := s.instance(def)
	if err != nil {
		return nil, fmt.Errorf("nodetest: %w", err)
	}
	values := make([]credentials.Data, 0, len(s.Credentials))
	for _, t := range slices.Sorted(maps.Keys(s.Credentials)) {
		values = append(values, credentials.New(credentials.Ref{Type: t}, s.Credentials[t]))
	}
	transport := s.HTTP
	if transport == nil {
		transport = NewService()
	}
	opts := []runtime.Option{
		runtime.WithCredentials(credentials.Values(values...)), runtime.WithTransport(transport), runtime.WithClock(Now),
	}
	executor := runtime.NewExecutor(runtime.NewRegistry(n), append(opts, s.Options...)...)
	prepared, err := executor.Prepare(instance)
	if err != nil {
		return nil, err
	}
	inputs := s.inputs()
	sources := make([]*node.Source, len(inputs)) // the node is not the first of a run
	for i := range sources {
		sources[i] = &node.Source{Node: "Input " + strconv.Itoa(i)}
	}
	run, err := executor.Execute(ctx, runtime.Task{Node: prepared, Inputs: inputs, Source: sources})
	if err != nil {
		return nil, err
	}
	if fake, ok := transport.(*Service); ok && fake.unexpected() != nil {
		return nil, fake.unexpected()
	}
	return &Result{Outputs: run.Main, Error: run.Error, FailedItems: run.FailedItems, Partial: run.Partial}, nil
}

// instance returns the node of a workflow file that the Setup describes.
func (s Setup) instance(def node.Definition) (*workflows.Node, error) {
	if len(def.Types) == 0 || len(def.Versions) == 0 {
		return nil, fmt.Errorf("the Definition of node %q has no types or no versions", def.Name)
	}
	parameters, err := node.ValueOf(s.Parameters)
	if err != nil {
		return nil, fmt.Errorf("Parameters: %w", err) //nolint:staticcheck // the field's name
	}
	if s.Parameters == nil {
		parameters = &node.Object{}
	}
	version := s.Version
	if version == 0 {
		version = slices.Max(def.Versions)
	}
	name := def.DefaultName
	if name == "" {
		name = def.Name
	}
	named := &node.Object{}
	for _, t := range slices.Sorted(maps.Keys(s.Credentials)) {
		named.Set(t, node.NewObject("id", nil, "name", t))
	}
	o := node.NewObject("parameters", parameters, "type", def.Types[0], "typeVersion", version, "position", []any{0.0, 0.0},
		"id", "00000000-0000-0000-0000-000000000000", "name", name, "credentials", named)
	for _, key := range slices.Sorted(maps.Keys(s.Settings)) {
		v, err := node.ValueOf(s.Settings[key])
		if err != nil {
			return nil, fmt.Errorf("Settings: %s: %w", key, err) //nolint:staticcheck // the field's name
		}
		o.Set(key, v)
	}
	file := node.AppendJSON(nil, node.NewObject("name", "nodetest", "nodes", []any{o}, "connections", &node.Object{}))
	w, err := workflows.ParseOne(file)
	if err != nil {
		return nil, err
	}
	return w.Nodes[0], nil
}

func (s Setup) inputs() [][]node.Item {
	switch {
	case s.Inputs != nil:
		return s.Inputs
	case s.Items != nil:
		return [][]node.Item{s.Items}
	}
	return [][]node.Item{{node.ItemOf()}}
}

// Items returns the items on the first output.
func (r *Result) Items() []node.Item {
	if len(r.Outputs) == 0 {
		return nil
	}
	return r.Outputs[0]
}

// JSON returns the result as text, over several lines: the outputs with their items as n8n writes them in run data, then
// the error and what there was before it.
func (r *Result) JSON() []byte {
	o := &node.Object{}
	if r.Outputs != nil {
		outputs := make([]any, len(r.Outputs))
		for i, items := range r.Outputs {
			outputs[i] = itemsValue(items)
		}
		o.Set("outputs", outputs)
	}
	if e := r.Error; e != nil {
		info := node.NewObject("name", e.Name, "message", e.Message)
		if e.Description != "" {
			info.Set("description", e.Description)
		}
		if e.HTTPCode != "" {
			info.Set("httpCode", e.HTTPCode)
		}
		if e.Context.Len() > 0 {
			info.Set("context", e.Context)
		}
		o.Set("error", info)
	}
	if r.Partial != nil {
		o.Set("partial", itemsValue(r.Partial))
	}
	return append(node.AppendJSONIndent(nil, o, "", "  "), '\n')
}

func itemsValue(items []node.Item) any {
	list := make([]any, len(items))
	for i, it := range items {
		list[i], _ = node.ParseJSON(it.AppendJSON(nil)) // what AppendJSON writes is JSON
	}
	return list
}

// Golden compares JSON with what stands in a file, and fails the test where they differ; with update it writes the file
// instead. A test package has its own flag for that:
//
//	var update = flag.Bool("update", false, "rewrite the golden files")
func (r *Result) Golden(tb testing.TB, file string, update bool) {
	tb.Helper()
	got := r.JSON()
	if update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		tb.Fatalf("%v (run the test with -update to write it)", err)
	}
	if string(want) != string(got) {
		tb.Errorf("the result is not what %s holds (run the test with -update to rewrite it)\n%s", file, firstDifference(want, got))
	}
}
