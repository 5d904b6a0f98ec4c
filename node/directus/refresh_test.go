package directus

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
)

const (
	refreshed       = "POST /auth/refresh"
	refreshedBearer = "POST /auth/refresh bearer"
	probed          = "GET /users/me bearer"
	static          = directustest.AdminToken

	mayBeUsedUp  = ": the refresh token may be used up"
	unauthorized = "401 Unauthorized"
	n8nText401   = "Authorization failed - please check your credentials"
	n8nText503   = "Service unavailable - try again later or consider setting this node to retry automatically (in the node settings)"
)

func TestRefreshReturnsTheNewTokens(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	old := login(t, srv)

	got, err := node.ParseObject([]byte(job{params: refreshOf(old.RefreshToken), url: srv.URL(), token: static}.one(t)))
	require.NoError(t, err)
	require.Equal(t, []string{"expires", "refresh_token", "access_token"}, got.Keys(), "Directus's order")
	expires, _ := got.Get("expires")
	require.EqualValues(t, 900000, expires)
	next, _ := got.Get("refresh_token")
	require.NotEqual(t, old.RefreshToken, next)

	j := job{params: refreshOf(next), url: srv.URL() + "/"}
	j.one(t) // the new token works
	require.Equal(t, []string{refreshedBearer, refreshed}, asked(srv))
	require.JSONEq(t, `{"refresh_token":"`+old.RefreshToken+`"}`, string(srv.Requests()[0].Body))
}

// refreshFailure is a row of what can go wrong with a refresh.
type refreshFailure struct {
	prepare     func(*testing.T, *directustest.Server)
	usedBefore  bool   // the token was refreshed before
	token       string // of the credential
	message     string
	description string
	httpCode    string
	mayBeUsedUp bool
	retryable   bool
	asked       []string
}

