package fields_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	o := func(kv ...any) *node.Object { return node.NewObject(kv...) }
	for _, pair := range [][2]any{
		{nil, nil},
		{1.0, 1.0},
		{math.NaN(), math.NaN()},
		{"a", "a"},
		{node.Undefined, node.Undefined},
		{[]any{1.0, []any{nil}}, []any{1.0, []any{nil}}},
		{o("a", 1, "b", o("c", 2)), o("b", o("c", 2), "a", 1)},
		{node.Date(5), node.Date(5)},
	} {
		require.True(t, fields.Equal(pair[0], pair[1]), "%v", pair)
	}
	for _, pair := range [][2]any{
		{nil, node.Undefined},
		{1.0, "1"},
		{[]any{}, o()},
		{[]any{1.0}, []any{}},
		{o("a", 1), o("a", 2)},
		{o("a", 1), o("b", 1)},
		{o("a", 1), o("a", 1, "b", 2)},
		{nil, []any{}},
		{0.0, false},
		{node.Date(5), 5.0},
	} {
		require.False(t, fields.Equal(pair[0], pair[1]), "%v", pair)
		require.False(t, fields.Equal(pair[1], pair[0]), "%v", pair)
	}
}

func TestLess(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]any{
		{1.0, 2.0}, {"10", "9"}, {"10", 11.0}, {nil, 1.0}, {false, true}, {"", "a"}, {"z", "é"}, {"😀", "\uFFFD"}, {[]any{1.0}, []any{2.0}},
	} {
		require.True(t, fields.Less(pair[0], pair[1]), "%v", pair)
		require.False(t, fields.Less(pair[1], pair[0]), "%v", pair)
	}
	for _, pair := range [][2]any{{1.0, "x"}, {node.Undefined, 1.0}, {node.NewObject(), 1.0}} {
		require.False(t, fields.Less(pair[0], pair[1]), "%v", pair)
		require.False(t, fields.Less(pair[1], pair[0]), "%v", pair)
	}
	require.True(t, fields.LessAsNumber([]any{9.0}, []any{10.0}))
	require.False(t, fields.Less([]any{9.0}, []any{10.0}), "arrays become text first")
}

func TestLower(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"ABC": "abc", "ÀÉ": "àé", "İ": "i̇", "ΑΣ": "ας", "ΣΑ": "σα", "ẞ": "ß"} {
		require.Equal(t, want, fields.Lower(text))
	}
}
