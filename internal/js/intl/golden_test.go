package intl

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

type record struct {
	Kind, Locale string
	Options      map[string]any
	Value        []any
	Want         json.RawMessage
	Error        string
}

// TestGolden compares with what testdata/record.mjs recorded from Node.js.
func TestGolden(t *testing.T) {
	t.Parallel()
	path := "testdata/golden.jsonl"
	if p := os.Getenv("INTL_GOLDEN"); p != "" {
		path = p // a larger recording
	}
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	n, bad := 0, map[string]int{}
	for s.Scan() {
		var r record
		require.NoError(t, json.Unmarshal(s.Bytes(), &r))
		got, err := r.run()
		n++
		if r.Error != "" {
			if err == nil || err.Error() != r.Error {
				bad[r.Kind]++
				t.Errorf("%s\n got error %v", s.Text(), err)
			}
			continue
		}
		if err != nil {
			bad[r.Kind]++
			t.Errorf("%s\n got error %v", s.Text(), err)
			continue
		}
		text, err := json.Marshal(got)
		require.NoError(t, err)
		var a, b any
		require.NoError(t, json.Unmarshal(text, &a))
		require.NoError(t, json.Unmarshal(r.Want, &b))
		if !equal(a, b) {
			bad[r.Kind]++
			t.Errorf("%s\n got %s", s.Text(), text)
		}
	}
	require.NoError(t, s.Err())
	t.Logf("%d records, different: %v", n, bad)
}

func equal(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func (r *record) number() float64 {
	switch v := r.Value[0].(type) {
	case float64:
		return v
	case string:
		return map[string]float64{"-0": math.Copysign(0, -1), "NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[v]
	}
	return 0
}

func (r *record) run() (any, error) {
	l, err := Find([]string{r.Locale})
	if err != nil {
		return nil, err
	}
	switch r.Kind {
	case "date":
		f, err := NewDateTimeFormat(l, r.Options, AnyFields, "UTC")
		if err != nil {
			return nil, err
		}
		return f.Parts(r.number())
	case "number":
		f, err := NewNumberFormat(l, r.Options)
		if err != nil {
			return nil, err
		}
		return f.Parts(r.number()), nil
	case "relative":
		f, err := NewRelativeTimeFormat(l, r.Options)
		if err != nil {
			return nil, err
		}
		return f.Parts(r.number(), r.Value[1].(string))
	case "list":
		f, err := NewListFormat(l, r.Options)
		if err != nil {
			return nil, err
		}
		var list []string
		for _, s := range r.Value[0].([]any) {
			list = append(list, s.(string))
		}
		return f.Parts(list), nil
	case "plural":
		f, err := NewPluralRules(l, r.Options)
		if err != nil {
			return nil, err
		}
		return f.Select(r.number()), nil
	}
	f, err := NewCollator(l, r.Options)
	if err != nil {
		return nil, err
	}
	return f.Compare(r.Value[0].(string), r.Value[1].(string)), nil
}
