package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// counter is a node that counts its runs in its context and goes back on output 0 until the third.
func counter() node.Node {
	def := definition("counter")
	def.Outputs = []string{"main", "main"}
	return fake{def, func(_ context.Context, c *node.Call) (node.Output, error) {
		n, _ := c.NodeContext().Get("n")
		f, _ := n.(float64)
		c.NodeContext().Set("n", f+1)
		c.FlowContext().Set("last", c.Instance().Name)
		if f < 2 {
			return node.Output{Main: [][]node.Item{c.Items(), {}}}, nil
		}
		return node.Output{Main: [][]node.Item{{}, c.Items()}}, nil
	}}
}

func loop(t *testing.T) *workflows.Workflow {
	t.Helper()
	return parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"Loop","type":"test.counter"},{"name":"End","type":"test.item",
		"parameters":{"a":"={{ $('Loop').context.n }}"}}],
		"connections":{"Start":{"main":[[{"node":"Loop","type":"main","index":0}]]},
		"Loop":{"main":[[{"node":"Loop","type":"main","index":0}],[{"node":"End","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`)
}

func TestContextOverRuns(t *testing.T) {
	t.Parallel()
	end := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		v, err := it.Params.Value("a")
		return []node.Item{node.ItemOf("n", v)}, err
	}, "a")
	r := runPlan(t, compile(t, loop(t), []node.Node{counter(), end}))
	require.Len(t, r.Runs["Loop"], 3)
	require.Equal(t, `{"json":{"n":3},"pairedItem":{"item":0}}`, text(r.LastItems()), "expressions read the context")
	require.Contains(t, string(r.AppendJSON(nil)), `"contextData":{"node:Loop":{"n":3},"flow":{"last":"Loop"}}`)
}

func TestRunLimits(t *testing.T) {
	t.Parallel()
	forever := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"A","type":"test.pass"}],"connections":{
		"Start":{"main":[[{"node":"A","type":"main","index":0}]]},"A":{"main":[[{"node":"A","type":"main","index":0}]]}}}`)
	for _, c := range []struct {
		limits runtime.Limits
		want   string
		runs   int
	}{
		{runtime.Limits{Runs: 5}, `Node "A": with it the nodes of the workflow would run more than 5 times`, 4},
		{runtime.Limits{NodeRuns: 5}, `Node "A": it would run more than 5 times`, 5},
		{runtime.Limits{Items: 30}, `Node "A": with what it put out the run has more than 30 items`, 10},
		{runtime.Limits{Bytes: 1000}, `Node "A": with what it put out the run has more than 1000 bytes of items`, 8},
	} {
		r := runPlan(t, compile(t, forever, nil, runtime.WithLimits(c.limits)), numbers(3)...)
		require.Equal(t, runtime.StatusError, r.Status)
		require.Equal(t, c.want, r.Error.Message)
		require.Len(t, r.Runs["A"], c.runs)
	}
}

// wait is a node that lets the run wait until a time.
func wait(until time.Time) node.Node {
	return fake{definition("wait"), func(_ context.Context, c *node.Call) (node.Output, error) {
		return node.Output{Main: [][]node.Item{c.Items()}, Suspend: &node.Suspend{Until: until}}, nil
	}}
}

func TestWaits(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := runtime.WithClock(func() time.Time { return now })
	w := chain(t, `{"type":"test.pass"}`, `{"type":"test.wait"}`, `{"type":"test.pass"}`)

	short := runPlan(t, compile(t, w, []node.Node{wait(now.Add(time.Millisecond))}, clock), numbers(2)...)
	require.Equal(t, runtime.StatusSuccess, short.Status, "a short wait is spent in the process")
	require.Equal(t, "N3", short.LastNode)

	plan := compile(t, w, []node.Node{wait(now.Add(runtime.ShortWait))}, clock)
	r := runPlan(t, plan, numbers(2)...)
	require.Equal(t, runtime.StatusWaiting, r.Status)
	require.Equal(t, now.Add(runtime.ShortWait), r.WaitTill)
	require.Equal(t, "N2", r.LastNode)
	require.Nil(t, r.Runs["N3"])
	stored := r.AppendJSON(nil)
	require.Contains(t, string(stored), `"waitTill":"2030-01-01T00:01:05.000Z"`)
	require.NotContains(t, string(stored), `"finished"`)

	again, err := plan.Resume(t.Context(), stored)
	require.NoError(t, err)
	require.Equal(t, runtime.StatusSuccess, again.Status)
	require.Equal(t, r.ExecutionID, again.ExecutionID)
	require.Equal(t, []string{"Start", "N1", "N2", "N3"}, again.Nodes)
	require.Equal(t, text(short.LastItems()), text(again.LastItems()))
	require.Len(t, again.Runs["N2"], 1, "the run that waited is replaced")

	_, err = plan.Resume(t.Context(), again.AppendJSON(nil))
	require.EqualError(t, err, `workflow "W": the run does not wait`)
	for _, broken := range []string{`{`, `[]`, `{"data":{}}`, `{"data":{"resultData":{"runData":{"X":[{}]}},"executionData":{}}}`, `{"data":{"resultData":{},"executionData":{"nodeExecutionStack":[1]}}}`} {
		_, err = plan.Resume(t.Context(), []byte(broken))
		require.ErrorContains(t, err, `workflow "W": `, broken)
	}
	forever := runPlan(t, compile(t, w, []node.Node{wait(time.Time{})}, clock))
	require.Equal(t, 3000, forever.WaitTill.Year())
}

// other is a node that runs a workflow.
func other() node.Node {
	return fake{definition("other", "id"), func(ctx context.Context, c *node.Call) (node.Output, error) {
		id, err := c.Params(ctx, 0).String("id")
		if err != nil {
			return node.Output{}, err
		}
		run, err := c.RunWorkflow(ctx, node.SubWorkflow{ID: id, Items: c.Items()})
		return node.Output{Main: run.Outputs}, err
	}}
}

func brokenNode() node.Node {
	return fake{definition("fail"), func(context.Context, *node.Call) (node.Output, error) {
		return node.Output{}, node.NewOperationError("it broke", "badly")
	}}
}

// errorTrigger begins a run after a failure.
func errorTrigger() node.Node {
	def := definition("errorTrigger")
	def.Types, def.Inputs, def.Group = []string{"n8n-nodes-base.errorTrigger"}, nil, []string{"trigger"}
	return fake{def, func(_ context.Context, c *node.Call) (node.Output, error) {
		return node.Output{Main: [][]node.Item{c.Items()}}, nil
	}}
}

func TestOtherWorkflows(t *testing.T) {
	t.Parallel()
	found := map[string]*workflows.Workflow{
		"add":   callable(t, `{"type":"test.item"}`),
		"self":  callable(t, `{"type":"test.other","parameters":{"id":"self"}}`),
		"fails": callable(t, `{"type":"test.fail"}`),
		"waits": callable(t, `{"type":"test.wait"}`),
	}
	find := runtime.WithWorkflows(func(_ context.Context, id string) (*workflows.Workflow, error) {
		if w := found[id]; w != nil {
			return w, nil
		}
		return nil, fmt.Errorf("there is no workflow %q", id)
	})
	add := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		return []node.Item{node.ItemOf("n", number(it.Item())+10)}, nil
	})
	nodes := []node.Node{other(), add, brokenNode(), wait(time.Time{})}
	call := func(id string, opts ...runtime.Option) *runtime.Result {
		w := chain(t, `{"type":"test.other","parameters":{"id":"`+id+`"}}`)
		return runPlan(t, compile(t, w, nodes, append(opts, find)...), numbers(2)...)
	}
	r := call("add")
	require.Equal(t, runtime.StatusSuccess, r.Status)
	require.Equal(t, `{"json":{"n":11},"pairedItem":{"item":0}} {"json":{"n":12},"pairedItem":{"item":1}}`, text(r.LastItems()))
	require.Equal(t, "it broke", call("fails").Error.Message)
	require.Equal(t, `there is no workflow "gone"`, call("gone").Error.Message)
	require.Equal(t, `workflow "W" waits, which one that another workflow runs can't do yet`, call("waits").Error.Message)
	require.Equal(t, "More than 3 workflows run inside each other", call("self", runtime.WithLimits(runtime.Limits{SubWorkflowDepth: 3})).Error.Message)
}

