package directus

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

func officialNode() *directusNode { return NewOfficial().(*directusNode) }

func TestOfficial(t *testing.T) {
	t.Parallel()
	var asked string
	body := `{"data":{"id":"1","email":"a@b.c","title":null}}`
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		asked = r.Method + " " + r.URL.RequestURI()
		if r.Method == http.MethodDelete || strings.HasSuffix(r.URL.Path, "invite") {
			return reply(r, 204, ""), nil
		}
		if r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") == 1 {
			return reply(r, 200, `{"data":[{"id":"1","email":"a@b.c","location":"x"}]}`), nil
		}
		return reply(r, 200, body), nil
	})
	fields := node.NewObject("fields", node.NewObject("field", []any{node.NewObject("name", "title", "value", "T"), node.NewObject("name", "", "value", "x")}))
	tests := []struct {
		params *node.Object
		asked  string
		want   string
	}{
		{node.NewObject("collection", "c", "collectionFields", fields), "POST /items/c", `{"id":"1","email":"a@b.c","title":null}`},
		{node.NewObject("operation", "delete", "collection", "c", "itemId", "a/b"), "DELETE /items/c/a%2Fb", `{"deleted":true,"id":"a/b"}`},
		{node.NewObject("operation", "get", "collection", "c", "itemId", "1", "itemFields", []any{"id", "a"}), "GET /items/c/1?fields=id%2Ca", `{"id":"1","email":"a@b.c","title":null}`},
		{node.NewObject("operation", "getRaw", "collection", "c", "itemId", "1", "queryParameters", `{"fields":["*"]}`), "GET /items/c/1?fields=%2A", `{"id":"1","email":"a@b.c","title":null}`},
		{node.NewObject("resource", "user", "operation", "invite", "email", "a@b.c", "role", "r"), "POST /users/invite", `{"success":true,"message":"User invitation sent successfully","email":"a@b.c","status":"invited"}`},
		{node.NewObject("resource", "user", "operation", "getAll", "limit", 3), "GET /users?limit=3", `{"id":"1","email":"a@b.c","location":"x"}`},
		{node.NewObject("resource", "user", "operation", "getAll", "returnAll", true, "simplify", true), "GET /users?limit=-1&meta=filter_count", `{"id":"1","email":"a@b.c"}`},
		{node.NewObject("resource", "file", "operation", "getAllRaw", "queryParameters", `{"filter":{"id":{"_eq":"1"}}}`), "GET /files?filter=%7B%22id%22%3A%7B%22_eq%22%3A%221%22%7D%7D", `{"id":"1","email":"a@b.c","location":"x"}`},
		{node.NewObject("resource", "file", "operation", "import", "url", "http://x", "title", "T"), "POST /files/import", `{"id":"1","email":"a@b.c","title":null}`},
	}
	for _, tt := range tests {
		j := job{node: officialNode(), params: tt.params, url: "http://d", transport: transport}
		out, err := j.run(t.Context(), t)
		require.NoError(t, err)
		require.Equal(t, tt.want, text(out.Main[0][0]))
		if strings.Contains(tt.asked, "limit=-1") {
			continue // and the pages after it, as nothing was counted here
		}
		require.Equal(t, tt.asked, asked)
	}
	info, _ := job{node: officialNode(), params: node.NewObject("operation", "delete", "collection", "c", "itemId", " "), url: "http://d", transport: transport}.fails(t)
	require.Equal(t, "Missing required parameter: itemId", info.Message)
}

