package directus

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// job is one execution of the node: what a runtime would make of a node in a workflow file.
type job struct {
	node           *directusNode // nil: New's
	params         *node.Object  // as in the file; of expressions only "={{ $json.NAME }}" is understood
	items          []node.Item   // nil: one empty item
	url, token     string
	transport      http.RoundTripper // nil: one of its own
	continueOnFail bool
}

func (j job) run(ctx context.Context, tb testing.TB) (node.Output, error) {
	tb.Helper()
	if j.node == nil {
		j.node = newNode(defaultLimits())
	}
	if j.items == nil {
		j.items = []node.Item{{}}
	}
	if j.transport == nil {
		j.transport = newTransport(tb)
	}
	def := j.node.Definition()
	params := def.Parameters(j.params, 1)
	return j.node.Execute(ctx, node.NewCall(node.CallConfig{
		Instance:       node.Instance{Name: "Directus", Type: typeNames[0], TypeVersion: 1},
		Inputs:         [][]node.Item{j.items},
		ContinueOnFail: j.continueOnFail,
		Transport:      j.transport,
		Param: func(_ context.Context, name string, item int) (any, error) {
			v, ok := params.Get(name)
			if !ok {
				return nil, fmt.Errorf("%w: %s", node.ErrNoParameter, name)
			}
			text, _ := v.(string)
			if path, ok := strings.CutPrefix(text, "={{ $json."); ok {
				if v, ok = j.items[item].JSON.Get(strings.TrimSuffix(path, " }}")); !ok {
					v = node.Undefined
				}
			}
			return v, nil
		},
		Credential: func(_ context.Context, credentialType string) (credentials.Data, error) {
			return credentials.New(credentials.Ref{Type: credentialType, ID: "1", Name: "Sandbox"},
				map[string]any{"url": j.url, "accessToken": j.token}), nil
		},
	}))
}

// one runs the node and returns its only item as JSON.
func (j job) one(tb testing.TB) string {
	tb.Helper()
	out, err := j.run(tb.Context(), tb)
	require.NoError(tb, err)
	require.Len(tb, out.Main, 1)
	require.Len(tb, out.Main[0], 1)
	require.Equal(tb, []node.Paired{{Item: 0}}, out.Main[0][0].Paired)
	return text(out.Main[0][0])
}

// fails runs the node and returns its error.
func (j job) fails(tb testing.TB) (*node.ErrorInfo, error) {
	tb.Helper()
	out, err := j.run(tb.Context(), tb)
	require.Error(tb, err, "instead of an error: %v", out)
	return node.InfoOf(err), err
}

func text(it node.Item) string { return string(node.AppendJSON(nil, it.JSON)) }

func newTransport(tb testing.TB) *http.Transport {
	tb.Helper()
	tr := http.DefaultTransport.(*http.Transport).Clone()
	tb.Cleanup(tr.CloseIdleConnections)
	return tr
}

func sandbox(tb testing.TB, opts ...directustest.Option) *directustest.Server {
	tb.Helper()
	srv, err := directustest.New(opts...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, srv.Close()) })
	return srv
}

func login(tb testing.TB, srv *directustest.Server) directustest.Tokens {
	tb.Helper()
	tokens, err := srv.Login(directustest.AdminEmail)
	require.NoError(tb, err)
	return tokens
}

func refreshOf(token any) *node.Object {
	return node.NewObject("resource", "auth", "operation", "refreshToken", "refreshToken", token)
}

// asked lists the requests that a sandbox got, each with "bearer" if it carried one.
func asked(srv *directustest.Server) []string {
	var list []string
	for _, r := range srv.Requests() {
		line := r.Method + " " + r.Path
		if r.Header.Get("Authorization") != "" {
			line += " bearer"
		}
		list = append(list, line)
	}
	return list
}
