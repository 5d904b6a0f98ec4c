package markup

import (
	"encoding/json"

	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func htmlDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.html"},
		Versions:    []float64{1, 1.1, 1.2},
		Name:        "html",
		DisplayName: "HTML",
		Description: "Makes HTML, and reads values out of it",
		Group:       []string{"transform"},
		Subtitle:    `={{ $parameter["operation"] }}`,
		DefaultName: "HTML",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  htmlProperties(),
	}
}

func htmlProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "generateHtmlTemplate", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Generate HTML Template", Value: "generateHtmlTemplate", Action: "Generate HTML template"},
				{Name: "Extract HTML Content", Value: "extractHtmlContent", Action: "Extract HTML Content"},
				{Name: "Convert to HTML Table", Value: "convertToHtmlTable", Action: "Convert to HTML Table"},
			},
		},
		{
			DisplayName: "HTML Template", Name: "html", Type: schemas.String, Default: "", NoDataExpression: true,
			TypeOptions:    map[string]any{"editor": "htmlEditor"},
			DisplayOptions: schemas.Show("operation", "generateHtmlTemplate"),
			Description:    "The HTML, with expressions in it",
		},
		{
			DisplayName: "Expressions stand between {{ and }}; scripts are not run", Name: "notice", Type: schemas.Notice, Default: "",
			DisplayOptions: schemas.Show("operation", "generateHtmlTemplate"),
		},
		{
			DisplayName: "Source Data", Name: "sourceData", Type: schemas.Options, Default: "json",
			DisplayOptions: schemas.Show("operation", "extractHtmlContent"),
			Options: []schemas.Option{
				{Name: "Binary", Value: "binary"},
				{Name: "JSON", Value: "json"},
			},
			Description: "Whether the HTML is in a field or in a file",
		},
		{
			DisplayName: "Input Binary Field", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "extractHtmlContent").And("sourceData", "binary"),
			Hint:           "The name of the file",
			Extra:          forms.FieldName(),
		},
		{
			DisplayName: "JSON Property", Name: "dataPropertyName", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("operation", "extractHtmlContent").And("sourceData", "json"),
			Description:    "The field that holds the HTML, or a list of HTML texts",
			Extra:          forms.FieldName(),
		},
		extractionValues(map[string]any{}, schemas.Show("operation", "extractHtmlContent").And("@version", 1), skipSelectors()),
		extractionValues(json.RawMessage(`{"values":[{"key":"","cssSelector":"","returnValue":"text","returnArray":false}]}`),
			schemas.Show("operation", "extractHtmlContent").And("@version", schemas.Cnd("gt", 1)), skipSelectors()),
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "extractHtmlContent"),
			Fields: []schemas.Property{
				{
					DisplayName: "Trim Values", Name: "trimValues", Type: schemas.Boolean, Default: true,
					Description: "Whether white space at both ends is left out",
				},
				{
					DisplayName: "Clean Up Text", Name: "cleanUpText", Type: schemas.Boolean, Default: true,
					Description: "Whether white space at both ends is left out, and all other becomes single spaces",
				},
			},
			Placeholder: "Add option",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("operation", "convertToHtmlTable"),
			Fields: []schemas.Property{
				{
					DisplayName: "Capitalize Headers", Name: "capitalize", Type: schemas.Boolean, Default: false,
					Description: "Whether headers begin with capitals",
				},
				{
					DisplayName: "Custom Styling", Name: "customStyling", Type: schemas.Boolean, Default: false,
					Description: "Whether the table has none of n8n's styles",
				},
				{
					DisplayName: "Caption", Name: "caption", Type: schemas.String, Default: "",
					Description: "What stands above the table",
				},
				tableAttributes("Table Attributes", "tableAttributes", "the table"),
				tableAttributes("Header Attributes", "headerAttributes", "the header"),
				tableAttributes("Row Attributes", "rowAttributes", "each row"),
				tableAttributes("Cell Attributes", "cellAttributes", "each cell"),
			},
			Placeholder: "Add option",
		},
	}
}

// extractionValues are the rows that say what is read out of HTML: with more columns before the last.
func extractionValues(standard any, shown *schemas.DisplayOptions, more ...schemas.Property) schemas.Property {
	columns := []schemas.Property{
		{
			DisplayName: "Key", Name: "key", Type: schemas.String, Default: "",
			Description: "The field that the value is put into",
		},
		{
			DisplayName: "CSS Selector", Name: "cssSelector", Type: schemas.String, Default: "",
			Description: "Which elements the value is read from",
			Placeholder: ".price",
		},
		{
			DisplayName: "Return Value", Name: "returnValue", Type: schemas.Options, Default: "text",
			Options: []schemas.Option{
				{Name: "Attribute", Value: "attribute", Description: "An attribute of the element"},
				{Name: "HTML", Value: "html", Description: "The HTML inside of the element"},
				{Name: "Text", Value: "text", Description: "The text inside of the element"},
				{Name: "Value", Value: "value", Description: "What an input, a select or a textarea holds"},
			},
			Description: "What is read",
		},
		{
			DisplayName: "Attribute", Name: "attribute", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("returnValue", "attribute"),
			Description:    "The name of the attribute",
			Placeholder:    "class",
		},
	}
	columns = append(append(columns, more...), schemas.Property{
		DisplayName: "Return Array", Name: "returnArray", Type: schemas.Boolean, Default: false,
		Description: "Whether all elements are read, into a list",
	})
	return schemas.Property{
		DisplayName: "Extraction Values", Name: "extractionValues", Type: schemas.FixedCollection, Default: standard, DisplayOptions: shown,
		TypeOptions: map[string]any{"multipleValues": true},
		Groups:      []schemas.Group{{Name: "values", DisplayName: "Values", Values: columns}},
		Placeholder: "Add Value",
	}
}

func skipSelectors() schemas.Property {
	return schemas.Property{
		DisplayName: "Skip Selectors", Name: "skipSelectors", Type: schemas.String, Default: "",
		DisplayOptions: schemas.Show("returnValue", "text").And("@version", schemas.Cnd("gt", 1.1)),
		Description:    "Elements whose text is left out, with commas between",
		Placeholder:    "e.g. img, .className, #ItemId",
	}
}

func tableAttributes(displayName, name, of string) schemas.Property {
	return schemas.Property{
		DisplayName: displayName, Name: name, Type: schemas.String, Default: "",
		Description: "Attributes of " + of,
		Placeholder: `e.g. style="padding:10px"`,
	}
}
