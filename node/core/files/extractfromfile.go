package files

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// NewExtractFromFile returns Extract from File (n8n-nodes-base.extractFromFile): it reads files of items: rows of CSV, HTML,
// XLSX, XLS, ODS and RTF, JSON, text, XML, calendars, the text of PDF, or any file as base64.
func NewExtractFromFile() node.Node { return extractFromFile{} }

type extractFromFile struct{}

// Definition implements node.Node.
func (extractFromFile) Definition() node.Definition { return extractFromFileDefinition() }

// Execute implements node.Node.
func (n extractFromFile) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	operation, err := c.Params(ctx, 0).String("operation")
	if err != nil {
		return node.Output{}, err
	}
	extract := map[string]node.ItemFunc{
		"binaryToPropery": extractField, "fromJson": extractField, "text": extractField, "xml": extractField, "fromIcs": extractField,
		"csv": extractRows, "html": extractRows, "ods": extractRows, "xlsx": extractRows, "xls": extractRows, "rtf": extractRows,
		"pdf": extractPDF,
	}[operation]
	if extract == nil {
		return node.Output{}, unsupportedFormat(operation)
	}
	return eachItem(ctx, c, n.Definition(), extract)
}

// input is the file that an item's parameters name, and what they say of reading it.
type input struct {
	options  *node.Object
	property any // the file's name, or the file itself as JSON
	file     node.Binary
	content  []byte
}

func inputFile(ctx context.Context, it node.ItemCall) (in input, err error) {
	if in.options, err = options(it.Params); err != nil {
		return in, err
	}
	if in.property, err = it.Params.Value("binaryPropertyName"); err != nil {
		return in, err
	}
	in.file, in.content, err = read(ctx, it.Call, it.Index, in.property)
	return in, err
}

