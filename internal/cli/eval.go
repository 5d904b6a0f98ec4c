package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

type evalFlags struct {
	input    string
	item     int
	now      string
	timezone string
	batch    string
	envAllow []string
	format   string
}

func newEval() *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval EXPR",
		Short: "Evaluate an expression",
		Long: `eval evaluates one expression as a node would and prints its value and type. EXPR is a parameter's text as it stands in a
workflow file, "={{ $json.a }}", or just the code of it, '$json.a'. $json is the item of --input; there are no other nodes.
What n8n would fail on is shown with a caret under the fault, and the exit code is 1.

With --batch it reads a JSON object a line, {"expression": "={{ ... }}", "input": {...}}, and prints for each one line:
{"type": ..., "value": ...}, or {"error": message, "name": class}. "input" is an item's data or an array of items, "item" the
index of the current one. A value that is undefined is left out; NaN and the infinities are texts. The exit code is 1 if a
line is no such object.`,
		Example: `  nate eval '$json.name.toTitleCase()' --input item.json
  echo '{"expression": "={{ $json.n + 1 }}", "input": {"n": 1}}' | nate eval --batch -`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) == 1) == (f.batch != "") || len(args) > 1 {
				return errors.New("eval takes one expression, or --batch FILE")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(f.format); err != nil {
				return err
			}
			opts, err := f.options()
			if err != nil {
				return err
			}
			if f.batch != "" {
				return f.runBatch(cmd, opts)
			}
			return f.runOne(cmd, args[0], opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.input, "input", "", "`FILE` with an item's JSON object, or a JSON array of items; - is stdin")
	flags.IntVar(&f.item, "item", 0, "index of the current item")
	flags.StringVar(&f.now, "now", "", "what the clock shows (an RFC 3339 `TIME`; default: the present)")
	flags.StringVar(&f.timezone, "timezone", "", "time zone (an IANA `NAME`; default: GENERIC_TIMEZONE, else "+runtime.DefaultTimezone+")")
	flags.StringVar(&f.batch, "batch", "", "`FILE` with a request a line; - is stdin")
	addEnvAllow(cmd, &f.envAllow)
	addFormat(cmd, &f.format)
	return cmd
}

func (f *evalFlags) options() ([]runtime.Option, error) {
	location, err := (&runFlags{timezone: f.timezone}).location()
	if err != nil {
		return nil, err
	}
	opts := []runtime.Option{runtime.WithLocation(location), runtime.WithEnv(os.LookupEnv, f.envAllow...)}
	if f.now != "" {
		now, err := time.Parse(time.RFC3339, f.now)
		if err != nil {
			return nil, fmt.Errorf("--now takes a time such as 2024-05-06T07:08:09Z: %w", err)
		}
		opts = append(opts, runtime.WithClock(func() time.Time { return now }))
	}
	return opts, nil
}

// addEnvAllow adds --env-allow, of the commands that evaluate expressions.
func addEnvAllow(cmd *cobra.Command, names *[]string) {
	cmd.Flags().StringSliceVar(names, "env-allow", nil, "`NAME,...` of environment variables that expressions may read as $env.NAME")
}

// open opens a file, or stdin for "-".
func open(cmd *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	return os.Open(name)
}

