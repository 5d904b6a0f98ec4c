package n8ntest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// RecordedAddr is the host and port at which the server listened while the runs were recorded.
const RecordedAddr = "127.0.0.1:18055"

// Request is one request as a server saw it. Headers have lower-case names, host included.
type Request struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"` // path and query
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// Mock is the server that the recorded runs talked to: it speaks just enough of Directus's auth API to provoke every kind of
// answer. It is not Directus: it takes any refresh token that it does not know as good, again and again. Safe for concurrent
// use.
//
// POST /auth/refresh answers by the token: "bad…" 401; "flakyN" 503 N times, then 200; "st<code>" that status (with the suffix
// msg, errmsg, errstr, text, arr or empty another body); "slow<ms>" after that many milliseconds; a name of the table
// namedAnswers that answer; none, null or "" 400; anything else 200 with a new pair of tokens. POST /auth/login wants an email
// and a password (one that begins with "bad" is wrong: 401) and knows mode cookie; POST /auth/logout answers 204 to any token.
// GET /users/me answers 401 unless a bearer is sent that does not begin with "bad". No path asks for a certain method. /echo
// answers with the request, /status/<code> with that status, /__log with the requests so far and /__reset forgets them. Below
// /directus/ is the rest of Directus's API, from no database.
type Mock struct {
	URL  string // http://host:port, without a slash at the end
	Addr string // host:port

	mu    sync.Mutex
	log   []Request
	flaky map[string]int // how often each flaky token was seen
}

// NewMock starts a Mock at addr ("host:port"), or at a free loopback port if addr is empty, and stops it when the test ends.
func NewMock(tb testing.TB, addr string) *Mock {
	tb.Helper()
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	var lc net.ListenConfig
	l, err := lc.Listen(tb.Context(), "tcp", addr)
	if err != nil {
		tb.Fatalf("n8ntest: mock server: %v", err)
	}
	m := &Mock{log: []Request{}, flaky: map[string]int{}}
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: m, ReadHeaderTimeout: time.Minute}}
	srv.Start()
	tb.Cleanup(srv.Close)
	m.URL, m.Addr = srv.URL, l.Addr().String()
	return m
}

// Requests returns the requests so far in the order of their arrival, without those to /__log and /__reset.
func (m *Mock) Requests() []Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Request{}, m.log...)
}

// Reset forgets the requests so far and how often flaky tokens were seen.
func (m *Mock) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.log, m.flaky = []Request{}, map[string]int{}
}

// answer is what the mock sends back. The zero contentType is JSON.
type answer struct {
	status      int
	contentType string
	header      map[string]string
	body        string
	delay       time.Duration
	reset       bool // close the connection without an answer
}

const jsonType = "application/json; charset=utf-8"

// directusError is the body of a Directus error.
func directusError(message, code string) string {
	return fmt.Sprintf(`{"errors":[{"message":%s,"extensions":{"code":%s}}]}`, jsonText(message), jsonText(code))
}

// invalidPayload is Directus's answer to a body that lacks something.
func invalidPayload(reason string) answer {
	return answer{status: 400, body: fmt.Sprintf(`{"errors":[{"message":%s,"extensions":{"reason":%s,"code":"INVALID_PAYLOAD"}}]}`,
		jsonText("Invalid payload. "+reason+"."), jsonText(reason))}
}

