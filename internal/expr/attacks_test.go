package expr

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// attacks are on what expressions have beyond JavaScript (those on JavaScript itself are in package js), by class. want is the JSON of the
// value, "undefined", or what an error begins with.
var attacks = []struct{ class, code, want string }{
	{"constructor", `$("A")["constr"+"uctor"]["constr"+"uctor"]("return 1")()`, `Cannot access "constructor"`},
	{"constructor", `$("A").first["constr"+"uctor"]("return 1")()`, `Cannot access "constructor"`},
	{"constructor", `$items["constr"+"uctor"]("return 1")()`, `Cannot access "constructor"`},
	{"constructor", `$node["constr"+"uctor"]`, `Referenced node doesn't exist`},
	{"constructor", `$jmespath({ a: 1 }, "constructor")`, `Cannot access "constructor"`},
	{
		"constructor", `(() => { try { $("Nope").first() } catch (e) { return e["constr"+"uctor"]["constr"+"uctor"]("return process")() } })()`,
		`Cannot access "constructor"`,
	},
	{"constructor", `(() => { try { $("Nope").first() } catch (e) { return Object.keys(e) } })()`, `[]`},
	{"second-order evaluation", `$json.code`, `"={{ 1 + 1 }}"`},
	{"second-order evaluation", `[$json.code, $json.half + "}}"]`, `invalid syntax`},
	{"second-order evaluation", "`${$json.code}`", `"={{ 1 + 1 }}"`},
	{"second-order evaluation", `$evaluateExpression($json.code, "0")`, `undefined`},
	{"tampered built-ins", `$items.evil = 1`, `1`},
	{"tampered built-ins", `Object.assign($items, { evil: 1 })`, `undefined`},
	{"tampered built-ins", `Object.assign($jmespath, { evil: 1 })`, `undefined`},
	{"tampered built-ins", `Object.assign($input, { evil: 1 })`, `undefined`},
	{"tampered built-ins", `Object.assign($node, { evil: 1 })`, `undefined`},
	{"tampered built-ins", `Object.assign($env, { evil: 1 })`, `undefined`},
	{"tampered built-ins", `(process.env.evil = 1, process.env.evil)`, `undefined`},
	{"tampered built-ins", `Object.assign($execution, { evil: 1 }).evil`, `1`}, // a copy
	{"tampered built-ins", `$input.all()["__pro" + "to__"].evil = 1`, `undefined`},
	{"tampered built-ins", `$("A").first()["__pro" + "to__"].evil = 1`, `undefined`},
	{"tampered built-ins", `$json.s.__proto__.evil = 1`, `Cannot access "__proto__"`},
	{"environment", `$env.HOME`, `access to env vars denied`},
	{"environment", `$env["HO" + "ME"]`, `access to env vars denied`},
	{"environment", `"HOME" in $env`, `access to env vars denied`},
	{"environment", `Object.keys($env).concat(Object.keys(process.env))`, `[]`},
	{"environment", `[JSON.stringify($env), process.env.HOME]`, `["{}",null]`},
	{"prototype pollution", `zip(["__proto__"], [{ evil: 1 }]).evil`, `undefined`},
	{"prototype pollution", `[{ a: 1 }].renameKeys("a", "__proto__")[0].evil`, `undefined`},
	{"prototype pollution", `[{ k: "__proto__", v: { evil: 1 } }].smartJoin("k", "v")["ev" + "il"]`, `undefined`},
	{"prototype pollution", `[$json.polluted].merge([{ a: 1 }])["ev" + "il"]`, `undefined`},
	{"prototype pollution", `$json.polluted.removeField("a").evil`, `undefined`},
	{"prototype pollution", `$json.polluted.compact().evil`, `undefined`},
	{"prototype pollution", `Object.assign({}, $json.polluted).evil`, `undefined`},
	{"prototype pollution", `$item("__proto__").$json.s`, `"x"`},
	{"files", `DateTime.now().setZone("../../../../etc/passwd").isValid`, `false`},
	{"files", `"x".localeCompare("y", "../../etc")`, `undefined`},
	{"code in arguments", `$items({ toJSON() { for (;;); } })`, wasStopped},
	{"code in arguments", `$items({ get x() { for (;;); } })`, wasStopped},
	{"code in arguments", `$node[{ toString() { for (;;); } }]`, wasStopped},
	{"code in arguments", `$({ toString() { for (;;); } }).first()`, wasStopped},
	{"code in arguments", `$fromAI("n", "", "string", { toJSON() { for (;;); } })`, wasStopped},
	{"code in arguments", `$items(new Array(4294967295))`, wasStopped},
	{"code in arguments", `(() => { const a = []; a[0] = a; return $items(a) })()`, `undefined`},
	{"code in arguments", `(() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return $items(a) })()`, wasStopped},
	{"code in results", `({ toJSON() { for (;;); } })`, wasStopped},
	{"code in results", `({ get x() { for (;;); } })`, wasStopped},
	{"code in results", `({ then(r) { r(1) } })`, `Expression evaluation failed: then(r) { r(1) } could not be cloned.`},
	{"code in results", `[...{ [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }) } } }]`, wasStopped},
	{"code in results", `(() => { class A extends Array { static get [Symbol.species]() { return function () { return new Array(4294967295) } } }; return new A(1).map(x => x) })()`, wasStopped},
	{"endless", `(() => { for (;;) $("A").first() })()`, wasStopped},
	{"endless", `(() => { for (;;) { try { $("Nope").first() } catch {} } })()`, wasStopped},
	{"endless", `(() => { for (;;) $evaluateExpression("{" + "{ 1 }" + "}") })()`, wasStopped},
	{"endless", `$evaluateExpression("{" + "{ (() => { for (;;); })() }" + "}")`, wasStopped},
	{"endless", `$evaluateExpression("{" + "{ $parameter.loop }" + "}")`, `undefined`},
	{"endless", `$evaluateExpression(("{" + "{ [1].map(x => x) }" + "} ").repeat(2e4))`, `$evaluateExpression() takes no text longer than 64 KiB`},
	{"endless", `"a".repeat(1e7).hash("sha512")`, wasStopped},
	{"endless", `("*_[](".repeat(1e5)).removeMarkdown()`, wasStopped},
	{"endless", `$jmespath($json, "(".repeat(1e5))`, wasStopped},
	{"endless", `DateTime.fromFormat("1".repeat(1e5), "y".repeat(1e5)).isValid`, wasStopped},
	{"endless", `Interval.fromDateTimes(DateTime.fromMillis(0), DateTime.now()).splitBy({ milliseconds: 1 }).length`, wasStopped},
	{"endless in Go", `parseInt("9".repeat(1e7))`, `null`}, // Infinity
	{"endless in Go", `Number("0x" + "f".repeat(1e7))`, `null`},
	{"endless in Go", `"aB".repeat(2e7)` + strings.Repeat(`.toUpperCase().toLowerCase()`, 1000), wasStopped},
	{"endless in Go", `encodeURIComponent("é".repeat(1e8))`, `The expression `},
	{"memory", `numberList(1, 1e9)`, `numberList(): more than 1000000 numbers`},
	{"memory", `"x".repeat(2 ** 30)`, `The expression makes too much data`},
	{"memory", `(() => "x".repeat(2 ** 29))()`, wasStopped},
	{"memory", `[1].chunk(-1)`, `chunk(): expected a positive size`},
	{"places that are not there", `$item(-1).$json`, `"Here" node has 1 item(s) but you're trying to access item -1`},
	{"places that are not there", `$item(1e300).$json`, `"Here" node has 1 item(s) but you're trying to access item`},
	{"places that are not there", `$getPairedItem("A", { previousNode: "A", previousNodeRun: 1e9 }, { item: 1e9 })`, `Can’t get data for expression`},
}

