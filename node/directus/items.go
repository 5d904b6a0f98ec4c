package directus

import (
	"net/http"

	"github.com/nate-go/nate/schemas"
)

// itemsResource: https://directus.io/docs/api/items
func itemsResource() resource {
	f := family{
		path: "items/{collection}", one: "an item", many: "items", id: "15", data: `{"title": "Hello world!"}`, bulk: true,
		before: []schemas.Property{collectionField("getCustomCollections")},
	}
	get := f.get()
	get.query, get.exports = values{fields: readFields}, true
	get.form = f.form(idField("15"), listFields())
	deleteMultiple := f.deleteMultiple()
	deleteMultiple.form = f.form(dataField("[15, 16, 21]", "The primary keys as a JSON array, or an object with keys or query"))
	deleteMultiple.body = values{json: "data", always: true, keys: true}
	return resource{name: "items", title: "Item", first: "list", operations: []operation{
		f.create(), f.createMultiple(),
		{
			name: "upsert", title: "Create or Update", action: "Create or update an item",
			about:  "Update the items that a filter finds, or create one when it finds none",
			method: http.MethodGet, path: f.path, do: upsert, query: values{fields: []field{{key: "filter", parameters: []string{"filters.filter"}, json: true, object: true}}},
			form: []schemas.Property{
				hiddenIf(boolField("returnAll", "Return All", true, "Whether to update all that are found, or a number of them at most"), "jsonParameters", true),
				hiddenIf(shownIf(numberField("limit", "Limit", 50, map[string]any{"minValue": 1, "maxValue": 100}, "How many to update at most"), "returnAll", false),
					"jsonParameters", true),
				boolField("skipUpdate", "Skip Update", false, "Whether to leave items that are found as they are"),
				collectionField("getCustomCollections"),
				dataField(f.data, "What it consists of, as a JSON object"),
				textField("idFieldname", "ID fieldname", "id", "The name of the collection's primary key; looked up when empty"),
				{
					DisplayName: "Select items to create or update", Name: "filters", Type: schemas.Collection, Placeholder: "Add Filter",
					Default: map[string]any{}, Fields: []schemas.Property{optional(jsonField("filter", "Filter (JSON)", "", "A rule that the items have to meet"))},
				},
			},
		},
		f.delete(), deleteMultiple, get, f.list(), f.update(), f.updateMultiple(),
		{
			name: "aggregate", title: "Aggregate", action: "Aggregate items", about: "Count, sum or compare values, for all items or for each group",
			method: http.MethodGet, path: f.path, query: values{fields: readFields, finish: readAggregate}, exports: true,
			form: f.form(listFields()),
		},
		{
			name: "getSingleton", title: "Get Singleton", action: "Get a singleton", about: "Read the only item of a singleton",
			method: http.MethodGet, path: f.path, query: values{fields: readFields}, form: f.form(readOne()),
		},
		{
			name: "updateSingleton", title: "Update Singleton", action: "Update a singleton", about: "Change the only item of a singleton",
			method: http.MethodPatch, path: f.path, body: values{json: "data", always: true, object: true},
			form: f.form(dataField(f.data, "What changes, as a JSON object")),
		},
	}}
}
