package directus

import (
	"maps"
	"slices"

	"github.com/nate-go/nate/schemas"
)

// supportedResources are the resources with a file of their own here.
var supportedResources = []any{"auth"}

// properties are the node's parameters: those of all resources, then each resource's own.
func properties() []schemas.Property {
	return slices.Concat([]schemas.Property{{
		DisplayName:      "Resource",
		Name:             "resource",
		Type:             schemas.Options,
		NoDataExpression: true,
		Default:          "items",
		Required:         true,
		Description:      "What to work on",
		Options: []schemas.Option{
			{Name: "Activity", Value: "activity"},
			{Name: "Asset", Value: "assets"},
			{Name: "Authentication", Value: "auth"},
			{Name: "Collection", Value: "collections"},
			{Name: "Extension", Value: "extensions"},
			{Name: "Field", Value: "fields"},
			{Name: "File", Value: "files"},
			{Name: "Folder", Value: "folders"},
			{Name: "Item", Value: "items"},
			{Name: "Permission", Value: "permissions"},
			{Name: "Preset", Value: "presets"},
			{Name: "Relation", Value: "relations"},
			{Name: "Revision", Value: "revisions"},
			{Name: "Role", Value: "roles"},
			{Name: "Server", Value: "server"},
			{Name: "Setting", Value: "settings"},
			{Name: "User", Value: "users"},
			{Name: "Utility", Value: "utils"},
			{Name: "Webhook", Value: "webhooks"},
		},
	}}, authProperties, []schemas.Property{{
		// So that the operation of a resource that is not supported yet can be named in the error.
		DisplayName:      "Operation",
		Name:             "operation",
		Type:             schemas.String,
		NoDataExpression: true,
		DisplayOptions:   (&schemas.DisplayOptions{}).AndNot("resource", supportedResources...),
		Default:          "",
		Description:      "The operations of this resource are not supported yet",
	}})
}

func shownFor(resource, operation string) *schemas.DisplayOptions {
	return schemas.Show("operation", operation).And("resource", resource)
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

// splitIntoItems is off by default. description says what comes out then, and what when it is on.
func splitIntoItems(resource, operation, description string) schemas.Property {
	return schemas.Property{
		DisplayName:    "Split Into Items",
		Name:           "splitIntoItems",
		Type:           schemas.Boolean,
		DisplayOptions: shownFor(resource, operation),
		Default:        false,
		Required:       true,
		Description:    description,
	}
}

// withoutJSON hides a property of an operation when the body is given as JSON.
func withoutJSON(resource, operation string) *schemas.DisplayOptions {
	return shownFor(resource, operation).AndNot("jsonParameters", true)
}

func jsonParameters(resource, operation string) schemas.Property {
	return schemas.Property{
		DisplayName:    "JSON/RAW Parameters",
		Name:           "jsonParameters",
		Type:           schemas.Boolean,
		DisplayOptions: shownFor(resource, operation),
		Default:        false,
		Required:       true,
		Description:    "Whether the body is given as JSON instead of field by field",
	}
}

func bodyParametersJSON(resource, operation string) schemas.Property {
	return schemas.Property{
		DisplayName:    "Body Parameters",
		Name:           "bodyParametersJson",
		Type:           schemas.JSON,
		TypeOptions:    map[string]any{"alwaysOpenEditWindow": true},
		DisplayOptions: shownFor(resource, operation).And("jsonParameters", true),
		Default:        "",
		Required:       true,
		Description:    "The whole body as JSON",
	}
}
