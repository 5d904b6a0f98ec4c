package expr

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// over returns a Scope with one item.
func over(tb testing.TB, json string) *Scope {
	tb.Helper()
	o, err := node.ParseObject([]byte(json))
	require.NoError(tb, err)
	return &Scope{Items: []node.Item{{JSON: o.Freeze()}}}
}

// eval returns the JSON of what a text gives, "undefined", or the error's text.
func eval(s *Scope, text string) string {
	v, _ := Compile(text)
	got, err := v.Eval(s)
	switch {
	case err != nil:
		return err.Error()
	case got == node.Undefined:
		return "undefined"
	}
	return string(node.AppendJSON(nil, got))
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`plain {{ $json.n }}`:         `"plain {{ $json.n }}"`,
		`=`:                           `""`,
		`=text`:                       `"text"`,
		`={{ $json.n }}`:              `1`,
		`={{$json.n}}`:                `1`,
		"={{\n$json.n\n}}":            `1`,
		`= {{ $json.n }}`:             `" 1"`,
		`={{ $json.n }} `:             `"1 "`,
		`={{ $json.n }}{{ $json.n }}`: `"11"`,
		`=a {{ $json.n }} b`:          `"a 1 b"`,
		`={{ $json.n`:                 `1`,
		`=a {{ $json.n`:               `"a 1"`,
		`=a {{`:                       `"a "`,
		`={{ $json.n }}{{`:            `"1"`,
		`=}} a`:                       `"}} a"`,
		`={ { 1 } }`:                  `"{ { 1 } }"`,
		`=={{ 1 }}`:                   `"=1"`,
		`={{ 1 }}}`:                   `"1}"`,
		`={{{a:1}}}`:                  `invalid syntax`,
		`={{ "}}" }}`:                 `invalid syntax`,
		`={{ "{{" }}`:                 `"{{"`,
		`={{ }}`:                      `invalid syntax`,
		`=x{{ }}y`:                    `invalid syntax`,
		`={{ // comment }}`:           `invalid syntax`,
		`={{ 1 // comment }}`:         `1`,
		`={{ {a:{b:1} } }}`:           `{"a":{"b":1}}`,
		`={{ {a:{b:1}} }}`:            `invalid syntax`,

		// A backslash before braces, and backslashes before a backslash.
		`=\{{ 1 }}`:             `"\\{{ 1 }}"`,
		`=x \{{ 1 }} y {{ 2 }}`: `"x \\{{ 1 }} y 2"`,
		`=\\{{ 1 }}`:            `"\\1"`,
		`=\\\{{ 1 }}`:           `"\\\\\\{{ 1 }}"`,
		`=\\\\{{ 1 }}`:          `"\\\\1"`,
		`=a\\b{{ 1 }}`:          `"a\\b1"`,
		`={{ 1 }}\\`:            `"1\\\\"`,
		`={{ "\}}" }}`:          `"}}"`,
		`={{ "a\}}b\}}" }}`:     `"a}}b}}"`,
		`={{ '\\}}' }}`:         `invalid syntax`,
		`=\{{{ 1 }}`:            `"\\{{{ 1 }}"`,
		`=a\{{`:                 `"a\\{{"`, // n8n fails here: it loses text after an escape at the end
		`={{ 1 }}\{{`:           `"1\\{{"`,

		// What becomes text.
		`=x{{ undefined }}{{ null }}{{ "" }}{{ NaN }}y`:            `"xy"`,
		`=x{{ false }} {{ 0 }} {{ -0 }} {{ Infinity }} {{ 1e21 }}`: `"xfalse 0 0 Infinity 1e+21"`,
		`=x{{ {a:1} }} {{ [] }} {{ [null,[1,undefined],{}] }}`:     `"x[object Object]  ,1,,[object Object]"`,
		`=x{{ $json.a.b.c }}y{{ 1 }}`:                              `"xy1"`,
	} {
		require.Equal(t, want, eval(over(t, `{"n":1}`), text), text)
	}
}

