package files

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewICalendar returns iCalendar (n8n-nodes-base.iCal): it makes an iCalendar file with an event of each item, as the library ics writes it.
func NewICalendar() node.Node { return iCalendar{} }

type iCalendar struct{}

// Definition implements node.Node.
func (iCalendar) Definition() node.Definition { return iCalDefinition() }

// Execute implements node.Node.
func (n iCalendar) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return eachItem(ctx, c, n.Definition(), eventFile)
}

// eventFile makes a file of the event that the parameters of an item describe.
func eventFile(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	e, err := readEvent(it)
	if err != nil {
		return nil, err
	}
	name, err := textParameter(it.Params, "binaryPropertyName", "data")
	if err != nil {
		return nil, err
	}
	text, err := e.text(it.Now())
	if err != nil {
		return nil, err
	}
	fileName := optionText(e.options, "fileName")
	if fileName == "" {
		fileName = "event.ics"
	}
	file, err := create(ctx, it.Call, []byte(text), fileName, "text/calendar")
	if err != nil {
		return nil, err
	}
	var files *node.Binaries
	return []node.Item{{JSON: &node.Object{}, Binary: files.With(name, file)}}, nil
}

// event is what the parameters say. Fields are as given; faults are what is wrong with them.
type event struct {
	title      any
	start, end time.Time
	allDay     bool
	options    *node.Object
	faults     []string
}

func readEvent(it node.ItemCall) (*event, error) {
	e := &event{}
	var err error
	if e.title, err = it.Params.Value("title"); err != nil {
		return nil, err
	}
	if e.allDay, err = it.Params.Bool("allDay"); err != nil {
		return nil, err
	}
	start, err := it.Params.Value("start")
	if err != nil {
		return nil, err
	}
	end, err := it.Params.Value("end")
	if err != nil {
		return nil, err
	}
	if !fields.Truthy(end) {
		end = start
	}
	if e.options, err = it.Params.Object("additionalFields"); err != nil {
		return nil, err
	}
	// The time zone of the workflow (useWorkflowTimezone) changes nothing in n8n either: the file has UTC.
	e.start, e.end = e.date("start", start), e.date("end", end)
	if e.allDay {
		e.end = e.end.AddDate(0, 0, 1)
	}
	return e, nil
}

func (e *event) fault(format string, args ...any) {
	e.faults = append(e.faults, fmt.Sprintf(format, args...))
}

// date reads when the event begins or ends. A date without a zone is in UTC.
func (e *event) date(name string, v any) time.Time {
	var t time.Time
	ok := false
	switch v := v.(type) {
	case string:
		t, ok = dates.ParseMoment(v, nil)
	case float64, node.Date:
		ms := fields.Number(v)
		if ok = ms > -1e14 && ms < 1e15; ok {
			t = time.UnixMilli(int64(ms))
		}
	}
	if t = t.UTC(); !ok || t.Year() < 0 || t.Year() > 9999 {
		e.fault("%s must be a date, but the final value was: `%s`.", name, shownValue(v))
	}
	return t
}

// shownValue is a value as the errors of n8n's library show it.
func shownValue(v any) string {
	switch v.(type) {
	case string, *node.Object, []any:
		return string(node.AppendJSONIndent(nil, v, "", "  "))
	}
	return fields.Text(v)
}

// field reads an option of text; empty: there is nothing to write.
func (e *event) field(name string) string {
	v, _ := e.options.Get(name)
	return e.string(name, v)
}

// string is a value that has to be text, or nothing.
func (e *event) string(name string, v any) string {
	text, ok := v.(string)
	if !ok && v != nil && fields.Truthy(v) {
		e.fault("%s must be a `string` type, but the final value was: `%s`.", name, shownValue(v))
	}
	return text
}

// oneOf is a field of text that has one of some words in it.
func (e *event) oneOf(name string, words ...string) string {
	text := e.field(name)
	for _, word := range words {
		if text == "" || strings.Contains(strings.ToUpper(text), word) {
			return text
		}
	}
	e.fault(`%s must match the following: "/%s/i"`, name, strings.Join(words, "|"))
	return ""
}

