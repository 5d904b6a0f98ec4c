package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func TestAPIErrorMessages(t *testing.T) {
	t.Parallel()
	const (
		other4 = "Your request is invalid or could not be processed by the service"
		other5 = "The service failed to process your request"
	)
	for status, message := range map[int]string{
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
		406: other4, 408: other4, 409: other4, 413: other4, 415: other4, 418: other4, 422: other4, 451: other4, 499: other4,
		501: other5, 505: other5, 511: other5, 599: other5,
		302: "Request failed with status code 302", 304: "Request failed with status code 304", 600: "Request failed with status code 600",
	} {
		e := node.NewAPIError(status, nil)
		require.Equal(t, message, e.Error(), "%d", status)
		require.Equal(t, message, e.Message)
		generic := "Request failed with status code " + strconv.Itoa(status)
		require.Equal(t, &node.ErrorInfo{
			Name: "NodeApiError", Message: message, Description: generic, HTTPCode: strconv.Itoa(status), Messages: []string{generic},
			CauseName: "AxiosError", CauseMessage: generic,
		}, e.Info())
		require.Equal(t, status, e.Status)
		require.NoError(t, e.Unwrap())
	}
}

func TestAPIErrorDescription(t *testing.T) {
	t.Parallel()
	const generic = "Request failed with status code 400"
	for name, row := range map[string]struct{ body, description, context string }{
		"of Directus": {
			`{"errors":[{"message":"Invalid user credentials."}]}`, generic, `{"data":{"errors":[{"message":"Invalid user credentials."}]}}`,
		},
		"message":               {`{"message":"m","error":{"message":"e"}}`, "m", `{"data":{"message":"m","error":{"message":"e"}}}`},
		"error.message":         {`{"error":{"message":"nested message"}}`, "nested message", `{"data":{"error":{"message":"nested message"}}}`},
		"empty message":         {`{"message":"","error":{"message":"e"}}`, "e", `{"data":{"message":"","error":{"message":"e"}}}`},
		"error as text":         {`{"error":"error string"}`, generic, `{"data":{"error":"error string"}}`},
		"message that is none":  {`{"message":5,"error":{"message":["x"]}}`, generic, `{"data":{"message":5,"error":{"message":["x"]}}}`},
		"list":                  {`[{"message":"m"}]`, generic, ``},
		"text":                  {`"plain"`, generic, ``},
		"null":                  {`null`, generic, ``},
		"an error that is null": {`{"error":null}`, generic, `{"data":{"error":null}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := node.NewAPIError(400, parse(t, row.body))
			require.Equal(t, "Bad request - please check your parameters", e.Message)
			require.Equal(t, row.description, e.Description)
			require.Equal(t, []string{generic}, e.Messages)
			if row.context == "" {
				require.Nil(t, e.Context)
			} else {
				require.Equal(t, row.context, jsonOf(e.Context))
			}
		})
	}
}

const (
	refused = "The service refused the connection - perhaps it is offline"
	aborted = "The connection was aborted, perhaps the server is offline"
	closed  = "The connection to the server was closed unexpectedly, perhaps it is offline. " +
		"You can retry the request immediately or wait and retry later."
	notFound = "The connection cannot be established, this usually occurs due to an incorrect host (domain) value"
)

// listen calls serve for the first connection to a socket of its own, after it has read the head of the request.
func listen(t *testing.T, serve func(c *net.TCPConn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			text := make([]byte, 0, 4096)
			for !strings.Contains(string(text), "\r\n\r\n") {
				n, err := c.Read(text[len(text):cap(text)])
				if err != nil {
					break
				}
				text = text[:len(text)+n]
			}
			serve(c.(*net.TCPConn))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

// request sends a POST, whose URL and body hold secrets, and reads the answer.
func request(t *testing.T, address string, timeout time.Duration) error {
	t.Helper()
	transport := &http.Transport{DialContext: (&net.Dialer{}).DialContext}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://user:hunter2@"+address+"/auth/refresh?token=hunter2",
		strings.NewReader("hunter2"))
	require.NoError(t, err)
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.ReadAll(res.Body)
	return err
}

func TestNetworkFailures(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := free.Addr().String()
	require.NoError(t, free.Close())

	for name, row := range map[string]struct {
		address               string
		serve                 func(c *net.TCPConn)
		hangUp, slow          bool // the usual outcomes
		code, message, detail string
	}{
		"refused": {address: nobody, code: "ECONNREFUSED", message: refused, detail: "connect ECONNREFUSED " + nobody},
		"not found": {
			address: "no-such-host.invalid", code: "ENOTFOUND", message: notFound, detail: "getaddrinfo ENOTFOUND no-such-host.invalid",
		},
		"reset": {serve: func(c *net.TCPConn) {
			_ = c.SetLinger(0) // Close sends a reset then
		}, hangUp: true},
		"hung up":             {serve: func(*net.TCPConn) {}, hangUp: true},
		"hung up in the head": {serve: writes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"), hangUp: true},
		"hung up in the body": {serve: writes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\""), hangUp: true},
		"hung up in a chunk":  {serve: writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{\"data\""), hangUp: true},
		"timeout":             {serve: waits, slow: true},
		"timeout in the body": {serve: writesSlowly, slow: true},
		"an answer that is none": {
			serve: writes("SSH-2.0-OpenSSH_9.6\r\n"), message: `net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-OpenSSH_9.6"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if row.serve != nil {
				row.address = listen(t, row.serve)
			}
			timeout := 20 * time.Second
			switch {
			case row.hangUp:
				row.code, row.message, row.detail = "ECONNRESET", closed, "socket hang up"
			case row.slow:
				timeout = 50 * time.Millisecond
				row.code, row.message, row.detail = "ECONNABORTED", aborted, "timeout exceeded"
			}
			cause := request(t, row.address, timeout)
			require.Error(t, cause)
			e := node.NewNetworkError(cause)
			messages := []string{row.detail, row.detail}
			if row.code == "" {
				row.detail, messages = row.message, []string{row.message}
			}
			require.Equal(t, &node.ErrorInfo{
				Name: "NodeApiError", Message: row.message, HTTPCode: row.code, Messages: messages, CauseName: "Error", CauseMessage: row.detail,
			}, e.Info(), "%v", cause)
			require.Zero(t, e.Status)
			require.ErrorIs(t, e, cause)
			require.NotContains(t, jsonOf(e.RunObject(nil)), "hunter2")
		})
	}
}

