package js

import (
	"fmt"
	"time"

	lib "modernc.org/libquickjs"

	"github.com/nate-go/nate/internal/dates"
)

// Kind says what a program is, and with it what globals it finds.
type Kind int

const (
	// Expression is one JavaScript expression, as n8n allows it between {{ and }}. It finds what n8n lets it find, cannot wait
	// for anything, and an unknown name is undefined.
	Expression Kind = iota
	// Code is the body of an asynchronous function, as in a Code node: promises, timers, Buffer and the like exist.
	Code
	kinds
)

func (k Kind) String() string { return [...]string{"expression", "code"}[k] }

// realm is what Go keeps of a vm's globals. The values are held until the vm is dropped.
type realm struct {
	kind             Kind
	errors           map[string]value
	functionToString value
	unbox            value
	receiver         value // this in an expression
	time             value // milliseconds of a Date or DateTime
	makeDateTime     value
	setZone          value
	end              value // of code, when it succeeded
	rewrite          value // of a compiler: reads expressions
	words            value // what catch clauses call, see catch.go
	fire, forget     value // of the event loop
	modules          []string

	functions map[uint64]value // the programs loaded
	variables []variable
	intl      intlState
	luxon     map[uintptr]Type // by prototype; empty until Luxon is loaded
	zone      string           // that Luxon was told
	baseline  int              // memory in use before any script ran
	hardened  map[uintptr]struct{}
	globals   shape
}

// variable is a global whose value an evaluation gives when it is asked for first.
type variable struct {
	name string
	set  bool
	x    value
}

// natives are functions of Go for a script of the prelude, with the number of their parameters.
type natives map[string]struct {
	length int
	fn     native
}

// realmNatives are Go's functions for prelude/realm.js.
var realmNatives = natives{
	"now":              {0, nativeNow},
	"parseDate":        {1, nativeParseDate},
	"guard":            {5, nativeGuard},
	"list":             {1, nativeList},
	"harden":           {1, nativeHarden},
	"parse":            {1, nativeParse},
	"stringify":        {1, nativeStringify},
	"blockConstructor": {0, nativeBlockConstructor},
	"load":             {2, nativeLoad},
	"untimed":          {1, nativeUntimed},
	"luxon":            {3, nativeLuxon},
	"zone":             {0, nativeZone},
	"call":             {1, nativeCall},
	"async":            {1, codeAsync},
	"state":            {0, nativeState},
}

// functions makes an object of Go's functions.
func (v *vm) functions(list natives) value {
	object := lib.XJS_NewObject(v.tls, v.ctx)
	for name, f := range list {
		v.define(object, name, v.newFunction(name, f.length, f.fn))
	}
	return object
}

// newRealmVM returns a vm that is ready for programs of the kind. An open one has no frozen built-ins: it is for one program.
func (e *Engine) newRealmVM(kind Kind, open bool) (*vm, error) {
	v, err := newVM(e.options.realm(kind).Limits.Memory, false)
	if err != nil {
		return nil, err
	}
	if err := v.protect(func() error { return v.furnish(kind, e.options.realm(kind), open) }); err != nil {
		v.close()
		return nil, fmt.Errorf("js: the %s realm: %w", kind, err)
	}
	return v, nil
}

func (v *vm) furnish(kind Kind, options *RealmOptions, open bool) error {
	v.realm.kind, v.used = kind, open
	if err := v.installIntl(); err != nil {
		return err
	}
	made, err := v.start("realm.js", v.newString(kind.String()), v.functions(realmNatives))
	if err != nil {
		return err
	}
	defer v.free(made)
	v.realm.errors = map[string]value{}
	classes := v.get(made, "errors")
	defer v.free(classes)
	for _, name := range []string{"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"} {
		v.realm.errors[name] = v.get(classes, name)
	}
	// What the engine calls an InternalError, a full stack, is a RangeError of V8's.
	internal := &at[lib.TJSContext](v.ctx).Fnative_error_proto[lib.EJS_INTERNAL_ERROR]
	v.free(*internal)
	*internal = v.get(v.realm.errors["RangeError"], "prototype")
	for name, x := range map[string]*value{
		"functionToString": &v.realm.functionToString, "unbox": &v.realm.unbox, "receiver": &v.realm.receiver,
		"time": &v.realm.time, "dateTime": &v.realm.makeDateTime, "setZone": &v.realm.setZone, "end": &v.realm.end,
	} {
		*x = v.get(made, name)
	}
	v.realm.functions, v.realm.luxon = map[uint64]value{}, map[uintptr]Type{}
	if err := v.declare(options.Variables); err != nil {
		return err
	}
	v.realm.words = v.newFunction("words", 1, nativeWords)
	hidden := undefined
	if kind == Code {
		v.realm.modules = options.Modules
		if hidden, err = v.installCode(made); err != nil {
			return err
		}
	}
	if err := v.runScript(made, options.Script); err != nil {
		return err
	}
	finish := v.get(made, "finish")
	defer v.free(finish)
	if r := v.call(finish, undefined, newBool(open)); isException(r) {
		return v.caught()
	}
	if !open {
		nativeHarden(v, undefined, []value{v.realm.words})
		nativeHarden(v, undefined, []value{hidden})
	}
	v.realm.baseline = v.inUse()
	v.realm.globals = v.globalShape()
	return nil
}

