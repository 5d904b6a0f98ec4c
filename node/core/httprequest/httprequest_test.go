package httprequest_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
)

type params = map[string]any

// serve starts a server that a func answers for.
func serve(t *testing.T, fn http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(fn)
	t.Cleanup(s.Close)
	return s.URL
}

// run executes the node over a transport of Go's own.
func run(t *testing.T, s nodetest.Setup) *nodetest.Result {
	t.Helper()
	if s.HTTP == nil {
		s.HTTP = nodetest.Network(t)
	}
	r, err := nodetest.Run(t.Context(), httprequest.New(), s)
	require.NoError(t, err)
	return r
}

func text(items []node.Item) string {
	var parts []string
	for _, it := range items {
		parts = append(parts, string(node.AppendJSON(nil, it.JSON)))
	}
	return strings.Join(parts, " ")
}

func good(t *testing.T, r *nodetest.Result) string {
	t.Helper()
	require.Nil(t, r.Error)
	return text(r.Outputs[0])
}

// with is a Setup for a url and further parameters.
func with(url string, more params) nodetest.Setup {
	p := params{"url": url, "options": params{}}
	for k, v := range more {
		p[k] = v
	}
	return nodetest.Setup{Parameters: p}
}

// generic is a Setup with a generic credential.
func generic(url, kind string, data, more params) nodetest.Setup {
	s := with(url, more)
	s.Parameters["authentication"], s.Parameters["genericAuthType"] = "genericCredentialType", kind
	s.Credentials = map[string]map[string]any{kind: data}
	return s
}

func TestCredentialsStayWithTheirHost(t *testing.T) {
	t.Parallel()
	var got http.Header
	var mu sync.Mutex
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = r.Header.Clone()
		_, _ = io.WriteString(w, `ok`)
	})
	there := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/here" {
			mu.Lock()
			defer mu.Unlock()
			got = r.Header.Clone()
			return
		}
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusTemporaryRedirect)
	})
	for kind, data := range map[string]params{
		"httpBasicAuth": {"user": "u", "password": "s3cret"}, "httpBearerAuth": {"token": "s3cret"},
		"httpHeaderAuth": {"name": "X-Key", "value": "s3cret"}, "httpQueryAuth": {"name": "key", "value": "s3cret"},
		"httpCustomAuth": {"json": `{"headers":{"X-Other":"s3cret"}}`},
	} {
		for _, option := range []any{nil, true} {
			options := params{}
			if option != nil {
				options["sendCredentialsOnCrossOriginRedirect"] = option
			}
			s := generic(there+"/?to="+url.QueryEscape(elsewhere), kind, data, params{"options": options})
			good(t, run(t, s))
			require.NotContains(t, fmt.Sprint(got), "s3cret", kind)
			require.NotContains(t, fmt.Sprint(got), base64.StdEncoding.EncodeToString([]byte("u:s3cret")), kind)
		}
		if kind != "httpQueryAuth" {
			good(t, run(t, generic(there+"/?to=/here", kind, data, nil)))
			require.Contains(t, fmt.Sprint(got), map[bool]string{true: "Basic", false: "s3cret"}[kind == "httpBasicAuth"], "the same host gets it")
		}
	}
	// Headers of the user's own too, and a body with a credential is not taken along.
	s := with(there+"/?to="+url.QueryEscape(elsewhere), params{"sendHeaders": true, "headerParameters": params{"parameters": []any{
		params{"name": "Authorization", "value": "s3cret"}, params{"name": "Cookie", "value": "s3cret"},
	}}})
	good(t, run(t, s))
	require.NotContains(t, fmt.Sprint(got), "s3cret")
	s = generic(there+"/?to="+url.QueryEscape(elsewhere), "httpCustomAuth", params{"json": `{"body":{"k":"s3cret"}}`}, params{"method": "POST"})
	r := run(t, s)
	require.ErrorContains(t, r.Error, "The redirect to another host was not followed: the body holds credentials")
}

