package workflows_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// Whatever the bytes are: no panic; an error is Diagnostics that say something; what parses is written and read again as
// the same workflow; and the graph's answers hold together.
func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/roundtrip.json")
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(agent))
	f.Add(chain(3))
	f.Add([]byte(`[{"nodes": [], "connections": {}}, {"nodes": [1], "connections": {"A": {"main": [[{"index": 1e9}]]}}}]`))
	f.Add([]byte(`{"nodes": [{"name": "\ud800", "type": "x", "typeVersion": 1e400, "maxTries": "1e9"}], "connections": {"": null}}`))
	f.Add([]byte(`{"id": 1e400, "nodes": [{"name": "A", "type": "x", "credentials": {"a": {"id": 1e-400}}}],
		"connections": {}, "pinData": {"A": [{"json": {}, "pairedItem": -1}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ws, err := workflows.Parse(data)
		if err != nil {
			var wrong schemas.Diagnostics
			if !errors.As(err, &wrong) || len(wrong) == 0 || ws != nil {
				t.Fatalf("%v is no Diagnostics", err)
			}
			for _, d := range wrong {
				if d.Message == "" || d.Severity != schemas.SeverityError || bytes.ContainsRune([]byte(d.String()), '\n') {
					t.Fatalf("a diagnostic that says nothing, or on several lines: %#v", d)
				}
			}
			return
		}
		for _, w := range ws {
			written := w.AppendJSON(nil)
			again, err := workflows.ParseOne(written)
			require.NoError(t, err, "%s", written)
			require.Equal(t, string(written), string(again.AppendJSON(nil)))
			require.Len(t, again.Nodes, len(w.Nodes))
			require.Equal(t, w.Connections, again.Connections)
			require.Equal(t, w.Settings, again.Settings)
			require.Len(t, again.PinData, len(w.PinData))
			var names []string
			for i, n := range w.Nodes {
				names = append(names, n.Name)
				m := again.Nodes[i]
				require.Equal(t, [3]any{n.Name, n.Type, n.TypeVersion}, [3]any{m.Name, m.Type, m.TypeVersion})
				require.Equal(t, [3]any{n.MaxTries, n.WaitBetweenTries, n.Position}, [3]any{m.MaxTries, m.WaitBetweenTries, m.Position})
				require.Equal(t, n.Credentials, m.Credentials)
				require.Same(t, n, w.Node(n.Name))
				for _, child := range w.Children(n.Name) {
					require.Contains(t, w.Parents(child), n.Name)
				}
			}
			require.Equal(t, names, w.Reachable(names...))
		}
	})
}
