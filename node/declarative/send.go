package declarative

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

const (
	// maxAnswer is how large an answer may be, in bytes; maxRedirects how many redirects are followed where nothing else is said.
	maxAnswer    = 256 << 20
	maxRedirects = 21
	formType     = "application/x-www-form-urlencoded"
	userAgent    = "nate"
)

// answer is what came back.
type answer struct {
	status  int
	text    string // of the status
	header  http.Header
	body    any    // a JSON value, or text
	content []byte // in place of body, where the definition asks for bytes
}

// response is the answer as expressions see it: $response. Bytes are not shown.
func (a *answer) response() *node.Object {
	return node.NewObject("body", a.body, "headers", a.headers(), "statusCode", a.status, "statusMessage", a.text)
}

// headers are those of the answer, by names in lower case.
func (a *answer) headers() *node.Object {
	headers := &node.Object{}
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		values := a.header[name]
		if name == "Set-Cookie" {
			headers.Set("set-cookie", values)
			continue
		}
		headers.Set(strings.ToLower(name), strings.Join(values, ", "))
	}
	return headers
}

// sender sends the requests of one item.
type sender struct {
	*run
	origin *url.URL // where the first request went: a credential goes nowhere else
	sent   string   // the header with the OAuth2 token of the last request
}

// send sends one request with its redirects, and once more if its credential was refused, as n8n does.
func (s *sender) send(ctx context.Context, d *draft, options *node.Object) (*answer, error) {
	a, err := s.once(ctx, d, options)
	if err == nil && a.status == http.StatusUnauthorized && s.credential.values != nil && (s.oauth2 || !tolerated(options, a.status)) {
		if s.oauth2 {
			err = s.renew(ctx)
		}
		if err == nil {
			a, err = s.once(ctx, d, options)
		}
	}
	if err != nil {
		return nil, err
	}
	if (a.status < 200 || a.status > 299) && !tolerated(options, a.status) {
		return nil, s.statusError(a.status, a.body)
	}
	return a, nil
}

// tolerated reports whether an error status is an answer like any other.
func tolerated(options *node.Object, status int) bool {
	v, _ := options.Get("ignoreHttpStatusErrors")
	o, ok := v.(*node.Object)
	if !ok {
		return fields.Truthy(v)
	}
	ignore, _ := o.Get("ignore")
	except, _ := o.Get("except")
	list, _ := except.([]any)
	return ignore == true && !slices.Contains(list, any(float64(status)))
}

func text(options *node.Object, key string) string {
	v, _ := options.Get(key)
	if v == nil || v == node.Undefined {
		return ""
	}
	return fields.Text(v)
}

var absolute = regexp.MustCompile(`^(?i:[a-z][a-z\d+\-.]*:)?//`)

// target is the URL of a request, its query included.
func (s *sender) target(options *node.Object) (*url.URL, error) {
	base, to := text(options, "baseURL"), text(options, "url")
	switch {
	case base == "" || absolute.MatchString(to):
	case to == "":
		to = base
	default:
		to = strings.TrimSuffix(base, "/") + "/" + strings.TrimLeft(to, "/")
	}
	to, _, _ = strings.Cut(to, "#")
	v, _ := options.Get("qs")
	if query, ok := v.(*node.Object); ok {
		if q := address.Query(query, text(options, "arrayFormat")); q != "" {
			separator := "?"
			if strings.Contains(to, "?") {
				separator = "&"
			}
			to += separator + q
		}
	}
	u, err := address.Parse(to)
	if err != nil {
		return nil, s.clientError(worded("TypeError", "ERR_INVALID_URL", err.Error()))
	}
	return u, nil
}

