package declarative_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/node/nodetest"
)

// withFunctions has an operation for each place where a definition may have a function, and one without.
const withFunctions = `[
	{"name":"resource","displayName":"Resource","type":"options","default":"order","options":[{"name":"Order","value":"order"}]},
	{"name":"operation","displayName":"Operation","type":"options","default":"plain","options":[
		{"name":"Plain","value":"plain","routing":{"request":{"url":"/plain"}}},
		{"name":"Before","value":"before","routing":{"request":{"method":"POST","url":"/before"},"send":{"preSend":[{"$function":"sign"},null]}}},
		{"name":"After","value":"after","routing":{"request":{"url":"/after"},"output":{"postReceive":[{"type":"rootProperty","properties":{"property":"list"}},null,{"type":"limit","properties":{"maxResults":2}}]}}},
		{"name":"Pages","value":"pages","routing":{"request":{"url":"/pages"},"operations":{}}},
		{"name":"Named Pages","value":"namedPages","routing":{"request":{"url":"/pages"},"operations":{"pagination":{"$function":"all"}}}}
	]},
	{"name":"all","displayName":"All","type":"boolean","default":false,"displayOptions":{"show":{"operation":["pages","namedPages"]}},"routing":{"send":{"paginate":"={{ $value }}"}}},
	{"name":"more","displayName":"More","type":"collection","default":{},"options":[
		{"name":"signed","displayName":"Signed","type":"boolean","default":false,"routing":{"send":{"preSend":[{"$function":"signMore"}]}}}]}
]`

// What needs a function of JavaScript is refused before a run, by its place; the rest of the node runs.
func TestMissingFunctions(t *testing.T) {
	t.Parallel()
	n, err := declarative.Node(definition(t, `{"baseURL":"http://shop.example"}`, withFunctions, ``))
	require.NoError(t, err)
	checker, ok := n.(node.Checker)
	require.True(t, ok)
	const needs = `The operation %q of the resource "order" needs %s of JavaScript, which the definition of CUSTOM.shop in JSON does not have: %s`
	for name, c := range map[string]struct {
		parameters map[string]any
		want       []string
	}{
		"none":               {map[string]any{}, nil},
		"preSend":            {map[string]any{"operation": "before"}, []string{fmt.Sprintf(needs, "before", `the function "sign"`, "properties[1].options[1].routing.send.preSend[0]"), fmt.Sprintf(needs, "before", "a function", "properties[1].options[1].routing.send.preSend[1]")}},
		"postReceive":        {map[string]any{"operation": "after"}, []string{fmt.Sprintf(needs, "after", "a function", "properties[1].options[2].routing.output.postReceive[1]")}},
		"one page":           {map[string]any{"operation": "pages"}, nil},
		"all pages":          {map[string]any{"operation": "pages", "all": true}, []string{fmt.Sprintf(needs, "pages", "a function", "properties[1].options[3].routing.operations.pagination")}},
		"all pages by name":  {map[string]any{"operation": "namedPages", "all": true}, []string{fmt.Sprintf(needs, "namedPages", `the function "all"`, "properties[1].options[4].routing.operations.pagination")}},
		"pages not known":    {map[string]any{"operation": "pages", "all": "={{ $json.all }}"}, nil},
		"in a collection":    {map[string]any{"more": map[string]any{"signed": true}}, []string{fmt.Sprintf(needs, "plain", `the function "signMore"`, "properties[3].options[0].routing.send.preSend[0]")}},
		"collection without": {map[string]any{"more": map[string]any{}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given, err := node.ValueOf(c.parameters)
			require.NoError(t, err)
			def := n.Definition()
			var got []string
			for _, f := range checker.Check(def.Parameters(given.(*node.Object), 1)) {
				require.Equal(t, "operation", f.Path)
				require.Equal(t, "give one of Go (declarative.WithFunctions), or do without", f.Hint)
				got = append(got, f.Message)
			}
			require.Equal(t, c.want, got)
		})
	}
	t.Run("pages of an item", func(t *testing.T) {
		t.Parallel()
		result, err := nodetest.Run(t.Context(), n, nodetest.Setup{
			Items: []node.Item{node.ItemOf("all", true)}, Parameters: map[string]any{"operation": "pages", "all": "={{ $json.all }}"},
			HTTP: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("a request was sent") }),
		})
		require.NoError(t, err)
		require.NotNil(t, result.Error)
		require.Equal(t, fmt.Sprintf(needs, "pages", "a function", "properties[1].options[3].routing.operations.pagination"), result.Error.Message)
	})
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/after":
			fmt.Fprint(w, `{"list":[{"n":1},{"n":2},{"n":3},4]}`)
		case "/pages":
			fmt.Fprintf(w, `[{"page":%q}]`, r.URL.Query().Get("page"))
		default:
			fmt.Fprintf(w, `{"path":%q,"signed":%q,"type":%q,"body":%q}`, r.URL.Path, r.Header.Get("X-Signed"), r.Header.Get("Content-Type"), body)
		}
	}))
	defer server.Close()
	signed := func(header string) declarative.PreSend {
		return func(ctx context.Context, it node.ItemCall, r *declarative.Request) error {
			id, err := it.Params.Value("resource")
			if err != nil {
				return err
			}
			headers, _ := r.Options.Get("headers")
			changed := headers.(*node.Object).Clone()
			changed.Set(header, fmt.Sprint(id, it.Index))
			changed.Set("Content-Type", "text/csv")
			r.Options.Set("headers", changed)
			r.Content = append(r.Content, "a,b\n"...)
			return ctx.Err()
		}
	}
	functions := declarative.Functions{
		PreSend: map[string]declarative.PreSend{
			"sign": signed("X-Signed"),
			"properties[1].options[1].routing.send.preSend[1]": signed("X-Again"),
			"shop.signMore": func(context.Context, node.ItemCall, *declarative.Request) error { return errors.New("no key") },
			"signMore":      func(context.Context, node.ItemCall, *declarative.Request) error { return errors.New("of another node") },
		},
		PostReceive: map[string]declarative.PostReceive{
			"properties[1].options[2].routing.output.postReceive[1]": func(_ context.Context, _ node.ItemCall, items []node.Item, res declarative.Response) ([]node.Item, error) {
				var out []node.Item
				for i := len(items) - 1; i >= 0; i-- {
					out = append(out, node.Item{JSON: node.NewObject("was", items[i].JSON, "status", res.StatusCode)})
				}
				return out, nil
			},
		},
		Pagination: map[string]declarative.Pagination{
			"all": func(_ context.Context, it node.ItemCall, r *declarative.Request, send func(*declarative.Request) ([]node.Item, error)) ([]node.Item, error) {
				var all []node.Item
				for _, page := range []string{"a", "b"} {
					r.Options.Set("qs", node.NewObject("page", page+fmt.Sprint(it.Index)))
					items, err := send(r)
					if err != nil {
						return nil, err
					}
					all = append(all, items...)
				}
				return all, nil
			},
		},
	}
	n, err := declarative.Node(definition(t, `{"baseURL":"`+server.URL+`"}`, withFunctions, ``), declarative.WithFunctions(functions))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		parameters map[string]any
		want       string
		failure    string
	}{
		"preSend":     {parameters: map[string]any{"operation": "before"}, want: `[{"path":"/before","signed":"order0","type":"text/csv","body":"a,b\na,b\n"}]`},
		"postReceive": {parameters: map[string]any{"operation": "after"}, want: `[{"was":{"data":4},"status":200},{"was":{"n":3},"status":200}]`},
		"pagination":  {parameters: map[string]any{"operation": "namedPages", "all": true}, want: `[{"page":"a0"},{"page":"b0"}]`},
		"of the node": {parameters: map[string]any{"more": map[string]any{"signed": true}}, failure: "no key"},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := nodetest.Run(t.Context(), n, nodetest.Setup{Parameters: c.parameters, HTTP: nodetest.Network(t)})
			require.NoError(t, err)
			if c.failure != "" {
				require.NotNil(t, result.Error)
				require.Equal(t, c.failure, result.Error.Message)
				return
			}
			require.Nil(t, result.Error)
			list := []any{}
			for _, item := range result.Outputs[0] {
				list = append(list, item.JSON)
			}
			require.Equal(t, c.want, string(node.AppendJSON(nil, list)))
		})
	}
}

