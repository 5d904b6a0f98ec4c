package n8ntest

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ask sends one request to the mock and returns the answer; redirects are not followed.
func ask(t *testing.T, m *Mock, method, path, body string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	res, text, err := try(t.Context(), m, method, path, body, headers)
	require.NoError(t, err)
	return res, text
}

func try(ctx context.Context, m *Mock, method, path, body string, headers map[string]string) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, m.URL+path, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	connections := &http.Transport{}
	defer connections.CloseIdleConnections()
	res, err := connections.RoundTrip(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res, string(text), err
}

func TestMockRefresh(t *testing.T) {
	t.Parallel()
	const (
		invalid  = `{"errors":[{"message":"Invalid user credentials.","extensions":{"code":"INVALID_CREDENTIALS"}}]}`
		required = `{"errors":[{"message":"Invalid payload. \"refresh_token\" is required in either the JSON payload or Cookie.",` +
			`"extensions":{"reason":"\"refresh_token\" is required in either the JSON payload or Cookie","code":"INVALID_PAYLOAD"}}]}`
		jsonBare = "application/json"
	)
	pair := func(token string) string {
		return `{"data":{"access_token":"AT-` + token + `","expires":900000,"refresh_token":"NEW-` + token + `"}}`
	}
	says := func(code string) string {
		return `{"errors":[{"message":"Directus says ` + code + `","extensions":{"code":"CODE_` + code + `"}}]}`
	}
	for token, want := range map[string]struct {
		status      int
		contentType string
		body        string
	}{
		// the token as JSON text
		`"good1"`:        {200, jsonType, pair("good1")},
		`"a<b>&c"`:       {200, jsonType, pair("a<b>&c")},
		`42`:             {200, jsonType, pair("42")},
		`1.5e21`:         {200, jsonType, pair("1.5e+21")},
		`0`:              {200, jsonType, pair("0")},
		`-0`:             {200, jsonType, pair("0")},
		`true`:           {200, jsonType, pair("true")},
		`{"a":1}`:        {200, jsonType, pair("[object Object]")},
		`["x",1,null]`:   {200, jsonType, pair("x,1,")},
		`["bad"]`:        {401, jsonType, invalid},
		`"bad2"`:         {401, jsonType, invalid},
		`""`:             {400, jsonType, required},
		`null`:           {400, jsonType, required},
		`"st403"`:        {403, jsonType, says("403")},
		`"st400msg"`:     {400, jsonType, `{"message":"top message"}`},
		`"st400errmsg"`:  {400, jsonType, `{"error":{"message":"nested message"}}`},
		`"st400errstr"`:  {400, jsonType, `{"error":"error string"}`},
		`"st400text"`:    {400, jsonType, `plain error text`},
		`"st400arr"`:     {400, jsonType, `[{"message":"in array"}]`},
		`"st500empty"`:   {500, jsonType, ``},
		`"st500unknown"`: {500, jsonType, says("500")},
		`"st201"`:        {201, jsonType, says("201")},
		`"st204"`:        {204, "", ``},
		`"st302"`:        {302, "", ``},
		`"st304"`:        {304, "", ``},
		`"st42"`:         {400, jsonType, directusError("n8ntest: the mock server can't answer with status 42", "MOCK_TOKEN")},
		`"slow1"`:        {200, jsonType, `{"data":{"access_token":"AT-slow1"}}`},
		`"flaky"`:        {200, jsonType, pair("flaky")},
		`"xbadjson"`:     {200, jsonBare, `{"data": {bad`},
		`"nodata"`:       {200, jsonType, `{"foo":1}`},
		`"nulldata"`:     {200, jsonType, `{"data":null}`},
		`"strdata"`:      {200, jsonType, `{"data":"str"}`},
		`"numbody"`:      {200, jsonType, `42`},
		`"emptyarr"`:     {200, jsonType, `{"data":[]}`},
		`"arrprim"`:      {200, jsonType, `{"data":[1,"two",null]}`},
		`"array"`:        {200, jsonType, `{"data":[{"a":1},{"a":2}]}`},
		`"gzip"`:         {200, jsonBare, `{"data":{"z":1}}`},
		`"html500"`:      {500, "text/html", `<html><body>Boom</body></html>`},
		`"nojson"`:       {200, "text/plain", `plain text`},
		`"empty204"`:     {204, "", ``},
		`"rate429"`:      {429, jsonType, `{"errors":[{"message":"Too many requests","extensions":{"code":"REQUESTS_EXCEEDED"}}]}`},
	} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			res, body := ask(t, NewMock(t, ""), "POST", "/auth/refresh", `{"refresh_token":`+token+`}`, nil)
			require.Equal(t, want.status, res.StatusCode)
			require.Equal(t, want.contentType, res.Header.Get("Content-Type"))
			require.Equal(t, want.body, body)
			if want.status >= 300 && want.status < 400 {
				require.Equal(t, "/status/200", res.Header.Get("Location"))
			}
		})
	}

	t.Run("no token in the body", func(t *testing.T) {
		t.Parallel()
		m := NewMock(t, "")
		for _, body := range []string{``, `{}`, `[]`, `null`, `no JSON`, `{"Refresh_Token":"good1"}`} {
			res, text := ask(t, m, "POST", "/auth/refresh", body, nil)
			require.Equal(t, 400, res.StatusCode, body)
			require.Equal(t, required, text)
		}
	})
	t.Run("gzip on the wire", func(t *testing.T) {
		t.Parallel()
		res, body := ask(t, NewMock(t, ""), "POST", "/auth/refresh", `{"refresh_token":"gzip"}`, map[string]string{"Accept-Encoding": "gzip"})
		require.Equal(t, "gzip", res.Header.Get("Content-Encoding"))
		require.Equal(t, gzipped(`{"data":{"z":1}}`), body)
	})
	t.Run("reset closes the connection", func(t *testing.T) {
		t.Parallel()
		m := NewMock(t, "")
		_, _, err := try(t.Context(), m, "POST", "/auth/refresh", `{"refresh_token":"reset"}`, nil)
		require.ErrorIs(t, err, io.EOF)
		require.Len(t, m.Requests(), 1)
	})
	t.Run("slow ends with the client", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, _, err := try(ctx, NewMock(t, ""), "POST", "/auth/refresh", `{"refresh_token":"slow60000"}`, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded) // and the server closes at once at the end of the test
	})
	t.Run("flaky", func(t *testing.T) {
		t.Parallel()
		m := NewMock(t, "")
		var got []int
		for range 4 {
			res, _ := ask(t, m, "POST", "/auth/refresh", `{"refresh_token":"flaky2"}`, nil)
			got = append(got, res.StatusCode)
		}
		m.Reset()
		res, body := ask(t, m, "POST", "/auth/refresh", `{"refresh_token":"flaky2"}`, nil)
		require.Equal(t, []int{503, 503, 200, 200, 503}, append(got, res.StatusCode))
		require.Equal(t, `{"errors":[{"message":"Service unavailable","extensions":{"code":"SERVICE_UNAVAILABLE"}}]}`, body)
	})
}

