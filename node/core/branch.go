package core

import (
	"context"
	"errors"

	"github.com/nate-go/nate/internal/conditions"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// branch is a node that hands each item on, to its first output if it passes a test, else to its second.
type branch struct {
	def node.Definition
	// test returns what decides on an item.
	test func(ctx context.Context, c *node.Call) func(item int) (bool, error)
	// discards says that in continue modes an item that can't be tested does not pass. Otherwise the node fails.
	discards bool
}

// Definition implements node.Node.
func (b branch) Definition() node.Definition { return b.def }

// Execute implements node.Node.
func (b branch) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	items := c.Items()
	passed, rest := make([]node.Item, 0, len(items)), []node.Item{}
	passes := b.test(ctx, c)
	for i, it := range items {
		if i%1024 == 0 && ctx.Err() != nil {
			return node.Output{}, ctx.Err()
		}
		ok, err := passes(i)
		switch {
		case err != nil && b.discards && c.ContinueOnFail() && ctx.Err() == nil:
			ok = false
		case err != nil && b.discards:
			return node.Output{}, node.AtItem(err, i)
		case err != nil:
			return node.Output{}, err
		}
		if ok {
			passed = append(passed, it)
		} else {
			rest = append(rest, it)
		}
	}
	return node.Output{Main: [][]node.Item{passed, rest}}, nil
}

// lessStrict is what n8n proposes for errors of a condition that have no advice of their own.
const lessStrict = "Try changing the type of comparison. Alternatively you can enable 'Convert types where required'."

// filterTest tests items by the filter parameter conditions. looseSince is the type version from which the switch for loose types
// stands beside the options, and not among them.
func filterTest(looseSince float64) func(ctx context.Context, c *node.Call) func(item int) (bool, error) {
	return func(ctx context.Context, c *node.Call) func(int) (bool, error) {
		evaluator := &conditions.Evaluator{Now: c.Now}
		return func(item int) (bool, error) {
			params := c.Params(ctx, item)
			v, err := params.Value("conditions")
			if err == nil {
				var ok bool
				if ok, err = evaluator.Pass(v, item); err == nil {
					return ok, nil
				}
			}
			return false, conditionError(err, params, c.Instance().TypeVersion < looseSince)
		}
	}
}

// conditionError is an error of a condition as n8n shows it.
func conditionError(err error, params *node.Params, looseInOptions bool) error {
	loose := "looseTypeValidation"
	if looseInOptions {
		loose = "options." + loose
	}
	switched, failed := params.Value(loose)
	advice := ""
	if failed == nil && !fields.Truthy(switched) {
		advice = lessStrict
	}
	var mismatch *conditions.Error
	if errors.As(err, &mismatch) {
		return node.NewOperationError(mismatch.Message, mismatch.Description).Wrap(err)
	}
	info := node.InfoOf(err)
	if info.Name == "" {
		return node.NewOperationError(info.Message, advice).Wrap(err)
	}
	if info.Description == "" {
		info.Description = advice
	}
	return info
}

// comparisonTypes are the groups of comparisons, in the order in which they are looked at.
var comparisonTypes = []string{"boolean", "dateTime", "number", "string"}

// comparisonTest tests items by the comparisons of If 1 and Filter 1. combine is the parameter that says whether one comparison is
// enough: it then has the value either.
func comparisonTest(combine, either string) func(ctx context.Context, c *node.Call) func(item int) (bool, error) {
	return func(ctx context.Context, c *node.Call) func(int) (bool, error) {
		var comparer conditions.Comparer
		return func(item int) (bool, error) {
			params := c.Params(ctx, item)
			groups, err := params.Object("conditions")
			if err != nil {
				return false, err
			}
			combined, err := params.String(combine)
			if err != nil {
				return false, err
			}
			for _, typ := range comparisonTypes {
				rows, _ := groups.Get(typ)
				list, _ := rows.([]any)
				for _, row := range list {
					o, _ := row.(*node.Object)
					ok, err := compare(&comparer, typ, member(o, "value1"), o)
					if err != nil {
						return false, err
					}
					if ok == (combined == either) {
						return ok, nil
					}
				}
			}
			return combined != either, nil
		}
	}
}

// compare compares a value with value2 of a row as its operation says.
func compare(comparer *conditions.Comparer, typ string, value1 any, row *node.Object) (bool, error) {
	value2 := member(row, "value2")
	if typ == "dateTime" {
		var err error
		if value1, err = conditions.Milliseconds(value1); err != nil {
			return false, err
		}
		if value2, err = conditions.Milliseconds(value2); err != nil {
			return false, err
		}
	}
	return comparer.Compare(fields.Text(member(row, "operation")), value1, value2)
}
