package runtime_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/n8ntest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

var (
	n8nURL = flag.String("n8n", "", "`URL` of a server that runs a workflow in n8n: POST {\"workflow\": ...}, answer the run; compares -seeds, and writes down the first of them with -update")
	seeds  = flag.String("seeds", "0-1000", "seeds of random workflows to compare, `FROM-TO`")
	update = flag.Bool("update", false, "rewrite the recorded random runs")
)

const (
	randomFile = "../testdata/n8n/random.jsonl.gz"
	keptRandom = 200
)

// randomRun is a random workflow and what n8n made of it.
type randomRun struct {
	Seed     uint64          `json:"seed"`
	Workflow json.RawMessage `json:"workflow"`
	Result   json.RawMessage `json:"result"`
}

// TestRandomGraphs runs random workflows that n8n ran and compares: order, sources, items, links, what waits at the end. What
// n8n loses of waiting data (docs/divergences.md) is lost here too, so that nothing else may differ.
func TestRandomGraphs(t *testing.T) {
	t.Parallel()
	runs := readRandom(t)
	if *n8nURL != "" {
		runs = recordRandom(t)
	} else {
		require.Len(t, runs, keptRandom)
	}
	kept := 0
	for _, r := range runs {
		lossy := runRandom(t, r, runtime.WithOverwriting())
		diff, err := n8ntest.Diff(r.Result, lossy.AppendJSON(nil))
		require.NoError(t, err)
		require.Empty(t, diff, "seed %d", r.Seed)
		whole, err := n8ntest.Diff(r.Result, runRandom(t, r).AppendJSON(nil))
		require.NoError(t, err)
		if len(whole) == 0 {
			kept++
		}
	}
	t.Logf("%d runs equal; in %d of them n8n loses or misplaces data that wait", len(runs), len(runs)-kept)
}

func planRandom(t *testing.T, r randomRun, opts ...runtime.Option) *runtime.Plan {
	t.Helper()
	w, err := workflows.ParseOne(r.Workflow)
	require.NoError(t, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(append([]node.Node{join{}}, all.All()...)...), opts...)
	require.NoError(t, err)
	return plan
}

func runRandom(t *testing.T, r randomRun, opts ...runtime.Option) *runtime.Result {
	t.Helper()
	result, err := planRandom(t, r, opts...).Run(context.Background(), runtime.Request{})
	require.NoError(t, err, "seed %d", r.Seed)
	return result
}

// TestStopAfterEveryStep stops random runs after every single step, stores their state, and goes on with a new Scheduler:
// the run must come out the same, and so must tasks and what came of them after they were stored.
func TestStopAfterEveryStep(t *testing.T) {
	t.Parallel()
	runs := readRandom(t)
	if testing.Short() {
		runs = runs[:40]
	}
	for _, r := range runs {
		plan := planRandom(t, r)
		want := runRandom(t, r)
		s, err := plan.NewScheduler(runtime.Request{}, nil)
		require.NoError(t, err)
		exec := runtime.NewExecutor(runtime.NewRegistry())
		for steps := 0; ; steps++ {
			require.Less(t, steps, 10_000)
			stored := s.AppendJSON(nil)
			s, err = plan.RestoreScheduler(stored, nil)
			require.NoError(t, err, "seed %d: %s", r.Seed, stored)
			require.Equal(t, string(stored), string(s.AppendJSON(nil)), "seed %d", r.Seed)
			task, ok := s.Next()
			if !ok {
				break
			}
			again, err := plan.ParseTask(task.AppendJSON(nil))
			require.NoError(t, err)
			require.Equal(t, string(task.AppendJSON(nil)), string(again.AppendJSON(nil)))
			again.Run = task.Run
			run, err := exec.Execute(context.Background(), *again)
			require.NoError(t, err)
			text := run.AppendJSON(nil)
			run, err = plan.ParseNodeRun(task.Name(), text)
			require.NoError(t, err)
			require.Equal(t, string(text), string(run.AppendJSON(nil)))
			s.Done(task, run)
		}
		got := fmt.Sprintf(`{"data":%s,"status":%q,"finished":%t}`, s.AppendJSON(nil), want.Status, want.Status == runtime.StatusSuccess)
		diff, err := n8ntest.Diff(want.AppendJSON(nil), []byte(got))
		require.NoError(t, err)
		require.Empty(t, diff, "seed %d", r.Seed)
	}
}