// start loads a script of the prelude, which is a function, and calls it. It takes args over.
func (v *vm) start(file string, args ...value) (value, error) {
	defer v.free(args...)
	bytecode, err := preludeBytecode(file)
	if err != nil {
		return undefined, err
	}
	fn := v.load(bytecode)
	if isException(fn) {
		return undefined, v.caught()
	}
	defer v.free(fn)
	r := v.call(fn, undefined, args...)
	if isException(r) {
		return undefined, v.caught()
	}
	return r, nil
}

// runScript calls the embedder's script and makes what it returns globals.
func (v *vm) runScript(made value, source string) error {
	if source == "" {
		return nil
	}
	bytecode, err := scriptBytecode(source)
	if err != nil {
		return err
	}
	fn := v.load(bytecode)
	if isException(fn) {
		return v.caught()
	}
	install := v.get(made, "install")
	defer v.free(fn, install)
	if r := v.call(install, undefined, fn); isException(r) {
		return v.caught()
	}
	return nil
}

// declare makes the variables globals that call back when they are read.
func (v *vm) declare(names []string) error {
	global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
	defer v.free(global)
	v.realm.variables = make([]variable, len(names))
	for i, name := range names {
		v.realm.variables[i].name = name
		getter := v.newFunction(name, 0, func(v *vm, _ value, _ []value) value { return v.variable(i) })
		setter := v.newFunction(name, 1, func(v *vm, _ value, args []value) value { return v.assign(i, args) })
		const flags = lib.MJS_PROP_CONFIGURABLE
		if lib.XJS_DefinePropertyGetSet(v.tls, v.ctx, global, v.atom(name), getter, setter, flags) < 0 {
			return v.caught()
		}
	}
	return nil
}

func (v *vm) variable(i int) value {
	x := &v.realm.variables[i]
	if !x.set {
		w := Writer{v: v, result: undefined}
		y := w.finish(v.run.scope.Variable(x.name, v.run.program.members[x.name], &w))
		if isException(y) {
			return y
		}
		x.x, x.set = y, true
	}
	return v.dup(x.x)
}

func (v *vm) assign(i int, args []value) value {
	x := &v.realm.variables[i]
	if x.set {
		v.free(x.x)
	}
	x.x, x.set = v.dup(args[0]), true
	return undefined
}

func nativeNow(v *vm, _ value, _ []value) value {
	return newNumber(float64(v.run.now().UnixMilli()))
}

func nativeParseDate(v *vm, _ value, args []value) value {
	text, ok := v.text(args[0])
	if !ok {
		return exception
	}
	return newNumber(dates.Parse(text, time.Local))
}

func nativeBlockConstructor(v *vm, _ value, _ []value) value { return v.throw(blocked("constructor")) }

func blocked(name string) error {
	return &BlockedError{Name: "ExpressionError", Message: fmt.Sprintf("Cannot access %q due to security concerns", name)}
}

// nativeLoad(name, ...args) loads a library of the prelude.
func nativeLoad(v *vm, _ value, args []value) value {
	name, ok := v.text(args[0])
	if !ok {
		return exception
	}
	bytecode, err := preludeBytecode(name + ".js")
	if err != nil {
		return v.throw(err)
	}
	fn := v.load(bytecode)
	if isException(fn) {
		return fn
	}
	defer v.free(fn)
	return v.call(fn, undefined, args[1:]...)
}

