package schemas

import (
	stdjson "encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/json"
)

// ForProperties returns a JSON Schema (draft-07) of the parameters of a node instance with these properties at a type
// version, so that an editor completes them and a validator checks them. title is that of the schema. The same
// properties give the same text.
//
// A property that displayOptions hide is not spoken of: a file may keep its parameter. Unknown parameters are allowed, and
// so is an expression ("=...") except where the property has NoDataExpression. Where it can't be told from the parameters
// of one level whether a property is shown (a rule over "/absolute" names inside of a collection, over values inside of
// another parameter, or over a parameter that is an expression), its value is not checked. So the schema refuses only what
// node.Definition.CheckParameters reports too; that is more exact and finds more. The error is that of a default or option
// value that can't be JSON.
func ForProperties(title string, props []Property, version float64) ([]byte, error) {
	g := &generator{version: version}
	root := json.Members{{Key: "$schema", Value: "http://json-schema.org/draft-07/schema#"}, {Key: "title", Value: title}}
	root = append(root, json.Member{Key: "type", Value: []string{"object", "null"}})
	root = append(root, g.level(newScope(props, true, false), true)...)
	if len(g.definitions) > 0 {
		root = append(root, json.Member{Key: "definitions", Value: g.definitions})
	}
	text, err := root.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("the JSON Schema of %s: %w", title, err)
	}
	return text, nil
}

// rule is a JSON Schema, or true or false.
type rule any

// generator writes one schema.
type generator struct {
	version     float64
	definitions json.Members
	refs        map[string]rule
	next        int
}

// levelScope are the properties of one level.
type levelScope struct {
	props        []Property
	byName       map[string][]*Property
	isRoot       bool
	inCollection bool
	// conditions are those that were made into definitions, or are being made.
	conditions map[string]rule
}

func newScope(props []Property, isRoot, inCollection bool) *levelScope {
	l := &levelScope{props: props, byName: map[string][]*Property{}, isRoot: isRoot, inCollection: inCollection, conditions: map[string]rule{}}
	for i := range props {
		l.byName[props[i].Name] = append(l.byName[props[i].Name], &props[i])
	}
	return l
}

// block are properties that apply under the same condition.
type block struct {
	condition  rule
	properties json.Members
	required   []string
}

// level returns the keywords for the parameters of one level. n8n looks at required parameters only where beforeRun says.
func (g *generator) level(l *levelScope, beforeRun bool) json.Members {
	var blocks []*block
	byCondition := map[string]*block{}
	for i := range l.props {
		p := &l.props[i]
		condition := g.applies(l, p)
		if condition == false {
			continue
		}
		key := keyOf(condition)
		b := byCondition[key]
		if b == nil {
			b = &block{condition: condition}
			byCondition[key] = b
			blocks = append(blocks, b)
		}
		if slices.ContainsFunc(b.properties, func(m json.Member) bool { return m.Key == p.Name }) {
			continue // the same condition twice: which one n8n means can't be told
		}
		value := g.value(p, beforeRun, l.isRoot)
		if beforeRun && p.Required {
			filled, mustBeThere := required(p)
			if filled != nil {
				value = withAllOf(value, filled)
			}
			if mustBeThere {
				b.required = append(b.required, p.Name)
			}
		}
		b.properties = append(b.properties, json.Member{Key: p.Name, Value: value})
	}
	var always json.Members
	var conditional []rule
	for _, b := range blocks {
		then := json.Members{{Key: "properties", Value: b.properties}}
		if len(b.required) > 0 {
			then = append(then, json.Member{Key: "required", Value: b.required})
		}
		if b.condition == true {
			always = then
			continue
		}
		conditional = append(conditional, json.Members{{Key: "if", Value: b.condition}, {Key: "then", Value: then}})
	}
	if len(conditional) > 0 {
		always = append(always, json.Member{Key: "allOf", Value: conditional})
	}
	return always
}

