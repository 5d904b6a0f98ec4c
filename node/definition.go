package node

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// Definition describes a node: n8n's INodeTypeDescription. Names, defaults and conditions are those of the node that it
// stands for, so that workflow files run untouched. It marshals to n8n's JSON, and unmarshals from it without loss.
type Definition struct {
	// Types are the full type names that workflow files use ("n8n-nodes-base.set"); the first is the usual one. n8n's
	// JSON does not hold them: unmarshalling leaves them as they are. A Node without any is never found.
	Types []string
	// Versions are the type versions that this Definition covers, in ascending order.
	Versions []float64
	// DefaultVersion is the version of a new node where there are others; 0: the latest.
	DefaultVersion float64
	// Name is the short name ("set"), DisplayName what a person sees.
	Name, DisplayName string
	Description       string
	// Icon names a file or an icon of n8n's set ("file:set.svg", "fa:pen"), IconURL is where the icon is served,
	// IconColor a colour of n8n's palette.
	Icon, IconURL Themed
	IconColor     string
	Group         []string
	// Subtitle is the text or expression that the editor shows below a node's name.
	Subtitle string
	// DefaultName is the name that the editor gives to a new node.
	DefaultName string
	// Inputs and Outputs are connection types ("main"), one for each. A trigger has no inputs. They are empty where an
	// expression over the node's parameters says what there is: InputsExpression ("={{ ... }}") and OutputsExpression.
	Inputs, Outputs                     []string
	InputsExpression, OutputsExpression string
	// InputPorts and OutputPorts say more of single inputs and outputs, by their index in Inputs and Outputs.
	InputPorts, OutputPorts map[int]Port
	// InputNames and OutputNames are what a person sees of them ("true", "false").
	InputNames, OutputNames []string
	// RequiredInputs says which inputs must have data before the node runs. The zero value: any.
	RequiredInputs RequiredInputs
	Credentials    []CredentialUse
	Properties     []schemas.Property
	// Hints are notes that the editor shows at the node.
	Hints []Hint
	// UsableAsTool lets an AI agent use the node; ToolDescription holds what then differs (n8n's replacements).
	UsableAsTool    bool
	ToolDescription map[string]any
	// DocumentationURL is where the node is documented. Codex is how n8n's editor files the node (categories, alias, ...).
	DocumentationURL string
	Codex            map[string]any
	// EventTriggerDescription, ActivationMessage and TriggerPanel are texts of the editor for triggers. TriggerPanel is a
	// bool or an object.
	EventTriggerDescription, ActivationMessage string
	TriggerPanel                               any
	// Polling marks a trigger that n8n asks at intervals, Webhooks are the addresses that one listens at.
	Polling  bool
	Webhooks []Webhook
	// RequestDefaults are what the requests of a declarative node have in common; nil: nothing. The order of the keys counts.
	RequestDefaults *Object
	// MaxNodes limits how many nodes of the type a workflow may have; 0: no limit.
	MaxNodes int
	// Hidden keeps the node out of the editor's list.
	Hidden bool
	// Extra holds every other key of n8n's JSON, and those that are there although they are empty.
	Extra map[string]json.RawMessage

	// ErrorsBeside says that n8n's node puts the error as an object beside the JSON of an item that failed in a continue
	// mode. Most of n8n's own nodes put only {"error": message} into its JSON. It is no part of n8n's JSON.
	ErrorsBeside bool

	versionIsList bool // one version, but written as a list
}

// Themed is a text that can be another one on a dark background. Dark is empty where it is the same.
type Themed struct{ Light, Dark string }

// Port says more of an input or output than its type: n8n's INodeInputConfiguration and INodeOutputConfiguration.
type Port struct {
	DisplayName string
	Required    bool
	// MaxConnections limits how many connections there may be; 0: no limit.
	MaxConnections int
	// Nodes are the node types that may be connected, ExcludedNodes those that may not; nil: all may.
	Nodes, ExcludedNodes []string
	Extra                map[string]json.RawMessage
}

// RequiredInputs says which inputs must have data before a node runs: how many, or which ones by index, or an expression
// ("={{ ... }}") that gives one or the other. At most one is set.
type RequiredInputs struct {
	Count      int
	Indexes    []int
	Expression string
}

// CredentialUse says that a node uses credentials of a type: n8n's INodeCredentialDescription.
type CredentialUse struct {
	// Type is the credential type's name, "directusApi".
	Type        string
	DisplayName string
	// Required makes a node without these credentials fail.
	Required       bool
	DisplayOptions *schemas.DisplayOptions
	// TestedBy is the name of the node's method that tests the credential, or an object that describes a request.
	TestedBy any
	// Inbound says that the credential is for requests that come in, by which a run is begun: they have been checked when it begins, and
	// the credential is not looked for. It is not part of n8n's JSON.
	Inbound bool
	Extra   map[string]json.RawMessage
}

