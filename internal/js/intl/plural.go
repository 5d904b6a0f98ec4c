package intl

import (
	"math"
	"strings"
)

// Plural categories, as the data's lists have them in this order.
var categories = []string{"one", "many", "other"}

func pick(texts []string, category string) string {
	for i, c := range categories {
		if c == category && i < len(texts) && texts[i] != "" {
			return texts[i]
		}
	}
	return texts[len(texts)-1]
}

// plural is the cardinal category of a number as it is written: its digits without sign or grouping, and the power of ten that
// a compact notation took away.
func (l *Locale) plural(digits string, exponent int) string {
	integer, fraction, _ := strings.Cut(digits, ".")
	integer = strings.TrimLeft(integer, "0")
	if exponent > 0 {
		// The whole number counts: 1.5 million is 1500000.
		fraction = strings.TrimRight(fraction, "0")
		n := min(len(fraction), exponent)
		integer = strings.TrimLeft(integer+fraction[:n], "0") + strings.Repeat("0", exponent-n)
		fraction = fraction[n:]
	}
	visible := fraction != ""
	million := !visible && len(integer) > 6 && strings.HasSuffix(integer, "000000")
	switch l.language() {
	case "fr":
		if integer == "" || integer == "1" {
			return "one"
		}
		if exponent > 5 || exponent == 0 && million {
			return "many"
		}
	case "es":
		if integer == "1" && strings.Trim(fraction, "0") == "" {
			return "one"
		}
		if exponent > 5 || exponent == 0 && million {
			return "many"
		}
	default:
		if integer == "1" && !visible {
			return "one"
		}
	}
	return "other"
}

func (l *Locale) ordinal(n float64) string {
	if n != math.Trunc(n) {
		return "other"
	}
	n = math.Abs(n)
	switch l.language() {
	case "en":
		ten, hundred := math.Mod(n, 10), math.Mod(n, 100)
		switch {
		case ten == 1 && hundred != 11:
			return "one"
		case ten == 2 && hundred != 12:
			return "two"
		case ten == 3 && hundred != 13:
			return "few"
		}
	case "fr":
		if n == 1 {
			return "one"
		}
	}
	return "other"
}

func (l *Locale) language() string { return l.name[:2] }

// PluralRules is Intl.PluralRules.
type PluralRules struct {
	numbers *NumberFormat
	ordinal bool
}

// NewPluralRules resolves the options type, minimumIntegerDigits and the like, and notation.
func NewPluralRules(l *Locale, options map[string]any) (*PluralRules, error) {
	sort, err := oneOf(options, "PluralRules", "type", "cardinal", "ordinal")
	if err != nil {
		return nil, err
	}
	f, err := NewNumberFormat(l, without(options, "style", "currency", "unit"))
	if err != nil {
		return nil, err
	}
	return &PluralRules{f, sort == "ordinal"}, nil
}

func without(options map[string]any, names ...string) map[string]any {
	m := make(map[string]any, len(options))
	for k, v := range options {
		m[k] = v
	}
	for _, name := range names {
		delete(m, name)
	}
	return m
}

// Select returns the category of a number.
func (p *PluralRules) Select(n float64) string {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return "other"
	}
	if p.ordinal {
		return p.numbers.locale.ordinal(n)
	}
	return p.numbers.write(decimalOf(math.Abs(n)), false).category
}

// Resolved are the resolvedOptions.
func (p *PluralRules) Resolved() map[string]any {
	r := p.numbers.resolvedDigits()
	r["locale"], r["type"] = p.numbers.locale.Tag, "cardinal"
	list := []string{"one", "other"}
	switch {
	case p.ordinal:
		r["type"] = "ordinal"
		list = map[string][]string{"en": {"few", "one", "two", "other"}, "fr": {"one", "other"}}[p.numbers.locale.language()]
		if list == nil {
			list = []string{"other"}
		}
	case p.numbers.locale.language() == "fr", p.numbers.locale.language() == "es":
		list = []string{"many", "one", "other"}
	}
	r["pluralCategories"] = list
	return r
}
