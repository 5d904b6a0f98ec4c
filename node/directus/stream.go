package directus

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// pulse ends a request whose bytes have stopped coming and going for a while. A request of unknown length has no other limit.
type pulse struct {
	cancel context.CancelCauseFunc
	limit  time.Duration
	timer  *time.Timer
	still  atomic.Bool
}

// errStill is why a request was ended: it counts as a timeout.
type errStill struct{}

func (errStill) Error() string   { return "timeout: no bytes came or went" }
func (errStill) Timeout() bool   { return true }
func (errStill) Temporary() bool { return false }

func withPulse(ctx context.Context, limit time.Duration) (context.Context, *pulse) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &pulse{cancel: cancel, limit: limit}
	p.timer = time.AfterFunc(limit, func() {
		p.still.Store(true)
		cancel(errStill{})
	})
	return ctx, p
}

func (p *pulse) beat() { p.timer.Reset(p.limit) }

func (p *pulse) end() {
	p.timer.Stop()
	p.cancel(context.Canceled)
}

// stream is a body on its way.
type stream struct {
	io.ReadCloser
	pulse *pulse
	done  func()
	once  sync.Once
}

func (s *stream) Read(b []byte) (int, error) {
	n, err := s.ReadCloser.Read(b)
	if n > 0 {
		s.pulse.beat()
	}
	return n, err
}

func (s *stream) Close() error {
	err := s.ReadCloser.Close()
	s.once.Do(s.done)
	return err
}

// cause returns why a request failed: the transport tells only that it was ended.
func (f *flight) cause(err error) error {
	if f.pulse != nil && errors.Is(err, context.Canceled) && f.pulse.still.Load() {
		return errStill{}
	}
	return err
}
