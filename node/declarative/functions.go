package declarative

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// Option sets one thing of a node, or of all nodes that Load reads.
type Option func(*config)

type config struct {
	types     []credentials.Type
	functions Functions
}

func newConfig(opts []Option) *config {
	c := &config{}
	for _, o := range opts {
		if o != nil {
			o(c)
		}
	}
	return c
}

// WithCredentialTypes names credential types that nodes use and that are defined neither beside them nor elsewhere.
func WithCredentialTypes(types ...credentials.Type) Option {
	return func(c *config) { c.types = append(c.types, types...) }
}

// WithFunctions gives functions of Go for the JavaScript functions of definitions.
func WithFunctions(f Functions) Option { return func(c *config) { c.functions = f } }

// Functions are functions of Go that stand for the JavaScript functions of definitions. A function goes by the name that the JSON of the
// definition gives it, {"$function": "name"}, or by its place where it has none: "properties[0].options[2].routing.send.preSend[0]". The
// name of the node and a dot may stand before either ("orders.sign"), so that functions of several nodes can have the same name. They are
// called for many items at the same time.
type Functions struct {
	PreSend     map[string]PreSend
	PostReceive map[string]PostReceive
	Pagination  map[string]Pagination
	// Authenticate are those of credential types, by the name of the type. Load takes them, also in place of an authenticate of the type
	// generic. They do what preAuthentication does in n8n too.
	Authenticate map[string]func(req *http.Request, d credentials.Data) error
}

// PreSend changes the request of an item before it is sent: n8n's preSend. An error is the failure of the item.
type PreSend func(ctx context.Context, it node.ItemCall, r *Request) error

// PostReceive makes items of those that the actions before it have made of an answer: n8n's function in postReceive. What is no object in
// the answer stands below "data" in the items; res has it as it is. Links between items are not kept.
type PostReceive func(ctx context.Context, it node.ItemCall, items []node.Item, res Response) ([]node.Item, error)

// Pagination sends the requests of an item, one for each page, and returns the items of all: n8n's function as pagination. send sends a
// request and runs the actions of postReceive on its answer; r is the first request, and may be changed between calls of send.
type Pagination func(ctx context.Context, it node.ItemCall, r *Request, send func(*Request) ([]node.Item, error)) ([]node.Item, error)

// Request is a request as a definition says it.
type Request struct {
	// Options are n8n's IHttpRequestOptions: baseURL, url, method, headers, qs, body and others. They are the function's own; objects in
	// them are not: set changed copies.
	Options *node.Object
	// Content is sent in place of the body of Options; nil: that body is sent. A Content-Type in the headers says what it is.
	Content []byte
}

// Response is the answer to a request.
type Response struct {
	StatusCode    int
	StatusMessage string
	// Headers have names in lower case.
	Headers *node.Object
	// Body is a JSON value, or text; node.Undefined where the definition asks for bytes.
	Body any
	// Content are those bytes (encoding: arraybuffer), else nil.
	Content []byte
}

// function is a place in a definition where a JavaScript function stands, and what stands for it in Go, if anything.
type function struct {
	path, name  string
	preSend     PreSend
	postReceive PostReceive
	pagination  Pagination
}

func (f *function) missing() bool {
	return f != nil && f.preSend == nil && f.postReceive == nil && f.pagination == nil
}

const functionKey = "$function"

// function reads what stands for a function: null, which is what JSON.stringify makes of one in an array, or {"$function": "name"}.
func (f *faults) function(path string, v any) *function {
	fn := &function{path: path}
	if o, ok := v.(*node.Object); ok {
		name, _ := o.Get(functionKey)
		fn.name = f.text(path+"."+functionKey, name)
	} else if v != nil {
		f.add(path, `it is %s: a function of JavaScript is written {%q: "name"}`, node.TypeName(v), functionKey)
	}
	for _, key := range []string{f.node + "." + fn.name, fn.name, f.node + "." + path, path} {
		if known := f.functions.PreSend[key]; known != nil && strings.Contains(path, ".preSend[") {
			fn.preSend = known
		} else if known := f.functions.PostReceive[key]; known != nil && strings.Contains(path, ".postReceive[") {
			fn.postReceive = known
		} else if known := f.functions.Pagination[key]; known != nil && strings.HasSuffix(path, ".pagination") {
			fn.pagination = known
		} else {
			continue
		}
		break
	}
	return fn
}

// isFunction reports whether a value that may be data stands for a function.
func isFunction(v any) bool {
	o, ok := v.(*node.Object)
	return v == nil || ok && o.Has(functionKey)
}

