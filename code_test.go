package nate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// codeWorkflow is a trigger and Code nodes after it, one behind the other: C1, C2, ...
func codeWorkflow(t testing.TB, more string, sources ...string) *workflows.Workflow {
	t.Helper()
	var nodes, connections strings.Builder
	nodes.WriteString(`{"name": "C0", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}}`)
	for i, source := range sources {
		mode := "runOnceForAllItems"
		if each, ok := strings.CutPrefix(source, "each:"); ok {
			mode, source = "runOnceForEachItem", each
		}
		parameters := node.AppendJSON(nil, node.NewObject("mode", mode, "jsCode", source))
		fmt.Fprintf(&nodes, `, {"name": "C%d", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [0, 0], "parameters": %s}`, i+1, parameters)
		if i > 0 {
			connections.WriteString(", ")
		}
		fmt.Fprintf(&connections, `"C%d": {"main": [[{"node": "C%d", "type": "main", "index": 0}]]}`, i, i+1)
	}
	w, err := workflows.ParseOne([]byte(`{"id": "w1", "name": "w"` + more + `, "nodes": [` + nodes.String() + `], "connections": {` + connections.String() + `}}`))
	require.NoError(t, err)
	return w
}

// runCode runs Code nodes and returns the JSON of what the last one put out, one text for each item.
func runCode(t testing.TB, plan *runtime.Plan, items ...node.Item) ([]string, *runtime.Result) {
	t.Helper()
	if items == nil {
		items = []node.Item{node.ItemOf("n", 1), node.ItemOf("n", 2)}
	}
	result, err := plan.Run(context.Background(), runtime.Request{Items: items})
	require.NoError(t, err)
	if result.Error != nil {
		return nil, result
	}
	var out []string
	for _, it := range result.Runs[result.LastNode][0].Main[0] {
		out = append(out, string(node.AppendJSON(nil, it.JSON)))
	}
	return out, result
}

func compileCode(t testing.TB, w *workflows.Workflow, opts ...runtime.Option) *runtime.Plan {
	t.Helper()
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), opts...)
	require.NoError(t, err)
	return plan
}

// Nothing that code does is seen by the next item, node or run.
func TestCodeLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	mess := `
		try { globalThis.left = 1; } catch {}
		try { left2 = 2; } catch {}
		try { Array.prototype.map = () => 'tampered'; } catch {}
		try { Object.prototype.polluted = 'yes'; } catch {}
		try { JSON.stringify = () => 'tampered'; } catch {}
		try { DateTime.now = () => 'tampered'; } catch {}
		try { helpers.httpRequest = 'tampered'; } catch {}
		try { console.log = 'tampered'; } catch {}
		try { $json = 'tampered'; $input = 'tampered'; } catch {}
		try { Buffer.from = 'tampered'; } catch {}
		try { module.exports = 'tampered'; } catch {}
		try { ({}).constructor.prototype.polluted = 'yes'; } catch {}
		setTimeout(() => { globalThis.later = 1; }, 1);
	`
	look := `
		return {json: {
			left: typeof left, left2: typeof left2, later: typeof later, map: [1].map((x) => x + 1), polluted: ({}).polluted ?? 'no',
			json: JSON.stringify({a: 1}), now: typeof DateTime.now().year, request: typeof helpers.httpRequest, log: typeof console.log,
			n: $json.n, input: typeof $input.item, buffer: Buffer.from('a').length, exports: typeof module.exports,
		}};`
	want := func(n int) string {
		return fmt.Sprintf(`{"left":"undefined","left2":"undefined","later":"undefined","map":[2],"polluted":"no","json":"{\"a\":1}","now":"number",`+
			`"request":"function","log":"function","n":%d,"input":"object","buffer":1,"exports":"object"}`, n)
	}
	each := compileCode(t, codeWorkflow(t, "", "each: if ($itemIndex === 0) {"+mess+"return {n: 0};}"+look))
	between := compileCode(t, codeWorkflow(t, "", mess+"return items;", "each:"+look))
	for range 3 {
		out, result := runCode(t, each)
		require.Nil(t, result.Error)
		require.Equal(t, []string{`{"n":0}`, want(2)}, out)
		out, result = runCode(t, between)
		require.Nil(t, result.Error)
		require.Equal(t, []string{want(1), want(2)}, out)
	}
}

