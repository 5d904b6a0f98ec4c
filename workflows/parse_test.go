package workflows_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// parseOne parses a workflow that has to be good.
func parseOne(t *testing.T, text string) *workflows.Workflow {
	t.Helper()
	w, err := workflows.ParseOne([]byte(text))
	require.NoError(t, err)
	return w
}

// nodeWith parses a workflow of one node with these keys beside its name and type, and returns the node.
func nodeWith(t *testing.T, keys string) *workflows.Node {
	t.Helper()
	if keys != "" {
		keys = ", " + keys
	}
	return parseOne(t, `{"nodes": [{"name": "A", "type": "x.y"`+keys+`}], "connections": {}}`).Nodes[0]
}

func TestParseWorkflow(t *testing.T) {
	t.Parallel()
	w := parseOne(t, `{
		"id": "Xy1", "name": "W", "active": true,
		"nodes": [
			{"id": "n1", "name": "A", "type": "x.a", "typeVersion": 3.4, "position": [-20, 40.5], "parameters": {"z": 1, "a": "={{ 1 }}"},
			 "credentials": {"directusApi": {"id": "7", "name": "Directus"}}, "disabled": true, "onError": "continueErrorOutput",
			 "retryOnFail": true, "maxTries": 4, "waitBetweenTries": 250, "alwaysOutputData": true, "webhookId": "hook", "executeOnce": true},
			{"name": "Note", "type": "n8n-nodes-base.stickyNote"}
		],
		"connections": {"A": {"main": [[{"node": "A", "type": "main", "index": 0}], null, [], [{"node": "Note", "type": "main", "index": 2}]],
			"ai_tool": [[{"node": "A", "type": "ai_tool", "index": 0}]]}},
		"settings": {"executionOrder": "v1", "timezone": "Europe/Berlin", "executionTimeout": 60, "errorWorkflow": "E1"}
	}`)
	require.Equal(t, "Xy1", w.ID)
	require.Equal(t, "W", w.Name)
	require.True(t, w.Active)
	require.Equal(t, workflows.Settings{
		ExecutionOrder: "v1", Timezone: "Europe/Berlin", ExecutionTimeout: 60, ErrorWorkflow: "E1",
	}, w.Settings)
	require.Equal(t, map[string]map[string][][]workflows.Connection{"A": {
		"main":    {{{Node: "A", Type: "main"}}, nil, nil, {{Node: "Note", Type: "main", Index: 2}}},
		"ai_tool": {{{Node: "A", Type: "ai_tool"}}},
	}}, w.Connections)

	n := w.Nodes[0]
	require.Equal(t, "n1", n.ID)
	require.Equal(t, "hook", n.WebhookID)
	require.Equal(t, "A", n.Name)
	require.Equal(t, "x.a", n.Type)
	require.InDelta(t, 3.4, n.TypeVersion, 0)
	require.Equal(t, [2]float64{-20, 40.5}, n.Position)
	require.Equal(t, `{"z":1,"a":"={{ 1 }}"}`, string(node.AppendJSON(nil, n.Parameters)))
	require.True(t, n.Parameters.Frozen())
	require.Equal(t, map[string]workflows.CredentialRef{"directusApi": {ID: "7", Name: "Directus"}}, n.Credentials)
	require.Equal(t, workflows.ContinueErrorOutput, n.OnError)
	require.InDelta(t, 4, n.MaxTries, 0)
	require.InDelta(t, 250, n.WaitBetweenTries, 0)
	for name, set := range map[string]bool{
		"disabled": n.Disabled, "retryOnFail": n.RetryOnFail, "alwaysOutputData": n.AlwaysOutputData, "executeOnce": n.ExecuteOnce,
	} {
		require.True(t, set, name)
	}
	require.False(t, n.ContinueOnFail)
	require.False(t, n.IsStickyNote())
	require.True(t, w.Nodes[1].IsStickyNote())
	require.Nil(t, w.PinData)
}

