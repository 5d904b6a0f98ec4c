package dates

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ParseLuxon reads a date as n8n does where a text is to be one: by Luxon's readers of ISO 8601, HTTP, RFC 2822 and SQL, else as
// JavaScript's Date.parse in UTC. The date keeps the zone that the text names (an offset is a zone named as in Luxon, UTC+5:30);
// one without a zone is in that of now, and a time without a date is of now's day. ok is false for what is no date.
func ParseLuxon(text string, now time.Time) (t time.Time, ok bool) {
	text = strings.TrimSpace(text)
	for _, read := range []func(string, time.Time) (time.Time, bool){fromISO, fromHTTP, fromRFC2822, fromSQL} {
		if t, ok := read(text, now); ok {
			return t, true
		}
	}
	ms := Parse(text, time.UTC)
	if math.IsNaN(ms) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(ms)).In(now.Location()), true
}

// ISO writes a date as Luxon's toISO does: 2024-01-02T03:04:05.678+01:00, with Z for UTC (but +00:00 for Etc/UTC).
func ISO(t time.Time) string {
	text := t.Format("2006-01-02T15:04:05.000")
	if y := t.Year(); y < 0 || y > 9999 {
		sign := "+"
		if y < 0 {
			sign, y = "-", -y
		}
		digits := strconv.Itoa(y)
		text = sign + strings.Repeat("0", max(0, 6-len(digits))) + digits + t.Format("-01-02T15:04:05.000")
	}
	if isUTC(t) {
		return text + "Z"
	}
	return text + t.Format("-07:00")
}

// isUTC reports whether a date's zone is UTC itself, for Luxon no zone with a name.
func isUTC(t time.Time) bool {
	name := t.Location().String()
	return strings.EqualFold(name, "UTC") || strings.EqualFold(name, "GMT")
}

const (
	isoTime   = `(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,30}))?)?)?`
	zoneName  = `([A-Za-z_+-]+(?::?/[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)?)?)`
	isoZone   = `(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?(?:\[` + zoneName + `\])?`
	sqlZone   = ` ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?|` + zoneName + `)?`
	isoSuffix = `(?:[Tt]` + isoTime + isoZone + `)?$`
	rfcZone   = `(?:(UT|GMT|[ECMP][SD]T)|([Zz])|(?:([+-]\d\d)(\d\d)))`
)

// forms are what Luxon reads, with groups for the date's parts, then hour, minute, second, fraction, Z, offset hours, offset minutes,
// zone.
type forms struct {
	isoYmd, isoWeek, isoOrdinal, isoOfDay, sqlYmd, sqlOfDay, rfc2822, rfcComment, rfcSpaces *regexp.Regexp
}

