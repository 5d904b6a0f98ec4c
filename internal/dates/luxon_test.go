package dates

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"strings"
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
		got := ParseLuxon(strings.TrimSpace(text), noon)
		if want, ok := record[1].(float64); ok {
			dates++
			require.Equal(t, want, got, "%q", text)
		} else {
			require.True(t, math.IsNaN(got), "%q gave %v", text, got)
		}
	}
	require.NoError(t, s.Err())
	require.Greater(t, dates, 500)
}

func FuzzParseLuxon(f *testing.F) {
	for _, text := range []string{"2024-01-02T03:04:05.678Z", "2024-W05-3", "2024123", "12:00[Europe/Paris]", "Tue Mar  1 10:11:12 2022"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ms := ParseLuxon(text, noon)
		require.False(t, ms > 8.64e15 || ms < -8.64e15, text)
	})
}
