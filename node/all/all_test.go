package all_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
)

func TestAll(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, n := range all.All() {
		def := n.Definition()
		require.NotEmpty(t, def.Types)
		if lazy, ok := n.(*node.LazyNode); ok {
			require.Equal(t, def.Types, lazy.Types(), "the types that all.go lists for %s", def.Name)
		}
		require.NotEmpty(t, def.Versions, def.Name)
		require.NotEmpty(t, def.DisplayName, def.Name)
		require.NotEmpty(t, def.Description, def.Name)
		for _, typ := range def.Types {
			for _, version := range def.Versions {
				id := fmt.Sprint(typ, " ", version)
				require.False(t, seen[id], "%s is there twice", id)
				seen[id] = true
			}
		}
	}
	for _, id := range []string{"n8n-nodes-base.manualTrigger 1", "n8n-nodes-base.noOp 1", "n8n-nodes-base.stickyNote 1", "n8n-nodes-base.set 3.4"} {
		require.True(t, seen[id], id)
	}
	all.All()[0] = nil
	require.NotNil(t, all.All()[0], "the list is the caller's own")
}
