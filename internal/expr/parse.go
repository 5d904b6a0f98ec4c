package expr

import (
	"slices"
	"strings"
)

// ast is an expression of JavaScript: one of the types below.
type ast interface{ offset() int }

// place is where an expression begins in its part; for a member, a call or an operator where its name, its argument list
// or the operator stands.
type place int

func (p place) offset() int { return int(p) }

type (
	literalExpr struct {
		place
		value any
	}
	templateExpr struct { // texts has one more element than values
		place
		texts  []string
		values []ast
	}
	nameExpr struct {
		place
		name string
	}
	arrayExpr struct {
		place
		items []ast
	}
	objectExpr struct {
		place
		members []objectMember
	}
	memberExpr struct { // index is nil where the name is known
		place
		object   ast
		name     string
		index    ast
		optional bool
	}
	callExpr struct {
		place
		callee   ast
		args     []ast
		optional bool
	}
	groupExpr struct { // parentheses: they end an optional chain
		place
		inner ast
	}
	unaryExpr struct {
		place
		op      string
		operand ast
	}
	binaryExpr struct {
		place
		op          string
		left, right ast
	}
	conditionalExpr struct {
		place
		test, then, otherwise ast
	}
	unsupportedExpr struct { // JavaScript that was read but can't be evaluated
		place
		what string
	}
)

type objectMember struct {
	key   ast
	value ast
}

// How big an expression may be: deeper or longer ones would cost too much stack.
const (
	maxDepth = 1000
	maxNodes = 40_000
	maxCode  = 64 << 10 // bytes: the engine would need seconds for more

	tooDeep = "an expression nested as deep as this is"
	tooLong = "an expression as long as this is"
)

// parser reads one expression by recursive descent. It knows all of JavaScript's operators, so that it tells bad syntax
// from what is not supported; at constructs that it does not know (functions, regular expressions, classes) it gives up
// with an Unsupported fault without looking at the rest. After a fault there is nothing but the end of the
// text, so that every loop comes to one; what is returned then is of no use.
type parser struct {
	lexer
	tok   token
	depth int
	nodes int
}

// parse reads the code of one {{ }}. The error is a *fault.
func parse(code string) (ast, error) {
	if len(code) > maxCode {
		return nil, &fault{Unsupported, 0, tooLong}
	}
	p := &parser{lexer: lexer{src: code}}
	p.advance()
	x := p.program()
	switch {
	case p.fault == nil:
		return x, nil
	case p.fault.kind == Syntax && strings.Contains(code, "=>"):
		// Parameters of an arrow function may look like a faulty expression.
		return nil, &fault{Unsupported, strings.Index(code, "=>"), "arrow functions are"}
	}
	return nil, p.fault
}

// program reads the expression, and what may follow: n8n takes the first of several statements, and fails if the first
// is not an expression.
func (p *parser) program() ast {
	if p.tok.kind == tokenEnd {
		p.syntax(p.tok.pos, "there is no expression between the braces")
	}
	if p.tok.kind == tokenName && slices.Contains(statements, p.tok.text) {
		p.syntax(p.tok.pos, aStatement+p.tok.text+") where an expression is expected")
	}
	object := p.tok.is("{") // n8n puts parentheses around what begins with a brace
	if object && !strings.HasPrefix(trimLeft(p.src), "{") {
		p.unsupported(p.tok.pos, "a block is")
	}
	x := p.expression()
	for !object && (p.tok.is(";") || p.tok.newline && p.tok.kind != tokenEnd) {
		if p.tok.is(";") {
			p.advance()
		}
		if !p.tok.is(";") && p.tok.kind != tokenEnd {
			p.ignored()
		}
	}
	if p.tok.kind != tokenEnd {
		p.unexpected("the end of the expression")
	}
	return x
}

// ignored reads a statement after the first, which is not evaluated. What is wrong in it may be a statement that this
// parser does not know.
func (p *parser) ignored() {
	start := p.tok.pos
	if p.expression(); p.fault != nil {
		p.fault = &fault{Unsupported, start, "several statements are"}
	}
}

