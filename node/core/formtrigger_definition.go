package core

import (
	"encoding/json"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func formTriggerDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.formTrigger"},
		Versions:    []float64{2, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6},
		Name:        "formTrigger",
		DisplayName: "n8n Form Trigger",
		Description: "Begins a run with a form that was filled in",
		Group:       []string{"trigger"},
		DefaultName: "On form submission",
		Outputs:     []string{"main"},
		Credentials: []node.CredentialUse{
			{Type: "httpBasicAuth", Required: true, Inbound: true, DisplayOptions: schemas.Show("authentication", "basicAuth")},
		},
		Properties: formTriggerProperties(),
	}
}

func formTriggerProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Authentication", Name: "authentication", Type: schemas.Options, Default: "none",
			DisplayOptions: schemas.Show("@version", schemas.Cnd("lte", 2.5)),
			Options: []schemas.Option{
				{Name: "Basic Auth", Value: "basicAuth"},
				{Name: "None", Value: "none"},
			},
		},
		{
			DisplayName: "Authentication", Name: "authentication", Type: schemas.Options, Default: "none",
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 2.6)),
			Options: []schemas.Option{
				{Name: "Basic Auth", Value: "basicAuth"},
				{Name: "n8n User Auth", Value: "n8nUserAuth", Description: "The person is logged in at n8n"},
				{Name: "None", Value: "none"},
			},
		},
		{
			DisplayName: "Require Workflow Execute Permission", Name: "requireExecuteAccess", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("authentication", "n8nUserAuth").And("@version", schemas.Cnd("gte", 2.6)),
			Description:    "Whether the user of the form must also be allowed to run the workflow",
		},
		{
			DisplayName: "Form Path", Name: "path", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("lte", 2.1)),
			Description:    "Where the form is",
			Placeholder:    "webhook",
		},
		formTitle(), formDescription(),
		formElements(schemas.Show("@version", schemas.Cnd("lt", 2.5))),
		withAttributes(formElements(schemas.Show("@version", schemas.Cnd("gte", 2.5)))),
		respondWhen(schemas.Show("@version", schemas.Cnd("lte", 2.1)), answeredByNode()),
		respondWhen(schemas.Show("@version", schemas.Cnd("gte", 2.2))),
		{
			DisplayName: "Let the node Respond to Webhook answer with JSON; its field formSubmittedText is shown", Name: "formNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("responseMode", "responseNode"),
		},
		{
			DisplayName: "Nodes Form further on in the workflow are further pages", Name: "addFormPage", Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Append n8n Attribution", Name: "appendAttribution", Type: schemas.Boolean, Default: true,
					Description: "Whether the form names n8n at its end",
				},
				{
					DisplayName: "IP(s) Allowlist", Name: "ipWhitelist", Type: schemas.String, Default: "",
					Description: "The addresses or ranges that may send the form, with commas between; empty: all",
					Placeholder: "e.g. 127.0.0.1, 192.168.1.0/24",
				},
				{
					DisplayName: "Button Label", Name: "buttonLabel", Type: schemas.String, Default: "Submit",
					Description: "What stands on the button",
				},
				{
					DisplayName: "Form Path", Name: "path", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 2.2)),
					Description:    "Where the form is",
					Placeholder:    "webhook",
				},
				{
					DisplayName: "Form Response", Name: "respondWithOptions", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":{"respondWith":"text"}}`),
					DisplayOptions: (&schemas.DisplayOptions{}).AndNot("/responseMode", "responseNode"),
					Groups: []schemas.Group{
						{Name: "values", DisplayName: "Values", Values: []schemas.Property{
							{
								DisplayName: "Respond With", Name: "respondWith", Type: schemas.Options, Default: "text",
								Options: []schemas.Option{
									{Name: "Form Submitted Text", Value: "text", Description: "Show a text"},
									{Name: "Redirect URL", Value: "redirect", Description: "Go to another address"},
								},
							},
							{
								DisplayName: "Text to Show", Name: "formSubmittedText", Type: schemas.String, Default: "Your response has been recorded",
								DisplayOptions: schemas.Show("respondWith", "text"),
								Description:    "What is shown afterwards",
							},
							{
								DisplayName: "URL to Redirect to", Name: "redirectUrl", Type: schemas.String, Default: "",
								DisplayOptions: schemas.Show("respondWith", "redirect"),
								ValidateType:   "url",
								Description:    "Where the browser goes afterwards",
								Placeholder:    "e.g. http://www.n8n.io",
							},
						}},
					},
					Placeholder: "Add option",
				},
				{
					DisplayName: "Ignore Bots", Name: "ignoreBots", Type: schemas.Boolean, Default: false,
					Description: "Whether requests of programs that look at links are refused",
				},
				{
					DisplayName: "Include User in Output", Name: "includeUserInOutput", Type: schemas.Boolean, Default: true,
					DisplayOptions: schemas.Show("/authentication", "n8nUserAuth").And("@version", schemas.Cnd("gte", 2.6)),
					Description:    "Whether the user's id, address and name are put out",
				},
				{
					DisplayName: "Use Workflow Timezone", Name: "useWorkflowTimezone", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("@version", 2),
					Description:    "Whether submittedAt is in the workflow's time zone instead of UTC",
				},
				{
					DisplayName: "Use Workflow Timezone", Name: "useWorkflowTimezone", Type: schemas.Boolean, Default: true,
					DisplayOptions: schemas.Show("@version", schemas.Cnd("gt", 2)),
					Description:    "Whether submittedAt is in the workflow's time zone instead of UTC",
				},
				{
					DisplayName: "Custom Form Styling", Name: "customCss", Type: schemas.String, Default: "",
					TypeOptions:    map[string]any{"rows": 10, "editor": "cssEditor"},
					DisplayOptions: schemas.Show("@version", schemas.Cnd("gt", 2)),
					Description:    "Styles that replace those of the form",
				},
				{
					DisplayName: "Show Headers", Name: "showHeaders", Type: schemas.Boolean, Default: false,
					Description: "Whether the headers of the request are put out",
				},
			},
			Placeholder: "Add option",
		},
	}
}

