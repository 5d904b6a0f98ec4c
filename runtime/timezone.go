package runtime

import (
	"fmt"
	"time"
	_ "time/tzdata" // workflows name time zones that the host may lack

	"github.com/nate-go/nate/internal/dates"
)

// locationOf returns a time zone by what n8n takes for one: an IANA name in upper or lower case, or an offset from UTC such
// as "+02:00".
func locationOf(name string) (*time.Location, error) {
	if zone, ok := dates.Zone(name); ok {
		return zone, nil
	}
	return nil, fmt.Errorf("the time zone %q is not known", name)
}
