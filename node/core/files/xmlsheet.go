package files

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The sheets of Excel's XML of 2003 have at most as many rows and columns as those of XLSX.
const (
	maxSheetRows    = 1_048_576
	maxSheetColumns = 16_384
)

// xmlSheets reads Excel's XML of 2003.
type xmlSheets struct {
	names  []string
	sheets map[string]sheet
	table  sheet
	row    []any
	// at is where the cell stands that is read, column the next one.
	at, column int
	cells      int
	kind       string
	text       strings.Builder
	inData     bool
}

// readXMLSheet reads one sheet of Excel's XML of 2003: values as they are stored, dates as numbers.
func readXMLSheet(content []byte, title string) (area, error) {
	r := xmlSheets{sheets: map[string]sheet{}}
	d := xmlDecoder(content)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return area{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			err = r.start(token)
		case xml.CharData:
			if r.inData {
				r.text.Write(token)
			}
		case xml.EndElement:
			r.end(token.Name.Local)
		}
		if err != nil {
			return area{}, err
		}
	}
	used, err := areaNamed(r.names, r.sheets, title)
	// Rows that are there count, empty or not.
	used.top = max(slices.IndexFunc(used.cells, func(row []any) bool { return row != nil }), 0)
	return used, err
}

// xmlDecoder reads XML in the encoding that its first bytes tell, whatever it says of itself.
func xmlDecoder(content []byte) *xml.Decoder {
	text, err := decode(content, detected(content), true)
	if err != nil {
		text = string(content)
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

// isXMLSheet and isFlatODS tell what XML is by its beginning.
func isXMLSheet(begin []byte) bool {
	return bytes.Contains(begin, []byte("urn:schemas-microsoft-com:office:spreadsheet"))
}

func isFlatODS(begin []byte) bool { return bytes.Contains(begin, []byte("<office:document")) }

func (r *xmlSheets) start(e xml.StartElement) error {
	index, _ := strconv.Atoi(attribute(e, "Index"))
	switch e.Name.Local {
	case "Worksheet":
		r.table = sheet{}
		r.names = append(r.names, attribute(e, "Name"))
	case "Row":
		if index > maxSheetRows {
			return tooManyCells()
		}
		for len(r.table) < index-1 {
			r.table = append(r.table, nil)
		}
		r.row, r.at, r.column = []any{}, 0, 0
	case "Cell":
		if index > 0 {
			r.column = index - 1
		}
		if r.cells += max(r.column-len(r.row), 0) + 1; r.column >= maxSheetColumns || r.cells > maxCells {
			return tooManyCells()
		}
		for len(r.row) <= r.column {
			r.row = append(r.row, nil)
		}
		r.at = r.column
		merged, _ := strconv.Atoi(attribute(e, "MergeAcross"))
		r.column += 1 + max(merged, 0)
		r.kind = ""
	case "Data":
		r.kind, r.inData = attribute(e, "Type"), true
		r.text.Reset()
	}
	return nil
}

func (r *xmlSheets) end(element string) {
	switch element {
	case "Data":
		r.inData = false
		if r.at < len(r.row) {
			r.row[r.at] = r.value()
		}
	case "Row":
		r.table = append(r.table, r.row)
	case "Worksheet":
		if len(r.names) > 0 {
			r.sheets[r.names[len(r.names)-1]] = r.table
		}
	}
}

// value is the value of the cell that was read.
func (r *xmlSheets) value() any {
	text := r.text.String()
	switch r.kind {
	case "Number":
		if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
			return n
		}
	case "Boolean":
		return strings.TrimSpace(text) == "1"
	case "DateTime":
		if when, ok := textDate(strings.TrimSpace(text)); ok {
			return serialDate(when)
		}
	case "Error":
		if text == "#NULL!" {
			return blank{}
		}
		return nil
	}
	return text
}
