package directus

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
)

const (
	resetDone       = "POST /auth/password/reset"
	resetDoneBearer = "POST /auth/password/reset bearer"
	resetMaybeUsed  = ": the reset token may be used up"
)

func requestResetOf(keysAndValues ...any) *node.Object {
	return node.NewObject(append([]any{"resource", "auth", "operation", "requestReset"}, keysAndValues...)...)
}

func resetOf(keysAndValues ...any) *node.Object {
	return node.NewObject(append([]any{"resource", "auth", "operation", "resetPassword"}, keysAndValues...)...)
}

func TestRequestReset(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		params *node.Object
		body   string
		mailed bool
	}{
		"email": {
			params: requestResetOf("email", directustest.AdminEmail), body: `{"email":"admin@example.com"}`, mailed: true,
		},
		"no page": {
			params: requestResetOf("email", directustest.AdminEmail, "additionalFields", node.NewObject("resetUrl", "")),
			body:   `{"email":"admin@example.com"}`, mailed: true,
		},
		"page": {
			params: requestResetOf("email", directustest.AdminEmail, "additionalFields", node.NewObject("resetUrl", "http://app.example/reset")),
			body:   `{"email":"admin@example.com","reset_url":"http://app.example/reset"}`, mailed: true,
		},
		"nobody": {params: requestResetOf("email", "nobody@example.com"), body: `{"email":"nobody@example.com"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t, directustest.WithResetURLs("http://app.example/reset"))
			require.JSONEq(t, noResult, job{params: tt.params, url: srv.URL(), token: static}.one(t))
			require.Equal(t, []string{"POST /auth/password/request bearer"}, asked(srv))
			require.Equal(t, tt.body, string(srv.Requests()[0].Body))
			_, err := srv.ResetToken(directustest.AdminEmail)
			require.Equal(t, tt.mailed, err == nil)
		})
	}
}

func TestRequestResetFails(t *testing.T) {
	t.Parallel()
	good := requestResetOf("email", directustest.AdminEmail)
	tests := map[string]struct {
		params               *node.Object
		token                string
		fault                directustest.Fault
		message, description string
		permanent            bool
		asked                []string
	}{
		"no email": {params: requestResetOf("email", "={{ $json.email }}"), message: "Missing required parameter: email", description: "Nothing was sent."},
		"page that is not allowed": {
			params:  requestResetOf("email", directustest.AdminEmail, "additionalFields", node.NewObject("resetUrl", "http://evil.example/x")),
			message: n8nText400, description: `URL "http://evil.example/x" can't be used to reset passwords. (INVALID_PAYLOAD)`,
			asked: []string{"POST /auth/password/request"},
		},
		"unknown bearer": {
			params: good, token: "no-such-token", message: unauthorized, description: badBearer, permanent: true,
			asked: []string{"POST /auth/password/request bearer", probed},
		},
		"a page in place of an answer": {
			params: good, fault: directustest.Respond(200, "text/html", "<h1>Log in</h1>"), message: "Directus's answer is not JSON",
			description: "status 200, text/html, 15 bytes", asked: []string{"POST /auth/password/request"},
		},
		"answer lost": {
			params: good, fault: directustest.Performed(directustest.Drop()), asked: []string{"POST /auth/password/request"},
			message: "The connection to the server was closed unexpectedly, perhaps it is offline. You can retry the request immediately or wait and retry later.",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			if tt.fault != nil {
				srv.FailNext("/auth/password/request", 1, tt.fault)
			}
			info, err := job{params: tt.params, url: srv.URL(), token: tt.token}.fails(t)
			require.Equal(t, tt.message, info.Message)
			require.Contains(t, info.Description, tt.description)
			require.Equal(t, tt.permanent, node.IsPermanent(err))
			require.Equal(t, tt.asked, asked(srv))
			requireNoSecret(t, info, tt.token)
		})
	}
}

// mailed has a reset requested, and returns the token of the mail.
func mailed(t *testing.T, srv *directustest.Server) string {
	t.Helper()
	job{params: requestResetOf("email", directustest.AdminEmail), url: srv.URL()}.one(t)
	token, err := srv.ResetToken(directustest.AdminEmail)
	require.NoError(t, err)
	srv.ResetRequests()
	return token
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]func(token string) *node.Object{
		"fields":       func(token string) *node.Object { return resetOf("token", token, "password", "new-1") },
		"body as text": func(token string) *node.Object { return jsonReset(`{"token": "` + token + `", "password": "new-1"}`) },
		"body as an object": func(token string) *node.Object {
			return jsonReset(node.NewObject("token", token, "password", "new-1"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			token := mailed(t, srv)
			require.JSONEq(t, noResult, job{params: params(token), url: srv.URL(), token: static}.one(t))
			require.Equal(t, []string{resetDoneBearer}, asked(srv))
			require.Equal(t, `{"token":"`+token+`","password":"new-1"}`, string(srv.Requests()[0].Body))
			job{params: loginOf("email", directustest.AdminEmail, "password", "new-1"), url: srv.URL()}.one(t)
		})
	}
}