func TestErrorWorkflow(t *testing.T) {
	t.Parallel()
	handler := parse(t, `{"id":"E","name":"Handler","nodes":[{"name":"On Error","type":"n8n-nodes-base.errorTrigger"},{"name":"Tell","type":"test.pass"}],
		"connections":{"On Error":{"main":[[{"node":"Tell","type":"main","index":0}]]}}}`)
	find := runtime.WithWorkflows(func(_ context.Context, id string) (*workflows.Workflow, error) {
		if id == "E" {
			return handler, nil
		}
		return nil, errors.New("not here")
	})
	file := `{"id":"7","name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"F","type":"test.fail"}],
		"connections":{"Start":{"main":[[{"node":"F","type":"main","index":0}]]}},"settings":{"errorWorkflow":"%s"}}`
	nodes := []node.Node{brokenNode(), errorTrigger()}
	r := runPlan(t, compile(t, parse(t, fmt.Sprintf(file, "E")), nodes, find))
	require.NoError(t, r.ErrorRunFailure)
	require.Equal(t, runtime.StatusSuccess, r.ErrorRun.Status)
	item := r.ErrorRun.LastItems()[0].JSON
	execution, _ := item.Get("execution")
	require.Equal(t, []string{"id", "error", "lastNodeExecuted", "mode"}, execution.(*node.Object).Keys())
	failure, _ := execution.(*node.Object).Get("error")
	message, _ := failure.(*node.Object).Get("message")
	require.Equal(t, "it broke", message)
	from, _ := item.Get("workflow")
	require.Equal(t, `{"id":"7","name":"W"}`, string(node.AppendJSON(nil, from)))

	missing := runPlan(t, compile(t, parse(t, fmt.Sprintf(file, "X")), nodes, find))
	require.EqualError(t, missing.ErrorRunFailure, `the error workflow "X" of workflow "W": not here`)
	require.Equal(t, "it broke", missing.Error.Message)
}

