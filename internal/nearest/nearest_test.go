package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/nearest"
)

func TestTo(t *testing.T) {
	t.Parallel()
	known := []string{"refreshToken", "Edit Fields", "Edit Fields1", "set", strings.Repeat("x", 200)}
	for name, want := range map[string]string{
		"refreshtoken":           "refreshToken",
		"refreshTokn":            "refreshToken",
		" edit fields ":          "Edit Fields",
		"Edit Fields2":           "Edit Fields",
		"Edit Fields1":           "Edit Fields1",
		"sett":                   "set",
		"if":                     "",
		"code":                   "",
		"":                       "",
		strings.Repeat("x", 199): "",
	} {
		best, ok := nearest.To(name, known)
		require.Equal(t, want, best, name)
		require.Equal(t, want != "", ok, name)
	}
	require.Equal(t, `did you mean "set"?`, nearest.Hint("ste", []string{"if", "sat", "set"}[1:]), "the first of those as near")
	require.Empty(t, nearest.Hint("anything", nil))
}
