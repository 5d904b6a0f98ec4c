// Package dates reads and writes dates as JavaScript and the libraries that n8n uses do.
package dates

import (
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Parse reads a date as V8 does: the form of ECMAScript first, and what is none of it by the rules of old browsers. These take
// numbers and words one after the other: words before the first number mean nothing, a number before a colon is a time, month
// names and zones are known by their letters, the other numbers are month, day and year in the order that fits. It returns NaN for
// what is no date.
func Parse(text string, local *time.Location) float64 {
	p := dateParser{tokens: dateTokens(text)}
	if !p.iso() && !p.legacy() {
		return math.NaN()
	}
	return p.value(local)
}

// dateToken is a piece of a date: a number, a word, a symbol, white space, or the end.
type dateToken struct {
	kind   byte // '0' number, 'a' word, ' ' space, '!' unknown, 0 end; else the symbol itself
	number int
	length int    // of a number, in digits; of a word, in letters
	word   string // the first three letters, lower case
	digits string // of a number
}

func dateTokens(text string) []dateToken {
	var list []dateToken
	for i := 0; i < len(text); {
		c := text[i]
		start := i
		switch {
		case c >= '0' && c <= '9':
			for i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
			n := 0
			for _, d := range strings.TrimLeft(text[start:i], "0") {
				if n < 1e8 { // more is no part of a date
					n = n*10 + int(d-'0')
				}
			}
			list = append(list, dateToken{kind: '0', number: n, length: i - start, digits: text[start:i]})
		case isWord(text[i:]):
			length := 0
			for i < len(text) && isWord(text[i:]) {
				_, n := utf8.DecodeRuneInString(text[i:])
				i += n
				length++
			}
			list = append(list, dateToken{kind: 'a', length: length, word: strings.ToLower(text[start:min(i, start+3)])})
		case c == '(':
			// What stands in brackets means nothing.
			depth := 0
			for i < len(text) {
				if text[i] == '(' {
					depth++
				} else if text[i] == ')' {
					depth--
				}
				i++
				if depth == 0 {
					break
				}
			}
			list = append(list, dateToken{kind: '!'})
		case c < utf8.RuneSelf:
			i++
			if strings.IndexByte(" \t\n\v\f\r", c) >= 0 {
				list = append(list, dateToken{kind: ' '})
			} else {
				list = append(list, dateToken{kind: c})
			}
		default: // white space
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			list = append(list, dateToken{kind: ' '})
		}
	}
	return append(list, dateToken{})
}

// isWord reports whether a word begins with the text, or goes on: by letters, and by all else that comes after A.
func isWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r >= 'A' && !unicode.IsSpace(r) && r != '\uFEFF'
}

