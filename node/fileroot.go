package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// FileRoot opens the folder that a path lies in, of those that are open to nodes (CallConfig.FileRoots), and returns it with the path
// as it is inside of it ("." for the folder itself). A relative path begins at the current folder. The caller closes root. Nothing that
// is done by way of it leads out of the folder, symbolic links included.
//
// A path outside of all these folders, or in a folder .git, is refused with n8n's "Access to the file is not allowed.", whether there
// is such a file or not. Another error says that the folder itself can't be opened; root is nil then.
func (c *Call) FileRoot(path string) (root *os.Root, name string, err error) {
	if len(c.cfg.FileRoots) == 0 {
		return nil, "", FileNotAllowed("No folder is open to workflows here: name some with runtime.WithFileRoots, or with --allow-files of the command")
	}
	if strings.ContainsRune(path, 0) {
		return nil, "", FileNotAllowed("The path has a NUL character in it")
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, "", err
	}
	for _, dir := range c.cfg.FileRoots {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return nil, "", err
		}
		name, err := filepath.Rel(dir, full)
		if err != nil || !filepath.IsLocal(name) {
			continue
		}
		if inGit(name) || inGit(realName(dir, name)) {
			return nil, "", FileNotAllowed("Folders named .git are closed to workflows, as in n8n")
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, "", fmt.Errorf("the folder that is open to workflows can't be opened: %w", err)
		}
		return root, name, nil
	}
	return nil, "", FileNotAllowed("")
}

// FileNotAllowed returns the error of a path that nodes may not reach, with n8n's text and a reason (it may be empty).
func FileNotAllowed(reason string) error {
	return NewOperationError("Access to the file is not allowed.", reason)
}

// realName is a name below dir with its links followed, as far as it exists.
func realName(dir, name string) string {
	base, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return ""
	}
	full, err := filepath.EvalSymlinks(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		full, err = filepath.EvalSymlinks(filepath.Dir(filepath.Join(dir, name)))
	}
	if err != nil {
		return ""
	}
	if name, err = filepath.Rel(base, full); err != nil {
		return ""
	}
	return name
}

func inGit(name string) bool {
	for part := range strings.SplitSeq(filepath.ToSlash(name), "/") {
		if strings.EqualFold(part, ".git") {
			return true
		}
	}
	return false
}
