package directus

import (
	"net/http"
	"slices"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// usersResource: https://directus.io/docs/api/users
func usersResource() resource {
	f := family{path: "users", one: "a user", many: "users", id: uuid, data: `{"title": "CTO"}`, hides: true}
	create := f.create()
	create.form = []schemas.Property{
		jsonParameters(), secret(bodyParametersJSON()),
		unlessJSON(secret(textField("password", "Password", "", "The user's password"))),
		unlessJSON(textField("email", "Email", "another@example.com", "The user's email address")),
		unlessJSON(additionalFields(
			textField("avatar", "Avatar", "", "The id of a file"),
			textField("description", "Description", "", "What there is to say about the user"),
			textField("first_name", "First Name", "Admin", "The first name"),
			textField("language", "Language", "en-US", "The language of the app"),
			textField("last_name", "Last Name", "User", "The last name"),
			textField("location", "Location", "New York City", "Where the user is"),
			loadedField("role", "Role Name", "getRoles", "", "The role that the user gets"),
			textField("tags", "Tags", "", "Words separated by commas, or a JSON array"),
			secret(textField("tfa_secret", "TFA Secret", "", "The secret of two-factor authentication")),
			choiceField("theme", "Theme", "auto", "How the app looks: appearance, as Directus calls it since version 10.7",
				"Auto", "auto", "Dark", "dark", "Light", "light"),
			textField("title", "Title", "CTO", "The user's title"),
		)),
	}
	create.body = values{
		fields: []field{
			{key: "email", parameters: []string{"email"}, required: true, formOnly: true}, // there are users without one, or without a password
			{key: "password", parameters: []string{"password"}, required: true, formOnly: true},
		},
		more: "additionalFields", json: "bodyParametersJson", finish: finishUser,
	}
	return resource{name: "users", title: "User", first: "list", operations: []operation{
		{
			name: "acceptUserInvite", title: "Accept User Invite", action: "Accept an invitation", about: "Set the password of an invited user",
			method: http.MethodPost, path: "users/invite/accept", public: true,
			form: []schemas.Property{
				secret(textField("token", "Token", "", "The token from the link of the email")),
				secret(textField("password", "Password", "", "The password that the user gets")),
			},
			body: values{fields: []field{
				{key: "token", parameters: []string{"token"}, required: true},
				{key: "password", parameters: []string{"password"}, required: true},
			}},
			consumes: &token{field: "token", name: "invitation", after: "the user is active with that password"},
			refusals: []refusal{{
				codes: []string{"INVALID_TOKEN", "INVALID_INVITE", "TOKEN_EXPIRED", "FORBIDDEN"}, message: "Invalid invitation",
				advice: "The token of the invitation was used before, has expired or is none at all. It works once: invite the user again.",
			}},
		},
		create, f.createMultiple(), f.delete(), f.deleteMultiple(),
		twoFactor("disable2FA", "Disable 2FA", "disable", otpField()),
		twoFactor("enable2FA", "Enable 2FA", "enable", otpField(),
			secret(textField("secret", "Secret", "", "The secret that Generate 2FA returned"))),
		twoFactor("generate2FA", "Generate 2FA", "generate", secret(textField("password", "Password", "", "The password of the credential's user"))),
		f.get(),
		{
			name: "getCurrent", title: "Get Current", action: "Get the current user", about: "Read the user whose token the credential has",
			method: http.MethodGet, path: "users/me",
		},
		{
			name: "inviteUser", title: "Invite User", action: "Invite a user", about: "Have an email sent with a link to become a user",
			method: http.MethodPost, path: "users/invite",
			form: []schemas.Property{
				textField("email", "Email", "another@example.com", "Where the invitation is sent"),
				textField("role", "Role", uuid, "The role that the user gets"),
				additionalFields(textField("inviteUrl", "Invite URL", "", "The page that the link leads to; Directus's own when empty. "+
					"The server's USER_INVITE_URL_ALLOW_LIST has to name it.")),
			},
			body: values{fields: []field{
				{key: "email", parameters: []string{"email"}, required: true},
				{key: "role", parameters: []string{"role"}, required: true},
				{key: "invite_url", parameters: []string{"additionalFields.inviteUrl"}},
			}},
		},
		f.list(), f.update(),
		{
			name: "updateMe", title: "Update Me", action: "Update the current user", about: "Change the user whose token the credential has",
			method: http.MethodPatch, path: "users/me", body: wholeData(), form: []schemas.Property{f.body(f.data, "What changes, as a JSON object")},
		},
		f.updateMultiple(),
		{
			name: "register", title: "Register", action: "Register a user", about: "Make a user as visitors can, where the settings allow it",
			method: http.MethodPost, path: "users/register", public: true,
			form: []schemas.Property{
				textField("email", "Email", "another@example.com", "The user's email address"),
				secret(textField("password", "Password", "", "The user's password")),
				additionalFields(
					textField("first_name", "First Name", "", "The first name"), textField("last_name", "Last Name", "", "The last name"),
					textField("verification_url", "Verification URL", "", "The page that the link in the email leads to"),
				),
			},
			body: values{fields: []field{
				{key: "email", parameters: []string{"email"}, required: true},
				{key: "password", parameters: []string{"password"}, required: true},
			}, more: "additionalFields"},
			refusals: []refusal{{codes: []string{"FORBIDDEN"}, message: "Registration is off", advice: "Turn on Public Registration in the settings of the project."}},
		},
		{
			name: "disable2FAOf", title: "Disable 2FA of a User", action: "Disable two-factor authentication of a user",
			about:  "Switch off two-factor authentication of any user, as an administrator",
			method: http.MethodPost, path: "users/{id}/tfa/disable", form: []schemas.Property{idField(uuid)},
		},
	}}
}

func otpField() schemas.Property {
	return secret(textField("otp", "OTP", "123456", "The one-time password of the authenticator"))
}

// twoFactor is a row for two-factor authentication of the credential's own user.
func twoFactor(name, title, route string, form ...schemas.Property) operation {
	op := operation{
		name: name, title: title, action: title, about: "Two-factor authentication of the user whose token the credential has",
		method: http.MethodPost, path: "users/me/tfa/" + route, form: form,
		refusals: []refusal{{
			codes: []string{"INVALID_CREDENTIALS"}, message: "Directus does not accept the password or the access token",
			advice: "The password is not that of the user whose token the credential has, or Directus does not know the token.",
		}},
	}
	for _, p := range form {
		op.body.fields = append(op.body.fields, field{key: p.Name, parameters: []string{p.Name}, required: true})
	}
	return op
}

// finishUser brings the fields of the form into the shape that Directus has for them.
func finishUser(_ *node.Params, o *node.Object) error {
	if theme, ok := o.Get("theme"); ok {
		o.Delete("theme")
		o.Set("appearance", theme)
	}
	tags, _ := o.Get("tags")
	text, isText := tags.(string)
	if !isText {
		return nil
	}
	if v, err := node.ParseJSON([]byte(text)); err == nil {
		if list, isList := v.([]any); isList {
			o.Set("tags", list)
			return nil
		}
	}
	var list []any
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			list = append(list, tag)
		}
	}
	o.Set("tags", slices.Clip(list))
	return nil
}