func TestRealOfficial(t *testing.T) {
	srv := realdirectus.New(t, "Directus's own node")
	t.Cleanup(func() { srv.Admin(t, http.MethodPatch, "/users/me", map[string]any{"description": nil}, nil) })
	c := withCollection(t, srv, integerKey())
	run := func(resource, operation string, keysAndValues ...any) []node.Item {
		t.Helper()
		params := node.NewObject(append([]any{"resource", resource, "operation", operation, "collection", c}, keysAndValues...)...)
		var files *node.Binaries
		items := []node.Item{{Binary: files.With("data", node.NewBinary("a.txt", "").WithData([]byte("content")))}}
		out, err := job{node: officialNode(), params: params, items: items, url: srv.URL, token: srv.Token}.run(t.Context(), t)
		require.NoError(t, err)
		return out.Main[0]
	}
	set := func(name, value string) *node.Object {
		return node.NewObject("fields", node.NewObject("field", []any{node.NewObject("name", name, "value", value)}))
	}
	made := run("item", "create", "collectionFields", set("title", "one"))[0]
	id, _ := made.JSON.Get("id")
	run("item", "createRaw", "jsonData", `{"title":"two"}`)
	run("item", "update", "itemId", id, "collectionFields", set("title", "uno"))
	run("item", "updateRaw", "itemId", id, "jsonData", `{"slug":"s"}`)
	require.Equal(t, `{"title":"uno","slug":"s"}`, text(run("item", "get", "itemId", id, "itemFields", []any{"title", "slug"})[0]))
	require.Equal(t, `{"title":"uno"}`, text(run("item", "getRaw", "itemId", id, "queryParameters", `{"fields":["title"]}`)[0]))
	for range 110 {
		run("item", "createRaw", "jsonData", `{}`)
	}
	require.Len(t, run("item", "getAll", "returnAll", true), 112, "all, and not the first hundred")
	require.Len(t, run("item", "getAll", "limit", 7), 7)
	require.Len(t, run("item", "getAllRaw", "queryParameters", `{"filter":{"title":{"_nnull":true}}}`), 2)
	require.Equal(t, fmt.Sprintf(`{"deleted":true,"id":"%s"}`, queryText(id)), text(run("item", "delete", "itemId", id)[0]))

	file := run("file", "upload", "file", "data", "title", "T")[0]
	fileID, _ := file.JSON.Get("id")
	run("file", "update", "fileId", fileID, "fileFields", set("description", "d"))
	run("file", "updateRaw", "fileId", fileID, "jsonData", `{"title":"U"}`)
	require.Equal(t, `{"title":"U","description":"d","type":"text/plain"}`, text(run("file", "get", "fileId", fileID, "fileFieldsToReturn", []any{"title", "description", "type"})[0]))
	run("file", "getRaw", "fileId", fileID)
	require.NotEmpty(t, run("file", "getAll", "simplify", true))
	run("file", "getAllRaw")
	run("file", "delete", "fileId", fileID)

	require.NotEmpty(t, run("user", "getAll"))
	run("user", "getAllRaw")
	var me struct{ ID string }
	srv.Admin(t, http.MethodGet, "/users/me", nil, &me)
	run("user", "get", "userId", me.ID)
	run("user", "getRaw", "userId", me.ID)
	run("user", "update", "userId", me.ID, "userFields", set("description", "d"))
	run("user", "updateRaw", "userId", me.ID, "jsonData", `{"description":"e"}`)
}

// TestTrigger: what Directus sends comes out in the shape of its own trigger.
func TestTrigger(t *testing.T) {
	t.Parallel()
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "/items/articles/162", r.URL.Path)
		return reply(r, 200, `{"data":{"id":162,"title":"whole"}}`), nil
	})
	run := func(items ...string) []string {
		var in []node.Item
		for _, s := range items {
			o, err := node.ParseObject([]byte(s))
			require.NoError(t, err)
			in = append(in, node.Item{JSON: o})
		}
		out, err := NewTrigger().Execute(t.Context(), node.NewCall(node.CallConfig{
			Inputs: [][]node.Item{in}, Now: func() time.Time { return time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC) }, Transport: transport,
			Credential: func(_ context.Context, _ string) (credentials.Data, error) {
				return credentials.New(credentials.Ref{}, map[string]any{"url": "http://d", "token": "t"}), nil
			},
		}))
		require.NoError(t, err)
		var texts []string
		for _, it := range out.Main[0] {
			texts = append(texts, text(it))
		}
		return texts
	}
	require.Equal(t, []string{
		`{"event":"articles.items.create","collection":"articles","action":"create","payload":{"title":"new"},"id":"162","key":"162","keys":["162"],"timestamp":"2024-02-03T04:05:06.000Z"}`,
		`{"event":"articles.items.update","collection":"articles","action":"update","payload":{"id":162,"title":"whole"},"id":"162","key":"162","keys":["162"],"timestamp":"2024-02-03T04:05:06.000Z"}`,
		`{"event":"articles.items.delete","collection":"articles","action":"delete","payload":["162","163"],"id":"162","key":"162","keys":["162","163"],"timestamp":"2024-02-03T04:05:06.000Z"}`,
		`{"event":"users.create","action":"create","payload":{"email":"a@example.com","id":"u1"},"id":"u1","key":"u1","keys":["u1"],"timestamp":"2024-02-03T04:05:06.000Z"}`,
		`{"event":"files.upload","action":"upload","payload":{},"key":"","keys":[],"timestamp":"2024-02-03T04:05:06.000Z"}`,
		`{"event":"articles.items.update","collection":"articles","action":"update","payload":{"title":"w"},"id":"1","key":"1","keys":["1","2"],"timestamp":"2024-02-03T04:05:06.000Z"}`,
		`{"anything":"else"}`,
	}, run(
		`{"event":"articles.items.create","payload":{"title":"new"},"key":162,"collection":"articles"}`,
		`{"event":"articles.items.update","payload":{"title":"w"},"keys":["162"],"collection":"articles"}`,
		`{"event":"articles.items.delete","payload":["162","163"],"keys":["162","163"],"collection":"articles"}`,
		`{"event":"users.create","payload":{"email":"a@example.com","id":"u1"},"collection":"directus_users"}`,
		`{"event":"files.upload","payload":{},"collection":"directus_files"}`,
		`{"event":"articles.items.update","payload":{"title":"w"},"keys":["1","2"],"collection":"articles"}`,
		`{"anything":"else"}`,
	))
	def := NewTrigger().Definition()
	require.True(t, def.IsTrigger())
	require.True(t, slices.Contains(def.Types, "@directus/n8n-nodes-directus.directusTrigger"))
}
