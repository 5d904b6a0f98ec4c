package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
)

// failing is a node whose items fail as often as their number's entry in times says.
func failing(times map[int]int, mark func(error) error) (node.Node, func() []int) {
	var mu sync.Mutex
	var calls []int
	left := map[int]int{}
	for n, k := range times {
		left[n] = k
	}
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		mu.Lock()
		defer mu.Unlock()
		n := number(it.Item())
		calls = append(calls, n)
		if left[n] > 0 {
			left[n]--
			return nil, mark(fmt.Errorf("item %d is bad", n))
		}
		return []node.Item{node.ItemOf("done", n)}, nil
	})
	return n, func() []int {
		mu.Lock()
		defer mu.Unlock()
		return calls
	}
}

func plain(err error) error { return err }

// TestErrorModes is the truth table of Continue On Fail: the second of three items fails.
func TestErrorModes(t *testing.T) {
	t.Parallel()
	const good1, good3 = `{"json":{"done":1},"pairedItem":{"item":0}}`, `{"json":{"done":3},"pairedItem":{"item":2}}`
	for name, c := range map[string]struct {
		settings string
		status   runtime.Status
		main     []string
		failed   int
	}{
		"stop":     {`"onError":"stopWorkflow"`, runtime.StatusError, nil, 0},
		"default":  {`"notes":""`, runtime.StatusError, nil, 0},
		"unknown":  {`"onError":"bogus"`, runtime.StatusError, nil, 0},
		"continue": {`"onError":"continueRegularOutput"`, runtime.StatusSuccess, []string{good1 + ` {"json":{"error":"item 2 is bad"},"pairedItem":{"item":1}} ` + good3}, 1},
		"legacy":   {`"continueOnFail":true`, runtime.StatusSuccess, []string{good1 + ` {"json":{"error":"item 2 is bad"},"pairedItem":{"item":1}} ` + good3}, 1},
		"error output": {
			`"onError":"continueErrorOutput"`, runtime.StatusSuccess,
			[]string{good1 + " " + good3, `{"json":{"n":2,"error":"item 2 is bad"},"pairedItem":{"item":1}}`},
			1,
		},
		// The engine goes on though the node is told not to: the input is handed on, and as the last node to run it
		// fails the execution.
		"legacy and stop": {
			`"continueOnFail":true,"onError":"stopWorkflow"`, runtime.StatusError,
			[]string{`{"json":{"n":1},"pairedItem":{"item":0}} {"json":{"n":2},"pairedItem":{"item":1}} {"json":{"n":3},"pairedItem":{"item":2}}`},
			0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, calls := failing(map[int]int{2: 1}, plain)
			r := runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{},`+c.settings+`}`), []node.Node{n}), numbers(3)...)
			require.Equal(t, c.status, r.Status)
			run := r.Runs["N1"][0]
			var main []string
			for _, items := range run.Main {
				main = append(main, text(items))
			}
			require.Equal(t, c.main, main)
			require.Equal(t, c.failed, run.FailedItems)
			if c.status == runtime.StatusError {
				require.Equal(t, "item 2 is bad", r.Error.Message)
				require.Equal(t, []int{1, 2}, calls(), "nothing is sent after the failure")
				require.Len(t, r.Partial, 1, "what had succeeded is kept")
				require.Equal(t, good1, text(r.Partial[0].Items))
				index, _ := r.Error.Context.Get("itemIndex")
				require.InDelta(t, 1, index, 0)
			} else {
				require.Equal(t, []int{1, 2, 3}, calls())
				require.Empty(t, r.Partial)
			}
		})
	}
}

func TestNodeAfterAFailureThatWasPassedOverMakesTheRunASuccess(t *testing.T) {
	t.Parallel()
	n, _ := failing(map[int]int{1: 1}, plain)
	w := chain(t, `{"type":"test.item","parameters":{},"continueOnFail":true,"onError":"stopWorkflow"}`, `{"type":"test.pass","parameters":{}}`)
	r := runPlan(t, compile(t, w, []node.Node{n}), numbers(1)...)
	require.Equal(t, runtime.StatusSuccess, r.Status)
	require.Nil(t, r.Error)
	require.Equal(t, "item 1 is bad", r.Runs["N1"][0].Error.Message)
	require.Equal(t, runtime.StatusError, r.Runs["N1"][0].Status)
}

func TestRetryRepeatsOnlyWhatFailed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings string
		times    map[int]int
		mark     func(error) error
		calls    []int
		status   runtime.Status
	}{
		"stop mode goes on where it stopped": {`"maxTries":3`, map[int]int{2: 2}, plain, []int{1, 2, 2, 2, 3}, runtime.StatusSuccess},
		"each item has its own tries":        {`"maxTries":2`, map[int]int{1: 1, 2: 1}, plain, []int{1, 1, 2, 2, 3}, runtime.StatusSuccess},
		"tries run out":                      {`"maxTries":2`, map[int]int{2: 5}, plain, []int{1, 2, 2}, runtime.StatusError},
		"continue mode passes over all first": {
			`"maxTries":3,"onError":"continueRegularOutput"`, map[int]int{1: 1, 3: 2}, plain, []int{1, 2, 3, 1, 3, 3}, runtime.StatusSuccess,
		},
		"permanent errors are not repeated": {`"maxTries":3`, map[int]int{2: 1}, node.Permanent, []int{1, 2}, runtime.StatusError},
		"permanent errors of some items": {
			`"maxTries":3,"onError":"continueErrorOutput"`, map[int]int{2: 1}, node.Permanent, []int{1, 2, 3}, runtime.StatusSuccess,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, calls := failing(c.times, c.mark)
			w := chain(t, `{"type":"test.item","parameters":{},"retryOnFail":true,"waitBetweenTries":1,`+c.settings+`}`)
			r := runPlan(t, compile(t, w, []node.Node{n}), numbers(3)...)
			require.Equal(t, c.calls, calls())
			require.Equal(t, c.status, r.Status)
		})
	}
}

func TestRetryRepeatsAWholeNodeThatThrew(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	n := fake{definition("whole"), func(_ context.Context, c *node.Call) (node.Output, error) {
		if tries.Add(1) < 3 {
			return node.Output{}, errors.New("not yet")
		}
		return node.Output{Main: [][]node.Item{c.Items()}}, nil
	}}
	r := runPlan(t, compile(t, chain(t, `{"type":"test.whole","parameters":{},"retryOnFail":true,"waitBetweenTries":1}`), []node.Node{n}))
	require.Equal(t, runtime.StatusSuccess, r.Status)
	require.EqualValues(t, 3, tries.Load())
}

func TestExecuteOnceCutsTheInputButNotTheExpressions(t *testing.T) {
	t.Parallel()
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		v, err := it.Params.Value("count")
		return []node.Item{node.ItemOf("given", len(it.Items()), "count", v)}, err
	}, "count")
	w := chain(t, `{"type":"test.item","parameters":{"count":"={{ $input.all().length }}"},"executeOnce":true}`)
	r := runPlan(t, compile(t, w, []node.Node{n}), numbers(3)...)
	require.Equal(t, `{"json":{"given":1,"count":3},"pairedItem":{"item":0}}`, text(r.LastItems()))
}

func TestWhatANodePutsOutIsFrozen(t *testing.T) {
	t.Parallel()
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		o := it.Item().JSON.Edit()
		o.Set("seen", true)
		return []node.Item{{JSON: o}}, nil
	})
	w := chain(t, `{"type":"test.item","parameters":{}}`)
	r := runPlan(t, compile(t, w, []node.Node{n}), node.ItemOf("deep", node.NewObject("a", 1)))
	require.True(t, r.LastItems()[0].JSON.Frozen())
	require.Panics(t, func() { r.LastItems()[0].JSON.Set("x", 1) })
	start := r.Runs["Start"][0].Main[0][0].JSON
	require.False(t, start.Has("seen"), "an edit must not reach the items of the node before")
	deep, _ := start.Get("deep")
	require.True(t, deep.(*node.Object).Frozen())
}

func TestItemsAreHandedThroughWithoutACopy(t *testing.T) {
	t.Parallel()
	r := runPlan(t, compile(t, chain(t, `{"type":"test.pass","parameters":{}}`), nil), numbers(2)...)
	require.Same(t, r.Runs["Start"][0].Main[0][1].JSON, r.LastItems()[1].JSON)
}

func TestAPanicFailsTheNodeAndNotTheProcess(t *testing.T) {
	t.Parallel()
	n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) { panic("boom") })
	r := runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}))
	require.Equal(t, runtime.StatusError, r.Status)
	require.Equal(t, `node "N1" (test.item) panicked: boom`, r.Error.Message)

	whole := fake{definition("whole"), func(context.Context, *node.Call) (node.Output, error) { panic("boom") }}
	r = runPlan(t, compile(t, chain(t, `{"type":"test.whole","parameters":{},"retryOnFail":true}`), []node.Node{whole}))
	require.Equal(t, `node "N1" (test.whole) panicked: boom`, r.Error.Message)
}

func TestAPanicIsTheItems(t *testing.T) {
	t.Parallel()
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		if number(it.Item()) == 2 {
			panic("boom")
		}
		return []node.Item{node.ItemOf("done", number(it.Item()))}, nil
	})
	r := runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}), numbers(3)...)
	require.Equal(t, `{"json":{"done":1},"pairedItem":{"item":0}}`, text(r.Partial[0].Items), "what had succeeded is kept")
	r = runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{},"onError":"continueRegularOutput"}`), []node.Node{n}), numbers(3)...)
	require.Equal(t, `{"json":{"done":1},"pairedItem":{"item":0}} {"json":{"error":"node \"N1\" (test.item) panicked: boom"},"pairedItem":{"item":1}} `+
		`{"json":{"done":3},"pairedItem":{"item":2}}`, text(r.LastItems()))
}

