package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// reading reads the parameters of a node in one Task, and evaluates expressions where it stands.
type reading struct {
	node  *Prepared
	scope expr.Scope
}

// value is a parameter, or what is at a path inside of it.
func (r *reading) value(ctx context.Context, path string, item int) (any, error) {
	return r.node.parameter(ctx, &r.scope, path, item, (*expr.Value).Eval)
}

// jsonText is a parameter that holds JSON, as text where an expression makes it.
func (r *reading) jsonText(ctx context.Context, path string, item int) (v any, isExpression bool, err error) {
	v, err = r.node.parameter(ctx, &r.scope, path, item, func(value *expr.Value, s *expr.Scope) (any, error) {
		isExpression = value.IsExpression()
		return value.EvalJSONText(s)
	})
	return v, isExpression, err
}

// typed is a parameter, and what its expression made before it became plain data.
func (r *reading) typed(ctx context.Context, path string, item int) (v any, typ string, err error) {
	v, err = r.node.parameter(ctx, &r.scope, path, item, func(value *expr.Value, s *expr.Scope) (v any, err error) {
		v, typ, err = value.EvalType(s)
		return v, err
	})
	return v, typ, err
}

// with is a parameter whose expressions see further variables.
func (r *reading) with(ctx context.Context, path string, item int, variables *node.Object) (any, error) {
	scope := r.scope
	scope.Variables = variables
	return r.node.parameter(ctx, &scope, path, item, (*expr.Value).Eval)
}

// resolve evaluates an expression of the node's definition.
func (r *reading) resolve(ctx context.Context, e *node.Expression, item int, variables *node.Object) (any, error) {
	if v, ok := e.Constant(); ok {
		return v, nil
	}
	compiled, err := e.Compiled(func(v any) (any, error) {
		value, err := expr.Compile(v)
		if value != nil {
			err = nil // what can't be read fails where it is evaluated
		}
		return value, err
	})
	if err != nil {
		return nil, err
	}
	scope := r.scope
	scope.Context, scope.Item, scope.Variables = ctx, item, variables
	return compiled.(*expr.Value).Eval(&scope) //nolint:forcetypeassert // what was compiled above
}

// evaluate evaluates the text of an expression that a node came by.
func (r *reading) evaluate(ctx context.Context, text string, item int) (any, error) {
	value, err := expr.Compile("=" + text)
	if err != nil {
		return nil, err
	}
	scope := r.scope
	scope.Context, scope.Item = ctx, item
	return value.Eval(&scope)
}

// noParameter is the error for a parameter that the node does not have, or not as it is set up.
type noParameter string

func (e noParameter) Error() string { return fmt.Sprintf("Could not get parameter %q", string(e)) }

func (noParameter) Unwrap() error { return node.ErrNoParameter }

// parameter resolves what is at a path inside a parameter, for one item.
func (p *Prepared) parameter(ctx context.Context, of *expr.Scope, path string, item int,
	eval func(*expr.Value, *expr.Scope) (any, error),
) (any, error) {
	name, inside, nested := strings.Cut(path, ".")
	value, ok := p.values[name]
	if !ok {
		return nil, noParameter(name)
	}
	if nested {
		value, inside = value.At(inside)
	}
	if v, ok := value.Constant(); ok {
		if nested {
			return node.At(v, inside), nil
		}
		return p.valid(name, v, item, of.RunIndex)
	}
	scope := *of // one evaluation at a time
	scope.Context, scope.Item = ctx, item
	v, err := eval(value, &scope)
	var e *expr.Error
	if errors.As(err, &e) {
		err = e.OfParameter(path)
		if p.secrets[name] && strings.Contains(err.Error(), "{{") {
			return nil, node.NewOperationError(fmt.Sprintf("The expression of parameter %q can't be evaluated", name),
				"It is not shown: the parameter is a secret.")
		}
	}
	if err != nil {
		return nil, err
	}
	if nested {
		return node.At(v, inside), nil
	}
	return p.valid(name, v, item, of.RunIndex)
}

// valid returns a parameter's value as the type that its property wants (validateType), as n8n does when a node reads it.
func (p *Prepared) valid(name string, v any, item, run int) (any, error) {
	prop := p.validated[name]
	if prop == nil {
		return v, nil
	}
	if v == nil {
		return node.Undefined, nil
	}
	converted, err := fields.Convert(name, prop.ValidateType, v)
	var mismatch *fields.TypeError
	switch {
	case errors.As(err, &mismatch):
		return nil, &node.ErrorInfo{
			Name:        "ExpressionError",
			Message:     fmt.Sprintf("Invalid input for '%s' [item %d]", prop.DisplayName, item),
			Description: mismatch.Error(),
			Context:     node.NewObject("itemIndex", item, "runIndex", run, "nodeCause", p.node.Name),
		}
	case err != nil: // a type that is not checked
		return v, nil //nolint:nilerr // nothing is known against the value
	}
	return converted, nil
}
