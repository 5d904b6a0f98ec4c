package declarative

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// draft is the request of an item, and what is to be made of its answer.
type draft struct {
	item       int
	options    *node.Object
	content    []byte // in place of the body, if a function says so
	paginate   *bool
	maxResults any
	preSend    []*function
	receive    []received
	pagination *pagination
}

// received are actions and the value of the parameter that they belong to.
type received struct {
	value   any
	actions []*action
}

// parts are the members of options that each part of a request has, be they empty: they take the place of what is no object and no list.
var parts = [...]string{"qs", "body", "headers"}

// draft makes up the request of an item.
func (r *run) draft(ctx context.Context, item int) (*draft, error) {
	d := &draft{item: item, options: node.NewObject("qs", &node.Object{}, "body", &node.Object{}, "headers", &node.Object{})}
	if r.plan.operations != nil {
		d.pagination = r.plan.operations.pagination
	}
	variables := node.NewObject("$version", r.call.Instance().TypeVersion)
	if r.credential.values != nil {
		variables.Set("$credentials", r.credential.values)
	}
	for _, m := range r.plan.defaults {
		v, err := r.call.Resolve(ctx, m.value, item, variables)
		if err != nil {
			return nil, err
		}
		d.options.Set(m.key, v)
	}
	params := r.call.Params(ctx, item)
	for _, s := range r.steps {
		part, err := r.part(ctx, params, s, item, variables)
		if err != nil {
			return nil, err
		}
		if err := d.merge(part); err != nil {
			return nil, err
		}
	}
	if d.pages() && d.pagination.function.missing() {
		return nil, node.NewOperationError(r.lacks(d.pagination.function))
	}
	return d, nil
}

// pages reports whether the request is sent page by page.
func (d *draft) pages() bool { return d.paginate != nil && *d.paginate && d.pagination != nil }

// with returns variables with one more.
func with(variables *node.Object, name string, v any) *node.Object {
	out := variables.Clone()
	out.Set(name, v)
	return out
}

