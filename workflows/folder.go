package workflows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Folder returns a func that finds workflows in the files dir/*.json by what others call them: the id, else the name, else
// the file's name without ".json". The files are read when it is called first; a file that is no workflow is passed over, and
// named in the error when a workflow is not found. The func is safe for concurrent use and returns the same Workflow for the same name.
func Folder(dir string) func(ctx context.Context, id string) (*Workflow, error) {
	type found struct {
		byID, byName, byFile map[string]*Workflow
		faults               []error
	}
	read := sync.OnceValue(func() found {
		f := found{byID: map[string]*Workflow{}, byName: map[string]*Workflow{}, byFile: map[string]*Workflow{}}
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil {
			f.faults = append(f.faults, err)
		}
		if _, err := os.Stat(dir); err != nil {
			f.faults = append(f.faults, err)
		}
		for _, file := range files {
			all, err := Load(file)
			if err != nil {
				f.faults = append(f.faults, fmt.Errorf("%s: %w", file, err))
				continue
			}
			for _, w := range all {
				if w.ID != "" && f.byID[w.ID] == nil {
					f.byID[w.ID] = w
				}
				if w.Name != "" && f.byName[w.Name] == nil {
					f.byName[w.Name] = w
				}
			}
			if len(all) == 1 {
				f.byFile[strings.TrimSuffix(filepath.Base(file), ".json")] = all[0]
			}
		}
		return f
	})
	return func(_ context.Context, id string) (*Workflow, error) {
		f := read()
		for _, by := range []map[string]*Workflow{f.byID, f.byName, f.byFile} {
			if w := by[id]; w != nil {
				return w, nil
			}
		}
		return nil, errors.Join(append([]error{fmt.Errorf("there is no workflow %q in %s: it is looked for by id, name, and file", id, dir)}, f.faults...)...)
	}
}
