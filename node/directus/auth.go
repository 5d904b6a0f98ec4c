package directus

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// authResource: https://directus.io/docs/api/authentication
func authResource() resource {
	return resource{name: "auth", title: "Authentication", first: "list", operations: []operation{
		{
			// The community node asks for /auth/oauth, which Directus has no more.
			name: "list", title: "List", action: "List the login providers",
			about: "Get the providers of single sign-on that are set up",
			form: []schemas.Property{splitIntoItems("Whether each provider becomes an item of its own. When off, one item has the whole answer: the providers " +
				"under data, and beside it disableDefault, whether login with a password is switched off.")},
			method: http.MethodGet, path: "auth", public: true, splits: true, items: providerItems,
		},
		{
			name: "login", title: "Login", action: "Begin a session",
			about: "Get an access token and a refresh token for an email and a password",
			form: []schemas.Property{
				jsonParameters(),
				secret(bodyParametersJSON()), // it holds the password
				unlessJSON(secret(textField("password", "Password", "", "The user's password"))),
				unlessJSON(textField("email", "Email", "user@example.com", "The user's email address")),
				unlessJSON(additionalFields(
					choiceField("mode", "Mode", "cookie", "How Directus hands out the tokens: JSON (what it does when no mode is set) both in the answer, "+
						"Cookie the refresh token in a cookie, Session one access token for the whole session in a cookie. A token from a cookie is "+
						"added to the output.", "Cookie", "cookie", "JSON", "json", "Session", "session"),
					secret(textField("otp", "OTP", "", "The one-time password, if the user has two-factor authentication")),
				)),
			},
			method: http.MethodPost, path: "auth/login", public: true, items: tokenItems,
			body: values{
				fields: []field{
					{key: "email", parameters: []string{"email"}, required: true},
					{key: "password", parameters: []string{"password"}, required: true},
				},
				more: "additionalFields",
				json: "bodyParametersJson", object: true,
			},
		},
		{
			name: "logout", title: "Log Out", action: "End a session",
			about: "Make a refresh token unusable",
			form: []schemas.Property{
				secret(textField("refreshToken", "Refresh Token", "", "The refresh token of the session to end")),
				secret(schemas.Property{
					DisplayName: "Refresh Token (Compat)", Name: "data", Type: schemas.Hidden, Default: "",
					Description: "Taken when Refresh Token turns out empty",
				}),
			},
			method: http.MethodPost, path: "auth/logout", public: true,
			// The community node reads "data", which its own form does not have: files that were mended by hand do.
			body: values{fields: []field{{key: "refresh_token", parameters: []string{"refreshToken", "data"}, required: true}}},
		},
		{
			name: "refreshToken", title: "Refresh Token", action: "Refresh a session",
			about: "Exchange a refresh token for a new pair of access token and refresh token",
			form: []schemas.Property{
				secret(textField("refreshToken", "Refresh Token", "", "The refresh token that a login or the last refresh returned: opaque text, not a JWT. "+
					"It works once and until it expires; the output has the next one, and expires is how many milliseconds the access token lives.")),
			},
			method: http.MethodPost, path: "auth/refresh", public: true, items: tokenItems,
			body:     values{fields: []field{{key: "refresh_token", parameters: []string{"refreshToken"}, required: true}}},
			consumes: &token{field: "refresh_token", name: "refresh token", after: "what it was exchanged for is lost"},
			refusals: []refusal{{
				codes:   []string{"INVALID_CREDENTIALS"},
				message: "Invalid refresh token",
				advice: "The refresh token was used before, has expired, was logged out or never existed. " +
					"It works once: take the one that the last answer returned, or log in again.",
			}},
		},
		{
			name: "requestReset", title: "Request Password Reset", action: "Request a password reset",
			about: "Have an email sent with a link to choose a new password",
			form: []schemas.Property{
				textField("email", "Email", "user@example.com",
					"Where the link is sent. Directus answers the same for an address that no active user has, and sends nothing."),
				additionalFields(textField("resetUrl", "Reset URL", "", "The page that the link leads to, which gets the token as a parameter; "+
					"Directus's own when empty. The server's PASSWORD_RESET_URL_ALLOW_LIST has to name it.")),
			},
			method: http.MethodPost, path: "auth/password/request", public: true,
			body: values{fields: []field{
				{key: "email", parameters: []string{"email"}, required: true},
				{key: "reset_url", parameters: []string{"additionalFields.resetUrl"}},
			}},
		},
		{
			name: "resetPassword", title: "Reset Password", action: "Reset a password",
			about: "Set a new password with the token from that email",
			form: []schemas.Property{
				unlessJSON(secret(textField("token", "Token", "", "The token from the link of the email. It works once, and for a day."))),
				unlessJSON(secret(textField("password", "Password", "", "The new password. It ends all of the user's sessions."))),
				jsonParameters(),
				secret(bodyParametersJSON()), // it holds the token and the password
			},
			method: http.MethodPost, path: "auth/password/reset", public: true,
			body: values{
				fields: []field{
					{key: "token", parameters: []string{"token"}, required: true},
					{key: "password", parameters: []string{"password"}, required: true},
				},
				json: "bodyParametersJson", object: true,
			},
			consumes: &token{field: "token", name: "reset token", after: "the user has the new password"},
			refusals: []refusal{{
				codes:   []string{"INVALID_TOKEN", "TOKEN_EXPIRED", "FORBIDDEN"},
				message: "Invalid reset token",
				advice: "The reset token was used before, has expired, is not for a user who is active now, or is none at all. " +
					"It works once: have another one sent.",
			}},
		},
		{
			// The community node asks for /auth/oauth/{provider}, which Directus has no more.
			name: "startOauthFlow", title: "Start OAuth Flow", action: "Begin a login at a provider",
			about: "Get the address to send a browser to for a single sign-on",
			form: []schemas.Property{
				textField("provider", "Provider", "", "The provider's name, as List shows it. The output is the url to send the user's browser to, made of "+
					"the url of the credential: the login has to begin there, since Directus gives the browser a cookie."),
				additionalFields(textField("redirect", "Redirect", "", "The page that the browser comes to after the login: on the server's PUBLIC_URL, "+
					"or one in AUTH_<PROVIDER>_REDIRECT_ALLOW_LIST")),
			},
			method: http.MethodGet, path: "auth/login/{provider}", public: true,
			query:     values{fields: []field{{key: "redirect", parameters: []string{"additionalFields.redirect"}}}},
			redirects: true, items: loginItems,
			refusals: []refusal{{
				codes:   []string{"ROUTE_NOT_FOUND"},
				message: "Directus has no such login provider",
				advice: "A single sign-on begins at /auth/login/{provider}, which has taken the place of /auth/oauth/{provider}. It is there for each " +
					"provider in AUTH_PROVIDERS of the server; Directus 12 needs a licence for it. The operation List shows what there is.",
			}},
		},
	}}
}

