package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"regexp"
	"strconv"
	"strings"
)

var put = regexp.MustCompile(`dup\s+(\d{1,3})\s*/([^\s/]+)\s+put`)

// builtIn are the names of codes that a Type 1 font has in itself.
func (d *Document) builtIn(s *source) map[int]string {
	data, err := d.decoded(s.embedded)
	if err != nil {
		return nil
	}
	if d.get(s.descriptor, "FontFile") == nil {
		if d.get(s.embedded.dict, "Subtype") != Name("Type1C") {
			return nil
		}
		names, err := cffNames(data)
		if err != nil {
			return nil
		}
		return names
	}
	if end := bytes.Index(data, []byte("eexec")); end >= 0 {
		data = data[:end]
	}
	out := map[int]string{}
	for _, m := range put.FindAllSubmatch(data, 256) {
		if c, _ := strconv.Atoi(string(m[1])); c < 256 {
			out[c] = string(m[2])
		}
	}
	return out
}

// forWindows says whether a TrueType font has names for Windows alone.
func (d *Document) forWindows(s *source) bool {
	data, err := d.decoded(s.embedded)
	if err != nil || len(data) < 12 {
		return false
	}
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		entry := data[min(12+16*i, len(data)):]
		if len(entry) < 16 || string(entry[:4]) != "name" {
			continue
		}
		table := data[min(int(binary.BigEndian.Uint32(entry[8:])), len(data)):]
		if len(table) < 6 {
			return false
		}
		windows := false
		for k := range int(binary.BigEndian.Uint16(table[2:])) {
			record := table[min(6+12*k, len(table)):]
			if len(record) < 12 {
				break
			}
			platform, set, language := binary.BigEndian.Uint16(record), binary.BigEndian.Uint16(record[2:]), binary.BigEndian.Uint16(record[4:])
			switch {
			case platform == 1 && set == 0 && language == 0:
				return false
			case platform == 3 && set == 1 && language == 0x409:
				windows = true
			}
		}
		return windows
	}
	return false
}

var errCFF = errors.New("the font is damaged")

// cff reads a compact font.
type cff struct {
	data []byte
	pos  int
}

func (c *cff) number(size int) (int, error) {
	if size < 1 || size > 4 || c.pos < 0 || c.pos+size > len(c.data) {
		return 0, errCFF
	}
	n := 0
	for _, b := range c.data[c.pos : c.pos+size] {
		n = n<<8 | int(b)
	}
	c.pos += size
	return n, nil
}

// index reads a list of byte strings.
func (c *cff) index() ([][]byte, error) {
	count, err := c.number(2)
	if err != nil || count == 0 {
		return nil, err
	}
	size, err := c.number(1)
	if err != nil {
		return nil, err
	}
	offsets := make([]int, count+1)
	for i := range offsets {
		if offsets[i], err = c.number(size); err != nil {
			return nil, err
		}
	}
	base := c.pos - 1
	out := make([][]byte, count)
	for i := range out {
		from, to := base+offsets[i], base+offsets[i+1]
		if from < base || to < from || to > len(c.data) {
			return nil, errCFF
		}
		out[i] = c.data[from:to]
	}
	c.pos = base + offsets[count]
	return out, nil
}

// dictNumbers are the last operands of a dictionary's operators.
func dictNumbers(data []byte) map[int]int {
	out := map[int]int{}
	last := 0
	for i := 0; i < len(data); i++ {
		b := int(data[i])
		at := func(k int) int {
			if i+k < len(data) {
				return int(data[i+k])
			}
			return 0
		}
		switch {
		case b == 12:
			i++
		case b <= 21:
			out[b] = last
		case b == 28:
			last = at(1)<<8 | at(2)
			i += 2
		case b == 29:
			last = at(1)<<24 | at(2)<<16 | at(3)<<8 | at(4)
			i += 4
		case b == 30:
			for i++; i < len(data) && data[i]&15 != 15; i++ {
			}
		case b >= 32 && b <= 246:
			last = b - 139
		case b >= 247 && b <= 250:
			last = (b-247)*256 + at(1) + 108
			i++
		case b >= 251 && b <= 254:
			last = -(b-251)*256 - at(1) - 108
			i++
		}
	}
	return out
}

// Operators of a compact font's dictionary.
const (
	cffCharset     = 15
	cffEncoding    = 16
	cffCharStrings = 17
)

// cffNames are the names of a compact font's codes.
func cffNames(data []byte) (map[int]string, error) {
	if len(data) < 4 {
		return nil, errCFF
	}
	c := &cff{data: data, pos: int(data[2])}
	if _, err := c.index(); err != nil {
		return nil, err
	}
	dicts, err := c.index()
	if err != nil || len(dicts) == 0 {
		return nil, errCFF
	}
	own, err := c.index()
	if err != nil {
		return nil, err
	}
	top := dictNumbers(dicts[0])
	c.pos = top[cffCharStrings]
	glyphCount, err := c.number(2)
	if err != nil {
		return nil, err
	}
	standard := strings.Fields(cffText)
	name := func(id int) string {
		switch {
		case id < len(standard):
			return standard[id]
		case id-len(standard) < len(own):
			return string(own[id-len(standard)])
		}
		return ""
	}
	charset, err := c.charset(top[cffCharset], glyphCount)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(charset))
	for i, id := range charset {
		names[i] = name(id)
	}
	return c.encoding(top[cffEncoding], names, name)
}

// charset are the numbers of the glyphs' names.
func (c *cff) charset(at, count int) ([]int, error) {
	out := make([]int, 1, count+1)
	if at <= 2 {
		for i := 1; i < count && at == 0; i++ {
			out = append(out, i)
		}
		return out, nil
	}
	c.pos = at
	format, err := c.number(1)
	for err == nil && len(out) < count {
		first, left := 0, 0
		if first, err = c.number(2); err != nil {
			break
		}
		if format > 0 {
			if left, err = c.number(min(format, 2)); err != nil {
				break
			}
		}
		for i := 0; i <= left && len(out) < count; i++ {
			out = append(out, first+i)
		}
	}
	return out, err
}

// encoding are the names by codes.
func (c *cff) encoding(at int, names []string, name func(int) string) (map[int]string, error) {
	out := map[int]string{}
	if at <= 1 {
		known := map[string]bool{}
		for _, n := range names {
			known[n] = true
		}
		for code, n := range encodings()["Standard"] {
			if at == 0 && n != "" && known[n] {
				out[code] = n
			}
		}
		return out, nil
	}
	c.pos = at
	format, err := c.number(1)
	if err != nil {
		return nil, err
	}
	count, err := c.number(1)
	glyph := 1
	for i := 0; i < count && err == nil; i++ {
		code, left := 0, 0
		if code, err = c.number(1); err == nil && format&0x7F == 1 {
			left, err = c.number(1)
		}
		for k := 0; k <= left && err == nil; k++ {
			if glyph < len(names) {
				out[code+k] = names[glyph]
			}
			glyph++
		}
	}
	if err != nil || format&0x80 == 0 {
		return out, err
	}
	count, err = c.number(1)
	for i := 0; i < count && err == nil; i++ {
		code, id := 0, 0
		if code, err = c.number(1); err == nil {
			id, err = c.number(2)
		}
		out[code] = name(id)
	}
	return out, err
}
