package directustest

import (
	"fmt"
	"log/slog"
	"net/url"
	"time"
)

// The user that exists when [WithUser] names none: an administrator, as Directus creates one on its first start.
const (
	AdminEmail    = "admin@example.com"
	AdminPassword = "directus"
	AdminToken    = "static-admin-token" // its static token, as a credential would hold it
)

// Status is the state of a user. Only an active user can log in, refresh and use a static token.
type Status string

// The states that Directus knows.
const (
	Active     Status = "active"
	Suspended  Status = "suspended"
	Archived   Status = "archived"
	Draft      Status = "draft"
	Invited    Status = "invited"
	Unverified Status = "unverified"
)

var statuses = map[Status]bool{Active: true, Suspended: true, Archived: true, Draft: true, Invited: true, Unverified: true}

// User is an account of the server.
type User struct {
	ID          string // a UUID; a random one when empty
	Email       string // required, unique whatever its case
	Password    string // empty: the user can't log in with a password
	StaticToken string // empty: none
	Status      Status // empty: Active
	OTPSecret   string // base32 secret of two-factor authentication; empty: not in use
	Admin       bool   // an administrator sees all of GET /users/me, any other user only its id
	FirstName   string
	LastName    string
}

// An Option changes how a server is set up.
type Option func(*config)

type config struct {
	now           func() time.Time
	accessTTL     time.Duration
	refreshTTL    time.Duration
	sessionTTL    time.Duration
	sessionGrace  time.Duration
	loginAttempts int
	users         []User
	collections   []Collection
	resetURLs     []string
	logger        *slog.Logger
}

func newConfig(opts []Option) (config, error) {
	// Directus's own defaults.
	cfg := config{
		now:           time.Now,
		accessTTL:     15 * time.Minute,
		refreshTTL:    7 * 24 * time.Hour,
		sessionTTL:    24 * time.Hour,
		sessionGrace:  10 * time.Second,
		loginAttempts: 25,
	}
	for _, opt := range opts {
		opt(&cfg)
	}
	for _, ttl := range []struct {
		name  string
		value time.Duration
	}{{"access token", cfg.accessTTL}, {"refresh token", cfg.refreshTTL}, {"session", cfg.sessionTTL}, {"session grace period", cfg.sessionGrace}} {
		if ttl.value <= 0 {
			return cfg, fmt.Errorf("directustest: the lifetime of the %s must be above 0, not %s", ttl.name, ttl.value)
		}
	}
	for _, u := range cfg.resetURLs {
		if parsed, err := url.Parse(u); err != nil || parsed.Host == "" {
			return cfg, fmt.Errorf("directustest: the reset URL %q is not an absolute URL", u)
		}
	}
	if len(cfg.users) == 0 {
		cfg.users = []User{{
			Email: AdminEmail, Password: AdminPassword, StaticToken: AdminToken, Admin: true, FirstName: "Admin", LastName: "User",
		}}
	}
	if len(cfg.collections) == 0 {
		cfg.collections = []Collection{Articles()}
	}
	return cfg, nil
}

// WithAccessTokenTTL sets how long an access token is valid (ACCESS_TOKEN_TTL; 15 minutes by default).
// Tokens expire on full seconds, as Directus's do.
func WithAccessTokenTTL(d time.Duration) Option { return func(c *config) { c.accessTTL = d } }

// WithRefreshTokenTTL sets how long a refresh token is valid after it was handed out (REFRESH_TOKEN_TTL; 7 days by default).
func WithRefreshTokenTTL(d time.Duration) Option { return func(c *config) { c.refreshTTL = d } }

// WithSessionTTL sets how long the cookie of the mode "session" is valid (SESSION_COOKIE_TTL; a day by default).
func WithSessionTTL(d time.Duration) Option { return func(c *config) { c.sessionTTL = d } }

// WithSessionGrace sets how long a session cookie still works after it was refreshed (SESSION_REFRESH_GRACE_PERIOD; 10 s by default).
func WithSessionGrace(d time.Duration) Option { return func(c *config) { c.sessionGrace = d } }

// WithLoginAttempts sets after how many logins without success the next one suspends the user (auth_login_attempts; 25 by default).
// 0 means never.
func WithLoginAttempts(n int) Option { return func(c *config) { c.loginAttempts = n } }

// WithClock makes the server read the time from now, which must be safe for concurrent use. The default is [time.Now].
func WithClock(now func() time.Time) Option { return func(c *config) { c.now = now } }

// WithUser adds a user. The default administrator exists only when no user is named.
func WithUser(u User) Option { return func(c *config) { c.users = append(c.users, u) } }

// WithCollection adds a collection without items. [Articles] exists only when no collection is named.
func WithCollection(c Collection) Option {
	return func(cfg *config) { cfg.collections = append(cfg.collections, c) }
}

// WithResetURLs allows these addresses as reset_url of a password request (PASSWORD_RESET_URL_ALLOW_LIST; none by default).
func WithResetURLs(urls ...string) Option {
	return func(c *config) { c.resetURLs = append(c.resetURLs, urls...) }
}

// WithLogger logs one line per request: method, path, status and milliseconds. Headers and bodies hold secrets and are never logged.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }
