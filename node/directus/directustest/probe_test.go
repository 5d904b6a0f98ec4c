package directustest_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/directus/directustest"
)

// world is one run of a probe.
type world struct {
	t      *testing.T
	target *target
	user   directustest.User
	vars   map[string]string
}

func (p probe) run(t *testing.T, target *target) {
	t.Helper()
	w := &world{t: t, target: target, vars: map[string]string{
		"admin": target.adminToken, "email": "a.person@example.com", "password": "x",
	}}
	if p.user != nil {
		w.user = *p.user
		unique := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(fmt.Sprintf("p%d", time.Now().UnixNano())))
		w.user.Email = unique + "@example.com"
		if w.user.StaticToken != "" {
			w.user.StaticToken += "-" + unique
		}
		target.addUser(t, w.user)
		w.vars["email"], w.vars["password"], w.vars["static"] = w.user.Email, w.user.Password, w.user.StaticToken
	}
	for i, s := range p.steps {
		switch {
		case s.do != nil:
			s.do(w)
			continue
		case s.lockAfter > 0:
			w.target.lockAfter(w.t, s.lockAfter)
			continue
		}
		w.exchange(fmt.Sprintf("step %d: %s", i+1, s.request), s)
	}
}

// exchange sends a request and compares the answer.
func (w *world) exchange(name string, s step) {
	t := w.t
	t.Helper()
	method, path, _ := strings.Cut(w.fill(s.request), " ")
	var body io.Reader
	if s.body != "" {
		body = strings.NewReader(w.fill(s.body))
	}
	request, err := http.NewRequestWithContext(t.Context(), method, w.target.url+path, body)
	require.NoError(t, err)
	for _, h := range s.header {
		request.Header.Add(h[0], w.fill(h[1]))
	}
	response, err := w.target.client.Do(request)
	require.NoError(t, err, name)
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, err, name)
	require.NoError(t, response.Body.Close())

	require.Equal(t, s.status, response.StatusCode, "%s: %s", name, raw)
	require.Equal(t, s.answer, w.normalise(string(raw)), name)
	want := s.headers
	switch {
	case slices.ContainsFunc(want, func(h string) bool { return strings.HasPrefix(h, "Content-Type:") }):
	case s.status == 200:
		want = append(slices.Clone(want), jsonHeader, cacheHeader, varyHeader)
	case s.status == 204:
		want = append(slices.Clone(want), cacheHeader, varyHeader)
	default:
		want = append(slices.Clone(want), jsonHeader)
	}
	require.ElementsMatch(t, append(want, powerHeader), w.headers(response), name)
	if response.Header.Get("Content-Type") != "" && s.status != 302 && method != http.MethodHead {
		sum := sha1.Sum(raw)
		require.Equal(t, fmt.Sprintf(`W/"%x-%s"`, len(raw), base64.StdEncoding.EncodeToString(sum[:])[:27]), response.Header.Get("ETag"), name)
	}

	if s.save != "" {
		var answer struct {
			Data struct {
				directustest.Tokens
				ID any
			}
		}
		require.NoError(t, json.Unmarshal(raw, &answer), name)
		w.vars[s.save+".id"] = fmt.Sprint(answer.Data.ID)
		w.vars[s.save+".refresh"], w.vars[s.save+".access"] = answer.Data.RefreshToken, answer.Data.AccessToken
		for _, c := range response.Cookies() {
			w.vars[s.save+".cookie"] = c.Name + "=" + c.Value
		}
	}
	if s.check != nil {
		s.check(w)
	}
}

