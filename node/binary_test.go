package node_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func TestNewBinary(t *testing.T) {
	t.Parallel()
	// As n8n's prepareBinaryData has it.
	for _, c := range []struct{ path, mimeType, want string }{
		{"file.txt", "", `{"mimeType":"text/plain","fileType":"text","fileExtension":"txt","data":"","fileName":"file.txt"}`},
		{"/a/b/Photo.JPG", "", `{"mimeType":"image/jpeg","fileType":"image","fileExtension":"JPG","data":"","directory":"/a/b","fileName":"Photo.JPG"}`},
		{"report", "application/pdf; x=1", `{"mimeType":"application/pdf; x=1","fileType":"pdf","fileExtension":"pdf","data":"","fileName":"report"}`},
		{".hidden", "audio/ogg", `{"mimeType":"audio/ogg","fileType":"audio","fileExtension":"oga","data":"","fileName":".hidden"}`},
		{"/x.zip", "", `{"mimeType":"application/zip","fileExtension":"zip","data":"","directory":"/","fileName":"x.zip"}`},
		{"a.unknown", "", `{"fileExtension":"unknown","data":"","fileName":"a.unknown"}`},
		{"", "", `{"data":""}`},
	} {
		text, err := stdjson.Marshal(node.NewBinary(c.path, c.mimeType))
		require.NoError(t, err)
		require.Equal(t, c.want, string(text))
	}
}

func TestBinarySizes(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]string{
		0: "0 B", 1: "1 B", 999: "999 B", 1000: "1 kB", 1234: "1.23 kB", 12_345: "12.3 kB", 999_999: "1000 kB", 1_048_576: "1.05 MB", 200 << 20: "210 MB",
	} {
		b := node.NewBinary("", "").WithID("m:x", size)
		require.Equal(t, want, b.FileSize())
		require.Equal(t, size, b.Bytes())
	}
	require.Equal(t, int64(-1), node.NewBinary("", "").Bytes())
}

func TestBinaryOf(t *testing.T) {
	t.Parallel()
	read := func(text string) node.Binary {
		o, _ := parse(t, text).(*node.Object)
		b, ok := node.BinaryOf(o)
		require.True(t, ok, text)
		return b
	}
	for text, want := range map[string]string{
		`{"data":"aGk=","mimeType":"text/plain"}`: "hi", `{"data":"aGk"}`: "hi", `{"data":"a Gk\n="}`: "hi", `{"data":"-_-_"}`: "\xfb\xff\xbf",
		`{"data":"!"}`: "", `{"data":""}`: "", `{"data":"aGkxx"}`: "hi1", `{"data":"aGk=aGk="}`: "hi", `{"data":"aGk=","id":""}`: "hi",
		`{"type":"Buffer","data":[104,105]}`: "hi", `{"data":{"type":"Buffer","data":[104,105]}}`: "hi", `{"data":[104,361,-1,"x",null]}`: "hi\xff\x00\x00",
		`{"data":[]}`: "",
	} {
		data, ok := read(text).Data()
		require.True(t, ok, text)
		require.Equal(t, want, string(data), text)
	}
	stored := read(`{"mimeType":"a/b","junk":[1],"data":"filesystem-v2","fileName":"x","id":"filesystem-v2:y","bytes":7}`)
	_, ok := stored.Data()
	require.False(t, ok)
	require.Equal(t, "filesystem-v2:y", stored.ID())
	require.Equal(t, int64(7), stored.Bytes())
	text, err := stdjson.Marshal(stored)
	require.NoError(t, err)
	require.Equal(t, `{"mimeType":"a/b","junk":[1],"data":"filesystem-v2","fileName":"x","id":"filesystem-v2:y","bytes":7}`, string(text))
	require.Equal(t, `{"mimeType":"a/b","junk":[1],"fileName":"x","id":"filesystem-v2:y","bytes":7}`, string(node.AppendJSON(nil, stored.Meta())))
	buffer := read(`{"type":"Buffer","data":[104,105]}`)
	require.Equal(t, `{"type":"Buffer","data":[104,105]}`, string(buffer.AppendJSON(nil)))
	require.Equal(t, int64(2), buffer.Bytes())
	for _, none := range []string{`{}`, `{"fileName":"x"}`, `{"data":1}`, `{"data":{"data":[1]}}`} {
		o, _ := parse(t, none).(*node.Object)
		_, ok := node.BinaryOf(o)
		require.False(t, ok, none)
	}
	_, ok = node.BinaryOf(nil)
	require.False(t, ok)
}

