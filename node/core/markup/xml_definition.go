package markup

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func xmlDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.xml"},
		Versions:    []float64{1},
		Name:        "xml",
		DisplayName: "XML",
		Description: "Makes XML of items, and items of XML",
		Group:       []string{"transform"},
		Subtitle:    `={{$parameter["mode"]==="jsonToxml" ? "JSON to XML" : "XML to JSON"}}`,
		DefaultName: "XML",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  xmlProperties(),
	}
}

func xmlProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "xmlToJson",
			Options: []schemas.Option{
				{Name: "JSON to XML", Value: "jsonToxml", Description: "Make XML of the items"},
				{Name: "XML to JSON", Value: "xmlToJson", Description: "Make items of XML"},
			},
			Description: "Which way it goes",
		},
		{
			DisplayName: "XML in a file has to be put into a field first, with Extract from File", Name: "xmlNotice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("mode", "xmlToJson"),
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("mode", "jsonToxml"),
			Description:    "The field that holds the XML",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "jsonToxml"),
			Fields: []schemas.Property{
				{
					DisplayName: "Allow Surrogate Chars", Name: "allowSurrogateChars", Type: schemas.Boolean, Default: false,
					Description: "Whether characters beyond U+FFFF are allowed",
				},
				{
					DisplayName: "Attribute Key", Name: "attrkey", Type: schemas.String, Default: "$",
					Description: "The key of an element's attributes",
				},
				{
					DisplayName: "Cdata", Name: "cdata", Type: schemas.Boolean, Default: false,
					Description: "Whether text with markup is put into CDATA instead of being escaped",
				},
				{
					DisplayName: "Character Key", Name: "charkey", Type: schemas.String, Default: "_",
					Description: "The key of an element's text",
				},
				{
					DisplayName: "Headless", Name: "headless", Type: schemas.Boolean, Default: false,
					Description: "Whether the XML declaration is left out",
				},
				{
					DisplayName: "Root Name", Name: "rootName", Type: schemas.String, Default: "root",
					Description: "The name of the root element",
				},
			},
			Placeholder: "Add option",
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("mode", "xmlToJson"),
			Description:    "The field that holds the XML",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "xmlToJson"),
			Fields: []schemas.Property{
				{
					DisplayName: "Attribute Key", Name: "attrkey", Type: schemas.String, Default: "$",
					Description: "The key of an element's attributes",
				},
				{
					DisplayName: "Character Key", Name: "charkey", Type: schemas.String, Default: "_",
					Description: "The key of an element's text",
				},
				{
					DisplayName: "Explicit Array", Name: "explicitArray", Type: schemas.Boolean, Default: false,
					Description: "Whether elements are always lists, not only where there are several",
				},
				{
					DisplayName: "Explicit Root", Name: "explicitRoot", Type: schemas.Boolean, Default: true,
					Description: "Whether the root element is part of the result",
				},
				{
					DisplayName: "Ignore Attributes", Name: "ignoreAttrs", Type: schemas.Boolean, Default: false,
					Description: "Whether attributes are left out",
				},
				{
					DisplayName: "Merge Attributes", Name: "mergeAttrs", Type: schemas.Boolean, Default: true,
					Description: "Whether attributes stand beside the elements",
				},
				{
					DisplayName: "Normalize", Name: "normalize", Type: schemas.Boolean, Default: false,
					Description: "Whether white space inside of texts becomes single spaces",
				},
				{
					DisplayName: "Normalize Tags", Name: "normalizeTags", Type: schemas.Boolean, Default: false,
					Description: "Whether names become lower case",
				},
				{
					DisplayName: "Trim", Name: "trim", Type: schemas.Boolean, Default: false,
					Description: "Whether white space at both ends of texts is left out",
				},
			},
			Placeholder: "Add option",
		},
	}
}
