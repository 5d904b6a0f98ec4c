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
// from a JSON object, and chooses which of the item's other fields to keep. Versions 1 and 2 are NewSetV1.
//
// Where n8n loses a value in silence, it is kept here (fields named constructor, prototype or __proto__), or it is an error
// (an object in JavaScript's notation with parts that would have to be evaluated).
func NewSet() node.Node { return node.PerItem(setDefinition(), edit) }

// editor makes the output of one item.
type editor struct {
	node.ItemCall
	version float64
	// dots says that names are paths.
	dots bool
	// lenient says that a value of the wrong type is set as it is.
	lenient bool
	// include says which of the input's fields to keep.
	include string
	// set are the fields to set, by name: of one name the last value counts, in the place of the first. paths says that one
	// of the names may be more than a key.
	set   *node.Object
	paths bool
	out   *node.Object
	// keepFiles says that the output has the files of the input; files are those to add.
	keepFiles bool
	files     *node.Binaries
}

// edit makes the output of one item. What n8n reads outside of the part that catches errors fails the node as a whole.
func edit(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	e := &editor{ItemCall: it, version: it.Instance().TypeVersion, set: &node.Object{}}
	mode, err := e.readOptions()
	if err != nil {
		return nil, node.Whole(err)
	}
	switch {
	case mode == "raw":
		err = e.readJSON()
	case mode != "manual":
		return nil, node.Whole(node.NewOperationError(fmt.Sprintf("The mode %q is not known", mode), `It is "manual" or "raw"`))
	case e.version < setAssignments:
		err = e.readFields()
	default:
		err = e.readAssignments()
	}
	if err == nil {
		err = e.compose()
	}
	if err != nil {
		return nil, node.AsOperationError(err)
	}
	items, err := e.duplicated(ctx)
	return items, node.Whole(err)
}

func (e *editor) readOptions() (mode string, err error) {
	options, err := e.Params.Value("options")
	if err != nil {
		return "", err
	}
	given, _ := options.(*node.Object)
	dots, _ := given.Get("dotNotation")
	lenient, _ := given.Get("ignoreConversionErrors")
	e.dots, e.lenient = dots != false, fields.Truthy(lenient)
	other := any(true)
	if e.version >= setAssignments {
		if other, err = e.Params.Value("includeOtherFields"); err != nil {
			return "", err
		}
	}
	e.include = "none"
	if fields.Truthy(other) {
		if e.include, err = e.Params.String("include"); err != nil {
			return "", err
		}
	}
	if e.version >= setStripBinary {
		strip, _ := given.Get("stripBinary")
		e.keepFiles = !fields.Truthy(strip) && e.include != "none"
	} else {
		keep, _ := given.Get("includeBinary")
		e.keepFiles = fields.Truthy(keep)
	}
	return e.Params.String("mode")
}

// compose makes the output of the input's fields that are to be kept and of those that are set.
func (e *editor) compose() error {
	if e.include == "none" && !e.paths {
		e.out = e.set
		return nil
	}
	in := e.Item().JSON
	e.out = &node.Object{}
	var err error
	switch e.include {
	case "none":
	case "all":
		e.out = fields.Copy(in)
	case "selected":
		err = e.eachName("includeFields", func(name string) error { return e.keep(in, name) })
	case "except":
		e.out = fields.Copy(in)
		err = e.eachName("excludeFields", func(name string) error {
			if e.dots {
				fields.Unset(e.out, name)
			} else {
				e.out.Delete(unquoted(e.out, name))
			}
			return nil
		})
	default:
		err = fmt.Errorf("The include option \"%s\" is not known!", e.include) //nolint:staticcheck // n8n's text
	}
	if err != nil {
		return err
	}
	for name, v := range e.set.All() {
		if !e.dots {
			e.out.Set(unquoted(e.out, name), v)
		} else if err := fields.Set(e.out, name, v); err != nil {
			return err
		}
	}
	return nil
}

