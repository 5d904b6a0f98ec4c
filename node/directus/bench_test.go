package directus

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// BenchmarkRefresh sends 1,000 refreshes through the node, and the same requests from a bare loop over net/http, in turn. The metric
// node/bare is the ratio of the fastest round of each, so that other work of the machine counts little.
func BenchmarkRefresh(b *testing.B) {
	const n = 1000
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"data":{"expires":900000,"refresh_token":"OGKGCWJJDyeQjIl-GRP1Xojy69D3ekpKGUZnONt22ss5h0LFGriobWE3hUjhVzVh",`+
			`"access_token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6ImYwNDZlZTNkLTJjN2ItNDYwMC1hNWI0LTdiYmViYzM4YWQ1OCJ9.bm90IGEgc2lnbmF0dXJl"}}`)
	}))
	defer srv.Close()
	items := make([]node.Item, n)
	for i := range items {
		items[i] = node.ItemOf("rt", "Q9OS3i7ju3MbYvsUcN1N9n2LCC3z6e6BBiiJ5GaztLUU7f0od-628NuWVVrYfEPG"[:60]+node.FormatNumber(float64(1000+i)))
	}
	transport := newTransport(b)
	j := job{params: refreshOf("={{ $json.rt }}"), items: items, url: srv.URL, token: "static", transport: transport}
	client := &http.Client{Transport: transport}

	inNode, bare := time.Hour, time.Hour
	for b.Loop() {
		start := time.Now()
		out, err := j.run(b.Context(), b)
		require.NoError(b, err)
		require.Len(b, out.Main[0], n)
		inNode = min(inNode, time.Since(start))

		start = time.Now()
		for _, it := range items {
			token, _ := it.JSON.Get("rt")
			require.NotEmpty(b, bareRefresh(b, client, srv.URL, token.(string)))
		}
		bare = min(bare, time.Since(start))
	}
	b.ReportMetric(float64(inNode)/float64(bare), "node/bare")
	b.ReportMetric(float64(inNode.Microseconds())/n, "µs/refresh")
	b.ReportMetric(0, "ns/op")
}

// bareRefresh is what a Go program without the node would write.
func bareRefresh(b *testing.B, client *http.Client, url, token string) string {
	b.Helper()
	body, err := json.Marshal(map[string]string{"refresh_token": token})
	require.NoError(b, err)
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url+"/auth/refresh", bytes.NewReader(body))
	require.NoError(b, err)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "nate")
	req.Header.Set("Authorization", "Bearer static")
	resp, err := client.Do(req)
	require.NoError(b, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(b, err)
	var answer struct {
		Data struct {
			AccessToken  string `json:"access_token"`
			RefreshToken string `json:"refresh_token"`
			Expires      int64  `json:"expires"`
		} `json:"data"`
	}
	require.NoError(b, json.Unmarshal(text, &answer))
	return answer.Data.AccessToken
}
