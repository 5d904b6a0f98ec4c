package files

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// How properties become fields. The names and the shape are those of the library ts-ics.
type icsKind int

const (
	icsText icsKind = iota
	icsTime
	icsList
	icsRule
	icsDuration
	icsNumber
	icsOrganizer
	icsAttendee   // several: a list
	icsAttachment // several: a list
	icsTrigger
	icsWallTime
)

// icsField is what a property becomes.
type icsField struct {
	name string
	kind icsKind
}

var (
	icsCalendarFields = map[string]icsField{"METHOD": {"method", icsText}, "PRODID": {"prodId", icsText}, "VERSION": {"version", icsText}}
	icsEventFields    = map[string]icsField{
		"LAST-MODIFIED": {"lastModified", icsTime}, "ALARM": {"alarm", icsText}, "CATEGORIES": {"categories", icsList},
		"CREATED": {"created", icsTime}, "DESCRIPTION": {"description", icsText}, "DTSTAMP": {"stamp", icsTime}, "DTSTART": {"start", icsTime},
		"LOCATION": {"location", icsText}, "RRULE": {"recurrenceRule", icsRule}, "SUMMARY": {"summary", icsText}, "UID": {"uid", icsText},
		"TRANSP": {"timeTransparent", icsText}, "URL": {"url", icsText}, "DTEND": {"end", icsTime}, "DURATION": {"duration", icsDuration},
		"GEO": {"geo", icsText}, "CLASS": {"class", icsText}, "ORGANIZER": {"organizer", icsOrganizer}, "PRIORITY": {"priority", icsText},
		"SEQ": {"sequence", icsNumber}, "STATUS": {"status", icsText}, "ATTACH": {"attach", icsText}, "RECURRENCE-ID": {"recurrenceId", icsText},
		"ATTENDEE": {"attendees", icsAttendee}, "COMMENT": {"comment", icsText},
	}
	icsAlarmFields = map[string]icsField{
		"ACTION": {"action", icsText}, "DESCRIPTION": {"description", icsText}, "DURATION": {"duration", icsDuration},
		"REPEAT": {"repeat", icsNumber}, "SUMMARY": {"summary", icsText}, "TRIGGER": {"trigger", icsTrigger},
		"ATTACH": {"attachments", icsAttachment}, "ATTENDEE": {"attendees", icsAttendee},
	}
	icsZoneFields     = map[string]icsField{"LAST-MODIFIED": {"lastModified", icsWallTime}, "TZID": {"id", icsText}, "TZURL": {"url", icsText}}
	icsZonePartFields = map[string]icsField{
		"COMMENT": {"comment", icsText}, "DTSTART": {"start", icsWallTime}, "RDATE": {"recurrenceDate", icsTime}, "RRULE": {"recurrenceRule", icsRule},
		"TZNAME": {"name", icsText}, "TZOFFSETFROM": {"offsetFrom", icsText}, "TZOFFSETTO": {"offsetTo", icsText},
	}
	icsRuleFields = map[string]icsField{
		"BYDAY": {"byDay", icsText}, "BYHOUR": {"byHour", icsList}, "BYMINUTE": {"byMinute", icsList}, "BYMONTH": {"byMonth", icsList},
		"BYMONTHDAY": {"byMonthday", icsList}, "BYSECOND": {"bySecond", icsList}, "BYSETPOS": {"bySetPos", icsList}, "BYWEEKNO": {"byWeekNo", icsList},
		"BYYEARDAY": {"byYearday", icsList}, "COUNT": {"count", icsNumber}, "FREQ": {"frequency", icsText}, "INTERVAL": {"interval", icsNumber},
		"UNTIL": {"until", icsTime}, "WKST": {"workweekStart", icsText},
	}
)

// icsLine is a line of a calendar: NAME;PARAM=VALUE:VALUE.
type icsLine struct {
	name, value string
	params      map[string]string
}

// param is the value of a parameter, or undefined.
func (l icsLine) param(name string) any {
	if v, ok := l.params[name]; ok {
		return v
	}
	return node.Undefined
}

// maxZoneLines bounds a time zone: each of its parts is looked at for each time in it.
const maxZoneLines = 2000

