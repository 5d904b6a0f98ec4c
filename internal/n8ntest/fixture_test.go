package n8ntest_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/n8ntest"
)

// loadFixture makes a folder with one fixture, and loads it.
func loadFixture(t *testing.T, workflow, run string) *n8ntest.Fixture {
	t.Helper()
	folder := t.TempDir()
	root := filepath.Join(folder, "n8n-fixtures", "nodes-base")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "nodes"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "nodes", "a.json"), []byte(workflow), 0o600))
	manifest := `{"fixtures": [{"file": "nodes/a.json", "nodeTypes": ["base.noOp@1", "@scope/base.set@2"], "runs": [` + run + `]}]}`
	require.NoError(t, os.WriteFile(filepath.Join(root, "manifest.json"), []byte(manifest), 0o600))
	fixtures, err := n8ntest.LoadFixtures(folder, "base.noOp")
	require.NoError(t, err)
	require.Len(t, fixtures, 1)
	none, err := n8ntest.LoadFixtures(folder, "base.if")
	require.NoError(t, err)
	require.Empty(t, none)
	return fixtures[0]
}

func TestFixtureDiff(t *testing.T) {
	t.Parallel()
	f := loadFixture(t, `{"name": "a", "nodes": [], "pinData": {"N": [{"json": {"a": 1, "b": 2}}, {"c": 3}]}}`, "")
	require.JSONEq(t, `{"name": "a", "nodes": [], "pinData": {}}`, string(f.Workflow))
	require.Equal(t, []string{"@scope/base.set", "base.noOp"}, f.Types)
	run := func(status, main string) []byte {
		return []byte(`{"status": "` + status + `", "data": {"resultData": {"error": {"message": "boom"}, "runData": {"N": [{"data": {"main": ` +
			main + `}}]}}}}`)
	}
	for _, c := range []struct {
		name, status, main string
		lines              []string
	}{
		{"alike", "success", `[[{"json": {"b": 2, "a": 1}, "pairedItem": 0}, {"json": {"c": 3}, "binary": {}}]]`, nil},
		{
			"another value", "success", `[[{"json": {"b": 2, "a": 1}}, {"json": {"c": 4}}]]`,
			[]string{"N[0][1].json.c: want 3, got 4"},
		},
		{"a failed run", "error", `[[{"json": {"b": 2, "a": 1}}, {"json": {"c": 3}}]]`, []string{"status: want success, got error: boom"}},
	} {
		lines, err := f.Diff(run(c.status, c.main))
		require.NoError(t, err, c.name)
		require.Equal(t, c.lines, lines, c.name)
	}
}

func TestFixtureTransport(t *testing.T) {
	t.Parallel()
	f := loadFixture(t, `{"nodes": []}`, `{"nockCalls": [
		{"base": "https://a.example", "method": "get", "path": "/x?y=1", "reply": [201, {"ok": true}]},
		{"base": "https://a.example", "method": "get", "path": "/file", "reply": [404, "first"]},
		{"base": "https://a.example", "method": "get", "path": "/file", "reply": [200, {"$base64": "aGk="}, {"content-type": "text/plain"}]}
	]}`)
	client := http.Client{Transport: f.Transport()}
	for url, answers := range map[string][]string{
		"https://a.example/x?y=1": {`{"ok": true}`, `{"ok": true}`}, "https://a.example/file": {"first", "hi", "hi"},
	} {
		for _, want := range answers {
			res, err := client.Get(url)
			require.NoError(t, err)
			body, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.Equal(t, want, string(body))
		}
	}
	_, err := client.Get("https://a.example/other")
	require.ErrorContains(t, err, "the fixture has no answer for GET https://a.example/other")
}
