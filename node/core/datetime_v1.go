package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewDateTimeV1 returns Date & Time in its version 1 (n8n-nodes-base.dateTime): it formats dates, and adds to them, in the tokens
// of Moment.js.
func NewDateTimeV1() node.Node { return node.PerItem(dateTimeV1Definition(), dateTimeV1Item) }

func dateTimeV1Item(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	action, err := it.Call.Params(ctx, 0).String("action")
	if err != nil {
		return nil, err
	}
	act := map[string]func(dateJob) (any, error){"format": dateJob.momentFormat, "calculate": dateJob.calculate}[action]
	if act == nil {
		return nil, node.NewOperationError(fmt.Sprintf("The action %q is not known", action), "")
	}
	job := newDateJob(ctx, it)
	if job.options, err = it.Params.Object("options"); err != nil {
		return nil, err
	}
	named, err := it.Params.Value("dataPropertyName")
	if err != nil {
		return nil, err
	}
	result, err := act(job)
	if err != nil || result == node.Undefined {
		return nil, err
	}
	field, err := fieldName(named)
	if err != nil {
		return nil, err
	}
	out := node.Item{JSON: fields.Copy(it.Item().JSON), Binary: it.Item().Binary}
	out.JSON.Set(field, result)
	return []node.Item{out}, nil
}

// fieldName is a value that has to name a field; what n8n says of others are errors of JavaScript.
func fieldName(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []any:
		return fields.Text(v), nil
	case nil:
		return "", errors.New("Cannot read properties of null (reading 'includes')") //nolint:staticcheck // n8n's text
	}
	if v == node.Undefined {
		return "", errors.New("Cannot read properties of undefined (reading 'includes')") //nolint:staticcheck // n8n's text
	}
	return "", errors.New("dataPropertyName.includes is not a function")
}

// option is a text of the options; has says that it is there, empty or not.
func (j dateJob) option(name string) (text string, has bool) {
	v, has := j.options.Get(name)
	if !has || v == node.Undefined {
		return "", false
	}
	return fields.Text(v), true
}

func (j dateJob) zoneOption(name string) (*time.Location, error) {
	text, has := j.option(name)
	if !has || text == "" {
		return nil, nil //nolint:nilnil // none was named
	}
	zone, ok := dates.IANAZone(text)
	if !ok {
		return nil, node.NewOperationError(fmt.Sprintf("The timezone %s is not valid. Please check the timezone.", text), "")
	}
	return zone, nil
}

var errUnknownDate = node.NewOperationError(`The date input format could not be recognized. Please set the "From Format" field`, "")

func (j dateJob) momentFormat() (any, error) {
	v, err := j.Value("value")
	if err != nil {
		return nil, err
	}
	format, err := j.String("toFormat")
	if err != nil || v == node.Undefined {
		return v, err
	}
	fromFormat, hasFormat := j.option("fromFormat")
	if text, isText := v.(string); isText && !hasFormat && math.IsNaN(fields.Number(v)) {
		if _, ok := dates.ParseMoment(text, nil); !ok {
			return nil, errUnknownDate
		}
	}
	from, err := j.zoneOption("fromTimezone")
	if err != nil {
		return nil, err
	}
	to, err := j.zoneOption("toTimezone")
	if err != nil {
		return nil, err
	}
	moved := from != nil || to != nil
	zone := from // nil: in UTC, not asked for
	if moved && from == nil {
		zone = j.now.Location()
	}
	var t time.Time
	ok := false
	number := fields.Number(v)
	if number != math.Trunc(number) {
		number *= 1000
	}
	text, isText := v.(string)
	switch {
	case number == math.Trunc(number) && !math.IsInf(number, 0):
		if len(fields.Text(number)) < 12 { // seconds, as they are since 1990
			number *= 1000
		}
		t, ok = time.UnixMilli(int64(max(-1e16, min(1e16, number)))).UTC(), math.Abs(number) <= 8.64e15
	case fromFormat != "":
		if !math.IsNaN(number) {
			text = fields.Text(number)
		}
		t, ok = dates.FromMoment(text, fromFormat, false, cmp.Or(zone, time.UTC), j.now)
	case isText:
		t, ok = dates.ParseMoment(text, zone)
	case !math.IsNaN(number) && !math.IsInf(number, 0):
		t, ok = time.UnixMilli(int64(number)).UTC(), true
	}
	if !ok {
		if !hasFormat {
			return nil, errUnknownDate
		}
		return "Invalid date", nil
	}
	if t = t.UTC(); moved {
		if to == nil {
			to = j.now.Location()
		}
		if t = t.In(to); !dates.IsValid(t) {
			return "Invalid date", nil
		}
	}
	if format == "" {
		if format = "YYYY-MM-DDTHH:mm:ssZ"; moved && offsetOf(t) == 0 {
			format = "YYYY-MM-DDTHH:mm:ss[Z]"
		}
	}
	return dates.Moment(t, format, moved), nil
}

func (j dateJob) calculate() (any, error) {
	v, typ, err := j.Typed("value")
	if err != nil {
		return nil, err
	}
	amount, err := j.Value("duration")
	if err != nil {
		return nil, err
	}
	name, err := j.String("timeUnit")
	if err != nil {
		return nil, err
	}
	operation, err := j.String("operation")
	if err != nil {
		return nil, err
	}
	unit, known := dates.Unit(name)
	if !known {
		return nil, node.NewOperationError(fmt.Sprintf("The time unit %q is not known", name), "")
	}
	t, err := j.calculated(v, typ == "DateTime")
	if err != nil {
		return nil, err
	}
	var by dates.Amounts
	if n := fields.Number(amount); !math.IsNaN(n) {
		if by[unit] = n; operation != "add" {
			by[unit] = -n
		}
	}
	if t = dates.AddMoment(t, by); !dates.IsValid(t) {
		return nil, nil //nolint:nilnil // JavaScript's null for a date that is too far away
	}
	return node.Date(t.UnixMilli()).String(), nil
}

// calculated reads the date to begin with; what is a date already has no format.
func (j dateJob) calculated(v any, isDate bool) (time.Time, error) {
	if _, ok := v.(node.Date); ok {
		isDate = true
	}
	if format, _ := j.option("fromFormat"); format != "" && !isDate {
		t, ok := dates.FromMoment(fields.Text(v), format, true, time.UTC, j.now)
		if !ok {
			return t, node.NewOperationError(`Date input cannot be parsed. Please recheck the value and the "From Format" field.`, "")
		}
		return t, nil
	}
	ms := math.NaN()
	switch v := v.(type) {
	case string:
		ms = dates.Parse(v, time.UTC)
	case nil, bool, float64, node.Date:
		if v != nil || !isDate { // a DateTime that is none is null
			ms = math.Trunc(fields.Number(v))
		}
	}
	if !(math.Abs(ms) <= 8.64e15) {
		return time.Time{}, node.NewOperationError(`Unrecognized date input. Please specify a format in the "From Format" field.`, "")
	}
	return time.UnixMilli(int64(ms)).UTC(), nil
}
