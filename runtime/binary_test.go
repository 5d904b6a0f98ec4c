package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

// filer puts out a file for each item: what content yields.
func filer(content func() io.Reader) node.Node {
	return perItem(func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		file, err := it.CreateBinary(ctx, content(), node.NewBinary("content.bin", ""))
		if err != nil {
			return nil, err
		}
		return []node.Item{{JSON: it.Item().JSON, Binary: (*node.Binaries)(nil).With("data", file)}}, nil
	})
}

// sizer reads the file of each item to its end and puts out how long it is, beside the file.
func sizer() node.Node {
	def := definition("sizer")
	return node.PerItem(def, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		file, err := it.Binary(it.Index, "data")
		if err != nil {
			return nil, err
		}
		r, err := it.OpenBinary(ctx, file)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		n, err := io.Copy(io.Discard, r)
		return []node.Item{{JSON: node.NewObject("size", n), Binary: it.Item().Binary}}, err
	})
}

const fileThenSize = `{"type":"test.item","typeVersion":1}`

func filesPlan(t *testing.T, content func() io.Reader, opts ...runtime.Option) *runtime.Plan {
	t.Helper()
	w := chain(t, fileThenSize, `{"type":"test.pass","typeVersion":1}`, `{"type":"test.sizer","typeVersion":1}`)
	return compile(t, w, []node.Node{filer(content), sizer()}, opts...)
}

// zeros is a reader of n bytes that takes no memory.
func zeros(n int64) func() io.Reader { return func() io.Reader { return io.LimitReader(zero{}, n) } }

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func fileOf(t *testing.T, it node.Item) node.Binary {
	t.Helper()
	file, ok := it.Binary.Get("data")
	require.True(t, ok)
	return file
}

func TestSmallFilesStayInMemoryAndLargeOnesGoToTemporaryFiles(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Setenv("TMP", folder)
	kept := func() []string {
		found, err := filepath.Glob(filepath.Join(folder, "nate-*", "*"))
		require.NoError(t, err)
		return found
	}
	result := runPlan(t, filesPlan(t, zeros(1<<20)))
	require.Equal(t, `{"json":{"size":1048576},`, text(result.LastItems())[:25])
	require.Empty(t, kept())
	require.NoError(t, result.Close())

	result = runPlan(t, filesPlan(t, zeros(1<<20+1)), numbers(3)...)
	require.Len(t, kept(), 3)
	file := fileOf(t, result.LastItems()[2])
	_, inMemory := file.Data()
	require.False(t, inMemory)
	require.Equal(t, int64(1<<20+1), file.Bytes())
	require.Contains(t, string(file.AppendJSON(nil)), `"data":"filesystem-v2","fileName":"content.bin","id":"filesystem-v2:executions/`+result.ExecutionID)
	r, err := result.OpenBinary(t.Context(), file)
	require.NoError(t, err)
	read, err := io.Copy(io.Discard, r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, int64(1<<20+1), read)
	if goruntime.GOOS != "windows" {
		info, err := os.Stat(kept()[0])
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
	}
	require.NoError(t, result.Close())
	require.NoError(t, result.Close(), "closing twice does no harm")
	require.Empty(t, kept())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left, "the folder is gone too")
	_, err = result.OpenBinary(t.Context(), file)
	require.ErrorContains(t, err, "removed when its Result was closed")
}

func TestALargeFileIsNeverInMemory(t *testing.T) {
	const size = 200 << 20
	t.Setenv("TMPDIR", t.TempDir())
	plan := filesPlan(t, zeros(size))
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	result := runPlan(t, plan)
	text := result.AppendJSON(nil)
	goruntime.ReadMemStats(&after)
	require.Equal(t, `{"size":209715200}`, string(node.AppendJSON(nil, result.LastItems()[0].JSON)))
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(size/8), "all that was allocated, freed or not")
	require.Less(t, len(text), 1<<20, "nor does it stand in the run's JSON")
	require.NoError(t, result.Close())
}

func TestResultsThatAreNotClosedAreCleanedUp(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Setenv("TMP", folder)
	func() { runPlan(t, filesPlan(t, zeros(2<<20))) }()
	for range 1000 {
		goruntime.GC()
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		if len(left) == 0 {
			return
		}
	}
	t.Fatal("the temporary files are still there")
}

func TestMemoryOfARunIsBounded(t *testing.T) {
	t.Parallel()
	plan := filesPlan(t, zeros(100), runtime.WithBinaryMemory(runtime.BinaryMemory{Run: 250}))
	result := runPlan(t, plan, numbers(5)...)
	t.Cleanup(func() { require.NoError(t, result.Close()) })
	var where []string
	for _, it := range result.LastItems() {
		_, inMemory := fileOf(t, it).Data()
		where = append(where, fmt.Sprint(inMemory))
	}
	require.Equal(t, "true true false false false", strings.Join(where, " "))
	none := runPlan(t, filesPlan(t, zeros(1), runtime.WithBinaryMemory(runtime.BinaryMemory{File: -1})))
	require.NotEmpty(t, fileOf(t, none.LastItems()[0]).ID())
	require.NoError(t, none.Close())
}

