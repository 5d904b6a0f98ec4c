package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/nate-go/nate/credentials"
)

// Node is a type of node. Implementations must be safe for concurrent use.
type Node interface {
	// Definition describes the node. It is read once, when the node is registered.
	Definition() Definition
	// Execute runs the node over a batch of items. An error means that the node failed as a whole.
	Execute(ctx context.Context, c *Call) (Output, error)
}

// Output is what a node puts out.
type Output struct {
	// Main are the items on each main output. A nil list is an output on which nothing happened, an empty one an output
	// without items. The items' objects must not be changed afterwards.
	Main [][]Item
	// Partial are the items that had succeeded on the first output when the node failed as a whole. They are read only
	// beside an error.
	Partial []Item
	// Suspend makes the run wait before it goes on behind the node; nil: it goes on at once. What then goes on is the
	// node's first input, as in n8n, so that Main is usually just that.
	Suspend *Suspend
	// Hints are notes on this run of the node, which n8n's editor shows: Message, and Type and Location where set.
	Hints []Hint
	// Response is what the node answers to the request that began the run; nil: nothing.
	Response *Response
}

// Response is an answer to the request that began a run (Respond to Webhook).
type Response struct {
	// Status is the HTTP status.
	Status int
	// Headers are the headers by their names in lower case.
	Headers *Object
	// Body is what to send, as JSON unless it is text; Undefined: nothing.
	Body any
	// File is what to send instead of Body; nil: none.
	File *Binary
}

// Suspend says until when a run waits: n8n's putExecutionToWait. A short wait is spent in the process, a longer one ends
// the run with the status "waiting" and the state to go on from.
type Suspend struct {
	// Until is when to go on. The zero time: when somebody resumes the run.
	Until time.Time
}

// Porter is implemented by a Node whose inputs or outputs depend on the parameters of its instance (Switch, Merge): where
// n8n's definition has an expression for them. Ports gets the parameters with their defaults, expressions unresolved, and
// returns a connection type ("main") for each; a nil list leaves it to the Definition's.
type Porter interface {
	Ports(parameters *Object, version float64) (inputs, outputs []string)
}

// CredentialTyper is implemented by a Node that brings its credential types along.
type CredentialTyper interface {
	CredentialTypes() []credentials.Type
}

// Checker is implemented by a Node that can tell from its parameters, before anything runs, that it will not work: an
// operation that is not supported, say. Check gets the parameters with their defaults, expressions unresolved, and
// returns what is wrong, nil when nothing is.
type Checker interface {
	Check(parameters *Object) []Fault
}

// Fault is what is wrong with a parameter.
type Fault struct {
	// Path leads to the parameter as in Params.Value ("operation", "options.batching.0.size"); empty: all of them.
	Path string
	// Message says what is wrong, Hint what to do about it; a hint may be empty.
	Message, Hint string
}

// ItemNode is a Node that works on each input item by itself, as those made by PerItem do. The runtime drives such a
// node item by item: it repeats only what failed, and turns failures into error items in the continue modes.
type ItemNode interface {
	Node
	// ExecuteItem returns what becomes of one item of the first input: the items for each output.
	ExecuteItem(ctx context.Context, c *Call, item int) ([][]Item, error)
}

// ConcurrentNode is an ItemNode that works on many items at the same time, as one that sends a request for each does.
type ConcurrentNode interface {
	ItemNode
	// StartItem does for one item what has to be done in the order of the items, such as to resolve its parameters, and returns what is
	// left, which runs beside that of other items. position counts the items of this pass, from 0; StartItem may wait. An error is the
	// item's failure; where failures end the node, no further item is started then.
	StartItem(ctx context.Context, c *Call, item, position int) (finish func() ([][]Item, error), err error)
}

// Hinter is implemented by an ItemNode that has notes on what came out.
type Hinter interface {
	Hints(c *Call, main [][]Item) []Hint
}

