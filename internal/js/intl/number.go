package intl

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type numbers struct {
	Decimal, Group, Minus, Plus, PercentSign, NaN, Infinity, Exponent string
	MinimumGrouping, Secondary, SecondaryAccounting                   int
	Percent                                                           map[string][3]string // by notation: negative, positive, with plus
	Currencies                                                        map[string][]string  // symbol, narrow symbol, names by category
	CurrencyName                                                      []string
	Compact                                                           map[string][]map[string]compactForm
	Units                                                             map[string][]string             // "unit,display" -> patterns by category
	Currency                                                          map[string]map[string][3]string // see currencyPattern
}

// compactForm is how a power of ten is written: integer digits less one, pattern, and the word in it.
type compactForm struct {
	Digits        int
	Pattern, Word string
}

// UnmarshalJSON reads [digits, pattern, word].
func (c *compactForm) UnmarshalJSON(text []byte) error {
	return unmarshalTuple(text, &c.Digits, &c.Pattern, &c.Word)
}

// NumberFormat is Intl.NumberFormat.
type NumberFormat struct {
	locale                                     *Locale
	style, currency, display, sense            string
	unit, unitDisplay, notation, compact, sign string
	grouping, rounding, trailing               string
	minInteger, minFraction, maxFraction       int
	minSignificant, maxSignificant             int // 0: fraction digits count
	compactRounding                            bool
}

var (
	currencyCode = regexp.MustCompile(`^[A-Za-z]{3}$`)
	roundings    = []string{"ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"}
)

// NewNumberFormat resolves the options of Intl.NumberFormat.
func NewNumberFormat(l *Locale, options map[string]any) (*NumberFormat, error) {
	f := &NumberFormat{locale: l}
	if err := f.choose(options); err != nil {
		return nil, err
	}
	if err := f.resolveStyle(options); err != nil {
		return nil, err
	}
	if err := f.resolveDigits(options); err != nil {
		return nil, err
	}
	return f, f.resolveGrouping(options)
}

// choose reads the options that have one of a few values.
func (f *NumberFormat) choose(options map[string]any) error {
	for _, o := range []struct {
		to     *string
		name   string
		values []string // the first is the default
	}{
		{&f.style, "style", []string{"decimal", "percent", "currency", "unit"}},
		{&f.display, "currencyDisplay", []string{"symbol", "code", "narrowSymbol", "name"}},
		{&f.sense, "currencySign", []string{"standard", "accounting"}},
		{&f.unitDisplay, "unitDisplay", []string{"short", "narrow", "long"}},
		{&f.notation, "notation", []string{"standard", "scientific", "engineering", "compact"}},
		{&f.compact, "compactDisplay", []string{"short", "long"}},
		{&f.sign, "signDisplay", []string{"auto", "never", "always", "exceptZero", "negative"}},
		{&f.trailing, "trailingZeroDisplay", []string{"auto", "stripIfInteger"}},
		{&f.rounding, "roundingMode", append([]string{"halfExpand"}, roundings...)},
	} {
		s, err := oneOf(options, "NumberFormat", o.name, o.values...)
		if err != nil {
			return err
		}
		if *o.to = s; s == "" {
			*o.to = o.values[0]
		}
	}
	return nil
}

func (f *NumberFormat) resolveStyle(options map[string]any) error {
	if c, ok := options["currency"]; ok {
		code := fmt.Sprint(c)
		if !currencyCode.MatchString(code) {
			return rangeError("Invalid currency code : %s", code)
		}
		if f.style == "currency" {
			f.currency = strings.ToUpper(code)
		}
	} else if f.style == "currency" {
		return typeError("Currency code is required with currency style.")
	}
	if u, ok := options["unit"]; ok {
		if f.style == "unit" {
			f.unit = fmt.Sprint(u)
		}
	} else if f.style == "unit" {
		return typeError("Unit is required with unit style.")
	}
	if f.style == "unit" {
		if _, ok := f.locale.data.Numbers.Units[f.unit+","+f.unitDisplay]; !ok {
			return rangeError("Invalid unit argument for Intl.NumberFormat() '%s'", f.unit)
		}
	}
	return nil
}

func (f *NumberFormat) resolveGrouping(options map[string]any) error {
	f.grouping = "auto"
	if f.notation == "compact" {
		f.grouping = "min2"
	}
	switch g := options["useGrouping"]; g {
	case nil:
	case true, "true", "false": // the two words mean the default, by ECMA-402
		if g == true {
			f.grouping = "always"
		}
	case false, "":
		f.grouping = ""
	default:
		s := fmt.Sprint(g)
		if !slices.Contains([]string{"min2", "auto", "always"}, s) {
			return rangeError("Value %s out of range for Intl.NumberFormat options property useGrouping", s)
		}
		f.grouping = s
	}
	return nil
}