// tokenCookies are the cookies that hold tokens, and the field of the output that each becomes.
var tokenCookies = []struct{ cookie, field string }{
	{"directus_refresh_token", "refresh_token"},
	{"directus_session_token", "session_token"},
}

// providerItems makes the items of the answer to list.
func providerItems(r *request, a *answer) ([]node.Item, nodeError) {
	whole, _ := a.value.(*node.Object)
	data, _ := whole.Get("data")
	if _, isList := data.([]any); !isList {
		return nil, a.unusable("has no list of providers")
	}
	if r.split {
		return dataItems(r, a)
	}
	return []node.Item{{JSON: whole}}, nil
}

// loginItems makes the item of startOauthFlow: the address that a browser has to be sent to. It is the one that was asked and not the
// provider's that Directus redirects to: coming back from there, only a browser with Directus's cookie gets in.
func loginItems(r *request, a *answer) ([]node.Item, nodeError) {
	target := a.target(r.url)
	if !a.isRedirect() || target == nil {
		return nil, a.unusable("is no redirect to a login provider")
	}
	query := target.Query()
	if !a.setsCookie("oauth2.") && !a.setsCookie("openid.") && !query.Has("SAMLRequest") {
		return nil, redirected(r, a) // of something in front of Directus
	}
	if reason := query.Get("reason"); reason != "" && strings.HasSuffix(target.Path, "/admin/login") {
		e := node.NewOperationError("Directus could not begin the login", "It gives the reason "+reason+". "+
			"Most likely it does not reach the provider, or has wrong settings for it: its log says more.")
		e.HTTPCode = strconv.Itoa(a.status)
		return nil, e
	}
	return []node.Item{node.ItemOf("url", r.url)}, nil
}

// tokenItems makes the item of an answer that hands out tokens: what Directus returns as data, in its order, and after it the tokens that
// stand in a cookie only, which would be lost otherwise. Where there is a new refresh token without an access token, it comes beside the
// error: the old one is used up.
func tokenItems(_ *request, a *answer) ([]node.Item, nodeError) {
	if len(a.text) == 0 {
		return nil, a.unusable("is empty")
	}
	whole, _ := a.value.(*node.Object)
	data, _ := whole.Get("data")
	tokens, _ := data.(*node.Object)
	tokens = tokens.Edit()
	for _, t := range tokenCookies {
		if value := a.cookie(t.cookie); value != "" && !tokens.Has(t.field) {
			tokens.Set(t.field, value)
		}
	}
	if !hasText(tokens, "access_token") && !hasText(tokens, "session_token") {
		return []node.Item{{JSON: tokens}}, a.unusable("has no access_token")
	}
	return []node.Item{{JSON: tokens}}, nil
}

func hasText(o *node.Object, key string) bool {
	v, _ := o.Get(key)
	text, _ := v.(string)
	return text != ""
}
