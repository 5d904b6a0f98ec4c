package workflows

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/nearest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// Limits of what is read. A file beyond them gives an error.
const (
	// MaxSize is how many bytes a file may have.
	MaxSize = 64 << 20
	// MaxWorkflows is how many workflows a file may hold.
	MaxWorkflows = 10_000

	// Nobody reads more problems than this, and a file that is wrong in every place must not cost more. The second is in
	// bytes: a pointer is as long as the file's keys are.
	maxDiagnostics     = 1_000
	maxDiagnosticsText = 1 << 20
)

// Parse reads what n8n exports: one workflow, a list of workflows (`n8n export:workflow --all`), or what its editor puts
// into the clipboard (nodes and connections, without a name). Keys that are not known are kept and never an error.
//
// Where n8n is lenient, so is Parse: parameters, typeVersion (then 1) and position (then 0, 0) may be absent; null is as
// good as absent; a credential may have the id null or be a bare name; maxTries, waitBetweenTries and executionTimeout may
// be numbers in quotes; retryOnFail, continueOnFail, alwaysOutputData and executeOnce count only if they are exactly true.
// Validate tells of such oddities.
//
// An error is a schemas.Diagnostics with all that is wrong, each with its JSON pointer, line and column, in the file's
// order; there are no workflows then. It never quotes a parameter.
func Parse(data []byte) ([]*Workflow, error) {
	r := &reader{}
	ws := r.read(data)
	if len(r.wrong) > 0 {
		r.wrong.Locate(data)
		return nil, r.complete(r.wrong)
	}
	return ws, nil
}

// ParseOne is Parse for a file that has to hold exactly one workflow. When it holds several the error lists their names.
func ParseOne(data []byte) (*Workflow, error) {
	ws, err := Parse(data)
	if err != nil {
		return nil, err
	}
	return only(ws)
}

// Load reads a file with Parse. Its errors begin with the path; errors.As finds the schemas.Diagnostics in them.
func Load(path string) ([]*Workflow, error) {
	data, err := Read(path)
	if err != nil {
		return nil, err
	}
	ws, err := Parse(data)
	return ws, inFile(path, err)
}

// LoadOne reads a file with ParseOne, with errors as those of Load.
func LoadOne(path string) (*Workflow, error) {
	data, err := Read(path)
	if err != nil {
		return nil, err
	}
	w, err := ParseOne(data)
	return w, inFile(path, err)
}

// Read returns what is in a file, up to a little more than Parse takes: a file without an end is refused there. The error is that
// of the file system.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, err
	}
	return data, nil
}

