package js

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	lib "modernc.org/libquickjs"
)

// The engine words its errors in its own way. Those that people see in n8n are put into the words of V8, which Node.js uses; some
// of these quote the source, which is found by the place that the stack names.

// wordings are how V8 words the engine's messages. $1 and so on are the groups of the pattern; what stands in braces is a key
// of fromSource, and the message stays as it is when that finds nothing.
var wordings = []struct {
	name    string // of the error
	pattern string
	words   string
}{
	{"TypeError", `^cannot read property 'Symbol\.iterator' of undefined$`, "{iterated:undefined}"},
	{"TypeError", `^cannot read property 'Symbol\.iterator' of null$`, "{iterated:object null}"},
	{"TypeError", `^cannot read property '(.*)' of (undefined|null)$`, "Cannot read properties of $2 (reading '$1')"},
	{"TypeError", `^cannot read property of (undefined|null)$`, "Cannot read properties of $1 (reading '{key}')"},
	{"TypeError", `^cannot set property '(.*)' of (undefined|null)$`, "Cannot set properties of $2 (setting '$1')"},
	{"TypeError", `^not a function$`, "{callee}"},
	{"TypeError", `^value is not iterable$`, "{iterated:object}"},
	{"TypeError", `^cannot convert to object$`, "Cannot convert undefined or null to object"},
	{"TypeError", `^empty array$`, "Reduce of empty array with no initial value"},
	{"TypeError", `^'(.*)' is read-only$`, "{assigned}"},
	{"TypeError", `^parent class must be constructor$`, "Class extends value {extended} is not a constructor or null"},
	{"TypeError", `^object is not extensible$`, "Cannot add property, object is not extensible"},
	{"TypeError", `^cannot convert symbol to (string|number)$`, "Cannot convert a Symbol value to a $1"},
	{"TypeError", `^cannot convert bigint to number$`, "{bigint}"},
	{"TypeError", `^bigint argument with unary \+$`, "Cannot convert a BigInt value to a number"},
	{"TypeError", `^invalid 'instanceof' right operand$`, "Right-hand side of 'instanceof' is not callable"},
	{"TypeError", `^must be called with new$`, "Class constructor cannot be invoked without 'new'"},
	{"ReferenceError", `^'?(.*?)'? is not defined$`, "$1 is not defined"},
	{"ReferenceError", `^(.*) is not initialized$`, "Cannot access '$1' before initialization"},
	{"RangeError", `^invalid array length$`, "Invalid array length"},
	{"RangeError", `^invalid string length$`, "Invalid string length"},
	{"RangeError", `^string too long$`, "Invalid string length"},
	{"RangeError", `^stack overflow$`, "Maximum call stack size exceeded"},
	{"RangeError", `^Date value is NaN$`, "Invalid time value"},
	{"RangeError", `^invalid number of digits$`, "{digits}"},
	{"RangeError", `^radix must be between 2 and 36$`, "toString() radix argument must be between 2 and 36"},
	{"RangeError", `^BigInt division by zero$`, "Division by zero"},
	{
		"URIError", `^(?:expecting .*|malformed UTF-8|expecting hex digit|invalid character|expecting surrogate pair)$`,
		"URI malformed",
	},
	{"SyntaxError", `^expecting catch or finally$`, "Missing catch or finally after try"},
	{"SyntaxError", `^expecting ','$`, "missing ) after argument list"},
	{"SyntaxError", `^(?:expecting .*|unexpected token in expression: .*|unsupported keyword: .*)$`, "{token}"},
	{"SyntaxError", `^(?:variable name expected|invalid switch statement)$`, "{token}"},
	{"SyntaxError", `^(?:unexpected end of (?:string|comment)|invalid number literal)$`, "Invalid or unexpected token"},
	{"SyntaxError", `^malformed escape sequence in string literal$`, "{escape}"},
	{"SyntaxError", `^missing initializer for const variable$`, "Missing initializer in const declaration"},
	{"SyntaxError", `^invalid redefinition of lexical identifier$`, "{redeclared}"},
	{"SyntaxError", `^function name expected$`, "Function statements require a function name"},
	{"SyntaxError", `^invalid assignment left-hand side$`, "Invalid left-hand side in assignment"},
	{"SyntaxError", `^unexpected line terminator in regexp$`, "Invalid regular expression: missing /"},
	{"SyntaxError", `^break must be inside loop or switch$`, "Illegal break statement"},
	{"SyntaxError", `^continue must be inside loop$`, "Illegal continue statement: no surrounding iteration statement"},
	{"SyntaxError", `^'super' is only valid in a method$`, "'super' keyword unexpected here"},
	{"SyntaxError", `^cannot delete a direct reference in strict mode$`, "Delete of an unqualified identifier in strict mode."},
	{"SyntaxError", `^duplicate argument names not allowed in this context$`, "Duplicate parameter name not allowed in this context"},
}