// luxonForms are made when a date is read first: a program that reads none starts without them.
var luxonForms = sync.OnceValue(func() forms { //nolint:gochecknoglobals // a constant
	return forms{
		isoYmd:     regexp.MustCompile(`^([+-]\d{6}|\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?` + isoSuffix),
		isoWeek:    regexp.MustCompile(`^(\d{4})-?W(\d\d)(?:-?(\d))?` + isoSuffix),
		isoOrdinal: regexp.MustCompile(`^(\d{4})-?(\d{3})` + isoSuffix),
		isoOfDay:   regexp.MustCompile(`^` + isoTime + isoZone + `$`),
		sqlYmd:     regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)(?:$| ` + isoTime + sqlZone + `$)`),
		sqlOfDay:   regexp.MustCompile(`^` + isoTime + sqlZone + `$`),
		rfc2822: regexp.MustCompile(`^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s)?(\d{1,2})\s(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s` +
			`(\d{2,4})\s(\d\d):(\d\d)(?::(\d\d))?\s` + rfcZone + `$`),
		rfcComment: regexp.MustCompile(`\([^()]*\)|[\n\t]`),
		rfcSpaces:  regexp.MustCompile(`(\s\s+)`),
	}
})

// parts are the parts of a date that a text gave, as numbers.
type parts struct {
	year, month, day, hour, minute, second, nano int
	zone                                         *time.Location
}

// time puts the parts together; ok is false where one is out of its range. 24:00 is the end of the day. Where a zone's clocks show a
// time twice, the offset that it has now decides.
func (p parts) time(now time.Time) (time.Time, bool) {
	t := onWall(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nano, now.In(p.zone))
	valid := p.month >= 1 && p.month <= 12 && p.day >= 1 && p.day <= daysIn(p.year, p.month) &&
		(p.hour < 24 || p.hour == 24 && p.minute == 0 && p.second == 0 && p.nano == 0) && p.minute < 60 && p.second < 60
	return t, valid && math.Abs(float64(t.UnixMilli())) <= 8.64e15
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// clock reads the groups of isoTime and isoZone into p.
func (p *parts) clock(m []string, zone *time.Location) bool {
	p.hour, p.minute, p.second = number(m[0], 0), number(m[1], 0), number(m[2], 0)
	if fraction := (m[3] + "000")[:3]; m[3] != "" {
		p.nano = number(fraction, 0) * int(time.Millisecond)
	}
	switch {
	case m[7] != "":
		named, err := time.LoadLocation(m[7])
		if err != nil || m[7] == "Local" {
			return false
		}
		p.zone = named
	case m[4] != "":
		p.zone = time.UTC
	case m[5] != "":
		p.zone = offsetZone(m[5], m[6])
	default:
		p.zone = zone
	}
	return true
}

func number(digits string, absent int) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return absent
	}
	return n
}

// offsetZone is the zone of an offset, +05 and 30, under Luxon's name.
func offsetZone(hours, minutes string) *time.Location {
	h, m := number(hours, 0), number(minutes, 0)
	if hours[0] == '-' {
		m = -m
	}
	return FixedZone(h*60 + m)
}

// FixedZone is the zone of an offset in minutes under the name that Luxon gives it: UTC, UTC-5, UTC+5:30.
func FixedZone(minutes int) *time.Location {
	if minutes == 0 {
		return time.UTC
	}
	sign, abs := "+", minutes
	if minutes < 0 {
		sign, abs = "-", -minutes
	}
	name := "UTC" + sign + strconv.Itoa(abs/60)
	if rest := abs % 60; rest != 0 {
		name += ":" + strconv.Itoa(rest/10) + strconv.Itoa(rest%10)
	}
	return time.FixedZone(name, minutes*60)
}

func fromISO(text string, now time.Time) (time.Time, bool) {
	var p parts
	if m := luxonForms().isoYmd.FindStringSubmatch(text); m != nil {
		p = parts{year: number(m[1], 0), month: number(m[2], 1), day: number(m[3], 1)}
		if !p.clock(m[4:], now.Location()) {
			return time.Time{}, false
		}
		return p.time(now)
	}
	if m := luxonForms().isoWeek.FindStringSubmatch(text); m != nil {
		week, weekday := number(m[2], 1), number(m[3], 1)
		monday := firstMonday(number(m[1], 0)).AddDate(0, 0, (week-1)*7)
		weeks := int(firstMonday(number(m[1], 0)+1).Sub(firstMonday(number(m[1], 0))).Hours() / 24 / 7)
		day := monday.AddDate(0, 0, weekday-1)
		p = parts{year: day.Year(), month: int(day.Month()), day: day.Day()}
		if week < 1 || week > weeks || weekday < 1 || weekday > 7 || !p.clock(m[4:], now.Location()) {
			return time.Time{}, false
		}
		return p.time(now)
	}
	if m := luxonForms().isoOrdinal.FindStringSubmatch(text); m != nil {
		year, ordinal := number(m[1], 0), number(m[2], 0)
		day := time.Date(year, 1, ordinal, 0, 0, 0, 0, time.UTC)
		p = parts{year: year, month: int(day.Month()), day: day.Day()}
		if ordinal < 1 || day.Year() != year || !p.clock(m[3:], now.Location()) {
			return time.Time{}, false
		}
		return p.time(now)
	}
	return ofDay(luxonForms().isoOfDay, text, now)
}

// firstMonday is the begin of the first ISO week of a year.
func firstMonday(year int) time.Time {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	return fourth.AddDate(0, 0, -int(fourth.Weekday()+6)%7)
}

// ofDay reads a time of day, which is today's.
func ofDay(form *regexp.Regexp, text string, now time.Time) (time.Time, bool) {
	m := form.FindStringSubmatch(text)
	var p parts
	if m == nil || !p.clock(m[1:], now.Location()) {
		return time.Time{}, false
	}
	today := now.In(p.zone)
	p.year, p.month, p.day = today.Year(), int(today.Month()), today.Day()
	return p.time(now)
}

func fromSQL(text string, now time.Time) (time.Time, bool) {
	m := luxonForms().sqlYmd.FindStringSubmatch(text)
	if m == nil {
		return ofDay(luxonForms().sqlOfDay, text, now)
	}
	p := parts{year: number(m[1], 0), month: number(m[2], 1), day: number(m[3], 1)}
	if !p.clock(m[4:], now.Location()) {
		return time.Time{}, false
	}
	return p.time(now)
}

func fromRFC2822(text string, now time.Time) (time.Time, bool) {
	text = strings.TrimSpace(luxonForms().rfcSpaces.ReplaceAllString(luxonForms().rfcComment.ReplaceAllString(text, " "), " "))
	m := luxonForms().rfc2822.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	year := number(m[4], 0)
	if len(m[4]) == 2 {
		year = century(2000 + year)
	}
	p := parts{
		year: year, month: monthNames[strings.ToLower(m[3])], day: number(m[2], 0),
		hour: number(m[5], 0), minute: number(m[6], 0), second: number(m[7], 0), zone: time.UTC,
	}
	switch {
	case m[8] != "":
		p.zone = FixedZone(zoneNames[strings.ToLower(m[8])] * 60)
	case m[10] != "":
		p.zone = offsetZone(m[10], m[11])
	}
	t, ok := p.time(now)
	return t, ok && (m[1] == "" || strings.HasPrefix(t.Weekday().String(), m[1]))
}

// century is Luxon's reading of a year of two digits: up to 60 it is of this century.
func century(year int) int {
	if year > 2060 {
		return year - 100
	}
	return year
}

// httpForms are RFC 1123, RFC 850 and asctime.
var httpForms = [...]string{"Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC}

func fromHTTP(text string, _ time.Time) (time.Time, bool) {
	for i, form := range httpForms {
		t, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		if i == 1 {
			t = t.AddDate(century(2000+t.Year()%100)-t.Year(), 0, 0)
		}
		return t.UTC(), t.Format(form) == text // or the day of the week is another
	}
	return time.Time{}, false
}
