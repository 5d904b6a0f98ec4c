package directustest_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/node/directus/internal/realdirectus"
)

// TestConformance runs one table of probes against the sandbox and, when the environment names one, against a real Directus:
//
//	scripts/directus.sh start
//	eval "$(scripts/directus.sh env)"
//	go test -run TestConformance ./node/directus/directustest
//
// The probes of lifetimes would wait for days so. They run, in place of the others, when Directus was started with short ones:
//
//	ACCESS_TOKEN_TTL=2s REFRESH_TOKEN_TTL=4s SESSION_REFRESH_GRACE_PERIOD=2s scripts/directus.sh start
func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("sandbox", func(t *testing.T) {
		t.Parallel()
		for _, p := range probes() {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				p.run(t, newSandbox(t, p))
			})
		}
	})
	t.Run("directus", func(t *testing.T) {
		t.Parallel()
		server := newReal(t)
		for _, p := range probes() { // one after the other: they change settings and measure time
			if strings.HasPrefix(p.name, "expiry/") == server.shortLived() {
				t.Run(p.name, func(t *testing.T) { p.run(t, server) })
			}
		}
	})
}

// probe is a conversation with a server, and what must come of it.
type probe struct {
	name  string
	user  *directustest.User // made before the conversation; its email and static token are made unique
	steps []step
}

// step is a request and its answer, or something else that happens.
type step struct {
	do        func(w *world)
	lockAfter int // so many failed logins, and the next one suspends the user

	request string // method and path
	header  [][2]string
	body    string
	save    string // keeps the answer: {name.refresh}, {name.access} and {name.cookie} stand for its tokens in later steps

	status  int
	answer  string   // the body, normalised
	headers []string // the relevant headers, normalised; nil: what belongs to the status
	check   func(w *world)
}

// What the answers are made of.
const (
	jsonHeader   = "Content-Type: application/json; charset=utf-8"
	cacheHeader  = "Cache-Control: no-cache"
	varyHeader   = "Vary: Origin, Cache-Control"
	powerHeader  = "X-Powered-By: Directus"
	textHeader   = "Content-Type: text/html; charset=utf-8"
	refreshSet   = "Set-Cookie: directus_refresh_token=<token>; Max-Age=<refresh>; Path=/; Expires=<then>; HttpOnly; SameSite=Lax"
	refreshClear = "Set-Cookie: directus_refresh_token=; Max-Age=<refresh>; Path=/; Expires=<then>; HttpOnly; SameSite=Lax"
	sessionSet   = "Set-Cookie: directus_session_token=<jwt>; Max-Age=<session>; Path=/; Expires=<then>; HttpOnly; SameSite=Lax"
	sessionClear = "Set-Cookie: directus_session_token=; Max-Age=<session>; Path=/; Expires=<then>; HttpOnly; SameSite=Lax"

	tokensAnswer  = `{"data":{"expires":<access>,"refresh_token":"<token>","access_token":"<jwt>"}}`
	cookieAnswer  = `{"data":{"expires":<access>,"access_token":"<jwt>"}}`
	sessionAnswer = `{"data":{"expires":<session>}}`
	idAnswer      = `{"data":{"id":"<uuid>"}}`

	invalidCredentials = `{"errors":[{"message":"Invalid user credentials.","extensions":{"code":"INVALID_CREDENTIALS"}}]}`
	invalidOTP         = `{"errors":[{"message":"Invalid user OTP.","extensions":{"code":"INVALID_OTP"}}]}`
	invalidToken       = `{"errors":[{"message":"Invalid token.","extensions":{"code":"INVALID_TOKEN"}}]}`
	tokenExpired       = `{"errors":[{"message":"Token expired.","extensions":{"code":"TOKEN_EXPIRED"}}]}`
	userSuspended      = `{"errors":[{"message":"User suspended.","extensions":{"code":"USER_SUSPENDED"}}]}`
	forbidden          = `{"errors":[{"message":"You don't have permission to access this.","extensions":{"code":"FORBIDDEN"}}]}`
	internalError      = `{"errors":[{"message":"An unexpected error occurred.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`
)

func invalidPayload(reason string) string {
	quoted, _ := json.Marshal(reason)
	inner := string(quoted[1 : len(quoted)-1])
	return `{"errors":[{"message":"Invalid payload. ` + inner + `.","extensions":{"reason":"` + inner + `","code":"INVALID_PAYLOAD"}}]}`
}

func routeNotFound(path string) string {
	return `{"errors":[{"message":"Route ` + path + ` doesn't exist.","extensions":{"path":"` + path + `","code":"ROUTE_NOT_FOUND"}}]}`
}

var required = invalidPayload("The refresh token is required in either the payload or cookie")

// Short forms for the table.

func get(path string) step { return step{request: "GET " + path} }

// post sends a JSON body.
func post(path, body string) step {
	return step{request: "POST " + path, body: body, header: [][2]string{{"Content-Type", "application/json"}}}
}

func refresh(token string) step { return post("/auth/refresh", `{"refresh_token":"`+token+`"}`) }

func login(extra string) step {
	return post("/auth/login", `{"email":"{email}","password":"{password}"`+extra+`}`)
}

func (s step) with(name, value string) step {
	s.header = append(slices.Clone(s.header), [2]string{name, value})
	return s
}

// typed changes the content type; "" sends none.
func (s step) typed(contentType string) step {
	s.header = slices.DeleteFunc(slices.Clone(s.header), func(h [2]string) bool { return h[0] == "Content-Type" })
	if contentType == "" {
		return s
	}
	return s.with("Content-Type", contentType)
}

