package httprequest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what OAuth 1 is made of
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/node"
)

// signatures are the methods of OAuth 1 by name.
var signatures = map[string]func() hash.Hash{"HMAC-SHA1": sha1.New, "HMAC-SHA256": sha256.New, "HMAC-SHA512": sha512.New}

// oauth1 signs a request (RFC 5849), with the stored tokens where there are some.
func (a *authenticator) oauth1(d *draft) error {
	stored, _ := a.data.Value("oauthTokenData")
	token, connected := stored.(map[string]any) // else a request is signed for the consumer alone
	method := a.data.Text("signatureMethod")
	if method == "" {
		method = "HMAC-SHA1"
	}
	algorithm := signatures[method]
	if algorithm == nil {
		return node.NewOperationError("The signature method "+strconv.Quote(method)+" of the OAuth1 credential is not supported", "")
	}
	u, err := d.address()
	if err != nil {
		return err
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(rand.Reader, nonce); err != nil {
		return err
	}
	key, _ := token["oauth_token"].(string)
	secret, _ := token["oauth_token_secret"].(string)
	own := [][2]string{
		{"oauth_consumer_key", a.data.Text("consumerKey")},
		{"oauth_nonce", hex.EncodeToString(nonce)},
		{"oauth_signature_method", method},
		{"oauth_timestamp", strconv.FormatInt(time.Now().Unix(), 10)},
		{"oauth_version", "1.0"},
	}
	if connected {
		own = append(own, [2]string{"oauth_token", key})
	}
	signed := make([][2]string, 0, len(own))
	for _, p := range own {
		signed = append(signed, [2]string{address.Escape(p[0]), address.Escape(p[1])})
	}
	add := func(query string) {
		for pair := range strings.SplitSeq(query, "&") {
			if pair != "" {
				name, v, _ := strings.Cut(pair, "=")
				signed = append(signed, [2]string{address.Escape(unescape(name)), address.Escape(unescape(v))})
			}
		}
	}
	add(u.RawQuery)
	if d.form != nil {
		add(address.Query(d.form, d.formArrays))
	}
	slices.SortFunc(signed, func(x, y [2]string) int {
		if c := strings.Compare(x[0], y[0]); c != 0 {
			return c
		}
		return strings.Compare(x[1], y[1])
	})
	pairs := make([]string, len(signed))
	for i, p := range signed {
		pairs[i] = p[0] + "=" + p[1]
	}
	base := *u
	base.RawQuery, base.ForceQuery, base.User = "", false, nil
	text := strings.ToUpper(d.method) + "&" + address.Escape(strings.ToLower(base.Scheme)+"://"+hostOf(&base)+base.EscapedPath()) + "&" + address.Escape(strings.Join(pairs, "&"))
	mac := hmac.New(algorithm, []byte(address.Escape(a.data.Text("consumerSecret"))+"&"+address.Escape(secret)))
	_, _ = io.WriteString(mac, text) // into memory
	own = append(own, [2]string{"oauth_signature", base64.StdEncoding.EncodeToString(mac.Sum(nil))})
	slices.SortFunc(own, func(x, y [2]string) int { return strings.Compare(x[0], y[0]) })
	parts := make([]string, len(own))
	for i, p := range own {
		parts[i] = address.Escape(p[0]) + `="` + address.Escape(p[1]) + `"`
	}
	a.shown = nil
	a.header(d, "Authorization", "OAuth "+strings.Join(parts, ", "))
	return nil
}
