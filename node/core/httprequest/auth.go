package httprequest

import (
	"context"
	"crypto/md5" //nolint:gosec // what Digest authentication is made of
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/internal/oauth2"
	"github.com/nate-go/nate/node"
)

// authenticator puts a credential on requests. The zero authenticator has none.
type authenticator struct {
	kind         string // the credential type; empty: none
	way          string // the type whose way to authenticate it has: of OAuth the one that it extends, else itself
	data         credentials.Data
	authenticate func(*http.Request, credentials.Data) error // of the type; may be nil
	tokens       *oauth2.Tokens
	restriction  address.Restriction
	shown        []string // names of the headers that hold the credential
	body         bool     // the body holds it

	challenge *challenge
}

// legacyTypes are the credential types that version 1 and GraphQL name otherwise.
var legacyTypes = map[string]string{
	"basicAuth": "httpBasicAuth", "customAuth": "httpCustomAuth", "digestAuth": "httpDigestAuth", "headerAuth": "httpHeaderAuth",
	"queryAuth": "httpQueryAuth", "oAuth1": "oAuth1Api", "oAuth2": "oAuth2Api",
}

// authenticator finds the credential that the node uses. It is asked for by name and id as the workflow has them.
func (n *httpRequest) authenticator(r *reader, d *draft) (*authenticator, error) {
	a := &authenticator{tokens: n.tokens}
	mode, err := r.String("authentication")
	if err != nil {
		return nil, err
	}
	switch mode {
	case "genericCredentialType":
		a.kind, err = r.String("genericAuthType")
	case "predefinedCredentialType":
		a.kind, err = r.String("nodeCredentialType")
	default:
		a.kind = legacyTypes[mode]
	}
	if err != nil {
		return nil, err
	}
	if d.sslAuth {
		if err := r.certificates(d); err != nil {
			return nil, err
		}
	}
	if a.kind == "" {
		return a, nil
	}
	if a.data, err = r.call.Credential(r.ctx, a.kind); err != nil {
		var missing *node.OperationError
		if errors.As(err, &missing) && strings.HasPrefix(missing.Message, "Node does not have any credentials set") {
			err = node.NewOperationError("Credentials not found", missing.Message).Wrap(err)
		}
		return nil, err
	}
	known, ok := r.call.CredentialType(a.kind)
	a.way, a.authenticate = a.kind, known.Authenticate
	for _, base := range []string{oauth1Type, oauth2Type} {
		if known.Is(base) {
			a.way = base
		}
	}
	if !ok || a.authenticate == nil && !slices.Contains(ownTypes, a.way) {
		return nil, node.NewOperationError(fmt.Sprintf("Credentials of the type %q are not supported", a.kind),
			"Register the type beside the nodes, with an Authenticate func, or use a generic credential type.")
	}
	a.restriction, err = address.Restrict(a.data)
	return a, err
}

const (
	digestType    = "httpDigestAuth"
	oauth1Type    = "oAuth1Api"
	oauth2Type    = "oAuth2Api"
	customType    = "httpCustomAuth"
	templatedType = "httpTemplatedCustomAuth"
)

// ownTypes are the credential types that need more than an Authenticate func.
var ownTypes = []string{digestType, oauth1Type, oauth2Type, customType, templatedType}

// certificates are those of the credential for SSL certificates.
func (r *reader) certificates(d *draft) error {
	data, err := r.call.Credential(r.ctx, "httpSslAuth")
	if err != nil {
		return err
	}
	d.transport.CA, d.transport.Certificate = pemBlock(data.Text("ca")), pemBlock(data.Text("cert"))
	d.transport.Key, d.transport.Passphrase = pemBlock(data.Text("key")), data.Text("passphrase")
	return nil
}

var pemParts = regexp.MustCompile(`^\s*(-----BEGIN [A-Z0-9 ]+-----)(.*?)(-----END [A-Z0-9 ]+-----)\s*$`)

// pemBlock mends PEM text whose line breaks were lost, as in a field of one line.
func pemBlock(text string) string {
	m := pemParts.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	return m[1] + "\n" + strings.Join(strings.Fields(m[2]), "\n") + "\n" + m[3] + "\n"
}

