package directus

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
)

// server is the Directus that a credential names, as one item's requests see it.
type server struct {
	*site
	limits
	call       *node.Call
	client     *http.Client
	credential credentials.Data
}

// site is what all items of a run that have the same credential share.
type site struct {
	base   string        // the url without a slash at its end, host in lower case, no default port
	user   *url.Userinfo // from the url; it takes the place of the bearer, as a request has one Authorization header
	bearer string        // the Authorization header of the credential; empty: none

	// What the run has found out about the bearer.
	expired atomic.Bool
	probe   sync.Once
	bad     bool
}

// siteKey is the key of a site in Call.Once: a hash of url and token, so that no secret lies about.
type siteKey [sha256.Size]byte

func (n *directusNode) server(call *node.Call, credential credentials.Data) (*server, error) {
	key := siteKey(sha256.Sum256([]byte(credential.Text("url") + "\n" + credentials.DirectusToken(credential))))
	v, err := call.Once(key, func() (any, error) { return n.site(credential) })
	if err != nil {
		return nil, err
	}
	s := &server{site: v.(*site), limits: n.limits, call: call, client: call.HTTPClient(), credential: credential}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return s, nil
}

func (n *directusNode) site(credential credentials.Data) (*site, error) {
	base, user, err := baseURL(credential.Text("url"))
	if err != nil {
		return nil, err
	}
	s := &site{base: base, user: user}
	if user != nil {
		return s, nil
	}
	req := &http.Request{Header: http.Header{}, URL: &url.URL{}}
	if err := n.credential.Authenticate(req, credential); err != nil {
		return nil, err
	}
	s.bearer = req.Header.Get("Authorization")
	return s, nil
}

// baseURL reads the url of a credential. Its errors show nothing of a url that may hold a password.
func baseURL(text string) (string, *url.Userinfo, error) {
	bad := func(why string) error {
		e := &node.APIError{ErrorInfo: node.ErrorInfo{
			Name: node.APIErrorName, Message: "Invalid URL", Messages: []string{"Invalid URL"}, HTTPCode: "ERR_INVALID_URL",
			CauseName: "TypeError", CauseMessage: "Invalid URL",
		}}
		if why != "" {
			e.Description = "The url of the directusApi credential " + why
		}
		return e
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil, bad("")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", nil, bad("can't be read")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "", nil, bad("must begin with http:// or https:// and a host")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", nil, bad("must end before ? and #")
	}
	user := u.User
	u.User = nil
	u.Host = strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		u.Host = strings.TrimSuffix(u.Host, ":80")
	case "https":
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	return strings.TrimRight(u.String(), "/"), user, nil
}

// answer is what a server answered, whatever its status.
type answer struct {
	status int
	header http.Header
	text   []byte
	value  any // the text as JSON
	isJSON bool
	body   io.ReadCloser // of a good answer to a request that streams; the text is empty then
}

func (a *answer) parse() {
	value, err := node.ParseJSON(a.text)
	a.value, a.isJSON = value, err == nil
}

// cookie returns the value of a cookie that the answer sets; empty when there is none.
func (a *answer) cookie(name string) string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// setsCookie reports whether the answer sets a cookie whose name begins so.
func (a *answer) setsCookie(prefix string) bool {
	return slices.ContainsFunc((&http.Response{Header: a.header}).Cookies(), func(c *http.Cookie) bool { return strings.HasPrefix(c.Name, prefix) })
}

// whole returns a member of an answer that is an object, nil when there is none.
func (a *answer) whole(key string) any {
	o, _ := a.value.(*node.Object)
	v, _ := o.Get(key)
	return v
}

// data returns the object under data, nil when there is none.
func (a *answer) data() *node.Object {
	o, _ := a.whole("data").(*node.Object)
	return o
}

// fault returns the first fault in Directus's own error body; ok is false when the answer has none.
func (a *answer) fault() (f Fault, ok bool) {
	faults := faultsIn(a.value)
	if len(faults) == 0 {
		return Fault{}, false
	}
	return faults[0], true
}

func (a *answer) is(status int, code string) bool {
	f, _ := a.fault()
	return a.status == status && f.Code == code
}

func (a *answer) tokenExpired() bool { return a.is(http.StatusUnauthorized, "TOKEN_EXPIRED") }

func (a *answer) isRedirect() bool { return a.status/100 == 3 && a.header.Get("Location") != "" }

// target returns where a redirect from an address leads to, nil when that can't be read.
func (a *answer) target(from string) *url.URL {
	base, err := url.Parse(from)
	if err != nil {
		return nil
	}
	target, err := base.Parse(a.header.Get("Location"))
	if err != nil {
		return nil
	}
	return target
}

