package declarative_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
)

// definition is one with the given requestDefaults and properties, each JSON.
func definition(t testing.TB, defaults, properties, more string) node.Definition {
	t.Helper()
	var def node.Definition
	require.NoError(t, json.Unmarshal([]byte(`{"displayName":"Shop","name":"shop","group":["input"],"version":1,"description":"","defaults":{"name":"Shop"},
		"inputs":["main"],"outputs":["main"],"requestDefaults":`+defaults+`,"properties":`+properties+more+`}`), &def))
	return def
}

func TestFaultsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ defaults, properties, more, want string }{
		"preSend":         {`{}`, `[{"name":"a","displayName":"A","type":"string","default":"","routing":{"send":{"preSend":["sign"]}}}]`, ``, `properties[0].routing.send.preSend[0]: it is a string: a function of JavaScript is written {"$function": "name"}`},
		"no list":         {`{}`, `[{"name":"a","displayName":"A","type":"string","default":"","routing":{"send":{"preSend":{"$function":"sign"}}}}]`, ``, "properties[0].routing.send.preSend: it is an object, not an array"},
		"pagination":      {`{}`, `[{"name":"a","displayName":"A","type":"string","default":"","routing":{"operations":{"pagination":"all"}}}]`, ``, `properties[0].routing.operations.pagination: it is a string: a function`},
		"elsewhere":       {`{"headers":{"a":{"$function":"sign"}}}`, `[]`, ``, "requestDefaults.headers.a: a function of JavaScript can't stand here"},
		"kind of action":  {`{}`, `[{"name":"a","displayName":"A","type":"string","default":"","routing":{"output":{"postReceive":[{"type":"map","properties":{}}]}}}]`, ``, "routing.output.postReceive[0].type: map is not known"},
		"in a collection": {`{}`, `[{"name":"c","displayName":"C","type":"collection","default":{},"options":[{"name":"a","displayName":"A","type":"string","default":"","routing":{"sent":{}}}]}]`, ``, `properties[0].options[0].routing.sent: "sent" is not known`},
		"in a group":      {`{}`, `[{"name":"c","displayName":"C","type":"fixedCollection","default":{},"options":[{"name":"g","displayName":"G","values":[{"name":"a","displayName":"A","type":"string","default":"","routing":{"send":{"type":"header"}}}]}]}]`, ``, `properties[0].options[0].values[0].routing.send.type: header is not known`},
		"key of request":  {`{"methdo":"GET"}`, `[]`, ``, `requestDefaults.methdo: "methdo" is not known`},
		"proxy":           {`{"proxy":{"host":"x"}}`, `[]`, ``, `requestDefaults.proxy: it is not supported in a definition`},
		"page size":       {`{}`, `[]`, `,"requestOperations":{"pagination":{"type":"offset","properties":{"limitParameter":"l","offsetParameter":"o","pageSize":0,"type":"query"}}}`, "requestOperations.pagination.properties.pageSize"},
		"polling":         {`{}`, `[]`, `,"polling":true`, "polling: a declarative node has one input"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := declarative.Node(definition(t, c.defaults, c.properties, c.more))
			require.ErrorContains(t, err, `definition of node "shop"`)
			require.ErrorContains(t, err, c.want)
		})
	}
	var nothing node.Definition
	require.NoError(t, json.Unmarshal([]byte(`{"name":"shop","inputs":["main"],"outputs":["main"],"version":1,"properties":[]}`), &nothing))
	_, err := declarative.Node(nothing)
	require.ErrorContains(t, err, "neither requestDefaults nor a routing says what request to send")
}

// shop is a node with a credential, and its server.
func shop(t testing.TB, handler http.HandlerFunc, properties string) (node.Node, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	known, err := credentials.ParseType([]byte(`{"name":"shopApi","displayName":"Shop","properties":[
		{"displayName":"Token","name":"token","type":"string","default":"","typeOptions":{"password":true}}],
		"authenticate":{"type":"generic","properties":{"headers":{"X-Token":"={{ $credentials.token }}"},"qs":{"token":"={{ $credentials.token }}"}}}}`))
	require.NoError(t, err)
	n, err := declarative.Node(definition(t, `{"baseURL":"`+server.URL+`"}`, properties, `,"credentials":[{"name":"shopApi","required":true}]`),
		declarative.WithCredentialTypes(known))
	require.NoError(t, err)
	return n, server
}

