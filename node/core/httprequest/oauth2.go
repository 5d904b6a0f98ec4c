package httprequest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/node"
)

// tokens are the OAuth2 tokens that were fetched or refreshed, by a hash of the credential. They live as long as the node, and never
// leave the process.
type tokens struct{ byKey sync.Map }

// oauthToken is the token of one credential. Its lock is held while it is fetched, so that many items fetch one.
type oauthToken struct {
	mu      sync.Mutex
	access  string
	refresh string
	kind    string
}

type tokenKey [sha256.Size]byte

// of returns the token of a credential, as it is stored with it at first.
func (t *tokens) of(d credentials.Data) *oauthToken {
	stored, _ := d.Value("oauthTokenData")
	data, _ := stored.(map[string]any)
	text := func(name string) string {
		s, _ := data[name].(string)
		return s
	}
	key := tokenKey(sha256.Sum256([]byte(strings.Join([]string{
		d.Text("accessTokenUrl"), d.Text("clientId"), d.Text("clientSecret"), d.Text("scope"), text("access_token"), text("refresh_token"),
	}, "\n"))))
	v, _ := t.byKey.LoadOrStore(key, &oauthToken{access: text("access_token"), refresh: text("refresh_token"), kind: text("token_type")})
	return v.(*oauthToken) //nolint:forcetypeassert // nothing else is stored
}

// oauth2 puts the token on a request, and fetches it first where the grant is that of client credentials.
func (a *authenticator) oauth2(ctx context.Context, s *sender, d *draft) error {
	token := a.tokens.of(a.data)
	token.mu.Lock()
	defer token.mu.Unlock()
	if token.access == "" {
		if a.data.Text("grantType") != "clientCredentials" {
			return node.NewOperationError("OAuth credentials not connected",
				"Connect the credential in n8n and export it with its tokens (oauthTokenData), or use the grant type of client credentials.")
		}
		if err := a.fetch(ctx, s, token); err != nil {
			return err
		}
	}
	a.shown = nil
	a.header(d, "Authorization", "Bearer "+token.access)
	return nil
}

// expired fetches another token when the answer says that the one in use is no good any more.
func (a *authenticator) expired(ctx context.Context, s *sender, res *answer) (bool, error) {
	if res.status != http.StatusUnauthorized {
		return false, nil
	}
	token := a.tokens.of(a.data)
	token.mu.Lock()
	defer token.mu.Unlock()
	if res.sent != "Bearer "+token.access {
		return true, nil // another item has fetched it meanwhile
	}
	if err := a.fetch(ctx, s, token); err != nil {
		return false, err
	}
	return true, nil
}

// fetch asks the token endpoint; the token's lock is held. Secrets go to the endpoint of the credential and nowhere else: redirects
// are not followed.
func (a *authenticator) fetch(ctx context.Context, s *sender, token *oauthToken) error {
	client := a.data.Text("grantType") == "clientCredentials"
	form := &node.Object{}
	switch {
	case client:
		form.Set("grant_type", "client_credentials")
		more, _ := node.ParseJSON([]byte(a.data.Text("additionalBodyProperties")))
		if o, ok := more.(*node.Object); ok {
			for name, v := range o.All() {
				form.Set(name, v)
			}
		}
		if scope := strings.Join(strings.Fields(a.data.Text("scope")), " "); scope != "" {
			form.Set("scope", scope)
		}
	case token.refresh == "":
		return node.NewOperationError("OAuth access token expired and no refresh token is available. Please reconnect the credentials.", "")
	default:
		form.Set("refresh_token", token.refresh)
		form.Set("grant_type", "refresh_token")
	}
	id, secret := a.data.Text("clientId"), a.data.Text("clientSecret")
	u, err := parseURL(a.data.Text("accessTokenUrl"))
	if err != nil {
		return node.NewOperationError("The access token URL of the OAuth2 credential is no URL with http:// or https://", "")
	}
	h := http.Header{"Accept": {"application/json"}, "Content-Type": {formType}, "User-Agent": {userAgent}}
	switch {
	case secret == "" || a.data.Text("authentication") == "body":
		form.Set("client_id", id)
		if secret != "" {
			form.Set("client_secret", secret)
		}
	default:
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret))))
	}
	options := s.draft.transport
	options.SkipVerify = false
	if ignore, _ := a.data.Value("ignoreSSLIssues"); ignore == true {
		options.SkipVerify = true
	}
	options.CA, options.Certificate, options.Key, options.Passphrase = "", "", "", ""
	c, err := s.reader.call.HTTPClientWith(options)
	if err != nil {
		return err
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ctx, cancel := context.WithTimeout(ctx, s.draft.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(address.Query(form, "")))
	if err != nil {
		return errInvalidURL
	}
	req.Header = h
	res, err := c.Do(req)
	if err != nil {
		return transportError(err)
	}
	defer res.Body.Close()
	const largest = 1 << 20
	text, err := io.ReadAll(io.LimitReader(res.Body, largest))
	if err != nil {
		return transportError(err)
	}
	return token.take(res.StatusCode, text, client)
}

// take reads the answer of a token endpoint. Its errors show the codes of OAuth2 and nothing else of it.
func (t *oauthToken) take(status int, text []byte, client bool) error {
	v, err := node.ParseJSON(text)
	o, _ := v.(*node.Object)
	if err != nil || o == nil { // some answer as a form
		o = parsedForm(string(text))
	}
	access, _ := value[string](o, "access_token")
	if status/100 == 2 && access != "" {
		t.access = access
		if refresh, _ := value[string](o, "refresh_token"); refresh != "" {
			t.refresh = refresh
		}
		return nil
	}
	code, _ := value[string](o, "error")
	if code == "invalid_grant" && !client {
		return node.NewOperationError("The credential needs to be reconnected.", "Access could not be refreshed: it was revoked, or the refresh token expired.")
	}
	problem := fmt.Sprintf("the token endpoint answered with status %d", status)
	if isToken(code) {
		problem += " and the error " + code
	}
	if status/100 == 2 {
		problem = "the answer of the token endpoint has no access_token"
	}
	if client {
		return node.NewOperationError("Failed to acquire OAuth2 access token: "+problem, "")
	}
	return node.NewOperationError("The OAuth2 access token could not be refreshed: "+problem, "")
}
