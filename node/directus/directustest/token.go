package directustest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

const (
	issuer          = "directus"
	jwtHeader       = `{"alg":"HS256","typ":"JWT"}`
	nanoidAlphabet  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	refreshTokenLen = 64
	otpPeriod       = 30 // seconds
)

// newRefreshToken makes an opaque token of 64 letters, as nanoid does.
func newRefreshToken() string {
	b := make([]byte, refreshTokenLen)
	rand.Read(b) // never fails
	for i, c := range b {
		b[i] = nanoidAlphabet[c&63]
	}
	return string(b)
}

// accessClaims are what Directus puts into an access token, in its order.
type accessClaims struct {
	ID          string  `json:"id"`
	Role        *string `json:"role"`
	AppAccess   bool    `json:"app_access"`
	AdminAccess bool    `json:"admin_access"`
	Session     string  `json:"session,omitempty"` // the refresh token behind a session cookie
	lifetime
}

// resetClaims are what Directus puts into the token of a password reset.
type resetClaims struct {
	Email string `json:"email"`
	Scope string `json:"scope"`
	Hash  string `json:"hash"` // changes with the password, so that a token works once
	lifetime
}

type lifetime struct {
	IssuedAt int64  `json:"iat"` // seconds
	Expires  int64  `json:"exp"` // seconds
	Issuer   string `json:"iss"`
}

func newLifetime(now time.Time, ttl time.Duration) lifetime {
	iat := now.Unix()
	return lifetime{IssuedAt: iat, Expires: iat + int64(ttl/time.Second), Issuer: issuer}
}

// signJWT makes an HS256 token.
func signJWT(claims any, secret []byte) string {
	signed := base64.RawURLEncoding.EncodeToString([]byte(jwtHeader)) + "." + base64.RawURLEncoding.EncodeToString(marshal(claims))
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature(signed, secret))
}

func signature(signed string, secret []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return mac.Sum(nil)
}

var jwtShape = regexp.MustCompile(`^[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$`)

// isJWT says whether a token is one that Directus takes for its own JWT, whoever signed it. All other tokens are static ones.
func isJWT(token string) bool {
	m := jwtShape.FindStringSubmatch(token)
	if m == nil {
		return false
	}
	header, _, _ := strings.Cut(token, ".")
	var claims struct {
		Issuer any `json:"iss"`
	}
	if decodeSegment(header, new(json.RawMessage)) != nil {
		return false
	}
	return decodeSegment(m[1], &claims) == nil && claims.Issuer == issuer
}

// verifyJWT checks signature and expiry, in this order, and decodes the claims.
func verifyJWT(token string, secret []byte, now time.Time, claims any) *apiError {
	dot := strings.LastIndexByte(token, '.')
	if !isJWT(token) {
		return refuse(invalidToken)
	}
	sig, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil || !hmac.Equal(sig, signature(token[:dot], secret)) {
		return refuse(invalidToken)
	}
	payload := token[strings.IndexByte(token, '.')+1 : dot]
	var life lifetime
	if decodeSegment(payload, &life) != nil {
		return refuse(invalidToken)
	}
	if now.Unix() >= life.Expires {
		return refuse(tokenExpired)
	}
	if decodeSegment(payload, claims) != nil {
		return refuse(invalidToken)
	}
	return nil
}

func decodeSegment(segment string, v any) error {
	b, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// decodeOTPSecret reads the base32 secret of two-factor authentication, with or without padding.
func decodeOTPSecret(secret string) ([]byte, error) {
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(strings.ToUpper(secret), "="))
}

// otpCode is the one-time password of a moment (RFC 6238: SHA-1, 6 digits, 30 seconds).
func otpCode(key []byte, now time.Time) string {
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(now.Unix()/otpPeriod))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[offset:])&0x7fffffff)%1_000_000)
}
