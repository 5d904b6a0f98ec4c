package js

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// spy is a Scope that notes what it is asked for.
type spy struct {
	mu    sync.Mutex
	asked []string
}

func (s *spy) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, fmt.Sprintf(format, args...))
}

var errLost = errors.New("lost")

func (s *spy) Variable(name string, members []string, w *Writer) error {
	s.note("%s %v", name, members)
	switch name {
	case "$lost":
		w.BeginArray()
		w.BeginObject() // what was begun is dropped
		w.Key("a")
		return &Throw{Name: "ExpressionError", Message: "paired item lost", Cause: errLost}
	case "$bad":
		return w.JSON([]byte(`{"a": 1,}`))
	case "$panics":
		panic("a defect")
	}
	return w.JSON([]byte(`{"a": {"b": [1, 2]}, "c": "x"}`))
}

func (s *spy) Call(name string, args []byte, w *Writer) error {
	s.note("%s%s", name, args)
	switch name {
	case "date":
		w.Date(5)
	case "dateTime":
		w.DateTime(5, "Europe/Berlin")
	case "nothing":
	case "fail":
		return &Throw{Name: "ExpressionError", Message: "it failed", Cause: errLost}
	default:
		w.String(name)
	}
	return nil
}

func (s *spy) CallAsync(ctx context.Context, name string, args []byte) (func(w *Writer) error, error) {
	s.note("async %s%s", name, args)
	switch name {
	case "fail":
		return nil, &Throw{Name: "NodeApiError", Message: "404", Cause: errLost}
	case "panic":
		panic("a defect")
	case "never":
		<-ctx.Done()
		return nil, ctx.Err()
	case "nothing":
		return nil, nil
	case "badly":
		return func(w *Writer) error { w.BeginArray(); return errLost }, nil
	}
	time.Sleep(10 * time.Millisecond)
	return func(w *Writer) error { return w.JSON(args) }, nil
}

const hostScript = `(host) => ({
	$: (name) => ({ get item() { return host.call('item', name) }, call: (...args) => host.call(name, ...args) }),
	later: (...args) => host.async(...args),
	counter: () => host.state().n = (host.state().n ?? 0) + 1,
	search: (data, query) => host.jmespath().search(data, query),
	zone: () => host.luxon().DateTime.now().zoneName,
})`

func spied(t *testing.T) *Engine {
	realm := RealmOptions{Variables: []string{"$json", "$other", "$lost", "$bad", "$panics"}, Script: hostScript}
	return newEngine(t, Options{Expression: realm, Code: realm, Extensions: []string{"isEmpty"}})
}

func TestVariables(t *testing.T) {
	t.Parallel()
	e := spied(t)
	for _, c := range []struct{ source, asked, want string }{
		{"1", "[]", `1`},
		{"$json.a.b", "[$json [a]]", `[1,2]`},
		{"$json.a.b.length + $json['c'] + $json.a.b[1]", "[$json [a c]]", `"2x2"`},
		{"$json", "[$json []]", `{"a":{"b":[1,2]},"c":"x"}`},
		{"Object.keys($json)", "[$json []]", `["a","c"]`},
		{"$json[$json.c]", "[$json []]", ``},
		{"$json.hasOwnProperty('c')", "[$json []]", `true`},
		{"{ ...$json, a: 1 }", "[$json []]", `{"a":1,"c":"x"}`},
		{"($json.a.b.push(3), $json.a.b)", "[$json [a]]", `[1,2,3]`},
		{"($json.c = 5, $json.c)", "[$json []]", `5`},
		{"false && $json", "[]", `false`},
		{"true ? 1 : $json.a", "[]", `1`},
		{"[1, 2].map(() => $json.c)", "[$json [c]]", `["x","x"]`},
		{"((($json) => $json.z))({ z: 1 })", "[]", `1`},
		{"typeof $json", "[$json []]", `"object"`},
		{"$json?.a?.b", "[$json [a]]", `[1,2]`},
		{"$json.a.c + $other.d", "[$json [a] $other [d]]", `null`},
	} {
		t.Run(c.source, func(t *testing.T) {
			t.Parallel()
			var s spy
			r, err := eval(t, e, Expression, c.source, Run{Scope: &s})
			require.NoError(t, err)
			require.Equal(t, c.want, string(r.JSON))
			require.Equal(t, c.asked, fmt.Sprint(s.asked))
		})
	}
	t.Run("code may assign", func(t *testing.T) {
		var s spy
		r, err := eval(t, e, Code, "$json = 5; const a = $json; $other.x = 1; return [a, $other.x]", Run{Scope: &s})
		require.NoError(t, err)
		require.Equal(t, "[5,1]", string(r.JSON))
		require.Equal(t, "[$other []]", fmt.Sprint(s.asked))
	})
}

