package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// Limits of what is read.
const (
	maxUnpacked = 128 << 20 // bytes that the streams of a file's structure, and those of a page, may unpack to in all
	maxPages    = 100_000
	maxObjects  = 8_388_607
	headOfDict  = 4 << 10 // bytes in which a damaged file's objects are told apart
)

// What Open returns for what is no PDF.
var (
	// ErrStructure stands for what is something else, or damaged beyond reading.
	ErrStructure = errors.New("Invalid PDF structure.") //nolint:staticcheck // pdf.js's text
	// ErrEmpty stands for a file without content.
	ErrEmpty = errors.New("The PDF file is empty, i.e. its size is zero bytes.") //nolint:staticcheck // pdf.js's text
)

// Document is a PDF file. It is not safe for concurrent use.
type Document struct {
	data    []byte
	header  string
	objects map[int]place
	trailer *Dict
	lock    *lock
	cache   map[int]any
	packed  map[int]*container
	pending map[int]bool
	// budget is how many bytes may still be unpacked, work how many may still be read for objects: damaged files have objects without
	// an end, and each would be read to the end of the file.
	budget   int
	work     int
	mappings int // how many meanings fonts' maps may still have
	root     *Dict
	pages    []*Dict
	fonts    map[any]*font
}

// place is where an object stands: at an offset of the file, or as number index in a stream of objects.
type place struct {
	offset, generation int
	container          int
	free               bool
}

type container struct {
	data    []byte
	offsets map[int]int
}

// Open reads the structure of a PDF file. The errors are ErrStructure, ErrEmpty, ErrNoPassword, ErrWrongPassword, or say which kind of lock is
// not known. data must not be changed afterwards.
func Open(data []byte, password string) (doc *Document, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			doc, err = nil, fmt.Errorf("%w (%v)", ErrStructure, fault)
		}
	}()
	if len(data) == 0 {
		return nil, ErrEmpty
	}
	d := &Document{data: data, budget: maxUnpacked, work: 16*len(data) + maxUnpacked, mappings: maxAllMappings, fonts: map[any]*font{}}
	if at := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); at >= 0 {
		d.data = data[at:]
		line := d.data[5:min(len(d.data), 13)]
		if end := bytes.IndexFunc(line, func(r rune) bool { return r <= ' ' }); end >= 0 {
			line = line[:end]
		}
		d.header = string(line)
	}
	if d.open(password, d.table) == nil {
		return d, nil
	}
	if err := d.open(password, d.rebuild); err != nil {
		return nil, err
	}
	return d, nil
}

// open reads the file with the places that find finds.
func (d *Document) open(password string, find func() error) error {
	d.objects, d.trailer, d.lock = map[int]place{}, nil, nil
	d.forget()
	if err := find(); err != nil {
		return err
	}
	if e, ok := d.get(d.trailer, "Encrypt").(*Dict); ok {
		var id Bytes
		if ids := list(d.get(d.trailer, "ID")); len(ids) > 0 {
			id, _ = d.resolve(ids[0]).(Bytes)
		}
		l, err := d.newLock(e, id, password)
		if err != nil {
			return err
		}
		d.forget()
		if ref, ok := d.trailer.raw("Encrypt").(Ref); ok {
			d.cache[ref.Number] = e
		}
		d.lock = l
	}
	d.root, _ = d.get(d.trailer, "Root").(*Dict)
	return d.findPages()
}

func (d *Document) forget() {
	d.cache, d.packed, d.pending = map[int]any{}, map[int]*container{}, map[int]bool{}
}

