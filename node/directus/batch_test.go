package directus

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// fakeTable is a Directus that has one collection, whose items are refused when their slug is there already or "bad".
type fakeTable struct {
	mu       sync.Mutex
	kind     string // of the primary key
	rows     map[string]map[string]any
	next     int
	requests []string
	lose     int // how many of the coming writes are done without an answer
}

func (f *fakeTable) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := func(status int, v any) (*http.Response, error) {
		text, _ := json.Marshal(v)
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(text))), Request: r}, nil
	}
	if strings.HasPrefix(r.URL.Path, "/fields/") {
		return answer(200, map[string]any{"data": []any{map[string]any{"field": "key", "type": f.kind, "schema": map[string]any{"is_primary_key": true}}}})
	}
	body, _ := io.ReadAll(r.Body)
	f.requests = append(f.requests, fmt.Sprintf("%s %d", r.Method, strings.Count(string(body), "slug")))
	var many []map[string]any
	single := json.Unmarshal(body, &many) != nil
	if single {
		many = make([]map[string]any, 1)
		_ = json.Unmarshal(body, &many[0])
	}
	for _, row := range many {
		if row["slug"] == "bad" {
			return answer(400, map[string]any{"errors": []any{map[string]any{
				"message": "no", "extensions": map[string]any{"code": "FAILED_VALIDATION", "field": "slug"},
			}}})
		}
	}
	var made []map[string]any
	for _, row := range many {
		key, given := row["key"].(string)
		if !given {
			f.next++
			key = fmt.Sprint(f.next)
			row["key"] = f.next
		}
		f.rows[key] = row
		made = append(made, row)
	}
	if f.lose > 0 {
		f.lose--
		return nil, io.ErrUnexpectedEOF
	}
	if single {
		return answer(200, map[string]any{"data": made[0]})
	}
	slices.SortFunc(made, func(a, b map[string]any) int { return strings.Compare(fmt.Sprint(a["key"]), fmt.Sprint(b["key"])) }) // as a database would
	slices.Reverse(made)
	return answer(200, map[string]any{"data": made})
}

func slugs(names ...string) []node.Item {
	items := make([]node.Item, len(names))
	for i, name := range names {
		items[i] = node.ItemOf("data", node.NewObject("slug", name), "id", "k"+fmt.Sprint(i))
	}
	return items
}

func batchOf(operation string, size int) *node.Object {
	return node.NewObject("operation", operation, "collection", "c", "data", "={{ $json.data }}", "id", "={{ $json.id }}",
		"options", node.NewObject("batchSize", size))
}

func TestBatch(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "bad", "e", "f", "bad", "h", "i", "j"}
	for _, kind := range []string{"integer", "uuid"} {
		f := &fakeTable{kind: kind, rows: map[string]map[string]any{}}
		out, err := job{params: batchOf("create", 4), items: slugs(names...), url: "http://d", transport: f, continueOnFail: true}.run(t.Context(), t)
		require.NoError(t, err)
		require.Len(t, out.Main[0], len(names))
		for i, it := range out.Main[0] {
			require.Equal(t, []node.Paired{{Item: i}}, it.Paired)
			slug, _ := it.JSON.Get("slug")
			if names[i] == "bad" {
				require.NotNil(t, it.Error, i)
				continue
			}
			require.Nil(t, it.Error, i)
			require.Equal(t, names[i], slug, "each item has its own result, whatever the order of the answer")
		}
		require.Len(t, f.rows, 8)
		require.Equal(t, []string{"POST 4", "POST 2", "POST 2", "POST 1", "POST 1", "POST 4", "POST 2", "POST 2", "POST 1", "POST 1", "POST 2"}, f.requests)
	}
}

// A failure that stops the node is the last that happens: what comes after it is not sent.
func TestBatchStops(t *testing.T) {
	t.Parallel()
	f := &fakeTable{kind: "integer", rows: map[string]map[string]any{}}
	out, err := job{params: batchOf("create", 10), items: slugs("a", "b", "bad", "d", "e"), url: "http://d", transport: f}.run(t.Context(), t)
	require.Error(t, err)
	require.Equal(t, []Fault{{Message: "no", Code: "FAILED_VALIDATION", Field: "slug"}}, Faults(err))
	index, _ := node.InfoOf(err).Context.Get("itemIndex")
	require.EqualValues(t, 2, index)
	require.Len(t, out.Partial, 2)
	require.Len(t, f.rows, 2)
}

// After an answer that was lost nothing of the batch is sent again, also by a retry.
func TestBatchLost(t *testing.T) {
	t.Parallel()
	f := &fakeTable{kind: "integer", rows: map[string]map[string]any{}, lose: 1}
	out, err := job{params: batchOf("create", 3), items: slugs("a", "b", "c", "d"), url: "http://d", transport: f, continueOnFail: true}.run(t.Context(), t)
	require.NoError(t, err)
	require.Equal(t, []string{"POST 3", "POST 1"}, f.requests)
	for i, it := range out.Main[0] {
		require.Equal(t, i < 3, it.Error != nil, i)
	}
	require.Len(t, f.rows, 4)

	for size, lost := range map[int]string{1: "POST 1", 4: "POST 4"} {
		f = &fakeTable{kind: "integer", rows: map[string]map[string]any{}, lose: 1}
		_, err = job{params: batchOf("create", size), items: slugs("a", "b", "c", "d"), url: "http://d", transport: f}.run(t.Context(), t)
		require.Error(t, err)
		require.Equal(t, []string{lost}, f.requests)
		require.Equal(t, size > 1, node.IsPermanent(err))
	}
}

func TestBatchUpdate(t *testing.T) {
	t.Parallel()
	f := &fakeTable{kind: "string", rows: map[string]map[string]any{}}
	out, err := job{params: batchOf("update", 2), items: slugs("a", "b", "c"), url: "http://d", transport: f}.run(t.Context(), t)
	require.NoError(t, err)
	require.Equal(t, []string{"PATCH 2", "PATCH 1"}, f.requests)
	require.Equal(t, `{"key":"k1","slug":"b"}`, text(out.Main[0][1]))
	require.Equal(t, "b", f.rows["k1"]["slug"])

	f = &fakeTable{kind: "string", rows: map[string]map[string]any{}}
	items := slugs("a", "b", "c")
	items[1] = node.ItemOf("data", node.NewObject("slug", "b"), "id", " ")
	out, err = job{params: batchOf("update", 10), items: items, url: "http://d", transport: f, continueOnFail: true}.run(t.Context(), t)
	require.NoError(t, err)
	require.Equal(t, []string{"PATCH 2"}, f.requests, "an item without an id is sent nowhere")
	require.Equal(t, "Missing required parameter: id", out.Main[0][1].Error.Message)
}
