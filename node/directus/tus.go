package directus

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
)

// uploadInParts uploads over TUS (https://tus.io/protocols/resumable-upload): a part whose answer is lost is sent on from where the server is.
func uploadInParts(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	file, err := inputFile(it, "binaryPropertyName")
	if err != nil {
		return nil, err
	}
	if file.Bytes() < 1 {
		return nil, node.NewOperationError("A file without content can't be uploaded in parts", nothingSent)
	}
	options, err := it.Params.Object("additionalFields")
	if err != nil {
		return nil, err
	}
	chunk := int64(10)
	if v, _ := options.Get("chunkSize"); v != nil {
		mb, isNumber := v.(float64)
		if !isNumber || mb < 1 || mb > 1<<20 {
			return nil, node.NewOperationError(`Parameter "additionalFields.chunkSize" is no size in MB`, nothingSent)
		}
		chunk = int64(mb)
	}
	chunk <<= 20
	metadata := []string{"filename_download " + base64Of(cmp.Or(file.FileName(), "file")), "type " + base64Of(file.MimeType())}
	for _, key := range []string{"title", "folder"} {
		if text, _ := textIn(options, key); text != "" {
			metadata = append(metadata, key+" "+base64Of(text))
		}
	}
	r := s.tus(op, http.MethodPost, "files/tus")
	r.header.Set("Upload-Length", strconv.FormatInt(file.Bytes(), 10))
	r.header.Set("Upload-Metadata", strings.Join(metadata, ","))
	a, bearer, err := s.exchange(ctx, r)
	if err != nil {
		return nil, err
	}
	place := path.Base(a.header.Get("Location"))
	switch {
	case a.status/100 != 2:
		return nil, s.refusal(ctx, r, a, bearer)
	case a.status != http.StatusCreated || place == "." || place == "/":
		return nil, a.unusable("does not say where to send the file")
	}
	// Directus 10 says the file's id with this answer, later versions with that to the last part.
	id, err := s.sendParts(ctx, op, file, "files/tus/"+url.PathEscape(place), chunk)
	if err != nil {
		return nil, err
	}
	if id = cmp.Or(id, a.header.Get(fileID)); id == "" {
		return nil, withoutID("Directus has the file, but did not say under which id", nil)
	}
	done, err := s.get(ctx, "files/"+url.PathEscape(id))
	if err != nil {
		return nil, err
	}
	if done.data() == nil {
		return nil, done.unusable("has no data")
	}
	return []node.Item{{JSON: done.data()}}, nil
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func (s *server) tus(op *operation, method, path string) *request {
	as := *op
	as.method, as.text = method, true
	return &request{op: &as, path: path, url: s.base + "/" + path, header: http.Header{"Tus-Resumable": {"1.0.0"}}}
}

// lostParts is how often in a row a part may be lost.
const lostParts = 3

// fileID is the header with the id of a file that was sent in parts.
const fileID = "Directus-File-Id"

// withoutID is the error for a file that was sent and is not known again.
func withoutID(message string, cause error) error {
	e := node.NewOperationError(message, "Directus has it most likely: look at the newest files there before it is sent again.")
	if cause != nil {
		e = e.Wrap(cause)
	}
	return node.Permanent(e)
}

// sendParts sends a file part by part, and returns the id that Directus gives with the answer to the last.
func (s *server) sendParts(ctx context.Context, op *operation, file node.Binary, path string, chunk int64) (id string, err error) {
	size := file.Bytes()
	for offset, lost := int64(0), 0; offset < size; {
		length := min(chunk, size-offset)
		r := s.tus(op, http.MethodPatch, path)
		r.header.Set("Upload-Offset", strconv.FormatInt(offset, 10))
		r.contentType, r.length = "application/offset+octet-stream", length
		r.upload = func() (io.ReadCloser, error) { return s.part(ctx, file, offset, length) }
		a, bearer, err := s.exchange(ctx, r)
		if err == nil && a.status/100 == 2 {
			offset, lost, id = offset+length, 0, a.header.Get(fileID)
			continue
		}
		if err == nil {
			err = s.refusal(ctx, r, a, bearer)
		}
		if lost++; lost > lostParts || ctx.Err() != nil {
			return "", err
		}
		where, _, headErr := s.exchange(ctx, s.tus(op, http.MethodHead, path))
		if headErr != nil {
			continue
		}
		at, parseErr := strconv.ParseInt(where.header.Get("Upload-Offset"), 10, 64)
		switch {
		case parseErr == nil && at >= 0 && at < size:
			offset = at
		case a == nil && offset+length == size:
			return "", withoutID("The answer to the last part of the file was lost", err)
		default:
			return "", err
		}
	}
	return id, nil
}

// part reads a part of a file.
func (s *server) part(ctx context.Context, file node.Binary, offset, length int64) (io.ReadCloser, error) {
	content, err := s.call.OpenBinary(ctx, file)
	if err != nil {
		return nil, err
	}
	if seeker, ok := content.(io.Seeker); ok {
		_, err = seeker.Seek(offset, io.SeekStart)
	} else {
		_, err = io.CopyN(io.Discard, content, offset)
	}
	if err != nil {
		_ = content.Close()
		return nil, fmt.Errorf("reading from byte %d: %w", offset, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(content, length), content}, nil
}
