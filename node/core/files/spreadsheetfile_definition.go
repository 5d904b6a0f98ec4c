package files

import (
	"slices"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// spreadsheetFileDefinition is the definition of version 1 or 2.
func spreadsheetFileDefinition(version float64) node.Definition {
	def := node.Definition{
		Types:       []string{"n8n-nodes-base.spreadsheetFile"},
		Versions:    []float64{version},
		Name:        "spreadsheetFile",
		DisplayName: "Spreadsheet File",
		Description: "Reads tables of files and makes files of items",
		Group:       []string{"transform"},
		DefaultName: "Spreadsheet File",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
	}
	operation, input, output := spreadsheetFileOperation(), spreadsheetFileInput(), spreadsheetFileOutput()
	options := schemas.Property{
		DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
		DisplayOptions: schemas.Show("operation", "fromFile"),
		Fields:         tableOptions("/fileFormat"),
		Placeholder:    "Add option",
	}
	if version == 1 {
		def.DefaultVersion = 2
		notice := schemas.Property{
			DisplayName: "There is a newer version of this node.", Name: "oldVersionNotice", Type: schemas.Notice, Default: "",
		}
		def.Properties = append([]schemas.Property{notice, operation, input}, slices.Insert(output, 2, options)...)
		return def
	}
	format := schemas.Property{
		DisplayName: "File Format", Name: "fileFormat", Type: schemas.Options, Default: "autodetect",
		DisplayOptions: schemas.Show("operation", "fromFile"),
		Options:        append([]schemas.Option{{Name: "Autodetect", Value: "autodetect"}}, tableFormats()...),
		Description:    "The format of the file",
	}
	def.Properties = append([]schemas.Property{operation, input, format, options}, output...)
	return def
}

func spreadsheetFileOperation() schemas.Property {
	return schemas.Property{
		DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "fromFile", NoDataExpression: true,
		Options: []schemas.Option{
			{Name: "Read From File", Value: "fromFile", Action: "Read data from a spreadsheet file", Description: "Make an item of each row of a table"},
			{Name: "Write to File", Value: "toFile", Action: "Write data to a spreadsheet file", Description: "Put the items into a table in a file"},
		},
	}
}

func spreadsheetFileInput() schemas.Property {
	return schemas.Property{
		DisplayName: "Input Binary Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
		DisplayOptions: schemas.Show("operation", "fromFile"),
		Hint:           "The name of the file in the item",
	}
}

// spreadsheetFileOutput are the parameters of writing a file.
func spreadsheetFileOutput() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "File Format", Name: "fileFormat", Type: schemas.Options, Default: "xls",
			DisplayOptions: schemas.Show("operation", "toFile"),
			Options:        tableFormats(),
			Description:    "The format of the file",
		},
		{
			DisplayName: "Put Output File in Field", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "toFile"),
			Hint:           "The name of the file in the item",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "toFile"),
			Fields: []schemas.Property{
				{
					DisplayName: "Compression", Name: "compression", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/fileFormat", "xlsx", "ods"),
					Description:    "Whether the file is compressed",
				},
				{
					DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
					Description: "The name of the file",
				},
				{
					DisplayName: "Header Row", Name: "headerRow", Type: schemas.Boolean, Default: true,
					Description: "Whether the first row holds the names of the fields",
				},
				{
					DisplayName: "Sheet Name", Name: "sheetName", Type: schemas.String, Default: "Sheet",
					DisplayOptions: schemas.Show("/fileFormat", "ods", "xls", "xlsx"),
					Description:    "The name of the sheet",
				},
			},
			Placeholder: "Add option",
		},
	}
}