func TestParseForms(t *testing.T) {
	t.Parallel()
	const one = `{"nodes": [], "connections": {}}`
	for name, c := range map[string]struct {
		text  string
		names []string
	}{
		"one workflow":      {`{"name": "A", "nodes": [], "connections": {}}`, []string{"A"}},
		"a list":            {`[{"name": "A", "nodes": [], "connections": {}}, {"name": "B", "nodes": [], "connections": {}}]`, []string{"A", "B"}},
		"a list of one":     {`[` + one + `]`, []string{""}},
		"the clipboard":     {`{"nodes": [], "connections": {}, "pinData": {}, "meta": {"instanceId": "x"}}`, []string{""}},
		"a byte order mark": {"\ufeff" + one, []string{""}},
		"nulls": {
			`{"id": null, "name": null, "active": null, "nodes": [], "connections": {}, "settings": null, "pinData": null}`,
			[]string{""},
		},
		"of a repeated key the last counts": {
			`{"name": "A", "nodes": 5, "name": "B", "nodes": [], "connections": {}}`, []string{"B"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws, err := workflows.Parse([]byte(c.text))
			require.NoError(t, err)
			var names []string
			for _, w := range ws {
				names = append(names, w.Name)
			}
			require.Equal(t, c.names, names)
		})
	}
}

func TestParseIsLenientAsN8nIs(t *testing.T) {
	t.Parallel()
	type check func(t *testing.T, n *workflows.Node)
	version := func(v float64) check {
		return func(t *testing.T, n *workflows.Node) { t.Helper(); require.InDelta(t, v, n.TypeVersion, 0) }
	}
	position := func(x, y float64) check {
		return func(t *testing.T, n *workflows.Node) { t.Helper(); require.Equal(t, [2]float64{x, y}, n.Position) }
	}
	credentials := func(refs map[string]workflows.CredentialRef) check {
		return func(t *testing.T, n *workflows.Node) { t.Helper(); require.Equal(t, refs, n.Credentials) }
	}
	tries := func(maxTries, wait float64) check {
		return func(t *testing.T, n *workflows.Node) {
			t.Helper()
			require.Equal(t, [2]float64{maxTries, wait}, [2]float64{n.MaxTries, n.WaitBetweenTries})
		}
	}
	flags := func(on bool) check {
		return func(t *testing.T, n *workflows.Node) {
			t.Helper()
			require.Equal(t, [4]bool{on, on, on, on}, [4]bool{n.RetryOnFail, n.ContinueOnFail, n.AlwaysOutputData, n.ExecuteOnce})
		}
	}
	onError := func(v workflows.OnError) check {
		return func(t *testing.T, n *workflows.Node) { t.Helper(); require.Equal(t, v, n.OnError) }
	}
	noParameters := func(t *testing.T, n *workflows.Node) {
		t.Helper()
		require.NotNil(t, n.Parameters)
		require.Zero(t, n.Parameters.Len())
		require.True(t, n.Parameters.Frozen())
	}
	type refs = map[string]workflows.CredentialRef
	for name, c := range map[string]struct {
		keys  string
		check check
	}{
		"parameters absent":        {``, noParameters},
		"parameters null":          {`"parameters": null`, noParameters},
		"typeVersion absent":       {``, version(1)},
		"typeVersion null":         {`"typeVersion": null`, version(1)},
		"typeVersion with a point": {`"typeVersion": 4.2`, version(4.2)},
		"typeVersion zero":         {`"typeVersion": 0`, version(0)},
		"position absent":          {``, position(0, 0)},
		"position null":            {`"position": null`, position(0, 0)},
		"position not whole":       {`"position": [-1.5, 2e2]`, position(-1.5, 200)},
		"no credentials":           {`"credentials": {}`, credentials(nil)},
		"credential id null":       {`"credentials": {"a": {"id": null, "name": "N"}}`, credentials(refs{"a": {Name: "N"}})},
		"credential id a number":   {`"credentials": {"a": {"id": 12, "name": "N"}}`, credentials(refs{"a": {ID: "12", Name: "N"}})},
		"credential without id":    {`"credentials": {"a": {"name": "N"}}`, credentials(refs{"a": {Name: "N"}})},
		"credential a bare name":   {`"credentials": {"a": "N"}`, credentials(refs{"a": {Name: "N"}})},
		"credential not chosen": {
			`"credentials": {"a": "", "b": null, "c": {"id": "1", "name": "C"}}`,
			credentials(refs{"c": {ID: "1", Name: "C"}}),
		},
		"maxTries in quotes":      {`"maxTries": "4", "waitBetweenTries": " 250.5 "`, tries(4, 250.5)},
		"maxTries null and empty": {`"maxTries": null, "waitBetweenTries": ""`, tries(0, 0)},
		"maxTries negative":       {`"maxTries": -1, "waitBetweenTries": "-50"`, tries(-1, -50)},
		"flags true":              {`"retryOnFail": true, "continueOnFail": true, "alwaysOutputData": true, "executeOnce": true`, flags(true)},
		"flags nearly true":       {`"retryOnFail": "true", "continueOnFail": 1, "alwaysOutputData": {}, "executeOnce": "yes"`, flags(false)},
		"flags null":              {`"retryOnFail": null, "continueOnFail": null, "alwaysOutputData": null, "executeOnce": null`, flags(false)},
		"onError of any text":     {`"onError": "whatever"`, onError("whatever")},
		"onError null":            {`"onError": null`, onError("")},
		"disabled null": {`"disabled": null`, func(t *testing.T, n *workflows.Node) {
			t.Helper()
			require.False(t, n.Disabled)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.check(t, nodeWith(t, c.keys))
		})
	}
}

