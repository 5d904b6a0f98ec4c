package node

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/nate-go/nate/credentials"
)

// Instance is the node of a workflow that is being executed.
type Instance struct {
	ID, Name, Type string
	TypeVersion    float64
}

// Call is one execution of a node over a batch of items: what a Node is handed. It is safe for concurrent use.
type Call struct{ cfg CallConfig }

// CallConfig is what a runtime fills a Call with. A func that is nil makes the Call's method return an error that says
// so.
type CallConfig struct {
	Instance Instance
	// Inputs are the items on each main input; nil where nothing arrived, which is not the same as no items.
	Inputs [][]Item
	// Sources say where each main input comes from; nil entries and a missing one: nowhere (the first node of a run).
	Sources []*Source
	// Outputs is how many main outputs the node has with its parameters, the error output not counted; 0: as many as its
	// Definition lists.
	Outputs int
	// RunIndex counts the runs of this node in this execution, from 0.
	RunIndex int
	// Mode is how the run was started, in n8n's words ("manual" from an editor, "cli", "trigger", ...).
	Mode string
	// ContinueOnFail says that a failed item must not fail the node.
	ContinueOnFail bool
	// Param resolves one parameter for an item of input 0.
	Param func(ctx context.Context, name string, item int) (any, error)
	// ParamAt resolves what is at a path inside a parameter (see Params.Value), and nothing else of the parameter; nil: by
	// Param.
	ParamAt func(ctx context.Context, path string, item int) (any, error)
	// JSONText resolves what is at a path as Params.JSONText has it; nil: as ParamAt, and nothing is an expression.
	JSONText func(ctx context.Context, path string, item int) (v any, isExpression bool, err error)
	// Typed resolves what is at a path as Params.Typed has it; nil: as ParamAt, with no type.
	Typed func(ctx context.Context, path string, item int) (v any, typ string, err error)
	// With resolves what is at a path with further variables, as Params.With has it.
	With func(ctx context.Context, path string, item int, variables *Object) (any, error)
	// Parameters are the node's parameters with their defaults, expressions unresolved; nil: not known.
	Parameters *Object
	// Resolve resolves an expression that the node brings along, as Call.Resolve has it.
	Resolve func(ctx context.Context, e *Expression, item int, variables *Object) (any, error)
	// CredentialType finds what is known of a credential type.
	CredentialType func(name string) (credentials.Type, bool)
	// Credential finds the node's credential of a type.
	Credential func(ctx context.Context, credentialType string) (credentials.Data, error)
	// StoreBinary keeps the content of a new file; nil: in memory. OpenBinary reads a content that is not in memory, by its id.
	StoreBinary func(ctx context.Context, r io.Reader, description Binary) (Binary, error)
	OpenBinary  func(ctx context.Context, id string) (io.ReadCloser, error)
	// Transport carries HTTP requests; nil: http.DefaultTransport.
	Transport http.RoundTripper
	// TransportWith returns a transport under the same policy with other settings.
	TransportWith func(TransportOptions) (http.RoundTripper, error)
	// NodeContext and FlowContext return what Call.NodeContext and Call.FlowContext do; nil: an Object that lives as long as
	// the Call.
	NodeContext, FlowContext func() *Object
	// Script runs JavaScript for the node.
	Script Script
	// StaticData and SetStaticData read and replace what Call.StaticData has; nil: nothing is kept.
	StaticData    func(kind StaticKind) *Object
	SetStaticData func(kind StaticKind, data *Object)
	// CustomData and SetCustomData read and add to what Call.CustomData has; nil: nothing is kept.
	CustomData    func() *Object
	SetCustomData func(key string, value any) error
	// RunWorkflow runs another workflow.
	RunWorkflow func(ctx context.Context, w SubWorkflow) (SubRun, error)
	// WorkflowID tells the workflow from others, SeenStore remembers values over its runs; nil: nothing does.
	WorkflowID string
	SeenStore  SeenStore
	// Now is the run's clock, in the workflow's time zone; nil: the host's clock in UTC.
	Now func() time.Time
	// Ancestors returns the types of the enabled nodes that lead to this one; nil: there are none.
	Ancestors func() []string
	// Evaluate evaluates text with expressions for an item of input 0.
	Evaluate func(ctx context.Context, text string, item int) (any, error)
	// FileRoots are the folders whose files the node may read and write; empty: none.
	FileRoots []string
	// Commands says that the node may run commands of the machine.
	Commands bool
	// Logger may be nil: nothing is logged.
	Logger *slog.Logger
	// Once keeps the answer of fn under key for the whole workflow run; nil: for this Call.
	Once func(key any, fn func() (any, error)) (any, error)
}