func TestRefreshFails(t *testing.T) {
	t.Parallel()
	performed := directustest.Performed
	respond := directustest.Respond
	tests := map[string]refreshFailure{
		"used before, good bearer": {
			usedBefore: true, token: static, message: "Invalid refresh token", description: "Invalid user credentials. (INVALID_CREDENTIALS)",
			httpCode: "401", asked: []string{refreshedBearer, probed},
		},
		"used before, no bearer": {
			usedBefore: true, message: "Invalid refresh token", description: "Invalid user credentials. (INVALID_CREDENTIALS)",
			httpCode: "401", asked: []string{refreshed},
		},
		"used before, the probe fails": {
			prepare: fault("/users/me", respond(500, "text/html", "Oh")), usedBefore: true, token: static,
			message: "Invalid refresh token", httpCode: "401", asked: []string{refreshedBearer, probed},
		},
		"used before, the probe says TOKEN_EXPIRED": {
			prepare:    fault("/users/me", respond(401, "application/json", `{"errors":[{"message":"Token expired.","extensions":{"code":"TOKEN_EXPIRED"}}]}`)),
			usedBefore: true, token: static, message: "Invalid refresh token", httpCode: "401", asked: []string{refreshedBearer, probed},
		},
		"unknown bearer": {
			token: "no-such-token", message: unauthorized, description: `the access token of the credential "Sandbox" (directusApi)`,
			httpCode: "401", asked: []string{refreshedBearer, probed},
		},
		"bearer is no JWT of this server": {
			token:   "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6IngiLCJpc3MiOiJkaXJlY3R1cyJ9.AAAA",
			message: unauthorized, description: "Invalid token. (INVALID_TOKEN)", httpCode: "403", asked: []string{refreshedBearer},
		},
		"401 of a proxy": {
			prepare: fault("/auth/refresh", respond(401, "text/html", "<h1>Log in</h1>")), token: static,
			message: unauthorized, description: "in front of it", httpCode: "401", asked: []string{refreshedBearer},
		},
		"user suspended": {
			prepare: suspend,
			message: n8nText401, description: "User suspended. (USER_SUSPENDED)", httpCode: "401", asked: []string{refreshed},
		},
		"answer lost": {
			prepare:     fault("/auth/refresh", performed(directustest.Drop())),
			message:     "The connection to the server was closed unexpectedly, perhaps it is offline",
			mayBeUsedUp: true, httpCode: "ECONNRESET", asked: []string{refreshed},
		},
		"connection reset": {
			prepare:     fault("/auth/refresh", performed(directustest.Reset())),
			message:     "The connection to the server was closed unexpectedly, perhaps it is offline",
			mayBeUsedUp: true, httpCode: "ECONNRESET", asked: []string{refreshed},
		},
		"cut off in the head": {
			prepare: fault("/auth/refresh", rawAnswer("HTTP/1.1 200 OK\r\nContent-Le")), message: "The answer could not be read",
			mayBeUsedUp: true, asked: []string{refreshed},
		},
		"not HTTP": {
			prepare: fault("/auth/refresh", rawAnswer("{\"data\":{\"refresh_token\":\"secret\"}}\r\n")), message: "The answer could not be read",
			mayBeUsedUp: true, asked: []string{refreshed},
		},
		"cut off in the body": {
			prepare: fault("/auth/refresh", directustest.CutOff(40)), message: "Directus's answer was cut off", description: "status 200",
			mayBeUsedUp: true, httpCode: "200", asked: []string{refreshed},
		},
		"too large": {
			prepare: fault("/auth/refresh", directustest.Oversize(10<<20)), message: "Directus's answer is larger than 10 MB",
			mayBeUsedUp: true, httpCode: "200", asked: []string{refreshed},
		},
		"not JSON": {
			prepare: fault("/auth/refresh", performed(respond(200, "text/html; charset=utf-8", "<h1>Hello</h1>"))), message: "Directus's answer is not JSON",
			description: "status 200, text/html, 14 bytes", mayBeUsedUp: true, httpCode: "200", asked: []string{refreshed},
		},
		"empty": {
			prepare: fault("/auth/refresh", performed(respond(204, "", ""))), message: "Directus's answer is empty",
			mayBeUsedUp: true, httpCode: "204", asked: []string{refreshed},
		},
		"no data":               noToken(201, `{}`),
		"null data":             noToken(200, `{"data":null}`),
		"a list":                noToken(200, `{"data":[{"access_token":"x"}]}`),
		"no access token":       noToken(200, `{"data":{"expires":900000}}`),
		"an empty access token": noToken(200, `{"data":{"access_token":""}}`),
		"no wrapper":            noToken(200, `{"access_token":"x"}`),
		"null":                  noToken(200, `null`),
		"redirect": {
			prepare: fault("/auth/refresh", directustest.Redirect(302, "https://u:p@login.example.com/sso?state=secret")), token: static,
			message: "Directus's answer is a redirect (status 302), which is not followed", description: "It points to https://login.example.com/sso.",
			httpCode: "302", asked: []string{refreshedBearer},
		},
		"redirect to itself": {
			prepare:  fault("/auth/refresh", directustest.Redirect(308, "/auth/refresh/")),
			message:  "Directus's answer is a redirect (status 308), which is not followed",
			httpCode: "308", asked: []string{refreshed},
		},
		"304": {
			prepare: fault("/auth/refresh", respond(304, "", "")), message: "Request failed with status code 304",
			httpCode: "304", asked: []string{refreshed},
		},
		"400": {
			prepare: fault("/auth/refresh", respond(400, "application/json", `{"errors":[{"message":"Bad.","extensions":{"code":"INVALID_PAYLOAD"}}]}`)),
			message: "Bad request - please check your parameters", description: "Bad. (INVALID_PAYLOAD)", httpCode: "400", asked: []string{refreshed},
		},
		"500": {
			prepare: fault("/auth/refresh", performed(respond(500, "application/json", `{"errors":[{"message":"Oh.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`))),
			message: "The service was not able to process your request", description: "Oh. (INTERNAL_SERVER_ERROR). The refresh token may be used up",
			httpCode: "500", asked: []string{refreshed},
		},
		"502 of a proxy": {
			prepare: fault("/auth/refresh", performed(respond(502, "text/html", "Bad Gateway"))), message: "Bad gateway - the service failed to handle your request",
			description: "Request failed with status code 502. The refresh token may be used up", httpCode: "502", asked: []string{refreshed},
		},
		"503 of a proxy": {
			prepare: fault("/auth/refresh", performed(respond(503, "text/html", "Wait"))), message: n8nText503,
			description: "The refresh token may be used up", httpCode: "503", asked: []string{refreshed},
		},
		"under pressure": {
			prepare: fault("/auth/refresh", directustest.UnderPressure(0)), message: n8nText503,
			description: `Service "api" is unavailable. Under pressure. (SERVICE_UNAVAILABLE)`, httpCode: "503", retryable: true, asked: []string{refreshed},
		},
		"rate limited": {
			prepare: fault("/auth/refresh", directustest.RateLimited(5*time.Second)), message: "The service is receiving too many requests from you",
			description: "Too many requests, retry after 5s. (REQUESTS_EXCEEDED)", httpCode: "429", retryable: true, asked: []string{refreshed},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			token := login(t, srv).RefreshToken
			if tt.usedBefore {
				job{params: refreshOf(token), url: srv.URL()}.one(t)
				srv.ResetRequests()
			}
			if tt.prepare != nil {
				tt.prepare(t, srv)
			}
			info, err := job{params: refreshOf(token), url: srv.URL(), token: tt.token}.fails(t)

			message := tt.message
			if tt.mayBeUsedUp {
				message += mayBeUsedUp
				require.Contains(t, info.Description, "what it was exchanged for is lost")
			}
			require.Equal(t, message, info.Message)
			require.Contains(t, info.Description, tt.description)
			require.Equal(t, tt.httpCode, info.HTTPCode)
			require.Equal(t, !tt.retryable, node.IsPermanent(err))
			require.Equal(t, tt.asked, asked(srv))
			requireNoSecret(t, info, token, tt.token, "secret", "u:p")
		})
	}
}

