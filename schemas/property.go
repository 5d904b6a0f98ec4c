// Package schemas holds the model of what a node or a credential can be set to (n8n's INodeProperties), diagnostics with
// places in a file, and the JSON Schemas of the files that nate reads.
package schemas

import (
	"encoding/json"
)

// PropertyType is the type of a Property, in n8n's words.
type PropertyType string

// The property types that n8n has for regular nodes and credentials.
const (
	String               PropertyType = "string"
	Number               PropertyType = "number"
	Boolean              PropertyType = "boolean"
	Options              PropertyType = "options"
	MultiOptions         PropertyType = "multiOptions"
	Collection           PropertyType = "collection"
	FixedCollection      PropertyType = "fixedCollection"
	JSON                 PropertyType = "json"
	DateTime             PropertyType = "dateTime"
	Color                PropertyType = "color"
	Hidden               PropertyType = "hidden"
	Notice               PropertyType = "notice"
	Callout              PropertyType = "callout"
	Button               PropertyType = "button"
	ResourceLocator      PropertyType = "resourceLocator"
	ResourceMapper       PropertyType = "resourceMapper"
	Filter               PropertyType = "filter"
	AssignmentCollection PropertyType = "assignmentCollection"
	CredentialsSelect    PropertyType = "credentialsSelect"
	WorkflowSelector     PropertyType = "workflowSelector"
	AgentSelector        PropertyType = "agentSelector"
	CurlImport           PropertyType = "curlImport"
	Icon                 PropertyType = "icon"
	Credentials          PropertyType = "credentials"
)

// Property describes one parameter of a node, or one field of a credential: n8n's INodeProperties. Several properties may
// carry the same Name as long as their DisplayOptions show one of them at a time.
//
// Property, Option, Group, Mode and Validation marshal to n8n's JSON, their keys in the order of the fields here, and
// unmarshal from it without loss. Extra holds what has no field: other keys; keys that are there although they are empty
// ("required": false); and of displayOptions the keys other than show and hide. A field that is set counts more than its
// key in Extra.
type Property struct {
	DisplayName string
	Name        string
	Type        PropertyType
	// TypeOptions are n8n's typeOptions (password, rows, minValue, loadOptionsMethod, multipleValues, ...).
	TypeOptions map[string]any
	// Default is the value of a parameter that a workflow file leaves out: nil, bool, a number, string, or what marshals
	// to a JSON array or object. One that was read from JSON is a json.RawMessage, which keeps the order of keys.
	Default any
	// Required makes an empty value that is not an expression stop a run before it starts.
	Required bool
	// NoDataExpression marks a parameter that the editor does not let be an expression.
	NoDataExpression bool
	// DisplayOptions say when the property applies; nil: always.
	DisplayOptions *DisplayOptions
	// Options are the choices of Options and MultiOptions. The three lists that follow are one key of n8n's JSON, options:
	// the property's type tells what it holds.
	Options []Option
	// Fields are the properties inside a Collection.
	Fields []Property
	// Groups are the groups of a FixedCollection.
	Groups []Group
	// Modes are the ways to fill in a ResourceLocator.
	Modes []Mode
	// AllowArbitraryValues lets a value be another than those of Options.
	AllowArbitraryValues bool
	// ValidateType is the type that a value must have or can be turned into, in n8n's words ("number", "object", ...).
	ValidateType string
	Description  string
	Hint         string
	Placeholder  string
	// Extra holds the rest of n8n's JSON (routing, extractValue, disabledOptions, credentialTypes, ...), by key.
	Extra map[string]json.RawMessage
}

// Option is one choice of an options property: n8n's INodePropertyOptions.
type Option struct {
	Name string
	// Value is a string, a number or a bool.
	Value          any
	Action         string
	Description    string
	DisplayOptions *DisplayOptions
	Extra          map[string]json.RawMessage
}

// Group is one group of values in a fixedCollection: n8n's INodePropertyCollection.
type Group struct {
	DisplayName string
	Name        string
	Values      []Property
	Extra       map[string]json.RawMessage
}

// Mode is one way to fill in a resourceLocator: n8n's INodePropertyMode.
type Mode struct {
	DisplayName string
	Name        string
	// Type is "list" or "string".
	Type       string
	Validation []Validation
	Extra      map[string]json.RawMessage
}

// Validation is a rule for the value of a Mode: n8n's INodePropertyRegexValidation. A value that the expression does not
// match from end to end gives the message.
type Validation struct {
	// Type is "regex"; n8n ignores any other.
	Type                string
	Regex, ErrorMessage string
	Extra               map[string]json.RawMessage
}

// IsPassword reports whether the property holds a secret.
func (p *Property) IsPassword() bool {
	secret, _ := p.TypeOptions["password"].(bool)
	return secret
}