func (s *sender) once(ctx context.Context, d *draft, options *node.Object) (*answer, error) {
	u, err := s.target(options)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.options.timeout, errTimeout)
	defer cancel()
	req, err := s.request(ctx, d, options, u)
	if err != nil {
		return nil, err
	}
	transport := s.options.transport
	if v, _ := options.Get("skipSslCertificateValidation"); fields.Truthy(v) {
		transport.SkipVerify = true
	}
	client, err := s.call.HTTPClientWith(transport)
	if err != nil {
		return nil, err
	}
	limit := maxRedirects
	if n, ok := node.At(options, "maxRedirects").(float64); ok && n >= 0 {
		limit = int(min(n, maxRedirects))
	}
	if node.At(options, "disableFollowRedirect") == true {
		limit = 0
	}
	plain, body := req.Header.Clone(), req.Body
	if err := s.authenticate(ctx, req); err != nil {
		return nil, err
	}
	inBody := s.credential.values != nil && (req.Body != body || s.plan.sent)
	for _, header := range []http.Header{plain, req.Header} {
		if err := latin1(header); err != nil {
			return nil, err
		}
	}
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		switch {
		case limit == 0:
			return http.ErrUseLastResponse
		case len(via) > limit:
			return errRedirects
		}
		return s.leave(next, plain, inBody)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, s.failure(ctx, err)
	case len(content) > maxAnswer:
		return nil, node.NewOperationError(fmt.Sprintf("The answer is larger than %d MB", maxAnswer>>20), "")
	}
	return answerOf(res, content, text(options, "encoding")), nil
}

var (
	errTimeout   = errors.New("timeout")
	errRedirects = errors.New("Maximum number of redirects exceeded") //nolint:staticcheck // n8n's text
)

// failure is a request without an answer.
func (s *sender) failure(ctx context.Context, err error) error {
	var known *node.OperationError
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTimeout):
		return s.clientError(worded("AxiosError", "ECONNABORTED", fmt.Sprintf("timeout of %dms exceeded", s.options.timeout.Milliseconds())))
	case cause != nil:
		return cause
	case errors.As(err, &known):
		return known
	case errors.Is(err, errRedirects):
		return s.clientError(worded("AxiosError", "ERR_FR_TOO_MANY_REDIRECTS", errRedirects.Error()))
	}
	return s.networkError(err)
}

// authenticate puts the credential on the first request of an item, and on later ones that go to the same place.
func (s *sender) authenticate(ctx context.Context, req *http.Request) error {
	if s.origin == nil {
		s.origin = req.URL
	}
	if s.credential.values == nil {
		return nil
	}
	if !address.SameOrigin(s.origin, req.URL) {
		return node.NewOperationError(fmt.Sprintf("The next page is at %s: the credential is for %s and is not sent there", req.URL.Host, s.origin.Host), "")
	}
	if err := s.allows(req.URL); err != nil {
		return err
	}
	if s.oauth2 {
		text, err := s.tokens.Authorization(ctx, s.tokenClient, s.credential.data)
		if err != nil {
			return s.tokenError(err)
		}
		s.sent = text
		req.Header.Set("Authorization", text)
		return nil
	}
	if s.credential.known.Authenticate == nil {
		return nil // the definition itself says where it goes
	}
	return s.credential.known.Authenticate(req, s.credential.data)
}

// renew fetches another OAuth2 token in place of the one that was sent.
func (s *sender) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.options.timeout, errTimeout)
	defer cancel()
	if err := s.tokens.Renew(ctx, s.tokenClient, s.credential.data, s.sent); err != nil {
		return s.tokenError(err)
	}
	return nil
}

// tokenClient is a client for token endpoints.
func (s *sender) tokenClient(skipVerify bool) (*http.Client, error) {
	return s.call.HTTPClientWith(node.TransportOptions{Proxy: s.options.transport.Proxy, SkipVerify: skipVerify})
}

func (s *sender) tokenError(err error) error {
	var known *node.OperationError
	if errors.As(err, &known) {
		return err
	}
	return s.networkError(err)
}

