package schemas

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Values is an object whose values are read by name: the parameters of a node. A nested object must itself be Values, a
// list []any.
type Values interface {
	Get(name string) (value any, ok bool)
}

// DisplayOptions are n8n's displayOptions: the property applies if every rule of Show holds, and none of Hide. The order
// of the rules counts: Displayed looks at them as they stand, and an expression ends the search.
type DisplayOptions struct {
	Show Rules `json:"show,omitempty"`
	Hide Rules `json:"hide,omitempty"`
}

// Rules are a JSON object of names and their values, in order.
type Rules []Rule

// Rule holds if the parameter of that name has one of the values. The name is that of a sibling parameter, with dots for
// what is inside of it; with a leading slash, of a parameter of the node's own level; "@version" is the node's type
// version, "@tool" whether its type is a tool. A value is nil, bool, string, a number or a Condition.
type Rule struct {
	Name   string
	Values []any
}

// Condition is n8n's {"_cnd": {op: argument}}. The operators are eq, not, gt, gte, lt, lte, between (its argument is
// {"from", "to"}), startsWith, endsWith, includes, regex and exists; any other never holds. A regex that Go's regexp
// can't read (lookahead, back references) never holds either; DisplayOptions read from JSON report it as an error.
type Condition struct {
	Op       string
	Argument any
}

// Cnd returns a Condition: Show("@version", Cnd("gte", 2.1)).
func Cnd(op string, argument any) Condition { return Condition{op, argument} }

// Between returns the Condition that a number or text lies between two others, both included.
func Between(from, to any) Condition {
	return Condition{"between", map[string]any{"from": from, "to": to}}
}

// Show returns DisplayOptions for a name and its values: Show("resource", "auth", "user").
func Show(name string, values ...any) *DisplayOptions {
	return (&DisplayOptions{}).And(name, values...)
}

// And adds another name to Show, or replaces its values.
func (d *DisplayOptions) And(name string, values ...any) *DisplayOptions {
	d.Show = d.Show.with(name, values)
	return d
}

// AndNot adds another name to Hide, or replaces its values.
func (d *DisplayOptions) AndNot(name string, values ...any) *DisplayOptions {
	d.Hide = d.Hide.with(name, values)
	return d
}

func (rs Rules) with(name string, values []any) Rules {
	if i := slices.IndexFunc(rs, func(r Rule) bool { return r.Name == name }); i >= 0 {
		rs[i].Values = values
		return rs
	}
	return append(rs, Rule{name, values})
}

// MarshalJSON writes {"_cnd": {op: argument}}.
func (c Condition) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]map[string]any{"_cnd": {c.Op: c.Argument}})
}