// missing are the functions that the steps need and that there are none of in Go. Whether pages are asked for may be known for each item
// only: then a function for them is not among these.
func (p *plan) missing(steps []*shown, parameters *node.Object) []*function {
	var list []*function
	var pages *bool // nil: nothing says so, or the first that does is not known
	var pagination *pagination
	decided := false
	if p.operations != nil {
		pagination = p.operations.pagination
	}
	var walk func(steps []*shown)
	walk = func(steps []*shown) {
		for _, s := range steps {
			if r := s.routing; r != nil {
				if r.operations != nil && r.operations.pagination != nil {
					pagination = r.operations.pagination
				}
				if r.send != nil {
					list = append(list, r.send.preSend...)
					if r.send.paginate != nil && !decided {
						decided, pages = true, s.asksForPages(parameters)
					}
				}
				if r.output != nil {
					for _, a := range r.output.actions {
						if a.function != nil {
							list = append(list, a.function)
						}
					}
				}
			}
			walk(s.children)
			for _, row := range s.rows {
				walk(row.children)
			}
		}
	}
	walk(steps)
	if pages != nil && *pages && pagination != nil && pagination.function != nil {
		list = append(list, pagination.function)
	}
	return slices.DeleteFunc(list, func(f *function) bool { return !f.missing() })
}

// asksForPages is what paginate of a step comes to, as far as that is known before a run; nil: it is not.
func (s *shown) asksForPages(parameters *node.Object) *bool {
	v, known := s.routing.send.paginate.Constant()
	if !known && strings.Join(strings.Fields(fields.Text(s.routing.send.paginate.Value())), "") == "={{$value}}" {
		v = node.At(any(parameters), s.parameter)
		_, known = v.(bool)
	}
	if !known {
		return nil
	}
	pages := fields.Truthy(v)
	return &pages
}

// Check implements node.Checker: what the parameters ask for may need a function that is not there. Where the definition has several
// versions that differ in it, the run says so.
func (n *declarative) Check(parameters *node.Object) []node.Fault {
	var faults []node.Fault
	counts := map[*function]int{}
	for _, version := range n.def.Versions {
		for _, f := range n.plan.missing(n.plan.shown(parameters, version), parameters) {
			if counts[f]++; counts[f] == len(n.def.Versions) {
				message, hint := n.lacks(f, parameters)
				faults = append(faults, node.Fault{Path: operationPath(parameters), Message: message, Hint: hint})
			}
		}
	}
	return faults
}

func operationPath(parameters *node.Object) string {
	if parameters.Has("operation") {
		return "operation"
	}
	return ""
}

// lacks says which function is not there, and what needs it.
func (r *run) lacks(f *function) (message, hint string) {
	return r.declarative.lacks(f, r.call.Parameters())
}

// lacks says which function is not there for an instance with these parameters.
func (n *declarative) lacks(f *function, parameters *node.Object) (message, hint string) {
	what := "The node"
	if operation, ok := parameters.Get("operation"); ok {
		what = fmt.Sprintf("The operation %q", fields.Text(operation))
		if resource, ok := parameters.Get("resource"); ok {
			what += fmt.Sprintf(" of the resource %q", fields.Text(resource))
		}
	}
	name := "a function"
	if f.name != "" {
		name = fmt.Sprintf("the function %q", f.name)
	}
	return fmt.Sprintf("%s needs %s of JavaScript, which the definition of %s in JSON does not have: %s", what, name, n.def.Types[0], f.path),
		"give one of Go (declarative.WithFunctions), or do without"
}

// typesOf returns the credential types with the functions that were given for them.
func (f Functions) typesOf(types []credentials.Type) []credentials.Type {
	out := slices.Clone(types)
	for i, t := range out {
		if authenticate := f.Authenticate[t.Name]; authenticate != nil {
			out[i] = t.WithAuthenticate(authenticate)
		}
	}
	return out
}

// itemCall is what a function sees of the item of a draft.
func (s *sender) itemCall(ctx context.Context, item int) node.ItemCall {
	return node.ItemCall{Call: s.call, Index: item, Params: s.call.Params(ctx, item)}
}

var _ node.Checker = (*declarative)(nil)

// expressionOf makes an Expression of a value of the definition; a function can't stand there.
func (f *faults) expressionOf(path string, v any) *node.Expression {
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case *node.Object:
			if v.Has(functionKey) {
				f.add(path, "a function of JavaScript can't stand here")
				return
			}
			for key, inner := range v.All() {
				walk(path+"."+key, inner)
			}
		case []any:
			for i, inner := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), inner)
			}
		}
	}
	walk(path, v)
	if strings.Contains(string(node.AppendJSON(nil, v)), "$credentials") {
		f.credentials = true
		f.sent = f.sent || !strings.HasSuffix(path, ".baseURL") && !strings.HasSuffix(path, ".url") && !strings.Contains(path, ".output.")
	}
	return node.NewExpression(v)
}
