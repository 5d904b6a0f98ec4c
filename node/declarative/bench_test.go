package declarative_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

const benchItems = 1000

// BenchmarkItems sends 1,000 requests, one for each item: with a declarative node in a workflow (a path with an expression, a query
// parameter, a header, an action of postReceive), and with a loop over net/http that sends the same, as many at a time.
func BenchmarkItems(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"order":{"id":%s,"name":"Ada","tags":["a","b"],"nested":{"x":1.5,"y":null}}}`, r.URL.Path[len("/orders/"):])
	}))
	defer server.Close()
	b.Run("nate", func(b *testing.B) {
		n, err := declarative.Node(definition(b, `{"baseURL":"`+server.URL+`","headers":{"X-Version":"={{ $version }}"}}`, `[
			{"name":"operation","displayName":"Operation","type":"options","default":"get","options":[{"name":"Get","value":"get","routing":{
				"request":{"url":"=/orders/{{ $parameter.id }}"},"output":{"postReceive":[{"type":"rootProperty","properties":{"property":"order"}}]}}}]},
			{"name":"id","displayName":"ID","type":"number","default":0},
			{"name":"status","displayName":"Status","type":"string","default":"open","routing":{"send":{"type":"query","property":"status"}}}]`, ``))
		require.NoError(b, err)
		w, err := workflows.ParseOne([]byte(`{"name":"B","nodes":[{"name":"N","type":"CUSTOM.shop","typeVersion":1,"position":[0,0],
			"parameters":{"id":"={{ $json.id }}"}}],"connections":{}}`))
		require.NoError(b, err)
		plan, err := runtime.Compile(w, runtime.NewRegistry(n))
		require.NoError(b, err)
		items := make([]node.Item, benchItems)
		for i := range items {
			items[i] = node.ItemOf("id", i)
		}
		b.ReportAllocs()
		for b.Loop() {
			r, err := plan.Run(b.Context(), runtime.Request{Start: "N", Items: items})
			require.NoError(b, err)
			require.Nil(b, r.Error)
			require.Len(b, r.LastItems(), benchItems)
		}
	})
	b.Run("loop", func(b *testing.B) {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 100
		client := &http.Client{Transport: transport}
		b.ReportAllocs()
		for b.Loop() {
			results := make([]struct{ Order map[string]any }, benchItems)
			slots := make(chan struct{}, 100)
			var all sync.WaitGroup
			for i := range results {
				slots <- struct{}{}
				all.Go(func() {
					defer func() { <-slots }()
					req, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("%s/orders/%d?status=open", server.URL, i), nil)
					req.Header.Set("X-Version", "1")
					res, err := client.Do(req)
					if err != nil {
						return
					}
					defer res.Body.Close()
					text, _ := io.ReadAll(res.Body)
					_ = json.Unmarshal(text, &results[i])
				})
			}
			all.Wait()
			for i := range results {
				require.NotNil(b, results[i].Order)
			}
		}
	})
}
