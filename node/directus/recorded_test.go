package directus

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

// scene is one execution of the node at a real Directus, and what has to come of it. Every scene is played twice: here with the answers that
// were recorded (testdata/recorded, one file each), and by TestRealDirectus at the server itself, whose answers must still be those.
type scene struct {
	name string
	kind kind
	// since is the first version that does it so; empty: all.
	since string
	// prepare makes, at the real server, what stands in braces in the fields below.
	prepare     func(*stage)
	params      string // of the resource auth, as JSON
	token       string // of the credential
	items       string // the output; its tokens are stand-ins
	message     string // of the error
	description string // what the error's holds
}

// kind is the kind of server that a scene is for.
type kind string

const (
	plain kind = "" // as scripts/directus.sh starts it
	// short is a server with ACCESS_TOKEN_TTL=2s REFRESH_TOKEN_TTL=4s.
	short kind = "short-lived tokens"
	// providers is a server with single sign-on. Directus 12 needs a licence for it, Directus 11 does not:
	//
	//	export DIRECTUS_VERSION=11.17.4 AUTH_PROVIDERS=example,company
	//	export AUTH_EXAMPLE_DRIVER=oauth2 AUTH_EXAMPLE_LABEL=Example AUTH_EXAMPLE_CLIENT_ID=nate AUTH_EXAMPLE_CLIENT_SECRET=secret
	//	export AUTH_EXAMPLE_AUTHORIZE_URL=https://provider.example/authorize AUTH_EXAMPLE_ACCESS_URL=https://provider.example/token
	//	export AUTH_EXAMPLE_PROFILE_URL=https://provider.example/profile AUTH_EXAMPLE_REDIRECT_ALLOW_LIST=http://app.example/done
	//	export AUTH_COMPANY_DRIVER=openid AUTH_COMPANY_CLIENT_ID=nate AUTH_COMPANY_CLIENT_SECRET=secret
	//	export AUTH_COMPANY_ISSUER_URL=http://127.0.0.1:9/nobody-is-there AUTH_COMPANY_ISSUER_DISCOVERY_MUST_SUCCEED=false
	providers kind = "providers"
)

// What stands in the recordings for values that differ from run to run. They have the shape of the real ones.
var standIns = map[string]string{
	"email":    "person@example.com",
	"password": "hush-hush-9",
	"refresh":  "the-refresh-token-that-was-there-before-has-sixty-four-letters--",
	"access":   "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkaXJlY3R1cyJ9.the-access-token-that-was-there-before",
	"reset":    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkaXJlY3R1cyJ9.the-token-from-the-mail",
	"static":   "static-token-of-the-person",
	"otp":      "123456",
	"url":      "http://directus.example",

	"new refresh": "the-refresh-token-that-directus-handed-out-has-sixty-four-letter",
	"new jwt":     "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkaXJlY3R1cyJ9.the-token-that-directus-handed-out",
	"new id":      "00000000-0000-4000-8000-000000000000",
}

const (
	badJWT        = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6IngiLCJpc3MiOiJkaXJlY3R1cyJ9.AAAA"
	tokensItem    = `{"expires":900000,"refresh_token":"{new refresh}","access_token":"{new jwt}"}`
	noResult      = `{"result":""}`
	n8nText400    = "Bad request - please check your parameters"
	badBearer     = "Put a valid one there, or none: this operation needs none."
	refreshParams = `{"operation":"refreshToken","refreshToken":"{refresh}"}`
	resetParams   = `{"operation":"resetPassword","token":"{reset}","password":"new-hush-7"}`
)

func loginParams(fields string) string {
	return `{"operation":"login","email":"{email}","password":"{password}","additionalFields":{` + fields + `}}`
}

