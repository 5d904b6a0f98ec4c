package httprequest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	guess "golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/nate-go/nate/node"
)

// maxText is how large an answer may be that is read as text or JSON; files are streamed and have no limit.
const maxText = 512 << 20

// items sends what the item needs and makes items of the answers.
func (s *sender) items(ctx context.Context) ([]node.Item, error) {
	if s.draft.pagination != nil {
		items, err := s.pages(ctx)
		return items, s.withRequest(err)
	}
	a, err := s.send(ctx, s.draft)
	if err != nil {
		return nil, s.withRequest(err)
	}
	defer a.body.Close()
	if !s.draft.neverError && !good(a.status) {
		data, err := s.draft.errorBody(a)
		if err != nil {
			return nil, err
		}
		return nil, s.statusError(a.status, data)
	}
	p := &page{answer: a}
	if err := s.read(ctx, p); err != nil {
		return nil, err
	}
	return s.toItems(p)
}

func good(status int) bool { return status >= 200 && status < 300 }

// page is an answer and what was read of its body.
type page struct {
	*answer
	body any // a JSON value, text, or absent
	file *node.Binary
}

// read reads the body of an answer in the format that was asked for.
func (s *sender) read(ctx context.Context, p *page) error {
	d := s.draft
	contentType := p.header.Get("Content-Type")
	format := d.format
	if format == "autodetect" {
		format = detected(contentType)
	}
	if format == "file" {
		return s.readFile(ctx, p)
	}
	text, err := readText(p.answer)
	if err != nil {
		return err
	}
	switch {
	case d.format == "autodetect" && format == "json":
		p.body, err = parsedBody(text, d.neverError)
		if err != nil {
			return node.AtItem(err, s.reader.item)
		}
	case !d.raw && d.format == "text":
		// n8n's client parses what is JSON; the node writes it anew from version 3 on.
		p.body = text
		if v, err := node.ParseJSON([]byte(text)); err == nil {
			p.body = v
		}
	default:
		p.body = text
	}
	if text == "" && format == "text" {
		p.body = absent
	}
	return nil
}

// parsedBody is the body of an answer that says that it is JSON.
func parsedBody(text string, neverError bool) (any, error) {
	if strings.TrimSpace(text) == "" {
		return &node.Object{}, nil
	}
	v, err := node.ParseJSON([]byte(text))
	switch {
	case err == nil:
		return v, nil
	case neverError:
		return &node.Object{}, nil
	}
	return nil, node.NewOperationError("Invalid JSON in response body", err.Error())
}

// fileTypes are the media types that n8n takes for files.
var fileTypes = []string{
	"image/", "audio/", "video/", "application/octet-stream", "application/gzip", "application/zip", "application/vnd.rar",
	"application/epub+zip", "application/x-bzip", "application/x-bzip2", "application/x-cdf", "application/vnd.amazon.ebook",
	"application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.ms-fontobject",
	"application/vnd.oasis.opendocument.presentation", "application/pdf", "application/x-tar", "application/vnd.visio",
	"application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/x-7z-compressed",
}

func detected(contentType string) string {
	switch {
	case strings.Contains(contentType, "application/json"):
		return "json"
	case slices.ContainsFunc(fileTypes, func(t string) bool { return strings.Contains(contentType, t) }):
		return "file"
	}
	return "text"
}

var charset = regexp.MustCompile(`(?i)charset=([^;,\s]+)`)

// readText reads a body to its end as text, in the character set that the answer names.
func readText(a *answer) (string, error) {
	text, err := io.ReadAll(io.LimitReader(a.body, maxText+1))
	switch {
	case err != nil:
		return "", bodyError(err)
	case len(text) > maxText:
		return "", node.NewOperationError(fmt.Sprintf("The answer is larger than %d MB", maxText>>20), `Set "Response Format" to "File".`)
	}
	contentType := a.header.Get("Content-Type")
	set := unicode.UTF8
	if m := charset.FindStringSubmatch(contentType); m != nil {
		if known, err := htmlindex.Get(strings.Trim(strings.ToLower(m[1]), `"'`)); err == nil {
			set = known
		}
	} else if !utf8.Valid(text) && detected(contentType) == "text" && !mostlyUTF8(text) {
		set, _, _ = guess.DetermineEncoding(text[:min(len(text), 1024)], "")
	}
	if set != unicode.UTF8 || !utf8.Valid(text) {
		if decoded, err := set.NewDecoder().Bytes(text); err == nil {
			text = decoded
		}
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(text), "\uFFFD"), "\uFEFF"), nil
}

