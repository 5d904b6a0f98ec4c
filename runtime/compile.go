// Package runtime makes workflows run: Compile turns a workflow file into a Plan, a Plan runs any number of times. The
// Scheduler says which node is next, the Executor runs one node over one batch of items, the Result is what n8n would
// have stored of the run.
package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// DefaultTimezone is n8n's time zone for workflows that have none of their own.
const DefaultTimezone = "America/New_York"

// Plan is a workflow made ready to run: its nodes found in the registry, their defaults filled in, their expressions
// compiled. It is read-only and safe for any number of runs at once.
type Plan struct {
	workflow *workflows.Workflow
	registry *Registry
	cfg      *config
	location *time.Location
	nodes    map[string]*Prepared
	graph    *graph
	outputTo map[string]map[string]int
	leading  sync.Map // what outputLeading found
}

// Compile makes a Plan of a workflow. It returns an error, which holds schemas.Diagnostics, only when no part of the
// workflow could run. What is wrong with single nodes (an unknown type, a missing parameter) is kept in the Plan: Issues
// lists all of it, and Run refuses to start when a node that it would reach has an error among it.
func Compile(w *workflows.Workflow, r *Registry, opts ...Option) (*Plan, error) {
	if w == nil || r == nil {
		return nil, errors.New("runtime.Compile needs a workflow and a registry")
	}
	if slices.Contains(w.Nodes, nil) {
		return nil, fmt.Errorf("workflow %q has a node that is nil", w.Name)
	}
	return compile(w, r, newConfig(opts))
}

func compile(w *workflows.Workflow, r *Registry, cfg *config) (*Plan, error) {
	p := &Plan{workflow: w, registry: r, cfg: cfg, nodes: make(map[string]*Prepared, len(w.Nodes)), outputTo: reachedThrough(w)}
	location, err := p.timezone()
	if err != nil {
		return nil, p.unusable("/settings/timezone", err.Error(), `it is an IANA name such as "Europe/Berlin", or an offset such as "+02:00"`)
	}
	p.location = location
	for i, n := range w.Nodes {
		if n.IsStickyNote() && len(w.Parents(n.Name)) == 0 {
			continue
		}
		prepared := prepare(n, r)
		for d := range prepared.issues {
			prepared.issues[d].Pointer = w.Pointer() + "/nodes/" + strconv.Itoa(i) + prepared.issues[d].Pointer
		}
		p.nodes[n.Name] = prepared
	}
	if len(p.nodes) == 0 {
		return nil, p.unusable("/nodes", "the workflow has no nodes", "add a trigger, and what is to follow")
	}
	p.graph = newGraph(w, p.nodes)
	if !p.v1() {
		for name, prepared := range p.nodes {
			prepared.legacy = &legacy{p.graph, name}
		}
	}
	return p, nil
}

// unusable is the error for a workflow of which no part could run.
func (p *Plan) unusable(pointer, message, hint string) error {
	return fmt.Errorf("workflow %q: %w", p.workflow.Name, schemas.Diagnostics{{
		Severity: schemas.SeverityError, Pointer: p.workflow.Pointer() + pointer, Message: message, Hint: hint,
	}})
}

// timezone is the workflow's time zone.
func (p *Plan) timezone() (*time.Location, error) {
	name := p.workflow.Settings.Timezone
	if name == "" {
		if p.cfg.location != nil {
			return p.cfg.location, nil
		}
		name = DefaultTimezone
	}
	return locationOf(name)
}

const mainConnection = "main"

// Workflow returns the workflow that the Plan was made of.
func (p *Plan) Workflow() *workflows.Workflow { return p.workflow }

// Prepared is a node of a workflow made ready to execute: found in a registry, defaults filled in, expressions compiled.
// It is read-only and safe for concurrent use.
type Prepared struct {
	node       *workflows.Node
	entry      *entry // nil when the registry has no such node
	parameters *node.Object
	values     map[string]*expr.Value
	secrets    map[string]bool              // names of password parameters
	validated  map[string]*schemas.Property // by name, where a value has to be of a type when it is read
	// inputTypes and outputTypes are the connection types of the node's inputs and outputs with its parameters.
	inputTypes, outputTypes []string
	// requiredInputs are the inputs that must have data when the node is forced to run; fixedInputs is the number of its
	// inputs where that does not depend on its parameters.
	requiredInputs node.RequiredInputs
	fixedInputs    int
	legacy         *legacy // nil in the newer order of execution
	issues         schemas.Diagnostics
}

// Issues returns what is wrong with the node; it can't be executed while there is an error among it.
func (p *Prepared) Issues() schemas.Diagnostics { return p.issues }