var patterns = sync.OnceValue(func() []*regexp.Regexp {
	list := make([]*regexp.Regexp, len(wordings))
	for i, w := range wordings {
		list[i] = regexp.MustCompile(w.pattern)
	}
	return list
})

// v8Words words an error. source is that of the program, stack the place where it happened.
func v8Words(name, message, stack, source string) string {
	for i, w := range wordings {
		if w.name != name {
			continue
		}
		pattern := patterns()[i]
		m := pattern.FindStringSubmatchIndex(message)
		if m == nil {
			continue
		}
		words := string(pattern.ExpandString(nil, w.words, message, m))
		if from := strings.IndexByte(words, '{'); from >= 0 {
			to := strings.IndexByte(words, '}')
			finder, argument, _ := strings.Cut(words[from+1:to], ":")
			quoted, ok := fromSource[finder](cmp.Or(argument, message), textAt(stack, source))
			if !ok {
				return message
			}
			words = words[:from] + quoted + words[to+1:]
		}
		return words
	}
	return message
}

// nativeWords(error) words the message and the stack of an error that the engine made as Node.js does, and returns it.
func nativeWords(v *vm, _ value, args []value) value {
	x := args[0]
	if isObject(x) && lib.XJS_IsError(v.tls, v.ctx, x) != 0 && v.run != nil {
		name, message, stack := v.property(x, "name"), v.property(x, "message"), v.property(x, "stack")
		words := v8Words(name, message, stack, v.run.program.source)
		if words != message && !v.hide(x, "message", words) {
			v.drop() // it is frozen
		}
		if strings.HasPrefix(stack, "    at ") && !v.hide(x, "stack", strings.TrimSuffix(name+": "+words, ": ")+"\n"+stack) {
			v.drop()
		}
	}
	return v.dup(x)
}

var nativeFrame = lazily(`^\s+at (\w+) \(native\)`)

// place is a spot in a source text, or a built-in function.
type place struct {
	text   string
	at     int // in bytes
	native string
}

// textAt finds the place that the first line of a stack names. One that is not in the source has no text.
func textAt(stack, source string) place {
	first, _, _ := strings.Cut(stack, "\n")
	if m := nativeFrame().FindStringSubmatch(first); m != nil {
		return place{native: m[1]}
	}
	in := frames(first, 0)
	if len(in) == 0 {
		return place{}
	}
	line, column := in[0].Line, in[0].Column
	at := 0
	for range line - 1 {
		n := strings.IndexByte(source[at:], '\n')
		if n < 0 {
			return place{}
		}
		at += n + 1
	}
	for range column - 1 { // columns count characters
		if at >= len(source) {
			return place{}
		}
		_, n := utf8.DecodeRuneInString(source[at:])
		at += n
	}
	return place{text: source, at: at}
}