// Words, by their first three letters. Only month names may be longer.
var (
	monthNames = map[string]int{
		"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	}
	zoneNames = map[string]int{
		"ut": 0, "utc": 0, "z": 0, "gmt": 0, "cdt": -5, "cst": -6, "edt": -4, "est": -5, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8,
	}
	dayHalves = map[string]int{"am": 0, "pm": 12}
)

const none = math.MinInt32

type dateParser struct {
	tokens []dateToken
	at     int

	days  []int
	month int // by name
	isISO bool
	times []int
	half  int // hours that pm adds
	// The zone: sign, hour, minute.
	sign, hour, minute int
}

func (p *dateParser) peek() dateToken { return p.tokens[p.at] }

func (p *dateParser) next() dateToken {
	t := p.tokens[p.at]
	if t.kind != 0 {
		p.at++
	}
	return t
}

func (p *dateParser) skip(symbol byte) bool {
	if p.peek().kind != symbol {
		return false
	}
	p.at++
	return true
}

// fixed reads a number of some digits that is in a range.
func (p *dateParser) fixed(digits, from, to int) (int, bool) {
	t := p.peek()
	if t.kind != '0' || t.length != digits || t.number < from || t.number > to {
		return 0, false
	}
	p.at++
	return t.number, true
}

func (p *dateParser) addDay(n int) bool {
	if len(p.days) >= 3 {
		return false
	}
	p.days = append(p.days, n)
	return true
}

func (p *dateParser) addTime(n int) bool {
	if len(p.times) >= 4 {
		return false
	}
	p.times = append(p.times, n)
	return true
}

func (p *dateParser) finishTime() {
	for len(p.times) < 4 {
		p.times = append(p.times, 0)
	}
}

// expectsTime reports whether n can be the next part of the time.
func (p *dateParser) expectsTime(n int) bool {
	switch len(p.times) {
	case 1, 2:
		return n < 60
	case 3:
		return n < 1000
	}
	return false
}

func (p *dateParser) setZone(hours int) {
	p.sign, p.hour, p.minute = 1, hours, 0
	if hours < 0 {
		p.sign, p.hour = -1, -hours
	}
}

// iso reads ECMAScript's form. When the text is another, what was read so far is kept for the old rules.
func (p *dateParser) iso() bool {
	p.month, p.half, p.sign, p.hour, p.minute = none, none, none, none, none
	if k := p.peek().kind; k == '+' || k == '-' {
		p.at++
		year, ok := p.fixed(6, 0, 999999)
		if !ok || k == '-' && year == 0 {
			p.at = 0
			return false
		}
		if k == '-' {
			year = -year
		}
		p.addDay(year)
	} else if year, ok := p.fixed(4, 0, 9999); ok {
		p.addDay(year)
	} else {
		return false
	}
	for _, limit := range []int{12, 31} {
		if !p.skip('-') {
			break
		}
		n, ok := p.fixed(2, 1, limit)
		if !ok {
			return false
		}
		p.addDay(n)
	}
	if t := p.peek(); t.kind == 'a' && t.word == "t" && t.length == 1 {
		p.at++
		if !p.isoTime() {
			return false
		}
	} else if t.kind != 0 {
		return false
	}
	if len(p.times) == 0 {
		p.setZone(0)
	}
	p.isISO = true
	return true
}

func (p *dateParser) isoTime() bool {
	hour, ok := p.fixed(2, 0, 24)
	if !ok {
		return p.invalid()
	}
	top := 59
	if hour == 24 {
		top = 0
	}
	if !p.addTime(hour) || !p.skip(':') {
		return p.invalid()
	}
	minute, ok := p.fixed(2, 0, top)
	if !ok || !p.addTime(minute) {
		return false
	}
	if p.skip(':') {
		second, ok := p.fixed(2, 0, top)
		if !ok || !p.addTime(second) {
			return false
		}
		if p.skip('.') {
			if p.peek().kind != '0' || hour == 24 && p.peek().number > 0 {
				return false
			}
			p.addTime(milliseconds(p.next()))
		}
	}
	switch t := p.peek(); {
	case t.kind == 'a' && t.word == "z" && t.length == 1:
		p.at++
		p.setZone(0)
	case t.kind == '+' || t.kind == '-':
		p.at++
		p.setSign(t.kind)
		if hhmm, ok := p.fixed(4, 0, 2359); ok {
			if hhmm%100 > 59 {
				return p.invalid()
			}
			p.hour, p.minute = hhmm/100, hhmm%100
			break
		}
		if p.hour, ok = p.fixed(2, 0, 23); !ok {
			return p.invalid()
		}
		if !p.skip(':') {
			return p.invalid()
		}
		if p.minute, ok = p.fixed(2, 0, 59); !ok {
			return p.invalid()
		}
	}
	if p.peek().kind != 0 {
		return p.invalid()
	}
	return true
}

// invalid makes the old rules fail too.
func (p *dateParser) invalid() bool {
	p.tokens = append(p.tokens[:p.at], dateToken{kind: '?'})
	return false
}

func (p *dateParser) setSign(symbol byte) {
	p.sign = 1
	if symbol == '-' {
		p.sign = -1
	}
}

// milliseconds reads the digits after the point of a second.
func milliseconds(t dateToken) int {
	n := 0
	for i := range 3 {
		n *= 10
		if i < len(t.digits) {
			n += int(t.digits[i] - '0')
		}
	}
	return n
}

func (p *dateParser) legacy() bool {
	read := len(p.days) > 0
	for {
		t := p.next()
		switch {
		case t.kind == 0:
			return true
		case t.kind == '?':
			return false
		case t.kind == '0':
			read = true
			if !p.legacyNumber(t.number) {
				return false
			}
		case t.kind == 'a':
			half, isHalf := dayHalves[t.word]
			month, isMonth := monthNames[t.word]
			zone, isZone := zoneNames[t.word]
			short := t.length <= 3
			switch {
			case isHalf && short && len(p.times) > 0:
				p.half = half
			case isMonth:
				p.month = month
				p.skip('-')
			case isZone && short && read:
				p.setZone(zone)
			case read || p.peek().kind == '0':
				return false
			}
		case (t.kind == '+' || t.kind == '-') && (p.sign != none && p.hour == 0 && p.minute == 0 || len(p.times) > 0):
			p.setSign(t.kind)
			n, length := 0, 0
			if p.peek().kind == '0' {
				n, length = p.peek().number, p.next().length
			}
			read = true
			switch {
			case p.peek().kind == ':':
				p.hour, p.minute = n, none
			case length == 1 || length == 2:
				p.hour, p.minute = n, 0
			case length == 3 || length == 4:
				p.hour, p.minute = n/100, n%100
			default:
				return false
			}
		case (t.kind == '+' || t.kind == '-' || t.kind == ')') && read:
			return false
		}
	}
}

func (p *dateParser) legacyNumber(n int) bool {
	switch {
	case p.skip(':'):
		if p.skip(':') { // "12::" is 12:00:
			if len(p.times) > 0 {
				return false
			}
			p.addTime(n)
			p.addTime(0)
			return true
		}
		if !p.addTime(n) {
			return false
		}
		p.skip('.')
		return true
	case p.peek().kind == '.' && p.expectsTime(n):
		p.at++
		p.addTime(n)
		if p.peek().kind != '0' {
			return false
		}
		p.addTime(milliseconds(p.next()))
		p.finishTime()
		return true
	}
	p.skip('.')
	switch {
	case p.hour != none && p.minute == none && n < 60:
		p.minute = n
	case p.expectsTime(n):
		p.addTime(n)
		p.finishTime()
		switch t := p.peek(); {
		case t.kind == 0, t.kind == ' ', t.kind == '+', t.kind == '-', t.kind == 'a' && t.word == "z" && t.length == 1:
		default:
			return false
		}
	default:
		if !p.addDay(n) {
			return false
		}
		p.skip('-')
	}
	return true
}

// value puts the parts together.
func (p *dateParser) value(local *time.Location) float64 {
	if len(p.days) < 1 {
		return math.NaN()
	}
	count := len(p.days)
	d := append(p.days, 1, 1)[:3]
	isDay := func(n int) bool { return n >= 1 && n <= 31 }
	var year, month, day int
	switch {
	case p.month == none && (p.isISO || !isDay(d[0])):
		year, month, day = d[0], d[1], d[2]
	case p.month == none:
		month, day, year = d[0], d[1], d[2]
	case count == 1 && isDay(d[0]):
		year, month, day = 1, p.month, d[0]
	case !isDay(d[0]):
		year, month, day = d[0], p.month, d[1]
	default:
		year, month, day = d[1], p.month, d[0]
	}
	if !p.isISO {
		switch {
		case year >= 0 && year < 50:
			year += 2000
		case year >= 50 && year < 100:
			year += 1900
		}
	}
	if month < 1 || month > 12 || !isDay(day) {
		return math.NaN()
	}
	p.finishTime()
	hour, minute, second, ms := p.times[0], p.times[1], p.times[2], p.times[3]
	if p.half != none {
		if hour > 12 {
			return math.NaN()
		}
		hour = hour%12 + p.half
	}
	if hour > 23 || minute > 59 || second > 59 || ms > 999 {
		if hour != 24 || minute > 0 || second > 0 || ms > 0 {
			return math.NaN()
		}
	}
	if p.sign == none {
		return checkTime(fromLocal(time.Date(year, time.Month(month), day, hour, minute, second, ms*1e6, time.UTC), local))
	}
	if p.hour == none {
		p.hour = 0
	}
	if p.minute == none {
		p.minute = 0
	}
	minute -= p.sign * (p.hour*60 + p.minute)
	return checkTime(float64(time.Date(year, time.Month(month), day, hour, minute, second, ms*1e6, time.UTC).UnixMilli()))
}

// fromLocal is the time at which clocks in a place show t, in milliseconds. Of two such times it is the first; when clocks go
// forward over t, the time that they would show it if they did not, as ECMAScript says.
func fromLocal(t time.Time, local *time.Location) float64 {
	ms := t.UnixMilli()
	offset := func(at time.Time) int64 {
		_, seconds := at.In(local).Zone()
		return int64(seconds) * 1000
	}
	before, after := offset(t.Add(-24*time.Hour)), offset(t.Add(24*time.Hour))
	if offset(time.UnixMilli(ms-before)) != before && offset(time.UnixMilli(ms-after)) == after {
		return float64(ms - after)
	}
	return float64(ms - before)
}

// checkTime is NaN for a time that JavaScript does not know.
func checkTime(ms float64) float64 {
	if math.Abs(ms) > 8.64e15 {
		return math.NaN()
	}
	return ms
}
