package n8ntest

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// startData is what node Start of run has put out.
const startData = `{"main":[[{"json":{"b":1.50,"a":{"x":[1,null]}},"pairedItem":{"item":0}},{"json":{}}],null,[]]}`

// run is a run with something of everything that is compared.
const run = `{
 "data": {
  "resultData": {
   "runData": {
    "Start": [{"startTime":1,"executionTime":2,"executionIndex":0,"source":[],"hints":[],"executionStatus":"success",
     "data":` + startData + `}],
    "Edit Fields": [{"startTime":3,"executionTime":4,"executionIndex":1,"executionStatus":"error","hints":[{"message":"hint"}],
     "source":[{"previousNode":"Start","previousNodeOutput":0,"previousNodeRun":0},null],
     "error":{"name":"NodeApiError","message":"Bad gateway","description":"more","httpCode":"502","messages":["m"],"stack":"s",
      "node":{"name":"Edit Fields"},"timestamp":5,"level":"warning","tags":{},
      "context":{"itemIndex":1,"data":{"errors":[{"message":"d"}]},"request":{"uri":"u","gzip":true,"timeout":300000}}},
     "data":{"main":[[{"json":{"error":"e"},"pairedItem":[{"item":0},{"item":1,"input":1}],"binary":{"file":{"id":"1"}},
      "error":{"message":"e","name":"NodeApiError","description":"d","timestamp":6,"context":{"data":1},"cause":{"name":"x"}}}]],
      "ai_tool":[[]]}}]
   },
   "lastNodeExecuted": "Edit Fields",
   "error": {"name":"NodeApiError","message":"Bad gateway"},
   "pinData": {"Start":[]}
  },
  "executionData": {
   "contextData": {}, "metadata": {}, "runtimeData": {"establishedAt":7},
   "nodeExecutionStack": [{"node":{"name":"Next","position":[1,2]},"data":{"main":[[{"json":{"q":1}}]]},
    "source":{"main":[{"previousNode":"Start","previousNodeOutput":1,"previousNodeRun":0}]}}],
   "waitingExecution": {"Merge":{"0":{"main":[[{"json":{"w":1}}],null]}}},
   "waitingExecutionSource": {"Merge":{"0":{"main":[{"previousNode":"Start"},null]}}}
  },
  "resumeToken": "t"
 },
 "id": "1", "mode": "cli", "startedAt": "s", "stoppedAt": "s", "status": "error"
}`

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		old, new string   // the text that is replaced in got
		want     []string // the differences
	}{
		"alike":    {"", "", nil},
		"status":   {`"status": "error"`, `"status": "success"`, []string{`status: want "error", got "success"`}},
		"finished": {`"status": "error"`, `"status": "error", "finished": true`, []string{`finished: want false, got true`}},
		"last node": {`"lastNodeExecuted": "Edit Fields"`, `"lastNodeExecuted": "Start"`, []string{
			`lastNodeExecuted: want "Edit Fields", got "Start"`,
		}},
		"run error": {`"error": {"name":"NodeApiError","message":"Bad gateway"}`, `"error": {"message":"Bad gateway!"}`, []string{
			`error.name: want "NodeApiError", got absent`, `error.message: want "Bad gateway", got "Bad gateway!"`,
		}},
		"no run error": {`"error": {"name":"NodeApiError","message":"Bad gateway"},`, ``, []string{
			`error: want {"name":"NodeApiError","message":"Bad gateway"}, got null`,
		}},
		"node missing": {`"Start": [{"startTime":1`, `"Other": [{"startTime":1`, []string{
			`runData.Start: want [{"executionIndex":0,"executionStatus":"success","source":[],"error":null,"hints":[],"data":` + startData + `}], got absent`,
			`runData.Other: want absent, got [{"executionIndex":0,"executionStatus":"success","source":[],"error":null,"hints":[],"data":` + startData + `}]`,
		}},
		"execution index": {`"executionIndex":1`, `"executionIndex":2`, []string{`runData["Edit Fields"][0].executionIndex: want 1, got 2`}},
		"execution status": {`"executionStatus":"success"`, `"executionStatus":"error"`, []string{
			`runData.Start[0].executionStatus: want "success", got "error"`,
		}},
		"source": {`,"previousNodeOutput":0,"previousNodeRun":0},null]`, `,"previousNodeRun":1}]`, []string{
			`runData["Edit Fields"][0].source: want 2 elements, got 1`,
			`runData["Edit Fields"][0].source[0].previousNodeRun: want 0, got 1`,
			`runData["Edit Fields"][0].source[1]: want null, got absent`,
		}},
		"hints": {`"hints":[{"message":"hint"}]`, `"hints":[]`, []string{
			`runData["Edit Fields"][0].hints: want 1 elements, got 0`,
			`runData["Edit Fields"][0].hints[0]: want {"message":"hint"}, got absent`,
		}},
		"error text": {`"message":"Bad gateway","description":"more"`, `"message":"Bad gateway","description":"less"`, []string{
			`runData["Edit Fields"][0].error.description: want "more", got "less"`,
		}},
		"HTTP code": {`"httpCode":"502"`, `"httpCode":502`, []string{`runData["Edit Fields"][0].error.httpCode: want "502", got 502`}},
		"messages":  {`"messages":["m"]`, `"messages":["n"]`, []string{`runData["Edit Fields"][0].error.messages[0]: want "m", got "n"`}},
		"context":   {`"itemIndex":1`, `"itemIndex":2`, []string{`runData["Edit Fields"][0].error.context.itemIndex: want 1, got 2`}},
		"context data": {`"errors":[{"message":"d"}]`, `"errors":[]`, []string{
			`runData["Edit Fields"][0].error.context.data.errors: want 1 elements, got 0`,
			`runData["Edit Fields"][0].error.context.data.errors[0]: want {"message":"d"}, got absent`,
		}},
		"context request": {`"uri":"u"`, `"uri":"v"`, []string{`runData["Edit Fields"][0].error.context.request.uri: want "u", got "v"`}},
		"number text":     {`"b":1.50`, `"b":1.5`, []string{`runData.Start[0].data.main[0][0].json.b: want 1.50, got 1.5`}},
		"key order": {`{"b":1.50,"a":{"x":[1,null]}}`, `{"a":{"x":[1,null]},"b":1.50}`, []string{
			`runData.Start[0].data.main[0][0].json: want keys in the order ["b","a"], got ["a","b"]`,
		}},
		"null in json": {`[1,null]`, `[1,0]`, []string{`runData.Start[0].data.main[0][0].json.a.x[1]: want null, got 0`}},
		"key missing":  {`"a":{"x":[1,null]}`, `"a":{}`, []string{`runData.Start[0].data.main[0][0].json.a.x: want [1,null], got absent`}},
		"null is no key": {`"a":{"x":[1,null]}`, `"a":{"x":[1,null],"y":null}`, []string{
			`runData.Start[0].data.main[0][0].json.a.y: want absent, got null`,
		}},
		"item missing": {`,{"json":{}}],null`, `],null`, []string{
			`runData.Start[0].data.main[0]: want 2 elements, got 1`,
			`runData.Start[0].data.main[0][1]: want {"json":{}}, got absent`,
		}},
		"empty output": {`,null,[]]}}]`, `,[],[]]}}]`, []string{`runData.Start[0].data.main[1]: want null, got []`}},
		"output missing": {`,null,[]]}}]`, `,null]}}]`, []string{
			`runData.Start[0].data.main: want 3 elements, got 2`,
			`runData.Start[0].data.main[2]: want [], got absent`,
		}},
		"connection type": {`"ai_tool":[[]]`, `"ai_memory":[[]]`, []string{
			`runData["Edit Fields"][0].data.ai_tool: want [[]], got absent`,
			`runData["Edit Fields"][0].data.ai_memory: want absent, got [[]]`,
		}},
		"no data": {`"data":` + startData, `"metadata":{}`, []string{
			`runData.Start[0].data: want ` + startData + `, got absent`,
		}},
		"pairing": {`"pairedItem":{"item":0}`, `"pairedItem":{"item":1}`, []string{
			`runData.Start[0].data.main[0][0].pairedItem.item: want 0, got 1`,
		}},
		"no pairing": {`,"pairedItem":{"item":0}`, ``, []string{
			`runData.Start[0].data.main[0][0].pairedItem: want {"item":0}, got absent`,
		}},
		"pairing of two": {`{"item":1,"input":1}`, `{"item":1,"input":2}`, []string{
			`runData["Edit Fields"][0].data.main[0][0].pairedItem[1].input: want 1, got 2`,
		}},
		"binary name": {`"binary":{"file"`, `"binary":{"data"`, []string{
			`runData["Edit Fields"][0].data.main[0][0].binary.file: want {}, got absent`,
			`runData["Edit Fields"][0].data.main[0][0].binary.data: want absent, got {}`,
		}},
		"binary field": {`{"file":{"id":"1"}}`, `{"file":{"id":"1","mimeType":"text/plain"}}`, []string{
			`runData["Edit Fields"][0].data.main[0][0].binary.file.mimeType: want absent, got "text/plain"`,
		}},
		"item error": {`"error":{"message":"e","name"`, `"error":{"message":"f","name"`, []string{
			`runData["Edit Fields"][0].data.main[0][0].error.message: want "e", got "f"`,
		}},
		"new item key": {`,{"json":{}}],null`, `,{"json":{},"extra":1}],null`, []string{
			`runData.Start[0].data.main[0][1].extra: want absent, got 1`,
		}},
		"next node":    {`"node":{"name":"Next"`, `"node":{"name":"Last"`, []string{`nodeExecutionStack[0].node: want "Next", got "Last"`}},
		"next data":    {`{"json":{"q":1}}`, `{"json":{"q":2}}`, []string{`nodeExecutionStack[0].data.main[0][0].json.q: want 1, got 2`}},
		"next source":  {`"previousNodeOutput":1,`, ``, []string{`nodeExecutionStack[0].source.main[0].previousNodeOutput: want 1, got 0`}},
		"waiting data": {`{"json":{"w":1}}`, `{"json":{"w":2}}`, []string{`waitingExecution.Merge["0"].main[0][0].json.w: want 1, got 2`}},
		"waiting source": {`[{"previousNode":"Start"},null]`, `[null,null]`, []string{
			`waitingExecutionSource.Merge["0"].main[0]: want {"previousNode":"Start","previousNodeOutput":0,"previousNodeRun":0}, got null`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, run, tt.old)
			diffs, err := Diff([]byte(run), []byte(strings.Replace(run, tt.old, tt.new, 1)))
			require.NoError(t, err)
			require.Equal(t, tt.want, diffs)
		})
	}
}

