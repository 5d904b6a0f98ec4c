package directus_test

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/directus"
	"github.com/nate-go/nate/node/directus/directustest"
)

// Sets a new password: has the mail with the token sent, and uses the token. The sandbox of the package directustest hands it out, as it
// sends no mails.
func Example_passwordReset() {
	srv, err := directustest.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	fmt.Println(execute(srv, "operation", "requestReset", "email", directustest.AdminEmail))
	token, err := srv.ResetToken(directustest.AdminEmail)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(execute(srv, "operation", "resetPassword", "token", token, "password", "another one"))
	fmt.Println(execute(srv, "operation", "resetPassword", "token", token, "password", "one more"))
	// Output:
	// {"result":""}
	// {"result":""}
	// Invalid reset token
}

// execute runs an operation of the resource auth on one item, and returns what comes out.
func execute(srv *directustest.Server, keysAndValues ...any) string {
	n := directus.New()
	def := n.Definition()
	parameters := def.Parameters(node.NewObject(append([]any{"resource", "auth"}, keysAndValues...)...), 1)
	out, err := n.Execute(context.Background(), node.NewCall(node.CallConfig{
		Inputs: [][]node.Item{{node.ItemOf()}},
		Param: func(_ context.Context, name string, _ int) (any, error) {
			v, _ := parameters.Get(name)
			return v, nil
		},
		Credential: func(_ context.Context, credentialType string) (credentials.Data, error) {
			return credentials.New(credentials.Ref{Type: credentialType}, map[string]any{"url": srv.URL()}), nil
		},
	}))
	if err != nil {
		return err.Error()
	}
	return string(node.AppendJSON(nil, out.Main[0][0].JSON))
}
