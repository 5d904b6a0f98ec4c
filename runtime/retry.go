package runtime

import (
	"context"
	"encoding/binary"
	"io"
	"math"
	"time"

	"github.com/nate-go/nate/node"
)

// RetryPolicy says how nodes whose Retry On Fail is on are tried again, in place of what the workflow says and n8n bounds to 5
// tries and 5 s. An error that is node.Permanent is not followed by another try whatever the policy says.
type RetryPolicy struct {
	// Tries is the most attempts, the first included; 0: the node's own Max. Tries as n8n reads it.
	Tries int
	// Wait is the pause before the second try; 0: the node's own Wait Between Tries as n8n reads it.
	Wait time.Duration
	// Factor is what each further pause is longer by: 2 doubles it. What is below 1 counts as 1.
	Factor float64
	// MaxWait bounds a pause; 0: an hour.
	MaxWait time.Duration
	// Jitter is the share of a pause that is drawn at random, 0 to 1: with 0.5 a pause of 10 s takes 5 s to 10 s. It spreads
	// runs that failed together. What WithRandom says is drawn from.
	Jitter float64
	// Sleep waits for a pause, which the context may end early with its error; nil: a timer in the process. It must be safe for
	// concurrent use.
	Sleep func(ctx context.Context, pause time.Duration) error
}

// WithRetry goes beyond n8n's bounds of Retry On Fail, for nodes that have it on. Without it a node is tried 2 to 5 times, with
// the same pause of at most 5 s, as in n8n.
func WithRetry(policy RetryPolicy) Option { return func(c *config) { c.retry = policy } }

// defaultMaxWait is the longest pause of a policy that has no bound of its own.
const defaultMaxWait = time.Hour

// retry is n8n's reading of Retry On Fail: 2 to 5 tries (3 when unset), a wait of 0 to 5 s (1 s when unset); or what the policy
// says instead.
func (e *Executor) retry(p *Prepared) node.Retry {
	if !p.node.RetryOnFail {
		return node.Retry{Tries: 1}
	}
	tries, wait := p.node.MaxTries, p.node.WaitBetweenTries
	if tries == 0 {
		tries = 3
	}
	if wait == 0 {
		wait = 1000
	}
	policy := e.cfg.retry
	if policy.Tries <= 0 {
		// n8n counts tries up to a number that may have a fraction: 2.5 gives a third one.
		policy.Tries = int(math.Ceil(min(max(tries, 2), 5)))
	}
	if policy.Wait <= 0 {
		policy.Wait = time.Duration(min(max(wait, 0), 5000) * float64(time.Millisecond))
	}
	sleep := policy.Sleep
	if sleep == nil {
		sleep = sleepFor
	}
	return node.Retry{Tries: policy.Tries, Wait: policy.Wait, Pause: func(ctx context.Context, try int) error {
		return sleep(ctx, policy.pause(try, e.cfg.randomShare))
	}}
}

// pause is how long to wait before a try.
func (p RetryPolicy) pause(try int, random func() float64) time.Duration {
	longest := p.MaxWait
	if longest <= 0 {
		longest = defaultMaxWait
	}
	pause := min(float64(p.Wait)*math.Pow(max(p.Factor, 1), float64(try-2)), float64(longest))
	if jitter := min(max(p.Jitter, 0), 1); jitter > 0 {
		pause -= pause * jitter * random()
	}
	return time.Duration(pause)
}

func sleepFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// randomShare draws a number from 0 to 1, which is not among them.
func (c *config) randomShare() float64 {
	var b [8]byte
	if _, err := io.ReadFull(c.randomSource(), b[:]); err != nil {
		c.logger.Warn("the random source failed; a retry waits without jitter", "error", err)
		return 0
	}
	return float64(binary.LittleEndian.Uint64(b[:])>>11) / (1 << 53)
}
