// Package node is what the author of a node needs.
//
// A [Node] has a [Definition] (its type names, versions, properties and credentials, in n8n's terms) and executes a batch
// of items. Most nodes work on each item by itself: [PerItem] makes one of what it does for one item, and takes care of
// the loop, of the links between output and input items, of Continue On Fail and of retries.
//
// What a node is handed is a [Call]: its input items, its parameters ([Params]: defaults filled in, expressions resolved
// when they are read), its credentials, an HTTP client, a logger. What it puts out is an [Output], or for one item a list
// of [Item]. An item's data is an [Object]: a JSON object that keeps JavaScript's key order, shared between nodes and
// therefore frozen once it was put out.
//
// Failures are [OperationError] (a bad parameter, an unusable answer) and [APIError] (a request that was refused or got no
// answer), as n8n's NodeOperationError and NodeApiError; any other error will do too. [Permanent] marks one that must not
// be followed by a retry.
package node
