// Package intl formats dates, numbers, lists and times in words, and compares texts, as JavaScript's Intl (ECMA-402) does in
// Node.js, for en-US, en-GB, en-IN, de, fr and es. It knows nothing of a JavaScript engine: package js puts the objects of
// scripts in front of it. Everything in it is safe for concurrent use.
package intl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Error is an exception that Intl throws into a script.
type Error struct{ Name, Message string }

func (e *Error) Error() string { return e.Name + ": " + e.Message }

func rangeError(format string, args ...any) error {
	return &Error{"RangeError", fmt.Sprintf(format, args...)}
}

func typeError(format string, args ...any) error {
	return &Error{"TypeError", fmt.Sprintf(format, args...)}
}

// LocaleError says that a locale is not one of those known. Node.js knows it, so that a script must not go on with another.
type LocaleError struct{ Locale string }

func (e *LocaleError) Error() string {
	return fmt.Sprintf("the locale %q is not supported; %s are", e.Locale, strings.Join(names, ", "))
}

// Part is a piece of a formatted text. Type is ECMA-402's: literal, integer, month, ...
type Part struct {
	Type  string `json:"type"`
	Value string `json:"value"`
	// Unit is set in parts of a relative time.
	Unit string `json:"unit,omitempty"`
}

// Join puts the pieces together.
func Join(parts []Part) string {
	if len(parts) == 1 {
		return parts[0].Value
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Value)
	}
	return b.String()
}

// tag is the grammar of a language tag as far as it is understood here: language, script, region, variants, extensions.
var tag = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^([a-z]{2,3}|[a-z]{5,8})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?((?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)` +
		`((?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*)(-x(?:-[a-z0-9]{1,8})+)?$`)
})

// Canonical writes a language tag in its usual letters. The error is a RangeError.
func Canonical(s string) (string, error) {
	m := tag().FindStringSubmatch(s)
	if m == nil {
		return "", rangeError("Incorrect locale information provided")
	}
	script := strings.ToLower(m[2])
	if script != "" {
		script = script[:1] + strings.ToUpper(script[1:2]) + script[2:]
	}
	return strings.ToLower(m[1]) + script + strings.ToUpper(m[3]) + strings.ToLower(m[4]+m[5]+m[6]), nil
}

// aliases are the tags that mean a known locale.
var aliases = map[string]string{
	"en": "en-US", "de-DE": "de", "fr-FR": "fr", "es-ES": "es", "en-Latn": "en-US", "en-Latn-US": "en-US",
}

// Locale is a locale that was asked for and is known.
type Locale struct {
	// Tag is the tag as it was asked for, in its usual letters; resolvedOptions reports it.
	Tag  string
	name string
	data *locale
	// keywords are those of the -u- extension: nu, hc, ca, ...
	keywords map[string]string
}

// Find returns the first of the tags, or en-US for none. The error is a RangeError for what is no tag, a *LocaleError for a
// locale that is not known.
func Find(tags []string) (*Locale, error) {
	l := &Locale{Tag: "en-US", name: "en-US"}
	if len(tags) > 0 {
		canonical, err := Canonical(tags[0])
		if err != nil {
			return nil, err
		}
		for _, other := range tags[1:] {
			if _, err := Canonical(other); err != nil {
				return nil, err
			}
		}
		base, extension, _ := strings.Cut(canonical, "-u-")
		l.Tag, l.name, l.keywords = canonical, base, keywords(extension)
		if alias, ok := aliases[base]; ok {
			l.name = alias
		}
		if !slices.Contains(names, l.name) {
			return nil, &LocaleError{canonical}
		}
		if nu := l.keywords["nu"]; nu != "" && nu != "latn" {
			return nil, &LocaleError{canonical}
		}
		if ca := l.keywords["ca"]; ca != "" && ca != "gregory" && ca != "iso8601" {
			return nil, &LocaleError{canonical}
		}
	}
	var err error
	l.data, err = locales[l.name]()
	return l, err
}

// keywords reads "nu-latn-hc-h23".
func keywords(extension string) map[string]string {
	m := map[string]string{}
	key := ""
	for _, s := range strings.Split(extension, "-") {
		switch {
		case len(s) == 2:
			key = s
			m[key] = ""
		case len(s) == 1:
			return m // another extension begins
		case key != "":
			m[key] = strings.TrimPrefix(m[key]+"-"+s, "-")
		}
	}
	return m
}

// Supported returns those of the tags that are known.
func Supported(tags []string) ([]string, error) {
	known := []string{}
	for _, t := range tags {
		canonical, err := Canonical(t)
		if err != nil {
			return nil, err
		}
		if _, err := Find([]string{canonical}); err == nil && !slices.Contains(known, canonical) {
			known = append(known, canonical)
		}
	}
	return known, nil
}

// oneOf reads an option that has one of a few values; it is "" when absent.
func oneOf(options map[string]any, kind, name string, values ...string) (string, error) {
	v, ok := options[name]
	if !ok {
		return "", nil
	}
	s := fmt.Sprint(v)
	if !slices.Contains(values, s) {
		return "", rangeError("Value %s out of range for Intl.%s options property %s", s, kind, name)
	}
	return s, nil
}

// whole reads an option that is a number in a range; ok is false when it is absent.
func whole(options map[string]any, name string, from, to int) (n int, ok bool, err error) {
	v, ok := options[name]
	if !ok {
		return 0, false, nil
	}
	f, isNumber := v.(float64)
	if !isNumber || f < float64(from) || f > float64(to) {
		return 0, false, rangeError("%s value is out of range.", name)
	}
	return int(f), true, nil
}
