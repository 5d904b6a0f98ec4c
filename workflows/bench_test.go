package workflows_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/workflows"
)

// BenchmarkParse reads a workflow of 1 MB (2,600 nodes in a row); the two rows beside it are the JSON alone, read in order
// and by encoding/json.
func BenchmarkParse(b *testing.B) {
	text := chain(2_600)
	require.Greater(b, len(text), 1_000_000)
	for _, c := range []struct {
		name  string
		parse func() error
	}{
		{"workflow", func() error { _, err := workflows.ParseOne(text); return err }},
		{"ordered-JSON", func() error { _, err := node.ParseJSON(text); return err }},
		{"encoding-json", func() error { var v any; return json.Unmarshal(text, &v) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if err := c.parse(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParseSmall reads a workflow of five nodes, as most are.
func BenchmarkParseSmall(b *testing.B) {
	text := chain(5)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := workflows.ParseOne(text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseBroken reads a file of 1 MB in which each of 100,000 nodes is wrong.
func BenchmarkParseBroken(b *testing.B) {
	wrong := []byte(`{"nodes":[`)
	for i := range 100_000 {
		if i > 0 {
			wrong = append(wrong, ',')
		}
		wrong = append(wrong, `{"name":1}`...)
	}
	wrong = append(wrong, `],"connections":{}}`...)
	b.ReportAllocs()
	b.SetBytes(int64(len(wrong)))
	for b.Loop() {
		if _, err := workflows.Parse(wrong); err == nil {
			b.Fatal("no error")
		}
	}
}

// BenchmarkNode finds a node by name among 2,600.
func BenchmarkNode(b *testing.B) {
	w, err := workflows.ParseOne(chain(2_600))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if w.Node("Edit Fields 2599") == nil {
			b.Fatal("not found")
		}
	}
}
