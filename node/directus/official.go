package directus

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// NewOfficial returns Directus's own n8n node (@directus/n8n-nodes-directus.directus): items, users and files, with its parameters and the
// shape of its output. What holds for New's holds for it, too.
func NewOfficial() node.Node {
	return nodeOf(officialDefinition(), officialTable, defaultLimits())
}

var officialTable = []resource{
	official{name: "item", path: "items/{collection}", title: "Item", id: "itemId", fields: "collectionFields", returned: "itemFields", first: "create"}.resource(),
	official{
		name: "user", path: "users", title: "User", id: "userId", fields: "userFields", returned: "userFieldsToReturn", first: "invite",
		simple: []string{"id", "email", "first_name", "last_name", "status", "role", "date_created", "last_access"},
	}.resource(),
	official{
		name: "file", path: "files", title: "File", id: "fileId", fields: "fileFields", returned: "fileFieldsToReturn", first: "upload",
		simple: []string{"id", "filename_download", "title", "type", "filesize", "width", "height", "date_created", "date_updated"},
	}.resource(),
}

func officialDefinition() node.Definition {
	properties := properties(officialTable)
	properties[0].Default, properties[0].Required = "item", false
	return node.Definition{
		Types:        []string{"@directus/n8n-nodes-directus.directus"},
		Versions:     []float64{1},
		Name:         "directus",
		DisplayName:  "Directus",
		Description:  "Works with items, users and files of a Directus server",
		Group:        []string{"output"},
		Subtitle:     `={{$parameter["operation"] + ": " + $parameter["resource"]}}`,
		DefaultName:  "Directus",
		Inputs:       []string{"main"},
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Credentials:  []node.CredentialUse{{Type: "directusApi", Required: true}},
		Properties:   properties,
	}
}

// official is a resource of Directus's own node: they have the same operations, under other names of parameters.
type official struct {
	name, path, title, first string
	id                       string   // the parameter with the primary key
	fields                   string   // that with the fields to set
	returned                 string   // that with the fields to return
	simple                   []string // what Simplify leaves; nil: there is no Simplify
}

func (o official) resource() resource {
	one, many := "a "+o.name, o.name+"s"
	if o.name == "item" {
		one = "an item"
	}
	form := func(fields ...schemas.Property) []schemas.Property {
		if o.name == "item" {
			fields = append([]schemas.Property{loadedField("collection", "Collection Name or ID", "getCollections", "", "The collection's name")}, fields...)
		}
		return fields
	}
	id := textField(o.id, o.title+" ID", "", "The primary key")
	raw := optional(jsonField("jsonData", "JSON Data", "", "The whole body as JSON"))
	raw.Default = ""
	query := optional(jsonField("queryParameters", "Query Parameters", "", "The whole query as a JSON object"))
	query.Default = "{}"
	path := o.path + "/{" + o.id + "}"
	wholeBody := values{json: "jsonData", always: true}
	wholeQuery := values{json: "queryParameters", always: true}
	set := values{finish: func(p *node.Params, body *node.Object) error { return setFields(p, o.fields, body) }}
	fieldsOf := values{fields: []field{{key: "fields", parameters: []string{o.returned}}}}
	everyForm := form(optional(boolField("returnAll", "Return All", false, "Whether to return all there is, or a number of them at most")),
		shownIf(optional(numberField("limit", "Limit", 50, map[string]any{"minValue": 1, "maxValue": 100}, "How many to return at most")), "returnAll", false),
		o.returnedField())
	getAll := operation{
		name: "getAll", title: "Get Many", action: "Get many " + many, about: "Read many " + many,
		method: http.MethodGet, path: o.path, query: fieldsOf, lists: true, readList: (*list).readLimit, form: everyForm,
	}
	if o.simple != nil {
		getAll.form = append(getAll.form, optional(boolField("simplify", "Simplify", false, "Whether to return the most important fields only")))
		getAll.simple = o.simple
	}
	rows := []operation{
		{
			name: "delete", title: "Delete", action: "Delete " + one, about: "Delete " + one,
			method: http.MethodDelete, path: path, form: form(id), wants: o.id, items: deletedItem,
		},
		{
			name: "get", title: "Get", action: "Get " + one, about: "Read " + one,
			method: http.MethodGet, path: path, query: fieldsOf, form: form(id, o.returnedField()),
		},
		{
			name: "getRaw", title: "Get (Raw JSON)", action: "Get " + one + " with raw JSON", about: "Read " + one + ", with a query as JSON",
			method: http.MethodGet, path: path, query: wholeQuery, form: form(id, query),
		},
		getAll,
		{
			name: "getAllRaw", title: "Get Many (Raw JSON)", action: "Get many " + many + " with raw JSON", about: "Read many " + many + ", with a query as JSON",
			method: http.MethodGet, path: o.path, query: wholeQuery, lists: true, readList: func(*list, *node.Params) error { return nil }, form: form(query),
		},
		{
			name: "update", title: "Update", action: "Update " + one, about: "Change fields of " + one,
			method: http.MethodPatch, path: path, body: set, form: form(id, o.fieldsToSet()),
		},
		{
			name: "updateRaw", title: "Update (Raw JSON)", action: "Update " + one + " with raw JSON", about: "Change " + one + ", with the changes as JSON",
			method: http.MethodPatch, path: path, body: wholeBody, form: form(id, raw),
		},
	}
	switch o.name {
	case "item":
		rows = append([]operation{
			{
				name: "create", title: "Create", action: "Create an item", about: "Create an item from its fields",
				method: http.MethodPost, path: o.path, body: set, form: form(o.fieldsToSet()),
			},
			{
				name: "createRaw", title: "Create (Raw JSON)", action: "Create an item with raw JSON", about: "Create an item from JSON",
				method: http.MethodPost, path: o.path, body: wholeBody, form: form(raw),
			},
		}, rows...)
	case "user":
		rows = append(rows, officialInvite())
	case "file":
		rows = append(rows, officialUpload(), officialImport())
	}
	return resource{name: o.name, title: o.title, first: o.first, operations: rows}
}