var scenes = []scene{
	{name: "login_json", prepare: person, params: loginParams(`"mode":"json"`), token: "{static}", items: tokensItem},
	{
		name: "login_cookie", prepare: person, params: loginParams(`"mode":"cookie"`),
		items: `{"expires":900000,"access_token":"{new jwt}","refresh_token":"{new refresh}"}`,
	},
	{
		name: "login_session", prepare: person, params: loginParams(`"mode":"session"`),
		items: `{"expires":86400000,"session_token":"{new jwt}"}`,
	},
	{name: "login_otp", prepare: personWithOTP, params: loginParams(`"otp":"{otp}"`), items: tokensItem},
	{
		name: "login_otp_missing", prepare: personWithOTP, params: loginParams(""),
		message: n8nText401, description: "Invalid user OTP. (INVALID_OTP)",
	},
	{
		name: "login_wrong_password", prepare: person, params: strings.Replace(loginParams(""), "{password}", "wrong", 1), token: "{static}",
		message: n8nText401, description: "Invalid user credentials. (INVALID_CREDENTIALS)",
	},
	{
		name: "login_bad_mode", prepare: person, params: loginParams(`"mode":"banana"`),
		message: n8nText400, description: `Invalid payload. "mode" must be one of [cookie, json, session]. (INVALID_PAYLOAD)`,
	},

	{name: "refresh", prepare: loggedIn, params: refreshParams, token: "{static}", items: tokensItem},
	{
		name: "refresh_used", prepare: refreshedBefore, params: refreshParams, token: "{static}",
		message: "Invalid refresh token", description: "Invalid user credentials. (INVALID_CREDENTIALS)",
	},
	{
		name: "refresh_suspended", prepare: suspended, params: refreshParams,
		message: n8nText401, description: "User suspended. (USER_SUSPENDED)",
	},
	{name: "refresh_expired_bearer", kind: short, prepare: accessExpired, params: refreshParams, token: "{access}", items: tokensItem},
	{
		name: "refresh_unknown_bearer", prepare: loggedIn, params: refreshParams, token: "no-such-token",
		message: unauthorized, description: badBearer,
	},
	{
		name: "refresh_forged_bearer", prepare: loggedIn, params: refreshParams, token: badJWT,
		message: unauthorized, description: "Invalid token. (INVALID_TOKEN)",
	},

	{name: "logout", prepare: loggedIn, params: `{"operation":"logout","refreshToken":"{refresh}"}`, token: "{static}", items: noResult},
	{name: "logout_unknown_token", params: `{"operation":"logout","refreshToken":"unknown"}`, items: noResult},
	{
		name: "logout_unknown_bearer", prepare: loggedIn, params: `{"operation":"logout","refreshToken":"{refresh}"}`, token: "no-such-token",
		message: unauthorized, description: badBearer,
	},

	{name: "list", prepare: person, params: `{}`, token: "{static}", items: `{"data":[],"disableDefault":false}`},
	{
		name: "list_providers", kind: providers, params: `{}`,
		items: `{"data":[{"name":"example","label":"Example","driver":"oauth2"},{"name":"company","driver":"openid"}],"disableDefault":false}`,
	},
	{
		name: "list_providers_split", kind: providers, params: `{"splitIntoItems":true}`,
		items: `{"name":"example","label":"Example","driver":"oauth2"} {"name":"company","driver":"openid"}`,
	},
	{name: "list_unknown_bearer", params: `{}`, token: "no-such-token", message: unauthorized, description: badBearer},

	{name: "request_reset", prepare: person, params: `{"operation":"requestReset","email":"{email}"}`, token: "{static}", items: noResult},
	{
		name: "request_reset_to_page", prepare: person, items: noResult,
		params: `{"operation":"requestReset","email":"{email}","additionalFields":{"resetUrl":"http://app.example/reset"}}`,
	},
	{name: "request_reset_unknown_email", params: `{"operation":"requestReset","email":"nobody@example.com"}`, items: noResult},
	{
		name: "request_reset_to_bad_page", prepare: person,
		params:  `{"operation":"requestReset","email":"{email}","additionalFields":{"resetUrl":"http://evil.example/x"}}`,
		message: n8nText400, description: `Invalid payload. URL "http://evil.example/x" can't be used to reset passwords. (INVALID_PAYLOAD)`,
	},

	{name: "reset_password", prepare: resetRequested, params: resetParams, token: "{static}", items: noResult},
	{
		name: "reset_password_json", prepare: resetRequested, items: noResult,
		params: `{"operation":"resetPassword","jsonParameters":true,"bodyParametersJson":"{\"password\":\"new-hush-7\",\"token\":\"{reset}\"}"}`,
	},
	{
		name: "reset_password_used", prepare: resetBefore, params: resetParams, token: "{static}",
		message: "Invalid reset token", description: "You don't have permission to access this. (FORBIDDEN)",
	},
	{
		name: "reset_password_bad_token", since: "11", params: `{"operation":"resetPassword","token":"garbage","password":"new-hush-7"}`,
		message: "Invalid reset token", description: "Invalid token. (INVALID_TOKEN)",
	},
	{
		name: "reset_password_bad_token_good_bearer", since: "11", prepare: person, token: "{static}",
		params:  `{"operation":"resetPassword","token":"garbage","password":"new-hush-7"}`,
		message: "Invalid reset token", description: "Invalid token. (INVALID_TOKEN)",
	},
	{
		name: "reset_password_forged_bearer", prepare: resetRequested, params: resetParams, token: badJWT,
		message: unauthorized, description: badBearer,
	},
	{
		name: "reset_password_unknown_bearer", prepare: resetRequested, params: resetParams, token: "no-such-token",
		message: unauthorized, description: badBearer,
	},

	{
		name: "start_oauth_flow", kind: providers, params: `{"operation":"startOauthFlow","provider":"example"}`,
		items: `{"url":"{url}/auth/login/example"}`,
	},
	{
		name: "start_oauth_flow_to_page", kind: providers,
		params: `{"operation":"startOauthFlow","provider":"example","additionalFields":{"redirect":"http://app.example/done"}}`,
		items:  `{"url":"{url}/auth/login/example?redirect=http%3A%2F%2Fapp.example%2Fdone"}`,
	},
	{
		name: "start_oauth_flow_to_bad_page", kind: providers,
		params:  `{"operation":"startOauthFlow","provider":"example","additionalFields":{"redirect":"https://evil.example/x"}}`,
		message: n8nText400, description: `Invalid payload. URL "https://evil.example/x" can't be used to redirect after login. (INVALID_PAYLOAD)`,
	},
	{
		name: "start_oauth_flow_provider_unreachable", kind: providers, params: `{"operation":"startOauthFlow","provider":"company"}`,
		message: "Directus could not begin the login", description: "SERVICE_UNAVAILABLE",
	},
	{
		name: "start_oauth_flow_unknown_provider", params: `{"operation":"startOauthFlow","provider":"a/b"}`,
		message: "Directus has no such login provider", description: "Route /auth/login/a%2Fb doesn't exist. (ROUTE_NOT_FOUND). A single sign-on begins at",
	},
}

