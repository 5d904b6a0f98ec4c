package js

import (
	"container/heap"
	"context"
	"sync"
	"time"

	lib "modernc.org/libquickjs"
)

// AsyncScope is a Scope that also answers host.async(name, ...args), which gives the script a promise.
type AsyncScope interface {
	Scope
	// CallAsync is called on a goroutine of its own. write is called later on the goroutine that calls Run, and writes what the
	// promise resolves to; nil means undefined. The error rejects it. CallAsync must return soon after ctx ends: Run waits.
	CallAsync(ctx context.Context, name string, args []byte) (write func(w *Writer) error, err error)
}

// loop is what an evaluation waits for: timers, and answers of Go.
type loop struct {
	timers  timers
	pending int
	answers chan answer
	calls   sync.WaitGroup
	context context.Context
	cancel  context.CancelFunc
}

// answer is the end of one CallAsync.
type answer struct {
	promise *promise
	write   func(w *Writer) error
	err     error
}

// promise is one whose fate Go decides.
type promise struct{ resolve, reject value }

type timer struct {
	id  float64
	at  time.Time
	seq int
}

// timers is a heap, the next one to fire first; of two at the same time the one that was started first.
type timers struct {
	list []timer
	seq  int
}

func (t *timers) Len() int { return len(t.list) }
func (t *timers) Less(i, j int) bool {
	if t.list[i].at.Equal(t.list[j].at) {
		return t.list[i].seq < t.list[j].seq
	}
	return t.list[i].at.Before(t.list[j].at)
}
func (t *timers) Swap(i, j int) { t.list[i], t.list[j] = t.list[j], t.list[i] }
func (t *timers) Push(x any)    { t.list = append(t.list, x.(timer)) }
func (t *timers) Pop() any {
	last := t.list[len(t.list)-1]
	t.list = t.list[:len(t.list)-1]
	return last
}

func (l *loop) start(t timer) {
	l.timers.seq++
	t.seq = l.timers.seq
	heap.Push(&l.timers, t)
}

func (l *loop) stop(id float64) {
	for i, t := range l.timers.list {
		if t.id == id {
			heap.Remove(&l.timers, i)
			return
		}
	}
}

// end stops what still goes on, and waits for it.
func (l *loop) end() {
	if l.cancel != nil {
		l.cancel()
		l.calls.Wait()
	}
}

// codeAsync(name, ...args) is host.async.
func codeAsync(v *vm, _ value, args []value) value {
	name, ok := v.text(args[0])
	if !ok {
		return exception
	}
	text, ok := v.argumentsJSON(args[1:])
	if !ok {
		return exception
	}
	scope, ok := v.run.scope.(AsyncScope)
	if !ok {
		return v.throw(&Throw{Name: "Error", Message: name + " is not available here"})
	}
	size := 2 * int(valueSize)
	functions := v.tls.Alloc(size)
	defer v.tls.Free(size)
	result := lib.XJS_NewPromiseCapability(v.tls, v.ctx, functions)
	if isException(result) {
		return result
	}
	settle := slice[value](functions, 2)
	p := &promise{resolve: settle[0], reject: settle[1]}
	l := &v.run.loop
	if l.cancel == nil {
		l.context, l.cancel = context.WithCancel(v.run.context)
		l.answers = make(chan answer)
	}
	l.pending++
	l.calls.Go(func() {
		a := answer{promise: p}
		a.write, a.err = callAsync(l.context, scope, name, text)
		select {
		case l.answers <- a:
		case <-l.context.Done():
		}
	})
	return result
}

// callAsync turns a panic, which would end the process, into an error.
func callAsync(ctx context.Context, scope AsyncScope, name string, args []byte) (write func(w *Writer) error, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p}
		}
	}()
	return scope.CallAsync(ctx, name, args)
}

