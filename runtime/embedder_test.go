package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

var errSoldOut = errors.New("sold out")

// soldOut is an error of an embedder's own node.
type soldOut struct{ article string }

func (e *soldOut) Error() string { return e.article + " is sold out" }

// What a node returns is found below the error of the run, of the node's run, and of a run that goes on.
func TestErrorsOfNodesAreFound(t *testing.T) {
	t.Parallel()
	var mine *soldOut
	var operation *node.OperationError
	var api *node.APIError
	for name, c := range map[string]struct {
		err    error
		target any
	}{
		"a type of one's own": {&soldOut{"tea"}, &mine},
		"wrapped":             {fmt.Errorf("shop: %w", &soldOut{"tea"}), &mine},
		"OperationError":      {node.NewOperationError("no", "").Wrap(errSoldOut), &operation},
		"APIError":            {node.NewAPIError(404, nil), &api},
		"marked":              {node.Permanent(node.Salvage(&soldOut{"tea"}, node.NewObject("a", 1))), &mine},
	} {
		for _, settings := range []string{"", `,"onError":"continueRegularOutput"`} {
			n := fake{definition("item"), func(context.Context, *node.Call) (node.Output, error) { return node.Output{}, c.err }}
			r := runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}`+settings+`}`), []node.Node{n}))
			err := error(r.Runs["N1"][0].Error)
			require.ErrorAs(t, err, c.target, name)
			require.ErrorIs(t, err, c.err, name)
			if settings == "" {
				require.ErrorAs(t, r.Err(), c.target, name)
				require.EqualError(t, r.Err(), c.err.Error(), name)
			}
		}
		n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, c.err })
		r := runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}))
		require.ErrorIs(t, r.Err(), c.err, "%s, of an item", name)
		var info *node.ErrorInfo
		require.ErrorAs(t, r.Err(), &info)
		at, _ := info.Context.Get("itemIndex")
		require.InDelta(t, 0, at, 0)
	}
}

// What is marked inside of a workflow that a node runs says nothing of that node: it is tried again.
func TestMarksStayInTheirWorkflow(t *testing.T) {
	t.Parallel()
	tries := 0
	n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) {
		tries++
		return nil, node.Permanent(node.Salvage(errSoldOut, node.NewObject("token", "new")))
	})
	inner := callable(t, `{"type":"test.item","parameters":{}}`)
	find := runtime.WithWorkflows(func(context.Context, string) (*workflows.Workflow, error) { return inner, nil })
	outer := chain(t, `{"type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"parameters":{"workflowId":"inner"},"retryOnFail":true,"maxTries":2,"waitBetweenTries":1}`)
	r := runPlan(t, compile(t, outer, append(all.All(), n), find))
	require.EqualError(t, r.Err(), "sold out")
	require.Equal(t, 2, tries)
	require.Empty(t, r.Partial)
}

// The error of a run that was cancelled is the context's too, and its cause's.
func TestErrorsOfCancelledRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cause, want error
	}{"cancelled": {nil, context.Canceled}, "with a cause": {errSoldOut, errSoldOut}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		n := perItem(func(ctx context.Context, _ node.ItemCall) ([]node.Item, error) {
			cancel(c.cause)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		r, err := compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}).Run(ctx, runtime.Request{})
		require.NoError(t, err)
		require.EqualError(t, r.Err(), "The execution was cancelled manually", name)
		require.ErrorIs(t, r.Err(), context.Canceled, name)
		require.ErrorIs(t, r.Err(), c.want, name)
	}
	n := perItem(func(ctx context.Context, _ node.ItemCall) ([]node.Item, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	w := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"N","type":"test.item"}],
		"connections":{"Start":{"main":[[{"node":"N","type":"main","index":0}]]}},"settings":{"executionTimeout":0.02}}`)
	r := runPlan(t, compile(t, w, []node.Node{n}))
	require.ErrorIs(t, r.Err(), context.DeadlineExceeded)
	require.Equal(t, "TimeoutExecutionCancelledError", r.Error.Name)
}

// waitsWithFile makes a file, waits for two days, and reads the file.
func waitsWithFile(t *testing.T, size int64, opts ...runtime.Option) *runtime.Plan {
	t.Helper()
	n := perItem(func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		if file, ok := it.Item().Binary.Get("data"); ok {
			r, err := it.OpenBinary(ctx, file)
			if err != nil {
				return nil, err
			}
			defer r.Close()
			read, err := io.Copy(io.Discard, r)
			return []node.Item{node.ItemOf("read", read)}, err
		}
		file, err := it.CreateBinary(ctx, zeros(size)(), node.NewBinary("zeros.bin", ""))
		return []node.Item{{Binary: it.Item().Binary.With("data", file)}}, err
	})
	w := chain(t, `{"type":"test.item","parameters":{}}`,
		`{"type":"n8n-nodes-base.wait","typeVersion":1.1,"parameters":{"amount":2,"unit":"days"}}`, `{"type":"test.item","parameters":{}}`)
	return compile(t, w, append(all.All(), n), opts...)
}

// A run that waits is stored with the files that are not in memory.
func TestFilesOfARunThatWaits(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	const size = 2 << 20
	waits := runPlan(t, waitsWithFile(t, size))
	require.Equal(t, runtime.StatusWaiting, waits.Status)
	stored, err := waits.MarshalJSON()
	require.NoError(t, err)
	require.NoError(t, waits.Close())
	_, err = waits.MarshalJSON()
	require.EqualError(t, err, "the run's temporary files were removed when its Result was closed")
	require.NotContains(t, string(waits.AppendJSON(nil)), `"files"`)

	done, err := waitsWithFile(t, size).Resume(ctx, stored)
	require.NoError(t, err)
	require.NoError(t, done.Err())
	require.Equal(t, fmt.Sprintf(`{"json":{"read":%d},"pairedItem":{"item":0}}`, size), text(done.LastItems()))
	again, err := done.MarshalJSON()
	require.NoError(t, err)
	require.NotContains(t, string(again), `"files"`, "one at its end is n8n's JSON")
	require.NoError(t, done.Close())

	_, err = waitsWithFile(t, size, runtime.WithBinaryStore(brokenStore{})).Resume(ctx, stored)
	require.EqualError(t, err, `workflow "W": the stored run can't be used: it has files of its own, which go into no runtime.BinaryStore: resume it without one`)
	broken := strings.Replace(string(stored), `"files":{"`, `"files":{"x":"?","`, 1)
	_, err = waitsWithFile(t, size).Resume(ctx, []byte(broken))
	require.ErrorContains(t, err, `workflow "W": the stored run can't be used: its file "x": illegal base64 data`)

	small := runPlan(t, waitsWithFile(t, 5))
	require.NotContains(t, string(small.AppendJSON(nil)), `"files"`, "it is in memory")

	many := runPlan(t, waitsWithFile(t, size, runtime.WithStoredFiles(size-1)))
	require.Equal(t, runtime.StatusError, many.Status)
	require.Equal(t, "The run can't wait: its files have 2097152 bytes, and those of a run that is stored may have 2097151", many.Error.Message)
	require.True(t, many.WaitTill.IsZero())
	require.NoError(t, many.Close())
}

