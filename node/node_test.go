package node_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// numbered are n items {"n": 0}, {"n": 1}, ... as a runtime hands them over.
func numbered(n int) []node.Item {
	items := make([]node.Item, n)
	for i := range items {
		items[i] = node.ItemOf("n", i)
		items[i].JSON.Freeze()
		items[i].Paired = []node.Paired{{Item: i}}
	}
	return items
}

func call(items []node.Item, continueOnFail bool) *node.Call {
	return node.NewCall(node.CallConfig{Instance: node.Instance{Name: "N"}, Inputs: [][]node.Item{items}, ContinueOnFail: continueOnFail})
}

func itemsJSON(items []node.Item) string {
	text := []byte{}
	for i, it := range items {
		if i > 0 {
			text = append(text, ' ')
		}
		text = it.AppendJSON(text)
	}
	return string(text)
}

// mainJSON is each output on a line of its own.
func mainJSON(main [][]node.Item) []string {
	var lines []string
	for _, items := range main {
		lines = append(lines, itemsJSON(items))
	}
	return lines
}

func perItem(outputs int, fn node.ItemFunc) node.ItemNode {
	return node.PerItem(node.Definition{Name: "test", Inputs: []string{"main"}, Outputs: slices.Repeat([]string{"main"}, outputs)}, fn)
}

func double(_ context.Context, it node.ItemCall) ([]node.Item, error) {
	n, _ := it.Item().JSON.Get("n")
	return []node.Item{node.ItemOf("twice", n.(float64)*2)}, nil
}