// fromSource are what a message takes from the source.
var fromSource = map[string]func(message string, p place) (string, bool){
	"callee": func(_ string, p place) (string, bool) {
		end := p.at
		if p.at < len(p.text) && p.text[p.at] != '(' && p.text[p.at] != '`' { // new f
			if end = p.after("new"); end < 0 {
				return "", false
			}
		}
		callee, from := calleeBefore(p.text[:end])
		if callee == "" {
			return "", false
		}
		if strings.HasSuffix(strings.TrimRight(p.text[:from], " \t\r\n"), "new") {
			return callee + " is not a constructor", true
		}
		return callee + " is not a function", true
	},
	"key": func(_ string, p place) (string, bool) {
		m := literalKey().FindStringSubmatch(p.rest())
		if m == nil {
			return "", false
		}
		return strings.Trim(m[1], `'"`), true
	},
	"assigned": func(message string, p place) (string, bool) {
		if p.at > 0 && p.text[p.at-1] == '.' || p.at < len(p.text) && p.text[p.at] == '.' {
			name := strings.TrimSuffix(message, " is read-only")
			return "Cannot assign to read only property " + name + " of object '#<Object>'", true
		}
		if p.native != "" {
			return "Cannot assign to read only property " + strings.TrimSuffix(message, " is read-only") + " of object '[object Array]'", true
		}
		return "Assignment to constant variable.", p.text != ""
	},
	"iterated": func(kind string, p place) (string, bool) {
		if m := iterated().FindStringSubmatch(p.rest()); m != nil {
			return m[1] + " is not iterable", true
		}
		return kind + " is not iterable (cannot read property Symbol(Symbol.iterator))", true
	},
	"bigint": func(_ string, p place) (string, bool) {
		if p.native != "" {
			return "Cannot convert a BigInt value to a number", true
		}
		return "Cannot mix BigInt and other types, use explicit conversions", true
	},
	"token": func(_ string, p place) (string, bool) {
		rest := p.rest()
		m := token().FindStringSubmatch(rest)
		switch {
		case p.text == "" || strings.HasPrefix(rest, "/"): // a regular expression has its own words
			return "", false
		case rest == "":
			return "Unexpected end of input", true
		case m == nil:
			return "Invalid or unexpected token", true
		case importStatement().MatchString(p.text[:p.at]):
			return "Cannot use import statement outside a module", true
		case m[1] == "enum":
			return "Unexpected reserved word", true
		case m[1] != "" && !reserved().MatchString(m[1]):
			return "Unexpected identifier '" + m[1] + "'", true
		case m[2] != "":
			return "Unexpected number", true
		case m[3] != "":
			return "Unexpected string", true
		case m[4] != "":
			return "Unexpected template string", true
		}
		return "Unexpected token '" + m[0] + "'", true
	},
	"escape": func(_ string, p place) (string, bool) {
		words := badEscape(p.rest())
		return words, words != ""
	},
	"redeclared": func(_ string, p place) (string, bool) {
		m := redeclared().FindStringSubmatch(p.text[:p.at])
		if m == nil {
			return "", false
		}
		return "Identifier '" + m[1] + "' has already been declared", true
	},
	"digits": func(_ string, p place) (string, bool) {
		words, ok := map[string]string{
			"toFixed":       "toFixed() digits argument must be between 0 and 100",
			"toPrecision":   "toPrecision() argument must be between 1 and 100",
			"toExponential": "toExponential() argument must be between 0 and 100",
		}[p.native]
		return words, ok
	},
	"extended": func(_ string, p place) (string, bool) {
		m := extended().FindStringSubmatch(p.rest())
		if m == nil {
			return "", false
		}
		return m[1], true
	},
}

// lazily compiles an expression when it is first used: most runs need none.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

var (
	literalKey = lazily(`^\[\s*('[^'\\]*'|"[^"\\]*"|\d+)\s*\]`)
	iterated   = lazily(`^(?:\[\s*)?\.\.\.\s*([A-Za-z_$][\w$.]*)`)
	extended   = lazily(`^(?:\w*\s+)?extends\s+([\w$.]+)`)

	token = lazily(`^(?:([\pL_$][\pL\pN_$]*)|(\.?[0-9])|(['"])|(\x60)|>>>=|\.\.\.|[*]{2}=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|===|!==` +
		`|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|[-+*%&|^]=|[*]{2}|<<|>>|[-+*%&|^!~?:=<>.,;(){}\[\]])`)
	// grouped is what may stand in brackets that V8 writes out: operands with operators between them.
	grouped         = lazily(`^` + operand + `(?:\s*` + operator + `\s*` + operand + `)+$`)
	operators       = lazily(`\s*(` + operator + `)\s*`)
	importStatement = lazily(`\bimport\s*$`)
	redeclared      = lazily(`\b([\pL_$][\pL\pN_$]*)[\s;]*$`)
	reserved        = lazily(`^(?:await|break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends` +
		`|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void` +
		`|while|with|yield)$`)
)

