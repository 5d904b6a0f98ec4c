package fields_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// TestTypeValidationFixtures converts values as the tests of n8n's own type validation do. They are not part of the project: the
// test reads them from the folder that NATE_FIXTURES names.
func TestTypeValidationFixtures(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NATE_FIXTURES")
	if dir == "" {
		t.Skip("SKIPPED 143 type validations of n8n's tests: NATE_FIXTURES is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "n8n-fixtures", "expressions", "type-validation.json"))
	require.NoError(t, err)
	cases := get(parse(t, string(data)), "cases").([]any)
	require.Len(t, cases, 143)
	newYork, err := time.LoadLocation("America/New_York") // as those tests have it
	require.NoError(t, err)
	for _, e := range cases {
		c := e.(*node.Object)
		rules := fields.Rules{Now: func() time.Time { return time.Now().In(newYork) }}
		options := get(c, "options").(*node.Object)
		rules.Strict = options.Has("strict")
		rules.ParseStrings = options.Has("parseStrings")
		choices, _ := options.Get("valueOptions")
		list, _ := choices.([]any)
		for _, o := range list {
			rules.Options = append(rules.Options, get(o.(*node.Object), "value"))
		}
		value, _ := c.Get("value")
		got, err := fields.Validate(get(c, "field").(string), get(c, "type").(string), plainValue(t, value), rules)
		expected := get(c, "expected").(*node.Object)
		if message, failed := expected.Get("errorMessage"); failed {
			require.EqualError(t, err, message.(string))
			continue
		}
		require.NoError(t, err)
		want, converted := expected.Get("newValue")
		if !converted { // null or undefined
			want = value
		}
		require.Equal(t, text(plainValue(t, want)), text(got), text(c))
	}
}

// plainValue is a value of a fixture as it is here, where a Luxon DateTime is its text.
func plainValue(t *testing.T, v any) any {
	o, ok := v.(*node.Object)
	if !ok {
		return v
	}
	if at, ok := o.Get("$Date"); ok {
		date, err := time.Parse(time.RFC3339, at.(string))
		require.NoError(t, err)
		return node.Date(date.UnixMilli())
	}
	if at, ok := o.Get("$DateTime"); ok {
		return at
	}
	if o.Has("$undefined") {
		return node.Undefined
	}
	return v
}
