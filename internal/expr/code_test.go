package expr

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// codeScope has three input items.
func codeScope() *Scope {
	s := &Scope{Instance: node.Instance{Name: "C"}}
	for i := range 3 {
		s.Items = append(s.Items, node.Item{JSON: node.NewObject("n", i).Freeze(), Paired: []node.Paired{{Item: i}}})
	}
	return s
}

// silentHost answers nothing.
type silentHost struct{}

func (silentHost) Ask(name string, _ []any) (any, error) { return nil, errors.New("no " + name) }

func (silentHost) Do(ctx context.Context, _ string, _ []any) (any, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func runSource(t testing.TB, kind node.ScriptKind, source string) (string, error) {
	t.Helper()
	v, err := CodeOf(kind, source).Run(codeScope(), CodeRun{Host: silentHost{}, Limits: Limits{Time: 20 * time.Second}})
	if err != nil {
		return "", err
	}
	if v == node.Undefined {
		return "undefined", nil
	}
	return string(node.AppendJSON(nil, v)), nil
}

// What was compiled is kept, but not without end.
func TestCodeOf(t *testing.T) { //nolint:paralleltest // others drop what is kept
	first := CodeOf(node.ScriptAllItems, "return 1")
	require.Same(t, first, CodeOf(node.ScriptAllItems, "return 1"))
	require.NotSame(t, first, CodeOf(node.ScriptEachItem, "return 1"))
	for i := range 10 {
		CodeOf(node.ScriptAllItems, strings.Repeat(" ", 1<<20)+strconv.Itoa(i))
		require.LessOrEqual(t, codes.size, maxCodes)
	}
	require.LessOrEqual(t, len(codes.all), 10)
	require.NotSame(t, first, CodeOf(node.ScriptAllItems, "return 1"))
}

// Each kind of code has its own names.
func TestCodeKinds(t *testing.T) {
	t.Parallel()
	const names = `return [typeof items, typeof item, typeof $getWorkflowStaticData, typeof getWorkflowStaticData, typeof getNodeParameter, ` +
		`typeof $json, typeof $input, typeof $, typeof helpers, typeof $if, typeof $max]`
	for kind, want := range map[node.ScriptKind]string{
		node.ScriptAllItems:     `["object","undefined","function","undefined","undefined","object","object","function","object","undefined","undefined"]`,
		node.ScriptEachItem:     `["undefined","object","function","undefined","undefined","object","object","function","object","undefined","undefined"]`,
		node.ScriptFunction:     `["object","undefined","undefined","function","function","object","object","function","object","undefined","undefined"]`,
		node.ScriptFunctionItem: `["undefined","object","undefined","function","function","object","object","function","object","undefined","undefined"]`,
	} {
		got, err := runSource(t, kind, names)
		require.NoError(t, err)
		require.Equal(t, want, got, codeKinds[kind])
	}
	for kind, want := range map[node.ScriptKind]string{
		node.ScriptFunction:     `{"json":{"n":2},"pairedItem":{"item":2},"index":2}`,
		node.ScriptFunctionItem: `{"n":0}`,
	} {
		got, err := runSource(t, kind, `return typeof items === 'object' ? items[2] : item`)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// What code is given it is given once, so that it sees its own changes and loops over it are no slower than n8n's.
func TestCodeKeepsItsInput(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`$json.a = 1; return $input.item.json`:                                          `{"n":0,"a":1}`,
		`$input.last().json.a = 1; return $input.all()[2].json`:                         `{"n":2,"a":1}`,
		`$input.all()[0].json.a = 1; return $json`:                                      `{"n":0,"a":1}`,
		`return [$input.all() === $input.all(), $input.first() === $input.all()[0]]`:    `[true,true]`,
		`items[0].json.a = 1; return [$json, items[0].json]`:                            `[{"n":0},{"n":0,"a":1}]`,
		`$json = {mine: 1}; return $json`:                                               `{"mine":1}`,
		`return [$input.first.name, Object.keys($input)]`:                               `["",[]]`,
		`return $item(2).$json`:                                                         `{"n":2}`,
		`const c = new Map([[1, 2]]); return {c, d: new Date(0), n: NaN, i: -0, b: 5n}`: `{"c":{},"d":"1970-01-01T00:00:00.000Z","n":null,"i":0,"b":"5"}`,
		`return () => 1`: `"() => 1"`,
		``:               `undefined`,
	} {
		got, err := runSource(t, node.ScriptAllItems, source)
		require.NoError(t, err, source)
		require.Equal(t, want, got, source)
	}
}

// The line that n8n names is that of the innermost function with a name, else of the code around all functions.
func TestCodeLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		line   int
	}{
		{"\n\nnull.x", 3},
		{"const a = 1;\n[1].map(() =>\n null.x)", 2},
		{"function f() {\n  return [1].map(() => null.x)\n}\n\nf()", 2},
		{"class E extends Error {\n constructor() {\n  super('x');\n }\n}\n\nthrow new E()", 7},
		{"await null;\nconst f = async () => {\n  await null;\n  throw new Error('x');\n};\nawait f()", 4},
		{"throw 'text'", 0},
		{"const x = ;", 0},
		{"require('fs')", 1},
	} {
		_, err := runSource(t, node.ScriptAllItems, c.source)
		var thrown *node.ScriptError
		require.ErrorAs(t, err, &thrown, c.source)
		require.Equal(t, c.line, thrown.Line, "%s: %v", c.source, err)
	}
}

