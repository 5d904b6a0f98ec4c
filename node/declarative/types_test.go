package declarative_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

const typesOfShop = `[
	{"name":"shopApi","displayName":"Shop","properties":[{"displayName":"Token","name":"token","type":"string","default":""}],
	 "authenticate":{"type":"generic","properties":{"headers":{"X-Token":"={{ $credentials.token.toUpperCase() }}"},"qs":{"t":"={{ $credentials.token }}"},"body":{"token":"={{ $credentials.token }}"}}}},
	{"name":"shopOAuth2Api","displayName":"Shop","extends":["oAuth2Api"],"properties":[
	 {"displayName":"Grant Type","name":"grantType","type":"hidden","default":"clientCredentials"},
	 {"displayName":"Host","name":"host","type":"string","default":""},
	 {"displayName":"Access Token URL","name":"accessTokenUrl","type":"hidden","default":"={{ $self[\"host\"] }}/token"}]},
	{"name":"shopOAuth1Api","displayName":"Shop","extends":["oAuth1Api"],"properties":[]},
	{"name":"bareApi","displayName":"Bare","properties":[]},
	{"name":"orphanApi","displayName":"Orphan","extends":["goneApi"],"properties":[]}]`

// The types that Load reads are for the HTTP Request node too, as predefined credential types, and the declarative node has the same of them.
func TestLoadedCredentialTypes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			fmt.Fprintf(w, `{"access_token":%q}`, map[bool]string{true: "AT", false: "another"}[string(body) == "grant_type=client_credentials"])
			return
		}
		fmt.Fprintf(w, `{"query":%q,"token":%q,"authorization":%q,"body":%q}`, r.URL.RawQuery, r.Header.Get("X-Token"), r.Header.Get("Authorization"), body)
	}))
	t.Cleanup(server.Close)
	definition := `{"name":"shop","displayName":"Shop","version":1,"inputs":["main"],"outputs":["main"],"requestDefaults":{"baseURL":"` + server.URL + `","url":"/","method":"POST","body":{"a":1}},
		"credentials":[{"name":"TYPE","required":true}],"properties":[]}`
	for name, c := range map[string]struct {
		kind, want, failure string // failure: of the declarative node
		values              map[string]any
	}{
		"generic":         {kind: "shopApi", values: map[string]any{"token": "s3"}, want: `{"query":"t=s3","token":"S3","authorization":"","body":"{\"a\":1,\"token\":\"s3\"}"}`},
		"OAuth2":          {kind: "shopOAuth2Api", values: map[string]any{"host": server.URL, "clientId": "i", "clientSecret": "s"}, want: `{"query":"","token":"","authorization":"Bearer AT","body":"{\"a\":1}"}`},
		"OAuth1":          {kind: "shopOAuth1Api", failure: `Credentials of the type "shopOAuth1Api" can't be used by a declarative node: it is OAuth1`},
		"no authenticate": {kind: "bareApi", failure: `Nothing says how credentials of the type "bareApi" are put on requests`},
		"no parent":       {kind: "orphanApi", failure: `credentials of this type can't be used: it extends goneApi, which is not defined`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nodes, types, err := declarative.Load(fstest.MapFS{
				"shop.json": {Data: []byte(strings.ReplaceAll(definition, "TYPE", c.kind))}, "types.json": {Data: []byte(typesOfShop)},
			})
			require.NoError(t, err)
			run := func(kind string, version float64, parameters string) (*runtime.Result, error) {
				w, err := workflows.ParseOne(fmt.Appendf(nil, `{"name":"W","nodes":[{"name":"N","type":%q,"typeVersion":%v,"position":[0,0],"parameters":%s,
					"credentials":{%q:{"id":"1","name":"One"}}}],"connections":{}}`, kind, version, parameters, c.kind))
				require.NoError(t, err)
				plan, err := runtime.Compile(w, runtime.NewRegistry(httprequest.New()).With(nodes...).WithCredentialTypes(types...),
					runtime.WithCredentials(credentials.Values(credentials.New(credentials.Ref{Type: c.kind}, c.values))))
				require.NoError(t, err)
				return plan.Run(t.Context(), runtime.Request{Start: "N"})
			}
			result, err := run("CUSTOM.shop", 1, `{}`)
			if c.failure != "" {
				if err == nil {
					require.NotNil(t, result.Error)
					err = result.Error
				}
				require.ErrorContains(t, err, c.failure)
				return
			}
			require.NoError(t, err)
			require.Nil(t, result.Error)
			require.JSONEq(t, c.want, string(node.AppendJSON(nil, result.LastItems()[0].JSON)))

			result, err = run("n8n-nodes-base.httpRequest", 4.2, `{"method":"POST","url":"`+server.URL+`/","authentication":"predefinedCredentialType",
				"nodeCredentialType":"`+c.kind+`","sendBody":true,"specifyBody":"json","jsonBody":"{\"a\":1}"}`)
			require.NoError(t, err)
			require.Nil(t, result.Error)
			require.JSONEq(t, c.want, string(node.AppendJSON(nil, result.LastItems()[0].JSON)))
		})
	}
}
