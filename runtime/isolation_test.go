package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/internal/n8ntest"
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/all"
	"github.com/nate-go/nate/runtime"
)

// crowded has nodes that keep things while they run: code, expressions over other nodes, branches that join, a loop with its
// context, requests with a credential.
const crowded = `{"name": "Crowded", "nodes": [
	{"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
	{"name": "Loop", "type": "n8n-nodes-base.splitInBatches", "typeVersion": 3, "position": [200, 0], "parameters": {"batchSize": 1, "options": {}}},
	{"name": "Code", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [400, 100], "parameters": {
		"jsCode": "globalThis.seen = (globalThis.seen || 0) + 1;\nreturn $input.all().map(i => ({json: {n: i.json.n, seen: globalThis.seen, twice: i.json.n * 2}}))"}},
	{"name": "If", "type": "n8n-nodes-base.if", "typeVersion": 2.2, "position": [600, 100], "parameters": {"conditions": {
		"options": {"caseSensitive": true, "typeValidation": "strict", "version": 2}, "combinator": "and", "conditions": [
		{"id": "1", "leftValue": "={{ $json.n % 2 }}", "rightValue": 0, "operator": {"type": "number", "operation": "equals"}}]}, "options": {}}},
	{"name": "Even", "type": "n8n-nodes-base.set", "typeVersion": 3.4, "position": [800, 0], "parameters": {"assignments": {"assignments": [
		{"id": "1", "name": "kind", "type": "string", "value": "=even {{ $json.n }}"}]}, "includeOtherFields": true, "options": {}}},
	{"name": "Odd", "type": "n8n-nodes-base.set", "typeVersion": 3.4, "position": [800, 200], "parameters": {"assignments": {"assignments": [
		{"id": "1", "name": "kind", "type": "string", "value": "=odd {{ $('Code').item.json.n }}"}]}, "includeOtherFields": true, "options": {}}},
	{"name": "Merge", "type": "n8n-nodes-base.merge", "typeVersion": 3, "position": [1000, 100], "parameters": {"mode": "append"}},
	{"name": "Refresh", "type": "n8n-nodes-directus.directus", "typeVersion": 1, "position": [400, -100],
		"parameters": {"resource": "auth", "operation": "refreshToken", "refreshToken": "=good{{ $json.n }}"},
		"credentials": {"directusApi": {"id": "1", "name": "Directus"}}}
	], "connections": {
	"Start": {"main": [[{"node": "Loop", "type": "main", "index": 0}]]},
	"Loop": {"main": [[{"node": "Refresh", "type": "main", "index": 0}], [{"node": "Code", "type": "main", "index": 0}]]},
	"Code": {"main": [[{"node": "If", "type": "main", "index": 0}]]},
	"If": {"main": [[{"node": "Even", "type": "main", "index": 0}], [{"node": "Odd", "type": "main", "index": 0}]]},
	"Even": {"main": [[{"node": "Merge", "type": "main", "index": 0}]]},
	"Odd": {"main": [[{"node": "Merge", "type": "main", "index": 1}]]},
	"Merge": {"main": [[{"node": "Loop", "type": "main", "index": 0}]]}}, "settings": {"executionOrder": "v1"}}`

// One Plan runs 200 times at once, each with items of its own. Nothing of one run may be seen in another, and nothing stays.
func TestRunsAtOnceDoNotMeet(t *testing.T) { //nolint:paralleltest // it counts goroutines
	before := goleak.IgnoreCurrent()
	t.Run("200", runsAtOnce)
	goleak.VerifyNone(t, before)
}

func runsAtOnce(t *testing.T) {
	mock := n8ntest.NewMock(t, "")
	transport := &http.Transport{MaxConnsPerHost: 20}
	account := credentials.Values(credentials.New(credentials.Ref{Type: "directusApi", ID: "1", Name: "Directus"},
		map[string]any{"url": mock.URL, "accessToken": "static"}))
	plan, err := runtime.Compile(parse(t, crowded), runtime.NewRegistry(all.All()...),
		runtime.WithCredentials(account), runtime.WithTransport(transport))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for run := range 200 {
		wg.Go(func() {
			first := 10*run + 1
			items := []node.Item{node.ItemOf("n", first), node.ItemOf("n", first+1), node.ItemOf("n", first+2)}
			r, err := plan.Run(context.Background(), runtime.Request{Items: items})
			if err != nil || r.Status != runtime.StatusSuccess {
				t.Errorf("run %d: %v %v", run, err, r.Err())
				return
			}
			var got []string
			for i, it := range r.LastItems() {
				token, _ := it.JSON.Get("refresh_token")
				done, _ := r.Runs["Loop"][3].Main[0][i].JSON.Get("kind")
				seen, _ := r.Runs["Code"][i].Main[0][0].JSON.Get("seen")
				got = append(got, fmt.Sprint(token, " ", done, " ", seen))
			}
			var want []string
			for n := first; n < first+3; n++ {
				want = append(want, fmt.Sprintf("NEW-good%d %s %d 1", n, []string{"even", "odd"}[n%2], n))
			}
			if strings.Join(got, ", ") != strings.Join(want, ", ") {
				t.Errorf("run %d: %v", run, got)
			}
		})
	}
	wg.Wait()
	transport.CloseIdleConnections()
}

