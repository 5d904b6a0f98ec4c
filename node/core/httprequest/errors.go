package httprequest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/httpx"
	"github.com/nate-go/nate/node"
)

// requestError is a request that failed: n8n's NodeApiError, with what becomes of it in an item.
type requestError struct {
	*node.APIError
	item *node.Object // n8n's JSON of the error of its HTTP client
	body any          // of the answer, parsed if it is JSON
	// details makes the item have them too; index is that of the item.
	details bool
	index   int
}

func (e *requestError) Unwrap() error { return e.APIError }

// ItemJSON is what an item has that stands for the failure in a continue mode: {"error": {message, name, code, status}}.
func (e *requestError) ItemJSON() *node.Object {
	o := node.NewObject("error", e.item)
	if !e.details {
		return o
	}
	d := node.NewObject("message", e.Message)
	if e.Description != "" {
		d.Set("description", e.Description)
	}
	if e.HTTPCode != "" {
		d.Set("httpCode", e.HTTPCode)
	} else {
		d.Set("httpCode", nil)
	}
	d.Set("body", orNull(e.body))
	context := e.Context.Clone()
	context.Delete("request")
	context.Set("itemIndex", e.index)
	d.Set("context", context)
	o.Set("details", d)
	return o
}

// invalidURL is n8n's error for a URL that can't be read.
func invalidURL(text string) error {
	e := networkError("Invalid URL", "ERR_INVALID_URL", "TypeError")
	e.item = node.NewObject("code", "ERR_INVALID_URL", "input", text)
	return e
}

// networkError is a request without an answer, in the words of n8n's HTTP client.
func networkError(message, code, name string) *requestError {
	e := &node.APIError{ErrorInfo: node.ErrorInfo{
		Name: node.APIErrorName, Message: message, HTTPCode: code, Messages: []string{message}, CauseName: name, CauseMessage: message,
	}}
	if text, ok := node.NetworkMessage(code); ok {
		e.Message, e.Messages = text, []string{message, message}
	}
	return &requestError{APIError: e, item: node.NewObject("message", message, "name", name, "code", code), body: absent}
}

// clientError is a failure of the requests of an item that is none of the network.
func clientError(message, description string) *requestError {
	e := networkError(message, "", "NodeOperationError")
	e.Description = description
	e.item.Delete("code")
	if description != "" {
		e.item.Set("description", description)
	}
	e.item.Set("context", &node.Object{})
	return e
}

// transportError is what the transport said. A refusal of the egress policy names the host.
func transportError(err error) error {
	var refused *httpx.RefusedError
	if errors.As(err, &refused) {
		return node.NewOperationError(refused.Error(), "").Wrap(err)
	}
	e := node.NewNetworkError(err)
	item := node.NewObject("message", e.CauseMessage, "name", "Error")
	if e.HTTPCode != "" {
		item.Set("code", e.HTTPCode)
	}
	return &requestError{APIError: e, item: item, body: absent}
}

// statusError is an answer with an error status. data is its body as n8n's client has it: text, or a JSON value where JSON was asked for.
func (s *sender) statusError(status int, data any) error {
	return s.statusErrorOf(status, data, strconv.Itoa(status)+" - "+string(node.AppendJSON(nil, data)))
}

func (s *sender) statusErrorOf(status int, data any, message string) error {
	e := node.NewAPIError(status, nil)
	e.Context = &node.Object{}
	e.Messages = []string{message}
	e.CauseMessage = message
	e.Description = ""
	body := data
	if text, ok := data.(string); ok {
		if v, err := node.ParseJSON([]byte(text)); err == nil {
			body = v
		}
	}
	shown := message
	if status == http.StatusTooManyRequests && !s.draft.plain {
		shown = "Try spacing your requests out using the batching settings under 'Options'"
		e.Messages = []string{shown}
	}
	if status < 400 || status >= 600 {
		e.Message = message
	}
	if text, ok := described(node.NewObject("error", data, "message", shown)); ok && text != e.Message {
		e.Description = text
	}
	code := "ERR_BAD_REQUEST"
	if status < 400 || status >= 500 {
		code = "ERR_BAD_RESPONSE"
	}
	item := node.NewObject("message", shown, "name", "AxiosError", "code", code, "status", status)
	return s.withRequest(&requestError{APIError: e, item: item, body: body})
}

// The keys under which n8n looks for what an answer says of an error, and for objects that may have them.
var (
	messageKeys = []string{
		"cause", "error", "message", "Message", "msg", "messages", "description", "reason", "detail", "details", "errors", "errorMessage",
		"errorMessages", "ErrorMessage", "error_message", "_error_message", "errorDescription", "error_description", "error_summary",
		"error_info", "title", "text", "field", "err", "type",
	}
	nestedKeys = []string{"Error", "error", "err", "response", "body", "data"}
)

