package js

import (
	"errors"
	"strings"

	lib "modernc.org/libquickjs"

	"github.com/nate-go/nate/internal/js/intl"
)

// formatter is one of package intl's, as prelude/intl.js uses it.
type formatter interface {
	Resolved() map[string]any
}

// intlState are the formatters of a vm. Scripts know them by their index.
type intlState struct {
	made    []formatter
	byQuery map[string]int
}

// maxFormatters bounds them; scripts that make more use up their engine.
const maxFormatters = 1000

var intlNatives = natives{
	"make":      {3, intlMake},
	"format":    {3, intlFormat},
	"parts":     {3, intlParts},
	"resolved":  {1, intlResolved},
	"supported": {1, intlSupported},
	"canonical": {1, intlCanonical},
	"missing":   {1, intlMissing},
	"now":       {0, nativeNow},
}

// installIntl runs prelude/intl.js.
func (v *vm) installIntl() error {
	global := lib.XJS_GetGlobalObject(v.tls, v.ctx)
	_, err := v.start("intl.js", v.dup(global), v.functions(intlNatives))
	v.free(global)
	return err
}

// throwIntl throws an error of package intl.
func (v *vm) throwIntl(err error) value {
	var e *intl.Error
	if errors.As(err, &e) {
		return v.throwError(e.Name, e.Message)
	}
	return v.throw(&Throw{Name: "RangeError", Message: err.Error(), Cause: err})
}

// intlMake(kind[:fields], locales, options) returns the index of a formatter.
func intlMake(v *vm, _ value, args []value) value {
	kind, ok := v.text(args[0])
	if !ok {
		return exception
	}
	var query jsonSink
	r := reader{v: v, sink: &query, limit: maxThrown}
	if !r.value(args[1]) || !r.value(args[2]) {
		return exception
	}
	key := kind + string(query.text)
	if i, ok := v.realm.intl.byQuery[key]; ok {
		return newInt(int32(i))
	}
	tags := v.strings(args[1])
	options, ok := v.options(args[2])
	if !ok {
		return exception
	}
	l, err := intl.Find(tags)
	if err != nil {
		return v.throwIntl(err)
	}
	f, err := newFormatter(l, kind, options)
	if err != nil {
		return v.throwIntl(err)
	}
	if len(v.realm.intl.made) >= maxFormatters {
		v.used = true
	}
	v.realm.intl.made = append(v.realm.intl.made, f)
	if v.realm.intl.byQuery == nil {
		v.realm.intl.byQuery = map[string]int{}
	}
	v.realm.intl.byQuery[key] = len(v.realm.intl.made) - 1
	return newInt(int32(len(v.realm.intl.made) - 1))
}

func newFormatter(l *intl.Locale, kind string, options map[string]any) (formatter, error) {
	kind, fields, _ := strings.Cut(kind, ":")
	switch kind {
	case "DateTimeFormat":
		return intl.NewDateTimeFormat(l, options, intl.Fields(fields), intl.LocalZone())
	case "NumberFormat":
		return intl.NewNumberFormat(l, options)
	case "PluralRules":
		return intl.NewPluralRules(l, options)
	case "RelativeTimeFormat":
		return intl.NewRelativeTimeFormat(l, options)
	case "ListFormat":
		return intl.NewListFormat(l, options)
	}
	return intl.NewCollator(l, options)
}

// options reads a plain object of strings, numbers and booleans.
func (v *vm) options(x value) (map[string]any, bool) {
	table, n, ok := v.ownNames(x, lib.MJS_GPN_STRING_MASK|lib.MJS_GPN_ENUM_ONLY)
	if !ok {
		return nil, false
	}
	defer lib.XJS_FreePropertyEnum(v.tls, v.ctx, table, lib.Tuint32_t(n))
	m := map[string]any{}
	for _, p := range slice[lib.TJSPropertyEnum](table, n) {
		name, _ := v.atomText(p.Fatom)
		y := lib.XGetProperty(v.tls, v.ctx, x, p.Fatom)
		switch f, isNumber := number(y); {
		case isNumber:
			m[name] = f
		case tagOf(y) == lib.EJS_TAG_BOOL:
			m[name] = intOf(y) != 0
		default:
			m[name], _ = v.text(y)
		}
		v.free(y)
	}
	return m, true
}

// strings reads an array of strings.
func (v *vm) strings(x value) []string {
	n, _ := v.length(x)
	list := make([]string, int(n))
	for i := range list {
		s := lib.XJS_GetPropertyUint32(v.tls, v.ctx, x, lib.Tuint32_t(i))
		list[i], _ = v.text(s)
		v.free(s)
	}
	return list
}

