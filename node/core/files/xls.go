package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"

	"github.com/nate-go/nate/node"
)

// Records of old Excel files (BIFF) that are read or written, by their names in Microsoft's [MS-XLS].
const (
	xlsFormula    = 0x0006
	xlsEOF        = 0x000A
	xlsFilePass   = 0x002F
	xlsContinue   = 0x003C
	xlsWindow1    = 0x003D
	xlsCodePage   = 0x0042
	xlsBoundSheet = 0x0085
	xlsMulRK      = 0x00BD
	xlsRString    = 0x00D6
	xlsXF         = 0x00E0
	xlsSST        = 0x00FC
	xlsLabelSST   = 0x00FD
	xlsDimensions = 0x0200
	xlsNumber     = 0x0203
	xlsLabel      = 0x0204
	xlsBoolErr    = 0x0205
	xlsString     = 0x0207
	xlsRK         = 0x027E
	xlsFont       = 0x0031
	xlsStyle      = 0x0293
	xlsBOF        = 0x0809
)

// Excel's limits of a sheet in this format.
const (
	xlsRows    = 65536
	xlsColumns = 256
	// xlsText is the longest text of a cell.
	xlsText = 32767
)

func passwordError() error {
	return node.NewOperationError("File is password-protected", "Save it without a password")
}

var errXLS = errors.New("the file is no Excel file of the versions 5 to 2003")

// readXLS reads one sheet of an Excel file of the versions 5 to 2003: values as they are stored, dates as numbers. Cells with errors are empty.
func readXLS(content []byte, title string) (area, error) {
	file, err := mscfb.New(bytes.NewReader(content))
	if err != nil {
		return area{}, fmt.Errorf("%w: %w", errXLS, err)
	}
	var book []byte
	for e, err := file.Next(); err == nil; e, err = file.Next() {
		if e.Name == "Workbook" || e.Name == "Book" && book == nil { // Book: versions 5 and 95
			if book, err = io.ReadAll(io.LimitReader(e, int64(len(content)))); err != nil {
				return area{}, fmt.Errorf("%w: %w", errXLS, err)
			}
		}
		if e.Name == "EncryptedPackage" {
			return area{}, passwordError()
		}
	}
	r := xlsReader{records: records{data: book}, sheets: map[string]uint32{}}
	if err := r.globals(); err != nil {
		return area{}, err
	}
	if title, err = sheetNamed(r.names, title); err != nil {
		return area{}, err
	}
	r.at = int(r.sheets[title])
	err = r.sheet()
	return r.area, err
}

// records are a stream of records.
type records struct {
	data []byte
	at   int
}

// record is one of them, with what is continued in the records after it.
type record struct {
	id    uint16
	parts [][]byte
}

// next returns the next record; ok is false at the end of the stream, and where it is broken.
func (r *records) next() (rec record, ok bool) {
	id, body, ok := r.one()
	if !ok {
		return rec, false
	}
	rec = record{id: id, parts: [][]byte{body}}
	for {
		at := r.at
		if id, body, ok = r.one(); !ok || id != xlsContinue {
			r.at = at
			return rec, true
		}
		rec.parts = append(rec.parts, body)
	}
}

func (r *records) one() (id uint16, body []byte, ok bool) {
	if r.at < 0 || r.at > len(r.data)-4 {
		return 0, nil, false
	}
	id = binary.LittleEndian.Uint16(r.data[r.at:])
	size := int(binary.LittleEndian.Uint16(r.data[r.at+2:]))
	begin := r.at + 4
	if begin+size > len(r.data) {
		return 0, nil, false
	}
	r.at = begin + size
	return id, r.data[begin:r.at], true
}

// body is the content of the record itself, followed by zeros where it is too short.
func (r record) body() []byte {
	if b := r.parts[0]; len(b) >= 32 {
		return b
	}
	padded := make([]byte, 32)
	copy(padded, r.parts[0])
	return padded
}

// cursor reads the content of a record and of those that continue it.
type cursor struct{ parts [][]byte }

