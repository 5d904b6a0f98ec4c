package core_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// calledWorkflow counts its items.
const calledWorkflow = `{"name":"Called","settings":{"executionOrder":"v1"},"nodes":[
	{"name":"T","type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1,"position":[0,0],"parameters":{"inputSource":"passthrough"}},
	{"name":"S","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[0,0],"parameters":{"assignments":{"assignments":[
		{"id":"a","name":"count","type":"number","value":"={{ $input.all().length }}"}]}}}],
	"connections":{"T":{"main":[[{"node":"S","type":"main","index":0}]]}}}`

// runExecuteWorkflow runs the node on two items.
func runExecuteWorkflow(t *testing.T, version, parameters string, opts ...runtime.Option) *runtime.Result {
	t.Helper()
	w, err := workflows.ParseOne([]byte(`{"name":"W","settings":{"executionOrder":"v1"},"nodes":[
		{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
		{"name":"Run","type":"n8n-nodes-base.executeWorkflow","typeVersion":` + version + `,"position":[0,0],"parameters":` + parameters + `}],
		"connections":{"Start":{"main":[[{"node":"Run","type":"main","index":0}]]}}}`))
	require.NoError(t, err)
	nodes := []node.Node{core.NewManualTrigger(), core.NewExecuteWorkflowTrigger(), core.NewSet(), core.NewExecuteWorkflow()}
	plan, err := runtime.Compile(w, runtime.NewRegistry(nodes...), opts...)
	require.NoError(t, err)
	result, err := plan.Run(t.Context(), runtime.Request{Items: []node.Item{node.ItemOf("a", 1), node.ItemOf("a", 2)}})
	require.NoError(t, err)
	return result
}

func counts(t *testing.T, r *runtime.Result) []any {
	t.Helper()
	require.NoError(t, r.Err())
	var out []any
	for _, it := range r.LastItems() {
		out = append(out, field(it.JSON, "count"))
	}
	return out
}

func TestExecuteWorkflowFromFile(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "called.json"), []byte(calledWorkflow), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "called.json"), []byte(calledWorkflow), 0o600))
	files := runtime.WithWorkflowFiles(workflows.Files(dir))
	local := func(path, mode string, opts ...runtime.Option) *runtime.Result {
		return runExecuteWorkflow(t, "1.1", `{"source":"localFile","workflowPath":"`+path+`","mode":"`+mode+`"}`, opts...)
	}
	require.Equal(t, []any{2.0, 2.0}, counts(t, local(filepath.Join(dir, "called.json"), "once", files)))
	require.Equal(t, []any{1.0, 1.0}, counts(t, local("called.json", "each", files)))
	require.Equal(t, `The file "no.json" could not be found, [item 0]`, local("no.json", "once", files).Error.Message)
	require.Equal(t, "Access to the workflow file path is not allowed", local(filepath.Join(outside, "called.json"), "once", files).Error.Message)
	require.Equal(t, `workflow file "called.json" is to be run, but the run has no folder that such files may be in`, local("called.json", "once").Error.Message)
}

func TestExecuteWorkflowFromAddress(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch r.URL.Path {
		case "/w.json":
			_, _ = w.Write([]byte(calledWorkflow))
		case "/text":
			_, _ = w.Write([]byte("no JSON"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	fetch := func(path string, opts ...runtime.Option) *runtime.Result {
		return runExecuteWorkflow(t, "1", `{"source":"url","workflowUrl":"`+path+`","mode":"each"}`, opts...)
	}
	require.Equal(t, []any{1.0, 1.0}, counts(t, fetch(server.URL+"/w.json")))
	require.Equal(t, 1, asked, "each address is asked once")
	for path, want := range map[string]string{
		server.URL + "/no":   "the workflow could not be fetched: the server answered 404 Not Found",
		server.URL + "/text": "the workflow is not valid JSON",
		"file:///etc/passwd": "unsupported protocol scheme",
		"::":                 "Invalid URL",
	} {
		r := fetch(path)
		require.Equal(t, "Error executing workflow with item at index 0", r.Error.Message)
		if path != "file:///etc/passwd" {
			require.Contains(t, r.Error.Description, want)
		}
	}
	before := asked
	r := fetch(server.URL+"/w.json", runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"example.com"}}))
	require.Equal(t, runtime.StatusError, r.Status)
	require.Equal(t, before, asked, "the egress policy holds")
}

// A workflow that runs itself stops at the limit.
func TestExecuteWorkflowFromParameter(t *testing.T) {
	t.Parallel()
	quoted := string(node.AppendJSON(nil, calledWorkflow))
	require.Equal(t, []any{2.0, 2.0}, counts(t, runExecuteWorkflow(t, "1.4", `{"source":"parameter","workflowJson":`+quoted+`}`)))

	self := strings.Replace(calledWorkflow, `"n8n-nodes-base.set","typeVersion":3.4,"position":[0,0],"parameters":{`,
		`"n8n-nodes-base.executeWorkflow","typeVersion":1.2,"position":[0,0],"parameters":{"workflowId":"self",`, 1)
	w, err := workflows.ParseOne([]byte(self))
	require.NoError(t, err)
	r := runExecuteWorkflow(t, "1.2", `{"workflowId":{"__rl":true,"mode":"id","value":"self"}}`,
		runtime.WithWorkflows(func(context.Context, string) (*workflows.Workflow, error) { return w, nil }),
		runtime.WithLimits(runtime.Limits{SubWorkflowDepth: 5}))
	require.Equal(t, "More than 5 workflows run inside each other", r.Error.Message)

	r = runExecuteWorkflow(t, "1.2", `{"workflowId":{"__rl":true,"mode":"id","value":"gone"}}`,
		runtime.WithWorkflows(func(context.Context, string) (*workflows.Workflow, error) { return nil, errors.New("there is none") }))
	require.Equal(t, "there is none", r.Error.Message)
}
