package directus

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/nate-go/nate/node"
)

// nodeError is an OperationError or an APIError.
type nodeError interface {
	error
	Info() *node.ErrorInfo
}

// failed completes the error of a request that got no usable answer. sent says that Directus may have performed the request.
func (op *operation) failed(err nodeError, sent bool) error {
	if op.consumes == nil || !sent {
		return err
	}
	info := err.Info()
	what, _, _ := strings.Cut(info.Message, ". ") // some of n8n's texts go on with the advice to send it again
	what, _, _ = strings.Cut(what, ", consider")
	info.Message = what + ": the " + op.consumes.name + " may be used up"
	info.Description = sentences(info.Description, op.consumes.usedUp())
	return node.Permanent(err)
}

func (t *token) usedUp() string {
	return "The " + t.name + " may be used up: if Directus performed the request, it works no more, and " + t.after + ". " +
		"If it is refused from now on, get a new one."
}

// sentences joins texts that are not empty.
func sentences(texts ...string) string {
	var b strings.Builder
	for _, t := range texts {
		if t == "" {
			continue
		}
		if b.Len() > 0 {
			if !strings.HasSuffix(b.String(), ".") {
				b.WriteByte('.')
			}
			b.WriteByte(' ')
		}
		b.WriteString(t)
	}
	return b.String()
}

func stoppedBefore(ctx context.Context) *node.OperationError {
	return node.NewOperationError("The run was stopped before the request was sent", "").Wrap(context.Cause(ctx))
}

// noAnswer is the error for a request without an answer.
func (s *server) noAnswer(ctx context.Context, cause error, sent bool) nodeError {
	if ctx.Err() != nil && errors.Is(cause, context.Canceled) {
		if !sent {
			return stoppedBefore(ctx)
		}
		return node.NewOperationError("The run was stopped before Directus had answered", "").Wrap(context.Cause(ctx))
	}
	e := node.NewNetworkError(cause)
	if e.HTTPCode == "" && sent { // the cause may quote what came
		e.Message = "The answer could not be read"
		e.Messages, e.CauseMessage = []string{e.Message}, e.Message
	}
	e.Description = networkAdvice[e.HTTPCode]
	if e.HTTPCode == "" {
		e.Description = tlsAdvice(cause)
	}
	return e
}

// networkAdvice says what to do where no answer came, by n8n's code for what happened.
var networkAdvice = map[string]string{
	"ECONNREFUSED":  "Nothing listens at the url of the directusApi credential: see that Directus runs, and that the url has its host and port.",
	"ENOTFOUND":     "There is no such host: check the url of the directusApi credential.",
	"EAI_AGAIN":     "The host in the url of the directusApi credential could not be looked up: check its name, and that this machine reaches a DNS server.",
	"ETIMEDOUT":     "Nothing answers at the url of the directusApi credential: check its host and port, and whether a firewall stands between.",
	"ECONNABORTED":  "Directus was too slow: ask for less at once, or look at its load and its log.",
	"ECONNRESET":    "Directus, or what stands before it, ended the connection: its log says why.",
	"EHOSTUNREACH":  "There is no way to the host in the url of the directusApi credential: check it, and the network of this machine.",
	"EADDRNOTAVAIL": "The host in the url of the directusApi credential has no address that can be reached: check it.",
}

// tlsAdvice says what to do where https failed, nothing where it is something else that did.
func tlsAdvice(cause error) string {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](cause)
	_, foreign := errors.AsType[x509.HostnameError](cause)
	_, invalid := errors.AsType[x509.CertificateInvalidError](cause)
	_, record := errors.AsType[tls.RecordHeaderError](cause)
	op, ended := errors.AsType[*net.OpError](cause)
	switch {
	case unknown:
		return "Nobody whom this machine trusts has signed the server's certificate: give Directus one that is, or let this machine trust its signer."
	case foreign:
		return "The server's certificate is for other hosts: put one of those into the url of the directusApi credential, or give Directus another certificate."
	case invalid:
		return "The server's certificate is not valid, most likely because it has expired: renew it."
	case record || strings.HasSuffix(cause.Error(), "server gave HTTP response to HTTPS client"): // net/http has no name for it
		return "The server does not speak https there: check the port, or begin the url of the directusApi credential with http://."
	case ended && op.Op == "remote error": // crypto/tls's word for an alert of the other side
		return "The server ended the https connection: it may want another version of TLS or a client certificate. Its log says why."
	}
	return ""
}