func writes(text string) func(c *net.TCPConn) {
	return func(c *net.TCPConn) { _, _ = c.Write([]byte(text)) }
}

func writesSlowly(c *net.TCPConn) {
	writes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\"")(c)
	waits(c)
}

// waits answers nothing more until the client gives up.
func waits(c *net.TCPConn) { _, _ = io.Copy(io.Discard, c) }

// TestNetworkErrorKinds is about failures that a test can't bring about by itself: their errors are made.
func TestNetworkErrorKinds(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		address := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 8055}
		return &url.Error{Op: "Post", URL: "http://hunter2@192.0.2.1:8055/?hunter2", Err: &net.OpError{
			Op: "dial", Net: "tcp", Addr: address, Err: os.NewSyscallError("connect", err),
		}}
	}
	for name, row := range map[string]struct {
		cause                 error
		code, message, detail string
	}{
		"host unreachable": {
			dial(syscall.EHOSTUNREACH), "EHOSTUNREACH", "The host is unreachable, perhaps the server is offline", "connect EHOSTUNREACH 192.0.2.1:8055",
		},
		"network unreachable": {
			dial(syscall.ENETUNREACH), "EHOSTUNREACH", "The host is unreachable, perhaps the server is offline", "connect EHOSTUNREACH 192.0.2.1:8055",
		},
		"connect timed out": {
			dial(syscall.ETIMEDOUT), "ETIMEDOUT",
			"The connection timed out, consider setting the 'Retry on Fail' option in the node settings", "connect ETIMEDOUT 192.0.2.1:8055",
		},
		"address not available": {
			dial(syscall.EADDRNOTAVAIL), "EADDRNOTAVAIL",
			"The address is not available, ensure that you have the right IP address", "connect EADDRNOTAVAIL 192.0.2.1:8055",
		},
		"lookup failed": {
			&net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "db", IsTemporary: true}}, "EAI_AGAIN",
			"The DNS server returned an error, perhaps the server is offline", "getaddrinfo EAI_AGAIN db",
		},
		"lookup timed out": {
			&net.DNSError{Err: "i/o timeout", Name: "db", IsTimeout: true}, "EAI_AGAIN",
			"The DNS server returned an error, perhaps the server is offline", "getaddrinfo EAI_AGAIN db",
		},
		"lookup out of time": {
			&net.OpError{Op: "dial", Err: &net.DNSError{Err: "i/o timeout", Name: "db", IsTimeout: true, UnwrapErr: context.DeadlineExceeded}},
			"ECONNABORTED", aborted, "timeout exceeded",
		},
		"broken pipe": {&net.OpError{Op: "write", Err: syscall.EPIPE}, "ECONNRESET", closed, "socket hang up"},
		"kept-alive and closed": {
			&url.Error{Op: "Post", URL: "http://a", Err: errors.New("http: server closed idle connection")}, "ECONNRESET", closed, "socket hang up",
		},
		"deadline": {context.DeadlineExceeded, "ECONNABORTED", aborted, "timeout exceeded"},
		"deadline while dialing": {
			&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{}, Err: os.ErrDeadlineExceeded}, "ECONNABORTED", aborted, "timeout exceeded",
		},
		"cancelled": {&url.Error{Op: "Post", URL: "http://hunter2", Err: context.Canceled}, "", "context canceled", ""},
		"wrapped": {
			fmt.Errorf("while refreshing hunter2: %w", &url.Error{Op: "Post", URL: "http://hunter2", Err: errors.New("tls: bad certificate")}),
			"", "tls: bad certificate", "",
		},
		"URL without a scheme": {
			&url.Error{Op: "Post", URL: "/auth?hunter2", Err: errors.New("no Host in request URL")}, "", "no Host in request URL", "",
		},
		"URL inside a URL's error": {
			&url.Error{Op: "Post", URL: "a", Err: &url.Error{Op: "parse", URL: "http://hunter2", Err: errors.New("bad")}}, "", "bad", "",
		},
		"URL in the text": {errors.New("proxy http://hunter2@proxy refused"), "", "the request failed", ""},
		"plain":           {errors.New("egress to 10.0.0.1 is not allowed"), "", "egress to 10.0.0.1 is not allowed", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := node.NewNetworkError(row.cause)
			messages := []string{row.detail, row.detail}
			if row.detail == "" {
				row.detail, messages = row.message, []string{row.message}
			}
			require.Equal(t, &node.ErrorInfo{
				Name: "NodeApiError", Message: row.message, HTTPCode: row.code, Messages: messages, CauseName: "Error", CauseMessage: row.detail,
			}, e.Info())
			require.NotContains(t, jsonOf(e.RunObject(nil)), "hunter2")
			require.ErrorIs(t, e, row.cause)
		})
	}
}

