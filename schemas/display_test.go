package schemas_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/schemas"
)

// values are parameters for a test; objects inside are values too.
type values map[string]any

func (v values) Get(name string) (any, bool) {
	e, ok := v[name]
	return e, ok
}

func valuesOf(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := values{}
		for k, e := range v {
			out[k] = valuesOf(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = valuesOf(e)
		}
		return out
	}
	return v
}

// What n8n 2.41.1 answered for 600 displayOptions and parameters made up at random.
func TestDisplayedIsN8ns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/display.json")
	require.NoError(t, err)
	var cases []struct {
		Options      *schemas.DisplayOptions
		Values, Root map[string]any
		Version      float64
		Tool, Want   bool
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	require.Greater(t, len(cases), 500)
	shown := 0
	for i, c := range cases {
		scope := schemas.Scope{Siblings: valuesOf(c.Values).(values), Version: c.Version, Tool: c.Tool}
		if c.Root != nil {
			scope.Root = valuesOf(c.Root).(values)
		}
		options, err := json.Marshal(c.Options)
		require.NoError(t, err)
		require.Equal(t, c.Want, c.Options.Displayed(scope), "case %d: %s for %v", i, options, c.Values)
		if c.Want {
			shown++
		}
	}
	require.Greater(t, shown, len(cases)/5, "both answers must occur")
	require.Less(t, shown, len(cases)*4/5, "both answers must occur")
}

