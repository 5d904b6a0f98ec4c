package json_test

import (
	stdjson "encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/json"
)

func TestFromLiteral(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{}`: `{}`,
		`({a: 1, 'b c': [1, , 'x',], "d": {e: -1.5e3}, 7: null, // end
			/* more */ yes: true, f, })`: `{"a":1,"b c":[1,null,"x"],"d":{"e":-1500},"7":null,"yes":true,"f":"f"}`,
		`{a: '\x41\u0042\u{1F600}\uD83D\uDE00\n\q\'"', b: "x\
y", c: 0x1F, d: 0b11, e: 0o17, f: 017, g: 1_000, h: .5, i: 5.}`: `{"a":"\u0041\u0042😀\ud83d\ude00\u000aq'\"","b":"xy","c":31,"d":3,"e":15,"f":15,"g":1000,"h":0.5,"i":5}`,
		`{constructor: 1, __proto__: {x: 1}, class: 2}`:        `{"constructor":1,"__proto__":{"x":1},"class":2}`,
		`{grün: schön, a: (- (5)), b: - - 5, c: ({}), d: -0}`:  `{"grün":"schön","a":-5,"b":5,"c":{},"d":-0}`,
		`{a: undefined, b: NaN, c: True, d: 1e999, e: -1e999}`: `{"a":"undefined","b":"NaN","c":"True","d":1e999,"e":-1e999}`,
		"\ufeff{\u00a0a\u2028:1}":                              `{"a":1}`,
		`{1.50: 1, 0x10: 2}`:                                   `{"1.5":1,"16":2}`,
	} {
		out, err := json.FromLiteral(in)
		require.NoError(t, err, in)
		require.Equal(t, want, string(out), in)
	}
	for _, in := range []string{
		``, `{`, `}`, `[1]`, `1`, `a`, `{a}}`, `{a:}`, `{a:1 b:2}`, `{a:1;}`, `{,}`, `{a:1,,b:2}`, `{"a"}`, `{1}`, `{true}`, `{class}`, `{a:f()}`, `{a:b.c}`,
		`{a:1+1}`, `{a:!0}`, `{a:--1}`, `{a:-}`, `{a:-x}`, `{a:'x`, "{a:'x\ny'}", `{a:'\x4'}`, `{a:'\u12'}`, `{a:'\u{110000}'}`, `{a:'\u{}'}`, `{a:'\u{1'}`, `{a:'\8'}`,
		`{a:'\`, `{a:1__0}`, `{a:1n}`, `{a:0x}`, `{a:this}`, `{...a}`, `{[a]:1}`, `{a(){}}`, `{get a(){}}`, "{a:`x`}", `{a:(1}`, `/* {a:1}`, `({a:1}`,
		strings.Repeat("{a:", 5_000_000), "{a:" + strings.Repeat("- ", 5_000_000), "{a:" + strings.Repeat("(", 5_000_000), "{a:-" + strings.Repeat("(", 5_000_000),
	} {
		_, err := json.FromLiteral(in)
		require.Error(t, err, "%.60q", in)
	}
}

func FuzzFromLiteral(f *testing.F) {
	f.Add(`{a: 1, 'b c': [1, , 'x',], "d": {e: -1.5e3}, f, // c
	}`)
	f.Add(`({a: '\x41\u0042\u{1F600}\uD83D\n', 0x1F: (-.5), g: 1_000})`)
	f.Fuzz(func(t *testing.T, in string) {
		out, err := json.FromLiteral(in)
		if err != nil {
			return
		}
		var v any
		if err := stdjson.Unmarshal(out, &v); err != nil {
			require.ErrorContains(t, err, "1e999", "%q gave %s", in, out) // the one number that Go's reader does not take
		}
	})
}

func TestToNumberLikeNobodyElse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]float64{
		"0x20000000000001": 9007199254740992, "0xffffffffffffffffffff": 1208925819614629174706175, "0b101": 5, "0O17": 15, "+.5e1": 5, "5.": 5,
		"\u00a0\ufeff7\u2028": 7, "-Infinity": math.Inf(-1), "1e400": math.Inf(1), "-1e-400": 0,
	} {
		require.InDelta(t, want, json.ToNumber(in), 0, in)
	}
	for _, in := range []string{"0x-1", "0x1_0", "0x", "0xg", "0b2", "-0x1", "inf", "nan", "1_000", ".", "e5", "1e", "--1", "1,5", "0x1p4", "\u0085 1"} {
		require.True(t, math.IsNaN(json.ToNumber(in)), in)
	}
}
