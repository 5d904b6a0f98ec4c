package expr

import (
	"regexp"
	"strings"
	"sync"

	"github.com/nate-go/nate/node"
)

// extensionNames are the methods that n8n adds to values: calls of them are compiled to calls of the extensions in prelude.
var extensionNames = []string{
	"abs", "append", "average", "base64Decode", "base64Encode", "beginningOf", "ceil", "chunk", "compact", "difference", "diffTo",
	"diffToNow", "endOfMonth", "extract", "extractDomain", "extractEmail", "extractUrl", "extractUrlPath", "first", "floor", "format",
	"hasField", "hash", "intersection", "isBetween", "isDomain", "isDst", "isEmail", "isEmpty", "isEven", "isInLast", "isInteger",
	"isNotEmpty", "isNumeric", "isOdd", "isUrl", "isWeekend", "keepFieldsContaining", "keys", "last", "length", "max", "merge", "min",
	"minus", "parseJson", "pluck", "plus", "quote", "randomItem", "removeDuplicates", "removeField", "removeFieldsContaining",
	"removeMarkdown", "removeTags", "renameKeys", "replaceSpecialChars", "reverse", "round", "smartJoin", "sum", "toBoolean", "toDate",
	"toDateTime", "toDecimalNumber", "toFloat", "toInt", "toJsonString", "toNumber", "toSentenceCase", "toSnakeCase", "toTitleCase",
	"toWholeNumber", "union", "unique", "urlDecode", "urlEncode", "values",
}

// maybeDate reports whether a text may be a date as JSON has it, which counts as a Date and not as a text.
func maybeDate(text string) bool { return strings.HasSuffix(text, "Z") && len(text) < 30 }

// extensionCalled finds a call of an extension, as n8n looks for it.
var extensionCalled = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`(?:\$if|\.(?:` + strings.Join(extensionNames, "|") + `))\s*(?:\?\.)?\s*\(`)
})

// extensions are those that Go has. What they can't do with a value, an error of n8n's among it, the engine does.
var extensions = map[string]func(s *Scope, this any, args arguments) (any, error){
	"parseJson": func(s *Scope, this any, args arguments) (any, error) {
		str, ok := this.(string)
		if !ok || len(args) > 0 || maybeDate(str) {
			return nil, unsupported("parseJson() of this is")
		}
		v, err := parseJSON(s, str)
		if err != nil {
			return nil, unsupported("parseJson() of bad JSON is")
		}
		return v, nil
	},
	"toJsonString": func(s *Scope, this any, args arguments) (any, error) {
		switch this := this.(type) {
		case string:
			if !maybeDate(this) {
				return stringify(s, arguments{this})
			}
		case []any, *node.Object:
			return stringify(s, arguments{this})
		}
		return nil, unsupported("toJsonString() of this is")
	},
}
