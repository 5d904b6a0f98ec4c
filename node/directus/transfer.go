package directus

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
)

// export is what a list is put into.
type export struct {
	format   string // empty: into items
	fileName string
	property string
}

// readExport takes what is said of it out of the parameters, or out of a query that is given as JSON.
func (e *export) readExport(p *node.Params, query *node.Object) error {
	asJSON, err := p.Optional("jsonParameters")
	if err != nil {
		return err
	}
	var name, property string
	if asJSON == true {
		v, _ := query.Get("export")
		if isEmpty(v) {
			return nil
		}
		e.format = queryText(v)
		query.Delete("export")
	} else {
		for parameter, to := range map[string]*string{"export": &e.format, "fileName": &name, "binaryPropertyName": &property} {
			if *to, err = p.String("additionalFields." + parameter); err != nil {
				return err
			}
		}
		if e.format == "" {
			return nil
		}
	}
	if !slices.Contains([]string{"csv", "csv_utf8", "json", "xml", "yaml"}, e.format) {
		return node.NewOperationError(`Directus does not export to "`+e.format+`"`, "It exports to csv, json, xml and yaml. "+nothingSent)
	}
	extension, _, _ := strings.Cut(e.format, "_")
	e.fileName, e.property = cmp.Or(name, "export")+"."+extension, cmp.Or(property, "data")
	return nil
}

// readExport has the answer to something else than a list come as a file, where that was asked for.
func (r *request) readExport(p *node.Params, query *node.Object) error {
	var e export
	if err := e.readExport(p, query); err != nil || e.format == "" {
		return err
	}
	query.Set("export", e.format)
	r.file, r.fileName = e.property, e.fileName
	return nil
}

// download gets a file as it comes in, and puts it into an item. fileName is what it is called; empty: as the server says.
func (s *server) download(ctx context.Context, r *request, property, fileName string) (node.Item, error) {
	r.stream, r.url = true, s.base+"/"+r.path
	a, bearer, err := s.exchange(ctx, r)
	if err != nil {
		return node.Item{}, err
	}
	if a.body == nil {
		return node.Item{}, s.refusal(ctx, r, a, bearer)
	}
	defer func() { _ = a.body.Close() }()
	mimeType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if fileName == "" {
		_, parameters, _ := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		fileName = path.Base("/" + parameters["filename"]) // a name, and no path
		if fileName == "/" {
			fileName = ""
		}
	}
	file, err := s.call.CreateBinary(ctx, &checked{r: a.body, left: contentLength(a.header)}, node.NewBinary(fileName, mimeType))
	if err != nil {
		return node.Item{}, s.cutOff(ctx, a, err)
	}
	var files *node.Binaries
	return node.Item{JSON: &node.Object{}, Binary: files.With(cmp.Or(strings.TrimSpace(property), "data"), file)}, nil
}

func contentLength(h http.Header) int64 {
	n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || h.Get("Content-Encoding") != "" {
		return -1
	}
	return n
}

// checked is a body that must have as many bytes as were announced: -1 for any number.
type checked struct {
	r    io.Reader
	left int64
}

