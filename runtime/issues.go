package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/internal/nearest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
	"github.com/nate-go/nate/workflows"
)

// Issues returns what is wrong with the workflow's nodes and the connections between them, whether a run would reach them
// or not: what Compile found, and what n8n runs without a word and people hardly mean. Errors keep a run that reaches the
// node from starting (but for an expression that can't be evaluated: there the node fails), warnings do not. Disabled nodes
// are not checked. Pointers lead into the workflow's file; schemas.Diagnostics.Locate adds lines and columns, and sorts.
//
// A hint may have several lines: what to do, then the expression with a caret under the fault.
func (p *Plan) Issues() schemas.Diagnostics {
	var all schemas.Diagnostics
	for i, n := range p.workflow.Nodes {
		if prepared := p.nodes[n.Name]; prepared != nil && !n.Disabled {
			all = append(all, prepared.issues...)
			if len(all) < maxDoubts {
				all = append(all, p.doubtfulExpressions(i, prepared)...)
				all = append(all, p.doubtfulCode(i, prepared)...)
			}
		}
	}
	all = append(all, p.doubtfulConnections()...)
	return append(all, p.doubtfulStart()...)
}

// Nobody reads more than this, and a file that is wrong in every place must not cost more: faults of one parameter's
// expressions, and issues of a workflow beyond which no doubtful expressions are looked for.
const (
	maxFaults = 100
	maxDoubts = 1000
)

// IssuesError says that a run did not start because nodes that it would reach have issues. n8n's WorkflowHasIssuesError.
type IssuesError struct {
	Workflow string
	Issues   schemas.Diagnostics
}

