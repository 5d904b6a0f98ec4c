package core

import (
	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
)

// itemListsV1Definition is the definition of versions 2 to 2.2, but for what the operations are called as actions, and for the
// fields to split out, of which there is one.
func itemListsV1Definition() node.Definition {
	def := itemListsV2Definition()
	def.Versions = []float64{1}
	actions := map[any]string{
		"aggregateItems":   "Combine fields into a list in a single new item",
		"limit":            "Remove items if there are too many",
		"removeDuplicates": "Remove extra items that are similar",
		"sort":             "Change the item order",
		"splitOutItems":    "Turn a list inside item(s) into separate items",
		"summarize":        "Aggregate items together (pivot table)",
	}
	for i := range def.Properties {
		switch p := &def.Properties[i]; p.Name {
		case "operation":
			for k := range p.Options {
				p.Options[k].Action = actions[p.Options[k].Value]
			}
		case "fieldToSplitOut":
			p.DisplayName, p.Extra = "Field To Split Out", forms.FieldName()
		case "options":
			for k := range p.Fields {
				if p.Fields[k].Name == "destinationFieldName" {
					p.Fields[k].Extra = nil
				}
			}
		}
	}
	return def
}
