package expr

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/js"
	"github.com/nate-go/nate/node"
)

// bothWays evaluates an expression with the Go subset, and with the engine alone.
func bothWays(s *Scope, text string) (withGo, alone string) {
	shown := func(v *Value) string {
		got, typ, err := v.EvalType(s)
		if err != nil {
			info := node.InfoOf(err)
			return fmt.Sprint("error ", info.Name, ": ", info.Message, " ", string(node.AppendJSON(nil, info.Context)))
		}
		return typ + " " + string(node.AppendJSON(nil, got))
	}
	v, _ := Compile(text)
	withGo = shown(v)
	v, _ = Compile(text)
	if v.template != nil {
		for i := range v.template.pieces {
			v.template.pieces[i].eval = nil
		}
	}
	return withGo, shown(v)
}

// TestSameWithoutSubset holds that the engine gives what the Go subset gives, n8n's errors and their contexts included.
func TestSameWithoutSubset(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/expressions.json")
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	s := recordedScope(t, doc)
	for _, r := range field(doc, "records").([]any) {
		record := r.(*node.Object)
		expression := field(record, "expr").(string)
		s.Item = int(field(record, "itemIndex").(float64))
		withGo, alone := bothWays(s, expression)
		assert.Equal(t, withGo, alone, "item %d of %s", s.Item, expression)
	}
}

func TestExtensionNames(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	files, err := filepath.Glob("prelude/*.js")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		source.Write(text)
	}
	e := js.New(js.Options{Expression: js.RealmOptions{
		Script: "(host) => { const made = (() => {" + source.String() + "\nreturn makeExtensions({}); })(); return { names: made.names }; }",
	}})
	defer e.Close()
	p, err := e.Compile(js.Expression, "names")
	require.NoError(t, err)
	r, err := e.Run(context.Background(), js.Run{Program: p})
	require.NoError(t, err)
	v, err := node.ParseJSON(r.JSON)
	require.NoError(t, err)
	var names []string
	for _, name := range v.([]any) {
		names = append(names, name.(string))
	}
	mine := slices.Clone(extensionNames)
	slices.Sort(names)
	slices.Sort(mine)
	require.Equal(t, names, mine)
}

