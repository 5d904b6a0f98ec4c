package nate_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// runAttacks are ways to run what a workflow's author did not write, or to harm other runs, by the classes of n8n's published advisories.
// Each is tried as an expression of Edit Fields and as the code of a Code node. One that gets through puts out "escaped".
var runAttacks = map[string][]string{
	"constructor by dot": {
		`(() => 1).constructor("return 'esc' + 'aped'")()`, `$json.s.constructor.constructor("return 'esc' + 'aped'")()`, `(async () => 1).constructor("return 'esc' + 'aped'")()`,
	},
	"constructor by bracket":          {`(() => 1)["constructor"]("return 'esc' + 'aped'")()`, `$json["constructor"]["constructor"]("return 'esc' + 'aped'")()`},
	"constructor by template literal": {"(() => 1)[`constructor`](\"return 'esc' + 'aped'\")()", "(() => 1)[`con${'structor'}`](\"return 'esc' + 'aped'\")()"},
	"constructor by concatenation":    {`(() => 1)["constr" + "uctor"]("return 'esc' + 'aped'")()`, `[].map["constr" + "uctor"]("return 'esc' + 'aped'")()`},
	"constructor by array key":        {`(() => 1)[["constructor"]]("return 'esc' + 'aped'")()`, `(() => 1)[[["constr" + "uctor"]]]("return 'esc' + 'aped'")()`},
	"destructuring": {
		`(({ constructor: c }) => c("return 'esc' + 'aped'")())(() => 1)`, `(({ ["constr" + "uctor"]: c }) => c("return 'esc' + 'aped'")())(() => 1)`,
	},
	"class extends": {
		`new (class extends (() => 1)["constr" + "uctor"] {})("return 'esc' + 'aped'")()`, `new (class extends Function { constructor() { super("return 'esc' + 'aped'") } })()()`,
	},
	"arrow bodies and this": {
		`(() => this.process.mainModule.require("child_process") && "esc" + "aped")()`, `(function () { return this.process.binding("fs") && "esc" + "aped" })()`,
		`(() => { return typeof this.constructor.constructor("return 1") === "function" && this.constructor.constructor("return 'esc' + 'aped'")() })()`,
	},
	"prepareStackTrace": {
		`(() => { Error.prepareStackTrace = (e, s) => s[0].getThis().process && "esc" + "aped"; return new Error().stack })()`,
		`(() => { Error["prepare" + "StackTrace"] = (e, s) => s[0].getFunction() && "esc" + "aped"; return new Error().stack })()`,
		`(() => { const o = {}; Error["capture" + "StackTrace"](o); return o.stack[0].getThis() && "esc" + "aped" })()`,
	},
	"with": {`(function () { with (this) { return eval("'esc' + 'aped'") } })()`, `(function () { with (globalThis) { return Function("return 'esc' + 'aped'")() } })()`},
	"getters": {
		`({ get a() { return this["constr" + "uctor"]["constr" + "uctor"]("return 'esc' + 'aped'")() } }).a`,
		`({ toJSON() { return this["constr" + "uctor"]["constr" + "uctor"]("return 'esc' + 'aped'")() } })`, `({}).__lookupGetter__("__proto__").call(() => 1).constructor("return 'esc' + 'aped'")()`,
	},
	"tampered built-ins": {
		`JSON.stringify = () => "evil"`, `(() => { Array.prototype.map = () => ["evil"]; return 1 })()`, `(() => { Object.prototype.toString = () => "evil"; return 1 })()`,
		`Object.assign(Math, { max: () => "evil" })`, `(() => { Date.now = () => "evil"; String.prototype.toUpperCase = () => "evil"; return 1 })()`, `(() => { DateTime.now = () => "evil"; return 1 })()`,
	},
	"second-order evaluation": {`$json.code`, `[$json.code, $json.js].join(" ")`, `({ ["={{ 'esc' + 'aped' }}"]: $json.code })`},
	"prototype pollution by key": {
		`(o => { o["__proto__"].evil = "evil"; return o })({})`, `(o => { o[$json.proto].evil = "evil"; return o })({})`, `Object.assign({}, JSON.parse('{"__proto__":{"evil":"evil"}}'))`,
		`(o => { o[$json.key][$json.prototype].evil = "evil" })({})`, `Object.fromEntries([["__proto__", { evil: "evil" }]])`,
	},
}

