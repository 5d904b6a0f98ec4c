package node

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrorInfo is a failure as plain data: what n8n stores of an error in run data. The zero value of a field means that the
// error has none.
type ErrorInfo struct {
	// Name is the class: NodeOperationError, NodeApiError, ExpressionError, ...; empty for n8n's nameless errors.
	Name string
	// Message is the short text that a user sees.
	Message     string
	Description string
	// HTTPCode is the HTTP status ("401") or the code of a network failure ("ECONNREFUSED").
	HTTPCode string
	Messages []string
	// Context is further data (itemIndex, data of the answer); nil when there is none. It must not hold secrets.
	Context *Object
	// Time is when it happened; in run data in milliseconds.
	Time time.Time
	// CauseName and CauseMessage are the class and the text of the error below it.
	CauseName, CauseMessage string

	cause error // that InfoOf made it of
}

// Error returns the message, so that an ErrorInfo can be returned as an error.
func (e *ErrorInfo) Error() string { return e.Message }

// Unwrap returns the error that InfoOf has made the ErrorInfo of, so that errors.Is and errors.As find what a node returned; nil where it
// is data alone, as in a run that was stored and read again.
func (e *ErrorInfo) Unwrap() error { return e.cause }

// Info returns the receiver.
func (e *ErrorInfo) Info() *ErrorInfo { return e }

// The classes of errors that nodes return, in n8n's names.
const (
	OperationErrorName = "NodeOperationError"
	APIErrorName       = "NodeApiError"
)

// OperationError is a failure of the node's own: a bad parameter, an unusable answer. n8n's NodeOperationError.
type OperationError struct {
	ErrorInfo
	cause error
}

// NewOperationError returns an OperationError with a short message and a description that says what to do (it may be
// empty).
func NewOperationError(message, description string) *OperationError {
	return &OperationError{ErrorInfo: ErrorInfo{Name: OperationErrorName, Message: message, Description: description}}
}

// AsOperationError returns err as an OperationError, as n8n's nodes wrap what they catch: with the same message, description and
// context, less the index of the run. One that is an OperationError already is returned as it is; a nil err stays nil.
func AsOperationError(err error) error {
	info := InfoOf(err)
	if info == nil || info.Name == OperationErrorName {
		return err
	}
	e := NewOperationError(info.Message, info.Description)
	if e.Description == e.Message {
		e.Description = ""
	}
	if info.Context != nil {
		e.Context = info.Context.clone()
		e.Context.Delete("runIndex")
	}
	return e.Wrap(err)
}

// Wrap sets the error below this one and returns the receiver.
func (e *OperationError) Wrap(cause error) *OperationError {
	e.cause = cause
	return e
}

// Unwrap returns the error below, or nil.
func (e *OperationError) Unwrap() error { return e.cause }

// APIError is a failure of a request: an answer with an error status, or none at all. n8n's NodeApiError.
type APIError struct {
	ErrorInfo
	// Status is the HTTP status of the answer, 0 when none came.
	Status int
	cause  error
}

// Unwrap returns the error below, or nil.
func (e *APIError) Unwrap() error { return e.cause }

// NewAPIError returns the APIError that n8n makes of an answer with an error status: its text for the status as message;
// as description the body's message or error.message, else a sentence with the status. A body that is a JSON object goes
// into the context as data.
//
// body is a value as Objects hold it, or a Go value that becomes one (see ValueOf): what encoding/json decodes into a map, say.
func NewAPIError(status int, body any) *APIError {
	generic := "Request failed with status code " + strconv.Itoa(status)
	e := &APIError{Status: status, ErrorInfo: ErrorInfo{
		Name:         APIErrorName,
		Message:      statusMessage(status),
		Description:  generic,
		HTTPCode:     strconv.Itoa(status),
		Messages:     []string{generic},
		CauseName:    "AxiosError",
		CauseMessage: generic,
	}}
	if _, text := body.(string); text || body == nil {
		return e
	}
	value, _ := ValueOf(body) // one that can't be JSON is no object either
	o, ok := value.(*Object)
	if !ok {
		return e
	}
	e.Context = NewObject("data", o)
	if text, ok := stringAt(o, "message"); ok {
		e.Description = text
	} else if inner, ok := o.Get("error"); ok {
		nested, _ := inner.(*Object)
		if text, ok := stringAt(nested, "message"); ok {
			e.Description = text
		}
	}
	return e
}

func stringAt(o *Object, key string) (string, bool) {
	v, _ := o.Get(key)
	s, ok := v.(string)
	return s, ok && s != ""
}

