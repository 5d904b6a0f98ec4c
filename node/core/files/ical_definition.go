package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func iCalDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.iCal"},
		Versions:    []float64{1},
		Name:        "iCal",
		DisplayName: "iCalendar",
		Description: "Makes iCalendar files",
		Group:       []string{"input"},
		Subtitle:    `={{$parameter["operation"]}}`,
		DefaultName: "iCalendar",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties:  iCalProperties(),
	}
}

func iCalProperties() []schemas.Property {
	return append([]schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "createEventFile", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Create Event File", Value: "createEventFile"},
			},
		},
	}, eventForm()...)
}

// eventForm are the fields of an event.
func eventForm() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Event Title", Name: "title", Type: schemas.String, Default: "",
			Placeholder: "e.g. New Event",
		},
		{
			DisplayName: "Start", Name: "start", Type: schemas.DateTime, Default: "", Required: true,
			Description: "When the event begins; of an event that lasts all day, the day",
		},
		{
			DisplayName: "End", Name: "end", Type: schemas.DateTime, Default: "", Required: true,
			Description: "When the event ends; of an event that lasts all day, the last day",
			Hint:        "Where nothing is said, it ends when it begins",
		},
		{
			DisplayName: "All Day", Name: "allDay", Type: schemas.Boolean, Default: false,
			Description: "Whether the event lasts all day",
		},
		{
			DisplayName: "Put Output File in Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			Description: "The name that the file gets in the item",
			Hint:        "The name that the file gets in the item",
		},
		{
			DisplayName: "Options", Name: "additionalFields", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Attendees", Name: "attendeesUi", Type: schemas.FixedCollection, Default: map[string]any{},
					TypeOptions: map[string]any{"multipleValues": true},
					Groups: []schemas.Group{
						{Name: "attendeeValues", DisplayName: "Attendees", Values: []schemas.Property{
							{
								DisplayName: "Name", Name: "name", Type: schemas.String, Default: "", Required: true,
							},
							{
								DisplayName: "Email", Name: "email", Type: schemas.String, Default: "", Required: true,
								Placeholder: "e.g. name@email.com",
							},
							{
								DisplayName: "RSVP", Name: "rsvp", Type: schemas.Boolean, Default: false,
								Description: "Whether the attendee is asked for an answer",
							},
						}},
					},
					Placeholder: "Add Attendee",
				},
				{
					DisplayName: "Busy Status", Name: "busyStatus", Type: schemas.Options, Default: "",
					Options: []schemas.Option{
						{Name: "Busy", Value: "BUSY"},
						{Name: "Tentative", Value: "TENTATIVE"},
					},
					Description: "How calendars of Microsoft show the time",
				},
				{
					DisplayName: "Calendar Name", Name: "calName", Type: schemas.String, Default: "",
					Description: "The name of the calendar that the event is in",
				},
				{
					DisplayName: "Description", Name: "description", Type: schemas.String, Default: "",
				},
				{
					DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
					Description: "The name of the file, event.ics where nothing is said",
					Placeholder: "e.g. event.ics",
				},
				{
					DisplayName: "Geolocation", Name: "geolocationUi", Type: schemas.FixedCollection, Default: map[string]any{},
					TypeOptions: map[string]any{"multipleValues": false},
					Groups: []schemas.Group{
						{Name: "geolocationValues", DisplayName: "Geolocation", Values: []schemas.Property{
							{
								DisplayName: "Latitude", Name: "lat", Type: schemas.String, Default: "",
							},
							{
								DisplayName: "Longitude", Name: "lon", Type: schemas.String, Default: "",
							},
						}},
					},
					Placeholder: "Add Geolocation",
				},
				{
					DisplayName: "Location", Name: "location", Type: schemas.String, Default: "",
					Description: "Where the event takes place",
				},
				{
					DisplayName: "Recurrence Rule", Name: "recurrenceRule", Type: schemas.String, Default: "",
					Description: "How the event repeats itself: the value of an RRULE",
				},
				{
					DisplayName: "Organizer", Name: "organizerUi", Type: schemas.FixedCollection, Default: map[string]any{},
					TypeOptions: map[string]any{"multipleValues": false},
					Groups: []schemas.Group{
						{Name: "organizerValues", DisplayName: "Organizer", Values: []schemas.Property{
							{
								DisplayName: "Name", Name: "name", Type: schemas.String, Default: "", Required: true,
							},
							{
								DisplayName: "Email", Name: "email", Type: schemas.String, Default: "", Required: true,
								Placeholder: "e.g. name@email.com",
							},
						}},
					},
					Placeholder: "Add Organizer",
				},
				{
					DisplayName: "Sequence", Name: "sequence", Type: schemas.Number, Default: 0,
					Description: "The number of the change, when an event of the same UID was sent before",
				},
				{
					DisplayName: "Status", Name: "status", Type: schemas.Options, Default: "CONFIRMED",
					Options: []schemas.Option{
						{Name: "Confirmed", Value: "CONFIRMED"},
						{Name: "Cancelled", Value: "CANCELLED"},
						{Name: "Tentative", Value: "TENTATIVE"},
					},
				},
				{
					DisplayName: "UID", Name: "uid", Type: schemas.String, Default: "",
					Description: "What tells the event from all others; made up where nothing is said",
				},
				{
					DisplayName: "URL", Name: "url", Type: schemas.String, Default: "",
					Description: "An address that belongs to the event",
				},
				{
					DisplayName: "Use Workflow Timezone", Name: "useWorkflowTimezone", Type: schemas.Boolean, Default: false,
					Description: "Whether times are in the time zone of the workflow, not in UTC",
				},
			},
			Placeholder: "Add option",
		},
	}
}
