package conditions_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/conditions"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

// TestRecorded compares with what the If node of n8n 2.41.1 did: testdata/recorded.jsonl holds one condition a line, its values
// as JavaScript.
func TestRecorded(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/recorded.jsonl")
	require.NoError(t, err)
	shared := &conditions.Evaluator{Now: now}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	require.Greater(t, len(lines), 500)
	for _, line := range lines {
		c, err := node.ParseObject(line)
		require.NoError(t, err)
		value := func(key string) any {
			v, err := runtime.Eval(context.Background(), runtime.EvalRequest{Expression: "={{ " + get(c, key).(string) + " }}"})
			require.NoError(t, err, "%s", line)
			return v.Value
		}
		filter := node.NewObject("combinator", "and", "options", get(c, "options"), "conditions", []any{
			node.NewObject("leftValue", value("left"), "rightValue", value("right"), "operator", get(c, "operator")),
		})
		passed, err := shared.Pass(filter, 0)
		message, failed := c.Get("error")
		switch {
		case failed && message == "": // n8n loses the text of a regular expression's error
			require.ErrorContains(t, err, "Invalid regular expression", "%s", line)
		case failed:
			require.EqualError(t, err, message.(string), "%s", line)
			if e := (*conditions.Error)(nil); errors.As(err, &e) {
				require.Equal(t, get(c, "description"), e.Description, "%s", line)
			}
		default:
			require.NoError(t, err, "%s", line)
			require.Equal(t, get(c, "pass"), passed, "%s", line)
		}
	}
}
