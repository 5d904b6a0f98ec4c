package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func debugHelperDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.debugHelper"},
		Versions:    []float64{1},
		Name:        "debugHelper",
		DisplayName: "DebugHelper",
		Description: "Fails on purpose, and makes random data, to try workflows out",
		Group:       []string{"output"},
		Subtitle:    `={{$parameter["category"]}}`,
		DefaultName: "DebugHelper",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Credentials: []node.CredentialUse{},
		Properties:  debugHelperProperties(),
	}
}

func debugHelperProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Category", Name: "category", Type: schemas.Options, Default: "throwError", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Do Nothing", Value: "doNothing", Description: "Nothing is done"},
				{Name: "Throw Error", Value: "throwError", Description: "Fails with an error of the chosen class and text"},
				{Name: "Out Of Memory", Value: "oom", Description: "Fills memory, until there is none left"},
				{Name: "Generate Random Data", Value: "randomData", Description: "Makes users, addresses, numbers and the like up"},
			},
		},
		{
			DisplayName: "Error Type", Name: "throwErrorType", Type: schemas.Options, Default: "NodeApiError", NoDataExpression: true,
			DisplayOptions: schemas.Show("category", "throwError"),
			Options: []schemas.Option{
				{Name: "NodeApiError", Value: "NodeApiError"},
				{Name: "NodeOperationError", Value: "NodeOperationError"},
				{Name: "Error", Value: "Error"},
			},
		},
		{
			DisplayName: "Error Message", Name: "throwErrorMessage", Type: schemas.String, Default: "Node has thrown an error",
			DisplayOptions: schemas.Show("category", "throwError"),
			Description:    "The text of the error",
		},
		{
			DisplayName: "Memory Size to Generate", Name: "memorySizeValue", Type: schemas.Number, Default: 10,
			DisplayOptions: schemas.Show("category", "oom"),
			Description:    "How much is filled, in MB, about",
		},
		{
			DisplayName: "Data Type", Name: "randomDataType", Type: schemas.Options, Default: "user", NoDataExpression: true,
			DisplayOptions: schemas.Show("category", "randomData"),
			Options: []schemas.Option{
				{Name: "Address", Value: "address"},
				{Name: "Coordinates", Value: "latLong"},
				{Name: "Credit Card", Value: "creditCard"},
				{Name: "Email", Value: "email"},
				{Name: "IPv4", Value: "ipv4"},
				{Name: "IPv6", Value: "ipv6"},
				{Name: "MAC", Value: "macAddress"},
				{Name: "NanoIds", Value: "nanoid"},
				{Name: "URL", Value: "url"},
				{Name: "User Data", Value: "user"},
				{Name: "UUID", Value: "uuid"},
				{Name: "Version", Value: "semver"},
			},
		},
		{
			DisplayName: "NanoId Alphabet", Name: "nanoidAlphabet", Type: schemas.String, Default: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
			DisplayOptions: schemas.Show("category", "randomData").And("randomDataType", "nanoid"),
			Description:    "The characters that an id is made of",
		},
		{
			DisplayName: "NanoId Length", Name: "nanoidLength", Type: schemas.String, Default: "16",
			DisplayOptions: schemas.Show("category", "randomData").And("randomDataType", "nanoid"),
			Description:    "How many characters an id has",
		},
		{
			DisplayName: "Seed", Name: "randomDataSeed", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("category", "randomData"),
			Description:    "With a seed, the same data come in every run",
			Placeholder:    "Leave empty for random seed",
		},
		{
			DisplayName: "Number of Items to Generate", Name: "randomDataCount", Type: schemas.Number, Default: 10,
			DisplayOptions: schemas.Show("category", "randomData"),
			Description:    "How many are made for each item",
		},
		{
			DisplayName: "Output as Single Array", Name: "randomDataSingleArray", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("category", "randomData"),
			Description:    "Whether all are a list in one item instead of an item each",
		},
	}
}
