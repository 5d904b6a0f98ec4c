package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/nate-go/nate/node"
)

// unpackLimits are how much may be taken out of the archives of one item: bytes of all files together, and files of each archive.
type unpackLimits struct {
	size  int64
	files int
}

// NewCompression returns Compression (n8n-nodes-base.compression): it packs files of each item into an archive (zip, gzip, tar, tar with
// gzip), or takes the files out of one: at most 5000, of 2 GB together, as in n8n. The names in an archive name files of the item, and
// nothing on the disk.
func NewCompression() node.Node { return newCompression(unpackLimits{size: 2 << 30, files: 5000}) }

func newCompression(limits unpackLimits) node.Node {
	return node.PerItem(compressionDefinition(), func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		operation, err := it.Call.Params(ctx, 0).String("operation")
		if err != nil {
			return nil, err
		}
		p := it.Params
		if operation == "decompress" || it.Instance().TypeVersion == 1 {
			p = it.Call.Params(ctx, 0) // n8n: what the first item says counts for all
		}
		list, err := textParameter(p, "binaryPropertyName", "data")
		if err != nil {
			return nil, err
		}
		names := strings.Split(list, ",")
		for i, name := range names {
			names[i] = strings.TrimSpace(name)
		}
		if operation == "decompress" {
			return unpackItem(ctx, it, names, limits)
		}
		return packItem(ctx, it, p, names)
	})
}

// unpacker makes files of what is in the archives of an item, up to the limits.
type unpacker struct {
	it     node.ItemCall
	prefix string
	limits unpackLimits
	// left is how many bytes may still be taken out.
	left int64
	// files are what the item gets; number counts those of zip and tar archives.
	files  *node.Binaries
	number int
}

func unpackItem(ctx context.Context, it node.ItemCall, names []string, limits unpackLimits) ([]node.Item, error) {
	prefix, err := textParameter(it.Call.Params(ctx, 0), "outputPrefix", "")
	if err != nil {
		return nil, err
	}
	u := &unpacker{it: it, prefix: prefix, limits: limits, left: limits.size}
	for i, name := range names {
		file, content, err := read(ctx, it.Call, it.Index, name)
		if err != nil {
			return nil, err
		}
		extension, fileName := strings.ToLower(file.FileExtension()), strings.ToLower(file.FileName())
		switch {
		case extension == "":
			err = node.NewOperationError("File extension not found for binary data "+name, "")
		case extension == "tar" || extension == "tgz" || strings.HasSuffix(fileName, ".tar.gz"):
			err = u.tar(ctx, content)
		case extension == "zip":
			err = u.zip(ctx, content)
		case extension == "gz" || extension == "gzip":
			err = u.gzip(ctx, file.FileName(), content, i)
		default:
			err = node.NewOperationError(fmt.Sprintf(`Unsupported archive format ".%s" for binary data %s`, extension, name),
				"The Decompress operation supports the following formats: zip, gzip, tar, tar.gz and tgz")
		}
		if err != nil {
			return nil, err
		}
	}
	return []node.Item{{JSON: it.Item().JSON, Binary: u.files}}, nil
}

// limited reads until there is nothing left of what may be unpacked.
type limited struct {
	ctx  context.Context //nolint:containedctx // of the reading that it was made for
	r    io.Reader
	left *int64
	size int64
}

func (u *unpacker) limited(ctx context.Context, r io.Reader, left *int64) *limited {
	return &limited{ctx: ctx, r: r, left: left, size: u.limits.size}
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.r.Read(p)
	if *l.left -= int64(n); *l.left < 0 {
		return 0, fmt.Errorf("The decompressed output exceeds the maximum allowed size of %.0f MB", float64(l.size)/(1<<20)) //nolint:staticcheck // n8n's text
	}
	return n, err
}

// archived are the files of an archive by their names, in the order that n8n's object of them has.
type archived struct {
	u     *unpacker
	files []node.Binary
	names node.Object
}

// add takes a file out of the archive.
func (a *archived) add(ctx context.Context, name string, r io.Reader) error {
	switch _, twice := a.names.Get(name); {
	case twice:
		return node.NewOperationError(fmt.Sprintf("The archive has two files with the name %q", name), "n8n would keep one of them only")
	case len(a.files) >= a.u.limits.files:
		return fmt.Errorf("The archive contains more than %d entries", a.u.limits.files) //nolint:staticcheck // n8n's text
	}
	file, err := a.u.it.CreateBinary(ctx, a.u.limited(ctx, r, &a.u.left), node.NewBinary(name, ""))
	a.names.Set(name, float64(len(a.files)))
	a.files = append(a.files, file)
	return err
}

