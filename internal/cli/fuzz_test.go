package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nate-go/nate/credentials"
	"github.com/nate-go/nate/schemas"
)

// Whatever the bytes are: no panic, no hang; every diagnostic says something, on one line, of a place that the file has; and
// there are workflows just when reading them gave no error.
func FuzzValidate(f *testing.F) {
	for _, pattern := range []string{brokenFolder + "/*.json", "../../workflows/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, uint64(0))
			f.Add(data, uint64(len(data)))
		}
	}
	r := registry()
	nobody := credentials.Values()
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		if seed > 0 {
			data = mutated(data, seed)
		}
		began := time.Now()
		all, found := diagnose(context.Background(), data, r, nobody)
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("%d bytes took %s", len(data), took)
		}
		var doc any
		isJSON := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &doc) == nil
		if len(all) == 0 && !found.HasErrors() {
			t.Fatal("no workflows, and no error")
		}
		for i, d := range found {
			switch {
			case d.Message == "" || strings.ContainsAny(d.String(), "\n\r\x1b"):
				t.Fatalf("a diagnostic that says nothing, or on several lines: %#v", d)
			case d.Severity != schemas.SeverityError && d.Severity != schemas.SeverityWarning:
				t.Fatalf("severity of %#v", d)
			case isJSON && !there(doc, d.Pointer):
				t.Fatalf("there is no %s: %s", d.Pointer, d)
			case i > 0 && d.Line > 0 && found[i-1].Line > d.Line:
				t.Fatalf("%s\nstands before\n%s", found[i-1], d)
			}
		}
		_ = faultsText(faultsOf("f.json", all, found))
	})
}

// there reports whether a document has what a pointer leads to, or at least what should hold it.
func there(doc any, pointer string) bool {
	parts := strings.Split(pointer, "/")[1:]
	for i, part := range parts {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		var ok bool
		switch v := doc.(type) {
		case map[string]any:
			doc, ok = v[part]
		case []any:
			var n int
			if n, _ = strconv.Atoi(part); n < len(v) {
				doc, ok = v[n], true
			}
		}
		if !ok {
			return i == len(parts)-1
		}
	}
	return true
}

// odd is what a mutation puts into a file.
var odd = []any{
	nil, true, 0.0, -1.0, 1.5, 3.4, 1e308,
	"", "main", "=", "={{ }}", "={{ $json. }}", "={{ $('Ghost').item.json.a }}", "{{ $json.a }}", "true", "n8n-nodes-base.set", "a\n\x1b[31m\u2028",
	[]any{},
	[]any{nil},
	[]any{"x", []any{}},
	map[string]any{},
	map[string]any{"main": []any{[]any{map[string]any{"node": "Start"}}}},
	map[string]any{"value": "={{ new Foo() }}", "mode": "id", "type": "x", "name": 1.0, "json": []any{}},
}

// mutated is a JSON text with a few of its values changed; other text stays as it is.
func mutated(data []byte, seed uint64) []byte {
	var doc any
	if json.Unmarshal(data, &doc) != nil {
		return data
	}
	r := rand.New(rand.NewPCG(seed, seed))
	for range 1 + r.IntN(4) {
		var edits []func()
		values := slices.Clone(odd)
		var walk func(v any)
		walk = func(v any) {
			values = append(values, v)
			switch v := v.(type) {
			case map[string]any:
				for _, k := range slices.Sorted(maps.Keys(v)) {
					walk(v[k])
					edits = append(edits, func() { v[k] = values[r.IntN(len(values))] }, func() { delete(v, k) }, func() {
						if name, ok := values[r.IntN(len(values))].(string); ok {
							v[name] = v[k]
						}
					})
				}
			case []any:
				for i := range v {
					walk(v[i])
					edits = append(edits, func() { v[i] = values[r.IntN(len(values))] })
				}
			}
		}
		walk(doc)
		if len(edits) > 0 {
			edits[r.IntN(len(edits))]()
		}
		// A value may have become a part of itself.
		text, err := json.Marshal(doc)
		if err != nil || json.Unmarshal(text, &doc) != nil {
			return data
		}
		data = text
	}
	return data
}