// settle ends a promise by an answer. The error is that of a job that runs at once.
func (v *vm) settle(a answer) error {
	defer v.free(a.promise.resolve, a.promise.reject)
	w := Writer{v: v, result: undefined}
	err := a.err
	if err == nil && a.write != nil {
		err = a.write(&w)
	}
	x, fn := w.finish(err), a.promise.resolve
	if isException(x) {
		if v.exhausted != 0 {
			return v.caught()
		}
		x, fn = lib.XJS_GetException(v.tls, v.ctx), a.promise.reject
	}
	defer v.free(x)
	r := v.call(fn, undefined, x)
	if isException(r) {
		return v.caught()
	}
	v.free(r)
	return nil
}

// await runs the event loop until a promise, which it borrows, is settled, and returns its value.
func (v *vm) await(x value) (value, error) {
	for {
		if err := v.jobs(); err != nil {
			return undefined, err
		}
		switch lib.XJS_PromiseState(v.tls, v.ctx, x) {
		case lib.EJS_PROMISE_FULFILLED:
			return lib.XJS_PromiseResult(v.tls, v.ctx, x), nil
		case lib.EJS_PROMISE_REJECTED:
			reason := lib.XJS_PromiseResult(v.tls, v.ctx, x)
			defer v.free(reason)
			return undefined, v.errorOf(reason)
		}
		if err := v.wait(); err != nil {
			return undefined, err
		}
	}
}

// jobs runs what promises have to do.
func (v *vm) jobs() error {
	size := int(valueSize)
	context := v.tls.Alloc(size)
	defer v.tls.Free(size)
	for n := 1; ; n++ {
		switch r := lib.XJS_ExecutePendingJob(v.tls, v.rt, context); {
		case r < 0:
			return v.caught()
		case v.exhausted != 0 || n%64 == 0 && v.expired():
			return v.limited()
		case r == 0:
			return nil
		}
	}
}

// wait waits for the next timer or answer and does what it brings.
func (v *vm) wait() error {
	l := &v.run.loop
	if l.pending == 0 && l.timers.Len() == 0 {
		return &Error{Name: "Error", Message: "the code waits for a promise that nothing can settle"}
	}
	until := v.guard.deadline
	due := l.timers.Len() > 0 && l.timers.list[0].at.Before(until)
	if due {
		until = l.timers.list[0].at
	}
	a, answered, err := v.sleep(until)
	switch {
	case err != nil:
		return err
	case answered:
		l.pending--
		return v.settle(a)
	case !due:
		v.exhausted = LimitTime
		return v.limited()
	}
	t := heap.Pop(&l.timers).(timer)
	r := v.call(v.realm.fire, undefined, newNumber(t.id))
	if isException(r) {
		return v.caught()
	}
	v.free(r)
	return nil
}

// sleep waits for an answer, at most until then, and lets other programs run meanwhile. The time that passes before this one may
// go on is not its own.
func (v *vm) sleep(until time.Time) (a answer, answered bool, err error) {
	sleep := time.NewTimer(time.Until(until))
	defer sleep.Stop()
	resume := v.run.pool.pause()
	canceled := false
	select {
	case a = <-v.run.loop.answers:
		answered = true
	case <-v.guard.done:
		canceled = true
	case <-sleep.C:
	}
	waited, ok := resume(v.guard.done)
	v.guard.deadline = v.guard.deadline.Add(waited)
	if canceled || !ok {
		if answered {
			v.run.loop.pending--
			v.free(a.promise.resolve, a.promise.reject)
		}
		v.expired()
		return answer{}, false, v.limited()
	}
	return a, answered, nil
}

// argumentsJSON writes arguments as the JSON text of an array. False means thrown.
func (v *vm) argumentsJSON(args []value) ([]byte, bool) {
	var text jsonSink
	text.BeginArray()
	r := reader{v: v, sink: &text, limit: v.run.limits.Output}
	for _, a := range args {
		if !r.value(a) {
			return nil, false
		}
	}
	text.EndArray()
	return text.text, true
}