func TestScopeErrors(t *testing.T) {
	t.Parallel()
	e := spied(t)
	for _, kind := range []Kind{Expression, Code} {
		source := func(s string) string {
			if kind == Code {
				return "return " + s
			}
			return s
		}
		_, err := eval(t, e, kind, source("$lost.x"), Run{Scope: &spy{}})
		var thrown *Throw
		require.ErrorAs(t, err, &thrown)
		require.Equal(t, Throw{Name: "ExpressionError", Message: "paired item lost", Cause: errLost}, *thrown)
		require.ErrorIs(t, err, errLost)

		_, err = eval(t, e, kind, source("$('x').call('fail')"), Run{Scope: &spy{}})
		require.NoError(t, err)
		_, err = eval(t, e, kind, source("$('fail').call()"), Run{Scope: &spy{}})
		require.ErrorIs(t, err, errLost)
		_, err = eval(t, e, kind, source("$bad"), Run{Scope: &spy{}})
		require.ErrorContains(t, err, "column 9")
		r, err := eval(t, e, kind, source("(() => { try { return $lost } catch (e) { return [e.name, e.message, e instanceof Error, String(e)] } })()"), Run{Scope: &spy{}})
		require.NoError(t, err)
		require.Equal(t, `["ExpressionError","paired item lost",true,"ExpressionError: paired item lost"]`, string(r.JSON))
		_, err = eval(t, e, kind, source("(() => { try { $lost } catch (e) { throw e } })()"), Run{Scope: &spy{}})
		require.ErrorIs(t, err, errLost)
		_, err = eval(t, e, kind, source("(() => { try { $lost } catch (e) { throw new TypeError('other') } })()"), Run{Scope: &spy{}})
		var other *Error
		require.ErrorAs(t, err, &other)
		require.Equal(t, "TypeError: other", other.Error())

		_, err = eval(t, e, kind, source("$panics"), Run{Scope: &spy{}})
		var defect *PanicError
		require.ErrorAs(t, err, &defect)
		require.Equal(t, "a defect", defect.Value)
		require.Equal(t, "2", jsonOf(t, e, kind, source("1 + 1")))
	}
}

func TestHost(t *testing.T) {
	t.Parallel()
	e := spied(t)
	var s spy
	r, err := eval(t, e, Expression, "[$('Node').item, $('a').call(1, undefined, { x: [null] }, 'é'), $('date').call(), $('dateTime').call().hour, typeof $('nothing').call()]", Run{Scope: &s})
	require.NoError(t, err)
	require.Equal(t, `["item","a","1970-01-01T00:00:00.005Z",1,"undefined"]`, string(r.JSON))
	require.Equal(t, []string{`item["Node"]`, `a[1,null,{"x":[null]},"é"]`, `date[]`, `dateTime[]`, `nothing[]`}, s.asked)
	for range 2 { // the state is that of one evaluation
		require.Equal(t, "[1,2]", jsonOf(t, e, Expression, "[counter(), counter()]"))
	}
	require.Equal(t, `["b"]`, jsonOf(t, e, Expression, "search({ a: [{ n: 'b' }] }, 'a[].n')"))
	r, err = eval(t, e, Expression, "zone()", Run{Zone: "Asia/Tokyo"})
	require.NoError(t, err)
	require.Equal(t, `"Asia/Tokyo"`, string(r.JSON))
}

