package core

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewSet returns Edit Fields (n8n-nodes-base.set from version 3 on): it sets fields of each item, from a list of fields or
// from a JSON object, and chooses which of the item's other fields to keep.
//
// Where n8n loses a value in silence, it is kept here (fields named constructor, prototype or __proto__), or it is an error
// (an object in JavaScript's notation with parts that would have to be evaluated). Items have no files yet: the options on
// binary data are known and have no effect.
func NewSet() node.Node { return node.PerItem(setDefinition(), edit) }

// editor makes the output of one item.
type editor struct {
	node.ItemCall
	version float64
	// dots says that names are paths.
	dots bool
	// lenient says that a value of the wrong type is set as it is.
	lenient bool
	out     *node.Object
}

func edit(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	options, err := it.Params.Value("options")
	if err != nil {
		return nil, err
	}
	set, _ := options.(*node.Object)
	dots, _ := set.Get("dotNotation")
	lenient, _ := set.Get("ignoreConversionErrors")
	e := &editor{ItemCall: it, version: it.Instance().TypeVersion, dots: dots != false, lenient: fields.Truthy(lenient)}
	if err := e.include(); err != nil {
		return nil, err
	}
	mode, err := it.Params.String("mode")
	if err != nil {
		return nil, err
	}
	switch {
	case mode == "raw":
		err = e.setJSON()
	case mode != "manual":
		err = node.NewOperationError(fmt.Sprintf("The mode %q is not known", mode), `It is "manual" or "raw"`)
	case e.version < setAssignments:
		err = e.setFields()
	default:
		err = e.setAssignments()
	}
	if err != nil {
		return nil, err
	}
	return e.duplicated(ctx)
}

// include begins the output with the fields of the input that are to be kept.
func (e *editor) include() error {
	include := "none"
	other := any(true)
	var err error
	if e.version >= setAssignments {
		if other, err = e.Params.Value("includeOtherFields"); err != nil {
			return err
		}
	}
	if fields.Truthy(other) {
		if include, err = e.Params.String("include"); err != nil {
			return err
		}
	}
	in := e.Item().JSON
	e.out = &node.Object{}
	switch include {
	case "none":
		return nil
	case "all":
		e.out = fields.Copy(in)
		return nil
	case "selected":
		return e.eachName("includeFields", func(name string) error { return e.keep(in, name) })
	case "except":
		e.out = fields.Copy(in)
		return e.eachName("excludeFields", func(name string) error {
			if e.dots {
				fields.Unset(e.out, name)
			} else {
				e.out.Delete(unquoted(in, name))
			}
			return nil
		})
	}
	return node.NewOperationError(fmt.Sprintf("The include option %q is not known!", include), "")
}

// eachName calls fn for the names that a parameter lists.
func (e *editor) eachName(parameter string, fn func(name string) error) error {
	list, err := e.Params.String(parameter)
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if err := fn(name); err != nil {
			return err
		}
	}
	return nil
}

// keep puts a field of the input out: one further inside under the last part of its name, as n8n does.
func (e *editor) keep(in *node.Object, name string) error {
	if !e.dots {
		key := unquoted(in, name)
		v, ok := in.Get(key)
		if !ok {
			v = node.Undefined
		}
		e.out.Set(key, v)
		return nil
	}
	return fields.Set(e.out, name[strings.LastIndexByte(name, '.')+1:], fields.Get(in, name))
}

// set puts a value into the output.
func (e *editor) set(name string, v any) error {
	if _, isDate := v.(node.Date); isDate || e.version >= setPlain {
		v = plain(v)
	}
	if !e.dots {
		e.out.Set(unquoted(e.out, name), v)
		return nil
	}
	return fields.Set(e.out, name, v)
}

// unquoted is the key that a name means where names are no paths: the name itself if o has it, else what stands in
// brackets and quotes.
func unquoted(o *node.Object, name string) string {
	if len(name) < 4 || o.Has(name) {
		return name
	}
	switch inner := name[2 : len(name)-2]; {
	case name[:2] == `["` && name[len(name)-2:] == `"]`, name[:2] == `['` && name[len(name)-2:] == `']`:
		return inner
	}
	return name
}

// setJSON sets the fields of the object in jsonOutput.
func (e *editor) setJSON() error {
	v, err := e.Params.JSONText("jsonOutput")
	if err != nil {
		return err
	}
	v, ok := object(v)
	o, isObject := v.(*node.Object)
	if !ok || !isObject {
		return e.notAnObject("The 'JSON Output'", ok)
	}
	for name, v := range o.All() {
		if err := e.set(name, v); err != nil {
			return err
		}
	}
	return nil
}

// object reads what is to be an object: one, or its text. null stays null. ok is false for text that is no JSON.
func object(v any) (parsed any, ok bool) {
	text, isText := v.(string)
	if !isText {
		return v, true
	}
	parsed, err := fields.ParseLenient(text)
	return parsed, err == nil
}

func (e *editor) notAnObject(what string, isJSON bool) error {
	fault := "contains invalid JSON"
	if isJSON {
		fault = "does not contain a valid JSON object"
	}
	return node.NewOperationError(fmt.Sprintf("%s in item %d %s", what, e.Index, fault), "")
}