// TestWorld holds what scripts see beyond what is recorded.
func TestWorld(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1,"list":[3,1,2],"__proto__":{"x":1},"o":{"constructor":"data"},"d":"2024-01-31"}`)
	s.Items = append(s.Items, node.Item{JSON: node.NewObject("n", 2)})
	s.Instance.Name = "Here"
	s.Location = time.FixedZone("Asia/Tokyo", 9*3600)
	s.Now = func() time.Time { return time.Date(2024, 5, 6, 20, 0, 0, 0, time.UTC) }
	s.Parameters = node.NewObject("a", "={{ $json.list.map(x => x + 1) }}", "date", "={{ new Date(0) }}", "bad", "={{ 1 + }}",
		"self", "={{ [1].map(() => $parameter.self) }}", "p1", "={{ (() => $parameter.p2)() }}", "p2", "={{ (() => $parameter.p3)() }}", "p3", "={{ (() => $parameter.p4)() }}",
		"p4", "={{ (() => $parameter.n)() }}", "n", "={{ $json.n }}")
	s.Runs = &testRuns{nodes: map[string]*testNode{"A": {parameters: node.NewObject("p", "={{ [$json.n].map(x => x) }}", "q", "={{ 1 + }}")}}}
	for code, want := range map[string]string{
		`[1].map(() => $now.toISO())[0]`:                 `"2024-05-07T05:00:00.000+09:00"`,
		`$today.toISO()`:                                 `"2024-05-07T00:00:00.000+09:00"`,
		`new Date().toISOString()`:                       `"2024-05-06T20:00:00.000Z"`,
		`DateTime.now().zoneName`:                        `"Asia/Tokyo"`,
		`$now.zoneName`:                                  `"Asia/Tokyo"`,
		`({a: new Date(0), b: [$today]})`:                `{"a":"1970-01-01T00:00:00.000Z","b":["2024-05-07T00:00:00.000+09:00"]}`,
		`$parameter.a.map(x => x)`:                       `[4,2,3]`,
		`$parameter.date.getTime()`:                      `0`,
		`$parameter.self.map(x => x)`:                    `[null]`,
		`[1].map(() => $parameter.bad)`:                  `invalid syntax`,
		`(() => $parameter.p2)()`:                        `1`,
		`(() => $parameter.p1)()`:                        `Expressions that evaluate other expressions are nested too deeply`,
		`$node.A.parameter.p.map(x => x)`:                `[1]`,
		`$item(1).$json.n + [1].length`:                  `3`,
		`$item(1).$input.item.json.n + [1].length`:       `3`,
		`$item(9).$json.n`:                               `"Here" node has 2 item(s) but you're trying to access item 9`,
		`[1].map(() => $env.HOME)`:                       `access to env vars denied`,
		`$evaluateExpression("{" + "{ $json.n }" + "}")`: `1`,
		`$json["__proto__"].x + [1].length`:              `2`,
		`Object.keys($json).map(k => k)`:                 `["n","list","__proto__","o","d"]`,
		`$json.list.sort().concat($json.list)`:           `[1,2,3,1,2,3]`, // of this evaluation alone
		`[...$json.list]`:                                `[3,1,2]`,
		`[1].map(() => { try { return $("Ghost").first() } catch (e) { return e.name + ": " + e.message } })[0]`: `"ExpressionError: Referenced node doesn't exist"`,
		`$json.list.map(x => { throw new Error("x") })`:                                                          `undefined`,
		`[1].map(() => $getPairedItem("A"))[0]`:                                                                  `undefined`,
		`$json.n = 5`:                                                                                            `5`,
		`10n ** 20n`:                                                                                             `"100000000000000000000"`,
		`[1, () => 1]`:                                                                                           `Expression evaluation failed: () => 1 could not be cloned.`,
		`Symbol("x")`:                                                                                            `Expression evaluation failed: Unsupported type`,
		`(async () => 1)()`:                                                                                      `Expression evaluation failed: #<Promise> could not be cloned.`,
		`DateTime`:                                                                                               ``,
	} {
		got := eval(s, "={{ "+code+" }}")
		if code == `DateTime` {
			require.Regexp(t, `^Expression evaluation failed: class .{94}\.\.\.<omitted>\.\.\...} could not be cloned\.$`, got)
			continue
		}
		require.Equal(t, want, got, code)
	}
	for text, want := range map[string]string{
		`=x {{ () => 1 }} {{ [1,[2]].map(x => x) }} {{ new Map() }}`:                `"x () => 1 1,2 [object Map]"`,
		`=x {{ $now }} {{ new Date(0) }}`:                                           `"x 2024-05-07T05:00:00.000+09:00 Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)"`,
		`=x {{ Symbol("a") }}`:                                                      `Expression evaluation failed: Cannot convert a Symbol value to a string`,
		`=x {{ (() => null)() }}{{ (() => NaN)() }}{{ (() => nope.x)() }}y{{ -0 }}`: `"x y0"`,
		`=x {{ $json.o }}`:                                                          `"x [object Object]"`,
	} {
		require.Equal(t, want, eval(s, text), text)
	}
	require.Equal(t, `[3,1,2]`, eval(s, `={{ $json.list }}`), "the item is as it was")
}

