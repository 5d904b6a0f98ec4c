package directustest_test

import (
	"cmp"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
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
	addTable    func(t *testing.T, c directustest.Collection)
	setStatus   func(t *testing.T, email string, s directustest.Status)
	setPassword func(t *testing.T, email, password string)
	lockAfter   func(t *testing.T, attempts int)
	resetToken  func(t *testing.T, email string) string
}

// shortLived says whether tokens live too short for a conversation.
func (target *target) shortLived() bool { return min(target.access, target.refresh) < time.Minute }

func newClient(t *testing.T) *http.Client {
	t.Helper()
	// Directus closes a connection after 5 s without a request, and one that is on its way just then is lost.
	transport := &http.Transport{IdleConnTimeout: 2 * time.Second}
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
	target.addTable = func(t *testing.T, c directustest.Collection) {
		t.Helper()
		require.NoError(t, srv.AddCollection(c))
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
	srv := realdirectus.New(t, "the probes")
	if version := srv.Version(t); realdirectus.Older(version, "11") || srv.DB != "sqlite3" {
		t.Skipf("SKIPPED: the sandbox speaks as Directus 11 and 12 on SQLite do, and this is %s on %s", version, srv.DB)
	}
	target := &target{
		url: srv.URL, adminEmail: srv.Email, adminToken: srv.Token,
		access: srv.Access, refresh: srv.Refresh, session: srv.Session, grace: srv.Grace,
		client: newClient(t), now: time.Now,
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
		ids[u.Email] = srv.AddUser(t, u)
	}
	target.addTable = func(t *testing.T, c directustest.Collection) {
		t.Helper()
		key := map[string]any{"field": "id", "type": "integer", "schema": map[string]any{"is_primary_key": true, "has_auto_increment": true}}
		if c.UUID {
			key = map[string]any{
				"field": "id", "type": "uuid", "meta": map[string]any{"special": []string{"uuid"}}, "schema": map[string]any{"is_primary_key": true},
			}
		}
		fields := []any{key}
		for _, f := range c.Fields {
			fields = append(fields, map[string]any{"field": f.Name, "type": cmp.Or(f.Type, "string"), "schema": map[string]any{"is_unique": f.Unique}})
		}
		srv.Admin(t, "POST", "/collections", map[string]any{"collection": c.Name, "schema": map[string]any{}, "meta": map[string]any{}, "fields": fields}, nil)
		t.Cleanup(func() { srv.Admin(t, "DELETE", "/collections/"+c.Name, nil, nil) })
	}
	change := func(t *testing.T, email string, what map[string]any) {
		t.Helper()
		srv.Admin(t, "PATCH", "/users/"+ids[email], what, nil)
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
		srv.Admin(t, "GET", "/settings?fields=auth_login_attempts", nil, &settings)
		srv.Admin(t, "PATCH", "/settings", map[string]any{"auth_login_attempts": n}, nil)
		t.Cleanup(func() {
			srv.Admin(t, "PATCH", "/settings", map[string]any{"auth_login_attempts": settings.Attempts}, nil)
		})
	}
	target.resetToken = func(t *testing.T, email string) string {
		t.Helper()
		return srv.ResetToken(t, email)
	}
	return target
}
