package directus

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// authOperations are the operations of the resource auth: https://directus.io/docs/api/authentication
var authOperations = []operation{
	{
		// The community node asks for /auth/oauth, which Directus has no more.
		resource: "auth", name: "list", method: http.MethodGet, path: "auth", public: true, splits: true, items: providerItems,
	},
	{
		resource: "auth", name: "login", method: http.MethodPost, path: "auth/login", public: true, items: tokenItems,
		body: values{
			fields: []field{
				{key: "email", parameters: []string{"email"}, required: true},
				{key: "password", parameters: []string{"password"}, required: true},
			},
			more: "additionalFields",
			json: "bodyParametersJson",
		},
	},
	{
		resource: "auth", name: "logout", method: http.MethodPost, path: "auth/logout", public: true,
		// The community node reads "data", which its own form does not have: files that were mended by hand do.
		body: values{fields: []field{{key: "refresh_token", parameters: []string{"refreshToken", "data"}, required: true}}},
	},
	{
		resource: "auth", name: "refreshToken", method: http.MethodPost, path: "auth/refresh", public: true, items: tokenItems,
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
		resource: "auth", name: "requestReset", method: http.MethodPost, path: "auth/password/request", public: true,
		body: values{fields: []field{
			{key: "email", parameters: []string{"email"}, required: true},
			{key: "reset_url", parameters: []string{"additionalFields.resetUrl"}},
		}},
	},
	{
		resource: "auth", name: "resetPassword", method: http.MethodPost, path: "auth/password/reset", public: true,
		body: values{
			fields: []field{
				{key: "token", parameters: []string{"token"}, required: true},
				{key: "password", parameters: []string{"password"}, required: true},
			},
			json: "bodyParametersJson",
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
		resource: "auth", name: "startOauthFlow", method: http.MethodGet, path: "auth/login/{provider}", public: true,
		query:     values{fields: []field{{key: "redirect", parameters: []string{"additionalFields.redirect"}}}},
		redirects: true, items: loginItems,
		refusals: []refusal{{
			codes:   []string{"ROUTE_NOT_FOUND"},
			message: "Directus has no such login provider",
			advice: "A single sign-on begins at /auth/login/{provider}, which has taken the place of /auth/oauth/{provider}. It is there for each " +
				"provider in AUTH_PROVIDERS of the server; Directus 12 needs a licence for it. The operation List shows what there is.",
		}},
	},
}

var authProperties = []schemas.Property{
	{
		DisplayName:      "Operation",
		Name:             "operation",
		Type:             schemas.Options,
		NoDataExpression: true,
		DisplayOptions:   schemas.Show("resource", "auth"),
		Default:          "list",
		Options: []schemas.Option{
			{Name: "List", Value: "list", Action: "List the login providers", Description: "Get the providers of single sign-on that are set up"},
			{Name: "Log Out", Value: "logout", Action: "End a session", Description: "Make a refresh token unusable"},
			{Name: "Login", Value: "login", Action: "Begin a session", Description: "Get an access token and a refresh token for an email and a password"},
			{
				Name: "Refresh Token", Value: "refreshToken", Action: "Refresh a session",
				Description: "Exchange a refresh token for a new pair of access token and refresh token",
			},
			{
				Name: "Request Password Reset", Value: "requestReset", Action: "Request a password reset",
				Description: "Have an email sent with a link to choose a new password",
			},
			{Name: "Reset Password", Value: "resetPassword", Action: "Reset a password", Description: "Set a new password with the token from that email"},
			{
				Name: "Start OAuth Flow", Value: "startOauthFlow", Action: "Begin a login at a provider",
				Description: "Get the address to send a browser to for a single sign-on",
			},
		},
	},

	splitIntoItems("auth", "list", "Whether each provider becomes an item of its own. When off, one item has the whole answer: the providers "+
		"under data, and beside it disableDefault, whether login with a password is switched off."),

	jsonParameters("auth", "login"),
	secret(bodyParametersJSON("auth", "login")), // it holds the password
	secret(schemas.Property{
		DisplayName:    "Password",
		Name:           "password",
		Type:           schemas.String,
		DisplayOptions: withoutJSON("auth", "login"),
		Default:        "",
		Required:       true,
		Description:    "The user's password",
	}),
	{
		DisplayName:    "Email",
		Name:           "email",
		Type:           schemas.String,
		DisplayOptions: withoutJSON("auth", "login"),
		Placeholder:    "user@example.com",
		Default:        "",
		Required:       true,
		Description:    "The user's email address",
	},
	{
		DisplayName:    "Additional Fields",
		Name:           "additionalFields",
		Type:           schemas.Collection,
		DisplayOptions: withoutJSON("auth", "login"),
		Placeholder:    "Add Field",
		Default:        map[string]any{},
		Fields: []schemas.Property{
			{
				DisplayName: "Mode",
				Name:        "mode",
				Type:        schemas.Options,
				Default:     "cookie",
				Description: "How Directus hands out the tokens: JSON (what it does when no mode is set) both in the answer, Cookie the refresh token in a cookie, " +
					"Session one access token for the whole session in a cookie. A token from a cookie is added to the output.",
				Options: []schemas.Option{
					{Name: "Cookie", Value: "cookie"},
					{Name: "JSON", Value: "json"},
					{Name: "Session", Value: "session"},
				},
			},
			secret(schemas.Property{
				DisplayName: "OTP",
				Name:        "otp",
				Type:        schemas.String,
				Default:     "",
				Description: "The one-time password, if the user has two-factor authentication",
			}),
		},
	},

	secret(schemas.Property{
		DisplayName:    "Refresh Token",
		Name:           "refreshToken",
		Type:           schemas.String,
		DisplayOptions: shownFor("auth", "logout"),
		Default:        "",
		Required:       true,
		Description:    "The refresh token of the session to end",
	}),
	secret(schemas.Property{
		DisplayName:    "Refresh Token (Compat)",
		Name:           "data",
		Type:           schemas.Hidden,
		DisplayOptions: shownFor("auth", "logout"),
		Default:        "",
		Description:    "Taken when Refresh Token turns out empty",
	}),

	secret(schemas.Property{
		DisplayName:    "Refresh Token",
		Name:           "refreshToken",
		Type:           schemas.String,
		DisplayOptions: shownFor("auth", "refreshToken"),
		Default:        "",
		Required:       true,
		Description: "The refresh token that a login or the last refresh returned: opaque text, not a JWT. It works once and until it expires; " +
			"the output has the next one, and expires is how many milliseconds the access token lives.",
	}),

	{
		DisplayName:    "Email",
		Name:           "email",
		Type:           schemas.String,
		DisplayOptions: shownFor("auth", "requestReset"),
		Placeholder:    "user@example.com",
		Default:        "",
		Required:       true,
		Description:    "Where the link is sent. Directus answers the same for an address that no active user has, and sends nothing.",
	},
	{
		DisplayName:    "Additional Fields",
		Name:           "additionalFields",
		Type:           schemas.Collection,
		DisplayOptions: shownFor("auth", "requestReset"),
		Placeholder:    "Add Field",
		Default:        map[string]any{},
		Fields: []schemas.Property{{
			DisplayName: "Reset URL",
			Name:        "resetUrl",
			Type:        schemas.String,
			Default:     "",
			Description: "The page that the link leads to, which gets the token as a parameter; Directus's own when empty. " +
				"The server's PASSWORD_RESET_URL_ALLOW_LIST has to name it.",
		}},
	},

	secret(schemas.Property{
		DisplayName:    "Token",
		Name:           "token",
		Type:           schemas.String,
		DisplayOptions: withoutJSON("auth", "resetPassword"),
		Default:        "",
		Required:       true,
		Description:    "The token from the link of the email. It works once, and for a day.",
	}),
	secret(schemas.Property{
		DisplayName:    "Password",
		Name:           "password",
		Type:           schemas.String,
		DisplayOptions: withoutJSON("auth", "resetPassword"),
		Default:        "",
		Required:       true,
		Description:    "The new password. It ends all of the user's sessions.",
	}),
	jsonParameters("auth", "resetPassword"),
	secret(bodyParametersJSON("auth", "resetPassword")), // it holds the token and the password

	{
		DisplayName:    "Provider",
		Name:           "provider",
		Type:           schemas.String,
		DisplayOptions: shownFor("auth", "startOauthFlow"),
		Default:        "",
		Required:       true,
		Description: "The provider's name, as List shows it. The output is the url to send the user's browser to, made of the url of the " +
			"credential: the login has to begin there, since Directus gives the browser a cookie.",
	},
	{
		DisplayName:    "Additional Fields",
		Name:           "additionalFields",
		Type:           schemas.Collection,
		DisplayOptions: shownFor("auth", "startOauthFlow"),
		Placeholder:    "Add Field",
		Default:        map[string]any{},
		Fields: []schemas.Property{{
			DisplayName: "Redirect",
			Name:        "redirect",
			Type:        schemas.String,
			Default:     "",
			Description: "The page that the browser comes to after the login: on the server's PUBLIC_URL, or one in AUTH_<PROVIDER>_REDIRECT_ALLOW_LIST",
		}},
	},
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
// stand in a cookie only, which would be lost otherwise.
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
		return nil, a.unusable("has no access_token")
	}
	return []node.Item{{JSON: tokens}}, nil
}

func hasText(o *node.Object, key string) bool {
	v, _ := o.Get(key)
	text, _ := v.(string)
	return text != ""
}
