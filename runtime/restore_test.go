package runtime_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/n8ntest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// TestRecordedRunsStopAfterEveryStep runs the recorded runs of n8n as they are and stopped after every step: stored, and gone on
// with from there. Nothing may differ.
func TestRecordedRunsStopAfterEveryStep(t *testing.T) {
	t.Parallel()
	cases, err := n8ntest.LoadCases("../testdata/n8n/cases")
	require.NoError(t, err)
	if testing.Short() {
		cases = cases[:50]
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			whole, err := runCase(t, c, (*runtime.Plan).Run)
			if err != nil {
				t.Skip("it does not start")
			}
			stopped, err := runCase(t, c, (*runtime.Plan).RunInSteps)
			require.NoError(t, err)
			diff, err := n8ntest.Diff(whole, stopped)
			require.NoError(t, err)
			require.Empty(t, diff)
		})
	}
}

type runner func(*runtime.Plan, context.Context, runtime.Request) (*runtime.Result, error)

// runCase runs a recorded run's workflow against a mock of its own, and returns the run.
func runCase(t *testing.T, c *n8ntest.Case, run runner) ([]byte, error) {
	t.Helper()
	mock := n8ntest.NewMock(t, "")
	at := c.At(mock.Addr)
	w, err := workflows.ParseOne(at.Workflow)
	if err != nil {
		return nil, err
	}
	resolver := credentials.Values()
	if at.Credentials != nil {
		file := filepath.Join(t.TempDir(), "credentials.json")
		require.NoError(t, os.WriteFile(file, at.Credentials, 0o600))
		resolver, err = credentials.File(file)
		require.NoError(t, err)
	}
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(resolver),
		runtime.WithClock(func() time.Time { return now }), runtime.WithSeenStore(node.NewSeenStore()))
	if err != nil {
		return nil, err
	}
	req := runtime.Request{Mode: runtime.Mode(at.Mode)}
	if at.Input != nil {
		v, err := node.ParseJSON(at.Input)
		require.NoError(t, err)
		req.Items, err = node.ItemsOf(v)
		require.NoError(t, err)
	}
	result, err := run(plan, t.Context(), req)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { require.NoError(t, result.Close()) })
	text := result.AppendJSON(nil)
	return bytes.ReplaceAll(text, []byte(mock.Addr), []byte(n8ntest.RecordedAddr)), nil
}
