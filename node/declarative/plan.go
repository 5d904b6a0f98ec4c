package declarative

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/regex"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// plan is what a definition says of requests, made ready once.
type plan struct {
	tool        bool
	credentials bool // an expression mentions $credentials
	sent        bool // one does for headers, query or body
	owned       bool // no parameter and no item says which host requests go to
	defaults    []member
	operations  *operations
	steps       []*step
}

// member is a key of request and what stands there.
type member struct {
	key   string
	value *node.Expression
}

// step is a property, or an option of one, with its routing.
type step struct {
	path    string // in the definition, for errors
	name    string
	typ     schemas.PropertyType // empty: it is an option
	display *schemas.DisplayOptions
	extract extractor
	routing *routing

	options  []*step // of the type options; value says of which choice
	value    any
	fields   []*step // of a collection
	groups   []group // of a fixedCollection
	multiple bool
}

type group struct {
	name   string
	values []*step
}

type routing struct {
	request    []member
	send       *send
	output     *output
	operations *operations
}

type send struct {
	property *node.Expression // nil: nothing is sent
	value    *node.Expression // nil: the parameter's
	body     bool
	plain    bool // dots in the property's name mean nothing
	paginate *node.Expression
	preSend  []*function
}

type output struct {
	maxResults *node.Expression
	actions    []*action
}

// action is one of postReceive.
type action struct {
	path     string
	kind     string
	enabled  *node.Expression
	members  []member // of setKeyValue
	value    *node.Expression
	text     string // rootProperty's property, sort's key
	function *function
}

type operations struct{ pagination *pagination }

type pagination struct {
	function      *function // in place of all else
	generic       bool
	next, request *node.Expression // of generic: continue, and what changes in the request
	limit, offset string
	pageSize      float64
	rootProperty  string
	body          bool
}

// faults gathers what a definition has that can't run.
type faults struct {
	list      []error
	node      string
	functions Functions
	// credentials reports whether an expression mentions $credentials, sent whether one does for headers, query or body.
	credentials, sent bool
}

