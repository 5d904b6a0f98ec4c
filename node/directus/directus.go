// Package directus holds the node that works with a Directus server (https://directus.io). It answers to the type names of the community
// node n8n-nodes-directus in all its editions and takes their parameters, so that their workflow files run untouched.
//
// What the node can do is a table: one row per operation, one file per resource. A row says which request is sent and what becomes of the
// answer; the rest (credential, errors, retries, cancellation) is the same for all of them.
package directus

import (
	"context"
	"slices"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
)

// typeNames are the names under which the community node was published.
var typeNames = []string{
	"@flagbit/n8n-nodes-directus.directus",
	"n8n-nodes-directus.directus",
	"@digital-boss/n8n-nodes-directus.directus",
	"@denklab/n8n-nodes-directus.directus",
	"denklab-n8n-nodes-directus.directus",
	"@stumpworks/n8n-nodes-directus.directus",
	"CUSTOM.directus",
}

// limits bound one request.
type limits struct {
	request time.Duration // how long it may take, with its answer
	finish  time.Duration // how long one that uses up a token may go on after the run was cancelled
	answer  int64         // bytes of an answer
}

func defaultLimits() limits {
	return limits{request: 30 * time.Second, finish: 5 * time.Second, answer: 10 << 20}
}

// New returns the node. It is an ItemNode and a Checker, and brings the credential type directusApi along. It is safe for concurrent use:
// within the process, requests that use up the same token at the same server are sent one after the other.
//
// Errors are *node.OperationError for what is wrong with parameters or with an unusable answer, *node.APIError for what the server refused
// or the network failed at. Those after which a refresh token may have been used up say so, and are marked with node.Permanent. A request
// takes 30 s at most and its answer 10 MB; no redirect is followed.
func New() node.Node { return newNode(defaultLimits()) }

type directusNode struct {
	node.ItemNode
	table      []resource
	credential credentials.Type
	limits     limits
}

var (
	_ node.ItemNode        = (*directusNode)(nil)
	_ node.Checker         = (*directusNode)(nil)
	_ node.CredentialTyper = (*directusNode)(nil)
	_ node.OptionsLoader   = (*directusNode)(nil)
)

func newNode(l limits) *directusNode { return nodeOf(definition(), table(), l) }

func nodeOf(def node.Definition, table []resource, l limits) *directusNode {
	n := &directusNode{table: table, credential: credentials.DirectusAPI(), limits: l}
	n.ItemNode = node.PerItem(def, n.executeItem)
	return n
}

func definition() node.Definition {
	return node.Definition{
		Types:        typeNames,
		Versions:     []float64{1},
		Name:         "directus",
		DisplayName:  "Directus (flagbit)",
		Description:  "Works with a Directus server through its REST API",
		Group:        []string{"transform"},
		Subtitle:     `={{$parameter["operation"] + ": " + $parameter["resource"]}}`,
		DefaultName:  "Directus",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		ErrorsBeside: true,
		Credentials:  []node.CredentialUse{{Type: "directusApi", Required: true}},
		Properties:   properties(table()),
	}
}

// CredentialTypes implements node.CredentialTyper.
func (n *directusNode) CredentialTypes() []credentials.Type { return []credentials.Type{n.credential} }

// Check implements node.Checker: it reports an operation that has no row, and a required value that stands empty in the file.
func (n *directusNode) Check(parameters *node.Object) []node.Fault {
	text := func(name string) string {
		v, _ := parameters.Get(name)
		s, _ := v.(string)
		return s
	}
	op, err := find(n.table, text("resource"), text("operation"))
	if err != nil {
		path := "operation"
		if !slices.ContainsFunc(n.table, func(r resource) bool { return r.name == text("resource") }) {
			path = "resource"
		}
		return []node.Fault{{Path: path, Message: err.Message + ". " + err.Description}}
	}
	return op.missing(parameters)
}

func (n *directusNode) executeItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	resource, err := it.Params.String("resource")
	if err != nil {
		return nil, err
	}
	name, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	op, unsupported := find(n.table, resource, name)
	if unsupported != nil {
		return nil, unsupported
	}
	if op.do != nil {
		s, err := n.serverOf(ctx, it)
		if err != nil {
			return nil, err
		}
		return op.do(ctx, s, op, it)
	}
	if op.batches {
		s, err := n.serverOf(ctx, it)
		if err != nil {
			return nil, err
		}
		if items, batched, err := s.executeBatched(ctx, op, it); batched || err != nil {
			return items, err
		}
	}
	r, err := op.request(it.Params)
	if err != nil {
		return nil, err
	}
	s, err := n.serverOf(ctx, it)
	if err != nil {
		return nil, err
	}
	return s.perform(ctx, r)
}

func (n *directusNode) serverOf(ctx context.Context, it node.ItemCall) (*server, error) {
	credential, err := it.Credential(ctx, n.credential.Name)
	if err != nil {
		return nil, err
	}
	return n.server(it.Call, credential)
}
