package js

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSyntaxErrors compares the errors of code that is not JavaScript with those that testdata/record_syntax.mjs recorded
// from Node.js.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	other := map[string]string{
		"return a ?? b || c": "Unexpected token '||'",
		"const [a, b = 1":    "Unexpected token '['",
	}
	// The engine names the place of what it read next.
	nextLine := map[string]bool{
		"foo(1": true, "const a": true, "let a; let a": true, "items.map(x => x.json": true, "break": true, "continue": true,
		"'use strict'; delete x": true, "try { a() }": true,
	}
	e := newEngine(t, Options{})
	f, err := os.Open("testdata/syntax.jsonl")
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var want struct {
			Source, Message string
			Line            int
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &want))
		_, err := e.Compile(Code, want.Source)
		var wrong *Error
		require.ErrorAs(t, err, &wrong, want.Source)
		require.Equal(t, "SyntaxError", wrong.Name, want.Source)
		if words, ok := other[want.Source]; ok {
			require.Equal(t, words, wrong.Message, want.Source)
			continue
		}
		require.Equal(t, want.Message, wrong.Message, want.Source)
		if nextLine[want.Source] {
			want.Line++
		}
		require.Equal(t, want.Line, wrong.Line, want.Source)
	}
	require.NoError(t, lines.Err())
}

// TestBreakout: code that closes the function around it does not run outside of it, where it could declare what others see.
func TestBreakout(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1})
	for _, c := range []struct {
		kind   Kind
		source string
	}{
		{Code, "}); let leaked = 5; (async function(){ return leaked"},
		{Code, "}); for (;;); (async function(){"},
		{Code, "}}); let leaked = 5; ({async wrapper(__words){"},
		{Code, "}, leaked = 5, async function(){"},
		{Code, "} /* */ ); var leaked; (function(){ // "},
		{Code, "}\n)\n;let leaked\n;(\nfunction(){"},
		{Code, "`${`}); let leaked; (function(){"},
		{Expression, "1)}); let leaked = 5; (function(){return(1"},
		{Expression, "1]}); let leaked = 5; (function(){return[1"},
		{Expression, "1) + leaked = 5 + (1"},
		{Expression, "1 <!-- )}); let leaked"},
		{Expression, "1 /* */ )}); let leaked; (function(){return(/* */ 1"},
	} {
		_, err := eval(t, e, c.kind, c.source, Run{})
		if c.kind == Code {
			var wrong *Error
			require.ErrorAs(t, err, &wrong, c.source)
			require.Equal(t, "SyntaxError", wrong.Name, c.source)
		}
		after, err := eval(t, e, c.kind, map[Kind]string{Code: "return typeof leaked", Expression: "typeof leaked"}[c.kind], Run{})
		require.NoError(t, err)
		require.Equal(t, `"undefined"`, string(after.JSON), c.source)
	}
}
