package node

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/schemas"
)

// CheckParameters returns everything that is wrong with the (raw) parameters of a node instance, with pointers relative to
// the parameters: first what n8n refuses to start with, in n8n's words and order, then what nate sees besides. Node names
// are left to the caller.
//
// Errors are required parameters without a value, values that do not fit the property's validateType, and those that
// break a rule of a resource locator or a resource mapper; and what can't work: a choice that is not among the options.
// Warnings are parameters that no property describes, values of another type, which n8n hands to the node as they are or
// takes nothing of, assignments of an unknown type, and required fields without a value in places that n8n does not look
// at (inside of collections). Parameters of properties that the display options hide are not checked: n8n keeps them in the file.
// Expressions are not resolved. The validate types dateTime, url and form-fields are not checked beyond an empty url. No
// message holds the value of a password.
func (d *Definition) CheckParameters(raw *Object, version float64) schemas.Diagnostics {
	filled := d.Parameters(raw, version)
	scope := d.level(raw, version).scope
	scope.Root = filled
	c := &parameterCheck{props: d.Properties, scope: scope}
	c.beforeRun(d.Properties, filled, nil)
	c.groupByKey()
	c.level(checkedLevel{props: d.Properties, given: raw, filled: filled})
	return c.found
}

type parameterCheck struct {
	props []schemas.Property // the node's own
	scope schemas.Scope      // of the node's own level
	found schemas.Diagnostics
	// key is what n8n files the next finding under, parent another key that it makes then, if any; keys are those of the
	// findings so far, order says which of them came first.
	key, parent string
	keys        []string
	order       map[string]int
}

func (c *parameterCheck) add(severity schemas.Severity, path []any, message, hint string) {
	if c.order == nil {
		c.order = map[string]int{}
	}
	for _, key := range []string{c.parent, c.key} {
		if _, known := c.order[key]; !known {
			c.order[key] = len(c.order)
		}
	}
	c.keys = append(c.keys, c.key)
	c.found = append(c.found, schemas.Diagnostic{Severity: severity, Pointer: schemas.Pointer(path...), Message: message, Hint: hint})
}

// groupByKey brings what was found into n8n's order: by the name of the property, whatever its place.
func (c *parameterCheck) groupByKey() {
	if len(c.found) == 0 {
		return
	}
	indexes := make([]int, len(c.found))
	for i := range indexes {
		indexes[i] = i
	}
	slices.SortStableFunc(indexes, func(a, b int) int { return cmp.Compare(c.order[c.keys[a]], c.order[c.keys[b]]) })
	grouped := make(schemas.Diagnostics, len(c.found))
	for i, from := range indexes {
		grouped[i] = c.found[from]
	}
	c.found = grouped
}

func (c *parameterCheck) fault(path []any, message, hint string) {
	c.add(schemas.SeverityError, path, message, hint)
}

func (c *parameterCheck) warn(path []any, message, hint string) {
	c.add(schemas.SeverityWarning, path, message, hint)
}

// below returns a path with more parts.
func below(path []any, parts ...any) []any { return append(slices.Clone(path), parts...) }

// displayed reports whether a property is shown, as n8n sees it before a run: the parameters of hidden properties count as
// absent.
func (c *parameterCheck) displayed(p *schemas.Property, filled *Object) bool {
	scope := c.scope
	scope.Siblings = filled
	return p.DisplayOptions.Displayed(scope)
}

