package declarative_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

const loading = `[
	{"name":"shelf","displayName":"Shelf","type":"string","default":"","required":true},
	{"name":"tag","displayName":"Tag","type":"options","default":"","options":[],"displayOptions":{"show":{"shelf":["none"]}},
	 "typeOptions":{"loadOptions":{"routing":{"request":{"url":"/hidden"}}}}},
	{"name":"tag","displayName":"Tag","type":"options","default":"","options":[],"displayOptions":{"hide":{"shelf":["none"]}},
	 "typeOptions":{"loadOptions":{"routing":{
		"request":{"method":"GET","url":"=/tags/{{ $parameter.shelf }}"},
		"output":{"postReceive":[{"type":"rootProperty","properties":{"property":"tags"}},
			{"type":"setKeyValue","properties":{"name":"={{ $responseItem.title }}","value":"={{ $responseItem.id }}","description":"={{ $responseItem.about }}"}},
			{"type":"sort","properties":{"key":"name"}}]}}}}},
	{"name":"more","displayName":"More","type":"collection","default":{},"options":[
		{"name":"place","displayName":"Place","type":"options","default":"","typeOptions":{"loadOptions":{"routing":{"request":{"url":"/places"}}}}},
		{"name":"odd","displayName":"Odd","type":"options","default":"","typeOptions":{"loadOptions":{"routing":{"send":{"type":"header"}}}}},
		{"name":"signed","displayName":"Signed","type":"options","default":"","typeOptions":{"loadOptions":{"routing":{"request":{"url":"/places"},"output":{"postReceive":[{"$function":"sign"}]}}}}}
	]},
	{"name":"rows","displayName":"Rows","type":"fixedCollection","default":{},"options":[{"name":"row","displayName":"Row","values":[
		{"name":"place","displayName":"Place","type":"options","default":"","typeOptions":{"loadOptions":{"routing":{"request":{"url":"/places"}}}}}]}]},
	{"name":"path","displayName":"Path","type":"string","default":"/","routing":{"request":{"method":"POST","url":"={{ $value }}"},"send":{"type":"body","property":"path"}}}
]`

// The request for the choices of a property has the credential and what all requests have in common, and nothing of the other properties.
func TestLoadOptions(t *testing.T) {
	t.Parallel()
	n, _ := shop(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") != secret || r.Method != http.MethodGet {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		switch r.URL.Path {
		case "/tags/top":
			_, _ = w.Write([]byte(`{"tags":[{"id":2,"title":"b"},{"id":"1","title":"A","about":"first"},{"id":null,"title":"none"},{"id":true}]}`))
		case "/places":
			_, _ = w.Write([]byte(`[{"name":"Berlin","value":"B"}]`))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}, loading)
	form := func(parameters string) *workflows.Node {
		w, err := workflows.ParseOne([]byte(`{"name":"W","nodes":[{"name":"Shop","type":"CUSTOM.shop","typeVersion":1,"position":[0,0],"parameters":` + parameters + `,
			"credentials":{"shopApi":{"id":"1","name":"Shop"}}}],"connections":{}}`))
		require.NoError(t, err)
		return w.Node("Shop")
	}
	account := credentials.New(credentials.Ref{Type: "shopApi", ID: "1"}, map[string]any{"token": secret})
	executor := runtime.NewExecutor(runtime.NewRegistry(n), runtime.WithCredentials(credentials.Values(account)), runtime.WithTransport(nodetest.Network(t)))
	place := []schemas.Option{{Name: "Berlin", Value: "B"}}
	for method, c := range map[string]struct {
		parameters string
		want       []schemas.Option
		err        string
	}{
		"tag": {parameters: `{"shelf":"top"}`, want: []schemas.Option{
			{Name: "true", Value: true}, {Name: "A", Value: "1", Description: "first"}, {Name: "b", Value: float64(2)},
		}},
		"more.place":     {parameters: `{}`, want: place},
		"rows.row.place": {parameters: `{}`, want: place},
		"path":           {parameters: `{}`, err: `Node "shop" has no property "path" whose choices a request loads`},
		"more.odd":       {parameters: `{}`, err: `definition of node "shop": more.odd.typeOptions.loadOptions.routing.send.type: header is not known: there are body and query`},
		"more.signed":    {parameters: `{}`, err: `The node needs the function "sign" of JavaScript, which the definition of CUSTOM.shop in JSON does not have: more.signed.typeOptions.loadOptions.routing.output.postReceive[0]`},
	} {
		options, err := executor.LoadOptions(t.Context(), form(c.parameters), method)
		if c.err != "" {
			require.EqualError(t, err, c.err, method)
			continue
		}
		require.NoError(t, err, method)
		require.Equal(t, c.want, options, method)
	}
	_, err := executor.LoadOptions(t.Context(), form(`{"shelf":"none"}`), "tag")
	var api *node.APIError
	require.ErrorAs(t, err, &api)
	require.Equal(t, http.StatusNotFound, api.Status, "the property that the form shows")

	_, err = runtime.NewExecutor(runtime.NewRegistry(n)).LoadOptions(t.Context(), form(`{}`), "more.place")
	var missing *credentials.NotFoundError
	require.ErrorAs(t, err, &missing)
}

// What a header of a definition that has no value does, as n8n does: an Accept is not sent, a Content-Type that is null or false neither.
func TestHeadersWithoutAValue(t *testing.T) {
	t.Parallel()
	for headers, want := range map[string]string{
		`{}`:                                "application/json, text/plain, */*|application/json",
		`{"Accept":null}`:                   "|application/json",
		`{"accept":false,"X-Other":null}`:   "|application/json",
		`{"Accept":"={{ undefined }}"}`:     "|application/json",
		`{"Content-Type":null}`:             "application/json, text/plain, */*|",
		`{"content-type":false}`:            "application/json, text/plain, */*|",
		`{"Content-Type":"={{ $json.x }}"}`: "application/json, text/plain, */*|application/json",
		`{"Accept":"a/b"}`:                  "a/b|application/json",
	} {
		require.Equal(t, want, answered(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`[{"got":"` + r.Header.Get("Accept") + "|" + r.Header.Get("Content-Type") + `"}]`))
		}, `{"request":{"method":"POST","url":"/","headers":`+headers+`,"body":{"a":1}}}`)[0], headers)
	}
}

// One result is not looked at to sort it.
func TestSortOfOne(t *testing.T) {
	t.Parallel()
	server := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"a":1}`)) }
	require.Equal(t, []string{"none"}, answered(t, server,
		`{"request":{"url":"/"},"output":{"postReceive":[{"type":"rootProperty","properties":{"property":"nothing.here"}},{"type":"sort","properties":{"key":"n"}}]}}`))
}

// answered is what a node with one routing makes of the answer of a server: the field got of each item, "none" where it has none.
func answered(t *testing.T, handler http.HandlerFunc, routing string) []string {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	n, err := declarative.Node(definition(t, `{"baseURL":"`+server.URL+`"}`, `[{"name":"a","displayName":"A","type":"string","default":"","routing":`+routing+`}]`, ``))
	require.NoError(t, err)
	result, err := nodetest.Run(t.Context(), n, nodetest.Setup{HTTP: nodetest.Network(t)})
	require.NoError(t, err)
	require.Nil(t, result.Error)
	var all []string
	for _, it := range result.Items() {
		got, ok := it.JSON.Get("got")
		if !ok {
			got = "none"
		}
		all = append(all, got.(string))
	}
	return all
}