// TestNothingStays holds that what one evaluation does to built-ins and globals no other sees.
func TestNothingStays(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1}`)
	for _, code := range []string{
		`JSON.stringify = () => "x"`, `Array.prototype.map = () => "x"`, `Object.prototype.leak = 1`, `Date.now = () => 0`,
		`$json.__leak = 1`, `String.prototype.trim = () => "x"`, `(() => { leak = 1 })()`, `[].concat.leak = 1`, `Math.max = () => 0`,
		`Object.assign(Array.prototype, {leak: 1})`, `$input.leak = 1`, `$.leak = 1`, `$node.leak = 1`, `DateTime.prototype.toISO = () => "x"`,
		`$ifEmpty.leak = 1`, `this.leak = 1`, `$json.n++`, `(() => { $json = {n: 9} })()`,
	} {
		eval(s, "={{ "+code+" }}")
		got := eval(s, `={{ [JSON.stringify([1]), [1].map(x => x + 1), ({}).leak, Date.now() > 1, $json.__leak, " a ".trim(), typeof leak,
			[].concat.leak, Math.max(1, 2), $input.leak, $.leak, DateTime.fromMillis(0, {zone: "utc"}).toISO(), $ifEmpty.leak, this.leak, $json.n] }}`)
		require.Equal(t, `["[1]",[2],null,true,null,"a","undefined",null,2,null,null,"1970-01-01T00:00:00.000Z",null,null,1]`, got, code)
	}
}

// TestEngineLimits holds that no expression harms the process: its item fails, the next one works.
func TestEngineLimits(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1}`)
	s.Limits = Limits{Time: time.Minute, Memory: 32 << 20, Result: 1 << 20}
	eval(s, `={{ [1].map(x => x) }}`)
	for code, want := range map[string]string{
		`(() => { while (true) ; })()`:                            `it ran longer than 200ms`,
		`(() => { try { while (true) ; } catch { return 1 } })()`: `it ran longer than 200ms`,
		`/(a+)+b/.test("a".repeat(50))`:                           `it ran longer than 200ms`,
		`Array.from({length: 1e9}, x => x)`:                       ``,
		`[1].map(() => "a".repeat(2 ** 29))`:                      `it used more than 32 MiB of memory`,
		`(() => { const f = () => f() + 1; return f() })()`:       `its functions call each other too deeply`,
		`[1, 2].map(() => "a".repeat(2e6))`:                       `its result is larger than 1 MiB`,
		`new Array(2 ** 32 - 1).fill(0)`:                          ``,
	} {
		s.Limits.Time = time.Minute
		if want == "" || strings.HasSuffix(want, "200ms") {
			s.Limits.Time = 200 * time.Millisecond
		}
		got := eval(s, "={{ "+code+" }}")
		require.Contains(t, got, "The expression was stopped: "+want, code)
		require.Contains(t, got, ": {{ "+code+" }}")
		s.Limits.Time = time.Minute
		require.Equal(t, `[2]`, eval(s, `={{ [1].map(x => x + $json.n) }}`))
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.Context = ctx
	time.AfterFunc(50*time.Millisecond, cancel)
	s.Limits.Time = time.Minute
	v, err := Compile(`={{ (() => { while (true) ; })() }}`)
	require.NoError(t, err)
	_, err = v.Eval(s)
	require.ErrorIs(t, err, context.Canceled)
}

// TestEngineConcurrency evaluates one Value on many goroutines.
func TestEngineConcurrency(t *testing.T) {
	t.Parallel()
	v, err := Compile(node.NewObject("a", `={{ $json.list.map(x => x * $json.n) }}`, "b", `=n {{ $parameter.p.map(x => x)[0] }}`,
		"c", `={{ $json.name.toTitleCase() }} {{ $now.year }}`))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for g := range 8 {
		s := over(t, fmt.Sprintf(`{"n":%d,"list":[1,2],"name":"ada %d"}`, g, g))
		s.Parameters = node.NewObject("p", `={{ [$json.n].map(x => x) }}`)
		s.Now = func() time.Time { return time.Date(2000+g, 5, 6, 0, 0, 0, 0, time.UTC) }
		wg.Go(func() {
			for range 20 {
				got, err := v.Eval(s)
				if err != nil {
					t.Error(err)
					return
				}
				want := fmt.Sprintf(`{"a":[%d,%d],"b":"n %d","c":"Ada %d %d"}`, g, 2*g, g, g, 2000+g)
				if text := string(node.AppendJSON(nil, got)); text != want {
					t.Errorf("got %s, want %s", text, want)
				}
			}
		})
	}
	wg.Wait()
}
