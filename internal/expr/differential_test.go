package expr

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// generator makes random expressions of plain JavaScript over $json.
type generator struct{ *rand.Rand }

func (g generator) of(list ...string) string { return list[g.IntN(len(list))] }

func (g generator) word(list string) string { return g.of(strings.Fields(list)...) }

func (g generator) atom() string {
	return g.of(`0`, `1`, `-1`, `2.5`, `-7.5`, `1e21`, `1e-7`, `1234`, `0.1`, `0x1F`, `1_000`, `NaN`, `Infinity`, `.5`, `100`,
		`""`, `"a"`, `'abc'`, `"a,b,,c"`, `"héllo wörld"`, `"😀x😀"`, `"\u{1F600}"`, `"\ud83d"`, `"\ude00"`, `"12"`, `" 12 "`, `"0x1f"`,
		`"1e3"`, `"-5.5px"`,
		`"Infinity"`, `"ß"`, `"true"`, `"null"`, `"{\"q\":[1,2]}"`, `"{bad"`, `"[1, 2.50]"`, `"a\tb\n"`, `"$& $1 $$"`, `"aXbXc"`,
		`"$'"`, `"\uFEFF x"`,
		`true`, `false`, `null`, `undefined`, "`t`", "`a${1}b`",
		`$json`, `$json.n`, `$json.s`, `$json.arr`, `$json.o`, `$json.o.x`, `$json.o.x.y`, `$json.missing`, `$json.missing.deep`,
		`$json.nul`,
		`$json?.missing?.deep`, `$json.b`, `$json["with space"]`, `$json.arr[0]`, `$json.arr[9]`, `$json.nested`, `$json.uni`,
		`$json.length`,
		`$json.f`, `$json.neg`, `$json.empty`, `$json.emptyArr`, `$json.emptyObj`, `$json.trim`, `[]`, `{}`, `[1,"2",null]`, `{a:1}`,
		`[[1,2],[3]]`)
}

func (g generator) expression(depth int) string {
	if depth <= 0 {
		return g.atom()
	}
	sub := func() string {
		x := g.expression(depth - 1 - g.IntN(2))
		if strings.HasPrefix(x, "{") || strings.HasPrefix(x, "-") || !g.simple(x) {
			return "(" + x + ")"
		}
		return x
	}
	switch g.IntN(12) {
	case 0, 1, 2:
		return sub() + g.of(" + ", " - ", " * ", " / ", " % ", " ** ", " === ", " !== ", " == ", " != ", " < ", " > ", " <= ", " >= ",
			" & ", " | ", " ^ ",
			" << ", " >> ", " >>> ", " && ", " || ", " ?? ") + sub()
	case 3:
		return g.of("!", "-", "+", "~", "typeof ") + sub()
	case 4:
		return sub() + " ? " + sub() + " : " + sub()
	case 5:
		return sub() + g.of(".length", ".n", "?.x", "[0]", "[1]", `["length"]`, "?.[0]", "["+sub()+"]", "[-1]", `["1"]`, ".x.y",
			"?.x.y.z")
	case 6:
		return g.of("[", "[1,") + sub() + "," + sub() + "]"
	case 7:
		return "{" + g.of("a", `"b c"`, "1", "["+sub()+"]") + ": " + sub() + ", z: " + sub() + "}"
	case 8:
		return "`x${" + sub() + "}y${" + sub() + "}`"
	case 9:
		return g.word(`String Number Boolean JSON.stringify JSON.parse parseInt parseFloat Object.keys Object.values Object.entries
			Array.isArray Math.floor Math.round Math.max Math.min Math.abs Math.ceil Math.trunc Math.sign isNaN encodeURIComponent
			Number.parseInt`) + "(" + g.arguments(depth, 3) + ")"
	}
	return sub() + g.of(".", ".", "?.") + g.word(`toUpperCase toLowerCase trim trimStart trimEnd includes startsWith endsWith slice
		substring split replace replaceAll indexOf concat padStart padEnd repeat at charAt charCodeAt join toString toFixed`) +
		g.of("(", "(", "(", "?.(") + g.arguments(depth, 2) + ")"
}

