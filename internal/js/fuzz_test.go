package js

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// checkRun runs a source, whatever it is: it may fail in the known ways, but not break the engine, nor take much longer than it
// may.
func checkRun(t *testing.T, e *Engine, kind Kind, source string) {
	began := time.Now()
	r, err := eval(t, e, kind, source, Run{Scope: vars{"$json": `{"a":{"b":[1,"x",null]},"n":5}`}, Limits: Limits{
		Time: 200 * time.Millisecond, Memory: 32 << 20, Output: 1 << 20,
	}})
	require.Less(t, time.Since(began), 30*time.Second, source)
	var (
		thrown  *Error
		host    *Throw
		blocked *BlockedError
		limit   *LimitError
	)
	switch {
	case err == nil && r.JSON != nil:
		require.True(t, json.Valid(r.JSON), "%s: %s", source, r.JSON)
	case err == nil:
	case errors.As(err, &thrown), errors.As(err, &host), errors.As(err, &blocked), errors.As(err, &limit):
	default:
		require.NoError(t, err, source)
	}
}

func FuzzExpression(f *testing.F) {
	text, err := os.ReadFile("testdata/expressions.txt")
	require.NoError(f, err)
	for i, line := range strings.Split(string(text), "\n") {
		if i%7 == 0 && line != "" {
			f.Add(line)
		}
	}
	for _, attack := range attacks {
		f.Add(attack.source)
	}
	e := newEngine(f, Options{Expression: RealmOptions{Variables: []string{"$json"}}})
	f.Fuzz(func(t *testing.T, source string) { checkRun(t, e, Expression, source) })
}

func FuzzCode(f *testing.F) {
	for _, source := range []string{
		"return $json.a.b.map(x => x)", "await new Promise(r => setTimeout(r, 1)); return 1", "try { null.x } catch (e) { return e.stack }",
		"return Buffer.from('abc').toString('hex')", "return new URL('http://a.b/c?d=e#f').searchParams.get('d')",
		"return require('crypto')", "String.prototype.x = function () { return 1 }; return 'a'.x()", "throw { a: 1 }", "}); let a; (function(){",
		"return DateTime.now().plus({ days: 1 }).toISO()", "return new Intl.NumberFormat('de').format(1e6)", "console.log(new Map([[1, 2]]))",
		"for await (const x of (async function* () { yield 1 })()) { return x }", "class A { #x = 1; static { this.y = 2 } }\nreturn A.y",
		"try { x = a / b / `${{}}` } catch ({ message: [m] = /`/ }) { try { m() } catch (e) { return e.message } }",
	} {
		f.Add(source)
	}
	e := newEngine(f, Options{Code: RealmOptions{Variables: []string{"$json"}, Modules: []string{"crypto", "util"}}})
	f.Fuzz(func(t *testing.T, source string) { checkRun(t, e, Code, source) })
}

// FuzzJSON: JSON.parse takes what encoding/json takes, and a value that a scope gives is the one that JSON.parse makes.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`null`, `{"a":[1,-0.5e3,"x\n\u00e9\ud83d\ude00"],"b":{}}`, `"\ud800"`, `[1e400]`, `{"a":1,"a":2}`, `{"1":1,"0":0}`, `01`, `[1,]`,
		`{"__proto__":1}`, "\"\x00\"", `"\/"`, ` [ ] `, `123456789012345678901234567890`, `{"constructor":{"prototype":1}}`, "\"\u2028\"",
	} {
		f.Add(text)
	}
	e := newEngine(f, Options{Expression: RealmOptions{Variables: []string{"$json", "text"}}})
	same, err := e.Compile(Expression, "$json")
	require.NoError(f, err)
	parsed, err := e.Compile(Expression, "JSON.parse(text)")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		fromScript, err := e.Run(context.Background(), Run{Program: parsed, Scope: vars{"text": string(quoted)}})
		if !json.Valid([]byte(text)) {
			var wrong *Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, "SyntaxError", wrong.Name)
			return
		}
		fromScope, errScope := e.Run(context.Background(), Run{Program: same, Scope: vars{"$json": text}})
		var limit *LimitError
		if errors.As(err, &limit) {
			require.ErrorAs(t, errScope, &limit)
			return
		}
		require.NoError(t, err)
		require.NoError(t, errScope)
		require.Equal(t, string(fromScript.JSON), string(fromScope.JSON))
		require.True(t, json.Valid(fromScope.JSON), "%s", fromScope.JSON)
	})
}
