// Package conditions evaluates the conditions of n8n's filter parameters, as If, Filter and Switch have them.
package conditions

import (
	"fmt"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/internal/regex"
	"github.com/nate-go/nate/node"
)

// Error says that a value can't be compared as a condition says. Message and Description are n8n's.
type Error struct{ Message, Description string }

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Evaluator evaluates the values that one filter parameter resolves to, item by item. What is the same for the next item
// (operators, options, constants to compare with) is read once. It is not safe for concurrent use.
type Evaluator struct {
	// Now is the time, in the zone in which dates without one are read; nil: the host's clock in UTC.
	Now func() time.Time

	options    *node.Object
	settings   settings
	conditions []condition
	last       *node.Object // the value that was evaluated last, and what came of it
	passed     bool
}

// settings are a filter's options.
type settings struct {
	strict, ignoreCase bool
	version            float64
}

// condition is one condition, with what it was read from.
type condition struct {
	operator            *node.Object
	typ, rightType      string
	operation           string
	singleValue         bool
	right, parsed       any
	lower               string // of a right text where case does not count
	hasRight, validated bool
	pattern             string
	regex               *regex.Regexp
}

// Pass reports whether an item passes. v is the parameter's value, resolved for that item: an object with the keys
// combinator ("and", "or"), conditions (a list of objects with leftValue, rightValue and operator) and options
// (typeValidation "strict" or "loose", caseSensitive, version). Any other value passes if JavaScript takes it for true, as in
// n8n. item is the item's index, for messages. The error is an *Error, or says what is wrong with a regular expression or
// with the shape of the value.
func (e *Evaluator) Pass(v any, item int) (bool, error) {
	filter, _ := v.(*node.Object)
	if !filter.Has("conditions") || !filter.Has("combinator") {
		return fields.Truthy(v), nil
	}
	if filter == e.last {
		return e.passed, nil
	}
	passed, err := e.evaluate(filter, item)
	e.last = nil
	if err == nil && filter.Frozen() {
		e.last, e.passed = filter, passed
	}
	return passed, err
}

func (e *Evaluator) evaluate(filter *node.Object, item int) (bool, error) {
	options, _ := filter.Get("options")
	if o, _ := options.(*node.Object); e.options != o || o == nil {
		e.options, e.settings = o, settingsOf(o)
		e.conditions = nil
	}
	list, _ := filter.Get("conditions")
	conditions, ok := list.([]any)
	if !ok {
		return false, fmt.Errorf("The conditions are %s, not an array", node.TypeName(list)) //nolint:staticcheck // a text for people
	}
	combinator, _ := filter.Get("combinator")
	if combinator != "and" && combinator != "or" {
		return false, nil
	}
	for len(e.conditions) < len(conditions) {
		e.conditions = append(e.conditions, condition{})
	}
	for i, v := range conditions {
		passed, err := e.condition(&e.conditions[i], v, i, item)
		if err != nil {
			return false, err
		}
		if passed != (combinator == "and") {
			return passed, nil
		}
	}
	return combinator == "and", nil
}

func settingsOf(o *node.Object) settings {
	validation, _ := o.Get("typeValidation")
	sensitive, _ := o.Get("caseSensitive")
	s := settings{strict: validation == "strict", ignoreCase: !fields.Truthy(sensitive), version: 1}
	if v, _ := o.Get("version"); v != nil && v != node.Undefined {
		s.version = fields.Number(v)
	}
	return s
}

func member(o *node.Object, key string) any {
	v, ok := o.Get(key)
	if !ok {
		return node.Undefined
	}
	return v
}

// condition evaluates one condition. c is what is known of it from the item before.
func (e *Evaluator) condition(c *condition, v any, index, item int) (bool, error) {
	o, _ := v.(*node.Object)
	operator, _ := member(o, "operator").(*node.Object)
	if operator == nil {
		return false, fmt.Errorf("Condition %d has no operator", index) //nolint:staticcheck // a text for people
	}
	if c.operator != operator || !operator.Frozen() {
		*c = conditionOf(operator)
	}
	given := [2]any{member(o, "leftValue"), member(o, "rightValue")}
	left, leftOK := e.parse(given[0], c.typ)
	right, rightOK := e.right(c, given[1])
	if !leftOK || !rightOK && !c.singleValue {
		return false, e.mismatch(c, given, leftOK, rightOK || c.singleValue, index, item)
	}
	exists := left != nil && left != node.Undefined && !isNaN(left)
	switch c.operation {
	case "exists":
		return exists, nil
	case "notExists":
		return !exists, nil
	}
	compare := operations[c.typ][c.operation]
	if compare == nil {
		return false, nil // n8n logs a warning and goes on
	}
	return compare(&comparison{e.settings, c, left, right, exists})
}

func conditionOf(operator *node.Object) condition {
	text := func(key string) string {
		s, _ := member(operator, key).(string)
		return s
	}
	c := condition{operator: operator, typ: text("type"), operation: text("operation"), rightType: text("rightType")}
	if v, _ := operator.Get("rightType"); v == nil {
		c.rightType = c.typ
	}
	c.singleValue = fields.Truthy(member(operator, "singleValue"))
	return c
}

