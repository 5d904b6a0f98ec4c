package expr

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/js"
	"github.com/nate-go/nate/node"
)

// Value is a parameter's value whose expressions are compiled. It is safe for concurrent use.
type Value struct {
	// raw is the value as it was compiled; the rest says what of it is not constant.
	raw any
	// template is set for a text with expressions, members for an object, items for an array that hold some: what is
	// nil in them is constant.
	template *template
	members  []*Value
	items    []*Value
}

// Compile compiles a parameter's value as it stands in a workflow file: a JSON value as package node has them, or one that
// node.ValueOf takes. Texts that begin with "=" are templates, wherever they are nested; everything else is constant. v is
// frozen.
//
// The error is an Errors with what is certainly no expression. The Value is usable nevertheless: evaluating a part with a fault
// returns the fault, as in n8n. Only for a v that can't be JSON is the error another one, and the Value nil. What needs the
// JavaScript engine is compiled when it is evaluated first: see Check.
func Compile(v any) (*Value, error) {
	v, err := node.ValueOf(v)
	if err != nil {
		return nil, err
	}
	var faults Errors
	compiled := compileValue(v, nil, &faults)
	if compiled == nil {
		compiled = &Value{raw: v}
	}
	if len(faults) > 0 {
		return compiled, faults
	}
	return compiled, nil
}

// Check compiles what needs the JavaScript engine. The error is an Errors with what of it is no expression, or one that n8n
// refuses to evaluate; what Compile has reported is not among it.
func (v *Value) Check() error {
	var faults Errors
	v.check(&faults)
	if len(faults) > 0 {
		return faults
	}
	return nil
}

func (v *Value) check(faults *Errors) {
	if v == nil {
		return
	}
	if v.template != nil {
		*faults = append(*faults, v.template.faults()...)
	}
	for _, e := range v.members {
		e.check(faults)
	}
	for _, e := range v.items {
		e.check(faults)
	}
}

// path is a place inside a parameter's value; nil is the value itself.
type path struct {
	up    *path
	key   string
	index int // of an array, -1 in an object
}

// String is the place as a person writes it: a.b[0].
func (p *path) String() string {
	var b strings.Builder
	for _, step := range p.steps() {
		switch {
		case step.index >= 0:
			fmt.Fprintf(&b, "[%d]", step.index)
		case step.up == nil:
			b.WriteString(step.key)
		default:
			b.WriteString("." + step.key)
		}
	}
	return b.String()
}