func TestItemsThatHoldThemselves(t *testing.T) {
	t.Parallel()
	circle := func() node.Item {
		o := node.NewObject()
		o.Set("self", o)
		return node.Item{JSON: o}
	}
	n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) { return []node.Item{circle()}, nil })
	plan := compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n})
	r := runPlan(t, plan)
	require.Contains(t, r.Error.Message, "an Object inside itself")
	_, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{circle()}})
	require.ErrorContains(t, err, "the items for the start node: node.Object: an Object inside itself")
	_, err = plan.Run(context.Background(), runtime.Request{Pins: map[string][]node.Item{"N1": {circle()}}})
	require.ErrorContains(t, err, `the items pinned to "N1"`)
}

func TestAnObserverThatPanicsDoesNotTakeTheRunWithIt(t *testing.T) {
	t.Parallel()
	plan := compile(t, chain(t), nil, runtime.WithObserver(runtime.Observer{NodeStarted: func(runtime.NodeEvent) { panic("boom") }}))
	require.Equal(t, runtime.StatusSuccess, runPlan(t, plan).Status)
}

func TestANodeThatPutsOutNothingAtAllEndsItsBranchOnly(t *testing.T) {
	t.Parallel()
	nothing := fake{definition("nothing"), func(context.Context, *node.Call) (node.Output, error) { return node.Output{}, nil }}
	file := func(settings string) string {
		return `{"name":"W","nodes":[{"name":"Start","type":"test.trigger","position":[0,0]},{"name":"A","type":"test.nothing","position":[200,0]` + settings + `},
			{"name":"Behind A","type":"test.pass","position":[400,0]},{"name":"B","type":"test.pass","position":[200,200]}],"connections":{
			"Start":{"main":[[{"node":"A","type":"main","index":0},{"node":"B","type":"main","index":0}]]},
			"A":{"main":[[{"node":"Behind A","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`
	}
	r := runPlan(t, compile(t, parse(t, file("")), []node.Node{nothing}))
	require.Equal(t, runtime.StatusSuccess, r.Status)
	require.Equal(t, []string{"Start", "B"}, r.Nodes, "n8n records no run of it")
	r = runPlan(t, compile(t, parse(t, file(`,"alwaysOutputData":true`)), []node.Node{nothing}))
	require.Equal(t, []string{"Start", "A", "Behind A", "B"}, r.Nodes)
	require.Equal(t, `{"json":{},"pairedItem":[{"item":0,"input":0}]}`, text(r.Runs["A"][0].Main[0]))
}

func TestALastNodeThatFinishedIsNotCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) {
		cancel()
		return []node.Item{node.ItemOf("token", "late")}, nil
	})
	r, err := compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}).Run(ctx, runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, runtime.StatusSuccess, r.Status)
	require.Equal(t, `{"json":{"token":"late"},"pairedItem":{"item":0}}`, text(r.LastItems()))

	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	r, err = compile(t, chain(t, `{"type":"test.item","parameters":{}}`, `{"type":"test.pass","parameters":{}}`), []node.Node{n}).Run(ctx, runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, runtime.StatusCanceled, r.Status)
	require.Equal(t, `{"json":{"token":"late"},"pairedItem":{"item":0}}`, text(r.ItemsOf("N1")))
	require.Contains(t, string(r.AppendJSON(nil)), `"nodeExecutionStack":[{"node":{"name":"N2"`)
}

func TestPartialOfAWholeNodeOverItsTries(t *testing.T) {
	t.Parallel()
	var try atomic.Int32
	n := fake{definition("whole"), func(context.Context, *node.Call) (node.Output, error) {
		return node.Output{Partial: []node.Item{node.ItemOf("try", int(try.Add(1)))}}, errors.New("no")
	}}
	r := runPlan(t, compile(t, chain(t, `{"type":"test.whole","parameters":{},"retryOnFail":true,"maxTries":2,"waitBetweenTries":1}`), []node.Node{n}))
	require.Equal(t, `{"json":{"try":1}} {"json":{"try":2}}`, text(r.Partial[0].Items))
}

