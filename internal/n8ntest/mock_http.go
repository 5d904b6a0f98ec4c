package n8ntest

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// web answers the paths that have nothing to do with Directus: what HTTP can do.
//
// /answer answers as its query says: status (default 200), type, body, and any number of header=Name:Value. /list?page=N has two
// entries for pages 1 and 2, and none after them; /next?page=N has the URL of the next page up to page 3. /offset has five entries, of
// which offset and limit (in the query, or in a JSON body) say which to send; below data with wrap. /digest asks for Digest
// authentication, /token gives the OAuth2 token AT, /guarded wants it.
func (m *Mock) web(r *http.Request, body []byte) (answer, bool) {
	q := r.URL.Query()
	page, _ := strconv.Atoi(q.Get("page"))
	page = max(page, 1)
	switch r.URL.Path {
	case "/answer":
		return asAsked(r), true
	case "/list":
		if page > 2 {
			return answer{status: 200, body: "[]"}, true
		}
		return answer{status: 200, body: fmt.Sprintf(`[{"n":%d},{"n":%d}]`, 2*page-1, 2*page)}, true
	case "/next":
		next := "null"
		if page < 3 {
			next = jsonText(fmt.Sprintf("http://%s/next?page=%d", r.Host, page+1))
		}
		return answer{status: 200, body: fmt.Sprintf(`{"page":%d,"next":%s}`, page, next)}, true
	case "/offset":
		return offset(q, payload(body)), true
	case "/digest":
		if !strings.HasPrefix(strings.ToLower(r.Header.Get("Authorization")), "digest ") {
			challenge := map[string]string{"WWW-Authenticate": `Digest realm="mock",nonce="abc123",qop="auth",opaque="xyz"`}
			return answer{status: 401, body: `{"error":"who are you?"}`, header: challenge}, true
		}
		return answer{status: 200, body: `{"digest":true}`}, true
	case "/token":
		return answer{status: 200, body: `{"access_token":"AT","token_type":"Bearer","expires_in":3600}`}, true
	case "/guarded":
		if r.Header.Get("Authorization") != "Bearer AT" {
			return invalidCredentials, true
		}
		return answer{status: 200, body: `{"guarded":true}`}, true
	}
	return answer{}, false
}

func offset(q url.Values, body map[string]any) answer {
	number := func(name string, fallback int) int {
		if n, ok := body[name].(float64); ok {
			return int(n)
		}
		if n, err := strconv.Atoi(q.Get(name)); err == nil {
			return n
		}
		return fallback
	}
	from := min(max(number("offset", 0), 0), 5)
	to := min(from+max(number("limit", 5), 0), 5)
	entries := []string{}
	for n := from + 1; n <= to; n++ {
		entries = append(entries, fmt.Sprintf(`{"n":%d}`, n))
	}
	text := "[" + strings.Join(entries, ",") + "]"
	if q.Has("wrap") {
		text = `{"data":` + text + `}`
	}
	return answer{status: 200, body: text}
}

func asAsked(r *http.Request) answer {
	q := r.URL.Query()
	a := answer{status: 200, contentType: q.Get("type"), body: q.Get("body"), header: map[string]string{}}
	if s := q.Get("status"); s != "" {
		c, ok := httpStatus(s)
		if !ok {
			return impossible("status", s)
		}
		a.status = c
	}
	for _, h := range q["header"] {
		name, v, _ := strings.Cut(h, ":")
		a.header[name] = v
	}
	return a
}
