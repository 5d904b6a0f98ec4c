package js

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words makes every catch clause of a script ask for the wording of what it caught, of the function __words. A name is given a value
// anew: catch (e) { ... } becomes catch (e) {e=__words(e); ... }. A pattern moves into the block: catch ({ message }) { ... } becomes
// catch (__caught){let { message }=__words(__caught); ... }. Lines stay.
//
// The tokens are enough for that. Parsing a script in the engine takes thirty times as long as compiling it.
func words(source string) string {
	if !strings.Contains(source, "catch") {
		return source
	}
	tokens := scan(source)
	is := func(i int, text string) bool { return i >= 0 && i < len(tokens) && tokens[i].text == text }
	var out strings.Builder
	done := 0
	replace := func(from, to int, text string) {
		out.WriteString(source[done:from])
		out.WriteString(text)
		done = to
	}
	blocks := map[int]func(){} // what to do at the block of a clause
	for i := range tokens {
		if do := blocks[i]; do != nil {
			do()
		}
		if !is(i, "catch") || !is(i-1, "}") || !is(i+1, "(") {
			continue
		}
		if try := tokens[i-1].other - 1; !is(try, "try") || is(try-1, ".") {
			continue
		}
		first, end := i+2, tokens[i+1].other
		if end <= first || !is(end+1, "{") {
			continue
		}
		block := tokens[end+1].end()
		if end == first+1 {
			name := tokens[first].text
			blocks[end+1] = func() { replace(block, block, name+"=__words("+name+");") }
			continue
		}
		replace(tokens[first].at, tokens[first].at, "__caught){let ")
		blocks[end+1] = func() {
			from := tokens[end-1].end()
			replace(from, block, "=__words(__caught);"+strings.Repeat("\n", strings.Count(source[from:block], "\n")))
		}
	}
	out.WriteString(source[done:])
	return out.String()
}

// lexeme is a word, a number, a literal or a sign. A template is one for each part of its text, with the ${ and } around it.
type lexeme struct {
	text  string
	at    int
	other int // of a bracket: the index of the one that belongs to it
}

func (t lexeme) end() int { return t.at + len(t.text) }

// Words before a slash that begins a regular expression, and words before brackets with a statement behind them.
var (
	beforeRegExp = []string{
		"return", "typeof", "instanceof", "in", "of", "new", "delete", "void", "throw", "case", "do", "else", "yield", "await", "extends",
	}
	beforeStatement = []string{"if", "while", "for", "with"}
)

// scan reads the tokens of a script, as far as it has any.
func scan(source string) []lexeme {
	tokens := make([]lexeme, 0, len(source)/4)
	var (
		open    []int // brackets that are not closed
		value   bool  // a value has ended, so that a slash divides
		newLine = true
	)
	is := func(i int, text string) bool { return i >= 0 && i < len(tokens) && tokens[i].text == text }
	for at := 0; at < len(source); {
		rest := source[at:]
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case isLineEnd(r):
			newLine = true
			at += n
			continue
		case unicode.IsSpace(r) || r == '\uFEFF':
			at += n
			continue
		case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "<!--"), newLine && strings.HasPrefix(rest, "-->"):
			at += span(rest, func(r rune) bool { return !isLineEnd(r) })
			continue
		case strings.HasPrefix(rest, "/*"):
			comment, _, ended := strings.Cut(rest[2:], "*/")
			if !ended {
				return tokens
			}
			newLine = newLine || strings.ContainsFunc(comment, isLineEnd)
			at += len(comment) + 4
			continue
		}
		next, opens := len(tokens), false
		t := lexeme{at: at}
		switch {
		case r >= '0' && r <= '9', r == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
			n, value = span(rest, func(r rune) bool { return r == '.' || isWordPart(r) }), true
		case isWordPart(r):
			n = span(rest, isWordPart)
			value = is(next-1, ".") || !slices.Contains(beforeRegExp, rest[:n])
		case r == '"', r == '\'', r == '/' && !value:
			n, value = quoted(rest), true
		case r == '`':
			n, opens = template(rest)
			value = !opens
		case r == '(', r == '[', r == '{':
			opens, value = true, false
		case r == ')', r == ']', r == '}':
			if len(open) == 0 {
				return tokens
			}
			t.other = open[len(open)-1]
			tokens[t.other].other = next
			open = open[:len(open)-1]
			before := t.other - 1
			switch {
			case r == '}' && !is(t.other, "{"):
				n, opens = template(rest)
				value = !opens
			case r == '}': // a block, which ends with its statement, or an object, which nobody divides
				value = false
			case r == ')':
				if is(before, "await") && is(before-1, "for") {
					before--
				}
				value = before < 0 || is(before-1, ".") || !slices.Contains(beforeStatement, tokens[before].text)
			default:
				value = true
			}
		case value && (strings.HasPrefix(rest, "++") || strings.HasPrefix(rest, "--")):
			n = 2
		default:
			value = false
		}
		if opens {
			open = append(open, next)
		}
		t.text = rest[:n]
		tokens = append(tokens, t)
		newLine = false
		at += n
	}
	return tokens
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }

func isWordPart(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '$' || r == '#' || r == '\\' ||
		r >= utf8.RuneSelf && !unicode.IsSpace(r) && r != '\uFEFF' && !isLineEnd(r)
}

// span is the length of the characters that s begins with and that are of a kind.
func span(s string, of func(r rune) bool) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !of(r) }); n >= 0 {
		return n
	}
	return len(s)
}

// quoted is the length of the text or regular expression that s begins with.
func quoted(s string) int {
	inClass := false // [ ] of a regular expression
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '\n' && s[0] == '/': // a division after all
			return 1
		case c == s[0] && !inClass:
			return i + 1
		case s[0] == '/' && (c == '[' || c == ']'):
			inClass = c == '['
		}
	}
	return len(s)
}

// template is the length of the part of a template that s begins with, and whether an expression stands behind it.
func template(s string) (n int, opens bool) {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '`':
			return i + 1, false
		case strings.HasPrefix(s[i:], "${"):
			return i + 2, true
		}
	}
	return len(s), false
}
