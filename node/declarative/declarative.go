// Package declarative makes nodes of definitions alone: of n8n's INodeTypeDescription whose properties and options say with "routing"
// which request to send and what to make of the answer. No Go code is needed for such a node.
//
// What a node does with an item: requestDefaults, then the routing of each property that is shown and of the option that is chosen in
// it, from the top, are merged to one request (plan.go, draft.go); it is sent with the credential, page by page where the definition
// says so (send.go, pages.go); the actions of postReceive make items of the answer (receive.go). Load reads definitions from files.
package declarative

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/oauth2"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// Node returns the node that a definition describes. A def without Types gets n8n's for nodes of one's own: "CUSTOM." and its name. The
// node has the property Request Options, which n8n adds to every declarative node.
//
// JSON has no functions. Where a definition has one of JavaScript (preSend, in postReceive, as pagination), its JSON has
// {"$function": "name"}, or what JSON.stringify leaves: null in an array, operations without fields. What needs such a function is
// refused before a run (node.Checker), unless WithFunctions gives one of Go; everything else of the node runs.
//
// The error joins what the definition has that can't be, each with its path ("properties[3].routing.send.type"): keys and kinds of actions
// that n8n does not have; triggers. The node is safe for concurrent use; def must not be changed afterwards.
func Node(def node.Definition, opts ...Option) (node.Node, error) {
	c := newConfig(opts)
	if len(def.Types) == 0 {
		def.Types = []string{"CUSTOM." + def.Name}
	}
	if !slices.ContainsFunc(def.Properties, func(p schemas.Property) bool { return p.Name == requestOptions }) {
		def.Properties = append(slices.Clone(def.Properties), requestOptionsProperty())
	}
	def.ErrorsBeside = true
	plan, err := newPlan(&def, c.functions)
	if err != nil {
		return nil, fmt.Errorf("definition of node %q: %w", def.Name, err)
	}
	return &declarative{def: def, types: c.functions.typesOf(c.types), functions: c.functions, plan: plan, tokens: &oauth2.Tokens{}}, nil
}

type declarative struct {
	def       node.Definition
	types     []credentials.Type
	functions Functions
	plan      *plan
	// tokens are those of OAuth2 credentials.
	tokens *oauth2.Tokens
}

var _ node.CredentialTyper = (*declarative)(nil)

// Definition implements node.Node.
func (n *declarative) Definition() node.Definition { return n.def }

// CredentialTypes implements node.CredentialTyper.
func (n *declarative) CredentialTypes() []credentials.Type { return n.types }

const requestOptions = "requestOptions"

// requestOptionsProperty is what n8n adds to the properties.
func requestOptionsProperty() schemas.Property {
	number := func(display, name string, fallback, least float64) schemas.Property {
		return schemas.Property{
			DisplayName: display, Name: name, Type: schemas.Number, Default: fallback, TypeOptions: map[string]any{"minValue": least},
		}
	}
	return schemas.Property{
		DisplayName: "Request Options", Name: requestOptions, Type: schemas.Collection, Placeholder: "Add Option", Default: map[string]any{},
		Fields: []schemas.Property{
			{
				DisplayName: "Batching", Name: "batching", Type: schemas.FixedCollection, Placeholder: "Add Batching",
				Default: map[string]any{"batch": map[string]any{}},
				Groups: []schemas.Group{{DisplayName: "Batching", Name: "batch", Values: []schemas.Property{
					number("Items per Batch", "batchSize", 50, -1),
					number("Batch Interval (ms)", "batchInterval", 1000, 0),
				}}},
			},
			{
				DisplayName: "Ignore SSL Issues (Insecure)", Name: "allowUnauthorizedCerts", Type: schemas.Boolean, NoDataExpression: true,
				Default: false, Description: "Whether to take any certificate that the server shows",
			},
			{DisplayName: "Proxy", Name: "proxy", Type: schemas.String, Default: "", Placeholder: "e.g. http://myproxy:3128"},
			number("Timeout", "timeout", 10000, 1),
		},
	}
}

// atOnce is how many items are at work at the same time.
const atOnce = 100

