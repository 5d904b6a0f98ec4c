package nodetest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/schemas"
)

// newGreeter returns a node that asks a service for a greeting.
func newGreeter() node.Node {
	return node.PerItem(node.Definition{
		Types: []string{"example.greeter"}, Versions: []float64{1}, Name: "greeter", DisplayName: "Greeter", DefaultName: "Greeter",
		Inputs: []string{"main"}, Outputs: []string{"main"},
		Credentials: []node.CredentialUse{{Type: "greeterApi", Required: true}},
		Properties:  []schemas.Property{{DisplayName: "Name", Name: "name", Type: schemas.String, Default: "", Required: true}},
	}, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		name, err := it.Params.String("name")
		if err != nil {
			return nil, err
		}
		credential, err := it.Credential(ctx, "greeterApi")
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, credential.Text("url")+"/"+name, nil)
		if err != nil {
			return nil, err
		}
		resp, err := it.HTTPClient().Do(req)
		if err != nil {
			return nil, node.NewNetworkError(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, node.NewNetworkError(err)
		}
		if resp.StatusCode != http.StatusOK {
			return nil, node.NewAPIError(resp.StatusCode, string(body))
		}
		return []node.Item{node.ItemOf("greeting", string(body))}, nil
	})
}

func Example() {
	service := nodetest.NewService(nodetest.Reply{Body: "Hello Ada"}, nodetest.Reply{Status: 404})
	result, err := nodetest.Run(context.Background(), newGreeter(), nodetest.Setup{
		Parameters:  map[string]any{"name": "={{ $json.who }}"},
		Items:       []node.Item{node.ItemOf("who", "ada"), node.ItemOf("who", "bob")},
		Credentials: map[string]map[string]any{"greeterApi": {"url": "https://greet.example.com"}},
		Settings:    map[string]any{"onError": "continueRegularOutput"},
		HTTP:        service,
	})
	if err != nil {
		panic(err)
	}
	for _, it := range result.Items() {
		fmt.Printf("%s\n", node.AppendJSON(nil, it.JSON))
	}
	for _, r := range service.Requests() {
		fmt.Println(r.Method, r.URL)
	}
	// Output:
	// {"greeting":"Hello Ada"}
	// {"error":"The resource you are requesting could not be found"}
	// GET https://greet.example.com/ada
	// GET https://greet.example.com/bob
}
