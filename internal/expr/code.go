package expr

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/js"
	"github.com/nate-go/nate/node"
)

// Code is the source of a node that is code. It is compiled when it runs first, and safe for concurrent use.
type Code struct {
	kind   node.ScriptKind
	source string

	mu      sync.Mutex
	program *js.Program
	wrong   *js.Error // that the source is not JavaScript
}

// compile compiles the source once. What failed for another reason than the source, a limit for one, is tried again.
func (c *Code) compile(engine *js.Engine) (*js.Program, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.program == nil && c.wrong == nil {
		p, err := engine.Compile(js.Code, c.source)
		if err != nil && !errors.As(err, &c.wrong) {
			return nil, err
		}
		if c.program = p; c.wrong != nil {
			c.wrong.Line, c.wrong.Frames = 0, nil // n8n names no line of it
		}
	}
	if c.wrong != nil {
		return nil, c.wrong
	}
	return c.program, nil
}

// codes keeps the Codes of the process: workflows that are loaded time and again, and nodes that are scripts themselves, compile a
// source once.
var codes struct { //nolint:gochecknoglobals // a cache, which no user sees
	sync.Mutex
	all  map[codeKey]*Code
	size int // in bytes, about
}

type codeKey struct {
	kind   node.ScriptKind
	source string
}

// maxCodes bounds what is kept, in bytes of source and some for each: sources that an expression makes could be without number.
const maxCodes = 4 << 20

// CodeOf returns the Code of a source.
func CodeOf(kind node.ScriptKind, source string) *Code {
	codes.Lock()
	defer codes.Unlock()
	key := codeKey{kind, source}
	c := codes.all[key]
	if c == nil {
		size := len(source) + 1<<10
		if codes.all == nil || codes.size+size > maxCodes {
			codes.all, codes.size = map[codeKey]*Code{}, 0
		}
		c = &Code{kind: kind, source: source}
		codes.all[key] = c
		codes.size += size
	}
	return c
}

// CheckCode compiles code without running it. It returns an *Error of the kind Syntax, with the place of the fault and its line in the
// message, when the code is not JavaScript; nil when it can run. What is not closed is found at the end of the code.
func CheckCode(source string) error {
	_, err := codeEngine(node.ScriptAllItems).Compile(js.Code, source)
	if err == nil {
		return nil
	}
	found := &Error{Kind: Syntax, Expression: source, Message: err.Error()}
	var wrong *js.Error
	if errors.As(err, &wrong) && wrong.Line > 0 {
		found.Message, found.Offset = wrong.Message, offsetOf(source, wrong.Line, wrong.Column)
		if found.Offset == len(source) {
			found.Message += " at the end"
		} else {
			found.Message += fmt.Sprintf(" in line %d", wrong.Line)
		}
	}
	return found
}

// offsetOf is the place of a line and a column of characters, both counted from 1, in bytes.
func offsetOf(source string, line, column int) int {
	at := 0
	for range line - 1 {
		end := strings.IndexByte(source[at:], '\n')
		if end < 0 {
			return len(source)
		}
		at += end + 1
	}
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(source[at:])
		at += size
	}
	return at
}

// CodeHost answers what code asks for beside data.
type CodeHost interface {
	// Ask answers at once: static, setStatic (type, data), customData, setCustomData (key, value), nodeParameter (name, item;
	// a list with the value if there is one), setFiles (the files of the item). It is called on the goroutine of Run.
	Ask(name string, args []any) (any, error)
	// Do answers what takes time: httpRequest, request, and the helpers for files. It is called on a goroutine of its own, and must end soon after ctx.
	Do(ctx context.Context, name string, args []any) (any, error)
}

// CodeRun is one run of a Code.
type CodeRun struct {
	Host CodeHost
	// Modules are the names that require gives; none if empty.
	Modules []string
	Limits  Limits
	// Left is how much of Limits.Time is left where code runs more than once; 0: all of it.
	Left time.Duration
	// Console takes what the code logs; nil drops it.
	Console func(level, text string)
}