// Error returns n8n's text: the issues of one node as a list, those of several in a line for each. Where n8n names the first four nodes,
// all are named.
func (e *IssuesError) Error() string {
	var names []string
	messages := map[string][]string{}
	for _, d := range e.Issues {
		if messages[d.Node] == nil {
			names = append(names, d.Node)
		}
		messages[d.Node] = append(messages[d.Node], d.Message)
	}
	if len(names) == 1 {
		return fmt.Sprintf("The '%s' node has issues:\n- %s", names[0], strings.Join(messages[names[0]], "\n- "))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d nodes have issues:", len(names))
	for _, name := range names {
		fmt.Fprintf(&b, "\n- '%s': %s", name, strings.Join(messages[name], " "))
	}
	return b.String()
}

// Info returns the error as data.
func (e *IssuesError) Info() *node.ErrorInfo {
	return &node.ErrorInfo{Name: "WorkflowHasIssuesError", Message: e.Error()}
}

// faults are the issues that keep the node from being executed.
func (p *Prepared) faults() schemas.Diagnostics {
	var out schemas.Diagnostics
	for _, d := range p.issues {
		if d.Severity == schemas.SeverityError {
			out = append(out, d)
		}
	}
	return out
}

func (p *Prepared) issue(pointer, message, hint string) {
	p.add(schemas.SeverityError, pointer, message, hint)
}

func (p *Prepared) warning(pointer, message, hint string) {
	p.add(schemas.SeverityWarning, pointer, message, hint)
}

func (p *Prepared) add(severity schemas.Severity, pointer, message, hint string) {
	p.issues = append(p.issues, schemas.Diagnostic{
		Severity: severity, Pointer: pointer, Node: p.node.Name, Message: message, Hint: hint,
	})
}

// excerpt is the lines of a hint that show the expression.
func excerpt(e *expr.Error) string { return "\n" + e.Excerpt() }

const noCredential = "choose one in n8n: without it the node fails when it runs"

// checkCredentials reports a credential that the node needs and does not name, or names and can't use.
func (p *Prepared) checkCredentials(r *Registry) {
	def, n := &p.entry.def, p.node
	uses := make([]string, len(def.Credentials))
	for i, use := range def.Credentials {
		uses[i] = use.Type
	}
	for _, chosen := range p.entry.chosenCredentials(n) {
		_, named := n.Credentials[chosen.credentialType]
		t, known := r.credentialTypeFor(p.entry, chosen.credentialType)
		switch {
		case t.Unsupported != "":
			p.issue(schemas.Pointer("parameters", chosen.parameter), fmt.Sprintf("credentials of type %s can't be used: %s", chosen.credentialType, t.Unsupported), "")
		case !known:
			p.issue(schemas.Pointer("parameters", chosen.parameter), fmt.Sprintf("credentials of type %s are not supported", chosen.credentialType),
				"use a generic type, or give the type's definition (--nodes, Registry.WithCredentialTypes)")
		case !named:
			p.warning("/credentials", "names no credential of type "+chosen.credentialType, noCredential)
		}
	}
	var foreign []string
	if !p.entry.choosesCredentials { // one that does keeps those of earlier choices
		for credentialType := range n.Credentials {
			if !slices.Contains(uses, credentialType) {
				foreign = append(foreign, credentialType)
			}
		}
		slices.Sort(foreign)
	}
	for _, use := range def.Credentials {
		_, named := n.Credentials[use.Type]
		if !use.Required || use.Inbound || named || !def.Displayed(use.DisplayOptions, n.Parameters, n.TypeVersion) {
			continue
		}
		message, pointer, hint := "names no credential of type "+use.Type, "/credentials", noCredential
		if len(foreign) > 0 {
			message += fmt.Sprintf(", but one of type %s, which the node does not use", foreign[0])
			hint = nearest.HintOr(foreign[0], uses, hint)
			pointer, foreign = schemas.Pointer("credentials", foreign[0]), foreign[1:]
		}
		p.warning(pointer, message, hint)
	}
	for _, credentialType := range foreign {
		p.warning(schemas.Pointer("credentials", credentialType), fmt.Sprintf("names a credential of type %s, which the node does not use", credentialType),
			nearest.HintOr(credentialType, uses, "remove it"))
	}
}

// doubtfulExpressions are expressions that the JavaScript engine refuses or that name nodes which do not exist, and texts that
// were meant to be expressions.
func (p *Plan) doubtfulExpressions(index int, prepared *Prepared) schemas.Diagnostics {
	if prepared.entry == nil {
		return nil
	}
	n := prepared.node
	var found schemas.Diagnostics
	exists := func(name string) bool { return p.workflow.Node(name) != nil }
	for _, prop := range prepared.entry.def.Shown(n.Parameters, n.TypeVersion) {
		var doubts expr.Errors
		if value := prepared.values[prop.Name]; value != nil && errors.As(value.Check(), &doubts) {
			doubts = doubts[:min(len(doubts), maxFaults)]
		}
		if raw, given := n.Parameters.Get(prop.Name); given && !prop.NoDataExpression {
			doubts = append(doubts, expr.Doubts(raw, exists)...)
		}
		for _, doubt := range doubts {
			missing, _ := doubt.Context.Get("nodeCause")
			name, _ := missing.(string)
			d := prepared.doubt(prop, doubt, name)
			if name != "" {
				if d.Hint = p.nodeHint(name); !prop.IsPassword() {
					d.Hint += excerpt(doubt)
				}
			}
			d.Pointer = p.workflow.Pointer() + schemas.Pointer("nodes", index) + d.Pointer
			found = append(found, d)
		}
	}
	return found
}

// doubtfulCode is code that is not JavaScript. Where n8n's editor has one for JavaScript, the parameter is code.
func (p *Plan) doubtfulCode(index int, prepared *Prepared) schemas.Diagnostics {
	if prepared.entry == nil {
		return nil
	}
	n := prepared.node
	var found schemas.Diagnostics
	for _, prop := range prepared.entry.def.Shown(n.Parameters, n.TypeVersion) {
		editor, language := prop.TypeOptions["editor"], prop.TypeOptions["editorLanguage"]
		if editor != "jsEditor" && (editor != "codeNodeEditor" || language != "javaScript") {
			continue
		}
		v, _ := n.Parameters.Get(prop.Name)
		source, ok := v.(string)
		var wrong *expr.Error
		if !ok || !prop.NoDataExpression && strings.HasPrefix(source, "=") || !errors.As(expr.CheckCode(source), &wrong) {
			continue
		}
		d := prepared.doubt(prop, wrong, "")
		d.Pointer = p.workflow.Pointer() + schemas.Pointer("nodes", index) + d.Pointer
		found = append(found, d)
	}
	return found
}

// doubt is what there is to say of an expression. What n8n runs until it gets to the node, which then fails, or goes on under
// Continue On Fail, is a warning; what nate can't evaluate is an error. missing is the node that does not exist, if that is it.
func (p *Prepared) doubt(prop *schemas.Property, e *expr.Error, missing string) schemas.Diagnostic {
	d := schemas.Diagnostic{
		Severity: schemas.SeverityWarning, Pointer: schemas.Pointer("parameters", prop.Name) + e.Pointer, Node: p.node.Name,
		Message: e.Error(), Hint: "mend it: as it is, the node fails when it runs",
	}
	switch {
	case missing != "":
		d.Message += fmt.Sprintf(": %q", missing)
	case e.Kind == expr.Syntax:
		d.Message += ": " + e.Message
	case e.Kind == expr.Text:
		d.Hint = `an expression is ={{ ... }}, with "=" before everything else`
	case e.Kind == expr.Unsupported:
		d.Severity, d.Hint = schemas.SeverityError, "write it without that, or pin what the node puts out"
	}
	if prop.IsPassword() && !reference.MatchString(e.Expression) {
		if e.Kind == expr.Unsupported {
			d.Message = "Expression not supported yet (it is not shown: the parameter is a secret)"
		}
		return d
	}
	d.Hint += excerpt(e)
	return d
}

// nodeHint says which node a name may mean.
func (p *Plan) nodeHint(name string) string {
	names := make([]string, len(p.workflow.Nodes))
	for i, n := range p.workflow.Nodes {
		names[i] = n.Name
	}
	return nearest.HintOr(name, names, "name a node of the workflow: as it is, the node fails when it comes to it")
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// eachConnection calls fn for the main connections, in the file's order of nodes.
func (p *Plan) eachConnection(fn func(source *workflows.Node, output, i int, c workflows.Connection)) {
	for _, source := range p.workflow.Nodes {
		for output, connections := range p.workflow.Connections[source.Name][mainConnection] {
			for i, c := range connections {
				fn(source, output, i, c)
			}
		}
	}
}

func (p *Plan) connectionPointer(source *workflows.Node, more ...any) string {
	return p.workflow.Pointer() + schemas.Pointer(append([]any{"connections", source.Name, mainConnection}, more...)...)
}

// doubtfulConnections are connections from outputs and into inputs that a node does not have.
func (p *Plan) doubtfulConnections() schemas.Diagnostics {
	var found schemas.Diagnostics
	warn := func(source *workflows.Node, pointer, message, hint string) {
		found = append(found, schemas.Diagnostic{
			Severity: schemas.SeverityWarning, Node: source.Name, Pointer: pointer, Message: message, Hint: hint,
		})
	}
	p.eachConnection(func(source *workflows.Node, output, i int, c workflows.Connection) {
		from, to := p.nodes[source.Name], p.nodes[c.Node]
		if from != nil && from.entry != nil && i == 0 && !source.IsStickyNote() {
			has := from.outputs()
			hint := "connect one of its outputs, which count from 0"
			if source.OnError == workflows.ContinueErrorOutput {
				has++
			} else if output == has {
				hint = `set its onError to "continueErrorOutput" if this is to be its error output`
			}
			if output >= has {
				warn(source, p.connectionPointer(source, output),
					fmt.Sprintf("output %d is connected (to %q), but the node has %s: nothing comes from there", output, c.Node, counted(has, "output")), hint)
			}
		}
		if to != nil && to.entry != nil && len(to.inputTypes) == 0 && !to.isTrigger() && !to.node.IsStickyNote() && c.Index == 0 {
			warn(source, p.connectionPointer(source, output, i), fmt.Sprintf("the connection leads to %q, which has no input", c.Node),
				"connect it to the node behind that, or remove it")
		}
		if to != nil && to.entry != nil && c.Index > 0 && c.Index >= len(to.inputTypes) {
			warn(source, p.connectionPointer(source, output, i, "index"),
				fmt.Sprintf("input %d of %q is connected, but the node has %s: it waits for what comes there, and does nothing with it",
					c.Index, c.Node, counted(len(to.inputTypes), "input")), "inputs count from 0")
		}
	})
	return found
}

// doubtfulStart tells of a workflow that can't start by itself. Nodes that are not known may be triggers.
func (p *Plan) doubtfulStart() schemas.Diagnostics {
	known := true
	disabled := -1
	for i, n := range p.workflow.Nodes {
		switch prepared := p.nodes[n.Name]; {
		case prepared == nil:
		case prepared.entry == nil:
			known = known && n.Disabled
		case n.Disabled && prepared.isTrigger() && disabled < 0:
			disabled = i
		}
	}
	triggers := p.triggers()
	d := schemas.Diagnostic{Severity: schemas.SeverityWarning, Pointer: p.workflow.Pointer() + "/nodes"}
	switch {
	case len(triggers) == 1 || len(triggers) == 0 && !known:
		return nil
	case len(triggers) > 1:
		d.Message = "the workflow has several triggers: " + quotedNames(triggers)
		d.Hint = "name the one to start at when it runs, or disable the others"
	case disabled >= 0:
		d.Node = p.workflow.Nodes[disabled].Name
		d.Pointer += schemas.Pointer(disabled, "disabled")
		d.Message = "it is disabled, and the workflow has no other trigger"
		d.Hint = "enable it, or name the node to start at when it runs"
	default:
		d.Message = "the workflow has no trigger"
		d.Hint = "add one, or name the node to start at when it runs"
	}
	return schemas.Diagnostics{d}
}
