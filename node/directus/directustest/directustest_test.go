package directustest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newServer(t *testing.T, opts ...directustest.Option) *directustest.Server {
	t.Helper()
	srv, err := directustest.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, srv.Close()) })
	return srv
}

// refreshAt sends a refresh and returns the status and the body; err is what the network said.
func refreshAt(t *testing.T, client *http.Client, base, token string) (status int, body string, err error) {
	t.Helper()
	sent := strings.NewReader(`{"refresh_token":"` + token + `"}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/auth/refresh", sent)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	raw, err := io.ReadAll(response.Body)
	return response.StatusCode, string(raw), errors.Join(err, response.Body.Close())
}

func loginAt(t *testing.T, srv *directustest.Server) directustest.Tokens {
	t.Helper()
	tokens, err := srv.Login(directustest.AdminEmail)
	require.NoError(t, err)
	require.Len(t, tokens.RefreshToken, 64)
	require.EqualValues(t, 900_000, tokens.Expires)
	return tokens
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const performed, untouched = 401, 200 // what the old token is worth afterwards
	tests := []struct {
		name      string
		fault     directustest.Fault
		impatient bool // the client gives up as soon as the fault is there
		status    int
		body      string                      // the body holds this
		err       func(t *testing.T, e error) // the network's error
		after     int
	}{
		{name: "drop", fault: directustest.Drop(), err: isError(io.EOF), after: untouched},
		{name: "drop after performing", fault: directustest.Performed(directustest.Drop()), err: isError(io.EOF), after: performed},
		{name: "reset", fault: directustest.Reset(), err: isError(syscall.ECONNRESET), after: untouched},
		{name: "reset after performing", fault: directustest.Performed(directustest.Reset()), err: isError(syscall.ECONNRESET), after: performed},
		{name: "cut off", fault: directustest.CutOff(20), status: 200, err: isError(io.ErrUnexpectedEOF), after: performed},
		{name: "cut off before the body", fault: directustest.CutOff(0), status: 200, err: isError(io.ErrUnexpectedEOF), after: performed},
		{name: "hang", fault: directustest.Hang(), impatient: true, err: isError(context.Canceled), after: untouched},
		{name: "slow", fault: directustest.Delay(5 * time.Millisecond), status: 200, body: `"refresh_token":`, after: performed},
		{
			name: "slow answer", fault: directustest.Performed(directustest.Delay(5 * time.Millisecond)), status: 200,
			body: `"refresh_token":`, after: performed,
		},
		{
			name: "answer too late", fault: directustest.Delay(time.Hour), impatient: true,
			err: isError(context.Canceled), after: performed,
		},
		{name: "not JSON", fault: directustest.Respond(200, "text/html", "<p>hello</p>"), status: 200, body: "<p>hello</p>", after: untouched},
		{name: "bad gateway", fault: directustest.Respond(502, "text/html", "<h1>502</h1>"), status: 502, body: "<h1>502</h1>", after: untouched},
		{name: "redirect", fault: directustest.Redirect(307, "http://other.example/"), status: 307, after: untouched},
		{
			name: "rate limit", fault: directustest.RateLimited(5 * time.Second), status: 429,
			body: `{"errors":[{"message":"Too many requests, retry after 5s.","extensions":{"limit":50,"reset":"2`, after: untouched,
		},
		{
			name: "pressure", fault: directustest.UnderPressure(7 * time.Second), status: 503,
			body: `{"errors":[{"message":"Service \"api\" is unavailable. Under pressure.",` +
				`"extensions":{"service":"api","reason":"Under pressure","code":"SERVICE_UNAVAILABLE"}}]}`,
			after: untouched,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			client := newClient(t)
			tokens := loginAt(t, srv)
			first, fault := *client, test.fault
			if test.impatient {
				ctx, giveUp := context.WithCancel(t.Context())
				defer giveUp()
				first.Transport = cancelled{ctx, client.Transport}
				fault = func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
					giveUp()
					test.fault(w, r, perform)
				}
				if test.after == performed {
					fault = directustest.Performed(fault)
				}
			}
			srv.FailNext("/auth/refresh", 1, fault)
			status, body, err := refreshAt(t, &first, srv.URL(), tokens.RefreshToken)
			if test.err != nil {
				test.err(t, err)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, test.status, status)
			require.Contains(t, body, test.body)

			status, _, err = refreshAt(t, client, srv.URL(), tokens.RefreshToken)
			require.NoError(t, err)
			require.Equal(t, test.after, status, "the old refresh token")
		})
	}
}

// cancelled gives requests up when ctx is done.
type cancelled struct {
	ctx context.Context
	http.RoundTripper
}

func (c cancelled) RoundTrip(r *http.Request) (*http.Response, error) {
	return c.RoundTripper.RoundTrip(r.WithContext(c.ctx))
}

func isError(want error) func(t *testing.T, err error) {
	return func(t *testing.T, err error) {
		t.Helper()
		require.ErrorIs(t, err, want)
	}
}

func TestFaultHeaders(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault       directustest.Fault
		header      http.Header
		withoutName string
	}{
		"rate limit":                     {directustest.RateLimited(90 * time.Second), http.Header{"Retry-After": {"90"}}, ""},
		"rate limit, sender":             {directustest.RateLimited(time.Second), http.Header{"X-Powered-By": {"Directus"}}, ""},
		"pressure":                       {directustest.UnderPressure(7 * time.Second), http.Header{"Retry-After": {"7"}}, "X-Powered-By"},
		"pressure without a retry after": {directustest.UnderPressure(0), nil, "Retry-After"},
		"redirect":                       {directustest.Redirect(302, "/elsewhere"), http.Header{"Location": {"/elsewhere"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, err := directustest.NewHandler()
			require.NoError(t, err)
			h.FailNext("", 1, test.fault)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/server/ping", nil))
			for key, values := range test.header {
				require.Equal(t, values, w.Header()[key])
			}
			require.NotContains(t, w.Header(), test.withoutName)
		})
	}
}

func TestOversize(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.FailNext("", 1, directustest.Oversize(11<<20))
	status, body, err := refreshAt(t, newClient(t), srv.URL(), "x")
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.Greater(t, len(body), 11<<20)
	require.True(t, json.Valid([]byte(body)))
}

func TestFailNextCountsAndMatches(t *testing.T) {
	t.Parallel()
	h, err := directustest.NewHandler()
	require.NoError(t, err)
	ping := func(path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code
	}
	h.FailNext("/server/ping", 2, directustest.Respond(502, "text/plain", ""))
	h.FailNext("", 1, directustest.Respond(504, "text/plain", ""))
	require.Equal(t, 502, ping("/server/ping"))
	require.Equal(t, 504, ping("/auth"), "the path differs: the second fault")
	require.Equal(t, 502, ping("/server/ping/"))
	require.Equal(t, 200, ping("/server/ping"))
	h.FailNext("", 5, directustest.Respond(504, "text/plain", ""))
	h.ClearFaults()
	require.Equal(t, 200, ping("/server/ping"))
	h.FailNext("", 0, directustest.Respond(504, "text/plain", ""))
	require.Equal(t, 200, ping("/server/ping"))
}

// Of several refreshes of one token one wins: no other answer may hold a token that works.
func TestConcurrentRefreshes(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	client := newClient(t)
	tokens := loginAt(t, srv)
	statuses := make([]int, 20)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			status, _, err := refreshAt(t, client, srv.URL(), tokens.RefreshToken)
			if err == nil {
				statuses[i] = status
			}
		})
	}
	wg.Wait()
	count := map[int]int{}
	for _, s := range statuses {
		count[s]++
	}
	require.Equal(t, map[int]int{200: 1, 401: 19}, count)
	require.Len(t, srv.Requests(), 20)
}

