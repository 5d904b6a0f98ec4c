package core

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // crypto.SHA256
	_ "crypto/sha512" // crypto.SHA384 and SHA512
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewJWT returns JWT (n8n-nodes-base.jwt): it signs, checks and reads JSON Web Tokens.
func NewJWT() node.Node { return jwt{node.PerItem(jwtDefinitionBeside(), jwtItem)} }

type jwt struct{ node.ItemNode }

func jwtDefinitionBeside() node.Definition {
	def := jwtDefinition()
	def.ErrorsBeside = true
	return def
}

// CredentialTypes implements node.CredentialTyper.
func (jwt) CredentialTypes() []credentials.Type {
	algorithms := make([]schemas.Option, 0, len(tokenAlgorithms))
	for _, name := range tokenAlgorithmNames() {
		algorithms = append(algorithms, schemas.Option{Name: name, Value: name})
	}
	secret := map[string]any{"password": true}
	return []credentials.Type{{Name: "jwtAuth", DisplayName: "JWT Auth", Properties: []schemas.Property{
		{
			DisplayName: "Key Type", Name: "keyType", Type: schemas.Options, Default: "passphrase",
			Options:     []schemas.Option{{Name: "Passphrase", Value: "passphrase"}, {Name: "PEM Key", Value: "pemKey"}},
			Description: "Whether tokens are signed with a passphrase or with a pair of keys",
		},
		{
			DisplayName: "Secret", Name: "secret", Type: schemas.String, TypeOptions: secret, Default: "",
			DisplayOptions: schemas.Show("keyType", "passphrase"),
		},
		{
			DisplayName: "Private Key", Name: "privateKey", Type: schemas.String, TypeOptions: secret, Default: "",
			DisplayOptions: schemas.Show("keyType", "pemKey"),
		},
		{
			DisplayName: "Public Key", Name: "publicKey", Type: schemas.String, TypeOptions: secret, Default: "",
			DisplayOptions: schemas.Show("keyType", "pemKey"),
		},
		{DisplayName: "Algorithm", Name: "algorithm", Type: schemas.Options, Default: "HS256", Options: algorithms},
	}}}
}

func tokenAlgorithmNames() []string {
	var names []string
	for _, kind := range []string{"HS", "RS", "ES", "PS"} {
		for _, size := range []string{"256", "384", "512"} {
			names = append(names, kind+size)
		}
	}
	return names
}

// tokenAlgorithms are the hashes by the number at the end of an algorithm's name.
var tokenAlgorithms = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

func jwtItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	credential, err := it.Credential(ctx, "jwtAuth")
	if err != nil {
		return nil, err
	}
	options, err := it.Params.Object("options")
	if err != nil {
		return nil, err
	}
	var out *node.Object
	switch operation {
	case "sign":
		out, err = signItem(it, credential, options)
	case "verify", "decode":
		out, err = readToken(it, credential, options, operation == "verify")
	default:
		err = fmt.Errorf("the operation %q is not known", operation)
	}
	if err != nil {
		var known *node.OperationError
		if !errors.As(err, &known) && !it.ContinueOnFail() {
			err = node.NewOperationError(err.Error(), "").Wrap(err)
		}
		return nil, err
	}
	return []node.Item{{JSON: out}}, nil
}

// jsonParameter is a parameter that holds an object, or its text.
func jsonParameter(p *node.Params, name string) (*node.Object, error) {
	v, _, err := p.JSONText(name)
	if err != nil {
		if errors.Is(err, node.ErrNoParameter) {
			return &node.Object{}, nil
		}
		return nil, err
	}
	if text, ok := v.(string); ok {
		if v, err = fields.ParseLenient(text); err != nil {
			return nil, node.NewOperationError(fmt.Sprintf("Parameter %q is not valid JSON", name), "").Wrap(err)
		}
	}
	switch v := v.(type) {
	case *node.Object:
		return v, nil
	case nil:
		return &node.Object{}, nil
	}
	return nil, node.NewOperationError(fmt.Sprintf("Parameter %q is %s, not an object", name, node.TypeName(v)), "")
}

func signItem(it node.ItemCall, credential credentials.Data, options *node.Object) (*node.Object, error) {
	useJSON, err := it.Params.Bool("useJson")
	if err != nil {
		return nil, err
	}
	name := "claims"
	if useJSON {
		name = "claimsJson"
	}
	claims, err := jsonParameter(it.Params, name)
	if err != nil {
		return nil, err
	}
	header, err := jsonParameter(it.Params, "headerClaims")
	if err != nil {
		return nil, err
	}
	algorithm := textOf(options, "algorithm")
	if algorithm == "" {
		algorithm = credential.Text("algorithm")
	}
	more := &node.Object{}
	if kid := textOf(options, "kid"); kid != "" {
		more.Set("kid", kid)
	}
	spread(more, header)
	claims = fields.Copy(claims)
	if !claims.Has("iat") {
		claims.Set("iat", float64(it.Now().Unix()))
	}
	token, err := signToken(credential, claims, more, algorithm)
	return node.NewObject("token", token), err
}