func TestDiffTakesAsAlike(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string][2]string{
		"times":                     {`"startTime":1,"executionTime":2`, `"startTime":9`},
		"finished false":            {`"status": "error"`, `"finished": false, "status": "error"`},
		"ids":                       {`"id": "1", "mode": "cli"`, `"mode": "manual"`},
		"stack":                     {`"stack":"s"`, `"stack":"t"`},
		"node of an error":          {`"node":{"name":"Edit Fields"}`, `"node":{"name":"Edit Fields","parameters":{}}`},
		"level and tags":            {`"level":"warning","tags":{}`, `"level":"error"`},
		"client settings":           {`"uri":"u","gzip":true,"timeout":300000`, `"uri":"u","timeout":1`},
		"context order":             {`"itemIndex":1,"data":{"errors":[{"message":"d"}]}`, `"data":{"errors":[{"message":"d"}]},"itemIndex":1`},
		"cause of an item's error":  {`,"cause":{"name":"x"}`, ``},
		"null in an error":          {`"error": {"name":"NodeApiError"`, `"error": {"description":null,"name":"NodeApiError"`},
		"empty context, messages":   {`"error": {"name":"NodeApiError"`, `"error": {"context":{},"messages":[],"name":"NodeApiError"`},
		"no hints":                  {`"hints":[],`, ``},
		"no source":                 {`"source":[],`, ``},
		"pairing as a number":       {`"pairedItem":{"item":0}`, `"pairedItem":0`},
		"pairing as a list":         {`"pairedItem":{"item":0}`, `"pairedItem":[{"item":0}]`},
		"pairing to input 0":        {`"pairedItem":{"item":0}`, `"pairedItem":{"input":0,"item":0}`},
		"source's defaults":         {`,"previousNodeOutput":0,"previousNodeRun":0},null`, `},null`},
		"binary data":               {`{"file":{"id":"1"}}`, `{"file":{"id":"2","data":"x"}}`},
		"pins, tokens, runtimeData": {`"resumeToken": "t"`, `"version": 1`},
		"copy of a node that waits": {`{"name":"Next","position":[1,2]}`, `{"name":"Next"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, run, tt[0])
			got := []byte(strings.Replace(run, tt[0], tt[1], 1))
			for _, pair := range [][2][]byte{{[]byte(run), got}, {got, []byte(run)}} {
				diffs, err := Diff(pair[0], pair[1])
				require.NoError(t, err)
				require.Empty(t, diffs)
			}
		})
	}

	minimal := []byte(`{"status":"success","finished":true,"data":{"resultData":{"runData":{}}}}`)
	whole := []byte(`{"status":"success","finished":true,"data":{"resultData":{"runData":{},"error":null},"executionData":{"nodeExecutionStack":[],` +
		`"waitingExecution":{},"waitingExecutionSource":{}}}}`)
	diffs, err := Diff(whole, minimal)
	require.NoError(t, err)
	require.Empty(t, diffs)
}

func TestDiffErrors(t *testing.T) {
	t.Parallel()
	ok := []byte(`{"data":{"resultData":{}}}`)
	for doc, message := range map[string]string{
		``:                              "unexpected end of JSON input",
		`[]`:                            "want a run object, got []",
		`{}`:                            "no data.resultData in {}",
		`{"data":1}`:                    `no data.resultData in {"data":1}`,
		`{"thrown":{"message":"m"}}`:    `no data.resultData in {"thrown"`,
		`{"data":{"resultData":{}}} {}`: "after top-level value",
	} {
		_, err := Diff([]byte(doc), ok)
		require.ErrorContains(t, err, "n8ntest: recorded run: ")
		require.ErrorContains(t, err, message)
		_, err = Diff(ok, []byte(doc))
		require.ErrorContains(t, err, "n8ntest: run: ")
	}
}

func TestDiffCutsLongValues(t *testing.T) {
	t.Parallel()
	doc := func(s string) []byte { return []byte(`{"status":"` + s + `","data":{"resultData":{}}}`) }
	diffs, err := Diff(doc(strings.Repeat("é", 1000)), doc("x"))
	require.NoError(t, err)
	require.Equal(t, []string{`status: want "` + strings.Repeat("é", 149) + `… (2002 bytes), got "x"`}, diffs)
}

// notCompared matches the paths in a run document of values that are not compared.
var notCompared = regexp.MustCompile(`^(id|mode|startedAt|stoppedAt|storedAt|__\w+|createdAt|deletedAt|retryOf|retrySuccessId|workflowId|waitTill|` +
	`workflowVersionId|tracingContext|deduplicationKey|jsonSizeBytes|binaryDataSizeBytes|usedPrivateCredentials|customData)\b|` +
	`^data\.(version|startData|resumeToken|resultData\.pinData)\b|^data\.executionData\.(contextData|metadata|runtimeData)\b|` +
	`\.(startTime|executionTime)$|error\.(level|shouldReport|tags|timestamp|functionality|project|cause|node)\b|` +
	`nodeExecutionStack\[\d+\]\.node\.(id|type|typeVersion|position|parameters|credentials|onError|continueOnFail|retryOnFail|alwaysOutputData|` +
	`maxTries|waitBetweenTries)\b`)

// TestDiffSeesEveryLeaf changes each value of real recordings in turn: Diff must name the change, unless the value is one that
// is not compared.
func TestDiffSeesEveryLeaf(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a_directus_both_legacy_and_stop", "a2_directus_first_bad_contRegular", "c_AOD_directusContErr", "c_pin_manual_trigger",
		"f_cred_unknownId_contRegular", "f_directus_connrefused", "h_status_st400errmsg", "set_convert_second_fails_error_output",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := LoadCase(filepath.Join(casesDir, name))
			require.NoError(t, err)
			doc, err := decode(c.Result)
			require.NoError(t, err)
			seen := 0
			changeLeaves("", doc, func(path string) {
				diffs, err := Diff(c.Result, []byte(text(doc)))
				require.NoError(t, err)
				if notCompared.MatchString(path) {
					require.Empty(t, diffs, path)
					return
				}
				seen++
				require.NotEmpty(t, diffs, path)
			})
			require.Greater(t, seen, 10)
			diffs, err := Diff(c.Result, []byte(text(doc)))
			require.NoError(t, err)
			require.Empty(t, diffs, "every change was taken back")
		})
	}
}