// bytes reads up to n bytes of one record.
func (c *cursor) bytes(n int) []byte {
	for len(c.parts) > 0 && len(c.parts[0]) == 0 {
		c.parts = c.parts[1:]
	}
	if len(c.parts) == 0 || n <= 0 {
		return nil
	}
	n = min(n, len(c.parts[0]))
	b := c.parts[0][:n]
	c.parts[0] = c.parts[0][n:]
	return b
}

func (c *cursor) number(bytes int) int {
	n := 0
	for i := range bytes {
		if b := c.bytes(1); b != nil {
			n |= int(b[0]) << (8 * i)
		}
	}
	return n
}

// skip passes over n bytes.
func (c *cursor) skip(n int) {
	for n > 0 {
		b := c.bytes(n)
		if b == nil {
			return
		}
		n -= len(b)
	}
}

// text reads a text of n characters with the flags before it, and the formats and the phonetic text after it. A text that goes on in
// another record has flags there again.
func (c *cursor) text(n int) string {
	flags := c.number(1)
	runs, extra := 0, 0
	if flags&0x08 != 0 {
		runs = c.number(2)
	}
	if flags&0x04 != 0 {
		extra = c.number(4)
	}
	var units []uint16
	for n > 0 && len(c.parts) > 0 {
		if len(c.parts[0]) == 0 {
			if c.parts = c.parts[1:]; len(c.parts) > 0 {
				flags = flags&^1 | c.number(1)&1
			}
			continue
		}
		wide := flags & 1
		b := c.bytes(min(n<<wide, len(c.parts[0])))
		for i := range len(b) >> wide {
			unit := uint16(b[i<<wide])
			if wide == 1 {
				unit |= uint16(b[2*i+1]) << 8
			}
			units = append(units, unit)
		}
		if n -= len(b) >> wide; len(b)>>wide == 0 {
			break // half a character
		}
	}
	c.skip(4*runs + extra)
	return string(utf16.Decode(units))
}

// xlsReader reads a workbook.
type xlsReader struct {
	records
	// old says that the file is of version 5 or 95: its texts are bytes of a code page.
	old      bool
	codePage int
	texts    []string
	names    []string
	sheets   map[string]uint32
	area     area
}

// globals reads the first part of a workbook: its sheets and texts.
func (r *xlsReader) globals() error {
	first, ok := r.next()
	if !ok || first.id != xlsBOF {
		return errXLS
	}
	r.codePage = 1252
	switch version := binary.LittleEndian.Uint16(first.body()); version {
	case 0x0600:
	case 0x0500:
		r.old = true
	default:
		return fmt.Errorf("%w: it is of another (0x%04x)", errXLS, version)
	}
	for {
		rec, ok := r.next()
		if !ok || rec.id == xlsEOF {
			return nil
		}
		switch rec.id {
		case xlsFilePass:
			return passwordError()
		case xlsCodePage:
			r.codePage = int(binary.LittleEndian.Uint16(rec.body()))
		case xlsSST:
			c := cursor{parts: slices.Clone(rec.parts)}
			c.skip(4) // how often they are used
			for range c.number(4) {
				if len(c.parts) == 0 {
					break
				}
				r.texts = append(r.texts, c.text(c.number(2)))
			}
		case xlsBoundSheet:
			c := cursor{parts: slices.Clone(rec.parts)}
			at := uint32(c.number(4)) //nolint:gosec // of four bytes
			_, kind := c.number(1), c.number(1)
			name := r.string(&c, 1)
			if _, twice := r.sheets[name]; kind <= 2 && !twice { // a sheet, of macros, or a chart
				r.names = append(r.names, name)
				r.sheets[name] = at
			}
		}
	}
}

// string reads a text that begins with its length, of one or two bytes.
func (r *xlsReader) string(c *cursor, lengthBytes int) string {
	n := c.number(lengthBytes)
	if !r.old {
		return c.text(n)
	}
	text, err := decode(c.bytes(n), codePageName(r.codePage), false)
	if err != nil {
		return ""
	}
	return text
}

// codePageName is the name of a Windows code page as a character set.
func codePageName(page int) string {
	switch page {
	case 0x8000, 10000:
		return "macroman"
	case 932:
		return "shift_jis"
	case 936:
		return "gbk"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 1200:
		return "utf16le"
	case 65001:
		return "utf8"
	}
	for _, name := range []string{fmt.Sprintf("windows%d", page), fmt.Sprintf("cp%d", page)} {
		if _, err := characterSet(name); err == nil {
			return name
		}
	}
	return "windows1252"
}

