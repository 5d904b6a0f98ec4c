package core_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
)

// scripted is a Script that answers what a test says, by item.
type scripted struct {
	answers []any // a value, or an error
	runs    []node.ScriptRun
}

func (s *scripted) Run(_ context.Context, r node.ScriptRun) (any, error) {
	s.runs = append(s.runs, r)
	answer := s.answers[(len(s.runs)-1)%len(s.answers)]
	if err, ok := answer.(error); ok {
		return nil, err
	}
	return answer, nil
}

// runScripted runs a node that is code over some items.
func runScripted(n node.Node, s *scripted, continues bool, items int, parameters map[string]any) ([]node.Item, error) {
	in := make([]node.Item, items)
	for i := range in {
		in[i] = node.ItemOf("n", i)
	}
	out, err := n.Execute(context.Background(), node.NewCall(node.CallConfig{
		Instance: node.Instance{Name: "C", TypeVersion: 2}, Inputs: [][]node.Item{in}, Script: s, ContinueOnFail: continues,
		Param: func(_ context.Context, name string, _ int) (any, error) { return parameters[name], nil },
	}))
	if err != nil {
		return nil, err
	}
	return out.Main[0], nil
}

func codeParameters(mode string) map[string]any {
	return map[string]any{"mode": mode, "language": "javaScript", "jsCode": "return 1"}
}

// The numbers that n8n gives items in its errors count what was put out within a thousand input items.
func TestCodeItemNumbers(t *testing.T) {
	t.Parallel()
	data := node.NewObject("a", 1.0)
	for _, c := range []struct {
		name    string
		bad     int
		dropped map[int]bool
		message string
	}{
		{"the first", 0, nil, "A 'json' property isn't an object [item 0]"},
		{"after two that put out nothing", 5, map[int]bool{0: true, 3: true}, "A 'json' property isn't an object [item 3]"},
		{"in the second thousand", 1002, map[int]bool{0: true, 1001: true}, "A 'json' property isn't an object [item 1001]"},
	} {
		s := &scripted{}
		for i := range 1010 {
			var answer any = data
			switch {
			case c.dropped[i]:
				answer = node.Undefined
			case i == c.bad:
				answer = "no object"
			}
			s.answers = append(s.answers, answer)
		}
		_, err := runScripted(core.NewCode(), s, false, 1010, codeParameters("runOnceForEachItem"))
		require.EqualError(t, err, c.message, c.name)
	}
}

// Every run of a node gets the same source: the runtime compiles it once.
func TestCodeRunsItsSource(t *testing.T) {
	t.Parallel()
	s := &scripted{answers: []any{node.NewObject("a", 1.0)}}
	out, err := runScripted(core.NewCode(), s, false, 3, codeParameters("runOnceForEachItem"))
	require.NoError(t, err)
	require.Len(t, out, 3)
	for i, r := range s.runs {
		require.Equal(t, node.ScriptRun{Source: "return 1", Kind: node.ScriptEachItem, Item: i}, r)
		require.Equal(t, []node.Paired{{Item: i}}, out[i].Paired)
	}
	s = &scripted{answers: []any{nil}}
	out, err = runScripted(core.NewCode(), s, false, 3, codeParameters("runOnceForAllItems"))
	require.NoError(t, err)
	require.Empty(t, out)
	require.Equal(t, []node.ScriptRun{{Source: "return 1", Kind: node.ScriptAllItems}}, s.runs)
}