// stage is the real server with what a scene needs. vars holds the values of this run, by the names of standIns.
type stage struct {
	t    *testing.T
	srv  *realdirectus.Server
	id   string // of the user
	vars map[string]string
}

func person(s *stage) { s.addUser("") }

func personWithOTP(s *stage) {
	const secret = "DU3ECUIRE4STOTBG"
	s.addUser(secret)
	s.vars["otp"] = realdirectus.FreshOTP(s.t, secret)
}

func (s *stage) addUser(otpSecret string) {
	s.t.Helper()
	unique := "u" + strconv.FormatUint(rand.Uint64(), 36)
	s.vars["email"], s.vars["static"] = unique+"@example.com", "static-"+unique
	s.id = s.srv.AddUser(s.t, directustest.User{
		Email: s.vars["email"], Password: s.vars["password"], StaticToken: s.vars["static"], OTPSecret: otpSecret,
	})
}

func loggedIn(s *stage) {
	person(s)
	s.login()
}

func (s *stage) login() (accessToken string) {
	s.t.Helper()
	tokens := s.srv.Login(s.t, s.vars["email"], s.vars["password"])
	s.vars["refresh"] = tokens.RefreshToken
	return tokens.AccessToken
}

func refreshedBefore(s *stage) {
	loggedIn(s)
	s.srv.Call(s.t, "", http.MethodPost, "/auth/refresh", map[string]string{"refresh_token": s.vars["refresh"]}, nil)
}

func accessExpired(s *stage) {
	person(s)
	s.vars["access"] = s.login()
	time.Sleep(s.srv.Access + 200*time.Millisecond)
}

// suspended has the user fail to log in until Directus suspends him, whatever number of attempts the settings allow.
func suspended(s *stage) {
	loggedIn(s)
	for range 10 {
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				_, _ = job{params: loginOf("email", s.vars["email"], "password", "wrong"), url: s.srv.URL}.run(s.t.Context(), s.t)
			})
		}
		wg.Wait()
		var user struct{ Status directustest.Status }
		if s.srv.Admin(s.t, http.MethodGet, "/users/"+s.id+"?fields=status", nil, &user); user.Status == directustest.Suspended {
			return
		}
	}
	require.Fail(s.t, "a hundred failed logins, and the user is not suspended")
}

