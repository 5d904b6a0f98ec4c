package js

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

// Limits bound one evaluation.
type Limits struct {
	// Time is how long it may take, waiting for promises included. 0 takes the realm's.
	Time time.Duration
	// Memory is how many bytes the engine may hold, globals and values of the evaluation together. 0 takes the realm's.
	Memory int
	// Output is how large the result's JSON text may be, in bytes and about. 0 takes the realm's.
	Output int
}

// or fills what is not set from d.
func (l Limits) or(d Limits) Limits {
	if l.Time <= 0 {
		l.Time = d.Time
	}
	if l.Memory <= 0 {
		l.Memory = d.Memory
	}
	if l.Output <= 0 {
		l.Output = d.Output
	}
	return l
}

// RealmOptions say what programs of one kind find and may use.
type RealmOptions struct {
	// Variables are globals whose values an evaluation gives through its Scope, each when a script reads it first.
	Variables []string
	// Script is the source of a JavaScript function (host) => object, called once for each engine. Each property of the object
	// becomes a global, one with a getter a global that is found when it is read. They are frozen and shared by all evaluations:
	// host.state() is an object that belongs to one, and what host.onEnd(callback) names is called at the end of each evaluation
	// of code that did not fail.
	// host.call(name, ...args) calls Scope.Call, with the arguments as JSON, and returns what that writes or throws its error.
	// host.luxon() and host.jmespath() return the libraries. In the code realm host.async(name, ...args) calls
	// AsyncScope.CallAsync and returns a promise.
	Script string
	// Modules are the names that require gives in the code realm, of those known: buffer, crypto, jmespath, luxon, timers, url,
	// util.
	Modules []string
	// Limits hold for each evaluation that does not set its own. What is 0 takes a default: 1 s, 64 MiB, 16 MiB for an
	// expression; 60 s, 512 MiB, 256 MiB for code.
	Limits Limits
}

// Options are how an Engine works. The zero value is fine.
type Options struct {
	// MaxVMs is how many programs of one kind run at once; others wait. One that waits for a timer or for Go does not count.
	// 0 is the number of processors.
	MaxVMs int
	// Expression and Code describe the two realms.
	Expression, Code RealmOptions
	// Extensions are the methods that n8n adds to values. In an expression a call x.name(a) of one of them calls
	// extend(x, "name", [a]) or, where a link of the chain is optional, extendOptional(x, "name", () => [a]): functions that
	// Expression.Script must give.
	Extensions []string
}

func (o *Options) realm(kind Kind) *RealmOptions {
	if kind == Code {
		return &o.Code
	}
	return &o.Expression
}

// Engine runs programs on a pool of engines. It is safe for concurrent use. Nothing that one evaluation does is seen by another.
type Engine struct {
	options   Options
	pools     [kinds]pool
	compilers pool

	namesMu sync.Mutex
	names   map[string]struct{} // globals of the expression realm
}

// New returns an Engine. What runs programs is made when the first one needs it.
func New(options Options) *Engine {
	if options.MaxVMs <= 0 {
		options.MaxVMs = runtime.GOMAXPROCS(0)
	}
	options.Expression.Limits = options.Expression.Limits.or(Limits{Time: time.Second, Memory: 64 << 20, Output: 16 << 20})
	options.Code.Limits = options.Code.Limits.or(Limits{Time: time.Minute, Memory: 512 << 20, Output: 256 << 20})
	e := &Engine{options: options}
	for kind := range e.pools {
		e.pools[kind] = newPool(options.MaxVMs, func(open bool) (*vm, error) { return e.newRealmVM(Kind(kind), open) })
	}
	e.compilers = newPool(options.MaxVMs, func(bool) (*vm, error) { return newVM(preludeMemory, true) })
	return e
}

// Close drops the engines. Evaluations that run go on; later ones fail.
func (e *Engine) Close() {
	for kind := range e.pools {
		e.pools[kind].close()
	}
	e.compilers.close()
}

var errClosed = errors.New("js: the engine is closed")

// pool hands out vms, the one used last first: its caches are warm.
type pool struct {
	make  func(open bool) (*vm, error)
	slots chan struct{}

	mu     *sync.Mutex
	idle   []*vm
	closed bool
}

func newPool(size int, make_ func(open bool) (*vm, error)) pool {
	return pool{make: make_, slots: make(chan struct{}, size), mu: new(sync.Mutex)}
}

// get waits for a vm, which put must give back. An open one is always new.
func (p *pool) get(ctx context.Context, open bool) (*vm, error) {
	select {
	case p.slots <- struct{}{}:
	default:
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		<-p.slots
		return nil, errClosed
	}
	if n := len(p.idle); n > 0 && !open {
		v := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return v, nil
	}
	p.mu.Unlock()
	v, err := p.make(open)
	if err != nil {
		<-p.slots
	}
	return v, err
}

// put gives a vm back. One that is not as it was made is dropped.
func (p *pool) put(v *vm) {
	keep := !v.broken && !v.used && v.exhausted == 0
	p.mu.Lock()
	if keep && !p.closed && len(p.idle) < cap(p.slots) {
		p.idle = append(p.idle, v)
	} else {
		keep = false
	}
	p.mu.Unlock()
	if !keep {
		v.close()
	}
	<-p.slots
}

// pause lets another program run while this one waits for something, and returns what has to be called before it goes on. It
// returns how long that took, or false when the context ended meanwhile; the slot is taken all the same.
func (p *pool) pause() (resume func(done <-chan struct{}) (waited time.Duration, ok bool)) {
	<-p.slots
	return func(done <-chan struct{}) (time.Duration, bool) {
		select {
		case p.slots <- struct{}{}:
			return 0, true
		default:
		}
		began := time.Now()
		select {
		case p.slots <- struct{}{}:
			return time.Since(began), true
		case <-done:
			p.slots <- struct{}{}
			return time.Since(began), false
		}
	}
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, v := range p.idle {
		v.close()
	}
	p.idle = nil
}
