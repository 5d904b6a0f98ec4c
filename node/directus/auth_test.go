package directus

import (
	"context"
	"encoding/base32"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
)

func loginOf(keysAndValues ...any) *node.Object {
	return node.NewObject(append([]any{"resource", "auth", "operation", "login"}, keysAndValues...)...)
}

func TestLogin(t *testing.T) {
	t.Parallel()
	account := []any{"email", directustest.AdminEmail, "password", directustest.AdminPassword}
	tests := map[string]struct {
		params *node.Object
		body   string
		keys   []string
	}{
		"no mode": {
			params: loginOf(account...),
			body:   `{"email":"admin@example.com","password":"directus"}`,
			keys:   []string{"expires", "refresh_token", "access_token"},
		},
		"json": {
			params: loginOf(append(account, "additionalFields", node.NewObject("mode", "json"))...),
			body:   `{"email":"admin@example.com","password":"directus","mode":"json"}`,
			keys:   []string{"expires", "refresh_token", "access_token"},
		},
		"cookie": {
			params: loginOf(append(account, "additionalFields", node.NewObject("mode", "cookie"))...),
			body:   `{"email":"admin@example.com","password":"directus","mode":"cookie"}`,
			keys:   []string{"expires", "access_token", "refresh_token"},
		},
		"session": {
			params: loginOf(append(account, "additionalFields", node.NewObject("mode", "session"))...),
			body:   `{"email":"admin@example.com","password":"directus","mode":"session"}`,
			keys:   []string{"expires", "session_token"},
		},
		"one-time password": {
			params: loginOf(append(account, "additionalFields", node.NewObject("otp", "123456"))...),
			body:   `{"email":"admin@example.com","password":"directus","otp":"123456"}`,
			keys:   []string{"expires", "refresh_token", "access_token"},
		},
		"body as text": {
			params: loginOf("jsonParameters", true, "bodyParametersJson", ` {"password": "directus", "email": "admin@example.com"}`),
			body:   `{"password":"directus","email":"admin@example.com"}`,
			keys:   []string{"expires", "refresh_token", "access_token"},
		},
		"body as an object": {
			params: loginOf("jsonParameters", true, "bodyParametersJson", node.NewObject("password", "directus", "email", "admin@example.com")),
			body:   `{"password":"directus","email":"admin@example.com"}`,
			keys:   []string{"expires", "refresh_token", "access_token"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			got, err := node.ParseObject([]byte(job{params: tt.params, url: srv.URL(), token: static}.one(t)))
			require.NoError(t, err)
			require.Equal(t, tt.keys, got.Keys())
			require.Equal(t, []string{"POST /auth/login bearer"}, asked(srv))
			require.Equal(t, tt.body, string(srv.Requests()[0].Body))
			if token, ok := got.Get("refresh_token"); ok {
				job{params: refreshOf(token), url: srv.URL()}.one(t)
			}
		})
	}
}

// A token of the answer counts more than one of a cookie.
func TestTokenItems(t *testing.T) {
	t.Parallel()
	a := &answer{status: 200, text: []byte(`{"data":{"refresh_token":"a","access_token":"b"}}`), header: http.Header{"Set-Cookie": {
		"directus_refresh_token=c; Path=/; HttpOnly", "directus_session_token=d; Path=/; HttpOnly", "other=e",
	}}}
	a.parse()
	items, err := tokenItems(nil, a)
	require.NoError(t, err)
	require.JSONEq(t, `{"refresh_token":"a","access_token":"b","session_token":"d"}`, text(items[0]))
}