func TestParseSettings(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]workflows.Settings{
		``: {},
		`"timezone": "DEFAULT", "errorWorkflow": "DEFAULT", "executionTimeout": -1`: {ExecutionTimeout: -1},
		`"executionTimeout": "60", "errorWorkflow": 12`:                             {ExecutionTimeout: 60, ErrorWorkflow: "12"},
		`"executionOrder": null, "timezone": null, "executionTimeout": null`:        {},
	} {
		w := parseOne(t, `{"nodes": [], "connections": {}, "settings": {`+keys+`}}`)
		require.Equal(t, want, w.Settings, keys)
	}
	require.Equal(t, "1511", parseOne(t, `{"id": 1511, "nodes": [], "connections": {}}`).ID)
}

func TestParseConnections(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]map[string][][]workflows.Connection{
		`{}`:                        {},
		`{"A": {}}`:                 {},
		`{"A": null}`:               {},
		`{"A": {"main": null}}`:     {"A": {"main": {}}},
		`{"A": {"main": []}}`:       {"A": {"main": {}}},
		`{"A": {"main": [null]}}`:   {"A": {"main": {nil}}},
		`{"A": {"main": [[], []]}}`: {"A": {"main": {nil, nil}}},
	} {
		w := parseOne(t, `{"nodes": [{"name": "A", "type": "x"}], "connections": `+text+`}`)
		require.Equal(t, want, w.Connections, text)
	}
}

func TestParsePinData(t *testing.T) {
	t.Parallel()
	w := parseOne(t, `{"nodes": [{"name": "A", "type": "x"}, {"name": "B", "type": "x"}], "connections": {}, "pinData": {
		"A": [{"json": {"n": 1}, "pairedItem": {"item": 3}}, {"plain": true}],
		"B": [{"json": {}, "binary": {"data": "a.txt"}}],
		"File": [{"json": {}, "binary": {"data": {"mimeType": "text/plain", "data": "eA=="}}}],
		"Empty": [], "Nothing": null, "Gone": [{"json": {"x": "y"}}]
	}}`)
	require.Equal(t, `{"n":1}`, string(node.AppendJSON(nil, w.PinData["A"][0].JSON)))
	require.Equal(t, []node.Paired{{Item: 3}}, w.PinData["A"][0].Paired)
	require.Equal(t, `{"plain":true}`, string(node.AppendJSON(nil, w.PinData["A"][1].JSON)))
	require.Empty(t, w.PinData["Empty"])
	require.Contains(t, w.PinData, "Empty")
	require.NotContains(t, w.PinData, "Nothing")
	require.Contains(t, w.PinData, "Gone", "pins of nodes that were deleted are kept")
	require.NotContains(t, w.PinData, "B")
	require.ErrorContains(t, w.PinErrors["B"], `the pinned items of node "B" can't be used: item 0: its binary "data" is a string`)
	file, _ := w.PinData["File"][0].Binary.Get("data")
	content, _ := file.Data()
	require.Equal(t, "x", string(content))
	require.Len(t, w.PinErrors, 1)
}