const secret = "s3cr3t-value"

func withSecret(more map[string]any) map[string]map[string]any {
	values := map[string]any{"token": secret}
	for key, v := range more {
		values[key] = v
	}
	return map[string]map[string]any{"shopApi": values}
}

const getProperties = `[{"name":"path","displayName":"Path","type":"string","default":"/","routing":{"request":{"url":"={{ $value }}"}}}]`

func TestCredentialStaysAtItsHost(t *testing.T) {
	t.Parallel()
	foreign := make(chan *http.Request, 10)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		foreign <- r
		_, _ = w.Write([]byte(`{"other":true}`))
	}))
	defer other.Close()

	t.Run("a redirect", func(t *testing.T) {
		n, _ := shop(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Token") != secret || r.URL.Query().Get("token") != secret {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			http.Redirect(w, r, other.URL, http.StatusFound)
		}, getProperties)
		result, err := nodetest.Run(t.Context(), n, nodetest.Setup{Credentials: withSecret(nil), HTTP: nodetest.Network(t)})
		require.NoError(t, err)
		require.Nil(t, result.Error)
		got := <-foreign
		require.Empty(t, got.Header.Get("X-Token"))
		require.Empty(t, got.Header.Get("Referer"))
		require.NotContains(t, got.URL.RawQuery, secret)
	})
	t.Run("a redirect, from the definition", func(t *testing.T) {
		n, _ := shop(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Own") != secret {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			http.Redirect(w, r, other.URL, http.StatusFound)
		}, `[{"name":"a","displayName":"A","type":"string","default":"","routing":{"request":{"url":"/","headers":{"X-Own":"={{ $credentials.token }}","Accept":"text/x"}}}}]`)
		result, err := nodetest.Run(t.Context(), n, nodetest.Setup{Credentials: withSecret(nil), HTTP: nodetest.Network(t)})
		require.NoError(t, err)
		require.Nil(t, result.Error)
		got := <-foreign
		require.Empty(t, got.Header.Get("X-Own"))
		require.Equal(t, "text/x", got.Header.Get("Accept"))
	})
	for name, routing := range map[string]string{
		"by the definition": `{"request":{"method":"POST","url":"/"},"send":{"type":"body","property":"key","value":"={{ $credentials.token }}"}}`,
		"by the type":       `{"request":{"method":"POST","url":"/"}}`,
	} {
		t.Run("a body goes nowhere else, "+name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
			}))
			defer server.Close()
			authenticate := `,"authenticate":{"type":"generic","properties":{"body":{"token":"={{ $credentials.token }}"}}}`
			if name == "by the definition" {
				authenticate = ""
			}
			known, err := credentials.ParseType([]byte(`{"name":"shopApi","properties":[]` + authenticate + `}`))
			require.NoError(t, err)
			n, err := declarative.Node(definition(t, `{"baseURL":"`+server.URL+`"}`,
				`[{"name":"a","displayName":"A","type":"string","default":"","routing":`+routing+`}]`, `,"credentials":[{"name":"shopApi","required":true}]`),
				declarative.WithCredentialTypes(known))
			require.NoError(t, err)
			result, err := nodetest.Run(t.Context(), n, nodetest.Setup{Credentials: withSecret(nil), HTTP: nodetest.Network(t)})
			require.NoError(t, err)
			require.NotNil(t, result.Error)
			require.Contains(t, result.Error.Message, "the body may hold the credential and is not sent there")
			require.NotContains(t, result.Error.Message, secret)
			require.Empty(t, foreign)
		})
	}
	t.Run("a next page", func(t *testing.T) {
		n, _ := shop(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"next":"` + other.URL + `"}`))
		}, `[{"name":"a","displayName":"A","type":"string","default":"x","routing":{"request":{"url":"/"},"send":{"paginate":true},
			"operations":{"pagination":{"type":"generic","properties":{"continue":"={{ !!$response.body.next }}","request":{"url":"={{ $response.body?.next ?? '/' }}"}}}}}}]`)
		result, err := nodetest.Run(t.Context(), n, nodetest.Setup{Credentials: withSecret(nil), HTTP: nodetest.Network(t)})
		require.NoError(t, err)
		require.NotNil(t, result.Error)
		require.Contains(t, result.Error.Message, "is not sent there")
		require.Empty(t, foreign)
	})
	t.Run("domains", func(t *testing.T) {
		n, _ := shop(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, getProperties)
		for _, limits := range []map[string]any{
			{"allowedHttpRequestDomains": "none"},
			{"allowedHttpRequestDomains": "domains", "allowedDomains": "example.com"},
		} {
			result, err := nodetest.Run(t.Context(), n, nodetest.Setup{Credentials: withSecret(limits), HTTP: nodetest.Network(t)})
			require.NoError(t, err)
			require.NotNil(t, result.Error, limits)
		}
	})
	t.Run("expressions of parameters do not see it", func(t *testing.T) {
		n, _ := shop(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(`{"path":"` + r.URL.Path + `"}`)) },
			`[{"name":"path","displayName":"Path","type":"string","default":"/","routing":{"request":{"url":"=/{{ $parameter.path }}"}}}]`)
		result, err := nodetest.Run(t.Context(), n, nodetest.Setup{
			Parameters:  map[string]any{"path": "={{ $credentials.token }}"},
			Credentials: withSecret(nil), HTTP: nodetest.Network(t),
		})
		require.NoError(t, err)
		require.Nil(t, result.Error)
		require.Equal(t, `{"path":"/"}`, string(node.AppendJSON(nil, result.Outputs[0][0].JSON)))
	})
}

func TestEgressHolds(t *testing.T) {
	t.Parallel()
	n, err := declarative.Node(definition(t, `{"baseURL":"http://allowed.example"}`, getProperties, ``))
	require.NoError(t, err)
	for _, url := range []string{"http://other.example/", "//other.example/", "http://allowed.example@other.example/"} {
		result, err := nodetest.Run(t.Context(), n, nodetest.Setup{
			Parameters: map[string]any{"path": url},
			HTTP:       nodetest.NewService(),
			Options:    []runtime.Option{runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"allowed.example"}})},
		})
		require.NoError(t, err)
		require.NotNil(t, result.Error, url)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	const shopNode = `{"name":"shop","displayName":"Shop","version":1,"inputs":["main"],"outputs":["main"],"requestDefaults":{"url":"http://shop.example"},"properties":[]}`
	nodes, types, err := declarative.Load(fstest.MapFS{
		"own.json":         file("[" + shopNode + "," + strings.Replace(shopNode, `"shop"`, `"acme.bin"`, 1) + "]"),
		"pkg/package.json": file(`{"name":"n8n-nodes-shop"}`),
		"pkg/a/shop.json":  file(shopNode),
		"pkg/shopApi.json": file(`[{"name":"shopApi","properties":[]},{"name":"shopApi","properties":[]},{"name":"oAuth2Api","properties":[]}]`),
		"pkg/twice.json":   file("[" + shopNode + "]"),
		"notes.txt":        file("no JSON"),
	})
	require.NoError(t, err)
	var names []string
	for _, n := range nodes {
		names = append(names, n.Definition().Types...)
	}
	require.Equal(t, []string{"CUSTOM.shop", "acme.bin", "n8n-nodes-shop.shop"}, names)
	require.Len(t, types, 1)

	_, _, err = declarative.Load(fstest.MapFS{
		"a.json": file(shopNode), "b.json": file(strings.Replace(shopNode, "Shop", "Shop 2", 1)), "f.json": file(`[{"name":"aApi","properties":[]},{"name":"aApi","properties":[] }]`), "c.json": file(`{"nodes":[]}`), "d.json": file(`{`),
		"e.json": file(`{"name":"x","properties":[],"authenticate":{"type":"generic","properties":{"proxy":{"host":"x"}}}}`),
	})
	for _, want := range []string{"b.json: CUSTOM.shop in version 1 is defined in a.json too", "c.json: it is no definition", "d.json: ", "e.json: credential type", "f.json[1]: there is another credential type aApi"} {
		require.ErrorContains(t, err, want)
	}

	_, _, err = declarative.Load(fstest.MapFS{
		"a.json": file(strings.Replace(shopNode, `"version":1`, `"version":"1"`, 1)), "b.json": file(`[[]]`),
	})
	require.ErrorContains(t, err, `it is of the JSON type string, not a number`)
	require.ErrorContains(t, err, `b.json: a definition is expected: it is of the JSON type array, not an object`)
	_, _, err = declarative.Load(fstest.MapFS{"pipe.json": {Mode: fs.ModeNamedPipe}})
	require.EqualError(t, err, "pipe.json is no regular file")
}

// FuzzRouting holds for every routing and answer: the definition is refused, or the node comes back with items or an error.
func FuzzRouting(f *testing.F) {
	f.Add(`{"request":{"url":"=/{{ $value }}","body":{"a":[1]}},"send":{"type":"body","property":"a[3].b","value":"={{ $value }}"}}`, `{"a":1}`)
	f.Add(`{"send":{"type":"query","property":"x.y","paginate":true},"operations":{"pagination":{"type":"offset","properties":{"limitParameter":"l","offsetParameter":"o","pageSize":2,"rootProperty":"d","type":"body"}}}}`, `{"d":[1,2]}`)
	f.Add(`{"send":{"paginate":true},"operations":{"pagination":{"type":"generic","properties":{"continue":true,"request":{"url":7}}}}}`, `[]`)
	f.Add(`{"output":{"maxResults":-1,"postReceive":[{"type":"rootProperty","properties":{"property":"a.b[0]"}},{"type":"sort","properties":{"key":"k"}},{"type":"limit","properties":{"maxResults":"={{ -2 }}"}}]}}`, `{"a":{"b":[[{"k":1},null]]}}`)
	f.Add(`{"request":{"encoding":"arraybuffer","headers":{"a b":"x"}},"output":{"postReceive":[{"type":"binaryData","properties":{"destinationProperty":"={{ null }}"}}]}}`, "\x00\xff")
	f.Fuzz(func(t *testing.T, routing, body string) {
		if !json.Valid([]byte(routing)) {
			return
		}
		var def node.Definition
		text := `{"name":"shop","version":1,"inputs":["main"],"outputs":["main"],"requestDefaults":{"baseURL":"http://allowed.example"},
			"properties":[{"name":"a","displayName":"A","type":"string","default":"x","routing":` + routing + `}]}`
		if json.Unmarshal([]byte(text), &def) != nil {
			return
		}
		n, err := declarative.Node(def)
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		sent := 0
		service := roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Hostname() != "allowed.example" {
				t.Errorf("a request went to %s", r.URL.Host)
			}
			if sent++; sent > 50 {
				cancel()
			}
			w := httptest.NewRecorder()
			_, _ = w.WriteString(body)
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			return w.Result(), nil
		})
		call := node.NewCall(node.CallConfig{
			Inputs: [][]node.Item{{node.ItemOf("a", 1)}}, Transport: allowed{service}, Parameters: node.NewObject("a", "x").Freeze(),
			Param: func(context.Context, string, int) (any, error) { return "x", nil },
		})
		out, err := n.Execute(ctx, call)
		require.True(t, err != nil || len(out.Main) == 1)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// allowed refuses every other host, as an egress policy does.
type allowed struct{ next http.RoundTripper }

func (a allowed) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() != "allowed.example" {
		return nil, http.ErrNotSupported
	}
	return a.next.RoundTrip(r)
}