// mostlyUTF8 reports whether more of the letters beyond ASCII are UTF-8 than are not.
func mostlyUTF8(text []byte) bool {
	good, bad := 0, 0
	for len(text) > 0 {
		c, size := utf8.DecodeRune(text)
		switch {
		case c == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		text = text[size:]
	}
	return good > bad
}

// bodyError is a body that broke off.
func bodyError(err error) error {
	var timeout *timeoutError
	if errors.As(err, &timeout) {
		return networkError(timeout.Error(), "ECONNABORTED", "AxiosError")
	}
	var known *node.OperationError
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return transportError(err)
}

// errorBody is the body of an answer with an error status, as n8n's client has it.
func (d *draft) errorBody(a *answer) (any, error) {
	text, err := readText(a)
	if err != nil {
		return nil, err
	}
	if d.format == "json" || d.format == "text" {
		if v, err := node.ParseJSON([]byte(text)); err == nil && !d.raw {
			return v, nil
		}
	}
	return text, nil
}

// readFile streams a body into a file of the run.
func (s *sender) readFile(ctx context.Context, p *page) error {
	contentType := p.header.Get("Content-Type")
	mimeType, _, _ := strings.Cut(contentType, ";")
	mimeType, _, _ = strings.Cut(mimeType, " ")
	u := *p.url
	u.User = nil
	name := disposedName(p.header.Get("Content-Disposition"))
	switch {
	case p.decoded: // n8n's client hands on the content, and nothing of where it is from
		name = ""
	case name == "" && s.draft.follow:
		name = strings.TrimPrefix(u.EscapedPath(), "/")
	case name == "":
		name = strings.TrimPrefix(u.RequestURI(), "/")
	}
	name = strings.TrimRight(name, "/")
	if p.decoded && s.draft.plain {
		mimeType = ""
	}
	description := node.NewBinary(name, mimeType)
	if description.MimeType() == "" {
		description = node.NewBinary(name, "text/plain")
		if path.Ext(name) == "" {
			description = description.With("fileExtension", "")
		}
	}
	if name != "" {
		description = description.With("fileName", path.Base(name))
		if s.draft.follow {
			description = description.With("directory", u.String())
		}
	}
	if description.FileName() == "" {
		description = description.With("fileName", s.fileName(description.FileExtension()))
	}
	file, err := s.reader.call.CreateBinary(ctx, p.answer.body, description)
	if err != nil {
		return bodyError(err)
	}
	p.file = &file
	return nil
}

// fileName is n8n's name for a file that has none.
func (s *sender) fileName(extension string) string {
	if extension == "" {
		return ""
	}
	if u, err := url.Parse(s.draft.url); err == nil && strings.HasSuffix(s.draft.url, extension) && path.Base(u.Path) != "/" {
		return s.draft.url[strings.LastIndexByte(s.draft.url, '/')+1:]
	}
	return s.draft.output + "." + extension
}

// disposedName is the file name in a Content-Disposition header.
func disposedName(text string) string {
	name := ""
	for part := range strings.SplitSeq(text, ";") {
		key, v, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		v = strings.TrimSpace(v)
		if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
			v = v[1 : len(v)-1]
		}
		if decoded, err := url.PathUnescape(v); err == nil {
			v = decoded
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "filename":
			if name == "" {
				name = v
			}
		case "filename*":
			if parts := strings.SplitN(v, "'", 3); len(parts) == 3 {
				name = parts[2]
			}
		}
	}
	return name
}

// response is the answer as expressions and full responses have it.
func (p *page) response(names ...string) *node.Object {
	o := &node.Object{}
	for _, name := range names {
		switch name {
		case "body":
			setValue(o, name, p.body)
		case "headers":
			o.Set(name, headersOf(p.answer))
		case "statusCode":
			o.Set(name, p.status)
		case "statusMessage":
			o.Set(name, p.statusText)
		}
	}
	return o
}

// headersOf are the headers by name in lower case; set-cookie is a list.
func headersOf(a *answer) *node.Object {
	names := make([]string, 0, len(a.header))
	for name := range a.header {
		names = append(names, name)
	}
	slices.Sort(names)
	o := &node.Object{}
	for _, name := range names {
		values := a.header[name]
		if strings.EqualFold(name, "Set-Cookie") {
			o.Set("set-cookie", values)
			continue
		}
		o.Set(strings.ToLower(name), strings.Join(values, ", "))
	}
	return o
}

// toItems makes the items of an answer.
func (s *sender) toItems(p *page) ([]node.Item, error) {
	d := s.draft
	format := d.format
	if format == "autodetect" {
		format = detected(p.header.Get("Content-Type"))
	}
	switch {
	case p.file != nil:
		input := s.reader.call.Items()[s.reader.item]
		it := node.Item{JSON: input.JSON, Binary: input.Binary.With(d.output, *p.file)}
		if d.full {
			it.JSON = p.response("headers", "statusCode", "statusMessage")
		}
		return []node.Item{it}, nil
	case format == "text":
		o := &node.Object{}
		body := p.body
		switch body.(type) {
		case *node.Object, []any:
			if d.asText {
				body = string(node.AppendJSON(nil, body))
			}
		}
		setValue(o, d.output, body)
		if d.full {
			for name, v := range p.response("headers", "statusCode", "statusMessage").All() {
				o.Set(name, v)
			}
		}
		return []node.Item{{JSON: o}}, nil
	}
	body := p.body
	if text, ok := body.(string); ok {
		v, err := d.jsonOf(text)
		if err != nil {
			return nil, node.AtItem(err, s.reader.item)
		}
		body = v
	}
	if d.full {
		p.body = body
		return []node.Item{{JSON: p.response("body", "headers", "statusCode", "statusMessage")}}, nil
	}
	if list, ok := body.([]any); ok && d.split {
		items := make([]node.Item, len(list))
		for i, e := range list {
			items[i].JSON = objectOf(e)
		}
		return items, nil
	}
	return []node.Item{{JSON: objectOf(body)}}, nil
}

// jsonOf reads text where JSON is wanted.
func (d *draft) jsonOf(text string) (any, error) {
	if strings.TrimSpace(text) == "" {
		return &node.Object{}, nil
	}
	v, err := node.ParseJSON([]byte(text))
	if _, isText := v.(string); err != nil || isText {
		return nil, node.NewOperationError(fmt.Sprintf("Response body is not valid JSON. Change \"Response Format\" to %q", d.textFormat), "")
	}
	return v, nil
}

// objectOf is the JSON of an item: what is no object stands under "result", but null, which is nothing.
func objectOf(v any) *node.Object {
	switch v := v.(type) {
	case *node.Object:
		return v
	case nil:
		return &node.Object{}
	}
	if v == absent {
		return &node.Object{}
	}
	return node.NewObject("result", v)
}
