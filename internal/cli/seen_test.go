package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func openedSeen(t *testing.T, path string) *seenFile {
	t.Helper()
	s, err := openSeen(path)
	require.NoError(t, err)
	return s
}

// TestSeenFileAtOnce adds values through stores of their own, as processes do: none is lost.
func TestSeenFileAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seen.json")
	const stores, each = 8, 20
	var wg sync.WaitGroup
	for i := range stores {
		s := openedSeen(t, path)
		wg.Go(func() {
			for n := range each {
				key := node.SeenKey{Workflow: "w", Node: strconv.Itoa(n % 2)}
				err := s.Update(context.Background(), key, func(seen *node.Seen) error {
					seen.Mode = "entries"
					seen.Values = append(seen.Values, strconv.Itoa(i*each+n))
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all, err := openedSeen(t, path).read()
	require.NoError(t, err)
	var values []string
	for _, seen := range all {
		values = append(values, seen.Values...)
	}
	slices.Sort(values)
	require.Len(t, slices.Compact(values), stores*each)
	left, err := filepath.Glob(path + "*.tmp")
	require.NoError(t, err)
	require.Empty(t, left)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestSeenFileForgets(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seen.json")
	s := openedSeen(t, path)
	update := func(change func(*node.Seen) error) error {
		return s.Update(context.Background(), node.SeenKey{Workflow: "w"}, change)
	}
	require.NoError(t, update(func(seen *node.Seen) error {
		*seen = node.Seen{Mode: "entries", Values: []string{"a"}}
		return nil
	}))
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	failure := errors.New("no")
	require.ErrorIs(t, update(func(seen *node.Seen) error {
		seen.Values[0] = "b"
		return failure
	}), failure)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "a change that fails changes nothing")
	require.NoError(t, update(func(seen *node.Seen) error {
		*seen = node.Seen{}
		return nil
	}))
	after, err = os.ReadFile(path)
	require.NoError(t, err)
	require.JSONEq(t, `{"seen": []}`, string(after))
}

func TestSeenFileLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seen.json")
	s := openedSeen(t, path)
	unlock, err := lockedfile.MutexAt(path + ".lock").Lock() // as another process does
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(context.Background())
	waiting := make(chan error)
	called := false
	go func() {
		waiting <- s.Update(ctx, node.SeenKey{}, func(*node.Seen) error {
			called = true
			return nil
		})
	}()
	cancel(errors.New("the time is up"))
	require.EqualError(t, <-waiting, "--seen: "+path+" can't be locked: the time is up")
	require.False(t, called)
	unlock()
	require.NoError(t, s.Update(context.Background(), node.SeenKey{}, func(*node.Seen) error { return nil }), "the lock was given back")
}

func TestSeenFileThroughLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.json"), filepath.Join(dir, "link.json")
	require.NoError(t, os.WriteFile(target, []byte(`{"seen": []}`), 0o600))
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no links here")
	}
	require.NoError(t, openedSeen(t, link).Update(context.Background(), node.SeenKey{Workflow: "w"}, func(seen *node.Seen) error {
		seen.Mode = "entries"
		return nil
	}))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays")
	all, err := openedSeen(t, target).read()
	require.NoError(t, err)
	require.Len(t, all, 1)
}