// Execute implements node.Node. As in n8n, the requests of all items are sent, whatever becomes of the others, unless one can't be made
// up; what fails is told afterwards. Items have no links of their own: the runtime links them where that is unambiguous.
func (n *declarative) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	r := &run{declarative: n, call: c, steps: n.plan.shown(c.Parameters(), c.Instance().TypeVersion)}
	if missing := n.plan.missing(r.steps, c.Parameters()); len(missing) > 0 {
		return node.Output{}, node.NewOperationError(r.lacks(missing[0]))
	}
	if err := r.findCredential(ctx); err != nil {
		return node.Output{}, err
	}
	if err := r.readOptions(ctx); err != nil {
		return node.Output{}, err
	}
	type answer struct {
		items []node.Item
		err   error
	}
	items := c.Items()
	answers := make([]chan answer, 0, len(items))
	slots := make(chan struct{}, atOnce)
	var stopped error
	for i := range items {
		err := r.pause(ctx, i)
		var d *draft
		if err == nil {
			d, err = r.draft(ctx, i)
		}
		done := make(chan answer, 1)
		answers = append(answers, done)
		if err != nil {
			err = unprepared(err, i, c.RunIndex())
			done <- answer{err: err}
			if !c.ContinueOnFail() || ctx.Err() != nil {
				stopped = err
				break
			}
			continue
		}
		slots <- struct{}{}
		go func() {
			var a answer
			defer func() {
				if p := recover(); p != nil {
					a = answer{err: node.Permanent(fmt.Errorf("panic at item %d: %v", i, p))}
				}
				<-slots
				done <- a
			}()
			a.items, a.err = r.perform(ctx, d)
		}()
	}
	var out []node.Item
	var failed error
	for i, done := range answers {
		a := <-done
		switch {
		case a.err == nil:
			out = append(out, a.items...)
		case c.ContinueOnFail() && ctx.Err() == nil:
			out = append(out, node.FailedItem(inItem(a.err)))
		case failed == nil:
			failed = ofNode(a.err, i, c.RunIndex())
		}
	}
	if stopped != nil {
		failed = stopped
	}
	if failed != nil {
		return node.Output{Partial: out}, failed
	}
	if out == nil {
		out = []node.Item{}
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// run is one execution of the node.
type run struct {
	*declarative
	call    *node.Call
	steps   []*shown
	options options
	credential
}

// options are those of the property Request Options.
type options struct {
	batchSize, batchInterval float64
	timeout                  time.Duration
	transport                node.TransportOptions
}

// defaultTimeout is n8n's where the node has none.
const defaultTimeout = 300 * time.Second

// readOptions reads them for item 0, as n8n does.
func (r *run) readOptions(ctx context.Context) error {
	r.options.timeout = defaultTimeout
	p := r.call.Params(ctx, 0)
	v, err := p.Optional(requestOptions)
	if err != nil {
		return err
	}
	number := func(path string) float64 {
		f, _ := node.At(v, path).(float64)
		return f
	}
	r.options.batchSize, r.options.batchInterval = max(number("batching.batch.batchSize"), 1), number("batching.batch.batchInterval")
	if ms := number("timeout"); ms > 0 {
		r.options.timeout = milliseconds(ms)
	}
	r.options.transport.SkipVerify, _ = node.At(v, "allowUnauthorizedCerts").(bool)
	r.options.transport.Proxy, _ = node.At(v, "proxy").(string)
	return nil
}

// milliseconds makes a duration of a number of milliseconds; what is too large for one is years.
func milliseconds(ms float64) time.Duration {
	return time.Duration(min(ms, 1e12) * float64(time.Millisecond))
}

// pause waits before the first item of a batch, but for the first batch.
func (r *run) pause(ctx context.Context, item int) error {
	if item == 0 || r.options.batchInterval <= 0 || item%int(min(r.options.batchSize, 1e9)) != 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(milliseconds(r.options.batchInterval))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// credential is the one that requests are sent with. The zero credential is none.
type credential struct {
	data  credentials.Data
	known credentials.Type
	// values are $credentials; nil where there is none.
	values *node.Object
	oauth2 bool // it has a token in place of Authenticate
}

// findCredential finds the credential as n8n does: the only one of the definition, or that which belongs to the parameter authentication.
func (r *run) findCredential(ctx context.Context) error {
	def := &r.def
	var use *node.CredentialUse
	switch len(def.Credentials) {
	case 0:
		return nil
	case 1:
		use = &def.Credentials[0]
	default:
		method, _ := r.call.Parameters().Get("authentication")
		i := slices.IndexFunc(def.Credentials, func(c node.CredentialUse) bool {
			return c.DisplayOptions != nil && slices.ContainsFunc(c.DisplayOptions.Show, func(rule schemas.Rule) bool {
				return rule.Name == "authentication" && slices.Contains(rule.Values, method)
			})
		})
		if i < 0 {
			return node.NewOperationError(fmt.Sprintf("Node type %q does not have any credentials of type %q defined",
				r.call.Instance().Type, fmt.Sprint(method)), "")
		}
		use = &def.Credentials[i]
	}
	data, err := r.call.Credential(ctx, use.Type)
	if err != nil {
		var missing *node.OperationError
		if !use.Required && errors.As(err, &missing) && strings.HasPrefix(missing.Message, "Node does not have any credentials set") {
			return nil
		}
		return err
	}
	known, ok := r.call.CredentialType(use.Type)
	c := credential{data: data, known: known, oauth2: known.Is("oAuth2Api")}
	switch {
	case !ok:
		return node.NewOperationError(fmt.Sprintf("Credentials of the type %q are not supported", use.Type),
			"Put its definition beside that of the node, or register the type.")
	case known.Is("oAuth1Api"):
		return node.NewOperationError(fmt.Sprintf("Credentials of the type %q can't be used by a declarative node: it is OAuth1", use.Type), "")
	case known.Authenticate == nil && !c.oauth2 && !r.plan.credentials:
		return node.NewOperationError(fmt.Sprintf("Nothing says how credentials of the type %q are put on requests", use.Type),
			"Its definition has no authenticate (JSON drops a function without a trace: declarative.WithFunctions can give one of Go), "+
				"and that of the node does not mention $credentials.")
	}
	values := &node.Object{}
	for _, name := range data.Fields() {
		v, _ := data.Value(name)
		plain, err := node.ValueOf(v)
		if err != nil {
			return fmt.Errorf("credential of type %s: field %s: %w", use.Type, name, err)
		}
		values.Set(name, plain)
	}
	for _, p := range known.Properties {
		if plain, err := node.ValueOf(p.Default); err == nil && !values.Has(p.Name) {
			values.Set(p.Name, plain)
		}
	}
	c.values = values.Freeze()
	r.credential = c
	return nil
}