// done gives the files to the item.
func (a *archived) done() {
	for name, at := range a.names.All() {
		if strings.Contains(name, "__MACOSX") { // what macOS puts beside the files
			continue
		}
		a.u.files = a.u.files.With(fmt.Sprintf("%s%d", a.u.prefix, a.u.number), a.files[int(at.(float64))])
		a.u.number++
	}
}

func (u *unpacker) zip(ctx context.Context, content []byte) error {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return errors.New("invalid zip data")
	}
	archive := archived{u: u}
	for _, f := range z.File {
		name := f.Name
		if f.NonUTF8 {
			if name, err = charmap.ISO8859_1.NewDecoder().String(name); err != nil {
				return err
			}
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if f.Method != zip.Store && f.Method != zip.Deflate {
			return fmt.Errorf("unknown compression type %d", f.Method)
		}
		if f.Flags&1 != 0 {
			return node.NewOperationError(fmt.Sprintf("The file %q in the archive is encrypted", name), "Encrypted archives are not supported")
		}
		r, err := f.Open()
		if err != nil {
			return errors.New("invalid zip data")
		}
		if err := errors.Join(archive.add(ctx, name, r), r.Close()); err != nil {
			return err
		}
	}
	archive.done()
	return nil
}

func (u *unpacker) tar(ctx context.Context, content []byte) error {
	var from io.Reader = bytes.NewReader(content)
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		from = &gunzip{r: bytes.NewReader(content)}
	}
	archive := archived{u: u}
	left := u.limits.size // for the archive itself: what is left out in it is unpacked, too
	entries := tar.NewReader(u.limited(ctx, from, &left))
	for {
		header, err := entries.Next()
		switch {
		case errors.Is(err, io.EOF):
			archive.done()
			return nil
		case err != nil:
			return fmt.Errorf("invalid tar data: %w", err)
		case header.Typeflag != tar.TypeReg || leavesArchive(header.Name):
			continue
		}
		if err := archive.add(ctx, header.Name, entries); err != nil {
			return err
		}
	}
}

// leavesArchive reports whether a name in an archive is absolute or leads out of it: n8n leaves those out.
func leavesArchive(name string) bool {
	return path.IsAbs(name) || slices.Contains(strings.Split(path.Clean(name), "/"), "..")
}

// gunzip reads gzip data. What follows it and is none is an error.
type gunzip struct {
	r *bytes.Reader
	z *gzip.Reader
}

var errNoGzip = errors.New("invalid gzip data")

func (g *gunzip) Read(p []byte) (int, error) {
	if g.z == nil {
		z, err := gzip.NewReader(g.r)
		if err != nil {
			return 0, errNoGzip
		}
		z.Multistream(false)
		g.z = z
	}
	n, err := g.z.Read(p)
	if errors.Is(err, io.EOF) && g.r.Len() > 0 {
		g.z = nil
		return n, nil
	}
	return n, err
}

func (u *unpacker) gzip(ctx context.Context, archive string, content []byte, number int) error {
	z := &gunzip{r: bytes.NewReader(content)}
	name := firstPart(archive)
	extension, mimeType := "", ""
	if strings.HasSuffix(archive, ".gz") {
		if parts := strings.Split(strings.Replace(archive, ".gz", "", 1), "."); len(parts) > 1 {
			extension = parts[len(parts)-1]
			mimeType = node.NewBinary("x."+extension, "").MimeType()
		}
	}
	file, err := u.it.CreateBinary(ctx, u.limited(ctx, z, &u.left), node.NewBinary(name, mimeType))
	if err != nil {
		return err
	}
	if extension == "" {
		extension = node.NewBinary("", file.MimeType()).FileExtension()
	}
	if extension != "" {
		name += "." + extension
	}
	file = file.With("fileName", name).With("fileExtension", extension)
	u.files = u.files.With(fmt.Sprintf("%s%d", u.prefix, number), file)
	return nil
}

