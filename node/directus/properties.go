package directus

import (
	"maps"

	"github.com/nate-go/nate/schemas"
)

// properties are a node's parameters: the resource, then for each resource its operation and the form of each operation.
func properties(table []resource) []schemas.Property {
	all := []schemas.Property{{
		DisplayName:      "Resource",
		Name:             "resource",
		Type:             schemas.Options,
		NoDataExpression: true,
		Required:         true,
		Description:      "What to work on",
		Default:          "items",
	}}
	for i := range table {
		r := &table[i]
		all[0].Options = append(all[0].Options, schemas.Option{Name: r.title, Value: r.name})
		choice := schemas.Property{
			DisplayName:      "Operation",
			Name:             "operation",
			Type:             schemas.Options,
			NoDataExpression: true,
			DisplayOptions:   schemas.Show("resource", r.name),
			Default:          r.first,
		}
		var forms []schemas.Property
		for k := range r.operations {
			op := &r.operations[k]
			choice.Options = append(choice.Options, schemas.Option{Name: op.title, Value: op.name, Action: op.action, Description: op.about})
			for _, p := range op.form {
				shown := schemas.Show("operation", op.name).And("resource", r.name)
				if p.DisplayOptions != nil {
					shown.Show = append(shown.Show, p.DisplayOptions.Show...)
					shown.Hide = p.DisplayOptions.Hide
				}
				p.DisplayOptions = shown
				forms = append(forms, p)
			}
		}
		all = append(append(all, choice), forms...)
	}
	return all
}

// secret marks a property as one that is never shown.
func secret(p schemas.Property) schemas.Property {
	p.TypeOptions = maps.Clone(p.TypeOptions)
	if p.TypeOptions == nil {
		p.TypeOptions = map[string]any{}
	}
	p.TypeOptions["password"] = true
	return p
}

// unlessJSON hides a property when the body or the query is given as JSON, onlyJSON otherwise.
func unlessJSON(p schemas.Property) schemas.Property { return hiddenIf(p, "jsonParameters", true) }

func onlyJSON(p schemas.Property) schemas.Property { return shownIf(p, "jsonParameters", true) }

func hiddenIf(p schemas.Property, name string, value any) schemas.Property {
	p.DisplayOptions = (&schemas.DisplayOptions{Show: showOf(p)}).AndNot(name, value)
	return p
}

func shownIf(p schemas.Property, name string, value any) schemas.Property {
	d := &schemas.DisplayOptions{Show: showOf(p)}
	if p.DisplayOptions != nil {
		d.Hide = p.DisplayOptions.Hide
	}
	p.DisplayOptions = d.And(name, value)
	return p
}

func showOf(p schemas.Property) schemas.Rules {
	if p.DisplayOptions == nil {
		return nil
	}
	return p.DisplayOptions.Show
}

// optional is for the fields of a collection: those that are there were added.
func optional(p schemas.Property) schemas.Property {
	p.Required = false
	return p
}

func textField(name, title, placeholder, about string) schemas.Property {
	return schemas.Property{
		DisplayName: title, Name: name, Type: schemas.String, Placeholder: placeholder, Default: "", Required: true, Description: about,
	}
}

func boolField(name, title string, standard bool, about string) schemas.Property {
	return schemas.Property{DisplayName: title, Name: name, Type: schemas.Boolean, Default: standard, Required: true, Description: about}
}

func numberField(name, title string, standard any, typeOptions map[string]any, about string) schemas.Property {
	return schemas.Property{
		DisplayName: title, Name: name, Type: schemas.Number, TypeOptions: typeOptions, Default: standard, Required: true, Description: about,
	}
}

func jsonField(name, title, placeholder, about string) schemas.Property {
	return schemas.Property{
		DisplayName: title, Name: name, Type: schemas.JSON, TypeOptions: map[string]any{"alwaysOpenEditWindow": true},
		Placeholder: placeholder, Default: nil, Required: true, Description: about,
	}
}

func choiceField(name, title, standard, about string, choices ...string) schemas.Property {
	p := schemas.Property{DisplayName: title, Name: name, Type: schemas.Options, Default: standard, Required: true, Description: about}
	for i := 0; i < len(choices); i += 2 {
		p.Options = append(p.Options, schemas.Option{Name: choices[i], Value: choices[i+1]})
	}
	return p
}

// loadedField is a choice among what the server has: see LoadOptions. Any other value may be typed in.
func loadedField(name, title, method, placeholder, about string) schemas.Property {
	p := textField(name, title, placeholder, about)
	p.Type, p.TypeOptions, p.AllowArbitraryValues = schemas.Options, map[string]any{"loadOptionsMethod": method}, true
	return p
}

func idField(placeholder string) schemas.Property {
	return textField("id", "ID", placeholder, "The primary key")
}

func keysField(placeholder string) schemas.Property {
	return jsonField("keys", "Keys (JSON)", placeholder, "The primary keys as a JSON array")
}

func dataField(placeholder, about string) schemas.Property {
	return jsonField("data", "Data (JSON)", placeholder, about)
}

func collectionField(method string) schemas.Property {
	return loadedField("collection", "Collection Name", method, "articles", "The collection's name")
}

// more is the collection of fields that can be added, under the name that the community node gives it.
func more(title string, fields ...schemas.Property) schemas.Property {
	for i := range fields {
		fields[i].Required = false
	}
	return schemas.Property{
		DisplayName: title, Name: "additionalFields", Type: schemas.Collection, Placeholder: "Add Field", Default: map[string]any{}, Fields: fields,
	}
}

func additionalFields(fields ...schemas.Property) schemas.Property {
	return more("Additional Fields", fields...)
}

func updateFields(fields ...schemas.Property) schemas.Property {
	return more("Update Fields", fields...)
}

// splitIntoItems is off by default. about says what comes out then, and what when it is on.
func splitIntoItems(about string) schemas.Property {
	return boolField("splitIntoItems", "Split Into Items", false, about)
}

// splitWithoutEffect is there for the files that have it: in n8n every element of a list becomes an item, whatever it says.
func splitWithoutEffect() schemas.Property {
	return splitIntoItems("Without effect, as in n8n: each element of a list becomes an item of its own")
}

func jsonParameters() schemas.Property {
	return boolField("jsonParameters", "JSON/RAW Parameters", false, "Whether the parameters are given as JSON instead of field by field")
}

func bodyParametersJSON() schemas.Property {
	return wholeJSON("bodyParametersJson", "Body Parameters", "The whole body as JSON")
}

func queryParametersJSON() schemas.Property {
	return wholeJSON("queryParametersJson", "Query Parameters", "The whole query as a JSON object")
}

func wholeJSON(name, title, about string) schemas.Property {
	p := jsonField(name, title, "", about)
	p.Default = ""
	return onlyJSON(p)
}
