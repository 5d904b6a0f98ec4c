package files

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"html"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// sheet is a table: rows of cells, each text, a number, a bool, blank for a null, or nil where there is nothing.
type sheet [][]any

type blank struct{}

// area is the used part of a sheet: its cells, counted from the first of the sheet, and where it begins.
type area struct {
	cells     sheet
	top, left int
}

// sheetOf makes a table of items: a column for each field, fields inside of others under their paths.
func sheetOf(items []node.Item, header bool) sheet {
	columns := &node.Object{}
	var names []string
	var table sheet
	if header {
		table = sheet{nil}
	}
	for _, it := range items {
		row := make([]any, len(names))
		for name, v := range flattened(it.JSON).All() {
			if name == "" {
				continue
			}
			at, ok := columns.Get(name)
			if !ok {
				at = float64(len(names))
				columns.Set(name, at)
				names, row = append(names, name), append(row, nil)
			}
			switch text, isText := v.(string); {
			case v == nil:
				v = blank{}
			case isText && !utf8.ValidString(text):
				v = string(utf8Bytes(text))
			}
			row[int(at.(float64))] = v
		}
		table = append(table, row)
	}
	if header {
		table[0] = make([]any, len(names))
		for i, name := range names {
			table[0][i] = name
		}
	}
	return table
}

// flattened is an object less those in it, whose fields stand under their paths. In each of them names that are numbers come first.
func flattened(of any) *node.Object {
	out := &node.Object{}
	put := func(name string, v any) {
		switch v.(type) {
		case *node.Object, []any:
			for inner, leaf := range flattened(v).All() {
				out.Set(name+"."+inner, leaf)
			}
		default:
			out.Set(name, v)
		}
	}
	switch of := of.(type) {
	case *node.Object:
		for name, v := range of.All() {
			put(name, v)
		}
	case []any:
		for i, v := range of {
			put(strconv.Itoa(i), v)
		}
	}
	return out
}

// spreadsheet writes all items into a file of a format.
func spreadsheet(ctx context.Context, c *node.Call, format string, o *node.Object, defaultName string) (node.Binary, error) {
	header, set := o.Get("headerRow")
	table := sheetOf(c.Items(), !set || header != false)
	name, set := o.Get("fileName")
	fileName := fields.Text(name)
	if !set {
		fileName = defaultName + "." + format
	}
	title := optionText(o, "sheetName")
	if title == "" {
		title = "Sheet"
	}
	if err := checkSheetName(title); err != nil {
		return node.Binary{}, err
	}
	var content []byte
	var err error
	switch format {
	case "csv":
		delimiter := optionText(o, "delimiter")
		if delimiter == "" {
			delimiter = ","
		}
		content = append([]byte("\uFEFF"), table.csv(delimiter)...)
	case "html":
		content = table.html()
	case "xlsx":
		content, err = table.xlsx(title)
	case "ods":
		content, err = table.ods(title)
	case "xls":
		content, err = table.xls(title)
	case "rtf":
		content = table.rtf()
	default:
		err = unsupportedFormat(format)
	}
	if err != nil {
		return node.Binary{}, err
	}
	return c.CreateBinary(ctx, bytes.NewReader(content), node.NewBinary(fileName, ""))
}

