package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func cryptoDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.crypto"},
		Versions:     []float64{2},
		Name:         "crypto",
		DisplayName:  "Crypto",
		Description:  "Hashes, signs and encrypts texts and files, and makes random ones",
		Group:        []string{"transform"},
		Subtitle:     `={{$parameter["action"]}}`,
		DefaultName:  "Crypto",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Credentials: []node.CredentialUse{
			{Type: "crypto", Required: true, DisplayOptions: schemas.Show("action", "hmac", "sign", "encrypt", "decrypt")},
		},
		Properties: cryptoProperties(),
	}
}

func cryptoProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Action", Name: "action", Type: schemas.Options, Default: "hash",
			Options: []schemas.Option{
				{Name: "Decrypt", Value: "decrypt", Action: "Decrypt a string", Description: "Decrypt a text with a passphrase or a private key"},
				{Name: "Encrypt", Value: "encrypt", Action: "Encrypt a string", Description: "Encrypt a text with a passphrase or a public key"},
				{Name: "Generate", Value: "generate", Action: "Generate random string", Description: "Make a random text"},
				{Name: "Hash", Value: "hash", Action: "Hash a text or file in a specified format", Description: "Hash a text or a file"},
				{Name: "Hmac", Value: "hmac", Action: "HMAC a text or file in a specified format", Description: "Hash a text or a file together with a secret"},
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
		{
			DisplayName: "Type", Name: "type", Type: schemas.Options, Default: "SHA256", Required: true,
			DisplayOptions: schemas.Show("action", "hash"),
			Options: []schemas.Option{
				{Name: "MD5", Value: "MD5"},
				{Name: "SHA1", Value: "SHA1"},
				{Name: "SHA256", Value: "SHA256"},
				{Name: "SHA3-256", Value: "SHA3-256"},
				{Name: "SHA3-384", Value: "SHA3-384"},
				{Name: "SHA3-512", Value: "SHA3-512"},
				{Name: "SHA384", Value: "SHA384"},
				{Name: "SHA512", Value: "SHA512"},
			},
			Description: "How it is hashed",
		},
		{
			DisplayName: "Value", Name: "value", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "hash").And("binaryData", false),
			Description:    "The text",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "hash"),
			Description:    "The field for the result",
		},
		{
			DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "hex", Required: true,
			DisplayOptions: schemas.Show("action", "hash"),
			Options: []schemas.Option{
				{Name: "BASE64", Value: "base64"},
				{Name: "HEX", Value: "hex"},
			},
		},
		{
			DisplayName: "Type", Name: "type", Type: schemas.Options, Default: "SHA256", Required: true,
			DisplayOptions: schemas.Show("action", "hmac"),
			Options: []schemas.Option{
				{Name: "MD5", Value: "MD5"},
				{Name: "SHA1", Value: "SHA1"},
				{Name: "SHA256", Value: "SHA256"},
				{Name: "SHA3-256", Value: "SHA3-256"},
				{Name: "SHA3-384", Value: "SHA3-384"},
				{Name: "SHA3-512", Value: "SHA3-512"},
				{Name: "SHA384", Value: "SHA384"},
				{Name: "SHA512", Value: "SHA512"},
			},
			Description: "How it is hashed",
		},
		{
			DisplayName: "Value", Name: "value", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "hmac").And("binaryData", false),
			Description:    "The text",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "hmac"),
			Description:    "The field for the result",
		},
		{
			DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "hex", Required: true,
			DisplayOptions: schemas.Show("action", "hmac"),
			Options: []schemas.Option{
				{Name: "BASE64", Value: "base64"},
				{Name: "HEX", Value: "hex"},
			},
		},
		{
			DisplayName: "Value", Name: "value", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "sign"),
			Description:    "The text",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "sign"),
			Description:    "The field for the result",
		},
		{
			DisplayName: "Algorithm Name or ID", Name: "algorithm", Type: schemas.Options, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "sign"),
			Options: []schemas.Option{
				{Name: "RSA-MD5", Value: "RSA-MD5"},
				{Name: "RSA-RIPEMD160", Value: "RSA-RIPEMD160"},
				{Name: "RSA-SHA1", Value: "RSA-SHA1"},
				{Name: "RSA-SHA1-2", Value: "RSA-SHA1-2"},
				{Name: "RSA-SHA224", Value: "RSA-SHA224"},
				{Name: "RSA-SHA256", Value: "RSA-SHA256"},
				{Name: "RSA-SHA3-224", Value: "RSA-SHA3-224"},
				{Name: "RSA-SHA3-256", Value: "RSA-SHA3-256"},
				{Name: "RSA-SHA3-384", Value: "RSA-SHA3-384"},
				{Name: "RSA-SHA3-512", Value: "RSA-SHA3-512"},
				{Name: "RSA-SHA384", Value: "RSA-SHA384"},
				{Name: "RSA-SHA512", Value: "RSA-SHA512"},
				{Name: "RSA-SHA512/224", Value: "RSA-SHA512/224"},
				{Name: "RSA-SHA512/256", Value: "RSA-SHA512/256"},
				{Name: "RSA-SM3", Value: "RSA-SM3"},
				{Name: "blake2b512", Value: "blake2b512"},
				{Name: "blake2s256", Value: "blake2s256"},
				{Name: "id-rsassa-pkcs1-v1_5-with-sha3-224", Value: "id-rsassa-pkcs1-v1_5-with-sha3-224"},
				{Name: "id-rsassa-pkcs1-v1_5-with-sha3-256", Value: "id-rsassa-pkcs1-v1_5-with-sha3-256"},
				{Name: "id-rsassa-pkcs1-v1_5-with-sha3-384", Value: "id-rsassa-pkcs1-v1_5-with-sha3-384"},
				{Name: "id-rsassa-pkcs1-v1_5-with-sha3-512", Value: "id-rsassa-pkcs1-v1_5-with-sha3-512"},
				{Name: "md5", Value: "md5"},
				{Name: "md5-sha1", Value: "md5-sha1"},
				{Name: "md5WithRSAEncryption", Value: "md5WithRSAEncryption"},
				{Name: "ripemd", Value: "ripemd"},
				{Name: "ripemd160", Value: "ripemd160"},
				{Name: "ripemd160WithRSA", Value: "ripemd160WithRSA"},
				{Name: "rmd160", Value: "rmd160"},
				{Name: "sha1", Value: "sha1"},
				{Name: "sha1WithRSAEncryption", Value: "sha1WithRSAEncryption"},
				{Name: "sha224", Value: "sha224"},
				{Name: "sha224WithRSAEncryption", Value: "sha224WithRSAEncryption"},
				{Name: "sha256", Value: "sha256"},
				{Name: "sha256WithRSAEncryption", Value: "sha256WithRSAEncryption"},
				{Name: "sha3-224", Value: "sha3-224"},
				{Name: "sha3-256", Value: "sha3-256"},
				{Name: "sha3-384", Value: "sha3-384"},
				{Name: "sha3-512", Value: "sha3-512"},
				{Name: "sha384", Value: "sha384"},
				{Name: "sha384WithRSAEncryption", Value: "sha384WithRSAEncryption"},
				{Name: "sha512", Value: "sha512"},
				{Name: "sha512-224", Value: "sha512-224"},
				{Name: "sha512-224WithRSAEncryption", Value: "sha512-224WithRSAEncryption"},
				{Name: "sha512-256", Value: "sha512-256"},
				{Name: "sha512-256WithRSAEncryption", Value: "sha512-256WithRSAEncryption"},
				{Name: "sha512WithRSAEncryption", Value: "sha512WithRSAEncryption"},
				{Name: "shake128", Value: "shake128"},
				{Name: "shake256", Value: "shake256"},
				{Name: "sm3", Value: "sm3"},
				{Name: "sm3WithRSAEncryption", Value: "sm3WithRSAEncryption"},
				{Name: "ssl3-md5", Value: "ssl3-md5"},
				{Name: "ssl3-sha1", Value: "ssl3-sha1"},
			},
			Description: "How it is signed: one of these, or the name of another one",
		},
		{
			DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "hex", Required: true,
			DisplayOptions: schemas.Show("action", "sign"),
			Options: []schemas.Option{
				{Name: "BASE64", Value: "base64"},
				{Name: "HEX", Value: "hex"},
			},
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "generate"),
			Description:    "The field for the result",
		},
		{
			DisplayName: "Type", Name: "encodingType", Type: schemas.Options, Default: "uuid", Required: true,
			DisplayOptions: schemas.Show("action", "generate"),
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
			DisplayOptions: schemas.Show("action", "generate").And("encodingType", "ascii", "base64", "hex"),
			Description:    "How long the text is",
		},
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "symmetric", Required: true,
			DisplayOptions: schemas.Show("action", "encrypt", "decrypt"),
			Options: []schemas.Option{
				{Name: "Symmetric (Passphrase)", Value: "symmetric", Description: "With a passphrase"},
				{Name: "Asymmetric (RSA)", Value: "asymmetric", Description: "With the keys of an RSA pair"},
			},
		},
		{
			DisplayName: "Cipher", Name: "cipher", Type: schemas.Options, Default: "aes-256-gcm", Required: true,
			DisplayOptions: schemas.Show("action", "encrypt", "decrypt").And("mode", "symmetric"),
			Options: []schemas.Option{
				{Name: "AES-256-GCM", Value: "aes-256-gcm"},
				{Name: "AES-192-GCM", Value: "aes-192-gcm"},
				{Name: "AES-128-GCM", Value: "aes-128-gcm"},
				{Name: "ChaCha20-Poly1305", Value: "chacha20-poly1305"},
			},
			Description: "The cipher; it has to be the same for both ways",
		},
		{
			DisplayName: "Value", Name: "value", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "encrypt", "decrypt"),
			Description:    "The text",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "encrypt", "decrypt"),
			Description:    "The field for the result",
		},
	}
}