// intlParts of a formatter: the pieces of what it makes of args.
func (v *vm) intlParts(f formatter, args []value) ([]intl.Part, error) {
	n, _ := number(args[0])
	switch f := f.(type) {
	case *intl.DateTimeFormat:
		return f.Parts(n)
	case *intl.NumberFormat:
		if isString(args[0]) { // the digits of a bigint
			digits, _ := v.text(args[0])
			return f.PartsOf(digits), nil
		}
		return f.Parts(n), nil
	case *intl.RelativeTimeFormat:
		unit, _ := v.text(args[1])
		return f.Parts(n, unit)
	case *intl.ListFormat:
		return f.Parts(v.strings(args[0])), nil
	}
	return nil, nil
}

// intlFormat(formatter, ...) returns a string; for a Collator a number.
func intlFormat(v *vm, _ value, args []value) value {
	f := v.realm.intl.made[intOf(args[0])]
	switch f := f.(type) {
	case *intl.Collator:
		a, _ := v.text(args[1])
		b, _ := v.text(args[2])
		return newInt(int32(f.Compare(a, b)))
	case *intl.PluralRules:
		n, _ := number(args[1])
		return v.newString(f.Select(n))
	}
	if f, ok := f.(*intl.DateTimeFormat); ok {
		ms, _ := number(args[1])
		text, err := f.Format(ms)
		if err != nil {
			return v.throwIntl(err)
		}
		return v.newString(text)
	}
	parts, err := v.intlParts(f, args[1:])
	if err != nil {
		return v.throwIntl(err)
	}
	return v.newString(intl.Join(parts))
}

// intlParts(formatter, ...) returns an array of {type, value}.
func intlParts(v *vm, _ value, args []value) value {
	parts, err := v.intlParts(v.realm.intl.made[intOf(args[0])], args[1:])
	if err != nil {
		return v.throwIntl(err)
	}
	w := Writer{v: v, result: undefined}
	w.BeginArray()
	for _, p := range parts {
		w.BeginObject()
		w.Key("type")
		w.String(p.Type)
		w.Key("value")
		w.String(p.Value)
		if p.Unit != "" {
			w.Key("unit")
			w.String(p.Unit)
		}
		w.EndObject()
	}
	w.EndArray()
	return w.finish(nil)
}

// resolvedOrder is the order of resolvedOptions' members, by ECMA-402.
var resolvedOrder = strings.Fields(`locale type calendar usage style currency currencyDisplay currencySign unit unitDisplay numeric
	sensitivity ignorePunctuation collation caseFirst numberingSystem timeZone hourCycle hour12 weekday era year month day dayPeriod hour
	minute second fractionalSecondDigits timeZoneName dateStyle timeStyle minimumIntegerDigits minimumFractionDigits
	maximumFractionDigits minimumSignificantDigits maximumSignificantDigits useGrouping notation compactDisplay signDisplay
	pluralCategories roundingIncrement roundingMode roundingPriority trailingZeroDisplay`)

// intlResolved(formatter) returns the resolvedOptions.
func intlResolved(v *vm, _ value, args []value) value {
	resolved := v.realm.intl.made[intOf(args[0])].Resolved()
	w := Writer{v: v, result: undefined}
	w.BeginObject()
	for _, name := range resolvedOrder {
		x, ok := resolved[name]
		if !ok {
			continue
		}
		w.Key(name)
		switch x := x.(type) {
		case string:
			w.String(x)
		case bool:
			w.Bool(x)
		case int:
			w.Number(float64(x))
		case []string:
			w.strings(x)
		}
	}
	w.EndObject()
	return w.finish(nil)
}

func (w *Writer) strings(list []string) {
	w.BeginArray()
	for _, s := range list {
		w.String(s)
	}
	w.EndArray()
}

func intlSupported(v *vm, _ value, args []value) value {
	list, err := intl.Supported(v.strings(args[0]))
	return v.stringList(list, err)
}

func intlCanonical(v *vm, _ value, args []value) value {
	var list []string
	for _, tag := range v.strings(args[0]) {
		s, err := intl.Canonical(tag)
		if err != nil {
			return v.throwIntl(err)
		}
		list = append(list, s)
	}
	return v.stringList(list, nil)
}

func (v *vm) stringList(list []string, err error) value {
	if err != nil {
		return v.throwIntl(err)
	}
	w := Writer{v: v, result: undefined}
	w.strings(list)
	return w.finish(nil)
}

// intlMissing(name) throws what no script should go on after.
func intlMissing(v *vm, _ value, args []value) value {
	name, _ := v.text(args[0])
	return v.throw(&Throw{Name: "Error", Message: name + " is not supported"})
}
