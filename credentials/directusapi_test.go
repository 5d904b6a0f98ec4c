package credentials_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/schemas"
)

func TestDirectusAPI(t *testing.T) {
	t.Parallel()
	typ := credentials.DirectusAPI()
	require.Equal(t, "directusApi", typ.Name)
	require.Equal(t, "Directus Api API", typ.DisplayName)
	type property struct {
		name, displayName string
		kind              schemas.PropertyType
		required, secret  bool
	}
	var got []property
	for _, p := range typ.Properties {
		require.Empty(t, p.Default, p.Name)
		got = append(got, property{p.Name, p.DisplayName, p.Type, p.Required, p.IsPassword()})
	}
	require.Equal(t, []property{
		{"url", "Directus Instance URL", schemas.String, true, false},
		{"accessToken", "Access Token", schemas.String, false, true},
		{"token", "Access Token (compat)", schemas.Hidden, false, true},
	}, got, "as in the community node")
}

func TestDirectusAPICheck(t *testing.T) {
	t.Parallel()
	type values = map[string]any
	const (
		example    = " (write it as https://directus.example.com)"
		control    = " has a line break or another control character in it"
		alone      = " (copy the token alone)"
		expression = " is an expression, which is not supported in credentials yet (put the value itself there)"
	)
	for name, row := range map[string]struct {
		values values
		err    string // after `credential "One" (directusApi): field `
	}{
		"all":                  {values{"url": "https://directus.example.com/sub/", "accessToken": "t", "token": "u"}, ""},
		"upper case, port":     {values{"url": "HTTP://LOCALHOST:8055"}, ""},
		"address":              {values{"url": "http://[::1]:8055"}, ""},
		"empty url":            {values{"url": ""}, ""},
		"blank url":            {values{"url": "  "}, ""},
		"spaces around it":     {values{"url": " http://a "}, ""},
		"user in it":           {values{"url": "https://u:hunter2@a"}, ""},
		"tokens may be null":   {values{"url": "http://a", "accessToken": nil, "token": nil}, ""},
		"any text is a token":  {values{"url": "http://a", "accessToken": "größer x"}, ""},
		"more fields":          {values{"url": "http://a", "allowedHttpRequestDomains": "all", "n": 1.0}, ""},
		"no url":               {values{"accessToken": "hunter2"}, "url is missing"},
		"null url":             {values{"url": nil}, "url is missing"},
		"number for a url":     {values{"url": 5.0}, "url is not text (put it into quotes)"},
		"number for a token":   {values{"url": "http://a", "accessToken": 31337.0}, "accessToken is not text (put it into quotes)"},
		"object for a token":   {values{"url": "http://a", "token": values{"a": "hunter2"}}, "token is not text (put it into quotes)"},
		"no scheme":            {values{"url": "hunter2.example.com"}, "url does not begin with http:// or https://" + example},
		"host and port only":   {values{"url": "hunter2:8055"}, "url does not begin with http:// or https://" + example},
		"other scheme":         {values{"url": "ftp://hunter2"}, "url does not begin with http:// or https://" + example},
		"file":                 {values{"url": "file:///hunter2"}, "url does not begin with http:// or https://" + example},
		"no host":              {values{"url": "https:///hunter2"}, "url has no host" + example},
		"opaque":               {values{"url": "http:hunter2"}, "url has no host" + example},
		"unreadable":           {values{"url": "http://a b/hunter2"}, "url can't be read as a URL" + example},
		"password cut off":     {values{"url": "http://u:hunter2#3@a"}, "url can't be read as a URL" + example},
		"query":                {values{"url": "http://a/?x=hunter2"}, "url has a ? or # in it, but must end before that" + example},
		"fragment":             {values{"url": "http://a/#hunter2"}, "url has a ? or # in it, but must end before that" + example},
		"line break in a url":  {values{"url": "http://a\nhunter2"}, "url" + control + example},
		"token ends its line":  {values{"url": "http://a", "accessToken": "hunter2\n"}, "accessToken" + control + alone},
		"header injection":     {values{"url": "http://a", "token": "a\r\nX: hunter2"}, "token" + control + alone},
		"tab":                  {values{"url": "http://a", "token": "hunter2\t"}, "token" + control + alone},
		"NUL":                  {values{"url": "http://a", "token": "hunter2\x00"}, "token" + control + alone},
		"next line":            {values{"url": "http://a", "token": "hunter2\u0085"}, "token" + control + alone},
		"expression for a url": {values{"url": "={{ 'hunter2' }}"}, "url" + expression},
		"expression elsewhere": {values{"url": "http://a", "x": "=hunter2"}, "x" + expression},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := credentials.DirectusAPI().Check(credentials.New(credentials.Ref{Type: "directusApi", ID: "1", Name: "One"}, row.values))
			if row.err == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, `credential "One" (directusApi): field `+row.err)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "31337")
			var unusable *credentials.UnusableError
			require.ErrorAs(t, err, &unusable)
			require.Equal(t, "One", unusable.Ref.Name)
		})
	}
	bad := values{"url": "x", "accessToken": "\n", "token": 1}
	err := credentials.DirectusAPI().Check(credentials.New(credentials.Ref{Type: "directusApi"}, bad))
	require.EqualError(t, err, "credential (directusApi): field token is not text (put it into quotes)\n"+
		"credential (directusApi): field url does not begin with http:// or https://"+example+"\n"+
		"credential (directusApi): field accessToken"+control+alone, "all at once")
}

