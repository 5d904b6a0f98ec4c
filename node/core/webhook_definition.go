package core

import (
	"encoding/json"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func webhookDefinition() node.Definition {
	return node.Definition{
		Types:             []string{"n8n-nodes-base.webhook"},
		Versions:          []float64{1, 1.1, 2, 2.1},
		Name:              "webhook",
		DisplayName:       "Webhook",
		Description:       "Begins a run with a request that was received",
		Group:             []string{"trigger"},
		DefaultName:       "Webhook",
		OutputsExpression: `={{ Array.isArray($parameter.httpMethod) ? $parameter.httpMethod.map((m) => ({ type: "main", displayName: m })) : ["main"] }}`,
		Credentials: []node.CredentialUse{
			{Type: "httpBasicAuth", Required: true, Inbound: true, DisplayOptions: schemas.Show("authentication", "basicAuth")},
			{Type: "httpHeaderAuth", Required: true, Inbound: true, DisplayOptions: schemas.Show("authentication", "headerAuth")},
			{Type: "jwtAuth", Required: true, Inbound: true, DisplayOptions: schemas.Show("authentication", "jwtAuth")},
		},
		Properties: webhookProperties(),
	}
}

func webhookProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Allow Multiple HTTP Methods", Name: "multipleMethods", Type: schemas.Boolean, Default: false,
			Description: "Whether requests of several methods are received, each method with an output of its own",
			Extra:       forms.Extra("isNodeSetting", "true"),
		},
		{
			DisplayName: "HTTP Method", Name: "httpMethod", Type: schemas.Options, Default: "GET",
			DisplayOptions: schemas.Show("multipleMethods", false),
			Options:        forms.Choices("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"),
			Description:    "The method of the requests",
		},
		{
			DisplayName: "HTTP Methods", Name: "httpMethod", Type: schemas.MultiOptions, Default: []any{"GET", "POST"},
			DisplayOptions: schemas.Show("multipleMethods", true),
			Options:        forms.Choices("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"),
			Description:    "The method of the requests",
		},
		{
			DisplayName: "Path", Name: "path", Type: schemas.String, Default: "",
			Description: "Where the requests go; parts that begin with a colon stand for any text",
			Placeholder: "webhook",
		},
		{
			DisplayName: "Authentication", Name: "authentication", Type: schemas.Options, Default: "none", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Basic Auth", Value: "basicAuth"},
				{Name: "Header Auth", Value: "headerAuth"},
				{Name: "JWT Auth", Value: "jwtAuth"},
				{Name: "n8n User Auth (OAuth2)", Value: "n8nOAuth2", Description: "The sender agrees that n8n uses the account"},
				{Name: "None", Value: "none"},
			},
			Description: "How a request shows that it may be sent",
		},
		{
			DisplayName: "Require Workflow Execute Permission", Name: "requireExecuteAccess", Type: schemas.Boolean, Default: true,
			DisplayOptions: schemas.Show("authentication", "n8nOAuth2"),
			Description:    "Whether the user of the request must also be allowed to run the workflow",
		},
		responseMode(schemas.Show("@version", 1, 1.1, 2)),
		responseMode((&schemas.DisplayOptions{}).AndNot("@version", 1, 1.1, 2),
			schemas.Option{Name: "Streaming", Value: "streaming", Description: "Piece by piece, by nodes that can do so"}),
		{
			DisplayName: "The answer is given by a node Respond to Webhook: put one into the workflow", Name: "webhookNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("responseMode", "responseNode"),
		},
		{
			DisplayName: "The answer is given by a node that can send data piece by piece: put one into the workflow", Name: "webhookStreamingNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("responseMode", "streaming"),
		},
		{
			DisplayName: "Response Code", Name: "responseCode", Type: schemas.Number, Default: 200,
			TypeOptions:    map[string]any{"minValue": 100, "maxValue": 599},
			DisplayOptions: schemas.Show("@version", 1, 1.1).AndNot("responseMode", "responseNode"),
			Description:    "The status of the answer",
		},
		{
			DisplayName: "Response Data", Name: "responseData", Type: schemas.Options, Default: "firstEntryJson",
			DisplayOptions: schemas.Show("responseMode", "lastNode"),
			Options: []schemas.Option{
				{Name: "All Entries", Value: "allEntries", Description: "All items of the last node, as an array"},
				{Name: "First Entry JSON", Value: "firstEntryJson", Description: "The first item of the last node, as an object"},
				{Name: "First Entry Binary", Value: "firstEntryBinary", Description: "A file of the first item of the last node"},
				{Name: "No Response Body", Value: "noData", Description: "Nothing"},
			},
			Description: "What the answer holds",
		},
		{
			DisplayName: "Property Name", Name: "responseBinaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("responseData", "firstEntryBinary"),
			Description:    "The name of the file that is sent",
		},
		{
			DisplayName: "An answer of another type than JSON needs a header Content-Type", Name: "contentTypeNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("responseMode", "onReceived"),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Allowed Origins (CORS)", Name: "allowedOrigins", Type: schemas.String, Default: "*",
					Description: "The web pages whose scripts may send requests, as URLs with commas between; *: all",
				},
				{
					DisplayName: "Binary File", Name: "binaryData", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/httpMethod", "PATCH", "PUT", "POST").And("@version", 1),
					Description:    "Whether the request's body is a file",
				},
				{
					DisplayName: "Field Name for Binary Data", Name: "binaryPropertyName", Type: schemas.String, Default: "data",
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("@version", 1),
					Description:    "The name of the file; with several, what stands before their numbers",
				},
				{
					DisplayName: "Ignore Bots", Name: "ignoreBots", Type: schemas.Boolean, Default: false,
					Description: "Whether requests of programs that look at links are refused",
				},
				{
					DisplayName: "IP(s) Allowlist", Name: "ipWhitelist", Type: schemas.String, Default: "",
					Description: "The addresses or ranges that may send requests, with commas between; empty: all",
					Placeholder: "e.g. 127.0.0.1, 192.168.1.0/24",
				},
				{
					DisplayName: "No Response Body", Name: "noResponseBody", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/responseMode", "onReceived").AndNot("rawBody", true),
					Description:    "Whether the answer has no body",
				},
				{
					DisplayName: "Only Run If", Name: "onlyRunIf", Type: schemas.String, Default: "",
					Description: "An expression over the request: the workflow runs only where it is true",
					Placeholder: "{{ $json.body.campaign_id === 'user-research-invite' }}",
				},
				{
					DisplayName: "Property Name", Name: "responsePropertyName", Type: schemas.String, Default: "data",
					DisplayOptions: schemas.Show("/responseData", "firstEntryJson").And("/responseMode", "lastNode"),
					Description:    "The field that is sent instead of the whole item",
				},
				{
					DisplayName: "Put Output File in Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data",
					DisplayOptions: schemas.Show("binaryData", true).And("@version", 1),
					Description:    "The name of the file; with several, what stands before their numbers",
				},
				{
					DisplayName: "Raw Body", Name: "rawBody", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("@version", 1).AndNot("binaryData", true).AndNot("noResponseBody", true),
					Description:    "Whether the body is kept as it came, as a file",
				},
				{
					DisplayName: "Raw Body", Name: "rawBody", Type: schemas.Boolean, Default: false,
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("noResponseBody", true).AndNot("@version", 1),
					Description:    "Whether the body is kept as it came, as a file",
				},
				{
					DisplayName: "Response Code", Name: "responseCode", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":{"responseCode":200}}`),
					DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 2)).AndNot("/responseMode", "responseNode"),
					Groups: []schemas.Group{
						{Name: "values", DisplayName: "Values", Values: []schemas.Property{
							{
								DisplayName: "Response Code", Name: "responseCode", Type: schemas.Options, Default: 200,
								Options: []schemas.Option{
									{Name: "200", Value: 200, Description: "The request was carried out"},
									{Name: "201", Value: 201, Description: "Something was made"},
									{Name: "204", Value: 204, Description: "Carried out, with nothing to send back"},
									{Name: "301", Value: 301, Description: "What was asked for has moved for good"},
									{Name: "302", Value: 302, Description: "What was asked for is elsewhere for now"},
									{Name: "304", Value: 304, Description: "Nothing has changed"},
									{Name: "400", Value: 400, Description: "The request was not understood"},
									{Name: "401", Value: 401, Description: "The request needs a login"},
									{Name: "403", Value: 403, Description: "The request is not allowed"},
									{Name: "404", Value: 404, Description: "There is nothing there"},
									{Name: "Custom Code", Value: "customCode", Description: "Another status"},
								},
								Description: "The status of the answer",
							},
							{
								DisplayName: "Code", Name: "customCode", Type: schemas.Number, Default: 200,
								TypeOptions:    map[string]any{"minValue": 100},
								DisplayOptions: schemas.Show("responseCode", "customCode"),
								Placeholder:    "e.g. 400",
							},
						}},
					},
					Placeholder: "Add Response Code",
				},
				{
					DisplayName: "Response Content-Type", Name: "responseContentType", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("/responseData", "firstEntryJson").And("/responseMode", "lastNode"),
					Description:    "The type of the answer, where it is not JSON",
					Placeholder:    "application/xml",
				},
				{
					DisplayName: "Response Data", Name: "responseData", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("/responseMode", "onReceived").AndNot("noResponseBody", true),
					Description:    "What is sent instead of n8n's words",
					Placeholder:    "success",
				},
				responseHeaders(),
			},
			Placeholder: "Add option",
		},
	}
}