func TestAsync(t *testing.T) {
	t.Parallel()
	e := spied(t)
	for source, want := range map[string]string{
		"return await later('a', 1, 'x')":                                                          `[1,"x"]`,
		"return Promise.all([later('a', 1), later('b', 2), later('nothing')])":                     `[[1],[2],null]`,
		"return Promise.race([later('never'), later('a')])":                                        `[]`,
		"try { await later('fail') } catch (e) { return [e.name, e.message, e instanceof Error] }": `["NodeApiError","404",true]`,
		"try { await later('badly') } catch (e) { return e.message }":                              `"lost"`,
		"try { await later('panic') } catch (e) { return e.message }":                              `"js: panic: a defect"`,
		"return later('fail').catch(e => e.message)":                                               `"404"`,
		"let n = 0; for (let i = 0; i < 5; i++) n += (await later('a', i))[0]; return n":           `10`,
		"later('a'); return 1": `1`,
		"const out = []; setTimeout(() => out.push('timer'), 1); out.push(await later('a', 'go')); return out":                                                              `["timer",["go"]]`,
		"const out = []; await Promise.all([3, 1, 2].map(n => new Promise(r => setTimeout(() => { out.push(n); r() }, n * 15)))); return out":                               `[1,2,3]`,
		"const out = []; for (const n of [1, 2, 3]) setTimeout(() => out.push(n), 5); await new Promise(r => setTimeout(r, 10)); return out":                                `[1,2,3]`,
		"const out = []; setTimeout(() => out.push('t')); Promise.resolve().then(() => out.push('p')); out.push('s'); await new Promise(r => setTimeout(r, 5)); return out": `["s","p","t"]`,
		"let n = 0; const t = setInterval(() => { if (++n === 3) clearInterval(t) }, 1); await new Promise(r => setTimeout(r, 40)); return n":                               `3`,
		"const t = setTimeout(() => { throw new Error('never') }, 1); clearTimeout(t); await new Promise(r => setTimeout(r, 10)); return 'ok'":                              `"ok"`,
		"return new Promise(r => setImmediate((...a) => r(a), 1, 2))":                                                                                                       `[1,2]`,
		"return await (async function* () { yield 1; yield 2 })().next()":                                                                                                   `{"value":1,"done":false}`,
		"return Promise.allSettled([later('fail'), 1]).then(l => l.map(x => x.status))":                                                                                     `["rejected","fulfilled"]`,
		"await Promise.any([later('fail'), later('a')]); return 'any'":                                                                                                      `"any"`,
		"try { setTimeout('code') } catch (e) { return [e.name, e.code] }":                                                                                                  `["TypeError","ERR_INVALID_ARG_TYPE"]`,
	} {
		t.Run(source, func(t *testing.T) {
			t.Parallel()
			r, err := eval(t, e, Code, source, Run{Scope: &spy{}})
			require.NoError(t, err)
			require.Equal(t, want, string(r.JSON))
		})
	}
	for source, want := range map[string]string{
		"await later('fail')":         "404",
		"await new Promise(() => {})": "Error: the code waits for a promise that nothing can settle",
		"setTimeout(() => { throw new TypeError('in a timer') }, 1); await later('never')": "TypeError: in a timer",
		"throw { a: 1 }": "[object Object]",
	} {
		_, err := eval(t, e, Code, source, Run{Scope: &spy{}})
		require.EqualError(t, err, want, source)
	}
	_, err := eval(t, e, Code, "await later('fail')", Run{Scope: &spy{}})
	require.ErrorIs(t, err, errLost)
	_, err = eval(t, e, Code, "await later('a')", Run{Scope: vars{}}) // it is no AsyncScope
	require.EqualError(t, err, "a is not available here")
}