// table reads the tables of places, beginning with the last.
func (d *Document) table() error {
	at := bytes.LastIndex(d.data, []byte("startxref"))
	if at < 0 {
		return ErrStructure
	}
	p := parser{data: d.data, pos: at + len("startxref")}
	start, ok := integer(p.value())
	if !ok {
		return ErrStructure
	}
	queue, seen := []int{start}, map[int]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at < 0 || at >= len(d.data) {
			return ErrStructure
		}
		if seen[at] {
			continue
		}
		seen[at] = true
		part, err := d.section(at)
		if err != nil {
			return err
		}
		if d.trailer == nil {
			d.trailer = part
		}
		for _, key := range []Name{"XRefStm", "Prev"} {
			if next, ok := integer(d.get(part, key)); ok {
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// section reads one table of places; what stands in a later one counts.
func (d *Document) section(at int) (*Dict, error) {
	p := parser{data: d.data, pos: at, references: true}
	if first := p.value(); first != keyword("xref") {
		p.pos = at
		return d.streamSection(&p)
	}
	for {
		v := p.value()
		if v == keyword("trailer") {
			break
		}
		start, ok1 := integer(v)
		count, ok2 := integer(p.value())
		if !ok1 || !ok2 || start < 0 || count < 0 {
			return nil, ErrStructure
		}
		for i := range count {
			offset, ok1 := integer(p.value())
			generation, ok2 := integer(p.value())
			kind := p.value()
			if !ok1 || !ok2 || kind != keyword("n") && kind != keyword("f") {
				return nil, ErrStructure
			}
			if i == 0 && kind == keyword("f") && start == 1 {
				start = 0 // a table that counts from one by mistake
			}
			d.put(start+i, place{offset: offset, generation: generation, free: kind == keyword("f")})
		}
	}
	trailer, ok := p.value().(*Dict)
	if !ok {
		return nil, ErrStructure
	}
	return trailer, nil
}

func (d *Document) put(number int, at place) {
	if _, known := d.objects[number]; !known && number <= maxObjects {
		d.objects[number] = at
	}
}

func (d *Document) streamSection(p *parser) (*Dict, error) {
	s, _ := d.object(p, -1, false).(*Stream)
	if s == nil {
		return nil, ErrStructure
	}
	data, err := d.decoded(s)
	if err != nil {
		return nil, err
	}
	var widths [3]int
	for i, w := range list(s.dict.raw("W")) {
		if n, ok := integer(w); ok && i < 3 && n >= 0 && n <= 8 {
			widths[i] = n
		}
	}
	row := widths[0] + widths[1] + widths[2]
	if row == 0 {
		return nil, ErrStructure
	}
	index := list(s.dict.raw("Index"))
	if index == nil {
		index = []any{float64(0), s.dict.raw("Size")}
	}
	for i := 0; i+1 < len(index); i += 2 {
		start, _ := integer(index[i])
		count, _ := integer(index[i+1])
		for n := start; n < start+count && len(data) >= row; n++ {
			field := func(width, fallback int) int {
				v := 0
				for _, c := range data[:width] {
					v = v<<8 | int(c)
				}
				data = data[width:]
				if width == 0 {
					return fallback
				}
				return v
			}
			kind, second, third := field(widths[0], 1), field(widths[1], 0), field(widths[2], 0)
			switch kind {
			case 0:
				d.put(n, place{free: true})
			case 1:
				d.put(n, place{offset: second, generation: third})
			case 2:
				d.put(n, place{container: second + 1})
			}
		}
	}
	return s.dict, nil
}

var objectStart = regexp.MustCompile(`(?:^|[\s>])(\d{1,10})\s+(\d{1,5})\s+obj\b`)

// rebuild finds the objects of a damaged file by looking through all of it.
func (d *Document) rebuild() error {
	for at := 0; at < len(d.data); {
		m := objectStart.FindSubmatchIndex(d.data[at:])
		if m == nil {
			break
		}
		number, _ := strconv.Atoi(string(d.data[at+m[2] : at+m[3]]))
		generation, _ := strconv.Atoi(string(d.data[at+m[4] : at+m[5]]))
		if number <= maxObjects {
			d.objects[number] = place{offset: at + m[2], generation: generation}
		}
		at += m[1]
	}
	var trailers []*Dict
	for at := 0; ; {
		i := bytes.Index(d.data[at:], []byte("trailer"))
		if i < 0 {
			break
		}
		at += i + len("trailer")
		p := parser{data: d.data, pos: at, references: true}
		if t, ok := p.value().(*Dict); ok {
			trailers = append(trailers, t)
		}
	}
	// Streams of places and of objects are trailers, and hold objects.
	numbers := make([]int, 0, len(d.objects))
	for number := range d.objects {
		numbers = append(numbers, number)
	}
	found := map[int]place{}
	var catalog *Dict
	for _, number := range numbers {
		at := d.objects[number]
		p := parser{data: d.data[:min(len(d.data), at.offset+headOfDict)], pos: at.offset, references: true}
		_, _, _ = p.token(), p.token(), p.token()
		dict, _ := p.value().(*Dict)
		if d.work -= p.pos - at.offset; d.work < 0 {
			return ErrStructure
		}
		switch dict.raw("Type") {
		case Name("XRef"):
			trailers = append(trailers, dict)
		case Name("Catalog"):
			if _, ok := dict.raw("Pages").(Ref); ok {
				catalog = &Dict{}
				catalog.set("Root", Ref{number, at.generation})
			}
		case Name("ObjStm"):
			found[number] = at
		}
	}
	// The last trailer that leads to a document counts.
	for i := len(trailers) - 1; i >= 0; i-- {
		if trailers[i].raw("Encrypt") != nil {
			d.trailer = trailers[i]
		}
	}
	d.readContainers(found)
	for i := len(trailers) - 1; i >= 0; i-- {
		if root, ok := d.get(trailers[i], "Root").(*Dict); ok && root.raw("Pages") != nil {
			d.trailer = trailers[i]
			return nil
		}
	}
	if catalog != nil {
		d.trailer = catalog
		return nil
	}
	return ErrStructure
}

// readContainers makes the objects of streams known that stand nowhere else. In locked files the streams can only be read with the key:
// there the places come from the tables alone.
func (d *Document) readContainers(found map[int]place) {
	if d.trailer != nil {
		return
	}
	for number := range found {
		if c := d.container(number); c != nil {
			for inner := range c.offsets {
				if _, known := d.objects[inner]; !known {
					d.objects[inner] = place{container: number + 1}
				}
			}
		}
	}
}

// object reads "1 0 obj ..." at the parser's place; nil where there is none, or another number than the wanted one (if that is not -1).
func (d *Document) object(p *parser, want int, locked bool) any {
	number, ok := integer(p.token())
	generation, ok2 := integer(p.token())
	if !ok || !ok2 || want >= 0 && number != want {
		return nil
	}
	if word, _ := p.token().(keyword); word != "obj" {
		if len(word) < 3 || word[:3] != "obj" {
			return nil
		}
		p.pos -= len(word) - 3
	}
	if locked && d.lock != nil {
		p.unlock = func(b []byte) []byte { return d.lock.string(b, number, generation) }
	}
	v := p.value()
	dict, isDict := v.(*Dict)
	if !isDict {
		if _, isWord := v.(keyword); isWord {
			return nil
		}
		return v
	}
	at := p.pos
	p.unlock = nil
	if p.token() != keyword("stream") {
		p.pos = at
		return dict
	}
	if p.at(0) == '\r' {
		p.pos++
	}
	if p.at(0) == '\n' {
		p.pos++
	}
	return &Stream{dict: dict, data: d.streamData(p, dict), number: number, generation: generation}
}

func (d *Document) streamData(p *parser, dict *Dict) []byte {
	rest := p.data[p.pos:]
	if length, ok := integer(d.get(dict, "Length")); ok && length >= 0 && length <= len(rest) {
		after := parser{data: rest[:min(len(rest), length+32)], pos: length}
		if after.token() == keyword("endstream") {
			return rest[:length]
		}
	}
	end := bytes.Index(rest, []byte("endstream"))
	if d.work -= end; end < 0 {
		d.work -= 2 * len(rest)
		if end = bytes.Index(rest, []byte("endobj")); end < 0 {
			end = len(rest)
		}
	}
	data := rest[:end]
	if n := len(data); n > 0 && data[n-1] == '\n' {
		data = data[:n-1]
	}
	if n := len(data); n > 0 && data[n-1] == '\r' {
		data = data[:n-1]
	}
	return data
}

// resolve is the value that a reference leads to, or v.
func (d *Document) resolve(v any) any {
	for range 32 {
		ref, ok := v.(Ref)
		if !ok {
			return v
		}
		v = d.fetch(ref.Number)
	}
	return nil
}

func (d *Document) fetch(number int) any {
	if v, ok := d.cache[number]; ok {
		return v
	}
	at, ok := d.objects[number]
	if !ok || at.free || d.pending[number] || d.work < 0 {
		return nil
	}
	d.pending[number] = true
	defer delete(d.pending, number)
	var v any
	if at.container > 0 {
		if c := d.container(at.container - 1); c != nil {
			if offset, ok := c.offsets[number]; ok {
				p := parser{data: c.data, pos: offset, references: true}
				if v = p.value(); v == eof {
					v = nil
				}
				d.work -= p.pos - offset
			}
		}
	} else if at.offset > 0 && at.offset < len(d.data) {
		p := parser{data: d.data, pos: at.offset, references: true}
		v = d.object(&p, number, true)
		d.work -= p.pos - at.offset
	}
	d.cache[number] = v
	return v
}

// container is a stream of objects; nil if it is none.
func (d *Document) container(number int) *container {
	if c, ok := d.packed[number]; ok {
		return c
	}
	d.packed[number] = nil
	s, _ := d.fetch(number).(*Stream)
	if s == nil {
		return nil
	}
	data, err := d.decoded(s)
	first, ok := integer(d.get(s.dict, "First"))
	count, ok2 := integer(d.get(s.dict, "N"))
	if err != nil || !ok || !ok2 || first < 0 {
		return nil
	}
	c := &container{data: data, offsets: map[int]int{}}
	p := parser{data: data}
	for range count {
		inner, ok1 := integer(p.token())
		offset, ok2 := integer(p.token())
		if !ok1 || !ok2 || offset < 0 || first+offset > len(data) {
			break
		}
		c.offsets[inner] = first + offset
	}
	d.packed[number] = c
	return c
}

// get is the value of the first of the keys that is there. dict may be nil.
func (d *Document) get(dict *Dict, keys ...Name) any {
	for _, key := range keys {
		if v := d.resolve(dict.raw(key)); v != nil {
			return v
		}
	}
	return nil
}

// numbers is a list of n numbers at least; nil if it is none.
func (d *Document) numbers(v any, n int) []float64 {
	l, _ := d.resolve(v).([]any)
	if len(l) < n {
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		f, ok := d.resolve(l[i]).(float64)
		if !ok {
			return nil
		}
		out[i] = f
	}
	return out
}

// findPages gathers the pages in their order.
func (d *Document) findPages() error {
	d.pages = nil
	top, ok := d.get(d.root, "Pages").(*Dict)
	if !ok {
		return ErrStructure
	}
	seen := map[*Dict]bool{}
	var walk func(n *Dict, depth int) bool
	walk = func(n *Dict, depth int) bool {
		if seen[n] || depth > maxNesting {
			return true
		}
		seen[n] = true
		kids, isList := d.get(n, "Kids").([]any)
		if kind := d.get(n, "Type"); kind == Name("Page") || !isList {
			if isList || kind == Name("Page") || n.raw("Contents") != nil || n != top {
				d.pages = append(d.pages, n)
			}
			return len(d.pages) < maxPages
		}
		for _, kid := range kids {
			if page, ok := d.resolve(kid).(*Dict); ok && !walk(page, depth+1) {
				return false
			}
		}
		return true
	}
	walk(top, 0)
	if len(d.pages) == 0 {
		return ErrStructure
	}
	if count, ok := integer(d.get(top, "Count")); ok && count > 0 && count < len(d.pages) {
		d.pages = d.pages[:count]
	}
	return nil
}

// Pages returns how many pages the document has; one at least.
func (d *Document) Pages() int { return len(d.pages) }

// inherited is an entry of a page or of what the page is part of.
func (d *Document) inherited(page *Dict, key Name) any {
	for range maxNesting {
		if v := d.get(page, key); v != nil {
			return v
		}
		parent, ok := d.get(page, "Parent").(*Dict)
		if !ok {
			return nil
		}
		page = parent
	}
	return nil
}

// opened says whether the data of a stream are not locked although the file is.
func (d *Document) opened(s *Stream) bool {
	switch d.get(s.dict, "Type") {
	case Name("XRef"):
		return true
	case Name("Metadata"):
		return !d.lock.metadata
	}
	filters := list(d.get(s.dict, "Filter"))
	return len(filters) > 0 && d.resolve(filters[0]) == Name("Crypt")
}
