package core_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
)

func TestWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 2, 3, 12, 0, 0, 0, time.FixedZone("EST", -5*3600))
	for _, c := range []struct {
		name, parameters, until, err string
		version                      float64
	}{
		{"defaults of version 1: an hour", `{}`, "2024-02-03T18:00:00Z", "", 1},
		{"days", `{"amount":1.5,"unit":"days"}`, "2024-02-05T05:00:00Z", "", 1.1},
		{"far away", `{"amount":1e300,"unit":"days"}`, "+", "", 1.1},
		{"a date in the workflow's zone", `{"resume":"specificTime","dateTime":"2024-02-03 13:00:00"}`, "2024-02-03T18:00:00Z", "", 1.1},
		{"a date with a zone", `{"resume":"specificTime","dateTime":"2024-02-03T19:00:00+01:00"}`, "2024-02-03T18:00:00Z", "", 1.1},
		{"no time at all", `{"amount":0}`, "", "", 1.1},
		{"a date that is over", `{"resume":"specificTime","dateTime":"2020-01-01"}`, "", "", 1.1},
		{"no date", `{"resume":"specificTime","dateTime":"soon"}`, "", "Cannot put execution to wait because `dateTime` parameter " +
			"is not a valid date. Please pick a specific date and time to wait until.", 1.1},
		{"below zero", `{"amount":-1}`, "", "Invalid wait amount. Please enter a number that is 0 or greater.", 1.1},
		{"unit", `{"unit":"={{ \"weeks\" }}"}`, "", "Invalid wait unit. Valid units are 'seconds', 'minutes', 'hours', or 'days'.", 1.1},
		{"webhook", `{"resume":"webhook"}`, "", "Waiting for a webhook call or a form is not supported", 1.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n, items := core.NewWait(), frozen(t, `[{"a":1}]`)
			def := n.Definition()
			parameters := def.Parameters(object(t, c.parameters), c.version)
			out, err := n.Execute(context.Background(), node.NewCall(node.CallConfig{
				Instance: node.Instance{TypeVersion: c.version}, Inputs: [][]node.Item{items}, Now: func() time.Time { return now },
				Param: func(_ context.Context, path string, _ int) (any, error) {
					return resolved(field(parameters, path), &node.Object{}), nil
				},
			}))
			if c.err != "" {
				require.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, [][]node.Item{items}, out.Main)
			switch c.until {
			case "":
				require.Nil(t, out.Suspend)
			case "+":
				require.Greater(t, out.Suspend.Until.Year(), 200_000)
			default:
				require.Equal(t, c.until, out.Suspend.Until.UTC().Format(time.RFC3339))
			}
		})
	}
}

func TestWaitChecks(t *testing.T) {
	t.Parallel()
	checker := core.NewWait().(node.Checker)
	require.Empty(t, checker.Check(object(t, `{"resume":"timeInterval"}`)))
	require.NotEmpty(t, checker.Check(object(t, `{"resume":"form"}`)))
	require.NotEmpty(t, checker.Check(object(t, `{"resume":"webhook"}`)))
	merge := core.NewMerge().(node.Checker)
	require.NotEmpty(t, merge.Check(object(t, `{"mode":"combineBySql"}`)))
	require.Empty(t, merge.Check(object(t, `{"mode":"append"}`)))
}
