package nate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/n8ntest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// TestFixtures runs the workflows of n8n's own tests of its nodes, and keeps the README's table of how many pass. One node's are
// run by `go test -run TestFixtures/nodes/Code -v .`
func TestFixtures(t *testing.T) {
	t.Parallel()
	n8ntest.RunFixtures(t, failingFixtures(t), runFixture, func(table string) {
		readme, err := os.ReadFile("README.md")
		require.NoError(t, err)
		if !*update {
			require.Contains(t, string(readme), "\n"+table+"\n", "README.md has another table: run the test with -update")
			return
		}
		const heading = "| workflows with |"
		before, rest, found := strings.Cut(string(readme), heading)
		_, after, _ := strings.Cut(rest, "\n\n")
		require.True(t, found, "README.md has no table of n8n's own tests")
		require.NoError(t, os.WriteFile("README.md", []byte(before+table+"\n"+after), 0o644))
	})
}

// failingFixtures reads the fixtures that are known to fail: "name: why", one on a line.
func failingFixtures(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/fixtures.txt")
	require.NoError(t, err)
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, why, _ := strings.Cut(line, ": ")
		require.NotEmpty(t, why, "testdata/fixtures.txt: %s has no reason", name)
		known[name] = why
	}
	return known
}

func runFixture(_ *testing.T, f *n8ntest.Fixture) ([]byte, error) {
	w, err := workflows.ParseOne(f.Workflow)
	if err != nil {
		return nil, err
	}
	registry := runtime.NewRegistry(append(all.All(), fixtureData{})...)
	for _, n := range w.Nodes {
		if !n.Disabled && !n.IsStickyNote() && !registry.Supports(n) {
			return nil, fmt.Errorf("%w: node %q (%s %s)", n8ntest.ErrNotSupported, n.Name, n.Type, node.FormatNumber(n.TypeVersion))
		}
	}
	accounts := make([]credentials.Data, 0, len(f.Credentials))
	for typ, fields := range f.Credentials {
		var values map[string]any
		if err := json.Unmarshal(fields, &values); err != nil {
			return nil, err
		}
		accounts = append(accounts, credentials.New(credentials.Ref{Type: typ}, values))
	}
	plan, err := runtime.Compile(w, registry, runtime.WithCredentials(credentials.Values(accounts...)), runtime.WithTransport(f.Transport()),
		runtime.WithFileRoots(f.Files), runtime.WithCommands())
	if err != nil {
		return nil, err
	}
	req := runtime.Request{}
	if len(w.Nodes) == 1 { // there may be no trigger
		req.Start = w.Nodes[0].Name
	}
	if f.Input != nil {
		v, err := node.ParseJSON(f.Input)
		if err != nil {
			return nil, err
		}
		if req.Items, err = node.ItemsOf([]any{v}); err != nil {
			return nil, err
		}
	}
	result, err := plan.Run(context.Background(), req)
	if err != nil {
		return nil, err
	}
	return result.AppendJSON(nil), nil
}

// fixtureData is the node that gives fixtures their items.
type fixtureData struct{}

func (fixtureData) Definition() node.Definition {
	return node.Definition{
		Types: []string{"n8n-nodes-testing.testData"}, Versions: []float64{1}, Name: "testData", DisplayName: "Test Data",
		Inputs: []string{"main"}, Outputs: []string{"main"},
		Properties: []schemas.Property{{Name: "data", Type: schemas.String}},
	}
}

func (fixtureData) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	v, err := c.Params(ctx, 0).Value("data")
	if text, ok := v.(string); ok && err == nil {
		v, err = node.ParseJSON([]byte(text))
	}
	if err != nil {
		return node.Output{}, err
	}
	if o, ok := v.(*node.Object); ok {
		v = []any{o}
	}
	items, err := node.ItemsOf(v)
	return node.Output{Main: [][]node.Item{items}}, err
}
