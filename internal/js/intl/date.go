package intl

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// DateTimeFormat is Intl.DateTimeFormat.
type DateTimeFormat struct {
	locale   *Locale
	zone     *time.Location
	zoneName string
	cycle    string
	zoneText string // timeZoneName
	options  map[string]string
	pattern  []field
}

// field is a piece of a pattern: literal text, or a letter of CLDR's with a width or a list of texts.
type field struct {
	literal string
	letter  byte
	width   int
	texts   []string
}

var dateOptions = []struct {
	name   string
	values []string
}{
	{"weekday", []string{"narrow", "short", "long"}},
	{"era", []string{"narrow", "short", "long"}},
	{"year", []string{"2-digit", "numeric"}},
	{"month", []string{"2-digit", "numeric", "narrow", "short", "long"}},
	{"day", []string{"2-digit", "numeric"}},
	{"dayPeriod", []string{"narrow", "short", "long"}},
	{"hour", []string{"2-digit", "numeric"}},
	{"minute", []string{"2-digit", "numeric"}},
	{"second", []string{"2-digit", "numeric"}},
	{"timeZoneName", []string{"short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"}},
	{"dateStyle", []string{"full", "long", "medium", "short"}},
	{"timeStyle", []string{"full", "long", "medium", "short"}},
	{"hourCycle", []string{"h11", "h12", "h23", "h24"}},
}

// Fields says which fields a method wants: toLocaleDateString those of a date, for example. See NewDateTimeFormat.
type Fields string

// The fields of the methods: toLocaleDateString, toLocaleTimeString, toLocaleString, and Intl.DateTimeFormat.
const (
	DateFields Fields = "date"
	TimeFields Fields = "time"
	AllFields  Fields = "all"
	AnyFields  Fields = ""
)

// NewDateTimeFormat resolves the options of Intl.DateTimeFormat; where none of the wanted fields is asked for, it adds them.
// local is the name of the zone that holds when none is asked for.
func NewDateTimeFormat(l *Locale, options map[string]any, fields Fields, local string) (*DateTimeFormat, error) {
	options, err := withFields(options, fields)
	if err != nil {
		return nil, err
	}
	f := &DateTimeFormat{locale: l, options: map[string]string{}}
	for _, o := range dateOptions {
		s, err := oneOf(options, "DateTimeFormat", o.name, o.values...)
		if err != nil {
			return nil, err
		}
		f.options[o.name] = s
	}
	if n, ok, err := whole(options, "fractionalSecondDigits", 1, 3); err != nil {
		return nil, err
	} else if ok {
		f.options["digits"] = strconv.Itoa(n)
	}
	if err := known(options, "calendar", "gregory", "iso8601"); err != nil {
		return nil, err
	}
	if err := known(options, "numberingSystem", "latn"); err != nil {
		return nil, err
	}
	f.zoneName = local
	if z, ok := options["timeZone"]; ok {
		f.zoneName = fmt.Sprint(z)
	}
	if f.zoneName, f.zone, err = Zone(f.zoneName); err != nil {
		return nil, err
	}
	f.zoneText = f.options["timeZoneName"]
	f.resolveCycle(options)
	return f, f.choosePattern()
}

func withFields(options map[string]any, fields Fields) (map[string]any, error) {
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := options[name]; ok {
				return true
			}
		}
		return false
	}
	switch {
	case fields == DateFields && has("timeStyle"):
		return nil, typeError("Invalid option : timeStyle")
	case fields == TimeFields && has("dateStyle"):
		return nil, typeError("Invalid option : dateStyle")
	case has("dateStyle", "timeStyle"),
		fields != TimeFields && has("weekday", "year", "month", "day"),
		fields != DateFields && has("dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"):
		return options, nil
	}
	options = without(options)
	if fields != TimeFields {
		options["year"], options["month"], options["day"] = "numeric", "numeric", "numeric"
	}
	if fields == TimeFields || fields == AllFields {
		options["hour"], options["minute"], options["second"] = "numeric", "numeric", "numeric"
	}
	return options, nil
}

