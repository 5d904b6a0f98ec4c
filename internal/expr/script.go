package expr

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/nate-go/nate/internal/js"
	"github.com/nate-go/nate/node"
)

// Limits bound the evaluation of one {{ }} in the JavaScript engine. What is 0 takes the default: 5 s, as in n8n, 256 MiB,
// 64 MiB.
type Limits struct {
	// Time is how long it may take.
	Time time.Duration
	// Memory is how many bytes the engine may hold, Result how large the value's JSON may be, about.
	Memory, Result int
}

var defaultLimits = js.Limits{Time: 5 * time.Second, Memory: 256 << 20, Output: 64 << 20} //nolint:gochecknoglobals // a constant

// maxNesting is how deep expressions may evaluate others ($parameter, $evaluateExpression), each in the engine.
const maxNesting = 4

// engines run what the Go subset can't. There is one for each depth of nesting, so that none waits for an engine that waits for
// it. They are shared by the whole process and made when they are needed first: most workflows never need one.
var engines [maxNesting]struct { //nolint:gochecknoglobals // a pool, which no user sees
	once   sync.Once
	engine *js.Engine
}

func engineAt(depth int) *js.Engine {
	e := &engines[depth]
	e.once.Do(func() {
		e.engine = js.New(js.Options{
			Expression: js.RealmOptions{Variables: variableNames(), Script: realmScript(""), Limits: defaultLimits},
			Extensions: extensionNames,
		})
	})
	return e.engine
}

//go:embed script.js code.js prelude/*.js
var scripts embed.FS

// realmScript joins the scripts to one function of the host: for expressions, or for a kind of code.
func realmScript(kind string) string {
	var b strings.Builder
	b.WriteString("(host) => {\n'use strict';\nconst makeExtensions = (() => {\n")
	files, err := fs.Glob(scripts, "prelude/*.js")
	for _, file := range files {
		var text []byte
		if text, err = scripts.ReadFile(file); err != nil {
			break
		}
		b.Write(text)
	}
	if err != nil {
		panic(err) //nolint:forbidigo // the files are in the program
	}
	text, _ := scripts.ReadFile("script.js")
	code := "undefined"
	if kind != "" {
		source, _ := scripts.ReadFile("code.js")
		code = fmt.Sprintf("(host, shared) => (%s)(host, shared, %q)", strings.TrimSpace(string(source)), kind)
	}
	fmt.Fprintf(&b, "return makeExtensions;\n})();\nreturn (%s)(host, makeExtensions, %s);\n}", strings.TrimSpace(string(text)), code)
	return b.String()
}

// script is the code of one {{ }} that runs in the engine. It is compiled when it is evaluated first.
type script struct {
	code string
	// doubt is what the Go subset found wrong, if anything: it knows the place.
	doubt   *fault
	once    sync.Once
	program *js.Program
	err     error
}

func (c *script) compile() (*js.Program, error) {
	c.once.Do(func() {
		if c.hopeless() {
			c.err = c.doubt.error()
			return
		}
		c.program, c.err = engineAt(0).Compile(js.Expression, c.code)
	})
	return c.program, c.err
}

// hopeless reports whether the engine need not be asked: the code is surely no expression, or the engine would take too long.
func (c *script) hopeless() bool {
	return c.doubt != nil && (c.doubt.kind == Syntax || c.doubt.message == tooDeep || c.doubt.message == tooLong)
}

// error makes an *Error of a fault.
func (f *fault) error() *Error {
	e := &Error{Kind: f.kind, Offset: f.pos, Message: f.message}
	if f.kind == Unsupported {
		e.Message += " not supported"
	}
	return e
}

// value evaluates the script to data, and says of what type the value was.
func (c *script) value(s *Scope) (any, js.Type, error) {
	var b builder
	r, err := c.run(s, js.Run{Sink: &b})
	if err != nil {
		return nil, "", err
	}
	v := b.result
	switch {
	case r.Type == js.Undefined:
		v = node.Undefined
	case r.Type == js.Date:
		v = node.Date(r.Number)
	case r.Type == js.Symbol:
		err = engineFailure(s, "Unsupported type")
	case r.Type == js.Promise:
		err = engineFailure(s, "#<Promise> could not be cloned.")
	case r.Type == js.Function:
		err = engineFailure(s, cloned(r.Text))
	case r.Uncloneable != "":
		err = engineFailure(s, cloned(r.Uncloneable))
	}
	return v, r.Type, err
}

// text evaluates the script to what stands for its value in a text.
func (c *script) text(s *Scope) (string, error) {
	r, err := c.run(s, js.Run{Text: true})
	switch {
	case err != nil:
		return "", err
	case r.Type == js.Symbol:
		return "", engineFailure(s, "Cannot convert a Symbol value to a string")
	case r.Type == js.Undefined, r.Type == js.Null, r.Type == js.Number && r.Number != r.Number:
		return "", nil
	}
	return r.Text, nil
}

// cloned is n8n's text about a value that can't leave its engine. It cuts long ones in the middle.
func cloned(source string) string {
	const head, tail = 100, 3
	source = strings.Join(strings.Fields(source), " ")
	if runes := []rune(source); len(runes) > head+tail {
		source = string(runes[:head]) + "...<omitted>..." + string(runes[len(runes)-tail:])
	}
	return source + " could not be cloned."
}

