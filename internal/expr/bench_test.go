package expr

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

var benchmarks = []struct{ name, expression string }{
	{"PlainPath", `={{ $json.user.address.city }}`},
	{"TextWithTwoPaths", `=Hello {{ $json.user.name }}, welcome to {{ $json.user.address.city }}!`},
	{"Stringify", `={{ JSON.stringify($json) }}`},
	{"Method", `={{ $json.user.name.toUpperCase() }}`},
	{"Arithmetic", `={{ $json.n * 10 + 1 }}`},
	{"Comparison", `={{ $json.n === 3 }}`},
	{"Ternary", `={{ $json.n > 2 ? $json.user.name : "nobody" }}`},
	{"First", `={{ $('In').first().json.user.name }}`},
	{"Item", `={{ $('In').item.json.user.name }}`},
	{"Missing", `={{ $json.missing.deep }}`},
	{"Arrow", `={{ $json.list.map(x => x.price * 2).filter(x => x > 3) }}`},
	{"Extension", `={{ $json.user.name.toTitleCase() }}`},
	{"Now", `={{ $now.toISO() }}`},
}

func benchmarkScope(b *testing.B) *Scope {
	b.Helper()
	item, err := node.ParseObject([]byte(`{"n":3,"tags":["a","b"],
		"user":{"id":7,"name":"Ada Lovelace","address":{"street":"St James's Square","city":"London"}}}`))
	require.NoError(b, err)
	list := []any{}
	for i := range 10 {
		list = append(list, node.NewObject("price", i, "name", "a thing"))
	}
	item.Set("list", list)
	items := []node.Item{{JSON: item.Freeze(), Paired: []node.Paired{{}}}}
	return &Scope{
		Instance: node.Instance{Name: "Here"},
		Items:    items,
		Source:   []*Source{{Node: "Between"}},
		Runs: &testRuns{
			nodes: map[string]*testNode{
				"In":      {runs: []testRun{{[][]node.Item{items}, nil}}},
				"Between": {runs: []testRun{{[][]node.Item{items}, []*Source{{Node: "In"}}}}},
			},
			edges: []testEdge{{"In", 0, "Between", 0}, {"Between", 0, "Here", 0}},
		},
	}
}

func BenchmarkEval(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) { evaluate(b, bench.expression, func(*Value) {}) })
	}
}

// BenchmarkEngine is BenchmarkEval without the Go subset.
func BenchmarkEngine(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			evaluate(b, bench.expression, func(v *Value) {
				for i := range v.template.pieces {
					v.template.pieces[i].eval = nil
				}
			})
		})
	}
}

func evaluate(b *testing.B, expression string, prepare func(v *Value)) {
	b.Helper()
	scope := benchmarkScope(b)
	v, err := Compile(expression)
	require.NoError(b, err)
	prepare(v)
	_, err = v.Eval(scope) // makes the engine
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Eval(scope); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(`=Hello {{ $json.user.name }}, {{ $json.n > 2 ? $('In').item.json.city : "nowhere" }}`); err != nil {
			b.Fatal(err)
		}
	}
}