func TestCheckNamesTheSource(t *testing.T) {
	t.Parallel()
	d, err := credentials.Env(environment(map[string]string{"NATE_CREDENTIAL_DIRECTUSAPI_TOKEN": secret})).
		Resolve(t.Context(), credentials.Ref{Type: "directusApi"})
	require.NoError(t, err)
	require.EqualError(t, credentials.DirectusAPI().Check(d),
		"credential (directusApi) in NATE_CREDENTIAL_DIRECTUSAPI_TOKEN: field url is missing")
}

func TestDirectusAPIAuthenticate(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		values map[string]any
		header []string
		err    string
	}{
		"accessToken":       {map[string]any{"accessToken": "a"}, []string{"Bearer a"}, ""},
		"token":             {map[string]any{"token": "b"}, []string{"Bearer b"}, ""},
		"both":              {map[string]any{"accessToken": "a", "token": "b"}, []string{"Bearer a"}, ""},
		"empty accessToken": {map[string]any{"accessToken": "", "token": "b"}, []string{"Bearer b"}, ""},
		"spaces around it":  {map[string]any{"accessToken": " a ", "token": "b"}, []string{"Bearer a"}, ""},
		"none":              {map[string]any{"url": "http://a"}, nil, ""},
		"empty":             {map[string]any{"accessToken": "", "token": ""}, nil, ""},
		"blank":             {map[string]any{"accessToken": "  "}, nil, ""},
		"null":              {map[string]any{"accessToken": nil, "token": nil}, nil, ""},
		"line break": {
			map[string]any{"accessToken": "hunter2\r\nX: y"},
			nil,
			`credential "One" (directusApi): field accessToken has a line break or another control character in it (copy the token alone)`,
		},
		"line break in the other": {
			map[string]any{"token": "hunter2\n"},
			nil,
			`credential "One" (directusApi): field token has a line break or another control character in it (copy the token alone)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequest(http.MethodPost, "http://a/auth/refresh", nil)
			require.NoError(t, err)
			d := credentials.New(credentials.Ref{Type: "directusApi", Name: "One"}, row.values)
			err = credentials.DirectusAPI().Authenticate(req, d)
			if row.err != "" {
				require.EqualError(t, err, row.err)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, row.header, req.Header.Values("Authorization"))
			if row.header != nil {
				require.Equal(t, row.header[0], "Bearer "+credentials.DirectusToken(d))
			}
		})
	}
}
