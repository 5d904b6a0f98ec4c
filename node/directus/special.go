package directus

import (
	"context"
	"net/http"
	"net/url"

	"github.com/nate-go/nate/node"
)

// upsert updates what a filter finds, all in one request, or creates an item when it finds nothing. Another one who creates the same item
// meanwhile is noticed where a field has to be unique: then that item is looked for once more.
func upsert(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	p := it.Params
	r, err := op.request(p)
	if err != nil {
		return nil, err
	}
	path, err := fillPath(op.path, p)
	if err != nil {
		return nil, err
	}
	query, err := op.query.build(p)
	if err != nil {
		return nil, err
	}
	find := query.(*node.Object)
	if filter, _ := find.Get("filter"); !hasRule(filter) {
		return nil, node.NewOperationError("Create or Update needs a filter",
			"Without one it would change every item of the collection. Add Filter (JSON) to the items to select. "+nothingSent)
	}
	body, err := (&values{json: "data", always: true, object: true}).build(p)
	if err != nil {
		return nil, err
	}
	key, err := p.String("idFieldname")
	if err != nil {
		return nil, err
	}
	skip, err := p.Bool("skipUpdate")
	if err != nil {
		return nil, err
	}
	limit, err := upsertLimit(p)
	if err != nil {
		return nil, err
	}
	find.Set("limit", limit)
	r.list = &list{path: path, query: find, all: limit == -1}
	if !skip {
		if key == "" {
			primary, err := s.primaryKeyOf(ctx, r.list.collection())
			if err != nil {
				return nil, err
			}
			key = primary.name
		}
		find.Set("fields", key)
	}
	find.Freeze()
	for again := false; ; again = true {
		found, err := s.listAll(ctx, r)
		switch {
		case err != nil:
			return nil, err
		case len(found.data) == 0:
			items, err := s.perform(ctx, r.as(http.MethodPost, path, body))
			if faults := Faults(err); !again && len(faults) > 0 && faults[0].Code == "RECORD_NOT_UNIQUE" {
				continue
			}
			return items, err
		case skip:
			return itemsOf(found.data), nil
		}
		keys := make([]any, len(found.data))
		for i, v := range found.data {
			o, _ := v.(*node.Object)
			if keys[i], _ = o.Get(key); isEmpty(keys[i]) {
				return nil, node.NewOperationError(`The items that were found have no "`+key+`"`,
					"ID fieldname has to be the collection's primary key, and the credential's user has to be allowed to read it. Nothing was changed.")
			}
			if !isExact(keys[i]) {
				return nil, node.NewOperationError(`The "`+key+`" of an item that was found has more digits than a number can hold`,
					"Another item might be changed otherwise: Update does it, with the ID as text. Nothing was changed.")
			}
		}
		if len(keys) == 1 {
			return s.perform(ctx, r.as(http.MethodPatch, path+"/"+url.PathEscape(queryText(keys[0])), body))
		}
		return s.perform(ctx, r.as(http.MethodPatch, path, node.NewObject("keys", keys, "data", body)))
	}
}

func upsertLimit(p *node.Params) (float64, error) {
	all, err := p.Bool("returnAll")
	if err != nil || all {
		return -1, err
	}
	v, err := p.Value("limit")
	limit, _ := v.(float64)
	if err == nil && limit < 1 {
		err = node.NewOperationError(`Parameter "limit" is no number of items`, nothingSent)
	}
	return limit, err
}

// as returns a request of the same operation with another method, path and body.
func (r *request) as(method, path string, body any) *request {
	op := *r.op
	op.method = method
	return &request{op: &op, path: path, body: node.AppendJSON(nil, body)}
}

// triggerFlow runs a flow. It answers what its last operation returned, or that which was chosen in the flow.
func triggerFlow(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	path, err := fillPath(op.path, it.Params)
	if err != nil {
		return nil, err
	}
	method, err := it.Params.String("method")
	if err != nil {
		return nil, err
	}
	r := &request{op: op, path: path}
	switch method {
	case http.MethodGet:
		as := *op
		as.method = http.MethodGet
		return s.perform(ctx, &request{op: &as, path: path})
	case http.MethodPost:
	default:
		return nil, node.NewOperationError(`Parameter "method" is neither GET nor POST`, nothingSent)
	}
	v, err := it.Params.Value("data")
	if err != nil {
		return nil, err
	}
	if !isEmpty(v) {
		body, err := (&values{json: "data", always: true}).build(it.Params)
		if err != nil {
			return nil, err
		}
		r.body = node.AppendJSON(nil, body)
	}
	return s.perform(ctx, r)
}

// runGraphQL runs a query. Errors come with status 200, too; then nothing else of the answer is put out.
func runGraphQL(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
	r, err := op.request(it.Params)
	if err != nil {
		return nil, err
	}
	r.url = s.base + "/" + r.path
	a, bearer, err := s.exchange(ctx, r)
	if err != nil {
		return nil, err
	}
	if _, failed := a.fault(); failed || a.status/100 != 2 {
		return nil, s.refusal(ctx, r, a, bearer)
	}
	if !a.isJSON {
		return nil, a.unusable("is not JSON")
	}
	return dataItems(r, a)
}
