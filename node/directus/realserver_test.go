package directus

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// realServer is a Directus that the environment names: scripts/directus.sh starts one.
type realServer struct {
	url, token, email, password string
	accessTTL                   time.Duration
}

// TestRealDirectus checks what the node makes of a real Directus's answers:
//
//	scripts/directus.sh start
//	eval "$(scripts/directus.sh env)"
//	go test -run TestRealDirectus ./node/directus
//
// With ACCESS_TOKEN_TTL=2s before start it also tries a bearer that has expired.
func TestRealDirectus(t *testing.T) {
	srv := realServer{
		url: os.Getenv("NATE_DIRECTUS_URL"), token: os.Getenv("NATE_DIRECTUS_TOKEN"),
		email: os.Getenv("NATE_DIRECTUS_EMAIL"), password: os.Getenv("NATE_DIRECTUS_PASSWORD"), accessTTL: 15 * time.Minute,
	}
	if srv.url == "" {
		t.Skip("SKIPPED: the Directus node against a real Directus: NATE_DIRECTUS_URL is not set (scripts/directus.sh start, then env)")
	}
	if ms, err := strconv.Atoi(os.Getenv("NATE_DIRECTUS_ACCESS_TTL_MS")); err == nil {
		srv.accessTTL = time.Duration(ms) * time.Millisecond
	}

	t.Run("refresh", func(t *testing.T) {
		tokens := srv.login(t)
		out := srv.refresh(t, tokens["refresh_token"], srv.token)
		require.NotEqual(t, tokens["refresh_token"], out["refresh_token"])
		require.EqualValues(t, srv.accessTTL.Milliseconds(), out["expires"])
		srv.refresh(t, out["refresh_token"], "")
	})

	t.Run("used before", func(t *testing.T) {
		used := srv.login(t)["refresh_token"]
		srv.refresh(t, used, "")
		for _, bearer := range []string{srv.token, ""} {
			srv.requireRefused(t, used, bearer, "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
		}
	})

	t.Run("no such token", func(t *testing.T) {
		for _, token := range []any{"x", 42, node.NewObject("a", 1), []any{}, " "} {
			srv.requireRefused(t, token, srv.token, "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
		}
	})

	t.Run("bad bearer", func(t *testing.T) {
		token := srv.login(t)["refresh_token"]
		srv.requireRefused(t, token, "no-such-token", unauthorized, "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
		jwt := "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6IngiLCJpc3MiOiJkaXJlY3R1cyJ9.AAAA"
		srv.requireRefused(t, token, jwt, unauthorized, "Invalid token. (INVALID_TOKEN)", "403")
		srv.refresh(t, token, srv.token) // it was not used up
	})

	t.Run("expired bearer", func(t *testing.T) {
		if srv.accessTTL > 10*time.Second {
			t.Skip("SKIPPED: the access tokens of this Directus live too long: ACCESS_TOKEN_TTL=2s scripts/directus.sh start")
		}
		tokens := srv.login(t)
		bearer := tokens["access_token"].(string)
		time.Sleep(srv.accessTTL + 200*time.Millisecond)
		out := srv.refresh(t, tokens["refresh_token"], bearer)
		_, err := job{params: node.NewObject("resource", "auth", "operation", "logout", "refreshToken", out["refresh_token"]), url: srv.url, token: bearer}.
			run(t.Context(), t)
		require.NoError(t, err)
		srv.requireRefused(t, out["refresh_token"], bearer, "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
	})

	t.Run("suspended user", func(t *testing.T) {
		if ms, err := strconv.Atoi(os.Getenv("NATE_DIRECTUS_REFRESH_TTL_MS")); err == nil && ms < 60_000 {
			t.Skip("SKIPPED: the refresh tokens of this Directus don't live as long as it takes to have a user suspended")
		}
		email := srv.user(t)
		params := loginOf("email", email, "password", "right")
		token := decode(t, job{params: params, url: srv.url}.one(t))["refresh_token"]
		var wg sync.WaitGroup
		for range 27 { // Directus suspends a user after 25 failed logins
			wg.Go(func() {
				_, _ = job{params: loginOf("email", email, "password", "wrong"), url: srv.url}.run(t.Context(), t)
			})
		}
		wg.Wait()
		srv.requireRefused(t, token, "", n8nText401, "User suspended. (USER_SUSPENDED)", "401")
		srv.requireRefused(t, token, "", "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
	})

	t.Run("answer lost", func(t *testing.T) {
		token := srv.login(t)["refresh_token"]
		inner := newTransport(t)
		lossy := roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			return nil, io.ErrUnexpectedEOF
		})
		info, err := job{params: refreshOf(token), url: srv.url, transport: lossy}.fails(t)
		require.Equal(t, "The connection to the server was closed unexpectedly, perhaps it is offline"+mayBeUsedUp, info.Message)
		require.True(t, node.IsPermanent(err))
		srv.requireRefused(t, token, "", "Invalid refresh token", "", "401")
	})

	t.Run("one of ten at the same time", func(t *testing.T) {
		token := srv.login(t)["refresh_token"]
		var worked atomic.Int32
		next := make(chan any, 10)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				out, err := job{params: refreshOf(token), url: srv.url}.run(t.Context(), t)
				if err == nil {
					worked.Add(1)
					v, _ := out.Main[0][0].JSON.Get("refresh_token")
					next <- v
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, worked.Load())
		srv.refresh(t, <-next, "")
	})

	t.Run("login modes", func(t *testing.T) {
		in := func(mode string) map[string]any {
			params := loginOf("email", srv.email, "password", srv.password, "additionalFields", node.NewObject("mode", mode))
			return decode(t, job{params: params, url: srv.url, token: srv.token}.one(t))
		}
		srv.refresh(t, in("json")["refresh_token"], "")
		srv.refresh(t, in("cookie")["refresh_token"], "")
		session, _ := in("session")["session_token"].(string)
		me := realServer{url: srv.url, token: session}.admin(t, http.MethodGet, "/users/me", nil)
		require.Equal(t, srv.email, me["email"])
	})

	t.Run("login refused", func(t *testing.T) {
		email := srv.user(t)
		info, err := job{params: loginOf("email", email, "password", "wrong"), url: srv.url, token: srv.token}.fails(t)
		require.Equal(t, n8nText401, info.Message)
		require.True(t, node.IsPermanent(err))
		info, _ = job{params: loginOf("email", email, "password", "right"), url: srv.url, token: "no-such-token"}.fails(t)
		require.Equal(t, unauthorized, info.Message)
		info, _ = job{params: loginOf("email", email), url: srv.url}.fails(t)
		require.Equal(t, "Bad request - please check your parameters", info.Message)
		require.Contains(t, info.Description, "(INVALID_PAYLOAD)")
	})

	t.Run("logout", func(t *testing.T) {
		token := srv.login(t)["refresh_token"]
		params := node.NewObject("resource", "auth", "operation", "logout", "refreshToken", token)
		require.JSONEq(t, `{"result":""}`, job{params: params, url: srv.url, token: srv.token}.one(t))
		srv.requireRefused(t, token, srv.token, "Invalid refresh token", "", "401")
		require.JSONEq(t, `{"result":""}`, job{params: params, url: srv.url}.one(t))
		info, _ := job{params: params, url: srv.url, token: "no-such-token"}.fails(t)
		require.Equal(t, unauthorized, info.Message)
	})

	t.Run("no such route", func(t *testing.T) {
		info, _ := job{params: refreshOf("x"), url: srv.url + "/nowhere"}.fails(t)
		require.Equal(t, "The resource you are requesting could not be found", info.Message)
		require.Equal(t, "Route /nowhere/auth/refresh doesn't exist. (ROUTE_NOT_FOUND)", info.Description)
	})
}

func (s realServer) login(t *testing.T) map[string]any {
	t.Helper()
	return decode(t, job{params: loginOf("email", s.email, "password", s.password), url: s.url}.one(t))
}

func (s realServer) refresh(t *testing.T, token any, bearer string) map[string]any {
	t.Helper()
	items := []node.Item{node.ItemOf("rt", token)}
	return decode(t, job{params: refreshOf("={{ $json.rt }}"), items: items, url: s.url, token: bearer}.one(t))
}

func (s realServer) requireRefused(t *testing.T, token any, bearer, message, description, httpCode string) {
	t.Helper()
	items := []node.Item{node.ItemOf("rt", token)}
	info, err := job{params: refreshOf("={{ $json.rt }}"), items: items, url: s.url, token: bearer}.fails(t)
	require.Equal(t, message, info.Message)
	require.Contains(t, info.Description, description)
	require.Equal(t, httpCode, info.HTTPCode)
	require.True(t, node.IsPermanent(err))
}

// user makes a user with the password "right" and returns the email; the user goes when the test ends.
func (s realServer) user(t *testing.T) string {
	t.Helper()
	email := "u" + strconv.FormatUint(rand.Uint64(), 36) + "@example.com"
	body, err := json.Marshal(map[string]string{"email": email, "password": "right", "status": "active"})
	require.NoError(t, err)
	created := s.admin(t, http.MethodPost, "/users", body)
	id, _ := created["id"].(string)
	require.NotEmpty(t, id, "%v", created)
	t.Cleanup(func() { s.admin(t, http.MethodDelete, "/users/"+id, nil) })
	return email
}

// admin sends a request with the token as bearer, outside the node.
func (s realServer) admin(t *testing.T, method, path string, body []byte) map[string]any {
	t.Helper()
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, 2, resp.StatusCode/100, "%s", text)
	if len(text) == 0 {
		return nil
	}
	data, _ := decode(t, string(text))["data"].(map[string]any)
	return data
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	return v
}
