package dates

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// readToken is how a token of Luxon is read: the form of its text, and the number that the text stands for.
type readToken struct {
	form string
	read func(text string) int
}

func digits(text string) int { return number(text, 0) }

// twoDigits is a year of two digits, or more.
func twoDigits(text string) int {
	if n := digits(text); n > 99 {
		return n
	}
	return century(2000 + digits(text))
}

func fraction(text string) int { return digits((text + "000")[:3]) }

func signedOffset(text string) int {
	hours, minutes := text[:min(len(text), 3)], ""
	if before, after, ok := strings.Cut(text, ":"); ok {
		hours, minutes = before, after
	} else if len(text) > 3 {
		minutes = text[3:]
	}
	n := digits(hours[1:])*60 + digits(minutes)
	if hours[0] == '-' {
		return -n
	}
	return n
}

// oneOf are names, the first of which stands for a number.
func oneOf(names string, first int) readToken {
	return readToken{names, func(text string) int {
		for i, name := range strings.Split(names, "|") {
			if strings.EqualFold(name, text) {
				return first + i
			}
		}
		return first
	}}
}

const (
	shortWeekdays = `Mon|Tue|Wed|Thu|Fri|Sat|Sun`
	longWeekdays  = `Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday`
)

// luxonTokens are the tokens of Luxon's fromFormat in English. Others stand for themselves; what they say is kept by their first letter.
var luxonTokens = map[string]readToken{
	"G": oneOf("BC|AD", 0), "GG": oneOf("Before Christ|Anno Domini", 0),
	"y": {`\d{1,6}`, digits}, "yy": {`\d{2,4}`, twoDigits}, "yyyy": {`\d{4}`, digits}, "yyyyy": {`\d{4,6}`, digits}, "yyyyyy": {`\d{6}`, digits},
	"M": {`\d{1,2}`, digits}, "MM": {`\d{2}`, digits}, "MMM": oneOf(shortMonths, 1), "MMMM": oneOf(longMonths, 1),
	"L": {`\d{1,2}`, digits}, "LL": {`\d{2}`, digits}, "LLL": oneOf(shortMonths, 1), "LLLL": oneOf(longMonths, 1),
	"d": {`\d{1,2}`, digits}, "dd": {`\d{2}`, digits}, "o": {`\d{1,3}`, digits}, "ooo": {`\d{3}`, digits},
	"H": {`\d{1,2}`, digits}, "HH": {`\d{2}`, digits}, "h": {`\d{1,2}`, digits}, "hh": {`\d{2}`, digits},
	"m": {`\d{1,2}`, digits}, "mm": {`\d{2}`, digits}, "q": {`\d{1,2}`, digits}, "qq": {`\d{2}`, digits},
	"s": {`\d{1,2}`, digits}, "ss": {`\d{2}`, digits}, "S": {`\d{1,3}`, digits}, "SSS": {`\d{3}`, digits},
	"u": {`\d{1,9}`, fraction}, "uu": {`\d{1,2}`, fraction}, "uuu": {`\d`, fraction}, "a": oneOf("AM|PM", 0),
	"kkkk": {`\d{4}`, digits}, "kk": {`\d{2,4}`, twoDigits}, "W": {`\d{1,2}`, digits}, "WW": {`\d{2}`, digits},
	"E": {`\d`, digits}, "EEE": oneOf(shortWeekdays, 1), "EEEE": oneOf(longWeekdays, 1),
	"c": {`\d`, digits}, "ccc": oneOf(shortWeekdays, 1), "cccc": oneOf(longWeekdays, 1),
	"Z": {`[+-]\d{1,2}(?::\d{2})?`, signedOffset}, "ZZ": {`[+-]\d{1,2}(?::\d{2})?`, signedOffset},
	"ZZZ": {`[+-]\d{1,2}(?:\d{2})?`, signedOffset}, "z": {`[a-z_+\-,./]{1,256}?`, func(string) int { return 0 }},
	"_": {`[\t\v\f\p{Zs}\x{FEFF}]`, nil}, // the space of a macro
}

