package nate_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/n8ntest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

var update = flag.Bool("update", false, "rewrite the differences in testdata/divergent.txt")

// TestRecordedRuns runs every recorded run of n8n and compares: status, errors, outputs, pairing, order, and the requests
// that were sent. What differs must be what testdata/divergent.txt says, to the letter.
func TestRecordedRuns(t *testing.T) {
	t.Parallel()
	cases, err := n8ntest.LoadCases("testdata/n8n/cases")
	require.NoError(t, err)
	examples, err := n8ntest.LoadWorkflows("workflows")
	require.NoError(t, err)
	cases = append(cases, examples...)
	known := readDivergent(t)
	found := &divergences{by: map[string]divergence{}}
	t.Cleanup(func() { // after the parallel subtests
		for name := range known {
			if !slices.ContainsFunc(cases, func(c *n8ntest.Case) bool { return c.Name == name }) {
				t.Errorf("testdata/divergent.txt names %s, which is no recorded run", name)
			}
		}
		if *update {
			require.NoError(t, os.WriteFile(divergentFile, found.text(known), 0o644))
		}
	})
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			mock := n8ntest.NewMock(t, "")
			lines := compare(t, c.At(mock.Addr), mock)
			if *update {
				found.add(c.Name, lines)
				return
			}
			require.Equal(t, known[c.Name].lines, lines, "differs from n8n otherwise than testdata/divergent.txt says")
		})
	}
}

// compare runs a case and returns how it differs from the recording.
func compare(t *testing.T, c *n8ntest.Case, mock *n8ntest.Mock) []string {
	t.Helper()
	dir := t.TempDir()
	if bytes.Contains(c.Workflow, []byte(recordedFiles)) {
		c = withFiles(t, c, dir)
	}
	result, err := run(t, c, mock, dir)
	var lines []string
	switch {
	case err != nil && c.NotStarted == "":
		lines = append(lines, "did not start: "+oneLine(err.Error()))
	case err != nil && err.Error() != c.NotStarted:
		lines = append(lines, fmt.Sprintf("did not start: want %s, got %s", oneLine(c.NotStarted), oneLine(err.Error())))
	case err == nil && c.NotStarted != "" && c.Result == nil:
		lines = append(lines, "started: want "+oneLine(c.NotStarted))
	}
	if err == nil && c.Result != nil {
		anywhere := func(run []byte) []byte { // long texts are compared, and shortened, without the folder
			return bytes.ReplaceAll(run, []byte(filepath.ToSlash(dir)+"/"), nil)
		}
		diff, err := n8ntest.Diff(anywhere(c.Result), anywhere(result.AppendJSON(nil)))
		require.NoError(t, err)
		lines = append(lines, diff...)
	}
	sent, got := c.Requests, mock.Requests()
	// These send several at the same time.
	if bytes.Contains(c.Workflow, []byte(`"n8n-nodes-base.httpRequest"`)) || bytes.Contains(c.Workflow, []byte(declaredType)) {
		sent, got = sorted(sent), sorted(got)
	}
	lines = append(lines, n8ntest.DiffRequests(sent, got)...)
	for i := range lines {
		lines[i] = strings.NewReplacer(mock.Addr, n8ntest.RecordedAddr, dir+string(filepath.Separator), "").Replace(lines[i])
	}
	return lines
}

// recordedFiles is the folder that was open to workflows when n8n's runs were recorded, with what is in testdata/n8n/files.
const recordedFiles = "/data/files"

// withFiles gives a case its own copy of that folder.
func withFiles(t *testing.T, c *n8ntest.Case, dir string) *n8ntest.Case {
	t.Helper()
	own := filepath.Join(dir, "files")
	require.NoError(t, os.CopyFS(own, os.DirFS("testdata/n8n/files")))
	moved := *c
	moved.Workflow = bytes.ReplaceAll(c.Workflow, []byte(recordedFiles), []byte(filepath.ToSlash(own)))
	moved.Result = bytes.ReplaceAll(c.Result, []byte(recordedFiles), []byte(filepath.ToSlash(own)))
	return &moved
}

func sorted(requests []n8ntest.Request) []n8ntest.Request {
	return slices.SortedFunc(slices.Values(requests), func(a, b n8ntest.Request) int {
		return strings.Compare(a.URL+a.Body+a.Method, b.URL+b.Body+b.Method)
	})
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "\\n") }

// declaredType is how the types of nodes begin that testdata/declarative defines.
const declaredType = `"CUSTOM.`