// fieldsToSet is a list of names and values.
func (o official) fieldsToSet() schemas.Property {
	name := loadedField("name", "Field Name or ID", map[string]string{"item": "getCollectionFields", "user": "getUserFields", "file": "getFileFields"}[o.name],
		"", "The field's name")
	return schemas.Property{
		DisplayName: map[string]string{"item": "Collection Fields", "user": "User Fields", "file": "File Fields"}[o.name], Name: o.fields,
		Type: schemas.Collection, Placeholder: "Add Field", Default: map[string]any{},
		Fields: []schemas.Property{{
			DisplayName: "Fields", Name: "fields", Type: schemas.FixedCollection, TypeOptions: map[string]any{"multipleValues": true}, Default: map[string]any{},
			Groups: []schemas.Group{{
				Name: "field", DisplayName: "Field",
				Values: []schemas.Property{name, optional(textField("value", "Field Value", "", "The field's value"))},
			}},
		}},
	}
}

func (o official) returnedField() schemas.Property {
	method := map[string]string{"item": "getCollectionFields", "user": "getUserFields", "file": "getFileFields"}[o.name]
	p := schemas.Property{
		DisplayName: "Fields to Return", Name: o.returned, Type: schemas.MultiOptions, TypeOptions: map[string]any{"loadOptionsMethod": method},
		Default: []any{}, AllowArbitraryValues: true, Description: "The fields to return; all when empty",
	}
	if o.name == "item" {
		p = hiddenIf(p, "collection", "")
	}
	return p
}

// setFields makes a body of the names and values in a form.
func setFields(p *node.Params, parameter string, body *node.Object) error {
	v, err := p.Value(parameter + ".fields.field")
	if err != nil {
		return err
	}
	rows, _ := v.([]any)
	for _, row := range rows {
		o, _ := row.(*node.Object)
		name, _ := textIn(o, "name")
		if value, there := o.Get("value"); there && name != "" && value != node.Undefined {
			body.Set(name, value)
		}
	}
	return nil
}

func deletedItem(r *request, _ *answer) ([]node.Item, nodeError) {
	return []node.Item{node.ItemOf("deleted", true, "id", r.want)}, nil
}

