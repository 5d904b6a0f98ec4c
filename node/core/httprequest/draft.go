package httprequest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// draft is what the parameters of one item ask for, less the credentials.
type draft struct {
	method string
	url    string
	// query and headers are by name, in order; a value may be a list. repeat, brackets or indices (or empty) is how lists in the query are
	// written.
	query, headers *node.Object
	arrays         string
	// formArrays is the same for the lists in a form.
	formArrays string
	sendsQuery bool // also where it is empty
	// parsesJSON says that n8n's client is told to speak JSON.
	parsesJSON bool
	// body is a JSON value, text, or nil; form and multipart take its place. absent tells no body from null.
	body      any
	form      *node.Object
	multipart []part
	file      *node.Binary
	raw       bool // text that is sent as it is
	// ownFirst says that fields of the request's own go before those of a credential that are of the same name, and are written after them.
	ownFirst bool

	follow       bool
	maxRedirects int
	timeout      time.Duration
	transport    node.TransportOptions
	sslAuth      bool
	neverError   bool

	batchSize, batchInterval float64
	pagination               *node.Object // as resolved without an answer; nil: none

	// How the answer is read.
	format     string // autodetect, json, text, file
	output     string
	full       bool
	split      bool   // each element of an array becomes an item
	textFormat string // what the editor calls the format to choose when an answer is no JSON
	asText     bool   // what a text format gets is text, also where n8n's client has parsed it
	noRequest  bool   // errors do not show the request
	plain      bool   // errors are told in the words of n8n's client
}

// part is a field of a form with files.
type part struct {
	name, text string
	file       *node.Binary
}

// absent is the body of a request that has none.
var absent any = node.Undefined //nolint:gochecknoglobals // a constant

const (
	defaultTimeout   = 300 * time.Second
	defaultRedirects = 21
)

// reader reads the parameters of one item.
type reader struct {
	*node.Params
	ctx     context.Context //nolint:containedctx // of the run of the node
	call    *node.Call
	item    int
	version float64
}

// current reads the parameters of type versions 3 to 4.5.
func (r *reader) current() (*draft, error) {
	d := &draft{headers: &node.Object{}, query: &node.Object{}, body: absent, textFormat: "Text", split: true, asText: true}
	var err error
	if d.url, err = r.address(); err != nil {
		return nil, err
	}
	if d.method, err = r.String("method"); err != nil {
		return nil, err
	}
	if d.sslAuth, err = r.Bool("provideSslCertificates"); err != nil {
		return nil, err
	}
	options, err := r.Object("options")
	if err != nil {
		return nil, err
	}
	r.options(d, options)
	for _, step := range []func(*draft) error{r.sentBody, r.sentQuery, r.sentHeaders} {
		if err := step(d); err != nil {
			return nil, err
		}
	}
	if lower, set := value[bool](options, "lowercaseHeaders"); !set || lower {
		d.headers = lowered(d.headers)
	}
	if contentType, err := r.rawContentType(d); err != nil {
		return nil, err
	} else if d.raw {
		setHeader(d.headers, "content-type", contentType)
	}
	d.accept()
	return d, nil
}

// address returns the url. The errors are n8n's.
func (r *reader) address() (string, error) {
	v, err := r.Value("url")
	if err != nil {
		return "", err
	}
	text, ok := v.(string)
	if !ok {
		kind := map[bool]string{true: "null", false: node.TypeName(v)}[v == nil]
		for _, article := range []string{"a ", "an "} {
			kind = strings.TrimPrefix(kind, article)
		}
		return "", node.NewOperationError("URL parameter must be a string, got "+strings.Replace(kind, "array", "object", 1), "")
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", node.NewOperationError("URL parameter cannot be empty", "")
	case !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://"):
		return "", node.NewOperationError(fmt.Sprintf(`Invalid URL: %s. URL must start with "http" or "https".`, text), "")
	}
	return text, nil
}

