package core

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nate-go/nate/internal/conditions"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewSwitch returns the Switch node (n8n-nodes-base.switch from version 3 on): it sends each item to the output whose rule it
// matches first (or to all whose rules it matches), or to the one that an expression names. Items that match nothing are
// dropped, or go to a fallback output. In the continue modes an item that fails becomes {"error": message} on the first output.
func NewSwitch() node.Node { return switchNode{switchDefinition(), routeByConditions} }

// NewSwitchV1 returns version 1 of the Switch node, which has four outputs.
func NewSwitchV1() node.Node { return switchNode{switchV1Definition(), routeByComparisons} }

// NewSwitchV2 returns version 2 of the Switch node: version 1 with an output for each rule.
func NewSwitchV2() node.Node { return switchNode{switchV2Definition(), routeByComparisons} }

// switchNode sends items to outputs, which a router finds.
type switchNode struct {
	def    node.Definition
	router func(ctx context.Context, c *node.Call) func(item int, out *routes) error
}

// routes are the items by output.
type routes struct {
	outputs [][]node.Item
	item    node.Item
}

// Definition implements node.Node.
func (s switchNode) Definition() node.Definition { return s.def }

// maxOutputs is how many outputs a node may have.
const maxOutputs = 10_000

// Ports implements node.Porter.
func (s switchNode) Ports(parameters *node.Object, version float64) (inputs, outputs []string) {
	if version < 2 {
		return nil, nil
	}
	count := 0
	switch mode, _ := parameters.Get("mode"); {
	case mode != "expression":
		groups, _ := member(parameters, "rules").(*node.Object)
		rules, _ := member(groups, ruleGroup(version)).([]any)
		count = len(rules)
		options, _ := member(parameters, "options").(*node.Object)
		if fallback, _ := options.Get("fallbackOutput"); version >= 3 && fallback == "extra" {
			count++
		}
	case version < 3:
		count = outputCount(member(parameters, "outputsAmount"))
	default:
		count = outputCount(member(parameters, "numberOutputs"))
	}
	outputs = make([]string, min(count, maxOutputs))
	for i := range outputs {
		outputs[i] = "main"
	}
	return nil, outputs
}

func outputCount(v any) int {
	n := fields.Number(v)
	if !(n >= 0) {
		return 0
	}
	return int(min(n, maxOutputs+1))
}

// ruleGroup is where the rules stand in the parameter rules.
func ruleGroup(version float64) string {
	if version < 3 {
		return "rules"
	}
	return "values"
}

// Execute implements node.Node.
func (s switchNode) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	route := s.router(ctx, c)
	out := &routes{}
	for i, it := range c.Items() {
		if i%1024 == 0 && ctx.Err() != nil {
			return node.Output{}, ctx.Err()
		}
		out.item = it
		err := route(i, out)
		switch {
		case err == nil:
		case !c.ContinueOnFail() || ctx.Err() != nil:
			if c.Instance().TypeVersion >= 3 {
				err = node.AtItem(operationError(err), i)
			}
			return node.Output{}, err
		default:
			out.open(1)
			out.outputs[0] = append(out.outputs[0], node.ItemOf("error", node.InfoOf(err).Message))
		}
	}
	out.open(1)
	return node.Output{Main: out.outputs}, nil
}

// operationError is an error without a class as n8n throws it from nodes.
func operationError(err error) error {
	if info := node.InfoOf(err); info.Name == "" {
		return node.NewOperationError(info.Message, info.Description).Wrap(err)
	}
	return err
}

// open makes at least so many outputs.
func (r *routes) open(count int) {
	for len(r.outputs) < count {
		r.outputs = append(r.outputs, []node.Item{})
	}
}

// to hands the item to an output. An index that is none of them fails as JavaScript does.
func (r *routes) to(index any) error {
	at, err := strconv.Atoi(fields.Text(index))
	if err != nil || at < 0 || at >= len(r.outputs) || strconv.Itoa(at) != fields.Text(index) {
		return errors.New("Cannot read properties of undefined (reading 'push')") //nolint:staticcheck // n8n's text
	}
	r.outputs[at] = append(r.outputs[at], r.item)
	return nil
}

// create makes the outputs that a parameter counts.
func (r *routes) create(v any) error {
	n, isNumber := v.(float64)
	switch {
	case !isNumber:
		n = 1 // JavaScript makes a list with one element of it
	case n < 0 || n != float64(int(n)):
		return node.NewOperationError("Invalid array length", "The number of outputs is "+fields.Text(v))
	case n > maxOutputs:
		return node.NewOperationError(fmt.Sprintf("The number of outputs is %s, more than %d", fields.Text(v), maxOutputs), "")
	}
	r.open(int(n))
	return nil
}

