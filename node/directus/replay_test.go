package directus

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// recordedAnswer is what a real Directus has answered: testdata/answers.jsonl has one a line, most of them of version 12.4.1 on SQLite.
type recordedAnswer struct {
	Name, Method, Path string
	Status             int
	Header             map[string]string
	Body               json.RawMessage
}

// body is the text that came.
func (a recordedAnswer) body() []byte {
	var text string
	switch {
	case string(a.Body) == "null":
		return nil
	case json.Unmarshal(a.Body, &text) == nil && !strings.Contains(a.Header["content-type"], "json"):
		return []byte(text)
	}
	return a.Body
}

// operations are those whose request it was.
func (a recordedAnswer) operations(t *testing.T) []row {
	path, _, _ := strings.Cut(a.Path, "?")
	path = strings.Trim(path, "/")
	var found []row
	for _, r := range rows() {
		pattern := "^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(r.path), `[^/]+`) + "$"
		is, err := regexp.MatchString(pattern, path)
		require.NoError(t, err)
		if is && (r.method == a.Method || r.name == "trigger" && a.Method == http.MethodGet) {
			found = append(found, r)
		}
	}
	return found
}

// want are the items that n8n's node would make: written anew here, from the answer alone.
func want(t *testing.T, body []byte, whole bool) []string {
	t.Helper()
	show := func(v any) string { b, err := json.Marshal(v); require.NoError(t, err); return string(b) }
	result := func(v any) string {
		if o, ok := v.(map[string]any); ok {
			return show(o)
		}
		return show(map[string]any{"result": v})
	}
	var v any
	if json.Unmarshal(body, &v) != nil {
		return []string{result(string(body))}
	}
	if !whole {
		o, _ := v.(map[string]any)
		if v = o["data"]; v == nil {
			return []string{"{}"}
		}
	}
	list, isList := v.([]any)
	if !isList {
		return []string{result(v)}
	}
	items := make([]string, len(list))
	for i := range list {
		items[i] = result(list[i])
	}
	return items
}

// TestReplay gives each recorded answer to the operations whose answer it is.
func TestReplay(t *testing.T) {
	t.Parallel()
	lines, err := os.ReadFile(filepath.Join("testdata", "answers.jsonl"))
	require.NoError(t, err)
	played := map[string]bool{}
	answers := 0
	for line := range bytes.Lines(lines) {
		var a recordedAnswer
		require.NoError(t, json.Unmarshal(line, &a))
		for _, r := range a.operations(t) {
			if r.redirects || r.public && a.Status/100 == 2 { // their items are no plain copies: see TestRecorded
				continue
			}
			answers++
			played[r.resource+"."+r.name] = true
			t.Run(a.Name+" "+r.resource+"."+r.name, func(t *testing.T) {
				s := &server{
					call: node.NewCall(node.CallConfig{}), site: &site{base: "http://d"}, limits: defaultLimits(),
					client: &http.Client{Transport: roundTripper(func(q *http.Request) (*http.Response, error) {
						resp := &http.Response{StatusCode: a.Status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a.body())), Request: q}
						for name, value := range a.Header {
							if name != "retry-after" {
								resp.Header.Set(name, value)
							}
						}
						return resp, nil
					})},
				}
				request := &request{op: &r.operation, path: r.path, want: "displays"}
				if r.operation.file {
					request.file = "data"
				}
				exported := strings.Contains(a.Path, "export=")
				if r.lists {
					request.list = &list{path: r.path, query: (&node.Object{}).Freeze()}
					if exported {
						request.list.export = export{format: "csv", property: "data"}
					}
				}
				items, err := s.perform(t.Context(), request)
				if a.Status/100 != 2 {
					requireRefused(t, a, err)
					return
				}
				switch {
				case r.file || exported && r.lists:
					require.NoError(t, err)
					require.Len(t, items, 1)
					file, _ := items[0].Binary.Get("data")
					content, _ := file.Data()
					require.Equal(t, string(a.body()), string(content))
					return
				case r.resource == "assets" || exported || r.name == "diff" && a.Status == 204:
					return // a file, which another operation is for
				case !json.Valid(a.body()) && len(a.body()) > 0 && !r.text:
					require.ErrorContains(t, err, "is not JSON")
					return
				}
				require.NoError(t, err)
				wanted := want(t, a.body(), slices.Contains([]string{"getOpenAPI", "health", "trigger"}, r.name))
				require.Len(t, items, len(wanted))
				for i := range wanted {
					require.JSONEq(t, wanted[i], text(items[i]))
				}
			})
		}
	}
	require.Greater(t, answers, 400)
	require.Greater(t, len(played), 150)
}

func requireRefused(t *testing.T, a recordedAnswer, err error) {
	t.Helper()
	require.Error(t, err)
	var body struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code, Field, Collection any }
		}
	}
	require.NoError(t, json.Unmarshal(a.body(), &body))
	faults := Faults(err)
	require.Len(t, faults, len(body.Errors))
	for i, e := range body.Errors {
		require.Equal(t, e.Message, faults[i].Message)
		require.Equal(t, e.Extensions.Code, any(faults[i].Code))
		if e.Extensions.Field != nil {
			require.Equal(t, e.Extensions.Field, any(faults[i].Field))
		}
		require.Contains(t, node.InfoOf(err).Description, e.Message)
	}
}
