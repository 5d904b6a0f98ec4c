package files

import (
	"encoding/json"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/schemas"
)

// characterSets are the choices of character sets of n8n's nodes.
func characterSets() []schemas.Option {
	return forms.Choices(
		"armscii8", "ascii", "base64", "big5hkscs", "binary", "cesu8", "cp1046", "cp1124", "cp1125", "cp1129", "cp1133", "cp1161", "cp1162",
		"cp1163", "cp437", "cp720", "cp737", "cp775", "cp808", "cp850", "cp852", "cp855", "cp856", "cp857", "cp858", "cp860", "cp861",
		"cp862", "cp863", "cp864", "cp865", "cp866", "cp869", "cp922", "cp936", "cp949", "cp950", "eucjp", "gb18030", "gbk",
		"georgianacademy", "georgianps", "hex", "hproman8", "iso646cn", "iso646jp", "iso88591", "iso885910", "iso885911", "iso885913",
		"iso885914", "iso885915", "iso885916", "iso88592", "iso88593", "iso88594", "iso88595", "iso88596", "iso88597", "iso88598",
		"iso88599", "koi8r", "koi8ru", "koi8t", "koi8u", "maccenteuro", "maccroatian", "maccyrillic", "macgreek", "maciceland", "macintosh",
		"macroman", "macromania", "macthai", "macturkish", "macukraine", "mik", "pt154", "rk1048", "shiftjis", "tcvn", "tis620", "ucs2",
		"utf16", "utf16be", "utf32", "utf32be", "utf32le", "utf7", "utf7imap", "utf8", "viscii", "windows1250", "windows1251",
		"windows1252", "windows1253", "windows1254", "windows1255", "windows1256", "windows1257", "windows1258", "windows874",
	)
}

// tableOptions are the options of reading tables; selector is the parameter that has the format. Where it is the operation of Extract from
// File, each has the options that concern it; where it is a format that may be found out, all have.
func tableOptions(selector string) []schemas.Property {
	show := func(formats ...any) *schemas.DisplayOptions {
		if selector == "/operation" {
			return schemas.Show(selector, formats...)
		}
		return nil
	}
	return []schemas.Property{
		{
			DisplayName: "Delimiter", Name: "delimiter", Type: schemas.String, Default: ",",
			DisplayOptions: schemas.Show(selector, "csv"),
			Description:    "What stands between the values",
			Placeholder:    "e.g. ,",
		},
		{
			DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "utf-8",
			DisplayOptions: schemas.Show(selector, "csv"),
			Options: []schemas.Option{
				{Name: "ASCII", Value: "ascii"},
				{Name: "Latin1", Value: "latin1"},
				{Name: "UCS-2", Value: "ucs-2"},
				{Name: "UCS2", Value: "ucs2"},
				{Name: "UTF-8", Value: "utf-8"},
				{Name: "UTF16LE", Value: "utf16le"},
				{Name: "UTF8", Value: "utf8"},
			},
		},
		{
			DisplayName: "Exclude Byte Order Mark (BOM)", Name: "enableBOM", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show(selector, "csv"),
			Description:    "Whether a byte order mark at the beginning is left out",
		},
		{
			DisplayName: "Preserve Quotes", Name: "relaxQuotes", Type: schemas.Boolean, Default: false,
			DisplayOptions: schemas.Show(selector, "csv"),
			Description:    "Whether quotes inside of a value are part of it instead of a fault",
		},
		{
			DisplayName: "Header Row", Name: "headerRow", Type: schemas.Boolean, Default: true,
			DisplayOptions: show("ods", "xls", "xlsx", "csv", "html"),
			Description:    "Whether the first row holds the names of the fields",
		},
		{
			DisplayName: "Include Empty Cells", Name: "includeEmptyCells", Type: schemas.Boolean, Default: false,
			DisplayOptions: show("ods", "xls", "xlsx", "csv", "html"),
			Description:    "Whether an empty cell gives an empty text",
		},
		{
			DisplayName: "Max Number of Rows to Load", Name: "maxRowCount", Type: schemas.Number, Default: -1,
			DisplayOptions: schemas.Show(selector, "csv"),
			Description:    "How many rows are read at most; -1: all",
			Placeholder:    "e.g. 10",
		},
		{
			DisplayName: "Range", Name: "range", Type: schemas.String, Default: "",
			DisplayOptions: show("ods", "xls", "xlsx"),
			Description:    "Which part of the sheet is read: the first row as a number, or a range such as B2:D9",
		},
		{
			DisplayName: "RAW Data", Name: "rawData", Type: schemas.Boolean, Default: false,
			Description: "Whether values are left as they stand in the file",
		},
		{
			DisplayName: "Read As String", Name: "readAsString", Type: schemas.Boolean, Default: false,
			Description: "Whether the file is read as text",
		},
		{
			DisplayName: "Sheet Name", Name: "sheetName", Type: schemas.String, Default: "Sheet",
			DisplayOptions: show("ods", "xls", "xlsx"),
			Description:    "The sheet that is read; empty: the first",
			Placeholder:    "e.g. mySheet",
		},
		{
			DisplayName: "Starting Line", Name: "fromLine", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show(selector, "csv"),
			Description:    "The first line that is read",
			Placeholder:    "e.g. 0",
		},
		{
			DisplayName: "Skip Records With Errors", Name: "skipRecordsWithErrors", Type: schemas.FixedCollection,
			Default:        json.RawMessage(`{"value":{"enabled":true,"maxSkippedRecords":-1}}`),
			DisplayOptions: schemas.Show(selector, "csv"),
			Groups: []schemas.Group{
				{Name: "value", DisplayName: "Value", Values: []schemas.Property{
					{
						DisplayName: "Enabled", Name: "enabled", Type: schemas.Boolean, Default: false,
						Description: "Whether rows that can't be read are left out",
					},
					{
						DisplayName: "Max Skipped Records", Name: "maxSkippedRecords", Type: schemas.Number, Default: -1,
						Description: "How many rows may be left out before it is a fault",
					},
				}},
			},
		},
	}
}

// tableFormats are the choices of formats of tables.
func tableFormats() []schemas.Option {
	return []schemas.Option{
		{Name: "CSV", Value: "csv", Description: "Values with commas between them"},
		{Name: "HTML", Value: "html", Description: "A table in a page"},
		{Name: "ODS", Value: "ods", Description: "An OpenDocument spreadsheet"},
		{Name: "RTF", Value: "rtf", Description: "A table in a text document"},
		{Name: "XLS", Value: "xls", Description: "An old Excel file"},
		{Name: "XLSX", Value: "xlsx", Description: "An Excel file"},
	}
}
