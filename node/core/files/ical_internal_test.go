package files

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// FuzzCalendar holds for every text: calendarOf comes back with JSON or an error, twice the same.
func FuzzCalendar(f *testing.F) {
	f.Add("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20230227T220000\r\nRRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20231231\r\n" +
		"BEGIN:VALARM\r\nTRIGGER;RELATED=END:-P1DT15M\r\nATTACH;VALUE=BINARY:AA\r\nEND:VALARM\r\nATTENDEE;CN=\"a;b:c\":mailto:x\r\nEND:VEVENT\r\nEND:VCALENDAR")
	f.Add("BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n" +
		"END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Z:99991231T220000\nEND:VEVENT")
	f.Add("a\n b:\n\t\"c:d\n :e")
	f.Add("BEGIN:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\nDURATION:-\nRRULE:=;BYDAY=;BYMONTH=x\nDTSTART;TZID=Local:20230101\nEND:VEVENT")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := calendarOf(text)
		if err != nil {
			return
		}
		first := string(node.AppendJSON(nil, o))
		_, err = node.ParseJSON([]byte(first))
		require.NoError(t, err, first)
		o, err = calendarOf(text)
		require.NoError(t, err)
		require.Equal(t, first, string(node.AppendJSON(nil, o)))
	})
}

// FuzzEvent holds for all fields: a file that is made has the lines of one event and no others, and its texts can be read again.
func FuzzEvent(f *testing.F) {
	f.Add("title", "text", "name", "a@example.com", "FREQ=DAILY", "https://example.com")
	f.Add("t\r\nX-A:b", "\\n;,\n", "n\";:\r\n", "\"a b\"@c.de", "x\nEND:VEVENT", "http://a@b/c")
	f.Add(strings.Repeat("😀ü", 60), strings.Repeat("\\", 200), "", "", "", "")
	f.Fuzz(func(t *testing.T, title, text, name, email, rule, link string) {
		for _, s := range []string{title, text, name, email, rule, link} {
			if !utf8.ValidString(s) {
				return
			}
		}
		person := node.NewObject("name", name, "email", email, "rsvp", true)
		e := &event{title: title, start: time.Unix(0, 0).UTC(), end: time.Unix(3600, 0).UTC(), options: node.NewObject(
			"description", text, "location", text, "calName", text, "uid", text, "recurrenceRule", rule, "url", link,
			"organizerUi", node.NewObject("organizerValues", person), "attendeesUi", node.NewObject("attendeeValues", []any{person}),
		)}
		file, err := e.text(time.Unix(0, 0))
		if err != nil {
			return
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
			require.NotContains(t, line, "\n")
			require.NotContains(t, line, "\r")
			if !strings.HasPrefix(line, "UID:") && !strings.HasPrefix(line, "RRULE:") {
				require.LessOrEqual(t, len(utf16.Encode([]rune(line))), 75)
			}
		}
		lines, err := icsLines(file)
		require.NoError(t, err)
		var names []string
		for _, l := range lines {
			names = append(names, l.name)
			if l.name == "SUMMARY" && title != "" {
				require.Equal(t, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(title), unescaped(l.value))
			}
		}
		known := regexp.MustCompile(`^BEGIN VERSION CALSCALE PRODID METHOD (X-WR-CALNAME )?X-PUBLISHED-TTL BEGIN UID SUMMARY DTSTAMP DTSTART DTEND ` +
			`(DESCRIPTION )?(URL )?(LOCATION )?ORGANIZER ATTENDEE (RRULE )?END END$`)
		require.Regexp(t, known, strings.Join(names, " "))
	})
}

// unescaped is a text of a calendar as it was.
func unescaped(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\;`, ";", `\,`, ",").Replace(text)
}

func TestCalendarsThatAreLarge(t *testing.T) {
	t.Parallel()
	_, err := calendarOf("BEGIN:VTIMEZONE\n" + strings.Repeat("BEGIN:STANDARD\nEND:STANDARD\n", 2000) + "END:VTIMEZONE")
	require.ErrorContains(t, err, "a time zone of the calendar has more than 2000 lines")
	o, err := calendarOf(strings.Repeat("BEGIN:VEVENT\nBEGIN:VALARM\n", 200_000)) // would take an hour if each looked for its end
	require.NoError(t, err)
	require.Zero(t, o.Len())
}

func TestZonesOfFiles(t *testing.T) {
	t.Parallel()
	hours := func(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }
	part := func(text string) icsZonePart {
		lines, err := icsLines(text)
		require.NoError(t, err)
		o := &node.Object{}
		(&icsReader{}).read(o, lines, icsZonePartFields)
		p, ok := zonePart(o)
		require.True(t, ok)
		return p
	}
	summer := part("DTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400")
	winter := part("DTSTART:20071104T020000\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500")
	ended := part("DTSTART:19670430T020000\nRRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=20060402T070000Z\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400")
	fifth := part("DTSTART:20000101T000000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=5TU\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100")
	fixed := part("DTSTART:20200101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0545")
	for name, c := range map[string]struct {
		parts []icsZonePart
		at    string
		want  float64
	}{
		"before the first":        {[]icsZonePart{winter, summer}, "2000-01-01T00:00:00", -5},
		"minute before summer":    {[]icsZonePart{winter, summer}, "2023-03-12T01:59:00", -5},
		"summer":                  {[]icsZonePart{winter, summer}, "2023-03-12T02:00:00", -4},
		"minute before winter":    {[]icsZonePart{winter, summer}, "2023-11-05T01:59:00", -4},
		"winter":                  {[]icsZonePart{winter, summer}, "2023-11-05T02:00:00", -5},
		"begin of a year":         {[]icsZonePart{winter, summer}, "2023-01-01T00:00:00", -5},
		"rule that ended":         {[]icsZonePart{ended, winter, summer}, "2023-01-01T00:00:00", -5},
		"last year of a rule":     {[]icsZonePart{ended, winter, summer}, "2006-07-01T00:00:00", -4},
		"once":                    {[]icsZonePart{fixed}, "2024-01-01T00:00:00", 5.75},
		"before once":             {[]icsZonePart{fixed}, "2019-01-01T00:00:00", 5.5},
		"far away":                {[]icsZonePart{winter, summer}, "9999-07-01T00:00:00", -4},
		"days that are not there": {[]icsZonePart{fifth}, "2001-02-01T00:00:00", 1},
	} {
		at, err := time.Parse("2006-01-02T15:04:05", c.at)
		require.NoError(t, err)
		require.Equal(t, hours(c.want), icsZone{parts: c.parts}.offset(at), name)
	}
}