// MarshalJSON writes an object with the names in order.
func (rs Rules) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, r := range rs {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(r.Name)
		if err != nil {
			return nil, err
		}
		values, err := json.Marshal(r.Values)
		if err != nil {
			return nil, fmt.Errorf("displayOptions for %q: %w", r.Name, err)
		}
		b.Write(append(append(name, ':'), values...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads an object whose values are lists. It returns an error for anything else, for a _cnd that does not
// have exactly one operator, and for a regex that can't be read.
func (rs *Rules) UnmarshalJSON(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return fmt.Errorf("displayOptions: an object of names and their values is expected")
	}
	var read Rules
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var values []any
		if err := dec.Decode(&values); err != nil {
			return fmt.Errorf("displayOptions for %q: a list of values is expected: %w", name, err)
		}
		for i := range values {
			if values[i], err = conditionOf(values[i]); err != nil {
				return fmt.Errorf("displayOptions for %q: %w", name, err)
			}
		}
		read = read.with(name.(string), values)
	}
	*rs = read
	return nil
}

func conditionOf(v any) (any, error) {
	object, _ := v.(map[string]any)
	operators, isCondition := object["_cnd"].(map[string]any)
	if !isCondition || len(object) != 1 {
		return v, nil
	}
	if len(operators) != 1 {
		return nil, fmt.Errorf("a _cnd has %d operators instead of one", len(operators))
	}
	var c Condition
	for op, argument := range operators {
		c = Condition{op, argument}
	}
	if c.Op == "regex" {
		if _, err := regexp.Compile(fmt.Sprint(c.Argument)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Scope is where displayOptions are looked up.
type Scope struct {
	// Siblings are the parameters next to the property, Root those of the whole node; nil: Siblings.
	Siblings, Root Values
	// Version is the node's type version; Tool says that its type is a tool (n8n: its name ends in "Tool").
	Version float64
	Tool    bool
}

// Displayed reports whether the options show their property, as n8n decides it. The rules of Show are tried in order: the
// first whose parameter is an expression shows the property, whatever stands behind it, Hide included. Then Hide is
// tried; expressions mean nothing there. A parameter that is a list has several values: a plain value must be among them,
// a Condition must hold for all of them. nil shows always.
func (d *DisplayOptions) Displayed(s Scope) bool {
	if d == nil {
		return true
	}
	for _, r := range d.Show {
		values := s.lookup(r.Name)
		if slices.ContainsFunc(values, isExpression) {
			return true
		}
		if !r.holds(values) {
			return false
		}
	}
	for _, r := range d.Hide {
		if values := s.lookup(r.Name); len(values) > 0 && r.holds(values) {
			return false
		}
	}
	return true
}

func isExpression(v any) bool {
	text, ok := v.(string)
	return ok && strings.HasPrefix(text, "=")
}

// absent is the value of a parameter that is not there: JavaScript's undefined, which is not null.
type absent struct{}

// lookup returns the values that a name stands for: the elements of a list, else the one value or absent.
func (s Scope) lookup(name string) []any {
	switch name {
	case "@version":
		return []any{s.Version}
	case "@tool":
		return []any{s.Tool}
	}
	var v any = s.Siblings
	if rest, ok := strings.CutPrefix(name, "/"); ok {
		name = rest
		if s.Root != nil {
			v = s.Root
		}
	}
	v = get(v, name)
	if o, ok := v.(Values); ok {
		if locator, _ := o.Get("__rl"); truthy(locator) {
			v = get(o, "value")
		}
	}
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// get reads "a.b[0].c" from nested values; a key that is the whole path comes first.
func get(v any, path string) any {
	if value, ok := member(v, path); ok {
		return value
	}
	if strings.Contains(path, "[") {
		path = strings.ReplaceAll(strings.ReplaceAll(path, "[", "."), "]", "")
	}
	for part := range strings.SplitSeq(path, ".") {
		value, ok := member(v, part)
		if !ok {
			return absent{}
		}
		v = value
	}
	return v
}

func member(v any, key string) (any, bool) {
	switch v := v.(type) {
	case Values:
		return v.Get(key)
	case []any:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v) {
			return v[i], true
		}
	}
	return nil, false
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil, absent:
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

// holds reports whether one of the rule's values fits.
func (r Rule) holds(values []any) bool {
	for _, wanted := range r.Values {
		if c, ok := wanted.(Condition); ok {
			if c.holdsForAll(values) {
				return true
			}
			continue
		}
		if slices.ContainsFunc(values, func(v any) bool { return equal(wanted, v) }) {
			return true
		}
	}
	return false
}

// holdsForAll evaluates the condition on every value; on none, only "not" holds.
func (c Condition) holdsForAll(values []any) bool {
	if len(values) == 0 {
		return c.Op == "not"
	}
	test, ok := operators[c.Op]
	return ok && !slices.ContainsFunc(values, func(v any) bool { return !test(v, c.Argument) })
}

// operators are n8n's, over the value of a parameter and the condition's argument.
var operators = map[string]func(v, argument any) bool{
	"eq":         func(v, argument any) bool { return equal(argument, v) },
	"not":        func(v, argument any) bool { return !equal(argument, v) },
	"gt":         func(v, argument any) bool { return compare(v, argument, func(c int) bool { return c > 0 }) },
	"gte":        atLeast,
	"lt":         func(v, argument any) bool { return compare(v, argument, func(c int) bool { return c < 0 }) },
	"lte":        atMost,
	"between":    between,
	"startsWith": ofTexts(strings.HasPrefix),
	"endsWith":   ofTexts(strings.HasSuffix),
	"includes":   ofTexts(strings.Contains),
	"regex":      ofTexts(matches),
	"exists":     func(v, _ any) bool { return v != nil && v != absent{} && v != "" },
}

func between(v, argument any) bool {
	limits, _ := argument.(map[string]any)
	from, hasFrom := limits["from"]
	to, hasTo := limits["to"]
	return hasFrom && hasTo && atLeast(v, from) && atMost(v, to)
}

func ofTexts(test func(s, argument string) bool) func(v, argument any) bool {
	return func(v, argument any) bool {
		s, ok := v.(string)
		if !ok {
			return false
		}
		switch a := argument.(type) {
		case string:
			return test(s, a)
		case nil, bool, float64, int:
			return test(s, textOf(a))
		}
		return false
	}
}

// textOf is JavaScript's String of a plain value.
func textOf(v any) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprint(v)
}

func matches(s, pattern string) bool {
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(s)
}

// equal is JavaScript's === for plain values. An object or a list equals nothing.
func equal(a, b any) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case string:
		b, ok := b.(string)
		return ok && a == b
	}
	return false
}

// number takes the int of a literal in Go for the float64 of JSON.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	}
	return 0, false
}

func atLeast(v, argument any) bool { return compare(v, argument, func(c int) bool { return c >= 0 }) }

func atMost(v, argument any) bool { return compare(v, argument, func(c int) bool { return c <= 0 }) }

// compare orders as JavaScript's < and > do: two texts by their UTF-16 units, anything else as numbers; what is no number
// compares with nothing.
func compare(a, b any, holds func(c int) bool) bool {
	if _, isObject := a.(Values); isObject {
		a = "[object Object]" // what JavaScript makes of it
	}
	s, isText := a.(string)
	t, isText2 := b.(string)
	if isText && isText2 {
		return holds(slices.Compare(utf16.Encode([]rune(s)), utf16.Encode([]rune(t))))
	}
	x, y := coerce(a), coerce(b)
	return !math.IsNaN(x) && !math.IsNaN(y) && holds(cmp.Compare(x, y))
}

// coerce is JavaScript's Number of a plain value, NaN where that is no number.
func coerce(v any) float64 {
	if f, ok := number(v); ok {
		return f
	}
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case string:
		text := strings.TrimSpace(v)
		if text == "" {
			return 0
		}
		if based.MatchString(text) {
			if n, err := strconv.ParseUint(text, 0, 64); err == nil {
				return float64(n)
			}
		}
		if decimal.MatchString(text) {
			f, _ := strconv.ParseFloat(text, 64) // out of range: an infinity, as in JavaScript
			return f
		}
	}
	return math.NaN()
}

var based = regexp.MustCompile(`^0[xXoObB][0-9a-fA-F]+$`)

var decimal = regexp.MustCompile(`^[+-]?(Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)$`)