func (s step) bearer(token string) step { return s.with("Authorization", "Bearer "+token) }

func (s step) gives(status int, answer string, headers ...string) step {
	s.status, s.answer, s.headers = status, answer, headers
	return s
}

func (s step) as(name string) step { s.save = name; return s }

func (s step) then(check func(w *world)) step { s.check = check; return s }

// loggedIn logs the probe's user in.
func loggedIn(name string) step { return login("").gives(200, tokensAnswer).as(name) }

func sessionLogin(name string) step {
	return login(`,"mode":"session"`).gives(200, sessionAnswer, sessionSet).as(name)
}

func elapse(d func(*target) time.Duration) step {
	return step{do: func(w *world) { w.target.elapse(w.t, d(w.target)) }}
}

func setStatus(status directustest.Status) step {
	return step{do: func(w *world) { w.target.setStatus(w.t, w.user.Email, status) }}
}

// probes is the table. It is a function, since some bodies are large.
func probes() []probe {
	person := &directustest.User{Password: "correct horse"}
	withToken := &directustest.User{Password: "correct horse", StaticToken: "static"}
	const garbage = `{"refresh_token":"garbage"}`
	all := []probe{
		// --- login
		{"login/json", person, []step{
			login(`,"mode":"json"`).gives(200, tokensAnswer).as("a").then(func(w *world) {
				// the claims and their order
				require.Regexp(w.t, `^{"alg":"HS256","typ":"JWT"}$`, segment(w.t, w.vars["a.access"], 0))
				require.Regexp(w.t, `^{"id":"[0-9a-f-]{36}","role":null,"app_access":false,"admin_access":false,"iat":\d+,"exp":\d+,"iss":"directus"}$`,
					segment(w.t, w.vars["a.access"], 1))
				iat, exp := lifetime(w.t, w.vars["a.access"])
				require.Equal(w.t, w.target.access, exp.Sub(iat))
				require.WithinDuration(w.t, w.target.now(), iat, 10*time.Second)
			}),
		}},
		{"login/no mode is json", person, []step{login("").gives(200, tokensAnswer)}},
		{"login/cookie", person, []step{login(`,"mode":"cookie"`).gives(200, cookieAnswer, refreshSet)}},
		{"login/session", person, []step{sessionLogin("s").then(func(w *world) {
			require.Regexp(w.t, `"admin_access":false,"session":"[A-Za-z0-9_-]{64}","iat":\d+,"exp":\d+,"iss":"directus"}$`,
				segment(w.t, cookieValue(w.vars["s.cookie"]), 1))
			iat, exp := lifetime(w.t, cookieValue(w.vars["s.cookie"]))
			require.Equal(w.t, w.target.session, exp.Sub(iat))
		})}},
		{"login/email in another case", person, []step{
			{do: func(w *world) { w.vars["email"] = strings.ToUpper(w.vars["email"]) }},
			login("").gives(200, tokensAnswer),
		}},
		{"login/unknown keys and an otp that isn't needed", person, []step{login(`,"otp":"123456","x":1`).gives(200, tokensAnswer)}},
		{"login/wrong password", person, []step{post("/auth/login", `{"email":"{email}","password":"wrong"}`).gives(401, invalidCredentials)}},
		{"login/unknown email", nil, []step{post("/auth/login", `{"email":"nobody@example.com","password":"x"}`).gives(401, invalidCredentials)}},
		{"login/suspended", person, []step{setStatus(directustest.Suspended), login("").gives(401, invalidCredentials)}},
		{"login/otp", &directustest.User{Password: "correct horse", OTPSecret: "DU3ECUIRE4STOTBG"}, []step{
			login("").gives(401, invalidOTP),
			login(`,"otp":"1"`).gives(401, invalidOTP),
			{do: func(w *world) { w.vars["otp"] = realdirectus.FreshOTP(w.t, w.user.OTPSecret) }},
			post("/auth/login", `{"email":"{email}","password":"wrong","otp":"{otp}"}`).gives(401, invalidCredentials),
			login(`,"otp":"{otp}"`).gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").gives(200, tokensAnswer),
		}},
		{"login/lockout", &directustest.User{Password: "correct horse", StaticToken: "static"}, []step{
			{lockAfter: 3},
			loggedIn("a"),
			loggedIn("b"),
			post("/auth/login", `{"email":"{email}","password":"1"}`).gives(401, invalidCredentials),
			post("/auth/login", `{"email":"{email}","password":"2"}`).gives(401, invalidCredentials),
			post("/auth/login", `{"email":"{email}","password":"3"}`).gives(401, invalidCredentials),
			refresh("{b.refresh}").gives(200, tokensAnswer).as("b"),
			post("/auth/login", `{"email":"{email}","password":"4"}`).gives(401, invalidCredentials),
			login("").gives(401, invalidCredentials),
			refresh("{a.refresh}").gives(401, userSuspended),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			refresh("{b.refresh}").gives(401, userSuspended),
			get("/users/me").bearer("{static}").gives(401, invalidCredentials),
			get("/users/me").bearer("{b.access}").gives(200, idAnswer),
			setStatus(directustest.Active),
			login("").gives(200, tokensAnswer),
		}},
		{"login/the attempt that locks succeeds with the right password", person, []step{
			{lockAfter: 1},
			post("/auth/login", `{"email":"{email}","password":"1"}`).gives(401, invalidCredentials),
			loggedIn("a"),
			refresh("{a.refresh}").gives(401, userSuspended),
		}},

		// --- refresh
		{"refresh/a token works once and its successor works", person, []step{
			loggedIn("a"),
			post("/auth/refresh", `{"refresh_token":"{a.refresh}","mode":"json"}`).gives(200, tokensAnswer).as("b").then(func(w *world) {
				require.NotEqual(w.t, w.vars["a.refresh"], w.vars["b.refresh"])
				require.Regexp(w.t, `^{"id":"[0-9a-f-]{36}","role":null,"app_access":false,"admin_access":false,"iat":\d+,"exp":\d+,"iss":"directus"}$`,
					segment(w.t, w.vars["b.access"], 1))
			}),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			refresh("{b.refresh}").gives(200, tokensAnswer),
			get("/users/me").bearer("{b.access}").gives(200, idAnswer),
		}},
		{"refresh/garbage", nil, []step{refresh("garbage").gives(401, invalidCredentials)}},
		{"refresh/an access token", person, []step{loggedIn("a"), refresh("{a.access}").gives(401, invalidCredentials)}},
		{"refresh/padded", person, []step{
			loggedIn("a"), refresh(`{a.refresh}\n`).gives(401, invalidCredentials), refresh("{a.refresh}").gives(200, tokensAnswer),
		}},
		{"refresh/in an array", person, []step{
			loggedIn("a"), post("/auth/refresh", `{"refresh_token":["x"]}`).gives(401, invalidCredentials),
		}},
		{"refresh/after logout", person, []step{
			loggedIn("a"),
			post("/auth/logout", `{"refresh_token":"{a.refresh}"}`).gives(204, ""),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			get("/users/me").bearer("{a.access}").gives(200, idAnswer),
		}},
		{"refresh/after a password change", withToken, []step{
			loggedIn("a"),
			{do: func(w *world) { w.target.setPassword(w.t, w.user.Email, "another one") }},
			refresh("{a.refresh}").gives(401, invalidCredentials),
			login("").gives(401, invalidCredentials),
			get("/users/me").bearer("{static}").gives(200, idAnswer),
		}},
		{"refresh/two logins live side by side", person, []step{
			loggedIn("a"), loggedIn("b"), refresh("{b.refresh}").gives(200, tokensAnswer), refresh("{a.refresh}").gives(200, tokensAnswer),
		}},
		{"refresh/form body", person, []step{
			loggedIn("a"),
			step{request: "POST /auth/refresh", body: "refresh_token={a.refresh}"}.typed("application/x-www-form-urlencoded").gives(400, required),
			refresh("{a.refresh}").typed("").gives(400, required),
			refresh("{a.refresh}").typed("text/plain").gives(400, required),
			refresh("{a.refresh}").typed("application/json; charset=utf-8").gives(200, tokensAnswer),
		}},
		{"refresh/no body", nil, []step{step{request: "POST /auth/refresh"}.gives(400, required), post("/auth/refresh", "").gives(400, required)}},
		{"refresh/the body's token counts only in the mode json", person, []step{
			loggedIn("a"),
			post("/auth/refresh", `{"refresh_token":"{a.refresh}","mode":"cookie"}`).gives(400, required),
			post("/auth/refresh", `{"refresh_token":"{a.refresh}","mode":"session"}`).gives(400, required),
			post("/auth/refresh", `{"refresh_token":"{a.refresh}","mode":"banana"}`).gives(400, required),
			refresh("{a.refresh}").with("Cookie", "directus_refresh_token=garbage").gives(200, tokensAnswer),
		}},
		{"refresh/cookie", person, []step{
			login(`,"mode":"cookie"`).gives(200, cookieAnswer, refreshSet).as("a"),
			post("/auth/refresh", `{"mode":"cookie"}`).with("Cookie", "{a.cookie}").gives(200, cookieAnswer, refreshSet).as("b"),
			post("/auth/refresh", `{"mode":"cookie"}`).with("Cookie", "{a.cookie}").gives(401, invalidCredentials),
			post("/auth/refresh", `{}`).with("Cookie", "x=y; {b.cookie}").gives(200, cookieAnswer, refreshSet),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{b.cookie}").gives(400, required),
			post("/auth/refresh", `{}`).with("Cookie", "directus_refresh_token=").gives(400, required),
		}},
		{"refresh/session", person, []step{
			sessionLogin("a"),
			post("/auth/refresh", `{"mode":"cookie"}`).with("Cookie", "{a.cookie}").gives(400, required),
			post("/auth/refresh", garbage).with("Cookie", "{a.cookie}").gives(401, invalidCredentials),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}").gives(200, sessionAnswer, sessionSet).as("b"),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}").gives(200, sessionAnswer, sessionSet).as("c").then(
				func(w *world) {
					require.Equal(w.t, w.session("b"), w.session("c"), "within the grace period")
				}),
			get("/users/me").with("Cookie", "{a.cookie}").gives(200, idAnswer),
			get("/users/me").with("Cookie", "{b.cookie}").gives(200, idAnswer),
			post("/auth/logout", `{"mode":"session"}`).with("Cookie", "{b.cookie}").gives(204, "", sessionClear),
			get("/users/me").with("Cookie", "{b.cookie}").gives(401, invalidCredentials, sessionClear),
		}},
		{"refresh/session token in the mode json", person, []step{
			sessionLogin("a"),
			{do: func(w *world) { w.vars["a.session"] = w.session("a") }},
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}").gives(200, sessionAnswer, sessionSet).as("b"),
			refresh("{a.session}").gives(500, internalError),
			{do: func(w *world) { w.vars["b.session"] = w.session("b") }},
			refresh("{b.session}").gives(200, tokensAnswer),
			get("/users/me").with("Cookie", "{b.cookie}").gives(401, invalidCredentials, sessionClear),
		}},
		{"refresh/bad session cookie", person, []step{
			sessionLogin("a"),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "directus_session_token=garbage").gives(401, invalidCredentials, sessionClear),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}x").gives(403, invalidToken, sessionClear),
			post("/auth/refresh", garbage).with("Cookie", "directus_session_token=garbage").gives(401, invalidCredentials, sessionClear),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "directus_session_token=garbage").bearer("{admin}").gives(400, required),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}").bearer("nope").gives(401, invalidCredentials),
		}},

		// --- logout
		{"logout/twice", person, []step{
			loggedIn("a"),
			post("/auth/logout", `{"refresh_token":"{a.refresh}","mode":"json"}`).gives(204, ""),
			post("/auth/logout", `{"refresh_token":"{a.refresh}"}`).gives(204, ""),
		}},
		{"logout/unknown tokens", nil, []step{
			post("/auth/logout", garbage).gives(204, ""),
			post("/auth/logout", `{"refresh_token":12345}`).gives(204, ""),
			post("/auth/logout", `{"refresh_token":{"a":1}}`).gives(204, ""),
		}},
		{"logout/no token", nil, []step{
			post("/auth/logout", `{}`).gives(400, required),
			post("/auth/logout", `{"refresh_token":null}`).gives(400, required),
			post("/auth/logout", `{"mode":"json"}`).with("Cookie", "directus_refresh_token=x").gives(400, required),
			post("/auth/logout", `{"refresh_token":"x","mode":"banana"}`).gives(400, required),
		}},
		{"logout/cookie", person, []step{
			login(`,"mode":"cookie"`).gives(200, cookieAnswer, refreshSet).as("a"),
			post("/auth/logout", `{}`).with("Cookie", "{a.cookie}").gives(204, "", refreshClear),
			post("/auth/refresh", `{}`).with("Cookie", "{a.cookie}").gives(401, invalidCredentials),
			post("/auth/logout", garbage).with("Cookie", "directus_refresh_token=x").gives(204, "", refreshClear),
		}},
		{"logout/session and cookie", person, []step{
			sessionLogin("a"),
			post("/auth/logout", `{"mode":"session"}`).with("Cookie", "{a.cookie}; directus_refresh_token=x").gives(204, "", refreshClear, sessionClear),
			post("/auth/logout", `{"mode":"session"}`).with("Cookie", "{a.cookie}").gives(401, invalidCredentials, sessionClear),
		}},

		// --- the Authorization header, on every route
		{"bearer/ignored", person, []step{
			loggedIn("a"),
			refresh("{a.refresh}").with("Authorization", "").gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").with("Authorization", "Basic YTpi").gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").with("Authorization", "Bearer ").gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").with("Authorization", "Bearer x y").gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").with("Authorization", "Token x").gives(200, tokensAnswer).as("a"),
		}},
		{"bearer/valid ones don't matter to a refresh", withToken, []step{
			loggedIn("a"),
			refresh("{a.refresh}").bearer("{admin}").gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").bearer("{static}").gives(200, tokensAnswer).as("a"),
			refresh("{a.refresh}").bearer("{a.access}").gives(200, tokensAnswer).as("b"),
			get("/users/me").bearer("{b.access}").gives(200, idAnswer),
		}},
		{"bearer/unknown", person, []step{
			loggedIn("a"),
			refresh("{a.refresh}").bearer("no-such-token").gives(401, invalidCredentials),
			refresh("{a.refresh}").bearer("undefined").gives(401, invalidCredentials),
			refresh("{a.refresh}").bearer("{a.refresh}").gives(401, invalidCredentials),
			refresh("{a.refresh}").bearer("a.b.c").gives(401, invalidCredentials),
			post("/auth/logout", `{"refresh_token":"{a.refresh}"}`).bearer("no-such-token").gives(401, invalidCredentials),
			login("").bearer("no-such-token").gives(401, invalidCredentials),
			get("/auth").bearer("no-such-token").gives(401, invalidCredentials),
			get("/nope").bearer("no-such-token").gives(401, invalidCredentials),
			refresh("{a.refresh}").gives(200, tokensAnswer),
		}},
		{"bearer/bad signature", person, []step{
			loggedIn("a"),
			refresh("{a.refresh}").bearer("{a.access}x").gives(403, invalidToken),
			get("/users/me").bearer("{a.access}x").gives(403, invalidToken),
			refresh("{a.refresh}").gives(200, tokensAnswer),
		}},
		{"bearer/JWT without a signature", person, []step{
			loggedIn("a"),
			{do: func(w *world) {
				w.vars["unsigned"] = w.vars["a.access"][:strings.LastIndexByte(w.vars["a.access"], '.')]
			}},
			get("/users/me").bearer("{unsigned}.").gives(403, invalidToken),
			get("/users/me").bearer("{unsigned}").gives(401, invalidCredentials),
		}},
		{"bearer/and access_token", person, []step{
			loggedIn("a"),
			post("/auth/refresh?access_token={admin}", `{"refresh_token":"{a.refresh}"}`).bearer("{admin}").gives(400, twoTokens),
			get("/server/ping?access_token={admin}").bearer("{admin}").gives(400, twoTokens),
			get("/nope?access_token={admin}").bearer("{admin}").gives(400, twoTokens),
			post("/auth/refresh?access_token=", `{"refresh_token":"{a.refresh}"}`).bearer("{admin}").gives(200, tokensAnswer),
		}},
		{"bearer/access_token in the query", withToken, []step{
			get("/users/me?access_token={static}").gives(200, idAnswer),
			get("/users/me?access_token={static}").with("Authorization", "Basic x").gives(200, idAnswer),
			get("/users/me?access_token=nope").gives(401, invalidCredentials),
			get("/users/me?access_token={static}&access_token={static}").gives(401, invalidCredentials),
		}},
		{"bearer/any case, one space", withToken, []step{
			get("/users/me").with("Authorization", "bearer {static}").gives(200, idAnswer),
			get("/users/me").with("Authorization", "BEARER {static} ").gives(200, idAnswer),
			get("/users/me").with("Authorization", "Bearer  {static}").gives(401, invalidCredentials),
		}},

		// --- other users' states
		{"status/suspended through the API", withToken, []step{
			loggedIn("a"), setStatus(directustest.Suspended),
			get("/users/me").bearer("{static}").gives(401, invalidCredentials),
			get("/users/me").bearer("{a.access}").gives(200, idAnswer),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			setStatus(directustest.Active),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			get("/users/me").bearer("{static}").gives(200, idAnswer),
		}},
		{"status/session of a suspended user", person, []step{
			sessionLogin("a"), setStatus(directustest.Suspended),
			get("/users/me").with("Cookie", "{a.cookie}").gives(401, invalidCredentials, sessionClear),
		}},

		// --- passwords
		{"password/request", person, []step{
			post("/auth/password/request", `{"email":"{email}"}`).gives(204, ""),
			post("/auth/password/request", `{"email":"nobody@example.com"}`).gives(204, ""),
			post("/auth/password/request", `{"email":""}`).gives(204, ""),
			post("/auth/password/request", `{"email":"{email}","reset_url":""}`).gives(204, ""),
			post("/auth/password/request", `{"email":"{email}","reset_url":"http://app.example/reset"}`).gives(204, ""),
			post("/auth/password/request", `{}`).gives(400, invalidPayload(`"email" field is required`)),
			post("/auth/password/request", `{"email":5}`).gives(400, invalidPayload(`"email" field is required`)),
			post("/auth/password/request", `{"email":"{email}","reset_url":"http://evil.example/x"}`).gives(400,
				invalidPayload(`URL "http://evil.example/x" can't be used to reset passwords`)),
			post("/auth/password/request", `{"email":"{email}","reset_url":5}`).gives(400, invalidPayload(`URL "5" can't be used to reset passwords`)),
		}},
		{"password/reset", person, []step{
			loggedIn("a"),
			post("/auth/password/request", `{"email":"{email}"}`).gives(204, ""),
			{do: func(w *world) { w.vars["reset"] = w.target.resetToken(w.t, w.user.Email) }},
			get("/users/me").bearer("{reset}").gives(403, invalidToken),
			post("/auth/password/reset", `{"token":"{reset}","password":"new"}`).gives(204, ""),
			post("/auth/password/reset", `{"token":"{reset}","password":"newer"}`).gives(403, forbidden),
			login("").gives(401, invalidCredentials),
			post("/auth/login", `{"email":"{email}","password":"new"}`).gives(200, tokensAnswer),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			get("/users/me").bearer("{a.access}").gives(200, idAnswer),
		}},
		{"password/reset to the same password", person, []step{
			post("/auth/password/request", `{"email":"{email}"}`).gives(204, ""),
			{do: func(w *world) { w.vars["reset"] = w.target.resetToken(w.t, w.user.Email) }},
			post("/auth/password/reset", `{"token":"{reset}","password":"{password}"}`).gives(204, ""),
			post("/auth/password/reset", `{"token":"{reset}","password":"{password}"}`).gives(403, forbidden),
		}},
		{"password/reset refused", person, []step{
			loggedIn("a"),
			post("/auth/password/reset", `{"token":"garbage","password":"x"}`).gives(403, invalidToken),
			post("/auth/password/reset", `{"token":"","password":"x"}`).gives(403, invalidToken),
			post("/auth/password/reset", `{"token":"{a.access}","password":"x"}`).gives(403, forbidden),
			post("/auth/password/reset", `{"password":"x"}`).gives(400, invalidPayload(`"token" field is required`)),
			post("/auth/password/reset", `{"token":5,"password":"x"}`).gives(400, invalidPayload(`"token" field is required`)),
			post("/auth/password/reset", `{"token":"x"}`).gives(400, invalidPayload(`"password" field is required`)),
			post("/auth/password/reset", `[]`).gives(400, invalidPayload(`"token" field is required`)),
		}},

		// --- GET /auth, /users/me, /server/ping
		{"providers", nil, []step{
			get("/auth").gives(200, noProviders),
			get("/auth?sessionOnly").gives(200, noProviders),
			get("/auth").bearer("{admin}").gives(200, noProviders),
			step{request: "HEAD /auth"}.gives(200, ""), step{request: "OPTIONS /auth"}.gives(200, "GET,HEAD", textHeader, "Allow: GET,HEAD"),
		}},
		{"users me/nobody", nil, []step{
			get("/users/me").gives(401, invalidCredentials), get("/users/me").with("Authorization", "Basic x").gives(401, invalidCredentials),
		}},
		{"users me/a user without permissions", withToken, []step{
			get("/users/me").bearer("{static}").gives(200, idAnswer), get("/users/me?fields=email").bearer("{static}").gives(200, idAnswer),
		}},
		{"users me/an administrator", nil, []step{
			get("/users/me").bearer("{admin}").gives(200, adminAnswer),
			get("/users/me?fields=*").bearer("{admin}").gives(200, adminAnswer),
			get("/users/me?fields=").bearer("{admin}").gives(200, adminAnswer),
			get("/users/me?fields=email,id").bearer("{admin}").gives(200, `{"data":{"email":"<admin>","id":"<uuid>"}}`),
			get("/users/me?fields=id&fields=email").bearer("{admin}").gives(200, `{"data":{"id":"<uuid>","email":"<admin>"}}`),
			get("/users/me?fields[]=id&fields[]=%20status").bearer("{admin}").gives(200, `{"data":{"id":"<uuid>","status":"active"}}`),
			get("/users/me?fields=password,tfa_secret,token").bearer("{admin}").gives(200,
				`{"data":{"password":"**********","tfa_secret":null,"token":"**********"}}`),
			get("/users/me?fields=id,nope").bearer("{admin}").gives(200, idAnswer),
			get("/users/me?fields=email,").bearer("{admin}").gives(400,
				`{"errors":[{"message":"Invalid query. \"fields[1]\" is not allowed to be empty.","extensions":{`+
					`"reason":"\"fields[1]\" is not allowed to be empty","code":"INVALID_QUERY"}}]}`),
			step{request: "HEAD /users/me"}.bearer("{admin}").gives(200, ""),
			step{request: "OPTIONS /users/me"}.gives(200, "GET,HEAD,PATCH,DELETE", textHeader, "Allow: GET,HEAD,PATCH,DELETE"),
		}},
		{"ping", nil, []step{
			get("/server/ping").gives(200, "pong", textHeader), get("/Server/Ping/").gives(200, "pong", textHeader),
			get("/server/ping").bearer("no-such-token").gives(200, "pong", textHeader),
			post("/server/ping", "{}").gives(404, routeNotFound("/server/ping")),
			post("/server/ping", "{}").bearer("no-such-token").gives(401, invalidCredentials),
			step{request: "HEAD /server/ping"}.gives(200, "", textHeader),
			step{request: "OPTIONS /server/ping"}.gives(404, routeNotFound("/server/ping")),
		}},

		// --- routes
		{"route/spellings that work", nil, []step{
			post("/auth/refresh/", garbage).gives(401, invalidCredentials), post("/AUTH/Refresh", garbage).gives(401, invalidCredentials),
			post("/auth//refresh", garbage).gives(401, invalidCredentials), post("/auth/refresh?x=1", garbage).gives(401, invalidCredentials),
			post("/auth/login/", "{}").gives(400, invalidPayload(`"email" is required`)),
			post("/auth//login//", "{}").gives(400, invalidPayload(`"email" is required`)),
			get("/auth/").gives(200, noProviders), get("/auth//").gives(200, noProviders), get("/users//me/").gives(401, invalidCredentials),
		}},
		{"route/root", nil, []step{
			get("/").gives(302, "Found. Redirecting to ./admin", "Content-Type: text/plain; charset=utf-8", "Location: ./admin", "Vary: Accept"),
		}},
		{"route/options", nil, []step{
			step{request: "OPTIONS /auth/refresh"}.gives(200, "POST", textHeader, "Allow: POST"),
			step{request: "OPTIONS /auth/refresh"}.bearer("no-such-token").gives(401, invalidCredentials),
		}},
		{"route/unknown, asked by an administrator", nil, []step{
			get("/nope/route").bearer("{admin}").gives(404, routeNotFound("/nope/route")),
			post("/nope/route", "{}").bearer("{admin}").gives(404, routeNotFound("/nope/route")),
			step{request: "HEAD /nope"}.gives(404, ""),
		}},
		{"route/a login provider that is not there", nil, []step{
			get("/auth/login/nope").gives(404, routeNotFound("/auth/login/nope")),
			get("/auth/login/no%2Fpe%20?redirect=x").gives(404, routeNotFound("/auth/login/no%2Fpe%20")),
			get("/auth/oauth").gives(404, routeNotFound("/auth/oauth")), get("/auth/oauth/nope").gives(404, routeNotFound("/auth/oauth/nope")),
		}},

		// --- bodies
		{"body/array", nil, []step{
			post("/auth/refresh", `[]`).gives(400, required), post("/auth/refresh", `["x"]`).gives(400, required),
			post("/auth/login", `[]`).gives(400, invalidPayload(`"value" must be of type object`)),
		}},
		{"body/byte order mark", nil, []step{post("/auth/refresh", "\ufeff"+garbage).gives(401, invalidCredentials)}},
		{"body/charset", nil, []step{
			post("/auth/refresh", garbage).typed("application/json; charset=latin1").gives(400, invalidPayload(`unsupported charset "LATIN1"`)),
			post("/auth/refresh", garbage).typed("application/vnd.api+json").gives(400, required),
			post("/auth/refresh", garbage).with("Content-Encoding", "br").gives(400, invalidPayload(`unsupported content encoding "br"`)),
		}},
		{"body/over 1 MB", nil, []step{
			post("/auth/refresh", `{"refresh_token":"`+strings.Repeat("x", 1<<20)+`"}`).gives(400, invalidPayload("request entity too large")),
			post("/auth/refresh", `{"refresh_token":"`+strings.Repeat("x", 1<<20-20)+`"}`).gives(401, invalidCredentials),
			post("/auth/refresh", strings.Repeat("x", 1<<20+1)).typed("text/plain").gives(400, required),
		}},

		// --- lifetimes
		{"expiry/access token", person, []step{
			loggedIn("a"),
			elapse(func(target *target) time.Duration { return target.access }),
			get("/users/me").bearer("{a.access}").gives(401, tokenExpired),
			get("/nope").bearer("{a.access}").gives(401, tokenExpired),
			get("/auth").bearer("{a.access}").gives(401, tokenExpired),
			get("/users/me?access_token={a.access}").gives(401, tokenExpired),
			login("").bearer("{a.access}").gives(401, tokenExpired),
			post("/auth/logout", `{"refresh_token":"{a.refresh}"}`).bearer("{a.access}").gives(401, tokenExpired),
			refresh("{a.refresh}").bearer("{a.access}").gives(401, tokenExpired),
			get("/users/me").bearer("{a.access}x").gives(403, invalidToken),
			get("/server/ping").bearer("{a.access}").gives(200, "pong", textHeader),
			refresh("{a.refresh}").gives(200, tokensAnswer).as("b"),
			get("/users/me").bearer("{b.access}").gives(200, idAnswer),
		}},
		{"expiry/refresh token", person, []step{
			loggedIn("a"),
			elapse(func(target *target) time.Duration { return target.refresh + 200*time.Millisecond }),
			refresh("{a.refresh}").gives(401, invalidCredentials),
			post("/auth/logout", `{"refresh_token":"{a.refresh}"}`).gives(204, ""),
		}},
		{"expiry/each refresh starts the refresh token's life anew", person, []step{
			loggedIn("a"),
			elapse(func(target *target) time.Duration { return target.refresh * 6 / 10 }),
			refresh("{a.refresh}").gives(200, tokensAnswer).as("b"),
			elapse(func(target *target) time.Duration { return target.refresh * 6 / 10 }),
			refresh("{b.refresh}").gives(200, tokensAnswer),
		}},
		{"expiry/session grace period", person, []step{
			sessionLogin("a"),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}").gives(200, sessionAnswer, sessionSet).as("b"),
			elapse(func(target *target) time.Duration { return target.grace + 200*time.Millisecond }),
			post("/auth/refresh", `{"mode":"session"}`).with("Cookie", "{a.cookie}").gives(401, invalidCredentials, sessionClear),
			get("/users/me").with("Cookie", "{a.cookie}").gives(401, invalidCredentials, sessionClear),
			get("/users/me").with("Cookie", "{b.cookie}").gives(200, idAnswer),
		}},
	}

	for _, status := range []directustest.Status{directustest.Archived, directustest.Draft, directustest.Invited, directustest.Unverified} {
		all = append(all, probe{"status/" + string(status) + " through the API", person, []step{
			loggedIn("a"), setStatus(status), refresh("{a.refresh}").gives(401, invalidCredentials), login("").gives(401, invalidCredentials),
		}})
	}
	for name, body := range map[string]string{
		"absent":         `{}`,
		"empty":          `{"refresh_token":""}`,
		"null":           `{"refresh_token":null}`,
		"false":          `{"refresh_token":false}`,
		"zero":           `{"refresh_token":0}`,
		"mode json only": `{"mode":"json"}`,
		"mode a number":  `{"refresh_token":"x","mode":5}`,
		"mode an array":  `{"refresh_token":"x","mode":["json"]}`,
	} {
		all = append(all, probe{"refresh/token " + name, nil, []step{
			post("/auth/refresh", body).gives(400, required), post("/auth/logout", body).gives(400, required),
		}})
	}
	for name, body := range map[string]string{
		"a number":       `{"refresh_token":12345}`,
		"a fraction":     `{"refresh_token":1.5}`,
		"true":           `{"refresh_token":true}`,
		"an object":      `{"refresh_token":{"a":1}}`,
		"an empty array": `{"refresh_token":[]}`,
		"an empty mode":  `{"refresh_token":"x","mode":""}`,
		"a null mode":    `{"refresh_token":"x","mode":null}`,
		"very long":      `{"refresh_token":"` + strings.Repeat("x", 5000) + `"}`,
		"a NUL":          `{"refresh_token":"\u0000"}`,
	} {
		all = append(all, probe{"refresh/token " + name, nil, []step{
			post("/auth/refresh", body).gives(401, invalidCredentials), post("/auth/logout", body).gives(204, ""),
		}})
	}
	for body, reason := range map[string]string{
		`{}`:                                                 `"email" is required`,
		`{"email":"{email}"}`:                                `"password" is required`,
		`{"password":"x","mode":"banana"}`:                   `"email" is required`,
		`{"email":"","password":"x"}`:                        `"email" is not allowed to be empty`,
		`{"email":5,"password":"x"}`:                         `"email" must be a string`,
		`{"email":null,"password":"x"}`:                      `"email" must be a string`,
		`{"email":"x","mode":"banana"}`:                      `"email" must be a valid email`,
		`{"email":"a@b","password":"x"}`:                     `"email" must be a valid email`,
		`{"email":"a@b.c","password":"x"}`:                   `"email" must be a valid email`,
		`{"email":"a@b.local","password":"x"}`:               `"email" must be a valid email`,
		`{"email":"a@b.example","password":"x"}`:             `"email" must be a valid email`,
		`{"email":"a@1.2.3.4","password":"x"}`:               `"email" must be a valid email`,
		`{"email":"a@b_c.com","password":"x"}`:               `"email" must be a valid email`,
		`{"email":"a b@c.com","password":"x"}`:               `"email" must be a valid email`,
		`{"email":"a..b@c.com","password":"x"}`:              `"email" must be a valid email`,
		`{"email":"\"a\"@c.com","password":"x"}`:             `"email" must be a valid email`,
		`{"email":" a@c.com","password":"x"}`:                `"email" must be a valid email`,
		`{"email":"A <a@c.com>","password":"x"}`:             `"email" must be a valid email`,
		`{"email":"@c.com","password":"x"}`:                  `"email" must be a valid email`,
		`{"email":"{email}","password":""}`:                  `"password" is not allowed to be empty`,
		`{"email":"{email}","password":5}`:                   `"password" must be a string`,
		`{"email":"{email}","password":null}`:                `"password" must be a string`,
		`{"email":"{email}","password":"x","mode":"banana"}`: `"mode" must be one of [cookie, json, session]`,
		`{"email":"{email}","password":"x","mode":""}`:       `"mode" must be one of [cookie, json, session]`,
		`{"email":"{email}","password":"x","mode":null}`:     `"mode" must be one of [cookie, json, session]`,
		`{"email":"{email}","password":"x","mode":5}`:        `"mode" must be one of [cookie, json, session]`,
		`{"email":"{email}","password":"x","otp":""}`:        `"otp" is not allowed to be empty`,
		`{"email":"{email}","password":"x","otp":5}`:         `"otp" must be a string`,
		`{"email":"{email}","password":"x","otp":null}`:      `"otp" must be a string`,
	} {
		all = append(all, probe{"login/refuses " + body, nil, []step{post("/auth/login", body).gives(400, invalidPayload(reason))}})
	}
	for _, email := range []string{"A@B.COM", "ü@b.com", "a@ü.com", "a+b@c.co.uk", "a.b-c_d@x-y.org", "o'neil@b.com", "a@b.co"} {
		all = append(all, probe{"login/accepts " + email, nil, []step{
			post("/auth/login", `{"email":"`+email+`","password":"x"}`).gives(401, invalidCredentials),
		}})
	}
	for body, reason := range map[string]string{
		`{"a":`:                               "Unexpected end of JSON input",
		`   `:                                 "Unexpected end of JSON input",
		`{} x`:                                "Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)",
		"{\n\"a\":1,}":                        "Expected double-quoted property name in JSON at position 8 (line 2 column 7)",
		`{'a':1}`:                             "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
		`[1 2]`:                               "Expected ',' or ']' after array element in JSON at position 3 (line 1 column 4)",
		`{"a":1 "b":2}`:                       "Expected ',' or '}' after property value in JSON at position 7 (line 1 column 8)",
		`{"a" 1}`:                             "Expected ':' after property name in JSON at position 5 (line 1 column 6)",
		`{"a":tru}`:                           `Unexpected token '}', "{"a":tru}" is not valid JSON`,
		`{"a":"\x"}`:                          "Bad escaped character in JSON at position 7 (line 1 column 8)",
		`{"a":"\u12"}`:                        "Bad Unicode escape in JSON at position 10 (line 1 column 11)",
		"{\"a\":\"\n\"}":                      "Bad control character in string literal in JSON at position 6 (line 1 column 7)",
		`{"a":"b`:                             "Unterminated string in JSON at position 7 (line 1 column 8)",
		`{"a":-}`:                             "No number after minus sign in JSON at position 6 (line 1 column 7)",
		`{"a":01}`:                            "Unexpected number in JSON at position 6 (line 1 column 7)",
		`{"a":1.}`:                            "Unterminated fractional number in JSON at position 7 (line 1 column 8)",
		`{"a":1e}`:                            "Exponent part is missing a number in JSON at position 7 (line 1 column 8)",
		`null`:                                `Unexpected token 'n', "null" is not valid JSON`,
		`"abc"`:                               `Unexpected token '"', ""abc"" is not valid JSON`,
		` "refresh_token":"more than twenty"`: `Unexpected token '"', " "refresh_t"... is not valid JSON`,
		`{"refresh_token":garbage without quotes}`: `Unexpected token 'g', ..."sh_token":garbage wi"... is not valid JSON`,
	} {
		all = append(all, probe{"body/JSON error " + strconv.Quote(body), nil, []step{post("/auth/refresh", body).gives(400, invalidPayload(reason))}})
	}
	for _, request := range []string{
		"GET /auth/refresh", "PUT /auth/refresh", "DELETE /auth", "POST //auth/refresh", "GET //auth", "POST /auth/refresh//", "POST /auth///refresh",
		"POST /auth/refresh/x", "POST /auth/refresh;x", "POST /auth/%72efresh", "GET /auth/login", "GET /auth/login/google", "POST /auth//login///",
		"GET /auth/oauth", "GET /auth/oauth/google", "GET /auth/logout", "GET /auth/password", "GET /auth/password/request", "GET /nope%20x",
		"GET /a%22b", "POST /users/me",
	} {
		_, path, _ := strings.Cut(request, " ")
		all = append(all, probe{"route/none " + request, nil, []step{
			step{request: request, body: garbage}.typed("application/json").gives(404, routeNotFound(path)),
		}})
	}
	all = append(all, itemProbes()...)
	slices.SortFunc(all, func(a, b probe) int { return strings.Compare(a.name, b.name) })
	return all
}

const noProviders = `{"data":[],"disableDefault":false}`

const adminAnswer = `{"data":{"id":"<uuid>","first_name":"Admin","last_name":"User","email":"<admin>","password":"**********","location":null,` +
	`"title":null,"description":null,"tags":null,"avatar":null,"language":null,"tfa_secret":null,"status":"active","role":"<uuid>",` +
	`"token":"**********","last_access":<time>,"last_page":null,"provider":"default","external_identifier":null,"auth_data":null,` +
	`"email_notifications":true,"appearance":null,"theme_dark":null,"theme_light":null,"theme_light_overrides":null,"theme_dark_overrides":null,` +
	`"text_direction":"auto","policies":[]}}`

var twoTokens = invalidPayload("The request uses more than one method for including an access token")
