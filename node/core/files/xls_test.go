package files

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// What is written as XLS is read as it was, also where texts go on in other records and the file needs more lists of its sectors.
func TestXLSRoundTrip(t *testing.T) {
	t.Parallel()
	large := make(sheet, 5000)
	for i := range large {
		large[i] = []any{float64(i), strings.Repeat("ü", 300) + fmt.Sprint(i), i%2 == 0}
	}
	for name, table := range map[string]sheet{
		"empty":      nil,
		"values":     {{"a", -1.5, true, false, nil, 1e300}, nil, {nil, "😀", "", "a\nb"}},
		"long texts": {{strings.Repeat("x", 32767), strings.Repeat("😀", 9000), "after"}},
		"large":      append(sheet{{strings.Repeat("y", 32000)}}, append(large, large...)...),
		"wide":       {make([]any, 255), append(make([]any, 255), "last")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := table.xls("Sheet ü")
			require.NoError(t, err)
			require.Equal(t, "xls", looksLike(content))
			back, err := readXLS(content, "Sheet ü")
			require.NoError(t, err)
			for len(back.cells) < len(table) {
				back.cells = append(back.cells, nil)
			}
			require.Len(t, back.cells, len(table))
			for i, row := range table {
				require.Equal(t, withoutEnd(row), append([]any{}, back.cells[i]...), "row %d", i)
			}
		})
	}
	huge, err := func() ([]byte, error) { // more than the header has room for
		lines := make(sheet, 60000)
		for i := range lines {
			lines[i] = []any{fmt.Sprintf("%060d", i)}
		}
		return lines.xls("S")
	}()
	require.NoError(t, err)
	require.Greater(t, len(huge), 109*128*512)
	back, err := readXLS(huge, "")
	require.NoError(t, err)
	require.Len(t, back.cells, 60000)
	require.Equal(t, fmt.Sprintf("%060d", 59999), back.cells[59999][0])
}

func TestXLSRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		table sheet
		title string
		want  string
	}{
		"rows":    {make(sheet, 65537), "S", "The table has 65537 rows and 0 columns"},
		"columns": {sheet{make([]any, 257)}, "S", "The table has 1 rows and 257 columns"},
		"text":    {sheet{{strings.Repeat("x", 32768)}}, "S", "Text length must not exceed 32767 characters"},
		"title":   {nil, strings.Repeat("x", 32), "Sheet name cannot exceed 31 chars"},
		"signs":   {nil, "a:b", `Sheet name cannot contain : \ / ? * [ ]`},
	} {
		_, err := test.table.xls(test.title)
		require.EqualError(t, err, test.want, name)
	}
}

// xlsOf makes a workbook of two parts of records.
func xlsOf(globals, cells func(w *recordWriter), version uint16) []byte {
	var w recordWriter
	w.add(xlsBOF, version, uint16(5), uint32(0))
	globals(&w)
	place := w.Len() + 4
	if version == 0x0600 {
		w.add(xlsBoundSheet, uint32(0), uint16(0), xlsName("S"))
	} else {
		w.add(xlsBoundSheet, uint32(0), uint16(0), uint8(1), uint8('S'))
	}
	w.add(xlsEOF)
	binary.LittleEndian.PutUint32(w.Bytes()[place:], uint32(w.Len())) //nolint:gosec // a test
	w.add(xlsBOF, version, uint16(0x10), uint32(0))
	cells(&w)
	w.add(xlsEOF)
	name := "Workbook"
	if version != 0x0600 {
		name = "Book"
	}
	return compoundFile(name, w.Bytes())
}

