package directus_test

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus"
	"github.com/nate-go/nate/node/directus/directustest"
)

// Tells by Directus's error code what is wrong with an item: here that another article has its slug.
func ExampleFaults() {
	srv, err := directustest.New() // has a collection articles with the fields slug (unique), title and status
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	create := func(article *node.Object) error {
		n := directus.New()
		def := n.Definition()
		parameters := def.Parameters(node.NewObject("resource", "items", "operation", "create", "collection", "articles", "data", article), 1)
		_, err := n.Execute(context.Background(), node.NewCall(node.CallConfig{
			Inputs: [][]node.Item{{node.ItemOf()}},
			Param: func(_ context.Context, name string, _ int) (any, error) {
				v, _ := parameters.Get(name)
				return v, nil
			},
			Credential: func(_ context.Context, credentialType string) (credentials.Data, error) {
				return credentials.New(credentials.Ref{Type: credentialType}, map[string]any{"url": srv.URL(), "accessToken": directustest.AdminToken}), nil
			},
		}))
		return err
	}

	fmt.Println(create(node.NewObject("slug", "hello", "title", "Hello")))
	err = create(node.NewObject("slug", "hello", "title", "Hello again"))
	fmt.Println(err)
	for _, f := range directus.Faults(err) {
		fmt.Printf("%s: %s of %s: %s\n", f.Code, f.Field, f.Collection, f.Message)
	}
	// Output:
	// <nil>
	// Bad request - please check your parameters
	// RECORD_NOT_UNIQUE: slug of articles: Value "hello" for field "slug" in collection "articles" has to be unique.
}
