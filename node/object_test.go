package node_test

//go:generate node testdata/javascript.js

import (
	stdjson "encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

// javascript is what Node.js made of objects.
type javascript struct {
	Texts    [][2]string // JSON text, JSON.stringify of JSON.parse of it
	Steps    []steps
	Indented [][2]string // JSON.stringify, the same with an indent of 2
}

// steps are keys that were set (+key, to the number of the step) or deleted (-key), and what JSON.stringify then gave.
type steps struct {
	Done []string
	JSON string
}

func (s *steps) UnmarshalJSON(text []byte) error {
	return stdjson.Unmarshal(text, &[]any{&s.Done, &s.JSON})
}

func golden(tb testing.TB) javascript {
	tb.Helper()
	text, err := os.ReadFile("testdata/javascript.json")
	require.NoError(tb, err)
	var js javascript
	require.NoError(tb, stdjson.Unmarshal(text, &js))
	return js
}

func jsonOf(v any) string { return string(node.AppendJSON(nil, v)) }

func parse(tb testing.TB, text string) any {
	tb.Helper()
	v, err := node.ParseJSON([]byte(text))
	require.NoError(tb, err, text)
	return v
}

func object(tb testing.TB, text string) *node.Object {
	tb.Helper()
	o, err := node.ParseObject([]byte(text))
	require.NoError(tb, err, text)
	return o
}

func TestKeyOrder(t *testing.T) {
	t.Parallel()
	js := golden(t)
	require.Greater(t, len(js.Steps), 50)
	for _, row := range js.Steps {
		o := &node.Object{}
		for n, step := range row.Done {
			if key := step[1:]; step[0] == '+' {
				o.Set(key, n)
				v, ok := o.Get(key)
				require.True(t, ok)
				require.Equal(t, float64(n), v)
			} else {
				o.Delete(key)
				require.False(t, o.Has(key), "%q after its deletion, steps %q", key, row.Done[:n+1])
			}
			requireSound(t, o)
		}
		require.Equal(t, row.JSON, jsonOf(o), "steps %q", row.Done)
		require.Equal(t, row.JSON, jsonOf(object(t, row.JSON)), "read back")
		require.Equal(t, row.JSON, jsonOf(o.Freeze().Edit()), "copied")
	}
}

// TestKeyOrderAfterParsing changes Objects that were read: their array indexes have to be known as such.
func TestKeyOrderAfterParsing(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", `,"k1":0,"k2":0,"k3":0,"k4":0,"k5":0,"k6":0,"k7":0,"k8":0,"k9":0,"k10":0,"k11":0`} {
		o := object(t, `{"a":0,"9":0,"5":0`+more+`}`)
		o.Set("7", 1)
		o.Set("5", 2)
		o.Set("b", 3)
		require.Equal(t, `{"5":2,"7":1,"9":0,"a":0`+more+`,"b":3}`, jsonOf(o))
		o.Delete("5")
		o.Delete("a")
		requireSound(t, o)
		require.Equal(t, `{"7":1,"9":0`+more+`,"b":3}`, jsonOf(o))
	}
}

// requireSound looks up every key of o.
func requireSound(tb testing.TB, o *node.Object) {
	tb.Helper()
	keys := o.Keys()
	require.Len(tb, keys, o.Len())
	for k, want := range o.All() {
		v, ok := o.Get(k)
		require.True(tb, ok && o.Has(k), "key %q of %q", k, keys)
		require.Equal(tb, want, v, "key %q of %q", k, keys)
	}
	for _, other := range []string{"no such key", "4294967292"} {
		require.Equal(tb, slices.Contains(keys, other), o.Has(other), "key %q of %q", other, keys)
	}
}

func TestManyKeys(t *testing.T) {
	t.Parallel()
	for _, n := range []int{11, 12, 13, 14, 300} { // an index is kept from the 13th key on
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			o := &node.Object{}
			for i := range n {
				o.Set("k"+strconv.Itoa(i), i)
			}
			requireSound(t, o)
			o.Set("k3", "three")
			o.Set("7", "seven")
			o.Set("5", "five")
			require.Equal(t, n+2, o.Len())
			require.Equal(t, []string{"5", "7", "k0", "k1", "k2", "k3"}, o.Keys()[:6])
			requireSound(t, o)
			c := o.Freeze().Edit()
			for i := 0; i < n; i += 2 {
				c.Delete("k" + strconv.Itoa(i))
				requireSound(t, c)
			}
			c.Delete("5")
			c.Delete("no such key")
			requireSound(t, c)
			require.Equal(t, 1+n/2, c.Len())
			require.Equal(t, n+2, o.Len(), "what it was copied from")
			requireSound(t, o)
		})
	}
}

