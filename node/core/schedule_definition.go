package core

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/schemas"
)

func scheduleNotice() schemas.Property {
	return notice("The schedule counts once the workflow is active; a run by hand begins here too")
}

func scheduleTriggerProperties() []schemas.Property {
	return []schemas.Property{
		scheduleNotice(),
		{
			DisplayName: "Trigger Rules", Name: "rule", Type: schemas.FixedCollection, Default: json.RawMessage(`{"interval":[{"field":"days"}]}`),
			TypeOptions: map[string]any{"multipleValues": true},
			Placeholder: "Add Rule",
			Groups: []schemas.Group{
				{
					Name: "interval", DisplayName: "Trigger Interval",
					Values: []schemas.Property{
						{
							DisplayName: "Trigger Interval", Name: "field", Type: schemas.Options, Default: "days",
							Options: []schemas.Option{
								{Name: "Seconds", Value: "seconds"},
								{Name: "Minutes", Value: "minutes"},
								{Name: "Hours", Value: "hours"},
								{Name: "Days", Value: "days"},
								{Name: "Weeks", Value: "weeks"},
								{Name: "Months", Value: "months"},
								{Name: "Custom (Cron)", Value: "cronExpression"},
							},
						},
						{
							DisplayName: "Seconds Between Triggers", Name: "secondsInterval", Type: schemas.Number, Default: 30,
							TypeOptions:    map[string]any{"minValue": 1, "maxValue": 59},
							DisplayOptions: schemas.Show("field", "seconds"),
							Description:    "How many seconds lie between two starts", Hint: "1 to 59",
						},
						{
							DisplayName: "Minutes Between Triggers", Name: "minutesInterval", Type: schemas.Number, Default: 5,
							TypeOptions:    map[string]any{"minValue": 1, "maxValue": 59},
							DisplayOptions: schemas.Show("field", "minutes"),
							Description:    "How many minutes lie between two starts", Hint: "1 to 59",
						},
						{
							DisplayName: "Hours Between Triggers", Name: "hoursInterval", Type: schemas.Number, Default: 1,
							TypeOptions:    map[string]any{"minValue": 1, "maxValue": 23},
							DisplayOptions: schemas.Show("field", "hours"),
							Description:    "How many hours lie between two starts", Hint: "1 to 23",
						},
						{
							DisplayName: "Days Between Triggers", Name: "daysInterval", Type: schemas.Number, Default: 1,
							TypeOptions:    map[string]any{"minValue": 1, "maxValue": 31},
							DisplayOptions: schemas.Show("field", "days"),
							Description:    "How many days lie between two starts", Hint: "1 to 31",
						},
						{
							DisplayName: "Weeks Between Triggers", Name: "weeksInterval", Type: schemas.Number, Default: 1,
							DisplayOptions: schemas.Show("field", "weeks"),
							Description:    "How many weeks lie between two starts",
						},
						{
							DisplayName: "Months Between Triggers", Name: "monthsInterval", Type: schemas.Number, Default: 1,
							TypeOptions:    map[string]any{"minValue": 1},
							DisplayOptions: schemas.Show("field", "months"),
							Description:    "How many months lie between two starts",
						},
						{
							DisplayName: "Trigger at Day of Month", Name: "triggerAtDayOfMonth", Type: schemas.Number, Default: 1,
							TypeOptions:    map[string]any{"minValue": 1, "maxValue": 31},
							DisplayOptions: schemas.Show("field", "months"),
							Description:    "On which day of the month a run starts, 1 to 31", Hint: "In a month without this day nothing starts",
						},
						{
							DisplayName: "Trigger on Weekdays", Name: "triggerAtDay", Type: schemas.MultiOptions, Default: json.RawMessage(`[0]`),
							TypeOptions:    map[string]any{"maxValue": 7},
							DisplayOptions: schemas.Show("field", "weeks"),
							Options: []schemas.Option{
								{Name: "Monday", Value: 1},
								{Name: "Tuesday", Value: 2},
								{Name: "Wednesday", Value: 3},
								{Name: "Thursday", Value: 4},
								{Name: "Friday", Value: 5},
								{Name: "Saturday", Value: 6},
								{Name: "Sunday", Value: 0},
							},
						},
						{
							DisplayName: "Trigger at Hour", Name: "triggerAtHour", Type: schemas.Options, Default: 0,
							DisplayOptions: schemas.Show("field", "days", "weeks", "months"),
							Description:    "At which hour a run starts",
							Options:        hourChoices(),
						},
						{
							DisplayName: "Trigger at Minute", Name: "triggerAtMinute", Type: schemas.Number, Default: 0,
							TypeOptions:    map[string]any{"minValue": 0, "maxValue": 59},
							DisplayOptions: schemas.Show("field", "hours", "days", "weeks", "months"),
							Description:    "At which minute of the hour a run starts, 0 to 59",
						},
						{
							DisplayName: "The fields are those of cron, seconds before them if there are six", Name: "notice", Type: schemas.Notice, Default: "",
							DisplayOptions: schemas.Show("field", "cronExpression"),
						},
						{
							DisplayName: "Expression", Name: "expression", Type: schemas.String, Default: "",
							DisplayOptions: schemas.Show("field", "cronExpression"),
							Hint:           "([Second]) [Minute] [Hour] [Day of Month] [Month] [Day of Week]", Placeholder: "eg. 0 15 * 1 sun",
						},
					},
				},
			},
		},
		{
			DisplayName: "If Execution Is Missed", Name: "misfirePolicy", Type: schemas.Options, Default: "skip", NoDataExpression: true,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.4)),
			Hint:           "Counts for a run that is later than the grace period below",
			Extra:          forms.Extra("isNodeSetting", "true"),
			Options: []schemas.Option{
				{Name: "Run the Most Recent Missed Execution Per Rule", Value: "coalesce"},
				{Name: "Run the Most Recent Missed Execution", Value: "coalesce_owner"},
				{Name: "Don't Run Missed Executions", Value: "skip"},
			},
		},
		{
			DisplayName: "Missed Execution Grace Period (Seconds)", Name: "misfireGraceSeconds", Type: schemas.Number, Default: 0, NoDataExpression: true,
			TypeOptions:    map[string]any{"minValue": 0, "numberPrecision": 0},
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.4)),
			Description:    "By how many seconds a run may be late before it counts as missed; 0 leaves that to the instance",
			Extra:          forms.Extra("isNodeSetting", "true"),
		},
		{
			DisplayName: "Skip Durable Scheduler", Name: "skipDurableScheduler", Type: schemas.Boolean, Default: false,
			Description: "Whether the older scheduler of n8n starts the runs",
			Extra:       map[string]json.RawMessage{"isNodeSetting": json.RawMessage(`true`), "envFeatureFlag": json.RawMessage(`"SKIP_DURABLE_SCHEDULER"`)},
		},
	}
}