// sheet reads the cells of the sheet at the place.
func (r *xlsReader) sheet() error {
	if first, ok := r.next(); !ok || first.id != xlsBOF {
		return errXLS
	}
	depth := 1 // charts inside of the sheet have a begin and an end, too
	row, column := 0, 0
	for depth > 0 {
		rec, ok := r.next()
		if !ok {
			return nil
		}
		b := rec.body()
		if depth > 1 && rec.id != xlsBOF && rec.id != xlsEOF {
			continue
		}
		if rec.id != xlsString { // which belongs to the formula before it
			row, column = int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:]))
		}
		switch rec.id {
		case xlsBOF:
			depth++
		case xlsEOF:
			depth--
		case xlsDimensions:
			r.dimensions(b)
		case xlsNumber:
			r.set(row, column, math.Float64frombits(binary.LittleEndian.Uint64(b[6:])))
		case xlsRK:
			r.set(row, column, rkNumber(binary.LittleEndian.Uint32(b[6:])))
		case xlsMulRK:
			for cells := rec.parts[0][min(4, len(rec.parts[0])):]; len(cells) >= 8; cells = cells[6:] { // 2 bytes end it
				r.set(row, column, rkNumber(binary.LittleEndian.Uint32(cells[2:])))
				column++
			}
		case xlsLabel, xlsRString, xlsString:
			c := cursor{parts: slices.Clone(rec.parts)}
			if rec.id != xlsString {
				c.skip(6)
			}
			r.set(row, column, r.string(&c, 2))
		case xlsLabelSST:
			if i := binary.LittleEndian.Uint32(b[6:]); uint64(i) < uint64(len(r.texts)) {
				r.set(row, column, r.texts[i])
			}
		case xlsBoolErr:
			r.set(row, column, boolOrError(b[6], b[7] != 0))
		case xlsFormula:
			r.set(row, column, formulaValue(b[6:14]))
		}
	}
	return nil
}

// dimensions reads where the used part of the sheet begins.
func (r *xlsReader) dimensions(b []byte) {
	if r.old {
		r.area.top, r.area.left = int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[4:]))
		return
	}
	r.area.top, r.area.left = int(min(binary.LittleEndian.Uint32(b), xlsRows)), int(binary.LittleEndian.Uint16(b[8:]))
}

// boolOrError is the value of a cell: an error leaves it empty, but for #NULL!, which is null.
func boolOrError(value byte, isError bool) any {
	switch {
	case !isError:
		return value != 0
	case value == 0:
		return blank{}
	}
	return nil
}

