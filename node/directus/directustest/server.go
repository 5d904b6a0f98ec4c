package directustest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a [Handler] that listens on a loopback address of its own. It is safe for concurrent use.
type Server struct {
	*Handler
	http   *http.Server
	url    string
	cancel context.CancelFunc // ends every request that waits

	mu      sync.Mutex
	changed *sync.Cond // serving or conns
	serving bool       // the accepting goroutine runs
	closed  bool
	conns   map[net.Conn]bool // each has a goroutine
}

// New starts a server on a free port of a loopback address. The caller must Close it.
func New(opts ...Option) (*Server, error) {
	h, err := NewHandler(opts...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	l, err := listen(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &Server{Handler: h, url: "http://" + l.Addr().String(), cancel: cancel, conns: map[net.Conn]bool{}, serving: true}
	s.changed = sync.NewCond(&s.mu)
	s.http = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ConnState:         s.track,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	go s.serve(l)
	return s, nil
}

func listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err == nil {
		return l, nil
	}
	l, err6 := config.Listen(ctx, "tcp", "[::1]:0")
	if err6 != nil {
		return nil, fmt.Errorf("directustest: no loopback address to listen on: %w", errors.Join(err, err6))
	}
	return l, nil
}

// URL returns the address of the server without a slash at its end, as the url of a directusApi credential.
func (s *Server) URL() string { return s.url }

// Close stops the server at once: requests that are under way lose their connection. It returns when the server's goroutines have ended,
// so a [Fault] of your own must stop waiting when the request's context ends. Closing twice does no harm.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	err := s.http.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.serving || len(s.conns) > 0 {
		s.changed.Wait()
	}
	return err
}

func (s *Server) serve(l net.Listener) {
	err := s.http.Serve(l)
	if err != nil && !errors.Is(err, http.ErrServerClosed) && s.cfg.logger != nil {
		s.cfg.logger.Error("the Directus sandbox stopped", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serving = false
	s.changed.Broadcast()
}

// track keeps the list of connections, since http.Server.Close does not wait for their goroutines.
func (s *Server) track(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns[c] = true
		if s.closed { // accepted a moment before: http.Server.Close has not seen it
			_ = c.Close() // its goroutine notices
		}
	case http.StateClosed, http.StateHijacked:
		delete(s.conns, c)
		s.changed.Broadcast()
	}
}