// CodeTime is how long one run of code may take where nothing else is set: as long as in n8n.
const CodeTime = 5 * time.Minute

// CodeMemory is how many bytes code may use where nothing else is set.
const CodeMemory = 512 << 20

var defaultCodeLimits = js.Limits{Time: CodeTime, Memory: CodeMemory, Output: 256 << 20} //nolint:gochecknoglobals // a constant

// codeKinds are the names of the kinds in code.js.
var codeKinds = [...]string{
	node.ScriptAllItems: "allItems", node.ScriptEachItem: "eachItem", node.ScriptFunction: "function",
	node.ScriptFunctionItem: "functionItem",
}

// codeEngines run code, one for each kind. Like engines they are made when they are needed first.
var codeEngines [len(codeKinds)]struct { //nolint:gochecknoglobals // a pool, which no user sees
	once   sync.Once
	engine *js.Engine
}

func codeEngine(kind node.ScriptKind) *js.Engine {
	e := &codeEngines[kind]
	e.once.Do(func() {
		e.engine = js.New(js.Options{Code: js.RealmOptions{
			Variables: codeVariables(), Script: realmScript(codeKinds[kind]), Limits: defaultCodeLimits,
		}})
	})
	return e.engine
}

// codeVariables are the variables that code.js has not.
func codeVariables() []string {
	var names []string
	for _, name := range variableNames() {
		switch name {
		case "$json", "$data", "$thisItem", "$execution":
		default:
			names = append(names, name)
		}
	}
	return names
}

// Run runs the code over a scope and returns what it returned; see node.Script.
func (c *Code) Run(s *Scope, r CodeRun) (any, error) {
	engine := codeEngine(c.kind)
	program, err := c.compile(engine)
	if err != nil {
		return nil, scriptError(err, 0)
	}
	s.begin()
	ctx := s.Context
	if ctx == nil {
		ctx = context.Background()
	}
	modules := r.Modules
	if modules == nil {
		modules = []string{}
	}
	b := &codeBuilder{}
	result, err := engine.Run(ctx, js.Run{
		Program: program, Scope: codeWorld{world{s}, r.Host}, Now: s.Now, Zone: s.zone(), Console: r.Console, Modules: modules, Sink: b,
		Limits: js.Limits{Time: cmp.Or(r.Left, r.Limits.Time), Memory: r.Limits.Memory, Output: r.Limits.Result},
	})
	switch {
	case err != nil:
		return nil, scriptError(err, r.Limits.Time)
	case result.Type == js.Undefined:
		return node.Undefined, nil
	case result.Type == js.Function, result.Type == js.Symbol:
		return result.Text, nil
	}
	return b.result, nil
}

// codeBuilder makes the values of package node as JSON would have them.
type codeBuilder struct{ builder }

func (b *codeBuilder) Number(f float64) {
	switch {
	case len(b.open) > 0 && (math.IsNaN(f) || math.IsInf(f, 0)):
		b.add(nil)
	default:
		b.add(f + 0) // -0 becomes 0
	}
}

// codeWorld is what code sees of a Scope.
type codeWorld struct {
	world
	host CodeHost
}

var _ js.AsyncScope = codeWorld{}

// Call answers a question of script.js or code.js.
func (w codeWorld) Call(name string, args []byte, out *js.Writer) error {
	s, given, err := w.question(args)
	if err != nil {
		return err
	}
	return thrown(codeWorld{world{s}, w.host}.answer(name, given, out))
}