func TestCredentialTypesStandInTheWorkflow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parameters params
		err        string
	}{
		"generic": {
			params{"authentication": "genericCredentialType", "genericAuthType": "={{ $json.type }}"},
			"the type of a credential must stand in the workflow itself",
		},
		// n8n reads this one as it stands.
		"predefined": {
			params{"authentication": "predefinedCredentialType", "nodeCredentialType": "={{ $json.type }}"},
			"credentials of type {{ $json.type }} are not supported",
		},
	} {
		s := with("http://127.0.0.1:1", c.parameters)
		s.Credentials = map[string]map[string]any{"httpBearerAuth": {"token": "s3cret"}}
		s.Items = []node.Item{node.ItemOf("type", "httpBearerAuth")}
		_, err := nodetest.Run(t.Context(), httprequest.New(), s)
		require.ErrorContains(t, err, c.err, name)
	}
}

func TestEgressHoldsForEveryHop(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	target := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	for name, c := range map[string]struct {
		egress runtime.Egress
		to     string
	}{
		"host":        {runtime.Egress{AllowedHosts: []string{"127.0.0.1"}}, strings.Replace(target, "127.0.0.1", "localhost", 1)},
		"metadata":    {runtime.Egress{}, "http://169.254.169.254/latest"},
		"mapped":      {runtime.Egress{}, "http://[::ffff:169.254.169.254]/latest"},
		"mapped, hex": {runtime.Egress{}, "http://[::ffff:a9fe:a9fe]/"},
		"other forms": {runtime.Egress{AllowedHosts: []string{"127.0.0.1"}}, "http://2130706433/"},
		"not HTTP":    {runtime.Egress{AllowedHosts: []string{"127.0.0.1"}}, "file:///etc/passwd"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", c.to)
				w.WriteHeader(http.StatusFound)
			})
			s := with(first, nil)
			s.Options = []runtime.Option{runtime.WithTransport(nil), runtime.WithEgress(c.egress)}
			r := run(t, s)
			require.NotNil(t, r.Error)
			require.Regexp(t, `not allowed|Unsupported protocol`, r.Error.Message)
		})
	}
	t.Run("nobody was reached", func(t *testing.T) { require.Zero(t, reached.Load()) })
	s := with(target, nil)
	s.Options = []runtime.Option{runtime.WithTransport(nil), runtime.WithEgress(runtime.Egress{DenyPrivate: true})}
	require.ErrorContains(t, run(t, s).Error, "is not a public address")
}

func TestSettingsOfTheTransport(t *testing.T) {
	t.Parallel()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "secure") }))
	t.Cleanup(secure.Close)
	proxied := ""
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		proxied = r.URL.String()
		_, _ = io.WriteString(w, "by proxy")
	})
	own := []runtime.Option{runtime.WithTransport(nil)}
	setup := func(url string, options params, more ...runtime.Option) nodetest.Setup {
		s := with(url, params{"options": options})
		s.Options = append(slices.Clone(own), more...)
		return s
	}
	require.ErrorContains(t, run(t, setup(secure.URL, params{})).Error, "certificate")
	require.Equal(t, `{"data":"secure"}`, good(t, run(t, setup(secure.URL, params{"allowUnauthorizedCerts": true}))))

	s := setup(secure.URL, params{})
	s.Parameters["provideSslCertificates"] = true
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	s.Credentials = map[string]map[string]any{"httpSslAuth": {"ca": strings.ReplaceAll(string(ca), "\n", " ")}}
	require.Equal(t, `{"data":"secure"}`, good(t, run(t, s)), "PEM on one line is mended")
	s.Credentials = map[string]map[string]any{"httpSslAuth": {"ca": "no PEM"}}
	require.ErrorContains(t, run(t, s).Error, "no certificate in PEM form")

	require.Equal(t, `{"data":"by proxy"}`, good(t, run(t, setup("http://target.example/x", params{"proxy": proxy}))))
	require.Equal(t, "http://target.example/x", proxied)
	require.ErrorContains(t, run(t, setup("http://target.example/x", params{"proxy": proxy},
		runtime.WithEgress(runtime.Egress{DenyPrivate: true}))).Error, "a proxy can reach addresses that are not public")
	require.ErrorContains(t, run(t, setup("http://target.example/x", params{"proxy": proxy},
		runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"target.example"}}))).Error, "it is not among the allowed hosts")
	require.ErrorContains(t, run(t, setup("http://target.example/x", params{"proxy": "http://user:s3cret@"})).Error, "the proxy is no URL")
	require.ErrorContains(t, run(t, with("http://target.example/x", params{"options": params{"proxy": proxy}})).Error,
		"can't be used with a transport of the embedder's own")
}

