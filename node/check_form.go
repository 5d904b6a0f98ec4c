package node

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/nearest"
	"github.com/nate-go/nate/schemas"
)

// kind is a JSON type of a value.
type kind uint8

const (
	isNull kind = 1 << iota
	isBool
	isNumber
	isText
	isList
	isAnObject
	isScalar = isNull | isBool | isNumber | isText
)

func kindOf(v any) kind {
	switch v.(type) {
	case bool:
		return isBool
	case float64:
		return isNumber
	case string:
		return isText
	case []any:
		return isList
	case *Object:
		return isAnObject
	}
	return isNull
}

// forms are the JSON types that values of a property type may have. Types without a row take anything. n8n hands a value of
// another type to the node as it is, or takes nothing of it.
var forms = map[schemas.PropertyType]struct {
	takes  kind
	wanted string
	fits   func(v any) bool // a scalar that has a fitting type; nil: any does
}{
	schemas.String:               {isScalar, "text", nil},
	schemas.Number:               {isScalar, "a number", func(v any) bool { return !math.IsNaN(asNumber(v)) }},
	schemas.Boolean:              {isScalar, "true or false", func(v any) bool { return v == "" || isBoolean(v) }},
	schemas.DateTime:             {isScalar, "a date as text", nil},
	schemas.Options:              {isScalar, "one of its choices", nil},
	schemas.MultiOptions:         {isList | isNull, "a list of choices", nil},
	schemas.ResourceLocator:      {isScalar | isAnObject, `an object with "mode" and "value"`, nil},
	schemas.Collection:           {isAnObject | isNull, "an object", nil},
	schemas.FixedCollection:      {isAnObject | isNull, "an object", nil},
	schemas.ResourceMapper:       {isAnObject | isNull, `an object with "mappingMode" and "value"`, nil},
	schemas.Filter:               {isAnObject | isNull, `an object with "conditions"`, nil},
	schemas.AssignmentCollection: {isAnObject | isNull, `an object with "assignments"`, nil},
}

// problem is what is wrong with the form of a value, at a path inside of it.
type problem struct {
	severity      schemas.Severity
	path          []any
	message, hint string
}

// checkedLevel are the parameters of one level: as given in the file, and with their defaults.
type checkedLevel struct {
	props         []schemas.Property
	given, filled *Object
	path          []any
	inCollection  bool
	// unseen says that n8n does not check this level before it starts a run.
	unseen bool
}

// level checks what nate sees besides beforeRun.
func (c *parameterCheck) level(l checkedLevel) {
	displayed := map[string][]*schemas.Property{}
	var names []string
	for i := range l.props {
		p := &l.props[i]
		if _, ok := displayed[p.Name]; !ok {
			names = append(names, p.Name)
			displayed[p.Name] = nil
		}
		if l.inCollection && !l.given.Has(p.Name) || !c.displayed(p, l.filled) {
			continue
		}
		displayed[p.Name] = append(displayed[p.Name], p)
		if value, set := l.filled.Get(p.Name); l.unseen {
			c.required(schemas.SeverityWarning, p, value, set, below(l.path, p.Name))
		}
	}
	for name, given := range l.given.All() {
		if properties, known := displayed[name]; known {
			filled, _ := l.filled.Get(name)
			c.form(l, properties, given, filled)
		} else if given != "" { // the editor writes its notices down so, by names that no definition has
			c.warn(below(l.path, name), fmt.Sprintf("Parameter %q is not known.", name), c.nearestHint(name, names))
		}
	}
}

// form checks the form of a value that stands in the file: it must suit one of the properties that are displayed. filled
// is the value with its defaults.
func (c *parameterCheck) form(l checkedLevel, displayed []*schemas.Property, given, filled any) {
	var first []problem
	for i, p := range displayed {
		problems := wrongForm(p, given)
		if len(problems) == 0 {
			c.inside(l, p, given, filled)
			return
		}
		if i == 0 {
			first = problems
		}
	}
	leftOver := len(first) > 0 && c.leftOver(l, displayed, given)
	for _, p := range first {
		if leftOver {
			p.severity = schemas.SeverityWarning
		}
		c.add(p.severity, below(l.path, append([]any{displayed[0].Name}, p.path...)...), p.message, p.hint)
	}
}

// leftOver reports whether a value suits the form that the parameter has elsewhere: n8n's editor keeps it when another operation or
// type of data is chosen, and n8n does not look whether it is among the choices. Of an operation the whole node depends.
func (c *parameterCheck) leftOver(l checkedLevel, displayed []*schemas.Property, given any) bool {
	name := displayed[0].Name
	if len(l.path) > 0 {
		return suitsAny(c.props, name, given)
	}
	return name != "operation" && name != "resource" && suitsAny(l.props, name, given)
}

