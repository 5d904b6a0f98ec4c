package nate_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/node/declarative"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// orders is a definition as n8n's packages have it: a property and an option say with routing what to send.
const orders = `{
  "name": "orders", "displayName": "Orders", "description": "", "group": ["input"], "version": 1,
  "defaults": {"name": "Orders"}, "inputs": ["main"], "outputs": ["main"],
  "requestDefaults": {"baseURL": "SERVER"},
  "properties": [
    {"displayName": "Operation", "name": "operation", "type": "options", "default": "find", "options": [
      {"name": "Find", "value": "find", "routing": {
        "request": {"method": "GET", "url": "/orders"},
        "output": {"postReceive": [
          {"type": "rootProperty", "properties": {"property": "orders"}},
          {"type": "setKeyValue", "properties": {"order": "={{ $responseItem.id }}", "of": "={{ $response.body.orders.length }}"}}
        ]}
      }}
    ]},
    {"displayName": "Status", "name": "status", "type": "string", "default": "",
     "routing": {"send": {"type": "query", "property": "status"}}}
  ]
}`

const findingOrders = `{
  "name": "Orders",
  "nodes": [
    {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
    {"name": "Orders", "type": "CUSTOM.orders", "typeVersion": 1, "position": [200, 0], "parameters": {"status": "open"}}
  ],
  "connections": {"Start": {"main": [[{"node": "Orders", "type": "main", "index": 0}]]}}
}`

// Make a node of a definition alone, and run a workflow that uses it.
func Example_declarative() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("GET", r.URL)
		fmt.Fprint(w, `{"orders": [{"id": 7}, {"id": 9}]}`)
	}))
	defer server.Close()

	var def node.Definition
	if err := json.Unmarshal([]byte(strings.Replace(orders, "SERVER", server.URL, 1)), &def); err != nil {
		log.Fatal(err)
	}
	n, err := declarative.Node(def)
	if err != nil {
		log.Fatal(err) // names what the definition has that can't be
	}
	w, err := workflows.ParseOne([]byte(findingOrders))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...).With(n))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range result.LastItems() {
		fmt.Println(string(item.AppendJSON(nil)))
	}
	// Output:
	// GET /orders?status=open
	// {"json":{"order":7,"of":2},"pairedItem":{"item":0}}
	// {"json":{"order":9,"of":2},"pairedItem":{"item":0}}
}

// signedOrders has a function of JavaScript, which its JSON names.
const signedOrders = `{
  "name": "orders", "displayName": "Orders", "description": "", "group": ["input"], "version": 1,
  "defaults": {"name": "Orders"}, "inputs": ["main"], "outputs": ["main"],
  "requestDefaults": {"baseURL": "SERVER", "url": "/orders"},
  "properties": [
    {"displayName": "Status", "name": "status", "type": "string", "default": "",
     "routing": {"send": {"type": "query", "property": "status", "preSend": [{"$function": "sign"}]}}}
  ]
}`

// Give a function of Go for one of JavaScript that a definition has lost as JSON.
func Example_declarativeFunctions() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("GET", r.URL, "signed", r.Header.Get("X-Signature"))
		fmt.Fprint(w, `[{"id": 7}]`)
	}))
	defer server.Close()

	sign := func(_ context.Context, _ node.ItemCall, r *declarative.Request) error {
		query, err := json.Marshal(node.At(r.Options, "qs"))
		if err != nil {
			return err
		}
		r.Options.Set("headers", node.NewObject("X-Signature", fmt.Sprintf("%x", sha256.Sum256(query))[:8]))
		return nil
	}
	var def node.Definition
	if err := json.Unmarshal([]byte(strings.Replace(signedOrders, "SERVER", server.URL, 1)), &def); err != nil {
		log.Fatal(err)
	}
	n, err := declarative.Node(def, declarative.WithFunctions(declarative.Functions{
		PreSend: map[string]declarative.PreSend{"sign": sign},
	}))
	if err != nil {
		log.Fatal(err)
	}
	w, err := workflows.ParseOne([]byte(findingOrders))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...).With(n))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := plan.Run(context.Background(), runtime.Request{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// GET /orders?status=open signed bc99066a
}
