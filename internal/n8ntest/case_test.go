package n8ntest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	casesDir     = "../../testdata/n8n/cases"
	workflowsDir = "../../workflows"
)

// recordings returns every recorded run of the repository.
func recordings(t *testing.T) []*Case {
	t.Helper()
	cases, err := LoadCases(casesDir)
	require.NoError(t, err)
	examples, err := LoadWorkflows(workflowsDir)
	require.NoError(t, err)
	return append(cases, examples...)
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	cases := recordings(t)
	require.Greater(t, len(cases), 150)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			var w struct {
				Nodes []struct{ Type string }
			}
			require.NoError(t, json.Unmarshal(c.Workflow, &w))
			require.True(t, len(w.Nodes) > 0 || c.NotStarted != "")
			for _, n := range w.Nodes {
				require.NotEmpty(t, n.Type)
			}
			require.Contains(t, []string{"cli", "manual"}, c.Mode)
			if c.Result == nil {
				require.NotEmpty(t, c.NotStarted)
				return
			}
			diffs, err := Diff(c.Result, c.Result)
			require.NoError(t, err)
			require.Empty(t, diffs)
			for _, r := range c.Requests {
				require.NotEmpty(t, r.Method)
				require.Equal(t, RecordedAddr, r.Headers["host"])
			}
		})
	}
}

// TestRecordingsNameNoMachine holds the recordings to loopback addresses, and to no file of the machine that made them.
func TestRecordingsNameNoMachine(t *testing.T) {
	t.Parallel()
	addresses := regexp.MustCompile(`https?://[^\s"'\\<>)]+`)
	machine := regexp.MustCompile(`(?i)(^|[^\w/.])/(root|home|tmp|work|usr|opt|var|(?-i:Users))/|node_modules|"stack":|[A-Z]:\\\\`)
	example := regexp.MustCompile(`(^|\.)(example(\.com|\.org|\.net)?|invalid)$`)
	hosts := []string{"127.0.0.1", "docs.n8n.io", "moment.github.io", "www.w3.org"} // n8n's errors name its pages; namespaces of XML
	files := 0
	for _, root := range []string{casesDir, workflowsDir} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
				return err
			}
			files++
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if at := machine.FindString(string(data)); at != "" {
				return fmt.Errorf("%s holds %q", path, at)
			}
			for _, a := range addresses.FindAllString(string(data), -1) {
				u, err := url.Parse(a)
				if err != nil || !slices.Contains(hosts, u.Hostname()) && !example.MatchString(u.Hostname()) {
					return fmt.Errorf("%s holds the address %s", path, a)
				}
			}
			return nil
		}))
	}
	require.Greater(t, files, 500)
}