func resetRequested(s *stage) {
	person(s)
	s.srv.Call(s.t, "", http.MethodPost, "/auth/password/request", map[string]string{"email": s.vars["email"]}, nil)
	s.vars["reset"] = s.srv.ResetToken(s.t, s.vars["email"])
}

func resetBefore(s *stage) {
	resetRequested(s)
	s.srv.Call(s.t, "", http.MethodPost, "/auth/password/reset", map[string]string{"token": s.vars["reset"], "password": "new"}, nil)
}

// recording is a file of testdata/recorded.
type recording struct {
	Directus  string     `json:"directus"` // the version
	Exchanges []exchange `json:"exchanges"`
}

type exchange struct {
	Request  recordedRequest  `json:"request"`
	Response recordedResponse `json:"response"`
}

type recordedRequest struct {
	Method        string          `json:"method"`
	Path          string          `json:"path"` // with the query
	Authorization string          `json:"authorization,omitempty"`
	Body          json.RawMessage `json:"body,omitempty"`
}

type recordedResponse struct {
	Status  int             `json:"status"`
	Headers http.Header     `json:"headers"` // those that a client can make something of
	Body    json.RawMessage `json:"body,omitempty"`
	Text    string          `json:"text,omitempty"` // a body that is not JSON
}

func (sc scene) file() string { return filepath.Join("testdata", "recorded", sc.name+".json") }

func (sc scene) read(t *testing.T) recording {
	t.Helper()
	text, err := os.ReadFile(sc.file())
	require.NoError(t, err)
	var r recording
	require.NoError(t, json.Unmarshal(text, &r))
	return r
}

// TestRecorded gives every recorded answer to its operation.
func TestRecorded(t *testing.T) {
	t.Parallel()
	var files []string
	for _, sc := range scenes {
		files = append(files, sc.file())
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			r := sc.read(t)
			require.NotEmpty(t, r.Directus)
			transport := &replayer{t: t, left: r.Exchanges}
			sc.play(t, job{url: standIns["url"], transport: transport}, standIns, func(s string) string { return s })
			require.Empty(t, transport.left, "a request was not sent")
		})
	}
	all, err := filepath.Glob("testdata/recorded/*.json")
	require.NoError(t, err)
	slices.Sort(files)
	require.Equal(t, files, all, "every recording belongs to a scene")
}

// play runs the scene and checks what comes of it. steady replaces what differs from run to run.
func (sc scene) play(t *testing.T, j job, vars map[string]string, steady func(string) string) {
	t.Helper()
	params, err := node.ParseObject([]byte(fill(sc.params, vars)))
	require.NoError(t, err)
	params.Set("resource", "auth")
	j.params, j.token = params, fill(sc.token, vars)
	out, err := j.run(t.Context(), t)
	if sc.message != "" {
		require.Error(t, err)
		info := node.InfoOf(err)
		require.Equal(t, sc.message, info.Message)
		require.Contains(t, info.Description, sc.description)
		requireNoSecret(t, info, vars["password"], vars["refresh"], vars["access"], vars["reset"], vars["static"], vars["otp"], "new-hush-7")
		return
	}
	require.NoError(t, err)
	var items []string
	for _, it := range out.Main[0] {
		items = append(items, steady(text(it)))
	}
	require.Equal(t, steady(fill(sc.items, vars)), strings.Join(items, " "))
}

// playAt plays the scene at the real server, and compares what was said with the recording if that is of the same version. In the
// environment of NATE_DIRECTUS_RECORD=1 it makes the recording.
func (sc scene) playAt(t *testing.T, srv *realdirectus.Server, version string) {
	s := &stage{t: t, srv: srv, vars: map[string]string{"url": srv.URL, "password": standIns["password"]}}
	for name, value := range standIns {
		if strings.HasPrefix(name, "new ") {
			s.vars[name] = value
		}
	}
	if sc.prepare != nil {
		sc.prepare(s)
	}
	transport := &recorder{inner: newTransport(t)}
	sc.play(t, job{url: srv.URL, transport: transport}, s.vars, s.steady)
	require.NotEmpty(t, transport.heard)
	got := recording{Directus: version}
	require.NoError(t, json.Unmarshal([]byte(s.steady(string(encode(t, transport.heard)))), &got.Exchanges))
	if os.Getenv("NATE_DIRECTUS_RECORD") != "" {
		require.NoError(t, os.WriteFile(sc.file(), encode(t, got), 0o600))
		return
	}
	if want := sc.read(t); want.Directus == version {
		require.Equal(t, string(encode(t, want)), string(encode(t, got)), "NATE_DIRECTUS_RECORD=1 records it anew")
	}
}

