package directus

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// TestAnswers gives every operation what Directus does not answer, or not as a success. Each of them fails with an error that says so, within
// a minute, without a secret, and without asking anybody else.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const limited = `{"errors":[{"message":"Too many requests, retry after 2s.","extensions":{"code":"REQUESTS_EXCEEDED"}}]}`
	type answer struct {
		status  int
		header  string // "Name: value"
		body    string
		message string // a part of the error's
		// spares are operations for which that is an answer all the same.
		spares func(r string, op operation) bool
	}
	file := func(r string, op operation) bool { return op.text || op.file || r+op.name == "assetsget" }
	written := func(r string, op operation) bool { return op.method != http.MethodGet || file(r, op) || r == "flows" }
	wrapped := func(r string, op operation) bool {
		return file(r, op) || r == "extensions" || r == "flows" && op.name == "trigger" || r == "server" || r == "schema" || r == "files" && op.name == "uploadResumable"
	}
	tests := map[string]answer{
		"a page":               {200, "Content-Type: text/html", "<html>Log in</html>", "Directus's answer", file},
		"garbage":              {200, "Content-Type: application/json", `{"data": {bad`, "Directus's answer", file},
		"nothing":              {200, "", "", "Directus's answer", written},
		"no data":              {200, "", `{"foo":1}`, "Directus's answer has no", wrapped},
		"a list":               {200, "", `[]`, "Directus's answer", wrapped},
		"null":                 {200, "", `null`, "Directus's answer", wrapped},
		"cut off":              {200, "", `{"data":{"id":`, "was cut off", nil},
		"to another host":      {307, "Location: http://elsewhere.example/", "", "is a redirect (status 307)", nil},
		"to another place":     {302, "Location: /login", "", "is a redirect (status 302)", nil},
		"too large":            {413, "Content-Type: text/html", "<h1>413</h1>", "invalid or could not be processed", nil},
		"too many, of a proxy": {429, "Retry-After: 1", "slow down", "too many requests", nil},
		"too many, always":     {429, "Retry-After: 2", limited, "too many requests", nil},
		"down":                 {503, "Retry-After: 1", "<h1>503</h1>", "Service unavailable", nil},
		"broken":               {500, "", `{"errors":"x"}`, "The service was not able to process your request", nil},
		"errors of no form":    {400, "", `{"errors":[null,7,{"message":{},"extensions":[]}]}`, "Bad request", nil},
	}
	n := newNode(defaultLimits())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range table() {
				for _, op := range r.operations {
					if tt.spares != nil && tt.spares(r.name, op) || r.name+"."+op.name == "auth.startOauthFlow" && tt.status/100 < 4 {
						continue
					}
					synctest.Test(t, func(t *testing.T) {
						begin := time.Now()
						transport := roundTripper(func(r *http.Request) (*http.Response, error) {
							require.Equal(t, "d.example", r.URL.Host)
							if r.Body != nil {
								_, _ = io.Copy(io.Discard, r.Body)
							}
							answer := reply(r, tt.status, tt.body)
							if name == "cut off" {
								answer.Body = io.NopCloser(io.MultiReader(strings.NewReader(tt.body), broken{}))
							}
							if key, value, ok := strings.Cut(tt.header, ": "); ok {
								answer.Header.Set(key, value)
							}
							return answer, nil
						})
						about := r.name + "." + op.name
						j := job{node: n, params: meant(r.name, op), url: "http://d.example", token: "the-bearer-that-is-secret", transport: transport}
						var files *node.Binaries
						j.items = []node.Item{{Binary: files.With("data", node.NewBinary("a.csv", "text/csv").WithData([]byte("a\n1\n")))}}
						out, err := j.run(t.Context(), t)
						require.Error(t, err, "%s: %v", about, out.Main)
						info := node.InfoOf(err)
						require.Contains(t, strings.ToLower(info.Message), strings.ToLower(tt.message), about)
						requireNoSecret(t, info, j.token, hush)
						require.LessOrEqual(t, time.Since(begin), time.Minute, about)
					})
				}
			}
		})
	}
}

// broken is a connection that ends too early.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// meant are parameters with which an operation can be sent.
func meant(resource string, op operation) *node.Object {
	params := node.NewObject("resource", resource, "operation", op.name)
	for _, p := range op.form {
		secret := p.TypeOptions["password"] == true
		switch {
		case p.DisplayOptions != nil && len(p.DisplayOptions.Show) > 0 && p.Name != "binaryPropertyName":
		case p.Name == "sendBinaryData":
			params.Set(p.Name, true)
		case p.Name == "binaryPropertyName":
			params.Set(p.Name, "data")
		case p.Name == "method":
			params.Set(p.Name, "POST")
		case p.Name == "filters":
			params.Set(p.Name, node.NewObject("filter", `{"id":{"_eq":1}}`))
		case p.Type == schemas.JSON && slices.Contains([]string{"keys", "ids", "emails"}, p.Name):
			params.Set(p.Name, `["a"]`)
		case p.Type == schemas.JSON && (strings.HasSuffix(op.name, "Multiple") || op.name == "importItems"):
			params.Set(p.Name, `[{"id":"`+hush+`"}]`)
		case p.Type == schemas.JSON:
			params.Set(p.Name, `{"a":"b"}`)
		case secret:
			params.Set(p.Name, hush)
		case p.Type == schemas.String || p.Type == schemas.Options && p.TypeOptions != nil:
			params.Set(p.Name, "1")
		case p.Type == schemas.Number && p.Default == nil:
			params.Set(p.Name, 1)
		}
	}
	return params
}
