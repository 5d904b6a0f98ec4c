package js

import (
	"context"
	"time"

	lib "modernc.org/libquickjs"
)

// Scope is what one evaluation sees of the world. Its methods are called on the goroutine that calls Run.
type Scope interface {
	// Variable writes the value of one of the realm's variables. It is called at most once for each in an evaluation, when the
	// script reads it first. If members is not nil, the script only reads these of an object's members, so that the others
	// may be left out. The error is thrown into the script.
	Variable(name string, members []string, w *Writer) error
	// Call answers host.call(name, ...args) of the realm's script; args is the JSON text of an array. The error is thrown.
	Call(name string, args []byte, w *Writer) error
}

// Run is one evaluation of a program.
type Run struct {
	Program *Program
	// Scope may be nil when the realm has no variables.
	Scope Scope
	// Limits set here win over the realm's.
	Limits Limits
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Zone is the time zone that DateTime takes where none is named, an IANA name; "" is UTC.
	Zone string
	// Modules, unless nil, are the names that require gives in code, in place of the realm's.
	Modules []string
	// Console takes what code gives to console.log and its like: the method's name and the text. nil drops it.
	Console func(level, text string)
	// Text asks for Result.Text, the value as a string, in place of its JSON.
	Text bool
	// Sink takes the value in place of Result.JSON. It may have taken a part when Run fails.
	Sink Sink
}

// Result is a value that a script gave.
type Result struct {
	Type Type
	// JSON is what JSON.stringify makes of the value, with bigints as strings; nil for undefined, a function or a symbol, and
	// when it was not asked for.
	JSON []byte
	// Number is the value of a number, the milliseconds since 1970 of a Date or DateTime; NaN for an invalid one.
	Number float64
	// Zone is the time zone of a DateTime, an IANA name or an offset as "UTC+3".
	Zone string
	// Text is the value as a string: of a string itself, the digits of a bigint, the source of a function, the name of a
	// symbol. With Run.Text it is what JavaScript's String gives, for any type.
	Text string
	// Uncloneable is the text of the first function or symbol inside an array or object, which JSON leaves out, or of the first iterator
	// or weak collection, which JSON knows nothing of.
	Uncloneable string
}

// run is the state of an evaluation.
type run struct {
	program *Program
	context context.Context
	limits  Limits
	scope   Scope
	now     func() time.Time
	zone    string
	thrown  []thrownError
	state   value // host.state()
	console func(level, text string)
	modules []string
	pool    *pool
	loop    loop
	loading time.Duration // what libraries took to load
}

// thrownError is a Go error and the exception made of it.
type thrownError struct {
	object value
	err    error
}

// maxPrograms bounds how many programs a vm keeps loaded.
const maxPrograms = 2048

// Run evaluates a program. The error is an *Error or a *Throw for what a script did not catch, a *LimitError, a
// *BlockedError, a *PanicError, or the context's.
func (e *Engine) Run(ctx context.Context, r Run) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	p := &e.pools[r.Program.kind]
	v, err := p.get(ctx, r.Program.open)
	if err != nil {
		return Result{}, err
	}
	defer p.put(v)
	limits := r.Limits.or(e.options.realm(r.Program.kind).Limits)
	state := run{
		program: r.Program, context: ctx, limits: limits, scope: r.Scope, now: r.Now, zone: r.Zone, console: r.Console, state: undefined,
		modules: r.Modules, pool: p,
	}
	if state.zone == "" {
		state.zone = "UTC"
	}
	if state.now == nil {
		state.now = time.Now
	}
	v.guard = limiter{deadline: time.Now().Add(limits.Time), done: ctx.Done()}
	v.setMemoryLimit(limits.Memory)
	v.run = &state
	var result Result
	err = v.protect(func() error { return v.evaluate(&r, &result) })
	state.loop.end()
	if !v.broken {
		if limited := v.limited(); limited != nil {
			err = limited // also when the script caught it
		}
		v.restore()
	}
	v.run = nil
	return result, err
}

