package dates

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The forms of ISO 8601 and SQL that Luxon knows, from end to end.
const (
	clock    = `(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,30}))?)?)?`
	offset   = `(?:(?P<utc>[Zz])|(?P<offHour>[+-]\d\d)(?::?(?P<offMinute>\d\d))?)`
	iana     = `(?P<zone>[A-Za-z_+-]{1,256}(?::?/[A-Za-z0-9_+-]{1,256}(?:/[A-Za-z0-9_+-]{1,256})?)?)`
	isoClock = clock + offset + `?(?:\[` + iana + `\])?`
	sqlClock = clock + ` ?(?:` + offset + `|` + iana + `)?`
	isoTail  = `(?:[Tt]` + isoClock + `)?$`
)

// luxonForms are tried in this order; the first that fits and names a day and a time that exist counts.
var luxonForms = []*regexp.Regexp{
	regexp.MustCompile(`^(?P<year>[+-]\d{6}|\d{4})(?:-?(?P<month>\d\d)(?:-?(?P<day>\d\d))?)?` + isoTail),
	regexp.MustCompile(`^(?P<weekYear>\d{4})-?W(?P<week>\d\d)(?:-?(?P<weekday>\d))?` + isoTail),
	regexp.MustCompile(`^(?P<year>\d{4})-?(?P<ordinal>\d{3})` + isoTail),
	regexp.MustCompile(`^` + isoClock + `$`),
	// The date of C's asctime, which HTTP knows too: always UTC.
	regexp.MustCompile(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<monthName>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ` +
		`(?P<day>[ \d]\d) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d) (?P<year>\d{4})$`),
	regexp.MustCompile(`^(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?: ` + sqlClock + `)?$`),
	regexp.MustCompile(`^` + sqlClock + `$`),
}

// ParseLuxon reads a date as n8n does where a text is to be one: by Luxon's readers of ISO 8601, HTTP, RFC 2822 and SQL, else as
// JavaScript's Date.parse in UTC. Dates without a zone are in that of now; a time without a date is of now's day. It returns
// milliseconds since 1970, NaN for what is no date.
func ParseLuxon(text string, now time.Time) float64 {
	for _, form := range luxonForms {
		m := form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if ms, ok := partsOf(form, m).time(now); ok {
			return ms
		}
	}
	// Luxon's other forms of HTTP, and RFC 2822, have a zone: they mean to Date.parse what they mean to Luxon.
	return Parse(text, time.UTC)
}

// parts are what the groups of a form hold.
type parts map[string]string

func partsOf(form *regexp.Regexp, m []string) parts {
	p := parts{}
	for i, name := range form.SubexpNames() {
		if name != "" && m[i] != "" {
			p[name] = m[i]
		}
	}
	return p
}

// number returns a part, or what stands for it where it is missing.
func (p parts) number(name string, otherwise int) int {
	n, err := strconv.Atoi(strings.TrimSpace(p[name]))
	if err != nil {
		return otherwise
	}
	return n
}

func (p parts) location(now time.Time) (*time.Location, bool) {
	switch {
	case p["zone"] != "": // it counts more than an offset beside it
		loc, err := time.LoadLocation(p["zone"])
		return loc, err == nil && p["zone"] != "Local"
	case p["utc"] != "" || p["monthName"] != "":
		return time.UTC, true
	case p["offHour"] != "":
		seconds := p.number("offMinute", 0) * 60
		if p["offHour"][0] == '-' {
			seconds = -seconds
		}
		return time.FixedZone("", p.number("offHour", 0)*3600+seconds), true
	}
	return now.Location(), true
}

func (p parts) time(now time.Time) (ms float64, ok bool) {
	loc, ok := p.location(now)
	if !ok {
		return 0, false
	}
	hour, minute, second := p.number("hour", 0), p.number("minute", 0), p.number("second", 0)
	milli := 0
	if f := p["fraction"]; f != "" {
		v, _ := strconv.ParseFloat("0."+f, 64)
		milli = int(math.Floor(v * 1000))
	}
	if hour > 24 || minute > 59 || second > 59 || hour == 24 && minute+second+milli > 0 {
		return 0, false
	}
	year, month, day, ok := p.day(now.In(loc))
	if !ok {
		return 0, false
	}
	t := time.Date(year, month, day, hour, minute, second, milli*int(time.Millisecond), loc)
	ms = float64(t.UnixMilli())
	return ms, math.Abs(ms) <= maxTime
}

// maxTime is the last millisecond, either way, that JavaScript's Date knows.
const maxTime = 8.64e15

// day returns the day that is meant; of a time alone, the day of now.
func (p parts) day(now time.Time) (year int, month time.Month, day int, ok bool) {
	switch {
	case p["weekYear"] != "":
		year := p.number("weekYear", 0)
		week, weekday := p.number("week", 0), p.number("weekday", 1)
		// The 4th of January is always in the first week.
		first := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
		monday := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
		t := monday.AddDate(0, 0, (week-1)*7+weekday-1)
		inYear, inWeek := t.ISOWeek()
		return t.Year(), t.Month(), t.Day(), weekday >= 1 && weekday <= 7 && inYear == year && inWeek == week
	case p["ordinal"] != "":
		t := time.Date(p.number("year", 0), 1, p.number("ordinal", 0), 0, 0, 0, 0, time.UTC)
		return t.Year(), t.Month(), t.Day(), t.Year() == p.number("year", 0)
	case p["year"] != "":
		m := p.number("month", 1)
		if name := p["monthName"]; name != "" {
			m = monthNames[strings.ToLower(name)]
		}
		t := time.Date(p.number("year", 0), time.Month(m), p.number("day", 1), 0, 0, 0, 0, time.UTC)
		return t.Year(), t.Month(), t.Day(), m >= 1 && m <= 12 && t.Month() == time.Month(m)
	}
	return now.Year(), now.Month(), now.Day(), true
}
