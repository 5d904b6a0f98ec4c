package files_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/files"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

const notAllowed = "Access to the file is not allowed."

// disk makes a folder that is open and one that is not, with links from the one into the other.
func disk(t *testing.T) (open, closed string) {
	t.Helper()
	dir := t.TempDir()
	open, closed = filepath.Join(dir, "open"), filepath.Join(dir, "openwide")
	for _, d := range []string{closed, filepath.Join(open, "sub"), filepath.Join(open, ".git")} {
		require.NoError(t, os.MkdirAll(d, 0o700))
	}
	for name, content := range map[string]string{
		filepath.Join(closed, "secret.txt"): "secret", filepath.Join(open, "a.txt"): "inside", filepath.Join(open, ".git", "config"): "secret",
		filepath.Join(open, "sub", "b.txt"): "below",
	} {
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	}
	for link, to := range map[string]string{
		"out": "../openwide/secret.txt", "dir": "../openwide", "absolute": closed, "in": "a.txt", "config": ".git/config", "new": "../openwide/new",
	} {
		require.NoError(t, os.Symlink(to, filepath.Join(open, link)))
	}
	return open, closed
}

func item(content string) []node.Item {
	var none *node.Binaries
	file := node.NewBinary("x.txt", "").WithData([]byte(content))
	return []node.Item{{JSON: &node.Object{}, Binary: none.With("data", file)}}
}

// outside are paths that lead out of the folder that is open, or into a folder .git.
func outside(open, closed string) []string {
	return []string{
		filepath.Join(closed, "secret.txt"), open + "/../openwide/secret.txt", open + "/sub/../../openwide/secret.txt", "/etc/passwd",
		open + "/out", open + "/dir/secret.txt", open + "/absolute/secret.txt", open + "/new", open + "/dir/new", open + "/.git/config", open + "/config",
		open + "/.GIT/config", open + "/a.txt\x00.png", "../../../../../../../../etc/passwd", open + "/../open", "",
	}
}

// No path leads to a file outside of the folders that are open.
func TestNoFileOutside(t *testing.T) {
	t.Parallel()
	open, closed := disk(t)
	option := []runtime.Option{runtime.WithFileRoots(open)}
	for _, name := range outside(open, closed) {
		for _, try := range []struct {
			node       node.Node
			parameters map[string]any
		}{
			{files.NewReadBinaryFile(), map[string]any{"filePath": name}},
			{files.NewReadBinaryFiles(), map[string]any{"fileSelector": name}},
			{files.NewWriteBinaryFile(), map[string]any{"fileName": name}},
			{files.NewWriteBinaryFile(), map[string]any{"fileName": name, "options": map[string]any{"append": true}}},
			{files.NewReadWriteFile(), map[string]any{"fileSelector": name}},
			{files.NewReadWriteFile(), map[string]any{"operation": "write", "fileName": name}},
		} {
			result, err := nodetest.Run(context.Background(), try.node, nodetest.Setup{Parameters: try.parameters, Items: item("mine"), Options: option})
			if err == nil && result.Error == nil {
				require.Empty(t, result.Items(), "%s %v", try.node.Definition().Name, try.parameters)
			}
			if err == nil && result.Error != nil {
				require.NotContains(t, result.Error.Message, "panicked")
			}
		}
	}
	for _, name := range []string{filepath.Join(closed, "secret.txt"), filepath.Join(open, ".git", "config")} {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, "secret", string(content))
	}
	entries, err := os.ReadDir(closed)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing was made")
}

// A pattern finds files, and links to files: a link to a folder, inside or outside, or to nothing keeps nobody from reading the rest.
func TestPatternsFindFiles(t *testing.T) {
	t.Parallel()
	open := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(open, "sub"), 0o700))
	for _, name := range []string{"a.txt", "sub/b.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(open, name), []byte("x"), 0o600))
	}
	for link, to := range map[string]string{"up": "..", "there": t.TempDir(), "below": "sub", "nothing": "nowhere", "in": "a.txt"} {
		require.NoError(t, os.Symlink(to, filepath.Join(open, link)))
	}
	for pattern, want := range map[string]string{"/*": "a.txt in", "/**": "a.txt in b.txt", "/in": "in", "/below": "", "/nothing": "", "/{up,a.txt}": "a.txt"} {
		result, err := nodetest.Run(context.Background(), files.NewReadBinaryFiles(), nodetest.Setup{
			Parameters: map[string]any{"fileSelector": open + pattern}, Items: item(""), Options: []runtime.Option{runtime.WithFileRoots(open)},
		})
		require.NoError(t, err)
		require.Nil(t, result.Error, pattern)
		var names []string
		for _, it := range result.Items() {
			file, _ := it.Binary.Get("data")
			names = append(names, file.FileName())
		}
		require.Equal(t, want, strings.Join(names, " "), pattern)
	}
}