// NewCall returns a Call. Node authors get theirs from the runtime.
func NewCall(cfg CallConfig) *Call {
	if cfg.Param == nil {
		cfg.Param = func(context.Context, string, int) (any, error) {
			return nil, fmt.Errorf("node %q was called without parameters", cfg.Instance.Name)
		}
	}
	if cfg.ParamAt == nil {
		cfg.ParamAt = func(ctx context.Context, path string, item int) (any, error) {
			name, rest, _ := strings.Cut(path, ".")
			v, err := cfg.Param(ctx, name, item)
			return At(v, rest), err
		}
	}
	if cfg.JSONText == nil {
		cfg.JSONText = func(ctx context.Context, path string, item int) (any, bool, error) {
			v, err := cfg.ParamAt(ctx, path, item)
			return v, false, err
		}
	}
	if cfg.Typed == nil {
		cfg.Typed = func(ctx context.Context, path string, item int) (any, string, error) {
			v, err := cfg.ParamAt(ctx, path, item)
			return v, "", err
		}
	}
	if cfg.With == nil {
		cfg.With = func(_ context.Context, name string, _ int, _ *Object) (any, error) {
			return nil, fmt.Errorf("node %q was called where parameter %q can't be resolved with further variables", cfg.Instance.Name, name)
		}
	}
	if cfg.Resolve == nil {
		cfg.Resolve = func(_ context.Context, e *Expression, _ int, _ *Object) (any, error) {
			if v, ok := e.Constant(); ok {
				return v, nil
			}
			return nil, fmt.Errorf("node %q was called where no expressions can be evaluated", cfg.Instance.Name)
		}
	}
	if cfg.CredentialType == nil {
		cfg.CredentialType = func(string) (credentials.Type, bool) { return credentials.Type{}, false }
	}
	if cfg.TransportWith == nil {
		cfg.TransportWith = func(TransportOptions) (http.RoundTripper, error) {
			return nil, fmt.Errorf("node %q was called where the settings of the HTTP transport can't be changed", cfg.Instance.Name)
		}
	}
	if cfg.Credential == nil {
		cfg.Credential = func(_ context.Context, t string) (credentials.Data, error) {
			return credentials.Data{}, fmt.Errorf("node %q was called without credentials (%s)", cfg.Instance.Name, t)
		}
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return time.Now().UTC() }
	}
	if cfg.Once == nil {
		cfg.Once = NewOnce()
	}
	if cfg.NodeContext == nil {
		cfg.NodeContext = ownContext()
	}
	if cfg.FlowContext == nil {
		cfg.FlowContext = ownContext()
	}
	if cfg.Script == nil {
		cfg.Script = noScript{cfg.Instance.Name}
	}
	if cfg.StaticData == nil {
		cfg.StaticData = func(StaticKind) *Object { return nil }
	}
	if cfg.SetStaticData == nil {
		cfg.SetStaticData = func(StaticKind, *Object) {}
	}
	if cfg.CustomData == nil {
		cfg.CustomData = func() *Object { return nil }
	}
	if cfg.SetCustomData == nil {
		cfg.SetCustomData = func(string, any) error { return nil }
	}
	if cfg.RunWorkflow == nil {
		cfg.RunWorkflow = func(context.Context, SubWorkflow) (SubRun, error) {
			return SubRun{}, fmt.Errorf("node %q was called where no other workflow can be run", cfg.Instance.Name)
		}
	}
	return &Call{cfg}
}

// Instance returns the node that is being executed.
func (c *Call) Instance() Instance { return c.cfg.Instance }

