package core

import (
	"slices"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// Version 1 has the secrets as parameters; since version 2 they are a credential.

func cryptoV1Definition() node.Definition {
	secret := schemas.Property{
		DisplayName: "Secret", Name: "secret", Type: schemas.String, Default: "", Required: true,
		TypeOptions: map[string]any{"password": true},
		Description: "The secret that goes into the hash",
	}
	privateKey := schemas.Property{
		DisplayName: "Private Key", Name: "privateKey", Type: schemas.String, Default: "", Required: true,
		TypeOptions: map[string]any{"password": true},
		Description: "The key to sign with, as PEM",
	}
	def := baseCrypto(1, slices.Concat(
		actionForm(),
		ofAction("hash", append(hashForm("MD5"), cryptoEncoding())...),
		ofAction("hmac", append(hashForm("MD5"), secret, cryptoEncoding())...),
		ofAction("sign", append(signForm(), privateKey)...),
		ofAction("generate", generateForm()...),
	))
	actions := &def.Properties[0]
	actions.Options = slices.DeleteFunc(actions.Options, func(o schemas.Option) bool { return o.Value == "encrypt" || o.Value == "decrypt" })
	return def
}

func cryptoDefinition() node.Definition {
	def := baseCrypto(2, slices.Concat(
		actionForm(),
		ofAction("hash", append(hashForm("SHA256"), cryptoEncoding())...),
		ofAction("hmac", append(hashForm("SHA256"), cryptoEncoding())...),
		ofAction("sign", signForm()...),
		ofAction("generate", generateForm()...),
		forms.Within(schemas.Show("action", "encrypt", "decrypt"), cipherForm()...),
	))
	def.Credentials = []node.CredentialUse{
		{Type: "crypto", Required: true, DisplayOptions: schemas.Show("action", "hmac", "sign", "encrypt", "decrypt")},
	}
	return def
}

func baseCrypto(version float64, properties []schemas.Property) node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.crypto"},
		Versions:       []float64{version},
		DefaultVersion: 2,
		Name:           "crypto",
		DisplayName:    "Crypto",
		Description:    "Hashes, signs and encrypts texts and files, and makes random ones",
		Group:          []string{"transform"},
		Subtitle:       `={{$parameter["action"]}}`,
		DefaultName:    "Crypto",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		UsableAsTool:   true,
		Properties:     properties,
	}
}

func ofAction(action string, form ...schemas.Property) []schemas.Property {
	return forms.Within(schemas.Show("action", action), form...)
}

// actionForm are the choice of the action, and that of a file for those that hash.
func actionForm() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Action", Name: "action", Type: schemas.Options, Default: "hash",
			Options: []schemas.Option{
				{Name: "Decrypt", Value: "decrypt", Action: "Decrypt a string", Description: "Decrypt a text with a passphrase or a private key"},
				{Name: "Encrypt", Value: "encrypt", Action: "Encrypt a string", Description: "Encrypt a text with a passphrase or a public key"},
				{Name: "Generate", Value: "generate", Action: "Generate random string", Description: "Make a random text"},
				{Name: "Hash", Value: "hash", Action: "Hash a text or file in a specified format", Description: "Hash a text or a file"},
				{
					Name: "Hmac", Value: "hmac", Action: "HMAC a text or file in a specified format",
					Description: "Hash a text or a file together with a secret",
				},
				{Name: "Sign", Value: "sign", Action: "Sign a string using a private key", Description: "Sign a text with a private key"},
			},
		},
		{
			DisplayName: "Binary File", Name: "binaryData", Type: schemas.Boolean, Default: false, Required: true,
			DisplayOptions: schemas.Show("action", "hash", "hmac"),
			Description:    "Whether a file is hashed instead of a text",
		},
		{
			DisplayName: "Binary Property Name", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "hash", "hmac").And("binaryData", true),
			Description:    "The name of the file",
		},
	}
}

func cryptoValue(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Value", Name: "value", Type: schemas.String, Default: "", Required: true, DisplayOptions: shown,
		Description: "The text",
	}
}