// attackWorkflow has an attack as an expression, one as code, and what looks for changes.
func attackWorkflow(t *testing.T, expression, code string) *workflows.Workflow {
	t.Helper()
	type object = map[string]any
	set := func(fields ...string) object {
		var list []any
		for i := 0; i < len(fields); i += 2 {
			list = append(list, object{"id": fields[i], "name": fields[i], "value": fields[i+1], "type": "string"})
		}
		return object{"assignments": object{"assignments": list}, "options": object{"ignoreConversionErrors": true}}
	}
	at := func(name, kind string, version float64, parameters object, x int) object {
		return object{
			"id": name, "name": name, "type": "n8n-nodes-base." + kind, "typeVersion": version, "parameters": parameters, "position": []int{x, 0},
			"onError": "continueRegularOutput",
		}
	}
	to := func(name string) object {
		return object{"main": []any{[]any{object{"node": name, "type": "main", "index": 0}}}}
	}
	text, err := json.Marshal(object{
		"name": "Attack", "settings": object{"executionOrder": "v1"}, "nodes": []any{
			at("Start", "manualTrigger", 1, object{}, 0),
			at("Expression", "set", 3.4, set("out", expression), 200),
			at("Code", "code", 2, object{"jsCode": code}, 400),
			at("Canary", "set", 3.4, set("canary", canaryExpression), 600),
			at("Canary code", "code", 2, object{"jsCode": "return [{ json: { canary: " + canaryCode + " } }]"}, 800),
		}, "connections": object{"Start": to("Expression"), "Expression": to("Code"), "Code": to("Canary"), "Canary": to("Canary code")},
	})
	require.NoError(t, err)
	w, err := workflows.ParseOne(text)
	require.NoError(t, err)
	return w
}

const (
	canaryCode = `[JSON.stringify({ a: [1] }), [1].map((x) => x + 1).join(), String({}), Math.max(1, 2), typeof Date.now(), "a".toUpperCase(),
		typeof DateTime.now(), typeof ({}).evil, typeof [].evil, typeof "".evil, typeof (() => 1).evil, typeof evil].join(" ")`
	canaryExpression = `={{ ` + canaryCode + ` }}`
	canaryWant       = `{"a":[1]} 2 [object Object] 2 number A object undefined undefined undefined undefined undefined`
)

// TestAttacksInRuns tries the attacks in whole runs of workflows, each followed by nodes that look whether anything has changed.
func TestAttacksInRuns(t *testing.T) {
	t.Parallel()
	registry := runtime.NewRegistry(all.All()...)
	start := node.ItemOf("s", "x", "code", "={{ 'esc' + 'aped' }}", "js", "'esc' + 'aped'", "proto", "__proto__", "key", "constructor", "prototype", "prototype")
	for class, sources := range runAttacks {
		for _, source := range sources {
			w := attackWorkflow(t, "={{ "+strings.ReplaceAll(source, "}}", "} }")+" }}", "const $json = $('Start').first().json;\nreturn [{ json: { out: "+source+" } }]")
			plan, err := runtime.Compile(w, registry, runtime.WithExpressionLimits(runtime.ExpressionLimits{Time: 20 * time.Second}))
			require.NoError(t, err, source)
			result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{start}})
			require.NoError(t, err, source)
			for _, name := range []string{"Expression", "Code"} {
				runs := result.Runs[name]
				require.NotEmpty(t, runs, "%s: %s", name, source)
				for _, items := range runs[0].Main {
					for _, item := range items {
						out, _ := item.JSON.Get("out")
						assert.NotContains(t, string(node.AppendJSON(nil, out)), "escaped", "%s, %s: %s", class, name, source)
					}
				}
			}
			for _, name := range []string{"Canary", "Canary code"} {
				runs := result.Runs[name]
				require.NotEmpty(t, runs, "%s: %s", name, source)
				require.Nil(t, runs[0].Error, "%s: %s", name, source)
				got, _ := runs[0].Main[0][0].JSON.Get("canary")
				assert.Equal(t, canaryWant, got, "%s, %s: %s", class, name, source)
			}
		}
	}
}

