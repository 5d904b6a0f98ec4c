package directustest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzJSONSyntaxError holds the scanner against encoding/json: both must agree on what is JSON.
func FuzzJSONSyntaxError(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+10,true,false,null,{"b":"\u00e9\n"}]}`, `[[[]],{}]`, `{"a":01}`, "[\"\x01\"]", `[1,]`, `{"a":1,}`, "[\"\uffff", `[-]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		trimmed := strings.TrimLeft(body, " \t\r\n")
		if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
			require.NotEmpty(t, jsonSyntaxError(body), "only objects and arrays are bodies")
			return
		}
		if strings.Count(body, "[")+strings.Count(body, "{") > 5000 {
			t.Skip("encoding/json does not nest that deep")
		}
		require.Equal(t, json.Valid([]byte(body)), jsonSyntaxError(body) == "", "%q: %s", body, jsonSyntaxError(body))
	})
}