func officialInvite() operation {
	return operation{
		name: "invite", title: "Invite User", action: "Invite a user", about: "Have an email sent with a link to become a user",
		method: http.MethodPost, path: "users/invite", wants: "email",
		form: []schemas.Property{
			textField("email", "Email", "e.g. name@email.com", "Where the invitation is sent"),
			optional(loadedField("role", "Role Name or ID", "getRoles", "", "The role that the user gets; Directus refuses an invitation without one")),
			optional(textField("invite_url", "Custom Invite URL", "", "The page that the link leads to; USER_INVITE_URL_ALLOW_LIST has to name it")),
		},
		body: values{fields: []field{
			{key: "email", parameters: []string{"email"}, required: true},
			{key: "role", parameters: []string{"role"}},
			{key: "invite_url", parameters: []string{"invite_url"}},
		}},
		items: func(r *request, _ *answer) ([]node.Item, nodeError) {
			return []node.Item{node.ItemOf("success", true, "message", "User invitation sent successfully", "email", r.want, "status", "invited")}, nil
		},
	}
}

func fileAbout() []schemas.Property {
	return []schemas.Property{
		optional(textField("title", "Title", "", "The file's title")),
		optional(textField("description", "Description", "", "What it is")),
		optional(textField("folder", "Folder", "", "The id of the folder that it is put into")),
	}
}

func aboutFile() values {
	return values{fields: []field{
		{key: "title", parameters: []string{"title"}},
		{key: "description", parameters: []string{"description"}},
		{key: "folder", parameters: []string{"folder"}},
	}}
}

func officialUpload() operation {
	return operation{
		name: "upload", title: "Upload", action: "Upload a file", about: "Upload a file of the input item",
		method: http.MethodPost, path: "files",
		form: append([]schemas.Property{textField("file", "File", "data", "The name of the file in the input item")}, fileAbout()...),
		do: func(ctx context.Context, s *server, op *operation, it node.ItemCall) ([]node.Item, error) {
			file, err := inputFile(it, "file")
			if err != nil {
				return nil, err
			}
			about := aboutFile()
			fields, err := about.build(it.Params)
			if err != nil {
				return nil, err
			}
			return s.upload(ctx, &request{op: op, path: op.path}, file, fields.(*node.Object))
		},
	}
}

func officialImport() operation {
	return operation{
		name: "import", title: "Import", action: "Import a file", about: "Have the server fetch a file",
		method: http.MethodPost, path: "files/import",
		form: append([]schemas.Property{textField("url", "URL", "", "Where the file is")}, fileAbout()...),
		body: values{
			fields: []field{{key: "url", parameters: []string{"url"}, required: true}},
			finish: func(p *node.Params, body *node.Object) error {
				about := aboutFile()
				fields, err := about.build(p)
				if o, _ := fields.(*node.Object); o.Len() > 0 {
					body.Set("data", o)
				}
				return err
			},
		},
	}
}

// NewTrigger returns Directus's own n8n trigger (@directus/n8n-nodes-directus.directusTrigger), as the start of a run: it puts out the items
// that the run is started with. What Directus sends to a webhook of it ({event, payload, key or keys, collection}) comes out in the shape
// that the n8n node gives it; of an item that was updated, the whole is read first.
func NewTrigger() node.Node {
	return &trigger{def: triggerDefinition(), directus: newNode(defaultLimits())}
}

type trigger struct {
	def      node.Definition
	directus *directusNode
}

var _ node.CredentialTyper = (*trigger)(nil)

// Definition implements node.Node.
func (t *trigger) Definition() node.Definition { return t.def }

// CredentialTypes implements node.CredentialTyper.
func (t *trigger) CredentialTypes() []credentials.Type { return t.directus.CredentialTypes() }

func triggerDefinition() node.Definition {
	event := func(standard string, choices ...string) schemas.Property {
		return optional(choiceField("event", "Event", standard, "What has to happen", choices...))
	}
	return node.Definition{
		Types:        []string{"@directus/n8n-nodes-directus.directusTrigger"},
		Versions:     []float64{1},
		Name:         "directusTrigger",
		DisplayName:  "Directus Trigger",
		Description:  "Begins a run when something happens in Directus",
		Group:        []string{"trigger"},
		DefaultName:  "Directus Trigger",
		Outputs:      []string{"main"},
		UsableAsTool: true,
		Credentials:  []node.CredentialUse{{Type: "directusApi", Required: true}},
		Webhooks:     []node.Webhook{{Name: "default", HTTPMethod: http.MethodPost, Path: "directus-webhook", ResponseMode: "onReceived"}},
		Properties: []schemas.Property{
			{
				DisplayName: "Resource", Name: "resource", Type: schemas.Options, NoDataExpression: true, Default: "item", Description: "What it happens to",
				Options: []schemas.Option{{Name: "Item", Value: "item"}, {Name: "User", Value: "user"}, {Name: "File", Value: "file"}},
			},
			shownIf(loadedField("collection", "Collection Name or ID", "getCollections", "", "The collection to look at"), "resource", "item"),
			shownIfAny(event("create", "Created", "create", "Updated", "update", "Deleted", "delete"), "resource", "item", "user"),
			shownIf(event("upload", "Uploaded", "upload"), "resource", "file"),
		},
	}
}