// Items returns the items on the first input. They are shared with other nodes: see Object.
func (c *Call) Items() []Item {
	items, _ := c.Input(0)
	return items
}

// Input returns the items on a main input, and whether anything arrived there at all.
func (c *Call) Input(i int) ([]Item, bool) {
	if i < 0 || i >= len(c.cfg.Inputs) {
		return nil, false
	}
	return c.cfg.Inputs[i], c.cfg.Inputs[i] != nil
}

// Inputs returns the number of main inputs that the Call has, those included on which nothing arrived.
func (c *Call) Inputs() int { return len(c.cfg.Inputs) }

// Source says where a main input comes from: n8n's getInputSourceData. It is nil where nothing arrived, and for the first
// node of a run. It must not be changed.
func (c *Call) Source(input int) *Source {
	if input < 0 || input >= len(c.cfg.Sources) {
		return nil
	}
	return c.cfg.Sources[input]
}

// Outputs returns how many main outputs the node has with its parameters, the error output not counted; 0 when that is not
// known.
func (c *Call) Outputs() int { return c.cfg.Outputs }

// NodeContext returns what this node keeps over its runs in one execution: n8n's getContext('node'). Every run sees what
// earlier ones set, expressions read it ($('Name').context), and it is stored with a run that waits. Set replaces what is in
// it; the values in it must not be changed in place. It is for the goroutine that Execute was called in.
func (c *Call) NodeContext() *Object { return c.cfg.NodeContext() }

// FlowContext is NodeContext for all nodes of an execution together: n8n's getContext('flow').
func (c *Call) FlowContext() *Object { return c.cfg.FlowContext() }

// Evaluate evaluates text with expressions in it ("Hello {{ $json.name }}") for an item of the first input, as a parameter that
// is an expression is: for a node whose parameter holds expressions although it is none. The error is that of an expression that
// can't be read or fails, or says that there is nothing to evaluate with.
func (c *Call) Evaluate(ctx context.Context, text string, item int) (any, error) {
	if c.cfg.Evaluate == nil {
		return nil, fmt.Errorf("node %q was called where no expressions can be evaluated", c.cfg.Instance.Name)
	}
	return c.cfg.Evaluate(ctx, text, item)
}

// Parameters returns the node's parameters with their defaults, their expressions unresolved: what display options look at. It is
// frozen, and nil where it is not known.
func (c *Call) Parameters() *Object { return c.cfg.Parameters }

// Resolve evaluates an expression that the node brings along, for an item of the first input, with further variables by their names
// with the "$" ($response, $value, ...); nil: none. The value may be frozen. The error is as that of Evaluate.
func (c *Call) Resolve(ctx context.Context, e *Expression, item int, variables *Object) (any, error) {
	return c.cfg.Resolve(ctx, e, item, variables)
}

// WorkflowID is the id of the workflow that the node is part of, else its name; empty for a node by itself.
func (c *Call) WorkflowID() string { return c.cfg.WorkflowID }

// SeenStore remembers values over runs; nil when whoever runs the workflow gave no store.
func (c *Call) SeenStore() SeenStore { return c.cfg.SeenStore }

// Commands reports whether the node may run commands of the machine.
func (c *Call) Commands() bool { return c.cfg.Commands }

// Ancestors returns the types of the enabled nodes that lead to this one, near or far; some may be there twice.
func (c *Call) Ancestors() []string {
	if c.cfg.Ancestors == nil {
		return nil
	}
	return c.cfg.Ancestors()
}

// RunWorkflow runs another workflow and returns what its last node put out. A workflow that can't be found or started is an
// error, and so is one whose run failed.
func (c *Call) RunWorkflow(ctx context.Context, w SubWorkflow) (SubRun, error) {
	return c.cfg.RunWorkflow(ctx, w)
}

// Script runs JavaScript for a node that is code. Never nil.
func (c *Call) Script() Script { return c.cfg.Script }

// StaticKind says whose static data is meant, in n8n's words.
type StaticKind string

// The kinds of static data: one Object of the whole workflow, one of each of its nodes.
const (
	StaticGlobal StaticKind = "global"
	StaticNode   StaticKind = "node"
)

