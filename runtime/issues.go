package runtime

import (
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
// node from starting, warnings do not. Disabled nodes are not checked. Pointers lead into the workflow's file;
// schemas.Diagnostics.Locate adds lines and columns, and sorts.
//
// A hint may have several lines: what to do, then the expression with a caret under the fault.
func (p *Plan) Issues() schemas.Diagnostics {
	var all schemas.Diagnostics
	for i, n := range p.workflow.Nodes {
		if prepared := p.nodes[n.Name]; prepared != nil && !n.Disabled {
			all = append(all, prepared.issues...)
			all = append(all, p.doubtfulExpressions(i, prepared)...)
		}
	}
	all = append(all, p.doubtfulConnections()...)
	return append(all, p.doubtfulStart()...)
}

// IssuesError says that a run did not start because nodes that it would reach have issues. n8n's WorkflowHasIssuesError.
type IssuesError struct {
	Workflow string
	Issues   schemas.Diagnostics
}

// Error returns n8n's text: for each node a line and a list of its issues.
func (e *IssuesError) Error() string {
	var b strings.Builder
	last := ""
	for _, d := range e.Issues {
		if d.Node != last || b.Len() == 0 {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "The '%s' node has issues:", d.Node)
			last = d.Node
		}
		b.WriteString("\n- " + d.Message)
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

// expressionIssue reports an expression that does not compile. One with a fault in its syntax n8n runs until it gets to the
// node, which then fails, or goes on under Continue On Fail: a warning.
func (p *Prepared) expressionIssue(prop *schemas.Property, f *expr.Error) {
	pointer := schemas.Pointer("parameters", prop.Name) + f.Pointer
	if f.Kind == expr.Syntax {
		p.warning(pointer, "invalid syntax: "+f.Message, "mend the expression: with it the node fails when it runs"+excerpt(prop, f))
		return
	}
	p.issue(pointer, f.Error(), "write it without that, or pin what the node puts out"+excerpt(prop, f))
}

// excerpt is the lines of a hint that show the expression. In a password what stands outside of the braces may be secret.
func excerpt(prop *schemas.Property, e *expr.Error) string {
	code := strings.HasPrefix(e.Expression, "={{") && strings.HasSuffix(e.Expression, "}}")
	if prop.IsPassword() && !code {
		return ""
	}
	return "\n" + e.Excerpt()
}

// checkCredentials reports a credential that the node needs and does not name, or names and can't use.
func (p *Prepared) checkCredentials() {
	def, n := &p.entry.def, p.node
	uses := make([]string, len(def.Credentials))
	for i, use := range def.Credentials {
		uses[i] = use.Type
	}
	var foreign []string
	// A node with a property of this type takes whatever is chosen there.
	if !slices.ContainsFunc(def.Properties, func(prop schemas.Property) bool { return prop.Type == schemas.CredentialsSelect }) {
		for credentialType := range n.Credentials {
			if !slices.Contains(uses, credentialType) {
				foreign = append(foreign, credentialType)
			}
		}
		slices.Sort(foreign)
	}
	for _, use := range def.Credentials {
		_, named := n.Credentials[use.Type]
		if !use.Required || named || !def.Displayed(use.DisplayOptions, n.Parameters, n.TypeVersion) {
			continue
		}
		message, pointer := "names no credential of type "+use.Type, "/credentials"
		if len(foreign) > 0 {
			message += fmt.Sprintf(", but one of type %s, which the node does not use", foreign[0])
			pointer, foreign = schemas.Pointer("credentials", foreign[0]), foreign[1:]
		}
		p.warning(pointer, message, "choose one in n8n: without it the node fails when it runs")
	}
	for _, credentialType := range foreign {
		hint := nearest.Hint(credentialType, uses)
		if hint == "" {
			hint = "remove it"
		}
		p.warning(schemas.Pointer("credentials", credentialType), fmt.Sprintf("names a credential of type %s, which the node does not use", credentialType), hint)
	}
}

// doubtfulExpressions are expressions that name nodes which do not exist, and texts that were meant to be expressions.
func (p *Plan) doubtfulExpressions(index int, prepared *Prepared) schemas.Diagnostics {
	if prepared.entry == nil {
		return nil
	}
	n := prepared.node
	var found schemas.Diagnostics
	for _, prop := range prepared.entry.def.Shown(n.Parameters, n.TypeVersion) {
		raw, given := n.Parameters.Get(prop.Name)
		if !given || prop.NoDataExpression {
			continue
		}
		for _, doubt := range expr.Doubts(raw, func(name string) bool { return p.workflow.Node(name) != nil }) {
			d := schemas.Diagnostic{
				Severity: schemas.SeverityWarning, Node: n.Name, Message: doubt.Message,
				Pointer: p.workflow.Pointer() + schemas.Pointer("nodes", index, "parameters", prop.Name) + doubt.Pointer,
			}
			switch doubt.Kind {
			case expr.Text:
				d.Hint = `an expression is ={{ ... }}, with "=" before everything else`
			default:
				missing, _ := doubt.Context.Get("nodeCause")
				name, _ := missing.(string)
				d.Message += fmt.Sprintf(": %q", name)
				d.Hint = p.nodeHint(name)
			}
			d.Hint += excerpt(prop, doubt)
			found = append(found, d)
		}
	}
	return found
}

// nodeHint says which node a name may mean.
func (p *Plan) nodeHint(name string) string {
	names := make([]string, len(p.workflow.Nodes))
	for i, n := range p.workflow.Nodes {
		names[i] = n.Name
	}
	if hint := nearest.Hint(name, names); hint != "" {
		return hint
	}
	return "name a node of the workflow: with this the node fails when it comes to it"
}

// refuseJoins reports connections that the scheduler does not know how to wait for.
func (p *Plan) refuseJoins() {
	p.eachConnection(func(source *workflows.Node, output, i int, c workflows.Connection) {
		target := p.nodes[c.Node]
		if target == nil || c.Index == 0 {
			return
		}
		d := schemas.Diagnostic{
			Severity: schemas.SeverityError, Node: c.Node, Pointer: p.connectionPointer(source, output, i, "index"),
			Message: fmt.Sprintf("input %d is connected (from %q): nodes that join several inputs are not supported yet", c.Index, source.Name),
		}
		if target.entry != nil && target.entry.def.InputsExpression == "" && c.Index >= len(target.entry.def.Inputs) {
			d.Message = fmt.Sprintf("input %d is connected (from %q), but the node has %s", c.Index, source.Name, counted(len(target.entry.def.Inputs), "input"))
			d.Hint = "inputs count from 0"
		}
		target.issues = append(target.issues, d)
	})
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

// doubtfulConnections are connections from outputs that the node does not have, and into nodes that have no input.
func (p *Plan) doubtfulConnections() schemas.Diagnostics {
	var found schemas.Diagnostics
	warn := func(source *workflows.Node, pointer, message, hint string) {
		found = append(found, schemas.Diagnostic{
			Severity: schemas.SeverityWarning, Node: source.Name, Pointer: pointer, Message: message, Hint: hint,
		})
	}
	p.eachConnection(func(source *workflows.Node, output, i int, c workflows.Connection) {
		from, to := p.nodes[source.Name], p.nodes[c.Node]
		if from != nil && from.entry != nil && i == 0 && from.entry.def.OutputsExpression == "" && !source.IsStickyNote() {
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
		if to != nil && to.entry != nil && to.entry.def.InputsExpression == "" && len(to.entry.def.Inputs) == 0 && !to.node.IsStickyNote() && c.Index == 0 {
			warn(source, p.connectionPointer(source, output, i), fmt.Sprintf("the connection leads to %q, which has no input", c.Node),
				"connect it to the node behind that, or remove it")
		}
	})
	return found
}

// doubtfulStart tells of a workflow that can't start by itself. Nodes that are not known may be triggers.
func (p *Plan) doubtfulStart() schemas.Diagnostics {
	known := true
	var disabled string
	for _, n := range p.workflow.Nodes {
		switch prepared := p.nodes[n.Name]; {
		case prepared == nil:
		case prepared.entry == nil:
			known = known && n.Disabled
		case n.Disabled && prepared.isTrigger():
			disabled = n.Name
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
	case disabled != "":
		d.Message = fmt.Sprintf("the workflow has no trigger that is enabled: %q is disabled", disabled)
		d.Hint = "enable it, or name the node to start at when it runs"
	default:
		d.Message = "the workflow has no trigger"
		d.Hint = "add one, or name the node to start at when it runs"
	}
	return schemas.Diagnostics{d}
}
