package runtime

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // workflows name time zones that the host may lack
	"unicode"
)

var utcOffset = regexp.MustCompile(`^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$`)

// locationOf returns a time zone by what n8n takes for one: an IANA name in upper or lower case, or an offset from UTC such
// as "+02:00".
func locationOf(name string) (*time.Location, error) {
	if m := utcOffset.FindStringSubmatch(name); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		seconds := (hours*60 + minutes) * 60
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone(name, seconds), nil
	}
	for _, spelled := range []string{name, strings.ToUpper(name), titled(name)} {
		if spelled == "" || spelled == "Local" { // to Go these are UTC and the host's zone
			continue
		}
		if location, err := time.LoadLocation(spelled); err == nil {
			return location, nil
		}
	}
	return nil, fmt.Errorf("the time zone %q is not known", name)
}

// titled writes europe/berlin as Europe/Berlin.
func titled(name string) string {
	first := true
	return strings.Map(func(r rune) rune {
		if first {
			r = unicode.ToUpper(r)
		} else {
			r = unicode.ToLower(r)
		}
		first = !unicode.IsLetter(r)
		return r
	}, name)
}