func (w codeWorld) answer(name string, args arguments, out *js.Writer) error {
	switch name {
	case "failHere":
		message, _ := args.at(0).(string)
		e := failure(w.Scope, message)
		e.Description, _ = args.at(1).(string)
		return e
	case "index":
		out.Number(float64(w.Item))
	case "count":
		out.Number(float64(len(w.Items)))
	case "input":
		return w.input(args.at(0), out)
	case "static", "setStatic", "customData", "setCustomData", "nodeParameter", "setFiles":
		v, err := w.host.Ask(name, args)
		if err != nil {
			return err
		}
		write(out, v)
	default:
		return w.world.answer(name, args, out)
	}
	return nil
}

// input writes all items, or one of them; undefined if there is none of that index.
func (w codeWorld) input(index any, out *js.Writer) error {
	if index == node.Undefined {
		out.BeginArray()
		for i := range w.Items {
			if err := w.item(i, out); err != nil {
				return err
			}
		}
		out.EndArray()
		return nil
	}
	if i, ok := index.(float64); ok && i >= 0 && i < float64(len(w.Items)) {
		return w.item(int(i), out)
	}
	out.Undefined()
	return nil
}

func (w codeWorld) item(i int, out *js.Writer) error {
	it := &w.Items[i]
	if it.Binary != nil || it.Error != nil {
		o, err := itemHost{it}.object()
		if err == nil {
			write(out, o)
		}
		return err
	}
	out.BeginObject()
	out.Key("json")
	write(out, orEmpty(it.JSON))
	if it.Paired != nil {
		out.Key("pairedItem")
		write(out, pairedData(it.Paired))
	}
	out.EndObject()
	return nil
}

// CallAsync answers host.async.
func (w codeWorld) CallAsync(ctx context.Context, name string, args []byte) (func(out *js.Writer) error, error) {
	v, err := node.ParseJSON(args)
	if err != nil {
		return nil, err
	}
	list, _ := v.([]any)
	answer, err := w.host.Do(ctx, name, list)
	if err != nil {
		return nil, thrown(err)
	}
	return func(out *js.Writer) error {
		write(out, answer)
		return nil
	}, nil
}

// scriptError makes a *node.ScriptError of an error of the engine, or leaves it as it is where the context ended.
// limit is that of the time.
func scriptError(err error, limit time.Duration) error {
	var (
		own    *Error
		thrown *js.Error
		over   *js.LimitError
		defect *js.PanicError
	)
	switch {
	case errors.As(err, &own):
		info := own.Info()
		return &node.ScriptError{Name: info.Name, Message: info.Message, Info: info}
	case errors.As(err, &thrown):
		e := &node.ScriptError{Name: thrown.Name, Message: thrown.Message, Line: thrownLine(thrown)}
		if e.Name == "" {
			e.Thrown = node.Undefined
			if thrown.Thrown != nil {
				if v, err := node.ParseJSON(thrown.Thrown); err == nil {
					e.Thrown = v
				}
			}
		}
		return e
	case errors.As(err, &over) && over.Kind == js.LimitTime:
		return node.NewScriptTimeout(cmp.Or(limit, CodeTime))
	case errors.As(err, &over):
		return stopped("The code was stopped: " + strings.Replace(limitText(over), "its result", "what it returned", 1))
	case errors.As(err, &defect):
		return stopped(fmt.Sprintf("The JavaScript engine failed: %v", defect.Value))
	}
	var host *js.Throw
	if errors.As(err, &host) {
		return stopped(host.Message)
	}
	return err
}

func stopped(message string) *node.ScriptError {
	return &node.ScriptError{Message: message, Info: &node.ErrorInfo{Message: message}}
}

// thrownLine is the line that n8n names: of the innermost function that has a name, else of the code around all functions.
func thrownLine(e *js.Error) int {
	frames := e.Frames
	for i, f := range frames {
		if f.Function != "" && f.Function == e.Class { // the constructor of the error itself does not count
			frames = frames[i+1:]
			break
		}
	}
	for _, f := range frames {
		if f.Function != "" && f.Function != js.Wrapper {
			return f.Line
		}
	}
	for _, f := range frames {
		if f.Function == js.Wrapper {
			return f.Line
		}
	}
	return e.Line
}
