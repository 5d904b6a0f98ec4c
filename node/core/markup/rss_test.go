package markup_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/markup"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

const smallFeed = `<rss version="2.0"><channel><title>News</title><item><title>One</title><description>&lt;p&gt;First&lt;/p&gt;</description>
<pubDate>Thu, 09 Feb 2023 13:40:00 GMT</pubDate></item></channel></rss>`

// Read a feed.
func ExampleNewRSSRead() {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, smallFeed) }))
	defer site.Close()
	w, err := workflows.ParseOne([]byte(`{"name": "News", "connections": {}, "nodes": [{
		"name": "Read", "type": "n8n-nodes-base.rssFeedRead", "typeVersion": 1.2, "position": [0, 0],
		"parameters": {"url": "` + site.URL + `", "options": {}}}]}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(markup.NewRSSRead()))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Read"})
	if err != nil {
		log.Fatal(err)
	}
	defer result.Close()
	for _, item := range result.LastItems() {
		fmt.Printf("%s\n", node.AppendJSONIndent(nil, item.JSON, "", "  "))
	}
	// Output:
	// {
	//   "title": "One",
	//   "pubDate": "Thu, 09 Feb 2023 13:40:00 GMT",
	//   "content": "<p>First</p>",
	//   "contentSnippet": "First",
	//   "isoDate": "2023-02-09T13:40:00.000Z"
	// }
}

func read(t *testing.T, url string, settings map[string]any, options ...runtime.Option) *nodetest.Result {
	t.Helper()
	r, err := nodetest.Run(t.Context(), markup.NewRSSRead(), nodetest.Setup{
		Parameters: map[string]any{"url": url, "options": map[string]any{}}, Settings: settings,
		HTTP: nodetest.Network(t), Options: options,
	})
	require.NoError(t, err)
	return r
}

func TestFeedsKeepToThePolicy(t *testing.T) {
	t.Parallel()
	reached := false
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(target.Close)
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(target.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
	}))
	t.Cleanup(first.Close)
	policy := []runtime.Option{runtime.WithTransport(nil), runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"127.0.0.1"}})}
	for _, url := range []string{first.URL, "http://169.254.169.254/feed", "http://other.example/feed"} {
		require.ErrorContains(t, read(t, url, nil, policy...).Error, "not allowed", url)
	}
	require.False(t, reached)
}

func TestFeedsThatNeverEnd(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/turning" {
			http.Redirect(w, r, "/turning", http.StatusFound)
			return
		}
		block := []byte(strings.Repeat("<a>", 1<<18))
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	t.Cleanup(site.Close)
	require.ErrorContains(t, read(t, site.URL+"/turning", nil).Error, "Maximum number of redirects exceeded")
	require.ErrorContains(t, read(t, site.URL+"/endless", nil).Error, "The feed is larger than 64 MB")
}

func TestFeedErrorsHidePasswords(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"stopWorkflow", "continueRegularOutput"} {
		r := read(t, "http://user:s3cret@127.0.0.1:1/feed", map[string]any{"onError": mode})
		require.Contains(t, string(r.JSON()), "It was not possible to connect to the URL.")
		require.NotContains(t, string(r.JSON()), "s3cret")
	}
}

func TestFeedTriggerTakesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	r, err := nodetest.Run(t.Context(), markup.NewRSSFeedTrigger(), nodetest.Setup{
		Parameters: map[string]any{"feedUrl": "http://127.0.0.1:1/"}, Items: []node.Item{node.ItemOf("title", "given")},
	})
	require.NoError(t, err)
	require.Nil(t, r.Error)
	require.Equal(t, `{"title":"given"}`, string(node.AppendJSON(nil, r.Items()[0].JSON)))
}