// withAllOf adds a rule to the keywords of a schema.
func withAllOf(s json.Members, r rule) json.Members {
	for i := range s {
		if all, ok := s[i].Value.([]rule); ok && s[i].Key == "allOf" {
			s[i].Value = slices.Concat(all, []rule{r})
			return s
		}
	}
	return append(s, json.Member{Key: "allOf", Value: []rule{r}})
}

// applies returns the condition under which p, and no other property of its name, is shown for certain.
func (g *generator) applies(l *levelScope, p *Property) rule {
	parts := []rule{g.displayed(l, p.DisplayOptions, false)}
	for _, other := range l.byName[p.Name] {
		if other != p && !l.disjoint(p.DisplayOptions, other.DisplayOptions) {
			parts = append(parts, not(g.displayed(l, other.DisplayOptions, true)))
		}
	}
	return allOf(parts...)
}

// disjoint reports whether properties with these options are never shown together, given that the rules of a hold with
// plain values.
func (l *levelScope) disjoint(a, b *DisplayOptions) bool {
	if a == nil || b == nil {
		return false
	}
	for _, r := range b.Show {
		i := slices.IndexFunc(a.Show, func(other Rule) bool { return other.Name == r.Name })
		if i < 0 || !a.Show[i].isPlain() || l.isList(r.Name) {
			return false // its parameter may be an expression, which shows b
		}
		if r.isPlain() && !slices.ContainsFunc(r.Values, func(v any) bool { return a.Show[i].holds([]any{v}) }) {
			return true
		}
	}
	return false
}

func (r Rule) isPlain() bool {
	return !slices.ContainsFunc(r.Values, func(v any) bool { _, ok := v.(Condition); return ok })
}

// isList reports whether the parameter of that name may be a list.
func (l *levelScope) isList(name string) bool {
	return slices.ContainsFunc(l.byName[strings.TrimPrefix(name, "/")], func(p *Property) bool {
		_, multiple := p.TypeOptions["multipleValues"]
		return multiple || p.Type == MultiOptions
	})
}

// displayed returns when the options show their property. What can't be expressed makes the answer false where over is
// false, so that it holds only when the property is shown, and true where over is true, so that it holds at least then.
func (g *generator) displayed(l *levelScope, d *DisplayOptions, over bool) rule {
	if d == nil || len(d.Show) == 0 && len(d.Hide) == 0 {
		return true
	}
	key := fmt.Sprint(over) + keyOf(d)
	if known, ok := l.conditions[key]; ok {
		return known
	}
	l.conditions[key] = over // what a rule that leads back here finds
	hidden := make([]rule, len(d.Hide))
	for i, r := range d.Hide {
		hidden[i] = g.holds(l, r, !over)
	}
	condition := not(anyOf(hidden...))
	for _, r := range slices.Backward(d.Show) {
		condition = allOf(g.holds(l, r, over), condition)
		if over {
			condition = anyOf(l.isExpression(r), condition) // n8n looks no further
		}
	}
	condition = g.define(condition)
	l.conditions[key] = condition
	return condition
}

// isExpression returns when the parameter of a rule may be an expression.
func (l *levelScope) isExpression(r Rule) rule {
	name, known := l.parameter(r.Name)
	switch {
	case r.Name == "@version":
		return false
	case !known:
		return true
	}
	inList := json.Members{{Key: "type", Value: "array"}, {Key: "contains", Value: expression}}
	inLocator := allOf(json.Members{{Key: "type", Value: "object"}}, has("value", expression))
	return has(name, anyOf(expression, inList, inLocator))
}

// expression are the texts that are expressions.
var expression = json.Members{{Key: "type", Value: "string"}, {Key: "pattern", Value: "^="}}

// has returns when an object has a key with such a value.
func has(name string, value rule) rule {
	switch value {
	case false:
		return false
	case true:
		return json.Members{{Key: "required", Value: []string{name}}}
	}
	return json.Members{{Key: "properties", Value: json.Members{{Key: name, Value: value}}}, {Key: "required", Value: []string{name}}}
}