// statusMessages are n8n's texts for HTTP statuses.
var statusMessages = map[int]string{
	400: "Bad request - please check your parameters",
	401: "Authorization failed - please check your credentials",
	402: "Payment required - perhaps check your payment details?",
	403: "Forbidden - perhaps check your credentials?",
	404: "The resource you are requesting could not be found",
	405: "Method not allowed - please check you are using the right HTTP method",
	429: "The service is receiving too many requests from you",
	500: "The service was not able to process your request",
	502: "Bad gateway - the service failed to handle your request",
	503: "Service unavailable - try again later or consider setting this node to retry automatically (in the node settings)",
	504: "Gateway timed out - perhaps try again later?",
}

func statusMessage(status int) string {
	if text, ok := statusMessages[status]; ok {
		return text
	}
	switch status / 100 {
	case 4:
		return "Your request is invalid or could not be processed by the service"
	case 5:
		return "The service failed to process your request"
	}
	return "Request failed with status code " + strconv.Itoa(status)
}

// networkFailures are n8n's codes and texts for requests without an answer, with the words that its HTTP client uses. Where
// those name the code, the address follows.
var networkFailures = []struct {
	is            func(error) bool
	code, message string
	detail        string
}{
	{is(syscall.ECONNREFUSED), "ECONNREFUSED", "The service refused the connection - perhaps it is offline", "connect ECONNREFUSED"},
	{
		isNotFound, "ENOTFOUND",
		"The connection cannot be established, this usually occurs due to an incorrect host (domain) value", "getaddrinfo ENOTFOUND",
	},
	{isFailedLookup, "EAI_AGAIN", "The DNS server returned an error, perhaps the server is offline", "getaddrinfo EAI_AGAIN"},
	{
		is(syscall.ETIMEDOUT), "ETIMEDOUT",
		"The connection timed out, consider setting the 'Retry on Fail' option in the node settings", "connect ETIMEDOUT",
	},
	{isTimeout, "ECONNABORTED", "The connection was aborted, perhaps the server is offline", "timeout exceeded"},
	{isReset, "ECONNRESET", "The connection to the server was closed unexpectedly, perhaps it is offline. " +
		"You can retry the request immediately or wait and retry later.", "socket hang up"},
	{
		is(syscall.EHOSTUNREACH, syscall.ENETUNREACH), "EHOSTUNREACH",
		"The host is unreachable, perhaps the server is offline", "connect EHOSTUNREACH",
	},
	{
		is(syscall.EADDRNOTAVAIL), "EADDRNOTAVAIL",
		"The address is not available, ensure that you have the right IP address", "connect EADDRNOTAVAIL",
	},
}

func is(targets ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
	}
}

func isNotFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// isFailedLookup reports whether a name could not be looked up. One that was given up by the caller is not that.
func isFailedLookup(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func isReset(err error) bool {
	return is(syscall.ECONNRESET, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF)(err) ||
		err != nil && strings.Contains(err.Error(), "server closed idle connection") // net/http has no name for it
}

// NewNetworkError returns the APIError that n8n makes of a request that got no answer, with n8n's text for the kind of
// failure, else the transport's own. Of cause only its kind and the address are shown where the kind is known, and never
// the URL of the request.
func NewNetworkError(cause error) *APIError {
	e := &APIError{cause: cause, ErrorInfo: ErrorInfo{Name: APIErrorName, CauseName: "Error"}}
	for _, f := range networkFailures {
		if f.is(cause) {
			detail := f.detail
			if strings.HasSuffix(detail, f.code) {
				detail += address(cause)
			}
			e.HTTPCode, e.Message = f.code, f.message
			e.Messages, e.CauseMessage = []string{detail, detail}, detail
			return e
		}
	}
	if cause == nil {
		cause = errors.New("the request got no answer")
	}
	e.Message = withoutURL(cause)
	e.Messages, e.CauseMessage = []string{e.Message}, e.Message
	return e
}

// NetworkMessage returns n8n's text for a code of a network failure ("ECONNABORTED"); ok is false when it has none.
func NetworkMessage(code string) (text string, ok bool) {
	for _, f := range networkFailures {
		if f.code == code {
			return f.message, true
		}
	}
	return "", false
}

// address is " host:port" or " host" where the failure was in reaching it.
func address(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return " " + dns.Name
	}
	var dial *net.OpError
	for errors.As(err, &dial) && dial.Op != "dial" { // it was the connection to a proxy
		err = dial.Err
	}
	if errors.As(err, &dial) && dial.Op == "dial" && dial.Addr != nil {
		return " " + dial.Addr.String()
	}
	return ""
}