// inner returns what stands in a group of a field.
func (e *event) inner(name, group string) any {
	v, _ := e.options.Get(name)
	o, _ := v.(*node.Object)
	v, _ = o.Get(group)
	return v
}

// What n8n's library takes for URLs and for addresses of mail.
var (
	eventURL = regexp.MustCompile(`^[a-z0-9+.-]+://(?:\S+@)?(?:[a-z\x{A1}-\x{FFFF}0-9](?:[a-z\x{A1}-\x{FFFF}0-9-]*[a-z\x{A1}-\x{FFFF}0-9])?\.?)+` +
		`(?::\d{2,5})?(?:[/?#]\S*)?$`)
	eMail = regexp.MustCompile(`^(?:` + mailAtom + `(?:\.` + mailAtom + `)*|"[^"\r\n]+")@` +
		`(?:[\d` + mailLetters + `](?:[\d\-._~` + mailLetters + `]*[\d` + mailLetters + `])?\.)+` +
		`[` + mailLetters + `](?:[\d\-._~` + mailLetters + `]*[` + mailLetters + `])?$`)
)

const (
	mailLetters = `A-Za-z\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}`
	mailAtom    = "[\\d!#$%&'*+\\-/=?^_`{|}~" + mailLetters + "]+"
)

// contact is who organizes an event, or takes part, as the end of a line.
func (e *event) contact(path string, o *node.Object, unnamed string) string {
	value := func(name string) string {
		v, ok := o.Get(name)
		text, isText := v.(string)
		if ok && !isText && v != node.Undefined {
			e.fault("%s.%s must be a `string` type, but the final value was: `%s`.", path, name, shownValue(v))
		}
		return text
	}
	name, email := value("name"), value("email")
	if name == "" {
		name = unnamed
	}
	if strings.ContainsAny(name, `:;,"`) {
		name = `"` + strings.ReplaceAll(name, `"`, "'") + `"`
	}
	text := "CN=" + oneLine(name)
	if email == "" {
		return text + ":" // without it, it would be no line of a calendar
	}
	if !eMail.MatchString(email) {
		e.fault("%s.email must be a valid email", path)
	}
	return text + ":mailto:" + email
}

// attendees are the lines of those who take part.
func (e *event) attendees() []string {
	list, _ := e.inner("attendeesUi", "attendeeValues").([]any)
	lines := make([]string, len(list))
	for i, v := range list {
		o, _ := v.(*node.Object)
		path := fmt.Sprintf("attendees[%d]", i)
		rsvp, ok := o.Get("rsvp")
		wanted, isBool := rsvp.(bool)
		if ok && !isBool && rsvp != node.Undefined {
			e.fault("%s.rsvp must be a `boolean` type, but the final value was: `%s`.", path, shownValue(rsvp))
		}
		lines[i] = "ATTENDEE;RSVP=" + strings.ToUpper(strconv.FormatBool(wanted)) + ";" + e.contact(path, o, "Unnamed attendee")
	}
	return lines
}

// place is where the event takes place on earth.
func (e *event) place() string {
	o, ok := e.inner("geolocationUi", "geolocationValues").(*node.Object)
	if !ok {
		return ""
	}
	var parts [2]string
	for i, name := range []string{"lat", "lon"} {
		v, _ := o.Get(name)
		text, isText := v.(string)
		n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if given, isNumber := v.(float64); isNumber {
			n, err = given, nil
		} else if !isText {
			err = strconv.ErrSyntax
		}
		if err != nil || !(n >= -180 && n <= 180) {
			e.fault("geo.%s must be a `number` type, but the final value was: `%s`.", name, shownValue(v))
		}
		parts[i] = node.FormatNumber(n)
	}
	return parts[0] + ";" + parts[1]
}

// sequence is the number of the change; empty: 0.
func (e *event) sequence() string {
	v, _ := e.options.Get("sequence")
	n, ok := v.(float64)
	switch {
	case ok && n != 0:
		return node.FormatNumber(n)
	case !ok && v != nil && fields.Truthy(v):
		e.fault("sequence must be a `number` type, but the final value was: `%s`.", shownValue(v))
	}
	return ""
}

