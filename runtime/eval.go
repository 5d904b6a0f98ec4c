package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/node"
)

// EvalRequest is an expression by itself and the items that it sees.
type EvalRequest struct {
	// Expression is a parameter's value as it stands in a workflow file: a text that begins with "=" is a template with
	// {{ JavaScript }} parts, any other is text. It may be an object or array that holds some.
	Expression any
	// Items are $input.all(); Item is the index of the current one, whose JSON is $json.
	Items []node.Item
	Item  int
}

// Evaluated is what an expression gave.
type Evaluated struct {
	// Value is a JSON value, node.Undefined, or a node.Date.
	Value any
	// Type is JavaScript's: "undefined", "null", "boolean", "number", "bigint", "string", "array", "object"; for an object that is
	// no JSON the name of its class, such as "Date", "DateTime", "Map".
	Type string
}

// Eval evaluates an expression outside of a workflow: there are no other nodes. WithClock, WithLocation,
// WithEnv and WithExpressionLimits apply. An expression that n8n would fail on is an error with n8n's text and class (see node.InfoOf);
// what JavaScript itself throws makes the value undefined, as in n8n. It is safe for concurrent use.
func Eval(ctx context.Context, r EvalRequest, opts ...Option) (Evaluated, error) {
	cfg := newConfig(opts)
	if len(r.Items) > 0 && (r.Item < 0 || r.Item >= len(r.Items)) {
		return Evaluated{}, fmt.Errorf("there is no item %d: there are %d, counted from 0", r.Item, len(r.Items))
	}
	value, err := expr.Compile(r.Expression)
	if value == nil {
		return Evaluated{}, fmt.Errorf("the expression can't be JSON: %w", err)
	}
	location := cfg.location
	if location == nil {
		if location, err = time.LoadLocation(DefaultTimezone); err != nil {
			return Evaluated{}, fmt.Errorf("the default time zone: %w", err)
		}
	}
	v, typ, err := value.EvalType(&expr.Scope{
		Items: r.Items, Item: r.Item, Location: location, Now: cfg.now, Context: ctx, Limits: expr.Limits(cfg.limits), Env: cfg.env,
		Execution: expr.Execution{Mode: "production", RunMode: string(ModeCLI)},
	})
	return Evaluated{v, typ}, shownError(err)
}

// Check says whether a parameter's value compiles: its texts that begin with "=" are templates of expressions that n8n can
// read. nil means that it does; the error joins what is wrong, with each expression and a caret under the fault. Nothing is
// evaluated.
func Check(expression any) error {
	value, err := expr.Compile(expression)
	if value == nil {
		return fmt.Errorf("the expression can't be JSON: %w", err)
	}
	var texts []string
	for _, err := range []error{err, value.Check()} {
		var faults expr.Errors
		if errors.As(err, &faults) {
			for _, f := range faults {
				texts = append(texts, f.Detail())
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return errors.New(strings.Join(texts, "\n")) //nolint:err113 // it is a text for people
}

// EvalError is an expression that n8n would fail on.
type EvalError struct {
	err *expr.Error
}

// Error returns n8n's text.
func (e *EvalError) Error() string { return e.err.Error() }

// Detail returns the error over several lines: what is wrong, the line of the expression, a caret under the fault.
func (e *EvalError) Detail() string { return e.err.Detail() }

// Info returns the error as n8n stores it.
func (e *EvalError) Info() *node.ErrorInfo { return e.err.Info() }

func shownError(err error) error {
	var e *expr.Error
	if errors.As(err, &e) {
		return &EvalError{e}
	}
	return err
}
