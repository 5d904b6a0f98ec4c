package directus

import (
	"errors"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// operation is a row of the table: what the node does for one value of the parameters resource and operation.
type operation struct {
	resource, name string
	method, path   string // path is below the url of the credential
	body           body
	// items makes the output of an answer with a 2xx status; nil: dataItems.
	items func(*answer) ([]node.Item, nodeError)
	// public says that Directus needs no bearer for it. It looks at one all the same, before it does anything: so a bad bearer is told apart
	// from a bad request, and an expired one is left out.
	public bool
	// refused is the message for INVALID_CREDENTIALS when the bearer is not to blame; empty: n8n's text for the status.
	refused string
	// consumes is the field of the body with a token that works once. Requests with the same token are sent one after the other, one that
	// is under way may finish when the run is cancelled, and none is repeated that Directus may have performed.
	consumes string
}

// operations is the table: the rows of each resource.
var operations = [][]operation{authOperations}

// legacyNames are operations of older workflow files under their present names.
var legacyNames = map[string]string{"del": "delete", "desactive": "deactive"}

// find returns the row for a resource and an operation.
func find(resource, name string) (*operation, *node.OperationError) {
	if present, ok := legacyNames[name]; ok {
		name = present
	}
	var supported []string
	for _, rows := range operations {
		for i := range rows {
			op := &rows[i]
			if op.resource == resource && op.name == name {
				return op, nil
			}
			supported = append(supported, op.resource+": "+op.name)
		}
	}
	wanted := resource
	if name != "" {
		wanted += ": " + name
	}
	return nil, node.NewOperationError(`The Directus operation "`+wanted+`" is not supported yet`, "Supported are "+strings.Join(supported, ", "))
}

// body says what the JSON body of a request is made of.
type body struct {
	fields []field
	// more is the parameter with a collection whose fields join the body under their own names.
	more string
	// json is the parameter that is the whole body when jsonParameters is on.
	json string
}

// field is one field of a body.
type field struct {
	key string
	// parameters are where its value comes from: the first of them that is not empty.
	parameters []string
	// required makes the node fail without a request when there is no value.
	required bool
}

func (f field) missingMessage() string { return "Missing required parameter: " + f.key }

func isEmpty(v any) bool { return v == nil || v == node.Undefined || v == "" }

// missing reports the required fields that are empty in the file.
func (b body) missing(parameters *node.Object) []string {
	var messages []string
	for _, f := range b.fields {
		empty := func(name string) bool {
			v, _ := parameters.Get(name)
			return isEmpty(v)
		}
		if f.required && !slices.ContainsFunc(f.parameters, func(name string) bool { return !empty(name) }) {
			messages = append(messages, f.missingMessage())
		}
	}
	return messages
}

// build resolves the parameters and returns the text of the body.
func (b body) build(p *node.Params) ([]byte, error) {
	if b.json != "" {
		whole, err := p.Bool("jsonParameters")
		if err != nil {
			return nil, err
		}
		if whole {
			return wholeBody(p, b.json)
		}
	}
	o := &node.Object{}
	for _, f := range b.fields {
		v := node.Undefined
		for _, name := range f.parameters {
			var err error
			if v, err = p.Value(name); err != nil {
				return nil, err
			}
			if !isEmpty(v) {
				break
			}
		}
		if f.required && isEmpty(v) {
			return nil, node.NewOperationError(f.missingMessage(),
				`Give the parameter a value; if it is an expression, it found nothing in this item. Nothing was sent.`)
		}
		o.Set(f.key, v)
	}
	if b.more != "" {
		more, err := p.Object(b.more)
		if err != nil {
			return nil, err
		}
		for key, v := range more.All() {
			o.Set(key, v)
		}
	}
	return node.AppendJSON(nil, o), nil
}

// wholeBody returns the text of a parameter that is JSON, or a value that an expression made. Its errors don't quote it.
func wholeBody(p *node.Params, name string) ([]byte, error) {
	v, err := p.Value(name)
	if err != nil {
		return nil, err
	}
	if isEmpty(v) {
		return nil, node.NewOperationError("Parameter \""+name+"\" is empty", "Nothing was sent.")
	}
	text, isText := v.(string)
	if !isText {
		return node.AppendJSON(nil, v), nil
	}
	if v, err = node.ParseJSON([]byte(text)); err == nil {
		return node.AppendJSON(nil, v), nil
	}
	place := ""
	if at, ok := errors.AsType[*json.SyntaxError](err); ok {
		place = " at line " + node.FormatNumber(float64(at.Line)) + ", column " + node.FormatNumber(float64(at.Column))
	}
	return nil, node.NewOperationError("Parameter \""+name+"\" is not valid JSON"+place, "Nothing was sent.")
}