// pointer is the place as a JSON pointer (RFC 6901).
func (p *path) pointer() string {
	var b strings.Builder
	for _, step := range p.steps() {
		if step.index >= 0 {
			fmt.Fprintf(&b, "/%d", step.index)
			continue
		}
		b.WriteString("/" + pointerEscapes.Replace(step.key))
	}
	return b.String()
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// steps are the places on the way, the outermost first.
func (p *path) steps() []*path {
	var all []*path
	for ; p != nil; p = p.up {
		all = append(all, p)
	}
	slices.Reverse(all)
	return all
}

// compileValue returns nil for a constant, which it freezes.
func compileValue(v any, where *path, faults *Errors) *Value {
	switch v := v.(type) {
	case string:
		if !strings.HasPrefix(v, "=") {
			return nil
		}
		t := compileTemplateText(v, where)
		*faults = append(*faults, t.doubts()...)
		return &Value{raw: v, template: t}
	case []any:
		var items []*Value
		for i, e := range v {
			if c := compileValue(e, &path{where, "", i}, faults); c != nil {
				if items == nil {
					items = make([]*Value, len(v))
				}
				items[i] = c
			}
		}
		if items != nil {
			return &Value{raw: v, items: items}
		}
	case *node.Object:
		v.Freeze()
		var members []*Value
		i := 0
		for k, e := range v.All() {
			if c := compileValue(e, &path{where, k, -1}, faults); c != nil {
				if members == nil {
					members = make([]*Value, v.Len())
				}
				members[i] = c
			}
			i++
		}
		if members != nil {
			return &Value{raw: v, members: members}
		}
	}
	return nil
}

// Constant returns the value if nothing in it is an expression. It is frozen and shared.
func (v *Value) Constant() (any, bool) {
	if v.template != nil || v.members != nil || v.items != nil {
		return nil, false
	}
	return v.raw, true
}

// IsExpression reports whether the value itself, not only something in it, is a text with expressions.
func (v *Value) IsExpression() bool { return v.template != nil }

// At returns what is at a path inside of the value: keys of objects and indexes of arrays, with dots between. What of the path
// is left can be looked for in the constant that is returned, or in what the template that is returned evaluates to.
func (v *Value) At(path string) (inner *Value, rest string) {
	for path != "" {
		part, rest, _ := strings.Cut(path, ".")
		var next *Value
		switch {
		case v.members != nil:
			i := 0
			for key := range v.raw.(*node.Object).All() {
				if key == part {
					next = v.members[i]
					break
				}
				i++
			}
		case v.items != nil:
			if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(v.items) {
				next = v.items[i]
			}
		}
		switch {
		case next != nil:
			v, path = next, rest
		case v.members != nil || v.items != nil:
			return &Value{raw: node.At(v.raw, path)}, ""
		default:
			return v, path
		}
	}
	return v, ""
}

// Eval returns the value for the Scope's item, with its type: an expression may give any JSON value, or node.Undefined.
// What is constant in it is shared and frozen; objects and arrays that hold expressions are new. The error is an *Error.
// JavaScript's own exceptions (a field of undefined, JSON.parse of bad JSON) are none: as in n8n they make the part of the
// text undefined.
func (v *Value) Eval(s *Scope) (any, error) {
	s.begin()
	return v.eval(s)
}

// EvalType is Eval, and says of what type the value was: "undefined", "null", "boolean", "number", "bigint", "string", "array",
// "object", or the class of an object that JSON has not, such as "Date", "DateTime", "Map".
func (v *Value) EvalType(s *Scope) (value any, typ string, err error) {
	s.begin()
	if t := v.template; t != nil && t.single != nil {
		return t.typed(s, t.single)
	}
	value, err = v.eval(s)
	return value, typeName(value), err
}

// EvalJSONText is Eval for a text that is to become JSON: in text around them, objects, arrays and dates are written as JSON,
// and null and undefined by name. n8n's Edit Fields resolves its JSON so.
func (v *Value) EvalJSONText(s *Scope) (any, error) {
	t := v.template
	if t == nil || t.single != nil {
		return v.Eval(s)
	}
	s.begin()
	var buf []byte
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.script == nil {
			buf = append(buf, p.text...)
			continue
		}
		e, typ, err := t.typed(s, p)
		if err != nil {
			return nil, err
		}
		switch e := e.(type) {
		case nil:
			buf = append(buf, "null"...)
		case *node.Object, []any, node.Date:
			buf = node.AppendJSON(buf, e)
		default:
			if typ == "DateTime" {
				buf = node.AppendJSON(buf, e)
			} else if e == node.Undefined {
				buf = append(buf, "undefined"...)
			} else if buf, err = appendText(s, buf, e); err != nil {
				return nil, t.placed(p, err)
			}
		}
	}
	return string(buf), nil
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any:
		return "array"
	}
	return typeOf(v)
}

func (v *Value) eval(s *Scope) (any, error) {
	switch {
	case v.template != nil:
		return v.template.eval(s)
	case v.items != nil:
		list := append([]any(nil), v.raw.([]any)...)
		for i, item := range v.items {
			if item == nil {
				continue
			}
			var err error
			if list[i], err = item.eval(s); err != nil {
				return nil, err
			}
		}
		return list, nil
	case v.members != nil:
		o := v.raw.(*node.Object).Edit()
		i := 0
		for k := range v.raw.(*node.Object).All() {
			if m := v.members[i]; m != nil {
				e, err := m.eval(s)
				if err != nil {
					return nil, err
				}
				o.Set(k, e)
			}
			i++
		}
		return o, nil
	}
	return v.raw, nil
}

// template is a text with expressions.
type template struct {
	text string
	path *path // inside the value that was compiled
	// single is the expression when it is all there is; else the pieces make a text.
	single *piece
	pieces []piece
}

// piece is a text, or the code of one {{ }} if script is not nil.
type piece struct {
	part
	eval   evaluator // nil where the Go subset does not do
	script *script
}

