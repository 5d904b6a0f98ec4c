package httprequest_test

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
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

const benchItems = 1000

// BenchmarkItems sends 1,000 requests, one for each item: with the node in a workflow, and with a loop over net/http that does the same
// with as many at a time.
func BenchmarkItems(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":%s,"name":"Ada","tags":["a","b"],"nested":{"x":1.5,"y":null}}`, r.URL.Query().Get("id"))
	}))
	defer server.Close()
	b.Run("nate", func(b *testing.B) {
		w, err := workflows.ParseOne([]byte(`{"name":"B","nodes":[{"name":"N","type":"n8n-nodes-base.httpRequest","typeVersion":4.2,"position":[0,0],
			"parameters":{"url":"=` + server.URL + `/?id={{ $json.id }}","options":{}}}],"connections":{}}`))
		require.NoError(b, err)
		plan, err := runtime.Compile(w, runtime.NewRegistry(httprequest.New()))
		require.NoError(b, err)
		items := make([]node.Item, benchItems)
		for i := range items {
			items[i] = node.ItemOf("id", i)
		}
		b.ReportAllocs()
		for b.Loop() {
			r, err := plan.Run(b.Context(), runtime.Request{Start: "N", Items: items})
			require.NoError(b, err)
			require.Len(b, r.LastItems(), benchItems)
		}
	})
	b.Run("loop", func(b *testing.B) {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 100
		client := &http.Client{Transport: transport}
		b.ReportAllocs()
		for b.Loop() {
			results := make([]map[string]any, benchItems)
			slots := make(chan struct{}, 100)
			var all sync.WaitGroup
			for i := range results {
				slots <- struct{}{}
				all.Go(func() {
					defer func() { <-slots }()
					req, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("%s/?id=%d", server.URL, i), nil)
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
			require.NotNil(b, results[benchItems-1])
		}
	})
}