var (
	invalidCredentials = answer{status: 401, body: directusError("Invalid user credentials.", "INVALID_CREDENTIALS")}
	unavailable        = answer{status: 503, body: directusError("Service unavailable", "SERVICE_UNAVAILABLE")}
	tokenRequired      = invalidPayload(`"refresh_token" is required in either the JSON payload or Cookie`)

	// namedAnswers holds the answers to refresh tokens with a name of their own.
	namedAnswers = map[string]answer{
		"xbadjson": {status: 200, contentType: "application/json", body: `{"data": {bad`},
		"nodata":   {status: 200, body: `{"foo":1}`},
		"nulldata": {status: 200, body: `{"data":null}`},
		"strdata":  {status: 200, body: `{"data":"str"}`},
		"numbody":  {status: 200, body: `42`},
		"emptyarr": {status: 200, body: `{"data":[]}`},
		"arrprim":  {status: 200, body: `{"data":[1,"two",null]}`},
		"array":    {status: 200, body: `{"data":[{"a":1},{"a":2}]}`},
		"gzip": {
			status: 200, contentType: "application/json", header: map[string]string{"Content-Encoding": "gzip"},
			body: gzipped(`{"data":{"z":1}}`),
		},
		"html500":  {status: 500, contentType: "text/html", body: `<html><body>Boom</body></html>`},
		"nojson":   {status: 200, contentType: "text/plain", body: `plain text`},
		"empty204": {status: 204},
		"reset":    {reset: true},
		"rate429":  {status: 429, body: directusError("Too many requests", "REQUESTS_EXCEEDED")},
	}

	// statusBodies holds the bodies that the suffix of a "st<code><suffix>" token asks for; other suffixes get a Directus error.
	statusBodies = map[string]string{
		"msg":    `{"message":"top message"}`,
		"errmsg": `{"error":{"message":"nested message"}}`,
		"errstr": `{"error":"error string"}`,
		"text":   `plain error text`,
		"arr":    `[{"message":"in array"}]`,
		"empty":  ``,
	}

	statusToken = regexp.MustCompile(`^st(\d+)(\w*)$`)
	slowToken   = regexp.MustCompile(`^slow(\d+)$`)
	notDigits   = regexp.MustCompile(`\D`)
	bearer      = regexp.MustCompile(`^Bearer \S`)
)

// ServeHTTP answers one request and logs it.
func (m *Mock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	path := r.URL.EscapedPath()
	switch path {
	case "/__log":
		send(w, r, answer{status: 200, body: jsonText(m.Requests())})
		return
	case "/__reset":
		m.Reset()
		send(w, r, answer{status: 200, body: `{}`})
		return
	}

	req := Request{Method: r.Method, URL: r.RequestURI, Headers: headers(r), Body: string(body)}
	m.mu.Lock()
	m.log = append(m.log, req)
	m.mu.Unlock()

	if a, ok := m.web(r, body); ok {
		send(w, r, a)
		return
	}
	switch {
	case strings.HasPrefix(path, directusRoot+"/"):
		send(w, r, directus(r, strings.TrimPrefix(path, directusRoot), body))
	case path == "/users/me":
		send(w, r, me(r.Header.Get("Authorization")))
	case path == "/auth/refresh":
		send(w, r, m.refresh(body))
	case path == "/auth/login":
		send(w, r, login(body))
	case path == "/auth/logout":
		send(w, r, logout(body))
	case path == "/echo":
		send(w, r, answer{status: 200, body: jsonText(req)})
	case strings.HasPrefix(path, "/status/"):
		send(w, r, status(strings.Split(path, "/")[2], path))
	default:
		send(w, r, notFound(path))
	}
}

func me(authorization string) answer {
	if !bearer.MatchString(authorization) || strings.HasPrefix(authorization, "Bearer bad") {
		return invalidCredentials
	}
	return answer{status: 200, body: `{"data":{"id":"f046ee3d-2c7b-4600-a5b4-7bbebc38ad58"}}`}
}

// payload returns the fields of a body; one that is no JSON object has none.
func payload(body []byte) map[string]any {
	var p map[string]any
	_ = json.Unmarshal(body, &p)
	return p
}

func login(body []byte) answer {
	p := payload(body)
	for _, field := range []string{"email", "password"} {
		if p[field] == nil || p[field] == "" {
			return invalidPayload(fmt.Sprintf("%q is required", field))
		}
	}
	if strings.HasPrefix(jsString(p["password"]), "bad") {
		return invalidCredentials
	}
	email := jsString(p["email"])
	refreshToken := `"refresh_token":` + jsonText("NEW-"+email) + `,`
	if p["mode"] == "cookie" {
		refreshToken = ""
	}
	return answer{status: 200, body: `{"data":{"expires":900000,` + refreshToken + `"access_token":` + jsonText("AT-"+email) + `}}`}
}

func logout(body []byte) answer {
	if token := payload(body)["refresh_token"]; token == nil || token == "" {
		return invalidPayload("The refresh token is required in either the payload or cookie")
	}
	return answer{status: 204}
}

