package schemas

import (
	"regexp"
	"slices"

	"github.com/nate-go/nate/internal/json"
)

// value returns the schema of a property's value: its notes, then what its type allows.
func (g *generator) value(p *Property, beforeRun, isRoot bool) json.Members {
	var s json.Members
	note := func(key, text string) {
		if text != "" {
			s = append(s, json.Member{Key: key, Value: text})
		}
	}
	note("title", p.DisplayName)
	text := p.Description
	if p.Hint != "" {
		if text != "" {
			text += "\n"
		}
		text += p.Hint
	}
	note("description", text)
	if p.Default != nil {
		s = append(s, json.Member{Key: "default", Value: p.Default})
	}
	form := g.form(p, beforeRun, isRoot)
	_, multiple := p.TypeOptions["multipleValues"]
	switch {
	case p.Type == FixedCollection || !multiple || len(form) == 0:
		return append(s, form...)
	default:
		list := json.Members{{Key: "type", Value: "array"}, {Key: "items", Value: form}}
		return append(s, json.Member{Key: "anyOf", Value: []rule{list, form}})
	}
}

// scalars are the JSON types of plain values; a pattern beside them speaks of text only.
var scalars = []string{"string", "number", "boolean", "null"}

// The texts that n8n turns into a number or a boolean, and expressions.
const (
	numberPattern  = `^\s*(=|$|0[xXoObB]|[+-]?(Infinity|[0-9]|\.[0-9]))`
	booleanPattern = `^(=|$|[tT][rR][uU][eE]$|[fF][aA][lL][sS][eE]$|\s*[+-]?[01]|\s*0[xXoObB])`
)

// form returns the keywords for a single value of the property's type; none where it may be anything.
func (g *generator) form(p *Property, beforeRun, isRoot bool) json.Members {
	switch p.Type {
	case String, DateTime:
		return json.Members{{Key: "type", Value: scalars}}
	case Number:
		return json.Members{{Key: "type", Value: scalars}, {Key: "pattern", Value: numberPattern}}
	case Boolean:
		return json.Members{{Key: "anyOf", Value: []rule{
			json.Members{{Key: "enum", Value: []any{true, false, nil, 0, 1}}},
			json.Members{{Key: "type", Value: "string"}, {Key: "pattern", Value: booleanPattern}},
		}}}
	case Options:
		return choices(p)
	case MultiOptions:
		list := json.Members{{Key: "type", Value: "array"}, {Key: "items", Value: choices(p)}}
		return orExpression(p, list, json.Members{{Key: "type", Value: "null"}})
	case ResourceLocator:
		return locatorForm(p, beforeRun)
	case WorkflowSelector, AgentSelector:
		return json.Members{{Key: "type", Value: append([]string{"object"}, scalars...)}}
	case Collection:
		return objectOf(g.level(newScope(p.Fields, false, true), false))
	case FixedCollection:
		return g.groups(p, beforeRun, isRoot)
	case ResourceMapper:
		return objectOf(withProperties(
			"mappingMode", oneOfTexts("defineBelow", "autoMapInputData"),
			"value", json.Members{{Key: "type", Value: []string{"object", "null", "string"}}},
			"matchingColumns", listOf(json.Members{}), "schema", listOf(json.Members{{Key: "type", Value: "object"}}),
		))
	case Filter:
		operator := withProperties("type", oneOfTexts("string", "number", "boolean", "array", "object", "dateTime", "any"), "operation", anyText)
		condition := withProperties("id", anyText, "leftValue", json.Members{}, "rightValue", json.Members{}, "operator", operator)
		return objectOf(withProperties("conditions", listOf(condition), "combinator", oneOfTexts("and", "or"), "options", json.Members{}))
	case AssignmentCollection:
		one := withProperties("id", anyText, "name", anyText, "value", json.Members{},
			"type", oneOfTexts("string", "number", "boolean", "array", "object"))
		return objectOf(withProperties("assignments", listOf(one)))
	}
	return nil
}

var anyText = json.Members{{Key: "type", Value: "string"}}

// objectOf are the keywords of a value that is an object, or null, or an expression.
func objectOf(keywords json.Members) json.Members {
	return append(json.Members{{Key: "type", Value: []string{"object", "null", "string"}}, {Key: "pattern", Value: "^="}}, keywords...)
}

func withProperties(namesAndSchemas ...any) json.Members {
	var all json.Members
	for i := 0; i < len(namesAndSchemas); i += 2 {
		all = append(all, json.Member{Key: namesAndSchemas[i].(string), Value: namesAndSchemas[i+1]})
	}
	return json.Members{{Key: "properties", Value: all}}
}

func listOf(items json.Members) json.Members {
	return json.Members{{Key: "type", Value: []string{"array", "null", "string"}}, {Key: "items", Value: items}}
}

// oneOfTexts lets an editor offer the texts; n8n takes others too.
func oneOfTexts(texts ...string) json.Members {
	return json.Members{{Key: "anyOf", Value: []rule{json.Members{{Key: "enum", Value: texts}}, json.Members{}}}}
}

