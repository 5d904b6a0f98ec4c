package core

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	_ "crypto/md5" //nolint:gosec // crypto.MD5: one of the choices
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/scrypt"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/buffer"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewCryptoV1 returns Crypto in its version 1 (n8n-nodes-base.crypto): it hashes, signs and makes random texts, with secrets
// that are parameters.
func NewCryptoV1() node.Node { return node.PerItem(cryptoV1Definition(), cryptoItem) }

// NewCrypto returns Crypto from version 2 on, with secrets that are a credential; it also encrypts and decrypts.
func NewCrypto() node.Node { return cryptoNode{node.PerItem(cryptoDefinition(), cryptoItem)} }

type cryptoNode struct{ node.ItemNode }

// CredentialTypes implements node.CredentialTyper.
func (cryptoNode) CredentialTypes() []credentials.Type {
	secret := func(name, label, description string, rows int) schemas.Property {
		options := map[string]any{"password": true}
		if rows > 0 {
			options["rows"] = rows
		}
		return schemas.Property{
			DisplayName: label, Name: name, Type: schemas.String, TypeOptions: options, Default: "", Description: description,
		}
	}
	return []credentials.Type{{Name: "crypto", DisplayName: "Crypto", Properties: []schemas.Property{
		secret("hmacSecret", "Hmac Secret", "The secret of the action Hmac", 0),
		secret("signPrivateKey", "Private Key", "The key of the action Sign, as PEM", 4),
		secret("encryptionPassphrase", "Encryption Passphrase", "What texts are encrypted with in the symmetric mode", 0),
		secret("encryptionPublicKey", "Encryption Public Key", "The RSA key that texts are encrypted with in the asymmetric mode, as PEM", 4),
		secret("encryptionPrivateKey", "Encryption Private Key", "The RSA key that such texts are decrypted with, as PEM", 4),
	}}}
}

func cryptoItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	action, err := it.Call.Params(ctx, 0).String("action")
	if err != nil {
		return nil, err
	}
	named, err := it.Params.Value("dataPropertyName")
	if err != nil {
		return nil, err
	}
	job := cryptoJob{ItemCall: it, ctx: ctx, old: it.Instance().TypeVersion < 2}
	act := cryptoActions[action]
	if act == nil {
		return nil, node.NewOperationError(fmt.Sprintf("The action %q is not known", action), "")
	}
	result, err := act(&job)
	if err != nil {
		return nil, err
	}
	field, err := fieldName(named)
	if err != nil {
		return nil, err
	}
	out := node.Item{JSON: fields.Copy(it.Item().JSON), Binary: it.Item().Binary}
	if job.usedFile {
		out.Binary = nil
	}
	out.JSON.Set(field, result)
	return []node.Item{out}, nil
}

// cryptoActions are what the node can do, by the parameter action.
var cryptoActions = map[string]func(*cryptoJob) (string, error){
	"generate": (*cryptoJob).generate,
	"hash":     func(j *cryptoJob) (string, error) { return j.hash("") },
	"hmac":     (*cryptoJob).hmac,
	"sign":     (*cryptoJob).sign,
	"encrypt":  (*cryptoJob).encrypt,
	"decrypt":  (*cryptoJob).decrypt,
}

// cryptoJob is what is done for one item.
type cryptoJob struct {
	node.ItemCall
	ctx context.Context
	// old says that secrets are parameters.
	old bool
	// usedFile says that a file of the item was hashed: it is not put out.
	usedFile bool
}

// secret returns a secret: a parameter in version 1, else a field of the credential.
func (j *cryptoJob) secret(parameter, field, missing string) (string, error) {
	if j.old {
		v, err := j.Params.Value(parameter)
		if text, ok := v.(string); ok || err != nil {
			return text, err
		}
		return "", errors.New(`The "key" argument must be of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, ` +
			`KeyObject, or CryptoKey. Received ` + received(v))
	}
	credential, err := j.Credential(j.ctx, "crypto")
	if err != nil {
		return "", err
	}
	secret := credential.Text(field)
	if secret == "" {
		return "", node.NewOperationError(missing, "")
	}
	return secret, nil
}

// maxRandom is how long a random text may be.
const maxRandom = 16 << 20