// extractField puts the content of a file into a field.
func extractField(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	in, err := inputFile(ctx, it)
	if err != nil {
		return nil, err
	}
	v, err := fieldOf(operation, in.content, in.options)
	if err != nil {
		return nil, err
	}
	keep := optionText(in.options, "keepSource")
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
	if name, isName := in.property.(string); isName {
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
	name := detected(content)
	if given, _ := o.Get("encoding"); fields.Truthy(given) {
		name = fields.Text(given)
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
	v, err := parseJSON(text)
	if err != nil && strings.Contains(err.Error(), "Unexpected token") { // n8n words these only
		return nil, node.NewOperationError("The file selected in 'Input Binary Field' is not in JSON format",
			"Try to change the operation or select a JSON file in 'Input Binary Field'").Wrap(err)
	}
	return v, err
}

// extractRows makes an item of each row of a table.
func extractRows(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
	operation, err := it.Params.String("operation")
	if err != nil {
		return nil, err
	}
	return rowsOf(ctx, it, operation)
}

// rowsOf makes an item of each row of a file of a format. It counts for CSV only, and for errors: else the content tells what it is, as in
// n8n. "autodetect" takes it for CSV by the file's type.
func rowsOf(ctx context.Context, it node.ItemCall, format string) ([]node.Item, error) {
	in, err := inputFile(ctx, it)
	if err != nil {
		return nil, err
	}
	if format == "autodetect" && (in.file.MimeType() == "text/csv" || in.file.MimeType() == "text/plain" && in.file.FileExtension() == "csv") {
		format = "csv"
	}
	var rows []any
	if format == "csv" {
		rows, err = csvRows(in.content, in.options)
	} else {
		rows, err = sheetRows(in.content, in.options)
	}
	if err != nil {
		if extension := in.file.FileExtension(); extension != "" && extension != format && format != anyTable {
			return nil, node.NewOperationError(fmt.Sprintf("The file selected in 'Input Binary Field' is not in %s format", format),
				fmt.Sprintf("Try to change the operation or select a %s file in 'Input Binary Field'", format)).Wrap(err)
		}
		return nil, err
	}
	header, set := in.options.Get("headerRow")
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

// looksLike tells the format of a table by its first bytes.
func looksLike(content []byte) string {
	begin := content[:min(len(content), 1024)]
	text := bytes.TrimLeft(bytes.TrimPrefix(begin, []byte("\xEF\xBB\xBF")), " \t\r\n")
	switch {
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")) && bytes.Contains(begin, []byte("opendocument")):
		return "ods"
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")) && bytes.Contains(content, []byte("xl/workbook.bin")):
		return "xlsb"
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		return "xlsx"
	case bytes.HasPrefix(begin, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "xls"
	case bytes.HasPrefix(begin, []byte("\x89PNG")):
		return "PNG"
	case bytes.HasPrefix(begin, []byte("II*\x00")):
		return "TIFF"
	case bytes.HasPrefix(begin, []byte(`{\rt`)):
		return "rtf"
	case bytes.HasPrefix(begin, []byte("ID;P")):
		return "sylk"
	case bytes.HasPrefix(begin, []byte("TABLE\r\n0,1\r\n")):
		return "dif"
	case bytes.HasPrefix(text, []byte("<")) && isXMLSheet(begin):
		return "xml"
	case bytes.HasPrefix(text, []byte("<")) && isFlatODS(begin):
		return "fods"
	case bytes.HasPrefix(text, []byte("<")), bytes.Contains(bytes.ToLower(begin), []byte("<table")):
		return "html"
	case bytes.HasPrefix(begin, []byte{0xFF, 0xFE}), bytes.HasPrefix(begin, []byte{0xFE, 0xFF}):
		return "delimited"
	case bytes.IndexByte(begin, 0) >= 0:
		return "binary"
	}
	return "delimited"
}

func csvRows(content []byte, o *node.Object) ([]any, error) {
	settings, err := csvSettings(o)
	if err != nil {
		return nil, err
	}
	skip, _ := o.Get("skipRecordsWithErrors")
	group, _ := skip.(*node.Object)
	value, _ := group.Get("value")
	faults, _ := value.(*node.Object)
	settings.skipFaults = optionOn(faults, "enabled")
	read, err := readCSV(content, settings)
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
			row.Set(name, text)
		}
		if !empty { // of two columns of one name the last counts, empty or not
			row = filled(row)
		}
		if out[i] = row; !settings.header && empty {
			out[i] = list
		}
	}
	return out, nil
}

// filled is a row less its empty texts.
func filled(row *node.Object) *node.Object {
	out := &node.Object{}
	for name, text := range row.All() {
		if text != "" {
			out.Set(name, text)
		}
	}
	return out
}

// csvSettings are the options for CSV, with n8n's texts for those that can't be meant.
func csvSettings(o *node.Object) (csvOptions, error) {
	header, set := o.Get("headerRow")
	settings := csvOptions{
		delimiter: ",", encoding: optionText(o, "encoding"), mark: optionOn(o, "enableBOM"), header: !set || header != false,
		relaxQuotes: optionOn(o, "relaxQuotes"),
	}
	if v, set := o.Get("enableBOM"); set && v != nil && v != true && v != false {
		return settings, fmt.Errorf("Invalid option bom: bom must be true, got %s", node.AppendJSON(nil, v)) //nolint:staticcheck // n8n's text
	}
	if v, set := o.Get("delimiter"); set && v != nil && v != false {
		text, isText := v.(string)
		if !isText || text == "" {
			return settings, fmt.Errorf("Invalid option delimiter: delimiter must be a non empty string or buffer "+ //nolint:staticcheck // n8n's text
				"or array of string|buffer, got %s", node.AppendJSON(nil, v))
		}
		settings.delimiter = text
	}
	from, _ := o.Get("fromLine")
	most, _ := o.Get("maxRowCount")
	if number := fields.Number(most); number <= -1 || math.IsNaN(number) { // all
		most = nil
	}
	var err error
	if settings.fromLine, err = above0("from_line", from, "undefined"); err != nil {
		return settings, err
	}
	settings.records, err = above0("to", most, string(node.AppendJSON(nil, most)))
	return settings, err
}

// above0 is an option that is a whole number above 0; 0 where it is not set.
func above0(name string, v any, shown string) (int, error) {
	if v == nil || v == node.Undefined {
		return 0, nil
	}
	n := fields.Number(v)
	switch text, isText := v.(string); {
	case n != math.Trunc(n) || math.Abs(n) > 1<<31 || v == true || v == false || isText && !strings.ContainsAny(text, "0123456789"):
		return 0, fmt.Errorf("Invalid Option: %s must be an integer, got %s", name, shown) //nolint:staticcheck // n8n's text
	case n <= 0:
		return 0, fmt.Errorf("Invalid Option: %s must be a positive integer greater than 0, got %s", name, shown) //nolint:staticcheck // n8n's text
	}
	return int(n), nil
}

// whole is an option that is a whole number.
func whole(v any, fallback int) int {
	n := fields.Number(v)
	if v == nil || v == node.Undefined || math.IsNaN(n) || math.Abs(n) > 1<<31 {
		return fallback
	}
	return int(n)
}

func sheetRows(content []byte, o *node.Object) ([]any, error) {
	var used area
	var err error
	title, raw := optionText(o, "sheetName"), optionOn(o, "rawData")
	switch format := looksLike(content); format {
	case "xlsx":
		used, err = readXLSX(content, title)
	case "xls":
		used, err = readXLS(content, title)
	case "ods":
		used, err = readODS(content, title)
	case "xml":
		used, err = readXMLSheet(content, title)
	case "fods":
		used, err = readODSContent(xmlDecoder(content), title)
	case "html":
		used, err = readHTML(content, title, raw)
	case "rtf":
		if used.cells, err = readRTF(content); err == nil {
			err = onlySheet(title)
		}
	case "delimited":
		if used.cells, err = readDelimited(content, raw); err == nil {
			err = onlySheet(title)
		}
	case "PNG", "TIFF":
		err = fmt.Errorf("%s Image File is not a spreadsheet", format)
	default:
		err = unsupportedFormat(format)
	}
	if err != nil {
		return nil, err
	}
	part, ok := used.part(optionText(o, "range"))
	if !ok {
		return nil, nil
	}
	header, set := o.Get("headerRow")
	return used.records(part, !set || header != false, optionOn(o, "includeEmptyCells"))
}