// FuzzCode runs any source: it ends in a value, a *node.ScriptError or not at all because of its limit, and takes nothing with it.
func FuzzCode(f *testing.F) {
	for _, seed := range []string{
		`return items`, `return $input.all().map(x => x.json)`, `throw new Error('x')`, `for (;;) {}`, `return $('C').first()`, `}`,
		`const a = {}; a.a = a; return a`, `await new Promise(() => {})`, `return await helpers.httpRequest({})`, `setInterval(() => {}, 0)`,
		`return new Proxy({}, {get() { throw 1; }, ownKeys() { return ['a']; }})`, `Object.prototype.toJSON = () => 1; return {}`,
		`$getWorkflowStaticData('global').x = 1n`, `return Array(1e9)`, `class A extends null {}; new A()`, `return eval`, `with (items) length`,
		`async function* f() { yield 1 } for await (const x of f()) return x`, `arguments[0]({})`, `return VmCodeWrapper.toString()`,
		`const {get} = Object.getOwnPropertyDescriptor(globalThis, '$json'); return get.call(null)`, `label: { break label }`,
	} {
		f.Add(seed, byte(0))
		f.Add(seed, byte(1))
	}
	f.Fuzz(func(t *testing.T, source string, kind byte) {
		_, err := CodeOf(node.ScriptKind(int(kind)%len(codeKinds)), source).Run(codeScope(), CodeRun{
			Host: silentHost{}, Limits: Limits{Time: 100 * time.Millisecond, Memory: 64 << 20, Result: 1 << 20},
		})
		var thrown *node.ScriptError
		if err != nil && !errors.As(err, &thrown) {
			t.Fatalf("%T: %v", err, err)
		}
		if thrown != nil && len(thrown.Message) > 0 && thrown.Info != nil && len(source) < 1<<10 {
			require.NotContains(t, thrown.Message, "The JavaScript engine failed", source)
		}
		got, err := runSource(t, node.ScriptAllItems, `return [items.length, $json.n, [2, 1].sort(), JSON.stringify({a: 1}), typeof left]`)
		require.NoError(t, err, "after %q", source)
		require.Equal(t, `[3,0,[1,2],"{\"a\":1}","undefined"]`, got, "after %q", source)
	})
}

func TestCheckCode(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"":                              "",
		"return []":                     "",
		"const items = await f(items);": "",
		"retrun 1 2":                    "Unexpected number in line 1\n    retrun 1 2\n           ^",
		"let ä = 'ß';\nlet b = ;\n":     "Unexpected token ';' in line 2\n    let b = ;\n            ^",
		"return [":                      "Unexpected token '}' at the end\n    return [\n            ^",
	} {
		err := CheckCode(source)
		if want == "" {
			require.NoError(t, err, source)
			continue
		}
		var wrong *Error
		require.ErrorAs(t, err, &wrong, source)
		require.Equal(t, Syntax, wrong.Kind)
		require.Equal(t, want, wrong.Message+"\n"+wrong.Excerpt(), source)
	}
	require.ErrorContains(t, CheckCode(strings.Repeat(" ", 5<<20)), "invalid syntax")
}