func inFile(path string, err error) error {
	var wrong schemas.Diagnostics
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && len(wrong) > 1:
		return fmt.Errorf("%s has %d problems:\n%w", path, len(wrong), err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func only(ws []*Workflow) (*Workflow, error) {
	if len(ws) == 1 {
		return ws[0], nil
	}
	names := make([]string, 0, len(ws))
	for _, w := range ws {
		names = append(names, strconv.Quote(w.Name))
	}
	return nil, schemas.Diagnostics{{
		Severity: schemas.SeverityError,
		Message:  fmt.Sprintf("the file holds %d workflows: %s", len(ws), strings.Join(names, ", ")),
		Hint:     "save the one that is meant as a file of its own",
	}}
}

// reader reads documents and gathers what is wrong with them. It goes on after an error: a value of a wrong type is
// reported by the schema and read as if it were absent.
type reader struct {
	at    string // the pointer of the workflow that is being read
	wrong schemas.Diagnostics
	text  int // how long they are
	// odd are warnings: what n8n takes without a word.
	odd schemas.Diagnostics
}

// read reads a file's workflows. They are of no use when something is wrong.
func (r *reader) read(data []byte) []*Workflow {
	if len(data) > MaxSize {
		r.report("", "", fmt.Sprintf("the file is larger than %d MiB", MaxSize>>20), "")
		return nil
	}
	if message, hint := notText(data); message != "" {
		r.report("", "", message, hint)
		return nil
	}
	doc, err := node.ParseJSON(data)
	if err != nil {
		r.wrong = syntaxError(data, err)
		return nil
	}
	return r.documents(doc)
}

// complete adds to a list, which has its lines and columns, that it is not all.
func (r *reader) complete(ds schemas.Diagnostics) schemas.Diagnostics {
	severity := schemas.SeverityError
	switch {
	case r.full():
	case len(r.odd) >= maxDiagnostics:
		severity = schemas.SeverityWarning
	default:
		return ds
	}
	return append(ds, schemas.Diagnostic{Severity: severity, Message: "further problems are not listed"})
}

func (r *reader) report(pointer, name, message, hint string) {
	r.add(schemas.Diagnostic{Severity: schemas.SeverityError, Pointer: pointer, Node: name, Message: message, Hint: hint})
}

func (r *reader) add(d schemas.Diagnostic) {
	d.Pointer = r.at + d.Pointer
	if d.Severity == schemas.SeverityError {
		r.wrong = append(r.wrong, d)
		r.text += len(d.Pointer) + len(d.Message)
	} else if len(r.odd) < maxDiagnostics {
		r.odd = append(r.odd, d)
	}
}

// full says to look for no more problems.
func (r *reader) full() bool { return len(r.wrong) >= maxDiagnostics || r.text > maxDiagnosticsText }

func (r *reader) documents(doc any) []*Workflow {
	switch doc := doc.(type) {
	case *node.Object:
		return []*Workflow{r.workflow(doc)}
	case []any:
		if len(doc) == 0 {
			r.report("", "", "the file holds no workflow: its list is empty", "export the workflow from n8n again")
			return nil
		}
		if len(doc) > MaxWorkflows {
			r.report("", "", fmt.Sprintf("the file holds more than %d workflows", MaxWorkflows), "split it")
			return nil
		}
		if first, ok := doc[0].(*node.Object); ok && looksLikeNode(first) {
			r.report("", "", "the file is a list of nodes, not a workflow", nodeHint)
			return nil
		}
		ws := make([]*Workflow, 0, len(doc))
		for i, e := range doc {
			r.at = schemas.Pointer(i)
			if o, ok := e.(*node.Object); ok {
				ws = append(ws, r.workflow(o))
			} else {
				r.report("", "", node.TypeName(e)+" is not a workflow", "a list in a workflow file is a list of workflows")
			}
			if r.full() {
				break
			}
		}
		r.at = ""
		return ws
	}
	r.report("", "", node.TypeName(doc)+" is not a workflow", "a workflow file holds an object with nodes and connections")
	return nil
}

func (r *reader) workflow(o *node.Object) *Workflow {
	if !o.Has("nodes") && !o.Has("connections") {
		r.report("", "", "this is not a workflow: it has neither nodes nor connections", lookalike(o))
		return nil
	}
	o.Freeze()
	nodes := list(o, "nodes")
	found := schemas.Validate(schemas.WorkflowFile, o)
	for _, d := range found {
		if r.full() {
			break
		}
		d.Node = nodeOf(d.Pointer, nodes)
		if len(found) < maxDiagnostics && tolerated(d.Pointer, o) { // there may be more where there are so many
			d.Severity = schemas.SeverityWarning
		}
		r.add(d)
	}
	w := &Workflow{
		ID: text(o, "id"), Name: text(o, "name"), Active: isTrue(o, "active"), Settings: settings(object(o, "settings")), raw: o, at: r.at,
	}
	w.Nodes = r.nodes(nodes)
	exists := namesOf(w.Nodes)
	exists.partial = !isList(o, "nodes") || slices.ContainsFunc(nodes, nameless)
	w.Connections = r.connections(object(o, "connections"), exists)
	w.graph = newGraph(w)
	r.pins(w, object(o, "pinData"))
	return w
}

// unread are the keys whose values n8n takes as they come: one of another type has no effect there.
var unread = map[string][]string{
	"":         {"name", "active", "settings", "pinData"},
	"settings": {"executionOrder", "executionTimeout", "errorWorkflow"},
	"nodes": {
		"credentials", "onError", "retryOnFail", "maxTries", "waitBetweenTries", "continueOnFail", "alwaysOutputData", "executeOnce",
	},
}

// tolerated reports whether n8n reads a file although the value at a pointer into a workflow has another type.
func tolerated(pointer string, workflow *node.Object) bool {
	parts := strings.Split(pointer, "/")[1:]
	switch {
	case len(parts) == 1:
		return slices.Contains(unread[""], parts[0])
	case len(parts) == 2:
		return parts[0] == "settings" && slices.Contains(unread["settings"], parts[1])
	case len(parts) == 3 && parts[0] == "nodes" && slices.Contains(unread["nodes"], parts[2]):
		if parts[2] != "credentials" {
			return true
		}
		i, err := strconv.Atoi(parts[1])
		nodes := list(workflow, "nodes")
		if err != nil || i >= len(nodes) {
			return false
		}
		n, _ := nodes[i].(*node.Object)
		given, isList := value(n, "credentials").([]any)
		return isList && len(given) == 0 // an empty list is as good as {}; n8n refuses any other
	}
	return false
}

// lookalike says what an object that is no workflow may be.
func lookalike(o *node.Object) string {
	if path := pathToWorkflow(o, 2); path != "" { // a template of n8n.io has it two levels down
		return fmt.Sprintf("the workflow is inside of %q: save that part as a file of its own", path)
	}
	switch {
	case o.Has("type") && o.Has("data"):
		return "this looks like a credential (n8n export:credentials)"
	case looksLikeNode(o):
		return "this looks like a node: " + nodeHint
	}
	return "a workflow is an object with nodes and connections, as Download in the menu of n8n's editor saves it"
}

// pathToWorkflow is the path to the first workflow inside of an object, at most so many levels down; empty where there is none.
func pathToWorkflow(o *node.Object, levels int) string {
	for key, v := range o.All() {
		inner, ok := v.(*node.Object)
		if list, isList := v.([]any); isList && len(list) > 0 { // n8n's API lists workflows in "data"
			if inner, ok = list[0].(*node.Object); ok {
				key += "[0]"
			}
		}
		if !ok {
			continue
		}
		if inner.Has("nodes") && inner.Has("connections") {
			return key
		}
		if levels > 1 {
			if rest := pathToWorkflow(inner, levels-1); rest != "" {
				return key + "." + rest
			}
		}
	}
	return ""
}

const nodeHint = `a workflow is {"nodes": [...], "connections": {...}}`

func looksLikeNode(o *node.Object) bool {
	return o.Has("type") && (o.Has("parameters") || o.Has("position")) && !o.Has("nodes")
}

// nodeOf returns the name of the node that a pointer into a workflow leads to, if any.
func nodeOf(pointer string, nodes []any) string {
	parts := strings.Split(pointer, "/")
	if len(parts) < 3 {
		return ""
	}
	switch parts[1] {
	case "nodes":
		if i, err := strconv.Atoi(parts[2]); err == nil && i < len(nodes) {
			o, _ := nodes[i].(*node.Object)
			return text(o, "name")
		}
	case "connections", "pinData":
		return strings.ReplaceAll(strings.ReplaceAll(parts[2], "~1", "/"), "~0", "~")
	}
	return ""
}

func (r *reader) nodes(list []any) []*Node {
	nodes := make([]*Node, 0, len(list))
	names := make(map[string]bool, len(list))
	ids := make(map[string]string, len(list))
	for i, e := range list {
		o, ok := e.(*node.Object)
		if !ok {
			continue
		}
		n := readNode(o)
		nodes = append(nodes, n)
		if other, taken := ids[n.ID]; taken && n.ID != "" && !r.full() {
			r.report(schemas.Pointer("nodes", i, "id"), n.Name, fmt.Sprintf("Nodes %q and %q share the node ID %q", other, n.Name, n.ID),
				"remove the id of one of them")
		}
		ids[n.ID] = n.Name
		if names[n.Name] && n.Name != "" && !r.full() {
			r.report(schemas.Pointer("nodes", i, "name"), n.Name, fmt.Sprintf("Duplicate node name %q", n.Name),
				"rename one of them: connections and expressions find a node by its name")
		}
		names[n.Name] = true
	}
	return nodes
}

func readNode(o *node.Object) *Node {
	n := &Node{
		ID:          text(o, "id"),
		Name:        text(o, "name"),
		Type:        text(o, "type"),
		TypeVersion: 1,
		Parameters:  object(o, "parameters"),
		Credentials: credentials(object(o, "credentials")),
		Disabled:    isTrue(o, "disabled"),
		OnError:     OnError(text(o, "onError")),

		ContinueOnFail:   isTrue(o, "continueOnFail"),
		RetryOnFail:      isTrue(o, "retryOnFail"),
		MaxTries:         number(o, "maxTries"),
		WaitBetweenTries: number(o, "waitBetweenTries"),
		AlwaysOutputData: isTrue(o, "alwaysOutputData"),
		ExecuteOnce:      isTrue(o, "executeOnce"),
		WebhookID:        text(o, "webhookId"),

		raw: o,
	}
	if n.Parameters == nil {
		n.Parameters = (&node.Object{}).Freeze()
	}
	if v, ok := value(o, "typeVersion").(float64); ok {
		n.TypeVersion = v
	}
	for i, v := range list(o, "position") {
		if f, ok := v.(float64); ok && i < len(n.Position) {
			n.Position[i] = f
		}
	}
	return n
}

// credentials reads what a node names. As in n8n, null and an empty name are as good as no credential of that type.
func credentials(o *node.Object) map[string]CredentialRef {
	if o.Len() == 0 {
		return nil
	}
	refs := make(map[string]CredentialRef, o.Len())
	for credentialType, v := range o.All() {
		switch v := v.(type) {
		case *node.Object:
			refs[credentialType] = CredentialRef{ID: text(v, "id"), Name: text(v, "name")}
		case string:
			if v != "" {
				refs[credentialType] = CredentialRef{Name: v}
			}
		}
	}
	return refs
}

// names are those of a workflow's nodes.
type names struct {
	exact map[string]bool
	list  []string
	// partial says that these are not all: a node's name can't be read. Then none is missing.
	partial bool
}

// nameless reports whether an element of a workflow's nodes is a node whose name can't be read.
func nameless(e any) bool {
	o, _ := e.(*node.Object)
	return e != nil && text(o, "name") == ""
}

func isList(o *node.Object, key string) bool {
	_, ok := value(o, key).([]any)
	return ok
}

func (ns names) lack(name string) bool { return !ns.partial && !ns.exact[name] }

func namesOf(nodes []*Node) names {
	ns := names{exact: make(map[string]bool, len(nodes))}
	for _, n := range nodes {
		if !ns.exact[n.Name] {
			ns.list = append(ns.list, n.Name)
		}
		ns.exact[n.Name] = true
	}
	return ns
}

// missing says what to do about a connection from or to a node that does not exist.
func (ns names) missing(name string) string {
	if hint := nearest.Hint(name, ns.list); hint != "" {
		return hint
	}
	return "name a node of the workflow, or remove the connection"
}

func (r *reader) connections(o *node.Object, nodes names) map[string]map[string][][]Connection {
	all := make(map[string]map[string][][]Connection, o.Len())
	for source, v := range o.All() {
		if nodes.lack(source) && !r.full() {
			r.report(schemas.Pointer("connections", source), "",
				fmt.Sprintf("Connection source %q does not reference an existing node", source), nodes.missing(source))
		}
		types, _ := v.(*node.Object)
		if types.Len() == 0 {
			continue
		}
		all[source] = make(map[string][][]Connection, types.Len())
		for connectionType, v := range types.All() {
			outputs, _ := v.([]any)
			read := make([][]Connection, len(outputs))
			for i, output := range outputs {
				for j, e := range asList(output) {
					target, ok := e.(*node.Object)
					if !ok {
						continue
					}
					c := Connection{Node: text(target, "node"), Type: text(target, "type"), Index: int(number(target, "index"))}
					if c.Node != "" && nodes.lack(c.Node) && !r.full() {
						r.report(schemas.Pointer("connections", source, connectionType, i, j, "node"), source,
							fmt.Sprintf("Connection target %q does not reference an existing node", c.Node), nodes.missing(c.Node))
					}
					read[i] = append(read[i], c)
				}
			}
			all[source][connectionType] = read
		}
	}
	return all
}

func (r *reader) pins(w *Workflow, o *node.Object) {
	for name, v := range o.All() {
		items, ok := v.([]any)
		if !ok {
			continue
		}
		good := true
		for i, item := range items {
			if _, ok := item.(*node.Object); ok {
				continue
			}
			good = false
			if !r.full() {
				r.report(schemas.Pointer("pinData", name, i), name, "a pinned item is "+node.TypeName(item)+", not an object",
					"an item is {\"json\": {...}} or a plain object")
			}
		}
		if !good {
			continue
		}
		read, err := node.ItemsOf(items)
		if err != nil {
			if w.PinErrors == nil {
				w.PinErrors = map[string]error{}
			}
			w.PinErrors[name] = fmt.Errorf("the pinned items of node %q can't be used: %w", name, err)
			continue
		}
		if w.PinData == nil {
			w.PinData = make(map[string][]node.Item, o.Len())
		}
		w.PinData[name] = read
	}
}

func settings(o *node.Object) Settings {
	s := Settings{
		ExecutionOrder:   text(o, "executionOrder"),
		Timezone:         text(o, "timezone"),
		ExecutionTimeout: number(o, "executionTimeout"),
		ErrorWorkflow:    text(o, "errorWorkflow"),
	}
	// Older versions of n8n wrote this where a setting was left alone.
	const standard = "DEFAULT"
	if s.Timezone == standard {
		s.Timezone = ""
	}
	if s.ErrorWorkflow == standard {
		s.ErrorWorkflow = ""
	}
	return s
}

func value(o *node.Object, key string) any {
	v, _ := o.Get(key)
	return v
}

func object(o *node.Object, key string) *node.Object {
	inner, _ := value(o, key).(*node.Object)
	return inner
}

func list(o *node.Object, key string) []any { return asList(value(o, key)) }

func asList(v any) []any {
	inner, _ := v.([]any)
	return inner
}

func isTrue(o *node.Object, key string) bool { return value(o, key) == true }

// text reads text; an id may be a number in old files.
func text(o *node.Object, key string) string {
	switch v := value(o, key).(type) {
	case string:
		return v
	case float64:
		return node.FormatNumber(v)
	}
	return ""
}

// number reads a number, which may stand in quotes.
func number(o *node.Object, key string) float64 {
	switch v := value(o, key).(type) {
	case float64:
		return v
	case string:
		if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return 0
}
