package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func readWriteFileDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.readWriteFile"},
		Versions:    []float64{1, 1.1},
		Name:        "readWriteFile",
		DisplayName: "Read/Write Files from Disk",
		Description: "Reads files of this machine into items, and writes files of items",
		Group:       []string{"input"},
		DefaultName: "Read/Write Files from Disk",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  readWriteFileProperties(),
	}
}

func readWriteFileProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "The files are those of the machine that runs the workflow, below the folders that are open to it.", Name: "info", Type: schemas.Notice, Default: "",
		},
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "read", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Read File(s) From Disk", Value: "read", Action: "Read File(s) From Disk", Description: "Make an item of each file"},
				{Name: "Write File to Disk", Value: "write", Action: "Write File to Disk", Description: "Put a file of an item on the disk"},
			},
		},
		{
			DisplayName: "File(s) Selector", Name: "fileSelector", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("operation", "read"),
			Description:    "A path, or a pattern that many paths match; with slashes, on Windows too",
			Hint:           "* and ? stand for parts of a name, ** for folders, {a,b} for either; [ ] and ( ) stand for themselves",
			Placeholder:    "e.g. /home/user/Pictures/**/*.png",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "read"),
			Fields: []schemas.Property{
				{
					DisplayName: "File Extension", Name: "fileExtension", Type: schemas.String, Default: "",
					Description: "The extension that the file gets in the item",
					Placeholder: "e.g. zip",
				},
				{
					DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
					Description: "The name that the file gets in the item",
					Placeholder: "e.g. data.zip",
				},
				{
					DisplayName: "Mime Type", Name: "mimeType", Type: schemas.String, Default: "",
					Description: "The media type that the file gets in the item",
					Placeholder: "e.g. application/zip",
				},
				{
					DisplayName: "Put Output File in Field", Name: "dataPropertyName", Type: schemas.String, Default: "data",
					Description: "The name that the file has in the item, 'data' where nothing is said",
					Hint:        "The name that the file gets in the item",
					Placeholder: "e.g. data",
				},
				{
					DisplayName: "Treat Brackets and Parentheses as Literal", Name: "literalBrackets", Type: schemas.Boolean, Default: true,
					Description: "Whether [ ] and ( ) are part of the path and not of a pattern",
					Hint:        "Turned off, [0-9] is one of these characters",
				},
			},
			Placeholder: "Add option",
		},
		{
			DisplayName: "File Path and Name", Name: "fileName", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("operation", "write"),
			Description:    "Where the file is written, with its name and extension",
			Placeholder:    "e.g. /data/example.jpg",
		},
		{
			DisplayName: "Input Binary Field", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "write"),
			Hint:           "The name of the file in the item",
			Placeholder:    "e.g. data",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "write"),
			Fields: []schemas.Property{
				{
					DisplayName: "Append", Name: "append", Type: schemas.Boolean, Default: false,
					Description: "Whether the content is added at the end of a file that is there",
				},
			},
			Placeholder: "Add option",
		},
	}
}
