package core

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewDateTime returns Date & Time from version 2 on (n8n-nodes-base.dateTime): it adds to dates, formats, rounds and compares
// them, and takes parts of them, in the workflow's time zone.
func NewDateTime() node.Node { return node.PerItem(dateTimeDefinition(), dateTimeItem) }

func dateTimeItem(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	first := it.Call.Params(ctx, 0)
	operation, err := first.String("operation")
	if err != nil {
		return nil, err
	}
	keep, err := first.Optional("options.includeInputFields")
	if err != nil {
		return nil, err
	}
	field, err := it.Params.Value("outputFieldName")
	if err != nil {
		return nil, err
	}
	operate := dateTimeOperations[operation]
	if operate == nil {
		return nil, node.NewOperationError(fmt.Sprintf("The operation %q is not known", operation), "")
	}
	job := newDateJob(ctx, it)
	if job.options, err = it.Params.Object("options"); err != nil {
		return nil, err
	}
	out := node.Item{JSON: &node.Object{}}
	if fields.Truthy(keep) {
		out = node.Item{JSON: fields.Copy(it.Item().JSON), Binary: it.Item().Binary}
	}
	result, err := operate(job)
	if operation := (*node.OperationError)(nil); err != nil && !errors.As(err, &operation) {
		err = node.NewOperationError(err.Error(), "").Wrap(err)
	}
	if err != nil {
		return nil, err
	}
	out.JSON.Set(fields.Text(field), result)
	return []node.Item{out}, nil
}

// dateTimeOperations are what the node can do, by the parameter operation.
var dateTimeOperations = map[string]func(dateJob) (any, error){
	"addToDate":           func(j dateJob) (any, error) { return j.add(1) },
	"subtractFromDate":    func(j dateJob) (any, error) { return j.add(-1) },
	"extractDate":         dateJob.extract,
	"formatDate":          dateJob.format,
	"getCurrentDate":      dateJob.current,
	"getTimeBetweenDates": dateJob.between,
	"roundDate":           dateJob.round,
}

// dateJob is what is done for one item.
type dateJob struct {
	*node.Params
	now     time.Time // in the workflow's zone
	options *node.Object
	luxon   func(t time.Time, format string) (any, error) // writes in a format, with names of zones
}

// luxonWrite writes what is Luxon's alone: the names of zones.
const luxonWrite = `
return DateTime.fromMillis(getNodeParameter('ms'), { zone: getNodeParameter('zone') }).toFormat(getNodeParameter('format'));`

func newDateJob(ctx context.Context, it node.ItemCall) dateJob {
	return dateJob{Params: it.Params, now: it.Now(), luxon: func(t time.Time, format string) (any, error) {
		return it.Script().Run(ctx, node.ScriptRun{
			Source: luxonWrite, Kind: node.ScriptFunction, Item: it.Index,
			Arguments: node.NewObject("ms", float64(t.UnixMilli()), "zone", t.Location().String(), "format", format),
		})
	}}
}

// invalidDate is what Luxon writes for what is none.
const invalidDate = "Invalid DateTime"

func dateText(t time.Time) string {
	if !dates.IsValid(t) {
		return invalidDate
	}
	return dates.ISO(t)
}

var errInvalidDate = node.NewOperationError("Invalid date format", "")

