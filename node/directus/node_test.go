package directus

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func TestDefinition(t *testing.T) {
	t.Parallel()
	def := New().Definition()
	seen := map[string]bool{}
	for _, name := range def.Types {
		require.False(t, seen[name], name)
		seen[name] = true
	}
	require.Len(t, def.Types, 7)
	require.Equal(t, "@flagbit/n8n-nodes-directus.directus", def.Types[0])

	tests := map[string]struct {
		params *node.Object
		shown  []string
		secret []string
	}{
		"nothing": {
			node.NewObject(),
			[]string{"resource", "operation", "collection", "returnAll", "splitIntoItems", "jsonParameters", "additionalFields"},
			nil,
		},
		"limited": {
			node.NewObject("returnAll", false),
			[]string{"resource", "operation", "collection", "returnAll", "limit", "splitIntoItems", "jsonParameters", "additionalFields"},
			nil,
		},
		"list with JSON": {
			node.NewObject("jsonParameters", true),
			[]string{"resource", "operation", "collection", "splitIntoItems", "jsonParameters", "bodyParametersJson"},
			nil,
		},
		"another":         {node.NewObject("resource", "server"), []string{"resource", "operation"}, nil},
		"list":            {node.NewObject("resource", "auth"), []string{"resource", "operation", "splitIntoItems"}, nil},
		"refresh":         {refreshOf("x"), []string{"resource", "operation", "refreshToken"}, []string{"refreshToken"}},
		"login":           {loginOf(), []string{"resource", "operation", "jsonParameters", "password", "email", "additionalFields"}, []string{"password"}},
		"login with JSON": {loginOf("jsonParameters", true), []string{"resource", "operation", "jsonParameters", "bodyParametersJson"}, []string{"bodyParametersJson"}},
		"logout": {
			node.NewObject("resource", "auth", "operation", "logout"),
			[]string{"resource", "operation", "refreshToken", "data"},
			[]string{"refreshToken", "data"},
		},
		"request a reset": {
			node.NewObject("resource", "auth", "operation", "requestReset"), []string{"resource", "operation", "email", "additionalFields"}, nil,
		},
		"reset": {
			node.NewObject("resource", "auth", "operation", "resetPassword"),
			[]string{"resource", "operation", "token", "password", "jsonParameters"},
			[]string{"token", "password"},
		},
		"reset with JSON": {
			node.NewObject("resource", "auth", "operation", "resetPassword", "jsonParameters", true),
			[]string{"resource", "operation", "jsonParameters", "bodyParametersJson"},
			[]string{"bodyParametersJson"},
		},
		"OAuth": {
			node.NewObject("resource", "auth", "operation", "startOauthFlow"), []string{"resource", "operation", "provider", "additionalFields"}, nil,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shown, secret []string
			for _, p := range def.Shown(tt.params, 1) {
				shown = append(shown, p.Name)
				if p.IsPassword() {
					secret = append(secret, p.Name)
				}
			}
			require.Equal(t, tt.shown, shown)
			require.Equal(t, tt.secret, secret)
		})
	}

	filled := def.Parameters(node.NewObject("resource", "auth"), 1)
	require.Equal(t, node.NewObject("resource", "auth", "operation", "list", "splitIntoItems", false), filled)
}

// Every operation that is supported can be chosen.
func TestRowsAreOptions(t *testing.T) {
	t.Parallel()
	def := New().Definition()
	for _, op := range rows() {
		require.NotEmpty(t, op.title, op.name)
		for _, p := range def.Shown(node.NewObject("resource", op.resource, "operation", op.name), 1) {
			if p.Name == "operation" {
				require.Contains(t, optionValues(p), any(op.name))
			}
		}
	}
	require.Len(t, optionValues(&def.Properties[0]), len(table()))
}

// rows are all operations.
func rows() []row {
	var all []row
	for _, r := range table() {
		for _, op := range r.operations {
			all = append(all, row{op, r.name})
		}
	}
	return all
}

// row is an operation with its resource.
type row struct {
	operation
	resource string
}

