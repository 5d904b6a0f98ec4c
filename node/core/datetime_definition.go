package core

import (
	"slices"
	"strings"

	"github.com/nate-go/nate/internal/forms"
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
	return slices.Concat(
		[]schemas.Property{{
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
		}},
		ofDateOperation("getCurrentDate", currentDateForm()),
		ofDateOperation("addToDate", movedDateForm("Date to Add To", "Time Unit to Add")),
		ofDateOperation("subtractFromDate", movedDateForm("Date to Subtract From", "Time Unit to Subtract")),
		forms.If(schemas.Show("operation", "formatDate"), formatDateForm()...),
		ofDateOperation("roundDate", roundDateForm()),
		ofDateOperation("getTimeBetweenDates", timeBetweenForm()),
		ofDateOperation("extractDate", extractDateForm()),
	)
}

func ofDateOperation(operation string, form []schemas.Property) []schemas.Property {
	return forms.Within(schemas.Show("operation", operation), form...)
}

func expressionsNotice() schemas.Property {
	return schemas.Property{
		DisplayName: "Expressions can do this too: {{ $now }} is the current date, and dates have methods such as plus, minus, format and startOf",
		Name:        "notice", Type: schemas.Notice, Default: "",
	}
}

func dateField() schemas.Property {
	return schemas.Property{DisplayName: "Date", Name: "date", Type: schemas.String, Default: "", Description: "The date"}
}

func dateResult(standard string) schemas.Property {
	return schemas.Property{
		DisplayName: "Output Field Name", Name: "outputFieldName", Type: schemas.String, Default: standard,
		Description: "The field that the result is put into",
	}
}

// dateOptions are the option that all operations have, and those of one.
func dateOptions(more ...schemas.Property) schemas.Property {
	return forms.Options(nil, append([]schemas.Property{{
		DisplayName: "Include Input Fields", Name: "includeInputFields", Type: schemas.Boolean, Default: false,
		Description: "Whether the result has the fields of the item that came in as well",
	}}, more...)...)
}

// timeUnits are units of time, whose values are their names in small letters.
func timeUnits(names ...string) []schemas.Option {
	units := forms.Choices(names...)
	for i, name := range names {
		units[i].Value = strings.ToLower(name)
	}
	return units
}

func currentDateForm() []schemas.Property {
	return []schemas.Property{
		expressionsNotice(),
		{
			DisplayName: "Include Current Time", Name: "includeTime", Type: schemas.Boolean, Default: true,
			Description: "Whether the time of day is kept; without it the date is its midnight",
		},
		dateResult("currentDate"),
		dateOptions(schemas.Property{
			DisplayName: "Timezone", Name: "timezone", Type: schemas.String, Default: "",
			Description: "The time zone of the result, by its IANA name; that of the workflow unless it says otherwise",
			Placeholder: "America/New_York",
		}),
	}
}

// movedDateForm are the parameters of an operation that moves a date; date and unit are what they call these.
func movedDateForm(date, unit string) []schemas.Property {
	return []schemas.Property{
		expressionsNotice(),
		{
			DisplayName: date, Name: "magnitude", Type: schemas.String, Default: "", Required: true,
			Description: "The date to begin with",
		},
		{
			DisplayName: unit, Name: "timeUnit", Type: schemas.Options, Default: "days", Required: true,
			Options:     timeUnits("Years", "Quarters", "Months", "Weeks", "Days", "Hours", "Minutes", "Seconds", "Milliseconds"),
			Description: "What the duration counts",
		},
		{
			DisplayName: "Duration", Name: "duration", Type: schemas.Number, Default: 0,
			Description: "How many units of time the date is moved by",
		},
		dateResult("newDate"),
		dateOptions(),
	}
}

func formatDateForm() []schemas.Property {
	return []schemas.Property{
		expressionsNotice(),
		dateField(),
		{
			DisplayName: "Format", Name: "format", Type: schemas.Options, Default: "MM/dd/yyyy",
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
			DisplayOptions: schemas.Show("format", "custom"),
			Hint:           "The tokens are those of Luxon",
			Placeholder:    "yyyy-MM-dd",
		},
		dateResult("formattedDate"),
		dateOptions(
			schemas.Property{
				DisplayName: "From Date Format", Name: "fromFormat", Type: schemas.String, Default: "e.g yyyyMMdd",
				Description: "How the date that comes in is written, in Luxon's tokens, where it is not recognized by itself",
				Hint:        "Upper and lower case are not the same",
			},
			schemas.Property{
				DisplayName: "Use Workflow Timezone", Name: "timezone", Type: schemas.Boolean, Default: false,
				Description: "Whether the date is taken in the workflow's time zone",
			},
		),
	}
}

func roundDateForm() []schemas.Property {
	return []schemas.Property{
		expressionsNotice(),
		dateField(),
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "roundDown",
			Options: []schemas.Option{
				{Name: "Round Down", Value: "roundDown"},
				{Name: "Round Up", Value: "roundUp"},
			},
		},
		{
			DisplayName: "To Nearest", Name: "toNearest", Type: schemas.Options, Default: "month",
			DisplayOptions: schemas.Show("mode", "roundDown"),
			Options:        timeUnits("Year", "Month", "Week", "Day", "Hour", "Minute", "Second"),
		},
		{
			DisplayName: "To", Name: "to", Type: schemas.Options, Default: "month",
			DisplayOptions: schemas.Show("mode", "roundUp"),
			Options: []schemas.Option{
				{Name: "End of Month", Value: "month"},
			},
		},
		dateResult("roundedDate"),
		dateOptions(),
	}
}

func timeBetweenForm() []schemas.Property {
	return []schemas.Property{
		{DisplayName: "Start Date", Name: "startDate", Type: schemas.String, Default: ""},
		{DisplayName: "End Date", Name: "endDate", Type: schemas.String, Default: ""},
		{
			DisplayName: "Units", Name: "units", Type: schemas.MultiOptions, Default: []any{"day"},
			Options: timeUnits("Year", "Month", "Week", "Day", "Hour", "Minute", "Second", "Millisecond"),
		},
		dateResult("timeDifference"),
		dateOptions(schemas.Property{
			DisplayName: "Output as ISO String", Name: "isoString", Type: schemas.Boolean, Default: false,
			Description: "Whether the difference is an ISO 8601 duration instead of an object",
		}),
	}
}

func extractDateForm() []schemas.Property {
	return []schemas.Property{
		expressionsNotice(),
		dateField(),
		{
			DisplayName: "Part", Name: "part", Type: schemas.Options, Default: "month",
			Options: timeUnits("Year", "Month", "Week", "Day", "Hour", "Minute", "Second"),
		},
		dateResult("datePart"),
		dateOptions(),
	}
}
