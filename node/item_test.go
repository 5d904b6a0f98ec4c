package node_test

import (
	stdjson "encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func TestSourceOverwrite(t *testing.T) {
	t.Parallel()
	text := `{"json":{"n":1},"pairedItem":{"item":2,"input":1,"sourceOverwrite":{"previousNode":"In","previousNodeOutput":0,"previousNodeRun":3}}}`
	v, err := node.ParseJSON([]byte("[" + text + "]"))
	require.NoError(t, err)
	items, err := node.ItemsOf(v)
	require.NoError(t, err)
	require.Equal(t, &node.Source{Node: "In", Run: 3}, items[0].Paired[0].SourceOverwrite)
	require.Equal(t, text, string(items[0].AppendJSON(nil)))
	again, err := node.ItemsOf([]any{items[0].Object()})
	require.NoError(t, err)
	require.Equal(t, text, string(again[0].AppendJSON(nil)), "a context keeps items as JSON")

	for wrong, message := range map[string]string{
		`1`:  "a source is a number, not an object",
		`{}`: "a source has no previousNode",
		`{"previousNode":"A","previousNodeRun":-1}`: "the previousNodeRun of a source is no index",
	} {
		v, err := node.ParseJSON([]byte(`[{"json":{},"pairedItem":{"item":0,"sourceOverwrite":` + wrong + `}}]`))
		require.NoError(t, err)
		_, err = node.ItemsOf(v)
		require.ErrorContains(t, err, message)
	}
}