func TestEncodedAnswers(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		encoding := strings.Trim(r.URL.Path, "/")
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", strings.TrimSuffix(encoding, "-raw"))
		var out io.WriteCloser
		switch encoding {
		case "gzip":
			out = gzip.NewWriter(w)
		case "deflate":
			out = zlib.NewWriter(w)
		case "deflate-raw":
			out, _ = flate.NewWriter(w, 5)
		default:
			return
		}
		_, _ = io.WriteString(out, `{"a":"`+r.Header.Get("Accept-Encoding")+`"}`)
		_ = out.Close()
	})
	for _, encoding := range []string{"gzip", "deflate", "deflate-raw"} {
		require.Equal(t, `{"a":"gzip, deflate"}`, good(t, run(t, with(server+"/"+encoding, nil))), encoding)
	}
	require.ErrorContains(t, run(t, with(server+"/br", nil)).Error, `The answer is encoded as "br", which is not supported`)
}

// What the transport would add is there once, and other names are as they were written.
func TestHeadersAreSentOnce(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() { // no server of net/http: it makes names alike
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			var head []byte
			for buffer := make([]byte, 4096); !bytes.Contains(head, []byte("\r\n\r\n")); {
				n, err := c.Read(buffer)
				if head = append(head, buffer[:n]...); err != nil {
					break
				}
			}
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(head), head)
			_ = c.Close()
		}
	}()
	url := "http://" + listener.Addr().String()
	for _, c := range []struct {
		headers []any
		want    []string
	}{
		{nil, []string{"User-Agent: nate", "Accept-Encoding: gzip, deflate"}},
		{
			[]any{params{"name": "USER-agent", "value": "mine"}, params{"name": "x-Own", "value": "1"}, params{"name": "range", "value": "bytes=0-1"}},
			[]string{"User-Agent: mine", "x-Own: 1", "Range: bytes=0-1", "Accept-Encoding: gzip, deflate"},
		},
	} {
		sent := good(t, run(t, with(url, params{
			"sendHeaders": c.headers != nil, "headerParameters": params{"parameters": c.headers}, "options": params{"lowercaseHeaders": false},
		})))
		for _, want := range c.want {
			name, _, _ := strings.Cut(want, ":")
			require.Contains(t, sent, `\r\n`+want+`\r\n`)
			require.Equal(t, 1, strings.Count(strings.ToLower(sent), strings.ToLower(`\n`+name+":")), name)
		}
	}
}

// Values are what n8n's client makes of them: without controls, in ISO-8859-1 where it has the letters.
func TestValuesOfHeaders(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q", r.Header["X-Own"])
	})
	for _, c := range []struct {
		v    any
		want string
	}{
		{" Bearer a\n", `["Bearer a"]`},
		{"a\r\nX-Other: 1\t2\x00", `["aX-Other: 1\t2"]`},
		{"grün", `["gr\xfcn"]`},
		{"中 ü", `["中 ü"]`},
		{"", `[""]`},
		{0, `["0"]`},
		{true, `["true"]`},
		{false, `[]`},
		{"={{ null }}", `[]`},
		{" ", `[""]`},
		{[]any{"a", nil, 1}, `["a" "null" "1"]`},
	} {
		sent := good(t, run(t, with(server, params{
			"sendHeaders": true, "headerParameters": params{"parameters": []any{params{"name": "X-Own", "value": c.v}}},
		})))
		require.Equal(t, string(node.AppendJSON(nil, node.NewObject("data", c.want))), sent, c.v)
	}
}