func shownIfAny(p schemas.Property, name string, values ...any) schemas.Property {
	p.DisplayOptions = schemas.Show(name, values...)
	return p
}

// Execute implements node.Node.
func (t *trigger) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	items, started := c.Input(0)
	if !started {
		return node.Output{Main: [][]node.Item{{{JSON: &node.Object{}}}}}, nil
	}
	out := slices.Clone(items)
	for i, it := range items {
		if event, isText := textIn(it.JSON, "event"); !isText || !it.JSON.Has("payload") || it.JSON.Has("action") || event == "" {
			continue // it is in the node's shape already, or no event of Directus
		}
		o, err := t.event(ctx, c, it.JSON)
		if err != nil {
			return node.Output{}, node.AtItem(err, i)
		}
		out[i].JSON = o
	}
	return node.Output{Main: [][]node.Item{out}}, nil
}

// event makes the output of what Directus has sent.
func (t *trigger) event(ctx context.Context, c *node.Call, sent *node.Object) (*node.Object, error) {
	name, _ := textIn(sent, "event")
	action := name[strings.LastIndex(name, ".")+1:]
	payload, _ := sent.Get("payload")
	collection, _ := textIn(sent, "collection")
	keys := []any{}
	key := firstOf(sent, "key", "id")
	if list, _ := sent.Get("keys"); list != nil {
		keys, _ = list.([]any)
		if isEmpty(key) && len(keys) > 0 {
			key = keys[0]
		}
	}
	if changed, isObject := payload.(*node.Object); isObject && isEmpty(key) {
		key = firstOf(changed, "id", "key")
	}
	id := ""
	if !isEmpty(key) {
		id = queryText(key)
		if !sent.Has("keys") {
			keys = []any{id}
		}
	}
	if action == "update" && id != "" && len(keys) < 2 { // several share what has changed
		whole, err := t.whole(ctx, c, name, collection, id)
		if err != nil {
			return nil, err
		}
		payload = whole
	}
	o := node.NewObject("event", name)
	if collection != "" && !strings.HasPrefix(collection, "directus_") {
		o.Set("collection", collection)
	}
	o.Set("action", action)
	o.Set("payload", payload)
	if id != "" {
		o.Set("id", id)
	}
	o.Set("key", id)
	o.Set("keys", keys)
	o.Set("timestamp", c.Now().UTC().Format("2006-01-02T15:04:05.000Z"))
	return o, nil
}

// firstOf returns the first of an object's members that is not empty.
func firstOf(o *node.Object, keys ...string) any {
	for _, key := range keys {
		if v, _ := o.Get(key); !isEmpty(v) {
			return v
		}
	}
	return nil
}

// whole reads what was updated: Directus sends what has changed only.
func (t *trigger) whole(ctx context.Context, c *node.Call, event, collection, id string) (any, error) {
	credential, err := c.Credential(ctx, t.directus.credential.Name)
	if err != nil {
		return nil, err
	}
	s, err := t.directus.server(c, credential)
	if err != nil {
		return nil, err
	}
	kind, _, _ := strings.Cut(event, ".")
	path := kind + "/" + url.PathEscape(id)
	if system, is := strings.CutPrefix(collection, "directus_"); is {
		path = system + "/" + url.PathEscape(id)
	} else if collection != "" {
		path = "items/" + url.PathEscape(collection) + "/" + url.PathEscape(id)
	}
	a, err := s.get(ctx, path)
	if err != nil {
		return nil, err
	}
	return a.whole("data"), nil
}
