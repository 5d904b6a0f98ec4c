package expr

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// testRuns are the runs of a workflow for tests.
type testRuns struct {
	nodes map[string]*testNode
	edges []testEdge
}

type testNode struct {
	kind       string
	parameters *node.Object
	context    *node.Object
	runs       []testRun
}

type testRun struct {
	outputs [][]node.Item
	sources []*Source
}

// testEdge leads from an output of a node to an input of another.
type testEdge struct {
	from   string
	output int
	to     string
	input  int
}

func (r *testRuns) Pinned(string) []node.Item { return nil }

func (r *testRuns) HasNode(name string) bool { return r.nodes[name] != nil }

func (r *testRuns) NodeType(name string) string { return r.node(name).kind }

func (r *testRuns) Count(name string) int { return len(r.node(name).runs) }

func (r *testRuns) Parameters(name string) *node.Object { return r.node(name).parameters }

func (r *testRuns) Context(name string) *node.Object { return r.node(name).context }

func (r *testRuns) node(name string) *testNode {
	if n := r.nodes[name]; n != nil {
		return n
	}
	return &testNode{}
}

func (r *testRuns) Outputs(name string, run int) ([][]node.Item, bool) {
	n := r.node(name)
	if run < 0 || run >= len(n.runs) {
		return nil, false
	}
	return n.runs[run].outputs, true
}

func (r *testRuns) Sources(name string, run int) []*Source {
	n := r.node(name)
	if run < 0 || run >= len(n.runs) {
		return nil
	}
	return n.runs[run].sources
}

// OutputTo looks backwards from a node, breadth first.
func (r *testRuns) OutputTo(from, to string) (int, bool) {
	seen := map[string]bool{to: true}
	for queue := []string{to}; len(queue) > 0; queue = queue[1:] {
		into := slices.Clone(r.edges)
		slices.SortStableFunc(into, func(a, b testEdge) int { return a.input - b.input })
		for _, e := range into {
			switch {
			case e.to != queue[0]:
			case e.from == from:
				return e.output, true
			case !seen[e.from]:
				seen[e.from] = true
				queue = append(queue, e.from)
			}
		}
	}
	return 0, false
}

// TestPairing evaluates what a recording of n8n evaluated in random workflows: which run, output and item an expression means
// and what it says when there is none.
func TestPairing(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/pairing.json")
	require.NoError(t, err)
	doc, err := node.ParseObject(text)
	require.NoError(t, err)
	compared := 0
	for number, c := range field(doc, "cases").([]any) {
		c := c.(*node.Object)
		expressions := field(c, "expressions").([]any)
		for run, p := range field(c, "probes").([]any) {
			p := p.(*node.Object)
			s := probeScope(t, c, p)
			s.RunIndex = run
			for item, results := range field(p, "results").([]any) {
				s.Item = item
				for i, r := range results.([]any) {
					want := r.(*node.Object)
					name := fmt.Sprintf("case %d, run %d, item %d: %s", number, run, item, expressions[i])
					v, err := Compile(expressions[i])
					require.NoError(t, err, name)
					got, err := v.Eval(s)
					compared++
					if message, ok := want.Get("error"); ok {
						require.EqualError(t, err, message.(string), name)
						context := node.InfoOf(err).Context
						require.Equal(t, field(want, "key"), field(context, "descriptionKey"), name)
						require.Equal(t, field(want, "cause"), field(context, "nodeCause"), name)
						continue
					}
					require.NoError(t, err, name)
					value, ok := want.Get("value")
					if !ok {
						value = node.Undefined
					}
					require.Equal(t, value, got, name)
				}
			}
		}
	}
	require.Greater(t, compared, 3000)
}

