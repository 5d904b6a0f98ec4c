package httprequest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
)

// FuzzParameters holds for all parameters and answers: the node comes back, with items or an error, and no request goes where the policy
// does not let it.
func FuzzParameters(f *testing.F) {
	f.Add(`{"url":"http://allowed.example/a?b=c","sendQuery":true,"queryParameters":{"parameters":[{"name":"a","value":"b"}]}}`, `[{"a":1}]`, "application/json", uint16(200), "")
	f.Add(`{"url":"http://allowed.example","method":"POST","sendBody":true,"contentType":"multipart-form-data","bodyParameters":{"parameters":[{"name":"\u0000","value":{}}]}}`,
		``, "", uint16(302), "http://other.example/x")
	f.Add(`{"url":"http://allowed.example@other.example/","sendHeaders":true,"specifyHeaders":"json","jsonHeaders":"{\"Host\":\"other.example\",\"a b\":\"\\n\"}"}`, `x`, "image/png", uint16(404), "//other.example")
	f.Add(`{"url":"http://allowed.example","options":{"pagination":{"pagination":{"paginationMode":"responseContainsNextURL","nextURL":"={{ $response.body.next }}"}}}}`,
		`{"next":"http://other.example"}`, "application/json", uint16(200), "")
	f.Add(`{"url":"http://allowed.example","sendBody":true,"contentType":"raw","body":"x","rawContentType":"a\nb","options":{"response":{"response":{"responseFormat":"file","fullResponse":true}}}}`, `x`, "text/plain", uint16(500), "")
	f.Add(`{"endpoint":"http://allowed.example","requestMethod":"GET","query":5,"headerParametersUi":{"parameter":[{"name":"a"}]}}`, `{"errors":[{"message":{}},null]}`, "",
		uint16(302), "http://other.example")
	f.Add(`{"endpoint":"http://allowed.example","query":"q","variables":"{\"a\":1}","responseFormat":"string"}`, `{"errors":{"code":1}}`, "", uint16(200), "")
	f.Fuzz(func(t *testing.T, parameters, body, contentType string, status uint16, location string) {
		v, err := node.ParseJSON([]byte(parameters))
		o, ok := v.(*node.Object)
		if err != nil || !ok {
			return
		}
		given := map[string]any{}
		for k, v := range o.All() {
			given[k] = v
		}
		delete(given, "authentication")
		requests := 0
		answering := roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.Body != nil {
				defer req.Body.Close()
			}
			require.Equal(t, "allowed.example", req.URL.Hostname(), "a request outside of the policy")
			if requests++; requests > 30 {
				return nil, errors.New("enough")
			}
			w := httptest.NewRecorder()
			w.Header()["Content-Type"], w.Header()["Location"] = []string{contentType}, []string{location}
			w.WriteHeader(200 + int(status)%400)
			_, _ = w.WriteString(body)
			return w.Result(), nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		for _, n := range []node.Node{httprequest.New(), httprequest.NewV2(), httprequest.NewGraphQL()} {
			requests = 0
			r, err := nodetest.Run(ctx, n, nodetest.Setup{
				Parameters: given, HTTP: answering, Items: []node.Item{node.ItemOf("a", "b")},
				Options: []runtime.Option{runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"allowed.example"}})},
			})
			require.NoError(t, ctx.Err(), "it hangs")
			if err == nil && r.Error != nil {
				require.NotContains(t, r.Error.Message, "panicked")
			}
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