func TestValuesKeepTheirType(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1,"s":"text","b":true,"nul":null,"arr":[1,[2]],"o":{"x":{"y":5}},"with space":7}`)
	for code, want := range map[string]string{
		`$json.n`: `1`, `$json.s`: `"text"`, `$json.b`: `true`, `$json.nul`: `null`, `$json.arr`: `[1,[2]]`, `$json.o.x`: `{"y":5}`,
		`$json["with space"]`: `7`, `$json.missing`: `undefined`, `$json.arr[1][0]`: `2`, `$json.arr["1"]`: `[2]`,
		`$json.arr[-1]`:  `undefined`,
		`$json.arr[1.5]`: `undefined`, `$json.arr.length`: `2`, `$json.s.length`: `4`, `$json.s[1]`: `"e"`, `$json.n.length`: `undefined`,
		`$json["o"]["x"]["y"]`: `5`, `$json[$json.s]`: `undefined`, `$json?.o?.x.y`: `5`, `$data.n`: `1`,

		// JavaScript's exceptions are undefined, for the whole part.
		`$json.missing.deep`: `undefined`, `$json.nul.x`: `undefined`, `[$json.missing.deep]`: `undefined`,
		`$json.missing.deep || "x"`:  `undefined`,
		`$json.missing?.deep.deeper`: `undefined`, `($json.missing?.deep).x ?? 1`: `undefined`, `$json.missing?.deep ?? 1`: `1`,
		`JSON.parse("{bad")`: `undefined`, `$json.n.trim()`: `undefined`, `$json.missing.trim()`: `undefined`, `nope()`: `undefined`,
		`$json.n()`: `undefined`,

		// There is no ReferenceError.
		`nope`: `undefined`, `nope || "x"`: `"x"`, `typeof nope`: `"undefined"`, `nope?.()`: `undefined`, `nope.x`: `undefined`,
	} {
		require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
	}
}

func TestUnicode(t *testing.T) {
	t.Parallel()
	s := over(t, `{"s":"a😀é","lone":"\ud83d"}`)
	for code, want := range map[string]string{
		`$json.s.length`: `4`, `$json.s[1]`: `"\ud83d"`, `$json.s[1] + $json.s[2]`: `"😀"`, "`${$json.s[1]}${$json.s[2]}`": `"😀"`,
		`$json.s.slice(1, 3)`: `"😀"`, `$json.s.slice(2)`: `"\ude00é"`, `$json.s.indexOf("é")`: `3`,
		`$json.s.split("")`:      `["a","\ud83d","\ude00","é"]`,
		`"\uD83D\uDE00" === "😀"`: `true`, `$json.lone.concat("\ude00")`: `"😀"`, `"😀" < "😁"`: `true`,
		`"\uFF5E" < "😀"`: `false`, `"😀" < "\uFF5E"`: `true`,
		`"straße".toUpperCase()`: `"STRASSE"`,
	} {
		require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
	}
	require.Equal(t, `"ας"`, eval(s, `={{ "ΑΣ".toLowerCase() }}`))
}

// A field of the data comes before anything that JavaScript has under that name; without one there is no way to what
// objects inherit.
func TestFieldsAreData(t *testing.T) {
	t.Parallel()
	names := []string{
		"constructor", "__proto__", "prototype", "toString", "hasOwnProperty", "trim", "length", "isEmpty", "$json",
		"arguments",
	}
	for _, name := range names {
		s := over(t, `{"o":{"`+name+`":{"x":"data"}}}`)
		require.Equal(t, `"data"`, eval(s, `={{ $json.o.`+name+`.x }}`), name)
		require.Equal(t, `"data"`, eval(s, `={{ $json.o["`+name+`"].x }}`), name)
	}
	s := over(t, `{"o":{},"s":"x","arr":[1],"n":1}`)
	const invalid, refused = "Expression contains invalid constructor function call", `Cannot access "%s" due to security concerns`
	constructor := fmt.Sprintf(refused, "constructor")
	for code, want := range map[string]string{
		`$json.o.constructor`: invalid, `$json.s.constructor`: invalid, `$json.arr. constructor`: invalid, `$json.n.constructor`: invalid,
		`$json.b?.x.constructor ?? $json.o.constructor`: invalid, `$input.constructor`: invalid, `$input.item.constructor`: invalid,
		`$("A").constructor`: "Referenced node doesn't exist", `$workflow.constructor`: invalid, `$env.constructor`: invalid,
		`$input.all().constructor`: invalid,
		`$json.o["constructor"]`:   constructor, "$json.o[`constructor`]": constructor, `$json.o["con" + "structor"]`: constructor,
		`$json.o[["constructor"]]`: constructor, `constructor`: constructor, "$json.o[`${'con'}structor`]": constructor,
		`(({constructor}) => constructor)({})`: `Cannot destructure "constructor" due to security concerns`,
		`$json.o.__proto__`:                    fmt.Sprintf(refused, "__proto__"), `$input.__proto__`: fmt.Sprintf(refused, "__proto__"),
		`$json.o.prototype`: fmt.Sprintf(refused, "prototype"), `{__proto__: $json.o}`: `{}`,
		`$json.s.trim`: `Expression evaluation failed: function trim() { [native code] } could not be cloned.`,
		`globalThis`:   `{}`, `this.process`: `{}`, `[].map.call`: `Expression evaluation failed: function call() { [native code] } could not be cloned.`,
	} {
		require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
	}
}

func TestConstant(t *testing.T) {
	t.Parallel()
	o := node.NewObject("a", node.NewObject("b", []any{"x", 1, nil}))
	v, err := Compile(o)
	require.NoError(t, err)
	got, ok := v.Constant()
	require.True(t, ok)
	require.Same(t, o, got)
	require.True(t, o.Frozen())
	got, err = v.Eval(&Scope{})
	require.NoError(t, err)
	require.Same(t, o, got)

	for _, v := range []any{"=", "={{ 1 }}", []any{"=x"}, node.NewObject("a", []any{node.NewObject("b", "=x")})} {
		v, err := Compile(v)
		require.NoError(t, err)
		_, ok := v.Constant()
		require.False(t, ok)
	}
	_, err = Compile(func() {})
	require.Error(t, err)
}

func TestNested(t *testing.T) {
	t.Parallel()
	constant := node.NewObject("deep", "constant")
	o := node.NewObject("name", "={{ $json.s }}", "2", "two", "list", []any{"={{ $json.n }}", "x", constant}, "fixed", constant,
		"gone", "={{ $json.missing }}")
	before := string(node.AppendJSON(nil, o))
	v, err := Compile(o)
	require.NoError(t, err)
	s := over(t, `{"s":"text","n":1}`)
	got, err := v.Eval(s)
	require.NoError(t, err)
	require.Equal(t, `{"2":"two","name":"text","list":[1,"x",{"deep":"constant"}],"fixed":{"deep":"constant"}}`,
		string(node.AppendJSON(nil, got)))
	require.Same(t, constant, field(got.(*node.Object), "fixed"), "what is constant is not copied")
	require.Equal(t, node.Undefined, field(got.(*node.Object), "gone"))
	require.Equal(t, before, string(node.AppendJSON(nil, o)), "the parameters stay as they are")
}

// An item's value that looks like an expression is data.
func TestNoSecondEvaluation(t *testing.T) {
	t.Parallel()
	s := over(t, `{"s":"={{ 1 + 1 }}","t":"{{ 1 + 1 }}"}`)
	require.Equal(t, `"={{ 1 + 1 }}"`, eval(s, `={{ $json.s }}`))
	require.Equal(t, `"x ={{ 1 + 1 }} {{ 1 + 1 }}"`, eval(s, `=x {{ $json.s }} {{ $json.t }}`))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	o := node.NewObject("assignments", node.NewObject("assignments", []any{
		node.NewObject("value", "={{ 1 + }}"),
		node.NewObject("value", "=good {{ $json.n }} bad {{ $json.list.map(x => x.constructor) }}\nworse {{ a b }}"),
	}), "fine", "={{ $json.n }}", "function", "={{ [1].map(x => x) }}", "wrong", "={{ x => }}")
	v, err := Compile(o)
	var faults, more Errors
	require.ErrorAs(t, err, &faults)
	require.Len(t, faults, 2)
	var first *Error
	require.ErrorAs(t, err, &first)
	require.Equal(t, faults[0], first)

	require.Equal(t, Syntax, faults[0].Kind)
	require.Equal(t, "assignments.assignments[0].value", faults[0].Path)
	require.Equal(t, "invalid syntax", faults[0].Error())
	require.Equal(t, "invalid syntax: the expression ends where a value is expected (in assignments.assignments[0].value)\n"+
		"    ={{ 1 + }}\n"+
		"            ^", faults[0].Detail())

	require.Equal(t, Syntax, faults[1].Kind)
	require.Equal(t, "    worse {{ a b }}\n               ^", faults[1].Detail()[strings.Index(faults[1].Detail(), "\n")+1:])

	require.ErrorAs(t, v.Check(), &more, "what only the engine knows")
	require.Len(t, more, 2)
	require.Equal(t, Evaluation, more[0].Kind)
	require.Equal(t, "assignments.assignments[1].value", more[0].Path)
	require.Equal(t, "Expression contains invalid constructor function call", more[0].Error())
	require.Equal(t, Syntax, more[1].Kind)
	require.Equal(t, "/wrong", more[1].Pointer)

	// A fault is only returned by what needs the faulty part.
	_, err = v.Eval(over(t, `{"n":1}`))
	require.Equal(t, faults[0], err)
	require.Equal(t, "1", eval(over(t, `{"n":1}`), "={{ $json.n }}"))
}

func TestErrorInfo(t *testing.T) {
	t.Parallel()
	s := over(t, `{}`)
	s.RunIndex = 3
	v, err := Compile("=a {{ 1 }}\n  {{ $('Ghost').first().json.x }}")
	require.NoError(t, err)
	_, err = v.Eval(s)
	info := node.InfoOf(err)
	require.Equal(t, "ExpressionError", info.Name)
	require.Equal(t, "Referenced node doesn't exist", info.Message)
	require.Equal(t, `{"runIndex":3,"itemIndex":0,"nodeCause":"Ghost","descriptionKey":"nodeNotFound"}`, string(node.AppendJSON(nil,
		info.Context)))
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "Referenced node doesn't exist\n      {{ $('Ghost').first().json.x }}\n                    ^", e.Detail())
	require.Equal(t, Evaluation, e.Kind)
}

func TestDetailOfLongExpression(t *testing.T) {
	t.Parallel()
	text := "={{ " + strings.Repeat("'é' + ", 50) + "* " + strings.Repeat("+ 1", 50) + " }}"
	_, err := Compile(text)
	var e *Error
	require.ErrorAs(t, err, &e)
	lines := strings.Split(e.Detail(), "\n")
	require.Len(t, lines, 3)
	require.LessOrEqual(t, len([]rune(lines[1])), 4+2*shown+2)
	require.Equal(t, '*', []rune(lines[1])[len([]rune(lines[2]))-1], "the caret is under the fault")
}

func TestSyntax(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		`1 +`, `let a = 1; a`, `throw new Error("x")`, `function(){}`, `1 2`, `a b`, `(`, `)`, `()`, `[1`, `{a`, `$json.`, `$json..a`,
		`.a`, `$json.1`,
		`"unterminated`, "`unterminated", "`${1`", `/* unterminated`, `1 ? 2`, `1 ? 2 :`, `?? 1`, `-2 ** 2`, `a ?? b || c`, `3in []`,
		`@`, `"\xZZ"`, `"\u{110000}"`,
		"\"a\nb\"", `{a:1}; 2`, `{ $json.n }`, `String(,)`, `(1,)`, `in`, `if (1) 2`, `return 1`, `1 +* 2`, `;1`, `1__0`, `0x`, `1e`,
		`{a:1,,}`,
	} {
		got := eval(over(t, `{}`), "={{ "+code+" }}")
		require.Equal(t, "invalid syntax", got, code)
	}
}

// TestSubset names what the Go subset leaves to the JavaScript engine.
func TestSubset(t *testing.T) {
	t.Parallel()
	for code, why := range map[string]string{
		`$json.list.map(x => x)`: "arrow functions are", `() => 1`: "arrow functions are", `({a, b = 1}) => a`: "an assignment is",
		`(function(){ return 1 })()`: "functions are", `/a/.test("a")`: "a regular expression is",
		`"a".replace(/a/g, "b")`: "a regular expression is",
		`new Date()`:             "new is", `$now.toLocaleString()`: "the method toLocaleString() is", `[$today]`: "a DateTime as a value is", `DateTime.utc()`: "DateTime.utc() is",
		`Date.UTC(1)`:   "Date.UTC() is",
		`Math.random()`: "Math.random() is", `Math.PI`: "Math.PI is", `$if(true, 1, 2)`: "$if is", `$ifEmpty("", 1)`: "$ifEmpty is",
		`"a b".toTitleCase()`: "the method toTitleCase() is", `$json.missing.toTitleCase()`: "the method toTitleCase() is",
		`$json.list.first()`: "the method first() is", `$json.missing.first()`: "the method first() is", `[...[1]]`: "... (spread) is",
		`$json.n = 1`: "an assignment is", `$json.n++`: "++ is", `1, 2`: "the comma operator is", `"n" in $json`: "in is",
		`delete $json.n`: "delete is",
		`10n`:            "a BigInt is", `010`: "a number that begins with 0 is", `"\1"`: "an octal escape is",
		"String.raw`x`":      "a tagged template is",
		`$json["a" + "b"]()`: "a call of a computed member is", `(1)()`: "a call of something that has no name is",
		`[,1]`:              "a hole in an array is",
		`$json.list.sort()`: "the method sort() is", `$json.list.reverse()`: "reverse() of an array that others may hold is",
		`"abc".slice(1).reverse()`: "reverse() of anything but an array is", `$json === $json`: "comparing two objects is",
		`[[1]].includes($json.list)`:   "comparing two objects is",
		`JSON.stringify($json, ["a"])`: "JSON.stringify with a list or function as second argument is",
		`2 ** 0.5`:                     "** with fractions, infinities or negative or large exponents is",
		`{toString: 1} + ""`:           "an object with a field toString as text is",
		`$input`:                       "$input as a value is", `$("A")`: "$('A') as a value is", `$env`: "$env as a value is",
		`$input.first`: "$input.first as a value is",

		`$`:   "$ without the name of a node is",
		`$()`: "$() with anything but the name of a node is", `$("")`: "$() with anything but the name of a node is",
		`await 1`: "await is", `1; let a`: "several statements are",
		`{f() {}}`: "a method in an object is", `\u0061`: "an escape in a name is", `$json.s.substr(1)`: "the method substr() is",
	} {
		s := over(t, `{"list":[1,2],"n":1,"s":"x"}`)
		s.Runs = &testRuns{nodes: map[string]*testNode{"A": {}}}
		s.begin()
		eval, err := compileCode(code)
		if err == nil {
			v, evalErr := eval(s)
			if err = evalErr; err == nil {
				_, err = data(s, v)
			}
		}
		message := why + " not supported"
		var f *fault
		if errors.As(err, &f) {
			require.Equal(t, Unsupported, f.kind, code)
			message = why
		}
		require.ErrorContains(t, err, message, code)
	}
}

// TestLimits holds that bad input costs neither much memory nor time nor the stack.
func TestLimits(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	s := over(t, `{"s":"`+strings.Repeat("a", 1000)+`","deep":`+deep+`}`)
	s.Limits.Time = time.Hour // it is memory that ends these, however slow the machine is
	for _, code := range []string{
		strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000), strings.Repeat("[", 100_000),
		strings.Repeat("!", 100_000) + "1",
		strings.Repeat("-", 100_000) + "1", strings.Repeat("a?b:", 100_000) + "1", strings.Repeat("{a:", 100_000),
		strings.Repeat("`${", 100_000),
		"1" + strings.Repeat("+1", 100_000), "a" + strings.Repeat(".b", 100_000), "a" + strings.Repeat("[0]", 100_000),
		"2" + strings.Repeat("**2", 100_000),
	} {
		v, err := Compile("={{ " + code + " }}")
		require.Error(t, err)
		_, err = v.Eval(s)
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Less(t, len(e.Error()), 1000)
		require.Less(t, len(e.Detail()), 1000)
	}
	for _, code := range []string{
		`"a".repeat(2 ** 30)`, `"a".padStart(1e300)`, `"a".repeat(1e8).repeat(1e8)`,
		`$json.s.replaceAll("a", $json.s).replaceAll("a", $json.s)`,
		`"ab".repeat(1e8).split("")`, `["a".repeat(1e8), "a".repeat(1e8), "a".repeat(1e8)]`,
		"`${'a'.repeat(1e8)}${'a'.repeat(1e8)}${'a'.repeat(1e8)}`",
		`JSON.stringify([$json.deep, $json.deep, $json.deep], null, 10)`,
		`$json.s.split("").join($json.s).split("").join($json.s).split("").join($json.s)`,
	} {
		require.Equal(t, "The expression makes too much data (more than 256 MB)", eval(s, "={{ "+code+" }}"), code)
	}
	require.Equal(t, `1`, eval(s, "={{ 1 }}"), "the next evaluation starts afresh")
	require.Equal(t, "undefined", eval(over(t, `{"j":"`+strings.Repeat("[", 20_000)+`"}`), "={{ JSON.parse($json.j) }}"))
}

func TestParameters(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1}`)
	s.Parameters = node.NewObject("plain", "text", "expression", "=n is {{ $json.n }}", "nested", node.NewObject("x", "={{ 1 }}"),
		"self", "={{ $parameter.self }}", "circle", "={{ $parameter.circle ?? 'round' }}", "a", "={{ $parameter.b }}",
		"b", "={{ $parameter.a }}", "bad", "={{ 1 + }}", "chain", "={{ $parameter.expression }}")
	for code, want := range map[string]string{
		`$parameter.plain`: `"text"`, `$parameter["expression"]`: `"n is 1"`, `$parameter.chain.length`: `6`,
		`$parameter.nested.x`: `"={{ 1 }}"`,
		`$parameter.self`:     `undefined`, `$parameter.a`: `undefined`, `$parameter.missing`: `undefined`,
		`$parameter.bad`:           `invalid syntax`,
		`$rawParameter.expression`: `"=n is {{ $json.n }}"`, `$parameter`: `invalid syntax`,
	} {
		require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
	}
}

func TestRoots(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1}`)
	s.Items = append(s.Items, node.Item{Error: &node.ErrorInfo{Message: "it failed"}, Paired: []node.Paired{{Item: 4, Input: 1}}},
		node.Item{JSON: node.NewObject("n", 3)})
	s.Instance = node.Instance{ID: "id-1", Name: "Here", TypeVersion: 3.4}
	s.RunIndex = 2
	s.Workflow = Workflow{ID: "w1", Name: "My workflow", Active: true}
	s.Execution = Execution{ID: "7", Mode: "test", RunMode: "manual"}
	s.Source = []*Source{{Node: "Before", Output: 1, Run: 2}}
	s.Runs = &testRuns{nodes: map[string]*testNode{"Before": {parameters: node.NewObject("p", "={{ 1 }}")}}}
	s.Item = 1
	for code, want := range map[string]string{
		`$itemIndex`: `1`, `$position`: `1`, `$runIndex`: `2`, `$nodeId`: `"id-1"`, `$nodeVersion`: `3.4`, `$mode`: `"manual"`,
		`$execution.mode`: `"test"`,
		`$execution.id`:   `"7"`, `$execution.foo`: `undefined`, `$workflow`: `{"active":true,"id":"w1","name":"My workflow"}`,
		`$workflow.name`: `"My workflow"`,
		`$workflow.foo`:  `undefined`, `$prevNode`: `{"name":"Before","outputIndex":1,"runIndex":2}`, `$prevNode.runIndex`: `2`,
		`$input.params.p`: `"={{ 1 }}"`,
		`$json`:           `{}`, `$json.n`: `undefined`, `$input.item.json`: `{}`, `$input.item.pairedItem`: `{"item":4,"input":1}`,
		`$input.item.error.message`: `"it failed"`,
		`$input.first().json.n`:     `1`, `$input.last().json.n`: `3`, `$input.all().length`: `3`, `$input.all()[2].json.n`: `3`,
		`$input.all()[9]?.json`: `undefined`,
		`$input.first()`:        `{"json":{"n":1}}`, `$input.first(5).json.n`: `1`, `$input.foo`: `undefined`, `$input.foo?.bar`: `undefined`,
		`$input.all().slice(2)`: `[{"json":{"n":3}}]`, `JSON.stringify($input.last())`: `"{\"json\":{\"n\":3}}"`,
		`$thisItem.json`: `{}`, `$items().length`: `3`,
		`Array.isArray($input.all())`: `true`, `typeof $input`: `"object"`, `$input ? 1 : 2`: `1`,
		`$env.HOME`:         `access to env vars denied`,
		`$env["PATH"] ?? 1`: `access to env vars denied`, `$input.item.binary`: `undefined`,
	} {
		require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
	}
	empty := &Scope{}
	for code, want := range map[string]string{
		`$json`: `undefined`, `$json.n`: `undefined`, `$input.first()`: `undefined`, `$input.last()?.json`: `undefined`,
		`$input.item`:    `undefined`,
		`$prevNode.name`: `undefined`, `$input.params`: `undefined`, `$input.all()`: `[]`, `$parameter.x`: `undefined`,
		`$rawParameter`:  `{}`,
		`$("A").first()`: `Referenced node doesn't exist`,
	} {
		require.Equal(t, want, eval(empty, "={{ "+code+" }}"), code)
	}
}

// A Value serves many goroutines, each with a Scope of its own.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	v, _ := Compile(node.NewObject("a", "={{ $json.n }} {{ $('Ghost').item }}", "b", "={{ 1 + }}", "c", "={{ [1].map(x => x) }}"))
	base := over(t, `{"n":1}`)
	var wg sync.WaitGroup
	for range 8 {
		s := *base
		wg.Go(func() {
			for range 200 {
				_, err := v.Eval(&s)
				var e *Error
				if !errors.As(err, &e) || e.Path != "a" {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	wg.Wait()
}
