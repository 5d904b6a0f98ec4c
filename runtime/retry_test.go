package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

func TestRetryPolicies(t *testing.T) {
	t.Parallel()
	const n8n = `"retryOnFail":true,"maxTries":10,"waitBetweenTries":9000`
	s := time.Second
	for name, c := range map[string]struct {
		settings string
		policy   runtime.RetryPolicy
		random   []byte
		permanent,
		endless bool
		pauses []time.Duration
	}{
		"n8n's bounds":            {n8n, runtime.RetryPolicy{}, nil, false, false, []time.Duration{5 * s, 5 * s, 5 * s, 5 * s}},
		"more tries":              {n8n, runtime.RetryPolicy{Tries: 7}, nil, false, false, []time.Duration{5 * s, 5 * s, 5 * s, 5 * s, 5 * s, 5 * s}},
		"a longer wait":           {n8n, runtime.RetryPolicy{Tries: 3, Wait: 60 * s}, nil, false, false, []time.Duration{60 * s, 60 * s}},
		"backoff":                 {n8n, runtime.RetryPolicy{Tries: 6, Wait: s, Factor: 3, MaxWait: 20 * s}, nil, false, false, []time.Duration{s, 3 * s, 9 * s, 20 * s, 20 * s}},
		"backoff has an end":      {n8n, runtime.RetryPolicy{Tries: 4, Wait: time.Minute, Factor: 1e300}, nil, false, false, []time.Duration{time.Minute, time.Hour, time.Hour}},
		"jitter":                  {n8n, runtime.RetryPolicy{Tries: 3, Wait: 8 * s, Jitter: 0.5}, bytes.Repeat([]byte{0, 0, 0, 0, 0, 0, 0, 0x80}, 9), false, false, []time.Duration{6 * s, 6 * s}},
		"a failing random source": {n8n, runtime.RetryPolicy{Tries: 3, Wait: 8 * s, Jitter: 0.5}, []byte{1}, false, false, []time.Duration{8 * s, 8 * s}},
		"permanent":               {n8n, runtime.RetryPolicy{Tries: 7}, nil, true, false, nil},
		"off in the node":         {`"maxTries":10`, runtime.RetryPolicy{Tries: 7}, nil, false, false, nil},
		"canceled in a pause":     {n8n, runtime.RetryPolicy{Tries: 7}, nil, false, true, []time.Duration{5 * s}},
	} {
		for kind, items := range map[string]bool{"item": true, "whole": false} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				tries := 0
				fail := func() error {
					tries++
					err := fmt.Errorf("try %d", tries)
					if c.permanent {
						err = node.Permanent(err)
					}
					return err
				}
				var n node.Node = fake{definition("item"), func(context.Context, *node.Call) (node.Output, error) { return node.Output{}, fail() }}
				if items {
					n = perItem(func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, fail() })
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var pauses []time.Duration
				policy := c.policy
				policy.Sleep = func(ctx context.Context, pause time.Duration) error {
					pauses = append(pauses, pause)
					if c.endless {
						cancel()
					}
					return ctx.Err()
				}
				random := bytes.NewReader(append(make([]byte, 16), c.random...)) // the first 16 are the execution id
				plan := compile(t, chain(t, `{"type":"test.item",`+c.settings+`}`), []node.Node{n}, runtime.WithRetry(policy), runtime.WithRandom(random))
				r, err := plan.Run(ctx, runtime.Request{})
				require.NoError(t, err)
				require.Equal(t, c.pauses, pauses)
				if c.endless {
					require.Equal(t, runtime.StatusCanceled, r.Status)
					require.Equal(t, 1, tries)
					return
				}
				require.Equal(t, fmt.Sprintf("try %d", len(pauses)+1), r.Error.Message)
			})
		}
	}
}

// Try nodes whose Retry On Fail is on for longer than n8n does, with pauses that grow.
func ExampleWithRetry() {
	tries := 0
	flaky := fake{definition("item"), func(_ context.Context, c *node.Call) (node.Output, error) {
		if tries++; tries < 7 {
			return node.Output{}, errors.New("not yet")
		}
		return node.Output{Main: [][]node.Item{c.Items()}}, nil
	}}
	policy := runtime.RetryPolicy{
		Tries: 8, Wait: time.Second, Factor: 2, MaxWait: 10 * time.Second, // and Jitter: 0.5, say
		Sleep: func(_ context.Context, pause time.Duration) error { // leave it out to wait in the process
			fmt.Println("pause", pause)
			return nil
		},
	}
	e := runtime.NewExecutor(runtime.NewRegistry(flaky), runtime.WithRetry(policy))
	p, err := e.Prepare(flakyNode)
	if err != nil {
		fmt.Println(err)
		return
	}
	run, err := e.Execute(context.Background(), runtime.Task{Node: p, Inputs: [][]node.Item{{node.ItemOf("n", 1)}}})
	fmt.Println(run.Status, err)
	// Output:
	// pause 1s
	// pause 2s
	// pause 4s
	// pause 8s
	// pause 10s
	// pause 10s
	// success <nil>
}

var flakyNode = &workflows.Node{Name: "Flaky", Type: "test.item", TypeVersion: 1, RetryOnFail: true}