// Not parallel: it looks at all goroutines.
func TestCloseLeavesNoGoroutine(t *testing.T) { //nolint:paralleltest // see above
	others := goleak.IgnoreCurrent()
	srv, err := directustest.New()
	require.NoError(t, err)
	client := newClient(t)
	srv.FailNext("/auth/refresh", 3, directustest.Hang())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			_, _, err := refreshAt(t, client, srv.URL(), "x")
			if err == nil {
				t.Error("a request to a closed server was answered")
			}
		})
	}
	require.Eventually(t, func() bool { return len(srv.Requests()) == 3 }, time.Minute, time.Millisecond)
	require.NoError(t, srv.Close())
	wg.Wait()
	require.NoError(t, srv.Close(), "closing twice")
	_, _, err = refreshAt(t, client, srv.URL(), "x")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	client.CloseIdleConnections()
	goleak.VerifyNone(t, others)
}

// A client that sends its next request before it has the answer must not keep Close waiting.
func TestClosePipelined(t *testing.T) {
	t.Parallel()
	srv, err := directustest.New()
	require.NoError(t, err)
	srv.FailNext("/auth", 1, directustest.Hang())
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(srv.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	const request = "GET /auth HTTP/1.1\r\nHost: x\r\n\r\n"
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(srv.Requests()) == 1 }, time.Minute, time.Millisecond)
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	time.Sleep(20 * time.Millisecond) // for the server to notice it
	closed := make(chan error)
	go func() { closed <- srv.Close() }()
	select {
	case err := <-closed:
		require.NoError(t, err)
	case <-time.After(time.Minute):
		t.Fatal("Close hangs")
	}
}