// Hint is a note that the editor shows at a node: n8n's NodeHint.
type Hint struct {
	Message string
	// Type is "info", "warning" or "danger".
	Type string
	// Location is "outputPane", "inputPane" or "ndv".
	Location string
	// WhenToDisplay is "always", "beforeExecution" or "afterExecution"; DisplayCondition an expression.
	WhenToDisplay    string
	DisplayCondition string
	Extra            map[string]json.RawMessage
}

// Webhook is an address that a trigger or a waiting node listens at: n8n's IWebhookDescription. Each text may be an
// expression over the node's parameters.
type Webhook struct {
	// Name is "default" or "setup".
	Name         string
	HTTPMethod   string
	Path         string
	ResponseMode string
	ResponseData string
	// IsFullPath says that Path is not put below the webhook's id, RestartWebhook that a call goes on with a waiting run.
	IsFullPath, RestartWebhook bool
	Extra                      map[string]json.RawMessage
}

// IsTrigger reports whether the node begins a workflow: it has no input.
func (d *Definition) IsTrigger() bool {
	return len(d.Inputs) == 0 && slices.Contains(d.Group, "trigger")
}

// Parameters returns what the parameters of a node instance are once the defaults are filled in, as n8n fills them: those
// of the properties that the display options show, in the Definition's order, each as it stands in raw (expressions
// unresolved) or with its default. Parameters that are not shown are dropped, and so is what no property describes. A
// field of a collection is there only if it was added; the fields in a group of a fixedCollection get their defaults.
// Where several properties of one name are shown, the last one's default counts. raw may be nil; it is not changed and
// may be shared by what is returned.
func (d *Definition) Parameters(raw *Object, version float64) *Object {
	return d.level(raw, version).fill()
}

// Shown returns the properties behind Parameters: those that apply to a node instance with these (raw) parameters, one a
// name.
func (d *Definition) Shown(raw *Object, version float64) []*schemas.Property {
	shown, _ := d.level(raw, version).shown()
	return shown
}

// Displayed reports whether display options show what they stand at (a credential, say), for a node instance with these
// (raw) parameters.
func (d *Definition) Displayed(options *schemas.DisplayOptions, raw *Object, version float64) bool {
	_, scope := d.level(raw, version).shown()
	scope.Root = scope.Siblings
	return options.Displayed(scope)
}

func (d *Definition) level(raw *Object, version float64) level {
	return level{props: d.Properties, raw: raw, scope: schemas.Scope{Version: version, Tool: strings.HasSuffix(d.Name, "Tool")}}
}

// level is the parameters of one level: the node's own, or those inside of a collection or a group.
type level struct {
	props []schemas.Property
	raw   *Object
	// scope has the Root of the levels inside; its Siblings are found by shown.
	scope        schemas.Scope
	inCollection bool
}

// fill returns the level's parameters with their defaults.
func (l level) fill() *Object {
	shown, scope := l.shown()
	if scope.Root == nil {
		scope.Root = scope.Siblings
	}
	out := &Object{}
	for _, p := range shown {
		v, set := l.raw.Get(p.Name)
		switch p.Type {
		case schemas.Collection:
			v = collection(p, v, set, scope)
		case schemas.FixedCollection:
			v = fixedCollection(p, v, set, scope)
		default:
			v = simple(p, v, set)
		}
		out.set(p.Name, v)
	}
	return out
}

// shown returns the properties that apply, one a name, and the scope in which they were found.
func (l level) shown() ([]*schemas.Property, schemas.Scope) {
	order := evaluationOrder(l.props)
	scope := l.scope
	scope.Siblings = l.seen(order)
	var out []*schemas.Property
	place := map[string]int{}
	for _, p := range order {
		if l.inCollection && !l.raw.Has(p.Name) || !p.DisplayOptions.Displayed(scope) {
			continue
		}
		if i, ok := place[p.Name]; ok {
			out[i] = p
			continue
		}
		place[p.Name] = len(out)
		out = append(out, p)
	}
	return out, scope
}

// seen returns the parameters as display options see them: with the defaults of hidden ones too, but without collections,
// and of several properties of one name only what is shown.
func (l level) seen(order []*schemas.Property) *Object {
	count := map[string]int{}
	for i := range l.props {
		count[l.props[i].Name]++
	}
	out := &Object{}
	scope := l.scope
	scope.Siblings = out
	for _, p := range order {
		v, set := l.raw.Get(p.Name)
		switch {
		case p.Type == schemas.Collection || p.Type == schemas.FixedCollection:
		case l.inCollection && !set:
		case count[p.Name] > 1 && !p.DisplayOptions.Displayed(scope):
		default:
			out.set(p.Name, simple(p, v, set))
		}
	}
	return out
}