// beforeRun reports what n8n's getParameterIssues does of one level of parameters with their defaults: the node's own, or
// a row of a fixedCollection there. n8n looks no deeper. (It looks for the fields of a collection beside the collection,
// which can't be meant, and is not mirrored.)
func (c *parameterCheck) beforeRun(props []schemas.Property, filled *Object, path []any) {
	for i := range props {
		p := &props[i]
		c.key = p.Name
		at := below(path, p.Name)
		value, set := filled.Get(p.Name)
		shown := c.displayed(p, filled)
		if shown {
			c.required(schemas.SeverityError, p, value, set, at)
		}
		object, isObject := value.(*Object)
		switch p.Type {
		case schemas.ResourceLocator, schemas.WorkflowSelector, schemas.AgentSelector:
			if isObject && shown {
				c.locatorRules(p, object, at)
			}
		case schemas.ResourceMapper:
			if isObject && shown {
				c.mappedFields(p, object, at)
			}
		case schemas.Filter:
		default:
			c.validateType(p, p.Name, value, p.ValidateType, p.Options, at)
		}
		if p.Type == schemas.FixedCollection && shown {
			if path != nil {
				object = nil // in a row, n8n finds nothing here
			}
			c.rowsBeforeRun(p, object, at)
		}
	}
}

// rowsBeforeRun is beforeRun for what a fixedCollection of the node's own level holds.
func (c *parameterCheck) rowsBeforeRun(p *schemas.Property, groups *Object, path []any) {
	_, multiple := p.TypeOptions["multipleValues"]
	for _, g := range p.Groups {
		value, set := groups.Get(g.Name)
		rows, _ := value.([]any)
		c.key = p.Name
		c.fieldCount(p, float64(len(rows)), path)
		switch {
		case !set:
		case !multiple:
			row, _ := value.(*Object)
			c.beforeRun(g.Values, row, below(path, g.Name))
		default:
			for i, e := range rows {
				row, _ := e.(*Object)
				c.beforeRun(g.Values, row, below(path, g.Name, i))
			}
		}
	}
}

// required reports a value that is missing, as n8n's addToIssuesIfMissing does. A property of which there may be several
// values is checked in each.
func (c *parameterCheck) required(severity schemas.Severity, p *schemas.Property, value any, set bool, path []any) {
	if !p.Required {
		return
	}
	report := func(path []any) {
		c.add(severity, path, `Parameter "`+p.DisplayName+`" is required.`, fmt.Sprintf("give %q a value or an expression", p.Name))
	}
	if _, multiple := p.TypeOptions["multipleValues"]; !multiple {
		if isMissing(p.Type, value, set && !isUndefined(p, value)) {
			report(path)
		}
		return
	}
	list, _ := value.([]any)
	for i, v := range list {
		if isMissing(p.Type, v, true) {
			report(below(path, i))
		}
	}
}

// isUndefined reports whether a value is what a property without any default leaves: JavaScript's undefined.
func isUndefined(p *schemas.Property, value any) bool {
	_, isNull := p.Extra["default"]
	return value == nil && p.Default == nil && !isNull
}

func isMissing(t schemas.PropertyType, v any, set bool) bool {
	switch t {
	case schemas.String, schemas.DateTime, schemas.Options:
		return !set || v == ""
	case schemas.MultiOptions:
		list, ok := v.([]any)
		return ok && len(list) == 0
	case schemas.ResourceLocator, schemas.WorkflowSelector, schemas.AgentSelector:
		switch o := v.(type) {
		case *Object:
			v, _ = o.Get("value")
			if _, isNumber := v.(float64); isNumber {
				return false
			}
		case []any:
			return true
		}
		return !truthy(v)
	}
	return false
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0 && !math.IsNaN(v)
	}
	return true
}

// locatorRules applies the rules of the mode of a resource locator.
func (c *parameterCheck) locatorRules(p *schemas.Property, locator *Object, path []any) {
	name, hasMode := locator.Get("mode")
	value, hasValue := locator.Get("value")
	i := slices.IndexFunc(p.Modes, func(m schemas.Mode) bool { return m.Name == name })
	text := ""
	if truthy(value) {
		text = asText(value)
	}
	if !hasMode || !hasValue || i < 0 || strings.HasPrefix(text, "=") {
		return
	}
	for _, v := range p.Modes[i].Validation {
		if v.Type != "regex" {
			continue
		}
		re, err := regexp.Compile("^" + v.Regex + "$")
		if err == nil && !re.MatchString(text) { // an expression of JavaScript's that Go can't read is not checked
			c.fault(below(path, "value"), v.ErrorMessage, "")
		}
	}
}