func TestCodeErrors(t *testing.T) {
	t.Parallel()
	limit := &node.ScriptError{Message: "limit", Info: &node.ErrorInfo{Message: "limit", Description: "do less"}}
	for _, c := range []struct {
		name           string
		err            error
		continues      bool
		message, about string
	}{
		{"a class", &node.ScriptError{Name: "TypeError", Message: "m", Line: 2}, false, "m [line 2]", "TypeError"},
		{"plain", &node.ScriptError{Name: "Error", Message: "m"}, false, "m", ""},
		{"several lines", &node.ScriptError{Name: "Error", Message: "m\nn", Line: 1}, false, "m [line 1]", ""},
		{"nothing", &node.ScriptError{Thrown: node.Undefined}, false, "Unknown error", ""},
		{"a value", &node.ScriptError{Thrown: []any{1.0, "x"}}, false, `[1,"x"]`, ""},
		{"an own error", limit, false, "limit", "do less"},
		{"of Go", errors.New("no engine"), false, "no engine", ""},
		{"of Go, continued", errors.New("no engine"), true, "no engine", ""},
	} {
		out, err := runScripted(core.NewCode(), &scripted{answers: []any{c.err}}, c.continues, 1, codeParameters("runOnceForAllItems"))
		if c.continues {
			require.NoError(t, err, c.name)
			require.Equal(t, node.NewObject("error", c.message), out[0].JSON)
			continue
		}
		require.EqualError(t, err, c.message, c.name)
		require.Equal(t, c.about, node.InfoOf(err).Description, c.name)
	}
}

func TestCodeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language, message string
	}{
		{"pythonNative", "Python code is not supported"},
		{"python", "Python code is not supported"},
		{"ruby", "Unsupported language: ruby"},
	} {
		parameters := codeParameters("runOnceForAllItems")
		parameters["language"] = c.language
		_, err := runScripted(core.NewCode(), &scripted{answers: []any{nil}}, true, 1, parameters)
		require.EqualError(t, err, c.message)
		faults := core.NewCode().(node.Checker).Check(node.NewObject("language", c.language))
		require.Len(t, faults, 1)
		require.Equal(t, "language", faults[0].Path)
		require.Equal(t, c.message, faults[0].Message)
		require.NotEmpty(t, faults[0].Hint)
	}
	require.Empty(t, core.NewCode().(node.Checker).Check(node.NewObject("language", "={{ 'python' }}")), "it is found when it runs")
	require.Empty(t, core.NewCode().(node.Checker).Check(&node.Object{}))
}

// FuzzCodeResult gives the nodes any value in place of what code returned: an error or items with objects, and no panic.
func FuzzCodeResult(f *testing.F) {
	for _, seed := range []string{
		`null`, `5`, `"x"`, `[]`, `[1]`, `{}`, `{"json": {}}`, `[{"json": {}}, {"a": 1}]`, `[{"json": 5}]`, `[{"binary": {}}]`,
		`[{"json": {}, "binary": {"x": {"data": "aGk=", "mimeType": "text/plain"}}}]`, `[{"json": {}, "binary": {"x": 5}}]`,
		`[{"json": {}, "pairedItem": [0, {"item": 1, "input": 2}]}]`, `[{"json": {}, "pairedItem": {"item": -1}}]`,
		`[{"json": {}, "error": "x"}]`, `[{"json": {}, "error": {"message": 5, "context": {}, "timestamp": 1e300}}]`, `{"json": null, "binary": {}}`,
		`{"__proto__": {}, "constructor": 1}`, `[[{"json": {}}]]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := node.ParseJSON(text)
		if err != nil {
			return
		}
		for _, c := range []struct {
			n          node.Node
			parameters map[string]any
		}{
			{core.NewCode(), codeParameters("runOnceForAllItems")},
			{core.NewCode(), codeParameters("runOnceForEachItem")},
			{core.NewFunction(), map[string]any{"functionCode": "x"}},
			{core.NewFunctionItem(), map[string]any{"functionCode": "x"}},
		} {
			out, err := runScripted(c.n, &scripted{answers: []any{v}}, false, 2, c.parameters)
			if err != nil {
				require.NotEmpty(t, err.Error())
				continue
			}
			for _, it := range out {
				require.NotNil(t, it.JSON)
				it.AppendJSON(nil)
			}
		}
	})
}
