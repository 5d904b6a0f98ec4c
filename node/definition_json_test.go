package node_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func readDefinition(t testing.TB, name string) (node.Definition, []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "definitions", name+".json"))
	require.NoError(t, err)
	var def node.Definition
	require.NoError(t, json.Unmarshal(text, &def))
	return def, text
}

func TestDefinitionKeepsEverything(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/definitions/*.json")
	require.NoError(t, err)
	require.Len(t, files, 5)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			def := node.Definition{Types: []string{"kept"}, ErrorsBeside: true, Subtitle: "goes away"}
			require.NoError(t, json.Unmarshal(text, &def))
			require.Equal(t, []string{"kept"}, def.Types)
			require.True(t, def.ErrorsBeside)
			written, err := json.Marshal(def)
			require.NoError(t, err)
			require.JSONEq(t, string(text), string(written))

			var again node.Definition
			require.NoError(t, json.Unmarshal(written, &again))
			rewritten, err := json.Marshal(again)
			require.NoError(t, err)
			require.Equal(t, string(written), string(rewritten))
		})
	}
}

func TestDefinitionFromJSON(t *testing.T) {
	t.Parallel()
	shop, _ := readDefinition(t, "declarative")
	require.Equal(t, node.Themed{Light: "file:shop.svg", Dark: "file:shop.dark.svg"}, shop.Icon)
	require.Equal(t, "Bookshop", shop.DefaultName)
	require.Equal(t, []float64{1}, shop.Versions)
	require.True(t, shop.UsableAsTool)
	require.Contains(t, shop.ToolDescription, "replacements")
	require.Equal(t, "bookshopTest", shop.Credentials[0].TestedBy)
	require.True(t, shop.Credentials[0].Required)
	require.Equal(t, schemas.Show("authentication", "oAuth2"), shop.Credentials[1].DisplayOptions)
	base, _ := shop.RequestDefaults.Get("baseURL")
	require.Equal(t, "={{ $credentials.url }}", base)
	require.JSONEq(t, `{"color": "#00aa44"}`, string(shop.Extra["defaults"]))
	require.Len(t, shop.Extra, 2, "the rest of defaults, and requestOperations")

	agent, _ := readDefinition(t, "agent")
	require.Empty(t, agent.Inputs)
	require.Contains(t, agent.InputsExpression, "ai_memory")
	require.Equal(t, []string{"main", "main", "ai_tool", "main", "ai_tool"}, agent.Outputs)
	require.Len(t, agent.OutputPorts, 4, "one output is only its type")
	require.Equal(t, 2, agent.OutputPorts[0].MaxConnections)
	require.Equal(t, []string{"n8n-nodes-base.code"}, agent.OutputPorts[2].Nodes)
	require.Equal(t, "warning", agent.Hints[0].Type)
	require.Equal(t, false, agent.TriggerPanel)

	join, _ := readDefinition(t, "join")
	require.Contains(t, join.RequiredInputs.Expression, "all")
	require.Equal(t, "Second", join.InputPorts[1].DisplayName)
	require.Contains(t, join.OutputsExpression, "two")

	trigger, _ := readDefinition(t, "trigger")
	require.True(t, trigger.IsTrigger())
	require.True(t, trigger.Polling)
	require.True(t, trigger.Hidden)
	require.Equal(t, 1, trigger.MaxNodes)
	require.True(t, trigger.Webhooks[0].IsFullPath)
	require.Equal(t, "setup", trigger.Webhooks[1].Name)

	everything, _ := readDefinition(t, "everything")
	require.Equal(t, []int{0}, everything.RequiredInputs.Indexes)
	filled := everything.Parameters(nil, 2.1)
	fields, _ := filled.Get("fields")
	require.Equal(t, []string{"zeta", "alpha"}, fields.(*node.Object).Keys(), "a default keeps its order")
}

// The order of keys that golden files have.
func TestDefinitionToJSON(t *testing.T) {
	t.Parallel()
	written, err := json.Marshal(node.Definition{
		Types: []string{"my.x"}, Versions: []float64{1, 2}, Name: "x", DisplayName: "X", DefaultName: "An X", Group: []string{"transform"},
		Inputs: []string{"main"}, Outputs: []string{"main", "main"}, OutputPorts: map[int]node.Port{1: {DisplayName: "Rest"}},
		Credentials:    []node.CredentialUse{{Type: "api", Required: true}},
		RequiredInputs: node.RequiredInputs{Count: 2},
		Properties: []schemas.Property{{
			DisplayName: "P", Name: "p", Type: schemas.Options, Default: 1, DisplayOptions: schemas.Show("q", true).AndNot("/r", schemas.Cnd("gt", 2)),
			Options: []schemas.Option{{Name: "One", Value: 1}}, Extra: map[string]json.RawMessage{"routing": json.RawMessage(`{}`), "hint": json.RawMessage(`""`)},
		}},
		Extra: map[string]json.RawMessage{"zeta": json.RawMessage(`1`), "alpha": json.RawMessage(`2`), "name": json.RawMessage(`"loses"`)},
	})
	require.NoError(t, err)
	require.Equal(t, `{"displayName":"X","name":"x","group":["transform"],"version":[1,2],"defaults":{"name":"An X"},"inputs":["main"],`+
		`"requiredInputs":2,"outputs":["main",{"type":"main","displayName":"Rest"}],"credentials":[{"name":"api","required":true}],`+
		`"properties":[{"displayName":"P","name":"p","type":"options","default":1,`+
		`"displayOptions":{"show":{"q":[true]},"hide":{"/r":[{"_cnd":{"gt":2}}]}},"options":[{"name":"One","value":1}],"hint":"","routing":{}}],`+
		`"alpha":2,"zeta":1}`, string(written))

	bare, err := json.Marshal(node.Definition{Name: "x"})
	require.NoError(t, err)
	require.Equal(t, `{"name":"x","group":[],"defaults":{},"inputs":[],"outputs":[],"properties":[]}`, string(bare))
}

func TestDefinitionJSONErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"displayName": "X"}`:                       `definition of node "": it needs a name`,
		`{"name": 5}`:                                `definition of node "": it needs a name`,
		`{"name": "x", "version": "1"}`:              `definition of node "x": version: json: cannot unmarshal string`,
		`{"name": "x", "inputs": [{"a": 1}]}`:        `definition of node "x": inputs: an input or output needs a type`,
		`{"name": "x", "inputs": [5]}`:               `definition of node "x": inputs: json: cannot unmarshal number`,
		`{"name": "x", "icon": {"light": "a"}}`:      `definition of node "x": icon: a text or an object with "light" and "dark" is expected`,
		`{"name": "x", "credentials": [{}]}`:         `definition of node "x": credentials: credential "": it needs a name`,
		`{"name": "x", "properties": [{"name": 1}]}`: `definition of node "x": properties: property "" of type "": it needs a name and a type`,
		`{"name": "x", "properties": {"a": 1}}`:      `definition of node "x": properties: json: cannot unmarshal object`,
		`{"name": "x", "requiredInputs": {"a": 1}}`:  `definition of node "x": requiredInputs: json: cannot unmarshal object`,
		`{"name": "x", "defaults": {"Name": "x"}}`:   `definition of node "x": defaults: it has no key "name", but one that is nearly the same`,
		`{"name": "x", "properties": [{"name": "p", "type": "options", "displayOptions": {"show": {"a": 1}}}]}`: `property "p": displayOptions: `,
	} {
		var def node.Definition
		require.ErrorContains(t, json.Unmarshal([]byte(text), &def), want, text)
	}
}

func FuzzDefinitionJSON(f *testing.F) {
	for _, name := range []string{"agent", "declarative", "everything", "join", "trigger"} {
		_, text := readDefinition(f, name)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var def node.Definition
		if json.Unmarshal(text, &def) != nil {
			return
		}
		written, err := json.Marshal(def)
		require.NoError(t, err)
		var before, after map[string]any
		require.NoError(t, json.Unmarshal(text, &before))
		require.NoError(t, json.Unmarshal(written, &after))
		for _, key := range []string{"group", "defaults", "inputs", "outputs", "properties"} {
			if before[key] == nil { // always written
				delete(before, key)
				delete(after, key)
			}
		}
		require.Equal(t, before, after)
	})
}