func TestFreeze(t *testing.T) {
	t.Parallel()
	inner := node.NewObject("a", 1)
	inList := node.NewObject("b", 2)
	o := node.NewObject("inner", inner, "list", []any{[]any{inList}, "x"}, "n", 1)
	require.False(t, o.Frozen())
	require.Same(t, o, o.Edit(), "one that is not frozen is edited in place")
	require.Same(t, o, o.Freeze())
	require.Same(t, o, o.Freeze())
	for name, frozen := range map[string]*node.Object{"itself": o, "inner": inner, "in a list": inList} {
		require.True(t, frozen.Frozen(), name)
		const message = "node.Object: change of a frozen Object (use the one that Edit returns)"
		require.PanicsWithValue(t, message, func() { frozen.Set("a", 1) }, name)
		require.PanicsWithValue(t, message, func() { frozen.Set("new", 1) }, name)
		require.PanicsWithValue(t, message, func() { frozen.Delete("a") }, name)
		require.EqualError(t, frozen.UnmarshalJSON([]byte(`{}`)), "node.Object: a frozen Object can't be unmarshalled into", name)
	}
	const before = `{"inner":{"a":1},"list":[[{"b":2}],"x"],"n":1}`
	require.Equal(t, before, jsonOf(o))

	c := o.Edit()
	require.False(t, c.Frozen())
	require.NotSame(t, o, c)
	c.Set("n", 2)
	c.Set("7", "seven")
	c.Delete("list")
	require.Equal(t, `{"7":"seven","inner":{"a":1},"n":2}`, jsonOf(c))
	require.Equal(t, before, jsonOf(o), "the original stays as it was")

	v, _ := c.Get("inner")
	require.Same(t, inner, v, "the copy is of one level")
	require.True(t, inner.Frozen(), "what is inside stays frozen")
	mine := inner.Edit()
	mine.Set("a", 3)
	c.Set("inner", mine)
	require.Equal(t, `{"7":"seven","inner":{"a":3},"n":2}`, jsonOf(c))
	require.Equal(t, before, jsonOf(o))
	require.True(t, c.Freeze().Frozen() && mine.Frozen())
}

// TestEditsAreApart edits two copies of one Object: neither may write into what the other or the original holds.
func TestEditsAreApart(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 5, 12, 13, 40} {
		o := &node.Object{}
		for i := range n {
			o.Set("k"+strconv.Itoa(i), i)
		}
		before := jsonOf(o.Freeze())
		a, b := o.Edit(), o.Edit()
		a.Set("a", true)
		b.Set("b", true)
		a.Set("k0", "a")
		b.Delete("k0")
		require.Equal(t, before, jsonOf(o))
		require.False(t, a.Has("b") || b.Has("a") || b.Has("k0"))
		requireSound(t, a)
		requireSound(t, b)
		requireSound(t, o)
	}
}

func TestFrozenIsSafeForConcurrentReading(t *testing.T) {
	t.Parallel()
	o := object(t, `{"3":3,"a":{"b":[{"c":1}]},"k1":1,"k2":1,"k3":1,"k4":1,"k5":1,"k6":1,"k7":1,"k8":1,"k9":1,"k10":1,"k11":1,"k12":1}`).Freeze()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 100 {
				c := o.Edit()
				c.Set("mine", i)
				_ = jsonOf(o.Freeze()) + jsonOf(c.Freeze())
				_, _ = o.Get("3")
			}
		})
	}
	wg.Wait()
	require.False(t, o.Has("mine"))
}

func TestObjectThatHoldsItself(t *testing.T) {
	t.Parallel()
	a, b := &node.Object{}, &node.Object{}
	a.Set("b", b)
	b.Set("list", []any{a})
	require.PanicsWithValue(t, "node.Object: an Object inside itself", func() { a.Freeze() })

	shared := node.NewObject("x", 1)
	twice := node.NewObject("a", shared, "b", shared).Freeze()
	require.Equal(t, `{"a":{"x":1},"b":{"x":1}}`, jsonOf(twice), "one Object in two places is no circle")
}

func TestNilAndZeroObject(t *testing.T) {
	t.Parallel()
	var o *node.Object
	require.Zero(t, o.Len())
	require.False(t, o.Has("a"))
	_, ok := o.Get("a")
	require.False(t, ok)
	require.Empty(t, o.Keys())
	require.Nil(t, o.Freeze())
	require.False(t, o.Frozen())
	require.Equal(t, "null", jsonOf(o))
	e := o.Edit()
	e.Set("a", 1)
	require.Equal(t, `{"a":1}`, jsonOf(e))

	var zero node.Object
	require.Equal(t, "{}", jsonOf(&zero))
	zero.Delete("a")
	zero.Set("a", nil)
	v, ok := zero.Get("a")
	require.True(t, ok, "a key that is null is there")
	require.Nil(t, v)
	for range zero.All() {
		break // stopping early is allowed
	}
}

