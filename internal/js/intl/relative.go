package intl

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

type relative struct {
	Past, Future []string          // by category
	Words        map[string]string // by number
}

// RelativeTimeFormat is Intl.RelativeTimeFormat.
type RelativeTimeFormat struct {
	locale  *Locale
	style   string
	auto    bool
	numbers *NumberFormat
}

// NewRelativeTimeFormat resolves the options style and numeric.
func NewRelativeTimeFormat(l *Locale, options map[string]any) (*RelativeTimeFormat, error) {
	style, err := oneOf(options, "RelativeTimeFormat", "style", "long", "short", "narrow")
	if err != nil {
		return nil, err
	}
	numeric, err := oneOf(options, "RelativeTimeFormat", "numeric", "always", "auto")
	if err != nil {
		return nil, err
	}
	if style == "" {
		style = "long"
	}
	numbers, err := NewNumberFormat(l, nil)
	return &RelativeTimeFormat{l, style, numeric == "auto", numbers}, err
}

// Parts writes a number of units in pieces: "in 3 days".
func (f *RelativeTimeFormat) Parts(n float64, unit string) ([]Part, error) {
	data, ok := f.locale.data.Relative[strings.TrimSuffix(unit, "s")+","+f.style]
	if !ok {
		return nil, rangeError("Invalid unit argument for format() '%s'", unit)
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, rangeError("Invalid time value")
	}
	past := math.Signbit(n)
	if f.auto {
		key := strconv.FormatFloat(n, 'f', -1, 64)
		if word, ok := data.Words[key]; ok {
			return []Part{{Type: "literal", Value: word}}, nil
		}
	}
	texts := data.Future
	if past {
		texts = data.Past
	}
	number := f.numbers.Parts(math.Abs(n))
	category := f.numbers.write(decimalOf(math.Abs(n)), false).category
	before, after, _ := strings.Cut(pick(texts, category), "{0}")
	var parts []Part
	if before != "" {
		parts = append(parts, Part{Type: "literal", Value: before})
	}
	for _, p := range number {
		p.Unit = strings.TrimSuffix(unit, "s")
		parts = append(parts, p)
	}
	if after != "" {
		parts = append(parts, Part{Type: "literal", Value: after})
	}
	return parts, nil
}

// Format writes a number of units.
func (f *RelativeTimeFormat) Format(n float64, unit string) (string, error) {
	parts, err := f.Parts(n, unit)
	return Join(parts), err
}

// Resolved are the resolvedOptions.
func (f *RelativeTimeFormat) Resolved() map[string]any {
	numeric := "always"
	if f.auto {
		numeric = "auto"
	}
	return map[string]any{"locale": f.locale.Tag, "style": f.style, "numeric": numeric, "numberingSystem": "latn"}
}

// listPattern is what stands between two elements, the first two, any two in the middle, and the last two.
type listPattern struct{ Two, Start, Middle, Last string }

// ListFormat is Intl.ListFormat.
type ListFormat struct {
	locale      *Locale
	sort, style string
}

// NewListFormat resolves the options type and style.
func NewListFormat(l *Locale, options map[string]any) (*ListFormat, error) {
	f := &ListFormat{locale: l, sort: "conjunction", style: "long"}
	sort, err := oneOf(options, "ListFormat", "type", "conjunction", "disjunction", "unit")
	if err != nil {
		return nil, err
	}
	style, err := oneOf(options, "ListFormat", "style", "long", "short", "narrow")
	if err != nil {
		return nil, err
	}
	if sort != "" {
		f.sort = sort
	}
	if style != "" {
		f.style = style
	}
	return f, nil
}

// Parts writes a list in pieces: "a, b and c".
func (f *ListFormat) Parts(list []string) []Part {
	data := f.locale.data.Lists[f.sort+","+f.style]
	parts := []Part{}
	for i, s := range list {
		between := data.Middle
		switch {
		case i == 0:
			between = ""
		case len(list) == 2:
			between = data.Two
		case i == len(list)-1:
			between = data.Last
		case i == 1:
			between = data.Start
		}
		if i > 0 {
			if f.locale.language() == "es" {
				between = spanish(between, s)
			}
			parts = append(parts, Part{Type: "literal", Value: between})
		}
		parts = append(parts, Part{Type: "element", Value: s})
	}
	return parts
}

// spanish says "e" for "y" before the sound i, and "u" for "o" before the sound o.
func spanish(between, next string) string {
	s := strings.ToLower(next)
	starts := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
	}
	switch {
	case between == " y " && starts("i", "hi") && !starts("hia", "hie"):
		return " e "
	case between == " o " && (starts("o", "ho", "8", "11 ") || s == "11"):
		return " u "
	}
	return between
}

// Format writes a list.
func (f *ListFormat) Format(list []string) string { return Join(f.Parts(list)) }

// Resolved are the resolvedOptions.
func (f *ListFormat) Resolved() map[string]any {
	return map[string]any{"locale": f.locale.Tag, "type": f.sort, "style": f.style}
}