func prepare(n *workflows.Node, r *Registry) *Prepared {
	p := &Prepared{
		node: n, parameters: n.Parameters, values: map[string]*expr.Value{}, secrets: map[string]bool{}, validated: map[string]*schemas.Property{},
	}
	e, err := r.lookup(n.Type, n.TypeVersion)
	if err != nil {
		pointer := "/type"
		if r.entries[n.Type] != nil {
			pointer = "/typeVersion"
		}
		p.issue(pointer, err.Error(), r.advice(n))
		return p
	}
	p.entry = e
	p.parameters = e.def.Parameters(n.Parameters, n.TypeVersion).Freeze()
	p.preparePorts()
	found := e.def.CheckParameters(n.Parameters, n.TypeVersion)
	for i := range found {
		found[i].Pointer, found[i].Node = "/parameters"+found[i].Pointer, n.Name
	}
	p.issues = append(p.issues, found...)
	p.checkCredentials(r)
	// After a wrong choice (the operation, say) what the node has against the rest says nothing.
	if checker, ok := e.node.(node.Checker); ok && !slices.ContainsFunc(found, isWrongValue) {
		for _, fault := range checker.Check(p.parameters) {
			pointer := "/parameters"
			if fault.Path != "" {
				for part := range strings.SplitSeq(fault.Path, ".") {
					pointer += schemas.Pointer(part)
				}
			}
			if hasError(found, pointer) {
				continue // n8n's words for it are there already
			}
			p.issue(pointer, fault.Message, fault.Hint)
		}
	}
	for _, prop := range e.def.Shown(n.Parameters, n.TypeVersion) {
		p.prepareParameter(prop)
	}
	return p
}

// preparePorts finds out which inputs and outputs the node has with its parameters.
func (p *Prepared) preparePorts() {
	def := &p.entry.def
	p.inputTypes, p.outputTypes = def.Inputs, def.Outputs
	p.prepareRequiredInputs()
	if def.InputsExpression == "" {
		p.fixedInputs = len(def.Inputs)
	}
	porter, ok := p.entry.node.(node.Porter)
	if !ok {
		if def.InputsExpression != "" || def.OutputsExpression != "" {
			p.issue("/type", "its inputs or outputs depend on an expression, and the node does not say which there are", "")
		}
		return
	}
	inputs, outputs := porter.Ports(p.parameters, p.node.TypeVersion)
	if inputs != nil {
		p.inputTypes = inputs
	}
	if outputs != nil {
		p.outputTypes = outputs
	}
}

// prepareRequiredInputs finds out which inputs must have data; an expression for it sees parameters and version.
func (p *Prepared) prepareRequiredInputs() {
	p.requiredInputs = p.entry.def.RequiredInputs
	if p.requiredInputs.Expression == "" {
		return
	}
	value, err := expr.Compile(p.requiredInputs.Expression)
	if err == nil {
		var v any
		v, err = value.Eval(&expr.Scope{
			Instance: node.Instance{Name: p.node.Name, Type: p.node.Type, TypeVersion: p.node.TypeVersion}, Parameters: p.parameters,
			Location: time.UTC, Now: time.Now,
		})
		switch v := v.(type) {
		case float64:
			p.requiredInputs = node.RequiredInputs{Count: int(v)}
			return
		case []any:
			p.requiredInputs = node.RequiredInputs{Indexes: []int{}}
			for _, e := range v {
				if f, ok := e.(float64); ok {
					p.requiredInputs.Indexes = append(p.requiredInputs.Indexes, int(f))
				}
			}
			return
		}
	}
	if err == nil {
		err = errors.New("it gives neither a number nor a list")
	}
	p.issue("/type", fmt.Sprintf("which inputs the node requires can't be told (%s): %s", p.requiredInputs.Expression, err), "")
}

// legacy is what a node knows of the graph in n8n's older order of execution.
type legacy struct {
	graph *graph
	name  string
}

// leadsTo reports whether the node, or one behind it, is the named one.
func (l *legacy) leadsTo(name string) bool {
	return name == l.name || l.graph.isDescendant(l.name, name)
}

// hasError reports whether something is wrong with the parameter that the pointer leads to.
func hasError(found schemas.Diagnostics, pointer string) bool {
	return slices.ContainsFunc(found, func(d schemas.Diagnostic) bool { return d.Severity == schemas.SeverityError && d.Pointer == pointer })
}

// isWrongValue reports whether a parameter is wrong, rather than missing.
func isWrongValue(d schemas.Diagnostic) bool {
	return d.Severity == schemas.SeverityError && !strings.HasSuffix(d.Message, " is required.")
}

