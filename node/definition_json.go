package node

import (
	stdjson "encoding/json"
	"errors"
	"fmt"

	"github.com/nate-go/nate/internal/json"
)

// defaults is what n8n has under the key of that name; its other key, color, is kept in Extra.
type defaults struct {
	Name string `json:"name,omitempty"`
}

// tool is n8n's usableAsTool: a boolean, or an object with what differs when the node is a tool.
type tool struct {
	usable       bool
	replacements map[string]any
}

func (t tool) MarshalJSON() ([]byte, error) {
	if t.replacements != nil {
		return json.Marshal(t.replacements)
	}
	return json.Marshal(t.usable)
}

func (t *tool) UnmarshalJSON(text []byte) error {
	if text[0] != '{' {
		return stdjson.Unmarshal(text, &t.usable)
	}
	t.usable = true
	return stdjson.Unmarshal(text, &t.replacements)
}

// versions is a number or a list of numbers.
type versions struct {
	list   []float64
	isList bool
}

func (v versions) MarshalJSON() ([]byte, error) {
	if len(v.list) == 1 && !v.isList {
		return json.Marshal(v.list[0])
	}
	return json.Marshal(v.list)
}

func (v *versions) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		v.isList = true
		return stdjson.Unmarshal(text, &v.list)
	}
	v.list = make([]float64, 1)
	return stdjson.Unmarshal(text, &v.list[0])
}

// ports is a list of connection types and of objects that say more, or an expression.
type ports struct {
	types      []string
	more       map[int]Port
	expression string
}

// port is one object of the list.
type port struct {
	Type string
	Port
}

func (p *port) fields(filter *portFilter) []json.Field {
	return []json.Field{
		{Key: "type", Value: &p.Type},
		{Key: "displayName", Value: &p.DisplayName},
		{Key: "required", Value: &p.Required},
		{Key: "maxConnections", Value: &p.MaxConnections},
		{Key: "filter", Value: filter, Partial: true},
	}
}

type portFilter struct {
	Nodes         []string `json:"nodes,omitempty"`
	ExcludedNodes []string `json:"excludedNodes,omitempty"`
}

func (p port) MarshalJSON() ([]byte, error) {
	return json.EncodeFields(p.fields(&portFilter{p.Nodes, p.ExcludedNodes}), p.Extra)
}

func (p *port) UnmarshalJSON(text []byte) error {
	var filter portFilter
	extra, err := json.DecodeFields(text, p.fields(&filter))
	if err == nil && p.Type == "" {
		err = errors.New("an input or output needs a type")
	}
	p.Nodes, p.ExcludedNodes, p.Extra = filter.Nodes, filter.ExcludedNodes, extra
	return err
}

func (p ports) MarshalJSON() ([]byte, error) {
	if p.expression != "" {
		return json.Marshal(p.expression)
	}
	list := make([]any, len(p.types))
	for i, t := range p.types {
		list[i] = t
		if more, ok := p.more[i]; ok {
			list[i] = port{t, more}
		}
	}
	return json.Marshal(list)
}

func (p *ports) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return stdjson.Unmarshal(text, &p.expression)
	}
	var list []stdjson.RawMessage
	if err := stdjson.Unmarshal(text, &list); err != nil {
		return err
	}
	p.types = make([]string, len(list))
	for i, e := range list {
		if e[0] != '{' {
			if err := stdjson.Unmarshal(e, &p.types[i]); err != nil {
				return err
			}
			continue
		}
		var one port
		if err := stdjson.Unmarshal(e, &one); err != nil {
			return err
		}
		if p.more == nil {
			p.more = map[int]Port{}
		}
		p.types[i], p.more[i] = one.Type, one.Port
	}
	return nil
}

// MarshalJSON writes n8n's form: the text, or an object where Dark is set.
func (t Themed) MarshalJSON() ([]byte, error) {
	if t.Dark == "" {
		return json.Marshal(t.Light)
	}
	return json.Members{{Key: "light", Value: t.Light}, {Key: "dark", Value: t.Dark}}.MarshalJSON()
}