// allows refuses a URL that the credential is not for.
func (a *authenticator) allows(u *url.URL) error {
	if refusal := a.restriction.Refusal(u); refusal != "" {
		return clientError(refusal, "")
	}
	return nil
}

// ownsHeader reports whether the credential stands in a header.
func (a *authenticator) ownsHeader(name string) bool {
	return slices.ContainsFunc(a.shown, func(own string) bool { return strings.EqualFold(own, name) })
}

func (a *authenticator) inBody() bool { return a.body }

// apply puts the credential on a draft that is the caller's own.
func (a *authenticator) apply(ctx context.Context, s *sender, d *draft) error {
	switch a.way {
	case "":
		return nil
	case digestType:
		return a.digest(d)
	case oauth1Type:
		return a.oauth1(d)
	case oauth2Type:
		return a.oauth2(ctx, s, d)
	case customType:
		return a.custom(d)
	case templatedType:
		return a.templated(d)
	}
	return a.typed(d)
}

// typed lets the credential type do it: what it puts on a request goes to the draft.
func (a *authenticator) typed(d *draft) error {
	u, err := d.address()
	if err != nil {
		return err
	}
	base := u.RawQuery
	req := &http.Request{Method: d.method, URL: u, Header: http.Header{}}
	for name, v := range d.headers.All() {
		req.Header.Set(name, textOf(v))
	}
	own := req.Header.Clone()
	if err := a.authenticate(req, a.data); err != nil {
		return err
	}
	a.shown = nil
	for name, values := range req.Header {
		if len(values) > 0 && !slices.Equal(values, own[name]) && (name != "Content-Type" || req.Body == nil) {
			a.header(d, name, values[len(values)-1])
		}
	}
	if req.URL.RawQuery != base {
		d.query = d.joined(d.query, added(base, req.URL.RawQuery))
	}
	if req.Body == nil {
		return nil
	}
	defer req.Body.Close()
	text, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	v, err := node.ParseJSON(text)
	body, ok := v.(*node.Object)
	if err != nil || !ok {
		return node.NewOperationError(fmt.Sprintf("The credential type %s puts something into the body that is no object of JSON", a.kind), "")
	}
	return a.addToBody(d, body, noFields)
}

// added are the fields that a query has beyond another one, in its order.
func added(before, after string) *node.Object {
	known := map[string]int{}
	for pair := range strings.SplitSeq(before, "&") {
		known[pair]++
	}
	o := &node.Object{}
	for pair := range strings.SplitSeq(after, "&") {
		if known[pair]--; known[pair] >= 0 {
			continue
		}
		name, v, _ := strings.Cut(pair, "=")
		o.Set(unescape(name), unescape(v))
	}
	return o
}

// joined are the fields of a request with those of a credential.
func (d *draft) joined(own, more *node.Object) *node.Object {
	if d.ownFirst {
		own, more = more, own
	}
	all := own.Clone()
	for name, v := range more.All() {
		all.Set(name, v)
	}
	return all
}

func (a *authenticator) header(d *draft, name, v string) {
	setHeader(d.headers, name, v)
	a.shown = append(a.shown, name)
}

// oauth2 puts the token on a request.
func (a *authenticator) oauth2(ctx context.Context, s *sender, d *draft) error {
	ctx, cancel := context.WithTimeout(ctx, s.draft.timeout)
	defer cancel()
	text, err := a.tokens.Authorization(ctx, s.tokenClient, a.data)
	if err != nil {
		return tokenError(err)
	}
	a.shown = nil
	a.header(d, "Authorization", text)
	return nil
}

// expired fetches another token when the answer says that the one in use is no good any more.
func (a *authenticator) expired(ctx context.Context, s *sender, res *answer) (bool, error) {
	if res.status != http.StatusUnauthorized {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.draft.timeout)
	defer cancel()
	if err := a.tokens.Renew(ctx, s.tokenClient, a.data, res.sent); err != nil {
		return false, tokenError(err)
	}
	return true, nil
}

// tokenClient is a client for token endpoints: without the certificates that the request itself has.
func (s *sender) tokenClient(skipVerify bool) (*http.Client, error) {
	return s.reader.call.HTTPClientWith(node.TransportOptions{Proxy: s.draft.transport.Proxy, SkipVerify: skipVerify})
}

