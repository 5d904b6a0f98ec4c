package directustest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault answers one request in place of the server. perform does what the server would have done, as often as it is called, and writes
// the answer. [Handler.FailNext] says which requests it gets.
type Fault func(w http.ResponseWriter, r *http.Request, perform http.Handler)

type pendingFault struct {
	path  string
	left  int
	fault Fault
}

// FailNext lets the next n requests to a path go wrong; the path "" stands for every path. A slash at the end of the request's path does
// not matter. Of several faults that wait for a request the one that was given first is used up first.
func (h *Handler) FailNext(path string, n int, f Fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n > 0 {
		h.faults = append(h.faults, &pendingFault{path: strings.TrimSuffix(path, "/"), left: n, fault: f})
	}
}

// ClearFaults forgets the faults that still wait.
func (h *Handler) ClearFaults() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.faults = nil
}

// takeFault expects the lock to be held.
func (h *Handler) takeFault(path string) Fault {
	for i, p := range h.faults {
		if p.path != "" && p.path != strings.TrimSuffix(path, "/") {
			continue
		}
		if p.left--; p.left == 0 {
			h.faults = append(h.faults[:i:i], h.faults[i+1:]...)
		}
		return p.fault
	}
	return nil
}

// Performed does what the request asks for and then lets the answer go wrong: Performed(Drop()) is a refresh whose token was rotated and
// whose answer was lost. Where f performs the request, it gets the answer that is there already.
func Performed(f Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		f(w, r, record(r, perform))
	}
}

// abort closes the connection, in net/http's own way.
func abort() { panic(http.ErrAbortHandler) } //nolint:forbidigo // see above

// Delay waits before the request is performed. It does not wait for a client that is gone, whose request is performed at once.
func Delay(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
		perform.ServeHTTP(w, r)
	}
}

// Hang never answers: it waits until the client gives up or the server is closed. The request is not performed.
func Hang() Fault {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
		abort()
	}
}

// Drop closes the connection without an answer. The request is not performed; see [Performed].
func Drop() Fault {
	return func(http.ResponseWriter, *http.Request, http.Handler) { abort() }
}

// Reset resets the connection (TCP RST) without an answer. The request is not performed; see [Performed].
func Reset() Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil { // no network here, or not HTTP/1
			abort()
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // makes Close reset the connection
		}
		_ = conn.Close()
	}
}

// CutOff performs the request, announces the whole answer, sends the first n bytes of its body and closes the connection.
func CutOff(n int) Fault {
	return func(w http.ResponseWriter, r *http.Request, perform http.Handler) {
		answer := record(r, perform)
		answer.body = answer.body[:min(n, len(answer.body))]
		answer.ServeHTTP(w, r)
		_ = http.NewResponseController(w).Flush() // fails only where there is no network
		abort()
	}
}

// Respond answers with this status, content type and body, as a proxy in front of Directus might. The request is not performed.
func Respond(status int, contentType, body string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that is gone needs no answer
	}
}

// Redirect answers with a redirect to location; status is 301, 302, 303, 307 or 308. The request is not performed.
func Redirect(status int, location string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	}
}

// Oversize answers 200 with a valid JSON object of about size bytes and no Content-Length. The request is not performed.
func Oversize(size int) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", jsonType)
		chunk := bytes.Repeat([]byte("x"), 32<<10)
		write := func(b []byte) bool { _, err := w.Write(b); return err == nil }
		if !write([]byte(`{"data":{"expires":900000,"refresh_token":"`)) {
			return
		}
		for sent := 0; sent < size; sent += len(chunk) {
			if !write(chunk[:min(len(chunk), size-sent)]) {
				return
			}
		}
		write([]byte(`","access_token":"x"}}`))
	}
}

// RateLimited answers 429 as Directus's rate limiter does. The request is not performed.
func RateLimited(retryAfter time.Duration) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("X-Powered-By", "Directus")
		writeFault(w, tooManyRequests(time.Now(), retryAfter))
	}
}

// UnderPressure answers 503 as Directus does when its machine is too busy. A retryAfter of 0 sends no Retry-After header, which is
// Directus's default. The request is not performed.
func UnderPressure(retryAfter time.Duration) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { writeFault(w, underPressure(retryAfter)) }
}

func writeFault(w http.ResponseWriter, e *apiError) {
	for name, values := range e.header {
		w.Header()[name] = values
	}
	body := marshal(errorBody{[]*apiError{e}})
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Etag", etag(body))
	w.WriteHeader(e.status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

// recorded is an answer that was kept instead of sent. It is a Handler that sends it.
type recorded struct {
	header http.Header
	status int
	body   []byte
}

func record(r *http.Request, perform http.Handler) *recorded {
	answer := &recorded{header: http.Header{}}
	perform.ServeHTTP(answer, r)
	return answer
}

func (a *recorded) Header() http.Header    { return a.header }
func (a *recorded) WriteHeader(status int) { a.status = status }
func (a *recorded) Write(b []byte) (int, error) {
	a.body = append(a.body, b...)
	return len(b), nil
}

func (a *recorded) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that is gone needs no answer
}

// String is for messages of tests.
func (r Request) String() string { return fmt.Sprintf("%s %s", r.Method, r.Path) }