// Every run of a node is told of once, before and after, whatever becomes of it; observers that panic change nothing.
func TestObserversAreToldOfEveryRunOnce(t *testing.T) {
	t.Parallel()
	var events []string
	told := runtime.Observer{
		NodeStarted: func(e runtime.NodeEvent) { events = append(events, "< "+e.Node+" "+strconv.Itoa(e.RunIndex)) },
		NodeFinished: func(e runtime.NodeEvent) {
			events = append(events, "> "+e.Node+" "+strconv.Itoa(e.RunIndex)+" "+string(e.Run.Status))
			panic("after")
		},
	}
	boom := runtime.Observer{NodeStarted: func(runtime.NodeEvent) { panic("before") }}
	tries := 0
	flaky := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		if tries++; tries < 3 || tries > 4 {
			return nil, errors.New("no")
		}
		return []node.Item{it.Item()}, nil
	})
	w := parse(t, `{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"Off","type":"test.pass","disabled":true},
		{"name":"Pinned","type":"test.pass"},{"name":"Flaky","type":"test.item","retryOnFail":true,"waitBetweenTries":1}],"connections":{
		"Start":{"main":[[{"node":"Off","type":"main","index":0}]]},"Off":{"main":[[{"node":"Pinned","type":"main","index":0}]]},
		"Pinned":{"main":[[{"node":"Flaky","type":"main","index":0},{"node":"Flaky","type":"main","index":0},{"node":"Flaky","type":"main","index":0}]]}},
		"settings":{"executionOrder":"v1"}}`)
	plan := compile(t, w, []node.Node{flaky}, runtime.WithObserver(boom), runtime.WithObserver(told))
	r, err := plan.Run(t.Context(), runtime.Request{Pins: map[string][]node.Item{"Pinned": numbers(1)}})
	require.NoError(t, err)
	require.Equal(t, runtime.StatusError, r.Status)
	require.Equal(t, []string{
		"< Start 0", "> Start 0 success", "< Off 0", "> Off 0 success", "< Pinned 0", "> Pinned 0 success",
		"< Flaky 0", "> Flaky 0 success", "< Flaky 1", "> Flaky 1 success", "< Flaky 2", "> Flaky 2 error",
	}, events, "tries are one run")
}

// A cancellation reaches a node that is blocked, wherever it blocks: in an item, in code, in a request, in a pause.
func TestCancellationReachesANodeThatIsBlocked(t *testing.T) {
	t.Parallel()
	silent := roundTripper(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	blocked := perItem(func(ctx context.Context, _ node.ItemCall) ([]node.Item, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	for name, n := range map[string]string{
		"an item": `{"type":"test.item"}`,
		"code":    `{"type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":"while (true) {}"}}`,
		"promise": `{"type":"n8n-nodes-base.code","typeVersion":2,"parameters":{"jsCode":"await new Promise(r => setTimeout(r, 3600000)); return []"}}`,
		"request": `{"type":"n8n-nodes-base.httpRequest","typeVersion":4.2,"parameters":{"url":"http://silent.example/"}}`,
		"wait":    `{"type":"n8n-nodes-base.wait","typeVersion":1.1,"parameters":{"amount":60,"unit":"seconds"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			started := make(chan struct{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			watch := runtime.WithObserver(runtime.Observer{NodeStarted: func(e runtime.NodeEvent) {
				if e.Node == "N1" {
					close(started)
				}
			}})
			plan := compile(t, chain(t, n), append(all.All(), blocked), watch, runtime.WithTransport(silent), runtime.WithGrace(time.Hour))
			go func() {
				<-started
				cancel()
			}()
			r, err := plan.Run(ctx, runtime.Request{})
			require.NoError(t, err)
			require.Equal(t, runtime.StatusCanceled, r.Status)
			require.Equal(t, "N1", r.LastNode)
		})
	}
}