// choices are the values of an options property, each with its name and description; anything plain where they are known
// to the service only.
func choices(p *Property) json.Members {
	if len(p.Options) == 0 || p.AllowArbitraryValues || p.loadsOptions() {
		return json.Members{{Key: "type", Value: scalars}}
	}
	var ways []rule
	for _, o := range p.Options {
		one := json.Members{{Key: "const", Value: o.Value}}
		if o.Name != "" {
			one = append(one, json.Member{Key: "title", Value: o.Name})
		}
		if o.Description != "" {
			one = append(one, json.Member{Key: "description", Value: o.Description})
		}
		ways = append(ways, one)
	}
	also := []any{"", nil} // as n8n has them where nothing is chosen
	isDefault := func(o Option) bool { return equal(o.Value, p.Default) }
	if isScalar(p.Default) && !slices.Contains(also, p.Default) && !slices.ContainsFunc(p.Options, isDefault) {
		also = append(also, p.Default)
	}
	ways = append(ways, json.Members{{Key: "enum", Value: also}})
	return orExpression(p, ways...)
}

// loadsOptions reports whether the choices come from a service.
func (p *Property) loadsOptions() bool {
	_, method := p.TypeOptions["loadOptionsMethod"]
	_, request := p.TypeOptions["loadOptions"]
	return method || request
}

// orExpression adds expressions, where the property may be one.
func orExpression(p *Property, ways ...rule) json.Members {
	if !p.NoDataExpression {
		ways = append(ways, expression)
	}
	return json.Members{{Key: "anyOf", Value: ways}}
}

// locatorForm is a resource locator: an object of a mode and a value, which must suit the rules of the mode where n8n
// looks at it before a run.
func locatorForm(p *Property, beforeRun bool) json.Members {
	var modes []string
	var conditional []rule
	for _, m := range p.Modes {
		modes = append(modes, m.Name)
		for _, v := range m.Validation {
			pattern := "(^=)|(^" + v.Regex + "$)"
			if _, err := regexp.Compile(pattern); !beforeRun || v.Type != "regex" || err != nil {
				continue
			}
			conditional = append(conditional, json.Members{
				{Key: "if", Value: allOf(has("mode", json.Members{{Key: "const", Value: m.Name}}), has("value", true))},
				{Key: "then", Value: withProperties("value", json.Members{{Key: "pattern", Value: pattern}})},
			})
		}
	}
	s := json.Members{{Key: "type", Value: append([]string{"object"}, scalars...)}}
	fields := withProperties("__rl", json.Members{{Key: "const", Value: true}}, "mode", json.Members{}, "value", json.Members{})
	if len(modes) > 0 {
		fields = withProperties("__rl", json.Members{}, "mode", oneOfTexts(modes...), "value", json.Members{})
	}
	s = append(s, fields...)
	if len(conditional) > 0 {
		s = append(s, json.Member{Key: "allOf", Value: conditional})
	}
	return s
}

// groups are the groups of a fixedCollection. n8n counts the fields on the node's own level only, and looks at required
// ones in rows that it finds there.
func (g *generator) groups(p *Property, beforeRun, isRoot bool) json.Members {
	multiple, isSet := p.TypeOptions["multipleValues"]
	checked := isRoot && beforeRun && (!isSet || multiple == true)
	var all json.Members
	for _, group := range p.Groups {
		row := g.level(newScope(group.Values, false, false), checked)
		s := append(json.Members{{Key: "type", Value: "object"}}, row...)
		if multiple == true {
			s = json.Members{{Key: "type", Value: "array"}, {Key: "items", Value: row}}
			if most, ok := number(p.TypeOptions["maxAllowedFields"]); ok && most > 0 && checked {
				s = append(s, json.Member{Key: "maxItems", Value: most})
			}
			if least, ok := number(p.TypeOptions["minRequiredFields"]); ok && checked {
				s = append(s, json.Member{Key: "minItems", Value: least})
			}
		}
		if group.DisplayName != "" {
			s = append(json.Members{{Key: "title", Value: group.DisplayName}}, s...)
		}
		all = append(all, json.Member{Key: group.Name, Value: s})
	}
	return objectOf(json.Members{{Key: "properties", Value: all}})
}

// required returns what a required property asks of a value that is there, and whether one must be there: the default may
// be one.
func required(p *Property) (filled rule, mustBeThere bool) {
	empty := func(v any) bool { return v == nil || v == "" }
	byDefault := plain(p.Default)
	switch {
	case p.Type == String, p.Type == DateTime, p.Type == Options:
		filled = not(json.Members{{Key: "const", Value: ""}})
	case p.Type == MultiOptions:
		list, _ := byDefault.([]any)
		return json.Members{{Key: "minItems", Value: 1}}, len(list) == 0
	case p.Type.isLocator():
		isEmpty := json.Members{{Key: "enum", Value: []any{"", nil, false}}}
		isObject := json.Members{{Key: "type", Value: "object"}}
		filled = anyOf(allOf(isObject, has("value", not(isEmpty))), not(anyOf(isObject, isEmpty)))
		if o, ok := byDefault.(map[string]any); ok {
			byDefault = o["value"]
		}
	default:
		return nil, false
	}
	if _, multiple := p.TypeOptions["multipleValues"]; multiple {
		return json.Members{{Key: "items", Value: filled}}, false
	}
	return filled, empty(byDefault)
}
