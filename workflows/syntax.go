package workflows

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/schemas"
)

const conflictHint = "keep one of the two versions, and remove the lines with <<<<<<<, ======= and >>>>>>>"

// signatures are the beginnings of files that are no JSON, with what to do.
var signatures = []struct{ begin, message, hint string }{
	{"<<<<<<<", "the file begins with a merge conflict that is not resolved", conflictHint},
	{"```", "the file is Markdown, not JSON", "remove the lines with ``` before and behind the workflow"},
	{"<", "the file is HTML or XML, not JSON", "a web page was saved in place of the workflow: download the workflow's JSON file"},
	{"\xff\xfe", "the file is UTF-16, not UTF-8", "save it as UTF-8 (PowerShell's > writes UTF-16)"},
	{"\xfe\xff", "the file is UTF-16, not UTF-8", "save it as UTF-8 (PowerShell's > writes UTF-16)"},
	{"{\x00", "the file is UTF-16, not UTF-8", "save it as UTF-8"}, // without the mark that says so
	{"[\x00", "the file is UTF-16, not UTF-8", "save it as UTF-8"},
	{"\x00", "the file is UTF-16 or binary, not UTF-8", "save it as UTF-8"},
	{"PK\x03\x04", "the file is a zip archive, not JSON", "unpack it and read the JSON file inside"},
	{"\x1f\x8b", "the file is compressed with gzip", "unpack it and read the JSON file inside"},
}

func notText(data []byte) (message, hint string) {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	if len(trimmed) == 0 {
		return "the file is empty", "export the workflow from n8n again: Download in the menu of its editor"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(trimmed, []byte(s.begin)) {
			return s.message, s.hint
		}
	}
	return "", ""
}

func syntaxError(data []byte, err error) schemas.Diagnostics {
	d := schemas.Diagnostic{
		Severity: schemas.SeverityError, Message: "the file is not JSON: " + err.Error(),
		Hint: "export the workflow from n8n again, or mend the text there",
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		d.Line, d.Column, d.Message = syntax.Line, syntax.Column, "the file is not JSON: "+syntax.Message
		if hint := slipAt(data, min(syntax.Offset, len(data))).hint(); hint != "" {
			d.Hint = hint
		}
	}
	return schemas.Diagnostics{d}
}

// slip is the place where a text stops to be JSON.
type slip struct {
	rest, line []byte // what stands there, and the line that it is in if nothing stands before it there
	before     byte   // the last character before it that is no space
	depth      int    // how many objects and lists are open
}

func slipAt(data []byte, offset int) slip {
	s := slip{rest: data[offset:]}
	start := bytes.LastIndexByte(data[:offset], '\n') + 1
	s.line = bytes.TrimLeft(data[start:], " \t")
	if text := bytes.TrimRight(data[:offset], " \t\r\n"); len(text) > 0 {
		s.before = text[len(text)-1]
	}
	quoted := false
	for i := 0; i < offset; i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '{' || c == '[':
			s.depth++
		case c == '}' || c == ']':
			s.depth--
		}
	}
	return s
}

// hint says what to do where a person's slip can be told; else it is empty.
func (s slip) hint() string {
	at := func(texts ...string) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return bytes.HasPrefix(s.rest, []byte(t)) })
	}
	after := func(characters string) bool { return strings.IndexByte(characters, s.before) >= 0 }
	switch {
	case slices.ContainsFunc([]string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"}, func(t string) bool { return bytes.HasPrefix(s.line, []byte(t)) }):
		return "a merge conflict is not resolved here: " + conflictHint
	case len(s.rest) == 0:
		return "the end is missing, the file was copied or downloaded in part: export the workflow from n8n again"
	case s.depth <= 0 && after("}]") && at("{", "["):
		return "several workflows in one file are a list: [{...}, {...}]"
	case s.depth <= 0 && after("}]") && at("}", "]"):
		return "there is a bracket too many here, or one too few before"
	case after(",") && at("}", "]"):
		return "remove the comma before it"
	case at("//", "/*", "#"):
		return "JSON has no comments: remove it"
	case at("True", "False", "None", "undefined", "NaN"):
		return "JSON has true, false and null"
	case at("'", "“", "”", "‘", "’", "„", "«"), after("{,:[") && len(s.rest) > 0 && isLetter(s.rest[0]):
		return `texts and keys stand in straight double quotes: "`
	case at("\n", "\r\n"):
		return `a line break inside of a text is written \n; or the closing quote of the text is missing`
	case at(`\`):
		return `a backslash inside of a text is written \\`
	case after(`"}]`) && at(`"`, "{", "["):
		return "a comma or a colon is missing before it"
	case at(`"`):
		return "its closing quote is missing, or the end of the file"
	}
	return ""
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '$' }