// mappedFields checks the values of a resource mapper against the columns that the file holds.
func (c *parameterCheck) mappedFields(p *schemas.Property, mapper *Object, path []any) {
	mode, hasMode := mapper.Get("mappingMode")
	columns, hasColumns := mapper.Get("schema")
	mapped, hasValue := mapper.Get("value")
	if !hasMode || !hasColumns || !hasValue || mode == "autoMapInputData" {
		return
	}
	settings, _ := p.TypeOptions["resourceMapper"].(map[string]any)
	words, _ := settings["fieldWords"].(map[string]any)
	word, _ := words["singular"].(string)
	if word == "" {
		word = "Field"
	}
	first, rest := utf8.DecodeRuneInString(word)
	word = string(unicode.ToUpper(first)) + word[rest:]
	c.parent = p.Name
	defer func() { c.parent = "" }()
	list, _ := columns.([]any)
	values, _ := mapped.(*Object)
	for _, e := range list {
		column, ok := e.(*Object)
		if !ok {
			continue
		}
		id := textAt(column, "id")
		value, set := values.Get(id)
		at := below(path, "value", id)
		c.key = p.Name + "." + id
		if required, _ := column.Get("required"); truthy(required) && settings["mode"] == "add" && !set {
			c.fault(at, word+` "`+id+`" is required`, "map a value to it")
		}
		var choices []schemas.Option
		options, _ := column.Get("options")
		offered, _ := options.([]any)
		for _, o := range offered {
			if choice, ok := o.(*Object); ok {
				v, _ := choice.Get("value")
				choices = append(choices, schemas.Option{Value: v})
			}
		}
		c.validateType(p, id, value, textAt(column, "type"), choices, at)
	}
}

func textAt(o *Object, key string) string {
	v, _ := o.Get(key)
	text, _ := v.(string)
	return text
}

// fieldCount checks how many values a group of a fixedCollection holds.
func (c *parameterCheck) fieldCount(p *schemas.Property, n float64, path []any) {
	least, most := limit(p, "minRequiredFields"), limit(p, "maxAllowedFields")
	switch {
	case most > 0 && n > most:
		c.fault(path, fmt.Sprintf("At most %s allowed.", count(most, "field is", "fields are")), "")
	case least > 0 && n < least:
		c.fault(path, fmt.Sprintf("At least %s required.", count(least, "field is", "fields are")), "")
	}
}

func limit(p *schemas.Property, key string) float64 {
	v, err := ValueOf(p.TypeOptions[key])
	if err != nil {
		return 0
	}
	n, _ := v.(float64)
	return n
}

func count(n float64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return FormatNumber(n) + " " + many
}

// validateType reports a value that can't be turned into a type, as n8n's validateFieldType does.
func (c *parameterCheck) validateType(p *schemas.Property, name string, v any, wanted string, choices []schemas.Option, path []any) {
	if v == nil || wanted == "" || strings.HasPrefix(asText(v), "=") {
		return
	}
	got := described(v)
	if p.IsPassword() {
		got = "'********'"
	}
	if wanted == "options" {
		values := make([]string, len(choices))
		for i, o := range choices {
			if sameValue(o.Value, v) {
				return
			}
			values[i] = asText(o.Value)
		}
		list := strings.Join(values, ", ")
		c.fault(path, fmt.Sprintf("'%s' expects one of the following values: [%s] but we got %s", name, list, got), "")
		return
	}
	conversion, known := conversions[strings.ToLower(wanted)]
	if !known || conversion.fits(v) {
		return
	}
	message := conversion.message
	if message == "" {
		message = "'{name}' expects a {type} but we got {value}"
	}
	hint := "give it such a value, or an expression"
	if text, ok := v.(string); ok && !p.IsPassword() && (wanted == "object" || wanted == "array") {
		if _, err := ParseJSON([]byte(text)); err != nil {
			hint = "it is not JSON: " + err.Error()
		}
	}
	c.fault(path, strings.NewReplacer("{name}", name, "{type}", wanted, "{value}", got).Replace(message), hint)
}