func TestNetworkErrorOfTheClientsTimeout(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(s.Close)
	_, err := (&http.Client{Timeout: 30 * time.Millisecond}).Post(s.URL, "", nil)
	e := node.NewNetworkError(err)
	require.Equal(t, aborted, e.Message)
	require.Equal(t, "ECONNABORTED", e.HTTPCode)
}

func TestOperationError(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	e := node.NewOperationError("short", "what to do")
	require.NoError(t, e.Unwrap())
	require.Same(t, e, e.Wrap(cause))
	require.EqualError(t, e, "short")
	require.ErrorIs(t, e, cause)
	require.Equal(t, &node.ErrorInfo{Name: "NodeOperationError", Message: "short", Description: "what to do"}, e.Info())
}

func TestSalvage(t *testing.T) {
	t.Parallel()
	require.NoError(t, node.Salvage(nil, node.NewObject("a", 1)))
	cause := node.Permanent(node.NewOperationError("m", "d"))
	err := node.Salvage(cause, node.NewObject("a", 1))
	require.ErrorIs(t, err, cause)
	require.True(t, node.IsPermanent(err))
	require.Equal(t, "d", node.InfoOf(err).Description)
	require.JSONEq(t, `{"a":1,"error":"m"}`, string(node.AppendJSON(nil, node.FailedItem(err).JSON)))

	n := node.PerItem(node.Definition{}, func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		if it.Index == 0 {
			return []node.Item{node.ItemOf("fine", true)}, nil
		}
		return nil, err
	})
	out, failed := n.Execute(t.Context(), node.NewCall(node.CallConfig{Inputs: [][]node.Item{{{}, {}, {}}}}))
	require.ErrorIs(t, failed, cause)
	require.Nil(t, out.Main)
	require.Len(t, out.Partial, 2, "what succeeded, and what was salvaged")
	require.JSONEq(t, `{"a":1}`, string(node.AppendJSON(nil, out.Partial[1].JSON)))
	require.Equal(t, []node.Paired{{Item: 1}}, out.Partial[1].Paired)
}

