package pdf

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// font is what is known about a font: how codes are read, what they mean and how wide they are.
type font struct {
	broken   bool // a font that can't be used: its text is left out
	vertical bool
	type3    bool
	cmap     *cmap // of composite fonts
	widths   map[int]float64
	width    float64 // of codes without a width of their own
	// vertical metrics by glyph: advance.
	advances map[int]float64
	// texts are the characters that codes mean; a code that has none is a character itself.
	texts map[int]string
	// blank says of a code that it has no glyph and stands for a space.
	blank  [256]bool
	matrix [6]float64
	bbox   []float64
}

// glyph is one character to show.
type glyph struct {
	text  string
	width float64
	space bool // the code is 32, which word spacing is for
}

var identityMatrix = [6]float64{0.001, 0, 0, 0.001, 0, 0}

// glyphs are the characters of a string.
func (f *font) glyphs(s string) []glyph {
	if f.broken {
		return nil
	}
	out := make([]glyph, 0, len(s))
	for len(s) > 0 {
		c, n := uint32(s[0]), 1
		if f.cmap != nil {
			c, n = f.cmap.next(s)
		}
		g := glyph{space: c == ' '}
		s = s[n:]
		cid := int(c)
		if f.cmap != nil {
			if id, ok := f.cmap.cid(c); ok {
				cid = id
			}
		}
		width, ok := f.widths[cid]
		if !ok {
			width = f.width
		}
		g.width = width
		if f.vertical {
			if g.width = -width; f.advances != nil {
				if a, ok := f.advances[cid]; ok {
					g.width = a
				}
			}
		}
		g.text = f.text(c)
		out = append(out, g)
	}
	return out
}

func (f *font) text(c uint32) string {
	if f.cmap == nil && f.blank[c&255] {
		return " "
	}
	if text := f.texts[int(c)]; text != "" {
		return text
	}
	unit := uint16(c)
	return string(utf16.Decode([]uint16{unit}))
}

// font finds a font by its name in the resources.
func (d *Document) font(resources *Dict, name Name) *font {
	fonts, _ := d.get(resources, "Font").(*Dict)
	return d.fontOf(fonts.raw(name))
}

func (d *Document) fontOf(v any) *font {
	var key any
	switch v := v.(type) {
	case Ref:
		key = v
	case *Dict:
		key = v
	}
	if key != nil {
		if f, ok := d.fonts[key]; ok {
			return f
		}
	}
	dict, ok := d.resolve(v).(*Dict)
	if !ok {
		dict = &Dict{}
		dict.set("BaseFont", Name("Helvetica"))
		dict.set("Subtype", Name("FallbackType"))
		dict.set("Encoding", Name("WinAnsiEncoding"))
	}
	f, err := d.readFont(dict)
	if err != nil {
		f = &font{broken: true}
	}
	if key != nil {
		d.fonts[key] = f
	}
	return f
}

// source is a font as the file describes it.
type source struct {
	base, dict *Dict // the font, and the one that it is made of: the same but for composite fonts
	descriptor *Dict
	kind, name string
	composite  bool
	first      int
	flags      int
	embedded   *Stream
	base1      string // the encoding that Encoding names
	names      *encoding
	changed    map[int]string
}

func (d *Document) readFont(base *Dict) (*font, error) {
	s := &source{base: base, dict: base}
	kind, ok := d.get(base, "Subtype").(Name)
	if kind == "Type0" {
		parts := list(d.get(base, "DescendantFonts"))
		if len(parts) == 0 {
			return nil, ErrStructure
		}
		if s.dict, _ = d.resolve(parts[0]).(*Dict); s.dict == nil {
			return nil, ErrStructure
		}
		kind, ok = d.get(s.dict, "Subtype").(Name)
		s.composite = true
	}
	if !ok {
		return nil, ErrStructure
	}
	s.kind = string(kind)
	s.first, _ = integer(d.get(s.dict, "FirstChar"))
	f := &font{matrix: identityMatrix, type3: kind == "Type3"}
	if m := d.numbers(s.dict.raw("FontMatrix"), 6); m != nil && f.type3 {
		copy(f.matrix[:], m)
	}
	s.descriptor, _ = d.get(s.dict, "FontDescriptor").(*Dict)
	if err := d.name(s); err != nil {
		return nil, err
	}
	f.bbox = d.numbers(s.descriptor.raw("FontBBox"), 4)
	if f.bbox == nil {
		if f.bbox = d.numbers(s.dict.raw("FontBBox"), 4); f.bbox == nil {
			f.bbox = []float64{0, 0, 0, 0}
		}
	}
	if s.composite {
		m, err := d.readCMap(d.get(base, "Encoding"))
		if err != nil {
			return nil, err
		}
		f.cmap, f.vertical = m, m.vertical
	} else {
		d.readEncoding(s)
	}
	if err := d.readTexts(s, f); err != nil {
		return nil, err
	}
	d.readWidths(s, f)
	return f, nil
}