// probeScope is the Scope of one run of the node Probe: it sees the runs that there were before.
func probeScope(t *testing.T, c, probe *node.Object) *Scope {
	t.Helper()
	runs := &testRuns{nodes: map[string]*testNode{}}
	for name, kind := range field(c, "nodes").(*node.Object).All() {
		runs.nodes[name] = &testNode{kind: kind.(string)}
	}
	for from, outputs := range field(c, "connections").(*node.Object).All() {
		for output, targets := range outputs.([]any) {
			for _, target := range targets.([]any) {
				to := target.([]any)
				runs.edges = append(runs.edges, testEdge{from, output, to[0].(string), int(to[1].(float64))})
			}
		}
	}
	now := field(probe, "index").(float64)
	for name, list := range field(c, "runs").(*node.Object).All() {
		for _, r := range list.([]any) {
			r := r.(*node.Object)
			if field(r, "index").(float64) > now {
				continue
			}
			run := testRun{sources: recordedSources(r)}
			for _, output := range field(r, "main").([]any) {
				items, err := node.ItemsOf(output)
				require.NoError(t, err)
				run.outputs = append(run.outputs, items)
			}
			runs.nodes[name].runs = append(runs.nodes[name].runs, run)
		}
	}
	source := recordedSources(probe)
	outputs, ok := runs.Outputs(source[0].Node, source[0].Run)
	require.True(t, ok)
	items := slices.Clone(outputs[source[0].Output])
	for i := range items {
		items[i].Paired = []node.Paired{{Item: i}}
	}
	return &Scope{Instance: node.Instance{Name: "Probe"}, Items: items, Source: source, Runs: runs}
}

func recordedSources(run *node.Object) []*Source {
	var sources []*Source
	for _, s := range field(run, "source").([]any) {
		if s == nil {
			sources = append(sources, nil)
			continue
		}
		s := s.([]any)
		sources = append(sources, &Source{Node: s[0].(string), Output: int(s[1].(float64)), Run: int(s[2].(float64))})
	}
	return sources
}