// options reads the options that need no other parameter.
func (r *reader) options(d *draft, options *node.Object) {
	within := func(group, inner string) *node.Object {
		o, _ := value[*node.Object](options, group)
		o, _ = value[*node.Object](o, inner)
		return o
	}
	batch := within("batching", "batch")
	d.batchSize, _ = value[float64](batch, "batchSize")
	d.batchInterval, _ = value[float64](batch, "batchInterval")
	d.arrays, _ = value[string](options, "queryParameterArrays")
	d.timeout = defaultTimeout
	if ms, ok := number(options, "timeout"); ok && ms > 0 {
		d.timeout = milliseconds(ms)
	}
	d.transport.Proxy, _ = value[string](options, "proxy")
	d.transport.SkipVerify, _ = value[bool](options, "allowUnauthorizedCerts")

	d.maxRedirects = defaultRedirects
	if redirect := within("redirect", "redirect"); options.Has("redirect") {
		d.follow = truthy(redirect, "followRedirects")
		if n, ok := number(redirect, "maxRedirects"); ok && n > 0 {
			d.maxRedirects = int(min(n, 1000))
		}
	} else {
		d.follow = r.version >= 4
	}

	response := within("response", "response")
	d.full = truthy(response, "fullResponse")
	d.neverError = truthy(response, "neverError")
	if d.format, _ = value[string](response, "responseFormat"); d.format == "" {
		d.format = "autodetect"
	}
	if d.output, _ = value[string](response, "outputPropertyName"); d.output == "" {
		d.output = "data"
	}
	d.parsesJSON = d.format == "json" || d.format == "text"
	if pages := within("pagination", "pagination"); pages.Len() > 0 {
		if mode, _ := value[string](pages, "paginationMode"); mode != "off" {
			d.pagination = pages
		}
	}
}

// truthy reports whether an option is on: an expression may have given it any value.
func truthy(o *node.Object, name string) bool {
	v, ok := o.Get(name)
	return ok && v != node.Undefined && fields.Truthy(v)
}

func number(o *node.Object, name string) (float64, bool) {
	v, ok := o.Get(name)
	f := fields.Number(v)
	return f, ok && v != nil && !math.IsNaN(f)
}

