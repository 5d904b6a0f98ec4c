package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// keeps is a StaticStore that holds what one workflow keeps.
type keeps struct {
	data *node.Object
	fail error
}

func (k *keeps) Load(context.Context, *workflows.Workflow) (*node.Object, error) {
	return k.data, k.fail
}

func (k *keeps) Save(_ context.Context, _ *workflows.Workflow, data *node.Object) error {
	k.data = data
	return k.fail
}

const outerWorkflow = `{"name": "Outer", "nodes": [
	{"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
	{"name": "Count", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [200, 0], "parameters": {"jsCode":
		"const kept = $getWorkflowStaticData('global'); kept.runs = (kept.runs ?? 0) + 1; $execution.customData.set('runs', kept.runs); return [{json: {runs: kept.runs}}]"}},
	{"name": "File", "type": "n8n-nodes-base.convertToFile", "typeVersion": 1.1, "position": [400, 0], "parameters": {"operation": "toJson"}},
	{"name": "Other", "type": "n8n-nodes-base.executeWorkflow", "typeVersion": 1, "position": [600, 0], "parameters": {"workflowId": "inner"}}],
	"connections": {
		"Start": {"main": [[{"node": "Count", "type": "main", "index": 0}]]},
		"Count": {"main": [[{"node": "File", "type": "main", "index": 0}]]},
		"File": {"main": [[{"node": "Other", "type": "main", "index": 0}]]}}}`

const innerWorkflow = `{"name": "Inner", "id": "inner", "nodes": [
	{"name": "Called", "type": "n8n-nodes-base.executeWorkflowTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}}],
	"connections": {}}`

// TestRunContext drives a Scheduler from outside, over restarts: static data, custom data, files and sub-workflows are those
// of Plan.Run.
func TestRunContext(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	store := &keeps{}
	outer, err := workflows.ParseOne([]byte(outerWorkflow))
	require.NoError(t, err)
	inner, err := workflows.ParseOne([]byte(innerWorkflow))
	require.NoError(t, err)
	registry := runtime.NewRegistry(all.All()...)
	opts := []runtime.Option{
		runtime.WithStaticStore(store), runtime.WithBinaryMemory(runtime.BinaryMemory{File: -1}),
		runtime.WithWorkflows(func(_ context.Context, id string) (*workflows.Workflow, error) {
			if id != "inner" {
				return nil, errors.New("no such workflow")
			}
			return inner, nil
		}),
	}
	plan, err := runtime.Compile(outer, registry, opts...)
	require.NoError(t, err)
	executor := runtime.NewExecutor(registry, opts...)
	for i := range 2 {
		run, err := plan.NewRunContext(ctx, runtime.ModeCLI)
		require.NoError(t, err)
		require.NotEmpty(t, run.ExecutionID)
		s, err := plan.NewScheduler(runtime.Request{}, run)
		require.NoError(t, err)
		var last *runtime.NodeRun
		var names []string
		for {
			s, err = plan.RestoreScheduler(s.AppendJSON(nil), run)
			require.NoError(t, err)
			task, ok := s.Next()
			if !ok {
				break
			}
			last, err = executor.Execute(ctx, *task)
			require.NoError(t, err)
			require.Nil(t, last.Error, "%s", task.Name())
			s.Done(task, last)
			names = append(names, task.Name())
		}
		require.Equal(t, []string{"Start", "Count", "File", "Other"}, names)
		kept, changed := run.StaticData()
		require.True(t, changed)
		require.JSONEq(t, fmt.Sprintf(`{"global":{"runs":%d}}`, i+1), string(node.AppendJSON(nil, kept)))
		require.JSONEq(t, fmt.Sprintf(`{"runs":"%d"}`, i+1), string(node.AppendJSON(nil, run.CustomData())))
		file, _ := last.Main[0][0].Binary.Get("data")
		r, err := run.OpenBinary(ctx, file)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		require.NoError(t, run.End(ctx))
		require.Equal(t, kept, store.data)
		_, err = run.OpenBinary(ctx, file)
		require.ErrorContains(t, err, "removed")
	}
	store.fail = errors.New("the disk is full")
	_, err = plan.NewRunContext(ctx, "")
	require.ErrorContains(t, err, `workflow "Outer": its static data can't be loaded: the disk is full`)
}

// TestRunContextByHand has nothing but its fields.
func TestRunContextByHand(t *testing.T) {
	t.Parallel()
	run := &runtime.RunContext{}
	require.NoError(t, run.End(context.Background()))
	data, changed := run.StaticData()
	require.Nil(t, data)
	require.False(t, changed)
	require.Zero(t, run.CustomData().Len())
	_, err := run.OpenBinary(context.Background(), node.Binary{}.WithID("filesystem-v2:x", 1))
	require.ErrorContains(t, err, "not of one")
}
