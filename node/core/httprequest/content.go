package httprequest

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/node"
)

// content is the body of a request. It can be opened again: after a redirect, an expired token, a retry.
type content struct {
	contentType string // empty: what the headers say
	length      int64  // -1: not known
	open        func(ctx context.Context) (io.ReadCloser, error)
}

func textContent(text []byte, contentType string) *content {
	return &content{contentType, int64(len(text)), func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}}
}

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// content makes the body of the draft as n8n's HTTP client does; nil: none.
func (d *draft) content(c *node.Call) (*content, error) {
	given, hasType := header(d.headers, "content-type")
	contentType := textOf(given)
	switch {
	case d.file != nil:
		return fileContent(c, *d.file), nil
	case d.multipart != nil:
		return multipartContent(c, d.multipart)
	case strings.Contains(contentType, "multipart/form-data"):
		o, _ := d.body.(*node.Object)
		return multipartContent(c, partsOf(o))
	case d.form != nil:
		return textContent([]byte(address.Query(d.form, d.formArrays)), formType), nil
	case d.body == absent:
		return nil, nil
	}
	text, isText := d.body.(string)
	if d.body == nil {
		text, isText = "", true
	}
	switch o, isObject := d.body.(*node.Object); {
	case contentType == formType && isObject:
		return textContent([]byte(address.Query(o, d.formArrays)), ""), nil
	case !isText:
		return textContent(node.AppendJSON(nil, d.body), defaultType(hasType, jsonType)), nil
	case strings.Contains(contentType, jsonType) && d.body == nil:
		return textContent([]byte("null"), ""), nil
	case strings.Contains(contentType, jsonType):
		return textContent(jsonContent(text), ""), nil
	case d.parsesJSON && !hasType && text != "":
		return textContent([]byte(text), jsonType), nil
	case d.method == "POST" || d.method == "PUT" || d.method == "PATCH":
		return textContent([]byte(text), defaultType(hasType, formType)), nil
	}
	return textContent([]byte(text), ""), nil
}

func defaultType(has bool, contentType string) string {
	if has {
		return ""
	}
	return contentType
}

// jsonContent is text that is sent as JSON: n8n's client quotes what is none.
func jsonContent(text string) []byte {
	if _, err := node.ParseJSON([]byte(text)); err != nil {
		return node.AppendJSON(nil, text)
	}
	return []byte(strings.TrimSpace(text))
}

func fileContent(c *node.Call, file node.Binary) *content {
	return &content{"", file.Bytes(), func(ctx context.Context) (io.ReadCloser, error) { return c.OpenBinary(ctx, file) }}
}

// partsOf makes a form of an object.
func partsOf(o *node.Object) []part {
	parts := []part{}
	for name, v := range o.All() {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, e := range list {
			parts = append(parts, part{name: name, text: jsText(e)})
		}
	}
	return parts
}

// multipartContent is a form whose files are read as they are sent. As in n8n, one without parts is an empty body.
func multipartContent(c *node.Call, parts []part) (*content, error) {
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	contentType := w.FormDataContentType()
	if len(parts) == 0 {
		return textContent(nil, contentType), nil
	}
	type piece struct {
		text []byte
		file *node.Binary
	}
	var pieces []piece
	flush := func(file *node.Binary) {
		pieces = append(pieces, piece{bytes.Clone(text.Bytes()), file})
		text.Reset()
	}
	length := int64(0)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="`+quoted(p.name)+`"`)
		if p.file != nil {
			name := p.file.FileName()
			if name == "" {
				name = "file"
			}
			h.Set("Content-Disposition", h.Get("Content-Disposition")+`; filename="`+quoted(name)+`"`)
			mimeType := p.file.MimeType()
			if mimeType == "" || strings.ContainsAny(mimeType, "\r\n") {
				mimeType = "application/octet-stream"
			}
			h.Set("Content-Type", mimeType)
		}
		field, err := w.CreatePart(h)
		if err != nil {
			return nil, err
		}
		if p.file == nil {
			_, _ = io.WriteString(field, p.text) // into memory
			continue
		}
		flush(p.file)
		if size := p.file.Bytes(); size < 0 || length < 0 {
			length = -1
		} else {
			length += size
		}
	}
	_ = w.Close()
	flush(nil)
	for _, p := range pieces {
		if length >= 0 {
			length += int64(len(p.text))
		}
	}
	return &content{contentType, length, func(ctx context.Context) (io.ReadCloser, error) {
		var all chained
		for _, p := range pieces {
			all.add(io.NopCloser(bytes.NewReader(p.text)))
			if p.file == nil {
				continue
			}
			r, err := c.OpenBinary(ctx, *p.file)
			if err != nil {
				_ = all.Close()
				return nil, err
			}
			all.add(r)
		}
		return &all, nil
	}}, nil
}

var quotes = strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22")

// quoted is a name in the header of a field, written as browsers do.
func quoted(name string) string {
	return quotes.Replace(name)
}

// chained reads one after the other and closes all.
type chained struct {
	readers []io.ReadCloser
	all     io.Reader
}

func (c *chained) add(r io.ReadCloser) { c.readers = append(c.readers, r) }

func (c *chained) Read(p []byte) (int, error) {
	if c.all == nil {
		list := make([]io.Reader, len(c.readers))
		for i, r := range c.readers {
			list[i] = r
		}
		c.all = io.MultiReader(list...)
	}
	return c.all.Read(p)
}

func (c *chained) Close() error {
	var err error
	for _, r := range c.readers {
		if e := r.Close(); err == nil {
			err = e
		}
	}
	return err
}

// parsedForm reads a form that is given as text. The last value of a repeated name counts, as in n8n.
func parsedForm(text string) *node.Object {
	o := &node.Object{}
	for pair := range strings.SplitSeq(strings.TrimPrefix(text, "?"), "&") {
		if pair == "" {
			continue
		}
		name, v, _ := strings.Cut(pair, "=")
		o.Set(unescape(name), unescape(v))
	}
	return o
}

// unescape decodes a part of a form; what is no escape stays.
func unescape(text string) string {
	text = strings.ReplaceAll(text, "+", " ")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if c, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// address makes the URL of a request: n8n's reading of the text, with the query added.
func (d *draft) address() (*url.URL, error) {
	text, _, _ := strings.Cut(d.url, "#")
	if query := address.Query(d.query, d.arrays); query != "" {
		text = strings.TrimSuffix(text, "?")
		separator := "?"
		if strings.Contains(text, "?") {
			separator = "&"
		}
		text += separator + query
	}
	return parseURL(text)
}

func parseURL(text string) (*url.URL, error) {
	u, err := address.Parse(text)
	if err != nil {
		return nil, invalidURL(text)
	}
	return u, nil
}
