package runtime

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/address"
	"github.com/nate-go/nate/node"
)

// What n8n's helpers do where an option does not say otherwise, and what bounds an answer.
const (
	helperTimeout   = 5 * time.Minute
	helperRedirects = 21
	maxHelperAnswer = 256 << 20
)

// requestOfCode sends the request that code asks helpers.httpRequest or helpers.request for. The answer is {value}; with {bytes} in
// base64 where code wants a Buffer, in place of value or of its body; or {failed} with the name, message, code and status of n8n's
// error.
func requestOfCode(ctx context.Context, transport http.RoundTripper, helper string, options any) *node.Object {
	r := helperRequest{legacy: helper == "request"}
	value, err := r.send(ctx, transport, options)
	if err == nil {
		answer := node.NewObject("value", value)
		if r.bytes != nil {
			answer.Set("bytes", base64.StdEncoding.EncodeToString(r.bytes))
		}
		return answer
	}
	failed := node.NewObject("name", "Error", "message", err.Error())
	var known *requestError
	if errors.As(err, &known) {
		failed.Set("name", known.name)
		if known.code != "" {
			failed.Set("code", known.code)
		}
		if known.status != 0 {
			failed.Set("status", known.status)
		}
	}
	return node.NewObject("failed", failed)
}

// requestError is an error as n8n's HTTP client words it.
type requestError struct {
	name, code, message string
	status              int
}

func (e *requestError) Error() string { return e.message }

// helperRequest is one request. A legacy one is that of helpers.request, whose options have other names.
type helperRequest struct {
	legacy      bool
	options     *node.Object
	contentType string
	bytes       []byte // of the answer, where these are asked for
}

func (r *helperRequest) get(names ...string) any {
	for _, name := range names {
		if v, ok := r.options.Get(name); ok && v != nil {
			return v
		}
	}
	return nil
}

func (r *helperRequest) text(names ...string) string {
	s, _ := r.get(names...).(string)
	return s
}

// unsupportedOptions are those that would be passed over in silence.
var unsupportedOptions = map[string]string{
	"skipSslCertificateValidation": "certificates are checked by the transport of the program that runs the workflow",
	"allowUnauthorizedCerts":       "certificates are checked by the transport of the program that runs the workflow",
	"proxy":                        "proxies are those of the program that runs the workflow",
	"agentOptions":                 "connections are those of the program that runs the workflow",
}

