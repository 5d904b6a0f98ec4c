package js

import (
	"context"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	lib "modernc.org/libquickjs"
)

// Program is a compiled script. It is immutable, and shared by all engines and goroutines.
type Program struct {
	id       uint64
	kind     Kind
	bytecode []byte
	source   string // as it was compiled
	head     int    // how many characters stand before the first line
	open     bool   // it changes built-ins, and gets an engine of its own
	members  map[string][]string
	names    []string
}

// Names lists the identifiers that an expression uses as variables, its own ones included, in order of appearance. It is nil
// for code.
func (p *Program) Names() []string { return p.names }

// Wrapper is the name of the function around the source of code, as stack traces have it: n8n's.
const Wrapper = "VmCodeWrapper"

// sourceName stands for a program's source in stack traces.
const sourceName = "script"

var programs atomic.Uint64

// What a source may cost. The parser runs in the engine, at about 20 µs for each token of an expression.
const (
	maxSource  = 4 << 20 // bytes
	maxCompile = 30 * time.Second
)

// Compile compiles a program. The error is an *Error with Name SyntaxError when the source is not JavaScript, or for an
// expression not one that n8n reads, a *BlockedError when an expression uses a name that n8n refuses, and a *LimitError with
// LimitSource for a source of more than 4 MiB, or one that takes more than 30 s to compile.
func (e *Engine) Compile(kind Kind, source string) (*Program, error) {
	return e.compileBefore(time.Now().Add(maxCompile), kind, source)
}

func (e *Engine) compileBefore(deadline time.Time, kind Kind, source string) (*Program, error) {
	if len(source) > maxSource {
		return nil, &LimitError{Kind: LimitSource}
	}
	p := &Program{id: programs.Add(1), kind: kind}
	var globals map[string]struct{}
	if kind == Expression {
		var err error
		if globals, err = e.globals(); err != nil {
			return nil, err
		}
	}
	v, err := e.compilers.get(context.Background(), false)
	if err != nil {
		return nil, err
	}
	defer e.compilers.put(v)
	v.guard = limiter{deadline: deadline}
	err = v.protect(func() (err error) {
		var other string
		if kind == Code {
			other = p.code(source)
		} else if other, err = v.expression(p, source, e.options.Extensions, globals); err != nil {
			return err
		}
		// What closes the brackets around it to run on its own does not also close others.
		if p.bytecode, err = v.compile(p.source, sourceName); err == nil {
			_, err = v.compile(other, sourceName)
		}
		if wrong, ok := err.(*Error); ok { //nolint:errorlint // the engine's own
			wrong.word(p)
		}
		return err
	})
	if !v.broken && v.exhausted == LimitTime {
		err = &LimitError{Kind: LimitSource} // also when the parser caught it
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// changesBuiltins finds code such as String.prototype.capitalize = ..., which n8n lets work.
var changesBuiltins = regexp.MustCompile(`\.prototype\s*(?:\.\s*[\w$]+|\[[^\]]*\])\s*=[^=]` +
	`|(?:defineProperty|defineProperties|assign|setPrototypeOf)\s*\(\s*[\w$.]*\.prototype\b`)

// code turns the source of a Code node into that of a function, and one that is in other brackets.
func (p *Program) code(source string) (other string) {
	const (
		head, tail           = "(async function " + Wrapper + "(__words){", "\n})"
		otherHead, otherTail = "({async wrapper(__words){", "\n}})"
	)
	source = words(source)
	p.source, p.head = head+source+tail, len(head)
	p.open = changesBuiltins.MatchString(source)
	return otherHead + source + otherTail
}

// expression turns the source of an expression into that of a function, and one that has it in other brackets.
func (v *vm) expression(p *Program, source string, extensions []string, globals map[string]struct{}) (other string, err error) {
	if err := v.loadRewriter(extensions); err != nil {
		return "", err
	}
	text := v.newString(source)
	defer v.free(text)
	r := v.call(v.realm.rewrite, undefined, text)
	if isException(r) {
		return "", v.caught()
	}
	defer v.free(r)
	if message := v.property(r, "error"); message != "" {
		return "", &Error{Name: "SyntaxError", Message: message}
	}
	if b := v.get(r, "blocked"); isObject(b) {
		defer v.free(b)
		return "", &BlockedError{Name: v.property(b, "name"), Message: v.property(b, "message")}
	}
	p.names = v.list(r, "names")
	members := v.get(r, "members")
	defer v.free(members)
	p.members = map[string][]string{}
	var unknown []string
	for _, name := range p.names {
		if _, ok := globals[name]; !ok {
			unknown = append(unknown, name)
		} else if list := v.list(members, name); len(list) > 0 {
			p.members[name] = list
		}
	}
	head := "(function(){"
	code := v.property(r, "code")
	if worded := words(code); worded != code {
		code, head = worded, "(function(__words){"
	}
	if len(unknown) > 0 {
		head += "var " + strings.Join(unknown, ",") + ";"
	}
	head += "return"
	p.head = len([]rune(head)) + 1
	p.source = head + "(" + code + "\n)})"
	return head + "[" + code + "\n]})", nil
}

// list reads a property that is an array of strings; nil when it is none.
func (v *vm) list(object value, name string) []string {
	x := v.get(object, name)
	defer v.free(x)
	n, ok := v.length(x)
	if !ok {
		return nil
	}
	list := make([]string, int(n))
	for i := range list {
		s := lib.XJS_GetPropertyUint32(v.tls, v.ctx, x, lib.Tuint32_t(i))
		list[i], _ = v.text(s)
		v.free(s)
	}
	return list
}

// loadRewriter loads the parser into a compiler, once.
func (v *vm) loadRewriter(extensions []string) error {
	if isObject(v.realm.rewrite) {
		return nil
	}
	global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
	parser, err := v.start("esprima-next.js", v.get(global, "Object"))
	v.free(global)
	if err != nil {
		return err
	}
	names := Writer{v: v, result: undefined}
	names.BeginArray()
	for _, name := range extensions {
		names.String(name)
	}
	names.EndArray()
	made, err := v.start("rewrite.js", parser, names.finish(nil))
	if err != nil {
		return err
	}
	v.realm.rewrite = made
	return nil
}

// globals lists the names that exist in the expression realm.
func (e *Engine) globals() (map[string]struct{}, error) {
	e.namesMu.Lock()
	defer e.namesMu.Unlock()
	if e.names != nil {
		return e.names, nil
	}
	p := &e.pools[Expression]
	v, err := p.get(context.Background(), false)
	if err != nil {
		return nil, err
	}
	defer p.put(v)
	names := map[string]struct{}{}
	err = v.protect(func() error {
		global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
		defer v.free(global)
		table, n, ok := v.ownNames(global, lib.MJS_GPN_STRING_MASK)
		if !ok {
			return v.caught()
		}
		defer lib.XJS_FreePropertyEnum(v.tls, v.ctx, table, lib.Tuint32_t(n))
		for _, p := range slice[lib.TJSPropertyEnum](table, n) {
			if name, ok := v.atomText(p.Fatom); ok {
				names[name] = struct{}{}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	e.names = names
	return names, nil
}
