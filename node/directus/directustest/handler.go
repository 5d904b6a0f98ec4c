package directustest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	maxBody       = 1 << 20 // MAX_PAYLOAD_SIZE, 1mb
	maxRecorded   = 10_000  // requests that a Handler remembers
	refreshCookie = "directus_refresh_token"
	sessionCookie = "directus_session_token"
	jsonType      = "application/json; charset=utf-8"
	textType      = "text/html; charset=utf-8"
)

// Handler is the sandbox without a network: an [http.Handler] that a test can mount where it likes. It is safe for concurrent use.
type Handler struct {
	cfg       config
	secret    []byte // signs every JWT
	adminRole string

	mu       sync.Mutex
	store    *store
	requests []Request
	faults   []*pendingFault
}

// NewHandler makes the sandbox without starting a server. The error names the option that makes no sense.
func NewHandler(opts ...Option) (*Handler, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	st, err := newStore(cfg.users, cfg.collections)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 32)
	rand.Read(secret) // never fails
	return &Handler{cfg: cfg, secret: secret, adminRole: uuid.NewString(), store: st}, nil
}

// Request is one request as it arrived, faults included.
type Request struct {
	Method string
	Path   string // as sent, without the query
	Query  string // as sent, without the question mark
	Header http.Header
	Body   []byte // at most 1 MB of it
}

// Requests returns what was asked since the start or the last [Handler.ResetRequests], oldest first; the newest 10,000 of it.
// They hold tokens and passwords as they were sent.
func (h *Handler) Requests() []Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Request(nil), h.requests...)
}

// ResetRequests forgets the requests so far.
func (h *Handler) ResetRequests() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests = nil
}

// call is one request on its way through the server.
type call struct {
	method    string
	path      string // as sent
	query     url.Values
	header    http.Header
	cookies   map[string]string // the first of each name
	body      any               // decoded JSON; an empty object when there is none
	raw       []byte            // as sent; tooLarge: there was more
	tooLarge  bool
	token     string // what authenticates the request; "" for none
	user      *user  // whom the token belongs to; nil for nobody
	setCookie []string
}

// field returns a key of a body that is an object, nil when there is none.
func (c *call) field(name string) any {
	fields, _ := c.body.(map[string]any)
	return fields[name]
}

// route is an entry of the table of what the server can do. Paths match as Express matches them: in any case, with a slash at the end,
// and with one more slash after the part where a router is mounted.
type route struct {
	method string
	path   *regexp.Regexp
	allow  string // the answer to OPTIONS
	// run answers with what follows as JSON; nil means 204. It holds the Handler's lock.
	run func(h *Handler, c *call) (any, *apiError)
}

var routes = []route{
	{"POST", regexp.MustCompile(`(?i)^/auth//?login/{0,2}$`), "POST", (*Handler).login},
	{"POST", regexp.MustCompile(`(?i)^/auth//?refresh/?$`), "POST", (*Handler).refresh},
	{"POST", regexp.MustCompile(`(?i)^/auth//?logout/?$`), "POST", (*Handler).logout},
	{"POST", regexp.MustCompile(`(?i)^/auth//?password/request/?$`), "POST", (*Handler).passwordRequest},
	{"POST", regexp.MustCompile(`(?i)^/auth//?password/reset/?$`), "POST", (*Handler).passwordReset},
	{"GET", regexp.MustCompile(`(?i)^/auth/{0,2}$`), "GET,HEAD", (*Handler).providers},
	{"GET", regexp.MustCompile(`(?i)^/users//?me/?$`), "GET,HEAD,PATCH,DELETE", (*Handler).usersMe},
}

var (
	pingPath = regexp.MustCompile(`(?i)^/server/ping/?$`)
	// otherRooms are the parts of Directus that this server doesn't have.
	otherRooms = regexp.MustCompile(`(?i)^/(access|activity|assets|collections|comments|dashboards|deployments|extensions|fields|files|flows|` +
		`folders|graphql|items|license|notifications|operations|panels|permissions|policies|presets|relations|revisions|robots\.txt|roles|` +
		`schema|server|settings|shares|translations|users|utils|versions)(/|$)`)
	// otherQueries are query parameters that Directus reads on every route and this server doesn't.
	otherQueries = regexp.MustCompile(
		`^(aggregate|alias|backlink|deep|export|filter|group|groupBy|limit|meta|offset|page|search|sort|version)(\[|$)`)
)