func (r *helperRequest) send(ctx context.Context, transport http.RoundTripper, options any) (any, error) {
	switch o := options.(type) {
	case *node.Object:
		r.options = o
	case string:
		if !r.legacy {
			return nil, invalidURL("undefined")
		}
		r.options = node.NewObject("uri", o)
	default:
		return nil, invalidURL("undefined")
	}
	for name, why := range unsupportedOptions {
		switch v := r.get(name).(type) {
		case nil:
		case bool:
			if v {
				return nil, fmt.Errorf("the option %s is not supported: %s", name, why)
			}
		default:
			return nil, fmt.Errorf("the option %s is not supported: %s", name, why)
		}
	}
	if r.get("rejectUnauthorized") == false {
		return nil, fmt.Errorf("the option rejectUnauthorized is not supported: %s", unsupportedOptions["allowUnauthorizedCerts"])
	}
	target, err := r.url()
	if err != nil {
		return nil, err
	}
	timeout := helperTimeout
	if ms, ok := r.get("timeout").(float64); ok && ms > 0 {
		timeout = time.Duration(min(ms, 1e9) * float64(time.Millisecond))
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	method := strings.ToUpper(r.text("method"))
	if method == "" {
		method = http.MethodGet
	}
	body, err := r.body(method)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(limited, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, invalidURL(target)
	}
	if len(body) == 0 {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	r.header(req)
	client := http.Client{Transport: transport, CheckRedirect: r.redirect}
	res, err := client.Do(req)
	if err != nil {
		return nil, r.failure(ctx, limited, timeout, err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(io.LimitReader(res.Body, maxHelperAnswer+1))
	if err != nil {
		return nil, r.failure(ctx, limited, timeout, err)
	}
	if len(content) > maxHelperAnswer {
		return nil, fmt.Errorf("the answer is larger than %d MiB", maxHelperAnswer>>20)
	}
	return r.answer(res, content)
}

func invalidURL(input string) error {
	return &requestError{name: "TypeError", code: "ERR_INVALID_URL", message: "Invalid URL: " + input}
}

// url is the address with the query.
func (r *helperRequest) url() (string, error) {
	text := r.text("url", "uri")
	if base := r.text("baseURL", "baseUrl"); base != "" && !strings.Contains(text, "://") {
		text = strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(text, "/")
	}
	if text == "" {
		return "", invalidURL("undefined")
	}
	u, err := address.Parse(text)
	if err != nil {
		return "", &requestError{name: "TypeError", code: "ERR_INVALID_URL", message: "Invalid URL"}
	}
	query := r.get("qs")
	if o, ok := query.(*node.Object); ok && o.Len() > 0 {
		format := r.text("arrayFormat")
		if styled, ok := r.get("qsStringifyOptions").(*node.Object); ok {
			if v, _ := styled.Get("arrayFormat"); v != nil {
				format, _ = v.(string)
			}
		}
		if more := address.Query(o, format); more != "" {
			if u.RawQuery != "" {
				u.RawQuery += "&"
			}
			u.RawQuery += more
		}
	}
	return u.String(), nil
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return node.FormatNumber(v)
	}
	return string(node.AppendJSON(nil, v))
}

// body is what is sent, and says of which type it is.
func (r *helperRequest) body(method string) ([]byte, error) {
	for name, v := range objectOf(r.get("headers")).All() {
		if strings.EqualFold(name, "content-type") {
			r.contentType = plainText(v)
		}
	}
	form := strings.HasPrefix(r.contentType, "application/x-www-form-urlencoded")
	if r.legacy {
		if fields := r.get("formData"); fields != nil {
			return r.multipart(fields)
		}
		if fields := r.get("form"); fields != nil {
			r.contentType = "application/x-www-form-urlencoded"
			switch fields := fields.(type) {
			case string:
				return []byte(fields), nil
			case *node.Object:
				return []byte(address.Query(fields, "indices")), nil
			}
			return nil, fmt.Errorf("the option form is %s, not an object or text", node.TypeName(fields))
		}
	}
	switch v := r.get("body").(type) {
	case nil:
		return nil, nil
	case string:
		if r.contentType == "" {
			r.contentType = "application/x-www-form-urlencoded"
			if r.legacy {
				r.contentType = "application/json"
				return node.AppendJSON(nil, v), nil
			}
		}
		return []byte(v), nil
	case *node.Object:
		if v.Len() == 0 && !r.legacy || method == http.MethodGet && !r.legacy {
			return nil, nil
		}
		if content, ok := bufferBytes(v); ok {
			if r.contentType == "" {
				r.contentType = "application/octet-stream"
			}
			return content, nil
		}
		if form {
			return []byte(address.Query(v, "brackets")), nil
		}
		if r.contentType == "" {
			r.contentType = "application/json"
		}
		return node.AppendJSON(nil, v), nil
	default:
		if r.contentType == "" {
			r.contentType = "application/json"
		}
		return node.AppendJSON(nil, v), nil
	}
}

// bufferBytes reads the JSON form of a Buffer.
func bufferBytes(o *node.Object) ([]byte, bool) {
	if kind, _ := o.Get("type"); kind != "Buffer" || o.Len() != 2 {
		return nil, false
	}
	data, _ := o.Get("data")
	list, ok := data.([]any)
	content := make([]byte, len(list))
	for i, e := range list {
		f, isNumber := e.(float64)
		if !isNumber || f < 0 || f > 255 {
			return nil, false
		}
		content[i] = byte(f)
	}
	return content, ok
}

func (r *helperRequest) multipart(fields any) ([]byte, error) {
	o, ok := fields.(*node.Object)
	if !ok {
		return nil, errors.New("the option formData is no object")
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, v := range o.All() {
		if nested, ok := v.(*node.Object); ok && nested != nil {
			return nil, fmt.Errorf("the field %q of formData is an object: files are not supported in code yet", name)
		}
		if err := w.WriteField(name, plainText(v)); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	r.contentType = w.FormDataContentType()
	return b.Bytes(), nil
}

func objectOf(v any) *node.Object {
	o, _ := v.(*node.Object)
	return o
}

func (r *helperRequest) header(req *http.Request) {
	req.Header.Set("User-Agent", "n8n")
	switch {
	case r.get("json") == true:
		req.Header.Set("Accept", "application/json")
	case r.legacy:
		req.Header.Set("Accept", "*/*")
	default:
		req.Header.Set("Accept", "application/json, text/plain, */*")
	}
	for name, v := range objectOf(r.get("headers")).All() {
		if v != nil {
			req.Header.Set(name, plainText(v))
			if strings.EqualFold(name, "host") {
				req.Host = plainText(v)
			}
		}
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if auth := objectOf(r.get("auth")); auth != nil {
		one := func(names ...string) string {
			for _, name := range names {
				if v, ok := auth.Get(name); ok && v != nil {
					return plainText(v)
				}
			}
			return ""
		}
		if token := one("bearer"); token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		} else {
			req.SetBasicAuth(one("username", "user"), one("password", "pass"))
		}
	}
}

func (r *helperRequest) redirect(_ *http.Request, via []*http.Request) error {
	limit := helperRedirects
	if n, ok := r.get("maxRedirects").(float64); ok && n >= 0 {
		limit = int(min(n, helperRedirects))
	}
	if r.get("disableFollowRedirect") == true || r.get("followRedirect") == false {
		return http.ErrUseLastResponse
	}
	if len(via) > limit {
		return errors.New("Maximum number of redirects exceeded") //nolint:staticcheck // n8n's text
	}
	return nil
}

// failure words a request that got no answer.
func (r *helperRequest) failure(ctx, limited context.Context, timeout time.Duration, err error) error {
	if ctx.Err() == nil && limited.Err() != nil {
		return &requestError{
			name: "AxiosError", code: "ECONNABORTED", message: fmt.Sprintf("timeout of %dms exceeded", timeout.Milliseconds()),
		}
	}
	known := node.NewNetworkError(err)
	if len(known.Messages) > 0 {
		return &requestError{name: "Error", code: known.HTTPCode, message: known.Messages[0]}
	}
	return &requestError{name: "Error", message: known.Message}
}

func (r *helperRequest) answer(res *http.Response, content []byte) (any, error) {
	lenient := r.get("ignoreHttpStatusErrors") == true || r.get("simple") == false
	if (res.StatusCode < 200 || res.StatusCode > 299) && !lenient {
		code := "ERR_BAD_REQUEST"
		if res.StatusCode >= 500 {
			code = "ERR_BAD_RESPONSE"
		}
		return nil, &requestError{
			name: "AxiosError", code: code, status: res.StatusCode,
			message: "Request failed with status code " + strconv.Itoa(res.StatusCode),
		}
	}
	body := r.decoded(content)
	if r.get("returnFullResponse", "resolveWithFullResponse") != true {
		return body, nil
	}
	headers := &node.Object{}
	for name, values := range res.Header {
		key := strings.ToLower(name)
		if key == "set-cookie" {
			list := make([]any, len(values))
			for i, v := range values {
				list[i] = v
			}
			headers.Set(key, list)
			continue
		}
		headers.Set(key, strings.Join(values, ", "))
	}
	return node.NewObject("body", body, "headers", headers, "statusCode", res.StatusCode, "statusMessage", http.StatusText(res.StatusCode)), nil
}

// decoded is what code gets of the content of an answer: JSON as data, else the text; nil where it gets the bytes.
func (r *helperRequest) decoded(content []byte) any {
	encoding, named := r.options.Get("encoding")
	if encoding == "arraybuffer" || encoding == "blob" || encoding == "stream" || r.legacy && named && encoding == nil {
		r.bytes = content
		return nil
	}
	text := strings.TrimPrefix(string(content), "\uFEFF")
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if encoding == "text" || encoding == "document" || r.legacy && r.get("json") != true {
		return text
	}
	if v, err := node.ParseJSON([]byte(text)); err == nil {
		return v
	}
	return text
}
