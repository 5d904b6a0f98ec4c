package node_test

import (
	stdjson "encoding/json"
	"fmt"
	"testing"

	"github.com/nate-go/nate/node"
)

// document is a JSON array of items as a list operation of a Directus collection answers: about 1.5 MB.
func document() []byte {
	text := []byte{'['}
	for i := range 3600 {
		if i > 0 {
			text = append(text, ',')
		}
		text = fmt.Appendf(text, `{"id":%d,"status":"published","title":"Article %d about \"things\" – größer","price":%d.%02d,`+
			`"date_created":"2026-03-%02dT09:14:05.123Z","tags":["news","blue",null],"author":{"id":"8f0e%08d","first_name":"Ada",`+
			`"last_name":"Lovelace","email":"ada%d@example.com"},"body":"<p>The quick brown fox jumps over the lazy dog.</p>\n`+
			`<p>And once more, because a body is longer than a title.</p>","views":%d,"featured":%t,"translations":[]}`,
			i, i, i%500, i%100, i%28+1, i, i, i*37, i%3 == 0)
	}
	return append(text, ']')
}

// BenchmarkParse and BenchmarkAppend stand beside encoding/json on the same document: compare the two rows of one run.
func BenchmarkParse(b *testing.B) {
	text := document()
	b.Run("node", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := node.ParseJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			var v any
			if err := stdjson.Unmarshal(text, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	text := document()
	b.Run("node", func(b *testing.B) {
		v, err := node.ParseJSON(text)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		var buf []byte
		for b.Loop() {
			buf = node.AppendJSON(buf[:0], v)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		var v any
		if err := stdjson.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := stdjson.Marshal(v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