// luxonMacros are the tokens that stand for others.
var luxonMacros = map[string]string{
	"D": "M/d/yyyyy", "DD": "MMM d, yyyyy", "DDD": "MMMM d, yyyyy", "DDDD": "EEEE, MMMM d, yyyyy", "t": "h:m_a", "tt": "h:m:s_a",
	"ttt": "h:m:s_a_ZZZ", "tttt": "h:m:s_a_ZZZZZ", "T": "H:m", "TT": "H:m:s", "TTT": "H:m:s_ZZZ", "TTTT": "H:m:s_ZZZZZ",
	"f": "M/d/yyyyy, h:m_a", "ff": "MMM d, yyyyy, h:m_a", "fff": "MMMM d, yyyyy' at 'h:m_a_ZZZ", "ffff": "EEEE, MMMM d, yyyyy' at 'h:m_a_ZZZZZ",
	"F": "M/d/yyyyy, h:m:s_a", "FF": "MMM d, yyyyy, h:m:s_a", "FFF": "MMMM d, yyyyy' at 'h:m:s_a_ZZZ",
	"FFFF": "EEEE, MMMM d, yyyyy' at 'h:m:s_a_ZZZZZ",
}

// FromFormat reads a date as Luxon's fromFormat does in English. What the text does not say is taken from now, or is the least
// where something larger was said; a date without a zone is in that of now. matched is false where the text is otherwise than
// the format, ok where it is no date. The error is Luxon's, of tokens that don't go together.
func FromFormat(text, format string, now time.Time) (t time.Time, matched, ok bool, err error) {
	form, tokens := luxonForm(format, false)
	re, err := regexp.Compile(`(?i)^` + form + `$`)
	if err != nil {
		return time.Time{}, false, false, fmt.Errorf("the format %q is too long: %w", format, err)
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false, false, nil
	}
	r := reading{}
	for i, token := range tokens {
		r.put(token[0], luxonTokens[token].read(m[i+1]))
		if token == "z" {
			zone, known := IANAZone(m[i+1])
			if r.zone = zone; !known {
				r.noZone, r.zone = true, time.UTC
			}
		}
	}
	if !strings.ContainsAny(string(r.keys), "yMLdoHhmsSuEcWkqzZ") {
		return time.Time{}, false, false, nil
	}
	t, ok, err = r.time(now)
	return t, true, ok, err
}

// luxonForm is the form of a format, with a group for each token that is read.
func luxonForm(format string, inMacro bool) (form string, tokens []string) {
	for _, p := range formatParts(format) {
		token, isToken := luxonTokens[p.text]
		macro, isMacro := luxonMacros[p.text]
		switch {
		case p.literal, !isToken && !isMacro, token.read == nil && isToken && !inMacro:
			form += regexp.QuoteMeta(p.text)
		case isMacro:
			inner, more := luxonForm(macro, true)
			form, tokens = form+inner, append(tokens, more...)
		case token.read == nil:
			form += token.form
		default:
			form += `(` + token.form + `)`
			tokens = append(tokens, p.text)
		}
	}
	return form, tokens
}

// reading is what the text of a date's tokens says, in their order.
type reading struct {
	keys   []byte
	values [128]int
	zone   *time.Location // nil: none was named
	noZone bool           // one was named that there is not
}

func (r *reading) has(key byte) bool { return strings.IndexByte(string(r.keys), key) >= 0 }

func (r *reading) put(key byte, n int) {
	if r.values[key] = n; !r.has(key) {
		r.keys = append(r.keys, key)
	}
}

// luxonUnits are the parts of a date in the order of their size, ways of counting days by their first letters. Those of the clock are
// the same for all.
var luxonUnits = map[byte]string{'y': "yMdhmsS", 'o': "yohmsS", 'k': "kWchmsS"}

