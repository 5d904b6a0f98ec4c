package directus_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus"
	"github.com/nate-go/nate/node/directus/directustest"
)

// Refreshes a session by the node alone, without a workflow, at the Directus of the package directustest. The second item has a token that
// was used before: it becomes an error item.
func Example() {
	srv, err := directustest.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	tokens, err := srv.Login(directustest.AdminEmail)
	if err != nil {
		fmt.Println(err)
		return
	}

	n := directus.New()
	def := n.Definition()
	parameters := def.Parameters(node.NewObject("resource", "auth", "operation", "refreshToken", "refreshToken", tokens.RefreshToken), 1)
	out, err := n.Execute(context.Background(), node.NewCall(node.CallConfig{
		Inputs:         [][]node.Item{{node.ItemOf(), node.ItemOf()}},
		ContinueOnFail: true,
		Param: func(_ context.Context, name string, _ int) (any, error) {
			v, _ := parameters.Get(name)
			return v, nil
		},
		Credential: func(_ context.Context, credentialType string) (credentials.Data, error) {
			return credentials.New(credentials.Ref{Type: credentialType}, map[string]any{"url": srv.URL()}), nil
		},
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(out.Main[0][0].JSON.Keys(), ", "))
	fmt.Println(string(node.AppendJSON(nil, out.Main[0][1].JSON)))
	// Output:
	// expires, refresh_token, access_token
	// {"error":"Invalid refresh token"}
}