// The items that code gets are its own: what it changes in them is not seen by other nodes.
func TestCodeDoesNotChangeItsInput(t *testing.T) {
	t.Parallel()
	plan := compileCode(t, codeWorkflow(t, "", `return [{json: {deep: {list: [1]}}}];`,
		`items[0].json.deep.list.push(2); $json.deep.list.push(3); $('C1').first().json.deep.list.push(4); return [{json: {}}];`,
		`return [{json: $('C1').first().json}];`))
	out, result := runCode(t, plan)
	require.Nil(t, result.Error)
	require.Equal(t, []string{`{"deep":{"list":[1]}}`}, out)
}

func TestCodeLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, message string }{
		{"endless loop", `for (;;) {}`, "Task execution timed out after 0.2 seconds"},
		{"endless wait", `await new Promise((r) => setTimeout(r, 1e6));`, "Task execution timed out after 0.2 seconds"},
		{"endless promises", `const f = () => Promise.resolve().then(f); await f();`, "Task execution timed out after 0.2 seconds"},
		{"each item", "each:" + `for (;;) {}`, "Task execution timed out after 0.2 seconds"},
		{"caught", `try { for (;;) {} } catch {} return [];`, "Task execution timed out after 0.2 seconds"},
		{"memory", `const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);`, "The code was stopped: it used more than 64 MiB of memory"},
		{"recursion", `const f = () => f() + 1; f();`, "The code was stopped: its functions call each other too deeply"},
		{"result", `return [{json: {a: 'x'.repeat(2e6)}}]`, "The code was stopped: what it returned is larger than 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			limits := runtime.CodeLimits{Memory: 64 << 20, Result: 1 << 20, Time: time.Minute}
			if strings.Contains(c.message, "timed out") {
				limits.Time = 200 * time.Millisecond
			}
			plan := compileCode(t, codeWorkflow(t, "", c.source), runtime.WithCodeLimits(limits))
			_, result := runCode(t, plan)
			require.NotNil(t, result.Error)
			require.Equal(t, c.message, result.Error.Message)
			require.Equal(t, "WrappedExecutionError", result.Error.Name)
		})
	}
}

func TestCodeIsCancelled(t *testing.T) {
	t.Parallel()
	for _, source := range []string{`for (;;) {}`, `await new Promise((r) => setTimeout(r, 1e6));`, "each:for (;;) {}"} {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(50*time.Millisecond, cancel)
		result, err := compileCode(t, codeWorkflow(t, "", source)).Run(ctx, runtime.Request{})
		require.NoError(t, err)
		require.Equal(t, runtime.StatusCanceled, result.Status, source)
	}
}

// memoryStatic is a StaticStore.
type memoryStatic struct {
	mu    sync.Mutex
	data  map[string]*node.Object
	fails bool
}

func (s *memoryStatic) Load(_ context.Context, w *workflows.Workflow) (*node.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data[w.ID], nil
}

func (s *memoryStatic) Save(_ context.Context, w *workflows.Workflow, data *node.Object) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails {
		return errors.New("the disk is full")
	}
	s.data[w.ID] = data
	return nil
}

func TestStaticData(t *testing.T) {
	t.Parallel()
	count := `const g = $getWorkflowStaticData('global'); g.runs = (g.runs ?? 0) + 1;
		const own = $getWorkflowStaticData('node'); own.last = g.runs; return [{json: {g, own}}];`
	seen := `return [{json: {global: $getWorkflowStaticData('global'), own: $getWorkflowStaticData('node')}}];`
	w := codeWorkflow(t, `, "staticData": {"global": {"runs": 10}, "node:Other": {"kept": true}}`, count, seen)

	t.Run("begins with the file's", func(t *testing.T) {
		t.Parallel()
		plan := compileCode(t, w)
		for range 2 {
			out, result := runCode(t, plan)
			require.Equal(t, []string{`{"global":{"runs":11},"own":{}}`}, out)
			require.True(t, result.StaticDataChanged)
			require.Equal(t, `{"global":{"runs":11},"node:Other":{"kept":true},"node:C1":{"last":11}}`,
				string(node.AppendJSON(nil, result.StaticData)))
		}
	})
	t.Run("goes on in a store", func(t *testing.T) {
		t.Parallel()
		store := &memoryStatic{data: map[string]*node.Object{}}
		plan := compileCode(t, w, runtime.WithStaticStore(store))
		for _, runs := range []string{"11", "12", "13"} {
			out, _ := runCode(t, plan)
			require.Equal(t, []string{`{"global":{"runs":` + runs + `},"own":{}}`}, out)
		}
		_, err := plan.Run(context.Background(), runtime.Request{Mode: runtime.ModeManual})
		require.NoError(t, err)
		out, _ := runCode(t, plan)
		require.Equal(t, []string{`{"global":{"runs":14},"own":{}}`}, out, "a manual run is not saved")
		store.fails = true
		result, err := plan.Run(context.Background(), runtime.Request{})
		require.EqualError(t, err, `workflow "w" ran, but its static data can't be saved: the disk is full`)
		require.Equal(t, runtime.StatusSuccess, result.Status)
	})
	t.Run("is not kept of code that fails, nor where nothing changed", func(t *testing.T) {
		t.Parallel()
		_, result := runCode(t, compileCode(t, codeWorkflow(t, "", `$getWorkflowStaticData('global').a = 1; throw new Error('x');`)))
		require.False(t, result.StaticDataChanged)
		_, result = runCode(t, compileCode(t, codeWorkflow(t, "", seen)))
		require.False(t, result.StaticDataChanged)
	})
}

