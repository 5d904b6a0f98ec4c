package directus

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
)

func TestList(t *testing.T) {
	t.Parallel()
	const two = `{"data":[{"name":"a","label":"A","driver":"oauth2","icon":"i"},{"name":"b","driver":"saml"}],"disableDefault":true}`
	tests := map[string]struct {
		answer string // empty: the sandbox's own, which has no providers
		split  any
		items  []string
	}{
		"none":        {items: []string{`{"data":[],"disableDefault":false}`}},
		"none, split": {split: true, items: []string{}},
		"two":         {answer: two, split: false, items: []string{two}},
		"two, split":  {answer: two, split: true, items: []string{`{"name":"a","label":"A","driver":"oauth2","icon":"i"}`, `{"name":"b","driver":"saml"}`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			if tt.answer != "" {
				srv.FailNext("/auth", 1, directustest.Respond(200, "application/json", tt.answer))
			}
			params := node.NewObject("resource", "auth", "operation", "list")
			if tt.split != nil {
				params.Set("splitIntoItems", tt.split)
			}
			out, err := job{params: params, url: srv.URL(), token: static}.run(t.Context(), t)
			require.NoError(t, err)
			got := []string{}
			for _, it := range out.Main[0] {
				got = append(got, text(it))
				require.Equal(t, []node.Paired{{Item: 0}}, it.Paired)
			}
			require.Equal(t, tt.items, got)
			require.Equal(t, []string{"GET /auth bearer"}, asked(srv))
			require.Empty(t, srv.Requests()[0].Body)
		})
	}
}

func TestListFails(t *testing.T) {
	t.Parallel()
	respond := directustest.Respond
	tests := map[string]struct {
		token                string
		fault                directustest.Fault
		message, description string
		asked                []string
	}{
		"unknown bearer": {token: "no-such-token", message: unauthorized, description: badBearer, asked: []string{"GET /auth bearer", probed}},
		"forged bearer":  {token: badJWT, message: unauthorized, description: badBearer, asked: []string{"GET /auth bearer"}},
		"not JSON":       {fault: respond(200, "text/html", "<h1>Hello</h1>"), message: "Directus's answer is not JSON", asked: []string{"GET /auth"}},
		"empty":          {fault: respond(200, "", ""), message: "Directus's answer has no list of providers", asked: []string{"GET /auth"}},
		"something else": {fault: respond(200, "application/json", `{"data":{}}`), message: "Directus's answer has no list of providers", asked: []string{"GET /auth"}},
		"404": {
			fault: respond(404, "text/html", ""), message: "The resource you are requesting could not be found", asked: []string{"GET /auth"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			if tt.fault != nil {
				srv.FailNext("/auth", 1, tt.fault)
			}
			info, _ := job{params: node.NewObject("resource", "auth"), url: srv.URL(), token: tt.token}.fails(t)
			require.Equal(t, tt.message, info.Message)
			require.Contains(t, info.Description, tt.description)
			require.Equal(t, tt.asked, asked(srv))
		})
	}
}

func TestListGoesOnWithoutAnExpiredBearer(t *testing.T) {
	t.Parallel()
	srv := sandbox(t)
	expired, err := srv.ExpiredAccessToken(directustest.AdminEmail)
	require.NoError(t, err)
	job{params: node.NewObject("resource", "auth"), url: srv.URL(), token: expired}.one(t)
	require.Equal(t, []string{"GET /auth bearer", "GET /auth"}, asked(srv))
}

func startOf(keysAndValues ...any) *node.Object {
	return node.NewObject(append([]any{"resource", "auth", "operation", "startOauthFlow"}, keysAndValues...)...)
}

// login302 is how Directus sends a browser to a provider.
func login302(cookie, location string) directustest.Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if cookie != "" {
			w.Header().Set("Set-Cookie", cookie+"; Path=/; HttpOnly; SameSite=Lax")
		}
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
		_, _ = w.Write([]byte("Found. Redirecting to " + location))
	}
}

