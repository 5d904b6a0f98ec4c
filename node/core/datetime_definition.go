package core

import (
	"slices"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func dateTimeDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.dateTime"},
		Versions:     []float64{2},
		Name:         "dateTime",
		DisplayName:  "Date & Time",
		Description:  "Adds to dates, formats, rounds and compares them",
		Group:        []string{"transform"},
		Subtitle:     `={{$parameter["action"]}}`,
		DefaultName:  "Date & Time",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Properties:   dateTimeProperties(),
	}
}

func dateTimeProperties() []schemas.Property {
	return slices.Concat([]schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "getCurrentDate", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Add to a Date", Value: "addToDate"},
				{Name: "Extract Part of a Date", Value: "extractDate"},
				{Name: "Format a Date", Value: "formatDate"},
				{Name: "Get Current Date", Value: "getCurrentDate"},
				{Name: "Get Time Between Dates", Value: "getTimeBetweenDates"},
				{Name: "Round a Date", Value: "roundDate"},
				{Name: "Subtract From a Date", Value: "subtractFromDate"},
			},
		},
		{
			DisplayName: "Expressions can do this too: {{ $now }} is the current date, and dates have methods such as plus, minus, format and startOf", Name: "notice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("operation", "getCurrentDate"),
		},
		{
			DisplayName: "Include Current Time", Name: "includeTime", Type: schemas.Boolean, Default: true,
			DisplayOptions: schemas.Show("operation", "getCurrentDate"),
			Description:    "Whether the time of day is kept; without it the date is its midnight",
		},
		{
			DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "currentDate",
			DisplayOptions: schemas.Show("operation", "getCurrentDate"),
			Description:    "The field that the result is put into",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "getCurrentDate"),
			Fields: []schemas.Property{
				{
					DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
					Description: "Whether the result has the fields of the item that came in as well",
				},
				{
					DisplayName: "Timezone", Name: "timezone", Type: schemas.String, Default: "",
					Description: "The time zone of the result, by its IANA name; that of the workflow unless it says otherwise",
					Placeholder: "America/New_York",
				},
			},
			Placeholder: "Add option",
		},
	}, movedDate("addToDate", "Date to Add To", "Time Unit to Add"), movedDate("subtractFromDate", "Date to Subtract From", "Time Unit to Subtract"),
		[]schemas.Property{
			{
				DisplayName: "Expressions can do this too: {{ $now }} is the current date, and dates have methods such as plus, minus, format and startOf", Name: "notice", Type: schemas.Notice, Default: "",
				DisplayOptions: schemas.Show("operation", "formatDate"),
			},
			{
				DisplayName: "Date", Name: "date", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("operation", "formatDate"),
				Description:    "The date",
			},
			{
				DisplayName: "Format", Name: "format", Type: schemas.Options, Default: "MM/dd/yyyy",
				DisplayOptions: schemas.Show("operation", "formatDate"),
				Options: []schemas.Option{
					{Name: "Custom Format", Value: "custom"},
					{Name: "MM/DD/YYYY", Value: "MM/dd/yyyy", Description: "As in 09/04/1986"},
					{Name: "YYYY/MM/DD", Value: "yyyy/MM/dd", Description: "As in 1986/04/09"},
					{Name: "MMMM DD YYYY", Value: "MMMM dd yyyy", Description: "As in April 09 1986"},
					{Name: "MM-DD-YYYY", Value: "MM-dd-yyyy", Description: "As in 09-04-1986"},
					{Name: "YYYY-MM-DD", Value: "yyyy-MM-dd", Description: "As in 1986-04-09"},
					{Name: "Unix Timestamp", Value: "X", Description: "Seconds since 1970, as in 1672531200"},
					{Name: "Unix Ms Timestamp", Value: "x", Description: "Milliseconds since 1970, as in 1674691200000"},
				},
				Description: "How the date is written",
			},
			{
				DisplayName: "Custom Format", Name: "customFormat", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("format", "custom").And("operation", "formatDate"),
				Hint:           "The tokens are those of Luxon",
				Placeholder:    "yyyy-MM-dd",
			},
			{
				DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "formattedDate",
				DisplayOptions: schemas.Show("operation", "formatDate"),
				Description:    "The field that the result is put into",
			},
			{
				DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
				DisplayOptions: schemas.Show("operation", "formatDate"),
				Fields: []schemas.Property{
					{
						DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
						Description: "Whether the result has the fields of the item that came in as well",
					},
					{
						DisplayName: "From Date Format", Name: "fromFormat", Type: schemas.String, Default: "e.g yyyyMMdd",
						Description: "How the date that comes in is written, in Luxon's tokens, where it is not recognized by itself",
						Hint:        "Upper and lower case are not the same",
					},
					{
						DisplayName: "Use Workflow Timezone", Name: "timezone", Type: schemas.Boolean, Default: false,
						Description: "The time zone of the result, by its IANA name; that of the workflow unless it says otherwise",
					},
				},
				Placeholder: "Add option",
			},
			{
				DisplayName: "Expressions can do this too: {{ $now }} is the current date, and dates have methods such as plus, minus, format and startOf", Name: "notice", Type: schemas.Notice, Default: "",
				DisplayOptions: schemas.Show("operation", "roundDate"),
			},
			{
				DisplayName: "Date", Name: "date", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("operation", "roundDate"),
				Description:    "The date",
			},
			{
				DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "roundDown",
				DisplayOptions: schemas.Show("operation", "roundDate"),
				Options: []schemas.Option{
					{Name: "Round Down", Value: "roundDown"},
					{Name: "Round Up", Value: "roundUp"},
				},
			},
			{
				DisplayName: "To Nearest", Name: "toNearest", Type: schemas.Options, Default: "month",
				DisplayOptions: schemas.Show("operation", "roundDate").And("mode", "roundDown"),
				Options: []schemas.Option{
					{Name: "Year", Value: "year"},
					{Name: "Month", Value: "month"},
					{Name: "Week", Value: "week"},
					{Name: "Day", Value: "day"},
					{Name: "Hour", Value: "hour"},
					{Name: "Minute", Value: "minute"},
					{Name: "Second", Value: "second"},
				},
			},
			{
				DisplayName: "To", Name: "to", Type: schemas.Options, Default: "month",
				DisplayOptions: schemas.Show("operation", "roundDate").And("mode", "roundUp"),
				Options: []schemas.Option{
					{Name: "End of Month", Value: "month"},
				},
			},
			{
				DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "roundedDate",
				DisplayOptions: schemas.Show("operation", "roundDate"),
				Description:    "The field that the result is put into",
			},
			{
				DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
				DisplayOptions: schemas.Show("operation", "roundDate"),
				Fields: []schemas.Property{
					{
						DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
						Description: "Whether the result has the fields of the item that came in as well",
					},
				},
				Placeholder: "Add option",
			},
			{
				DisplayName: "Start Date", Name: "startDate", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("operation", "getTimeBetweenDates"),
			},
			{
				DisplayName: "End Date", Name: "endDate", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("operation", "getTimeBetweenDates"),
			},
			{
				DisplayName: "Units", Name: "units", Type: schemas.MultiOptions, Default: []any{"day"},
				DisplayOptions: schemas.Show("operation", "getTimeBetweenDates"),
				Options: []schemas.Option{
					{Name: "Year", Value: "year"},
					{Name: "Month", Value: "month"},
					{Name: "Week", Value: "week"},
					{Name: "Day", Value: "day"},
					{Name: "Hour", Value: "hour"},
					{Name: "Minute", Value: "minute"},
					{Name: "Second", Value: "second"},
					{Name: "Millisecond", Value: "millisecond"},
				},
			},
			{
				DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "timeDifference",
				DisplayOptions: schemas.Show("operation", "getTimeBetweenDates"),
				Description:    "The field that the result is put into",
			},
			{
				DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
				DisplayOptions: schemas.Show("operation", "getTimeBetweenDates"),
				Fields: []schemas.Property{
					{
						DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
						Description: "Whether the result has the fields of the item that came in as well",
					},
					{
						DisplayName: "Output as ISO String", Name: "isoString", Type: schemas.Boolean, Default: false,
						Description: "Whether the difference is an ISO 8601 duration instead of an object",
					},
				},
				Placeholder: "Add option",
			},
			{
				DisplayName: "Expressions can do this too: {{ $now }} is the current date, and dates have methods such as plus, minus, format and startOf", Name: "notice", Type: schemas.Notice, Default: "",
				DisplayOptions: schemas.Show("operation", "extractDate"),
			},
			{
				DisplayName: "Date", Name: "date", Type: schemas.String, Default: "",
				DisplayOptions: schemas.Show("operation", "extractDate"),
				Description:    "The date",
			},
			{
				DisplayName: "Part", Name: "part", Type: schemas.Options, Default: "month",
				DisplayOptions: schemas.Show("operation", "extractDate"),
				Options: []schemas.Option{
					{Name: "Year", Value: "year"},
					{Name: "Month", Value: "month"},
					{Name: "Week", Value: "week"},
					{Name: "Day", Value: "day"},
					{Name: "Hour", Value: "hour"},
					{Name: "Minute", Value: "minute"},
					{Name: "Second", Value: "second"},
				},
			},
			{
				DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "datePart",
				DisplayOptions: schemas.Show("operation", "extractDate"),
				Description:    "The field that the result is put into",
			},
			{
				DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
				DisplayOptions: schemas.Show("operation", "extractDate"),
				Fields: []schemas.Property{
					{
						DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
						Description: "Whether the result has the fields of the item that came in as well",
					},
				},
				Placeholder: "Add option",
			},
		})
}

