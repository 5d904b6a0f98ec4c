package directus

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

const nothingSent = "Nothing was sent."

// request is an operation with the values of one item.
type request struct {
	op    *operation
	path  string // below the url of the credential, with the query string
	url   string // all of it, less the user; known once there is a server
	body  []byte // nil: none
	token []byte // JSON of the token that it uses up; nil: none
	split bool   // what splitIntoItems says
}

// request resolves the parameters of an item. Whatever is wrong with them is found here, before anything is sent.
func (op *operation) request(p *node.Params) (*request, error) {
	r := &request{op: op}
	var err error
	if r.path, err = op.fillPath(p); err != nil {
		return nil, err
	}
	if !op.query.isZero() {
		query, err := op.query.build(p)
		if err != nil {
			return nil, err
		}
		if r.path, err = withQuery(r.path, query, op.query.json); err != nil {
			return nil, err
		}
	}
	if !op.body.isZero() {
		body, err := op.body.build(p)
		if err != nil {
			return nil, err
		}
		r.body = node.AppendJSON(nil, body)
		if op.consumes != nil {
			o, _ := body.(*node.Object)
			token, _ := o.Get(op.consumes.field)
			r.token = node.AppendJSON(nil, token)
		}
	}
	if op.splits {
		if r.split, err = p.Bool("splitIntoItems"); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// missing reports the required values that are empty in the file.
func (op *operation) missing(parameters *node.Object) []string {
	var messages []string
	for _, name := range pathParameters(op.path) {
		if v, _ := parameters.Get(name); isEmpty(v) {
			messages = append(messages, missingMessage(name))
		}
	}
	return slices.Concat(messages, op.query.missing(parameters), op.body.missing(parameters))
}

// pathParameters lists the parameters in the path of an operation.
func pathParameters(path string) []string {
	var names []string
	for {
		_, after, found := strings.Cut(path, "{")
		if !found {
			return names
		}
		var name string
		name, path, _ = strings.Cut(after, "}")
		names = append(names, name)
	}
}

// fillPath returns the path with the values of its parameters.
func (op *operation) fillPath(p *node.Params) (string, error) {
	path := op.path
	for _, name := range pathParameters(path) {
		value, err := p.String(name)
		switch {
		case err != nil:
			return "", err
		case value == "":
			return "", missingValue(name, aboutParameter)
		case value == "." || value == "..": // these lead elsewhere, and can't be encoded
			return "", node.NewOperationError(`Parameter "`+name+`" can't be "`+value+`"`, nothingSent)
		}
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	return path, nil
}

// withQuery appends a query string in the order of the fields. What is no text goes as JSON, as Directus takes it.
func withQuery(path string, query any, parameter string) (string, error) {
	fields, isObject := query.(*node.Object)
	if !isObject {
		return "", node.NewOperationError(`Parameter "`+parameter+`" is not a JSON object`, nothingSent)
	}
	var b strings.Builder
	b.WriteString(path)
	separator := byte('?')
	for key, v := range fields.All() {
		if v == nil || v == node.Undefined {
			continue
		}
		text, isText := v.(string)
		if !isText {
			text = string(node.AppendJSON(nil, v))
		}
		b.WriteByte(separator)
		b.WriteString(url.QueryEscape(key) + "=" + url.QueryEscape(text))
		separator = '&'
	}
	return b.String(), nil
}

// values say what a JSON body or a query string is made of.
type values struct {
	fields []field
	// more is the parameter with a collection whose fields join under their own names.
	more string
	// json is the parameter that is the whole of it when jsonParameters is on.
	json string
}

// field is one of the values. One that is empty is left out.
type field struct {
	key string
	// parameters are where its value comes from: the first of them that is not empty. A dot leads into a collection.
	parameters []string
	// required makes the node fail without a request when there is no value.
	required bool
}

func isEmpty(v any) bool { return v == nil || v == node.Undefined || v == "" }

const aboutParameter = "Give the parameter a value; if it is an expression, it found nothing in this item."

func missingMessage(key string) string { return "Missing required parameter: " + key }

func missingValue(key, advice string) error {
	return node.NewOperationError(missingMessage(key), sentences(advice, nothingSent))
}

func (vs *values) isZero() bool { return vs.fields == nil && vs.more == "" && vs.json == "" }

// missing reports the required fields that are empty in the file. A JSON body is looked at when it is sent.
func (vs *values) missing(parameters *node.Object) []string {
	if vs.json != "" {
		if whole, _ := parameters.Get("jsonParameters"); whole != false && !isEmpty(whole) {
			return nil
		}
	}
	var messages []string
	for _, f := range vs.fields {
		empty := func(name string) bool {
			v, _ := parameters.Get(name)
			return isEmpty(v)
		}
		if f.required && !slices.ContainsFunc(f.parameters, func(name string) bool { return !empty(name) }) {
			messages = append(messages, missingMessage(f.key))
		}
	}
	return messages
}

// build resolves the parameters: an object, but for JSON that is something else.
func (vs *values) build(p *node.Params) (any, error) {
	if vs.json != "" {
		whole, err := p.Bool("jsonParameters")
		if err != nil {
			return nil, err
		}
		if whole {
			return vs.whole(p)
		}
	}
	o := &node.Object{}
	for _, f := range vs.fields {
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
		switch {
		case !isEmpty(v):
			o.Set(f.key, v)
		case f.required:
			return nil, missingValue(f.key, aboutParameter)
		}
	}
	if vs.more != "" {
		more, err := p.Object(vs.more)
		if err != nil {
			return nil, err
		}
		for key, v := range more.All() {
			o.Set(key, v)
		}
	}
	return o, nil
}

// whole reads the parameter that is JSON, or a value that an expression made. Its errors don't quote it.
func (vs *values) whole(p *node.Params) (any, error) {
	v, err := p.Value(vs.json)
	if err != nil {
		return nil, err
	}
	if isEmpty(v) {
		return nil, node.NewOperationError(`Parameter "`+vs.json+`" is empty`, nothingSent)
	}
	if text, isText := v.(string); isText {
		if v, err = node.ParseJSON([]byte(text)); err != nil {
			place := ""
			if at, ok := errors.AsType[*json.SyntaxError](err); ok {
				place = " at line " + node.FormatNumber(float64(at.Line)) + ", column " + node.FormatNumber(float64(at.Column))
			}
			return nil, node.NewOperationError(`Parameter "`+vs.json+`" is not valid JSON`+place, nothingSent)
		}
	}
	o, _ := v.(*node.Object)
	for _, f := range vs.fields {
		if given, _ := o.Get(f.key); f.required && isEmpty(given) {
			return nil, missingValue(f.key, `The JSON of the parameter "`+vs.json+`" has no value for it.`)
		}
	}
	return v, nil
}
