package httprequest_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
)

func query(t *testing.T, s nodetest.Setup) *nodetest.Result {
	t.Helper()
	if s.HTTP == nil {
		s.HTTP = nodetest.Network(t)
	}
	r, err := nodetest.Run(t.Context(), httprequest.NewGraphQL(), s)
	require.NoError(t, err)
	return r
}

func TestGraphQLCredentialsStayWithTheirHost(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]string{}
	record := func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.Host] += fmt.Sprint(r.URL, r.Header)
	}
	elsewhere := serve(t, func(_ http.ResponseWriter, r *http.Request) { record(r) })
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		record(r)
		http.Redirect(w, r, elsewhere, http.StatusFound)
	})
	for mode, c := range map[string]struct {
		kind string
		data params
	}{
		"basicAuth":                {"httpBasicAuth", params{"user": "u", "password": "s3cret"}},
		"headerAuth":               {"httpHeaderAuth", params{"name": "X-Key", "value": "s3cret"}},
		"queryAuth":                {"httpQueryAuth", params{"name": "key", "value": "s3cret"}},
		"customAuth":               {"httpCustomAuth", params{"json": `{"headers":{"X-Other":"s3cret"}}`}},
		"predefinedCredentialType": {"httpBearerAuth", params{"token": "s3cret"}},
	} {
		query(t, nodetest.Setup{
			Credentials: map[string]map[string]any{c.kind: c.data},
			Parameters: params{
				"authentication": mode, "nodeCredentialType": "httpBearerAuth", "requestMethod": "GET", "endpoint": home, "query": "{ a }",
			},
		})
	}
	secret := base64.StdEncoding.EncodeToString([]byte("u:s3cret"))
	at := func(address string) string { return seen[strings.TrimPrefix(address, "http://")] }
	require.Equal(t, 4, strings.Count(at(home), "s3cret"))
	require.Contains(t, at(home), secret)
	require.NotEmpty(t, at(elsewhere))
	require.NotContains(t, at(elsewhere), "s3cret")
	require.NotContains(t, at(elsewhere), secret)
}

func TestGraphQLAsksOneAfterTheOther(t *testing.T) {
	t.Parallel()
	var asked []string
	there := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, string(body)) // the race detector sees when two come at the same time
		if strings.Contains(string(body), "bad") {
			_, _ = io.WriteString(w, `{"errors":[{"message":"no"}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"data":1}`)
	})
	s := nodetest.Setup{
		Parameters: params{"endpoint": there, "requestFormat": "graphql", "query": "={{ $json.q }}"},
		Items:      []node.Item{node.ItemOf("q", "a"), node.ItemOf("q", "bad"), node.ItemOf("q", "c")},
	}
	r := query(t, s)
	require.ErrorContains(t, r.Error, "no")
	require.Equal(t, []string{"a", "bad"}, asked, "what follows a failure is not sent")

	asked, s.Settings = nil, params{"onError": "continueRegularOutput"}
	require.Equal(t, `{"data":1} {"errors":[{"message":"no"}]} {"error":"no"} {"data":1}`, good(t, query(t, s)))
	require.Equal(t, []string{"a", "bad", "c"}, asked)
}

func TestGraphQLKeepsToThePolicy(t *testing.T) {
	t.Parallel()
	for name, endpoint := range map[string]string{
		"host": "http://other.example/graphql", "metadata": "http://169.254.169.254/graphql", "file": "file:///etc/passwd",
	} {
		r := query(t, nodetest.Setup{
			Parameters: params{"endpoint": endpoint, "query": "{ a }"},
			HTTP: roundTripper(func(*http.Request) (*http.Response, error) {
				t.Error("a request was sent")
				return nil, http.ErrServerClosed
			}),
			Options: []runtime.Option{runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"allowed.example"}})},
		})
		require.NotNil(t, r.Error, name)
	}
}

func TestGraphQLErrorsHideTheCredential(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://127.0.0.1:1/", "no url", "http://u:s3cret@127.0.0.1:1/?k=s3cret"} {
		for _, mode := range []string{"stopWorkflow", "continueRegularOutput"} {
			r := query(t, nodetest.Setup{
				Parameters:  params{"authentication": "queryAuth", "endpoint": endpoint, "query": "{ a }"},
				Credentials: map[string]map[string]any{"httpQueryAuth": {"name": "key", "value": "s3cret"}},
				Settings:    params{"onError": mode},
			})
			shown := string(r.JSON())
			require.Contains(t, shown, "error")
			require.NotContains(t, shown, "s3cret")
			require.NotContains(t, shown, url.QueryEscape("s3cret"))
		}
	}
}