// part is what a step and those below it add to the request.
func (r *run) part(ctx context.Context, params *node.Params, s *shown, item int, variables *node.Object) (*draft, error) {
	d := &draft{item: item, options: &node.Object{}}
	if s.routing != nil {
		value := node.Undefined
		if s.typ != "" {
			var err error
			if value, err = params.Value(s.parameter); err != nil {
				return nil, err
			}
			if value, err = s.extract.of(value); err != nil {
				return nil, err
			}
		}
		if err := r.own(ctx, d, s.routing, value, variables); err != nil {
			return nil, err
		}
	}
	if s.choice != nil {
		variables = with(variables, "$value", s.choice)
	}
	for _, child := range s.children {
		part, err := r.part(ctx, params, child, item, variables)
		if err == nil {
			err = d.merge(part)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, row := range s.rows {
		values, err := params.Value(row.group)
		if err != nil {
			return nil, err
		}
		inner := with(with(variables, "$index", row.index), "$parent", values)
		for _, child := range row.children {
			part, err := r.part(ctx, params, child, item, inner)
			if err == nil {
				err = d.merge(part)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// own is what the routing of a step by itself adds.
func (r *run) own(ctx context.Context, d *draft, routing *routing, value any, variables *node.Object) error {
	withValue := false
	resolve := func(e *node.Expression) (any, error) {
		if v, ok := e.Constant(); ok {
			return v, nil
		}
		if !withValue {
			variables, withValue = with(variables, "$value", value), true
		}
		return r.call.Resolve(ctx, e, d.item, variables)
	}
	if routing.operations != nil && routing.operations.pagination != nil {
		d.pagination = routing.operations.pagination
	}
	for _, m := range routing.request {
		v, err := resolve(m.value)
		if err != nil {
			return err
		}
		d.options.Set(m.key, v)
	}
	if s := routing.send; s != nil {
		if err := d.send(s, value, resolve); err != nil {
			return err
		}
		d.preSend = append(d.preSend, s.preSend...)
	}
	if o := routing.output; o != nil {
		if o.maxResults != nil {
			v, err := resolve(o.maxResults)
			if err != nil {
				return err
			}
			d.maxResults = v
		}
		var actions []*action
		for _, a := range o.actions {
			if a.enabled != nil {
				v, err := resolve(a.enabled)
				if err != nil {
					return err
				}
				if _, constant := a.enabled.Constant(); constant && v == false || !constant && !fields.Truthy(v) {
					continue
				}
			}
			actions = append(actions, a)
		}
		if actions != nil {
			d.receive = append(d.receive, received{value, actions})
		}
	}
	return nil
}

// send puts the value of a parameter where the routing says.
func (d *draft) send(s *send, value any, resolve func(*node.Expression) (any, error)) error {
	if s.property != nil {
		name, err := resolve(s.property)
		if err != nil {
			return err
		}
		if s.value != nil {
			if value, err = resolve(s.value); err != nil {
				return err
			}
		}
		key := "qs"
		if s.body {
			key = "body"
		}
		there, has := d.options.Get(key)
		o, ok := there.(*node.Object)
		if has && !ok {
			return node.NewOperationError(fmt.Sprintf("The %s of the request is %s: %q can't be set in it", key, node.TypeName(there), fields.Text(name)),
				"The definition of the node should send either an object or a text.")
		}
		o = fields.Copy(o)
		if s.plain {
			o.Set(fields.Text(name), value)
		} else if err := fields.Set(o, fields.Text(name), value); err != nil {
			return node.NewOperationError(fmt.Sprintf("%q can't be set in the %s of the request: %v", fields.Text(name), key, err), "")
		}
		d.options.Set(key, o)
	}
	if s.paginate != nil {
		v, err := resolve(s.paginate)
		if err != nil {
			return err
		}
		paginate := fields.Truthy(v)
		d.paginate = &paginate
	}
	return nil
}

// merge adds a part to the draft: the first that says whether there are pages counts, of all else the last.
func (d *draft) merge(part *draft) error {
	if d.paginate == nil {
		d.paginate = part.paginate
	}
	if fields.Truthy(part.maxResults) {
		d.maxResults = part.maxResults
	}
	if part.pagination != nil {
		d.pagination = part.pagination
	}
	d.preSend = append(d.preSend, part.preSend...)
	d.receive = append(d.receive, part.receive...)
	for _, key := range parts {
		if v, has := d.options.Get(key); has && !isContainer(v) {
			d.options.Set(key, &node.Object{})
		}
	}
	if part.options.Len() == 0 {
		return nil
	}
	merged, err := merged(d.options, part.options, 0)
	if err == nil {
		d.options = merged.(*node.Object) //nolint:forcetypeassert // two objects make one
	}
	return err
}

func isContainer(v any) bool {
	switch v.(type) {
	case *node.Object, []any:
		return true
	}
	return false
}

// maxDepth is how deep a request may be nested.
const maxDepth = 1000

// merged is what lodash's merge makes of two values, of which the second is an object or array.
func merged(to, from any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, node.NewOperationError(fmt.Sprintf("The request is nested deeper than %d levels", maxDepth), "")
	}
	switch from := from.(type) {
	case *node.Object:
		if list, isList := to.([]any); isList {
			return mergedInto(list, from, depth)
		}
		target, ok := to.(*node.Object)
		if !ok {
			target = &node.Object{}
		}
		if from.Len() == 0 {
			return target, nil
		}
		out := fields.Copy(target)
		for key, v := range from.All() {
			old, has := out.Get(key)
			inner, err := mergedMember(old, has, v, depth)
			if err != nil {
				return nil, err
			}
			out.Set(key, inner)
		}
		return out, nil
	case []any:
		list, _ := to.([]any)
		out := make([]any, max(len(list), len(from)))
		copy(out, list)
		for i, v := range from {
			inner, err := mergedMember(out[i], i < len(list), v, depth)
			if err != nil {
				return nil, err
			}
			out[i] = inner
		}
		return out, nil
	}
	return from, nil
}

// mergedInto merges an object into a list: what has an index as its key replaces an element, anything else does not show in JSON.
func mergedInto(list []any, from *node.Object, depth int) (any, error) {
	out := slices.Clone(list)
	for key, v := range from.All() {
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || strconv.Itoa(i) != key || i > len(out)+maxGap {
			continue
		}
		for len(out) <= i {
			out = append(out, nil)
		}
		if out[i], err = mergedMember(out[i], i < len(list), v, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// maxGap is how far behind the end of a list an element may be set.
const maxGap = 10_000

func mergedMember(old any, has bool, v any, depth int) (any, error) {
	switch v.(type) {
	case *node.Object, []any:
		return merged(old, v, depth+1)
	}
	if v == node.Undefined && has {
		return old, nil
	}
	return v, nil
}