// ServeHTTP answers a request as Directus does, or lets it go wrong when [Handler.FailNext] has said so.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := requestPath(r)
	body, tooLarge, err := readBody(r)
	fault := h.arrive(Request{Method: r.Method, Path: path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body})
	perform := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{method: r.Method, path: path, query: parseQuery(r.URL.RawQuery), header: r.Header, cookies: parseCookies(r), raw: body, tooLarge: tooLarge}
		problem := c.parse(body, tooLarge, err)
		if problem == nil {
			problem = c.extractToken()
		}
		if problem != nil {
			h.writeError(w, c, problem)
			return
		}
		h.dispatch(w, c)
	})
	if h.cfg.logger != nil {
		start := time.Now()
		logged := &statusWriter{ResponseWriter: w}
		w = logged
		defer func() {
			h.cfg.logger.Info("directus", "method", r.Method, "path", path, "status", logged.status, "ms", time.Since(start).Milliseconds())
		}()
	}
	if fault != nil {
		fault(w, r, perform)
		return
	}
	perform(w, r)
}

// arrive notes a request and returns the fault that waits for it, nil for none.
func (h *Handler) arrive(r Request) Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.requests) == maxRecorded {
		h.requests = h.requests[1:]
	}
	h.requests = append(h.requests, r)
	return h.takeFault(r.Path)
}

// dispatch does what comes after the body and the token were read, in the order of Directus.
func (h *Handler) dispatch(w http.ResponseWriter, c *call) {
	read := c.method == http.MethodGet || c.method == http.MethodHead
	switch {
	case read && c.path == "/":
		w.Header().Set("Location", "./admin")
		w.Header().Set("Vary", "Accept")
		h.write(w, c, 302, "text/plain; charset=utf-8", []byte("Found. Redirecting to ./admin"))
		return
	case read && pingPath.MatchString(c.path): // before the token is looked at
		h.write(w, c, 200, textType, []byte("pong"))
		return
	}
	payload, problem := h.perform(c)
	switch {
	case problem != nil:
		h.writeError(w, c, problem)
	case c.method == http.MethodOptions:
		allow := payload.(string)
		w.Header().Set("Allow", allow)
		h.write(w, c, 200, textType, []byte(allow))
	default:
		w.Header().Set("Vary", "Origin, Cache-Control")
		if asset, isFile := payload.(file); isFile {
			w.Header().Set("Cache-Control", "private, max-age=2592000")
			w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": asset.name}))
			h.write(w, c, 200, asset.contentType, asset.content)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if payload == nil {
			h.write(w, c, 204, "", nil)
			return
		}
		h.write(w, c, 200, jsonType, marshal(payload))
	}
}

// perform authenticates a request and runs its route. One request at a time: this is what makes a refresh token single use.
func (h *Handler) perform(c *call) (any, *apiError) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if problem := h.authenticate(c); problem != nil {
		return nil, problem
	}
	if c.method != http.MethodOptions {
		if payload, problem, done := h.items(c); done {
			return payload, problem
		}
	}
	for name := range c.query {
		if otherQueries.MatchString(name) {
			return nil, notHere("The query parameter " + name)
		}
	}
	method := c.method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, rt := range routes {
		switch {
		case !rt.path.MatchString(c.path):
		case method == http.MethodOptions:
			return rt.allow, nil
		case method == rt.method:
			return rt.run(h, c)
		case strings.Contains(rt.allow, method):
			return nil, notHere(method + " " + c.path)
		default:
			return nil, routeNotFound(c.path)
		}
	}
	if otherRooms.MatchString(c.path) && !pingPath.MatchString(c.path) {
		return nil, notHere(method + " " + c.path)
	}
	return nil, routeNotFound(c.path)
}

// authenticate finds out whose token came with the request. A request without a token is nobody's, and goes on.
func (h *Handler) authenticate(c *call) *apiError {
	if c.token == "" {
		return nil
	}
	problem := h.identify(c)
	if problem != nil && problem.Extensions.Code != tokenExpired && c.cookies[sessionCookie] == c.token {
		c.setCookie = append(c.setCookie, h.cookie(sessionCookie, "", h.cfg.sessionTTL))
	}
	return problem
}

func (h *Handler) identify(c *call) *apiError {
	if !isJWT(c.token) {
		if c.user = h.store.byStaticToken(c.token); c.user == nil || c.user.Status != Active {
			return refuse(invalidCredentials)
		}
		return nil
	}
	claims, problem := h.verifyAccess(c.token)
	if problem != nil {
		return problem
	}
	if claims.Session != "" && h.store.live(claims.Session, h.cfg.now()) == nil {
		return refuse(invalidCredentials)
	}
	// A JWT is good until it expires, whatever has happened to its user.
	c.user = h.store.byID(claims.ID)
	return nil
}

// verifyAccess checks an access token; a JWT of ours for another purpose is none.
func (h *Handler) verifyAccess(token string) (accessClaims, *apiError) {
	var claims accessClaims
	if problem := verifyJWT(token, h.secret, h.cfg.now(), &claims); problem != nil {
		return claims, problem
	}
	if claims.ID == "" {
		return claims, refuse(invalidToken)
	}
	return claims, nil
}

