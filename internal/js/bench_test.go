package js

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/json"
)

const benchItem = `{"numbers":[1,2,3,4,5,6,7,8,9,10],"id":7,"name":"Widget","items":[{"price":1,"n":"a"},{"price":2,"n":"b"},{"price":3,"n":"c"},{"price":1.5,"n":"d"},` +
	`{"price":10,"n":"e"}],"tags":["x","y"],"address":{"city":"Bern","zip":"3000"}}`

// item is what an embedder keeps: members in order.
type member struct {
	key   string
	value any
}

type treeScope []member

func (s treeScope) Call(string, []byte, *Writer) error { return nil }

func (s treeScope) Variable(_ string, members []string, w *Writer) error {
	w.BeginObject()
	for _, m := range s {
		if members == nil || slices.Contains(members, m.key) {
			w.Key(m.key)
			writeTree(w, m.value)
		}
	}
	w.EndObject()
	return nil
}

func writeTree(w *Writer, x any) {
	switch x := x.(type) {
	case []member:
		_ = treeScope(x).Variable("", nil, w)
	case []any:
		w.BeginArray()
		for _, e := range x {
			writeTree(w, e)
		}
		w.EndArray()
	case string:
		w.String(x)
	case float64:
		w.Number(x)
	}
}

// treeSink builds such a tree.
type treeSink struct {
	stack []any
	keys  []string
}

func (s *treeSink) add(x any) {
	if len(s.stack) > 0 {
		switch top := s.stack[len(s.stack)-1].(type) {
		case []member:
			s.stack[len(s.stack)-1] = append(top, member{s.keys[len(s.keys)-1], x})
			s.keys = s.keys[:len(s.keys)-1]
			return
		case []any:
			s.stack[len(s.stack)-1] = append(top, x)
			return
		}
	}
	s.stack = append(s.stack, x)
}
func (s *treeSink) Null()            { s.add(nil) }
func (s *treeSink) Bool(b bool)      { s.add(b) }
func (s *treeSink) Number(f float64) { s.add(f) }
func (s *treeSink) String(t string)  { s.add(t) }
func (s *treeSink) BeginArray()      { s.stack = append(s.stack, []any{}) }
func (s *treeSink) BeginObject()     { s.stack = append(s.stack, []member{}) }
func (s *treeSink) Key(k string)     { s.keys = append(s.keys, k) }
func (s *treeSink) EndArray()        { s.EndObject() }
func (s *treeSink) EndObject() {
	x := s.stack[len(s.stack)-1]
	s.stack = s.stack[:len(s.stack)-1]
	s.add(x)
}

func tree(b *testing.B, text string) []member {
	var s treeSink
	require.NoError(b, scanInto(&s, json.NewScanner([]byte(text))))
	return s.stack[0].([]member)
}

func BenchmarkExpression(b *testing.B) {
	e := New(Options{Expression: RealmOptions{Variables: []string{"$json"}}})
	defer e.Close()
	scope := treeScope(tree(b, benchItem))
	for _, c := range []struct{ name, source string }{
		{"literal", "1"},
		{"string", "'a' + 1"},
		{"touch", "$json.id + 1"},
		{"numbers", "$json.numbers.map(x => x * 2).filter(x => x > 3)"},
		{"map", "$json.items.map(x => x.price * 2).filter(x => x > 3)"},
		{"whole", "$json"},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := e.Compile(Expression, c.source)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Run(context.Background(), Run{Program: p, Scope: scope}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	// The same work with the item already in the engine and nothing crossing: what no host can beat.
	for name, source := range map[string]string{
		"bare/numbers": "$json.numbers.map(x => x * 2).filter(x => x > 3)",
		"bare/map":     "$json.items.map(x => x.price * 2).filter(x => x > 3)",
	} {
		b.Run(name, func(b *testing.B) {
			v, err := newVM(1<<28, true)
			require.NoError(b, err)
			defer v.close()
			code, err := v.compile("globalThis.$json = "+benchItem+"; (function(){ return "+source+" })", "bare")
			require.NoError(b, err)
			fn := v.load(code)
			b.ReportAllocs()
			for b.Loop() {
				v.free(v.call(fn, undefined))
			}
		})
	}
}

func BenchmarkCrossing(b *testing.B) {
	big := "[" + strings.Repeat(benchItem+",", 999) + benchItem + "]"
	v, err := newVM(1<<28, false)
	require.NoError(b, err)
	defer v.close()
	v.run = &run{limits: Limits{Output: 1 << 30}}
	b.Run("in", func(b *testing.B) {
		b.SetBytes(int64(len(big)))
		b.ReportAllocs()
		for b.Loop() {
			w := Writer{v: v, result: undefined}
			v.free(w.finish(w.JSON([]byte(big))))
		}
	})
	b.Run("in/engine", func(b *testing.B) {
		b.SetBytes(int64(len(big)))
		b.ReportAllocs()
		for b.Loop() {
			v.free(v.parseJSON(big))
		}
	})
	w := Writer{v: v, result: undefined}
	x := w.finish(w.JSON([]byte(big)))
	b.Run("out", func(b *testing.B) {
		b.SetBytes(int64(len(big)))
		b.ReportAllocs()
		for b.Loop() {
			var s jsonSink
			r := reader{v: v, sink: &s, limit: 1 << 30}
			require.True(b, r.value(x))
			require.Len(b, s.text, len(big))
		}
	})
	b.Run("out/engine", func(b *testing.B) {
		b.SetBytes(int64(len(big)))
		b.ReportAllocs()
		for b.Loop() {
			s := v.stringify(x)
			_, n := v.cString(s)
			require.Equal(b, len(big), n)
			v.free(s)
		}
	})
	v.free(x)
}

func BenchmarkNewVM(b *testing.B) {
	e := New(Options{})
	for _, kind := range []Kind{Expression, Code} {
		b.Run(kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v, err := e.newRealmVM(kind, false)
				require.NoError(b, err)
				v.close()
			}
		})
	}
}

// itemsScope writes a list of items like those that n8n's Code node gets.
type itemsScope int

func (s itemsScope) Call(string, []byte, *Writer) error { return nil }

func (s itemsScope) Variable(_ string, _ []string, w *Writer) error {
	w.BeginArray()
	for i := range int(s) {
		w.BeginObject()
		w.Key("json")
		w.BeginObject()
		w.Key("id")
		w.Number(float64(i))
		w.Key("name")
		w.String("user " + strconv.Itoa(i))
		w.Key("email")
		w.String("user" + strconv.Itoa(i) + "@example.com")
		w.Key("amount")
		w.Number(float64(i) * 1.5)
		w.Key("active")
		w.Bool(i%2 == 0)
		w.EndObject()
		w.EndObject()
	}
	w.EndArray()
	return nil
}

// BenchmarkCode maps 10,000 items, there and back.
func BenchmarkCode(b *testing.B) {
	e := New(Options{Code: RealmOptions{Variables: []string{"items"}}})
	defer e.Close()
	for name, source := range map[string]string{
		"map":   "return items.map(i => ({ json: { ...i.json, total: i.json.amount * 2 + 1, upper: i.json.name.toUpperCase() } }))",
		"whole": "return items",
		"in":    "return items.length",
	} {
		p, err := e.Compile(Code, source)
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var sink treeSink
				if _, err := e.Run(context.Background(), Run{Program: p, Scope: itemsScope(10_000), Sink: &sink}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	p, err := e.Compile(Code, "return items[0].json.amount * 2")
	require.NoError(b, err)
	b.Run("item", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.Run(context.Background(), Run{Program: p, Scope: itemsScope(1)}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