// eachName calls fn for the names that a parameter lists.
func (e *editor) eachName(parameter string, fn func(name string) error) error {
	v, err := e.Params.Value(parameter)
	if err != nil {
		return err
	}
	if v == nil || v == node.Undefined {
		return node.NewOperationError(fmt.Sprintf("Cannot read properties of %s (reading 'split')", fields.Text(v)),
			fmt.Sprintf("The expression of parameter %q gives no names of fields", parameter))
	}
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

// add adds a field to those to set.
func (e *editor) add(name string, v any) {
	if _, isDate := v.(node.Date); isDate || e.version >= setPlain {
		v = plain(v)
	}
	e.set.Set(name, v)
	e.paths = e.paths || strings.ContainsAny(name, ".[")
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

// readJSON reads the fields of the object in jsonOutput.
func (e *editor) readJSON() error {
	v, _, err := e.Params.JSONText("jsonOutput")
	if err != nil {
		return err
	}
	o, err := e.object("'JSON Output'", v)
	if err != nil {
		return err
	}
	if o == nil {
		return e.noObject("'JSON Output'")
	}
	for name, v := range o.All() {
		e.add(name, v)
	}
	return nil
}

// object reads what is to be an object: one, or its text; nil for null.
func (e *editor) object(what string, v any) (*node.Object, error) {
	text, isText := v.(string)
	if isText {
		var err error
		if v, err = fields.ParseLenient(strings.TrimLeft(text, "=")); err != nil {
			return nil, node.NewOperationError(fmt.Sprintf("The %s in item %d contains invalid JSON", what, e.Index), text)
		}
	}
	o, ok := v.(*node.Object)
	if !ok && v != nil {
		return nil, e.noObject(what)
	}
	return o, nil
}

func (e *editor) noObject(what string) error {
	return node.NewOperationError(fmt.Sprintf("The %s in item %d does not contain a valid JSON object", what, e.Index), "")
}

// readFields reads the fields that the parameter fields lists.
func (e *editor) readFields() error {
	rows, err := e.Params.Value("fields.values")
	if err != nil {
		return err
	}
	i := -1
	return eachRow(rows, "fields.values", func(row *node.Object) error {
		i++
		name := fields.Text(member(row, "name"))
		key, _ := member(row, "type").(string)
		v := member(row, key)
		if key == "objectValue" && v != nil && v != node.Undefined {
			text, isExpression, err := e.Params.JSONText(fmt.Sprintf("fields.values.%d.objectValue", i))
			if err != nil {
				return err
			}
			if isExpression {
				o, err := e.object(`entry "`+name+`" inside 'Fields to Set'`, text)
				if err != nil {
					return err
				}
				if v = o; o == nil {
					v = nil
				}
			}
		}
		return e.assign(name, strings.TrimSuffix(key, "Value"), v)
	})
}

// readAssignments reads the fields that the parameter assignments lists.
func (e *editor) readAssignments() error {
	assignments, err := e.Params.Value("assignments")
	if err != nil {
		return err
	}
	var files *node.Binaries
	err = eachRow(node.At(assignments, "assignments"), "assignments.assignments", func(row *node.Object) error {
		name, v := fields.Text(member(row, "name")), member(row, "value")
		typ, ok := member(row, "type").(string)
		if !ok && v != nil && v != node.Undefined {
			return node.NewOperationError(fmt.Sprintf("'%s' has no type [item %d]", name, e.Index),
				"Choose string, number, boolean, array or object for the field")
		}
		if typ == "binary" {
			file, err := e.Binary(e.Index, v)
			if err != nil {
				return err
			}
			files = files.With(name, file)
			return nil
		}
		return e.assign(name, typ, v)
	})
	e.files = files
	return err
}

// assign adds a field with a value of a type.
func (e *editor) assign(name, typ string, v any) error {
	converted, err := e.converted(name, typ, v)
	if err == nil {
		e.add(name, converted)
		return nil
	}
	var mismatch *fields.TypeError
	if isMismatch := errors.As(err, &mismatch); isMismatch && e.lenient {
		if v == node.Undefined {
			v = nil
		}
		e.add(name, v)
		return nil
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
	case typ == "string":
		return fields.TextOrJSON(v), nil
	}
	return fields.Validate(name, typ, v, fields.Rules{Now: e.Now})
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
	item := node.Item{JSON: e.out, Binary: e.files}
	if e.keepFiles {
		item.Binary = e.Item().Binary
		for name, file := range e.files.All() {
			item.Binary = item.Binary.With(name, file)
		}
	}
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
