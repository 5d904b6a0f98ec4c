package runtime

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// BinaryMemory says how much of the content of files is kept in memory; all else goes to the BinaryStore. What is 0 takes the default.
type BinaryMemory struct {
	// File is the size in bytes of the largest file that is kept in memory (default 1 MiB), Run how much all files of a run may take
	// (64 MiB). Negative: none.
	File, Run int64
}

// WithBinaryMemory sets how much of the content of files is kept in memory.
func WithBinaryMemory(m BinaryMemory) Option { return func(c *config) { c.binaryMemory = m } }

// WithBinaryStore says where the content of files goes that are not kept in memory. What is stored there stays: the store is its owner's to
// clean up. The default are files in the system's folder for temporary ones, which last as long as the run's Result: see Result.Close.
// Those of a run that waits, up to 256 MiB, go into the JSON of its Result, and come back with Plan.Resume.
func WithBinaryStore(s node.BinaryStore) Option { return func(c *config) { c.binaryStore = s } }

const (
	binaryMemoryOfFile = 1 << 20
	binaryMemoryOfRun  = 64 << 20
)

func (m BinaryMemory) withDefaults() BinaryMemory {
	if m.File == 0 {
		m.File = binaryMemoryOfFile
	}
	if m.Run == 0 {
		m.Run = binaryMemoryOfRun
	}
	return m
}

// binaries keeps the content of the files of one run, or of one task by itself.
type binaries struct {
	store node.BinaryStore // nil: there is none
	file  int64
	left  atomic.Int64
}

func (c *config) newBinaries(store node.BinaryStore) *binaries {
	memory := c.binaryMemory.withDefaults()
	b := &binaries{store: store, file: memory.File}
	b.left.Store(memory.Run)
	return b
}

// create keeps a content that fits in memory, and streams any other into the store.
func (b *binaries) create(ctx context.Context, r io.Reader, description node.Binary) (node.Binary, error) {
	r = &canceledReader{ctx, r}
	limit := max(min(b.file, b.left.Load()), 0)
	var head bytes.Buffer
	n, err := io.Copy(&head, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return node.Binary{}, err
	case n <= limit:
		b.left.Add(-n)
		return description.WithData(bytes.Clone(head.Bytes())), nil
	case b.store == nil:
		return node.Binary{}, fmt.Errorf("a file of more than %d bytes needs a store: see runtime.WithBinaryStore", limit)
	}
	id, size, err := b.store.Create(ctx, io.MultiReader(&head, r), description)
	if err == nil && id == "" {
		err = errors.New("the store gave no id")
	}
	if err != nil {
		return node.Binary{}, fmt.Errorf("a file could not be stored: %w", err)
	}
	return description.WithID(id, size), nil
}

func (b *binaries) open(ctx context.Context, id string) (io.ReadCloser, error) {
	if b.store == nil {
		return nil, fmt.Errorf("the content of the file is in a store (%s), and there is none here", id)
	}
	r, err := b.store.Open(ctx, id)
	if err == nil && r == nil {
		return nil, fmt.Errorf("the store gave nothing to read for %q", id)
	}
	return r, err
}

// canceledReader ends when its context does.
type canceledReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *canceledReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}

// OpenBinary reads the content of a file of an item of this Result, before Close. The caller closes it. It fails for a file without
// content, and as the store fails. It is safe for concurrent use.
func (r *Result) OpenBinary(ctx context.Context, b node.Binary) (io.ReadCloser, error) {
	return openBinary(ctx, r.binaries, b)
}

