package js

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	lib "modernc.org/libquickjs"
)

// Error is an exception that a script did not catch, or a syntax error.
type Error struct {
	// Name is the class of the error, "TypeError"; empty when something else than an Error was thrown.
	Name string
	// Class is the name of its constructor, mostly the same.
	Class string
	// Message is its text, worded as Node.js words it where the engine has its own words.
	Message string
	// Line and Column are where it happened in the source that was compiled, counted from 1; 0 when unknown.
	Line, Column int
	// Frames are the calls that led there, the innermost first: only those in the source that was compiled.
	Frames []Frame
	// Stack holds one "    at ..." line for each call, in the engine's form. It may be empty.
	Stack string
	// Thrown is the JSON text of what was thrown when that is no Error; nil when it has none.
	Thrown []byte
}

// Frame is a place in a program.
type Frame struct {
	// Function is the name of the function; empty for one without a name. The code around all functions is Wrapper.
	Function     string
	Line, Column int
}

func (e *Error) Error() string {
	if e.Name == "" {
		return e.Message
	}
	return e.Name + ": " + e.Message
}

// BlockedError is the refusal of a name that leads out of an expression, such as constructor. Name and Message are n8n's.
type BlockedError struct{ Name, Message string }

func (e *BlockedError) Error() string { return e.Message }

// LimitKind says which limit an evaluation hit.
type LimitKind int

// The limits. See Limits.
const (
	LimitTime   LimitKind = iota + 1 // Limits.Time
	LimitMemory                      // Limits.Memory
	LimitStack                       // functions that call each other without end
	LimitOutput                      // Limits.Output
	LimitSize                        // one call of a built-in over more elements than could be done in time
	LimitSource                      // a source that is too long, or takes too long to compile

	limitCanceled LimitKind = -1 // the context ended; becomes its error
)

// LimitError is the end of an evaluation that asked for too much. The rest of the process is not affected.
type LimitError struct {
	Kind LimitKind
	// Limits are those that held.
	Limits Limits
}

func (e *LimitError) Error() string {
	switch e.Kind {
	case LimitTime:
		return fmt.Sprintf("the script ran longer than %s", e.Limits.Time)
	case LimitMemory:
		return fmt.Sprintf("the script used more than %s of memory", bytesText(e.Limits.Memory))
	case LimitStack:
		return "the script's functions call each other too deeply"
	case LimitOutput:
		return fmt.Sprintf("the script's result is larger than %s", bytesText(e.Limits.Output))
	case LimitSource:
		return fmt.Sprintf("the script is too long: it may have %s, and take %s to compile", bytesText(maxSource), maxCompile)
	}
	return "the script makes one built-in function work on too many elements"
}

func bytesText(n int) string {
	if n >= 1<<20 {
		return strconv.Itoa(n>>20) + " MiB"
	}
	return strconv.Itoa(n) + " bytes"
}

// PanicError is a panic of the engine or of Go code that a script called. It is a defect of this program, not of the script.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("js: panic: %v", e.Value) }

// Throw is an error that Go code called by a script throws into it: class Name, text Message. When the script does not catch
// it, the evaluation returns this very error.
type Throw struct {
	Name, Message string
	// Cause is the Go error behind it, for errors.As; it may be nil.
	Cause error
}

func (e *Throw) Error() string { return e.Message }

// Unwrap returns Cause.
func (e *Throw) Unwrap() error { return e.Cause }

// throw makes err an exception that, when the script does not catch it, comes back as err. The value that it returns is for
// the engine.
func (v *vm) throw(err error) value {
	name, message := "Error", err.Error()
	switch e := err.(type) { //nolint:errorlint // these are never wrapped
	case *Throw:
		name, message = e.Name, e.Message
	case *BlockedError:
		name, message = e.Name, e.Message
	case *Error:
		name, message = e.Name, e.Message
	}
	object := v.newError(name, message)
	if isException(object) {
		return object
	}
	if v.run != nil {
		v.run.thrown = append(v.run.thrown, thrownError{v.dup(object), err})
	}
	return lib.XJS_Throw(v.tls, v.ctx, object)
}

// throwError throws an error as a built-in function does.
func (v *vm) throwError(name, message string) value {
	object := v.newError(name, message)
	if isException(object) {
		return object
	}
	return lib.XJS_Throw(v.tls, v.ctx, object)
}

// newError makes an error that knows the place of the script where it is. It may throw.
func (v *vm) newError(name, message string) value {
	class, known := v.realm.errors[name]
	if !known {
		class = v.realm.errors["Error"]
	}
	text := v.newString(message)
	if isException(text) {
		return text
	}
	size := int(valueSize)
	argv := v.tls.Alloc(size)
	*at[value](argv) = text
	object := lib.XJS_CallConstructor(v.tls, v.ctx, class, 1, argv)
	v.tls.Free(size)
	v.free(text)
	if !isException(object) && !known && !v.hide(object, "name", name) {
		v.free(object)
		return exception
	}
	return object
}