func TestResults(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	clock := func() time.Time { return time.UnixMilli(1700000000000) }
	for _, c := range []struct {
		source string
		want   Result
		text   string
	}{
		{"undefined", Result{Type: Undefined}, "undefined"},
		{"null", Result{Type: Null, JSON: []byte("null")}, "null"},
		{"true", Result{Type: Boolean, JSON: []byte("true")}, "true"},
		{"-0", Result{Type: Number, JSON: []byte("0"), Number: math.Copysign(0, -1)}, "0"},
		{"1.5", Result{Type: Number, JSON: []byte("1.5"), Number: 1.5}, "1.5"},
		{"1 / 0", Result{Type: Number, JSON: []byte("null"), Number: math.Inf(1)}, "Infinity"},
		{"10n ** 20n", Result{Type: BigInt, JSON: []byte(`"100000000000000000000"`), Text: "100000000000000000000"}, "100000000000000000000"},
		{"'é\\ud800'", Result{Type: String, JSON: []byte(`"é\ud800"`), Text: "é\xed\xa0\x80"}, "é\xed\xa0\x80"},
		{"x => x + 1", Result{Type: Function, Text: "x => x + 1"}, "x => x + 1"},
		{"Math.max", Result{Type: Function, Text: "function max() {\n    [native code]\n}"}, "function max() {\n    [native code]\n}"},
		{"Symbol('a')", Result{Type: Symbol, Text: "Symbol(a)"}, "Symbol(a)"},
		{"[1, [2]]", Result{Type: Array, JSON: []byte("[1,[2]]")}, "1,2"},
		{"{ a: 1 }", Result{Type: Object, JSON: []byte(`{"a":1}`)}, "[object Object]"},
		{"{ a: [x => x, 1], b: Symbol('s') }", Result{Type: Object, JSON: []byte(`{"a":[null,1]}`), Uncloneable: "x => x"}, "[object Object]"},
		{"{ b: Symbol('s') }", Result{Type: Object, JSON: []byte(`{}`), Uncloneable: "Symbol(s)"}, "[object Object]"},
		{"new Date(5)", Result{Type: Date, JSON: []byte(`"1970-01-01T00:00:00.005Z"`), Number: 5}, ""},
		{"new Date()", Result{Type: Date, JSON: []byte(`"2023-11-14T22:13:20.000Z"`), Number: 1700000000000}, ""},
		{"DateTime.now()", Result{Type: DateTime, JSON: []byte(`"2023-11-14T17:13:20.000-05:00"`), Number: 1700000000000, Zone: "America/New_York"}, "2023-11-14T17:13:20.000-05:00"},
		{"DateTime.fromMillis(5, { zone: 'UTC+3' })", Result{Type: DateTime, JSON: []byte(`"1970-01-01T03:00:00.005+03:00"`), Number: 5, Zone: "UTC+3"}, "1970-01-01T03:00:00.005+03:00"},
		{"Duration.fromMillis(5)", Result{Type: Duration, JSON: []byte(`"PT0.005S"`)}, "PT0.005S"},
		{"Interval.fromISO('2024-01-01/2024-01-02').length('days')", Result{Type: Number, JSON: []byte("1"), Number: 1}, "1"},
		{"new Error('x')", Result{Type: ErrorType, JSON: []byte("{}")}, "Error: x"},
		{"/a/g", Result{Type: RegExp, JSON: []byte("{}")}, "/a/g"},
		{"new Map([[1, 2]])", Result{Type: Map, JSON: []byte("{}")}, "[object Map]"},
		{"new Set([1])", Result{Type: Set, JSON: []byte("{}")}, "[object Set]"},
		{"new Uint8Array([1, 2])", Result{Type: Bytes, JSON: []byte(`{"0":1,"1":2}`)}, "1,2"},
		{"(async () => 1)()", Result{Type: Promise, JSON: []byte("{}")}, "[object Promise]"},
		{"Object(5)", Result{Type: Number, JSON: []byte("5")}, "5"},
		{"Object.create(null)", Result{Type: Object, JSON: []byte("{}")}, ""},
	} {
		t.Run(c.source, func(t *testing.T) {
			t.Parallel()
			run := Run{Now: clock, Zone: "America/New_York"}
			r, err := eval(t, e, Expression, c.source, run)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("%+v", c.want), fmt.Sprintf("%+v", r))
			if c.text == "" {
				return
			}
			run.Text = true
			r, err = eval(t, e, Expression, c.source, run)
			require.NoError(t, err)
			require.Equal(t, c.text, r.Text)
			require.Empty(t, r.JSON)
			require.Equal(t, c.want.Type, r.Type)
		})
	}
	_, err := eval(t, e, Expression, "Object.create(null)", Run{Text: true})
	require.Error(t, err) // it has no text
	_, err = eval(t, e, Expression, "(o => { o.o = o; return o })({})", Run{})
	require.EqualError(t, err, "TypeError: Converting circular structure to JSON")
}