func (f *NumberFormat) resolveDigits(options map[string]any) error {
	least, most := 0, 3
	switch f.style {
	case "currency":
		data, err := shared()
		if err != nil {
			return err
		}
		digits, ok := data.Digits[f.currency]
		if !ok {
			digits = 2
		}
		if f.notation == "standard" {
			least, most = digits, digits
		}
	case "percent":
		most = 0
	}
	for _, name := range []string{"roundingIncrement", "roundingPriority"} {
		if v, ok := options[name]; ok && fmt.Sprint(v) != map[string]string{"roundingIncrement": "1", "roundingPriority": "auto"}[name] {
			return rangeError("the option %s is not supported", name)
		}
	}
	f.minInteger = 1
	if n, ok, err := whole(options, "minimumIntegerDigits", 1, 21); err != nil {
		return err
	} else if ok {
		f.minInteger = n
	}
	minSig, hasMinSig, err := whole(options, "minimumSignificantDigits", 1, 21)
	if err != nil {
		return err
	}
	maxSig, hasMaxSig, err := whole(options, "maximumSignificantDigits", max(1, minSig), 21)
	if err != nil {
		return err
	}
	if hasMinSig || hasMaxSig {
		f.minSignificant, f.maxSignificant = max(1, minSig), 21
		if hasMaxSig {
			f.maxSignificant = maxSig
		}
		return nil
	}
	minFrac, hasMin, err := whole(options, "minimumFractionDigits", 0, 100)
	if err != nil {
		return err
	}
	maxFrac, hasMax, err := whole(options, "maximumFractionDigits", 0, 100)
	if err != nil {
		return err
	}
	switch {
	case hasMin && hasMax && minFrac > maxFrac:
		return rangeError("maximumFractionDigits value is out of range.")
	case hasMin && hasMax:
	case hasMin:
		maxFrac = max(most, minFrac)
	case hasMax:
		minFrac = min(least, maxFrac)
	default:
		minFrac, maxFrac = least, most
		f.compactRounding = f.notation == "compact"
	}
	f.minFraction, f.maxFraction = minFrac, maxFrac
	return nil
}

// decimal is a positive number: digits times a power of ten. 12.5 is "125", 2.
type decimal struct {
	digits string // no zeros at either end; empty is zero
	point  int    // where the decimal point stands, counted from the first digit
}

// decimalOf takes the shortest digits that mean f, as ICU does.
func decimalOf(f float64) decimal { return parseDecimal(strconv.FormatFloat(f, 'e', -1, 64)) }

// parseDecimal reads digits with a point and an exponent.
func parseDecimal(s string) decimal {
	mantissa, exponent, _ := strings.Cut(s, "e")
	integer, fraction, _ := strings.Cut(mantissa, ".")
	e, _ := strconv.Atoi(exponent)
	d := decimal{integer + fraction, len(integer) + e}
	trimmed := strings.TrimLeft(d.digits, "0")
	d.point -= len(d.digits) - len(trimmed)
	d.digits = strings.TrimRight(trimmed, "0")
	if d.digits == "" {
		d.point = 0
	}
	return d
}

// magnitude is the power of ten of the first digit.
func (d decimal) magnitude() int {
	if d.digits == "" {
		return 0
	}
	return d.point - 1
}

// round keeps n digits after the decimal point; n may be negative. negative is the sign, which some modes look at.
func (d decimal) round(n int, mode string, negative bool) decimal {
	keep := d.point + n
	if keep >= len(d.digits) {
		return d
	}
	rest := ""
	switch {
	case keep >= 0:
		rest = d.digits[keep:]
	default:
		rest = strings.Repeat("0", min(-keep, 400)) + d.digits
		keep = 0
	}
	half := strings.Compare(strings.TrimRight(rest, "0"), "5")
	odd := keep > 0 && (d.digits[keep-1]-'0')%2 == 1
	var up bool
	switch mode {
	case "ceil":
		up = !negative
	case "floor":
		up = negative
	case "expand":
		up = true
	case "trunc":
	case "halfCeil":
		up = half > 0 || half == 0 && !negative
	case "halfFloor":
		up = half > 0 || half == 0 && negative
	case "halfTrunc":
		up = half > 0
	case "halfEven":
		up = half > 0 || half == 0 && odd
	default:
		up = half >= 0
	}
	kept := []byte(d.digits[:keep])
	point := d.point
	if up {
		i := len(kept) - 1
		for i >= 0 && kept[i] == '9' {
			kept[i] = '0'
			i--
		}
		if i >= 0 {
			kept[i]++
		} else {
			kept = append([]byte{'1'}, kept...)
			if len(kept) > 1 || point+n >= 0 {
				point++
			} else {
				point = -n + 1
			}
		}
	}
	out := decimal{strings.TrimRight(string(kept), "0"), point}
	if out.digits == "" {
		out.point = 0
	}
	return out
}

