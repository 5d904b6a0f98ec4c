package js

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type recorded struct {
	Expression, Type string
	Number, Text     *string
	JSON             json.RawMessage
	Error            *struct {
		Name, Message string
		Thrown        json.RawMessage
	}
}

// syncProgram compiles a function body as a program of the code realm that is not asynchronous.
func syncProgram(t testing.TB, e *Engine, body string) (*Program, error) {
	v, err := e.compilers.get(context.Background(), false)
	require.NoError(t, err)
	defer e.compilers.put(v)
	p := &Program{id: programs.Add(1), kind: Code}
	err = v.protect(func() error {
		p.code(body)
		p.source = strings.Replace(p.source, "(async ", "(", 1)
		p.head -= len("async ")
		p.bytecode, err = v.compile(p.source, sourceName)
		return err
	})
	return p, err
}

// TestNodeJS compares values, types, texts and errors with those that testdata/record.mjs recorded from Node.js.
func TestNodeJS(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	defer e.Close()
	f, err := os.Open("testdata/expressions.jsonl")
	require.NoError(t, err)
	defer f.Close()
	otherWords := lines(t, "testdata/other_words.txt")
	clock := time.Date(2025, 3, 15, 10, 20, 30, 456e6, time.UTC)
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var want recorded
		require.NoError(t, json.Unmarshal(s.Bytes(), &want))
		t.Run(want.Expression, func(t *testing.T) {
			p, err := syncProgram(t, e, "return("+want.Expression+"\n)")
			if err != nil {
				require.NotNil(t, want.Error, "%v", err)
				require.Equal(t, "SyntaxError", want.Error.Name)
				return
			}
			run := Run{Program: p, Now: func() time.Time { return clock }, Zone: "America/New_York"}
			got, err := e.Run(context.Background(), run)
			if want.Error != nil {
				var x *Error
				require.ErrorAs(t, err, &x, "result %s %s", got.Type, got.JSON)
				if want.Error.Thrown != nil {
					require.JSONEq(t, string(want.Error.Thrown), string(x.Thrown))
					return
				}
				require.Equal(t, want.Error.Name, x.Name)
				if _, other := otherWords[want.Expression]; other {
					require.NotEqual(t, want.Error.Message, x.Message, "take it out of testdata/other_words.txt")
				} else {
					require.Equal(t, want.Error.Message, x.Message)
				}
				return
			}
			require.NoError(t, err)
			if got.Type == Bytes {
				got.Type = Object
			}
			require.Equal(t, want.Type, string(got.Type))
			if want.JSON != nil {
				require.Equal(t, compact(t, want.JSON), compact(t, got.JSON))
			} else {
				require.Empty(t, got.JSON)
			}
			if want.Text != nil {
				run.Text = true
				got, err = e.Run(context.Background(), run)
				require.NoError(t, err)
				require.Equal(t, *want.Text, wellFormed(got.Text)) // the recording has no lone surrogates
			}
		})
	}
	require.NoError(t, s.Err())
}

// lines reads the lines of a file that are no comments.
func lines(t testing.TB, path string) map[string]struct{} {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	m := map[string]struct{}{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			m[line] = struct{}{}
		}
	}
	return m
}

func compact(t testing.TB, text []byte) string {
	var x any
	require.NoError(t, json.Unmarshal(text, &x), "%s", text)
	b, err := json.Marshal(x)
	require.NoError(t, err)
	return string(b)
}
