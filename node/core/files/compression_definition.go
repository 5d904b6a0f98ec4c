package files

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func compressionDefinition() node.Definition {
	return node.Definition{
		Types:        []string{"n8n-nodes-base.compression"},
		Versions:     []float64{1, 1.1},
		Name:         "compression",
		DisplayName:  "Compression",
		Description:  "Packs files into archives and takes them out",
		Group:        []string{"transform"},
		Subtitle:     `={{$parameter["operation"]}}`,
		DefaultName:  "Compression",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Properties:   compressionProperties(),
	}
}

func compressionProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "decompress", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Compress", Value: "compress", Action: "Compress file(s)", Description: "Pack files into an archive"},
				{Name: "Decompress", Value: "decompress", Action: "Decompress file(s)", Description: "Take the files out of an archive"},
			},
		},
		archiveInput("e.g. data,data2,data3", schemas.Show("operation", "compress")),
		archiveInput("e.g. data", schemas.Show("operation", "decompress")),
		archiveFormat("", schemas.Show("operation", "compress").And("@version", 1)),
		archiveFormat("zip", schemas.Show("operation", "compress").AndNot("@version", 1)),
		{
			DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("operation", "compress").And("outputFormat", "zip", "tar", "targz"),
			Description:    "The name of the archive",
			Placeholder:    "e.g. data.zip",
		},
		{
			DisplayName: "Put Output File in Field", Name: "binaryPropertyOutput", Type: schemas.String, Default: "data",
			DisplayOptions: schemas.Show("outputFormat", "zip", "tar", "targz").And("operation", "compress"),
			Hint:           "The name that the archive gets in the item",
		},
		{
			DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("operation", "compress").And("outputFormat", "gzip").AndNot("@version", 1),
			Description:    "The name of the archive",
			Placeholder:    "e.g. data.txt",
		},
		{
			DisplayName: "Put Output File in Field", Name: "binaryPropertyOutput", Type: schemas.String, Default: "data",
			DisplayOptions: schemas.Show("outputFormat", "gzip").And("operation", "compress").AndNot("@version", 1),
			Hint:           "The name that the archive gets in the item",
		},
		{
			DisplayName: "Output File Prefix", Name: "outputPrefix", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "compress").And("outputFormat", "gzip").And("@version", 1),
			Description:    "What the names of the files in the item begin with; a number follows",
		},
		{
			DisplayName: "Output Prefix", Name: "outputPrefix", Type: schemas.String, Default: "file_", Required: true,
			DisplayOptions: schemas.Show("operation", "decompress"),
			Description:    "What the names of the files in the item begin with; a number follows",
		},
	}
}

func archiveInput(placeholder string, shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Input Binary Field(s)", Name: "binaryPropertyName", Type: schemas.String, Default: "data", Required: true,
		DisplayOptions: shown,
		Description:    "The names of several files have commas between them",
		Hint:           "The names of the files in the item",
		Placeholder:    placeholder,
	}
}

func archiveFormat(standard string, shown *schemas.DisplayOptions) schemas.Property {
	return schemas.Property{
		DisplayName: "Output Format", Name: "outputFormat", Type: schemas.Options, Default: standard, DisplayOptions: shown,
		Options: []schemas.Option{
			{Name: "Gzip", Value: "gzip"},
			{Name: "Tar", Value: "tar"},
			{Name: "Tar (Gzip)", Value: "targz"},
			{Name: "Zip", Value: "zip"},
		},
		Description: "The kind of the archive",
	}
}
