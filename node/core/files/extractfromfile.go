package files

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewExtractFromFile returns Extract from File (n8n-nodes-base.extractFromFile): it reads files of items: rows of CSV, HTML,
// XLSX and ODS, JSON, text, XML, calendars, the text of PDF, or any file as base64. RTF and the old Excel format are not supported.
func NewExtractFromFile() node.Node { return extractFromFile{} }

type extractFromFile struct{}

// Definition implements node.Node.
func (extractFromFile) Definition() node.Definition { return extractFromFileDefinition() }

// Check implements node.Checker.
func (extractFromFile) Check(parameters *node.Object) []node.Fault {
	operation, _ := parameters.Get("operation")
	switch operation {
	case "xls", "rtf":
		return []node.Fault{{Path: "operation", Message: unsupportedFormat(fields.Text(operation)).Error()}}
	}
	return nil
}

// Execute implements node.Node.
func (n extractFromFile) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	operation, err := c.Params(ctx, 0).String("operation")
	if err != nil {
		return node.Output{}, err
	}
	extract := map[string]node.ItemFunc{
		"binaryToPropery": extractField, "fromJson": extractField, "text": extractField, "xml": extractField, "fromIcs": extractField,
		"csv": extractRows, "html": extractRows, "ods": extractRows, "xlsx": extractRows, "pdf": extractPDF,
	}[operation]
	if extract == nil {
		return node.Output{}, unsupportedFormat(operation)
	}
	return eachItem(ctx, c, n.Definition(), extract)
}

// extractField puts the content of a file into a field.
func extractField(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	o, err := options(it.Params)
	if err != nil {
		return nil, err
	}
	property, err := it.Params.Value("binaryPropertyName")
	if err != nil {
		return nil, err
	}
	_, content, err := read(ctx, it.Call, it.Index, property)
	if err != nil {
		return nil, err
	}
	v, err := fieldOf(operation, content, o)
	if err != nil {
		return nil, err
	}
	keep := optionText(o, "keepSource")
	out := node.Item{JSON: &node.Object{}}
	if keep != "" && keep != "binary" {
		out.JSON = fields.Copy(it.Item().JSON)
	}
	target, err := textParameter(it.Params, "destinationKey", "")
	if err != nil {
		return nil, err
	}
	if err := fields.Set(out.JSON, target, v); err != nil {
		return nil, err
	}
	if name, isName := property.(string); isName {
		if out.Binary = it.Item().Binary; keep != "binary" && keep != "both" {
			out.Binary = out.Binary.Without(name)
		}
	}
	return []node.Item{out}, nil
}

// fieldOf is the content of a file as a value.
func fieldOf(operation string, content []byte, o *node.Object) (any, error) {
	if operation == "binaryToPropery" {
		return base64.StdEncoding.EncodeToString(content), nil
	}
	name := optionText(o, "encoding")
	if name == "" {
		name = detected(content)
	}
	strip, set := o.Get("stripBOM")
	text, err := decode(content, name, !set || fields.Truthy(strip))
	switch {
	case err != nil:
		return nil, err
	case operation == "fromIcs":
		return calendarOf(text)
	case operation != "fromJson":
		return text, nil
	}
	if text == "" {
		return &node.Object{}, nil
	}
	v, err := node.ParseJSON([]byte(text))
	if err != nil {
		return nil, node.NewOperationError("The file selected in 'Input Binary Field' is not in JSON format",
			"Try to change the operation or select a JSON file in 'Input Binary Field'").Wrap(err)
	}
	return v, nil
}

// extractRows makes an item of each row of a table.
func extractRows(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	return rowsOf(ctx, it, operation)
}

