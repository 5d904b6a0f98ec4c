package credentials

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// HTTP returns n8n's generic credential types for HTTP requests, with the fields that n8n gives them:
//
//   - httpBasicAuth and httpDigestAuth: user, password;
//   - httpBearerAuth: token;
//   - httpHeaderAuth and httpQueryAuth: name, value;
//   - httpMultipleHeadersAuth: headers, an object with a list values of name and value;
//   - httpCustomAuth: json, an object with headers, qs and body as text;
//   - httpTemplatedCustomAuth: template, the same with {{name}} in its texts, and placeholderValues, the values by name; placeholderDefs
//     says which may be empty;
//   - oAuth1Api: consumerKey, consumerSecret, signatureMethod, and the tokens in oauthTokenData;
//   - oAuth2Api: grantType, accessTokenUrl, clientId, clientSecret, scope, authentication, and the tokens in oauthTokenData;
//   - httpSslAuth: ca, cert, key in PEM form.
//
// Those of basic, bearer, header(s) and query have an Authenticate; of the others the HTTP Request node knows more than that could do. A
// field allowedHttpRequestDomains ("all", "domains", "none") with allowedDomains limits where any of them may be sent.
func HTTP() []Type {
	return []Type{
		httpType("httpBasicAuth", "Basic Auth", basicAuth, "user:User", "*password:Password"),
		httpType("httpBearerAuth", "Bearer Auth", bearerAuth, "*token:Bearer Token"),
		httpType("httpDigestAuth", "Digest Auth", nil, "user:User", "*password:Password"),
		httpType("httpHeaderAuth", "Header Auth", headerAuth, "name:Name", "*value:Value"),
		httpType("httpQueryAuth", "Query Auth", queryAuth, "name:Name", "*value:Value"),
		multipleHeaders(),
		httpType("httpCustomAuth", "Custom Auth", nil, "*json:JSON"),
		httpType("httpTemplatedCustomAuth", "Simplified Custom Auth", nil, "template:Template", "placeholderDefs:Placeholders",
			"*placeholderValues:Placeholder Values", "testUrl:Test URL", "docsUrl:Documentation URL", "serviceHost:Service Host",
			"serviceOrigin:Service Origin", "acceptedStatusCodes:Accepted Status Codes"),
		httpType("oAuth1Api", "OAuth1 API", nil, "authUrl:Authorization URL", "accessTokenUrl:Access Token URL", "consumerKey:Consumer Key",
			"*consumerSecret:Consumer Secret", "requestTokenUrl:Request Token URL", "signatureMethod:Signature Method"),
		httpType("oAuth2Api", "OAuth2 API", nil, "grantType:Grant Type", "authUrl:Authorization URL", "accessTokenUrl:Access Token URL",
			"clientId:Client ID", "*clientSecret:Client Secret", "scope:Scope", "authQueryParameters:Auth URI Query Parameters",
			"authentication:Authentication", "additionalBodyProperties:Additional Body Properties"),
		httpType("httpSslAuth", "SSL Certificates", nil, "*ca:CA", "*cert:Certificate", "*key:Private Key", "*passphrase:Passphrase"),
	}
}

// httpType makes a type of its fields, written "name:Display Name", with a star before those that are secret.
func httpType(name, displayName string, authenticate func(*http.Request, Data) error, fields ...string) Type {
	t := Type{Name: name, DisplayName: displayName, Authenticate: authenticate, Check: func(d Data) error {
		return errors.Join(checkExpressions(d)...)
	}}
	for _, f := range fields {
		field, secret := strings.CutPrefix(f, "*")
		key, display, _ := strings.Cut(field, ":")
		p := schemas.Property{DisplayName: display, Name: key, Type: schemas.String, Default: ""}
		if secret {
			p.TypeOptions = map[string]any{"password": true}
		}
		t.Properties = append(t.Properties, p)
	}
	return t
}

func basicAuth(req *http.Request, d Data) error {
	req.SetBasicAuth(d.Text("user"), d.Text("password"))
	return nil
}

func bearerAuth(req *http.Request, d Data) error {
	return setSecret(req, d, "token", "Authorization", "Bearer "+d.Text("token"))
}

func headerAuth(req *http.Request, d Data) error {
	name := d.Text("name")
	if name == "" || hasControl(name) || strings.ContainsAny(name, " :") {
		return d.unusable("name", "is no name of a header", "write one such as X-API-Key")
	}
	return setSecret(req, d, "value", name, d.Text("value"))
}

// multipleHeaders is the type httpMultipleHeadersAuth.
func multipleHeaders() Type {
	t := httpType("httpMultipleHeadersAuth", "Multiple Headers Auth", func(req *http.Request, d Data) error {
		headers, _ := d.Value("headers")
		group, _ := headers.(map[string]any)
		rows, _ := group["values"].([]any)
		for _, row := range rows {
			fields, _ := row.(map[string]any)
			header := New(d.ref, fields)
			header.source = d.source
			if err := headerAuth(req, header); err != nil {
				return err
			}
		}
		return nil
	})
	rows := httpType("", "", nil, "name:Name", "*value:Value")
	t.Properties = []schemas.Property{{
		DisplayName: "Headers", Name: "headers", Type: schemas.FixedCollection, TypeOptions: map[string]any{"multipleValues": true},
		Groups: []schemas.Group{{Name: "values", DisplayName: "Header", Values: rows.Properties}},
	}}
	return t
}

func queryAuth(req *http.Request, d Data) error {
	name := d.Text("name")
	if name == "" {
		return d.unusable("name", "is empty", "write the name of the query parameter")
	}
	added := url.QueryEscape(name) + "=" + url.QueryEscape(d.Text("value"))
	if req.URL.RawQuery != "" {
		added = "&" + added
	}
	req.URL.RawQuery += added
	return nil
}

// setSecret sets a header whose name is sent as it is written.
func setSecret(req *http.Request, d Data, field, header, value string) error {
	if hasControl(value) {
		return d.unusable(field, "has a line break or another control character in it", fmt.Sprintf("copy the %s alone", field))
	}
	req.Header[header] = []string{value}
	return nil
}