// allows refuses a host that the credential is not for; that which the definition names it is for.
func (s *sender) allows(u *url.URL) error {
	if s.plan.owned {
		return nil
	}
	r, err := address.Restrict(s.credential.data)
	if err != nil {
		return err
	}
	if refusal := r.Refusal(u); refusal != "" {
		return node.NewOperationError(refusal, "")
	}
	return nil
}

// secretHeaders stay behind when a redirect leads elsewhere, whoever set them.
var secretHeaders = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// harmless are the headers that go along where those of the definition may hold the credential.
var harmless = []string{"Accept", "Accept-Encoding", "Content-Type", "User-Agent"}

// leave takes the credential off a redirect to another place: only the headers that the definition set go along, as far as no credential
// is in them. A body that may hold it is not sent.
func (s *sender) leave(next *http.Request, plain http.Header, inBody bool) error {
	if address.SameOrigin(s.origin, next.URL) {
		return nil
	}
	if inBody && next.ContentLength > 0 {
		return node.NewOperationError(fmt.Sprintf("%s redirects to %s: the body may hold the credential and is not sent there", s.origin.Host, next.URL.Host), "")
	}
	if s.credential.values != nil && s.plan.sent {
		maps.DeleteFunc(plain, func(name string, _ []string) bool { return !slices.Contains(harmless, name) })
	}
	for name := range next.Header {
		if _, own := plain[name]; !own && s.credential.values != nil {
			delete(next.Header, name)
		}
	}
	for name, values := range plain {
		if _, there := next.Header[name]; there {
			next.Header[name] = values
		}
	}
	for _, name := range secretHeaders {
		next.Header.Del(name)
	}
	next.Header.Del("Referer") // it has the query of the first request, and that may hold the credential
	return nil
}