func (c *checked) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if c.left >= 0 {
		c.left -= int64(n)
		if errors.Is(err, io.EOF) && c.left > 0 {
			return n, io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// getAsset downloads a file. What Directus knows of it is asked for only where it is wanted.
func getAsset(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	r, err := op.request(it.Params)
	if err != nil {
		return nil, err
	}
	property, err := it.Params.String("binaryPropertyName")
	if err != nil {
		return nil, err
	}
	with, err := it.Params.Bool("includeFileData")
	if err != nil {
		return nil, err
	}
	var about *answer
	if with {
		plain, err := fillPath(op.path, it.Params)
		if err != nil {
			return nil, err
		}
		if about, err = s.get(ctx, "files"+strings.TrimPrefix(plain, "assets")); err != nil {
			return nil, err
		}
		if about.data() == nil {
			return nil, about.unusable("has no data")
		}
	}
	item, err := s.download(ctx, r, property, "")
	if err != nil {
		return nil, err
	}
	if about != nil {
		item.JSON = node.NewObject("file", about.data())
	}
	return []node.Item{item}, nil
}

// inputFile returns the file of the input item that a parameter names.
func inputFile(it node.ItemCall, parameter string) (node.Binary, error) {
	name, err := it.Params.String(parameter)
	if err != nil {
		return node.Binary{}, err
	}
	name = cmp.Or(strings.TrimSpace(name), "data")
	file, ok := it.Item().Binary.Get(name)
	if !ok {
		there := "It has no files."
		if names := it.Item().Binary.Names(); len(names) > 0 {
			there = "Its files are " + strings.Join(names, ", ") + "."
		}
		return node.Binary{}, node.NewOperationError(`The item has no file "`+name+`" to send`, there+" "+nothingSent)
	}
	return file, nil
}

// form is a multipart body: the fields first, as Directus wants them, then the file, which is read while it is sent.
type form struct {
	head, tail []byte
	boundary   string
}

func newForm(fields *node.Object, file node.Binary, fileName, mimeType string) (*form, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, v := range fields.All() {
		if err := w.WriteField(key, queryText(v)); err != nil {
			return nil, err
		}
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", `form-data; name="file"; filename="`+quoted.Replace(fileName)+`"`)
	header.Set("Content-Type", mimeType)
	if _, err := w.CreatePart(header); err != nil {
		return nil, err
	}
	head := bytes.Clone(b.Bytes())
	b.Reset()
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &form{head: head, tail: b.Bytes(), boundary: w.Boundary()}, nil
}

var quoted = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")

func (f *form) reader(file io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(f.head), file, bytes.NewReader(f.tail)), file}
}

// attach makes a file the body of a request.
func (s *server) attach(ctx context.Context, r *request, file node.Binary, fields *node.Object, mimeType string) error {
	f, err := newForm(fields, file, cmp.Or(file.FileName(), "file"), mimeType)
	if err != nil {
		return err
	}
	r.contentType = "multipart/form-data; boundary=" + f.boundary
	r.length = -1
	if size := file.Bytes(); size >= 0 {
		r.length = int64(len(f.head)) + size + int64(len(f.tail))
	}
	r.upload = func() (io.ReadCloser, error) {
		content, err := s.call.OpenBinary(ctx, file)
		if err != nil {
			return nil, err
		}
		return f.reader(content), nil
	}
	return nil
}

// importFile has Directus make items of a file's rows. It goes by the media type, so one that says nothing is made better.
func importFile(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	file, err := inputFile(it, "binaryPropertyName")
	if err != nil {
		return nil, err
	}
	r, err := op.request(it.Params)
	if err != nil {
		return nil, err
	}
	mimeType := file.MimeType()
	switch extension := strings.ToLower(cmp.Or(file.FileExtension(), strings.TrimPrefix(path.Ext(file.FileName()), "."))); {
	case mimeType == "text/csv" || mimeType == "application/json":
	case extension == "csv":
		mimeType = "text/csv"
	case extension == "json":
		mimeType = "application/json"
	}
	if err := s.attach(ctx, r, file, nil, mimeType); err != nil {
		return nil, err
	}
	return s.perform(ctx, r)
}

// uploadFile creates or updates a file: with a content, or by its data alone.
func uploadFile(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	send, err := it.Params.Bool("sendBinaryData")
	if err != nil {
		return nil, err
	}
	about := values{fields: []field{{key: "data", parameters: []string{"additionalFields.data"}, json: true}}}
	given, err := about.build(it.Params)
	if err != nil {
		return nil, err
	}
	v, _ := given.(*node.Object).Get("data")
	fields, isObject := v.(*node.Object)
	if v != nil && !isObject {
		return nil, node.NewOperationError(`Parameter "additionalFields.data" is not a JSON object`, nothingSent)
	}
	r, err := op.request(it.Params)
	if err != nil {
		return nil, err
	}
	if !send {
		r.body = node.AppendJSON(nil, v)
		if v == nil {
			r.body = []byte("{}")
		}
		return s.perform(ctx, r)
	}
	file, err := inputFile(it, "binaryPropertyName")
	if err != nil {
		return nil, err
	}
	return s.upload(ctx, r, file, fields)
}

// upload sends a file with its fields. A form has text only: what is none is set afterwards.
func (s *server) upload(ctx context.Context, r *request, file node.Binary, fields *node.Object) ([]node.Item, error) {
	inForm, after := &node.Object{}, &node.Object{}
	for key, v := range fields.All() {
		switch v.(type) {
		case string, float64, bool, nil:
			inForm.Set(key, v)
		default:
			after.Set(key, v)
		}
	}
	if err := s.attach(ctx, r, file, inForm, cmp.Or(file.MimeType(), "application/octet-stream")); err != nil {
		return nil, err
	}
	items, err := s.perform(ctx, r)
	if err != nil || after.Len() == 0 || len(items) != 1 {
		return items, err
	}
	id, _ := textIn(items[0].JSON, "id")
	patch := *r.op
	patch.method = http.MethodPatch
	items, err = s.perform(ctx, &request{op: &patch, path: "files/" + url.PathEscape(id), body: node.AppendJSON(nil, after)})
	if err != nil {
		info := node.InfoOf(err)
		e := node.NewOperationError("The file was uploaded, but its data could not be set: "+info.Message,
			sentences(info.Description, `Its id is `+id+`. Running it again would upload it again.`)).Wrap(err)
		return nil, node.Permanent(e)
	}
	return items, nil
}