func readRandom(t *testing.T) []randomRun {
	t.Helper()
	if *update {
		return nil
	}
	f, err := os.Open(randomFile)
	require.NoError(t, err)
	defer f.Close()
	text, err := gzip.NewReader(f)
	require.NoError(t, err)
	var runs []randomRun
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r randomRun
		require.NoError(t, json.Unmarshal(lines.Bytes(), &r))
		runs = append(runs, r)
	}
	require.NoError(t, lines.Err())
	return runs
}

// recordRandom runs workflows in n8n.
func recordRandom(t *testing.T) []randomRun {
	t.Helper()
	var from, to uint64
	_, err := fmt.Sscanf(*seeds, "%d-%d", &from, &to)
	require.NoError(t, err)
	var runs []randomRun
	var file bytes.Buffer
	text := gzip.NewWriter(&file)
	for seed := from; seed < to; seed++ {
		r := randomRun{Seed: seed, Workflow: n8ntest.RandomWorkflow(seed)}
		body, err := json.Marshal(map[string]any{"workflow": r.Workflow})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, *n8nURL, bytes.NewReader(body))
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		r.Result, err = io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		runs = append(runs, r)
		if len(runs) <= keptRandom {
			r.Result = withoutStacks(t, r.Result)
			line, err := json.Marshal(r)
			require.NoError(t, err)
			_, err = text.Write(append(line, '\n'))
			require.NoError(t, err)
		}
	}
	require.NoError(t, text.Close())
	if *update {
		require.NoError(t, os.WriteFile(randomFile, file.Bytes(), 0o644))
	}
	return runs
}

// withoutStacks takes the stacks of errors out of a run: they name files of the machine that n8n ran on.
func withoutStacks(t *testing.T, run []byte) []byte {
	t.Helper()
	v, err := node.ParseJSON(run)
	require.NoError(t, err)
	var clean func(v any)
	clean = func(v any) {
		switch v := v.(type) {
		case *node.Object:
			v.Delete("stack")
			for _, e := range v.All() {
				clean(e)
			}
		case []any:
			for _, e := range v {
				clean(e)
			}
		}
	}
	clean(v)
	return node.AppendJSON(nil, v)
}

// join stands in for Merge.
type join struct{}

func (join) Definition() node.Definition {
	return node.Definition{
		Types: []string{"n8n-nodes-base.merge"}, Versions: []float64{3.1}, Name: "merge", DisplayName: "Merge",
		InputsExpression: "={{ $parameter }}", Outputs: []string{"main"},
		RequiredInputs: node.RequiredInputs{Expression: `={{ $parameter["mode"] === "chooseBranch" ? [0, 1] : 1 }}`},
		Properties: []schemas.Property{
			{Name: "mode", Type: schemas.String, Default: "append"},
			{Name: "numberInputs", Type: schemas.Number, Default: 2},
			{Name: "useDataOfInput", Type: schemas.String, Default: "1"},
		},
	}
}

func (join) Ports(parameters *node.Object, _ float64) (inputs, outputs []string) {
	n, _ := parameters.Get("numberInputs")
	f, _ := n.(float64)
	return make([]string, int(f)), nil
}

func (join) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	mode, err := c.Params(ctx, 0).String("mode")
	if err != nil {
		return node.Output{}, err
	}
	use, err := c.Params(ctx, 0).String("useDataOfInput")
	if err != nil {
		return node.Output{}, err
	}
	items := []node.Item{}
	for i := range c.Inputs() {
		if in, _ := c.Input(i); mode == "append" || use == fmt.Sprint(i+1) {
			items = append(items, in...)
		}
	}
	return node.Output{Main: [][]node.Item{items}}, nil
}
