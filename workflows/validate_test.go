package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// What n8n takes without a word; ¦ marks the places.
func TestValidateWarns(t *testing.T) {
	t.Parallel()
	const a = `{"name": "A", "type": "x"}`
	file := func(nodes, connections, more string) string {
		return "{\n\"nodes\": [" + nodes + "],\n\"connections\": {" + connections + "}" + more + "}"
	}
	node := func(more string) string { return file(`{"name": "A", "type": "x", `+more+`}`, "", "") }
	to := func(name string) string { return `{"node": "` + name + `", "type": "main", "index": 0}` }
	const note = `{"name": "Note", "type": "n8n-nodes-base.stickyNote"}`
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing": {file(a, `"A": {"main": [[`+to("A")+`], null], "ai_tool": []}`, `, "settings": {"executionOrder": "v0"}, "pinData": {"A": []}`), nil},
		"top level": {file(a, "", `, "name": ¦7, "active": ¦"yes", "settings": ¦[], "pinData": ¦"x"`), []string{
			"/name: name is a number, not a string", "/active: active is a string, not a boolean", "/settings: settings is an array, not an object",
			"/pinData: pinData is a string, not an object",
		}},
		"settings": {file(a, "", `, "settings": {"executionTimeout": ¦"soon", "executionOrder": ¦"V1", "errorWorkflow": ¦true}`), []string{
			"/settings/executionTimeout: executionTimeout does not have the form that is expected here (a number such as 3)",
			`/settings/executionOrder: executionOrder "V1" is not known: it counts as the legacy order, "v0" (did you mean "v1"?)`,
			"/settings/errorWorkflow: errorWorkflow is a boolean, not a string or a number",
		}},
		"flags": {node(`"retryOnFail": ¦"true", "continueOnFail": ¦1, "alwaysOutputData": ¦{}, "executeOnce": ¦"yes"`), []string{
			`/nodes/0/retryOnFail: node "A": retryOnFail is a string, not a boolean (true or false: whether a node that fails is tried again)`,
			`/nodes/0/continueOnFail: node "A": continueOnFail is a number, not a boolean`,
			`/nodes/0/alwaysOutputData: node "A": alwaysOutputData is an object, not a boolean`,
			`/nodes/0/executeOnce: node "A": executeOnce is a string, not a boolean`,
		}},
		"onError": {node(`"onError": ¦"stopWorkflw"`), []string{
			`/nodes/0/onError: node "A": onError "stopWorkflw" is not known: it counts as "stopWorkflow" (did you mean "stopWorkflow"?)`,
		}},
		"onError of another type": {node(`"onError": ¦true`), []string{`/nodes/0/onError: node "A": onError is a boolean, not a string`}},
		"retries": {node(`"retryOnFail": true, "maxTries": ¦1, "waitBetweenTries": ¦-5`), []string{
			`/nodes/0/maxTries: node "A": maxTries is 1: a node is tried 2 to 5 times (it counts as 2)`,
			`/nodes/0/waitBetweenTries: node "A": waitBetweenTries is -5: the wait is at most 5000 ms (it counts as 0)`,
		}},
		"retries that are off": {node(`"maxTries": 50, "waitBetweenTries": 90000`), nil},
		"retries in words": {node(`"maxTries": ¦"three", "waitBetweenTries": ¦true`), []string{
			`/nodes/0/maxTries: node "A": maxTries does not have the form that is expected here (a number such as 3)`,
			`/nodes/0/waitBetweenTries: node "A": waitBetweenTries is a boolean, not a number or a string`,
		}},
		"credentials an empty list": {node(`"credentials": ¦[]`), []string{`/nodes/0/credentials: node "A": credentials is an array, not an object`}},
		"connection types": {file(a, `"A": {"mian": ¦[[`+to("A")+`]]}`, ""), []string{
			`/connections/A/mian: node "A": connection type "mian" is not known: it carries nothing (did you mean "main"?)`,
		}},
		"a connection twice": {file(a, `"A": {"main": [[`+to("A")+`, ¦`+to("A")+`]]}`, ""), []string{
			`/connections/A/main/0/1: node "A": the connection to "A" stands twice: the node runs twice (remove one)`,
		}},
		"a note behind a node": {file(a+","+note, `"A": {"main": [[{"node": ¦"Note", "type": "main", "index": 0}]]}, "Note": {"main": [[`+to("A")+`]]}`, ""), []string{
			`/connections/A/main/0/0/node: node "A": the connection leads to "Note", a sticky note: it hands on the items as they are (connect it to a node, or remove it)`,
		}},
		"a note before a node": {file(a+","+note, `"Note": {"main": ¦[[`+to("A")+`]]}`, ""), []string{
			`/connections/Note/main: node "Note": connections begin at a sticky note: nothing comes from there (connect a node, or remove them)`,
		}},
		"pins": {file(a, "", `, "pinData": {"A": ¦[{"json": {}, "binary": {"data": 1}}], "a ": ¦[], "Other": ¦[]}`), []string{
			`/pinData/A: node "A": the pinned items of node "A" can't be used: `,
			`/pinData/a : items are pinned to "a ", which is no node of the workflow: they are not used (did you mean "A"?)`,
			`/pinData/Other: items are pinned to "Other", which is no node of the workflow: they are not used (name a node of the workflow, or remove them)`,
		}},
		"keys twice": {file(`{"name": "B", "name": ¦"A", "type": "x", "parameters": {"a": {"b": 1, "b": ¦2}}}`, "", `, "settings": {}, "settings": ¦{}`), []string{
			`/nodes/0/name: node "A": the key "name" stands more than once in its object: only the last counts (put what is meant into one, and remove the others)`,
			`/nodes/0/parameters/a/b: node "A": the key "b" stands more than once`,
			`/settings: the key "settings" stands more than once`,
		}},
		"keys in a value that does not count": {file(`{"name": "A", "type": "x", "parameters": {"a": 1, "a": 2}, "parameters": {}, "parameters": ¦{"b": 1}}`, "", ""), []string{
			`/nodes/0/parameters: node "A": the key "parameters" stands more than once`,
		}},
		"keys twice, in a list": {"\ufeff[" + file(a, "", "") + "," + file(`{"name": "A", "name": ¦"B", "type": "x"}`, "", "") + "]", []string{
			`/1/nodes/0/name: node "B": the key "name" stands more than once`,
		}},
		"in a list": {"[" + file(a, "", "") + "," + node(`"onError": ¦"x"`) + "]", []string{`/1/nodes/0/onError: node "A": onError "x" is not known`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, places := unmark(c.text)
			ws, found := workflows.Validate([]byte(text))
			require.NotEmpty(t, ws, "%s", found)
			require.Len(t, found, len(c.want), "%s", found)
			for i, d := range found {
				require.Equal(t, schemas.SeverityWarning, d.Severity)
				want := places[i] + c.want[i]
				require.Truef(t, strings.HasPrefix(d.String(), want), "problem %d is\n\t%s\nand should begin with\n\t%s", i, d, want)
			}
			parsed, err := workflows.Parse([]byte(text))
			require.NoError(t, err, "Parse tells of errors only")
			require.Len(t, parsed, len(ws))
		})
	}
}

