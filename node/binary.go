package node

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/buffer"
	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/internal/mime"
)

// Binary is a file that belongs to an item: n8n's IBinaryData. It is a handle: what describes the file, and where its content is, in
// memory or in the run's store. Call.CreateBinary makes one, Call.OpenBinary reads it. It is a value that can't be changed and is
// handed on without copying the content; it is safe for concurrent use.
type Binary struct {
	// meta has n8n's fields in n8n's order, "data" among them: what stands there is put in when the handle is written.
	meta *Object
	data []byte // the content in memory; nil when it is elsewhere
}

// NewBinary returns the description of a file that has no content yet, as n8n derives it from a path or name and a media type, either of
// which may be empty: mimeType, fileType, fileExtension, directory, fileName. Its MimeType is empty when neither tells it.
func NewBinary(filePath, mimeType string) Binary {
	if mimeType == "" {
		mimeType = mime.TypeOf(filePath)
	}
	return describe(filePath, mimeType, mime.Extension(mimeType))
}

func describe(filePath, mimeType, extension string) Binary {
	meta := &Object{}
	set := func(key, value string) {
		if value != "" {
			meta.set(key, value)
		}
	}
	dir, base := path.Split(filePath)
	if ext := strings.TrimPrefix(path.Ext(base), "."); ext != "" && ext != strings.TrimPrefix(base, ".") {
		extension = ext
	}
	set("mimeType", mimeType)
	set("fileType", fileTypeOf(mimeType))
	set("fileExtension", extension)
	meta.set("data", "")
	if len(dir) > 1 {
		dir = strings.TrimSuffix(dir, "/")
	}
	set("directory", dir)
	set("fileName", base)
	return Binary{meta: meta.Freeze()}
}

// fileTypes are n8n's kinds of files by the beginning of their media type.
var fileTypes = [][2]string{
	{"application/json", "json"},
	{"text/html", "html"},
	{"image/", "image"},
	{"audio/", "audio"},
	{"video/", "video"},
	{"text/", "text"},
	{"application/javascript", "text"},
	{"application/pdf", "pdf"},
}

func fileTypeOf(mimeType string) string {
	for _, t := range fileTypes {
		if strings.HasPrefix(mimeType, t[0]) {
			return t[1]
		}
	}
	return ""
}

// BinaryOf reads n8n's JSON of a file: its fields, and the content in "data" unless an "id" says where else it is. It is base64, or bytes
// as a Buffer of JavaScript becomes in JSON. Text that is not quite base64 is read as far as it is, as n8n does. ok is false for an object
// that is no file: one without a mimeType and without data or id.
func BinaryOf(o *Object) (b Binary, ok bool) {
	_, hasType := stringAt(o, "mimeType")
	_, hasID := stringAt(o, "id")
	b = binaryOf(o, hasID)
	return b, b.data != nil || hasID || hasType
}

// binaryOf reads an object as a file whatever is in it: it may have no content.
func binaryOf(o *Object, elsewhere bool) (b Binary) {
	b.meta = o.clone()
	if data, _ := o.Get("data"); !elsewhere {
		if _, isText := data.(string); isText {
			b.meta.set("data", "")
		}
		b.data = contentOf(data)
	}
	b.meta.Freeze()
	return b
}

// contentOf decodes "data": base64, a list of bytes, or a Buffer's JSON. What is none of these is nil.
func contentOf(data any) []byte {
	if o, ok := data.(*Object); ok {
		if kind, _ := stringAt(o, "type"); kind == "Buffer" {
			data, _ = o.Get("data")
		}
	}
	switch data := data.(type) {
	case string:
		return buffer.FromBase64(data)
	case []any:
		content := make([]byte, len(data))
		for i, v := range data {
			n, _ := v.(float64)
			content[i] = byte(int64(math.Mod(n, 256)))
		}
		return content
	}
	return nil
}

func (b Binary) text(key string) string {
	s, _ := stringAt(b.meta, key)
	return s
}

// MimeType returns the media type ("image/png").
func (b Binary) MimeType() string { return b.text("mimeType") }

// FileType returns n8n's kind of file ("json", "html", "image", "audio", "video", "text", "pdf"); empty for all others.
func (b Binary) FileType() string { return b.text("fileType") }

// FileName returns the file's name; empty when it has none.
func (b Binary) FileName() string { return b.text("fileName") }

// FileExtension returns the extension without a dot; empty when there is none.
func (b Binary) FileExtension() string { return b.text("fileExtension") }

// Directory returns where the file came from: a folder, or a URL; empty when it is not known.
func (b Binary) Directory() string { return b.text("directory") }

// FileSize returns the size in n8n's words ("1.23 kB"); empty when it is not known.
func (b Binary) FileSize() string { return b.text("fileSize") }

// ID names the content in a BinaryStore; empty when the content is in memory.
func (b Binary) ID() string { return b.text("id") }

