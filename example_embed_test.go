package nate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/node/directus/directustest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Run a workflow file inside a Go program. The Directus of this example is the one that comes with nate for tests.
func Example() {
	server, err := directustest.New()
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	tokens, err := server.Login(directustest.AdminEmail)
	if err != nil {
		log.Fatal(err)
	}

	fields, err := embed(context.Background(), server.URL(), tokens.RefreshToken)
	fmt.Println(fields, err)
	// Output: [expires refresh_token access_token] <nil>
}

// embed is what stands in the README.
func embed(ctx context.Context, url, token string) ([]string, error) {
	w, err := workflows.LoadOne("workflows/directus-refresh-token.json")
	if err != nil {
		return nil, err
	}
	account := credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{"url": url})
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(credentials.Values(account)))
	if err != nil {
		return nil, err
	}
	result, err := plan.Run(ctx, runtime.Request{Items: []node.Item{node.ItemOf("refresh_token", token)}})
	if err != nil {
		return nil, err // the run did not start
	}
	if result.Error != nil {
		return nil, result.Error // the run failed
	}
	return result.LastItems()[0].JSON.Keys(), nil
}