// brokenStore gives nothing, and says nothing of it.
type brokenStore struct{ id string }

func (s brokenStore) Create(context.Context, io.Reader, node.Binary) (string, int64, error) {
	return s.id, 0, nil
}

func (brokenStore) Open(context.Context, string) (io.ReadCloser, error) { return nil, nil } //nolint:nilnil // that is what is broken

func TestStoreThatGivesNothing(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"":       "a file could not be stored: the store gave no id",
		"mine:1": `the store gave nothing to read for "mine:1"`,
	} {
		n := perItem(func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
			file, err := it.CreateBinary(ctx, strings.NewReader("x"), node.NewBinary("a.txt", ""))
			if err == nil {
				_, err = it.OpenBinary(ctx, file)
			}
			return nil, err
		})
		r := runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n},
			runtime.WithBinaryStore(brokenStore{id}), runtime.WithBinaryMemory(runtime.BinaryMemory{File: -1})))
		require.EqualError(t, r.Err(), want)
	}
}

// Whoever drives a Scheduler by himself is held to the limits too, over restarts.
func TestLimitsOfADrivenScheduler(t *testing.T) {
	t.Parallel()
	loop := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"A","type":"test.pass"}],"connections":{
		"Start":{"main":[[{"node":"A","type":"main","index":0}]]},"A":{"main":[[{"node":"A","type":"main","index":0}]]}}}`)
	for _, limits := range []runtime.Limits{{Runs: 5}, {NodeRuns: 4}, {Items: 4}, {Bytes: 40}} {
		plan := compile(t, loop, nil, runtime.WithLimits(limits))
		whole := runPlan(t, plan)
		require.Equal(t, "LimitError", whole.Error.Name)
		run, err := plan.NewRunContext(t.Context(), "")
		require.NoError(t, err)
		s, err := plan.NewScheduler(runtime.Request{}, run)
		require.NoError(t, err)
		executor := runtime.NewExecutor(runtime.NewRegistry(trigger(), pass()))
		steps := 0
		for steps < 100 {
			task, ok := s.Next()
			if !ok {
				break
			}
			done, err := executor.Execute(t.Context(), *task)
			require.NoError(t, err)
			s.Done(task, done)
			steps++
			s, err = plan.RestoreScheduler(s.AppendJSON(nil), run)
			require.NoError(t, err)
		}
		info, _ := s.Failure()
		require.NotNil(t, info, "%+v", limits)
		require.Equal(t, whole.Error.Message, info.Message, "%+v", limits)
		require.Equal(t, 1+len(whole.Runs["A"]), steps, "%+v", limits)
		require.NoError(t, run.End(t.Context()))
	}
}

// Every step is done by another process, which gets the state and the task that is at work as JSON; the run waits on its way.
func TestTaskAtWorkIsStored(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	until := time.Now().Add(time.Hour)
	w := chain(t, `{"type":"test.pass"}`, `{"type":"test.wait"}`, `{"type":"test.pass"}`)
	process := func() (*runtime.Plan, *runtime.Executor) {
		return compile(t, w, []node.Node{wait(until)}), runtime.NewExecutor(runtime.NewRegistry(trigger(), pass(), wait(until)))
	}
	plan, _ := process()
	run, err := plan.NewRunContext(ctx, "")
	require.NoError(t, err)
	s, err := plan.NewScheduler(runtime.Request{Items: numbers(2)}, run)
	require.NoError(t, err)
	var steps []string
	var last *runtime.NodeRun
	for {
		task, ok := s.Next()
		if !ok && s.WaitTill().IsZero() {
			break
		}
		state := s.AppendJSON(nil)
		if !ok {
			require.WithinDuration(t, until, s.WaitTill(), time.Millisecond)
			plan, _ := process()
			s, err = plan.RestoreScheduler(state, run)
			require.NoError(t, err)
			require.NoError(t, s.Resume())
			continue
		}
		work := task.AppendJSON(nil)
		plan, executor := process()
		s, err = plan.RestoreScheduler(state, run)
		require.NoError(t, err)
		task, err = plan.ParseTask(work)
		require.NoError(t, err)
		task.Run = run
		done, err := executor.Execute(ctx, *task)
		require.NoError(t, err)
		steps, last = append(steps, task.Name()), done
		done, err = plan.ParseNodeRun(task.Name(), done.AppendJSON(nil))
		require.NoError(t, err)
		s.Done(task, done)
	}
	require.Equal(t, []string{"Start", "N1", "N2", "N2", "N3"}, steps)
	whole, err := plan.Resume(ctx, runPlan(t, plan, numbers(2)...).AppendJSON(nil))
	require.NoError(t, err)
	require.Equal(t, whole.Runs["N3"][0].Index, last.Index)
	info, _ := s.Failure()
	require.Nil(t, info)
	items, ok := s.Runs().Outputs("N3", 0)
	require.True(t, ok)
	require.Equal(t, `{"json":{"n":1},"pairedItem":{"item":0}} {"json":{"n":2},"pairedItem":{"item":1}}`, text(items[0]))
	require.NoError(t, run.End(ctx))
}

// A func that looks for workflows may find none without a word, or panic: the run says so, and the process goes on.
func TestFindWorkflowThatFails(t *testing.T) {
	t.Parallel()
	outer := chain(t, `{"type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"parameters":{"workflowId":"inner"}}`)
	failing := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"N","type":"test.item"}],
		"connections":{"Start":{"main":[[{"node":"N","type":"main","index":0}]]}},"settings":{"errorWorkflow":"inner"}}`)
	n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, errSoldOut })
	for want, find := range map[string]runtime.FindWorkflow{
		`there is no workflow "inner"`:                       func(context.Context, string) (*workflows.Workflow, error) { return nil, nil }, //nolint:nilnil // the case
		`the search for workflow "inner" panicked: no table`: func(context.Context, string) (*workflows.Workflow, error) { panic("no table") },
	} {
		r := runPlan(t, compile(t, outer, all.All(), runtime.WithWorkflows(find)))
		require.EqualError(t, r.Err(), want)
		r = runPlan(t, compile(t, failing, []node.Node{n}, runtime.WithWorkflows(find)))
		require.ErrorIs(t, r.Err(), errSoldOut)
		require.EqualError(t, r.ErrorRunFailure, `the error workflow "inner" of workflow "W": `+want)
	}
}

// What is nil, zero or missing is an error that says what is needed, or means the default.
func TestNilAndZero(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	registry := runtime.NewRegistry(trigger(), nil, pass())
	w := chain(t, `{"type":"test.pass","parameters":{}}`)
	for name, o := range map[string]runtime.Option{
		"nil": nil, "WithCredentials": runtime.WithCredentials(nil), "WithTransport": runtime.WithTransport(nil), "WithLogger": runtime.WithLogger(nil),
		"WithTracer": runtime.WithTracer(nil), "WithClock": runtime.WithClock(nil), "WithRandom": runtime.WithRandom(nil),
		"WithLocation": runtime.WithLocation(nil), "WithBinaryStore": runtime.WithBinaryStore(nil), "WithObserver": runtime.WithObserver(runtime.Observer{}),
		"WithStaticStore": runtime.WithStaticStore(nil), "WithSeenStore": runtime.WithSeenStore(nil), "WithWorkflows": runtime.WithWorkflows(nil),
		"WithWorkflowFiles": runtime.WithWorkflowFiles(nil), "WithResumeURLs": runtime.WithResumeURLs(nil), "WithFileRoots": runtime.WithFileRoots(""),
		"WithEnv": runtime.WithEnv(nil, "A"), "WithCodeLimits": runtime.WithCodeLimits(runtime.CodeLimits{Time: -1, Memory: -1, Result: -1}),
		"WithExpressionLimits": runtime.WithExpressionLimits(runtime.ExpressionLimits{Time: -1, Memory: -1, Result: -1}),
	} {
		plan, err := runtime.Compile(w, registry, o)
		require.NoError(t, err, name)
		r, err := plan.Run(ctx, runtime.Request{Items: []node.Item{{}}})
		require.NoError(t, err, name)
		require.NoError(t, r.Err(), name)
	}
	_, err := runtime.Compile(&workflows.Workflow{Name: "W", Nodes: []*workflows.Node{nil}}, registry)
	require.EqualError(t, err, `workflow "W" has a node that is nil`)

	executor := runtime.NewExecutor(registry)
	for name, task := range map[string]runtime.Task{"no node": {}, "a Prepared by hand": {Node: &runtime.Prepared{}}} {
		_, err := executor.Execute(ctx, task)
		require.EqualError(t, err, "runtime.Executor.Execute needs a Task with a Node that Prepare returned", name)
		require.Empty(t, task.Name(), name)
	}

	plan := compile(t, w, nil)
	s, err := plan.NewScheduler(runtime.Request{}, nil)
	require.NoError(t, err)
	s.Done(nil, nil)
	task, ok := s.Next()
	require.True(t, ok)
	s.Done(task, nil)
	_, ok = s.Next()
	require.False(t, ok)
	info, of := s.Failure()
	require.Equal(t, "nothing is known of what became of the node", info.Message)
	require.Equal(t, task.Node, of)

	var none *runtime.Result
	require.NoError(t, none.Close())
	require.Equal(t, "null", string((&runtime.Result{Status: runtime.StatusSuccess}).AppendJSON(nil)))

	versionless := definition("item")
	versionless.Versions = nil
	n := node.PerItem(versionless, func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, nil })
	_, err = compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}).Run(ctx, runtime.Request{})
	require.ErrorContains(t, err, "the Definition of node type test.item names no Versions")

	_, err = credentials.Env(nil, credentials.WithLookup(nil)).Resolve(ctx, credentials.Ref{Type: "noSuchApi"})
	var missing *credentials.NotFoundError
	require.ErrorAs(t, err, &missing)
}
