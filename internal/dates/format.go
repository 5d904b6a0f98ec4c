package dates

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// AppendFormat appends a date as Luxon's toFormat writes it in English: the same letter in a row is a token, what is between
// single quotes stands as it is, as does every letter that is no token. A token that is not written here (a nil one of
// formatTokens) is returned as missing; what was appended is of no use then.
func AppendFormat(dst []byte, t time.Time, format string) (_ []byte, missing string) {
	for _, p := range formatParts(format) {
		write, ok := formatTokens[p.text]
		switch {
		case p.literal || !ok:
			dst = append(dst, p.text...)
		case write == nil:
			return dst, p.text
		default:
			dst = append(dst, write(t)...)
		}
	}
	return dst, ""
}

// formatPart is a token of a format, or a text that stands as it is.
type formatPart struct {
	text    string
	literal bool
}

// formatParts takes a format apart as Luxon does: a quote ends what was before it; with nothing before, it is a quote itself
// where it is the second one.
func formatParts(format string) []formatPart {
	var parts []formatPart
	quoted, start := false, 0
	isSpace := func(text string) bool { return strings.TrimFunc(text, unicode.IsSpace) == "" }
	add := func(end int) {
		if text := format[start:end]; text != "" {
			parts = append(parts, formatPart{text, quoted || isSpace(text)})
		}
	}
	for i, r := range format {
		switch {
		case r == '\'':
			if add(i); start == i && quoted {
				parts = append(parts, formatPart{"'", true})
			}
			quoted, start = !quoted, i+1
		case !quoted && i > start && !strings.HasPrefix(format[start:], string(r)):
			add(i)
			start = i
		}
	}
	add(len(format))
	return parts
}

// formatTokens are Luxon's tokens in English, with weeks that begin on Sunday where a country counts them; nil are those that name a time
// zone.
var formatTokens = map[string]func(time.Time) string{
	"S": padded(Millisecond, 1), "SSS": padded(Millisecond, 3), "u": padded(Millisecond, 3),
	"uu":  func(t time.Time) string { return fmt.Sprintf("%02d", Millisecond(t)/10) },
	"uuu": func(t time.Time) string { return strconv.Itoa(Millisecond(t) / 100) },
	"s":   padded(time.Time.Second, 1), "ss": padded(time.Time.Second, 2), "m": padded(time.Time.Minute, 1),
	"mm": padded(time.Time.Minute, 2), "H": padded(time.Time.Hour, 1), "HH": padded(time.Time.Hour, 2), "h": layout("3"), "hh": layout("03"), "a": layout("PM"),
	"Z": narrowOffset, "ZZ": layout("-07:00"), "ZZZ": layout("-0700"), "ZZZZ": nil, "ZZZZZ": nil,
	"z": func(t time.Time) string { return t.Location().String() },
	"d": padded(time.Time.Day, 1), "dd": padded(time.Time.Day, 2), "E": padded(Weekday, 1), "c": padded(Weekday, 1),
	"EEE": layout("Mon"), "ccc": layout("Mon"), "EEEE": layout("Monday"), "cccc": layout("Monday"),
	"EEEEE": firstLetter("Monday"), "ccccc": firstLetter("Monday"),
	"L": padded(month, 1), "LL": padded(month, 2), "LLL": layout("Jan"), "LLLL": layout("January"), "LLLLL": firstLetter("January"),
	"M": padded(month, 1), "MM": padded(month, 2), "MMM": layout("Jan"), "MMMM": layout("January"), "MMMMM": firstLetter("January"),
	"y": padded(time.Time.Year, 1), "yy": func(t time.Time) string { return lastTwo(t.Year()) }, "yyyy": padded(time.Time.Year, 4), "yyyyyy": padded(time.Time.Year, 6),
	"G": era("AD", "BC"), "GG": era("Anno Domini", "Before Christ"), "GGGGG": era("A", "B"),
	"W": padded(WeekNumber, 1), "WW": padded(WeekNumber, 2),
	"kk": func(t time.Time) string { return lastTwo(WeekYear(t)) }, "kkkk": padded(WeekYear, 4),
	"n": padded(localWeek, 1), "nn": padded(localWeek, 2),
	"ii": func(t time.Time) string { return lastTwo(localWeekYear(t)) }, "iiii": padded(localWeekYear, 4),
	"o": padded(time.Time.YearDay, 1), "ooo": padded(time.Time.YearDay, 3), "q": padded(Quarter, 1), "qq": padded(Quarter, 2),
	"X": func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) },
	"x": func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) },

	"D": dated("1/2/"), "DD": dated("Jan 2, "), "DDD": dated("January 2, "), "DDDD": dated("Monday, January 2, "),
	"t": spaced("3:04 PM"), "tt": spaced("3:04:05 PM"), "ttt": nil, "tttt": nil,
	"T": layout("15:04"), "TT": layout("15:04:05"), "TTT": nil, "TTTT": nil,
	"f": dated("1/2/", ", 3:04 PM"), "ff": dated("Jan 2, ", ", 3:04 PM"), "fff": nil, "ffff": nil,
	"F": dated("1/2/", ", 3:04:05 PM"), "FF": dated("Jan 2, ", ", 3:04:05 PM"), "FFF": nil, "FFFF": nil,
}