func TestBinariesAreValues(t *testing.T) {
	t.Parallel()
	a, b := node.NewBinary("a.txt", "").WithData(nil), node.NewBinary("b.txt", "").WithData([]byte("b"))
	var none *node.Binaries
	one := none.With("x", a)
	two := one.With("7", b).With("3", b).With("y", b)
	require.Equal(t, []string{"x"}, one.Names())
	require.Equal(t, []string{"3", "7", "x", "y"}, two.Names(), "JavaScript's order of keys")
	changed := two.With("x", b)
	file, _ := two.Get("x")
	require.Equal(t, "a.txt", file.FileName())
	file, _ = changed.Get("x")
	require.Equal(t, "b.txt", file.FileName())
	require.Equal(t, []string{"3", "7", "y"}, two.Without("x").Names())
	require.Nil(t, one.Without("x"))
	require.Zero(t, none.Len())
	_, ok := none.Get("x")
	require.False(t, ok)
	renamed := file.With("fileName", "c.txt").With("fileExtension", "")
	require.Equal(t, "c.txt", renamed.FileName())
	require.Empty(t, renamed.FileExtension())
	require.Equal(t, "b.txt", file.FileName())
	data, _ := renamed.Data()
	require.Equal(t, "b", string(data))
}

func TestCreateBinaryTellsTheMediaType(t *testing.T) {
	t.Parallel()
	c := node.NewCall(node.CallConfig{})
	for content, want := range map[string]string{
		"\x89PNG\r\n\x1a\n12": "image/png png image", "%PDF-1.7": "application/pdf pdf pdf", "\xff\xd8\xff\xe0": "image/jpeg jpg image",
		"GIF89a": "image/gif gif image", "PK\x03\x04": "application/zip zip ", "\x1f\x8b\x08": "application/gzip gz ",
		"RIFF\x00\x00\x00\x00WAVE": "audio/wav wav audio", "<html>": "text/plain  text", "plain": "text/plain  text", "": "text/plain  text",
		"\x00\x01\x02": "text/plain  text",
	} {
		b, err := c.CreateBinary(t.Context(), iotest.OneByteReader(strings.NewReader(content)), node.NewBinary("", ""))
		require.NoError(t, err)
		require.Equal(t, want, b.MimeType()+" "+b.FileExtension()+" "+b.FileType(), "%q", content)
		r, err := c.OpenBinary(t.Context(), b)
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, content, string(data))
	}
	b, err := c.CreateBinary(t.Context(), strings.NewReader("%PDF-1.7"), node.NewBinary("/dir/name.xyzzy", ""))
	require.NoError(t, err)
	require.Equal(t, []string{"application/pdf", "xyzzy", "/dir", "name.xyzzy"}, []string{b.MimeType(), b.FileExtension(), b.Directory(), b.FileName()})
	b, err = c.CreateBinary(t.Context(), strings.NewReader("%PDF-1.7"), node.NewBinary("", "text/csv"))
	require.NoError(t, err)
	require.Equal(t, "text/csv", b.MimeType(), "what is known is not doubted")
	_, err = c.CreateBinary(t.Context(), iotest.ErrReader(errors.New("broken")), node.NewBinary("", ""))
	require.EqualError(t, err, "broken")
}

func TestOpenBinaryWithoutContent(t *testing.T) {
	t.Parallel()
	c := node.NewCall(node.CallConfig{})
	_, err := c.OpenBinary(t.Context(), node.NewBinary("a.txt", ""))
	require.EqualError(t, err, "the file has no content: neither data nor an id")
	_, err = c.OpenBinary(t.Context(), node.NewBinary("a.txt", "").WithID("filesystem-v2:x", 1))
	require.EqualError(t, err, "the content of the file is in a store (filesystem-v2:x), and there is none here")
}

func TestCallBinary(t *testing.T) {
	t.Parallel()
	file := node.NewBinary("a.txt", "").WithData([]byte("x"))
	c := node.NewCall(node.CallConfig{Inputs: [][]node.Item{{{Binary: (*node.Binaries)(nil).With("data", file)}, {}}}})
	b, err := c.Binary(0, "data")
	require.NoError(t, err)
	require.Equal(t, "a.txt", b.FileName())
	b, err = c.Binary(1, node.NewObject("mimeType", "a/b", "data", "aGk="))
	require.NoError(t, err, "a file itself, from an expression")
	data, _ := b.Data()
	require.True(t, bytes.Equal([]byte("hi"), data))
	for _, row := range []struct {
		item     int
		property any
		message  string
	}{
		{0, "other", "The item has no binary field 'other' [item 0]"},
		{1, "data", "This operation expects the node's input data to contain a binary file 'data', but none was found [item 1]"},
		{1, 1.0, "Provided parameter is not a string or binary data object."},
		{1, node.NewObject(), "Provided parameter is not a string or binary data object."},
		{2, "data", "there is no item 2"},
	} {
		_, err := c.Binary(row.item, row.property)
		require.EqualError(t, err, row.message)
	}
}

func TestBinaryContentIsNotCopied(t *testing.T) {
	t.Parallel()
	content := make([]byte, 1<<20)
	files := (*node.Binaries)(nil).With("data", node.NewBinary("a.bin", "").WithData(content))
	handed := files.With("other", node.NewBinary("", "").WithData(nil)).Without("other")
	b, _ := handed.Get("data")
	data, _ := b.With("fileName", "b.bin").Data()
	require.Same(t, &content[0], &data[0])
}
