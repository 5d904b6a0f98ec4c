package httprequest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// legacyTimeout is how long versions 1 and 2 wait when no timeout is set.
const legacyTimeout = time.Hour

// legacy reads the parameters of type versions 1 and 2.
func (r *reader) legacy() (*draft, error) {
	d := &draft{headers: &node.Object{}, query: &node.Object{}, body: absent, textFormat: "String", maxRedirects: defaultRedirects, noRequest: true, plain: true}
	var err error
	if d.url, err = r.address(); err != nil {
		return nil, err
	}
	if d.method, err = r.String("requestMethod"); err != nil {
		return nil, err
	}
	if d.transport.SkipVerify, err = r.Bool("allowUnauthorizedCerts"); err != nil {
		return nil, err
	}
	if d.format, err = r.String("responseFormat"); err != nil {
		return nil, err
	}
	d.output = "data"
	if d.format == "string" || d.format == "file" {
		if d.output, err = r.String("dataPropertyName"); err != nil {
			return nil, err
		}
	}
	options, err := r.Object("options")
	if err != nil {
		return nil, err
	}
	bodyType := d.legacyOptions(options)
	if err := r.legacyParameters(d, bodyType); err != nil {
		return nil, err
	}
	r.legacyBody(d, bodyType)
	if custom, _ := value[string](options, "bodyContentCustomMimeType"); custom != "" {
		setHeader(d.headers, "Content-Type", custom)
	}
	if d.format == "string" {
		d.format = "text"
	}
	d.accept()
	return d, nil
}

// legacyOptions reads the options, and returns the form of the body.
func (d *draft) legacyOptions(options *node.Object) string {
	d.batchSize, _ = number(options, "batchSize")
	if !options.Has("batchSize") {
		d.batchSize = -1
	}
	d.batchInterval, _ = number(options, "batchInterval")
	d.full = truthy(options, "fullResponse")
	d.neverError, _ = value[bool](options, "ignoreResponseCode")
	d.split, _ = value[bool](options, "splitIntoItems")
	d.transport.Proxy, _ = value[string](options, "proxy")
	d.timeout = legacyTimeout
	if ms, ok := number(options, "timeout"); ok && ms > 0 {
		d.timeout = milliseconds(ms)
	}
	follow, set := value[bool](options, "followRedirect")
	all, _ := value[bool](options, "followAllRedirects")
	d.follow = all || (follow || !set) && (d.method == "GET" || d.method == "HEAD")
	if repeat, _ := value[bool](options, "useQueryString"); repeat {
		d.arrays, d.formArrays = "repeat", "repeat"
	}
	bodyType, _ := value[string](options, "bodyContentType")
	if bodyType == "" {
		bodyType = "json"
	}
	return bodyType
}

// hasBody reports whether a method may have a body by the Definition.
func hasBody(method string) bool {
	return method == "PATCH" || method == "POST" || method == "PUT" || method == "DELETE"
}

// legacyParameters reads body, headers and query.
func (r *reader) legacyParameters(d *draft, bodyType string) error {
	asJSON, err := r.Bool("jsonParameters")
	if err != nil {
		return err
	}
	if asJSON {
		return r.legacyJSON(d, bodyType)
	}
	if hasBody(d.method) {
		rows, err := r.pairs("bodyParametersUi", "parameter")
		if err != nil {
			return err
		}
		if len(rows) > 0 || rows != nil && bodyType != "multipart-form-data" {
			body := &node.Object{}
			for _, row := range rows {
				name, v := nameValue(row)
				setValue(body, name, v)
			}
			d.body = body
		}
	}
	rows, err := r.pairs("headerParametersUi", "parameter")
	if err != nil {
		return err
	}
	for _, row := range rows {
		name, v := nameValue(row)
		setHeader(d.headers, strings.ToLower(name), v)
	}
	if rows, err = r.pairs("queryParametersUi", "parameter"); err != nil {
		return err
	}
	for _, row := range rows {
		name, v := nameValue(row)
		switch earlier, _ := d.query.Get(name); earlier := earlier.(type) {
		case string:
			v = []any{earlier, v}
		case []any:
			v = slices.Concat(earlier, []any{v})
		}
		setValue(d.query, name, v)
	}
	return nil
}

