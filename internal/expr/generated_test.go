package expr

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

var update = flag.Bool("update", false, "write the golden files; what n8n gives, with NATE_N8N")

// of n8nExpression: a parameter's text over an item of n8nItem, with what n8n's expressions are made of in practice.
func (g generator) n8nExpression() string {
	switch g.IntN(12) {
	case 0: // text with several parts
		var b strings.Builder
		b.WriteString("=")
		for range 1 + g.IntN(3) {
			b.WriteString(g.of("", "a ", "é😀 ", "\n", `"`, "{ ", "}", "$", `\`, "<b>"))
			b.WriteString("{{ " + g.n8nCode(2) + " }}")
		}
		return b.String() + g.of("", " end", "{{", " }}")
	case 1: // what stands around an expression, and what is none
		return g.of("={{"+g.n8nCode(1)+"}}", "={{ "+g.n8nCode(1)+" }} ", " ={{ 1 }}", "{{ "+g.n8nCode(1)+" }}", "={{\n"+g.n8nCode(2)+"\n}}",
			"={{ "+g.n8nCode(1)+"; }}", "={{ /* c */ "+g.n8nCode(1)+" // d\n }}", "={{ "+g.n8nCode(1), "={{ "+g.n8nCode(1)+" "+g.n8nCode(1)+" }}")
	}
	return "={{ " + g.n8nCode(1+g.IntN(3)) + " }}"
}

func (g generator) n8nCode(depth int) string {
	switch g.IntN(14) {
	case 0, 1:
		return strings.ReplaceAll(g.expression(depth), "}}", "} }")
	case 2, 3, 4:
		return g.extended(depth)
	case 5, 6:
		return g.arrow()
	case 7, 8:
		return g.pattern()
	case 9, 10:
		return g.moment()
	case 11:
		return g.builtIn(depth)
	case 12:
		return g.variable()
	}
	return "`" + g.of("", "x ", "ß") + "${ " + strings.ReplaceAll(g.n8nCode(depth-1), "`", `"`) + " }" + g.of("", "-", "$") + "`"
}

// receiver is something with a type that a method is for, now and then of another.
func (g generator) receiver() string {
	return g.of(`$json.s`, `$json.n`, `$json.arr`, `$json.o`, `$json.b`, `$json.nul`, `$json.empty`, `$json.uni`, `$json.date`, `$json.objs`,
		`$json.words`, `$json.missing`, `$json.email`, `$json.url`, `$json.html`, `$json.num`, `$json.f`, `$json.json`, `$json`, `$json.nested`,
		`$json.neg`, `"a-b c_D"`, `[1, 2, 2, null, "", {}]`, `(5.5)`, `({ a: 1, b: null, c: "" })`, `true`, `"2024-03-10T02:30:00.000Z".toDateTime()`,
		`"1"`, `[]`, `""`, `"no"`, `(0)`, `[[1], [2]]`)
}

func (g generator) extended(depth int) string {
	x := g.receiver() + g.of(".", ".", ".", "?.") + g.of(extensionNames...) + "("
	switch g.IntN(5) {
	case 0:
		x += g.of(`1`, `"a"`, `2, "x"`, `"days"`, `["a"]`, `$json.arr`, `{ a: 1 }`, `"yyyy-MM-dd"`, `0`, `-1`, `true`, `"a", "b"`, `"sha256"`, `"month"`,
			`"o"`, `[1, 9]`, `"en"`, `1.5`)
	}
	x += ")"
	if depth > 1 && g.IntN(3) == 0 {
		x += g.of(".length", ".toString()", "[0]", "?.x", ".join('|')", ".toJsonString()", ".isEmpty()", " ?? 'd'", " + 1", " === undefined")
	}
	return x
}

func (g generator) arrow() string {
	list := g.of(`$json.arr`, `$json.words`, `$json.objs`, `Object.keys($json)`, `Object.entries($json.o)`, `[3, 1, 2]`, `$json.s.split(" ")`, `$json.nested`,
		`Array.from({ length: 3 }, (_, i) => i * 2)`, `[...$json.words, ...$json.arr]`, `[...new Set($json.arr)]`, `$input.all()`, `[..."a😀b"]`, `$json.missing`)
	fn := g.of(`x => x`, `x => x * 2`, `(x, i) => x + i`, `x => ({ v: x })`, `x => [x, x]`, `x => x.a`, `x => String(x).toUpperCase()`, `({ a, ...rest }) => rest`,
		`x => x?.b ?? "none"`, `x => typeof x`, `([a, b]) => a + "=" + b`, `x => x.json.n`, `x => { const y = x; return y + 1 }`, `function (x) { return x }`,
		`x => x.length > 2`, `(x) => x.toTitleCase()`, `x => x > 1`)
	x := list + g.of(".map", ".filter", ".find", ".some", ".every", ".flatMap", ".findIndex", ".findLast", ".forEach") + "(" + fn + ")"
	if g.IntN(3) == 0 {
		x = list + g.of(`.reduce((a, b) => a + b, 0)`, `.reduce((a, b) => a + b)`, `.sort()`, `.sort((a, b) => a - b)`, `.sort((a, b) => b > a ? 1 : -1)`, `.toSorted()`,
			`.reduce((o, k) => ({ ...o, [k]: 1 }), {})`, `.flat()`, `.entries()`, `.keys()`, `.splice(1, 1)`, `.fill(0)`, `.toReversed()`, `.with(0, "w")`, `.lastIndexOf(2)`,
			`.concat([9], 8)`, `.copyWithin(0, 1)`, `.at(-1)`, `.reduceRight((a, b) => a + b)`)
	}
	if g.IntN(2) == 0 {
		x += g.of(`.join(", ")`, `.length`, `[0]`, `.sum()`, `.filter(Boolean)`, `.slice(0, 2)`, `.map(JSON.stringify)`, `.toString()`, `.includes(1)`)
	}
	return x
}

func (g generator) pattern() string {
	re := g.of(`/[aeiou]/g`, `/\w+/`, `/(?<first>\w)(\w*)/`, `/\d+/g`, `/(?<=l)o/g`, `/(?<!l)o/`, `/\p{L}+/gu`, `/^\s*|\s*$/g`, `/./gs`, `/l+/i`, `/(a)|(b)/g`, `/[^\x00-\x7F]/g`,
		`/\bw/`, `/o(?=r)/`, `/\u{1F600}/u`, `/(.)\1/`, `/nothing/`, `/,\s?/`, `/x*/g`, `/[\u0300-\u036f]/g`, `/HELLO/i`, `/\p{Emoji}/u`, `/(\w+) (\w+)/`)
	text := g.of(`$json.s`, `$json.uni`, `$json.html`, `$json.email`, `"a,b, c"`, `"hello wörld"`, `$json.words.join(" ")`, `"aabb"`, `String($json.n)`, `$json.date`)
	switch g.IntN(8) {
	case 0, 1:
		return text + ".replace(" + re + ", " + g.of(`""`, `"-"`, `"[$&]"`, `"$1"`, `"$2 $1"`, `"$<first>"`, "m => m.toUpperCase()", `"$$"`, "(m, a, b) => b ?? a", "\"$`\"") + ")"
	case 2:
		return text + ".match(" + re + ")" + g.of("", "?.[0]", "?.[1]", "?.groups", "?.index", "?.length", " !== null", "[0]")
	case 3:
		return text + ".split(" + re + ")"
	case 4:
		return re + ".test(" + text + ")"
	case 5:
		return "[..." + text + ".matchAll(" + re + ")]" + g.of(".length", ".map(m => m[0])", ".map(m => m.index)")
	case 6:
		return text + ".search(" + re + ")"
	}
	return text + g.of(`.normalize("NFD")`, `.normalize()`, `.codePointAt(0)`, `.localeCompare("b")`, `.toLocaleUpperCase()`, `.substr(1, 3)`, `.lastIndexOf("o")`, `.isWellFormed()`,
		`.padStart(20, "😀")`, `.at(-1)`, `.split("")`, `.replaceAll("o", "0")`, `.charCodeAt(1)`, `.trimStart()`, `.concat(1, null)`, `.link("u")`, `.toUpperCase()`, `.length`)
}

// moment is a date that no clock is asked for.
func (g generator) moment() string {
	x := g.of(`DateTime.fromISO($json.date)`, `DateTime.fromISO("2024-03-10T01:59:59")`, `DateTime.fromISO("2024-02-29")`, `DateTime.fromMillis(1700000000123)`,
		`$json.date.toDateTime()`, `"2024-11-03T01:30:00-04:00".toDateTime()`, `DateTime.fromFormat("24-12-31", "yy-MM-dd")`, `DateTime.fromObject({ year: 2023, month: 13 })`,
		`new Date($json.date)`, `new Date(0)`, `new Date(2024, 0, 31)`, `DateTime.fromISO("nonsense")`, `new Date("x")`, `DateTime.utc(2024, 2, 30)`, `DateTime.fromSeconds(1e9)`,
		`DateTime.fromSQL("2024-01-02 03:04:05")`, `DateTime.fromISO("2024-W10-3")`, `DateTime.local(2024, 7, 1)`, `"03/04/2024".toDateTime()`, `(1700000000).toDateTime("s")`)
	for range g.IntN(3) {
		x += g.of(`.plus({ days: 1 })`, `.minus({ months: 1, hours: 2 })`, `.plus(1, "weeks")`, `.startOf("month")`, `.endOf("week")`, `.setZone("Asia/Tokyo")`, `.toUTC()`,
			`.set({ hour: 5 })`, `.endOfMonth()`, `.beginningOf("day")`, `.setLocale("de")`, `.plus({ quarters: 1 })`, `.minus(3, "days")`)
	}
	return x + g.of("", ".toISO()", `.toFormat("yyyy-MM-dd HH:mm:ss ZZ")`, `.format("dd LLL yyyy")`, ".weekday", ".toMillis()", ".toISODate()", ".year", ".toString()", ".toRelative === undefined",
		`.diff(DateTime.fromISO("2024-01-01"), "days").days`, `.diffTo("2024-01-01", "days")`, ".isValid", ".zoneName", ".daysInMonth", ".toSeconds()", ".extract('week')", ".isWeekend()",
		`.isBetween("2024-01-01", "2025-01-01")`, `.toLocaleString()`, `.toLocaleString({ month: "long", day: "numeric" })`, ".toISOString()", ".getTime()", ".toJSON()", ".getTimezoneOffset()",
		".weekNumber", ".offset", `.toFormat("cccc, d. MMMM")`, ".toObject()", ".toHTTP()", ".toLocaleDateString('en-GB')", ".valueOf()", " > 0", " + 1", ".toInt()", ".monthLong")
}

func (g generator) builtIn(depth int) string {
	a, b := g.receiver(), g.receiver()
	return g.of("$if("+a+", "+b+", 1)", "$if("+a+", "+b+")", "$ifEmpty("+a+", "+b+")", "$max(1, "+a+")", "$min("+a+", "+b+")", "$average(1, "+a+")", "$not("+a+")",
		`$jmespath($json, "`+g.of("o.x", "arr[0]", "objs[*].a", "objs[?a > `1`].b", "keys(o)", "sort(arr)", "length(s)", "[n, s]", "{a: n}", "missing", "objs | [0]", "bad(", "max(arr)")+`")`,
		"JSON.stringify("+a+")", "JSON.parse("+a+")", "Object.keys("+a+")", "Object.entries("+a+")", "Object.fromEntries(Object.entries("+a+"))", "Object.assign({}, "+a+", { z: 1 })",
		"structuredClone("+a+")", "new Map([[1, 2]])", "new Set("+a+").size", "[..."+a+"]", "({ ..."+a+" })", "String("+a+")", "Number("+a+")", "Boolean("+a+")", "parseInt("+a+")",
		"Array.isArray("+a+")", a+" instanceof Object", `"a" in (`+a+")", "delete "+g.of("$json.n", "$json.o.x"), "void 0", "("+a+", "+b+")", a+" ?? "+b, a+" || "+b, a+" && "+b,
		"Math.round("+a+")", "Math.PI.toFixed(3)", "Number.EPSILON > 0", "Number.isInteger("+a+")", "encodeURIComponent("+a+")", "decodeURIComponent('%20')", "encodeURI("+a+")", "isNaN("+a+")",
		"Symbol('x')", "10n ** 3n", "typeof "+a, "new Date(NaN)", "Intl.NumberFormat('de').format("+a+")", a+".toLocaleString()", "new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR' }).format(1234.5)",
		"Object.groupBy([1, 2, 3], x => x % 2 ? 'odd' : 'even')", "[1, [2, [3]]].flat(Infinity)", "Array.from("+a+")", "Array(3).fill(0)", "[,1]", "[1, , 2].length", "new Error('x').message", "RegExp('a', 'g').flags",
		"btoa('a')", "atob('YQ==')", "setTimeout", "globalThis", "this", "process.env.HOME", "require('fs')", "nope()", "nope", "null.x", "undefined?.x", "(() => { throw new Error('x') })()", "new Function('return 1')()",
		"''.constructor", "({}).__proto__", "[].constructor.constructor('return 1')()", "eval('1')", "(function () { return this })()", "((a, b = 2, ...c) => [a, b, c])(1)", "(() => { let x = 0; for (const i of [1, 2]) x += i; return x })()",
		"zip(['a'], [1])", "numberList(1, 3)", "extend("+a+", 'length', [])", "1_000", "0b11 + 0o7", "'\\u{1F600}'.length", "`a\\n${1}`", "async () => 1", "(async () => 1)()", "class {}", "x = 1", "$json.n++", "$json.n += 1",
		"-"+a, "+"+a, "!"+a, "~~"+a, a+" == "+b, a+" < "+b, a+" + "+b, a+" - "+b, a+" ** 2", "("+a+").toString()", "new Array(3).join('-')", "Object.is(NaN, NaN)", "[NaN, -0, Infinity]", "({ u: undefined, n: null, f: NaN })",
		"[undefined, () => 1]", "Array.of(1, 2)", "String.raw`a\\n`", "'abc'[1]", "'abc'.at(-1)", g.expression(depth))
}

func (g generator) variable() string {
	return g.of(`$json["with space"]`, `$json['o']['x']`, `$input.item.json.n`, `$input.first().json.s`, `$input.last().json.n`, `$input.all().length`, `$input.params.mode`, `$("In").item.json.n`,
		`$("In").first().json.s`, `$("In").all()[1].json.n`, `$("In").params.mode`, `$("In").isExecuted`, `$("Later").isExecuted`, `$("Later").item.json.n`, `$("Ghost").item`, `$("In").itemMatching(0).json.n`,
		`$("In").itemMatching()`, `$("In").all(1)`, `$("In").all(0, 1)`, `$("In").pairedItem(0).json.n`, `$node["In"].json.s`, `$node.In.json.n`, `$node["Ghost"].json`, `$node["Later"].json`, `$node["In"].runIndex`,
		`$items("In")[0].json.n`, `$items().length`, `$item(1).$json.n`, `$item(9).$json`, `$itemIndex`, `$position`, `$runIndex`, `$prevNode.name`, `$workflow.name`, `$workflow.active`, `$execution.mode`, `$mode`, `$nodeVersion`,
		`$vars.x`, `$vars`, `$secrets`, `$env.HOME`, `$parameter.count`, `$binary`, `$self`, `$thisItem.json.n`, `$data.n`, `$json.constructor`, `$json.toString()`, `$json.hasOwnProperty("n")`, `$fromAI("n")`, `$fromAI("x", "", "string", 1)`,
		`$("In").context`, `$input.context`, `$evaluateExpression("{" + "{ $json.n }" + "}")`, `$("Start").item.json`, `$("Start").first().json.a`, `$input.item.pairedItem`, `$("In")`, `$input.item.binary`, `$getPairedItem("In", { previousNode: "In" }, { item: 0 }).json.n`)
}

// n8nItem is a random item.
func (g generator) n8nItem() *node.Object {
	number := func() float64 { return []float64{0, 1, -7.5, 42, 3.14159, 1e21, -1, 100, 0.1, 1234567.891}[g.IntN(10)] }
	text := func() string {
		return g.of("hello world", "", "Ünïcödé 😀", " padded ", "12", "camelCaseText", "a,b,,c", "line\nbreak", "{\"a\":1}", "snake_case-kebab Title", "ß İ", "<b>x</b> & y", "null", "2024-05-06", "true", "a\u0301")
	}
	list := func() []any {
		out := []any{}
		for range g.IntN(5) {
			out = append(out, []any{number(), text(), nil, true, []any{number()}, node.NewObject("a", number())}[g.IntN(6)])
		}
		return out
	}
	o := node.NewObject("n", number(), "s", text(), "arr", []any{number(), number(), number()}, "o", node.NewObject("x", number(), "y", node.NewObject("z", text())),
		"b", g.IntN(2) == 0, "nul", nil, "empty", "", "uni", text()+"é", "date", g.of("2024-03-15T10:20:30.000Z", "2024-01-31", "2023-12-31T23:59:59.999+05:30"), "objs", []any{
			node.NewObject("a", number(), "b", text()), node.NewObject("a", number(), "b", text(), "c", list()),
		}, "words", []any{text(), "two", "three"}, "email", g.of("mail me at john.doe@example.com", "nobody", "a@b.co"), "url", g.of("https://example.com/a/b?c=d#e", "www.test.org", "x"),
		"html", "<p>Hello <b>"+text()+"</b></p>", "num", g.of("12", "3.5", "-1e3", "abc", "$1,234.50"), "f", number(), "neg", -7.5, "json", g.of(`{"a":[1,2]}`, `[1,`, `"x"`, `null`), "nested", []any{[]any{number()}, list()},
		"with space", number(), "emptyArr", []any{}, "emptyObj", &node.Object{}, "trim", "field", "length", 3, "list", list())
	return o
}

// evaluation is what n8n, or nate, makes of an expression for one item, as the probe node writes it.
type evaluation struct {
	Type  string          `json:"type,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
	Error *evaluated      `json:"error,omitempty"`
}

type evaluated struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// generated is a set of items and expressions over them; Results are of n8n, by expression and item.
type generated struct {
	Items       []json.RawMessage `json:"items"`
	Expressions []string          `json:"expressions"`
	Results     [][]evaluation    `json:"results"`
}

const perRun = 385 // expressions in one run of the probe node

func generate(seed uint64) *generated {
	g := generator{rand.New(rand.NewPCG(seed, 41))}
	made := &generated{}
	for range 2 {
		made.Items = append(made.Items, node.AppendJSON(nil, g.n8nItem()))
	}
	for range perRun {
		made.Expressions = append(made.Expressions, g.n8nExpression())
	}
	return made
}

// scope is the Scope of the probe node in the workflow of inN8n.
func (g *generated) scope(t *testing.T) *Scope {
	t.Helper()
	items, probe := make([]node.Item, len(g.Items)), make([]node.Item, len(g.Items))
	for i, text := range g.Items {
		o, err := node.ParseObject(text)
		require.NoError(t, err)
		items[i] = node.Item{JSON: o.Freeze(), Paired: []node.Paired{{Item: 0}}}
		probe[i] = node.Item{JSON: o, Paired: []node.Paired{{Item: i}}}
	}
	location, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	start := []node.Item{{JSON: &node.Object{}, Paired: []node.Paired{{}}}}
	return &Scope{
		Location: location, Items: probe, Source: []*Source{{Node: "In"}},
		Instance:   node.Instance{ID: "probe", Name: "Probe", Type: "CUSTOM.exprProbe", TypeVersion: 1},
		Parameters: node.NewObject("count", len(g.Expressions)),
		Workflow:   Workflow{ID: "generated", Name: "Generated"},
		Execution:  Execution{ID: "1", Mode: "production", RunMode: "cli"},
		Runs: &testRuns{
			nodes: map[string]*testNode{
				"Start": {runs: []testRun{{outputs: [][]node.Item{start}}}},
				"In": {
					kind:       "n8n-nodes-base.code",
					parameters: node.NewObject("mode", "runOnceForAllItems", "language", "javaScript", "jsCode", g.code(), "notice", ""),
					runs:       []testRun{{[][]node.Item{items}, []*Source{{Node: "Start"}}}},
				},
				"Probe": {parameters: &node.Object{}}, "Later": {parameters: &node.Object{}},
			},
			edges: []testEdge{{"Start", 0, "In", 0}, {"In", 0, "Probe", 0}, {"Probe", 0, "Later", 0}},
		},
	}
}

func (g *generated) code() string {
	list := make([]string, len(g.Items))
	for i, item := range g.Items {
		list[i] = `{"json":` + string(item) + `}`
	}
	return "return [" + strings.Join(list, ",") + "];"
}

// inN8n evaluates the expressions in n8n: NATE_N8N is an address that takes {"workflow": ...}, runs it, and answers with the run's JSON. The
// n8n there needs the node of testdata/ExprProbe.node.js.
func (g *generated) inN8n(t *testing.T, url string) {
	t.Helper()
	parameters := map[string]any{"count": len(g.Expressions)}
	for i, e := range g.Expressions {
		parameters[fmt.Sprint("p", i)] = e
	}
	at := func(name, kind string, version float64, parameters map[string]any, x int) map[string]any {
		return map[string]any{"id": strings.ToLower(name), "name": name, "type": kind, "typeVersion": version, "parameters": parameters, "position": []int{x, 0}}
	}
	to := func(name string) any {
		return map[string]any{"main": []any{[]any{map[string]any{"node": name, "type": "main", "index": 0}}}}
	}
	body, err := json.Marshal(map[string]any{"workflow": map[string]any{
		"id": "generated", "name": "Generated", "nodes": []any{
			at("Start", "n8n-nodes-base.manualTrigger", 1, map[string]any{}, 0),
			at("In", "n8n-nodes-base.code", 2, map[string]any{"jsCode": g.code()}, 200),
			at("Probe", "CUSTOM.exprProbe", 1, parameters, 400),
			at("Later", "n8n-nodes-base.noOp", 1, map[string]any{}, 600),
		}, "connections": map[string]any{"Start": to("In"), "In": to("Probe"), "Probe": to("Later")}, "settings": map[string]any{"executionOrder": "v1"},
	}})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, res.Body.Close()) }()
	var run struct {
		Data struct {
			ResultData struct {
				Error   json.RawMessage
				RunData map[string][]struct {
					Data struct {
						Main [][]struct{ JSON struct{ R []evaluation } }
					}
				}
			}
		}
	}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&run))
	probe := run.Data.ResultData.RunData["Probe"]
	require.NotEmpty(t, probe, "%s", run.Data.ResultData.Error)
	require.NotEmpty(t, probe[0].Data.Main, "%s", run.Data.ResultData.Error)
	g.Results = make([][]evaluation, len(g.Expressions))
	for _, item := range probe[0].Data.Main[0] {
		for i, e := range item.JSON.R {
			g.Results[i] = append(g.Results[i], e)
		}
	}
}

// here evaluates an expression for the current item.
func (g *generated) here(s *Scope, expression string) evaluation {
	v, _ := Compile(expression)
	got, typ, err := v.EvalType(s)
	if err != nil {
		info := node.InfoOf(err)
		return evaluation{Error: &evaluated{info.Name, info.Message}}
	}
	switch f, isNumber := got.(float64); {
	case got == node.Undefined:
		got = nil
	case isNumber && f-f != 0:
		got = node.FormatNumber(f)
	}
	text := node.AppendJSON(nil, got)
	if typ == "bigint" {
		text = []byte(strings.TrimSuffix(string(text), `"`) + `n"`)
	}
	return evaluation{Type: typ, Value: text}
}

// shown is what of an evaluation is compared.
func (e evaluation) shown() string {
	if e.Error != nil {
		message := e.Error.Message
		if strings.HasSuffix(message, "could not be cloned.") { // shows n8n's engine, or its own functions
			message = "could not be cloned."
		}
		return e.Error.Name + ": " + message
	}
	value, err := node.ParseJSON(e.Value)
	if err != nil {
		return err.Error()
	}
	return strings.ToLower(e.Type) + " " + string(node.AppendJSON(nil, value))
}

// meant reports why an evaluation differs from n8n's on purpose; empty: it does not.
func meant(expression, want, got string) string {
	for _, d := range generatedDivergences {
		if want != got && d.expression.MatchString(expression) && d.want.MatchString(want) && d.got.MatchString(got) {
			return d.reason
		}
	}
	return ""
}

// TestGeneratedInN8n compares some 5,000 generated expressions with what n8n makes of them. With -update it writes the sample that
// TestGenerated reads.
func TestGeneratedInN8n(t *testing.T) {
	url := os.Getenv("NATE_N8N")
	if url == "" {
		t.Skip("SKIPPED 5005 generated expressions: NATE_N8N names no n8n to compare with")
	}
	var sample []*generated
	features := map[string]int{}
	evaluations, onPurpose := 0, 0
	for seed := range uint64(13) {
		g := generate(seed)
		g.inN8n(t, url)
		scope := g.scope(t)
		kept := &generated{Items: g.Items}
		for i, expression := range g.Expressions {
			for scope.Item = range g.Items {
				evaluations++
				want, got := g.Results[i][scope.Item].shown(), g.here(scope, expression).shown()
				if meant(expression, want, got) != "" {
					onPurpose++
					continue
				}
				assert.Equal(t, want, got, "seed %d, item %d %s: %s", seed, scope.Item, g.Items[scope.Item], expression)
			}
			if hasNew(features, expression) {
				kept.Expressions, kept.Results = append(kept.Expressions, expression), append(kept.Results, g.Results[i])
			}
		}
		sample = append(sample, kept)
	}
	t.Logf("%d evaluations of %d expressions, %d different on purpose", evaluations, 13*perRun, onPurpose)
	if *update {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		for _, g := range sample {
			require.NoError(t, enc.Encode(g))
		}
		require.NoError(t, os.WriteFile("testdata/generated.jsonl", b.Bytes(), 0o600))
	}
}

// hasNew reports whether an expression has a name, an operator or a literal that at most one other had, and counts them.
func hasNew(seen map[string]int, expression string) bool {
	isNew := false
	tokens := feature.FindAllString(expression, -1)
	slices.Sort(tokens)
	for _, token := range slices.Compact(tokens) {
		seen[token]++
		isNew = isNew || seen[token] <= 2
	}
	return isNew
}

var feature = regexp.MustCompile("[\\w$]+\\(?|/[^/ ]+/[a-z]*|[^\\w\\s\"'`]+")

// TestGenerated compares a sample of generated expressions with what n8n 2.41.1 made of them.
func TestGenerated(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/generated.jsonl")
	require.NoError(t, err)
	count := 0
	for _, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		var g generated
		require.NoError(t, json.Unmarshal(line, &g))
		scope := g.scope(t)
		scope.Parameters = node.NewObject("count", perRun)
		for i, expression := range g.Expressions {
			count++
			for scope.Item = range g.Items {
				want, got := g.Results[i][scope.Item].shown(), g.here(scope, expression).shown()
				if meant(expression, want, got) == "" {
					assert.Equal(t, want, got, "item %d %s: %s", scope.Item, g.Items[scope.Item], expression)
				}
			}
		}
	}
	require.Greater(t, count, 500)
}

type divergence struct {
	reason                string
	expression, want, got *regexp.Regexp
}

// generatedDivergences are where nate gives something else than n8n on purpose.
var generatedDivergences = func() []divergence {
	var list []divergence
	for _, d := range [][4]string{
		{"a template literal in which a ?. is, or a line break before a ${}, is mangled", "`", `TypeError: Cannot read properties of undefined \(reading 'start'\)|invalid syntax`, ``},
		{"a line break before a ${} in a template literal gets a space", "`[^`]*\\\\n\\$\\{", `\\n `, ``},
		{"the call of something that is no function, in a tagged template", "`", `is not a function`, `undefined`},
		{"chance", `randomItem`, ``, ``},
		{"this leads to nothing", `\bthis\b`, `"process":\{\}`, `object \{\}`},
		{"the check for constructors is not made on what is text, or no expression", `\.\s*constructor`, `invalid constructor function call`, ``},
		{"an open brace pair behind the only part", `\{\{$`, `undefined null`, `string ""`},
	} {
		list = append(list, divergence{d[0], regexp.MustCompile(d[1]), regexp.MustCompile(d[2]), regexp.MustCompile(d[3])})
	}
	return list
}()
