package directus

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/schemas"
)

// loadOptions asks for the choices of a method with the form of an item's list.
func loadOptions(t *testing.T, n *directusNode, url string, transport http.RoundTripper, method string, params *node.Object) ([]schemas.Option, error) {
	t.Helper()
	def := n.Definition()
	filled := def.Parameters(params, 1)
	return n.LoadOptions(t.Context(), node.NewCall(node.CallConfig{
		Transport: transport,
		Param: func(_ context.Context, name string, _ int) (any, error) {
			v, ok := filled.Get(name)
			if !ok {
				return nil, node.NewOperationError("there is no parameter "+name, "")
			}
			return v, nil
		},
		Credential: func(_ context.Context, credentialType string) (credentials.Data, error) {
			return credentials.New(credentials.Ref{Type: credentialType}, map[string]any{"url": url, "accessToken": directustest.AdminToken}), nil
		},
	}), method)
}

func TestLoadOptions(t *testing.T) {
	t.Parallel()
	const (
		collections = `[{"collection":"articles","meta":{"system":false}},{"collection":"folder","meta":null},` +
			`{"collection":"directus_users","meta":{"system":true}},{"collection":"own","meta":{"system":true}},{"collection":null},7]`
		fields = `[{"field":"id"},{"field":"title"}]`
		roles  = `[{"id":"r1","name":"Editors"},{"id":"r2","name":null}]`
	)
	articles, users := node.NewObject("collection", "articles"), node.NewObject("resource", "users")
	options := func(namesAndValues ...string) (list []schemas.Option) {
		for i := 0; i < len(namesAndValues); i += 2 {
			list = append(list, schemas.Option{Name: namesAndValues[i], Value: namesAndValues[i+1]})
		}
		return list
	}
	for method, tt := range map[string]struct {
		params  *node.Object
		asked   string
		data    string
		choices []schemas.Option
	}{
		"getCollections": {
			articles, "/collections", collections,
			options("articles", "articles", "folder", "folder", "directus_users", "directus_users", "own", "own"),
		},
		"getCustomCollections":  {articles, "/collections", collections, options("articles", "articles", "folder", "folder")},
		"getFieldsInCollection": {users, "/fields/directus_users", fields, options("id", "id", "title", "title")},
		"getCollectionFields":   {node.NewObject("collection", "a/b"), "/fields/a%2Fb", fields, options("id", "id", "title", "title")},
		"getRelationalFields":   {articles, "/relations/articles", fields, options("id", "id", "title", "title")},
		"getRoles":              {users, "/roles?limit=-1", roles, options("Editors", "r1", "r2", "r2")},
		"getPolicies":           {users, "/policies?limit=-1", roles, options("Editors", "r1", "r2", "r2")},
		"getUserFields":         {articles, "/fields/directus_users", fields, options("id", "id", "title", "title")},
		"getFileFields":         {articles, "/fields/directus_files", `[]`, []schemas.Option{}},
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				require.Equal(t, tt.asked, r.URL.RequestURI())
				require.Equal(t, "Bearer "+directustest.AdminToken, r.Header.Get("Authorization"))
				return reply(r, 200, `{"data":`+tt.data+`}`), nil
			})
			choices, err := loadOptions(t, newNode(defaultLimits()), "http://d", transport, method, tt.params)
			require.NoError(t, err)
			require.Equal(t, tt.choices, choices)
		})
	}
	require.Len(t, optionMethods, 9, "each has its test")
}

// Every list of choices that a form names can be loaded.
func TestLoadOptionsOfForms(t *testing.T) {
	t.Parallel()
	var named func(props []schemas.Property) (methods []string)
	named = func(props []schemas.Property) (methods []string) {
		for _, p := range props {
			if m, ok := p.TypeOptions["loadOptionsMethod"].(string); ok {
				methods = append(methods, m)
			}
			methods = append(methods, named(p.Fields)...)
			for _, g := range p.Groups {
				methods = append(methods, named(g.Values)...)
			}
		}
		return methods
	}
	for _, n := range []node.Node{New(), NewOfficial(), NewTrigger()} {
		methods := named(n.Definition().Properties)
		require.NotEmpty(t, methods)
		for _, m := range methods {
			require.Contains(t, optionMethods, m)
		}
	}
}

func TestLoadOptionsFails(t *testing.T) {
	t.Parallel()
	n := newNode(defaultLimits())
	_, err := loadOptions(t, n, "http://d", nil, "getNothing", &node.Object{})
	require.EqualError(t, err, `The Directus node has no list of choices "getNothing"`)

	choices, err := loadOptions(t, n, "http://d", nil, "getFieldsInCollection", node.NewObject("collection", ""))
	require.NoError(t, err)
	require.Empty(t, choices, "nothing is asked before a collection is chosen")

	transport := roundTripper(func(r *http.Request) (*http.Response, error) { return reply(r, 200, `{"data":{}}`), nil })
	_, err = loadOptions(t, n, "http://d", transport, "getRoles", &node.Object{})
	require.EqualError(t, err, "Directus's answer has no list")

	transport = func(r *http.Request) (*http.Response, error) {
		return reply(r, 401, `{"errors":[{"message":"Invalid user credentials.","extensions":{"code":"INVALID_CREDENTIALS"}}]}`), nil
	}
	_, err = loadOptions(t, n, "http://d", transport, "getRoles", &node.Object{})
	require.EqualError(t, err, n8nText401)
	require.Contains(t, node.InfoOf(err).Description, "make a new one in the user's settings")
	requireNoSecret(t, node.InfoOf(err), directustest.AdminToken)
}