// What a credential adds to the query comes beside what the URL has.
func TestQueryOfACredential(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.RawQuery) })
	for url, want := range map[string]string{
		"/":            "k%20y=v%26w",
		"/?":           "k%20y=v%26w",
		"/?a&b=1":      "a&b=1&k%20y=v%26w",
		"/?k%20y=1":    "k%20y=1&k%20y=v%26w",
		"/?x=100%&k=2": "x=100%&k=2&k%20y=v%26w",
	} {
		r := good(t, run(t, generic(server+url, "httpQueryAuth", params{"name": "k y", "value": "v&w"}, nil)))
		require.Equal(t, string(node.AppendJSON(nil, node.NewObject("data", want))), r, url)
	}
}

func TestHostsAndUsersOfURLs(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/here", http.StatusFound)
			return
		case "/user":
			http.Redirect(w, r, "http://x:y@"+r.Host+"/here", http.StatusFound)
			return
		}
		fmt.Fprintf(w, "%s %q", r.Host, r.Header.Values("Authorization"))
	})
	address := strings.TrimPrefix(server, "http://")
	headers := func(name, v string) params {
		return params{"sendHeaders": true, "headerParameters": params{"parameters": []any{params{"name": name, "value": v}}}}
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("u:p"))
	for name, c := range map[string]struct {
		url  string
		more params
		want string
	}{
		"user":               {"http://u:p@" + address, nil, address + ` ["` + basic + `"]`},
		"user and a header":  {"http://u:p@" + address, headers("authorization", "own"), address + ` ["own"]`},
		"user, redirected":   {"http://u:p@" + address + "/away", nil, address + ` ["` + basic + `"]`},
		"user of a redirect": {server + "/user", nil, address + ` []`}, // who asked for nobody is not sent to one
		"host":               {server, headers("Host", "other.example"), `other.example []`},
		"host, redirected":   {server + "/away", headers("Host", "other.example"), address + ` []`},
	} {
		r := good(t, run(t, with(c.url, c.more)))
		require.Equal(t, string(node.AppendJSON(nil, node.NewObject("data", c.want))), r, name)
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/begun" {
			_, _ = io.WriteString(w, "begun")
			w.(http.Flusher).Flush()
		}
		<-release
	})
	t.Cleanup(func() { close(release) })
	for _, path := range []string{"/never", "/begun"} {
		r := run(t, with(server+path, params{"options": params{"timeout": 30}}))
		require.Equal(t, "The connection was aborted, perhaps the server is offline", r.Error.Message, path)
		require.Equal(t, "ECONNABORTED", r.Error.HTTPCode)
		require.Equal(t, []string{"timeout of 30ms exceeded", "timeout of 30ms exceeded"}, r.Error.Messages)
	}
}

func TestOAuth2FetchesOneTokenForManyItems(t *testing.T) {
	t.Parallel()
	var tokens, refused atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			n := tokens.Add(1)
			_ = r.ParseForm()
			if r.Form.Get("refresh_token") == "revoked" {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"revoked"}`)
				return
			}
			fmt.Fprintf(w, `{"access_token":"T%d"}`, n)
			return
		}
		if r.Header.Get("Authorization") != "Bearer T1" {
			refused.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"ok":true}`)
	})
	items := make([]node.Item, 50)
	for i := range items {
		items[i] = node.ItemOf("i", i)
	}
	s := generic(server, "oAuth2Api", params{"grantType": "clientCredentials", "accessTokenUrl": server + "/token", "clientId": "id", "clientSecret": "cs"}, nil)
	s.Items = items
	good(t, run(t, s))
	require.Equal(t, int32(1), tokens.Load())
	require.Zero(t, refused.Load())

	stored := func(refresh string) nodetest.Setup {
		s := generic(server, "oAuth2Api", params{
			"grantType": "authorizationCode", "accessTokenUrl": server + "/token", "clientId": "id", "clientSecret": "s3cret",
			"oauthTokenData": params{"access_token": "old", "refresh_token": refresh},
		}, nil)
		s.Items = items
		return s
	}
	tokens.Store(0)
	good(t, run(t, stored("RT")))
	require.Equal(t, int32(1), tokens.Load(), "many items that were refused refresh it once")
	r := run(t, stored("revoked"))
	require.Equal(t, "The credential needs to be reconnected.", r.Error.Message)
	require.NotContains(t, fmt.Sprintf("%+v", r.Error), "s3cret")
}

