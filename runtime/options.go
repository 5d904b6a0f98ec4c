package runtime

import (
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/httpx"
	"github.com/nate-go/nate/node"
)

// Option sets one thing of a Plan or an Executor.
type Option func(*config)

type config struct {
	resolver     credentials.Resolver
	transport    http.RoundTripper
	egress       *Egress
	ownTransport bool // it is the embedder's
	logger       *slog.Logger
	tracer       trace.Tracer
	observers    []Observer
	now          func() time.Time
	random       io.Reader // nil: crypto/rand
	location     *time.Location
	grace        time.Duration
	limits       ExpressionLimits
	runLimits    Limits
	retry        RetryPolicy
	find         FindWorkflow
	findFile     FindWorkflow
	plans        *sync.Map // of other workflows
	compiled     *sync.Map // expressions of credential types
	overwrite    bool      // waiting data are overwritten where n8n does so
	seen         node.SeenStore
	fileRoots    []string
	commands     bool

	codeLimits  CodeLimits
	modules     []string
	staticStore StaticStore

	binaryMemory BinaryMemory
	binaryStore  node.BinaryStore
	storedFiles  int64          // how many bytes of temporary files go with a run that waits
	env          map[string]any // the values of the names that may be read, node.Undefined for one that is not set
	resume       func(executionID string) ResumeURLs
}

// cancelGrace is how long a node may take to return after its context ended. A request that must not be left half done
// (a token refresh) gets 5 s of it.
const cancelGrace = 6 * time.Second

func newConfig(opts []Option) *config {
	c := &config{
		plans:    &sync.Map{},
		compiled: &sync.Map{},
		resolver: credentials.Values(),
		logger:   slog.New(slog.DiscardHandler),
		tracer:   noop.NewTracerProvider().Tracer(""),
		now:      time.Now,
		grace:    cancelGrace,

		storedFiles: filesOfStoredRun,
	}
	WithLimits(Limits{})(c)
	for _, o := range opts {
		if o != nil {
			o(c)
		}
	}
	switch {
	case c.egress != nil:
		c.ownTransport = c.transport != nil
		c.transport = httpx.Policy(*c.egress).Transport(c.transport)
	case c.transport == nil:
		c.transport = httpx.Policy{}.Transport(nil)
	default:
		c.ownTransport = true
	}
	return c
}

// transportWith returns a transport with the settings of a node, held to the same policy.
func (c *config) transportWith(o node.TransportOptions) (http.RoundTripper, error) {
	if c.ownTransport {
		return nil, errors.New("a proxy, ignored certificates and client certificates can't be used with a transport of the embedder's own")
	}
	var policy httpx.Policy
	if c.egress != nil {
		policy = httpx.Policy(*c.egress)
	}
	return policy.TransportWith(httpx.Options(o))
}

// WithCredentials says where credentials come from. The default has none.
func WithCredentials(r credentials.Resolver) Option {
	return func(c *config) { c.resolver = credentials.Chain(r) } // a chain of nil is one that has none
}

// WithTransport says what carries the HTTP requests of nodes. The default has Go's defaults and the policy of a zero
// Egress.
func WithTransport(t http.RoundTripper) Option { return func(c *config) { c.transport = t } }

// Egress says where the HTTP requests of nodes may go. The zero Egress allows every host and every address but link-local
// ones, where clouds keep the secrets of their machines.
type Egress struct {
	// AllowedHosts are the host names that may be asked, redirects included; empty: all. "*.example.com" stands for all
	// hosts below example.com.
	AllowedHosts []string
	// DenyPrivate refuses loopback, private and other addresses that are not public, whatever name leads to them.
	DenyPrivate bool
	// AllowLinkLocal allows link-local addresses (169.254.0.0/16, fe80::/10).
	AllowLinkLocal bool
}

// WithEgress holds the requests of nodes to a policy. A request that it refuses is not sent, and the node fails with an
// error that names the host. With WithTransport only host names and addresses in URLs are checked: what a name resolves to
// is known to that transport alone.
func WithEgress(e Egress) Option { return func(c *config) { c.egress = &e } }

