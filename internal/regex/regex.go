// Package regex runs JavaScript's regular expressions, with a limit on the time that one search may take.
package regex

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Timeout is how long one search may take: n8n's own limit.
const Timeout = 250 * time.Millisecond

// ErrTimeout says that a search took longer than Timeout. The text is n8n's.
var ErrTimeout = errors.New("Regular expression execution timed out") //nolint:staticcheck // n8n's text

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct{ re *regexp2.Regexp }

// flagOptions are JavaScript's flags; d and g do not change whether an expression matches.
var flagOptions = map[rune]regexp2.RegexOptions{
	'd': 0, 'g': 0, 'y': 0, 'i': regexp2.IgnoreCase, 'm': regexp2.Multiline, 's': regexp2.Singleline, 'u': regexp2.Unicode,
}

// Compile compiles the source of an expression (without slashes) with JavaScript's flags. The error says what is wrong.
func Compile(source, flags string) (*Regexp, error) {
	options := regexp2.ECMAScript
	for i, f := range flags {
		option, ok := flagOptions[f]
		if !ok || strings.ContainsRune(flags[:i], f) {
			return nil, fmt.Errorf("Invalid flags supplied to RegExp constructor '%s'", flags) //nolint:staticcheck // JavaScript's text
		}
		options |= option
	}
	if strings.ContainsRune(flags, 'y') {
		source = "(?<![\\s\\S])(?:" + source + ")"
	}
	re, err := regexp2.Compile(source, options)
	if err != nil {
		return nil, fmt.Errorf("Invalid regular expression: /%s/: %w", source, err) //nolint:staticcheck // JavaScript's text
	}
	re.MatchTimeout = Timeout
	return &Regexp{re}, nil
}

var literal = regexp.MustCompile(`^/(.*?)/([gimusy]*)$`)

// CompileLiteral compiles a text as n8n does where one is to be an expression: /source/flags, or else the source itself.
func CompileLiteral(text string) (*Regexp, error) {
	if m := literal.FindStringSubmatch(text); m != nil {
		return Compile(m[1], m[2])
	}
	return Compile(text, "")
}

// Test reports whether the expression matches anywhere in the text. The error is ErrTimeout.
func (r *Regexp) Test(text string) (bool, error) {
	ok, err := r.re.MatchString(text)
	if err != nil {
		return false, ErrTimeout
	}
	return ok, nil
}

// Groups returns what the groups of the first match in the text matched, the whole match first; nil when there is no match. The error
// is ErrTimeout.
func (r *Regexp) Groups(text string) ([]string, error) {
	m, err := r.re.FindStringMatch(text)
	if err != nil {
		return nil, ErrTimeout
	}
	if m == nil {
		return nil, nil
	}
	var texts []string
	for _, g := range m.Groups() {
		texts = append(texts, g.String())
	}
	return texts, nil
}
