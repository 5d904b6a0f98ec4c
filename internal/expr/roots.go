package expr

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/regex"
	"github.com/nate-go/nate/node"
)

// roots are the names that an expression can begin with.
var roots = map[string]evaluator{
	"$json":             func(s *Scope) (any, error) { return currentJSON(s), nil },
	"$data":             func(s *Scope) (any, error) { return currentJSON(s), nil },
	"$input":            constant(inputHost{}),
	"$thisItem":         func(s *Scope) (any, error) { return currentItem(s), nil },
	"$itemIndex":        func(s *Scope) (any, error) { return float64(s.Item), nil },
	"$position":         func(s *Scope) (any, error) { return float64(s.Item), nil },
	"$thisItemIndex":    func(s *Scope) (any, error) { return float64(s.Item), nil },
	"$runIndex":         func(s *Scope) (any, error) { return float64(s.RunIndex), nil },
	"$thisRunIndex":     func(s *Scope) (any, error) { return float64(s.RunIndex), nil },
	"$node":             constant(nodesHost{}),
	"$parameter":        func(s *Scope) (any, error) { return parametersHost{s.Parameters}, nil },
	"$rawParameter":     rawParameters,
	"$prevNode":         constant(prevNodeHost{}),
	"$workflow":         constant(workflowHost{}),
	"$execution":        constant(executionHost{}),
	"$mode":             func(s *Scope) (any, error) { return s.Execution.RunMode, nil },
	"$nodeVersion":      func(s *Scope) (any, error) { return s.Instance.TypeVersion, nil },
	"$nodeId":           func(s *Scope) (any, error) { return s.Instance.ID, nil },
	"$executionId":      func(s *Scope) (any, error) { return s.Execution.ID, nil },
	"$binary":           currentFiles,
	"$self":             self,
	"$tool":             constant(emptyObject), // there are no agents yet
	"$vars":             constant(emptyObject),
	"$response":         variable("$response"),
	"$responseItem":     variable("$responseItem"),
	"$request":          variable("$request"),
	"$pageCount":        variable("$pageCount"),
	"$version":          variable("$version"),
	"$value":            variable("$value"),
	"$index":            variable("$index"),
	"$parent":           variable("$parent"),
	"$credentials":      variable(credentialsVariable),
	"$resumeWebhookUrl": func(s *Scope) (any, error) { return resumeURL(s, "resumeUrl", s.Execution.ResumeURL) },
	"$env":              constant(envHost{}),
	"$now":              now,
	"$today":            today,
	"$webhookId":        func(s *Scope) (any, error) { return orUndefined(s.WebhookID), nil },
	"undefined":         constant(node.Undefined),
	"NaN":               constant(math.NaN()),
	"Infinity":          constant(math.Inf(1)),
}

// self is $self: the fields of a credential, in the definition of its type; empty elsewhere.
func self(s *Scope) (any, error) {
	if v, ok := s.Variables.Get("$self"); ok {
		return v, nil
	}
	return emptyObject, nil
}

const credentialsVariable = "$credentials"

// variable finds a name that only some expressions have; it is undefined in others.
func variable(name string) evaluator {
	return func(s *Scope) (any, error) {
		if v, ok := s.Variables.Get(name); ok {
			return v, nil
		}
		return node.Undefined, nil
	}
}

var emptyObject = new(node.Object).Freeze() //nolint:gochecknoglobals // a constant: it is frozen

// rootFunctions are n8n's functions.
var rootFunctions = map[string]function{
	"$":      func(_ *Scope, args arguments) (any, error) { return referenced(args.at(0)) },
	"$items": listedItems,

	"$fromAI": fromAI, "$fromAi": fromAI, "$fromai": fromAI,
}

// orUndefined is a text, undefined in place of an empty one.
func orUndefined(text string) any {
	if text == "" {
		return node.Undefined
	}
	return text
}

var (
	aiKey          = regexp.MustCompile(`^[\w-]{1,64}$`)
	forbiddenAIKey = []string{"__proto__", "constructor", "prototype"}
)