// hide gives object a property that does not show when it is listed. False means thrown.
func (v *vm) hide(object value, name, text string) bool {
	s := v.newString(text)
	return !isException(s) &&
		lib.XJS_DefinePropertyValue(v.tls, v.ctx, object, v.atom(name), s, lib.MJS_PROP_CONFIGURABLE|lib.MJS_PROP_WRITABLE) >= 0
}

// stop ends the evaluation for kind: no catch or finally of the script runs.
func (v *vm) stop(kind LimitKind) value {
	if v.exhausted == 0 {
		v.exhausted = kind
	}
	object := lib.XJS_NewError(v.tls, v.ctx)
	if !isException(object) {
		lib.XJS_Throw(v.tls, v.ctx, object)
	}
	lib.XJS_SetUncatchableException(v.tls, v.ctx, 1)
	return exception
}

// caught takes the pending exception as a Go error.
func (v *vm) caught() error {
	x := lib.XJS_GetException(v.tls, v.ctx)
	defer v.free(x)
	lib.XJS_SetUncatchableException(v.tls, v.ctx, 0)
	return v.errorOf(x)
}

// drop forgets the pending exception.
func (v *vm) drop() { v.free(lib.XJS_GetException(v.tls, v.ctx)) }

// limited returns why the evaluation had to end; nil when it did not.
func (v *vm) limited() error {
	switch {
	case v.exhausted == 0:
		return nil
	case v.run == nil:
		return &LimitError{Kind: v.exhausted}
	case v.exhausted == limitCanceled:
		return v.run.context.Err()
	}
	return &LimitError{Kind: v.exhausted, Limits: v.run.limits}
}

// errorOf describes an exception, which it borrows.
func (v *vm) errorOf(x value) error {
	if err := v.limited(); err != nil {
		return err
	}
	if v.run != nil && isObject(x) {
		for _, t := range v.run.thrown {
			if pointerOf(t.object) == pointerOf(x) {
				return t.err
			}
		}
	}
	if !isObject(x) || lib.XJS_IsError(v.tls, v.ctx, x) == 0 {
		return v.otherThrown(x)
	}
	e := &Error{Name: v.property(x, "name"), Class: v.constructorName(x), Message: v.property(x, "message"), Stack: v.property(x, "stack")}
	if i := strings.Index(e.Stack, "    at "); i >= 0 {
		e.Stack = e.Stack[i:] // a script that caught the error saw a stack that begins with its text
	}
	if e.Name == "RangeError" && e.Message == "stack overflow" {
		v.exhausted = LimitStack
	}
	if err := v.limited(); err != nil {
		return err
	}
	if v.run != nil {
		e.word(v.run.program)
	}
	return e
}

// word gives an error of a program its words and its place.
func (e *Error) word(p *Program) {
	e.Message = v8Words(e.Name, e.Message, e.Stack, p.source)
	e.Frames = frames(e.Stack, p.head)
	if len(e.Frames) > 0 {
		e.Line, e.Column = e.Frames[0].Line, e.Frames[0].Column
	}
}

// constructorName is the name of the class of an error, empty where that can't be told.
func (v *vm) constructorName(x value) string {
	c := v.get(x, "constructor")
	if isException(c) {
		v.drop()
		return ""
	}
	defer v.free(c)
	if !isObject(c) {
		return ""
	}
	return v.property(c, "name")
}

func (v *vm) otherThrown(x value) error {
	e := &Error{}
	var sink jsonSink
	r := reader{v: v, sink: &sink, limit: maxThrown}
	switch ok := r.value(x); {
	case !ok:
		v.drop()
	case !isUndefined(x):
		e.Thrown = sink.text
	}
	if s, ok := v.text(x); ok {
		e.Message = s
	} else {
		v.drop()
	}
	if err := v.limited(); err != nil {
		return err
	}
	return e
}

// maxThrown bounds the JSON text of a thrown value.
const maxThrown = 64 << 10

// property reads a property that should be a string; "" when it is none.
func (v *vm) property(object value, name string) string {
	x := v.get(object, name)
	if isException(x) {
		v.drop()
		return ""
	}
	defer v.free(x)
	if !isString(x) {
		return ""
	}
	s, ok := v.text(x)
	if !ok {
		v.drop()
	}
	return s
}

var frame = regexp.MustCompile(`(?m)^\s+at (?:(.*) \()?` + regexp.QuoteMeta(sourceName) + `:(\d+)(?::(\d+))?\)?$`)

// frames finds the places of a stack that are in the compiled source and not in the prelude. head is how many characters stand
// before its first line.
func frames(stack string, head int) []Frame {
	var list []Frame
	for _, m := range frame.FindAllStringSubmatch(stack, -1) {
		f := Frame{Function: m[1]}
		if f.Function == "<anonymous>" {
			f.Function = ""
		}
		f.Line, _ = strconv.Atoi(m[2])
		f.Column, _ = strconv.Atoi(m[3])
		if f.Line == 1 {
			f.Column -= head
		}
		list = append(list, f)
	}
	return list
}