func noToken(status int, body string) refreshFailure {
	return refreshFailure{
		prepare: fault("/auth/refresh", directustest.Performed(directustest.Respond(status, "application/json", body))),
		message: "Directus's answer has no access_token", httpCode: strconv.Itoa(status), mayBeUsedUp: true, asked: []string{refreshed},
	}
}

func suspend(t *testing.T, srv *directustest.Server) {
	t.Helper()
	require.NoError(t, srv.Suspend(directustest.AdminEmail))
}

func fault(path string, f directustest.Fault) func(*testing.T, *directustest.Server) {
	return func(_ *testing.T, srv *directustest.Server) { srv.FailNext(path, 1, f) }
}

// rawAnswer performs the request, writes text on the connection and closes it.
func rawAnswer(text string) directustest.Fault {
	return directustest.Performed(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = conn.Write([]byte(text))
		_ = conn.Close()
	})
}

// A request and its answer have 30 s, on a clock that no other program slows down.
func TestRefreshOutOfTime(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]roundTripper{
		"no answer": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"stuck in the body": func(r *http.Request) (*http.Response, error) {
			answer := reply(r, 200, "")
			answer.Body = io.NopCloser(stuck{r.Context()})
			return answer, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				info, err := job{params: refreshOf("a token: " + name), url: "http://d", transport: answer}.fails(t)
				require.Equal(t, 30*time.Second, time.Since(begin))
				require.Equal(t, "The connection was aborted, perhaps the server is offline"+mayBeUsedUp, info.Message)
				require.Contains(t, info.Description, "what it was exchanged for is lost")
				require.Equal(t, "ECONNABORTED", info.HTTPCode)
				require.True(t, node.IsPermanent(err))
			})
		})
	}
}

// stuck is a body that never comes.
type stuck struct{ ctx context.Context }

func (s stuck) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func requireNoSecret(t *testing.T, info *node.ErrorInfo, secrets ...string) {
	t.Helper()
	all := string(node.AppendJSON(nil, info.RunObject(nil)))
	for _, s := range secrets {
		if s != "" {
			require.NotContains(t, all, s)
		}
	}
}

