package expr

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