// suitsAny reports whether a value suits a property of that name, at any depth.
func suitsAny(props []schemas.Property, name string, v any) bool {
	for i := range props {
		p := &props[i]
		if p.Name == name && len(wrongForm(p, v)) == 0 || suitsAny(p.Fields, name, v) {
			return true
		}
		for _, g := range p.Groups {
			if suitsAny(g.Values, name, v) {
				return true
			}
		}
	}
	return false
}

func isExpression(v any) bool {
	text, ok := v.(string)
	return ok && strings.HasPrefix(text, "=")
}

func wrongForm(p *schemas.Property, v any) []problem {
	if text, ok := v.(string); ok && p.NoDataExpression {
		v = strings.TrimPrefix(text, "=") // as n8n takes it
	}
	if _, multiple := p.TypeOptions["multipleValues"]; multiple && p.Type != schemas.FixedCollection {
		if list, ok := v.([]any); ok {
			var all []problem
			for i, e := range list {
				for _, one := range wrongValue(p, e) {
					one.path = append([]any{i}, one.path...)
					all = append(all, one)
				}
			}
			return all
		}
	}
	return wrongValue(p, v)
}

func wrongValue(p *schemas.Property, v any) []problem {
	form, known := forms[p.Type]
	if !known || isExpression(v) {
		return nil
	}
	if form.takes&kindOf(v) == 0 || form.fits != nil && v != nil && !form.fits(v) {
		one := problem{severity: schemas.SeverityWarning, message: fmt.Sprintf("Parameter %q is %s, not %s.", p.DisplayName, TypeName(v), form.wanted)}
		switch {
		case kindOf(v) == isText:
			one.hint = `if it is an expression, it must begin with "="`
		case p.Type == schemas.FixedCollection && len(p.Groups) > 0:
			one.hint = "what is in it stands under " + quoted(p.Groups[0].Name)
		case p.Type == schemas.AssignmentCollection && kindOf(v) == isList:
			one.hint = `the list stands under "assignments"`
		case form.takes&isScalar == isScalar:
			one.hint = "write the value itself"
		case form.takes&isList != 0:
			one.hint = "write a list: [...]"
		default:
			one.hint = "write an object: {...}"
		}
		return []problem{one}
	}
	switch p.Type {
	case schemas.FixedCollection:
		return wrongGroups(p, v)
	case schemas.AssignmentCollection:
		return wrongAssignments(p, v)
	case schemas.Options:
		return wrongChoice(p, v)
	case schemas.MultiOptions:
		var all []problem
		list, _ := v.([]any)
		for i, e := range list {
			for _, one := range wrongChoice(p, e) {
				one.path = []any{i}
				all = append(all, one)
			}
		}
		return all
	}
	return nil
}

const listHint = "there may be several: [{...}]"

// wrongGroups reports groups that are a list where there can be one only, or not one where there can be several: the first
// n8n passes over, at the other it stumbles.
func wrongGroups(p *schemas.Property, v any) []problem {
	severity, takes, wanted, hint := schemas.SeverityWarning, isAnObject, "an object", "there is one: {...}"
	if hasMultipleValues(p) {
		severity, takes, wanted, hint = schemas.SeverityError, isList, "a list of objects", listHint
	}
	var all []problem
	o, _ := v.(*Object)
	for _, g := range p.Groups {
		if rows, ok := o.Get(g.Name); ok && kindOf(rows) != takes {
			message := fmt.Sprintf("Group %q of parameter %q is %s, not %s.", g.Name, p.DisplayName, TypeName(rows), wanted)
			all = append(all, problem{severity: severity, path: []any{g.Name}, message: message, hint: hint})
		}
	}
	return all
}

// assignmentTypes are those that a person can choose for a field; fieldTypes are the others that n8n knows.
var (
	assignmentTypes = []string{"string", "number", "boolean", "array", "object"}
	fieldTypes      = []string{"datetime", "time", "url", "jwt", "options", "form-fields", "string-alphanumeric", "binary", "any"}
)

// wrongAssignments reports fields that can't be set: n8n starts all the same, and the node fails or sets something else.
func wrongAssignments(p *schemas.Property, v any) []problem {
	o, _ := v.(*Object)
	given, set := o.Get("assignments")
	rows, isRows := given.([]any)
	if !set || given == nil || isExpression(given) {
		return nil
	}
	warning := func(path []any, message, hint string) problem {
		return problem{severity: schemas.SeverityWarning, path: append([]any{"assignments"}, path...), message: message, hint: hint}
	}
	if !isRows {
		return []problem{warning(nil, fmt.Sprintf(`"assignments" of parameter %q is %s, not a list of objects.`, p.DisplayName, TypeName(given)), listHint)}
	}
	var all []problem
	for i, e := range rows {
		row, isRow := e.(*Object)
		kind, hasType := row.Get("type")
		name := strings.ToLower(asText(kind))
		switch known := slices.Contains(assignmentTypes, name) || slices.Contains(fieldTypes, name); {
		case !isRow:
			all = append(all, warning([]any{i}, fmt.Sprintf("A field of parameter %q is %s, not an object.", p.DisplayName, TypeName(e)),
				`a field is {"name": "...", "type": "string", "value": "..."}`))
		case !hasType:
			all = append(all, warning([]any{i}, fmt.Sprintf("The field %s has no type.", quoted(textAt(row, "name"))),
				"its type is one of "+strings.Join(assignmentTypes, ", ")))
		case !known && !isExpression(kind):
			hint := strings.TrimSpace(nearest.Hint(name, assignmentTypes) + " valid types: " + strings.Join(assignmentTypes, ", "))
			all = append(all, warning([]any{i, "type"}, fmt.Sprintf("The field %s has the type %s, which is not known.",
				quoted(textAt(row, "name")), quoted(kind)), hint))
		}
	}
	return all
}

