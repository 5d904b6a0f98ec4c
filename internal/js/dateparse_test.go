package js

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
		got := parseDate(text, time.UTC)
		if want, ok := record[1].(float64); ok {
			require.Equal(t, want, got, "%q", text)
		} else {
			require.True(t, math.IsNaN(got), "%q gave %v", text, got)
		}
	}
	require.NoError(t, s.Err())
}
