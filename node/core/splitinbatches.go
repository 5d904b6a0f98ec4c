package core

import (
	"context"
	"fmt"
	"math"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewSplitInBatches returns Loop Over Items (n8n-nodes-base.splitInBatches from version 3 on): it keeps the items of its first run
// and puts out so many at a time on the output "loop". What then comes back is gathered, and goes to the output "done" after the
// last batch. The node's context holds items, processedItems, currentRunIndex, maxRunIndex, noItemsLeft, done and sourceData.
func NewSplitInBatches() node.Node { return splitInBatches{batchesDefinition(3), 1, 0} }

// NewSplitInBatchesV2 returns version 2, whose outputs stand the other way round.
func NewSplitInBatchesV2() node.Node { return splitInBatches{batchesDefinition(2), 0, 1} }

// NewSplitInBatchesV1 returns version 1, which has one output and does not gather what comes back: after the last batch it puts
// out nothing.
func NewSplitInBatchesV1() node.Node { return splitInBatches{batchesDefinition(1), 0, -1} }

// splitInBatches knows which output leads into the loop, and which one out of it; -1: none.
type splitInBatches struct {
	def        node.Definition
	loop, done int
}

// Definition implements node.Node.
func (s splitInBatches) Definition() node.Definition { return s.def }

func batchesDefinition(version float64) node.Definition {
	def := node.Definition{
		Types:       []string{"n8n-nodes-base.splitInBatches"},
		Versions:    []float64{version},
		Name:        "splitInBatches",
		DisplayName: "Split In Batches",
		Description: "Goes over items in batches",
		Group:       []string{"organization"},
		DefaultName: "Split In Batches",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
	}
	size := 10
	switch version {
	case 2:
		def.Outputs, def.OutputNames = []string{"main", "main"}, []string{"loop", "done"}
	case 3:
		def.Outputs, def.OutputNames = []string{"main", "main"}, []string{"done", "loop"}
		def.DisplayName, def.DefaultName = "Loop Over Items (Split in Batches)", "Loop Over Items"
		size = 1
	}
	def.Properties = []schemas.Property{
		{
			DisplayName: "Most nodes work on each item by themselves: a loop is seldom needed", Name: "splitInBatchesNotice",
			Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Batch Size", Name: "batchSize", Type: schemas.Number, Default: size, TypeOptions: map[string]any{"minValue": 1},
			Description: "How many items go into the loop at a time",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
			Fields: []schemas.Property{{
				DisplayName: "Reset", Name: "reset", Type: schemas.Boolean, Default: false,
				Description: "Whether the loop begins anew, with the items that come in",
			}},
		},
	}
	return def
}

// Execute implements node.Node.
func (s splitInBatches) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	params := c.Params(ctx, 0)
	v, err := params.Value("batchSize")
	if err != nil {
		return node.Output{}, err
	}
	reset, err := params.Value("options.reset")
	if err != nil {
		return node.Output{}, err
	}
	kept, size := c.NodeContext(), fields.Number(v)
	left, looping := member(kept, "items").([]any)
	var batch []node.Item
	if !looping || reset == true {
		left = begin(kept, c, size)
		kept.Set("items", left)
		batch = c.Items()[:place(size, len(c.Items()))]
		if size < 0 {
			batch = nil
		}
	} else {
		at := 0
		if size > 0 {
			at = place(size, len(left))
		}
		if batch, err = again(kept, left[:at]); err != nil {
			return node.Output{}, err
		}
		kept.Set("currentRunIndex", fields.Number(member(kept, "currentRunIndex"))+1)
		if s.done >= 0 {
			keepProcessed(kept, c)
		}
	}
	kept.Splice("items", len(batch))
	kept.Set("noItemsLeft", len(left) == len(batch))
	if s.done < 0 {
		if len(batch) == 0 {
			return node.Output{}, nil // not even an empty output: nothing follows
		}
		return node.Output{Main: [][]node.Item{batch}}, nil
	}
	main := [][]node.Item{{}, {}}
	kept.Set("done", len(batch) == 0)
	if len(batch) > 0 {
		main[s.loop] = batch
		return node.Output{Main: main}, nil
	}
	processed, _ := member(kept, "processedItems").([]any)
	if main[s.done], err = node.ItemsOf(processed); err != nil {
		return node.Output{}, fmt.Errorf("the processedItems in the node's context: %w", err)
	}
	return node.Output{Main: main}, nil
}

// begin notes the start of a loop and returns its items, as they are kept.
func begin(kept *node.Object, c *node.Call, size float64) []any {
	items := c.Items()
	all := make([]any, len(items))
	for i, it := range items {
		all[i] = it.Object()
	}
	kept.Set("currentRunIndex", 0)
	kept.Set("maxRunIndex", math.Ceil(float64(len(items))/size))
	kept.Set("sourceData", sourceValue(c))
	kept.Set("processedItems", []any{})
	return all
}

func sourceValue(c *node.Call) any {
	if source := c.Source(0); source != nil {
		return source.Object()
	}
	return nil
}

// again returns the items of a later batch. They come from the input of the first run, and not from that of this one.
func again(kept *node.Object, values []any) ([]node.Item, error) {
	items, err := node.ItemsOf(values)
	if err != nil {
		return nil, fmt.Errorf("the items in the node's context: %w", err)
	}
	var source *node.Source
	if v := member(kept, "sourceData"); v != nil && v != node.Undefined {
		if source, err = node.SourceOf(v); err != nil {
			return nil, fmt.Errorf("the sourceData in the node's context: %w", err)
		}
	}
	for i := range items {
		if len(items[i].Paired) == 0 {
			items[i].Paired = []node.Paired{{}}
		}
		for k := range items[i].Paired {
			items[i].Paired[k].SourceOverwrite = source
		}
	}
	return items, nil
}

// keepProcessed adds what came back from the loop.
func keepProcessed(kept *node.Object, c *node.Call) {
	source := c.Source(0)
	for i, it := range c.Items() {
		it.Paired = []node.Paired{{Item: i, SourceOverwrite: source}}
		kept.Splice("processedItems", 0, it.Object())
	}
}