// calendarOf reads an iCalendar file.
func calendarOf(text string) (*node.Object, error) {
	lines, err := icsLines(text)
	if err != nil {
		return nil, err
	}
	top, parts := icsParts(lines, "VCALENDAR", "VTIMEZONE", "VEVENT")
	o := &node.Object{}
	r := &icsReader{zones: map[string]icsZone{}, locations: map[string]*time.Location{}}
	r.read(o, top, icsCalendarFields)
	var zones, events []any
	for _, part := range parts["VTIMEZONE"] {
		if len(part) > maxZoneLines {
			return nil, fmt.Errorf("a time zone of the calendar has more than %d lines", maxZoneLines)
		}
		zones = append(zones, r.zone(part))
	}
	for _, part := range parts["VEVENT"] {
		events = append(events, r.event(part))
	}
	setList(o, "timezones", zones)
	setList(o, "events", events)
	return o, nil
}

func setList(o *node.Object, name string, list []any) {
	if len(list) > 0 {
		o.Set(name, list)
	}
}

var lineEnds = regexp.MustCompile(`\r\n|\r|\n`)

// icsLines are the lines of a file, unfolded: one that begins with a blank goes on with the line before.
func icsLines(text string) ([]icsLine, error) {
	var unfolded []string
	var b strings.Builder
	for _, line := range append(lineEnds.Split(text, -1), "") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') && b.Len() > 0 {
			b.WriteString(line[1:])
			continue
		}
		if b.Len() > 0 {
			unfolded = append(unfolded, b.String())
		}
		b.Reset()
		b.WriteString(line)
	}
	lines := make([]icsLine, len(unfolded))
	for i, line := range unfolded {
		parts := quotedSplit(line, ':', 2)
		if len(parts) < 2 {
			return nil, fmt.Errorf("Line not valid: %s", line) //nolint:staticcheck // n8n's text
		}
		params := quotedSplit(parts[0], ';', -1)
		lines[i] = icsLine{name: params[0], value: parts[1], params: map[string]string{}}
		for _, p := range params[1:] {
			name, v, _ := strings.Cut(p, "=")
			if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
				v = v[1 : len(v)-1]
			}
			lines[i].params[name] = v
		}
	}
	return lines, nil
}

// quotedSplit splits at a character outside of quotes, into n parts at most; -1: all.
func quotedSplit(text string, at byte, n int) []string {
	var parts []string
	quoted, start := false, 0
	for i := 0; i < len(text) && (n < 0 || len(parts) < n-1); i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == at && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// icsParts takes the components of some names out of lines. What is in another component stays with the lines around it.
func icsParts(lines []icsLine, outer string, names ...string) (rest []icsLine, parts map[string][][]icsLine) {
	parts = map[string][][]icsLine{}
	unclosed := map[string]bool{}
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		end := -1
		if l.name == "BEGIN" && slices.Contains(names, l.value) && !unclosed[l.value] {
			end = slices.IndexFunc(lines[i:], func(e icsLine) bool { return e.name == "END" && e.value == l.value })
			unclosed[l.value] = end < 0
		}
		switch {
		case end > 0:
			parts[l.value] = append(parts[l.value], lines[i+1:i+end])
			i += end
		case (l.name == "BEGIN" || l.name == "END") && l.value == outer:
		default:
			rest = append(rest, l)
		}
	}
	return rest, parts
}

// icsReader makes objects of lines. zones are those that the file defines; of the others locations has those it names, nil: there is none.
type icsReader struct {
	zones     map[string]icsZone
	locations map[string]*time.Location
}

func (r *icsReader) location(zone string) *time.Location {
	l, ok := r.locations[zone]
	if !ok && zone != "Local" {
		l, _ = time.LoadLocation(zone)
	}
	r.locations[zone] = l
	return l
}

func (r *icsReader) event(lines []icsLine) *node.Object {
	own, parts := icsParts(lines, "", "VALARM")
	o := &node.Object{}
	lists := r.read(o, own, icsEventFields)
	var alarms []any
	for _, part := range parts["VALARM"] {
		alarm := &node.Object{}
		many := r.read(alarm, part, icsAlarmFields)
		setList(alarm, "attachments", many["attachments"])
		setList(alarm, "attendees", many["attendees"])
		alarms = append(alarms, alarm)
	}
	setList(o, "alarms", alarms)
	setList(o, "attendees", lists["attendees"])
	return o
}