func cryptoResult() schemas.Property {
	return schemas.Property{
		DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
		Description: "The field for the result",
	}
}

func cryptoEncoding() schemas.Property {
	return schemas.Property{
		DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "hex", Required: true,
		Options: []schemas.Option{
			{Name: "BASE64", Value: "base64"},
			{Name: "HEX", Value: "hex"},
		},
	}
}

func hashForm(standard string) []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Type", Name: "type", Type: schemas.Options, Default: standard, Required: true,
			Options:     forms.Choices("MD5", "SHA1", "SHA256", "SHA3-256", "SHA3-384", "SHA3-512", "SHA384", "SHA512"),
			Description: "How it is hashed",
		},
		cryptoValue(schemas.Show("binaryData", false)),
		cryptoResult(),
	}
}

func signForm() []schemas.Property {
	return []schemas.Property{
		cryptoValue(nil),
		cryptoResult(),
		{
			DisplayName: "Algorithm Name or ID", Name: "algorithm", Type: schemas.Options, Default: "", Required: true,
			Options:     forms.Choices(signAlgorithms()...),
			Description: "How it is signed: one of these, or the name of another one",
		},
		cryptoEncoding(),
	}
}

func signAlgorithms() []string {
	return []string{
		"RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA1-2", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256",
		"RSA-SHA3-384", "RSA-SHA3-512", "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224", "RSA-SHA512/256", "RSA-SM3", "blake2b512",
		"blake2s256", "id-rsassa-pkcs1-v1_5-with-sha3-224", "id-rsassa-pkcs1-v1_5-with-sha3-256",
		"id-rsassa-pkcs1-v1_5-with-sha3-384", "id-rsassa-pkcs1-v1_5-with-sha3-512", "md5", "md5-sha1", "md5WithRSAEncryption",
		"ripemd", "ripemd160", "ripemd160WithRSA", "rmd160", "sha1", "sha1WithRSAEncryption", "sha224", "sha224WithRSAEncryption",
		"sha256", "sha256WithRSAEncryption", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha384", "sha384WithRSAEncryption",
		"sha512", "sha512-224", "sha512-224WithRSAEncryption", "sha512-256", "sha512-256WithRSAEncryption",
		"sha512WithRSAEncryption", "shake128", "shake256", "sm3", "sm3WithRSAEncryption", "ssl3-md5", "ssl3-sha1",
	}
}

func generateForm() []schemas.Property {
	return []schemas.Property{
		cryptoResult(),
		{
			DisplayName: "Type", Name: "encodingType", Type: schemas.Options, Default: "uuid", Required: true,
			Options: []schemas.Option{
				{Name: "ASCII", Value: "ascii"},
				{Name: "BASE64", Value: "base64"},
				{Name: "HEX", Value: "hex"},
				{Name: "UUID", Value: "uuid"},
			},
			Description: "How the random bytes become text",
		},
		{
			DisplayName: "Length", Name: "stringLength", Type: schemas.Number, Default: 32,
			DisplayOptions: schemas.Show("encodingType", "ascii", "base64", "hex"),
			Description:    "How long the text is",
		},
	}
}

func cipherForm() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "symmetric", Required: true,
			Options: []schemas.Option{
				{Name: "Symmetric (Passphrase)", Value: "symmetric", Description: "With a passphrase"},
				{Name: "Asymmetric (RSA)", Value: "asymmetric", Description: "With the keys of an RSA pair"},
			},
		},
		{
			DisplayName: "Cipher", Name: "cipher", Type: schemas.Options, Default: "aes-256-gcm", Required: true,
			DisplayOptions: schemas.Show("mode", "symmetric"),
			Options: []schemas.Option{
				{Name: "AES-256-GCM", Value: "aes-256-gcm"},
				{Name: "AES-192-GCM", Value: "aes-192-gcm"},
				{Name: "AES-128-GCM", Value: "aes-128-gcm"},
				{Name: "ChaCha20-Poly1305", Value: "chacha20-poly1305"},
			},
			Description: "The cipher; it has to be the same for both ways",
		},
		cryptoValue(nil),
		cryptoResult(),
	}
}
