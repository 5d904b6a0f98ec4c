package core

import (
	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func respondToWebhookDefinition() node.Definition {
	return node.Definition{
		Types:             []string{"n8n-nodes-base.respondToWebhook"},
		Versions:          []float64{1, 1.1, 1.2, 1.3, 1.4, 1.5},
		Name:              "respondToWebhook",
		DisplayName:       "Respond to Webhook",
		Description:       "Answers the request that a webhook began the run with",
		Group:             []string{"transform"},
		DefaultName:       "Respond to Webhook",
		Inputs:            []string{"main"},
		OutputsExpression: `={{ $nodeVersion === 1.3 || ($nodeVersion >= 1.4 && $parameter.enableResponseOutput) ? ["main", "main"] : ["main"] }}`,
		Credentials: []node.CredentialUse{
			{Type: "jwtAuth", Required: true, DisplayOptions: schemas.Show("respondWith", "jwt")},
		},
		Properties: respondToWebhookProperties(),
	}
}

func respondToWebhookProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Enable Response Output Branch", Name: "enableResponseOutput", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.4)),
			Description:    "Whether there is a second output with the answer",
			Extra:          forms.Extra("isNodeSetting", "true"),
		},
		{
			DisplayName: "The node Webhook has to leave the answer to this node: its parameter Respond", Name: "generalNotice", Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Respond With", Name: "respondWith", Type: schemas.Options, Default: "firstIncomingItem",
			DisplayOptions: schemas.Show("@version", 1, 1.1),
			Options:        respondWith(),
			Description:    "What the answer holds",
		},
		{
			DisplayName: "Respond With", Name: "respondWith", Type: schemas.Options, Default: "firstIncomingItem", NoDataExpression: true,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.2)),
			Options:        respondWith(),
			Description:    "What the answer holds",
		},
		{
			DisplayName: "Credentials", Name: "credentials", Type: schemas.Credentials, Default: "",
			DisplayOptions: schemas.Show("respondWith", "jwt"),
		},
		{
			DisplayName: "Expressions see the first item alone: the node answers once", Name: "webhookNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("respondWith", "json", "text", "jwt"),
		},
		{
			DisplayName: "Redirect URL", Name: "redirectURL", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("respondWith", "redirect"),
			ValidateType:   "url",
			Description:    "The address to go to",
			Placeholder:    "e.g. http://www.n8n.io",
		},
		{
			DisplayName: "Response Body", Name: "responseBody", Type: schemas.JSON, Default: "{\n  \"myField\": \"value\"\n}",
			TypeOptions:    map[string]any{"rows": 4},
			DisplayOptions: schemas.Show("respondWith", "json"),
			Description:    "What is sent",
		},
		{
			DisplayName: "Payload", Name: "payload", Type: schemas.JSON, Default: "{\n  \"myField\": \"value\"\n}",
			TypeOptions:    map[string]any{"rows": 4},
			DisplayOptions: schemas.Show("respondWith", "jwt"),
			ValidateType:   "object",
			Description:    "What the token says",
		},
		{
			DisplayName: "Response Body", Name: "responseBody", Type: schemas.String, Default: "",
			TypeOptions:    map[string]any{"rows": 2},
			DisplayOptions: schemas.Show("respondWith", "text"),
			Description:    "What is sent",
			Placeholder:    "e.g. Workflow completed",
		},
		{
			DisplayName: "Response Data Source", Name: "responseDataSource", Type: schemas.Options, Default: "automatically",
			DisplayOptions: schemas.Show("respondWith", "binary"),
			Options: []schemas.Option{
				{Name: "Choose Automatically From Input", Value: "automatically", Description: "The item has one file"},
				{Name: "Specify Myself", Value: "set", Description: "The file of this name"},
			},
		},
		{
			DisplayName: "Input Field Name", Name: "inputFieldName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("respondWith", "binary").And("responseDataSource", "set"),
			Description:    "The name of the file",
		},
		{
			DisplayName: "A text of another type than HTML needs a header Content-Type", Name: "contentTypeNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("respondWith", "text"),
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Response Code", Name: "responseCode", Type: schemas.Number, Default: 200,
					TypeOptions: map[string]any{"minValue": 100, "maxValue": 599},
					Description: "The status of the answer; 200 unless it says otherwise",
				},
				responseHeaders(),
				{
					DisplayName: "Put Response in Field", Name: "responseKey", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("/respondWith", "allIncomingItems", "firstIncomingItem"),
					Description:    "The field that the items are put into",
					Placeholder:    "e.g. data",
				},
				{
					DisplayName: "Enable Streaming", Name: "enableStreaming", Type: schemas.Boolean, Default: true,
					DisplayOptions: schemas.Show("/respondWith", "allIncomingItems", "firstIncomingItem", "text", "json", "jwt").And("@version", schemas.Cnd("gte", 1.5)),
					Description:    "Whether the answer is sent piece by piece",
				},
			},
			Placeholder: "Add option",
		},
	}
}

func respondWith() []schemas.Option {
	return []schemas.Option{
		{Name: "All Incoming Items", Value: "allIncomingItems", Description: "All items of the input"},
		{Name: "Binary File", Value: "binary", Description: "A file of the first item"},
		{Name: "First Incoming Item", Value: "firstIncomingItem", Description: "The first item of the input"},
		{Name: "JSON", Value: "json", Description: "JSON of one's own"},
		{Name: "JWT Token", Value: "jwt", Description: "A signed token"},
		{Name: "No Data", Value: "noData", Description: "Nothing"},
		{Name: "Redirect", Value: "redirect", Description: "The address where to go instead"},
		{Name: "Text", Value: "text", Description: "A text"},
	}
}