func TestPerItem(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fn    node.ItemFunc
		items int
		want  string
	}{
		"no items": {double, 0, ``},
		"one each": {double, 2, `{"json":{"twice":0},"pairedItem":{"item":0}} {"json":{"twice":2},"pairedItem":{"item":1}}`},
		"many": {
			func(_ context.Context, it node.ItemCall) ([]node.Item, error) { return numberedFree(it.Index), nil }, 3,
			`{"json":{"n":0},"pairedItem":{"item":1}} {"json":{"n":0},"pairedItem":{"item":2}} {"json":{"n":1},"pairedItem":{"item":2}}`,
		},
		"none": {func(context.Context, node.ItemCall) ([]node.Item, error) { return nil, nil }, 3, ``},
		"handed on": {
			func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
				return it.Items()[it.Index : it.Index+1], nil
			}, 2,
			`{"json":{"n":0},"pairedItem":{"item":0}} {"json":{"n":1},"pairedItem":{"item":1}}`,
		},
		"links of its own": {
			func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
				return []node.Item{{JSON: node.NewObject(), Paired: []node.Paired{{Item: 7, Input: 1}}}, {Paired: []node.Paired{}}}, nil
			}, 1, `{"json":{},"pairedItem":{"item":7,"input":1}} {"json":{},"pairedItem":[]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := perItem(1, row.fn).Execute(t.Context(), call(numbered(row.items), false))
			require.NoError(t, err)
			require.Len(t, out.Main, 1)
			require.NotNil(t, out.Main[0], "an output without items is not an output on which nothing happened")
			require.Equal(t, row.want, itemsJSON(out.Main[0]))
			require.Nil(t, out.Partial)
		})
	}
	require.Equal(t, "test", perItem(1, double).Definition().Name)
}

func numberedFree(n int) []node.Item {
	items := numbered(n)
	for i := range items {
		items[i].Paired = nil
	}
	return items
}

// TestOneListForManyItems hands out the same list for every item: links must go to copies.
func TestOneListForManyItems(t *testing.T) {
	t.Parallel()
	const want = `{"json":{"shared":true},"pairedItem":{"item":0}} {"json":{"shared":true},"pairedItem":{"item":1}}`
	shared := []node.Item{node.ItemOf("shared", true)}
	n := perItem(1, func(context.Context, node.ItemCall) ([]node.Item, error) { return shared, nil })
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			out, err := n.Execute(context.Background(), call(numbered(2), false))
			if err != nil || itemsJSON(out.Main[0]) != want {
				t.Error(err, itemsJSON(out.Main[0]))
			}
		})
	}
	wg.Wait()
	require.Nil(t, shared[0].Paired)
}

// script is an ItemNode whose items fail as often as it says. It writes down what it was asked for.
type script struct {
	outputs  int
	failures map[int]int // by item; negative: always
	fail     func(item, attempt int) error
	done     []int
	after    func(item int)
}

func (s *script) Definition() node.Definition {
	return node.Definition{Outputs: slices.Repeat([]string{"main"}, s.outputs)}
}

func (s *script) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return node.ExecuteItems(ctx, c, s, node.Retry{})
}

func (s *script) ExecuteItem(ctx context.Context, c *node.Call, item int) ([][]node.Item, error) {
	s.done = append(s.done, item)
	if s.after != nil {
		defer s.after(item)
	}
	if left := s.failures[item]; left != 0 {
		s.failures[item] = left - 1
		attempt := 0
		for _, i := range s.done {
			if i == item {
				attempt++
			}
		}
		if s.fail != nil {
			return nil, s.fail(item, attempt)
		}
		return nil, fmt.Errorf("item %d, attempt %d", item, attempt)
	}
	return [][]node.Item{{node.ItemOf("ok", item)}}, nil
}

func TestExecuteItems(t *testing.T) {
	t.Parallel()
	permanent := func(item, _ int) error { return node.Permanent(fmt.Errorf("item %d for good", item)) }
	for name, row := range map[string]struct {
		failures map[int]int
		fail     func(item, attempt int) error
		retry    node.Retry
		goOn     bool
		want     string // the items
		partial  string
		err      string
		done     []int
	}{
		"all well": {want: ok(0) + " " + ok(1) + " " + ok(2), done: []int{0, 1, 2}},
		"stop":     {failures: map[int]int{1: -1}, partial: ok(0), err: "item 1, attempt 1", done: []int{0, 1}},
		"continue": {
			failures: map[int]int{1: -1}, goOn: true, want: ok(0) + " " + failed(1, "item 1, attempt 1") + " " + ok(2), done: []int{0, 1, 2},
		},
		"continue, all fail": {
			failures: map[int]int{0: -1, 1: -1, 2: -1}, goOn: true,
			want: failed(0, "item 0, attempt 1") + " " + failed(1, "item 1, attempt 1") + " " + failed(2, "item 2, attempt 1"), done: []int{0, 1, 2},
		},
		"stop, second try": {
			failures: map[int]int{1: 1}, retry: node.Retry{Tries: 2}, want: ok(0) + " " + ok(1) + " " + ok(2), done: []int{0, 1, 1, 2},
		},
		"stop, out of tries": {
			failures: map[int]int{1: -1}, retry: node.Retry{Tries: 3}, partial: ok(0), err: "item 1, attempt 3", done: []int{0, 1, 1, 1},
		},
		"stop, tries are each item's": {
			failures: map[int]int{0: 1, 1: 1, 2: 1}, retry: node.Retry{Tries: 2},
			want: ok(0) + " " + ok(1) + " " + ok(2), done: []int{0, 0, 1, 1, 2, 2},
		},
		"continue, second try": {
			failures: map[int]int{0: 1, 2: 1}, goOn: true, retry: node.Retry{Tries: 2},
			want: ok(0) + " " + ok(1) + " " + ok(2), done: []int{0, 1, 2, 0, 2},
		},
		"continue, out of tries": {
			failures: map[int]int{0: -1, 2: 1}, goOn: true, retry: node.Retry{Tries: 3},
			want: failed(0, "item 0, attempt 3") + " " + ok(1) + " " + ok(2), done: []int{0, 1, 2, 0, 2, 0},
		},
		"stop, not to be repeated": {
			failures: map[int]int{1: -1}, fail: permanent, retry: node.Retry{Tries: 3}, partial: ok(0), err: "item 1 for good", done: []int{0, 1},
		},
		"continue, not to be repeated": {
			failures: map[int]int{1: -1}, fail: permanent, goOn: true, retry: node.Retry{Tries: 3},
			want: ok(0) + " " + failed(1, "item 1 for good") + " " + ok(2), done: []int{0, 1, 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &script{outputs: 1, failures: row.failures, fail: row.fail}
			out, err := node.ExecuteItems(t.Context(), call(numbered(3), row.goOn), s, row.retry)
			require.Equal(t, row.done, s.done)
			if row.err == "" {
				require.NoError(t, err)
				require.Equal(t, []string{row.want}, mainJSON(out.Main))
				require.Nil(t, out.Partial)
				return
			}
			require.EqualError(t, err, row.err)
			require.Equal(t, `{"itemIndex":1}`, jsonOf(node.InfoOf(err).Context))
			require.Nil(t, out.Main)
			require.Equal(t, row.partial, itemsJSON(out.Partial))
		})
	}
}

func ok(item int) string { return fmt.Sprintf(`{"json":{"ok":%d},"pairedItem":{"item":%[1]d}}`, item) }

func failed(item int, message string) string {
	return fmt.Sprintf(`{"json":{"error":%q},"error":{"message":%[1]q,"context":{}},"pairedItem":{"item":%[2]d}}`, message, item)
}

func TestExecuteItemsOutputs(t *testing.T) {
	t.Parallel()
	sorted := func(outputs int) node.ItemNode {
		return itemNode{outputs, func(_ context.Context, c *node.Call, item int) ([][]node.Item, error) {
			result := make([][]node.Item, item%3+1)
			result[item%3] = c.Items()[item : item+1]
			return result, nil
		}}
	}
	out, err := node.ExecuteItems(t.Context(), call(numbered(4), false), sorted(3), node.Retry{})
	require.NoError(t, err)
	require.Equal(t, []string{
		`{"json":{"n":0},"pairedItem":{"item":0}} {"json":{"n":3},"pairedItem":{"item":3}}`,
		`{"json":{"n":1},"pairedItem":{"item":1}}`, `{"json":{"n":2},"pairedItem":{"item":2}}`,
	}, mainJSON(out.Main))

	out, err = node.ExecuteItems(t.Context(), call(numbered(4), false), sorted(2), node.Retry{Tries: 5, Wait: time.Hour})
	require.EqualError(t, err, "the node put out items on output 2, but has 2", "items must not vanish")
	require.Equal(t, `{"json":{"n":0},"pairedItem":{"item":0}}`, itemsJSON(out.Partial), "the first output only")

	out, err = node.ExecuteItems(t.Context(), call(numbered(1), false), sorted(0), node.Retry{})
	require.NoError(t, err)
	require.Len(t, out.Main, 1, "a node without declared outputs has one")

	out, err = node.ExecuteItems(t.Context(), node.NewCall(node.CallConfig{}), sorted(2), node.Retry{})
	require.NoError(t, err)
	require.Equal(t, [][]node.Item{{}, {}}, out.Main, "no input at all")
}

type itemNode struct {
	outputs int
	fn      func(context.Context, *node.Call, int) ([][]node.Item, error)
}

func (n itemNode) Definition() node.Definition {
	return node.Definition{Outputs: slices.Repeat([]string{"main"}, n.outputs)}
}

func (n itemNode) Execute(ctx context.Context, c *node.Call) (node.Output, error) {
	return node.ExecuteItems(ctx, c, n, node.Retry{})
}

func (n itemNode) ExecuteItem(ctx context.Context, c *node.Call, item int) ([][]node.Item, error) {
	return n.fn(ctx, c, item)
}

func TestExecuteItemsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	for _, goOn := range []bool{false, true} {
		t.Run(fmt.Sprintf("before the start, continue %t", goOn), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			s := &script{outputs: 1}
			out, err := node.ExecuteItems(ctx, call(numbered(3), goOn), s, node.Retry{})
			require.ErrorIs(t, err, context.Canceled)
			require.Empty(t, s.done, "nothing is begun any more")
			require.Empty(t, out.Partial)
		})
		t.Run(fmt.Sprintf("in the middle, continue %t", goOn), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := &script{outputs: 1, after: func(item int) {
				if item == 1 {
					cancel()
				}
			}}
			out, err := node.ExecuteItems(ctx, call(numbered(3), goOn), s, node.Retry{Tries: 3})
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, `{"itemIndex":2}`, jsonOf(node.InfoOf(err).Context))
			require.Equal(t, []int{0, 1}, s.done)
			require.Equal(t, ok(0)+" "+ok(1), itemsJSON(out.Partial), "what succeeded is kept")
		})
		t.Run(fmt.Sprintf("and the item fails, continue %t", goOn), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := &script{outputs: 1, failures: map[int]int{1: -1}, fail: func(int, int) error {
				cancel()
				return errors.New("the token may be used up")
			}}
			out, err := node.ExecuteItems(ctx, call(numbered(3), goOn), s, node.Retry{Tries: 3})
			require.EqualError(t, err, "the token may be used up", "the item's own error says more than that of the context")
			require.Equal(t, []int{0, 1}, s.done, "it is not tried again")
			require.Equal(t, ok(0), itemsJSON(out.Partial))
		})
		t.Run(fmt.Sprintf("while it waits, continue %t", goOn), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				s := &script{outputs: 1, failures: map[int]int{1: -1}}
				out, err := node.ExecuteItems(ctx, call(numbered(2), goOn), s, node.Retry{Tries: 3, Wait: time.Hour})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, []int{0, 1}, s.done)
				require.Equal(t, ok(0), itemsJSON(out.Partial))
			})
		})
	}
}

func TestRetryWaits(t *testing.T) {
	t.Parallel()
	s := &script{outputs: 1, failures: map[int]int{0: 2}}
	start := time.Now()
	_, err := node.ExecuteItems(t.Context(), call(numbered(1), false), s, node.Retry{Tries: 3, Wait: 20 * time.Millisecond})
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(start), 40*time.Millisecond, "once before each new try")
}

func TestOnce(t *testing.T) {
	t.Parallel()
	type key string
	once := node.NewOnce()
	var asked atomic.Int32
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			v, err := once(key(fmt.Sprint(i%2)), func() (any, error) {
				asked.Add(1)
				time.Sleep(5 * time.Millisecond) // the others wait
				return i % 2, nil
			})
			if err != nil || v != i%2 {
				t.Error(v, err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 2, asked.Load(), "once for each key")

	v, err := once("0", func() (any, error) { return "plain", nil })
	require.NoError(t, err)
	require.Equal(t, "plain", v, "a key of another type is another key")

	boom := errors.New("boom")
	_, err = once(key("fails"), func() (any, error) { return nil, boom })
	require.ErrorIs(t, err, boom)
	_, err = once(key("fails"), func() (any, error) { return "better", nil })
	require.ErrorIs(t, err, boom, "an error is kept")
	require.Panics(t, func() { _, _ = once(key("panics"), func() (any, error) { panic("x") }) })
	_, err = once(key("panics"), func() (any, error) { return 1, nil })
	require.EqualError(t, err, "the first caller panicked")

	v, err = node.NewOnce()(key("0"), func() (any, error) { return "fresh", nil })
	require.NoError(t, err)
	require.Equal(t, "fresh", v, "each has its own answers")
}

func ExamplePerItem() {
	greet := node.PerItem(node.Definition{Name: "greet", Outputs: []string{"main"}},
		func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
			name, ok := it.Item().JSON.Get("name")
			if !ok {
				return nil, node.NewOperationError("There is no name", "Put one into the item")
			}
			return []node.Item{node.ItemOf("greeting", fmt.Sprint("Hello ", name))}, nil
		})
	c := node.NewCall(node.CallConfig{
		Inputs:         [][]node.Item{{node.ItemOf("name", "Ada"), node.ItemOf(), node.ItemOf("name", "Grace")}},
		ContinueOnFail: true,
	})
	out, err := greet.Execute(context.Background(), c)
	for _, it := range out.Main[0] {
		fmt.Println(string(node.AppendJSON(nil, it.JSON)), it.Paired[0].Item)
	}
	fmt.Println(err)
	// Output:
	// {"greeting":"Hello Ada"} 0
	// {"error":"There is no name"} 1
	// {"greeting":"Hello Grace"} 2
	// <nil>
}

// BenchmarkExecuteItems hands 1,000 items on: what is allocated must not grow with their JSON.
func BenchmarkExecuteItems(b *testing.B) {
	items := numbered(1000)
	n := perItem(1, func(_ context.Context, it node.ItemCall) ([]node.Item, error) {
		return it.Items()[it.Index : it.Index+1], nil
	})
	c := call(items, false)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := n.Execute(context.Background(), c); err != nil {
			b.Fatal(err)
		}
	}
}

// atOnce is a ConcurrentNode made of two funcs.
type atOnce struct {
	node.ItemNode
	start  func(item int) error
	finish func(item int) ([][]node.Item, error)
}

func (n atOnce) ExecuteItem(context.Context, *node.Call, int) ([][]node.Item, error) {
	return nil, errors.New("not called")
}

func (n atOnce) StartItem(_ context.Context, _ *node.Call, item, _ int) (func() ([][]node.Item, error), error) {
	if n.start != nil {
		if err := n.start(item); err != nil {
			return nil, err
		}
	}
	return func() ([][]node.Item, error) { return n.finish(item) }, nil
}

func TestItemsAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		startFails, fails, panics int // item; -1: none
		tries                     int
		stop, onError             string
		finished                  int32
	}{
		"all succeed":     {-1, -1, -1, 1, "", "", 5},
		"one fails":       {-1, 1, -1, 1, "item 1 failed", `{"json":{"error":"item 1 failed"},"pairedItem":{"item":1}}`, 5},
		"tried again":     {-1, 1, -1, 2, "", "", 6},
		"can't start":     {2, -1, -1, 1, "item 2 can't start", `{"json":{"error":"item 2 can't start"},"pairedItem":{"item":2}}`, 2},
		"panics":          {-1, -1, 3, 3, `node "N" () panicked: item 3`, `{"json":{"error":"node \"N\" () panicked: item 3"},"pairedItem":{"item":3}}`, 4},
		"starts at last":  {2, -1, -1, 2, "", "", 5},
		"the first error": {4, 1, -1, 1, "item 1 failed", "", 4},
	} {
		for _, continues := range []bool{false, true} {
			t.Run(fmt.Sprint(name, continues), func(t *testing.T) {
				t.Parallel()
				var finished atomic.Int32
				var tried [5]atomic.Int32
				n := atOnce{perItem(1, double), func(item int) error {
					if item == c.startFails && tried[item].Add(1) < 2 {
						return fmt.Errorf("item %d can't start", item)
					}
					return nil
				}, func(item int) ([][]node.Item, error) {
					if item == c.panics {
						panic(fmt.Sprintf("item %d", item))
					}
					finished.Add(1)
					time.Sleep(time.Duration(5-item) * time.Millisecond)
					if item == c.fails && tried[item].Add(1) < 2 {
						return nil, fmt.Errorf("item %d failed", item)
					}
					return [][]node.Item{{node.ItemOf("n", item)}}, nil
				}}
				out, err := node.ExecuteItems(t.Context(), call(numbered(5), continues), n, node.Retry{Tries: c.tries})
				if c.stop != "" && !continues {
					require.EqualError(t, err, c.stop)
					require.Equal(t, c.finished, finished.Load())
					return
				}
				require.NoError(t, err)
				require.Len(t, out.Main[0], 5)
				for i, it := range out.Main[0] {
					require.Equal(t, i, it.Paired[0].Item, "the order of the input")
				}
				if c.onError != "" {
					require.Contains(t, itemsJSON(out.Main[0]), strings.TrimSuffix(c.onError[:30], "}"))
				}
			})
		}
	}
}

// A LazyNode is made once, when it is needed first, and tells its types before.
func TestLazy(t *testing.T) {
	t.Parallel()
	made := 0
	def := node.Definition{Types: []string{"x.lazy"}, Versions: []float64{1}, Name: "lazy"}
	inner := node.PerItem(def, func(context.Context, node.ItemCall) ([]node.Item, error) {
		return []node.Item{node.ItemOf("made", made)}, nil
	})
	n := node.Lazy(func() node.Node { made++; return inner }, "x.lazy")
	require.Equal(t, []string{"x.lazy"}, n.Types())
	require.Zero(t, made)
	require.Equal(t, def.Name, n.Definition().Name)
	out, err := n.Execute(t.Context(), node.NewCall(node.CallConfig{Inputs: [][]node.Item{{{}}}}))
	require.NoError(t, err)
	require.Len(t, out.Main[0], 1)
	require.Equal(t, 1, made)
	_, isItemNode := node.Loaded(n).(node.ItemNode)
	require.True(t, isItemNode)
	require.Equal(t, inner.Definition().Name, node.Loaded(inner).Definition().Name)
}
