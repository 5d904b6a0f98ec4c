package httprequest

import (
	"bufio"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// sender sends the requests of one item.
type sender struct {
	node   *httpRequest
	reader *reader
	draft  *draft
	auth   *authenticator
}

// answer is what came back; its body must be closed.
type answer struct {
	status     int
	statusText string
	header     http.Header
	body       io.ReadCloser
	url        *url.URL
	sent       string // the Authorization header of the request
	decoded    bool   // the body was encoded
}

// send performs one request with its redirects, and again where the credential needs it: digest, an OAuth2 token that expired.
func (s *sender) send(ctx context.Context, d *draft) (*answer, error) {
	a, err := s.attempt(ctx, d)
	if err != nil {
		return nil, err
	}
	again, err := s.auth.again(ctx, s, a)
	if err != nil || !again {
		if err != nil {
			_ = a.body.Close()
		}
		return a, err
	}
	_ = a.body.Close()
	return s.attempt(ctx, d)
}

func (s *sender) attempt(ctx context.Context, d *draft) (*answer, error) {
	if s.auth.kind != "" {
		d = d.copy()
		if err := s.auth.apply(ctx, s, d); err != nil {
			return nil, err
		}
	}
	u, err := d.address()
	if err != nil {
		return nil, err
	}
	body, err := d.content(s.reader.call)
	if err != nil {
		return nil, err
	}
	client, err := s.reader.call.HTTPClientWith(d.transport)
	if err != nil {
		return nil, err
	}
	headers, host, err := s.headers(d, body)
	if err != nil {
		return nil, err
	}
	hop := &hop{method: d.method, url: u, host: host, headers: headers, body: body, origin: u}
	for redirects := 0; ; redirects++ {
		if err := s.auth.allows(hop.url); err != nil {
			return nil, err
		}
		a, err := s.roundTrip(ctx, client.Transport, d, hop)
		if err != nil {
			return nil, err
		}
		a.sent = textOf(firstOf(header(d.headers, "authorization")))
		location := a.header.Get("Location")
		if a.status < 300 || a.status >= 400 || location == "" || !d.follow {
			return a, nil
		}
		_ = a.body.Close()
		if redirects >= d.maxRedirects {
			return nil, networkError("Maximum number of redirects exceeded", "ERR_FR_TOO_MANY_REDIRECTS", "Error [ERR_FR_TOO_MANY_REDIRECTS]")
		}
		if err := hop.follow(a.status, location, s.auth); err != nil {
			return nil, err
		}
	}
}

func firstOf(v any, _ bool) any { return v }

// hostOf is a URL's host without the default port.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "http" {
		return strings.TrimSuffix(host, ":80")
	}
	return strings.TrimSuffix(host, ":443")
}

// hop is one request on the way.
type hop struct {
	method  string
	url     *url.URL
	host    string      // the Host header; empty: that of the URL
	headers http.Header // of requests that may still be sent: it is copied before it changes
	body    *content
	origin  *url.URL
	left    bool // the origin's host has been left: credentials stay behind
}

// secretHeaders never follow a redirect to another origin.
var secretHeaders = []string{"authorization", "cookie", "proxy-authorization"}

// follow turns to where a redirect leads.
func (h *hop) follow(status int, location string, auth *authenticator) error {
	ref, err := url.Parse(address.Encode(location, "%\"<>`{}^"))
	if err != nil {
		invalid := redirectError("Invalid URL")
		invalid.Description = "Invalid URL"
		return invalid
	}
	next := h.url.ResolveReference(ref)
	if next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
		return redirectError("Unsupported protocol " + next.Scheme + ":")
	}
	next.Fragment = ""
	h.host, h.headers = "", h.headers.Clone()
	toGet := status == http.StatusSeeOther && h.method != http.MethodGet && h.method != http.MethodHead ||
		(status == http.StatusMovedPermanently || status == http.StatusFound) && h.method == http.MethodPost
	if toGet {
		h.method, h.body = http.MethodGet, nil
		for name := range h.headers {
			if strings.HasPrefix(strings.ToLower(name), "content-") {
				delete(h.headers, name)
			}
		}
	}
	next.User = h.origin.User
	if !address.SameOrigin(h.origin, next) {
		h.left = true
	}
	if h.left {
		next.User = nil
		for name := range h.headers {
			if slices.Contains(secretHeaders, strings.ToLower(name)) || auth.ownsHeader(name) {
				delete(h.headers, name)
			}
		}
		if h.body != nil && auth.inBody() {
			return clientError("The redirect to another host was not followed: the body holds credentials",
				"Send the request to where it belongs, or use a credential that is sent in a header.")
		}
	}
	h.url = next
	return nil
}