var (
	anyJWT       = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`)
	anyRefresh   = regexp.MustCompile(`("refresh_token": ?"|directus_refresh_token=)[\w-]{64}`)
	anyID        = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	anyChallenge = regexp.MustCompile(`(code_challenge|state)=[\w-]{43}`)
	anyExpires   = regexp.MustCompile(`("expires": ?)(\d+)`)
	cookieEnd    = regexp.MustCompile(`Expires=[^;]+`)
)

// steady replaces what differs from run to run by what the recordings have.
func (s *stage) steady(text string) string {
	known := func(name string) bool { return s.vars[name] == standIns[name] }
	for _, name := range []string{"access", "refresh", "reset", "static", "email", "otp", "url"} {
		if value := s.vars[name]; value != "" && !known(name) {
			text = strings.ReplaceAll(text, value, standIns[name])
			text = strings.ReplaceAll(text, url.QueryEscape(value), url.QueryEscape(standIns[name]))
		}
	}
	text = anyJWT.ReplaceAllStringFunc(text, func(jwt string) string {
		if jwt == standIns["access"] || jwt == standIns["reset"] || jwt == badJWT {
			return jwt
		}
		return standIns["new jwt"]
	})
	text = anyRefresh.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasSuffix(found, standIns["refresh"]) {
			return found
		}
		return anyRefresh.FindStringSubmatch(found)[1] + standIns["new refresh"]
	})
	text = anyID.ReplaceAllString(text, standIns["new id"])
	text = anyChallenge.ReplaceAllString(text, "$1=the-challenge")
	text = cookieEnd.ReplaceAllString(text, "Expires=Fri, 01 Jan 2027 00:00:00 GMT")
	return anyExpires.ReplaceAllStringFunc(text, func(found string) string {
		m := anyExpires.FindStringSubmatch(found)
		if m[2] == strconv.FormatInt(s.srv.Access.Milliseconds(), 10) {
			return m[1] + "900000"
		}
		return found
	})
}

// recorder is a transport that keeps what was said.
type recorder struct {
	inner http.RoundTripper
	heard []exchange
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(sent))
	resp, err := r.inner.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(got))
	e := exchange{Request: requestOf(req, sent), Response: recordedResponse{Status: resp.StatusCode, Headers: http.Header{}}}
	for _, name := range []string{"Content-Type", "Cache-Control", "Vary", "X-Powered-By", "Set-Cookie", "Location", "Retry-After"} {
		if values := resp.Header[name]; values != nil {
			e.Response.Headers[name] = values
		}
	}
	if json.Valid(got) {
		e.Response.Body = got
	} else {
		e.Response.Text = string(got)
	}
	r.heard = append(r.heard, e)
	return resp, nil
}

// replayer is a transport that answers as was recorded.
type replayer struct {
	t    *testing.T
	left []exchange
}

func (r *replayer) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(req.Body)
	require.NoError(r.t, err)
	require.NotEmpty(r.t, r.left, "one request too many")
	next := r.left[0]
	r.left = r.left[1:]
	require.Equal(r.t, string(encode(r.t, next.Request)), string(encode(r.t, requestOf(req, sent))))
	var body bytes.Buffer
	if len(next.Response.Body) > 0 {
		require.NoError(r.t, json.Compact(&body, next.Response.Body)) // as Directus sends it
	}
	body.WriteString(next.Response.Text)
	return &http.Response{StatusCode: next.Response.Status, Header: next.Response.Headers, Body: io.NopCloser(&body), Request: req}, nil
}

func requestOf(r *http.Request, body []byte) recordedRequest {
	return recordedRequest{Method: r.Method, Path: r.URL.RequestURI(), Authorization: r.Header.Get("Authorization"), Body: body}
}

// fill puts the variables in.
func fill(text string, vars map[string]string) string {
	for name, value := range vars {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// encode writes JSON to be read, with the order of keys that raw parts have.
func encode(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(v))
	return b.Bytes()
}
