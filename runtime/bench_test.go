package runtime_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/runtime"
	"github.com/nate-go/nate/workflows"
)

// shape is a workflow of n nodes behind a trigger: each name leads to those that edges gives for it.
func shape(b *testing.B, names []string, edges func(i int) []string) *runtime.Plan {
	b.Helper()
	nodes := []string{`{"name":"Start","type":"test.trigger","typeVersion":1}`}
	var connections []string
	for i, name := range append([]string{"Start"}, names...) {
		if i > 0 {
			nodes = append(nodes, fmt.Sprintf(`{"name":%q,"type":"test.pass","typeVersion":1,"position":[0,%d]}`, name, i))
		}
		var to []string
		for _, target := range edges(i) {
			to = append(to, fmt.Sprintf(`{"node":%q,"type":"main","index":0}`, target))
		}
		connections = append(connections, fmt.Sprintf(`%q:{"main":[[%s]]}`, name, strings.Join(to, ",")))
	}
	w, err := workflows.ParseOne(fmt.Appendf(nil, `{"name":"W","nodes":[%s],"connections":{%s},"settings":{"executionOrder":"v1"}}`,
		strings.Join(nodes, ","), strings.Join(connections, ",")))
	if err != nil {
		b.Fatal(err)
	}
	plan, err := runtime.Compile(w, runtime.NewRegistry(trigger(), pass()))
	if err != nil {
		b.Fatal(err)
	}
	return plan
}

func namesOf(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("N%d", i)
	}
	return names
}

func mustRun(b *testing.B, plan *runtime.Plan, items []node.Item) {
	b.Helper()
	r, err := plan.Run(context.Background(), runtime.Request{Items: items})
	if err != nil || r.Error != nil && r.Error.Name != "LimitError" {
		b.Fatal(err, r.Err())
	}
}

func BenchmarkChain(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			names := namesOf(n)
			plan := shape(b, names, func(i int) []string { return names[i:min(i+1, n)] })
			b.ReportAllocs()
			for b.Loop() {
				mustRun(b, plan, nil)
			}
		})
	}
}

func BenchmarkFanOut(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			names := namesOf(n)
			plan := shape(b, names, func(i int) []string {
				if i == 0 {
					return names
				}
				return nil
			})
			b.ReportAllocs()
			for b.Loop() {
				mustRun(b, plan, nil)
			}
		})
	}
}

func BenchmarkLoop(b *testing.B) {
	w, err := workflows.ParseOne([]byte(`{"name":"W","nodes":[{"name":"Start","type":"test.trigger"},{"name":"A","type":"test.pass"}],"connections":{
		"Start":{"main":[[{"node":"A","type":"main","index":0}]]},"A":{"main":[[{"node":"A","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`))
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			plan, err := runtime.Compile(w, runtime.NewRegistry(trigger(), pass()), runtime.WithLimits(runtime.Limits{NodeRuns: n}))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				mustRun(b, plan, nil)
			}
		})
	}
}

func BenchmarkItems(b *testing.B) {
	names := namesOf(10)
	plan := shape(b, names, func(i int) []string { return names[i:min(i+1, 10)] })
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			items := numbers(n)
			b.ReportAllocs()
			for b.Loop() {
				mustRun(b, plan, items)
			}
		})
	}
}

func BenchmarkRunsAtOnce(b *testing.B) {
	names := namesOf(10)
	plan := shape(b, names, func(i int) []string { return names[i:min(i+1, 10)] })
	for _, n := range []int{2, 20, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var group sync.WaitGroup
				for range n {
					group.Go(func() { mustRun(b, plan, nil) })
				}
				group.Wait()
			}
		})
	}
}