func jsonReset(body any) *node.Object {
	return resetOf("jsonParameters", true, "bodyParametersJson", body)
}

func TestResetPasswordFails(t *testing.T) {
	t.Parallel()
	performed, respond := directustest.Performed, directustest.Respond
	const invalid = "Invalid reset token"
	tests := map[string]struct {
		params      *node.Object // nil: the token of the mail and a new password
		usedBefore  bool
		later       time.Duration
		token       string
		fault       func(*testing.T, *directustest.Server)
		message     string
		description string
		httpCode    string
		mayBeUsedUp bool
		retryable   bool
		asked       []string
	}{
		"no token":    {params: resetOf("password", "new-1"), message: "Missing required parameter: token", description: "Nothing was sent.", retryable: true},
		"no password": {params: resetOf("token", "hush-token", "password", "={{ $json.none }}"), message: "Missing required parameter: password", retryable: true},
		"no password in the body": {
			params: jsonReset(`{"token":"hush-token"}`), message: "Missing required parameter: password",
			description: `The JSON of the parameter "bodyParametersJson" has no value for it. Nothing was sent.`, retryable: true,
		},
		"a list as body": {params: jsonReset(`["hush-token"]`), message: `Parameter "bodyParametersJson" is not a JSON object`, retryable: true},
		"bad body": {
			params: jsonReset(`{"token":"hush-token",password:"new-1"}`), message: `Parameter "bodyParametersJson" is not valid JSON`, description: "Nothing was sent.",
			retryable: true,
		},
		"empty body": {params: jsonReset(""), message: `Parameter "bodyParametersJson" is empty`, retryable: true},

		"used before": {
			usedBefore: true, token: static, message: invalid, description: "You don't have permission to access this. (FORBIDDEN). The reset token was used before",
			httpCode: "403", asked: []string{resetDoneBearer},
		},
		"garbage, good bearer": {
			params: resetOf("token", "garbage", "password", "new-1"), token: static, message: invalid,
			description: "Invalid token. (INVALID_TOKEN). The reset token was used before", httpCode: "403", asked: []string{resetDoneBearer, probed},
		},
		"garbage, no bearer": {
			params: resetOf("token", "garbage", "password", "new-1"), message: invalid, description: "(INVALID_TOKEN)", httpCode: "403", asked: []string{resetDone},
		},
		"garbage, the probe fails": {
			params: resetOf("token", "garbage", "password", "new-1"), token: static, fault: fault("/users/me", respond(500, "text/html", "Oh")),
			message: invalid, httpCode: "403", asked: []string{resetDoneBearer, probed},
		},
		"expired": {
			later: 25 * time.Hour, message: invalid, description: "Token expired. (TOKEN_EXPIRED)", httpCode: "401", asked: []string{resetDone},
		},
		"expired, good bearer": {
			later: 25 * time.Hour, token: static, message: invalid, description: "Token expired. (TOKEN_EXPIRED)", httpCode: "401",
			asked: []string{resetDoneBearer, resetDone},
		},
		"unknown bearer": {
			token: "no-such-token", message: unauthorized, description: badBearer, httpCode: "401", asked: []string{resetDoneBearer, probed},
		},
		"forged bearer": {
			token: badJWT, message: unauthorized, description: "Invalid token. (INVALID_TOKEN). Directus does not accept the access token", httpCode: "403",
			asked: []string{resetDoneBearer, probed},
		},
		"user suspended": {
			fault: func(t *testing.T, srv *directustest.Server) {
				t.Helper()
				require.NoError(t, srv.Suspend(directustest.AdminEmail))
			},
			message: invalid, description: "(FORBIDDEN)", httpCode: "403", asked: []string{resetDone},
		},
		"password against the policy": {
			fault: fault("/auth/password/reset", respond(400, "application/json",
				`{"errors":[{"message":"Validation failed for field \"password\".","extensions":{"code":"FAILED_VALIDATION"}}]}`)),
			message: n8nText400, description: "(FAILED_VALIDATION)", httpCode: "400", asked: []string{resetDone},
		},
		"answer lost": {
			fault: fault("/auth/password/reset", performed(directustest.Drop())), description: "it works no more, and the user has the new password",
			message: "The connection to the server was closed unexpectedly, perhaps it is offline", mayBeUsedUp: true, httpCode: "ECONNRESET", asked: []string{resetDone},
		},
		"500": {
			fault: fault("/auth/password/reset", performed(respond(500, "text/html", "Oh"))), message: "The service was not able to process your request",
			description: "The reset token may be used up", httpCode: "500", asked: []string{resetDone},
		},
		"a page in place of an answer": {
			fault: fault("/auth/password/reset", respond(200, "text/html", "<h1>Log in</h1>")), message: "Directus's answer is not JSON",
			mayBeUsedUp: true, httpCode: "200", asked: []string{resetDone},
		},
		"rate limited": {
			fault: fault("/auth/password/reset", directustest.RateLimited(time.Second)), message: "The service is receiving too many requests from you",
			httpCode: "429", retryable: true, asked: []string{resetDone},
		},
		"redirect": {
			fault: fault("/auth/password/reset", directustest.Redirect(307, "https://login.example.com/")), httpCode: "307", asked: []string{resetDone},
			message: "Directus's answer is a redirect (status 307), which is not followed",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			now := start
			srv := sandbox(t, directustest.WithClock(func() time.Time { return now }))
			token := mailed(t, srv)
			if tt.params == nil {
				tt.params = resetOf("token", token, "password", "new-1")
			}
			if tt.usedBefore {
				job{params: tt.params, url: srv.URL()}.one(t)
				srv.ResetRequests()
			}
			now = start.Add(tt.later)
			if tt.fault != nil {
				tt.fault(t, srv)
			}
			info, err := job{params: tt.params, url: srv.URL(), token: tt.token}.fails(t)
			message := tt.message
			if tt.mayBeUsedUp {
				message += resetMaybeUsed
			}
			if name == "bad body" {
				require.Contains(t, info.Message, message)
			} else {
				require.Equal(t, message, info.Message)
			}
			require.Contains(t, info.Description, tt.description)
			require.Equal(t, tt.httpCode, info.HTTPCode)
			require.Equal(t, !tt.retryable, node.IsPermanent(err))
			require.Equal(t, tt.asked, asked(srv))
			requireNoSecret(t, info, token, "new-1", "garbage", "hush-token", tt.token)
		})
	}
}

