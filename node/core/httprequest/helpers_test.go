package httprequest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/nate-go/nate/node"
)

// files is a store in a folder.
type files struct {
	folder string
	count  atomic.Int32
}

func (s *files) Create(_ context.Context, r io.Reader, _ node.Binary) (string, int64, error) {
	name := fmt.Sprint(s.count.Add(1))
	f, err := os.Create(filepath.Join(s.folder, name))
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	n, err := io.Copy(f, r)
	return "test:" + name, n, err
}

func (s *files) Open(_ context.Context, id string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(s.folder, strings.TrimPrefix(id, "test:")))
}
