package js

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Globals with a getter are found when they are read; what a script assigns to one is gone afterwards.
func TestCodeGetters(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1, Code: RealmOptions{Script: `host => ({
		get asked() { return host.call('asked'); }, plain: 1, set() { asked = 'other'; },
	})`}})
	for range 2 {
		r, err := eval(t, e, Code, `const before = asked; asked = 5; return [before, asked, typeof asked]`, Run{Scope: vars{}})
		require.NoError(t, err)
		require.Equal(t, `["asked[]",5,"number"]`, string(r.JSON))
	}
}

// ended notes what host.onEnd sends.
type ended struct {
	vars
	calls []string
}

func (s *ended) Call(name string, args []byte, w *Writer) error {
	s.calls = append(s.calls, name+string(args))
	return s.vars.Call(name, args, w)
}

func TestCodeOnEnd(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{Code: RealmOptions{Script: `host => {
		host.onEnd(() => host.call('end', host.state().kept));
		return { keep: (x) => { host.state().kept = x; } };
	}`}})
	for _, c := range []struct {
		name, source string
		calls        []string
	}{
		{"success", `keep(1); await null; return 2`, []string{"end[1]"}},
		{"failure", `keep(1); throw new Error('x')`, nil},
		{"nothing of the run before", `return 3`, []string{"end[null]"}},
	} {
		s := &ended{}
		_, _ = eval(t, e, Code, c.source, Run{Scope: s})
		require.Equal(t, c.calls, s.calls, c.name)
	}
}

func TestCodeModulesOfARun(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1, Code: RealmOptions{Modules: []string{"util"}}})
	for _, c := range []struct {
		modules       []string
		crypto, utils bool
	}{
		{nil, false, true},
		{[]string{"crypto"}, true, false},
		{[]string{}, false, false}, // though they are loaded by now
	} {
		for name, allowed := range map[string]bool{"crypto": c.crypto, "util": c.utils} {
			_, err := eval(t, e, Code, `return typeof require('`+name+`')`, Run{Modules: c.modules})
			if allowed {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, "Error: Module '"+name+"' is disallowed")
			}
		}
	}
}

// nested runs another program of the same engine before it answers.
type nested struct {
	vars
	t      *testing.T
	engine *Engine
	depth  int
}

func (n nested) CallAsync(ctx context.Context, _ string, _ []byte) (func(w *Writer) error, error) {
	source := `return 'inner'`
	if n.depth > 0 {
		source = `return await deeper()`
	}
	p, err := n.engine.Compile(Code, source)
	if err != nil {
		return nil, err
	}
	n.depth--
	r, err := n.engine.Run(ctx, Run{Program: p, Scope: n})
	if err != nil {
		return nil, err
	}
	return func(w *Writer) error { return w.JSON(r.JSON) }, nil
}

// Code that waits for something which itself runs code must not keep it from running.
func TestCodeThatWaitsLetsOthersRun(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{MaxVMs: 1, Code: RealmOptions{
		Script: `host => ({ deeper: () => host.async('deeper') })`, Limits: Limits{Time: time.Minute},
	}})
	r, err := eval(t, e, Code, `return await Promise.all([deeper(), deeper()])`, Run{Scope: nested{t: t, engine: e, depth: 3}})
	require.NoError(t, err)
	require.Equal(t, `["inner","inner"]`, string(r.JSON))
}

func TestErrorFrames(t *testing.T) {
	t.Parallel()
	e := newEngine(t, Options{})
	_, err := eval(t, e, Code, "function f() {\n  return [1].map(() => null.x);\n}\nf();", Run{})
	wrong, ok := err.(*Error) //nolint:errorlint // it is never wrapped
	require.True(t, ok, "%v", err)
	var names []string
	var lines []int
	for _, f := range wrong.Frames {
		names, lines = append(names, f.Function), append(lines, f.Line)
	}
	require.Equal(t, []string{"", "f", Wrapper}, names)
	require.Equal(t, []int{2, 2, 4}, lines)
}
