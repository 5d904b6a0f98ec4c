package core

import (
	"context"
	"math"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewWait returns the Wait node (n8n-nodes-base.wait), as far as it waits for a time: an interval, or until a date. It hands its
// input on. Waiting for a webhook call or a form is refused before a run.
func NewWait() node.Node { return wait{} }

type wait struct{}

// Definition implements node.Node.
func (wait) Definition() node.Definition {
	amount := schemas.Property{
		DisplayName: "Wait Amount", Name: "amount", Type: schemas.Number, Default: 1, ValidateType: "number",
		TypeOptions:    map[string]any{"minValue": 0, "numberPrecision": 2},
		DisplayOptions: schemas.Show("resume", "timeInterval").And("@version", 1), Description: "How long to wait",
	}
	unit := schemas.Property{
		DisplayName: "Wait Unit", Name: "unit", Type: schemas.Options, Default: "hours",
		DisplayOptions: amount.DisplayOptions, Description: "The unit of Wait Amount",
		Options: []schemas.Option{
			{Name: "Seconds", Value: "seconds"}, {Name: "Minutes", Value: "minutes"}, {Name: "Hours", Value: "hours"}, {Name: "Days", Value: "days"},
		},
	}
	amountSince, unitSince := amount, unit
	since := schemas.Show("resume", "timeInterval").AndNot("@version", 1)
	amountSince.Default, amountSince.DisplayOptions = 5, since
	unitSince.Default, unitSince.DisplayOptions = "seconds", since
	return node.Definition{
		Types:       []string{"n8n-nodes-base.wait"},
		Versions:    []float64{1, 1.1},
		Name:        "wait",
		DisplayName: "Wait",
		Description: "Waits before the run goes on",
		Group:       []string{"organization"},
		DefaultName: "Wait",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties: []schemas.Property{
			{
				DisplayName: "Resume", Name: "resume", Type: schemas.Options, Default: "timeInterval", Description: "What the run waits for",
				Options: []schemas.Option{
					{Name: "After Time Interval", Value: "timeInterval", Description: "Wait for a certain time"},
					{Name: "At Specified Time", Value: "specificTime", Description: "Wait until a date"},
					{Name: "On Webhook Call", Value: "webhook", Description: "Wait for a call of the run's address"},
					{Name: "On Form Submitted", Value: "form", Description: "Wait for a form that somebody fills in"},
				},
			},
			{
				DisplayName: "Date and Time", Name: "dateTime", Type: schemas.DateTime, Default: "", Required: true,
				DisplayOptions: schemas.Show("resume", "specificTime"), Description: "When the run goes on",
			},
			amount, amountSince, unit, unitSince,
		},
	}
}

// Check implements node.Checker.
func (wait) Check(parameters *node.Object) []node.Fault {
	switch member(parameters, "resume") {
	case "webhook":
		return []node.Fault{{Path: "resume", Message: "Waiting for a webhook call is not supported: wait for a time interval or until a date"}}
	case "form":
		return []node.Fault{{Path: "resume", Message: "Waiting for a form is not supported: wait for a time interval or until a date"}}
	}
	return nil
}

var waitUnits = map[any]float64{"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}

// shortWait is what n8n spends in the process; a longer wait ends the run, to be resumed.
const shortWait = 65 * time.Second

// Execute implements node.Node.
func (wait) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	until, err := waitUntil(c.Params(ctx, 0), c.Now())
	if err != nil {
		return node.Output{}, err
	}
	out := node.Output{Main: [][]node.Item{c.Items()}}
	left := until.Sub(c.Now())
	if left >= shortWait {
		out.Suspend = &node.Suspend{Until: until}
		return out, nil
	}
	timer := time.NewTimer(max(left, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return node.Output{}, ctx.Err()
	case <-timer.C:
	}
	return out, nil
}

// waitUntil returns when the run goes on.
func waitUntil(params *node.Params, now time.Time) (time.Time, error) {
	resume, err := params.Value("resume")
	if err != nil {
		return time.Time{}, err
	}
	switch resume {
	case "timeInterval":
	case "webhook", "form":
		return time.Time{}, node.NewOperationError("Waiting for a webhook call or a form is not supported", "Wait for a time interval or until a date")
	default:
		v, err := params.Value("dateTime")
		if err != nil {
			return time.Time{}, err
		}
		if d, isDate := v.(node.Date); isDate && !math.IsNaN(float64(d)) {
			return time.UnixMilli(int64(d)), nil
		}
		until, ok := dates.ParseLuxon(json.Trim(fields.Text(v)), now)
		if !ok {
			return time.Time{}, node.NewOperationError("Cannot put execution to wait because `dateTime` parameter is not a valid date. "+
				"Please pick a specific date and time to wait until.", "")
		}
		return until, nil
	}
	unit, err := params.Value("unit")
	if err != nil {
		return time.Time{}, err
	}
	name, _ := unit.(string)
	seconds, ok := waitUnits[name]
	if !ok {
		return time.Time{}, node.NewOperationError("Invalid wait unit. Valid units are 'seconds', 'minutes', 'hours', or 'days'.", "")
	}
	v, err := params.Value("amount")
	if err != nil {
		return time.Time{}, err
	}
	amount, isNumber := v.(float64)
	if !isNumber || !(amount >= 0) {
		return time.Time{}, node.NewOperationError("Invalid wait amount. Please enter a number that is 0 or greater.", "")
	}
	ms := float64(now.UnixMilli()) + amount*seconds*1000
	return time.UnixMilli(int64(min(ms, 8.64e15))), nil
}
