package forms_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/schemas"
)

// The order of conditions counts, and a form that is used twice keeps its own conditions.
func TestConditionsAreJoinedInOrder(t *testing.T) {
	t.Parallel()
	form := []schemas.Property{
		{Name: "a", DisplayOptions: schemas.Show("mode", "x").AndNot("old", true)},
		{Name: "b"},
	}
	shown := schemas.Show("resource", "list").And("operation", "sort")
	behind, before := forms.If(shown, form...), forms.Within(shown, form...)
	for _, test := range []struct {
		property schemas.Property
		want     string
	}{
		{behind[0], `{"show":{"mode":["x"],"resource":["list"],"operation":["sort"]},"hide":{"old":[true]}}`},
		{behind[1], `{"show":{"resource":["list"],"operation":["sort"]}}`},
		{before[0], `{"show":{"resource":["list"],"operation":["sort"],"mode":["x"]},"hide":{"old":[true]}}`},
		{before[1], `{"show":{"resource":["list"],"operation":["sort"]}}`},
		{form[0], `{"show":{"mode":["x"]},"hide":{"old":[true]}}`},
	} {
		text, err := json.Marshal(test.property.DisplayOptions)
		require.NoError(t, err)
		require.Equal(t, test.want, string(text), test.property.Name)
	}
	require.Nil(t, form[1].DisplayOptions)

	behind[0].DisplayOptions.And("more", 1).And("resource", "other")
	behind[1].DisplayOptions.And("resource", "another")
	text, err := json.Marshal(shown)
	require.NoError(t, err)
	require.Equal(t, `{"show":{"resource":["list"],"operation":["sort"]}}`, string(text), "a change of one is not seen in the others")
}
