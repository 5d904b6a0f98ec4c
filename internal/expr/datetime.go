package expr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

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
	return local(wall{t.Year(), t.Month(), t.Day(), 0, 0, 0, 0}, t)
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
	return d.Format("2006-01-02T15:04:05.000") + d.offset("-07:00")
}

// offset is the offset from UTC: "Z" where the zone is UTC itself.
func (d dateTime) offset(layout string) string {
	if name := d.Location().String(); strings.EqualFold(name, "UTC") || strings.EqualFold(name, "GMT") {
		return "Z"
	}
	return d.Format(layout)
}

// dateParts are the members that are numbers.
var dateParts = map[string]func(time.Time) int{
	"year":        time.Time.Year,
	"quarter":     func(t time.Time) int { return (int(t.Month())-1)/3 + 1 },
	"month":       func(t time.Time) int { return int(t.Month()) },
	"day":         time.Time.Day,
	"hour":        time.Time.Hour,
	"minute":      time.Time.Minute,
	"second":      time.Time.Second,
	"millisecond": func(t time.Time) int { return t.Nanosecond() / 1e6 },
	"weekday":     weekday,
	"weekNumber":  func(t time.Time) int { _, week := t.ISOWeek(); return week },
	"weekYear":    func(t time.Time) int { year, _ := t.ISOWeek(); return year },
	"ordinal":     time.Time.YearDay,
	"daysInMonth": func(t time.Time) int { return daysIn(t.Year(), t.Month()) },
	"offset":      func(t time.Time) int { _, offset := t.Zone(); return offset / 60 },
}

func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 } // Monday is 1

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

// dateUnits are Luxon's units by the names that they may have, in lower case, the largest first.
var dateUnits = []string{"year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"}

// dateUnit is the unit that a name means.
func dateUnit(name string) (string, error) {
	name = strings.ToLower(name)
	for _, unit := range dateUnits {
		if name == unit || name == unit+"s" {
			return unit, nil
		}
	}
	return "", unsupported("the unit %q is", name)
}

// unitOf is the unit that is the only argument.
func unitOf(args arguments) (string, error) {
	name, ok := args.at(0).(string)
	if !ok || len(args) != 1 {
		return "", unsupported("startOf and endOf with anything but a unit are")
	}
	return dateUnit(name)
}

// wall is what a clock on the wall shows; parts may be out of their ranges.
type wall struct {
	year                   int
	month                  time.Month
	day, hour, minute, sec int
	nanos                  int
}

// local is the point in time at which the clocks of a zone show w. Where they show it twice or never, the offset of the time
// that w was made from decides, as in Luxon.
func local(w wall, from time.Time) time.Time {
	guess := time.Date(w.year, w.month, w.day, w.hour, w.minute, w.sec, w.nanos, time.UTC)
	offset := func(t time.Time) time.Duration {
		_, seconds := t.In(from.Location()).Zone()
		return time.Duration(seconds) * time.Second
	}
	first := offset(from)
	at := guess.Add(-first)
	second := offset(at)
	if first != second {
		at = guess.Add(-second)
		if third := offset(at); third != second {
			at = guess.Add(-min(second, third))
		}
	}
	return at.In(from.Location())
}

