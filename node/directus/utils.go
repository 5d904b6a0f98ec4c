package directus

import (
	"net/http"

	"github.com/nate-go/nate/node"
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
			query:    values{fields: []field{{key: "mode", parameters: []string{"mode"}}, {key: "dryRun", parameters: []string{"dryRun"}}}},
			body:     values{json: "data", always: true, list: true},
			refusals: added("Imports into several collections", "12", "Create Multiple makes the items of one collection."),
		},
		{
			name: "generateTranslations", title: "Generate Translations", action: "Generate collections for translations",
			about:  "Make what fields of a collection need to be translated: a collection for the texts, and one for the languages where there is none",
			method: http.MethodPost, path: "utils/translations/generate",
			form: []schemas.Property{
				collectionField("getCustomCollections"),
				textField("fields", "Fields", "title,body", "The fields to translate, separated by commas"),
				additionalFields(
					boolField("createLanguagesCollection", "Create Languages Collection", true, "Whether to make the collection of languages where there is none"),
					textField("languageFkField", "Language Field", "languages_code", "The name of the field that refers to the language"),
					textField("languagesCollection", "Languages Collection", "languages", "The collection of languages"),
					textField("parentFkField", "Parent Field", "articles_id", "The name of the field that refers to the item"),
					boolField("seedLanguages", "Seed Languages", true, "Whether a new collection of languages begins with some in it"),
					textField("translationsCollection", "Translations Collection", "articles_translations", "The name of the collection for the texts"),
				),
			},
			body: values{
				fields: []field{
					{key: "collection", parameters: []string{"collection"}, required: true}, {key: "fields", parameters: []string{"fields"}, required: true},
				},
				more: "additionalFields", finish: splitFieldNames,
			},
		},
		{
			name: "resolveRedirect", title: "Resolve Redirect", action: "Resolve the redirect of a login",
			about:  "Find out where a login with a redirect ends: a path of the server, or an address that it allows",
			method: http.MethodPost, path: "utils/resolve-redirect", public: true,
			form: []schemas.Property{
				textField("redirect", "Redirect", "/admin/content", "The path or address to come to after the login"),
				additionalFields(textField("provider", "Provider", "", "The provider of the login, whose allow list counts then")),
			},
			body: values{fields: []field{
				{key: "redirect", parameters: []string{"redirect"}, required: true}, {key: "provider", parameters: []string{"additionalFields.provider"}},
			}},
		},
	}}
}

// exportBody lets an export go into a file that Directus names.
func exportBody(_ *node.Params, o *node.Object) error {
	for _, key := range []string{"query", "file"} {
		if !o.Has(key) {
			o.Set(key, &node.Object{})
		}
	}
	return nil
}
