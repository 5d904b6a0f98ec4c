package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func dateTimeV1Definition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.dateTime"},
		Versions:       []float64{1},
		DefaultVersion: 2,
		Name:           "dateTime",
		DisplayName:    "Date & Time",
		Description:    "Formats dates and adds to them",
		Group:          []string{"transform"},
		Subtitle:       `={{$parameter["action"]}}`,
		DefaultName:    "Date & Time",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		Properties:     dateTimeV1Properties(),
	}
}

func dateTimeV1Properties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Expressions can do more with dates: {{ $now.plus(1, 'week') }}", Name: "noticeDateTime", Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Action", Name: "action", Type: schemas.Options, Default: "format",
			Options: []schemas.Option{
				{Name: "Calculate a Date", Value: "calculate", Action: "Add or subtract time from a date", Description: "Adds a duration to a date, or subtracts it"},
				{Name: "Format a Date", Value: "format", Action: "Convert a date to a different format", Description: "Writes a date in another format"},
			},
		},
		{
			DisplayName: "Value", Name: "value", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "format"),
			Description:    "The date",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "format"),
			Description:    "The field that the result is put into",
		},
		{
			DisplayName: "Custom Format", Name: "custom", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show("action", "format"),
			Description:    "Whether the format is written out instead of chosen from the list",
		},
		{
			DisplayName: "To Format", Name: "toFormat", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("action", "format").And("custom", true),
			Description:    "How the date is written",
			Placeholder:    "YYYY-MM-DD",
		},
		{
			DisplayName: "To Format", Name: "toFormat", Type: schemas.Options, Default: "MM/DD/YYYY",
			DisplayOptions: schemas.Show("action", "format").And("custom", false),
			Options: []schemas.Option{
				{Name: "MM/DD/YYYY", Value: "MM/DD/YYYY", Description: "As in 09/04/1986"},
				{Name: "YYYY/MM/DD", Value: "YYYY/MM/DD", Description: "As in 1986/04/09"},
				{Name: "MMMM DD YYYY", Value: "MMMM DD YYYY", Description: "As in April 09 1986"},
				{Name: "MM-DD-YYYY", Value: "MM-DD-YYYY", Description: "As in 09-04-1986"},
				{Name: "YYYY-MM-DD", Value: "YYYY-MM-DD", Description: "As in 1986-04-09"},
				{Name: "Unix Timestamp", Value: "X", Description: "Seconds since 1970"},
				{Name: "Unix Ms Timestamp", Value: "x", Description: "Milliseconds since 1970"},
			},
			Description: "How the date is written",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("action", "format"),
			Fields: []schemas.Property{
				{
					DisplayName: "From Format", Name: "fromFormat", Type: schemas.String, Default: "",
					Description: "How the date that comes in is written, in the tokens of Moment.js, where it is not recognized by itself",
				},
				{
					DisplayName: "From Timezone Name or ID", Name: "fromTimezone", Type: schemas.Options, Default: "UTC",
					TypeOptions: map[string]any{"loadOptionsMethod": "getTimezones"},
					Description: "The time zone of the date that comes in, by its IANA name",
				},
				{
					DisplayName: "To Timezone Name or ID", Name: "toTimezone", Type: schemas.Options, Default: "UTC",
					TypeOptions: map[string]any{"loadOptionsMethod": "getTimezones"},
					Description: "The time zone of the result, by its IANA name",
				},
			},
			Placeholder: "Add option",
		},
		{
			DisplayName: "Date Value", Name: "value", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("action", "calculate"),
			Description:    "The date",
		},
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "add", Required: true, NoDataExpression: true,
			DisplayOptions: schemas.Show("action", "calculate"),
			Options: []schemas.Option{
				{Name: "Add", Value: "add", Action: "Add time to Date Value", Description: "Adds the duration to the date"},
				{Name: "Subtract", Value: "subtract", Action: "Subtract time from Date Value", Description: "Takes the duration from the date"},
			},
		},
		{
			DisplayName: "Duration", Name: "duration", Type: schemas.Number, Default: 0, Required: true,
			TypeOptions:    map[string]any{"minValue": 0},
			DisplayOptions: schemas.Show("action", "calculate"),
			Description:    "How many units of time the date is moved by",
		},
		{
			DisplayName: "Time Unit", Name: "timeUnit", Type: schemas.Options, Default: "days", Required: true,
			DisplayOptions: schemas.Show("action", "calculate"),
			Options:        timeUnits("Quarters", "Years", "Months", "Weeks", "Days", "Hours", "Minutes", "Seconds", "Milliseconds"),
			Description:    "What the duration counts",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("action", "calculate"),
			Description:    "The field that the result is put into",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("action", "calculate"),
			Fields: []schemas.Property{
				{
					DisplayName: "From Format", Name: "fromFormat", Type: schemas.String, Default: "",
					Description: "How the date that comes in is written, in the tokens of Moment.js, where it is not recognized by itself",
				},
			},
			Placeholder: "Add option",
		},
	}
}
