package httprequest

import (
	"regexp"
	"slices"

	"github.com/nate-go/nate/node"
)

// custom puts headers, query and body of a JSON text on the request.
func (a *authenticator) custom(d *draft) error {
	parts, valid := jsonObject(a.data.Text("json"))
	if !valid {
		return node.NewOperationError("Invalid Custom Auth JSON", "")
	}
	return a.put(d, parts, noFields)
}

// jsonObject reads an object; nil where the text is something else, and valid where that is JSON. No text is an empty object.
func jsonObject(text string) (o *node.Object, valid bool) {
	if text == "" {
		return &node.Object{}, true
	}
	v, err := node.ParseJSON([]byte(text))
	o, _ = v.(*node.Object)
	return o, err == nil
}

// noFields is the error when the body of a request is none that a credential can add fields to.
const noFields = "The credential has fields for the body, but the body of the request has none"

// put adds headers, qs and body to a request; refusal is the error when its body is none that has fields.
func (a *authenticator) put(d *draft, parts *node.Object, refusal string) error {
	a.shown = nil
	headers, _ := value[*node.Object](parts, "headers")
	for name, v := range headers.All() {
		if v != nil {
			a.header(d, name, textOf(v))
		}
	}
	query, _ := value[*node.Object](parts, "qs")
	d.query = d.joined(d.query, query)
	body, _ := value[*node.Object](parts, "body")
	return a.addToBody(d, body, refusal)
}

// addToBody sets fields of the credential in the body.
func (a *authenticator) addToBody(d *draft, body *node.Object, refusal string) error {
	if body.Len() == 0 {
		return nil
	}
	a.body = true
	switch {
	case d.form != nil:
		d.form = d.joined(d.form, body)
	case d.multipart != nil:
		d.multipart = append(slices.Clone(d.multipart), partsOf(body)...)
	default:
		given, isObject := d.body.(*node.Object)
		if d.body != absent && !isObject || d.file != nil {
			return node.NewOperationError(refusal, "")
		}
		d.body = d.joined(given, body)
	}
	return nil
}

// simplified is what n8n calls the templated type.
const simplified = "Simplified Custom Auth"

// templated puts headers, query and body of a template on the request, with the values that stand apart from it.
func (a *authenticator) templated(d *draft) error {
	text, err := simplifiedObject(a.data.Text("template"), "template")
	if err != nil {
		return err
	}
	for _, name := range []string{"headers", "body", "qs"} {
		if _, isObject := value[*node.Object](text, name); !isObject && text.Has(name) {
			return node.NewOperationError(simplified+" template "+name+" must be a JSON object", "")
		}
	}
	t := template{optional: map[string]bool{}}
	if t.values, err = simplifiedObject(a.data.Text("placeholderValues"), "placeholder values"); err != nil {
		return err
	}
	defs, _ := node.ParseJSON([]byte(a.data.Text("placeholderDefs")))
	list, _ := defs.([]any)
	for _, e := range list {
		if def, ok := e.(*node.Object); ok {
			name, _ := value[string](def, "name")
			t.optional[name], _ = value[bool](def, "optional")
		}
	}
	filled, _, err := t.fill(text)
	if err != nil {
		return err
	}
	return a.put(d, filled.(*node.Object), //nolint:forcetypeassert // of an object comes an object
		simplified+" body templates cannot be applied to non-object request bodies")
}

func simplifiedObject(text, what string) (*node.Object, error) {
	o, valid := jsonObject(text)
	switch {
	case !valid:
		return nil, node.NewOperationError("Invalid "+simplified+" "+what+" JSON", "")
	case o == nil:
		return nil, node.NewOperationError(simplified+" "+what+" must be a JSON object", "")
	}
	return o, nil
}

// template is JSON whose texts have placeholders.
type template struct {
	values   *node.Object
	optional map[string]bool
}

var placeholder = regexp.MustCompile(`\{\{\s*([\w.-]+)\s*\}\}`)

// fill puts the values in; keep is false for a text that needs an optional one which is empty. Values never change the structure.
func (t template) fill(v any) (filled any, keep bool, err error) {
	switch v := v.(type) {
	case string:
		return t.fillText(v)
	case []any:
		list := []any{}
		for _, e := range v {
			if filled, keep, err = t.fill(e); err != nil {
				return nil, false, err
			}
			if keep {
				list = append(list, filled)
			}
		}
		return list, true, nil
	case *node.Object:
		o := &node.Object{}
		for name, e := range v.All() {
			if filled, keep, err = t.fill(e); err != nil {
				return nil, false, err
			}
			if keep {
				o.Set(name, filled)
			}
		}
		return o, true, nil
	}
	return v, true, nil
}

func (t template) fillText(text string) (filled any, keep bool, err error) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if t.isEmpty(m[1]) && t.optional[m[1]] {
			return nil, false, nil
		}
	}
	filled = placeholder.ReplaceAllStringFunc(text, func(marker string) string {
		name := placeholder.FindStringSubmatch(marker)[1]
		v, _ := t.values.Get(name)
		_, isList := v.([]any)
		_, isObject := v.(*node.Object)
		switch {
		case err != nil: // the first error counts
		case t.isEmpty(name):
			err = node.NewOperationError("No value set for placeholder "+marker+" of the "+simplified+" credential", "")
		case isList || isObject:
			err = node.NewOperationError("The value of placeholder "+marker+" of the "+simplified+" credential must be a plain value", "")
		}
		return textOf(v)
	})
	return filled, true, err
}

func (t template) isEmpty(name string) bool {
	v, _ := t.values.Get(name)
	return v == nil || v == ""
}
