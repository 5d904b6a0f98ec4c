package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/nate-go/nate/runtime"
)

// progress prints a line for each node that ran. On a terminal it also shows which node is at work, in colours unless
// NO_COLOR is set.
type progress struct {
	w        io.Writer
	redact   bool
	terminal bool
	colour   bool
	open     bool // a line without an end shows the node at work
}

func newProgress(w io.Writer, redact bool) *progress {
	terminal := false
	if file, ok := w.(*os.File); ok {
		info, err := file.Stat()
		terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return &progress{w: w, redact: redact, terminal: terminal, colour: terminal && os.Getenv("NO_COLOR") == ""}
}

func (p *progress) observer() runtime.Observer {
	return runtime.Observer{NodeStarted: p.started, NodeFinished: p.finished}
}

const eraseLine = "\r\x1b[K"

func (p *progress) started(e runtime.NodeEvent) {
	if p.terminal {
		p.open = true
		fmt.Fprintf(p.w, eraseLine+"running  %s", p.text(nameOf(e)))
	}
}

func (p *progress) finished(e runtime.NodeEvent) {
	p.end()
	word := fmt.Sprintf("%-8s", outcome(e))
	if p.colour {
		word = colours[outcome(e)] + word + "\x1b[0m"
	}
	fmt.Fprintf(p.w, "%s %s: %s\n", word, p.text(nameOf(e)), p.text(describe(e.Run)))
}

// end takes the line of the node at work away.
func (p *progress) end() {
	if p.open {
		p.open = false
		fmt.Fprint(p.w, eraseLine)
	}
}

// text is what may go to a terminal.
func (p *progress) text(s string) string { return clean{redact: p.redact}.text(s) }

var colours = map[string]string{"success": "\x1b[32m", "error": "\x1b[31m", "canceled": "\x1b[33m", "pinned": "\x1b[36m", "disabled": "\x1b[2m"}

func nameOf(e runtime.NodeEvent) string {
	if e.RunIndex > 0 {
		return fmt.Sprintf("%s #%d", e.Node, e.RunIndex)
	}
	return e.Node
}

func outcome(e runtime.NodeEvent) string {
	switch {
	case e.Pinned:
		return "pinned"
	case e.Disabled:
		return "disabled"
	}
	return string(e.Run.Status)
}

// describe says how many items came out, how many of them stand for failures, and how long it took.
func describe(run *runtime.NodeRun) string {
	var outputs []string
	for _, items := range run.Main {
		outputs = append(outputs, count(len(items), "item"))
	}
	var parts []string
	if run.Error != nil {
		parts = append(parts, run.Error.Message)
	}
	if len(outputs) > 0 {
		parts = append(parts, strings.Join(outputs, " | "))
	}
	if run.FailedItems > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", run.FailedItems))
	}
	parts = append(parts, fmt.Sprintf("%d ms", run.ExecutionTime.Milliseconds()))
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