// described finds what an answer says of an error, as n8n does.
func described(o *node.Object) (string, bool) { return findText(o, messageKeys, nestedKeys, 0) }

const maxDepth = 100

func findText(o *node.Object, keys, nested []string, depth int) (string, bool) {
	if depth > maxDepth {
		return "", false
	}
	for _, key := range keys {
		v, _ := o.Get(key)
		if text, ok := v.(string); ok {
			if text == "" {
				continue
			}
			parsed, err := node.ParseJSON([]byte(text))
			if err != nil {
				return text, true
			}
			if inner, ok := parsed.(string); ok {
				return inner, true
			}
			v = parsed
		}
		switch v := v.(type) {
		case float64:
			if v != 0 {
				return node.FormatNumber(v), true
			}
		case []any:
			var found []string
			for _, e := range v {
				switch e := e.(type) {
				case string:
					found = append(found, e)
				case float64:
					found = append(found, node.FormatNumber(e))
				case *node.Object:
					if text, ok := findText(e, keys, nil, depth+1); ok {
						found = append(found, text)
					}
				}
			}
			return strings.Join(found, " | "), len(found) > 0
		case *node.Object:
			if text, ok := findText(v, keys, nil, depth+1); ok && text != "" {
				return text, true
			}
		}
	}
	for _, key := range nested {
		if inner, ok := value[*node.Object](o, key); ok {
			if text, ok := findText(inner, keys, nested, depth+1); ok && text != "" {
				return text, true
			}
		}
	}
	return "", false
}

// pageError is a page with an error status, after which there would be another.
func (s *sender) pageError(p *page) error {
	text := p.errorText()
	err := s.statusErrorOf(p.status, text, fmt.Sprintf(`%d - "%s"`, p.status, text))
	var e *requestError
	if errors.As(err, &e) {
		e.item = node.NewObject("statusCode", p.status, "error", text, "isAxiosError", true, "response",
			node.NewObject("headers", headersOf(p.answer), "status", p.status, "statusText", p.statusText))
	}
	return err
}

// withRequest adds to an error of a request what was sent, less secrets.
func (s *sender) withRequest(err error) error {
	var e *requestError
	if !errors.As(err, &e) || e.Context.Has("request") {
		return err
	}
	api := *e.APIError
	if s.draft.noRequest {
		api.Description = ""
		if s.draft.plain && e.body == absent { // no answer
			if api.HTTPCode == "" || !strings.Contains(api.CauseMessage, api.HTTPCode) {
				api.Message = api.CauseMessage
			}
			api.HTTPCode, api.Messages = "rejected", nil
			if api.Message != api.CauseMessage {
				api.Messages = []string{api.CauseMessage}
			}
		}
		if api.Message == api.CauseMessage {
			api.Messages = nil
		}
	} else {
		api.Context = api.Context.Clone()
		api.Context.Set("request", s.draft.shown(s.auth))
	}
	c := *e
	c.APIError, c.index, c.details = &api, s.reader.item, s.reader.version >= 4.5
	return &c
}

const hidden = "**hidden**"

// hiddenHeaders are never shown, whoever set them.
var hiddenHeaders = []string{"authorization", "x-api-key", "x-auth-token", "cookie", "proxy-authorization"}

// shown is what was sent, as n8n shows it in errors and as $request: without what a credential added.
func (d *draft) shown(auth *authenticator) *node.Object {
	o := &node.Object{}
	switch {
	case d.file != nil:
		o.Set("body", "Binary data got replaced with this text. Original was a stream.")
	case d.multipart != nil, d.form != nil, d.body == absent:
	default:
		o.Set("body", d.body)
	}
	headers := &node.Object{}
	for name, v := range d.headers.All() {
		if slices.Contains(hiddenHeaders, strings.ToLower(name)) {
			v = hidden
		}
		setValue(headers, name, v)
	}
	for _, name := range auth.shown {
		headers.Set(name, hidden)
	}
	o.Set("headers", headers)
	o.Set("method", d.method)
	o.Set("uri", d.url)
	if d.form != nil {
		o.Set("form", d.form)
	}
	if d.query.Len() > 0 || d.sendsQuery || d.pagination != nil {
		o.Set("qs", d.query)
	}
	if d.arrays != "" {
		o.Set("qsStringifyOptions", node.NewObject("arrayFormat", d.arrays))
	}
	return o
}