func TestLoadCase(t *testing.T) {
	t.Parallel()
	ok := map[string]string{"workflow.json": `{"nodes":[]}`, "result.json": `{"data":{"resultData":{}}}`, "requests.json": `[]`}
	write := func(t *testing.T, files ...map[string]string) string {
		dir := filepath.Join(t.TempDir(), "a_case")
		require.NoError(t, os.Mkdir(dir, 0o755))
		for _, m := range files {
			for name, data := range m {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644))
			}
		}
		return dir
	}

	t.Run("the least", func(t *testing.T) {
		t.Parallel()
		c, err := LoadCase(write(t, ok))
		require.NoError(t, err)
		require.Equal(t, &Case{
			Name: "a_case", Workflow: []byte(ok["workflow.json"]), Result: []byte(ok["result.json"]), Requests: []Request{}, Mode: "cli",
		}, c)
	})
	t.Run("everything", func(t *testing.T) {
		t.Parallel()
		c, err := LoadCase(write(t, ok, map[string]string{
			"requests.json":    `[{"method":"POST","url":"/a","headers":{"host":"h"},"body":"{}"}]`,
			"credentials.json": `[{"id":"1"}]`,
			"opts.json":        `{"mode":"manual","pinData":{"Start":[{"json":{"a":1}}]}}`,
			"meta.json":        `{"n8nVersion":"2.41.1"}`,
		}))
		require.NoError(t, err)
		require.Equal(t, []Request{{Method: "POST", URL: "/a", Headers: map[string]string{"host": "h"}, Body: "{}"}}, c.Requests)
		require.JSONEq(t, `[{"id":"1"}]`, string(c.Credentials))
		require.JSONEq(t, `[{"json":{"a":1}}]`, string(c.Input))
		require.Equal(t, "manual", c.Mode)
		require.Equal(t, "2.41.1", c.N8nVersion)
	})
	t.Run("not started", func(t *testing.T) {
		t.Parallel()
		c, err := LoadCase(write(t, ok, map[string]string{"result.json": `{"thrown":{"name":"Error","message":"no start"}}`}))
		require.NoError(t, err)
		require.Nil(t, c.Result)
		require.Equal(t, "no start", c.NotStarted)
	})
	t.Run("not started, but stored", func(t *testing.T) {
		t.Parallel()
		c, err := LoadCase(write(t, ok, map[string]string{
			"result.json": `{"data":{"resultData":{"error":{"message":"has issues"}}},"__cliError":"gone"}`,
		}))
		require.NoError(t, err)
		require.NotNil(t, c.Result)
		require.Equal(t, "has issues", c.NotStarted)
	})
	for name, tt := range map[string]struct{ file, data, message string }{
		"cut off":           {"workflow.json", `{"nodes":`, "workflow.json is not JSON"},
		"wrong shape":       {"requests.json", `{}`, "requests.json: json: cannot unmarshal"},
		"pins several":      {"opts.json", `{"pinData":{"A":[],"B":[]}}`, "opts.json: pins more than the start node"},
		"bad optional file": {"meta.json", `x`, "meta.json is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadCase(write(t, ok, map[string]string{tt.file: tt.data}))
			require.ErrorContains(t, err, tt.message)
		})
	}
	for name := range ok {
		t.Run("without "+name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, ok)
			require.NoError(t, os.Remove(filepath.Join(dir, name)))
			_, err := LoadCase(dir)
			require.ErrorContains(t, err, name)
			_, err = LoadCases(filepath.Dir(dir))
			require.ErrorIs(t, err, os.ErrNotExist)
		})
	}
	t.Run("no such folder", func(t *testing.T) {
		t.Parallel()
		_, err := LoadCases(filepath.Join(t.TempDir(), "none"))
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

func TestLoadWorkflows(t *testing.T) {
	t.Parallel()
	cases, err := LoadWorkflows(workflowsDir)
	require.NoError(t, err)
	for _, c := range cases {
		require.Equal(t, "2.41.1", c.N8nVersion, c.Name)
	}
	i := slices.IndexFunc(cases, func(c *Case) bool { return c.Name == "directus-refresh-token" })
	require.NotEqual(t, -1, i)
	require.JSONEq(t, `[{"json":{"refresh_token":"good-token"}}]`, string(cases[i].Input))

	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "recorded", "orphan"), 0o755))
	_, err = LoadWorkflows(dir)
	require.ErrorContains(t, err, "there is no workflow file orphan.json")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "orphan.json"), []byte(`{}`), 0o644))
	_, err = LoadWorkflows(dir)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestCaseAt(t *testing.T) {
	t.Parallel()
	c := &Case{
		Name: "n", Mode: "manual", NotStarted: "x", N8nVersion: "v",
		Workflow:    []byte(`{"url":"http://127.0.0.1:18055/a","other":"http://127.0.0.1:1"}`),
		Credentials: []byte(`[{"url":"http://127.0.0.1:18055"}]`),
		Result:      []byte(`{"uri":"http://127.0.0.1:18055/a"}`),
		Input:       []byte(`[{"json":{"u":"127.0.0.1:18055"}}]`),
		Requests:    []Request{{Method: "GET", URL: "/?u=127.0.0.1:18055", Headers: map[string]string{"host": RecordedAddr}, Body: RecordedAddr}},
	}
	before := *c
	m := c.At("127.0.0.1:9")
	require.Equal(t, &Case{
		Name: "n", Mode: "manual", NotStarted: "x", N8nVersion: "v",
		Workflow:    []byte(`{"url":"http://127.0.0.1:9/a","other":"http://127.0.0.1:1"}`),
		Credentials: []byte(`[{"url":"http://127.0.0.1:9"}]`),
		Result:      []byte(`{"uri":"http://127.0.0.1:9/a"}`),
		Input:       []byte(`[{"json":{"u":"127.0.0.1:9"}}]`),
		Requests:    []Request{{Method: "GET", URL: "/?u=127.0.0.1:9", Headers: map[string]string{"host": "127.0.0.1:9"}, Body: "127.0.0.1:9"}},
	}, m)
	require.Equal(t, &before, c)
	require.Contains(t, string(c.Workflow), RecordedAddr)
	require.Equal(t, RecordedAddr, c.Requests[0].Headers["host"])

	require.Nil(t, (&Case{}).At("x").Credentials)
}
