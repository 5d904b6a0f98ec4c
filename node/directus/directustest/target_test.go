package directustest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/quotedprintable"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/directus/directustest"
)

// target is a server under test.
type target struct {
	url                             string
	adminEmail, adminToken          string
	access, refresh, session, grace time.Duration
	client                          *http.Client
	now                             func() time.Time

	elapse      func(t *testing.T, d time.Duration)
	addUser     func(t *testing.T, u directustest.User)
	setStatus   func(t *testing.T, email string, s directustest.Status)
	setPassword func(t *testing.T, email, password string)
	lockAfter   func(t *testing.T, attempts int)
	resetToken  func(t *testing.T, email string) string
}

// shortLived says whether tokens live too short for a conversation.
func (target *target) shortLived() bool { return min(target.access, target.refresh) < time.Minute }

func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newSandbox starts the sandbox with a clock that the probe moves.
func newSandbox(t *testing.T, p probe) *target {
	t.Helper()
	var offset atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	opts := []directustest.Option{directustest.WithClock(now), directustest.WithResetURLs("http://app.example/reset")}
	for _, s := range p.steps {
		if s.lockAfter > 0 {
			opts = append(opts, directustest.WithLoginAttempts(s.lockAfter))
		}
	}
	srv, err := directustest.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, srv.Close()) })
	target := &target{
		url: srv.URL(), adminEmail: directustest.AdminEmail, adminToken: directustest.AdminToken,
		access: 15 * time.Minute, refresh: 7 * 24 * time.Hour, session: 24 * time.Hour, grace: 10 * time.Second,
		client: newClient(t), now: now,
	}
	target.elapse = func(_ *testing.T, d time.Duration) { offset.Add(int64(d)) }
	target.addUser = func(t *testing.T, u directustest.User) {
		t.Helper()
		require.NoError(t, srv.AddUser(u))
	}
	target.setStatus = func(t *testing.T, email string, s directustest.Status) {
		t.Helper()
		require.NoError(t, srv.SetStatus(email, s))
	}
	target.setPassword = func(t *testing.T, email, password string) {
		t.Helper()
		require.NoError(t, srv.SetPassword(email, password))
	}
	target.lockAfter = func(*testing.T, int) {} // it was started so
	target.resetToken = func(t *testing.T, email string) string {
		t.Helper()
		token, err := srv.ResetToken(email)
		require.NoError(t, err)
		return token
	}
	return target
}

