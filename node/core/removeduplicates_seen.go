package core

import (
	"context"
	"crypto/md5" //nolint:gosec // how n8n remembers values
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/v8sort"
	"github.com/nate-go/nate/node"
)

// seenLogics are the ways to compare with what earlier runs have seen, by the parameter logic.
var seenLogics = map[string]seenLogic{
	"removeItemsWithAlreadySeenKeyValues": {mode: "entries", parameter: "dedupeValue"},
	"removeItemsUpToStoredIncrementalKey": {mode: "latestIncrementalKey", parameter: "incrementalDedupeValue", order: numberOrder},
	"removeItemsUpToStoredDate":           {mode: "latestDate", parameter: "dateDedupeValue", order: dateOrder},
}

type seenLogic struct {
	// mode is n8n's name for how the values are remembered.
	mode      string
	parameter string
	// order returns the place of a value among all; nil where values have no order.
	order func(value string) (float64, error)
}

func numberOrder(value string) (float64, error) {
	f := fields.Number(value)
	if math.IsNaN(f) {
		return 0, node.NewOperationError("The value '"+value+"' is not a number. Please provide a number.", "")
	}
	return f, nil
}

func dateOrder(value string) (float64, error) {
	ms := dates.Parse(value, time.UTC)
	if math.IsNaN(ms) {
		return 0, node.NewOperationError("The value '"+value+"' is not a valid date. Please provide a valid date.", "")
	}
	return ms, nil
}

// removeSeen puts items that no earlier run has seen on output 0, the others on output 1.
func removeSeen(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	name, err := p.String("logic")
	if err != nil {
		return node.Output{}, err
	}
	logic, ok := seenLogics[name]
	if !ok {
		return node.Output{}, node.NewOperationError(fmt.Sprintf("The logic %q is not known", name), "")
	}
	key, err := seenKey(c, p)
	if err != nil {
		return node.Output{}, err
	}
	values, byValue, err := logic.values(ctx, c)
	if err != nil {
		return node.Output{}, err
	}
	history := 10_000.0
	if v, err := p.Optional("options.historySize"); err != nil {
		return node.Output{}, err
	} else if v != node.Undefined {
		history = fields.Number(v)
	}
	var fresh, known []string
	err = c.SeenStore().Update(ctx, key, func(seen *node.Seen) error {
		if logic.order == nil && float64(len(seen.Values)+len(c.Items())) > history {
			return node.NewOperationError("The number of items to be processed exceeds the maximum history size. "+
				"Please increase the history size or reduce the number of items to be processed.", "")
		}
		if seen.Mode != "" && seen.Mode != logic.mode {
			return &node.ErrorInfo{Name: "DeduplicationError", Message: "Deduplication data was originally saved with an incompatible " +
				"setting of the ‘Keep Items Where’ parameter. Try ’Clean Database’ operation to reset."}
		}
		first := seen.Mode == ""
		seen.Mode = logic.mode
		if logic.order == nil {
			fresh, known = addSeen(seen, values, int(max(history, 0)))
			return nil
		}
		var err error
		fresh, known, err = logic.beyond(seen, values, first)
		return err
	})
	if err != nil {
		return node.Output{}, err
	}
	main := [][]node.Item{{}, {}}
	for o, list := range [][]string{fresh, known} {
		for _, value := range list {
			main[o] = append(main[o], byValue[value]...)
		}
	}
	return node.Output{Main: main}, nil
}

// seenKey is what the node, or the workflow, remembers under.
func seenKey(c *node.Call, p *node.Params) (node.SeenKey, error) {
	key := node.SeenKey{Workflow: c.WorkflowID(), Node: c.Instance().ID}
	scope, err := p.Optional("options.scope")
	switch {
	case err != nil:
		return key, err
	case c.SeenStore() == nil:
		return key, node.NewOperationError("There is no place to remember items between runs",
			"Whoever runs the workflow has to give it one, with runtime.WithSeenStore, or with --seen of the command.")
	case scope == "workflow":
		key.Node = ""
	case scope != "node" && scope != node.Undefined:
		return key, node.NewOperationError(
			"The scope '"+fields.Text(scope)+`' is not supported. Please select either "node" or "workflow".`, "")
	}
	return key, nil
}

// values are the different values of the items in the order of JavaScript's keys, with the items of each.
func (l seenLogic) values(ctx context.Context, c *node.Call) ([]string, map[string][]node.Item, error) {
	order := &node.Object{}
	byValue := map[string][]node.Item{}
	for i, it := range c.Items() {
		v, err := c.Params(ctx, i).Value(l.parameter)
		if err != nil {
			return nil, nil, err
		}
		value := ""
		if v != nil && v != node.Undefined {
			value = fields.Text(v)
		}
		if l.order != nil {
			if value == "" {
				return nil, nil, node.NewOperationError("The `Value to Dedupe` On is empty. Please provide a value.", "")
			}
			n, err := l.order(value)
			if err != nil {
				return nil, nil, err
			}
			if l.mode == "latestIncrementalKey" {
				value = node.FormatNumber(n)
			}
		}
		order.Set(value, nil)
		byValue[value] = append(byValue[value], it)
	}
	return order.Keys(), byValue, nil
}

// addSeen tells values that were seen before from those that were not, and remembers the newest of all.
func addSeen(seen *node.Seen, values []string, history int) (fresh, known []string) {
	before := make(map[string]bool, len(seen.Values))
	for _, hash := range seen.Values {
		before[hash] = true
	}
	for _, value := range values {
		sum := md5.Sum([]byte(value)) //nolint:gosec // how n8n remembers values
		hash := base64.StdEncoding.EncodeToString(sum[:])
		if before[hash] {
			known = append(known, value)
			continue
		}
		fresh = append(fresh, value)
		seen.Values = append(seen.Values, hash)
	}
	if history > 0 && len(seen.Values) > history {
		seen.Values = slices.Clone(seen.Values[len(seen.Values)-history:])
	}
	return fresh, known
}

// beyond tells values that come after the one that is remembered from those that do not, and remembers the last of all.
// The first time all are new, in their own order.
func (l seenLogic) beyond(seen *node.Seen, values []string, first bool) (fresh, known []string, err error) {
	places := make(map[string]float64, len(values))
	for _, value := range values {
		if places[value], err = l.order(value); err != nil {
			return nil, nil, err
		}
	}
	sorted := slices.Clone(values)
	v8sort.Array(sorted, func(a, b string) float64 {
		switch x, y := places[a], places[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	limit := math.Inf(-1)
	if !first && len(seen.Values) > 0 {
		if limit, err = l.order(seen.Values[0]); err != nil {
			return nil, nil, err
		}
	}
	for _, value := range sorted {
		if places[value] > limit {
			fresh = append(fresh, value)
		} else {
			known = append(known, value)
		}
	}
	if len(fresh) > 0 {
		seen.Values = []string{fresh[len(fresh)-1]}
	}
	if first {
		return values, nil, nil
	}
	return fresh, known, nil
}

// clearSeen forgets what earlier runs have seen, and hands the items on.
func clearSeen(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	key, err := seenKey(c, p)
	if err != nil {
		return node.Output{}, err
	}
	mode, err := p.String("mode")
	if err != nil {
		return node.Output{}, err
	}
	if mode != "cleanDatabase" {
		return node.Output{}, node.NewOperationError(fmt.Sprintf("The mode %q is not known", mode), "")
	}
	err = c.SeenStore().Update(ctx, key, func(seen *node.Seen) error {
		*seen = node.Seen{}
		return nil
	})
	return node.Output{Main: [][]node.Item{c.Items()}}, err
}