// fill puts the variables in.
func (w *world) fill(text string) string {
	for name, value := range w.vars {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

var (
	anyJWT     = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`)
	anyUUID    = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	anyExpires = regexp.MustCompile(`"expires":(\d+)`)
	lastAccess = regexp.MustCompile(`"last_access":(null|"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")`)
	anyTime    = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"`)
	cookieAge  = regexp.MustCompile(`Max-Age=(\d+)`)
	cookieEnd  = regexp.MustCompile(`Expires=([^;]+)`)
)

// normalise replaces what differs from run to run, after checking it where it can be checked.
func (w *world) normalise(text string) string {
	text = anyJWT.ReplaceAllString(text, "<jwt>")
	text = replaceToken(text)
	text = anyUUID.ReplaceAllString(text, "<uuid>")
	text = lastAccess.ReplaceAllString(text, `"last_access":<time>`)
	text = strings.ReplaceAll(text, `"email":"`+w.target.adminEmail+`"`, `"email":"<admin>"`)
	text = anyTime.ReplaceAllString(text, `"<time>"`)
	if w.vars["c"] != "" {
		text = strings.ReplaceAll(text, w.vars["c"], "<c>")
	}
	if w.user.Email != "" {
		text = strings.ReplaceAll(text, w.user.Email, "<email>")
	}
	return anyExpires.ReplaceAllStringFunc(text, func(s string) string {
		switch ms, _ := strconv.ParseInt(s[len(`"expires":`):], 10, 64); time.Duration(ms) * time.Millisecond {
		case w.target.access:
			return `"expires":<access>`
		case w.target.session:
			return `"expires":<session>`
		}
		return s
	})
}

func replaceToken(text string) string {
	for _, key := range []string{`"refresh_token":"`, "directus_refresh_token="} {
		if at := strings.Index(text, key); at >= 0 {
			at += len(key)
			if m := leadingToken.FindString(text[at:]); m != "" {
				text = text[:at] + "<token>" + text[at+len(m):]
			}
		}
	}
	return text
}

var leadingToken = regexp.MustCompile(`^[A-Za-z0-9_-]{64}`)

// headers lists the headers that a client can tell apart, normalised.
func (w *world) headers(response *http.Response) []string {
	w.t.Helper()
	var list []string
	for _, name := range []string{
		"Content-Type", "Cache-Control", "Vary", "X-Powered-By", "Location", "Allow", "Retry-After", "Set-Cookie", "Www-Authenticate",
	} {
		for _, value := range response.Header[name] {
			if name == "Set-Cookie" {
				value = w.normaliseCookie(value)
			}
			list = append(list, name+": "+value)
		}
	}
	return list
}

func (w *world) normaliseCookie(cookie string) string {
	t := w.t
	t.Helper()
	cookie = replaceToken(anyJWT.ReplaceAllString(cookie, "<jwt>"))
	age := cookieAge.FindStringSubmatch(cookie)
	end := cookieEnd.FindStringSubmatch(cookie)
	require.NotNil(t, age, cookie)
	require.NotNil(t, end, cookie)
	seconds, err := strconv.Atoi(age[1])
	require.NoError(t, err)
	expires, err := time.Parse(http.TimeFormat, end[1])
	require.NoError(t, err)
	require.WithinDuration(t, w.target.now().Add(time.Duration(seconds)*time.Second), expires, 5*time.Second, cookie)
	name := map[time.Duration]string{w.target.refresh: "<refresh>", w.target.session: "<session>"}[time.Duration(seconds)*time.Second]
	return strings.NewReplacer(age[0], "Max-Age="+name, end[0], "Expires=<then>").Replace(cookie)
}

// session returns the refresh token behind a saved session cookie.
func (w *world) session(name string) string {
	t := w.t
	t.Helper()
	var claims struct{ Session string }
	require.NoError(t, json.Unmarshal([]byte(segment(t, cookieValue(w.vars[name+".cookie"]), 1)), &claims))
	require.Len(t, claims.Session, 64)
	return claims.Session
}

func cookieValue(cookie string) string {
	_, value, _ := strings.Cut(cookie, "=")
	return value
}

// segment decodes a part of a JWT.
func segment(t *testing.T, jwt string, i int) string {
	t.Helper()
	parts := strings.Split(jwt, ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[i])
	require.NoError(t, err)
	return string(text)
}

func lifetime(t *testing.T, jwt string) (iat, exp time.Time) {
	t.Helper()
	var claims struct{ Iat, Exp int64 }
	require.NoError(t, json.Unmarshal([]byte(segment(t, jwt, 1)), &claims))
	return time.Unix(claims.Iat, 0), time.Unix(claims.Exp, 0)
}
