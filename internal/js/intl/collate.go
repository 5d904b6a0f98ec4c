package intl

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Collator is Intl.Collator. It compares as the Unicode collation algorithm does, with CLDR's rules for the locale.
type Collator struct {
	locale      *Locale
	numeric     bool
	sensitivity string
	punctuation bool
	pool        sync.Pool // of *collate.Collator, which only one goroutine at a time may use
}

// NewCollator resolves the options usage, sensitivity, numeric, ignorePunctuation and caseFirst.
func NewCollator(l *Locale, options map[string]any) (*Collator, error) {
	c := &Collator{locale: l, sensitivity: "variant", numeric: l.keywords["kn"] != "false" && has(l.keywords, "kn")}
	if _, err := oneOf(options, "Collator", "usage", "sort", "search"); err != nil {
		return nil, err
	}
	sensitivity, err := oneOf(options, "Collator", "sensitivity", "base", "accent", "case", "variant")
	if err != nil {
		return nil, err
	}
	if sensitivity != "" {
		c.sensitivity = sensitivity
	}
	first, err := oneOf(options, "Collator", "caseFirst", "upper", "lower", "false")
	if err != nil {
		return nil, err
	}
	if first == "upper" {
		return nil, &LocaleError{"option caseFirst upper"}
	}
	if n, ok := options["numeric"]; ok {
		c.numeric = n == true
	}
	c.punctuation = options["ignorePunctuation"] == true
	tag, err := language.Parse(l.name)
	if err != nil {
		return nil, err
	}
	var opts []collate.Option
	if c.numeric {
		opts = append(opts, collate.Numeric)
	}
	if c.sensitivity == "base" || c.sensitivity == "accent" {
		opts = append(opts, collate.IgnoreCase)
	}
	if c.sensitivity == "base" || c.sensitivity == "case" {
		opts = append(opts, collate.IgnoreDiacritics)
	}
	c.pool.New = func() any { return collate.New(tag, opts...) }
	return c, nil
}

func has(m map[string]string, key string) bool {
	_, ok := m[key]
	return ok
}

// Compare returns -1, 0 or 1.
func (c *Collator) Compare(a, b string) int {
	if c.punctuation {
		a, b = strings.Map(dropPunctuation, a), strings.Map(dropPunctuation, b)
	}
	x := c.pool.Get().(*collate.Collator)
	defer c.pool.Put(x)
	return x.CompareString(a, b)
}

func dropPunctuation(r rune) rune {
	if unicode.IsPunct(r) || unicode.IsSpace(r) {
		return -1
	}
	return r
}

// Resolved are the resolvedOptions.
func (c *Collator) Resolved() map[string]any {
	return map[string]any{
		"locale": c.locale.Tag, "usage": "sort", "sensitivity": c.sensitivity, "ignorePunctuation": c.punctuation,
		"collation": "default", "numeric": c.numeric, "caseFirst": "false",
	}
}