// StaticData returns what the workflow, or this node of it, keeps from run to run: n8n's getWorkflowStaticData. It is frozen,
// and empty (or nil) when nothing is kept.
func (c *Call) StaticData(kind StaticKind) *Object { return c.cfg.StaticData(kind) }

// SetStaticData replaces what StaticData returns, for later nodes of this run and for later runs. It freezes data.
func (c *Call) SetStaticData(kind StaticKind, data *Object) { c.cfg.SetStaticData(kind, data) }

// CustomData returns what was kept of this execution to find it by: n8n's customData. It is frozen or empty, and nil when nothing is
// kept. All values are text.
func (c *Call) CustomData() *Object { return c.cfg.CustomData() }

// SetCustomData adds to what CustomData returns, for all nodes of the run and for whoever reads its result. value is text or a
// number (float64). As in n8n, an execution keeps ten keys, of 50 characters each, with 512 characters of text; a key of other than
// letters, digits and "_", or another value, is an error in runs of the editor (Mode "manual") and logged in others.
func (c *Call) SetCustomData(key string, value any) error { return c.cfg.SetCustomData(key, value) }

// ownContext returns a func that always returns the same Object.
func ownContext() func() *Object {
	return sync.OnceValue(func() *Object { return &Object{} })
}

// RunIndex counts the runs of this node in this execution, from 0.
func (c *Call) RunIndex() int { return c.cfg.RunIndex }

// Mode is how the run was started, in n8n's words: "manual" from an editor, "cli", "trigger", ...; empty when not known.
func (c *Call) Mode() string { return c.cfg.Mode }

// Now returns the time by the run's clock, in the workflow's time zone: dates without a zone are meant in it.
func (c *Call) Now() time.Time { return c.cfg.Now() }

// ContinueOnFail reports whether a failed item must become an error item. A Node made by PerItem need not ask.
func (c *Call) ContinueOnFail() bool { return c.cfg.ContinueOnFail }

// Params returns the parameters for an item of the first input.
func (c *Call) Params(ctx context.Context, item int) *Params {
	return &Params{ctx: ctx, call: c, item: item}
}

// Credential returns the node's credential of a type. A node instance that names none gets n8n's error
// ("Node does not have any credentials set").
func (c *Call) Credential(ctx context.Context, credentialType string) (credentials.Data, error) {
	return c.cfg.Credential(ctx, credentialType)
}

// HTTPClient returns a client over the runtime's transport, which enforces its egress policy. The client is the
// caller's to set up (timeout, redirects).
func (c *Call) HTTPClient() *http.Client { return &http.Client{Transport: c.cfg.Transport} }

// CredentialType returns what is known of a credential type; ok is false for one that is not registered.
func (c *Call) CredentialType(name string) (t credentials.Type, ok bool) {
	return c.cfg.CredentialType(name)
}

// TransportOptions are settings of an HTTP transport that a node may change. The zero value changes nothing. It is comparable.
type TransportOptions struct {
	// Proxy is the URL of a proxy ("http://user:password@host:3128", https and socks5 too); empty: that of the environment.
	Proxy string
	// SkipVerify takes any certificate that a server shows.
	SkipVerify bool
	// CA are certificates (PEM) of authorities to trust in place of the system's; Certificate, Key (PEM) and Passphrase are what to
	// show to servers.
	CA, Certificate, Key, Passphrase string
}

// HTTPClientWith returns a client as HTTPClient does, with other settings of the transport. It fails where a setting can't be used or
// is against the egress policy, and where the embedder has a transport of its own, whose settings are its own.
func (c *Call) HTTPClientWith(o TransportOptions) (*http.Client, error) {
	if o == (TransportOptions{}) {
		return c.HTTPClient(), nil
	}
	t, err := c.cfg.TransportWith(o)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: t}, nil
}

// Logger logs under the node's name. Never nil.
func (c *Call) Logger() *slog.Logger { return c.cfg.Logger }

// Once returns what fn returned the first time that key was asked for in this workflow run; concurrent callers wait for
// the one that asks. key must be comparable; use a type of your own, as with context keys. An error is kept too.
func (c *Call) Once(key any, fn func() (any, error)) (any, error) { return c.cfg.Once(key, fn) }
