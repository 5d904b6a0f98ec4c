package core

import (
	"context"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewWebhook returns Webhook (n8n-nodes-base.webhook) as the start of a run: it puts out the items that the run is given,
// which are what n8n makes of a request: {"headers": ..., "params": ..., "query": ..., "body": ..., "webhookUrl": ...,
// "executionMode": ...}. It listens to nothing; whoever receives requests starts the runs. Where several methods have an
// output each, the output is that of the item's "httpMethod", else the first.
func NewWebhook() node.Node { return webhook{} }

type webhook struct{}

// Definition implements node.Node.
func (webhook) Definition() node.Definition { return webhookDefinition() }

// Ports implements node.Porter.
func (webhook) Ports(parameters *node.Object, _ float64) (inputs, outputs []string) {
	methods := webhookMethods(parameters)
	outputs = []string{"main"}
	for len(outputs) < len(methods) {
		outputs = append(outputs, "main")
	}
	return nil, outputs
}

func webhookMethods(parameters *node.Object) []any {
	v, _ := parameters.Get("httpMethod")
	list, _ := v.([]any)
	return list
}

// Execute implements node.Node.
func (webhook) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	methods, err := c.Params(ctx, 0).Optional("httpMethod")
	if err != nil {
		return node.Output{}, err
	}
	list, _ := methods.([]any)
	main := make([][]node.Item, max(len(list), 1))
	for i := range main {
		main[i] = []node.Item{}
	}
	for _, it := range givenItems(c) {
		o := 0
		for i, method := range list {
			if used, ok := it.JSON.Get("httpMethod"); ok && fields.Equal(used, method) {
				o = i
			}
		}
		main[o] = append(main[o], it)
	}
	return node.Output{Main: main}, nil
}

// givenItems are the items that a run is started with; one empty item when there are none.
func givenItems(c *node.Call) []node.Item {
	if items, ok := c.Input(0); ok {
		return items
	}
	return []node.Item{{JSON: &node.Object{}}}
}