func (f *evalFlags) runOne(cmd *cobra.Command, text string, opts []runtime.Option) error {
	r := runtime.EvalRequest{Expression: asTemplate(text), Items: []node.Item{{}}, Item: f.item}
	if f.input != "" {
		file, err := open(cmd, f.input)
		if err != nil {
			return fmt.Errorf("--input: %w", err)
		}
		defer func() { _ = file.Close() }()
		input, err := io.ReadAll(file)
		if err != nil {
			return fmt.Errorf("--input: %w", err)
		}
		v, err := node.ParseJSON(input)
		if err != nil {
			return fmt.Errorf("--input %s is not JSON: %w", f.input, err)
		}
		if r.Items, err = inputItems(v); err != nil {
			return fmt.Errorf("--input %s: %w", f.input, err)
		}
	}
	got, err := runtime.Eval(cmd.Context(), r, opts...)
	var failed *runtime.EvalError
	switch {
	case errors.As(err, &failed):
		return &exitError{exitFailed, errors.New(failed.Detail())} //nolint:err113 // it is a text for people
	case err != nil:
		return err
	case f.format == formatJSON:
		return printLine(cmd.OutOrStdout(), answer(got, nil))
	}
	value := "undefined"
	if got.Value != node.Undefined {
		value = string(node.AppendJSONIndent(nil, jsonForm(got.Value), "", "  "))
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\ntype: %s\n", value, got.Type)
	return err
}

// asTemplate makes a parameter's text of what may be just the code of an expression.
func asTemplate(text string) string {
	switch {
	case strings.HasPrefix(text, "="):
		return text
	case strings.Contains(text, "{{"):
		return "=" + text
	}
	return "={{ " + text + " }}"
}

// inputItems are items: an array of them, or an object, which is the data of one.
func inputItems(v any) ([]node.Item, error) {
	if o, ok := v.(*node.Object); ok {
		return []node.Item{{JSON: o}}, nil
	}
	return node.ItemsOf(v)
}

func (f *evalFlags) runBatch(cmd *cobra.Command, opts []runtime.Option) error {
	file, err := open(cmd, f.batch)
	if err != nil {
		return fmt.Errorf("--batch: %w", err)
	}
	defer func() { _ = file.Close() }()
	in, out := bufio.NewReader(file), bufio.NewWriter(cmd.OutOrStdout())
	wrong := 0
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("--batch: %w", err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			reply, ok := evalLine(cmd.Context(), line, opts)
			if !ok {
				wrong++
				fmt.Fprintf(cmd.ErrOrStderr(), "line %d is no request\n", number)
			}
			if err := printLine(out, reply); err != nil {
				return err
			}
		}
		if err != nil || cmd.Context().Err() != nil {
			break
		}
	}
	switch err := out.Flush(); {
	case err != nil:
		return err
	case cmd.Context().Err() != nil:
		return &exitError{exitCanceled, context.Cause(cmd.Context())}
	case wrong > 0:
		return &exitError{exitFailed, fmt.Errorf("%s could not be read", count(wrong, "line"))}
	}
	return nil
}

// evalLine evaluates a line of a batch. ok is false when it is no request.
func evalLine(ctx context.Context, line []byte, opts []runtime.Option) (reply *node.Object, ok bool) {
	r, err := parseRequest(line)
	if err != nil {
		return node.NewObject("error", err.Error()), false
	}
	return answer(runtime.Eval(ctx, r, opts...)), true
}

func parseRequest(line []byte) (runtime.EvalRequest, error) {
	var r runtime.EvalRequest
	o, err := node.ParseObject(line)
	if err != nil {
		return r, err
	}
	expression, ok := o.Get("expression")
	if !ok {
		return r, errors.New(`the line has no "expression"`)
	}
	r.Expression, r.Items = expression, []node.Item{{}}
	if input, ok := o.Get("input"); ok && input != nil {
		if r.Items, err = inputItems(input); err != nil {
			return r, fmt.Errorf("input: %w", err)
		}
	}
	if item, ok := o.Get("item"); ok {
		index, ok := item.(float64)
		if !ok || index != float64(int(index)) {
			return r, errors.New("item is no whole number")
		}
		r.Item = int(index)
	}
	return r, nil
}

// answer is the line of a batch for what an evaluation gave.
func answer(got runtime.Evaluated, err error) *node.Object {
	if err != nil {
		info := node.InfoOf(err)
		o := node.NewObject("error", info.Message, "name", info.Name)
		if info.Description != "" {
			o.Set("description", info.Description)
		}
		return o
	}
	o := node.NewObject("type", got.Type)
	if got.Value != node.Undefined {
		o.Set("value", jsonForm(got.Value))
	}
	return o
}

// jsonForm is a value that JSON has a form for: NaN and the infinities become texts.
func jsonForm(v any) any {
	if f, ok := v.(float64); ok && f-f != 0 {
		return node.FormatNumber(f)
	}
	return v
}

func printLine(w io.Writer, o *node.Object) error {
	_, err := w.Write(append(node.AppendJSON(nil, o), '\n'))
	return err
}