// right parses the right value. One that is the same as before is not parsed again.
func (e *Evaluator) right(c *condition, v any) (any, bool) {
	switch v.(type) {
	case string, float64, bool, nil:
		if c.hasRight && c.right == v {
			return c.parsed, c.validated
		}
		c.right, c.hasRight = v, true
		c.parsed, c.validated = e.parse(v, c.rightType)
		if text, ok := c.parsed.(string); ok && e.settings.ignoreCase {
			c.lower = fields.Lower(text)
		}
		return c.parsed, c.validated
	}
	c.hasRight = false
	parsed, ok := e.parse(v, c.rightType)
	if text, isText := parsed.(string); isText && e.settings.ignoreCase {
		c.lower = fields.Lower(text)
	}
	return parsed, ok
}

// parse returns a value as the type that it is compared as; ok is false when it can't be that.
func (e *Evaluator) parse(v any, typ string) (parsed any, ok bool) {
	if typ == "any" || v == nil || v == node.Undefined {
		return v, true
	}
	strict := e.settings.strict
	switch strings.ToLower(typ) {
	case "boolean":
		return e.boolean(v)
	case "number":
		if n, isNumber := v.(float64); isNumber {
			return n, true
		}
		if e.settings.version >= emptyIsNull && isEmpty(v) {
			return nil, true
		}
		if strict {
			return nil, false
		}
		parsed, err := fields.Convert("", "number", v)
		return parsed, err == nil
	case "string":
		if text, isText := v.(string); isText || strict {
			return text, isText
		}
		switch v.(type) {
		case *node.Object, []any, node.Date:
			return string(node.AppendJSON(nil, v)), true
		}
		return fields.Text(v), true
	case "datetime":
		return e.date(v)
	case "array":
		if list, isList := v.([]any); isList || strict {
			return list, isList
		}
		parsed, err := fields.Convert("", "array", v)
		return parsed, err == nil
	case "object":
		switch v := v.(type) {
		case *node.Object, node.Date:
			return v, true
		case []any: // JavaScript takes it for an object, and reads its text
			parsed, err := fields.Convert("", "object", fields.Text(v))
			return parsed, err == nil
		}
		if strict {
			return nil, false
		}
		parsed, err := fields.Convert("", "object", v)
		return parsed, err == nil
	}
	return v, true
}

// The versions of the filter parameter at which its behaviour changed.
const (
	readsBooleans = 2 // texts and numbers may stand for a boolean
	emptyIsNull   = 3 // an empty text or array is no number 0
)

func (e *Evaluator) boolean(v any) (any, bool) {
	switch b, isBool := v.(bool); {
	case isBool:
		return b, true
	case e.settings.strict:
		return nil, false
	case e.settings.version >= readsBooleans:
		if parsed, err := fields.Convert("", "boolean", v); err == nil {
			return parsed, true
		}
	}
	return fields.Truthy(v), true
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case string:
		return json.Trim(v) == ""
	case []any:
		return len(v) == 0
	}
	return false
}

// mismatch is the error for values that can't be compared.
func (e *Evaluator) mismatch(c *condition, given [2]any, leftOK, rightOK bool, index, item int) error {
	strict := e.settings.strict
	general := "Try changing the type of the comparison."
	if strict {
		general = "Try changing the type of comparison. Alternatively you can enable 'Convert types where required'."
	}
	if kind := fields.TypeOf(given[0]); !leftOK && !rightOK && kind == fields.TypeOf(given[1]) {
		return &Error{fmt.Sprintf("Comparison type expects %s but both fields are %s", withArticle(c.typ), withArticle(kind)), general}
	}
	v, typ, position := given[0], c.typ, "first"
	if leftOK {
		v, typ, position = given[1], c.rightType, "second"
	}
	text, kind := fields.Text(v), fields.TypeOf(v)
	err := &Error{fmt.Sprintf("Wrong type: '%s' is %s but was expecting %s [condition %d, item %d]",
		text, withArticle(kind), withArticle(typ), index, item), general}
	if !strict {
		err.Message = fmt.Sprintf("Conversion error: the %s '%s' can't be converted to %s [condition %d, item %d]",
			kind, text, withArticle(typ), index, item)
		return err
	}
	if method := conversions[typ]; method != "" {
		err.Description = fmt.Sprintf("\n<p>Try either:</p>\n<ol>\n  <li>Enabling 'Convert types where required'</li>\n"+
			"  <li>Converting the %s field to %s by adding <code>%s</code></li>\n</ol>\n\t\t\t", position, withArticle(typ), method)
	}
	return err
}

// conversions are the methods that n8n proposes, by type.
var conversions = map[string]string{"string": ".toString()", "number": ".toNumber()", "boolean": ".toBoolean()"}

func withArticle(noun string) string {
	if noun != "" && strings.IndexByte("aeiou", noun[0]) >= 0 {
		return "an " + noun
	}
	return "a " + noun
}