func (p *Prepared) prepareParameter(prop *schemas.Property) {
	raw, _ := p.parameters.Get(prop.Name)
	value, err := expr.Compile(raw)
	p.values[prop.Name], p.secrets[prop.Name] = value, prop.IsPassword()
	if _, unchecked := prop.Extra["ignoreValidationDuringExecution"]; prop.ValidateType != "" && !unchecked {
		p.validated[prop.Name] = prop
	}
	var faults expr.Errors
	if !errors.As(err, &faults) {
		return
	}
	for _, f := range faults[:min(len(faults), maxFaults)] {
		p.issues = append(p.issues, p.doubt(prop, f, ""))
	}
}

// onError is what the engine does when the node throws, and what the node itself is told: n8n lets the two differ.
func (p *Prepared) engineContinues() bool {
	n := p.node
	return n.ContinueOnFail || n.OnError == workflows.ContinueRegularOutput || n.OnError == workflows.ContinueErrorOutput
}

func (p *Prepared) nodeContinues() bool {
	n := p.node
	if n.OnError == "" {
		return n.ContinueOnFail
	}
	return n.OnError == workflows.ContinueRegularOutput || n.OnError == workflows.ContinueErrorOutput
}

// copyForErrors is the node as n8n puts it into errors, its parameters with their defaults, less what password parameters
// hold beside plain references to data.
func (p *Prepared) copyForErrors() *node.Object {
	parameters := p.parameters
	if p.entry != nil {
		parameters = masked(parameters, p.entry.def.Properties)
	}
	out := p.node.Raw().Edit()
	out.Set("parameters", parameters)
	return out
}

// reference is an expression that is nothing but a path: it shows where a secret comes from, and none itself.
var reference = regexp.MustCompile(`^=\{\{\s*\$[\w$.?]*\s*\}\}$`)

// masked returns values with those of password properties masked, also inside collections.
func masked(values *node.Object, props []schemas.Property) *node.Object {
	out := values
	set := func(name string, v any) {
		out = out.Edit()
		out.Set(name, v)
	}
	for i := range props {
		prop := &props[i]
		v, ok := out.Get(prop.Name)
		if !ok || v == nil || v == "" {
			continue
		}
		switch inner, isObject := v.(*node.Object); {
		case prop.IsPassword():
			if text, isText := v.(string); !isText || !reference.MatchString(text) {
				set(prop.Name, redacted)
			}
		case !isObject:
		case prop.Type == schemas.Collection:
			if m := masked(inner, prop.Fields); m != inner {
				set(prop.Name, m)
			}
		case prop.Type == schemas.FixedCollection:
			if m := maskedGroups(inner, prop.Groups); m != inner {
				set(prop.Name, m)
			}
		}
	}
	return out
}

func maskedGroups(values *node.Object, groups []schemas.Group) *node.Object {
	out := values
	for i := range groups {
		v, _ := out.Get(groups[i].Name)
		changed := v
		switch v := v.(type) {
		case *node.Object:
			if m := masked(v, groups[i].Values); m != v {
				changed = m
			}
		case []any:
			rows := make([]any, len(v))
			for k, row := range v {
				rows[k] = row
				if o, ok := row.(*node.Object); ok {
					rows[k] = masked(o, groups[i].Values)
				}
			}
			changed = rows
		default:
			continue
		}
		out = out.Edit()
		out.Set(groups[i].Name, changed)
	}
	return out
}

const redacted = "********"

// reachedThrough says for each pair of nodes which output of the first leads to the second, as n8n looks it up for
// $('N').first(): the output of the direct connection, else of the first path found going back.
func reachedThrough(w *workflows.Workflow) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, from := range w.Nodes {
		outputs := w.Connections[from.Name][mainConnection]
		found := map[string]int{}
		for index, connections := range outputs {
			for _, c := range connections {
				if _, ok := found[c.Node]; !ok {
					found[c.Node] = index
				}
			}
		}
		out[from.Name] = found
	}
	return out
}

// outputLeading returns the output of node from that leads to node to, through other nodes if need be. Expressions ask it
// for every item: answers are kept.
func (p *Plan) outputLeading(from, to string) (int, bool) {
	type pair struct{ from, to string }
	if kept, ok := p.leading.Load(pair{from, to}); ok {
		index := kept.(int) //nolint:forcetypeassert // nothing else is stored
		return max(index, 0), index >= 0
	}
	index, ok := p.findOutputLeading(from, to)
	if !ok {
		index = -1
	}
	p.leading.Store(pair{from, to}, index)
	return max(index, 0), ok
}

