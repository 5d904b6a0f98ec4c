package dates

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestParseDate compares with what testdata/record_dates.mjs recorded from Node.js.
func TestParseDate(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/dates.jsonl")
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		var record []any
		require.NoError(t, json.Unmarshal(s.Bytes(), &record))
		text := record[0].(string)
		got := Parse(text, time.UTC)
		if want, ok := record[1].(float64); ok {
			require.Equal(t, want, got, "%q", text)
		} else {
			require.True(t, math.IsNaN(got), "%q gave %v", text, got)
		}
	}
	require.NoError(t, s.Err())
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"2024-01-02T03:04:05.678Z", "Jan 2, 2024 3:04 PM", "1/2/24", "12:00", "Tue Mar 01 2022 00:00:00 GMT+0100 (CET)", "+012345-01-01"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ms := Parse(text, time.UTC)
		require.False(t, ms > 8.64e15 || ms < -8.64e15, text)
	})
}
