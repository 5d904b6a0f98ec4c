package directus

import (
	"cmp"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

const nothingSent = "Nothing was sent."

// request is an operation with the values of one item.
type request struct {
	op       *operation
	path     string // below the url of the credential, with the query string
	before   string // the same for the operation's before; empty: none
	url      string // all of it, less the user; known once there is a server
	body     []byte // nil: none
	token    []byte // JSON of the token that it uses up; nil: none
	split    bool   // what splitIntoItems says
	want     string // the value of the parameter that the operation wants
	list     *list  // what is asked of a list; nil: the operation gets none
	simplify bool   // what simplify says
	file     string // the name under which a file goes into the output item; empty: the answer is none
	fileName string // what it is called; empty: as the server says
	// stream says that the body of a good answer is left to the caller, who has to close it.
	stream bool
	// upload opens the body to send instead of body; nil: none.
	upload func() (io.ReadCloser, error)
	length int64 // of what upload yields; -1: not known
	// contentType of the body; empty: application/json.
	contentType string
	header      http.Header // further headers
}

// request resolves the parameters of an item. Whatever is wrong with them is found here, before anything is sent.
func (op *operation) request(p *node.Params) (*request, error) {
	r := &request{op: op}
	var err error
	if r.path, err = fillPath(op.path, p); err != nil {
		return nil, err
	}
	if r.before, err = fillPath(op.before, p); err != nil {
		return nil, err
	}
	if !op.query.isZero() {
		query, err := op.query.build(p)
		if err != nil {
			return nil, err
		}
		fields, isObject := query.(*node.Object)
		if !isObject {
			return nil, node.NewOperationError(`Parameter "`+op.query.json+`" is not a JSON object`, nothingSent)
		}
		fields = fields.Freeze().Edit() // a copy: it may be an item's
		if op.lists {
			r.list = &list{path: r.path, query: fields}
			read := op.readList
			if read == nil {
				read = (*list).read
			}
			if err = read(r.list, p); err != nil {
				return nil, err
			}
			if limit, _ := fields.Get("limit"); queryText(limit) == "-1" {
				r.list.all = true // Directus's own way to ask for everything
			}
			fields.Freeze() // what asks for pages edits copies
		}
		if op.exports {
			if err := r.readExport(p, fields); err != nil {
				return nil, err
			}
		}
		r.path = withQuery(r.path, fields)
		if r.before != "" {
			r.before = withQuery(r.before, fields)
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
	if op.file {
		name, err := p.String("binaryPropertyName")
		if err != nil {
			return nil, err
		}
		r.file = cmp.Or(strings.TrimSpace(name), "data")
	}
	if op.simple != nil {
		if r.simplify, err = p.Bool("simplify"); err != nil {
			return nil, err
		}
	}
	if op.wants != "" {
		if r.want, err = p.String(op.wants); err != nil {
			return nil, err
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
func (op *operation) missing(parameters *node.Object) []node.Fault {
	var faults []node.Fault
	for _, name := range pathParameters(op.path) {
		if v, _ := parameters.Get(name); isEmpty(v) {
			faults = append(faults, node.Fault{Path: name, Message: missingMessage(name)})
		}
	}
	return slices.Concat(faults, op.query.missing(parameters), op.body.missing(parameters))
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

// fillPath returns the path of an operation with the values of its parameters.
func fillPath(path string, p *node.Params) (string, error) {
	for _, name := range pathParameters(path) {
		value, err := pathValue(name, p)
		if err != nil {
			return "", err
		}
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	return path, nil
}

// pathValue returns the value of a parameter that a path has in it.
func pathValue(name string, p *node.Params) (string, error) {
	v, err := p.Value(name)
	if err != nil {
		return "", err
	}
	if !isExact(v) {
		return "", node.NewOperationError(`Parameter "`+name+`" is a number with more digits than a number can hold`,
			"It may be the primary key of another item by now. Give it as text. "+nothingSent)
	}
	value, err := p.String(name)
	switch {
	case err != nil:
		return "", err
	case strings.TrimSpace(value) == "":
		return "", missingValue(name, aboutParameter)
	case value == "." || value == "..": // these lead elsewhere, and can't be encoded
		return "", node.NewOperationError(`Parameter "`+name+`" can't be "`+value+`"`, nothingSent)
	}
	return value, nil
}

// isExact reports whether a value is not a number whose last digits are lost, as those of large primary keys are.
func isExact(v any) bool {
	n, isNumber := v.(float64)
	return !isNumber || math.Abs(n) < 1<<53
}

// withQuery appends a query string in the order of the fields. What is no text goes as JSON, as Directus takes it, but for lists of plain
// values: those are joined by commas, as Directus takes lists of fields.
func withQuery(path string, query *node.Object) string {
	var b strings.Builder
	b.WriteString(path)
	separator := byte('?')
	for key, v := range query.All() {
		if list, isList := v.([]any); v == nil || v == node.Undefined || isList && len(list) == 0 {
			continue
		}
		b.WriteByte(separator)
		b.WriteString(url.QueryEscape(key) + "=" + url.QueryEscape(queryText(v)))
		separator = '&'
	}
	return b.String()
}

func queryText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			switch e.(type) {
			case string, float64, bool:
				parts[i] = queryText(e)
			default:
				return string(node.AppendJSON(nil, v))
			}
		}
		return strings.Join(parts, ",")
	}
	return string(node.AppendJSON(nil, v))
}

// values say what a JSON body or a query string is made of.
type values struct {
	fields []field
	// more is the parameter with a collection whose fields join under their own names.
	more string
	// moreJSON are the fields of that collection that may be JSON as text.
	moreJSON []string
	// json is the parameter that is the whole of it when jsonParameters is on.
	json string
	// always says that it is the whole of it in any case: there is no parameter jsonParameters.
	always bool
	// list says that it has to be a JSON array.
	list bool
	// keys says that it has to tell which ones it is about: without, Directus fails, or does it to all.
	keys bool
	// object says that it has to be a JSON object.
	object bool
	// unlessJSON says that there is none of it when jsonParameters is on.
	unlessJSON bool
	// finish makes the last changes, for a body that is not what the parameters are called.
	finish func(p *node.Params, o *node.Object) error
}

// field is one of the values. One that is empty is left out.
type field struct {
	key string
	// parameters are where its value comes from: the first of them that is not empty. A dot leads into a collection.
	parameters []string
	// required makes the node fail without a request when there is no value; formOnly spares a body that is given as JSON.
	required, formOnly bool
	// json says that a text is JSON, object that it has to be an object.
	json, object bool
}

func isEmpty(v any) bool { return v == nil || v == node.Undefined || v == "" }

const aboutParameter = "Give the parameter a value; if it is an expression, it found nothing in this item."

func missingMessage(key string) string { return "Missing required parameter: " + key }

func missingValue(key, advice string) error {
	return node.NewOperationError(missingMessage(key), sentences(advice, nothingSent))
}

func (vs *values) isZero() bool {
	return vs.fields == nil && vs.more == "" && vs.json == "" && vs.finish == nil
}

// missing reports the required fields that are empty in the file. A JSON body is looked at when it is sent.
func (vs *values) missing(parameters *node.Object) []node.Fault {
	if vs.json != "" {
		if whole, _ := parameters.Get("jsonParameters"); vs.always || whole != false && !isEmpty(whole) {
			return nil
		}
	}
	var faults []node.Fault
	for _, f := range vs.fields {
		empty := func(name string) bool {
			v, _ := parameters.Get(name)
			return isEmpty(v)
		}
		if f.required && !slices.ContainsFunc(f.parameters, func(name string) bool { return !empty(name) }) {
			faults = append(faults, node.Fault{Path: f.parameters[0], Message: missingMessage(f.key)})
		}
	}
	return faults
}

// build resolves the parameters: an object, but for JSON that is something else.
func (vs *values) build(p *node.Params) (any, error) {
	if vs.always {
		v, err := vs.whole(p)
		if o, isObject := v.(*node.Object); isObject && vs.finish != nil {
			o = o.Freeze().Edit() // a copy
			return o, vs.finish(p, o)
		}
		return v, err
	}
	if vs.json != "" || vs.unlessJSON {
		asJSON, err := p.Bool("jsonParameters")
		switch {
		case err != nil:
			return nil, err
		case asJSON && vs.unlessJSON:
			return &node.Object{}, nil
		case asJSON:
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
		if f.object && (v == "" || v == node.Undefined) {
			if given, err := isGiven(p, f.parameters[0]); err != nil || given { // what has lost its filter is about everything
				return nil, cmp.Or(err, emptyParameter(f.parameters[0]))
			}
		}
		if text, isText := v.(string); isText && f.json && text != "" {
			var err error
			if v, err = parseText(f.parameters[0], text); err != nil {
				return nil, err
			}
		}
		_, isObject := v.(*node.Object)
		switch {
		case f.object && !isObject && !isEmpty(v):
			return nil, node.NewOperationError(`Parameter "`+f.parameters[0]+`" is not a JSON object`, nothingSent)
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
			if text, isText := v.(string); isText && slices.Contains(vs.moreJSON, key) {
				if text == "" {
					continue
				}
				if v, err = parseText(vs.more+"."+key, text); err != nil {
					return nil, err
				}
			}
			o.Set(key, v)
		}
	}
	if vs.finish != nil {
		if err := vs.finish(p, o); err != nil {
			return nil, err
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
		return nil, emptyParameter(vs.json)
	}
	if text, isText := v.(string); isText {
		if v, err = parseText(vs.json, text); err != nil {
			return nil, err
		}
	}
	if _, isList := v.([]any); vs.list && !isList {
		return nil, node.NewOperationError(`Parameter "`+vs.json+`" is not a JSON array`, nothingSent)
	}
	_, isObject := v.(*node.Object)
	if vs.object && !isObject {
		return nil, node.NewOperationError(`Parameter "`+vs.json+`" is not a JSON object`, nothingSent)
	}
	if vs.keys && !namesKeys(v) {
		return nil, node.NewOperationError(`Parameter "`+vs.json+`" names no primary keys`,
			"It has to be a JSON array with something in it, or an object with keys or with a query whose filter has a rule. "+nothingSent)
	}
	objects, isList := v.([]any) // several at once
	if !isList {
		objects = []any{v}
	}
	for _, f := range vs.fields {
		for _, e := range objects {
			o, _ := e.(*node.Object)
			if given, _ := o.Get(f.key); f.required && !f.formOnly && isEmpty(given) {
				return nil, missingValue(f.key, `The JSON of the parameter "`+vs.json+`" has no value for it.`)
			}
		}
	}
	return v, nil
}

// isGiven reports whether a field of a collection was added, whatever its value turns out to be.
func isGiven(p *node.Params, path string) (bool, error) {
	collection, name, _ := strings.Cut(path, ".")
	o, err := p.Object(collection)
	return o.Has(name), err
}

func emptyParameter(name string) error {
	return node.NewOperationError(`Parameter "`+name+`" is empty`, nothingSent)
}

func namesKeys(v any) bool {
	if list, isList := v.([]any); isList {
		return len(list) > 0 && !slices.ContainsFunc(list, isEmpty)
	}
	o, _ := v.(*node.Object)
	if keys, given := o.Get("keys"); given {
		list, isList := keys.([]any)
		return isList && namesKeys(list)
	}
	filter, _ := objectIn(o, "query").Get("filter") // a search is none: where no field can be searched, it finds everything
	return hasRule(filter)
}

// hasRule reports whether there is a rule in a filter. Directus takes one without for none at all, and finds everything.
func hasRule(filter any) bool {
	switch filter := filter.(type) {
	case *node.Object:
		for _, v := range filter.All() {
			if hasRule(v) {
				return true
			}
		}
		return false
	case []any:
		return slices.ContainsFunc(filter, hasRule)
	}
	return filter != nil && filter != node.Undefined
}

// parseText reads the text of a parameter that is JSON. Its errors don't quote it.
func parseText(parameter, text string) (any, error) {
	v, err := node.ParseJSON([]byte(text))
	if err != nil {
		place := ""
		if at, ok := errors.AsType[*json.SyntaxError](err); ok {
			place = " at line " + node.FormatNumber(float64(at.Line)) + ", column " + node.FormatNumber(float64(at.Column))
		}
		return nil, node.NewOperationError(`Parameter "`+parameter+`" is not valid JSON`+place, nothingSent)
	}
	return v, nil
}
