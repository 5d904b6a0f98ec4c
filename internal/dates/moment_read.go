package dates

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// momentDate is what a text says about a date.
type momentDate struct {
	parts   [7]momentPart // the parts of a date by the constants below
	ordinal momentPart    // the day of the year
	week    map[string]int
	offset  momentPart // minutes east of UTC
	ms      float64    // a point in time, if hasMs
	hasMs   bool
	half    byte // 'a' or 'p'
	half12  bool // the hour was one of twelve
	era     byte // 'a' or 'b', Anno Domini or before Christ
	wrong   bool // a word is no month or no day
}

// momentPart is a number, if it was there.
type momentPart struct {
	n   int
	has bool
}

func (p *momentPart) set(n int) { *p = momentPart{n, true} }

func (p momentPart) or(n int) int {
	if p.has {
		return p.n
	}
	return n
}

// The indexes of momentDate.parts; January is month 0.
const (
	momentYear = iota
	momentMonth
	momentDay
	momentHour
	momentMinute
	momentSecond
	momentMs
)

// momentRead is how a token of moment is read: loosely, and strictly (nil is as loosely).
type momentRead struct {
	loose, strict *regexp.Regexp
	read          func(d *momentDate, text string, strict bool)
}

// momentReads are the tokens that moment reads, in English. Others stand for themselves.
var momentReads = sync.OnceValue(func() map[string]momentRead { //nolint:gochecknoglobals // a constant
	reads := map[string]momentRead{}
	add := func(tokens, loose, strict string, read func(*momentDate, string, bool)) {
		r := momentRead{loose: regexp.MustCompile(`(?i)` + loose), read: read}
		if r.strict = r.loose; strict != "" {
			r.strict = regexp.MustCompile(`(?i)` + strict)
		}
		for token := range strings.FieldsSeq(tokens) {
			reads[token] = r
		}
	}
	part := func(i int) func(*momentDate, string, bool) {
		return func(d *momentDate, text string, _ bool) { d.parts[i].set(momentInt(text)) }
	}
	week := func(key string) func(*momentDate, string, bool) {
		return func(d *momentDate, text string, _ bool) { d.week[key] = momentInt(text) }
	}
	shortWeekYear := func(key string) func(*momentDate, string, bool) {
		return func(d *momentDate, text string, _ bool) { d.week[key] = shortYear(text) }
	}
	const (
		oneOrTwo, two = `\d\d?`, `\d\d`
		noZero        = `^[1-9]\d?`
		zero          = `^(?:[1-9]\d|\d)`
		upToSix, six  = `[+-]?\d{1,6}`, `[+-]?\d{6}`
		// A name may be any word, with digits before it.
		word = `[0-9]{0,256}['a-z\x{A0}-\x{5FF}\x{700}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FF07}\x{FF10}-\x{FFEF}]{1,256}`
	)
	add("Y", `[+-]?\d+`, "", part(momentYear))
	add("YY", oneOrTwo, two, func(d *momentDate, text string, _ bool) { d.parts[momentYear].set(shortYear(text)) })
	add("YYYY", `\d{1,4}`, `\d{4}`, func(d *momentDate, text string, _ bool) {
		if d.parts[momentYear].set(momentInt(text)); len(text) == 2 {
			d.parts[momentYear].set(shortYear(text))
		}
	})
	add("YYYYY YYYYYY", upToSix, six, part(momentYear))
	add("y yy yyy yyyy yo", `\d+`, "", part(momentYear))
	add("N NN NNN NNNNN", `^(?:AD|BC)`, "", func(d *momentDate, text string, _ bool) { d.era = text[0] | 0x20 })
	add("NNNN", `^(?:Anno Domini|Before Christ)`, "", func(d *momentDate, text string, _ bool) { d.era = text[0] | 0x20 })
	add("Q", `\d`, "", func(d *momentDate, text string, _ bool) { d.parts[momentMonth].set((momentInt(text) - 1) * 3) })
	month := func(d *momentDate, text string, _ bool) { d.parts[momentMonth].set(momentInt(text) - 1) }
	add("M", oneOrTwo, noZero, month)
	add("MM", oneOrTwo, two, month)
	add("MMM", word, "", named(shortMonths, longMonths, 3, func(d *momentDate, i int) { d.parts[momentMonth].set(i) }))
	add("MMMM", word, "", named(longMonths, longMonths, 3, func(d *momentDate, i int) { d.parts[momentMonth].set(i) }))
	add("D", oneOrTwo, noZero, part(momentDay))
	add("DD", oneOrTwo, two, part(momentDay))
	add("Do", `\d\d?(?:th|st|nd|rd)?`, `\d\d?(?:th|st|nd|rd)`, func(d *momentDate, text string, _ bool) {
		d.parts[momentDay].set(momentInt(strings.TrimRight(strings.ToLower(text), "stndrh")))
	})
	ordinal := func(d *momentDate, text string, _ bool) { d.ordinal.set(momentInt(text)) }
	add("DDD", `\d{1,3}`, "", ordinal)
	add("DDDD", `\d{3}`, "", ordinal)
	for _, key := range []string{"d", "e", "E"} {
		add(key, oneOrTwo, "", week(key))
	}
	onDay := func(d *momentDate, i int) { d.week["d"] = i }
	add("dd", word, "", named(`Su|Mo|Tu|We|Th|Fr|Sa`, sundayWeekdays, 2, onDay))
	add("ddd", word, "", named(`Sun|Mon|Tue|Wed|Thu|Fri|Sat`, sundayWeekdays, 2, onDay))
	add("dddd", word, "", named(sundayWeekdays, sundayWeekdays, 2, onDay))
	add("w", oneOrTwo, noZero, week("w"))
	add("ww", oneOrTwo, two, week("w"))
	add("W", oneOrTwo, noZero, week("W"))
	add("WW", oneOrTwo, two, week("W"))
	for _, key := range []string{"gg", "GG"} {
		add(key, oneOrTwo, two, shortWeekYear(key))
		add(key+key, `\d{1,4}`, `\d{4}`, week(key))
		add(key+key+key[:1], upToSix, six, week(key))
	}
	add("a A", `[ap]\.?m?\.?`, "", func(d *momentDate, text string, _ bool) { d.half = text[0] | 0x20 })
	add("H", oneOrTwo, zero, part(momentHour))
	add("HH", oneOrTwo, two, part(momentHour))
	hour12 := func(d *momentDate, text string, _ bool) { d.parts[momentHour].set(momentInt(text)); d.half12 = true }
	add("h", oneOrTwo, noZero, hour12)
	add("hh", oneOrTwo, two, hour12)
	hour24 := func(d *momentDate, text string, _ bool) {
		if d.parts[momentHour].set(momentInt(text)); d.parts[momentHour].n == 24 {
			d.parts[momentHour].n = 0
		}
	}
	add("k", oneOrTwo, noZero, hour24)
	add("kk", oneOrTwo, two, hour24)
	add("eHHmm", `\d{5,6}`, "", func(d *momentDate, text string, strict bool) {
		at := len(text) - 4
		week("e")(d, text[:at], strict)
		d.parts[momentHour].set(momentInt(text[at : at+2]))
		d.parts[momentMinute].set(momentInt(text[at+2:]))
	})
	// run reads the hour and what follows it in pairs of digits.
	run := func(pairs int, hour12 bool) func(*momentDate, string, bool) {
		return func(d *momentDate, text string, _ bool) {
			at := len(text) - 2*pairs
			d.parts[momentHour].set(momentInt(text[:at]))
			for i := range pairs {
				d.parts[momentMinute+i].set(momentInt(text[at+2*i : at+2*i+2]))
			}
			d.half12 = d.half12 || hour12
		}
	}
	add("hmm", `\d{3,4}`, "", run(1, true))
	add("hmmss", `\d{5,6}`, "", run(2, true))
	add("Hmm", `\d{3,4}`, "", run(1, false))
	add("Hmmss", `\d{5,6}`, "", run(2, false))
	add("m", oneOrTwo, zero, part(momentMinute))
	add("mm", oneOrTwo, two, part(momentMinute))
	add("s", oneOrTwo, zero, part(momentSecond))
	add("ss", oneOrTwo, two, part(momentSecond))
	for i := 1; i <= 9; i++ {
		loose, strict := `\d{1,3}`, `\d{`+strconv.Itoa(i)+`}`
		if i > 3 {
			loose, strict = `\d+`, ""
		}
		add(strings.Repeat("S", i), loose, strict, func(d *momentDate, text string, _ bool) {
			d.parts[momentMs].set(int(decimal("0."+text) * 1000))
		})
	}
	add("Z ZZ", `Z|[+-]\d\d(?::?\d\d)?`, "", func(d *momentDate, text string, _ bool) {
		if d.offset.set(0); len(text) > 1 {
			minutes := momentInt(text[1:3]) * 60
			if len(text) > 3 {
				minutes += momentInt(text[len(text)-2:])
			}
			if text[0] == '-' {
				minutes = -minutes
			}
			d.offset.set(minutes)
		}
	})
	at := func(unit float64) func(*momentDate, string, bool) {
		return func(d *momentDate, text string, _ bool) { d.ms, d.hasMs = decimal(text)*unit, true }
	}
	add("X", `[+-]?\d+(?:\.\d{1,3})?`, "", at(1000))
	add("x", `[+-]?\d+`, "", at(1))
	return reads
})