// setFields sets the fields that the parameter fields lists.
func (e *editor) setFields() error {
	return e.eachRow("fields", "values", func(row *node.Object) error {
		name := fields.Text(member(row, "name"))
		key, _ := member(row, "type").(string)
		v := member(row, key)
		if key == "objectValue" {
			var ok bool
			v, ok = object(v)
			if _, isObject := v.(*node.Object); !ok || !isObject && v != nil && v != node.Undefined {
				return e.notAnObject(fmt.Sprintf("The entry %q inside 'Fields to Set'", name), ok)
			}
		}
		return e.assign(name, strings.TrimSuffix(key, "Value"), v)
	})
}

// setAssignments sets the fields that the parameter assignments lists.
func (e *editor) setAssignments() error {
	return e.eachRow("assignments", "assignments", func(row *node.Object) error {
		name, v := fields.Text(member(row, "name")), member(row, "value")
		typ, ok := member(row, "type").(string)
		if !ok && v != nil && v != node.Undefined {
			return node.NewOperationError(fmt.Sprintf("'%s' has no type [item %d]", name, e.Index),
				"Choose string, number, boolean, array or object for the field")
		}
		return e.assign(name, typ, v)
	})
}

// eachRow calls fn for the rows that a parameter holds under a key.
func (e *editor) eachRow(parameter, key string, fn func(row *node.Object) error) error {
	v, err := e.Params.Value(parameter)
	if err != nil {
		return err
	}
	holder, _ := v.(*node.Object)
	v = member(holder, key)
	if v == nil || v == node.Undefined {
		return nil
	}
	rows, ok := v.([]any)
	if !ok {
		return node.NewOperationError(fmt.Sprintf("Parameter %q is %s, not an array", parameter+"."+key, node.TypeName(v)), "")
	}
	for i, v := range rows {
		row, ok := v.(*node.Object)
		if !ok {
			return node.NewOperationError(fmt.Sprintf("Parameter %q is %s, not an object",
				fmt.Sprintf("%s.%s[%d]", parameter, key, i), node.TypeName(v)), "")
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return nil
}

func member(o *node.Object, key string) any {
	v, ok := o.Get(key)
	if !ok {
		return node.Undefined
	}
	return v
}

// assign sets a field to a value of a type.
func (e *editor) assign(name, typ string, v any) error {
	converted, err := e.converted(name, typ, v)
	if err == nil {
		return e.set(name, converted)
	}
	var mismatch *fields.TypeError
	switch isMismatch := errors.As(err, &mismatch); {
	case isMismatch && e.lenient && v == node.Undefined:
		return e.set(name, nil)
	case isMismatch && e.lenient:
		return e.set(name, v)
	}
	return node.NewOperationError(fmt.Sprintf("%s [item %d]", err, e.Index), fmt.Sprintf("To fix the error try to change the type for "+
		"the field \"%s\" or activate the option “Ignore Type Conversion Errors” to apply a less strict type validation", name)).Wrap(err)
}

func (e *editor) converted(name, typ string, v any) (any, error) {
	switch absent := v == nil || v == node.Undefined; {
	case absent && (e.version >= setAbsent || typ != "string"):
		return nil, nil
	case absent && e.version >= setText:
		return nil, &fields.TypeError{Field: name, Type: typ, Value: v}
	case typ != "string":
		return fields.Convert(name, typ, v)
	}
	switch v.(type) {
	case *node.Object, []any, node.Date:
		return string(node.AppendJSON(nil, v)), nil
	}
	return fields.Text(v), nil
}

// plain is v as it is after it was written as JSON and read again.
func plain(v any) any {
	if isPlain(v) {
		return v
	}
	p, err := node.ParseJSON(node.AppendJSON(nil, v))
	if err != nil {
		return v
	}
	return p
}

func isPlain(v any) bool {
	switch v := v.(type) {
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	case node.Date:
		return false
	case []any:
		for _, e := range v {
			if !isPlain(e) {
				return false
			}
		}
	case *node.Object:
		for _, e := range v.All() {
			if !isPlain(e) {
				return false
			}
		}
	}
	return v != node.Undefined
}

// maxCopies is how often an item may be put out.
const maxCopies = 100_000

// duplicated returns the output, as often as Duplicate Item asks for: in runs that are started from an editor only, and
// for all items as often as for the first.
func (e *editor) duplicated(ctx context.Context) ([]node.Item, error) {
	item := node.Item{JSON: e.out}
	if e.Mode() != "manual" {
		return []node.Item{item}, nil
	}
	first := e.Call.Params(ctx, 0)
	duplicate, err := first.Value("duplicateItem")
	if err != nil || !fields.Truthy(duplicate) {
		return []node.Item{item}, err
	}
	v, err := first.Value("duplicateCount")
	if err != nil {
		return nil, err
	}
	count := fields.Number(v)
	if !(count < maxCopies) {
		return nil, node.NewOperationError(fmt.Sprintf("Duplicate Item Count is %s, not a number below %d", fields.Text(v), maxCopies), "")
	}
	return slices.Repeat([]node.Item{item}, max(0, 1+int(count))), nil
}
