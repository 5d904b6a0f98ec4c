package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace/noop"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

const fieldsNode = `{
  "name": "Fields", "type": "n8n-nodes-base.set", "typeVersion": 3.4, "position": [0, 0],
  "parameters": {"assignments": {"assignments": [
    {"id": "1", "name": "greeting", "type": "string", "value": "=Hello {{ $json.name }}"}
  ]}, "options": {}}
}`

// Use the Executor alone: one node, one batch of items, no graph. A workflow engine of one's own does this for each of its
// steps.
func ExampleExecutor() {
	w, err := workflows.ParseOne([]byte(`{"name": "One node", "nodes": [` + fieldsNode + `], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	executor := runtime.NewExecutor(runtime.NewRegistry(all.All()...))
	fields, err := executor.Prepare(w.Node("Fields"))
	if err != nil {
		log.Fatal(err)
	}
	batch := []node.Item{node.ItemOf("name", "Ada"), node.ItemOf("name", "Grace")}
	run, err := executor.Execute(context.Background(), runtime.Task{Node: fields, Inputs: [][]node.Item{batch}})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range run.Main[0] {
		fmt.Printf("%s from item %d\n", node.AppendJSON(nil, item.JSON), item.Paired[0].Item)
	}
	// Output:
	// {"greeting":"Hello Ada"} from item 0
	// {"greeting":"Hello Grace"} from item 1
}

// Ask for the choices of a form that only the service knows, as an editor of workflows does.
func ExampleExecutor_LoadOptions() {
	service := runtime.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		body := io.NopCloser(strings.NewReader(`{"data": [{"collection": "articles"}, {"collection": "authors"}]}`))
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: body, Request: r}, nil
	}))
	account := credentials.New(credentials.Ref{Type: "directusApi"}, map[string]any{"url": "https://directus.example", "accessToken": "secret"})
	executor := runtime.NewExecutor(runtime.NewRegistry(all.All()...), service, runtime.WithCredentials(credentials.Values(account)))
	w, err := workflows.ParseOne([]byte(`{"name": "Draft", "nodes": [{
		"name": "Articles", "type": "n8n-nodes-directus.directus", "typeVersion": 1, "position": [0, 0],
		"parameters": {"resource": "items", "operation": "getAll"}, "credentials": {"directusApi": {"id": "1", "name": "Directus"}}
	}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	options, err := executor.LoadOptions(context.Background(), w.Node("Articles"), "getCustomCollections")
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range options {
		fmt.Println(o.Name, o.Value)
	}
	// Output:
	// articles articles
	// authors authors
}

// Read the files of a run. Small ones are in memory; larger ones are temporary files, until the Result is closed.
func ExampleResult_OpenBinary() {
	greeter := node.PerItem(node.Definition{
		Types: []string{"example.greeter"}, Versions: []float64{1}, Name: "greeter", Inputs: []string{"main"}, Outputs: []string{"main"},
	}, func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		file, err := it.CreateBinary(ctx, strings.NewReader("Hello"), node.NewBinary("greeting.txt", ""))
		if err != nil {
			return nil, err
		}
		return []node.Item{{JSON: it.Item().JSON, Binary: it.Item().Binary.With("data", file)}}, nil
	})
	w, err := workflows.ParseOne([]byte(`{"name": "Files", "nodes": [
		{"name": "Greeter", "type": "example.greeter", "typeVersion": 1, "position": [0, 0], "parameters": {}}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(greeter))
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Greeter"})
	if err != nil {
		log.Fatal(err)
	}
	defer result.Close()
	for name, file := range result.LastItems()[0].Binary.All() {
		r, err := result.OpenBinary(context.Background(), file)
		if err != nil {
			log.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %s, %s, %s: %s\n", name, file.FileName(), file.MimeType(), file.FileSize(), content)
		r.Close()
	}
	fmt.Printf("%s\n", result.LastItems()[0].Binary.AppendJSON(nil))
	// Output:
	// data: greeting.txt, text/plain, 5 B: Hello
	// {"data":{"mimeType":"text/plain","fileType":"text","fileExtension":"txt","data":"SGVsbG8=","fileName":"greeting.txt","fileSize":"5 B","bytes":5}}
}

const greeting = `{"name": "Greeting", "nodes": [
  {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
  ` + fieldsNode + `],
  "connections": {"Start": {"main": [[{"node": "Fields", "type": "main", "index": 0}]]}}}`

// compileGreeting compiles the workflow of the examples with some options.
func compileGreeting(opts ...runtime.Option) *runtime.Plan {
	w, err := workflows.ParseOne([]byte(greeting))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), opts...)
	if err != nil {
		log.Fatal(err)
	}
	return plan
}

// Compile once, run as often as you like, also at the same time.
func ExamplePlan_Run() {
	plan := compileGreeting()
	for _, name := range []string{"Ada", "Grace"} {
		result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{node.ItemOf("name", name)}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.Status, string(node.AppendJSON(nil, result.LastItems()[0].JSON)))
	}
	// Output:
	// success {"greeting":"Hello Ada"}
	// success {"greeting":"Hello Grace"}
}

// Tell failures apart: the error of the run has n8n's text, and below it is what the node returned.
func ExampleResult_Err() {
	shop := runtime.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: r}, nil
	}))
	w, err := workflows.ParseOne([]byte(`{"name": "Orders", "nodes": [{
		"name": "Get", "type": "n8n-nodes-base.httpRequest", "typeVersion": 4.2, "position": [0, 0], "parameters": {"url": "https://shop.example/orders/7"}
	}], "connections": {}}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), shop)
	if err != nil {
		log.Fatal(err)
	}
	result, err := plan.Run(context.Background(), runtime.Request{Start: "Get"})
	if err != nil {
		log.Fatal(err) // it did not start
	}
	var api *node.APIError
	switch err := result.Err(); {
	case errors.As(err, &api):
		fmt.Println(api.Status, err)
	case errors.Is(err, context.Canceled):
		fmt.Println("cancelled")
	case err != nil:
		fmt.Println(result.ErrorText(plan.Workflow()))
	}
	// Output: 404 The resource you are requesting could not be found
}

// A run that waits for long ends, is stored, and goes on later, in another process if need be.
func ExamplePlan_Resume() {
	w, err := workflows.ParseOne([]byte(`{"name": "Reminder", "nodes": [
		{"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
		{"name": "Wait", "type": "n8n-nodes-base.wait", "typeVersion": 1.1, "position": [200, 0], "parameters": {"amount": 2, "unit": "days"}},
		` + fieldsNode + `], "connections": {
		"Start": {"main": [[{"node": "Wait", "type": "main", "index": 0}]]},
		"Wait": {"main": [[{"node": "Fields", "type": "main", "index": 0}]]}}}`))
	if err != nil {
		log.Fatal(err)
	}
	monday := time.Date(2030, 1, 7, 9, 0, 0, 0, time.UTC)
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...), runtime.WithClock(func() time.Time { return monday }))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	waiting, err := plan.Run(ctx, runtime.Request{Items: []node.Item{node.ItemOf("name", "Ada")}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(waiting.Status, waiting.WaitTill)
	stored := waiting.AppendJSON(nil)

	done, err := plan.Resume(ctx, stored)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(done.Status, string(node.AppendJSON(nil, done.LastItems()[0].JSON)), done.ExecutionID == waiting.ExecutionID)
	// Output:
	// waiting 2030-01-09 09:00:00 +0000 UTC
	// success {"greeting":"Hello Ada"} true
}

// Items can stand for what a node would put out: it does not run.
func ExampleRequest_pins() {
	result, err := compileGreeting().Run(context.Background(), runtime.Request{
		Pins: map[string][]node.Item{"Start": {node.ItemOf("name", "a pinned item")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Pinned, string(node.AppendJSON(nil, result.LastItems()[0].JSON)))
	// Output: [Start] {"greeting":"Hello a pinned item"}
}

// Observe a run.
func ExampleWithObserver() {
	plan := compileGreeting(runtime.WithObserver(runtime.Observer{
		NodeFinished: func(e runtime.NodeEvent) { fmt.Println(e.Node, e.Run.Status, len(e.Run.Main[0])) },
	}))
	if _, err := plan.Run(context.Background(), runtime.Request{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Start success 1
	// Fields success 1
}

// Put a RoundTripper of one's own below all requests of nodes, for a proxy, a recording or a test.
func ExampleWithTransport() {
	compileGreeting(runtime.WithTransport(http.DefaultTransport))
}

// Let nodes ask two hosts only, and nothing inside the own network, whatever a name resolves to.
func ExampleWithEgress() {
	compileGreeting(runtime.WithEgress(runtime.Egress{
		AllowedHosts: []string{"api.example.com", "*.directus.app"},
		DenyPrivate:  true,
	}))
}

// Fix the clock of everything that a run records or an expression asks.
func ExampleWithClock() {
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	plan := compileGreeting(runtime.WithClock(func() time.Time { return noon }))
	result, err := plan.Run(context.Background(), runtime.Request{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.StartedAt)
	// Output: 2026-11-24 12:00:00 +0000 UTC
}

// Log with slog.
func ExampleWithLogger() {
	compileGreeting(runtime.WithLogger(slog.New(slog.NewJSONHandler(os.Stderr, nil))))
}

// Leave OpenTelemetry spans: give it the tracer of your provider.
func ExampleWithTracer() {
	provider := noop.NewTracerProvider() // yours, with an exporter
	compileGreeting(runtime.WithTracer(provider.Tracer("nate")))
}

// Draw execution ids from a source of one's own: here one that makes a test repeatable.
func ExampleWithRandom() {
	plan := compileGreeting(runtime.WithRandom(strings.NewReader("0123456789abcdef")))
	result, err := plan.Run(context.Background(), runtime.Request{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.ExecutionID)
	// Output: 30313233-3435-4637-b839-616263646566
}

// Set the time zone of workflows that have none.
func ExampleWithLocation() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		log.Fatal(err)
	}
	compileGreeting(runtime.WithLocation(berlin))
}

// counters is a StaticStore in memory.
type counters struct {
	mu   sync.Mutex
	data map[string]*node.Object
}

func (c *counters) Load(_ context.Context, w *workflows.Workflow) (*node.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.data[w.ID], nil
}

func (c *counters) Save(_ context.Context, w *workflows.Workflow, data *node.Object) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data[w.ID] = data
	return nil
}

// Keep what code remembers from run to run, and let it use modules.
func ExampleWithStaticStore() {
	w, err := workflows.ParseOne([]byte(`{"id": "count", "name": "Count", "nodes": [
		{"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
		{"name": "Code", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [200, 0], "parameters": {"jsCode":
			"const memory = $getWorkflowStaticData('global');\nmemory.runs = (memory.runs ?? 0) + 1;\nconst {createHash} = require('crypto');\nconst hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);\nreturn $input.all().map((item) => ({json: {run: memory.runs, hash: hash(item.json.name)}}));"}}
	], "connections": {"Start": {"main": [[{"node": "Code", "type": "main", "index": 0}]]}}}`))
	if err != nil {
		log.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(all.All()...),
		runtime.WithStaticStore(&counters{data: map[string]*node.Object{}}),
		runtime.WithModules("crypto"),
		runtime.WithCodeLimits(runtime.CodeLimits{Time: 10 * time.Second, Memory: 128 << 20}),
	)
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		result, err := plan.Run(context.Background(), runtime.Request{Items: []node.Item{node.ItemOf("name", "Ada")}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s\n", node.AppendJSON(nil, result.Runs["Code"][0].Main[0][0].JSON), node.AppendJSON(nil, result.StaticData))
	}
	// Output:
	// {"run":1,"hash":"99a563ab"} {"global":{"runs":1}}
	// {"run":2,"hash":"99a563ab"} {"global":{"runs":2}}
}

// Drive the Scheduler by hand, as a durable engine does: after every step its state can be stored, and another Scheduler goes
// on from there.
func ExampleScheduler() {
	names, err := stepByStep(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output:
	// [Start Fields]
}

// Let workers in other processes execute the tasks: what goes over is JSON.
func ExamplePlan_ParseTask() {
	w, err := workflows.ParseOne([]byte(greeting))
	if err != nil {
		log.Fatal(err)
	}
	registry := runtime.NewRegistry(all.All()...)
	plan, err := runtime.Compile(w, registry)
	if err != nil {
		log.Fatal(err)
	}
	executor := runtime.NewExecutor(registry)
	ctx := context.Background()
	run, err := plan.NewRunContext(ctx, runtime.ModeCLI)
	if err != nil {
		log.Fatal(err)
	}
	s, err := plan.NewScheduler(runtime.Request{Items: []node.Item{node.ItemOf("name", "Ada")}}, run)
	if err != nil {
		log.Fatal(err)
	}
	for {
		task, ok := s.Next()
		if !ok {
			break
		}
		result, err := worker(ctx, plan, executor, run.ExecutionID, s.AppendJSON(nil), task.AppendJSON(nil))
		if err != nil {
			log.Fatal(err)
		}
		done, err := plan.ParseNodeRun(task.Name(), result)
		if err != nil {
			log.Fatal(err)
		}
		s.Done(task, done)
		fmt.Println(task.Name(), string(node.AppendJSON(nil, done.Main[0][0].JSON)))
	}
	if err := run.End(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Start {"name":"Ada"}
	// Fields {"greeting":"Hello Ada"}
}

// worker executes one task of an execution. It has compiled the same workflow.
func worker(ctx context.Context, plan *runtime.Plan, executor *runtime.Executor, executionID string, state, task []byte) ([]byte, error) {
	run, err := plan.NewRunContext(ctx, runtime.ModeCLI)
	if err != nil {
		return nil, err
	}
	run.ExecutionID = executionID
	s, err := plan.RestoreScheduler(state, run)
	if err != nil {
		return nil, err
	}
	run.Earlier = s.Runs() // for expressions that name other nodes
	t, err := plan.ParseTask(task)
	if err != nil {
		return nil, err
	}
	t.Run = run
	done, err := executor.Execute(ctx, *t)
	if err != nil {
		return nil, err
	}
	return done.AppendJSON(nil), run.End(ctx)
}

func stepByStep(ctx context.Context) ([]string, error) {
	w, err := workflows.ParseOne([]byte(`{"name": "Steps", "nodes": [
		{"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}}, ` + fieldsNode + `],
		"connections": {"Start": {"main": [[{"node": "Fields", "type": "main", "index": 0}]]}}}`))
	if err != nil {
		return nil, err
	}
	registry := runtime.NewRegistry(all.All()...)
	plan, err := runtime.Compile(w, registry)
	if err != nil {
		return nil, err
	}
	var names []string
	run, err := plan.NewRunContext(ctx, runtime.ModeCLI)
	if err != nil {
		return nil, err
	}
	s, err := plan.NewScheduler(runtime.Request{}, run)
	if err != nil {
		return nil, err
	}
	executor := runtime.NewExecutor(registry)
	for {
		task, ok := s.Next()
		if !ok {
			break
		}
		done, err := executor.Execute(ctx, *task)
		if err != nil {
			return nil, err
		}
		s.Done(task, done)
		names = append(names, task.Name())
		if s, err = plan.RestoreScheduler(s.AppendJSON(nil), run); err != nil {
			return nil, err
		}
	}
	return names, run.End(ctx)
}