func (v *vm) evaluate(r *Run, result *Result) error {
	fn, err := v.function(r.Program)
	if err != nil {
		return err
	}
	if err := v.useZone(v.run.zone); err != nil {
		return err
	}
	x := v.call(fn, v.realm.receiver, v.realm.words)
	if isException(x) {
		return v.caught()
	}
	defer v.free(x)
	if v.realm.kind == Code && lib.XJS_GetClassID(v.tls, x) == lib.EJS_CLASS_PROMISE {
		settled, err := v.await(x)
		if err != nil {
			return err
		}
		defer v.free(settled)
		if err := v.result(settled, r, result); err != nil {
			return err
		}
		ended := v.call(v.realm.end, undefined)
		if isException(ended) {
			return v.caught()
		}
		v.free(ended)
		return nil
	}
	return v.result(x, r, result)
}

// function loads a program, once.
func (v *vm) function(p *Program) (value, error) {
	if fn, ok := v.realm.functions[p.id]; ok {
		return fn, nil
	}
	if len(v.realm.functions) >= maxPrograms {
		for _, fn := range v.realm.functions {
			v.free(fn)
		}
		clear(v.realm.functions)
	}
	fn := v.load(p.bytecode)
	if isException(fn) {
		return undefined, v.caught()
	}
	v.realm.functions[p.id] = fn
	if p.open {
		return fn, nil // nobody else gets this vm
	}
	nativeHarden(v, undefined, []value{fn}) // scripts reach it as arguments.callee
	return fn, nil
}

// restore makes the vm as it was before the evaluation, or marks it for dropping.
func (v *vm) restore() {
	for i := range v.realm.variables {
		if x := &v.realm.variables[i]; x.set {
			v.free(x.x)
			x.x, x.set = undefined, false
		}
	}
	for _, t := range v.run.thrown {
		v.free(t.object)
	}
	v.free(v.run.state)
	if l := &v.run.loop; v.realm.kind == Code && !v.used {
		v.used = !v.tidyGlobal()
		v.free(v.call(v.realm.forget, undefined))
		v.used = v.used || l.pending > 0 // promises that nobody settles
	}
	if lib.XJS_IsJobPending(v.tls, v.rt) != 0 {
		v.used = true // what a promise would do later must not happen in another evaluation
	}
	if v.inUse() > v.realm.baseline+keptMemory {
		lib.XJS_RunGC(v.tls, v.rt)
		if v.inUse() > v.realm.baseline+keptMemory {
			v.used = true
		}
	}
}

// keptMemory is how much a vm may hold more than when it was made, in loaded programs and caches.
const keptMemory = 16 << 20

// result describes a value, which it borrows.
func (v *vm) result(x value, r *Run, result *Result) error {
	result.Type = v.typeOf(x)
	switch result.Type {
	case Number:
		result.Number, _ = number(x)
	case Date, DateTime:
		n := v.call(v.realm.time, undefined, x)
		result.Number, _ = number(n)
		v.free(n)
		if result.Type == DateTime {
			result.Zone = v.property(x, "zoneName")
		}
	case Function, Symbol:
		result.Text, _ = v.describe(x)
	case BigInt:
		result.Text, _ = v.text(x)
	}
	if r.Text {
		return v.resultText(x, result)
	}
	if result.Type == Undefined || result.Type == Function || result.Type == Symbol {
		return nil
	}
	var text jsonSink
	reader := reader{v: v, sink: r.Sink, limit: v.run.limits.Output}
	if r.Sink == nil {
		reader.sink = &text
	}
	if !reader.value(x) {
		return v.caught()
	}
	result.JSON, result.Uncloneable = text.text, reader.uncloneable
	if result.Type == String {
		result.Text, _ = v.text(x)
	}
	return nil
}

func (v *vm) resultText(x value, result *Result) error {
	if result.Type == Symbol {
		return nil
	}
	s, ok := v.text(x)
	if !ok {
		return v.caught()
	}
	result.Text = s
	if len(s) > v.run.limits.Output {
		v.exhausted = LimitOutput
	}
	return nil
}