// requestPath returns the path as it was sent: Directus neither cleans nor decodes it.
func requestPath(r *http.Request) string {
	if path, _, _ := strings.Cut(r.RequestURI, "?"); strings.HasPrefix(path, "/") {
		return path
	}
	if path := r.URL.EscapedPath(); path != "" { // a proxy's absolute URI, or a request that came without a network
		return path
	}
	return "/"
}

// readBody reads all of a body, as Directus does, and keeps what is allowed.
func readBody(r *http.Request) (body []byte, tooLarge bool, err error) {
	if r.Body == nil {
		return nil, false, nil
	}
	if body, err = io.ReadAll(io.LimitReader(r.Body, maxBody)); err != nil {
		return body, false, err
	}
	rest, err := io.Copy(io.Discard, r.Body)
	return body, rest > 0, err
}

// parse decodes the body. One that isn't declared as JSON is not looked at.
func (c *call) parse(body []byte, tooLarge bool, readErr error) *apiError {
	c.body = map[string]any{}
	if len(body) == 0 && readErr == nil {
		return nil
	}
	mediaType, params, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return nil
	}
	switch charset, encoding := params["charset"], c.header.Get("Content-Encoding"); {
	case charset != "" && !strings.EqualFold(charset, "utf-8"):
		return invalidPayload(fmt.Sprintf(`unsupported charset "%s"`, strings.ToUpper(charset)))
	case encoding != "" && !strings.EqualFold(encoding, "identity"):
		return invalidPayload(fmt.Sprintf(`unsupported content encoding "%s"`, strings.ToLower(encoding)))
	case readErr != nil:
		return invalidPayload("request aborted")
	case tooLarge:
		return invalidPayload("request entity too large")
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if text := jsonSyntaxError(string(body)); text != "" {
		return invalidPayload(text)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&c.body); err != nil { // nested deeper than Go reads
		return notHere("This JSON body (" + err.Error() + ")")
	}
	return nil
}

// extractToken takes the token from the query, the Authorization header or the session cookie, as Directus's middleware does.
func (c *call) extractToken() *apiError {
	values := c.query["access_token"]
	c.token = strings.Join(values, "\x00") // of several none can match
	parts := strings.Split(c.header.Get("Authorization"), " ")
	if len(parts) == 2 && strings.EqualFold(parts[0], "bearer") {
		if c.token != "" {
			return invalidPayload("The request uses more than one method for including an access token")
		}
		c.token = parts[1]
	}
	if c.token == "" {
		c.token = c.cookies[sessionCookie]
	}
	return nil
}

// parseQuery reads a query string and leaves out what can't be decoded.
func parseQuery(raw string) url.Values {
	values, _ := url.ParseQuery(raw) // returns what it could read
	return values
}

func parseCookies(r *http.Request) map[string]string {
	cookies := map[string]string{}
	for _, c := range r.Cookies() {
		if _, seen := cookies[c.Name]; seen {
			continue
		}
		cookies[c.Name] = c.Value
		if decoded, err := url.PathUnescape(c.Value); err == nil {
			cookies[c.Name] = decoded
		}
	}
	return cookies
}

// cookie writes a Set-Cookie header in the way of Directus. Clearing one only empties it.
func (h *Handler) cookie(name, value string, ttl time.Duration) string {
	expires := h.cfg.now().Add(ttl).UTC().Format(http.TimeFormat)
	return fmt.Sprintf("%s=%s; Max-Age=%d; Path=/; Expires=%s; HttpOnly; SameSite=Lax", name, value, int64(ttl/time.Second), expires)
}

func (h *Handler) writeError(w http.ResponseWriter, c *call, e *apiError) {
	for name, values := range e.header {
		w.Header()[name] = values
	}
	h.write(w, c, e.status, jsonType, marshal(errorBody{[]*apiError{e}}))
}

// write sends an answer. A contentType of "" means that there is no body.
func (h *Handler) write(w http.ResponseWriter, c *call, status int, contentType string, body []byte) {
	header := w.Header()
	header.Set("X-Powered-By", "Directus")
	if len(c.setCookie) > 0 {
		header["Set-Cookie"] = c.setCookie
	}
	if contentType != "" {
		header.Set("Content-Type", contentType)
		header.Set("Content-Length", strconv.Itoa(len(body)))
		if status != 302 {
			header.Set("Etag", etag(body))
		}
	}
	w.WriteHeader(status)
	if c.method != http.MethodHead {
		_, _ = w.Write(body) // a client that is gone needs no answer
	}
}

// etag is the weak tag that Express gives an answer.
func etag(body []byte) string {
	sum := sha1.Sum(body)
	return fmt.Sprintf(`W/"%x-%s"`, len(body), base64.StdEncoding.EncodeToString(sum[:])[:27])
}

// marshal writes JSON as JSON.stringify does.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the types of this package always marshal
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// statusWriter remembers the status for the log; 0 when the connection was closed without an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
