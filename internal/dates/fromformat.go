package dates

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// reading is what the text of a token says about a date.
type reading struct {
	parts
	// set says which parts were there, by their letters (y, M, d, h, m, s).
	set            map[byte]bool
	afternoon      int // 1 AM, 2 PM
	weekday        int // Monday is 1
	ordinal        int
	quarter        int
	beforeChrist   bool
	unix           float64
	hasUnix, wrong bool
}

func (r *reading) put(part byte, at *int, n int) {
	*at = n
	r.set[part] = true
}

// readToken is how a token is read: the form of its text, and what that means.
type readToken struct {
	form string
	read func(r *reading, text string)
}

func readYear(r *reading, text string) {
	year := signed(text)
	if len(text) == 2 {
		year = century(2000 + year)
	}
	r.put('y', &r.year, year)
}

func signed(text string) int {
	n := number(strings.TrimLeft(text, "+-"), 0)
	if strings.HasPrefix(text, "-") {
		return -n
	}
	return n
}

func readMonth(r *reading, text string)  { r.put('M', &r.month, number(text, 0)) }
func readDay(r *reading, text string)    { r.put('d', &r.day, number(text, 0)) }
func readHour(r *reading, text string)   { r.put('h', &r.hour, number(text, 0)) }
func readMinute(r *reading, text string) { r.put('m', &r.minute, number(text, 0)) }
func readSecond(r *reading, text string) { r.put('s', &r.second, number(text, 0)) }
func readOrdinal(r *reading, text string) {
	r.ordinal = number(text, 0)
	r.wrong = r.wrong || r.ordinal == 0
}

func readQuarter(r *reading, text string) {
	r.quarter = number(text, 0)
	r.wrong = r.wrong || r.quarter == 0
}
func readMillis(r *reading, text string) { r.nano = number(text, 0) * int(time.Millisecond) }
func readFraction(r *reading, text string) {
	r.nano = number((text + "000")[:3], 0) * int(time.Millisecond)
}

func readMonthName(r *reading, text string) {
	r.put('M', &r.month, monthNames[strings.ToLower(text[:3])])
}

func readWeekday(r *reading, text string) {
	if len(text) == 1 {
		r.weekday = number(text, 0)
		r.wrong = r.wrong || r.weekday == 0 || r.weekday > 7
		return
	}
	r.weekday = 1 + strings.Index("montuewedthufrisatsun", strings.ToLower(text[:3]))/3
}

func readHalf(r *reading, text string) {
	r.afternoon = 1
	if text[0]|0x20 == 'p' {
		r.afternoon = 2
	}
}

func readOffset(r *reading, text string) {
	hours, minutes := text[:min(len(text), 3)], ""
	if before, after, ok := strings.Cut(text, ":"); ok {
		hours, minutes = before, after
	} else if len(text) > 3 {
		minutes = text[3:]
	}
	r.zone = offsetZone(hours, minutes)
}

func readZone(r *reading, text string) {
	zone, err := time.LoadLocation(text)
	if r.zone = zone; err != nil || text == "Local" {
		r.zone, r.wrong = time.UTC, true
	}
}

const (
	shortMonths   = `Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec`
	longMonths    = `January|February|March|April|May|June|July|August|September|October|November|December`
	shortWeekdays = `Mon|Tue|Wed|Thu|Fri|Sat|Sun`
	longWeekdays  = `Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday`
)

// luxonTokens are the tokens of Luxon's fromFormat in English; nil forms are tokens that are not read here.
var luxonTokens = map[string]readToken{
	"y": {`[+-]?\d{1,6}`, readYear}, "yy": {`\d{2,4}`, readYear}, "yyyy": {`\d{4}`, readYear}, "yyyyy": {`[+-]?\d{4,6}`, readYear},
	"yyyyyy": {`[+-]?\d{6}`, readYear},
	"M":      {`\d{1,2}`, readMonth}, "MM": {`\d{2}`, readMonth}, "MMM": {shortMonths, readMonthName}, "MMMM": {longMonths, readMonthName},
	"L": {`\d{1,2}`, readMonth}, "LL": {`\d{2}`, readMonth}, "LLL": {shortMonths, readMonthName}, "LLLL": {longMonths, readMonthName},
	"d": {`\d{1,2}`, readDay}, "dd": {`\d{2}`, readDay}, "o": {`\d{1,3}`, readOrdinal}, "ooo": {`\d{3}`, readOrdinal},
	"H": {`\d{1,2}`, readHour}, "HH": {`\d{2}`, readHour}, "h": {`\d{1,2}`, readHour}, "hh": {`\d{2}`, readHour},
	"m": {`\d{1,2}`, readMinute}, "mm": {`\d{2}`, readMinute}, "s": {`\d{1,2}`, readSecond}, "ss": {`\d{2}`, readSecond},
	"q": {`\d{1,2}`, readQuarter}, "qq": {`\d{2}`, readQuarter},
	"S": {`\d{1,3}`, readMillis}, "SSS": {`\d{3}`, readMillis}, "u": {`\d{1,9}`, readFraction}, "uu": {`\d{1,2}`, readFraction},
	"uuu": {`\d`, readFraction}, "a": {`AM|PM`, readHalf},
	"G": {`BC|AD`, func(r *reading, text string) { r.beforeChrist = text[0]|0x20 == 'b' }}, "GG": {},
	"E": {`\d`, readWeekday}, "c": {`\d`, readWeekday}, "EEE": {shortWeekdays, readWeekday}, "ccc": {shortWeekdays, readWeekday},
	"EEEE": {longWeekdays, readWeekday}, "cccc": {longWeekdays, readWeekday},
	"Z": {`[+-]\d{1,2}(?::\d{2})?`, readOffset}, "ZZ": {`[+-]\d{1,2}(?::\d{2})?`, readOffset}, "ZZZ": {`[+-]\d{1,2}(?:\d{2})?`, readOffset},
	"z": {`[a-z_+\-/]{1,256}?`, readZone},
	"W": {}, "WW": {}, "kk": {}, "kkkk": {}, "ii": {}, "iiii": {}, "n": {}, "nn": {},
}

