package node

import (
	"context"
	"fmt"
	"time"
)

// Script runs JavaScript in n8n's world: $json, $input, $('Node'), luxon and the like, as seen from the node that is being
// executed. Call.Script returns it. Nothing that a script does to its globals or to its input is seen by a later one. It is safe
// for concurrent use.
type Script interface {
	// Run runs a script to its end, promises that it waits for included, and returns what it returned as JSON has it: nil, bool,
	// float64, string, []any, *Object, or Undefined. A function or a symbol in place of all that is its text. The error is a
	// *ScriptError, or the context's.
	Run(ctx context.Context, r ScriptRun) (any, error)
}

// ScriptRun says what to run.
type ScriptRun struct {
	// Source is the body of an asynchronous function. What was compiled of it is kept, for all workflows of the process.
	Source string
	// Kind says which names the script finds beside those of every script.
	Kind ScriptKind
	// Item is the index of the current item of the first input: $json, $itemIndex, $('Node').item.
	Item int
	// Arguments are values that getNodeParameter of a ScriptFunction finds before the node's parameters: so a node hands data to a
	// script of its own that is compiled once. May be nil.
	Arguments *Object
	// SetFiles takes the files, as n8n's JSON, that a script of ScriptFunctionItem gave its item: it is called at most once, before Run
	// returns, and not when the script failed. nil: the script must not.
	SetFiles func(files any) error
}

// ScriptKind says which node's names a script finds. Every script has n8n's variables and functions, helpers, Buffer, timers
// and require.
type ScriptKind int

// The kinds of scripts.
const (
	// ScriptAllItems has items, and $getWorkflowStaticData: Code, once for all items.
	ScriptAllItems ScriptKind = iota
	// ScriptEachItem has item, and $getWorkflowStaticData: Code, for each item.
	ScriptEachItem
	// ScriptFunction has items, getNodeParameter, getWorkflowStaticData, getBinaryDataAsync, setBinaryDataAsync: the old Function.
	ScriptFunction
	// ScriptFunctionItem has item, which is the data of an item, and the functions of ScriptFunction: the old Function Item.
	ScriptFunctionItem
)

// ScriptError says why a script did not run to its end.
type ScriptError struct {
	// Name is the class of the error that was thrown ("TypeError"); empty when something else than an Error was thrown.
	Name string
	// Message is the error's text.
	Message string
	// Line is the line of the source that n8n names for it, from 1; 0 where it names none.
	Line int
	// Thrown is what was thrown when that was no Error; Undefined when that was undefined.
	Thrown any
	// Info is set for errors of n8n's own, which come with a description and a context: an unknown node, a limit. Line is 0 then.
	Info *ErrorInfo
}

// Error returns the message with the class before it.
func (e *ScriptError) Error() string {
	if e.Name == "" || e.Info != nil {
		return e.Message
	}
	return e.Name + ": " + e.Message
}

// NewScriptTimeout returns n8n's error for a script that took too long.
func NewScriptTimeout(limit time.Duration) *ScriptError {
	seconds := FormatNumber(limit.Seconds()) + " seconds"
	if limit == time.Second {
		seconds = "1 second"
	}
	message := "Task execution timed out after " + seconds
	return &ScriptError{Message: message, Info: &ErrorInfo{
		Message: message,
		Description: "The code took too long, so it was stopped. Process fewer items at a time, or make sure that every loop in it " +
			"comes to an end.",
	}}
}

// noScript is the Script of a Call that was made without one.
type noScript struct{ node string }

func (s noScript) Run(context.Context, ScriptRun) (any, error) {
	return nil, fmt.Errorf("node %q was called where no scripts can be run", s.node)
}