// memoryStore is an embedder's store.
type memoryStore struct {
	mu    sync.Mutex
	files map[string][]byte
	fails error
}

func (s *memoryStore) Create(_ context.Context, r io.Reader, description node.Binary) (string, int64, error) {
	content, err := io.ReadAll(r)
	if err != nil || s.fails != nil {
		return "", 0, errors.Join(err, s.fails)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "s3:" + description.FileName()
	s.files[id] = content
	return id, int64(len(content)), nil
}

func (s *memoryStore) Open(_ context.Context, id string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, ok := s.files[id]
	if !ok {
		return nil, fmt.Errorf("no %s", id)
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

func TestAStoreOfTheEmbedders(t *testing.T) {
	t.Parallel()
	store := &memoryStore{files: map[string][]byte{}}
	opts := []runtime.Option{runtime.WithBinaryStore(store), runtime.WithBinaryMemory(runtime.BinaryMemory{File: 3})}
	result := runPlan(t, filesPlan(t, func() io.Reader { return strings.NewReader("hello") }, opts...))
	require.Nil(t, result.Error)
	require.Contains(t, text(result.LastItems()), `"data":"s3","fileName":"content.bin","id":"s3:content.bin","fileSize":"5 B","bytes":5`)
	require.NoError(t, result.Close())
	r, err := result.OpenBinary(t.Context(), fileOf(t, result.LastItems()[0]))
	require.NoError(t, err, "what is in a store of the embedder's stays there")
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "hello", string(content))

	store.fails = errors.New("the store is full")
	result = runPlan(t, filesPlan(t, zeros(5), opts...))
	require.ErrorContains(t, result.Error, "a file could not be stored: the store is full")
}

func TestFilesOfPinnedAndGivenItems(t *testing.T) {
	t.Parallel()
	w := chain(t, `{"type":"test.sizer","typeVersion":1}`)
	plan := compile(t, w, []node.Node{sizer()})
	items := func(file string) []node.Item {
		v, err := node.ParseJSON([]byte(`[{"json":{},"binary":{"data":` + file + `}}]`))
		require.NoError(t, err)
		items, err := node.ItemsOf(v)
		require.NoError(t, err)
		return items
	}
	result := runPlan(t, plan, items(`{"mimeType":"text/plain","data":"aGVsbG8="}`)...)
	require.Contains(t, text(result.LastItems()), `"size":5`)
	// An id that comes with the data opens nothing but what this run has stored.
	for _, id := range []string{"filesystem-v2:../../etc/passwd", "filesystem-v2:/etc/passwd", "/etc/passwd", "filesystem-v2:executions/x/binary_data/1"} {
		result = runPlan(t, plan, items(`{"mimeType":"text/plain","data":"filesystem-v2","id":"`+id+`"}`)...)
		require.ErrorContains(t, result.Error, "this run has stored no file", id)
	}
}

func TestACanceledRunStopsToStoreAndLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Setenv("TMP", folder)
	ctx, cancel := context.WithCancel(t.Context())
	endless := func() io.Reader {
		n := 0
		return readerFunc(func(p []byte) (int, error) {
			if n += len(p); n > 4<<20 {
				cancel()
			}
			return len(p), nil
		})
	}
	result, err := filesPlan(t, endless).Run(ctx, runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, runtime.StatusCanceled, result.Status)
	found, err := filepath.Glob(filepath.Join(folder, "nate-*", "*"))
	require.NoError(t, err)
	require.Empty(t, found)
	require.NoError(t, result.Close())
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAnExecutorByItselfKeepsFilesInMemoryOnly(t *testing.T) {
	t.Parallel()
	w := chain(t, fileThenSize)
	for size, message := range map[int64]string{100: "", 2 << 20: "a file of more than 1048576 bytes needs a store: see runtime.WithBinaryStore"} {
		executor := runtime.NewExecutor(runtime.NewRegistry(filer(zeros(size))))
		prepared, err := executor.Prepare(w.Node("N1"))
		require.NoError(t, err)
		run, err := executor.Execute(t.Context(), runtime.Task{Node: prepared, Inputs: [][]node.Item{numbers(1)}})
		require.NoError(t, err)
		if message == "" {
			require.Nil(t, run.Error)
			continue
		}
		require.EqualError(t, run.Error, message)
	}
}

// A run that goes on under the id that it had meets the ids of its own files.
func TestRestoredFilesKeepTheirIDs(t *testing.T) {
	t.Parallel()
	found, err := runtime.RestoredFiles(t.Context(), "2", "4", "1")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"1": "1", "2": "2", "4": "4", "5": "new"}, found)
}
