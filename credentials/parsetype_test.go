package credentials_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/schemas"
)

func parsedType(t testing.TB, text string) credentials.Type {
	t.Helper()
	parsed, err := credentials.ParseType([]byte(text))
	require.NoError(t, err)
	return parsed
}

// upper is an Evaluator that shows what it was asked for.
func upper(_ context.Context, text string, variables map[string]any) (any, error) {
	fields, _ := variables["$credentials"].(map[string]any)
	if fields == nil {
		fields, _ = variables["$self"].(map[string]any)
	}
	token, _ := fields["token"].(string)
	return strings.ToUpper(token) + " by " + text, nil
}

func TestAuthenticateGeneric(t *testing.T) {
	t.Parallel()
	const fields = `"properties":[{"displayName":"Token","name":"token","type":"string","default":"fallback"},{"displayName":"Port","name":"port","type":"number","default":80}]`
	for name, c := range map[string]struct {
		place       string // of authenticate.properties
		url         string
		contentType string
		body        string
		missing     bool // the credential has no values
		want        string
	}{
		"headers":        {place: `"headers":{"A":"=Bearer {{ $credentials.token }}","=X-{{$credentials.port}}":"={{$credentials?.port}}","C":7}`, want: "A: Bearer t&t=\nC: 7\nX-443: 443\n/ "},
		"defaults":       {place: `"headers":{"A":"={{ $credentials.token }}:{{ $credentials[\"port\"] }}"}`, missing: true, want: "A: fallback:80\n/ "},
		"unknown field":  {place: `"headers":{"A":"=<{{ $credentials.nothing }}>"}`, want: "A: <>\n/ "},
		"evaluated":      {place: `"headers":{"A":"={{ $credentials.token + 1 }}"}`, want: "A: T&T= by ={{ $credentials.token + 1 }}\n/ "},
		"query":          {place: `"qs":{"key":"={{ $credentials.token }}","v":1}`, url: "/?a=b&key=old&z", want: "/?a=b&key=t%26t%3D&z&v=1 "},
		"first of query": {place: `"qs":{"key":"={{ $credentials.token }}"}`, want: "/?key=t%26t%3D "},
		"auth":           {place: `"auth":{"username":"me","password":"={{ $credentials.token }}"}`, want: "Authorization: Basic bWU6dCZ0PQ==\n/ "},
		"body":           {place: `"body":{"token":"={{ $credentials.token }}","port":"={{ $credentials.port }}"}`, contentType: "application/json", body: `{"b": 1.50,"token":"old","a":"<"}`, want: "Content-Type: application/json\n/ " + `{"b":1.50,"token":"t&t=","a":"<","port":"443"}`},
		"body in depth":  {place: `"body":{"auth":{"list":["<",null,true]}}`, body: ``, want: "Content-Type: application/json\n/ " + `{"auth":{"list":["<",null,true]}}`},
		"form":           {place: `"body":{"token":"={{ $credentials.token }}"}`, contentType: "application/x-www-form-urlencoded", body: `a=b`, want: "Content-Type: application/x-www-form-urlencoded\n/ a=b&token=t%26t%3D"},
		"no object":      {place: `"body":{"token":"x"}`, contentType: "application/json", body: `[1]`, want: `credential "Shop" (shopApi) has fields for the body, and the body of the request has none (such a credential needs a body of JSON or a form)`},
		"cut off":        {place: `"body":{"token":"x"}`, contentType: "application/json", body: `{"a":1`, want: `credential "Shop" (shopApi) has fields for the body, and the body of the request has none (such a credential needs a body of JSON or a form)`},
		"line break":     {place: `"headers":{"A":"=a\n{{ $credentials.token }}"}`, want: `credential "Shop" (shopApi): field token has a line break or another control character in it (copy the value alone)`},
		"header's name":  {place: `"headers":{"={{ $credentials.token + ':' }}":"a"}`, want: `credential "Shop" (shopApi) is no name of a header (write one such as X-API-Key)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed := parsedType(t, `{"name":"shopApi",`+fields+`,"authenticate":{"type":"generic","properties":{`+c.place+`}}}`).WithEvaluator(upper)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://shop.example"+c.url, strings.NewReader(c.body))
			require.NoError(t, err)
			if c.contentType != "" {
				req.Header.Set("Content-Type", c.contentType)
			}
			values := map[string]any{"token": "t&t=", "port": 443.0}
			if c.missing {
				values = nil
			}
			if err := parsed.Authenticate(req, credentials.New(credentials.Ref{Type: "shopApi", Name: "Shop"}, values)); err != nil {
				require.EqualError(t, err, c.want)
				return
			}
			var b strings.Builder
			require.NoError(t, req.Header.Write(&b))
			text, err := io.ReadAll(req.Body)
			require.NoError(t, err)
			require.Equal(t, int64(len(text)), req.ContentLength)
			uri := req.URL.RequestURI()
			require.Equal(t, c.want, strings.ReplaceAll(b.String(), "\r\n", "\n")+uri+" "+string(text))
		})
	}
}

func TestExpressionsNeedAnEvaluator(t *testing.T) {
	t.Parallel()
	parsed := parsedType(t, `{"name":"shopApi","properties":[],"authenticate":{"type":"generic","properties":{"headers":{"A":"={{ $credentials.a + 'b' }}"}}}}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://shop.example", nil)
	require.NoError(t, err)
	err = parsed.Authenticate(req, credentials.New(credentials.Ref{}, nil))
	require.EqualError(t, err, "the expression {{ $credentials.a + 'b' }} needs an evaluator: only {{ $credentials.field }} works without")
	refusing := parsed.WithEvaluator(func(context.Context, string, map[string]any) (any, error) { return nil, errors.New("refused") })
	require.EqualError(t, refusing.Authenticate(req, credentials.New(credentials.Ref{}, nil)), "refused")
}

func TestParseTypeFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{`:                               `unexpected end of JSON input`,
		`{"properties":[]}`:               `a credential type needs a name`,
		`{"name":"a","authenticate":"x"}`: `credential type "a": authenticate: json: cannot unmarshal`,
		`{"name":"a","authenticate":{"type":"other"}}`:                                       `credential type "a": authenticate.type: "other" is not known: there is generic`,
		`{"name":"a","authenticate":{"type":"generic","properties":{"url":{}}}}`:             `credential type "a": authenticate.properties.url: credentials can be put into auth, body, headers, qs only`,
		`{"name":"a","authenticate":{"type":"generic","properties":{"headers":["secret"]}}}`: `credential type "a": authenticate.properties.headers: it is no object`,
	} {
		_, err := credentials.ParseType([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

func TestFunctionsOfCredentialTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"name":"a","properties":[],"authenticate":{"$function":"sign"}}`:                             "its authenticate is a function of JavaScript sign, which JSON does not have",
		`{"name":"a","properties":[],"authenticate":{}}`:                                               "its authenticate is a function of JavaScript, which JSON does not have",
		`{"name":"a","properties":[],"authenticate":null}`:                                             "",
		`{"name":"a","properties":[],"preAuthentication":{"$function":"login"},"test":{"request":{}}}`: "",
	} {
		require.Equal(t, want, parsedType(t, text).Unsupported, text)
	}
	called := false
	own := parsedType(t, `{"name":"a","properties":[{"displayName":"Session","name":"session","type":"hidden","typeOptions":{"expirable":true},"default":""}],"authenticate":{"$function":"sign"}}`)
	empty := credentials.New(credentials.Ref{Type: "a"}, nil)
	require.EqualError(t, own.Check(empty), `credential (a): field session is empty: n8n fetches it with preAuthentication, a function of JavaScript, which JSON does not have (put in the value that n8n has fetched)`)
	require.NoError(t, own.Check(credentials.New(credentials.Ref{Type: "a"}, map[string]any{"session": "x"})))
	own = own.WithAuthenticate(func(*http.Request, credentials.Data) error { called = true; return nil }).WithEvaluator(upper)
	require.Empty(t, own.Unsupported)
	require.NoError(t, own.Check(empty))
	require.NoError(t, own.Authenticate(nil, empty))
	require.True(t, called)
}

func TestInherit(t *testing.T) {
	t.Parallel()
	base := parsedType(t, `{"name":"baseApi","properties":[{"displayName":"Host","name":"host","type":"string","default":"a"},
		{"displayName":"URL","name":"accessTokenUrl","type":"hidden","default":"http://base.example"}],"authenticate":{"type":"generic","properties":{"headers":{"A":"b"}}}}`)
	middle := parsedType(t, `{"name":"middleApi","extends":["baseApi"],"properties":[{"displayName":"Own","name":"own","type":"string","default":"o"}]}`)
	last := parsedType(t, `{"name":"lastApi","extends":["middleApi"],"properties":[{"displayName":"Host","name":"host","type":"hidden","default":"z"},
		{"displayName":"URL","name":"accessTokenUrl","type":"hidden","default":"=https://{{ $self[\"own\"] }}.example"},
		{"displayName":"Scope","name":"scope","type":"hidden","default":"={{ $self[\"own\"].trim() }}"}]}`)
	lost := parsedType(t, `{"name":"lostApi","extends":["goneApi"],"properties":[]}`)
	circle := parsedType(t, `{"name":"circleApi","extends":["circleApi","middleApi"],"properties":[]}`)

	types := credentials.Inherit([]credentials.Type{middle, last, lost, circle}, base)
	require.Equal(t, []string{"middleApi", "baseApi"}, types[1].Extends)
	require.True(t, types[1].Is("baseApi") && types[1].Is("lastApi") && !types[1].Is("lostApi"))
	require.Nil(t, types[0].Authenticate, "as in n8n, authenticate is a type's own")
	require.Equal(t, "it extends goneApi, which is not defined", types[2].Unsupported)
	require.Equal(t, []string{"host", "accessTokenUrl", "own"}, names(types[3].Properties))
	require.Equal(t, []string{"host", "accessTokenUrl", "own", "scope"}, names(types[1].Properties))

	d, err := types[1].WithEvaluator(upper).Complete(t.Context(), credentials.New(credentials.Ref{}, map[string]any{"own": "shop", "accessTokenUrl": "http://evil.example", "more": 1.0}))
	require.NoError(t, err)
	require.Equal(t, []string{"accessTokenUrl", "host", "more", "own", "scope"}, d.Fields())
	require.Equal(t, "z", d.Text("host"))
	require.Equal(t, "https://shop.example", d.Text("accessTokenUrl"), "what says where tokens come from is the type's where it hides it")
	require.Equal(t, ` by ={{ $self["own"].trim() }}`, d.Text("scope"))
	_, err = types[1].Complete(t.Context(), credentials.New(credentials.Ref{Type: "lastApi"}, nil))
	require.EqualError(t, err, `credential (lastApi): field scope has a default that can't be used: the expression {{ $self["own"].trim() }} needs an evaluator: only {{ $self.field }} works without (put in a value)`)
}

func names(properties []schemas.Property) []string {
	list := make([]string, len(properties))
	for i, p := range properties {
		list[i] = p.Name
	}
	return list
}