func redirectError(cause string) *requestError {
	return networkError("Redirected request failed: "+cause, "ERR_FR_REDIRECTION_FAILURE", "Error [ERR_FR_REDIRECTION_FAILURE]")
}

// headers are those of the first hop, and the host where one is written among them.
func (s *sender) headers(d *draft, body *content) (h http.Header, host string, err error) {
	h = make(http.Header, d.headers.Len()+3)
	hasAgent, hasEncoding := false, false
	for name, v := range d.headers.All() {
		values, isList := v.([]any)
		if !isList {
			values = []any{v}
		}
		var texts []string
		for _, v := range values { // n8n's client leaves out false too
			if isNone := v == nil || v == node.Undefined; v != false && (isList || !isNone) {
				texts = append(texts, fields.Text(v))
			}
		}
		if len(texts) == 0 || name == "" {
			continue
		}
		switch strings.ToLower(name) {
		case "host":
			host = texts[0]
			continue
		case "content-length", "transfer-encoding", "connection": // the transport's own
			continue
		case "content-type":
			if body != nil && body.contentType != "" {
				continue
			}
		case "user-agent":
			name, hasAgent, texts = "User-Agent", true, []string{strings.Join(texts, ", ")}
		case "accept-encoding":
			name, hasEncoding = "Accept-Encoding", true
		case "range", "expect": // by these names the transport knows them
			name = http.CanonicalHeaderKey(name)
		}
		if !isToken(name) {
			return nil, "", headerNameError(name)
		}
		for _, text := range texts {
			h[name] = append(h[name], headerText(text))
		}
	}
	if body != nil && body.contentType != "" {
		h["content-type"] = []string{body.contentType}
	}
	if !hasAgent {
		h["User-Agent"] = ownAgent
	}
	if !hasEncoding {
		h["Accept-Encoding"] = ownEncoding
	}
	return h, host, nil
}

// The headers that requests have when nobody sets them.
var ownAgent, ownEncoding = []string{"nate"}, []string{"gzip, deflate"} //nolint:gochecknoglobals // constants

// roundTrip sends one hop and returns when the headers of the answer are there. The timeout then watches over each read of the body.
func (s *sender) roundTrip(ctx context.Context, transport http.RoundTripper, d *draft, h *hop) (*answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(d.timeout, func() { cancel(&timeoutError{d.timeout}) })
	stop := func() {
		timer.Stop()
		cancel(nil)
	}
	req, err := h.request(ctx)
	if err != nil {
		stop()
		return nil, err
	}
	res, err := transport.RoundTrip(req) // which follows no redirects
	if err != nil {
		cause := context.Cause(ctx)
		stop()
		var timeout *timeoutError
		switch {
		case errors.As(cause, &timeout):
			return nil, networkError(timeout.Error(), "ECONNABORTED", "AxiosError")
		case cause != nil:
			return nil, cause
		}
		return nil, transportError(err)
	}
	body, err := decoded(res)
	if err != nil {
		_ = res.Body.Close()
		stop()
		return nil, err
	}
	if len(res.TransferEncoding) > 0 {
		res.Header.Set("Transfer-Encoding", strings.Join(res.TransferEncoding, ", "))
	}
	_, text, _ := strings.Cut(res.Status, " ")
	return &answer{
		status: res.StatusCode, statusText: text, header: res.Header, url: h.url, decoded: body != res.Body,
		body: &watched{r: body, close: res.Body, timer: timer, timeout: d.timeout, stop: stop, ctx: ctx},
	}, nil
}

func (h *hop) request(ctx context.Context) (*http.Request, error) {
	if !isToken(h.method) {
		return nil, networkError("The method is none of HTTP", "ERR_BAD_OPTION_VALUE", "AxiosError")
	}
	req, err := http.NewRequestWithContext(ctx, h.method, h.url.String(), nil)
	if err != nil {
		return nil, invalidURL(h.url.Redacted())
	}
	req.Header, req.Host = h.headers, cmp.Or(h.host, h.url.Host)
	if h.url.User != nil && !slices.ContainsFunc(slices.Collect(maps.Keys(h.headers)), isAuthorization) {
		password, _ := h.url.User.Password()
		req.Header = h.headers.Clone()
		req.SetBasicAuth(h.url.User.Username(), password)
	}
	if h.body != nil {
		r, err := h.body.open(ctx)
		if err != nil {
			return nil, err
		}
		req.Body, req.ContentLength = r, h.body.length
		if h.body.length == 0 {
			req.Body = http.NoBody
			_ = r.Close()
		}
		req.GetBody = func() (io.ReadCloser, error) { return h.body.open(ctx) }
	}
	return req, nil
}