// fromAI is $fromAI(key, description, type, default): what an agent filled in, which lies in the input item of the index of
// the run (n8n's own choice), in its "query" if that has it. The description and the type are for the agent.
func fromAI(s *Scope, args arguments) (any, error) {
	key := ""
	for i := range min(3, len(args)) {
		a, ok := args[i].(string)
		if !ok && args[i] != node.Undefined {
			return nil, errThrown
		}
		if i == 0 {
			key = a
		}
	}
	switch {
	case key == "":
		return nil, failure(s, "Add a key, e.g. $fromAI('placeholder_name')")
	case slices.Contains(forbiddenAIKey, key):
		return nil, failure(s, "Invalid parameter key")
	case !aiKey.MatchString(key):
		return nil, failure(s, "Invalid parameter key, must be between 1 and 64 characters long and only contain lowercase letters, "+
			"uppercase letters, numbers, underscores, and hyphens")
	case s.RunIndex >= len(s.Items):
		return nil, failure(s, "No execution data available", "type", "no_execution_data")
	}
	json := orEmpty(s.Items[s.RunIndex].JSON)
	query, _ := json.Get("query")
	nested, _ := query.(*node.Object)
	for _, o := range []*node.Object{orEmpty(nested), json} {
		if v, ok := o.Get(key); ok && !nullish(v) {
			return v, nil
		}
	}
	return args.at(3), nil
}

// namespaces are the names whose members are functions of their own.
var namespaces = []string{"Array", "Date", "DateTime", "JSON", "Math", "Number", "Object", "String"}

// hostMethods are the members of hosts that may be called; not all can be.
var hostMethods = []string{"all", "first", "isExecuted", "item", "itemMatching", "last", "pairedItem", "params"}

// n8nName reports whether a name means something in n8n that only the engine has, or that is not here yet.
func n8nName(name string) bool {
	switch name {
	case "$", "$agentInfo", "$ai", "$average", "$binary", "$connections", "$evaluateExpression", "$executionId",
		"$fromAI", "$fromAi", "$fromai", "$getPairedItem", "$if", "$ifEmpty", "$item", "$items", "$jmesPath", "$jmespath", "$max",
		"$min", "$not", "$now", "$pageCount", "$request", "$response", "$resumeWebhookUrl", "$secrets", "$self", "$today", "$tool",
		"$vars", "$webhookId", "DateTime", "Duration", "Interval", "average", "extend", "extendOptional", "max", "min", "not",
		"numberList", "toPathSegment", "zip", "__sanitize":
		return true
	}
	return false
}

// globalName reports whether a name is one of JavaScript's that n8n does not hide, or that it guards.
func globalName(name string) bool {
	switch name {
	case "Array", "ArrayBuffer", "Atomics", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "Buffer", "DataView", "Date",
		"Error", "EvalError", "Float32Array", "Float64Array", "Function", "Int16Array", "Int32Array", "Int8Array", "Intl", "JSON",
		"Map", "Math", "Number", "Object", "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set",
		"SharedArrayBuffer", "String", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array", "Uint32Array", "Uint8Array",
		"Uint8ClampedArray", "WeakMap", "WeakSet", "WebAssembly", "XMLHttpRequest", "__dirname", "__filename", "alert", "arguments",
		"clearImmediate", "decodeURI", "decodeURIComponent", "document", "encodeURI", "encodeURIComponent", "escape", "eval", "fetch",
		"global", "globalThis", "isFinite", "isNaN", "module", "parseFloat", "parseInt", "process", "queueMicrotask", "require", "self",
		"setImmediate", "setInterval", "setTimeout", "unescape":
		return true
	}
	return false
}

func orEmpty(o *node.Object) *node.Object {
	if o == nil {
		return &node.Object{}
	}
	return o
}

func currentItem(s *Scope) any {
	if s.Item < 0 || s.Item >= len(s.Items) {
		return node.Undefined
	}
	return itemHost{&s.Items[s.Item]}
}

func currentJSON(s *Scope) any {
	if s.Item < 0 || s.Item >= len(s.Items) {
		return node.Undefined
	}
	return orEmpty(s.Items[s.Item].JSON)
}

// inherits fails for the members that every object inherits.
func inherits(name string) (any, error) {
	if inheritedMember(name) {
		return nil, unsupported("the built-in member %s is", name)
	}
	return node.Undefined, nil
}

