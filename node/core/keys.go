package core

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"regexp"
	"strings"
)

var (
	pemBlock = regexp.MustCompile(`(-----BEGIN [^-]+-----)(.*?)(-----END [^-]+-----)`)
	spaces   = regexp.MustCompile(`\s+`)
)

// readPEM reads the first block of a PEM text, also of one that stands in a single line.
func readPEM(text string) (*pem.Block, error) {
	if !strings.Contains(text, "\n") {
		text = pemBlock.ReplaceAllStringFunc(strings.ReplaceAll(text, `\n`, "\n"), func(s string) string {
			parts := pemBlock.FindStringSubmatch(s)
			return parts[1] + "\n" + strings.TrimSpace(spaces.ReplaceAllString(parts[2], "\n")) + "\n" + parts[3] + "\n"
		})
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("error:1E08010C:DECODER routines::unsupported") // OpenSSL's text
	}
	return block, nil
}

// privateKey reads an RSA or EC key.
func privateKey(text string) (crypto.Signer, error) {
	block, err := readPEM(text)
	if err != nil {
		return nil, err
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the private key can't be read")
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		return key, nil
	}
	return nil, errors.New("the private key is of a kind that is not supported")
}

// publicKey reads an RSA or EC key, or that of a certificate.
func publicKey(text string) (crypto.PublicKey, error) {
	block, err := readPEM(text)
	if err != nil {
		return nil, err
	}
	if key, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key, nil
	}
	if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
		return certificate.PublicKey, nil
	}
	return nil, errors.New("the public key can't be read")
}