// Bytes returns the size in bytes; -1 when it is not known.
func (b Binary) Bytes() int64 {
	if b.data != nil {
		return int64(len(b.data))
	}
	v, _ := b.meta.Get("bytes")
	if f, ok := v.(float64); ok && f >= 0 && f == math.Trunc(f) && f < 1<<62 {
		return int64(f)
	}
	return -1
}

// Data returns the content when it is in memory; it must not be changed. ok is false when it is elsewhere.
func (b Binary) Data() (content []byte, ok bool) { return b.data, b.data != nil }

// Meta returns the fields less the content: what expressions see as $binary. It is frozen.
func (b Binary) Meta() *Object {
	o := b.meta.clone()
	o.Delete("data")
	return o.Freeze()
}

// With returns the handle with a field changed, or removed when value is empty.
func (b Binary) With(key, value string) Binary {
	meta := b.meta.clone()
	if value == "" {
		meta.Delete(key)
	} else {
		meta.set(key, value)
	}
	return Binary{meta.Freeze(), b.data}
}

// WithData returns the handle with its content in memory. data must not be changed afterwards.
func (b Binary) WithData(data []byte) Binary {
	if data == nil {
		data = []byte{}
	}
	meta := b.meta.clone()
	meta.set("data", "")
	meta.Delete("id")
	return sized(Binary{meta, data}, int64(len(data)))
}

// WithID returns the handle with its content in a store: id is what the store calls it, size its length in bytes.
func (b Binary) WithID(id string, size int64) Binary {
	mode, _, _ := strings.Cut(id, ":")
	meta := b.meta.clone()
	meta.set("data", mode)
	meta.set("id", id)
	return sized(Binary{meta, nil}, size)
}

func sized(b Binary, size int64) Binary {
	b.meta.set("fileSize", prettyBytes(size))
	b.meta.set("bytes", float64(size))
	b.meta.Freeze()
	return b
}

// prettyBytes words a size as n8n does: three digits that count, in steps of 1000.
func prettyBytes(size int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	n, unit := float64(size), 0
	for n >= 1000 && unit < len(units)-1 {
		n, unit = n/1000, unit+1
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 3, 64), 64)
	return FormatNumber(rounded) + " " + units[unit]
}