func TestCustomData(t *testing.T) {
	t.Parallel()
	plan := compileCode(t, codeWorkflow(t, "", `$execution.customData.setAll({a: 'x', n: 5}); return items;`,
		`for (let i = 0; i < 20; i++) $execution.customData.set('k' + i, i); $execution.customData.set('bad key', 1);
		$execution.customData.set('long', 'x'.repeat(600)); return [{json: {keys: Object.keys($execution.customData.getAll()).length}}];`))
	out, result := runCode(t, plan)
	require.Equal(t, []string{`{"keys":10}`}, out)
	a, _ := result.CustomData.Get("a")
	require.Equal(t, "x", a)
	require.Contains(t, string(result.AppendJSON(nil)), `"metadata":{"a":"x","n":"5","k0":"0"`)

	result, err := compileCode(t, codeWorkflow(t, "", `$execution.customData.set('bad key', 1); return [];`)).
		Run(context.Background(), runtime.Request{Mode: runtime.ModeManual})
	require.NoError(t, err)
	require.Equal(t, `Custom data key can only contain letters, numbers, and underscores (key "bad key")`, result.Error.Message)
}

func TestCodeModules(t *testing.T) {
	t.Parallel()
	source := `return [{json: {h: require('crypto').createHash('sha256').update('a').digest('hex').slice(0, 8)}}];`
	_, result := runCode(t, compileCode(t, codeWorkflow(t, "", source)))
	require.Equal(t, "Module 'crypto' is disallowed [line 1]", result.Error.Message)
	out, result := runCode(t, compileCode(t, codeWorkflow(t, "", source), runtime.WithModules("crypto")))
	require.Nil(t, result.Error)
	require.Equal(t, []string{`{"h":"ca978112"}`}, out)
	for _, name := range []string{"fs", "child_process", "net", "node:fs", "vm", "../x"} {
		_, result := runCode(t, compileCode(t, codeWorkflow(t, "", `require('`+name+`')`), runtime.WithModules("crypto", "fs", name)))
		require.NotNil(t, result.Error, name)
		require.Contains(t, result.Error.Message, "'"+name+"'", "it is not there, whatever is allowed")
	}
}

func TestCodeConsole(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	_, result := runCode(t, compileCode(t, codeWorkflow(t, "", `console.log('hello', {a: [1]}); console.warn('w'); console.debug('d'); return [];`),
		runtime.WithLogger(logger)))
	require.Nil(t, result.Error)
	require.Equal(t, "level=INFO msg=\"hello { a: [ 1 ] }\" node=C1 console=log\nlevel=WARN msg=w node=C1 console=warn\n"+
		"level=DEBUG msg=d node=C1 console=debug\n", log.String())
}