// An expired reset token says nothing about the bearer: the next item is sent with it.
func TestExpiredResetTokenKeepsTheBearer(t *testing.T) {
	t.Parallel()
	now := time.Now()
	srv := sandbox(t, directustest.WithClock(func() time.Time { return now }))
	expired := mailed(t, srv)
	now = now.Add(25 * time.Hour)
	items := []node.Item{node.ItemOf("token", expired), node.ItemOf("token", mailed(t, srv))}
	params := resetOf("token", "={{ $json.token }}", "password", "new-1")
	out, err := job{params: params, items: items, url: srv.URL(), token: static, continueOnFail: true}.run(t.Context(), t)
	require.NoError(t, err)
	require.JSONEq(t, `{"error":"Invalid reset token"}`, text(out.Main[0][0]))
	require.JSONEq(t, noResult, text(out.Main[0][1]))
	require.Equal(t, []string{resetDoneBearer, resetDone, resetDoneBearer}, asked(srv))
}

func TestResetGoesOnWithoutAnExpiredBearer(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	bearer, err := srv.ExpiredAccessToken(directustest.AdminEmail)
	require.NoError(t, err)
	token := mailed(t, srv)
	require.JSONEq(t, noResult, job{params: resetOf("token", token, "password", "new-1"), url: srv.URL(), token: bearer}.one(t))
	require.Equal(t, []string{resetDoneBearer, resetDone}, asked(srv))
}

// A reset that was sent may come to its end when the run is cancelled.
func TestResetIsNotInterrupted(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.FailNext("/auth/password/reset", 1, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		cancel()
		time.Sleep(50 * time.Millisecond) // so that a request that is given up at once has no answer
		perform.ServeHTTP(w, r)
	})
	items := []node.Item{node.ItemOf("token", mailed(t, srv)), node.ItemOf("token", "x")}
	out, err := job{params: resetOf("token", "={{ $json.token }}", "password", "new-1"), items: items, url: srv.URL()}.run(ctx, t)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []string{resetDone}, asked(srv), "the second item was not begun")
	require.Len(t, out.Partial, 1)
	require.JSONEq(t, noResult, text(out.Partial[0]))
}

// Of two resets with the same token one sets the password, and the other learns that it did not.
func TestResetsOfOneTokenWaitForEachOther(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	var now, most atomic.Int32
	srv.FailNext("/auth/password/reset", 2, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		if c := now.Add(1); c > most.Load() {
			most.Store(c)
		}
		time.Sleep(20 * time.Millisecond) // gives the other the time to overlap
		perform.ServeHTTP(w, r)
		now.Add(-1)
	})
	token := mailed(t, srv)
	var worked atomic.Int32
	var wg sync.WaitGroup
	for _, password := range []string{"new-1", "new-2"} {
		wg.Go(func() {
			if _, err := (job{params: resetOf("token", token, "password", password), url: srv.URL()}).run(t.Context(), t); err == nil {
				worked.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, worked.Load())
	require.EqualValues(t, 1, most.Load())
}