// signToken signs claims as a credential of the type jwtAuth says. more are further fields of the header.
func signToken(credential credentials.Data, claims, more *node.Object, algorithm string) (string, error) {
	header := node.NewObject("alg", algorithm, "typ", "JWT")
	spread(header, more)
	signed := encodeSegment(node.AppendJSON(nil, header)) + "." + encodeSegment(node.AppendJSON(nil, claims))
	if tokenKey(credential, "privateKey") == "" {
		return "", errors.New("secretOrPrivateKey must have a value")
	}
	kind, hash, err := algorithmOf(algorithm)
	if err != nil {
		return "", err
	}
	digest := hash.New()
	digest.Write([]byte(signed))
	var signature []byte
	if kind == "HS" {
		if credential.Text("keyType") == "pemKey" {
			return "", errors.New("secretOrPrivateKey must be a symmetric key when using " + algorithm)
		}
	} else if credential.Text("keyType") != "pemKey" {
		return "", errors.New("secretOrPrivateKey must be an asymmetric key when using " + algorithm)
	}
	for _, claim := range []string{"iat", "exp", "nbf"} {
		if v, ok := claims.Get(claim); ok {
			if _, isNumber := v.(float64); !isNumber {
				return "", fmt.Errorf("%q should be a number of seconds", claim)
			}
		}
	}
	if kind == "HS" {
		return signed + "." + encodeSegment(mac(hash, credential.Text("secret"), signed)), nil
	}
	key, err := privateKey(credential.Text("privateKey"))
	if err != nil {
		return "", err
	}
	signature, err = signDigest(key, kind, hash, digest.Sum(nil))
	return signed + "." + encodeSegment(signature), err
}

// tokenKey is the secret of a credential, or the key in a field.
func tokenKey(credential credentials.Data, field string) string {
	if credential.Text("keyType") != "pemKey" {
		field = "secret"
	}
	return credential.Text(field)
}

func signDigest(key crypto.Signer, kind string, hash crypto.Hash, digest []byte) ([]byte, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		switch {
		case key.Size() < 256:
			return nil, errors.New("secretOrPrivateKey has a minimum key size of 2048 bits for " + kind)
		case kind == "RS":
			return rsa.SignPKCS1v15(rand.Reader, key, hash, digest)
		case kind == "PS":
			return rsa.SignPSS(rand.Reader, key, hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
	case *ecdsa.PrivateKey:
		if kind == "ES" {
			r, s, err := ecdsa.Sign(rand.Reader, key, digest)
			if err != nil {
				return nil, err
			}
			size := (key.Curve.Params().BitSize + 7) / 8
			return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), nil
		}
	}
	return nil, errors.New("the private key does not fit the algorithm")
}

func algorithmOf(name string) (kind string, hash crypto.Hash, err error) {
	if len(name) == 5 {
		kind = name[:2]
		hash = tokenAlgorithms[name[2:]]
	}
	if hash == 0 || kind != "HS" && kind != "RS" && kind != "ES" && kind != "PS" {
		return "", 0, fmt.Errorf("the algorithm %q is not supported", name)
	}
	return kind, hash, nil
}

