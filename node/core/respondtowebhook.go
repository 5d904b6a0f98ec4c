package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewRespondToWebhook returns Respond to Webhook (n8n-nodes-base.respondToWebhook): it hands its input on, and what it
// answers stands in the run's result (node.Response). Answers piece by piece, and those to a chat, are not supported.
func NewRespondToWebhook() node.Node { return respondToWebhook{} }

type respondToWebhook struct{}

// Definition implements node.Node.
func (respondToWebhook) Definition() node.Definition { return respondToWebhookDefinition() }

// Ports implements node.Porter.
func (respondToWebhook) Ports(parameters *node.Object, version float64) (inputs, outputs []string) {
	wanted, _ := parameters.Get("enableResponseOutput")
	if version == 1.3 || version >= 1.4 && wanted == true {
		return nil, []string{"main", "main"}
	}
	return nil, []string{"main"}
}

// webhookTypes are the nodes whose request can be answered.
var webhookTypes = map[string]bool{
	"n8n-nodes-base.webhook": true, "n8n-nodes-base.formTrigger": true, "n8n-nodes-base.wait": true,
	"@n8n/n8n-nodes-langchain.chatTrigger": true,
}

// Execute implements node.Node.
func (n respondToWebhook) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	response, err := n.respond(ctx, c)
	switch {
	case err != nil && c.ContinueOnFail() && ctx.Err() == nil:
		failed := node.FailedItem(err)
		failed.Paired = linksTo(len(c.Items()))
		return node.Output{Main: [][]node.Item{{failed}}}, nil
	case err != nil:
		return node.Output{}, err
	}
	out := node.Output{Main: [][]node.Item{c.Items()}, Response: response}
	if c.Outputs() > 1 {
		body := response.Body
		if response.File != nil {
			body = response.File.Meta()
		}
		o := node.NewObject("body", body, "headers", response.Headers, "statusCode", response.Status)
		out.Main = append(out.Main, []node.Item{node.ItemOf("response", o)})
	}
	return out, nil
}

func (respondToWebhook) respond(ctx context.Context, c *node.Call) (*node.Response, error) {
	if c.Instance().TypeVersion >= 1.1 && !slices.ContainsFunc(c.Ancestors(), func(t string) bool { return webhookTypes[t] }) {
		return nil, node.NewOperationError("No Webhook node found in the workflow",
			"Insert a Webhook node to your workflow and set the “Respond” parameter to “Using Respond to Webhook Node” ")
	}
	p := c.Params(ctx, 0)
	how, err := p.String("respondWith")
	if err != nil {
		return nil, err
	}
	r := &node.Response{Headers: &node.Object{}, Body: node.Undefined, Status: 200}
	headers, err := rowsOf(p, "options.responseHeaders.entries")
	if err != nil {
		return nil, err
	}
	for _, row := range headers {
		r.Headers.Set(strings.ToLower(textOf(row, "name")), textOf(row, "value"))
	}
	status, err := p.Optional("options.responseCode")
	if err != nil {
		return nil, err
	}
	if how == "redirect" {
		r.Status = 307
	}
	if fields.Truthy(status) {
		if r.Status = int(fields.Number(status)); r.Status < 100 || r.Status > 999 {
			return nil, node.NewOperationError(fmt.Sprintf("The response code %s is no HTTP status", fields.Text(status)), "")
		}
	}
	return r, fillResponse(ctx, c, p, how, r)
}

// fillResponse sets what is sent.
func fillResponse(ctx context.Context, c *node.Call, p *node.Params, how string, r *node.Response) error {
	var err error
	switch how {
	case "noData":
	case "text":
		r.Body, err = p.Value("responseBody")
	case "json":
		r.Body, err = responseJSON(p)
	case "redirect":
		var url string
		url, err = p.String("redirectURL")
		r.Headers.Set("location", url)
	case "firstIncomingItem", "allIncomingItems":
		r.Body, err = responseItems(p, c.Items(), how)
	case "binary":
		r.File, err = responseFile(c, p)
	case "jwt":
		r.Body, err = responseToken(ctx, c, p)
	default:
		err = node.NewOperationError(fmt.Sprintf("The Response Data option %q is not supported!", how), "")
	}
	return err
}

func responseJSON(p *node.Params) (any, error) {
	v, _, err := p.JSONText("responseBody")
	text, isText := v.(string)
	switch {
	case err != nil:
		return nil, err
	case !fields.Truthy(v):
		return node.Undefined, nil
	case !isText:
		return v, nil
	}
	parsed, err := node.ParseJSON([]byte(text))
	if err != nil {
		return nil, node.NewOperationError("Invalid JSON in 'Response Body' field",
			"Check that the syntax of the JSON in the 'Response Body' parameter is valid").Wrap(err)
	}
	return parsed, nil
}

func responseItems(p *node.Params, items []node.Item, how string) (any, error) {
	var body any
	if how == "firstIncomingItem" {
		body = items[0].JSON
	} else {
		list := make([]any, len(items))
		for i, it := range items {
			list[i] = it.JSON
		}
		body = list
	}
	key, err := p.Optional("options.responseKey")
	if err != nil || !fields.Truthy(key) {
		return body, err
	}
	o := &node.Object{}
	return o, fields.Set(o, fields.Text(key), body)
}

func responseFile(c *node.Call, p *node.Params) (*node.Binary, error) {
	names := c.Items()[0].Binary.Names()
	if len(names) == 0 {
		return nil, node.NewOperationError("No binary data exists on the first item!", "")
	}
	var name any = names[0]
	source, err := p.String("responseDataSource")
	if err != nil {
		return nil, err
	}
	if source == "set" {
		if name, err = p.Value("inputFieldName"); err != nil {
			return nil, err
		}
	}
	file, err := c.Binary(0, name)
	return &file, err
}

func responseToken(ctx context.Context, c *node.Call, p *node.Params) (any, error) {
	payload, err := jsonParameter(p, "payload")
	if err != nil {
		return nil, err
	}
	credential, err := c.Credential(ctx, "jwtAuth")
	if err == nil {
		var token string
		if token, err = signToken(credential, payload, &node.Object{}, credential.Text("algorithm")); err == nil {
			return node.NewObject("token", token), nil
		}
	}
	return nil, node.NewOperationError("Error signing JWT token", "").Wrap(err)
}