// rowsOf makes an item of each row of a file of a format; "autodetect" looks what it is.
func rowsOf(ctx context.Context, it node.ItemCall, format string) ([]node.Item, error) {
	o, err := options(it.Params)
	if err != nil {
		return nil, err
	}
	property, err := it.Params.Value("binaryPropertyName")
	if err != nil {
		return nil, err
	}
	file, content, err := read(ctx, it.Call, it.Index, property)
	if err != nil {
		return nil, err
	}
	if format == "autodetect" {
		format = looksLike(file, content)
	}
	var rows []any
	if format == "csv" {
		rows, err = csvRows(content, o)
	} else {
		rows, err = sheetRows(content, format, o)
	}
	if err != nil {
		if extension := file.FileExtension(); extension != "" && extension != format {
			return nil, node.NewOperationError(fmt.Sprintf("The file selected in 'Input Binary Field' is not in %s format", format),
				fmt.Sprintf("Try to change the operation or select a %s file in 'Input Binary Field'", format)).Wrap(err)
		}
		return nil, err
	}
	header, set := o.Get("headerRow")
	out := make([]node.Item, len(rows))
	for i, row := range rows {
		record, isObject := row.(*node.Object)
		if !isObject || set && header == false {
			record = node.NewObject("row", row)
		}
		out[i].JSON = record
	}
	return out, nil
}

// looksLike tells the format of a file by its type, name and first bytes.
func looksLike(file node.Binary, content []byte) string {
	switch {
	case file.MimeType() == "text/csv" || file.FileExtension() == "csv":
		return "csv"
	case bytes.HasPrefix(content, []byte("PK")) && bytes.Contains(content[:min(len(content), 200)], []byte("opendocument")):
		return "ods"
	case bytes.HasPrefix(content, []byte("PK")):
		return "xlsx"
	case bytes.HasPrefix(content, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "xls"
	case strings.Contains(strings.ToLower(string(content[:min(len(content), 1000)])), "<table"):
		return "html"
	}
	return "csv"
}

func csvRows(content []byte, o *node.Object) ([]any, error) {
	text, err := decode(content, optionText(o, "encoding"), optionOn(o, "enableBOM"))
	if err != nil {
		return nil, err
	}
	header, set := o.Get("headerRow")
	rows, _ := o.Get("maxRowCount")
	from, _ := o.Get("fromLine")
	skip, _ := o.Get("skipRecordsWithErrors")
	group, _ := skip.(*node.Object)
	value, _ := group.Get("value")
	faults, _ := value.(*node.Object)
	settings := csvOptions{
		delimiter: optionText(o, "delimiter"), fromLine: whole(from, 0), records: whole(rows, -1), header: !set || header != false,
		relaxQuotes: optionOn(o, "relaxQuotes"), skipFaults: optionOn(faults, "enabled"),
	}
	read, err := readCSV(text, settings)
	if err != nil {
		return nil, err
	}
	most, _ := faults.Get("maxSkippedRecords")
	if limit := whole(most, -1); settings.skipFaults && limit > 0 && read.skipped > limit {
		return nil, node.NewOperationError("Max number of skipped records exceeded", "")
	}
	empty := optionOn(o, "includeEmptyCells")
	out := make([]any, len(read.records))
	for i, record := range read.records {
		row := &node.Object{}
		list := make([]any, len(record))
		for k, text := range record {
			list[k] = text
			name := strconv.Itoa(k)
			if settings.header {
				name = read.names[k]
			}
			if text != "" || empty {
				row.Set(name, text)
			}
		}
		if out[i] = row; !settings.header && empty {
			out[i] = list
		}
	}
	return out, nil
}

// whole is an option that is a whole number.
func whole(v any, fallback int) int {
	n := fields.Number(v)
	if v == nil || v == node.Undefined || math.IsNaN(n) || math.Abs(n) > 1<<31 {
		return fallback
	}
	return int(n)
}

func sheetRows(content []byte, format string, o *node.Object) ([]any, error) {
	var table sheet
	var err error
	title := optionText(o, "sheetName")
	switch format {
	case "xlsx":
		table, err = readXLSX(content, title)
	case "ods":
		table, err = readODS(content, title)
	case "html":
		table, err = readHTML(content, optionOn(o, "rawData"))
	default:
		err = unsupportedFormat(format)
	}
	if err != nil {
		return nil, err
	}
	left := 0
	if text := optionText(o, "range"); text != "" {
		if table, left, err = table.part(text); err != nil {
			return nil, err
		}
	}
	header, set := o.Get("headerRow")
	return table.records(!set || header != false, optionOn(o, "includeEmptyCells"), left), nil
}

// part cuts a range out of a table: rows from a number on, or "B2:D9".
func (t sheet) part(text string) (sheet, int, error) {
	if n := fields.Number(text); !math.IsNaN(n) {
		return t[min(max(int(n), 0), len(t)):], 0, nil
	}
	from, to, both := strings.Cut(strings.ToUpper(strings.TrimSpace(text)), ":")
	left, top, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return nil, 0, fmt.Errorf("the range %q is none", text)
	}
	right, bottom := left, top
	if both {
		if right, bottom, err = excelize.CellNameToCoordinates(to); err != nil {
			return nil, 0, fmt.Errorf("the range %q is none", text)
		}
	}
	var out sheet
	for i := top - 1; i < min(bottom, len(t)); i++ {
		row := t[i]
		out = append(out, row[min(left-1, len(row)):min(max(right, left-1), len(row))])
	}
	return out, left - 1, nil
}