func TestSuspendKeepsSessions(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	client := newClient(t)
	first, second := loginAt(t, srv), loginAt(t, srv)
	require.NoError(t, srv.Suspend(directustest.AdminEmail))
	for _, want := range []string{"USER_SUSPENDED", "INVALID_CREDENTIALS"} {
		status, body, err := refreshAt(t, client, srv.URL(), first.RefreshToken)
		require.NoError(t, err)
		require.Equal(t, 401, status)
		require.Contains(t, body, want)
	}
	require.NoError(t, srv.SetStatus(directustest.AdminEmail, directustest.Active))
	status, _, err := refreshAt(t, client, srv.URL(), second.RefreshToken)
	require.NoError(t, err)
	require.Equal(t, 200, status, "a refresh token that was not used while the user was suspended")
}

func TestExpiredAccessToken(t *testing.T) {
	t.Parallel()
	h, err := directustest.NewHandler()
	require.NoError(t, err)
	token, err := h.ExpiredAccessToken(directustest.AdminEmail)
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/users/me", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(t, 401, w.Code)
	require.JSONEq(t, tokenExpired, w.Body.String())
}

func TestLifetimes(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 999, time.UTC)
	h, err := directustest.NewHandler(directustest.WithClock(func() time.Time { return now }), directustest.WithAccessTokenTTL(2*time.Second),
		directustest.WithRefreshTokenTTL(time.Minute), directustest.WithSessionTTL(time.Hour))
	require.NoError(t, err)
	tokens, err := h.Login(directustest.AdminEmail)
	require.NoError(t, err)
	require.EqualValues(t, 2000, tokens.Expires)
	iat, exp := lifetime(t, tokens.AccessToken)
	require.Equal(t, now.Unix(), iat.Unix())
	require.Equal(t, now.Unix()+2, exp.Unix())
	require.Regexp(t, `"role":"[0-9a-f-]{36}","app_access":true,"admin_access":true,`, segment(t, tokens.AccessToken, 1))

	w := httptest.NewRecorder()
	sent := strings.NewReader(`{"email":"admin@example.com","password":"directus","mode":"session"}`)
	r := httptest.NewRequest(http.MethodPost, "/auth/login", sent)
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	require.JSONEq(t, `{"data":{"expires":3600000}}`, w.Body.String())
	require.Contains(t, w.Header().Get("Set-Cookie"), "; Max-Age=3600; Path=/; Expires=Wed, 02 Jan 2030 04:04:05 GMT; HttpOnly; SameSite=Lax")
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts []directustest.Option
		want string
	}{
		"email":       {user(directustest.User{Email: "nobody"}), `user "nobody": the email is not one that Directus accepts`},
		"email twice": {user(directustest.User{Email: "a@b.com"}, directustest.User{Email: "A@b.com"}), `user "A@b.com": the email is taken`},
		"token twice": {
			user(directustest.User{Email: "a@b.com", StaticToken: "t"}, directustest.User{Email: "b@b.com", StaticToken: "t"}),
			`the static token is taken`,
		},
		"status":       {user(directustest.User{Email: "a@b.com", Status: "gone"}), `unknown status "gone"`},
		"id":           {user(directustest.User{Email: "a@b.com", ID: "1"}), `the id is not a UUID`},
		"otp secret":   {user(directustest.User{Email: "a@b.com", OTPSecret: "1"}), `the OTP secret is not base32`},
		"access ttl":   {[]directustest.Option{directustest.WithAccessTokenTTL(0)}, `the lifetime of the access token must be above 0`},
		"reset URL":    {[]directustest.Option{directustest.WithResetURLs("reset")}, `the reset URL "reset" is not an absolute URL`},
		"grace period": {[]directustest.Option{directustest.WithSessionGrace(-1)}, `the lifetime of the session grace period must be above 0`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := directustest.New(test.opts...)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func user(users ...directustest.User) (opts []directustest.Option) {
	for _, u := range users {
		opts = append(opts, directustest.WithUser(u))
	}
	return opts
}

func TestUsers(t *testing.T) {
	t.Parallel()
	h, err := directustest.NewHandler(directustest.WithUser(directustest.User{Email: "ann@example.com", OTPSecret: "DU3ECUIRE4STOTBG"}))
	require.NoError(t, err)
	u, ok := h.User("ANN@example.com")
	require.True(t, ok)
	require.Equal(t, directustest.Active, u.Status)
	require.NotEmpty(t, u.ID)
	_, ok = h.User(directustest.AdminEmail)
	require.False(t, ok, "the default administrator is there only when no user is named")

	code, err := h.OTP("ann@example.com")
	require.NoError(t, err)
	require.Equal(t, realdirectus.OTP(t, "DU3ECUIRE4STOTBG", time.Now()), code)

	_, err = h.Login("nobody@example.com")
	require.EqualError(t, err, `directustest: there is no user "nobody@example.com"`)
	require.ErrorContains(t, h.SetStatus("ann@example.com", "gone"), `unknown status "gone"`)
	require.ErrorContains(t, h.AddUser(directustest.User{Email: "ann@example.com"}), "the email is taken")
	_, err = h.ResetToken("ann@example.com")
	require.ErrorContains(t, err, "no password reset was requested")
	require.NoError(t, h.SetStatus("ann@example.com", directustest.Archived))
	_, err = h.Login("ann@example.com")
	require.ErrorContains(t, err, "the status is archived")
}

// What Directus has and the sandbox doesn't must never look like an answer of Directus.
// TestWithCollection: the collections that are named are there, in place of that which is there otherwise.
func TestWithCollection(t *testing.T) {
	t.Parallel()
	s := newServer(t, directustest.WithCollection(directustest.Collection{
		Name: "books", Fields: []directustest.Field{{Name: "title"}, {Name: "isbn", Unique: true}},
	}))
	get := func(path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, http.NoBody)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+directustest.AdminToken)
		res, err := newClient(t).Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(body)
	}
	status, body := get("/items/books")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"data":[]}`, body)
	status, _ = get("/items/articles")
	require.Equal(t, 403, status)
	_, err := directustest.New(directustest.WithCollection(directustest.Collection{Name: "directus_books"}))
	require.ErrorContains(t, err, "directus_books")
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	for _, request := range []string{
		"GET /items/articles?aggregate[count]=*", "GET /items/articles?search=x", `GET /items/articles?filter={"id":{"_gt":1}}`, "GET /users?fields=role.name",
		"PATCH /users/me", "POST /users/invite", "POST /files/import", "GET /collections", "SEARCH /items/articles", "GET /items/articles?filter[id][_eq]=1", "GET /server/info", "POST /graphql/system", "GET /users/me?fields=role.name",
		"GET /users/me?filter[id][_eq]=1", "GET /auth?limit=abc", "GET /SERVER/health", "GET /auth?export=csv",
	} {
		t.Run(request, func(t *testing.T) {
			t.Parallel()
			h, err := directustest.NewHandler()
			require.NoError(t, err)
			method, path, _ := strings.Cut(request, " ")
			path = strings.NewReplacer("{", "%7B", "}", "%7D", `"`, "%22").Replace(path)
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set("Authorization", "Bearer "+directustest.AdminToken)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, 501, w.Code, w.Body)
			require.Contains(t, w.Body.String(), "isn't supported by the Directus sandbox")
			require.Contains(t, w.Body.String(), `"code":"SANDBOX_UNSUPPORTED"`)
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	sent := strings.NewReader(`{"refresh_token":"x"}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL()+"/auth/refresh/?a=b", sent)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer t")
	response, err := newClient(t).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	requests := srv.Requests()
	require.Len(t, requests, 1)
	require.Equal(t, "POST /auth/refresh/", requests[0].String())
	require.Equal(t, "a=b", requests[0].Query)
	require.Equal(t, "Bearer t", requests[0].Header.Get("Authorization"))
	require.JSONEq(t, `{"refresh_token":"x"}`, string(requests[0].Body))
	srv.ResetRequests()
	require.Empty(t, srv.Requests())
}

func TestLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	srv := newServer(t, directustest.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	tokens := loginAt(t, srv)
	sent := strings.NewReader(`{"refresh_token":"` + tokens.RefreshToken + `"}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL()+"/auth/refresh?access_token=secret-query", sent)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", "directus_session_token=secret-cookie")
	response, err := newClient(t).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.NoError(t, srv.Close())
	require.Contains(t, log.String(), "method=POST path=/auth/refresh status=401")
	require.NotContains(t, log.String(), "secret-")
	require.NotContains(t, log.String(), tokens.RefreshToken)
}