const aStatement = "a statement ("

// statements are the words that begin a statement which is not an expression.
var statements = []string{
	"break", "class", "const", "continue", "debugger", "do", "enum", "export", "for", "function", "if", "let", "return", "switch", "throw",
	"try", "var", "while", "with", "yield",
}

// reserved are the other words that can't be a name.
var reserved = []string{
	"case", "catch", "default", "delete", "else", "extends", "finally", "in", "instanceof", "super", "typeof", "void",
}

func isReserved(word string) bool {
	return slices.Contains(reserved, word) || slices.Contains(statements, word)
}

// foreign are the words at which the parser gives up.
var foreign = map[string]string{
	"function": "functions are", "class": "classes are", "new": "new is", "async": "async is", "await": "await is", "import": "import is",
	"this": "this is",
}

func (p *parser) advance() {
	if p.tok = p.next(); p.fault != nil {
		p.tok = token{pos: len(p.src)}
	}
}

func (p *parser) fail(kind Kind, pos int, message string) {
	p.lexer.fail(kind, pos, message)
	p.tok = token{pos: len(p.src)}
}

func (p *parser) syntax(pos int, message string) { p.fail(Syntax, pos, message) }

func (p *parser) unsupported(pos int, what string) { p.fail(Unsupported, pos, what) }

func (p *parser) accept(punct string) bool {
	if !p.tok.is(punct) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expect(punct string) {
	if !p.accept(punct) {
		p.unexpected(`"` + punct + `"`)
	}
}

func (p *parser) unexpected(wanted string) {
	switch {
	case p.tok.kind == tokenEnd:
		p.syntax(p.tok.pos, "the expression ends where "+wanted+" is expected")
	case p.tok.is("..."):
		p.unsupported(p.tok.pos, "... (spread) is")
	case p.tok.kind == tokenString:
		p.syntax(p.tok.pos, "a string where "+wanted+" is expected")
	case p.tok.kind == tokenNumber:
		p.syntax(p.tok.pos, "a number where "+wanted+" is expected")
	default:
		p.syntax(p.tok.pos, `"`+p.tok.text+`" where `+wanted+" is expected")
	}
}

// ends reports whether a list is at its end.
func (p *parser) ends(punct string) bool { return p.tok.is(punct) || p.tok.kind == tokenEnd }

// enter counts a level of nesting; the caller counts it off.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.unsupported(p.tok.pos, tooDeep)
	}
}

// made counts an expression.
func made[T ast](p *parser, x T) T {
	if p.nodes++; p.nodes > maxNodes {
		p.unsupported(p.tok.pos, tooLong)
	}
	return x
}

// expression reads expressions with commas between them.
func (p *parser) expression() ast {
	x := p.assignment()
	for p.tok.is(",") {
		pos := place(p.tok.pos)
		p.advance()
		p.assignment()
		x = &unsupportedExpr{pos, "the comma operator is"}
	}
	return x
}