// TestNamesAreKeys: the names of fields and parameters, and paths of them, are keys and nothing else.
func TestNamesAreKeys(t *testing.T) {
	t.Parallel()
	w, err := workflows.ParseOne([]byte(`{"name":"W","settings":{"executionOrder":"v1"},"nodes":[
		{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
		{"name":"Set","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[200,0],"parameters":{"__proto__":{"evil":1},"constructor":{"prototype":{"evil":1}},
			"options":{},"assignments":{"assignments":[
				{"id":"1","name":"__proto__.evil","value":"v","type":"string"},{"id":"2","name":"constructor.prototype.evil","value":"v","type":"string"},
				{"id":"3","name":"a.__proto__.evil","value":"v","type":"string"},{"id":"4","name":"prototype","value":"={{ ({}).evil }}","type":"string"}]}}},
		{"name":"Canary","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[400,0],"parameters":{"options":{},"assignments":{"assignments":[
			{"id":"1","name":"canary","value":"={{ ` + strings.ReplaceAll(strings.ReplaceAll(strings.Join(strings.Fields(canaryCode), " "), `\`, `\\`), `"`, `\"`) + ` }}","type":"string"}]}}}],
		"connections":{"Start":{"main":[[{"node":"Set","type":"main","index":0}]]},"Set":{"main":[[{"node":"Canary","type":"main","index":0}]]}}}`))
	require.NoError(t, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
	require.NoError(t, err)
	result, err := plan.Run(context.Background(), runtime.Request{})
	require.NoError(t, err)
	require.NoError(t, result.Err())
	require.Equal(t, `{"__proto__":{"evil":"v"},"constructor":{"prototype":{"evil":"v"}},"a":{"__proto__":{"evil":"v"}},"prototype":null}`,
		string(node.AppendJSON(nil, result.ItemsOf("Set")[0].JSON)))
	canary, _ := result.LastItems()[0].JSON.Get("canary")
	require.Equal(t, canaryWant, canary)
}

var (
	tableRow  = regexp.MustCompile(`(?m)^\| (.+?) \| (.+) \| (.+?) \|$`)
	functions = regexp.MustCompile(`func Test\w+`)
	testNames = regexp.MustCompile("`([\\w/.]+)`: ((?:Test\\w+…?(?:, )?)+)")
)

// TestSecurityPage: the tests that docs/security.md names are there, and its classes of advisories are those of TestAttacksInRuns and
// of the tests of the parameters' names.
func TestSecurityPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/security.md")
	require.NoError(t, err)
	_, advisories, ok := strings.Cut(string(page), "## Classes of published advisories\n")
	require.True(t, ok)
	var classes []string
	for _, row := range tableRow.FindAllStringSubmatch(advisories, -1) {
		if row[1] != "class" && row[1] != "---" {
			classes = append(classes, row[1])
			require.Regexp(t, testNames, row[3], row[1])
		}
	}
	for class := range runAttacks {
		require.Contains(t, classes, class)
	}
	requireTests(t, "docs/security.md")
}

// TestDivergencesPage: the tests that docs/divergences.md names are there.
func TestDivergencesPage(t *testing.T) {
	t.Parallel()
	requireTests(t, "docs/divergences.md")
}

// requireTests holds that the tests which a page names are there.
func requireTests(t *testing.T, file string) {
	t.Helper()
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	named := testNames.FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, named)
	for _, m := range named {
		dir := m[1]
		if dir == "nate" {
			dir = "."
		}
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		require.NoError(t, err)
		var code strings.Builder
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			code.Write(text)
		}
		for _, name := range strings.Split(m[2], ", ") {
			begin, _ := strings.CutSuffix(name, "…")
			found := slices.ContainsFunc(functions.FindAllString(code.String(), -1), func(f string) bool {
				return f == "func "+name || begin != name && strings.HasPrefix(f, "func "+begin)
			})
			assert.True(t, found, "%s: there is no `%s`: %s", file, m[1], name)
		}
	}
}