func TestNodesAtOnePositionRunLastConnectedFirst(t *testing.T) {
	t.Parallel()
	w := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"A","type":"test.pass","position":[9,9]},
		{"name":"B","type":"test.pass","position":[9,9]},{"name":"7","type":"test.pass","position":[9,99]}],"connections":{"Start":{"main":[[
		{"node":"A","type":"main","index":0},{"node":"7","type":"main","index":0},{"node":"B","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`)
	r := runPlan(t, compile(t, w, nil))
	require.Equal(t, []string{"Start", "B", "A", "7"}, r.Nodes)
	require.Contains(t, string(r.AppendJSON(nil)), `"runData":{"7":[`, "names made of digits come first, as keys in JavaScript")
}

func TestPairing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, out int
		want    string
	}{
		"one in":         {1, 2, `{"json":{"o":0},"pairedItem":{"item":0}} {"json":{"o":1},"pairedItem":{"item":0}}`},
		"as many":        {2, 2, `{"json":{"o":0},"pairedItem":{"item":0}} {"json":{"o":1},"pairedItem":{"item":1}}`},
		"one out":        {3, 1, `{"json":{"o":0},"pairedItem":{"item":0}}`},
		"not to be told": {3, 2, `{"json":{"o":0}} {"json":{"o":1}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := fake{definition("whole"), func(context.Context, *node.Call) (node.Output, error) {
				items := make([]node.Item, c.out)
				for i := range items {
					items[i] = node.ItemOf("o", i)
				}
				return node.Output{Main: [][]node.Item{items}}, nil
			}}
			r := runPlan(t, compile(t, chain(t, `{"type":"test.whole","parameters":{}}`), []node.Node{n}), numbers(c.in)...)
			require.Equal(t, c.want, text(r.LastItems()))
		})
	}
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	_, err := runtime.Compile(nil, runtime.NewRegistry())
	require.Error(t, err)
	w := chain(t)
	_, err = runtime.Compile(w, nil)
	require.Error(t, err)
	e := runtime.NewExecutor(runtime.NewRegistry(trigger()), nil, runtime.WithLogger(nil), runtime.WithClock(nil), runtime.WithTracer(nil), runtime.WithCredentials(nil))
	_, err = e.Prepare(w.Node("typo"))
	require.Error(t, err)
	_, err = e.Execute(context.Background(), runtime.Task{})
	require.Error(t, err)
}

func TestCancel(t *testing.T) {
	defer goleak.VerifyNone(t)
	started := make(chan struct{}, 1)
	n := perItem(func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		if number(it.Item()) == 1 {
			return []node.Item{node.ItemOf("token", "new")}, nil
		}
		started <- struct{}{}
		<-ctx.Done()
		if number(it.Item()) == 2 { // finishes what it had begun
			return []node.Item{node.ItemOf("token", "late")}, nil
		}
		return nil, ctx.Err()
	})
	plan := compile(t, chain(t, `{"type":"test.item","parameters":{},"onError":"continueRegularOutput"}`, `{"type":"test.pass","parameters":{}}`), []node.Node{n})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-started
		cancel()
	}()
	r, err := plan.Run(ctx, runtime.Request{Items: numbers(3)})
	require.NoError(t, err)
	require.Equal(t, runtime.StatusCanceled, r.Status)
	require.Equal(t, "The execution was cancelled manually", r.Error.Message)
	require.NotContains(t, r.Runs, "N2")
	require.Len(t, r.Partial, 1)
	require.Equal(t, `{"json":{"token":"new"},"pairedItem":{"item":0}} {"json":{"token":"late"},"pairedItem":{"item":1}}`, text(r.Partial[0].Items))
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	block := perItem(func(ctx context.Context, _ node.ItemCall) ([]node.Item, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	byWorkflow := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"N","type":"test.item"}],
		"connections":{"Start":{"main":[[{"node":"N","type":"main","index":0}]]}},"settings":{"executionTimeout":0.02}}`)
	r := runPlan(t, compile(t, byWorkflow, []node.Node{block}))
	require.Equal(t, runtime.StatusCanceled, r.Status)
	require.Equal(t, "TimeoutExecutionCancelledError", r.Error.Name)

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	r, err := compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{block}).Run(ctx, runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, "The execution was cancelled because it timed out", r.Error.Message)
}

func TestANodeThatIgnoresCancellationIsNamed(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	deaf := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) {
		cancel()
		<-release
		return nil, nil
	})
	r, err := compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{deaf}, runtime.WithGrace(20*time.Millisecond)).Run(ctx, runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, runtime.StatusCanceled, r.Status)
	require.Contains(t, r.Error.Description, `node "N1" (test.item) did not stop within 20ms`)
}

