package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// TestReference keeps docs/cli.md what the commands say of themselves. -update rewrites it.
func TestReference(t *testing.T) {
	t.Parallel()
	const page = "../../docs/cli.md"
	want := reference()
	if flag.Lookup("update").Value.String() == "true" { // defined beside the scripts
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
	}
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run the test with -update")
}

// reference is the page about the commands, made from them.
func reference() string {
	var b strings.Builder
	root := newRoot()
	b.WriteString("# The command\n\nMade from the commands themselves.\n\n" + root.Long + "\n")
	for _, cmd := range root.Commands() {
		if cmd.Hidden || !cmd.IsAvailableCommand() || cmd.Name() == "help" {
			continue
		}
		section(&b, cmd)
	}
	return b.String()
}

func section(b *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(b, "\n## nate %s\n\n%s.\n", cmd.Use, cmd.Short)
	if cmd.Long != "" {
		fmt.Fprintf(b, "\n%s\n", cmd.Long)
	}
	if cmd.Example != "" {
		fmt.Fprintf(b, "\n```console\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
	}
	if cmd.HasAvailableLocalFlags() {
		fmt.Fprintf(b, "\n```\n%s```\n", cmd.LocalFlags().FlagUsages())
	}
}
