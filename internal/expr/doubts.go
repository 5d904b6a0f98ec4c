package expr

import (
	"regexp"
	"strings"

	"github.com/nate-go/nate/node"
)

// Doubts returns what in a parameter's value, as it stands in a workflow file, is likely a mistake although it compiles:
// expressions that name a node which does not exist (Kind Evaluation, n8n's error if it comes to that part, the name in the
// Context under "nodeCause"), and texts that were meant as expressions (Kind Text). It looks for no more than 100.
func Doubts(v any, exists func(name string) bool) []*Error {
	d := doubter{exists: exists}
	d.value(v, nil)
	return d.found
}

const maxDoubts = 100

type doubter struct {
	exists func(name string) bool
	found  []*Error
}

func (d *doubter) value(v any, where *path) {
	if len(d.found) >= maxDoubts {
		return
	}
	switch v := v.(type) {
	case string:
		d.text(v, where)
	case []any:
		for i, e := range v {
			d.value(e, &path{where, "", i})
		}
	case *node.Object:
		for k, e := range v.All() {
			d.value(e, &path{where, k, -1})
		}
	}
}

// add notes a doubt; missing is the name of the node that does not exist, if that is it.
func (d *doubter) add(where *path, text string, offset int, message, missing string) {
	e := &Error{Kind: Text, Path: where.String(), Pointer: where.pointer(), Expression: text, Offset: offset, Message: message}
	if missing != "" {
		e.Kind, e.Context = Evaluation, node.NewObject("nodeCause", missing)
	}
	d.found = append(d.found, e)
}

// Beginnings of what people write in expressions.
var (
	bracesWithCode = regexp.MustCompile(`\{\{\s*\$(?:json|input|node|items|binary|now|today|vars|workflow|execution|\()`)
	codeAlone      = regexp.MustCompile(`^=\s*\{?\s*\$(?:json|input|node|items|now|today|vars|workflow|execution|\()`)
)

func (d *doubter) text(text string, where *path) {
	if !strings.HasPrefix(text, "=") {
		if at := bracesWithCode.FindStringIndex(text); at != nil {
			d.add(where, text, at[0], `this is text, not an expression: it has {{ }}, but does not begin with "="`, "")
		}
		return
	}
	parts, _ := scan(text[1:], 1)
	code := false
	for _, p := range parts {
		if p.code {
			code = true
			d.references(&p, text, where)
		}
	}
	if !code {
		if at := codeAlone.FindStringIndex(text); at != nil {
			d.add(where, text, 1, "this is text, not an expression: it has no {{ }}", "")
		}
	}
}

// literal is a string literal of JavaScript.
const literal = `('(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*"|` + "`[^`$\\\\]*`" + `)`

// reference is how an expression names a node. It is looked for in the text, since it may stand in JavaScript that this
// package does not read.
var reference = regexp.MustCompile(
	`\$\(\s*` + literal + `\s*\)|\$node\s*(?:\?\.)?\[\s*` + literal + `\s*\]|\$items\(\s*` + literal + `|\$node\.([A-Za-z_][A-Za-z_0-9]*)`)

func (d *doubter) references(p *part, text string, where *path) {
	if !strings.Contains(p.text, "$") {
		return
	}
	told := map[string]bool{}
	for _, at := range reference.FindAllStringSubmatchIndex(p.text, -1) {
		for g := 2; g < len(at); g += 2 {
			if at[g] < 0 {
				continue
			}
			if len(d.found) >= maxDoubts {
				return
			}
			if name := unquoted(p.text[at[g]:at[g+1]]); name != "" && !told[name] && !inheritedMember(name) && !d.exists(name) {
				told[name] = true
				d.add(where, text, p.offset(at[g]), "Referenced node doesn't exist", name)
			}
		}
	}
}

// unquoted is the value of a string literal, or a name as it is.
func unquoted(source string) string {
	switch source[0] {
	case '\'', '"':
		l := lexer{src: source}
		return l.stringLiteral(source[0])
	case '`':
		return source[1 : len(source)-1]
	}
	return source
}
