// Package httprequest has n8n's HTTP Request node, in its three designs: type version 1, 2, and 3 to 4.5.
//
// A run of the node goes: parameters of an item to a draft (draft.go, legacy.go), credentials (auth.go, oauth1.go), the requests
// of a draft with redirects (send.go) and pages (pagination.go), and the answer to items (response.go) or an error (errors.go).
package httprequest

import (
	"context"
	_ "embed" // the Definitions
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/oauth2"
	"github.com/nate-go/nate/node"
)

// The Definitions are n8n's, with descriptions of our own.
//
//go:embed definition_v1.json
var definitionV1 []byte

//go:embed definition_v2.json
var definitionV2 []byte

//go:embed definition_v3.json
var definitionV3 []byte

// New returns the node in its current design: type versions 3 to 4.5.
func New() node.Node { return newNode(definitionV3, (*reader).current) }

// NewV2 returns the node in its design of type version 2.
func NewV2() node.Node { return newNode(definitionV2, (*reader).legacy) }

// NewV1 returns the node in its design of type version 1.
func NewV1() node.Node { return newNode(definitionV1, (*reader).legacy) }

type httpRequest struct {
	def    node.Definition
	read   func(*reader) (*draft, error)
	tokens *oauth2.Tokens
}

var (
	_ node.ConcurrentNode  = (*httpRequest)(nil)
	_ node.Checker         = (*httpRequest)(nil)
	_ node.CredentialTyper = (*httpRequest)(nil)
)

func newNode(definition []byte, read func(*reader) (*draft, error)) *httpRequest {
	n := &httpRequest{read: read, tokens: &oauth2.Tokens{}}
	if err := json.Unmarshal(definition, &n.def); err != nil {
		panic("httprequest: " + err.Error()) //nolint:forbidigo // the Definition is in the program
	}
	n.def.Types = []string{"n8n-nodes-base.httpRequest"}
	return n
}

// Definition implements node.Node.
func (n *httpRequest) Definition() node.Definition { return n.def }

// CredentialTypes implements node.CredentialTyper.
func (n *httpRequest) CredentialTypes() []credentials.Type {
	return append(credentials.HTTP(), credentials.Predefined()...)
}

// Check implements node.Checker: which credential is used is the workflow's to say, never the data's.
func (n *httpRequest) Check(parameters *node.Object) []node.Fault {
	var faults []node.Fault
	for _, name := range []string{"authentication", "genericAuthType", "nodeCredentialType"} {
		if text, _ := value[string](parameters, name); strings.HasPrefix(text, "=") {
			faults = append(faults, node.Fault{
				Path: name, Message: fmt.Sprintf("Parameter %q is an expression: the type of a credential must stand in the workflow itself", name),
			})
		}
	}
	return faults
}

// Execute implements node.Node.
func (n *httpRequest) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return node.ExecuteItems(ctx, c, n, node.Retry{})
}

// ExecuteItem implements node.ItemNode.
func (n *httpRequest) ExecuteItem(ctx context.Context, c *node.Call, item int) ([][]node.Item, error) {
	finish, err := n.StartItem(ctx, c, item, 0)
	if err != nil {
		return nil, err
	}
	return finish()
}

// StartItem implements node.ConcurrentNode: it reads the parameters, and pauses between batches; the requests are left.
func (n *httpRequest) StartItem(ctx context.Context, c *node.Call, item, position int) (func() ([][]node.Item, error), error) {
	s, err := n.sender(ctx, c, item, position)
	if err != nil {
		return nil, err
	}
	return func() ([][]node.Item, error) {
		items, err := s.items(ctx)
		return [][]node.Item{items}, err
	}, nil
}

// sender is what sends the requests of an item.
func (n *httpRequest) sender(ctx context.Context, c *node.Call, item, position int) (*sender, error) {
	r := &reader{Params: c.Params(ctx, item), ctx: ctx, call: c, item: item, version: c.Instance().TypeVersion}
	d, err := n.read(r)
	if err != nil {
		return nil, err
	}
	if err := d.pace(ctx, position); err != nil {
		return nil, err
	}
	auth, err := n.authenticator(r, d)
	if err != nil {
		return nil, err
	}
	return &sender{node: n, reader: r, draft: d, auth: auth}, nil
}

// Hints implements node.Hinter: the current design points out a list that is not split, as n8n does.
func (n *httpRequest) Hints(c *node.Call, main [][]node.Item) []node.Hint {
	if c.Instance().TypeVersion < 3 || len(main) == 0 || len(main[0]) != 1 {
		return nil
	}
	if _, isList := value[[]any](main[0][0].JSON, "data"); !isList {
		return nil
	}
	return []node.Hint{{
		Message:  "To split the contents of ‘data’ into separate items for easier processing, add a ‘Split Out’ node after this one",
		Location: "outputPane",
	}}
}

// pace waits before the first item of a batch, but for the first batch.
func (d *draft) pace(ctx context.Context, position int) error {
	size := 1
	if d.batchSize >= 1 {
		size = int(min(d.batchSize, 1e9))
	}
	if position == 0 || d.batchInterval <= 0 || d.batchSize < 0 || position%size != 0 {
		return nil
	}
	return sleep(ctx, milliseconds(d.batchInterval))
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// milliseconds makes a duration of a number of milliseconds; what is too large for one is years.
func milliseconds(ms float64) time.Duration {
	return time.Duration(min(ms, 1e12) * float64(time.Millisecond))
}

// value returns a value of an object if it is of the type.
func value[T any](o *node.Object, name string) (T, bool) {
	v, _ := o.Get(name)
	t, ok := v.(T)
	return t, ok
}