// formulaValue is the last value of a formula; nil for text, which follows, and errors.
func formulaValue(b []byte) any {
	if b[6] != 0xFF || b[7] != 0xFF {
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	switch b[0] {
	case 1, 2:
		return boolOrError(b[2], b[0] == 2)
	case 3:
		return ""
	}
	return nil
}

// rkNumber is a number in four bytes: a whole one, or the upper part of a double, maybe times 100.
func rkNumber(rk uint32) float64 {
	n := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&2 != 0 {
		n = float64(int32(rk) >> 2) //nolint:gosec // the sign is the upper bit
	}
	if rk&1 != 0 {
		n /= 100
	}
	return n
}

func (r *xlsReader) set(row, column int, v any) {
	if n, isNumber := v.(float64); isNumber && (math.IsNaN(n) || math.IsInf(n, 0)) || column >= xlsColumns {
		return
	}
	for len(r.area.cells) <= row {
		r.area.cells = append(r.area.cells, nil)
	}
	for len(r.area.cells[row]) <= column {
		r.area.cells[row] = append(r.area.cells[row], nil)
	}
	r.area.cells[row][column] = v
}

// xls makes an Excel file of version 97 to 2003.
func (t sheet) xls(title string) ([]byte, error) {
	if len(t) > xlsRows || t.width() > xlsColumns {
		return nil, node.NewOperationError(fmt.Sprintf("The table has %d rows and %d columns", len(t), t.width()),
			fmt.Sprintf("An XLS file has at most %d rows and %d columns: take XLSX", xlsRows, xlsColumns))
	}
	if err := sheetTitle(title); err != nil {
		return nil, err
	}
	var w recordWriter
	w.add(xlsBOF, uint16(0x0600), uint16(5), uint16(0x0DBB), uint16(0x07CC), uint32(0), uint32(6))
	w.add(xlsCodePage, uint16(1200))
	w.add(xlsWindow1, uint16(0), uint16(0), uint16(0x4000), uint16(0x2000), uint16(0x38), uint16(0), uint16(0), uint16(1), uint16(600))
	for range 4 { // Excel wants four fonts, the formats of styles and one of cells
		w.add(xlsFont, uint16(200), uint16(0), uint16(0x7FFF), uint16(400), uint16(0), uint32(0), xlsName("Arial"))
	}
	for range 15 {
		w.add(xlsXF, uint16(0), uint16(0), uint16(0xFFF5), uint8(0x20), uint8(0), uint8(0), uint8(0), uint32(0), uint32(0), uint16(0x20C0))
	}
	w.add(xlsXF, uint16(0), uint16(0), uint16(1), uint8(0x20), uint8(0), uint8(0), uint8(0), uint32(0), uint32(0), uint16(0x20C0))
	w.add(xlsStyle, uint16(0x8000), uint8(0), uint8(0xFF))
	place := w.Len() + 4
	w.add(xlsBoundSheet, uint32(0), uint16(0), xlsName(title))
	if err := w.texts(t); err != nil {
		return nil, err
	}
	w.add(xlsEOF)
	binary.LittleEndian.PutUint32(w.Bytes()[place:], uint32(w.Len())) //nolint:gosec // far below
	w.add(xlsBOF, uint16(0x0600), uint16(0x10), uint16(0x0DBB), uint16(0x07CC), uint32(0), uint32(6))
	w.add(xlsDimensions, uint32(0), uint32(len(t)), uint16(0), uint16(t.width()), uint16(0)) //nolint:gosec // limited above
	for i, row := range t {
		for k, v := range row {
			w.cell(i, k, v)
		}
	}
	w.add(xlsEOF)
	return compoundFile("Workbook", w.Bytes()), nil
}

// sheetTitle reports why a title is none in Excel.
func sheetTitle(title string) error {
	switch {
	case len(utf16.Encode([]rune(title))) > 31:
		return node.NewOperationError("Sheet name cannot exceed 31 chars", "")
	case strings.ContainsAny(title, `\/?*[]:`):
		return node.NewOperationError(`Sheet name cannot contain : \ / ? * [ ]`, "")
	}
	return nil
}

// recordWriter writes records.
type recordWriter struct {
	bytes.Buffer
	place map[string]uint32
}

// xlsName is a text whose length has one byte.
type xlsName string

// add writes a record of values.
func (w *recordWriter) add(id uint16, values ...any) {
	var body []byte
	for _, v := range values {
		if name, ok := v.(xlsName); ok {
			units := utf16.Encode([]rune(string(name)))
			body = append(body, byte(len(units)), 1)
			for _, u := range units {
				body = binary.LittleEndian.AppendUint16(body, u)
			}
			continue
		}
		body, _ = binary.Append(body, binary.LittleEndian, v) // of fixed size: it can't fail
	}
	w.record(id, body)
}

func (w *recordWriter) record(id uint16, body []byte) {
	var head [4]byte
	binary.LittleEndian.PutUint16(head[:], id)
	binary.LittleEndian.PutUint16(head[2:], uint16(len(body))) //nolint:gosec // at most 8,224
	w.Write(head[:])
	w.Write(body)
}

// maxRecord is how long a record may be.
const maxRecord = 8224

// texts writes the texts of all cells, each once.
func (w *recordWriter) texts(t sheet) error {
	w.place = map[string]uint32{}
	var list [][]uint16
	total := uint32(0)
	for _, row := range t {
		for _, v := range row {
			text, isText := v.(string)
			if !isText {
				continue
			}
			total++
			if _, ok := w.place[text]; ok {
				continue
			}
			units := utf16.Encode([]rune(text))
			if len(units) > xlsText {
				return node.NewOperationError("Text length must not exceed 32767 characters", "")
			}
			w.place[text] = uint32(len(list)) //nolint:gosec // at most one each cell
			list = append(list, units)
		}
	}
	id, body := uint16(xlsSST), binary.LittleEndian.AppendUint32(nil, total)
	body = binary.LittleEndian.AppendUint32(body, uint32(len(list))) //nolint:gosec // as above
	next := func() {
		w.record(id, body)
		id, body = xlsContinue, nil
	}
	for _, units := range list {
		if len(body)+5 > maxRecord { // the head of a text and its first character stand together
			next()
		}
		body = binary.LittleEndian.AppendUint16(body, uint16(len(units))) //nolint:gosec // limited above
		body = append(body, 1)
		for _, u := range units {
			if len(body)+2 > maxRecord {
				next()
				body = append(body, 1)
			}
			body = binary.LittleEndian.AppendUint16(body, u)
		}
	}
	next()
	return nil
}

// cell writes a cell.
func (w *recordWriter) cell(row, column int, v any) {
	place := []any{uint16(row), uint16(column), uint16(15)} //nolint:gosec // limited before
	switch v := v.(type) {
	case float64:
		w.add(xlsNumber, append(place, v)...)
	case bool:
		w.add(xlsBoolErr, append(place, v, false)...)
	case string:
		w.add(xlsLabelSST, append(place, w.place[v])...)
	}
}

// compoundFile makes a compound file ([MS-CFB]) with one stream.
func compoundFile(name string, stream []byte) []byte {
	const sector, perSector, end, fat, free = 512, 128, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
	if len(stream) < 4096 { // smaller ones would stand in a stream of small streams
		stream = append(slices.Clone(stream), make([]byte, 4096-len(stream))...)
	}
	data := (len(stream) + sector - 1) / sector
	// The sectors are: the table of sectors, what the header has no room for of the list of its parts, the directory, the stream.
	fats, lists := 1, 0
	for {
		lists = max(0, (fats-109+126)/127)
		if needed := (fats + lists + 1 + data + perSector - 1) / perSector; needed > fats {
			fats = needed
			continue
		}
		break
	}
	table := make([]uint32, fats*perSector)
	for i := range table {
		switch {
		case i < fats:
			table[i] = fat
		case i < fats+lists:
			table[i] = 0xFFFFFFFC
		case i == fats+lists, i == fats+lists+data:
			table[i] = end
		case i < fats+lists+data:
			table[i] = uint32(i + 1)
		default:
			table[i] = free
		}
	}
	var b bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v) // into memory
		}
	}
	firstList, directory := uint32(end), uint32(fats+lists)
	if lists > 0 {
		firstList = uint32(fats)
	}
	put([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 16), uint16(0x3E), uint16(3), uint16(0xFFFE), uint16(9), uint16(6),
		make([]byte, 10), uint32(fats), directory, uint32(0), uint32(4096), uint32(end), uint32(0), firstList, uint32(lists))
	for i := range 109 + lists*127 {
		if i >= 109 && (i-109)%127 == 0 && i > 109 {
			put(uint32(fats + (i-109)/127)) // where the list goes on
		}
		if i == 109 {
			put(table)
		}
		if i < fats {
			put(uint32(i))
		} else {
			put(uint32(free))
		}
	}
	if lists > 0 {
		put(uint32(end))
	} else {
		put(table)
	}
	entry := func(name string, kind, colour uint8, child, start uint32, size int) {
		units := make([]uint16, 32)
		copy(units, utf16.Encode([]rune(name)))
		length := 0
		if name != "" {
			length = 2 * (len(name) + 1)
		}
		put(units, uint16(length), kind, colour, uint32(free), uint32(free), child, make([]byte, 36), start, uint64(size))
	}
	entry("Root Entry", 5, 1, 1, end, 0)
	entry(name, 2, 1, free, directory+1, len(stream))
	entry("", 0, 0, free, 0, 0)
	entry("", 0, 0, free, 0, 0)
	put(stream, make([]byte, data*sector-len(stream)))
	return b.Bytes()
}
