package workflows_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/workflows"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	outside, dir := t.TempDir(), t.TempDir()
	write := func(path string) {
		t.Helper()
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(`{"name":"W","nodes":[],"connections":{}}`), 0o600))
	}
	write(filepath.Join(outside, "w.json"))
	write(filepath.Join(dir, "sub", "w.json"))
	require.NoError(t, os.Symlink(filepath.Join(outside, "w.json"), filepath.Join(dir, "link.json")))
	find := workflows.Files(filepath.Join(dir, "none"), dir)
	for _, path := range []string{"sub/w.json", filepath.Join(dir, "sub", "w.json"), "sub/../sub/w.json"} {
		w, err := find(t.Context(), path)
		require.NoError(t, err, path)
		require.Equal(t, "W", w.Name)
	}
	for path, want := range map[string]error{
		filepath.Join(outside, "w.json"): fs.ErrPermission,
		"../w.json":                      fs.ErrPermission,
		"":                               fs.ErrPermission,
		"link.json":                      fs.ErrPermission,
		"sub":                            fs.ErrPermission,
		"no.json":                        fs.ErrNotExist,
	} {
		_, err := find(t.Context(), path)
		require.ErrorIs(t, err, want, path)
	}
}