// deep is n arrays inside each other.
func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func TestParseBroken(t *testing.T) {
	t.Parallel()
	const a = `{"name": "A", "type": "x"}`
	inNodes := func(s string) string { return `{"nodes": [` + s + `], "connections": {}}` }
	node := func(keys string) string { return inNodes(`{"name": "A", "type": "x", ` + keys + `}`) }
	from := func(connections string) string { return `{"nodes": [` + a + `], "connections": ` + connections + `}` }
	edge := func(s string) string { return from(`{"A": {"main": [[` + s + `]]}}`) }

	for name, c := range map[string]struct {
		text string   // with ¦ before each place where something is wrong
		want []string // what String of each diagnostic begins with, after line and column
	}{
		"empty":            {``, []string{"the file is empty"}},
		"white space only": {" \n\t", []string{"the file is empty"}},
		"HTML":             {"<!DOCTYPE html><html>", []string{"the file is HTML or XML, not JSON (a web page was saved"}},
		"UTF-16":           {"\xff\xfe{\x00", []string{"the file is UTF-16, not UTF-8 (save it as UTF-8"}},
		"UTF-16 unmarked":  {"[\x00{\x00", []string{"the file is UTF-16, not UTF-8 (save it as UTF-8"}},
		"UTF-16 backwards": {"\x00{\x00", []string{"the file is UTF-16 or binary, not UTF-8 (save it as UTF-8"}},
		"gzip":             {"\x1f\x8b\x08", []string{"the file is compressed with gzip (unpack it"}},
		"zip":              {"PK\x03\x04", []string{"the file is a zip archive, not JSON (unpack it"}},
		"YAML":             {"¦nodes:\n  - name: A", []string{"the file is not JSON: 'n' where a value is expected"}},
		"cut off": {
			"{\"nodes\": [\n  {\"name\": \"A\",¦",
			[]string{"the file is not JSON: the text ends where a key in quotes is expected"},
		},
		"a comma too many":     {"{\n \"nodes\": [],\n¦}", []string{`the file is not JSON: '}' where a key in quotes is expected`}},
		"a comment":            {"{ ¦// mine\n}", []string{`the file is not JSON: '/' where a key in quotes is expected`}},
		"two documents":        {inNodes("") + "\n¦" + inNodes(""), []string{"the file is not JSON: unexpected text after the JSON value"}},
		"a line break in text": {"{\"name\": \"A¦\n\"}", []string{"the file is not JSON: a control character inside a string"}},
		"too deep": {
			"[" + strings.Repeat("[", 9_999) + "¦" + deep(10_000),
			[]string{"the file is not JSON: more than 10000 arrays and objects inside each other"},
		},
		"too deep a parameter": {
			node(`"parameters": {"p": ` + strings.Repeat("[", 10_000-4) + "¦" + deep(10_000) + `}`),
			[]string{"the file is not JSON: more than 10000"},
		},

		"text":            {`¦"workflow"`, []string{"a string is not a workflow (a workflow file holds an object with nodes and connections)"}},
		"null":            {`¦null`, []string{"null is not a workflow"}},
		"an empty list":   {`¦[]`, []string{"the file holds no workflow: its list is empty"}},
		"a list of texts": {`[¦"a", ¦"b"]`, []string{"/0: a string is not a workflow (a list in", "/1: a string is not a workflow"}},
		"an empty object": {`¦{}`, []string{"this is not a workflow: it has neither nodes nor connections (a workflow is an object"}},
		"a node alone": {
			`¦` + a[:len(a)-1] + `, "parameters": {}}`,
			[]string{"this is not a workflow: it has neither nodes nor connections (this looks like a node"},
		},
		"a credential": {
			`[¦{"id": "1", "type": "t", "data": "secret"}]`,
			[]string{"/0: this is not a workflow: it has neither nodes nor connections (this looks like a credential"},
		},
		"an API's answer": {
			`¦{"data": ` + inNodes("") + `}`,
			[]string{`this is not a workflow: it has neither nodes nor connections (the workflow is inside of "data"`},
		},
		"an API's list": {
			`¦{"data": [` + inNodes("") + `], "nextCursor": null}`,
			[]string{`this is not a workflow: it has neither nodes nor connections (the workflow is inside of "data[0]"`},
		},
		"a template": {
			`¦{"workflow": {"id": 1, "name": "T", "user": {"nodes": 1}, "workflow": ` + inNodes("") + `}}`,
			[]string{`this is not a workflow: it has neither nodes nor connections (the workflow is inside of "workflow.workflow"`},
		},
		"one bad in a list": {`[` + inNodes("") + `, {"nodes": ¦{}, "connections": {}}]`, []string{
			"/1/nodes: nodes is an object, not an array",
		}},
		"no connections":   {`¦{"nodes": []}`, []string{"connections is missing (by node name, by connection type"}},
		"no nodes":         {`¦{"connections": {}}`, []string{"nodes is missing (the list of the workflow's nodes)"}},
		"nodes a number":   {`{"nodes": ¦5, "connections": {}}`, []string{"/nodes: nodes is a number, not an array"}},
		"nodes an object":  {`{"nodes": ¦{"A": {}}, "connections": {}}`, []string{"/nodes: nodes is an object, not an array"}},
		"nodes null":       {`{"nodes": ¦null, "connections": {}}`, []string{"/nodes: nodes is null, not an array"}},
		"connections list": {`{"nodes": [], "connections": ¦[]}`, []string{"/connections: connections is an array, not an object"}},
		"wrong top level": {`{"id": ¦true, "name": 7, "active": "yes", "settings": [], "pinData": "x", "nodes": ¦{}, "connections": {}}`, []string{
			"/id: id is a boolean, not a string or a number", "/nodes: nodes is an object, not an array",
		}},
		"wrong settings": {`{"nodes": [], "connections": {}, "settings": {"executionTimeout": "soon", "timezone": ¦1}}`, []string{
			"/settings/timezone: timezone is a number, not a string (an IANA time zone",
		}},

		"a node that is text": {inNodes(`¦"A"`), []string{"/nodes/0: nodes[0] is a string, not an object"}},
		"a node null":         {inNodes(a + `, ¦null`), []string{"/nodes/1: nodes[1] is null, not an object"}},
		"an empty node": {
			inNodes(`¦{}`),
			[]string{"/nodes/0: name is missing (the name by which", "/nodes/0: type is missing (package and name"},
		},
		"an empty name":       {inNodes(`{"name": ¦"", "type": "x"}`), []string{"/nodes/0/name: name is empty"}},
		"an empty type":       {inNodes(`{"name": "A", "type": ¦""}`), []string{`/nodes/0/type: node "A": type is empty`}},
		"a name that is none": {inNodes(`{"name": ¦7, "type": "x"}`), []string{`/nodes/0/name: node "7": name is a number, not a string`}},
		"a duplicate name": {
			inNodes(a + `,` + "\n" + `{"name": ¦"A", "type": "x"}`),
			[]string{`/nodes/1/name: node "A": Duplicate node name "A" (rename one of them`},
		},
		"a duplicate id": {inNodes(`{"id": "1", "name": "A", "type": "x"}, {"id": ¦"1", "name": "B", "type": "x"}`), []string{
			`/nodes/1/id: node "B": Nodes "A" and "B" share the node ID "1"`,
		}},
		"typeVersion text": {
			node(`"typeVersion": ¦"3.4"`),
			[]string{
				`/nodes/0/typeVersion: node "A": typeVersion is a string, not a number (the version of the node's type as a number without quotes, such as 3.4)`,
			},
		},
		"typeVersion a list": {
			node(`"typeVersion": ¦[1, 2]`),
			[]string{`/nodes/0/typeVersion: node "A": typeVersion is an array, not a number`},
		},
		"typeVersion negative": {node(`"typeVersion": ¦-1`), []string{`/nodes/0/typeVersion: node "A": typeVersion is less than 0`}},
		"typeVersion endless": {
			node(`"typeVersion": ¦1e999`),
			[]string{`/nodes/0/typeVersion: node "A": typeVersion is more than 1000000`},
		},
		"position of one": {
			node(`"position": ¦[1]`),
			[]string{`/nodes/0/position: node "A": position has fewer than 2 elements (the place on the canvas: [x, y])`},
		},
		"position of three": {node(`"position": ¦[1, 2, 3]`), []string{`/nodes/0/position: node "A": position has more than 2 elements`}},
		"position an object": {
			node(`"position": ¦{"x": 1, "y": 2}`),
			[]string{`/nodes/0/position: node "A": position is an object, not an array`},
		},
		"position of texts": {
			node(`"position": [¦"1", 2]`),
			[]string{`/nodes/0/position/0: node "A": position[0] is a string, not a number`},
		},
		"position endless": {
			node(`"position": [0, ¦-1e400]`),
			[]string{`/nodes/0/position/1: node "A": position[1] is less than -1000000000`},
		},
		"parameters a list": {node(`"parameters": ¦[]`), []string{`/nodes/0/parameters: node "A": parameters is an array, not an object`}},
		"disabled text":     {node(`"disabled": ¦"true"`), []string{`/nodes/0/disabled: node "A": disabled is a string, not a boolean`}},
		"a credential that is a number": {node(`"credentials": {"directusApi": ¦7}`), []string{
			`/nodes/0/credentials/directusApi: node "A": directusApi is a number, not an object or a string (the credential's id and name`,
		}},
		"a credential's id an object": {node(`"credentials": {"directusApi": {"id": ¦{}}}`), []string{
			`/nodes/0/credentials/directusApi/id: node "A": id is an object, not a string or a number`,
		}},

		"an unknown source": {from(`{"Ghost": ¦{"main": []}}`), []string{
			`/connections/Ghost: Connection source "Ghost" does not reference an existing node (name a node`,
		}},
		"an unknown target": {edge(`{"node": ¦"Ghost", "type": "main", "index": 0}`), []string{
			`/connections/A/main/0/0/node: node "A": Connection target "Ghost" does not reference an existing node`,
		}},
		"a target in other letters": {edge(`{"node": ¦" a", "type": "main", "index": 0}`), []string{
			`/connections/A/main/0/0/node: node "A": Connection target " a" does not reference an existing node (did you mean "A"?)`,
		}},
		"a source with a slash": {from(`{"a/b~c": ¦{"main": [[¦7]]}}`), []string{
			`/connections/a~1b~0c: Connection source "a/b~c" does not reference an existing node`,
			`/connections/a~1b~0c/main/0/0: node "a/b~c": main[0][0] is a number, not an object`,
		}},
		"a negative index": {
			edge(`{"node": "A", "type": "main", "index": ¦-1}`),
			[]string{`/connections/A/main/0/0/index: node "A": index is less than 0 (the number of the input, from 0)`},
		},
		"an absurd index": {
			edge(`{"node": "A", "type": "main", "index": ¦1e9}`),
			[]string{`/connections/A/main/0/0/index: node "A": index is more than 999`},
		},
		"an endless index": {
			edge(`{"node": "A", "type": "main", "index": ¦1e999}`),
			[]string{`/connections/A/main/0/0/index: node "A": index is more than 999`},
		},
		"half an index": {
			edge(`{"node": "A", "type": "main", "index": ¦0.5}`),
			[]string{`/connections/A/main/0/0/index: node "A": index is a number, not a whole number`},
		},
		"an index in quotes": {
			edge(`{"node": "A", "type": "main", "index": ¦"0"}`),
			[]string{`/connections/A/main/0/0/index: node "A": index is a string, not a whole number`},
		},
		"a connection of nothing": {edge(`¦{}`), []string{
			`/connections/A/main/0/0: node "A": node is missing`, `/connections/A/main/0/0: node "A": type is missing`,
			`/connections/A/main/0/0: node "A": index is missing`,
		}},
		"a connection null": {edge(`¦null`), []string{`/connections/A/main/0/0: node "A": main[0][0] is null, not an object`}},
		"an output that is one": {
			from(`{"A": {"main": [¦{"node": "A", "type": "main", "index": 0}]}}`),
			[]string{`/connections/A/main/0: node "A": main[0] is an object, not an array`},
		},
		"outputs by number": {
			from(`{"A": {"main": ¦{"-1": []}}}`),
			[]string{`/connections/A/main: node "A": main is an object, not an array`},
		},
		"a source that is text": {from(`{"A": ¦"A"}`), []string{`/connections/A: node "A": A is a string, not an object`}},
		"too many outputs": {
			from(`{"A": {"main": ¦[` + strings.Repeat("null,", 1000) + `null]}}`),
			[]string{`/connections/A/main: node "A": main has more than 1000 elements`},
		},

		"a pin that is no list": {
			`{"nodes": [` + a + `], "connections": {}, "pinData": {"A": ¦{}}}`,
			[]string{`/pinData/A: node "A": A is an object, not an array (a list of items)`},
		},
		"a pinned number": {`{"nodes": [` + a + `], "connections": {}, "pinData": {"A": [{}, ¦7]}}`, []string{
			`/pinData/A/1: node "A": a pinned item is a number, not an object (an item is {"json": {...}} or a plain object)`,
		}},

		"everything at once, in the file's order": {
			"{\"connections\": {\"B\": ¦{\"main\": [[{\"node\": ¦\"C\", \"type\": \"main\", \"index\": ¦-1}]]}},\n" +
				"\"nodes\": [{\"name\": \"A\", \"type\": ¦1},\n{\"name\": ¦\"A\", \"type\": \"x\", \"typeVersion\": ¦\"1\"}],\n\"id\": ¦[]}",
			[]string{
				`/connections/B: Connection source "B" does not reference an existing node`,
				`/connections/B/main/0/0/node: node "B": Connection target "C" does not reference an existing node`,
				`/connections/B/main/0/0/index: node "B": index is less than 0`,
				`/nodes/0/type: node "A": type is a number, not a string`,
				`/nodes/1/name: node "A": Duplicate node name "A"`,
				`/nodes/1/typeVersion: node "A": typeVersion is a string, not a number`,
				`/id: id is an array, not a string or a number`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, places := unmark(c.text)
			ws, err := workflows.Parse([]byte(text))
			require.Nil(t, ws)
			var wrong schemas.Diagnostics
			require.ErrorAs(t, err, &wrong)
			require.Len(t, wrong, len(c.want), "%s", err)
			for i, d := range wrong {
				require.Equal(t, schemas.SeverityError, d.Severity)
				want := c.want[i]
				if len(places) > 0 {
					want = places[min(i, len(places)-1)] + want
				}
				require.Truef(t, strings.HasPrefix(d.String(), want), "problem %d is\n\t%s\nand should begin with\n\t%s", i, d, want)
			}
		})
	}
}

