package workflows_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// loadsWhole loads a file of one workflow and proves that nothing of it was lost.
func loadsWhole(t *testing.T, path string) *workflows.Workflow {
	t.Helper()
	w, err := workflows.LoadOne(path)
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	require.Equal(t, string(node.AppendJSON(nil, doc)), string(w.AppendJSON(nil)))
	nodes, _ := doc.Get("nodes")
	require.Len(t, w.Nodes, len(nodes.([]any)))
	return w
}

// The example workflows of this folder.
func TestExampleFiles(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	more, err := filepath.Glob(filepath.Join("directus", "*.json"))
	require.NoError(t, err)
	require.Len(t, more, 11)
	for _, path := range append(paths, more...) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			w := loadsWhole(t, path)
			require.NotEmpty(t, w.Nodes)
		})
	}
}

// brokenPublic are the public workflows that n8n refuses too, each with what is wrong.
var brokenPublic = map[string]string{
	"10248.json": `Connection source "Filter India Keywords" does not reference an existing node`,
	"5157.json":  `Connection source "Past News Sheet Log" does not reference an existing node`,
	"5825.json":  `Connection target "Google Docs" does not reference an existing node`,
	"636.json":   `Duplicate node name "GS Read Data2"`,
}

// 400 workflows that people published, of all ages of n8n. They are no part of this repository: NATE_FIXTURES names the
// folder that holds them under public-workflows.
func TestPublicWorkflows(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("NATE_FIXTURES")
	if folder == "" {
		fmt.Println("SKIPPED 400 public workflows: NATE_FIXTURES is not set")
		t.SkipNow()
	}
	paths, err := filepath.Glob(filepath.Join(folder, "public-workflows", "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 400)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if wrong, ok := brokenPublic[filepath.Base(path)]; ok {
				_, err := workflows.Load(path)
				require.ErrorContains(t, err, wrong)
				return
			}
			w := loadsWhole(t, path)
			require.Empty(t, w.PinErrors)
			for _, n := range w.Nodes {
				require.NotEmpty(t, n.Type)
				require.Positive(t, n.TypeVersion)
			}
		})
	}
}
