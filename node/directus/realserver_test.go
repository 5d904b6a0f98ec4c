package directus

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

// realServer is the real Directus as the node sees it.
type realServer struct{ *realdirectus.Server }

// TestRealDirectus checks what the node makes of a real Directus's answers, those of the scenes among them:
//
//	scripts/directus.sh start
//	eval "$(scripts/directus.sh env)"
//	go test -run TestRealDirectus ./node/directus
//
// It plays the scenes of the kind that the server is: those of the others need another one. NATE_DIRECTUS_RECORD=1 makes their recordings
// anew.
func TestRealDirectus(t *testing.T) {
	srv := realServer{realdirectus.New(t, "the Directus node")}

	t.Run("scenes", func(t *testing.T) {
		is, version := srv.kind(t), srv.Version(t)
		for _, sc := range scenes {
			if sc.kind == is && !realdirectus.Older(version, sc.since) {
				t.Run(sc.name, func(t *testing.T) { sc.playAt(t, srv.Server, version) })
			}
		}
	})

	t.Run("refresh", func(t *testing.T) {
		tokens := srv.login(t)
		out := srv.refresh(t, tokens["refresh_token"], srv.Token)
		require.NotEqual(t, tokens["refresh_token"], out["refresh_token"])
		require.EqualValues(t, srv.Access.Milliseconds(), out["expires"])
		srv.refresh(t, out["refresh_token"], "")
	})

	t.Run("used before", func(t *testing.T) {
		used := srv.login(t)["refresh_token"]
		srv.refresh(t, used, "")
		for _, bearer := range []string{srv.Token, ""} {
			srv.requireRefused(t, used, bearer, "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
		}
	})

	t.Run("no such token", func(t *testing.T) {
		for _, token := range []any{"x", 42, node.NewObject("a", 1), []any{}, " "} {
			srv.requireRefused(t, token, srv.Token, "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
		}
	})

	t.Run("bad bearer", func(t *testing.T) {
		token := srv.login(t)["refresh_token"]
		srv.requireRefused(t, token, "no-such-token", unauthorized, "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
		srv.requireRefused(t, token, badJWT, unauthorized, "Invalid token. (INVALID_TOKEN)", "403")
		srv.refresh(t, token, srv.Token) // it was not used up
	})

	t.Run("expired bearer", func(t *testing.T) {
		if srv.Access > 10*time.Second {
			t.Skip("SKIPPED: the access tokens of this Directus live too long: ACCESS_TOKEN_TTL=2s scripts/directus.sh start")
		}
		tokens := srv.login(t)
		bearer := tokens["access_token"].(string)
		time.Sleep(srv.Access + 200*time.Millisecond)
		out := srv.refresh(t, tokens["refresh_token"], bearer)
		_, err := job{params: node.NewObject("resource", "auth", "operation", "logout", "refreshToken", out["refresh_token"]), url: srv.URL, token: bearer}.
			run(t.Context(), t)
		require.NoError(t, err)
		srv.requireRefused(t, out["refresh_token"], bearer, "Invalid refresh token", "Invalid user credentials. (INVALID_CREDENTIALS)", "401")
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
		info, err := job{params: refreshOf(token), url: srv.URL, transport: lossy}.fails(t)
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
				out, err := job{params: refreshOf(token), url: srv.URL}.run(t.Context(), t)
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
			params := loginOf("email", srv.Email, "password", srv.Password, "additionalFields", node.NewObject("mode", mode))
			return decode(t, job{params: params, url: srv.URL, token: srv.Token}.one(t))
		}
		srv.refresh(t, in("json")["refresh_token"], "")
		srv.refresh(t, in("cookie")["refresh_token"], "")
		session, _ := in("session")["session_token"].(string)
		var me struct{ Email string }
		srv.Call(t, session, http.MethodGet, "/users/me", nil, &me)
		require.Equal(t, srv.Email, me.Email)
	})

	t.Run("logout", func(t *testing.T) {
		token := srv.login(t)["refresh_token"]
		params := node.NewObject("resource", "auth", "operation", "logout", "refreshToken", token)
		require.JSONEq(t, noResult, job{params: params, url: srv.URL, token: srv.Token}.one(t))
		srv.requireRefused(t, token, srv.Token, "Invalid refresh token", "", "401")
		require.JSONEq(t, noResult, job{params: params, url: srv.URL}.one(t), "again: the same")
	})

	t.Run("new password", func(t *testing.T) {
		s := &stage{t: t, srv: srv.Server, vars: map[string]string{"password": "the old one"}}
		person(s)
		request := node.NewObject("resource", "auth", "operation", "requestReset", "email", s.vars["email"])
		require.JSONEq(t, noResult, job{params: request, url: srv.URL, token: srv.Token}.one(t))
		reset := node.NewObject("resource", "auth", "operation", "resetPassword", "token", srv.ResetToken(t, s.vars["email"]), "password", "the new one")
		require.JSONEq(t, noResult, job{params: reset, url: srv.URL, token: srv.Token}.one(t))
		info, err := job{params: reset, url: srv.URL, token: srv.Token}.fails(t)
		require.Equal(t, "Invalid reset token", info.Message)
		require.True(t, node.IsPermanent(err))
		job{params: loginOf("email", s.vars["email"], "password", "the new one"), url: srv.URL}.one(t)
		info, _ = job{params: loginOf("email", s.vars["email"], "password", "the old one"), url: srv.URL}.fails(t)
		require.Equal(t, n8nText401, info.Message)
	})

	t.Run("no such route", func(t *testing.T) {
		info, _ := job{params: refreshOf("x"), url: srv.URL + "/nowhere"}.fails(t)
		require.Equal(t, "The resource you are requesting could not be found", info.Message)
		require.Equal(t, "Route /nowhere/auth/refresh doesn't exist. (ROUTE_NOT_FOUND)", info.Description)
	})
}

func (s realServer) login(t *testing.T) map[string]any {
	t.Helper()
	return decode(t, job{params: loginOf("email", s.Email, "password", s.Password), url: s.URL}.one(t))
}

func (s realServer) refresh(t *testing.T, token any, bearer string) map[string]any {
	t.Helper()
	items := []node.Item{node.ItemOf("rt", token)}
	return decode(t, job{params: refreshOf("={{ $json.rt }}"), items: items, url: s.URL, token: bearer}.one(t))
}

func (s realServer) requireRefused(t *testing.T, token any, bearer, message, description, httpCode string) {
	t.Helper()
	items := []node.Item{node.ItemOf("rt", token)}
	info, err := job{params: refreshOf("={{ $json.rt }}"), items: items, url: s.URL, token: bearer}.fails(t)
	require.Equal(t, message, info.Message)
	require.Contains(t, info.Description, description)
	require.Equal(t, httpCode, info.HTTPCode)
	require.True(t, node.IsPermanent(err))
}

// kind looks what scenes the server is for.
func (s realServer) kind(t *testing.T) kind {
	t.Helper()
	if s.ShortLived() {
		return short
	}
	if out, err := (job{params: node.NewObject("resource", "auth", "splitIntoItems", true), url: s.URL}).run(t.Context(), t); err != nil || len(out.Main[0]) > 0 {
		require.NoError(t, err)
		return providers
	}
	return plain
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	return v
}