// The records that Excel writes, and the writer here does not.
func TestXLSRecords(t *testing.T) {
	t.Parallel()
	at := func(row, column uint16, rest ...any) []any { return append([]any{row, column, uint16(0)}, rest...) }
	wide := func(text string) []any {
		values := []any{uint16(len(text)), uint8(1)} //nolint:gosec // a test
		for _, c := range []byte(text) {
			values = append(values, uint16(c))
		}
		return values
	}
	content := xlsOf(func(w *recordWriter) {
		// One text with formats and phonetics, one that goes on in the next record with other flags.
		w.add(xlsSST, uint32(2), uint32(2), uint16(3), uint8(0x0C), uint16(1), uint32(5), []byte("abc"), uint32(0), make([]byte, 5),
			uint16(4), uint8(0), []byte("de"))
		w.add(xlsContinue, uint8(1), uint16('f'), uint16(0xFC))
	}, func(w *recordWriter) {
		w.add(xlsLabelSST, at(0, 0, uint32(0))...)
		w.add(xlsLabelSST, at(0, 1, uint32(1))...)
		w.add(xlsLabelSST, at(0, 2, uint32(99))...)
		w.add(xlsRK, at(1, 0, uint32(0x3FF00000))...) // 1, the upper part of a double
		w.add(xlsRK, at(1, 1, uint32(12345<<2|3))...) // 123.45
		w.add(xlsRK, at(1, 2, uint32(0xFFFFFFEE))...) // -5
		w.add(xlsMulRK, uint16(2), uint16(1), uint16(0), uint32(7<<2|2), uint16(0), uint32(8<<2|2), uint16(2))
		w.add(xlsFormula, at(3, 0, math.Float64bits(2.5))...)
		w.add(xlsFormula, at(3, 1, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, uint16(0), uint32(0))...)
		w.add(xlsString, wide("text")...)
		w.add(xlsFormula, at(3, 2, []byte{1, 0, 1, 0, 0, 0, 0xFF, 0xFF})...)
		w.add(xlsFormula, at(3, 3, []byte{2, 0, 42, 0, 0, 0, 0xFF, 0xFF})...)
		w.add(xlsFormula, at(3, 4, []byte{3, 0, 0, 0, 0, 0, 0xFF, 0xFF})...)
		w.add(xlsBOF, uint16(0x0600), uint16(0x20)) // a chart in the sheet
		w.add(xlsNumber, at(9, 9, 1.0)...)
		w.add(xlsEOF)
		w.add(xlsRString, at(4, 0, append(wide("rich"), uint16(1), uint32(0))...)...)
		w.add(xlsBoolErr, at(4, 1, uint8(1), uint8(0))...)
		w.add(xlsBoolErr, at(4, 2, uint8(0), uint8(1))...)
		w.add(xlsBoolErr, at(4, 3, uint8(42), uint8(1))...)
	}, 0x0600)
	used, err := readXLS(content, "")
	require.NoError(t, err)
	require.Equal(t, sheet{
		{"abc", "defü"},
		{1.0, 123.45, -5.0},
		{nil, 7.0, 8.0},
		{2.5, "text", true, nil, ""},
		{"rich", true, blank{}, nil},
	}, used.cells)

	// Version 5: texts are bytes of a code page.
	content = xlsOf(func(w *recordWriter) { w.add(xlsCodePage, uint16(1251)) }, func(w *recordWriter) {
		w.add(xlsDimensions, uint16(0), uint16(1), uint16(0), uint16(1), uint16(0))
		w.add(xlsLabel, at(0, 0, uint16(2), []byte{0xC4, 0xE0})...)
	}, 0x0500)
	used, err = readXLS(content, "S")
	require.NoError(t, err)
	require.Equal(t, sheet{{"Да"}}, used.cells)

	for want, globals := range map[string]func(w *recordWriter){
		"File is password-protected": func(w *recordWriter) { w.add(xlsFilePass, uint16(0)) },
	} {
		_, err := readXLS(xlsOf(globals, func(*recordWriter) {}, 0x0600), "")
		require.EqualError(t, err, want)
	}
	_, err = readXLS(compoundFile("WordDocument", nil), "")
	require.ErrorIs(t, err, errXLS)
	_, err = readXLS(compoundFile("EncryptedPackage", nil), "")
	require.EqualError(t, err, "File is password-protected")
	_, err = readXLS(xlsOf(func(*recordWriter) {}, func(*recordWriter) {}, 0x0400), "")
	require.ErrorIs(t, err, errXLS)
}

// What Excel's XML may say of where cells stand.
func TestXMLSheet(t *testing.T) {
	t.Parallel()
	book := func(rows string) string {
		return `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" ` +
			`xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>` + rows + `</Table></Worksheet></Workbook>`
	}
	number := func(index, n int) string {
		return fmt.Sprintf(`<Cell ss:Index="%d"><Data ss:Type="Number">%d</Data></Cell>`, index, n)
	}
	content := book(`<Row ss:Index="2">` + number(3, 1) + number(2, 2) + `<Cell><Data ss:Type="Error">#NULL!</Data></Cell></Row>`)
	require.Equal(t, "xml", looksLike([]byte(content)))
	used, err := readXMLSheet([]byte(content), "")
	require.NoError(t, err)
	require.Equal(t, area{cells: sheet{nil, {nil, 2.0, blank{}}}, top: 1, left: 1}, used)
	for _, rows := range []string{
		`<Row ss:Index="2000000"/>`, `<Row>` + number(20000, 1) + `</Row>`, strings.Repeat(`<Row>`+number(16000, 1)+`</Row>`, 1500),
	} {
		_, err := readXMLSheet([]byte(book(rows)), "")
		require.EqualError(t, err, "The table has more than 20000000 cells")
	}
	for name, content := range map[string]string{
		"xlsb": "PK\x03\x04....xl/workbook.bin", "sylk": "ID;PWXL;N;E", "dif": "TABLE\r\n0,1\r\n", "binary": "\x01\x02\x00\x00",
	} {
		_, err := sheetRows([]byte(content), nil)
		require.EqualError(t, err, fmt.Sprintf("Files of the format %q are not supported yet", name))
	}
	_, err = sheetRows([]byte("\x89PNG\r\n\x1a\n\x00\x00"), nil)
	require.EqualError(t, err, "PNG Image File is not a spreadsheet")
}

// FuzzTables: no file makes the readers of tables panic, hang, or use memory without end.
func FuzzTables(f *testing.F) {
	table := sheet{{"a", "b"}, {1.5, true}, {nil, "ü"}}
	for _, write := range []func() ([]byte, error){
		func() ([]byte, error) { return table.xls("S") },
		func() ([]byte, error) { return table.ods("S") },
		func() ([]byte, error) { return table.xlsx("S") },
		func() ([]byte, error) { return table.rtf(), nil },
		func() ([]byte, error) { return table.html(), nil },
		func() ([]byte, error) { return table.csv(";"), nil },
	} {
		content, err := write()
		require.NoError(f, err)
		f.Add(content, "", true)
		f.Add(content, "B2:C3", false)
	}
	f.Fuzz(func(t *testing.T, content []byte, cells string, header bool) {
		if bytes.HasPrefix(content, []byte("PK")) && len(content) > 1<<16 {
			return
		}
		_, _ = sheetRows(content, node.NewObject("range", cells, "headerRow", header, "includeEmptyCells", header))
	})
}

// withoutEnd is a row without the empty cells at its end.
func withoutEnd(row []any) []any {
	for len(row) > 0 && row[len(row)-1] == nil {
		row = row[:len(row)-1]
	}
	return append([]any{}, row...)
}
