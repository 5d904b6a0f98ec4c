package schemas

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xeipuuv/gojsonschema"
)

// frames are the errors of gojsonschema that only say that something inside failed: what failed is an error of its own.
var frames = map[string]struct{}{
	"number_any_of": {}, "number_one_of": {}, "number_all_of": {}, "condition_then": {}, "condition_else": {},
	"invalid_property_name": {},
}

// texts say what is wrong by gojsonschema's type of error, after the name of the place.
var texts = map[string]func(details gojsonschema.ErrorDetails) string{
	"required":                        func(gojsonschema.ErrorDetails) string { return "is missing" },
	"missing_dependency":              func(d gojsonschema.ErrorDetails) string { return fmt.Sprintf("needs %q beside it", d["dependency"]) },
	"invalid_type":                    wrongType,
	"additional_property_not_allowed": func(gojsonschema.ErrorDetails) string { return "is not known here" },
	"array_no_additional_items":       func(gojsonschema.ErrorDetails) string { return "has too many elements" },
	"array_min_items":                 bound("has fewer than %s elements", "min"),
	"array_max_items":                 bound("has more than %s elements", "max"),
	"array_min_properties":            bound("has fewer than %s keys", "min"),
	"array_max_properties":            bound("has more than %s keys", "max"),
	"unique":                          func(gojsonschema.ErrorDetails) string { return "has the same element twice" },
	"string_gte":                      tooShort,
	"string_lte":                      bound("has more than %s characters", "max"),
	"number_gte":                      bound("is less than %s", "min"),
	"number_gt":                       bound("is not more than %s", "min"),
	"number_lte":                      bound("is more than %s", "max"),
	"number_lt":                       bound("is not less than %s", "max"),
	"enum":                            func(d gojsonschema.ErrorDetails) string { return fmt.Sprintf("is not one of %v", d["allowed"]) },
	"const":                           func(d gojsonschema.ErrorDetails) string { return fmt.Sprintf("is not %v", d["allowed"]) },
}

// typeNames are JSON Schema's types in words. A file may write null for what it leaves out, so null is never asked for.
var typeNames = map[string]string{
	"object": "an object", "array": "an array", "string": "a string", "number": "a number", "integer": "a whole number",
	"boolean": "a boolean", "null": "null",
}

var word = regexp.MustCompile(`[a-z]+`)

func wrongType(d gojsonschema.ErrorDetails) string {
	given := fmt.Sprint(d["given"])
	var wanted []string
	for _, t := range word.FindAllString(fmt.Sprint(d["expected"]), -1) {
		if t != "null" {
			wanted = append(wanted, typeNames[t])
		}
	}
	if len(wanted) == 0 {
		wanted = []string{"null"}
	}
	if given == "integer" {
		given = "number"
	}
	return "is " + typeNames[given] + ", not " + strings.Join(wanted, " or ")
}

func tooShort(d gojsonschema.ErrorDetails) string {
	if d["min"] == 1 {
		return "is empty"
	}
	return bound("has fewer than %s characters", "min")(d)
}

func bound(format, key string) func(gojsonschema.ErrorDetails) string {
	return func(d gojsonschema.ErrorDetails) string {
		n, ok := d[key].(*big.Float)
		if !ok {
			return fmt.Sprintf(format, fmt.Sprint(d[key]))
		}
		return fmt.Sprintf(format, n.Text('f', -1))
	}
}

// explain puts gojsonschema's errors into our own words, in order of their pointers (it goes through objects in Go's random
// order).
func (s *schema) explain(errs []gojsonschema.ResultError, e element, plain any) Diagnostics {
	var ds Diagnostics
	for _, err := range errs {
		if _, isFrame := frames[err.Type()]; !isFrame {
			ds = append(ds, s.explainOne(err, e, plain))
		}
	}
	if len(ds) == 0 {
		ds = Diagnostics{s.explainOne(errs[0], e, plain)}
	}
	slices.SortStableFunc(ds, func(a, b Diagnostic) int { return strings.Compare(a.Pointer, b.Pointer) })
	return slices.Compact(ds)
}

// separator can't occur in the keys of a decoded document: it is no part of UTF-8.
const separator = "\xff"

func (s *schema) explainOne(err gojsonschema.ResultError, e element, plain any) Diagnostic {
	path := slices.Clone(e.path)
	for _, part := range strings.Split(err.Context().String(separator), separator)[1:] {
		if list, ok := plain.([]any); ok {
			i, _ := strconv.Atoi(part)
			path, plain = append(path, step{index: i}), list[i]
			continue
		}
		object, _ := plain.(map[string]any)
		path, plain = append(path, step{key: part, isKey: true}), object[part]
	}
	pointer := path.pointer()
	if property, ok := err.Details()["property"].(string); ok {
		path = append(path, step{key: property, isKey: true})
		if err.Type() != "required" { // the pointer leads to what is there
			pointer = path.pointer()
		}
	}
	text := "does not have the form that is expected here"
	if words, ok := texts[err.Type()]; ok {
		text = words(err.Details())
	}
	return Diagnostic{
		Severity: SeverityError, Pointer: pointer, Message: s.label(path) + " " + text, Hint: s.description(path),
	}
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z_0-9.]*$`)

// label names a place for a person: "typeVersion", "main[0][1]", "the workflow", "[0] in the credentials file".
func (s *schema) label(at path) string {
	key, indexes := "", ""
	for _, st := range at {
		switch {
		case !st.isKey:
			indexes += "[" + strconv.Itoa(st.index) + "]"
			continue
		case plainKey.MatchString(st.key):
			key = st.key
		default:
			key = strconv.Quote(st.key)
		}
		indexes = ""
	}
	switch {
	case key != "":
		return key + indexes
	case indexes != "":
		return indexes + " in the " + s.title()
	}
	return "the " + s.title()
}

// description returns what the schema says of a place: the hint.
func (s *schema) description(at path) string {
	here := s.expand(s.root)
	for _, st := range at {
		var inside []map[string]any
		for _, rule := range here {
			if inner, ok := st.rule(rule).(map[string]any); ok {
				inside = append(inside, s.expand(inner)...)
			}
		}
		here = inside
	}
	for _, rule := range here {
		if text, ok := rule["description"].(string); ok {
			return text
		}
	}
	return ""
}

// rule returns what a rule says of the value at the step.
func (st step) rule(rule map[string]any) any {
	if !st.isKey {
		if list, ok := rule["items"].([]any); ok {
			if st.index < len(list) {
				return list[st.index]
			}
			return rule["additionalItems"]
		}
		return rule["items"]
	}
	properties, _ := rule["properties"].(map[string]any)
	if inner, ok := properties[st.key]; ok {
		return inner
	}
	return rule["additionalProperties"]
}

// expand returns a rule and what it is put together from.
func (s *schema) expand(rule map[string]any) []map[string]any {
	if ref, ok := rule["$ref"].(string); ok {
		return s.expand(s.definition(ref))
	}
	all := []map[string]any{rule}
	for _, key := range frameKeywords {
		inside, isList := rule[key].([]any)
		if !isList {
			inside = []any{rule[key]}
		}
		for _, inner := range inside {
			if inner, ok := inner.(map[string]any); ok {
				all = append(all, s.expand(inner)...)
			}
		}
	}
	return all
}