// conversions tell whether a value can be turned into a type, and what n8n says where that message is not the usual one.
var conversions = map[string]struct {
	fits    func(v any) bool
	message string
}{
	"number":  {fits: func(v any) bool { return !math.IsNaN(asNumber(v)) }},
	"boolean": {fits: isBoolean},
	"array":   {fits: isArray},
	"object":  {fits: isObject},
	"url":     {fits: func(v any) bool { return asText(v) != "" }},
	"string-alphanumeric": {
		matching(`^[a-zA-Z_][a-zA-Z0-9_]*$`),
		"Value is not a valid alphanumeric string, only letters, numbers and underscore allowed",
	},
	"time": {
		matching(`^\d{2}:\d{2}(:\d{2})?((-|\+)\d{4})?((-|\+)\d{1,2}(:\d{2})?)?$`),
		"'{name}' expects time (hh:mm:(:ss)) but we got {value}.",
	},
	"jwt": {matching(`^[A-Za-z0-9-_]+\.[A-Za-z0-9-_]+\.[A-Za-z0-9-_.+/=]*$`), "Value is not a valid JWT token"},
}

func matching(pattern string) func(v any) bool {
	re := regexp.MustCompile(pattern)
	return func(v any) bool { return re.MatchString(asText(v)) }
}

func isBoolean(v any) bool {
	if text, ok := v.(string); ok {
		if strings.EqualFold(text, "true") || strings.EqualFold(text, "false") {
			return true
		}
		if json.Trim(text) == "" {
			return false
		}
	}
	n := asNumber(v)
	return n == 0 || n == 1
}

func isArray(v any) bool {
	if _, ok := v.([]any); ok {
		return true
	}
	text := asText(v)
	for _, attempt := range []string{text, strings.ReplaceAll(text, "'", `"`)} {
		if parsed, err := ParseJSON([]byte(attempt)); err == nil {
			_, ok := parsed.([]any)
			return ok
		}
	}
	return false
}

func isObject(v any) bool {
	if _, ok := v.(*Object); ok {
		return true
	}
	text := asText(v)
	parsed, err := ParseJSON([]byte(text))
	if err != nil { // n8n reads JavaScript's notation too
		_, err = json.FromLiteral(text)
		return err == nil
	}
	_, ok := parsed.(*Object)
	return ok || parsed == nil
}

// described is how n8n names a value in a message.
func described(v any) string {
	switch v.(type) {
	case *Object:
		return "object"
	case []any:
		return "array"
	}
	return "'" + asText(v) + "'"
}

// asText is JavaScript's String(v), as far as a message or a rule needs it.
func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return FormatNumber(v)
	case bool:
		return fmt.Sprint(v)
	case *Object:
		return "[object Object]"
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			if e != nil {
				parts[i] = asText(e)
			}
		}
		return strings.Join(parts, ",")
	}
	if converted, err := ValueOf(v); err == nil && v != nil && converted != v {
		return asText(converted)
	}
	return "null"
}

// asNumber is JavaScript's Number(v).
func asNumber(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	case *Object:
		return math.NaN()
	}
	return json.ToNumber(asText(v))
}

func sameValue(a, b any) bool {
	x, errX := ValueOf(a)
	y, errY := ValueOf(b)
	if errX != nil || errY != nil {
		return false
	}
	switch x.(type) {
	case []any, *Object:
		return false
	}
	switch y.(type) {
	case []any, *Object:
		return false
	}
	return x == y
}