func TestStart(t *testing.T) {
	t.Parallel()
	two := `{"name":"W","nodes":[{"name":"A","type":"test.trigger"},{"name":"B","type":"test.trigger"},{"name":"C","type":"test.pass"},
		{"name":"D","type":"test.pass","disabled":true}],"connections":{}}`
	for name, c := range map[string]struct{ file, start, want string }{
		"several":  {two, "", `workflow "W" has several triggers ("A", "B"): name the one to start at`},
		"named":    {two, "B", ""},
		"not one":  {two, "C", ""},
		"no such":  {two, "X", `workflow "W" can't start at node "X": there is no such node`},
		"disabled": {two, "D", `workflow "W" can't start at node "D": it is disabled`},
		"none":     {`{"name":"W","nodes":[{"name":"C","type":"test.pass"}],"connections":{}}`, "", `workflow "W" has no trigger that is enabled and supported: name the node to start at`},
		"not here": {
			`{"name":"W","nodes":[{"name":"A","type":"other.trigger"},{"name":"B","type":"other.trigger","disabled":true},{"name":"C","type":"other.pass"},
				{"name":"D","type":"other.tool"}],"connections":{"A":{"main":[[{"node":"C","type":"main","index":0}]]},"B":{"main":[[{"node":"C","type":"main","index":0}]]},
				"C":{"main":[[{"node":"C","type":"main","index":0}]]}}}`, "",
			`workflow "W" has no trigger that is enabled and supported (not supported: "A"): name the node to start at`,
		},
		"one is off": {`{"name":"W","nodes":[{"name":"A","type":"test.trigger","disabled":true},{"name":"B","type":"test.trigger"}],"connections":{}}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := compile(t, parse(t, c.file), nil).Run(context.Background(), runtime.Request{Start: c.start})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			var start *runtime.StartError
			require.ErrorAs(t, err, &start)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestIssuesOfReachedNodesStopARunBeforeItStarts(t *testing.T) {
	t.Parallel()
	def := definition("item", "a", "b")
	def.Properties[0].Required, def.Properties[0].DisplayName = true, "Letter A"
	called := false
	n := node.PerItem(def, func(context.Context, node.ItemCall) ([]node.Item, error) {
		called = true
		return nil, nil
	})
	file := `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},
		{"name":"N","type":"test.item","parameters":{"b":"={{ 1 + }}"},"onError":"continueRegularOutput"},
		{"name":"U","type":"test.unknown"},{"name":"V","type":"test.pass","typeVersion":7},
		{"name":"Out of reach","type":"test.other"},{"name":"Off","type":"test.off","disabled":true}],
		"connections":{"Start":{"main":[[{"node":"N","type":"main","index":0}]]},"N":{"main":[[{"node":"U","type":"main","index":0},
		{"node":"V","type":"main","index":0},{"node":"Off","type":"main","index":0}]]}}}`
	plan := compile(t, parse(t, file), []node.Node{n})
	_, err := plan.Run(context.Background(), runtime.Request{})
	var issues *runtime.IssuesError
	require.ErrorAs(t, err, &issues)
	require.Len(t, issues.Issues, 3)
	require.EqualError(t, err, "3 nodes have issues:\n- 'N': Parameter \"Letter A\" is required.\n- 'U': Unrecognized node type: test.unknown\n"+
		"- 'V': Node type \"pass\" is not available in version 7. Available versions: 1")
	require.Equal(t, "/nodes/1/parameters/a", issues.Issues[0].Pointer)
	require.False(t, called)
	require.Len(t, plan.Issues(), 5, "Issues tells of the node out of reach too, and of the expression")
}

func TestPinsThatCanNotBeUsedStopAManualRun(t *testing.T) {
	t.Parallel()
	plan := compile(t, parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger","position":[0,0],"parameters":{}}],"connections":{},
		"pinData":{"Start":[{"json":{},"binary":{"data":"a.txt"}}]}}`), nil)
	_, err := plan.Run(context.Background(), runtime.Request{Mode: runtime.ModeManual})
	require.ErrorContains(t, err, "its pinned data can't be used")
	_, err = plan.Run(context.Background(), runtime.Request{})
	require.NoError(t, err, "mode cli ignores pins")
}

