package node_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
)

func TestCallDefaults(t *testing.T) {
	t.Parallel()
	c := node.NewCall(node.CallConfig{Instance: node.Instance{Name: "N", TypeVersion: 3.4}})
	require.Equal(t, "N", c.Instance().Name)
	require.Nil(t, c.Items())
	require.False(t, c.ContinueOnFail())
	require.Zero(t, c.RunIndex())
	require.Same(t, http.DefaultTransport, c.HTTPClient().Transport)
	mine, other := c.HTTPClient(), c.HTTPClient()
	require.NotSame(t, mine, other, "each caller has its own to set up")
	c.Logger().Info("goes nowhere")
	_, err := c.Params(t.Context(), 0).Value("x")
	require.EqualError(t, err, `node "N" was called without parameters`)
	_, err = c.Credential(t.Context(), "directusApi")
	require.EqualError(t, err, `node "N" was called without credentials (directusApi)`)
	for range 2 {
		v, err := c.Once("key", func() (any, error) { return t.Name(), nil })
		require.NoError(t, err)
		require.Equal(t, t.Name(), v)
	}
}

func TestCallInputs(t *testing.T) {
	t.Parallel()
	c := node.NewCall(node.CallConfig{Inputs: [][]node.Item{{node.ItemOf("a", 1)}, nil, {}}, RunIndex: 2, ContinueOnFail: true, Mode: "manual"})
	require.Equal(t, "manual", c.Mode())
	require.Len(t, c.Items(), 1)
	require.Equal(t, 2, c.RunIndex())
	require.True(t, c.ContinueOnFail())
	for i, row := range map[int]struct {
		items   int
		arrived bool
	}{-1: {0, false}, 0: {1, true}, 1: {0, false}, 2: {0, true}, 3: {0, false}} {
		items, arrived := c.Input(i)
		require.Len(t, items, row.items, "input %d", i)
		require.Equal(t, row.arrived, arrived, "input %d: missing is not empty", i)
	}
}

type contextKey struct{}

func TestCallPassesTheContextOn(t *testing.T) {
	t.Parallel()
	ctx := context.WithValue(t.Context(), contextKey{}, "mine")
	c := node.NewCall(node.CallConfig{
		Param: func(ctx context.Context, name string, item int) (any, error) {
			return []any{ctx.Value(contextKey{}), name, item}, nil
		},
		Credential: func(ctx context.Context, credentialType string) (credentials.Data, error) {
			return credentials.New(credentials.Ref{Type: credentialType}, map[string]any{"from": ctx.Value(contextKey{})}), nil
		},
	})
	v, err := c.Params(ctx, 3).Value("p")
	require.NoError(t, err)
	require.Equal(t, []any{"mine", "p", 3}, v)
	d, err := c.Credential(ctx, "directusApi")
	require.NoError(t, err)
	require.Equal(t, "mine", d.Text("from"))
}