// unmark takes the marks out of a text and returns where they stood, as "line:column: ".
func unmark(marked string) (text string, places []string) {
	parts := strings.Split(marked, "¦")
	for _, part := range parts[:len(parts)-1] {
		text += part
		places = append(places, fmt.Sprintf("%d:%d: ", strings.Count(text, "\n")+1, len(text)-strings.LastIndex(text, "\n")))
	}
	return text + parts[len(parts)-1], places
}

// What is wrong is never told by quoting what stands in parameters, pins or credentials.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	_, err := workflows.Parse([]byte(`{"nodes": [{"name": "A", "type": "x", "typeVersion": "s3cret", "position": ["s3cret"], "maxTries": "s3cret",
		"parameters": "s3cret", "credentials": {"a": ["s3cret"]}, "disabled": "s3cret"}], "connections": {}, "pinData": {"A": ["s3cret"]}}`))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "s3cret")
}

func TestParseLimits(t *testing.T) {
	t.Parallel()
	t.Run("size", func(t *testing.T) {
		t.Parallel()
		_, err := workflows.Parse(make([]byte, workflows.MaxSize+1))
		require.EqualError(t, err, "the file is larger than 64 MiB")
	})
	t.Run("workflows", func(t *testing.T) {
		t.Parallel()
		_, err := workflows.Parse([]byte("[" + strings.Repeat("{},", workflows.MaxWorkflows) + "{}]"))
		require.EqualError(t, err, "1:1: the file holds more than 10000 workflows (split it)")
	})
	t.Run("problems", func(t *testing.T) {
		t.Parallel()
		for _, text := range []string{
			"[" + strings.Repeat("{},", 5_000) + "{}]",
			`{"nodes": [], "connections": {"A": {"main": [[` + strings.Repeat("{},", 50_000) + `{}]]}}}`,
			`{"nodes": [{"name": "A", "type": "x", "position": [` + strings.Repeat("null,", 50_000) + `1]}], "connections": {}}`,
			`{"nodes": [` + strings.Repeat("1,", 50_000) + `1], "connections": {}}`,
			`{"nodes": [], "connections": {}, "pinData": {"A": [` + strings.Repeat("1,", 50_000) + `1]}}`,
		} {
			_, err := workflows.Parse([]byte(text))
			var wrong schemas.Diagnostics
			require.ErrorAs(t, err, &wrong)
			require.Len(t, wrong, 1_001)
			require.Contains(t, wrong[1_000].Message, "not listed")
		}
	})
	t.Run("text of the problems", func(t *testing.T) {
		t.Parallel()
		long := strings.Repeat("long", 1<<16)
		for _, text := range []string{
			`{"nodes": [], "connections": {"` + long + `": {"main": [[` + strings.Repeat("{},", 20_000) + `{}]]}}}`,
			`{"nodes": [], "connections": {"A": {"` + long + `": [[` +
				strings.Repeat(`{"node": "B", "type": "main", "index": 0},`, 20_000) + `{}]]}}}`,
			`{"nodes": [], "connections": {}, "pinData": {"` + long + `": [` + strings.Repeat("1,", 100_000) + `1]}}`,
		} {
			_, err := workflows.Parse([]byte(text))
			var wrong schemas.Diagnostics
			require.ErrorAs(t, err, &wrong)
			require.Less(t, len(wrong), 12)
			require.Equal(t, "further problems are not listed", wrong[len(wrong)-1].Message)
		}
	})
	t.Run("pinned items and parameters do not count", func(t *testing.T) {
		t.Parallel()
		w := parseOne(t, `{"nodes": [{"name": "A", "type": "x", "parameters": {"p": [`+strings.Repeat("1,", 100_000)+`1]}}], "connections": {},
			"pinData": {"A": [`+strings.Repeat("{},", 100_000)+`{}]}}`)
		require.Len(t, w.PinData["A"], 100_001)
	})
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/roundtrip.json")
	require.NoError(t, err)
	w := parseOne(t, string(text))
	got := append(w.AppendJSON(nil), '\n')
	if *update {
		require.NoError(t, os.WriteFile("testdata/roundtrip.golden", got, 0o644))
	}
	want, err := os.ReadFile("testdata/roundtrip.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	again := parseOne(t, string(got))
	require.Equal(t, w, again)
	require.True(t, w.Raw().Frozen())
	require.Equal(t, "cid", w.Nodes[0].Raw().Keys()[8])

	marshalled, err := json.Marshal(w)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(marshalled))
	var read struct{ W *workflows.Workflow }
	require.NoError(t, json.Unmarshal([]byte(`{"W": `+string(marshalled)+`}`), &read))
	require.Equal(t, w, read.W)
}

func TestMarshalByHand(t *testing.T) {
	t.Parallel()
	byHand := &workflows.Workflow{Name: "W"}
	_, err := json.Marshal(byHand)
	require.ErrorContains(t, err, "it was not made by Parse")
	require.Equal(t, "null", string(byHand.AppendJSON(nil)))

	kept := &workflows.Workflow{Name: "kept"}
	require.ErrorContains(t, json.Unmarshal([]byte(`{"nodes": 5}`), kept), "nodes is a number, not an array")
	require.Equal(t, "kept", kept.Name)
}

func TestParseOne(t *testing.T) {
	t.Parallel()
	const w = `{"name": "%s", "nodes": [], "connections": {}}`
	_, err := workflows.ParseOne([]byte("[" + fmt.Sprintf(w, "A") + "," + fmt.Sprintf(w, `B \"2\"`) + "]"))
	require.EqualError(t, err, `the file holds 2 workflows: "A", "B \"2\"" (save the one that is meant as a file of its own)`)
	require.ErrorAs(t, err, &schemas.Diagnostics{})
	_, err = workflows.ParseOne([]byte(`{}`))
	require.ErrorContains(t, err, "this is not a workflow")
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	good := file("good.json", `[{"name": "A", "nodes": [], "connections": {}}, {"name": "B", "nodes": [], "connections": {}}]`)
	ws, err := workflows.Load(good)
	require.NoError(t, err)
	require.Len(t, ws, 2)
	_, err = workflows.LoadOne(good)
	require.ErrorContains(t, err, good+`: the file holds 2 workflows: "A", "B"`)

	one := file("one.json", `{"nodes": [], "connections": {}}`)
	w, err := workflows.LoadOne(one)
	require.NoError(t, err)
	require.NotNil(t, w)

	bad := file("bad.json", `{"nodes": 1, "connections": 2}`)
	for _, load := range []func() error{
		func() error { _, err := workflows.Load(bad); return err },
		func() error { _, err := workflows.LoadOne(bad); return err },
	} {
		err := load()
		require.ErrorContains(t, err, bad+" has 2 problems:\n1:11: /nodes: nodes is a number, not an array")
		require.ErrorAs(t, err, &schemas.Diagnostics{})
	}
	_, err = workflows.Load(filepath.Join(dir, "absent.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = workflows.LoadOne(dir)
	require.ErrorContains(t, err, dir)

	huge := filepath.Join(dir, "huge.json")
	require.NoError(t, os.WriteFile(huge, nil, 0o600))
	require.NoError(t, os.Truncate(huge, workflows.MaxSize+2))
	_, err = workflows.Load(huge)
	require.ErrorContains(t, err, "the file is larger than 64 MiB")
}
