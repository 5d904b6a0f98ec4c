package directustest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// pair and object are a JSON object that keeps its order.
type (
	pair struct {
		key   string
		value any
	}
	object []pair
)

// MarshalJSON writes the pairs in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, p := range o {
		b.WriteByte("{,"[min(i, 1)])
		b.Write(marshal(p.key))
		b.WriteByte(':')
		b.Write(marshal(p.value))
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// usersMe answers GET /users/me. Without permission to read a field, or when there is no such field, Directus gives just the id.
func (h *Handler) usersMe(c *call) (any, *apiError) {
	fields, problem := requestedFields(c)
	if problem != nil {
		return nil, problem
	}
	if c.user == nil {
		return nil, refuse(invalidCredentials)
	}
	onlyID := data{object{{"id", c.user.ID}}}
	if !c.user.Admin {
		return onlyID, nil
	}
	all := h.userObject(c.user)
	if len(fields) == 0 {
		return data{all}, nil
	}
	var picked object
	for _, field := range fields {
		found := false
		for _, p := range all {
			if field != "*" && field != p.key {
				continue
			}
			found = true
			if !picked.has(p.key) {
				picked = append(picked, p)
			}
		}
		if strings.Contains(field, ".") {
			return nil, notHere(fmt.Sprintf("The field %q", field))
		}
		if !found {
			return onlyID, nil
		}
	}
	return data{picked}, nil
}

func (o object) has(key string) bool {
	for _, p := range o {
		if p.key == key {
			return true
		}
	}
	return false
}

// requestedFields reads the query parameter fields: comma separated, repeated, or as an array.
func requestedFields(c *call) ([]string, *apiError) {
	var fields []string
	for _, name := range []string{"fields", "fields[]", "fields[0]"} {
		for _, value := range c.query[name] {
			if value == "" {
				continue
			}
			fields = append(fields, strings.Split(value, ",")...)
		}
	}
	for i, field := range fields {
		if fields[i] = strings.TrimSpace(field); fields[i] == "" {
			return nil, invalidQuery(fmt.Sprintf(`"fields[%d]" is not allowed to be empty`, i))
		}
	}
	return fields, nil
}

// userObject is a user as an administrator sees it.
func (h *Handler) userObject(u *user) object {
	orNull := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	concealed := func(s string) any {
		if s == "" {
			return nil
		}
		return "**********"
	}
	var lastAccess any
	if !u.lastAccess.IsZero() {
		lastAccess = u.lastAccess.UTC().Format("2006-01-02T15:04:05")
	}
	role := any(nil)
	if u.Admin {
		role = h.adminRole
	}
	all := object{
		{"id", u.ID},
		{"first_name", orNull(u.FirstName)},
		{"last_name", orNull(u.LastName)},
		{"email", u.Email},
		{"password", concealed(u.Password)},
		{"location", nil},
		{"title", nil},
		{"description", nil},
		{"tags", nil},
		{"avatar", nil},
		{"language", nil},
		{"tfa_secret", concealed(u.OTPSecret)},
		{"status", u.Status},
		{"role", role},
		{"token", concealed(u.StaticToken)},
		{"last_access", lastAccess},
		{"last_page", nil},
		{"provider", "default"},
		{"external_identifier", nil},
		{"auth_data", nil},
		{"email_notifications", true},
		{"appearance", nil},
		{"theme_dark", nil},
		{"theme_light", nil},
		{"theme_light_overrides", nil},
		{"theme_dark_overrides", nil},
		{"text_direction", "auto"},
		{"policies", []any{}},
	}
	for i, p := range all {
		if v, set := u.beside[p.key]; set {
			all[i].value = v
		}
	}
	return all
}

// withUser runs f on a user while nothing else happens.
func (h *Handler) withUser(email string, f func(*user) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	u := h.store.byEmail(email)
	if u == nil {
		return fmt.Errorf("directustest: there is no user %q", email)
	}
	if err := f(u); err != nil {
		return fmt.Errorf("directustest: user %q: %w", email, err)
	}
	return nil
}

// AddUser adds a user while the server runs. The error says which field Directus would refuse.
func (h *Handler) AddUser(u User) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.store.add(u); err != nil {
		return fmt.Errorf("directustest: user %q: %w", u.Email, err)
	}
	return nil
}

// User returns a user as it is now, with its id and status; false when there is none with this email.
func (h *Handler) User(email string) (User, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if u := h.store.byEmail(email); u != nil {
		return u.User, true
	}
	return User{}, false
}

// Login logs an active user in, in the mode json, without a request and without asking for a password.
func (h *Handler) Login(email string) (Tokens, error) {
	var t Tokens
	err := h.withUser(email, func(u *user) error {
		if u.Status != Active {
			return fmt.Errorf("the status is %s, only an active user can log in", u.Status)
		}
		t = h.tokens(u, h.startSession(u))
		return nil
	})
	return t, err
}

// ExpiredAccessToken returns an access token of the user that has expired: as a bearer, every route but /server/ping answers 401
// TOKEN_EXPIRED to it.
func (h *Handler) ExpiredAccessToken(email string) (string, error) {
	var token string
	err := h.withUser(email, func(u *user) error {
		token = h.accessToken(u, "", -time.Minute)
		return nil
	})
	return token, err
}

// SetStatus changes the status of a user as an administrator does it through the API: unless it is Active, every session of the user
// ends, and a refresh answers INVALID_CREDENTIALS.
func (h *Handler) SetStatus(email string, status Status) error {
	return h.withUser(email, func(u *user) error {
		if !statuses[status] {
			return fmt.Errorf("unknown status %q", status)
		}
		u.Status = status
		if status != Active {
			h.store.dropSessions(u)
		}
		return nil
	})
}

// Suspend suspends a user as too many failed logins do it: the sessions stay, so that the next refresh of each refresh token answers
// USER_SUSPENDED and only then ends it.
func (h *Handler) Suspend(email string) error {
	return h.withUser(email, func(u *user) error {
		u.Status = Suspended
		return nil
	})
}

// SetPassword changes a password as an administrator does it through the API: every session of the user ends.
func (h *Handler) SetPassword(email, password string) error {
	return h.withUser(email, func(u *user) error {
		h.store.setPassword(u, password)
		return nil
	})
}

// ResetToken returns the token that the newest mail to this user would hold after POST /auth/password/request. It can be used once.
func (h *Handler) ResetToken(email string) (string, error) {
	var token string
	err := h.withUser(email, func(u *user) error {
		if token = h.store.resetTokens[strings.ToLower(u.Email)]; token == "" {
			return errors.New("no password reset was requested")
		}
		return nil
	})
	return token, err
}

// OTP returns the user's one-time password of this moment.
func (h *Handler) OTP(email string) (string, error) {
	var code string
	err := h.withUser(email, func(u *user) error {
		if u.otpKey == nil {
			return errors.New("two-factor authentication is not in use: set OTPSecret")
		}
		code = otpCode(u.otpKey, h.cfg.now())
		return nil
	})
	return code, err
}
