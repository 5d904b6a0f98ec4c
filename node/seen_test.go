package node_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func TestSeenStore(t *testing.T) {
	t.Parallel()
	store := node.NewSeenStore()
	ctx := context.Background()
	key := node.SeenKey{Workflow: "w", Node: "n"}
	require.NoError(t, store.Update(ctx, key, func(seen *node.Seen) error {
		require.Zero(t, *seen)
		*seen = node.Seen{Mode: "entries", Values: []string{"a"}}
		return nil
	}))
	failed := errors.New("no")
	require.ErrorIs(t, store.Update(ctx, key, func(seen *node.Seen) error {
		require.Equal(t, node.Seen{Mode: "entries", Values: []string{"a"}}, *seen)
		seen.Values[0] = "b"
		return failed
	}), failed)
	require.NoError(t, store.Update(ctx, key, func(seen *node.Seen) error {
		require.Equal(t, []string{"a"}, seen.Values, "a failed update changes nothing")
		return nil
	}))
	require.NoError(t, store.Update(ctx, node.SeenKey{Workflow: "w"}, func(seen *node.Seen) error {
		require.Zero(t, *seen, "another key")
		return nil
	}))
}
