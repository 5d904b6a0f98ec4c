package directustest

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// apiError is an error of Directus's API, with the order of keys that Directus has.
type apiError struct {
	status     int
	header     http.Header // beside the usual ones; may be nil
	Message    string      `json:"message"`
	Extensions extensions  `json:"extensions"`
}

type extensions struct {
	Limit   int    `json:"limit,omitempty"`
	Reset   string `json:"reset,omitempty"`
	Service string `json:"service,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Path    string `json:"path,omitempty"`

	Collection string `json:"collection,omitempty"`
	Field      string `json:"field,omitempty"`
	Value      any    `json:"value,omitempty"`

	Code string `json:"code"`
}

// errorBody is how an error goes over the wire.
type errorBody struct {
	Errors []*apiError `json:"errors"`
}

// Codes of errors whose text is always the same.
const (
	invalidCredentials = "INVALID_CREDENTIALS"
	invalidOTP         = "INVALID_OTP"
	userSuspended      = "USER_SUSPENDED"
	tokenExpired       = "TOKEN_EXPIRED"
	invalidToken       = "INVALID_TOKEN"
	forbidden          = "FORBIDDEN"
	internalError      = "INTERNAL_SERVER_ERROR"
)

var plainErrors = map[string]apiError{
	invalidCredentials: {status: 401, Message: "Invalid user credentials."},
	invalidOTP:         {status: 401, Message: "Invalid user OTP."},
	userSuspended:      {status: 401, Message: "User suspended."},
	tokenExpired:       {status: 401, Message: "Token expired."},
	invalidToken:       {status: 403, Message: "Invalid token."},
	forbidden:          {status: 403, Message: "You don't have permission to access this."},
	internalError:      {status: 500, Message: "An unexpected error occurred."},
}

const refreshTokenRequired = "The refresh token is required in either the payload or cookie"

// refuse makes the error of a code.
func refuse(code string) *apiError {
	e := plainErrors[code]
	e.Extensions.Code = code
	return &e
}

func invalidPayload(reason string) *apiError {
	return &apiError{status: 400, Message: "Invalid payload. " + reason + ".", Extensions: extensions{Reason: reason, Code: "INVALID_PAYLOAD"}}
}

func invalidQuery(reason string) *apiError {
	return &apiError{status: 400, Message: "Invalid query. " + reason + ".", Extensions: extensions{Reason: reason, Code: "INVALID_QUERY"}}
}

// noAccess is the error for what is not there, and for what is not allowed: Directus does not tell which.
func noAccess(what string) *apiError {
	reason := "You don't have permission to access " + what + " or it does not exist. Queried in root."
	return &apiError{status: 403, Message: reason, Extensions: extensions{Reason: reason, Code: forbidden}}
}

func noField(t table, name string) *apiError {
	return noAccess(fmt.Sprintf("field %q in collection %q", name, t.name()))
}

func notUnique(collection, field string, value any) *apiError {
	return &apiError{
		status: 400, Message: fmt.Sprintf("Value %q for field %q in collection %q has to be unique.", valueText(value), field, collection),
		Extensions: extensions{Collection: collection, Field: field, Value: value, Code: "RECORD_NOT_UNIQUE"},
	}
}

func routeNotFound(path string) *apiError {
	return &apiError{status: 404, Message: "Route " + path + " doesn't exist.", Extensions: extensions{Path: path, Code: "ROUTE_NOT_FOUND"}}
}

// notHere answers for what Directus can do and this server can't. Directus has no such code.
func notHere(what string) *apiError {
	return &apiError{
		status:     501,
		Message:    what + " isn't supported by the Directus sandbox, which has authentication and the basics of items, users and files. Use a real Directus for it.",
		Extensions: extensions{Code: "SANDBOX_UNSUPPORTED"},
	}
}

func tooManyRequests(now time.Time, retryAfter time.Duration) *apiError {
	return &apiError{
		status:  429,
		header:  http.Header{"Retry-After": {seconds(retryAfter)}},
		Message: "Too many requests, retry after " + shortDuration(retryAfter) + ".",
		Extensions: extensions{
			Limit: 50, Reset: now.Add(retryAfter).UTC().Format("2006-01-02T15:04:05.000Z"), Code: "REQUESTS_EXCEEDED",
		},
	}
}

func underPressure(retryAfter time.Duration) *apiError {
	e := &apiError{
		status:     503,
		Message:    `Service "api" is unavailable. Under pressure.`,
		Extensions: extensions{Service: "api", Reason: "Under pressure", Code: "SERVICE_UNAVAILABLE"},
	}
	if retryAfter > 0 { // Directus sends it only when it was told a value
		e.header = http.Header{"Retry-After": {seconds(retryAfter)}}
	}
	return e
}

func seconds(d time.Duration) string { return strconv.Itoa(int(math.Round(d.Seconds()))) }

// shortDuration writes a duration as Directus does in its messages: 500ms, 5s, 2m, 1h, 3d.
func shortDuration(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d >= unit.size {
			return strconv.Itoa(int(math.Round(float64(d)/float64(unit.size)))) + unit.name
		}
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}
