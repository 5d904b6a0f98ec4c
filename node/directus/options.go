package directus

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

// choices are what a loadOptionsMethod looks up.
type choices struct {
	path        string // {collection} is that of the form
	name, value string // the fields of an entry
	keep        func(entry *node.Object) bool
}

var optionMethods = map[string]choices{
	"getCollections":        {path: "collections", name: "collection", value: "collection"},
	"getCustomCollections":  {path: "collections", name: "collection", value: "collection", keep: isCustom},
	"getFieldsInCollection": {path: "fields/{collection}", name: "field", value: "field"},
	"getCollectionFields":   {path: "fields/{collection}", name: "field", value: "field"},
	"getRelationalFields":   {path: "relations/{collection}", name: "field", value: "field"},
	"getRoles":              {path: "roles?limit=-1", name: "name", value: "id"},
	"getPolicies":           {path: "policies?limit=-1", name: "name", value: "id"},
	"getUserFields":         {path: "fields/directus_users", name: "field", value: "field"},
	"getFileFields":         {path: "fields/directus_files", name: "field", value: "field"},
}

func isCustom(entry *node.Object) bool {
	name, _ := textIn(entry, "collection")
	system, _ := objectIn(entry, "meta").Get("system")
	return system != true && !strings.HasPrefix(name, "directus_")
}

// LoadOptions implements node.OptionsLoader: collections, fields, relations, roles and policies of the server.
func (n *directusNode) LoadOptions(ctx context.Context, c *node.Call, method string) ([]schemas.Option, error) {
	m, known := optionMethods[method]
	if !known {
		return nil, node.NewOperationError(`The Directus node has no list of choices "`+method+`"`, "")
	}
	path := m.path
	if strings.Contains(path, "{collection}") {
		collection, err := collectionOf(c.Params(ctx, 0))
		if err != nil {
			return nil, err
		}
		if collection == "" {
			return []schemas.Option{}, nil // it is chosen first
		}
		path = strings.Replace(path, "{collection}", url.PathEscape(collection), 1)
	}
	credential, err := c.Credential(ctx, n.credential.Name)
	if err != nil {
		return nil, err
	}
	s, err := n.server(c, credential)
	if err != nil {
		return nil, err
	}
	a, err := s.get(ctx, path)
	if err != nil {
		return nil, err
	}
	entries, isList := a.whole("data").([]any)
	if !isList {
		return nil, a.unusable("has no list")
	}
	options := make([]schemas.Option, 0, len(entries))
	for _, v := range entries {
		entry, _ := v.(*node.Object)
		value, _ := textIn(entry, m.value)
		name, _ := textIn(entry, m.name)
		if value != "" && (m.keep == nil || m.keep(entry)) {
			options = append(options, schemas.Option{Name: cmp.Or(name, value), Value: value})
		}
	}
	return options, nil
}

// collectionOf is the collection of a form: that which is chosen, or that of the resource.
func collectionOf(p *node.Params) (string, error) {
	resource, err := p.String("resource")
	if err != nil {
		return "", err
	}
	if collection, err := p.String("collection"); err == nil {
		return collection, nil
	}
	return "directus_" + resource, nil
}
