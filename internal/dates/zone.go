package dates

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

var utcOffset = regexp.MustCompile(`^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$`)

// Zone finds a time zone by what Node.js takes for the name of one: an IANA name in upper or lower case, or an offset from UTC such as
// "+02:00".
func Zone(name string) (zone *time.Location, ok bool) {
	if m := utcOffset.FindStringSubmatch(name); m != nil {
		seconds := (number(m[2], 0)*60 + number(m[3], 0)) * 60
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone(name, seconds), true
	}
	return IANAZone(name)
}

// IANAZone finds a time zone by its IANA name in upper or lower case.
func IANAZone(name string) (zone *time.Location, ok bool) {
	for _, spelled := range [...]string{name, strings.ToUpper(name), titled(name)} {
		if spelled == "" || spelled == "Local" { // to Go these are UTC and the host's zone
			continue
		}
		if zone, err := time.LoadLocation(spelled); err == nil {
			return zone, true
		}
	}
	return nil, false
}

// zoneWords are words of zones' names that are not spelled with a capital letter and small ones.
var zoneWords = map[string]string{
	"of": "of", "es": "es", "au": "au", "mcmurdo": "McMurdo", "dumontdurville": "DumontDUrville", "denoronha": "DeNoronha",
	"easterisland": "EasterIsland", "bajanorte": "BajaNorte", "bajasur": "BajaSur", "comodrivadavia": "ComodRivadavia", "us": "US",
	"gmt": "GMT", "utc": "UTC", "uct": "UCT", "act": "ACT", "nsw": "NSW", "lhi": "LHI", "gb": "GB", "nz": "NZ", "in": "IN",
}

// titled writes europe/berlin as Europe/Berlin.
func titled(name string) string {
	var b strings.Builder
	for name != "" {
		end := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(name)
		}
		word := strings.ToLower(name[:end])
		if spelled, ok := zoneWords[word]; ok {
			word = spelled
		} else if word != "" {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		b.WriteString(word)
		if name = name[end:]; name != "" {
			b.WriteByte(name[0])
			name = name[1:]
		}
	}
	return b.String()
}