// known refuses values that Node.js would know and this package does not.
func known(options map[string]any, name string, values ...string) error {
	v, ok := options[name]
	if !ok {
		return nil
	}
	for _, k := range values {
		if fmt.Sprint(v) == k {
			return nil
		}
	}
	return &LocaleError{fmt.Sprintf("%s %v", name, v)}
}

func (f *DateTimeFormat) resolveCycle(options map[string]any) {
	f.cycle = f.options["hourCycle"]
	if f.cycle == "" {
		if hc := f.locale.keywords["hc"]; len(hc) == 3 && strings.Contains("h11 h12 h23 h24", hc) { //nolint:gocritic // hc is one of them
			f.cycle = hc
		}
	}
	switch options["hour12"] {
	case true:
		f.cycle = "h12"
	case false:
		f.cycle = "h23"
	}
}

func (f *DateTimeFormat) choosePattern() error {
	o := f.options
	if o["dateStyle"] != "" || o["timeStyle"] != "" {
		for _, name := range []string{
			"weekday", "era", "year", "month", "day", "dayPeriod", "hour", "minute", "second", "digits", "timeZoneName",
		} {
			if o[name] != "" {
				if name == "digits" {
					name = "fractionalSecondDigits"
				}
				style := "timeStyle"
				if o["dateStyle"] != "" {
					style = "dateStyle"
				}
				return typeError("Can't set option %s when %s is used", name, style)
			}
		}
		cycle := f.cycle
		if o["timeStyle"] == "" {
			cycle = ""
		}
		if o["timeStyle"] == "full" {
			f.zoneText = "long"
		} else if o["timeStyle"] == "long" {
			f.zoneText = "short"
		}
		return f.parse(f.locale.data.Dates.Style[strings.Join([]string{o["dateStyle"], o["timeStyle"], cycle}, ",")])
	}
	return f.parse(f.fieldsPattern())
}

// fieldsPattern puts the pattern of the date and that of the time together.
func (f *DateTimeFormat) fieldsPattern() string {
	o, data := f.options, &f.locale.data.Dates
	zone := ""
	if f.zoneText != "" {
		zone = "short"
	}
	cycle, period := f.cycle, o["dayPeriod"]
	if o["hour"] == "" {
		cycle = ""
	}
	effective := f.cycle
	if effective == "" {
		effective = data.HourCycle
	}
	if o["hour"] != "" && effective > "h12" {
		period = ""
	}
	dateKey := strings.Join([]string{o["weekday"], o["era"], o["year"], o["month"], o["day"]}, ",")
	timeKey := func(zone string) string {
		return strings.Join([]string{o["hour"], o["minute"], o["second"], o["digits"], period, cycle, zone}, ",")
	}
	date := data.Date[dateKey]
	time, hasTime := data.Time[timeKey(zone)]
	switch {
	case !hasTime && zone == "":
		return date
	case !hasTime:
		time = "{z}"
	}
	if date == "" {
		return time
	}
	join := "second"
	switch {
	case !hasTime:
		join = "zone"
	case zone != "":
		join = "timeZone"
	case o["hour"] != "":
		join = o["hour"] + "," + word(o["minute"], "minute") + "," + word(o["second"], "second") + "," + clock(effective)
	}
	between, ok := data.Join[join][dateKey]
	if !ok {
		between = data.Join[""][dateKey]
	}
	if before, ok := strings.CutPrefix(between, "="); ok {
		return before + time
	}
	return date + between + time
}

func word(present, name string) string {
	if present == "" {
		return ""
	}
	return name
}

func clock(cycle string) string {
	if cycle > "h12" {
		return "h23"
	}
	return "h12"
}

var token = regexp.MustCompile(`\{([a-zA-Z])(\d*)(?::(\d+))?\}`)

