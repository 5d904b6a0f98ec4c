package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/cli"
)

var (
	session = regexp.MustCompile("(?s)```console\n(.*?)```")
	word    = regexp.MustCompile(`'[^']*'|\S+`)
)

// TestExpressionsPage runs the commands of docs/expressions.md: the page shows what they print.
func TestExpressionsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/expressions.md")
	require.NoError(t, err)
	item := filepath.Join(t.TempDir(), "item.json")
	require.NoError(t, os.WriteFile(item, []byte(`{"name": "ada lovelace", "tags": ["a", "b", "c"]}`), 0o600))
	commands := 0
	for _, block := range session.FindAllStringSubmatch(string(page), -1) {
		for _, entry := range strings.Split("\n"+block[1], "\n$ nate ")[1:] {
			line, want, _ := strings.Cut(entry, "\n")
			var args []string
			for _, w := range word.FindAllString(line, -1) {
				args = append(args, strings.ReplaceAll(strings.Trim(w, "'"), "item.json", item))
			}
			var out bytes.Buffer
			cli.Main(args, strings.NewReader(""), &out, &out)
			require.Equal(t, strings.TrimRight(want, "\n"), strings.TrimRight(out.String(), "\n"), line)
			commands++
		}
	}
	require.Equal(t, 5, commands)
}
