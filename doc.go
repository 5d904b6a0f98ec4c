// Package nate runs n8n workflow files in Go: same items, same order, same errors as n8n, without n8n.
//
// n8n is the automation tool that people build workflows in. Its engine is a Node.js program; nate is a library that a
// Go program embeds, and a command (cmd/nate), that run the files which n8n exports, untouched.
//
// A run takes three steps: read the file, compile it against the nodes that it may use, run it.
//
//	w, err := workflows.LoadOne("workflow.json")
//	...
//	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithCredentials(credentials.Env()))
//	...
//	result, err := plan.Run(ctx, runtime.Request{Items: []node.Item{node.ItemOf("refresh_token", token)}})
//
// A Plan is compiled once and may be run any number of times, also at the same time. An error from Run means that the run
// did not start; what became of a run that did is in the Result, which marshals to n8n's own run JSON.
//
// # The rooms
//
//   - [github.com/nate-go/nate/workflows]: the workflow file and its graph. It knows no engine.
//   - [github.com/nate-go/nate/runtime]: Compile, Plan, Scheduler (what runs next), Executor (one node, one batch of items:
//     parameters, credentials, retries, Continue On Fail, pairing), Result.
//   - [github.com/nate-go/nate/node]: what the author of a node needs: Definition, Item, Object, PerItem, errors.
//   - [github.com/nate-go/nate/node/core] and [github.com/nate-go/nate/node/directus]: the nodes, listed by
//     [github.com/nate-go/nate/node/all].
//   - [github.com/nate-go/nate/credentials]: credential types, data that never print themselves, resolvers.
//   - [github.com/nate-go/nate/schemas]: the model of properties, diagnostics, JSON Schemas.
//
// Arrows go one way: schemas and credentials know nobody, node knows those two, workflows knows node, the nodes know node,
// and only runtime knows them all, but no single node. A linter keeps it so.
//
// Where nate does otherwise than n8n on purpose is listed in docs/divergences.md.
package nate