func TestNewObject(t *testing.T) {
	t.Parallel()
	require.Equal(t, `{"1":"x","id":1,"name":"Ada"}`, jsonOf(node.NewObject("id", 1, "name", "Ada", "1", "x")))
	require.Equal(t, `{"a":2}`, jsonOf(node.NewObject("a", 1, "a", 2)))
	odd := []any{"a"}
	require.PanicsWithValue(t, "node.NewObject: a key without a value", func() { node.NewObject(odd...) })
	require.Panics(t, func() { node.NewObject(1, "a") })
	require.Panics(t, func() { node.NewObject("a", make(chan int)) })
}

// TestSetHoldsJSONOnly sets Go values, inside arrays too: what comes out are the types of JSON.
func TestSetHoldsJSONOnly(t *testing.T) {
	t.Parallel()
	list := []any{"as it is", 1.0, nil, []any{true}}
	o := node.NewObject("list", list, "ints", []any{1, []any{int64(2)}}, "strings", []string{"a"}, "none", (*node.Object)(nil),
		"map", map[string]any{"b": 1, "a": []int{2}})
	require.Equal(t, `{"list":["as it is",1,null,[true]],"ints":[1,[2]],"strings":["a"],"none":null,"map":{"a":[2],"b":1}}`, jsonOf(o))
	ints, _ := o.Get("ints")
	require.Equal(t, []any{1.0, []any{2.0}}, ints)
	none, _ := o.Get("none")
	require.Nil(t, none)
	stored, _ := o.Get("list")
	require.Same(t, &list[0], &stored.([]any)[0], "what is JSON already is not copied")

	self := []any{nil}
	self[0] = self
	require.PanicsWithValue(t, "node.Object.Set: a: more than 10000 arrays and objects inside each other, or one inside itself",
		func() { o.Set("a", self) })
}

func TestUnmarshalJSON(t *testing.T) {
	t.Parallel()
	var into struct{ A, B *node.Object }
	require.NoError(t, stdjson.Unmarshal([]byte(`{"A":{"z":1,"a":"<&>","10":2},"B":null}`), &into))
	require.Equal(t, `{"10":2,"z":1,"a":"<&>"}`, jsonOf(into.A))
	require.Nil(t, into.B)
	text, err := stdjson.Marshal(into)
	require.NoError(t, err)
	require.Equal(t, `{"A":{"10":2,"z":1,"a":"\u003c\u0026\u003e"},"B":null}`, string(text))

	o := node.NewObject("old", 1)
	require.EqualError(t, o.UnmarshalJSON([]byte(`[1]`)), "the JSON is an array, not an object")
	require.ErrorContains(t, o.UnmarshalJSON([]byte(`{"a":}`)), "line 1, column 6")
	require.Equal(t, `{"old":1}`, jsonOf(o), "an error leaves it as it was")
	require.NoError(t, o.UnmarshalJSON([]byte(`{"new":2}`)))
	require.Equal(t, `{"new":2}`, jsonOf(o))
}

func ExampleObject() {
	shared := node.NewObject("id", 7, "name", "Ada").Freeze()
	mine := shared.Edit()
	mine.Set("name", "Grace")
	mine.Set("1", "array indexes come first")
	fmt.Println(string(node.AppendJSON(nil, shared)))
	fmt.Println(string(node.AppendJSON(nil, mine)))
	// Output:
	// {"id":7,"name":"Ada"}
	// {"1":"array indexes come first","id":7,"name":"Grace"}
}

func BenchmarkEdit(b *testing.B) {
	for _, keys := range []int{6, 30} {
		b.Run(fmt.Sprintf("%d keys", keys), func(b *testing.B) {
			o := &node.Object{}
			for i := range keys {
				o.Set("key"+strconv.Itoa(i), math.Pi)
			}
			o.Freeze()
			b.ReportAllocs()
			for b.Loop() {
				o.Edit().Set("key3", true)
			}
		})
	}
}

// BenchmarkSetArrayIndexes sets keys that all have to be put in their order.
func BenchmarkSetArrayIndexes(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		o := &node.Object{}
		for i := range 5_000 {
			o.Set(strconv.Itoa(i*7919%5_000), nil)
		}
	}
}

func TestObjectSplice(t *testing.T) {
	t.Parallel()
	o := node.NewObject("list", []any{1, 2, 3}, "text", "x")
	before, _ := o.Get("list")
	o.Splice("list", 2, 4, "five", []int{6})
	o.Splice("text", 1, true)
	o.Splice("new", 0)
	o.Splice("new2", -1, nil)
	require.Equal(t, `{"list":[3,4,"five",[6]],"text":[true],"new":[],"new2":[null]}`, string(node.AppendJSON(nil, o)))
	require.Equal(t, []any{1.0, 2.0, 3.0}, before, "what was read before stays")
	o.Splice("list", 99, 7)
	list, _ := o.Get("list")
	require.Equal(t, []any{7.0}, list)
	require.Panics(t, func() { o.Splice("list", 0, func() {}) })
	require.Panics(t, func() { o.Freeze().Splice("list", 0) })
}