// routeByConditions is what version 3 does.
func routeByConditions(ctx context.Context, c *node.Call) func(item int, out *routes) error {
	var evaluators []*conditions.Evaluator
	version := c.Instance().TypeVersion
	return func(item int, out *routes) error {
		params := c.Params(ctx, item)
		mode, err := c.Params(ctx, 0).Value("mode")
		if err != nil {
			return err
		}
		switch mode {
		case "expression":
			return byExpression(params, "numberOutputs", item, out, allowed)
		case "rules":
		default:
			return nil
		}
		v, err := params.Value("rules." + ruleGroup(version))
		if err != nil {
			return err
		}
		rules, _ := v.([]any)
		if len(rules) == 0 {
			return nil
		}
		options, err := params.Object("options")
		if err != nil {
			return err
		}
		fallback, _ := options.Get("fallbackOutput")
		if item == 0 || len(out.outputs) == 0 {
			out.open(len(rules))
			if fallback == "extra" {
				out.open(len(rules) + 1)
			}
		}
		all, _ := options.Get("allMatchingOutputs")
		matched := false
		for i, v := range rules {
			if len(evaluators) <= i {
				evaluators = append(evaluators, &conditions.Evaluator{Now: c.Now})
			}
			rule, _ := v.(*node.Object)
			ok, err := evaluators[i].Pass(member(rule, "conditions"), item)
			if err != nil {
				return conditionError(err, params, version < 3.1)
			}
			if !ok {
				continue
			}
			matched = true
			if err := out.to(float64(i)); err != nil {
				return err
			}
			if !fields.Truthy(all) {
				break
			}
		}
		switch {
		case matched || fallback == nil || fallback == "none":
			return nil
		case fallback == "extra":
			return out.to(float64(len(out.outputs) - 1))
		}
		if err := allowed(fallback, len(out.outputs)); err != nil {
			return err
		}
		return out.to(fallback)
	}
}

// byExpression sends the item to the output that the parameter output names.
func byExpression(params *node.Params, count string, item int, out *routes, check func(index any, outputs int) error) error {
	if count != "" {
		n, err := params.Value(count)
		if err != nil {
			return err
		}
		if item == 0 || len(out.outputs) == 0 {
			if err := out.create(n); err != nil {
				return err
			}
		}
	}
	index, err := params.Value("output")
	if err != nil {
		return err
	}
	if err := check(index, len(out.outputs)); err != nil {
		return err
	}
	return out.to(index)
}

const notAllowed = "The ouput %s is not allowed" //nolint:misspell // n8n's text

// allowed says whether an output is there, as version 3 does. The texts are n8n's.
func allowed(index any, outputs int) error {
	n, text := fields.Number(index), fields.Text(index)
	switch {
	case n == float64(outputs):
		return node.NewOperationError(fmt.Sprintf(notAllowed+". ", text),
			fmt.Sprintf("Output indexes are zero based, if you want to use the extra output use %s", node.FormatNumber(n-1)))
	case n < 0 || n > float64(outputs):
		return node.NewOperationError(fmt.Sprintf(notAllowed, text), fmt.Sprintf("It has to be between 0 and %d", outputs-1))
	}
	return nil
}

// inRange says whether an output is there, as versions 1 and 2 do.
func inRange(index any, outputs int) error {
	if n := fields.Number(index); n < 0 || n >= float64(outputs) {
		return node.NewOperationError(fmt.Sprintf(notAllowed+". It has to be between 0 and %d!", fields.Text(index), outputs-1), "")
	}
	return nil
}

// routeByComparisons is what versions 1 and 2 do.
func routeByComparisons(ctx context.Context, c *node.Call) func(item int, out *routes) error {
	var comparer conditions.Comparer
	version := c.Instance().TypeVersion
	return func(item int, out *routes) error {
		params := c.Params(ctx, item)
		mode, err := params.Value("mode")
		if err != nil {
			return err
		}
		count := "outputsAmount"
		if version < 2 {
			count = ""
			out.open(4)
		}
		switch mode {
		case "expression":
			return byExpression(params, count, item, out, inRange)
		case "rules":
		default:
			return nil
		}
		v, err := params.Value("rules." + ruleGroup(version))
		if err != nil {
			return err
		}
		rules, _ := v.([]any)
		if version >= 2 && (item == 0 || len(out.outputs) == 0) {
			out.open(len(rules))
		}
		typ, err := c.Params(ctx, 0).String("dataType")
		if err != nil {
			return err
		}
		value, err := params.Value("value1")
		if err != nil {
			return err
		}
		if typ == "dateTime" {
			if _, err := conditions.Milliseconds(value); err != nil {
				return err // also where there is no rule
			}
		}
		for i, v := range rules {
			rule, _ := v.(*node.Object)
			ok, err := compare(&comparer, typ, value, rule)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if version >= 2 {
				return out.to(float64(i))
			}
			output := member(rule, "output")
			if err := inRange(output, len(out.outputs)); err != nil {
				return err
			}
			return out.to(output)
		}
		fallback, err := params.Value("fallbackOutput")
		if err != nil || fallback == -1.0 {
			return err
		}
		if err := inRange(fallback, len(out.outputs)); err != nil {
			return err
		}
		return out.to(fallback)
	}
}