func TestPermanent(t *testing.T) {
	t.Parallel()
	require.NoError(t, node.Permanent(nil))
	require.False(t, node.IsPermanent(nil))
	plain := node.NewOperationError("m", "")
	require.False(t, node.IsPermanent(plain))
	for name, err := range map[string]error{
		"marked": node.Permanent(plain), "wrapped": fmt.Errorf("x: %w", node.Permanent(plain)), "inside": plain.Wrap(node.Permanent(io.EOF)),
		"at an item": node.AtItem(node.Permanent(plain), 1), "joined": errors.Join(io.EOF, node.Permanent(plain)),
	} {
		require.True(t, node.IsPermanent(err), name)
	}
	marked := node.Permanent(node.NewOperationError("m", "d"))
	require.EqualError(t, marked, "m")
	var operation *node.OperationError
	require.ErrorAs(t, marked, &operation)
	require.Equal(t, "d", node.InfoOf(marked).Description)
}

// custom is an error of a node author's own that gives data.
type custom struct{ info *node.ErrorInfo }

func (custom) Error() string           { return "text" }
func (c custom) Info() *node.ErrorInfo { return c.info }

func TestInfoOf(t *testing.T) {
	t.Parallel()
	require.Nil(t, node.InfoOf(nil))
	plain := errors.New("plain")
	require.EqualExportedValues(t, node.ErrorInfo{Message: "plain"}, *node.InfoOf(plain))
	require.EqualExportedValues(t, node.ErrorInfo{Message: "x: plain"}, *node.InfoOf(fmt.Errorf("x: %w", plain)))
	require.ErrorIs(t, node.InfoOf(fmt.Errorf("x: %w", plain)), plain)
	require.NoError(t, (&node.ErrorInfo{Message: "data"}).Unwrap())
	e := node.NewAPIError(404, nil)
	for name, err := range map[string]error{
		"itself": e, "wrapped": fmt.Errorf("x: %w", e), "below an operation error": fmt.Errorf("x: %w", errors.Join(io.EOF, e)),
	} {
		info := node.InfoOf(err)
		require.EqualExportedValues(t, *e.Info(), *info, name)
		require.ErrorIs(t, info, e, name)
		info.Message, info.Name = "changed", "changed"
		require.Equal(t, "The resource you are requesting could not be found", e.Message, "it is a copy")
	}
	require.EqualExportedValues(t, node.ErrorInfo{Name: "Mine"}, *node.InfoOf(custom{&node.ErrorInfo{Name: "Mine"}}))
	require.EqualExportedValues(t, node.ErrorInfo{Message: "text"}, *node.InfoOf(custom{}), "an Info that is nil")
	require.EqualExportedValues(t, node.ErrorInfo{Message: "m"}, *node.InfoOf(&node.ErrorInfo{Message: "m"}), "an ErrorInfo is an error itself")
}

// What a caller may hand in by mistake makes no panic.
func TestErrorsOfNothing(t *testing.T) {
	t.Parallel()
	require.NoError(t, node.AtItem(nil, 3))
	require.Equal(t, "the request got no answer", node.NewNetworkError(nil).Error())
	require.Equal(t, `{"json":{"error":""},"error":{"message":"","context":{}}}`, jsonOf(node.FailedItem(nil)))
}