// A refresh that Directus performed is not lost, though its answer has no access token: the next refresh token is kept.
func TestRefreshTokenIsSalvaged(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	half := `{"data":{"expires":900000,"refresh_token":"the-next-one"}}`
	srv.FailNext("/auth/refresh", 2, directustest.Performed(directustest.Respond(200, "application/json", half)))
	j := job{params: refreshOf("={{ $json.rt }}"), url: srv.URL(), items: []node.Item{node.ItemOf("rt", login(t, srv).RefreshToken)}}

	out, err := j.run(t.Context(), t)
	require.EqualError(t, err, "Directus's answer has no access_token: the refresh token is used up")
	require.True(t, node.IsPermanent(err))
	require.Contains(t, node.InfoOf(err).Description, "The next refresh token came all the same.")
	requireNoSecret(t, node.InfoOf(err), "the-next-one")
	require.Len(t, out.Partial, 1)
	require.JSONEq(t, `{"expires":900000,"refresh_token":"the-next-one"}`, text(out.Partial[0]))

	j.items, j.continueOnFail = append(j.items, node.ItemOf("rt", login(t, srv).RefreshToken)), true
	j.items[0] = node.ItemOf("rt", login(t, srv).RefreshToken)
	out, err = j.run(t.Context(), t)
	require.NoError(t, err)
	require.JSONEq(t, `{"expires":900000,"refresh_token":"the-next-one","error":"Directus's answer has no access_token: the refresh token is used up"}`,
		text(out.Main[0][0]))
	require.Contains(t, text(out.Main[0][1]), "access_token", "the other item goes on")
}

func TestRefreshTokenMissing(t *testing.T) {
	t.Parallel()
	for name, item := range map[string]node.Item{
		"undefined": node.ItemOf(), "null": node.ItemOf("rt", nil), "empty": node.ItemOf("rt", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			info, err := job{params: refreshOf("={{ $json.rt }}"), items: []node.Item{item}, url: srv.URL(), token: static}.fails(t)
			require.Equal(t, "Missing required parameter: refresh_token", info.Message)
			require.Equal(t, node.OperationErrorName, info.Name)
			require.False(t, node.IsPermanent(err))
			require.Empty(t, asked(srv))
		})
	}
	srv := sandbox(t)
	info, _ := job{params: node.NewObject("resource", "auth", "operation", "refreshToken"), url: srv.URL()}.fails(t)
	require.Equal(t, "Missing required parameter: refresh_token", info.Message)
	require.Empty(t, asked(srv))
}

// Tokens that are no text go to Directus as they are.
func TestRefreshTokenOfAnotherType(t *testing.T) {
	t.Parallel()
	for body, token := range map[string]any{
		`{"refresh_token":42}`: 42, `{"refresh_token":{"a":1}}`: node.NewObject("a", 1), `{"refresh_token":false}`: false, `{"refresh_token":[]}`: []any{},
	} {
		srv := sandbox(t)
		info, _ := job{params: refreshOf("={{ $json.rt }}"), items: []node.Item{node.ItemOf("rt", token)}, url: srv.URL()}.fails(t)
		require.Equal(t, body, string(srv.Requests()[0].Body))
		require.NotContains(t, info.Message, "Missing")
	}
}

func TestRefreshGoesOnWithoutAnExpiredBearer(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	expired, err := srv.ExpiredAccessToken(directustest.AdminEmail)
	require.NoError(t, err)
	items := []node.Item{node.ItemOf("rt", login(t, srv).RefreshToken), node.ItemOf("rt", login(t, srv).RefreshToken), node.ItemOf("rt", "unknown")}

	out, err := job{params: refreshOf("={{ $json.rt }}"), items: items, url: srv.URL(), token: expired, continueOnFail: true}.run(t.Context(), t)
	require.NoError(t, err)
	require.Contains(t, text(out.Main[0][0]), "access_token")
	require.Contains(t, text(out.Main[0][1]), "access_token")
	require.JSONEq(t, `{"error":"Invalid refresh token"}`, text(out.Main[0][2]))
	require.Equal(t, []string{refreshedBearer, refreshed, refreshed, refreshed}, asked(srv), "the second item knows that the bearer has expired")
}

func TestBearerIsProbedOncePerRun(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	items := []node.Item{node.ItemOf("rt", login(t, srv).RefreshToken), node.ItemOf("rt", "unknown"), {}}
	j := job{params: refreshOf("={{ $json.rt }}"), items: items, url: srv.URL(), token: "no-such-token", continueOnFail: true}

	out, err := j.run(t.Context(), t)
	require.NoError(t, err)
	require.JSONEq(t, `{"error":"401 Unauthorized"}`, text(out.Main[0][0]))
	require.JSONEq(t, `{"error":"401 Unauthorized"}`, text(out.Main[0][1]))
	require.JSONEq(t, `{"error":"Missing required parameter: refresh_token"}`, text(out.Main[0][2]))
	require.Equal(t, []node.Paired{{Item: 2}}, out.Main[0][2].Paired)
	require.Equal(t, []string{refreshedBearer, probed, refreshedBearer}, asked(srv))

	_, err = j.run(t.Context(), t)
	require.NoError(t, err)
	require.Len(t, asked(srv), 6, "the next run asks anew")
}

func TestRefreshUnreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())

	info, err := job{params: refreshOf("t"), url: "http://user:hush@" + address}.fails(t)
	require.Equal(t, "The service refused the connection - perhaps it is offline", info.Message)
	require.Equal(t, "ECONNREFUSED", info.HTTPCode)
	require.Equal(t, []string{"connect ECONNREFUSED " + address, "connect ECONNREFUSED " + address}, info.Messages)
	require.False(t, node.IsPermanent(err), "nothing was sent: it may be tried again")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	requireNoSecret(t, info, "hush")
}

// roundTripper is a transport of the embedder's own.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A transport that does not tell how far a request is may have sent it, unless it never had a connection.
func TestTransportOfTheEmbedder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err           error
		message, code string
		permanent     bool
	}{
		{errors.New("lost"), "The answer could not be read: the refresh token may be used up", "", true},
		{io.ErrUnexpectedEOF, "The connection to the server was closed unexpectedly, perhaps it is offline: the refresh token may be used up", "ECONNRESET", true},
		{&net.OpError{Op: "read", Err: syscall.ETIMEDOUT}, "The connection timed out: the refresh token may be used up", "ETIMEDOUT", true},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "The service refused the connection - perhaps it is offline", "ECONNREFUSED", false},
		{
			&net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}},
			"The service refused the connection - perhaps it is offline", "ECONNREFUSED", false,
		},
	} {
		transport := roundTripper(func(*http.Request) (*http.Response, error) { return nil, tt.err })
		info, err := job{params: refreshOf("t"), url: "http://directus.example", transport: transport}.fails(t)
		require.Equal(t, tt.message, info.Message)
		require.Equal(t, tt.code, info.HTTPCode)
		require.Equal(t, tt.permanent, node.IsPermanent(err))
		require.ErrorIs(t, err, tt.err)
	}
}

func TestCancelledBeforeItWasSent(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	token := login(t, srv).RefreshToken
	tests := map[string]func(cancel context.CancelFunc) http.RoundTripper{
		"at the start": func(cancel context.CancelFunc) http.RoundTripper { cancel(); return nil },
		"while it was connected": func(cancel context.CancelFunc) http.RoundTripper {
			tr := newTransport(t)
			tr.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				cancel()
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return tr
		},
		"on the way to the transport": func(cancel context.CancelFunc) http.RoundTripper {
			tr := newTransport(t)
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				cancel()
				time.Sleep(20 * time.Millisecond) // so that the node knows of it
				return tr.RoundTrip(r)
			})
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			out, err := job{params: refreshOf(token), url: srv.URL(), transport: prepare(cancel), continueOnFail: true}.run(ctx, t)
			require.ErrorIs(t, err, context.Canceled)
			if name != "at the start" { // there the item is not even begun
				require.Equal(t, "The run was stopped before the request was sent", err.Error())
			}
			require.False(t, node.IsPermanent(err))
			require.Empty(t, out.Partial)
			require.Empty(t, asked(srv))
		})
	}
}

func TestCancelledRefreshMayFinish(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": context.WithCancel,
		"out of time": func(ctx context.Context) (context.Context, context.CancelFunc) {
			e := &expiring{ctx, make(chan struct{})}
			return e, sync.OnceFunc(func() { close(e.done) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			ctx, cancel := stop(t.Context())
			defer cancel()
			srv.FailNext("/auth/refresh", 1, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
				cancel()
				time.Sleep(50 * time.Millisecond) // so that a request that is given up at once has no answer
				perform.ServeHTTP(w, r)
			})
			items := []node.Item{node.ItemOf("rt", login(t, srv).RefreshToken), node.ItemOf("rt", login(t, srv).RefreshToken)}
			out, err := job{params: refreshOf("={{ $json.rt }}"), items: items, url: srv.URL()}.run(ctx, t)
			require.ErrorIs(t, err, ctx.Err())
			require.Len(t, out.Partial, 1)
			require.Contains(t, text(out.Partial[0]), "refresh_token")
			require.Equal(t, []string{refreshed}, asked(srv), "the second item was not begun")
		})
	}
}