func TestInputThatIsNotThere(t *testing.T) {
	t.Parallel()
	plan := compile(t, parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"N","type":"test.pass"}],
		"connections":{"Start":{"main":[[{"node":"N","type":"main","index":1}]]}}}`), nil)
	require.Equal(t, "/connections/Start/main/0/0/index", plan.Issues()[0].Pointer)
	require.Equal(t, `input 1 of "N" is connected, but the node has 1 input: it waits for what comes there, and does nothing with it`, plan.Issues()[0].Message)
}

func withCredential() node.Node {
	def := definition("item")
	def.Credentials = []node.CredentialUse{{Type: "secretApi", Required: true}}
	return node.PerItem(def, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		d, err := it.Credential(ctx, "secretApi")
		return []node.Item{node.ItemOf("key", d.Text("key"))}, err
	})
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	store := credentials.Values(
		credentials.New(credentials.Ref{Type: "secretApi", ID: "1", Name: "one"}, map[string]any{"key": "k1"}),
		credentials.New(credentials.Ref{Type: "otherApi", ID: "2", Name: "two"}, map[string]any{"key": "hidden"}),
	)
	for name, c := range map[string]struct{ credentials, key, before, inNode string }{
		"by id":     {`{"secretApi":{"id":"1","name":"renamed"}}`, "k1", "", ""},
		"by name":   {`{"secretApi":{"id":null,"name":"one"}}`, "k1", "", ""},
		"none":      {`{}`, "", "", "Node does not have any credentials set"},
		"other":     {`{"otherApi":{"id":"2","name":"two"}}`, "", "", `Node does not have any credentials set for "secretApi"`},
		"not found": {`{"secretApi":{"id":"9","name":"nine"}}`, "", `workflow "W", node "N1": credential of type secretApi: `, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := chain(t, `{"type":"test.item","parameters":{},"onError":"continueRegularOutput","credentials":`+c.credentials+`}`)
			r, err := compile(t, w, []node.Node{withCredential()}, runtime.WithCredentials(store)).Run(context.Background(), runtime.Request{})
			if c.before != "" {
				var missing *credentials.NotFoundError
				require.ErrorAs(t, err, &missing)
				require.ErrorContains(t, err, c.before)
				require.NotContains(t, err.Error(), "hidden")
				return
			}
			require.NoError(t, err)
			got, _ := r.LastItems()[0].JSON.Get("key")
			if c.inNode != "" {
				got, _ = r.LastItems()[0].JSON.Get("error")
				require.Equal(t, c.inNode, got)
				return
			}
			require.Equal(t, c.key, got)
		})
	}
}

// What a request has to show that begins a run was looked at when it came in.
func TestInboundCredentials(t *testing.T) {
	t.Parallel()
	for _, inbound := range []bool{true, false} {
		def := definition("hook")
		def.Inputs, def.Group = nil, []string{"trigger"}
		def.Credentials = []node.CredentialUse{{Type: "secretApi", Required: true, Inbound: inbound}}
		hook := fake{def, func(_ context.Context, c *node.Call) (node.Output, error) {
			return node.Output{Main: [][]node.Item{c.Items()}}, nil
		}}
		for i, given := range []string{`{}`, `{"secretApi":{"id":"9","name":"nine"}}`} {
			w := parse(t, `{"name":"W","nodes":[{"name":"A","type":"test.hook","credentials":`+given+`}],"connections":{}}`)
			plan := compile(t, w, []node.Node{hook}, runtime.WithCredentials(credentials.Values()))
			require.Equal(t, i == 0 && !inbound, len(plan.Issues()) > 0)
			_, err := plan.Run(context.Background(), runtime.Request{})
			require.Equal(t, i == 1 && !inbound, err != nil)
		}
	}
}

// A credential type that a parameter chooses is looked at before a run, as one of the definition is.
func TestChosenCredentials(t *testing.T) {
	t.Parallel()
	def := definition("item", "kind")
	def.Properties[0].Type = schemas.CredentialsSelect
	n := node.PerItem(def, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		kind, err := it.Params.String("kind")
		if err != nil || kind == "" {
			return nil, err
		}
		d, err := it.Credential(ctx, kind)
		return []node.Item{node.ItemOf("key", d.Text("key"))}, err
	})
	registry := runtime.NewRegistry(trigger(), n).WithCredentialTypes(credentials.Type{Name: "secretApi"})
	store := credentials.Values(credentials.New(credentials.Ref{Type: "secretApi", ID: "1"}, map[string]any{"key": "k1"}))
	for name, c := range map[string]struct{ node, before, warning string }{
		"there":      {`{"parameters":{"kind":"secretApi"},"credentials":{"secretApi":{"id":"1","name":"one"}}}`, "", ""},
		"none":       {`{"parameters":{"kind":"secretApi"}}`, "", "names no credential of type secretApi"},
		"not found":  {`{"parameters":{"kind":"secretApi"},"credentials":{"secretApi":{"id":"9","name":"nine"}}}`, `node "N1": credential of type secretApi: there is no`, ""},
		"unknown":    {`{"parameters":{"kind":"slackApi"},"credentials":{"slackApi":{"id":"1","name":"one"}}}`, "credentials of type slackApi are not supported", ""},
		"not chosen": {`{"parameters":{"kind":""},"credentials":{"slackApi":{"id":"1","name":"one"}}}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := chain(t, `{"type":"test.item",`+c.node[1:])
			plan, err := runtime.Compile(w, registry, runtime.WithCredentials(store))
			require.NoError(t, err)
			require.Equal(t, !strings.Contains(c.before, "not supported"), registry.Supports(w.Nodes[1]))
			if c.warning != "" {
				require.Equal(t, c.warning, plan.Issues()[0].Message)
			}
			_, err = plan.Run(context.Background(), runtime.Request{})
			if c.before != "" {
				require.ErrorContains(t, err, c.before)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestPasswordsAreMaskedInErrors(t *testing.T) {
	t.Parallel()
	secret := map[string]any{"password": true}
	def := definition("item", "literal", "path", "text", "code")
	for i := range def.Properties {
		def.Properties[i].TypeOptions = secret
	}
	inner := []schemas.Property{{Name: "otp", Type: schemas.String, TypeOptions: secret}, {Name: "mode", Type: schemas.String}}
	def.Properties = append(def.Properties,
		schemas.Property{Name: "more", Type: schemas.Collection, Fields: inner},
		schemas.Property{
			Name: "rows", Type: schemas.FixedCollection, TypeOptions: map[string]any{"multipleValues": true},
			Groups: []schemas.Group{{Name: "row", Values: inner}},
		})
	n := node.PerItem(def, func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, errors.New("no") })
	w := chain(t, `{"type":"test.item","parameters":{"literal":"hunter2","path":"={{ $json.token }}","text":"=hunter2{{ $json.x }}",
		"code":"={{ 'hunter2' }}","more":{"otp":"hunter2","mode":"a"},"rows":{"row":[{"otp":"hunter2","mode":"b"}]}}}`)
	r := runPlan(t, compile(t, w, []node.Node{n}))
	text := string(r.AppendJSON(nil))
	require.NotContains(t, text, "hunter2")
	require.Contains(t, text, `"parameters":{"literal":"********","path":"={{ $json.token }}","text":"********","code":"********",`+
		`"more":{"otp":"********","mode":"a"},"rows":{"row":[{"otp":"********","mode":"b"}]}}`)
}