// parameter returns the name of the parameter of this level that a rule speaks of; false where it is none, or one whose
// value is not plain.
func (l *levelScope) parameter(name string) (string, bool) {
	if rest, ok := strings.CutPrefix(name, "/"); ok && l.isRoot {
		name = rest
	}
	plain := !slices.ContainsFunc(l.byName[name], func(p *Property) bool { return p.Type == Collection || p.Type == FixedCollection })
	return name, plain && !strings.ContainsAny(name, "./[@")
}

// define puts a condition among the definitions and returns a reference to it.
func (g *generator) define(condition rule) rule {
	if _, isConstant := condition.(bool); isConstant {
		return condition
	}
	key := keyOf(condition)
	if ref, ok := g.refs[key]; ok {
		return ref
	}
	if g.refs == nil {
		g.refs = map[string]rule{}
	}
	g.next++
	name := fmt.Sprintf("when%d", g.next)
	g.definitions = append(g.definitions, json.Member{Key: name, Value: condition})
	ref := json.Members{{Key: "$ref", Value: "#/definitions/" + name}}
	g.refs[key] = ref
	return ref
}

// holds returns when one rule of displayOptions holds; over as for displayed.
func (g *generator) holds(l *levelScope, r Rule, over bool) rule {
	if r.Name == "@version" {
		return r.holds([]any{g.version})
	}
	name, known := l.parameter(r.Name)
	if !known {
		return over
	}
	value, known := l.fits(name, r, over)
	if !known {
		return over
	}
	candidates := l.byName[name]
	shown := make([]rule, len(candidates))
	for i, p := range candidates {
		shown[i] = g.displayed(l, p.DisplayOptions, false)
	}
	ways := []rule{has(name, value), allOf(not(has(name, true)), g.holdsByDefault(l, r, candidates, over))}
	ifAbsent := r.holds([]any{absent{}})
	if !over {
		return allOf(anyOf(shown...), anyOf(ways...)) // the parameter of a hidden property counts as absent
	}
	return anyOf(append(ways, allOf(ifAbsent, not(anyOf(shown...))))...)
}

// holdsByDefault returns when a rule holds for a parameter that the file leaves out.
func (g *generator) holdsByDefault(l *levelScope, r Rule, candidates []*Property, over bool) rule {
	switch {
	case l.inCollection || len(candidates) == 0:
		return r.holds([]any{absent{}})
	case len(candidates) == 1:
		return r.holds(defaultValues(candidates[0]))
	}
	var fitting, others []*Property
	for _, p := range candidates {
		if r.holds(defaultValues(p)) {
			fitting = append(fitting, p)
		} else {
			others = append(others, p)
		}
	}
	ways := make([]rule, len(fitting))
	for i, p := range fitting {
		way := []rule{g.displayed(l, p.DisplayOptions, over)}
		for _, other := range others {
			if !over && !l.disjoint(p.DisplayOptions, other.DisplayOptions) {
				way = append(way, not(g.displayed(l, other.DisplayOptions, true)))
			}
		}
		ways[i] = allOf(way...)
	}
	return anyOf(ways...)
}

