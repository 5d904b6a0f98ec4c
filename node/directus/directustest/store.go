package directustest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// user is an account with what changes while the server runs.
type user struct {
	User
	passwordHash string // made anew whenever a password is set, also when it is the same one
	otpKey       []byte
	attempts     int            // logins since the last success
	lastAccess   time.Time      // zero: never
	beside       map[string]any // fields that the server does not go by
}

// session is a refresh token that is good until it expires.
type session struct {
	user    *user
	expires time.Time
	next    string // mode session: the token that replaced this one, which lives on through its grace period
}

// store is the state of the server. Its methods expect the Handler's lock to be held.
type store struct {
	users       []*user
	sessions    map[string]*session // by refresh token
	resetTokens map[string]string   // the newest one by lower-case email

	collections map[string]*collection
	files       *collection
	contents    map[string]file // by id
}

func newStore(users []User, collections []Collection) (*store, error) {
	s := &store{sessions: map[string]*session{}, resetTokens: map[string]string{}, collections: map[string]*collection{}, contents: map[string]file{}}
	var err error
	if s.files, err = newCollection(filesCollection()); err != nil {
		return nil, err
	}
	for _, c := range collections {
		if err := s.addCollection(c); err != nil {
			return nil, fmt.Errorf("directustest: collection %q: %w", c.Name, err)
		}
	}
	for _, u := range users {
		if err := s.add(u); err != nil {
			return nil, fmt.Errorf("directustest: user %q: %w", u.Email, err)
		}
	}
	return s, nil
}

func (s *store) addCollection(c Collection) error {
	switch {
	case c.Name == "" || strings.HasPrefix(c.Name, "directus_"):
		return errors.New("this is no name for a collection")
	case s.collections[c.Name] != nil:
		return errors.New("the name is taken")
	}
	made, err := newCollection(c)
	if err == nil {
		s.collections[c.Name] = made
	}
	return err
}

func (s *store) add(u User) error {
	added := &user{User: u, passwordHash: newPasswordHash()}
	if added.Status == "" {
		added.Status = Active
	}
	if added.ID == "" {
		added.ID = uuid.NewString()
	}
	switch {
	case !validEmail(u.Email):
		return errors.New("the email is not one that Directus accepts")
	case s.byEmail(u.Email) != nil:
		return errors.New("the email is taken")
	case !statuses[added.Status]:
		return fmt.Errorf("unknown status %q", u.Status)
	case u.StaticToken != "" && s.byStaticToken(u.StaticToken) != nil:
		return errors.New("the static token is taken")
	}
	if err := uuid.Validate(added.ID); err != nil {
		return fmt.Errorf("the id is not a UUID: %w", err)
	}
	if u.OTPSecret != "" {
		key, err := decodeOTPSecret(u.OTPSecret)
		if err != nil {
			return fmt.Errorf("the OTP secret is not base32: %w", err)
		}
		added.otpKey = key
	}
	s.users = append(s.users, added)
	return nil
}

func (s *store) find(match func(*user) bool) *user {
	for _, u := range s.users {
		if match(u) {
			return u
		}
	}
	return nil
}

func (s *store) byEmail(email string) *user {
	return s.find(func(u *user) bool { return strings.EqualFold(u.Email, email) })
}

func (s *store) byID(id string) *user { return s.find(func(u *user) bool { return u.ID == id }) }

func (s *store) byStaticToken(token string) *user {
	return s.find(func(u *user) bool { return u.StaticToken != "" && u.StaticToken == token })
}

// live returns the session of a refresh token, nil when there is none or it has expired.
func (s *store) live(token string, now time.Time) *session {
	if found := s.sessions[token]; found != nil && !found.expires.Before(now) {
		return found
	}
	return nil
}

// dropSessions logs a user out everywhere.
func (s *store) dropSessions(u *user) {
	for token, session := range s.sessions {
		if session.user == u {
			delete(s.sessions, token)
		}
	}
}

// setPassword changes a password as Directus does: every session of the user ends. An empty password means none.
func (s *store) setPassword(u *user, password string) {
	u.Password, u.passwordHash = password, newPasswordHash()
	s.dropSessions(u)
}

func newPasswordHash() string {
	b := make([]byte, 4)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// reservedTopLevels are never in the public list of top-level domains, which Directus checks (RFC 2606, 6761, 6762, 7686, 9476).
var reservedTopLevels = map[string]bool{
	"alt": true, "corp": true, "example": true, "home": true, "internal": true, "invalid": true, "lan": true, "local": true,
	"localdomain": true, "localhost": true, "onion": true, "test": true,
}

// validEmail follows Directus's rule: a plain address, two labels of domain or more, and a public top-level domain.
func validEmail(email string) bool {
	addr, err := mail.ParseAddress(email)
	if err != nil || addr.Address != email || strings.ContainsAny(email, `"<>() `) {
		return false
	}
	at := strings.LastIndexByte(email, '@')
	labels := strings.Split(email[at+1:], ".")
	if at > 64 || len(email) > 254 || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if len(label) > 63 || !isLabel(label) {
			return false
		}
	}
	last := strings.ToLower(labels[len(labels)-1])
	begin, size := utf8.DecodeRuneInString(last)
	return unicode.IsLetter(begin) && len(last) > size && !reservedTopLevels[last]
}

// isLabel reports whether a part of a domain is letters, digits and inner dashes.
func isLabel(label string) bool {
	inner := strings.Trim(label, "-")
	return inner != "" && inner == label &&
		!strings.ContainsFunc(inner, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}
