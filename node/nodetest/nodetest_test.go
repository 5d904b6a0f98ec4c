package nodetest_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var api = map[string]map[string]any{"greeterApi": {"url": "https://greet.example.com"}}

func TestGolden(t *testing.T) {
	t.Parallel()
	setup := func() nodetest.Setup {
		return nodetest.Setup{
			Parameters: map[string]any{"name": "={{ $json.who }}"}, Credentials: api,
			Items: []node.Item{node.ItemOf("who", "a"), node.ItemOf("who", "b"), node.ItemOf("who", "c")},
			HTTP:  nodetest.NewService(nodetest.Reply{Body: "Hi a"}, nodetest.Reply{Status: 500, Body: `{"message": "down"}`}, nodetest.Reply{Body: "Hi c"}),
		}
	}
	for name, settings := range map[string]map[string]any{
		"stop":     nil,
		"continue": {"onError": "continueRegularOutput"},
		"output":   {"onError": "continueErrorOutput"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup()
			s.Settings = settings
			result, err := nodetest.Run(t.Context(), newGreeter(), s)
			require.NoError(t, err)
			result.Golden(t, filepath.Join("testdata", name+".json"), *update)
		})
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, s nodetest.Setup) *nodetest.Result {
		t.Helper()
		result, err := nodetest.Run(t.Context(), newGreeter(), s)
		require.NoError(t, err)
		return result
	}
	t.Run("one empty item is the default", func(t *testing.T) {
		t.Parallel()
		result := run(t, nodetest.Setup{Parameters: map[string]any{"name": "x"}, Credentials: api, HTTP: nodetest.NewService(nodetest.Reply{Body: "Hi"})})
		require.Len(t, result.Items(), 1)
		require.Nil(t, result.Error)
		require.Zero(t, result.FailedItems)
	})
	t.Run("retries", func(t *testing.T) {
		t.Parallel()
		service := nodetest.NewService(nodetest.Reply{Err: syscall.ECONNREFUSED}, nodetest.Reply{Body: "Hi"})
		result := run(t, nodetest.Setup{
			Parameters: map[string]any{"name": "x"}, Credentials: api, HTTP: service,
			Settings: map[string]any{"retryOnFail": true, "waitBetweenTries": 1},
		})
		require.Len(t, result.Items(), 1)
		require.Len(t, service.Requests(), 2)
	})
	t.Run("what had succeeded", func(t *testing.T) {
		t.Parallel()
		result := run(t, nodetest.Setup{
			Parameters: map[string]any{"name": "x"}, Credentials: api, HTTP: nodetest.NewService(nodetest.Reply{Body: "Hi"}, nodetest.Reply{Status: 401}),
			Items: []node.Item{node.ItemOf(), node.ItemOf()},
		})
		require.Nil(t, result.Outputs)
		require.Nil(t, result.Items())
		require.Len(t, result.Partial, 1)
		require.Equal(t, "401", result.Error.HTTPCode)
	})
	t.Run("no credentials", func(t *testing.T) {
		t.Parallel()
		result := run(t, nodetest.Setup{Parameters: map[string]any{"name": "x"}, HTTP: nodetest.NewService()})
		require.Equal(t, "Node does not have any credentials set", result.Error.Message)
	})
	t.Run("the clock stands still", func(t *testing.T) {
		t.Parallel()
		s := nodetest.Setup{
			Parameters: map[string]any{"name": "x"}, Credentials: api, HTTP: nodetest.NewService(nodetest.Reply{Status: 400}, nodetest.Reply{Status: 400}),
		}
		require.Equal(t, nodetest.Now(), run(t, s).Error.Time)
		later := nodetest.Now().Add(time.Hour)
		s.Options = []runtime.Option{runtime.WithClock(func() time.Time { return later })}
		require.Equal(t, later, run(t, s).Error.Time)
	})
}

func TestRunErrors(t *testing.T) {
	t.Parallel()
	var issues *runtime.IssuesError
	_, err := nodetest.Run(t.Context(), newGreeter(), nodetest.Setup{})
	require.ErrorAs(t, err, &issues)
	require.Equal(t, `Parameter "Name" is required.`, issues.Issues[0].Message)

	_, err = nodetest.Run(t.Context(), newGreeter(), nodetest.Setup{Version: 9, Parameters: map[string]any{"name": "x"}})
	require.ErrorAs(t, err, &issues)
	require.Contains(t, issues.Issues[0].Message, "not available in version 9")

	_, err = nodetest.Run(t.Context(), newGreeter(), nodetest.Setup{Parameters: map[string]any{"name": make(chan int)}})
	require.ErrorContains(t, err, "nodetest: Parameters: ")
	_, err = nodetest.Run(t.Context(), newGreeter(), nodetest.Setup{Settings: map[string]any{"x": make(chan int)}})
	require.ErrorContains(t, err, "nodetest: Settings: x: ")
	_, err = nodetest.Run(t.Context(), newGreeter(), nodetest.Setup{Settings: map[string]any{"name": ""}})
	require.ErrorContains(t, err, "name is empty")
	_, err = nodetest.Run(t.Context(), node.PerItem(node.Definition{Name: "bare"}, nil), nodetest.Setup{})
	require.EqualError(t, err, `nodetest: the Definition of node "bare" has no types or no versions`)

	// No request leaves the test, and none goes unnoticed, whatever the node makes of its failure.
	for _, settings := range []map[string]any{nil, {"onError": "continueRegularOutput"}} {
		s := nodetest.Setup{Parameters: map[string]any{"name": "x"}, Credentials: api, Settings: settings}
		_, err = nodetest.Run(t.Context(), newGreeter(), s)
		require.EqualError(t, err, "nodetest: request 1 (GET https://greet.example.com/x) has no reply: 0 were prepared")
	}

	stopped := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	_, err = nodetest.Run(ctx, newGreeter(), nodetest.Setup{Parameters: map[string]any{"name": "x"}, Credentials: api, HTTP: nodetest.NewService()})
	require.ErrorIs(t, err, stopped)
}

// A node with two inputs, of which one got nothing.
func TestInputs(t *testing.T) {
	t.Parallel()
	result, err := nodetest.Run(t.Context(), twoInputs{}, nodetest.Setup{Inputs: [][]node.Item{nil, {node.ItemOf("a", 1)}}})
	require.NoError(t, err)
	require.JSONEq(t, `{"outputs": [[{"json": {"first": false, "second": 1, "mode": "fast"}, "pairedItem": {"item": 0, "input": 1}}]]}`, string(result.JSON()))
}

type twoInputs struct{}

func (twoInputs) Definition() node.Definition {
	return node.Definition{
		Types: []string{"example.two"}, Versions: []float64{1, 2}, Name: "two",
		Inputs: []string{"main", "main"}, Outputs: []string{"main"},
		Properties: []schemas.Property{
			{Name: "mode", Type: schemas.String, Default: "slow", DisplayOptions: schemas.Show("@version", 1)},
			{Name: "mode", Type: schemas.String, Default: "fast", DisplayOptions: schemas.Show("@version", 2)},
		},
	}
}

func (twoInputs) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	_, first := c.Input(0)
	second, _ := c.Input(1)
	mode, err := c.Params(ctx, 0).String("mode")
	if err != nil {
		return node.Output{}, err
	}
	out := node.ItemOf("first", first, "second", len(second), "mode", mode)
	out.Paired = []node.Paired{{Item: 0, Input: 1}}
	return node.Output{Main: [][]node.Item{{out}}}, nil
}

// recorder is a testing.TB that notes failures.
type recorder struct {
	testing.TB
	failed string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.failed = "error" }

func (r *recorder) Fatalf(format string, args ...any) { r.failed = "fatal" }

func TestGoldenFails(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new", "golden.json")
	result := &nodetest.Result{Outputs: [][]node.Item{{node.ItemOf("a", 1)}}}

	missing := &recorder{TB: t}
	result.Golden(missing, file, false)
	require.NotEmpty(t, missing.failed)

	result.Golden(t, file, true)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "{\n  \"outputs\": [\n    [\n      {\n        \"json\": {\n          \"a\": 1\n        }\n      }\n    ]\n  ]\n}\n", string(text))

	same := &recorder{TB: t}
	result.Golden(same, file, false)
	require.Empty(t, same.failed)

	other := &recorder{TB: t}
	(&nodetest.Result{}).Golden(other, file, false)
	require.Equal(t, "error", other.failed)
}