// engineFailure is an error that n8n's engine for expressions has.
func engineFailure(s *Scope, message string) error {
	e := failure(s, "Expression evaluation failed: "+message)
	e.Name, e.Context = "Error", nil
	return e
}

func (c *script) run(s *Scope, r js.Run) (js.Result, error) {
	program, err := c.compile()
	if err != nil {
		return js.Result{}, c.failed(s, err)
	}
	if s.depth >= maxNesting {
		return js.Result{}, failure(s, "Expressions that evaluate other expressions are nested too deeply")
	}
	engine := engineAt(s.depth)
	s.depth++
	defer func() { s.depth-- }()
	ctx := s.Context
	if ctx == nil {
		ctx = context.Background()
	}
	r.Program, r.Scope, r.Now, r.Zone = program, world{s}, s.Now, s.zone()
	r.Limits = js.Limits{Time: s.Limits.Time, Memory: s.Limits.Memory, Output: s.Limits.Result}
	result, err := engine.Run(ctx, r)
	if err != nil {
		return js.Result{}, c.failed(s, err)
	}
	return result, nil
}

var constructorAccess = regexp.MustCompile(`\.\s*constructor`)

// failed turns an error of the engine into an *Error, errThrown for what JavaScript throws, or the context's error.
func (c *script) failed(s *Scope, err error) error {
	var (
		known   *Error
		thrown  *js.Error
		blocked *js.BlockedError
		limit   *js.LimitError
		defect  *js.PanicError
		refused *js.Throw
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, errThrown):
		return errThrown
	case errors.As(err, &thrown) && c.program != nil:
		return errThrown
	case err == error(thrown): //nolint:errorlint // one inside another error is about script.js
		return &Error{Kind: Syntax, Offset: -1, Message: thrown.Message}
	case errors.As(err, &blocked):
		if constructorAccess.MatchString(c.code) {
			return failure(s, "Expression contains invalid constructor function call",
				"causeDetailed", "Constructor override attempt is not allowed due to security concerns")
		}
		return &Error{Kind: Evaluation, Name: blocked.Name, Offset: -1, Message: blocked.Message}
	case errors.As(err, &refused):
		return failure(s, refused.Message)
	case errors.As(err, &limit):
		return failure(s, "The expression was stopped: "+limitText(limit)+": {{ "+oneLine(c.code)+" }}")
	case errors.As(err, &defect):
		return failure(s, fmt.Sprintf("The JavaScript engine failed (%v): {{ %s }}", defect.Value, oneLine(c.code)))
	}
	return err
}

func limitText(e *js.LimitError) string {
	switch e.Kind {
	case js.LimitTime:
		return fmt.Sprintf("it ran longer than %s", e.Limits.Time)
	case js.LimitMemory:
		return fmt.Sprintf("it used more than %d MiB of memory", e.Limits.Memory>>20)
	case js.LimitStack:
		return "its functions call each other too deeply"
	case js.LimitSource:
		return "it takes too long to compile"
	case js.LimitOutput:
		return fmt.Sprintf("its result is larger than %d MiB", e.Limits.Output>>20)
	}
	return "a built-in function would work on too many elements"
}

// builder is the js.Sink that makes the values of package node.
type builder struct {
	open   []container
	result any
}

type container struct {
	object *node.Object // nil in an array
	list   []any
	key    string
}

var _ js.Sink = (*builder)(nil)

func (b *builder) add(v any) {
	if len(b.open) == 0 {
		b.result = v
		return
	}
	c := &b.open[len(b.open)-1]
	if c.object != nil {
		c.object.Set(c.key, v)
	} else {
		c.list = append(c.list, v)
	}
}

func (b *builder) Null()            { b.add(nil) }
func (b *builder) Bool(v bool)      { b.add(v) }
func (b *builder) Number(f float64) { b.add(f) }
func (b *builder) String(s string)  { b.add(s) }
func (b *builder) BeginArray()      { b.open = append(b.open, container{list: []any{}}) }
func (b *builder) BeginObject()     { b.open = append(b.open, container{object: &node.Object{}}) }
func (b *builder) Key(name string)  { b.open[len(b.open)-1].key = name }
func (b *builder) EndArray()        { b.add(b.close().list) }
func (b *builder) EndObject()       { b.add(b.close().object) }

func (b *builder) close() container {
	c := b.open[len(b.open)-1]
	b.open = b.open[:len(b.open)-1]
	return c
}

// write writes a value of package node into the engine.
func write(w *js.Writer, v any) {
	switch v := v.(type) {
	case nil:
		w.Null()
	case bool:
		w.Bool(v)
	case float64:
		w.Number(v)
	case string:
		w.String(v)
	case node.Date:
		w.Date(float64(v))
	case []any:
		w.BeginArray()
		for _, e := range v {
			write(w, e)
		}
		w.EndArray()
	case *node.Object:
		w.BeginObject()
		for k, e := range v.All() {
			w.Key(k)
			write(w, e)
		}
		w.EndObject()
	default:
		w.Undefined()
	}
}