func mac(hash crypto.Hash, secret, text string) []byte {
	m := hmac.New(hash.New, []byte(secret))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func encodeSegment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// readToken reads a token, and checks it before if verify says so.
func readToken(it node.ItemCall, credential credentials.Data, options *node.Object, verify bool) (*node.Object, error) {
	v, err := it.Params.Value("token")
	if err != nil {
		return nil, err
	}
	token := strings.TrimPrefix(fields.Text(v), "Bearer ")
	switch {
	case !fields.Truthy(v):
		return nil, node.AtItem(node.NewOperationError("The JWT token was not provided",
			"Be sure to add a valid JWT token to the 'Token' parameter"), it.Index)
	case strings.Count(token, ".") != 2:
		return nil, &node.ErrorInfo{
			Name: "ExpressionError", Message: fmt.Sprintf("Invalid input for 'Token' [item %d]", it.Index),
			Description: "Value is not a valid JWT token",
			Context:     node.NewObject("itemIndex", it.Index, "nodeCause", it.Instance().Name, "runIndex", it.RunIndex()),
		}
	}
	header, payload, parts, fault := decodeToken(token)
	complete, _ := options.Get("complete")
	if fault != nil && (verify || errors.Is(fault, errTokenPayload)) {
		return nil, fault
	}
	if parts == nil || header == nil {
		return node.NewObject("payload", nil), nil
	}
	if verify {
		if err := verifyToken(it, credential, options, header, payload, parts); err != nil {
			return nil, err
		}
	}
	if fields.Truthy(complete) {
		return node.NewObject("header", header, "payload", payload, "signature", parts[2]), nil
	}
	return node.NewObject("payload", payload), nil
}

func decodeToken(token string) (header, payload any, parts []string, err error) {
	if parts = strings.Split(token, "."); len(parts) != 3 {
		return nil, nil, nil, badToken("jwt malformed")
	}
	var texts [2][]byte
	for i := range texts {
		if texts[i], err = base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[i], "=")); err != nil {
			return nil, nil, nil, badToken("invalid token")
		}
	}
	if header, err = node.ParseJSON(texts[0]); err != nil {
		return nil, nil, nil, badToken("invalid token")
	}
	if payload, err = node.ParseJSON(texts[1]); err != nil {
		payload = string(texts[1])
		if o, _ := header.(*node.Object); textOf(o, "typ") == "JWT" {
			return nil, nil, nil, errTokenPayload
		}
	}
	return header, payload, parts, nil
}

// errTokenPayload is of a token that says that it is a JWT.
var errTokenPayload = errors.New("the token's payload is not valid JSON")

func verifyToken(it node.ItemCall, credential credentials.Data, options *node.Object, header, payload any, parts []string) error {
	switch hasKey := tokenKey(credential, "publicKey") != ""; {
	case parts[2] == "" && hasKey:
		return badToken("jwt signature is required")
	case parts[2] != "" && !hasKey:
		return badToken("secret or public key must be provided")
	}
	wanted := textOf(options, "algorithm")
	if wanted == "" {
		wanted = credential.Text("algorithm")
	}
	h, _ := header.(*node.Object)
	used := textOf(h, "alg")
	if used != wanted {
		return badToken("invalid algorithm")
	}
	kind, hash, err := algorithmOf(used)
	if err != nil {
		return err
	}
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[2], "="))
	if err != nil || !signatureFits(credential, kind, hash, parts[0]+"."+parts[1], signature) {
		return node.AtItem(node.NewOperationError("The JWT token can't be verified",
			"Be sure that the provided JWT token is correctly encoded and matches the selected credentials"), it.Index)
	}
	claims, _ := payload.(*node.Object)
	tolerance, _ := options.Get("clockTolerance")
	slack := fields.Number(tolerance)
	if math.IsNaN(slack) {
		slack = 0
	}
	seconds := math.Floor(float64(it.Now().UnixMilli()) / 1000)
	for _, check := range []struct {
		claim, ignore, class, failure string
		late                          func(at float64) bool
	}{
		{"nbf", "ignoreNotBefore", "NotBeforeError", "jwt not active", func(at float64) bool { return at > seconds+slack }},
		{"exp", "ignoreExpiration", "TokenExpiredError", "jwt expired", func(at float64) bool { return seconds >= at+slack }},
	} {
		v, ok := claims.Get(check.claim)
		ignored, _ := options.Get(check.ignore)
		if !ok || fields.Truthy(ignored) {
			continue
		}
		at, isNumber := v.(float64)
		switch {
		case !isNumber:
			return badToken("invalid " + check.claim + " value")
		case check.late(at):
			return &node.ErrorInfo{Name: check.class, Message: check.failure}
		}
	}
	return nil
}

func badToken(message string) error {
	return &node.ErrorInfo{Name: "JsonWebTokenError", Message: message}
}

func signatureFits(credential credentials.Data, kind string, hash crypto.Hash, signed string, signature []byte) bool {
	if kind == "HS" {
		return credential.Text("keyType") != "pemKey" && credential.Text("secret") != "" &&
			hmac.Equal(mac(hash, credential.Text("secret"), signed), signature)
	}
	key, err := publicKey(credential.Text("publicKey"))
	if err != nil {
		return false
	}
	h := hash.New()
	h.Write([]byte(signed))
	digest := h.Sum(nil)
	switch key := key.(type) {
	case *rsa.PublicKey:
		if kind == "PS" {
			return rsa.VerifyPSS(key, hash, digest, signature, nil) == nil
		}
		return kind == "RS" && rsa.VerifyPKCS1v15(key, hash, digest, signature) == nil
	case *ecdsa.PublicKey:
		half := len(signature) / 2
		return kind == "ES" && half > 0 && half*2 == len(signature) &&
			ecdsa.Verify(key, digest, new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
	}
	return false
}
