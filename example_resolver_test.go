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

// vault is a resolver of one's own: it looks credentials up by the name that they have in n8n.
type vault map[string]map[string]any

func (v vault) Resolve(_ context.Context, ref credentials.Ref) (credentials.Data, error) {
	values, ok := v[ref.Name]
	if !ok || ref.Type != "directusApi" {
		return credentials.Data{}, &credentials.NotFoundError{Ref: ref, Searched: []string{"the vault"}}
	}
	return credentials.New(ref, values), nil
}

// Credentials come from wherever the program keeps them. One that is not there stops the run before it starts.
func Example_resolver() {
	server, err := directustest.New()
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	tokens, err := server.Login(directustest.AdminEmail)
	if err != nil {
		log.Fatal(err)
	}
	w, err := workflows.LoadOne("workflows/directus-refresh-token.json")
	if err != nil {
		log.Fatal(err)
	}
	for _, secrets := range []vault{
		{"Directus account": {"url": server.URL(), "accessToken": directustest.AdminToken}},
		{"Another account": {"url": server.URL()}},
	} {
		plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(secrets))
		if err != nil {
			log.Fatal(err)
		}
		result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{node.ItemOf("refresh_token", tokens.RefreshToken)}})
		if err != nil {
			fmt.Println("not started:", err)
			continue
		}
		fmt.Println(result.Status)
	}
	// Output:
	// success
	// not started: workflow "Directus: refresh an access token", node "Refresh Token": credential of type directusApi: there is no directusApi credential with id "uiKdFoeQR1HuDhnP" or name "Directus account": looked in the vault, which has none at all
}
