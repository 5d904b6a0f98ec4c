package directus

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// params are the parameters of an item, as the node reads them.
func params(o *node.Object) *node.Params {
	return node.NewCall(node.CallConfig{
		Inputs: [][]node.Item{{{}}},
		Param: func(_ context.Context, name string, _ int) (any, error) {
			if v, ok := o.Get(name); ok {
				return v, nil
			}
			return node.Undefined, nil
		},
	}).Params(context.Background(), 0)
}

// What a row says of path, query and body becomes the request, and what is missing stops it.
func TestRequest(t *testing.T) {
	t.Parallel()
	get := operation{
		method: http.MethodGet, path: "items/{collection}/{id}", splits: true,
		query: values{
			fields: []field{{key: "fields", parameters: []string{"fields"}}, {key: "filter", parameters: []string{"additionalFields.filter", "filter"}}},
			more:   "query", json: "queryParametersJson",
		},
	}
	post := operation{
		method: http.MethodPost, path: "items/{collection}",
		body:     values{fields: []field{{key: "name", parameters: []string{"title"}, required: true}, {key: "note", parameters: []string{"note"}}}, json: "data"},
		consumes: &token{field: "name"},
	}
	object := node.NewObject
	tests := map[string]struct {
		op         operation
		parameters *node.Object
		path, body string
		token      string
		split      bool
		message    string
		unchecked  bool // Check can't know
	}{
		"path":        {op: get, parameters: object("collection", "articles", "id", 7), path: "items/articles/7"},
		"split":       {op: get, parameters: object("collection", "articles", "id", 7, "splitIntoItems", true), path: "items/articles/7", split: true},
		"encoded":     {op: get, parameters: object("collection", "a/b?c#d%2F{id}", "id", "ä ../;"), path: "items/a%2Fb%3Fc%23d%252F%7Bid%7D/%C3%A4%20..%2F%3B"},
		"boolean":     {op: get, parameters: object("collection", "c", "id", false), path: "items/c/false"},
		"no value":    {op: get, parameters: object("collection", "c"), message: "Missing required parameter: id"},
		"empty value": {op: get, parameters: object("collection", "", "id", 7), message: "Missing required parameter: collection"},
		"null value":  {op: get, parameters: object("collection", nil, "id", 7), message: "Missing required parameter: collection"},
		"upwards":     {op: get, parameters: object("collection", "..", "id", 7), message: `Parameter "collection" can't be ".."`, unchecked: true},
		"here":        {op: get, parameters: object("collection", "c", "id", "."), message: `Parameter "id" can't be "."`, unchecked: true},
		"object": {
			op: get, parameters: object("collection", "c", "id", object()), message: `Parameter "id" is an object, not a string`, unchecked: true,
		},

		"query": {
			op: get, parameters: object("collection", "c", "id", 7, "fields", "a,b&c=d e", "filter", object("n", 1)),
			path: "items/c/7?fields=a%2Cb%26c%3Dd+e&filter=%7B%22n%22%3A1%7D",
		},
		"first that is not empty": {
			op: get, parameters: object("collection", "c", "id", 7, "additionalFields", object("filter", "x"), "filter", "y"), path: "items/c/7?filter=x",
		},
		"more query": {
			op: get, parameters: object("collection", "c", "id", 7, "query", object("limit", -1, "aggregate[count]", "*", "sort", "", "meta", nil, "b", true)),
			path: "items/c/7?limit=-1&aggregate%5Bcount%5D=%2A&sort=&b=true",
		},
		"query as JSON": {
			op: get, parameters: object("collection", "c", "id", 7, "jsonParameters", true, "queryParametersJson", `{"limit":2,"fields":["a"]}`),
			path: "items/c/7?limit=2&fields=a",
		},
		"query that is no object": {
			op: get, parameters: object("collection", "c", "id", 7, "jsonParameters", true, "queryParametersJson", "[1]"),
			message: `Parameter "queryParametersJson" is not a JSON object`, unchecked: true,
		},

		"body": {op: post, parameters: object("collection", "c", "title", "x"), path: "items/c", body: `{"name":"x"}`, token: `"x"`},
		"all":  {op: post, parameters: object("collection", "c", "title", 5, "note", "y"), path: "items/c", body: `{"name":5,"note":"y"}`, token: `5`},
		"left out": {
			op: post, parameters: object("collection", "c", "title", "x", "note", ""), path: "items/c", body: `{"name":"x"}`, token: `"x"`,
		},
		"body as JSON": {
			op: post, parameters: object("collection", "c", "jsonParameters", true, "data", `{"z":1,"name":"x"}`), path: "items/c",
			body: `{"z":1,"name":"x"}`, token: `"x"`,
		},
		"nothing":         {op: post, parameters: object("collection", "c"), message: "Missing required parameter: name"},
		"nothing in JSON": {op: post, parameters: object("collection", "c", "jsonParameters", true, "data", "[1]"), message: "Missing required parameter: name", unchecked: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checked := tt.op.missing(tt.parameters)
			r, err := tt.op.request(params(tt.parameters))
			if tt.message != "" {
				require.EqualError(t, err, tt.message)
				if !tt.unchecked {
					require.Len(t, checked, 1)
					require.Equal(t, tt.message, checked[0].Message)
				}
				return
			}
			require.NoError(t, err)
			require.Empty(t, checked)
			require.Equal(t, tt.path, r.path)
			require.Equal(t, tt.body, string(r.body))
			require.Equal(t, tt.token, string(r.token))
			require.Equal(t, tt.split, r.split)
			parsed, err := url.Parse("http://directus.example/" + r.path)
			require.NoError(t, err)
			require.Equal(t, "/"+tt.path, parsed.RequestURI(), "goes over the wire as it is")
		})
	}
}