// noCall is the call of a member that a host has no function for.
func noCall(name string) (any, error) {
	if inheritedMember(name) {
		return nil, unsupported("the built-in member %s is", name)
	}
	return nil, errThrown
}

// opaque is what a host says that is no data.
func opaque(what string) (any, error) { return nil, unsupported("%s as a value is", what) }

// itemHost is an item: {json, binary, pairedItem, error}.
type itemHost struct{ item *node.Item }

func (h itemHost) get(_ *Scope, name string) (any, error) {
	switch name {
	case "json":
		return orEmpty(h.item.JSON), nil
	case "binary":
		if h.item.Binary == nil {
			return node.Undefined, nil
		}
		return filesHost{h.item.Binary}, nil
	case "pairedItem":
		return pairedData(h.item.Paired), nil
	case "error":
		if h.item.Error != nil {
			o, err := h.object()
			if err != nil {
				return nil, err
			}
			v, _ := o.Get("error")
			return v, nil
		}
	}
	return inherits(name)
}

func (h itemHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (h itemHost) data(s *Scope) (any, error) {
	if h.item.Error != nil {
		return h.object()
	}
	o := node.NewObject("json", orEmpty(h.item.JSON))
	if h.item.Binary != nil {
		files, err := filesHost{h.item.Binary}.data(s)
		if err != nil {
			return nil, err
		}
		o.Set("binary", files)
	}
	if h.item.Paired != nil {
		o.Set("pairedItem", pairedData(h.item.Paired))
	}
	return o, nil
}

// object is the item as n8n writes it in run data.
func (h itemHost) object() (*node.Object, error) { return node.ParseObject(h.item.AppendJSON(nil)) }

// filesHost are the files of an item, fileHost is one: with their contents, which $binary has not.
type (
	filesHost struct{ files *node.Binaries }
	fileHost  struct{ file node.Binary }
)

// currentFiles is $binary: the files of the current item without their contents.
func currentFiles(s *Scope) (any, error) {
	if s.Item < 0 || s.Item >= len(s.Items) || s.Items[s.Item].Binary == nil {
		return emptyObject, nil
	}
	return s.Items[s.Item].Binary.Meta(), nil
}

func (h filesHost) get(_ *Scope, name string) (any, error) {
	if file, ok := h.files.Get(name); ok {
		return fileHost{file}, nil
	}
	return inherits(name)
}

func (h filesHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (h filesHost) data(s *Scope) (any, error) {
	o := &node.Object{}
	for name, file := range h.files.All() {
		v, err := fileHost{file}.data(s)
		if err != nil {
			return nil, err
		}
		o.Set(name, v)
	}
	return o, nil
}

func (h fileHost) get(s *Scope, name string) (any, error) {
	if name != "data" {
		if v, ok := h.file.Meta().Get(name); ok {
			return v, nil
		}
		return inherits(name)
	}
	whole, err := h.object(s)
	if err != nil {
		return nil, err
	}
	v, _ := whole.Get("data")
	return v, nil
}

func (h fileHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (h fileHost) data(s *Scope) (any, error) { return h.object(s) }

// object is the file as n8n writes it, with its content as base64 when that is in memory.
func (h fileHost) object(s *Scope) (*node.Object, error) {
	content, _ := h.file.Data()
	if err := s.grow(2 * len(content)); err != nil {
		return nil, err
	}
	return node.ParseObject(h.file.AppendJSON(nil))
}

func pairedData(links []node.Paired) any {
	if links == nil {
		return node.Undefined
	}
	list := make([]any, len(links))
	for i, l := range links {
		o := node.NewObject("item", l.Item)
		if l.Input != 0 || l.Listed {
			o.Set("input", l.Input)
		}
		list[i] = o
	}
	if len(links) == 1 && !links[0].Listed {
		return list[0]
	}
	return list
}

// itemsHost is an array of items. Methods see its data.
type itemsHost struct{ items *[]node.Item }

func (h itemsHost) get(s *Scope, name string) (any, error) {
	if name == "length" {
		return float64(len(*h.items)), nil
	}
	if i, ok := arrayIndex(name); ok {
		if i < len(*h.items) {
			return itemHost{&(*h.items)[i]}, nil
		}
		return node.Undefined, nil
	}
	return member(s, []any{}, name)
}

func (h itemsHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (h itemsHost) data(s *Scope) (any, error) {
	list := make([]any, len(*h.items))
	for i := range *h.items {
		var err error
		if list[i], err = (itemHost{&(*h.items)[i]}).data(s); err != nil {
			return nil, err
		}
	}
	return list, s.grow(len(list) * valueSize)
}

// first and last are undefined where there are no items.
func pick(items *[]node.Item, name string) any {
	n := len(*items)
	switch {
	case name == "all":
		return itemsHost{items}
	case n == 0:
		return node.Undefined
	case name == "first":
		return itemHost{&(*items)[0]}
	}
	return itemHost{&(*items)[n-1]}
}

// inputHost is $input.
type inputHost struct{}

func (inputHost) get(s *Scope, name string) (any, error) {
	switch name {
	case "item":
		return currentItem(s), nil
	case "params":
		source := firstSource(s)
		if source == nil {
			return node.Undefined, nil
		}
		return orEmpty(s.Runs.Parameters(source.Node)), nil
	case "context":
		source := firstSource(s)
		if source == nil {
			return &node.Object{}, nil
		}
		return orEmpty(s.Runs.Context(source.Node)), nil
	case "first", "last", "all":
		return opaque("$input." + name)
	}
	return inherits(name)
}

// call takes no arguments: n8n ignores them.
func (inputHost) call(s *Scope, name string, _ arguments) (any, error) {
	switch name {
	case "first", "last", "all":
		return pick(&s.Items, name), nil
	}
	return noCall(name)
}

func (inputHost) data(*Scope) (any, error) { return opaque("$input") }

func firstSource(s *Scope) *Source {
	if len(s.Source) == 0 {
		return nil
	}
	return s.Source[0]
}

// prevNodeHost is $prevNode.
type prevNodeHost struct{}

func (prevNodeHost) get(s *Scope, name string) (any, error) {
	source := firstSource(s)
	if source == nil {
		return inherits(name)
	}
	switch name {
	case "name":
		return source.Node, nil
	case "outputIndex":
		return float64(source.Output), nil
	case "runIndex":
		return float64(source.Run), nil
	}
	return inherits(name)
}

func (prevNodeHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (prevNodeHost) data(s *Scope) (any, error) {
	source := firstSource(s)
	if source == nil {
		return &node.Object{}, nil
	}
	return node.NewObject("name", source.Node, "outputIndex", source.Output, "runIndex", source.Run), nil
}

// workflowHost is $workflow.
type workflowHost struct{}

func (workflowHost) get(s *Scope, name string) (any, error) {
	switch name {
	case "id":
		return s.Workflow.ID, nil
	case "name":
		return s.Workflow.Name, nil
	case "active":
		return s.Workflow.Active, nil
	}
	return inherits(name)
}

func (workflowHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (workflowHost) data(s *Scope) (any, error) {
	return node.NewObject("active", s.Workflow.Active, "id", s.Workflow.ID, "name", s.Workflow.Name), nil
}

// executionHost is $execution.
type executionHost struct{}

func (executionHost) get(s *Scope, name string) (any, error) {
	switch name {
	case "id":
		return s.Execution.ID, nil
	case "mode":
		return s.Execution.Mode, nil
	case "resumeUrl":
		return resumeURL(s, name, s.Execution.ResumeURL)
	case "resumeFormUrl":
		return resumeURL(s, name, s.Execution.ResumeFormURL)
	case "customData":
		return emptyObject, nil // its functions are for code only
	}
	return inherits(name)
}

func (executionHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (executionHost) data(s *Scope) (any, error) {
	o := node.NewObject("id", s.Execution.ID, "mode", s.Execution.Mode)
	if s.Execution.ResumeURL != "" {
		o.Set("resumeUrl", s.Execution.ResumeURL)
		o.Set("resumeFormUrl", s.Execution.ResumeFormURL)
	}
	o.Set("customData", emptyObject)
	return o, nil
}

// resumeURL fails where there is no server that an execution could be resumed at: a text that leads nowhere would be sent out.
func resumeURL(s *Scope, name, url string) (any, error) {
	if url == "" {
		return nil, failure(s, "$execution."+name+" has no value: nothing here resumes executions")
	}
	return url, nil
}

// envHost is $env: of the environment of the process, only what the embedder allows.
type envHost struct{}

func (envHost) get(s *Scope, name string) (any, error) {
	if v, ok := s.Env[name]; ok {
		return v, nil
	}
	if v, err := inherits(name); err != nil {
		return v, err
	}
	return nil, failure(s, "access to env vars denied",
		"causeDetailed", "If you need access please contact the administrator to remove the environment variable "+
			"‘N8N_BLOCK_ENV_ACCESS_IN_NODE‘")
}

func (h envHost) call(s *Scope, name string, _ arguments) (any, error) {
	if _, err := h.get(s, name); err != nil {
		return nil, err
	}
	return nil, errThrown
}

// environment is process.env.
func environment(s *Scope) *node.Object {
	o := &node.Object{}
	for _, name := range slices.Sorted(maps.Keys(s.Env)) {
		if v := s.Env[name]; v != node.Undefined {
			o.Set(name, v)
		}
	}
	return o
}

func (envHost) data(*Scope) (any, error) { return opaque("$env") }

// parametersHost are a node's parameters, each resolved for the current item when it is read: $parameter. What is nested in
// one stays unresolved, as in n8n.
type parametersHost struct{ raw *node.Object }

func (h parametersHost) get(s *Scope, name string) (any, error) {
	v, ok := h.raw.Get(name)
	if !ok {
		return inherits(name)
	}
	v, final := located(v)
	if final {
		return v, nil
	}
	if str, ok := v.(string); ok && strings.HasPrefix(str, "=") {
		return h.resolve(s, name, str)
	}
	return v, nil
}

// located returns what a resource locator holds in place of it; of a text with an expression for what is meant in it, that. final: it is
// not to be evaluated.
func located(v any) (value any, final bool) {
	o, ok := v.(*node.Object)
	if !ok || !o.Has("__rl") || !o.Has("mode") || !o.Has("value") {
		return v, false
	}
	value, _ = o.Get("value")
	pattern, _ := o.Get("__regex")
	source, isText := pattern.(string)
	text, hasText := value.(string)
	if !isText || source == "" || !hasText {
		return value, false
	}
	re, err := regex.Compile(source, "")
	if err != nil {
		return value, true
	}
	if groups, err := re.Groups(text); err == nil && len(groups) >= 2 {
		return groups[1], false
	}
	return value, true
}

// rawParameters are a node's parameters as they stand: $rawParameter.
func rawParameters(s *Scope) (any, error) {
	o := orEmpty(s.Parameters)
	for name, v := range s.Parameters.All() {
		if locator, ok := v.(*node.Object); ok {
			if inner, _ := located(v); inner != any(locator) {
				o = o.Freeze().Edit()
				o.Set(name, inner)
			}
		}
	}
	return o, nil
}

func (h parametersHost) call(_ *Scope, name string, _ arguments) (any, error) { return noCall(name) }

func (h parametersHost) data(s *Scope) (any, error) {
	o := &node.Object{}
	for name := range h.raw.All() {
		v, err := h.get(s, name)
		if err != nil {
			return nil, err
		}
		o.Set(name, v)
	}
	return o, nil
}

// parameter is one whose resolution is under way.
type parameter struct {
	of   *node.Object
	name string
}

// resolve evaluates a parameter. One that needs itself is undefined, as in n8n.
func (h parametersHost) resolve(s *Scope, name, expression string) (any, error) {
	for _, p := range s.resolving {
		if p.of == h.raw && p.name == name {
			return node.Undefined, nil
		}
	}
	s.resolving = append(s.resolving, parameter{h.raw, name})
	variables := s.Variables
	defer func() { s.resolving, s.Variables = s.resolving[:len(s.resolving)-1], variables }()
	if variables.Has(credentialsVariable) { // those are for the node's own expressions, not for those of its parameters
		s.Variables = variables.Clone()
		s.Variables.Delete(credentialsVariable)
	}
	v, err := compileTemplateText(expression, &path{nil, name, -1}).eval(s)
	if _, isDate := v.(node.Date); isDate && s.depth == 0 {
		return nil, unsupported("a Date in a parameter is")
	}
	return v, err
}