func TestObserversAreToldInOrder(t *testing.T) {
	t.Parallel()
	var seen []string
	watch := func(who string) runtime.Observer {
		return runtime.Observer{
			NodeStarted: func(e runtime.NodeEvent) { seen = append(seen, who+" starts "+e.Node) },
			NodeFinished: func(e runtime.NodeEvent) {
				seen = append(seen, fmt.Sprintf("%s ends %s %s", who, e.Node, e.Run.Status))
			},
		}
	}
	plan := compile(t, chain(t), nil, runtime.WithObserver(watch("a")), runtime.WithObserver(watch("b")), runtime.WithObserver(runtime.Observer{}))
	runPlan(t, plan)
	require.Equal(t, []string{"a starts Start", "b starts Start", "a ends Start success", "b ends Start success"}, seen)
}

func TestOnePlanRunsManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		v, err := it.Params.Value("v")
		return []node.Item{node.ItemOf("v", v)}, err
	}, "v")
	plan := compile(t, chain(t, `{"type":"test.item","parameters":{"v":"={{ $json.n }}/{{ $('Start').item.json.n }}"}}`), []node.Node{n})
	items := numbers(20)
	var wg sync.WaitGroup
	ids := sync.Map{}
	for range 50 {
		wg.Go(func() {
			r, err := plan.Run(context.Background(), runtime.Request{Items: items})
			if err != nil || r.Status != runtime.StatusSuccess {
				t.Errorf("%v %v", err, r)
				return
			}
			if v, _ := r.LastItems()[19].JSON.Get("v"); v != "20/20" {
				t.Errorf("item 19 is %v", v)
			}
			if _, twice := ids.LoadOrStore(r.ExecutionID, true); twice {
				t.Error("an execution id came twice")
			}
		})
	}
	wg.Wait()
}

func TestTimezone(t *testing.T) {
	t.Parallel()
	w := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"}],"connections":{},"settings":{"timezone":"Nowhere/At_All"}}`)
	_, err := runtime.Compile(w, runtime.NewRegistry(trigger()))
	require.ErrorContains(t, err, `workflow "W": /settings/timezone: the time zone "Nowhere/At_All" is not known`)
	var wrong schemas.Diagnostics
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "/settings/timezone", wrong[0].Pointer)
}

// What n8n 2.41.1 took for a time zone, and what not.
func TestTimezonesOfN8n(t *testing.T) {
	t.Parallel()
	january := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, offset := range map[string]int{
		"Europe/Berlin": 3600, "europe/berlin": 3600, "utc": 0, "UTC": 0, "GMT": 0, "+02:00": 7200, "-03:30": -12600, "EST5EDT": -18000, "EST": -18000,
		"Asia/Calcutta": 19800, "america/argentina/buenos_aires": -10800, "US/Pacific": -28800, "Etc/GMT+5": -18000,
	} {
		zone, err := runtime.LocationOf(name)
		require.NoError(t, err, name)
		_, got := january.In(zone).Zone()
		require.Equal(t, offset, got, name)
	}
	for _, name := range []string{"UTC+3", "GMT+3", "local", "Local", "system", "Z", " Europe/Berlin", "Europe/Berlni", "+24:00", "../etc", ""} {
		_, err := runtime.LocationOf(name)
		require.Error(t, err, name)
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	r := runtime.NewRegistry(pass(), trigger())
	require.Equal(t, []string{"n8n-nodes-base.manualTrigger", "test.pass", "test.trigger"}, r.Types())
	require.Equal(t, []string{"n8n-nodes-base.manualTrigger", "test.trigger"}, r.Without("test.pass").Types())
	require.Equal(t, []string{"n8n-nodes-base.manualTrigger", "test.pass", "test.trigger"}, r.Types(), "Without leaves the receiver as it is")
	newer := definition("pass")
	newer.Versions = []float64{1, 2}
	r = r.With(node.PerItem(newer, nil))
	defs := r.Definitions("test.pass")
	require.Len(t, defs, 2)
	require.Equal(t, []float64{1, 2}, defs[0].Versions)
	require.Empty(t, r.Definitions("test.none"))
}

func TestExecutorRunsOneNodeByItself(t *testing.T) {
	t.Parallel()
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		v, err := it.Params.Value("v")
		return []node.Item{node.ItemOf("v", v)}, err
	}, "v")
	e := runtime.NewExecutor(runtime.NewRegistry(n))
	w := chain(t, `{"type":"test.item","parameters":{"v":"={{ $json.n }}"}}`)
	p, err := e.Prepare(w.Node("N1"))
	require.NoError(t, err)
	run, err := e.Execute(context.Background(), runtime.Task{Node: p, Inputs: [][]node.Item{numbers(2)}})
	require.NoError(t, err)
	require.Equal(t, `{"json":{"v":1},"pairedItem":{"item":0}} {"json":{"v":2},"pairedItem":{"item":1}}`, text(run.Main[0]))

	_, err = e.Prepare(w.Node("Start"))
	require.ErrorContains(t, err, "Unrecognized node type: test.trigger")
}

