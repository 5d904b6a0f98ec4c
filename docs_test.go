package nate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/n8ntest"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// TestSnippets holds every Go snippet of the docs against the code: it stands, to the letter but for indentation, in an
// example that is compiled and run.
func TestSnippets(t *testing.T) {
	t.Parallel()
	var code []string
	for _, pattern := range []string{"example_*_test.go", "*/example_test.go", "*/*/example_test.go", "*/*/*/example_test.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			code = append(code, unindented(string(text)))
		}
	}
	all := strings.Join(code, "\n")
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	snippets := 0
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
			require.Contains(t, all, unindented(m[1]), "%s has a snippet that stands in no example", page)
			snippets++
		}
	}
	require.NotZero(t, snippets)
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	noWord  = regexp.MustCompile(`[^\pL\pN_ -]`)
)

// TestLinks holds every link of the docs to a file, and a heading in it, that there is; and blocks of code to their ends.
func TestLinks(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	links := 0
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md", "CHANGELOG.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		require.Zero(t, strings.Count("\n"+string(text), "\n```")%2, "%s has a block of code without an end", page)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.HasPrefix(m[1], "https://") {
				continue
			}
			links++
			file, anchor, _ := strings.Cut(m[1], "#")
			target := page
			if file != "" {
				target = filepath.Join(filepath.Dir(page), file)
			}
			_, err := os.Stat(target)
			require.NoError(t, err, "%s links to %s", page, m[1])
			if anchor == "" {
				continue
			}
			linked, err := os.ReadFile(target)
			require.NoError(t, err)
			require.Contains(t, anchors(string(linked)), anchor, "%s links to %s", page, m[1])
		}
	}
	require.NotZero(t, links)
}

// anchors are the names of a page's headings in links.
func anchors(page string) []string {
	var names []string
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		names = append(names, strings.ReplaceAll(noWord.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return names
}

// TestREADMECountsItsRecordings keeps the number in the README true: full hundreds, so that it need not follow each recording.
func TestREADMECountsItsRecordings(t *testing.T) {
	t.Parallel()
	cases, err := n8ntest.LoadCases("testdata/n8n/cases")
	require.NoError(t, err)
	examples, err := n8ntest.LoadWorkflows("workflows")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), fmt.Sprintf("more than %d recorded runs", (len(cases)+len(examples)-1)/100*100))
}

func unindented(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}
