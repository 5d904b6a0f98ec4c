package core

import (
	"context"
	"math"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewLimit returns the Limit node (n8n-nodes-base.limit): it hands on the first or the last items, at most so many.
func NewLimit() node.Node { return limit{} }

type limit struct{}

// Definition implements node.Node.
func (limit) Definition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.limit"},
		Versions:    []float64{1},
		Name:        "limit",
		DisplayName: "Limit",
		Description: "Lets only so many items through",
		Group:       []string{"transform"},
		DefaultName: "Limit",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  limitForm(),
	}
}

func limitForm() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Max Items", Name: "maxItems", Type: schemas.Number, Default: 1,
			TypeOptions: map[string]any{"minValue": 1},
			Description: "How many items are kept at most",
		},
		{
			DisplayName: "Keep", Name: "keep", Type: schemas.Options, Default: "firstItems",
			Description: "Which items are kept where there are more",
			Options: []schemas.Option{
				{Name: "First Items", Value: "firstItems"},
				{Name: "Last Items", Value: "lastItems"},
			},
		},
	}
}

// Execute implements node.Node.
func (limit) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return limitItems(ctx, c)
}

func limitItems(ctx context.Context, c *node.Call) (node.Output, error) {
	p := c.Params(ctx, 0)
	most, err := p.Value("maxItems")
	if err != nil {
		return node.Output{}, err
	}
	keep, err := p.Value("keep")
	if err != nil {
		return node.Output{}, err
	}
	return node.Output{Main: [][]node.Item{keepItems(c.Items(), most, keep)}}, nil
}

// keepItems are so many of the first or the last items.
func keepItems(items []node.Item, most, keep any) []node.Item {
	count, all := fields.Number(most), float64(len(items))
	switch {
	case count > all, most == node.Undefined:
		return items
	case keep == "firstItems":
		return items[:place(count, len(items))]
	}
	return items[place(all-count, len(items)):]
}

// place is where JavaScript's slice begins or ends in a list: from its end if below zero, and never outside of it.
func place(at float64, length int) int {
	switch {
	case math.IsNaN(at):
		return 0
	case at < 0:
		at = math.Ceil(at) + float64(length)
	}
	return int(min(max(at, 0), float64(length)))
}