func cronProperties() []schemas.Property {
	return []schemas.Property{
		scheduleNotice(),
		{
			DisplayName: "Trigger Times", Name: "triggerTimes", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions: map[string]any{"multipleValues": true, "multipleValueButtonText": "Add Time"},
			Description: "When runs start", Placeholder: "Add Cron Time",
			Groups: []schemas.Group{
				{
					Name: "item", DisplayName: "Item",
					Values: []schemas.Property{
						{
							DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "everyDay",
							Description: "At what times a run starts",
							Options: []schemas.Option{
								{Name: "Every Minute", Value: "everyMinute"},
								{Name: "Every Hour", Value: "everyHour"},
								{Name: "Every Day", Value: "everyDay"},
								{Name: "Every Week", Value: "everyWeek"},
								{Name: "Every Month", Value: "everyMonth"},
								{Name: "Every X", Value: "everyX"},
								{Name: "Custom", Value: "custom"},
							},
						},
						{
							DisplayName: "Hour", Name: "hour", Type: schemas.Number, Default: 14,
							TypeOptions:    map[string]any{"minValue": 0, "maxValue": 23},
							DisplayOptions: (&schemas.DisplayOptions{}).AndNot("mode", "custom", "everyHour", "everyMinute", "everyX"),
							Description:    "At which hour a run starts, 0 to 23",
						},
						{
							DisplayName: "Minute", Name: "minute", Type: schemas.Number, Default: 0,
							TypeOptions:    map[string]any{"minValue": 0, "maxValue": 59},
							DisplayOptions: (&schemas.DisplayOptions{}).AndNot("mode", "custom", "everyMinute", "everyX"),
							Description:    "At which minute of the hour a run starts, 0 to 59",
						},
						{
							DisplayName: "Day of Month", Name: "dayOfMonth", Type: schemas.Number, Default: 1,
							TypeOptions:    map[string]any{"minValue": 1, "maxValue": 31},
							DisplayOptions: schemas.Show("mode", "everyMonth"),
							Description:    "On which day of the month a run starts",
						},
						{
							DisplayName: "Weekday", Name: "weekday", Type: schemas.Options, Default: "1",
							DisplayOptions: schemas.Show("mode", "everyWeek"),
							Description:    "On which day of the week a run starts",
							Options: []schemas.Option{
								{Name: "Monday", Value: "1"},
								{Name: "Tuesday", Value: "2"},
								{Name: "Wednesday", Value: "3"},
								{Name: "Thursday", Value: "4"},
								{Name: "Friday", Value: "5"},
								{Name: "Saturday", Value: "6"},
								{Name: "Sunday", Value: "0"},
							},
						},
						{
							DisplayName: "Cron Expression", Name: "cronExpression", Type: schemas.String, Default: "* * * * * *",
							DisplayOptions: schemas.Show("mode", "custom"),
							Description:    "A cron expression with six fields: second, minute, hour, day of the month, month, day of the week",
						},
						{
							DisplayName: "Value", Name: "value", Type: schemas.Number, Default: 2,
							TypeOptions:    map[string]any{"minValue": 0, "maxValue": 1000},
							DisplayOptions: schemas.Show("mode", "everyX"),
							Description:    "How many minutes or hours lie between two starts",
						},
						{
							DisplayName: "Unit", Name: "unit", Type: schemas.Options, Default: "hours",
							DisplayOptions: schemas.Show("mode", "everyX"),
							Description:    "The unit of the time between two starts",
							Options: []schemas.Option{
								{Name: "Minutes", Value: "minutes"},
								{Name: "Hours", Value: "hours"},
							},
						},
					},
				},
			},
		},
	}
}

func intervalProperties() []schemas.Property {
	return []schemas.Property{
		scheduleNotice(),
		{
			DisplayName: "Interval", Name: "interval", Type: schemas.Number, Default: 1,
			TypeOptions: map[string]any{"minValue": 1},
			Description: "How long the time between two starts is",
		},
		{
			DisplayName: "Unit", Name: "unit", Type: schemas.Options, Default: "seconds",
			Description: "The unit of the time between two starts",
			Options: []schemas.Option{
				{Name: "Seconds", Value: "seconds"},
				{Name: "Minutes", Value: "minutes"},
				{Name: "Hours", Value: "hours"},
			},
		},
	}
}

// hourChoices are the hours of the day, by the twelve-hour clock.
func hourChoices() []schemas.Option {
	hours := make([]schemas.Option, 24)
	for hour := range hours {
		name := fmt.Sprintf("%dam", hour)
		switch {
		case hour == 0:
			name = "Midnight"
		case hour == 12:
			name = "Noon"
		case hour > 12:
			name = fmt.Sprintf("%dpm", hour-12)
		}
		hours[hour] = schemas.Option{Name: name, Value: hour, Extra: forms.Extra("displayName", strconv.Quote(name))}
	}
	return hours
}