// name finds the font's name, its kind of letters and whether the file brings it along.
func (d *Document) name(s *source) error {
	baseName, hasBase := d.get(s.dict, "BaseFont").(Name)
	if s.descriptor == nil {
		if s.kind == "Type3" {
			return nil
		}
		if !hasBase {
			return ErrStructure
		}
		s.name = strings.NewReplacer(",", "-", "_", "-").Replace(string(baseName))
		s.flags = nonsymbolic
		if family, _, _ := strings.Cut(s.name, "-"); symbolFonts[family] {
			s.flags = symbolic
		}
		return nil
	}
	name, _ := d.get(s.descriptor, "FontName").(Name)
	if text, ok := d.get(s.descriptor, "FontName").(Bytes); ok {
		name = Name(text)
	}
	if name == "" {
		name = baseName
	}
	if name == "" && s.kind != "Type3" {
		return ErrStructure
	}
	s.name = string(name)
	s.flags, _ = integer(d.get(s.descriptor, "Flags"))
	s.embedded, _ = d.get(s.descriptor, "FontFile", "FontFile2", "FontFile3").(*Stream)
	return nil
}

// Kinds of letters that a descriptor tells by bits.
const (
	symbolic    = 4
	nonsymbolic = 32
)

var symbolFonts = map[string]bool{
	"Dingbats": true, "Symbol": true, "ZapfDingbats": true, "Wingdings": true, "Wingdings-Bold": true, "Wingdings-Regular": true,
}

var symbolNames = regexp.MustCompile(`(?i)(symbol)|(dingbats)|(wingdings)`)

// readEncoding finds which names the codes of a simple font have.
func (d *Document) readEncoding(s *source) {
	s.changed = map[int]string{}
	switch e := d.get(s.dict, "Encoding").(type) {
	case Name:
		s.base1 = string(e)
	case *Dict:
		name, _ := d.get(e, "BaseEncoding").(Name)
		s.base1 = string(name)
		at := 0
		for _, v := range list(d.get(e, "Differences")) {
			switch v := d.resolve(v).(type) {
			case float64:
				at = int(v)
			case Name:
				s.changed[at] = string(v)
				at++
			}
		}
	}
	s.base1 = strings.TrimSuffix(s.base1, "Encoding")
	if s.base1 != "MacRoman" && s.base1 != "MacExpert" && s.base1 != "WinAnsi" {
		s.base1 = ""
	}
	if s.embedded == nil && symbolFonts[s.name] {
		s.base1 = ""
	}
	if s.base1 != "" {
		s.names = encodings()[s.base1]
		return
	}
	isSymbolic, isNonsymbolic := s.flags&symbolic != 0, s.flags&nonsymbolic != 0
	if s.kind == "TrueType" && isSymbolic && isNonsymbolic && len(s.changed) > 0 {
		isSymbolic = false
	}
	which := "Standard"
	if s.kind == "TrueType" && !isNonsymbolic {
		which = "WinAnsi"
	}
	if isSymbolic || symbolFonts[s.name] {
		which = "MacRoman"
		if m := symbolNames.FindStringSubmatch(s.name); s.embedded == nil && m != nil {
			switch {
			case m[1] != "":
				which = "Symbol"
			case m[2] != "":
				which = "ZapfDingbats"
			default:
				which = "WinAnsi"
			}
		}
	}
	s.names = encodings()[which]
}