func TestMockPaths(t *testing.T) {
	t.Parallel()
	const invalid = `{"errors":[{"message":"Invalid user credentials.","extensions":{"code":"INVALID_CREDENTIALS"}}]}`
	for _, tt := range []struct {
		name, path, body string
		authorization    string
		status           int
		want             string
	}{
		{"users/me without a bearer", "/users/me", "", "", 401, invalid},
		{"users/me with an empty bearer", "/users/me", "", "Bearer", 401, invalid},
		{"users/me with a bad bearer", "/users/me", "", "Bearer bad1", 401, invalid},
		{"users/me", "/users/me?fields=id", "", "Bearer x", 200, `{"data":{"id":"f046ee3d-2c7b-4600-a5b4-7bbebc38ad58"}}`},
		{
			"login", "/auth/login", `{"email":"a@b.c","password":"x"}`, "", 200,
			`{"data":{"expires":900000,"refresh_token":"NEW-a@b.c","access_token":"AT-a@b.c"}}`,
		},
		{
			"login, mode cookie", "/auth/login", `{"email":"a@b.c","password":"x","mode":"cookie"}`, "", 200,
			`{"data":{"expires":900000,"access_token":"AT-a@b.c"}}`,
		},
		{"login, wrong password", "/auth/login", `{"email":"a@b.c","password":"bad"}`, "", 401, invalid},
		{
			"login without an email", "/auth/login", `{"password":"x"}`, "", 400,
			`{"errors":[{"message":"Invalid payload. \"email\" is required.","extensions":` +
				`{"reason":"\"email\" is required","code":"INVALID_PAYLOAD"}}]}`,
		},
		{"logout", "/auth/logout", `{"refresh_token":"any"}`, "", 204, ``},
		{
			"logout without a token", "/auth/logout", `{}`, "", 400,
			`{"errors":[{"message":"Invalid payload. The refresh token is required in either the payload or cookie.","extensions":` +
				`{"reason":"The refresh token is required in either the payload or cookie","code":"INVALID_PAYLOAD"}}]}`,
		},
		{"status 200", "/status/200", "", "", 200, `{"ok":true,"c":200}`},
		{"status 404", "/status/404/x", "", "", 404, invalid},
		{
			"status that can't be", "/status/7", "", "", 404,
			`{"errors":[{"message":"Route /status/7 doesn't exist.","extensions":{"path":"/status/7","code":"ROUTE_NOT_FOUND"}}]}`,
		},
		{
			"no such route", "//auth/refresh", `{"refresh_token":"good"}`, "", 404,
			`{"errors":[{"message":"Route //auth/refresh doesn't exist.","extensions":{"path":"//auth/refresh","code":"ROUTE_NOT_FOUND"}}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := map[string]string{}
			if tt.authorization != "" {
				h["Authorization"] = tt.authorization
			}
			res, body := ask(t, NewMock(t, ""), "POST", tt.path, tt.body, h)
			require.Equal(t, tt.status, res.StatusCode)
			require.Equal(t, tt.want, body)
		})
	}
}

func TestMockLog(t *testing.T) {
	t.Parallel()
	m := NewMock(t, "")
	require.Equal(t, []Request{}, m.Requests())
	_, echo := ask(t, m, "PATCH", "/echo?a=b%20c", `{"x":1}`, map[string]string{"X-Probe": "v", "User-Agent": "probe"})
	want := Request{Method: "PATCH", URL: "/echo?a=b%20c", Body: `{"x":1}`, Headers: map[string]string{
		"x-probe": "v", "user-agent": "probe", "accept-encoding": "gzip", "content-length": "7", "host": m.Addr,
	}}
	require.Equal(t, []Request{want}, m.Requests())
	var echoed Request
	require.NoError(t, json.Unmarshal([]byte(echo), &echoed))
	require.Equal(t, want, echoed)

	_, log := ask(t, m, "GET", "/__log", "", nil)
	var logged []Request
	require.NoError(t, json.Unmarshal([]byte(log), &logged))
	require.Equal(t, []Request{want}, logged)
	ask(t, m, "GET", "/__reset", "", nil)
	_, log = ask(t, m, "GET", "/__log", "", nil)
	require.Equal(t, "[]", log)
	require.Empty(t, m.Requests())
}

func TestMockAddress(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())

	m := NewMock(t, addr)
	require.Equal(t, addr, m.Addr)
	require.Equal(t, "http://"+addr, m.URL)
	res, _ := ask(t, m, "GET", "/status/200", "", nil)
	require.Equal(t, 200, res.StatusCode)
}

func TestMockIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	const n = 20
	m := NewMock(t, "")
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range n {
		wg.Go(func() {
			res, _, err := try(t.Context(), m, "POST", "/auth/refresh", `{"refresh_token":"flaky5"}`, nil)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				statuses[res.StatusCode]++
			}
		})
	}
	wg.Wait()
	require.Equal(t, map[int]int{503: 5, 200: n - 5}, statuses)
	require.Len(t, m.Requests(), n)
}
