package directus

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"weak"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// batched adds the option Batch Size to an operation of a family that has it.
func (f family) batched(op operation) operation {
	if !f.bulk {
		return op
	}
	op.batches = true
	op.form = append(op.form, schemas.Property{
		DisplayName: "Options", Name: "options", Type: schemas.Collection, Placeholder: "Add Option", Default: map[string]any{},
		Fields: []schemas.Property{optional(numberField("batchSize", "Batch Size", 100, map[string]any{"minValue": 1},
			"How many input items go to Directus in one request. Directus does a request as a whole or not at all: one that it refuses is cut in "+
				"halves and sent again, until the bad items are alone. Each has its own result or error."))},
	})
	return op
}

// batchKey is the key of a batchRun in Call.Once. It keeps no execution alive.
type batchKey struct{ call weak.Pointer[node.Call] }

// batchRun is one execution of the node with batches: what has become of the items that its requests were about. The runtime asks for one
// item after the other; the first of them has all be sent.
type batchRun struct {
	mu       sync.Mutex
	outcomes map[int]outcome
	done     map[int]bool // those that were asked for: when they are again, it is a retry
}

type outcome struct {
	items []node.Item
	err   error
}

// entry is an input item in a batch.
type entry struct {
	index int
	id    string // for update and delete
	data  any    // for create and update
}

// executeBatched returns what became of an item. batched is false for one that has to be sent by itself.
func (s *server) executeBatched(ctx context.Context, op *operation, it node.ItemCall) (items []node.Item, batched bool, err error) {
	size, err := batchSize(it.Params)
	if err != nil || size < 2 {
		return nil, false, err
	}
	v, err := it.Once(batchKey{weak.Make(it.Call)}, func() (any, error) {
		return &batchRun{outcomes: map[int]outcome{}, done: map[int]bool{}}, nil
	})
	if err != nil {
		return nil, false, err
	}
	b := v.(*batchRun)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.done[it.Index] {
		return nil, false, nil
	}
	if _, sent := b.outcomes[it.Index]; !sent {
		b.sendFrom(ctx, s, op, it, size)
	}
	o := b.outcomes[it.Index]
	delete(b.outcomes, it.Index)
	b.done[it.Index] = true
	return o.items, true, o.err
}

func batchSize(p *node.Params) (int, error) {
	v, err := p.Value("options.batchSize")
	size, _ := v.(float64)
	if err != nil || isEmpty(v) {
		return 1, err
	}
	if size < 1 || size != math.Trunc(size) || size > 1e6 {
		return 0, node.NewOperationError(`Parameter "options.batchSize" is no number of items`, nothingSent)
	}
	return int(size), nil
}

// sendFrom sends the items from one on, as far as they go to the same place. Where failures stop the node, the first is the last.
func (b *batchRun) sendFrom(ctx context.Context, s *server, op *operation, it node.ItemCall, size int) {
	var path string
	var batch []entry
	for i := it.Index; i < len(it.Items()); i++ {
		if _, known := b.outcomes[i]; known || b.done[i] {
			continue
		}
		e, itsPath, err := op.entry(it.Call.Params(ctx, i), i)
		if err != nil {
			b.outcomes[i] = outcome{err: err}
			if it.ContinueOnFail() {
				continue
			}
			break
		}
		if len(batch) == size || len(batch) > 0 && itsPath != path {
			if !b.send(ctx, s, op, it, path, batch) {
				return
			}
			batch = nil
		}
		path, batch = itsPath, append(batch, e)
	}
	if len(batch) > 0 {
		b.send(ctx, s, op, it, path, batch)
	}
}

// entry reads what one item wants, and the route for many like it.
func (op *operation) entry(p *node.Params, index int) (e entry, path string, err error) {
	e.index = index
	many, hasID := strings.CutSuffix(op.path, "/{id}")
	if path, err = fillPath(many, p); err != nil {
		return e, "", err
	}
	if hasID {
		if e.id, err = pathValue("id", p); err != nil {
			return e, "", err
		}
	}
	if !op.body.isZero() {
		if e.data, err = op.body.build(p); err != nil {
			return e, "", err
		}
	}
	return e, path, nil
}

// send sends a batch, in halves if it is refused. It reports whether to go on.
func (b *batchRun) send(ctx context.Context, s *server, op *operation, it node.ItemCall, path string, batch []entry) bool {
	if len(batch) == 1 {
		items, err := s.sendOne(ctx, op, path, batch[0])
		b.outcomes[batch[0].index] = outcome{items, err}
		return err == nil || it.ContinueOnFail()
	}
	results, halve, err := s.sendMany(ctx, op, path, batch)
	if halve {
		middle := len(batch) / 2
		return b.send(ctx, s, op, it, path, batch[:middle]) && b.send(ctx, s, op, it, path, batch[middle:])
	}
	for i, e := range batch {
		o := outcome{err: err}
		if err == nil {
			o.items = results[i : i+1 : i+1]
		}
		b.outcomes[e.index] = o
	}
	return err == nil || it.ContinueOnFail()
}

