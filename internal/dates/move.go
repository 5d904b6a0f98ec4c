package dates

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Units are Luxon's units of time, the largest first.
var Units = [...]string{"year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"}

// unitSizes are the units in milliseconds, as Luxon counts them where no calendar helps.
var unitSizes = [...]float64{365 * day, 91 * day, 30 * day, 7 * day, day, 3.6e6, 6e4, 1e3, 1}

const day = 8.64e7

// Unit returns the index in Units of a unit's name: day, Days.
func Unit(name string) (index int, ok bool) {
	name = strings.TrimSuffix(strings.ToLower(name), "s")
	index = slices.Index(Units[:], name)
	return index, index >= 0
}

// Amounts are how many of each of Units.
type Amounts [len(Units)]float64

// Add moves a date as Luxon's plus does: by the calendar for whole units from years to days, by the clock for the rest.
func Add(t time.Time, by Amounts) time.Time {
	var whole [5]int
	rest := 0.0
	for i, n := range by {
		if i >= len(whole) {
			rest += n * unitSizes[i]
			continue
		}
		floor := math.Trunc(n)
		whole[i] = int(max(-1e9, min(1e9, floor)))
		rest += (n - floor) * unitSizes[i]
	}
	first := time.Date(t.Year()+whole[0], t.Month()+time.Month(whole[2]+3*whole[1]), 1, 0, 0, 0, 0, time.UTC)
	d := min(t.Day(), daysIn(first.Year(), int(first.Month()))) + whole[4] + 7*whole[3]
	t = onWall(first.Year(), first.Month(), d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t)
	if rest == 0 {
		return t
	}
	_, offset := t.Zone()
	wall := float64(t.UnixMilli()) + rest + float64(offset)*1000 // whose fraction of a millisecond is cut off
	return time.UnixMilli(int64(max(-1e16, min(1e16, wall))) - int64(offset)*1000).In(t.Location())
}

// StartOf returns the begin of the unit (an index in Units) that a date is in.
func StartOf(t time.Time, unit int) time.Time {
	year, month, d := t.Date()
	hour, minute, sec := t.Clock()
	nanos := t.Nanosecond()
	switch Units[unit] {
	case "year":
		month, d, hour, minute, sec, nanos = 1, 1, 0, 0, 0, 0
	case "quarter":
		month, d, hour, minute, sec, nanos = (month-1)/3*3+1, 1, 0, 0, 0, 0
	case "month":
		d, hour, minute, sec, nanos = 1, 0, 0, 0, 0
	case "week":
		d, hour, minute, sec, nanos = d-Weekday(t)+1, 0, 0, 0, 0
	case "day":
		hour, minute, sec, nanos = 0, 0, 0, 0
	case "hour":
		minute, sec, nanos = 0, 0, 0
	case "minute":
		sec, nanos = 0, 0
	case "second":
		nanos = 0
	}
	return onWall(year, month, d, hour, minute, sec, nanos, t)
}

// onWall is the point in time at which the clocks of a zone show what is given, whose parts may be out of their ranges. Where
// they show it twice or never, the offset of the time that it was made from decides, as in Luxon.
func onWall(year int, month time.Month, d, hour, minute, sec, nanos int, from time.Time) time.Time {
	guess := time.Date(year, month, d, hour, minute, sec, nanos, time.UTC)
	offset := func(t time.Time) time.Duration {
		_, seconds := t.In(from.Location()).Zone()
		return time.Duration(seconds) * time.Second
	}
	first := offset(from)
	at := guess.Add(-first)
	second := offset(at)
	if first != second {
		at = guess.Add(-second)
		if third := offset(at); third != second {
			at = guess.Add(-min(second, third))
		}
	}
	return at.In(from.Location())
}

// Difference is the time from one date to a later or earlier one as Luxon's diff has it: as many whole units of each that is
// asked for as fit, the smallest with the rest as a fraction. Units that are not asked for are 0.
func Difference(from, to time.Time, units [len(Units)]bool) Amounts {
	if to.Before(from) {
		by := Difference(to, from, units)
		for i := range by {
			if by[i] != 0 {
				by[i] = -by[i]
			}
		}
		return by
	}
	var by Amounts
	cursor, highWater, lowest := from, from, -1
	for i := range 5 {
		if !units[i] {
			continue
		}
		lowest = i
		by[i] = whole(i, cursor, to)
		highWater = Add(from, by)
		if !highWater.After(to) {
			cursor = highWater
			continue
		}
		by[i]--
		if cursor = Add(from, by); cursor.After(to) {
			highWater = cursor
			by[i]--
			cursor = Add(from, by)
		}
	}
	rest := float64(to.UnixMilli() - cursor.UnixMilli())
	smallest := -1
	for i := 5; i < len(units); i++ {
		if units[i] {
			smallest = i
		}
	}
	if smallest < 0 {
		if lowest < 0 {
			return by
		}
		if highWater.Before(to) {
			var one Amounts
			one[lowest] = 1
			highWater = Add(cursor, one)
		}
		if gap := highWater.UnixMilli() - cursor.UnixMilli(); gap != 0 {
			by[lowest] += rest / float64(gap)
		}
		return by
	}
	by[smallest] = rest / unitSizes[smallest]
	for i, below := smallest-1, smallest; i >= 5; i-- {
		if units[i] {
			ratio := unitSizes[i] / unitSizes[below]
			by[i] = math.Floor(by[below] / ratio)
			by[below] -= by[i] * ratio
			below = i
		}
	}
	return by
}

// whole is how many of a unit of the calendar are between two dates, perhaps one too many.
func whole(unit int, from, to time.Time) float64 {
	years := to.Year() - from.Year()
	wallDay := func(t time.Time) int64 {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	days := wallDay(to) - wallDay(from)
	return float64([]int64{
		int64(years), int64(Quarter(to) - Quarter(from) + 4*years), int64(int(to.Month()) - int(from.Month()) + 12*years), days / 7, days,
	}[unit])
}

// ISODuration writes amounts as an ISO 8601 duration, as Luxon does: P1Y2M, PT3.5H.
func ISODuration(by Amounts) string {
	text := "P"
	put := func(n float64, unit string) {
		if n != 0 {
			text += strconv.FormatFloat(n, 'f', -1, 64) + unit
		}
	}
	put(by[0], "Y")
	put(by[2]+by[1]*3, "M")
	put(by[3], "W")
	put(by[4], "D")
	if by[5] != 0 || by[6] != 0 || by[7] != 0 || by[8] != 0 {
		text += "T"
	}
	put(by[5], "H")
	put(by[6], "M")
	put(math.Round((by[7]+by[8]/1e3)*1e3)/1e3, "S")
	if text == "P" {
		return "PT0S"
	}
	return text
}

// latest is the last date that JavaScript has; the first is as far from 1970.
const latest = 8640000000000000

// IsValid reports whether JavaScript has this date, and Luxon and moment what the clocks of its zone show.
func IsValid(t time.Time) bool {
	if math.Abs(float64(t.Unix())) > 2*latest/1000 {
		return false
	}
	_, offset := t.Zone()
	ms := t.UnixMilli()
	return math.Abs(float64(ms)) <= latest && math.Abs(float64(ms+int64(offset)*1000)) <= latest
}
