package declarative_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// FuzzLoad holds for every file of definitions and every parameters: Load refuses it, or each node runs to its end, with items or an
// error, and sends nothing to a host that the policy does not allow. A run has 50 requests and a second.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"keyed", "pages", "routes", "things"} {
		text, err := os.ReadFile("../../testdata/declarative/" + name + ".json")
		require.NoError(f, err)
		types, err := os.ReadFile("../../testdata/declarative/keyedTypes.json")
		require.NoError(f, err)
		f.Add(string(text), string(types), `{"operation":"offsetRoot","resource":"answer","returnAll":true}`, `{"data":[{"n":1},null,[2]],"next":"x"}`)
		f.Add(string(text), string(types), `{"operation":"send","rows":{"text":[{"key":"k","value":"={{ $json.a }}"}]},"more":{"pairs":{"pair":[{"name":"a.b[2]"}]}}}`, `[1,"x",{}]`)
	}
	f.Add(`{"name":"a","version":[1,2],"inputs":["main"],"outputs":["main"],"credentials":[{"name":"tApi"}],"requestDefaults":{"baseURL":"={{ $credentials.u }}"},
		"properties":[{"name":"operation","displayName":"O","type":"string","default":"","routing":{"send":{"preSend":[null],"paginate":"={{ $value }}"},"operations":{}}}]}`,
		`{"name":"tApi","extends":["uApi"],"properties":[{"name":"u","type":"hidden","default":"={{ $self.v }}"}],"authenticate":{"type":"generic","properties":{"body":{"={{ $credentials.u }}":[1]}}}}`,
		`{"operation":false}`, `{}`)
	f.Fuzz(func(t *testing.T, definitions, types, parameters, body string) {
		nodes, _, err := declarative.Load(fstest.MapFS{"n.json": {Data: []byte(definitions)}, "t.json": {Data: []byte(types)}})
		if err != nil {
			return
		}
		v, err := node.ParseJSON([]byte(parameters))
		given, ok := v.(*node.Object)
		if err != nil || !ok {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		sent := make(chan struct{}, 50)
		service := roundTripper(func(r *http.Request) (*http.Response, error) {
			if host := r.URL.Hostname(); host != "127.0.0.1" {
				t.Errorf("a request went to %s", host)
			}
			select {
			case sent <- struct{}{}:
			default:
				cancel()
			}
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			w := httptest.NewRecorder()
			_, _ = w.WriteString(body)
			return w.Result(), nil
		})
		for _, n := range nodes {
			def := n.Definition()
			if len(def.Versions) == 0 {
				continue
			}
			w, err := workflows.ParseOne(node.AppendJSON(nil, node.NewObject("name", "W", "connections", &node.Object{}, "nodes", []any{node.NewObject(
				"name", "N", "type", def.Types[0], "typeVersion", def.Versions[0], "position", []any{0, 0}, "parameters", given,
				"credentials", credentialsOf(def))})))
			if err != nil {
				continue
			}
			plan, err := runtime.Compile(w, runtime.NewRegistry(n), runtime.WithTransport(service), runtime.WithCredentials(anyCredential{}),
				runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"127.0.0.1"}}))
			if err != nil {
				continue
			}
			result, err := plan.Run(ctx, runtime.Request{Start: "N", Items: []node.Item{node.ItemOf("a", 1), node.ItemOf("a", "x")}})
			if err != nil {
				continue
			}
			if result.Error != nil {
				require.NotContains(t, result.Error.Message, "panic")
				continue
			}
			require.Len(t, result.Runs["N"], 1)
		}
	})
}

func credentialsOf(def node.Definition) *node.Object {
	o := &node.Object{}
	for _, use := range def.Credentials {
		o.Set(use.Type, node.NewObject("id", "1", "name", "One"))
	}
	return o
}

// anyCredential has one for every type.
type anyCredential struct{}

func (anyCredential) Resolve(_ context.Context, ref credentials.Ref) (credentials.Data, error) {
	return credentials.New(ref, map[string]any{"url": "http://127.0.0.1", "token": "t", "kind": "k"}), nil
}