// readTexts finds which characters the codes mean.
func (d *Document) readTexts(s *source, f *font) error {
	given := d.givenTexts(s)
	defer func() { d.knownGlyphs(s, f) }()
	if given != nil && given.identity && len(given.meanings) == 0 {
		return nil
	}
	if given != nil && len(given.meanings) > 0 {
		f.texts = given.texts()
		if !s.composite && (s.base1 != "" || len(s.changed) > 0) && s.embedded != nil {
			for c, text := range s.simpleTexts(false) {
				if _, known := f.texts[c]; !known {
					f.texts[c] = text
				}
			}
		}
	} else if s.composite {
		info, _ := d.get(s.dict, "CIDSystemInfo").(*Dict)
		ordering, _ := d.get(info, "Ordering").(Bytes)
		if registry, _ := d.get(info, "Registry").(Bytes); registry == "Adobe" {
			switch ordering {
			case "GB1", "CNS1", "Japan1", "Korea1":
				return errCMap
			}
		}
	} else {
		f.texts = s.simpleTexts(false)
		if s.embedded != nil {
			for c, name := range d.builtIn(s) {
				if s.base1 != "" || s.changed[c] != "" {
					continue
				}
				if r, ok := glyphRune(name); ok {
					f.texts[c] = string(r)
				}
			}
			if s.base1 == "" && len(s.changed) == 0 && s.flags&symbolic != 0 && d.forWindows(s) {
				for c, name := range encodings()["WinAnsi"] {
					if r, ok := glyphs()[name]; ok {
						f.texts[c] = string(r)
					}
				}
			}
		}
	}
	if !s.composite && s.embedded == nil && s.kind == "Type1" {
		for c := range f.blank {
			name := s.changed[c]
			if name == "" {
				name = s.names[c]
			}
			f.blank[c] = name == ""
		}
	}
	return nil
}

var glyphsAsInArial = regexp.MustCompile(`^(Calibri|CenturyGothic|GillSansMT|Impact|ItcSymbol|LucidaConsole|LucidaSans|NuptialScript|SegoeUISymbol)\b`)

// knownGlyphs gives the codes of fonts that are not brought along, and are known, the characters that their glyphs have there.
func (d *Document) knownGlyphs(s *source, f *font) {
	encoding, _ := d.get(s.base, "Encoding").(Name)
	if s.embedded != nil || s.kind != "CIDFontType2" || !strings.HasPrefix(string(encoding), "Identity-") {
		return
	}
	if _, ok := d.get(s.dict, "CIDToGIDMap").(*Stream); ok && f.texts == nil {
		return
	}
	name := strings.NewReplacer(",", "-", "_", "-", " ", "").Replace(s.name)
	like := glyphsAsInArial.MatchString(name) || standardFont(name) != ""
	if !like && (f.texts != nil || !strings.Contains(name, "Tahoma") && !strings.Contains(name, "Verdana")) {
		return
	}
	texts := glyphIDs("Standard")
	for _, other := range []string{"ArialBlack", "Calibri"} {
		if strings.Contains(strings.Replace(name, "Arial-Black", "ArialBlack", 1), other) {
			maps.Copy(texts, glyphIDs(other))
		}
	}
	maps.Copy(texts, f.texts)
	f.texts = texts
}

// givenTexts is the map of a font's codes to characters; nil without one.
func (d *Document) givenTexts(s *source) *cmap {
	v := d.get(s.dict, "ToUnicode")
	if v == nil {
		v = d.get(s.base, "ToUnicode")
	}
	if v == nil {
		return nil
	}
	m, err := d.readCMap(v)
	if err != nil {
		return nil
	}
	return m
}

// simpleTexts are the characters of codes by their names. hex says that numbers in names are hexadecimal.
func (s *source) simpleTexts(hex bool) map[int]string {
	out := map[int]string{}
	names := map[int]string{}
	for c, name := range s.names {
		if name != "" {
			names[c] = name
		}
	}
	for c, name := range s.changed {
		if name != ".notdef" {
			names[c] = name
		}
	}
	for c, name := range names {
		if name == "" {
			continue
		}
		if r, ok := glyphs()[name]; ok {
			out[c] = string(r)
			continue
		}
		n, err := int64(0), error(nil)
		switch first := name[0]; {
		case first == 'G' && len(name) == 3, first == 'g' && len(name) == 5:
			n, err = strconv.ParseInt(name[1:], 16, 32)
		case (first == 'C' || first == 'c') && (len(name) == 3 || len(name) == 4):
			if hex {
				n, err = strconv.ParseInt(name[1:], 16, 32)
				break
			}
			if n, err = strconv.ParseInt(name[1:], 10, 32); err != nil {
				if _, err := strconv.ParseInt(name[1:], 16, 32); err == nil {
					return s.simpleTexts(true)
				}
			}
		case first == 'u':
			r, _ := glyphRune(name)
			n = int64(r)
		case name == "f_h", name == "f_t", name == "T_h":
			out[c] = strings.ReplaceAll(name, "_", "")
			continue
		}
		if err != nil || n <= 0 || n > 0x10FFFF {
			continue
		}
		if s.base1 != "" && int(n) == c && c < 256 {
			if name := encodings()[s.base1][c]; name != "" {
				out[c] = string(glyphs()[name])
				continue
			}
		}
		out[c] = string(rune(n))
	}
	return out
}