// evaluationOrder returns the properties in the Definition's order, and once more those that depend on one further down.
func evaluationOrder(props []schemas.Property) []*schemas.Property {
	first := make(map[string]int, len(props))
	order := make([]*schemas.Property, len(props))
	for i := range props {
		order[i] = &props[i]
		if _, ok := first[props[i].Name]; !ok {
			first[props[i].Name] = i
		}
	}
	needs := map[string]int{} // by name, the last property that one of the name depends on
	for i := range props {
		if props[i].DisplayOptions == nil {
			continue
		}
		for _, rules := range [...]schemas.Rules{props[i].DisplayOptions.Show, props[i].DisplayOptions.Hide} {
			for _, r := range rules {
				if at, ok := first[r.Name]; ok {
					needs[props[i].Name] = max(at, needs[props[i].Name])
				}
			}
		}
	}
	for i := range props {
		if at, ok := needs[props[i].Name]; ok && at >= i {
			order = append(order, &props[i])
		}
	}
	return order
}

// simple returns the value of a parameter that is no collection: what is set, else the default. A null counts as set only
// where it may be a choice.
func simple(p *schemas.Property, v any, set bool) any {
	switch p.Type {
	case schemas.Boolean, schemas.Number, schemas.Options:
		if !set {
			v = defaultOf(p)
		}
	case schemas.ResourceLocator:
		if locator, ok := defaultOf(p).(*Object); ok && !set {
			o := NewObject("__rl", true)
			for k, e := range locator.All() {
				o.set(k, e)
			}
			v = o
		} else if !ok && v == nil {
			v = defaultOf(p)
		}
	case schemas.Filter:
		if o, ok := v.(*Object); ok {
			v = filter(o)
		} else if v == nil {
			v = defaultOf(p)
		}
	default:
		if v == nil {
			v = defaultOf(p)
		}
	}
	if text, ok := v.(string); ok && p.NoDataExpression {
		return strings.TrimPrefix(text, "=")
	}
	return v
}

// filter adds what a filter's conditions may leave out.
func filter(given *Object) *Object {
	o := given.clone()
	if v, _ := o.Get("combinator"); v == nil {
		o.set("combinator", "and")
	}
	options := NewObject("caseSensitive", true, "leftValue", "", "typeValidation", "strict", "version", 1)
	set, _ := o.Get("options")
	inner, _ := set.(*Object)
	for k, v := range inner.All() {
		options.set(k, v)
	}
	o.set("options", options)
	return o
}

// collection fills in a collection: nothing is added to what is set in it.
func collection(p *schemas.Property, v any, set bool, scope schemas.Scope) any {
	multiple := hasMultipleValues(p)
	switch {
	case set && multiple:
		return v
	case set:
		fields, _ := v.(*Object)
		return level{props: p.Fields, raw: fields, scope: scope, inCollection: true}.fill()
	case multiple:
		if list, ok := defaultOf(p).([]any); ok {
			return list
		}
		return []any{}
	}
	return defaultOf(p)
}

// fixedCollection fills in the fields of the groups that are set, and drops groups that the property does not have.
func fixedCollection(p *schemas.Property, v any, set bool, scope schemas.Scope) any {
	if !set {
		v = defaultOf(p)
	}
	groups, _ := v.(*Object)
	out := &Object{}
	for name, value := range groups.All() {
		i := slices.IndexFunc(p.Groups, func(g schemas.Group) bool { return g.Name == name })
		if i < 0 {
			continue
		}
		fields := func(v any) *Object {
			if v == nil {
				return &Object{}
			}
			raw, _ := v.(*Object)
			return level{props: p.Groups[i].Values, raw: raw, scope: scope}.fill()
		}
		if !hasMultipleValues(p) {
			if filled := fields(value); filled.Len() > 0 {
				out.set(name, filled)
			}
			continue
		}
		rows, ok := value.([]any)
		if !ok {
			out.set(name, value)
			continue
		}
		list := make([]any, len(rows))
		for i, row := range rows {
			list[i] = fields(row)
		}
		out.set(name, list)
	}
	return out
}

func hasMultipleValues(p *schemas.Property) bool {
	multiple, _ := p.TypeOptions["multipleValues"].(bool)
	return multiple
}

func defaultOf(p *schemas.Property) any {
	v, err := ValueOf(p.Default)
	if err != nil {
		return nil
	}
	return v
}
