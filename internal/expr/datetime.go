package expr

import (
	"math"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/node"
)

// dateTime is a DateTime of Luxon: $now, $today, and what plus, startOf and the like make of them. What is not here (other
// locales, other zones, differences) the engine does with the real Luxon.
type dateTime struct{ time.Time }

var _ host = dateTime{}

// What is compared with other years or offsets than these is left to the engine: years of one or five digits, and local mean
// times with seconds in their offset.
const (
	minYear, maxYear = 1900, 2200
	maxAmount        = 1_000_000 // of a unit in plus and minus
)

// dateTimeOf returns a point in time to the millisecond, as JavaScript has it.
func dateTimeOf(t time.Time) (dateTime, error) {
	t = t.Truncate(time.Millisecond)
	if _, offset := t.Zone(); t.Year() < minYear || t.Year() > maxYear || offset%60 != 0 {
		return dateTime{}, unsupported("a date as far away as this is")
	}
	return dateTime{t}, nil
}

func now(s *Scope) (any, error) { return dated(dateTimeOf(s.now())) }

func today(s *Scope) (any, error) {
	t := s.now()
	return dated(dateTimeOf(startOfDay(t)))
}

func startOfDay(t time.Time) time.Time {
	return dates.StartOf(t, 4)
}

func dated(d dateTime, err error) (any, error) { return d, err }

func (d dateTime) get(_ *Scope, name string) (any, error) {
	if part, ok := dateParts[name]; ok {
		return float64(part(d.Time)), nil
	}
	return nil, unsupported("the member %s of a DateTime is", name)
}

func (d dateTime) call(s *Scope, name string, args arguments) (any, error) {
	if method, ok := dateMethods[name]; ok {
		return method(s, d, args)
	}
	return nil, unsupported("the method %s() of a DateTime is", name)
}

// data is refused, so that a DateTime inside of an array or object, or as an argument, is seen by the engine only. Where text,
// a number or a result is wanted, a DateTime is looked for before.
func (d dateTime) data(*Scope) (any, error) { return opaque("a DateTime") }

// String is the DateTime in ISO 8601, as Luxon writes it.
func (d dateTime) String() string {
	return dates.ISO(d.Time)
}