// What is refused is refused in n8n's words, and patterns find nothing outside.
func TestRefusals(t *testing.T) {
	t.Parallel()
	open, closed := disk(t)
	read := func(name string, options ...runtime.Option) *nodetest.Result {
		result, err := nodetest.Run(context.Background(), files.NewReadBinaryFile(), nodetest.Setup{
			Parameters: map[string]any{"filePath": name}, Items: item(""), Options: options,
		})
		require.NoError(t, err)
		return result
	}
	for _, name := range outside(open, closed)[:11] {
		result := read(name, runtime.WithFileRoots(open))
		require.NotNil(t, result.Error, name)
		require.Equal(t, notAllowed, result.Error.Message, name)
	}
	result := read(filepath.Join(open, "a.txt"))
	require.Equal(t, notAllowed, result.Error.Message)
	require.Contains(t, result.Error.Description, "runtime.WithFileRoots")

	for pattern, want := range map[string]string{
		open + "/**/*.txt":              "a.txt b.txt",
		open + "/*/secret.txt":          "",
		open + "/**":                    notAllowed, // of links that lead out, as n8n
		open + "/{out,in}":              "in",
		open + "/{in,a.txt,a.txt}":      "a.txt in",
		open + "/*/../../openwide/*":    "",
		open + "/sub/{b,../../a}.txt":   "b.txt",
		open + "/sub/@(b|c).t[!y]t":     "b.txt",
		open + "/.g*/*":                 notAllowed,
		open + "/sub/**/../b.txt":       "",
		open + "/{":                     "The pattern can't be read",
		open + "/!(a).txt":              "Groups like !(...) in patterns are not supported",
		closed + "/*":                   notAllowed,
		filepath.Dir(open) + "/*/a.txt": notAllowed,
	} {
		result, err := nodetest.Run(context.Background(), files.NewReadBinaryFiles(), nodetest.Setup{
			Parameters: map[string]any{"fileSelector": pattern}, Items: item(""), Options: []runtime.Option{runtime.WithFileRoots(open)},
		})
		require.NoError(t, err)
		var names []string
		for _, it := range result.Items() {
			file, _ := it.Binary.Get("data")
			names = append(names, file.FileName())
		}
		if result.Error != nil {
			names = []string{result.Error.Message}
		}
		require.Equal(t, want, strings.Join(names, " "), pattern)
	}
}

// A file is written and read piece by piece: a large one is never in memory as a whole, nor in run data.
func TestLargeFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const size = 5 << 20
	require.NoError(t, os.WriteFile(filepath.Join(dir, "large.bin"), []byte(strings.Repeat("0123456789abcdef", size/16)), 0o600))
	w, err := workflows.ParseOne([]byte(`{"name": "Copy", "nodes": [
		{"id": "1", "name": "Read", "type": "n8n-nodes-base.readBinaryFile", "typeVersion": 1, "position": [0, 0], "parameters": {"filePath": "={{ $json.from }}"}},
		{"id": "2", "name": "Write", "type": "n8n-nodes-base.writeBinaryFile", "typeVersion": 1, "position": [0, 0], "parameters": {"fileName": "={{ $json.to }}"}}
	], "connections": {"Read": {"main": [[{"node": "Write", "type": "main", "index": 0}]]}}}`))
	require.NoError(t, err)
	plan, err := runtime.Compile(w, runtime.NewRegistry(files.NewReadBinaryFile(), files.NewWriteBinaryFile()), runtime.WithFileRoots(dir))
	require.NoError(t, err)
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Read", Items: []node.Item{
		node.ItemOf("from", filepath.Join(dir, "large.bin"), "to", filepath.Join(dir, "copy.bin")),
	}})
	require.NoError(t, err)
	defer result.Close()
	require.Equal(t, runtime.StatusSuccess, result.Status)
	file, _ := result.LastItems()[0].Binary.Get("data")
	_, inMemory := file.Data()
	require.False(t, inMemory)
	require.EqualValues(t, size, file.Bytes())
	want, err := os.ReadFile(filepath.Join(dir, "large.bin"))
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(dir, "copy.bin"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got))
}