// Requests of code go where the egress policy lets them, and nowhere else.
func TestCodeRequests(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/hop":
			http.Redirect(w, r, "/there", http.StatusFound)
			return
		case "/cookies":
			w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
		}
		fmt.Fprintf(w, `{"method": %q, "path": %q, "body": %q, "type": %q}`, r.Method, r.URL.RequestURI(), body, r.Header.Get("Content-Type"))
	}))
	t.Cleanup(server.Close)
	for _, c := range []struct{ name, source, want, failure string }{
		{"a redirect", `await helpers.httpRequest({url: U + '/hop'})`, `{"r":{"method":"GET","path":"/there","body":"","type":""}}`, ""},
		{
			"a Buffer is sent as it is", `await helpers.httpRequest({url: U, method: 'PUT', body: Buffer.from('raw')})`,
			`{"r":{"method":"PUT","path":"/","body":"raw","type":"application/octet-stream"}}`, "",
		},
		{
			"all cookies", `(await helpers.httpRequest({url: U + '/cookies', returnFullResponse: true})).headers['set-cookie']`,
			`{"r":["a=1","b=2"]}`, "",
		},
		{
			"what looks like bytes stays data", `(await helpers.httpRequest({url: U + '/?x', encoding: 'arraybuffer'})).toString().slice(0, 10)`,
			`{"r":"{\"method\":"}`, "",
		},
		{
			"certificates", `await helpers.httpRequest({url: U, skipSslCertificateValidation: true})`, "",
			"the option skipSslCertificateValidation is not supported: certificates are checked by the transport of the program that runs the workflow",
		},
		{"an address with spaces", `await helpers.httpRequest({url: U + '/a b', qs: {q: 'ä b', u: undefined, n: null, d: {e: [1]}}})`, `{"r":{"method":"GET",` +
			`"path":"/a%20b?q=%C3%A4%20b&n=&d%5Be%5D%5B0%5D=1","body":"","type":""}}`, ""},
		{"a form that is none", `await helpers.request({uri: U, method: 'POST', form: 5})`, "", "the option form is a number, not an object or text"},
		{"no address", `await helpers.httpRequest({url: 'file:///etc/passwd'})`, "", "Invalid URL"},
		{
			"files", `await helpers.getBinaryDataBuffer(0, 'data')`, "",
			"This operation expects the node's input data to contain a binary file 'data', but none was found [item 0]",
		},
	} {
		source := `const U = '` + server.URL + `'; return [{json: {r: ` + c.source + `}}];`
		out, result := runCode(t, compileCode(t, codeWorkflow(t, "", source)))
		if c.failure != "" {
			require.NotNil(t, result.Error, c.name)
			require.Equal(t, c.failure, result.Error.Message, c.name)
			continue
		}
		require.Nil(t, result.Error, c.name)
		require.Equal(t, []string{c.want}, out, c.name)
	}
	_, result := runCode(t, compileCode(t, codeWorkflow(t, "", `return await helpers.httpRequest({url: '`+server.URL+`'});`),
		runtime.WithEgress(runtime.Egress{DenyPrivate: true})))
	require.Contains(t, result.Error.Message, "not allowed")
}

// A server in the same process that answers with the run of another workflow can be asked from code by as many runs as there are.
func TestCodeThatWaitsForCode(t *testing.T) {
	t.Parallel()
	inner := compileCode(t, codeWorkflow(t, "", `return [{json: {inner: true}}];`))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result, err := inner.Run(r.Context(), runtime.Request{})
		if err != nil || result.Error != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(node.AppendJSON(nil, result.Runs["C1"][0].Main[0][0].JSON))
	}))
	t.Cleanup(server.Close)
	plan := compileCode(t, codeWorkflow(t, "", `return await Promise.all([1, 2].map(() => helpers.httpRequest({url: '`+server.URL+`'})));`))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			result, err := plan.Run(context.Background(), runtime.Request{})
			if err != nil || result.Error != nil || len(result.Runs["C1"][0].Main[0]) != 2 {
				t.Errorf("%v %v", err, result)
			}
		})
	}
	all.Wait()
}

func TestPythonIsRefusedBeforeARun(t *testing.T) {
	t.Parallel()
	w, err := workflows.ParseOne([]byte(`{"name": "w", "nodes": [
		{"name": "T", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
		{"name": "P", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [0, 0], "parameters": {"language": "pythonNative", "pythonCode": "return []"}}
	], "connections": {"T": {"main": [[{"node": "P", "type": "main", "index": 0}]]}}}`))
	require.NoError(t, err)
	plan := compileCode(t, w)
	require.Contains(t, fmt.Sprint(plan.Issues()), "Python code is not supported")
	_, err = plan.Run(context.Background(), runtime.Request{})
	require.ErrorContains(t, err, "Python code is not supported")
}

