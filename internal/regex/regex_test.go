package regex_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/regex"
)

func TestCompileLiteral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"b+", "abbc", true},
		{"B+", "abbc", false},
		{"/B+/i", "abbc", true},
		{"/b/c", "/b/c", true}, // c is no flag: the slashes belong to the source
		{"/^b$/m", "a\nb", true},
		{"/^b$/", "a\nb", false},
		{"/a.b/s", "a\nb", true},
		{"/b/y", "ab", false},
		{"/^b/my", "a\nb", false},
		{"/a/gy", "ab", true},
		{"(?<=a)b(?!c)", "abd", true},
		{`(\w)\1`, "hello", true},
		{`/\u{1F600}/u`, "😀", true},
		{`^\d$`, "٣", false},
		{`\bä`, "ä", false}, // words are ASCII
		{"", "x", true},
		{"//", "x", true},
	} {
		re, err := regex.CompileLiteral(c.pattern)
		require.NoError(t, err, c.pattern)
		got, err := re.Test(c.text)
		require.NoError(t, err, c.pattern)
		require.Equal(t, c.want, got, "%s on %q", c.pattern, c.text)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	_, err := regex.CompileLiteral("[")
	require.ErrorContains(t, err, "Invalid regular expression: /[/: ")
	_, err = regex.CompileLiteral("/a/gg")
	require.EqualError(t, err, "Invalid flags supplied to RegExp constructor 'gg'")
	re, err := regex.Compile("^(a+)+$", "")
	require.NoError(t, err)
	_, err = re.Test(strings.Repeat("a", 60) + "!")
	require.ErrorIs(t, err, regex.ErrTimeout)
	require.EqualError(t, err, "Regular expression execution timed out")
}
