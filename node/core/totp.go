package core

import (
	"context"
	"crypto"
	"crypto/hmac"
	_ "crypto/sha1" // crypto.SHA1
	_ "crypto/sha3" // crypto.SHA3_256 and the like
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewTOTP returns TOTP (n8n-nodes-base.totp): it makes one-time passwords of a shared secret and the run's clock (RFC
// 6238).
func NewTOTP() node.Node { return totp{} }

type totp struct{}

// Definition implements node.Node.
func (totp) Definition() node.Definition { return totpDefinition() }

// CredentialTypes implements node.CredentialTyper.
func (totp) CredentialTypes() []credentials.Type {
	return []credentials.Type{{Name: "totpApi", DisplayName: "TOTP API", Properties: []schemas.Property{
		{
			DisplayName: "Secret", Name: "secret", Type: schemas.String, TypeOptions: map[string]any{"password": true}, Default: "",
			Required: true, Placeholder: "e.g. BVDRSBXQB2ZEL5HE", Description: "The secret that the QR code holds, in base32",
		},
		{
			DisplayName: "Label", Name: "label", Type: schemas.String, Default: "", Placeholder: "e.g. GitHub:john-doe",
			Description: "What the account is called: issuer:username",
		},
	}}}
}

// totpHashes are the hashes by the option's names.
var totpHashes = map[string]crypto.Hash{
	"SHA1": crypto.SHA1, "SHA224": crypto.SHA224, "SHA256": crypto.SHA256, "SHA384": crypto.SHA384, "SHA512": crypto.SHA512,
	"SHA3-224": crypto.SHA3_224, "SHA3-256": crypto.SHA3_256, "SHA3-384": crypto.SHA3_384, "SHA3-512": crypto.SHA3_512,
}

// Execute implements node.Node.
func (totp) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	credential, err := c.Credential(ctx, "totpApi")
	if err != nil {
		return node.Output{}, err
	}
	if label := credential.Text("label"); label != "" && !strings.Contains(label, ":") {
		return node.Output{}, node.NewOperationError("Malformed label - expected `issuer:username`", "")
	}
	options, err := c.Params(ctx, 0).Object("options")
	if err != nil {
		return node.Output{}, err
	}
	text := strings.ToUpper(strings.TrimRight(strings.ReplaceAll(credential.Text("secret"), " ", ""), "="))
	if i := strings.IndexFunc(text, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '2' || r > '7') }); i >= 0 {
		bad, _ := utf8.DecodeRuneInString(text[i:])
		return node.Output{}, fmt.Errorf("Invalid character found: %c", bad) //nolint:staticcheck // n8n's text
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil {
		return node.Output{}, node.NewOperationError("The secret of the credential is not base32", "Copy it from where the account was set up")
	}
	algorithm := textOf(options, "algorithm")
	if algorithm == "" {
		algorithm = "SHA1"
	}
	hash := totpHashes[strings.ToUpper(algorithm)]
	digits, period := 6.0, 30.0
	for name, value := range map[string]*float64{"digits": &digits, "period": &period} {
		if v, ok := options.Get(name); ok && fields.Truthy(v) {
			*value = fields.Number(v)
		}
	}
	if hash == 0 || !(digits >= 1 && digits <= 10) || !(period > 0) {
		return node.Output{}, node.NewOperationError(
			fmt.Sprintf("No one-time password can be made with %s, %v digits and a period of %v s", algorithm, digits, period), "")
	}
	seconds := float64(c.Now().UnixMilli()) / 1000
	token := oneTimePassword(hash, secret, uint64(seconds/period), int(digits))
	remaining := float64(int32(uint32(math.Mod(period*(1-math.Mod(seconds/period, 1)), 1<<32)))) // whole, of 32 bits, as in n8n
	out := make([]node.Item, len(c.Items()))
	for i := range out {
		out[i] = node.Item{JSON: node.NewObject("token", token, "secondsRemaining", remaining), Paired: []node.Paired{{Item: i}}}
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// oneTimePassword is RFC 4226's HOTP.
func oneTimePassword(hash crypto.Hash, secret []byte, counter uint64, digits int) string {
	m := hmac.New(hash.New, secret)
	m.Write(binary.BigEndian.AppendUint64(nil, counter))
	sum := m.Sum(nil)
	offset := sum[len(sum)-1] & 0xF
	if len(sum) < int(offset)+4 {
		offset = 0
	}
	code := binary.BigEndian.Uint32(sum[offset:]) & 0x7FFFFFFF
	return fmt.Sprintf("%0*d", digits, uint64(code)%uint64(math.Pow10(digits)))
}
