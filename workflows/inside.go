package workflows

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Files returns a func that reads workflows from files by their paths, as long as these are inside one of the folders: a relative path
// is looked for in each, an absolute one must lead into one, and links must not lead out. The func is safe for concurrent use and reads a
// file every time that it is asked for. errors.Is finds fs.ErrPermission in the error of a path that is outside, fs.ErrNotExist
// in that of a file that is not there.
func Files(dirs ...string) func(ctx context.Context, path string) (*Workflow, error) {
	return func(_ context.Context, path string) (*Workflow, error) {
		missing := false
		for _, dir := range dirs {
			data, err := readInside(dir, path)
			switch {
			case err == nil:
				w, err := ParseOne(data)
				return w, inFile(path, err)
			case errors.Is(err, fs.ErrNotExist):
				missing = true
			case !errors.Is(err, errOutside):
				return nil, err
			}
		}
		if missing {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return nil, fmt.Errorf("the workflow file %s is not inside a folder that is allowed: %w", path, fs.ErrPermission)
	}
}

var errOutside = errors.New("the path is outside of the folder")

// readInside reads a file of a folder, up to a little more than Parse takes.
func readInside(dir, path string) ([]byte, error) {
	if filepath.IsAbs(path) {
		whole, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		if path, err = filepath.Rel(whole, path); err != nil {
			return nil, errOutside
		}
	}
	if !filepath.IsLocal(path) {
		return nil, errOutside
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil: // a link that leads out is no kind of error of its own
		return nil, fmt.Errorf("%w: %w", err, fs.ErrPermission)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file: %w", path, fs.ErrPermission)
	}
	f, err := root.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, MaxSize+1))
}