func TestJSONText(t *testing.T) {
	t.Parallel()
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		v, _, err := it.Params.JSONText("v")
		return []node.Item{node.ItemOf("v", v)}, err
	}, "v")
	for template, want := range map[string]string{
		`={ \"o\": {{ $json.o }}, \"l\": {{ $json.l }} }`:         `{ "o": {"a":1}, "l": [1,"x"] }`,
		`={{ $json.none }}|{{ $json.z }}|{{ $json.s }}|{{ 1.5 }}`: `undefined|null|text|1.5`,
		`plain`: `plain`,
	} {
		w := chain(t, `{"type":"test.item","parameters":{"v":"`+template+`"}}`)
		item := node.ItemOf("o", node.NewObject("a", 1), "l", []any{1, "x"}, "z", nil, "s", "text")
		got, _ := runPlan(t, compile(t, w, []node.Node{n}), item).LastItems()[0].JSON.Get("v")
		require.Equal(t, want, got)
	}
}

func TestALimitErrorDoesNotShowASecret(t *testing.T) {
	t.Parallel()
	def := definition("item", "v")
	def.Properties[0].TypeOptions = map[string]any{"password": true}
	n := node.PerItem(def, func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		_, err := it.Params.Value("v")
		return nil, err
	})
	w := chain(t, `{"type":"test.item","parameters":{"v":"={{ (() => { const f = () => 'hunter2' + f(); return f() })() }}"}}`)
	r := runPlan(t, compile(t, w, []node.Node{n}))
	require.NotContains(t, r.Error.Message+r.Error.Description, "hunter2")
	require.NotContains(t, string(r.AppendJSON(nil)), "hunter2")
}

// porter is a node whose outputs depend on a parameter.
type porter struct{ fake }

func (porter) Ports(parameters *node.Object, _ float64) (inputs, outputs []string) {
	n, _ := parameters.Get("outputs")
	text, _ := n.(string)
	return nil, make([]string, len(text))
}

func TestPorts(t *testing.T) {
	t.Parallel()
	def := definition("porter", "outputs")
	def.Outputs, def.OutputsExpression = nil, "={{ $parameter.outputs }}"
	n := porter{fake{def, func(_ context.Context, c *node.Call) (node.Output, error) {
		return node.Output{Main: make([][]node.Item, c.Outputs())}, nil
	}}}
	result := runPlan(t, compile(t, chain(t, `{"type":"test.porter","typeVersion":1,"parameters":{"outputs":"xxx"}}`), []node.Node{n}))
	require.Len(t, result.Runs["N1"][0].Main, 3)

	plan := compile(t, chain(t, `{"type":"test.porter","typeVersion":1,"parameters":{"outputs":"xxx"}}`), []node.Node{n.fake})
	_, err := plan.Run(t.Context(), runtime.Request{})
	require.ErrorContains(t, err, "its inputs or outputs depend on an expression, and the node does not say which there are")
}

// Items that a node has sorted out are in Runs, and not among those that it put out. n8n's Filter names that output and does not show it.
func TestDiscardedItems(t *testing.T) {
	t.Parallel()
	for _, outputs := range [][]string{{"main"}, {"main", "main"}} {
		def := definition("sieve")
		def.Outputs, def.OutputNames = outputs, []string{"Kept", "Discarded"}
		sieve := fake{def, func(_ context.Context, c *node.Call) (node.Output, error) {
			in := c.Items()
			main := [][]node.Item{in[:1], in[1:2]}
			if c.ContinueOnFail() {
				failed := node.FailedItem(errors.New("no"))
				failed.Paired = []node.Paired{{Item: 0}}
				main[0] = append([]node.Item{failed}, main[0]...)
			}
			return node.Output{Main: main}, nil
		}}
		for onError, want := range map[string]string{"stopWorkflow": `{"n":1}`, "continueErrorOutput": `{"n":1}{"n":1,"error":"no"}`} {
			plan := compile(t, chain(t, `{"type":"test.sieve","onError":"`+onError+`"}`), []node.Node{sieve})
			r := runPlan(t, plan, numbers(2)...)
			var got string
			for _, it := range r.LastItems() {
				got += string(node.AppendJSON(nil, it.JSON))
			}
			require.Equal(t, want, got, "%v %s", outputs, onError)
			require.Equal(t, r.LastItems(), r.ItemsOf("N1"))
			require.Greater(t, len(r.Runs["N1"][0].Main), 1)
		}
	}
}