// wrongChoice reports a value that is none of a property's options, as far as they are known before a run.
func wrongChoice(p *schemas.Property, v any) []problem {
	if v == nil || v == "" || isExpression(v) || len(p.Options) == 0 || p.AllowArbitraryValues || loadsOptions(p) || sameValue(p.Default, v) {
		return nil
	}
	names, values := make([]string, len(p.Options)), make([]string, len(p.Options))
	for i, o := range p.Options {
		if sameValue(o.Value, v) || asText(o.Value) == asText(v) { // files hold true for a choice "true", and 1 for "1"
			return nil
		}
		names[i], values[i] = asText(o.Value), quoted(o.Value)
	}
	hint := nearest.Hint(asText(v), names)
	if rest := len(values) - maxListed; rest > 0 {
		values = append(values[:maxListed:maxListed], fmt.Sprintf("and %d more", rest))
	}
	hint = strings.TrimSpace(hint + " valid values: " + strings.Join(values, ", "))
	return []problem{{severity: schemas.SeverityError, message: fmt.Sprintf("Parameter %q has no choice %s.", p.DisplayName, quoted(v)), hint: hint}}
}

// maxListed is how many valid values a hint lists.
const maxListed = 60

func quoted(v any) string {
	if text, ok := v.(string); ok {
		return string(AppendJSON(nil, text))
	}
	return asText(v)
}

// loadsOptions reports whether the choices come from a service.
func loadsOptions(p *schemas.Property) bool {
	_, method := p.TypeOptions["loadOptionsMethod"]
	_, request := p.TypeOptions["loadOptions"]
	return method || request
}

// inside checks what a collection holds.
func (c *parameterCheck) inside(l checkedLevel, p *schemas.Property, given, filled any) {
	path := below(l.path, p.Name)
	switch p.Type {
	case schemas.Collection:
		if list, ok := given.([]any); ok {
			for i, e := range list {
				o, _ := e.(*Object)
				c.level(checkedLevel{props: p.Fields, given: o, filled: o, path: below(path, i), inCollection: true, unseen: true})
			}
			return
		}
		o, _ := given.(*Object)
		full, _ := filled.(*Object)
		c.level(checkedLevel{props: p.Fields, given: o, filled: full, path: path, inCollection: true, unseen: true})
	case schemas.FixedCollection:
		o, _ := given.(*Object)
		full, _ := filled.(*Object)
		c.groups(l, p, o, full, path)
	}
}

// groups checks the rows of a fixedCollection.
func (c *parameterCheck) groups(l checkedLevel, p *schemas.Property, given, filled *Object, path []any) {
	names := make([]string, len(p.Groups))
	for i, g := range p.Groups {
		names[i] = g.Name
	}
	for name, rows := range given.All() {
		at := below(path, name)
		i := slices.Index(names, name)
		if i < 0 {
			c.warn(at, fmt.Sprintf("Parameter %q has no group %q.", p.DisplayName, name), c.nearestHint(name, names))
			continue
		}
		_, listed := p.TypeOptions["multipleValues"]
		// Where multipleValues is false n8n looks for a list that can't be there.
		level := checkedLevel{props: p.Groups[i].Values, path: at, unseen: l.path != nil || listed && !hasMultipleValues(p)}
		full, _ := filled.Get(name)
		if !hasMultipleValues(p) {
			level.given, _ = rows.(*Object)
			if level.filled, _ = full.(*Object); level.filled != nil { // else another property of the name dropped it
				c.level(level)
			}
			continue
		}
		list, _ := rows.([]any)
		fullList, _ := full.([]any)
		for i := range min(len(list), len(fullList)) {
			level.path = below(at, i)
			level.given, _ = list[i].(*Object)
			level.filled, _ = fullList[i].(*Object)
			c.level(level)
		}
	}
}

// maxHints is after how many findings no more names are compared.
const maxHints = 1000

// nearestHint is the hint for a name that is not known.
func (c *parameterCheck) nearestHint(name string, known []string) string {
	if len(c.found) < maxHints {
		if hint := nearest.Hint(name, known); hint != "" {
			return hint
		}
	}
	return "it is ignored; remove it"
}