// WithTracer makes runs leave spans: one for a run, and below it one for each run of a node. The default leaves none.
func WithTracer(t trace.Tracer) Option {
	return func(c *config) {
		if t != nil {
			c.tracer = t
		}
	}
}

func (c *config) randomSource() io.Reader {
	if c.random == nil {
		return rand.Reader
	}
	return c.random
}

// WithRandom replaces crypto/rand for everything that a run draws: its execution id, the jitter of retries. r must be safe for concurrent use.
func WithRandom(r io.Reader) Option { return func(c *config) { c.random = r } }

// WithLogger says where runs log to. The default discards.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) {
		if l != nil {
			c.logger = l
		}
	}
}

// WithObserver adds an Observer. Observers are called one after the other, in the order in which they were added.
func WithObserver(o Observer) Option {
	return func(c *config) { c.observers = append(c.observers, o) }
}

// WithSeenStore says where nodes that compare with earlier runs (Remove Duplicates) remember what they have seen. Without one
// they fail.
func WithSeenStore(s node.SeenStore) Option { return func(c *config) { c.seen = s } }

// WithFileRoots opens folders of this machine, with all that is below them, to the nodes that read and write files (Read/Write Files from
// Disk and its old forms). Without it they can reach none. Links and .. do not lead out of a folder; folders named .git in them stay
// closed. The folders of several options add up. A workflow can then read and change everything in them: give it folders of its own.
func WithFileRoots(dirs ...string) Option {
	return func(c *config) { c.fileRoots = append(c.fileRoots, dirs...) }
}

// WithCommands lets Execute Command run commands of this machine, with all that the process itself may do. Without it the node fails.
// Only for workflows that you would run as a script.
func WithCommands() Option { return func(c *config) { c.commands = true } }

// WithClock replaces time.Now for everything that a run records or an expression asks.
func WithClock(now func() time.Time) Option {
	return func(c *config) {
		if now != nil {
			c.now = now
		}
	}
}

// WithLocation sets the time zone of workflows that have none of their own. The default is n8n's: America/New_York.
func WithLocation(l *time.Location) Option { return func(c *config) { c.location = l } }

// ExpressionLimits bound the evaluation of one {{ }} in the JavaScript engine. An expression that goes beyond them fails for its
// item; nothing else is affected. What is 0 takes the default.
type ExpressionLimits struct {
	// Time is how long it may take; the default is n8n's, 5 s.
	Time time.Duration
	// Memory is how many bytes the engine may hold (default 256 MiB), Result how large the value's JSON may be, about (64 MiB).
	Memory, Result int
}

// WithExpressionLimits sets the limits of expressions.
func WithExpressionLimits(l ExpressionLimits) Option { return func(c *config) { c.limits = l } }

// WithEnv lets expressions read variables of the environment: $env.NAME and process.env.NAME for these names, whose values
// lookup (os.LookupEnv, mostly) gives now; one that is not set is undefined, and so are all where lookup is nil. Any other name, and every name without this option,
// fails with n8n's "access to env vars denied" in $env, and is undefined in process.env, as in n8n.
func WithEnv(lookup func(name string) (value string, ok bool), names ...string) Option {
	return func(c *config) {
		env := map[string]any{}
		for _, name := range names {
			env[name] = node.Undefined
			if lookup == nil {
				continue
			}
			if value, ok := lookup(name); ok {
				env[name] = value
			}
		}
		c.env = env
	}
}

// ResumeURLs are where an execution that waits is resumed: $execution.resumeUrl and $execution.resumeFormUrl.
type ResumeURLs struct{ Webhook, Form string }

// WithResumeURLs says where a server of the embedder's resumes executions. Without it, an expression that asks for such a URL
// fails. of must be safe for concurrent use.
func WithResumeURLs(of func(executionID string) ResumeURLs) Option {
	return func(c *config) { c.resume = of }
}

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