func (m *Mock) refresh(body []byte) answer {
	value := payload(body)["refresh_token"]
	if value == nil || value == "" {
		return tokenRequired
	}
	token := jsString(value)
	switch {
	case strings.HasPrefix(token, "bad"):
		return invalidCredentials
	case strings.HasPrefix(token, "flaky") && m.fails(token):
		return unavailable
	}
	if s := statusToken.FindStringSubmatch(token); s != nil {
		return statusAnswer(s[1], s[2])
	}
	if s := slowToken.FindStringSubmatch(token); s != nil {
		ms, err := strconv.Atoi(s[1])
		if err != nil || ms > 600_000 {
			return impossible("delay", s[1])
		}
		return answer{status: 200, delay: time.Duration(ms) * time.Millisecond, body: `{"data":{"access_token":` + jsonText("AT-"+token) + `}}`}
	}
	if a, ok := namedAnswers[token]; ok {
		return a
	}
	return answer{status: 200, body: fmt.Sprintf(`{"data":{"access_token":%s,"expires":900000,"refresh_token":%s}}`,
		jsonText("AT-"+token), jsonText("NEW-"+token))}
}

// fails counts a use of the flaky token and reports whether it is one that fails: the number in the token says how many do.
func (m *Mock) fails(token string) bool {
	n, _ := strconv.Atoi(notDigits.ReplaceAllString(token, "")) // no number: never
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flaky[token]++
	return m.flaky[token] <= n
}

// statusAnswer is the answer to the token "st<code><suffix>".
func statusAnswer(code, suffix string) answer {
	c, ok := httpStatus(code)
	if !ok {
		return impossible("status", code)
	}
	if c >= 300 && c < 400 {
		return answer{status: c, header: map[string]string{"Location": "/status/200"}}
	}
	body, ok := statusBodies[suffix]
	if !ok {
		body = directusError(fmt.Sprintf("Directus says %d", c), fmt.Sprintf("CODE_%d", c))
	}
	return answer{status: c, body: body}
}

// status is the answer of /status/<code>.
func status(code, path string) answer {
	c, ok := httpStatus(code)
	if !ok {
		return notFound(path)
	}
	if c >= 400 {
		return answer{status: c, body: invalidCredentials.body}
	}
	return answer{status: c, body: fmt.Sprintf(`{"ok":true,"c":%d}`, c)}
}

// httpStatus parses a final status code; a server can't send others as its answer.
func httpStatus(s string) (int, bool) {
	c, err := strconv.Atoi(s)
	return c, err == nil && c >= 200 && c <= 999
}

func notFound(path string) answer {
	return answer{status: 404, body: fmt.Sprintf(`{"errors":[{"message":%s,"extensions":{"path":%s,"code":"ROUTE_NOT_FOUND"}}]}`,
		jsonText("Route "+path+" doesn't exist."), jsonText(path))}
}

// impossible answers a test that asks for what can't be sent, so that the mistake is seen at once.
func impossible(what, value string) answer {
	return answer{status: 400, body: directusError(fmt.Sprintf("n8ntest: the mock server can't answer with %s %s", what, value), "MOCK_TOKEN")}
}

func send(w http.ResponseWriter, r *http.Request, a answer) {
	if a.delay > 0 {
		timer := time.NewTimer(a.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	if a.reset {
		panic(http.ErrAbortHandler) // net/http's way to drop a connection
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	bodyless := a.status == http.StatusNoContent || a.status == http.StatusNotModified
	if !bodyless && (a.status < 300 || a.status >= 400) {
		if a.contentType == "" {
			a.contentType = jsonType
		}
		w.Header().Set("Content-Type", a.contentType)
	}
	w.WriteHeader(a.status)
	if !bodyless {
		_, _ = io.WriteString(w, a.body) // fails only if the client is gone
	}
}

// headers returns the request's headers with lower-case names, host and content-length included.
func headers(r *http.Request) map[string]string {
	h := make(map[string]string, len(r.Header)+1)
	for k, v := range r.Header {
		h[strings.ToLower(k)] = strings.Join(v, ", ")
	}
	h["host"] = r.Host
	return h
}

// jsString returns a decoded JSON value as JavaScript's String does: a token may be of any type.
func jsString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			if e != nil {
				parts[i] = jsString(e)
			}
		}
		return strings.Join(parts, ",")
	case map[string]any:
		return "[object Object]"
	}
	if v == 0.0 {
		return "0" // also for -0
	}
	return jsonText(v) // encoding/json writes other numbers, bool and null as JavaScript does
}

// jsonText returns v as JSON.stringify writes it.
func jsonText(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // a programming error: only plain data are written
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s) // a bytes.Buffer takes everything
	_ = z.Close()
	return b.String()
}