const (
	shortMonths    = `Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec`
	longMonths     = `January|February|March|April|May|June|July|August|September|October|November|December`
	sundayWeekdays = `Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday`
)

// named reads a word that is one of strict's names, or loosely one that begins as one of loose's does, with so many letters.
func named(strict, loose string, letters int, read func(*momentDate, int)) func(*momentDate, string, bool) {
	names, beginnings := strings.Split(strict, "|"), strings.Split(loose, "|")
	return func(d *momentDate, text string, isStrict bool) {
		i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, text) })
		if !isStrict {
			i = slices.IndexFunc(beginnings, func(name string) bool {
				return len(text) >= letters && strings.EqualFold(text[:letters], name[:letters])
			})
		}
		if i < 0 {
			d.wrong = true
			return
		}
		read(d, i)
	}
}

// momentInt is a number of digits, with a sign or none; one that is far too large for a date stays so.
func momentInt(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n > 1e9 || n < -1e9 {
		return 1e9
	}
	return n
}

func decimal(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

func shortYear(text string) int {
	if n := momentInt(text); n > 68 {
		return n + 1900
	}
	return momentInt(text) + 2000
}

var momentBrackets = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`\[([^\]\[]*)\]`)
})

// FromMoment reads a date as moment does with a format in English: strictly, or as well as it goes. What the text does not say is
// now's (its day in UTC), or the least where something larger was said. A date without an offset is in the given zone. ok is false
// for what is no date.
func FromMoment(text, format string, strict bool, zone *time.Location, now time.Time) (t time.Time, ok bool) {
	d := momentDate{week: map[string]int{}}
	used, left := false, false
	for _, token := range momentTokensOf(format) {
		read, isRead := momentReads()[token]
		_, isToken := momentTokens[token]
		isToken = isToken || isRead
		var at, end int
		switch {
		case !isRead:
			literal := momentBrackets().ReplaceAllString(strings.Replace(token, `\`, "", 1), "$1")
			if at = strings.Index(text, literal); literal == "" {
				at = -1
			}
			end = at + len(literal)
		case strict:
			at, end = find(read.strict, text)
		default:
			at, end = find(read.loose, text)
		}
		if at < 0 {
			left = left || strict
			continue
		}
		if used = used || isToken; isRead {
			read.read(&d, text[at:end], strict)
		}
		left = left || at > 0
		text = text[end:]
	}
	if left = left || text != ""; d.wrong || !used || strict && left {
		return time.Time{}, false
	}
	if hour := d.parts[momentHour]; strict && d.half12 && (hour.n < 1 || hour.n > 12) {
		return time.Time{}, false
	}
	t, shifts, ok := d.time(now.UTC())
	if ok && shifts && format != "X" && format != "x" {
		t = momentWall(t, zone)
	}
	return t.In(zone), ok && IsValid(t)
}

// find is where a text matches; -1 is nowhere, or without a letter of it.
func find(re *regexp.Regexp, text string) (at, end int) {
	if m := re.FindStringIndex(text); m != nil && m[1] > m[0] {
		return m[0], m[1]
	}
	return -1, 0
}

// momentWall is the point in time at which the clocks of a zone show what those of UTC show at t: the first where they show it twice,
// as if they had not been put forward where they never do.
func momentWall(t time.Time, zone *time.Location) time.Time {
	before, after := offsetIn(zone, t.Add(-24*time.Hour)), offsetIn(zone, t.Add(24*time.Hour))
	if at := t.Add(-after); offsetIn(zone, t.Add(-before)) != before && offsetIn(zone, at) == after {
		return at
	}
	return t.Add(-before)
}

func offsetIn(zone *time.Location, t time.Time) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// time is the date that was read, in UTC. shifts is that it says nothing of its offset.
func (d *momentDate) time(now time.Time) (t time.Time, shifts, ok bool) {
	if d.hasMs {
		if !(math.Abs(d.ms) <= 8.64e15) {
			return time.Time{}, false, false
		}
		return time.UnixMilli(int64(d.ms)).UTC(), !d.offset.has, true
	}
	hour := &d.parts[momentHour]
	switch {
	case d.half == 'p' && hour.has && hour.n < 12:
		hour.n += 12
	case d.half == 'a' && hour.n == 12:
		hour.n = 0
	case d.half != 0 && !slices.ContainsFunc(d.parts[:], func(p momentPart) bool { return p.has }):
		return time.Time{}, false, false
	}
	if year := &d.parts[momentYear]; d.era != 0 {
		if year.set(year.or(1)); d.era == 'b' {
			year.n = 1 - year.n
		}
	}
	if len(d.week) > 0 && !d.parts[momentDay].has && !d.parts[momentMonth].has && !d.dayOfWeek(now) {
		return time.Time{}, false, false
	}
	if d.ordinal.has {
		year := d.parts[momentYear].or(now.Year())
		day := time.Date(year, 1, d.ordinal.n, 0, 0, 0, 0, time.UTC)
		if d.ordinal.n < 1 || day.Year() != year {
			return time.Time{}, false, false
		}
		d.parts[momentMonth].set(int(day.Month()) - 1)
		d.parts[momentDay].set(day.Day())
	}
	today := [...]int{now.Year(), int(now.Month()) - 1, now.Day()}
	defaults := [len(d.parts)]int{momentDay: 1}
	smaller := false // than one that was there
	for i := range d.parts {
		p := &d.parts[i]
		if smaller = smaller || p.has || i > momentDay; !smaller {
			p.n = today[i]
		} else if !p.has {
			p.n = defaults[i]
		}
	}
	a := d.parts
	t = time.Date(a[momentYear].n, time.Month(a[momentMonth].n+1), a[momentDay].n, a[momentHour].n, a[momentMinute].n, a[momentSecond].n,
		a[momentMs].n*int(time.Millisecond), time.UTC)
	clock := a[momentHour].n < 24 || a[momentHour].n == 24 && a[momentMinute].n == 0 && a[momentSecond].n == 0 && a[momentMs].n == 0
	ok = a[momentYear].n < 1e6 && a[momentYear].n > -1e6 && a[momentMonth].n >= 0 && a[momentMonth].n < 12 && a[momentDay].n >= 1 &&
		a[momentDay].n <= daysIn(a[momentYear].n, a[momentMonth].n+1) && clock && a[momentMinute].n < 60 && a[momentSecond].n < 60
	if weekday, has := d.week["d"]; has && weekday != sunday(t) {
		ok = false
	}
	return t.Add(-time.Duration(d.offset.n) * time.Minute), !d.offset.has, ok
}

// dayOfWeek sets the year and its day by what was said of a week, as ISO counts it where one of its parts was there, else from Sunday.
// It is false where there is no such day.
func (d *momentDate) dayOfWeek(now time.Time) bool {
	get := func(key string, otherwise int) int {
		if n, has := d.week[key]; has {
			return n
		}
		return otherwise
	}
	has := func(key string) bool { _, has := d.week[key]; return has }
	var year, weeks, number, weekday int // weekday from 0, the first of a week
	var first time.Time
	if has("GG") || has("W") || has("E") {
		year = get("GG", d.parts[momentYear].or(WeekYear(now)))
		if year > 1e6 || year < -1e6 {
			return false
		}
		number, weekday = get("W", 1), get("E", 1)-1
		first = firstMonday(year)
		weeks = int(firstMonday(year+1).Sub(first).Hours() / 24 / 7)
	} else {
		year = get("gg", d.parts[momentYear].or(weekYear(now)))
		if year > 1e6 || year < -1e6 {
			return false
		}
		number, weekday = get("w", week(now)), get("d", get("e", 0))
		first = firstSunday(year)
		weeks = int(firstSunday(year+1).Sub(first).Hours() / 24 / 7)
	}
	if number < 1 || number > weeks || weekday < 0 || weekday > 6 {
		return false
	}
	day := first.AddDate(0, 0, 7*(number-1)+weekday)
	d.parts[momentYear].set(day.Year())
	d.ordinal.set(day.YearDay())
	return true
}

// firstSunday is the begin of the week of January 1.
func firstSunday(year int) time.Time {
	first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, -sunday(first))
}

// momentISO are the forms of ISO 8601 that moment knows: the date, what is before the time, the time, its offset.
var momentISO = sync.OnceValue(func() [2]*regexp.Regexp { //nolint:gochecknoglobals // a constant
	const zone = `([+-]\d\d(?::?\d\d)?|\s*Z)?`
	return [...]*regexp.Regexp{
		regexp.MustCompile(`^\s*((?:[+-]\d{6}|\d{4})-(?:\d\d-\d\d|W\d\d-\d|W\d\d|\d\d\d|\d\d))(?:(T| )(\d\d(?::\d\d(?::\d\d(?:[.,]\d+)?)?)?)` +
			zone + `)?$`),
		regexp.MustCompile(`^\s*((?:[+-]\d{6}|\d{4})(?:\d\d\d\d|W\d\d\d|W\d\d|\d\d\d|\d\d|))(?:(T| )(\d\d(?:\d\d(?:\d\d(?:[.,]\d+)?)?)?)` +
			zone + `)?$`),
	}
})

// momentISODates are the formats of the date's forms; those that end with a blank can't have a time.
var momentISODates = sync.OnceValue(func() []momentForm { //nolint:gochecknoglobals // a constant
	var forms []momentForm
	for _, f := range [...][2]string{
		{"YYYYYY-MM-DD", `[+-]\d{6}-\d\d-\d\d`},
		{"YYYY-MM-DD", `\d{4}-\d\d-\d\d`},
		{"GGGG-[W]WW-E", `\d{4}-W\d\d-\d`},
		{"GGGG-[W]WW ", `\d{4}-W\d\d`},
		{"YYYY-DDD", `\d{4}-\d{3}`},
		{"YYYY-MM ", `\d{4}-\d\d`},
		{"YYYYYYMMDD", `[+-]\d{10}`},
		{"YYYYMMDD", `\d{8}`},
		{"GGGG[W]WWE", `\d{4}W\d{3}`},
		{"GGGG[W]WW ", `\d{4}W\d\d`},
		{"YYYYDDD", `\d{7}`},
		{"YYYYMM ", `\d{6}`},
		{"YYYY ", `\d{4}`},
	} {
		forms = append(forms, momentForm{f[0], regexp.MustCompile(f[1])})
	}
	return forms
})

// momentForm is how a text looks that has a format.
type momentForm struct {
	format string
	form   *regexp.Regexp
}

// momentISOTimes are the formats of the time's forms by their lengths, without a fraction.
var momentISOTimes = map[int]string{8: "HH:mm:ss", 5: "HH:mm", 6: "HHmmss", 4: "HHmm", 2: "HH"}

// momentISOFormat is the format of a date of ISO 8601; ok is false where it is none.
func momentISOFormat(text string) (format string, ok bool) {
	m := momentISO()[0].FindStringSubmatch(text)
	if m == nil {
		m = momentISO()[1].FindStringSubmatch(text)
	}
	if m == nil {
		return "", false
	}
	i := slices.IndexFunc(momentISODates(), func(f momentForm) bool { return f.form.MatchString(m[1]) })
	format, noTime := strings.CutSuffix(momentISODates()[i].format, " ")
	if m[3] == "" {
		return format, true
	}
	clock, fraction := m[3], ""
	if i := strings.IndexAny(clock, ".,"); i >= 0 {
		clock, fraction = clock[:i], clock[i:i+1]+"SSSS"
	}
	format += m[2] + momentISOTimes[len(clock)] + fraction
	if m[4] != "" {
		format += "Z"
	}
	return format, !noTime
}

var momentRFC = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s)?(\d{1,2})\s(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s` +
		`(\d{2,4})\s(\d\d):(\d\d)(?::(\d\d))?\s(?:(UT|GMT|[ECMP][SD]T)|([Zz])|([+-]\d{4}))$`)
})

// momentRFC2822 reads a date of a mail, whose parts may be out of their ranges. matched is that the text is one, ok that its weekday
// is right.
func momentRFC2822(text string) (t time.Time, matched, ok bool) {
	text = strings.TrimSpace(luxonForms().rfcSpaces.ReplaceAllString(luxonForms().rfcComment.ReplaceAllString(text, " "), " "))
	m := momentRFC().FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false, false
	}
	year := momentInt(m[4])
	if year <= 49 {
		year += 2000
	} else if year <= 999 {
		year += 1900
	}
	day := time.Date(year, time.Month(monthNames[strings.ToLower(m[3])]), momentInt(m[2]), 0, 0, 0, 0, time.UTC)
	if m[1] != "" && !strings.HasPrefix(day.Weekday().String(), m[1]) {
		return time.Time{}, true, false
	}
	minutes := zoneNames[strings.ToLower(m[8])] * 60
	if m[10] != "" {
		n := momentInt(m[10][1:])
		if minutes = n/100*60 + n%100; m[10][0] == '-' {
			minutes = -minutes
		}
	}
	second, _ := strconv.Atoi(m[7])
	return day.Add(time.Duration(momentInt(m[5]))*time.Hour + time.Duration(momentInt(m[6])-minutes)*time.Minute +
		time.Duration(second)*time.Second), true, true
}

var momentASPNet = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`(?i)^/?Date\((-?\d+)`)
})

// ParseMoment reads a date as moment does without a format: by its forms of ISO 8601 and RFC 2822, else as JavaScript's
// Date.parse. A date without an offset is in the given zone, one that only Date.parse knows in UTC; nil is a zone that was not
// asked for: UTC. ok is false for what is no date.
func ParseMoment(text string, zone *time.Location) (t time.Time, ok bool) {
	suffix := " UTC"
	if zone == nil {
		zone, suffix = time.UTC, ""
	}
	if m := momentASPNet().FindStringSubmatch(text); m != nil {
		ms := decimal(m[1])
		return time.UnixMilli(int64(max(-1e16, min(1e16, ms)))).In(zone), math.Abs(ms) <= 8.64e15
	}
	if format, ok := momentISOFormat(text); ok {
		return FromMoment(text, format, false, zone, time.Unix(0, 0))
	}
	if t, matched, ok := momentRFC2822(text); matched {
		return t.In(zone), ok && IsValid(t)
	}
	ms := Parse(text+suffix, time.UTC)
	if math.IsNaN(ms) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(ms)).In(zone), true
}