func formTitle() schemas.Property {
	return schemas.Property{
		DisplayName: "Form Title", Name: "formTitle", Type: schemas.String, Default: "", Required: true,
		Description: "What stands at the top of the form",
		Placeholder: "e.g. Contact us",
	}
}

func formDescription() schemas.Property {
	return schemas.Property{
		DisplayName: "Form Description", Name: "formDescription", Type: schemas.String, Default: "",
		TypeOptions: map[string]any{"rows": 2},
		Description: "What stands below the title; HTML, but no scripts and styles",
		Placeholder: "e.g. We'll get back to you soon",
	}
}

// respondWhen says when the form is answered, with more choices.
func respondWhen(shown *schemas.DisplayOptions, more ...schemas.Option) schemas.Property {
	return schemas.Property{
		DisplayName: "Respond When", Name: "responseMode", Type: schemas.Options, Default: "onReceived", DisplayOptions: shown,
		Options: append([]schemas.Option{
			{Name: "Form Is Submitted", Value: "onReceived", Description: "At once"},
			{Name: "Workflow Finishes", Value: "lastNode", Description: "When the last node has run"},
		}, more...),
		Description: "When the form is answered",
	}
}

func answeredByNode() schemas.Option {
	return schemas.Option{Name: "Using 'Respond to Webhook' Node", Value: "responseNode", Description: "By a node Respond to Webhook"}
}

func formElements(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Form Elements", Name: "formFields", Type: schemas.FixedCollection, Default: map[string]any{}, DisplayOptions: shown,
		TypeOptions: map[string]any{
			"multipleValues": true, "sortable": true,
			"fixedCollection": map[string]any{
				"itemTitle": "={{ $collection.item.properties.find(p => p.name === \"fieldType\")" +
					".options.find(o => o.value === $collection.item.value.fieldType).name }}",
			},
		},
		Groups:      elementGroups(),
		Placeholder: "Add Form Element",
	}
}

// withAttributes hides of form elements what few of them have, until it is added.
func withAttributes(elements schemas.Property) schemas.Property {
	elements.TypeOptions["hideOptionalFields"] = true
	elements.TypeOptions["addOptionalFieldButtonText"] = "Add Attributes"
	return elements
}

