package runtime

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/nate-go/nate/credentials"
)

// Option sets one thing of a Plan or an Executor.
type Option func(*config)

type config struct {
	resolver  credentials.Resolver
	transport http.RoundTripper
	logger    *slog.Logger
	observers []Observer
	now       func() time.Time
	location  *time.Location
}

func newConfig(opts []Option) *config {
	c := &config{
		resolver:  credentials.Values(),
		transport: http.DefaultTransport,
		logger:    slog.New(slog.DiscardHandler),
		now:       time.Now,
	}
	for _, o := range opts {
		o(c)
	}
	return c
}

// WithCredentials says where credentials come from. The default has none.
func WithCredentials(r credentials.Resolver) Option { return func(c *config) { c.resolver = r } }

// WithTransport says what carries the HTTP requests of nodes. The default is http.DefaultTransport.
func WithTransport(t http.RoundTripper) Option { return func(c *config) { c.transport = t } }

// WithLogger says where runs log to. The default discards.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }

// WithObserver adds an Observer. Observers are called one after the other, in the order in which they were added.
func WithObserver(o Observer) Option {
	return func(c *config) { c.observers = append(c.observers, o) }
}

// WithClock replaces time.Now for everything that a run records or an expression asks.
func WithClock(now func() time.Time) Option { return func(c *config) { c.now = now } }

// WithLocation sets the time zone of workflows that have none of their own. The default is n8n's: America/New_York.
func WithLocation(l *time.Location) Option { return func(c *config) { c.location = l } }

// Observer is told what happens during a run. A nil func is skipped. The funcs are called from the goroutine of the run
// and hold it up until they return.
type Observer struct {
	// NodeStarted is called before a node runs.
	NodeStarted func(NodeEvent)
	// NodeFinished is called after a node ran, was passed over because it is disabled, or was replaced by pinned items.
	NodeFinished func(NodeEvent)
}

// NodeEvent is one run of one node.
type NodeEvent struct {
	// Workflow and Node are names; Type is the node's type.
	Workflow, Node, Type string
	// RunIndex counts the runs of the node, from 0.
	RunIndex int
	// Disabled and Pinned say that the node itself did not run.
	Disabled, Pinned bool
	// Run is what became of it; nil in NodeStarted. It must not be changed.
	Run *NodeRun
}
