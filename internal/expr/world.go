package expr

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nate-go/nate/internal/js"
	"github.com/nate-go/nate/node"
)

// world is what a script sees of a Scope: the variables, whose values are data, and what script.js asks for. Both are answered
// by what the Go subset uses too.
type world struct{ *Scope }

var _ js.Scope = world{}

// variableNames are the variables of a script. Of the names that expressions begin with, script.js has the others.
func variableNames() []string {
	var names []string
	for name := range roots {
		switch name {
		case "$input", "$node", "$env", "undefined", "NaN", "Infinity":
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Variable writes a variable; see js.Scope.
func (w world) Variable(name string, members []string, out *js.Writer) error {
	return thrown(w.variable(name, members, out))
}

func (w world) variable(name string, members []string, out *js.Writer) error {
	v, err := roots[name](w.Scope)
	if err != nil {
		return err
	}
	if d, ok := v.(dateTime); ok {
		out.DateTime(float64(d.UnixMilli()), w.zone())
		return nil
	}
	if members == nil {
		if v, err = data(w.Scope, v); err != nil {
			return err
		}
		write(out, v)
		return nil
	}
	return w.some(v, members, out)
}

// some writes an object with only the members that the script reads.
func (w world) some(v any, members []string, out *js.Writer) error {
	var get func(name string) (any, error)
	switch v := v.(type) {
	case host:
		get = func(name string) (any, error) { return v.get(w.Scope, name) }
	case *node.Object:
		get = func(name string) (any, error) {
			if e, ok := v.Get(name); ok {
				return e, nil
			}
			return node.Undefined, nil
		}
	default:
		write(out, v)
		return nil
	}
	out.BeginObject()
	for _, name := range members {
		e, err := get(name)
		if err == nil {
			e, err = data(w.Scope, e)
		}
		if err != nil {
			return err
		}
		if e != node.Undefined {
			out.Key(name)
			write(out, e)
		}
	}
	out.EndObject()
	return nil
}

// now is the time of the clock in the workflow's time zone.
func (s *Scope) now() time.Time {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	location := time.UTC
	if s.Location != nil {
		location = s.Location
	}
	return now().In(location)
}

func (s *Scope) zone() string {
	if s.Location == nil {
		return "UTC"
	}
	return s.Location.String()
}

// Call answers a question of script.js: args are the index of the item that it is about, or null, and a list with at most one
// value for each argument.
func (w world) Call(name string, args []byte, out *js.Writer) error {
	s, given, err := w.question(args)
	if err != nil {
		return err
	}
	return thrown(world{s}.answer(name, given, out))
}

// question reads the arguments of a question, and returns the scope of the item that it is about.
func (w world) question(args []byte) (*Scope, arguments, error) {
	v, err := node.ParseJSON(args)
	if err != nil {
		return nil, nil, err
	}
	list, _ := v.([]any)
	given := make(arguments, len(list))
	for i, e := range list {
		given[i] = node.Undefined
		if boxed, ok := e.([]any); ok && len(boxed) == 1 {
			given[i] = boxed[0]
		}
	}
	s := w.Scope
	if index, ok := list[0].(float64); ok {
		other := *s
		other.Item = int(index)
		s = &other
	}
	return s, given[1:], nil
}

func (w world) answer(name string, args arguments, out *js.Writer) error {
	if name == "variable" {
		if err := reached(w.Scope); err != nil {
			return err
		}
		variable, _ := args.at(0).(string)
		return w.variable(variable, nil, out)
	}
	v, err := ask(w.Scope, name, args)
	if err == nil {
		v, err = data(w.Scope, v)
	}
	if err != nil {
		return err
	}
	write(out, v)
	return nil
}

// reached fails where $item() named an item that the node does not have.
func reached(s *Scope) error {
	if s.Item >= 0 && s.Item < max(len(s.Items), 1) {
		return nil
	}
	return noItem(s, s.Instance.Name, len(s.Items))
}

// thrown makes an exception of an error that the Go subset knows.
func thrown(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errThrown):
		return &js.Throw{Name: "TypeError", Message: "not what n8n takes here", Cause: err}
	}
	name := "ExpressionError"
	if e, ok := err.(*Error); ok && e.Name != "" { //nolint:errorlint // it is never wrapped
		name = e.Name
	}
	return &js.Throw{Name: name, Message: err.Error(), Cause: err}
}

// ask answers a question of script.js.
func ask(s *Scope, name string, args arguments) (any, error) {
	first, _ := args.at(0).(string)
	second, _ := args.at(1).(string)
	third, _ := args.at(2).(string)
	switch name {
	case "get":
		return thing(first, second).get(s, third)
	case "call":
		return thing(first, second).call(s, third, args[min(len(args), 3):])
	case "items":
		return listedItems(s, args)
	case "node":
		return nil, exists(s, first)
	case "parameters":
		keys := []any{}
		for key := range s.Runs.Parameters(first).All() {
			keys = append(keys, key)
		}
		return keys, nil
	case "parameter":
		return parametersHost{s.Runs.Parameters(first)}.get(s, second)
	case "env":
		return envHost{}.get(s, first)
	case "environment":
		return environment(s), nil
	case "variables":
		list := []any{}
		for _, name := range variableNames() {
			list = append(list, name)
		}
		return list, nil
	case "fromAI":
		return fromAI(s, args)
	case "pairedItem":
		return getPairedItem(s, args)
	case "evaluate":
		if len(first) > maxCode {
			return nil, failure(s, fmt.Sprintf("$evaluateExpression() takes no text longer than %d KiB", maxCode>>10))
		}
		return compileTemplateText("="+first, nil).eval(s)
	case "fail":
		e := &Error{Kind: Evaluation, Name: first, Offset: -1, Message: second, Description: third}
		return nil, e
	}
	return nil, unsupported("%s", first)
}

// thing is what script.js asks about.
func thing(kind, name string) host {
	switch kind {
	case "$":
		return nodeHost{name}
	case "$node":
		return outputHost{name}
	}
	return inputHost{}
}