// A node may decode an answer with encoding/json: its message counts as that of an Object does.
func TestAPIErrorOfGoValues(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"a map": map[string]any{"message": "not here"},
		"a struct": struct {
			Error map[string]string `json:"error"`
		}{map[string]string{"message": "not here"}},
		"JSON":   json.RawMessage(`{"message":"not here"}`),
		"object": node.NewObject("message", "not here"),
	} {
		e := node.NewAPIError(404, body)
		require.Equal(t, "not here", e.Description, name)
		data, _ := e.Context.Get("data")
		require.Contains(t, jsonOf(data), "not here", name)
	}
	for name, body := range map[string]any{"nothing": nil, "text": "not here", "a list": []any{1}, "no JSON": func() {}} {
		e := node.NewAPIError(404, body)
		require.Equal(t, "Request failed with status code 404", e.Description, name)
		require.Nil(t, e.Context, name)
	}
}

func TestAtItem(t *testing.T) {
	t.Parallel()
	body := object(t, `{"errors":[{"message":"m"}]}`).Freeze()
	e := node.NewAPIError(401, body)
	before := jsonOf(e.Context)
	for _, frozen := range []bool{false, true} {
		if frozen {
			e.Context.Freeze()
		}
		for item := range 3 {
			at := node.AtItem(e, item)
			require.EqualError(t, at, e.Message)
			require.Equal(t, fmt.Sprintf(`{"data":{"errors":[{"message":"m"}]},"itemIndex":%d}`, item), jsonOf(node.InfoOf(at).Context))
			require.Equal(t, before, jsonOf(e.Context), "the original keeps its context")
			var api *node.APIError
			require.ErrorAs(t, at, &api)
			require.Same(t, e, api)
		}
	}
	again := node.AtItem(node.AtItem(e, 1), 2)
	require.Equal(t, `{"data":{"errors":[{"message":"m"}]},"itemIndex":2}`, jsonOf(node.InfoOf(again).Context))
	plain := node.AtItem(context.Canceled, 4)
	require.ErrorIs(t, plain, context.Canceled)
	require.Equal(t, `{"itemIndex":4}`, jsonOf(node.InfoOf(plain).Context))
}

func TestRunObject(t *testing.T) {
	t.Parallel()
	when := time.UnixMilli(1_750_000_000_123)
	n := node.NewObject("name", "N")
	api := node.NewAPIError(401, object(t, `{"errors":[]}`))
	api.Time = when
	for want, row := range map[string]struct {
		info *node.ErrorInfo
		node *node.Object
	}{
		`{"message":"nameless"}`: {node.InfoOf(errors.New("nameless")), n},
		`{"level":"warning","shouldReport":true,"description":"Request failed with status code 401","tags":{},"timestamp":1750000000123,` +
			`"context":{"data":{"errors":[]}},"functionality":"regular","name":"NodeApiError","node":{"name":"N"},` +
			`"messages":["Request failed with status code 401"],"httpCode":"401","message":"Authorization failed - please check your credentials"}`: {
			api.Info(), n,
		},
		`{"level":"warning","shouldReport":true,"tags":{},"context":{},"functionality":"regular","name":"NodeOperationError","messages":[],"message":"m"}`: {
			node.NewOperationError("m", "").Info(), nil,
		},
		`{"level":"warning","shouldReport":true,"tags":{},"context":{},"functionality":"regular","name":"ExpressionError","message":"m"}`: {
			&node.ErrorInfo{Name: "ExpressionError", Message: "m"}, nil,
		},
	} {
		require.Equal(t, want, jsonOf(row.info.RunObject(row.node)))
	}
}

func TestFailedItem(t *testing.T) {
	t.Parallel()
	it := node.FailedItem(fmt.Errorf("x: %w", node.NewAPIError(404, nil)))
	require.Equal(t, `{"error":"The resource you are requesting could not be found"}`, jsonOf(it.JSON))
	require.Equal(t, "404", it.Error.HTTPCode)
	require.Nil(t, it.Paired)
}
