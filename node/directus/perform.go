package directus

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"

	"github.com/nate-go/nate/node"
)

// perform sends the request of an operation and makes the items of its answer.
func (s *server) perform(ctx context.Context, op *operation, body []byte) ([]node.Item, error) {
	a, bearer, err := s.exchange(ctx, op, body)
	if err != nil {
		return nil, err
	}
	if a.status/100 != 2 {
		return nil, s.refusal(ctx, op, a, bearer)
	}
	makeItems := op.items
	if makeItems == nil {
		makeItems = dataItems
	}
	items, unusable := makeItems(a)
	if unusable != nil {
		return nil, op.failed(unusable, true)
	}
	return items, nil
}

// exchange gets the answer to the request of an operation, and reports whether that request carried the bearer.
func (s *server) exchange(ctx context.Context, op *operation, body []byte) (a *answer, bearer bool, err error) {
	if op.consumes != "" {
		done, err := usingUp.take(ctx, sha256.Sum256([]byte(s.base+"\n"+op.path+"\n"+string(body))))
		if err != nil {
			return nil, false, stoppedBefore(ctx)
		}
		defer done()
	}
	bearer = s.bearer != "" && (!op.public || !s.expired.Load())
	a, sent, failure := s.send(ctx, op, body, bearer)
	if failure == nil && bearer && op.public && a.is(http.StatusUnauthorized, "TOKEN_EXPIRED") {
		// Directus looked at the bearer only: it has not performed the request.
		s.expired.Store(true)
		bearer = false
		a, sent, failure = s.send(ctx, op, body, false)
	}
	if failure != nil {
		return nil, false, op.failed(failure, sent)
	}
	return a, bearer, nil
}

// bearerIsBad asks Directus, once per run, whether it knows the bearer. It is false when that can't be told.
func (s *server) bearerIsBad(ctx context.Context) bool {
	s.probe.Do(func() {
		a, _, err := s.send(ctx, &operation{method: http.MethodGet, path: "users/me"}, nil, true)
		s.bad = err == nil && a.is(http.StatusUnauthorized, "INVALID_CREDENTIALS")
	})
	return s.bad
}

// dataItems makes items as n8n does: one for an object under data, one for each element of an array there, none for an empty array. What is
// no object becomes {"result": value}; so does a text that is not JSON, and the "" of an empty answer.
func dataItems(a *answer) ([]node.Item, nodeError) {
	if !a.isJSON {
		return []node.Item{node.ItemOf("result", string(a.text))}, nil
	}
	data := a.value
	switch whole := a.value.(type) {
	case *node.Object:
		data, _ = whole.Get("data")
	case []any:
		data = nil // it has no data
	}
	list, isList := data.([]any)
	if !isList {
		list = []any{data}
	}
	items := make([]node.Item, len(list))
	for i, v := range list {
		o, isObject := v.(*node.Object)
		switch {
		case v == nil && !isList:
			o = &node.Object{}
		case !isObject:
			o = node.NewObject("result", v)
		}
		items[i].JSON = o
	}
	return items, nil
}

// usingUp holds back a request that uses up a token while another one with the same token is under way: Directus would perform both, and
// only one of the new tokens would work.
var usingUp = newTurns() //nolint:gochecknoglobals // it has to be one for the whole process

// turns lets one at a time through for each key.
type turns struct {
	mu      sync.Mutex
	waiting map[[sha256.Size]byte]*turn
}

type turn struct {
	free  chan struct{} // holds a value while nobody has the turn
	users int           // those who have it or wait for it
}

func newTurns() *turns { return &turns{waiting: map[[sha256.Size]byte]*turn{}} }

// take waits until it is the caller's turn; done passes it on. The error is ctx's.
func (t *turns) take(ctx context.Context, key [sha256.Size]byte) (done func(), err error) {
	t.mu.Lock()
	own := t.waiting[key]
	if own == nil {
		own = &turn{free: make(chan struct{}, 1)}
		own.free <- struct{}{}
		t.waiting[key] = own
	}
	own.users++
	t.mu.Unlock()

	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if own.users--; own.users == 0 {
			delete(t.waiting, key)
		}
	}
	select {
	case <-own.free:
		return func() { own.free <- struct{}{}; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