// FuzzHandler sends what no client would: the answer is always one of Directus's kind.
func FuzzHandler(f *testing.F) {
	const jsonType = "application/json"
	f.Add("POST", "/auth/refresh", "", "Bearer x", "directus_session_token=x", jsonType, []byte(`{"refresh_token":"x"}`))
	for _, mode := range []string{"json", "cookie", "session"} {
		f.Add("POST", "/auth/login", "a=b", "", "", jsonType, []byte(`{"email":"admin@example.com","password":"directus","mode":"`+mode+`"}`))
	}
	f.Add("GET", "/users/me", "fields=id,email&fields[]=*", "Bearer static-admin-token", "directus_refresh_token=%zz", "", []byte("["))
	f.Add("POST", "/auth/password/reset", "access_token=eyJ9.e30.", "", "a;b=;=c", jsonType, []byte(`{"token":"a.b.c","password":"\ud800"}`))
	f.Add("POST", "/auth/password/request", "", "", "", jsonType, []byte(`{"email":"admin@example.com","reset_url":"::"}`))
	f.Add("OPTIONS", "//auth//refresh%2", "%", "Bearer e30.eyJpc3MiOiJkaXJlY3R1cyJ9.", "", jsonType, []byte("{\"a\":\"\xff\\u12"))
	h, err := directustest.NewHandler()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, method, path, query, authorization, cookie, contentType string, body []byte) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, RequestURI: path,
			Header: http.Header{"Authorization": {authorization}, "Cookie": {cookie}, "Content-Type": {contentType}},
			Body:   io.NopCloser(bytes.NewReader(body)),
		})
		require.Equal(t, "Directus", w.Header().Get("X-Powered-By"))
		require.NotEqual(t, 500, w.Code)
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && method != http.MethodHead {
			require.True(t, json.Valid(w.Body.Bytes()), "%s", w.Body)
		}
		if w.Code >= 400 && method != http.MethodHead {
			require.Contains(t, w.Body.String(), `{"errors":[{"message":"`)
		}
	})
}

// BenchmarkRefresh is what the sandbox itself costs in a measurement of a client.
func BenchmarkRefresh(b *testing.B) {
	h, err := directustest.NewHandler()
	require.NoError(b, err)
	tokens, err := h.Login(directustest.AdminEmail)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/auth/refresh", strings.NewReader(`{"refresh_token":"`+tokens.RefreshToken+`"}`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var answer struct{ Data directustest.Tokens }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 200 {
			b.Fatal(w.Code, err)
		}
		tokens = answer.Data
	}
}
