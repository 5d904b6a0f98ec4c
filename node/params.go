package node

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Params are the parameters of a node for one input item. Defaults are filled in; an expression is resolved when its
// parameter is read. Params are not safe for concurrent use.
type Params struct {
	ctx  context.Context
	call *Call
	item int
	with *Object
}

// With returns the parameters as expressions see them that have further variables, by name with the "$": those of a declarative node
// or of pagination ($response, $request, $pageCount, ...). p stays as it is; nil variables are none.
func (p *Params) With(variables *Object) *Params {
	q := *p
	q.with = variables
	return &q
}

// Value returns a parameter, resolved. path names the parameter and, after dots, what is inside it
// ("additionalFields.mode", "values.string.0.name"): only that is resolved then. What is not there gives Undefined; so does an
// expression that resolves to undefined. A parameter that the Definition does not have, or that its display options hide, is an
// error, as is an expression that fails.
func (p *Params) Value(path string) (any, error) {
	if p.with != nil {
		return p.call.cfg.With(p.ctx, path, p.item, p.with)
	}
	if strings.IndexByte(path, '.') >= 0 {
		return p.call.cfg.ParamAt(p.ctx, path, p.item)
	}
	return p.call.cfg.Param(p.ctx, path, p.item)
}

// Optional is Value, but a parameter that the Definition does not have, or that its display options hide, gives Undefined: the
// errors that are left are those of expressions.
func (p *Params) Optional(path string) (any, error) {
	v, err := p.Value(path)
	if errors.Is(err, ErrNoParameter) {
		return Undefined, nil
	}
	return v, err
}

// ErrNoParameter is below the error for a parameter that the node's Definition does not have, or that its display options
// hide.
var ErrNoParameter = errors.New("the node has no such parameter")

// JSONText returns a parameter that holds JSON, as text or as a value; path is as for Value. Where expressions stand inside of
// text, objects, arrays and dates are written into it as JSON, and null and undefined by name; everything else as in Value.
// isExpression is false for a parameter that is no expression itself. Errors are those of Value.
func (p *Params) JSONText(path string) (v any, isExpression bool, err error) {
	return p.call.cfg.JSONText(p.ctx, path, p.item)
}

// Typed is Value, and says of what JavaScript type the value of an expression was, where its JSON does not tell: "DateTime" for
// text that was a DateTime of Luxon. typ is empty for what is no expression. Errors are those of Value.
func (p *Params) Typed(path string) (v any, typ string, err error) {
	return p.call.cfg.Typed(p.ctx, path, p.item)
}

// At returns what is at a path inside of a value: keys of objects and indexes of arrays, with dots between. What is not there
// gives Undefined; an empty path is the value itself.
func At(v any, path string) any {
	for path != "" {
		var part string
		part, path, _ = strings.Cut(path, ".")
		switch in := v.(type) {
		case *Object:
			inner, ok := in.Get(part)
			if !ok {
				return Undefined
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(in) {
				return Undefined
			}
			v = in[i]
		default:
			return Undefined
		}
	}
	return v
}

// String returns a parameter that has to be text. Undefined and null give "". Numbers and booleans are written as
// JavaScript writes them; an object or array is an error.
func (p *Params) String(path string) (string, error) {
	v, err := p.Value(path)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case nil, undefined:
		return "", nil
	case string:
		return v, nil
	case float64:
		return FormatNumber(v), nil
	case bool:
		return fmt.Sprint(v), nil
	}
	return "", p.wrongType(path, v, "a string")
}

// Bool returns a parameter that has to be a boolean. Undefined and null give false; the texts "true" and "false" count. Any
// other value is an error that names the parameter.
func (p *Params) Bool(path string) (bool, error) {
	v, err := p.Value(path)
	if err != nil {
		return false, err
	}
	switch v := v.(type) {
	case nil, undefined:
		return false, nil
	case bool:
		return v, nil
	case string:
		if v == "true" || v == "false" {
			return v == "true", nil
		}
	}
	return false, p.wrongType(path, v, "a boolean")
}

// Object returns a parameter that has to be an object. Undefined and null give an empty one. What is returned may be
// frozen: Edit it before changing it. Any other value is an error that names the parameter.
func (p *Params) Object(path string) (*Object, error) {
	v, err := p.Value(path)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil, undefined:
		return &Object{}, nil
	case *Object:
		return v, nil
	}
	return nil, p.wrongType(path, v, "an object")
}

func (p *Params) wrongType(path string, v any, wanted string) error {
	e := NewOperationError(fmt.Sprintf("Parameter %q is %s, not %s", path, TypeName(v), wanted), "")
	e.Context = NewObject("parameter", path)
	return e
}