const wasStopped = "The expression was stopped: "

const canary = `={{ [typeof evil, ({}).evil, [].evil, "".evil, (() => 1).evil, $items.evil, $.evil, $jmespath.evil, $input.evil, $item.evil,
	process.evil, process.env.evil, DateTime.evil, extend.evil, $json.evil, $execution.evil].join() + [1].map(x => x + 1)[0] + $json.s }}`

func attacked(t *testing.T) *Scope {
	t.Helper()
	s := over(t, `{"s":"x","n":1,"code":"={{ 1 + 1 }}","half":"={{ 1 ","polluted":{"__proto__":{"evil":1}}}`)
	s.Instance.Name = "Here"
	s.Parameters = node.NewObject("loop", `={{ $evaluateExpression("{" + "{ $parameter.loop }" + "}") }}`)
	s.Runs = &testRuns{nodes: map[string]*testNode{"A": {runs: []testRun{{[][]node.Item{{{JSON: node.NewObject("n", 1)}}}, nil}}}, "Here": {}}}
	s.Limits = Limits{Time: 30 * time.Second, Memory: 128 << 20}
	return s
}

// TestAttacks: what expressions are given can't be used to get out, to change what later ones see, or to go on for ever.
func TestAttacks(t *testing.T) {
	t.Parallel()
	const clean = `"undefined,,,,,,,,,,,,,,,2x"`
	require.Equal(t, clean, eval(attacked(t), canary))
	for _, a := range attacks {
		began := time.Now()
		s := attacked(t)
		if a.want == wasStopped {
			s.Limits.Time = 300 * time.Millisecond
		}
		got := eval(s, "={{ "+a.code+" }}")
		require.Less(t, time.Since(began), 60*time.Second, a.code)
		if len(got) > 200 {
			got = got[:200]
		}
		assert.True(t, strings.HasPrefix(got, a.want), "%s: %s\nwant %s\n got %s", a.class, a.code, a.want, got)
		require.Equal(t, clean, eval(attacked(t), canary), a.code)
	}
}
