package files

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRTF(t *testing.T) {
	t.Parallel()
	row := func(cells string) string { return `{\rtf1\ansi\trowd\cellx1\pard\intbl ` + cells + `\row}` }
	for name, test := range map[string]struct {
		text string
		want []any
	}{
		"values":            {row(`1\cell -2.5\cell TRUE\cell \cell x y\cell`), []any{1.0, -2.5, true, nil, "x y"}},
		"groups and styles": {row(`{\b\f0\fs20 bo{\i ld}}\cell`), []any{"bold"}},
		"escaped":           {row(`\{a\}\\b\cell`), []any{`{a}\b`}},
		"of the code page":  {row(`caf\'e9 \'80\cell`), []any{"café €"}},
		"of another page":   {`{\rtf1\ansi\ansicpg1251\trowd \'c4\'e0\cell\row}`, []any{"Да"}},
		"of two bytes":      {`{\rtf1\ansi\ansicpg932\trowd \'82\'a0\cell\row}`, []any{"あ"}},
		"Unicode":           {row(`\u8364?\u-10179?\u-8704?\cell`), []any{"€😀"}},
		"Unicode, no other": {row(`{\uc0\u8364 x}\cell {\uc2\u8364 ??y}\cell`), []any{"€x", "€y"}},
		"its other escaped": {row(`\u8364\'80z\cell`), []any{"€z"}},
		"lines":             {row(`a\par b\line c\tab d\cell`), []any{"a\nb\nc\td"}},
		"words":             {row(`a\emdash b\~c\cell`), []any{"a\u2014b\u00A0c"}},
		"what is no text":   {row(`a{\*\bkmkstart x}{\pict 00ff}{\fonttbl{\f0 Arial;}}b\cell`), []any{"ab"}},
		"data":              {row("a\\bin3 {}}b\\cell"), []any{"ab"}},
		"ends of lines":     {row("a\r\nb\\cell\n"), []any{"ab"}},
		"text outside":      {`{\rtf1 before\trowd in\cell\row\pard after}`, []any{"in"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table, err := readRTF([]byte(test.text))
			require.NoError(t, err)
			require.Equal(t, sheet{test.want}, table)
		})
	}
	_, err := readRTF([]byte(`{\rtf1 none}`))
	require.EqualError(t, err, "RTF missing table")
	_, err = readRTF([]byte(`{\rtf1 ` + strings.Repeat("{", 2000)))
	require.ErrorContains(t, err, "nested too deeply")
}

// What is written is read as it was, as far as text can tell.
func TestRTFRoundTrip(t *testing.T) {
	t.Parallel()
	table := sheet{{"{a}\\", "ü😀\t", "l1\nl2"}, {1.5, true, "x"}}
	back, err := readRTF(table.rtf())
	require.NoError(t, err)
	require.Equal(t, table, back)
}
