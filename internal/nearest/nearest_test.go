package nearest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/nearest"
)

func TestTo(t *testing.T) {
	t.Parallel()
	known := []string{"refreshToken", "Edit Fields", "Edit Fields1", "set", "main", strings.Repeat("x", 200)}
	for name, want := range map[string]string{
		"refreshtoken":           "refreshToken",
		"refreshTokn":            "refreshToken",
		" edit fields ":          "Edit Fields",
		"Edit Fields2":           "Edit Fields",
		"Edit Fields1":           "Edit Fields1",
		"sett":                   "set",
		"ste":                    "set",
		"mian":                   "main",
		"if":                     "",
		"code":                   "",
		"":                       "",
		strings.Repeat("x", 199): "",
	} {
		best, ok := nearest.To(name, known)
		require.Equal(t, want, best, name)
		require.Equal(t, want != "", ok, name)
	}
	require.Equal(t, `did you mean "set"?`, nearest.Hint("sst", []string{"if", "set", "sat"}), "the first of those as near")
	require.Empty(t, nearest.Hint("sst", slices.Repeat([]string{"set"}, 1001)), "too many to compare")
	require.Empty(t, nearest.Hint("anything", nil))
}