// AppendJSON appends the file as n8n writes it in run data: its fields, with the content as base64 in "data" when it is in memory.
func (b Binary) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	first := true
	for key, value := range b.meta.All() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(json.AppendString(dst, key), ':')
		if _, isText := value.(string); isText && key == "data" && b.data != nil { // a Buffer stays as it came
			dst = append(base64.StdEncoding.AppendEncode(append(dst, '"'), b.data), '"')
			continue
		}
		dst = AppendJSON(dst, value)
	}
	return append(dst, '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (b Binary) MarshalJSON() ([]byte, error) { return b.AppendJSON(nil), nil }

// Binaries are the files of an item by their names, in JavaScript's order of keys. They can't be changed: With and Without return others.
// A nil *Binaries is one without files.
type Binaries struct{ files []namedBinary }

type namedBinary struct {
	name string
	file Binary
}

// Len returns how many files there are.
func (b *Binaries) Len() int {
	if b == nil {
		return 0
	}
	return len(b.files)
}

// Get returns the file of a name, and whether there is one.
func (b *Binaries) Get(name string) (Binary, bool) {
	if b != nil {
		for _, f := range b.files {
			if f.name == name {
				return f.file, true
			}
		}
	}
	return Binary{}, false
}

// All iterates over names and files in order.
func (b *Binaries) All() iter.Seq2[string, Binary] {
	return func(yield func(string, Binary) bool) {
		for i := range b.Len() {
			if !yield(b.files[i].name, b.files[i].file) {
				return
			}
		}
	}
}

// Names returns the names in order.
func (b *Binaries) Names() []string {
	names := make([]string, b.Len())
	for i := range names {
		names[i] = b.files[i].name
	}
	return names
}

// With returns the files with one more, or with another one under a name that is there.
func (b *Binaries) With(name string, file Binary) *Binaries {
	var files []namedBinary
	if b != nil {
		files = slices.Clone(b.files)
	}
	added := namedBinary{name, file}
	if i := slices.IndexFunc(files, func(f namedBinary) bool { return f.name == name }); i >= 0 {
		files[i] = added
		return &Binaries{files}
	}
	at := len(files)
	if n, ok := arrayIndex(name); ok {
		at = slices.IndexFunc(files, func(f namedBinary) bool {
			other, isIndex := arrayIndex(f.name)
			return !isIndex || other > n
		})
		if at < 0 {
			at = len(files)
		}
	}
	return &Binaries{slices.Insert(files, at, added)}
}

// Without returns the files less one; nil when none is left.
func (b *Binaries) Without(name string) *Binaries {
	var files []namedBinary
	for k, f := range b.All() {
		if k != name {
			files = append(files, namedBinary{k, f})
		}
	}
	if len(files) == 0 {
		return nil
	}
	return &Binaries{files}
}

// Meta returns what expressions see as $binary: by name, the fields of each file less its content.
func (b *Binaries) Meta() *Object {
	o := &Object{}
	for name, file := range b.All() {
		o.set(name, file.Meta())
	}
	return o.Freeze()
}

// AppendJSON appends the files as n8n writes them in run data.
func (b *Binaries) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	first := true
	for name, file := range b.All() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = file.AppendJSON(append(json.AppendString(dst, name), ':'))
	}
	return append(dst, '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (b *Binaries) MarshalJSON() ([]byte, error) { return b.AppendJSON(nil), nil }

// BinariesOf reads n8n's JSON of the files of an item; nil when there are none. The error names the file.
func BinariesOf(v any) (*Binaries, error) {
	if v == nil {
		return nil, nil
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, fmt.Errorf("its binary is %s, not an object", TypeName(v))
	}
	var files []namedBinary
	for name, value := range o.All() {
		description, ok := value.(*Object)
		if !ok {
			return nil, fmt.Errorf("its binary %q is %s, not an object with mimeType and data", name, TypeName(value))
		}
		_, elsewhere := stringAt(description, "id")
		files = append(files, namedBinary{name, binaryOf(description, elsewhere)})
	}
	if files == nil {
		return nil, nil
	}
	return &Binaries{files}, nil
}

// BinaryStore keeps the content of files that are too large for memory. Implementations must be safe for concurrent use.
type BinaryStore interface {
	// Create stores what r yields until its end and returns a name for it, "MODE:NAME", and how many bytes there were. description has
	// the file's name and media type. Nothing of a content that r could not finish may stay behind.
	Create(ctx context.Context, r io.Reader, description Binary) (id string, size int64, err error)
	// Open reads a content from its beginning. The caller closes it.
	Open(ctx context.Context, id string) (io.ReadCloser, error)
}

// CreateBinary stores what r yields until its end as the content of a file that description describes (see NewBinary): in memory when it
// is small, in the run's store otherwise; it is never in memory as a whole then. Where description has no media type, the first
// bytes tell it, else it is text/plain. The error is r's or the store's. It is safe for concurrent use.
func (c *Call) CreateBinary(ctx context.Context, r io.Reader, description Binary) (Binary, error) {
	if description.MimeType() == "" {
		head := bufio.NewReaderSize(r, sniffed)
		first, err := head.Peek(sniffed)
		if err != nil && !errors.Is(err, io.EOF) {
			return Binary{}, err
		}
		description, r = sniff(description, first), head
	}
	if c.cfg.StoreBinary == nil {
		data, err := io.ReadAll(r)
		if err != nil {
			return Binary{}, err
		}
		return description.WithData(data), nil
	}
	return c.cfg.StoreBinary(ctx, r, description)
}

// OpenBinary reads the content of a file from its beginning. The caller closes it. It fails for a file without content, for one in
// a store that the run does not have, and as the store fails. It is safe for concurrent use.
func (c *Call) OpenBinary(ctx context.Context, b Binary) (io.ReadCloser, error) {
	if b.data != nil {
		return io.NopCloser(bytes.NewReader(b.data)), nil
	}
	id := b.ID()
	if id == "" {
		return nil, errors.New("the file has no content: neither data nor an id")
	}
	if c.cfg.OpenBinary == nil {
		return nil, fmt.Errorf("the content of the file is in a store (%s), and there is none here", id)
	}
	return c.cfg.OpenBinary(ctx, id)
}

// Binary returns a file of an item of the first input. property is what a parameter for files holds: the file's name, or n8n's JSON of a
// file itself. The error has n8n's text.
func (c *Call) Binary(item int, property any) (Binary, error) {
	if o, ok := property.(*Object); ok {
		if b, ok := BinaryOf(o); ok {
			return b, nil
		}
	}
	name, ok := property.(string)
	if !ok {
		return Binary{}, AtItem(NewOperationError("Provided parameter is not a string or binary data object.",
			"Give the name of a file of the input item, or an expression for a file of another node."), item)
	}
	items := c.Items()
	if item < 0 || item >= len(items) {
		return Binary{}, fmt.Errorf("there is no item %d", item)
	}
	files := items[item].Binary
	if files == nil {
		return Binary{}, AtItem(NewOperationError(fmt.Sprintf(
			"This operation expects the node's input data to contain a binary file '%s', but none was found [item %d]", name, item),
			"Make sure that the previous node outputs a binary file"), item)
	}
	b, ok := files.Get(name)
	if !ok {
		return Binary{}, AtItem(NewOperationError(fmt.Sprintf("The item has no binary field '%s' [item %d]", name, item),
			"Check that the parameter where you specified the input binary field name is correct, and that it matches a field in the binary input"),
			item)
	}
	return b, nil
}

const sniffed = 16 << 10 // bytes that a media type is told from

// sniff adds the media type that the first bytes of a content tell.
func sniff(b Binary, first []byte) Binary {
	found, extension := mime.OfContent(first)
	if found == "" {
		found = "text/plain"
	}
	file := b.FileName()
	if dir := b.Directory(); dir != "" {
		file = strings.TrimSuffix(dir, "/") + "/" + file
	}
	return describe(file, found, extension)
}