// loadingTime bounds how long libraries may take to load in one evaluation: open code can change the functions that they use.
const loadingTime = 30 * time.Second

// nativeUntimed(f) returns what f() returns, which loads a library. The time it takes is not the script's.
func nativeUntimed(v *vm, _ value, args []value) value {
	until, began := v.guard.deadline, time.Now()
	if until.IsZero() {
		return v.call(args[0], undefined)
	}
	left := loadingTime - v.run.loading
	v.guard.deadline = until.Add(left)
	r := v.call(args[0], undefined)
	took := min(time.Since(began), left)
	v.run.loading += took
	v.guard.deadline = until.Add(took)
	return r
}

// nativeLuxon(DateTime.prototype, Duration.prototype, Interval.prototype) says that Luxon is there.
func nativeLuxon(v *vm, _ value, args []value) value {
	for i, t := range []Type{DateTime, Duration, Interval} {
		v.realm.luxon[pointerOf(args[i])] = t
	}
	return undefined
}

// nativeZone() is the time zone of the evaluation.
func nativeZone(v *vm, _ value, _ []value) value {
	v.realm.zone = v.run.zone
	return v.newString(v.run.zone)
}

// shape counts the properties of an object, so that a change of it is seen at once.
type shape struct{ properties, deleted int32 }

func (v *vm) globalShape() shape {
	global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
	defer v.free(global)
	s := at[lib.TJSShape](at[lib.TJSObject](pointerOf(global)).Fshape)
	return shape{s.Fprop_count, s.Fdeleted_prop_count}
}

// tidyGlobal takes away what a script left on the global object. It is false when that cannot be done.
func (v *vm) tidyGlobal() bool {
	global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
	defer v.free(global)
	proto := lib.XJS_GetPrototype(v.tls, v.ctx, global)
	v.free(proto)
	if pointerOf(proto) != pointerOf(v.objectProto) || lib.XJS_IsExtensible(v.tls, v.ctx, global) <= 0 {
		return false
	}
	now := v.globalShape()
	if now == v.realm.globals {
		return true
	}
	table, n, ok := v.ownNames(global, lib.MJS_GPN_STRING_MASK|lib.MJS_GPN_SYMBOL_MASK)
	if !ok {
		return false
	}
	defer lib.XJS_FreePropertyEnum(v.tls, v.ctx, table, lib.Tuint32_t(n))
	// What scripts add stands behind what was there, and all that was there cannot be deleted.
	kept := int(v.realm.globals.properties - v.realm.globals.deleted)
	names := slice[lib.TJSPropertyEnum](table, n)
	for _, p := range names {
		lib.XJS_DeleteProperty(v.tls, v.ctx, global, p.Fatom, 0)
	}
	now = v.globalShape()
	v.realm.globals.properties, v.realm.globals.deleted = now.properties, now.deleted
	return int(now.properties-now.deleted) == kept
}

// luxonType tells Luxon's classes.
func (r *realm) luxonType(v *vm, x value) (Type, bool) {
	if len(r.luxon) == 0 {
		return "", false
	}
	proto := lib.XJS_GetPrototype(v.tls, v.ctx, x)
	defer v.free(proto)
	t, ok := r.luxon[pointerOf(proto)]
	return t, ok
}

// useZone makes zone the one that Luxon takes where none is named.
func (v *vm) useZone(zone string) error {
	if len(v.realm.luxon) == 0 || v.realm.zone == zone {
		return nil
	}
	v.realm.zone = zone
	name := v.newString(zone)
	defer v.free(name)
	if r := v.call(v.realm.setZone, undefined, name); isException(r) {
		return v.caught()
	}
	return nil
}

// nativeCall(name, ...args) is host.call.
func nativeCall(v *vm, _ value, args []value) value {
	name, ok := v.text(args[0])
	if !ok {
		return exception
	}
	text, ok := v.argumentsJSON(args[1:])
	if !ok {
		return exception
	}
	w := Writer{v: v, result: undefined}
	return w.finish(v.run.scope.Call(name, text, &w))
}

// nativeState() is host.state: an object of the evaluation.
func nativeState(v *vm, _ value, _ []value) value {
	if !isObject(v.run.state) {
		v.run.state = lib.XJS_NewObject(v.tls, v.ctx)
	}
	return v.dup(v.run.state)
}