// A predefined type may compute from the credential where its tokens come from.
func TestTokensOfPredefinedTypes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind string
		data params
		want string
	}{
		{"githubOAuth2Api", nil, "https://github.com/login/oauth/access_token"},
		{"githubOAuth2Api", params{"server": "https://git.example.com/api/v3"}, "https://git.example.com/login/oauth/access_token"},
		{"salesforceOAuth2Api", nil, "https://login.salesforce.com/services/oauth2/token"},
		{"salesforceOAuth2Api", params{"environment": "sandbox"}, "https://test.salesforce.com/services/oauth2/token"},
		{"salesforceOAuth2Api", params{"accessTokenUrl": "https://elsewhere.example.com"}, "https://login.salesforce.com/services/oauth2/token"},
	} {
		service := nodetest.NewService(nodetest.Reply{Status: 401}, nodetest.Reply{Body: `{"access_token":"new"}`}, nodetest.Reply{Body: `{"ok":true}`})
		s := with("https://api.example.com", params{"authentication": "predefinedCredentialType", "nodeCredentialType": c.kind})
		s.HTTP = service
		data := params{"clientId": "id", "clientSecret": "cs", "oauthTokenData": params{"access_token": "old", "refresh_token": "r"}}
		maps.Copy(data, c.data)
		s.Credentials = map[string]map[string]any{c.kind: data}
		good(t, run(t, s))
		got := service.Requests()
		require.Len(t, got, 3)
		require.Equal(t, c.want, got[1].URL, "%v", c)
		require.Equal(t, "Bearer new", got[2].Header.Get("Authorization"))
	}
}

// vault is a credentials.Store of one credential, as one of an embedder's.
type vault struct {
	mu      sync.Mutex
	now     credentials.Data
	updates int
	err     error
}

func (v *vault) Resolve(context.Context, credentials.Ref) (credentials.Data, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now, nil
}

func (v *vault) Update(_ context.Context, d credentials.Data) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.updates++
	if v.err == nil {
		v.now = d
	}
	return v.err
}