// withoutURL is the text of a transport's error less the method and URL that net/http puts before it: they may hold a
// secret.
func withoutURL(err error) string {
	var outer *url.Error
	for errors.As(err, &outer) && outer.Err != nil {
		err = outer.Err
	}
	if text := err.Error(); !strings.Contains(text, "://") {
		return text
	}
	return "the request failed"
}

// Permanent marks err as one that a retry must not follow, whatever Retry On Fail says: the request may have been
// performed, and repeating it would do harm. errors.As and the messages see through the mark. A nil err stays nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

type permanent struct{ error }

// Salvage puts beside err what a node got though it failed, and must not be lost: the half of an answer that can't be asked for
// again. Where the failure ends the node it is among the Partial items of its output; in a continue mode its fields stand beside
// "error" in the item for the failure. errors.As and the messages see through it. A nil err stays nil.
func Salvage(err error, what *Object) error {
	if err == nil {
		return nil
	}
	return &salvage{err, what}
}

type salvage struct {
	error
	what *Object
}

func (s *salvage) Unwrap() error { return s.error }

// ItemJSON is what FailedItem asks for.
func (s *salvage) ItemJSON() *Object {
	o := s.what.clone()
	o.set("error", InfoOf(s.error).Message)
	return o
}

func (p *permanent) Unwrap() error { return p.error }

// IsPermanent reports whether err, or one below it, was marked by Permanent.
func IsPermanent(err error) bool {
	var p *permanent
	return errors.As(err, &p)
}

// Whole marks an error at one item as one of the node as a whole: in the continue modes too it makes no error item, but the
// node fails and its input is handed on. Nodes of n8n that catch no errors item by item fail so. errors.As and the messages
// see through the mark. A nil err stays nil.
func Whole(err error) error {
	if err == nil {
		return nil
	}
	return &whole{err}
}

type whole struct{ error }

func (w *whole) Unwrap() error { return w.error }

func isWhole(err error) bool {
	var w *whole
	return errors.As(err, &w)
}

// InfoOf returns any error as data: a copy of an OperationError's, an APIError's or any other error's with a method
// Info() *ErrorInfo, else an ErrorInfo that has only the message. errors.Is and errors.As find err below what is returned; nothing else
// shows it. It returns nil for a nil error.
func InfoOf(err error) *ErrorInfo {
	if err == nil {
		return nil
	}
	var known interface{ Info() *ErrorInfo }
	if errors.As(err, &known) {
		if info := known.Info(); info != nil {
			copied := *info
			copied.cause = err
			return &copied
		}
	}
	return &ErrorInfo{Message: err.Error(), cause: err}
}

// itemObject is the shape that an error has on an item in n8n's run data.
func (e *ErrorInfo) itemObject() *Object {
	o := NewObject("message", e.Message)
	if !e.Time.IsZero() {
		o.set("timestamp", float64(e.Time.UnixMilli()))
	}
	if e.Name != "" {
		o.set("name", e.Name)
	}
	if e.Description != "" {
		o.set("description", e.Description)
	}
	context := e.Context
	if context == nil {
		context = &Object{}
	}
	o.set("context", context)
	if e.CauseName != "" {
		o.set("cause", NewObject("name", e.CauseName, "message", e.CauseMessage))
	}
	return o
}

// RunObject is the shape that an error has in n8n's run data. node is the copy of the failed node that n8n puts into it;
// nil leaves it out.
func (e *ErrorInfo) RunObject(node *Object) *Object {
	if e.Name == "" && e.Description == "" { // an error of JavaScript's own; those that explain themselves are n8n's
		return NewObject("message", e.Message)
	}
	o := NewObject("level", "warning", "shouldReport", true)
	if e.Description != "" {
		o.set("description", e.Description)
	}
	o.set("tags", &Object{})
	if !e.Time.IsZero() {
		o.set("timestamp", float64(e.Time.UnixMilli()))
	}
	context := e.Context
	if context == nil {
		context = &Object{}
	}
	o.set("context", context)
	o.set("functionality", "regular")
	if e.Name != "" {
		o.set("name", e.Name)
	}
	if node != nil {
		o.set("node", node)
	}
	if e.Messages != nil || e.Name == OperationErrorName || e.Name == APIErrorName {
		list := make([]any, len(e.Messages))
		for i, m := range e.Messages {
			list[i] = m
		}
		o.set("messages", list)
	}
	if e.HTTPCode != "" {
		o.set("httpCode", e.HTTPCode)
	}
	o.set("message", e.Message)
	return o
}