// maxAtOnce is how many items of a ConcurrentNode are at work at the same time.
const maxAtOnce = 100

// ItemFunc makes the output of one input item, in the order in which the items shall stand. Links to the input item are
// added to items that have none.
type ItemFunc func(ctx context.Context, it ItemCall) ([]Item, error)

// ItemCall is a Call for one item.
type ItemCall struct {
	*Call
	// Index is the item's place in the first input.
	Index int
	// Params are the node's parameters for this item.
	Params *Params
}

// Item returns the input item.
func (it ItemCall) Item() Item { return it.Items()[it.Index] }

// PerItem makes a Node of what it does for one item. It has one output. The loop over the items, pairing, retries and
// Continue On Fail are not the author's concern. Of a def with Checker or CredentialTyper needs, embed what PerItem
// returns in a type that has those methods.
func PerItem(def Definition, fn ItemFunc) ItemNode { return perItem{def, fn} }

type perItem struct {
	def Definition
	fn  ItemFunc
}

func (n perItem) Definition() Definition { return n.def }

func (n perItem) ExecuteItem(ctx context.Context, c *Call, item int) ([][]Item, error) {
	out, err := n.fn(ctx, ItemCall{Call: c, Index: item, Params: c.Params(ctx, item)})
	return [][]Item{out}, err
}

func (n perItem) Execute(ctx context.Context, c *Call) (Output, error) {
	return ExecuteItems(ctx, c, n, Retry{})
}

// Retry says how often a failed item is tried again. The zero Retry is one try.
type Retry struct {
	// Tries is the most attempts that an item gets, the first included; 0 counts as 1.
	Tries int
	// Wait is the pause before failed items are tried again.
	Wait time.Duration
	// Pause pauses in place of Wait, before a try that counts from 2; an error is the context's. nil: for Wait.
	Pause func(ctx context.Context, try int) error
	// Progress, when set, can be asked what has succeeded so far.
	Progress *Progress
}

func (r Retry) pause(ctx context.Context, try int) error {
	if r.Pause != nil {
		return r.Pause(ctx, try)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(r.Wait):
		return nil
	}
}

// Progress is what items that succeeded put out on output 0, readable while others are at work. The zero Progress is ready
// to use. It is safe for concurrent use.
type Progress struct {
	mu      sync.Mutex
	results []itemResult
}

type itemResult struct {
	item int
	out  []Item
}

// Succeeded returns the items so far, linked to their input items.
func (p *Progress) Succeeded() []Item {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.SortStableFunc(p.results, func(a, b itemResult) int { return cmp.Compare(a.item, b.item) })
	var all []Item
	for _, r := range p.results {
		all = appendLinked(all, r.out, []Paired{{Item: r.item}})
	}
	return all
}

func (p *Progress) add(outputs [][]Item, item int) {
	if p == nil || len(outputs) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.results = append(p.results, itemResult{item, outputs[0]})
}

// ExecuteItems runs n for each item of the first input and joins what comes out, in the order of the input. Items
// without links are linked to their input item. After a pass over the items, those that failed are tried again, as far as
// retry allows and their errors are not Permanent; an item that succeeded keeps its result. For an item that still fails
// there is an item {"error": message} on output 0 if the Call says Continue On Fail and the error is not one of the Whole
// node. Otherwise a pass stops at its first failure, which is returned with its item index once it can't be tried again, and
// what had succeeded on output 0, or was salvaged (Salvage), comes beside it as Partial.
func ExecuteItems(ctx context.Context, c *Call, n ItemNode, retry Retry) (Output, error) {
	loop := itemLoop{
		call: c, node: n, retry: retry, outputs: outputsOf(c, n),
		results:  make([][][]Item, len(c.Items())),
		attempts: make([]int, len(c.Items())),
	}
	pending := make([]int, len(c.Items()))
	for i := range pending {
		pending[i] = i
	}
	for len(pending) > 0 {
		var err error
		if pending, err = loop.pass(ctx, pending); err != nil {
			return Output{Partial: loop.succeeded()}, err
		}
		if len(pending) == 0 {
			break
		}
		if err := retry.pause(ctx, loop.attempts[pending[0]]+1); err != nil {
			return Output{Partial: loop.succeeded()}, AtItem(err, pending[0])
		}
	}
	out := Output{Main: loop.join(loop.outputs)}
	if h, ok := n.(Hinter); ok {
		out.Hints = h.Hints(c, out.Main)
	}
	return out, nil
}

