package all_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/schemas"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const golden = "testdata/definitions"

// fileName is TYPE@VERSION.json: of the usual type, and the newest version that the Definition covers.
func fileName(def node.Definition) string {
	name := def.Types[0] + "@" + node.FormatNumber(slices.Max(def.Versions)) + ".json"
	return strings.ReplaceAll(name, "/", "__")
}

// Every Definition as n8n's JSON, so that a changed property is seen in a diff.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	var names []string
	var types strings.Builder
	for _, n := range all.All() {
		def := n.Definition()
		require.NotEmpty(t, def.Types, def.Name)
		require.NotEmpty(t, def.Versions, def.Name)
		name := fileName(def)
		require.NotContains(t, names, name, "two Definitions of one type and version")
		names = append(names, name)
		fmt.Fprintf(&types, "%s %s versions %v errors beside %v\n", name, strings.Join(def.Types, " "), def.Versions, def.ErrorsBeside)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := def.MarshalJSON() // json.Marshal would escape < and &
			require.NoError(t, err)
			compare(t, filepath.Join(golden, name), indented(t, text))

			var again node.Definition
			require.NoError(t, json.Unmarshal(text, &again))
			rewritten, err := json.Marshal(again)
			require.NoError(t, err)
			require.JSONEq(t, string(text), string(rewritten), "reading it back loses nothing")

			var doc any
			require.NoError(t, json.Unmarshal(text, &doc))
			require.Empty(t, schemas.Validate(schemas.NodeDefinition, doc))

			for _, version := range def.Versions {
				text, err := schemas.ForProperties(name, def.Properties, version)
				require.NoError(t, err)
				_, err = gojsonschema.NewSchema(gojsonschema.NewBytesLoader(text))
				require.NoError(t, err, "the schema of its parameters at version %v", version)
			}
		})
	}
	// What n8n's JSON does not hold.
	compare(t, filepath.Join(golden, "types.txt"), []byte(types.String()))
	files, err := filepath.Glob(filepath.Join(golden, "*.json"))
	require.NoError(t, err)
	for _, file := range files {
		if !slices.Contains(names, filepath.Base(file)) {
			t.Errorf("%s belongs to no node any more: delete it", file)
		}
	}
}

func indented(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, text, "", "  "))
	b.WriteByte('\n')
	return b.Bytes()
}

func compare(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run the test with -update to write it")
	if string(want) == string(got) {
		return
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Fatalf("%s differs at line %d (run the test with -update to rewrite it)\nwant %s\n got %s", file, i+1, was[i], is[i])
		}
	}
	t.Fatalf("%s has %d lines, not %d (run the test with -update to rewrite it)", file, len(was), len(is))
}