// chain is a workflow A -> B -> C -> Here in which the links of C's items and B's items are given.
func chain(a int, b, c [][]node.Paired) *Scope {
	made := func(name string, links [][]node.Paired) []node.Item {
		items := make([]node.Item, len(links))
		for i := range links {
			items[i] = node.Item{JSON: node.NewObject("v", fmt.Sprint(name, i)), Paired: links[i]}
		}
		return items
	}
	nodes := map[string]*testNode{
		"A":    {kind: "n8n-nodes-base.code", runs: []testRun{{[][]node.Item{made("A", make([][]node.Paired, a))}, nil}}},
		"B":    {runs: []testRun{{[][]node.Item{made("B", b)}, []*Source{{Node: "A"}}}}},
		"C":    {runs: []testRun{{[][]node.Item{made("C", c)}, []*Source{{Node: "B"}}}}},
		"Here": {}, "Later": {},
	}
	return &Scope{
		Instance: node.Instance{Name: "Here"}, Source: []*Source{{Node: "C"}}, Items: made("C", make([][]node.Paired, len(c))),
		Runs: &testRuns{nodes: nodes, edges: []testEdge{{"A", 0, "B", 0}, {"B", 0, "C", 0}, {"C", 0, "Here", 0}, {"Here", 0, "Later", 0}}},
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	s := chain(2, [][]node.Paired{{{Item: 0}}, {{Item: 1}}, nil},
		[][]node.Paired{{{Item: 1}}, {{Item: 2}}, {{Item: 0}, {Item: 1}}, {{Item: 2}, {Item: 0}}})
	for _, test := range []struct {
		item       int
		code, want string
	}{
		{0, `$('A').item.json.v`, `"A1"`},
		{0, `$('A').item`, `{"json":{"v":"A1"}}`},
		{0, `$('B').item.pairedItem`, `{"item":1}`},
		{0, `$('C').item.json.v`, `"C0"`},
		{1, `$('A').item.json.v`, `Paired item data for item from node 'B' is unavailable. Ensure 'B' is providing the required output.`},
		{1, `$('A').itemMatching(1)`, `Paired item data for itemMatching from node 'B' is unavailable. Ensure 'B' is providing the required output.`},
		{1, `$('A').pairedItem()`, `Paired item data for pairedItem from node 'B' is unavailable. Ensure 'B' is providing the required output.`},
		{2, `$('A').item.json.v`, `Multiple matches found`},
		{2, `$('B').item.json.v`, `Multiple matches found`},
		{3, `$('A').item.json.v`, `"A0"`},
		{3, `$('A').itemMatching(0).json.v`, `"A1"`},
		{3, `$('A').itemMatching()`, `Missing item index for .itemMatching()`},
		{3, `$('A').itemMatching("0")`, `undefined`},
		{3, `$('A').itemMatching(9)`, `Can’t get data for expression`},
		{0, `$('Later').item`, `Invalid expression`},
		{0, `$('Here').item`, `Invalid expression`},
		{0, `$('Later').first()`, `Node 'Later' hasn't been executed`},
		{0, `$('Later').isExecuted`, `false`},
		{0, `$('Later').isExecuted ? $('Later').first().json.x : 'no'`, `"no"`},
		{0, `$('Later').params`, `{}`},
		{0, `$('Later').nope`, `undefined`},
		{0, `$('Ghost').nope`, `Referenced node doesn't exist`},
		{0, `$('Ghost')?.first()?.json ?? 1`, `Referenced node doesn't exist`},
		{0, `$('A').isExecuted`, `true`},
		{0, `$('A').first().json.v`, `"A0"`},
		{0, `$('A').last().json.v`, `"A1"`},
		{0, `$('A').all().length`, `2`},
		{0, `$('A').all()[1].json.v`, `"A1"`},
		{0, `$('A').first(0, 0).json.v`, `"A0"`},
		{0, `$('A').first(undefined, 0).json.v`, `"A0"`},
		{0, `$('A').first(1)`, `Node "A" has no branch with index 1.`},
		{0, `$('A').first(0, 1)`, `Run 1 of node "A" not found`},
		{0, `$('A').first(0, -1)`, `undefined`},
		{0, `$('A').first("0")`, `undefined`},
		{0, `$('A').item()`, `undefined`},
		{0, `$('A').nope()?.x`, `undefined`},
		{0, `$('A').json`, `undefined`},
		{0, `$($json.v)`, `{}`},
		{0, `$items('A')[1].json.v`, `"A1"`},
		{0, `$items('A', 0, -1).length`, `2`},
		{0, `$items('A', 0, -2)`, `undefined`},
		{0, `$items(null)`, `undefined`},
		{0, `$items('Ghost')`, `Referenced node doesn't exist`},
		{1, `$node['A'].json.v`, `"A1"`},
		{1, `$node.A.json.v`, `"A1"`},
		{2, `$node['A'].json.v`, `"A" node has 2 item(s) but you're trying to access item 2`},
		{0, `$node['Later'].json`, `Node 'Later' hasn't been executed`},
		{0, `$node['Later'].runIndex`, `-1`},
		{0, `$node['A'].runIndex`, `0`},
		{0, `$node['A'].parameter`, `{}`},
		{0, `$node['Ghost']`, `Referenced node doesn't exist`},
		{0, `$node.Ghost?.json`, `Referenced node doesn't exist`},
	} {
		s.Item = test.item
		require.Equal(t, test.want, eval(s, "={{ "+test.code+" }}"), "item %d: %s", test.item, test.code)
	}
	s.Instance.Name = "Elsewhere"
	require.Equal(t, `connect "Elsewhere" to "A"`, eval(s, "={{ $node['A'].json }}"))
}

// TestManyLinks holds that items linked to many others, each linked to many others, cost no more than their number.
func TestManyLinks(t *testing.T) {
	t.Parallel()
	const layers, width = 40, 30
	links := make([]node.Paired, width)
	for i := range links {
		links[i].Item = i
	}
	items := make([]node.Item, width)
	for i := range items {
		items[i].Paired = links
	}
	nodes := map[string]*testNode{"L0": {runs: []testRun{{[][]node.Item{items[:1]}, nil}}}}
	edges := []testEdge{}
	for l := 1; l < layers; l++ {
		from := fmt.Sprint("L", l-1)
		nodes[fmt.Sprint("L", l)] = &testNode{runs: []testRun{{[][]node.Item{items}, []*Source{{Node: from}}}}}
		edges = append(edges, testEdge{from, 0, fmt.Sprint("L", l), 0})
	}
	last := fmt.Sprint("L", layers-1)
	s := &Scope{
		Instance: node.Instance{Name: "Here"}, Items: make([]node.Item, width), Source: []*Source{{Node: last}},
		Runs: &testRuns{nodes: nodes, edges: append(edges, testEdge{last, 0, "Here", 0})},
	}
	require.Equal(t, `{}`, eval(s, "={{ $('L0').item.json }}"))
	require.Equal(t, `Multiple matches found`, eval(s, "={{ $('L1').item.json }}"))

	// A document may hold links that go in a circle.
	for _, links := range [][]node.Paired{{{}}, {{}, {}}} {
		round := []node.Item{{Paired: links}}
		s.Items, s.Source = round, []*Source{{Node: "Round"}}
		nodes["Round"] = &testNode{runs: []testRun{{[][]node.Item{round}, []*Source{{Node: "Round"}}}}}
		require.Contains(t, eval(s, "={{ $('L0').item.json }}"), "go in a circle")
	}
}

// TestFromAI has what n8n 2.41 gave: the item is that of the run's index.
func TestFromAI(t *testing.T) {
	t.Parallel()
	s := over(t, `{"n":1,"query":{"q":5},"b":null}`)
	s.Items = append(s.Items, node.ItemOf("n", 2, "q", 7, "b", false))
	const key = "Invalid parameter key, must be between 1 and 64 characters long and only contain lowercase letters, uppercase letters, " +
		"numbers, underscores, and hyphens"
	for code, want := range map[string]string{
		`$fromAI("n")`: `1`, `$fromAI("q")`: `5`, `$fromAI("z")`: `undefined`, `$fromAI("b")`: `undefined`,
		`$fromAI("z", "", "string", null)`: `null`, `$fromAI("q", "", "string", 1)`: `5`, `$fromAI("z", "d", "number", 5)`: `5`,
		`$fromAI("toString")`: `undefined`, `$fromAI("n", undefined)`: `1`, `$fromAI("n", null)`: `undefined`,
		`$fromAI(5)`: `undefined`, `$fromAI(null)`: `undefined`, `$fromAI({})`: `undefined`, `$fromAI("n", "", "bogus")`: `1`,
		"/*n8n-auto-generated-fromAI-override*/ $fromAI('n', ``, 'string')": `1`, `$fromai("n") + $fromAi("q")`: `6`,
		`$fromAI("")`: "Add a key, e.g. $fromAI('placeholder_name')", `$fromAI()`: "Add a key, e.g. $fromAI('placeholder_name')",
		`$fromAI("bad key")`: key, `$fromAI("x".repeat(65))`: key,
		`$fromAI("__proto__")`: "Invalid parameter key", `$fromAI("constructor")`: "Invalid parameter key",
	} {
		for s.Item = range s.Items {
			withGo, alone := bothWays(s, "={{ "+code+" }}")
			require.Equal(t, withGo, alone, code)
			require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
		}
	}
	s.RunIndex = 2
	require.Equal(t, "No execution data available", eval(s, `={{ $fromAI("n") }}`))
}

// TestGetPairedItem has what n8n 2.41 gave.
func TestGetPairedItem(t *testing.T) {
	t.Parallel()
	in := []node.Item{{JSON: node.NewObject("n", 1), Paired: []node.Paired{{}}}, {JSON: node.NewObject("n", 2), Paired: []node.Paired{{}}}}
	s := over(t, `{}`)
	s.Runs = &testRuns{nodes: map[string]*testNode{
		"Start": {runs: []testRun{{outputs: [][]node.Item{{{JSON: &node.Object{}, Paired: []node.Paired{{}}}}}}}},
		"In":    {runs: []testRun{{[][]node.Item{in}, []*Source{{Node: "Start"}}}}},
	}}
	for code, want := range map[string]string{
		`$getPairedItem("In", {previousNode: "In"}, {item: 1})`:        `{"json":{"n":2},"pairedItem":{"item":0}}`,
		`$getPairedItem("In", {previousNode: "In"}, {item: 1}).json.n`: `2`,
		`$getPairedItem("Start", {previousNode: "In"}, {item: 1})`:     `{"json":{},"pairedItem":{"item":0}}`,
		`$getPairedItem()`: `undefined`,
		`$getPairedItem("In", {previousNode: "In"}, 5)`:                                `undefined`,
		`$getPairedItem("In", {previousNode: "In"}, {})`:                               `undefined`,
		`$getPairedItem("Nope", {previousNode: "In"}, {item: 0})`:                      `undefined`,
		`$getPairedItem("In", null, {item: 1})`:                                        `Paired item resolution failed`,
		`$getPairedItem("In", {previousNode: "In", previousNodeOutput: 1}, {item: 0})`: `Can’t get data for expression`,
		`$getPairedItem("In", {previousNode: "Later"}, {item: 0})`:                     `Can’t get data for expression`,
		`$getPairedItem("In", {previousNode: "In"}, {item: 9})`:                        `Paired item data for $getPairedItem from node 'In' is unavailable. Ensure 'In' is providing the required output.`,
	} {
		require.Equal(t, want, eval(s, "={{ "+code+" }}"), code)
	}
}

// TestBinary has what n8n 2.41 gave: contents are with the items, not in $binary.
func TestBinary(t *testing.T) {
	t.Parallel()
	items, err := node.ItemsOf([]any{
		node.NewObject("json", node.NewObject("n", 1), "binary", node.NewObject(
			"data", node.NewObject("data", "aGVsbG8=", "mimeType", "text/plain", "fileName", "a.txt"),
			"x", node.NewObject("data", "AAAA", "mimeType", "image/png"))),
		node.NewObject("json", node.NewObject("n", 2)),
	})
	require.NoError(t, err)
	for i := range items {
		items[i].Paired = []node.Paired{{Item: i}}
	}
	s := &Scope{
		Instance: node.Instance{Name: "Here"}, Items: items, Source: []*Source{{Node: "In"}},
		Runs: &testRuns{
			nodes: map[string]*testNode{"In": {runs: []testRun{{[][]node.Item{items}, nil}}}, "Here": {}},
			edges: []testEdge{{"In", 0, "Here", 0}},
		},
	}
	const (
		meta = `{"data":{"mimeType":"text/plain","fileName":"a.txt"},"x":{"mimeType":"image/png"}}`
		full = `{"data":{"data":"aGVsbG8=","mimeType":"text/plain","fileName":"a.txt"},"x":{"data":"AAAA","mimeType":"image/png"}}`
	)
	for code, want := range map[string][2]string{
		`$binary`:                              {meta, `{}`},
		`$binary.data.fileName`:                {`"a.txt"`, `undefined`},
		`$binary.data.data`:                    {`undefined`, `undefined`},
		`Object.keys($binary)`:                 {`["data","x"]`, `[]`},
		`$binary.isEmpty()`:                    {`false`, `true`},
		`$item(0).$binary`:                     {meta, meta},
		`$input.item.binary`:                   {full, `undefined`},
		`$input.item.binary.data.data`:         {`"aGVsbG8="`, `undefined`},
		`$input.item.binary.data.mimeType`:     {`"text/plain"`, `undefined`},
		`$input.first().binary.x`:              {`{"data":"AAAA","mimeType":"image/png"}`, `{"data":"AAAA","mimeType":"image/png"}`},
		`$thisItem`:                            {`{"json":{"n":1},"binary":` + full + `,"pairedItem":{"item":0}}`, `{"json":{"n":2},"pairedItem":{"item":1}}`},
		`$input.all().length`:                  {`2`, `2`},
		`$("In").item.binary.data.fileName`:    {`"a.txt"`, `undefined`},
		`$("In").all()[1].binary`:              {`undefined`, `undefined`},
		`$node["In"].binary`:                   {meta, `{}`},
		`$node["In"].binary.data.data`:         {`undefined`, `undefined`},
		`$node.In.json.n`:                      {`1`, `2`},
		`$("In").item.binary["valueOf"].x`:     {`undefined`, `undefined`},
		`[$binary].map(b => b.x?.mimeType)[0]`: {`"image/png"`, `undefined`},
	} {
		for s.Item = range items {
			text := "={{ " + code + " }}"
			require.Equal(t, want[s.Item], eval(s, text), "item %d of %s", s.Item, code)
			withGo, alone := bothWays(s, text)
			require.Equal(t, withGo, alone, code)
		}
	}
}
