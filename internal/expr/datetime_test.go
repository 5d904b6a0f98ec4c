package expr

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// dateExpression makes a random expression over $now, $today and DateTime.now().
func (g generator) dateExpression() string {
	x := g.of("$now", "$now", "$today", "DateTime.now()")
	unit := func() string {
		return g.of("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond") + g.of("", "s")
	}
	for range g.IntN(4) {
		amount := g.of("0", "1", "-1", "2", "13", "-40", "366", "90", "1000")
		switch g.IntN(6) {
		case 0, 1:
			x += fmt.Sprintf(".%s({ %s: %s })", g.of("plus", "minus"), unit(), amount)
		case 2:
			x += fmt.Sprintf(".%s({ months: %s, days: %s, Hours: %s })", g.of("plus", "minus"), amount, g.of("1", "31", "-5"), g.of("0", "23"))
		case 3:
			x += fmt.Sprintf(".%s(%s, '%s')", g.of("plus", "minus"), amount, unit())
		case 4:
			x += ".startOf('" + unit() + "')"
		case 5:
			x += ".endOf('" + unit() + "')"
		}
	}
	switch g.IntN(6) {
	case 0, 1:
		x += "." + g.of("format", "toFormat") + "('" + g.format() + "')"
	case 2:
		x += g.of(".toISO()", ".toISODate()", ".toMillis()", ".toSeconds()", ".toString()", ".toUnixInteger()", ".valueOf()", ".toJSON()")
	case 3:
		x += "." + g.word("year quarter month day hour minute second millisecond weekday weekNumber weekYear ordinal daysInMonth offset")
	case 4:
		x = g.of("`at ${"+x+"}`", "'' + "+x, x+" > $now", x+" - $today", x+" == $today", "!"+x, "typeof "+x, "+"+x, x+" ? 1 : 2",
			"["+x+"]", "JSON.stringify("+x+")", "String("+x+")", x+".minus(1)", x+".nothing")
	}
	return x
}

func (g generator) format() string {
	format := ""
	for range 1 + g.IntN(6) {
		format += g.of("yyyy", "yy", "y", "LL", "MM", "M", "L", "MMM", "LLLL", "dd", "d", "HH", "H", "hh", "h", "mm", "m", "ss", "s", "SSS",
			"S", "a", "Z", "ZZ", "ZZZ", "z", "EEE", "cccc", "E", "c", "W", "WW", "kkkk", "kk", "o", "ooo", "q", "qq", "X", "x", "YYYY", "DD", "T", "t", "f", "FF", "u", "uu", "uuu", "G", "GG", "yyyyyy", "MMMMM", "EEEEE", "DDDD", "D",
			`\'at\'`, `\'\'`, "é", "R") + g.of("-", " ", ":", "/", "", ", ")
	}
	return format
}

// TestDatesAgainstTheEngine compares random expressions over points in time, in zones with and without summer time, with what
// Luxon makes of them in the engine.
func TestDatesAgainstTheEngine(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(1, 7))}
	zones := []string{"America/New_York", "Europe/Berlin", "Asia/Kolkata", "UTC", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"}
	inGo := 0
	const all = 2000
	for range all {
		location, err := time.LoadLocation(g.of(zones...))
		require.NoError(t, err)
		at := time.Date(1971+g.IntN(60), time.Month(1+g.IntN(12)), 1+g.IntN(28), g.IntN(24), g.IntN(60), g.IntN(60), g.IntN(1000)*1e6, time.UTC)
		if g.IntN(3) == 0 { // about the change to or from summer time
			at = time.Date(2024, time.Month([]int{3, 3, 11, 10, 4}[g.IntN(5)]), 1+g.IntN(31), 12+g.IntN(20), g.IntN(60), 0, 0, time.UTC)
		}
		x := "={{ " + g.dateExpression() + " }}"
		scope := &Scope{Items: []node.Item{{}}, Location: location, Now: func() time.Time { return at }}
		got, want := bothWays(scope, x)
		assert.Equal(t, want, got, "%s at %s in %s", x, at, location)
		v, err := Compile(x)
		require.NoError(t, err)
		if _, _, err := v.template.single.goValue(scope); !isUnsupported(err) {
			inGo++
		}
	}
	require.Greater(t, inGo, all/2)
}
