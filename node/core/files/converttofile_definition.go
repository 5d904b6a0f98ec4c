package files

import (
	"slices"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func convertToFileDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.convertToFile"},
		Versions:    []float64{1, 1.1},
		Name:        "convertToFile",
		DisplayName: "Convert to File",
		Description: "Makes files of items",
		Group:       []string{"input"},
		DefaultName: "Convert to File",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  convertToFileProperties(),
	}
}

func convertToFileProperties() []schemas.Property {
	ofOperation := func(operation string, form ...schemas.Property) []schemas.Property {
		return forms.If(schemas.Show("operation", operation), form...)
	}
	return slices.Concat(
		[]schemas.Property{{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "csv", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Convert to CSV", Value: "csv", Action: "Convert to CSV", Description: "Put the items into a CSV file"},
				{Name: "Convert to HTML", Value: "html", Action: "Convert to HTML", Description: "Put the items into a table in an HTML file"},
				{Name: "Convert to ICS", Value: "iCal", Action: "Convert to ICS", Description: "Make an iCalendar file with an event of each item"},
				{Name: "Convert to JSON", Value: "toJson", Action: "Convert to JSON", Description: "Put the items into one JSON file or into one each"},
				{Name: "Convert to ODS", Value: "ods", Action: "Convert to ODS", Description: "Put the items into an OpenDocument spreadsheet"},
				{Name: "Convert to RTF", Value: "rtf", Action: "Convert to RTF", Description: "Put the items into a table in an RTF file"},
				{Name: "Convert to Text File", Value: "toText", Action: "Convert to text file", Description: "Put a text into a file"},
				{Name: "Convert to XLS", Value: "xls", Action: "Convert to XLS", Description: "Put the items into an old Excel file"},
				{Name: "Convert to XLSX", Value: "xlsx", Action: "Convert to XLSX", Description: "Put the items into an Excel file"},
				{Name: "Move Base64 String to File", Value: "toBinary", Action: "Move base64 string to file", Description: "Make a file of base64 text"},
			},
		}},
		forms.If(schemas.Show("operation", "csv", "html", "rtf", "ods", "xls", "xlsx"), outputField(), forms.Options(nil,
			schemas.Property{
				DisplayName: "Compression", Name: "compression", Type: schemas.Boolean, Default: false,
				DisplayOptions: schemas.Show("/operation", "xlsx", "ods"),
				Description:    "Whether the file is compressed",
			},
			schemas.Property{
				DisplayName: "Delimiter", Name: "delimiter", Type: schemas.String, Default: ",",
				DisplayOptions: schemas.Show("/operation", "csv"),
				Description:    "What stands between the values",
			},
			outputFileName(""),
			schemas.Property{
				DisplayName: "Header Row", Name: "headerRow", Type: schemas.Boolean, Default: true,
				Description: "Whether the first row holds the names of the fields",
			},
			schemas.Property{
				DisplayName: "Sheet Name", Name: "sheetName", Type: schemas.String, Default: "Sheet",
				DisplayOptions: schemas.Show("/operation", "ods", "xls", "xlsx"),
				Description:    "The name of the sheet",
				Placeholder:    "e.g. mySheet",
			},
		)),
		ofOperation("toBinary", sourceField("Base64 Input Field"), outputField(), forms.Options(nil,
			addBOM(),
			schemas.Property{
				DisplayName: "Data Is Base64", Name: "dataIsBase64", Type: schemas.Boolean, Default: true,
				DisplayOptions: schemas.Show("@version", 1),
				Description:    "Whether the text is base64 already",
			},
			outputEncoding((&schemas.DisplayOptions{}).AndNot("dataIsBase64", true).AndNot("@version", schemas.Cnd("gt", 1))),
			outputFileName("e.g. myFile"),
			schemas.Property{
				DisplayName: "MIME Type", Name: "mimeType", Type: schemas.String, Default: "",
				Description: "The type of the file",
				Placeholder: "e.g text/plain",
			},
		)),
		ofOperation("toText", sourceField("Text Input Field"), outputField(), forms.Options(nil,
			addBOM(), outputEncoding(nil), outputFileName("e.g. myFile"),
		)),
		ofOperation("toJson", schemas.Property{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "once", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "All Items to One File", Value: "once"},
				{Name: "Each Item to Separate File", Value: "each"},
			},
		}, outputField(), forms.Options(nil,
			addBOM(),
			schemas.Property{
				DisplayName: "Format", Name: "format", Type: schemas.Boolean, Default: false,
				Description: "Whether the JSON has several lines",
			},
			outputEncoding(nil), outputFileName("e.g. myFile.json"),
		)),
		ofOperation("iCal", eventForm()...),
	)
}

func outputField() schemas.Property {
	return schemas.Property{
		DisplayName: "Put Output File in Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
		Hint:        "The name that the file gets in the item",
		Placeholder: "e.g data",
	}
}

func sourceField(displayName string) schemas.Property {
	return schemas.Property{
		DisplayName: displayName, Name: "sourceProperty", Type: schemas.String, Default: "", Required: true,
		Description: "The field that holds the text; dots lead to fields inside",
		Placeholder: "e.g data",
		Extra:       forms.FieldName(),
	}
}

func outputFileName(placeholder string) schemas.Property {
	return schemas.Property{
		DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
		Description: "The name of the file",
		Placeholder: placeholder,
	}
}

func addBOM() schemas.Property {
	return schemas.Property{
		DisplayName: "Add Byte Order Mark (BOM)", Name: "addBOM", Type: schemas.Boolean, Default: false,
		DisplayOptions: schemas.Show("encoding", "utf8", "cesu8", "ucs2"),
		Description:    "Whether the file begins with a byte order mark",
	}
}

func outputEncoding(shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "utf8", DisplayOptions: shown,
		Options:     characterSets(),
		Description: "The character set of the file",
	}
}