// responseMode says when the request is answered, with more choices.
func responseMode(shown *schemas.DisplayOptions, more ...schemas.Option) schemas.Property {
	return schemas.Property{
		DisplayName: "Respond", Name: "responseMode", Type: schemas.Options, Default: "onReceived", DisplayOptions: shown,
		Options: append([]schemas.Option{
			{Name: "Immediately", Value: "onReceived", Description: "At once"},
			{Name: "When Last Node Finishes", Value: "lastNode", Description: "When the last node has run, with its data"},
			answeredByNode(),
		}, more...),
		Description: "When the request is answered",
	}
}

func responseHeaders() schemas.Property {
	return schemas.Property{
		DisplayName: "Response Headers", Name: "responseHeaders", Type: schemas.FixedCollection, Default: map[string]any{},
		TypeOptions: map[string]any{"multipleValues": true},
		Groups: []schemas.Group{
			{Name: "entries", DisplayName: "Entries", Values: []schemas.Property{
				{
					DisplayName: "Name", Name: "name", Type: schemas.String, Default: "",
					Description: "The name of the header",
				},
				{
					DisplayName: "Value", Name: "value", Type: schemas.String, Default: "",
					Description: "The value of the header",
				},
			}},
		},
		Description: "Headers of the answer",
		Placeholder: "Add Response Header",
	}
}
