package nodetest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Reply is one answer of a fake service.
type Reply struct {
	// Status is the HTTP status; 0: 200.
	Status int
	Header http.Header
	Body   string
	// Err is what the request fails with instead of an answer: a network failure.
	Err error
}

// Request is one request that a fake service got.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        string
}

// Service is a fake of a service: an http.RoundTripper that gives prepared answers and keeps the requests. It is safe for
// concurrent use.
type Service struct {
	mu         sync.Mutex
	replies    []Reply
	requests   []Request
	unprepared error // the first request that was not prepared for
}

// NewService returns a Service that answers with these replies, one a request, in their order. A request beyond them fails,
// and then so does Run.
func NewService(replies ...Reply) *Service { return &Service{replies: replies} }

// RoundTrip implements http.RoundTripper.
func (s *Service) RoundTrip(r *http.Request) (*http.Response, error) {
	got := Request{Method: r.Method, URL: r.URL.String(), Header: r.Header.Clone()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		got.Body = string(body)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.requests)
	s.requests = append(s.requests, got)
	if n >= len(s.replies) {
		err := fmt.Errorf("nodetest: request %d (%s %s) has no reply: %d were prepared", n+1, r.Method, r.URL, len(s.replies))
		if s.unprepared == nil {
			s.unprepared = err
		}
		return nil, err
	}
	reply := s.replies[n]
	if reply.Err != nil {
		return nil, reply.Err
	}
	if reply.Status == 0 {
		reply.Status = http.StatusOK
	}
	header := reply.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", reply.Status, http.StatusText(reply.Status)),
		StatusCode: reply.Status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        header,
		Body:          io.NopCloser(strings.NewReader(reply.Body)),
		ContentLength: int64(len(reply.Body)),
		Request:       r,
	}, nil
}

// Requests returns the requests so far, in the order in which they came.
func (s *Service) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// unexpected returns the error of the first request that was not prepared for.
func (s *Service) unexpected() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unprepared
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(want, got []byte) string {
	wanted, gotten := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	line := func(lines [][]byte, i int) string {
		if i < len(lines) {
			return string(lines[i])
		}
		return "(the end)"
	}
	for i := 0; ; i++ {
		if w, g := line(wanted, i), line(gotten, i); w != g || i >= max(len(wanted), len(gotten)) {
			return fmt.Sprintf("line %d\n  want %s\n   got %s", i+1, w, g)
		}
	}
}

// Network returns a transport that sends a test's requests over the network, to an httptest.Server for one. It has its own
// connections, which the end of the test closes: each httptest.Server that closes also cuts those of http.DefaultTransport,
// under the requests of tests that run beside it. It is safe for concurrent use.
func Network(tb testing.TB) *http.Transport {
	tb.Helper()
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http says so
	tb.Cleanup(t.CloseIdleConnections)
	return t
}
