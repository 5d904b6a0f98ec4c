package core_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
)

// setup is how a test calls a node without a runtime.
type setup struct {
	version    float64
	mode       string
	continues  bool
	parameters *node.Object
	// values are what parameters resolve to, beside those that are resolved from the items.
	values map[string]any
}

// call returns a Call of n over items. Of expressions it knows paths ({{ $json.a.b }}) and JSON literals.
func (s setup) call(n node.Node, items []node.Item) *node.Call {
	def := n.Definition()
	parameters := def.Parameters(s.parameters, s.version).Freeze()
	param := func(_ context.Context, name string, item int) (any, error) {
		if v, ok := s.values[name]; ok {
			return v, nil
		}
		v, ok := parameters.Get(name)
		if !ok {
			return nil, node.NewOperationError("Could not get parameter "+name, "").Wrap(node.ErrNoParameter)
		}
		return resolved(v, items[item].JSON), nil
	}
	return node.NewCall(node.CallConfig{
		Instance:       node.Instance{Name: "X", Type: def.Types[0], TypeVersion: s.version},
		Inputs:         [][]node.Item{items},
		Mode:           s.mode,
		ContinueOnFail: s.continues,
		Param:          param,
		JSONText: func(ctx context.Context, path string, item int) (any, bool, error) {
			name, inside, _ := strings.Cut(path, ".")
			v, err := param(ctx, name, item)
			raw, _ := node.At(parameters, path).(string)
			return node.At(v, inside), strings.HasPrefix(raw, "="), err
		},
	})
}

func resolved(v any, in *node.Object) any {
	switch v := v.(type) {
	case string:
		text, isExpression := strings.CutPrefix(v, "=")
		inner, ok := strings.CutPrefix(text, "{{ ")
		if !isExpression || !ok {
			return text
		}
		inner = strings.TrimSuffix(inner, " }}")
		if path, ok := strings.CutPrefix(inner, "$json."); ok {
			return fields.Get(in, path)
		}
		literal, err := node.ParseJSON([]byte(inner))
		if err != nil {
			panic("an expression that the tests do not know: " + v)
		}
		return literal
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = resolved(v[i], in)
		}
		return list
	case *node.Object:
		o := &node.Object{}
		for k, e := range v.All() {
			o.Set(k, resolved(e, in))
		}
		return o.Freeze()
	}
	return v
}

func object(t testing.TB, text string) *node.Object {
	t.Helper()
	o, err := node.ParseObject([]byte(text))
	require.NoError(t, err)
	return o
}

// frozen reads items as the runtime hands them to a node.
func frozen(t testing.TB, text string) []node.Item {
	t.Helper()
	v, err := node.ParseJSON([]byte(text))
	require.NoError(t, err)
	items, err := node.ItemsOf(v)
	require.NoError(t, err)
	for i := range items {
		items[i].JSON.Freeze()
	}
	return items
}

// texts are the JSON of items, one each.
func texts(items []node.Item) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = string(node.AppendJSON(nil, it.JSON))
	}
	return out
}

func TestManualTrigger(t *testing.T) {
	t.Parallel()
	n := core.NewManualTrigger()
	def := n.Definition()
	require.True(t, def.IsTrigger())

	given := frozen(t, `[{"a":1},{"a":2}]`)
	out, err := n.Execute(context.Background(), setup{version: 1}.call(n, given))
	require.NoError(t, err)
	require.Equal(t, [][]node.Item{given}, out.Main)

	out, err = n.Execute(context.Background(), setup{version: 1}.call(n, []node.Item{}))
	require.NoError(t, err)
	require.Equal(t, [][]node.Item{{}}, out.Main, "no items are no items")

	out, err = n.Execute(context.Background(), node.NewCall(node.CallConfig{}))
	require.NoError(t, err)
	require.Equal(t, []string{"{}"}, texts(out.Main[0]), "a run that is given nothing")
}

func TestNoOp(t *testing.T) {
	t.Parallel()
	n := core.NewNoOp()
	given := frozen(t, `[{"a":1},{"a":{"b":[2]}}]`)
	out, err := n.Execute(context.Background(), setup{version: 1}.call(n, given))
	require.NoError(t, err)
	require.Equal(t, [][]node.Item{given}, out.Main)
	require.Same(t, &given[1], &out.Main[0][1], "not even the list is copied")
}

// Not parallel: AllocsPerRun counts what other tests allocate too.
func TestNoOpAllocatesNothingPerItem(t *testing.T) {
	n := core.NewNoOp()
	perRun := func(items int) float64 {
		c := setup{version: 1}.call(n, make([]node.Item, items))
		return testing.AllocsPerRun(100, func() { _, _ = n.Execute(context.Background(), c) })
	}
	require.Equal(t, perRun(1), perRun(10_000))
}

func TestStickyNote(t *testing.T) {
	t.Parallel()
	n := core.NewStickyNote()
	def := n.Definition()
	require.False(t, def.IsTrigger())
	require.Empty(t, def.Outputs)
	items := []node.Item{node.ItemOf("a", 1)}
	out, err := n.Execute(context.Background(), setup{version: 1}.call(n, items))
	require.NoError(t, err)
	require.Equal(t, [][]node.Item{items}, out.Main)
}
