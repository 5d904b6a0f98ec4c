package json

import (
	stdjson "encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// thing has a field of each kind.
type thing struct {
	Name  string
	On    bool
	Tags  []string
	Inner struct {
		A string `json:"a,omitempty"`
	}
	Any any
}

func (v *thing) fields() []Field {
	return []Field{
		{Key: "name", Value: &v.Name},
		{Key: "on", Value: &v.On},
		{Key: "tags", Value: &v.Tags, Always: true},
		{Key: "inner", Value: &v.Inner, Partial: true},
		{Key: "any", Value: &v.Any},
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	for text, c := range map[string]struct {
		want  thing
		extra map[string]string
		out   string // empty: as text
	}{
		`{"name":"n","on":true,"tags":["a"],"any":{"x":1}}`: {want: thing{Name: "n", On: true, Tags: []string{"a"}, Any: map[string]any{"x": 1.0}}},
		`{"name":"","on":false,"tags":[]}`:                  {want: thing{Tags: []string{}}, extra: map[string]string{"name": `""`, "on": "false"}},
		`{"name":5,"on":"true","tags":null,"any":null}`: {
			extra: map[string]string{"name": "5", "on": `"true"`, "tags": "null", "any": "null"},
		},
		`{"tags":[],"zeta":1,"alpha":{"b":[ 1 ]}}`: {
			want: thing{Tags: []string{}}, extra: map[string]string{"zeta": "1", "alpha": `{"b":[ 1 ]}`}, out: `{"tags":[],"alpha":{"b":[1]},"zeta":1}`,
		},
		`{"tags":["<b>"],"inner":{"z":1,"a":"x","b":"&"}}`: {
			want:  func() thing { v := thing{Tags: []string{"<b>"}}; v.Inner.A = "x"; return v }(),
			extra: map[string]string{"inner": `{"b":"&","z":1}`}, out: `{"tags":["<b>"],"inner":{"a":"x","b":"&","z":1}}`,
		},
		`{"tags":[],"inner":{}}`:      {want: thing{Tags: []string{}}, extra: map[string]string{"inner": `{}`}},
		`{"tags":[],"inner":{"b":1}}`: {want: thing{Tags: []string{}}, extra: map[string]string{"inner": `{"b":1}`}},
		`{"Name":"other"}`:            {extra: map[string]string{"Name": `"other"`}, out: `{"tags":[],"Name":"other"}`},
	} {
		var got thing
		extra, err := DecodeFields([]byte(text), got.fields())
		require.NoError(t, err, text)
		require.Equal(t, c.want, got, text)
		require.Len(t, extra, len(c.extra), text)
		for key, raw := range c.extra {
			require.Equal(t, raw, string(extra[key]), "%s of %s", key, text)
		}
		out, err := EncodeFields(got.fields(), extra)
		require.NoError(t, err, text)
		if c.out == "" {
			c.out = text
		}
		require.Equal(t, c.out, string(out))
	}
}

func TestFieldsErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[]`:                  "cannot unmarshal array",
		`{"tags":{"a":1}}`:    "tags: ",
		`{"tags":[1]}`:        "tags: ",
		`{"inner":[]}`:        "inner: ",
		`{"inner":{"A":"x"}}`: `inner: it has no key "a", but one that is nearly the same`,
		`{"inner":{"a":{}}}`:  "inner: ",
		`{"name":"a"} more`:   "invalid character",
	} {
		var got thing
		_, err := DecodeFields([]byte(text), got.fields())
		require.ErrorContains(t, err, want, text)
	}
	v := thing{Any: make(chan int)}
	_, err := EncodeFields(v.fields(), nil)
	require.ErrorContains(t, err, "any: ")
	v = thing{}
	v.Inner.A = "x"
	_, err = EncodeFields(v.fields(), map[string]stdjson.RawMessage{"inner": stdjson.RawMessage(`[]`)})
	require.ErrorContains(t, err, "inner: ")
	_, err = EncodeFields(v.fields(), map[string]stdjson.RawMessage{"more": stdjson.RawMessage(`{`)})
	require.ErrorContains(t, err, "more: ")
}

// A field that was set counts more than what is kept.
func TestFieldsThatAreSetWin(t *testing.T) {
	t.Parallel()
	v := thing{Name: "new"}
	out, err := EncodeFields(v.fields(), map[string]stdjson.RawMessage{"name": stdjson.RawMessage(`"old"`), "on": stdjson.RawMessage(`0`)})
	require.NoError(t, err)
	require.Equal(t, `{"name":"new","on":0,"tags":[]}`, string(out))
}

// What JavaScript's Number makes of a text.
func TestToNumber(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"0xFFFFFFFFFFFFFFFFFFFF", "1.2089258196146292e+24"},
		{"", "0"},
		{" ", "0"},
		{"5", "5"},
		{" 5\n", "5"},
		{"1e3", "1000"},
		{"1E-2", "0.01"},
		{".5", "0.5"},
		{"5.", "5"},
		{"+5", "5"},
		{"-0", "-0"},
		{"0x1F", "31"},
		{"0b101", "5"},
		{"0o17", "15"},
		{"0x", "NaN"},
		{"-0x1F", "NaN"},
		{"1_000", "NaN"},
		{"abc", "NaN"},
		{"5 apples", "NaN"},
		{"Infinity", "Infinity"},
		{"-Infinity", "-Infinity"},
		{"infinity", "NaN"},
		{"1e999", "Infinity"},
		{"NaN", "NaN"},
		{"\u00a05\ufeff", "5"},
		{"0x1G", "NaN"},
		{"0b12", "NaN"},
		{"1e", "NaN"},
		{".", "NaN"},
		{"+", "NaN"},
		{"09", "9"},
		{"\u0663", "NaN"},
	} {
		got := string(AppendNumberText(nil, ToNumber(c[0])))
		if c[1] == "-0" {
			c[1] = "0"
		}
		require.Equal(t, c[1], got, "%q", c[0])
	}
}
