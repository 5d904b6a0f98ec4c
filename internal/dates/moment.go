package dates

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ParseMoment reads a date as moment does without a format: by its forms of ISO 8601 and RFC 2822, else as JavaScript's
// Date.parse. A date without a zone is in the given one, one that only Date.parse knows in UTC. ok is false for what is no date.
func ParseMoment(text string, zone *time.Location) (t time.Time, ok bool) {
	now := time.Unix(0, 0).In(zone)
	forms := luxonForms()
	for _, form := range []*regexp.Regexp{forms.isoYmd, forms.isoWeek, forms.isoOrdinal} {
		if form.MatchString(text) && !strings.Contains(text, "[") { // names of zones are Luxon's alone
			return fromISO(text, now)
		}
	}
	if forms.sqlYmd.MatchString(text) {
		return fromSQL(text, now)
	}
	if t, ok := fromRFC2822(text, now); ok {
		return t, true
	}
	ms := Parse(text, time.UTC)
	if math.IsNaN(ms) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(ms)).In(zone), true
}

// momentFormat finds the tokens of moment's formats: texts in brackets, escaped letters, and tokens.
var momentFormat = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`\[[^\[]*?\]|\\.|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do|w[ow]?|W[oW]?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|Y|` +
		`gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|Hmmss|Hmm|hmmss|hmm|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|LTS|LT|LL?L?L?|l{1,4}|(?s:.)`)
})

// momentMacros are the tokens that stand for others.
var momentMacros = map[string]string{
	"LTS": "h:mm:ss A", "LT": "h:mm A", "L": "MM/DD/YYYY", "LL": "MMMM D, YYYY", "LLL": "MMMM D, YYYY h:mm A",
	"LLLL": "dddd, MMMM D, YYYY h:mm A", "l": "M/D/YYYY", "ll": "MMM D, YYYY", "lll": "MMM D, YYYY h:mm A", "llll": "ddd, MMM D, YYYY h:mm A",
}

