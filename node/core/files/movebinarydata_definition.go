package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func moveBinaryDataDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.moveBinaryData"},
		Versions:    []float64{1, 1.1},
		Name:        "moveBinaryData",
		DisplayName: "Convert to/from binary data",
		Description: "Makes fields of files and files of fields",
		Group:       []string{"transform"},
		Subtitle:    `={{$parameter["mode"]==="binaryToJson" ? "Binary to JSON" : "JSON to Binary"}}`,
		DefaultName: "Convert to/from binary data",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Hidden:      true,
		Properties:  moveBinaryDataProperties(),
	}
}

func moveBinaryDataProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "binaryToJson",
			Options: []schemas.Option{
				{Name: "Binary to JSON", Value: "binaryToJson", Description: "Put the content of a file into the fields"},
				{Name: "JSON to Binary", Value: "jsonToBinary", Description: "Make a file of the fields"},
			},
			Description: "What becomes what",
		},
		{
			DisplayName: "Set All Data", Name: "setAllData", Type: schemas.Boolean, Default: true,
			DisplayOptions: schemas.Show("mode", "binaryToJson"),
			Description:    "Whether the content takes the place of all fields, and not of one",
		},
		{
			DisplayName: "Source Key", Name: "sourceKey", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("mode", "binaryToJson"),
			Description:    "What is moved: the name of a file, or a field, whose path may have dots",
			Placeholder:    "data",
		},
		{
			DisplayName: "Destination Key", Name: "destinationKey", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("mode", "binaryToJson").And("setAllData", false),
			Description:    "Where it is put: a field, whose path may have dots, or the name of the file",
		},
		{
			DisplayName: "Convert All Data", Name: "convertAllData", Type: schemas.Boolean, Default: true,
			DisplayOptions: schemas.Show("mode", "jsonToBinary"),
			Description:    "Whether all fields go into the file, and not one",
		},
		{
			DisplayName: "Source Key", Name: "sourceKey", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("convertAllData", false).And("mode", "jsonToBinary"),
			Description:    "What is moved: the name of a file, or a field, whose path may have dots",
			Placeholder:    "data",
		},
		{
			DisplayName: "Destination Key", Name: "destinationKey", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("mode", "jsonToBinary"),
			Description:    "Where it is put: a field, whose path may have dots, or the name of the file",
			Placeholder:    "data",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			Fields: []schemas.Property{
				{
					DisplayName: "Add Byte Order Mark (BOM)", Name: "addBOM", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "jsonToBinary").And("encoding", "utf8", "cesu8", "ucs2"),
					Description:    "Whether the file begins with a byte order mark",
				},
				{
					DisplayName: "Data Is Base64", Name: "dataIsBase64", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "jsonToBinary").And("/convertAllData", false).AndNot("useRawData", true),
					Description:    "Whether the field is base64 of the content",
				},
				{
					DisplayName: "Encoding", Name: "encoding", Type: schemas.Options, Default: "utf8",
					DisplayOptions: schemas.Show("/mode", "binaryToJson", "jsonToBinary"),
					Options:        characterSets(),
					Description:    "The character set of the file",
				},
				{
					DisplayName: "Strip BOM", Name: "stripBOM", Type: schemas.Boolean, Default: true,
					DisplayOptions: schemas.Show("/mode", "binaryToJson").And("encoding", "utf8", "cesu8", "ucs2"),
				},
				{
					DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
					DisplayOptions: schemas.Show("/mode", "jsonToBinary"),
					Description:    "The name of the file",
					Placeholder:    "example.json",
				},
				{
					DisplayName: "JSON Parse", Name: "jsonParse", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "binaryToJson").And("/setAllData", false).AndNot("keepAsBase64", true),
					Description:    "Whether the content is read as JSON",
				},
				{
					DisplayName: "Keep Source", Name: "keepSource", Type: schemas.Boolean, Default: false,
					Description: "Whether what was moved stays where it was, too",
				},
				{
					DisplayName: "Keep As Base64", Name: "keepAsBase64", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "binaryToJson").And("/setAllData", false).AndNot("jsonParse", true),
					Description:    "Whether the field becomes base64 of the content",
				},
				{
					DisplayName: "MIME Type", Name: "mimeType", Type: schemas.String, Default: "application/json",
					DisplayOptions: schemas.Show("/mode", "jsonToBinary"),
					Description:    "The media type of the file",
					Placeholder:    "application/json",
				},
				{
					DisplayName: "Use Raw Data", Name: "useRawData", Type: schemas.Boolean, Default: false,
					DisplayOptions: schemas.Show("/mode", "jsonToBinary").AndNot("dataIsBase64", true),
					Description:    "Whether text goes into the file as it is, and not as JSON",
				},
			},
			Placeholder: "Add option",
		},
	}
}