func TestParams(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	values := map[string]any{
		"text": "x", "empty": "", "one": 1.0, "big": 1e21, "nan": math.NaN(), "yes": true, "no": false, "textYes": "true", "textNo": "false",
		"null": nil, "undefined": node.Undefined, "list": []any{1.0}, "object": object(t, `{"mode":"json","deep":{"a":null},"list":[1]}`),
	}
	p := node.NewCall(node.CallConfig{Param: func(_ context.Context, name string, _ int) (any, error) {
		v, ok := values[name]
		if !ok {
			return nil, boom
		}
		return v, nil
	}}).Params(t.Context(), 0)

	type answer struct {
		value any
		err   string
	}
	const wrong = "Parameter "
	for path, row := range map[string]struct{ text, boolean answer }{
		"text":      {answer{"x", ""}, answer{nil, wrong + `"text" is a string, not a boolean`}},
		"empty":     {answer{"", ""}, answer{nil, wrong + `"empty" is a string, not a boolean`}},
		"one":       {answer{"1", ""}, answer{nil, wrong + `"one" is a number, not a boolean`}},
		"big":       {answer{"1e+21", ""}, answer{nil, wrong + `"big" is a number, not a boolean`}},
		"nan":       {answer{"NaN", ""}, answer{nil, wrong + `"nan" is a number, not a boolean`}},
		"yes":       {answer{"true", ""}, answer{true, ""}},
		"no":        {answer{"false", ""}, answer{false, ""}},
		"textYes":   {answer{"true", ""}, answer{true, ""}},
		"textNo":    {answer{"false", ""}, answer{false, ""}},
		"null":      {answer{"", ""}, answer{false, ""}},
		"undefined": {answer{"", ""}, answer{false, ""}},
		"list":      {answer{nil, wrong + `"list" is an array, not a string`}, answer{nil, wrong + `"list" is an array, not a boolean`}},
		"object": {
			answer{nil, wrong + `"object" is an object, not a string`}, answer{nil, wrong + `"object" is an object, not a boolean`},
		},
		"object.mode":   {answer{"json", ""}, answer{nil, wrong + `"object.mode" is a string, not a boolean`}},
		"object.deep.a": {answer{"", ""}, answer{false, ""}},
		"object.none":   {answer{"", ""}, answer{false, ""}},
		"object.none.x": {answer{"", ""}, answer{false, ""}},
		"text.length":   {answer{"", ""}, answer{false, ""}},
		"missing":       {answer{nil, "boom"}, answer{nil, "boom"}},
		"missing.x":     {answer{nil, "boom"}, answer{nil, "boom"}},
	} {
		text, err := p.String(path)
		requireAnswer(t, path, row.text.value, row.text.err, text, err)
		boolean, err := p.Bool(path)
		requireAnswer(t, path, row.boolean.value, row.boolean.err, boolean, err)
	}

	for path, want := range map[string]string{
		"object": `{"mode":"json","deep":{"a":null},"list":[1]}`, "object.deep": `{"a":null}`, "null": `{}`, "undefined": `{}`, "object.none": `{}`,
	} {
		o, err := p.Object(path)
		require.NoError(t, err)
		require.Equal(t, want, jsonOf(o), path)
	}
	_, err := p.Object("list")
	require.EqualError(t, err, `Parameter "list" is an array, not an object`)
	var wrongType *node.OperationError
	require.ErrorAs(t, err, &wrongType)
	require.Equal(t, `{"parameter":"list"}`, jsonOf(wrongType.Context))
	_, err = p.Object("missing")
	require.ErrorIs(t, err, boom)

	v, err := p.Value("object.none")
	require.NoError(t, err)
	require.Equal(t, node.Undefined, v, "what is not there is undefined")
	v, err = p.Value("object.deep.a")
	require.NoError(t, err)
	require.Nil(t, v, "null is null")
}

func requireAnswer(tb testing.TB, path string, want any, message string, got any, err error) {
	tb.Helper()
	if message != "" {
		require.EqualError(tb, err, message, path)
		return
	}
	require.NoError(tb, err, path)
	require.Equal(tb, want, got, path)
}

func TestCallContexts(t *testing.T) {
	t.Parallel()
	c := node.NewCall(node.CallConfig{Inputs: [][]node.Item{{}, nil}, Sources: []*node.Source{{Node: "A"}}})
	c.NodeContext().Set("n", 1)
	require.Equal(t, `{"n":1}`, jsonOf(c.NodeContext()), "the same for the whole Call")
	require.Zero(t, c.FlowContext().Len())
	require.Equal(t, 2, c.Inputs())
	require.Equal(t, "A", c.Source(0).Node)
	require.Nil(t, c.Source(1))
	_, err := c.RunWorkflow(t.Context(), node.SubWorkflow{ID: "1"})
	require.EqualError(t, err, `node "" was called where no other workflow can be run`)
}