func (f *DateTimeFormat) parse(pattern string) error {
	if pattern == "" {
		return fmt.Errorf("intl: no pattern for %v", f.options)
	}
	from := 0
	for _, m := range token.FindAllStringSubmatchIndex(pattern, -1) {
		if from < m[0] {
			f.pattern = append(f.pattern, field{literal: pattern[from:m[0]]})
		}
		from = m[1]
		x := field{letter: pattern[m[2]]}
		x.width, _ = strconv.Atoi(pattern[m[4]:m[5]])
		if m[6] >= 0 {
			n, _ := strconv.Atoi(pattern[m[6]:m[7]])
			x.texts = f.locale.data.Texts[n]
		}
		f.pattern = append(f.pattern, x)
	}
	if from < len(pattern) {
		f.pattern = append(f.pattern, field{literal: pattern[from:]})
	}
	return nil
}

// Format writes a time, given in milliseconds since 1970. The error is a RangeError when it is no time.
func (f *DateTimeFormat) Format(ms float64) (string, error) {
	parts, err := f.Parts(ms)
	return strings.ReplaceAll(Join(parts), "\u202f", " "), err // as V8 does, in the whole text only
}

// maxTime is the latest time that JavaScript knows.
const maxTime = 8.64e15

// Parts writes a time in pieces.
func (f *DateTimeFormat) Parts(ms float64) ([]Part, error) {
	if math.IsNaN(ms) || math.Abs(ms) > maxTime {
		return nil, rangeError("Invalid time value")
	}
	t := time.UnixMilli(int64(math.Trunc(ms))).In(f.zone)
	parts := make([]Part, 0, len(f.pattern))
	for _, x := range f.pattern {
		switch {
		case x.letter == 0:
			parts = append(parts, Part{Type: "literal", Value: x.literal})
		case x.letter == 'z':
			parts = append(parts, Part{Type: "timeZoneName", Value: f.nameOf(t)})
		default:
			parts = append(parts, x.part(t))
		}
	}
	return parts, nil
}

func (x *field) part(t time.Time) Part {
	number := func(kind string, n int) Part {
		s := strconv.Itoa(n)
		if len(s) < x.width {
			s = strings.Repeat("0", x.width-len(s)) + s
		}
		return Part{Type: kind, Value: s}
	}
	switch x.letter {
	case 'E':
		return Part{Type: "weekday", Value: x.texts[int(t.Weekday())]}
	case 'G':
		era := 1
		if t.Year() <= 0 {
			era = 0
		}
		return Part{Type: "era", Value: x.texts[era]}
	case 'y':
		year := t.Year()
		if year <= 0 {
			year = 1 - year
		}
		if x.width == 2 {
			year %= 100
		}
		return number("year", year)
	case 'M':
		if x.texts != nil {
			return Part{Type: "month", Value: x.texts[int(t.Month())-1]}
		}
		return number("month", int(t.Month()))
	case 'd':
		return number("day", t.Day())
	case 'H':
		return number("hour", t.Hour())
	case 'K':
		return number("hour", t.Hour()%12)
	case 'h':
		return number("hour", (t.Hour()+11)%12+1)
	case 'k':
		return number("hour", (t.Hour()+23)%24+1)
	case 'm':
		return number("minute", t.Minute())
	case 's':
		return number("second", t.Second())
	case 'S':
		ms := fmt.Sprintf("%03d", t.Nanosecond()/1e6)
		return Part{Type: "fractionalSecond", Value: ms[:x.width]}
	}
	return Part{Type: "dayPeriod", Value: x.texts[t.Hour()]}
}

// nameOf is the name of the time zone.
func (f *DateTimeFormat) nameOf(t time.Time) string {
	style := f.zoneText
	short := strings.HasPrefix(style, "short")
	if !strings.HasSuffix(style, "Offset") && (t.Unix() >= 0 || f.zoneName == "UTC") { // most of ICU's names begin in 1970
		if data, err := shared(); err == nil {
			if set, ok := data.Zones.ByZone[f.zoneName]; ok {
				i := map[string]int{"short": 0, "long": 1, "shortGeneric": 2, "longGeneric": 3}[style]
				if summer(t) {
					i += 4
				}
				if name := data.Zones.Sets[set][localeIndex[f.locale.name]][i]; name != "" {
					return name
				}
			}
		}
	}
	_, offset := t.Zone()
	data := &f.locale.data.Dates
	switch {
	case offset == 0 && short:
		return data.Zero[0]
	case offset == 0:
		return data.Zero[1]
	case offset < 0:
		return data.GMT + data.Minus + offsetText(-offset, short)
	}
	return data.GMT + "+" + offsetText(offset, short)
}

