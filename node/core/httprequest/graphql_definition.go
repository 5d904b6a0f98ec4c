package httprequest

import (
	"encoding/json"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func graphQLDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.graphql"},
		Versions:     []float64{1, 1.1},
		Name:         "graphql",
		DisplayName:  "GraphQL",
		Description:  "Sends a query to a GraphQL endpoint and puts out what it answers",
		Group:        []string{"input"},
		DefaultName:  "GraphQL",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Credentials: []node.CredentialUse{
			{Type: "httpBasicAuth", Required: true, DisplayOptions: schemas.Show("authentication", "basicAuth")},
			{Type: "httpCustomAuth", Required: true, DisplayOptions: schemas.Show("authentication", "customAuth")},
			{Type: "httpDigestAuth", Required: true, DisplayOptions: schemas.Show("authentication", "digestAuth")},
			{Type: "httpHeaderAuth", Required: true, DisplayOptions: schemas.Show("authentication", "headerAuth")},
			{Type: "httpQueryAuth", Required: true, DisplayOptions: schemas.Show("authentication", "queryAuth")},
			{Type: "oAuth1Api", Required: true, DisplayOptions: schemas.Show("authentication", "oAuth1")},
			{Type: "oAuth2Api", Required: true, DisplayOptions: schemas.Show("authentication", "oAuth2")},
		},
		Properties: graphQLProperties(),
	}
}

func graphQLProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Authentication", Name: "authentication", Type: schemas.Options, Default: "none", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Predefined Credential Type", Value: "predefinedCredentialType", Description: "A credential of a service, by its type"},
				{Name: "Basic Auth", Value: "basicAuth"},
				{Name: "Custom Auth", Value: "customAuth"},
				{Name: "Digest Auth", Value: "digestAuth"},
				{Name: "Header Auth", Value: "headerAuth"},
				{Name: "None", Value: "none"},
				{Name: "OAuth1", Value: "oAuth1"},
				{Name: "OAuth2", Value: "oAuth2"},
				{Name: "Query Auth", Value: "queryAuth"},
			},
			Description: "How the requests say who they are",
		},
		{
			DisplayName: "Credential Type", Name: "nodeCredentialType", Type: schemas.CredentialsSelect, Default: "", Required: true, NoDataExpression: true,
			DisplayOptions: schemas.Show("authentication", "predefinedCredentialType"),
			Extra:          map[string]json.RawMessage{"credentialTypes": json.RawMessage(`["extends:oAuth2Api","extends:oAuth1Api","has:authenticate"]`)},
		},
		{
			DisplayName: "HTTP Request Method", Name: "requestMethod", Type: schemas.Options, Default: "POST",
			Options: []schemas.Option{
				{Name: "GET", Value: "GET"},
				{Name: "POST", Value: "POST"},
			},
			Description: "The method of the requests",
		},
		{
			DisplayName: "Endpoint", Name: "endpoint", Type: schemas.String, Default: "", Required: true,
			Description: "The address that takes the queries",
			Placeholder: "http://example.com/graphql",
		},
		{
			DisplayName: "Ignore SSL Issues (Insecure)", Name: "allowUnauthorizedCerts", Type: schemas.Boolean, Default: false,
			Description: "Whether certificates are trusted that nobody vouches for",
		},
		{
			DisplayName: "Request Format", Name: "requestFormat", Type: schemas.Options, Default: "graphql", Required: true,
			DisplayOptions: schemas.Show("requestMethod", "POST").And("@version", 1),
			Options: []schemas.Option{
				{Name: "GraphQL (Raw)", Value: "graphql"},
				{Name: "JSON", Value: "json"},
			},
			Description: "How the query is sent",
		},
		{
			DisplayName: "Request Format", Name: "requestFormat", Type: schemas.Options, Default: "json", Required: true,
			DisplayOptions: schemas.Show("requestMethod", "POST").And("@version", schemas.Cnd("gte", 1.1)),
			Options: []schemas.Option{
				{Name: "JSON (Recommended)", Value: "json", Description: "An object with query, variables and operationName, as every server takes it"},
				{Name: "GraphQL (Raw)", Value: "graphql", Description: "The text of the query by itself; not every server takes it"},
			},
			Description: "How the query is sent",
		},
		{
			DisplayName: "Query", Name: "query", Type: schemas.String, Default: "", Required: true,
			TypeOptions: map[string]any{"rows": 6},
			Description: "The query or mutation",
		},
		{
			DisplayName: "Variables", Name: "variables", Type: schemas.JSON, Default: "",
			DisplayOptions: schemas.Show("requestFormat", "json").And("requestMethod", "POST"),
			Description:    "The variables of the query, an object as JSON",
		},
		{
			DisplayName: "Operation Name", Name: "operationName", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("requestFormat", "json").And("requestMethod", "POST"),
			Description:    "Which operation of the query is meant, when it has several",
		},
		{
			DisplayName: "Response Format", Name: "responseFormat", Type: schemas.Options, Default: "json",
			Options: []schemas.Option{
				{Name: "JSON", Value: "json"},
				{Name: "String", Value: "string"},
			},
			Description: "What becomes of the answer",
		},
		{
			DisplayName: "Response Data Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("responseFormat", "string"),
			Description:    "The field that gets the answer",
		},
		{
			DisplayName: "Headers", Name: "headerParametersUi", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions: map[string]any{"multipleValues": true},
			Groups: []schemas.Group{
				{Name: "parameter", DisplayName: "Header", Values: []schemas.Property{
					{
						DisplayName: "Name", Name: "name", Type: schemas.String, Default: "",
						Description: "The header's name",
					},
					{
						DisplayName: "Value", Name: "value", Type: schemas.String, Default: "",
						Description: "The header's value",
					},
				}},
			},
			Description: "Headers to send along",
			Placeholder: "Add Header",
		},
	}
}
