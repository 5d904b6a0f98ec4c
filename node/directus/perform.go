package directus

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"

	"github.com/nate-go/nate/node"
)

// perform sends the request of an item and makes the items of its answer.
func (s *server) perform(ctx context.Context, r *request) ([]node.Item, error) {
	r.url = s.base + "/" + r.path
	a, bearer, err := s.exchange(ctx, r)
	if err != nil {
		return nil, err
	}
	switch {
	case r.op.redirects && a.isRedirect():
	case a.status/100 != 2:
		return nil, s.refusal(ctx, r, a, bearer)
	case len(a.text) > 0 && !a.isJSON:
		return nil, r.op.failed(a.unusable("is not JSON"), true)
	}
	makeItems := r.op.items
	if makeItems == nil {
		makeItems = dataItems
	}
	items, unusable := makeItems(r, a)
	if unusable != nil {
		return nil, r.op.failed(unusable, true)
	}
	return items, nil
}

// exchange gets the answer to a request, and reports whether that request carried the bearer.
func (s *server) exchange(ctx context.Context, r *request) (a *answer, bearer bool, err error) {
	if r.token != nil {
		done, err := usingUp.take(ctx, sha256.Sum256([]byte(r.url+"\n"+string(r.token))))
		if err != nil {
			return nil, false, stoppedBefore(ctx)
		}
		defer done()
	}
	bearer = s.bearer != "" && (!r.op.public || !s.expired.Load())
	a, sent, failure := s.send(ctx, r, bearer)
	if failure == nil && bearer && r.op.public && a.tokenExpired() {
		// A bearer is looked at first, so it may be the one that has expired, and then Directus has not performed the request. If it is
		// a token in the body, Directus says so again.
		bearer = false
		a, sent, failure = s.send(ctx, r, false)
		if failure != nil || !a.tokenExpired() {
			s.expired.Store(true)
		}
	}
	if failure != nil {
		return nil, false, r.op.failed(failure, sent)
	}
	return a, bearer, nil
}

// bearerIsBad asks Directus, once per run, whether it knows the bearer. It is false when that can't be told.
func (s *server) bearerIsBad(ctx context.Context) bool {
	s.probe.Do(func() {
		a, _, err := s.send(ctx, &request{op: &operation{method: http.MethodGet}, url: s.base + "/users/me"}, true)
		s.bad = err == nil && (a.is(http.StatusUnauthorized, "INVALID_CREDENTIALS") || a.is(http.StatusForbidden, "INVALID_TOKEN"))
	})
	return s.bad
}

// dataItems makes items as n8n does: one for an object under data, one for each element of an array there, none for an empty array. What is
// no object becomes {"result": value}; so does a text that is not JSON, and the "" of an empty answer.
func dataItems(_ *request, a *answer) ([]node.Item, nodeError) {
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
