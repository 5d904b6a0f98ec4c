package all_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
)

// fuzzedTypes are the nodes that work on data: they reach nothing outside of the process but the files that are open to them.
var fuzzedTypes = map[string]bool{
	"splitOut": true, "aggregate": true, "sort": true, "removeDuplicates": true, "summarize": true, "itemLists": true, "renameKeys": true,
	"crypto": true, "jwt": true, "totp": true, "webhook": true, "formTrigger": true, "respondToWebhook": true, "convertToFile": true,
	"extractFromFile": true, "html": true, "htmlExtract": true, "xml": true, "dateTime": true, "readWriteFile": true, "readBinaryFile": true,
	"readBinaryFiles": true, "writeBinaryFile": true, "moveBinaryData": true,
	"n8nTrainingCustomerDatastore": true, "n8nTrainingCustomerMessenger": true,
}

// maker makes values of a seed.
type maker struct{ *rand.Rand }

var someTexts = []string{
	"", "a", "b", "a.b", "list[0].x", "$binary", "$json.a", "data", "0", "-1", "1e9", "true", "{", `{"a":1}`, `[1,{"b":null}]`, "ü😀", "\x00", "(",
	"^(a+)+$", "[a-z", "../../etc/passwd", "/etc/passwd", "constructor", "__proto__", "<a><b>1</b></a>", "<table><tr><td>1</td></tr></table>",
	"a,b\n1,\"2", "2024-01-02T03:04:05Z", "={{ $json.a }}", "={{ $json }}", "={{ undefined }}", "={{ [1,2] }}", "aGVsbG8=", "a.b.c",
	// Each begins with the folder that is open, see folders.
	"open/a.txt", "open/**", "open/*", "open/../secret.txt", "open/../*", "open/**/../../*", "open/link/secret.txt", "open/link/*", "open/out", "open/new",
	"open/{a.txt,../secret.txt}", "open/sub/../a.txt", "open/\x00", "secret.txt", "open/link/new", "open/absolute", "open/@(a|b)*", "open/.git/config",
}

func (m maker) text() string { return someTexts[m.IntN(len(someTexts))] }

func (m maker) value(depth int) any {
	switch n := m.IntN(10); {
	case n == 0:
		return nil
	case n == 1:
		return m.IntN(2) == 0
	case n == 2:
		return []float64{0, 1, -1, 0.5, 1e21, 1e-9, 3}[m.IntN(7)]
	case n < 6 || depth > 3:
		return m.text()
	case n < 8:
		list := make([]any, m.IntN(4))
		for i := range list {
			list[i] = m.value(depth + 1)
		}
		return list
	}
	return m.object(depth + 1)
}

func (m maker) object(depth int) *node.Object {
	o := &node.Object{}
	for range m.IntN(4) {
		o.Set([]string{"a", "b", "list", "data", "0", "a.b", "error", m.text()}[m.IntN(8)], m.value(depth+1))
	}
	return o
}

// parameter is a value for a property: mostly one of its kind.
func (m maker) parameter(p *schemas.Property) any {
	if m.IntN(12) == 0 {
		return m.value(0)
	}
	switch p.Type {
	case schemas.Options:
		if len(p.Options) > 0 {
			return p.Options[m.IntN(len(p.Options))].Value
		}
	case schemas.Boolean:
		return m.IntN(2) == 0
	case schemas.Number:
		return []any{0, 1, -1, 2.5, 1000, "={{ $json.a }}"}[m.IntN(6)]
	case schemas.Collection:
		return m.parameters(p.Fields, 2)
	case schemas.FixedCollection:
		o := &node.Object{}
		for _, g := range p.Groups {
			if multiple, _ := p.TypeOptions["multipleValues"].(bool); !multiple {
				o.Set(g.Name, m.parameters(g.Values, 1))
				continue
			}
			rows := make([]any, m.IntN(3))
			for i := range rows {
				rows[i] = m.parameters(g.Values, 1)
			}
			o.Set(g.Name, rows)
		}
		return o
	}
	return m.text()
}

// parameters are values for some of the properties: one in oneIn is left out.
func (m maker) parameters(properties []schemas.Property, oneIn int) *node.Object {
	o := &node.Object{}
	for i := range properties {
		if m.IntN(oneIn+1) > 0 {
			o.Set(properties[i].Name, m.parameter(&properties[i]))
		}
	}
	return o
}

const secret = "what is not open to workflows"