// elementGroups are what can be put into a form.
func elementGroups() []schemas.Group {
	return []schemas.Group{
		{Name: "values", DisplayName: "Values", Values: []schemas.Property{
			{
				DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "", Required: true,
				DisplayOptions: schemas.Show("@version", 2.4).AndNot("fieldType", "html"),
				Description:    "The name of the field in the data",
			},
			{
				DisplayName: "Label", Name: "fieldLabel", Type: schemas.String, Default: "", Required: true,
				DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 2.4)).AndNot("fieldType", "hiddenField", "html"),
				Description:    "What stands above the field",
				Placeholder:    "e.g. What is your name?",
			},
			{
				DisplayName: "Field Name", Name: "fieldLabel", Type: schemas.String, Default: "", Required: true,
				DisplayOptions: schemas.Show("@version", schemas.Cnd("lt", 2.4)).AndNot("fieldType", "hiddenField", "html"),
				Description:    "What stands above the field",
				Placeholder:    "e.g. What is your name?",
			},
			{
				DisplayName: "Field Name", Name: "fieldName", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "hiddenField").And("@version", schemas.Cnd("lt", 2.4)),
				Description:    "The name of the field in the data",
			},
			{
				DisplayName: "Element Type", Name: "fieldType", Type: schemas.Options, Default: "text", Required: true,
				Options: []schemas.Option{
					{Name: "Checkboxes", Value: "checkbox"},
					{Name: "Custom HTML", Value: "html"},
					{Name: "Date", Value: "date"},
					{Name: "Dropdown", Value: "dropdown"},
					{Name: "Email", Value: "email"},
					{Name: "File", Value: "file"},
					{Name: "Hidden Field", Value: "hiddenField"},
					{Name: "Number", Value: "number"},
					{Name: "Password", Value: "password"},
					{Name: "Radio Buttons", Value: "radio"},
					{Name: "Text Input", Value: "text"},
					{Name: "Textarea", Value: "textarea"},
				},
				Description: "What kind of field it is",
			},
			{
				DisplayName: "Element Name", Name: "elementName", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "html"),
				Description:    "The name of the field that the HTML is put out in; may be empty",
				Placeholder:    "e.g. content-section",
			},
			{
				DisplayName: "Custom Field Name", Name: "fieldName", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 2.5)).AndNot("fieldType", "html"),
				Description:    "The name of the field in the data",
			},
			{
				DisplayName: "Placeholder", Name: "placeholder", Type: schemas.String, Default: "",
				DisplayOptions: (&schemas.DisplayOptions{}).AndNot("fieldType", "dropdown", "date", "file", "html", "hiddenField", "radio", "checkbox"),
				Description:    "What the empty field shows",
			},
			{
				DisplayName: "Default Value", Name: "defaultValue", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "text", "number", "email", "textarea"),
				Description:    "What the field holds at first",
			},
			{
				DisplayName: "Default Value", Name: "defaultValue", Type: schemas.DateTime, Default: "",
				TypeOptions:    map[string]any{"dateOnly": true},
				DisplayOptions: schemas.Show("fieldType", "date"),
				Description:    "What the field holds at first",
			},
			{
				DisplayName: "Default Value", Name: "defaultValue", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "dropdown", "radio"),
				Description:    "What the field holds at first",
			},
			{
				DisplayName: "Default Value", Name: "defaultValue", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "checkbox"),
				Description:    "What the field holds at first",
			},
			{
				DisplayName: "Field Value", Name: "fieldValue", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "hiddenField"),
				Description:    "What the field holds; empty: what the address has for its name",
			},
			{
				DisplayName: "Field Options", Name: "fieldOptions", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"option":""}]}`), Required: true,
				TypeOptions:    map[string]any{"multipleValues": true, "sortable": true},
				DisplayOptions: schemas.Show("fieldType", "dropdown"),
				Groups: []schemas.Group{
					{Name: "values", DisplayName: "Values", Values: []schemas.Property{
						{
							DisplayName: "Option", Name: "option", Type: schemas.String, Default: "",
						},
					}},
				},
				Description: "What can be chosen",
				Placeholder: "Add Field Option",
			},
			{
				DisplayName: "Checkboxes", Name: "fieldOptions", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"option":""}]}`), Required: true,
				TypeOptions:    map[string]any{"multipleValues": true, "sortable": true},
				DisplayOptions: schemas.Show("fieldType", "checkbox"),
				Groups: []schemas.Group{
					{Name: "values", DisplayName: "Values", Values: []schemas.Property{
						{
							DisplayName: "Checkbox Label", Name: "option", Type: schemas.String, Default: "",
						},
					}},
				},
				Placeholder: "Add Checkbox",
			},
			{
				DisplayName: "Radio Buttons", Name: "fieldOptions", Type: schemas.FixedCollection, Default: json.RawMessage(`{"values":[{"option":""}]}`), Required: true,
				TypeOptions:    map[string]any{"multipleValues": true, "sortable": true},
				DisplayOptions: schemas.Show("fieldType", "radio"),
				Groups: []schemas.Group{
					{Name: "values", DisplayName: "Values", Values: []schemas.Property{
						{
							DisplayName: "Radio Button Label", Name: "option", Type: schemas.String, Default: "",
						},
					}},
				},
				Placeholder: "Add Radio Button",
			},
			{
				DisplayName: "Fields of the types Checkboxes and Radio Buttons do this better", Name: "multiselectLegacyNotice", Type: schemas.Notice, Default: "",
				DisplayOptions: schemas.Show("multiselect", true).And("fieldType", "dropdown").And("@version", schemas.Cnd("lt", 2.3)),
			},
			{
				DisplayName: "Multiple Choice", Name: "multiselect", Type: schemas.Boolean, Default: false,
				DisplayOptions: schemas.Show("fieldType", "dropdown").And("@version", schemas.Cnd("lt", 2.3)),
				Description:    "Whether several options can be chosen",
			},
			{
				DisplayName: "Limit Selection", Name: "limitSelection", Type: schemas.Options, Default: "unlimited",
				DisplayOptions: schemas.Show("fieldType", "checkbox"),
				Options: []schemas.Option{
					{Name: "Exact Number", Value: "exact"},
					{Name: "Range", Value: "range"},
					{Name: "Unlimited", Value: "unlimited"},
				},
			},
			{
				DisplayName: "Number of Selections", Name: "numberOfSelections", Type: schemas.Number, Default: 1,
				TypeOptions:    map[string]any{"numberPrecision": 0, "minValue": 1, "showEvenWhenOptional": true},
				DisplayOptions: schemas.Show("fieldType", "checkbox").And("limitSelection", "exact"),
			},
			{
				DisplayName: "Minimum Selections", Name: "minSelections", Type: schemas.Number, Default: 0,
				TypeOptions:    map[string]any{"numberPrecision": 0, "minValue": 0, "showEvenWhenOptional": true},
				DisplayOptions: schemas.Show("fieldType", "checkbox").And("limitSelection", "range"),
			},
			{
				DisplayName: "Maximum Selections", Name: "maxSelections", Type: schemas.Number, Default: 1,
				TypeOptions:    map[string]any{"numberPrecision": 0, "minValue": 1, "showEvenWhenOptional": true},
				DisplayOptions: schemas.Show("fieldType", "checkbox").And("limitSelection", "range"),
			},
			{
				DisplayName: "HTML", Name: "html", Type: schemas.String, Default: "<!-- Your custom HTML here --->\n\n\n", NoDataExpression: true,
				TypeOptions:    map[string]any{"editor": "htmlEditor"},
				DisplayOptions: schemas.Show("fieldType", "html"),
				Description:    "The HTML that is shown",
				Hint:           "Without scripts, styles and inputs",
			},
			{
				DisplayName: "Multiple Files", Name: "multipleFiles", Type: schemas.Boolean, Default: true,
				DisplayOptions: schemas.Show("fieldType", "file"),
				Description:    "Whether several files can be chosen",
			},
			{
				DisplayName: "Accepted File Types", Name: "acceptFileTypes", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("fieldType", "file"),
				Description:    "The extensions that files may have, with commas between",
				Hint:           "Empty: all",
				Placeholder:    "e.g. .jpg, .png",
			},
			{
				DisplayName: "The date is shown as is usual where the browser is", Name: "formatDate", Type: schemas.Notice, Default: "",
				DisplayOptions: schemas.Show("fieldType", "date"),
			},
			{
				DisplayName: "Required Field", Name: "requiredField", Type: schemas.Boolean, Default: false,
				DisplayOptions: (&schemas.DisplayOptions{}).AndNot("fieldType", "html", "hiddenField"),
				Description:    "Whether the field has to be filled in",
			},
		}},
	}
}
