package files_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node/core/files"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Make an iCalendar file.
func ExampleNewICalendar() {
	w, err := workflows.ParseOne([]byte(`{"name": "Invite", "connections": {}, "nodes": [{
		"name": "Event", "type": "n8n-nodes-base.iCal", "typeVersion": 1, "position": [0, 0],
		"parameters": {"title": "Tea, with cake", "start": "2023-02-27T16:00:00+01:00", "end": "2023-02-27T17:00:00+01:00",
			"additionalFields": {"uid": "tea-1", "location": "Kitchen"}}}]}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(files.NewICalendar()))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Event"})
	if err != nil {
		log.Fatal(err)
	}
	defer result.Close()
	file, _ := result.LastItems()[0].Binary.Get("data")
	r, err := result.OpenBinary(context.Background(), file)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		log.Fatal(err)
	}
	stamp := regexp.MustCompile(`DTSTAMP:\w+`) // the time of the run
	fmt.Print(strings.ReplaceAll(stamp.ReplaceAllString(string(text), "DTSTAMP:..."), "\r", ""))
	// Output:
	// BEGIN:VCALENDAR
	// VERSION:2.0
	// CALSCALE:GREGORIAN
	// PRODID:adamgibbons/ics
	// METHOD:PUBLISH
	// X-PUBLISHED-TTL:PT1H
	// BEGIN:VEVENT
	// UID:tea-1
	// SUMMARY:Tea\, with cake
	// DTSTAMP:...
	// DTSTART:20230227T150000Z
	// DTEND:20230227T160000Z
	// LOCATION:Kitchen
	// END:VEVENT
	// END:VCALENDAR
}

func TestTimesOfExpressions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ start, want string }{
		"DateTime":  {`={{ DateTime.fromISO("2023-02-27T10:11:12+02:00") }}`, "DTSTART:20230227T081112Z"},
		"Date":      {`={{ new Date(Date.UTC(2023, 1, 27, 10, 11, 12)) }}`, "DTSTART:20230227T101112Z"},
		"undefined": {`={{ $json.nothing }}`, "start must be a date, but the final value was: `undefined`."},
		"far away":  {`={{ 8.64e15 }}`, "start must be a date, but the final value was: `8640000000000000`."},
		"a list":    {`={{ [2023, 1, 27] }}`, "start must be a date, but the final value was: `["},
	} {
		r, err := nodetest.Run(t.Context(), files.NewICalendar(), nodetest.Setup{
			Parameters: map[string]any{"title": "t", "start": c.start, "end": "2023-02-27T12:00:00Z", "additionalFields": map[string]any{}},
		})
		require.NoError(t, err, name)
		if r.Error != nil {
			require.Contains(t, r.Error.Message, c.want, name)
			continue
		}
		file, _ := r.Items()[0].Binary.Get("data")
		text, _ := file.Data()
		require.Contains(t, string(text), c.want, name)
	}
}