func TestErrorPlaces(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	for _, c := range []struct {
		kind   Kind
		source string
		want   string
	}{
		{Expression, "$a.b", "TypeError 1:3 Cannot read properties of undefined (reading 'b')"},
		{Expression, "(() => { try { return null.x } catch (e) { throw e } })()", "TypeError 1:27 Cannot read properties of null (reading 'x')"},
		{Expression, "1 +\n $a.b", "TypeError 2:4 Cannot read properties of undefined (reading 'b')"},
		{Code, "const a = {}\nreturn a.b.c", "TypeError 2:11 Cannot read properties of undefined (reading 'c')"},
		{Code, "throw new Error('x')", "Error 1:16 x"},
		{Code, "function f() {\n throw new RangeError('x')\n}\nf()", "RangeError 2:22 x"},
		{Code, "JSON.parse('{')", "SyntaxError 1:11 Expected property name or '}' in JSON at position 1 (line 1 column 2)"},
		{Code, "[1].map(x => x.y.z)", "TypeError 1:17 Cannot read properties of undefined (reading 'z')"},
		{Code, "await null;\nnull.x", "TypeError 2:5 Cannot read properties of null (reading 'x')"},
		{Code, "try { null.x } catch (e) { throw e }", "TypeError 1:11 Cannot read properties of null (reading 'x')"},
		{Code, "\nlet x = ", "SyntaxError 3:1 Unexpected token '}'"},
	} {
		_, err := eval(t, e, c.kind, c.source, Run{})
		var x *Error
		require.ErrorAs(t, err, &x, c.source)
		require.Equal(t, c.want, fmt.Sprintf("%s %d:%d %s", x.Name, x.Line, x.Column, x.Message), c.source)
	}
}

func TestClockAndZone(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1})
	at := func(ms int64) func() time.Time { return func() time.Time { return time.UnixMilli(ms) } }
	const source = "[Date.now(), new Date().getTime(), DateTime.now().toMillis(), DateTime.local().zoneName, DateTime.fromISO('2024-01-01').toISO(), Date().length > 20]"
	p, err := e.Compile(Expression, source)
	require.NoError(t, err)
	for _, c := range []struct {
		ms   int64
		zone string
		want string
	}{
		{5, "Europe/Berlin", `[5,5,5,"Europe/Berlin","2024-01-01T00:00:00.000+01:00",true]`},
		{7, "Asia/Tokyo", `[7,7,7,"Asia/Tokyo","2024-01-01T00:00:00.000+09:00",true]`},
		{7, "", `[7,7,7,"UTC","2024-01-01T00:00:00.000Z",true]`},
	} {
		r, err := e.Run(context.Background(), Run{Program: p, Now: at(c.ms), Zone: c.zone})
		require.NoError(t, err)
		require.Equal(t, c.want, string(r.JSON))
	}
}