func (g generator) simple(x string) bool { return !strings.ContainsAny(x, "+-*/%=!<>&|^?:~ ") }

func (g generator) arguments(depth, most int) string {
	var args []string
	for range g.IntN(most + 1) {
		args = append(args, g.expression(depth-1-g.IntN(2)))
	}
	return strings.Join(args, ", ")
}

const differentialItem = `{"n":1,"s":"hello world","arr":[3,1,2,2],"o":{"x":{"y":5},"z":null},"f":3.14159,"neg":-7.5,"b":true,"empty":"",
	"nul":null,"with space":7,"uni":"Ünïcödé 😀","emptyArr":[],"emptyObj":{},"nested":[[1,2],[3,null]],
	"length":"field","trim":"field","12":"twelve","a":"letter"}`

// nodeScript evaluates the expressions that it reads and writes [type, value] for each; an exception is undefined.
const nodeScript = `
const [item, ...list] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const plain = (v) => {
  if (v === undefined) return ['undefined', null];
  if (typeof v === 'number') return ['number', Object.is(v, -0) ? '-0' : String(v)];
  if (typeof v === 'function') return ['function', null];
  const text = JSON.stringify(v);
  return [v === null ? 'null' : typeof v, text.length > 10000 ? 'long' : text];
};
console.log(JSON.stringify(list.map((code) => {
  let f;
  try { f = new Function('$json', 'return (' + code + '\n)'); } catch { return ['syntax', null]; }
  try { return plain(f(JSON.parse(item))); } catch { return ['undefined', null]; }
})));`

// inNode evaluates expressions in Node.js.
func inNode(tb testing.TB, expressions []string) []any {
	tb.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		tb.Skip("Node.js is not installed")
	}
	input := []any{differentialItem}
	for _, e := range expressions {
		input = append(input, e)
	}
	cmd := exec.CommandContext(tb.Context(), path, "-e", nodeScript)
	cmd.Stdin = bytes.NewReader(node.AppendJSON(nil, input))
	out, err := cmd.Output()
	require.NoError(tb, err)
	results, err := node.ParseJSON(out)
	require.NoError(tb, err)
	return results.([]any)
}

// here evaluates an expression in Go as nodeScript does. ok is false for what the engine would have to do, or a limit stopped.
func here(s *Scope, code string) (result []any, ok bool) {
	v, _ := Compile("={{" + strings.ReplaceAll(code, "}}", "} }") + " }}")
	s.begin()
	single := v.template.single
	got, _, err := single.goValue(s)
	switch doubt := single.script.doubt; {
	case single.eval == nil:
		return []any{"syntax", nil}, doubt.kind == Syntax
	case errors.Is(err, errThrown):
		got = node.Undefined
	case err != nil:
		return nil, false
	}
	switch got := got.(type) {
	case nil:
		return []any{"null", "null"}, true
	case float64:
		text := node.FormatNumber(got)
		if got == 0 && 1/got < 0 {
			text = "-0"
		}
		return []any{"number", text}, true
	case string, bool, []any, *node.Object:
		text := string(node.AppendJSON(nil, got))
		if length(text) > 10000 {
			text = "long"
		}
		return []any{typeOf(got), text}, true
	}
	return []any{"undefined", nil}, true
}

// TestAgainstNode compares random expressions with Node.js: what is supported must give the same value and type.
func TestAgainstNode(t *testing.T) {
	t.Parallel()
	item, err := node.ParseObject([]byte(differentialItem))
	require.NoError(t, err)
	scope := &Scope{Items: []node.Item{{JSON: item.Freeze()}}}
	for seed := range uint64(2) {
		g := generator{rand.New(rand.NewPCG(seed, 7))}
		expressions := make([]string, 5000)
		for i := range expressions {
			expressions[i] = g.expression(1 + g.IntN(4))
		}
		supported := 0
		for i, want := range inNode(t, expressions) {
			got, ok := here(scope, expressions[i])
			if !ok {
				continue
			}
			supported++
			assert.Equal(t, fmt.Sprint(want), fmt.Sprint(got), "seed %d: %s", seed, expressions[i])
		}
		require.Greater(t, supported, len(expressions)*8/10)
	}
}
