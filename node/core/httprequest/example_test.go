package httprequest_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// Run a workflow that asks an API for each item, with a credential and a policy of where requests may go.
func Example() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"path":"`+r.URL.Path+`","key":"`+r.Header.Get("X-Api-Key")+`"}`)
	}))
	defer api.Close()
	items, err := askAPI(context.Background(), api.URL)
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range items {
		fmt.Printf("%s\n", node.AppendJSON(nil, item.JSON))
	}
	// Output:
	// {"path":"/users/ada","key":"k1"}
	// {"path":"/users/grace","key":"k1"}
}

func askAPI(ctx context.Context, url string) ([]node.Item, error) {
	w, err := workflows.ParseOne([]byte(`{"name": "Users", "connections": {}, "nodes": [{
		"name": "Get user", "type": "n8n-nodes-base.httpRequest", "typeVersion": 4.2, "position": [0, 0],
		"credentials": {"httpHeaderAuth": {"id": null, "name": "API"}},
		"parameters": {"url": "=` + url + `/users/{{ $json.name }}", "options": {},
			"authentication": "genericCredentialType", "genericAuthType": "httpHeaderAuth"}}]}`))
	if err != nil {
		return nil, err
	}
	key := credentials.New(credentials.Ref{Type: "httpHeaderAuth", Name: "API"}, map[string]any{"name": "X-Api-Key", "value": "k1"})
	plan, err := runtime.Compile(w, runtime.NewRegistry(httprequest.New()),
		runtime.WithCredentials(credentials.Values(key)),
		runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"127.0.0.1", "api.example.com"}}))
	if err != nil {
		return nil, err
	}
	result, err := plan.Run(ctx, runtime.Request{Start: "Get user", Items: []node.Item{node.ItemOf("name", "ada"), node.ItemOf("name", "grace")}})
	if err != nil {
		return nil, err
	}
	defer result.Close()
	return result.LastItems(), result.Err()
}

// Ask a GraphQL endpoint for each item.
func ExampleNewGraphQL() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"data":{"asked":`+string(body)+`}}`)
	}))
	defer api.Close()
	w, err := workflows.ParseOne([]byte(`{"name": "Teas", "connections": {}, "nodes": [{
		"name": "Get tea", "type": "n8n-nodes-base.graphql", "typeVersion": 1.1, "position": [0, 0],
		"parameters": {"endpoint": "` + api.URL + `", "query": "query($n: ID) { tea(id: $n) { name } }", "variables": "={{ { n: $json.id } }}"}}]}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(httprequest.NewGraphQL()))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Get tea", Items: []node.Item{node.ItemOf("id", "7")}})
	if err != nil {
		log.Fatal(err)
	}
	defer result.Close()
	for _, item := range result.LastItems() {
		fmt.Printf("%s\n", node.AppendJSON(nil, item.JSON))
	}
	// Output:
	// {"data":{"asked":{"query":"query($n: ID) { tea(id: $n) { name } }","variables":{"n":"7"},"operationName":null}}}
}
