package credentials

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// DirectusAPI returns the credential type directusApi of the community Directus nodes. Its fields: url, where Directus is
// reached (an empty one passes Check: the node then fails with n8n's "Invalid URL"); accessToken, a static token or an
// access token, may be empty; token, the name that older nodes gave to accessToken. Authenticate sets the bearer, and no
// header at all when there is no token.
func DirectusAPI() Type {
	password := map[string]any{"password": true}
	properties := []schemas.Property{
		{
			DisplayName: "Directus Instance URL", Name: "url", Type: schemas.String, Default: "", Required: true,
			Placeholder: "https://directus.example.com",
			Description: "Where Directus is reached, with http:// or https://, without the path of an endpoint",
		},
		{
			DisplayName: "Access Token", Name: "accessToken", Type: schemas.String, TypeOptions: password, Default: "",
			Description: "Static token of the user that requests are made as; empty to send none",
		},
		{
			DisplayName: "Access Token (compat)", Name: "token", Type: schemas.Hidden, TypeOptions: password, Default: "",
			Description: "Takes the place of an empty accessToken, for credentials made by other Directus nodes",
		},
	}
	return Type{
		Name: "directusApi", DisplayName: "Directus Api API", Properties: properties,
		Check: func(d Data) error {
			problems := checkFields(d, properties)
			if why := badURL(d.Text("url")); why != "" {
				problems = append(problems, d.unusable("url", why, "write it as https://directus.example.com"))
			}
			for _, field := range directusTokens {
				if hasControl(d.Text(field)) {
					problems = append(problems, controlIn(d, field))
				}
			}
			return errors.Join(problems...)
		},
		Authenticate: func(req *http.Request, d Data) error {
			field, token := directusToken(d)
			if hasControl(token) {
				return controlIn(d, field)
			}
			if token != "" {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			return nil
		},
	}
}

// directusTokens are the fields that hold a token, the first that is not empty counts.
var directusTokens = []string{"accessToken", "token"}

// DirectusToken returns the token of a directusApi credential, without spaces around it; empty when it has none.
func DirectusToken(d Data) string {
	_, token := directusToken(d)
	return token
}

func directusToken(d Data) (field, token string) {
	for _, field := range directusTokens {
		if token := strings.Trim(d.Text(field), " "); token != "" {
			return field, token
		}
	}
	return "", ""
}

func controlIn(d Data, field string) error {
	return d.unusable(field, "has a line break or another control character in it", "copy the token alone")
}

// badURL says what is wrong with the url of a server; empty if nothing is, or if the url is empty.
func badURL(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || isExpression(text) {
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case hasControl(text):
		return "has a line break or another control character in it"
	case err != nil: // its text quotes the url, which may hold a password
		return "can't be read as a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "does not begin with http:// or https://"
	case u.Hostname() == "":
		return "has no host"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "has a ? or # in it, but must end before that"
	}
	return ""
}