// A credential type whose authenticate is a function runs with one of Go.
func TestAuthenticateOfGo(t *testing.T) {
	t.Parallel()
	var def map[string]any
	require.NoError(t, json.Unmarshal([]byte(`{"name":"shop","displayName":"Shop","version":1,"inputs":["main"],"outputs":["main"],
		"credentials":[{"name":"shopApi","required":true}],"requestDefaults":{"baseURL":"http://shop.example","url":"/"},"properties":[]}`), &def))
	text, err := json.Marshal(def)
	require.NoError(t, err)
	files := fstest.MapFS{
		"shop.json":    {Data: text},
		"shopApi.json": {Data: []byte(`{"name":"shopApi","displayName":"Shop","properties":[],"authenticate":{"$function":"sign"}}`)},
	}
	service := nodetest.NewService(nodetest.Reply{Body: `{}`})
	run := func(opts ...declarative.Option) *nodetest.Result {
		nodes, types, err := declarative.Load(files, opts...)
		require.NoError(t, err)
		require.Len(t, types, 1)
		result, err := nodetest.Run(t.Context(), nodes[0], nodetest.Setup{Credentials: withSecret(nil), HTTP: service})
		require.NoError(t, err)
		return result
	}
	require.Contains(t, run().Error.Message, "its authenticate is a function of JavaScript sign, which JSON does not have")
	var got http.Header
	result := run(declarative.WithFunctions(declarative.Functions{Authenticate: map[string]func(*http.Request, credentials.Data) error{
		"shopApi": func(req *http.Request, d credentials.Data) error {
			req.Header.Set("X-Token", d.Text("token"))
			got = req.Header
			return nil
		},
	}}))
	require.Nil(t, result.Error)
	require.Equal(t, secret, got.Get("X-Token"))
}