// newReal drives the Directus of the environment through its API, as the static token's administrator.
func newReal(t *testing.T) *target {
	t.Helper()
	env := func(name string) string {
		value := os.Getenv(name)
		require.NotEmpty(t, value, "%s must be set with NATE_DIRECTUS_URL", name)
		return value
	}
	ms := func(name string, standard time.Duration) time.Duration {
		if os.Getenv(name) == "" {
			return standard
		}
		n, err := strconv.ParseInt(os.Getenv(name), 10, 64)
		require.NoError(t, err, name)
		return time.Duration(n) * time.Millisecond
	}
	target := &target{
		url: strings.TrimSuffix(env("NATE_DIRECTUS_URL"), "/"), adminEmail: env("NATE_DIRECTUS_EMAIL"), adminToken: env("NATE_DIRECTUS_TOKEN"),
		access: ms("NATE_DIRECTUS_ACCESS_TTL_MS", 15*time.Minute), refresh: ms("NATE_DIRECTUS_REFRESH_TTL_MS", 7*24*time.Hour),
		session: ms("NATE_DIRECTUS_SESSION_TTL_MS", 24*time.Hour), grace: ms("NATE_DIRECTUS_SESSION_GRACE_MS", 10*time.Second),
		client: newClient(t), now: time.Now,
	}
	call := func(t *testing.T, token, method, path string, body any, answer any) {
		t.Helper()
		text := []byte("{}")
		if body != nil {
			var err error
			text, err = json.Marshal(body)
			require.NoError(t, err)
		}
		request, err := http.NewRequest(method, target.url+path, bytes.NewReader(text))
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		response, err := target.client.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		raw, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Less(t, response.StatusCode, 300, "%s %s: %s", method, path, raw)
		if answer != nil {
			require.NoError(t, json.Unmarshal(raw, &struct{ Data any }{answer}))
		}
	}
	admin := func(t *testing.T, method, path string, body any, answer any) {
		t.Helper()
		call(t, target.adminToken, method, path, body, answer)
	}
	ids := map[string]string{} // by email
	target.elapse = func(t *testing.T, d time.Duration) {
		t.Helper()
		if d > 10*time.Second {
			t.Skipf("SKIPPED: it would take %s: start Directus with short lifetimes, as TestConformance says", d)
		}
		time.Sleep(d)
	}
	target.addUser = func(t *testing.T, u directustest.User) {
		t.Helper()
		account := map[string]any{"email": u.Email, "password": u.Password}
		if u.StaticToken != "" {
			account["token"] = u.StaticToken
		}
		if u.OTPSecret != "" { // only a user who may change users can set up two-factor authentication
			var me struct{ Role string }
			admin(t, "GET", "/users/me?fields=role", nil, &me)
			account["role"] = me.Role
		}
		var created struct{ ID string }
		admin(t, "POST", "/users", account, &created)
		ids[u.Email] = created.ID
		t.Cleanup(func() { admin(t, "DELETE", "/users/"+created.ID, nil, nil) })
		if u.OTPSecret != "" {
			var tokens directustest.Tokens
			call(t, target.adminToken, "POST", "/auth/login", map[string]string{"email": u.Email, "password": u.Password}, &tokens)
			factor := map[string]string{"secret": u.OTPSecret, "otp": otp(u.OTPSecret, time.Now())}
			call(t, tokens.AccessToken, "POST", "/users/me/tfa/enable", factor, nil)
		}
	}
	change := func(t *testing.T, email string, what map[string]any) {
		t.Helper()
		admin(t, "PATCH", "/users/"+ids[email], what, nil)
	}
	target.setStatus = func(t *testing.T, email string, s directustest.Status) {
		t.Helper()
		change(t, email, map[string]any{"status": s})
	}
	target.setPassword = func(t *testing.T, email, password string) {
		t.Helper()
		change(t, email, map[string]any{"password": password})
	}
	target.lockAfter = func(t *testing.T, n int) {
		t.Helper()
		var settings struct {
			Attempts *int `json:"auth_login_attempts"`
		}
		admin(t, "GET", "/settings?fields=auth_login_attempts", nil, &settings)
		admin(t, "PATCH", "/settings", map[string]any{"auth_login_attempts": n}, nil)
		t.Cleanup(func() { admin(t, "PATCH", "/settings", map[string]any{"auth_login_attempts": settings.Attempts}, nil) })
	}
	target.resetToken = func(t *testing.T, email string) string {
		t.Helper()
		folder := os.Getenv("NATE_DIRECTUS_MAILS")
		if folder == "" {
			t.Skip("SKIPPED: NATE_DIRECTUS_MAILS is not set: Directus's mails can't be read")
		}
		var token string
		require.Eventually(t, func() bool { token = mailedToken(t, folder, email); return token != "" }, 10*time.Second, 100*time.Millisecond)
		return token
	}
	return target
}

var mailedURL = regexp.MustCompile(`token=([\w-]+\.[\w-]+\.[\w-]+)`)

// mailedToken looks for a mail to email in the folder and returns the token in it, "" when there is none yet.
func mailedToken(t *testing.T, folder, email string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if !bytes.Contains(text, []byte("To: "+email)) {
			continue
		}
		decoded, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(text)))
		require.NoError(t, err)
		if m := mailedURL.FindSubmatch(decoded); m != nil {
			return string(m[1])
		}
	}
	return ""
}
