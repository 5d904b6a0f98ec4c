// Package oauth2 keeps the OAuth2 tokens of credentials for the nodes that send requests with them: it fetches them where the grant is that
// of client credentials, and refreshes those that a credential is stored with.
package oauth2

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/node"
)

const (
	formType  = "application/x-www-form-urlencoded"
	userAgent = "nate"
)

// Client makes the client that asks token endpoints. skipVerify: any certificate is taken, which the credential may ask for.
type Client func(skipVerify bool) (*http.Client, error)

// Tokens are the tokens that were fetched or refreshed, by a hash of the credential as it was resolved. They live as long as the node that
// has them; the credentials.Store that a credential came from is told of them. The zero Tokens are ready, and safe for concurrent use.
type Tokens struct{ byKey sync.Map }

// token is the token of one credential. Its lock is held while it is fetched, so that many items fetch one.
type token struct {
	mu   sync.Mutex
	data map[string]any // the oauthTokenData of the credential, as of now
}

func (t *token) text(name string) string {
	text, _ := t.data[name].(string)
	return text
}

type tokenKey [sha256.Size]byte

// of returns the token of a credential, as it is stored with it at first.
func (t *Tokens) of(d credentials.Data) *token {
	stored, _ := d.Value("oauthTokenData")
	data, _ := stored.(map[string]any)
	first := &token{data: data}
	key := tokenKey(sha256.Sum256([]byte(strings.Join([]string{
		d.Text("accessTokenUrl"), d.Text("clientId"), d.Text("clientSecret"), d.Text("scope"), first.text("access_token"), first.text("refresh_token"),
	}, "\n"))))
	v, _ := t.byKey.LoadOrStore(key, first)
	return v.(*token) //nolint:forcetypeassert // nothing else is stored
}

// Authorization returns the header for a request, and fetches the token first where there is none yet and the grant is that of client
// credentials. An error that is no *node.OperationError is the transport's.
func (t *Tokens) Authorization(ctx context.Context, client Client, d credentials.Data) (string, error) {
	token := t.of(d)
	token.mu.Lock()
	defer token.mu.Unlock()
	if token.text("access_token") == "" {
		if d.Text("grantType") != clientCredentials {
			return "", node.NewOperationError("OAuth credentials not connected",
				"Connect the credential in n8n and export it with its tokens (oauthTokenData), or use the grant type of client credentials.")
		}
		if err := token.fetch(ctx, client, d); err != nil {
			return "", err
		}
	}
	return "Bearer " + token.text("access_token"), nil
}

// Renew fetches another token after an answer that refuses the one that was sent in the header; nothing is fetched when another item has
// done so meanwhile. Its errors are as those of Authorization.
func (t *Tokens) Renew(ctx context.Context, client Client, d credentials.Data, sent string) error {
	token := t.of(d)
	token.mu.Lock()
	defer token.mu.Unlock()
	if sent != "Bearer "+token.text("access_token") {
		return nil
	}
	return token.fetch(ctx, client, d)
}

const clientCredentials = "clientCredentials"

// fetch asks the token endpoint; the token's lock is held. Secrets go to the endpoint of the credential and nowhere else: redirects
// are not followed.
func (t *token) fetch(ctx context.Context, makeClient Client, d credentials.Data) error {
	client := d.Text("grantType") == clientCredentials
	form := &node.Object{}
	switch {
	case client:
		form.Set("grant_type", "client_credentials")
		more, _ := node.ParseJSON([]byte(d.Text("additionalBodyProperties")))
		if o, ok := more.(*node.Object); ok {
			for name, v := range o.All() {
				form.Set(name, v)
			}
		}
		if scope := strings.Join(strings.Fields(d.Text("scope")), " "); scope != "" {
			form.Set("scope", scope)
		}
	case t.text("refresh_token") == "":
		return node.NewOperationError("OAuth access token expired and no refresh token is available. Please reconnect the credentials.", "")
	default:
		form.Set("refresh_token", t.text("refresh_token"))
		form.Set("grant_type", "refresh_token")
	}
	id, secret := d.Text("clientId"), d.Text("clientSecret")
	u, err := address.Parse(d.Text("accessTokenUrl"))
	if err != nil {
		return node.NewOperationError("The access token URL of the OAuth2 credential is no URL with http:// or https://", "")
	}
	h := http.Header{"Accept": {"application/json"}, "Content-Type": {formType}, "User-Agent": {userAgent}}
	switch {
	case secret == "" || d.Text("authentication") == "body":
		form.Set("client_id", id)
		if secret != "" {
			form.Set("client_secret", secret)
		}
	default:
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret))))
	}
	ignore, _ := d.Value("ignoreSSLIssues")
	c, err := makeClient(ignore == true)
	if err != nil {
		return err
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(address.Query(form, "")))
	if err != nil {
		return err
	}
	req.Header = h
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	const largest = 1 << 20
	text, err := io.ReadAll(io.LimitReader(res.Body, largest))
	if err != nil {
		return err
	}
	if err := t.take(res.StatusCode, text, client); err != nil {
		return err
	}
	if _, err := d.Update(ctx, map[string]any{"oauthTokenData": t.data}); err != nil {
		return node.NewOperationError("The new OAuth2 token could not be stored", err.Error()).Wrap(err)
	}
	return nil
}

// take reads the answer of a token endpoint. Its errors show the codes of OAuth2 and nothing else of it.
func (t *token) take(status int, text []byte, client bool) error {
	var answered map[string]any
	if json.Unmarshal(text, &answered) != nil { // some answer as a form
		answered = map[string]any{}
		values, _ := url.ParseQuery(string(text)) // what can't be read is left out
		for name := range values {
			answered[name] = values.Get(name)
		}
	}
	if access, _ := answered["access_token"].(string); status/100 == 2 && access != "" {
		maps.DeleteFunc(answered, func(_ string, v any) bool { return v == nil || v == "" }) // nothing new
		all := maps.Clone(t.data)                                                            // what was handed out stays as it is
		if all == nil {
			all = map[string]any{}
		}
		maps.Copy(all, answered)
		t.data = all
		return nil
	}
	code, _ := answered["error"].(string)
	if code == "invalid_grant" && !client {
		return node.NewOperationError("The credential needs to be reconnected.", "Access could not be refreshed: it was revoked, or the refresh token expired.")
	}
	problem := fmt.Sprintf("the token endpoint answered with status %d", status)
	if errorCode.MatchString(code) {
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

// errorCode is what a code of OAuth2 looks like, as opposed to text that may hold anything.
var errorCode = regexp.MustCompile(`^[!#$%&'*+\-.^_|~0-9A-Za-z]+$`)
