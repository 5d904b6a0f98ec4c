package conditions

import (
	"errors"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/regex"
	"github.com/nate-go/nate/node"
)

// comparison is what an operation works on.
type comparison struct {
	settings
	*condition
	left, right any
	exists      bool
}

type operation func(c *comparison) (bool, error)

// operations are n8n's operators beside exists and notExists, by type and name.
var operations = map[string]map[string]operation{
	"string": {
		"empty":         texts(func(l, _ string) bool { return l == "" }),
		"notEmpty":      texts(func(l, _ string) bool { return l != "" }),
		"equals":        func(c *comparison) (bool, error) { return c.sameText(), nil },
		"notEquals":     func(c *comparison) (bool, error) { return !c.sameText(), nil },
		"contains":      texts(strings.Contains),
		"notContains":   not(texts(strings.Contains)),
		"startsWith":    texts(strings.HasPrefix),
		"notStartsWith": not(texts(strings.HasPrefix)),
		"endsWith":      texts(strings.HasSuffix),
		"notEndsWith":   not(texts(strings.HasSuffix)),
		"regex":         matches,
		"notRegex":      not(matches),
	},
	"number": {
		"empty": absent, "notEmpty": not(absent), "equals": same, "notEquals": not(same),
		"gt": ordered(greater), "lt": ordered(less), "gte": ordered(atLeast), "lte": ordered(atMost),
	},
	"dateTime": {
		"empty": absent, "notEmpty": not(absent), "equals": dated(same), "notEquals": dated(not(same)),
		"after": dated(ordered(greater)), "before": dated(ordered(less)),
		"afterOrEquals": dated(ordered(atLeast)), "beforeOrEquals": dated(ordered(atMost)),
	},
	"boolean": {
		"empty": absent, "notEmpty": not(absent), "equals": same, "notEquals": not(same),
		"true":  func(c *comparison) (bool, error) { return fields.Truthy(c.left), nil },
		"false": func(c *comparison) (bool, error) { return !fields.Truthy(c.left), nil },
	},
	"array": {
		"contains": contains, "notContains": not(contains),
		"lengthEquals":    length(func(n, right float64) bool { return n == right }, false),
		"lengthNotEquals": not(length(func(n, right float64) bool { return n == right }, false)),
		"lengthGt":        length(greater, true), "lengthLt": length(less, true),
		"lengthGte": length(atLeast, true), "lengthLte": length(atMost, true),
		"empty": hasNone, "notEmpty": not(hasNone),
	},
	"object": {"empty": hasNoKeys, "notEmpty": not(hasNoKeys)},
}

func not(op operation) operation {
	return func(c *comparison) (bool, error) {
		ok, err := op(c)
		return !ok && err == nil, err
	}
}

func absent(c *comparison) (bool, error) { return !c.exists, nil }

func same(c *comparison) (bool, error) { return identical(c.left, c.right), nil }

// identical is JavaScript's ===. Objects and arrays of two expressions are never the same.
func identical(a, b any) bool {
	switch a.(type) {
	case *node.Object, []any, node.Date:
		return false
	}
	switch b.(type) {
	case *node.Object, []any, node.Date:
		return false
	}
	return a == b
}

// texts compares the left text with the right one; what is not there counts as an empty text.
func texts(compare func(left, right string) bool) operation {
	return func(c *comparison) (bool, error) { return compare(c.leftText(), c.rightText()), nil }
}

func (c *comparison) leftText() string {
	text, _ := c.left.(string)
	if c.ignoreCase {
		return fields.Lower(text)
	}
	return text
}

func (c *comparison) rightText() string {
	switch text, isText := c.right.(string); {
	case c.right == nil || c.right == node.Undefined:
		return ""
	case !isText: // of another type than the left one
		return fields.Text(c.right)
	case c.ignoreCase:
		return c.lower
	default:
		return text
	}
}

func (c *comparison) sameText() bool {
	switch c.right.(type) {
	case string, nil:
		return c.leftText() == c.rightText()
	}
	return c.right == node.Undefined && c.leftText() == ""
}

// matches searches the left text for a regular expression, which is compiled when it is another than before.
func matches(c *comparison) (bool, error) {
	pattern := ""
	if c.right != nil && c.right != node.Undefined {
		pattern = fields.Text(c.right)
	}
	if c.regex == nil || c.pattern != pattern {
		re, err := regex.CompileLiteral(pattern)
		if err != nil {
			return false, err
		}
		c.pattern, c.regex = pattern, re
	}
	return c.regex.Test(c.leftText())
}

func greater(a, b float64) bool { return a > b }
func less(a, b float64) bool    { return a < b }
func atLeast(a, b float64) bool { return a >= b }
func atMost(a, b float64) bool  { return a <= b }

// ordered compares two numbers. null counts as 0, and nothing as no number.
func ordered(compare func(a, b float64) bool) operation {
	return func(c *comparison) (bool, error) { return compare(fields.Number(c.left), fields.Number(c.right)), nil }
}

// dated compares two dates; a missing one never compares, one that was not read as a date is an error.
func dated(op operation) operation {
	return func(c *comparison) (bool, error) {
		switch {
		case !c.exists || c.right == nil || c.right == node.Undefined:
			return false, nil
		case !strings.EqualFold(c.rightType, "dateTime"):
			if !fields.Truthy(c.right) {
				return false, nil
			}
			return false, errors.New("right.toMillis is not a function")
		}
		return op(c)
	}
}

func (c *comparison) list() []any {
	list, _ := c.left.([]any)
	return list
}

func hasNone(c *comparison) (bool, error) { return len(c.list()) == 0, nil }

func length(compare func(n, right float64) bool, orders bool) operation {
	return func(c *comparison) (bool, error) {
		if _, isNumber := c.right.(float64); !isNumber && !orders {
			return false, nil
		}
		return compare(float64(len(c.list())), fields.Number(c.right)), nil
	}
}

// contains looks for the right value in the left array: a text in any case if that does not count, NaN too.
func contains(c *comparison) (bool, error) {
	text, isText := c.right.(string)
	for _, e := range c.list() {
		if s, ok := e.(string); ok && isText {
			if s == text || c.ignoreCase && fields.Lower(s) == c.lower {
				return true, nil
			}
			continue
		}
		if identical(e, c.right) || isNaN(e) && isNaN(c.right) {
			return true, nil
		}
	}
	return false, nil
}

func isNaN(v any) bool {
	n, ok := v.(float64)
	return ok && n != n
}

func hasNoKeys(c *comparison) (bool, error) {
	o, _ := c.left.(*node.Object)
	return o.Len() == 0, nil
}