func TestDisplayed(t *testing.T) {
	t.Parallel()
	show, cnd := schemas.Show, schemas.Cnd
	hide := func(name string, vs ...any) *schemas.DisplayOptions {
		return (&schemas.DisplayOptions{}).AndNot(name, vs...)
	}
	type v = values
	for name, c := range map[string]struct {
		options *schemas.DisplayOptions
		values  values
		want    bool
	}{
		"no options":                  {nil, nil, true},
		"empty options":               {&schemas.DisplayOptions{}, nil, true},
		"a value":                     {show("a", "x", "y"), v{"a": "y"}, true},
		"another value":               {show("a", "x", "y"), v{"a": "z"}, false},
		"absent":                      {show("a", "x"), v{}, false},
		"absent is not null":          {show("a", nil), v{}, false},
		"null":                        {show("a", nil), v{"a": nil}, true},
		"a literal int":               {show("a", 2), v{"a": 2.0}, true},
		"a number is no text":         {show("a", "2"), v{"a": 2.0}, false},
		"true is not 1":               {show("a", 1), v{"a": true}, false},
		"both rules":                  {show("a", "x").And("b", "y"), v{"a": "x", "b": "y"}, true},
		"one of two rules":            {show("a", "x").And("b", "y"), v{"a": "x", "b": "z"}, false},
		"a replaced rule":             {show("a", "x").And("a", "y"), v{"a": "y"}, true},
		"hidden":                      {show("a", "x").AndNot("b", "y"), v{"a": "x", "b": "y"}, false},
		"not hidden":                  {show("a", "x").AndNot("b", "y"), v{"a": "x", "b": "z"}, true},
		"hide alone":                  {hide("a", "x"), v{"a": "x"}, false},
		"hide of what is absent":      {hide("a", "x"), v{}, true},
		"a member":                    {show("o.a", "x"), v{"o": v{"a": "x"}}, true},
		"no member":                   {show("o.a", "x"), v{"o": "x"}, false},
		"an element":                  {show("l[1].a", "x"), v{"l": []any{"y", v{"a": "x"}}}, true},
		"no element":                  {show("l[2]", "x"), v{"l": []any{"y"}}, false},
		"a key with a dot":            {show("o.a", "x"), v{"o.a": "x", "o": v{"a": "y"}}, true},
		"the root":                    {show("/a", "root"), v{"a": "x"}, true},
		"a sibling":                   {show("a", "root"), v{"a": "x"}, false},
		"the version":                 {show("@version", 1, 2.1), v{}, true},
		"the version as a number":     {show("@version", "2.1"), v{}, false},
		"version from":                {show("@version", cnd("gte", 2)), v{}, true},
		"version before":              {show("@version", cnd("lt", 2)), v{}, false},
		"no tool":                     {show("@tool", true), v{}, false},
		"a tool":                      {hide("@tool", false), v{}, false},
		"a resource locator":          {show("a", "x"), v{"a": v{"__rl": true, "mode": "id", "value": "x"}}, true},
		"a locator by any true value": {show("a", "x"), v{"a": v{"__rl": "yes", "value": "x"}}, true},
		"no locator by a false value": {show("a", "x"), v{"a": v{"__rl": 0.0, "value": "x"}}, false},
		"an object that is none":      {show("a", "x"), v{"a": v{"value": "x"}}, false},
		"a list has the value":        {show("a", "x"), v{"a": []any{"y", "x"}}, true},
		"a list has not":              {show("a", "x"), v{"a": []any{"y"}}, false},
		"an empty list":               {show("a", "x"), v{"a": []any{}}, false},
		"an empty list hides not":     {hide("a", cnd("not", "x")), v{"a": []any{}}, true},
		"an empty list is not":        {show("a", cnd("not", "x")), v{"a": []any{}}, true},
		"an empty list is no eq":      {show("a", cnd("eq", "x")), v{"a": []any{}}, false},
		"a condition holds for all":   {show("a", cnd("startsWith", "x")), v{"a": []any{"x1", "x2"}}, true},
		"a condition for some":        {show("a", cnd("startsWith", "x")), v{"a": []any{"x1", "y"}}, false},
		"one of two conditions":       {show("a", cnd("eq", "x"), cnd("eq", "y")), v{"a": "y"}, true},

		// An expression shows what depends on it and ends the search.
		"an expression":                  {show("a", "x"), v{"a": "={{ 1 }}"}, true},
		"an expression in a list":        {show("a", "x"), v{"a": []any{"y", "="}}, true},
		"an expression in a locator":     {show("a", "x"), v{"a": v{"__rl": true, "value": "={{ 1 }}"}}, true},
		"an expression, then a mismatch": {show("a", "x").And("b", "y"), v{"a": "={{ 1 }}", "b": "z"}, true},
		"a mismatch, then an expression": {show("b", "y").And("a", "x"), v{"a": "={{ 1 }}", "b": "z"}, false},
		"an expression beats hide":       {show("a", "x").AndNot("b", "y"), v{"a": "={{ 1 }}", "b": "y"}, true},
		"hide knows no expressions":      {hide("a", "x"), v{"a": "={{ 1 }}"}, true},
		"hide by the expression's text":  {hide("a", cnd("startsWith", "=")), v{"a": "={{ 1 }}"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scope := schemas.Scope{Siblings: c.values, Root: values{"a": "root"}, Version: 2.1}
			require.Equal(t, c.want, c.options.Displayed(scope))
		})
	}
	require.True(t, show("@tool", true).Displayed(schemas.Scope{Tool: true}))
	require.True(t, show("/a", "x").Displayed(schemas.Scope{Siblings: values{"a": "x"}}), "without a root the siblings are it")
	require.False(t, show("a", "x").Displayed(schemas.Scope{}))
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		op           string
		argument     any
		holds, fails []any
	}{
		{"eq", 1, []any{1.0}, []any{"1", true, nil, values{}, 2.0}},
		{"eq", "a", []any{"a"}, []any{"A", "", nil}},
		{"eq", nil, []any{nil}, []any{"", 0.0, false}},
		{"eq", false, []any{false}, []any{0.0, "", nil, true}},
		{"not", "a", []any{"b", nil, 1.0, values{}}, []any{"a"}},
		{"gt", 2, []any{2.1, "3", " 0x10 "}, []any{2.0, "2", nil, "a", values{}, true}},
		{"gte", 2, []any{2.0, "2", "2e0", "Infinity"}, []any{1.9, "", nil, "010x", "1_000"}},
		{"gte", "010", []any{10.0}, []any{9.0}},
		{"lt", 2, []any{1.0, true, nil, "", "-Infinity"}, []any{2.0, "a", values{}}},
		{"lte", 2, []any{2.0, false, ".5", "1."}, []any{2.1, ".", "+"}},
		{"lt", "b", []any{"a", "B"}, []any{"b", "c", 1.0}},
		{"gt", "\uffff", nil, []any{"\U0001F600"}}, // by UTF-16 units
		{"between", map[string]any{"from": 1, "to": 2}, []any{1.0, 2.0, "1.5", true}, []any{0.9, 2.1, nil, "a"}},
		{"between", map[string]any{"from": "b", "to": "d"}, []any{"b", "cc", "d"}, []any{"a", "dd", 1.0}},
		{"between", map[string]any{"from": 1}, nil, []any{1.0, 2.0}},
		{"between", 1, nil, []any{1.0}},
		{"startsWith", "ab", []any{"ab", "abc"}, []any{"a", "AB", 1.0, nil}},
		{"endsWith", "bc", []any{"bc", "abc"}, []any{"c", "bcd", nil}},
		{"includes", "b", []any{"abc", "b"}, []any{"ac", nil, true}},
		{"includes", 1, []any{"a1"}, []any{1.0}},
		{"includes", nil, []any{"null"}, []any{nil}},
		{"includes", []any{}, nil, []any{""}},
		{"regex", "^a+$", []any{"a", "aaa"}, []any{"b", "ab", nil, 1.0}},
		{"regex", "(?=a)", nil, []any{"a"}},
		{"exists", true, []any{"a", 0.0, false, values{}}, []any{"", nil}},
		{"nonsense", 1, nil, []any{1.0}},
	} {
		for want, vs := range map[bool][]any{true: c.holds, false: c.fails} {
			for _, v := range vs {
				got := schemas.Show("a", schemas.Cnd(c.op, c.argument)).Displayed(schemas.Scope{Siblings: values{"a": v}})
				require.Equal(t, want, got, "%#v %s %v", v, c.op, c.argument)
			}
		}
		if c.op != "not" {
			require.False(t, schemas.Show("a", schemas.Cnd(c.op, c.argument)).Displayed(schemas.Scope{Siblings: values{}}), "absent %s %v", c.op, c.argument)
		}
	}
	require.True(t, schemas.Show("a", schemas.Between(1, 2)).Displayed(schemas.Scope{Siblings: values{"a": 1.5}}))
}