// send sends one request and reads the answer. sent says that the server may have performed the request though an error
// came back. When ctx ends while there is no connection yet, nothing is sent. When it ends later, a request that uses up a token gets
// s.finish to come to its end, and any other is given up.
func (s *server) send(ctx context.Context, r *request, bearer bool) (a *answer, sent bool, err nodeError) {
	if ctx.Err() != nil {
		return nil, false, stoppedBefore(ctx)
	}
	f := &flight{sent: true}
	var requestCtx context.Context
	if r.stream || r.upload != nil {
		requestCtx, f.pulse = withPulse(context.WithoutCancel(ctx), s.request)
		f.cancel = f.pulse.end
	} else {
		requestCtx, f.cancel = context.WithTimeout(context.WithoutCancel(ctx), s.request)
	}
	if r.token != nil {
		f.finish = s.finish
	}
	unwatch := context.AfterFunc(ctx, f.stop)
	done := func() {
		unwatch()
		f.land()
		f.cancel()
	}
	defer func() {
		if a == nil || a.body == nil {
			done()
		}
	}()

	req, failure := s.build(f.trace(requestCtx), r, f)
	if failure != nil {
		return nil, false, failure
	}
	if bearer {
		req.Header.Set("Authorization", s.bearer)
	}

	resp, doErr := s.client.Do(req)
	if doErr != nil {
		sent = f.wasSent() && !notConnected(doErr)
		return nil, sent, s.noAnswer(ctx, f.cause(doErr), sent)
	}
	a = &answer{status: resp.StatusCode, header: resp.Header}
	if r.stream && a.status/100 == 2 {
		a.body = &stream{ReadCloser: resp.Body, pulse: f.pulse, done: done}
		return a, true, nil
	}
	defer func() { _ = resp.Body.Close() }()
	var readErr error
	if a.text, readErr = io.ReadAll(io.LimitReader(resp.Body, s.answer+1)); readErr != nil {
		return nil, true, s.cutOff(ctx, a, f.cause(readErr))
	}
	if int64(len(a.text)) > s.answer {
		return nil, true, a.unusable(fmt.Sprintf("is larger than %d MB", s.answer>>20))
	}
	a.parse()
	return a, true, nil
}

// build makes the request, less its bearer.
func (s *server) build(ctx context.Context, r *request, f *flight) (*http.Request, nodeError) {
	var body io.Reader = bytes.NewReader(r.body)
	if r.upload != nil {
		file, err := r.upload()
		if err != nil {
			return nil, node.NewOperationError("The file could not be read", nothingSent).Wrap(err)
		}
		body = &stream{ReadCloser: file, pulse: f.pulse, done: func() {}}
	}
	req, err := http.NewRequestWithContext(ctx, r.op.method, r.url, body)
	if err != nil {
		return nil, node.NewNetworkError(err)
	}
	if r.upload != nil {
		req.ContentLength = r.length
	}
	req.URL.User = s.user
	for name, values := range r.header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	if r.stream || r.op.text {
		req.Header.Set("Accept", "*/*")
	}
	req.Header.Set("Content-Type", cmp.Or(r.contentType, "application/json"))
	req.Header.Set("User-Agent", "nate")
	return req, nil
}

// flight is one request on its way.
type flight struct {
	cancel context.CancelFunc
	pulse  *pulse        // of a request whose body or answer is a stream
	finish time.Duration // how long a request that was sent may go on after stop

	mu sync.Mutex
	// sent is false while it is sure that the server has nothing of the request: as long as the transport waits for a connection. It is
	// true from the start, so that a transport that does not tell (net/http/httptrace) counts as one that sends at once.
	sent    bool
	stopped bool
	landed  bool
	timer   *time.Timer
}

// trace returns a context by which a transport tells how far the request is.
func (f *flight) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { f.setSent(false) },
		GotConn: func(httptrace.GotConnInfo) { f.setSent(true) },
	})
}

func (f *flight) setSent(sent bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = sent
	if f.stopped && !sent {
		f.cancel()
	}
}

func (f *flight) wasSent() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sent
}

// stop is called when the run was cancelled.
func (f *flight) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch f.stopped = true; {
	case f.landed:
	case f.sent && f.finish > 0:
		f.timer = time.AfterFunc(f.finish, f.cancel)
	default:
		f.cancel()
	}
}

func (f *flight) land() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.landed = true
	if f.timer != nil {
		f.timer.Stop()
	}
}
