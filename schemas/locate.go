package schemas

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Locate fills in Line and Column of the diagnostics that have none, and sorts them by their place in the text. text is
// the JSON that their pointers point into; a pointer to what is not there gets the place of what should hold it. Where
// text is no JSON nothing is filled in.
func (ds Diagnostics) Locate(text []byte) {
	if len(ds) == 0 {
		return
	}
	root := &place{offset: -1}
	for _, d := range ds {
		at := root
		for _, part := range splitPointer(d.Pointer) {
			at = at.add(part)
		}
	}
	l := &placeScan{text: text}
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		l.begin = len("\ufeff") // a byte order mark, which encoding/json does not know
	}
	l.dec = json.NewDecoder(bytes.NewReader(text[l.begin:]))
	l.dec.UseNumber()
	if l.value(root) != nil {
		return
	}
	offsets := make(map[string]int, len(ds))
	for _, d := range ds {
		offsets[d.Pointer] = root.find(splitPointer(d.Pointer))
	}
	slices.SortStableFunc(ds, func(a, b Diagnostic) int { return cmp.Compare(offsets[a.Pointer], offsets[b.Pointer]) })
	line, start, done := 1, 0, 0
	for i := range ds {
		for offset := offsets[ds[i].Pointer]; done < offset; done++ {
			if text[done] == '\n' {
				line, start = line+1, done+1
			}
		}
		if ds[i].Line == 0 {
			ds[i].Line, ds[i].Column = line, done-start+1
		}
	}
}

// place is a value that a diagnostic points to, or one on the way there.
type place struct {
	offset int // -1 until it was seen
	inside map[string]*place
}

func (p *place) add(part string) *place {
	if p.inside == nil {
		p.inside = map[string]*place{}
	}
	next := p.inside[part]
	if next == nil {
		next = &place{offset: -1}
		p.inside[part] = next
	}
	return next
}

// find returns the offset of what lies at the path, or of the innermost value on the way that is there.
func (p *place) find(path []string) int {
	offset := p.offset
	for _, part := range path {
		if p = p.inside[part]; p == nil || p.offset < 0 {
			break
		}
		offset = p.offset
	}
	return offset
}

// placeScan reads a text for the offsets of the places that are asked for.
type placeScan struct {
	text  []byte
	begin int // where dec began
	dec   *json.Decoder
}

// value reads one value and notes the places that are asked for; p is nil where none is.
func (l *placeScan) value(p *place) error {
	start := l.begin + int(l.dec.InputOffset())
	for start < len(l.text) && strings.IndexByte(" \t\r\n,:", l.text[start]) >= 0 {
		start++
	}
	token, err := l.dec.Token()
	if err != nil {
		return err
	}
	var inside map[string]*place
	if p != nil {
		p.offset, inside = start, p.inside
	}
	open, isDelim := token.(json.Delim)
	if !isDelim {
		return nil
	}
	for i := 0; l.dec.More(); i++ {
		key := strconv.Itoa(i)
		if open == '{' {
			token, err := l.dec.Token()
			if err != nil {
				return err
			}
			key, _ = token.(string)
		}
		if err := l.value(inside[key]); err != nil {
			return err
		}
	}
	_, err = l.dec.Token()
	return err
}