// records are the rows: objects by the names in the first row, or lists. Empty rows are left out of the objects.
func (t sheet) records(header, empty bool, left int) []any {
	width := t.width()
	if !header {
		out := make([]any, len(t))
		for i, row := range t {
			list := make([]any, len(row))
			copy(list, row)
			if empty {
				list = make([]any, width)
				for k := range list {
					list[k] = any("")
					if k < len(row) && row[k] != nil {
						list[k] = row[k]
					}
				}
			}
			out[i] = list
		}
		return out
	}
	if len(t) == 0 {
		return nil
	}
	names := columnNames(t[0], width)
	out := make([]any, 0, len(t)-1)
	for _, row := range t[1:] {
		record := &node.Object{}
		filled := false
		for k, name := range names {
			switch {
			case k < len(row) && row[k] != nil:
				record.Set(name, row[k])
				filled = true
			case empty:
				record.Set(name, "")
			}
		}
		if filled {
			out = append(out, record)
		}
	}
	return out
}

// columnNames are the names in the first row; those that are empty or there twice become others.
func columnNames(row []any, width int) []string {
	used := map[string]int{}
	names := make([]string, width)
	for k := range names {
		name := ""
		if k < len(row) {
			name = shown(row[k])
		}
		if name == "" {
			name = "__EMPTY"
		}
		names[k] = name
		for n := used[name]; n > 0; n++ {
			candidate := fmt.Sprintf("%s_%d", name, n)
			if used[candidate] == 0 {
				names[k] = candidate
				used[name] = n
				break
			}
		}
		used[name]++
		if names[k] != name {
			used[names[k]]++
		}
	}
	return names
}

// readHTML reads the first table of a page. Numbers and booleans are read as such unless raw says otherwise.
func readHTML(content []byte, raw bool) (sheet, error) {
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	table := page.Find("table").First()
	if table.Length() == 0 {
		return nil, fmt.Errorf("Invalid HTML: could not find <table>") //nolint:staticcheck // n8n's text
	}
	var out sheet
	table.Find("tr").Each(func(_ int, tr *goquery.Selection) {
		var row []any
		tr.ChildrenFiltered("td, th").Each(func(_ int, cell *goquery.Selection) {
			row = append(row, htmlCell(cell, raw))
			span, _ := strconv.Atoi(cell.AttrOr("colspan", "1"))
			for range min(span, 1000) - 1 {
				row = append(row, nil)
			}
		})
		out = append(out, row)
	})
	return out, nil
}

func htmlCell(cell *goquery.Selection, raw bool) any {
	text := strings.Join(strings.Fields(cell.Text()), " ")
	if text == "" {
		return nil
	}
	if raw || cell.AttrOr("data-t", "") == "s" {
		return text
	}
	switch text {
	case "TRUE", "FALSE":
		return text == "TRUE"
	}
	if n, ok := fuzzyNumber(text); ok {
		return n
	}
	return text
}

// fuzzyNumber reads numbers as spreadsheets do: with separators, currency, per cent, or in brackets for negative ones.
func fuzzyNumber(text string) (float64, bool) {
	scale := 1.0
	plain := strings.NewReplacer(",", "", "$", "", " ", "").Replace(text)
	if inner, ok := strings.CutPrefix(plain, "("); ok && strings.HasSuffix(inner, ")") {
		plain, scale = inner[:len(inner)-1], -1
	}
	for strings.HasSuffix(plain, "%") {
		plain, scale = plain[:len(plain)-1], scale/100
	}
	if plain == "" || !strings.ContainsAny(plain[:1], "0123456789+-.") {
		return 0, false
	}
	n := fields.Number(plain)
	return n * scale, !math.IsNaN(n) && !math.IsInf(n, 0)
}
