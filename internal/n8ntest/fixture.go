package n8ntest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Fixture is one workflow of n8n's own tests of its nodes. They are not part of this project: tests read them from the folder
// that NATE_FIXTURES names. The start node gets one empty item, unless there is an Input.
type Fixture struct {
	Name string // "nodes/Code/test/Code.workflow.json"
	// Workflow is the workflow file without pinned data, which is what nodes are expected to put out.
	Workflow []byte
	// Input is the item that the start node gets: a request, as the Webhook node puts it out; nil if there is none.
	Input json.RawMessage
	// Files is the folder with the files that it reads, where it may write too.
	Files string
	// Types are the types of its nodes, sorted.
	Types []string
	// Credentials are the data of credentials by type; nil if it has none.
	Credentials map[string]json.RawMessage
	// Failure is the message that the run must fail with; empty: it must not.
	Failure string

	expected     map[string][]any // by node: the items of output 0 of each run
	compareFiles bool
	folder       string
	replies      []fixtureReply
}

type fixtureReply struct {
	method, url string
	status      int
	header      http.Header
	body        []byte
	used        bool
}

// LoadFixtures reads the fixtures below folder NATE_FIXTURES/n8n-fixtures/nodes-base that use one of the node types; without
// types, all.
func LoadFixtures(folder string, types ...string) ([]*Fixture, error) {
	root := filepath.Join(folder, "n8n-fixtures", "nodes-base")
	text, err := os.ReadFile(filepath.Join(root, "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("n8ntest: %w", err)
	}
	var manifest struct {
		Fixtures []struct {
			File      string
			NodeTypes []string
			Runs      []struct {
				AssertBinaryData bool
				NockCalls        []fixtureNock
				Credentials      map[string]json.RawMessage
				ExpectedOutput   struct {
					NodeData map[string]json.RawMessage
					Error    string
				}
			}
		}
	}
	if err := json.Unmarshal(withFixtureFolder(text), &manifest); err != nil {
		return nil, fmt.Errorf("n8ntest: %w", err)
	}
	var fixtures []*Fixture
	for _, m := range manifest.Fixtures {
		f := &Fixture{Name: m.File, expected: map[string][]any{}}
		for _, t := range m.NodeTypes {
			f.Types = append(f.Types, t[:max(strings.LastIndexByte(t, '@'), 0)])
		}
		slices.Sort(f.Types)
		f.Types = slices.Compact(f.Types)
		if len(types) > 0 && !slices.ContainsFunc(f.Types, func(t string) bool { return slices.Contains(types, t) }) {
			continue
		}
		if err := f.load(filepath.Join(root, m.File)); err != nil {
			return nil, fmt.Errorf("n8ntest: %s: %w", m.File, err)
		}
		if len(m.Runs) > 0 {
			run := m.Runs[0]
			f.Credentials, f.Failure = run.Credentials, run.ExpectedOutput.Error
			f.compareFiles = run.AssertBinaryData
			for name, runs := range run.ExpectedOutput.NodeData {
				v, err := decode(runs)
				if err != nil {
					return nil, fmt.Errorf("n8ntest: %s: %w", m.File, err)
				}
				f.expected[name], _ = v.([]any)
			}
			for _, n := range run.NockCalls {
				if r, err := n.reply(); err == nil { // else a program of the test makes it: the request will be an error
					f.replies = append(f.replies, r)
				}
			}
		}
		fixtures = append(fixtures, f)
	}
	return fixtures, nil
}

// fixtureFolder stands for the folder with the files of a fixture.
const fixtureFolder = "/fixture"

// withFixtureFolder puts it in place of the folders of the machines on which n8n's tests were made.
func withFixtureFolder(text []byte) []byte {
	for _, folder := range []string{`C:\\Test\\`, `C:/Test/`, `/home/me/Desktop/`, `/tmp/n8n-test/`} {
		text = bytes.ReplaceAll(text, []byte(`"`+folder), []byte(`"`+fixtureFolder+`/`))
	}
	return relativeSelector.ReplaceAll(text, []byte(`$1`+fixtureFolder+`/$2`))
}

var relativeSelector = regexp.MustCompile(`("fileSelector": *")([\w.]+")`)

func (f *Fixture) load(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f.folder = filepath.Dir(file)
	data = withFixtureFolder(data)
	v, err := decode(data)
	if err != nil {
		return err
	}
	doc, _ := v.(*object)
	if pins := doc.object("pinData"); pins != nil {
		for _, name := range pins.keys {
			f.expected[name] = []any{pins.get(name)}
		}
		doc.set("pinData", newObject())
	}
	if input := doc.object("trigger").get("input"); input != nil {
		if f.Input, err = json.Marshal(input); err != nil {
			return err
		}
	}
	f.Workflow, err = json.Marshal(doc)
	return err
}

// at returns the fixture with a copy of its files in a folder: each at its place, and without its own folder, as some name them.
func (f *Fixture) at(dir string) (*Fixture, error) {
	moved := *f
	moved.Files = dir
	moved.Workflow = bytes.ReplaceAll(f.Workflow, []byte(fixtureFolder), []byte(filepath.ToSlash(dir)))
	files := os.DirFS(f.folder)
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		for _, to := range []string{filepath.Join(dir, name), filepath.Join(dir, path.Base(name))} {
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(to, data, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
	return &moved, err
}

// fixtureNock is an answer that a fixture expects from the network.
type fixtureNock struct {
	Base, Method, Path string
	Reply              []json.RawMessage
}

func (n fixtureNock) reply() (fixtureReply, error) {
	r := fixtureReply{method: strings.ToUpper(n.Method), url: strings.TrimSuffix(n.Base, "/") + n.Path, header: http.Header{}}
	if len(n.Reply) > 0 {
		if err := json.Unmarshal(n.Reply[0], &r.status); err != nil {
			return r, err
		}
	}
	if len(n.Reply) > 1 {
		var file struct {
			Base64 *string `json:"$base64"`
		}
		var plain string
		switch {
		case json.Unmarshal(n.Reply[1], &plain) == nil:
			r.body = []byte(plain)
		case json.Unmarshal(n.Reply[1], &file) == nil && file.Base64 != nil:
			var err error
			if r.body, err = base64.StdEncoding.DecodeString(*file.Base64); err != nil {
				return r, err
			}
		default:
			r.body = n.Reply[1]
			r.header.Set("Content-Type", "application/json")
		}
	}
	if len(n.Reply) > 2 {
		var header map[string]string
		if err := json.Unmarshal(n.Reply[2], &header); err != nil {
			return r, err
		}
		for k, v := range header {
			r.header.Set(k, v)
		}
	}
	return r, nil
}

// Transport answers the requests that the fixture expects: of several answers to the same one after the other, the last one for
// good. Any other request is an error.
func (f *Fixture) Transport() http.RoundTripper {
	return &fixtureTransport{replies: slices.Clone(f.replies)}
}

type fixtureTransport struct {
	mu      sync.Mutex
	replies []fixtureReply
}

// RoundTrip implements http.RoundTripper.
func (t *fixtureTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "dummyjson.com" && req.URL.Path == "/users" {
		received := req.Clone(req.Context())
		received.Header = http.Header{}
		for k, values := range req.Header { // as they are sent, which may be in lower case
			received.Header[http.CanonicalHeaderKey(k)] = values
		}
		answer := httptest.NewRecorder()
		fixtureUsers(answer, received)
		return answer.Result(), nil
	}
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	url := req.URL.String()
	var r *fixtureReply
	for i := range t.replies {
		if known := &t.replies[i]; known.method == req.Method && strings.TrimSuffix(known.url, "/") == strings.TrimSuffix(url, "/") {
			if r = known; !r.used {
				break
			}
		}
	}
	if r == nil {
		return nil, fmt.Errorf("the fixture has no answer for %s %s", req.Method, url)
	}
	r.used = true
	return &http.Response{
		StatusCode: r.status, Status: fmt.Sprintf("%d %s", r.status, http.StatusText(r.status)), Header: r.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: io.NopCloser(bytes.NewReader(r.body)), ContentLength: int64(len(r.body)),
		Request: req,
	}, nil
}

// fixtureUsers answers as the program in n8n's test of pages does: "limit" of 15 users from "skip" on, the address of the next page in
// a header, and status 404 behind the last one.
func fixtureUsers(w http.ResponseWriter, r *http.Request) {
	asked := map[string]any{}
	if r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		_ = json.NewDecoder(r.Body).Decode(&asked)
	} else {
		for _, name := range []string{"skip", "limit"} {
			asked[name] = r.FormValue(name)
		}
	}
	number := func(name string) int {
		n, _ := strconv.Atoi(fmt.Sprint(asked[name]))
		return n
	}
	skip, limit := number("skip"), number("limit")
	users := []map[string]int{}
	for id := skip; id < min(skip+limit, 15); id++ {
		users = append(users, map[string]int{"id": id})
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	if r.Header.Get("Content-Type") == "text/plain" {
		header.Set("Content-Type", "text/plain")
	}
	header.Set("Next-Url", fmt.Sprintf("https://dummyjson.com/users?skip=%d&limit=%d", skip+limit, limit))
	if len(users) == 0 {
		w.WriteHeader(http.StatusNotFound)
	}
	text, _ := json.Marshal(users)
	_, _ = w.Write(text)
}

// Diff compares a run (n8n's IRun) with what the fixture expects, a line for each difference: the items of output 0 of the
// nodes that it names, without their links, and how the run ended.
func (f *Fixture) Diff(run []byte) ([]string, error) {
	v, err := decode(run)
	if err != nil {
		return nil, err
	}
	doc, _ := v.(*object)
	result := doc.object("data").object("resultData")
	var d differ
	status, _ := doc.get("status").(string)
	if message := result.object("error").get("message"); f.Failure == "" && status != "success" && status != "waiting" {
		d.lines = append(d.lines, fmt.Sprintf("status: want success, got %s: %v", status, message))
	} else if f.Failure != "" {
		d.compare("error", f.Failure, message)
	}
	for _, name := range slices.Sorted(maps.Keys(f.expected)) {
		var got []any
		runs, _ := result.object("runData").get(name).([]any)
		for _, r := range runs {
			o, _ := r.(*object)
			outputs, _ := o.object("data").get("main").([]any)
			var first any
			if len(outputs) > 0 {
				first = outputs[0]
			}
			got = append(got, first)
		}
		want := f.expected[name]
		for i := range max(len(want), len(got)) {
			if wanted := f.items(want, i); wanted != "__stub__" {
				d.compare(fmt.Sprintf("%s[%d]", name, i), wanted, f.items(got, i))
			}
		}
	}
	return d.lines, nil
}

// items are those of run i, in the form that is compared.
func (f *Fixture) items(runs []any, i int) any {
	if i >= len(runs) {
		return "no such run"
	}
	list, ok := runs[i].([]any)
	if !ok {
		return runs[i]
	}
	out := make([]any, len(list))
	for k, e := range list {
		item := newObject()
		o, _ := e.(*object)
		files := o.object("binary")
		switch {
		case o.get("json") == "__stub__": // anything
			return "__stub__"
		case o.get("json") != nil:
			item.set("json", sorted(o.get("json")))
		case files != nil:
			item.set("json", newObject())
		default:
			item.set("json", sorted(e))
		}
		if f.compareFiles && files != nil && len(files.keys) > 0 {
			item.set("binary", each(files, func(file any) any {
				bare := newObject()
				o, _ := file.(*object)
				calendar := o.get("mimeType") == "text/calendar"
				for _, key := range slices.Sorted(slices.Values(o.keys)) {
					switch {
					case key == "directory" || key == "bytes" || key == "fileSize" && calendar:
					case key == "data" && calendar:
						bare.set(key, withoutDrawn(o.get(key)))
					default:
						bare.set(key, o.get(key))
					}
				}
				return bare
			}))
		}
		out[k] = item
	}
	return out
}

var drawnInCalendar = regexp.MustCompile(`(?m)^(UID|DTSTAMP):.*$`)

// withoutDrawn is a calendar in base64 as text, less what n8n's tests replace: the id of an event and the time of the run.
func withoutDrawn(data any) any {
	encoded, _ := data.(string)
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return data
	}
	return drawnInCalendar.ReplaceAllString(string(text), "$1:")
}

// ErrNotSupported marks, wrapped in the error of a FixtureRun, a fixture with a node or an operation that is not there.
var ErrNotSupported = errors.New("not supported")

// RunFixtures runs the fixtures and compares. run returns the run, or why it did not start. Of a fixture that fails, known must have its
// name and a reason, and it must not have others. In the end, unless -run chose some of them, report gets a Markdown table of how many
// passed, failed and are not supported, by node type. Without NATE_FIXTURES the test is skipped.
func RunFixtures(t *testing.T, known map[string]string, run func(t *testing.T, f *Fixture) ([]byte, error), report func(table string)) {
	folder := os.Getenv("NATE_FIXTURES")
	if folder == "" {
		t.Skip("SKIPPED 119 workflows of n8n's own tests: NATE_FIXTURES is not set")
	}
	fixtures, err := LoadFixtures(folder)
	require.NoError(t, err)
	require.NotEmpty(t, fixtures)
	table := &fixtureTable{}
	t.Cleanup(func() { // after the parallel subtests
		if table.all[0]+table.all[1]+table.all[2] == len(fixtures) {
			report(table.text())
		}
		for name := range known {
			if !slices.ContainsFunc(fixtures, func(f *Fixture) bool { return f.Name == name }) {
				t.Errorf("%s is listed as failing and is no fixture", name)
			}
		}
	})
	for _, f := range fixtures {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			moved, err := f.at(dir)
			require.NoError(t, err)
			got, err := run(t, moved)
			if errors.Is(err, ErrNotSupported) {
				table.add(f, 2)
				t.Skip(err)
			}
			var lines []string
			if err != nil {
				lines = []string{"did not start: " + err.Error()}
			} else {
				lines, err = f.Diff(bytes.ReplaceAll(got, []byte(filepath.ToSlash(dir)), []byte(fixtureFolder)))
				require.NoError(t, err)
			}
			if len(lines) == 0 {
				table.add(f, 0)
				require.NotContains(t, known, f.Name, "it passes: take it off the list of those that fail")
				return
			}
			table.add(f, 1)
			if known[f.Name] != "" {
				t.Skipf("fails: %s\n%s", known[f.Name], strings.Join(lines, "\n"))
			}
			t.Error(strings.Join(lines, "\n"))
		})
	}
}

// fixtureTable counts what passed, failed and is not supported.
type fixtureTable struct {
	mu     sync.Mutex
	all    [3]int
	byType map[string]*[3]int
}

func (t *fixtureTable) add(f *Fixture, outcome int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byType == nil {
		t.byType = map[string]*[3]int{}
	}
	t.all[outcome]++
	for _, name := range f.Types {
		if t.byType[name] == nil {
			t.byType[name] = &[3]int{}
		}
		t.byType[name][outcome]++
	}
}

func (t *fixtureTable) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	line := func(name string, n [3]int) { fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", name, n[0], n[1], n[2]) }
	b.WriteString("| workflows with | passed | failed | not supported |\n|---|---:|---:|---:|\n")
	for _, name := range slices.Sorted(maps.Keys(t.byType)) {
		line("`"+strings.TrimPrefix(name, "n8n-nodes-base.")+"`", *t.byType[name])
	}
	line("all", t.all)
	return b.String()
}
