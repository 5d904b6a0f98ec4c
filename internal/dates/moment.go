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

// momentFormat finds the tokens of moment's formats: texts in brackets, escaped tokens, and tokens. What ends a line is none.
var momentFormat = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`\[[^\[]*\]|\\e|\\?(?:eHHmm|[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[ow|]?|W[oW|]?|Qo?|N{1,5}|` +
		`YYYYYY|YYYYY|YYYY|YY|Y|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|[^\n\r\x{2028}\x{2029}])`)
})

// momentLong finds the tokens that stand for others, and what they are not looked for in.
var momentLong = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`\[[^\[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})`)
})

// momentTokensOf takes a format apart.
func momentTokensOf(format string) []string {
	format = momentLong().ReplaceAllStringFunc(format, func(token string) string {
		if long, ok := momentMacros[token]; ok {
			return long
		}
		return token
	})
	return momentFormat().FindAllString(format, -1)
}

// momentMacros are the tokens that stand for others.
var momentMacros = map[string]string{
	"LTS": "h:mm:ss A", "LT": "h:mm A", "L": "MM/DD/YYYY", "LL": "MMMM D, YYYY", "LLL": "MMMM D, YYYY h:mm A",
	"LLLL": "dddd, MMMM D, YYYY h:mm A", "l": "M/D/YYYY", "ll": "MMM D, YYYY", "lll": "MMM D, YYYY h:mm A", "llll": "ddd, MMM D, YYYY h:mm A",
}

// Moment writes a date as moment's format does in English. In UTC the name of the zone (z) is named if the date was moved there,
// else empty: named says which.
func Moment(t time.Time, format string, named bool) string {
	var b strings.Builder
	for _, token := range momentTokensOf(format) {
		write, isToken := momentTokens[token]
		switch {
		case isToken:
			b.WriteString(write(t))
		case token == "z" || token == "zz":
			if named {
				b.WriteString(t.Format("MST"))
			}
		case strings.HasPrefix(token, "[") && len(token) > 1:
			b.WriteString(strings.TrimSuffix(token[1:], "]"))
		case strings.HasPrefix(token, "S"):
			b.WriteString(fmt.Sprintf("%09d", t.Nanosecond())[:len(token)])
		default:
			b.WriteString(strings.ReplaceAll(token, `\`, ""))
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

func eraYear(t time.Time) int {
	if y := t.Year(); y < 1 {
		return 1 - y
	}
	return t.Year()
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
	"YY": layout("06"), "YYYY": padded(time.Time.Year, 4), "YYYYY": padded(time.Time.Year, 5),
	"YYYYYY": func(t time.Time) string { return fmt.Sprintf("%+07d", t.Year()) },
	"Y": func(t time.Time) string {
		if y := t.Year(); y > 9999 {
			return "+" + strconv.Itoa(y)
		}
		return padded(time.Time.Year, 4)(t)
	},
	"y": padded(eraYear, 1), "yy": padded(eraYear, 2), "yyy": padded(eraYear, 3), "yyyy": padded(eraYear, 4), "yo": ordinalOf(eraYear),
	"gg": func(t time.Time) string { return lastTwo(weekYear(t)) }, "gggg": padded(weekYear, 4), "ggggg": padded(weekYear, 5),
	"GG": func(t time.Time) string { return lastTwo(WeekYear(t)) }, "GGGG": padded(WeekYear, 4), "GGGGG": padded(WeekYear, 5),
	"N": era("AD", "BC"), "NN": era("AD", "BC"), "NNN": era("AD", "BC"), "NNNN": era("Anno Domini", "Before Christ"), "NNNNN": era("AD", "BC"),
	"A": layout("PM"), "a": layout("pm"),
	"H": padded(time.Time.Hour, 1), "HH": padded(time.Time.Hour, 2), "h": layout("3"), "hh": layout("03"),
	"k": padded(hour24, 1), "kk": padded(hour24, 2), "hmm": layout("304"), "hmmss": layout("30405"),
	"eHHmm": func(t time.Time) string { return strconv.Itoa(sunday(t)) + t.Format("1504") },
	"Hmm":   func(t time.Time) string { return strconv.Itoa(t.Hour()) + t.Format("04") },
	"Hmmss": func(t time.Time) string { return strconv.Itoa(t.Hour()) + t.Format("0405") },
	"m":     padded(time.Time.Minute, 1), "mm": padded(time.Time.Minute, 2), "s": padded(time.Time.Second, 1), "ss": padded(time.Time.Second, 2),
	"Z": layout("-07:00"), "ZZ": layout("-0700"),
	"X": func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) },
	"x": func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) },
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