// openBinary reads the content of a file; nil stands for the files of no run.
func openBinary(ctx context.Context, files *binaries, b node.Binary) (io.ReadCloser, error) {
	if data, ok := b.Data(); ok {
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	if b.ID() == "" {
		return nil, errors.New("the file has no content: neither data nor an id")
	}
	if files == nil {
		return nil, errors.New("the file's content is in a store of its run, and this is not of one")
	}
	return files.open(ctx, b.ID())
}

// Close removes the temporary files that hold the content of files too large for memory; those can't be opened any more. It does
// nothing to a store of the embedder's own. A Result that is not closed is cleaned up when the garbage collector finds it, which the end
// of the process may forestall. A nil Result has none. The error is that of the file system.
func (r *Result) Close() error {
	if r == nil || r.temporary == nil {
		return nil
	}
	return r.temporary.remove()
}

// keepBinaries gives a new Result what it needs to keep files.
func (r *Result) keepBinaries(c *config) {
	if c.binaryStore != nil {
		r.binaries = c.newBinaries(c.binaryStore)
		return
	}
	r.temporary = &temporaryFiles{execution: r.ExecutionID}
	r.binaries = c.newBinaries(r.temporary)
	goruntime.AddCleanup(r, func(t *temporaryFiles) { _ = t.remove() }, r.temporary)
}

// temporaryFiles is a BinaryStore that keeps each content in a file of a folder of its own, which it makes when it needs it.
type temporaryFiles struct {
	execution string

	mu      sync.Mutex
	folder  string
	count   int
	size    int64
	files   map[string]string // by id
	removed bool
}

// filesOfStoredRun is how many bytes of temporary files go with a run that waits into its JSON.
const filesOfStoredRun = 256 << 20

// keepable returns why the files can't go into the JSON of a run that waits, most being the bytes that may; nil: they can.
func (t *temporaryFiles) keepable(most int64) *node.ErrorInfo {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.size <= most {
		return nil
	}
	return &node.ErrorInfo{
		Name:        "LimitError",
		Message:     fmt.Sprintf("The run can't wait: its files have %d bytes, and those of a run that is stored may have %d", t.size, most),
		Description: "Keep them in a store that stays: runtime.WithBinaryStore.",
	}
}

// appendJSON appends a key with the content of all files by id, as base64, to be read by restore; nothing where there are none.
func (t *temporaryFiles) appendJSON(dst []byte) ([]byte, error) {
	if t == nil {
		return dst, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case len(t.files) == 0:
		return dst, nil
	case t.removed:
		return dst, errRemoved
	}
	dst = append(dst, `,"files":{`...)
	for i, id := range slices.Sorted(maps.Keys(t.files)) {
		content, err := os.ReadFile(t.files[id])
		if err != nil {
			return dst, err
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(json.AppendString(dst, id), ':', '"')
		dst = append(base64.StdEncoding.AppendEncode(dst, content), '"')
	}
	return append(dst, '}'), nil
}

// restore takes in the files of a run that was stored.
func (t *temporaryFiles) restore(ctx context.Context, files *node.Object) error {
	if files.Len() > 0 && t == nil {
		return errors.New("it has files of its own, which go into no runtime.BinaryStore: resume it without one")
	}
	restored := map[string]string{} // apart, as the ids of what is created meanwhile may be among those that come
	for id, text := range files.All() {
		encoded, _ := text.(string)
		content, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return fmt.Errorf("its file %q: %w", id, err)
		}
		made, _, err := t.Create(ctx, bytes.NewReader(content), node.Binary{})
		if err != nil {
			return err
		}
		t.mu.Lock()
		restored[id] = t.files[made]
		delete(t.files, made)
		t.mu.Unlock()
	}
	if len(restored) > 0 {
		t.mu.Lock()
		defer t.mu.Unlock()
		maps.Copy(t.files, restored)
	}
	return nil
}

var errRemoved = errors.New("the run's temporary files were removed when its Result was closed")

func (t *temporaryFiles) add() (*os.File, string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return nil, "", errRemoved
	}
	if t.folder == "" {
		folder, err := os.MkdirTemp("", "nate-")
		if err != nil {
			return nil, "", err
		}
		t.folder, t.files = folder, map[string]string{}
	}
	var name, id string
	for taken := true; taken; _, taken = t.files[id] { // by a file of the run that was stored
		t.count++
		name = strconv.Itoa(t.count)
		id = "filesystem-v2:executions/" + t.execution + "/binary_data/" + name
	}
	f, err := os.OpenFile(filepath.Join(t.folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	return f, id, err
}

// Create implements node.BinaryStore.
func (t *temporaryFiles) Create(_ context.Context, r io.Reader, _ node.Binary) (string, int64, error) {
	f, id, err := t.add()
	if err != nil {
		return "", 0, err
	}
	size, err := io.Copy(f, r)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error says what is wrong
		return "", 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files[id] = f.Name()
	t.size += size
	return id, size, nil
}

// Open implements node.BinaryStore. It opens nothing but what Create has made: an id may come from an item's data.
func (t *temporaryFiles) Open(_ context.Context, id string) (io.ReadCloser, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return nil, errRemoved
	}
	path, ok := t.files[id]
	if !ok {
		return nil, fmt.Errorf("this run has stored no file %q", id)
	}
	return os.Open(path)
}

func (t *temporaryFiles) remove() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.removed = true
	if t.folder == "" {
		return nil
	}
	return os.RemoveAll(t.folder)
}
