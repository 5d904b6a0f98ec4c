package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"

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
// The error is an Errors with all faults. The Value is usable nevertheless: evaluating a part with a fault returns the
// fault. Only for a v that can't be JSON is the error another one, and the Value nil.
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
		t, errs := compileTemplateText(v, where)
		*faults = append(*faults, errs...)
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

// Eval returns the value for the Scope's item, with its type: an expression may give any JSON value, or node.Undefined.
// What is constant in it is shared and frozen; objects and arrays that hold expressions are new. The error is an *Error.
// JavaScript's own exceptions (a field of undefined, JSON.parse of bad JSON) are none: as in n8n they make the part of the
// text undefined.
func (v *Value) Eval(s *Scope) (any, error) {
	s.begin()
	return v.eval(s)
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

// piece is a text, or the code of one {{ }} if eval is not nil.
type piece struct {
	part
	eval evaluator
}

// compileTemplateText compiles a text that begins with "=". The errors are those of its parts.
func compileTemplateText(text string, where *path) (*template, Errors) {
	t := &template{text: text, path: where}
	parts, single := scan(text[1:], 1)
	var faults Errors
	for _, p := range parts {
		piece := piece{part: p}
		if p.code {
			var err error
			if piece.eval, err = compileCode(p.text); err != nil {
				e := t.fault(&p, err)
				faults = append(faults, e)
				piece.eval = func(*Scope) (any, error) { return nil, e }
			}
		}
		t.pieces = append(t.pieces, piece)
	}
	if single {
		t.single = &t.pieces[0]
	}
	return t, faults
}

func compileCode(code string) (evaluator, error) {
	x, err := parse(code)
	if err != nil {
		return nil, err
	}
	return compile(x)
}

// fault makes an *Error of what parse and compile return.
func (t *template) fault(p *part, err error) *Error {
	e := &Error{
		Kind: Unsupported, Path: t.path.String(), Pointer: t.path.pointer(), Expression: t.text, Offset: p.start, Message: err.Error(), part: p.text,
	}
	var f *fault
	if errors.As(err, &f) {
		e.Kind, e.Offset = f.kind, p.offset(f.pos)
		if e.Kind == Unsupported {
			e.Message += " not supported"
		}
	}
	return e
}

func (t *template) eval(s *Scope) (any, error) {
	if t.single != nil {
		return t.value(s, t.single)
	}
	var scratch [scratchSize]byte
	buf := scratch[:0]
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.eval == nil {
			buf = appendString(buf, p.text)
			continue
		}
		v, err := t.value(s, p)
		if err != nil {
			return nil, err
		}
		if f, isNumber := v.(float64); nullish(v) || isNumber && f != f {
			continue // n8n leaves out NaN too
		}
		if buf, err = appendText(s, buf, v); err != nil {
			return nil, t.placed(p, err)
		}
	}
	return string(buf), nil
}

// value evaluates the code of one {{ }} to data.
func (t *template) value(s *Scope, p *piece) (any, error) {
	v, err := p.eval(s)
	if err == nil {
		v, err = data(s, v)
	}
	switch {
	case err == nil:
		return v, nil
	case errors.Is(err, errThrown):
		return node.Undefined, nil
	}
	return nil, t.placed(p, err)
}

// placed completes an error of an evaluation with where it happened. A fault that Compile found has that already.
func (t *template) placed(p *piece, err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Expression != "" {
		return err
	}
	e.Path, e.Pointer, e.Expression, e.part = t.path.String(), t.path.pointer(), t.text, p.text
	e.Offset = p.offset(max(e.Offset, 0))
	return e
}
