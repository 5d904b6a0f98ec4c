package conditions_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/conditions"
	"github.com/nate-go/nate/node"
)

// TestFixtures evaluates the conditions of n8n's own tests. They are not part of the project: the test reads them from the
// folder that NATE_FIXTURES names.
func TestFixtures(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("NATE_FIXTURES")
	if dir == "" {
		t.Skip("SKIPPED 229 conditions of n8n's tests: NATE_FIXTURES is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, "n8n-fixtures", "expressions", "filter-parameter.json"))
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	cases := get(doc, "cases").([]any)
	require.Len(t, cases, 229)
	kept := &conditions.Evaluator{Now: now}
	for _, v := range cases {
		c := v.(*node.Object)
		filter := decoded(get(c, "value")).(*node.Object).Freeze()
		for _, e := range []*conditions.Evaluator{{Now: now}, kept, kept} {
			passed, err := e.Pass(filter, 0)
			if failed, ok := c.Get("error"); ok {
				require.EqualError(t, err, get(failed.(*node.Object), "message").(string))
				continue
			}
			require.NoError(t, err)
			// A recorded null or undefined is JavaScript's way to say no.
			require.Equal(t, get(c, "expected") == true, passed, "%s: %s", get(c, "test"), node.AppendJSON(nil, filter))
		}
	}
}

func now() time.Time { return time.Date(2024, 2, 3, 4, 5, 6, 0, time.FixedZone("EST", -5*3600)) }

func get(o *node.Object, key string) any {
	v, ok := o.Get(key)
	if !ok {
		return node.Undefined
	}
	return v
}

// decoded reads the values that JSON does not have.
func decoded(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = decoded(v[i])
		}
		return list
	case *node.Object:
		switch {
		case v.Has("$undefined"):
			return node.Undefined
		case v.Has("$number"):
			return map[string]any{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1), "-0": math.Copysign(0, -1)}[get(v, "$number").(string)]
		case v.Has("$DateTime"):
			return get(v, "$DateTime")
		case v.Has("$Date"):
			at, err := time.Parse(time.RFC3339, get(v, "$Date").(string))
			if err != nil {
				return node.Date(math.NaN())
			}
			return node.Date(at.UnixMilli())
		}
		o := &node.Object{}
		for k, e := range v.All() {
			o.Set(k, decoded(e))
		}
		return o
	}
	return v
}