func (f *faults) add(path, format string, args ...any) {
	f.list = append(f.list, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

func newPlan(def *node.Definition, functions Functions) (*plan, error) {
	f := faults{node: def.Name, functions: functions}
	p := &plan{tool: strings.HasSuffix(def.Name, "Tool")}
	for key, what := range map[string]bool{
		"polling": def.Polling, "webhooks": len(def.Webhooks) > 0, "group": slices.Contains(def.Group, "trigger") || len(def.Inputs) != 1 && def.InputsExpression == "",
	} {
		if what {
			f.add(key, "a declarative node has one input and sends requests: triggers can't be made so")
		}
	}
	if len(def.Outputs) != 1 {
		f.add("outputs", "a declarative node has one output")
	}
	if def.RequestDefaults != nil {
		p.defaults = f.request("requestDefaults", def.RequestDefaults)
	}
	if raw, ok := def.Extra["requestOperations"]; ok {
		p.operations = f.operations("requestOperations", f.parse("requestOperations", raw))
	}
	p.steps = f.properties("properties", def.Properties)
	if len(f.list) == 0 && p.defaults == nil && !slices.ContainsFunc(p.steps, (*step).routed) {
		f.add("properties", "neither requestDefaults nor a routing says what request to send")
	}
	p.credentials, p.sent, p.owned = f.credentials, f.sent, p.ownsHost()
	slices.SortStableFunc(f.list, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return p, errors.Join(f.list...)
}

// routed reports whether there is routing in a step or below it.
func (s *step) routed() bool {
	return s.routing != nil || slices.ContainsFunc(s.options, (*step).routed) || slices.ContainsFunc(s.fields, (*step).routed) ||
		slices.ContainsFunc(s.groups, func(g group) bool { return slices.ContainsFunc(g.values, (*step).routed) })
}

func (f *faults) parse(path string, raw json.RawMessage) any {
	v, err := node.ParseJSON(raw)
	if err != nil {
		f.add(path, "%v", err)
	}
	return v
}

func (f *faults) properties(path string, list []schemas.Property) []*step {
	steps := make([]*step, len(list))
	for i := range list {
		p := &list[i]
		at := fmt.Sprintf("%s[%d]", path, i)
		s := &step{path: at, name: p.Name, typ: p.Type, display: p.DisplayOptions}
		s.routing = f.routing(at, p.Extra)
		s.extract = f.extractor(at, p)
		s.multiple, _ = p.TypeOptions["multipleValues"].(bool)
		for k := range p.Options {
			o := &p.Options[k]
			at := fmt.Sprintf("%s.options[%d]", at, k)
			value, err := node.ValueOf(o.Value)
			if err != nil {
				f.add(at+".value", "%v", err)
			}
			s.options = append(s.options, &step{path: at, name: o.Name, display: o.DisplayOptions, value: value, routing: f.routing(at, o.Extra)})
		}
		s.fields = f.properties(at+".options", p.Fields)
		for k, g := range p.Groups {
			s.groups = append(s.groups, group{g.Name, f.properties(fmt.Sprintf("%s.options[%d].values", at, k), g.Values)})
		}
		steps[i] = s
	}
	return steps
}

func (f *faults) routing(path string, extra map[string]json.RawMessage) *routing {
	raw, ok := extra["routing"]
	if !ok {
		return nil
	}
	path += ".routing"
	r := &routing{}
	for key, v := range f.object(path, f.parse(path, raw)).All() {
		at := path + "." + key
		switch key {
		case "request":
			r.request = f.request(at, f.object(at, v))
		case "send":
			r.send = f.send(at, f.object(at, v))
		case "output":
			r.output = f.output(at, f.object(at, v))
		case "operations":
			r.operations = f.operations(at, v)
		default:
			f.unknown(at, key, "request", "send", "output", "operations")
		}
	}
	return r
}

func (f *faults) unknown(path, key string, known ...string) {
	f.add(path, "%q is not known: there are %s", key, strings.Join(known, ", "))
}

func (f *faults) object(path string, v any) *node.Object {
	o, ok := v.(*node.Object)
	if !ok {
		f.add(path, "it is %s, not an object", node.TypeName(v))
	}
	return o
}

func (f *faults) text(path string, v any) string {
	s, ok := v.(string)
	if !ok {
		f.add(path, "it is %s, not a string", node.TypeName(v))
	}
	return s
}

// requestKeys are the keys of n8n's IHttpRequestOptions; true: it can be used.
var requestKeys = map[string]bool{
	"url": true, "baseURL": true, "method": true, "headers": true, "qs": true, "body": true, "auth": true, "arrayFormat": true,
	"encoding": true, "json": true, "disableFollowRedirect": true, "maxRedirects": true, "ignoreHttpStatusErrors": true,
	"returnFullResponse": true, "skipSslCertificateValidation": true, "timeout": true,
	"proxy": false, "agentOptions": false, "abortSignal": false, "sendCredentialsOnCrossOriginRedirect": false,
}

func (f *faults) request(path string, o *node.Object) []member {
	list := []member{}
	for key, v := range o.All() {
		at := path + "." + key
		supported, known := requestKeys[key]
		switch {
		case !known:
			f.unknown(at, key, slices.Sorted(maps.Keys(requestKeys))...)
		case !supported:
			f.add(at, "it is not supported in a definition")
		case key == "encoding" && v != "arraybuffer" && v != "text" && v != "json" && v != nil:
			f.add(at, "encoding %v is not supported: there are json, text and arraybuffer", v)
		case v != nil || key == "body":
			list = append(list, member{key, f.expressionOf(at, v)})
		}
	}
	return list
}

func (f *faults) send(path string, o *node.Object) *send {
	s := &send{}
	for key, v := range o.All() {
		at := path + "." + key
		switch key {
		case "property":
			s.property = f.expressionOf(at, f.text(at, v))
		case "value":
			if v != nil && v != "" && v != false && v != 0.0 {
				s.value = f.expressionOf(at, v)
			}
		case "type":
			switch v {
			case "body":
				s.body = true
			case "query":
			default:
				f.add(at, "%v is not known: there are body and query", v)
			}
		case "propertyInDotNotation":
			s.plain = v == false
		case "paginate":
			s.paginate = f.expressionOf(at, v)
		case "preSend":
			list, ok := v.([]any)
			if !ok {
				f.add(at, "it is %s, not an array", node.TypeName(v))
			}
			for i, e := range list {
				s.preSend = append(s.preSend, f.function(fmt.Sprintf("%s[%d]", at, i), e))
			}
		default:
			f.unknown(at, key, "type", "property", "propertyInDotNotation", "value", "paginate", "preSend")
		}
	}
	return s
}

func (f *faults) output(path string, o *node.Object) *output {
	out := &output{}
	for key, v := range o.All() {
		at := path + "." + key
		switch key {
		case "maxResults":
			out.maxResults = f.expressionOf(at, v)
		case "postReceive":
			list, ok := v.([]any)
			if !ok {
				f.add(at, "it is %s, not an array", node.TypeName(v))
			}
			for i, e := range list {
				out.actions = append(out.actions, f.action(fmt.Sprintf("%s[%d]", at, i), e))
			}
		default:
			f.unknown(at, key, "maxResults", "postReceive")
		}
	}
	return out
}

// actionKeys are the properties that each kind of action needs.
var actionKeys = map[string]string{
	"rootProperty": "property", "filter": "pass", "limit": "maxResults", "set": "value", "sort": "key", "binaryData": "destinationProperty",
	"setKeyValue": "",
}

func (f *faults) action(path string, v any) *action {
	a := &action{path: path}
	o, ok := v.(*node.Object)
	if !ok || isFunction(v) {
		a.function = f.function(path, v)
		return a
	}
	for key := range o.All() {
		if !slices.Contains([]string{"type", "properties", "enabled", "errorMessage"}, key) {
			f.unknown(path+"."+key, key, "type", "properties", "enabled")
		}
	}
	kind, _ := o.Get("type")
	a.kind, _ = kind.(string)
	wanted, known := actionKeys[a.kind]
	if !known {
		f.add(path+".type", "%v is not known: there are %s", kind, strings.Join(slices.Sorted(maps.Keys(actionKeys)), ", "))
		return a
	}
	if enabled, ok := o.Get("enabled"); ok {
		a.enabled = f.expressionOf(path+".enabled", enabled)
	}
	given, _ := o.Get("properties")
	properties := f.object(path+".properties", given)
	if wanted == "" {
		for key, v := range properties.All() {
			a.members = append(a.members, member{key, f.expressionOf(path+".properties."+key, v)})
		}
		return a
	}
	v, ok = properties.Get(wanted)
	if !ok {
		f.add(path+".properties", "an action of the type %s needs %s", a.kind, wanted)
	}
	if a.kind == "rootProperty" || a.kind == "sort" {
		a.text = f.text(path+".properties."+wanted, v)
	}
	a.value = f.expressionOf(path+".properties."+wanted, v)
	return a
}

// operations reads what can be done beside the request itself. An object without fields is what JSON.stringify leaves of a function as
// pagination.
func (f *faults) operations(path string, v any) *operations {
	ops := &operations{}
	if o, ok := v.(*node.Object); ok && o.Len() == 0 {
		ops.pagination = &pagination{function: f.function(path+".pagination", nil)}
	}
	for key, v := range f.object(path, v).All() {
		if key != "pagination" {
			f.unknown(path+"."+key, key, "pagination")
			continue
		}
		ops.pagination = f.pagination(path+".pagination", v)
	}
	return ops
}

func (f *faults) pagination(path string, v any) *pagination {
	p := &pagination{}
	o, ok := v.(*node.Object)
	if !ok || isFunction(v) {
		p.function = f.function(path, v)
		return p
	}
	given, _ := o.Get("properties")
	path += ".properties"
	properties := f.object(path, given)
	get := func(key string) any {
		v, ok := properties.Get(key)
		if !ok {
			f.add(path, "it needs %s", key)
		}
		return v
	}
	switch kind, _ := o.Get("type"); kind {
	case "generic":
		p.generic = true
		p.next, p.request = f.expressionOf(path+".continue", get("continue")), f.expressionOf(path+".request", get("request"))
	case "offset":
		p.limit, p.offset = f.text(path+".limitParameter", get("limitParameter")), f.text(path+".offsetParameter", get("offsetParameter"))
		p.pageSize, ok = get("pageSize").(float64)
		if !ok || p.pageSize < 1 {
			f.add(path+".pageSize", "it is no number above 0")
		}
		if root, ok := properties.Get("rootProperty"); ok {
			p.rootProperty = f.text(path+".rootProperty", root)
		}
		where, _ := properties.Get("type")
		p.body = where == "body"
	default:
		f.add(strings.TrimSuffix(path, ".properties")+".type", "%v is not known: there are generic and offset", kind)
	}
	return p
}

// extractor takes what is meant out of a parameter's value.
type extractor struct {
	locator bool
	display string
	modes   map[string]*regex.Regexp
	value   *regex.Regexp
}

func (f *faults) extractor(path string, p *schemas.Property) extractor {
	e := extractor{locator: p.Type == schemas.ResourceLocator, display: p.DisplayName}
	expression := func(path string, extra map[string]json.RawMessage) *regex.Regexp {
		raw, ok := extra["extractValue"]
		if !ok {
			return nil
		}
		o, ok := f.parse(path+".extractValue", raw).(*node.Object)
		if !ok {
			return nil // of a filter it is a boolean
		}
		if kind, _ := o.Get("type"); kind != "regex" {
			f.add(path+".extractValue.type", "%v is not known: there is regex", kind)
			return nil
		}
		source, _ := o.Get("regex")
		text, ok := source.(string)
		re, err := regex.Compile(text, "")
		if !ok || err != nil {
			f.add(path+".extractValue.regex", "it is no regular expression")
			return nil
		}
		return re
	}
	e.value = expression(path, p.Extra)
	for i, m := range p.Modes {
		if re := expression(fmt.Sprintf("%s.modes[%d]", path, i), m.Extra); re != nil {
			if e.modes == nil {
				e.modes = map[string]*regex.Regexp{}
			}
			e.modes[m.Name] = re
		}
	}
	return e
}

// of returns what is meant by a value.
func (e *extractor) of(v any) (any, error) {
	re := e.value
	if e.locator {
		o, _ := v.(*node.Object)
		inner, ok := o.Get("value")
		mode, _ := o.Get("mode")
		if !ok || !o.Has("mode") {
			return v, nil
		}
		name, _ := mode.(string)
		v, re = inner, e.modes[name]
	}
	if re == nil {
		return v, nil
	}
	text, ok := v.(string)
	if !ok {
		return nil, node.NewOperationError("This parameter's value is invalid", fmt.Sprintf("%s is %s, not a string.", e.display, node.TypeName(v)))
	}
	groups, err := re.Groups(text)
	switch {
	case err != nil:
		return nil, err
	case groups == nil:
		return nil, node.NewOperationError(fmt.Sprintf("ERROR: %s parameter's value is invalid. "+
			"This is likely because the URL entered is incorrect", e.display), "")
	case len(groups) != 2:
		return nil, node.NewOperationError(fmt.Sprintf("The expression that extracts the value of %s has not one group", e.display), "")
	}
	return groups[1], nil
}

// shown is a step that applies to the parameters of a node instance.
type shown struct {
	*step
	parameter string // its path, with dots
	choice    any    // of an option: its value
	children  []*shown
	rows      []row
}

// row is one row of a group.
type row struct {
	group    string // the path of the row's values, before they are resolved
	index    int
	children []*shown
}

// shown finds the steps that the parameters show. They do not depend on the items.
func (p *plan) shown(parameters *node.Object, version float64) []*shown {
	if parameters == nil {
		parameters = &node.Object{}
	}
	l := lister{parameters, schemas.Scope{Siblings: parameters, Root: parameters, Version: version, Tool: p.tool}}
	return l.all(p.steps, "")
}

type lister struct {
	parameters *node.Object
	scope      schemas.Scope
}

func (l *lister) all(steps []*step, base string) []*shown {
	var list []*shown
	for _, s := range steps {
		if one := l.one(s, base+s.name); one != nil {
			list = append(list, one)
		}
	}
	return list
}

// one returns nil for what is not shown. As in n8n, conditions are about the node's own parameters at every level.
func (l *lister) one(s *step, parameter string) *shown {
	if !s.display.Displayed(l.scope) {
		return nil
	}
	out := &shown{step: s, parameter: parameter}
	raw := node.At(any(l.parameters), parameter)
	switch s.typ {
	case schemas.Options:
		for _, o := range s.options {
			if o.value == raw {
				if one := l.one(o, parameter); one != nil {
					one.choice = raw
					out.children = append(out.children, one)
				}
				break
			}
		}
	case schemas.Collection:
		fields, _ := raw.(*node.Object)
		for _, s := range s.fields {
			if fields.Has(s.name) {
				if one := l.one(s, parameter+"."+s.name); one != nil {
					out.children = append(out.children, one)
				}
			}
		}
	case schemas.FixedCollection:
		groups, _ := raw.(*node.Object)
		for _, g := range s.groups {
			v, ok := groups.Get(g.name)
			if !ok || v == node.Undefined {
				continue
			}
			count, path := 1, parameter+"."+g.name
			list, isList := v.([]any)
			if isList {
				count = len(list)
			}
			for i := range count {
				at := path
				if isList {
					at = fmt.Sprintf("%s.%d", path, i)
				}
				out.rows = append(out.rows, row{at, i, l.all(g.values, at+".")})
			}
		}
	}
	return out
}
