package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func extractFromFileDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.extractFromFile"},
		Versions:    []float64{1, 1.1},
		Name:        "extractFromFile",
		DisplayName: "Extract from File",
		Description: "Reads the content of files",
		Group:       []string{"input"},
		DefaultName: "Extract from File",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  extractFromFileProperties(),
	}
}

func extractFromFileProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "csv", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Extract From CSV", Value: "csv", Action: "Extract from CSV", Description: "Make an item of each row of a CSV file"},
				{Name: "Extract From HTML", Value: "html", Action: "Extract from HTML", Description: "Make an item of each row of a table in an HTML file"},
				{Name: "Extract From ICS", Value: "fromIcs", Action: "Extract from ICS", Description: "Put the events of an iCalendar file into a field"},
				{Name: "Extract From JSON", Value: "fromJson", Action: "Extract from JSON", Description: "Put the content of a JSON file into a field"},
				{Name: "Extract From ODS", Value: "ods", Action: "Extract from ODS", Description: "Make an item of each row of an OpenDocument spreadsheet"},
				{Name: "Extract From PDF", Value: "pdf", Action: "Extract from PDF", Description: "Read the text of a PDF file"},
				{Name: "Extract From RTF", Value: "rtf", Action: "Extract from RTF", Description: "Make an item of each row of a table in an RTF file"},
				{Name: "Extract From Text File", Value: "text", Action: "Extract from text file", Description: "Put the text of a file into a field"},
				{Name: "Extract From XML", Value: "xml", Action: "Extract from XML", Description: "Put the text of an XML file into a field"},
				{Name: "Extract From XLS", Value: "xls", Action: "Extract from XLS", Description: "Make an item of each row of an old Excel file"},
				{Name: "Extract From XLSX", Value: "xlsx", Action: "Extract from XLSX", Description: "Make an item of each row of an Excel file"},
				{Name: "Move File to Base64 String", Value: "binaryToPropery", Action: "Move file to base64 string", Description: "Put the file as base64 into a field"},
			},
		},
		{
			DisplayName: "Input Binary Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "csv", "html", "rtf", "ods", "xls", "xlsx"),
			Hint:           "The name of the file in the item",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "csv", "html", "rtf", "ods", "xls", "xlsx"),
			Fields:         tableOptions("/operation"),
			Placeholder:    "Add option",
		},
		{
			DisplayName: "Input Binary Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "binaryToPropery", "fromJson", "text", "fromIcs", "xml"),
			Hint:           "The name of the file in the item",
			Placeholder:    "e.g data",
		},
		{
			DisplayName: "Destination Output Field", Name: "destinationKey", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "binaryToPropery", "fromJson", "text", "fromIcs", "xml"),
			Description:    "The field that the content is put into",
			Placeholder:    "e.g data",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "binaryToPropery", "fromJson", "text", "fromIcs", "xml"),
			Fields: []schemas.Property{
				{
					DisplayName: "File Encoding", Name: "encoding", Type: schemas.Options, Default: "utf8",
					Options:     characterSets(),
					Description: "The character set of the file",
				},
				{
					DisplayName: "Strip BOM", Name: "stripBOM", Type: schemas.Boolean, Default: true,
					DisplayOptions: schemas.Show("encoding", "utf8", "cesu8", "ucs2"),
					Description:    "Whether a byte order mark at the beginning is left out",
				},
				keepSource(),
			},
			Placeholder: "Add option",
		},
		{
			DisplayName: "Input Binary Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "pdf"),
			Hint:           "The name of the file in the item",
			Placeholder:    "e.g data",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "pdf"),
			Fields: []schemas.Property{
				{
					DisplayName: "Join Pages", Name: "joinPages", Type: schemas.Boolean, Default: true,
					Description: "Whether the pages' texts are joined instead of listed",
				},
				keepSource(),
				{
					DisplayName: "Max Pages", Name: "maxPages", Type: schemas.Number, Default: 0,
					Description: "How many pages are read at most",
				},
				{
					DisplayName: "Password", Name: "password", Type: schemas.String, Default: "",
					TypeOptions: map[string]any{"password": true},
					Description: "What the file is locked with",
				},
			},
			Placeholder: "Add option",
		},
	}
}

func keepSource() schemas.Property {
	return schemas.Property{
		DisplayName: "Keep Source", Name: "keepSource", Type: schemas.Options, Default: "json",
		Options: []schemas.Option{
			{Name: "JSON", Value: "json", Description: "The fields of the input item"},
			{Name: "Binary", Value: "binary", Description: "The files of the input item"},
			{Name: "Both", Value: "both", Description: "The fields and the files of the input item"},
		},
	}
}