// luxonMacros are the tokens that stand for others.
var luxonMacros = map[string]string{
	"D": "M/d/yyyy", "DD": "LLL d, yyyy", "DDD": "LLLL d, yyyy", "DDDD": "EEEE, LLLL d, yyyy", "t": "h:mm a", "tt": "h:mm:ss a",
	"T": "HH:mm", "TT": "HH:mm:ss", "f": "M/d/yyyy, h:mm a", "ff": "LLL d, yyyy, h:mm a", "F": "M/d/yyyy, h:mm:ss a",
	"FF": "LLL d, yyyy, h:mm:ss a",
}

// FromFormat reads a date as Luxon's fromFormat does in English. What the text does not say is taken from now, or is the least
// where something larger was said; a date without a zone is in that of now. matched is false where the text is otherwise than
// the format, ok where it is no date. The error says which token of the format can't be read.
func FromFormat(text, format string, now time.Time) (t time.Time, matched, ok bool, err error) {
	form, readers, err := luxonForm(format)
	if err != nil {
		return time.Time{}, false, false, err
	}
	re, err := regexp.Compile(`(?i)^` + form + `$`)
	if err != nil {
		return time.Time{}, false, false, fmt.Errorf("the format %q is too long: %w", format, err)
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false, false, nil
	}
	r := reading{set: map[byte]bool{}}
	for i, read := range readers {
		read(&r, m[i+1])
	}
	t, ok = r.time(now)
	return t, true, ok, nil
}

func luxonForm(format string) (form string, readers []func(*reading, string), err error) {
	for _, p := range formatParts(format) {
		if p.literal {
			form += regexp.QuoteMeta(p.text)
			continue
		}
		if macro, ok := luxonMacros[p.text]; ok {
			inner, more, err := luxonForm(macro)
			if err != nil {
				return "", nil, err
			}
			form, readers = form+inner, append(readers, more...)
			continue
		}
		token, ok := luxonTokens[p.text]
		switch write, isWritten := formatTokens[p.text]; {
		case ok && token.read != nil:
			form += `(` + token.form + `)`
			readers = append(readers, token.read)
		case ok, isWritten && write == nil:
			return "", nil, fmt.Errorf("the token %q of a format can't be read: use others for it", p.text)
		default:
			form += regexp.QuoteMeta(p.text)
		}
	}
	return form, readers, nil
}

// time is the date that was read.
func (r *reading) time(now time.Time) (time.Time, bool) {
	if r.zone == nil {
		r.zone = now.Location()
	}
	now = now.In(r.zone)
	switch {
	case r.afternoon == 2 && r.hour < 12:
		r.hour += 12
	case r.afternoon == 1 && r.hour == 12:
		r.hour = 0
	}
	if r.beforeChrist {
		r.year = -r.year
	}
	if r.quarter != 0 {
		r.put('M', &r.month, (r.quarter-1)*3+1)
	}
	if r.ordinal != 0 {
		if !r.set['y'] {
			r.put('y', &r.year, now.Year())
		}
		day := time.Date(r.year, 1, r.ordinal, 0, 0, 0, 0, time.UTC)
		r.wrong = r.wrong || day.Year() != r.year
		r.put('M', &r.month, int(day.Month()))
		r.put('d', &r.day, day.Day())
	}
	if r.set['y'] || r.set['M'] || r.set['d'] || r.weekday == 0 {
		r.fill(now)
	} else { // a day of this week
		day := now.AddDate(0, 0, r.weekday-Weekday(now))
		r.year, r.month, r.day = day.Year(), int(day.Month()), day.Day()
	}
	t, ok := r.parts.time()
	return t, ok && !r.wrong && (r.weekday == 0 || Weekday(t) == r.weekday)
}

// fill sets what was not read: what is larger than all that was is now's, what is smaller the least.
func (r *reading) fill(now time.Time) {
	switch {
	case r.set['y']:
		if !r.set['M'] {
			r.month = 1
		}
		if !r.set['d'] {
			r.day = 1
		}
		return
	case r.set['M']:
		if !r.set['d'] {
			r.day = 1
		}
	case r.set['d']:
		r.month = int(now.Month())
	default:
		r.month, r.day = int(now.Month()), now.Day()
	}
	r.year = now.Year()
}