// movedDate are the properties of an operation that moves a date; date and unit are what they call these.
func movedDate(operation, date, unit string) []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Expressions can do this too: {{ $now }} is the current date, and dates have methods such as plus, minus, format and startOf", Name: "notice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("operation", operation),
		},
		{
			DisplayName: date, Name: "magnitude", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("operation", operation),
			Description:    "The date to begin with",
		},
		{
			DisplayName: unit, Name: "timeUnit", Type: schemas.Options, Default: "days", Required: true,
			DisplayOptions: schemas.Show("operation", operation),
			Options: []schemas.Option{
				{Name: "Years", Value: "years"},
				{Name: "Quarters", Value: "quarters"},
				{Name: "Months", Value: "months"},
				{Name: "Weeks", Value: "weeks"},
				{Name: "Days", Value: "days"},
				{Name: "Hours", Value: "hours"},
				{Name: "Minutes", Value: "minutes"},
				{Name: "Seconds", Value: "seconds"},
				{Name: "Milliseconds", Value: "milliseconds"},
			},
			Description: "What the duration counts",
		},
		{
			DisplayName: "Duration", Name: "duration", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", operation),
			Description:    "How many units of time the date is moved by",
		},
		{
			DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: "newDate",
			DisplayOptions: schemas.Show("operation", operation),
			Description:    "The field that the result is put into",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", operation),
			Fields: []schemas.Property{
				{
					DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
					Description: "Whether the result has the fields of the item that came in as well",
				},
			},
			Placeholder: "Add option",
		},
	}
}