// firstPart is a file's name up to its first dot; "undefined" for a file without a name, as n8n has it.
func firstPart(name string) string {
	if name == "" {
		return "undefined"
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// packed are extensions of formats that are compressed already: zip archives store such files as they are.
var packed = []string{
	"7z", "aifc", "bz2", "doc", "docx", "gif", "gz", "heic", "heif", "jpg", "jpeg", "mov", "mp3", "mp4", "pdf", "png", "ppt", "pptx", "rar",
	"webm", "webp", "xls", "xlsx", "zip",
}

// packItem packs files of an item.
func packItem(ctx context.Context, it node.ItemCall, p *node.Params, names []string) ([]node.Item, error) {
	format, err := textParameter(it.Call.Params(ctx, 0), "outputFormat", "")
	if err != nil {
		return nil, err
	}
	var files *node.Binaries
	switch format {
	case "gzip":
		files, err = gzipFiles(ctx, it, p, names)
	case "zip", "tar", "targz":
		files, err = archiveOf(ctx, it, p, names, format)
	case "":
		return nil, nil // version 1 has no default, and puts out nothing then
	default:
		err = node.NewOperationError(fmt.Sprintf("There is no archive format %q", format), "")
	}
	if err != nil {
		return nil, err
	}
	return []node.Item{{JSON: it.Item().JSON, Binary: files}}, nil
}

// archiveOf makes one archive of files.
func archiveOf(ctx context.Context, it node.ItemCall, p *node.Params, names []string, format string) (*node.Binaries, error) {
	fileName, err := textParameter(p, "fileName", "")
	if err != nil {
		return nil, err
	}
	property, err := textParameter(p, "binaryPropertyOutput", "data")
	if err != nil {
		return nil, err
	}
	pack := tarFile
	var out bytes.Buffer
	z, archive := zip.NewWriter(&out), tar.NewWriter(&out)
	compressed := gzip.NewWriter(&out)
	switch format {
	case "zip":
		pack = zipFile
	case "targz":
		archive = tar.NewWriter(compressed)
	}
	used := map[string]bool{}
	for _, name := range names {
		file, content, err := read(ctx, it.Call, it.Index, name)
		if err != nil {
			return nil, err
		}
		inside := file.FileName()
		switch {
		case inside == "" && format == "zip":
			inside = "undefined" // as n8n
		case inside == "":
			return nil, node.NewOperationError(fmt.Sprintf("The file %q has no name", name), "Files in an archive need one")
		}
		if used[inside] {
			return nil, node.NewOperationError(fmt.Sprintf("Two files have the name %q", inside), "Only one of them would be in the archive: give them names of their own")
		}
		used[inside] = true
		if err := pack(z, archive, inside, file.FileExtension(), content); err != nil {
			return nil, err
		}
	}
	switch format {
	case "zip":
		err = z.Close()
	case "tar":
		err = archive.Close()
	case "targz":
		err = errors.Join(archive.Close(), compressed.Close())
	}
	if err != nil {
		return nil, err
	}
	file, err := it.CreateBinary(ctx, &out, node.NewBinary(fileName, ""))
	var files *node.Binaries
	return files.With(property, file), err
}

func zipFile(z *zip.Writer, _ *tar.Writer, name, extension string, content []byte) error {
	method := zip.Deflate
	if slices.Contains(packed, extension) {
		method = zip.Store
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}

func tarFile(_ *zip.Writer, archive *tar.Writer, name, _ string, content []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	_, err := archive.Write(content)
	return err
}

// gzipFiles compresses files, each by itself.
func gzipFiles(ctx context.Context, it node.ItemCall, p *node.Params, names []string) (*node.Binaries, error) {
	var files *node.Binaries
	for i, name := range names {
		file, content, err := read(ctx, it.Call, it.Index, name)
		if err != nil {
			return nil, err
		}
		base := firstPart(file.FileName())
		property, fileName := "", ""
		if it.Instance().TypeVersion > 1 {
			if property, err = textParameter(p, "binaryPropertyOutput", "data"); err != nil {
				return nil, err
			}
			if i > 0 {
				property += fmt.Sprint(i)
			}
			own, err := textParameter(p, "fileName", "")
			if err != nil {
				return nil, err
			}
			if own != "" {
				base = strings.Replace(strings.Replace(own, ".gz", "", 1), ".gzip", "", 1)
			}
			if extension := strings.ToLower(file.FileExtension()); extension != "" {
				base += "." + extension
			}
			fileName = base + ".gz"
		} else {
			prefix, err := textParameter(p, "outputPrefix", "")
			if err != nil {
				return nil, err
			}
			property, fileName = fmt.Sprintf("%s%d", prefix, i), base+".gzip"
		}
		var out bytes.Buffer
		z, err := gzip.NewWriterLevel(&out, flate.DefaultCompression)
		if err != nil {
			return nil, err
		}
		_, err = z.Write(content)
		if err = errors.Join(err, z.Close()); err != nil {
			return nil, err
		}
		made, err := it.CreateBinary(ctx, &out, node.NewBinary(fileName, ""))
		if err != nil {
			return nil, err
		}
		files = files.With(property, made)
	}
	return files, nil
}