// declaredNodes are those nodes, with the mock in place of the server that they name.
func declaredNodes(t *testing.T, addr string) []node.Node {
	t.Helper()
	files := fstest.MapFS{}
	paths, err := filepath.Glob("testdata/declarative/*.json")
	require.NoError(t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files[filepath.Base(path)] = &fstest.MapFile{Data: bytes.ReplaceAll(text, []byte(n8ntest.RecordedAddr), []byte(addr))}
	}
	nodes, _, err := declarative.Load(files)
	require.NoError(t, err)
	return nodes
}

// run runs a case; dir is for files.
func run(t *testing.T, c *n8ntest.Case, mock *n8ntest.Mock, dir string) (*runtime.Result, error) {
	t.Helper()
	w, err := workflows.ParseOne(c.Workflow)
	if err != nil {
		return nil, err
	}
	resolver := credentials.Values()
	if c.Credentials != nil {
		file := filepath.Join(dir, "credentials.json")
		require.NoError(t, os.WriteFile(file, c.Credentials, 0o600))
		resolver, err = credentials.File(file)
		require.NoError(t, err)
	}
	others := map[string]*workflows.Workflow{}
	if c.Workflows != nil {
		list, err := workflows.Parse(c.Workflows)
		require.NoError(t, err)
		for _, other := range list {
			others[other.ID] = other
		}
	}
	find := func(_ context.Context, id string) (*workflows.Workflow, error) {
		if w := others[id]; w != nil {
			return w, nil
		}
		return nil, fmt.Errorf("there is no workflow %q", id)
	}
	registry := runtime.NewRegistry(all.All()...)
	if bytes.Contains(c.Workflow, []byte(declaredType)) {
		registry = registry.With(declaredNodes(t, mock.Addr)...)
	}
	plan, err := runtime.Compile(w, registry, runtime.WithCredentials(resolver), runtime.WithWorkflows(find),
		runtime.WithSeenStore(node.NewSeenStore()), runtime.WithFileRoots(filepath.Join(dir, "files")), runtime.WithCommands(),
		runtime.WithResumeURLs(func(id string) runtime.ResumeURLs {
			const n8n = "http://localhost:5678"
			return runtime.ResumeURLs{Webhook: n8n + "/webhook-waiting/" + id, Form: n8n + "/form-waiting/" + id}
		}))
	if err != nil {
		return nil, err
	}
	req := runtime.Request{Mode: runtime.Mode(c.Mode), Start: c.Start}
	if c.Input != nil {
		v, err := node.ParseJSON(c.Input)
		require.NoError(t, err)
		req.Items, err = node.ItemsOf(v)
		require.NoError(t, err)
	}
	return plan.Run(context.Background(), req)
}

const divergentFile = "testdata/divergent.txt"

type divergence struct {
	why   string
	lines []string
}

// readDivergent reads the list of runs that differ: "## name: why", then a line for each difference.
func readDivergent(t *testing.T) map[string]divergence {
	t.Helper()
	text, err := os.ReadFile(divergentFile)
	require.NoError(t, err)
	out := map[string]divergence{}
	name := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "## "):
			var why string
			name, why, _ = strings.Cut(line[3:], ": ")
			require.NotEmpty(t, why, "%s: %s has no reason", divergentFile, name)
			if !*update {
				require.NotEqual(t, unexplained, why, "%s: give the reason of %s", divergentFile, name)
			}
			out[name] = divergence{why: why}
		case name != "" && line != "":
			d := out[name]
			d.lines = append(d.lines, line)
			out[name] = d
		}
	}
	return out
}

const unexplained = "UNEXPLAINED"

// divergences gathers what differs, from many goroutines.
type divergences struct {
	mu sync.Mutex
	by map[string]divergence
}

func (d *divergences) add(name string, lines []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.by[name] = divergence{lines: lines}
}

func (d *divergences) text(known map[string]divergence) []byte {
	var b strings.Builder
	b.WriteString("Recorded runs of n8n that nate runs otherwise on purpose: name, reason, and each difference to the letter.\n" +
		"The reasons at length are in docs/divergences.md. `go test . -update` rewrites the differences; write the reasons yourself.\n")
	sections := maps.Clone(known) // of those that did not run, what is known
	maps.Copy(sections, d.by)
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		if len(sections[name].lines) == 0 {
			continue
		}
		why := known[name].why
		if why == "" {
			why = unexplained
		}
		b.WriteString("\n## " + name + ": " + why + "\n" + strings.Join(sections[name].lines, "\n") + "\n")
	}
	return []byte(b.String())
}
