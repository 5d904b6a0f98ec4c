package nate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// BenchmarkRefresh runs the example workflow over 1,000 items, and beside it a bare net/http loop that sends the same
// requests to the same server and decodes the answers.
func BenchmarkRefresh(b *testing.B) {
	const items = 1000
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"data":{"expires":900000,"refresh_token":"`+fmt.Sprintf("%064d", 1)+`","access_token":"`+fmt.Sprintf("%0300d", 1)+`"}}`)
	}))
	b.Cleanup(server.Close)

	b.Run("nate", func(b *testing.B) {
		w, err := workflows.LoadOne("workflows/directus-refresh-token.json")
		require.NoError(b, err)
		resolver := credentials.Values(credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{"url": server.URL, "accessToken": "static"}))
		plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(resolver))
		require.NoError(b, err)
		input := make([]node.Item, items)
		for i := range input {
			input[i] = node.ItemOf("refresh_token", fmt.Sprintf("token-%d", i))
		}
		b.ReportAllocs()
		for b.Loop() {
			result, err := plan.Run(context.Background(), runtime.Request{Items: input})
			if err != nil || result.Error != nil || len(result.LastItems()) != items {
				b.Fatal(err, result)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			answers := make([]map[string]any, 0, items)
			for i := range items {
				body, _ := json.Marshal(map[string]string{"refresh_token": fmt.Sprintf("token-%d", i)})
				req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.URL+"/auth/refresh", bytes.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Authorization", "Bearer static")
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				var answer struct{ Data map[string]any }
				err = json.NewDecoder(res.Body).Decode(&answer)
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				if err != nil {
					b.Fatal(err)
				}
				answers = append(answers, answer.Data)
			}
			if len(answers) != items {
				b.Fatal(len(answers))
			}
		}
	})
}

// BenchmarkHandThrough hands 10,000 items through ten No Operation nodes. Their JSON is shared: what is allocated for each
// item and node is its place in the list and its link.
func BenchmarkHandThrough(b *testing.B) {
	const items, nodes = 10_000, 10
	var file, connections bytes.Buffer
	file.WriteString(`{"name":"Chain","nodes":[{"name":"N0","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}}`)
	for i := 1; i <= nodes; i++ {
		fmt.Fprintf(&file, `,{"name":"N%d","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[%d,0],"parameters":{}}`, i, i*200)
		fmt.Fprintf(&connections, `,"N%d":{"main":[[{"node":"N%d","type":"main","index":0}]]}`, i-1, i)
	}
	fmt.Fprintf(&file, `],"connections":{%s}}`, connections.String()[1:])
	w, err := workflows.ParseOne(file.Bytes())
	require.NoError(b, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
	require.NoError(b, err)
	input := make([]node.Item, items)
	for i := range input {
		input[i] = node.ItemOf("id", i, "name", "Ada", "tags", []any{"a", "b"}, "nested", node.NewObject("deep", true))
	}
	b.ReportAllocs()
	for b.Loop() {
		result, err := plan.Run(context.Background(), runtime.Request{Items: input})
		if err != nil || len(result.LastItems()) != items {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/items/nodes, "ns/item/node")
}