// date reads a parameter that is a date. zone is where it is moved to; nil: where its text says (only hours east of UTC are
// looked at, as in n8n), else UTC. ok is false for what Luxon calls an invalid date.
func (j dateJob) date(parameter string, zone *time.Location, format string) (t time.Time, ok bool, err error) {
	v, typ, err := j.Typed(parameter)
	if err != nil {
		return t, false, err
	}
	if typ == "DateTime" {
		t, ok = dates.ParseLuxon(fields.Text(v), j.now)
		if _, offset := t.Zone(); ok && offsetOf(t.In(j.now.Location())) == offset {
			t = t.In(j.now.Location())
		}
		return t, ok, nil
	}
	text, isText := v.(string)
	if number := fields.Number(v); !math.IsNaN(number) && format == "" || isWhole(v) {
		if number != math.Trunc(number) {
			number *= 1000
		}
		switch {
		case number == math.Trunc(number) && !math.IsInf(number, 0):
			ms := number
			if len(fields.Text(number)) < 12 { // seconds, as they are since 1990
				ms *= 1000
			}
			t = time.UnixMilli(int64(max(-1e16, min(1e16, ms)))).In(j.now.Location())
			if !dates.IsValid(t) {
				return t, false, nil
			}
			ok = true
		case zone == nil:
			return t, false, errors.New("date.includes is not a function")
		case math.IsInf(number, 0):
			return t, false, errInvalidDate
		default:
			t, ok = time.UnixMilli(int64(number)), true
		}
	}
	_, isList := v.([]any)
	switch {
	case ok:
	case !isText && !isList && zone == nil:
		return t, false, errors.New("date.includes is not a function")
	case !isText && format != "":
		return t, false, errors.New("input.match is not a function")
	case v == node.Undefined:
		t, ok = j.now, true
	case !isText:
		return t, false, errInvalidDate
	case format != "":
		matched := false
		if t, matched, ok, err = dates.FromFormat(text, format, j.now); err == nil && !matched {
			err = errInvalidDate
		}
		if err != nil {
			return t, false, err
		}
	default:
		if t, ok = dates.ParseMoment(text, nil); !ok {
			return t, false, errInvalidDate
		}
	}
	if zone == nil {
		var known bool
		if zone, known = zoneOfText(text); !known {
			ok = false
		}
	}
	if !ok {
		return t, false, nil
	}
	t = t.In(zone)
	return t, dates.IsValid(t), nil
}

func offsetOf(t time.Time) int { _, offset := t.Zone(); return offset }

func isWhole(v any) bool { f, ok := v.(float64); return ok && f == math.Trunc(f) }

// zoneOfText is the zone that n8n sees in a text: the two characters after the first plus sign are hours, all others are UTC.
func zoneOfText(text string) (zone *time.Location, ok bool) {
	name := "Etc/UTC"
	if _, after, found := strings.Cut(text, "+"); found {
		hours := fields.Number(after[:min(2, len(after))])
		name = "Etc/GMT-" + fields.Text(hours)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, false
	}
	return zone, true
}

func (j dateJob) current() (any, error) {
	withTime, err := j.Value("includeTime")
	if err != nil {
		return nil, err
	}
	now := j.now
	if v, _ := j.options.Get("timezone"); fields.Truthy(v) {
		zone, ok := luxonZone(v)
		if !ok {
			return nil, node.NewOperationError(fmt.Sprintf("The timezone %s is not valid. Please check the timezone.", fields.Text(v)), "")
		}
		now = now.In(zone)
	}
	if !fields.Truthy(withTime) {
		now = dates.StartOf(now, dayUnit)
	}
	return dateText(now), nil
}

var luxonOffset = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // a constant
	return regexp.MustCompile(`(?i)^(?:utc|gmt)$|^utc([+-]\d{1,2})(?::(\d\d))?$`)
})

// luxonZone is a time zone by what Luxon takes for one: a name, an offset (UTC+5:30), a number of minutes.
func luxonZone(v any) (*time.Location, bool) {
	if minutes, ok := v.(float64); ok {
		return dates.FixedZone(int(math.Trunc(minutes))), true
	}
	name, isText := v.(string)
	if !isText {
		return nil, false
	}
	if m := luxonOffset().FindStringSubmatch(name); m != nil {
		hours, _ := strconv.Atoi(m[1])
		minutes, _ := strconv.Atoi(m[2])
		if hours < 0 || strings.HasPrefix(m[1], "-") {
			minutes = -minutes
		}
		return dates.FixedZone(hours*60 + minutes), true
	}
	return dates.Zone(name)
}

// dayUnit is the index of the day in dates.Units.
const dayUnit = 4

// dateUnit is the unit that a parameter names.
func (j dateJob) dateUnit(parameter string) (int, error) {
	name, err := j.String(parameter)
	if err != nil {
		return 0, err
	}
	unit, ok := dates.Unit(name)
	if !ok {
		return 0, fmt.Errorf("Invalid unit %s", name) //nolint:staticcheck // Luxon's text
	}
	return unit, nil
}

