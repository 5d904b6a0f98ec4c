package expr

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nate-go/nate/node"
)

// Kind says what sort of fault an Error is.
type Kind string

const (
	// Syntax is a text that is not a JavaScript expression. Error() is n8n's "invalid syntax".
	Syntax Kind = "syntax"
	// Unsupported is a part of n8n that is not here yet.
	Unsupported Kind = "unsupported"
	// Evaluation is a failure of one evaluation, in n8n's words: a node that does not exist, an item that has no pair.
	Evaluation Kind = "evaluation"
	// Text is a text that looks like an expression and is none.
	Text Kind = "text"
)

// Error is a fault in one expression.
type Error struct {
	Kind Kind
	// Name is n8n's class of the error; empty is ExpressionError.
	Name string
	// Path leads to the expression inside the value that was compiled, "assignments.assignments[0].value". It is empty
	// when the value itself is the expression.
	Path string
	// Pointer is Path as a JSON pointer, "/assignments/assignments/0/value".
	Pointer string
	// Expression is the whole template as it stands in the workflow file, "=" included.
	Expression string
	// Offset is where in Expression the fault is, in bytes.
	Offset int
	// Message says what is wrong: for Evaluation n8n's short text, else our own.
	Message string
	// Description is n8n's longer text; mostly empty.
	Description string
	// Context is what n8n keeps beside the error: runIndex, itemIndex, nodeCause and the like. nil for an error that is
	// not one of an evaluation.
	Context *node.Object

	part string // the text between the braces
}

// Error returns n8n's short text; for an Unsupported expression, which n8n does not know, one line that shows it.
func (e *Error) Error() string {
	switch e.Kind {
	case Syntax:
		return "invalid syntax"
	case Unsupported:
		return fmt.Sprintf("Expression not supported yet: {{ %s }} (%s)", oneLine(e.part), e.Message)
	}
	return e.Message
}

// Info returns the error as n8n stores it. See node.InfoOf.
func (e *Error) Info() *node.ErrorInfo {
	return &node.ErrorInfo{Name: cmp.Or(e.Name, "ExpressionError"), Message: e.Error(), Description: e.Description, Context: e.Context}
}

// OfParameter returns the error with the name of the node's parameter in its context, where n8n has it.
func (e *Error) OfParameter(name string) *Error {
	if e.Kind == Unsupported || e.Name == "Error" { // n8n knows no place of what its engine could not do
		return e
	}
	named := *e
	named.Context = orEmpty(e.Context).Freeze().Edit()
	named.Context.Set("parameter", name)
	return &named
}

// Detail returns the error over several lines: what is wrong, where, and the line of the expression with a caret under
// the fault.
func (e *Error) Detail() string {
	var b strings.Builder
	switch e.Kind {
	case Syntax:
		b.WriteString("invalid syntax: " + e.Message)
	case Unsupported:
		b.WriteString("Expression not supported yet: " + e.Message)
	default:
		b.WriteString(e.Message)
	}
	if e.Path != "" {
		b.WriteString(" (in " + e.Path + ")")
	}
	return b.String() + "\n" + e.Excerpt()
}

// Excerpt is the line of the expression with a caret under the fault: two lines, indented by four spaces.
func (e *Error) Excerpt() string {
	line, column := e.line()
	return "    " + line + "\n    " + strings.Repeat(" ", column) + "^"
}

// shown is how many characters of an expression are shown on either side of a fault.
const shown = 60

// line returns the line that the fault is in, cut to what fits, and the column of the fault in it, in characters. No more
// of the expression is looked at than that: it may be long, and have many faults.
func (e *Error) line() (string, int) {
	const window = (shown + 1) * utf8.UTFMax
	at := min(max(e.Offset, 0), len(e.Expression))
	start, end := max(at-window, 0), min(at+window, len(e.Expression))
	start += strings.LastIndexByte(e.Expression[start:at], '\n') + 1
	before := []rune(e.Expression[start:at])
	rest, _, _ := strings.Cut(e.Expression[at:end], "\n")
	after := []rune(rest)
	column := len(before)
	if column > shown {
		before = append([]rune("…"), before[column-shown:]...)
		column = shown + 1
	}
	if len(after) > shown {
		after = append(after[:shown:shown], '…')
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, string(before)+string(after)), column
}

// oneLine returns an expression as one line that is not too long.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > 2*shown {
		s = string([]rune(s)[:2*shown]) + "…"
	}
	return s
}

// Errors are the faults that Check found, in the order of the value's parts. errors.As finds the first *Error.
type Errors []*Error

// Error joins the messages.
func (e Errors) Error() string {
	all := make([]string, len(e))
	for i := range e {
		all[i] = e[i].Error()
	}
	return strings.Join(all, "; ")
}

// Unwrap returns the faults.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i := range e {
		all[i] = e[i]
	}
	return all
}

// errThrown stands for an exception that JavaScript itself throws (TypeError, RangeError, SyntaxError of JSON.parse).
// n8n swallows these: the expression resolves to undefined.
var errThrown = errors.New("JavaScript exception")

// unsupported returns an Error for what this package can't do; where it is is filled in later.
func unsupported(format string, args ...any) error {
	return &Error{Kind: Unsupported, Offset: -1, Message: fmt.Sprintf(format, args...) + " not supported"}
}

// failure returns one of n8n's errors. Its context begins with the place of the evaluation, as in n8n; more keys and
// values follow.
func failure(s *Scope, message string, more ...any) *Error {
	context := node.NewObject("runIndex", s.RunIndex, "itemIndex", s.Item)
	for i := 0; i < len(more); i += 2 {
		context.Set(more[i].(string), more[i+1])
	}
	return &Error{Kind: Evaluation, Offset: -1, Message: message, Context: context}
}

// at notes where in the expression's part an error happened, unless a place further inside is known.
func at(err error, offset int) error {
	if err == nil || errors.Is(err, errThrown) {
		return err
	}
	var e *Error
	if errors.As(err, &e) && e.Offset < 0 {
		e.Offset = offset
	}
	return err
}
