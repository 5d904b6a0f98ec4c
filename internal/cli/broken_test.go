package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/schemas"
)

const brokenFolder = "../../testdata/broken"

// Files with one fault each, of the sort that people make by hand, in a merge or after a rename, and what nate says of
// them: testdata/broken/expected.txt. -update rewrites it.
func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(brokenFolder, "*.json"))
	require.NoError(t, err)
	require.Greater(t, len(files), 50)
	r := registry()
	var got strings.Builder
	for _, file := range files {
		name := filepath.Base(file)
		found, err := check(context.Background(), file, r, nil)
		require.NoError(t, err, name)
		for i, f := range found {
			require.NotEmpty(t, f.Message, name)
			// What a node itself has against its parameters has no hint: the text says it all.
			if !strings.Contains(f.Message, "is not supported yet") {
				require.NotEmpty(t, f.Hint, "%s: what is to be done?", name)
			}
			require.Equal(t, !slices.Contains(withoutPlace, name), f.Line > 0, "%s: %s", name, f.Diagnostic)
			found[i].File = name
		}
		require.Len(t, found, 1, name)
		got.WriteString(faultsText(found))
	}
	golden := filepath.Join(brokenFolder, "expected.txt")
	if flag.Lookup("update").Value.String() == "true" { // defined beside the scripts
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, strings.Split(string(want), "\n"), strings.Split(got.String(), "\n"), "run the test with -update")
}

// withoutPlace are files that are wrong as a whole.
var withoutPlace = []string{
	"json-empty.json", "json-markdown.json", "json-merge-conflict-at-the-beginning.json", "json-utf-16.json", "json-web-page.json",
}

// One file that nothing is wrong with, of which the broken ones were made.
func TestUnbrokenFile(t *testing.T) {
	t.Parallel()
	found, err := check(context.Background(), filepath.Join(brokenFolder, "unbroken", "workflow.json"), registry(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}

// ours are the errors that n8n does not give: what nate does not have yet.
var ours = []string{
	"Unrecognized node type: ", "not supported", "The Directus operation ",
}

// theirs are the public workflows that n8n refuses too, with what is wrong.
var theirs = map[string]string{
	"10248.json": `Connection source "Filter India Keywords" does not reference an existing node`,
	"3888.json":  `has no choice`, // parameters of a later version of the nodes
	"4114.json":  `Parameter "URL" is required.`,
	"5157.json":  `Connection source "Past News Sheet Log" does not reference an existing node`,
	"5825.json":  `Connection target "Google Docs" does not reference an existing node`,
	"5712.json":  `Parameter "URL" is required.`,
	"636.json":   `Duplicate node name "GS Read Data2"`,
}

// 400 workflows that people published: no error that n8n would not give. NATE_FIXTURES names the folder that holds them
// under public-workflows.
func TestPublicWorkflows(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("NATE_FIXTURES")
	if folder == "" {
		fmt.Println("SKIPPED the check of 400 public workflows: NATE_FIXTURES is not set")
		t.SkipNow()
	}
	files, err := filepath.Glob(filepath.Join(folder, "public-workflows", "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 400)
	r := registry()
	for _, file := range files {
		found, err := check(context.Background(), file, r, nil)
		require.NoError(t, err)
		name := filepath.Base(file)
		refused := false
		for _, f := range found {
			require.Positive(t, f.Line, "%s: %s", name, f.Diagnostic)
			if f.Severity != schemas.SeverityError {
				continue
			}
			if wrong, ok := theirs[name]; ok && strings.Contains(f.Message, wrong) {
				refused = true
				continue
			}
			require.True(t, slices.ContainsFunc(ours, func(o string) bool { return strings.Contains(f.Message, o) }), "%s: %s", name, f.Diagnostic)
		}
		require.Equal(t, theirs[name] != "", refused, name)
	}
}

func BenchmarkValidate(b *testing.B) {
	r := registry()
	b.ReportAllocs()
	for b.Loop() {
		if found, err := check(context.Background(), "../../workflows/login-then-refresh.json", r, nil); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}
