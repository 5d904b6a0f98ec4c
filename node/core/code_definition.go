package core

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func codeDefinition() node.Definition {
	return node.Definition{
		Types:          []string{"n8n-nodes-base.code"},
		Versions:       []float64{1, 2},
		DefaultVersion: 2,
		Icon:           node.Themed{Light: "node:code"},
		IconColor:      "amber",
		Name:           "code",
		DisplayName:    "Code",
		Description:    "Runs JavaScript of your own",
		Group:          []string{"transform"},
		DefaultName:    "Code",
		Inputs:         []string{"main"},
		Outputs:        []string{"main"},
		Properties:     codeProperties(),
	}
}

func codeProperties() []schemas.Property {
	properties := []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: modeAllItems, NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Run Once for All Items", Value: modeAllItems, Description: "The code runs once and gets all input items"},
				{Name: "Run Once for Each Item", Value: modeEachItem, Description: "The code runs as often as there are input items"},
			},
		},
		{
			DisplayName: "Language", Name: "language", Type: schemas.Options, Default: languageJavaScript, NoDataExpression: true,
			DisplayOptions: schemas.Show("@version", 2),
			Options: []schemas.Option{
				{Name: "JavaScript", Value: languageJavaScript, Action: "Code in JavaScript"},
				{Name: "Python", Value: "pythonNative", Action: "Code in Python"},
				{Name: "Python (Pyodide)", Value: "python", Action: "Code in Python"}, // of older files
			},
		},
		{
			DisplayName: "Language", Name: "language", Type: schemas.Hidden, Default: languageJavaScript,
			DisplayOptions: schemas.Show("@version", 1),
		},
	}
	javaScript := schemas.Property{
		DisplayName: "JavaScript", Name: "jsCode", Type: schemas.String, Default: "", NoDataExpression: true,
		TypeOptions: map[string]any{"editor": "codeNodeEditor", "editorLanguage": languageJavaScript},
		Description: "The JavaScript that makes the output items. $input has the input, $('Node') other nodes' items, luxon is there for dates",
	}
	python := schemas.Property{
		DisplayName: "Python", Name: "pythonCode", Type: schemas.String, Default: "", NoDataExpression: true,
		TypeOptions: map[string]any{"editor": "codeNodeEditor", "editorLanguage": "python"},
		Description: "The Python that makes the output items (not supported here)",
	}
	for _, conditions := range []*schemas.DisplayOptions{
		schemas.Show("@version", 1).And("mode", modeAllItems),
		schemas.Show("@version", 1).And("mode", modeEachItem),
		schemas.Show("@version", 2).And("language", languageJavaScript).And("mode", modeAllItems),
		schemas.Show("@version", 2).And("language", languageJavaScript).And("mode", modeEachItem),
	} {
		javaScript.DisplayOptions = conditions
		properties = append(properties, javaScript)
	}
	properties = append(properties, codeNotice("Names with $ are n8n's; console.log() writes to the log", languageJavaScript))
	for _, mode := range []string{modeAllItems, modeEachItem} {
		python.DisplayOptions = schemas.Show("language", "python", "pythonNative").And("mode", mode)
		properties = append(properties, python)
	}
	return append(properties, codeNotice("Python code is not supported here", "python", "pythonNative"))
}

func codeNotice(text string, languages ...any) schemas.Property {
	return schemas.Property{
		DisplayName: text, Name: "notice", Type: schemas.Notice, Default: "", DisplayOptions: schemas.Show("language", languages...),
	}
}

func functionDefinition() node.Definition {
	return oldCodeDefinition("function", "Function", "Runs JavaScript of your own once for all items", "The JavaScript that makes the output items",
		"function", "for (item of items) {\n  item.json.myNewField = 1;\n}\n\nreturn items;")
}

func functionItemDefinition() node.Definition {
	return oldCodeDefinition("functionItem", "Function Item", "Runs JavaScript of your own for each item", "The JavaScript that makes the data of an output item",
		"functionItem", "item.myNewField = 1;\n\nreturn item;")
}

func oldCodeDefinition(name, displayName, description, about, autocomplete, source string) node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base." + name},
		Versions:    []float64{1},
		Name:        name,
		DisplayName: displayName,
		Description: description,
		Group:       []string{"transform"},
		Hidden:      true,
		DefaultName: displayName,
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties: []schemas.Property{
			{DisplayName: "The node Code has taken its place", Name: "notice", Type: schemas.Notice, Default: ""},
			{
				DisplayName: "JavaScript Code", Name: "functionCode", Type: schemas.String, Default: source, NoDataExpression: true,
				TypeOptions: map[string]any{
					"alwaysOpenEditWindow": true, "codeAutocomplete": autocomplete, "editor": "jsEditor", "rows": 10,
				},
				Description: about,
			},
		},
	}
}
