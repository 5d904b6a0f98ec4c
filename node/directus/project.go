package directus

import (
	"net/http"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// What the community node has not: each row of these resources is as in Directus's own reference, https://directus.io/docs/api.

func accessResource() resource {
	return family{
		path: "access", one: "an access", many: "accesses", id: uuid, data: `{"user": "` + uuid + `", "policy": "` + uuid + `"}`,
	}.resource("access", "Access").since("Accesses", "11", "Until then a user has what its role allows.")
}

func commentsResource() resource {
	return family{
		path: "comments", one: "a comment", many: "comments", id: uuid, data: `{"collection": "articles", "item": "15", "comment": "A new comment"}`,
	}.resource("comments", "Comment").since("Comments of their own", "11", "The resource Activity has the comments of older versions.")
}

func dashboardsResource() resource {
	return family{
		path: "dashboards", one: "a dashboard", many: "dashboards", id: uuid, data: `{"name": "Sales"}`,
	}.resource("dashboards", "Dashboard")
}

func flowsResource() resource {
	return family{
		path: "flows", one: "a flow", many: "flows", id: uuid, data: `{"name": "Nightly", "trigger": "webhook", "status": "active"}`,
	}.resource("flows", "Flow", operation{
		name: "trigger", title: "Trigger", action: "Trigger a flow", about: "Run a flow whose trigger is a webhook, and put out what it answers",
		method: http.MethodPost, path: "flows/trigger/{id}", items: wholeItems, text: true,
		form: []schemas.Property{
			idField(uuid), choiceField("method", "Method", "POST", "The method that the flow's trigger wants", "GET", "GET", "POST", "POST"),
			shownIf(optional(dataField(`{"id": 15}`, "What the flow gets, as JSON")), "method", "POST"),
		},
		do: triggerFlow,
		refusals: []refusal{{
			codes: []string{"FORBIDDEN"}, message: "Directus has no such flow",
			advice: "The flow has to be active, its trigger a webhook, and its method the one chosen here.",
		}},
	})
}

func notificationsResource() resource {
	return family{
		path: "notifications", one: "a notification", many: "notifications", id: "7", data: `{"recipient": "` + uuid + `", "subject": "It is done"}`,
	}.resource("notifications", "Notification")
}

func operationsResource() resource {
	return family{
		path: "operations", one: "an operation", many: "operations", id: uuid,
		data: `{"flow": "` + uuid + `", "key": "log", "type": "log", "position_x": 20, "position_y": 1}`,
	}.resource("operations", "Operation")
}

func panelsResource() resource {
	return family{
		path: "panels", one: "a panel", many: "panels", id: uuid,
		data: `{"dashboard": "` + uuid + `", "type": "label", "position_x": 1, "position_y": 1, "width": 8, "height": 4}`,
	}.resource("panels", "Panel")
}

func policiesResource() resource {
	return family{
		path: "policies", one: "a policy", many: "policies", id: uuid, data: `{"name": "Editors", "app_access": true}`,
	}.resource("policies", "Policy", operation{
		name: "getMine", title: "Get Mine", action: "Get what the policies of the user allow",
		about:  "Read whether the credential's user has access to the app, is an administrator and needs two factors",
		method: http.MethodGet, path: "policies/me/globals",
	}).since("Policies", "11", "Until then roles say what users may do.")
}

func schemaResource() resource {
	return resource{name: "schema", title: "Schema", first: "snapshot", operations: []operation{
		{
			name: "snapshot", title: "Snapshot", action: "Take a snapshot of the schema", about: "Read the collections, fields and relations of the project",
			method: http.MethodGet, path: "schema/snapshot",
		},
		{
			name: "snapshotFile", title: "Snapshot as File", action: "Take a snapshot of the schema as a file",
			about:  "Read the collections, fields and relations of the project into a file",
			method: http.MethodGet, path: "schema/snapshot", file: true,
			form: []schemas.Property{
				choiceField("format", "Format", "yaml", "The format of the file", "CSV", "csv", "JSON", "json", "XML", "xml", "YAML", "yaml"), outputFileField(),
			},
			query: values{fields: []field{{key: "export", parameters: []string{"format"}, required: true}}},
		},
		{
			name: "diff", title: "Diff", action: "Compare the schema with a snapshot",
			about:  "Find out what has to change for the schema to be that of a snapshot. No item comes out when it is already.",
			method: http.MethodPost, path: "schema/diff", body: values{json: "snapshot", always: true, object: true}, items: diffItems,
			query: values{finish: func(p *node.Params, o *node.Object) error {
				force, err := p.Bool("force")
				if err == nil && force {
					o.Set("force", true)
				}
				return err
			}},
			form: []schemas.Property{
				jsonField("snapshot", "Snapshot (JSON)", "", "What Snapshot put out"),
				boolField("force", "Force", false, "Whether to compare with a snapshot of another version or database, too"),
			},
		},
		{
			name: "apply", title: "Apply", action: "Apply a difference to the schema", about: "Change the schema as Diff says",
			method: http.MethodPost, path: "schema/apply", body: values{json: "diff", always: true, object: true},
			form: []schemas.Property{jsonField("diff", "Difference (JSON)", "", "What Diff put out: an object with hash and diff")},
		},
	}}
}

// diffItems puts nothing out where there is no difference.
func diffItems(r *request, a *answer) ([]node.Item, nodeError) {
	if a.status == http.StatusNoContent {
		return []node.Item{}, nil
	}
	return dataItems(r, a)
}

func sharesResource() resource {
	return family{
		path: "shares", one: "a share", many: "shares", id: uuid, data: `{"collection": "articles", "item": "15", "name": "For review"}`, hides: true,
	}.resource("shares", "Share",
		operation{
			name: "info", title: "Get Info", action: "Get information about a share", about: "Read what anybody may know of a share",
			method: http.MethodGet, path: "shares/info/{id}", form: []schemas.Property{idField(uuid)},
		},
		operation{
			name: "auth", title: "Authenticate", action: "Authenticate with a share", about: "Get the tokens to read what is shared",
			method: http.MethodPost, path: "shares/auth", public: true, items: tokenItems,
			form: []schemas.Property{
				textField("share", "Share", uuid, "The id of the share"),
				optional(secret(textField("password", "Password", "", "The password of the share, if it has one"))),
			},
			body: values{
				fields: []field{{key: "share", parameters: []string{"share"}, required: true}, {key: "password", parameters: []string{"password"}}},
				finish: func(_ *node.Params, o *node.Object) error { o.Set("mode", "json"); return nil },
			},
		},
		operation{
			name: "invite", title: "Invite", action: "Invite to a share", about: "Have emails sent with a link to what is shared",
			method: http.MethodPost, path: "shares/invite",
			form: []schemas.Property{
				textField("share", "Share", uuid, "The id of the share"),
				jsonField("emails", "Emails (JSON)", `["a@example.com"]`, "The email addresses as a JSON array"),
			},
			body: values{fields: []field{
				{key: "share", parameters: []string{"share"}, required: true}, {key: "emails", parameters: []string{"emails"}, required: true, json: true},
			}},
		},
	)
}

func translationsResource() resource {
	return family{
		path: "translations", one: "a translation", many: "translations", id: uuid, data: `{"key": "greeting", "language": "de-DE", "value": "Hallo"}`,
	}.resource("translations", "Translation")
}

func versionsResource() resource {
	return family{
		path: "versions", one: "a content version", many: "content versions", id: uuid,
		data: `{"key": "draft", "name": "Draft", "collection": "articles", "item": "15"}`,
	}.resource("versions", "Content Version",
		operation{
			name: "save", title: "Save", action: "Save to a content version", about: "Put changes of the item into a version; the item itself stays",
			method: http.MethodPost, path: "versions/{id}/save", body: wholeData(),
			form: []schemas.Property{idField(uuid), dataField(`{"title": "Hello again!"}`, "What changes in the version, as a JSON object")},
		},
		operation{
			name: "compare", title: "Compare", action: "Compare a content version with the item",
			about:  "Read the item and the version beside each other, with the hash that Promote wants",
			method: http.MethodGet, path: "versions/{id}/compare", form: []schemas.Property{idField(uuid)},
		},
		operation{
			name: "promote", title: "Promote", action: "Promote a content version", about: "Put what a version has changed into the item",
			method: http.MethodPost, path: "versions/{id}/promote",
			form: []schemas.Property{
				idField(uuid), textField("mainHash", "Main Hash", "", "The hash that Compare put out: if the item was changed since, nothing is done"),
				additionalFields(textField("fields", "Fields", "title,body", "The fields to take over, separated by commas; all when empty")),
			},
			body: values{
				fields: []field{
					{key: "mainHash", parameters: []string{"mainHash"}, required: true}, {key: "fields", parameters: []string{"additionalFields.fields"}},
				},
				finish: splitFieldNames,
			},
		},
	)
}

// graphqlResource: https://directus.io/docs/guides/connect/graphql. A refusal of a resolver comes with status 200.
func graphqlResource() resource {
	return resource{name: "graphql", title: "GraphQL", first: "items", operations: []operation{
		graphqlRow("items", "Query Items", "graphql"), graphqlRow("system", "Query System", "graphql/system"),
	}}
}

func graphqlRow(name, title, path string) operation {
	return operation{
		name: name, title: title, action: title + " with GraphQL", about: "Run a query or a mutation on the " + name + " scope",
		method: http.MethodPost, path: path, do: runGraphQL,
		form: []schemas.Property{
			{
				DisplayName: "Query", Name: "query", Type: schemas.String, TypeOptions: map[string]any{"rows": 6}, Default: "", Required: true,
				Placeholder: "query ($id: ID!) { articles_by_id(id: $id) { title } }", Description: "The query or mutation",
			},
			additionalFields(
				textField("operationName", "Operation Name", "", "Which operation of the query is run"),
				jsonField("variables", "Variables (JSON)", `{"id": 15}`, "The values of its variables"),
			),
		},
		body: values{
			fields: []field{{key: "query", parameters: []string{"query"}, required: true}},
			more:   "additionalFields", moreJSON: []string{"variables"},
		},
	}
}
