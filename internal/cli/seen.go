package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/nate-go/nate/node"
)

// seenFile is the node.SeenStore of --seen: a JSON file with what is remembered under each key. It is read and replaced as a whole by
// every Update, under a lock (a file beside it, with .lock behind its name) that other processes wait for.
type seenFile struct{ path string }

// seenRecord is what is remembered under a key.
type seenRecord struct {
	Workflow string   `json:"workflow"`
	Node     string   `json:"node"`
	Mode     string   `json:"mode"`
	Values   []string `json:"values"`
}

// openSeen returns the store in a file, which need not be there yet.
func openSeen(path string) (*seenFile, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // that is what is replaced
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("--seen: there is no folder %s", filepath.Dir(path))
	}
	s := &seenFile{path}
	_, err := s.read()
	return s, err
}

// Update implements node.SeenStore.
func (s *seenFile) Update(ctx context.Context, key node.SeenKey, change func(seen *node.Seen) error) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return fmt.Errorf("--seen: %s can't be locked: %w", s.path, err)
	}
	defer unlock()
	all, err := s.read()
	if err != nil {
		return err
	}
	seen := all[key]
	if err := change(&seen); err != nil {
		return err
	}
	if seen.Mode == "" && len(seen.Values) == 0 {
		delete(all, key)
	} else {
		all[key] = seen
	}
	if err := s.write(all); err != nil {
		return fmt.Errorf("--seen: %s can't be written: %w", s.path, err)
	}
	return nil
}

// lock waits until no other process, or other store of this one, is at the file.
func (s *seenFile) lock(ctx context.Context) (unlock func(), err error) {
	type answer struct {
		unlock func()
		err    error
	}
	done := make(chan answer)
	go func() {
		unlock, err := lockedfile.MutexAt(s.path + ".lock").Lock()
		select {
		case done <- answer{unlock, err}:
		case <-ctx.Done():
			if err == nil {
				unlock()
			}
		}
	}()
	select {
	case a := <-done:
		return a.unlock, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (s *seenFile) read() (map[node.SeenKey]node.Seen, error) {
	all := map[node.SeenKey]node.Seen{}
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--seen: %w", err)
	}
	var file struct {
		Seen []seenRecord `json:"seen"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil || file.Seen == nil || d.More() {
		return nil, fmt.Errorf("--seen: %s is not a file that --seen wrote; name another, or remove it to forget what was seen", s.path)
	}
	for _, r := range file.Seen {
		all[node.SeenKey{Workflow: r.Workflow, Node: r.Node}] = node.Seen{Mode: r.Mode, Values: r.Values}
	}
	return all, nil
}

// write replaces the file, or leaves it as it was.
func (s *seenFile) write(all map[node.SeenKey]node.Seen) (err error) {
	records := make([]seenRecord, 0, len(all))
	for key, seen := range all {
		records = append(records, seenRecord{key.Workflow, key.Node, seen.Mode, seen.Values})
	}
	slices.SortFunc(records, func(a, b seenRecord) int {
		return cmp.Or(cmp.Compare(a.Workflow, b.Workflow), cmp.Compare(a.Node, b.Node))
	})
	text, err := json.MarshalIndent(map[string]any{"seen": records}, "", " ")
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*.tmp") // readable for its owner alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(next.Name()))
		}
	}()
	_, err = next.Write(append(text, '\n'))
	if err = errors.Join(err, next.Sync(), next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), s.path)
}
