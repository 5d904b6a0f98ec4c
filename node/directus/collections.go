package directus

import (
	"net/http"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// collectionsResource: https://directus.io/docs/api/collections
func collectionsResource() resource {
	return resource{name: "collections", title: "Collection", first: "list", operations: []operation{
		{
			name: "create", title: "Create", action: "Create a collection", about: "Create a collection with its table",
			method: http.MethodPost, path: "collections",
			form: []schemas.Property{
				unlessJSON(textField("collection", "Collection", "articles", "The collection's name")),
				jsonParameters(), bodyParametersJSON(),
				unlessJSON(additionalFields(
					textField("achiveField", "Archive Field", "", "The field that says that an item is archived"),
					textField("archiveAppFilter", "Archive App Filter", "", "Whether the app can filter by it: true or false"),
					textField("archiveValue", "Archive Value", "", "Its value for an archived item"),
					textField("displayTemplate", "Display Template", "", "How an item is shown in other places"),
					jsonField("fields", "Fields (JSON)", "", "The fields, as a JSON array; Directus adds a primary key where there is none"),
					boolField("hidden", "Hidden", false, "Whether the app hides it"),
					textField("icon", "Icon", "people", "The name of an icon"),
					textField("note", "Note", "", "What it is for"),
					boolField("singleton", "Singleton", false, "Whether it has one item only"),
					textField("sortField", "Sort Field", "", "The field for the order of items that users give"),
					textField("translation", "Translation", "", "Its names in other languages, as a JSON array"),
					textField("unarchiveValue", "Unarchive Value", "", "The value of the archive field for an item that is not archived"),
				)),
			},
			body: values{
				fields: []field{{key: "collection", parameters: []string{"collection"}, required: true}},
				more:   "additionalFields", moreJSON: []string{"fields"}, json: "bodyParametersJson", finish: collectionBody,
			},
		},
		{
			name: "delete", title: "Delete", action: "Delete a collection", about: "Delete a collection with all of its items",
			method: http.MethodDelete, path: "collections/{collection}", form: []schemas.Property{collectionField("getCollections")},
		},
		{
			name: "get", title: "Get", action: "Get a collection", about: "Read what a collection is like",
			method: http.MethodGet, path: "collections/{collection}", form: []schemas.Property{collectionField("getCollections")},
		},
		{
			name: "list", title: "List", action: "List collections", about: "Read the collections",
			method: http.MethodGet, path: "collections", form: []schemas.Property{splitWithoutEffect()},
		},
		{
			name: "update", title: "Update", action: "Update a collection", about: "Change what the app knows of a collection",
			method: http.MethodPatch, path: "collections/{collection}",
			form: []schemas.Property{
				collectionField("getCollections"),
				updateFields(jsonField("meta", "Meta (JSON)", `{"note": "Short quotes from happy customers."}`, "What changes, as a JSON object")),
			},
			body: values{
				fields: []field{{key: "collection", parameters: []string{"collection"}, required: true}},
				more:   "additionalFields", moreJSON: []string{"meta"},
			},
		},
	}}
}

// collectionMeta are the fields of meta under the names of the form.
var collectionMeta = map[string]string{
	"achiveField": "archive_field", "archiveAppFilter": "archive_app_filter", "archiveValue": "archive_value",
	"displayTemplate": "display_template", "hidden": "hidden", "icon": "icon", "note": "note", "singleton": "singleton", "sortField": "sort_field",
	"translation": "translations", "unarchiveValue": "unarchive_value",
}

// collectionBody puts the fields where Directus looks for them. An empty schema is what makes it create a table.
func collectionBody(_ *node.Params, o *node.Object) error {
	meta := &node.Object{}
	for _, key := range o.Keys() {
		name, inMeta := collectionMeta[key]
		if !inMeta {
			continue
		}
		v, _ := o.Get(key)
		o.Delete(key)
		text, isText := v.(string)
		switch {
		case isText && text == "":
			continue
		case isText && (name == "archive_app_filter" || name == "translations"):
			var err error
			if v, err = parseText("additionalFields."+key, text); err != nil {
				return err
			}
		}
		meta.Set(name, v)
	}
	o.Set("schema", &node.Object{})
	o.Set("meta", meta)
	return nil
}

// fieldTypes are the types that the form offers, by their names there.
var fieldTypes = []string{
	"Big Integer", "bigInteger", "Boolean", "boolean", "CSV", "csv", "Date", "date", "DateTime", "dateTime", "Decimal", "decimal", "Field Group", "alias",
	"Float", "float", "Hash", "string", "Integer", "integer", "JSON", "json", "M2A", "m2a", "M2M", "m2m", "M2O", "m2o", "Multiple Files", "files",
	"O2M", "o2m", "Presentation", "alias", "Single File", "uuid", "String", "string", "Text", "text", "Time", "time", "Timestamp", "timestamp", "UUID", "uuid",
}

// fieldsResource: https://directus.io/docs/api/fields
func fieldsResource() resource {
	return resource{name: "fields", title: "Field", first: "list", operations: []operation{
		{
			name: "create", title: "Create", action: "Create a field", about: "Add a field to a collection",
			method: http.MethodPost, path: "fields/{collection}",
			form: []schemas.Property{
				textField("field", "Name", "firstName", "The field's name"),
				collectionField("getCollections"),
				choiceField("type", "Type", "bigInteger", "The type of its values", fieldTypes...),
				jsonParameters(), bodyParametersJSON(),
				unlessJSON(additionalFields(
					jsonField("meta", "Meta (JSON)", "", "What the app knows of it"), jsonField("schema", "Schema (JSON)", "", "What its column is like"),
				)),
			},
			body: values{
				fields: []field{
					{key: "type", parameters: []string{"type"}, required: true},
					{key: "field", parameters: []string{"field"}, required: true},
				},
				more: "additionalFields", moreJSON: []string{"meta", "schema"}, json: "bodyParametersJson", finish: fieldBody,
			},
		},
		{
			name: "delete", title: "Delete", action: "Delete a field", about: "Delete a field with its values",
			method: http.MethodDelete, path: "fields/{collection}/{field}", form: fieldForm(),
		},
		{
			name: "get", title: "Get", action: "Get a field", about: "Read what a field is like",
			method: http.MethodGet, path: "fields/{collection}/{field}", form: fieldForm(),
		},
		{
			name: "list", title: "List", action: "List the fields of a collection", about: "Read the fields of a collection",
			method: http.MethodGet, path: "fields/{collection}", form: []schemas.Property{collectionField("getCollections"), splitWithoutEffect()},
		},
		{
			name: "listAll", title: "List All", action: "List all fields", about: "Read the fields of all collections",
			method: http.MethodGet, path: "fields", form: []schemas.Property{splitWithoutEffect()},
		},
		{
			name: "update", title: "Update", action: "Update a field", about: "Change a field",
			method: http.MethodPatch, path: "fields/{collection}/{field}",
			form: append([]schemas.Property{jsonParameters(), bodyParametersJSON()}, append(fieldForm(), unlessJSON(updateFields(
				jsonField("meta", "Meta (JSON)", "", "What the app knows of it"), jsonField("schema", "Schema (JSON)", "", "What its column is like"),
				choiceField("type", "Type", "bigInteger", "The type of its values", fieldTypes...),
			)))...),
			body: values{more: "additionalFields", moreJSON: []string{"meta", "schema"}, json: "bodyParametersJson"},
		},
	}}
}

func fieldForm() []schemas.Property {
	return []schemas.Property{
		loadedField("field", "Field Name", "getFieldsInCollection", "author", "The field's name"), collectionField("getCollections"),
	}
}

// fieldBody makes of the form's relational types what Directus has for them: fields without a column.
func fieldBody(_ *node.Params, o *node.Object) error {
	kind, _ := o.Get("type")
	switch kind {
	case "m2o":
		return node.NewOperationError("A many-to-one field has the type of the primary key that it refers to",
			"Choose that type (Integer, say, or UUID), and make the relation with the resource Relation. "+nothingSent)
	case "alias":
		o.Set("schema", nil)
	case "o2m", "m2m", "m2a", "files":
		given, _ := o.Get("meta")
		meta, _ := given.(*node.Object)
		meta = meta.Edit()
		if !meta.Has("special") {
			meta.Set("special", []any{kind})
		}
		o.Set("type", "alias")
		o.Set("schema", nil)
		o.Set("meta", meta)
	}
	return nil
}