// moved is plus or minus: of an object with an amount for each unit, or of an amount and a unit.
func (d dateTime) moved(args arguments, sign int) (dateTime, error) {
	var by [9]int
	set := func(name string, amount any) error {
		unit, err := dateUnit(name)
		if err != nil {
			return err
		}
		f, ok := amount.(float64)
		if !ok || f != math.Trunc(f) || math.Abs(f) > maxAmount {
			return unsupported("moving a DateTime by anything but whole numbers is")
		}
		for i := range dateUnits {
			if dateUnits[i] == unit {
				by[i] = sign * int(f)
			}
		}
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
	t := d.Time
	year, month := t.Year()+by[0], t.Month()+time.Month(by[2]+3*by[1])
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	day := min(t.Day(), daysIn(first.Year(), first.Month())) + by[4] + 7*by[3]
	t = local(wall{first.Year(), first.Month(), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()}, t)
	return dateTimeOf(t.Add(time.Duration(by[5])*time.Hour + time.Duration(by[6])*time.Minute + time.Duration(by[7])*time.Second +
		time.Duration(by[8])*time.Millisecond))
}

// hasTwice reports whether an object has two names of one unit: day and days.
func hasTwice(amounts *node.Object) bool {
	seen := map[string]bool{}
	for name := range amounts.All() {
		unit, err := dateUnit(name)
		if err == nil && seen[unit] {
			return true
		}
		seen[unit] = true
	}
	return false
}

func (d dateTime) startOf(unit string) (dateTime, error) {
	w := wall{d.Year(), d.Month(), d.Day(), d.Hour(), d.Minute(), d.Second(), d.Nanosecond()}
	switch unit {
	case "year":
		w = wall{w.year, 1, 1, 0, 0, 0, 0}
	case "quarter":
		w = wall{w.year, (w.month-1)/3*3 + 1, 1, 0, 0, 0, 0}
	case "month":
		w = wall{w.year, w.month, 1, 0, 0, 0, 0}
	case "week":
		w = wall{w.year, w.month, w.day - weekday(d.Time) + 1, 0, 0, 0, 0}
	case "day":
		w = wall{w.year, w.month, w.day, 0, 0, 0, 0}
	case "hour":
		w.minute, w.sec, w.nanos = 0, 0, 0
	case "minute":
		w.sec, w.nanos = 0, 0
	case "second":
		w.nanos = 0
	}
	return dateTimeOf(local(w, d.Time))
}

func (d dateTime) endOf(args arguments) (dateTime, error) {
	unit, err := unitOf(args)
	if err != nil {
		return d, err
	}
	if d, err = d.moved(arguments{1.0, unit}, 1); err != nil {
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
	buf, err := appendFormat(nil, d, format)
	if err != nil {
		return nil, err
	}
	return string(buf), s.grow(len(buf))
}

// appendFormat appends a DateTime as Luxon's toFormat writes it: letters in a row are a token, what is between single quotes
// stands as it is.
func appendFormat(dst []byte, d dateTime, format string) ([]byte, error) {
	for i := 0; i < len(format); {
		c := format[i]
		if c == '\'' {
			end := strings.IndexByte(format[i+1:], '\'')
			if end <= 0 { // two quotes are one, in some places; an open one is odd
				return nil, unsupported("quotes like these in a format are")
			}
			dst = append(dst, format[i+1:i+1+end]...)
			i += end + 2
			continue
		}
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			dst = append(dst, c)
			i++
			continue
		}
		n := 1
		for i+n < len(format) && format[i+n] == c {
			n++
		}
		token, ok := dateTokens[format[i:i+n]]
		if !ok {
			return nil, unsupported("%s in a format is", format[i:i+n])
		}
		dst = append(dst, token(d)...)
		i += n
	}
	return dst, nil
}

// dateTokens are the tokens of a format, in English.
var dateTokens = map[string]func(dateTime) string{
	"S": padded("millisecond", 1), "SSS": padded("millisecond", 3), "s": padded("second", 1), "ss": padded("second", 2),
	"m": padded("minute", 1), "mm": padded("minute", 2), "H": padded("hour", 1), "HH": padded("hour", 2),
	"h": layout("3"), "hh": layout("03"), "a": layout("PM"),
	"Z":  narrowOffset,
	"ZZ": layout("-07:00"), "ZZZ": layout("-0700"), "z": func(d dateTime) string { return d.Location().String() },
	"d": padded("day", 1), "dd": padded("day", 2), "E": padded("weekday", 1), "c": padded("weekday", 1),
	"EEE": layout("Mon"), "ccc": layout("Mon"), "EEEE": layout("Monday"), "cccc": layout("Monday"),
	"L": padded("month", 1), "LL": padded("month", 2), "LLL": layout("Jan"), "LLLL": layout("January"),
	"M": padded("month", 1), "MM": padded("month", 2), "MMM": layout("Jan"), "MMMM": layout("January"),
	"y": padded("year", 1), "yy": layout("06"), "yyyy": padded("year", 4),
	"W": padded("weekNumber", 1), "WW": padded("weekNumber", 2), "kk": func(d dateTime) string { return padded("weekYear", 4)(d)[2:] },
	"kkkk": padded("weekYear", 4), "o": padded("ordinal", 1), "ooo": padded("ordinal", 3),
	"q": padded("quarter", 1), "qq": padded("quarter", 2),
	"X": func(d dateTime) string { return strconv.FormatInt(d.Unix(), 10) },
	"x": func(d dateTime) string { return strconv.FormatInt(d.UnixMilli(), 10) },
}

// narrowOffset is the offset from UTC without zeros that are not needed: +5, -3:30.
func narrowOffset(d dateTime) string {
	offset, sign := dateParts["offset"](d.Time), "+"
	if offset < 0 {
		offset, sign = -offset, "-"
	}
	if offset%60 == 0 {
		return sign + strconv.Itoa(offset/60)
	}
	return fmt.Sprintf("%s%d:%02d", sign, offset/60, offset%60)
}

func padded(part string, width int) func(dateTime) string {
	return func(d dateTime) string { return fmt.Sprintf("%0*d", width, dateParts[part](d.Time)) }
}

func layout(of string) func(dateTime) string {
	return func(d dateTime) string { return d.Format(of) }
}