func tokenError(err error) error {
	var known *node.OperationError
	if errors.As(err, &known) {
		return err
	}
	return transportError(err)
}

// again reports whether a request shall be sent once more, after an answer that asks for it.
func (a *authenticator) again(ctx context.Context, s *sender, res *answer) (bool, error) {
	switch a.way {
	case digestType:
		return a.challenged(res), nil
	case oauth2Type:
		return a.expired(ctx, s, res)
	}
	return false, nil
}

// challenge is what a server asks for Digest authentication (RFC 7616).
type challenge struct {
	realm, nonce, opaque, algorithm string
	qop                             bool
	count                           int
}

var challengeFields = regexp.MustCompile(`(?i)(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))`)

// challenged takes the challenge of an answer; false when there is none, or it was answered already.
func (a *authenticator) challenged(res *answer) bool {
	if res.status != http.StatusUnauthorized || a.challenge != nil && a.challenge.count > 0 && !strings.Contains(strings.ToLower(res.header.Get("WWW-Authenticate")), "stale=true") {
		return false
	}
	for _, text := range res.header.Values("WWW-Authenticate") {
		_, rest, ok := cutFold(text, "digest ")
		if !ok {
			continue
		}
		c := &challenge{algorithm: "MD5"}
		for _, m := range challengeFields.FindAllStringSubmatch(rest, -1) {
			v := m[2] + m[3]
			switch strings.ToLower(m[1]) {
			case "realm":
				c.realm = v
			case "nonce":
				c.nonce = v
			case "opaque":
				c.opaque = v
			case "algorithm":
				c.algorithm = v
			case "qop":
				c.qop = slices.Contains(strings.FieldsFunc(strings.ToLower(v), func(r rune) bool { return r == ',' || r == ' ' }), "auth")
			}
		}
		if c.nonce != "" && digestHash(c.algorithm) != nil {
			a.challenge = c
			return true
		}
	}
	return false
}

func cutFold(text, prefix string) (before, after string, found bool) {
	i := strings.Index(strings.ToLower(text), prefix)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(prefix):], true
}

func digestHash(algorithm string) func() hash.Hash {
	switch strings.ToUpper(strings.TrimSuffix(strings.ToLower(algorithm), "-sess")) {
	case "MD5":
		return md5.New
	case "SHA-256":
		return sha256.New
	case "SHA-512-256":
		return sha512.New512_256
	}
	return nil
}

// digest answers the challenge; before there is one, the request goes without.
func (a *authenticator) digest(d *draft) error {
	c := a.challenge
	if c == nil {
		return nil
	}
	u, err := d.address()
	if err != nil {
		return err
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(rand.Reader, nonce); err != nil {
		return err
	}
	cnonce := hex.EncodeToString(nonce)
	sum := func(parts ...string) string {
		h := digestHash(c.algorithm)()
		_, _ = io.WriteString(h, strings.Join(parts, ":")) // into memory
		return hex.EncodeToString(h.Sum(nil))
	}
	c.count++
	user, uri, nc := a.data.Text("user"), u.RequestURI(), fmt.Sprintf("%08x", c.count)
	ha1 := sum(user, c.realm, a.data.Text("password"))
	if strings.HasSuffix(strings.ToLower(c.algorithm), "-sess") {
		ha1 = sum(ha1, c.nonce, cnonce)
	}
	ha2 := sum(d.method, uri)
	quote := func(text string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"` }
	text := fmt.Sprintf("Digest username=%s, realm=%s, nonce=%s, uri=%s, algorithm=%s", quote(user), quote(c.realm), quote(c.nonce), quote(uri), c.algorithm)
	if c.qop {
		text += fmt.Sprintf(", qop=auth, nc=%s, cnonce=%s, response=%s", nc, quote(cnonce), quote(sum(ha1, c.nonce, nc, cnonce, "auth", ha2)))
	} else {
		text += ", response=" + quote(sum(ha1, c.nonce, ha2))
	}
	if c.opaque != "" {
		text += ", opaque=" + quote(c.opaque)
	}
	a.shown = nil
	a.header(d, "Authorization", text)
	return nil
}
