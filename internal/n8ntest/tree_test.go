package n8ntest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	const doc = `{"z":1.50,"a":{"b":[1e400,-0,null,true,"<&>\u2028"]},"10":[],"2":{}}`
	v, err := decode([]byte(doc))
	require.NoError(t, err)
	require.Equal(t, `{"z":1.50,"a":{"b":[1e400,-0,null,true,"<&>\u2028"]},"10":[],"2":{}}`, text(v))
	require.Equal(t, `{"10":[],"2":{},"a":{"b":[1e400,-0,null,true,"<&>\u2028"]},"z":1.50}`, text(sorted(v)))

	for name, tt := range map[string]struct{ doc, message string }{
		"empty":             {``, "unexpected end of JSON input"},
		"cut off":           {`{"a":[1,`, "unexpected end of JSON input"},
		"text after it":     {`{} {}`, "invalid character '{' after top-level value"},
		"duplicate key":     {`{"a":{"k":1,"k":2}}`, `duplicate key "k" before byte 15`},
		"too deeply nested": {strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), "exceeded max depth"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := decode([]byte(tt.doc))
			require.ErrorContains(t, err, tt.message)
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[1.0,{"x":null}]}`, `"\ud800"`, `{"a":1,"a":2}`, `[`, ` true `, `-0`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := decode(data)
		if err != nil {
			if json.Valid(data) {
				require.ErrorContains(t, err, "duplicate key")
			}
			return
		}
		require.True(t, json.Valid(data))
		again, err := decode([]byte(text(v)))
		require.NoError(t, err)
		require.Equal(t, v, again)
		if !bytes.ContainsAny(data, `\`) && !bytes.ContainsFunc(data, func(r rune) bool { return r > 126 }) {
			var compact bytes.Buffer
			require.NoError(t, json.Compact(&compact, data))
			require.Equal(t, compact.String(), text(v)) // order and number text are kept
		}
	})
}
