package dates

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What Luxon 3.7.2 makes of them.
func TestAppendFormat(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 3, 5, 13, 7, 4, 89e6, time.UTC).In(newYork())
	for format, want := range map[string]string{
		"D": "3/5/2024", "DDDD": "Tuesday, March 5, 2024", "t": "8:07 AM", "FF": "Mar 5, 2024, 8:07:04 AM", "u uu uuu SS": "089 08 0 SS",
		"GG": "Anno Domini", "yyyyy yyyyyy": "yyyyy 002024", "yyyy 'at' HH": "2024 at 08", "h 'o''clock'": "8 oclock", "''": "'",
		"'abc yyyy": "abc yyyy", "kk W": "24 10", "iiii ii n nn": "2024 24 10 10", "[y] é": "[2024] é", "": "",
	} {
		got, missing := AppendFormat(nil, at, format)
		require.Equal(t, want, string(got), format)
		require.Empty(t, missing, format)
	}
	_, missing := AppendFormat(nil, at, "yyyy ZZZZ")
	require.Equal(t, "ZZZZ", missing)
	got, _ := AppendFormat(nil, at.UTC(), "t")
	require.Equal(t, "1:07\u202fPM", string(got))
}

func TestFromFormat(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 5, 15, 12, 0, 0, 0, newYork())
	for _, c := range []struct{ text, format, want string }{ // want empty: no date; -: not in the format
		{"31/12/2023", "d/M/yyyy", "2023-12-31T00:00:00.000-05:00"},
		{"Mar 5 24, 3:04 pm +02:00", "LLL d yy, h:mm a ZZ", "2024-03-05T15:04:00.000+02:00"},
		{"10:11", "HH:mm", "2024-05-15T10:11:00.000-04:00"},
		{"2", "d", "2024-05-02T00:00:00.000-04:00"},
		{"July", "MMMM", "2024-07-01T00:00:00.000-04:00"},
		{"2024 60", "yyyy o", "2024-02-29T00:00:00.000-05:00"},
		{"2024 Q3", "yyyy 'Q'q", "2024-07-01T00:00:00.000-04:00"},
		{"Monday", "EEEE", "2024-05-13T00:00:00.000-04:00"},
		{"1/2/2024 Asia/Tokyo", "d/M/yyyy z", "2024-02-01T00:00:00.000+09:00"},
		{"1/2/2024 Nowhere/City", "d/M/yyyy z", ""},
		{"2024-W20-5", "kkkk-'W'WW-c", "2024-05-17T00:00:00.000-04:00"},
		{"2023 53", "kkkk W", ""},
		{"20", "W", "2024-05-13T00:00:00.000-04:00"},
		{"5/17/2024, 1:05\u202fpm", "f", "2024-05-17T13:05:00.000-04:00"},
		{"May 17, 2024 at 1:05 PM +0200", "fff", "2024-05-17T13:05:00.000+02:00"},
		{"2024-11-03 01:30", "yyyy-MM-dd HH:mm", "2024-11-03T01:30:00.000-04:00"},
		{"2024-02-30", "yyyy-MM-dd", ""},
		{"x", "yyyy", "-"},
		{"x", "'x'", "-"},
	} {
		got, matched, ok, err := FromFormat(c.text, c.format, now)
		require.NoError(t, err)
		require.Equal(t, c.want != "-", matched, c.text)
		require.Equal(t, c.want > "-", ok, c.text)
		if ok {
			require.Equal(t, c.want, ISO(got), c.text)
		}
	}
	for format, want := range map[string]string{
		"yyyy HH a": "Can't include meridiem when specifying 24-hour format", "yyyy MM o": "Can't mix ordinal dates with month/day",
		"yyyy W d": "Can't mix weekYear/weekNumber units with year/month/day or ordinals",
	} {
		_, _, _, err := FromFormat(map[string]string{"yyyy HH a": "2024 10 AM", "yyyy MM o": "2024 05 1", "yyyy W d": "2024 5 1"}[format], format, now)
		require.EqualError(t, err, want)
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 3, 5, 0, 7, 4, 89e6, time.UTC)
	for format, want := range map[string]string{
		"dddd, Do MMMM YYYY [at] h:mm:ss.SS a Z": "Tuesday, 5th March 2024 at 12:07:04.08 am +00:00", "LLLL": "Tuesday, March 5, 2024 12:07 AM",
		"kk w Wo Qo DDDo dd E": "24 10 10th 1st 65th Tu 2", `\Y YY`: "Y 24", "YYYYYY Hmm": "+002024 007", "z": "",
	} {
		require.Equal(t, want, Moment(at, format, false), format)
	}
	now := time.Date(2024, 5, 15, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		text, format string
		strict       bool
		want         string
	}{
		{"5 March 2024 3:04 pm", "D MMMM YYYY h:mm a", false, "2024-03-05T15:04:00.000Z"},
		{"on 1-2-69!", "D/M/YY", false, "1969-02-01T00:00:00.000Z"},
		{"2024-03-05 10:11 +02:00", "YYYY-MM-DD HH:mm Z", true, "2024-03-05T08:11:00.000Z"},
		{"12th", "Do", true, "2024-05-12T00:00:00.000Z"},
		{"1709249415.5", "X", true, "2024-02-29T23:30:15.500Z"},
		{"1-2-24", "DD/MM/YYYY", true, ""},
		{"x", "YYYY", false, ""},
		{"31/02/2024", "DD/MM/YYYY", false, ""},
		{"2024-W20-5", "GGGG-[W]WW-E", true, "2024-05-17T00:00:00.000Z"},
		{"2024 20 5", "gggg ww e", false, "2024-05-17T00:00:00.000Z"},
		{"2024 53", "GGGG WW", false, ""},
		{"Saturday", "dddd", false, "2024-05-18T00:00:00.000Z"},
		{"Fri 2024-05-16", "ddd YYYY-MM-DD", false, ""},
		{"44 BC 3", "Y N M", false, "-000043-03-01T00:00:00.000Z"},
		{"945 pm", "hmm a", true, "2024-05-15T21:45:00.000Z"},
		{"pm", "a", false, ""},
		{"13:00", "h:mm", true, ""},
	} {
		got, ok := FromMoment(c.text, c.format, c.strict, time.UTC, now)
		require.Equal(t, c.want != "", ok, c.text)
		if ok {
			require.Equal(t, c.want, ISO(got), c.text)
		}
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for text, want := range map[string]string{ // twice, never, in winter, in summer
		"2024-10-27T02:30:00": "2024-10-27T02:30:00.000+02:00", "2024-03-31T02:30:00": "2024-03-31T03:30:00.000+02:00",
		"2024-10-27T03:00:00": "2024-10-27T03:00:00.000+01:00", "2024-03-31T03:00:00": "2024-03-31T03:00:00.000+02:00",
	} {
		got, ok := ParseMoment(text, berlin)
		require.True(t, ok, text)
		require.Equal(t, want, ISO(got), text)
	}
}

