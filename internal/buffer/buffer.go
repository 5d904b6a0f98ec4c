// Package buffer reads texts as Node.js's Buffer does.
package buffer

import "encoding/base64"

// FromBase64 reads base64 of both alphabets up to the padding, which may be missing, and passes over what is in neither. The
// result is not nil.
func FromBase64(text string) []byte {
	if content, err := base64.StdEncoding.DecodeString(text); err == nil {
		return content
	}
	digits := make([]byte, 0, len(text))
	for i := 0; i < len(text) && text[i] != '='; i++ {
		switch c := text[i]; {
		case c == '-':
			digits = append(digits, '+')
		case c == '_':
			digits = append(digits, '/')
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/':
			digits = append(digits, c)
		}
	}
	if len(digits)%4 == 1 { // six bits are no byte
		digits = digits[:len(digits)-1]
	}
	content := make([]byte, base64.RawStdEncoding.DecodedLen(len(digits)))
	n, _ := base64.RawStdEncoding.Decode(content, digits) // nothing is left that could be wrong
	return content[:n]
}
