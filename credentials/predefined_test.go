package credentials_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/schemas"
)

func TestPredefined(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range credentials.HTTP() {
		seen[k.Name] = true
	}
	sent := map[string]string{}
	for _, k := range credentials.Predefined() {
		require.False(t, seen[k.Name], "%s is there twice", k.Name)
		seen[k.Name] = true
		if k.Is("oAuth1Api") {
			d, err := k.Complete(t.Context(), credentials.New(credentials.Ref{Type: k.Name}, map[string]any{"signatureMethod": "PLAINTEXT"}))
			require.NoError(t, err)
			require.Equal(t, "HMAC-SHA1", d.Text("signatureMethod"), "%s: how it signs is not the credential's to say", k.Name)
			continue
		}
		if k.Is("oAuth2Api") {
			k = k.WithEvaluator(func(_ context.Context, text string, _ map[string]any) (any, error) {
				require.Regexp(t, `^=.*\{\{.*\$self\.`, text)
				return "https://computed.com/", nil
			})
			d, err := k.Complete(t.Context(), credentials.New(credentials.Ref{Type: k.Name}, map[string]any{"accessTokenUrl": "https://elsewhere.example"}))
			require.NoError(t, err)
			if k.Is("microsoftOAuth2Api") {
				require.Equal(t, "https://elsewhere.example", d.Text("accessTokenUrl"), "a tenant's")
				d, err = k.Complete(t.Context(), credentials.Data{})
				require.NoError(t, err)
			}
			require.Regexp(t, `^https://[\w.]+\.(com|us)/`, d.Text("accessTokenUrl"), "%s: where its tokens come from is not the credential's to say", k.Name)
			require.Contains(t, []string{"header", "body"}, d.Text("authentication"))
			continue
		}
		// What is sent holds a secret field, and no field that the type does not have.
		values, secrets := map[string]any{}, 0
		for _, p := range k.Properties {
			values[p.Name] = "<" + p.Name + ">"
			if p.IsPassword() {
				secrets++
			}
		}
		require.NotZero(t, secrets, k.Name)
		req := request(t)
		d := credentials.New(credentials.Ref{Type: k.Name}, values)
		require.NoError(t, k.Check(d))
		require.NoError(t, k.Authenticate(req, d))
		user, password, _ := req.BasicAuth()
		req.Header.Del("Referer")
		text := fmt.Sprint(user, " ", password, " ", req.URL.Query(), req.Header)
		sent[k.Name] = text
		require.True(t, strings.Contains(text, "<") && !strings.Contains(text, "{"), text)

		for _, p := range k.Properties { // a line break is refused, and not shown
			if p.IsPassword() && p.Type == schemas.String {
				values[p.Name] = secret + "\r\nX: y"
			}
		}
		if err := k.Authenticate(request(t), credentials.New(credentials.Ref{Type: k.Name}, values)); err != nil {
			require.NotContains(t, err.Error(), secret)
		}
	}
	require.Contains(t, sent["openAiApi"], "Authorization:[Bearer <apiKey>] OpenAI-Organization:[<organizationId>]")
	require.Contains(t, sent["googlePalmApi"], "map[a:[b] key:[<apiKey>]]")
	require.Contains(t, sent["zendeskApi"], "<email>/token <apiToken>")
	require.Contains(t, sent["notionApi"], "Notion-Version:[2022-02-22]")
	require.Contains(t, sent["supabaseApi"], "apikey:[<serviceRole>]")
	require.Contains(t, sent["qualysApi"], "X-Requested-With:[<requestedWith>]")

	// A header of one's own, and one that the request has already.
	for _, k := range credentials.Predefined() {
		req := request(t)
		req.Header.Set("Notion-Version", "mine")
		d := credentials.New(credentials.Ref{Type: k.Name}, map[string]any{"apiKey": "k", "header": true, "headerName": "X-Own", "headerValue": "v"})
		switch k.Name {
		case "anthropicApi", "openAiApi":
			require.NoError(t, k.Authenticate(req, d))
			require.Equal(t, []string{"v"}, req.Header["X-Own"])
			require.NotContains(t, fmt.Sprint(req.Header), "OpenAI-Organization")
		case "notionApi":
			require.NoError(t, k.Authenticate(req, d))
			require.Equal(t, "mine", req.Header.Get("Notion-Version"))
		}
	}
}

func request(t *testing.T) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com/?a=b", nil)
	require.NoError(t, err)
	return req
}