// plain writes the number with at least some digits on both sides of the point.
func (d decimal) plain(minInteger, minFraction int) string {
	integer, fraction := "", ""
	switch {
	case d.point <= 0:
		if d.digits != "" {
			fraction = strings.Repeat("0", -d.point) + d.digits
		}
	case d.point >= len(d.digits):
		integer = d.digits + strings.Repeat("0", d.point-len(d.digits))
	default:
		integer, fraction = d.digits[:d.point], d.digits[d.point:]
	}
	if n := minInteger - len(integer); n > 0 {
		integer = strings.Repeat("0", n) + integer
	}
	if n := minFraction - len(fraction); n > 0 {
		fraction += strings.Repeat("0", n)
	}
	if fraction == "" {
		return integer
	}
	return integer + "." + fraction
}

// rounded rounds by the options and writes the digits.
func (f *NumberFormat) rounded(d decimal, negative bool) (decimal, string) {
	switch {
	case f.compactRounding:
		n := 0
		if d.magnitude() < 1 {
			n = 1 - d.magnitude() // two significant digits
		}
		d = d.round(n, f.rounding, negative)
		return d, d.plain(f.minInteger, 0)
	case f.maxSignificant > 0:
		d = d.round(f.maxSignificant-1-d.magnitude(), f.rounding, negative)
		return d, d.plain(f.minInteger, f.trailingDigits(d, f.minSignificant-1-d.magnitude()))
	}
	d = d.round(f.maxFraction, f.rounding, negative)
	return d, d.plain(f.minInteger, f.trailingDigits(d, f.minFraction))
}

// trailingDigits is how many digits after the point are written at least.
func (f *NumberFormat) trailingDigits(d decimal, least int) int {
	if f.trailing == "stripIfInteger" && d.point >= len(d.digits) {
		return 0
	}
	return max(0, least)
}

// written is a number as it is written.
type written struct {
	digits   string // without signs and groups
	exponent int    // the power of ten that the notation took away
	value    decimal
	category string // of its plural
}

// write applies the notation: it takes a power of ten away, rounds, and writes.
func (f *NumberFormat) write(d decimal, negative bool) written {
	shift := func(d decimal) int {
		switch {
		case d.digits == "":
			return 0
		case f.notation == "scientific":
			return d.magnitude()
		case f.notation == "engineering":
			return int(math.Floor(float64(d.magnitude())/3)) * 3
		case f.notation == "compact":
			return f.compactShift(d.magnitude())
		}
		return 0
	}
	n := shift(d)
	r, s := f.rounded(decimal{d.digits, d.point - n}, negative)
	// Rounding may have made it a digit longer: 999999 is 1M, not 1000K.
	if m := shift(decimal{r.digits, r.point + n}); m != n && r.digits != "" {
		n = m
		r, s = f.rounded(decimal{d.digits, d.point - n}, negative)
	}
	w := written{digits: s, exponent: n, value: r}
	switch {
	case f.notation == "compact":
		w.category = f.locale.plural(s, n)
	case n != 0:
		w.category = f.locale.plural(decimal{r.digits, r.point + n}.plain(1, 0), 0)
	default:
		w.category = f.locale.plural(s, 0)
	}
	return w
}

func (f *NumberFormat) compactRows() []map[string]compactForm {
	key := f.compact
	if f.style == "currency" && f.display != "name" {
		key += "EUR"
	}
	return f.locale.data.Numbers.Compact[key]
}

func (f *NumberFormat) compactShift(magnitude int) int {
	if magnitude < 0 {
		return 0
	}
	rows := f.compactRows()
	row := min(magnitude, len(rows)-1)
	return row - rows[row]["other"].Digits
}

// Format writes a number.
func (f *NumberFormat) Format(n float64) string { return Join(f.Parts(n)) }