// changeLeaves replaces each value below v that is no object or list by another one, calls check, and puts it back.
func changeLeaves(path string, v any, check func(path string)) {
	change := func(path string, old any, set func(any)) {
		switch old.(type) {
		case *object, []any:
			changeLeaves(path, old, check)
			return
		case bool:
			set(old != true)
		default:
			set(fmt.Sprintf("changed %v", old))
		}
		check(path)
		set(old)
	}
	switch v := v.(type) {
	case *object:
		for _, k := range v.keys {
			change(join(path, k), v.values[k], func(n any) { v.values[k] = n })
		}
	case []any:
		for i := range v {
			change(fmt.Sprintf("%s[%d]", path, i), v[i], func(n any) { v[i] = n })
		}
	}
}

func TestDiffRequests(t *testing.T) {
	t.Parallel()
	request := func(change func(*Request)) []Request {
		r := Request{Method: "POST", URL: "/a", Body: "{}", Headers: map[string]string{
			"authorization": "Bearer x", "content-type": "application/json", "date": "d",
		}}
		change(&r)
		return []Request{r}
	}
	same := func(*Request) {}
	require.Empty(t, DiffRequests(nil, []Request{}))
	require.Empty(t, DiffRequests(request(same), request(func(r *Request) { r.Headers["date"] = "e" })))
	require.Equal(t, []string{`requests[0].method: want "POST", got "GET"`},
		DiffRequests(request(same), request(func(r *Request) { r.Method = "GET" })))
	require.Equal(t, []string{`requests[0].url: want "/a", got "/b"`}, DiffRequests(request(same), request(func(r *Request) { r.URL = "/b" })))
	require.Equal(t, []string{`requests[0].body: want "{}", got ""`}, DiffRequests(request(same), request(func(r *Request) { r.Body = "" })))
	require.Equal(t, []string{`requests[0].authorization: want "Bearer x", got absent`},
		DiffRequests(request(same), request(func(r *Request) { delete(r.Headers, "authorization") })))
	require.Equal(t, []string{
		`requests: want 1 elements, got 0`,
		`requests[0]: want {"method":"POST","url":"/a","authorization":"Bearer x","content-type":"application/json","body":"{}"}, got absent`,
	}, DiffRequests(request(same), nil))
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte(run))
	f.Add([]byte(`{"data":{"resultData":{}}}`))
	f.Add([]byte(`{"data":{"resultData":{"runData":{"N":[null,{"data":{"main":[[1,{"pairedItem":[[]],"error":"x"}]]},"source":[1]}]}},` +
		`"executionData":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		diffs, err := Diff(data, data)
		require.Empty(t, diffs)
		other, _ := Diff([]byte(run), data)
		if err != nil {
			require.Empty(t, other)
		}
		require.False(t, err == nil && !json.Valid(data))
	})
}