func TestOAuth2TellsTheStore(t *testing.T) {
	t.Parallel()
	good1 := "T1" // what the server takes
	var mu sync.Mutex
	var asked []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			_ = r.ParseForm()
			asked = append(asked, r.Form.Get("refresh_token"))
			if len(asked) == 2 { // no new refresh token this time
				fmt.Fprintf(w, `{"access_token":%q,"refresh_token":null}`, good1)
				return
			}
			fmt.Fprintf(w, `{"access_token":%q,"refresh_token":"R%d","expires_in":3600}`, good1, len(asked))
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+good1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"ok":true}`)
	})
	store := &vault{now: credentials.New(credentials.Ref{Type: "oAuth2Api", ID: "1"}, params{
		"grantType": "authorizationCode", "accessTokenUrl": server + "/token", "clientId": "id", "clientSecret": "s3cret",
		"oauthTokenData": params{"access_token": "old", "refresh_token": "R0", "scope": "a"},
	})}
	s := generic(server, "oAuth2Api", nil, nil)
	s.Options = []runtime.Option{runtime.WithCredentials(store)}
	s.Items = make([]node.Item, 20)
	for i := range s.Items {
		s.Items[i] = node.ItemOf("i", i)
	}
	good(t, run(t, s))
	require.Equal(t, 1, store.updates, "of many items one refreshes and tells")
	token := func() any { v, _ := store.now.Value("oauthTokenData"); return v }
	require.Equal(t, params{"access_token": "T1", "refresh_token": "R1", "scope": "a", "expires_in": 3600.0}, token())
	// Another process: its node knows what the store has. The server hands out another access token, and no refresh token.
	mu.Lock()
	good1 = "T2"
	mu.Unlock()
	s.Items = s.Items[:1]
	good(t, run(t, s))
	require.Equal(t, params{"access_token": "T2", "refresh_token": "R1", "scope": "a", "expires_in": 3600.0}, token())
	// A store that fails: the item says so, and nothing is retold.
	mu.Lock()
	good1 = "T3"
	mu.Unlock()
	store.err = errors.New("the disk is full")
	r := run(t, s)
	require.Equal(t, "The new OAuth2 token could not be stored", r.Error.Message)
	require.Equal(t, "the disk is full", r.Error.Description)
	require.Equal(t, []string{"R0", "R1", "R1"}, asked)
	require.NotContains(t, fmt.Sprintf("%+v", r.Error), "R3")
}

func TestOAuth1IsSigned(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		header := map[string]string{}
		for part := range strings.SplitSeq(strings.TrimPrefix(r.Header.Get("Authorization"), "OAuth "), ", ") {
			k, v, _ := strings.Cut(part, "=")
			v, _ = url.PathUnescape(strings.Trim(v, `"`))
			header[k] = v
		}
		escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
		var pairs []string
		for k, v := range header {
			if k != "oauth_signature" {
				pairs = append(pairs, escape(k)+"="+escape(v))
			}
		}
		for k, values := range r.Form { // query and form
			for _, v := range values {
				pairs = append(pairs, escape(k)+"="+escape(v))
			}
		}
		slices.Sort(pairs)
		base := r.Method + "&" + escape("http://"+r.Host+r.URL.EscapedPath()) + "&" + escape(strings.Join(pairs, "&"))
		mac := hmac.New(sha1.New, []byte("consumer%20secret&token%20secret"))
		_, _ = io.WriteString(mac, base)
		_ = json.NewEncoder(w).Encode(base64.StdEncoding.EncodeToString(mac.Sum(nil)) == header["oauth_signature"])
	})
	data := params{
		"consumerKey": "ck", "consumerSecret": "consumer secret", "signatureMethod": "HMAC-SHA1",
		"oauthTokenData": params{"oauth_token": "tk", "oauth_token_secret": "token secret"},
	}
	s := generic(server+"/ä/x?b=2&a=%20x", "oAuth1Api", data, params{
		"method": "POST", "sendBody": true, "contentType": "form-urlencoded",
		"bodyParameters": params{"parameters": []any{params{"name": "ü", "value": "1 & 2"}}},
		"options":        params{"response": params{"response": params{"responseFormat": "text"}}},
	})
	require.Equal(t, `{"data":true}`, good(t, run(t, s)))
	delete(data, "oauthTokenData")
	s = generic(server, "oAuth1Api", data, params{"options": params{"response": params{"response": params{"responseFormat": "text"}}}})
	data["consumerSecret"] = "other"
	require.Equal(t, `{"data":false}`, good(t, run(t, s)), "the server checks it")
	server = serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Header.Get("Authorization")) })
	require.NotContains(t, good(t, run(t, generic(server, "oAuth1Api", data, nil))), "oauth_token", "signed for the consumer alone")
}