// outputsOf is how many main outputs a node has.
func outputsOf(c *Call, n ItemNode) int {
	if c.Outputs() > 0 {
		return c.Outputs()
	}
	return max(len(n.Definition().Outputs), 1)
}

type itemLoop struct {
	call     *Call
	node     ItemNode
	retry    Retry
	outputs  int
	results  [][][]Item // by item, by output
	attempts []int
}

// pass tries the pending items and returns those to try again. An error ends the node.
func (l *itemLoop) pass(ctx context.Context, pending []int) (again []int, err error) {
	if n, ok := l.node.(ConcurrentNode); ok {
		return l.passAtOnce(ctx, n, pending)
	}
	for k, i := range pending {
		if ctx.Err() != nil {
			return nil, AtItem(ctx.Err(), i)
		}
		l.attempts[i]++
		result, err := l.guard(i, func() ([][]Item, error) { return l.node.ExecuteItem(ctx, l.call, i) })
		switch retry, err := l.settle(ctx, i, result, err); {
		case err != nil:
			return nil, err
		case retry && l.call.ContinueOnFail():
			again = append(again, i)
		case retry:
			return pending[k:], nil
		}
	}
	return again, nil
}

// passAtOnce is pass for a node that works on many items at the same time. All are sent off, whatever becomes of the others; only one
// that can't be started ends the pass where failures end the node.
func (l *itemLoop) passAtOnce(ctx context.Context, n ConcurrentNode, pending []int) (again []int, err error) {
	type answer struct {
		result [][]Item
		err    error
	}
	answers := make([]answer, len(pending))
	started := len(pending)
	slots := make(chan struct{}, maxAtOnce)
	var running sync.WaitGroup
	for k, i := range pending {
		slots <- struct{}{}
		if ctx.Err() != nil {
			started = k
			break
		}
		l.attempts[i]++
		var finish func() ([][]Item, error)
		_, err := l.guard(i, func() (_ [][]Item, err error) {
			finish, err = n.StartItem(ctx, l.call, i, k)
			return nil, err
		})
		if err != nil {
			answers[k].err = err
			<-slots
			if !l.call.ContinueOnFail() {
				started = k + 1
				break
			}
			continue
		}
		running.Go(func() {
			defer func() { <-slots }()
			a := &answers[k]
			a.result, a.err = l.guard(i, finish)
			if a.err == nil {
				l.retry.Progress.add(a.result, i)
			}
		})
	}
	running.Wait()
	var failed error
	for k, i := range pending[:started] {
		retry, err := l.settle(ctx, i, answers[k].result, answers[k].err)
		switch {
		case retry:
			again = append(again, i)
		case err != nil && failed == nil:
			failed = err
		}
	}
	switch {
	case failed != nil:
		return nil, failed
	case started < len(pending) && ctx.Err() != nil:
		return nil, AtItem(ctx.Err(), pending[started])
	case started < len(pending):
		again = append(again, pending[started:]...)
	}
	return again, nil
}