func TestStartOauthFlow(t *testing.T) {
	t.Parallel()
	const authorize = "https://provider.example/authorize?state=x"
	redirect := func(to string) *node.Object { return node.NewObject("redirect", to) }
	tests := map[string]struct {
		params           *node.Object
		cookie, location string
		path             string // and query, of the request and of the url in the item
	}{
		"OAuth":   {startOf("provider", "github"), "oauth2.github=x.y.z", authorize, "/auth/login/github"},
		"OpenID":  {startOf("provider", "okta", "additionalFields", redirect("")), "openid.okta=x.y.z", authorize, "/auth/login/okta"},
		"SAML":    {startOf("provider", "adfs"), "", "https://provider.example/sso?SAMLRequest=x&RelayState=y", "/auth/login/adfs"},
		"encoded": {startOf("provider", "a/b ä?"), "oauth2.x=y", authorize, "/auth/login/a%2Fb%20%C3%A4%3F"},
		"with a redirect": {
			startOf("provider", "github", "additionalFields", redirect("https://app.example/in?a=b&c=ä d")), "oauth2.github=x.y.z", authorize,
			"/auth/login/github?redirect=https%3A%2F%2Fapp.example%2Fin%3Fa%3Db%26c%3D%C3%A4+d",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			srv.FailNext("", 1, login302(tt.cookie, tt.location))
			got := job{params: tt.params, url: srv.URL() + "/", token: static}.one(t)
			require.Equal(t, `{"url":"`+srv.URL()+tt.path+`"}`, got)
			r := srv.Requests()[0]
			require.Len(t, srv.Requests(), 1)
			if r.Query != "" {
				r.Path += "?" + r.Query
			}
			require.Equal(t, "GET "+tt.path, r.Method+" "+r.Path)
		})
	}
	t.Run("no password of the url", func(t *testing.T) {
		t.Parallel()
		srv := sandbox(t)
		srv.FailNext("", 1, login302("oauth2.github=x", authorize))
		at := srv.URL()[len("http://"):]
		require.Equal(t, `{"url":"http://`+at+`/auth/login/github"}`, job{params: startOf("provider", "github"), url: "http://u:hush@" + at}.one(t))
	})
}

func TestStartOauthFlowFails(t *testing.T) {
	t.Parallel()
	github := startOf("provider", "github")
	const path = "GET /auth/login/github"
	tests := map[string]struct {
		params               *node.Object
		token                string
		fault                directustest.Fault
		message, description string
		httpCode             string
		asked                []string
	}{
		"no provider": {params: startOf("provider", "={{ $json.none }}"), message: "Missing required parameter: provider", description: "Nothing was sent."},
		"upwards":     {params: startOf("provider", ".."), message: `Parameter "provider" can't be ".."`, description: "Nothing was sent."},
		"unknown provider": {
			params: github, token: static, message: "Directus has no such login provider", httpCode: "404", asked: []string{path + " bearer"},
			description: "Route /auth/login/github doesn't exist. (ROUTE_NOT_FOUND). A single sign-on begins at /auth/login/{provider}, " +
				"which has taken the place of /auth/oauth/{provider}.",
		},
		"404 of something else": {
			params: github, fault: directustest.Respond(404, "text/html", "Not here"), message: "The resource you are requesting could not be found",
			httpCode: "404", asked: []string{path},
		},
		"unknown bearer": {
			params: github, token: "no-such-token", message: unauthorized, description: badBearer, httpCode: "401", asked: []string{path + " bearer", probed},
		},
		"redirect that is not allowed": {
			params: github, message: n8nText400, description: "(INVALID_PAYLOAD)", httpCode: "400", asked: []string{path},
			fault: directustest.Respond(400, "application/json", `{"errors":[{"message":"Invalid payload.","extensions":{"code":"INVALID_PAYLOAD"}}]}`),
		},
		"provider out of reach": {
			params: github, fault: login302("openid.github=x.y.z", "https://directus.example/admin/login?reason=SERVICE_UNAVAILABLE"),
			message: "Directus could not begin the login", description: "It gives the reason SERVICE_UNAVAILABLE.", httpCode: "302", asked: []string{path},
		},
		"redirect of a proxy": {
			params: github, fault: login302("proxy=x", "https://u:p@proxy.example/login?secret=1"), httpCode: "302", asked: []string{path},
			message: "Directus's answer is a redirect (status 302), which is not followed", description: "It points to https://proxy.example/login.",
		},
		"a page": {
			params: github, fault: directustest.Respond(200, "text/html", "<h1>Log in</h1>"), message: "Directus's answer is not JSON", httpCode: "200",
			asked: []string{path},
		},
		"tokens": {
			params: github, fault: directustest.Respond(200, "application/json", `{"data":{"access_token":"secret"}}`), httpCode: "200",
			message: "Directus's answer is no redirect to a login provider", asked: []string{path},
		},
		"a Location that can't be read": {
			params: github, fault: login302("oauth2.github=x", "https://h/%zz?secret"), message: "The answer could not be read", asked: []string{path},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := sandbox(t)
			if tt.fault != nil {
				srv.FailNext("/auth/login/github", 1, tt.fault)
			}
			info, _ := job{params: tt.params, url: srv.URL(), token: tt.token}.fails(t)
			require.Equal(t, tt.message, info.Message)
			require.Contains(t, info.Description, tt.description)
			require.Equal(t, tt.httpCode, info.HTTPCode)
			require.Equal(t, tt.asked, asked(srv))
			requireNoSecret(t, info, tt.token, "secret", "u:p")
		})
	}
}