// read sets the fields of lines, and returns those that are lists of their own.
func (r *icsReader) read(o *node.Object, lines []icsLine, known map[string]icsField) map[string][]any {
	lists := map[string][]any{}
	for _, l := range lines {
		f, ok := known[l.name]
		if !ok {
			continue
		}
		switch v := r.value(l, f.kind); f.kind {
		case icsAttendee, icsAttachment:
			lists[f.name] = append(lists[f.name], v)
		default:
			o.Set(f.name, v)
		}
	}
	return lists
}

func (r *icsReader) value(l icsLine, kind icsKind) any {
	switch kind {
	case icsTime:
		return r.time(l)
	case icsWallTime:
		return icsDate(l.value)
	case icsList:
		return textList(l.value)
	case icsRule:
		return r.rule(l.value)
	case icsDuration:
		return icsDurationOf(l.value)
	case icsNumber:
		return fields.Number(l.value)
	case icsOrganizer:
		return defined("name", l.param("CN"), "dir", l.param("DIR"), "sentBy", mail(l.param("SENT-BY")), "email", withoutScheme(l.value))
	case icsAttendee:
		return defined("email", withoutScheme(l.value), "delegatedFrom", mail(l.param("DELEGATED-FROM")), "dir", l.param("DIR"),
			"member", mail(l.param("MEMBER")), "name", l.param("CN"), "partstat", l.param("PARTSTAT"), "role", l.param("ROLE"),
			"sentBy", mail(l.param("SENT-BY")))
	case icsAttachment:
		if l.param("VALUE") != "BINARY" {
			return defined("type", "uri", "url", l.value, "formatType", l.param("FMTTYPE"))
		}
		encoding := l.param("ENCODING")
		if encoding == node.Undefined || encoding == "" {
			encoding = "BASE64"
		}
		return defined("type", "binary", "encoding", encoding, "binary", l.value, "value", "BINARY")
	case icsTrigger:
		related := defined("related", l.param("RELATED"))
		if form := l.param("VALUE"); form == "DATE-TIME" || form == "DATE" {
			return defined("type", "absolute", "value", r.time(l), "options", related)
		}
		return defined("type", "relative", "value", icsDurationOf(l.value), "options", related)
	}
	return l.value
}

// defined is an object of keys and values, less those that are undefined.
func defined(pairs ...any) *node.Object {
	o := &node.Object{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != node.Undefined {
			o.Set(pairs[i].(string), pairs[i+1]) //nolint:forcetypeassert // keys are texts
		}
	}
	return o
}

var mailTo = regexp.MustCompile(`(?i)mailto:`)

func withoutScheme(address string) string { return mailTo.ReplaceAllString(address, "") }

// mail is the address of a parameter, if there is one.
func mail(v any) any {
	if text, ok := v.(string); ok && text != "" {
		return withoutScheme(text)
	}
	return node.Undefined
}

func textList(text string) []any {
	parts := strings.Split(text, ",")
	list := make([]any, len(parts))
	for i, p := range parts {
		list[i] = p
	}
	return list
}

// rule reads when an event repeats itself.
func (r *icsReader) rule(text string) *node.Object {
	o := &node.Object{}
	for part := range strings.SplitSeq(text, ";") {
		name, v, _ := strings.Cut(part, "=")
		f, ok := icsRuleFields[name]
		switch {
		case !ok:
		case f.name == "byDay":
			days := textList(v)
			for i, d := range days {
				days[i] = weekday(d.(string)) //nolint:forcetypeassert // of texts
			}
			o.Set(f.name, days)
		case f.kind == icsList:
			numbers := textList(v)
			for i, n := range numbers {
				number := fields.Number(n)
				if f.name == "byMonth" {
					number-- // counted from 0
				}
				numbers[i] = number
			}
			o.Set(f.name, numbers)
		case f.name == "until":
			o.Set(f.name, r.time(icsLine{value: untilTime(v)}))
		default:
			o.Set(f.name, r.value(icsLine{value: v}, f.kind))
		}
	}
	return o
}

// untilTime is the value of UNTIL with a time.
func untilTime(v string) string {
	if len(v) == len(calendarDay) && strings.Trim(v, "0123456789") == "" {
		return v + "T000000Z"
	}
	return v
}

const icsNth = "occurence" //nolint:misspell // n8n's spelling