func TestPartialRuns(t *testing.T) {
	t.Parallel()
	runs := map[string]int{}
	count := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		runs[it.Instance().Name]++
		return []node.Item{node.ItemOf("n", number(it.Item())+1)}, nil
	})
	w := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"A","type":"test.item"},{"name":"B","type":"test.item"},
		{"name":"Join","type":"n8n-nodes-base.merge","typeVersion":3.1},{"name":"C","type":"test.item"}],"connections":{
		"Start":{"main":[[{"node":"A","type":"main","index":0},{"node":"B","type":"main","index":0}]]},
		"A":{"main":[[{"node":"Join","type":"main","index":0}]]},"B":{"main":[[{"node":"Join","type":"main","index":1}]]},
		"Join":{"main":[[{"node":"C","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`)
	plan := compile(t, w, []node.Node{count, join{}})
	whole := runPlan(t, plan, numbers(1)...)
	require.Equal(t, map[string]int{"A": 1, "B": 1, "C": 2}, runs)

	clear(runs)
	part, err := plan.Run(t.Context(), runtime.Request{From: "B", RunData: whole.AppendJSON(nil)})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"B": 1, "C": 2}, runs, "A stays as it was, and the join takes its items from there")
	require.Equal(t, text(whole.LastItems()), text(part.LastItems()))

	clear(runs)
	to, err := plan.Run(t.Context(), runtime.Request{To: "B", Items: numbers(1)})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"B": 1}, runs)
	require.Equal(t, []string{"Start", "B"}, to.Nodes)

	clear(runs)
	both, err := plan.Run(t.Context(), runtime.Request{From: "A", To: "A", RunData: whole.AppendJSON(nil)})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"A": 1}, runs)
	require.Equal(t, "A", both.LastNode)

	_, err = plan.Run(t.Context(), runtime.Request{From: "C", RunData: []byte(`{}`)})
	require.EqualError(t, err, `workflow "W" can't start at node "C": the earlier run has no items that came to it`)
	_, err = plan.Run(t.Context(), runtime.Request{To: "X"})
	require.EqualError(t, err, `workflow "W" can't start at node "X": there is no such node`)
	_, err = plan.Run(t.Context(), runtime.Request{From: "C", RunData: []byte(`1`)})
	require.EqualError(t, err, `workflow "W": the data of the earlier run: it is a number, not an object`)
}

func TestWaitingDataAreNotOverwritten(t *testing.T) {
	t.Parallel()
	const arrivals = "A:0 B:0 X:1 C:0 Y:1 Z:1"
	require.Equal(t, []string{"AX", "BY", "CZ"}, runtime.Joined(arrivals, false))
	require.Equal(t, []string{"AX", "CY", "-Z"}, runtime.Joined(arrivals, true), "n8n loses B")
	require.Equal(t, []string{"AX", "BY", "CZ", "D-"}, runtime.Joined("A:0 B:0 C:0 X:1 Y:1 D:0 Z:1", false))
	require.Equal(t, []string{"AX", "BY", "DZ", "C-"}, runtime.Joined("A:0 B:0 C:0 X:1 Y:1 D:0 Z:1", true), "n8n lets D overtake C")
}

// A trigger that is the target of a connection hands on what comes, as in n8n but for the editor's runs.
func TestItemsIntoATrigger(t *testing.T) {
	t.Parallel()
	for _, nodeType := range []string{"manualTrigger", "scheduleTrigger", "errorTrigger", "executeWorkflowTrigger"} {
		w := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"T","type":"n8n-nodes-base.`+nodeType+`","typeVersion":1},
			{"name":"After","type":"test.pass"}],"connections":{"Start":{"main":[[{"node":"T","type":"main","index":0}]]},
			"T":{"main":[[{"node":"After","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`)
		r, err := compile(t, w, all.All()).Run(t.Context(), runtime.Request{Start: "Start", Items: numbers(2)})
		require.NoError(t, err)
		require.Equal(t, []string{"Start", "T", "After"}, r.Nodes, nodeType)
		require.Equal(t, `{"json":{"n":1},"pairedItem":{"item":0}} {"json":{"n":2},"pairedItem":{"item":1}}`, text(r.LastItems()), nodeType)
	}
}
