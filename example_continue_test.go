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

// With Continue On Fail a token that is refused becomes an item {"error": ...} in its place, linked to its input item, and
// the other tokens are refreshed.
func Example_continueOnFail() {
	server, err := directustest.New()
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	var items []node.Item
	for range 3 {
		tokens, err := server.Login(directustest.AdminEmail)
		if err != nil {
			log.Fatal(err)
		}
		items = append(items, node.ItemOf("refresh_token", tokens.RefreshToken))
	}
	items[1] = node.ItemOf("refresh_token", "used long ago")

	w, err := workflows.LoadOne("workflows/batch-continue-on-fail.json")
	if err != nil {
		log.Fatal(err)
	}
	resolver := credentials.Values(credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{"url": server.URL()}))
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(resolver))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Items: items})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range result.Runs["Refresh Token"][0].Main[0] {
		if item.Error != nil {
			fmt.Printf("item %d: %s (%s)\n", item.Paired[0].Item, item.Error.Message, item.Error.HTTPCode)
			continue
		}
		fmt.Printf("item %d: %v\n", item.Paired[0].Item, item.JSON.Keys())
	}
	// Output:
	// item 0: [expires refresh_token access_token]
	// item 1: Invalid refresh token (401)
	// item 2: [expires refresh_token access_token]
}
