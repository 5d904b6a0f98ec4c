package intl

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

// gen.mjs records the data from Node.js.
//
//go:generate node gen.mjs
//go:embed data/*.json.gz
var files embed.FS

// locale is what is known of one locale.
type locale struct {
	Dates    dates
	Numbers  numbers
	Relative map[string]relative // "unit,style"
	Lists    map[string]listPattern
	Texts    [][]string // what patterns name by index
}

type dates struct {
	HourCycle string
	Date      map[string]string // "weekday,era,year,month,day" -> pattern
	Time      map[string]string // "hour,minute,second,digits,dayPeriod,hourCycle,zone" -> pattern
	// Join is what stands between a date, by its key, and a time with minutes or with an hour
	// only, on a clock of 12 or 24 hours, a time without an hour, and a zone.
	// One that begins with "=" stands for the date too.
	Join       map[string]map[string]string
	Style      map[string]string // "dateStyle,timeStyle,hourCycle" -> pattern
	GMT, Minus string            // before an offset, and its minus
	Zero       [2]string         // no offset, short and long
}

type common struct {
	Digits map[string]int // of currencies that have not two
	Zones  struct {
		Sets   [][][]string // set, locale, name: four styles of winter time, four of summer time
		ByZone map[string]int
	}
}

func load[T any](name string) (*T, error) {
	f, err := files.Open("data/" + name + ".json.gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("intl: data of %s: %w", name, err)
	}
	t := new(T)
	if err := json.NewDecoder(z).Decode(t); err != nil {
		return nil, fmt.Errorf("intl: data of %s: %w", name, err)
	}
	return t, nil
}

// names are the locales that there is data of, in the order of the data.
var names = []string{"en-US", "en-GB", "en-IN", "de", "fr", "es"}

var (
	locales = func() map[string]func() (*locale, error) {
		m := map[string]func() (*locale, error){}
		for _, name := range names {
			m[name] = sync.OnceValues(func() (*locale, error) { return load[locale](name) })
		}
		return m
	}()
	shared = sync.OnceValues(func() (*common, error) { return load[common]("common") })
)

// unmarshalTuple reads a JSON array into variables.
func unmarshalTuple(text []byte, to ...any) error { return json.Unmarshal(text, &to) }