// badEscape says what is wrong with the first escape sequence in a text that is not whole; "" where all are.
func badEscape(text string) string {
	for {
		_, rest, found := strings.Cut(text, `\`)
		if !found || rest == "" {
			return ""
		}
		kind := rest[0]
		text = rest[1:]
		digits := 4
		switch {
		case kind == 'x':
			digits = 2
		case kind != 'u':
			continue
		case strings.HasPrefix(text, "{"):
			digits = strings.IndexByte(text, '}') - 1
			text = text[1:]
		}
		code, err := strconv.ParseUint(text[:max(min(digits, len(text)), 0)], 16, 64)
		switch {
		case kind == 'x' && (err != nil || len(text) < digits):
			return "Invalid hexadecimal escape sequence"
		case err != nil || len(text) < digits:
			return "Invalid Unicode escape sequence"
		case code > unicode.MaxRune:
			return "Undefined Unicode code-point"
		}
	}
}

const (
	operand  = `(?:[A-Za-z_$][\w$.]*|\[\]|\{\}|"[^"\\]*"|\d+)`
	operator = `(?:\|\||&&|\?\?)`
)

// group writes an expression in brackets, as V8 writes what is called: a name without them, operands with their operators, else no more than
// that there was one.
func group(inner string) string {
	inner = strings.TrimSpace(inner)
	if chain().FindString(inner) == inner && inner != "" {
		return inner
	}
	if inner = strings.ReplaceAll(inner, "'", `"`); grouped().MatchString(inner) {
		return "(" + operators().ReplaceAllString(inner, " $1 ") + ")"
	}
	return "(intermediate value)"
}

func (p place) rest() string {
	if p.at > len(p.text) {
		return ""
	}
	return p.text[p.at:]
}

// after is where the expression ends that follows a word before the place; -1 when there is none.
func (p place) after(word string) int {
	rest := p.rest()
	if trimmed, ok := strings.CutPrefix(rest, word+" "); ok {
		return p.at + len(word) + 1 + len(chain().FindString(trimmed))
	}
	return -1
}

var chain = lazily(`^[A-Za-z_$][\w$.]*`)

// calleeBefore writes the expression that a text ends with, as V8 writes what is called: names and members as they are,
// arguments as (...). from is where it begins. It is "" when there is something else.
func calleeBefore(text string) (callee string, from int) {
	end := len(strings.TrimRight(text, " \t\r\n"))
	end -= len("?.") * b2i(strings.HasSuffix(text[:end], "?."))
	i := end
	var parts []string
	for i > 0 {
		r, _ := utf8.DecodeLastRuneInString(text[:i])
		switch {
		case r == ')' && !precedes(text, i):
			open := opening(text, i)
			if open < 0 {
				return "", 0
			}
			return group(text[open+1:i-1]) + reversed(parts), open
		case r == ')', r == ']':
			open := opening(text, i)
			if open < 0 {
				return "", 0
			}
			inner := text[open+1 : i-1]
			if r == ')' {
				parts = append(parts, "(...)")
			} else if s := strings.Trim(inner, `'"`); len(s) == len(inner)-2 && s != "" && isName(s) {
				parts = append(parts, "."+s)
			} else {
				parts = append(parts, "["+inner+"]")
			}
			i = open
			continue
		case r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r):
			start := i
			for start > 0 {
				r, n := utf8.DecodeLastRuneInString(text[:start])
				if r != '_' && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
					break
				}
				start -= n
			}
			parts = append(parts, text[start:i])
			i = start
			before := strings.TrimRight(text[:i], " \t\r\n")
			switch {
			case strings.HasSuffix(before, "?."):
				parts = append(parts, "?.")
				i = len(before) - 2
			case strings.HasSuffix(before, ".") && !strings.HasSuffix(before, ".."):
				parts = append(parts, ".")
				i = len(strings.TrimRight(before[:len(before)-1], " \t\r\n"))
			default:
				return reversed(parts), i
			}
			continue
		case r == '"' || r == '\'':
			open := strings.LastIndexByte(text[:i-1], byte(r))
			if open < 0 {
				return "", 0
			}
			return `"` + text[open+1:i-1] + `"` + reversed(parts), open
		}
		return "", 0
	}
	return reversed(parts), 0
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// precedes reports whether something callable stands before the bracket that ends at i.
func precedes(text string, i int) bool {
	open := opening(text, i)
	if open <= 0 {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(text[:open])
	return r == ')' || r == ']' || r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// opening finds the bracket that belongs to the one that ends at i; -1 when there is none.
func opening(text string, i int) int {
	depth := 0
	for i--; i >= 0; i-- {
		switch text[i] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func isName(s string) bool {
	return chain().FindString(s) == s && !strings.Contains(s, ".")
}

func reversed(parts []string) string {
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString(parts[i])
	}
	return b.String()
}