func isAuthorization(name string) bool { return strings.EqualFold(name, "authorization") }

// isToken reports whether a text can be a method or the name of a header.
func isToken(text string) bool {
	return text != "" && strings.IndexFunc(text, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	}) < 0
}

// headerText is a text as the value of a header, as n8n's client writes it: without line breaks and other controls, in ISO-8859-1. A text
// that has letters from elsewhere stays UTF-8.
func headerText(text string) string {
	plain := true
	for i := 0; i < len(text) && plain; i++ {
		plain = text[i] >= ' ' && text[i] < 0x7f
	}
	if plain {
		return strings.Trim(text, " ")
	}
	text = strings.Trim(strings.Map(func(c rune) rune {
		if c < ' ' && c != '\t' || c == 0x7f {
			return -1
		}
		return c
	}, text), " \t")
	if latin, err := charmap.ISO8859_1.NewEncoder().String(text); err == nil {
		return latin
	}
	return text
}

// headerNameError names a header that is none.
func headerNameError(name string) error {
	return node.NewOperationError(fmt.Sprintf("Header name must be a valid HTTP token [%q]", name), "")
}

// decoded undoes the encoding that n8n's client undoes too.
func decoded(res *http.Response) (io.Reader, error) {
	encoding := strings.ToLower(strings.TrimSpace(res.Header.Get("Content-Encoding")))
	switch encoding {
	case "gzip", "x-gzip", "deflate", "compress", "x-compress":
		res.Header.Del("Content-Encoding")
		if strings.HasSuffix(encoding, "compress") {
			encoding = "gzip" // as n8n's client takes it
		}
		return &decoder{encoding: encoding, r: bufio.NewReader(res.Body)}, nil
	case "br", "zstd":
		return nil, node.NewOperationError(fmt.Sprintf("The answer is encoded as %q, which is not supported", encoding),
			"Do not ask for it: gzip and deflate are, and are asked for by themselves.")
	}
	return res.Body, nil
}

// decoder begins to decode when it is first read, so that an empty body is no error.
type decoder struct {
	encoding string
	r        *bufio.Reader
	decode   io.Reader
}

func (d *decoder) Read(p []byte) (int, error) {
	if d.decode == nil {
		first, err := d.r.Peek(2)
		if len(first) == 0 {
			return 0, err
		}
		switch {
		case d.encoding == "gzip":
			d.decode, err = gzip.NewReader(d.r)
		case len(first) == 2 && first[0]&0x0f == 8 && (uint(first[0])<<8|uint(first[1]))%31 == 0:
			d.decode, err = zlib.NewReader(d.r)
		default:
			d.decode, err = flate.NewReader(d.r), nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) { // too short
			err = gzip.ErrHeader
		}
		if err != nil {
			return 0, corrupt(err)
		}
	}
	n, err := d.decode.Read(p)
	return n, corrupt(err)
}

// corrupt words an error of what is decoded; others stay as they are.
func corrupt(err error) error {
	var bad flate.CorruptInputError
	if errors.As(err, &bad) || slices.ContainsFunc([]error{gzip.ErrHeader, gzip.ErrChecksum, zlib.ErrHeader, zlib.ErrChecksum, zlib.ErrDictionary},
		func(known error) bool { return errors.Is(err, known) }) {
		return node.NewOperationError("Failed to decompress response", err.Error()).Wrap(err)
	}
	return err
}

// watched is a body that ends with an error when nothing comes for too long.
type watched struct {
	r       io.Reader
	close   io.Closer
	timer   *time.Timer
	timeout time.Duration
	stop    func()
	ctx     context.Context //nolint:containedctx // of the request
	once    sync.Once
}

func (w *watched) Read(p []byte) (int, error) {
	w.timer.Reset(w.timeout)
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(w.ctx); cause != nil {
			err = cause
		}
	}
	return n, err
}

func (w *watched) Close() error {
	w.once.Do(w.stop)
	return w.close.Close()
}

type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string {
	return fmt.Sprintf("timeout of %dms exceeded", e.after.Milliseconds())
}

func (d *draft) copy() *draft {
	c := *d
	c.headers, c.query, c.form = d.headers.Clone(), d.query.Clone(), d.form
	return &c
}
