package directus

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

var update = flag.Bool("update", false, "rewrite the table in docs/directus.md, with a real Directus")

// step is one execution of an operation at a real Directus, and what has to come of it. Words in braces stand for what the lab knows.
type step struct {
	op      string // "items.create"
	params  string // JSON
	file    string // the content of the input item's file data; empty: none
	name    string // its name; empty: a.txt
	token   string // of the credential; empty: the administrator's
	nowhere bool   // the url of the credential leads to nothing

	refused string // the error code that Directus has to refuse it with
	fails   string // the message of the node's own refusal

	has    string            // part of the first item that comes out, as JSON
	count  int               // how many items come out; 0: any number, -1: none
	keep   map[string]string // fields of the first item that the lab is to know, by name
	binary string            // what the output item's file has in it
	then   string            // "GET /path": what a second request, which is not the node's, has to find
	finds  string            // part of its data, as JSON; empty: it has to be refused
	until  string            // the first version that does not have it any more
	since  string            // the first version that has it
	code10 string            // the code that Directus 10 refuses it with, where it is another one
}

// lab plays steps, and notes which operations they were about.
type lab struct {
	t       *testing.T
	srv     *realdirectus.Server
	version string
	vars    map[string]string
	worked  map[string]bool
	refused map[string]string
	lacks   map[string]bool // what this version does not have
}

