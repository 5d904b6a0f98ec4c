package buffer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/buffer"
)

func TestFromBase64(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                 "",
		"aGk=":             "hi",
		"aGk":              "hi",
		"aG\nk=":           "hi",
		" a*G k ":          "hi",
		"aGk=aGk=":         "hi",
		"-_8":              "\xfb\xff",
		"+/8=":             "\xfb\xff",
		"aGkx\u00e4aGkx":   "hi1hi1",
		"aGkxa":            "hi1",
		"====":             "",
		"\u4e2d":           "",
		"data:text;base64": "\x75\xab\x5a\xb5\xec\x6d\x6d\xab\x1e\xeb",
	} {
		content := buffer.FromBase64(text)
		require.NotNil(t, content, text)
		require.Equal(t, want, string(content), text)
	}
}
