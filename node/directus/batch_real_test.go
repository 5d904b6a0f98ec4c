package directus

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

// withCollection makes a collection for a test. key is the definition of its primary key.
func withCollection(tb testing.TB, srv *realdirectus.Server, key map[string]any) string {
	tb.Helper()
	name := fmt.Sprintf("nate_%d", time.Now().UnixNano())
	key["field"] = "id"
	send := func(method, path string, body any) {
		value, err := node.ValueOf(body)
		require.NoError(tb, err)
		_, err = job{
			params: node.NewObject("resource", "collections", "operation", "create", "jsonParameters", true, "bodyParametersJson", value),
			url:    srv.URL, token: srv.Token,
		}.run(tb.Context(), tb)
		require.NoError(tb, err, "%s %s", method, path)
	}
	send(http.MethodPost, "/collections", map[string]any{
		"collection": name, "schema": map[string]any{}, "meta": map[string]any{},
		"fields": []any{
			key,
			map[string]any{"field": "title", "type": "string"},
			map[string]any{"field": "slug", "type": "string", "schema": map[string]any{"is_unique": true}},
		},
	})
	tb.Cleanup(func() {
		req, err := http.NewRequest(http.MethodDelete, srv.URL+"/collections/"+name, http.NoBody)
		require.NoError(tb, err)
		req.Close = true
		req.Header.Set("Authorization", "Bearer "+srv.Token)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(tb, err)
		_ = resp.Body.Close()
	})
	return name
}

func integerKey() map[string]any {
	return map[string]any{"type": "integer", "schema": map[string]any{"is_primary_key": true, "has_auto_increment": true}}
}

// TestRealBatch shows that Directus does a batch as a whole or not at all, and that each item gets what is its own.
func TestRealBatch(t *testing.T) {
	srv := realdirectus.New(t, "batches")
	count := func(c string) int {
		var rows []struct{ Count json.Number } // text on Postgres
		srv.Admin(t, http.MethodGet, "/items/"+c+"?aggregate[count]=*", nil, &rows)
		n, err := rows[0].Count.Int64()
		require.NoError(t, err)
		return int(n)
	}
	keys := map[string]func() map[string]any{
		"integer": integerKey,
		"big integer": func() map[string]any { // text on Postgres
			return map[string]any{"type": "bigInteger", "schema": map[string]any{"is_primary_key": true, "has_auto_increment": true}}
		},
		"uuid": func() map[string]any {
			return map[string]any{"type": "uuid", "meta": map[string]any{"special": []any{"uuid"}}, "schema": map[string]any{"is_primary_key": true}}
		},
	}
	for name, key := range keys {
		t.Run(name, func(t *testing.T) {
			c := withCollection(t, srv, key())
			run := func(operation string, size int, items []node.Item) ([]node.Item, error) {
				params := node.NewObject("operation", operation, "collection", c, "data", "={{ $json.data }}", "id", "={{ $json.id }}",
					"options", node.NewObject("batchSize", size))
				out, err := job{params: params, items: items, url: srv.URL, token: srv.Token, continueOnFail: true}.run(t.Context(), t)
				return out.Main[0], err
			}

			// The second of two is refused: nothing of the first is left.
			_, err := job{
				params: node.NewObject("operation", "createMultiple", "collection", c, "data", []any{node.NewObject("slug", "x"), node.NewObject("slug", "x")}),
				url:    srv.URL, token: srv.Token,
			}.run(t.Context(), t)
			require.Equal(t, "RECORD_NOT_UNIQUE", Faults(err)[0].Code)
			require.Zero(t, count(c), "a refused batch is rolled back as a whole")

			var items []node.Item
			for i := range 25 {
				slug := fmt.Sprint("s", i)
				if i == 7 || i == 19 {
					slug = "s3"
				}
				items = append(items, node.ItemOf("data", node.NewObject("slug", slug, "title", fmt.Sprint("t", i))))
			}
			made, err := run("create", 10, items)
			require.NoError(t, err)
			require.Equal(t, 23, count(c))
			var changes, ids []node.Item
			for i, it := range made {
				title, _ := it.JSON.Get("title")
				if i == 7 || i == 19 {
					require.NotNil(t, it.Error)
					continue
				}
				require.Equal(t, fmt.Sprint("t", i), title)
				id, _ := it.JSON.Get("id")
				changes = append(changes, node.ItemOf("id", id, "data", node.NewObject("title", fmt.Sprint("u", i))))
				ids = append(ids, node.ItemOf("id", id))
			}
			slug, _ := changes[4].JSON.Get("data")
			slug.(*node.Object).Set("slug", "s1") // there is one
			changed, err := run("update", 100, changes)
			require.NoError(t, err)
			for i, it := range changed {
				require.Equal(t, i == 4, it.Error != nil)
				if i != 4 {
					data, _ := changes[i].JSON.Get("data")
					wanted, _ := data.(*node.Object).Get("title")
					got, _ := it.JSON.Get("title")
					require.Equal(t, wanted, got)
				}
			}
			_, err = run("delete", 100, ids)
			require.NoError(t, err)
			require.Zero(t, count(c))
		})
	}
}
