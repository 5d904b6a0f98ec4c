package js

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// compiled is what an expression becomes between the brackets of its function.
func TestRewriting(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{Extensions: []string{"first", "isEmpty", "toTitleCase"}})
	for _, c := range []struct{ source, want string }{
		// The first statement is the expression.
		{"1", "return(1\n)"},
		{"  1 ; 2", "return(1 \n)"},
		{"1 // one", "return(1 // one\n)"},
		{"1\n2", "return(1\n)"},
		{"{a: 1}", "return(({a: 1}\n)\n)"},
		{"  {a: 1}.a", "return((  {a: 1}.a\n)\n)"},
		{"{a: 1}; 2", ""},
		{"let x = 1", ""},
		{"if (1) {}", ""},
		{"", ""},
		{"// nothing", ""},
		{"1 +", ""},
		{"(1", ""},
		{"new.target", ""},
		// Names that do not exist are undefined.
		{"a.b", "var a;return(a.b\n)"},
		{"Math.x", "return(Math.x\n)"},
		{"x => x", "var x;return(x => x\n)"},
		{"({a, b: c})", "var a,c;return(({a, b: c})\n)"},
		// Extension methods.
		{"'a'.toTitleCase()", `return(extend('a', "toTitleCase", [])` + "\n)"},
		{"[1].first(1, [2].first())", `return(extend([1], "first", [1, extend([2], "first", [])])` + "\n)"},
		{"[1].first().isEmpty()", `return(extend(extend([1], "first", []), "isEmpty", [])` + "\n)"},
		{"[1]?.first().x", `return(extendOptional([1], "first", () => [])?.x` + "\n)"},
		{"[1]?.first()['x'](2)", `return(extendOptional([1], "first", () => [])?.['x']?.(2)` + "\n)"},
		{"[1]['first']()", "return([1]['first']()\n)"},
		{"[1].first", "return([1].first\n)"},
		{"[1]. /* a */ first /* b */ ( /* c */ )", `return(extend([1], "first", [ /* c */ ])` + "\n)"},
		{"`${'a'.isEmpty()}`", "return(`${extend('a', \"isEmpty\", [])}`\n)"},
		{"(o => o.isEmpty())([].first())", `var o;return((o => extend(o, "isEmpty", []))(extend([], "first", []))` + "\n)"},
		// $if evaluates one branch.
		{"$if(1, 2, 3)", "return(((1)?( 2):( 3))\n)"},
		{"$if(1, 2)", "return(((1)?( 2):(false))\n)"},
	} {
		p, err := e.Compile(Expression, c.source)
		if c.want == "" {
			var wrong *Error
			require.ErrorAs(t, err, &wrong, c.source)
			require.Equal(t, "SyntaxError", wrong.Name)
			continue
		}
		require.NoError(t, err, c.source)
		require.Equal(t, "(function(){"+c.want+"})", p.source, c.source)
	}
}

func TestBlockedNames(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	for _, c := range []struct{ source, want string }{
		{"a.constructor", `Cannot access "constructor" due to security concerns`},
		{"a['__proto__']", `Cannot access "__proto__" due to security concerns`},
		{"a[`prototype`]", `Cannot access "prototype" due to security concerns`},
		{"(() => arguments)()", `Cannot access "arguments" due to security concerns`},
		{"a?.b.getPrototypeOf()", `Cannot access "getPrototypeOf" due to security concerns`},
		{"(({constructor}) => constructor)({})", `Cannot destructure "constructor" due to security concerns`},
		{"(({'constructor': c}) => c)({})", `Cannot destructure "constructor" due to security concerns`},
		{"import('fs')", "Imports are not supported"},
		{"$if(1)", "invalid syntax"},
	} {
		_, err := e.Compile(Expression, c.source)
		var blocked *BlockedError
		require.ErrorAs(t, err, &blocked, c.source)
		require.Equal(t, c.want, blocked.Message, c.source)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	p, err := e.Compile(Expression, "$json.a + $json['b'] + other[$x] + Math.max(...list.map(y => y.z))")
	require.NoError(t, err)
	require.Equal(t, []string{"$json", "other", "$x", "Math", "list", "y"}, p.Names())
	p, err = e.Compile(Code, "return $json")
	require.NoError(t, err)
	require.Nil(t, p.Names())
}
