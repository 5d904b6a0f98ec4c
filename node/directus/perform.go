package directus

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/nate-go/nate/node"
)

// perform sends the request of an item and makes the items of its answer.
func (s *server) perform(ctx context.Context, r *request) ([]node.Item, error) {
	r.url = s.base + "/" + r.path
	switch {
	case r.list != nil:
		return s.listItems(ctx, r)
	case r.file != "":
		item, err := s.download(ctx, r, r.file, r.fileName)
		return []node.Item{item}, err
	}
	a, bearer, err := s.exchange(ctx, r)
	if err == nil && r.before != "" && a.is(http.StatusNotFound, "ROUTE_NOT_FOUND") {
		r.url = s.base + "/" + r.before
		a, bearer, err = s.exchange(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case r.op.redirects && a.isRedirect():
	case a.status/100 != 2:
		return nil, s.refusal(ctx, r, a, bearer)
	case len(a.text) > 0 && !a.isJSON && !r.op.text:
		return nil, r.op.failed(a.unusable("is not JSON"), true)
	}
	makeItems := r.op.items
	if makeItems == nil {
		makeItems = dataItems
	}
	items, unusable := makeItems(r, a)
	if unusable != nil {
		return nil, r.op.unusable(items, unusable)
	}
	return items, nil
}

// unusable completes the error of a good answer that no items could be made of. What it has in it all the same is kept where it has taken
// the place of the token that was sent.
func (op *operation) unusable(items []node.Item, err nodeError) error {
	if op.consumes == nil || len(items) != 1 || !hasText(items[0].JSON, op.consumes.field) {
		return op.failed(err, true)
	}
	info := err.Info()
	info.Message += ": the " + op.consumes.name + " is used up"
	info.Description = sentences(info.Description, "The next "+op.consumes.name+" came all the same. It is what the node had put out before it "+
		"failed, or stands beside the error where the node goes on: continue with it.")
	return node.Salvage(node.Permanent(err), items[0].JSON)
}

// exchange gets the answer to a request, and reports whether that request carried the bearer.
func (s *server) exchange(ctx context.Context, r *request) (a *answer, bearer bool, err error) {
	a, bearer, _, err = s.exchangeSent(ctx, r)
	return a, bearer, err
}

// exchangeSent is exchange; sent says that Directus may have performed the request though an error came back.
func (s *server) exchangeSent(ctx context.Context, r *request) (a *answer, bearer, sent bool, err error) {
	if r.token != nil {
		done, err := usingUp.take(ctx, sha256.Sum256([]byte(r.url+"\n"+string(r.token))))
		if err != nil {
			return nil, false, false, stoppedBefore(ctx)
		}
		defer done()
	}
	bearer = s.bearer != "" && (!r.op.public || !s.expired.Load())
	var failure nodeError
	a, sent, failure = s.sendPatiently(ctx, r, bearer)
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
		return nil, false, sent, r.op.failed(failure, sent)
	}
	return a, bearer, true, nil
}

// sendPatiently sends a request, and sends it again when Directus has turned it away and says when to come back: as long as the time for a
// request allows.
func (s *server) sendPatiently(ctx context.Context, r *request, bearer bool) (a *answer, sent bool, err nodeError) {
	until := time.Now().Add(s.request)
	for {
		a, sent, err = s.send(ctx, r, bearer)
		if err != nil || r.op.consumes != nil || r.op.public {
			return a, sent, err
		}
		wait, turnedAway := a.comeBack()
		wait = max(wait, time.Second) // whatever it says, not at once and again and again
		if !turnedAway || time.Now().Add(wait).After(until) {
			return a, sent, nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, false, stoppedBefore(ctx)
		}
	}
}

// comeBack reports whether Directus has refused to look at the request for now, and how long it wants to be left alone: its rate limiter
// and its pressure limiter say so in Retry-After. A 503 for another service (a file that could not be fetched) is not that.
func (a *answer) comeBack() (wait time.Duration, turnedAway bool) {
	switch f, _ := a.fault(); {
	case a.status == http.StatusTooManyRequests && f.Code == "REQUESTS_EXCEEDED":
	case a.status == http.StatusServiceUnavailable && f.Code == "SERVICE_UNAVAILABLE" && f.service == "api":
	default:
		return 0, false
	}
	after := a.header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(after, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(after)
	return max(time.Until(at), 0), err == nil
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
// no object becomes {"result": value}; so does a text that is not JSON, and the "" of an empty answer, which for what reads has to be meant as one.
func dataItems(r *request, a *answer) ([]node.Item, nodeError) {
	if len(a.text) == 0 && r.op.method == http.MethodGet && a.status != http.StatusNoContent {
		return nil, a.unusable("is empty")
	}
	if !a.isJSON {
		return []node.Item{node.ItemOf("result", string(a.text))}, nil
	}
	whole, _ := a.value.(*node.Object)
	data, ok := whole.Get("data")
	if !ok {
		return nil, a.unusable("has no data")
	}
	list, isList := data.([]any)
	switch {
	case !isList && data == nil:
		return []node.Item{{JSON: &node.Object{}}}, nil
	case !isList:
		list = []any{data}
	}
	return itemsOf(list), nil
}

// itemsOf makes an item of each value.
func itemsOf(list []any) []node.Item {
	items := make([]node.Item, len(list))
	for i, v := range list {
		o, isObject := v.(*node.Object)
		if !isObject {
			o = node.NewObject("result", v)
		}
		items[i].JSON = o
	}
	return items
}

// wholeItems makes items of an answer that Directus does not wrap in data.
func wholeItems(r *request, a *answer) ([]node.Item, nodeError) {
	if len(a.text) == 0 && !r.op.text {
		return nil, a.unusable("is empty")
	}
	if !a.isJSON {
		return []node.Item{node.ItemOf("result", string(a.text))}, nil
	}
	if list, isList := a.value.([]any); isList {
		return itemsOf(list), nil
	}
	return itemsOf([]any{a.value}), nil
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