// text is the file, or an error with all faults.
func (e *event) text(now time.Time) (string, error) {
	title, uid, link := e.string("title", e.title), e.field("uid"), e.field("url")
	if title == "" {
		title = "Untitled event"
	}
	if uid == "" {
		uid = drawnUID()
	}
	if link != "" && !eventURL.MatchString(link) {
		e.fault(`url must match the following: "scheme://host:port/path"`)
	}
	organizer := ""
	if o, ok := e.inner("organizerUi", "organizerValues").(*node.Object); ok {
		organizer = e.contact("organizer", o, "Organizer")
	}
	w := &calendarWriter{}
	w.line("BEGIN:", "VCALENDAR")
	w.line("VERSION:", "2.0")
	w.line("CALSCALE:", "GREGORIAN")
	w.line("PRODID:", "adamgibbons/ics") // n8n's
	w.line("METHOD:", "PUBLISH")
	w.line("X-WR-CALNAME:", oneLine(e.field("calName")))
	w.line("X-PUBLISHED-TTL:", "PT1H")
	w.line("BEGIN:", "VEVENT")
	w.long("UID:", oneLine(uid))
	w.line("SUMMARY:", escaped(title))
	w.line("DTSTAMP:", now.UTC().Format(calendarTime))
	switch {
	case !e.allDay:
		w.line("DTSTART:", e.start.Format(calendarTime))
		w.line("DTEND:", e.end.Format(calendarTime))
	default:
		w.line("DTSTART;VALUE=DATE:", e.start.Format(calendarDay))
		if end := e.end.Format(calendarDay); end != e.start.Format(calendarDay) {
			w.line("DTEND;VALUE=DATE:", end)
		}
	}
	w.line("SEQUENCE:", e.sequence())
	w.line("DESCRIPTION:", escaped(e.field("description")))
	w.line("URL:", link)
	w.line("GEO:", e.place())
	w.line("LOCATION:", escaped(e.field("location")))
	w.line("STATUS:", oneLine(e.oneOf("status", "TENTATIVE", "CANCELLED", "CONFIRMED")))
	w.line("ORGANIZER;", organizer)
	w.line("X-MICROSOFT-CDO-BUSYSTATUS:", oneLine(e.oneOf("busyStatus", "TENTATIVE", "FREE", "BUSY", "OOF")))
	for _, attendee := range e.attendees() {
		w.line("", attendee)
	}
	w.long("RRULE:", oneLine(e.field("recurrenceRule")))
	w.line("END:", "VEVENT")
	w.line("END:", "VCALENDAR")
	switch len(e.faults) {
	case 0:
		return w.String(), nil
	case 1:
		return "", errors.New(e.faults[0])
	}
	return "", node.NewOperationError(fmt.Sprintf("%d errors occurred", len(e.faults)), strings.Join(e.faults, "\n"))
}

// The forms of times in UTC, and of days.
const (
	calendarTime = "20060102T150405Z"
	calendarDay  = "20060102"
)

// calendarWriter writes the lines of a calendar. Those without a value are left out.
type calendarWriter struct{ strings.Builder }

// long writes a line that is not folded, however long.
func (w *calendarWriter) long(name, value string) {
	if value != "" {
		w.WriteString(name + value + "\r\n")
	}
}

// line writes a line, folded behind 75 characters as JavaScript counts them.
func (w *calendarWriter) line(name, value string) {
	if value == "" {
		return
	}
	width := 0
	for _, r := range name + value {
		size := utf16.RuneLen(r)
		if width+size > 75 {
			w.WriteString("\r\n\t")
			width = 1
		}
		width += size
		w.WriteRune(r)
	}
	w.WriteString("\r\n")
}

var (
	escapes = strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`, ";", `\;`, ",", `\,`)
	breaks  = strings.NewReplacer("\r\n", `\n`, "\n", `\n`, "\r", `\n`)
)

// escaped is text as calendars hold it.
func escaped(text string) string { return escapes.Replace(text) }

// oneLine is text that n8n writes as it is, less its ends of lines: what follows them would be lines of the calendar.
func oneLine(text string) string { return breaks.Replace(text) }

// drawnUID is 21 characters that nobody else has.
func drawnUID() string {
	var drawn [16]byte
	_, _ = rand.Read(drawn[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(drawn[:])[:21]
}