// nameValue is a row of fields: its name as JavaScript has it as a key, and its value, which may be undefined.
func nameValue(row *node.Object) (string, any) {
	name, ok := row.Get("name")
	if !ok {
		name = ""
	}
	v, ok := row.Get("value")
	if !ok {
		v = node.Undefined
	}
	return fields.Text(name), v
}

func (r *reader) legacyJSON(d *draft, bodyType string) error {
	files := false
	if hasBody(d.method) && d.method != "DELETE" {
		var err error
		if files, err = r.Bool("sendBinaryData"); err != nil {
			return err
		}
	}
	switch {
	case files:
		if err := r.legacyFiles(d, bodyType); err != nil {
			return err
		}
	case hasBody(d.method):
		v, err := r.legacyValue("bodyParametersJson", "Body Parameters", bodyType)
		if err != nil {
			return err
		}
		d.body = v
	}
	headers, err := r.legacyValue("headerParametersJson", "Headers", bodyType)
	if err != nil {
		return err
	}
	if o, ok := headers.(*node.Object); ok {
		for name, v := range o.All() {
			setHeader(d.headers, name, v)
		}
	}
	query, err := r.legacyValue("queryParametersJson", "Query Parameters", bodyType)
	if o, ok := query.(*node.Object); ok {
		d.query = o
	}
	return err
}

// legacyValue reads a parameter with JSON; absent when it is empty.
func (r *reader) legacyValue(name, field, bodyType string) (any, error) {
	v, err := r.Optional(name) // DELETE has no body where files are to be sent
	if err != nil {
		return nil, err
	}
	text, isText := v.(string)
	switch {
	case isText && text == "" || v == nil || v == node.Undefined:
		return absent, nil
	case !isText || bodyType == "raw":
		return v, nil
	}
	parsed, err := node.ParseJSON([]byte(text))
	if err != nil {
		return nil, node.AtItem(node.NewOperationError(fmt.Sprintf("The data in %q is no valid JSON. Set Body Content Type to "+
			`"RAW/Custom" for XML or other types of payloads`, field), ""), r.item)
	}
	return parsed, nil
}

func (r *reader) legacyFiles(d *draft, bodyType string) error {
	if bodyType != "raw" && bodyType != "multipart-form-data" {
		return node.AtItem(node.NewOperationError(`Sending binary data is only supported when option "Body Content Type" is set to `+
			`"RAW/CUSTOM" or "FORM-DATA/MULTIPART"!`, ""), r.item)
	}
	names, err := r.String("binaryPropertyName")
	if err != nil {
		return err
	}
	if bodyType == "raw" {
		file, err := r.call.Binary(r.item, names)
		d.file = &file
		return err
	}
	d.multipart = []part{}
	list := strings.Split(names, ",")
	for _, pair := range list {
		field, name, ok := strings.Cut(strings.TrimSpace(pair), ":")
		if !ok {
			field, name = "file", field
			if len(list) > 1 {
				return node.AtItem(node.NewOperationError("If more than one property should be send it is needed to define the in the format:"+
					`<code>"sendKey1:binaryProperty1,sendKey2:binaryProperty2"</code>`, ""), r.item)
			}
		}
		file, err := r.call.Binary(r.item, name)
		if err != nil {
			return err
		}
		d.multipart = append(d.multipart, part{name: field, file: &file})
	}
	return nil
}

// legacyBody brings the body into its form.
func (r *reader) legacyBody(d *draft, bodyType string) {
	d.raw = bodyType == "raw"
	d.parsesJSON = !d.raw && d.format != "file"
	if _, set := header(d.headers, "content-type"); !set && !d.raw && d.format == "file" && d.file == nil && d.multipart == nil &&
		d.body == absent && hasBody(d.method) && d.method != "DELETE" {
		d.headers.Set("content-type", jsonType) // n8n tells the type of the body that is not there
	}
	if d.method == "DELETE" || d.body == absent || d.multipart != nil {
		return
	}
	o, isObject := d.body.(*node.Object)
	switch {
	case bodyType == "multipart-form-data" && isObject:
		d.multipart, d.body = partsOf(o), absent
	case bodyType == "form-urlencoded" && isObject:
		d.form, d.body = o, absent
	}
}