// dateParts are the members that are numbers.
var dateParts = map[string]func(time.Time) int{
	"year":        time.Time.Year,
	"quarter":     dates.Quarter,
	"month":       func(t time.Time) int { return int(t.Month()) },
	"day":         time.Time.Day,
	"hour":        time.Time.Hour,
	"minute":      time.Time.Minute,
	"second":      time.Time.Second,
	"millisecond": dates.Millisecond,
	"weekday":     dates.Weekday,
	"weekNumber":  dates.WeekNumber,
	"weekYear":    dates.WeekYear,
	"ordinal":     time.Time.YearDay,
	"daysInMonth": func(t time.Time) int { return daysIn(t.Year(), t.Month()) },
	"offset":      dates.OffsetMinutes,
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// dateMethods are the methods of a DateTime: Luxon's, and format of n8n.
var dateMethods = map[string]func(s *Scope, d dateTime, args arguments) (any, error){
	"endOf":  func(_ *Scope, d dateTime, args arguments) (any, error) { return dated(d.endOf(args)) },
	"format": toFormat,
	"minus":  func(_ *Scope, d dateTime, args arguments) (any, error) { return dated(d.moved(args, -1)) },
	"plus":   func(_ *Scope, d dateTime, args arguments) (any, error) { return dated(d.moved(args, 1)) },
	"startOf": func(_ *Scope, d dateTime, args arguments) (any, error) {
		unit, err := unitOf(args)
		if err != nil {
			return nil, err
		}
		return dated(d.startOf(unit))
	},
	"toFormat": toFormat,
	"toISO":    plainly(func(d dateTime) any { return d.String() }),
	"toISODate": plainly(func(d dateTime) any {
		return d.Format(time.DateOnly)
	}),
	"toJSON":        plainly(func(d dateTime) any { return d.String() }),
	"toMillis":      plainly(func(d dateTime) any { return float64(d.UnixMilli()) }),
	"toSeconds":     plainly(func(d dateTime) any { return float64(d.UnixMilli()) / 1000 }),
	"toString":      plainly(func(d dateTime) any { return d.String() }),
	"toUnixInteger": plainly(func(d dateTime) any { return float64(d.Unix()) }),
	"valueOf":       plainly(func(d dateTime) any { return float64(d.UnixMilli()) }),
}

// plainly makes a method that does without options.
func plainly(of func(dateTime) any) func(*Scope, dateTime, arguments) (any, error) {
	return func(_ *Scope, d dateTime, args arguments) (any, error) {
		if len(args) > 0 {
			return nil, unsupported("options of a DateTime's method are")
		}
		return of(d), nil
	}
}

// dateUnit is the unit that a name means.
func dateUnit(name string) (int, error) {
	unit, ok := dates.Unit(name)
	if !ok {
		return 0, unsupported("the unit %q is", name)
	}
	return unit, nil
}

// unitOf is the unit that is the only argument.
func unitOf(args arguments) (int, error) {
	name, ok := args.at(0).(string)
	if !ok || len(args) != 1 {
		return 0, unsupported("startOf and endOf with anything but a unit are")
	}
	return dateUnit(name)
}

// moved is plus or minus: of an object with an amount for each unit, or of an amount and a unit.
func (d dateTime) moved(args arguments, sign int) (dateTime, error) {
	var by dates.Amounts
	set := func(name string, amount any) error {
		unit, err := dateUnit(name)
		if err != nil {
			return err
		}
		f, ok := amount.(float64)
		if !ok || f != math.Trunc(f) || math.Abs(f) > maxAmount {
			return unsupported("moving a DateTime by anything but whole numbers is")
		}
		by[unit] = float64(sign) * f
		return nil
	}
	amounts, isObject := args.at(0).(*node.Object)
	unit, hasUnit := args.at(1).(string)
	switch {
	case isObject && len(args) == 1:
		if amounts.Len() > 1 && hasTwice(amounts) {
			return d, unsupported("a unit that is there twice is")
		}
		for name, amount := range amounts.All() {
			if err := set(name, amount); err != nil {
				return d, err
			}
		}
	case hasUnit && len(args) == 2:
		if err := set(unit, args[0]); err != nil {
			return d, err
		}
	default:
		return d, unsupported("moving a DateTime by this is")
	}
	return dateTimeOf(dates.Add(d.Time, by))
}

// hasTwice reports whether an object has two names of one unit: day and days.
func hasTwice(amounts *node.Object) bool {
	seen := map[int]bool{}
	for name := range amounts.All() {
		unit, err := dateUnit(name)
		if err == nil && seen[unit] {
			return true
		}
		seen[unit] = true
	}
	return false
}

func (d dateTime) startOf(unit int) (dateTime, error) { return dateTimeOf(dates.StartOf(d.Time, unit)) }

func (d dateTime) endOf(args arguments) (dateTime, error) {
	unit, err := unitOf(args)
	if err != nil {
		return d, err
	}
	if d, err = d.moved(arguments{1.0, dates.Units[unit]}, 1); err != nil {
		return d, err
	}
	if d, err = d.startOf(unit); err != nil {
		return d, err
	}
	return dateTimeOf(d.Add(-time.Millisecond))
}

func toFormat(s *Scope, d dateTime, args arguments) (any, error) {
	format, ok := args.at(0).(string)
	if !ok || len(args) != 1 {
		return nil, unsupported("a format with options is")
	}
	buf, missing := dates.AppendFormat(nil, d.Time, format)
	if missing != "" {
		return nil, unsupported("%s in a format is", missing)
	}
	return string(buf), s.grow(len(buf))
}
