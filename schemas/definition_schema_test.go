package schemas

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidateNodeDefinition(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"agent", "declarative", "join", "trigger"} {
		text, err := os.ReadFile(filepath.Join("..", "node", "testdata", "definitions", name+".json"))
		require.NoError(t, err)
		require.Empty(t, Validate(NodeDefinition, decode(t, string(text))), name)
	}

	const rest = `"displayName": "X", "group": [], "version": 1, "description": "", "defaults": {}, "inputs": [], "outputs": []}`
	for text, want := range map[string]string{
		`{"name": "x", "properties": [], `:                                                                                                    "",
		`{"properties": [], `:                                                                                                                 "name is missing",
		`{"name": "x", "properties": {}, `:                                                                                                    "/properties: properties is an object, not an array",
		`{"name": "x", "properties": [{"name": "a", "displayName": "A"}], `:                                                                   "/properties/0: type is missing",
		`{"name": "x", "properties": [{"name": "", "displayName": "A", "type": "string"}], `:                                                  "/properties/0/name: name is empty",
		`{"name": "x", "properties": [{"name": "a", "displayName": "A", "type": "string", "required": "yes"}], `:                              "/properties/0/required: required is a string, not a boolean",
		`{"name": "x", "properties": [{"name": "a", "displayName": "A", "type": "string", "displayOptions": {"show": {"b": 1}}}], `:           "/properties/0/displayOptions/show/b: b is a number, not an array",
		`{"name": "x", "properties": [{"name": "a", "displayName": "A", "type": "options", "options": [{"value": 1}]}], `:                     "/properties/0/options/0: name is missing",
		`{"name": "x", "properties": [{"name": "a", "displayName": "A", "type": "collection", "options": [{"name": "b", "values": [{}]}]}], `: "/properties/0/options/0/values/0: displayName is missing",
		`{"name": "x", "properties": [{"name": "a", "displayName": "A", "type": "resourceLocator", "modes": [{"name": "id"}]}], `:             "/properties/0/modes/0: displayName is missing",
		`{"name": "x", "properties": [], "credentials": [{"required": true}], `:                                                               "/credentials/0: name is missing",
		`{"name": "x", "properties": [], "webhooks": [{"name": "default"}], `:                                                                 "/webhooks/0: httpMethod is missing",
		`{"name": "x", "properties": [], "hints": [{}], `:                                                                                     "/hints/0: message is missing",
		`{"name": "x", "properties": [], "inputNames": [1], `:                                                                                 "/inputNames/0: inputNames[0] is a number, not a string",
		`{"name": "x", "properties": [], "icon": {"light": "a"}, `:                                                                            "/icon: dark is missing",
		`{"name": "x", "properties": [], "maxNodes": "1", `:                                                                                   "/maxNodes: maxNodes is a string, not a number",
	} {
		var got string
		if ds := Validate(NodeDefinition, decode(t, text+rest)); len(ds) > 0 {
			ds[0].Hint = ""
			got = ds[0].String()
		}
		require.Equal(t, want, got, text)
	}
}
