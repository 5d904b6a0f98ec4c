package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
)

// fetch is a node that asks for a URL.
func fetch(url string) node.Node {
	return perItem(func(ctx context.Context, it node.ItemCall) ([]node.Item, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		res, err := it.HTTPClient().Do(req)
		if err != nil {
			return nil, node.NewNetworkError(err)
		}
		return []node.Item{node.ItemOf("status", res.StatusCode)}, res.Body.Close()
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int) runtime.Option {
	return runtime.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: http.NoBody, Request: r}, nil
	}))
}

func TestTransportAndEgress(t *testing.T) {
	t.Parallel()
	w := chain(t, `{"type":"test.item","parameters":{}}`)
	r := runPlan(t, compile(t, w, []node.Node{fetch("http://a.example")}, answer(299)))
	require.Equal(t, `{"json":{"status":299},"pairedItem":{"item":0}}`, text(r.LastItems()))

	refused := compile(t, w, []node.Node{fetch("http://b.example")}, answer(299), runtime.WithEgress(runtime.Egress{AllowedHosts: []string{"a.example"}}))
	r = runPlan(t, refused)
	require.Contains(t, r.Error.Message, "requests to b.example are not allowed: it is not among the allowed hosts")

	r = runPlan(t, compile(t, w, []node.Node{fetch("http://169.254.169.254/latest/meta-data")}))
	require.Contains(t, r.Error.Message, "requests to 169.254.169.254 are not allowed: it is a link-local address", "refused without any option")
}

func TestClockAndRandom(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	opts := []runtime.Option{
		runtime.WithClock(func() time.Time { return now }),
		runtime.WithRandom(strings.NewReader(strings.Repeat("x", 16))),
	}
	plan := compile(t, chain(t), nil, opts...)
	r := runPlan(t, plan)
	require.Equal(t, "78787878-7878-4878-b878-787878787878", r.ExecutionID)
	require.Equal(t, now, r.StartedAt)
	require.Contains(t, string(r.AppendJSON(nil)), `"startedAt":"2026-01-02T03:04:05.006Z"`)
	require.NotEqual(t, r.ExecutionID, runPlan(t, plan).ExecutionID, "the source is at its end: another one is used")
}

func TestLogger(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	n := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		it.Logger().Info("hello")
		return nil, nil
	})
	runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}, runtime.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))))
	require.Contains(t, log.String(), "msg=hello node=N1")
}

// spans is a tracer that keeps what it was told.
type spans struct {
	noop.Tracer
	mu    sync.Mutex
	ended []string
}

type span struct {
	noop.Span
	of     *spans
	name   string
	status codes.Code
}

func (s *spans) Start(ctx context.Context, name string, _ ...trace.SpanStartOption) (context.Context, trace.Span) {
	return ctx, &span{of: s, name: name}
}

func (s *span) SetStatus(c codes.Code, _ string) { s.status = c }

func (s *span) End(...trace.SpanEndOption) {
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	s.of.ended = append(s.of.ended, s.name+" "+s.status.String())
}

func TestTracer(t *testing.T) {
	t.Parallel()
	tracer := &spans{}
	n := perItem(func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, errors.New("no") })
	runPlan(t, compile(t, chain(t, `{"type":"test.item","parameters":{}}`), []node.Node{n}, runtime.WithTracer(tracer)))
	require.Equal(t, []string{"nate.node Unset", "nate.node Error", "nate.run Error"}, tracer.ended)
}

func TestPins(t *testing.T) {
	t.Parallel()
	w := chain(t, `{"type":"vendor.unknown","parameters":{}}`, `{"type":"test.pass","parameters":{}}`)
	plan := compile(t, w, nil)
	r, err := plan.Run(context.Background(), runtime.Request{Pins: map[string][]node.Item{"N1": {node.ItemOf("pinned", true)}}})
	require.NoError(t, err)
	require.Equal(t, `{"json":{"pinned":true},"pairedItem":{"item":0}}`, text(r.LastItems()))
	require.Equal(t, []string{"N1"}, r.Pinned)

	_, err = plan.Run(context.Background(), runtime.Request{Pins: map[string][]node.Item{"N9": nil}})
	require.EqualError(t, err, `workflow "W": items are pinned to node "N9", which it does not have`)
}

func TestOrder(t *testing.T) {
	t.Parallel()
	file := func(order string) string {
		return `{"name":"W","nodes":[{"name":"Start","type":"test.trigger","position":[0,0],"parameters":{}},
		{"name":"Low","type":"test.pass","position":[200,100],"parameters":{}},{"name":"High","type":"test.pass","position":[200,0],"parameters":{}},
		{"name":"Behind high","type":"test.pass","position":[400,0],"parameters":{}}],"connections":{
		"Start":{"main":[[{"node":"Low","type":"main","index":0},{"node":"High","type":"main","index":0}]]},
		"High":{"main":[[{"node":"Behind high","type":"main","index":0}]]},
		"Behind high":{"main":[[{"node":"High","type":"main","index":0}]]}},"settings":{"executionOrder":"` + order + `"}}`
	}
	order, err := compile(t, parse(t, file("v1")), nil).Order(runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, []string{"Start", "High", "Behind high", "Low"}, order, "a loop is gone through once")
	order, err = compile(t, parse(t, file("v0")), nil).Order(runtime.Request{})
	require.NoError(t, err)
	require.Equal(t, []string{"Start", "Low", "High", "Behind high"}, order)

	plan := compile(t, parse(t, file("v1")), nil)
	order, err = plan.Order(runtime.Request{To: "Behind high"})
	require.NoError(t, err)
	require.Equal(t, []string{"Start", "High", "Behind high"}, order)
	part, err := plan.Run(t.Context(), runtime.Request{To: "Start"})
	require.NoError(t, err)
	order, err = plan.Order(runtime.Request{From: "Low", RunData: part.AppendJSON(nil)})
	require.NoError(t, err)
	require.Equal(t, []string{"Low", "High", "Behind high"}, order, "High has not run yet either")
	_, err = plan.Order(runtime.Request{To: "Nowhere"})
	require.EqualError(t, err, `workflow "W" can't start at node "Nowhere": there is no such node`)
}

// What expressions see of the embedder's world: the environment and the addresses of executions that wait.
func TestWithEnvAndResumeURLs(t *testing.T) {
	t.Parallel()
	seen := perItem(func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		v, err := it.Params.Value("p")
		return []node.Item{node.ItemOf("p", v)}, err
	}, "p")
	w := chain(t, `{"type":"test.item","webhookId":"hook","parameters":{"p":"={{ $env.A }} {{ $webhookId }} {{ $execution.resumeUrl }} {{ $execution.resumeFormUrl }}"}}`)
	r := runPlan(t, compile(t, w, []node.Node{seen}))
	require.Equal(t, "access to env vars denied", r.Error.Message)
	env := runtime.WithEnv(func(name string) (string, bool) { return "value of " + name, true }, "A")
	r = runPlan(t, compile(t, w, []node.Node{seen}, env))
	require.Equal(t, "$execution.resumeUrl has no value: nothing here resumes executions", r.Error.Message)
	r = runPlan(t, compile(t, w, []node.Node{seen}, env, runtime.WithResumeURLs(func(id string) runtime.ResumeURLs {
		require.NotEmpty(t, id)
		return runtime.ResumeURLs{Webhook: "https://a/hook", Form: "https://a/form"}
	})))
	require.Nil(t, r.Error)
	require.Equal(t, `{"json":{"p":"value of A hook https://a/hook https://a/form"},"pairedItem":{"item":0}}`, text(r.LastItems()))
}
