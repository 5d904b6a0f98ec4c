package core_test

import (
	"context"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
)

// What moment-timezone, with which n8n writes the item, makes of these times.
func TestScheduleTrigger(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ms         int64
		zone, want string
	}{
		{1706933106007, "America/New_York", `{"timestamp":"2024-02-02T23:05:06.007-05:00","Readable date":"February 2nd 2024, 11:05:06 pm",` +
			`"Readable time":"11:05:06 pm","Day of week":"Friday","Year":"2024","Month":"February","Day of month":"02","Hour":"23","Minute":"05",` +
			`"Second":"06","Timezone":"America/New_York (UTC-05:00)"}`},
		{1732300199999, "Asia/Kolkata", `{"timestamp":"2024-11-22T23:59:59.999+05:30","Readable date":"November 22nd 2024, 11:59:59 pm",` +
			`"Readable time":"11:59:59 pm","Day of week":"Friday","Year":"2024","Month":"November","Day of month":"22","Hour":"23","Minute":"59",` +
			`"Second":"59","Timezone":"Asia/Kolkata (UTC+05:30)"}`},
		{1704931200000, "UTC", `{"timestamp":"2024-01-11T00:00:00.000+00:00","Readable date":"January 11th 2024, 12:00:00 am",` +
			`"Readable time":"12:00:00 am","Day of week":"Thursday","Year":"2024","Month":"January","Day of month":"11","Hour":"00","Minute":"00",` +
			`"Second":"00","Timezone":"UTC (UTC+00:00)"}`},
		{1691841601000, "Europe/Berlin", `{"timestamp":"2023-08-12T14:00:01.000+02:00","Readable date":"August 12th 2023, 2:00:01 pm",` +
			`"Readable time":"2:00:01 pm","Day of week":"Saturday","Year":"2023","Month":"August","Day of month":"12","Hour":"14","Minute":"00",` +
			`"Second":"01","Timezone":"Europe/Berlin (UTC+02:00)"}`},
	} {
		zone, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		call := func(items []node.Item) *node.Call {
			return node.NewCall(node.CallConfig{
				Instance: node.Instance{TypeVersion: 1.2}, Inputs: [][]node.Item{items},
				Now: func() time.Time { return time.UnixMilli(c.ms).In(zone) },
			})
		}
		n := core.NewScheduleTrigger()
		out, err := n.Execute(context.Background(), call([]node.Item{node.ItemOf()}))
		require.NoError(t, err)
		require.Equal(t, []string{c.want}, texts(out.Main[0]))
		out, err = n.Execute(context.Background(), call(frozen(t, `[{"given":1}]`)))
		require.NoError(t, err)
		require.Equal(t, []string{`{"given":1}`}, texts(out.Main[0]))
	}
}

func TestErrorTrigger(t *testing.T) {
	t.Parallel()
	n := core.NewErrorTrigger()
	empty, given := []node.Item{node.ItemOf()}, frozen(t, `[{"execution":{"id":1}}]`)
	out, err := n.Execute(context.Background(), setup{version: 1, mode: "manual"}.call(n, empty))
	require.NoError(t, err)
	require.Equal(t, []string{`{"execution":{"id":231,"url":"http://localhost:5678/execution/workflow/1/231","retryOf":"34",` +
		`"error":{"message":"Example Error Message","stack":"Stacktrace"},"lastNodeExecuted":"Node With Error","mode":"manual"},` +
		`"workflow":{"id":"1","name":"Example Workflow"}}`}, texts(out.Main[0]))
	for mode, items := range map[string][]node.Item{"manual": given, "error": given, "cli": empty} {
		out, err = n.Execute(context.Background(), setup{version: 1, mode: mode}.call(n, items))
		require.NoError(t, err)
		require.Equal(t, texts(items), texts(out.Main[0]), mode)
	}
}

func TestTriggersHandOnWhatTheyAreGiven(t *testing.T) {
	t.Parallel()
	for _, n := range []node.Node{core.NewStart(), core.NewCron(), core.NewInterval(), core.NewExecuteWorkflowTrigger()} {
		def := n.Definition()
		require.True(t, def.IsTrigger(), def.Name)
		given := frozen(t, `[{"a":1},{}]`)
		out, err := n.Execute(context.Background(), setup{version: 1}.call(n, given))
		require.NoError(t, err)
		require.Equal(t, [][]node.Item{given}, out.Main, def.Name)
		out, err = n.Execute(context.Background(), node.NewCall(node.CallConfig{Instance: node.Instance{TypeVersion: 1}}))
		require.NoError(t, err)
		require.Equal(t, []string{"{}"}, texts(out.Main[0]), def.Name)
	}
}
