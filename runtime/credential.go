package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// CredentialError says that a run did not start because a credential that a node names can't be used: it was not found,
// it is of another type, or its fields are bad. It never holds a value of the credential.
type CredentialError struct {
	Workflow, Node string
	// Type is the credential type, ID and Name what the node calls its credential.
	Type, ID, Name string
	Err            error
}

// Error names node and type and says what is wrong.
func (e *CredentialError) Error() string {
	return fmt.Sprintf("workflow %q, node %q: credential of type %s: %v", e.Workflow, e.Node, e.Type, e.Err)
}

// Unwrap returns what the resolver or the check of the fields said.
func (e *CredentialError) Unwrap() error { return e.Err }

// credentialKey is under which key a run keeps a credential.
type credentialKey struct{ node, credentialType string }

// credential returns the credential of a type that a node names, once resolved for a run.
func (e *Executor) credential(ctx context.Context, p *Prepared, credentialType string,
	once func(any, func() (any, error)) (any, error),
) (credentials.Data, error) {
	ref, ok := p.node.Credentials[credentialType]
	if !ok {
		message := "Node does not have any credentials set"
		if len(p.node.Credentials) > 0 {
			message += fmt.Sprintf(" for %q", credentialType)
		}
		return credentials.Data{}, node.NewOperationError(message, "").Wrap(fmt.Errorf("node %q names no credential of type %s",
			p.node.Name, credentialType))
	}
	v, err := once(credentialKey{p.node.Name, credentialType}, func() (any, error) {
		t, known := e.credentialType(p, credentialType)
		if t.Unsupported != "" {
			return nil, fmt.Errorf("credentials of this type can't be used: %s", t.Unsupported)
		}
		d, err := e.cfg.resolver.Resolve(ctx, credentials.Ref{Type: credentialType, ID: ref.ID, Name: ref.Name})
		if err != nil {
			return nil, err
		}
		if known && t.Check != nil {
			if err := t.Check(d); err != nil {
				return nil, err
			}
		}
		if known && t.Complete != nil {
			return t.Complete(ctx, d)
		}
		return d, nil
	})
	if err != nil {
		return credentials.Data{}, err
	}
	return v.(credentials.Data), nil
}

// credentialType returns a credential type as the node itself brings it along, else as any other does.
func (e *Executor) credentialType(p *Prepared, name string) (credentials.Type, bool) {
	t, ok := e.registry.credentialTypeFor(p.entry, name)
	return t.WithEvaluator(e.evaluate), ok
}

// evaluate evaluates an expression of a credential type's definition.
func (e *Executor) evaluate(ctx context.Context, text string, variables map[string]any) (any, error) {
	v, err := node.ValueOf(variables)
	if err != nil {
		return nil, err
	}
	known := v.(*node.Object) //nolint:forcetypeassert // what a map becomes
	compiled, ok := e.cfg.compiled.Load(text)
	if !ok {
		value, err := expr.Compile(text)
		if err != nil {
			return nil, err
		}
		compiled, _ = e.cfg.compiled.LoadOrStore(text, value)
	}
	result, err := compiled.(*expr.Value).Eval(&expr.Scope{ //nolint:forcetypeassert // nothing else is stored
		Location: time.UTC, Now: e.cfg.now, Context: ctx, Limits: expr.Limits(e.cfg.limits), Env: e.cfg.env, Variables: known,
	})
	if err != nil {
		return nil, err
	}
	return plainJSON(result)
}

// plainJSON makes of a value what encoding/json would read.
func plainJSON(v any) (any, error) {
	var out any
	if v == node.Undefined {
		return "", nil
	}
	err := json.Unmarshal(node.AppendJSON(nil, v), &out)
	return out, err
}

// CredentialIssues looks for the credentials that the workflow's nodes name, whether a run would reach them or not, and
// returns an error for each that can't be used. Disabled nodes are not checked.
func (p *Plan) CredentialIssues(ctx context.Context, resolver credentials.Resolver) schemas.Diagnostics {
	cfg := *p.cfg
	cfg.resolver = resolver
	e := &Executor{registry: p.registry, cfg: &cfg}
	once := node.NewOnce()
	var found schemas.Diagnostics
	for i, n := range p.workflow.Nodes {
		prepared := p.nodes[n.Name]
		if prepared == nil || prepared.entry == nil || n.Disabled {
			continue
		}
		for _, t := range prepared.usedCredentials() {
			if _, err := e.credential(ctx, prepared, t, once); err != nil {
				found = append(found, schemas.Diagnostic{
					Severity: schemas.SeverityError, Pointer: p.workflow.Pointer() + schemas.Pointer("nodes", i, "credentials", t),
					Node: n.Name, Message: err.Error(),
				})
			}
		}
	}
	return found
}

// usedCredentials are the credential types that the node's definition uses with its parameters, or that these choose, and that it names.
func (p *Prepared) usedCredentials() []string {
	var types []string
	for _, use := range p.entry.def.Credentials {
		if _, named := p.node.Credentials[use.Type]; named && !use.Inbound && p.entry.def.Displayed(use.DisplayOptions, p.node.Parameters, p.node.TypeVersion) {
			types = append(types, use.Type)
		}
	}
	for _, chosen := range p.entry.chosenCredentials(p.node) {
		if _, named := p.node.Credentials[chosen.credentialType]; named {
			types = append(types, chosen.credentialType)
		}
	}
	return types
}

// chosenCredential is a credential type that a parameter names.
type chosenCredential struct{ parameter, credentialType string }

// chosenCredentials are the types that a node names in its parameters, beside those that its definition has.
func (e *entry) chosenCredentials(n *workflows.Node) []chosenCredential {
	if !e.choosesCredentials {
		return nil
	}
	var all []chosenCredential
	given := e.def.Parameters(n.Parameters, n.TypeVersion)
	for _, prop := range e.def.Shown(n.Parameters, n.TypeVersion) {
		v, _ := given.Get(prop.Name)
		if text, ok := v.(string); ok && prop.Type == schemas.CredentialsSelect && text != "" && !strings.HasPrefix(text, "=") {
			all = append(all, chosenCredential{prop.Name, text})
		}
	}
	return all
}
