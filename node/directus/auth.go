package directus

import (
	"net/http"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// authOperations are the operations of the resource auth: https://directus.io/docs/api/authentication
var authOperations = []operation{
	{
		resource: "auth", name: "login", method: http.MethodPost, path: "auth/login", public: true, items: tokenItems,
		body: body{
			fields: []field{{key: "email", parameters: []string{"email"}}, {key: "password", parameters: []string{"password"}}},
			more:   "additionalFields",
			json:   "bodyParametersJson",
		},
	},
	{
		resource: "auth", name: "logout", method: http.MethodPost, path: "auth/logout", public: true,
		// The community node reads "data", which its own form does not have: files that were mended by hand do.
		body: body{fields: []field{{key: "refresh_token", parameters: []string{"refreshToken", "data"}, required: true}}},
	},
	{
		resource: "auth", name: "refreshToken", method: http.MethodPost, path: "auth/refresh", public: true, items: tokenItems,
		body:     body{fields: []field{{key: "refresh_token", parameters: []string{"refreshToken"}, required: true}}},
		refused:  "Invalid refresh token",
		consumes: "refresh_token",
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
			{Name: "Start OAuth Flow", Value: "startOauthFlow", Action: "Begin a login at a provider", Description: "Begin a single sign-on"},
		},
	},

	jsonParameters("auth", "login"),
	secret(bodyParametersJSON("auth", "login")), // it holds the password
	secret(schemas.Property{
		DisplayName:    "Password",
		Name:           "password",
		Type:           schemas.String,
		DisplayOptions: shownFor("auth", "login").AndNot("jsonParameters", true),
		Default:        "",
		Required:       true,
		Description:    "The user's password",
	}),
	{
		DisplayName:    "Email",
		Name:           "email",
		Type:           schemas.String,
		DisplayOptions: shownFor("auth", "login").AndNot("jsonParameters", true),
		Placeholder:    "user@example.com",
		Default:        "",
		Required:       true,
		Description:    "The user's email address",
	},
	{
		DisplayName:    "Additional Fields",
		Name:           "additionalFields",
		Type:           schemas.Collection,
		DisplayOptions: shownFor("auth", "login").AndNot("jsonParameters", true),
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
}

// tokenCookies are the cookies that hold tokens, and the field of the output that each becomes.
var tokenCookies = []struct{ cookie, field string }{
	{"directus_refresh_token", "refresh_token"},
	{"directus_session_token", "session_token"},
}

// tokenItems makes the item of an answer that hands out tokens: what Directus returns as data, in its order, and after it the tokens that
// stand in a cookie only, which would be lost otherwise.
func tokenItems(a *answer) ([]node.Item, nodeError) {
	switch {
	case len(a.text) == 0:
		return nil, a.unusable("is empty")
	case !a.isJSON:
		return nil, a.unusable("is not JSON")
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