// time is the date that was read.
func (r *reading) time(now time.Time) (time.Time, bool, error) {
	if r.has('a') && r.has('H') {
		return time.Time{}, false, errors.New("Can't include meridiem when specifying 24-hour format") //nolint:staticcheck // Luxon's text
	}
	if r.has('Z') && r.zone == nil {
		r.zone = FixedZone(r.values['Z'])
	}
	if r.zone == nil {
		r.zone = now.Location()
	}
	if r.has('q') {
		r.put('M', (r.values['q']-1)*3+1)
	}
	switch hour := r.values['h']; {
	case hour < 12 && r.has('a') && r.values['a'] == 1:
		r.values['h'] += 12
	case hour == 12 && r.has('a'):
		r.values['h'] = 12 * r.values['a']
	}
	if r.has('G') && r.values['G'] == 0 {
		r.values['y'] = -r.values['y']
	}
	if r.has('u') {
		r.put('S', r.values['u'])
	}
	said := map[byte]int{} // by the letters of luxonUnits
	for _, key := range r.keys {
		same := map[byte]byte{'H': 'h', 'L': 'M', 'E': 'c'}[key]
		if same == 0 {
			same = key
		}
		said[same] = r.values[key]
	}
	has := func(key byte) bool { _, has := said[key]; return has }
	onDay := has('y') || has('M') || has('d')
	weeks := said['k'] != 0 || said['W'] != 0
	by := byte('y')
	switch {
	case weeks && (onDay || has('o')):
		//nolint:staticcheck // Luxon's text
		return time.Time{}, false, errors.New("Can't mix weekYear/weekNumber units with year/month/day or ordinals")
	case (has('M') || has('d')) && has('o'):
		return time.Time{}, false, errors.New("Can't mix ordinal dates with month/day") //nolint:staticcheck // Luxon's text
	case weeks, said['c'] != 0 && !onDay:
		by = 'k'
	case has('o'):
		by = 'o'
	}
	at := now.In(r.zone)
	today := map[byte]int{
		'y': at.Year(), 'M': int(at.Month()), 'd': at.Day(), 'o': at.YearDay(), 'k': WeekYear(at), 'W': WeekNumber(at), 'c': Weekday(at),
		'h': at.Hour(), 'm': at.Minute(), 's': at.Second(), 'S': Millisecond(at),
	}
	least := map[byte]int{'M': 1, 'd': 1, 'o': 1, 'W': 1, 'c': 1}
	found := false
	v := map[byte]int{}
	for _, key := range []byte(luxonUnits[by]) {
		switch {
		case has(key):
			v[key], found = said[key], true
		case found:
			v[key] = least[key]
		default:
			v[key] = today[key]
		}
	}
	day, ok := dayOf(by, v)
	ok = ok && !r.noZone && (v['h'] < 24 || v['h'] == 24 && v['m'] == 0 && v['s'] == 0 && v['S'] == 0) && v['m'] < 60 && v['s'] < 60
	if !ok {
		return time.Time{}, false, nil
	}
	t := onWall(day.Year(), day.Month(), day.Day(), v['h'], v['m'], v['s'], v['S']*int(time.Millisecond), at)
	return t, IsValid(t) && (said['c'] == 0 || !onDay || Weekday(t) == said['c']), nil
}

// dayOf is the day that the values of luxonUnits[by] say, if there is one.
func dayOf(by byte, v map[byte]int) (day time.Time, ok bool) {
	switch by {
	case 'k':
		first := firstMonday(v['k'])
		weeks := int(firstMonday(v['k']+1).Sub(first).Hours() / 24 / 7)
		return first.AddDate(0, 0, 7*(v['W']-1)+v['c']-1), v['W'] >= 1 && v['W'] <= weeks && v['c'] >= 1 && v['c'] <= 7
	case 'o':
		day = time.Date(v['y'], 1, v['o'], 0, 0, 0, 0, time.UTC)
		return day, v['o'] >= 1 && day.Year() == v['y']
	}
	day = time.Date(v['y'], time.Month(v['M']), v['d'], 0, 0, 0, 0, time.UTC)
	return day, v['M'] >= 1 && v['M'] <= 12 && v['d'] >= 1 && v['d'] <= daysIn(v['y'], v['M'])
}
