package core

import (
	"context"
	"fmt"
	"math"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/internal/forms"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewSetV1 returns Set as it was before it became Edit Fields (n8n-nodes-base.set, versions 1 and 2): it sets booleans, then
// numbers, then texts, and keeps the other fields of the item or drops them. What fails fails the node as a whole, as in n8n:
// in the continue modes its input is handed on.
func NewSetV1() node.Node { return node.PerItem(setV1Definition(), setValues) }

// setNumeric is the version from which on a text that is a number becomes one among the numbers.
const setNumeric = 2

func setV1Definition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.set"},
		Versions:    []float64{1, setNumeric},
		Name:        "set",
		DisplayName: "Set",
		Description: "Sets fields of the items, and keeps or drops their other fields",
		Group:       []string{"input"},
		DefaultName: "Set",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties: []schemas.Property{
			{
				DisplayName: "Keep Only Set", Name: "keepOnlySet", Type: schemas.Boolean, Default: false,
				Description: "Whether the output has the fields that are set here and no others",
			},
			{
				DisplayName: "Values to Set", Name: "values", Type: schemas.FixedCollection, Default: map[string]any{}, Placeholder: "Add Value",
				TypeOptions: map[string]any{"multipleValues": true, "sortable": true}, Description: "The fields to set, and their values",
				Groups: []schemas.Group{
					setV1Group("boolean", "Boolean", schemas.Boolean, false),
					setV1Group("number", "Number", schemas.Number, 0),
					setV1Group("string", "String", schemas.String, ""),
				},
			},
			{
				DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, Placeholder: "Add option",
				Fields: []schemas.Property{{
					DisplayName: "Dot Notation", Name: "dotNotation", Type: schemas.Boolean, Default: true,
					Description: `Whether a name like "a.b" means the field b inside of a, and not a field named "a.b"`,
				}},
			},
		},
	}
}

func setV1Group(name, displayName string, typ schemas.PropertyType, zero any) schemas.Group {
	return schemas.Group{Name: name, DisplayName: displayName, Values: []schemas.Property{
		{
			DisplayName: "Name", Name: "name", Type: schemas.String, Default: "propertyName", Extra: forms.FieldName(),
			Description: "The field to set; with dots and brackets one further inside, like data.person[0].name",
		},
		{DisplayName: "Value", Name: "value", Type: typ, Default: zero, Description: "What the field becomes"},
	}}
}

// setValues makes the output of one item.
func setValues(_ context.Context, it node.ItemCall) ([]node.Item, error) {
	out, err := valuesSet(it)
	if err != nil {
		return nil, node.Whole(err)
	}
	return []node.Item{out}, nil
}

func valuesSet(it node.ItemCall) (item node.Item, err error) {
	keepOnlySet, err := it.Params.Value("keepOnlySet")
	if err != nil {
		return item, err
	}
	dots, err := it.Params.Value("options.dotNotation")
	if err != nil {
		return item, err
	}
	out := &node.Object{}
	if !fields.Truthy(keepOnlySet) {
		out = fields.Copy(it.Item().JSON)
		item.Binary = it.Item().Binary
	}
	item.JSON = out
	version := it.Instance().TypeVersion
	for _, typ := range []string{"boolean", "number", "string"} {
		path := "values." + typ
		rows, err := it.Params.Value(path)
		if err != nil {
			return item, err
		}
		err = eachRow(rows, path, func(row *node.Object) error {
			name, v := fields.Text(member(row, "name")), member(row, "value")
			switch typ {
			case "boolean":
				v = fields.Truthy(v)
			case "number":
				if text, ok := v.(string); ok && version >= setNumeric {
					if n := fields.Number(text); !math.IsNaN(n) {
						v = n
					}
				}
			}
			if _, isNumber := member(row, "name").(float64); isNumber || dots == false { // a number is no path
				out.Set(name, v)
				return nil
			}
			return fields.Set(out, name, v)
		})
		if err != nil {
			return item, err
		}
	}
	return item, nil
}

// eachRow calls fn for the rows of a list that a parameter holds at a path.
func eachRow(v any, path string, fn func(row *node.Object) error) error {
	if v == nil || v == node.Undefined {
		return nil
	}
	rows, ok := v.([]any)
	if !ok {
		return node.NewOperationError(fmt.Sprintf("Parameter %q is %s, not an array", path, node.TypeName(v)), "")
	}
	for i, v := range rows {
		row, ok := v.(*node.Object)
		if !ok {
			return node.NewOperationError(fmt.Sprintf("Parameter %q is %s, not an object",
				fmt.Sprintf("%s[%d]", path, i), node.TypeName(v)), "")
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return nil
}

func member(o *node.Object, key string) any {
	v, ok := o.Get(key)
	if !ok {
		return node.Undefined
	}
	return v
}