func TestDigestAnswersTheChallenge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ algorithm, qop string }{{"MD5", "auth"}, {"", ""}, {"SHA-256", "auth-int, auth"}, {"MD5-sess", "auth"}} {
		sum := func(parts ...string) string {
			text := []byte(strings.Join(parts, ":"))
			if c.algorithm == "SHA-256" {
				h := sha256.Sum256(text)
				return hex.EncodeToString(h[:])
			}
			h := md5.Sum(text)
			return hex.EncodeToString(h[:])
		}
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got := r.Header.Get("Authorization")
			if got == "" {
				challenge := `Digest realm="a, b", nonce="n1", opaque="o"`
				if c.algorithm != "" {
					challenge += ", algorithm=" + c.algorithm
				}
				if c.qop != "" {
					challenge += `, qop="` + c.qop + `"`
				}
				w.Header().Set("WWW-Authenticate", challenge)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			field := func(name string) string {
				_, rest, _ := strings.Cut(got, " "+name+"=")
				v, _, _ := strings.Cut(rest, ", ")
				return strings.Trim(v, `"`)
			}
			ha1 := sum("u", "a, b", "p:w")
			if strings.HasSuffix(c.algorithm, "-sess") {
				ha1 = sum(ha1, "n1", field("cnonce"))
			}
			want := sum(ha1, "n1", sum("GET", r.RequestURI))
			if c.qop != "" {
				want = sum(ha1, "n1", "00000001", field("cnonce"), "auth", sum("GET", r.RequestURI))
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"ok":%t}`, field("response") == want && field("uri") == r.RequestURI)
		})
		require.Equal(t, `{"ok":true}`, good(t, run(t, generic(server+"/x?a=1", "httpDigestAuth", params{"user": "u", "password": "p:w"}, nil))), c)
	}
	refuses := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Digest realm="x", nonce="n1", qop="auth"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	require.Equal(t, "401", run(t, generic(refuses, "httpDigestAuth", params{"user": "u", "password": "p"}, nil)).Error.HTTPCode, "it is asked twice, not for ever")
}

func TestSecretsAreNotInErrors(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	for _, at := range []string{server, "http://127.0.0.1:1"} {
		for kind, data := range map[string]params{
			"httpBasicAuth": {"user": "u", "password": "s3cret"}, "httpBearerAuth": {"token": "s3cret"},
			"httpHeaderAuth": {"name": "X-Key", "value": "s3cret"}, "httpQueryAuth": {"name": "key", "value": "s3cret"},
			"httpCustomAuth": {"json": `{"headers":{"X-Other":"s3cret"},"qs":{"a":"s3cret"},"body":{"b":"s3cret"}}`},
			"oAuth2Api":      {"grantType": "clientCredentials", "accessTokenUrl": at, "clientId": "i", "clientSecret": "s3cret"},
		} {
			s := generic(at, kind, data, params{"method": "POST"})
			for _, onError := range []string{"stopWorkflow", "continueRegularOutput"} {
				s.Settings = map[string]any{"onError": onError}
				r := run(t, s)
				all := ""
				if r.Error != nil {
					all = string(node.AppendJSON(nil, r.Error.RunObject(nil)))
				}
				for _, items := range r.Outputs {
					all += text(items)
				}
				require.Contains(t, strings.ToLower(all), "error")
				require.NotContains(t, all, "s3cret", kind)
			}
		}
	}
	require.ErrorContains(t, run(t, generic(server, "httpBearerAuth", params{"token": "s3c\nret"}, nil)).Error, "has a line break")
}

func TestFullResponse(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "application/json")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Add("X-Two", "1")
		w.Header().Add("X-Two", "2")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `[1]`)
	})
	headers := `"headers":{"content-length":"3","content-type":"application/json","set-cookie":["a=1","b=2"],"x-two":"1, 2"},"statusCode":201,"statusMessage":"Created"`
	full := func(format string) string {
		return good(t, run(t, with(server, params{"options": params{"response": params{"response": params{"fullResponse": true, "responseFormat": format}}}})))
	}
	require.Equal(t, `{"body":[1],`+headers+`}`, full("autodetect"))
	require.Equal(t, `{"body":[1],`+headers+`}`, full("json"))
	require.Equal(t, `{"data":"[1]",`+headers+`}`, full("text"))
	require.Equal(t, `{`+headers+`}`, full("file"))
}

func TestFilesAreStreamedDownAndUp(t *testing.T) {
	const size = 100 << 20
	t.Setenv("TMPDIR", t.TempDir())
	var got, declared int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = io.CopyN(w, zeros{}, size)
			return
		}
		declared = r.ContentLength
		got, _ = io.Copy(io.Discard, r.Body)
	})
	store := &files{folder: t.TempDir()}
	opts := []runtime.Option{runtime.WithBinaryStore(store)}
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	s := with(server+"/a/big.bin", nil)
	s.Options = opts
	down := run(t, s)
	require.Nil(t, down.Error)
	file, ok := down.Outputs[0][0].Binary.Get("data")
	require.True(t, ok)
	require.Equal(t, int64(size), file.Bytes())
	require.Equal(t, "big.bin", file.FileName())
	require.Equal(t, server+"/a/big.bin", file.Directory())
	for _, contentType := range []string{"binaryData", "multipart-form-data"} {
		s = with(server, params{"method": "POST", "sendBody": true, "contentType": contentType, "inputDataFieldName": "data", "bodyParameters": params{
			"parameters": []any{params{"parameterType": "formBinaryData", "name": "f", "inputDataFieldName": "data"}},
		}})
		s.Items, s.Options = down.Outputs[0], opts
		good(t, run(t, s))
		require.Equal(t, got, declared, "the length is known before")
		require.GreaterOrEqual(t, got, int64(size))
	}
	goruntime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(size/4), "all that was allocated, freed or not, for three times the file")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestManyItemsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	var busy, most atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := busy.Add(1)
		defer busy.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(time.Millisecond)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"i":%s}`, r.URL.Query().Get("i"))
	})
	var items []node.Item
	var want []string
	for i := range 300 {
		items = append(items, node.ItemOf("i", i))
		want = append(want, fmt.Sprintf(`{"i":%d}`, i))
	}
	s := with("="+server+"/?i={{ $json.i }}", nil)
	s.Items = items
	r := run(t, s)
	require.Equal(t, strings.Join(want, " "), good(t, r))
	require.Equal(t, 299, r.Outputs[0][299].Paired[0].Item)
	require.Greater(t, most.Load(), int32(1), "at the same time")
	require.LessOrEqual(t, most.Load(), int32(100))
}