// Errors and warnings together, in the file's order. A key that stands twice may be the cause of the errors.
func TestValidateErrors(t *testing.T) {
	t.Parallel()
	ws, found := workflows.Validate([]byte(`{"nodes": [{"name": "A", "type": "x"}], "nodes": [],
		"connections": {"A": {}}, "active": "yes"}`))
	require.Nil(t, ws)
	require.Equal(t, `1:50: /nodes: the key "nodes" stands more than once in its object: only the last counts (put what is meant into one, and remove the others)
2:24: /connections/A: Connection source "A" does not reference an existing node (name a node of the workflow, or remove the connection)
2:39: /active: active is a string, not a boolean (true or false: whether n8n listens to the workflow's triggers)`, found.Error())
	require.True(t, found.HasErrors())
}

// A node whose name can't be read may be the one that connections name.
func TestValidateNamelessNodes(t *testing.T) {
	t.Parallel()
	for _, nodes := range []string{`{}`, `[{"name": "A", "type": "x"}, ["B"]]`, `[{"name": "A", "type": "x"}, {"name": "", "type": "x"}]`, `[{"type": "x"}]`} {
		_, found := workflows.Validate([]byte(`{"nodes": ` + nodes + `, "connections": {"A": {"main": [[{"node": "B", "type": "main", "index": 0}]]}}}`))
		require.Len(t, found, 1, found.Error())
		require.True(t, found.HasErrors())
	}
}

// There is an end to warnings, and errors are found behind them.
func TestValidateManyWarnings(t *testing.T) {
	t.Parallel()
	var nodes []string
	for i := range 1500 {
		nodes = append(nodes, `{"name": "N`+strings.Repeat("x", i)+`", "type": "x", "onError": "never"}`)
	}
	text := `{"nodes": [` + strings.Join(nodes, ",") + `], "connections": {}}`
	ws, found := workflows.Validate([]byte(text))
	require.Len(t, ws, 1)
	require.Len(t, found, 1001)
	require.False(t, found.HasErrors())
	require.Equal(t, "further problems are not listed", found[1000].Message)
	_, found = workflows.Validate([]byte(strings.Replace(text, `"connections": {}`, `"connections": {"Ghost": {}}`, 1)))
	require.True(t, found.HasErrors())
}
