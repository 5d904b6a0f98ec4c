package js

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vars is a Scope whose variables are JSON texts.
type vars map[string]string

func (s vars) Variable(name string, _ []string, w *Writer) error {
	text, ok := s[name]
	if !ok {
		return &Throw{Name: "ExpressionError", Message: "no " + name}
	}
	return w.JSON([]byte(text))
}

func (s vars) Call(name string, args []byte, w *Writer) error {
	if name == "fail" {
		return &Throw{Name: "ExpressionError", Message: "it failed"}
	}
	w.String(name + string(args))
	return nil
}

func newEngine(t testing.TB, options Options) *Engine {
	e := New(options)
	t.Cleanup(e.Close)
	return e
}

// eval compiles and runs a source.
func eval(t testing.TB, e *Engine, kind Kind, source string, run Run) (Result, error) {
	t.Helper()
	p, err := e.Compile(kind, source)
	if err != nil {
		return Result{}, err
	}
	run.Program = p
	return e.Run(context.Background(), run)
}

// jsonOf is the JSON text that a source gives.
func jsonOf(t testing.TB, e *Engine, kind Kind, source string) string {
	t.Helper()
	r, err := eval(t, e, kind, source, Run{})
	require.NoError(t, err, source)
	return string(r.JSON)
}