// Moment writes a date as moment's format does in English. In UTC the name of the zone (z) is named if the date was moved there,
// else empty: named says which.
func Moment(t time.Time, format string, named bool) string {
	var b strings.Builder
	for _, token := range momentFormat().FindAllString(format, -1) {
		macro, isMacro := momentMacros[token]
		write, isToken := momentTokens[token]
		switch {
		case isMacro:
			b.WriteString(Moment(t, macro, named))
		case isToken:
			b.WriteString(write(t))
		case token == "z" || token == "zz":
			if named {
				b.WriteString(t.Format("MST"))
			}
		case strings.HasPrefix(token, "[") && len(token) > 1:
			b.WriteString(token[1 : len(token)-1])
		case strings.HasPrefix(token, `\`) && len(token) > 1:
			b.WriteString(token[1:])
		case strings.HasPrefix(token, "S"):
			b.WriteString(fmt.Sprintf("%09d", t.Nanosecond())[:len(token)])
		default:
			b.WriteString(token)
		}
	}
	return b.String()
}

// ordinalOf writes a part with its English ending: 1st, 22nd.
func ordinalOf(part func(time.Time) int) func(time.Time) string {
	return func(t time.Time) string { n := part(t); return strconv.Itoa(n) + ending(n) }
}

func ending(n int) string {
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

func sunday(t time.Time) int   { return int(t.Weekday()) }
func hour24(t time.Time) int   { return (t.Hour()+23)%24 + 1 }
func weekYear(t time.Time) int { return t.AddDate(0, 0, 6-sunday(t)).Year() }

// week counts weeks that begin on Sunday, from that of January 1.
func week(t time.Time) int { return (t.AddDate(0, 0, 6-sunday(t)).YearDay()-1)/7 + 1 }

// momentTokens are moment's tokens, but for fractions of seconds and names of zones.
var momentTokens = map[string]func(time.Time) string{
	"M": padded(month, 1), "Mo": ordinalOf(month), "MM": padded(month, 2), "MMM": layout("Jan"), "MMMM": layout("January"),
	"Q": padded(Quarter, 1), "Qo": ordinalOf(Quarter),
	"D": padded(time.Time.Day, 1), "Do": ordinalOf(time.Time.Day), "DD": padded(time.Time.Day, 2), "DDD": padded(time.Time.YearDay, 1),
	"DDDo": ordinalOf(time.Time.YearDay), "DDDD": padded(time.Time.YearDay, 3),
	"d": padded(sunday, 1), "do": ordinalOf(sunday), "dd": func(t time.Time) string { return t.Format("Mon")[:2] }, "ddd": layout("Mon"),
	"dddd": layout("Monday"), "e": padded(sunday, 1), "E": padded(Weekday, 1),
	"w": padded(week, 1), "wo": ordinalOf(week), "ww": padded(week, 2),
	"W": padded(WeekNumber, 1), "Wo": ordinalOf(WeekNumber), "WW": padded(WeekNumber, 2),
	"YY": layout("06"), "YYYY": padded(time.Time.Year, 4), "YYYYY": padded(time.Time.Year, 5), "Y": padded(time.Time.Year, 1),
	"YYYYYY": func(t time.Time) string { return fmt.Sprintf("%+07d", t.Year()) },
	"gg":     func(t time.Time) string { return lastTwo(weekYear(t)) }, "gggg": padded(weekYear, 4), "ggggg": padded(weekYear, 5),
	"GG": func(t time.Time) string { return lastTwo(WeekYear(t)) }, "GGGG": padded(WeekYear, 4), "GGGGG": padded(WeekYear, 5),
	"N": era("AD", "BC"), "NN": era("AD", "BC"), "NNN": era("AD", "BC"), "NNNN": era("Anno Domini", "Before Christ"), "NNNNN": era("AD", "BC"),
	"A": layout("PM"), "a": layout("pm"),
	"H": padded(time.Time.Hour, 1), "HH": padded(time.Time.Hour, 2), "h": layout("3"), "hh": layout("03"),
	"k": padded(hour24, 1), "kk": padded(hour24, 2), "hmm": layout("304"), "hmmss": layout("30405"),
	"Hmm":   func(t time.Time) string { return strconv.Itoa(t.Hour()) + t.Format("04") },
	"Hmmss": func(t time.Time) string { return strconv.Itoa(t.Hour()) + t.Format("0405") },
	"m":     padded(time.Time.Minute, 1), "mm": padded(time.Time.Minute, 2), "s": padded(time.Time.Second, 1), "ss": padded(time.Time.Second, 2),
	"Z": layout("-07:00"), "ZZ": layout("-0700"),
	"X": func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) },
	"x": func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) },
}

// momentRead is how a token of moment is read: loosely, and strictly ("" is as loosely).
type momentRead struct {
	loose, strict *regexp.Regexp
	read          func(r *reading, text string)
}

func momentToken(loose, strict string, read func(*reading, string)) momentRead {
	m := momentRead{loose: regexp.MustCompile(`(?i)` + loose), read: read}
	if m.strict = m.loose; strict != "" {
		m.strict = regexp.MustCompile(`(?i)` + strict)
	}
	return m
}

// momentWord is what a name is taken for, loosely: any word, with digits before it.
const momentWord = `[0-9]{0,256}['a-z\x{A0}-\x{5FF}\x{700}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FF07}\x{FF10}-\x{FFEF}]{1,256}`

// startingWith reads a word that begins with one of some names; any other is wrong.
func startingWith(names string, read func(*reading, string)) func(*reading, string) {
	return func(r *reading, text string) {
		for name := range strings.SplitSeq(names, "|") {
			if len(text) >= len(name) && strings.EqualFold(text[:len(name)], name) {
				read(r, text[:len(name)])
				return
			}
		}
		r.wrong = true
	}
}

// momentReads are the tokens that moment reads, in English.
var momentReads = sync.OnceValue(func() map[string]momentRead { //nolint:gochecknoglobals // a constant
	return map[string]momentRead{
		"M": momentToken(`\d\d?`, ``, readMonth), "MM": momentToken(`\d\d?`, `\d\d`, readMonth),
		"MMM":  momentToken(momentWord, `(?:`+shortMonths+`)`, startingWith(longMonths+"|"+shortMonths, readMonthName)),
		"MMMM": momentToken(momentWord, `(?:`+longMonths+`)`, startingWith(longMonths+"|"+shortMonths, readMonthName)),
		"Q":    momentToken(`\d`, ``, readQuarter),
		"D":    momentToken(`\d\d?`, ``, readDay), "DD": momentToken(`\d\d?`, `\d\d`, readDay),
		"Do":  momentToken(`\d\d?(?:st|nd|rd|th)?`, `\d\d?(?:st|nd|rd|th)`, readDayOfMonth),
		"DDD": momentToken(`\d{1,3}`, ``, readOrdinal), "DDDD": momentToken(`\d{3}`, ``, readOrdinal),
		"ddd":  momentToken(momentWord, `(?:`+shortWeekdays+`)`, startingWith(longWeekdays+"|"+shortWeekdays, readWeekday)),
		"dddd": momentToken(momentWord, `(?:`+longWeekdays+`)`, startingWith(longWeekdays+"|"+shortWeekdays, readWeekday)),
		"YY":   momentToken(`\d\d?`, `\d\d`, readShortYear), "YYYY": momentToken(`\d{1,4}`, `\d{4}`, readLongYear),
		"Y": momentToken(`[+-]?\d+`, ``, readSignedYear), "YYYYYY": momentToken(`[+-]?\d{1,6}`, `[+-]?\d{6}`, readSignedYear),
		"a": momentToken(`[ap]\.?m?\.?`, ``, readHalf), "A": momentToken(`[ap]\.?m?\.?`, ``, readHalf),
		"H": momentToken(`\d\d?`, ``, readHour), "HH": momentToken(`\d\d?`, `\d\d`, readHour),
		"h": momentToken(`\d\d?`, ``, readHour), "hh": momentToken(`\d\d?`, `\d\d`, readHour),
		"k": momentToken(`\d\d?`, ``, readHour24), "kk": momentToken(`\d\d?`, `\d\d`, readHour24),
		"m": momentToken(`\d\d?`, ``, readMinute), "mm": momentToken(`\d\d?`, `\d\d`, readMinute),
		"s": momentToken(`\d\d?`, ``, readSecond), "ss": momentToken(`\d\d?`, `\d\d`, readSecond),
		"Z": momentToken(`Z|[+-]\d\d(?::?\d\d)?`, ``, readMomentOffset), "ZZ": momentToken(`Z|[+-]\d\d(?::?\d\d)?`, ``, readMomentOffset),
		"X":         momentToken(`[+-]?\d+(?:\.\d{1,3})?`, ``, func(r *reading, text string) { r.unix, r.hasUnix = decimal(text)*1000, true }),
		"x":         momentToken(`[+-]?\d+`, ``, func(r *reading, text string) { r.unix, r.hasUnix = decimal(text), true }),
		"S":         momentToken(`\d{1,3}`, `\d{1}`, readFraction),
		"SS":        momentToken(`\d{1,3}`, `\d{2}`, readFraction),
		"SSS":       momentToken(`\d{1,3}`, `\d{3}`, readFraction),
		"SSSS":      momentToken(`\d+`, `\d{4}`, readFraction),
		"SSSSS":     momentToken(`\d+`, `\d{5}`, readFraction),
		"SSSSSS":    momentToken(`\d+`, `\d{6}`, readFraction),
		"SSSSSSS":   momentToken(`\d+`, `\d{7}`, readFraction),
		"SSSSSSSS":  momentToken(`\d+`, `\d{8}`, readFraction),
		"SSSSSSSSS": momentToken(`\d+`, `\d{9}`, readFraction),
	}
})

func readDayOfMonth(r *reading, text string) {
	readDay(r, strings.TrimRight(strings.ToLower(text), "stndrh"))
}

func readShortYear(r *reading, text string) {
	year := number(text, 0)
	if len(text) <= 2 {
		if year += 1900; year < 1969 {
			year += 100
		}
	}
	r.put('y', &r.year, year)
}

func readLongYear(r *reading, text string) {
	if len(text) == 2 {
		readShortYear(r, text)
		return
	}
	readSignedYear(r, text)
}

func readSignedYear(r *reading, text string) { r.put('y', &r.year, signed(text)) }

func readMomentOffset(r *reading, text string) {
	if r.zone = time.UTC; text[0]|0x20 != 'z' {
		readOffset(r, text)
	}
}

func readHour24(r *reading, text string) { r.put('h', &r.hour, number(text, 0)%24) }

func decimal(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// FromMoment reads a date as moment does with a format in English: strictly, or as well as it goes. What the text does not say
// is now's, or the least where something larger was said; a date without a zone is in that of now. ok is false for what is no
// date. The error says which token of the format can't be read.
func FromMoment(text, format string, strict bool, now time.Time) (t time.Time, ok bool, err error) {
	zone := now.Location()
	now = now.UTC() // today is that of UTC
	now = time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), now.Minute(), now.Second(), now.Nanosecond(), zone)
	r := reading{set: map[byte]bool{}}
	used := false
	skipped := false
	for token := range momentReadTokens(format) {
		m, isToken := momentReads()[token]
		if _, isWritten := momentTokens[token]; !isToken && isWritten {
			return time.Time{}, false, fmt.Errorf("the token %q of a format can't be read: use others for it", token)
		}
		var at []int
		switch literal := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(token, `\`), "["), "]"); {
		case !isToken:
			if i := strings.Index(text, literal); i >= 0 && literal != "" {
				at = []int{i, i + len(literal)}
			}
		case strict:
			at = m.strict.FindStringIndex(text)
		default:
			at = m.loose.FindStringIndex(text)
		}
		if at == nil || at[0] == at[1] {
			r.wrong = r.wrong || strict && isToken
			continue
		}
		skipped = skipped || at[0] > 0
		if isToken {
			m.read(&r, text[at[0]:at[1]])
			used = true
		}
		text = text[at[1]:]
	}
	if r.wrong || !used || strict && (skipped || text != "") {
		return time.Time{}, false, nil
	}
	if r.hasUnix {
		if !(math.Abs(r.unix) <= 8.64e15) {
			return time.Time{}, false, nil
		}
		return time.UnixMilli(int64(r.unix)).In(now.Location()), true, nil
	}
	t, ok = r.time(now)
	return t.In(now.Location()), ok, nil
}

// momentReadTokens are the tokens of a format, with what they stand for in their place.
func momentReadTokens(format string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, token := range momentFormat().FindAllString(format, -1) {
			if macro, ok := momentMacros[token]; ok {
				for _, inner := range momentFormat().FindAllString(macro, -1) {
					if !yield(inner) {
						return
					}
				}
			} else if !yield(token) {
				return
			}
		}
	}
}

// AddMoment moves a date as moment does: days and what is larger by the calendar in whole numbers, the rest by the clock.
func AddMoment(t time.Time, by Amounts) time.Time {
	round := func(f float64) float64 {
		if f < 0 {
			return -math.Floor(0.5 - f)
		}
		return math.Floor(f + 0.5)
	}
	months := round(by[0]*12 + by[1]*3 + by[2])
	days := round(by[4] + by[3]*7)
	t = Add(t, Amounts{2: months})
	t = Add(t, Amounts{4: days})
	return Add(t, Amounts{5: by[5], 6: by[6], 7: by[7], 8: by[8]})
}
