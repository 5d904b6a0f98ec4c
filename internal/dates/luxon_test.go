package dates

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2024, 2, 3, 12, 0, 0, 0, newYork())

func newYork() *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		return time.UTC
	}
	return loc
}

// testdata/luxon.jsonl is what Luxon makes of texts (testdata/record_luxon.mjs writes it).
func TestParseLuxon(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/luxon.jsonl")
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	dates := 0
	for s.Scan() {
		var record []any
		require.NoError(t, json.Unmarshal(s.Bytes(), &record))
		text := record[0].(string)
		got, ok := ParseLuxon(text, noon)
		want, isDate := record[1].(float64)
		require.Equal(t, isDate, ok, "%q gave %v", text, got)
		if isDate {
			dates++
			require.Equal(t, int64(want), got.UnixMilli(), "%q", text)
		}
	}
	require.NoError(t, s.Err())
	require.Greater(t, dates, 500)
}

// testdata/luxon_zones.jsonl has the same as ISO text, which shows the zone (testdata/record_luxon_zones.mjs writes it).
func TestParseLuxonKeepsZones(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.UTC).In(newYork())
	f, err := os.Open("testdata/luxon_zones.jsonl")
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	dates := 0
	for s.Scan() {
		var record [2]*string
		require.NoError(t, json.Unmarshal(s.Bytes(), &record))
		got, ok := ParseLuxon(*record[0], now)
		require.Equal(t, record[1] != nil, ok, "%q gave %v", *record[0], got)
		if ok {
			dates++
			require.Equal(t, *record[1], ISO(got), *record[0])
		}
	}
	require.NoError(t, s.Err())
	require.Greater(t, dates, 500)
}

func TestFixedZone(t *testing.T) {
	t.Parallel()
	for minutes, name := range map[int]string{0: "UTC", -300: "UTC-5", 330: "UTC+5:30", -570: "UTC-9:30", 5: "UTC+0:05"} {
		require.Equal(t, name, FixedZone(minutes).String())
	}
}

func FuzzParseLuxon(f *testing.F) {
	for _, text := range []string{
		"2024-01-02T03:04:05.678Z", "2024-W05-3", "2024123", "12:00[Europe/Paris]", "Tue Mar  1 10:11:12 2022",
		"2024-01-02T03:04:05.678+01:00[Europe/Berlin]", "Tue, 4 Jun 2013 02:24:39 +0530", "Sunday, 06-Nov-94 08:49:37 GMT",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := ParseLuxon(text, noon)
		if !ok {
			return
		}
		again, ok := ParseLuxon(ISO(at), noon)
		require.True(t, ok, ISO(at))
		require.InDelta(t, at.UnixMilli(), again.UnixMilli(), 60e3, text) // offsets of long ago have seconds, which ISO leaves out
	})
}
