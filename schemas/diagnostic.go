package schemas

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Severity says how bad a Diagnostic is.
type Severity string

// An Error stops a run; a Warning does not.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Diagnostic is one thing that is wrong with a file.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	// Pointer is the JSON pointer (RFC 6901) to the place in the file; empty for the whole of it.
	Pointer string `json:"pointer"`
	// Line and Column count from 1, Column in bytes; 0 when not known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Node is the name of the node that the place belongs to, if any.
	Node string `json:"node,omitempty"`
	// Message says what is wrong, Hint what to do about it. A hint may have more lines, which show the place in an expression.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// String is the diagnostic on one line: line and column as compilers write them, pointer, node, message, the first line of
// the hint.
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.Line > 0 {
		fmt.Fprintf(&b, "%d:%d: ", d.Line, d.Column)
	}
	if d.Pointer != "" {
		b.WriteString(d.Pointer + ": ")
	}
	if d.Node != "" {
		b.WriteString("node \"" + d.Node + "\": ")
	}
	b.WriteString(d.Message)
	if hint, _, _ := strings.Cut(d.Hint, "\n"); hint != "" {
		b.WriteString(" (" + hint + ")")
	}
	return oneLine(b.String())
}

// oneLine escapes control characters, which names and keys of a file may contain.
func oneLine(s string) string {
	isControl := func(r rune) bool { return r < 0x20 || r == 0x7f }
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) {
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Diagnostics is everything that is wrong with a file, in the file's order. It is an error when it is not empty.
type Diagnostics []Diagnostic

// Error joins all diagnostics, one a line.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// HasErrors reports whether one of them is an error.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == SeverityError })
}

// Err returns the diagnostics as an error if there is an error among them, else nil.
func (ds Diagnostics) Err() error {
	if !ds.HasErrors() {
		return nil
	}
	return ds
}

// Pointer makes a JSON pointer of keys (string) and indexes (int): Pointer("nodes", 3, "name") is "/nodes/3/name".
func Pointer(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + strings.ReplaceAll(strings.ReplaceAll(fmt.Sprint(p), "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// splitPointer is the way back from Pointer; indexes stay text.
func splitPointer(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(p, "~1", "/"), "~0", "~")
	}
	return parts
}