// compileTemplateText compiles a text that begins with "=".
func compileTemplateText(text string, where *path) *template {
	t := &template{text: text, path: where}
	parts, single := scan(text[1:], 1)
	for _, p := range parts {
		piece := piece{part: p}
		if p.code {
			piece.script = &script{code: p.text}
			var err error
			if piece.eval, err = compileCode(p.text); err != nil {
				piece.eval = nil
				errors.As(err, &piece.script.doubt)
			}
		}
		t.pieces = append(t.pieces, piece)
	}
	if single {
		t.single = &t.pieces[0]
	}
	return t
}

func compileCode(code string) (evaluator, error) {
	x, err := parse(code)
	if err != nil {
		return nil, err
	}
	return compile(x)
}

// doubts are the faults that are known without the engine.
func (t *template) doubts() Errors {
	var faults Errors
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.script == nil || !p.script.hopeless() {
			continue
		}
		e := p.script.doubt.error()
		t.place(p, e)
		faults = append(faults, e)
	}
	return faults
}

// faults are those that the engine knows.
func (t *template) faults() Errors {
	var faults Errors
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.script == nil || p.eval != nil || p.script.hopeless() {
			continue
		}
		if _, err := p.script.compile(); err != nil {
			var e *Error
			if errors.As(t.placed(p, p.script.failed(&Scope{}, err)), &e) {
				faults = append(faults, e)
			}
		}
	}
	return faults
}

func (t *template) eval(s *Scope) (any, error) {
	if t.single != nil {
		return t.value(s, t.single)
	}
	var scratch [scratchSize]byte
	buf := scratch[:0]
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.script == nil {
			buf = appendString(buf, p.text)
			continue
		}
		var err error
		if buf, err = t.appendPiece(s, buf, p); err != nil {
			return nil, err
		}
	}
	return string(buf), nil
}

func (t *template) value(s *Scope, p *piece) (any, error) {
	v, _, err := t.typed(s, p)
	return v, err
}

// typed evaluates the code of one {{ }} to data.
func (t *template) typed(s *Scope, p *piece) (any, string, error) {
	v, typ, err := p.goValue(s)
	if isUnsupported(err) {
		var of js.Type
		v, of, err = p.script.value(s)
		typ = string(of)
	}
	switch {
	case errors.Is(err, errThrown):
		v, typ = node.Undefined, ""
	case err != nil:
		return nil, "", t.placed(p, err)
	}
	if typ == "" {
		typ = typeName(v)
	}
	return v, typ, nil
}

// appendPiece appends the value of one {{ }} to a text.
func (t *template) appendPiece(s *Scope, dst []byte, p *piece) ([]byte, error) {
	v, _, err := p.goValue(s)
	out := dst
	switch f, isNumber := v.(float64); {
	case err != nil:
	case nullish(v), isNumber && f != f: // n8n leaves out NaN too
	default:
		out, err = appendText(s, dst, v)
	}
	if isUnsupported(err) {
		var text string
		text, err = p.script.text(s)
		out = appendString(dst, text)
	}
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, errThrown):
		return dst, nil
	}
	return dst, t.placed(p, err)
}

var errNotHere = unsupported("this is")

// goValue evaluates the code in Go; typ is the type of what is not what it seems. What that can't do is an error of the kind
// Unsupported.
func (p *piece) goValue(s *Scope) (v any, typ string, err error) {
	if p.eval == nil {
		return nil, "", errNotHere
	}
	if v, err = p.eval(s); err != nil {
		return nil, "", err
	}
	if d, ok := v.(dateTime); ok {
		return d.String(), "DateTime", nil
	}
	v, err = data(s, v)
	return v, "", err
}

func isUnsupported(err error) bool {
	e, ok := err.(*Error) //nolint:errorlint // evaluators return it as it is
	return ok && e.Kind == Unsupported
}

// placed completes an error of an evaluation with where it happened.
func (t *template) placed(p *piece, err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Expression != "" {
		return err
	}
	placed := *e
	t.place(p, &placed)
	return &placed
}

func (t *template) place(p *piece, e *Error) {
	e.Path, e.Pointer, e.Expression, e.part = t.path.String(), t.path.pointer(), t.text, p.text
	e.Offset = p.offset(max(e.Offset, 0))
	if e.Kind == Syntax && !strings.HasPrefix(e.Message, aStatement) && extensionCalled().MatchString(t.text) {
		e.Name = "ExpressionExtensionError" // n8n reads such texts another time before
	}
}
