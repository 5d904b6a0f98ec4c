package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func totpDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.totp"},
		Versions:     []float64{1},
		Name:         "totp",
		DisplayName:  "TOTP",
		Description:  "Makes one-time passwords that depend on the time",
		Group:        []string{"transform"},
		Subtitle:     `={{ $parameter["operation"] }}`,
		DefaultName:  "TOTP",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Credentials: []node.CredentialUse{
			{Type: "totpApi", Required: true},
		},
		Properties: totpProperties(),
	}
}

func totpProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "generateSecret", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Generate Secret", Value: "generateSecret", Action: "Generate secret"},
			},
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "generateSecret"),
			Fields: []schemas.Property{
				{
					DisplayName: "Algorithm", Name: "algorithm", Type: schemas.Options, Default: "SHA1",
					Options: []schemas.Option{
						{Name: "SHA1", Value: "SHA1"},
						{Name: "SHA224", Value: "SHA224"},
						{Name: "SHA256", Value: "SHA256"},
						{Name: "SHA3-224", Value: "SHA3-224"},
						{Name: "SHA3-256", Value: "SHA3-256"},
						{Name: "SHA3-384", Value: "SHA3-384"},
						{Name: "SHA3-512", Value: "SHA3-512"},
						{Name: "SHA384", Value: "SHA384"},
						{Name: "SHA512", Value: "SHA512"},
					},
					Description: "How the password is hashed; SHA1 unless it says otherwise",
				},
				{
					DisplayName: "Digits", Name: "digits", Type: schemas.Number, Default: 6,
					Description: "How many digits it has; 6 unless it says otherwise",
				},
				{
					DisplayName: "Period", Name: "period", Type: schemas.Number, Default: 30,
					Description: "How many seconds it is valid; 30 unless it says otherwise",
				},
			},
			Placeholder: "Add option",
		},
	}
}