func TestItemsOf(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ in, want string }{
		"none":               {`[]`, `[]`},
		"plain":              {`[{"a":1},{}]`, `[{"json":{"a":1}},{"json":{}}]`},
		"wrapped":            {`[{"json":{"a":1}},{"json":{}}]`, `[{"json":{"a":1}},{"json":{}}]`},
		"a link as number":   {`[{"json":{},"pairedItem":2}]`, `[{"json":{},"pairedItem":{"item":2}}]`},
		"a link":             {`[{"json":{},"pairedItem":{"item":2}}]`, `[{"json":{},"pairedItem":{"item":2}}]`},
		"a link to an input": {`[{"json":{},"pairedItem":{"item":0,"input":1}}]`, `[{"json":{},"pairedItem":{"item":0,"input":1}}]`},
		"links":              {`[{"json":{},"pairedItem":[{"item":0},1]}]`, `[{"json":{},"pairedItem":[{"item":0},{"item":1}]}]`},
		"links the long way": {
			`[{"json":{},"pairedItem":[{"item":0,"input":0}]}]`, `[{"json":{},"pairedItem":[{"item":0,"input":0}]}]`,
		},
		"no links":                     {`[{"json":{},"pairedItem":[]}]`, `[{"json":{},"pairedItem":[]}]`},
		"null link":                    {`[{"json":{},"pairedItem":null}]`, `[{"json":{}}]`},
		"no files":                     {`[{"json":{"a":1},"binary":{}},{"json":{},"binary":null}]`, `[{"json":{"a":1}},{"json":{}}]`},
		"an index of older versions":   {`[{"json":{"a":1},"index":3}]`, `[{"json":{"a":1}}]`},
		"a field json among others":    {`[{"json":{"a":1},"id":7}]`, `[{"json":{"json":{"a":1},"id":7}}]`},
		"a field json that is no item": {`[{"json":"text"},{"json":null}]`, `[{"json":{"json":"text"}},{"json":{"json":null}}]`},
		"only other keys of an item":   {`[{"pairedItem":1}]`, `[{"json":{"pairedItem":1}}]`},
		"an error": {
			`[{"json":{"error":"m"},"error":{"message":"m","timestamp":1750000000123,"name":"NodeApiError","description":"d","context":{"data":{"a":1}},` +
				`"cause":{"name":"AxiosError","message":"c"},"stack":"dropped"},"pairedItem":{"item":0}}]`,
			`[{"json":{"error":"m"},"error":{"message":"m","timestamp":1750000000123,"name":"NodeApiError","description":"d","context":{"data":{"a":1}},` +
				`"cause":{"name":"AxiosError","message":"c"}},"pairedItem":{"item":0}}]`,
		},
		"an error as text": {
			`[{"json":{},"error":"m"},{"json":{},"error":null}]`, `[{"json":{},"error":{"message":"m","context":{}}},{"json":{}}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			items, err := node.ItemsOf(parse(t, row.in))
			require.NoError(t, err)
			require.NotNil(t, items)
			text, err := stdjson.Marshal(items)
			require.NoError(t, err)
			require.Equal(t, row.want, string(text))

			again, err := node.ItemsOf(parse(t, string(text)))
			require.NoError(t, err)
			require.Equal(t, items, again, "what was written reads as the same")
		})
	}
	for in, message := range map[string]string{
		`{}`:                                     "an object where an array of items is expected",
		`null`:                                   "null where an array of items is expected",
		`[{},5]`:                                 "item 1 is a number, not an object",
		`[[{}]]`:                                 "item 0 is an array, not an object",
		`[{},{"json":{},"pairedItem":"x"}]`:      "item 1: its pairedItem is a string",
		`[{"json":{},"pairedItem":{"item":-1}}]`: "item 0: its pairedItem has no index of an item",
		`[{"json":{},"pairedItem":{"item":1.5}}]`:             "item 0: its pairedItem has no index of an item",
		`[{"json":{},"pairedItem":{"item":1e400}}]`:           "item 0: its pairedItem has no index of an item",
		`[{"json":{},"pairedItem":{"item":0,"input":null}}]`:  "item 0: its pairedItem has no index of an item",
		`[{"json":{},"pairedItem":[{"item":0},{"input":1}]}]`: "item 0: its pairedItem has no index of an item",
		`[{"json":{},"pairedItem":-0.5}]`:                     "item 0: its pairedItem has no index of an item",
		`[{"json":{},"error":true}]`:                          "item 0: the error is a boolean",
		`[{"json":{},"binary":{"f":1}}]`:                      `item 0: its binary "f" is a number, not an object with mimeType and data`,
		`[{"json":{},"binary":[]}]`:                           "item 0: its binary is an array, not an object",
	} {
		items, err := node.ItemsOf(parse(t, in))
		require.EqualError(t, err, message, in)
		require.Nil(t, items)
	}
}

func TestItemAppendJSON(t *testing.T) {
	t.Parallel()
	when := time.UnixMilli(1_750_000_000_123)
	for want, it := range map[string]node.Item{
		`{"json":{}}`: {},
		`{"json":{"id":1,"u":"\u003c"},"pairedItem":{"item":3}}`: {
			JSON: node.NewObject("id", 1, "u", "<"), Paired: []node.Paired{{Item: 3}},
		},
		`{"json":{},"pairedItem":{"item":0,"input":2}}`:              {Paired: []node.Paired{{Input: 2}}},
		`{"json":{},"pairedItem":[{"item":0,"input":0}]}`:            {Paired: []node.Paired{{Listed: true}}},
		`{"json":{},"pairedItem":[{"item":0},{"item":0,"input":1}]}`: {Paired: []node.Paired{{}, {Input: 1}}},
		`{"json":{},"binary":{"f":{"mimeType":"text/plain","fileType":"text","fileExtension":"txt","data":"aGk=","fileName":"a.txt","fileSize":"2 B","bytes":2}},"pairedItem":{"item":0}}`: {
			Binary: (*node.Binaries)(nil).With("f", node.NewBinary("a.txt", "").WithData([]byte("hi"))), Paired: []node.Paired{{}},
		},
		`{"json":{},"pairedItem":[]}`: {Paired: []node.Paired{}},
		`{"json":{"error":"m"},"error":{"message":"m","context":{}}}`: {
			JSON: node.NewObject("error", "m"), Error: &node.ErrorInfo{Message: "m"},
		},
		`{"json":{},"error":{"message":"m","timestamp":1750000000123,"name":"X","context":{}}}`: {
			Error: &node.ErrorInfo{Message: "m", Name: "X", Time: when, HTTPCode: "401"},
		},
		`{"json":{},"error":{"message":"","context":{},"cause":{"name":"AxiosError","message":""}}}`: {
			Error: &node.ErrorInfo{CauseName: "AxiosError"},
		},
	} {
		text, err := stdjson.Marshal(it)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	require.Equal(t, `x{"json":{"u":"<"}}`, string(node.ItemOf("u", "<").AppendJSON([]byte("x"))), "AppendJSON keeps JavaScript's text")
}

// FuzzItemsOf holds for every JSON value: it is refused, or what ItemsOf made of it is written and read without a change.
func FuzzItemsOf(f *testing.F) {
	for _, text := range []string{
		`[]`, `[{"json":{"a":1},"pairedItem":{"item":1,"input":0}}]`, `[{"json":{},"pairedItem":[{"item":0,"input":1},3,[4]]}]`,
		`[{"json":{},"error":{"message":1}}]`, `[{"json":{},"binary":{"f":{"data":"aGk","mimeType":"a/b","id":""},"1":{"id":"x:y","data":1}}}]`,
		`[{"json":{},"error":{"timestamp":1e300,"context":{},"cause":{}}}]`, `[{"json":{},"pairedItem":[null,[{"item":0,"input":1}]]}]`, `{}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := node.ParseJSON([]byte(text))
		if err != nil {
			return
		}
		items, err := node.ItemsOf(v)
		if err != nil {
			return
		}
		written, err := stdjson.Marshal(items)
		require.NoError(t, err)
		again, err := node.ItemsOf(parse(t, string(written)))
		require.NoError(t, err)
		rewritten, err := stdjson.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
	})
}
