package cli_test

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/nate-go/nate/internal/cli"
	"github.com/nate-go/nate/internal/n8ntest"
)

var update = flag.Bool("update", false, "rewrite the outputs in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"nate": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command as a person would: each file in testdata/script is a session with its files.
func TestScripts(t *testing.T) {
	t.Parallel()
	examples, err := filepath.Abs("../../workflows")
	if err != nil {
		t.Fatal(err)
	}
	mock := n8ntest.NewMock(t, "")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("WORKFLOWS", examples)
			env.Setenv("GENERIC_TIMEZONE", "")
			env.Setenv("MOCK", mock.URL)
			// A server that takes a request and never answers.
			silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only then does the server see the client go
				<-r.Context().Done()
			}))
			env.Defer(silent.Close)
			env.Setenv("SILENT", silent.URL)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
		},
	})
}

// exits runs the nate command and checks its exit code: exits 2 run missing.json
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	err := ts.Exec("nate", args[1:]...)
	code := "0"
	if err != nil {
		var exit interface{ ExitCode() int }
		if e, ok := err.(interface{ ExitCode() int }); ok {
			exit = e
			code = string(rune('0' + exit.ExitCode()))
		}
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}