// Parts writes a number in pieces.
func (f *NumberFormat) Parts(n float64) []Part {
	negative := math.Signbit(n) && !math.IsNaN(n)
	switch data := &f.locale.data.Numbers; {
	case math.IsNaN(n):
		return f.dress([]Part{{Type: "nan", Value: data.NaN}}, written{category: "other", value: decimal{"1", 1}}, false)
	case math.IsInf(n, 0):
		return f.dress([]Part{{Type: "infinity", Value: data.Infinity}}, written{category: "other", value: decimal{"1", 1}}, negative)
	}
	return f.parts(decimalOf(math.Abs(n)), negative)
}

// PartsOf writes the number that a decimal text means, such as the digits of a bigint.
func (f *NumberFormat) PartsOf(text string) []Part {
	abs, negative := strings.CutPrefix(text, "-")
	return f.parts(parseDecimal(abs), negative)
}

func (f *NumberFormat) parts(d decimal, negative bool) []Part {
	if f.style == "percent" && d.digits != "" {
		d.point += 2
	}
	w := f.write(d, negative)
	parts := f.group(w.digits)
	if f.notation == "scientific" || f.notation == "engineering" {
		parts = append(parts, Part{Type: "exponentSeparator", Value: f.locale.data.Numbers.Exponent})
		if w.exponent < 0 {
			parts = append(parts, Part{Type: "exponentMinusSign", Value: f.locale.data.Numbers.Minus})
		}
		parts = append(parts, Part{Type: "exponentInteger", Value: strconv.Itoa(max(w.exponent, -w.exponent))})
	}
	return f.dress(parts, w, negative)
}

// group splits digits at the groups.
func (f *NumberFormat) group(s string) []Part {
	data := &f.locale.data.Numbers
	integer, fraction, hasFraction := strings.Cut(s, ".")
	least := data.MinimumGrouping
	switch {
	case f.grouping == "min2", f.grouping == "auto" && f.notation == "compact":
		least = 2
	case f.grouping == "always":
		least = 1
	}
	var parts []Part
	if f.grouping == "" || len(integer) < 3+least {
		parts = []Part{{Type: "integer", Value: integer}}
	} else {
		cuts, secondary := []int{len(integer) - 3}, data.Secondary
		if f.style == "currency" && f.sense == "accounting" {
			secondary = data.SecondaryAccounting
		}
		for at := len(integer) - 3 - secondary; at > 0; at -= secondary {
			cuts = append(cuts, at)
		}
		from := 0
		for _, at := range slices.Backward(cuts) {
			parts = append(parts, Part{Type: "integer", Value: integer[from:at]}, Part{Type: "group", Value: data.Group})
			from = at
		}
		parts = append(parts, Part{Type: "integer", Value: integer[from:]})
	}
	if hasFraction {
		parts = append(parts, Part{Type: "decimal", Value: data.Decimal}, Part{Type: "fraction", Value: fraction})
	}
	return parts
}

// signOf says which sign is shown: -1, 0, 1.
func (f *NumberFormat) signOf(negative, zero, nan bool) int {
	switch f.sign {
	case "never":
		return 0
	case "always":
		if negative {
			return -1
		}
		return 1
	case "exceptZero":
		if zero || nan {
			return 0
		}
		if negative {
			return -1
		}
		return 1
	case "negative":
		if negative && !zero {
			return -1
		}
		return 0
	}
	if negative {
		return -1
	}
	return 0
}

// dress puts signs, symbols, units and words around the digits.
func (f *NumberFormat) dress(number []Part, w written, negative bool) []Part {
	data := &f.locale.data.Numbers
	sign := f.signOf(negative, w.value.digits == "", number[0].Type == "nan")
	pattern, symbol := "{0}", ""
	signed := false
	switch f.style {
	case "percent":
		notation := "standard"
		if f.notation == "compact" {
			notation = "compact"
		}
		pattern, signed = data.Percent[notation][sign+1], true
	case "currency":
		pattern, symbol, signed = f.currencyPattern(sign, w)
	case "unit":
		pattern = pick(data.Units[f.unit+","+f.unitDisplay], w.category)
	}
	compact, word := f.compactPattern(w)
	if word != "" {
		if f.style == "currency" && f.display != "name" {
			pattern = mergeCompact(pattern, compact)
		} else {
			pattern = strings.Replace(pattern, "{0}", compact, 1)
		}
	}
	if sign != 0 && !signed {
		pattern = "{minusSign}" + pattern
	}
	return f.fill(pattern, number, sign, symbol, word)
}