func TestOnlyFailedRequestsAreSentAgain(t *testing.T) {
	t.Parallel()
	for _, onError := range []string{"stopWorkflow", "continueRegularOutput"} {
		var mu sync.Mutex
		seen := map[string]int{}
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			i := r.URL.Query().Get("i")
			if seen[i]++; i == "1" && seen[i] < 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		})
		s := with("="+server+"/?i={{ $json.i }}", nil)
		s.Items = []node.Item{node.ItemOf("i", 0), node.ItemOf("i", 1), node.ItemOf("i", 2)}
		s.Settings = map[string]any{"retryOnFail": true, "maxTries": 3, "waitBetweenTries": 1, "onError": onError}
		r := run(t, s)
		require.Nil(t, r.Error)
		require.Equal(t, map[string]int{"0": 1, "1": 3, "2": 1}, seen)
	}
}

func TestADirectusCredential(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Header.Get("Authorization")) })
	s := with(server, params{"authentication": "predefinedCredentialType", "nodeCredentialType": "directusApi"})
	s.Credentials = map[string]map[string]any{"directusApi": {"url": server, "accessToken": "tok"}}
	r, err := nodetest.Run(t.Context(), typed{httprequest.New()}, func() nodetest.Setup { s.HTTP = nodetest.Network(t); return s }())
	require.NoError(t, err)
	require.Equal(t, `{"data":"Bearer tok"}`, good(t, r))
	_, err = nodetest.Run(t.Context(), httprequest.New(), s)
	require.ErrorContains(t, err, "credentials of type directusApi are not supported", "a type that is not registered")
}

// typed brings the Directus credential type along, as the Directus node does.
type typed struct{ node.Node }

func (t typed) CredentialTypes() []credentials.Type {
	return append(credentials.HTTP(), credentials.DirectusAPI())
}