// request makes the request, less its credential.
func (s *sender) request(ctx context.Context, d *draft, options *node.Object, u *url.URL) (*http.Request, error) {
	method := strings.ToUpper(text(options, "method"))
	if method == "" {
		method = http.MethodGet
	}
	given, _ := options.Get("headers")
	headers, _ := given.(*node.Object)
	content, contentType := d.content, ""
	if content == nil {
		var err error
		if content, contentType, err = body(options, method, headers); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(content))
	if err != nil {
		return nil, node.NewOperationError(fmt.Sprintf("The request can't be made with the method %q", method), "")
	}
	if len(content) == 0 {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json, text/plain, */*")
	if v, _ := options.Get("json"); fields.Truthy(v) {
		req.Header.Set("Accept", "application/json")
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for name, v := range headers.All() {
		if v == nil || v == node.Undefined || v == false || strings.EqualFold(name, "content-length") {
			// It takes away what is sent else; an undefined Content-Type does not.
			if strings.EqualFold(name, "accept") || strings.EqualFold(name, "content-type") && v != node.Undefined {
				req.Header.Del(name)
			}
			continue
		}
		values := []any{v}
		if list, ok := v.([]any); ok {
			values = list
		}
		if name == "" || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c) }) {
			return nil, node.NewOperationError(fmt.Sprintf("Header name must be a valid HTTP token [%q]", name), "")
		}
		for i, v := range values {
			value := fields.Text(v)
			if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
				return nil, node.NewOperationError(fmt.Sprintf("Invalid character in header content [%q]", name), "") // less the value: it may be a secret
			}
			switch {
			case strings.EqualFold(name, "host"):
				req.Host = value
			case i == 0:
				req.Header.Set(name, value)
			default:
				req.Header.Add(name, value)
			}
		}
	}
	v, _ := options.Get("auth")
	if auth, ok := v.(*node.Object); ok {
		req.SetBasicAuth(text(auth, "username"), text(auth, "password"))
	}
	return req, nil
}

// latin1 encodes the values of headers as Node.js does: each character is a byte.
func latin1(header http.Header) error {
	for name, values := range header {
		for i, v := range values {
			if !strings.ContainsFunc(v, func(c rune) bool { return c > 0x7f }) {
				continue
			}
			encoded := make([]byte, 0, len(v))
			for _, c := range v {
				if c > 0xff {
					return node.NewOperationError(fmt.Sprintf("Invalid character in header content [%q]", name), "")
				}
				encoded = append(encoded, byte(c))
			}
			values[i] = string(encoded)
		}
	}
	return nil
}

// body is what is sent, and of which type it is where no header says that.
func body(options *node.Object, method string, headers *node.Object) (content []byte, contentType string, err error) {
	declared := ""
	for name, v := range headers.All() {
		if strings.EqualFold(name, "content-type") && v != nil && v != node.Undefined {
			declared = fields.Text(v)
		}
	}
	v, _ := options.Get("body")
	if method == http.MethodGet {
		return nil, "", nil
	}
	switch v := v.(type) {
	case string:
		if strings.Contains(declared, "application/json") {
			if _, err := node.ParseJSON([]byte(v)); err == nil {
				return []byte(strings.TrimSpace(v)), "", nil
			}
			return node.AppendJSON(nil, v), "", nil
		}
		return []byte(v), formType, nil
	case *node.Object:
		switch {
		case v.Len() == 0:
			return nil, "", nil
		case strings.HasPrefix(declared, formType):
			return []byte(strings.ReplaceAll(address.Query(v, "form"), "%20", "+")), "", nil
		case strings.HasPrefix(declared, "multipart/form-data"):
			return nil, "", node.NewOperationError("A declarative node can't send multipart/form-data", "Use the HTTP Request node for it.")
		}
		return node.AppendJSON(nil, v), "application/json", nil
	case []any:
		if len(v) == 0 {
			return nil, "", nil
		}
		return node.AppendJSON(nil, v), "application/json", nil
	}
	return nil, "", nil
}

func answerOf(res *http.Response, content []byte, encoding string) *answer {
	_, status, _ := strings.Cut(res.Status, " ")
	a := &answer{status: res.StatusCode, text: status, header: res.Header}
	if encoding == "arraybuffer" {
		a.body, a.content = node.Undefined, content
		if content == nil {
			a.content = []byte{}
		}
		return a
	}
	text := strings.TrimPrefix(string(content), "\uFEFF")
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	a.body = text
	if encoding != "text" {
		if v, err := node.ParseJSON([]byte(text)); err == nil {
			a.body = v
		}
	}
	return a
}

// variableName finds the variables of an expression.
var variableName = regexp.MustCompile(`\$\w*`)

// ownsHost reports whether the definition alone, with the credential, says which host requests go to: no parameter and no item does.
func (p *plan) ownsHost() bool {
	base := slices.IndexFunc(p.defaults, func(m member) bool { return m.key == "baseURL" })
	if base < 0 || !fixed(p.defaults[base].value) {
		return false
	}
	owned := true
	var walk func(steps []*step)
	walk = func(steps []*step) {
		for _, s := range steps {
			if s.routing != nil {
				for _, m := range s.routing.request {
					switch m.key {
					case "baseURL":
						owned = owned && fixed(m.value)
					case "url":
						owned = owned && fixedPath(m.value)
					}
				}
			}
			walk(s.options)
			walk(s.fields)
			for _, g := range s.groups {
				walk(g.values)
			}
		}
	}
	walk(p.steps)
	return owned
}

func fixed(e *node.Expression) bool {
	text, ok := e.Value().(string)
	return ok && !slices.ContainsFunc(variableName.FindAllString(text, -1), func(name string) bool {
		return name != "$credentials" && name != "$version"
	})
}

// fixedPath reports whether a url can't name a host of its own but one that is fixed.
func fixedPath(e *node.Expression) bool {
	text, ok := e.Value().(string)
	if !ok {
		return false
	}
	text = strings.TrimPrefix(text, "=")
	return fixed(e) || strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") && !strings.HasPrefix(text, "/{{")
}