// pairs returns the rows of a fixedCollection; nil: it has no list of them.
func (r *reader) pairs(name, group string) ([]*node.Object, error) {
	list, err := r.list(name, group)
	if err != nil || list == nil {
		return nil, err
	}
	rows := make([]*node.Object, 0, len(list))
	for _, e := range list {
		if row, ok := e.(*node.Object); ok {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// list is the list of a fixedCollection. As in n8n, the current design asks for it alone.
func (r *reader) list(name, group string) ([]any, error) {
	if r.version >= 3 {
		v, err := r.Optional(name + "." + group)
		list, _ := v.([]any)
		return list, err
	}
	o, err := r.Object(name)
	list, _ := value[[]any](o, group)
	return list, err
}

// add sets a field; from version 4.3 on the values of a repeated name become a list.
func (r *reader) add(o *node.Object, row *node.Object) {
	key, v := nameValue(row)
	earlier, repeated := o.Get(key)
	switch list, isList := earlier.([]any); {
	case r.version < 4.3 || !repeated || earlier == node.Undefined:
		setValue(o, key, v)
	case isList:
		o.Set(key, slices.Concat(list, []any{v}))
	default:
		o.Set(key, []any{earlier, v})
	}
}

// setValue sets a value, which may be undefined.
func setValue(o *node.Object, key string, v any) {
	if v == node.Undefined {
		o.Delete(key)
		return
	}
	o.Set(key, v)
}

func (r *reader) keypairs(name string, keep func(*node.Object) bool) (*node.Object, error) {
	rows, err := r.pairs(name, "parameters")
	if err != nil {
		return nil, err
	}
	o := &node.Object{}
	for _, row := range rows {
		if keep == nil || keep(row) {
			r.add(o, row)
		}
	}
	return o, nil
}

// json reads a parameter that holds JSON as text. field is what the editor calls it.
func (r *reader) json(name, field string) (any, error) {
	v, err := r.Value(name)
	if err != nil {
		return nil, err
	}
	text, ok := v.(string)
	if !ok {
		text = jsText(v)
	}
	parsed, err := node.ParseJSON([]byte(text))
	if err != nil {
		e := node.NewOperationError(fmt.Sprintf("The value in the %q field is not valid JSON", field), err.Error())
		return nil, node.AtItem(e, r.item)
	}
	return parsed, nil
}

func (r *reader) sentBody(d *draft) error {
	send, err := r.Bool("sendBody")
	if err != nil || !send {
		return err
	}
	contentType, err := r.String("contentType")
	if err != nil {
		return err
	}
	if bodyless(d.method) {
		switch contentType {
		case "binaryData":
			return nil
		case "raw":
			d.raw = true
			return nil
		case "multipart-form-data":
			if r.version >= 4.2 {
				break
			}
			d.body, err = r.keypairs("bodyParameters", func(row *node.Object) bool {
				kind, _ := value[string](row, "parameterType")
				return kind != "formBinaryData"
			})
			return err
		}
	}
	switch contentType {
	case "binaryData":
		file, err := r.fileOf("inputDataFieldName")
		if err != nil {
			return err
		}
		d.file = file
		mimeType := file.MimeType()
		if mimeType == "" {
			mimeType = "application/octet-stream"
		}
		d.headers.Set("content-type", mimeType)
		return nil
	case "raw":
		d.raw = true
		v, err := r.Value("body")
		if err == nil {
			d.body = v
		}
		return err
	case "multipart-form-data":
		return r.multipart(d)
	}
	specify, err := r.String("specifyBody")
	if err != nil {
		return err
	}
	switch {
	case contentType == "form-urlencoded" && specify == "string":
		form, err := r.formText()
		d.setForm(form)
		return err
	case contentType == "form-urlencoded":
		form, err := r.keypairs("bodyParameters", nil)
		d.setForm(form)
		return err
	case specify == "json":
		return r.jsonBody(d)
	case r.version >= 4:
		return r.nestedBody(d)
	}
	o, err := r.keypairs("bodyParameters", nil)
	d.body = o
	return err
}

// formText reads a form that is given as text, or as an object of an expression.
func (r *reader) formText() (*node.Object, error) {
	v, err := r.Value("body")
	if o, isObject := v.(*node.Object); isObject && err == nil {
		form := &node.Object{}
		for name, v := range o.All() {
			form.Set(name, fields.Text(v))
		}
		return form, nil
	}
	text, err := r.String("body")
	return parsedForm(text), err
}

// bodyless reports whether n8n takes a method for one without a body: of such a request forms are JSON, and there are no files and no raw
// body. Only forms with files are as elsewhere, from version 4.2 on.
func bodyless(method string) bool {
	return method == "HEAD" || method == "OPTIONS" || method == "TRACE"
}

func (d *draft) setForm(o *node.Object) {
	if bodyless(d.method) {
		d.body = o
	} else {
		d.form = o
	}
}

func (r *reader) jsonBody(d *draft) error {
	v, err := r.Value("jsonBody")
	if err != nil {
		return err
	}
	switch v.(type) {
	case *node.Object, []any:
		d.body = v
		return nil
	}
	d.body, err = r.json("jsonBody", "JSON Body")
	return err
}

// nestedBody makes a JSON body of fields whose names are paths.
func (r *reader) nestedBody(d *draft) error {
	rows, err := r.pairs("bodyParameters", "parameters")
	if err != nil {
		return err
	}
	body := &node.Object{}
	for _, row := range rows {
		name, v := nameValue(row)
		if err := fields.Set(body, name, v); err != nil {
			return node.AtItem(err, r.item)
		}
	}
	d.body = body
	return nil
}

func (r *reader) multipart(d *draft) error {
	rows, err := r.pairs("bodyParameters", "parameters")
	if err != nil {
		return err
	}
	d.multipart = []part{}
	for _, row := range rows {
		name, v := nameValue(row)
		p := part{name: name}
		if kind, _ := value[string](row, "parameterType"); kind == "formBinaryData" {
			of, _ := row.Get("inputDataFieldName")
			if of == nil || of == "" {
				continue
			}
			file, err := r.call.Binary(r.item, of)
			if err != nil {
				return err
			}
			p.file = &file
		} else {
			if v == node.Undefined {
				continue
			}
			p.text = jsText(v)
		}
		d.multipart = r.addPart(d.multipart, p)
	}
	return nil
}

// addPart adds a part of a form. Before version 4.2 one whose name is there already takes the other's place.
func (r *reader) addPart(parts []part, p part) []part {
	at := slices.IndexFunc(parts, func(other part) bool { return other.name == p.name })
	if at < 0 || r.version >= 4.2 {
		return append(parts, p)
	}
	parts[at] = p
	return parts
}

func (r *reader) fileOf(name string) (*node.Binary, error) {
	v, err := r.Value(name)
	if err != nil {
		return nil, err
	}
	file, err := r.call.Binary(r.item, v)
	return &file, err
}

func (r *reader) sentQuery(d *draft) error {
	send, err := r.Bool("sendQuery")
	if err != nil || !send {
		d.arrays = ""
		return err
	}
	d.sendsQuery = true
	specify, err := r.String("specifyQuery")
	if err != nil {
		return err
	}
	if specify != "json" {
		d.query, err = r.keypairs("queryParameters", nil)
		return err
	}
	v, err := r.json("jsonQuery", "JSON Query Parameters")
	if o, ok := v.(*node.Object); ok {
		d.query = o
	}
	return err
}

func (r *reader) sentHeaders(d *draft) error {
	send, err := r.Bool("sendHeaders")
	if err != nil || !send {
		return err
	}
	specify, err := r.String("specifyHeaders")
	if err != nil {
		return err
	}
	var more *node.Object
	if specify == "json" {
		v, err := r.json("jsonHeaders", "JSON Headers")
		if err != nil {
			return err
		}
		more, _ = v.(*node.Object)
	} else if more, err = r.keypairs("headerParameters", func(row *node.Object) bool {
		name, _ := row.Get("name")
		return textOf(name) != ""
	}); err != nil {
		return err
	}
	for name, v := range more.All() {
		setHeader(d.headers, name, v)
	}
	return nil
}

func (r *reader) rawContentType(d *draft) (string, error) {
	if !d.raw {
		return "", nil
	}
	return r.String("rawContentType")
}

// accept adds the header that n8n sends.
func (d *draft) accept() {
	if _, ok := header(d.headers, "accept"); ok {
		return
	}
	accept := "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7"
	switch d.format {
	case "json":
		accept = "application/json,text/*;q=0.99"
	case "text":
		accept = "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, */*;q=0.1"
	}
	d.headers.Set("accept", accept)
}

func lowered(o *node.Object) *node.Object {
	out := &node.Object{}
	for name, v := range o.All() {
		out.Set(strings.ToLower(name), v)
	}
	return out
}

// header finds a header whatever the case of its name.
func header(o *node.Object, name string) (any, bool) {
	for k, v := range o.All() {
		if strings.EqualFold(k, name) {
			return v, true
		}
	}
	return nil, false
}

// setHeader sets a header in the place of one whose name differs in case only.
func setHeader(o *node.Object, name string, v any) {
	for k := range o.All() {
		if strings.EqualFold(k, name) && k != name {
			o.Delete(k)
			break
		}
	}
	setValue(o, name, v)
}

// textOf is JavaScript's String(v), but that null and undefined are empty.
func textOf(v any) string {
	if v == nil || v == node.Undefined {
		return ""
	}
	return fields.Text(v)
}

// jsText is a value as text: what is text as it is, objects and lists as JSON.
func jsText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return "null"
	case float64:
		return node.FormatNumber(v)
	case bool:
		return fmt.Sprint(v)
	}
	if v == node.Undefined {
		return "undefined"
	}
	if d, ok := v.(node.Date); ok {
		return d.String()
	}
	return string(node.AppendJSON(nil, v))
}