func TestDisplayOptionsJSON(t *testing.T) {
	t.Parallel()
	const text = `{"show":{"z":["a",1,true,null],"@version":[{"_cnd":{"gte":2.1}},{"_cnd":{"between":{"from":1,"to":2}}}],"a":[{"_cnd":1}]},` +
		`"hide":{"/b":[""]}}`
	var d schemas.DisplayOptions
	require.NoError(t, json.Unmarshal([]byte(text), &d))
	require.Equal(t, []string{"z", "@version", "a"}, []string{d.Show[0].Name, d.Show[1].Name, d.Show[2].Name})
	require.Equal(t, schemas.Cnd("gte", 2.1), d.Show[1].Values[0])
	written, err := json.Marshal(&d)
	require.NoError(t, err)
	require.Equal(t, text, string(written), "the order is kept")

	made := schemas.Show("z", "a", 1).And("@version", schemas.Cnd("gte", 2)).AndNot("b", false)
	written, err = json.Marshal(made)
	require.NoError(t, err)
	require.Equal(t, `{"show":{"z":["a",1],"@version":[{"_cnd":{"gte":2}}]},"hide":{"b":[false]}}`, string(written))
	written, err = json.Marshal(schemas.DisplayOptions{})
	require.NoError(t, err)
	require.Equal(t, `{}`, string(written))

	for text, want := range map[string]string{
		`{"show": []}`:                                    "an object of names and their values is expected",
		`{"show": {"a": "x"}}`:                            `displayOptions for "a": a list of values is expected`,
		`{"show": {"a": [{"_cnd": {}}]}}`:                 `displayOptions for "a": a _cnd has 0 operators instead of one`,
		`{"hide": {"a": [{"_cnd": {"gt": 1, "lt": 2}}]}}`: `displayOptions for "a": a _cnd has 2 operators instead of one`,
		`{"show": {"a": [{"_cnd": {"regex": "(?=x)"}}]}}`: "invalid or unsupported Perl syntax",
	} {
		require.ErrorContains(t, json.Unmarshal([]byte(text), &schemas.DisplayOptions{}), want, text)
	}
	_, err = json.Marshal(schemas.Show("a", make(chan int)))
	require.ErrorContains(t, err, `displayOptions for "a"`)
}
