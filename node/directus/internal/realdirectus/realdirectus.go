// Package realdirectus is how tests reach the real Directus that the environment names:
//
//	scripts/directus.sh start
//	eval "$(scripts/directus.sh env)"
//
// Tests of several packages use the same server, one package after the other (go test -p 1). So a test works with users of its own
// ([Server.AddUser]) and never fails a login as the administrator, and what it changes beside, it changes back.
package realdirectus

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/directus/directustest"
)

// Server is a running Directus. It is safe for concurrent use.
type Server struct {
	URL                    string // without a slash at its end
	Email, Password, Token string // the administrator, and its static token
	// Lifetimes of access tokens, refresh tokens and session cookies, and how long an old session cookie still works.
	Access, Refresh, Session, Grace time.Duration
	// DB is its database, in Directus's word for it: sqlite3, pg.
	DB string
}

// New returns the server of the environment. Where there is none, it skips the test, which is about what.
func New(t *testing.T, what string) *Server {
	t.Helper()
	if os.Getenv("NATE_DIRECTUS_URL") == "" {
		t.Skipf("SKIPPED: %s against a real Directus: NATE_DIRECTUS_URL is not set (scripts/directus.sh start, then env)", what)
	}
	text := func(name string) string {
		value := os.Getenv(name)
		require.NotEmpty(t, value, "%s must be set with NATE_DIRECTUS_URL", name)
		return value
	}
	lifetime := func(name string, standard time.Duration) time.Duration {
		if os.Getenv(name) == "" {
			return standard
		}
		ms, err := strconv.ParseInt(os.Getenv(name), 10, 64)
		require.NoError(t, err, name)
		return time.Duration(ms) * time.Millisecond
	}
	return &Server{
		URL:   strings.TrimSuffix(text("NATE_DIRECTUS_URL"), "/"),
		Email: text("NATE_DIRECTUS_EMAIL"), Password: text("NATE_DIRECTUS_PASSWORD"), Token: text("NATE_DIRECTUS_TOKEN"),
		Access: lifetime("NATE_DIRECTUS_ACCESS_TTL_MS", 15*time.Minute), Refresh: lifetime("NATE_DIRECTUS_REFRESH_TTL_MS", 7*24*time.Hour),
		Session: lifetime("NATE_DIRECTUS_SESSION_TTL_MS", 24*time.Hour), Grace: lifetime("NATE_DIRECTUS_SESSION_GRACE_MS", 10*time.Second),
		DB: cmp.Or(os.Getenv("NATE_DIRECTUS_DB"), "sqlite3"),
	}
}

// ShortLived reports whether tokens live too short for a conversation.
func (s *Server) ShortLived() bool { return min(s.Access, s.Refresh) < time.Minute }

// Call sends a request with a bearer (none if it is empty) and decodes the data of the answer into answer, unless that is nil. Anything but
// a 2xx status fails the test.
func (s *Server) Call(t *testing.T, bearer, method, path string, body, answer any) {
	t.Helper()
	text := []byte("{}")
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		require.NoError(t, err)
	}
	request, err := http.NewRequest(method, s.URL+path, bytes.NewReader(text)) //nolint:noctx // has to work in Cleanup
	require.NoError(t, err)
	request.Close = true
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, 2, response.StatusCode/100, "%s %s: %s", method, path, raw)
	if answer != nil {
		require.NoError(t, json.Unmarshal(raw, &struct{ Data any }{answer}))
	}
}

// Admin is Call with the administrator's token.
func (s *Server) Admin(t *testing.T, method, path string, body, answer any) {
	t.Helper()
	s.Call(t, s.Token, method, path, body, answer)
}

// Version returns the version of the server.
func (s *Server) Version(t *testing.T) string {
	t.Helper()
	var info struct{ Version string }
	s.Admin(t, http.MethodGet, "/server/info", nil, &info)
	require.NotEmpty(t, info.Version)
	return info.Version
}

// Older reports whether a version came before another.
func Older(version, than string) bool {
	part := func(v string, i int) (n int) {
		parts := strings.Split(v, ".")
		if i < len(parts) {
			_, _ = fmt.Sscan(parts[i], &n)
		}
		return n
	}
	for i := range 3 {
		if a, b := part(version, i), part(than, i); a != b {
			return a < b
		}
	}
	return false
}

// AddUser adds an active user with the email, password, static token and OTP secret of u, and returns its id. The user goes when the test
// ends. One with an OTP secret is an administrator for that long, since only who may change users can set up two-factor authentication.
func (s *Server) AddUser(t *testing.T, u directustest.User) string {
	t.Helper()
	account := map[string]any{"email": u.Email, "password": u.Password, "status": directustest.Active}
	if u.StaticToken != "" {
		account["token"] = u.StaticToken
	}
	if u.OTPSecret != "" {
		var me struct{ Role string }
		s.Admin(t, http.MethodGet, "/users/me?fields=role", nil, &me)
		account["role"] = me.Role
	}
	var created struct{ ID string }
	s.Admin(t, http.MethodPost, "/users", account, &created)
	t.Cleanup(func() { s.Admin(t, http.MethodDelete, "/users/"+created.ID, nil, nil) })
	if u.OTPSecret != "" {
		access := s.Login(t, u.Email, u.Password).AccessToken
		factor := map[string]string{"secret": u.OTPSecret, "otp": FreshOTP(t, u.OTPSecret)}
		s.Call(t, access, http.MethodPost, "/users/me/tfa/enable", factor, nil)
	}
	return created.ID
}

// Login logs a user in.
func (s *Server) Login(t *testing.T, email, password string) directustest.Tokens {
	t.Helper()
	var tokens directustest.Tokens
	s.Call(t, "", http.MethodPost, "/auth/login", map[string]string{"email": email, "password": password}, &tokens)
	return tokens
}

var mailedToken = regexp.MustCompile(`token=([\w-]+\.[\w-]+\.[\w-]+)`)

// ResetToken waits for the mail that a user gets after POST /auth/password/request, and returns the token in it. It skips the test when the
// mails can't be read.
func (s *Server) ResetToken(t *testing.T, email string) string {
	t.Helper()
	folder := os.Getenv("NATE_DIRECTUS_MAILS")
	if folder == "" {
		t.Skip("SKIPPED: NATE_DIRECTUS_MAILS is not set: Directus's mails can't be read")
	}
	for range 100 {
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
			if m := mailedToken.FindSubmatch(decoded); m != nil {
				return string(m[1])
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	require.Fail(t, "no mail came", email)
	return ""
}

// FreshOTP returns the one-time password of now, which is good for 4 seconds at least: it waits for the next one where need be.
func FreshOTP(t *testing.T, secret string) string {
	t.Helper()
	if used := time.Since(time.Now().Truncate(otpPeriod)); used > otpPeriod-4*time.Second {
		time.Sleep(otpPeriod - used)
	}
	return OTP(t, secret, time.Now())
}

const otpPeriod = 30 * time.Second

// OTP computes a one-time password as an authenticator app does (RFC 6238).
func OTP(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(secret)
	require.NoError(t, err)
	mac := hmac.New(sha1.New, key)
	require.NoError(t, binary.Write(mac, binary.BigEndian, at.Unix()/int64(otpPeriod/time.Second)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}