func TestLoginFails(t *testing.T) {
	t.Parallel()
	respond := directustest.Respond
	account := loginOf("email", directustest.AdminEmail, "password", directustest.AdminPassword)
	tests := map[string]struct {
		params               *node.Object
		token                string
		fault                directustest.Fault
		message, description string
		permanent            bool
		asked                []string
	}{
		"wrong password": {
			params: loginOf("email", directustest.AdminEmail, "password", "wrong-1"), token: static, message: n8nText401,
			description: "Invalid user credentials. (INVALID_CREDENTIALS)", permanent: true, asked: []string{"POST /auth/login bearer", probed},
		},
		"unknown bearer": {
			params: account, token: "no-such-token", message: unauthorized, description: "Put a valid one there, or none: this operation needs none.",
			permanent: true, asked: []string{"POST /auth/login bearer", probed},
		},
		"no email": {
			params: loginOf("password", "wrong-1"), message: "Missing required parameter: email", description: "Nothing was sent.",
		},
		"no password": {
			params:  loginOf("jsonParameters", true, "bodyParametersJson", `{"email":"a@example.com","password":""}`),
			message: "Missing required parameter: password", description: `The JSON of the parameter "bodyParametersJson" has no value for it.`,
		},
		"bad email": {
			params: loginOf("email", "a@b", "password", "wrong-1"), message: "Bad request - please check your parameters",
			description: `Invalid payload. "email" must be a valid email. (INVALID_PAYLOAD)`, asked: []string{"POST /auth/login"},
		},
		"bad body": {
			params:  loginOf("jsonParameters", true, "bodyParametersJson", "{\n \"password\": wrong-1}"),
			message: `Parameter "bodyParametersJson" is not valid JSON at line 2, column 14`, description: "Nothing was sent.",
		},
		"empty body": {
			params:  loginOf("jsonParameters", true, "bodyParametersJson", ""),
			message: `Parameter "bodyParametersJson" is empty`, description: "Nothing was sent.",
		},
		"answer lost": {
			params: account, fault: directustest.Performed(directustest.Drop()), asked: []string{"POST /auth/login"},
			message: "The connection to the server was closed unexpectedly, perhaps it is offline. You can retry the request immediately or wait and retry later.",
		},
		"500": {
			params: account, fault: respond(500, "text/html", "Oh"), asked: []string{"POST /auth/login"},
			message: "The service was not able to process your request", description: "Request failed with status code 500",
		},
		"not JSON": {
			params: account, fault: respond(200, "text/html", "<h1>Log in</h1>"), asked: []string{"POST /auth/login"},
			message: "Directus's answer is not JSON", description: "status 200, text/html, 15 bytes",
		},
		"redirect": {
			params: account, fault: directustest.Redirect(307, "https://elsewhere.example.com/auth/login"), asked: []string{"POST /auth/login"},
			message: "Directus's answer is a redirect (status 307), which is not followed", description: "https://elsewhere.example.com/auth/login",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			if tt.fault != nil {
				srv.FailNext("/auth/login", 1, tt.fault)
			}
			info, err := job{params: tt.params, url: srv.URL(), token: tt.token}.fails(t)
			require.Equal(t, tt.message, info.Message)
			require.Contains(t, info.Description, tt.description)
			require.Equal(t, tt.permanent, node.IsPermanent(err))
			require.Equal(t, tt.asked, asked(srv))
			requireNoSecret(t, info, "wrong-1", tt.token)
		})
	}
}

func TestLoginWithOneTimePassword(t *testing.T) {
	t.Parallel()
	srv := sandbox(t, directustest.WithUser(directustest.User{
		Email: "tfa@example.com", Password: "pw", OTPSecret: base32.StdEncoding.EncodeToString([]byte("0123456789")),
	}))
	otp, err := srv.OTP("tfa@example.com")
	require.NoError(t, err)
	params := func(otp string) *node.Object {
		return loginOf("email", "tfa@example.com", "password", "pw", "additionalFields", node.NewObject("otp", otp))
	}
	require.Contains(t, job{params: params(otp), url: srv.URL()}.one(t), "refresh_token")
	info, _ := job{params: params("000000x"), url: srv.URL()}.fails(t)
	require.Equal(t, n8nText401, info.Message)
	require.Equal(t, "Invalid user OTP. (INVALID_OTP)", info.Description)
}

func TestLoginGoesOnWithoutAnExpiredBearer(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	expired, err := srv.ExpiredAccessToken(directustest.AdminEmail)
	require.NoError(t, err)
	job{params: loginOf("email", directustest.AdminEmail, "password", directustest.AdminPassword), url: srv.URL(), token: expired}.one(t)
	require.Equal(t, []string{"POST /auth/login bearer", "POST /auth/login"}, asked(srv))
}

// A login is given up at once when the run is cancelled: what is lost is a session that nobody uses.
func TestCancelledLogin(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.FailNext("/auth/login", 1, func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		cancel()
		directustest.Hang()(w, r, perform)
	})
	_, err := job{params: loginOf("email", directustest.AdminEmail, "password", directustest.AdminPassword), url: srv.URL()}.run(ctx, t)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "The run was stopped before Directus had answered", err.Error())
}

func TestLogout(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	logout := func(keysAndValues ...any) *node.Object {
		return node.NewObject(append([]any{"resource", "auth", "operation", "logout"}, keysAndValues...)...)
	}
	token := login(t, srv).RefreshToken
	require.JSONEq(t, noResult, job{params: logout("refreshToken", token), url: srv.URL(), token: static}.one(t))
	info, _ := job{params: refreshOf(token), url: srv.URL()}.fails(t)
	require.Equal(t, "Invalid refresh token", info.Message)
	require.JSONEq(t, noResult, job{params: logout("refreshToken", token), url: srv.URL()}.one(t), "again: the same")

	token = login(t, srv).RefreshToken
	job{params: logout("refreshToken", "={{ $json.rt }}", "data", token), url: srv.URL()}.one(t)
	info, _ = job{params: refreshOf(token), url: srv.URL()}.fails(t)
	require.Equal(t, "Invalid refresh token", info.Message)

	srv.ResetRequests()
	info, _ = job{params: logout("refreshToken", "={{ $json.rt }}"), url: srv.URL()}.fails(t)
	require.Equal(t, "Missing required parameter: refresh_token", info.Message)
	require.Empty(t, asked(srv))

	info, _ = job{params: logout("refreshToken", "x"), url: srv.URL(), token: "no-such-token"}.fails(t)
	require.Equal(t, unauthorized, info.Message)

	srv.FailNext("/auth/logout", 1, directustest.Performed(directustest.Drop()))
	_, err := job{params: logout("refreshToken", "x"), url: srv.URL()}.fails(t)
	require.False(t, node.IsPermanent(err), "a logout can be repeated")
}

// A runtime that does not check before the start gets the error for each item.
func TestUnsupportedOperation(t *testing.T) {
	t.Parallel()
	for operation, name := range map[string]string{"x": "items: x", "desactive": "items: deactive", "": "items: "} {
		info, _ := job{params: node.NewObject("operation", operation)}.fails(t)
		require.Equal(t, `The Directus operation "`+name+`" does not exist`, info.Message)
		require.Equal(t, "The operations of items are create, createMultiple, upsert, delete, deleteMultiple, get, list, update, updateMultiple, "+
			"aggregate, getSingleton, updateSingleton", info.Description)
	}
}

// The request as n8n's node sends it, but for the User-Agent.
func TestWireFormat(t *testing.T) {
	t.Parallel()
	var got *http.Request
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(http.StatusNoContent)
	}))
	defer srv.Close()
	logout := node.NewObject("resource", "auth", "operation", "logout", "refreshToken", "<é>")
	tests := map[string]struct {
		url, token    string
		path          string
		authorization []string
	}{
		"plain":              {url: srv.URL, token: "abc", path: "/auth/logout", authorization: []string{"Bearer abc"}},
		"no token":           {url: srv.URL, path: "/auth/logout"},
		"slash at the end":   {url: srv.URL + "/", path: "/auth/logout"},
		"slashes at the end": {url: srv.URL + "//", path: "/auth/logout"},
		"path":               {url: srv.URL + "/cms/%C3%A4/", path: "/cms/%C3%A4/auth/logout"},
		"white space":        {url: " " + srv.URL + "\n", path: "/auth/logout"},
		"user in the url":    {url: "http://u:p@" + srv.Listener.Addr().String(), token: "abc", path: "/auth/logout", authorization: []string{"Basic dTpw"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			job{params: logout, url: tt.url, token: tt.token}.one(t)
			require.Equal(t, http.MethodPost, got.Method)
			require.Equal(t, tt.path, got.RequestURI)
			require.Equal(t, tt.authorization, got.Header["Authorization"])
			got.Header.Del("Authorization")
			require.Equal(t, http.Header{
				"Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "Content-Type": {"application/json"},
				"Content-Length": {"24"}, "User-Agent": {"nate"},
			}, got.Header)
		})
	}
}