func optionValues(p *schemas.Property) []any {
	var values []any
	for _, o := range p.Options {
		values = append(values, o.Value)
	}
	return values
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const operations = `" does not exist. The operations of auth are list, login, logout, refreshToken, requestReset, resetPassword, startOauthFlow`
	auth := func(keysAndValues ...any) *node.Object {
		return node.NewObject(append([]any{"resource", "auth", "operation"}, keysAndValues...)...)
	}
	tests := map[string]struct {
		params *node.Object
		want   []string
	}{
		"supported":                {refreshOf("x"), nil},
		"expression":               {refreshOf("={{ $json.rt }}"), nil},
		"empty token":              {refreshOf(""), []string{"Missing required parameter: refresh_token"}},
		"null token":               {refreshOf(nil), []string{"Missing required parameter: refresh_token"}},
		"logout, leftover":         {node.NewObject("resource", "auth", "operation", "logout", "data", "x"), nil},
		"default":                  {nil, []string{"Missing required parameter: collection"}},
		"other":                    {node.NewObject("operation", "create", "collection", "a"), nil},
		"other, old name":          {node.NewObject("operation", "del", "collection", "a", "id", "1"), []string{"Missing required parameter: collection", "Missing required parameter: id"}},
		"auth without operation":   {node.NewObject("resource", "auth"), nil},
		"unknown operation":        {auth("x"), []string{`The Directus operation "auth: x` + operations}},
		"login, nothing":           {auth("login"), []string{"Missing required parameter: email", "Missing required parameter: password"}},
		"login, JSON":              {auth("login", "jsonParameters", true, "bodyParametersJson", "{}"), nil},
		"login, perhaps JSON":      {auth("login", "jsonParameters", "={{ $json.raw }}"), nil},
		"request reset, nothing":   {auth("requestReset"), []string{"Missing required parameter: email"}},
		"reset password, nothing":  {auth("resetPassword"), []string{"Missing required parameter: token", "Missing required parameter: password"}},
		"reset password, half":     {auth("resetPassword", "token", "={{ $json.token }}"), []string{"Missing required parameter: password"}},
		"OAuth, nothing":           {auth("startOauthFlow"), []string{"Missing required parameter: provider"}},
		"OAuth":                    {auth("startOauthFlow", "provider", "x"), nil},
		"resource that nobody has": {node.NewObject("resource", "x"), []string{`The Directus node has no resource "x". It has ` + resourceNames()}},
		"operation as expression":  {auth("={{ $json.op }}"), []string{`The Directus operation "auth: {{ $json.op }}` + operations}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNode(defaultLimits())
			def := n.Definition()
			var messages []string
			for _, fault := range n.Check(def.Parameters(tt.params, 1)) {
				require.NotEmpty(t, fault.Path)
				messages = append(messages, fault.Message)
			}
			require.Equal(t, tt.want, messages)
		})
	}
}

func resourceNames() string {
	var names []string
	for _, r := range table() {
		names = append(names, r.name)
	}
	return strings.Join(names, ", ")
}

func TestCredentialType(t *testing.T) {
	t.Parallel()
	types := New().(node.CredentialTyper).CredentialTypes()
	require.Len(t, types, 1)
	require.Equal(t, New().Definition().Credentials[0].Type, types[0].Name)
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://directus:8055":          "http://directus:8055",
		"HTTPS://Directus.Example.COM/": "https://directus.example.com",
		"https://example.com:443/a/B//": "https://example.com/a/B",
		"http://example.com:80":         "http://example.com",
		"http://example.com:443":        "http://example.com:443",
		"http://[::1]:8055/":            "http://[::1]:8055",
		"http://user:hush@example.com/": "http://example.com",
	} {
		base, _, err := baseURL(text)
		require.NoError(t, err, text)
		require.Equal(t, want, base)
	}
	for text, description := range map[string]string{
		"":                            "",
		" ":                           "",
		"localhost:8055":              "The url of the directusApi credential must begin with http:// or https:// and a host",
		"directus":                    "The url of the directusApi credential must begin with http:// or https:// and a host",
		"ftp://u:hush@example.com":    "The url of the directusApi credential must begin with http:// or https:// and a host",
		"http://:8055":                "The url of the directusApi credential must begin with http:// or https:// and a host",
		"http://u:hush@exa mple.com":  "The url of the directusApi credential can't be read",
		"http://u:hush@h:port":        "The url of the directusApi credential can't be read",
		"http://h/?access_token=hush": "The url of the directusApi credential must end before ? and #",
		"http://h/#hush":              "The url of the directusApi credential must end before ? and #",
		"http://h/\x00hush":           "The url of the directusApi credential can't be read",
		"http://u:hush@h/%zz":         "The url of the directusApi credential can't be read",
	} {
		info, _ := job{params: refreshOf("t"), url: text}.fails(t)
		require.Equal(t, node.APIErrorName, info.Name)
		require.Equal(t, "Invalid URL", info.Message)
		require.Equal(t, "ERR_INVALID_URL", info.HTTPCode)
		require.Equal(t, []string{"Invalid URL"}, info.Messages)
		require.Equal(t, description, info.Description)
		requireNoSecret(t, info, "hush")
	}
}