func TestCodeItems(t *testing.T) {
	t.Parallel()
	file := node.NewBinary("a.txt", "text/plain").WithData([]byte("hello"))
	items := []node.Item{{JSON: node.NewObject("n", 1), Binary: new(node.Binaries).With("data", file)}, node.ItemOf("n", 2)}
	for _, c := range []struct{ name, source, want string }{
		{"files go through", `return $input.all();`, `{"json":{"n":1},"binary":{"data":`},
		{"and can be read", `return [{json: {text: Buffer.from(items[0].binary.data.data, 'base64').toString()}}];`, `{"json":{"text":"hello"}`},
		{"each item's too", `each:return {json: {n: $itemIndex}, binary: $input.item.binary};`, `{"json":{"n":0},"binary":{"data":`},
		{"and can be made", `return [{json: {}, binary: {x: {data: 'aGk=', mimeType: 'text/plain'}}}];`, `{"json":{},"binary":{"x":`},
		{"an error as text", `return [{json: {a: 1}, error: 'x'}];`, `{"json":{"error":"x"},"error":{"message":"x"`},
		{"an unknown key", `return [{json: {a: 1}, index: 5}];`, `{"json":{"a":1},"pairedItem"`},
	} {
		plan := compileCode(t, codeWorkflow(t, "", c.source))
		result, err := plan.Run(context.Background(), runtime.Request{Items: items})
		require.NoError(t, err, c.name)
		require.Nil(t, result.Error, c.name)
		text := string(result.Runs["C1"][0].Main[0][0].AppendJSON(nil))
		require.Equal(t, c.want, text[:min(len(text), len(c.want))], c.name)
	}
}

// Files that are not in memory are read and made by code like others; an id opens what this run has stored, and nothing else.
func TestCodeFilesInAStore(t *testing.T) {
	t.Parallel()
	const (
		makes  = `return [{json: {}, binary: {f: await helpers.prepareBinaryData(Buffer.from('stored'), 'f.txt')}}];`
		reads  = `(await helpers.getBinaryDataBuffer(0, 'f')).toString()`
		stored = `$input.first().binary.f.id`
	)
	inStore := runtime.WithBinaryMemory(runtime.BinaryMemory{File: -1})
	read := func(more runtime.Option, sources ...string) (string, *runtime.Result) {
		out, result := runCode(t, compileCode(t, codeWorkflow(t, "", sources...), inStore, more))
		t.Cleanup(func() { require.NoError(t, result.Close()) })
		if result.Error != nil {
			return result.Error.Message, result
		}
		return out[0], result
	}
	none := runtime.WithCodeLimits(runtime.CodeLimits{})
	got, _ := read(none, makes, `return [{json: {id: typeof `+stored+`, text: `+reads+`}}]`)
	require.Equal(t, `{"id":"string","text":"stored"}`, got)
	got, _ = read(none, makes, `return [{json: {}, binary: {f: {mimeType: 'text/plain', id: `+stored+`}}}]`, `return [{json: {text: `+reads+`}}]`)
	require.Equal(t, `{"text":"stored"}`, got, "code may hand on the ids of its run")
	large := node.Item{Binary: (*node.Binaries)(nil).With("f", node.NewBinary("f.txt", "").WithData(make([]byte, 5e6)))}
	_, result := runCode(t, compileCode(t, codeWorkflow(t, "", `return [{json: {n: `+reads+`.length}}]`), runtime.WithCodeLimits(
		runtime.CodeLimits{Memory: 16 << 20})), large)
	require.NotNil(t, result.Error)
	require.Equal(t, `the file "f.txt" has more than 4194304 bytes, a quarter of the memory that code may use: raise the limit `+
		`(runtime.WithCodeLimits)`, result.Error.Message)

	_, other := read(none, makes)
	file, _ := other.LastItems()[0].Binary.Get("f")
	for _, id := range []string{
		file.ID(), "filesystem-v2:executions/1/binary_data/1", "filesystem-v2:../../../../etc/passwd", "filesystem:/etc/passwd", "database:1", "x",
	} {
		quoted := string(node.AppendJSON(nil, id))
		want := "this run has stored no file " + quoted
		made := `{mimeType: 'text/plain', data: '', id: ` + quoted + `}`
		got, _ = read(none, makes, `return await helpers.getBinaryDataBuffer(0, `+made+`)`)
		require.Equal(t, want, got)
		got, _ = read(none, makes, `return [{json: {}, binary: {f: `+made+`}}]`, `return [{json: {text: `+reads+`}}]`)
		require.Equal(t, want, got)
	}
}

// Python is refused before a run starts, under its name in older files too.
func TestCodeInPython(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"python", "pythonNative"} {
		w, err := workflows.ParseOne([]byte(`{"name": "w", "nodes": [{"name": "C", "type": "n8n-nodes-base.code", "typeVersion": 2,
			"position": [0, 0], "parameters": {"language": "` + language + `", "pythonCode": "return []"}}], "connections": {}}`))
		require.NoError(t, err)
		plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...))
		if err == nil {
			_, err = plan.Run(context.Background(), runtime.Request{Start: "C"})
		}
		require.ErrorContains(t, err, "Python code is not supported")
	}
}
