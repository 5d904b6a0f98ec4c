package conditions

import (
	"math"
	"time"

	"github.com/nate-go/nate/internal/dates"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/json"
	"github.com/nate-go/nate/node"
)

// date returns a value as a point in time, in milliseconds since 1970.
func (e *Evaluator) date(v any) (any, bool) {
	if d, isDate := v.(node.Date); isDate && !math.IsNaN(float64(d)) {
		return float64(d), true
	}
	now := time.Now
	if e.Now != nil {
		now = e.Now
	}
	at := now()
	if e.Now == nil {
		at = at.UTC()
	}
	t, ok := dates.ParseLuxon(json.Trim(fields.Text(v)), at)
	return float64(t.UnixMilli()), ok
}
