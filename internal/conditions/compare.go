package conditions

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/regex"
	"github.com/nate-go/nate/node"
)

// Comparer compares values by the operations that If 1, Filter 1 and Switch 1 and 2 have. A regular expression is compiled
// once as long as it stays the same. It is not safe for concurrent use.
type Comparer struct {
	pattern string
	regex   *regex.Regexp
}

// compareFunc compares two values as JavaScript does.
type compareFunc func(a, b any) (bool, error)

var compareFuncs = map[string]compareFunc{
	"after": relation(isGreater), "before": relation(isLess),
	"larger": relation(isGreater), "largerEqual": relation(func(c int) bool { return c >= 0 }),
	"smaller": relation(isLess), "smallerEqual": relation(func(c int) bool { return c <= 0 }),
	"equal":    func(a, b any) (bool, error) { return identical(a, b), nil },
	"notEqual": func(a, b any) (bool, error) { return !identical(a, b), nil },
	"contains": holds, "notContains": inverse(holds),
	"startsWith":    method("startsWith", strings.HasPrefix),
	"notStartsWith": inverse(method("startsWith", strings.HasPrefix)),
	"endsWith":      method("endsWith", strings.HasSuffix),
	"notEndsWith":   inverse(method("endsWith", strings.HasSuffix)),
	"isEmpty":       blank, "isNotEmpty": inverse(blank),
}

// Compare reports whether an operation holds for two values. The error says what JavaScript can't do with them, or what is
// wrong with a regular expression.
func (c *Comparer) Compare(operation string, a, b any) (bool, error) {
	switch operation {
	case "regex":
		return c.matches(a, b)
	case "notRegex":
		ok, err := c.matches(a, b)
		return !ok && err == nil, err
	}
	compare := compareFuncs[operation]
	if compare == nil {
		return false, fmt.Errorf("The operation %q is not known", operation) //nolint:staticcheck // a text for people
	}
	return compare(a, b)
}

func (c *Comparer) matches(a, b any) (bool, error) {
	pattern := orEmpty(b)
	if c.regex == nil || c.pattern != pattern {
		re, err := regex.CompileLiteral(pattern)
		if err != nil {
			return false, err
		}
		c.pattern, c.regex = pattern, re
	}
	return c.regex.Test(orEmpty(a))
}

func inverse(compare compareFunc) compareFunc {
	return func(a, b any) (bool, error) {
		ok, err := compare(a, b)
		return !ok && err == nil, err
	}
}

// orEmpty is the text of a value; what JavaScript takes for false has none.
func orEmpty(v any) string {
	if !fields.Truthy(v) {
		return ""
	}
	return fields.Text(v)
}

func holds(a, b any) (bool, error) { return strings.Contains(orEmpty(a), orEmpty(b)), nil }

func isGreater(order int) bool { return order > 0 }
func isLess(order int) bool    { return order < 0 }

// relation compares two values, of which those that JavaScript takes for false count as 0: texts as texts, all else as
// numbers.
func relation(test func(order int) bool) compareFunc {
	return func(a, b any) (bool, error) {
		if !fields.Truthy(a) {
			a = 0.0
		}
		if !fields.Truthy(b) {
			b = 0.0
		}
		s, sText := primitive(a).(string)
		t, tText := primitive(b).(string)
		if sText && tText {
			return test(strings.Compare(s, t)), nil
		}
		x, y := fields.Number(a), fields.Number(b)
		switch {
		case math.IsNaN(x) || math.IsNaN(y):
			return false, nil
		case x < y:
			return test(-1), nil
		case x > y:
			return test(1), nil
		}
		return test(0), nil
	}
}

// primitive is what JavaScript compares: of an array or object its text.
func primitive(v any) any {
	switch v.(type) {
	case *node.Object, []any:
		return fields.Text(v)
	}
	return v
}

// method calls a method of texts on the first value.
func method(name string, test func(s, part string) bool) compareFunc {
	return func(a, b any) (bool, error) {
		switch s := a.(type) {
		case string:
			return test(s, fields.Text(b)), nil
		case nil:
			return false, fmt.Errorf("Cannot read properties of null (reading '%s')", name) //nolint:staticcheck // JavaScript's text
		}
		if a == node.Undefined {
			return false, fmt.Errorf("Cannot read properties of undefined (reading '%s')", name) //nolint:staticcheck // JavaScript's text
		}
		return false, errors.New("value1." + name + " is not a function")
	}
}

func blank(v, _ any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return true, nil
	case string:
		return v == "", nil
	case float64:
		return math.IsNaN(v), nil
	case []any:
		return len(v) == 0, nil
	case *node.Object:
		return v.Len() == 0, nil
	case node.Date:
		return math.IsNaN(float64(v)), nil
	}
	return v == node.Undefined, nil
}

// Milliseconds returns a value that is to be a date, in milliseconds since 1970; a number is that already. The error has n8n's
// text.
func Milliseconds(v any) (float64, error) {
	ms := math.NaN()
	switch v := v.(type) {
	case string:
		ms = dates.Parse(v, time.UTC)
	case float64:
		ms = v
	case node.Date:
		ms = float64(v)
	}
	if math.IsNaN(ms) {
		return 0, node.NewOperationError(`The value "`+fields.Text(v)+`" is not a valid DateTime.`, "")
	}
	return ms, nil
}