func (l *lab) fill(text string) string {
	for name, value := range l.vars {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (l *lab) play(steps ...step) {
	l.t.Helper()
	for i, s := range steps {
		if s.since != "" && realdirectus.Older(l.version, s.since) || s.until != "" && !realdirectus.Older(l.version, s.until) {
			code := "ROUTE_NOT_FOUND"
			if s.refused == "" {
				code = cmp.Or(s.code10, code)
			}
			l.lacks[s.op] = true
			if s = (step{op: s.op, params: s.params, file: s.file, name: s.name, fails: s.fails}); s.fails == "" {
				s.refused = code
			}
		} else if s.code10 != "" && realdirectus.Older(l.version, "11") {
			s.refused = s.code10
		}
		l.step(fmt.Sprintf("%d: %s %s", i, s.op, l.fill(s.params)), s)
	}
}

// playUnless plays steps unless the server itself can't: then the operations count as run.
func (l *lab) playUnless(broken bool, steps ...step) {
	l.t.Helper()
	if !broken {
		l.play(steps...)
		return
	}
	for _, s := range steps {
		l.worked[s.op] = true
		l.refused[s.op] = cmp.Or(l.refused[s.op], "-")
	}
}

func (l *lab) step(about string, s step) {
	outer := l.t
	outer.Helper()
	outer.Run(s.op, func(t *testing.T) {
		l.t = t
		defer func() { l.t = outer }()
		l.run(t, about, s)
	})
}

func (l *lab) run(t *testing.T, about string, s step) {
	params, err := node.ParseObject([]byte(l.fill(orEmpty(s.params))))
	require.NoError(t, err, about)
	params = params.Edit()
	resource, operation, _ := strings.Cut(s.op, ".")
	params.Set("resource", resource)
	params.Set("operation", operation)
	j := job{params: params, url: l.srv.URL, token: l.fill(s.token)}
	if s.token == "" {
		j.token = l.srv.Token
	}
	if s.nowhere {
		j.url += "/nowhere"
	}
	if s.file != "" {
		name := s.name
		if name == "" {
			name = "a.txt"
		}
		var files *node.Binaries
		j.items = []node.Item{{Binary: files.With("data", node.NewBinary(name, "").WithData([]byte(s.file)))}}
	}
	out, err := j.run(t.Context(), t)
	if s.refused != "" {
		require.Error(t, err, about)
		faults := Faults(err)
		require.NotEmpty(t, faults, "%s: %v %s", about, err, node.InfoOf(err).Description)
		require.Equal(t, s.refused, faults[0].Code, "%s: %s", about, node.InfoOf(err).Description)
		l.refused[s.op] = s.refused
		return
	}
	if s.fails != "" {
		require.ErrorContains(t, err, s.fails, about)
		l.refused[s.op] = "not sent"
		return
	}
	if err != nil {
		require.NoError(t, err, "%s: %s", about, node.InfoOf(err).Description)
	}
	items := out.Main[0]
	if s.count != 0 {
		require.Len(t, items, max(s.count, 0), about)
	}
	if s.has != "" {
		require.NotEmpty(t, items, about)
		requireHas(t, l.fill(s.has), text(items[0]), about)
	}
	for name, field := range s.keep {
		v, ok := items[0].JSON.Get(field)
		require.True(t, ok, "%s: no %s in %s", about, field, text(items[0]))
		l.vars[name] = queryText(v)
	}
	if s.binary != "" {
		file, ok := items[0].Binary.Get("data")
		require.True(t, ok, about)
		content, _ := file.Data()
		require.Contains(t, string(content), s.binary, about)
	}
	if s.then != "" {
		l.look(s.then, s.finds, about)
	}
	l.worked[s.op] = true
}

func orEmpty(text string) string {
	if text == "" {
		return "{}"
	}
	return text
}

// look sends a request of its own.
func (l *lab) look(request, finds, about string) {
	l.t.Helper()
	method, path, _ := strings.Cut(l.fill(request), " ")
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.srv.URL+path, http.NoBody)
	require.NoError(l.t, err)
	req.Close = true
	req.Header.Set("Authorization", "Bearer "+l.srv.Token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(l.t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(l.t, err)
	if finds == "" {
		require.NotEqual(l.t, 2, resp.StatusCode/100, "%s: %s finds %s", about, request, body)
		return
	}
	require.Equal(l.t, 2, resp.StatusCode/100, "%s: %s: %s", about, request, body)
	var answer struct{ Data json.RawMessage }
	if json.Unmarshal(body, &answer) != nil || answer.Data == nil {
		answer.Data = body
	}
	requireHas(l.t, l.fill(finds), string(answer.Data), about+": "+request)
}

// requireHas requires that every member of want is in got; a list in want has to be as long as the one in got.
func requireHas(t *testing.T, want, got, about string) {
	t.Helper()
	var w, g any
	require.NoError(t, json.Unmarshal([]byte(want), &w), "%s: %s", about, want)
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		g = got
	}
	require.True(t, contains(w, g), "%s:\n%s\nis not in\n%s", about, want, got)
}

func contains(want, got any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for key, v := range w {
			ok = ok && contains(v, g[key])
		}
		return ok
	case []any:
		g, ok := got.([]any)
		ok = ok && len(g) == len(w)
		for i := range w {
			ok = ok && contains(w[i], g[i])
		}
		return ok
	}
	if n, isNumber := got.(float64); isNumber {
		got = node.FormatNumber(n)
	}
	if n, isNumber := want.(float64); isNumber {
		want = node.FormatNumber(n)
	}
	return fmt.Sprint(want) == fmt.Sprint(got)
}

const noID = "11111111-1111-4111-8111-111111111111"

// crud are steps for the usual operations of a resource: bodies to create, what changes one, and a body that is refused.
func crud(resource, path, one, two, change, bad, code string) []step {
	esc := func(text string) string { b, _ := json.Marshal(text); return string(b) }
	badID := noID
	in := func(id string) string { return path + "/" + id }
	return []step{
		{op: resource + ".create", params: `{"data":` + esc(one) + `}`, keep: map[string]string{resource: "id"}, has: one, then: "GET " + in("{"+resource+"}"), finds: one},
		{op: resource + ".create", params: `{"data":` + esc(bad) + `}`, refused: code},
		{op: resource + ".createMultiple", params: `{"data":` + esc("["+two+"]") + `}`, count: 1, keep: map[string]string{resource + "2": "id"}, then: "GET " + in("{"+resource+"2}"), finds: two},
		{op: resource + ".createMultiple", params: `{"data":` + esc(one) + `}`, fails: "is not a JSON array"},
		{op: resource + ".get", params: `{"id":"{` + resource + `}","additionalFields":{"fields":"id"}}`, has: `{"id":"{` + resource + `}"}`},
		{op: resource + ".get", params: `{"id":"` + badID + `"}`, refused: "FORBIDDEN"},
		{op: resource + ".get", params: `{"id":" "}`, fails: "Missing required parameter: id"},
		{op: resource + ".list", params: `{"additionalFields":{"filter":"{\"id\":{\"_eq\":\"{` + resource + `}\"}}"}}`, count: 1, has: one},
		{op: resource + ".list", params: `{"additionalFields":{"filter":"{\"nothing\":{\"_eq\":1}}"}}`, refused: "FORBIDDEN", code10: "INVALID_QUERY"},
		{op: resource + ".update", params: `{"id":"{` + resource + `}","data":` + esc(change) + `}`, has: change, then: "GET " + in("{"+resource+"}"), finds: change},
		{op: resource + ".update", params: `{"id":"","data":{}}`, fails: "Missing required parameter: id"},
		{op: resource + ".updateMultiple", params: `{"data":` + esc(`{"keys":["{`+resource+`2}"],"data":`+change+`}`) + `}`, count: 1, then: "GET " + in("{"+resource+"2}"), finds: change},
		{op: resource + ".updateMultiple", params: `{"data":` + esc("["+change+"]") + `}`, refused: "INVALID_PAYLOAD"},
		{op: resource + ".deleteMultiple", params: `{"keys":"[\"{` + resource + `2}\"]"}`, has: noResult, then: "GET " + in("{"+resource+"2}")},
		{op: resource + ".deleteMultiple", params: `{"keys":{}}`, fails: "names no primary keys"},
	}
}

// denied is a refusal for a token that Directus does not know.
func denied(op, params string) step {
	return step{op: op, params: params, token: "no-such-token", refused: "INVALID_CREDENTIALS"}
}

// since says of steps that older versions do not have what they are about.
func since(version string, steps []step) []step {
	for i := range steps {
		steps[i].since = version
	}
	return steps
}

// gone are the last steps of crud.
func gone(resource, path string) []step {
	return []step{
		{op: resource + ".delete", params: `{"id":"{` + resource + `}"}`, has: noResult, then: "GET " + path + "/{" + resource + "}"},
		{op: resource + ".delete", params: `{"id":""}`, fails: "Missing required parameter: id"},
	}
}

// TestRealOperations runs every operation that the server has: once so that it works, which a second request confirms, and once so that it is
// refused. The table of operations in docs/directus.md is printed by it.
func TestRealOperations(t *testing.T) {
	srv := realdirectus.New(t, "the operations of the Directus node")
	if srv.ShortLived() {
		t.Skip("the operations are run on a server with Directus's own lifetimes")
	}
	suffix := fmt.Sprint(time.Now().UnixMilli())
	var me struct{ ID, Role string }
	srv.Admin(t, http.MethodGet, "/users/me", nil, &me)
	l := &lab{
		t: t, srv: srv, version: srv.Version(t), worked: map[string]bool{}, refused: map[string]string{}, lacks: map[string]bool{},
		vars: map[string]string{"c": "nate_" + suffix, "single": "nate_single_" + suffix, "n": suffix, "me": me.ID, "noID": noID, "admin": me.Role},
	}
	t.Cleanup(func() {
		srv.Admin(t, http.MethodPatch, "/users/me", map[string]any{"description": nil}, nil)
		srv.Admin(t, http.MethodPatch, "/settings", map[string]any{"project_descriptor": nil}, nil)
		for _, c := range []string{"{c}_texts", "{c}_languages", "{c}", "{single}"} {
			req, _ := http.NewRequest(http.MethodDelete, srv.URL+"/collections/"+l.fill(c), http.NoBody)
			req.Close = true
			req.Header.Set("Authorization", "Bearer "+srv.Token)
			if resp, err := http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		}
	})
	l.play(
		step{op: "server.ping", has: `{"result":"pong"}`}, step{op: "server.ping", nowhere: true, refused: "ROUTE_NOT_FOUND"},
		step{op: "server.health", has: `{"status":"ok"}`}, denied("server.health", ""),
		step{op: "server.info", has: `{"version":"` + l.version + `"}`}, denied("server.info", ""),
		step{op: "server.getOpenAPI", has: `{"openapi":"3.0.1"}`}, denied("server.getOpenAPI", ""),
		step{op: "server.getGraphQL"}, denied("server.getGraphQL", ""),
	)
	// Collections, fields, relations.
	l.play(
		step{
			op: "collections.create", then: "GET /collections/{c}", finds: `{"collection":"{c}","meta":{"note":"made","sort_field":"sort"}}`,
			params: `{"collection":"{c}","additionalFields":{"note":"made","sortField":"sort","fields":"[{\"field\":\"id\",\"type\":\"integer\",\"schema\":{\"is_primary_key\":true,\"has_auto_increment\":true}},{\"field\":\"title\",\"type\":\"string\"},{\"field\":\"slug\",\"type\":\"string\",\"schema\":{\"is_unique\":true}},{\"field\":\"views\",\"type\":\"integer\"},{\"field\":\"sort\",\"type\":\"integer\"},{\"field\":\"author\",\"type\":\"uuid\"}]"}}`,
		},
		step{op: "collections.create", params: `{"collection":"{c}"}`, refused: "INVALID_PAYLOAD"},
		step{op: "collections.create", params: `{"jsonParameters":true,"bodyParametersJson":"{\"collection\":\"{single}\",\"meta\":{\"singleton\":true},\"schema\":{}}"}`, has: `{"collection":"{single}"}`},
		step{op: "collections.get", params: `{"collection":"{c}"}`, has: `{"collection":"{c}"}`},
		step{op: "collections.get", params: `{"collection":"nate_nothing"}`, refused: "FORBIDDEN"},
		step{op: "collections.list", params: `{"splitIntoItems":true}`}, denied("collections.list", ""),
		step{op: "collections.update", params: `{"collection":"{c}","additionalFields":{"meta":"{\"note\":\"changed\",\"versioning\":true}"}}`, then: "GET /collections/{c}", finds: `{"meta":{"note":"changed"}}`},
		denied("collections.update", `{"collection":"{c}","additionalFields":{"meta":{"note":"x"}}}`),
		step{op: "fields.create", params: `{"collection":"{c}","field":"extra","type":"string","additionalFields":{"meta":"{\"note\":\"f\"}"}}`, then: "GET /fields/{c}/extra", finds: `{"type":"string","meta":{"note":"f"}}`},
		step{op: "fields.create", params: `{"collection":"{c}","field":"extra","type":"string"}`, refused: "INVALID_PAYLOAD"},
		step{op: "fields.create", params: `{"collection":"{c}","field":"people","type":"o2m"}`, has: `{"type":"alias","meta":{"special":["o2m"]}}`},
		step{op: "fields.delete", params: `{"collection":"{c}","field":"people"}`, has: noResult},
		step{op: "fields.create", params: `{"collection":"{c}","field":"boss","type":"m2o"}`, fails: "many-to-one"},
		step{op: "fields.get", params: `{"collection":"{c}","field":"extra"}`, has: `{"field":"extra"}`},
		step{op: "fields.get", params: `{"collection":"{c}","field":"nothing"}`, refused: "FORBIDDEN"},
		step{op: "fields.list", params: `{"collection":"{c}"}`, count: 7},
		step{op: "fields.list", params: `{"collection":"nate_nothing"}`, refused: "FORBIDDEN"},
		step{op: "fields.listAll"}, denied("fields.listAll", ""),
		step{op: "fields.update", params: `{"collection":"{c}","field":"extra","additionalFields":{"meta":"{\"note\":\"g\"}"}}`, then: "GET /fields/{c}/extra", finds: `{"meta":{"note":"g"}}`},
		step{op: "fields.update", params: `{"collection":"nate_nothing","field":"extra","jsonParameters":true,"bodyParametersJson":"{\"meta\":{\"note\":\"g\"}}"}`, refused: "FORBIDDEN"},
		step{op: "fields.delete", params: `{"collection":"{c}","field":"extra"}`, has: noResult, then: "GET /fields/{c}/extra"},
		step{op: "fields.delete", params: `{"collection":"{c}","field":""}`, fails: "Missing required parameter: field"},
		step{op: "relations.create", params: `{"data":"{\"collection\":\"{c}\",\"field\":\"author\",\"related_collection\":\"directus_users\"}"}`, then: "GET /relations/{c}/author", finds: `{"related_collection":"directus_users"}`},
		step{op: "relations.create", params: `{"data":"{\"collection\":\"{c}\",\"field\":\"nothing\"}"}`, refused: "INVALID_PAYLOAD"},
		step{op: "relations.get", params: `{"collection":"{c}","field":"author"}`, has: `{"field":"author"}`},
		step{op: "relations.get", params: `{"collection":"{c}","field":"nothing"}`, refused: "FORBIDDEN"},
		step{op: "relations.list", params: `{"collection":"{c}"}`, count: 1},
		step{op: "relations.list", params: `{"collection":""}`, fails: "Missing required parameter: collection"},
		step{op: "relations.listAll"}, denied("relations.listAll", ""),
		step{op: "relations.delete", params: `{"collection":"{c}","field":""}`, fails: "Missing required parameter: field"},
	)
	sqlite := srv.DB == "sqlite3"
	l.playUnless(sqlite && realdirectus.Older(l.version, "12"), // the server fails
		step{op: "relations.update", params: `{"collection":"{c}","field":"author","data":"{\"related_collection\":\"directus_users\",\"meta\":{\"one_deselect_action\":\"nullify\"}}"}`, has: `{"field":"author"}`},
		step{op: "relations.update", params: `{"collection":"{c}","field":"nothing","data":"{\"related_collection\":\"directus_users\"}"}`, refused: "INVALID_PAYLOAD"},
	)
	l.playUnless(sqlite, // the server waits for itself until its own timeout
		step{op: "relations.delete", params: `{"collection":"{c}","field":"author"}`, has: noResult, then: "GET /relations/{c}/author"},
	)
	l.items()
	l.system()
	l.files()

	l.play(
		step{op: "collections.delete", params: `{"collection":"{single}"}`, has: noResult, then: "GET /collections/{single}"},
		step{op: "collections.delete", params: `{"collection":"nate_nothing"}`, refused: "FORBIDDEN"},
	)
	l.requireAll()
}

func (l *lab) items() {
	l.play(
		step{op: "items.create", params: `{"collection":"{c}","data":"{\"title\":\"one\",\"slug\":\"a\",\"views\":1}"}`, keep: map[string]string{"item": "id"}, then: "GET /items/{c}/{item}", finds: `{"title":"one","views":1}`},
		step{op: "items.create", params: `{"collection":"{c}","data":{"slug":"a"}}`, refused: "RECORD_NOT_UNIQUE"},
		step{op: "items.create", params: `{"collection":"nate_nothing","data":{}}`, refused: "FORBIDDEN"},
		step{op: "items.createMultiple", params: `{"collection":"{c}","data":"[{\"title\":\"two\",\"views\":2},{\"title\":\"three\",\"views\":2}]"}`, count: 2, keep: map[string]string{"two": "id"}},
		step{op: "items.createMultiple", params: `{"collection":"{c}","data":"[{\"title\":\"lost\"},{\"slug\":\"a\"}]"}`, refused: "RECORD_NOT_UNIQUE", then: ""},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"sort":"-title","fields":"title","filter":{"views":{"_eq":2}}}}`, count: 2, has: `{"title":"two"}`},
		step{op: "items.list", params: `{"collection":"{c}","returnAll":false,"limit":1}`, count: 1},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"meta":"*","includeMeta":true}}`, count: 1, has: `{"meta":{"total_count":3,"filter_count":3}}`},
		step{op: "items.list", params: `{"collection":"{c}","jsonParameters":true,"bodyParametersJson":"{\"fields\":[\"title\"],\"filter\":{\"title\":{\"_eq\":\"one\"}}}"}`, count: 1, has: `{"title":"one"}`},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"search":"thre","offset":0}}`, count: 1},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"deep":"{\"author\":{\"_limit\":1}}","fields":"*,author.email"}}`, count: 3},
		step{op: "items.list", params: `{"collection":"nate_nothing"}`, refused: "FORBIDDEN"},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"export":"csv"}}`, count: 1, has: `{}`, binary: "three"},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"export":"json"}}`, count: 1, binary: `"title": "two"`},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"export":"yaml"}}`, count: 1, binary: `title: two`},
		step{op: "items.list", params: `{"collection":"{c}","additionalFields":{"export":"xml"}}`, count: 1, binary: `<title>two</title>`},
		step{op: "items.aggregate", params: `{"collection":"{c}","additionalFields":{"groupBy":"views","aggregate":{"aggregationFunctions":[{"name":"count","value":"id"},{"name":"count","value":"title"},{"name":"max","value":"views"}]}}}`, count: 2, has: `{"views":1,"count":{"id":1,"title":1},"max":{"views":1}}`},
		step{op: "items.aggregate", params: `{"collection":"{c}","additionalFields":{"aggregate":{"aggregationFunctions":[{"name":"sum","value":"nothing"}]}}}`, refused: "FORBIDDEN", code10: "INTERNAL_SERVER_ERROR"},
		step{op: "items.get", params: `{"collection":"{c}","id":"{item}","additionalFields":{"fields":"title"}}`, has: `{"title":"one"}`},
		step{op: "items.get", params: `{"collection":"{c}","id":"0"}`, refused: "FORBIDDEN"},
		step{op: "items.get", params: `{"collection":"{c}","id":""}`, fails: "Missing required parameter: id"},
		step{op: "items.get", params: `{"collection":"{c}","id":"../../users/me"}`, refused: "FORBIDDEN"},
		step{op: "items.update", params: `{"collection":"{c}","id":"{item}","data":{"title":"uno"}}`, has: `{"title":"uno"}`, then: "GET /items/{c}/{item}", finds: `{"title":"uno"}`},
		step{op: "items.update", params: `{"collection":"{c}","id":"{two}","data":{"slug":"a"}}`, refused: "RECORD_NOT_UNIQUE"},
		step{op: "items.updateMultiple", params: `{"collection":"{c}","data":"{\"query\":{\"filter\":{\"views\":{\"_eq\":2}}},\"data\":{\"views\":3}}"}`, count: 2, then: "GET /items/{c}/{two}", finds: `{"views":3}`},
		step{op: "items.updateMultiple", params: `{"collection":"{c}","data":[{"views":3}]}`, refused: "INVALID_PAYLOAD"},
		step{op: "items.upsert", params: `{"collection":"{c}","idFieldname":"id","data":{"slug":"b","title":"new"},"filters":{"filter":"{\"slug\":{\"_eq\":\"b\"}}"}}`, count: 1, has: `{"slug":"b","title":"new"}`, keep: map[string]string{"up": "id"}},
		step{op: "items.upsert", params: `{"collection":"{c}","idFieldname":"id","data":{"title":"newer"},"filters":{"filter":{"slug":{"_eq":"b"}}}}`, count: 1, has: `{"slug":"b","title":"newer"}`, then: "GET /items/{c}/{up}", finds: `{"title":"newer"}`},
		step{op: "items.upsert", params: `{"collection":"{c}","idFieldname":"id","skipUpdate":true,"data":{"title":"x"},"filters":{"filter":{"slug":{"_eq":"b"}}}}`, count: 1, has: `{"title":"newer"}`},
		step{op: "items.upsert", params: `{"collection":"{c}","idFieldname":"id","data":{"title":"many"},"filters":{"filter":{"views":{"_eq":3}}}}`, count: 2, has: `{"title":"many"}`},
		step{op: "items.upsert", params: `{"collection":"{c}","idFieldname":"id","data":{"title":"x"}}`, fails: "needs a filter"},
		step{op: "items.upsert", params: `{"collection":"{c}","idFieldname":"id","data":{"slug":"a"},"filters":{"filter":{"slug":{"_eq":"c"}}}}`, refused: "RECORD_NOT_UNIQUE"},
		step{op: "items.getSingleton", params: `{"collection":"{single}"}`, count: 1},
		step{op: "items.getSingleton", params: `{"collection":"nate_nothing"}`, refused: "FORBIDDEN"},
		step{op: "items.updateSingleton", params: `{"collection":"{single}","data":{}}`, count: 1, then: "GET /items/{single}", finds: `{"id":1}`},
		step{op: "items.updateSingleton", params: `{"collection":"nate_nothing","data":{}}`, refused: "FORBIDDEN"},

		// Of a file with one row Directus can miss the end, and answers nothing then: it waits for the last row to be stored, and that was before.
		step{op: "utils.importFileData", params: `{"collection":"{c}"}`, file: "title,views\nfrom csv,70\n" + strings.Repeat("one of many,71\n", 300), name: "a.csv", has: noResult, then: "GET /items/{c}?filter[views][_eq]=70", finds: `[{"title":"from csv"}]`},
		step{op: "utils.importFileData", params: `{"collection":"{c}"}`, file: "nothing", refused: "UNSUPPORTED_MEDIA_TYPE"},
		step{op: "utils.importFileData", params: `{"collection":"{c}"}`, fails: `The item has no file "data" to send`},
		step{op: "utils.sortItems", params: `{"collection":"{c}","item":{item},"to":{two}}`, has: noResult},
		step{op: "utils.sortItems", params: `{"collection":"nate_nothing","item":1,"to":2}`, refused: "FORBIDDEN"},
		step{
			op: "utils.importItems", since: "12", params: `{"data":[{"collection":"{c}","items":[{"title":"one of many {n}"}]}],"mode":"add"}`,
			has: `{"applied":true,"mode":"add"}`, then: "GET /items/{c}?fields=title&filter[title][_eq]=one%20of%20many%20{n}", finds: `[{"title":"one of many {n}"}]`,
		},
		step{
			op: "utils.importItems", since: "12", params: `{"data":[{"collection":"{c}","items":[{"title":"tried {n}"}]}],"dryRun":true}`,
			has: `{"applied":false}`, then: "GET /items/{c}?filter[title][_eq]=tried%20{n}", finds: `[]`,
		},
		step{op: "utils.importItems", since: "12", params: `{"data":[{"items":[]}]}`, refused: "INVALID_PAYLOAD"},
		step{
			op: "utils.generateTranslations", since: "11", has: `{"translationsCollection":"{c}_texts"}`,
			params: `{"collection":"{c}","fields":"title, slug","additionalFields":{"translationsCollection":"{c}_texts","languagesCollection":"{c}_languages","languageFkField":"language"}}`,
			then:   "GET /fields/{c}_texts/title", finds: `{"type":"string"}`,
		},
		step{op: "utils.generateTranslations", since: "11", params: `{"collection":"{c}","fields":"nothing"}`, refused: "INVALID_PAYLOAD"},
		step{op: "utils.resolveRedirect", since: "11", params: `{"redirect":"/admin/../content?a=1"}`, has: `{"result":"/content?a=1"}`},
		step{op: "utils.resolveRedirect", since: "11", params: `{"redirect":"http://elsewhere.example/"}`, refused: "INVALID_PAYLOAD"},
		step{op: "utils.exportToFile", params: `{"collection":"{c}","additionalFields":{"file":{"title":"export {n}"}}}`, has: noResult},
		denied("utils.exportToFile", `{"collection":"{c}"}`),

		step{op: "versions.create", params: `{"data":"{\"key\":\"draft\",\"collection\":\"{c}\",\"item\":\"{item}\"}"}`, keep: map[string]string{"version": "id"}, then: "GET /versions/{version}", finds: `{"key":"draft"}`},
		step{op: "versions.create", params: `{"data":"{\"collection\":\"{c}\"}"}`, refused: "INVALID_PAYLOAD"},
		step{op: "versions.createMultiple", params: `{"data":"[{\"key\":\"k\",\"collection\":\"{c}\",\"item\":\"{two}\"}]"}`, count: 1, keep: map[string]string{"version2": "id"}},
		step{op: "versions.createMultiple", params: `{"data":{}}`, fails: "is not a JSON array"},
		step{op: "versions.save", params: `{"id":"{version}","data":{"title":"in the version"}}`, has: `{"title":"in the version"}`, then: "GET /items/{c}/{item}?version=draft", finds: `{"title":"in the version"}`},
		step{op: "versions.save", params: `{"id":"{noID}","data":{"title":"x"}}`, refused: "FORBIDDEN"},
		step{op: "versions.compare", params: `{"id":"{version}"}`, keep: map[string]string{"hash": "mainHash"}, has: `{"outdated":false}`},
		step{op: "versions.compare", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"},
		step{op: "versions.promote", params: `{"id":"{noID}","mainHash":"nothing"}`, refused: "FORBIDDEN"},
		step{op: "versions.promote", params: `{"id":"{version}","mainHash":"{hash}","additionalFields":{"fields":"title"}}`, then: "GET /items/{c}/{item}", finds: `{"title":"in the version"}`},
		step{op: "versions.get", params: `{"id":"{version}"}`, has: `{"key":"draft"}`},
		step{op: "versions.get", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"},
		step{op: "versions.list", params: `{"additionalFields":{"filter":{"id":{"_eq":"{version}"}}}}`, count: 1},
		step{op: "versions.list", params: `{"additionalFields":{"filter":{"nothing":{"_eq":"1"}}}}`, refused: "FORBIDDEN", code10: "INVALID_QUERY"},
		step{op: "versions.update", params: `{"id":"{version}","data":{"name":"N"}}`, then: "GET /versions/{version}", finds: `{"name":"N"}`},
		step{op: "versions.update", params: `{"id":"","data":{}}`, fails: "Missing required parameter: id"},
		step{op: "versions.updateMultiple", params: `{"data":"{\"keys\":[\"{version2}\"],\"data\":{\"name\":\"M\"}}"}`, count: 1, then: "GET /versions/{version2}", finds: `{"name":"M"}`},
		step{op: "versions.updateMultiple", params: `{"data":[{"name":"x"}]}`, refused: "INVALID_PAYLOAD"},
		step{op: "versions.deleteMultiple", params: `{"keys":["{version2}"]}`, has: noResult, then: "GET /versions/{version2}"},
		step{op: "versions.deleteMultiple", params: `{"keys":{}}`, fails: "names no primary keys"},
	)
	l.play(gone("versions", "/versions")[1])
	l.play(step{op: "versions.delete", params: `{"id":"{version}"}`, has: noResult, then: "GET /versions/{version}"})

	comment := `{"collection":"{c}","item":"{item}","comment":"hello"}`
	l.play(since("11", crud("comments", "/comments", comment, comment, `{"comment":"changed"}`, `{"collection":"{c}"}`, "INVALID_PAYLOAD"))...)
	l.play(since("11", gone("comments", "/comments"))...)
	l.vars["comments at"] = "/comments"
	if realdirectus.Older(l.version, "11") {
		l.vars["comments at"] = "/activity"
	}
	l.play(
		step{op: "activity.create", params: `{"collection":"{c}","item":"{item}\n","comment":"from activity"}`, keep: map[string]string{"comment": "id"}, then: "GET {comments at}/{comment}", finds: `{"item":"{item}","comment":"from activity"}`},
		denied("activity.create", `{"collection":"{c}","item":"1","comment":"x"}`),
		step{op: "activity.update", params: `{"id":"{comment}","comment":"later"}`, then: "GET {comments at}/{comment}", finds: `{"comment":"later"}`},
		step{op: "activity.update", params: `{"id":"","comment":"x"}`, fails: "Missing required parameter: id"},
		step{op: "activity.delete", params: `{"id":"{comment}"}`, has: noResult, then: "GET {comments at}/{comment}"},
		step{op: "activity.delete", params: `{"id":"x"}`, refused: "FORBIDDEN"},
		step{op: "activity.list", params: `{"returnAll":false,"limit":1,"additionalFields":{"sort":"-id","filter":{"collection":{"_eq":"{c}"}}}}`, count: 1, keep: map[string]string{"activity": "id"}},
		step{op: "activity.list", params: `{"additionalFields":{"sort":"nothing"}}`, refused: "FORBIDDEN", code10: "INTERNAL_SERVER_ERROR"},
		step{op: "activity.get", params: `{"id":{activity},"additionalFields":{"fields":"collection"}}`, has: `{"collection":"{c}"}`},
		step{op: "activity.get", params: `{"id":999999999}`, refused: "FORBIDDEN"},
		step{op: "revisions.list", params: `{"returnAll":false,"limit":1,"additionalFields":{"sort":"id","filter":{"collection":{"_eq":"{c}"},"item":{"_eq":"{item}"}}}}`, count: 1, keep: map[string]string{"revision": "id"}},
		step{op: "revisions.list", params: `{"additionalFields":{"sort":"nothing"}}`, refused: "FORBIDDEN", code10: "INTERNAL_SERVER_ERROR"},
		step{op: "revisions.get", params: `{"id":"{revision}"}`, has: `{"item":"{item}"}`},
		step{op: "revisions.get", params: `{"id":"999999999"}`, refused: "FORBIDDEN"},
		step{op: "revisions.revert", params: `{"id":"{revision}"}`, has: noResult, then: "GET /items/{c}/{item}", finds: `{"title":"one"}`},
		step{op: "revisions.revert", params: `{"id":"999999999"}`, refused: "FORBIDDEN"},

		step{op: "graphql.items", params: `{"query":"query($s:String){ {c}(filter:{slug:{_eq:$s}}){ slug } }","additionalFields":{"variables":"{\"s\":\"a\"}"}}`, has: `{"{c}":[{"slug":"a"}]}`},
		step{op: "graphql.items", params: `{"query":"{ nothing { id } }"}`, refused: "GRAPHQL_VALIDATION"},
		step{op: "graphql.system", params: `{"query":"{ users_me { id } }"}`, has: `{"users_me":{"id":"{me}"}}`},
		step{op: "graphql.system", params: `{"query":"mutation { auth_refresh(refresh_token: \"x\", mode: json) { access_token } }"}`, refused: "INVALID_CREDENTIALS"},

		step{op: "shares.create", params: `{"data":"{\"collection\":\"{c}\",\"item\":\"{item}\",\"name\":\"s\",\"password\":\"pw\"}"}`, keep: map[string]string{"shares": "id"}, then: "GET /shares/{shares}", finds: `{"name":"s"}`},
		step{op: "shares.create", params: `{"data":{"collection":"nate_nothing","item":"1"}}`, refused: "FORBIDDEN", code10: "INVALID_FOREIGN_KEY"},
		step{op: "shares.createMultiple", params: `{"data":"[{\"collection\":\"{c}\",\"item\":\"{two}\"}]"}`, count: 1, keep: map[string]string{"share2": "id"}},
		step{op: "shares.createMultiple", params: `{"data":{}}`, fails: "is not a JSON array"},
		step{op: "shares.get", params: `{"id":"{shares}"}`, has: `{"name":"s"}`}, step{op: "shares.get", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"},
		step{op: "shares.list", params: `{"additionalFields":{"filter":{"id":{"_eq":"{shares}"}}}}`, count: 1},
		step{op: "shares.list", params: `{"additionalFields":{"sort":"nothing"}}`, refused: "FORBIDDEN", code10: "INTERNAL_SERVER_ERROR"},
		step{op: "shares.update", params: `{"id":"{shares}","data":{"name":"t"}}`, then: "GET /shares/{shares}", finds: `{"name":"t"}`},
		step{op: "shares.update", params: `{"id":"","data":{}}`, fails: "Missing required parameter: id"},
		step{op: "shares.updateMultiple", params: `{"data":{"keys":["{share2}"],"data":{"name":"u"}}}`, then: "GET /shares/{share2}", finds: `{"name":"u"}`},
		step{op: "shares.updateMultiple", params: `{"data":[{"name":"x"}]}`, refused: "INVALID_PAYLOAD"},
		step{op: "shares.info", params: `{"id":"{shares}"}`, has: `{"collection":"{c}"}`}, step{op: "shares.info", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"},
		step{op: "shares.auth", params: `{"share":"{shares}","password":"pw"}`, has: `{"expires":900000}`},
		step{op: "shares.auth", params: `{"share":"{shares}","password":"wrong"}`, refused: "INVALID_CREDENTIALS"},
		step{op: "shares.invite", params: `{"share":"{shares}","emails":"[\"a{n}@example.com\"]"}`, has: noResult},
		step{op: "shares.invite", params: `{"share":"{noID}","emails":"[\"a{n}@example.com\"]"}`, refused: "FORBIDDEN"},
		step{op: "shares.deleteMultiple", params: `{"keys":["{share2}"]}`, has: noResult, then: "GET /shares/{share2}"},
		denied("shares.deleteMultiple", `{"keys":["x"]}`),
	)
	l.play(gone("shares", "/shares")...)
	l.play(
		step{op: "items.delete", params: `{"collection":"{c}","id":"{item}"}`, has: noResult, then: "GET /items/{c}/{item}"},
		step{op: "items.delete", params: `{"collection":"{c}","id":""}`, fails: "Missing required parameter: id"},
		step{op: "items.delete", params: `{"collection":"nate_nothing","id":"1"}`, refused: "FORBIDDEN"},
		step{op: "items.deleteMultiple", params: `{"collection":"{c}","data":[{two},{up}]}`, has: noResult, then: "GET /items/{c}/{two}"},
		step{op: "items.deleteMultiple", params: `{"collection":"{c}","data":{}}`, fails: "names no primary keys"},
		step{op: "items.deleteMultiple", params: `{"collection":"nate_nothing","data":[1]}`, refused: "FORBIDDEN"},
	)
}

func (l *lab) system() {
	all := func(resource, one, two, change, bad, code string) {
		l.t.Helper()
		l.play(crud(resource, "/"+resource, one, two, change, bad, code)...)
	}
	del := func(resource string) { l.t.Helper(); l.play(gone(resource, "/"+resource)...) }

	l.play(since("11", crud("policies", "/policies", `{"name":"p {n}"}`, `{"name":"q {n}"}`, `{"description":"d"}`, `{"name":null}`, "FAILED_VALIDATION"))...)
	roles := crud("roles", "/roles", `{"name":"r {n}"}`, `{"name":"s {n}"}`, `{"description":"d"}`, `{"name":null}`, "FAILED_VALIDATION")
	roles[12].code10 = "FORBIDDEN"
	l.play(roles...)
	l.play(
		step{op: "roles.getMine", has: `{"id":"{admin}"}`, since: "11", code10: "FORBIDDEN"}, denied("roles.getMine", ""),
		step{op: "policies.getMine", since: "11", has: `{"admin_access":true}`},
		denied("policies.getMine", ""),
		step{op: "permissions.getMine", count: 1}, denied("permissions.getMine", ""),
		step{op: "permissions.getMineForItem", params: `{"collection":"{c}","id":"1"}`, has: `{"update":{"access":true}}`},
		step{op: "permissions.getMineForItem", params: `{"collection":"","id":"1"}`, fails: "Missing required parameter: collection"},
	)
	access := `{"role":"{roles}","policy":"{policies}"}`
	l.play(since("11", crud("access", "/access", access, access, `{"sort":7}`, `{"policy":"{noID}"}`, "INVALID_FOREIGN_KEY"))...)
	l.play(since("11", gone("access", "/access"))...)
	l.permissions()
	all("presets", `{"collection":"{c}","layout":"cards"}`, `{"collection":"{c}","layout":"tabular"}`, `{"search":"x"}`, `{"user":"{noID}"}`, "INVALID_FOREIGN_KEY")
	del("presets")
	l.users()
	del("roles")
	l.play(since("11", gone("policies", "/policies"))...)

	all("dashboards", `{"name":"d {n}"}`, `{"name":"e {n}"}`, `{"note":"x"}`, `{"name":null}`, "FAILED_VALIDATION")
	panel := `{"dashboard":"{dashboards}","type":"label","position_x":1,"position_y":1,"width":8,"height":4}`
	all("panels", panel, panel, `{"width":9}`, `{"type":"label"}`, "FAILED_VALIDATION")
	del("panels")
	del("dashboards")
	notifications := crud("notifications", "/notifications", `{"recipient":"{me}","subject":"s"}`, `{"recipient":"{me}","subject":"t"}`, `{"status":"archived"}`, `{"recipient":"{noID}","subject":"s"}`, "INVALID_FOREIGN_KEY")
	if l.srv.DB == "sqlite3" && realdirectus.Older(l.version, "11") {
		l.playUnless(true, notifications[2]) // the server waits for itself
		notifications[2] = step{op: "notifications.create", params: `{"data":{"recipient":"{me}","subject":"t"}}`, keep: map[string]string{"notifications2": "id"}}
	}
	l.play(notifications...)
	del("notifications")
	all("translations", `{"key":"k{n}","language":"de-DE","value":"v"}`, `{"key":"l{n}","language":"de-DE","value":"v"}`, `{"value":"w"}`, `{"key":"k{n}","language":"de-DE","value":"again"}`, "INVALID_PAYLOAD")
	del("translations")
	all("flows", `{"name":"f {n}","trigger":"webhook","status":"active","accountability":"all","options":{"method":"POST","return":"$trigger.body"}}`, `{"name":"g {n}"}`, `{"description":"x"}`, `{"name":null}`, "FAILED_VALIDATION")
	operation := `{"flow":"{flows}","key":"log","type":"log","position_x":20,"position_y":1,"options":{"message":"m"}}`
	all("operations", operation, strings.Replace(operation, `"log"`, `"log2"`, 1), `{"position_x":30}`, `{"flow":"{flows}"}`, "FAILED_VALIDATION")
	l.play(
		step{op: "flows.trigger", params: `{"id":"{flows}","data":{"x":5}}`},
		step{op: "flows.trigger", params: `{"id":"{noID}"}`, refused: "FORBIDDEN"},
		step{op: "flows.trigger", params: `{"id":"{flows}","method":"GET"}`, refused: "FORBIDDEN"},
	)
	del("operations")
	del("flows")

	// Directus 10 makes and changes no webhooks any more, so there are none to read or delete.
	for name, params := range map[string]string{
		"create": `{"name":"w","url":"http://hook.example","actions":["create"],"collections":["{c}"]}`, "createMultiple": `{"data":[{"name":"w"}]}`,
		"delete": `{"id":"1"}`, "deleteMultiple": `{"keys":[1]}`, "get": `{"id":"1"}`, "list": "", "update": `{"id":"1","data":{}}`, "updateMultiple": `{"data":[{}]}`,
	} {
		refused := denied("webhooks."+name, params)
		refused.until = "11"
		l.play(refused)
		if !l.lacks[refused.op] {
			l.playUnless(name != "list", step{op: refused.op, count: -1})
		}
	}
	l.play(
		step{op: "extensions.list", params: `{"type":"panels"}`, count: -1},
		step{op: "extensions.list", params: `{"type":"hooks"}`, count: 1, has: `{"schema":{"name":"nate-hook"}}`, keep: map[string]string{"hook": "id"}},
		denied("extensions.list", ""),
		step{op: "extensions.update", params: `{"id":"{hook}","enabled":false}`, has: `{"id":"{hook}","meta":{"enabled":false}}`, then: "GET /extensions", finds: `[{"meta":{"enabled":false}}]`},
		step{op: "extensions.update", params: `{"id":"{hook}"}`, has: `{"meta":{"enabled":true}}`, then: "GET /extensions", finds: `[{"meta":{"enabled":true}}]`},
		step{op: "extensions.update", params: `{"id":"{noID}"}`, fails: "Directus has no such extension"},
		step{op: "extensions.update", params: `{"id":"nate-hook"}`, refused: "ROUTE_NOT_FOUND"},
		step{op: "settings.get", params: `{"additionalFields":{"fields":"project_name"}}`, count: 1, keep: map[string]string{"project": "project_name"}},
		denied("settings.get", ""),
		step{op: "settings.update", params: `{"data":{"project_name":"{project}","project_descriptor":"d {n}"}}`, then: "GET /settings", finds: `{"project_descriptor":"d {n}"}`},
		denied("settings.update", `{"data":{}}`),
		step{op: "utils.clearCache", has: noResult}, denied("utils.clearCache", ""),
		step{op: "utils.generateHash", params: `{"string":"s"}`, until: "12.1", keep: map[string]string{"hashed": "result"}},
		step{op: "utils.verifyHash", params: `{"string":"s","hash":"{hashed}"}`, until: "12.1", has: `{"result":true}`},
		step{op: "utils.getRandomString", params: `{"additionalFields":{"length":7}}`, count: 1},
		step{op: "utils.getRandomString", params: `{"additionalFields":{"length":501}}`, refused: "INVALID_QUERY"},
	)
	if realdirectus.Older(l.version, "12.1") {
		l.play(
			denied("utils.generateHash", `{"string":"s"}`),
			denied("utils.verifyHash", `{"string":"s","hash":"h"}`),
		)
	}
	l.schema()
}

// permissions belong to policies, until Directus 11 to roles.
func (l *lab) permissions() {
	owner, ofOwner := `"policy":"{policies}"`, "/policies/{policies}?fields=permissions.id,permissions.action"
	before11 := realdirectus.Older(l.version, "11")
	if before11 {
		owner, ofOwner = `"role":"{roles}"`, "/permissions?filter[collection][_eq]={c}&fields=id,action"
	}
	permission := func(action string) string {
		return `{` + owner + `,"collection":"{c}","action":"` + action + `","fields":["*"]}`
	}
	// Directus puts what its app needs beside the permissions that it was asked for, and answers for an unknown id with one of those: what is
	// there really, the owner tells.
	there := func(actions ...string) (then, finds string) {
		list := []string{}
		for _, action := range actions {
			list = append(list, `{"action":"`+action+`"}`)
		}
		if finds = "[" + strings.Join(list, ",") + "]"; !before11 {
			finds = `{"permissions":` + finds + `}`
		}
		return "GET " + ofOwner, finds
	}
	steps := crud("permissions", "/permissions", permission("read"), permission("update"), `{"action":"delete","fields":["*"]}`, `{}`, "INVALID_PAYLOAD")
	steps[0].params = `{"collection":"{c}","action":"read","additionalFields":{` + owner + `,"fields":"*"}}`
	steps[1] = step{op: "permissions.create", params: `{"collection":"{c}","action":"read","jsonParameters":true,"bodyParametersJson":` +
		strings.NewReplacer("{policies}", noID, "{roles}", noID).Replace(permission("read")) + `}`, refused: "INVALID_FOREIGN_KEY"}
	steps[0].has = ""
	steps[0].then, steps[0].finds = there("read")
	steps[2].count, steps[2].keep = 0, nil
	steps[2].then, steps[2].finds = there("read", "update")
	steps[5] = denied("permissions.get", `{"id":"x"}`)
	steps[7].count, steps[7].has = 0, ""
	steps[9].then, steps[9].finds = there("delete", "update")
	steps[11].params, steps[11].count = `{"data":{"keys":[{permissions}],"data":{"action":"read","fields":["*"]}}}`, 0
	steps[11].then, steps[11].finds = there("read", "update")
	steps[13] = step{op: "permissions.deleteMultiple", params: `{"keys":[{permissions}]}`, has: noResult}
	steps[13].then, steps[13].finds = there("update")
	l.play(steps...)
	var rest struct{ Permissions []struct{ ID json.Number } }
	var answer any = &rest
	if before11 {
		answer = &rest.Permissions
	}
	l.srv.Admin(l.t, http.MethodGet, l.fill(ofOwner), nil, answer)
	require.Len(l.t, rest.Permissions, 1)
	l.vars["permissions"] = rest.Permissions[0].ID.String()
	last := gone("permissions", "/permissions")
	last[0].then, last[0].finds = there()
	l.play(last...)
}

func (l *lab) schema() {
	run := func(operation string, keysAndValues ...any) []node.Item {
		params := node.NewObject(append([]any{"resource", "schema", "operation", operation}, keysAndValues...)...)
		out, err := job{params: params, url: l.srv.URL, token: l.srv.Token}.run(l.t.Context(), l.t)
		require.NoError(l.t, err)
		l.worked["schema."+operation] = true
		return out.Main[0]
	}
	snapshot := run("snapshot")[0].JSON
	require.Empty(l.t, run("diff", "snapshot", snapshot), "no difference, no item")
	var changed map[string]any
	require.NoError(l.t, json.Unmarshal([]byte(text(node.Item{JSON: snapshot})), &changed))
	for _, c := range changed["collections"].([]any) {
		if c := c.(map[string]any); c["collection"] == l.vars["c"] {
			c["meta"].(map[string]any)["note"] = "by apply"
		}
	}
	other, err := node.ValueOf(changed)
	require.NoError(l.t, err)
	difference := run("diff", "snapshot", other)
	require.Len(l.t, difference, 1)
	run("apply", "diff", difference[0].JSON)
	l.look("GET /collections/{c}", `{"meta":{"note":"by apply"}}`, "schema.apply")
	stale, _ := node.ParseJSON([]byte(text(difference[0])))
	stale.(*node.Object).Set("hash", "0000")
	l.vars["stale"] = text(node.Item{JSON: stale.(*node.Object)})
	l.play(
		denied("schema.snapshot", ""),
		step{op: "schema.snapshotFile", binary: "collection: {c}"[:len("collection:")]},
		denied("schema.snapshotFile", `{"format":"yaml"}`),
		step{op: "schema.diff", params: `{"snapshot":{"version":1}}`, refused: "INVALID_PAYLOAD"},
		step{op: "schema.apply", params: `{"diff":{stale}}`, refused: "INVALID_PAYLOAD"},
	)
}

func (l *lab) users() {
	t := l.t
	user := `{"email":"u{n}@example.com","role":"{roles}"}`
	steps := crud("users", "/users", user, `{"email":"v{n}@example.com"}`, `{"title":"T"}`, "", "")
	steps[0].params = `{"email":"u{n}@example.com","password":"hush-hush-9","additionalFields":{"role":"{roles}","tags":"a, b","theme":"dark"}}`
	steps[0].finds = `{"role":"{roles}","tags":["a","b"],"appearance":"dark"}`
	steps[1] = step{op: "users.create", params: `{"email":"nobody","password":"x"}`, refused: "FAILED_VALIDATION"}
	l.play(steps...)
	l.play(
		step{op: "users.create", params: `{"email":"u{n}@example.com","password":"x"}`, refused: "RECORD_NOT_UNIQUE"},
		step{op: "users.getCurrent", has: `{"id":"{me}"}`}, denied("users.getCurrent", ""),
		step{op: "users.updateMe", params: `{"data":{"description":"d {n}"}}`, then: "GET /users/me", finds: `{"description":"d {n}"}`},
		step{op: "users.updateMe", params: `{"data":{"email":"u{n}@example.com"}}`, refused: "RECORD_NOT_UNIQUE"},
		step{op: "users.inviteUser", params: `{"email":"i{n}@example.com","role":"{roles}"}`, has: noResult, then: "GET /users?filter[email][_eq]=i{n}@example.com", finds: `[{"status":"invited"}]`},
		step{op: "users.inviteUser", params: `{"email":"i2{n}@example.com","role":"{roles}","additionalFields":{"inviteUrl":"http://evil.example"}}`, refused: "INVALID_PAYLOAD"},
		step{op: "users.inviteUser", params: `{"email":"i3{n}@example.com","role":""}`, fails: "Missing required parameter: role"},
		step{op: "users.acceptUserInvite", params: `{"token":"garbage","password":"hush-hush-9"}`, refused: "INVALID_TOKEN"},
		step{op: "users.register", params: `{"email":"x{n}@example.com","password":"hush-hush-9"}`, refused: "FORBIDDEN"},
	)
	l.vars["invitation"] = l.srv.ResetToken(t, l.fill("i{n}@example.com"))
	l.play(
		step{op: "users.acceptUserInvite", params: `{"token":"{invitation}","password":"hush-hush-9"}`, has: noResult, then: "GET /users?filter[email][_eq]=i{n}@example.com", finds: `[{"status":"active"}]`},
		step{op: "users.acceptUserInvite", params: `{"token":"{invitation}","password":"hush-hush-9"}`, refused: "INVALID_INVITE", code10: "INVALID_PAYLOAD"},
	)
	l.srv.Admin(t, http.MethodPatch, "/settings", map[string]any{"public_registration": true, "public_registration_verify_email": false}, nil)
	l.play(step{op: "users.register", params: `{"email":"x{n}@example.com","password":"hush-hush-9"}`, has: noResult, then: "GET /users?filter[email][_eq]=x{n}@example.com", finds: `[{"status":"active"}]`})
	l.srv.Admin(t, http.MethodPatch, "/settings", map[string]any{"public_registration": false}, nil)

	email, password := "tfa"+l.vars["n"]+"@example.com", "hush-hush-9"
	l.vars["person"] = l.srv.AddUser(t, directustest.User{Email: email, Password: password, StaticToken: "tfa-" + l.vars["n"]})
	l.srv.Admin(t, http.MethodPatch, "/users/"+l.vars["person"], map[string]any{"role": l.vars["admin"]}, nil)
	l.vars["tfa"] = l.srv.Login(t, email, password).AccessToken
	l.play(
		step{op: "users.generate2FA", params: `{"password":"wrong"}`, token: "{tfa}", refused: "INVALID_CREDENTIALS"},
		step{op: "users.generate2FA", params: `{"password":"hush-hush-9"}`, token: "{tfa}", keep: map[string]string{"secret": "secret"}},
		step{op: "users.enable2FA", params: `{"secret":"{secret}","otp":"000"}`, token: "{tfa}", refused: "INVALID_PAYLOAD"},
	)
	l.vars["otp"] = realdirectus.FreshOTP(t, l.vars["secret"])
	l.play(step{op: "users.enable2FA", params: `{"secret":"{secret}","otp":"{otp}"}`, token: "{tfa}", has: noResult, then: "GET /users/{person}", finds: `{"tfa_secret":"**********"}`},
		step{op: "users.disable2FA", params: `{"otp":"000"}`, token: "{tfa}", refused: "INVALID_PAYLOAD"})
	l.vars["otp"] = realdirectus.FreshOTP(t, l.vars["secret"])
	l.play(step{op: "users.disable2FA", params: `{"otp":"{otp}"}`, token: "{tfa}", has: noResult, then: "GET /users/{person}", finds: `{"tfa_secret":null}`},
		step{op: "users.generate2FA", params: `{"password":"hush-hush-9"}`, token: "{tfa}", keep: map[string]string{"secret": "secret"}})
	l.vars["otp"] = realdirectus.FreshOTP(t, l.vars["secret"])
	l.play(
		step{op: "users.enable2FA", params: `{"secret":"{secret}","otp":"{otp}"}`, token: "{tfa}"},
		step{op: "users.disable2FAOf", params: `{"id":"{person}"}`, has: noResult, then: "GET /users/{person}", finds: `{"tfa_secret":null}`},
		step{op: "users.disable2FAOf", params: `{"id":""}`, fails: "Missing required parameter: id"},
	)
	l.play(gone("users", "/users")...)
	var left []struct{ ID string }
	l.srv.Admin(t, http.MethodGet, "/users?fields=id&filter[email][_contains]="+l.vars["n"], nil, &left)
	for _, u := range left {
		if u.ID != l.vars["person"] {
			l.srv.Admin(t, http.MethodDelete, "/users/"+u.ID, nil, nil)
		}
	}
}

// requireAll requires that every operation was run, and prints the table.
func (l *lab) requireAll() {
	t := l.t
	var b strings.Builder
	b.WriteString("| resource | operation | request | refused with |\n|---|---|---|---|\n")
	for _, r := range rows() {
		name := r.resource + "." + r.name
		if r.resource == "auth" {
			continue // TestRealDirectus plays its scenes
		}
		require.True(t, l.worked[name] || l.lacks[name], "%s was not run", name)
		require.NotEmpty(t, l.refused[name], "%s was not refused", name)
		fmt.Fprintf(&b, "| %s | %s | `%s /%s` | %s |\n", r.resource, r.name, r.method, r.path, l.refused[name])
	}
	l.requireLacks()
	if l.version != "12.4.1" || l.srv.DB != "sqlite3" {
		return
	}
	requirePage(t, "operations", func(string) string { return b.String() })
}

// requireLacks requires that the page says what this version of Directus does not have.
func (l *lab) requireLacks() {
	var parts []string
	for _, r := range table() {
		var names []string
		for _, op := range r.operations {
			if l.lacks[r.name+"."+op.name] {
				names = append(names, op.name)
			}
		}
		switch {
		case len(names) == len(r.operations):
			parts = append(parts, "all of "+r.name)
		case len(names) > 0:
			parts = append(parts, r.name+" ("+strings.Join(names, ", ")+")")
		}
	}
	line := "| " + l.version + " | " + strings.Join(parts, ", ") + " |\n"
	l.t.Logf("Directus %s on %s does not have: %s", l.version, l.srv.DB, strings.Join(parts, ", "))
	requirePage(l.t, "versions", func(old string) string {
		if at := strings.Index(old, "| "+l.version+" |"); at >= 0 {
			_, after, _ := strings.Cut(old[at:], "\n")
			return old[:at] + line + after
		}
		return old + line
	})
}

// requirePage requires that a part of docs/directus.md is what it is to be made of; with -update it is written there.
func requirePage(t *testing.T, part string, become func(old string) string) {
	t.Helper()
	page := filepath.Join("..", "..", "docs", "directus.md")
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	begin, end := []byte("<!-- "+part+": printed by TestRealOperations -->\n"), []byte("<!-- end of "+part+" -->")
	before, rest, ok := bytes.Cut(text, begin)
	require.True(t, ok, part)
	old, after, ok := bytes.Cut(rest, end)
	require.True(t, ok, part)
	made := become(string(old))
	if *update {
		require.NoError(t, os.WriteFile(page, slices.Concat(before, begin, []byte(made), end, after), 0o600))
		return
	}
	require.Equal(t, made, string(old), "run the test with -update")
}