// notConnected reports whether a request failed because there was no connection to send it on.
func notConnected(err error) bool {
	for {
		op, ok := errors.AsType[*net.OpError](err)
		if !ok {
			return false
		}
		if op.Op == "dial" {
			return true
		}
		err = op.Err
	}
}

// cutOff is the error for an answer that broke off.
func (s *server) cutOff(ctx context.Context, a *answer, cause error) nodeError {
	if timeout, ok := errors.AsType[net.Error](cause); errors.Is(cause, context.Canceled) || ok && timeout.Timeout() {
		return s.noAnswer(ctx, cause, true)
	}
	return a.unusable("was cut off").Wrap(cause)
}

// unusable is the error for an answer with a good status. It shows nothing of the text, which may hold tokens.
func (a *answer) unusable(what string) *node.OperationError {
	mediaType, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		mediaType = "no content type"
	}
	e := node.NewOperationError("Directus's answer "+what, fmt.Sprintf("What came was status %d, %s, %d bytes. "+
		"Look at what stands between here and Directus, and at the url of the credential.", a.status, mediaType, len(a.text)))
	e.HTTPCode = strconv.Itoa(a.status)
	return e
}

// refusal is the error for an answer whose status is not 2xx. bearer says that the request carried the credential's bearer.
func (s *server) refusal(ctx context.Context, r *request, a *answer, bearer bool) error {
	op := r.op
	if a.isRedirect() {
		return op.markPermanent(a, redirected(r, a))
	}
	e := node.NewAPIError(a.status, a.value)
	first, fromDirectus := a.fault()
	if fromDirectus {
		e.Description = told(faultsIn(a.value))
	}
	known := op.refusal(first.Code)
	badToken := a.is(http.StatusForbidden, "INVALID_TOKEN")
	badCredentials := a.is(http.StatusUnauthorized, "INVALID_CREDENTIALS")
	switch {
	case op.public && a.status == http.StatusUnauthorized && !fromDirectus:
		e.Message = "401 Unauthorized"
		e.Description = sentences(e.Description, "The answer is not one of Directus: something in front of it asks for a login of its own.")
	case op.public && (badToken && known == nil || bearer && (badToken || badCredentials) && s.bearerIsBad(ctx)):
		e.Message = "401 Unauthorized"
		if bearer {
			e.Description = sentences(e.Description, fmt.Sprintf("Directus does not accept the access token of the %v, so it did nothing. "+
				"Put a valid one there, or none: this operation needs none.", s.credential))
		}
	case fromDirectus && known != nil:
		e.Message = known.message
		e.Description = sentences(e.Description, known.advice)
	case first.Code == "FORBIDDEN" && strings.HasPrefix(r.path, "items/directus_"):
		e.Description = sentences(e.Description, "Directus's own collections are not among the items: they have resources of their own, User, File, Folder and so on.")
	case fromDirectus && !op.public:
		e.Description = sentences(e.Description, advice[first.Code])
	}
	return op.markPermanent(a, e)
}

// markPermanent marks the error as one that no retry must follow, if the answer is such.
func (op *operation) markPermanent(a *answer, err nodeError) error {
	switch {
	case op.consumes != nil:
		if a.status == http.StatusTooManyRequests || a.is(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE") {
			return err // Directus turned the request away
		}
		if a.status >= 500 || a.status == http.StatusRequestTimeout {
			info := err.Info()
			info.Description = sentences(info.Description, op.consumes.usedUp())
		}
		return node.Permanent(err)
	case op.public && a.status == http.StatusUnauthorized:
		return node.Permanent(err) // every failed login counts until Directus suspends the user
	}
	return err
}

// redirected is the error for a redirect. Of its target no query is shown.
func redirected(r *request, a *answer) *node.OperationError {
	place := "another place"
	if target := a.target(r.url); target != nil {
		target.User, target.RawQuery, target.Fragment = nil, "", ""
		place = target.String()
	}
	e := node.NewOperationError(fmt.Sprintf("Directus's answer is a redirect (status %d), which is not followed", a.status),
		"It points to "+place+". Put the server's own address into the url of the credential.")
	e.HTTPCode = strconv.Itoa(a.status)
	return e
}