// settle takes what became of an item. retry says that it may be tried again; an error ends the node.
func (l *itemLoop) settle(ctx context.Context, item int, result [][]Item, err error) (retry bool, end error) {
	if err == nil && len(result) > l.outputs {
		err = Permanent(fmt.Errorf("the node put out items on output %d, but has %d", len(result)-1, l.outputs))
	}
	if err == nil {
		l.results[item] = result
		if _, atOnce := l.node.(ConcurrentNode); !atOnce {
			l.retry.Progress.add(result, item)
		}
		return false, nil
	}
	canceled := ctx.Err() != nil
	switch {
	case !canceled && l.attempts[item] < l.retry.Tries && !IsPermanent(err):
		return true, nil
	case canceled || !l.call.ContinueOnFail() || isWhole(err):
		if s, ok := errors.AsType[*salvage](err); ok {
			l.results[item] = [][]Item{{{JSON: s.what}}}
		}
		return false, AtItem(err, item)
	}
	l.results[item] = [][]Item{{FailedItem(err)}}
	return false, nil
}

// guard calls into the node for one item. A panic is a failure of that item, after which nothing is tried again.
func (l *itemLoop) guard(item int, fn func() ([][]Item, error)) (outputs [][]Item, err error) {
	defer func() {
		if r := recover(); r != nil {
			n := l.call.Instance()
			l.call.Logger().Error("a node panicked", "item", item, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = Permanent(fmt.Errorf("node %q (%s) panicked: %v", n.Name, n.Type, r))
		}
	}()
	return fn()
}

// succeeded returns what items without a failure put out on output 0; nil when there is nothing.
func (l *itemLoop) succeeded() []Item {
	var out []Item
	for _, it := range l.join(1)[0] {
		if it.Error == nil {
			out = append(out, it)
		}
	}
	return out
}

// join puts the results of the items one after the other, for each output.
func (l *itemLoop) join(outputs int) [][]Item {
	main := make([][]Item, outputs)
	links := make([]Paired, len(l.results))
	for o := range main {
		main[o] = make([]Item, 0, len(l.results))
		for i, result := range l.results {
			links[i].Item = i
			if o < len(result) {
				main[o] = appendLinked(main[o], result[o], links[i:i+1:i+1])
			}
		}
	}
	return main
}

// appendLinked appends items, and links those that have no link of their own. items itself stays as it is: a node may hand
// out the same list more than once.
func appendLinked(dst, items []Item, link []Paired) []Item {
	start := len(dst)
	dst = append(dst, items...)
	for i := start; i < len(dst); i++ {
		if dst[i].Paired == nil {
			dst[i].Paired = link
		}
	}
	return dst
}

// FailedItem is the item that stands for a failure in the continue modes: {"error": message}, with the error as data
// beside it. An error with a method ItemJSON() *Object says itself what its item's JSON is. A nil err counts as one without a message.
func FailedItem(err error) Item {
	info := InfoOf(err)
	if info == nil {
		info = &ErrorInfo{}
	}
	var own interface{ ItemJSON() *Object }
	if errors.As(err, &own) {
		return Item{JSON: own.ItemJSON(), Error: info}
	}
	return Item{JSON: NewObject("error", info.Message), Error: info}
}

// AtItem returns err as data with the index of the input item at which it happened in its context. The original error
// stays reachable for errors.As. A nil err stays nil.
func AtItem(err error, item int) error {
	info := InfoOf(err)
	if info == nil {
		return nil
	}
	info.Context = info.Context.clone()
	info.Context.set("itemIndex", float64(item))
	return &itemError{ErrorInfo: *info, cause: err}
}

type itemError struct {
	ErrorInfo
	cause error
}

func (e *itemError) Unwrap() error { return e.cause }

// NewOnce returns a func for CallConfig.Once: it keeps answers for as long as it lives.
func NewOnce() func(key any, fn func() (any, error)) (any, error) {
	type answer struct {
		once  sync.Once
		value any
		err   error
	}
	var answers sync.Map
	return func(key any, fn func() (any, error)) (any, error) {
		stored, _ := answers.LoadOrStore(key, &answer{err: errors.New("the first caller panicked")})
		a := stored.(*answer)
		a.once.Do(func() { a.value, a.err = fn() })
		return a.value, a.err
	}
}