// folders makes a folder that is open to nodes, with links that lead out of it, and beside it a file that nobody may see or change. They
// are below the current folder, so that relative paths lead to them.
func folders(f *testing.F) (open string) {
	f.Helper()
	dir := f.TempDir()
	f.Chdir(dir)
	open = filepath.Join(dir, "open")
	for _, d := range []string{"outside", "open/sub", "open/.git"} {
		require.NoError(f, os.MkdirAll(filepath.Join(dir, d), 0o700))
	}
	for _, name := range []string{"secret.txt", "outside/secret.txt", "open/.git/config"} {
		require.NoError(f, os.WriteFile(filepath.Join(dir, name), []byte(secret), 0o600))
	}
	require.NoError(f, os.WriteFile(filepath.Join(open, "a.txt"), []byte("open"), 0o600))
	require.NoError(f, os.Symlink("../outside", filepath.Join(open, "link")))
	require.NoError(f, os.Symlink("../secret.txt", filepath.Join(open, "out")))
	require.NoError(f, os.Symlink(filepath.Join(dir, "outside"), filepath.Join(open, "absolute")))
	return open
}

// requireClosed says that nothing outside of the open folder was changed, and nothing of it put out.
func requireClosed(t *testing.T, open string, result *nodetest.Result) {
	t.Helper()
	dir := filepath.Dir(open)
	for _, name := range []string{"secret.txt", "outside/secret.txt", "open/.git/config"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, secret, string(content), name)
	}
	for name, want := range map[string]int{".": 3, "outside": 1} {
		entries, err := os.ReadDir(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Len(t, entries, want, name)
	}
	for _, items := range result.Outputs {
		for _, it := range items {
			for name, file := range it.Binary.All() {
				content, _ := file.Data()
				require.NotContains(t, string(content), secret, name)
			}
		}
	}
}

// A node that works on data does not panic, whatever its parameters and items are, comes to an end, and reaches no file that is not open
// to it.
func FuzzDataNodes(f *testing.F) {
	open := folders(f)
	var nodes []node.Node
	for _, n := range all.All() {
		if fuzzedTypes[n.Definition().Name] {
			nodes = append(nodes, n)
		}
	}
	require.GreaterOrEqual(f, len(nodes), len(fuzzedTypes))
	for i := range uint64(300) {
		f.Add(i, i)
	}
	f.Fuzz(func(t *testing.T, which, seed uint64) {
		n := nodes[which%uint64(len(nodes))]
		def := n.Definition()
		m := maker{rand.New(rand.NewPCG(which, seed))}
		items := make([]node.Item, m.IntN(5))
		for i := range items {
			items[i].JSON = m.object(0)
			if m.IntN(2) == 0 {
				file := node.NewBinary([]string{"a.csv", "a.json", "a.html", "a.xlsx", "a.xml", ""}[m.IntN(6)], "").WithData([]byte(m.text()))
				items[i].Binary = items[i].Binary.With("data", file)
			}
		}
		given := map[string]any{}
		for name, v := range m.parameters(def.Properties, 3).All() {
			given[name] = v
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		result, err := nodetest.Run(ctx, n, nodetest.Setup{
			Version: def.Versions[m.IntN(len(def.Versions))], Parameters: given, Items: items,
			Settings: map[string]any{"onError": []string{"stopWorkflow", "continueRegularOutput", "continueErrorOutput"}[m.IntN(3)]},
			Credentials: map[string]map[string]any{
				"crypto": {"hmacSecret": "s", "encryptionPassphrase": "p"}, "jwtAuth": {"keyType": "passphrase", "secret": "s", "algorithm": "HS256"},
				"totpApi": {"secret": "GEZDGNBVGY3TQOJQ"},
			},
			Options: []runtime.Option{runtime.WithSeenStore(node.NewSeenStore()), runtime.WithFileRoots(open)},
		})
		require.NoError(t, ctx.Err(), "%s does not come to an end", def.Name)
		var issues *runtime.IssuesError
		if err != nil {
			require.ErrorAs(t, err, &issues, "%s", def.Name)
			return
		}
		requireClosed(t, open, result)
		if result.Error != nil {
			require.NotContains(t, result.Error.Message, "panicked", "%s", def.Name)
		}
		for _, items := range result.Outputs {
			for _, it := range items {
				if message, ok := it.JSON.Get("error"); ok {
					text, _ := message.(string)
					require.NotContains(t, text, "panicked", "%s", def.Name)
				}
			}
		}
	})
}
