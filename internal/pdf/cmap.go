package pdf

import (
	"errors"
	"strings"
	"unicode/utf16"
)

// Limits of maps: how many codes one may have, and all of a file together.
const (
	maxMappings    = 0x20000
	maxAllMappings = 8 << 20
)

var errCMap = errors.New("the character map of a font is not known")

// cmap is a character map: which bytes are a code, and what a code means: a number (a glyph, a character) or text as UTF-16.
type cmap struct {
	name     string
	vertical bool
	identity bool // every code of two bytes means itself
	ranges   [4][][2]uint32
	meanings map[uint32]any // float64 or Bytes
	left     int            // how many more meanings may come
}

func identityMap(vertical bool) *cmap {
	return &cmap{identity: true, vertical: vertical, ranges: [4][][2]uint32{1: {{0, 0xFFFF}}}}
}

// readCMap reads a map: the name of one, or a stream. The maps of Adobe for East Asian languages are not at hand, as in n8n.
func (d *Document) readCMap(v any) (*cmap, error) {
	switch v := v.(type) {
	case Name:
		if v == "Identity-H" || v == "Identity-V" {
			return identityMap(v == "Identity-V"), nil
		}
	case *Stream:
		data, err := d.decoded(v)
		if err != nil {
			return nil, err
		}
		m, use := parseCMap(data)
		d.mappings -= maxMappings - m.left
		if strings.HasPrefix(m.name, "Identity-") && m.isIdentity() {
			return identityMap(m.vertical), nil
		}
		if name, ok := d.get(v.dict, "UseCMap").(Name); ok {
			use = name
		}
		if use == "" {
			return m, nil
		}
		base, err := d.readCMap(use)
		if err != nil {
			return nil, err
		}
		if len(m.ranges[0])+len(m.ranges[1])+len(m.ranges[2])+len(m.ranges[3]) == 0 {
			m.ranges = base.ranges
		}
		m.identity = m.identity || base.identity
		return m, nil
	}
	return nil, errCMap
}

// isIdentity says whether each code of two bytes means itself.
func (m *cmap) isIdentity() bool {
	if len(m.meanings) != 0x10000 {
		return false
	}
	for c := range uint32(0x10000) {
		switch v := m.meanings[c].(type) {
		case float64:
			if v != float64(c) {
				return false
			}
		case Bytes:
			if code(v) != c {
				return false
			}
		}
	}
	return true
}

func code(b Bytes) uint32 {
	n := uint32(0)
	for i := range len(b) {
		n = n<<8 | uint32(b[i])
	}
	return n
}

// parseCMap reads a map's text. use is the map that it builds upon.
func parseCMap(data []byte) (m *cmap, use Name) {
	m = &cmap{meanings: map[uint32]any{}, left: maxMappings}
	p := parser{data: data}
	var last any
	for {
		v := p.value()
		switch v {
		case eof, keyword("endcmap"):
			return m, use
		case Name("WMode"):
			n, _ := p.value().(float64)
			m.vertical = n != 0
		case Name("CMapName"):
			if name, ok := p.value().(Name); ok {
				m.name = string(name)
			}
		case keyword("usecmap"):
			use, _ = last.(Name)
		case keyword("begincodespacerange"):
			m.readRanges(&p)
		case keyword("beginbfchar"), keyword("begincidchar"):
			m.readChars(&p)
		case keyword("beginbfrange"), keyword("begincidrange"):
			m.readMappings(&p)
		}
		last = v
	}
}

func (m *cmap) readRanges(p *parser) {
	for {
		low, ok1 := p.value().(Bytes)
		if !ok1 {
			return
		}
		high, ok2 := p.value().(Bytes)
		if !ok2 {
			return
		}
		if n := len(high); n >= 1 && n <= 4 {
			m.ranges[n-1] = append(m.ranges[n-1], [2]uint32{code(low), code(high)})
		}
	}
}

func (m *cmap) readChars(p *parser) {
	for {
		source, ok := p.value().(Bytes)
		if !ok {
			return
		}
		at := p.pos
		target := p.value()
		if _, ok := target.(keyword); ok {
			p.pos = at
			return
		}
		m.put(code(source), target)
	}
}

func (m *cmap) put(c uint32, v any) {
	switch v.(type) {
	case Bytes, float64:
		if m.left--; m.left >= 0 {
			m.meanings[c] = v
		}
	}
}

func (m *cmap) readMappings(p *parser) {
	for {
		low, ok := p.value().(Bytes)
		if !ok {
			return
		}
		high, ok := p.value().(Bytes)
		if !ok {
			return
		}
		from, to := code(low), code(high)
		at := p.pos
		switch target := p.value().(type) {
		case float64:
			for c := from; c <= to && m.left > 0; c++ {
				m.put(c, target+float64(c-from))
			}
		case Bytes:
			next := []byte(target)
			for c := from; c <= to && m.left > 0 && len(next) > 0; c++ {
				m.put(c, Bytes(next))
				if next[len(next)-1]++; next[len(next)-1] == 0 && len(next) > 1 {
					next[len(next)-2]++
				}
			}
		case []any:
			for i, v := range target {
				if to < from || uint32(i) > to-from {
					break
				}
				m.put(from+uint32(i), v)
			}
		case keyword:
			p.pos = at
			return
		}
	}
}

// next reads a code: what it is and how many bytes it has.
func (m *cmap) next(s string) (c uint32, n int) {
	for n := range min(4, len(s)) {
		c = c<<8 | uint32(s[n])
		for _, r := range m.ranges[n] {
			if c >= r[0] && c <= r[1] {
				return c, n + 1
			}
		}
	}
	return 0, 1
}

// cid is the glyph that a code means.
func (m *cmap) cid(c uint32) (int, bool) {
	switch v := m.meanings[c].(type) {
	case float64:
		return int(v), true
	case Bytes:
		return int(code(v)), true
	}
	return int(c), m.identity && c <= 0xFFFF
}

// texts are the characters that codes mean; nil for a map that has none.
func (m *cmap) texts() map[int]string {
	out := make(map[int]string, len(m.meanings))
	for c, v := range m.meanings {
		switch v := v.(type) {
		case float64:
			out[int(c)] = string(rune(v))
		case Bytes:
			if len(v)%2 == 1 {
				v = "\x00" + v
			}
			units := make([]uint16, 0, len(v)/2)
			for i := 0; i+1 < len(v); i += 2 {
				units = append(units, uint16(v[i])<<8|uint16(v[i+1]))
			}
			out[int(c)] = strings.ToValidUTF8(string(utf16.Decode(units)), "\uFFFD")
		}
	}
	return out
}
