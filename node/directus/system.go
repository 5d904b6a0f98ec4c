package directus

import (
	"net/http"
	"slices"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

const uuid = "c86c2761-65d3-43c3-897f-6f74ad6a5bd7"

// activityResource: https://directus.io/docs/api/activity. Since Directus 11 comments are a resource of their own, which the operations on
// comments go to: it takes the same fields. Until then they are activities.
func activityResource() resource {
	return resource{name: "activity", title: "Activity", first: "list", operations: []operation{
		{
			name: "create", title: "Create", action: "Comment on an item", about: "Add a comment to an item",
			method: http.MethodPost, path: "comments", before: "activity/comment",
			form: []schemas.Property{
				unlessJSON(schemas.Property{
					DisplayName: "Item", Name: "item", Type: schemas.String, TypeOptions: map[string]any{"minValue": 1}, Placeholder: "1", Default: "1\n",
					Required: true, Description: "The primary key of the item",
				}),
				unlessJSON(textField("comment", "Comment", "A new comment", "The comment's text")),
				unlessJSON(loadedField("collection", "Collection Name", "getCollections", "projects", "The collection of the item")),
				jsonParameters(), bodyParametersJSON(),
				unlessJSON(additionalFields(textField("meta", "Meta", "", "What metadata to ask for"))),
			},
			query: values{fields: []field{{key: "meta", parameters: []string{"additionalFields.meta"}}}, unlessJSON: true},
			body: values{
				fields: []field{
					{key: "comment", parameters: []string{"comment"}, required: true},
					{key: "collection", parameters: []string{"collection"}, required: true},
					{key: "item", parameters: []string{"item"}, required: true},
				},
				json: "bodyParametersJson", finish: trimItem,
			},
		},
		{
			name: "delete", title: "Delete", action: "Delete a comment", about: "Delete a comment",
			method: http.MethodDelete, path: "comments/{id}", before: "activity/comment/{id}", form: []schemas.Property{commentID()},
		},
		{
			name: "get", title: "Get", action: "Get an activity", about: "Read an activity",
			method: http.MethodGet, path: "activity/{id}",
			form: []schemas.Property{
				numberField("id", "ID", 1, map[string]any{"minValue": 1}, "The primary key of the activity"),
				additionalFields(textField("fields", "Fields", "", "The fields to return, separated by commas"), textField("meta", "Meta", "", "What metadata to ask for")),
			},
			query: values{fields: readFields},
		},
		{
			name: "list", title: "List", action: "List activities", about: "Read what users have done",
			method: http.MethodGet, path: "activity", query: listQuery(), lists: true, form: listForm(),
		},
		{
			name: "update", title: "Update", action: "Update a comment", about: "Change the text of a comment",
			method: http.MethodPatch, path: "comments/{id}", before: "activity/comment/{id}",
			form: []schemas.Property{
				textField("comment", "Comment", "My updated comment", "The new text"), commentID(),
				updateFields(textField("meta", "Meta", "", "What metadata to ask for")),
			},
			query: values{fields: []field{{key: "meta", parameters: []string{"additionalFields.meta"}}}},
			body:  values{fields: []field{{key: "comment", parameters: []string{"comment"}, required: true}}},
		},
	}}
}

// commentID is a number in the community node; comments have UUIDs since Directus 11.
func commentID() schemas.Property {
	return schemas.Property{
		DisplayName: "ID", Name: "id", Type: schemas.String, TypeOptions: map[string]any{"minValue": 1}, Placeholder: uuid, Default: "1", Required: true,
		Description: "The primary key of the comment",
	}
}

// trimItem drops the line break that the form's default ends with, and makes text of a number.
func trimItem(_ *node.Params, o *node.Object) error {
	item, _ := o.Get("item")
	switch v := item.(type) {
	case string:
		o.Set("item", strings.TrimSpace(v))
	case float64:
		o.Set("item", node.FormatNumber(v))
	}
	return nil
}

// extensionsResource: https://directus.io/docs/api/extensions
func extensionsResource() resource {
	return resource{name: "extensions", title: "Extension", first: "list", operations: []operation{
		{
			name: "list", title: "List", action: "List extensions", about: "Read the extensions of a type that are installed",
			// The community node asks for /extensions/{type}, which Directus has no more: it gives all, and the type is looked for here.
			method: http.MethodGet, path: "extensions", wants: "type", items: extensionItems,
			form: []schemas.Property{
				choiceField("type", "Type", "displays", "The type of the extensions",
					"Bundles", "bundles", "Displays", "displays", "Endpoints", "endpoints", "Hooks", "hooks", "Interfaces", "interfaces", "Layouts", "layouts",
					"Modules", "modules", "Operations", "operations", "Panels", "panels", "Themes", "themes"),
				splitWithoutEffect(),
			},
		},
		{
			name: "update", title: "Switch On or Off", action: "Switch an extension on or off",
			about:  "Have the server use an extension, or leave it alone; a bundle with all that is in it",
			method: http.MethodPatch, path: "extensions/{id}", items: extensionItem,
			form: []schemas.Property{idField(uuid), boolField("enabled", "Enabled", true, "Whether the server uses it")},
			body: values{finish: func(p *node.Params, o *node.Object) error {
				enabled, err := p.Bool("enabled")
				o.Set("meta", node.NewObject("enabled", enabled))
				return err
			}},
		},
	}}
}

func extensionItems(r *request, a *answer) ([]node.Item, nodeError) {
	list, isList := a.whole("data").([]any)
	if !isList {
		return nil, a.unusable("has no list of extensions")
	}
	return itemsOf(slices.DeleteFunc(slices.Clone(list), func(v any) bool {
		extension, _ := v.(*node.Object)
		schema, _ := extension.Get("schema")
		about, _ := schema.(*node.Object)
		is, _ := textIn(about, "type")
		return is+"s" != r.want
	})), nil
}

// extensionItem makes the item of an extension. Directus answers nothing for one that it does not have.
func extensionItem(r *request, a *answer) ([]node.Item, nodeError) {
	if a.data() == nil {
		return nil, node.NewOperationError("Directus has no such extension", "List shows the ids of those that are installed.")
	}
	return dataItems(r, a)
}

// foldersResource: https://directus.io/docs/api/folders
func foldersResource() resource {
	f := family{path: "folders", one: "a folder", many: "folders", id: uuid, data: `{"name": "Nature"}`}
	r := f.resource("folders", "Folder")
	r.operations[0].form = []schemas.Property{
		unlessJSON(textField("name", "Name", "Nature", "The folder's name")),
		jsonParameters(), bodyParametersJSON(),
		unlessJSON(additionalFields(textField("parent", "Parent", "", "The folder that it is in"))),
	}
	r.operations[0].body = values{
		fields: []field{{key: "name", parameters: []string{"name"}, required: true}}, more: "additionalFields", json: "bodyParametersJson",
	}
	update := slices.IndexFunc(r.operations, func(op operation) bool { return op.name == "update" })
	r.operations[update].form = []schemas.Property{
		idField(uuid), jsonParameters(), bodyParametersJSON(),
		unlessJSON(updateFields(textField("name", "Name", "Cities", "The folder's name"), textField("parent", "Parent", uuid, "The folder that it is in"))),
	}
	r.operations[update].body = values{more: "additionalFields", json: "bodyParametersJson"}
	return r
}

// permissionsResource: https://directus.io/docs/api/permissions
func permissionsResource() resource {
	f := family{
		path: "permissions", one: "a permission", many: "permissions", id: "34",
		data: `{"policy": "` + uuid + `", "collection": "pages", "action": "read", "fields": ["*"]}`,
	}
	r := f.resource("permissions", "Permission",
		operation{
			name: "getMine", title: "Get Mine", action: "Get the permissions of the user", about: "Read what the credential's user may do in each collection",
			method: http.MethodGet, path: "permissions/me",
		},
		operation{
			name: "getMineForItem", title: "Get Mine for an Item", action: "Get the permissions of the user for an item",
			about:  "Read what the credential's user may do with an item",
			method: http.MethodGet, path: "permissions/me/{collection}/{id}", form: []schemas.Property{collectionField("getCollections"), idField("15")},
		},
	)
	r.operations[0].form = []schemas.Property{
		unlessJSON(loadedField("collection", "Collection Name", "getCollections", "customers", "The collection that the permission is for")),
		unlessJSON(choiceField("action", "Action", "create", "What it allows", "Create", "create", "Delete", "delete", "Read", "read", "Share", "share", "Update", "update")),
		jsonParameters(), bodyParametersJSON(),
		unlessJSON(additionalFields(
			textField("fields", "Fields", "*", "The fields that it is for, separated by commas"),
			jsonField("permissions", "Permissions (JSON)", "", "The rule that items have to meet"),
			loadedField("policy", "Policy", "getPolicies", uuid, "The policy that it belongs to: Directus wants one since version 11"),
			jsonField("presets", "Presets (JSON)", "", "Values that fields get"),
			jsonField("validation", "Validation (JSON)", "", "The rule that new values have to meet"),
		)),
	}
	r.operations[0].body = values{
		fields: []field{
			{key: "collection", parameters: []string{"collection"}, required: true},
			{key: "action", parameters: []string{"action"}, required: true},
		},
		more: "additionalFields", moreJSON: []string{"permissions", "presets", "validation"}, json: "bodyParametersJson",
		finish: splitFieldNames,
	}
	return r
}

// splitFieldNames makes a list of names of what is text in the form.
func splitFieldNames(_ *node.Params, o *node.Object) error {
	v, _ := o.Get("fields")
	if text, isText := v.(string); isText {
		var names []any
		for name := range strings.SplitSeq(text, ",") {
			names = append(names, strings.TrimSpace(name))
		}
		o.Set("fields", names)
	}
	return nil
}

// presetsResource: https://directus.io/docs/api/presets
func presetsResource() resource {
	return family{
		path: "presets", one: "a preset", many: "presets", id: "39", data: `{"collection": "articles", "layout": "cards"}`,
	}.resource("presets", "Preset")
}

// relationsResource: https://directus.io/docs/api/relations
func relationsResource() resource {
	return resource{name: "relations", title: "Relation", first: "list", operations: []operation{
		{
			name: "create", title: "Create", action: "Create a relation", about: "Make a field refer to another collection",
			method: http.MethodPost, path: "relations", body: wholeData(),
			form: []schemas.Property{dataField(`{"collection": "articles", "field": "featured_image", "related_collection": "directus_files"}`,
				"What it consists of, as a JSON object")},
		},
		{
			name: "delete", title: "Delete", action: "Delete a relation", about: "Delete a relation; the field stays",
			method: http.MethodDelete, path: "relations/{collection}/{field}", form: relationForm(),
		},
		{
			name: "get", title: "Get", action: "Get a relation", about: "Read the relation of a field",
			method: http.MethodGet, path: "relations/{collection}/{field}", form: relationForm(),
		},
		{
			name: "list", title: "List", action: "List the relations of a collection", about: "Read the relations of a collection",
			method: http.MethodGet, path: "relations/{collection}", form: []schemas.Property{collectionField("getCollections"), splitWithoutEffect()},
		},
		{
			name: "listAll", title: "List All", action: "List all relations", about: "Read the relations of all collections",
			method: http.MethodGet, path: "relations", query: values{fields: readFields, json: "bodyParametersJson"},
			form: []schemas.Property{splitWithoutEffect(), jsonParameters(), bodyParametersJSON(), unlessJSON(listFields())},
		},
		{
			name: "update", title: "Update", action: "Update a relation", about: "Change the relation of a field",
			method: http.MethodPatch, path: "relations/{collection}/{field}",
			body: values{json: "data", always: true, object: true, finish: relationBody},
			form: append(relationForm(), dataField(`{"meta": {"one_field": "articles"}}`, "What changes, as a JSON object")),
		},
	}}
}

// relationBody names the relation in the body, too: a Directus 10 or 11 looks there, and ends when it finds nothing.
func relationBody(p *node.Params, o *node.Object) error {
	for _, name := range []string{"collection", "field"} {
		value, err := p.String(name)
		if err != nil {
			return err
		}
		o.Set(name, value)
	}
	return nil
}

func relationForm() []schemas.Property {
	f := loadedField("field", "Field Name", "getRelationalFields", "author", "The name of the field that refers to the other collection")
	f.TypeOptions["loadOptionsDependsOn"] = []any{"collection"}
	return []schemas.Property{collectionField("getCollections"), f}
}

// revisionsResource: https://directus.io/docs/api/revisions
func revisionsResource() resource {
	f := family{path: "revisions", one: "a revision", many: "revisions", id: "368"}
	return resource{name: "revisions", title: "Revision", first: "list", operations: []operation{f.get(), f.list(), {
		name: "revert", title: "Revert", action: "Revert an item to a revision", about: "Give an item the values that it had in a revision",
		method: http.MethodPost, path: "utils/revert/{id}", form: []schemas.Property{idField("368")},
	}}}
}

// rolesResource: https://directus.io/docs/api/roles
func rolesResource() resource {
	return family{
		path: "roles", one: "a role", many: "roles", id: uuid, data: `{"name": "Interns", "icon": "verified_user"}`,
	}.resource("roles", "Role", operation{
		name: "getMine", title: "Get Mine", action: "Get the roles of the user", about: "Read the roles of the credential's user",
		method: http.MethodGet, path: "roles/me",
	})
}

// serverResource: https://directus.io/docs/api/server
func serverResource() resource {
	return resource{name: "server", title: "Server", first: "getGraphQL", operations: []operation{
		{
			name: "getGraphQL", title: "Get GraphQL", action: "Get the GraphQL schema", about: "Read the schema of the GraphQL API",
			method: http.MethodGet, path: "server/specs/graphql", text: true,
		},
		{
			name: "getOpenAPI", title: "Get OpenAPI", action: "Get the OpenAPI specification", about: "Read the specification of the REST API",
			method: http.MethodGet, path: "server/specs/oas", items: wholeItems,
		},
		{
			name: "ping", title: "Ping Server", action: "Ping the server", about: "See whether the server answers",
			method: http.MethodGet, path: "server/ping", text: true,
		},
		{
			name: "health", title: "Server Health", action: "Get the health of the server", about: "See whether what the server needs is all right",
			method: http.MethodGet, path: "server/health", items: wholeItems,
		},
		{
			name: "info", title: "System Info", action: "Get information about the system", about: "Read the name, version and settings of the server",
			method: http.MethodGet, path: "server/info",
		},
	}}
}

// settingsResource: https://directus.io/docs/api/settings
func settingsResource() resource {
	return resource{name: "settings", title: "Setting", first: "get", operations: []operation{
		{
			name: "get", title: "Get", action: "Get the settings", about: "Read the settings of the project",
			method: http.MethodGet, path: "settings", query: values{fields: readFields, json: "queryParametersJson"}, exports: true,
			form: []schemas.Property{jsonParameters(), queryParametersJSON(), unlessJSON(listFields())},
		},
		{
			name: "update", title: "Update", action: "Update the settings", about: "Change the settings of the project",
			method: http.MethodPatch, path: "settings", query: values{fields: readFields, json: "queryParametersJson"}, body: wholeData(),
			form: []schemas.Property{
				jsonParameters(), queryParametersJSON(), unlessJSON(listFields()),
				dataField(`{"project_url": "https://example.com/"}`, "What changes, as a JSON object"),
			},
		},
	}}
}

// webhooksResource: Directus has none since version 11; older ones do.
func webhooksResource() resource {
	f := family{path: "webhooks", one: "a webhook", many: "webhooks", id: "15", data: `{"name": "Build Website"}`}
	r := f.resource("webhooks", "Webhook")
	r.operations[0].form = []schemas.Property{
		unlessJSON(textField("name", "Name", "Build Website", "The webhook's name")),
		unlessJSON(schemas.Property{
			DisplayName: "Actions", Name: "actions", Type: schemas.MultiOptions, Placeholder: `["create", "update"]`, Default: []any{}, Required: true,
			Description: "What it is called after",
			Options:     []schemas.Option{{Name: "Create", Value: "create"}, {Name: "Delete", Value: "delete"}, {Name: "Update", Value: "update"}},
		}),
		unlessJSON(schemas.Property{
			DisplayName: "Collections", Name: "collections", Type: schemas.MultiOptions, Placeholder: `["articles"]`, Default: []any{}, Required: true,
			TypeOptions: map[string]any{"loadOptionsMethod": "getCustomCollections"}, AllowArbitraryValues: true, Description: "The collections that it is called for",
		}),
		unlessJSON(textField("url", "URL", "https://example.com/", "The address that is called")),
		jsonParameters(), bodyParametersJSON(),
	}
	r.operations[0].body = values{
		fields: []field{
			{key: "actions", parameters: []string{"actions"}, required: true, json: true},
			{key: "collections", parameters: []string{"collections"}, required: true, json: true},
			{key: "name", parameters: []string{"name"}, required: true},
			{key: "url", parameters: []string{"url"}, required: true},
		},
		json: "bodyParametersJson",
	}
	return r.refused(removed("Webhooks", "11", "Flows have taken their place: create a flow whose trigger is an event hook (resource Flow, "+
		`operation Create), and an operation of the type "request" in it (resource Operation).`))
}
