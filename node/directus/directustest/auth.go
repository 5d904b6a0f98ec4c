package directustest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Modes of /auth/*: where the tokens go.
const (
	modeJSON    = "json"    // both into the body
	modeCookie  = "cookie"  // the refresh token into a cookie
	modeSession = "session" // one token, that is access and refresh token at once, into a cookie
)

// Tokens are what Directus answers to a login or a refresh, in its order.
type Tokens struct {
	Expires      int64  `json:"expires"` // lifetime of the access token in milliseconds
	RefreshToken string `json:"refresh_token,omitempty"`
	AccessToken  string `json:"access_token,omitempty"`
}

// data wraps an answer as Directus does.
type data struct {
	Data any `json:"data"`
}

// login answers POST /auth/login.
func (h *Handler) login(c *call) (any, *apiError) {
	if reason := checkLogin(c.body); reason != "" {
		return nil, invalidPayload(reason)
	}
	text := func(name string) string { s, _ := c.field(name).(string); return s }
	mode := text("mode")
	if mode == "" {
		mode = modeJSON
	}
	u := h.store.byEmail(text("email"))
	if u == nil || u.Status != Active {
		return nil, refuse(invalidCredentials)
	}
	if u.attempts++; h.cfg.loginAttempts > 0 && u.attempts > h.cfg.loginAttempts {
		// Directus goes on with this attempt: with the right password it still succeeds.
		u.Status, u.attempts = Suspended, 0
	}
	if u.Password == "" || u.Password != text("password") {
		return nil, refuse(invalidCredentials)
	}
	if u.otpKey != nil && text("otp") != otpCode(u.otpKey, h.cfg.now()) {
		return nil, refuse(invalidOTP)
	}
	u.attempts = 0
	return h.handOut(c, mode, u, h.startSession(u)), nil
}

// checkLogin returns what is wrong with the body of a login, "" for nothing. The first fault counts, in this order.
func checkLogin(body any) string {
	fields, ok := body.(map[string]any)
	if !ok {
		return `"value" must be of type object`
	}
	for _, field := range []string{"email", "password", "mode", "otp"} {
		value, given := fields[field]
		text, isText := value.(string)
		switch {
		case !given && (field == "email" || field == "password"):
			return fmt.Sprintf("%q is required", field)
		case !given:
		case field == "mode":
			if text != modeJSON && text != modeCookie && text != modeSession {
				return `"mode" must be one of [cookie, json, session]`
			}
		case !isText:
			return fmt.Sprintf("%q must be a string", field)
		case text == "":
			return fmt.Sprintf("%q is not allowed to be empty", field)
		case field == "email" && !validEmail(text):
			return `"email" must be a valid email`
		}
	}
	return ""
}

// refresh answers POST /auth/refresh.
func (h *Handler) refresh(c *call) (any, *apiError) {
	token, mode, problem := h.refreshToken(c)
	if problem != nil {
		return nil, problem
	}
	u, token, problem := h.rotate(token, mode == modeSession)
	if problem != nil {
		return nil, problem
	}
	return h.handOut(c, mode, u, token), nil
}

// logout answers POST /auth/logout, with 204 also to a token that it doesn't know.
func (h *Handler) logout(c *call) (any, *apiError) {
	token, _, problem := h.refreshToken(c)
	if problem != nil {
		return nil, problem
	}
	delete(h.store.sessions, token)
	if c.cookies[refreshCookie] != "" {
		c.setCookie = append(c.setCookie, h.cookie(refreshCookie, "", h.cfg.refreshTTL))
	}
	if c.cookies[sessionCookie] != "" {
		c.setCookie = append(c.setCookie, h.cookie(sessionCookie, "", h.cfg.sessionTTL))
	}
	return nil, nil
}

// refreshToken finds the refresh token of a request and the mode it is meant in. The mode is not checked: an unknown one has no token.
func (h *Handler) refreshToken(c *call) (token, mode string, problem *apiError) {
	switch value := c.field("mode"); {
	case truthy(value):
		mode, _ = value.(string)
	case truthy(c.field("refresh_token")):
		mode = modeJSON
	default:
		mode = modeCookie
	}
	switch mode {
	case modeJSON:
		value := c.field("refresh_token")
		if !truthy(value) {
			return "", "", invalidPayload(refreshTokenRequired)
		}
		text, isText := value.(string)
		if !isText {
			text = fmt.Sprint("\x00", value) // a value of another type is a token that nobody has
		}
		return text, mode, nil
	case modeCookie:
		token = c.cookies[refreshCookie]
	case modeSession:
		if cookie := c.cookies[sessionCookie]; isJWT(cookie) {
			claims, problem := h.verifyAccess(cookie)
			if problem != nil {
				return "", "", problem
			}
			token = claims.Session
		}
	}
	if token == "" {
		return "", "", invalidPayload(refreshTokenRequired)
	}
	return token, mode, nil
}

// truthy is JavaScript's, for decoded JSON.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		f, _ := v.Float64() // of a number too large: infinity, which is true
		return f != 0
	}
	return true
}

// startSession logs a user in and returns the refresh token.
func (h *Handler) startSession(u *user) string {
	now := h.cfg.now()
	token := newRefreshToken()
	h.store.sessions[token] = &session{user: u, expires: now.Add(h.cfg.refreshTTL)}
	u.lastAccess = now
	return token
}

// rotate exchanges a refresh token for the next one. In the modes json and cookie the old one is dead at once; in the mode session it
// lives on through a grace period, and exchanging it again gives the same next one.
func (h *Handler) rotate(token string, stateful bool) (*user, string, *apiError) {
	now := h.cfg.now()
	old := h.store.live(token, now)
	if old == nil {
		return nil, "", refuse(invalidCredentials)
	}
	u := old.user
	if u.Status != Active {
		delete(h.store.sessions, token)
		if u.Status == Suspended {
			return nil, "", refuse(userSuspended)
		}
		return nil, "", refuse(invalidCredentials)
	}
	next := old.next
	if next == "" {
		next = newRefreshToken()
	}
	switch {
	case stateful && old.next == "":
		old.next, old.expires = next, now.Add(h.cfg.sessionGrace)
		h.store.sessions[next] = &session{user: u, expires: now.Add(h.cfg.sessionTTL)}
	case stateful:
		if successor := h.store.live(next, now); successor != nil {
			successor.expires = now.Add(h.cfg.sessionTTL)
		}
	case h.store.live(next, now) != nil: // Directus stumbles over its own unique index here
		return nil, "", refuse(internalError)
	default:
		delete(h.store.sessions, token)
		h.store.sessions[next] = &session{user: u, expires: now.Add(h.cfg.refreshTTL)}
	}
	u.lastAccess = now
	return u, next, nil
}

// handOut answers with tokens in the way of the mode.
func (h *Handler) handOut(c *call, mode string, u *user, refreshToken string) any {
	if mode == modeSession {
		c.setCookie = append(c.setCookie, h.cookie(sessionCookie, h.accessToken(u, refreshToken, h.cfg.sessionTTL), h.cfg.sessionTTL))
		return data{Tokens{Expires: h.cfg.sessionTTL.Milliseconds()}}
	}
	tokens := h.tokens(u, refreshToken)
	if mode == modeCookie {
		c.setCookie = append(c.setCookie, h.cookie(refreshCookie, refreshToken, h.cfg.refreshTTL))
		tokens.RefreshToken = ""
	}
	return data{tokens}
}

func (h *Handler) tokens(u *user, refreshToken string) Tokens {
	return Tokens{Expires: h.cfg.accessTTL.Milliseconds(), RefreshToken: refreshToken, AccessToken: h.accessToken(u, "", h.cfg.accessTTL)}
}

// accessToken signs a JWT for a user; session is the refresh token behind a session cookie, else "".
func (h *Handler) accessToken(u *user, session string, ttl time.Duration) string {
	claims := accessClaims{ID: u.ID, AppAccess: u.Admin, AdminAccess: u.Admin, Session: session, lifetime: newLifetime(h.cfg.now(), ttl)}
	if u.Admin {
		claims.Role = &h.adminRole
	}
	return signJWT(claims, h.secret)
}

// passwordRequest answers POST /auth/password/request. An unknown email gets the same 204, and no token.
func (h *Handler) passwordRequest(c *call) (any, *apiError) {
	email, ok := c.field("email").(string)
	if !ok {
		return nil, invalidPayload(`"email" field is required`)
	}
	if target := c.field("reset_url"); truthy(target) && !h.resetURLAllowed(target) {
		return nil, invalidPayload(fmt.Sprintf(`URL "%v" can't be used to reset passwords`, target))
	}
	if u := h.store.byEmail(email); u != nil && u.Status == Active {
		claims := resetClaims{Email: u.Email, Scope: "password-reset", Hash: u.passwordHash, lifetime: newLifetime(h.cfg.now(), 24*time.Hour)}
		h.store.resetTokens[strings.ToLower(u.Email)] = signJWT(claims, h.secret)
	}
	return nil, nil
}

// resetURLAllowed compares origin and path with the allowed addresses.
func (h *Handler) resetURLAllowed(target any) bool {
	text, _ := target.(string)
	asked, err := url.Parse(text)
	if err != nil || asked.Host == "" {
		return false
	}
	for _, allowed := range h.cfg.resetURLs {
		if a, err := url.Parse(allowed); err == nil && a.Scheme == asked.Scheme && a.Host == asked.Host && a.Path == asked.Path {
			return true
		}
	}
	return false
}

// passwordReset answers POST /auth/password/reset. A token works once, since it is bound to the password it replaces.
func (h *Handler) passwordReset(c *call) (any, *apiError) {
	token, ok := c.field("token").(string)
	if !ok {
		return nil, invalidPayload(`"token" field is required`)
	}
	password, ok := c.field("password").(string)
	if !ok {
		return nil, invalidPayload(`"password" field is required`)
	}
	var claims resetClaims
	if problem := verifyJWT(token, h.secret, h.cfg.now(), &claims); problem != nil {
		return nil, problem
	}
	u := h.store.byEmail(claims.Email)
	if claims.Scope != "password-reset" || u == nil || u.Status != Active || claims.Hash != u.passwordHash {
		return nil, refuse(forbidden)
	}
	h.store.setPassword(u, password)
	return nil, nil
}

// providers answers GET /auth: there is no single sign-on.
func (h *Handler) providers(*call) (any, *apiError) {
	return struct {
		Data           []any `json:"data"`
		DisableDefault bool  `json:"disableDefault"`
	}{Data: []any{}}, nil
}
