package directus

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

// TestRealQueryLimit shows that all items come from a server that cuts lists: QUERY_LIMIT_MAX=100 scripts/directus.sh start.
func TestRealQueryLimit(t *testing.T) {
	srv := realdirectus.New(t, "lists that the server cuts")
	var info struct{ QueryLimit struct{ Max int } }
	srv.Admin(t, http.MethodGet, "/server/info", nil, &info)
	limit := info.QueryLimit.Max
	if limit < 1 {
		t.Skip("SKIPPED: this Directus cuts no list: QUERY_LIMIT_MAX=100 scripts/directus.sh start")
	}
	count := 2*limit + limit/2
	c := withCollection(t, srv, integerKey())
	var rows []map[string]any
	for i := range count {
		rows = append(rows, map[string]any{"title": fmt.Sprint("t", i%7), "slug": fmt.Sprintf("s%04d", count-i)})
	}
	srv.Admin(t, http.MethodPost, "/items/"+c, rows, nil)
	var cut []struct{ ID int }
	srv.Admin(t, http.MethodGet, "/items/"+c+"?limit=-1", nil, &cut)
	require.Len(t, cut, limit, "the server does cut")

	run := func(n *directusNode, params *node.Object) []node.Item {
		out, err := job{node: n, params: params, url: srv.URL, token: srv.Token}.run(t.Context(), t)
		require.NoError(t, err)
		return out.Main[0]
	}
	slugs := func(items []node.Item) (all []string) {
		seen := map[string]bool{}
		for _, it := range items {
			slug, _ := textIn(it.JSON, "slug")
			require.False(t, seen[slug], "%s came twice", slug)
			seen[slug] = true
			all = append(all, slug)
		}
		return all
	}
	list := func(keysAndValues ...any) *node.Object {
		return node.NewObject("collection", c, "additionalFields", node.NewObject(keysAndValues...))
	}
	require.Len(t, slugs(run(nil, list())), count)
	sorted := slugs(run(nil, list("sort", "slug")))
	require.Len(t, sorted, count)
	require.IsIncreasing(t, sorted)
	require.Len(t, slugs(run(nil, list("sort", "-title"))), count, "many have the same title")
	require.Len(t, slugs(run(nil, list("offset", limit/2))), count-limit/2)
	found := slugs(run(nil, list("filter", `{"title":{"_neq":"t0"}}`)))
	require.Len(t, found, count-(count+6)/7)
	whole := run(nil, list("includeMeta", true, "meta", "total_count"))
	require.Len(t, whole, 1)
	data, _ := whole[0].JSON.Get("data")
	require.Len(t, data, count)
	total, _ := objectIn(whole[0].JSON, "meta").Get("total_count")
	require.EqualValues(t, count, total)
	groups := run(nil, list("groupBy", "slug", "aggregate", node.NewObject("aggregationFunctions", []any{node.NewObject("name", "count", "value", "id")})))
	require.Len(t, slugs(groups), count, "groups are cut, too")

	_, err := job{params: list("export", "csv"), url: srv.URL, token: srv.Token}.run(t.Context(), t)
	require.ErrorContains(t, err, fmt.Sprintf("The server puts %d items at most into a file, and there are %d", limit, count))
	file, _ := run(nil, list("export", "csv", "filter", `{"title":{"_eq":"t0"}}`))[0].Binary.Get("data")
	text, _ := file.Data()
	require.Equal(t, (count+6)/7, strings.Count(string(text), `"t0"`))

	own := NewOfficial().(*directusNode)
	require.Len(t, slugs(run(own, node.NewObject("resource", "item", "operation", "getAll", "collection", c, "returnAll", true))), count)
}
