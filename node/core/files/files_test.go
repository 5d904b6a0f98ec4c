package files

import (
	"encoding/hex"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// The names of character sets as n8n's editor has them.
func TestCharacterSets(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"utf8": "\xc3\xa9", "windows1252": "\xe9", "cp1252": "\xe9", "iso88591": "\xe9", "iso885915": "\xe9", "latin1": "\xe9", "utf16le": "\xe9\x00",
		"ucs2": "\xe9\x00", "utf16be": "\x00\xe9", "utf16": "\xff\xfe\xe9\x00", "utf32": "\xff\xfe\x00\x00\xe9\x00\x00\x00", "cp437": "\x82",
	} {
		text, err := decode([]byte(content), name, true)
		require.NoError(t, err, name)
		require.Equal(t, "é", text, name)
		back, err := encode("é", node.NewObject("encoding", name))
		require.NoError(t, err, name)
		require.Equal(t, content, string(back), name)
	}
	for content, name := range map[string]string{"\x00\xe9\x00e": "utf16", "\xfe\xff\x00\xe9\x00e": "utf16", "\x00\x00\x00\xe9\x00\x00\x00e": "utf32"} {
		text, err := decode([]byte(content), name, true)
		require.NoError(t, err)
		require.Equal(t, "ée", text, "big-endian %s", name)
	}
	for name, want := range map[string]string{"base64": "AP8=", "hex": "00ff"} {
		text, err := decode([]byte{0, 0xFF}, name, true)
		require.NoError(t, err)
		require.Equal(t, want, text)
		back, err := encode(text+"?", node.NewObject("encoding", name))
		require.NoError(t, err)
		require.Equal(t, []byte{0, 0xFF}, back, name)
	}
	invalid, err := decode([]byte("\xff\xff|\xe2\x82|"), "utf8", true)
	require.NoError(t, err)
	require.Equal(t, "\uFFFD\uFFFD|\uFFFD|", invalid, "as Node.js and browsers do")
	plain, err := encode("é", node.NewObject("encoding", "latin1", "addBOM", true))
	require.NoError(t, err)
	require.Equal(t, "\xe9", string(plain), "only Unicode has marks")
	_, err = decode(nil, "nope", false)
	require.EqualError(t, err, "Encoding not recognized: 'nope' (searched as: 'nope')")
}

// Each character set of n8n's nodes, and other names of some, writes and reads what iconv-lite 0.6, which n8n uses, does.
func TestCharacterSetsAreThoseOfN8n(t *testing.T) {
	t.Parallel()
	recorded, err := os.ReadFile("testdata/encodings.json")
	require.NoError(t, err)
	list, err := node.ParseJSON(recorded)
	require.NoError(t, err)
	seen := map[any]bool{}
	for _, v := range list.([]any) {
		name, _ := v.(*node.Object).Get("name")
		seen[name] = true
		written, _ := v.(*node.Object).Get("bytes")
		for text, want := range written.(*node.Object).All() {
			got, err := encode(text, node.NewObject("encoding", name))
			require.NoError(t, err)
			require.Equal(t, want, hex.EncodeToString(got), "%s of %q", name, text)
		}
		read, _ := v.(*node.Object).Get("text")
		for digits, want := range read.(*node.Object).All() {
			content, err := hex.DecodeString(digits)
			require.NoError(t, err)
			got, err := decode(content, fields.Text(name), true)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s of %s", name, digits)
		}
	}
	for _, choice := range characterSets() {
		require.True(t, seen[choice.Value], "%v", choice.Value)
	}
	for name, content := range map[string]string{"shiftjis": "\x82\xa0", "eucjp": "\xa4\xa2", "cp949": "\xa4\xbf"} {
		text, err := decode([]byte(content), name, false)
		require.NoError(t, err)
		require.Contains(t, "あㅏ", text, name)
	}
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
