package markup

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func rssFeedReadDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.rssFeedRead"},
		Versions:     []float64{1, 1.1, 1.2},
		Name:         "rssFeedRead",
		DisplayName:  "RSS Read",
		Description:  "Fetches a feed and puts out its entries",
		Group:        []string{"input"},
		DefaultName:  "RSS Read",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Properties:   rssFeedReadProperties(),
	}
}

func rssFeedReadProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "URL", Name: "url", Type: schemas.String, Default: "", Required: true,
			Description: "Where the feed is",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Custom Fields", Name: "customFields", Type: schemas.String, Default: "",
					Description: "Further elements of the entries to put out, with commas between their names",
				},
				{
					DisplayName: "Ignore SSL Issues (Insecure)", Name: "ignoreSSL", Type: schemas.Boolean, Default: false,
					Description: "Whether certificates are trusted that nobody vouches for",
				},
			},
			Placeholder: "Add option",
		},
	}
}

func rssFeedReadTriggerDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.rssFeedReadTrigger"},
		Versions:    []float64{1},
		Name:        "rssFeedReadTrigger",
		DisplayName: "RSS Feed Trigger",
		Description: "Begins runs when a feed has new entries",
		Group:       []string{"trigger"},
		Subtitle:    `={{$parameter["event"]}}`,
		DefaultName: "RSS Feed Trigger",
		Outputs:     []string{"main"},
		Polling:     true,
		Properties:  rssFeedReadTriggerProperties(),
	}
}

func rssFeedReadTriggerProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Feed URL", Name: "feedUrl", Type: schemas.String, Default: "https://blog.n8n.io/rss/", Required: true,
			Description: "Where the feed is",
		},
	}
}
