package core

import (
	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func jwtDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.jwt"},
		Versions:     []float64{1},
		Name:         "jwt",
		DisplayName:  "JWT",
		Description:  "Signs, checks and reads JSON Web Tokens",
		Group:        []string{"transform"},
		Subtitle:     "={{((operation) => {\n    if (operation === 'sign') {\n        return 'Sign a JWT';\n    }\n    if (operation === 'decode') {\n        return 'Decode a JWT';\n    }\n    if (operation === 'verify') {\n        return 'Verify a JWT';\n    }\n    return operation;\n})($parameter.operation)}}",
		DefaultName:  "JWT",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Credentials: []node.CredentialUse{
			{Type: "jwtAuth", Required: true},
		},
		Properties: jwtProperties(),
	}
}

func jwtProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "sign", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Decode", Value: "decode", Action: "Decode a JWT"},
				{Name: "Sign", Value: "sign", Action: "Sign a JWT"},
				{Name: "Verify", Value: "verify", Action: "Verify a JWT"},
			},
		},
		{
			DisplayName: "Use JSON to Build Payload", Name: "useJson", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("operation", "sign"),
			Description:    "Whether the claims are given as JSON",
		},
		{
			DisplayName: "Payload Claims", Name: "claims", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "sign").And("useJson", false),
			Fields: []schemas.Property{
				{
					DisplayName: "Audience", Name: "audience", Type: schemas.String, Default: "",
					Description: "Who the token is for",
					Placeholder: "e.g. https://example.com",
				},
				{
					DisplayName: "Expires In", Name: "expiresIn", Type: schemas.Number, Default: 3600,
					TypeOptions: map[string]any{"minValue": 0},
					Description: "How long the token is valid, in seconds",
					Placeholder: "e.g. 3600",
				},
				{
					DisplayName: "Issuer", Name: "issuer", Type: schemas.String, Default: "",
					Description: "Who made the token",
					Placeholder: "e.g. https://example.com",
				},
				{
					DisplayName: "JWT ID", Name: "jwtid", Type: schemas.String, Default: "",
					Description: "What tells the token from others",
					Placeholder: "e.g. 123456",
				},
				{
					DisplayName: "Not Before", Name: "notBefore", Type: schemas.Number, Default: 0,
					TypeOptions: map[string]any{"minValue": 0},
					Description: "From when on the token is valid",
				},
				{
					DisplayName: "Subject", Name: "subject", Type: schemas.String, Default: "",
					Description: "Who the token speaks of",
				},
			},
			Placeholder: "Add Claim",
		},
		{
			DisplayName: "Payload Claims (JSON)", Name: "claimsJson", Type: schemas.JSON, Default: "{\n  \"my_field_1\": \"value 1\",\n  \"my_field_2\": \"value 2\"\n}\n",
			TypeOptions:    map[string]any{"rows": 5},
			DisplayOptions: schemas.Show("operation", "sign").And("useJson", true),
			ValidateType:   "object",
			Description:    "The claims, as JSON",
			Extra:          forms.Extra("ignoreValidationDuringExecution", "true"),
		},
		{
			DisplayName: "Header Claims (JSON)", Name: "headerClaims", Type: schemas.JSON, Default: "{}",
			TypeOptions:    map[string]any{"rows": 5},
			DisplayOptions: schemas.Show("operation", "sign"),
			ValidateType:   "object",
			Description:    "More fields of the token's header; they take the place of its own",
			Extra:          forms.Extra("ignoreValidationDuringExecution", "true"),
		},
		{
			DisplayName: "Token", Name: "token", Type: schemas.String, Default: "", Required: true,
			TypeOptions:    map[string]any{"password": true},
			DisplayOptions: schemas.Show("operation", "verify", "decode"),
			ValidateType:   "jwt",
			Description:    "The token",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Return Additional Info", Name: "complete", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/operation", "verify", "decode"),
					Description:    "Whether the header and the signature are put out too",
				},
				{
					DisplayName: "Ignore Expiration", Name: "ignoreExpiration", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/operation", "verify"),
					Description:    "Whether a token counts that has expired",
				},
				{
					DisplayName: "Ignore Not Before Claim", Name: "ignoreNotBefore", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/operation", "verify"),
					Description:    "Whether a token counts that is not valid yet",
				},
				{
					DisplayName: "Clock Tolerance", Name: "clockTolerance", Type: schemas.Number, Default: 0,
					TypeOptions:    map[string]any{"minValue": 0},
					DisplayOptions: schemas.Show("/operation", "verify"),
					Description:    "By how many seconds the clocks may differ",
				},
				{
					DisplayName: "Key ID", Name: "kid", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("/operation", "sign"),
					Description:    "The id of the key, for the token's header",
					Placeholder:    "e.g. 123456",
				},
				{
					DisplayName: "Override Algorithm", Name: "algorithm", Type: schemas.Options, Default: "HS256",
					DisplayOptions: schemas.Show("/operation", "sign", "verify"),
					Options: []schemas.Option{
						{Name: "ES256", Value: "ES256"},
						{Name: "ES384", Value: "ES384"},
						{Name: "ES512", Value: "ES512"},
						{Name: "HS256", Value: "HS256"},
						{Name: "HS384", Value: "HS384"},
						{Name: "HS512", Value: "HS512"},
						{Name: "PS256", Value: "PS256"},
						{Name: "PS384", Value: "PS384"},
						{Name: "PS512", Value: "PS512"},
						{Name: "RS256", Value: "RS256"},
						{Name: "RS384", Value: "RS384"},
						{Name: "RS512", Value: "RS512"},
					},
					Description: "How the token is signed, where it is not the credential's way",
				},
			},
			Placeholder: "Add option",
		},
	}
}
