package credentials

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/nate-go/nate/schemas"
)

// unusable returns an UnusableError about a field of d.
func (d Data) unusable(field, problem, hint string) *UnusableError {
	return &UnusableError{Ref: d.ref, Source: d.source, Field: field, Problem: problem, Hint: hint}
}

// checkFields holds the fields of d to the properties of its type: they are there if they are required, and text, and no
// expressions.
func checkFields(d Data, properties []schemas.Property) []error {
	problems := checkExpressions(d)
	for _, p := range properties {
		switch v, _ := d.Value(p.Name); v.(type) {
		case string:
		case nil:
			if p.Required {
				problems = append(problems, d.unusable(p.Name, "is missing", ""))
			}
		default:
			problems = append(problems, d.unusable(p.Name, "is not text", "put it into quotes"))
		}
	}
	return problems
}

// checkExpressions finds the values that n8n would resolve as expressions, which nate does not: sent as they stand they
// would be wrong, and nobody would see why.
func checkExpressions(d Data) []error {
	var problems []error
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case string:
			if isExpression(v) {
				problems = append(problems, d.unusable(path, "is an expression, which is not supported in credentials yet",
					"put the value itself there"))
			}
		case map[string]any:
			for _, key := range sortedKeys(v) {
				walk(path+"."+key, v[key])
			}
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), e)
			}
		}
	}
	values := d.all()
	for _, field := range sortedKeys(values) {
		walk(field, values[field])
	}
	return problems
}

func isExpression(text string) bool { return strings.HasPrefix(text, "=") }

func hasControl(text string) bool { return strings.ContainsFunc(text, unicode.IsControl) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
