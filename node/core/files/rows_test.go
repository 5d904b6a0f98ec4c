package files

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// What SheetJS, which n8n uses, makes of ranges.
func TestRangeOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rect{
		"B2:D9": {1, 1, 8, 3}, "A1": {0, 0, 0, 0}, "AB12:AC13": {11, 27, 12, 28}, "C": {-1, 2, -1, 2}, "A:B": {-1, 0, -1, 1},
		"x": {-1, -1, -1, -1}, "$A$1:$B$2": {-1, -1, -1, -1}, "B2:A1": {1, 1, 0, 0}, "": {-1, -1, -1, -1},
	} {
		require.Equal(t, want, rangeOf(text), text)
	}
	require.Greater(t, rangeOf("A99999999999999999999").top, maxCells)
}

func TestRecords(t *testing.T) {
	t.Parallel()
	used := area{cells: sheet{nil, {nil, "a", nil, "a"}, {nil, worded{1000.0, "1,000"}, blank{}, "x"}, {nil, nil, ""}}, top: 1, left: 1}
	row := func(fields ...any) *node.Object { return node.NewObject(fields...) }
	for _, test := range []struct {
		part          string
		header, empty bool
		want          []any
		err           string
	}{
		{"", true, false, []any{row("a", 1000.0, "__EMPTY", nil, "a_1", "x"), row("__EMPTY", "")}, ""},
		{"", true, true, []any{row("a", 1000.0, "__EMPTY", nil, "a_1", "x"), row("a", "", "__EMPTY", "", "a_1", "")}, ""},
		{"", false, false, []any{[]any{"a", nil, "a"}, []any{1000.0, nil, "x"}, []any{nil, ""}}, ""},
		{"2", true, false, []any{row("__EMPTY", "")}, ""},
		{"A4:B6", false, false, []any{[]any{}, []any{}, []any{}}, ""},
		{"A4:B5", false, true, []any{[]any{"", ""}, []any{"", ""}}, ""},
		{"B3:B4", true, false, []any{}, ""},
		{"D4:B2", false, false, nil, ""},
		{"x", false, false, nil, "invalid column -1"},
		{"A1:ZZZ999999999", false, false, nil, "The table has more than 20000000 cells"},
	} {
		part, ok := used.part(test.part)
		require.True(t, ok)
		got, err := used.records(part, test.header, test.empty)
		if test.err != "" {
			require.EqualError(t, err, test.err, test.part)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, node.AppendJSON(nil, test.want), node.AppendJSON(nil, got), "%q %v", test.part, test.header)
	}
	_, ok := area{}.part("A1")
	require.False(t, ok, "nothing is in it")
}