func (j *cryptoJob) generate() (string, error) {
	encoding, err := j.Params.String("encodingType")
	if err != nil {
		return "", err
	}
	if encoding == "uuid" {
		return uuid.NewString(), nil
	}
	v, err := j.Params.Value("stringLength")
	if err != nil {
		return "", err
	}
	length, isNumber := v.(float64)
	if !isNumber {
		return "", errors.New(`The "size" argument must be of type number. Received ` + received(v))
	}
	if limit := math.MaxInt32; !(length >= 0 && length <= maxRandom) {
		if length > 0 {
			limit = maxRandom
		}
		return "", node.NewOperationError(
			fmt.Sprintf(`The value of "size" is out of range. It must be >= 0 && <= %d. Received %s`, limit, fields.Text(v)), "")
	}
	n := int(length)
	random := make([]byte, n)
	_, _ = rand.Read(random) // never fails
	text := ""
	switch encoding {
	case "base64":
		text = strings.Map(wordOnly, base64.StdEncoding.EncodeToString(random))
	case "hex":
		text = hex.EncodeToString(random)
	case "ascii":
		for i := range random {
			random[i] &= 0x7F
		}
		text = string(random)
	default:
		return "", node.NewOperationError(fmt.Sprintf("The type %q is not known", encoding), "")
	}
	return text[:min(n, len(text))], nil
}

// wordOnly drops what is no letter, digit or underscore.
func wordOnly(r rune) rune {
	if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}

// cryptoHashes are the hashes by their names, less dashes, in upper case.
var cryptoHashes = map[string]crypto.Hash{
	"MD5": crypto.MD5, "SHA1": crypto.SHA1, "SHA224": crypto.SHA224, "SHA256": crypto.SHA256, "SHA384": crypto.SHA384,
	"SHA512": crypto.SHA512, "SHA512/224": crypto.SHA512_224, "SHA512/256": crypto.SHA512_256, "SHA3224": crypto.SHA3_224,
	"SHA3256": crypto.SHA3_256, "SHA3384": crypto.SHA3_384, "SHA3512": crypto.SHA3_512,
}

func hashNamed(name string) (crypto.Hash, error) {
	h := cryptoHashes[strings.ReplaceAll(strings.ToUpper(name), "-", "")]
	if h == 0 {
		return 0, errors.New("Digest method not supported") //nolint:staticcheck // Node.js's text
	}
	return h, nil
}

func (j *cryptoJob) hmac() (string, error) {
	secret, err := j.secret("secret", "hmacSecret", "No HMAC secret set in credentials. Please add an HMAC secret to your Crypto credentials.")
	if err != nil {
		return "", err
	}
	return j.hash(secret)
}

// hash hashes the text or the file, together with a secret if there is one.
func (j *cryptoJob) hash(secret string) (string, error) {
	name, err := j.Params.String("type")
	if err != nil {
		return "", err
	}
	h, err := hashNamed(name)
	if err != nil {
		return "", err
	}
	var digest hash.Hash
	action, err := j.Params.String("action")
	if err != nil {
		return "", err
	}
	if digest = h.New(); action == "hmac" {
		digest = hmac.New(h.New, []byte(secret))
	}
	ofFile, err := j.Params.Bool("binaryData")
	if err != nil {
		return "", err
	}
	if ofFile {
		err = j.copyFile(digest)
	} else {
		var text string
		if text, err = j.text(noData); err == nil {
			_, err = io.WriteString(digest, text)
		}
	}
	if err != nil {
		return "", err
	}
	return j.encoded(digest.Sum(nil))
}

func (j *cryptoJob) copyFile(w io.Writer) error {
	j.usedFile = true
	name, err := j.Params.Value("binaryPropertyName")
	if err != nil {
		return err
	}
	file, err := j.Binary(j.Index, name)
	if err != nil {
		return err
	}
	r, err := j.OpenBinary(j.ctx, file)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, r)
	return err
}

// The words that Node.js has for a value that is no text, by what is done with it.
const (
	noData  = `The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received `
	noChunk = `The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received `
	noFirst = `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received `
)

// text is the parameter value, which has to be text; words begin the error where it is not.
func (j *cryptoJob) text(words string) (string, error) {
	v, err := j.Params.Value("value")
	if err != nil {
		return "", err
	}
	text, ok := v.(string)
	switch {
	case ok:
		return text, nil
	case v == nil && words == noChunk:
		return "", errors.New("May not write null values to stream") //nolint:staticcheck // Node.js's text
	}
	return "", errors.New(words + received(v))
}

