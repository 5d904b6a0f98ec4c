package runtime_test

import (
	"context"
	"fmt"
	"log"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

// Evaluate an expression by itself.
func ExampleEval() {
	got, err := runtime.Eval(context.Background(), runtime.EvalRequest{
		Expression: `={{ $json.lines.map(l => l.price * l.count).sum() }}`,
		Items:      []node.Item{node.ItemOf("lines", []any{node.NewObject("price", 2.5, "count", 4), node.NewObject("price", 1, "count", 3)})},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.Value, got.Type)
	// Output: 13 number
}

// Look for mistakes in an expression without evaluating it.
func ExampleCheck() {
	fmt.Println(runtime.Check(`=Hello {{ $json.name. }}`))
	// Output:
	// invalid syntax: the expression ends where a name is expected
	//     =Hello {{ $json.name. }}
	//                           ^
}

func TestEval(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	now := time.Date(2024, 5, 6, 20, 0, 0, 0, time.UTC)
	opts := []runtime.Option{
		runtime.WithClock(func() time.Time { return now }), runtime.WithLocation(tokyo),
		runtime.WithEnv(func(name string) (string, bool) { return "x", name != "UNSET" }, "HERE", "UNSET"),
	}
	items := []node.Item{node.ItemOf("n", 1), node.ItemOf("n", 2)}
	for text, want := range map[string]runtime.Evaluated{
		`={{ $json.n }}`:         {Value: 2.0, Type: "number"},
		`={{ $now }}`:            {Value: "2024-05-07T05:00:00.000+09:00", Type: "DateTime"},
		`={{ new Date() }}`:      {Value: node.Date(now.UnixMilli()), Type: "Date"},
		`={{ $json.x }}`:         {Value: node.Undefined, Type: "undefined"},
		`={{ new Map() }}`:       {Value: &node.Object{}, Type: "Map"},
		`n is {{ $json.n }}`:     {Value: "n is {{ $json.n }}", Type: "string"},
		`={{ $execution.mode }}`: {Value: "production", Type: "string"},

		`={{ $env.HERE }}`:                        {Value: "x", Type: "string"},
		`=text {{ $env.HERE }}`:                   {Value: "text x", Type: "string"},
		`={{ $env.UNSET }}`:                       {Value: node.Undefined, Type: "undefined"},
		`={{ [1].map(() => $env.HERE)[0] }}`:      {Value: "x", Type: "string"},
		`={{ process.env.HERE }}`:                 {Value: "x", Type: "string"},
		`={{ process.env.SECRET }}`:               {Value: node.Undefined, Type: "undefined"},
		`={{ Object.keys(process.env).join() }}`:  {Value: "HERE", Type: "string"},
		`={{ process.env.HERE = 1 }}`:             {Value: 1.0, Type: "number"},
		`={{ Object.keys(process).join() }}`:      {Value: "env", Type: "string"},
		`={{ $execution.customData.set("a",1) }}`: {Value: node.Undefined, Type: "undefined"},
	} {
		got, err := runtime.Eval(ctx, runtime.EvalRequest{Expression: text, Items: items, Item: 1}, opts...)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}

	_, err = runtime.Eval(ctx, runtime.EvalRequest{Expression: `={{ $('A').item }}`}, opts...)
	var failed *runtime.EvalError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "Referenced node doesn't exist\n    ={{ $('A').item }}\n               ^", failed.Detail())
	require.Equal(t, "ExpressionError", node.InfoOf(err).Name)

	_, err = runtime.Eval(ctx, runtime.EvalRequest{Expression: `={{ (() => { while (true) ; })() }}`},
		runtime.WithExpressionLimits(runtime.ExpressionLimits{Time: 100 * time.Millisecond}))
	require.ErrorContains(t, err, "it ran longer than 100ms: {{ (() => { while (true) ; })() }}")

	canceled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = runtime.Eval(canceled, runtime.EvalRequest{Expression: `={{ [1].map(x => x) }}`})
	require.ErrorIs(t, err, context.Canceled)

	_, err = runtime.Eval(ctx, runtime.EvalRequest{Expression: `=x`, Items: items, Item: 2})
	require.EqualError(t, err, "there is no item 2: there are 2, counted from 0")
	_, err = runtime.Eval(ctx, runtime.EvalRequest{Expression: make(chan int)})
	require.ErrorContains(t, err, "the expression can't be JSON")
}

// What is not allowed, and what has no value, is an error.
func TestEvalFails(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`={{ $env.SECRET }}`:                "access to env vars denied",
		`={{ $env["SEC" + "RET"] }}`:        "access to env vars denied",
		`={{ [1].map(() => $env.SECRET) }}`: "access to env vars denied",
		`={{ $execution.resumeUrl }}`:       "$execution.resumeUrl has no value: nothing here resumes executions",
		`={{ $execution.resumeFormUrl }}`:   "$execution.resumeFormUrl has no value: nothing here resumes executions",
		`={{ (1.5).toLocaleString("it") }}`: `the locale "it" is not supported; en-US, en-GB, en-IN, de, fr, es are`,
	} {
		for _, opts := range [][]runtime.Option{nil, {runtime.WithEnv(func(string) (string, bool) { return "x", true }, "HERE")}} {
			_, err := runtime.Eval(context.Background(), runtime.EvalRequest{Expression: text}, opts...)
			var failed *runtime.EvalError
			require.ErrorAs(t, err, &failed, text)
			require.EqualError(t, err, want, text)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, runtime.Check(`={{ $json.list.map(({a, ...b}) => a ?? b) }}`))
	require.NoError(t, runtime.Check(map[string]any{"a": "={{ $('Anywhere').item.json.x }}", "b": 1}))
	err := runtime.Check(map[string]any{"a": "={{ 1 + }}", "b": []any{"={{ x => }}"}, "c": "={{ (x => x).constructor }}"})
	require.ErrorContains(t, err, "(in a)")
	require.ErrorContains(t, err, "(in b[0])")
	require.ErrorContains(t, err, "Expression contains invalid constructor function call (in c)")
}