// Weekday is the day of the week; Monday is 1.
func Weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// Quarter is the quarter of the year, from 1.
func Quarter(t time.Time) int { return (int(t.Month())-1)/3 + 1 }

// Millisecond is the millisecond of the second.
func Millisecond(t time.Time) int { return t.Nanosecond() / 1e6 }

// WeekNumber is the ISO week.
func WeekNumber(t time.Time) int { _, week := t.ISOWeek(); return week }

// WeekYear is the year that the ISO week belongs to.
func WeekYear(t time.Time) int { year, _ := t.ISOWeek(); return year }

// OffsetMinutes is the offset from UTC.
func OffsetMinutes(t time.Time) int { _, offset := t.Zone(); return offset / 60 }

// localWeek and localWeekYear are the week that most of the days from a Sunday on are in.
func localWeek(t time.Time) int { return (t.AddDate(0, 0, 3-sunday(t)).YearDay()-1)/7 + 1 }

func localWeekYear(t time.Time) int { return t.AddDate(0, 0, 3-sunday(t)).Year() }

func month(t time.Time) int { return int(t.Month()) }

// lastTwo are the last two digits of a year; a single digit keeps its minus.
func lastTwo(year int) string {
	if year > -10 && year < 0 {
		return fmt.Sprintf("-%02d", -year)
	}
	return fmt.Sprintf("%02d", max(year, -year)%100)
}

// narrowOffset is the offset from UTC without zeros that are not needed: +5, -3:30.
func narrowOffset(t time.Time) string {
	offset, sign := OffsetMinutes(t), "+"
	if offset < 0 {
		offset, sign = -offset, "-"
	}
	if offset%60 == 0 {
		return sign + strconv.Itoa(offset/60)
	}
	return fmt.Sprintf("%s%d:%02d", sign, offset/60, offset%60)
}

func padded(part func(time.Time) int, width int) func(time.Time) string {
	return func(t time.Time) string {
		if n := part(t); n < 0 {
			return fmt.Sprintf("-%0*d", width, -n)
		}
		return fmt.Sprintf("%0*d", width, part(t))
	}
}

func layout(of string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(of) }
}

// spaced is a layout with AM or PM: in UTC itself the space before it is a narrow one, as Node.js has it with Luxon.
func spaced(of string) func(time.Time) string {
	return func(t time.Time) string {
		text := t.Format(of)
		if isUTC(t) {
			text = text[:len(text)-3] + "\u202f" + text[len(text)-2:]
		}
		return text
	}
}

// dated is a layout of a day, its year, without zeros before it, and perhaps a time.
func dated(day string, clock ...string) func(time.Time) string {
	return func(t time.Time) string {
		text := t.Format(day) + strconv.Itoa(eraYear(t))
		for _, of := range clock {
			text += spaced(of)(t)
		}
		return text
	}
}

func firstLetter(of string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(of)[:1] }
}

func era(after, before string) func(time.Time) string {
	return func(t time.Time) string {
		if t.Year() > 0 {
			return after
		}
		return before
	}
}