func TestDifference(t *testing.T) {
	t.Parallel()
	from := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
	to := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	by := Difference(from, to, [9]bool{2: true, 4: true, 5: true})
	require.Equal(t, Amounts{2: 1, 4: 1, 5: 12}, by)
	require.Equal(t, "P1M1DT12H", ISODuration(by))
	require.Equal(t, Amounts{4: -30.5}, Difference(to, from, [9]bool{4: true}))
	require.Equal(t, "PT0S", ISODuration(Amounts{}))
	require.Equal(t, from.AddDate(1, 0, 0).Add(36*time.Hour), Add(from, Amounts{0: 1, 4: 1.5}))
}

// Nothing that a text or a format can be makes a reader panic.
func FuzzFromFormat(f *testing.F) {
	f.Add("5 March 2024 3:04 pm +02:00", "D MMMM YYYY h:mm a Z")
	f.Add("31/12/2023 ü", "d/M/yyyy 'ü' z")
	now := time.Date(2024, 5, 15, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(_ *testing.T, text, format string) {
		_, _, _, _ = FromFormat(text, format, now)
		_, _ = FromMoment(text, format, false, time.UTC, now)
		_, _ = FromMoment(text, format, true, time.UTC, now)
		_ = Moment(now, format, true)
		_, _ = AppendFormat(nil, now, format)
		_, _ = ParseMoment(text, time.UTC)
	})
}