// weekday is a day of a rule: MO, or with the number of the one in the month or year: -1SU.
func weekday(text string) *node.Object {
	if len(text) <= 2 {
		return node.NewObject("day", text)
	}
	return node.NewObject("day", text[len(text)-2:], icsNth, fields.Number(text[:len(text)-2]))
}

var durationParts = regexp.MustCompile(`(\d+)([WDHMS])`)

// icsDurationOf reads P1DT2H30M.
func icsDurationOf(text string) *node.Object {
	o := &node.Object{}
	if strings.HasPrefix(text, "-") {
		o.Set("before", true)
	}
	found := map[string]any{}
	for _, m := range durationParts.FindAllStringSubmatch(text, -1) {
		found[m[2]] = fields.Number(m[1])
	}
	for _, unit := range []struct{ letter, name string }{{"D", "days"}, {"W", "weeks"}, {"H", "hours"}, {"M", "minutes"}, {"S", "seconds"}} {
		if n, ok := found[unit.letter]; ok {
			o.Set(unit.name, n)
		}
	}
	return o
}

var icsDigits = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?`)

// icsDate is a time as it is written, as if in UTC; what is none is an Invalid Date.
func icsDate(text string) node.Date {
	m := icsDigits.FindStringSubmatch(text)
	if m == nil {
		return node.Date(math.NaN())
	}
	var n [6]int
	for i := range n {
		if m[i+1] != "" {
			n[i] = int(fields.Number(m[i+1]))
		}
	}
	return node.Date(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC).UnixMilli())
}

// time reads a time: {date, type}, with the local one where it has a zone that is known.
func (r *icsReader) time(l icsLine) *node.Object {
	date := icsDate(l.value)
	kind := l.param("VALUE")
	if kind == "DATE" {
		return node.NewObject("date", date, "type", kind)
	}
	if kind == node.Undefined || kind == "" {
		kind = "DATE-TIME"
	}
	zone, _ := l.param("TZID").(string)
	offset, ok := r.offset(zone, date)
	if !ok || math.IsNaN(float64(date)) {
		return node.NewObject("date", date, "type", kind)
	}
	sign, minutes := "+", int(math.Abs(offset.Minutes()))
	if offset < 0 {
		sign = "-"
	}
	return node.NewObject("date", date-node.Date(offset.Milliseconds()), "type", kind, "local", node.NewObject("date", date, "timezone", zone,
		"tzoffset", fmt.Sprintf("%s%02d%02d", sign, minutes/60, minutes%60)))
}

// offset is how far a zone is ahead of UTC at a local time: by the file's own definition of the zone, or by its name.
func (r *icsReader) offset(zone string, at node.Date) (time.Duration, bool) {
	if zone == "" || math.IsNaN(float64(at)) {
		return 0, false
	}
	local := time.UnixMilli(int64(at)).UTC()
	if z := r.zones[zone]; len(z.parts) > 0 {
		return z.offset(local), true
	}
	location := r.location(zone)
	if location == nil {
		return 0, false
	}
	_, seconds := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, location).Zone()
	return time.Duration(seconds) * time.Second, true
}

// icsZone is a time zone that a file defines.
type icsZone struct{ parts []icsZonePart }

// icsZonePart is standard or daylight saving time: from when on it holds, in local time, and how far it is ahead of UTC, then and before.
type icsZonePart struct {
	start    time.Time
	yearly   bool
	month    time.Month
	weekday  int // -1: the day of start
	nth      int // of the month; negative: from its end
	until    time.Time
	from, to time.Duration
}

func (r *icsReader) zone(lines []icsLine) *node.Object {
	own, parts := icsParts(lines, "", "STANDARD", "DAYLIGHT")
	o := node.NewObject("props", []any{})
	r.read(o, own, icsZoneFields)
	id, _ := o.Get("id")
	var z icsZone
	var props []any
	for _, kind := range []string{"STANDARD", "DAYLIGHT"} {
		for _, part := range parts[kind] {
			p := node.NewObject("type", kind)
			r.read(p, part, icsZonePartFields)
			props = append(props, p)
			if known, ok := zonePart(p); ok {
				z.parts = append(z.parts, known)
			}
		}
	}
	setList(o, "props", props)
	if name, ok := id.(string); ok && len(r.zones[name].parts) == 0 {
		r.zones[name] = z
	}
	return o
}

func zonePart(o *node.Object) (icsZonePart, bool) {
	text := func(name string) string {
		v, _ := o.Get(name)
		s, _ := v.(string)
		return s
	}
	start, _ := o.Get("start")
	date, ok := start.(node.Date)
	from, okFrom := utcOffset(text("offsetFrom"))
	to, okTo := utcOffset(text("offsetTo"))
	if !ok || math.IsNaN(float64(date)) || !okFrom || !okTo {
		return icsZonePart{}, false
	}
	p := icsZonePart{start: time.UnixMilli(int64(date)).UTC(), weekday: -1, from: from, to: to}
	v, _ := o.Get("recurrenceRule")
	rule, _ := v.(*node.Object)
	if frequency, _ := rule.Get("frequency"); frequency != "YEARLY" {
		return p, true
	}
	p.yearly, p.month = true, p.start.Month()
	if months, _ := rule.Get("byMonth"); months != nil {
		if list, ok := months.([]any); ok && len(list) == 1 {
			if n, ok := list[0].(float64); ok && n >= 0 && n < 12 {
				p.month = time.Month(n) + 1
			}
		}
	}
	if days, _ := rule.Get("byDay"); days != nil {
		if list, ok := days.([]any); ok && len(list) == 1 {
			o, _ := list[0].(*node.Object)
			day, _ := o.Get("day")
			nth, _ := o.Get(icsNth)
			n, _ := nth.(float64)
			p.weekday = slices.Index([]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}, fields.Text(day))
			if p.nth = int(n); p.nth == 0 || p.nth < -5 || p.nth > 5 {
				p.weekday = -1
			}
		}
	}
	until, _ := rule.Get("until")
	limit, _ := until.(*node.Object)
	last, _ := limit.Get("date")
	if d, ok := last.(node.Date); ok && !math.IsNaN(float64(d)) {
		p.until = time.UnixMilli(int64(d)).UTC()
	}
	return p, true
}

var offsetDigits = regexp.MustCompile(`^([+-])(\d{2})(\d{2})?(\d{2})?$`)

// utcOffset reads +0130.
func utcOffset(text string) (time.Duration, bool) {
	m := offsetDigits.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n := func(i int) time.Duration { return time.Duration(max(fields.Number(m[i]), 0)) }
	d := n(2)*time.Hour + n(3)*time.Minute + n(4)*time.Second
	if m[1] == "-" {
		d = -d
	}
	return d.Truncate(time.Minute), true
}

// begins is when the part begins in a year; ok is false when it does not.
func (p icsZonePart) begins(year int) (t time.Time, ok bool) {
	if !p.yearly {
		return p.start, year == p.start.Year()
	}
	hour, minute, second := p.start.Clock()
	at := func(month time.Month, day int) time.Time {
		return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	}
	switch {
	case p.weekday < 0:
		t = at(p.month, p.start.Day())
	case p.nth > 0:
		first := at(p.month, 1)
		t = first.AddDate(0, 0, (p.weekday-int(first.Weekday())+7)%7+7*(p.nth-1))
	default:
		last := at(p.month+1, 0)
		t = last.AddDate(0, 0, -((int(last.Weekday())-p.weekday+7)%7 + 7*(-p.nth-1)))
	}
	return t, !t.Before(p.start) && (p.until.IsZero() || !t.Add(-p.from).After(p.until))
}

// offset is that of the part that began last before a local time; before the first one, what held until then.
func (z icsZone) offset(local time.Time) time.Duration {
	first := slices.MinFunc(z.parts, func(a, b icsZonePart) int { return a.start.Compare(b.start) })
	offset, since := first.from, time.Time{}
	for _, p := range z.parts {
		last := local.Year()
		if !p.until.IsZero() {
			last = min(last, p.until.Year()+1)
		}
		if !p.yearly {
			last = min(last, p.start.Year())
		}
		// A year in which the part does not begin is rare: the last of a rule, or a fifth Sunday.
		for year := last; year >= max(p.start.Year(), last-10); year-- {
			t, ok := p.begins(year)
			if !ok || t.After(local) {
				continue
			}
			if !t.Before(since) {
				offset, since = p.to, t
			}
			break
		}
	}
	return offset
}