// UnmarshalJSON reads a text or {"light", "dark"}.
func (t *Themed) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return stdjson.Unmarshal(text, &t.Light)
	}
	var both map[string]string
	if err := stdjson.Unmarshal(text, &both); err != nil {
		return err
	}
	if len(both) != 2 || both["light"] == "" || both["dark"] == "" {
		return errors.New(`a text or an object with "light" and "dark" is expected`)
	}
	t.Light, t.Dark = both["light"], both["dark"]
	return nil
}

// MarshalJSON writes n8n's form: a number, a list of indexes, or an expression.
func (r RequiredInputs) MarshalJSON() ([]byte, error) {
	switch {
	case r.Expression != "":
		return json.Marshal(r.Expression)
	case r.Indexes != nil:
		return json.Marshal(r.Indexes)
	}
	return json.Marshal(r.Count)
}

// UnmarshalJSON reads n8n's form.
func (r *RequiredInputs) UnmarshalJSON(text []byte) error {
	switch text[0] {
	case '"':
		return stdjson.Unmarshal(text, &r.Expression)
	case '[':
		return stdjson.Unmarshal(text, &r.Indexes)
	}
	return stdjson.Unmarshal(text, &r.Count)
}

func (c *CredentialUse) fields() []json.Field {
	return []json.Field{
		{Key: "name", Value: &c.Type},
		{Key: "displayName", Value: &c.DisplayName},
		{Key: "required", Value: &c.Required},
		{Key: "displayOptions", Value: &c.DisplayOptions, Partial: true},
		{Key: "testedBy", Value: &c.TestedBy},
	}
}

// MarshalJSON writes n8n's INodeCredentialDescription.
func (c CredentialUse) MarshalJSON() ([]byte, error) { return json.EncodeFields(c.fields(), c.Extra) }

// UnmarshalJSON reads n8n's INodeCredentialDescription.
func (c *CredentialUse) UnmarshalJSON(text []byte) error {
	var read CredentialUse
	extra, err := json.DecodeFields(text, read.fields())
	if err == nil && read.Type == "" {
		err = errors.New("it needs a name")
	}
	if err != nil {
		return fmt.Errorf("credential %q: %w", read.Type, err)
	}
	read.Extra = extra
	*c = read
	return nil
}

func (h *Hint) fields() []json.Field {
	return []json.Field{
		{Key: "message", Value: &h.Message},
		{Key: "type", Value: &h.Type},
		{Key: "location", Value: &h.Location},
		{Key: "whenToDisplay", Value: &h.WhenToDisplay},
		{Key: "displayCondition", Value: &h.DisplayCondition},
	}
}

// MarshalJSON writes n8n's NodeHint.
func (h Hint) MarshalJSON() ([]byte, error) { return json.EncodeFields(h.fields(), h.Extra) }

// UnmarshalJSON reads n8n's NodeHint.
func (h *Hint) UnmarshalJSON(text []byte) error {
	var read Hint
	extra, err := json.DecodeFields(text, read.fields())
	if err != nil {
		return err
	}
	read.Extra = extra
	*h = read
	return nil
}

func (w *Webhook) fields() []json.Field {
	return []json.Field{
		{Key: "name", Value: &w.Name},
		{Key: "httpMethod", Value: &w.HTTPMethod},
		{Key: "path", Value: &w.Path},
		{Key: "responseMode", Value: &w.ResponseMode},
		{Key: "responseData", Value: &w.ResponseData},
		{Key: "isFullPath", Value: &w.IsFullPath},
		{Key: "restartWebhook", Value: &w.RestartWebhook},
	}
}

// MarshalJSON writes n8n's IWebhookDescription.
func (w Webhook) MarshalJSON() ([]byte, error) { return json.EncodeFields(w.fields(), w.Extra) }

// UnmarshalJSON reads n8n's IWebhookDescription.
func (w *Webhook) UnmarshalJSON(text []byte) error {
	var read Webhook
	extra, err := json.DecodeFields(text, read.fields())
	if err != nil {
		return err
	}
	read.Extra = extra
	*w = read
	return nil
}