// checkSheetName says in n8n's words what spreadsheets do not take as the name of a sheet.
func checkSheetName(name string) error {
	fault := ""
	switch {
	case len(units(name)) > 31:
		fault = "Sheet name cannot exceed 31 chars"
	case strings.HasPrefix(name, "'") || strings.HasSuffix(name, "'"):
		fault = "Sheet name cannot start or end with apostrophe (')"
	case strings.EqualFold(name, "history"):
		fault = "Sheet name cannot be 'History'"
	case strings.ContainsAny(name, `:][*?/\`):
		fault = `Sheet name cannot contain : \ / ? * [ ]`
	default:
		return nil
	}
	return errors.New(fault)
}

func (t sheet) width() int {
	n := 0
	for _, row := range t {
		n = max(n, len(row))
	}
	return n
}

// shown is a cell as a spreadsheet shows it.
func shown(v any) string {
	switch v := v.(type) {
	case float64:
		return general(v)
	case bool:
		return strings.ToUpper(strconv.FormatBool(v))
	case string:
		return v
	case worded:
		return v.text
	}
	return ""
}

var (
	endingZeros   = regexp.MustCompile(`(?:\.0*|(\.\d*[1-9])0+)$`)
	zerosBeforeE  = regexp.MustCompile(`(?:\.0*|(\.\d*[1-9])0+)E`)
	shortExponent = regexp.MustCompile(`(E[+-])(\d)$`)
)

// general writes a number in the format General of spreadsheets: about eleven characters.
func general(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1<<31 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	wide := 11
	if v < 0 {
		wide = 12
	}
	trimmed := func(s string) string {
		if !strings.Contains(s, ".") {
			return s
		}
		return endingZeros.ReplaceAllString(s, "$1")
	}
	text := ""
	switch exponent := math.Floor(math.Log10(math.Abs(v))); {
	case exponent >= -4 && exponent <= -1:
		text = precision(v, 10+int(exponent))
	case math.Abs(exponent) <= 9:
		if text = trimmed(strconv.FormatFloat(v, 'f', 12, 64)); len(text) > wide {
			if text = precision(v, 10); len(text) > wide {
				text = exponential(v, 5)
			}
		}
	case exponent == 10:
		text = strconv.FormatFloat(v, 'f', 10, 64)
		text = text[:min(12, len(text))]
	default:
		if text = trimmed(strconv.FormatFloat(v, 'f', 11, 64)); len(text) > wide || text == "0" || text == "-0" {
			text = precision(v, 6)
		}
	}
	text = strings.ToUpper(text)
	if strings.Contains(text, "E") {
		text = shortExponent.ReplaceAllString(zerosBeforeE.ReplaceAllString(text, "${1}E"), "${1}0$2")
	}
	return trimmed(text)
}

// precision is JavaScript's toPrecision.
func precision(v float64, digits int) string {
	exponent := int(math.Floor(math.Log10(math.Abs(v))))
	if exponent < -6 || exponent >= digits {
		return exponential(v, digits-1)
	}
	return strconv.FormatFloat(v, 'f', digits-1-exponent, 64)
}

// exponential is JavaScript's toExponential.
func exponential(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'e', digits, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	sign := exponent[:1]
	return mantissa + "e" + sign + strings.TrimLeft(exponent[1:], "0")
}

// csv puts quotes around values in which the first character of the delimiter stands, as n8n does.
func (t sheet) csv(delimiter string) []byte {
	var b bytes.Buffer
	width := t.width()
	first := string([]rune(delimiter)[:1])
	for i, row := range t {
		if i > 0 {
			b.WriteByte('\n')
		}
		for k := range width {
			if k > 0 {
				b.WriteString(delimiter)
			}
			if k >= len(row) {
				continue
			}
			text := shown(row[k])
			if strings.ContainsAny(text, first+"\n\"") || text == "ID" && i == 0 && k == 0 {
				text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			}
			b.WriteString(text)
		}
	}
	return b.Bytes()
}

func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		return ""
	}
	return name
}

var (
	htmlSigns = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "\n", "<br/>")
	controls0 = regexp.MustCompile(`[\x00-\x1f]`)
)

func escapedHTML(text string) string {
	return controls0.ReplaceAllStringFunc(htmlSigns.Replace(text), func(c string) string { return fmt.Sprintf("&#x%04x;", c[0]) })
}

func (t sheet) html() []byte {
	var b bytes.Buffer
	width := t.width()
	b.WriteString(`<html><head><meta charset="utf-8"/><title>SheetJS Table Export</title></head><body><table>`)
	for i, row := range t {
		b.WriteString("<tr>")
		for k := range width {
			var v any
			if k < len(row) {
				v = row[k]
			}
			text := escapedHTML(shown(v))
			id := cellName(k, i) + `"`
			if strings.TrimSpace(text) != text {
				id += ` xml:space="preserve"`
			}
			switch v.(type) {
			case string:
				fmt.Fprintf(&b, `<td data-t="s" data-v="%s" id="sjs-%s>%s</td>`, text, id, text)
			case float64:
				fmt.Fprintf(&b, `<td data-t="n" data-v="%s" id="sjs-%s>%s</td>`, fields.Text(v), id, text)
			case bool:
				fmt.Fprintf(&b, `<td data-t="b" data-v="%s" id="sjs-%s>%s</td>`, fields.Text(v), id, text)
			case blank:
				fmt.Fprintf(&b, `<td data-t="z" id="sjs-%s></td>`, id)
			default:
				fmt.Fprintf(&b, `<td id="sjs-%s></td>`, id)
			}
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table></body></html>")
	return b.Bytes()
}

func (t sheet) xlsx(title string) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := f.SetSheetName("Sheet1", title); err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(title)
	if err != nil {
		return nil, err
	}
	for i, row := range t {
		cells := make([]any, len(row))
		for k, v := range row {
			if v != (blank{}) {
				cells[k] = v
			}
		}
		if err := w.SetRow(cellName(0, i), cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = f.Write(&b)
	return b.Bytes(), err
}

// readXLSX reads one sheet: values as they are stored, dates as numbers.
func readXLSX(content []byte, title string) (area, error) {
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxFile, UnzipXMLSizeLimit: maxFile})
	if err != nil {
		return area{}, err
	}
	defer func() { _ = f.Close() }()
	if title, err = sheetNamed(f.GetSheetList(), title); err != nil {
		return area{}, err
	}
	rows, err := f.GetRows(title)
	if err != nil {
		return area{}, err
	}
	table := make(sheet, len(rows))
	for i, row := range rows {
		table[i] = make([]any, len(row))
		for k, text := range row {
			kind, err := f.GetCellType(title, cellName(k, i))
			if err != nil {
				return area{}, err
			}
			table[i][k] = typed(kind, text)
		}
	}
	used := area{cells: table}
	dimension, err := f.GetSheetDimension(title)
	if err != nil {
		return area{}, err
	}
	corner, _, _ := strings.Cut(dimension, ":")
	if column, row, err := excelize.CellNameToCoordinates(corner); err == nil {
		used.top, used.left = row-1, column-1
	}
	return used, nil
}

func typed(kind excelize.CellType, text string) any {
	switch kind {
	case excelize.CellTypeSharedString, excelize.CellTypeInlineString: // an empty one, too
		return text
	}
	if text == "" {
		return nil
	}
	switch kind {
	case excelize.CellTypeBool:
		return text == "1" || strings.EqualFold(text, "true")
	case excelize.CellTypeNumber, excelize.CellTypeUnset, excelize.CellTypeFormula:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case excelize.CellTypeError:
		if text == "#NULL!" {
			return blank{}
		}
		return nil
	}
	return text
}

func sheetNamed(names []string, wanted string) (string, error) {
	if len(names) == 0 {
		return "", node.NewOperationError("Spreadsheet does not have any sheets!", "")
	}
	if wanted == "" {
		return names[0], nil
	}
	for _, name := range names {
		if name == wanted {
			return name, nil
		}
	}
	return "", node.NewOperationError(fmt.Sprintf("Spreadsheet does not contain sheet called %q!", wanted), "")
}

// onlySheet is sheetNamed for what holds one table without a name.
func onlySheet(wanted string) error {
	_, err := sheetNamed([]string{"Sheet1"}, wanted)
	return err
}

const odsHeader = `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
	`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
	`office:version="1.2"><office:body><office:spreadsheet>`

func (t sheet) ods(title string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	content := odsHeader + `<table:table table:name="` + html.EscapeString(title) + `">`
	var body strings.Builder
	body.WriteString(content)
	for _, row := range t {
		body.WriteString("<table:table-row>")
		for _, v := range row {
			text := html.EscapeString(shown(v))
			switch v := v.(type) {
			case nil, blank:
				body.WriteString("<table:table-cell/>")
			case float64:
				fmt.Fprintf(&body, `<table:table-cell office:value-type="float" office:value="%s"><text:p>%s</text:p></table:table-cell>`,
					node.FormatNumber(v), text)
			case bool:
				fmt.Fprintf(&body, `<table:table-cell office:value-type="boolean" office:boolean-value="%t"><text:p>%s</text:p></table:table-cell>`,
					v, text)
			default:
				fmt.Fprintf(&body, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`,
					strings.ReplaceAll(text, "\n", "</text:p><text:p>"))
			}
		}
		body.WriteString("</table:table-row>")
	}
	body.WriteString("</table:table></office:spreadsheet></office:body></office:document-content>")
	const kind = "application/vnd.oasis.opendocument.spreadsheet"
	for _, part := range []struct{ name, content string }{
		{"mimetype", kind},
		{"content.xml", body.String()},
		{"META-INF/manifest.xml", `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest ` +
			`xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" ` +
			`manifest:media-type="` + kind + `"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>` +
			`</manifest:manifest>`},
	} {
		header := &zip.FileHeader{Name: part.name, Method: zip.Deflate}
		create := z.CreateHeader
		if part.name == "mimetype" { // told by its place and its plain content, with its size before it
			header.Method, create = zip.Store, z.CreateRaw
			header.CRC32 = crc32.ChecksumIEEE([]byte(part.content))
			header.CompressedSize64, header.UncompressedSize64 = uint64(len(part.content)), uint64(len(part.content))
		}
		w, err := create(header)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(w, part.content); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// maxCells is how many cells a table may have that is read, with those that are empty.
const maxCells = 20_000_000

func tooManyCells() error {
	return node.NewOperationError(fmt.Sprintf("The table has more than %d cells", maxCells), "")
}

// maxRepeat is how often an OpenDocument file may repeat a cell or a row.
const maxRepeat = 10_000

// readODS reads one sheet of an OpenDocument file.
func readODS(content []byte, title string) (area, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return area{}, errors.New("the file is no OpenDocument spreadsheet")
	}
	f, err := z.Open("content.xml")
	if err != nil {
		return area{}, errors.New("the file is no OpenDocument spreadsheet")
	}
	defer f.Close()
	return readODSContent(xml.NewDecoder(io.LimitReader(f, maxFile)), title)
}

// readODSContent reads one sheet of the content of an OpenDocument file.
func readODSContent(d *xml.Decoder, title string) (area, error) {
	r := odsReader{sheets: map[string]sheet{}}
	if err := r.read(d); err != nil {
		return area{}, err
	}
	return areaNamed(r.names, r.sheets, title)
}

// areaNamed is what is used of the sheet of a title; names are all, in order.
func areaNamed(names []string, sheets map[string]sheet, title string) (area, error) {
	title, err := sheetNamed(names, title)
	if err != nil {
		return area{}, err
	}
	used := area{cells: sheets[title]}
	used.top, used.left = used.cells.corner()
	return used, nil
}

// isoTime is how JSON has dates.
const isoTime = "2006-01-02T15:04:05.000Z"

type odsReader struct {
	names  []string
	sheets map[string]sheet
	cells  int

	table     sheet
	row       []any
	cell      any
	text      strings.Builder
	paragraph int
	// done says that the cell has its value, whatever its text.
	done   bool
	repeat map[string]int
}

func (r *odsReader) read(d *xml.Decoder) error {
	r.repeat = map[string]int{}
	name := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "table" {
				name = attribute(token, "name")
			}
			r.start(token)
		case xml.CharData:
			if r.paragraph > 0 {
				r.text.Write(token)
			}
		case xml.EndElement:
			r.end(token.Name.Local, name)
			if r.cells > maxCells {
				return tooManyCells()
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *odsReader) start(e xml.StartElement) {
	switch e.Name.Local {
	case "table":
		r.table = sheet{}
	case "table-row":
		r.row = nil
		r.repeat["row"], _ = strconv.Atoi(attribute(e, "number-rows-repeated"))
	case "table-cell", "covered-table-cell":
		r.cell, r.paragraph, r.done = nil, 0, false
		r.text.Reset()
		r.repeat["cell"], _ = strconv.Atoi(attribute(e, "number-columns-repeated"))
		switch attribute(e, "value-type") {
		case "float", "percentage", "currency":
			if n, err := strconv.ParseFloat(attribute(e, "value"), 64); err == nil {
				r.cell = n
			}
		case "boolean":
			r.cell = attribute(e, "boolean-value") == "true"
		case "date":
			for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05", time.RFC3339} {
				if when, err := time.Parse(layout, attribute(e, "date-value")); err == nil {
					r.cell, r.done = when.UTC().Format(isoTime), true
				}
			}
		case "string":
			r.cell = ""
		}
	case "s":
		spaces, _ := strconv.Atoi(attribute(e, "c"))
		r.text.WriteString(strings.Repeat(" ", min(max(spaces, 1), maxRepeat)))
	case "tab":
		r.text.WriteByte('\t')
	case "line-break":
		r.text.WriteByte('\n')
	case "p":
		if r.text.Len() > 0 {
			r.text.WriteByte('\n')
		}
		r.paragraph++
	}
}

func (r *odsReader) end(element, name string) {
	switch element {
	case "p":
		r.paragraph--
	case "table-cell", "covered-table-cell":
		if text, isText := r.cell.(string); !r.done && (isText || r.cell == nil && r.text.Len() > 0) {
			r.cell = text + r.text.String()
		}
		for range max(1, min(r.repeat["cell"], maxRepeat)) {
			r.row = append(r.row, r.cell)
			r.cells++
			if r.cell == nil && r.repeat["cell"] > 1000 {
				break // the rest of a row is empty
			}
		}
	case "table-row":
		for len(r.row) > 0 && r.row[len(r.row)-1] == nil {
			r.row = r.row[:len(r.row)-1]
		}
		for range max(1, min(r.repeat["row"], maxRepeat)) {
			r.table = append(r.table, r.row)
			if r.repeat["row"] > 1000 {
				break // so is the rest of a table
			}
		}
	case "table":
		r.names = append(r.names, name)
		r.sheets[name] = r.table
	}
}

// corner is the first row and the first column that have a value.
func (t sheet) corner() (top, left int) {
	top, left = -1, t.width()
	for i, row := range t {
		for k, v := range row[:min(left, len(row))] {
			if v == nil {
				continue
			}
			left = k
			if top < 0 {
				top = i
			}
			break
		}
	}
	return max(top, 0), left
}

func unsupportedFormat(format string) error {
	return node.NewOperationError(fmt.Sprintf("Files of the format %q are not supported yet", format), "")
}