// received is how Node.js tells a value of the wrong type.
func received(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "type string ('" + v + "')"
	case float64:
		return "type number (" + fields.Text(v) + ")"
	case bool:
		return "type boolean (" + fields.Text(v) + ")"
	case []any:
		return "an instance of Array"
	case *node.Object:
		return "an instance of Object"
	case node.Date:
		return "an instance of Date"
	}
	return "undefined"
}

func (j *cryptoJob) encoded(b []byte) (string, error) {
	encoding, err := j.Params.String("encoding")
	if err != nil {
		return "", err
	}
	switch encoding {
	case "hex":
		return hex.EncodeToString(b), nil
	case "base64":
		return base64.StdEncoding.EncodeToString(b), nil
	}
	return "", node.NewOperationError(fmt.Sprintf("The encoding %q is not known", encoding), "")
}

// otherHashes are those that n8n signs with and nate does not.
var otherHashes = map[string]bool{
	"RIPEMD": true, "RIPEMD160": true, "RMD160": true, "BLAKE2B512": true, "BLAKE2S256": true, "SM3": true, "MD5SHA1": true, "SHAKE128": true,
	"SHAKE256": true,
}

// signingHash is the hash that an algorithm of signatures has: RSA-SHA256, sha256WithRSAEncryption, sha256; 0 for one of otherHashes.
func signingHash(name string) (crypto.Hash, error) {
	short := strings.ToUpper(name)
	for _, affix := range []string{"RSA-", "ECDSA-WITH-", "ID-RSASSA-PKCS1-V1_5-WITH-", "SSL3-"} {
		short = strings.TrimPrefix(short, affix)
	}
	short = strings.TrimSuffix(strings.TrimSuffix(short, "WITHRSAENCRYPTION"), "WITHRSA")
	switch short = strings.ReplaceAll(short, "-", ""); {
	case otherHashes[short]:
		return 0, nil
	case short == "SHA12":
		return crypto.SHA1, nil
	case short == "SHA512224" || short == "SHA512256":
		short = "SHA512/" + short[6:]
	}
	h, err := hashNamed(short)
	if err != nil {
		return 0, errors.New("Invalid digest: " + name)
	}
	return h, nil
}

func (j *cryptoJob) sign() (string, error) {
	name, err := j.Params.String("algorithm")
	if err != nil {
		return "", err
	}
	h, err := signingHash(name)
	if err != nil {
		return "", err
	}
	text, err := j.text(noChunk)
	if err != nil {
		return "", err
	}
	secret, err := j.secret("privateKey", "signPrivateKey",
		"No private key set in credentials. Please add a private key to your Crypto credentials.")
	if err != nil {
		return "", err
	}
	key, err := privateKey(secret)
	if err != nil {
		return "", err
	}
	if h == 0 {
		return "", node.NewOperationError(fmt.Sprintf("The algorithm %q is not supported", name), "Choose one of SHA-1, SHA-2 or SHA-3")
	}
	digest := h.New()
	digest.Write([]byte(text))
	var signature []byte
	switch key := key.(type) {
	case *rsa.PrivateKey:
		signature, err = rsa.SignPKCS1v15(rand.Reader, key, h, digest.Sum(nil))
	case *ecdsa.PrivateKey:
		signature, err = ecdsa.SignASN1(rand.Reader, key, digest.Sum(nil))
	}
	if err != nil {
		return "", err
	}
	return j.encoded(signature)
}

// The layout of a text that is encrypted with a passphrase: a version, a salt, a nonce, a tag, and the text.
const (
	sealVersion = 1
	saltSize    = 16
	nonceSize   = 12
	tagSize     = 16
	sealHeader  = 1 + saltSize + nonceSize + tagSize
)

// cipherKeys are the sizes of the ciphers' keys.
var cipherKeys = map[string]int{"aes-128-gcm": 16, "aes-192-gcm": 24, "aes-256-gcm": 32, "chacha20-poly1305": 32}

