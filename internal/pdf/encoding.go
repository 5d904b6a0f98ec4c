package pdf

import (
	_ "embed" // the tables
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The tables are facts of the format: names of glyphs and their characters (the Adobe Glyph List), which names the codes of an encoding
// mean, how wide the glyphs of the standard fonts are (Adobe's font metrics), in thousandths of the size, which characters the glyphs of
// Arial and the like have by their numbers, and the names that every CFF font has.
var (
	//go:embed glyphs.txt
	glyphsText string
	//go:embed encodings.txt
	encodingsText string
	//go:embed widths.txt
	widthsText string
	//go:embed glyphids.txt
	glyphIDsText string
	//go:embed cff.txt
	cffText string
)

// encoding is the name of the glyph of each code; "" where a code has none.
type encoding [256]string

var glyphs = sync.OnceValue(func() map[string]rune { //nolint:gochecknoglobals // a table, read once
	out := make(map[string]rune, 4400)
	for line := range strings.Lines(glyphsText) {
		name, hex, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, _ := strconv.ParseUint(hex, 16, 32)
		out[name] = rune(n)
	}
	return out
})

var encodings = sync.OnceValue(func() map[string]*encoding { //nolint:gochecknoglobals // a table, read once
	out := map[string]*encoding{}
	for title, words := range sections(encodingsText) {
		e := out[title]
		if e == nil {
			e = &encoding{}
			out[title] = e
		}
		first, _ := strconv.Atoi(words[0])
		copy(e[first:], words[1:])
	}
	return out
})

// glyphWidths are the widths of glyphs by name, of a standard font.
var glyphWidths = sync.OnceValue(func() map[string]map[string]float64 { //nolint:gochecknoglobals // a table, read once
	out := map[string]map[string]float64{}
	for title, words := range sections(widthsText) {
		if out[title] == nil {
			out[title] = map[string]float64{}
		}
		width, _ := strconv.ParseFloat(words[0], 64)
		for _, name := range words[1:] {
			out[title][name] = width
		}
	}
	return out
})

// glyphIDs are the characters of the glyphs of a well-known font by their numbers.
func glyphIDs(title string) map[int]string {
	out := map[int]string{}
	for t, words := range sections(glyphIDsText) {
		first, _ := strconv.Atoi(words[0])
		for i, hex := range words[1:] {
			if n, _ := strconv.ParseUint(hex, 16, 32); t == title {
				out[first+i] = string(rune(n))
			}
		}
	}
	return out
}

// sections yields the words of each line with the title that stands above.
func sections(text string) func(yield func(string, []string) bool) {
	return func(yield func(string, []string) bool) {
		title := ""
		for line := range strings.Lines(text) {
			words := strings.Fields(line)
			if words[0] == "#" {
				title = words[1]
				continue
			}
			if !yield(title, words) {
				return
			}
		}
	}
}

// standardNames are other names of the standard fonts' families.
var standardNames = map[string]string{
	"ArialNarrow": "Helvetica", "ArialBlack": "Helvetica", "Arial-Black": "Helvetica", "Arial": "Helvetica", "ArialMT": "Helvetica",
	"ArialUnicodeMS": "Helvetica", "HelveticaLTStd": "Helvetica", "Helvetica": "Helvetica",
	"CourierNew": "Courier", "CourierNewPS": "Courier", "CourierNewPSMT": "Courier", "Courier": "Courier",
	"TimesNewRoman": "Times", "TimesNewRomanPS": "Times", "TimesNewRomanPSMT": "Times", "Times": "Times", "Times-Roman": "Times",
	"Symbol": "Symbol", "ZapfDingbats": "ZapfDingbats",
}

// standardStyles are the styles by how fonts write them.
var standardStyles = map[string]string{
	"": "", "Bold": "Bold", "BoldMT": "Bold", "Italic": "Italic", "ItalicMT": "Italic", "Oblique": "Italic",
	"BoldItalic": "BoldItalic", "BoldItalicMT": "BoldItalic", "BoldOblique": "BoldItalic",
}

// standardFont is the standard font that a name means; "" if it means none.
func standardFont(name string) string {
	family, known := standardNames[name]
	style := ""
	if !known {
		cut := strings.LastIndexByte(name, '-')
		if cut < 0 {
			return ""
		}
		if family, known = standardNames[name[:cut]]; known {
			style, known = standardStyles[name[cut+1:]]
		}
	}
	switch {
	case !known:
		return ""
	case family == "Times" && style == "":
		return "Times-Roman"
	case family == "Symbol", family == "ZapfDingbats", style == "":
		return family
	case family != "Times":
		style = strings.Replace(style, "Italic", "Oblique", 1)
	}
	return family + "-" + style
}

// serif says of a family whether it has serifs: fonts of these that the file does not bring along are taken to be as wide as Times.
func serif(family string) bool {
	const families = ` Albertus Aldus Alexandria Algerian Antiqua Apex Arno Aster Aurora Baskerville Bell Bembo Benguiat Bodoni Bookman
		Calvert Calisto Cambria Capitals Cartier Caslon Catull Centaur Chaparral Cheltenham Clarendon Clearface Cochin Colonna
		Constantia Corona Ecotype Egyptienne Elephant Excelsior Fairfield Folkard Footlight FreeSerif Garamond Gentium Georgia
		Gloucester Granjon Heather Hercules Hiroshige Imprint Janson Joanna Korinna Lexicon LiberationSerif Literaturnaya Lucida
		Melior Memphis Miller Minion Modern NuptialScript Palatino Perpetua Plantin Playbill Renault Requiem Rockwell Roman Sabon
		Scala Seagull Sistina Souvenir STIX Sylfaen Times Trajan Utopia Versailles Wanted Weiss Windsor XITS `
	return strings.Contains(strings.ToLower(family), "serif") || slices.Contains(strings.Fields(families), family)
}