func TestConsoleAndRequire(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{Code: RealmOptions{Modules: []string{"crypto", "util", "buffer", "luxon", "jmespath", "url", "timers", "fs"}}})
	var lines []string
	run := Run{Console: func(level, text string) { lines = append(lines, level+": "+text) }}
	_, err := eval(t, e, Code, "console.log('a', 1, { b: [1, 'x', null] }, undefined, new Map([[1, { a: 1 }]]), () => 1); console.error(new Error('e').message); console.warn()", run)
	require.NoError(t, err)
	require.Equal(t, []string{"log: a 1 { b: [ 1, 'x', null ] } undefined Map(1) { 1 => { a: 1 } } [Function (anonymous)]", "error: e", "warn: "}, lines)
	for source, want := range map[string]string{
		"return require('crypto').createHash('sha256').update('a').digest('hex')":                                             `"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"`,
		"return require('node:crypto').createHmac('sha1', 'k').update('a').update('b').digest('base64')":                      `"ix7Xzz4IVJqOJi1Z99KqNkqFd/c="`,
		"return require('crypto').createHash('md5').update(Buffer.from('a')).digest().length":                                 `16`,
		"return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(require('crypto').randomUUID())": `true`,
		"return require('crypto').randomBytes(8).length":                                                                      `8`,
		"try { require('crypto').createHash('nope') } catch (e) { return e.message }":                                         `"Digest method not supported"`,
		"return require('util').inspect({ a: [1] })":                                                                          `"{ a: [ 1 ] }"`,
		"return require('util').isDeepStrictEqual({ a: [1] }, { a: [1] })":                                                    `true`,
		"return require('util').format('%s is %d', 'x', 5, 'y')":                                                              `"x is 5 y"`,
		"return require('util').promisify((x, cb) => cb(null, x + 1))(1)":                                                     `2`,
		"return require('buffer').Buffer === Buffer":                                                                          `true`,
		"return require('url').URL === URL":                                                                                   `true`,
		"return require('luxon').DateTime === DateTime":                                                                       `true`,
		"return require('jmespath').search({ a: 1 }, 'a')":                                                                    `1`,
		"return typeof require('timers').setTimeout":                                                                          `"function"`,
		"try { require('fs') } catch (e) { return e.message }":                                                                `"Cannot find module 'fs'"`,
		"try { require('child_process') } catch (e) { return e.message }":                                                     `"Module 'child_process' is disallowed"`,
		"try { require('toString') } catch (e) { return e.message }":                                                          `"Module 'toString' is disallowed"`,
	} {
		require.Equal(t, want, jsonOf(t, e, Code, source), source)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	p, err := e.Compile(Expression, "1")
	require.NoError(t, err)
	_, err = e.Run(context.Background(), Run{Program: p})
	require.NoError(t, err)
	e.Close()
	_, err = e.Run(context.Background(), Run{Program: p})
	require.ErrorIs(t, err, errClosed)
	_, err = e.Compile(Expression, "1")
	require.ErrorIs(t, err, errClosed)
}

func TestBadScript(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"(host) =>":                        "js: the expression realm: js: host: SyntaxError",
		"(host) => { throw new Error(1) }": "js: the expression realm: Error: 1",
		"5":                                "js: the expression realm: TypeError",
	} {
		e := newEngine(t, Options{Expression: RealmOptions{Script: script}})
		_, err := e.Compile(Expression, "1")
		require.ErrorContains(t, err, want)
	}
}

// TestConcurrency runs programs on more goroutines than there are engines; each must get its own result.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 3, Expression: RealmOptions{Variables: []string{"$json"}}, Code: RealmOptions{Variables: []string{"$json"}}})
	sum, err := e.Compile(Expression, "$json.n + $json.list.map(x => x * 2).reduce((a, b) => a + b, 0)")
	require.NoError(t, err)
	code, err := e.Compile(Code, "leak = $json.n; await null; return leak + 1")
	require.NoError(t, err)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 100 {
				n := g*1000 + i
				scope := vars{"$json": fmt.Sprintf(`{"n":%d,"list":[1,2,%d]}`, n, i)}
				r, err := e.Run(context.Background(), Run{Program: sum, Scope: scope})
				if err != nil || r.Number != float64(n+6+2*i) {
					t.Errorf("%v %v", r, err)
				}
				r, err = e.Run(context.Background(), Run{Program: code, Scope: scope})
				if err != nil || r.Number != float64(n+1) {
					t.Errorf("%v %v", r, err)
				}
			}
		})
	}
	wait.Wait()
}

// TestManyPrograms: an engine forgets programs and names, and goes on.
func TestManyPrograms(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1, Code: RealmOptions{Variables: []string{"$json"}}})
	for i := range maxPrograms + 50 {
		p, err := syncProgram(t, e, fmt.Sprintf("return %d", i))
		require.NoError(t, err)
		r, err := e.Run(context.Background(), Run{Program: p})
		require.NoError(t, err)
		require.Equal(t, float64(i), r.Number)
	}
	p, err := e.Compile(Code, "return Object.keys($json).length")
	require.NoError(t, err)
	for round := range 3 {
		var b strings.Builder
		for i := range maxAtoms / 2 {
			fmt.Fprintf(&b, `,"k%d_%d":%d`, round, i, i)
		}
		r, err := e.Run(context.Background(), Run{Program: p, Scope: vars{"$json": "{" + b.String()[1:] + "}"}})
		require.NoError(t, err)
		require.Equal(t, float64(maxAtoms/2), r.Number)
	}
}