var localeIndex = func() map[string]int {
	m := map[string]int{}
	for i, name := range names {
		m[name] = i
	}
	return m
}()

// summer reports whether the clock is ahead of what it is at the other end of the year.
func summer(t time.Time) bool {
	_, now := t.Zone()
	_, january := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, t.Location()).Zone()
	_, july := time.Date(t.Year(), 7, 1, 0, 0, 0, 0, t.Location()).Zone()
	return now > min(january, july)
}

func offsetText(seconds int, short bool) string {
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	text := fmt.Sprintf("%02d:%02d", h, m)
	if short {
		text = strconv.Itoa(h)
		if m != 0 || s != 0 {
			text += fmt.Sprintf(":%02d", m)
		}
	}
	if s != 0 {
		text += fmt.Sprintf(":%02d", s)
	}
	return text
}

// Resolved are the resolvedOptions.
func (f *DateTimeFormat) Resolved() map[string]any {
	r := map[string]any{"locale": f.locale.Tag, "calendar": "gregory", "numberingSystem": "latn", "timeZone": f.zoneName}
	for name, v := range f.options {
		if v != "" && name != "hourCycle" && name != "digits" {
			r[name] = v
		}
	}
	if d := f.options["digits"]; d != "" {
		r["fractionalSecondDigits"], _ = strconv.Atoi(d)
	}
	if f.options["hour"] != "" || f.options["timeStyle"] != "" {
		cycle := f.cycle
		if cycle == "" {
			cycle = f.locale.data.Dates.HourCycle
		}
		r["hourCycle"], r["hour12"] = cycle, cycle < "h20"
	}
	return r
}

var offsetZone = regexp.MustCompile(`^([+-])(\d\d)(?::?(\d\d))?$`)

var zonesByFold = sync.OnceValues(func() (map[string]string, error) {
	data, err := shared()
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	for name := range data.Zones.ByZone {
		m[strings.ToLower(name)] = name
	}
	return m, nil
})

// Zone finds a time zone: an IANA name in any letters, or an offset such as +05:30. The error is a RangeError.
func Zone(name string) (string, *time.Location, error) {
	if m := offsetZone.FindStringSubmatch(name); m != nil {
		h, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		if h < 24 && minutes < 60 {
			offset := h*3600 + minutes*60
			if m[1] == "-" {
				offset = -offset
			}
			canonical := fmt.Sprintf("%s%02d:%02d", m[1], h, minutes)
			return canonical, time.FixedZone(canonical, offset), nil
		}
	}
	switch strings.ToLower(name) {
	case "utc", "etc/utc", "gmt", "etc/gmt", "etc/uct", "uct", "zulu", "etc/zulu":
		return "UTC", time.UTC, nil
	case "", "local":
		return "", nil, rangeError("Invalid time zone specified: %s", name)
	}
	folded, err := zonesByFold()
	if err != nil {
		return "", nil, err
	}
	if proper, ok := folded[strings.ToLower(name)]; ok {
		name = proper
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return "", nil, rangeError("Invalid time zone specified: %s", name)
	}
	return name, loc, nil
}

// LocalZone is the name of the zone that the process runs in, as time.Local has it; UTC when there is none.
var LocalZone = sync.OnceValue(func() string {
	name, set := os.LookupEnv("TZ")
	if !set {
		if path, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
			_, name, _ = strings.Cut(path, "zoneinfo/")
		}
	}
	if name, _, err := Zone(strings.TrimPrefix(name, ":")); err == nil {
		return name
	}
	return "UTC"
})
