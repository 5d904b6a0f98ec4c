package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func formTriggerV1Definition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.formTrigger"},
		Versions:       []float64{1},
		DefaultVersion: 2.6,
		Name:           "formTrigger",
		DisplayName:    "n8n Form Trigger",
		Description:    "Begins a run with a form that was filled in",
		Group:          []string{"trigger"},
		DefaultName:    "n8n Form Trigger",
		Outputs:        []string{"main"},
		Properties:     formTriggerV1Properties(),
	}
}

func formTriggerV1Properties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Form Path", Name: "path", Type: schemas.String, Default: "", Required: true,
			Description: "Where the form is",
			Placeholder: "webhook",
		},
		formTitle(), formDescription(),
		formElements(nil),
		respondWhen(nil, answeredByNode()),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: (&schemas.DisplayOptions{}).AndNot("responseMode", "responseNode"),
			Fields: []schemas.Property{
				{
					DisplayName: "IP(s) Allowlist", Name: "ipWhitelist", Type: schemas.String, Default: "",
					Description: "The addresses or ranges that may send the form, with commas between; empty: all",
					Placeholder: "e.g. 127.0.0.1, 192.168.1.0/24",
				},
				{
					DisplayName: "Form Submitted Text", Name: "formSubmittedText", Type: schemas.String, Default: "Your response has been recorded",
					Description: "What is shown afterwards",
				},
			},
			Placeholder: "Add option",
		},
	}
}