// glyphRune is the character of a glyph's name.
func glyphRune(name string) (rune, bool) {
	if r, ok := glyphs()[name]; ok {
		return r, true
	}
	hex, ok := strings.CutPrefix(name, "uni")
	if !ok || len(name) != 7 {
		if hex, ok = strings.CutPrefix(name, "u"); !ok || len(name) < 5 || len(name) > 7 {
			return 0, false
		}
	}
	if hex != strings.ToUpper(hex) {
		return 0, false
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || n > 0x10FFFF {
		return 0, false
	}
	return rune(n), true
}

// readWidths finds how wide the codes are.
func (d *Document) readWidths(s *source, f *font) {
	f.widths = map[int]float64{}
	switch widths := d.get(s.dict, "Widths").(type) {
	case []any:
		if s.composite {
			break
		}
		for i, w := range widths {
			if n, ok := d.resolve(w).(float64); ok && i < 0x10000 {
				f.widths[s.first+i] = n
			}
		}
		if s.descriptor != nil {
			f.width, _ = d.get(s.descriptor, "MissingWidth").(float64)
		} else {
			f.width = d.standardWidths(s, nil)
		}
		return
	}
	if !s.composite {
		if s.kind != "Type3" {
			f.width = d.standardWidths(s, f.widths)
		}
		return
	}
	f.width = 1000
	if n, ok := d.get(s.dict, "DW").(float64); ok {
		f.width = n
	}
	d.ranges(list(d.get(s.dict, "W")), 1, func(c int, v []float64) { f.widths[c] = v[0] })
	if !f.vertical {
		return
	}
	f.advances = map[int]float64{}
	d.ranges(list(d.get(s.dict, "W2")), 3, func(c int, v []float64) { f.advances[c] = v[0] })
}

// ranges reads lists like [1 [500 600] 7 9 500]: n numbers for each code.
func (d *Document) ranges(l []any, n int, set func(c int, v []float64)) {
	left := min(maxMappings, d.mappings)
	most := left
	defer func() { d.mappings -= most - left }()
	for i := 0; i+1 < len(l); {
		first, ok := integer(d.resolve(l[i]))
		if !ok {
			return
		}
		if group, ok := d.resolve(l[i+1]).([]any); ok {
			for ; len(group) >= n; group = group[n:] {
				if v := d.numbers(group[:n], n); v != nil {
					set(first, v)
				}
				first++
			}
			i += 2
			continue
		}
		last, ok := integer(d.resolve(l[i+1]))
		if !ok || i+2+n > len(l) {
			return
		}
		if v := d.numbers(l[i+2:i+2+n], n); v != nil {
			for c := first; c <= last && left > 0; c++ {
				set(c, v)
				left--
			}
		}
		i += 2 + n
	}
}

// standardWidths puts the widths of the standard font that is meant, and returns the width of all others.
func (d *Document) standardWidths(s *source, widths map[int]float64) float64 {
	name := s.name
	if base, ok := d.get(s.dict, "BaseFont").(Name); ok && s.descriptor != nil {
		name = string(base)
	}
	standard := standardFont(name)
	if standard == "" {
		standard = "Helvetica"
		if family, _, _ := strings.Cut(name, "-"); serif(family) {
			standard = "Times-Roman"
		}
	}
	if strings.HasPrefix(standard, "Courier") {
		return 600
	}
	table := glyphWidths()[standard]
	for c := range 256 {
		if widths == nil {
			break
		}
		if w := table[s.changed[c]]; w != 0 {
			widths[c] = w
		} else if w := table[s.names[c]]; w != 0 {
			widths[c] = w
		}
	}
	return 0
}
