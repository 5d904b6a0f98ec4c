package files

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The names of character sets as n8n's editor has them.
func TestCharacterSets(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"utf8": "\xc3\xa9", "windows1252": "\xe9", "cp1252": "\xe9", "iso88591": "\xe9", "iso885915": "\xe9", "latin1": "\xe9", "utf16le": "\xe9\x00",
		"ucs2": "\xe9\x00",
	} {
		text, err := decode([]byte(content), name, false)
		require.NoError(t, err, name)
		require.Equal(t, "é", text, name)
		back, err := encode("é", name, false)
		require.NoError(t, err, name)
		require.Equal(t, content, string(back), name)
	}
	_, err := decode(nil, "nope", false)
	require.EqualError(t, err, "Encoding not recognized: 'nope'")
}

// General is how spreadsheets show a number.
func TestGeneral(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{
		0: "0", 5: "5", -1.5e-7: "-0.00000015", 0.1 + 0.2: "0.3", 123456789012345: "1.23457E+14", 1e21: "1E+21", 12345.678901234: "12345.6789",
	} {
		require.Equal(t, want, general(v))
	}
}