func TestDataItems(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"data":{"b":1,"a":2}}`:     `{"b":1,"a":2}`,
		`{"data":[{"a":1},{"a":2}]}`: `{"a":1} {"a":2}`,
		`{"data":[]}`:                ``,
		`{"data":[1,"two",null]}`:    `{"result":1} {"result":"two"} {"result":null}`,
		`{"data":"text"}`:            `{"result":"text"}`,
		`{"data":null}`:              `{}`,
		`pong`:                       `{"result":"pong"}`,
		``:                           `{"result":""}`,
	} {
		a := &answer{status: 200, text: []byte(body)}
		a.parse()
		items, err := dataItems(&request{op: &operation{method: http.MethodPost}}, a)
		require.NoError(t, err)
		var got []string
		for _, it := range items {
			got = append(got, text(it))
		}
		require.Equal(t, want, strings.Join(got, " "), body)
	}
	for body, message := range map[string]string{
		`{"other":1}`: "Directus's answer has no data", `[1]`: "Directus's answer has no data", `null`: "Directus's answer has no data",
		`42`: "Directus's answer has no data", ``: "Directus's answer is empty",
	} {
		a := &answer{status: 200, text: []byte(body)}
		a.parse()
		_, err := dataItems(&request{op: &operation{method: http.MethodGet}}, a)
		require.EqualError(t, err, message)
	}
}

func TestCompressedAnswer(t *testing.T) {
	t.Parallel()
	compressed := func(body string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := io.WriteString(w, body)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.Bytes()
	}
	var body []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}))
	defer srv.Close()
	j := job{params: refreshOf("t"), url: srv.URL}

	body = compressed(`{"data":{"access_token":"x"}}`)
	require.JSONEq(t, `{"access_token":"x"}`, j.one(t))
	body = compressed(strings.Repeat(" ", 10<<20+1))
	info, _ := j.fails(t)
	require.Equal(t, "Directus's answer is larger than 10 MB"+mayBeUsedUp, info.Message)
	body = body[:len(body)/2]
	info, _ = j.fails(t)
	require.Equal(t, "Directus's answer was cut off"+mayBeUsedUp, info.Message)
}

// Where no connection could be made safe, nothing was sent.
func TestUnsafeConnection(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(srv.Certificate())
	later := func() time.Time { return srv.Certificate().NotAfter.Add(time.Hour) }
	for name, tt := range map[string]struct {
		url             string
		config          *tls.Config
		message, advice string
	}{
		"unknown signer": {srv.URL, &tls.Config{RootCAs: x509.NewCertPool()}, "certificate", "let this machine trust its signer"},
		"another host":   {srv.URL, &tls.Config{RootCAs: trusted, ServerName: "directus.test"}, "certificate", "is for other hosts"},
		"expired":        {srv.URL, &tls.Config{RootCAs: trusted, Time: later}, "certificate", "renew it"},
		"no https":       {strings.Replace(plain.URL, "http:", "https:", 1), nil, "HTTP response to HTTPS client", "begin the url of the directusApi credential with http://"},
		"old":            {srv.URL, &tls.Config{RootCAs: trusted, MaxVersion: tls.VersionTLS10, MinVersion: tls.VersionTLS10}, "protocol version", "ended the https connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := newTransport(t)
			transport.TLSClientConfig = tt.config
			info, err := job{params: refreshOf("t"), url: tt.url, transport: transport}.fails(t)
			require.Contains(t, info.Message, tt.message)
			require.Contains(t, info.Description, tt.advice)
			require.False(t, node.IsPermanent(err))
		})
	}
}

// TestBefore shows where comments are in Directus 10, and that nothing else is asked twice.
func TestBefore(t *testing.T) {
	t.Parallel()
	comment := node.NewObject("resource", "activity", "operation", "create", "collection", "c", "item", "1", "comment", "x",
		"additionalFields", node.NewObject("meta", "*"))
	for _, tt := range []struct {
		status int
		code   string
		asked  []string
	}{
		{404, "ROUTE_NOT_FOUND", []string{"POST /comments?meta=%2A", "POST /activity/comment?meta=%2A"}},
		{403, "FORBIDDEN", []string{"POST /comments?meta=%2A"}},
		{404, "", []string{"POST /comments?meta=%2A"}},
	} {
		var asked []string
		transport := roundTripper(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.Method+" "+r.URL.RequestURI())
			if r.URL.Path == "/comments" {
				return reply(r, tt.status, `{"errors":[{"message":"m","extensions":{"code":"`+tt.code+`"}}]}`), nil
			}
			body, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			return reply(r, 200, `{"data":`+string(body)+`}`), nil
		})
		j := job{params: comment, url: "http://d", transport: transport}
		if len(tt.asked) == 1 {
			j.fails(t)
		} else {
			require.JSONEq(t, `{"collection":"c","item":"1","comment":"x"}`, j.one(t))
		}
		require.Equal(t, tt.asked, asked)
	}
}

// Where no answer came, the message is n8n's and the description says what to do.
func TestNetworkAdvice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err          error
		code, advice string
	}{
		{syscall.ECONNREFUSED, "ECONNREFUSED", "see that Directus runs"},
		{&net.DNSError{Name: "d.example", IsNotFound: true}, "ENOTFOUND", "There is no such host"},
		{&net.DNSError{Name: "d.example", IsTemporary: true}, "EAI_AGAIN", "reaches a DNS server"},
		{syscall.ETIMEDOUT, "ETIMEDOUT", "firewall"},
		{context.DeadlineExceeded, "ECONNABORTED", "too slow"},
		{io.ErrUnexpectedEOF, "ECONNRESET", "ended the connection"},
		{syscall.EHOSTUNREACH, "EHOSTUNREACH", "There is no way to the host"},
		{syscall.EADDRNOTAVAIL, "EADDRNOTAVAIL", "no address that can be reached"},
	} {
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: tt.err}
		})
		info, _ := job{params: node.NewObject("resource", "users", "operation", "getCurrent"), url: "http://d.example", transport: transport}.fails(t)
		require.Equal(t, tt.code, info.HTTPCode)
		text, known := node.NetworkMessage(tt.code)
		require.True(t, known)
		require.Equal(t, text, info.Message)
		require.Contains(t, info.Description, tt.advice)
	}
}

// Over HTTP/2, too, it is known whether a request was sent.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	lose := true
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lose {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, `{"data":{"access_token":"`+r.Proto+`"}}`)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	j := job{params: refreshOf("t"), url: srv.URL, transport: srv.Client().Transport}
	for range 2 { // on a new connection and on a known one
		info, err := j.fails(t)
		require.Contains(t, info.Message, mayBeUsedUp)
		require.True(t, node.IsPermanent(err))
	}
	lose = false
	require.JSONEq(t, `{"access_token":"HTTP/2.0"}`, j.one(t))
}

// FuzzAnswer gives any answer to every operation: errors have a message, items of a session a token, and nothing panics.
func FuzzAnswer(f *testing.F) {
	f.Add(200, []byte(`{"data":{"expires":900000,"refresh_token":"r","access_token":"a"}}`), "", "")
	f.Add(200, []byte(`{"data":[1,{}],"disableDefault":false}`), "directus_session_token=x", "")
	f.Add(401, []byte(`{"errors":[{"message":"Invalid user credentials.","extensions":{"code":"INVALID_CREDENTIALS"}}]}`), "", "")
	f.Add(403, []byte(`{"errors":[{"message":"Invalid token.","extensions":{"code":"INVALID_TOKEN"}}]}`), "", "")
	f.Add(401, []byte(`{"errors":[7]}`), "", "")
	f.Add(500, []byte(`<html>`), "", "")
	f.Add(204, []byte(``), "", "")
	f.Add(302, []byte(`{}`), "", "https://u:p@h/%zz?q")
	f.Add(302, []byte(`Found`), "openid.x=y", "/admin/login?reason=SERVICE_UNAVAILABLE")
	f.Add(302, []byte(`Found`), "oauth2.x=y", "https://provider.example/authorize?state=1")
	f.Fuzz(func(t *testing.T, status int, body []byte, cookie, location string) {
		for _, op := range rows() {
			for _, split := range []bool{false, true} {
				s := &server{call: node.NewCall(node.CallConfig{}), site: &site{base: "http://directus.example", bearer: "Bearer x"}, limits: defaultLimits(), client: &http.Client{
					CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
					Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
						header := http.Header{"Location": {location}, "Set-Cookie": {cookie}}
						return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
					}),
				}}
				items, err := s.perform(t.Context(), &request{op: &op.operation, path: "auth/x", token: []byte("1"), split: split})
				if err != nil {
					require.NotEmpty(t, node.InfoOf(err).Message)
					continue
				}
				for _, it := range items {
					require.NotNil(t, it.JSON)
					switch op.name {
					case "login", "refreshToken":
						require.True(t, hasText(it.JSON, "access_token") || hasText(it.JSON, "session_token"))
					case "startOauthFlow":
						require.Equal(t, `{"url":"http://directus.example/auth/x"}`, text(it))
					}
				}
			}
		}
	})
}
