package core

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewRenameKeys returns Rename Keys (n8n-nodes-base.renameKeys): it gives fields of each item other names, by path or by
// regular expression. Expressions are Go's: no lookaround and no backreferences, in return their time is linear.
func NewRenameKeys() node.Node { return node.PerItem(renameKeysDefinition(), renameKeys) }

func renameKeys(_ context.Context, it node.ItemCall) ([]node.Item, error) {
	out := it.Item()
	out.Paired = nil
	out.JSON = fields.Copy(out.JSON)
	keys, err := rowsOf(it.Params, "keys.key")
	if err != nil {
		return nil, err
	}
	in := it.Item().JSON
	for _, row := range keys {
		from, to := textOf(row, "currentKey"), textOf(row, "newKey")
		if from == "" || to == "" || from == to {
			continue
		}
		v := fields.Get(in, from)
		if v == node.Undefined {
			continue
		}
		if err := fields.Set(out.JSON, to, v); err != nil {
			return nil, err
		}
		fields.Unset(out.JSON, from)
	}
	replacements, err := rowsOf(it.Params, "additionalOptions.regexReplacement.replacements")
	if err != nil {
		return nil, err
	}
	for _, row := range replacements {
		if out.JSON, err = renameMatches(out.JSON, row); err != nil {
			return nil, err
		}
	}
	return []node.Item{out}, nil
}

func renameMatches(o *node.Object, row *node.Object) (*node.Object, error) {
	options, _ := row.Get("options")
	set, _ := options.(*node.Object)
	pattern := textOf(row, "searchRegex")
	if ignoreCase, _ := set.Get("caseInsensitive"); fields.Truthy(ignoreCase) {
		pattern = "(?i)" + pattern
	}
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return nil, badExpression(textOf(row, "searchRegex"), err)
	}
	depth, ok := set.Get("depth")
	if !ok {
		depth = node.Undefined
	}
	renamed, _ := renamer{expression, textOf(row, "replaceRegex")}.in(o, fields.Number(depth)).(*node.Object)
	return renamed, nil
}

// expressionFaults are V8's words for what is wrong with a regular expression, by Go's.
var expressionFaults = map[syntax.ErrorCode]string{
	syntax.ErrMissingParen:          "Unterminated group",
	syntax.ErrUnexpectedParen:       "Unmatched ')'",
	syntax.ErrMissingBracket:        "Unterminated character class",
	syntax.ErrMissingRepeatArgument: "Nothing to repeat",
	syntax.ErrTrailingBackslash:     "\\ at end of pattern",
	syntax.ErrInvalidCharRange:      "Range out of order in character class",
}

func badExpression(pattern string, err error) error {
	var fault *syntax.Error
	if errors.As(err, &fault) {
		if words, ok := expressionFaults[fault.Code]; ok {
			return fmt.Errorf("Invalid regular expression: /%s/: %s", pattern, words) //nolint:staticcheck // V8's text
		}
	}
	return node.NewOperationError("The regular expression '"+pattern+"' can't be used: "+err.Error(),
		"Lookaround and backreferences are not supported").Wrap(err)
}

type renamer struct {
	expression  *regexp.Regexp
	replacement string
}

// in returns v with the keys renamed, and those inside of it down to a depth; without limit below 0.
func (r renamer) in(v any, depth float64) any {
	switch v := v.(type) {
	case []any:
		if depth == 0 {
			return v
		}
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = r.in(e, depth-1)
		}
		return list
	case *node.Object:
		out := fields.Copy(v)
		for _, key := range v.Keys() {
			value, ok := out.Get(key) // a key renamed before may have taken its place
			if !ok {
				continue
			}
			if depth != 0 {
				value = r.in(value, depth-1)
				out.Set(key, value)
			}
			if name := r.name(key); name != key {
				out.Set(name, value)
				out.Delete(key)
			}
		}
		return out
	}
	return v
}

// name is what a key is called after the first match was replaced.
func (r renamer) name(key string) string {
	match := r.expression.FindStringSubmatchIndex(key)
	if match == nil {
		return key
	}
	return key[:match[0]] + expand(r.replacement, key, match) + key[match[1]:]
}

// expand fills in what a replacement takes from a match, as JavaScript's replace does: $1 to $99, $&, $$, and the text
// before and after it.
func expand(replacement, text string, match []int) string {
	var b strings.Builder
	for i := 0; i < len(replacement); i++ {
		if replacement[i] != '$' || i+1 == len(replacement) {
			b.WriteByte(replacement[i])
			continue
		}
		switch c := replacement[i+1]; {
		case c == '$':
			b.WriteByte('$')
			i++
		case c == '&':
			b.WriteString(text[match[0]:match[1]])
			i++
		case c == '`':
			b.WriteString(text[:match[0]])
			i++
		case c == '\'':
			b.WriteString(text[match[1]:])
			i++
		default:
			group, digits := groupNumber(replacement[i+1:], len(match)/2)
			if digits == 0 {
				b.WriteByte('$')
				continue
			}
			if from := match[2*group]; from >= 0 {
				b.WriteString(text[from:match[2*group+1]])
			}
			i += digits
		}
	}
	return b.String()
}

// groupNumber reads the number of a group at the beginning of s: two digits if there is such a group, else one.
func groupNumber(s string, groups int) (group, digits int) {
	n := 0
	for k := range min(len(s), 2) {
		if s[k] < '0' || s[k] > '9' {
			break
		}
		if n = n*10 + int(s[k]-'0'); n > 0 && n < groups {
			group, digits = n, k+1
		}
	}
	return group, digits
}