func (p *Plan) findOutputLeading(from, to string) (int, bool) {
	visited := map[string]bool{to: true}
	queue := []string{to}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if index, ok := p.outputTo[from][next]; ok {
			return index, true
		}
		for _, parent := range p.workflow.Parents(next) {
			if !visited[parent] {
				visited[parent] = true
				queue = append(queue, parent)
			}
		}
	}
	return 0, false
}

// triggers returns the enabled nodes that can begin a run, in the file's order.
func (p *Plan) triggers() []string {
	var names []string
	for _, n := range p.workflow.Nodes {
		if prepared := p.nodes[n.Name]; prepared != nil && !n.Disabled && prepared.isTrigger() {
			names = append(names, n.Name)
		}
	}
	return names
}

// unsupportedStarts returns the enabled nodes of types that are not known and that nothing leads to, in the file's order.
func (p *Plan) unsupportedStarts() []string {
	var names []string
	for _, n := range p.workflow.Nodes {
		leads := len(p.workflow.Connections[n.Name][mainConnection]) > 0
		if prepared := p.nodes[n.Name]; prepared != nil && prepared.entry == nil && !n.Disabled && leads && len(p.workflow.Parents(n.Name)) == 0 {
			names = append(names, n.Name)
		}
	}
	return names
}

// StartError says that a run did not start for want of a node to begin with.
type StartError struct {
	Workflow string
	// Triggers are the nodes that could begin the run.
	Triggers []string
	// Unsupported are the enabled nodes that could be triggers if the registry had them; set where Triggers is empty.
	Unsupported []string
	// Start is the node that was asked for; empty when none was.
	Start string
	// Reason says why it can't be used, after the node's name.
	Reason string
}

// Error says which nodes could begin the run.
func (e *StartError) Error() string {
	switch {
	case e.Start != "":
		return fmt.Sprintf("workflow %q can't start at node %q: %s", e.Workflow, e.Start, e.Reason)
	case len(e.Triggers) == 0:
		unsupported := ""
		if len(e.Unsupported) > 0 {
			unsupported = fmt.Sprintf(" (not supported: %s)", quotedNames(e.Unsupported))
		}
		return fmt.Sprintf("workflow %q has no trigger that is enabled and supported%s: name the node to start at", e.Workflow, unsupported)
	}
	return fmt.Sprintf("workflow %q has several triggers (%s): name the one to start at", e.Workflow, quotedNames(e.Triggers))
}

func quotedNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	return strings.Join(quoted, ", ")
}

func (p *Prepared) isTrigger() bool { return p.entry != nil && p.entry.def.IsTrigger() }

// startNode picks the node that a run begins with.
func (p *Plan) startNode(req Request) (*Prepared, error) {
	triggers := p.triggers()
	for name := range req.Pins {
		if p.nodes[name] == nil {
			return nil, fmt.Errorf("workflow %q: items are pinned to node %q, which it does not have", p.workflow.Name, name)
		}
	}
	for _, name := range []string{req.To, req.From} {
		if name != "" && p.nodes[name] == nil {
			return nil, &StartError{Workflow: p.workflow.Name, Triggers: triggers, Start: name, Reason: "there is no such node"}
		}
	}
	asked := req.Start
	if asked == "" {
		if to := cmp.Or(req.From, req.To); to != "" { // of several triggers, those that lead there
			triggers = slices.DeleteFunc(triggers, func(t string) bool { return t != to && !p.graph.isAncestor(to, t) })
		}
		switch len(triggers) {
		case 1:
		case 0:
			return nil, &StartError{Workflow: p.workflow.Name, Unsupported: p.unsupportedStarts()}
		default:
			return nil, &StartError{Workflow: p.workflow.Name, Triggers: triggers}
		}
		return p.nodes[triggers[0]], nil
	}
	start := p.nodes[asked]
	switch {
	case start == nil:
		return nil, &StartError{Workflow: p.workflow.Name, Triggers: triggers, Start: asked, Reason: "there is no such node"}
	case start.node.Disabled:
		return nil, &StartError{Workflow: p.workflow.Name, Triggers: triggers, Start: asked, Reason: "it is disabled"}
	}
	return start, nil
}

// reached returns the nodes that the run could get to from what is on the stack and what waits, in the file's order.
func (s *Scheduler) reached() []*Prepared {
	var from []string
	for _, t := range s.stack.all() {
		from = append(from, t.Node.node.Name)
	}
	from = append(from, s.waiting.names()...)
	var out []*Prepared
	for _, name := range s.plan.workflow.Reachable(from...) {
		if prepared := s.plan.nodes[name]; prepared != nil && (s.filter == nil || s.filter[name]) {
			out = append(out, prepared)
		}
	}
	return out
}