// expiring is a context whose time is up when done is closed.
type expiring struct {
	context.Context
	done chan struct{}
}

func (e *expiring) Done() <-chan struct{} { return e.done }

func (e *expiring) Err() error {
	select {
	case <-e.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestCancelledRefreshThatDoesNotFinish(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.FailNext("/auth/refresh", 1, directustest.Performed(func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		cancel()
		directustest.Hang()(w, r, perform)
	}))
	limits := defaultLimits()
	limits.finish = 20 * time.Millisecond
	_, err := job{node: newNode(limits), params: refreshOf(login(t, srv).RefreshToken), url: srv.URL(), continueOnFail: true}.run(ctx, t)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "The run was stopped before Directus had answered: the refresh token may be used up", err.Error())
	require.True(t, node.IsPermanent(err))
}

// A cancelled run does not send a refresh the second time that the expired bearer held up.
func TestCancelledWhileTheBearerWasRefused(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	expired, err := srv.ExpiredAccessToken(directustest.AdminEmail)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	srv.FailNext("/auth/refresh", 1, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		cancel()
		perform.ServeHTTP(w, r)
	})
	token := login(t, srv).RefreshToken
	_, err = job{params: refreshOf(token), url: srv.URL(), token: expired}.run(ctx, t)
	require.Equal(t, "The run was stopped before the request was sent", err.Error())
	job{params: refreshOf(token), url: srv.URL()}.one(t) // it still works
}

// Refreshes of one token never overlap, and so exactly one succeeds; refreshes of different tokens don't wait for each other.
func TestRefreshesOfOneTokenWaitForEachOther(t *testing.T) {
	t.Parallel()
	const n = 10
	srv := sandbox(t)
	var now, most atomic.Int32
	srv.FailNext("/auth/refresh", n, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		if c := now.Add(1); c > most.Load() {
			most.Store(c)
		}
		time.Sleep(5 * time.Millisecond) // gives the others the time to overlap
		perform.ServeHTTP(w, r)
		now.Add(-1)
	})
	token := login(t, srv).RefreshToken
	var worked atomic.Int32
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			// The same server in other words, and each with a bearer of its own.
			j := job{params: refreshOf(token), url: []string{srv.URL(), srv.URL() + "/"}[i%2], token: []string{static, ""}[i%2]}
			if _, err := j.run(t.Context(), t); err == nil {
				worked.Add(1)
			} else if node.InfoOf(err).Message != "Invalid refresh token" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, worked.Load())
	require.EqualValues(t, 1, most.Load())

	both := make(chan struct{}, 2)
	srv.FailNext("/auth/refresh", 2, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		both <- struct{}{}
		for len(both) < 2 && r.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		perform.ServeHTTP(w, r)
	})
	for range 2 {
		token := login(t, srv).RefreshToken
		wg.Go(func() {
			if _, err := (job{params: refreshOf(token), url: srv.URL()}).run(t.Context(), t); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTurns(t *testing.T) {
	t.Parallel()
	turns := newTurns()
	key := [sha256.Size]byte{1}
	done, err := turns.take(t.Context(), key)
	require.NoError(t, err)
	_, err = turns.take(t.Context(), [sha256.Size]byte{2})
	require.NoError(t, err, "another key")

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err = turns.take(ctx, key)
	require.ErrorIs(t, err, context.Canceled)

	got := make(chan func())
	go func() {
		done, _ := turns.take(context.Background(), key)
		got <- done
	}()
	done()
	(<-got)()
	require.Len(t, turns.waiting, 1, "the key that is idle is forgotten")
}

// One connection serves many refreshes, refused ones too: every answer is read to its end.
func TestConnectionIsKept(t *testing.T) {
	t.Parallel()
	h, err := directustest.NewHandler()
	require.NoError(t, err)
	var conns atomic.Int32
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	tokens, err := h.Login(directustest.AdminEmail)
	require.NoError(t, err)
	items := make([]node.Item, 20)
	for i := range items {
		items[i] = node.ItemOf("rt", "unknown")
	}
	items[10] = node.ItemOf("rt", tokens.RefreshToken)
	_, err = job{params: refreshOf("={{ $json.rt }}"), items: items, url: srv.URL, token: static, continueOnFail: true}.run(t.Context(), t)
	require.NoError(t, err)
	require.EqualValues(t, 1, conns.Load())
}