// compactPattern is the pattern with the word of the power of ten, such as "{0} {compact}".
func (f *NumberFormat) compactPattern(w written) (pattern, word string) {
	if f.notation != "compact" || w.exponent == 0 {
		return "", ""
	}
	rows := f.compactRows()
	row := rows[min(w.exponent+w.value.magnitude(), len(rows)-1)]
	form, ok := row[w.category]
	if !ok {
		form = row["other"]
	}
	pattern = strings.Replace(form.Pattern, "{currency}", "", 1)
	pattern = strings.Trim(pattern, "\u00a0\u202f ")
	return strings.Replace(pattern, form.Word, "{compact}", 1), form.Word
}

// mergeCompact puts the word into the pattern of a currency.
func mergeCompact(currency, compact string) string {
	return strings.Replace(currency, "{0}", compact, 1)
}

func (f *NumberFormat) currencyPattern(sign int, w written) (pattern, symbol string, signed bool) {
	data := &f.locale.data.Numbers
	texts := data.Currencies[f.currency]
	if f.display == "name" {
		name := f.currency
		if texts != nil {
			name = pick(texts[2:], w.category)
		}
		return pick(data.CurrencyName, w.category), name, false
	}
	symbol = f.currency
	if texts != nil {
		switch f.display {
		case "symbol":
			symbol = texts[0]
		case "narrowSymbol":
			symbol = texts[1]
		}
	}
	// A space comes between digits and a symbol that does not end in a sign such as $, as it does for a code.
	display := "symbol"
	if last, _ := utf8.DecodeLastRuneInString(symbol); !unicode.In(last, unicode.S) && w.digits != "" { // NaN has none
		display = "code"
	}
	pattern = data.Currency[display][f.sense][sign+1]
	return pattern, symbol, true
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// fill replaces the placeholders of a pattern.
func (f *NumberFormat) fill(pattern string, number []Part, sign int, symbol, word string) []Part {
	data := &f.locale.data.Numbers
	var parts []Part
	literal := func(s string) {
		if s != "" {
			parts = append(parts, Part{Type: "literal", Value: s})
		}
	}
	from := 0
	for _, m := range placeholder.FindAllStringIndex(pattern, -1) {
		literal(pattern[from:m[0]])
		from = m[1]
		switch name := pattern[m[0]+1 : m[1]-1]; name {
		case "0":
			parts = append(parts, number...)
		case "minusSign", "plusSign":
			if sign > 0 {
				parts = append(parts, Part{Type: "plusSign", Value: data.Plus})
			} else {
				parts = append(parts, Part{Type: "minusSign", Value: data.Minus})
			}
		case "percentSign":
			kind := "percentSign"
			if f.notation == "compact" {
				kind = "unit" // so says V8
			}
			parts = append(parts, Part{Type: kind, Value: data.PercentSign})
		case "currency":
			parts = append(parts, Part{Type: "currency", Value: symbol})
		case "compact":
			parts = append(parts, Part{Type: "compact", Value: word})
		default:
			parts = append(parts, Part{Type: "unit", Value: name})
		}
	}
	literal(pattern[from:])
	return parts
}

func (f *NumberFormat) resolvedDigits() map[string]any {
	r := map[string]any{
		"minimumIntegerDigits": f.minInteger, "roundingIncrement": 1, "roundingMode": f.rounding, "roundingPriority": "auto",
		"trailingZeroDisplay": f.trailing,
	}
	switch {
	case f.maxSignificant > 0:
		r["minimumSignificantDigits"], r["maximumSignificantDigits"] = f.minSignificant, f.maxSignificant
	case f.compactRounding:
		r["minimumFractionDigits"], r["maximumFractionDigits"] = 0, 0
		r["minimumSignificantDigits"], r["maximumSignificantDigits"] = 1, 2
		r["roundingPriority"] = "morePrecision"
	default:
		r["minimumFractionDigits"], r["maximumFractionDigits"] = f.minFraction, f.maxFraction
	}
	return r
}

// Resolved are the resolvedOptions.
func (f *NumberFormat) Resolved() map[string]any {
	r := f.resolvedDigits()
	r["locale"], r["numberingSystem"], r["style"], r["notation"], r["signDisplay"] = f.locale.Tag, "latn", f.style, f.notation, f.sign
	r["useGrouping"] = f.grouping
	if f.grouping == "" {
		r["useGrouping"] = false
	}
	switch f.style {
	case "currency":
		r["currency"], r["currencyDisplay"], r["currencySign"] = f.currency, f.display, f.sense
	case "unit":
		r["unit"], r["unitDisplay"] = f.unit, f.unitDisplay
	}
	if f.notation == "compact" {
		r["compactDisplay"] = f.compact
	}
	return r
}
