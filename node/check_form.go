package node

import (
	"fmt"
	"math"
	"slices"
	"strings"

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

// forms are the JSON types that values of a property type may have. Types without a row take anything. A value of another
// type is an error where nothing of it can be used; the rest n8n hands to the node as it is.
var forms = map[schemas.PropertyType]struct {
	takes    kind
	wanted   string
	severity schemas.Severity
	fits     func(v any) bool // a scalar that has a fitting type; nil: any does
}{
	schemas.String:               {isScalar, "text", schemas.SeverityWarning, nil},
	schemas.Number:               {isScalar, "a number", schemas.SeverityWarning, func(v any) bool { return !math.IsNaN(asNumber(v)) }},
	schemas.Boolean:              {isScalar, "true or false", schemas.SeverityWarning, func(v any) bool { return v == "" || isBoolean(v) }},
	schemas.DateTime:             {isScalar, "a date as text", schemas.SeverityWarning, nil},
	schemas.Options:              {isScalar, "one of its choices", schemas.SeverityWarning, nil},
	schemas.MultiOptions:         {isList | isNull, "a list of choices", schemas.SeverityWarning, nil},
	schemas.ResourceLocator:      {isScalar | isAnObject, `an object with "mode" and "value"`, schemas.SeverityWarning, nil},
	schemas.Collection:           {isAnObject | isNull, "an object", schemas.SeverityError, nil},
	schemas.FixedCollection:      {isAnObject | isNull, "an object", schemas.SeverityError, nil},
	schemas.ResourceMapper:       {isAnObject | isNull, "an object", schemas.SeverityError, nil},
	schemas.Filter:               {isAnObject | isNull, "an object", schemas.SeverityError, nil},
	schemas.AssignmentCollection: {isAnObject | isNull, "an object", schemas.SeverityError, nil},
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
		} else {
			c.warn(below(l.path, name), fmt.Sprintf("Parameter %q is not known.", name), nearestHint(name, names))
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
	for _, p := range first {
		c.add(p.severity, below(l.path, append([]any{displayed[0].Name}, p.path...)...), p.message, p.hint)
	}
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
		message := fmt.Sprintf("Parameter %q is %s, not %s.", p.DisplayName, TypeName(v), form.wanted)
		return []problem{{severity: form.severity, message: message, hint: `if it is an expression, it must begin with "="`}}
	}
	switch p.Type {
	case schemas.FixedCollection:
		return wrongGroups(p, v)
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

// wrongGroups reports groups that are a list where there can be one only, or not one where there can be several: the first
// n8n passes over, at the other it stumbles.
func wrongGroups(p *schemas.Property, v any) []problem {
	severity, takes, wanted := schemas.SeverityWarning, isAnObject, "an object"
	if hasMultipleValues(p) {
		severity, takes, wanted = schemas.SeverityError, isList, "a list of objects"
	}
	var all []problem
	o, _ := v.(*Object)
	for _, g := range p.Groups {
		if rows, ok := o.Get(g.Name); ok && kindOf(rows) != takes {
			message := fmt.Sprintf("Group %q of parameter %q is %s, not %s.", g.Name, p.DisplayName, TypeName(rows), wanted)
			all = append(all, problem{severity: severity, path: []any{g.Name}, message: message})
		}
	}
	return all
}

// wrongChoice reports a value that is none of a property's options, as far as they are known before a run.
func wrongChoice(p *schemas.Property, v any) []problem {
	if v == nil || v == "" || isExpression(v) || len(p.Options) == 0 || p.AllowArbitraryValues || loadsOptions(p) || sameValue(p.Default, v) {
		return nil
	}
	values := make([]string, len(p.Options))
	for i, o := range p.Options {
		if sameValue(o.Value, v) || asText(o.Value) == asText(v) { // files hold true for a choice "true", and 1 for "1"
			return nil
		}
		values[i] = quoted(o.Value)
	}
	hint := nearest(quoted(v), values)
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
			c.warn(at, fmt.Sprintf("Parameter %q has no group %q.", p.DisplayName, name), nearestHint(name, names))
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

// nearestHint is the hint for a name that is not known.
func nearestHint(name string, known []string) string {
	inQuotes := make([]string, len(known))
	for i, k := range known {
		inQuotes[i] = quoted(k)
	}
	if hint := nearest(quoted(name), inQuotes); hint != "" {
		return hint
	}
	return "it is ignored; remove it"
}

// nearest is "did you mean X?" for the known text that is nearest to name; empty when none is near.
func nearest(name string, known []string) string {
	best, least := "", max(1, len(name)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// distance is the number of letters to insert, delete or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