func (s *server) sendOne(ctx context.Context, op *operation, path string, e entry) ([]node.Item, error) {
	r := &request{op: op, path: path}
	if e.id != "" {
		r.path += "/" + url.PathEscape(e.id)
	}
	if e.data != nil {
		r.body = node.AppendJSON(nil, e.data)
	}
	return s.perform(ctx, r)
}

// sendMany sends several in one request, and returns an item for each. halve says that Directus has refused it and done nothing, for
// what may be the fault of some of them. After any other failure it may have done all: nothing must be sent again.
func (s *server) sendMany(ctx context.Context, op *operation, path string, batch []entry) (items []node.Item, halve bool, err error) {
	collection, _ := url.PathUnescape(strings.TrimPrefix(path, "items/"))
	key, err := s.primaryKeyOf(ctx, collection)
	if err != nil {
		return nil, false, err
	}
	body, ok := many(op, key, batch)
	if !ok {
		return nil, true, nil
	}
	r := &request{op: op, path: path, url: s.base + "/" + path, body: node.AppendJSON(nil, body)}
	a, bearer, sent, err := s.exchangeSent(ctx, r)
	switch {
	case err != nil && sent:
		info := node.InfoOf(err)
		return nil, false, node.Permanent(node.NewOperationError(info.Message, sentences(info.Description,
			"Directus may have done all of the batch, or nothing: look there before it is sent again.")).Wrap(err))
	case err != nil:
		return nil, false, err
	case a.status/100 == 2:
		return inOrder(a, key, body), false, nil
	}
	err = s.refusal(ctx, r, a, bearer)
	if _, fromDirectus := a.fault(); fromDirectus {
		switch a.status {
		case http.StatusBadRequest, http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
			return nil, true, err
		}
	}
	if a.status >= 500 {
		return nil, false, node.Permanent(err)
	}
	return nil, false, err
}

// many makes the body of a batch: a list of primary keys or of objects. An object for a collection with UUIDs gets its primary key
// here: Directus's answer is in the order of primary keys, and this tells whose is which. ok is false when they can't go together.
func many(op *operation, key primary, batch []entry) (body []any, ok bool) {
	body = make([]any, len(batch))
	for i, e := range batch {
		if op.method == http.MethodDelete {
			body[i] = e.id
			continue
		}
		o, isObject := e.data.(*node.Object)
		if !isObject {
			return nil, false
		}
		given, _ := o.Get(key.name)
		o = o.Freeze().Edit() // a copy
		switch {
		case e.id != "" && !isEmpty(given) && queryText(given) != e.id:
			return nil, false // it gets another primary key
		case e.id != "":
			o.Set(key.name, e.id)
		case isEmpty(given) && key.uuid:
			o.Set(key.name, newUUID())
		}
		body[i] = o
	}
	return body, true
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// inOrder gives each part of a batch what the answer has for it: by its primary key, and those that got one from the database by the order
// of these numbers, which is that in which they were made. What the answer has nothing for gets n8n's item for an empty answer.
func inOrder(a *answer, key primary, body []any) []node.Item {
	items := make([]node.Item, len(body))
	for i := range items {
		items[i] = node.ItemOf("result", "")
	}
	list, _ := a.whole("data").([]any)
	byKey := map[string]*node.Object{}
	for _, v := range list {
		if o, isObject := v.(*node.Object); isObject {
			id, _ := o.Get(key.name)
			byKey[queryText(id)] = o
		}
	}
	taken := map[string]bool{}
	var numbered []int
	for i, v := range body {
		o, isObject := v.(*node.Object)
		if !isObject {
			continue
		}
		id, _ := o.Get(key.name)
		if isEmpty(id) {
			numbered = append(numbered, i)
			continue
		}
		if found := byKey[queryText(id)]; found != nil {
			items[i] = node.Item{JSON: found}
			taken[queryText(id)] = true
		}
	}
	if len(numbered) == 0 {
		return items
	}
	var rest []string
	for id := range byKey {
		if _, err := strconv.ParseUint(id, 10, 64); err == nil && !taken[id] {
			rest = append(rest, id)
		}
	}
	if len(rest) != len(numbered) {
		return items
	}
	slices.SortFunc(rest, func(x, y string) int { return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)) })
	for k, i := range numbered {
		items[i] = node.Item{JSON: byKey[rest[k]]}
	}
	return items
}