var assignments = []string{"=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "??="}

func (p *parser) assignment() ast {
	p.enter()
	defer func() { p.depth-- }()
	x := p.conditional()
	if p.tok.kind == tokenPunct && slices.Contains(assignments, p.tok.text) {
		pos := place(p.tok.pos)
		p.advance()
		p.assignment()
		return made(p, &unsupportedExpr{pos, "an assignment is"})
	}
	if p.tok.is("=>") {
		p.unsupported(p.tok.pos, "arrow functions are")
	}
	return x
}

func (p *parser) conditional() ast {
	test := p.binary(0)
	pos := place(p.tok.pos)
	if !p.accept("?") {
		return test
	}
	then := p.assignment()
	p.expect(":")
	return made(p, &conditionalExpr{pos, test, then, p.assignment()})
}

// precedences of the binary operators; ** binds to the right.
var precedences = map[string]int{
	"??": 1, "||": 2, "&&": 3, "|": 4, "^": 5, "&": 6,
	"==": 7, "!=": 7, "===": 7, "!==": 7,
	"<": 8, ">": 8, "<=": 8, ">=": 8, "in": 8, "instanceof": 8,
	"<<": 9, ">>": 9, ">>>": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11, "**": 12,
}

func (p *parser) binary(above int) ast {
	p.enter()
	defer func() { p.depth-- }()
	left := p.unary()
	for {
		op, precedence := p.tok.text, 0
		if p.tok.kind == tokenPunct || p.tok.kind == tokenName {
			precedence = precedences[op]
		}
		if precedence <= above {
			return left
		}
		pos := p.tok.pos
		p.advance()
		bind := precedence
		if op == "**" {
			if _, ok := left.(*unaryExpr); ok {
				p.syntax(pos, "a sign before ** needs parentheses")
			}
			bind--
		}
		right := p.binary(bind)
		switch {
		case op == "??" && (isBinary(left, "||", "&&") || isBinary(right, "||", "&&")),
			(op == "||" || op == "&&") && (isBinary(left, "??") || isBinary(right, "??")):
			p.syntax(pos, "?? beside || or && needs parentheses")
		case op == "in" || op == "instanceof":
			left = made(p, &unsupportedExpr{place(pos), op + " is"})
		default:
			left = made(p, &binaryExpr{place(pos), op, left, right})
		}
	}
}

func isBinary(x ast, ops ...string) bool {
	b, ok := x.(*binaryExpr)
	return ok && slices.Contains(ops, b.op)
}

func (p *parser) unary() ast {
	op, pos := p.tok.text, place(p.tok.pos)
	switch {
	case p.tok.kind == tokenPunct && slices.Contains([]string{"!", "-", "+", "~", "++", "--"}, op):
	case p.tok.kind == tokenName && slices.Contains([]string{"typeof", "void", "delete"}, op):
	default:
		return p.postfix()
	}
	p.enter()
	defer func() { p.depth-- }()
	p.advance()
	operand := p.unary()
	switch op {
	case "++", "--", "void", "delete":
		return made(p, &unsupportedExpr{pos, op + " is"})
	}
	return made(p, &unaryExpr{pos, op, operand})
}

func (p *parser) postfix() ast {
	x := p.primary()
	for {
		pos := place(p.tok.pos)
		optional := p.tok.is("?.")
		if optional {
			p.advance()
		}
		switch {
		case p.tok.is("["):
			p.advance()
			index := p.expression()
			p.expect("]")
			m := &memberExpr{place: pos, object: x, index: index, optional: optional}
			if l, ok := index.(*literalExpr); ok {
				if name, ok := l.value.(string); ok {
					m.name, m.index = name, nil
				}
			}
			x = made(p, m)
		case p.tok.is("("):
			x = made(p, &callExpr{pos, x, p.arguments(), optional})
		case p.tok.is("`"):
			p.template()
			x = &unsupportedExpr{pos, "a tagged template is"}
		case optional || p.tok.is("."):
			if !optional {
				p.advance()
			}
			if p.tok.kind != tokenName {
				p.unexpected("a name")
			}
			x = made(p, &memberExpr{place: place(p.tok.pos), object: x, name: p.tok.text, optional: optional})
			p.advance()
		case (p.tok.is("++") || p.tok.is("--")) && !p.tok.newline:
			x = made(p, &unsupportedExpr{pos, p.tok.text + " is"})
			p.advance()
		default:
			return x
		}
	}
}

func (p *parser) arguments() []ast {
	p.expect("(")
	var args []ast
	for !p.ends(")") {
		args = append(args, p.assignment())
		if !p.tok.is(")") {
			p.expect(",")
		}
	}
	p.expect(")")
	return args
}

var constants = map[string]any{"true": true, "false": false, "null": nil}

func (p *parser) primary() ast {
	t := p.tok
	pos := place(t.pos)
	switch t.kind {
	case tokenNumber, tokenString:
		p.advance()
		return made(p, &literalExpr{pos, t.value})
	case tokenName:
		if what, ok := foreign[t.text]; ok {
			p.unsupported(t.pos, what)
			return nil
		}
		if isReserved(t.text) {
			p.unexpected("a value")
			return nil
		}
		p.advance()
		if v, ok := constants[t.text]; ok {
			return made(p, &literalExpr{pos, v})
		}
		return made(p, &nameExpr{pos, t.text})
	case tokenPunct:
		switch t.text {
		case "(":
			return p.group()
		case "[":
			return p.array()
		case "{":
			return p.object()
		case "`":
			return p.template()
		case "/", "/=":
			p.unsupported(t.pos, "a regular expression is")
		}
	}
	p.unexpected("a value")
	return nil
}

func (p *parser) group() ast {
	pos := p.tok.pos
	p.advance()
	if p.tok.is(")") {
		p.advance()
		if p.tok.is("=>") {
			p.unsupported(p.tok.pos, "arrow functions are")
		}
		p.syntax(pos, "there is nothing between the parentheses")
	}
	x := p.expression()
	p.expect(")")
	return made(p, &groupExpr{place(pos), x})
}

func (p *parser) array() ast {
	x := &arrayExpr{place: place(p.tok.pos)}
	p.advance()
	for !p.ends("]") {
		if p.tok.is(",") {
			p.unsupported(p.tok.pos, "a hole in an array is")
		}
		x.items = append(x.items, p.assignment())
		if !p.tok.is("]") {
			p.expect(",")
		}
	}
	p.expect("]")
	return made(p, x)
}

func (p *parser) object() ast {
	x := &objectExpr{place: place(p.tok.pos)}
	p.advance()
	for !p.ends("}") {
		x.members = append(x.members, p.member())
		if !p.tok.is("}") {
			p.expect(",")
		}
	}
	p.expect("}")
	return made(p, x)
}

func (p *parser) member() objectMember {
	t := p.tok
	pos := place(t.pos)
	var key ast
	switch {
	case p.accept("["):
		key = p.assignment()
		p.expect("]")
	case t.kind == tokenEnd || t.kind == tokenPunct:
		p.unexpected("a key")
	default:
		p.advance()
		key = made(p, &literalExpr{pos, t.value})
		if t.kind == tokenName {
			key = made(p, &literalExpr{pos, t.text})
		}
	}
	if p.accept(":") {
		value := p.assignment()
		if l, ok := key.(*literalExpr); ok && l.value == "__proto__" && !t.is("[") {
			value = &unsupportedExpr{pos, "__proto__ in an object is"}
		}
		return objectMember{key, value}
	}
	switch {
	case p.tok.is("("), t.kind == tokenName && (p.tok.is("[") || p.tok.kind != tokenPunct && p.tok.kind != tokenEnd):
		p.unsupported(t.pos, "a method in an object is")
	case p.tok.is("=") && t.kind == tokenName:
		p.unsupported(p.tok.pos, "an assignment is")
	case t.kind != tokenName || !p.tok.is(",") && !p.tok.is("}"):
		p.unexpected(`":"`)
	case isReserved(t.text) || t.text == "true" || t.text == "false" || t.text == "null":
		p.syntax(t.pos, `"`+t.text+`" needs a value`)
	}
	if what, ok := foreign[t.text]; ok {
		p.unsupported(t.pos, what)
	}
	return objectMember{key, made(p, &nameExpr{pos, t.text})}
}

func (p *parser) template() ast {
	x := &templateExpr{place: place(p.tok.pos)}
	for {
		text, end := p.templateText(x.offset())
		x.texts = append(x.texts, text)
		if end || p.fault != nil {
			p.advance()
			return made(p, x)
		}
		p.advance()
		x.values = append(x.values, p.expression())
		if !p.tok.is("}") {
			p.unexpected(`"}"`)
		}
	}
}
