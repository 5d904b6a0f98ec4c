package declarative

import (
	"errors"

	"github.com/nate-go/nate/internal/httpx"
	"github.com/nate-go/nate/node"
)

// requestError is a request that failed: what becomes of it in an item is not what the node fails with.
type requestError struct {
	*node.APIError
	item *node.ErrorInfo // nil: the same
}

func (e *requestError) Unwrap() error { return e.APIError }

// inItem is the error that an item of a continue mode holds.
func inItem(err error) error {
	var e *requestError
	if errors.As(err, &e) && e.item != nil {
		return e.item
	}
	return err
}

// statusError is an answer with an error status. n8n words one to a request with a credential otherwise.
func (r *run) statusError(status int, body any) error {
	e := node.NewAPIError(status, body)
	generic := e.CauseMessage
	if r.credential.values != nil {
		return &requestError{APIError: e}
	}
	if e.Description == generic {
		e.Description = ""
	}
	e.Message = generic
	return &requestError{APIError: e, item: &node.ErrorInfo{Name: e.CauseName, Message: generic}}
}

// networkError is a request without an answer. A refusal of the egress policy names the host.
func (r *run) networkError(err error) error {
	var refused *httpx.RefusedError
	if errors.As(err, &refused) {
		return node.NewOperationError(refused.Error(), "").Wrap(err)
	}
	return r.clientError(node.NewNetworkError(err))
}

// clientError is an error of n8n's HTTP client.
func (r *run) clientError(e *node.APIError) error {
	if r.credential.values != nil {
		return &requestError{APIError: e}
	}
	item := &node.ErrorInfo{Name: e.CauseName, Message: e.CauseMessage}
	e.HTTPCode = "none"
	return &requestError{APIError: e, item: item}
}

// worded is an error of n8n's HTTP client by its code, in its words.
func worded(name, code, message string) *node.APIError {
	e := &node.APIError{ErrorInfo: node.ErrorInfo{
		Name: node.APIErrorName, Message: message, HTTPCode: code, Messages: []string{message}, CauseName: name, CauseMessage: message,
	}}
	if text, ok := node.NetworkMessage(code); ok {
		e.Message, e.Messages = text, []string{message, message}
	}
	return e
}

// unprepared is an item whose request could not be made up.
func unprepared(err error, item, runIndex int) error {
	return placed(node.AsOperationError(err), item, runIndex)
}

// ofNode is the error that the node fails with when an item failed.
func ofNode(err error, item, runIndex int) error {
	info := node.InfoOf(err)
	if info.Name != node.APIErrorName {
		wrapped := worded("", "none", info.Message)
		wrapped.Description, wrapped.Context = info.Description, info.Context
		err = &causedError{wrapped, err}
	}
	return placed(err, item, runIndex)
}

// causedError is an APIError with the error below it.
type causedError struct {
	*node.APIError
	cause error
}

func (e *causedError) Unwrap() []error { return []error{e.APIError, e.cause} }

// placed notes at which item of which run an error happened.
func placed(err error, item, runIndex int) error {
	info := node.InfoOf(err)
	info.Context = info.Context.Clone()
	info.Context.Set("runIndex", runIndex)
	info.Context.Set("itemIndex", item)
	return &placedError{info, err}
}

type placedError struct {
	*node.ErrorInfo
	cause error
}

func (e *placedError) Unwrap() error { return e.cause }
