package declarative

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// maxPages bounds a pagination that does not come to an end.
const maxPages = 10_000

var errPages = node.NewOperationError(fmt.Sprintf("The pagination did not end after %d requests", maxPages),
	"The definition's continue has to become false.")

// perform sends the requests of an item and makes items of their answers.
func (r *run) perform(ctx context.Context, d *draft) ([]node.Item, error) {
	s := &sender{run: r}
	var items []node.Item
	var err error
	if err := s.preSend(ctx, d); err != nil {
		return nil, err
	}
	switch {
	case !d.pages():
		items, err = s.page(ctx, d, d.options)
	case d.pagination.function != nil:
		items, err = d.pagination.function.pagination(ctx, s.itemCall(ctx, d.item), &Request{d.options.Clone(), d.content},
			func(r *Request) ([]node.Item, error) {
				own := *d
				if err := own.take(r); err != nil {
					return nil, err
				}
				return s.page(ctx, &own, own.options)
			})
	case d.pagination.generic:
		items, err = s.generic(ctx, d)
	default:
		items, err = s.byOffset(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	if fields.Truthy(d.maxResults) {
		items = items[:kept(fields.Number(d.maxResults), len(items))]
	}
	return items, nil
}

// preSend lets the functions of the definition change the request.
func (s *sender) preSend(ctx context.Context, d *draft) error {
	for _, f := range d.preSend {
		r := &Request{d.options.Clone(), d.content}
		if err := f.preSend(ctx, s.itemCall(ctx, d.item), r); err != nil {
			return err
		}
		if err := d.take(r); err != nil {
			return err
		}
	}
	return nil
}

// take makes the request of a function the draft's.
func (d *draft) take(r *Request) error {
	if r.Options == nil {
		return errors.New("a function of the definition made a request without options")
	}
	d.options, d.content = r.Options.Clone(), r.Content
	return nil
}

// kept is how many of n elements JavaScript's splice leaves.
func kept(limit float64, n int) int {
	switch {
	case math.IsNaN(limit):
		return 0
	case limit < 0:
		return int(max(float64(n)+float64(int64(max(limit, -1e9))), 0))
	}
	return int(min(limit, float64(n)))
}

// page sends one request and makes items of its answer.
func (s *sender) page(ctx context.Context, d *draft, options *node.Object) ([]node.Item, error) {
	a, err := s.send(ctx, d, options)
	if err != nil {
		return nil, err
	}
	list, err := s.receive(ctx, d, a)
	if err != nil {
		return nil, err
	}
	return items(list), nil
}

// generic changes the request from page to page by expressions.
func (s *sender) generic(ctx context.Context, d *draft) ([]node.Item, error) {
	request := d.options.Clone()
	request.Set("returnFullResponse", true)
	variables := node.NewObject("$request", request, "$response", &node.Object{}, "$version", s.call.Instance().TypeVersion)
	var all []node.Item
	for range maxPages {
		change, err := s.call.Resolve(ctx, d.pagination.request, d.item, variables)
		if err != nil {
			return nil, err
		}
		options := d.options.Clone()
		if o, ok := change.(*node.Object); ok {
			for key, v := range o.All() {
				options.Set(key, v)
			}
		}
		a, err := s.send(ctx, d, options)
		if err != nil {
			return nil, err
		}
		variables = with(variables, "$response", a.response())
		list, err := s.receive(ctx, d, a)
		if err != nil {
			return nil, err
		}
		all = append(all, items(list)...)
		more, err := s.call.Resolve(ctx, d.pagination.next, d.item, variables)
		if err != nil {
			return nil, err
		}
		if !fields.Truthy(more) {
			return all, nil
		}
	}
	return nil, errPages
}

// byOffset counts through the pages.
func (s *sender) byOffset(ctx context.Context, d *draft) ([]node.Item, error) {
	p := d.pagination
	where := "qs"
	if p.body {
		where = "body"
	}
	given, _ := d.options.Get(where)
	most := fields.Number(d.maxResults)
	limited := fields.Truthy(d.maxResults)
	var all []node.Item
	for page := range maxPages {
		size := p.pageSize
		if limited {
			missing := most - float64(len(all))
			if missing < 1 {
				return all, nil
			}
			size = min(size, missing)
		}
		fieldsOf, _ := given.(*node.Object)
		fieldsOf = fieldsOf.Clone()
		fieldsOf.Set(p.limit, size)
		fieldsOf.Set(p.offset, float64(page)*p.pageSize)
		options := d.options.Clone()
		options.Set(where, fieldsOf)
		a, err := s.send(ctx, d, options)
		if err != nil {
			return nil, err
		}
		list, err := s.receive(ctx, d, a)
		if err != nil {
			return nil, err
		}
		if p.rootProperty != "" {
			if list, err = belowRoot(list, p.rootProperty); err != nil {
				return nil, err
			}
		}
		all = append(all, items(list)...)
		if len(list) == 0 || float64(len(list)) != p.pageSize {
			return all, nil
		}
	}
	return nil, errPages
}

// belowRoot are the elements of the list that stands at a path of the first item.
func belowRoot(list []result, path string) ([]result, error) {
	v := node.Undefined
	if len(list) > 0 {
		v = at(list[0].json, path)
	}
	if v == node.Undefined {
		return nil, node.NewOperationError(fmt.Sprintf("The rootProperty %q could not be found on item.", path), "")
	}
	elements, ok := v.([]any)
	if !ok {
		return nil, node.NewOperationError(fmt.Sprintf("The rootProperty %q is %s, not an array", path, node.TypeName(v)), "")
	}
	return results(elements), nil
}
