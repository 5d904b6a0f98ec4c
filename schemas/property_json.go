package schemas

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"

	"github.com/nate-go/nate/internal/json"
)

// value is any JSON value. Arrays and objects stay text, so that their keys keep their order.
type value struct{ v any }

func (v *value) UnmarshalJSON(text []byte) error {
	if text[0] == '{' || text[0] == '[' {
		v.v = stdjson.RawMessage(bytes.Clone(text))
		return nil
	}
	return stdjson.Unmarshal(text, &v.v)
}

func (v value) MarshalJSON() ([]byte, error) { return json.Marshal(v.v) }

// choices returns where the key options of a property is held. An empty list of a type that has none goes to Options.
func (p *Property) choices() any {
	switch p.Type {
	case Collection:
		return &p.Fields
	case FixedCollection:
		return &p.Groups
	}
	return &p.Options
}

func (p *Property) fields(defaultValue *value) []json.Field {
	return []json.Field{
		{Key: "displayName", Value: &p.DisplayName},
		{Key: "name", Value: &p.Name},
		{Key: "type", Value: &p.Type},
		{Key: "typeOptions", Value: &p.TypeOptions},
		{Key: "default", Value: defaultValue},
		{Key: "required", Value: &p.Required},
		{Key: "noDataExpression", Value: &p.NoDataExpression},
		{Key: "displayOptions", Value: &p.DisplayOptions, Partial: true},
		{Key: "options", Value: p.choices()},
		{Key: "modes", Value: &p.Modes},
		{Key: "allowArbitraryValues", Value: &p.AllowArbitraryValues},
		{Key: "validateType", Value: &p.ValidateType},
		{Key: "description", Value: &p.Description},
		{Key: "hint", Value: &p.Hint},
		{Key: "placeholder", Value: &p.Placeholder},
	}
}

// MarshalJSON writes n8n's INodeProperties.
func (p Property) MarshalJSON() ([]byte, error) {
	text, err := json.EncodeFields(p.fields(&value{p.Default}), p.Extra)
	if err != nil {
		return nil, fmt.Errorf("property %q: %w", p.Name, err)
	}
	return text, nil
}

// UnmarshalJSON reads n8n's INodeProperties. The error names the property.
func (p *Property) UnmarshalJSON(text []byte) error {
	var read Property
	// The type comes first: it says what options holds.
	if _, err := json.DecodeFields(text, []json.Field{{Key: "type", Value: &read.Type}}); err != nil {
		return fmt.Errorf("a property is expected: %w", err)
	}
	var defaultValue value
	extra, err := json.DecodeFields(text, read.fields(&defaultValue))
	if err != nil {
		return fmt.Errorf("property %q: %w", read.Name, err)
	}
	if read.Name == "" || read.Type == "" {
		return fmt.Errorf("property %q of type %q: it needs a name and a type", read.Name, read.Type)
	}
	read.Default, read.Extra = defaultValue.v, extra
	*p = read
	return nil
}

func (o *Option) fields(v *value) []json.Field {
	return []json.Field{
		{Key: "name", Value: &o.Name},
		{Key: "value", Value: v},
		{Key: "action", Value: &o.Action},
		{Key: "description", Value: &o.Description},
		{Key: "displayOptions", Value: &o.DisplayOptions, Partial: true},
	}
}

// MarshalJSON writes n8n's INodePropertyOptions.
func (o Option) MarshalJSON() ([]byte, error) {
	return json.EncodeFields(o.fields(&value{o.Value}), o.Extra)
}

// UnmarshalJSON reads n8n's INodePropertyOptions.
func (o *Option) UnmarshalJSON(text []byte) error {
	var read Option
	var v value
	extra, err := json.DecodeFields(text, read.fields(&v))
	if err != nil {
		return fmt.Errorf("option %q: %w", read.Name, err)
	}
	read.Value, read.Extra = v.v, extra
	*o = read
	return nil
}

func (g *Group) fields() []json.Field {
	return []json.Field{
		{Key: "displayName", Value: &g.DisplayName},
		{Key: "name", Value: &g.Name},
		{Key: "values", Value: &g.Values},
	}
}

// MarshalJSON writes n8n's INodePropertyCollection.
func (g Group) MarshalJSON() ([]byte, error) { return json.EncodeFields(g.fields(), g.Extra) }

// UnmarshalJSON reads n8n's INodePropertyCollection. The error names the group.
func (g *Group) UnmarshalJSON(text []byte) error {
	var read Group
	extra, err := json.DecodeFields(text, read.fields())
	if err != nil {
		return fmt.Errorf("group %q: %w", read.Name, err)
	}
	if read.Name == "" {
		return errors.New("a group of a fixedCollection needs a name")
	}
	read.Extra = extra
	*g = read
	return nil
}

func (m *Mode) fields() []json.Field {
	return []json.Field{
		{Key: "displayName", Value: &m.DisplayName},
		{Key: "name", Value: &m.Name},
		{Key: "type", Value: &m.Type},
		{Key: "validation", Value: &m.Validation},
	}
}

// MarshalJSON writes n8n's INodePropertyMode.
func (m Mode) MarshalJSON() ([]byte, error) { return json.EncodeFields(m.fields(), m.Extra) }

// UnmarshalJSON reads n8n's INodePropertyMode.
func (m *Mode) UnmarshalJSON(text []byte) error {
	var read Mode
	extra, err := json.DecodeFields(text, read.fields())
	if err != nil {
		return fmt.Errorf("mode %q: %w", read.Name, err)
	}
	read.Extra = extra
	*m = read
	return nil
}

// regexRule is what n8n has under the key properties of a rule.
type regexRule struct {
	Regex        string `json:"regex,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

func (v *Validation) fields(rule *regexRule) []json.Field {
	return []json.Field{
		{Key: "type", Value: &v.Type},
		{Key: "properties", Value: rule, Partial: true},
	}
}

// MarshalJSON writes n8n's INodePropertyRegexValidation.
func (v Validation) MarshalJSON() ([]byte, error) {
	return json.EncodeFields(v.fields(&regexRule{v.Regex, v.ErrorMessage}), v.Extra)
}

// UnmarshalJSON reads n8n's INodePropertyRegexValidation.
func (v *Validation) UnmarshalJSON(text []byte) error {
	var read Validation
	var rule regexRule
	extra, err := json.DecodeFields(text, read.fields(&rule))
	if err != nil {
		return err
	}
	read.Regex, read.ErrorMessage, read.Extra = rule.Regex, rule.ErrorMessage, extra
	*v = read
	return nil
}