// aead returns the cipher that the parameters ask for, with the key that the passphrase gives.
func (j *cryptoJob) aead(salt []byte) (cipher.AEAD, error) {
	name, err := j.Params.String("cipher")
	if err != nil {
		return nil, err
	}
	size := cipherKeys[name]
	if size == 0 {
		return nil, node.NewOperationError(fmt.Sprintf("The cipher %q is not known", name), "")
	}
	passphrase, err := j.secret("", "encryptionPassphrase",
		"No encryption passphrase set in credentials. Please add an Encryption Passphrase to your Crypto credentials.")
	if err != nil {
		return nil, err
	}
	key, err := scrypt.Key([]byte(passphrase), salt, 1<<16, 8, 1, size)
	if err != nil {
		return nil, err
	}
	if name == "chacha20-poly1305" {
		return chacha20poly1305.New(key)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (j *cryptoJob) isSymmetric() (bool, error) {
	mode, err := j.Params.String("mode")
	if err == nil && mode != "symmetric" && mode != "asymmetric" {
		err = node.NewOperationError(fmt.Sprintf("The mode %q is not known", mode), "")
	}
	return mode == "symmetric", err
}

func (j *cryptoJob) encrypt() (string, error) {
	symmetric, err := j.isSymmetric()
	if err != nil {
		return "", err
	}
	words := noFirst
	if symmetric {
		words = noData
	}
	text, err := j.text(words)
	if err != nil {
		return "", err
	}
	if symmetric {
		sealed := make([]byte, 1+saltSize+nonceSize)
		_, _ = rand.Read(sealed) // never fails
		sealed[0] = sealVersion
		aead, err := j.aead(sealed[1 : 1+saltSize])
		if err != nil {
			return "", err
		}
		body := aead.Seal(nil, sealed[1+saltSize:], []byte(text), nil)
		split := len(body) - tagSize
		return base64.StdEncoding.EncodeToString(append(append(sealed, body[split:]...), body[:split]...)), nil
	}
	pem, err := j.secret("", "encryptionPublicKey",
		"No encryption public key set in credentials. Please add an Encryption Public Key to your Crypto credentials.")
	if err != nil {
		return "", err
	}
	key, err := publicKey(pem)
	if err != nil {
		return "", err
	}
	rsaKey, ok := key.(*rsa.PublicKey)
	if !ok {
		return "", errors.New("the public key is not an RSA key")
	}
	sealed, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, rsaKey, []byte(text), nil)
	if errors.Is(err, rsa.ErrMessageTooLong) {
		return "", node.NewOperationError("Plaintext is too large for the RSA key. Use symmetric mode for larger data.", "")
	}
	return base64.StdEncoding.EncodeToString(sealed), err
}

func (j *cryptoJob) decrypt() (string, error) {
	symmetric, err := j.isSymmetric()
	if err != nil {
		return "", err
	}
	wrong := node.NewOperationError("Decryption failed: wrong passphrase, key, cipher, or corrupted payload", "")
	v, err := j.Params.Value("value")
	if err != nil {
		return "", err
	}
	text, isText := v.(string)
	if _, isList := v.([]any); !isText && !isList { // a list is bytes, too few of them
		return "", wrong
	}
	payload := buffer.FromBase64(text)
	if symmetric {
		switch {
		case len(payload) < sealHeader:
			return "", node.NewOperationError("Ciphertext is malformed or truncated", "")
		case payload[0] != sealVersion:
			return "", node.NewOperationError(fmt.Sprintf("Unsupported ciphertext version 0x%02x", payload[0]), "")
		}
		aead, err := j.aead(payload[1 : 1+saltSize])
		if err != nil {
			return "", err
		}
		tag, body := payload[sealHeader-tagSize:sealHeader], payload[sealHeader:]
		sealed := append(append([]byte{}, body...), tag...)
		plain, err := aead.Open(nil, payload[1+saltSize:1+saltSize+nonceSize], sealed, nil)
		if err != nil {
			return "", wrong
		}
		return string(plain), nil
	}
	pem, err := j.secret("", "encryptionPrivateKey",
		"No encryption private key set in credentials. Please add an Encryption Private Key to your Crypto credentials.")
	if err != nil {
		return "", err
	}
	key, err := privateKey(pem)
	rsaKey, ok := key.(*rsa.PrivateKey)
	if err != nil || !ok {
		return "", wrong
	}
	plain, err := rsa.DecryptOAEP(sha256.New(), nil, rsaKey, payload, nil)
	if err != nil {
		return "", wrong
	}
	return string(plain), nil
}