// defaultValues are the values that displayOptions see of a default.
func defaultValues(p *Property) []any {
	v := plain(p.Default)
	if o, ok := v.(map[string]any); ok && p.Type == ResourceLocator {
		v = o["value"]
	}
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// plain returns a value as encoding/json decodes it.
func plain(v any) any {
	switch v.(type) {
	case nil, bool, string, float64:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out any
	if stdjson.Unmarshal(text, &out) != nil {
		return nil
	}
	return out
}

// fits returns the values for which a rule holds; known is false where that can't be expressed.
func (l *levelScope) fits(name string, r Rule, over bool) (values rule, known bool) {
	var literals []any
	var ways []rule
	for _, v := range r.Values {
		c, isCondition := v.(Condition)
		if !isCondition {
			if !slices.ContainsFunc(literals, func(other any) bool { return keyOf(other) == keyOf(v) }) {
				literals = append(literals, v)
			}
			continue
		}
		op, ok := operatorSchemas[c.Op]
		if !ok {
			continue // never holds
		}
		if l.isList(name) {
			return nil, false
		}
		one, ok := op(c.Argument, over)
		if !ok {
			return nil, false
		}
		ways = append(ways, one)
	}
	if len(literals) > 0 {
		one := json.Members{{Key: "enum", Value: literals}}
		ways = append(ways, one)
		if l.isList(name) {
			ways = append(ways, json.Members{{Key: "type", Value: "array"}, {Key: "contains", Value: one}})
		}
	}
	values = anyOf(ways...)
	if values != false && slices.ContainsFunc(l.byName[name], func(p *Property) bool { return p.Type.isLocator() }) {
		object := json.Members{{Key: "type", Value: "object"}}
		locator := allOf(object, has("__rl", json.Members{{Key: "const", Value: true}}), has("value", values))
		values = anyOf(allOf(not(object), values), locator)
		if over {
			values = anyOf(object, values)
		}
	}
	return values, true
}

func (t PropertyType) isLocator() bool {
	return t == ResourceLocator || t == WorkflowSelector || t == AgentSelector
}

// operatorSchemas are the values that a Condition holds for; ok is false where that can't be expressed. Order is expressed
// for numbers: of other values it is taken to hold where over is true, and not to hold where it is false.
var operatorSchemas = map[string]func(argument any, over bool) (values rule, ok bool){
	"eq":  func(a any, _ bool) (rule, bool) { return json.Members{{Key: "const", Value: a}}, isScalar(a) },
	"not": func(a any, _ bool) (rule, bool) { return not(json.Members{{Key: "const", Value: a}}), isScalar(a) },
	"gt":  bounded("exclusiveMinimum"),
	"gte": bounded("minimum"),
	"lt":  bounded("exclusiveMaximum"),
	"lte": bounded("maximum"),
	"between": func(a any, over bool) (rule, bool) {
		limits, _ := a.(map[string]any)
		low, ok := bounded("minimum")(limits["from"], over)
		high, ok2 := bounded("maximum")(limits["to"], over)
		return allOf(low, high), ok && ok2
	},
	"startsWith": patterned("^%s"),
	"endsWith":   patterned("%s$"),
	"includes":   patterned("%s"),
	"regex": func(a any, _ bool) (rule, bool) {
		pattern, ok := a.(string)
		_, err := regexp.Compile(pattern)
		return json.Members{{Key: "type", Value: "string"}, {Key: "pattern", Value: pattern}}, ok && err == nil
	},
	"exists": func(any, bool) (rule, bool) { return not(json.Members{{Key: "enum", Value: []any{nil, ""}}}), true },
}

func isScalar(v any) bool {
	switch v.(type) {
	case nil, bool, string, float64, int:
		return true
	}
	return false
}

func bounded(keyword string) func(any, bool) (rule, bool) {
	return func(a any, over bool) (rule, bool) {
		n, ok := number(a)
		isNumber := json.Members{{Key: "type", Value: "number"}}
		limit := json.Members{{Key: keyword, Value: n}}
		if over {
			return anyOf(not(isNumber), limit), ok
		}
		return allOf(isNumber, limit), ok
	}
}

func patterned(format string) func(any, bool) (rule, bool) {
	return func(a any, _ bool) (rule, bool) {
		text, ok := a.(string)
		return json.Members{{Key: "type", Value: "string"}, {Key: "pattern", Value: fmt.Sprintf(format, regexp.QuoteMeta(text))}}, ok
	}
}

// allOf, anyOf and not leave out what is constant.
func allOf(rules ...rule) rule { return combine("allOf", true, rules) }

func anyOf(rules ...rule) rule { return combine("anyOf", false, rules) }

func combine(keyword string, neutral bool, rules []rule) rule {
	var parts []rule
	for _, r := range rules {
		switch r {
		case neutral:
		case !neutral:
			return !neutral
		default:
			parts = append(parts, r)
		}
	}
	switch len(parts) {
	case 0:
		return neutral
	case 1:
		return parts[0]
	}
	return json.Members{{Key: keyword, Value: parts}}
}

func not(r rule) rule {
	if constant, ok := r.(bool); ok {
		return !constant
	}
	return json.Members{{Key: "not", Value: r}}
}

func keyOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
