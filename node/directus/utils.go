package directus

import (
	"net/http"

	"github.com/nate-go/nate/schemas"
)

// utilsResource: https://directus.io/docs/api/utilities
func utilsResource() resource {
	return resource{name: "utils", title: "Utility", first: "clearCache", operations: []operation{
		{
			name: "clearCache", title: "Clear Cache", action: "Clear the cache", about: "Empty the server's cache of data",
			method: http.MethodPost, path: "utils/cache/clear",
		},
		{
			name: "generateHash", title: "Generate Hash", action: "Generate a hash", about: "Hash a text (until Directus 12.0)",
			method: http.MethodPost, path: "utils/hash/generate",
			form:     []schemas.Property{secret(textField("string", "String", "", "The text to hash"))},
			body:     values{fields: []field{{key: "string", parameters: []string{"string"}, required: true}}},
			refusals: removed("Hashes", "12.1", "Fields of the type Hash still hash what is put into them."),
		},
		{
			name: "getRandomString", title: "Get a Random String", action: "Get a random string", about: "Have the server make a random text",
			method: http.MethodGet, path: "utils/random/string",
			form:  []schemas.Property{additionalFields(numberField("length", "Length", nil, map[string]any{"minValue": 1}, "How long it is: 500 at most, 32 when empty"))},
			query: values{fields: []field{{key: "length", parameters: []string{"additionalFields.length"}}}},
		},
		{
			name: "importFileData", title: "Import File Data", action: "Import a file", about: "Make items of the rows of a CSV or JSON file",
			method: http.MethodPost, path: "utils/import/{collection}", do: importFile,
			form: []schemas.Property{
				collectionField("getCollections"),
				{
					DisplayName: "Binary Property", Name: "binaryPropertyName", Type: schemas.String, Default: "\n", Required: true,
					Description: "The name of the file in the input item: data when empty",
				},
			},
		},
		{
			name: "sortItems", title: "Sort Items", action: "Sort items", about: "Move an item to the place of another; the collection needs a sort field",
			method: http.MethodPost, path: "utils/sort/{collection}",
			form: []schemas.Property{
				numberField("to", "To", nil, nil, "The primary key of the item whose place it takes"),
				numberField("item", "Item", nil, nil, "The primary key of the item to move"),
				collectionField("getCollections"),
			},
			body: values{fields: []field{
				{key: "item", parameters: []string{"item"}, required: true}, {key: "to", parameters: []string{"to"}, required: true},
			}},
		},
		{
			name: "verifyHash", title: "Verifiy Hash", action: "Verify a hash", about: "See whether a hash is that of a text (until Directus 12.0)",
			method: http.MethodPost, path: "utils/hash/verify",
			form: []schemas.Property{
				secret(textField("string", "String", "", "The text")), secret(textField("hash", "Hash", "$arg...fEfM", "Its hash")),
			},
			body: values{fields: []field{
				{key: "hash", parameters: []string{"hash"}, required: true}, {key: "string", parameters: []string{"string"}, required: true},
			}},
			refusals: removed("Hashes", "12.1", "A login is the only way to verify a password."),
		},
		{
			name: "exportToFile", title: "Export to File", action: "Export to a file of Directus",
			about:  "Have the server write items into a file of its own; the user gets a notification when it is there",
			method: http.MethodPost, path: "utils/export/{collection}",
			form: []schemas.Property{
				collectionField("getCollections"),
				choiceField("format", "Format", "csv", "The format of the file", "CSV", "csv", "CSV as UTF-8", "csv_utf8", "JSON", "json", "XML", "xml", "YAML", "yaml"),
				additionalFields(
					jsonField("file", "File Object (JSON)", `{"title": "Export"}`, "What is set on the file: title, folder, ..."),
					jsonField("query", "Query (JSON)", `{"limit": -1}`, "The query for the items"),
				),
			},
			body: values{
				fields: []field{{key: "format", parameters: []string{"format"}, required: true}},
				more:   "additionalFields", moreJSON: []string{"file", "query"}, finish: exportBody,
			},
		},
		{
			name: "importItems", title: "Import Items", action: "Import items of several collections",
			about:  "Make or change items of several collections in one request: all of it or nothing (since Directus 12)",
			method: http.MethodPost, path: "utils/import",
			form: []schemas.Property{
				dataField(`[{"collection": "articles", "items": [{"title": "Hello world!"}]}]`, "A JSON array with an object for each collection: collection and items"),
				choiceField("mode", "Mode", "add", "Add makes new items, with primary keys of their own; Merge changes those whose primary key is there", "Add", "add", "Merge", "merge"),
				boolField("dryRun", "Dry Run", false, "Whether to find out only what would be done"),
			},
			query: values{fields: []field{{key: "mode", parameters: []string{"mode"}}, {key: "dryRun", parameters: []string{"dryRun"}}}},
			body:  values{json: "data", always: true, list: true},
			refusals: []refusal{{
				codes: []string{"ROUTE_NOT_FOUND"}, message: "This Directus can't import items of several collections",
				advice: "It came with version 12. Create Multiple makes the items of one collection.",
			}},
		},
	}}
}