func (j dateJob) add(sign float64) (any, error) {
	v, err := j.Value("duration")
	if err != nil {
		return nil, err
	}
	date, ok, err := j.date("magnitude", j.now.Location(), "")
	if err != nil {
		return nil, err
	}
	unit, err := j.dateUnit("timeUnit")
	if err != nil {
		return nil, err
	}
	if !ok {
		return invalidDate, nil
	}
	var by dates.Amounts
	if v != nil && v != node.Undefined {
		amount := fields.Number(v)
		if _, isBool := v.(bool); isBool || v == "" || math.IsNaN(amount) || math.IsInf(amount, 0) {
			return nil, errors.New("Invalid unit value " + fields.Text(v))
		}
		by[unit] = sign * amount
	}
	return dateText(dates.Add(date, by)), nil
}

func (j dateJob) format() (any, error) {
	v, typ, err := j.Typed("date")
	if err != nil || v == nil && typ != "DateTime" || v == node.Undefined {
		return v, err
	}
	format, err := j.String("format")
	if err != nil {
		return nil, err
	}
	var zone *time.Location
	if v, _ := j.options.Get("timezone"); fields.Truthy(v) {
		zone = j.now.Location()
	}
	date, ok, err := j.date("date", zone, textOf(j.options, "fromFormat"))
	if err != nil {
		return nil, err
	}
	if format == "custom" {
		if format, err = j.String("customFormat"); err != nil {
			return nil, err
		}
	}
	if !ok {
		return invalidDate, nil
	}
	text, missing := dates.AppendFormat(nil, date, format)
	if missing != "" { // a name of a zone
		return j.luxon(date, format)
	}
	return string(text), nil
}

func (j dateJob) round() (any, error) {
	date, ok, err := j.date("date", j.now.Location(), "")
	if err != nil {
		return nil, err
	}
	mode, err := j.String("mode")
	if err != nil {
		return nil, err
	}
	switch mode {
	case "roundDown":
		unit, err := j.dateUnit("toNearest")
		if err != nil || !ok {
			return invalidDate, err
		}
		return dateText(dates.StartOf(date, unit)), nil
	case "roundUp":
		unit, err := j.dateUnit("to")
		if err != nil || !ok {
			return invalidDate, err
		}
		var one dates.Amounts
		one[unit] = 1
		return dateText(dates.StartOf(dates.Add(date, one), unit)), nil
	}
	return node.Undefined, nil
}

func (j dateJob) between() (any, error) {
	names, err := j.Value("units")
	if err != nil {
		return nil, err
	}
	list, isList := names.([]any)
	if !isList {
		list = []any{names}
	}
	start, startOK, err := j.date("startDate", j.now.Location(), "")
	if err != nil {
		return nil, err
	}
	end, endOK, err := j.date("endDate", j.now.Location(), "")
	if err != nil {
		return nil, err
	}
	var units [len(dates.Units)]bool
	for _, name := range list {
		unit, ok := dates.Unit(fields.Text(name))
		if !ok {
			return nil, fmt.Errorf("Invalid unit %s", fields.Text(name)) //nolint:staticcheck // Luxon's text
		}
		units[unit] = true
	}
	if len(list) == 0 {
		return nil, errors.New("Invalid unit undefined") //nolint:staticcheck // Luxon's text
	}
	asText, _ := j.options.Get("isoString")
	if !startOK || !endOK {
		if fields.Truthy(asText) {
			return nil, nil //nolint:nilnil // null stands for what is none
		}
		return &node.Object{}, nil
	}
	by := dates.Difference(start, end, units)
	if fields.Truthy(asText) {
		return dates.ISODuration(by), nil
	}
	out := &node.Object{}
	for i, unit := range dates.Units {
		if units[i] {
			out.Set(unit+"s", by[i])
		}
	}
	return out, nil
}

// datePieces are the parts of a date that can be taken, by the parameter part.
var datePieces = map[string]func(time.Time) int{
	"year": time.Time.Year, "month": func(t time.Time) int { return int(t.Month()) }, "week": dates.WeekNumber, "day": time.Time.Day,
	"hour": time.Time.Hour, "minute": time.Time.Minute, "second": time.Time.Second, "millisecond": dates.Millisecond,
	"quarter": dates.Quarter, "weekday": dates.Weekday, "ordinal": time.Time.YearDay,
}

func (j dateJob) extract() (any, error) {
	part, err := j.String("part")
	if err != nil {
		return nil, err
	}
	date, ok, err := j.date("date", j.now.Location(), "")
	piece := datePieces[part]
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, nil //nolint:nilnil // null stands for NaN
	case piece == nil:
		return node.Undefined, nil
	}
	return float64(piece(date)), nil
}