// wire are the keys of n8n's JSON whose form is not that of the Definition's fields.
type wire struct {
	version         versions
	defaults        defaults
	inputs, outputs ports
	tool            tool
}

// fields says in which order a Definition is written.
func (d *Definition) fields(w *wire) []json.Field {
	return []json.Field{
		{Key: "displayName", Value: &d.DisplayName},
		{Key: "name", Value: &d.Name},
		{Key: "icon", Value: &d.Icon},
		{Key: "iconUrl", Value: &d.IconURL},
		{Key: "iconColor", Value: &d.IconColor},
		{Key: "group", Value: &d.Group, Always: true},
		{Key: "version", Value: &w.version},
		{Key: "defaultVersion", Value: &d.DefaultVersion},
		{Key: "subtitle", Value: &d.Subtitle},
		{Key: "description", Value: &d.Description},
		{Key: "eventTriggerDescription", Value: &d.EventTriggerDescription},
		{Key: "activationMessage", Value: &d.ActivationMessage},
		{Key: "documentationUrl", Value: &d.DocumentationURL},
		{Key: "defaults", Value: &w.defaults, Partial: true, Always: true},
		{Key: "hidden", Value: &d.Hidden},
		{Key: "maxNodes", Value: &d.MaxNodes},
		{Key: "usableAsTool", Value: &w.tool},
		{Key: "polling", Value: &d.Polling},
		{Key: "inputs", Value: &w.inputs, Always: true},
		{Key: "inputNames", Value: &d.InputNames},
		{Key: "requiredInputs", Value: &d.RequiredInputs},
		{Key: "outputs", Value: &w.outputs, Always: true},
		{Key: "outputNames", Value: &d.OutputNames},
		{Key: "credentials", Value: &d.Credentials},
		{Key: "webhooks", Value: &d.Webhooks},
		{Key: "triggerPanel", Value: &d.TriggerPanel},
		{Key: "hints", Value: &d.Hints},
		{Key: "requestDefaults", Value: &d.RequestDefaults},
		{Key: "codex", Value: &d.Codex},
		{Key: "properties", Value: &d.Properties, Always: true},
	}
}

// MarshalJSON writes n8n's INodeTypeDescription. Types and ErrorsBeside are no part of it.
func (d Definition) MarshalJSON() ([]byte, error) {
	text, err := json.EncodeFields(d.fields(&wire{
		version:  versions{d.Versions, d.versionIsList},
		defaults: defaults{d.DefaultName},
		inputs:   ports{d.Inputs, d.InputPorts, d.InputsExpression},
		outputs:  ports{d.Outputs, d.OutputPorts, d.OutputsExpression},
		tool:     tool{d.UsableAsTool, d.ToolDescription},
	}), d.Extra)
	if err != nil {
		return nil, fmt.Errorf("definition of node %q: %w", d.Name, err)
	}
	return text, nil
}

// UnmarshalJSON reads n8n's INodeTypeDescription and leaves Types and ErrorsBeside as they are. The error names the node
// and the place.
func (d *Definition) UnmarshalJSON(text []byte) error {
	read := Definition{Types: d.Types, ErrorsBeside: d.ErrorsBeside}
	var w wire
	extra, err := json.DecodeFields(text, read.fields(&w))
	if err == nil && read.Name == "" {
		err = errors.New("it needs a name")
	}
	if err != nil {
		return fmt.Errorf("definition of node %q: %w", read.Name, err)
	}
	read.Versions, read.versionIsList = w.version.list, w.version.isList
	read.DefaultName = w.defaults.Name
	read.Inputs, read.InputPorts, read.InputsExpression = w.inputs.types, w.inputs.more, w.inputs.expression
	read.Outputs, read.OutputPorts, read.OutputsExpression = w.outputs.types, w.outputs.more, w.outputs.expression
	read.UsableAsTool, read.ToolDescription = w.tool.usable, w.tool.replacements
	read.Extra = extra
	*d = read
	return nil
}
